//! Narrates a run while it is simulated: each tick adds the lines that a reader sees.
//!
//! Either a [`Narrator`] selects what a reader wants to know, or every event gets a line.

use super::run::Run;
use longhand_chronicle::{AgentRegistry, BeatMatch, Chronicle, Event};
use longhand_expr::ids::Instant;
use longhand_narrative::dates::CivilDateTime;
use longhand_narrative::{
    EventNarrator, EventNarratorState, KeyframeMismatch, NarrationLine, NarrationLineKind, Narrator, NarratorState,
};
use longhand_scene::Scenario;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A line of narration and the instant it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NarratedLine {
    /// The instant it is about.
    pub at: Instant,
    /// The line.
    pub line: NarrationLine,
}

/// A run with its narration.
#[derive(Debug)]
pub struct NarratedRun {
    run: Run,
    narration: RunNarration,
}

/// The narration of a run, apart from the run: it reads what is recorded.
#[derive(Debug)]
pub struct RunNarration {
    narration: Narration,
    /// Number of events narrated or left out so far.
    processed_events: usize,
    /// Whether events that no cast member initiated are left out.
    cast_only: bool,
}

/// How a run is narrated.
#[derive(Debug)]
enum Narration {
    /// The events that a reader wants to know about.
    Selected(Box<Narrator>),
    /// Every event. The number is that of the last heading's day; a new day gets a heading.
    EveryEvent(Box<EventNarrator>, Option<i64>),
}

/// The state of the narration, as part of a keyframe.
#[derive(Serialize, Deserialize)]
enum NarrationState<'a> {
    Selected(Cow<'a, NarratorState>, Cow<'a, EventNarratorState>),
    EveryEvent(Cow<'a, EventNarratorState>, Option<i64>),
}

impl Narration {
    /// The lines about an event.
    fn narrate(
        &mut self,
        scenario: &Scenario,
        event: &Event,
        beats: &[BeatMatch],
        registry: &AgentRegistry,
    ) -> Vec<NarrationLine> {
        match self {
            Self::Selected(narrator) => narrator.narrate(scenario, event, beats, registry),
            Self::EveryEvent(narrator, last_day) => {
                narrator.observe(event);
                let time = CivilDateTime::from_instant(&scenario.calendar, event.at);
                let heading = (last_day.replace(time.period()) != Some(time.period())).then(|| NarrationLine {
                    kind: NarrationLineKind::Heading,
                    text: time.heading(&scenario.language),
                    event: None,
                });
                let sentence = narrator.sentence(scenario, event, registry);
                let text = format!("{} [{}] {sentence}", time.clock(&scenario.language), event.id.0);
                heading
                    .into_iter()
                    .chain([NarrationLine { kind: NarrationLineKind::Event, text, event: Some(event.id) }])
                    .collect()
            }
        }
    }

    fn state(&self) -> NarrationState<'_> {
        match self {
            Self::Selected(narrator) => {
                let (state, event_narrator_state) = narrator.state();
                NarrationState::Selected(Cow::Borrowed(state), Cow::Borrowed(event_narrator_state))
            }
            Self::EveryEvent(narrator, last_day) => NarrationState::EveryEvent(Cow::Borrowed(narrator.state()), *last_day),
        }
    }

    /// Restores a state and returns true. If the state belongs to the other variant, resets the narration and returns false.
    fn restore(&mut self, state: NarrationState<'_>) -> bool {
        match (self, state) {
            (Self::Selected(narrator), NarrationState::Selected(state, event_narrator_state)) => {
                narrator.restore(state.into_owned(), event_narrator_state.into_owned());
                true
            }
            (Self::EveryEvent(narrator, last_day), NarrationState::EveryEvent(state, day)) => {
                narrator.restore(state.into_owned());
                *last_day = day;
                true
            }
            (Self::Selected(narrator), _) => {
                narrator.restore(NarratorState::default(), EventNarratorState::default());
                false
            }
            (Self::EveryEvent(narrator, last_day), _) => {
                narrator.restore(EventNarratorState::default());
                *last_day = None;
                false
            }
        }
    }
}

/// The beats that an event completed.
fn beats_completed_by(chronicle: &Chronicle, event: &Event) -> Vec<BeatMatch> {
    let latest = chronicle.beats.iter().rev().take_while(|beat| beat.at >= event.at);
    latest.filter(|beat| beat.event == event.id).cloned().collect()
}

impl RunNarration {
    /// Narrates the events that a reader wants to know about.
    #[must_use]
    pub fn selected(scenario: &Scenario, seed: u64) -> Self {
        Self::new(Narration::Selected(Box::new(Narrator::new(scenario, seed))))
    }

    /// Narrates every event.
    #[must_use]
    pub fn every_event(scenario: &Scenario, seed: u64) -> Self {
        Self::new(Narration::EveryEvent(Box::new(EventNarrator::new(scenario, seed)), None))
    }

    fn new(narration: Narration) -> Self {
        Self { narration, processed_events: 0, cast_only: false }
    }

    /// Leaves out events that no cast member initiated.
    #[must_use]
    pub fn cast_only(self) -> Self {
        Self { cast_only: true, ..self }
    }

    /// Appends the lines about the events that are new in a chronicle to `lines`.
    pub fn narrate_new_events(&mut self, scenario: &Scenario, chronicle: &Chronicle, lines: &mut Vec<NarratedLine>) {
        // The agents of the cast have the lowest ids.
        let by_cast = |event: &&Event| event.roles.first().is_some_and(|initiator| initiator.index() < scenario.cast.len());
        let new_events = &chronicle.events()[self.processed_events..];
        for event in new_events.iter().filter(|event| !self.cast_only || by_cast(event)) {
            let new_lines = self.narration.narrate(scenario, event, &beats_completed_by(chronicle, event), &chronicle.agents);
            lines.extend(new_lines.into_iter().map(|line| NarratedLine { at: event.at, line }));
        }
        self.processed_events = chronicle.len();
    }

    /// Appends the last lines of a run that ends at `at` to `lines`.
    pub fn finish(&mut self, scenario: &Scenario, chronicle: &Chronicle, at: Instant, lines: &mut Vec<NarratedLine>) {
        if let Narration::Selected(narrator) = &mut self.narration {
            let last_lines = narrator.finish(scenario, at, &chronicle.agents);
            lines.extend(last_lines.into_iter().map(|line| NarratedLine { at, line }));
        }
    }

    /// Restores a state. `chronicle` is what was recorded until then.
    fn restore(&mut self, state: NarrationState<'_>, scenario: &Scenario, chronicle: &Chronicle) {
        if self.narration.restore(state) {
            self.processed_events = chronicle.len();
        } else {
            // The state depends on all earlier events, so they are narrated again and the lines are dropped.
            self.processed_events = 0;
            self.narrate_new_events(scenario, chronicle, &mut Vec::new());
        }
    }
}

impl NarratedRun {
    /// A run at its start, with its narration.
    #[must_use]
    pub fn new(run: Run, narration: RunNarration) -> Self {
        Self { run, narration }
    }

    /// Narrates the events that a reader wants to know about. The run must be at its start.
    #[must_use]
    pub fn selected(run: Run) -> Self {
        let narration = RunNarration::selected(run.simulation().scenario(), run.seed());
        Self::new(run, narration)
    }

    /// Narrates every event. The run must be at its start.
    #[must_use]
    pub fn every_event(run: Run) -> Self {
        let narration = RunNarration::every_event(run.simulation().scenario(), run.seed());
        Self::new(run, narration)
    }

    /// Simulates one tick and appends its lines to `lines`. Returns false when the run is over, after the last line.
    pub fn step(&mut self, lines: &mut Vec<NarratedLine>) -> bool {
        let continues = self.run.step();
        let (simulation, chronicle) = (self.run.simulation(), self.run.chronicle());
        self.narration.narrate_new_events(simulation.scenario(), chronicle, lines);
        if !continues {
            self.narration.finish(simulation.scenario(), chronicle, simulation.now(), lines);
        }
        continues
    }

    /// The state of the run and its narration as bytes, from which both can continue. The chronicle is not included.
    ///
    /// # Errors
    /// As [`Run::keyframe`].
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_extend(&self.narration.narration.state(), self.run.keyframe()?)
    }

    /// Restores a keyframe of the same scene and seed. `chronicle` is what was recorded until then. The lines that follow are the
    /// same as those of an uninterrupted run. This also holds if the run of the keyframe was narrated in the other way (selected
    /// events or every event).
    ///
    /// # Errors
    /// As [`Run::restore`].
    pub fn restore(&mut self, keyframe: &[u8], chronicle: Chronicle) -> Result<(), KeyframeMismatch> {
        let rest = self.run.restore(keyframe, chronicle)?;
        let (state, _) = postcard::take_from_bytes(rest).map_err(|_| KeyframeMismatch)?;
        self.narration.restore(state, self.run.simulation().scenario(), self.run.chronicle());
        Ok(())
    }

    /// The run that is narrated.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }
}
