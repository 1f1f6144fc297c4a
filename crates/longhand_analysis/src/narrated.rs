//! A run that is narrated while it is simulated: each tick yields the lines that a reader sees.

use super::run::Run;
use jiff::civil::Date;
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
    narration: Narration,
    /// Number of events narrated or skipped.
    events: usize,
    cast_only: bool,
}

/// How a run is narrated.
#[derive(Debug)]
enum Narration {
    /// What a reader wants to know.
    Selected(Box<Narrator>),
    /// Every event; with the day of the last one.
    EveryEvent(Box<EventNarrator>, Option<Date>),
}

/// The state of the narration, as part of a keyframe.
#[derive(Serialize, Deserialize)]
enum NarrationState<'a> {
    Selected(Cow<'a, NarratorState>, Cow<'a, EventNarratorState>),
    EveryEvent(Cow<'a, EventNarratorState>, Option<Date>),
}

impl Narration {
    /// The lines about an event.
    fn narrate(
        &mut self,
        scenario: &Scenario,
        event: &Event,
        beats: &[BeatMatch],
        directory: &AgentRegistry,
    ) -> Vec<NarrationLine> {
        match self {
            Self::Selected(narrator) => narrator.narrate(scenario, event, beats, directory),
            Self::EveryEvent(teller, day) => {
                teller.observe(event);
                let moment = CivilDateTime::from_instant(&scenario.calendar, event.at);
                let heading = (day.replace(moment.day()) != Some(moment.day())).then(|| NarrationLine {
                    kind: NarrationLineKind::Heading,
                    text: moment.long_date(),
                    event: None,
                });
                let sentence = teller.sentence(scenario, event, directory);
                let text = format!("{} [{}] {sentence}", moment.clock(), event.id.0);
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
                let (narrator, teller) = narrator.state();
                NarrationState::Selected(Cow::Borrowed(narrator), Cow::Borrowed(teller))
            }
            Self::EveryEvent(teller, day) => NarrationState::EveryEvent(Cow::Borrowed(teller.state()), *day),
        }
    }

    /// Restores a state. A state of the other kind resets the narration, and the result is false.
    fn restore(&mut self, state: NarrationState<'_>) -> bool {
        match (self, state) {
            (Self::Selected(narrator), NarrationState::Selected(state, teller)) => {
                narrator.restore(state.into_owned(), teller.into_owned());
                true
            }
            (Self::EveryEvent(teller, day), NarrationState::EveryEvent(state, last)) => {
                teller.restore(state.into_owned());
                *day = last;
                true
            }
            (Self::Selected(narrator), _) => {
                narrator.restore(NarratorState::default(), EventNarratorState::default());
                false
            }
            (Self::EveryEvent(teller, day), _) => {
                teller.restore(EventNarratorState::default());
                *day = None;
                false
            }
        }
    }
}

/// The beats that an event completed.
fn beats_completed_by(chronicle: &Chronicle, event: &Event) -> Vec<BeatMatch> {
    let late = chronicle.beats.iter().rev().take_while(|beat| beat.at >= event.at);
    late.filter(|beat| beat.event == event.id).cloned().collect()
}

impl NarratedRun {
    /// Narrates a run that has not begun: what a reader wants to know.
    #[must_use]
    pub fn selected(run: Run) -> Self {
        let narration = Narration::Selected(Box::new(Narrator::new(run.simulation().scenario(), run.seed())));
        Self { run, narration, events: 0, cast_only: false }
    }

    /// Narrates every event of a run that has not begun.
    #[must_use]
    pub fn every_event(run: Run) -> Self {
        let narration = Narration::EveryEvent(Box::new(EventNarrator::new(run.simulation().scenario(), run.seed())), None);
        Self { run, narration, events: 0, cast_only: false }
    }

    /// Leaves out events that are not begun by the cast.
    #[must_use]
    pub fn cast_only(self) -> Self {
        Self { cast_only: true, ..self }
    }

    /// Simulates one tick and adds its lines. Returns false when the run is over and the last line is added.
    pub fn step(&mut self, lines: &mut Vec<NarratedLine>) -> bool {
        let goes_on = self.run.step();
        self.narrate_new_events(lines);
        let (simulation, chronicle) = (self.run.simulation(), self.run.chronicle());
        if let (false, Narration::Selected(narrator)) = (goes_on, &mut self.narration) {
            let at = simulation.now();
            let last = narrator.finish(simulation.scenario(), at, &chronicle.agents);
            lines.extend(last.into_iter().map(|line| NarratedLine { at, line }));
        }
        goes_on
    }

    /// Adds the lines about the events since the last call.
    fn narrate_new_events(&mut self, lines: &mut Vec<NarratedLine>) {
        let scenario = self.run.simulation().scenario();
        let chronicle = self.run.chronicle();
        let begun_by_cast = |event: &&Event| event.roles.first().is_some_and(|own| own.index() < scenario.cast.len());
        for event in chronicle.events()[self.events..].iter().filter(|event| !self.cast_only || begun_by_cast(event)) {
            let new = self.narration.narrate(scenario, event, &beats_completed_by(chronicle, event), &chronicle.agents);
            lines.extend(new.into_iter().map(|line| NarratedLine { at: event.at, line }));
        }
        self.events = chronicle.len();
    }

    /// The state of the run and its narration as bytes, from which both can continue. The chronicle is not included.
    ///
    /// # Errors
    /// As [`Run::keyframe`].
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_extend(&self.narration.state(), self.run.keyframe()?)
    }

    /// Puts the run to a keyframe of the same scene and seed. `chronicle` is what was recorded until then. The narration continues word for
    /// word as it did from there. If the run of the keyframe was narrated in the other way, it continues as if it had been narrated in this
    /// one.
    ///
    /// # Errors
    /// As [`Run::restore`].
    pub fn restore(&mut self, keyframe: &[u8], chronicle: Chronicle) -> Result<(), KeyframeMismatch> {
        let rest = self.run.restore(keyframe, chronicle)?;
        let (state, _) = postcard::take_from_bytes(rest).map_err(|_| KeyframeMismatch)?;
        if self.narration.restore(state) {
            self.events = self.run.chronicle().len();
        } else {
            // Narrates the past again, so that the narration has the state that it would have, and drops the lines.
            self.events = 0;
            self.narrate_new_events(&mut Vec::new());
        }
        Ok(())
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }
}
