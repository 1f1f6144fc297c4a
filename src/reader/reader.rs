//! Who reads a run: what is known of it, the reader's time, and what is chosen to be seen. Commands come in; nothing else changes it.

use std::mem;
use std::time::{Duration, Instant as Clock};

use super::author::{Before, Desk, Living, Wish};
use super::command::Command;
use super::feed::{Cover, Feed, Heard};
use super::record::Record;
use super::time::Time;
use super::view::{Choice, Filter, View};
use crate::ids::{AgentId, EventId, Instant};

/// How many changes of what is shown can be taken back.
const MOST_UNDO: usize = 200;
/// How many of the cast have a lane before anybody chose.
const PINNED: usize = 5;

/// How long events are looked through for the filter each time.
const LOOKING: Duration = Duration::from_millis(3);

/// A run and what a person does with it.
#[derive(Debug)]
pub struct Reader {
    record: Record,
    time: Time,
    choice: Choice,
    /// Where the cursor is to go as soon as the world was lived so far.
    sought: Option<Instant>,
    undo: Vec<Choice>,
    redo: Vec<Choice>,
    found: Found,
    desk: Desk,
}

/// The events that pass the filter, kept up to date as the run grows.
#[derive(Debug, Default)]
struct Found {
    filter: Filter,
    seen: usize,
    beats: usize,
    events: Vec<EventId>,
}

impl Found {
    fn refresh(&mut self, filter: &Filter, record: &Record) {
        let beats = record.chronicle().beats.len();
        if self.filter != *filter || filter.beats && beats != self.beats {
            *self = Self { filter: filter.clone(), ..Self::default() };
        }
        self.beats = beats;
        let began = Clock::now();
        for event in &record.chronicle().events()[self.seen..] {
            if filter.passes(record, event) {
                self.events.push(event.id);
            }
            self.seen += 1;
            // Words are found in sentences, and a million of those take seconds: the rest is for the next time.
            if self.seen.is_multiple_of(64) && began.elapsed() > LOOKING {
                break;
            }
        }
    }
}

impl Reader {
    /// At the beginning of a run; it plays a day a second.
    #[must_use]
    pub fn new(cover: Cover) -> Self {
        let cast = cover.scenario.cast.len().min(PINNED);
        let choice = Choice { pins: (0..cast).map(AgentId::at).collect(), ..Choice::default() };
        Self {
            record: Record::new(cover),
            time: Time::default(),
            choice,
            sought: None,
            undo: Vec::new(),
            redo: Vec::new(),
            found: Found::default(),
            desk: Desk::default(),
        }
    }

    /// The same, of a life in which these params were set otherwise than the scene has them.
    #[must_use]
    pub fn with_settings(mut self, set: Vec<(String, String)>) -> Self {
        self.desk.set = set.into_iter().collect();
        self
    }

    /// Takes in what the world told.
    pub fn hear(&mut self, heard: Heard) {
        self.record.hear(heard);
        if let Some(before) = &mut self.desk.before {
            before.refresh(&self.record);
        }
        if let Some(at) = self.sought.filter(|at| *at <= self.record.lived()) {
            self.sought = None;
            self.time.seek(at, &self.record);
            self.time.stop();
        }
    }

    /// The world is lived anew; the run so far is kept for comparison, and the cursor goes to where it was.
    fn begin_anew(&mut self, cover: Cover) {
        let at = self.time.cursor().at;
        let before = mem::replace(&mut self.record, Record::new(cover));
        // Beats, kinds of events and facts are numbers; in another scene they mean something else.
        if before.legend() != self.record.legend() {
            self.choice.breakpoints.clear();
            self.choice.hidden.clear();
        }
        self.desk.before = Some(Before::new(before));
        self.desk.problems = None;
        self.desk.failed = None;
        self.found = Found::default();
        self.choice.event = None;
        self.choice.agent = self.choice.agent.filter(|agent| agent.index() < self.record.scenario().cast.len());
        self.sought = Some(at);
        self.time.stop();
        self.time.seek(Instant::START, &self.record);
    }

    /// Has whoever can do what was wished for; a new feed when the world is lived anew.
    pub fn grant(&mut self, living: &mut dyn Living) -> Option<Feed> {
        if living.has_changed() {
            self.desk.wishes.push(Wish::Live);
        }
        let mut feed = None;
        for wish in mem::take(&mut self.desk.wishes) {
            match wish {
                Wish::Save => {
                    for (text, words) in mem::take(&mut self.desk.drafts) {
                        if let Err(error) = living.save(text, &words) {
                            self.desk.failed = Some(format!("cannot write: {error}"));
                            self.desk.drafts.insert(text, words);
                        }
                    }
                }
                Wish::Keep => {
                    self.desk.failed = living.keep(&self.desk.settings()).err().map(|error| format!("cannot write: {error}"));
                }
                Wish::Live => match living.live(&self.desk.settings()) {
                    Ok((cover, new)) => {
                        self.begin_anew(cover);
                        feed = Some(new);
                    }
                    Err(problems) => self.desk.problems = Some(problems),
                },
            }
        }
        feed
    }

    /// Lets that many of the reader's seconds pass.
    pub fn advance(&mut self, seconds: f64) {
        self.time.advance(seconds, &self.record, &self.choice.breakpoints);
    }

    /// What is known of the run.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The reader's time.
    #[must_use]
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// What is chosen to be seen.
    #[must_use]
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// Whether something is wrong with the scene as it was last read.
    #[must_use]
    pub fn has_problems(&self) -> bool {
        self.desk.problems.is_some()
    }

    /// The first event that is not as it was in the run before, as far as both were lived.
    #[must_use]
    pub fn divergence(&self) -> Option<EventId> {
        self.desk.before.as_ref().and_then(|before| before.divergence(&self.record))
    }

    /// Everything there is to see at this moment.
    pub fn view(&mut self) -> View<'_> {
        self.found.refresh(&self.choice.filter, &self.record);
        View { record: &self.record, time: &self.time, choice: &self.choice, found: &self.found.events, desk: &self.desk }
    }

    /// Shows what was shown elsewhere. The cursor goes to its instant as soon as the world was lived so far.
    pub fn give(&mut self, choice: Choice, cursor: Option<Instant>) {
        let pins = mem::replace(&mut self.choice, choice).pins;
        // Nobody is pinned only where nobody has chosen yet.
        if self.choice.pins.is_empty() {
            self.choice.pins = pins;
        }
        self.sought = cursor;
        if cursor.is_some() {
            self.time.stop();
        }
    }

    /// Does what was asked for; where things are shown is the business of whoever shows them.
    pub fn apply(&mut self, command: Command) {
        let before = self.choice.clone();
        let undoes = matches!(command, Command::Undo | Command::Redo);
        self.act(command);
        if !undoes && self.choice != before {
            self.redo.clear();
            if self.undo.len() == MOST_UNDO {
                self.undo.remove(0);
            }
            self.undo.push(before);
        }
    }

    fn act(&mut self, command: Command) {
        let Self { record, time, choice, desk, .. } = self;
        match command {
            Command::PlayPause => time.play_pause(record),
            Command::PlayBack => time.play_back(),
            Command::Slower => time.slower(),
            Command::Faster => time.faster(),
            Command::ToStart => {
                time.seek(Instant::START, record);
                choice.event = None;
            }
            Command::ToEnd => time.follow(record),
            Command::Step(step, way) => {
                time.step(step, way, record, &choice.breakpoints);
                choice.event = None;
            }
            Command::Seek(at) => {
                time.seek(at, record);
                choice.event = None;
            }
            Command::Look(event) => choice.event = event,
            Command::GoTo(event) => {
                time.seek_event(event, record);
                choice.event = Some(event);
            }
            Command::ToCause | Command::ToEffect => {
                let view = View { record, time, choice, found: &[], desk };
                let from = view.event();
                let to = match command {
                    Command::ToCause => from.and_then(|event| event.causes.first()).map(|cause| cause.event),
                    _ => from.and_then(|event| record.effects(event.id).first()).copied(),
                };
                if let Some(to) = to {
                    time.seek_event(to, record);
                    choice.event = Some(to);
                }
            }
            Command::Meet(agent) => choice.agent = Some(agent),
            Command::Pin(agent) => toggle(&mut choice.pins, agent),
            Command::Filter(filter) => choice.filter = filter,
            Command::Set(name, value) => {
                desk.set.insert(name, value);
                desk.wishes.push(Wish::Live);
            }
            Command::Unset => {
                desk.set.clear();
                desk.wishes.push(Wish::Live);
            }
            Command::Keep => desk.wishes.push(Wish::Keep),
            Command::Source(source) => choice.source = source,
            Command::Edit(source, text) => {
                let is_saved = record.scenario().sources.get(source).is_some_and(|(_, saved)| *saved == text);
                if is_saved { drop(desk.drafts.remove(&source)) } else { drop(desk.drafts.insert(source, text)) }
            }
            Command::Save => desk.wishes.extend([Wish::Save, Wish::Live]),
            Command::LiveAnew => desk.wishes.push(Wish::Live),
            Command::Follow(agent) => choice.follow = agent,
            Command::Layer(tie) => toggle(&mut choice.hidden, tie),
            Command::Span(span) => choice.span = span.filter(|(from, to)| from < to),
            Command::Break(breakpoint) => toggle(&mut choice.breakpoints, breakpoint),
            Command::Dark(dark) => choice.dark = dark,
            Command::Zoom(zoom) => choice.zoom = if zoom.is_finite() { zoom.clamp(0.7, 2.5) } else { 1.0 },
            Command::Undo => {
                if let Some(before) = self.undo.pop() {
                    self.redo.push(mem::replace(choice, before));
                }
            }
            Command::Redo => {
                if let Some(after) = self.redo.pop() {
                    self.undo.push(mem::replace(choice, after));
                }
            }
            Command::Find
            | Command::Toggle(_)
            | Command::Arrange(_)
            | Command::Alone(_)
            | Command::Palette
            | Command::Help
            | Command::CopyView => {}
        }
    }
}

/// Takes it out, or puts it in.
fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|other| *other == item) {
        Some(at) => drop(list.remove(at)),
        None => list.push(item),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{days, more, reader};
    use super::super::time::{Step, Way};
    use super::*;

    #[test]
    fn from_an_event_to_its_cause_and_on_to_the_effect_is_back_again() {
        let mut reader = reader();
        reader.apply(Command::GoTo(EventId(2)));
        reader.apply(Command::ToCause);
        assert_eq!(reader.choice().event, Some(EventId(0)));
        assert_eq!(days(reader.time().cursor().at), 1.0);
        reader.apply(Command::ToEffect);
        assert_eq!(reader.choice().event, Some(EventId(2)));
    }

    #[test]
    fn what_is_shown_can_be_undone_and_done_again_and_time_cannot() {
        let mut reader = reader();
        let before = reader.choice().clone();
        reader.apply(Command::Pin(AgentId(0)));
        reader.apply(Command::Dark(true));
        let after = reader.choice().clone();
        reader.apply(Command::Undo);
        reader.apply(Command::Undo);
        assert_eq!(*reader.choice(), before);
        reader.apply(Command::Step(Step::Event, Way::On));
        reader.apply(Command::Redo);
        reader.apply(Command::Redo);
        assert_eq!(*reader.choice(), after);
        assert_eq!(days(reader.time().cursor().at), 1.0);
    }

    #[test]
    fn the_filter_keeps_up_with_a_run_that_goes_on() {
        let mut reader = reader();
        reader.apply(Command::Filter(Filter { text: "MENDS".into(), ..Filter::default() }));
        assert_eq!(reader.view().found, [EventId(0)]);
        reader.hear(more());
        assert_eq!(reader.view().found.len(), 2);
    }
}
