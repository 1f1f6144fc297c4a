//! Diagrams of a book as SVG: the attributes of a character over time, and the relationships of characters.

use crate::dates::CivilDateTime;
use crate::markup::MarkupFragment;
use longhand_chronicle::{Chronicle, History, StateAt};
use longhand_expr::ids::{AgentField, AgentId, AttrId, Fact, Instant, WorldFact};
use longhand_scene::Scenario;
use minijinja::value::Value;
use std::f64::consts::TAU;

/// The number of samples of a line.
const SAMPLES_PER_LINE: usize = 180;
/// The maximum number of lines of a plot.
const MAX_LINES: usize = 4;
/// The size of a plot, in SVG user units, as all lengths here.
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 250.0;
/// The minimum vertical distance between the labels of two lines.
const LABEL_GAP: f64 = 14.0;
/// The margins: left, right, top, bottom.
const MARGIN: [f64; 4] = [34.0, 120.0, 26.0, 26.0];
/// The `stroke-dasharray` of each line, so that lines differ without colour too.
const DASHES: [&str; MAX_LINES] = ["", "7 4", "2 4", "10 3 2 3"];

/// An attribute of an agent over the run: [`SAMPLES_PER_LINE`] values at equal intervals, scaled from the attribute's range to 0 to 1.
struct PlotLine {
    name: String,
    points: Vec<f64>,
    variance: f64,
}

/// Plots the numeric attributes of an agent with the highest variance over the run, at most [`MAX_LINES`], and marks the beats. `None` if no
/// attribute that can be plotted changed noticeably.
pub(super) fn attribute_plot(
    scenario: &Scenario,
    history: &History,
    chronicle: &Chronicle,
    agent: AgentId,
    end: Instant,
) -> Option<Value> {
    let mut lines: Vec<PlotLine> = (0..scenario.attributes.len())
        .filter_map(|index| plot_line(scenario, history, agent, AttrId::from_index(index), end))
        .collect();
    lines.sort_by(|a, b| b.variance.total_cmp(&a.variance));
    lines.truncate(MAX_LINES);
    if lines.is_empty() {
        return None;
    }
    let x = |share: f64| MARGIN[0] + share * (WIDTH - MARGIN[0] - MARGIN[1]);
    let y = |value: f64| MARGIN[2] + (1.0 - value) * (HEIGHT - MARGIN[2] - MARGIN[3]);
    let agent_name = chronicle.agents.display_name(agent);
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let mut svg = MarkupFragment::new();
    let language = &scenario.language;
    let attributes = names.join(language.text("summary-comma"));
    let label = language.format("page-plot", &[("name", agent_name.into()), ("attributes", attributes.into())]);
    let view = format!("0 0 {WIDTH} {HEIGHT}");
    svg.open("svg", &[("viewBox", &view), ("role", "img"), ("aria-label", &label)]);
    let tick = |svg: &mut MarkupFragment, x: f64, y: f64, anchor: &str, label: &str| {
        svg.text("text", &[("class", "tick"), ("x", &coordinate(x)), ("y", &coordinate(y)), ("text-anchor", anchor)], label);
    };
    for (value, label) in [(0.0, "0"), (0.5, "½"), (1.0, "1")].map(|(value, label)| (value, language.own_digits(label.into()))) {
        let [left, right, height] = [x(0.0), x(1.0), y(value)].map(coordinate);
        svg.empty("line", &[("class", "grid"), ("x1", &left), ("x2", &right), ("y1", &height), ("y2", &height)]);
        tick(&mut svg, x(0.0) - 6.0, y(value) + 4.0, "end", &label);
    }
    for (share, label) in time_ticks(scenario, end) {
        tick(&mut svg, x(share), HEIGHT - 8.0, "start", &label);
    }
    for beat_match in &chronicle.beats {
        let share = (beat_match.at.seconds() / end.seconds().max(1.0)).clamp(0.0, 1.0);
        let Some(beat) = scenario.beats.get(beat_match.beat) else { continue };
        let mark = format!("M{:.1} {:.1}v-9", x(share), MARGIN[2] - 4.0);
        svg.open("path", &[("class", "beat"), ("d", &mark)]);
        svg.text("title", &[], if beat.title.is_empty() { &beat.id } else { &beat.title });
        svg.close();
    }
    let line_ends: Vec<f64> = lines.iter().map(|line| y(line.points.last().copied().unwrap_or(0.0)) + 4.0).collect();
    let labels = spread_labels(&line_ends);
    for (nth, line) in lines.iter().enumerate() {
        let path: Vec<String> = (line.points.iter().enumerate())
            .map(|(index, &value)| format!("{:.1} {:.1}", x(index as f64 / (line.points.len() - 1) as f64), y(value)))
            .collect();
        let class = format!("l{}", nth + 1);
        svg.empty("polyline", &[("class", &class), ("stroke-dasharray", DASHES[nth]), ("points", &path.join(" "))]);
        let class = format!("t{}", nth + 1);
        svg.text("text", &[("class", &class), ("x", &coordinate(x(1.0) + 8.0)), ("y", &coordinate(labels[nth]))], &line.name);
    }
    Some(svg.finish())
}

/// Moves the labels of a column apart. Takes the y coordinate that each label should have and returns the one that it gets: the order is
/// kept, neighbours are at least [`LABEL_GAP`] apart, and the lowest label is not below the drawing. One pass moves labels down, a second
/// pass moves them up again from the bottom.
fn spread_labels(wanted: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut placed = wanted.to_vec();
    for pair in order.windows(2) {
        placed[pair[1]] = placed[pair[1]].max(placed[pair[0]] + LABEL_GAP);
    }
    let mut limit = HEIGHT;
    for &label in order.iter().rev() {
        placed[label] = placed[label].min(limit);
        limit = placed[label] - LABEL_GAP;
    }
    placed
}

/// A coordinate or length as text, to a tenth of a unit.
fn coordinate(value: f64) -> String {
    format!("{value:.1}")
}

/// Samples an attribute of an agent. `None` if it is not a number, its range is wider than 1, it has no value at some sample, or it
/// hardly changes.
fn plot_line(scenario: &Scenario, history: &History, agent: AgentId, attribute: AttrId, end: Instant) -> Option<PlotLine> {
    let info = scenario.attributes.get(attribute.index()).filter(|info| !info.switch && info.one_of.is_empty())?;
    let (least, most) = info.range;
    // An axis from 0 to 1 would hide the scale of an attribute with a wider range.
    if most - least > 1.0 + 1e-9 {
        return None;
    }
    let fact = Fact::World(WorldFact::Attr(agent, attribute));
    let instant_of = |point: usize| Instant::from_seconds(end.seconds() * point as f64 / (SAMPLES_PER_LINE - 1) as f64);
    let points: Vec<f64> = (0..SAMPLES_PER_LINE)
        .filter_map(|point| history.value_at(fact, instant_of(point)))
        .map(|value| ((value - least) / (most - least)).clamp(0.0, 1.0))
        .collect();
    let mean = points.iter().sum::<f64>() / points.len().max(1) as f64;
    let variance = points.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / points.len().max(1) as f64;
    (points.len() == SAMPLES_PER_LINE && variance > 1e-4).then(|| PlotLine { name: info.id.replace('_', " "), points, variance })
}

/// The maximum number of days that are examined for the labels of the time axis. A longer run is examined at intervals of several days.
const MAX_LABELLED_DAYS: usize = 40_000;

/// The positions (0 to 1) and labels of the ticks of the time axis, at most twelve: month starts, years in a run of more than 1200 days, or
/// four times of day in a run of less than two days.
fn time_ticks(scenario: &Scenario, end: Instant) -> Vec<(f64, String)> {
    let mut ticks: Vec<(f64, String)> = Vec::new();
    let days = (end.seconds() / 86_400.0) as usize;
    if days < 2 {
        let label = |share: f64| {
            let at = Instant::from_seconds(end.seconds() * share);
            (share, CivilDateTime::from_instant(&scenario.calendar, at).clock(&scenario.language))
        };
        return [0.0, 0.25, 0.5, 0.75].map(label).into();
    }
    let mut last_label = String::new();
    for day in (0..=days).step_by(days.div_ceil(MAX_LABELLED_DAYS).max(1)) {
        let at = Instant::from_seconds(day as f64 * 86_400.0);
        let civil = CivilDateTime::from_instant(&scenario.calendar, at);
        let language = &scenario.language;
        let label = if days > 1_200 { civil.year_text(language) } else { civil.short_month(language) };
        if label != last_label {
            ticks.push((at.seconds() / end.seconds().max(1.0), label.clone()));
            last_label = label;
        }
    }
    let step = ticks.len().div_ceil(12).max(1);
    ticks.into_iter().step_by(step).collect()
}

/// Draws relationships: the agents of `names` that are present on an ellipse, and a line for each related pair, labelled with the names of its
/// ties and as wide as its strongest bond. With `from`, only the ties and bonds from that agent. `None` if no two agents are related.
pub(super) fn relationship_diagram(
    scenario: &Scenario,
    state: &StateAt<'_>,
    names: &[(AgentId, String)],
    from: Option<AgentId>,
) -> Option<Value> {
    let present: Vec<&(AgentId, String)> =
        names.iter().filter(|(agent, _)| state.field(*agent, AgentField::Present) != Some(0.0)).collect();
    if present.len() < 2 {
        return None;
    }
    let (cx, cy, rx, ry) = (WIDTH / 2.0, 150.0, 270.0, 105.0);
    let position = |index: usize| {
        let angle = TAU * index as f64 / present.len() as f64 - TAU / 4.0;
        (cx + rx * libm::cos(angle), cy + ry * libm::sin(angle))
    };
    let mut svg = MarkupFragment::new();
    let mut descriptions = Vec::new();
    for a in 0..present.len() {
        for b in a + 1..present.len() {
            let (first, second) = (present[a], present[b]);
            if from.is_some_and(|from| from != first.0 && from != second.0) {
                continue;
            }
            let mut ties: Vec<&str> = Vec::new();
            let mut strongest: f64 = 0.0;
            for (from_end, to_end) in [(first.0, second.0), (second.0, first.0)] {
                if from.is_some_and(|from| from != from_end) {
                    continue;
                }
                for (fact, value) in state.relations(from_end) {
                    match fact {
                        WorldFact::Tie(_, to, tie) if to == to_end => {
                            ties.extend(scenario.ties.get(tie.index()).map(|tie| tie.id.as_str()));
                        }
                        WorldFact::Dim(_, to, dim) if to == to_end => {
                            let (least, most) = scenario.dims.get(dim.index()).map_or((0.0, 1.0), |dim| dim.range);
                            strongest = strongest.max(((value - least) / (most - least).max(1e-9)).clamp(0.0, 1.0));
                        }
                        _ => {}
                    }
                }
            }
            ties.sort_unstable();
            ties.dedup();
            // A weak bond without a tie is not worth a line.
            if ties.is_empty() && strongest < 0.15 {
                continue;
            }
            let ((x1, y1), (x2, y2)) = (position(a), position(b));
            let tie_names = ties.join(", ").replace('_', " ");
            let width = coordinate(0.6 + 4.0 * strongest);
            let [from_x, from_y, to_x, to_y] = [x1, y1, x2, y2].map(coordinate);
            let ends = [("x1", &*from_x), ("y1", &from_y), ("x2", &to_x), ("y2", &to_y)];
            svg.empty("line", &[&[("class", "bond")][..], &ends, &[("stroke-width", &width)]].concat());
            // Not in the middle, where lines between opposite agents cross.
            let (x, y) = (coordinate(x1 + 0.42 * (x2 - x1)), coordinate(y1 + 0.42 * (y2 - y1) - 3.0));
            svg.text("text", &[("class", "tie"), ("x", &x), ("y", &y), ("text-anchor", "middle")], &tie_names);
            descriptions.push(format!(
                "{}{}",
                scenario.language.list(&[first.1.clone(), second.1.clone()]),
                if tie_names.is_empty() { String::new() } else { format!(": {tie_names}") }
            ));
        }
    }
    if descriptions.is_empty() {
        return None;
    }
    for (index, (_, name)) in present.iter().enumerate() {
        let (x, y) = position(index);
        let half_width = 6.0 + 4.2 * name.chars().count() as f64;
        let (left, top, width) = (coordinate(x - half_width), coordinate(y - 13.0), coordinate(2.0 * half_width));
        let size = [("x", &*left), ("y", &top), ("width", &width), ("height", "26"), ("rx", "13")];
        svg.empty("rect", &[&[("class", "node")][..], &size].concat());
        let (x, y) = (coordinate(x), coordinate(y + 5.0));
        svg.text("text", &[("class", "who"), ("x", &x), ("y", &y), ("text-anchor", "middle")], name);
    }
    let (view, label) = (format!("0 0 {WIDTH} 300"), descriptions.join("; "));
    let mut drawing = MarkupFragment::new();
    drawing.open("svg", &[("viewBox", &view), ("role", "img"), ("aria-label", &label)]);
    drawing.append(svg);
    Some(drawing.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn labels_are_apart_in_the_order_of_their_lines_and_inside_the_drawing(
            wanted in prop::collection::vec(0.0..HEIGHT, 0..=MAX_LINES),
        ) {
            let placed = spread_labels(&wanted);
            for (a, b) in (0..wanted.len()).flat_map(|a| (0..wanted.len()).map(move |b| (a, b))).filter(|(a, b)| a != b) {
                prop_assert!((placed[a] - placed[b]).abs() > LABEL_GAP - 1e-6, "{placed:?}");
                prop_assert!(wanted[a] >= wanted[b] || placed[a] < placed[b], "{placed:?}");
            }
            prop_assert!(placed.iter().all(|label| (0.0..=HEIGHT).contains(label)), "{placed:?}");
        }
    }

    #[test]
    fn a_label_without_neighbours_stays_at_the_end_of_its_line() {
        assert_eq!(spread_labels(&[125.0, 60.0]), [125.0, 60.0]);
        assert_eq!(spread_labels(&[124.0, 126.0]), [124.0, 138.0], "around the middle of the drawing");
    }
}
