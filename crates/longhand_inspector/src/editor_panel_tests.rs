//! Tests of the scene's editor, of keys while somebody types, and of closing with unsaved changes.

use bevy::prelude::KeyCode;
use bevy_egui::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::inspector::Inspector;
use super::keyboard::tests::{ctrl_and, events_of_one_frame};
use super::panel_tests::{TestWindow, new_harness};
use longhand_scene::{STARTER_SCENE, load_text};
use longhand_session::testing::{test_run_info, test_session};
use longhand_session::{LayoutPreset, PanelId, RunInfo, RunSetup, SessionCommand, SimReceiver, SimulationHost, sim_channel};

/// A host with one file in memory.
struct OneFile(String);

impl SimulationHost for OneFile {
    fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), longhand_scene::Diagnostics> {
        let scenario = load_text("starter.ron", &[("starter.ron", &self.0)], &[])?.scenario;
        Ok((RunInfo { scenario: std::sync::Arc::new(scenario), ..test_run_info() }, sim_channel().1))
    }

    fn read_source(&mut self, _: &str) -> Option<String> {
        Some(self.0.clone())
    }

    fn save_source(&mut self, _: &str, text: &str) -> std::io::Result<()> {
        self.0 = text.to_owned();
        Ok(())
    }
}

/// The panels for writing, the scene and its problems, and a host with the text of the run.
fn writing() -> (Harness<'static, TestWindow>, OneFile) {
    let mut harness = new_harness(Inspector::new(test_session()), LayoutPreset::Write);
    let text = harness.state().inspector.session().run().scenario().sources[0].1.clone();
    harness.state_mut().inspector.apply(SessionCommand::ShowPanel(PanelId::Problems));
    harness.run();
    harness.state_mut().take_commands();
    (harness, OneFile(text))
}

/// The text in the editor.
fn shown_text(harness: &Harness<'static, TestWindow>) -> String {
    let editor = harness.get_by_label("Scene source");
    editor.accesskit_node().value().unwrap_or_default().clone()
}

fn edit_and_save(harness: &mut Harness<'static, TestWindow>, host: &mut OneFile, text: &str) {
    let inspector = &mut harness.state_mut().inspector;
    inspector.apply(SessionCommand::Edit(0, text.to_owned()));
    inspector.apply(SessionCommand::Save);
    inspector.session_mut().handle_requests(host);
    harness.run();
}

#[test]
fn a_broken_text_stays_in_the_editor_with_a_badge_and_a_banner_and_its_problem_is_a_link_to_its_place() {
    let (mut harness, mut host) = writing();
    let broken = STARTER_SCENE.replacen("self.loneliness + 0.5 * affection", "self.lonliness + 0.5 * affection", 1);
    edit_and_save(&mut harness, &mut host, &broken);
    harness.get_by_label("✕ one problem");
    assert!(harness.query_by_label_contains("The text on disk has one problem.").is_some());
    assert!(harness.query_by_label("Problems (1)").is_some(), "the tab says it too");
    assert_eq!(shown_text(&harness), broken);
    let line = broken.lines().position(|line| line.contains("self.lonliness")).unwrap() + 1;
    let place = format!("✕ {line}:");
    harness.query_all_by_label_contains(&place).last().expect("the problem has a place").click();
    harness.run();
    let offset = broken.find("self.lonliness").unwrap() + "self.".len();
    let commands = harness.state_mut().take_commands();
    assert!(
        matches!(commands.as_slice(), [SessionCommand::GoToSource(0, at)] if (offset - 5..=offset + 10).contains(at)),
        "{commands:?}, {offset}"
    );
    // The cursor is on the line: what is typed replaces it.
    harness.event(egui::Event::Text("x".into()));
    harness.run();
    let typed = shown_text(&harness);
    assert!(!typed.contains("self.lonliness") && typed.len() < broken.len(), "{typed}");
    harness.get_by_label("Unsaved changes");
    edit_and_save(&mut harness, &mut host, STARTER_SCENE);
    assert!(harness.query_by_label("✕ one problem").is_none() && host.0 == STARTER_SCENE);
}

#[test]
fn one_misspelt_declaration_is_one_problem_with_its_other_places_folded() {
    let (mut harness, mut host) = writing();
    let broken = STARTER_SCENE.replacen("id: \"loneliness\"", "id: \"lonelyness\"", 1);
    edit_and_save(&mut harness, &mut host, &broken);
    let unknown = harness.query_all_by_label_contains("there is no attribute `loneliness`").count();
    assert_eq!(unknown, 2, "once in the list of problems, once beside the text");
    assert!(harness.query_by_label_contains("other place").is_some());
}

#[test]
fn a_draft_of_a_file_that_was_changed_elsewhere_is_asked_about() {
    let (mut harness, mut host) = writing();
    let mine = format!("{}// mine", host.0);
    harness.state_mut().inspector.apply(SessionCommand::Edit(0, mine.clone()));
    host.0.push_str("// theirs");
    edit_and_save(&mut harness, &mut host, &mine);
    assert!(host.0.ends_with("// theirs"), "it was not overwritten");
    assert!(harness.query_by_label_contains("Another program has changed starter.ron").is_some());
    harness.get_by_label("Keep mine").click();
    harness.run();
    harness.state_mut().inspector.apply(SessionCommand::Save);
    harness.state_mut().inspector.session_mut().handle_requests(&mut host);
    assert_eq!(host.0, mine);
}

#[test]
fn find_goes_from_match_to_match_and_ctrl_f_in_the_editor_means_it() {
    let (mut harness, host) = writing();
    harness.get_by_label("Scene source").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [], "it does not mean the list of events");
    harness.event(egui::Event::Text("loneliness".into()));
    harness.run();
    let count = host.0.to_lowercase().matches("loneliness").count();
    harness.get_by_label(&format!("1 of {count}"));
    harness.get_by_label("Next match").click();
    harness.run();
    harness.get_by_label(&format!("2 of {count}"));
    harness.get_by_label("Previous match").click();
    harness.run();
    harness.get_by_label(&format!("1 of {count}"));
}

#[test]
fn closing_with_unsaved_changes_asks_and_saves() {
    let (mut harness, mut host) = writing();
    assert!(harness.state_mut().inspector.may_close(true), "nothing is unsaved");
    let (mut harness2, _) = writing();
    std::mem::swap(&mut harness, &mut harness2);
    let mine = format!("{}// mine", host.0);
    harness.state_mut().inspector.apply(SessionCommand::Edit(0, mine.clone()));
    assert!(!harness.state_mut().inspector.may_close(true));
    harness.run();
    harness.get_by_label("Cancel").click();
    harness.run();
    assert!(!harness.state_mut().inspector.may_close(false) && harness.query_by_label("Save and close").is_none());
    harness.state_mut().inspector.may_close(true);
    harness.run();
    harness.get_by_label("Save and close").click();
    harness.run();
    assert!(!harness.state_mut().inspector.may_close(false), "it is not saved yet");
    harness.state_mut().inspector.session_mut().handle_requests(&mut host);
    assert!(harness.state_mut().inspector.may_close(false) && host.0 == mine);
}

/// The commands of keys that are pressed and released within one slow frame.
fn commands_of_one_frame(harness: &mut Harness<'static, TestWindow>, letter: &str, key_code: KeyCode) -> Vec<SessionCommand> {
    for event in events_of_one_frame(&ctrl_and(letter, key_code)) {
        harness.event(event);
    }
    harness.run();
    harness.state_mut().take_commands()
}

#[test]
fn ctrl_and_a_key_within_one_frame_are_the_shortcut() {
    let (mut harness, _) = writing();
    assert_eq!(commands_of_one_frame(&mut harness, "p", KeyCode::KeyP), [SessionCommand::Palette], "and not Pin");
    harness.key_press(Key::Escape);
    harness.run();
    harness.state_mut().take_commands();
    harness.get_by_label("Scene source").focus();
    harness.run();
    assert_eq!(commands_of_one_frame(&mut harness, "s", KeyCode::KeyS), [SessionCommand::Save], "and no letter is typed");
}

#[test]
fn function_keys_work_while_somebody_types() {
    let (mut harness, _) = writing();
    harness.get_by_label("Scene source").focus();
    harness.run();
    harness.key_press(Key::F2);
    harness.run();
    assert_eq!(harness.state_mut().take_commands(), [SessionCommand::ApplyPreset(LayoutPreset::Step)]);
}

#[test]
fn escape_closes_the_menu_of_commands_and_nothing_else() {
    let (mut harness, _) = writing();
    harness.get_by_label("More").click();
    harness.run();
    assert!(harness.query_by_label("Dark theme").is_some(), "the menu is open");
    harness.state_mut().take_commands();
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Dark theme").is_none(), "the menu is closed");
    assert_eq!(harness.state_mut().take_commands(), []);
}
