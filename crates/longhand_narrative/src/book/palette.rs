//! The colours of a book on a screen: cream and dusk, no blue. Every pair of text and background has the contrast of WCAG AA.

/// A theme: the names and colours of the CSS variables.
pub(super) type BookTheme = [(&'static str, &'static str); 9];

/// The light theme.
pub(super) const LIGHT: BookTheme = [
    ("ground", "#fbf5ea"),
    ("raised", "#f3e8d6"),
    ("text", "#33241b"),
    ("faint", "#6b5445"),
    ("accent", "#9c2f1f"),
    ("line1", "#9c2f1f"),
    ("line2", "#7d5200"),
    ("line3", "#7a2c57"),
    ("line4", "#4f5a12"),
];

/// The dark theme.
pub(super) const DARK: BookTheme = [
    ("ground", "#1f1613"),
    ("raised", "#2c201b"),
    ("text", "#f4e7d6"),
    ("faint", "#c4aa96"),
    ("accent", "#ff9b80"),
    ("line1", "#ff9b80"),
    ("line2", "#efbb55"),
    ("line3", "#eaa3c9"),
    ("line4", "#c3cc74"),
];

/// The CSS declarations of a theme.
pub(super) fn css_variables(look: &BookTheme) -> String {
    look.iter().map(|(name, colour)| format!("--{name}:{colour};")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let linear = channels(colour).map(|c| if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_has_enough_contrast_with_its_background() {
        for look in [LIGHT, DARK] {
            for ground in &look[..2] {
                for (name, colour) in &look[2..] {
                    let found = contrast(colour, ground.1);
                    assert!(found >= 4.5, "{name} on {}: {found:.2}", ground.0);
                }
            }
        }
    }

    #[test]
    fn no_colour_is_blue() {
        for (name, colour) in LIGHT.iter().chain(&DARK) {
            let [r, g, b] = channels(colour);
            let (most, least) = (r.max(g).max(b), r.min(g).min(b));
            let spread = most - least;
            let lightness = f64::midpoint(most, least);
            let saturation = if spread == 0.0 { 0.0 } else { spread / (1.0 - (2.0 * lightness - 1.0).abs()) };
            let hue = 60.0
                * match most {
                    _ if spread == 0.0 => 0.0,
                    most if most == r => ((g - b) / spread).rem_euclid(6.0),
                    most if most == g => (b - r) / spread + 2.0,
                    _ => (r - g) / spread + 4.0,
                };
            assert!(saturation <= 0.15 || !(190.0..=260.0).contains(&hue), "{name} is blue: {colour}");
        }
    }
}
