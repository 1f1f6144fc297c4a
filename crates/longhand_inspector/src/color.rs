//! Colour arithmetic that the panels and the stage share.

use bevy_egui::egui::{Color32, Rgba};

/// An opaque colour from `0xRR_GGBB`.
pub(super) const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The colour with opacity `share` (0 to 1), premultiplied in linear space.
pub(super) fn with_opacity(color: Color32, share: f32) -> Color32 {
    Color32::from(Rgba::from(color) * share.clamp(0.0, 1.0))
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
#[cfg(test)]
fn luminance(color: Color32) -> f32 {
    let linear = Rgba::from(color);
    0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
}

/// Contrast ratio, 1 to 21 (WCAG 2.2).
#[cfg(test)]
pub(super) fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_has_the_greatest_contrast() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-3);
        assert!((contrast(rgb(0x77_7777), Color32::WHITE) - 4.48).abs() < 0.01, "the example of WCAG 2.2");
    }
}
