//! Passes keys on to egui, each with the modifiers that were down when it was pressed.
//!
//! `bevy_egui` gives every key of a frame the modifiers as they are at its end. In a slow frame, in which Ctrl and a key are pressed and
//! released, the key would come without Ctrl. So its system for keys is switched off, and this one takes its place.
//!
//! What is copied in the window can be pasted in it. The clipboard of the system needs system libraries to build.

use bevy::input::keyboard::{Key, KeyboardFocusLost, KeyboardInput};
use bevy::prelude::*;
use bevy_egui::input::{EguiContextMessageReader, EguiInputEvent, ModifierKeysState};
use bevy_egui::{EguiGlobalSettings, EguiInputSet, EguiOutput, egui, helpers};

/// The text that was last copied or cut in the window.
#[derive(Debug, Default, Resource)]
pub(super) struct CopiedText(String);

/// Replaces the system of `bevy_egui` that passes keys on.
pub(super) fn add_keyboard(app: &mut App) {
    app.init_resource::<CopiedText>().add_systems(Last, keep_copied_text);
    app.world_mut().resource_mut::<EguiGlobalSettings>().input_system_settings.run_write_keyboard_input_messages_system = false;
    app.add_systems(PreUpdate, write_key_events.in_set(EguiInputSet::ReadBevyMessages));
}

/// Passes the keys of a frame on, in order.
pub(super) fn write_key_events(
    mut focus_lost: MessageReader<KeyboardFocusLost>,
    mut inputs: EguiContextMessageReader<KeyboardInput>,
    mut held: Local<ModifierKeysState>,
    copied: Res<CopiedText>,
    mut events: MessageWriter<EguiInputEvent>,
) {
    // A key that is released while another window has the focus is not noticed.
    if focus_lost.read().count() > 0 {
        *held = ModifierKeysState::default();
    }
    for (input, context) in inputs.read_with_non_window_focused(|input| input.window) {
        let passed_on = egui_events(input, &mut held, &copied.0);
        events.write_batch(passed_on.into_iter().map(|event| EguiInputEvent { context, event }));
    }
}

fn keep_copied_text(outputs: Query<&EguiOutput, Changed<EguiOutput>>, mut copied: ResMut<CopiedText>) {
    for command in outputs.iter().flat_map(|output| &output.platform_output.commands) {
        if let egui::OutputCommand::CopyText(text) = command {
            copied.0.clone_from(text);
        }
    }
}

/// The events of a key, with the modifiers that are held; those change with the keys of modifiers. `copied` is the text to paste.
fn egui_events(input: &KeyboardInput, held: &mut ModifierKeysState, copied: &str) -> Vec<egui::Event> {
    let is_pressed = input.state.is_pressed();
    match input.logical_key {
        Key::Shift => held.shift = is_pressed,
        Key::Control => held.ctrl = is_pressed,
        Key::Alt => held.alt = is_pressed,
        Key::Super | Key::Meta => held.win = is_pressed,
        _ => {}
    }
    let mut events = Vec::new();
    if is_pressed && held.text_input_is_allowed() {
        match &input.logical_key {
            Key::Character(text) if !text.chars().any(char::is_control) => events.push(egui::Event::Text(text.to_string())),
            Key::Space => events.push(egui::Event::Text(" ".to_owned())),
            _ => {}
        }
    }
    let physical_key = helpers::bevy_to_egui_physical_key(&input.key_code);
    // Where the layout has no Latin letters, the place of the key counts.
    let Some(key) = helpers::bevy_to_egui_key(&input.logical_key).or(physical_key) else { return events };
    let modifiers = held.to_egui_modifiers();
    events.push(egui::Event::Key { key, physical_key, pressed: is_pressed, repeat: false, modifiers });
    if is_pressed && modifiers.command {
        match key {
            egui::Key::C => events.push(egui::Event::Copy),
            egui::Key::X => events.push(egui::Event::Cut),
            egui::Key::V if !copied.is_empty() => events.push(egui::Event::Paste(copied.to_owned())),
            _ => {}
        }
    }
    events
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use bevy::input::ButtonState;
    use bevy_egui::input::WindowToEguiContextMap;

    fn key(window: Entity, logical_key: Key, key_code: KeyCode, state: ButtonState) -> KeyboardInput {
        KeyboardInput { key_code, logical_key, state, text: None, repeat: false, window }
    }

    /// What egui gets of keys that are pressed and released within one frame.
    pub(crate) fn events_of_one_frame(keys: &[(Key, KeyCode, ButtonState)]) -> Vec<egui::Event> {
        let mut app = App::new();
        app.add_message::<KeyboardInput>().add_message::<KeyboardFocusLost>().add_message::<EguiInputEvent>();
        app.insert_resource(CopiedText("copied".to_owned()));
        app.init_resource::<WindowToEguiContextMap>().add_systems(Update, write_key_events);
        let [window, context] = std::array::from_fn(|_| app.world_mut().spawn_empty().id());
        app.world_mut().resource_mut::<WindowToEguiContextMap>().window_to_contexts.entry(window).or_default().insert(context);
        for (logical_key, key_code, state) in keys {
            app.world_mut().write_message(key(window, logical_key.clone(), *key_code, *state));
        }
        app.update();
        let messages = app.world().resource::<Messages<EguiInputEvent>>();
        messages.iter_current_update_messages().map(|message| message.event.clone()).collect()
    }

    /// Ctrl and a letter, pressed and released.
    pub(crate) fn ctrl_and(letter: &str, key_code: KeyCode) -> Vec<(Key, KeyCode, ButtonState)> {
        let letter = Key::Character(letter.into());
        vec![
            (Key::Control, KeyCode::ControlLeft, ButtonState::Pressed),
            (letter.clone(), key_code, ButtonState::Pressed),
            (letter, key_code, ButtonState::Released),
            (Key::Control, KeyCode::ControlLeft, ButtonState::Released),
        ]
    }

    #[test]
    fn a_key_has_the_modifiers_that_were_down_when_it_was_pressed() {
        let events = events_of_one_frame(&ctrl_and("p", KeyCode::KeyP));
        let pressed = events.iter().filter_map(|event| match event {
            egui::Event::Key { key, pressed: true, modifiers, .. } => Some((*key, modifiers.command)),
            _ => None,
        });
        assert_eq!(pressed.collect::<Vec<_>>(), [(egui::Key::P, true)]);
        assert!(!events.iter().any(|event| matches!(event, egui::Event::Text(_))), "nothing is typed: {events:?}");
    }

    #[test]
    fn what_was_copied_in_the_window_is_pasted() {
        let events = events_of_one_frame(&ctrl_and("v", KeyCode::KeyV));
        assert!(events.contains(&egui::Event::Paste("copied".to_owned())), "{events:?}");
    }

    #[test]
    fn a_key_after_the_modifier_was_released_is_typed() {
        let mut keys = ctrl_and("s", KeyCode::KeyS);
        keys.push((Key::Character("a".into()), KeyCode::KeyA, ButtonState::Pressed));
        let events = events_of_one_frame(&keys);
        let typed: Vec<_> = events.iter().filter(|event| matches!(event, egui::Event::Text(_))).collect();
        assert_eq!(typed, [&egui::Event::Text("a".into())]);
    }
}
