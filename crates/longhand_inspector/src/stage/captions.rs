//! Text on the stage: the last narrated sentence at the bottom, and the title of a recent beat at the top.

use std::sync::Arc;

use bevy_egui::egui::{Align, Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, pos2, text::LayoutJob, vec2};

use super::sky::SkyColors;
use super::snapshot::StageSnapshot;
use crate::color::with_opacity;

/// Smallest font size of a caption, in points.
const MIN_FONT_SIZE: f32 = 12.0;

/// Time for which a caption is shown, in simulated seconds.
const CAPTION_SECONDS: f64 = 3.0 * 3_600.0;
/// Time for which a beat's title is shown, in simulated seconds.
const BEAT_TITLE_SECONDS: f64 = 10.0 * 3_600.0;

/// Paints caption and title. `strip` is the area reserved for the caption.
pub(super) fn paint_captions(
    painter: &Painter,
    rect: Rect,
    strip: Rect,
    snapshot: &StageSnapshot,
    colors: &SkyColors,
    family: &FontFamily,
) {
    if let Some((text, age)) = snapshot.caption.as_ref().filter(|(_, age)| *age < CAPTION_SECONDS) {
        let largest = (rect.height() / 40.0).clamp(14.0, 24.0);
        let layout = |size: f32| layout_text(painter, text, FontId::new(size, family.clone()), strip.width() * 0.88);
        // The largest font size with which the caption fits into the strip.
        let max_height = strip.height() - 16.0;
        let galley = (0..6).map(|step| layout(largest - step as f32 * 1.5)).find(|galley| galley.size().y <= max_height);
        let galley = galley.unwrap_or_else(|| layout(MIN_FONT_SIZE));
        let top = (strip.center().y - galley.size().y / 2.0).min(strip.bottom() - 8.0 - galley.size().y);
        paint_text(painter, galley, pos2(rect.center().x, top), opacity(*age, CAPTION_SECONDS), colors);
    }
    if let Some((title, age)) = snapshot.beat.as_ref().filter(|(_, age)| *age < BEAT_TITLE_SECONDS) {
        let size = (rect.height() / 24.0).clamp(18.0, 40.0);
        let galley = layout_text(painter, title, FontId::new(size, family.clone()), rect.width() * 0.8);
        paint_text(
            painter,
            galley,
            pos2(rect.center().x, rect.top() + rect.height() * 0.045),
            opacity(*age, BEAT_TITLE_SECONDS),
            colors,
        );
    }
}

/// Opacity by age: 1 for the first half of `duration`, then falling to 0.
fn opacity(age: f64, duration: f64) -> f32 {
    (2.0 * (1.0 - age / duration)).clamp(0.0, 1.0) as f32
}

fn layout_text(painter: &Painter, text: &str, font: FontId, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple(text.to_owned(), font, Color32::PLACEHOLDER, width);
    job.halign = Align::Center;
    painter.layout_job(job)
}

fn paint_text(painter: &Painter, galley: Arc<Galley>, top_center: Pos2, opacity: f32, colors: &SkyColors) {
    let backdrop =
        Rect::from_min_size(pos2(top_center.x - galley.size().x / 2.0, top_center.y), galley.size()).expand2(vec2(14.0, 6.0));
    painter.rect_filled(backdrop, 8.0, with_opacity(colors.text_backdrop, 0.62 * opacity));
    painter.galley(top_center, galley, colors.text.gamma_multiply(opacity));
}
