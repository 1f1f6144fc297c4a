//! The fonts, and egui's style built from the colours of [`longhand_narrative::palette`].

use std::sync::Arc;

use bevy_egui::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Visuals, vec2,
};
use longhand_narrative::palette::{self, Rgb, Theme};

/// The colours of one theme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// Background of text.
    pub background: Color32,
    /// Background of bars, fields and side panels.
    pub surface: Color32,
    /// Lines and borders.
    pub border: Color32,
    /// Primary text.
    pub text: Color32,
    /// Secondary text: captions, dates, hints.
    pub weak_text: Color32,
    /// Emphasis: the cursor, the selection, errors.
    pub accent: Color32,
    /// Titles and beat marks.
    pub title: Color32,
    /// Background of hovered and selected widgets.
    pub highlight: Color32,
    /// Colours of series side by side. They differ in lightness too, so that they can be told apart without colour vision.
    pub series: [Color32; 6],
}

const fn color(Rgb(red, green, blue): Rgb) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

const fn from_theme(theme: &Theme) -> Palette {
    let [a, b, c, d, e, f] = theme.series;
    Palette {
        background: color(theme.background),
        surface: color(theme.surface),
        border: color(theme.border),
        text: color(theme.text),
        weak_text: color(theme.weak_text),
        accent: color(theme.accent),
        title: color(theme.title),
        highlight: color(theme.highlight),
        series: [color(a), color(b), color(c), color(d), color(e), color(f)],
    }
}

/// The light theme.
pub(super) const LIGHT: Palette = from_theme(&palette::LIGHT);

/// The dark theme.
pub(super) const DARK: Palette = from_theme(&palette::DARK);

impl Palette {
    /// The palette of the current theme.
    pub fn current(ui: &egui::Ui) -> &'static Self {
        if ui.visuals().dark_mode { &DARK } else { &LIGHT }
    }

    /// The colour blended with the background; used for everything after the cursor.
    pub fn faded(&self, color: Color32) -> Color32 {
        color.lerp_to_gamma(self.background, 0.55)
    }
}

/// Font family of narrated text.
pub(super) fn book_font() -> FontFamily {
    FontFamily::Name("book".into())
}

/// Italic font family of narrated text.
pub(super) fn book_italic_font() -> FontFamily {
    FontFamily::Name("book italic".into())
}

/// Lora (SIL Open Font License, `assets/fonts/lora`), with egui's fonts as fallback.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    // Symbols such as arrows are only in the monospace font.
    fonts.families.entry(FontFamily::Proportional).or_default().push("Hack".into());
    let fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, name, bytes) in [
        (book_font(), "Lora", &include_bytes!("../../../assets/fonts/lora/Lora-Regular.ttf")[..]),
        (book_italic_font(), "Lora Italic", &include_bytes!("../../../assets/fonts/lora/Lora-Italic.ttf")[..]),
    ] {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
        fonts.families.insert(family, [name.to_owned()].into_iter().chain(fallbacks.clone()).collect());
    }
    fonts
}

/// Installs the fonts and the light and dark styles in egui.
pub fn apply_style(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for (theme, palette) in [(egui::Theme::Light, &LIGHT), (egui::Theme::Dark, &DARK)] {
        ctx.style_mut_of(theme, |style| {
            style.visuals = visuals(palette, theme == egui::Theme::Dark);
            style.spacing.item_spacing = vec2(8.0, 5.0);
            style.spacing.button_padding = vec2(8.0, 4.0);
            style.spacing.scroll.fade.strength = 0.0;
            style.spacing.window_margin = Margin::same(12);
            let sizes = [
                (TextStyle::Small, 12.5),
                (TextStyle::Body, 15.0),
                (TextStyle::Button, 14.5),
                (TextStyle::Heading, 25.0),
                (TextStyle::Monospace, 13.5),
            ];
            for (text, size) in sizes {
                let family = match text {
                    TextStyle::Monospace => FontFamily::Monospace,
                    TextStyle::Heading => book_font(),
                    _ => FontFamily::Proportional,
                };
                style.text_styles.insert(text, FontId::new(size, family));
            }
        });
    }
}

fn visuals(palette: &Palette, dark: bool) -> Visuals {
    let mut visuals = if dark { Visuals::dark() } else { Visuals::light() };
    visuals.override_text_color = Some(palette.text);
    visuals.weak_text_color = Some(palette.weak_text);
    visuals.panel_fill = palette.background;
    visuals.window_fill = palette.background;
    visuals.window_stroke = Stroke::new(1.0, palette.border);
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.extreme_bg_color = palette.surface;
    visuals.faint_bg_color = palette.surface;
    visuals.code_bg_color = palette.surface;
    visuals.hyperlink_color = palette.accent;
    visuals.warn_fg_color = palette.accent;
    visuals.error_fg_color = palette.accent;
    visuals.selection.bg_fill = palette.highlight;
    visuals.selection.stroke = Stroke::new(1.0, palette.accent);
    visuals.text_cursor.stroke = Stroke::new(2.0, palette.accent);
    // A blinking cursor would draw the whole window twice a second.
    visuals.text_cursor.blink = false;
    visuals.ime_composition.active_underline_stroke.color = palette.accent;
    visuals.ime_composition.inactive_underline_stroke.color = palette.weak_text;
    let widgets = &mut visuals.widgets;
    let states = [
        (&mut widgets.noninteractive, palette.background, palette.border, palette.text),
        (&mut widgets.inactive, palette.surface, palette.border, palette.text),
        (&mut widgets.hovered, palette.highlight, palette.accent, palette.text),
        (&mut widgets.active, palette.highlight, palette.accent, palette.text),
        (&mut widgets.open, palette.highlight, palette.border, palette.text),
    ];
    for (widget, fill, edge, text) in states {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, edge);
        widget.fg_stroke = Stroke::new(1.5, text);
        widget.corner_radius = CornerRadius::same(5);
    }
    visuals
}

#[cfg(test)]
mod tests {
    use super::super::color::contrast;
    use super::*;

    #[test]
    fn every_text_colour_has_enough_contrast_on_every_background() {
        for palette in [LIGHT, DARK] {
            for text in [palette.text, palette.weak_text, palette.accent, palette.title] {
                for ground in [palette.background, palette.surface] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {}", contrast(text, ground));
                }
            }
            assert!(contrast(palette.text, palette.highlight) >= 4.5);
            for color in palette.series {
                assert!(contrast(color, palette.background) >= 3.0, "{color:?}: {}", contrast(color, palette.background));
            }
        }
    }

    #[test]
    fn no_colour_of_the_style_is_blue() {
        for (palette, dark) in [(LIGHT, false), (DARK, true)] {
            // All colours of egui's visuals, found in their debug output.
            let all = format!("{:?} {palette:?}", visuals(&palette, dark)).replace('_', "");
            let colours: Vec<Color32> =
                all.match_indices('#').filter_map(|(at, _)| Color32::from_hex(all.get(at..at + 7)?).ok()).collect();
            assert!(colours.len() > 20, "the debug output of visuals has changed: {all}");
            for colour in colours {
                assert!(colour.b() <= colour.r(), "{colour:?} is blue");
            }
        }
    }
}
