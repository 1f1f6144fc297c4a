//! What is written over a picture of a film: names, caption, title, date, and the veil at its ends.

use longhand_stage::{LabelRect, StageRaster, place_labels, stage_labels};

use super::caption::caption_size;
use super::frame::FilmFrame;
use super::text::{FilmFonts, TextStyle, blend};

/// The colour of text, and of what is behind it.
const INK: [u8; 3] = [0xff, 0xf4, 0xe2];
const BACK: [u8; 3] = [0x3a, 0x1a, 0x20];
/// Opacity of the shade behind a caption, and of the veil behind a title.
const SHADE: f32 = 0.72;
const CARD_VEIL: f32 = 0.5;

/// Draws everything that is written over a frame.
pub(crate) fn draw_overlay(raster: &mut StageRaster, frame: &FilmFrame, fonts: &FilmFonts) {
    let card = frame.card.as_ref().map_or(0.0, |(_, strength)| *strength);
    if card < 0.5 {
        draw_names(raster, frame, fonts);
    }
    if !frame.date.is_empty() {
        draw_date(raster, &frame.date, fonts);
    }
    draw_caption(raster, frame, fonts);
    if let Some((title, strength)) = &frame.card {
        draw_card(raster, title, *strength, fonts);
    }
    if frame.veil > 0.0 {
        let bottom = raster.height as f32;
        shade(raster, [0.0, bottom], [frame.veil, frame.veil]);
    }
}

fn draw_names(raster: &mut StageRaster, frame: &FilmFrame, fonts: &FilmFonts) {
    let (width, height) = (raster.width as f32, raster.height as f32);
    let style = TextStyle { face: &fonts.regular, size: (height / 30.0).clamp(10.0, 30.0) };
    let labels = stage_labels(&frame.model, None);
    let boxes: Vec<_> = labels
        .iter()
        .map(|label| {
            let [x, y] = frame.camera.project(label.at);
            ([(x + 1.0) / 2.0 * width, (1.0 - y) / 2.0 * height], [style.width(&label.text) + 10.0, style.line_height() + 2.0])
        })
        .collect();
    let picture = LabelRect { left: 0.0, top: 0.0, right: width, bottom: height };
    for (label, place) in labels.iter().zip(place_labels(&boxes, picture, 4.0)) {
        let Some(place) = place else { continue };
        fill(raster, place, 0.62);
        style.draw(raster, &label.text, [place.left + 5.0, place.top + 1.0], INK, 1.0);
    }
}

fn draw_date(raster: &mut StageRaster, date: &str, fonts: &FilmFonts) {
    let style = TextStyle { face: &fonts.italic, size: (raster.height as f32 / 28.0).clamp(10.0, 32.0) };
    let margin = style.size * 0.7;
    let place = LabelRect {
        left: margin * 0.6,
        top: margin * 0.5,
        right: margin * 1.4 + style.width(date),
        bottom: margin * 0.7 + style.line_height(),
    };
    fill(raster, place, 0.5);
    style.draw(raster, date, [margin, margin * 0.6], INK, 0.95);
}

fn draw_caption(raster: &mut StageRaster, frame: &FilmFrame, fonts: &FilmFonts) {
    let Some(page) = &frame.caption else { return };
    let face = if page.is_document { &fonts.italic } else { &fonts.regular };
    let style = TextStyle { face, size: caption_size(raster.height) };
    let (width, height) = (raster.width as f32, raster.height as f32);
    // One line stands where the first of two would.
    let top = height - style.line_height() * 2.0 - height * 0.035;
    shade(raster, [top - height * 0.1, top], [0.0, SHADE]);
    shade(raster, [top, height], [SHADE, 0.9]);
    for (nth, line) in page.lines.iter().enumerate() {
        style.draw_centered(raster, line, [width / 2.0, top + nth as f32 * style.line_height()], INK, 1.0);
    }
}

fn draw_card(raster: &mut StageRaster, title: &str, strength: f32, fonts: &FilmFonts) {
    let (width, height) = (raster.width as f32, raster.height as f32);
    let style = TextStyle { face: &fonts.regular, size: height / 10.5 };
    let lines = style.wrap(title, width * 0.88);
    let top = height * 0.4 - style.line_height() * lines.len() as f32 / 2.0;
    shade(raster, [0.0, height], [CARD_VEIL * strength, CARD_VEIL * strength]);
    for (nth, line) in lines.iter().enumerate() {
        style.draw_centered(raster, line, [width / 2.0, top + nth as f32 * style.line_height()], INK, strength);
    }
}

/// Darkens the rows from one y to another, with an opacity at each of them.
fn shade(raster: &mut StageRaster, [top, bottom]: [f32; 2], [above, below]: [f32; 2]) {
    let rows = (top.max(0.0).round() as u32)..(bottom.max(0.0).round() as u32).min(raster.height);
    for y in rows {
        let share = (y as f32 + 0.5 - top) / (bottom - top).max(1.0);
        let opacity = above + (below - above) * share;
        for x in 0..raster.width {
            blend(raster, [i64::from(x), i64::from(y)], BACK, opacity);
        }
    }
}

/// Darkens a rectangle.
fn fill(raster: &mut StageRaster, place: LabelRect, opacity: f32) {
    for y in place.top.round() as i64..place.bottom.round() as i64 {
        for x in place.left.round() as i64..place.right.round() as i64 {
            blend(raster, [x, y], BACK, opacity);
        }
    }
}
