//! Panel of the timeline: beats at the top, a lane of events for each pinned agent, and the event density at the bottom.
//! Everything after the cursor is faded.
//!
//! Dragging moves the cursor, scrolling zooms, dragging with the secondary or middle button pans.

use bevy_egui::egui::{self, Align2, Color32, PointerButton, Pos2, Rangef, Rect, Sense, Stroke, TextStyle, WidgetType, pos2};
use longhand_narrative::dates::DateStyle;

use super::style::Palette;
use super::widgets::{labeled_info, paint_beat_mark};
use longhand_expr::ids::{EventId, Instant};
use longhand_session::{SessionCommand, SessionView};

/// Width of the column of names, in points.
const NAME_WIDTH: f32 = 96.0;
const BEAT_HEIGHT: f32 = 22.0;
const LANE_HEIGHT: f32 = 26.0;
const DENSITY_HEIGHT: f32 = 34.0;
/// Height of the density in a low panel, in points: room for the dates.
const MIN_DENSITY_HEIGHT: f32 = 12.0;
/// Number of lanes for which the density makes room.
const LANES_BEFORE_DENSITY: usize = 2;
/// Shortest visible span, in simulated seconds.
const MIN_SPAN: f64 = 600.0;

/// Maps instants to x coordinates and back.
#[derive(Clone, Copy)]
struct TimeScale {
    x: Rangef,
    from: f64,
    to: f64,
}

impl TimeScale {
    fn for_view(view: &SessionView<'_>, x: Rangef) -> Self {
        let (from, to) = view.state.timeline_span.unwrap_or((Instant::START, view.run.timeline_end()));
        Self { x, from: from.seconds(), to: to.seconds().max(from.seconds() + 1.0) }
    }

    fn x_of(&self, instant: Instant) -> f32 {
        self.x.min + ((instant.seconds() - self.from) / (self.to - self.from)) as f32 * self.x.span()
    }

    fn instant_at(&self, x: f32) -> Instant {
        let share = f64::from((x - self.x.min) / self.x.span().max(1.0));
        Instant::from_seconds((self.from + share * (self.to - self.from)).max(0.0))
    }

    /// The visible span scaled by `factor`, with the instant `anchor` at the same x. `None` means the whole run.
    fn zoomed(&self, factor: f64, anchor: Instant, run_end: Instant) -> Option<(Instant, Instant)> {
        let length = ((self.to - self.from) * factor).max(MIN_SPAN);
        if length >= run_end.seconds() {
            return None;
        }
        let share = (anchor.seconds() - self.from) / (self.to - self.from);
        let from = (anchor.seconds() - share * length).clamp(0.0, run_end.seconds() - length);
        Some((Instant::from_seconds(from), Instant::from_seconds(from + length)))
    }
}

pub(super) fn timeline_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::click_and_drag());
    response.widget_info(|| labeled_info(WidgetType::Other, "Timeline"));
    let rect = response.rect;
    let scale = TimeScale::for_view(view, Rangef::new(rect.left() + NAME_WIDTH, rect.right() - 6.0));
    let plot_painter = painter.with_clip_rect(Rect::from_x_y_ranges(scale.x.expand(5.0), rect.y_range()));
    let mut marks: Vec<(Pos2, EventId)> = Vec::new();

    let lanes_top = rect.top() + BEAT_HEIGHT;
    // In a low panel the lanes come before the density.
    let wanted = LANE_HEIGHT * view.state.pins.len().min(LANES_BEFORE_DENSITY) as f32;
    let density_height = (rect.height() - BEAT_HEIGHT - wanted).clamp(MIN_DENSITY_HEIGHT, DENSITY_HEIGHT);
    let lanes_bottom = (rect.bottom() - density_height).max(lanes_top);
    paint_grid(view, &plot_painter, scale, (rect, lanes_bottom), palette, &TextStyle::Small.resolve(ui.style()));
    for beat in &view.run.chronicle().beats {
        let position = pos2(scale.x_of(beat.at), rect.top() + BEAT_HEIGHT / 2.0);
        let is_past = view.is_past(beat.event);
        plot_painter.vline(position.x, rect.top() + BEAT_HEIGHT..=lanes_bottom, Stroke::new(1.0, palette.border));
        paint_beat_mark(&plot_painter, palette, position, 5.5, is_past);
        marks.push((position, beat.event));
    }
    let font = TextStyle::Small.resolve(ui.style());
    for (lane, &agent) in view.state.pins.iter().enumerate() {
        let y = lanes_top + LANE_HEIGHT * (lane as f32 + 0.5);
        if lane > 0 && y + LANE_HEIGHT / 2.0 > lanes_bottom + 1.0 {
            let more = format!("and {} more", view.state.pins.len() - lane);
            painter.text(pos2(rect.left(), y - 6.0), Align2::LEFT_CENTER, more, font.clone(), palette.weak_text);
            break;
        }
        let color = palette.series[lane % palette.series.len()];
        let name_rect = Rect::from_min_max(
            pos2(rect.left(), y - LANE_HEIGHT / 2.0),
            pos2(rect.left() + NAME_WIDTH - 8.0, y + LANE_HEIGHT / 2.0),
        );
        let label = ui.interact(name_rect, ui.id().with(("lane", agent)), Sense::click());
        let text = view.display_name(agent);
        label.widget_info(|| labeled_info(WidgetType::Button, &text));
        let label = label.on_hover_text("Show this agent");
        painter.with_clip_rect(name_rect).text(name_rect.left_center(), Align2::LEFT_CENTER, text, font.clone(), color);
        if label.clicked() {
            out.push(SessionCommand::ShowAgent(agent));
        }
        plot_painter.hline(scale.x, y, Stroke::new(1.0, palette.border));
        paint_lane(view, &plot_painter, scale, y, view.run.events_of(agent), color, palette, &mut marks);
    }
    paint_density(
        view,
        &plot_painter,
        scale,
        Rect::from_min_max(pos2(scale.x.min, lanes_bottom + 4.0), pos2(scale.x.max, rect.bottom())),
        palette,
    );

    let cursor_x = scale.x_of(view.playback.cursor().at);
    plot_painter.vline(cursor_x, rect.y_range(), Stroke::new(2.0, palette.accent));
    handle_pointer(view, &response, scale, &marks, out);
}

/// Half the width of an event mark, in points.
const MARK_RADIUS: f32 = 3.5;

/// The events of one agent, at most one mark per pixel column.
#[expect(clippy::too_many_arguments, reason = "a paint function needs target, geometry and colours")]
fn paint_lane(
    view: &SessionView<'_>,
    painter: &egui::Painter,
    scale: TimeScale,
    y: f32,
    events: &[EventId],
    color: Color32,
    palette: &Palette,
    marks: &mut Vec<(Pos2, EventId)>,
) {
    let history = view.run.history();
    let x_of = |id: &EventId| scale.x_of(history.position_of(*id).map_or(Instant::START, |position| position.at));
    let tint = |is_past: bool| if is_past { color } else { palette.faded(color) };
    // Touching marks are merged into one: its start and end, and whether it is in the past.
    let mut merged: Option<(f32, f32, bool)> = None;
    let paint_merged = |(from, to, is_past): (f32, f32, bool)| {
        let rect = Rect::from_min_max(pos2(from - MARK_RADIUS, y - MARK_RADIUS), pos2(to + MARK_RADIUS, y + MARK_RADIUS));
        painter.rect_filled(rect, MARK_RADIUS, tint(is_past));
    };
    // Skips to the next pixel column, because many events may share one.
    let mut nth = events.partition_point(|id| x_of(id) < scale.x.min - 4.0);
    while let Some(&id) = events.get(nth) {
        let (x, is_past) = (x_of(&id), view.is_past(id));
        merged = match merged {
            Some((from, to, was_past)) if was_past == is_past && x - to < 2.0 * MARK_RADIUS => Some((from, x, is_past)),
            previous => {
                previous.into_iter().for_each(paint_merged);
                Some((x, x, is_past))
            }
        };
        marks.push((pos2(x, y), id));
        if x > scale.x.max + 4.0 {
            break;
        }
        nth += 1 + prefix_len(&events[nth + 1..], |id| x_of(id) < x + 1.0);
    }
    merged.into_iter().for_each(paint_merged);
    if let Some(id) = view.state.event.filter(|id| events.binary_search(id).is_ok()) {
        let center = pos2(x_of(&id), y);
        painter.circle(center, 6.0, tint(view.is_past(id)), Stroke::new(2.0, palette.accent));
        marks.push((center, id));
    }
}

/// Length of the prefix whose events satisfy `predicate` (galloping search; fast for short prefixes).
fn prefix_len(events: &[EventId], predicate: impl Fn(&EventId) -> bool) -> usize {
    let mut end = 1;
    while end <= events.len() && predicate(&events[end - 1]) {
        end *= 2;
    }
    let from = end / 2;
    from + events[from..end.min(events.len())].partition_point(predicate)
}

/// Histogram of the number of events; the height is the square root of the count.
fn paint_density(view: &SessionView<'_>, painter: &egui::Painter, scale: TimeScale, rect: Rect, palette: &Palette) {
    const BAR_WIDTH: f32 = 4.0;
    let bars = (rect.width() / BAR_WIDTH).max(1.0) as usize;
    let history = view.run.history();
    let count_until = |bar: usize| history.event_count_until(scale.instant_at(rect.left() + bar as f32 * BAR_WIDTH));
    let cumulative_counts: Vec<usize> = (0..=bars).map(count_until).collect();
    let counts: Vec<usize> = cumulative_counts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let max_count = counts.iter().copied().max().unwrap_or(0).max(1) as f32;
    let now = view.playback.cursor().at;
    for (bar, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let x = rect.left() + bar as f32 * BAR_WIDTH;
        let height = rect.height() * (count as f32 / max_count).sqrt();
        let color = if scale.instant_at(x) <= now { palette.weak_text } else { palette.border };
        painter.rect_filled(
            Rect::from_min_max(pos2(x, rect.bottom() - height), pos2(x + BAR_WIDTH - 1.0, rect.bottom())),
            1.0,
            color,
        );
    }
}

/// Grid lines with dates; the step depends on the visible span.
fn paint_grid(
    view: &SessionView<'_>,
    painter: &egui::Painter,
    scale: TimeScale,
    (rect, lanes_bottom): (Rect, f32),
    palette: &Palette,
    font: &egui::FontId,
) {
    const DAY: f64 = (Instant::DAY_US / 1_000_000) as f64;
    const SECONDS: [f64; 9] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0];
    let duration_of = |pixels: f32| f64::from(pixels) * (scale.to - scale.from) / f64::from(scale.x.span().max(1.0));
    let days = [0.25, 1.0, 7.0, 30.0, 91.0, 365.0, 3650.0, 36_500.0].map(|days| days * DAY);
    let step = SECONDS.into_iter().chain(days).find(|step| *step >= duration_of(78.0)).unwrap_or(365_000.0 * DAY);
    let format = if step < 3600.0 {
        DateStyle::Time
    } else if step < DAY {
        DateStyle::ShortDayTime
    } else if step < 300.0 * DAY {
        DateStyle::ShortDay
    } else {
        DateStyle::Year
    };
    let mut line_seconds = (scale.from / step).ceil() * step;
    while line_seconds <= scale.to {
        let x = scale.x_of(Instant::from_seconds(line_seconds));
        painter.vline(x, rect.y_range(), Stroke::new(0.5, palette.border));
        let label = view.date(Instant::from_seconds(line_seconds), format);
        painter.text(pos2(x + 3.0, lanes_bottom + 4.0), Align2::LEFT_BOTTOM, label, font.clone(), palette.weak_text);
        line_seconds += step;
    }
}

/// Handles the pointer: seek, select, pan, zoom, and the tooltip.
fn handle_pointer(
    view: &SessionView<'_>,
    response: &egui::Response,
    scale: TimeScale,
    marks: &[(Pos2, EventId)],
    out: &mut Vec<SessionCommand>,
) {
    let Some(pointer) = response.hover_pos().or_else(|| response.interact_pointer_pos()) else { return };
    if pointer.x < scale.x.min - 4.0 {
        return;
    }
    let is_near = |&&(position, _): &&(Pos2, EventId)| position.distance(pointer) < 7.0;
    let nearest =
        marks.iter().filter(is_near).min_by(|a, b| a.0.distance(pointer).total_cmp(&b.0.distance(pointer))).map(|mark| mark.1);
    let scroll = response.ctx.input(|input| input.smooth_scroll_delta.y + 120.0 * (input.zoom_delta() - 1.0));
    if response.hovered() && scroll != 0.0 {
        let factor = f64::from((-scroll / 240.0).exp());
        out.push(SessionCommand::TimelineSpan(scale.zoomed(factor, scale.instant_at(pointer.x), view.run.timeline_end())));
    }
    if response.dragged_by(PointerButton::Secondary) || response.dragged_by(PointerButton::Middle) {
        let shift = f64::from(-response.drag_delta().x / scale.x.span().max(1.0)) * (scale.to - scale.from);
        let length = scale.to - scale.from;
        let from = (scale.from + shift).clamp(0.0, (view.run.timeline_end().seconds() - length).max(0.0));
        out.push(SessionCommand::TimelineSpan(Some((Instant::from_seconds(from), Instant::from_seconds(from + length)))));
    } else if response.double_clicked() {
        out.extend(nearest.map(SessionCommand::GoTo));
    } else if let (true, Some(event)) = (response.clicked(), nearest) {
        out.push(SessionCommand::SelectEvent(Some(event)));
    } else if response.dragged_by(PointerButton::Primary) || response.clicked() {
        out.push(SessionCommand::Seek(scale.instant_at(pointer.x)));
    }
    if let Some(event) = nearest.and_then(|event| view.run.chronicle().event(event)) {
        let beats = view.run.beats_completed_by(event.id).map(|beat| format!("\n★ {}", view.run.beat_title(beat)));
        let beats = beats.collect::<String>();
        let tip = format!("{}\n{}{beats}", view.date(event.at, DateStyle::LongTimestamp), view.run.sentence(event));
        response.clone().on_hover_text_at_pointer(tip);
    } else {
        response.clone().on_hover_text_at_pointer(view.date(scale.instant_at(pointer.x), DateStyle::Timestamp));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(seconds: f64) -> Instant {
        Instant::from_seconds(seconds)
    }

    #[test]
    fn the_prefix_length_is_found_for_all_lengths() {
        for count in 0..70 {
            for prefix in 0..=count {
                let events: Vec<EventId> = (0..count).map(EventId).collect();
                assert_eq!(prefix_len(&events, |id| id.0 < prefix), prefix as usize, "{prefix} of {count}");
            }
        }
    }

    #[test]
    fn mapping_an_instant_to_x_and_back_gives_the_instant() {
        let scale = TimeScale { x: Rangef::new(100.0, 500.0), from: 1000.0, to: 5000.0 };
        assert_eq!(scale.x_of(instant(3000.0)), 300.0);
        assert_eq!(scale.instant_at(300.0), instant(3000.0));
    }

    #[test]
    fn zooming_keeps_the_instant_under_the_pointer_and_ends_at_the_whole_run() {
        let scale = TimeScale { x: Rangef::new(0.0, 400.0), from: 0.0, to: 40_000.0 };
        let (from, to) = scale.zoomed(0.5, instant(10_000.0), instant(40_000.0)).unwrap();
        assert_eq!((from, to), (instant(5_000.0), instant(25_000.0)));
        let zoomed_in = TimeScale { x: scale.x, from: from.seconds(), to: to.seconds() };
        assert_eq!(zoomed_in.x_of(instant(10_000.0)), scale.x_of(instant(10_000.0)));
        assert_eq!(zoomed_in.zoomed(4.0, instant(10_000.0), instant(40_000.0)), None);
        assert!(
            scale
                .zoomed(1e-9, instant(0.0), instant(40_000.0))
                .is_some_and(|(from, to)| to.seconds() - from.seconds() >= MIN_SPAN)
        );
    }
}
