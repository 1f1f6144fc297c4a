//! The words: what somebody followed does, and the title of a beat when it comes.

use bevy_egui::egui::{Align, Color32, FontFamily, FontId, Painter, Rect, pos2, text::LayoutJob, vec2};

use super::Picture;
use super::sky::Light;

/// How long a caption is seen, in seconds of the world.
const CAPTION: f64 = 3.0 * 3_600.0;
/// How long a beat's title is seen, in seconds of the world.
const BEAT: f64 = 10.0 * 3_600.0;

pub(super) fn paint(painter: &Painter, rect: Rect, picture: &Picture, light: &Light, family: &FontFamily) {
    if let Some((words, ago)) = picture.caption.as_ref().filter(|(_, ago)| *ago < CAPTION) {
        let size = (rect.height() / 42.0).clamp(14.0, 24.0);
        let at = rect.bottom() - rect.height() * 0.025;
        said(painter, rect, words, FontId::new(size, family.clone()), at, true, strength(*ago, CAPTION), light);
    }
    if let Some((title, ago)) = picture.beat.as_ref().filter(|(_, ago)| *ago < BEAT) {
        let size = (rect.height() / 24.0).clamp(18.0, 40.0);
        let at = rect.top() + rect.height() * 0.05;
        said(painter, rect, title, FontId::new(size, family.clone()), at, false, strength(*ago, BEAT), light);
    }
}

/// Whole at first, then fading out.
fn strength(ago: f64, length: f64) -> f32 {
    (2.0 * (1.0 - ago / length)).clamp(0.0, 1.0) as f32
}

#[expect(clippy::too_many_arguments, reason = "what is said, where, and by what light")]
fn said(painter: &Painter, rect: Rect, words: &str, font: FontId, y: f32, above: bool, strength: f32, light: &Light) {
    let mut job = LayoutJob::simple(words.to_owned(), font, Color32::PLACEHOLDER, rect.width() * 0.7);
    job.halign = Align::Center;
    let galley = painter.layout_job(job);
    let top = if above { y - galley.size().y } else { y };
    let behind = Rect::from_min_size(pos2(rect.center().x - galley.size().x / 2.0, top), galley.size()).expand2(vec2(14.0, 6.0));
    let ground = if light.dark > 0.3 { Color32::from_rgb(0x1c, 0x12, 0x0f) } else { Color32::from_rgb(0xfb, 0xf3, 0xe6) };
    let ink = if light.dark > 0.3 { Color32::from_rgb(0xfb, 0xf3, 0xe6) } else { Color32::from_rgb(0x3a, 0x26, 0x20) };
    painter.rect_filled(behind, 8.0, ground.gamma_multiply(0.62 * strength));
    painter.galley(pos2(rect.center().x, top), galley, ink.gamma_multiply(strength));
}
