//! The way from one place to another: out by the door, down to the street, along it or by subway, up again and in.

use longhand_scene::StageSetting;

use super::layout::{StageLayout, TUNNEL};

/// How far people walk before they take the subway, in metres.
const WALKING_DISTANCE: f32 = 26.0;

/// A polyline that somebody walks along.
#[derive(Clone, Debug, PartialEq)]
pub struct Route(Vec<[f32; 2]>);

/// The way between two points of two places.
#[must_use]
pub fn route(layout: &StageLayout, from: usize, start: [f32; 2], to: usize, end: [f32; 2]) -> Route {
    if from == to {
        return Route(vec![start, end]);
    }
    let mut points = vec![start];
    let exit = layout.door(from);
    let entry = layout.door(to);
    let same_building = layout.plots[from].building.is_some() && layout.plots[from].building == layout.plots[to].building;
    points.push([exit, start[1]]);
    if same_building {
        points.push([exit, end[1]]);
    } else {
        let goes_by_train = layout.has_tunnel && layout.setting == StageSetting::City && (exit - entry).abs() > WALKING_DISTANCE;
        let level = |plot: usize| if goes_by_train { TUNNEL } else { layout.plots[plot].ground };
        points.push([exit, level(from)]);
        points.push([entry, level(to)]);
        points.push([entry, end[1]]);
    }
    points.push(end);
    points.dedup();
    Route(points)
}

impl Route {
    /// The length in metres.
    #[must_use]
    pub fn length(&self) -> f32 {
        self.0.windows(2).map(|piece| distance(piece[0], piece[1])).sum()
    }

    /// The point at a share (0 to 1) of the way, and whether one looks to the right there.
    #[must_use]
    pub fn at(&self, share: f32) -> ([f32; 2], bool) {
        let mut left = self.length() * share.clamp(0.0, 1.0);
        let mut faces_right = true;
        for piece in self.0.windows(2) {
            let length = distance(piece[0], piece[1]);
            if piece[0][0] != piece[1][0] {
                faces_right = piece[1][0] > piece[0][0];
            }
            if left <= length {
                let part = if length > 0.0 { left / length } else { 0.0 };
                let axis = |nth: usize| piece[0][nth] + (piece[1][nth] - piece[0][nth]) * part;
                return ([axis(0), axis(1)], faces_right);
            }
            left -= length;
        }
        (*self.0.last().expect("a route has a start"), faces_right)
    }
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{PlacedAt, arrange};
    use longhand_scene::PlaceLook;

    #[test]
    fn a_way_begins_and_ends_where_it_should_and_crosses_the_street() {
        let place = |nth, look, x| PlacedAt { look, storey: None, at: Some((x, 0.0)), nth };
        let places = [place(0, PlaceLook::Flat, 0.0), place(1, PlaceLook::Street, 1.0), place(2, PlaceLook::Office, 2.0)];
        let layout = arrange(StageSetting::City, &places);
        let [home, work] = [0, 2].map(|nth| [layout.plots[nth].area.center()[0], layout.plots[nth].area.bottom]);
        let way = route(&layout, 0, home, 2, work);
        assert_eq!((way.at(0.0).0, way.at(1.0).0), (home, work));
        assert!(way.at(0.5).0[1] == 0.0 && way.at(0.5).1, "half way along the street, to the right: {way:?}");
        assert_eq!(route(&layout, 0, home, 0, home).at(0.3).0, home);
    }
}
