//! Draws a picture on the CPU, for tests and for machines without a graphics device. It is slow and exact: every machine gives the
//! same bytes as far as its floating point does.

use std::ops::Range;

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
/// How dark the corners are, 0 to 1.
const VIGNETTE: f32 = 0.55;

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

/// Twice the area of a triangle, positive if its corners go round clockwise on the picture.
fn doubled_area(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> f32 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn fill_layer(samples: &mut [[f32; 3]], (columns, rows): (usize, usize), canvas: &Canvas, camera: StageCamera) {
    let at = |vertex: &StageVertex| {
        let [x, y] = camera.project(vertex.position);
        [(x + 1.0) / 2.0 * columns as f32, (1.0 - y) / 2.0 * rows as f32]
    };
    let positions: Vec<[f32; 2]> = canvas.vertices.iter().map(at).collect();
    for triangle in canvas.indices.chunks_exact(3) {
        let [a, mut b, mut c] = [triangle[0], triangle[1], triangle[2]].map(|index| index as usize);
        let mut doubled = doubled_area(positions[a], positions[b], positions[c]);
        if doubled < 0.0 {
            (b, c) = (c, b);
            doubled = -doubled;
        }
        let corners = [positions[a], positions[b], positions[c]];
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
        if across.is_empty() {
            continue;
        }
        let shading = Shading::new([a, b, c].map(|nth| &canvas.vertices[nth]), corners, doubled);
        for y in down {
            let Some(span) = span(&corners, across.clone(), y) else { continue };
            let row = &mut samples[y * columns..(y + 1) * columns];
            match shading {
                Shading::Even { color, rest } => {
                    for sample in &mut row[span] {
                        sample.iter_mut().zip(color).for_each(|(value, added)| *value = (added + *value * rest).min(1.0));
                    }
                }
                Shading::Varying(ref shading) => {
                    for x in span {
                        shading.fill(&mut row[x], [x as f32 + 0.5, y as f32 + 0.5]);
                    }
                }
            }
        }
    }
}

/// The samples of a row that are inside a triangle: those on the inner side of all three edges. They are neighbours, because a triangle is
/// convex.
fn span(corners: &[[f32; 2]; 3], across: Range<usize>, y: usize) -> Option<Range<usize>> {
    let is_inside = |x: usize| {
        let point = [x as f32 + 0.5, y as f32 + 0.5];
        [(1, 2), (2, 0), (0, 1)].into_iter().all(|(from, to)| {
            let (from, to) = (corners[from], corners[to]);
            let side = doubled_area(from, to, point);
            let is_top_or_left = to[1] < from[1] || to[1] == from[1] && to[0] > from[0];
            side > 0.0 || side == 0.0 && is_top_or_left
        })
    };
    // Where the row crosses the edges, but those that are nearly level; the samples at both ends are tested exactly.
    let middle = y as f32 + 0.5;
    let (mut left, mut right) = (f32::NEG_INFINITY, f32::INFINITY);
    for (from, to) in [(1, 2), (2, 0), (0, 1)] {
        let (from, to) = (corners[from], corners[to]);
        let rise = to[1] - from[1];
        if rise.abs() < 0.05 {
            continue;
        }
        let crossing = from[0] + (middle - from[1]) / rise * (to[0] - from[0]);
        if rise < 0.0 { left = left.max(crossing) } else { right = right.min(crossing) }
    }
    let clamp = |x: f32| x.clamp(across.start as f32, across.end as f32) as usize;
    let mut first = clamp((left - 1.5).floor());
    let mut end = clamp((right + 1.5).ceil());
    while first < end && !is_inside(first) {
        first += 1;
    }
    while end > first && !is_inside(end - 1) {
        end -= 1;
    }
    (first < end).then_some(first..end)
}

/// How the samples of a triangle are coloured.
enum Shading {
    /// All alike: what is added, and the share of what is behind that is kept.
    Even { color: [f32; 3], rest: f32 },
    /// By their position.
    Varying(VaryingShading),
}

/// Soft coordinates and premultiplied colour as linear functions of the position: a value at the origin, and its slopes.
struct VaryingShading {
    soft: [[f32; 3]; 2],
    color: [[f32; 3]; 4],
    is_soft: bool,
}

impl Shading {
    fn new([a, b, c]: [&StageVertex; 3], corners: [[f32; 2]; 3], doubled: f32) -> Self {
        let is_soft = [a, b, c].iter().any(|vertex| vertex.soft != [0.0, 0.0]);
        if !is_soft && a.color == b.color && b.color == c.color {
            let channel = |nth: usize| f32::from(a.color[nth]) / 255.0;
            return Self::Even { color: [channel(0), channel(1), channel(2)], rest: 1.0 - channel(3) };
        }
        let linear = |of: &dyn Fn(&StageVertex) -> f32| {
            let values = [of(a), of(b), of(c)];
            let (mut base, mut slope_x, mut slope_y) = (0.0, 0.0, 0.0);
            for (nth, value) in values.into_iter().enumerate() {
                let (from, to) = (corners[(nth + 1) % 3], corners[(nth + 2) % 3]);
                // The weight of a corner at a point is the area between the point and the opposite edge.
                slope_x += value * (from[1] - to[1]) / doubled;
                slope_y += value * (to[0] - from[0]) / doubled;
                base += value * (from[0] * to[1] - from[1] * to[0]) / doubled;
            }
            [base, slope_x, slope_y]
        };
        Self::Varying(VaryingShading {
            soft: [0, 1].map(|nth| linear(&|vertex| vertex.soft[nth])),
            color: [0, 1, 2, 3].map(|nth| linear(&|vertex| f32::from(vertex.color[nth]) / 255.0)),
            is_soft,
        })
    }
}

impl VaryingShading {
    fn fill(&self, sample: &mut [f32; 3], [x, y]: [f32; 2]) {
        let value = |linear: &[f32; 3]| linear[0] + linear[1] * x + linear[2] * y;
        let falloff = if self.is_soft { falloff(value(&self.soft[0]), value(&self.soft[1])) } else { 1.0 };
        if falloff <= 0.0 {
            return;
        }
        let channel = |nth: usize| value(&self.color[nth]) * falloff;
        let rest = 1.0 - channel(3);
        for (nth, value) in sample.iter_mut().enumerate() {
            *value = (channel(nth) + *value * rest).clamp(0.0, 1.0);
        }
    }
}

/// Darkens a picture toward its corners. The GPU renderer does the same in its shader.
pub fn vignette(raster: &mut StageRaster) {
    let (width, height) = (raster.width as f32, raster.height as f32);
    for (nth, pixel) in raster.rgb.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((nth as u32 % raster.width) as f32, (nth as u32 / raster.width) as f32);
        let (x, y) = ((x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5);
        let share = ((x * x + y * y - 0.16) / 0.46).clamp(0.0, 1.0);
        let strength = share * share * (3.0 - 2.0 * share) * VIGNETTE;
        for (channel, dark) in pixel.iter_mut().zip([0.62, 0.46, 0.44]) {
            *channel = (f32::from(*channel) * (1.0 + (dark - 1.0) * strength)).round() as u8;
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
        let drawing = StageDrawing { layers: vec![DrawingLayer { parallax: 1.0, canvas }], windows: 0 };
        let raster = rasterise(&drawing, &layout, camera, (8, 8));
        assert_eq!(raster.pixel(6, 3), [192, 160, 144]);
        assert_eq!(raster.pixel(1, 3), [240, 192, 160]);
    }

    #[test]
    fn a_fan_of_triangles_covers_each_sample_of_its_area_once() {
        let layout = crate::layout::arrange(StageSetting::City, &[]);
        let camera = StageCamera::wide(&layout, 1.0);
        let mut canvas = Canvas::default();
        let middle = camera.center;
        // Half covered: a sample that two triangles fill would be brighter.
        canvas.ellipse(middle, [camera.height * 0.41, camera.height * 0.33], tint(0xff_ffff).with_opacity(0.5));
        let drawing = StageDrawing { layers: vec![DrawingLayer { parallax: 1.0, canvas }], windows: 0 };
        let raster = rasterise(&drawing, &layout, camera, (61, 47));
        assert!(raster.rgb.iter().all(|channel| *channel <= 128), "{:?}", raster.rgb.iter().max());
        let covered = raster.rgb.chunks_exact(3).filter(|pixel| pixel[0] == 128).count() as f32 / (61.0 * 47.0);
        assert!((covered - std::f32::consts::PI * 0.41 * 0.33).abs() < 0.04, "{covered}");
    }

    #[test]
    fn a_soft_shape_is_bright_in_its_middle_and_gone_at_its_edge() {
        let layout = crate::layout::arrange(StageSetting::City, &[]);
        let camera = StageCamera::wide(&layout, 1.0);
        let mut canvas = Canvas::default();
        canvas.soft_ellipse(camera.center, [camera.height * 0.4, camera.height * 0.4], [200, 100, 50, 0]);
        let drawing = StageDrawing { layers: vec![DrawingLayer { parallax: 1.0, canvas }], windows: 0 };
        let mut raster = rasterise(&drawing, &layout, camera, (41, 41));
        let [middle, half, edge] = [20, 28, 38].map(|x| raster.pixel(x, 20)[0]);
        assert!(middle > 195 && (60..140).contains(&half) && edge < 3, "{middle}, {half}, {edge}");
        raster.rgb.fill(200);
        vignette(&mut raster);
        assert_eq!(raster.pixel(20, 20), [200, 200, 200]);
        assert!(raster.pixel(0, 0)[0] < 180);
    }
}
