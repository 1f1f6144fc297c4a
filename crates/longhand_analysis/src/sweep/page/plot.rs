//! Draws plots. The lines are SVG stretched to the available width; the labels are HTML, which is not stretched, so they stay
//! legible on any screen.

use longhand_narrative::markup::MarkupFragment;
use minijinja::value::Value;

/// Width and height of every plot in SVG units.
pub(super) const WIDTH: f64 = 1000.0;
pub(super) const HEIGHT: f64 = 100.0;

/// A drawing in a box of [`WIDTH`] by [`HEIGHT`], filled by `draw`, with `says` as its text alternative.
pub(super) fn drawing(class: &str, says: &str, draw: impl FnOnce(&mut MarkupFragment)) -> Value {
    let mut svg = MarkupFragment::new();
    let view = format!("0 0 {WIDTH} {HEIGHT}");
    let attributes =
        [("class", class), ("viewBox", &view), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", says)];
    svg.open("svg", &attributes);
    draw(&mut svg);
    svg.finish()
}

/// Counts the values in each of `n` equally wide bins from `low` to `high`.
pub(super) fn histogram(values: &[f64], (low, high): (f64, f64), n: usize) -> Vec<usize> {
    let mut counts = vec![0; n];
    let width = (high - low).max(f64::MIN_POSITIVE);
    for value in values {
        let at = ((value - low) / width * n as f64) as usize;
        counts[at.min(n - 1)] += 1;
    }
    counts
}

/// A violin plot: the smoothed histogram, mirrored at the middle.
pub(super) fn draw_violin(svg: &mut MarkupFragment, counts: &[usize]) {
    let smooth: Vec<f64> = (0..counts.len())
        .map(|at| {
            let near = |step: i64| at.checked_add_signed(step as isize).and_then(|at| counts.get(at)).map_or(0.0, |&n| n as f64);
            0.06 * (near(-2) + near(2)) + 0.24 * (near(-1) + near(1)) + 0.4 * near(0)
        })
        .collect();
    let most = smooth.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let x = |at: usize| (at as f64 + 0.5) / counts.len() as f64 * WIDTH;
    let half = |n: f64| n / most * (HEIGHT / 2.0 - 4.0);
    let above = smooth.iter().enumerate().map(|(at, &n)| (x(at), HEIGHT / 2.0 - half(n)));
    let below = smooth.iter().enumerate().rev().map(|(at, &n)| (x(at), HEIGHT / 2.0 + half(n)));
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
