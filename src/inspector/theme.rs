//! The palette: cream, wood, coral and dusk. There is no blue in it, so that the other colours have an identity.

use bevy_egui::egui::{self, Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Visuals, vec2};

/// Behind the text.
pub(super) const CREAM: Color32 = Color32::from_rgb(0xFB, 0xF3, 0xE6);
/// Bars and panels.
pub(super) const PAPER: Color32 = Color32::from_rgb(0xF4, 0xE6, 0xD2);
/// Lines between things.
pub(super) const SAND: Color32 = Color32::from_rgb(0xDF, 0xC8, 0xA9);
/// Text.
pub(super) const INK: Color32 = Color32::from_rgb(0x3A, 0x26, 0x20);
/// Text beside the text.
pub(super) const WOOD: Color32 = Color32::from_rgb(0x7A, 0x4E, 0x34);
/// What matters.
pub(super) const CORAL: Color32 = Color32::from_rgb(0xB2, 0x3A, 0x2A);
/// Titles.
pub(super) const DUSK: Color32 = Color32::from_rgb(0x7C, 0x33, 0x42);
/// Under the mouse.
const PEACH: Color32 = Color32::from_rgb(0xF2, 0xCF, 0xB4);

/// Gives egui this look.
pub(super) fn wear(ctx: &egui::Context) {
    ctx.set_theme(egui::Theme::Light);
    ctx.all_styles_mut(|style| {
        style.visuals = visuals();
        style.spacing.item_spacing = vec2(8.0, 6.0);
        style.spacing.button_padding = vec2(10.0, 5.0);
        style.spacing.scroll.fade.strength = 0.0;
        style.spacing.window_margin = Margin::same(12);
        let sizes = [
            (TextStyle::Small, 13.0),
            (TextStyle::Body, 17.0),
            (TextStyle::Button, 15.0),
            (TextStyle::Heading, 28.0),
            (TextStyle::Monospace, 14.0),
        ];
        for (text, size) in sizes {
            let family = if text == TextStyle::Monospace { FontFamily::Monospace } else { FontFamily::Proportional };
            style.text_styles.insert(text, FontId::new(size, family));
        }
    });
}

fn visuals() -> Visuals {
    let mut visuals = Visuals::light();
    visuals.override_text_color = Some(INK);
    visuals.weak_text_color = Some(WOOD);
    visuals.panel_fill = CREAM;
    visuals.window_fill = CREAM;
    visuals.window_stroke = Stroke::new(1.0, SAND);
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.extreme_bg_color = CREAM;
    visuals.faint_bg_color = PAPER;
    visuals.code_bg_color = PAPER;
    visuals.hyperlink_color = CORAL;
    visuals.warn_fg_color = CORAL;
    visuals.error_fg_color = CORAL;
    visuals.selection.bg_fill = PEACH;
    visuals.selection.stroke = Stroke::new(1.0, CORAL);
    visuals.text_cursor.stroke = Stroke::new(2.0, CORAL);
    visuals.ime_composition.active_underline_stroke.color = CORAL;
    visuals.ime_composition.inactive_underline_stroke.color = WOOD;
    let widgets = &mut visuals.widgets;
    let states = [
        (&mut widgets.noninteractive, CREAM, SAND, INK),
        (&mut widgets.inactive, CREAM, SAND, INK),
        (&mut widgets.hovered, PEACH, CORAL, INK),
        (&mut widgets.active, PEACH, CORAL, INK),
        (&mut widgets.open, PEACH, SAND, INK),
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
    use super::*;

    /// Relative luminance of WCAG 2.1.
    fn luminance(color: Color32) -> f32 {
        let linear = bevy_egui::egui::Rgba::from(color);
        0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for text in [INK, WOOD, CORAL, DUSK] {
            for ground in [CREAM, PAPER] {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {}", contrast(text, ground));
            }
        }
        assert!(contrast(INK, PEACH) >= 4.5);
    }

    #[test]
    fn no_colour_of_the_style_is_blue() {
        // What egui draws with comes from its visuals: all of them, as text.
        let all = format!("{:?}", visuals()).replace('_', "");
        let colours: Vec<Color32> =
            all.match_indices('#').filter_map(|(at, _)| Color32::from_hex(all.get(at..at + 7)?).ok()).collect();
        assert!(colours.len() > 20, "the visuals print their colours otherwise now: {all}");
        for colour in colours {
            assert!(colour.b() <= colour.r(), "{colour:?} is blue");
        }
    }
}
