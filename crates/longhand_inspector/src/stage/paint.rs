//! Painting helpers of the stage: quads, glow, dashed rings, and stable pseudo-random numbers.

use std::f32::consts::TAU;

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, vec2};

use crate::color::with_opacity;

/// A pseudo-random number in [0, 1) that depends only on `seed` (SplitMix64-style hash).
pub(super) fn stable_random(seed: u64) -> f32 {
    let mixed = (seed.wrapping_add(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed >> 40) as f32) / (1_u32 << 24) as f32
}

/// Paints an additive radial glow that falls off to zero at `radius`.
pub(super) fn paint_glow(painter: &Painter, center: Pos2, radius: f32, color: Color32, strength: f32) {
    const RINGS: u32 = 8;
    const SPOKES: u32 = 40;
    let mut mesh = Mesh::default();
    let shade = |ring: u32| {
        let falloff = 1.0 - ring as f32 / RINGS as f32;
        // Additive: the glow brightens what is behind it.
        with_opacity(color, strength * falloff * falloff).additive()
    };
    mesh.colored_vertex(center, shade(0));
    for ring in 1..=RINGS {
        for spoke in 0..SPOKES {
            let angle = spoke as f32 / SPOKES as f32 * TAU;
            let offset = vec2(angle.cos(), angle.sin()) * radius * (ring as f32 / RINGS as f32);
            mesh.colored_vertex(center + offset, shade(ring));
            let (current, next) = (1 + (ring - 1) * SPOKES + spoke, 1 + (ring - 1) * SPOKES + (spoke + 1) % SPOKES);
            if ring == 1 {
                mesh.add_triangle(0, current, next);
            } else {
                mesh.add_triangle(current - SPOKES, current, next);
                mesh.add_triangle(current - SPOKES, next, next - SPOKES);
            }
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// Adds a rectangle with a vertical gradient to a mesh.
pub(super) fn add_quad(mesh: &mut Mesh, rect: Rect, above: Color32, below: Color32) {
    let first = mesh.vertices.len() as u32;
    for (corner, color) in
        [(rect.left_top(), above), (rect.right_top(), above), (rect.right_bottom(), below), (rect.left_bottom(), below)]
    {
        mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color });
    }
    mesh.indices.extend([first, first + 1, first + 2, first, first + 2, first + 3]);
}

/// Paints a dashed circle.
pub(super) fn paint_dashed_ring(painter: &Painter, center: Pos2, radius: f32, stroke: Stroke, dash: f32, gap: f32) {
    const SEGMENTS: u32 = 32;
    let point = |nth: u32| {
        let angle = nth as f32 / SEGMENTS as f32 * TAU;
        center + vec2(angle.cos(), angle.sin()) * radius
    };
    let ring: Vec<Pos2> = (0..=SEGMENTS).map(point).collect();
    painter.extend(Shape::dashed_line(&ring, stroke, dash, gap));
}
