//! The rows of a wide town, behind each other.

use longhand_scene::{PlaceLook, StageSetting};

use super::layout::{Column, PlacedAt};

/// Greatest width of a row, if there are several, in metres.
const MAX_ROW: f32 = 66.0;

/// Divides columns into rows, the first of which is in front. A town that would be too wide for one picture has rows behind each
/// other, those farthest to the north (with the greatest y) behind. The towers of a city need no rows: they are stacked higher.
pub(super) fn rows(
    setting: StageSetting,
    places: &[PlacedAt],
    columns: Vec<Column>,
    width: &impl Fn(&Column) -> f32,
) -> Vec<Vec<Column>> {
    let total: f32 = columns.iter().map(width).sum();
    let count = if setting == StageSetting::City { 1 } else { ((total / MAX_ROW).ceil() as usize).clamp(1, 3) };
    let is_shore =
        |column: &Column| matches!(places[column.places[0]].look, PlaceLook::Beach | PlaceLook::Harbour | PlaceLook::River);
    let north = |column: &Column| {
        let known = column.places.iter().filter_map(|&place| places[place].at.map(|at| at.1));
        known.fold(f64::NEG_INFINITY, f64::max)
    };
    let mut order: Vec<usize> = (0..columns.len()).collect();
    // What is at the water, or nowhere, is in front.
    order.sort_by(|&a, &b| {
        let key = |nth: usize| if is_shore(&columns[nth]) { f64::NEG_INFINITY } else { north(&columns[nth]) };
        key(a).total_cmp(&key(b)).then(a.cmp(&b))
    });
    // Each row ends near its share of the width, where the distance to the next place is greatest: neighbours stay together.
    let lowest = order.iter().map(|&nth| north(&columns[nth])).filter(|y| y.is_finite()).fold(0.0, f64::min) - 1.0;
    let position = |nth: usize| {
        let y = if is_shore(&columns[nth]) { lowest } else { north(&columns[nth]) };
        if y.is_finite() { y } else { lowest }
    };
    let ends: Vec<f32> = order
        .iter()
        .scan(0.0, |sum, &nth| {
            *sum += width(&columns[nth]);
            Some(*sum)
        })
        .collect();
    let mut row_of = vec![0; columns.len()];
    for boundary in 1..count {
        let ideal = total * boundary as f32 / count as f32;
        let candidates = (1..order.len()).filter(|&cut| (ends[cut - 1] - ideal).abs() < total / count as f32 * 0.3);
        let gap = |cut: usize| position(order[cut]) - position(order[cut - 1]);
        let Some(cut) = candidates.max_by(|&a, &b| gap(a).total_cmp(&gap(b))) else { continue };
        for &nth in &order[cut..] {
            row_of[nth] = row_of[nth].max(boundary);
        }
    }
    let mut rows: Vec<Vec<Column>> = (0..count).map(|_| Vec::new()).collect();
    for (nth, column) in columns.into_iter().enumerate() {
        rows[row_of[nth]].push(column);
    }
    rows
}
