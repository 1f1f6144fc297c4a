//! A whole picture: a model and a camera make layers of triangles.

use super::backdrop::{CrowdWindow, RANKS, SKY, draw_rank, draw_sky};
use super::buildings::{draw_building, draw_frame};
use super::camera::StageCamera;
use super::canvas::Canvas;
use super::figure::draw_person;
use super::grounds::{draw_earth, draw_ground};
use super::layout::is_room;
use super::light::{CORAL, SAFFRON};
use super::minds::{draw_departures, draw_mind, draw_threads};
use super::model::{MindState, StageModel};
use super::places::Posture;
use super::rooms::draw_room;
use super::tint::{Tint, tint};

/// Triangles that move together with the camera.
#[derive(Clone, Debug, Default)]
pub struct DrawingLayer {
    /// How much they move with it: 1 for the places, 0 for what is infinitely far.
    pub parallax: f32,
    /// The triangles.
    pub canvas: Canvas,
}

/// A picture, from back to front.
#[derive(Clone, Debug, Default)]
pub struct StageDrawing {
    /// The layers.
    pub layers: Vec<DrawingLayer>,
}

impl StageDrawing {
    /// The number of triangles.
    #[must_use]
    pub fn triangle_count(&self) -> usize {
        self.layers.iter().map(|layer| layer.canvas.indices.len() / 3).sum()
    }
}

/// Draws a model as the camera sees it. `time` is in real seconds; it moves only what breathes, flickers or drifts.
#[must_use]
pub fn draw_stage(model: &StageModel, camera: StageCamera, time: f32) -> StageDrawing {
    let mut windows = Vec::new();
    let mut layers = Vec::new();
    let wide = StageCamera::wide(&model.layout, camera.aspect);
    let mut sky = Canvas::default();
    draw_sky(&mut sky, model, wide);
    layers.push(DrawingLayer { parallax: SKY, canvas: sky });
    for (rank, parallax) in RANKS.into_iter().enumerate() {
        let mut canvas = Canvas::default();
        draw_rank(&mut canvas, model, rank, &mut windows);
        layers.push(DrawingLayer { parallax, canvas });
    }
    let mut places = Canvas::default();
    draw_places(&mut places, model, &mut windows);
    draw_people(&mut places, model, camera, &windows, time);
    layers.push(DrawingLayer { parallax: 1.0, canvas: places });
    StageDrawing { layers }
}

fn draw_places(canvas: &mut Canvas, model: &StageModel, windows: &mut Vec<CrowdWindow>) {
    let layout = &model.layout;
    draw_earth(canvas, model);
    for building in &layout.buildings {
        draw_building(canvas, model, building, windows);
    }
    for (place, plot) in layout.plots.iter().enumerate() {
        if is_room(plot.look) {
            draw_room(canvas, model, place);
            if let Some(building) = plot.building {
                draw_frame(canvas, model, &layout.buildings[building], plot.area);
            }
        } else {
            draw_ground(canvas, model, place);
        }
    }
}

fn draw_people(canvas: &mut Canvas, model: &StageModel, camera: StageCamera, windows: &[CrowdWindow], time: f32) {
    draw_departures(canvas, model, camera, windows, time);
    draw_threads(canvas, model, camera, windows, time);
    for contact in &model.contacts {
        let [from, to] = contact.ends;
        let distance = (to[0] - from[0]).hypot(to[1] - from[1]);
        let (color, width) = if contact.tone < 0.0 {
            (tint(0xb8_5a4c), 0.05)
        } else {
            (SAFFRON.mix(CORAL, (contact.tone * 2.0).clamp(0.0, 1.0)), 0.045)
        };
        if distance < 2.2 {
            // Face to face: the air between them is warm, or torn.
            let middle = [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0];
            canvas.soft_ellipse(middle, [0.9, 0.5], color.as_light(0.26 * contact.strength));
            continue;
        }
        let by = [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0 + 0.6 + distance * 0.1];
        canvas.curve(from, by, to, width, color.as_light(0.55 * contact.strength), 24);
    }
    for figure in &model.people {
        let plot = &model.layout.plots[figure.place];
        let is_inside = is_room(plot.look) && !matches!(figure.posture, Posture::Walk(_));
        let lamp = f32::from(u8::from(model.is_lit(figure.place)));
        let light = model.light;
        let seen = move |color: Tint| if is_inside { light.indoors(color, lamp) } else { light.outdoors(color, 0.0) };
        if figure.is_told || figure.is_followed {
            let middle = [figure.at[0], figure.at[1] + 0.95];
            canvas.soft_ellipse(middle, [1.15, 1.5], tint(0xff_d9a0).as_light(0.3 - 0.1 * (1.0 - model.light.darkness)));
        }
        // Loneliness is the dark around somebody, wellbeing the warmth.
        let middle = [figure.at[0], figure.at[1] + 0.9];
        if figure.pleasure > 0.05 {
            canvas.glow(middle, 1.2, tint(0xff_b27a), 0.16 * figure.pleasure);
        } else if figure.pleasure < -0.05 {
            canvas.soft_ellipse(middle, [1.3, 1.3], tint(0x4a_222c).with_opacity(0.3 * -figure.pleasure));
        }
        draw_person(canvas, figure, model.layout.setting, &seen, time);
    }
    for mind in
        model.minds.iter().filter(|mind| mind.owner.is_some() || matches!(mind.state, MindState::Leaving(_)) || mind.is_told)
    {
        draw_mind(canvas, model, mind, camera, time);
    }
}
