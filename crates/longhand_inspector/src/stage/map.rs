//! The map of the stage: where each place is drawn. It depends only on the positions that the scene gives.

use std::f32::consts::TAU;

/// Positions on the map, 0 to 1 from the left and from the top: those the scene gives, scaled to the unit square; places without
/// a position are put on a circle. Places that would overlap are moved apart.
pub(crate) fn place_positions(given: &[Option<(f64, f64)>]) -> Vec<(f32, f32)> {
    let low_and_extent = |axis: fn((f64, f64)) -> f64| {
        let values = given.iter().copied().flatten().map(axis);
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if high > low { (low, high - low) } else { (low.min(0.0), 1.0) }
    };
    let (x, y) = (low_and_extent(|point| point.0), low_and_extent(|point| point.1));
    let position = |(nth, declared): (usize, &Option<(f64, f64)>)| match declared {
        Some(point) => (((point.0 - x.0) / x.1) as f32, ((point.1 - y.0) / y.1) as f32),
        None => {
            let angle = nth as f32 / given.len() as f32 * TAU;
            (0.5 + 0.5 * angle.cos(), 0.5 + 0.5 * angle.sin())
        }
    };
    separate(given.iter().enumerate().map(position).collect())
}

/// Moves places apart until their labels no longer overlap (iterative pairwise separation).
fn separate(mut positions: Vec<(f32, f32)>) -> Vec<(f32, f32)> {
    /// Minimum distance of two places, as fractions of the map's width and height.
    const MIN_DISTANCE: (f32, f32) = (0.16, 0.26);
    // Places at the same position get small offsets in different directions. Without them, no direction of separation is defined.
    for b in 1..positions.len() {
        let position = positions[b];
        let overlap_count = positions[..b].iter().filter(|a| (a.0 - position.0).abs() + (a.1 - position.1).abs() < 0.02).count();
        if overlap_count > 0 {
            let angle = TAU * (0.25 + 0.382 * (overlap_count as f32 - 1.0));
            positions[b] = (position.0 + 0.01 * angle.cos(), position.1 + 0.01 * angle.sin());
        }
    }
    for _ in 0..400 {
        let mut moved = false;
        for a in 0..positions.len() {
            for b in a + 1..positions.len() {
                let gap = |a: f32, b: f32, min_distance: f32| (b - a) / min_distance;
                let (x, y) =
                    (gap(positions[a].0, positions[b].0, MIN_DISTANCE.0), gap(positions[a].1, positions[b].1, MIN_DISTANCE.1));
                let distance = (x * x + y * y).sqrt();
                if distance >= 1.0 {
                    continue;
                }
                moved = true;
                let (x, y) = if distance < 1e-6 { (0.0, 1.0) } else { (x / distance, y / distance) };
                let shift = (1.0 - distance) / 2.0;
                positions[a].0 -= x * shift * MIN_DISTANCE.0;
                positions[b].0 += x * shift * MIN_DISTANCE.0;
                positions[a].1 -= y * shift * MIN_DISTANCE.1;
                positions[b].1 += y * shift * MIN_DISTANCE.1;
            }
        }
        for (x, y) in &mut positions {
            (*x, *y) = (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0));
        }
        if !moved {
            break;
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn places_at_the_same_position_are_separated() {
        let positions = separate(vec![(0.5, 0.5); 8]);
        for (nth, a) in positions.iter().enumerate() {
            for b in &positions[nth + 1..] {
                assert!((a.0 - b.0).abs() > 0.05 || (a.1 - b.1).abs() > 0.05, "{a:?} {b:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_place_is_on_the_map(given in prop::collection::vec(prop::option::of((-1e3..1e3, -1e3..1e3)), 1..12)) {
            for (x, y) in place_positions(&given) {
                prop_assert!((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y), "{x}, {y}");
            }
        }
    }
}
