//! The commands of a session. Buttons, menus, keys, the palette, the terminal, scripts and tests all use them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::breakpoint::Breakpoint;
use super::city::CityView;
use super::direction::Direction;
use super::key::{KeyboardKey, Shortcut};
use super::panel::{LayoutPreset, PanelId};
use super::playback::StepTarget;
use super::query::Query;
use super::view::EventFilter;
use longhand_expr::ids::{AgentId, EventId, Instant, TieId};
use longhand_narrative::book::BookOptions;
use longhand_scene::Intervention;
use longhand_sim::PlayerChoice;

/// A command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SessionCommand {
    /// Starts or pauses playback.
    PlayPause,
    /// Plays backwards.
    #[serde(rename = "PlayBack")]
    PlayBackward,
    /// Less simulated time per second.
    Slower,
    /// More simulated time per second.
    Faster,
    /// Moves the cursor to the scene's start.
    ToStart,
    /// Moves the cursor to the latest simulated time and follows it.
    ToEnd,
    /// One step in a direction.
    Step(StepTarget, Direction),
    /// Moves the cursor to an instant.
    Seek(Instant),
    /// Selects an event; `None`: the last one before the cursor.
    #[serde(rename = "Look")]
    SelectEvent(Option<EventId>),
    /// Moves the cursor to right after an event and selects it.
    GoTo(EventId),
    /// From the selected event to its first cause.
    ToCause,
    /// From the selected event to its first effect.
    ToEffect,
    /// Shows an agent.
    #[serde(rename = "Meet")]
    ShowAgent(AgentId),
    /// Adds a lane for an agent to the timeline, or removes it.
    Pin(AgentId),
    /// [`Pin`](Self::Pin) for the agent that is shown.
    PinShown,
    /// Sets the filter of the event list.
    Filter(EventFilter),
    /// Focuses the filter's text field.
    Find,
    /// Sets a parameter (name, value as typed) and restarts the run.
    #[serde(rename = "Set")]
    SetParam(String, String),
    /// Resets all parameters and restarts the run.
    #[serde(rename = "Unset")]
    ResetParams,
    /// Saves the parameters in a file next to the scene.
    #[serde(rename = "Keep")]
    SaveParams,
    /// Shows one of the scene's source texts, by position.
    Source(usize),
    /// Shows a place in one of the scene's source texts: its position, and a byte offset in it.
    GoToSource(usize, usize),
    /// Edits one of the scene's source texts, without saving it.
    Edit(usize, String),
    /// Keeps the unsaved text of a source whose file another program has changed, so that the next save overwrites that file.
    KeepDraft(usize),
    /// Takes the text of a source's file instead of the unsaved one.
    DiscardDraft(usize),
    /// Lists the scenes and stories that can be opened.
    #[serde(rename = "Library")]
    ShowLibrary,
    /// Opens another scene or story in place of this one.
    #[serde(rename = "Open")]
    OpenFile(PathBuf),
    /// Creates a scene from the template and opens it in place of this one.
    NewScene(PathBuf),
    /// Shows what can be written of the run.
    #[serde(rename = "Outputs")]
    ShowOutputs,
    /// Writes a file of the run; the ending of its name says what it contains.
    #[serde(rename = "Write")]
    WriteFile(PathBuf),
    /// Stops writing the file. If it is of a format that takes long to write, no file is left.
    StopWriting,
    /// Saves the edited source texts and restarts the run.
    Save,
    /// Reloads the scene and restarts the run.
    #[serde(rename = "LiveAnew")]
    Restart,
    /// Starts a new run with an intervention, next to the current one.
    Fork(Intervention),
    /// Starts a new run in which the person plays a member of the cast, from the cursor on.
    #[serde(rename = "PlayAs")]
    TakeOver(AgentId),
    /// [`TakeOver`](Self::TakeOver) for the agent that is shown.
    #[serde(rename = "PlayAsShown")]
    TakeOverShown,
    /// Decides for the agent that the person plays, if it is to decide now.
    Decide(PlayerChoice),
    /// Lets the agent that the person plays decide itself for a day.
    DecideForDay,
    /// Lets the agent that the person plays decide itself from now on.
    #[serde(rename = "StopPlayingAs")]
    LeaveRole,
    /// Starts a new run with another seed.
    #[serde(rename = "Seed")]
    RunSeed(u64),
    /// Switches to another run of the session, by position.
    #[serde(rename = "Enter")]
    SwitchBranch(usize),
    /// Compares the current run with another one, by position.
    #[serde(rename = "Against")]
    CompareWith(usize),
    /// Saves the current run as a branch of this name in the story it was forked from.
    #[serde(rename = "KeepBranch")]
    SaveBranch(String),
    /// Starts a query in the background.
    Ask(Query),
    /// Shows the story as a book; `None`: as it happened.
    #[serde(rename = "Tell")]
    ShowBook(Option<BookOptions>),
    /// Focuses the stage on an agent; `None`: the whole city.
    Follow(Option<AgentId>),
    /// Highlights the shortest path from the shown agent to this one in the graph; `None`: no path.
    PathTo(Option<AgentId>),
    /// Shows or hides a tie in the graph.
    #[serde(rename = "Layer")]
    ToggleTieLayer(TieId),
    /// Number of steps that the graph extends from an agent, 1 to 3.
    #[serde(rename = "Depth")]
    GraphDepth(u8),
    /// Number of an agent's relations that the graph draws individually, 4 to 96.
    #[serde(rename = "Near")]
    GraphNeighbors(u16),
    /// The part of the run that the timeline shows; `None`: all of it.
    #[serde(rename = "Span")]
    TimelineSpan(Option<(Instant, Instant)>),
    /// Shows something in the city view.
    #[serde(rename = "City")]
    ShowCity(CityView),
    /// Adds a breakpoint, or removes it.
    #[serde(rename = "Break")]
    ToggleBreakpoint(Breakpoint),
    /// Shows a panel, or hides it.
    #[serde(rename = "Toggle")]
    TogglePanel(PanelId),
    /// Shows a panel.
    #[serde(rename = "Show")]
    ShowPanel(PanelId),
    /// Arranges the panels.
    #[serde(rename = "Arrange")]
    ApplyPreset(LayoutPreset),
    /// Shows one panel and hides the others.
    #[serde(rename = "Alone")]
    ShowOnly(PanelId),
    /// Shows the stage alone on the whole screen, or returns to the panels.
    FullScreen,
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
    /// Copies a text.
    #[serde(rename = "Copy")]
    CopyText(String),
}

/// How a command is presented.
#[derive(Clone, Copy, Debug)]
pub struct CommandLabel {
    /// Its name in a menu or the palette.
    pub text: &'static str,
    /// Its tooltip, without the key.
    pub tooltip: &'static str,
    /// Its icon, for buttons without text.
    pub icon: Option<&'static str>,
    /// Its shortcut.
    pub key: Option<Shortcut>,
}

const fn plain(key: KeyboardKey) -> Option<Shortcut> {
    Some(Shortcut::plain(key))
}

const fn shift(key: KeyboardKey) -> Option<Shortcut> {
    Some(Shortcut::shift(key))
}

const fn ctrl(key: KeyboardKey) -> Option<Shortcut> {
    Some(Shortcut::ctrl(key))
}

const fn alt(key: KeyboardKey) -> Option<Shortcut> {
    Some(Shortcut::alt(key))
}

const fn label(text: &'static str, tooltip: &'static str, icon: Option<&'static str>, key: Option<Shortcut>) -> CommandLabel {
    CommandLabel { text, tooltip, icon, key }
}

/// The command to take an option of the agent that the person plays, by position.
const fn decide(nth: usize) -> (SessionCommand, CommandLabel) {
    const KEYS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    const TEXTS: [&str; 9] = [
        "Decide for option 1",
        "Decide for option 2",
        "Decide for option 3",
        "Decide for option 4",
        "Decide for option 5",
        "Decide for option 6",
        "Decide for option 7",
        "Decide for option 8",
        "Decide for option 9",
    ];
    let label = label(TEXTS[nth], "Playing: take this option", None, plain(KeyboardKey::Char(KEYS[nth])));
    (SessionCommand::Decide(PlayerChoice::Option(nth)), label)
}

/// All commands without free parameters, in the order of the palette and the list of keys.
pub static COMMANDS: [(SessionCommand, CommandLabel); 75] = [
    (SessionCommand::PlayPause, label("Play or pause", "Start or pause playback", None, plain(KeyboardKey::Space))),
    (SessionCommand::PlayBackward, label("Play backwards", "Play backwards in time", Some("⏪"), shift(KeyboardKey::Space))),
    (SessionCommand::Slower, label("Slower", "Less simulated time per second", Some("−"), plain(KeyboardKey::Char('-')))),
    (SessionCommand::Faster, label("Faster", "More simulated time per second", Some("+"), plain(KeyboardKey::Char('+')))),
    (SessionCommand::ToStart, label("Jump to start", "Jump to the start of the scene", Some("⏮"), plain(KeyboardKey::Home))),
    (
        SessionCommand::ToEnd,
        label("Jump to end and follow", "Jump to the latest time and follow", Some("⏭"), plain(KeyboardKey::End)),
    ),
    (
        SessionCommand::Step(StepTarget::Ticks(1), Direction::Back),
        label("Tick back", "Go back one tick", None, plain(KeyboardKey::Left)),
    ),
    (
        SessionCommand::Step(StepTarget::Ticks(1), Direction::Forward),
        label("Tick forward", "Go forward one tick", None, plain(KeyboardKey::Right)),
    ),
    (
        SessionCommand::Step(StepTarget::Ticks(10), Direction::Back),
        label("Ten ticks back", "Go back ten ticks", None, shift(KeyboardKey::Left)),
    ),
    (
        SessionCommand::Step(StepTarget::Ticks(10), Direction::Forward),
        label("Ten ticks forward", "Go forward ten ticks", None, shift(KeyboardKey::Right)),
    ),
    (
        SessionCommand::Step(StepTarget::Event, Direction::Back),
        label("Event back", "Go to before the last event", Some("⏴ event"), ctrl(KeyboardKey::Left)),
    ),
    (
        SessionCommand::Step(StepTarget::Event, Direction::Forward),
        label("Event forward", "Go to after the next event", Some("event ⏵"), ctrl(KeyboardKey::Right)),
    ),
    (
        SessionCommand::Step(StepTarget::Cast, Direction::Back),
        label("Cast event back", "Go to the last event of a cast member", None, alt(KeyboardKey::Left)),
    ),
    (
        SessionCommand::Step(StepTarget::Cast, Direction::Forward),
        label("Cast event forward", "Go to the next event of a cast member", None, alt(KeyboardKey::Right)),
    ),
    (
        SessionCommand::Step(StepTarget::Line, Direction::Back),
        label("Line back", "Go to the previous line of the story", None, plain(KeyboardKey::Up)),
    ),
    (
        SessionCommand::Step(StepTarget::Line, Direction::Forward),
        label("Line forward", "Go to the next line of the story", None, plain(KeyboardKey::Down)),
    ),
    (
        SessionCommand::Step(StepTarget::Beat, Direction::Back),
        label("Beat back", "Go to the previous beat", Some("⏴ beat"), plain(KeyboardKey::PageUp)),
    ),
    (
        SessionCommand::Step(StepTarget::Beat, Direction::Forward),
        label("Beat forward", "Go to the next beat", Some("beat ⏵"), plain(KeyboardKey::PageDown)),
    ),
    (
        SessionCommand::Step(StepTarget::Breakpoint, Direction::Back),
        label("Breakpoint back", "Go to previous breakpoint", None, shift(KeyboardKey::F(8))),
    ),
    (
        SessionCommand::Step(StepTarget::Breakpoint, Direction::Forward),
        label("Breakpoint forward", "Go to next breakpoint", None, plain(KeyboardKey::F(8))),
    ),
    (SessionCommand::ToCause, label("Go to cause", "Go to the event's first cause", None, plain(KeyboardKey::Char('[')))),
    (SessionCommand::ToEffect, label("Go to effect", "Go to the event's first effect", None, plain(KeyboardKey::Char(']')))),
    (
        SessionCommand::SelectEvent(None),
        label("Clear selection", "Deselect the event and show the cursor", None, plain(KeyboardKey::Escape)),
    ),
    (
        SessionCommand::PinShown,
        label("Pin", "Add or remove the shown agent's lane in the timeline", None, plain(KeyboardKey::Char('p'))),
    ),
    (SessionCommand::Find, label("Find events", "Filter the list of events", None, ctrl(KeyboardKey::Char('f')))),
    (SessionCommand::Undo, label("Undo", "Undo the last change of the view", None, ctrl(KeyboardKey::Char('z')))),
    (SessionCommand::Redo, label("Redo", "Redo the last undone change of the view", None, ctrl(KeyboardKey::Char('y')))),
    (
        SessionCommand::Palette,
        label("Search", "Find people, places, beats, events and commands", None, ctrl(KeyboardKey::Char('p'))),
    ),
    (SessionCommand::Help, label("Keys", "List all keys", None, plain(KeyboardKey::Char('?')))),
    (SessionCommand::CopyView, label("Copy the view", "Copy the view as text for --view", None, ctrl(KeyboardKey::Char('l')))),
    (
        SessionCommand::ShowLibrary,
        label("Open …", "Open another scene or story, or a new one", None, ctrl(KeyboardKey::Char('o'))),
    ),
    (
        SessionCommand::ShowOutputs,
        label(
            "Write to a file …",
            "Write the run as a recording, book, film, picture or data",
            None,
            ctrl(KeyboardKey::Char('e')),
        ),
    ),
    (SessionCommand::ApplyPreset(LayoutPreset::Watch), label("Watch", "Story and stage", None, plain(KeyboardKey::F(1)))),
    (
        SessionCommand::ApplyPreset(LayoutPreset::Step),
        label("Step", "Timeline, events, causes and agent", None, plain(KeyboardKey::F(2))),
    ),
    (
        SessionCommand::ApplyPreset(LayoutPreset::Explore),
        label("Explore", "OSes, agents and their relations", None, plain(KeyboardKey::F(3))),
    ),
    (
        SessionCommand::ApplyPreset(LayoutPreset::Write),
        label("Write", "Scene, beats, and comparison of runs", None, plain(KeyboardKey::F(4))),
    ),
    (
        SessionCommand::ApplyPreset(LayoutPreset::Ask),
        label("Ask", "Themes, why not, what if, and sweeps", None, plain(KeyboardKey::F(7))),
    ),
    (SessionCommand::ShowOnly(PanelId::Stage), label("Stage only", "Show only the stage", None, plain(KeyboardKey::F(6)))),
    (
        SessionCommand::FullScreen,
        label("Full screen", "Show the stage alone on the whole screen, or return", None, plain(KeyboardKey::F(11))),
    ),
    (SessionCommand::Restart, label("Restart", "Reload the scene and restart the run", None, plain(KeyboardKey::F(5)))),
    (
        SessionCommand::Save,
        label("Save the scene", "Save the edited texts and restart the run", None, ctrl(KeyboardKey::Char('s'))),
    ),
    (SessionCommand::TakeOverShown, label("Play as this agent", "Decide for the shown agent, from the cursor on", None, None)),
    decide(0),
    decide(1),
    decide(2),
    decide(3),
    decide(4),
    decide(5),
    decide(6),
    decide(7),
    decide(8),
    (
        SessionCommand::Decide(PlayerChoice::Own),
        label("Decide as the agent would", "Playing: let the agent decide once", None, plain(KeyboardKey::Char('o'))),
    ),
    (
        SessionCommand::DecideForDay,
        label(
            "Decide as the agent would for a day",
            "Playing: let the agent decide for a day",
            None,
            plain(KeyboardKey::Char('d')),
        ),
    ),
    (
        SessionCommand::Decide(PlayerChoice::Nothing),
        label("Decide to do nothing", "Playing: do nothing", None, plain(KeyboardKey::Char('n'))),
    ),
    (SessionCommand::LeaveRole, label("Stop playing as somebody", "Let the agent decide itself from now on", None, None)),
    (SessionCommand::TogglePanel(PanelId::Scene), label("Scene", "Parameters and source texts of the scene", None, None)),
    (SessionCommand::TogglePanel(PanelId::Problems), label("Problems", "Errors and warnings of the scene", None, None)),
    (SessionCommand::TogglePanel(PanelId::Compare), label("Compare", "Compare with another run", None, None)),
    (
        SessionCommand::TogglePanel(PanelId::Themes),
        label("Themes", "Story patterns found so far, and the status of the others", None, None),
    ),
    (SessionCommand::TogglePanel(PanelId::WhyNot), label("Why not", "Find out why something did not happen", None, None)),
    (
        SessionCommand::TogglePanel(PanelId::Branches),
        label("Branches", "The runs of this session and their differences", None, None),
    ),
    (SessionCommand::TogglePanel(PanelId::Sweep), label("Sweep", "Run the scene with many seeds", None, None)),
    (
        SessionCommand::TogglePanel(PanelId::City),
        label("City", "What everybody, a kind or the people of a place have over time", None, None),
    ),
    (SessionCommand::TogglePanel(PanelId::Audit), label("Audit", "Measure whether the scene is a world or a script", None, None)),
    (SessionCommand::ShowBook(None), label("Show as it happened", "Show the story day by day instead of as a book", None, None)),
    (SessionCommand::TogglePanel(PanelId::Stage), label("Stage", "The city and its agents", None, alt(KeyboardKey::Char('9')))),
    (SessionCommand::TogglePanel(PanelId::Story), label("Story", "The story so far", None, alt(KeyboardKey::Char('1')))),
    (
        SessionCommand::TogglePanel(PanelId::Timeline),
        label("Timeline", "A lane for each pinned agent", None, alt(KeyboardKey::Char('2'))),
    ),
    (
        SessionCommand::TogglePanel(PanelId::Events),
        label("Events", "All events, with a filter", None, alt(KeyboardKey::Char('3'))),
    ),
    (
        SessionCommand::TogglePanel(PanelId::Event),
        label("Event", "One event: changes, causes and effects", None, alt(KeyboardKey::Char('4'))),
    ),
    (SessionCommand::TogglePanel(PanelId::Agent), label("Agent", "One agent at the cursor", None, alt(KeyboardKey::Char('5')))),
    (
        SessionCommand::TogglePanel(PanelId::Oses),
        label("OSes", "Users, owners and development of the OSes", None, alt(KeyboardKey::Char('6'))),
    ),
    (SessionCommand::TogglePanel(PanelId::Graph), label("Graph", "Relations between agents", None, alt(KeyboardKey::Char('8')))),
    (
        SessionCommand::TogglePanel(PanelId::Beats),
        label("Beats", "Status of the scene's beats", None, alt(KeyboardKey::Char('7'))),
    ),
    (
        SessionCommand::TimelineSpan(None),
        label("Whole run", "Show the whole run in the timeline", None, plain(KeyboardKey::Char('0'))),
    ),
];

impl SessionCommand {
    /// How it is presented; `None` if it is not in [`COMMANDS`].
    #[must_use]
    pub fn label(&self) -> Option<&'static CommandLabel> {
        COMMANDS.iter().find(|(command, _)| command == self).map(|(_, label)| label)
    }
}

/// Whether a text contains every typed word, ignoring case.
#[must_use]
pub fn contains_words(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_commands_and_no_command_is_listed_twice() {
        let mut keys: Vec<String> =
            COMMANDS.iter().filter_map(|(_, command_label)| command_label.key).map(|key| format!("{key:?}")).collect();
        let key_count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), key_count);
        for (index, (command, _)) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS[..index].iter().all(|(other, _)| other != command), "{command:?}");
        }
    }

    #[test]
    fn the_inspector_documentation_lists_every_key() {
        let mut page = String::from("| key | what it does |\n| --- | --- |\n");
        for (_, command_label) in &COMMANDS {
            if let Some(key) = command_label.key {
                page.push_str(&format!("| `{key}` | {} |\n", command_label.tooltip));
            }
        }
        let docs = include_str!("../../../docs/inspector.md");
        assert!(docs.ends_with(&page), "docs/inspector.md must end with:\n{page}");
    }

    #[test]
    fn a_command_round_trips_through_ron() {
        for (command, _) in &COMMANDS {
            let text = ron::to_string(command).unwrap();
            assert_eq!(ron::from_str::<SessionCommand>(&text).unwrap(), *command, "{text}");
        }
    }
}
