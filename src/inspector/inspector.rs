//! The inspector: what is known of the run, the reader's time, what is chosen to be seen, and where it stands. Commands come in, the
//! window is drawn; nothing else changes it.

use bevy_egui::egui;
use serde::{Deserialize, Serialize};

use super::author::{Before, Desk, Living, Wish};
use super::command::{self, Command};
use super::feed::{Cover, Feed, Heard};
use super::layout::{Layout, Pane, Preset};
use super::record::Record;
use super::time::Time;
use super::view::{Choice, Filter, View};
use super::{overlays, transport};
use crate::ids::{AgentId, EventId};

/// How many changes of what is shown can be taken back.
const MOST_UNDO: usize = 200;
/// How many of the cast have a lane before anybody chose.
const PINNED: usize = 5;

/// The window's contents and what a person does with them.
#[derive(Debug)]
pub struct Inspector {
    record: Record,
    time: Time,
    shown: ViewState,
    undo: Vec<Choice>,
    redo: Vec<Choice>,
    found: Found,
    overlay: overlays::Overlay,
    desk: Desk,
    /// Text for the clipboard, until the window has put it there.
    copied: Option<String>,
}

/// Everything that makes up what is shown: it can be copied as text and given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewState {
    /// The instant of the cursor, in microseconds since the scene's start, where it is to be sought.
    pub cursor: Option<crate::ids::Instant>,
    /// What is chosen to be seen.
    pub choice: Choice,
    /// Which panels stand where.
    pub layout: Layout,
}

impl Default for ViewState {
    fn default() -> Self {
        Self { cursor: None, choice: Choice::default(), layout: Layout::of(Preset::Watch) }
    }
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
        let events = &record.chronicle().events()[self.seen..];
        self.events.extend(events.iter().filter(|event| filter.passes(record, event)).map(|event| event.id));
        self.seen = record.chronicle().len();
        self.beats = beats;
    }
}

impl Inspector {
    /// At the beginning of a run; it plays a day a second.
    #[must_use]
    pub fn new(cover: Cover) -> Self {
        let cast = cover.scenario.cast.len().min(PINNED);
        let mut shown = ViewState::default();
        shown.choice.pins = (0..cast).map(AgentId::at).collect();
        Self {
            record: Record::new(cover),
            time: Time::default(),
            shown,
            undo: Vec::new(),
            redo: Vec::new(),
            found: Found::default(),
            overlay: overlays::Overlay::default(),
            desk: Desk::default(),
            copied: None,
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
        if let Some(cursor) = self.shown.cursor.filter(|cursor| *cursor <= self.record.lived()) {
            self.shown.cursor = None;
            self.time.seek(cursor, &self.record);
            self.time.stop();
        }
    }

    /// The world is lived anew; the run so far is kept for comparison, and the cursor goes to where it was.
    fn begin_anew(&mut self, cover: Cover) {
        let at = self.time.cursor().at;
        let before = std::mem::replace(&mut self.record, Record::new(cover));
        self.desk.before = Some(Before::new(before));
        self.desk.problems = None;
        self.desk.failed = None;
        self.found = Found::default();
        self.shown.choice.event = None;
        self.shown.choice.agent = self.shown.choice.agent.filter(|agent| agent.index() < self.record.scenario().cast.len());
        // Beats, kinds of events and facts are numbers; in another scene they mean something else.
        if self.desk.before.as_ref().is_some_and(|before| before.record.legend() != self.record.legend()) {
            self.shown.choice.breakpoints.clear();
            self.shown.choice.hidden.clear();
        }
        self.shown.cursor = Some(at);
        self.time.stop();
        self.time.seek(crate::ids::Instant::START, &self.record);
    }

    /// Has whoever can do what was wished for; a new feed when the world is lived anew.
    pub fn grant(&mut self, living: &mut dyn Living) -> Option<Feed> {
        if living.has_changed() {
            self.desk.wishes.push(Wish::Live);
        }
        let mut feed = None;
        for wish in std::mem::take(&mut self.desk.wishes) {
            match wish {
                Wish::Save => {
                    for (text, words) in std::mem::take(&mut self.desk.drafts) {
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
        self.time.advance(seconds, &self.record, &self.shown.choice.breakpoints);
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

    /// What is shown, to be given back with [`Inspector::give`].
    #[must_use]
    pub fn view_state(&self) -> ViewState {
        ViewState { cursor: Some(self.time.cursor().at), ..self.shown.clone() }
    }

    /// Shows what was shown elsewhere. The cursor goes there as soon as the world was lived so far.
    pub fn give(&mut self, shown: ViewState) {
        let pins = std::mem::take(&mut self.shown.choice.pins);
        self.shown = shown;
        // Nobody is pinned only where nobody has chosen yet.
        if self.shown.choice.pins.is_empty() {
            self.shown.choice.pins = pins;
        }
        if self.shown.cursor.is_some() {
            self.time.stop();
        }
    }

    /// Text for the clipboard, once.
    pub fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    /// Does what was asked for.
    pub fn apply(&mut self, command: Command) {
        let before = self.shown.choice.clone();
        let undoes = matches!(command, Command::Undo | Command::Redo);
        self.act(command);
        if !undoes && self.shown.choice != before {
            self.redo.clear();
            if self.undo.len() == MOST_UNDO {
                self.undo.remove(0);
            }
            self.undo.push(before);
        }
    }

    fn act(&mut self, command: Command) {
        let Self { record, time, shown, desk, .. } = self;
        let ViewState { choice, layout, .. } = shown;
        match command {
            Command::PlayPause => time.play_pause(record),
            Command::PlayBack => time.play_back(),
            Command::Slower => time.slower(),
            Command::Faster => time.faster(),
            Command::ToStart => {
                time.seek(crate::ids::Instant::START, record);
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
            Command::Meet(agent) => {
                choice.agent = Some(agent);
                layout.show(Pane::Agent);
            }
            Command::Pin(agent) => match choice.pins.iter().position(|pin| *pin == agent) {
                Some(at) => drop(choice.pins.remove(at)),
                None => choice.pins.push(agent),
            },
            Command::Filter(filter) => choice.filter = filter,
            Command::Find => {
                layout.show(Pane::Events);
                self.overlay.find = true;
            }
            Command::Set(name, value) => {
                desk.set.insert(name, value);
                desk.wishes.push(Wish::Live);
            }
            Command::Unset => {
                desk.set.clear();
                desk.wishes.push(Wish::Live);
            }
            Command::Keep => desk.wishes.push(Wish::Keep),
            Command::Source(source) => {
                choice.source = source;
                layout.show(Pane::Scene);
            }
            Command::Edit(source, text) => {
                let is_saved = record.scenario().sources.get(source).is_some_and(|(_, saved)| *saved == text);
                if is_saved { drop(desk.drafts.remove(&source)) } else { drop(desk.drafts.insert(source, text)) }
            }
            Command::Save => desk.wishes.extend([Wish::Save, Wish::Live]),
            Command::LiveAnew => desk.wishes.push(Wish::Live),
            Command::Follow(agent) => choice.follow = agent,
            Command::Layer(tie) => match choice.hidden.iter().position(|hidden| *hidden == tie) {
                Some(at) => drop(choice.hidden.remove(at)),
                None => choice.hidden.push(tie),
            },
            Command::Span(span) => choice.span = span.filter(|(from, to)| from < to),
            Command::Break(breakpoint) => match choice.breakpoints.iter().position(|at| *at == breakpoint) {
                Some(at) => drop(choice.breakpoints.remove(at)),
                None => choice.breakpoints.push(breakpoint),
            },
            Command::Toggle(pane) => layout.toggle(pane),
            Command::Arrange(preset) => *layout = Layout::of(preset),
            Command::Dark(dark) => choice.dark = dark,
            Command::Zoom(zoom) => choice.zoom = if zoom.is_finite() { zoom.clamp(0.7, 2.5) } else { 1.0 },
            Command::Undo => {
                if let Some(before) = self.undo.pop() {
                    self.redo.push(std::mem::replace(choice, before));
                }
            }
            Command::Redo => {
                if let Some(after) = self.redo.pop() {
                    self.undo.push(std::mem::replace(choice, after));
                }
            }
            Command::Palette => self.overlay.toggle_palette(),
            Command::Help => self.overlay.help = !self.overlay.help,
            Command::CopyView => self.copied = ron::to_string(&self.view_state()).ok(),
        }
    }

    /// Draws the window and gives what was asked for; [`Inspector::apply`] does it.
    pub fn ui(&mut self, ui: &mut egui::Ui) -> Vec<Command> {
        self.found.refresh(&self.shown.choice.filter, &self.record);
        let mut out = Vec::new();
        if !self.overlay.is_open() {
            command::keys(ui, &mut out);
        }
        let view = View {
            record: &self.record,
            time: &self.time,
            choice: &self.shown.choice,
            found: &self.found.events,
            desk: &self.desk,
        };
        transport::title_ui(ui, &view, &mut out);
        transport::transport_ui(ui, &view, &mut out);
        if std::mem::take(&mut self.overlay.find) {
            ui.ctx().memory_mut(|memory| memory.request_focus(super::events::filter_id()));
        }
        let frame = egui::Frame::new().fill(super::theme::Palette::of(ui).ground);
        egui::CentralPanel::default().frame(frame).show(ui, |ui| self.shown.layout.ui(ui, &view, &mut out));
        self.overlay.ui(ui, &mut out);
        out
    }

    /// Whether a panel is to be seen.
    #[must_use]
    pub fn shows(&self, pane: Pane) -> bool {
        self.shown.layout.shows(pane)
    }

    /// Whether the ground is dark, and the size of text.
    #[must_use]
    pub fn look(&self) -> (bool, f32) {
        (self.shown.choice.dark, self.shown.choice.zoom)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DAY, days, inspector};
    use super::super::time::{Step, Way};
    use super::*;
    use crate::ids::Instant;

    #[test]
    fn from_an_event_to_its_cause_and_on_to_the_effect_is_back_again() {
        let mut inspector = inspector();
        inspector.apply(Command::GoTo(EventId(2)));
        inspector.apply(Command::ToCause);
        assert_eq!(inspector.view_state().choice.event, Some(EventId(0)));
        assert_eq!(days(inspector.time().cursor().at), 1.0);
        inspector.apply(Command::ToEffect);
        assert_eq!(inspector.view_state().choice.event, Some(EventId(2)));
    }

    #[test]
    fn what_is_shown_can_be_undone_and_done_again_and_time_cannot() {
        let mut inspector = inspector();
        let before = inspector.view_state().choice;
        inspector.apply(Command::Pin(AgentId(0)));
        inspector.apply(Command::Dark(true));
        let after = inspector.view_state().choice;
        inspector.apply(Command::Undo);
        inspector.apply(Command::Undo);
        assert_eq!(inspector.view_state().choice, before);
        inspector.apply(Command::Step(Step::Event, Way::On));
        inspector.apply(Command::Redo);
        inspector.apply(Command::Redo);
        assert_eq!(inspector.view_state().choice, after);
        assert_eq!(days(inspector.time().cursor().at), 1.0);
    }

    #[test]
    fn a_view_copied_as_text_is_the_same_view_elsewhere() {
        let mut here = inspector();
        here.apply(Command::Seek(Instant::from_seconds(1.5 * DAY)));
        here.apply(Command::Filter(Filter { text: "net".into(), ..Filter::default() }));
        here.apply(Command::Arrange(Preset::Step));
        here.apply(Command::CopyView);
        let text = here.take_copied().unwrap();
        let mut there = inspector();
        there.give(ron::from_str(&text).unwrap());
        there.hear(Heard::Lived(Box::default()));
        assert_eq!(there.view_state(), here.view_state());
    }

    #[test]
    fn the_filter_keeps_up_with_a_run_that_goes_on() {
        let mut inspector = inspector();
        inspector.apply(Command::Filter(Filter { text: "MENDS".into(), ..Filter::default() }));
        inspector.found.refresh(&inspector.shown.choice.filter, &inspector.record);
        assert_eq!(inspector.found.events, [EventId(0)]);
        inspector.hear(super::super::testing::more());
        inspector.found.refresh(&inspector.shown.choice.filter, &inspector.record);
        assert_eq!(inspector.found.events.len(), 2);
    }
}
