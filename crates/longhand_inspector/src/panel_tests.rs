//! Tests of the panels: simulated input, and the commands that it produces.

use bevy_egui::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::inspector::Inspector;
use super::style;
use longhand_chronicle::{Chronicle, LogCursor};
use longhand_expr::ids::{AgentId, EventId, Fact, Instant, TieId, WorldFact};
use longhand_session::testing::{DAY, test_run_info, test_session};
use longhand_session::{
    Direction, EventFilter, LayoutPreset, PanelId, Session, SessionCommand, SimMessage, StepTarget, TickBatch,
};

/// An inspector and the commands it has produced.
pub(super) struct TestWindow {
    pub inspector: Inspector,
    commands: Vec<SessionCommand>,
    styled: bool,
}

impl TestWindow {
    pub fn take_commands(&mut self) -> Vec<SessionCommand> {
        std::mem::take(&mut self.commands)
    }
}

pub(super) fn new_harness(mut inspector: Inspector, preset: LayoutPreset) -> Harness<'static, TestWindow> {
    inspector.apply(SessionCommand::ApplyPreset(preset));
    inspector.apply(SessionCommand::PlayPause);
    let mut harness = Harness::builder().with_size([1280.0, 800.0]).build_ui_state(
        |ui, window: &mut TestWindow| {
            // Fonts are available from the frame after they are set.
            if !std::mem::replace(&mut window.styled, true) {
                return style::apply_style(ui.ctx());
            }
            for command in window.inspector.ui(ui) {
                window.commands.push(command.clone());
                window.inspector.apply(command);
            }
        },
        TestWindow { inspector, commands: Vec::new(), styled: false },
    );
    harness.run();
    harness.state_mut().take_commands();
    harness
}

#[test]
fn keys_produce_the_commands_of_the_table() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    for (modifiers, key, expected) in [
        (Modifiers::NONE, Key::ArrowRight, SessionCommand::Step(StepTarget::Ticks(1), Direction::Forward)),
        (Modifiers::SHIFT, Key::ArrowRight, SessionCommand::Step(StepTarget::Ticks(10), Direction::Forward)),
        (Modifiers::COMMAND, Key::ArrowRight, SessionCommand::Step(StepTarget::Event, Direction::Forward)),
        (Modifiers::NONE, Key::End, SessionCommand::ToEnd),
        (Modifiers::NONE, Key::OpenBracket, SessionCommand::ToCause),
    ] {
        harness.key_press_modifiers(modifiers, key);
        harness.run();
        assert_eq!(harness.state_mut().take_commands(), [expected], "{modifiers:?} {key:?}");
    }
}

#[test]
fn typing_into_a_text_field_does_not_trigger_shortcuts() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Find]);
    harness.event(bevy_egui::egui::Event::Text("sails".into()));
    harness.key_press(Key::Space);
    harness.key_press(Key::Home);
    harness.run();
    let commands = harness.state_mut().take_commands();
    assert!(commands.iter().all(|command| matches!(command, SessionCommand::Filter(_))), "{commands:?}");
    assert_eq!(commands.last(), Some(&SessionCommand::Filter(EventFilter { text: "sails".into(), ..EventFilter::default() })));
    harness.get_by_label("Ben sails.");
    assert!(harness.query_by_label("Ann mends a net.").is_none());
}

#[test]
fn a_click_selects_the_cause_of_an_event() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    harness.key_press(Key::End);
    harness.run();
    assert!(harness.query_by_label_contains("because").is_some(), "the last event has a cause");
    harness.state_mut().take_commands();
    harness.get_by_label("Go to cause").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToCause]);
    assert_eq!(harness.state().inspector.state().view.event, Some(EventId(2)));
}

#[test]
fn the_palette_finds_and_runs_a_command() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run();
    harness.event(bevy_egui::egui::Event::Text("beat forward".into()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(
        harness.state_mut().take_commands(),
        [SessionCommand::Palette, SessionCommand::Step(StepTarget::Beat, Direction::Forward)]
    );
}

#[test]
fn the_story_ends_at_the_cursor() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    harness.state_mut().inspector.apply(SessionCommand::Step(StepTarget::Line, Direction::Forward));
    harness.run();
    harness.get_by_label("Ann mends a net.");
    assert!(harness.query_by_label("Ben sails.").is_none());
}

#[test]
fn a_click_on_a_name_selects_the_agent() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    harness.state_mut().inspector.apply(SessionCommand::GoTo(EventId(1)));
    harness.run();
    harness.state_mut().take_commands();
    let name = harness.state().inspector.session().run().display_name(AgentId(1));
    let links = harness.get_all_by_label(&name).count();
    assert!(links > 0);
    harness.get_all_by_label(&name).next().unwrap().click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ShowAgent(AgentId(1))]);
}

#[test]
fn every_panel_can_be_drawn_for_an_empty_run_and_for_a_finished_one() {
    let empty: fn() -> Inspector = || Inspector::new(Session::new(test_run_info()));
    for new_inspector in [empty, || Inspector::new(test_session())] {
        for panel in PanelId::ALL {
            let mut harness = new_harness(new_inspector(), LayoutPreset::Step);
            harness.state_mut().inspector.apply(SessionCommand::ToEnd);
            if !harness.state().inspector.is_visible(panel) {
                harness.state_mut().inspector.apply(SessionCommand::TogglePanel(panel));
            }
            harness.run();
            assert!(harness.state().inspector.is_visible(panel), "{panel:?}");
        }
    }
}

/// Role and label of each interactive widget, and whether it has the focus. Selectable text and the splitters between panels are
/// left out.
fn interactive_widgets(harness: &Harness<'static, TestWindow>) -> Vec<(String, bool)> {
    use bevy_egui::egui::accesskit::Role;
    let nodes = harness.root().children_recursive().map(|node| node.accesskit_node());
    let nodes = nodes.filter(|node| {
        matches!(node.role(), Role::Button | Role::CheckBox | Role::ComboBox | Role::Slider | Role::TextInput | Role::Link)
    });
    nodes.map(|node| (format!("{:?} {}", node.role(), node.label().unwrap_or_default()), node.is_focused_in_tree())).collect()
}

#[test]
fn every_interactive_widget_has_a_label() {
    for preset in LayoutPreset::ALL {
        let mut harness = new_harness(Inspector::new(test_session()), preset);
        harness.state_mut().inspector.apply(SessionCommand::ToEnd);
        harness.run();
        let reachable = interactive_widgets(&harness);
        assert!(reachable.len() > 15, "{preset:?}: {reachable:?}");
        let unlabelled: Vec<_> = reachable.iter().filter(|(name, _)| !name.trim().contains(' ')).collect();
        assert!(unlabelled.is_empty(), "{preset:?}: {unlabelled:?} among {reachable:?}");
    }
}

#[test]
fn every_widget_can_be_reached_with_the_keyboard() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    harness.state_mut().inspector.apply(SessionCommand::ToEnd);
    harness.run();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..120 {
        harness.key_press(Key::Tab);
        harness.run();
        reached.extend(interactive_widgets(&harness).into_iter().filter(|(_, focused)| *focused).map(|(name, _)| name));
    }
    let missed: Vec<_> =
        interactive_widgets(&harness).into_iter().map(|(name, _)| name).filter(|name| !reached.contains(name)).collect();
    assert!(missed.is_empty(), "unreachable: {missed:?}; reachable: {reached:?}");
    while !interactive_widgets(&harness).iter().any(|(name, focused)| *focused && name == "Button Go to cause") {
        harness.key_press(Key::Tab);
        harness.run();
    }
    harness.state_mut().take_commands();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToCause]);
}

#[test]
fn a_screen_reader_can_press_a_button() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    harness.get_by_label("Event forward").click_accesskit();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Step(StepTarget::Event, Direction::Forward)]);
}

#[test]
fn arrows_move_a_focused_slider_and_the_cursor_otherwise() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Write);
    harness.get_by_role_and_label(bevy_egui::egui::accesskit::Role::Slider, "warmth").focus();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    let commands = harness.state_mut().take_commands();
    assert!(!commands.iter().any(|command| matches!(command, SessionCommand::Step(..))), "{commands:?}");
    harness.key_press(Key::Escape);
    harness.run();
    harness.state_mut().take_commands();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Step(StepTarget::Ticks(1), Direction::Forward)]);
}

#[test]
fn a_breakpoint_on_a_pattern_of_an_agent_stops_playback() {
    use longhand_session::Breakpoint;
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Themes));
    harness.state_mut().inspector.apply(SessionCommand::ShowAgent(AgentId(1)));
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Beats));
    harness.run();
    harness.state_mut().take_commands();
    let name = harness.state().inspector.session().run().display_name(AgentId(1));
    harness.get_by_label(&format!("Stop at Coffee again, with {name}")).click();
    harness.run();
    let breakpoint = Breakpoint::Pattern(0, Some(AgentId(1)));
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToggleBreakpoint(breakpoint)]);
    harness.get_by_label("Stop at Coffee again").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToggleBreakpoint(Breakpoint::Pattern(0, None))]);
    harness.get_by_label(&format!("✕ Coffee again, with {name}")).click();
    harness.run();
    assert_eq!(harness.state().inspector.session().state().breakpoints, [Breakpoint::Pattern(0, None)]);
    let inspector = &mut harness.state_mut().inspector;
    inspector.apply(SessionCommand::PlayPause);
    inspector.session_mut().advance(100.0);
    assert_eq!(inspector.session().playback().cursor().events, 3, "playback stops where the pattern matched");
}

#[test]
fn breakpoints_on_kinds_facts_and_beats_are_set_in_their_panels() {
    use longhand_expr::ids::AttrId;
    use longhand_session::Breakpoint;
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    harness.state_mut().inspector.apply(SessionCommand::GoTo(EventId(0)));
    harness.run();
    harness.state_mut().take_commands();
    let kind = harness.state().inspector.session().run().chronicle().events()[0].kind;
    harness.get_by_label("Set breakpoint").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToggleBreakpoint(Breakpoint::Kind(kind))]);
    harness.get_by_label_contains("crosses 0.75").click();
    harness.run();
    let fact = Fact::World(WorldFact::Attr(AgentId(0), AttrId(0)));
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToggleBreakpoint(Breakpoint::Crosses(fact, 0.75))]);
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Beats));
    harness.run();
    harness.get_by_label("Stop at together Somebody said it").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ToggleBreakpoint(Breakpoint::Beat(0))]);
}

/// An inspector of a finished run.
fn finished_run() -> Inspector {
    let mut session = test_session();
    session.receive(SimMessage::Ended("It ended.".into()));
    Inspector::new(session)
}

/// Draws frames until no query is pending.
fn run_until_answered(harness: &mut Harness<'static, TestWindow>) {
    let start = std::time::Instant::now();
    harness.step();
    while harness.state().inspector.session().queries().any_pending() {
        assert!(start.elapsed() < std::time::Duration::from_secs(120), "no answer");
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    harness.run();
}

#[test]
fn a_matched_theme_shows_its_events_and_an_unmatched_one_can_be_queried() {
    use longhand_session::Query;
    let mut harness = new_harness(finished_run(), LayoutPreset::Ask);
    harness.get_by_label("0 of 1 so far");
    harness.get_by_label("Why not Coffee again?").click();
    harness.run_ok();
    let query = Query::WhyNot { id: "again".into(), who: None };
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Ask(query)]);
    run_until_answered(&mut harness);
    assert!(harness.query_by_label_contains("again did not happen until").is_some());
    harness.state_mut().inspector.apply(SessionCommand::ToEnd);
    harness.run();
    harness.get_by_label("1 of 1 so far");
    assert!(harness.query_by_label_contains("5 March 2025").is_some(), "the date of the last match");
}

#[test]
fn enter_asks_why_not_and_clears_the_text_field() {
    use longhand_session::Query;
    let mut harness = new_harness(finished_run(), LayoutPreset::Ask);
    let label = "An action, a trigger, a beat or a pattern";
    harness.get_by_label(label).focus();
    harness.run();
    harness.event(bevy_egui::egui::Event::Text("together".into()));
    harness.run();
    harness.state_mut().take_commands();
    harness.key_press(Key::Enter);
    harness.run_ok();
    let query = Query::WhyNot { id: "together".into(), who: None };
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Ask(query)]);
    run_until_answered(&mut harness);
    assert_eq!(harness.get_by_label(label).accesskit_node().value().unwrap_or_default(), "");
}

#[test]
fn why_not_is_queried_for_the_typed_id() {
    use longhand_session::Query;
    let mut harness = new_harness(finished_run(), LayoutPreset::Ask);
    harness.get_by_label("An action, a trigger, a beat or a pattern").focus();
    harness.run();
    harness.event(bevy_egui::egui::Event::Text("toge".into()));
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label_contains("together  Somebody said it").click();
    harness.run_ok();
    let query = Query::WhyNot { id: "together".into(), who: None };
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Ask(query)]);
    run_until_answered(&mut harness);
    assert!(harness.query_by_label_contains("together").is_some());
}

#[test]
fn the_story_is_shown_as_a_book_from_a_point_of_view() {
    use longhand_narrative::book::{BookOptions, NarrativeLength};
    let mut harness = new_harness(finished_run(), LayoutPreset::Watch);
    let options = BookOptions { length: NarrativeLength::Full, pov: Some(AgentId(0)), whose: None };
    harness.state_mut().inspector.apply(SessionCommand::ShowBook(Some(options)));
    run_until_answered(&mut harness);
    let name = harness.state().inspector.session().run().display_name(AgentId(0));
    harness.get_by_label(&format!("Point of view: {name}"));
    assert!(harness.state().inspector.session().queries().book.answer().is_some());
    harness.get_by_label("Form of the story: Full book").click();
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label("Day by day").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ShowBook(None)]);
}

#[test]
fn what_if_forks_without_an_event_and_with_a_change() {
    use longhand_scene::Intervention;
    let mut harness = new_harness(finished_run(), LayoutPreset::Ask);
    harness.state_mut().inspector.apply(SessionCommand::GoTo(EventId(1)));
    harness.run();
    assert!(harness.query_by_label("without this event").is_none(), "a stray click must not run the scene again");
    harness.get_all_by_label("What if it had been otherwise?").next().unwrap().click();
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label("without this event").click();
    harness.run();
    let commands = harness.state_mut().take_commands();
    assert!(matches!(commands.as_slice(), [SessionCommand::Fork(Intervention::ForbidEvent { event: 1, .. })]), "{commands:?}");
    harness.get_by_label("A change at the cursor").focus();
    harness.run();
    harness.event(bevy_egui::egui::Event::Text("ann.loneliness = 0.1".into()));
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label("Apply").click();
    harness.run();
    let at_us = harness.state().inspector.session().playback().cursor().at.0;
    let change = Intervention::Change { effect: "ann.loneliness = 0.1".into(), at_us };
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Fork(change)]);
}

#[test]
fn a_sweep_runs_beside_the_current_run() {
    let mut harness = new_harness(finished_run(), LayoutPreset::Ask);
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Sweep));
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label("20 runs").click();
    harness.run_ok();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Ask(longhand_session::Query::Sweep { runs: 20 })]);
    run_until_answered(&mut harness);
    assert!(harness.query_by_label_contains("20 of 20 runs finished").is_some());
    harness.get_by_label("Run this seed").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::RunSeed(1)]);
}

#[test]
fn an_audit_shows_its_figures_and_what_to_do_first() {
    let mut harness = new_harness(finished_run(), LayoutPreset::Ask);
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Audit));
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label("Quick audit").click();
    harness.run_ok();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Ask(longhand_session::Query::Audit { quick: true })]);
    run_until_answered(&mut harness);
    for label in ["Wants matter", "rules bound to a named agent", "To do first"] {
        assert!(harness.query_all_by_label(label).next().is_some(), "{label}");
    }
}

/// A session in which Ann is friends with Ben, and Ben with Cleo.
fn session_with_friends() -> Session {
    let mut session = test_session();
    let mut chronicle = Chronicle::default();
    let now = Instant::from_seconds(6.0 * DAY);
    for (from, to) in [(0, 1), (1, 2)] {
        chronicle.sample(now, Fact::World(WorldFact::Tie(AgentId(from), AgentId(to), TieId(0))), 1.0);
    }
    let recorded = chronicle.take_delta(&mut LogCursor::default()).to_delta();
    session.receive(SimMessage::Advanced(Box::new(TickBatch { now, recorded, ..TickBatch::default() })));
    session
}

#[test]
fn the_graph_shows_the_shortest_path_to_a_chosen_agent_and_the_communities() {
    let mut harness = new_harness(Inspector::new(session_with_friends()), LayoutPreset::Watch);
    let [ann, ben, cleo] = [0, 1, 2].map(AgentId);
    let inspector = &mut harness.state_mut().inspector;
    for command in [
        SessionCommand::ToEnd,
        SessionCommand::ShowAgent(ann),
        SessionCommand::GraphDepth(2),
        SessionCommand::ShowOnly(PanelId::Graph),
        SessionCommand::PathTo(Some(cleo)),
    ] {
        inspector.apply(command);
    }
    harness.run();
    harness.get_by_label("Shortest path, 2 steps:");
    harness.get_by_label("● A 2 agents");
    harness.state_mut().take_commands();
    let ben_name = harness.state().inspector.session().run().display_name(ben);
    let node = harness.get_all_by_label(&ben_name).last().expect("Ben is a node of the graph");
    node.click_secondary();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::PathTo(Some(ben))]);
    harness.get_by_label("Shortest path, 1 step:");
    let hide_tie = SessionCommand::ToggleTieLayer(TieId(0));
    harness.state_mut().inspector.apply(hide_tie);
    harness.run();
    assert!(harness.query_by_label_contains("No path from").is_some(), "the tie is hidden");
}

#[test]
fn the_stage_has_the_whole_screen_until_escape() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    assert!(harness.query_by_label("Play or pause").is_some());
    harness.key_press(Key::F11);
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::FullScreen]);
    assert!(harness.state().inspector.is_full_screen() && harness.query_by_label("Play or pause").is_none(), "no bars");
    harness.get_by_label("Stage");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.state().inspector.is_full_screen() && harness.query_by_label("Play or pause").is_some());
}

#[test]
fn the_search_finds_people_and_offers_what_can_be_done_with_them() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    let name = harness.state().inspector.session().run().display_name(AgentId(1));
    harness.state_mut().inspector.apply(SessionCommand::Palette);
    harness.run();
    harness.event(bevy_egui::egui::Event::Text(name.to_lowercase()));
    harness.run();
    harness.get_by_label("Follow on the stage").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::Follow(Some(AgentId(1)))]);
    assert!(harness.query_by_label("Follow on the stage").is_none(), "the search is closed");
}

#[test]
fn a_secondary_click_on_an_event_offers_what_can_be_done_with_it() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Step);
    harness.state_mut().inspector.apply(SessionCommand::GoTo(EventId(2)));
    harness.run();
    harness.state_mut().take_commands();
    harness.get_all_by_label("Ann mends a net.").next().unwrap().click_secondary();
    harness.run();
    for entry in ["Why", "What if not", "Copy the sentence"] {
        assert!(harness.query_by_label(entry).is_some(), "{entry}");
    }
    harness.get_by_label("Go there").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::GoTo(EventId(0))]);
}

#[test]
fn the_first_start_is_paused_with_a_card_that_says_who_matters_and_what_to_do() {
    let mut inspector = Inspector::new(test_session());
    inspector.welcome();
    let mut harness = new_harness(inspector, LayoutPreset::Watch);
    // The harness pauses a session that plays; this one was paused.
    harness.state_mut().inspector.apply(SessionCommand::PlayPause);
    harness.run();
    assert_eq!(harness.state().inspector.session().playback().direction(), None);
    for label in ["Play the story", "Follow ", "Ask why the first thing happened", "Open another scene"] {
        assert!(harness.query_by_label_contains(label).is_some(), "{label}");
    }
    harness.get_by_label("Ask why the first thing happened").click();
    harness.run();
    assert!(harness.query_by_label_contains("Play the story").is_none(), "the card is closed");
    assert!(harness.state().inspector.is_visible(PanelId::Event));
    assert_eq!(harness.state().inspector.session().playback().cursor().events, 1);
}

#[test]
fn a_scene_is_opened_by_its_path_and_an_error_is_said() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run();
    harness.event(bevy_egui::egui::Event::Text("scenes/her.ron".into()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let open = SessionCommand::OpenFile("scenes/her.ron".into());
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ShowLibrary, open]);
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Find, or the path of a scene, a story or a new scene").is_none(), "the list is closed");
}

#[test]
fn what_can_be_written_of_a_run_is_listed_and_chosen_by_its_ending() {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Watch);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run();
    harness.get_by_label(".html").click();
    harness.run();
    harness.get_by_label("Write the file").click();
    harness.run();
    let commands = harness.state_mut().take_commands();
    let [SessionCommand::ShowOutputs, SessionCommand::WriteFile(path)] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(path.extension().and_then(|ending| ending.to_str()), Some("html"));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Write the file").is_none(), "the list is closed");
}
