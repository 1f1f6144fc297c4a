//! Colours of the stage. They are mixed and blended as they are stored (sRGB), like egui does, so that every renderer gives the same
//! picture.

/// A colour; each channel is 0 to 1 in sRGB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tint {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
}

/// The opacity of light, relative to its strength.
const LIGHT_OPACITY: f32 = 0.9;

/// The colour of `0xRR_GGBB`.
#[must_use]
pub const fn tint(hex: u32) -> Tint {
    Tint { r: ((hex >> 16) & 255) as f32 / 255.0, g: ((hex >> 8) & 255) as f32 / 255.0, b: (hex & 255) as f32 / 255.0 }
}

impl Tint {
    /// The colour that is `share` (0 to 1) of the way to another one.
    #[must_use]
    pub fn mix(self, other: Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        let channel = |a: f32, b: f32| a + (b - a) * share;
        Self { r: channel(self.r, other.r), g: channel(self.g, other.g), b: channel(self.b, other.b) }
    }

    /// The colour seen in a light: each channel multiplied by that of the light.
    #[must_use]
    pub fn lit_by(self, light: Self) -> Self {
        Self { r: self.r * light.r, g: self.g * light.g, b: self.b * light.b }
    }

    /// Brighter (over 1) or darker (under 1).
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        Self { r: self.r * factor, g: self.g * factor, b: self.b * factor }
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    #[must_use]
    pub fn luminance(self) -> f32 {
        let linear = |channel: f32| if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)
    }

    /// Premultiplied bytes with an opacity from 0 to 1.
    #[must_use]
    pub fn with_opacity(self, opacity: f32) -> [u8; 4] {
        let opacity = opacity.clamp(0.0, 1.0);
        let byte = |channel: f32| (channel.clamp(0.0, 1.0) * opacity * 255.0).round() as u8;
        [byte(self.r), byte(self.g), byte(self.b), (opacity * 255.0).round() as u8]
    }

    /// Premultiplied bytes of light; `strength` is 0 to 1. It is added to what is behind it, most of which is kept: much light
    /// tends to this colour, a little brighter, and not to white.
    #[must_use]
    pub fn as_light(self, strength: f32) -> [u8; 4] {
        let [r, g, b, opacity] = self.with_opacity(strength);
        [r, g, b, (f32::from(opacity) * LIGHT_OPACITY).round() as u8]
    }
}

/// A number in [0, 1) that depends only on `seed` (the finaliser of SplitMix64).
#[must_use]
pub fn stable_random(seed: u64) -> f32 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let mixed = mixed ^ (mixed >> 32);
    ((mixed >> 40) as f32) / (1_u32 << 24) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_covers_less_than_a_colour_and_both_are_premultiplied() {
        assert_eq!(tint(0xff_8000).with_opacity(0.5), [128, 64, 0, 128]);
        assert_eq!(tint(0xff_8000).as_light(1.0), [255, 128, 0, 230]);
    }

    #[test]
    fn stable_numbers_are_spread_evenly() {
        let mean = (0..10_000).map(stable_random).sum::<f32>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!((0..10_000).map(stable_random).all(|number| (0.0..1.0).contains(&number)));
    }
}
