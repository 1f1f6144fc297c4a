//! Reruns a run with interventions. A scene starts from its beginning; a recorded run starts from the last keyframe before the
//! interventions can have an effect, so that most of it need not be simulated again.

use std::path::PathBuf;
use std::sync::Arc;

use super::align::ComparedRun;
use crate::Run;
use longhand_chronicle::{Chronicle, Event, NewBranch, Story, StoryError, SymbolTable};
use longhand_expr::ids::{AgentId, EventKind, Instant};
use longhand_scene::{
    AgentRef, AgentSelector, Diagnostics, EventOrigin, Intervention, InterventionKind, Scenario, add_interventions, load_text,
};
use longhand_sim::SimOptions;

/// An instant before every keyframe.
const BEFORE_ALL_KEYFRAMES: Instant = Instant(i64::MIN);

/// A run with interventions.
///
/// ```
/// use longhand_analysis::Run;
/// use longhand_analysis::what_if::{ComparedRun, Fork, RunDiff};
/// use longhand_scene::{Intervention, STARTER_SCENE, load_text};
/// use longhand_sim::SimOptions;
/// use std::sync::Arc;
///
/// let scene = || load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).expect("the starter scene is valid").scenario;
/// let interventions = [Intervention::Forbid("coffee".into())];
/// let mut base = Run::new(Arc::new(scene()), SimOptions::default(), None);
/// while base.step() {}
/// let fork = Fork::from_scene(scene(), &interventions, SimOptions::default(), None);
/// let mut fork = fork.expect("the scene has an action `coffee`");
/// while fork.step() {}
/// let diff = RunDiff::compare(&ComparedRun::from_run(&base), &fork.compared_run());
/// assert!(diff.vanished.iter().any(|group| group.kind == "coffee"));
/// ```
#[derive(Debug)]
pub struct Fork {
    run: Run,
    forked_at: Instant,
}

/// Why a run cannot be forked.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    /// The story cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// An intervention does not apply to the scene.
    #[error("{0}")]
    InvalidIntervention(Box<Diagnostics>),
    /// The story has no end yet, so there is nothing to compare with.
    #[error("{} is not finished; finish it first with `longhand run --resume`", path.display())]
    NotFinished {
        /// The file.
        path: PathBuf,
    },
    /// The keyframes of the story belong to another build of longhand.
    #[error("{} was recorded by another build of longhand; only that build can rerun it with changes", path.display())]
    OtherBuild {
        /// The file.
        path: PathBuf,
    },
}

impl From<Diagnostics> for ForkError {
    fn from(problems: Diagnostics) -> Self {
        Self::InvalidIntervention(Box::new(problems))
    }
}

impl<'a> ComparedRun<'a> {
    /// Borrows the data of a run, up to its current instant.
    #[must_use]
    pub fn from_run(run: &'a Run) -> Self {
        let simulation = run.simulation();
        Self { scenario: simulation.scenario(), chronicle: run.chronicle(), seed: run.seed(), ended: simulation.now() }
    }

    /// Borrows the data of a story. `scenario` must be the scene of the story.
    ///
    /// # Errors
    /// When the story is not finished.
    pub fn from_story(story: &'a Story, scenario: &'a Scenario) -> Result<Self, ForkError> {
        let ended = story.ended.ok_or_else(|| ForkError::NotFinished { path: story.path.clone() })?;
        Ok(Self { scenario, chronicle: &story.chronicle, seed: story.header.seed, ended: ended.at })
    }
}

impl Fork {
    /// Starts a scene with interventions.
    ///
    /// # Errors
    /// When an intervention does not apply to the scene.
    pub fn from_scene(
        mut scenario: Scenario,
        interventions: &[Intervention],
        options: SimOptions,
        until: Option<Instant>,
    ) -> Result<Self, Diagnostics> {
        add_interventions(&mut scenario, interventions)?;
        Ok(Self { run: Run::new(Arc::new(scenario), options, until), forked_at: Instant::START })
    }

    /// Forks a recorded run. With `param_overrides` it starts from the beginning, because parameters hold from the start;
    /// otherwise from the last keyframe before an intervention can have an effect. `threads` is as in [`SimOptions`].
    ///
    /// # Errors
    /// When the story is not finished, cannot be read or belongs to another build, or when an intervention does not apply.
    pub fn from_story(
        story: &Story,
        param_overrides: &[(String, String)],
        interventions: &[Intervention],
        threads: usize,
    ) -> Result<Self, ForkError> {
        let ended = story.ended.ok_or_else(|| ForkError::NotFinished { path: story.path.clone() })?;
        let options = SimOptions { seed: story.header.seed, threads };
        let until = story.header.until;
        if !param_overrides.is_empty() {
            let mut scenario = load_with_params(story, param_overrides)?;
            add_interventions(&mut scenario, &story.header.interventions)?;
            add_interventions(&mut scenario, interventions)?;
            return Ok(Self { run: Run::new(Arc::new(scenario), options, until), forked_at: Instant::START });
        }
        let mut scenario = story.scenario()?;
        add_interventions(&mut scenario, interventions)?;
        // Interventions of the branch itself are applied again. A branch with other parameters has no usable keyframe.
        let earliest_fork = story
            .branch_path
            .iter()
            .map(|branch| if branch.param_overrides.is_empty() { branch.fork } else { BEFORE_ALL_KEYFRAMES })
            .min();
        let earliest = earliest_effect(&scenario, &story.chronicle).unwrap_or(ended.at);
        let resume_by = earliest_fork.map_or(earliest, |earliest_fork| earliest_fork.min(earliest));
        let mut run = Run::new(Arc::new(scenario), options, until);
        let (prefix, keyframe) = Story::open_at(&story.path, resume_by)?;
        let forked_at = keyframe.as_ref().map_or(Instant::START, |keyframe| keyframe.at);
        if let Some(keyframe) = keyframe {
            let restored = run.restore(&keyframe.state, prefix.chronicle);
            restored.map_err(|_| ForkError::OtherBuild { path: story.path.clone() })?;
        }
        Ok(Self { run, forked_at })
    }

    /// Saves the run as a branch of the story, or of the branch that it was forked from.
    ///
    /// # Errors
    /// When the story already has a branch of that name, or cannot be written.
    pub fn save_branch(
        &self,
        story: &Story,
        name: &str,
        param_overrides: &[(String, String)],
        interventions: &[Intervention],
    ) -> Result<(), StoryError> {
        let simulation = self.run.simulation();
        let symbols = SymbolTable::from_scenario(simulation.scenario());
        let (chronicle, ended) = (self.run.chronicle(), simulation.now());
        story.save_branch(&NewBranch {
            name,
            interventions,
            param_overrides,
            fork: self.forked_at,
            symbols: &symbols,
            chronicle,
            ended,
        })
    }

    /// Simulates one tick. Returns false when the run is over.
    pub fn step(&mut self) -> bool {
        self.run.step()
    }

    /// The instant at which the run was forked.
    #[must_use]
    pub fn forked_at(&self) -> Instant {
        self.forked_at
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The data of the run for a comparison, up to its current instant.
    #[must_use]
    pub fn compared_run(&self) -> ComparedRun<'_> {
        ComparedRun::from_run(&self.run)
    }
}

/// Loads the scene of a story with other parameter values.
fn load_with_params(story: &Story, changed: &[(String, String)]) -> Result<Scenario, ForkError> {
    let files: Vec<(&str, &str)> = story.header.sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let merged: Vec<_> = story
        .header
        .param_overrides
        .iter()
        .filter(|(name, _)| changed.iter().all(|(other, _)| other != name))
        .chain(changed)
        .cloned()
        .collect();
    Ok(load_text(&story.header.scene, &files, &merged)?.scenario)
}

/// The intervention that prevents one event of a recorded run.
#[must_use]
pub fn forbid_event(scenario: &Scenario, event: &Event) -> Intervention {
    Intervention::ForbidEvent {
        event: event.id.0,
        kind: scenario.events[event.kind.index()].name.clone(),
        roles: event.roles.iter().map(|&agent| AgentRef::new(scenario, agent)).collect(),
        at_us: event.at.0,
    }
}

/// The first instant at which the interventions of a scene can have an effect on a recorded run of it; `None` if they have none.
#[must_use]
pub fn earliest_effect(scenario: &Scenario, chronicle: &Chronicle) -> Option<Instant> {
    let earliest = |intervention: &InterventionKind| match intervention {
        InterventionKind::Change { at, .. }
        | InterventionKind::Start { at, .. }
        | InterventionKind::Forbid { at: Some(at), .. } => Some(*at),
        InterventionKind::Forbid { events, at: None } => {
            events.iter().filter_map(|event| first_occurrence(scenario, chronicle, event.kind, &event.roles)).min()
        }
        InterventionKind::Mute => Some(Instant::START),
        InterventionKind::Play(played) => Some(played.from),
        InterventionKind::Choose { outcome } => {
            let steps = scenario.actions.iter().flat_map(|action| &action.steps);
            let mut steps = steps.chain(scenario.triggers.iter().flat_map(|trigger| &trigger.steps));
            let step = steps.find(|step| step.outcomes.iter().any(|(_, event)| event.kind == *outcome))?;
            let others = step.outcomes.iter().map(|(_, event)| event.kind).filter(|kind| kind != outcome);
            others.filter_map(|kind| first_occurrence(scenario, chronicle, kind, &[])).min()
        }
    };
    scenario.interventions.iter().filter_map(|intervention| earliest(&intervention.kind)).min()
}

/// The instant of the first event of a kind with these roles, whether recorded in full or only counted.
fn first_occurrence(scenario: &Scenario, chronicle: &Chronicle, kind: EventKind, roles: &[Option<AgentId>]) -> Option<Instant> {
    // If the rule is for a kind of agent, agents outside the cast consider the action from the start, which leaves no event.
    if let EventOrigin::Action(action) = scenario.events[kind.index()].origin
        && scenario.actions[action].by.iter().any(|selector| matches!(selector, AgentSelector::Kind(_)))
    {
        return Some(Instant::START);
    }
    let is_match = |event: &&Event| {
        let fills_slot =
            |(slot, wanted): (usize, &Option<AgentId>)| wanted.is_none_or(|wanted| event.roles.get(slot) == Some(&wanted));
        event.kind == kind && roles.iter().enumerate().all(fills_slot)
    };
    let recorded = chronicle.iter().filter(is_match).map(|event| event.at).min();
    let counted = chronicle
        .counts()
        .filter(|(_, counted_kind, _)| *counted_kind == kind)
        .map(|(day, ..)| Instant(i64::from(day) * Instant::DAY_US))
        .min();
    match (recorded, counted) {
        (Some(recorded), Some(counted)) => Some(recorded.min(counted)),
        (recorded, counted) => recorded.or(counted),
    }
}
