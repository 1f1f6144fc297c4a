//! A picture in the form that a renderer takes: all layers in one list, seen by the camera.

use std::f32::consts::TAU;

use super::camera::StageCamera;
use super::canvas::{StageVertex, VERTEX_BYTES};
use super::drawing::StageDrawing;
use super::layout::StageLayout;

/// A picture as the bytes of a vertex buffer and an index buffer. Positions are -1 to 1 from left to right and from bottom to top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackedStage {
    /// The corners: two floats for the position, two for `soft`, four bytes of colour.
    pub vertices: Vec<u8>,
    /// Three 32-bit positions in the corners for each triangle.
    pub indices: Vec<u8>,
}

impl PackedStage {
    /// Packs a picture.
    #[must_use]
    pub fn new(drawing: &StageDrawing, layout: &StageLayout, camera: StageCamera) -> Self {
        let (corners, triangles) = drawing.layers.iter().fold((0, 0), |(corners, triangles), layer| {
            (corners + layer.canvas.vertices.len(), triangles + layer.canvas.indices.len())
        });
        let mut packed = Self {
            vertices: Vec::with_capacity(corners * VERTEX_BYTES),
            indices: Vec::with_capacity(triangles * size_of::<u32>()),
        };
        let mut first = 0;
        for layer in &drawing.layers {
            let camera = camera.of_layer(layout, layer.parallax);
            let scale = [2.0 / (camera.height * camera.aspect), 2.0 / camera.height];
            for vertex in &layer.canvas.vertices {
                let axis = |nth: usize| (vertex.position[nth] - camera.center[nth]) * scale[nth];
                packed.vertices.extend_from_slice(&StageVertex { position: [axis(0), axis(1)], ..*vertex }.to_bytes());
            }
            for index in &layer.canvas.indices {
                packed.indices.extend_from_slice(&(first + index).to_le_bytes());
            }
            first += layer.canvas.vertices.len() as u32;
        }
        packed
    }

    /// The number of indices.
    #[must_use]
    pub fn index_count(&self) -> u32 {
        (self.indices.len() / size_of::<u32>()) as u32
    }
}

/// A picture as plain triangles, for painters without soft shapes: each of those becomes rings that fade. Calls `add` with a position
/// (-1 to 1) and a premultiplied colour for each corner, three for each triangle.
pub fn for_each_corner(
    drawing: &StageDrawing,
    layout: &StageLayout,
    camera: StageCamera,
    mut add: impl FnMut([f32; 2], [u8; 4]),
) {
    const SPOKES: u32 = 20;
    const RINGS: u32 = 4;
    for layer in &drawing.layers {
        let camera = camera.of_layer(layout, layer.parallax);
        let vertices = &layer.canvas.vertices;
        let mut triangles = layer.canvas.indices.chunks_exact(3);
        while let Some(triangle) = triangles.next() {
            let corners = [triangle[0], triangle[1], triangle[2]].map(|index| vertices[index as usize]);
            if corners.iter().all(|corner| corner.soft == [0.0, 0.0]) {
                corners.iter().for_each(|corner| add(camera.project(corner.position), corner.color));
                continue;
            }
            // The two triangles of a soft ellipse follow each other; the first has two opposite corners of the square.
            triangles.next();
            let [low, _, high] = corners.map(|corner| corner.position);
            let center = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
            let radii = [(high[0] - low[0]) / 2.0, (high[1] - low[1]) / 2.0];
            let shade = |ring: u32| {
                let left = 1.0 - ring as f32 / RINGS as f32;
                let share = left * left * (3.0 - 2.0 * left);
                corners[0].color.map(|channel| (f32::from(channel) * share).round() as u8)
            };
            let point = |ring: u32, spoke: u32| {
                let (sine, cosine) = (spoke as f32 / SPOKES as f32 * TAU).sin_cos();
                let share = ring as f32 / RINGS as f32;
                camera.project([center[0] + radii[0] * cosine * share, center[1] + radii[1] * sine * share])
            };
            for ring in 0..RINGS {
                for spoke in 0..SPOKES {
                    let quad = [(ring, spoke), (ring + 1, spoke), (ring + 1, spoke + 1), (ring, spoke + 1)];
                    for corner in [0, 1, 2, 0, 2, 3] {
                        let (ring, spoke) = quad[corner];
                        add(point(ring, spoke), shade(ring));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::{Area, Canvas};
    use crate::drawing::DrawingLayer;
    use crate::tint::tint;
    use longhand_scene::StageSetting;

    #[test]
    fn layers_follow_each_other_in_one_list() {
        let layout = crate::layout::arrange(StageSetting::City, &[]);
        let camera = StageCamera::wide(&layout, 1.5);
        let mut canvas = Canvas::default();
        canvas.rect(Area::new(0.0, 0.0, 1.0, 1.0), tint(0xff_ffff).with_opacity(1.0));
        canvas.glow(camera.center, 1.0, tint(0xff_ffff), 1.0);
        let layer = DrawingLayer { parallax: 1.0, canvas };
        let drawing = StageDrawing { layers: vec![layer.clone(), layer], windows: 0 };
        let packed = PackedStage::new(&drawing, &layout, camera);
        assert_eq!((packed.vertices.len(), packed.index_count()), (16 * VERTEX_BYTES, 24));
        let last = u32::from_le_bytes(packed.indices[92..96].try_into().unwrap());
        assert_eq!(last, 15);
        let mut corners = Vec::new();
        for_each_corner(&drawing, &layout, camera, |position, color| corners.push((position, color)));
        assert_eq!(corners.len(), 2 * (6 + 4 * 20 * 6));
        assert!(
            corners
                .iter()
                .any(|(position, color)| position.iter().all(|axis| axis.abs() < 1e-5) && *color == [255, 255, 255, 230])
        );
    }
}
