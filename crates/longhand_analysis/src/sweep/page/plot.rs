//! Draws plots. The lines are SVG stretched to the available width; the labels are HTML, which is not stretched, so they stay
//! legible on any screen.

use std::fmt::Write;

/// Width and height of every plot in SVG units.
pub(super) const WIDTH: f64 = 1000.0;
pub(super) const HEIGHT: f64 = 100.0;

/// A drawing: `inner` in a box of [`WIDTH`] by [`HEIGHT`], with `says` as its text alternative.
pub(super) fn svg(class: &str, inner: &str, says: &str) -> String {
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{says}\">{inner}</svg>"
    )
}

/// Adds axis labels to a drawing: a row below it, and the lower and upper end of the vertical axis.
pub(super) fn with_axes(drawing: &str, below: &[String], (bottom, top): (&str, &str)) -> String {
    let below: String = below.iter().map(|word| format!("<span>{word}</span>")).collect();
    format!(
        "<div class=\"plot\"><div class=\"up\" aria-hidden=\"true\"><span>{top}</span><span>{bottom}</span></div>{drawing}\
         <div class=\"along\" aria-hidden=\"true\">{below}</div></div>"
    )
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

/// A violin plot as an SVG path: the smoothed histogram, mirrored at the middle.
pub(super) fn violin_path(counts: &[usize]) -> String {
    let smooth: Vec<f64> = (0..counts.len())
        .map(|at| {
            let near = |step: i64| at.checked_add_signed(step as isize).and_then(|at| counts.get(at)).map_or(0.0, |&n| n as f64);
            0.06 * (near(-2) + near(2)) + 0.24 * (near(-1) + near(1)) + 0.4 * near(0)
        })
        .collect();
    let most = smooth.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let x = |at: usize| (at as f64 + 0.5) / counts.len() as f64 * WIDTH;
    let mut path = String::new();
    let mut to = |x: f64, y: f64| {
        let sign = if path.is_empty() { 'M' } else { 'L' };
        _ = write!(path, "{sign}{x:.1} {y:.1}");
    };
    for (at, n) in smooth.iter().enumerate() {
        to(x(at), HEIGHT / 2.0 - n / most * (HEIGHT / 2.0 - 4.0));
    }
    for (at, n) in smooth.iter().enumerate().rev() {
        to(x(at), HEIGHT / 2.0 + n / most * (HEIGHT / 2.0 - 4.0));
    }
    format!("<path class=\"body\" d=\"{path}Z\"/>")
}

/// A vertical line at a position from 0 to 1 of the width.
pub(super) fn vertical_line(class: &str, at: f64) -> String {
    let x = at.clamp(0.0, 1.0) * WIDTH;
    format!("<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{HEIGHT}\"/>")
}

/// A band between two positions from 0 to 1 of the width.
pub(super) fn band(class: &str, from: f64, to: f64) -> String {
    let (x, width) = (from.clamp(0.0, 1.0) * WIDTH, (to.clamp(0.0, 1.0) - from.clamp(0.0, 1.0)).max(0.0) * WIDTH);
    format!("<rect class=\"{class}\" x=\"{x:.1}\" width=\"{width:.1}\" y=\"0\" height=\"{HEIGHT}\"/>")
}
