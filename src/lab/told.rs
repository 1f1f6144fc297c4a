//! A run as it is told: each tick lived gives the lines that a reader is told of it.

use super::run::Run;
use crate::chronicle::{BeatMatch, Event};
use crate::ids::Instant;
use crate::story::dates::Moment;
use crate::story::{Line, LineKind, Narrator, Teller};

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
    Everything(Box<Teller>, Option<jiff::civil::Date>),
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
        let scenario = self.run.simulation().scenario();
        let chronicle = self.run.chronicle();
        let begun_by_cast = |event: &&Event| event.roles.first().is_some_and(|own| own.index() < scenario.cast.len());
        for event in chronicle.events()[self.heard..].iter().filter(|event| !self.cast_only || begun_by_cast(event)) {
            let beats: Vec<BeatMatch> = chronicle
                .beats
                .iter()
                .rev()
                .take_while(|beat| beat.at >= event.at)
                .filter(|beat| beat.event == event.id)
                .cloned()
                .collect();
            let lines = match &mut self.voice {
                Voice::News(narrator) => narrator.tell(scenario, event, &beats, &chronicle.directory),
                Voice::Everything(teller, day) => {
                    teller.hear(event);
                    let moment = Moment::of(&scenario.calendar, event.at);
                    let heading = (day.replace(moment.day()) != Some(moment.day())).then(|| Line {
                        kind: LineKind::Heading,
                        text: moment.heading(),
                        event: None,
                    });
                    let sentence = teller.sentence(scenario, event, &chronicle.directory);
                    let text = format!("{} [{}] {sentence}", moment.clock(), event.id.0);
                    heading.into_iter().chain([Line { kind: LineKind::Event, text, event: Some(event.id) }]).collect()
                }
            };
            told.extend(lines.into_iter().map(|line| Told { at: event.at, line }));
        }
        self.heard = chronicle.len();
        if let (false, Voice::News(narrator)) = (goes_on, &mut self.voice) {
            let at = self.run.simulation().now();
            let last = narrator.finish(scenario, at, &chronicle.directory);
            told.extend(last.into_iter().map(|line| Told { at, line }));
        }
        goes_on
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }
}
