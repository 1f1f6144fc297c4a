//! What a person does with the panels, and what each asks for.

use bevy_egui::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::command::Command;
use super::inspector::Inspector;
use super::layout::{Pane, Preset};
use super::testing::{cover, inspector};
use super::theme;
use super::time::{Step, Way};
use super::view::Filter;
use crate::ids::{AgentId, EventId};

/// The inspector, and everything that was asked of it.
struct Desk {
    inspector: Inspector,
    asked: Vec<Command>,
    dressed: bool,
}

impl Desk {
    fn took(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.asked)
    }
}

fn desk(mut inspector: Inspector, preset: Preset) -> Harness<'static, Desk> {
    inspector.apply(Command::Arrange(preset));
    inspector.apply(Command::PlayPause);
    let mut harness = Harness::builder().with_size([1280.0, 800.0]).build_ui_state(
        |ui, desk: &mut Desk| {
            // A font is there from the frame after it was set.
            if !std::mem::replace(&mut desk.dressed, true) {
                return theme::wear(ui.ctx());
            }
            for command in desk.inspector.ui(ui) {
                desk.asked.push(command.clone());
                desk.inspector.apply(command);
            }
        },
        Desk { inspector, asked: Vec::new(), dressed: false },
    );
    harness.run();
    harness.state_mut().took();
    harness
}

#[test]
fn keys_ask_for_the_commands_of_the_table() {
    let mut harness = desk(inspector(), Preset::Step);
    for (modifiers, key, expected) in [
        (Modifiers::NONE, Key::ArrowRight, Command::Step(Step::Ticks(1), Way::On)),
        (Modifiers::SHIFT, Key::ArrowRight, Command::Step(Step::Ticks(10), Way::On)),
        (Modifiers::COMMAND, Key::ArrowRight, Command::Step(Step::Event, Way::On)),
        (Modifiers::NONE, Key::End, Command::ToEnd),
        (Modifiers::NONE, Key::OpenBracket, Command::ToCause),
    ] {
        harness.key_press_modifiers(modifiers, key);
        harness.run();
        assert_eq!(harness.state_mut().took(), [expected], "{modifiers:?} {key:?}");
    }
}

#[test]
fn somebody_who_types_is_not_heard_as_keys() {
    let mut harness = desk(inspector(), Preset::Step);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    assert_eq!(harness.state_mut().took(), [Command::Find]);
    harness.event(bevy_egui::egui::Event::Text("sails".into()));
    harness.key_press(Key::Space);
    harness.key_press(Key::Home);
    harness.run();
    let asked = harness.state_mut().took();
    assert!(asked.iter().all(|command| matches!(command, Command::Filter(_))), "{asked:?}");
    assert_eq!(asked.last(), Some(&Command::Filter(Filter { text: "sails".into(), ..Filter::default() })));
    harness.get_by_label("Ben sails.");
    assert!(harness.query_by_label("Ann mends a net.").is_none());
}

#[test]
fn an_event_is_looked_at_with_a_click_and_its_cause_with_another() {
    let mut harness = desk(inspector(), Preset::Step);
    harness.key_press(Key::End);
    harness.run();
    assert!(harness.query_by_label_contains("because").is_some(), "the last event has a cause");
    harness.state_mut().took();
    harness.get_by_label("To its cause").click();
    harness.run();
    assert_eq!(harness.state_mut().took(), [Command::ToCause]);
    assert_eq!(harness.state().inspector.view_state().choice.event, Some(EventId(2)));
}

#[test]
fn the_palette_finds_a_command_and_gives_it() {
    let mut harness = desk(inspector(), Preset::Watch);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run();
    harness.event(bevy_egui::egui::Event::Text("beat on".into()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state_mut().took(), [Command::Palette, Command::Step(Step::Beat, Way::On)]);
}

#[test]
fn what_has_not_happened_is_not_in_the_story() {
    let mut harness = desk(inspector(), Preset::Watch);
    harness.state_mut().inspector.apply(Command::Step(Step::Line, Way::On));
    harness.run();
    harness.get_by_label("Ann mends a net.");
    assert!(harness.query_by_label("Ben sails.").is_none());
}

#[test]
fn everybody_named_leads_to_who_they_are() {
    let mut harness = desk(inspector(), Preset::Step);
    harness.state_mut().inspector.apply(Command::GoTo(EventId(1)));
    harness.run();
    harness.state_mut().took();
    let name = harness.state().inspector.record().called(AgentId(1));
    let links = harness.get_all_by_label(&name).count();
    assert!(links > 0);
    harness.get_all_by_label(&name).next().unwrap().click();
    harness.run();
    assert_eq!(harness.state_mut().took(), [Command::Meet(AgentId(1))]);
}

#[test]
fn every_panel_can_be_drawn_before_anything_has_happened_and_after_everything() {
    let new: fn() -> Inspector = || Inspector::new(cover());
    for begin in [new, inspector] {
        for pane in [
            Pane::Stage,
            Pane::Story,
            Pane::Timeline,
            Pane::Events,
            Pane::Event,
            Pane::Agent,
            Pane::Oses,
            Pane::Graph,
            Pane::Beats,
        ] {
            let mut harness = desk(begin(), Preset::Step);
            harness.state_mut().inspector.apply(Command::ToEnd);
            if !harness.state().inspector.shows(pane) {
                harness.state_mut().inspector.apply(Command::Toggle(pane));
            }
            harness.run();
            assert!(harness.state().inspector.shows(pane), "{pane:?}");
        }
    }
}
