//! Colours of sky and ground by the time of day, interpolated between night, dawn, day and dusk. None of them is blue.

use bevy_egui::egui::epaint::Mesh;
use bevy_egui::egui::{Color32, Painter, Rect, Rgba, Shape, Stroke, pos2};

use super::paint::{add_quad, paint_glow};
use crate::color::{contrast, rgb};

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
/// Colour of lamps at night, and of the lights of OSes.
pub(super) const LAMP: Color32 = rgb(0xff_d28a);
/// Colour of the sun, and of the brightest lights.
pub(super) const SUNLIGHT: Color32 = rgb(0xff_e2a8);

const NIGHT: SkyColors = sky_colors(0x22_1512, 0x55_302a, 0x38_2620, 0x1a_100d, 1.0);
const DAWN: SkyColors = sky_colors(0xb8_6a5a, 0xf9_d2a4, 0x84_5843, 0x5c_3a30, 0.5);
const DAY: SkyColors = sky_colors(0xf0_d8b4, 0xfb_ecd2, 0xe6_cba6, 0xb8_8a66, 0.0);
const DUSK: SkyColors = sky_colors(0x8e_3f3c, 0xf0_9a6a, 0x6b_4334, 0x44_2820, 0.7);

const fn sky_colors(zenith: u32, horizon: u32, ground: u32, building: u32, darkness: f32) -> SkyColors {
    SkyColors {
        zenith: rgb(zenith),
        horizon: rgb(horizon),
        ground: rgb(ground),
        building: rgb(building),
        text: LIGHT_TEXT,
        text_backdrop: DARK_TEXT,
        darkness,
    }
}

/// Key colours by hour; linear interpolation between them.
const HOURS: [(f64, SkyColors); 9] =
    [(0.0, NIGHT), (4.5, NIGHT), (6.5, DAWN), (9.0, DAY), (16.0, DAY), (18.5, DUSK), (20.0, DUSK), (22.0, NIGHT), (24.0, NIGHT)];

impl SkyColors {
    pub fn at_hour(hour: f64) -> Self {
        let hour = hour.rem_euclid(24.0);
        let next = HOURS.iter().position(|(start, _)| *start > hour).unwrap_or(HOURS.len() - 1).max(1);
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

    /// Colour of lamps: light at night; darker by day, for contrast.
    pub fn lamp_color(&self) -> Color32 {
        if self.darkness > 0.3 { LAMP } else { rgb(0xb8_6a12) }
    }

    /// Colour of negative moods and interactions, chosen for contrast with the ground.
    pub fn cold_color(&self) -> Color32 {
        if self.darkness > 0.3 { rgb(0xc4_a896) } else { rgb(0x5c_4438) }
    }
}

pub(super) fn paint_sky(painter: &Painter, rect: Rect, horizon: f32, colors: &SkyColors, hour: f64) {
    let mut mesh = Mesh::default();
    let above = Rect::from_min_max(rect.min, pos2(rect.right(), horizon + 2.0));
    add_quad(&mut mesh, above, colors.zenith, colors.horizon);
    painter.add(Shape::mesh(mesh));
    paint_sun(painter, rect, horizon, colors, hour);
    let mut mesh = Mesh::default();
    let near = Color32::from(Rgba::from(colors.ground) * 0.82 + Rgba::from(colors.zenith) * 0.18);
    add_quad(&mut mesh, Rect::from_min_max(pos2(rect.left(), horizon), rect.max), colors.ground, near);
    painter.add(Shape::mesh(mesh));
}

/// Paints the sun, which moves from left to right between 5:36 and 19:36.
fn paint_sun(painter: &Painter, rect: Rect, horizon: f32, colors: &SkyColors, hour: f64) {
    let progress = ((hour - 5.6) / 14.0) as f32;
    if !(0.0..=1.0).contains(&progress) {
        return;
    }
    let height = (progress * std::f32::consts::PI).sin();
    let center = pos2(rect.left() + rect.width() * (0.08 + 0.84 * progress), horizon + 14.0 - height * rect.height() * 0.4);
    let size = rect.height() * 0.035 + 6.0;
    paint_glow(painter, center, size * 4.5, SUNLIGHT, 0.35 + 0.35 * colors.darkness);
    painter.circle(center, size, SUNLIGHT, Stroke::NONE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hour_is_blue() {
        for minute in 0..24 * 60 {
            let colors = SkyColors::at_hour(f64::from(minute) / 60.0);
            for color in [colors.zenith, colors.horizon, colors.ground, colors.building, colors.text] {
                assert!(color.b() <= color.r() && color.b() <= color.g().max(color.r()), "{color:?} at minute {minute}");
            }
        }
    }

    #[test]
    fn text_has_enough_contrast_at_every_hour() {
        for minute in 0..24 * 60 {
            let colors = SkyColors::at_hour(f64::from(minute) / 60.0);
            assert!(contrast(colors.text, colors.ground) > 4.15, "minute {minute}: {}", contrast(colors.text, colors.ground));
        }
    }

    #[test]
    fn the_light_changes_without_a_jump() {
        let darkness = |hour: f64| SkyColors::at_hour(hour).darkness;
        for minute in 0..24 * 60 {
            let hour = f64::from(minute) / 60.0;
            assert!((darkness(hour) - darkness(hour + 1.0 / 60.0)).abs() < 0.02, "{hour}");
        }
    }
}
