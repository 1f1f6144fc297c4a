//! Text on the stage: the last narrated sentence at the bottom, and the title of a recent beat at the top.

use std::sync::Arc;

use bevy_egui::egui::{Align, Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, pos2, text::LayoutJob, vec2};

use super::Picture;
use super::sky::{Light, veil};

/// Smallest font size of a caption, in points.
const SMALLEST: f32 = 12.0;

/// Time for which a caption is shown, in simulated seconds.
const CAPTION: f64 = 3.0 * 3_600.0;
/// Time for which a beat's title is shown, in simulated seconds.
const BEAT: f64 = 10.0 * 3_600.0;

/// Paints caption and title. `below` is the strip reserved for the caption.
pub(super) fn paint(painter: &Painter, rect: Rect, below: Rect, picture: &Picture, light: &Light, family: &FontFamily) {
    if let Some((words, ago)) = picture.caption.as_ref().filter(|(_, ago)| *ago < CAPTION) {
        let largest = (rect.height() / 40.0).clamp(14.0, 24.0);
        let set = |size: f32| laid_out(painter, words, FontId::new(size, family.clone()), below.width() * 0.88);
        // The largest font size with which the caption fits into the strip.
        let room = below.height() - 16.0;
        let galley = (0..6).map(|step| set(largest - step as f32 * 1.5)).find(|galley| galley.size().y <= room);
        let galley = galley.unwrap_or_else(|| set(SMALLEST));
        let top = (below.center().y - galley.size().y / 2.0).min(below.bottom() - 8.0 - galley.size().y);
        said(painter, galley, pos2(rect.center().x, top), strength(*ago, CAPTION), light);
    }
    if let Some((title, ago)) = picture.beat.as_ref().filter(|(_, ago)| *ago < BEAT) {
        let size = (rect.height() / 24.0).clamp(18.0, 40.0);
        let galley = laid_out(painter, title, FontId::new(size, family.clone()), rect.width() * 0.8);
        said(painter, galley, pos2(rect.center().x, rect.top() + rect.height() * 0.045), strength(*ago, BEAT), light);
    }
}

/// Opacity by age: 1 for the first half of `length`, then falling to 0.
fn strength(ago: f64, length: f64) -> f32 {
    (2.0 * (1.0 - ago / length)).clamp(0.0, 1.0) as f32
}

fn laid_out(painter: &Painter, words: &str, font: FontId, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple(words.to_owned(), font, Color32::PLACEHOLDER, width);
    job.halign = Align::Center;
    painter.layout_job(job)
}

fn said(painter: &Painter, galley: Arc<Galley>, top: Pos2, strength: f32, light: &Light) {
    let behind = Rect::from_min_size(pos2(top.x - galley.size().x / 2.0, top.y), galley.size()).expand2(vec2(14.0, 6.0));
    painter.rect_filled(behind, 8.0, veil(light.paper, 0.62 * strength));
    painter.galley(top, galley, light.ink.gamma_multiply(strength));
}
