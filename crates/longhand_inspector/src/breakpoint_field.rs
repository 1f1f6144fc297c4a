//! The text field in which a breakpoint is written.

use bevy_egui::egui::{self, Key, RichText, TextEdit};

use super::style::Palette;
use super::widgets::text_edit_info;
use longhand_session::{Breakpoint, SessionCommand, SessionView};

const HINT: &str = "Stop where … loneliness > 0.7";
const HELP: &str = "A breakpoint as text, of this agent or another one: `loneliness > 0.7` stops where it rises to 0.7, `<` where it falls below, \
                    `crosses` at both. `trust(ann, ben) < 0.2`, `lovers(ann, ben)`, `not lovers(ann, ben)`; `rising`, `falling` or `either` \
                    at the end says otherwise.";

/// A field for a breakpoint; Enter sets it, and what is wrong with it is shown below.
pub(super) fn breakpoint_field_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let (text_id, error_id) = (ui.id().with("breakpoint text"), ui.id().with("breakpoint error"));
    let mut text: String = ui.data(|data| data.get_temp(text_id)).unwrap_or_default();
    let mut error: String = ui.data(|data| data.get_temp(error_id)).unwrap_or_default();
    let field = ui.add(TextEdit::singleline(&mut text).hint_text(HINT).desired_width(f32::INFINITY));
    field.widget_info(|| text_edit_info("Breakpoint as text", &text));
    let field = field.on_hover_text(HELP);
    if field.changed() {
        error.clear();
    }
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !text.trim().is_empty() {
        match Breakpoint::parse(&text, view.run, view.shown_agent()) {
            Ok(breakpoint) => {
                if !view.state.breakpoints.contains(&breakpoint) {
                    out.push(SessionCommand::ToggleBreakpoint(breakpoint));
                }
                text.clear();
            }
            Err(message) => error = message,
        }
    }
    if !error.is_empty() {
        ui.label(RichText::new(&error).small().color(Palette::current(ui).accent));
    }
    ui.data_mut(|data| {
        data.insert_temp(text_id, text);
        data.insert_temp(error_id, error);
    });
}
