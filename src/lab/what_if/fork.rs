//! Taking up a life to live it otherwise: a scene from its start, a recorded one from the last keyframe before anything can differ.

use std::path::PathBuf;
use std::sync::Arc;

use super::align::Life;
use crate::chronicle::{Chronicle, Event, Kept, Legend, Story, StoryError};
use crate::ids::{AgentId, EventKind, Instant};
use crate::lab::Run;
use crate::scenario::{Diagnostics, Intervention, Meddling, Scenario, Source, Who, intervene, load_text};
use crate::sim::SimOptions;

/// Before every keyframe.
const NEVER: Instant = Instant(i64::MIN);

/// A life that is lived otherwise.
///
/// ```
/// use longhand::{lab::what_if::{Difference, Fork, Life}, lab::Run, scenario, sim::SimOptions};
/// use std::sync::Arc;
///
/// let scene = || scenario::load_text("new.ron", &[("new.ron", scenario::STARTER)], &[]).expect("the starter scene is sound").scenario;
/// let asked = [scenario::Intervention::Forbid("coffee".into())];
/// let mut base = Run::new(Arc::new(scene()), SimOptions::default(), None);
/// while base.step() {}
/// let mut fork = Fork::of_scene(scene(), &asked, SimOptions::default(), None).expect("there is coffee to forbid");
/// while fork.step() {}
/// let difference = Difference::of(&Life::of(&base), &fork.life());
/// assert!(difference.vanished.iter().any(|group| group.kind == "coffee"));
/// ```
#[derive(Debug)]
pub struct Fork {
    run: Run,
    from: Instant,
}

/// Why a life cannot be lived otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    /// The story cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// What was asked for cannot be done to this scene.
    #[error("{0}")]
    Asked(Box<Diagnostics>),
    /// Nobody knows how it ends.
    #[error("{} is not finished: go on with it first (longhand run --resume)", path.display())]
    NotFinished {
        /// The file.
        path: PathBuf,
    },
    /// The keyframes of the story are of another build.
    #[error("{} was recorded by another build of longhand, which alone can live it otherwise", path.display())]
    OtherBuild {
        /// The file.
        path: PathBuf,
    },
}

impl From<Diagnostics> for ForkError {
    fn from(problems: Diagnostics) -> Self {
        Self::Asked(Box::new(problems))
    }
}

impl<'a> Life<'a> {
    /// The life of a run, as far as it was lived.
    #[must_use]
    pub fn of(run: &'a Run) -> Self {
        let simulation = run.simulation();
        Self { scenario: simulation.scenario(), chronicle: run.chronicle(), seed: run.seed(), ended: simulation.now() }
    }

    /// The life that a story holds, of the scene that it was read with.
    ///
    /// # Errors
    /// When it has not ended.
    pub fn recorded(story: &'a Story, scenario: &'a Scenario) -> Result<Self, ForkError> {
        let ended = story.ended.ok_or_else(|| ForkError::NotFinished { path: story.path.clone() })?;
        Ok(Self { scenario, chronicle: &story.chronicle, seed: story.head.seed, ended: ended.at })
    }
}

impl Fork {
    /// A scene, lived otherwise from its start.
    ///
    /// # Errors
    /// When what is asked for cannot be done to it.
    pub fn of_scene(
        mut scenario: Scenario,
        asked: &[Intervention],
        options: SimOptions,
        until: Option<Instant>,
    ) -> Result<Self, Diagnostics> {
        intervene(&mut scenario, asked)?;
        Ok(Self { run: Run::new(Arc::new(scenario), options, until), from: Instant::START })
    }

    /// A recorded life, lived otherwise: with `set`, from its start, for a parameter holds from there; else from the last keyframe before
    /// anything that is asked for can make a difference.
    ///
    /// # Errors
    /// When the story cannot be gone on from, or what is asked for cannot be done to it.
    pub fn of_story(story: &Story, set: &[(String, String)], asked: &[Intervention], threads: usize) -> Result<Self, ForkError> {
        let ended = story.ended.ok_or_else(|| ForkError::NotFinished { path: story.path.clone() })?;
        let options = SimOptions { seed: story.head.seed, threads };
        let until = story.head.until;
        if !set.is_empty() {
            let mut scenario = set_otherwise(story, set)?;
            intervene(&mut scenario, &story.head.outside)?;
            intervene(&mut scenario, asked)?;
            return Ok(Self { run: Run::new(Arc::new(scenario), options, until), from: Instant::START });
        }
        let mut scenario = story.scenario()?;
        intervene(&mut scenario, asked)?;
        // What a branch has been through already is done again; with another parameter there is no keyframe of it at all.
        let forked = story.line.iter().map(|branch| if branch.set.is_empty() { branch.fork } else { NEVER }).min();
        let earliest = earliest(&scenario, &story.chronicle).unwrap_or(ended.at);
        let by = forked.map_or(earliest, |forked| forked.min(earliest));
        let mut run = Run::new(Arc::new(scenario), options, until);
        let (then, keyframe) = Story::open_at(&story.path, by)?;
        let from = keyframe.as_ref().map_or(Instant::START, |keyframe| keyframe.at);
        if let Some(keyframe) = keyframe {
            let restored = run.restore(&keyframe.state, then.chronicle);
            restored.map_err(|_| ForkError::OtherBuild { path: story.path.clone() })?;
        }
        Ok(Self { run, from })
    }

    /// Keeps what was lived as a branch of the story (or of the branch of it) that it was taken up from.
    ///
    /// # Errors
    /// When the story has a branch of that name, or cannot be written.
    pub fn keep(&self, story: &Story, name: &str, set: &[(String, String)], asked: &[Intervention]) -> Result<(), StoryError> {
        let simulation = self.run.simulation();
        let legend = Legend::of(simulation.scenario());
        let (chronicle, ended) = (self.run.chronicle(), simulation.now());
        story.keep(&Kept { name, interventions: asked, set, fork: self.from, legend: &legend, chronicle, ended })
    }

    /// Lives one tick; false when it is over.
    pub fn step(&mut self) -> bool {
        self.run.step()
    }

    /// Where it was taken up.
    #[must_use]
    pub fn from(&self) -> Instant {
        self.from
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Its life, as far as it was lived.
    #[must_use]
    pub fn life(&self) -> Life<'_> {
        Life::of(&self.run)
    }
}

/// The scene of a story, with parameters set otherwise than they were.
fn set_otherwise(story: &Story, set: &[(String, String)]) -> Result<Scenario, ForkError> {
    let files: Vec<(&str, &str)> = story.head.sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let all: Vec<_> =
        story.head.set.iter().filter(|(name, _)| set.iter().all(|(other, _)| other != name)).chain(set).cloned().collect();
    Ok(load_text(&story.head.scene, &files, &all)?.scenario)
}

/// That an event of a recorded life does not happen.
#[must_use]
pub fn forbid_event(scenario: &Scenario, event: &Event) -> Intervention {
    Intervention::ForbidEvent {
        event: event.id.0,
        kind: scenario.events[event.kind.index()].name.clone(),
        roles: event.roles.iter().map(|agent| agent.is_some().then_some(agent.0)).collect(),
        at_us: event.at.0,
    }
}

/// The first instant at which what is done to a scene from outside can make a difference to a life of it; none when it makes none.
#[must_use]
pub fn earliest(scenario: &Scenario, chronicle: &Chronicle) -> Option<Instant> {
    let of = |does: &Meddling| match does {
        Meddling::Change { at, .. } | Meddling::Forbid { at: Some(at), .. } => Some(*at),
        Meddling::Forbid { what, at: None } => {
            what.iter().filter_map(|one| first_of(scenario, chronicle, one.kind, &one.roles)).min()
        }
        Meddling::Choose { outcome } => {
            let steps = scenario.actions.iter().flat_map(|action| &action.steps);
            let mut steps = steps.chain(scenario.triggers.iter().flat_map(|trigger| &trigger.steps));
            let step = steps.find(|step| step.outcomes.iter().any(|(_, happens)| happens.kind == *outcome))?;
            let others = step.outcomes.iter().map(|(_, happens)| happens.kind).filter(|kind| kind != outcome);
            others.filter_map(|kind| first_of(scenario, chronicle, kind, &[])).min()
        }
    };
    scenario.outside.iter().filter_map(|outside| of(&outside.does)).min()
}

/// When the first event of a kind with these people happened, kept whole or counted.
fn first_of(scenario: &Scenario, chronicle: &Chronicle, kind: EventKind, roles: &[Option<AgentId>]) -> Option<Instant> {
    // An action that somebody of the crowd may begin is not even considered by them from the start.
    if let Source::Action(action) = scenario.events[kind.index()].from
        && scenario.actions[action].by.iter().any(|who| matches!(who, Who::Kind(_)))
    {
        return Some(Instant::START);
    }
    let fits = |event: &&Event| {
        let is = |(slot, wanted): (usize, &Option<AgentId>)| wanted.is_none_or(|wanted| event.roles.get(slot) == Some(&wanted));
        event.kind == kind && roles.iter().enumerate().all(is)
    };
    let whole = chronicle.iter().filter(fits).map(|event| event.at).min();
    let counted =
        chronicle.counts().filter(|(_, of, _)| *of == kind).map(|(day, ..)| Instant(i64::from(day) * Instant::DAY_US)).min();
    match (whole, counted) {
        (Some(whole), Some(counted)) => Some(whole.min(counted)),
        (whole, counted) => whole.or(counted),
    }
}
