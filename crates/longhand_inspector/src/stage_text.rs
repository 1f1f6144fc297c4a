//! Text on the stage: the names of whom is told, the last sentence as a subtitle, and the title of a beat.

use std::sync::Arc;

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::text::LayoutJob;
use bevy_egui::egui::{Align, Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, Shape, pos2, vec2};

use super::color::{rgb, with_opacity};
use super::style::book_font;
use longhand_expr::ids::AgentId;
use longhand_stage::{MindLight, StageCamera, StageModel};

const INK: Color32 = rgb(0xff_f4e2);
const BACK: Color32 = rgb(0x3a_1a20);
/// Smallest size of a subtitle, in points.
const MIN_SIZE: f32 = 12.0;

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

/// The names of those who are told of, followed or pointed at; each where it fits, none over another.
fn paint_names(painter: &Painter, rect: Rect, model: &StageModel, camera: StageCamera, hovered: Option<AgentId>) {
    let size = (rect.height() / 46.0).clamp(11.0, 18.0);
    let mut taken: Vec<Rect> = Vec::new();
    let people = model.people.iter().filter(|figure| figure.is_told || figure.is_followed || hovered == Some(figure.agent));
    let people = people.map(|figure| (figure.name.clone(), [figure.at[0], figure.at[1] + 2.0]));
    let minds = model.minds.iter().filter(|mind| mind.is_told && mind.owner.is_some());
    let minds = minds.map(|mind| (mind_label(mind), [mind.at[0], mind.at[1] + 0.55]));
    for (name, at) in people.chain(minds) {
        let [x, y] = camera.project(at);
        let galley = painter.layout_no_wrap(name, FontId::proportional(size), INK);
        let center = pos2(rect.left() + (x + 1.0) / 2.0 * rect.width(), rect.top() + (1.0 - y) / 2.0 * rect.height());
        let half = galley.size() / 2.0;
        if !rect.expand(half.x).contains(center) {
            continue;
        }
        let x = center.x.clamp(rect.left() + half.x + 6.0, (rect.right() - half.x - 6.0).max(rect.left() + half.x + 6.0));
        let mut label = Rect::from_center_size(pos2(x, center.y.max(rect.top() + half.y + 4.0)), galley.size() + vec2(10.0, 4.0));
        while let Some(other) = taken.iter().find(|other| other.intersects(label)) {
            label = label.translate(vec2(0.0, other.top() - label.bottom() - 1.0));
            if label.bottom() < rect.top() {
                break;
            }
        }
        if label.top() < rect.top() {
            continue;
        }
        painter.rect_filled(label, 5.0, with_opacity(BACK, 0.62));
        painter.galley(label.center() - half, galley, INK);
        taken.push(label);
    }
}

/// The name of a mind, with how many it talks with and loves if they are many.
fn mind_label(mind: &MindLight) -> String {
    match (mind.talks, mind.loves) {
        (0..=20, _) => mind.name.clone(),
        (talks, 0 | 1) => format!("{}: with {talks} others", mind.name),
        (talks, loves) => format!("{}: with {talks} others, in love with {loves}", mind.name),
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
    shade(painter, Rect::from_min_max(pos2(rect.left(), top - rect.height() * 0.1), rect.max), 0.0, 0.85 * strength);
    painter.galley(pos2(rect.center().x, top), galley, with_opacity(INK, strength));
}

/// The title of a beat, under a shade that falls from the upper edge.
fn paint_title(painter: &Painter, rect: Rect, title: &str, strength: f32, family: &FontFamily) {
    let size = (rect.height() / 18.0).clamp(18.0, 46.0);
    let galley = layout(painter, title, size, family, rect.width() * 0.86);
    let top = rect.top() + rect.height() * 0.04;
    let bottom = top + galley.size().y + rect.height() * 0.07;
    shade(painter, Rect::from_min_max(rect.min, pos2(rect.right(), bottom)), 0.66 * strength, 0.0);
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
