//! The light of the hour, from the deep brown of the night over a rose dawn and a cream noon to the corals of dusk. There is no blue.

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::{Color32, Painter, Rect, Rgba, Shape, Stroke, pos2};

/// The colours of an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Light {
    pub top: Color32,
    pub low: Color32,
    pub ground: Color32,
    pub building: Color32,
    pub ink: Color32,
    /// 0 at noon, 1 in the night: how much lamps are seen.
    pub dark: f32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const NIGHT: Light = light(0x22_1512, 0x55_302a, 0x38_2620, 0x1a_100d, 0xf4_e6d2, 1.0);
const DAWN: Light = light(0xb8_6a5a, 0xf6_cda0, 0x8a_5f48, 0x5c_3a30, 0xfb_f3e6, 0.55);
const DAY: Light = light(0xf0_d8b4, 0xfb_ecd2, 0xe2_c49c, 0xb0_805c, 0x3a_2620, 0.0);
const DUSK: Light = light(0x8e_3f3c, 0xf0_9a6a, 0x6b_4334, 0x44_2820, 0xfb_f3e6, 0.7);

const fn light(top: u32, low: u32, ground: u32, building: u32, ink: u32, dark: f32) -> Light {
    Light { top: rgb(top), low: rgb(low), ground: rgb(ground), building: rgb(building), ink: rgb(ink), dark }
}

/// By hour; between two of them the light changes evenly.
const HOURS: [(f64, Light); 9] =
    [(0.0, NIGHT), (4.5, NIGHT), (6.5, DAWN), (9.0, DAY), (16.0, DAY), (18.5, DUSK), (20.0, DUSK), (22.0, NIGHT), (24.0, NIGHT)];

impl Light {
    pub fn at(hour: f64) -> Self {
        let hour = hour.rem_euclid(24.0);
        let next = HOURS.iter().position(|(at, _)| *at > hour).unwrap_or(HOURS.len() - 1).max(1);
        let ((from, a), (to, b)) = (HOURS[next - 1], HOURS[next]);
        let share = ((hour - from) / (to - from)) as f32;
        let mix = |a: Color32, b: Color32| Color32::from(Rgba::from(a) * (1.0 - share) + Rgba::from(b) * share);
        Self {
            top: mix(a.top, b.top),
            low: mix(a.low, b.low),
            ground: mix(a.ground, b.ground),
            building: mix(a.building, b.building),
            // Text must be readable against what is behind it: it changes at once.
            ink: if share < 0.5 { a.ink } else { b.ink },
            dark: a.dark + (b.dark - a.dark) * share,
        }
    }
}

pub(super) fn paint(painter: &Painter, rect: Rect, light: &Light, hour: f64) {
    let horizon = rect.top() + rect.height() * 0.46;
    fade(painter, Rect::from_min_max(rect.min, pos2(rect.right(), horizon + 2.0)), light.top, light.low);
    sun(painter, rect, horizon, light, hour);
    let near = Color32::from(Rgba::from(light.ground) * 0.82 + Rgba::from(light.top) * 0.18);
    fade(painter, Rect::from_min_max(pos2(rect.left(), horizon), rect.max), light.ground, near);
}

/// The sun goes from the left edge to the right between six and nineteen; at night nothing takes its place.
fn sun(painter: &Painter, rect: Rect, horizon: f32, light: &Light, hour: f64) {
    let share = ((hour - 5.6) / 14.0) as f32;
    if !(0.0..=1.0).contains(&share) {
        return;
    }
    let height = (share * std::f32::consts::PI).sin();
    let at = pos2(rect.left() + rect.width() * (0.08 + 0.84 * share), horizon + 14.0 - height * rect.height() * 0.4);
    let size = rect.height() * 0.035 + 6.0;
    let warm = Color32::from_rgb(0xff, 0xe2, 0xa8);
    for ring in (1..=6).rev() {
        let glow = warm.gamma_multiply(0.05 + 0.05 * light.dark);
        painter.circle(at, size * (1.0 + ring as f32 * 0.55), glow, Stroke::NONE);
    }
    painter.circle(at, size, warm, Stroke::NONE);
}

/// A rectangle from one colour above to another below.
pub(super) fn fade(painter: &Painter, rect: Rect, above: Color32, below: Color32) {
    let mut mesh = Mesh::default();
    for (corner, color) in
        [(rect.left_top(), above), (rect.right_top(), above), (rect.right_bottom(), below), (rect.left_bottom(), below)]
    {
        mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color });
    }
    mesh.indices.extend([0, 1, 2, 0, 2, 3]);
    painter.add(Shape::mesh(mesh));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hour_is_blue() {
        for minute in 0..24 * 60 {
            let light = Light::at(f64::from(minute) / 60.0);
            for color in [light.top, light.low, light.ground, light.building, light.ink] {
                assert!(color.b() <= color.r() && color.b() <= color.g().max(color.r()), "{color:?} at minute {minute}");
            }
        }
    }

    #[test]
    fn the_light_changes_without_a_jump() {
        let dark = |hour: f64| Light::at(hour).dark;
        for minute in 0..24 * 60 {
            let hour = f64::from(minute) / 60.0;
            assert!((dark(hour) - dark(hour + 1.0 / 60.0)).abs() < 0.02, "{hour}");
        }
    }
}
