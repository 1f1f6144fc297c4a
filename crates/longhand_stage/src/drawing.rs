//! A whole picture: a model and a camera make layers of triangles.

use super::backdrop::{CrowdWindow, RANKS, SKY, draw_rank, draw_sky};
use super::buildings::{draw_building, draw_frame};
use super::camera::StageCamera;
use super::canvas::Canvas;
use super::earth::{draw_earth, draw_terrace};
use super::figure::draw_person;
use super::grounds::draw_ground;
use super::layout::is_room;
use super::light::{CORAL, SAFFRON};
use super::minds::{draw_departures, draw_mind, draw_mind_glow, draw_threads};
use super::model::{MindLight, MindState, PersonFigure, StageModel};
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
    /// The number of windows of the crowd.
    pub windows: usize,
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
    draw_places(&mut places, model, camera, &mut windows, time);
    draw_lights(&mut places, model, camera, &windows, time);
    if is_silent(model) {
        let all = camera.area().inset(-1.0, -1.0);
        places.rect(all, tint(0x8c_6a60).with_opacity(0.3));
    }
    layers.push(DrawingLayer { parallax: 1.0, canvas: places });
    StageDrawing { layers, windows: windows.len() }
}

/// Whether minds should be there and none answers, or the one that is told of does not: the colours of the world are weaker then.
fn is_silent(model: &StageModel) -> bool {
    let is_out = |mind: &MindLight| mind.state == MindState::Offline;
    !model.minds.is_empty() && (model.minds.iter().all(is_out) || model.minds.iter().any(|mind| mind.is_told && is_out(mind)))
}

/// Draws the rows of places from behind to the front, each with the people in it.
fn draw_places(canvas: &mut Canvas, model: &StageModel, camera: StageCamera, windows: &mut Vec<CrowdWindow>, time: f32) {
    let layout = &model.layout;
    for (row, &ground) in layout.grounds.iter().enumerate() {
        let (first, first_window) = (canvas.vertices.len(), windows.len());
        if ground > 0.0 {
            draw_terrace(canvas, model, ground, windows);
        } else {
            draw_earth(canvas, model);
        }
        for building in layout.buildings.iter().filter(|building| building.area.bottom == ground) {
            draw_building(canvas, model, building, windows);
        }
        for (place, plot) in layout.plots.iter().enumerate().filter(|(_, plot)| plot.ground == ground) {
            if is_room(plot.look) {
                draw_room(canvas, model, place);
                if let Some(building) = plot.building {
                    draw_frame(canvas, model, &layout.buildings[building], plot.area);
                }
            } else {
                draw_ground(canvas, model, place);
            }
        }
        let here = |figure: &PersonFigure| layout.plots[figure.place].ground == ground;
        // The light of a mind is behind people, who would be lost in it.
        for mind in model.minds.iter().filter(|mind| mind.owner.is_some_and(|owner| here(&model.people[owner]))) {
            draw_mind_glow(canvas, model, mind);
        }
        for figure in model.people.iter().filter(|figure| here(figure)) {
            draw_figure(canvas, model, figure, time);
        }
        draw_blankets(canvas, model, ground);
        let lowered = row.checked_sub(1).map_or(0.0, |behind| lowering(model, camera, layout.grounds[behind]));
        canvas.vertices[first..].iter_mut().for_each(|vertex| vertex.position[1] -= lowered);
        windows[first_window..].iter_mut().for_each(|window| window.at[1] -= lowered);
    }
}

/// How far a row is lowered, like scenery on a stage, while the camera is near to the row behind it, whose ground is given.
fn lowering(model: &StageModel, camera: StageCamera, ground_behind: f32) -> f32 {
    let wide = StageCamera::wide(&model.layout, camera.aspect);
    let ramp = |from: f32, to: f32, value: f32| {
        let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    };
    let nearness = ramp(0.75, 0.4, camera.height / wide.height);
    let lower_edge = camera.area().bottom;
    16.0 * nearness * ramp(ground_behind - 5.0, ground_behind - 2.6, lower_edge)
}

/// Draws a person in the light of the place, with what the mood does to the air around.
fn draw_figure(canvas: &mut Canvas, model: &StageModel, figure: &PersonFigure, time: f32) {
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

/// Draws the one blanket over two who sit side by side in the open when it is dark or early.
fn draw_blankets(canvas: &mut Canvas, model: &StageModel, ground: f32) {
    let light = model.light;
    if light.darkness < 0.05 {
        return;
    }
    let sits = |figure: &&PersonFigure| figure.posture == Posture::LookUp && model.layout.plots[figure.place].ground == ground;
    let sitting: Vec<&PersonFigure> = model.people.iter().filter(sits).collect();
    for (nth, left) in sitting.iter().enumerate() {
        let near = |right: &&&PersonFigure| right.place == left.place && (right.at[0] - left.at[0]).abs() < 1.4;
        let Some(right) = sitting[nth + 1..].iter().find(near) else { continue };
        let (from, to) = (left.at[0].min(right.at[0]), left.at[0].max(right.at[0]));
        let floor = left.at[1];
        let cloth = |color: u32| light.outdoors(tint(color), 0.0).with_opacity(1.0);
        canvas.polygon(
            &[
                [from - 0.42, floor],
                [to + 0.34, floor],
                [to + 0.26, floor + 0.42],
                [to - 0.02, floor + 0.66],
                [from - 0.1, floor + 0.66],
                [from - 0.36, floor + 0.4],
            ],
            cloth(0xd0_5a48),
        );
        for stripe in [0.14, 0.34, 0.52] {
            let inset = 0.3 * stripe * stripe;
            let color = if stripe == 0.34 { cloth(0xf0_c890) } else { cloth(0xa8_403a) };
            canvas.line([from - 0.4 + inset, floor + stripe], [to + 0.32 - inset, floor + stripe], 0.045, color);
        }
    }
}

/// Draws threads, contacts and minds, over everything else.
fn draw_lights(canvas: &mut Canvas, model: &StageModel, camera: StageCamera, windows: &[CrowdWindow], time: f32) {
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
        // Those who are far from each other are a faint line.
        let near = (14.0 / distance).min(1.0);
        let width = (width * near).max(camera.height * 0.0016);
        canvas.curve(from, by, to, width, color.as_light(0.5 * contact.strength * near), 24);
    }
    for mind in
        model.minds.iter().filter(|mind| mind.owner.is_some() || matches!(mind.state, MindState::Leaving(_)) || mind.is_told)
    {
        draw_mind(canvas, model, mind, camera, time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{PlacedAt, StageLayout, arrange};
    use crate::model::Contact;
    use crate::raster::rasterise;
    use longhand_expr::Pronouns;
    use longhand_expr::ids::AgentId;
    use longhand_scene::{PlaceLook, StagePalette, StageSetting};

    /// A scene of a setting with every kind of place.
    fn layout(setting: StageSetting) -> StageLayout {
        let placed = |(nth, look): (usize, &PlaceLook)| PlacedAt {
            look: *look,
            storey: None,
            at: Some(((nth * 7 % 23) as f64, 0.0)),
            nth,
        };
        arrange(setting, &PlaceLook::ALL.iter().enumerate().map(placed).collect::<Vec<_>>())
    }

    fn person(layout: &StageLayout, place: usize, posture: Posture) -> PersonFigure {
        let area = layout.plots[place].area;
        PersonFigure {
            agent: AgentId(place as u32),
            name: "Ann".into(),
            pronouns: Pronouns::She,
            age: None,
            place,
            at: [area.center()[0], area.bottom],
            faces_right: true,
            posture,
            pleasure: -0.4,
            arousal: 0.0,
            is_told: place == 0,
            is_followed: false,
        }
    }

    fn model(setting: StageSetting, hour: f32, season: f32) -> StageModel {
        let mut model = StageModel::for_test(layout(setting), hour, Some(season));
        let places = 0..model.layout.plots.len();
        model.people =
            places.map(|place| person(&model.layout, place, if place % 3 == 0 { Posture::Talk } else { Posture::Sit })).collect();
        model
    }

    /// A hue from 190 to 260 degrees with a saturation over 0.15 (HSV).
    fn is_blue([red, green, blue]: [u8; 3]) -> bool {
        let [red, green, blue] = [red, green, blue].map(f64::from);
        let (high, low) = (red.max(green).max(blue), red.min(green).min(blue));
        if high == 0.0 || (high - low) / high <= 0.15 || blue < high {
            return false;
        }
        (190.0..=260.0).contains(&(240.0 + 60.0 * (red - green) / (high - low)))
    }

    #[test]
    fn no_setting_season_or_hour_is_blue_and_no_pixel_is_left_empty() {
        for setting in StageSetting::ALL {
            for (hour, season) in [(0.5, 0.05), (7.0, 0.3), (12.0, 0.5), (18.5, 0.8), (22.0, 0.97)] {
                for palette in StagePalette::ALL {
                    let model = StageModel { palette: *palette, ..model(*setting, hour, season) };
                    let camera = StageCamera::wide(&model.layout, 1.6);
                    let raster = rasterise(&draw_stage(&model, camera, 0.0), &model.layout, camera, (96, 60));
                    for (nth, pixel) in raster.rgb.chunks_exact(3).enumerate() {
                        let pixel = [pixel[0], pixel[1], pixel[2]];
                        let (x, y) = (nth % 96, nth / 96);
                        assert!(!is_blue(pixel), "{setting:?} {palette:?} at {hour}: {pixel:?} at {x}, {y}");
                        assert!(
                            pixel.iter().any(|channel| *channel > 24),
                            "{setting:?} {palette:?} at {hour}: {pixel:?} at {x}, {y}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_camera_and_width_is_filled() {
        let model = model(StageSetting::City, 10.0, 0.4);
        for aspect in [0.5, 1.0, 1.78, 3.2] {
            for focus in
                model.layout.plots.iter().map(|plot| crate::model::Focus::Near(plot.area)).chain([crate::model::Focus::Wide])
            {
                let camera = StageCamera::for_focus(&model.layout, focus, aspect);
                let raster = rasterise(&draw_stage(&model, camera, 0.0), &model.layout, camera, ((24.0 * aspect) as u32, 24));
                assert!(
                    raster.rgb.chunks_exact(3).all(|pixel| pixel.iter().any(|channel| *channel > 24)),
                    "{focus:?} at {aspect}"
                );
            }
        }
    }

    #[test]
    fn a_lit_room_is_seen_at_night() {
        let dark = StageModel { people: Vec::new(), ..model(StageSetting::City, 1.0, 0.1) };
        let flat = dark.layout.plots.iter().position(|plot| plot.look == PlaceLook::Flat).unwrap();
        let lit = StageModel { people: vec![person(&dark.layout, flat, Posture::Sit)], ..dark.clone() };
        let camera = StageCamera::for_focus(&dark.layout, crate::model::Focus::Near(dark.layout.plots[flat].area), 1.6);
        let sum = |model: &StageModel| -> u64 {
            rasterise(&draw_stage(model, camera, 0.0), &model.layout, camera, (48, 30))
                .rgb
                .iter()
                .map(|channel| u64::from(*channel))
                .sum()
        };
        assert!(sum(&lit) * 10 > sum(&dark) * 12, "{} and {}", sum(&lit), sum(&dark));
    }

    #[test]
    fn threads_are_drawn_for_each_talk_and_are_gone_when_the_mind_is() {
        let mut model = model(StageSetting::City, 20.0, 0.4);
        model.crowd.threads = 8_000;
        let mind = MindLight {
            agent: AgentId(7),
            name: "Ada".into(),
            owner: Some(0),
            at: [10.0, 5.0],
            generation: 3,
            renewal: None,
            state: MindState::Online,
            is_bound: true,
            talks: 8_000,
            loves: 600,
            is_told: false,
        };
        let camera = StageCamera::wide(&model.layout, 1.6);
        let triangles = |model: &StageModel| draw_stage(model, camera, 0.0).triangle_count();
        let without = triangles(&model);
        model.minds = vec![mind.clone()];
        assert!(triangles(&model) > without + 4 * 8_000, "each thread is two lines of two triangles");
        model.minds[0].state = MindState::Offline;
        assert!(triangles(&model) < without + 200);
    }

    #[test]
    fn a_contact_without_strength_adds_no_light() {
        let mut model = model(StageSetting::Village, 20.0, 0.4);
        let camera = StageCamera::wide(&model.layout, 1.6);
        let picture = |model: &StageModel| rasterise(&draw_stage(model, camera, 0.0), &model.layout, camera, (320, 200));
        let before = picture(&model);
        model.contacts =
            vec![Contact { ends: [[camera.center[0] - 6.0, 1.0], [camera.center[0] + 6.0, 1.0]], strength: 0.0, tone: 0.1 }];
        assert!(picture(&model) == before);
        model.contacts[0].strength = 1.0;
        assert!(picture(&model) != before);
    }
}
