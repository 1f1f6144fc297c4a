//! A small plot of a value over the whole run, with its spread as a shade. All plots have the same axis of time; a click goes to an instant.

use bevy_egui::egui::{self, Align2, Mesh, Pos2, Rect, RichText, Sense, Shape, Stroke, TextStyle, WidgetType, pos2, vec2};
use longhand_narrative::dates::DateStyle;

use super::degree::grouped_number;
use super::style::Palette;
use super::widgets::labeled_info;
use longhand_expr::ids::Instant;
use longhand_session::{CityView, SessionCommand, SessionView};

/// Height of the title, in points.
const TITLE_HEIGHT: f32 = 18.0;
/// Distance of the curve from the edges, in points.
const MARGIN: f32 = 3.0;

/// A value at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ChartPoint {
    pub at: Instant,
    pub mean: f64,
    /// The lowest and the highest tenth.
    pub spread: Option<(f64, f64)>,
}

/// The values that a plot has room for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ChartRange {
    low: f64,
    high: f64,
}

impl ChartRange {
    /// No values.
    pub const EMPTY: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// The range with a point.
    pub fn with(self, point: &ChartPoint) -> Self {
        let (low, high) = point.spread.unwrap_or((point.mean, point.mean));
        Self { low: self.low.min(low).min(point.mean), high: self.high.max(high).max(point.mean) }
    }

    /// The range down to zero.
    pub fn with_zero(self) -> Self {
        Self { low: self.low.min(0.0), ..self }
    }

    /// Where a value is, from 0 at the lower edge to 1 at the upper one.
    fn share(self, value: f64) -> f32 {
        if self.high > self.low { ((value - self.low) / (self.high - self.low)) as f32 } else { 0.5 }
    }
}

/// A plot.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub title: String,
    /// What it is, for a tooltip.
    pub about: String,
    /// Ascending by time.
    pub points: Vec<ChartPoint>,
    pub range: ChartRange,
    /// What a click on the title shows.
    pub next: Option<CityView>,
}

pub(super) fn chart_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    chart: &Chart,
    size: egui::Vec2,
    out: &mut Vec<SessionCommand>,
) {
    ui.vertical(|ui| {
        ui.set_max_width(size.x);
        title_ui(ui, chart, out);
        plot_ui(ui, view, chart, vec2(size.x, size.y - TITLE_HEIGHT), out);
    });
}

fn title_ui(ui: &mut egui::Ui, chart: &Chart, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let title = RichText::new(&chart.title).small().color(palette.title);
    let response = match &chart.next {
        Some(next) => {
            let link = ui.add(egui::Label::new(title).truncate().sense(Sense::click()));
            link.widget_info(|| labeled_info(WidgetType::Link, &chart.title));
            let link = link.on_hover_cursor(egui::CursorIcon::PointingHand);
            if link.clicked() {
                out.push(SessionCommand::ShowCity(next.clone()));
            }
            link
        }
        None => ui.add(egui::Label::new(title).truncate()),
    };
    if !chart.about.is_empty() {
        response.on_hover_text(&chart.about);
    }
}

fn plot_ui(ui: &mut egui::Ui, view: &SessionView<'_>, chart: &Chart, size: egui::Vec2, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| labeled_info(WidgetType::Button, &format!("Plot of {}", chart.title)));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, palette.surface);
    let plot = rect.shrink(MARGIN);
    let end = view.run.timeline_end().seconds().max(1.0);
    let x_of = |at: Instant| plot.left() + plot.width() * (at.seconds() / end).clamp(0.0, 1.0) as f32;
    let y_of = |value: f64| plot.bottom() - plot.height() * chart.range.share(value).clamp(0.0, 1.0);
    let cursor_x = x_of(view.playback.cursor().at);
    // What is to come is faded.
    for (is_past, side) in [
        (true, Rect::from_min_max(rect.min, pos2(cursor_x, rect.bottom()))),
        (false, Rect::from_min_max(pos2(cursor_x, rect.top()), rect.max)),
    ] {
        let painter = painter.with_clip_rect(side.intersect(rect));
        let color = if is_past { palette.accent } else { palette.faded(palette.accent) };
        let band: Vec<(Pos2, Pos2)> = (chart.points.iter())
            .filter_map(|point| {
                let (low, high) = point.spread?;
                Some((pos2(x_of(point.at), y_of(low)), pos2(x_of(point.at), y_of(high))))
            })
            .collect();
        painter.add(Shape::mesh(band_mesh(&band, super::color::with_opacity(color, 0.22))));
        let line: Vec<Pos2> = chart.points.iter().map(|point| pos2(x_of(point.at), y_of(point.mean))).collect();
        painter.line(line, Stroke::new(1.5, color));
    }
    painter.vline(cursor_x, rect.y_range(), Stroke::new(1.0, palette.weak_text));
    let font = TextStyle::Small.resolve(ui.style());
    let limit = |value: f64| if value.is_finite() { grouped_number(rounded(value)) } else { String::new() };
    painter.text(rect.left_top() + vec2(4.0, 2.0), Align2::LEFT_TOP, limit(chart.range.high), font.clone(), palette.weak_text);
    painter.text(rect.left_bottom() + vec2(4.0, -2.0), Align2::LEFT_BOTTOM, limit(chart.range.low), font, palette.weak_text);
    let instant_at = |x: f32| Instant::from_seconds(f64::from(((x - plot.left()) / plot.width().max(1.0)).clamp(0.0, 1.0)) * end);
    if let (true, Some(pointer)) = (response.clicked(), response.interact_pointer_pos()) {
        out.push(SessionCommand::Seek(instant_at(pointer.x)));
    }
    if let Some(pointer) = response.hover_pos() {
        let at = instant_at(pointer.x);
        let point = chart.points[..chart.points.partition_point(|point| point.at <= at)].last();
        response.on_hover_text(point.map_or_else(|| view.date(at, DateStyle::Date), |point| describe_point(view, point)));
    }
}

/// `4 November 2025: 0.42, a tenth below 0.1, a tenth above 0.8`
fn describe_point(view: &SessionView<'_>, point: &ChartPoint) -> String {
    let number = |value: f64| grouped_number(rounded(value));
    let spread = point.spread.map_or_else(String::new, |(low, high)| {
        format!(", a tenth at or below {}, a tenth at or above {}", number(low), number(high))
    });
    format!("{}: {}{spread}", view.date(point.at, DateStyle::Date), number(point.mean))
}

/// A number with about three digits.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(2 - value.abs().log10().floor() as i32);
    if scale < 1.0 { value.round() } else { (value * scale).round() / scale }
}

/// The area between two curves, from left to right.
fn band_mesh(band: &[(Pos2, Pos2)], color: egui::Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for (nth, &(low, high)) in (0_u32..).zip(band) {
        mesh.colored_vertex(low, color);
        mesh.colored_vertex(high, color);
        if nth > 0 {
            let first = 2 * nth - 2;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 2, first + 3);
        }
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_room_for_every_spread() {
        let point = |mean, spread| ChartPoint { at: Instant::START, mean, spread };
        let range = ChartRange::EMPTY.with(&point(0.5, Some((0.2, 0.9)))).with(&point(1.0, None));
        assert_eq!(range, ChartRange { low: 0.2, high: 1.0 });
        assert_eq!((range.share(0.2), range.share(1.0), range.with_zero().low), (0.0, 1.0, 0.0));
        assert_eq!(ChartRange::EMPTY.with(&point(3.0, None)).share(3.0), 0.5, "a constant is in the middle");
    }

    #[test]
    fn numbers_are_rounded_to_three_digits() {
        assert_eq!([0.0, 0.123_456, 12.3456, 8_123.4].map(rounded), [0.0, 0.123, 12.3, 8_123.0]);
    }

    #[test]
    fn a_band_is_one_strip() {
        let band: Vec<_> = (0..4).map(|x| (pos2(x as f32, 0.0), pos2(x as f32, 1.0))).collect();
        let mesh = band_mesh(&band, egui::Color32::RED);
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (8, 18));
        assert!(band_mesh(&[], egui::Color32::RED).is_empty());
    }
}
