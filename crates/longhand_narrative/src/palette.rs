//! The colours of Longhand on paper and on screens: a light and a dark theme in warm colours, without blue. Books, sweep pages,
//! drawings of graphs and the inspector take their colours from here.
//!
//! Every pair of text and background has the contrast of WCAG AA.

use std::fmt;

/// A colour: red, green and blue, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The colours of the light or the dark theme.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Background of text.
    pub background: Rgb,
    /// Background of bars, fields, side panels, quotations.
    pub surface: Rgb,
    /// Lines and borders.
    pub border: Rgb,
    /// Primary text.
    pub text: Rgb,
    /// Secondary text: captions, dates, hints.
    pub weak_text: Rgb,
    /// Emphasis: links, the cursor, the selection, errors.
    pub accent: Rgb,
    /// Titles and beat marks.
    pub title: Rgb,
    /// Background of hovered and selected widgets, and of highlighted nodes.
    pub highlight: Rgb,
    /// Areas of a distribution.
    pub area: Rgb,
    /// Areas of a confidence interval.
    pub interval: Rgb,
    /// A decrease.
    pub less: Rgb,
    /// An increase.
    pub more: Rgb,
    /// Lines side by side, with the contrast of text. They differ in lightness too, so that they can be told apart without colour
    /// vision.
    pub series: [Rgb; 6],
    /// Lines of a plot with few lines, with the contrast of small text.
    pub lines: [Rgb; 4],
}

const fn rgb(hex: u32) -> Rgb {
    let [_, r, g, b] = hex.to_be_bytes();
    Rgb(r, g, b)
}

/// The light theme.
pub const LIGHT: Theme = Theme {
    background: rgb(0xFB_F3E6),
    surface: rgb(0xF4_E6D2),
    border: rgb(0xDF_C8A9),
    text: rgb(0x3A_2620),
    weak_text: rgb(0x7A_4E34),
    accent: rgb(0xB2_3A2A),
    title: rgb(0x7C_3342),
    highlight: rgb(0xF2_CFB4),
    area: rgb(0xDB_A88A),
    interval: rgb(0xF0_DCC4),
    less: rgb(0xC8_553D),
    more: rgb(0x8A_9A3B),
    series: [rgb(0xB2_3A2A), rgb(0x6B_6418), rgb(0x8E_4A7A), rgb(0xB0_7416), rgb(0x4A_2A22), rgb(0x3F_6B3A)],
    lines: [rgb(0x9C_2F1F), rgb(0x7D_5200), rgb(0x7A_2C57), rgb(0x4F_5A12)],
};

/// The dark theme.
pub const DARK: Theme = Theme {
    background: rgb(0x24_1814),
    surface: rgb(0x30_211B),
    border: rgb(0x5A_4234),
    text: rgb(0xF4_E6D2),
    weak_text: rgb(0xD0_A986),
    accent: rgb(0xF2_8B6E),
    title: rgb(0xF0_B08C),
    highlight: rgb(0x6A_3A2A),
    area: rgb(0x9A_5F45),
    interval: rgb(0x3D_2B22),
    less: rgb(0xD4_644A),
    more: rgb(0x7D_8A35),
    series: [rgb(0xF2_8B6E), rgb(0xC9_BE5A), rgb(0xD3_9CC0), rgb(0xEF_B85C), rgb(0xF4_E6D2), rgb(0x9C_C48E)],
    lines: [rgb(0xFF_9B80), rgb(0xEF_BB55), rgb(0xEA_A3C9), rgb(0xC3_CC74)],
};

impl fmt::Display for Rgb {
    /// As in CSS: `#fbf3e6`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Theme {
    /// The colours as declarations of CSS variables: `--background:#fbf3e6;--surface:…`.
    #[must_use]
    pub fn css_variables(&self) -> String {
        self.named_colours().map(|(name, colour)| format!("--{name}:{colour};")).collect()
    }

    fn named_colours(&self) -> impl Iterator<Item = (&'static str, Rgb)> {
        let [line1, line2, line3, line4] = self.lines;
        [
            ("background", self.background),
            ("surface", self.surface),
            ("border", self.border),
            ("text", self.text),
            ("weak-text", self.weak_text),
            ("accent", self.accent),
            ("title", self.title),
            ("highlight", self.highlight),
            ("area", self.area),
            ("interval", self.interval),
            ("less", self.less),
            ("more", self.more),
            ("line1", line1),
            ("line2", line2),
            ("line3", line3),
            ("line4", line4),
        ]
        .into_iter()
    }
}

/// The declarations of both themes for a style sheet that follows the reader's choice of light or dark.
#[must_use]
pub fn css_themes() -> String {
    format!(
        ":root{{color-scheme:light dark;{}}}@media (prefers-color-scheme: dark){{:root{{{}}}}}",
        LIGHT.css_variables(),
        DARK.css_variables()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(Rgb(r, g, b): Rgb) -> [f64; 3] {
        [r, g, b].map(|channel| f64::from(channel) / 255.0)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: Rgb) -> f64 {
        let linear = channels(colour).map(|c| if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_has_enough_contrast_with_its_background() {
        for theme in [LIGHT, DARK] {
            let texts = [theme.text, theme.weak_text, theme.accent, theme.title];
            for ground in [theme.background, theme.surface] {
                for colour in texts.into_iter().chain(theme.lines) {
                    let ratio = contrast(colour, ground);
                    assert!(ratio >= 4.5, "{colour} on {ground}: {ratio:.2}");
                }
            }
            for colour in theme.series {
                let ratio = contrast(colour, theme.background);
                assert!(ratio >= 3.0, "{colour}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn no_colour_is_blue() {
        for theme in [LIGHT, DARK] {
            for colour in theme.named_colours().map(|(_, colour)| colour).chain(theme.series) {
                let Rgb(r, g, b) = colour;
                assert!(b <= r.max(g), "{colour} is blue");
            }
        }
    }
}
