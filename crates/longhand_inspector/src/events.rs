//! Panel of the events that pass the filter, as a virtual list: only visible rows are laid out.

use bevy_egui::egui::{self, Align, Id, Layout, RichText, Sense, TextEdit, WidgetType};
use egui_extras::{Column, TableBuilder};

use super::keys::{labeled_info, text_edit_info};
use super::style::Palette;
use longhand_expr::ids::{EventId, PlaceId};
use longhand_session::{EventFilter, SessionCommand, SessionView};

/// Id of the filter's text field, for the command that focuses it.
pub(super) fn filter_id() -> Id {
    Id::new("filter of events")
}

pub(super) fn events_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let mut filter = view.state.filter.clone();
    filter_ui(ui, view, &mut filter);
    if filter != view.state.filter {
        out.push(SessionCommand::Filter(filter));
    }
    ui.add_space(2.0);
    table_ui(ui, view, out);
}

fn filter_ui(ui: &mut egui::Ui, view: &SessionView<'_>, filter: &mut EventFilter) {
    let colours = Palette::current(ui);
    let record = view.run;
    super::layout::row_ui(ui, |ui| {
        let text = TextEdit::singleline(&mut filter.text).id(filter_id()).hint_text("Find…").desired_width(130.0);
        let text = ui.add(text);
        text.widget_info(|| text_edit_info("Search events", &filter.text));
        let anybody = filter.agent.map_or_else(|| "any agent".to_owned(), |agent| record.display_name(agent));
        let combo = egui::ComboBox::from_id_salt("who").selected_text(&anybody).width(90.0).show_ui(ui, |ui| {
            ui.selectable_value(&mut filter.agent, None, "any agent");
            for agent in record.agents().take(MAX_AGENTS) {
                ui.selectable_value(&mut filter.agent, Some(agent), record.display_name(agent));
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Filter by agent: {anybody}")));
        let anywhere = filter.place.and_then(|place| record.place_name(place)).unwrap_or("any place");
        let combo = egui::ComboBox::from_id_salt("where").selected_text(anywhere).width(90.0).show_ui(ui, |ui| {
            ui.selectable_value(&mut filter.place, None, "any place");
            for (at, place) in record.symbols().places.iter().enumerate() {
                ui.selectable_value(&mut filter.place, Some(PlaceId::from_index(at)), &place.name);
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Filter by place: {anywhere}")));
        ui.toggle_value(&mut filter.beats, "beats").on_hover_text("Only events that completed a beat");
        if !filter.is_empty() && ui.button("Clear").clicked() {
            *filter = EventFilter::default();
        }
        ui.label(RichText::new(format!("{}", view.found.len())).small().color(colours.weak_text))
            .on_hover_text("Number of events listed");
    });
}

/// Maximum number of agents in the menu.
const MAX_AGENTS: usize = 100;
const ROW_HEIGHT: f32 = 22.0;

fn table_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let record = view.run;
    let now = view.found.partition_point(|event| event.0 < view.playback.cursor().events);
    let looked = view.shown_event().map(|event| event.id);
    // Scrolls to the selected event, or the last one before the cursor, whenever that row changes.
    let row = view.state.event.and_then(|event| view.found.binary_search(&event).ok()).unwrap_or(now.saturating_sub(1));
    let seen = Id::new("row in sight");
    let before = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<usize>(seen), row));
    let mut table = TableBuilder::new(ui)
        .id_salt("events")
        .sense(Sense::click())
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(92.0))
        .column(Column::remainder().clip(true));
    if before != row {
        table = table.scroll_to_row(row, Some(Align::Center)).animate_scrolling(false);
    }
    table.body(|body| {
        body.rows(ROW_HEIGHT, view.found.len(), |mut row| {
            let id = view.found[row.index()];
            let Some(event) = record.chronicle().event(id) else { return };
            let fade = |color| if view.is_past(id) { color } else { colours.faded(color) };
            row.set_selected(looked == Some(id));
            row.col(|ui| {
                let beat = if record.beats_completed_by(id).next().is_some() { "★" } else { "" };
                ui.label(
                    RichText::new(format!("{} {beat}", view.date(event.at, "%-d %b %H:%M")))
                        .small()
                        .color(fade(colours.weak_text)),
                );
            });
            row.col(|ui| {
                let text = RichText::new(record.sentence(event)).color(fade(colours.text));
                ui.add(egui::Label::new(text).truncate().selectable(false));
            });
            handle_clicks(&row.response(), id, out);
        });
    });
}

fn handle_clicks(response: &egui::Response, event: EventId, out: &mut Vec<SessionCommand>) {
    if response.double_clicked() {
        out.push(SessionCommand::GoTo(event));
    } else if response.clicked() {
        out.push(SessionCommand::SelectEvent(Some(event)));
    }
}
