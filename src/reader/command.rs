//! What a person may ask for. Buttons, menus, keys, the palette, the terminal, scripts and tests all speak in these.

use serde::{Deserialize, Serialize};

use super::breakpoint::Breakpoint;
use super::inquiry::Inquiry;
use super::key::{Key, Shortcut};
use super::pane::{Pane, Preset};
use super::time::{Step, Way};
use super::view::Filter;
use crate::ids::{AgentId, EventId, Instant, TieId};
use crate::scenario::Intervention;
use crate::story::book::BookOrder;

/// Something asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Plays, or stops playing.
    PlayPause,
    /// Plays backwards.
    PlayBack,
    /// Less simulated time in a second.
    Slower,
    /// More simulated time in a second.
    Faster,
    /// To the scene's start.
    ToStart,
    /// To what was lived last, and on with it.
    ToEnd,
    /// A step, that way.
    Step(Step, Way),
    /// To an instant.
    Seek(Instant),
    /// Looks at an event; nothing: at the last that has happened.
    Look(Option<EventId>),
    /// Goes to right after an event and looks at it.
    GoTo(EventId),
    /// From the event looked at to its first cause.
    ToCause,
    /// From the event looked at to the first it led to.
    ToEffect,
    /// Shows somebody.
    Meet(AgentId),
    /// Gives somebody a lane in the timeline, or takes it away.
    Pin(AgentId),
    /// The same for who is shown.
    PinShown,
    /// Lists the events that pass.
    Filter(Filter),
    /// Puts the cursor into the filter's text.
    Find,
    /// Sets a param otherwise, and has the world lived anew.
    Set(String, String),
    /// Takes every setting back.
    Unset,
    /// Keeps the settings in a file beside the scene.
    Keep,
    /// Shows one of the scene's texts, by its position.
    Source(usize),
    /// Changes one of the scene's texts, not yet in its file.
    Edit(usize, String),
    /// Writes what was changed, and has the world lived anew.
    Save,
    /// Reads the scene again, and has the world lived anew.
    LiveAnew,
    /// Does something to the world from outside, and has it lived anew, beside the life that is read.
    Fork(Intervention),
    /// Has the world lived with another seed.
    Seed(u64),
    /// Reads another of the lives that were lived, by its position.
    Enter(usize),
    /// Holds the life that is read against another.
    Against(usize),
    /// Keeps the life that is read in the story it was taken up from, by this name.
    KeepBranch(String),
    /// Asks something that takes a while.
    Ask(Inquiry),
    /// Has the story told as a book; nothing: as it happened.
    Tell(Option<BookOrder>),
    /// Keeps the stage to somebody, or shows all of the city.
    Follow(Option<AgentId>),
    /// Draws a tie in the graph, or leaves it out.
    Layer(TieId),
    /// How many steps from somebody the graph goes, 1 to 3.
    Depth(u8),
    /// How many of those bound to somebody the graph draws one by one, 4 to 96.
    Near(u16),
    /// The part of the run that the timeline shows; nothing: all of it.
    Span(Option<(Instant, Instant)>),
    /// Stops playing there, or does not any more.
    Break(Breakpoint),
    /// Shows a panel, or puts it away.
    Toggle(Pane),
    /// Arranges the panels.
    Arrange(Preset),
    /// Shows one panel and no other.
    Alone(Pane),
    /// Light or dark.
    Dark(bool),
    /// Text of another size: against the usual, 0.7 to 2.5.
    Zoom(f32),
    /// Takes back the last change of what is shown.
    Undo,
    /// Makes it again.
    Redo,
    /// Opens the list of all commands, or closes it.
    Palette,
    /// Opens the sheet of all keys, or closes it.
    Help,
    /// Copies what is shown as text.
    CopyView,
}

/// A command as it is shown: what it says, what it does, its icon where it has one, and its key.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// In a menu or the palette.
    pub text: &'static str,
    /// On hovering, without the key.
    pub tooltip: &'static str,
    /// On a button, where there is no room for the text.
    pub icon: Option<&'static str>,
    /// Which key asks for it.
    pub key: Option<Shortcut>,
}

const fn plain(key: Key) -> Option<Shortcut> {
    Some(Shortcut::plain(key))
}

const fn shift(key: Key) -> Option<Shortcut> {
    Some(Shortcut::shift(key))
}

const fn ctrl(key: Key) -> Option<Shortcut> {
    Some(Shortcut::ctrl(key))
}

const fn alt(key: Key) -> Option<Shortcut> {
    Some(Shortcut::alt(key))
}

const fn shown(text: &'static str, tooltip: &'static str, icon: Option<&'static str>, key: Option<Shortcut>) -> Shown {
    Shown { text, tooltip, icon, key }
}

/// The one table: every command that needs nothing else said, in the order of the palette and the sheet of keys.
pub const TABLE: [(Command, Shown); 56] = [
    (Command::PlayPause, shown("Play or pause", "Let time pass, or stop it", None, plain(Key::Space))),
    (Command::PlayBack, shown("Play backwards", "Let time run back", Some("⏪"), shift(Key::Space))),
    (Command::Slower, shown("Slower", "Less of the world's time in a second", Some("−"), plain(Key::Types('-')))),
    (Command::Faster, shown("Faster", "More of the world's time in a second", Some("+"), plain(Key::Types('+')))),
    (Command::ToStart, shown("To the start", "To where the scene begins", Some("⏮"), plain(Key::Home))),
    (Command::ToEnd, shown("To the end, and follow", "To what was lived last, and on with it", Some("⏭"), plain(Key::End))),
    (Command::Step(Step::Ticks(1), Way::Back), shown("A tick back", "One tick of the scene back", None, plain(Key::Left))),
    (Command::Step(Step::Ticks(1), Way::On), shown("A tick on", "One tick of the scene on", None, plain(Key::Right))),
    (Command::Step(Step::Ticks(10), Way::Back), shown("Ten ticks back", "Ten ticks of the scene back", None, shift(Key::Left))),
    (Command::Step(Step::Ticks(10), Way::On), shown("Ten ticks on", "Ten ticks of the scene on", None, shift(Key::Right))),
    (
        Command::Step(Step::Event, Way::Back),
        shown("Event back", "To just before the last event", Some("⏴ event"), ctrl(Key::Left)),
    ),
    (Command::Step(Step::Event, Way::On), shown("Event on", "To just after the next event", Some("event ⏵"), ctrl(Key::Right))),
    (
        Command::Step(Step::Cast, Way::Back),
        shown("Back to the cast", "To the last thing somebody of the cast did", None, alt(Key::Left)),
    ),
    (
        Command::Step(Step::Cast, Way::On),
        shown("On to the cast", "To the next thing somebody of the cast does", None, alt(Key::Right)),
    ),
    (Command::Step(Step::Line, Way::Back), shown("Line back", "To the line of the story before", None, plain(Key::Up))),
    (Command::Step(Step::Line, Way::On), shown("Line on", "To the next line of the story", None, plain(Key::Down))),
    (Command::Step(Step::Beat, Way::Back), shown("Beat back", "To the beat before", Some("⏴ beat"), plain(Key::PageUp))),
    (Command::Step(Step::Beat, Way::On), shown("Beat on", "To the next beat", Some("beat ⏵"), plain(Key::PageDown))),
    (Command::Step(Step::Breakpoint, Way::Back), shown("Breakpoint back", "To the breakpoint before", None, shift(Key::F(8)))),
    (Command::Step(Step::Breakpoint, Way::On), shown("Breakpoint on", "To the next breakpoint", None, plain(Key::F(8)))),
    (Command::ToCause, shown("To its cause", "From the event to what led to it", None, plain(Key::Types('[')))),
    (Command::ToEffect, shown("To its effect", "From the event to what it led to", None, plain(Key::Types(']')))),
    (Command::Look(None), shown("Look at now", "Leave the event and look at the cursor again", None, plain(Key::Escape))),
    (Command::PinShown, shown("Pin", "A lane in the timeline for who is shown, or none", None, plain(Key::Types('p')))),
    (Command::Find, shown("Find events", "Filter the list of events", None, ctrl(Key::Types('f')))),
    (Command::Undo, shown("Undo", "Take back the last change of what is shown", None, ctrl(Key::Types('z')))),
    (Command::Redo, shown("Redo", "Make it again", None, ctrl(Key::Types('y')))),
    (Command::Palette, shown("All commands", "Find a command by its name", None, ctrl(Key::Types('p')))),
    (Command::Help, shown("Keys", "All keys on one sheet", None, plain(Key::Types('?')))),
    (Command::CopyView, shown("Copy the view", "What is shown, as text for --view", None, ctrl(Key::Types('l')))),
    (Command::Arrange(Preset::Watch), shown("Watch", "The story, and time", None, plain(Key::F(1)))),
    (Command::Arrange(Preset::Step), shown("Step", "Timeline, events, why, and who", None, plain(Key::F(2)))),
    (Command::Arrange(Preset::Explore), shown("Explore", "OSes, people and what binds them", None, plain(Key::F(3)))),
    (
        Command::Arrange(Preset::Write),
        shown("Write", "The scene, its beats, and what its changes change", None, plain(Key::F(4))),
    ),
    (Command::Arrange(Preset::Ask), shown("Ask", "Themes, why not, what if, and many lives", None, plain(Key::F(7)))),
    (Command::Alone(Pane::Stage), shown("The stage alone", "The city, as large as the window", None, plain(Key::F(6)))),
    (Command::LiveAnew, shown("Live anew", "Read the scene again and live the world from its start", None, plain(Key::F(5)))),
    (Command::Save, shown("Save the scene", "Write the changed texts, and live the world anew", None, ctrl(Key::Types('s')))),
    (Command::Toggle(Pane::Scene), shown("Scene", "Params and texts of the scene", None, None)),
    (Command::Toggle(Pane::Problems), shown("Problems", "What is wrong with the scene as it is now", None, None)),
    (Command::Toggle(Pane::Compare), shown("Compare", "Another life beside this one", None, None)),
    (
        Command::Toggle(Pane::Themes),
        shown("Themes", "What kind of story it is so far, and what may still come of it", None, None),
    ),
    (Command::Toggle(Pane::WhyNot), shown("Why not", "What kept something from happening", None, None)),
    (Command::Toggle(Pane::Branches), shown("Branches", "The lives that were lived, and what is otherwise in each", None, None)),
    (Command::Toggle(Pane::Sweep), shown("Many lives", "What becomes of this world under other seeds", None, None)),
    (Command::Tell(None), shown("Tell as it happened", "The story day by day, not as a book", None, None)),
    (Command::Toggle(Pane::Stage), shown("Stage", "The city, and everybody in it", None, alt(Key::Types('9')))),
    (Command::Toggle(Pane::Story), shown("Story", "The story so far", None, alt(Key::Types('1')))),
    (Command::Toggle(Pane::Timeline), shown("Timeline", "A lane for each pinned agent", None, alt(Key::Types('2')))),
    (Command::Toggle(Pane::Events), shown("Events", "Every event, and a filter", None, alt(Key::Types('3')))),
    (Command::Toggle(Pane::Event), shown("Event", "One event: what, why, and what followed", None, alt(Key::Types('4')))),
    (Command::Toggle(Pane::Agent), shown("Agent", "Somebody at this moment", None, alt(Key::Types('5')))),
    (Command::Toggle(Pane::Oses), shown("OSes", "How many, whose, and how far they have come", None, alt(Key::Types('6')))),
    (Command::Toggle(Pane::Graph), shown("Graph", "Who is bound to whom", None, alt(Key::Types('8')))),
    (Command::Toggle(Pane::Beats), shown("Beats", "What the scene waits for", None, alt(Key::Types('7')))),
    (Command::Span(None), shown("The whole run", "Show all of the run in the timeline", None, plain(Key::Types('0')))),
];

impl Command {
    /// How it is shown, if it stands in the table.
    #[must_use]
    pub fn shown(&self) -> Option<&'static Shown> {
        TABLE.iter().find(|(command, _)| command == self).map(|(_, shown)| shown)
    }
}

/// Whether a text has every word that was typed; capitals aside.
pub(crate) fn says(said: &str, typed: &str) -> bool {
    let said = said.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_asks_for_two_things_and_no_command_stands_twice() {
        let mut keys: Vec<String> = TABLE.iter().filter_map(|(_, shown)| shown.key).map(|key| format!("{key:?}")).collect();
        let asked = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), asked);
        for (at, (command, _)) in TABLE.iter().enumerate() {
            assert!(TABLE[..at].iter().all(|(other, _)| other != command), "{command:?}");
        }
    }

    #[test]
    fn the_page_on_the_window_has_every_key() {
        let mut page = String::from("| key | what it does |\n| --- | --- |\n");
        for (_, shown) in &TABLE {
            if let Some(key) = shown.key {
                page.push_str(&format!("| `{key}` | {} |\n", shown.tooltip));
            }
        }
        let docs = include_str!("../../docs/inspector.md");
        assert!(docs.ends_with(&page), "docs/inspector.md must end with:\n{page}");
    }

    #[test]
    fn a_command_survives_a_script() {
        for (command, _) in &TABLE {
            let text = ron::to_string(command).unwrap();
            assert_eq!(ron::from_str::<Command>(&text).unwrap(), *command, "{text}");
        }
    }
}
