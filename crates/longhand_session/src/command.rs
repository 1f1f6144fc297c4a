//! The commands of a session. Buttons, menus, keys, the palette, the terminal, scripts and tests all use them.

use serde::{Deserialize, Serialize};

use super::breakpoint::Breakpoint;
use super::inquiry::Inquiry;
use super::key::{Key, Shortcut};
use super::pane::{Pane, Preset};
use super::time::{Step, Way};
use super::view::Filter;
use longhand_expr::ids::{AgentId, EventId, Instant, TieId};
use longhand_narrative::book::BookOrder;
use longhand_scene::Intervention;

/// A command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Starts or pauses playback.
    PlayPause,
    /// Plays backwards.
    PlayBack,
    /// Less simulated time per second.
    Slower,
    /// More simulated time per second.
    Faster,
    /// Moves the cursor to the scene's start.
    ToStart,
    /// Moves the cursor to the latest simulated time and follows it.
    ToEnd,
    /// One step in a direction.
    Step(Step, Way),
    /// Moves the cursor to an instant.
    Seek(Instant),
    /// Selects an event; `None`: the last one before the cursor.
    Look(Option<EventId>),
    /// Moves the cursor to right after an event and selects it.
    GoTo(EventId),
    /// From the selected event to its first cause.
    ToCause,
    /// From the selected event to its first effect.
    ToEffect,
    /// Shows an agent.
    Meet(AgentId),
    /// Adds a lane for an agent to the timeline, or removes it.
    Pin(AgentId),
    /// The same for the agent that is shown.
    PinShown,
    /// Sets the filter of the event list.
    Filter(Filter),
    /// Focuses the filter's text field.
    Find,
    /// Sets a parameter (name, value as typed) and restarts the run.
    Set(String, String),
    /// Resets all parameters and restarts the run.
    Unset,
    /// Saves the parameters in a file next to the scene.
    Keep,
    /// Shows one of the scene's source texts, by position.
    Source(usize),
    /// Edits one of the scene's source texts, without saving it.
    Edit(usize, String),
    /// Saves the edited source texts and restarts the run.
    Save,
    /// Reloads the scene and restarts the run.
    LiveAnew,
    /// Starts a new run with an intervention, next to the current one.
    Fork(Intervention),
    /// Starts a new run with another seed.
    Seed(u64),
    /// Switches to another run of the session, by position.
    Enter(usize),
    /// Compares the current run with another one, by position.
    Against(usize),
    /// Saves the current run as a branch of this name in the story it was forked from.
    KeepBranch(String),
    /// Starts a query in the background.
    Ask(Inquiry),
    /// Shows the story as a book; `None`: as it happened.
    Tell(Option<BookOrder>),
    /// Focuses the stage on an agent; `None`: the whole city.
    Follow(Option<AgentId>),
    /// Shows or hides a tie in the graph.
    Layer(TieId),
    /// Number of steps that the graph extends from an agent, 1 to 3.
    Depth(u8),
    /// Number of an agent's relations that the graph draws individually, 4 to 96.
    Near(u16),
    /// The part of the run that the timeline shows; `None`: all of it.
    Span(Option<(Instant, Instant)>),
    /// Adds a breakpoint, or removes it.
    Break(Breakpoint),
    /// Shows a panel, or hides it.
    Toggle(Pane),
    /// Arranges the panels.
    Arrange(Preset),
    /// Shows one panel and hides the others.
    Alone(Pane),
    /// Dark colours if true, light ones if false.
    Dark(bool),
    /// Text size relative to the default, 0.7 to 2.5.
    Zoom(f32),
    /// Undoes the last change of the view state.
    Undo,
    /// Redoes it.
    Redo,
    /// Opens or closes the list of all commands.
    Palette,
    /// Opens or closes the list of all keys.
    Help,
    /// Copies the view state as text.
    CopyView,
}

/// How a command is presented.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Its name in a menu or the palette.
    pub text: &'static str,
    /// Its tooltip, without the key.
    pub tooltip: &'static str,
    /// Its icon, for buttons without text.
    pub icon: Option<&'static str>,
    /// Its shortcut.
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

/// All commands without free parameters, in the order of the palette and the list of keys.
pub const TABLE: [(Command, Shown); 56] = [
    (Command::PlayPause, shown("Play or pause", "Start or pause playback", None, plain(Key::Space))),
    (Command::PlayBack, shown("Play backwards", "Play backwards in time", Some("⏪"), shift(Key::Space))),
    (Command::Slower, shown("Slower", "Less simulated time per second", Some("−"), plain(Key::Types('-')))),
    (Command::Faster, shown("Faster", "More simulated time per second", Some("+"), plain(Key::Types('+')))),
    (Command::ToStart, shown("Jump to start", "Jump to the start of the scene", Some("⏮"), plain(Key::Home))),
    (Command::ToEnd, shown("Jump to end and follow", "Jump to the latest time and follow", Some("⏭"), plain(Key::End))),
    (Command::Step(Step::Ticks(1), Way::Back), shown("Tick back", "Go back one tick", None, plain(Key::Left))),
    (Command::Step(Step::Ticks(1), Way::On), shown("Tick forward", "Go forward one tick", None, plain(Key::Right))),
    (Command::Step(Step::Ticks(10), Way::Back), shown("Ten ticks back", "Go back ten ticks", None, shift(Key::Left))),
    (Command::Step(Step::Ticks(10), Way::On), shown("Ten ticks forward", "Go forward ten ticks", None, shift(Key::Right))),
    (Command::Step(Step::Event, Way::Back), shown("Event back", "Go to before the last event", Some("⏴ event"), ctrl(Key::Left))),
    (
        Command::Step(Step::Event, Way::On),
        shown("Event forward", "Go to after the next event", Some("event ⏵"), ctrl(Key::Right)),
    ),
    (
        Command::Step(Step::Cast, Way::Back),
        shown("Cast event back", "Go to the last event of a cast member", None, alt(Key::Left)),
    ),
    (
        Command::Step(Step::Cast, Way::On),
        shown("Cast event forward", "Go to the next event of a cast member", None, alt(Key::Right)),
    ),
    (Command::Step(Step::Line, Way::Back), shown("Line back", "Go to the previous line of the story", None, plain(Key::Up))),
    (Command::Step(Step::Line, Way::On), shown("Line forward", "Go to the next line of the story", None, plain(Key::Down))),
    (Command::Step(Step::Beat, Way::Back), shown("Beat back", "Go to the previous beat", Some("⏴ beat"), plain(Key::PageUp))),
    (Command::Step(Step::Beat, Way::On), shown("Beat forward", "Go to the next beat", Some("beat ⏵"), plain(Key::PageDown))),
    (Command::Step(Step::Breakpoint, Way::Back), shown("Breakpoint back", "Go to previous breakpoint", None, shift(Key::F(8)))),
    (Command::Step(Step::Breakpoint, Way::On), shown("Breakpoint forward", "Go to next breakpoint", None, plain(Key::F(8)))),
    (Command::ToCause, shown("Go to cause", "Go to the event's first cause", None, plain(Key::Types('[')))),
    (Command::ToEffect, shown("Go to effect", "Go to the event's first effect", None, plain(Key::Types(']')))),
    (Command::Look(None), shown("Clear selection", "Deselect the event and show the cursor", None, plain(Key::Escape))),
    (Command::PinShown, shown("Pin", "Add or remove the shown agent's lane in the timeline", None, plain(Key::Types('p')))),
    (Command::Find, shown("Find events", "Filter the list of events", None, ctrl(Key::Types('f')))),
    (Command::Undo, shown("Undo", "Undo the last change of the view", None, ctrl(Key::Types('z')))),
    (Command::Redo, shown("Redo", "Redo the last undone change of the view", None, ctrl(Key::Types('y')))),
    (Command::Palette, shown("All commands", "Find a command by its name", None, ctrl(Key::Types('p')))),
    (Command::Help, shown("Keys", "List all keys", None, plain(Key::Types('?')))),
    (Command::CopyView, shown("Copy the view", "Copy the view as text for --view", None, ctrl(Key::Types('l')))),
    (Command::Arrange(Preset::Watch), shown("Watch", "Story and stage", None, plain(Key::F(1)))),
    (Command::Arrange(Preset::Step), shown("Step", "Timeline, events, causes and agent", None, plain(Key::F(2)))),
    (Command::Arrange(Preset::Explore), shown("Explore", "OSes, agents and their relations", None, plain(Key::F(3)))),
    (Command::Arrange(Preset::Write), shown("Write", "Scene, beats, and comparison of runs", None, plain(Key::F(4)))),
    (Command::Arrange(Preset::Ask), shown("Ask", "Themes, why not, what if, and sweeps", None, plain(Key::F(7)))),
    (Command::Alone(Pane::Stage), shown("Stage only", "Show only the stage", None, plain(Key::F(6)))),
    (Command::LiveAnew, shown("Restart", "Reload the scene and restart the run", None, plain(Key::F(5)))),
    (Command::Save, shown("Save the scene", "Save the edited texts and restart the run", None, ctrl(Key::Types('s')))),
    (Command::Toggle(Pane::Scene), shown("Scene", "Parameters and source texts of the scene", None, None)),
    (Command::Toggle(Pane::Problems), shown("Problems", "Errors and warnings of the scene", None, None)),
    (Command::Toggle(Pane::Compare), shown("Compare", "Compare with another run", None, None)),
    (Command::Toggle(Pane::Themes), shown("Themes", "Story patterns found so far, and the status of the others", None, None)),
    (Command::Toggle(Pane::WhyNot), shown("Why not", "Find out why something did not happen", None, None)),
    (Command::Toggle(Pane::Branches), shown("Branches", "The runs of this session and their differences", None, None)),
    (Command::Toggle(Pane::Sweep), shown("Sweep", "Run the scene with many seeds", None, None)),
    (Command::Tell(None), shown("Show as it happened", "Show the story day by day instead of as a book", None, None)),
    (Command::Toggle(Pane::Stage), shown("Stage", "The city and its agents", None, alt(Key::Types('9')))),
    (Command::Toggle(Pane::Story), shown("Story", "The story so far", None, alt(Key::Types('1')))),
    (Command::Toggle(Pane::Timeline), shown("Timeline", "A lane for each pinned agent", None, alt(Key::Types('2')))),
    (Command::Toggle(Pane::Events), shown("Events", "All events, with a filter", None, alt(Key::Types('3')))),
    (Command::Toggle(Pane::Event), shown("Event", "One event: changes, causes and effects", None, alt(Key::Types('4')))),
    (Command::Toggle(Pane::Agent), shown("Agent", "One agent at the cursor", None, alt(Key::Types('5')))),
    (Command::Toggle(Pane::Oses), shown("OSes", "Users, owners and development of the OSes", None, alt(Key::Types('6')))),
    (Command::Toggle(Pane::Graph), shown("Graph", "Relations between agents", None, alt(Key::Types('8')))),
    (Command::Toggle(Pane::Beats), shown("Beats", "Status of the scene's beats", None, alt(Key::Types('7')))),
    (Command::Span(None), shown("Whole run", "Show the whole run in the timeline", None, plain(Key::Types('0')))),
];

impl Command {
    /// How it is presented; `None` if it is not in [`COMMANDS`].
    #[must_use]
    pub fn shown(&self) -> Option<&'static Shown> {
        TABLE.iter().find(|(command, _)| command == self).map(|(_, shown)| shown)
    }
}

/// Whether a text contains every typed word, ignoring case.
pub fn says(said: &str, typed: &str) -> bool {
    let said = said.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_commands_and_no_command_is_listed_twice() {
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
    fn the_inspector_documentation_lists_every_key() {
        let mut page = String::from("| key | what it does |\n| --- | --- |\n");
        for (_, shown) in &TABLE {
            if let Some(key) = shown.key {
                page.push_str(&format!("| `{key}` | {} |\n", shown.tooltip));
            }
        }
        let docs = include_str!("../../../docs/inspector.md");
        assert!(docs.ends_with(&page), "docs/inspector.md must end with:\n{page}");
    }

    #[test]
    fn a_command_round_trips_through_ron() {
        for (command, _) in &TABLE {
            let text = ron::to_string(command).unwrap();
            assert_eq!(ron::from_str::<Command>(&text).unwrap(), *command, "{text}");
        }
    }
}
