//! Panel of population statistics: the number of agents of each kind (logarithmic scale) and their average attributes, both per day,
//! the measures over time, and a table of the OSes that are present at the cursor.

use bevy_egui::egui::{self, RichText, ScrollArea};
use egui_plot::{Corner, GridMark, Legend, Line, Plot, PlotPoints, VLine};
use longhand_narrative::dates::DateStyle;

use super::style::Palette;
use super::widgets::{agent_link, heading_ui, more_ui, note_ui};
use longhand_chronicle::format_number;
use longhand_expr::ids::{AgentField, AgentId, Instant};
use longhand_scene::{Measure, MeasureTime};
use longhand_session::{SessionCommand, SessionView};

/// Length of a day in seconds.
const DAY: f64 = (Instant::DAY_US / 1_000_000) as f64;
/// Maximum number of OSes in the table.
const MAX_OSES: usize = 40;

pub(super) fn oses_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let scenario = view.run.scenario();
    let kinds = scenario.kinds.iter().map(|kind| kind.id.clone()).collect::<Vec<_>>();
    let oses: Vec<&str> = scenario.kinds.iter().filter(|kind| kind.os).map(|kind| kind.id.as_str()).collect();
    ScrollArea::vertical().id_salt("oses").auto_shrink(false).show(ui, |ui| {
        if view.run.chronicle().crowd.is_empty() {
            ui.label("Statistics are available after the first simulated day.");
        } else {
            let height = (ui.available_height() / 2.6).clamp(110.0, 260.0);
            heading_ui(ui, "Number of agents (log scale)");
            let counts =
                kinds.iter().map(|kind| (kind.clone(), daily_series(view, kind, |n| (n >= 1.0).then(|| n.log10())))).collect();
            plot_ui(ui, view, "agents of each kind", height, counts, |mark| format_number(10_f64.powf(mark.value).round()), out);
            heading_ui(ui, if oses.is_empty() { "Average attributes" } else { "Average attributes of OSes" });
            let averaged_kinds: Vec<&str> =
                if oses.is_empty() { kinds.iter().map(String::as_str).collect() } else { oses.clone() };
            plot_ui(ui, view, "averages", height, average_series(view, &averaged_kinds), |mark| format_number(mark.value), out);
        }
        let measures = measure_series(view);
        if !measures.is_empty() {
            heading_ui(ui, "Measures over time");
            plot_ui(ui, view, "measures over time", 160.0, measures, |mark| format_number(mark.value), out);
        }
        if !oses.is_empty() {
            heading_ui(ui, "Named OSes");
            os_table_ui(ui, view, out);
        }
        ui.add_space(12.0);
    });
}

/// Time series of one daily statistic, as points (days since the start, value). A day's value is plotted at the end of the day.
/// `transform` maps the value; `None` omits the point.
fn daily_series(view: &SessionView<'_>, name: &str, transform: impl Fn(f64) -> Option<f64>) -> Vec<[f64; 2]> {
    let value = |numbers: &[(String, f64)]| numbers.iter().find(|(id, _)| id == name).and_then(|(_, value)| transform(*value));
    let days = view.run.chronicle().crowd.iter();
    days.filter_map(|day| Some([f64::from(day.day) + 1.0, value(&day.numbers)?])).collect()
}

/// Time series of the average attributes of these kinds, as points (days since the start, value): the six with the largest difference
/// between maximum and minimum, largest first. Averages that stay within 0.01 are omitted.
fn average_series(view: &SessionView<'_>, kinds: &[&str]) -> Vec<(String, Vec<[f64; 2]>)> {
    let Some(last) = view.run.chronicle().crowd.last() else { return Vec::new() };
    let is_of_kinds = |name: &str| kinds.iter().any(|kind| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('.')));
    let attribute = |name: &str| name.split_once('.').map_or(name, |(_, attribute)| attribute).replace('_', " ");
    let mut series: Vec<(f64, String, Vec<[f64; 2]>)> = (last.numbers.iter())
        .filter(|(name, _)| is_of_kinds(name))
        .filter_map(|(name, _)| {
            let points = daily_series(view, name, Some);
            let low = points.iter().map(|point| point[1]).fold(f64::INFINITY, f64::min);
            let high = points.iter().map(|point| point[1]).fold(f64::NEG_INFINITY, f64::max);
            (high - low > 0.01).then(|| (high - low, attribute(name), points))
        })
        .collect();
    series.sort_by(|a, b| b.0.total_cmp(&a.0));
    series.into_iter().take(6).map(|(_, name, points)| (name, points)).collect()
}

/// Time series of the measures that are taken periodically, as points (days since the start, value). A measure of each of several
/// agents is shown as its mean.
fn measure_series(view: &SessionView<'_>) -> Vec<(String, Vec<[f64; 2]>)> {
    let over_time = view.run.scenario().measures.iter().filter(|measure| matches!(measure.at, MeasureTime::Every(_)));
    let series = |measure: &Measure| {
        let mut means: Vec<(Instant, f64, f64)> = Vec::new();
        for taken in view.run.chronicle().measures.iter().filter(|taken| taken.measure == measure.id) {
            match means.last_mut() {
                Some((at, mean, n)) if *at == taken.at => {
                    *n += 1.0;
                    *mean += (taken.value - *mean) / *n;
                }
                _ => means.push((taken.at, taken.value, 1.0)),
            }
        }
        let points = means.into_iter().map(|(at, mean, _)| [at.seconds() / DAY, mean]);
        (measure.id.replace('_', " "), points.collect())
    };
    over_time.map(series).collect()
}

/// A line plot over the time of the run. A click seeks to the instant under the pointer.
fn plot_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    id: &str,
    height: f32,
    lines: Vec<(String, Vec<[f64; 2]>)>,
    y_of: impl Fn(GridMark) -> String,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let now = view.playback.cursor().at.seconds() / DAY;
    let date = |day: f64| view.date(Instant::from_seconds(day * DAY), DateStyle::ShortDay);
    let plot = Plot::new(id)
        .height(height)
        .legend(Legend::default().position(Corner::LeftTop))
        .allow_scroll(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .set_margin_fraction(egui::vec2(0.01, 0.08))
        .include_x(0.0)
        .include_x(view.run.timeline_end().seconds() / DAY)
        .grid_color(palette.border)
        .x_axis_formatter(move |mark, _| date(mark.value))
        .y_axis_formatter(move |mark, _| y_of(mark));
    let plot_response = plot.show(ui, |plot| {
        for (nth, (name, points)) in lines.into_iter().enumerate() {
            let color = palette.series[nth % palette.series.len()];
            plot.line(Line::new(name, PlotPoints::from(points)).color(color).width(1.8));
        }
        plot.vline(VLine::new("now", now).color(palette.accent).allow_hover(false));
        plot.pointer_coordinate()
    });
    if let (true, Some(position)) = (plot_response.response.clicked(), plot_response.inner) {
        out.push(SessionCommand::Seek(Instant::from_seconds(position.x.max(0.0) * DAY)));
    }
}

/// The OSes that are present at the cursor, with their owners, generations and status.
fn os_table_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let (run, now) = (view.run, view.playback.cursor());
    let present: Vec<AgentId> = run
        .agents()
        .filter(|&agent| run.is_os(agent))
        .filter(|&os| run.field(os, AgentField::Present, now).is_some_and(|value| value != 0.0))
        .collect();
    if present.is_empty() {
        ui.label(RichText::new("No OS is present at the cursor.").color(palette.weak_text));
        return;
    }
    egui::Grid::new("named oses").num_columns(4).striped(true).spacing([16.0, 3.0]).show(ui, |ui| {
        for head in ["", "owner", "generation", ""] {
            note_ui(ui, head);
        }
        ui.end_row();
        for &os in present.iter().take(MAX_OSES) {
            agent_link(ui, view, os, out);
            match run.owner_of(os, now) {
                Some(owner) => agent_link(ui, view, owner, out),
                None => drop(ui.label(RichText::new("none").color(palette.weak_text))),
            }
            ui.label(run.field(os, AgentField::Generation, now).map_or_else(String::new, format_number));
            let is_offline = run.field(os, AgentField::Online, now) == Some(0.0);
            let is_unbound = run.field(os, AgentField::Bound, now) == Some(0.0);
            let status = match (is_offline, is_unbound) {
                (true, _) => "offline",
                (false, true) => "independent of hardware",
                (false, false) => "",
            };
            ui.label(RichText::new(status).color(palette.accent));
            ui.end_row();
        }
    });
    more_ui(ui, present.len(), MAX_OSES);
}
