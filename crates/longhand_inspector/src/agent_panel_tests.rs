//! Tests of the agent panel: what somebody knows, holds, has agreed to and intends, and how attributes are explained.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::inspector::Inspector;
use super::panel_tests::{TestWindow, new_harness};
use longhand_expr::ids::{AgentId, AttrId, EventId, Fact, WorldFact};
use longhand_session::testing::{MINDS_SCENE, simulated_session};
use longhand_session::{Breakpoint, LayoutPreset, PanelId, SessionCommand};

/// The panel of somebody at the end of the run of [`MINDS_SCENE`].
fn panel_of(id: &str) -> Harness<'static, TestWindow> {
    let mut harness = new_harness(Inspector::new(simulated_session(MINDS_SCENE)), LayoutPreset::Step);
    let agent = agent(&harness, id);
    let inspector = &mut harness.state_mut().inspector;
    for command in [SessionCommand::ShowOnly(PanelId::Agent), SessionCommand::ToEnd, SessionCommand::ShowAgent(agent)] {
        inspector.apply(command);
    }
    harness.run();
    harness.state_mut().take_commands();
    harness
}

fn agent(harness: &Harness<'static, TestWindow>, id: &str) -> AgentId {
    let scenario = harness.state().inspector.session().run().scenario();
    scenario.schema.agent(id).unwrap_or_else(|| panic!("there is no {id}"))
}

/// The first event of a kind.
fn event(harness: &Harness<'static, TestWindow>, name: &str) -> EventId {
    let run = harness.state().inspector.session().run();
    let found = run.chronicle().events().iter().find(|event| run.symbols().event_name(event.kind) == name);
    found.unwrap_or_else(|| panic!("there is no event {name}")).id
}

/// Asserts that each label is somewhere in the panel.
fn assert_shows(harness: &Harness<'static, TestWindow>, labels: &[&str]) {
    for label in labels {
        assert!(harness.query_all_by_label_contains(label).next().is_some(), "{label}");
    }
}

#[test]
fn the_agent_panel_shows_what_somebody_knows_from_whom_how_surely_and_to_whom_it_was_told() {
    let mut harness = panel_of("cleo");
    assert_shows(&harness, &["Ann and Ben are lovers", "told by", "fairly sure", "told it to"]);
    harness.get_all_by_label("Dan").last().expect("he is among the hearers").click();
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ShowAgent(agent(&harness, "dan"))]);
    let mut own = panel_of("ann");
    assert_shows(&own, &["of its own life", "told it to"]);
    // Before anything was told, nobody knows of it.
    own.state_mut().inspector.apply(SessionCommand::ToStart);
    own.run();
    assert!(own.query_all_by_label_contains("are lovers").next().is_none());
}

#[test]
fn the_agent_panel_shows_the_norms_held_and_those_believed_of_others() {
    let harness = panel_of("ben");
    assert_shows(&harness, &["holds that a promise is kept", "believes that", "firmly holds it"]);
    assert_shows(&panel_of("ann"), &["firmly holds that a promise is kept"]);
}

#[test]
fn the_agent_panel_shows_appointments_with_what_became_of_them() {
    let mut harness = panel_of("ben");
    assert_shows(&harness, &["Appointments and promises", "dinner", "the inn", "kept", "promised by Ann"]);
    let invite = event(&harness, "invite");
    harness.state_mut().inspector.apply(SessionCommand::GoTo(invite));
    harness.run();
    assert_shows(&harness, &["dinner", "promised by Ann", "7 January", "in "]);
    assert!(harness.query_by_label("kept").is_none(), "it is still to come");
}

#[test]
fn the_agent_panel_shows_intentions_with_their_reason_and_step() {
    let mut harness = panel_of("dan");
    assert_shows(&harness, &["befriend", "achieved", "because he had been alone too long"]);
    let adopted = event(&harness, "befriend/adopted");
    harness.state_mut().inspector.apply(SessionCommand::GoTo(adopted));
    harness.run();
    assert_shows(&harness, &["steps: ring up (now) → pay visit"]);
    let first_step = event(&harness, "ring_up");
    harness.state_mut().inspector.apply(SessionCommand::GoTo(first_step));
    harness.run();
    assert_shows(&harness, &["steps: ring up (done) → pay visit (now)"]);
}

#[test]
fn attributes_are_grouped_explained_and_those_at_zero_are_folded() {
    let harness = panel_of("ann");
    // Loneliness has changed; patience has not; grief is zero.
    assert_shows(&harness, &["Now", "Traits", "How lonely the agent feels.", "1 at zero or off"]);
    let top = |label: &str| harness.get_by_label(label).rect().top();
    assert!(top("loneliness") < top("Traits") && top("Traits") < top("patience"));
    assert!(harness.query_by_label("grief").is_none(), "it is folded");
    assert_shows(&harness, &["lovers"]);
}

#[test]
fn a_breakpoint_is_written_as_text_and_what_is_wrong_with_it_is_said() {
    let mut harness = panel_of("ann");
    let write = |harness: &mut Harness<'static, TestWindow>, text: &str| {
        harness.get_by_label("Breakpoint as text").focus();
        harness.run();
        harness.event(bevy_egui::egui::Event::Text(text.into()));
        harness.run();
        harness.state_mut().take_commands();
        harness.key_press(bevy_egui::egui::Key::Enter);
        harness.run();
        harness.state_mut().take_commands()
    };
    assert_eq!(write(&mut harness, "lonliness > 0.7"), []);
    assert_shows(&harness, &["did you mean `loneliness`?"]);
    // The text is still there to be corrected.
    harness.get_by_label("Breakpoint as text").focus();
    harness.run();
    let all = bevy_egui::egui::Modifiers::COMMAND;
    harness.key_press_modifiers(all, bevy_egui::egui::Key::A);
    harness.run();
    let fact = Fact::World(WorldFact::Attr(agent(&harness, "ann"), AttrId(0)));
    let breakpoint = Breakpoint::Falls(fact, 0.3);
    assert_eq!(write(&mut harness, "loneliness < 0.3"), [SessionCommand::ToggleBreakpoint(breakpoint)]);
    harness.state_mut().inspector.apply(SessionCommand::ToStart);
    harness.state_mut().inspector.apply(SessionCommand::PlayPause);
    harness.state_mut().inspector.session_mut().advance(1000.0);
    let supper = event(&harness, "supper");
    assert_eq!(harness.state().inspector.session().playback().cursor().events, supper.0 + 1, "it stops where she is less lonely");
}
