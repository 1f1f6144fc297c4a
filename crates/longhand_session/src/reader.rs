//! The session: the data of a run, playback, view state and branches. It changes only through commands and messages.

use std::mem;
use std::time::{Duration, Instant as Clock};

use super::author::{Desk, Keeping, Living, Wish};
use super::branch::{Branch, Branches, Setup};
use super::command::Command;
use super::feed::{Cover, Feed, Heard, feed};
use super::inquiry::Inquiries;
use super::record::Record;
use super::time::Time;
use super::view::{Choice, Filter, View};
use super::words;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_narrative::book::BookOrder;

/// Maximum number of undo steps.
const MOST_UNDO: usize = 200;
/// Number of cast members with a lane in the timeline by default.
const PINNED: usize = 5;

/// Time budget of the filter for each frame.
const LOOKING: Duration = Duration::from_millis(3);

/// A run and the state of a person reading it.
#[derive(Debug)]
pub struct Reader {
    record: Record,
    time: Time,
    choice: Choice,
    /// The instant to move the cursor to as soon as it is simulated.
    sought: Option<Instant>,
    undo: Vec<Choice>,
    redo: Vec<Choice>,
    found: Found,
    desk: Desk,
    branches: Branches,
    inquiries: Inquiries,
}

/// The events that match the filter, kept up to date while the run grows.
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
            // The filter searches sentences, which takes seconds for a million events; the rest is left for the next frame.
            if self.seen.is_multiple_of(64) && began.elapsed() > LOOKING {
                break;
            }
        }
    }
}

impl Reader {
    /// A session at the beginning of a run, playing one day a second.
    #[must_use]
    pub fn new(cover: Cover) -> Self {
        let cast = cover.scenario.cast.len().min(PINNED);
        let choice = Choice { pins: (0..cast).map(AgentId::at).collect(), ..Choice::default() };
        let scenario = &cover.scenario;
        let name = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
        Self {
            branches: Branches::new(name.clone(), Setup::default()),
            inquiries: Inquiries::default(),
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

    /// With the parameters that were overridden for this run.
    #[must_use]
    pub fn with_settings(mut self, set: Vec<(String, String)>) -> Self {
        let name = self.branches.now().name.clone();
        self.branches = Branches::new(name, Setup { set: set.into_iter().collect(), ..Setup::default() });
        self
    }

    /// For a story: with its saved branches, parents first.
    #[must_use]
    pub fn with_branches(mut self, branches: Vec<Branch>) -> Self {
        self.branches = self.branches.of_story();
        branches.into_iter().for_each(|branch| self.branches.add(branch));
        self
    }

    /// With another, finished run to compare with.
    #[must_use]
    pub fn beside(mut self, name: String, other: Reader) -> Self {
        self.branches.add_whole(name, other.record);
        self
    }

    /// Processes a message of the simulation.
    pub fn hear(&mut self, heard: Heard) {
        self.record.hear(heard);
        self.branches.refresh(&self.record);
        if let Some(at) = self.sought.filter(|at| *at <= self.record.lived()) {
            self.sought = None;
            self.time.seek(at, &self.record);
            self.time.stop();
        }
    }

    /// Makes another run current. The previous one is retained for comparison, and the cursor goes to the same instant.
    fn turn_to(&mut self, record: Record, branch: usize, anew: bool) {
        let at = self.time.cursor().at;
        let before = mem::replace(&mut self.record, record);
        // Ids of beats, event kinds and facts are not comparable between scenes.
        if before.legend() != self.record.legend() {
            self.choice.breakpoints.clear();
            self.choice.hidden.clear();
        }
        self.branches.go(branch, before, anew);
        self.branches.refresh(&self.record);
        self.inquiries.turn();
        (self.desk.problems, self.desk.failed, self.desk.refused) = (None, None, None);
        self.found = Found::default();
        self.choice.event = None;
        self.choice.agent = self.choice.agent.filter(|agent| agent.index() < self.record.scenario().cast.len());
        self.choice.telling = self.choice.telling.map(|order| told_by_the_cast(order, &self.record));
        self.time.stop();
        self.time.seek(Instant::START, &self.record);
        if at <= self.record.lived() {
            self.time.seek(at, &self.record);
        } else {
            self.sought = Some(at);
        }
    }

    /// Executes pending requests through the host. Returns a new receiver if another run became current.
    pub fn grant(&mut self, living: &mut dyn Living) -> Option<Feed> {
        if living.has_changed() {
            self.desk.wishes.push(Wish::Read);
        }
        let mut new = None;
        for wish in mem::take(&mut self.desk.wishes) {
            match wish {
                Wish::Save => {
                    for (text, words) in mem::take(&mut self.desk.drafts) {
                        if let Err(error) = living.save(text, &words) {
                            self.desk.failed = Some(format!("cannot write the file: {error}"));
                            self.desk.drafts.insert(text, words);
                        }
                    }
                }
                Wish::Keep => {
                    let set: Vec<_> = self.branches.now().setup.set.clone().into_iter().collect();
                    self.desk.failed = living.keep(&set).err().map(|error| format!("cannot write the file: {error}"));
                }
                Wish::KeepBranch(name) => self.keep_branch(name, living),
                Wish::Enter(at) => new = self.enter(at, living).or(new),
                wish => new = self.branch_off(&wish, living).or(new),
            }
        }
        new
    }

    /// Starts a run with a change to the setup of the current one.
    fn branch_off(&mut self, wish: &Wish, living: &mut dyn Living) -> Option<Feed> {
        let parent = self.branches.current();
        let mut setup = self.branches.now().setup.clone();
        let edition = matches!(wish, Wish::Read).then(|| self.branches.read_again());
        let name = match wish {
            Wish::Set(param, value) => {
                setup.set.insert(param.clone(), value.clone());
                format!("{} = {value}", param.replace('_', " "))
            }
            Wish::Unset => {
                setup.set.clear();
                "parameters of the scene".to_owned()
            }
            Wish::Fork(intervention) => {
                setup.outside.push(intervention.clone());
                words::otherwise(&self.record, intervention)
            }
            Wish::Seed(seed) => {
                setup.seed = Some(*seed);
                format!("seed {seed}")
            }
            _ => format!("reloaded scene ({})", edition.unwrap_or_default()),
        };
        match living.live(&setup) {
            Ok((cover, feed)) => {
                self.branches.add(Branch::new(name, Some(parent), setup));
                self.turn_to(Record::new(cover), self.branches.all().len() - 1, true);
                Some(feed)
            }
            Err(problems) => {
                // Diagnostics about an intervention are not shown as diagnostics of the scene.
                match (wish, problems.list.first()) {
                    (Wish::Fork(..), Some(problem)) => {
                        let help = problem.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
                        self.desk.refused = Some(format!("{}{help}", problem.message));
                    }
                    _ => self.desk.problems = Some(problems),
                }
                None
            }
        }
    }

    /// Switches to an earlier run, or repeats it if its data was discarded.
    fn enter(&mut self, at: usize, living: &mut dyn Living) -> Option<Feed> {
        if !self.branches.can_enter(at) {
            return None;
        }
        if let Some(record) = self.branches.take(at) {
            self.turn_to(record, at, false);
            // A finished run sends nothing more, so its receiver is one without a sender.
            return Some(feed().1);
        }
        match living.live(&self.branches.all()[at].setup.clone()) {
            Ok((cover, feed)) => {
                self.turn_to(Record::new(cover), at, true);
                Some(feed)
            }
            Err(problems) => {
                self.desk.problems = Some(problems);
                None
            }
        }
    }

    /// Saves the current run as a branch of the story.
    fn keep_branch(&mut self, name: String, living: &mut dyn Living) {
        let all = self.branches.all();
        let now = self.branches.now();
        let Some(parent) = now.parent.map(|parent| (parent, &all[parent])) else { return };
        let is_in_story = parent.0 == 0 || parent.1.kept.is_some();
        if !is_in_story || now.setup.seed.is_some() {
            self.desk.refused = Some("only a run forked from a run in the story can be saved".into());
            return;
        }
        let base = &parent.1.setup;
        let set = now.setup.set.iter().filter(|(name, value)| base.set.get(*name) != Some(*value));
        let set: Vec<(String, String)> = set.map(|(name, value)| (name.clone(), value.clone())).collect();
        let outside = now.setup.outside.get(base.outside.len()..).unwrap_or_default();
        match living.keep_branch(Keeping { parent: parent.1.kept.as_deref(), name: &name, set: &set, outside }) {
            Some(write) => self.inquiries.keep(self.branches.current(), name, write),
            None => self.desk.refused = Some("scenes have no branches; record a story first (longhand run --record)".into()),
        }
    }

    /// Advances playback by a number of seconds of real time.
    pub fn advance(&mut self, seconds: f64) {
        self.time.advance(seconds, &self.record, &self.choice.breakpoints);
    }

    /// The data of the current run.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The cursor and playback.
    #[must_use]
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// The view state.
    #[must_use]
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// The runs of the session.
    #[must_use]
    pub fn branches(&self) -> &Branches {
        &self.branches
    }

    /// The background queries.
    #[must_use]
    pub fn inquiries(&self) -> &Inquiries {
        &self.inquiries
    }

    /// Whether the last load of the scene failed.
    #[must_use]
    pub fn has_problems(&self) -> bool {
        self.desk.problems.is_some()
    }

    /// The first event that differs from the compared run, as far as both are simulated.
    #[must_use]
    pub fn divergence(&self) -> Option<EventId> {
        self.branches.divergence(&self.record)
    }

    /// Updates the filter and the queries, and returns the view of the session.
    pub fn view(&mut self) -> View<'_> {
        self.found.refresh(&self.choice.filter, &self.record);
        self.inquiries.tell(self.choice.telling, &self.record);
        self.inquiries.hear();
        if let (Some((at, name)), Some(Ok(()))) = (self.inquiries.keeping.question(), self.inquiries.keeping.answer()) {
            self.branches.keep(*at, name.clone());
        }
        View {
            record: &self.record,
            time: &self.time,
            choice: &self.choice,
            found: &self.found.events,
            desk: &self.desk,
            branches: &self.branches,
            inquiries: &self.inquiries,
        }
    }

    /// Restores a view state. The cursor moves to `cursor` as soon as that is simulated.
    pub fn give(&mut self, choice: Choice, cursor: Option<Instant>) {
        let pins = mem::replace(&mut self.choice, choice).pins;
        self.choice.telling = self.choice.telling.map(|order| told_by_the_cast(order, &self.record));
        (self.choice.depth, self.choice.near) = (self.choice.depth.clamp(1, 3), self.choice.near.clamp(4, 96));
        // An empty list in a restored state means that nobody has chosen yet.
        if self.choice.pins.is_empty() {
            self.choice.pins = pins;
        }
        self.sought = cursor;
        if cursor.is_some() {
            self.time.stop();
        }
    }

    /// Executes a command. The front end handles commands about panels and overlays.
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
        let Self { record, time, choice, desk, branches, inquiries, .. } = self;
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
                let from = choice.looks_at(record, time);
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
            Command::PinShown => {
                if let Some(agent) = choice.shown(record) {
                    toggle(&mut choice.pins, agent);
                }
            }
            Command::Filter(filter) => choice.filter = filter,
            Command::Set(name, value) => desk.wishes.push(Wish::Set(name, value)),
            Command::Unset => desk.wishes.push(Wish::Unset),
            Command::Fork(intervention) => desk.wishes.push(Wish::Fork(intervention)),
            Command::Seed(seed) => desk.wishes.push(Wish::Seed(seed)),
            Command::Enter(branch) => desk.wishes.push(Wish::Enter(branch)),
            Command::KeepBranch(name) => desk.wishes.push(Wish::KeepBranch(name)),
            Command::Against(branch) => {
                branches.compare_with(branch);
                branches.refresh(record);
                inquiries.turn();
            }
            Command::Ask(inquiry) => inquiries.ask(inquiry, record, branches, time.cursor().at),
            Command::Tell(order) => choice.telling = order.map(|order| told_by_the_cast(order, record)),
            Command::Keep => desk.wishes.push(Wish::Keep),
            Command::Source(source) => choice.source = source,
            Command::Edit(source, text) => {
                let is_saved = record.scenario().sources.get(source).is_some_and(|(_, saved)| *saved == text);
                if is_saved { drop(desk.drafts.remove(&source)) } else { drop(desk.drafts.insert(source, text)) }
            }
            Command::Save => desk.wishes.extend([Wish::Save, Wish::Read]),
            Command::LiveAnew => desk.wishes.push(Wish::Read),
            Command::Follow(agent) => choice.follow = agent,
            Command::Depth(steps) => choice.depth = steps.clamp(1, 3),
            Command::Near(many) => choice.near = many.clamp(4, 96),
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

/// Drops a point of view that is not in the cast: only cast members can narrate a book.
fn told_by_the_cast(order: BookOrder, record: &Record) -> BookOrder {
    let cast = record.scenario().cast.len();
    BookOrder { pov: order.pov.filter(|pov| pov.index() < cast), ..order }
}

/// Removes an item from a list, or adds it.
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
    fn going_to_the_cause_and_then_to_its_effect_returns_to_the_event() {
        let mut reader = reader();
        reader.apply(Command::GoTo(EventId(2)));
        reader.apply(Command::ToCause);
        assert_eq!(reader.choice().event, Some(EventId(0)));
        assert_eq!(days(reader.time().cursor().at), 1.0);
        reader.apply(Command::ToEffect);
        assert_eq!(reader.choice().event, Some(EventId(2)));
    }

    #[test]
    fn undo_and_redo_change_the_view_state_but_not_the_cursor() {
        let mut reader = reader();
        let before = reader.choice().clone();
        reader.apply(Command::PinShown);
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
    fn the_filter_includes_new_events_of_a_growing_run() {
        let mut reader = reader();
        reader.apply(Command::Filter(Filter { text: "MENDS".into(), ..Filter::default() }));
        assert_eq!(reader.view().found, [EventId(0)]);
        reader.hear(more());
        assert_eq!(reader.view().found.len(), 2);
    }
}
