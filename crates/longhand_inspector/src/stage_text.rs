//! Text on the stage: the names of whom is told, the last sentence as a subtitle, and the title of a beat.

use std::sync::Arc;

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::text::LayoutJob;
use bevy_egui::egui::{Align, Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, Shape, pos2};

use super::color::{rgb, with_opacity};
use super::style::book_font;
use longhand_expr::ids::AgentId;
use longhand_stage::{LabelRect, StageCamera, StageModel, place_labels, stage_labels};

const INK: Color32 = rgb(0xff_f4e2);
const BACK: Color32 = rgb(0x3a_1a20);
/// Smallest size of a subtitle, in points.
const MIN_SIZE: f32 = 12.0;
/// Opacity of the shade at the edge of a text.
const SHADE: f32 = 0.7;
/// Least distance between names, in points.
const LABEL_GAP: f32 = 5.0;

/// Paints all text of the stage. `hovered` is the person under the pointer.
pub(super) fn paint_texts(painter: &Painter, rect: Rect, model: &StageModel, camera: StageCamera, hovered: Option<AgentId>) {
    let painter = &painter.with_clip_rect(rect);
    paint_names(painter, rect, model, camera, hovered);
    let family = book_font();
    if let Some((text, strength)) = &model.sentence {
        paint_subtitle(painter, rect, text, *strength, &family);
    }
    if let Some((title, strength)) = &model.title {
        paint_title(painter, rect, title, *strength, &family);
    }
}

/// The names of those who are told of, followed or pointed at; each where it fits, none near to another.
fn paint_names(painter: &Painter, rect: Rect, model: &StageModel, camera: StageCamera, hovered: Option<AgentId>) {
    let size = (rect.height() / 46.0).clamp(11.0, 18.0);
    let labels: Vec<(Arc<Galley>, [f32; 2])> = stage_labels(model, hovered)
        .into_iter()
        .map(|label| {
            let [x, y] = camera.project(label.at);
            let at = [rect.left() + (x + 1.0) / 2.0 * rect.width(), rect.top() + (1.0 - y) / 2.0 * rect.height()];
            (painter.layout_no_wrap(label.text, FontId::proportional(size), INK), at)
        })
        .collect();
    let boxes: Vec<_> = labels.iter().map(|(galley, at)| (*at, [galley.size().x + 10.0, galley.size().y + 4.0])).collect();
    let picture = LabelRect { left: rect.left(), top: rect.top(), right: rect.right(), bottom: rect.bottom() };
    for ((galley, _), place) in labels.into_iter().zip(place_labels(&boxes, picture, LABEL_GAP)) {
        let Some(place) = place else { continue };
        let label = Rect::from_min_max(pos2(place.left, place.top), pos2(place.right, place.bottom));
        painter.rect_filled(label, 5.0, with_opacity(BACK, 0.62));
        painter.galley(label.center() - galley.size() / 2.0, galley, INK);
    }
}

fn layout(painter: &Painter, text: &str, size: f32, family: &FontFamily, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple(text.to_owned(), FontId::new(size, family.clone()), Color32::PLACEHOLDER, width);
    job.halign = Align::Center;
    painter.layout_job(job)
}

/// The last sentence, over a shade that rises from the lower edge.
fn paint_subtitle(painter: &Painter, rect: Rect, text: &str, strength: f32, family: &FontFamily) {
    let largest = (rect.height() / 32.0).clamp(14.0, 26.0);
    let width = (rect.width() * 0.86).min(largest * 46.0);
    let max_height = rect.height() * 0.3;
    let fitting = (0..6)
        .map(|step| layout(painter, text, largest - step as f32 * 1.5, family, width))
        .find(|galley| galley.size().y <= max_height);
    let galley = fitting.unwrap_or_else(|| layout(painter, text, MIN_SIZE, family, width));
    let top = rect.bottom() - galley.size().y - rect.height() * 0.035;
    // The shade is nearly full where the text begins: a bright day is behind it.
    let begins = top - rect.height() * 0.02;
    shade(
        painter,
        Rect::from_min_max(pos2(rect.left(), begins - rect.height() * 0.11), pos2(rect.right(), begins)),
        0.0,
        SHADE * strength,
    );
    shade(painter, Rect::from_min_max(pos2(rect.left(), begins), rect.max), SHADE * strength, 0.88 * strength);
    painter.galley(pos2(rect.center().x, top), galley, with_opacity(INK, strength));
}

/// The title of a beat, under a shade that falls from the upper edge.
fn paint_title(painter: &Painter, rect: Rect, title: &str, strength: f32, family: &FontFamily) {
    let size = (rect.height() / 18.0).clamp(18.0, 46.0);
    let galley = layout(painter, title, size, family, rect.width() * 0.86);
    let top = rect.top() + rect.height() * 0.04;
    let ends = top + galley.size().y;
    shade(painter, Rect::from_min_max(rect.min, pos2(rect.right(), ends)), 0.8 * strength, SHADE * strength);
    shade(
        painter,
        Rect::from_min_max(pos2(rect.left(), ends), pos2(rect.right(), ends + rect.height() * 0.1)),
        SHADE * strength,
        0.0,
    );
    painter.galley(pos2(rect.center().x, top), galley, with_opacity(INK, strength));
}

/// A shade with one opacity above and another below.
fn shade(painter: &Painter, rect: Rect, above: f32, below: f32) {
    let mut mesh = Mesh::default();
    let corners: [(Pos2, f32); 4] =
        [(rect.left_top(), above), (rect.right_top(), above), (rect.right_bottom(), below), (rect.left_bottom(), below)];
    mesh.vertices.extend(corners.map(|(pos, opacity)| Vertex { pos, uv: WHITE_UV, color: with_opacity(BACK, opacity) }));
    mesh.indices.extend([0, 1, 2, 0, 2, 3]);
    painter.add(Shape::mesh(mesh));
}
