//! Draws a picture on the CPU, for tests and for machines without a graphics device. It is slow and exact: every machine gives the
//! same bytes as far as its floating point does.

use super::camera::StageCamera;
use super::canvas::{Canvas, StageVertex};
use super::drawing::StageDrawing;
use super::layout::StageLayout;

/// A picture in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct StageRaster {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green and blue of every pixel, row by row from the top.
    pub rgb: Vec<u8>,
}

/// Samples for each pixel in each direction.
const SAMPLES: usize = 2;

/// Draws layers into a picture of `width` by `height` pixels.
#[must_use]
pub fn rasterise(drawing: &StageDrawing, layout: &StageLayout, camera: StageCamera, (width, height): (u32, u32)) -> StageRaster {
    let (columns, rows) = (width as usize * SAMPLES, height as usize * SAMPLES);
    let mut samples = vec![[0.0_f32; 3]; columns * rows];
    for layer in &drawing.layers {
        fill_layer(&mut samples, (columns, rows), &layer.canvas, camera.of_layer(layout, layer.parallax));
    }
    let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height as usize {
        for x in 0..width as usize {
            let mut sums = [0.0_f32; 3];
            for nth in 0..SAMPLES * SAMPLES {
                let sample = samples[(y * SAMPLES + nth / SAMPLES) * columns + x * SAMPLES + nth % SAMPLES];
                sums.iter_mut().zip(sample).for_each(|(sum, value)| *sum += value.clamp(0.0, 1.0));
            }
            rgb.extend(sums.map(|sum| (sum / (SAMPLES * SAMPLES) as f32 * 255.0).round() as u8));
        }
    }
    StageRaster { width, height, rgb }
}

fn fill_layer(samples: &mut [[f32; 3]], (columns, rows): (usize, usize), canvas: &Canvas, camera: StageCamera) {
    let at = |vertex: &StageVertex| {
        let [x, y] = camera.project(vertex.position);
        [(x + 1.0) / 2.0 * columns as f32, (1.0 - y) / 2.0 * rows as f32]
    };
    for triangle in canvas.indices.chunks_exact(3) {
        let [a, mut b, mut c] = [triangle[0], triangle[1], triangle[2]].map(|index| &canvas.vertices[index as usize]);
        let area = |a: [f32; 2], b: [f32; 2], c: [f32; 2]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        let mut doubled = area(at(a), at(b), at(c));
        if doubled < 0.0 {
            (b, c) = (c, b);
            doubled = -doubled;
        }
        let corners = [at(a), at(b), at(c)];
        if doubled < 1e-9 || corners.iter().flatten().any(|number| !number.is_finite()) {
            continue;
        }
        let range = |axis: usize, limit: usize| {
            let numbers = corners.map(|corner| corner[axis]);
            let (low, high) = (
                numbers.iter().copied().fold(f32::INFINITY, f32::min),
                numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max),
            );
            let clamp = |number: f32| number.clamp(0.0, limit as f32) as usize;
            clamp(low.floor())..clamp(high.ceil())
        };
        let (across, down) = (range(0, columns), range(1, rows));
        let is_even = a.color == b.color && b.color == c.color && [a, b, c].iter().all(|vertex| vertex.soft == [0.0, 0.0]);
        for y in down {
            for x in across.clone() {
                let point = [x as f32 + 0.5, y as f32 + 0.5];
                let side = |from: [f32; 2], to: [f32; 2]| {
                    let side = area(from, to, point);
                    let is_top_or_left = to[1] < from[1] || to[1] == from[1] && to[0] > from[0];
                    (side > 0.0 || side == 0.0 && is_top_or_left).then_some(side / doubled)
                };
                let (Some(wa), Some(wb), Some(wc)) =
                    (side(corners[1], corners[2]), side(corners[2], corners[0]), side(corners[0], corners[1]))
                else {
                    continue;
                };
                let mix = |of: &dyn Fn(&StageVertex) -> f32| of(a) * wa + of(b) * wb + of(c) * wc;
                let falloff = if is_even { 1.0 } else { falloff(mix(&|vertex| vertex.soft[0]), mix(&|vertex| vertex.soft[1])) };
                let channel = |nth: usize| {
                    let value = if is_even { f32::from(a.color[nth]) } else { mix(&|vertex| f32::from(vertex.color[nth])) };
                    value / 255.0 * falloff
                };
                let alpha = channel(3);
                let sample = &mut samples[y * columns + x];
                for (nth, value) in sample.iter_mut().enumerate() {
                    *value = (channel(nth) + *value * (1.0 - alpha)).min(1.0);
                }
            }
        }
    }
}

/// How much is left of a colour at a position of a soft shape. The GPU renderer has the same function in its shader.
fn falloff(x: f32, y: f32) -> f32 {
    let left = (1.0 - (x * x + y * y).sqrt()).clamp(0.0, 1.0);
    left * left * (3.0 - 2.0 * left)
}

impl StageRaster {
    /// The colour of a pixel.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let at = (y as usize * self.width as usize + x as usize) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::Area;
    use crate::drawing::DrawingLayer;
    use crate::tint::tint;
    use longhand_scene::StageSetting;

    #[test]
    fn triangles_with_a_common_edge_fill_each_sample_once_and_light_is_added() {
        let layout = crate::layout::arrange(StageSetting::City, &[]);
        let camera = StageCamera::wide(&layout, 1.0);
        let mut canvas = Canvas::default();
        canvas.rect(camera.area(), tint(0x80_4020).with_opacity(1.0));
        canvas.rect(camera.area(), tint(0xff_ffff).with_opacity(0.5));
        canvas.rect(Area { right: camera.center[0], ..camera.area() }, [0x30, 0x20, 0x10, 0]);
        let drawing = StageDrawing { layers: vec![DrawingLayer { parallax: 1.0, canvas }] };
        let raster = rasterise(&drawing, &layout, camera, (8, 8));
        assert_eq!(raster.pixel(6, 3), [192, 160, 144]);
        assert_eq!(raster.pixel(1, 3), [240, 192, 160]);
    }
}
