//! Widgets that several panels use. They depend on the view and the palette, but not on any panel.

use bevy_egui::egui::{self, Pos2, Rect, RichText, Sense, Stroke, WidgetInfo, WidgetType, vec2};
use longhand_narrative::dates::DateStyle;

use super::keys::tooltip;
use super::style::Palette;
use longhand_expr::ids::{AgentId, EventId};
use longhand_session::{Breakpoint, ItemAction, SessionCommand, SessionView, agent_actions, event_actions};

/// Accessibility label of a widget that shows no text.
pub(super) fn labeled_info(kind: WidgetType, name: &str) -> WidgetInfo {
    WidgetInfo::labeled(kind, true, name)
}

/// Accessibility label and content of a text field.
pub(super) fn text_edit_info(name: &str, text: &str) -> WidgetInfo {
    WidgetInfo { label: Some(name.to_owned()), ..WidgetInfo::text_edit(true, text, text, "") }
}

/// A wrapping row for widgets of different heights. The row height is fixed in advance so that all of them are centred on one
/// line.
pub(super) fn row_ui(ui: &mut egui::Ui, contents: impl FnOnce(&mut egui::Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 26.0;
        ui.horizontal_wrapped(contents);
    });
}

/// A section heading inside a panel.
pub(super) fn heading_ui(ui: &mut egui::Ui, title: &str) {
    ui.add_space(6.0);
    ui.label(RichText::new(title).small().strong().color(Palette::current(ui).weak_text));
}

/// Small secondary text.
pub(super) fn note_ui(ui: &mut egui::Ui, text: impl Into<String>) -> egui::Response {
    ui.label(RichText::new(text).small().color(Palette::current(ui).weak_text))
}

/// The end of a list that shows only its first entries: how many more there are. Draws nothing if all are shown.
pub(super) fn more_ui(ui: &mut egui::Ui, all: usize, shown: usize) {
    if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
        note_ui(ui, format!("and {more} more"));
    }
}

/// Shown instead of an answer if the thread of a background query ended without one.
pub(super) fn missing_answer_ui(ui: &mut egui::Ui) {
    ui.label(RichText::new("Internal error: no answer.").color(Palette::current(ui).accent));
}

/// A bar that is filled to `share`, 0 to 1.
pub(super) fn bar_ui(ui: &mut egui::Ui, share: f32, color: egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(64.0, 10.0), Sense::hover());
    let filled = Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    ui.painter().rect_filled(rect, 2.0, Palette::current(ui).surface);
    ui.painter().rect_filled(filled, 2.0, color);
}

/// A button that pushes a command of the table. `text` replaces the command's icon or text.
pub(super) fn command_button(
    ui: &mut egui::Ui,
    command: SessionCommand,
    text: Option<&str>,
    out: &mut Vec<SessionCommand>,
) -> egui::Response {
    let label = command.label();
    let text = text.or_else(|| label.map(|label| label.icon.unwrap_or(label.text))).unwrap_or_default();
    let response = ui.add(egui::Button::new(text));
    let response = match label {
        Some(label) => {
            response.widget_info(|| labeled_info(WidgetType::Button, label.text));
            let tip = tooltip(ui, label);
            response.on_hover_text(tip)
        }
        None => response,
    };
    if response.clicked() {
        out.push(command);
    }
    response
}

/// An agent's name as a link that selects the agent.
pub(super) fn agent_link(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let link = ui.link(view.display_name(agent)).on_hover_text("Show this agent");
    if link.clicked() {
        out.push(SessionCommand::ShowAgent(agent));
    }
    link.context_menu(|ui| actions_ui(ui, &agent_actions(view, agent), out));
}

/// The entries of a menu of what can be done with something.
pub(super) fn actions_ui(ui: &mut egui::Ui, actions: &[ItemAction], out: &mut Vec<SessionCommand>) {
    for action in actions {
        if ui.button(action.name).clicked() {
            out.extend(action.commands.iter().cloned());
            ui.close();
        }
    }
}

/// The entries of a menu of agents, up to `limit`, and how many are left out.
pub(super) fn agent_menu_ui<T: PartialEq>(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    limit: usize,
    chosen: &mut T,
    value: impl Fn(AgentId) -> T,
) {
    for agent in view.run.agents().take(limit) {
        ui.selectable_value(chosen, value(agent), view.display_name(agent));
    }
    more_ui(ui, view.run.agents().count(), limit);
}

/// The sentence of an event as a link: a click selects the event, a double click moves the cursor to it.
pub(super) fn event_link(ui: &mut egui::Ui, view: &SessionView<'_>, id: EventId, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let Some(event) = view.run.chronicle().event(id) else { return };
    let color = if view.is_past(id) { palette.text } else { palette.faded(palette.text) };
    let is_shown = view.shown_event().is_some_and(|event| event.id == id);
    let response = ui.selectable_label(is_shown, RichText::new(view.run.sentence(event)).color(color));
    let when = view.date(event.at, DateStyle::DayTime);
    let response = response.on_hover_text(format!("#{}, {when}. Click to select, double-click to go there.", id.0));
    handle_event_clicks(&response, view, id, out);
}

/// A click selects an event, a double click moves the cursor to it, a secondary click shows what else can be done with it.
pub(super) fn handle_event_clicks(
    response: &egui::Response,
    view: &SessionView<'_>,
    event: EventId,
    out: &mut Vec<SessionCommand>,
) {
    if response.double_clicked() {
        out.push(SessionCommand::GoTo(event));
    } else if response.clicked() {
        out.push(SessionCommand::SelectEvent(Some(event)));
    }
    response.context_menu(|ui| actions_ui(ui, &event_actions(view, event), out));
}

/// Breakpoint toggle: a dot, filled while the breakpoint is set.
pub(super) fn breakpoint_toggle_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    breakpoint: Breakpoint,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let is_set = view.state.breakpoints.contains(&breakpoint);
    let dot = RichText::new(if is_set { "●" } else { "○" }).small();
    let response = ui.selectable_label(is_set, dot.color(if is_set { palette.accent } else { palette.weak_text }));
    let name = format!("Stop at {}", breakpoint.describe(view.run));
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, is_set, &name));
    if response.on_hover_text(format!("{name}: pause playback whenever it occurs")).clicked() {
        out.push(SessionCommand::ToggleBreakpoint(breakpoint));
    }
}

/// Paints the mark of a beat: filled if it has occurred, else an outline, so that it does not depend on colour alone.
pub(super) fn paint_beat_mark(painter: &egui::Painter, palette: &Palette, at: Pos2, size: f32, is_filled: bool) {
    let corners = vec![at - vec2(0.0, size), at + vec2(size, 0.0), at + vec2(0.0, size), at - vec2(size, 0.0)];
    let (fill, edge) = if is_filled { (palette.title, palette.background) } else { (palette.background, palette.weak_text) };
    painter.add(egui::Shape::convex_polygon(corners, fill, Stroke::new(1.5, edge)));
}
