//! The camera, and how the layers behind the places move less than it does.

use super::canvas::Area;
use super::layout::StageLayout;
use super::model::Focus;

/// Height of what is seen from near, in metres: two people fill a good third of it.
const NEAR_HEIGHT: f32 = 7.4;
/// The share of a near picture that is below the floor: the caption is there.
const BELOW_FLOOR: f32 = 0.27;
/// How much deeper into the ground a near camera may look than the wide one, in metres.
const DEEPER: f32 = 2.0;

/// What part of the panorama is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageCamera {
    /// The middle of the picture, in metres.
    pub center: [f32; 2],
    /// The height of the picture, in metres.
    pub height: f32,
    /// Width by height.
    pub aspect: f32,
}

impl StageCamera {
    /// The whole panorama. In a narrow picture only its middle, so that people stay visible.
    #[must_use]
    pub fn wide(layout: &StageLayout, aspect: f32) -> Self {
        let aspect = aspect.clamp(0.2, 8.0);
        let below = if layout.has_tunnel { 5.3 } else { 2.6 };
        let sky = 3.0 + layout.height * 0.2;
        let lowest = layout.height + below + sky;
        let height = (layout.width / aspect).clamp(lowest, lowest * 1.3);
        Self { center: [layout.width / 2.0, height / 2.0 - below], height, aspect }
    }

    /// The camera for a focus. Whoever is told of stands in the lower half, with air above and a caption below.
    #[must_use]
    pub fn for_focus(layout: &StageLayout, focus: Focus, aspect: f32) -> Self {
        let wide = Self::wide(layout, aspect);
        match focus {
            Focus::Wide => wide,
            Focus::Near(area) => {
                let height = NEAR_HEIGHT.max(area.height() * 1.5).max(area.width() / wide.aspect * 1.08).min(wide.height);
                let middle = area.bottom + height * (0.5 - BELOW_FLOOR);
                Self { center: [area.center()[0], middle], height, aspect: wide.aspect }.within(layout)
            }
        }
    }

    /// The same camera, moved so that it stays over the panorama.
    #[must_use]
    pub fn within(self, layout: &StageLayout) -> Self {
        let wide = Self::wide(layout, self.aspect);
        let height = self.height.clamp(3.0, wide.height);
        let deeper = DEEPER * (1.0 - height / wide.height);
        let lowest = wide.center[1] - wide.height / 2.0 + height / 2.0 - deeper;
        let highest = wide.center[1] + wide.height / 2.0 - height / 2.0;
        let half = height * self.aspect / 2.0;
        let (left, right) = (half.min(layout.width / 2.0), (layout.width - half).max(layout.width / 2.0));
        Self {
            center: [self.center[0].clamp(left, right), self.center[1].clamp(lowest, highest.max(lowest))],
            height,
            aspect: self.aspect,
        }
    }

    /// The camera a share (0 to 1) of the way to another one.
    #[must_use]
    pub fn toward(self, other: Self, share: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * share.clamp(0.0, 1.0);
        Self {
            center: [mix(self.center[0], other.center[0]), mix(self.center[1], other.center[1])],
            height: self.height * (other.height / self.height).powf(share.clamp(0.0, 1.0)),
            aspect: other.aspect,
        }
    }

    /// The camera as a layer sees it: `parallax` is 1 for the places and less for what is farther.
    #[must_use]
    pub fn of_layer(self, layout: &StageLayout, parallax: f32) -> Self {
        let wide = Self::wide(layout, self.aspect);
        let mix = |a: f32, b: f32| a + (b - a) * parallax;
        Self {
            center: [mix(wide.center[0], self.center[0]), mix(wide.center[1], self.center[1])],
            height: wide.height * (self.height / wide.height).powf(parallax),
            aspect: self.aspect,
        }
    }

    /// The visible area.
    #[must_use]
    pub fn area(self) -> Area {
        let (half_width, half_height) = (self.height * self.aspect / 2.0, self.height / 2.0);
        let [x, y] = self.center;
        Area::new(x - half_width, y - half_height, x + half_width, y + half_height)
    }

    /// A point in metres as a position in the picture: -1 to 1 from left to right and from the bottom to the top.
    #[must_use]
    pub fn project(self, [x, y]: [f32; 2]) -> [f32; 2] {
        [(x - self.center[0]) / (self.height * self.aspect / 2.0), (y - self.center[1]) / (self.height / 2.0)]
    }

    /// The point at a position in the picture.
    #[must_use]
    pub fn unproject(self, [x, y]: [f32; 2]) -> [f32; 2] {
        [self.center[0] + x * self.height * self.aspect / 2.0, self.center[1] + y * self.height / 2.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{PlacedAt, arrange};
    use longhand_scene::{PlaceLook, StageSetting};

    fn layout() -> StageLayout {
        let place = |nth, look| PlacedAt { look, storey: None, at: Some((nth as f64, 0.0)), nth };
        let looks = [PlaceLook::Street, PlaceLook::Flat, PlaceLook::Office, PlaceLook::Garden, PlaceLook::House];
        arrange(StageSetting::City, &looks.into_iter().enumerate().map(|(nth, look)| place(nth, look)).collect::<Vec<_>>())
    }

    #[test]
    fn a_point_is_found_where_it_is_drawn() {
        let camera = StageCamera::wide(&layout(), 1.6);
        let point = [3.0, 2.5];
        let found = camera.unproject(camera.project(point));
        assert!((found[0] - point[0]).abs() < 1e-4 && (found[1] - point[1]).abs() < 1e-4);
    }

    #[test]
    fn a_near_camera_shows_the_place_and_a_far_layer_moves_little() {
        let layout = layout();
        for plot in &layout.plots {
            for aspect in [0.6, 1.0, 1.6, 2.4] {
                let camera = StageCamera::for_focus(&layout, Focus::Near(plot.area), aspect);
                let area = camera.area();
                assert!(area.left < plot.area.center()[0] && plot.area.center()[0] < area.right, "{plot:?} in {area:?}");
                assert!(area.bottom <= plot.area.bottom + 0.01, "{plot:?} in {area:?}");
                let wide = StageCamera::wide(&layout, aspect);
                let far = camera.of_layer(&layout, 0.1);
                assert!((far.center[0] - wide.center[0]).abs() <= (camera.center[0] - wide.center[0]).abs() * 0.11);
            }
        }
    }
}
