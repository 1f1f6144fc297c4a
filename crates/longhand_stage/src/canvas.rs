//! A list of triangles, in the order in which they are drawn, and the shapes that are added to it.
//!
//! Every vertex has a colour and a `soft` coordinate: at its origin the colour is full, at a distance of 1 it is gone. A solid shape has
//! the origin everywhere; a glow or a soft shadow is a square from (-1, -1) to (1, 1). So one list of triangles with one blend mode,
//! premultiplied alpha, draws everything, and light is a colour with less opacity than it has brightness.

use std::f32::consts::TAU;

use super::tint::Tint;

/// A corner of a triangle. Positions are in metres: x to the right, y up.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct StageVertex {
    /// Position.
    pub position: [f32; 2],
    /// Distance from the core of a soft shape, in two directions; (0, 0) in a solid one.
    pub soft: [f32; 2],
    /// Colour, premultiplied.
    pub color: [u8; 4],
}

/// The size of a [`StageVertex`] in bytes.
pub const VERTEX_BYTES: usize = 20;

impl StageVertex {
    /// Its bytes, in the order of its fields.
    #[must_use]
    pub fn to_bytes(self) -> [u8; VERTEX_BYTES] {
        let mut bytes = [0; VERTEX_BYTES];
        for (slot, number) in [self.position[0], self.position[1], self.soft[0], self.soft[1]].into_iter().enumerate() {
            bytes[slot * 4..slot * 4 + 4].copy_from_slice(&number.to_le_bytes());
        }
        bytes[16..].copy_from_slice(&self.color);
        bytes
    }
}

/// Triangles in drawing order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Canvas {
    /// The corners.
    pub vertices: Vec<StageVertex>,
    /// Three positions in `vertices` for each triangle.
    pub indices: Vec<u32>,
}

/// A rectangle in metres: left, bottom, right, top.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f32,
    /// Lower edge.
    pub bottom: f32,
    /// Right edge.
    pub right: f32,
    /// Upper edge.
    pub top: f32,
}

impl Area {
    /// An area by its edges.
    #[must_use]
    pub const fn new(left: f32, bottom: f32, right: f32, top: f32) -> Self {
        Self { left, bottom, right, top }
    }

    /// Width.
    #[must_use]
    pub fn width(self) -> f32 {
        self.right - self.left
    }

    /// Height.
    #[must_use]
    pub fn height(self) -> f32 {
        self.top - self.bottom
    }

    /// The middle.
    #[must_use]
    pub fn center(self) -> [f32; 2] {
        [(self.left + self.right) / 2.0, (self.bottom + self.top) / 2.0]
    }

    /// Whether two areas have a point in common, edges excluded.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.bottom < other.top && other.bottom < self.top
    }

    /// The part inside by a margin on every side.
    #[must_use]
    pub fn inset(self, x: f32, y: f32) -> Self {
        Self { left: self.left + x, bottom: self.bottom + y, right: self.right - x, top: self.top - y }
    }

    /// The x at a share (0 to 1) of the width.
    #[must_use]
    pub fn x_at(self, share: f32) -> f32 {
        self.left + self.width() * share
    }
}

impl Canvas {
    fn vertex(&mut self, position: [f32; 2], color: [u8; 4]) -> u32 {
        self.vertices.push(StageVertex { position, soft: [0.0, 0.0], color });
        self.vertices.len() as u32 - 1
    }

    /// A convex polygon.
    pub fn polygon(&mut self, points: &[[f32; 2]], color: [u8; 4]) {
        let first = self.vertices.len() as u32;
        self.vertices.extend(points.iter().map(|&position| StageVertex { position, soft: [0.0, 0.0], color }));
        for corner in 2..points.len() as u32 {
            self.indices.extend([first, first + corner - 1, first + corner]);
        }
    }

    /// A convex polygon with four corners, each with its colour.
    pub fn shaded_quad(&mut self, corners: [([f32; 2], [u8; 4]); 4]) {
        let first = self.vertices.len() as u32;
        for (position, color) in corners {
            self.vertex(position, color);
        }
        self.indices.extend([first, first + 1, first + 2, first, first + 2, first + 3]);
    }

    /// A rectangle.
    pub fn rect(&mut self, area: Area, color: [u8; 4]) {
        self.gradient(area, color, color);
    }

    /// A rectangle with one colour below and another above.
    pub fn gradient(&mut self, area: Area, below: [u8; 4], above: [u8; 4]) {
        self.shaded_quad([
            ([area.left, area.bottom], below),
            ([area.right, area.bottom], below),
            ([area.right, area.top], above),
            ([area.left, area.top], above),
        ]);
    }

    /// A rectangle with one colour at the left and another at the right.
    pub fn side_gradient(&mut self, area: Area, left: [u8; 4], right: [u8; 4]) {
        self.shaded_quad([
            ([area.left, area.bottom], left),
            ([area.right, area.bottom], right),
            ([area.right, area.top], right),
            ([area.left, area.top], left),
        ]);
    }

    /// An ellipse with sharp edges.
    pub fn ellipse(&mut self, center: [f32; 2], radii: [f32; 2], color: [u8; 4]) {
        const CORNERS: u32 = 20;
        let points: Vec<[f32; 2]> = (0..CORNERS)
            .map(|nth| {
                let (sine, cosine) = (nth as f32 / CORNERS as f32 * TAU).sin_cos();
                [center[0] + radii[0] * cosine, center[1] + radii[1] * sine]
            })
            .collect();
        self.polygon(&points, color);
    }

    /// The upper half of an ellipse: a mound on the ground.
    pub fn mound(&mut self, center: [f32; 2], radii: [f32; 2], color: [u8; 4]) {
        const CORNERS: u32 = 24;
        let points: Vec<[f32; 2]> = (0..=CORNERS)
            .map(|nth| {
                let (sine, cosine) = (nth as f32 / CORNERS as f32 * TAU / 2.0).sin_cos();
                [center[0] + radii[0] * cosine, center[1] + radii[1] * sine]
            })
            .collect();
        self.polygon(&points, color);
    }

    /// A disc with sharp edges.
    pub fn disc(&mut self, center: [f32; 2], radius: f32, color: [u8; 4]) {
        self.ellipse(center, [radius, radius], color);
    }

    /// A ring of a thickness.
    pub fn ring(&mut self, center: [f32; 2], radius: f32, thickness: f32, color: [u8; 4]) {
        const CORNERS: u32 = 28;
        let first = self.vertices.len() as u32;
        for nth in 0..CORNERS {
            let (sine, cosine) = (nth as f32 / CORNERS as f32 * TAU).sin_cos();
            for side in [-0.5, 0.5] {
                let radius = radius + side * thickness;
                self.vertex([center[0] + radius * cosine, center[1] + radius * sine], color);
            }
        }
        for nth in 0..CORNERS {
            let (this, next) = (first + nth * 2, first + (nth + 1) % CORNERS * 2);
            self.indices.extend([this, this + 1, next + 1, this, next + 1, next]);
        }
    }

    /// An ellipse that fades to nothing at its edge: a glow (of a colour made by [`Tint::as_light`]) or a soft shadow.
    pub fn soft_ellipse(&mut self, center: [f32; 2], radii: [f32; 2], color: [u8; 4]) {
        let first = self.vertices.len() as u32;
        for [x, y] in [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0_f32]] {
            let position = [center[0] + x * radii[0], center[1] + y * radii[1]];
            self.vertices.push(StageVertex { position, soft: [x, y], color });
        }
        self.indices.extend([first, first + 1, first + 2, first, first + 2, first + 3]);
    }

    /// A glow around a point.
    pub fn glow(&mut self, center: [f32; 2], radius: f32, color: Tint, strength: f32) {
        if strength > 0.002 {
            self.soft_ellipse(center, [radius, radius], color.as_light(strength));
        }
    }

    /// A straight line of a width.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], width: f32, color: [u8; 4]) {
        self.tapered_line(from, to, [width, width], [color, color]);
    }

    /// A straight line whose width and colour change from one end to the other.
    pub fn tapered_line(&mut self, from: [f32; 2], to: [f32; 2], widths: [f32; 2], colors: [[u8; 4]; 2]) {
        let (x, y) = (to[0] - from[0], to[1] - from[1]);
        let length = (x * x + y * y).sqrt().max(1e-6);
        let side = |width: f32| [-y / length * width / 2.0, x / length * width / 2.0];
        let ([ax, ay], [bx, by]) = (side(widths[0]), side(widths[1]));
        self.shaded_quad([
            ([from[0] - ax, from[1] - ay], colors[0]),
            ([to[0] - bx, to[1] - by], colors[1]),
            ([to[0] + bx, to[1] + by], colors[1]),
            ([from[0] + ax, from[1] + ay], colors[0]),
        ]);
    }

    /// A line through points, with a width and a colour at each.
    pub fn ribbon(&mut self, points: &[[f32; 2]], width: f32, colors: &[[u8; 4]]) {
        let first = self.vertices.len() as u32;
        for (nth, (&[x, y], &color)) in points.iter().zip(colors).enumerate() {
            let (from, to) = (points[nth.saturating_sub(1)], points[(nth + 1).min(points.len() - 1)]);
            let (along, up) = (to[0] - from[0], to[1] - from[1]);
            let half = width / 2.0 / (along * along + up * up).sqrt().max(1e-6);
            let side = [-up * half, along * half];
            self.vertex([x - side[0], y - side[1]], color);
            self.vertex([x + side[0], y + side[1]], color);
        }
        for nth in 1..points.len().min(colors.len()) as u32 {
            let (this, next) = (first + (nth - 1) * 2, first + nth * 2);
            self.indices.extend([this, next, next + 1, this, next + 1, this + 1]);
        }
    }

    /// A line with round ends that gets thinner: a limb.
    pub fn limb(&mut self, from: [f32; 2], to: [f32; 2], widths: [f32; 2], color: [u8; 4]) {
        self.tapered_line(from, to, widths, [color, color]);
        for (end, width) in [(from, widths[0]), (to, widths[1])] {
            const CORNERS: u32 = 10;
            let points: Vec<[f32; 2]> = (0..CORNERS)
                .map(|nth| {
                    let (sine, cosine) = (nth as f32 / CORNERS as f32 * TAU).sin_cos();
                    [end[0] + width / 2.0 * cosine, end[1] + width / 2.0 * sine]
                })
                .collect();
            self.polygon(&points, color);
        }
    }

    /// A hanging or rising curve (a quadratic Bézier curve) of a width, from one point to another by way of a third.
    pub fn curve(&mut self, from: [f32; 2], by: [f32; 2], to: [f32; 2], width: f32, color: [u8; 4], pieces: u32) {
        let at = |share: f32| {
            let rest = 1.0 - share;
            let axis = |nth: usize| rest * rest * from[nth] + 2.0 * rest * share * by[nth] + share * share * to[nth];
            [axis(0), axis(1)]
        };
        for nth in 0..pieces {
            self.line(at(nth as f32 / pieces as f32), at((nth + 1) as f32 / pieces as f32), width, color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tint::tint;

    #[test]
    fn the_bytes_of_a_vertex_have_the_layout_of_the_struct() {
        assert_eq!(size_of::<StageVertex>(), VERTEX_BYTES);
        let vertex = StageVertex { position: [1.0, 2.0], soft: [0.0, 1.0], color: [1, 2, 3, 4] };
        let bytes = vertex.to_bytes();
        assert_eq!((&bytes[4..8], &bytes[16..]), (&2.0_f32.to_le_bytes()[..], &[1, 2, 3, 4][..]));
    }

    #[test]
    fn every_index_has_a_vertex() {
        let mut canvas = Canvas::default();
        let color = tint(0xff_ffff).with_opacity(1.0);
        canvas.disc([0.0, 0.0], 1.0, color);
        canvas.ring([0.0, 0.0], 1.0, 0.1, color);
        canvas.limb([0.0, 0.0], [0.0, 0.0], [0.1, 0.1], color);
        canvas.curve([0.0, 0.0], [1.0, 1.0], [2.0, 0.0], 0.1, color, 6);
        canvas.ribbon(&[[0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 0.0]], 0.1, &[color; 4]);
        assert!(canvas.indices.len().is_multiple_of(3) && !canvas.indices.is_empty());
        assert!(canvas.indices.iter().all(|&index| (index as usize) < canvas.vertices.len()));
        assert!(canvas.vertices.iter().all(|vertex| vertex.position.iter().all(|number| number.is_finite())));
    }
}
