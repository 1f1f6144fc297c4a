//! Colours of sky and ground by the time of day, interpolated between night, dawn, day and dusk. None of them is blue.

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::{Color32, Painter, Pos2, Rect, Rgba, Shape, Stroke, pos2, vec2};

/// The colours at one time of day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SkyColors {
    pub zenith: Color32,
    pub horizon: Color32,
    pub ground: Color32,
    pub building: Color32,
    /// Colour of text and figures: light or dark, whichever has more contrast with the ground.
    pub text: Color32,
    /// Backdrop of text.
    pub text_backdrop: Color32,
    /// 0 by day, 1 at night; scales the brightness of lamps.
    pub darkness: f32,
}

const LIGHT_TEXT: Color32 = rgb(0xff_f8ec);
const DARK_TEXT: Color32 = rgb(0x1c_100c);

/// The colour with opacity `share` (0 to 1), premultiplied in linear space.
pub(super) fn with_opacity(color: Color32, share: f32) -> Color32 {
    Color32::from(Rgba::from(color) * share.clamp(0.0, 1.0))
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const NIGHT: SkyColors = sky_colors(0x22_1512, 0x55_302a, 0x38_2620, 0x1a_100d, 1.0);
const DAWN: SkyColors = sky_colors(0xb8_6a5a, 0xf9_d2a4, 0x84_5843, 0x5c_3a30, 0.5);
const DAY: SkyColors = sky_colors(0xf0_d8b4, 0xfb_ecd2, 0xe6_cba6, 0xb8_8a66, 0.0);
const DUSK: SkyColors = sky_colors(0x8e_3f3c, 0xf0_9a6a, 0x6b_4334, 0x44_2820, 0.7);

const fn sky_colors(top: u32, low: u32, ground: u32, building: u32, dark: f32) -> SkyColors {
    SkyColors {
        zenith: rgb(top),
        horizon: rgb(low),
        ground: rgb(ground),
        building: rgb(building),
        text: LIGHT_TEXT,
        text_backdrop: DARK_TEXT,
        darkness: dark,
    }
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
fn luminance(color: Color32) -> f32 {
    let light = Rgba::from(color);
    0.2126 * light.r() + 0.7152 * light.g() + 0.0722 * light.b()
}

/// Contrast ratio, 1 to 21 (WCAG 2.2).
fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Key colours by hour; linear interpolation between them.
const HOURS: [(f64, SkyColors); 9] =
    [(0.0, NIGHT), (4.5, NIGHT), (6.5, DAWN), (9.0, DAY), (16.0, DAY), (18.5, DUSK), (20.0, DUSK), (22.0, NIGHT), (24.0, NIGHT)];

impl SkyColors {
    pub fn at_hour(hour: f64) -> Self {
        let hour = hour.rem_euclid(24.0);
        let next = HOURS.iter().position(|(at, _)| *at > hour).unwrap_or(HOURS.len() - 1).max(1);
        let ((from, a), (to, b)) = (HOURS[next - 1], HOURS[next]);
        let share = ((hour - from) / (to - from)) as f32;
        let mix = |a: Color32, b: Color32| Color32::from(Rgba::from(a) * (1.0 - share) + Rgba::from(b) * share);
        let ground = mix(a.ground, b.ground);
        let (text, text_backdrop) = if contrast(LIGHT_TEXT, ground) > contrast(DARK_TEXT, ground) {
            (LIGHT_TEXT, DARK_TEXT)
        } else {
            (DARK_TEXT, LIGHT_TEXT)
        };
        Self {
            zenith: mix(a.zenith, b.zenith),
            horizon: mix(a.horizon, b.horizon),
            ground,
            building: mix(a.building, b.building),
            text,
            text_backdrop,
            darkness: a.darkness + (b.darkness - a.darkness) * share,
        }
    }
}

pub(super) fn paint_sky(painter: &Painter, rect: Rect, horizon: f32, light: &SkyColors, hour: f64) {
    paint_gradient(painter, Rect::from_min_max(rect.min, pos2(rect.right(), horizon + 2.0)), light.zenith, light.horizon);
    paint_sun(painter, rect, horizon, light, hour);
    let near = Color32::from(Rgba::from(light.ground) * 0.82 + Rgba::from(light.zenith) * 0.18);
    paint_gradient(painter, Rect::from_min_max(pos2(rect.left(), horizon), rect.max), light.ground, near);
}

/// Paints the sun, which moves from left to right between 5:36 and 19:36.
fn paint_sun(painter: &Painter, rect: Rect, horizon: f32, light: &SkyColors, hour: f64) {
    let share = ((hour - 5.6) / 14.0) as f32;
    if !(0.0..=1.0).contains(&share) {
        return;
    }
    let height = (share * std::f32::consts::PI).sin();
    let at = pos2(rect.left() + rect.width() * (0.08 + 0.84 * share), horizon + 14.0 - height * rect.height() * 0.4);
    let size = rect.height() * 0.035 + 6.0;
    let warm = Color32::from_rgb(0xff, 0xe2, 0xa8);
    paint_glow(painter, at, size * 4.5, warm, 0.35 + 0.35 * light.darkness);
    painter.circle(at, size, warm, Stroke::NONE);
}

/// Paints an additive radial glow that falls off to zero at radius `wide`.
pub(super) fn paint_glow(painter: &Painter, at: Pos2, wide: f32, color: Color32, strength: f32) {
    const RINGS: u32 = 8;
    const SPOKES: u32 = 40;
    let mut mesh = Mesh::default();
    let shade = |ring: u32| {
        let rest = 1.0 - ring as f32 / RINGS as f32;
        // Additive: the glow brightens what is behind it.
        with_opacity(color, strength * rest * rest).additive()
    };
    mesh.colored_vertex(at, shade(0));
    for ring in 1..=RINGS {
        for spoke in 0..SPOKES {
            let angle = spoke as f32 / SPOKES as f32 * std::f32::consts::TAU;
            let out = vec2(angle.cos(), angle.sin()) * wide * (ring as f32 / RINGS as f32);
            mesh.colored_vertex(at + out, shade(ring));
            let (here, next) = (1 + (ring - 1) * SPOKES + spoke, 1 + (ring - 1) * SPOKES + (spoke + 1) % SPOKES);
            if ring == 1 {
                mesh.add_triangle(0, here, next);
            } else {
                mesh.add_triangle(here - SPOKES, here, next);
                mesh.add_triangle(here - SPOKES, next, next - SPOKES);
            }
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// Paints a rectangle with a vertical gradient.
pub(super) fn paint_gradient(painter: &Painter, rect: Rect, above: Color32, below: Color32) {
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
            let light = SkyColors::at_hour(f64::from(minute) / 60.0);
            for color in [light.zenith, light.horizon, light.ground, light.building, light.text] {
                assert!(color.b() <= color.r() && color.b() <= color.g().max(color.r()), "{color:?} at minute {minute}");
            }
        }
    }

    #[test]
    fn text_has_enough_contrast_at_every_hour() {
        for minute in 0..24 * 60 {
            let light = SkyColors::at_hour(f64::from(minute) / 60.0);
            assert!(contrast(light.text, light.ground) > 4.15, "minute {minute}: {}", contrast(light.text, light.ground));
        }
    }

    #[test]
    fn the_light_changes_without_a_jump() {
        let dark = |hour: f64| SkyColors::at_hour(hour).darkness;
        for minute in 0..24 * 60 {
            let hour = f64::from(minute) / 60.0;
            assert!((dark(hour) - dark(hour + 1.0 / 60.0)).abs() < 0.02, "{hour}");
        }
    }
}
