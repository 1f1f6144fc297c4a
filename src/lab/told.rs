//! A run as it is told: each tick lived gives the lines that a reader is told of it.

use super::run::{NotAKeyframe, Run};
use crate::chronicle::{BeatMatch, Chronicle, Directory, Event};
use crate::ids::Instant;
use crate::scenario::Scenario;
use crate::story::dates::Moment;
use crate::story::{Line, LineKind, Narrator, NarratorState, Teller, TellerState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A line, and the instant it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it happened.
    pub at: Instant,
    /// What is said.
    pub line: Line,
}

/// A run with somebody who tells it.
#[derive(Debug)]
pub struct ToldRun {
    run: Run,
    voice: Voice,
    /// How many events were told or passed over.
    heard: usize,
    cast_only: bool,
}

#[derive(Debug)]
enum Voice {
    /// What a reader wants to hear.
    News(Box<Narrator>),
    /// Every event; and the day of the last one.
    Everything(Box<Teller>, Option<Date>),
}

/// What a voice remembers, as a keyframe holds it.
#[derive(Serialize, Deserialize)]
enum VoiceState<'a> {
    News(Cow<'a, NarratorState>, Cow<'a, TellerState>),
    Everything(Cow<'a, TellerState>, Option<Date>),
}

impl Voice {
    /// The lines that an event gives rise to.
    fn tell(&mut self, scenario: &Scenario, event: &Event, beats: &[BeatMatch], directory: &Directory) -> Vec<Line> {
        match self {
            Self::News(narrator) => narrator.tell(scenario, event, beats, directory),
            Self::Everything(teller, day) => {
                teller.hear(event);
                let moment = Moment::of(&scenario.calendar, event.at);
                let heading = (day.replace(moment.day()) != Some(moment.day())).then(|| Line {
                    kind: LineKind::Heading,
                    text: moment.heading(),
                    event: None,
                });
                let sentence = teller.sentence(scenario, event, directory);
                let text = format!("{} [{}] {sentence}", moment.clock(), event.id.0);
                heading.into_iter().chain([Line { kind: LineKind::Event, text, event: Some(event.id) }]).collect()
            }
        }
    }

    fn state(&self) -> VoiceState<'_> {
        match self {
            Self::News(narrator) => {
                let (narrator, teller) = narrator.state();
                VoiceState::News(Cow::Borrowed(narrator), Cow::Borrowed(teller))
            }
            Self::Everything(teller, day) => VoiceState::Everything(Cow::Borrowed(teller.state()), *day),
        }
    }

    /// Goes on as a voice that remembered this; when that was a voice of the other kind, begins anew and gives false.
    fn restore(&mut self, state: VoiceState<'_>) -> bool {
        match (self, state) {
            (Self::News(narrator), VoiceState::News(state, teller)) => {
                narrator.restore(state.into_owned(), teller.into_owned());
                true
            }
            (Self::Everything(teller, day), VoiceState::Everything(state, last)) => {
                teller.restore(state.into_owned());
                *day = last;
                true
            }
            (Self::News(narrator), _) => {
                narrator.restore(NarratorState::default(), TellerState::default());
                false
            }
            (Self::Everything(teller, day), _) => {
                teller.restore(TellerState::default());
                *day = None;
                false
            }
        }
    }
}

/// The beats that an event completed.
fn completed(chronicle: &Chronicle, event: &Event) -> Vec<BeatMatch> {
    let late = chronicle.beats.iter().rev().take_while(|beat| beat.at >= event.at);
    late.filter(|beat| beat.event == event.id).cloned().collect()
}

impl ToldRun {
    /// Somebody who tells what a reader wants to hear of a run that has not begun.
    #[must_use]
    pub fn news(run: Run) -> Self {
        let voice = Voice::News(Box::new(Narrator::new(run.simulation().scenario(), run.seed())));
        Self { run, voice, heard: 0, cast_only: false }
    }

    /// Somebody who tells every event.
    #[must_use]
    pub fn everything(run: Run) -> Self {
        let voice = Voice::Everything(Box::new(Teller::new(run.simulation().scenario(), run.seed())), None);
        Self { run, voice, heard: 0, cast_only: false }
    }

    /// The same, without what somebody of the crowd begins.
    #[must_use]
    pub fn of_the_cast(self) -> Self {
        Self { cast_only: true, ..self }
    }

    /// Lives one tick and adds what is told of it; false when the run is over and the last is told.
    pub fn step(&mut self, told: &mut Vec<Told>) -> bool {
        let goes_on = self.run.step();
        self.tell_news(told);
        let (simulation, chronicle) = (self.run.simulation(), self.run.chronicle());
        if let (false, Voice::News(narrator)) = (goes_on, &mut self.voice) {
            let at = simulation.now();
            let last = narrator.finish(simulation.scenario(), at, &chronicle.directory);
            told.extend(last.into_iter().map(|line| Told { at, line }));
        }
        goes_on
    }

    /// Tells what has happened since it was last told of.
    fn tell_news(&mut self, told: &mut Vec<Told>) {
        let scenario = self.run.simulation().scenario();
        let chronicle = self.run.chronicle();
        let begun_by_cast = |event: &&Event| event.roles.first().is_some_and(|own| own.index() < scenario.cast.len());
        for event in chronicle.events()[self.heard..].iter().filter(|event| !self.cast_only || begun_by_cast(event)) {
            let lines = self.voice.tell(scenario, event, &completed(chronicle, event), &chronicle.directory);
            told.extend(lines.into_iter().map(|line| Told { at: event.at, line }));
        }
        self.heard = chronicle.len();
    }

    /// All that the run and who tells it know, as bytes, from which both can go on; the run's chronicle is not among them.
    ///
    /// # Errors
    /// As [`Run::keyframe`].
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_extend(&self.voice.state(), self.run.keyframe()?)
    }

    /// Puts the run back (or on) to a keyframe of the same scene and seed; `chronicle` is what was recorded by then. What is told from
    /// there on is what was told then, word for word; if the keyframe's run was told in the other way, it goes on as if it had been told
    /// in this one.
    ///
    /// # Errors
    /// As [`Run::restore`].
    pub fn restore(&mut self, keyframe: &[u8], chronicle: Chronicle) -> Result<(), NotAKeyframe> {
        let rest = self.run.restore(keyframe, chronicle)?;
        let (state, _) = postcard::take_from_bytes(rest).map_err(|_| NotAKeyframe)?;
        if self.voice.restore(state) {
            self.heard = self.run.chronicle().len();
        } else {
            // What came before is said to nobody, so as not to be said again.
            self.heard = 0;
            self.tell_news(&mut Vec::new());
        }
        Ok(())
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }
}
