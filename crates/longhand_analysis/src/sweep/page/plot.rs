//! Draws plots. The lines are SVG stretched to the available width; the labels are HTML, which is not stretched, so they stay
//! legible on any screen.

use longhand_narrative::markup::MarkupFragment;
use minijinja::value::Value;

/// Width and height of every plot in SVG units.
pub(super) const WIDTH: f64 = 1000.0;
pub(super) const HEIGHT: f64 = 100.0;

/// A drawing in a box of [`WIDTH`] by [`HEIGHT`], filled by `draw`, with `description` as its text alternative.
pub(super) fn drawing(class: &str, description: &str, draw: impl FnOnce(&mut MarkupFragment)) -> Value {
    let mut svg = MarkupFragment::new();
    let view = format!("0 0 {WIDTH} {HEIGHT}");
    let attributes =
        [("class", class), ("viewBox", &view), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", description)];
    svg.open("svg", &attributes);
    draw(&mut svg);
    svg.finish()
}

/// Counts the values in each of `n` equally wide bins from `low` to `high`.
pub(super) fn histogram(values: &[f64], (low, high): (f64, f64), n: usize) -> Vec<usize> {
    let mut counts = vec![0; n];
    let width = (high - low).max(f64::MIN_POSITIVE);
    for value in values {
        let bin = ((value - low) / width * n as f64) as usize;
        counts[bin.min(n - 1)] += 1;
    }
    counts
}

/// A violin plot: the smoothed histogram, mirrored at the middle.
pub(super) fn draw_violin(svg: &mut MarkupFragment, counts: &[usize]) {
    let smooth: Vec<f64> = (0..counts.len())
        .map(|bin| {
            let count_at = |step: i64| {
                bin.checked_add_signed(step as isize).and_then(|neighbour| counts.get(neighbour)).map_or(0.0, |&n| n as f64)
            };
            0.06 * (count_at(-2) + count_at(2)) + 0.24 * (count_at(-1) + count_at(1)) + 0.4 * count_at(0)
        })
        .collect();
    let peak = smooth.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let x = |bin: usize| (bin as f64 + 0.5) / counts.len() as f64 * WIDTH;
    let half_height = |n: f64| n / peak * (HEIGHT / 2.0 - 4.0);
    let above = smooth.iter().enumerate().map(|(bin, &n)| (x(bin), HEIGHT / 2.0 - half_height(n)));
    let below = smooth.iter().enumerate().rev().map(|(bin, &n)| (x(bin), HEIGHT / 2.0 + half_height(n)));
    let points: Vec<String> = above.chain(below).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    svg.empty("path", &[("class", "body"), ("d", &format!("M{}Z", points.join("L")))]);
}

/// A vertical line at a position from 0 to 1 of the width.
pub(super) fn draw_vertical_line(svg: &mut MarkupFragment, class: &str, at: f64) {
    let x = format!("{:.1}", at.clamp(0.0, 1.0) * WIDTH);
    svg.empty("line", &[("class", class), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", &HEIGHT.to_string())]);
}

/// A band between two positions from 0 to 1 of the width.
pub(super) fn draw_band(svg: &mut MarkupFragment, class: &str, from: f64, to: f64) {
    let (from, to) = (from.clamp(0.0, 1.0), to.clamp(0.0, 1.0));
    draw_bar(svg, class, (from * WIDTH, 0.0), ((to - from).max(0.0) * WIDTH, HEIGHT));
}

/// A rectangle, given its upper left corner and its size.
pub(super) fn draw_bar(svg: &mut MarkupFragment, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let [x, y, width, height] = [x, y, width, height].map(|value| format!("{value:.1}"));
    svg.empty("rect", &[("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
}
