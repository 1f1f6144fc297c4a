//! Graph of an event's causes and effects in four columns: causes of causes, causes, the event, effects. A click on a node
//! selects its event.

use bevy_egui::egui::text::{LayoutJob, TextWrapping};
use bevy_egui::egui::{self, Color32, FontId, Pos2, Rect, ScrollArea, Sense, Stroke, TextStyle, vec2};
use longhand_narrative::dates::DateStyle;

use super::style::Palette;
use super::widgets::{handle_event_clicks, labeled_info};
use longhand_chronicle::Event;
use longhand_expr::ids::EventId;
use longhand_session::{SessionCommand, SessionView};

/// Maximum number of nodes per column.
const MAX_NODES: usize = 6;
const NODE_SIZE: egui::Vec2 = vec2(138.0, 34.0);
const NODE_GAP: egui::Vec2 = vec2(30.0, 8.0);

/// The events of each column, and the arrows between them.
#[derive(Debug, Default, PartialEq, Eq)]
struct CauseColumns {
    /// Causes of causes, causes, the event, effects.
    columns: [Vec<EventId>; 4],
    /// Pairs of cause and effect.
    arrows: Vec<(EventId, EventId)>,
}

impl CauseColumns {
    fn for_event(view: &SessionView<'_>, event: &Event) -> Self {
        let causes = |event: &Event| {
            let mut causes: Vec<EventId> = Vec::new();
            for cause in &event.causes {
                if !causes.contains(&cause.event) {
                    causes.push(cause.event);
                }
            }
            causes
        };
        let mut graph = Self::default();
        graph.columns[2].push(event.id);
        for cause in causes(event).into_iter().take(MAX_NODES) {
            graph.columns[1].push(cause);
            graph.arrows.push((cause, event.id));
        }
        for cause_id in graph.columns[1].clone() {
            let Some(cause) = view.run.chronicle().event(cause_id) else { continue };
            for indirect in causes(cause) {
                let [left, middle, ..] = &mut graph.columns;
                if !middle.contains(&indirect) && !left.contains(&indirect) {
                    if left.len() == MAX_NODES {
                        continue;
                    }
                    left.push(indirect);
                }
                graph.arrows.push((indirect, cause.id));
            }
        }
        for &effect in view.run.effects(event.id).iter().take(MAX_NODES) {
            graph.columns[3].push(effect);
            graph.arrows.push((event.id, effect));
        }
        graph
    }
}

pub(super) fn causes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let graph = CauseColumns::for_event(view, event);
    let columns: Vec<&Vec<EventId>> = graph.columns.iter().filter(|column| !column.is_empty()).collect();
    let rows = columns.iter().map(|column| column.len()).max().unwrap_or(1) as f32;
    let size =
        vec2(columns.len() as f32 * (NODE_SIZE.x + NODE_GAP.x) - NODE_GAP.x, rows * (NODE_SIZE.y + NODE_GAP.y) - NODE_GAP.y)
            + vec2(4.0, 4.0);
    ScrollArea::horizontal().id_salt("causes").auto_shrink([false, true]).show(ui, |ui| {
        let (area, _) = ui.allocate_exact_size(size, Sense::hover());
        let mut nodes: Vec<(EventId, Rect)> = Vec::new();
        for (x, column) in columns.iter().enumerate() {
            let height = column.len() as f32 * (NODE_SIZE.y + NODE_GAP.y) - NODE_GAP.y;
            for (y, &id) in column.iter().enumerate() {
                let corner = area.min
                    + vec2(2.0, 2.0)
                    + vec2(
                        x as f32 * (NODE_SIZE.x + NODE_GAP.x),
                        (size.y - 4.0 - height) / 2.0 + y as f32 * (NODE_SIZE.y + NODE_GAP.y),
                    );
                nodes.push((id, Rect::from_min_size(corner, NODE_SIZE)));
            }
        }
        let node = |id: EventId| nodes.iter().find(|(node, _)| *node == id).map(|(_, rect)| *rect);
        let palette = Palette::current(ui);
        for &(cause, effect) in &graph.arrows {
            if let (Some(from), Some(to)) = (node(cause), node(effect)) {
                let is_past = view.is_past(effect);
                paint_arrow(ui, from, to, if is_past { palette.weak_text } else { palette.border });
            }
        }
        for &(id, rect) in &nodes {
            node_ui(ui, view, id, rect, id == event.id, out);
        }
    });
}

/// Draws an arrow from the right edge of `from` to the left edge of `to`, or around the left side within a column.
fn paint_arrow(ui: &egui::Ui, from: Rect, to: Rect, color: Color32) {
    let end = to.left_center();
    let (start, bends) = if from.left() < to.left() {
        let start = from.right_center();
        let bend = vec2(((end.x - start.x) / 2.0).max(8.0), 0.0);
        (start, [start + bend, end - bend])
    } else {
        let bend = vec2(NODE_GAP.x, 0.0);
        (from.left_center(), [from.left_center() - bend, end - bend])
    };
    let points = [start, bends[0], bends[1], end];
    let stroke = Stroke::new(1.2, color);
    ui.painter().add(egui::epaint::CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke));
    let tip: [Pos2; 3] = [end, end + vec2(-6.0, -3.5), end + vec2(-6.0, 3.5)];
    ui.painter().add(egui::Shape::convex_polygon(tip.to_vec(), color, Stroke::NONE));
}

fn node_ui(ui: &mut egui::Ui, view: &SessionView<'_>, id: EventId, rect: Rect, is_center: bool, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let Some(event) = view.run.chronicle().event(id) else { return };
    let sentence = view.run.sentence(event);
    let response = ui.interact(rect, ui.id().with(("cause", id)), Sense::click());
    response.widget_info(|| labeled_info(egui::WidgetType::Button, &sentence));
    let (fill, edge) = match (is_center, response.hovered()) {
        (true, _) => (palette.highlight, palette.accent),
        (false, true) => (palette.highlight, palette.weak_text),
        (false, false) => (palette.surface, palette.border),
    };
    let color = if view.is_past(id) { palette.text } else { palette.faded(palette.text) };
    ui.painter().rect(rect, 5.0, fill, Stroke::new(1.0, edge), egui::StrokeKind::Inside);
    // A text that is too long ends after a whole word.
    let fitted = |text: String, font: &FontId, color: Color32| {
        let mut job = LayoutJob::simple_singleline(text, font.clone(), color);
        job.wrap = TextWrapping { max_width: rect.width() - 12.0, max_rows: 1, break_anywhere: false, ..Default::default() };
        ui.painter().layout_job(job)
    };
    let name = view.run.symbols().event_name(event.kind).replace(['_', '/'], " ");
    let font = TextStyle::Small.resolve(ui.style());
    ui.painter().galley(rect.left_top() + vec2(6.0, 4.0), fitted(name, &font, color), color);
    let initiator = event.roles.first().filter(|agent| agent.is_some());
    let who = initiator.map_or_else(String::new, |&agent| format!("{}, ", view.display_name(agent)));
    let caption = format!("{who}{}", view.date(event.at, DateStyle::ShortDayTime));
    let caption = fitted(caption, &font, palette.weak_text);
    ui.painter().galley(rect.left_bottom() + vec2(6.0, -4.0 - caption.size().y), caption, palette.weak_text);
    let response = response.on_hover_text(sentence).on_hover_cursor(egui::CursorIcon::PointingHand);
    handle_event_clicks(&response, view, id, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::testing::test_session;

    #[test]
    fn causes_are_left_of_the_event_and_effects_right_of_it() {
        let mut session = test_session();
        let view = session.view();
        let graph = CauseColumns::for_event(&view, view.run.chronicle().event(EventId(2)).unwrap());
        assert_eq!(graph.columns[1], [EventId(0), EventId(1)]);
        assert_eq!(graph.columns[2], [EventId(2)]);
        let graph = CauseColumns::for_event(&view, view.run.chronicle().event(EventId(0)).unwrap());
        assert_eq!(graph.columns[3], [EventId(2)]);
    }
}
