//! Panel of the events that pass the filter, as a virtual list: only visible rows are laid out.

use bevy_egui::egui::{self, Align, Id, Layout, RichText, Sense, TextEdit, WidgetType};
use egui_extras::{Column, TableBuilder};
use longhand_narrative::dates::DateStyle;

use super::style::Palette;
use super::widgets::{agent_menu_ui, handle_event_clicks, labeled_info, note_ui, row_ui, text_edit_info};
use longhand_expr::ids::PlaceId;
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
    let run = view.run;
    row_ui(ui, |ui| {
        let text = TextEdit::singleline(&mut filter.text).id(filter_id()).hint_text("Find…").desired_width(130.0);
        let text = ui.add(text);
        text.widget_info(|| text_edit_info("Search events", &filter.text));
        let agent = filter.agent.map_or_else(|| "any agent".to_owned(), |agent| view.display_name(agent));
        let combo = egui::ComboBox::from_id_salt("who").selected_text(&agent).width(90.0).show_ui(ui, |ui| {
            ui.selectable_value(&mut filter.agent, None, "any agent");
            agent_menu_ui(ui, view, MAX_AGENTS, &mut filter.agent, Some);
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Filter by agent: {agent}")));
        let place = filter.place.and_then(|place| run.place_name(place)).unwrap_or("any place");
        let combo = egui::ComboBox::from_id_salt("where").selected_text(place).width(90.0).show_ui(ui, |ui| {
            ui.selectable_value(&mut filter.place, None, "any place");
            for (index, place) in run.symbols().places.iter().enumerate() {
                ui.selectable_value(&mut filter.place, Some(PlaceId::from_index(index)), &place.name);
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Filter by place: {place}")));
        ui.toggle_value(&mut filter.beats, "beats").on_hover_text("Only events that completed a beat");
        if !filter.is_empty() && ui.button("Clear").clicked() {
            *filter = EventFilter::default();
        }
        note_ui(ui, view.filtered_events.len().to_string()).on_hover_text("Number of events listed");
    });
}

/// Maximum number of agents in the menu.
const MAX_AGENTS: usize = 100;
const ROW_HEIGHT: f32 = 22.0;

fn table_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let run = view.run;
    let past_count = view.filtered_events.partition_point(|event| event.0 < view.playback.cursor().events);
    let shown = view.shown_event().map(|event| event.id);
    // Scrolls to the selected event, or the last one before the cursor, whenever that row changes.
    let target_row = view
        .state
        .event
        .and_then(|event| view.filtered_events.binary_search(&event).ok())
        .unwrap_or(past_count.saturating_sub(1));
    let memory_id = Id::new("row of the last frame");
    let previous_row = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<usize>(memory_id), target_row));
    let mut table = TableBuilder::new(ui)
        .id_salt("events")
        .sense(Sense::click())
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(92.0))
        .column(Column::remainder().clip(true));
    if previous_row != target_row {
        table = table.scroll_to_row(target_row, Some(Align::Center)).animate_scrolling(false);
    }
    table.body(|body| {
        body.rows(ROW_HEIGHT, view.filtered_events.len(), |mut row| {
            let id = view.filtered_events[row.index()];
            let Some(event) = run.chronicle().event(id) else { return };
            let fade = |color| if view.is_past(id) { color } else { palette.faded(color) };
            row.set_selected(shown == Some(id));
            row.col(|ui| {
                let beat = if run.beats_completed_by(id).next().is_some() { "★" } else { "" };
                ui.label(
                    RichText::new(format!("{} {beat}", view.date(event.at, DateStyle::ShortDayTime)))
                        .small()
                        .color(fade(palette.weak_text)),
                );
            });
            row.col(|ui| {
                let text = RichText::new(run.sentence(event)).color(fade(palette.text));
                ui.add(egui::Label::new(text).truncate().selectable(false));
            });
            handle_event_clicks(&row.response(), view, id, out);
        });
    });
}
