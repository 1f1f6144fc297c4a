//! What is behind the places: sky and sun, hills and sea, and ranks of houses or towers with the windows of the crowd.

use std::f32::consts::TAU;

use longhand_scene::{StagePalette, StageSetting};

use super::camera::StageCamera;
use super::canvas::{Area, Canvas};
use super::layout::StageLayout;
use super::light::{LAMP, SAFFRON, SkyLight};
use super::model::StageModel;
use super::tint::{Tint, stable_random, tint};

/// How much the ranks move with the camera, from far to near.
pub(super) const RANKS: [f32; 3] = [0.12, 0.28, 0.5];
/// How much the sky moves.
pub(super) const SKY: f32 = 0.03;
/// How far scenery goes beyond the panorama at each end, in metres.
const BEYOND: f32 = 90.0;
/// Greatest number of windows of the crowd.
const MAX_WINDOWS: usize = 20_000;

/// A window of the crowd.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CrowdWindow {
    /// Its middle, in the metres of its layer.
    pub at: [f32; 2],
    /// The parallax of its layer.
    pub parallax: f32,
    /// Somebody behind it talks with a mind.
    pub is_talking: bool,
}

/// Draws sky, sun, stars and clouds. `wide` is the widest camera.
pub(super) fn draw_sky(canvas: &mut Canvas, model: &StageModel, wide: StageCamera) {
    let (light, area) = (&model.light, wide.area());
    let (low, high) = (0.0_f32.max(area.bottom), area.top);
    let middle = low + (high - low) * 0.42;
    let margin = area.width();
    let band = |bottom, top| Area::new(area.left - margin, bottom, area.right + margin, top);
    canvas.gradient(band(middle, high + margin), light.middle.with_opacity(1.0), light.zenith.with_opacity(1.0));
    canvas.gradient(band(low - 1.0, middle), light.horizon.with_opacity(1.0), light.middle.with_opacity(1.0));
    canvas.rect(band(area.bottom - margin, low - 1.0), light.horizon.with_opacity(1.0));
    draw_stars(canvas, light, area);
    draw_twilight(canvas, light, area, [low, high]);
    if let Some((progress, height)) = light.sun_position() {
        let center = [area.left + area.width() * (0.06 + 0.88 * progress), low + height * (high - low) * 0.86];
        let size = area.height() * 0.035;
        let warm = tint(0xff_e9bd).mix(tint(0xff_b070), light.gold);
        let above = (light.elevation / 4.0 + 0.6).clamp(0.0, 1.0);
        canvas.glow(center, size * 17.0, warm, (0.16 + 0.26 * light.gold) * above);
        canvas.glow(center, size * 4.0, tint(0xff_d2a0), 0.42 * above);
        canvas.disc(center, size, warm.mix(tint(0xff_f8e6), 0.55).with_opacity(above));
    } else {
        // The moon, over the other side of the sky.
        let center = [area.left + area.width() * 0.78, low + (high - low) * 0.72];
        let size = area.height() * 0.024;
        canvas.glow(center, size * 7.0, tint(0xff_e0b4), 0.22 * light.darkness);
        canvas.disc(center, size, tint(0xf8_e2c0).with_opacity(0.9 * light.darkness));
        canvas.disc(
            [center[0] + size * 0.45, center[1] + size * 0.2],
            size * 0.92,
            light.zenith.mix(light.middle, 0.35).with_opacity(light.darkness),
        );
    }
    for nth in 0..9_u64 {
        let number = |salt: u64| stable_random(nth * 31 + salt);
        let center = [area.left + area.width() * number(1), low + (high - low) * (0.35 + 0.55 * number(2))];
        let radius = area.height() * (0.1 + 0.16 * number(3));
        let color = light.horizon.mix(tint(0xff_f2de), 0.4 * (1.0 - light.darkness));
        canvas.soft_ellipse(center, [radius * 2.4, radius * 0.22], color.with_opacity(0.34 - 0.2 * light.darkness));
        canvas.soft_ellipse(
            [center[0] + radius * 0.5, center[1] + radius * 0.1],
            [radius * 1.3, radius * 0.2],
            color.with_opacity(0.3 - 0.2 * light.darkness),
        );
    }
}

/// The light over the place where the sun will rise, or has set: coral, and cream below it.
fn draw_twilight(canvas: &mut Canvas, light: &SkyLight, area: Area, [low, high]: [f32; 2]) {
    if light.twilight <= 0.0 {
        return;
    }
    let side = if light.is_morning { 0.24 } else { 0.76 };
    let (width, height) = (area.width(), high - low);
    let center = |lift: f32| [area.left + width * side, low + height * lift];
    canvas.soft_ellipse(center(0.2), [width * 0.95, height * 0.85], tint(0xd8_6a58).as_light(0.62 * light.twilight));
    canvas.soft_ellipse(center(0.16), [width * 0.62, height * 0.6], tint(0xf4_9a70).as_light(0.7 * light.twilight));
    canvas.soft_ellipse(center(0.1), [width * 0.4, height * 0.42], tint(0xff_d8a0).as_light(0.8 * light.twilight));
}

fn draw_stars(canvas: &mut Canvas, light: &SkyLight, area: Area) {
    let strength = ((light.darkness - 0.6) / 0.4).clamp(0.0, 1.0);
    if strength <= 0.0 {
        return;
    }
    for nth in 0..150_u64 {
        let number = |salt: u64| stable_random(nth * 17 + salt);
        let at = [area.left + area.width() * number(1), area.top - area.height() * 0.62 * number(2).powf(1.4)];
        let size = area.height() * (0.0009 + 0.0014 * number(3));
        canvas.disc(at, size, tint(0xff_f0d8).with_opacity(strength * (0.3 + 0.6 * number(4))));
    }
}

/// Colours of the scenery.
pub(super) struct SceneryColors {
    pub wall: Tint,
    pub roof: Tint,
    pub ground: Tint,
    pub hill: Tint,
}

pub(super) fn scenery_colors(model: &StageModel) -> SceneryColors {
    let (wall, roof, ground, hill) = match model.palette {
        StagePalette::Coral => (0xd8_a58a, 0xb8_6a58, 0x8a_6a58, 0xa8_8a62),
        StagePalette::Ochre => (0xd2_a878, 0x96_4f3c, 0x7c_6048, 0x98_8450),
        StagePalette::Meadow => (0xe0_c49a, 0xa4_5a40, 0x76_6a3e, 0x96_9250),
        StagePalette::Candle => (0xa8_7a58, 0x6a_4436, 0x6a_5040, 0x8a_7a4c),
    };
    let snow = snow(&model.light);
    let (ground, hill) =
        if model.has_snow() { (snow, snow.mix(tint(hill), 0.15)) } else { (tint(ground), seasonal(tint(hill), model.season)) };
    SceneryColors { wall: tint(wall), roof: tint(roof), ground, hill }
}

/// The colour of snow. It is brighter than other things in the light of the evening: it reflects the whole sky.
pub(super) fn snow(light: &SkyLight) -> Tint {
    let channel = |snow: f32, ambient: f32| snow / ambient.clamp(0.25, 1.0).powf(0.6);
    let (snow, ambient) = (tint(0xfa_f0e2), light.ambient);
    Tint { r: channel(snow.r, ambient.r), g: channel(snow.g, ambient.g), b: channel(snow.b, ambient.b) }
}

/// The colour of grass and leaves in a season.
pub(super) fn seasonal(summer: Tint, season: Option<f32>) -> Tint {
    let Some(season) = season else { return summer };
    let spring = (1.0 - (season - 0.34).abs() / 0.14).clamp(0.0, 1.0);
    let autumn = (1.0 - (season - 0.8).abs() / 0.13).clamp(0.0, 1.0);
    let winter = if (0.16..0.92).contains(&season) { 0.0 } else { 1.0 };
    summer.mix(tint(0xa8_b45c), 0.55 * spring).mix(tint(0xd2_8a3e), 0.6 * autumn).mix(tint(0xa0_8262), 0.6 * winter)
}

/// Draws one of the ranks, 0 being the farthest, and returns the windows in it.
pub(super) fn draw_rank(canvas: &mut Canvas, model: &StageModel, rank: usize, windows: &mut Vec<CrowdWindow>) {
    let haze = [0.66, 0.48, 0.3][rank];
    match model.layout.setting {
        StageSetting::City => {
            draw_hills(canvas, model, rank, haze, 0.7);
            draw_towers(canvas, model, rank, haze, windows);
        }
        StageSetting::OldTown => {
            draw_hills(canvas, model, rank, haze, 0.45);
            if rank > 0 {
                draw_gables(canvas, model, rank, haze, windows);
            } else {
                draw_landmarks(canvas, model, haze);
            }
        }
        StageSetting::Village | StageSetting::Interior => {
            draw_hills(canvas, model, rank, haze, 1.0);
            draw_trees(canvas, model, rank, haze);
            if rank == 1 {
                draw_hamlet(canvas, model, haze, windows);
            }
        }
        StageSetting::Ship => draw_sea(canvas, model, rank),
    }
    if model.layout.setting != StageSetting::Ship && rank == 1 {
        draw_shores(canvas, model);
    }
}

/// How much a rank stands higher, because rows of places are in front of it.
fn lift(layout: &StageLayout, rank: usize) -> f32 {
    layout.grounds.first().copied().unwrap_or(0.0) * [0.85, 0.75, 0.6][rank]
}

fn extent(layout: &StageLayout) -> Area {
    Area::new(-BEYOND, -30.0, layout.width + BEYOND, layout.height)
}

/// A line of hills, filled down to below the picture.
fn draw_hills(canvas: &mut Canvas, model: &StageModel, rank: usize, haze: f32, height: f32) {
    let layout = &model.layout;
    let colors = scenery_colors(model);
    let color = model.light.outdoors(colors.hill.scaled([0.96, 0.9, 0.84][rank]), haze);
    let low = model.light.outdoors(colors.hill, (haze + 0.16).min(1.0));
    let area = extent(layout);
    let base = layout.height * [0.42, 0.3, 0.16][rank] * height + lift(layout, rank);
    let swell = layout.height * [0.2, 0.15, 0.1][rank] * height;
    let top = |x: f32| {
        let turn = |length: f32, shift: f32| (x / length * TAU + shift + rank as f32 * 1.7).sin();
        base + swell * (0.55 * turn(61.0, 0.3) + 0.3 * turn(23.0, 1.1) + 0.12 * turn(9.0, 2.0))
    };
    let step = 1.5;
    let mut x = area.left;
    while x < area.right {
        canvas.shaded_quad([
            ([x, area.bottom], low.with_opacity(1.0)),
            ([x + step, area.bottom], low.with_opacity(1.0)),
            ([x + step, top(x + step)], color.with_opacity(1.0)),
            ([x, top(x)], color.with_opacity(1.0)),
        ]);
        x += step;
    }
}

/// The share of the windows that are lit although nobody talks: people who are at home in the evening.
fn at_home_share(model: &StageModel) -> f32 {
    let hour = model.hour;
    let evening = (1.0 - ((hour - 20.5).abs() - 1.6).max(0.0) / 2.2).clamp(0.0, 1.0);
    let morning = (1.0 - ((hour - 6.6).abs() - 0.5).max(0.0) / 1.2).clamp(0.0, 1.0);
    model.light.darkness * (0.05 + 0.42 * evening + 0.22 * morning)
}

/// Draws a window of the crowd: dark, lit, or with the light of a talk in it.
pub(super) fn draw_window(
    canvas: &mut Canvas,
    model: &StageModel,
    area: Area,
    wall: Tint,
    parallax: f32,
    seed: u64,
    windows: &mut Vec<CrowdWindow>,
) {
    let is_inhabited = windows.len() < MAX_WINDOWS && model.crowd.people > 0;
    let number = stable_random(seed * 7 + 3);
    let is_talking = is_inhabited && number < talking_share(model);
    let is_home = stable_random(seed * 11 + 5) < at_home_share(model);
    // Haze dims what is far.
    let near = 0.5 + 0.5 * parallax.sqrt();
    let glass = wall.mix(model.light.middle, 0.35).scaled(0.93);
    let saffron = SAFFRON.mix(tint(0xf0_9a3c), 1.0 - model.light.darkness);
    let color = match (is_talking, is_home) {
        (true, _) => glass.mix(saffron, near * (0.55 + 0.4 * model.light.darkness) * renewal_dimming(model)),
        (false, true) => glass.mix(LAMP, near * (0.4 + 0.2 * model.light.darkness)),
        (false, false) => glass.scaled(0.9 - 0.12 * model.light.darkness),
    };
    canvas.rect(area, color.with_opacity(1.0));
    if is_talking && model.light.darkness > 0.25 {
        canvas.glow(area.center(), area.height() * 1.9, SAFFRON, 0.3 * near * model.light.darkness);
    }
    if is_inhabited {
        windows.push(CrowdWindow { at: area.center(), parallax, is_talking });
    }
}

/// How bright the windows of talks are while a mind on the stage is made anew: they dim for a moment, and return.
fn renewal_dimming(model: &StageModel) -> f32 {
    let dim = |share: f32| (1.0 - (share * 6.0 - 1.0).abs()).max(0.0);
    1.0 - 0.75 * model.minds.iter().filter_map(|mind| mind.renewal).map(dim).fold(0.0, f32::max)
}

/// The share of the windows behind which somebody talks with a mind: those that do at this instant, and those that minds on the stage
/// have ties with.
fn talking_share(model: &StageModel) -> f32 {
    let bound = model.crowd.threads as f32 / (model.crowd.people.max(1) as f32);
    (model.crowd.talking * 1.6 + bound).clamp(0.0, 0.62)
}

fn draw_towers(canvas: &mut Canvas, model: &StageModel, rank: usize, haze: f32, windows: &mut Vec<CrowdWindow>) {
    let layout = &model.layout;
    let colors = scenery_colors(model);
    let area = extent(layout);
    let shore = if layout.sea.0 { 4.0 } else { area.left };
    let end = if layout.sea.1 { layout.width - 4.0 } else { area.right };
    let mut x = shore - [8.0, 4.0, 0.0][rank];
    let mut seed = 1000 * (rank as u64 + 1);
    while x < end {
        let number = |salt: u64| stable_random(seed * 5 + salt);
        let width = 3.2 + 4.2 * number(1);
        let middle = ((x - layout.width * 0.5) / (layout.width * 0.75)).abs().min(1.0);
        let height = layout.height * ([1.24, 0.98, 0.66][rank] - 0.35 * middle) * (0.5 + 0.55 * number(2).powf(1.3));
        let shade = 0.9 + 0.14 * number(3);
        let warm = colors.wall.mix(tint(0xe8_705a), 0.22 * number(4)).mix(tint(0xf4_dcba), 0.3 * number(5));
        let wall = model.light.outdoors(warm.scaled(shade), haze);
        let foot = model.light.outdoors(warm, (haze + 0.3).min(0.95));
        let tower = Area::new(x, -8.0, x + width, height);
        canvas.gradient(tower, foot.with_opacity(1.0), wall.with_opacity(1.0));
        // The side that the sun does not reach.
        let dark = wall.mix(tint(0x5b_2a33), 0.2);
        canvas.side_gradient(
            Area::new(tower.right - width * 0.34, -8.0, tower.right, height),
            dark.with_opacity(0.0),
            dark.with_opacity(0.8),
        );
        draw_tower_top(canvas, tower, wall, seed);
        let (step_x, step_y, size) = ([0.62, 0.72, 0.9][rank], [0.78, 0.92, 1.15][rank], [0.3, 0.36, 0.46][rank]);
        let columns = ((width - 0.5) / step_x) as usize;
        let inset = (width - columns as f32 * step_x) / 2.0 + (step_x - size) / 2.0;
        let mut y = height - 0.9;
        let mut nth = 0;
        while y > 0.4 && columns > 0 {
            for column in 0..columns {
                let left = x + inset + column as f32 * step_x;
                nth += 1;
                draw_window(
                    canvas,
                    model,
                    Area::new(left, y - size * 1.25, left + size, y),
                    wall,
                    RANKS[rank],
                    seed * 4096 + nth,
                    windows,
                );
            }
            y -= step_y;
        }
        x += width + [0.5, 0.8, 2.6][rank] + 2.4 * number(6);
        seed += 1;
    }
}

fn draw_tower_top(canvas: &mut Canvas, tower: Area, wall: Tint, seed: u64) {
    let solid = wall.with_opacity(1.0);
    let middle = tower.center()[0];
    match seed % 4 {
        0 => canvas
            .rect(Area::new(middle - tower.width() * 0.28, tower.top, middle + tower.width() * 0.28, tower.top + 0.9), solid),
        1 => {
            canvas.line([middle, tower.top], [middle, tower.top + 2.4], 0.1, solid);
        }
        2 => canvas.polygon(&[[tower.left, tower.top], [tower.right, tower.top], [tower.right, tower.top + 1.1]], solid),
        _ => canvas.ellipse([middle, tower.top], [tower.width() / 2.0, 0.6], solid),
    }
}

fn draw_gables(canvas: &mut Canvas, model: &StageModel, rank: usize, haze: f32, windows: &mut Vec<CrowdWindow>) {
    let layout = &model.layout;
    let colors = scenery_colors(model);
    let mut x = -BEYOND * 0.6;
    let mut seed = 7000 * (rank as u64 + 1);
    while x < layout.width + BEYOND * 0.6 {
        let number = |salt: u64| stable_random(seed * 5 + salt);
        let width = 2.8 + 2.6 * number(1);
        let eaves = layout.height * [0.5, 0.44, 0.32][rank] * (0.62 + 0.5 * number(2)) + lift(layout, rank);
        let roof_height = 1.4 + 1.8 * number(3);
        let wall = model.light.outdoors(colors.wall.scaled(0.86 + 0.2 * number(4)), haze);
        let roof = model.light.outdoors(colors.roof.mix(tint(0x6a_4a40), 0.5 * number(5)), haze);
        let foot = model.light.outdoors(colors.wall, (haze + 0.25).min(0.95));
        canvas.gradient(Area::new(x, -8.0, x + width, eaves), foot.with_opacity(1.0), wall.with_opacity(1.0));
        let steep = number(6) < 0.5;
        let (from, to) = if steep { (0.16, 0.84) } else { (0.5, 0.5) };
        canvas.polygon(
            &[
                [x - 0.12, eaves],
                [x + width + 0.12, eaves],
                [x + width * to, eaves + roof_height],
                [x + width * from, eaves + roof_height],
            ],
            roof.with_opacity(1.0),
        );
        if number(7) < 0.6 {
            let chimney = x + width * (0.25 + 0.4 * number(8));
            canvas.rect(Area::new(chimney, eaves, chimney + 0.32, eaves + roof_height + 0.5), roof.scaled(0.9).with_opacity(1.0));
        }
        let (step_x, step_y, size) = (0.95, 1.35, [0.34, 0.36, 0.44][rank]);
        let columns = ((width - 0.4) / step_x) as usize;
        let inset = (width - columns as f32 * step_x) / 2.0 + (step_x - size) / 2.0;
        let mut y = eaves - 0.5;
        let mut nth = 0;
        while y > 0.6 && columns > 0 {
            for column in 0..columns {
                nth += 1;
                let left = x + inset + column as f32 * step_x;
                draw_window(
                    canvas,
                    model,
                    Area::new(left, y - size * 1.5, left + size, y),
                    wall,
                    RANKS[rank],
                    seed * 4096 + nth,
                    windows,
                );
            }
            y -= step_y;
        }
        x += width - 0.1 + if number(9) < 0.12 { 1.6 } else { 0.0 };
        seed += 1;
    }
}

/// The two towers of a cathedral and a dome, far away.
fn draw_landmarks(canvas: &mut Canvas, model: &StageModel, haze: f32) {
    let layout = &model.layout;
    let stone = model.light.outdoors(scenery_colors(model).wall.scaled(0.9), haze).with_opacity(1.0);
    let height = layout.height + lift(layout, 0);
    let x = layout.width * 0.34;
    canvas.rect(Area::new(x - 4.0, -8.0, x + 9.0, height * 0.56), stone);
    for left in [x - 4.0, x] {
        canvas.rect(Area::new(left, 0.0, left + 2.6, height * 0.82), stone);
    }
    canvas
        .polygon(&[[x + 2.0, height * 0.56], [x + 9.0, height * 0.56], [x + 7.6, height * 0.7], [x + 3.4, height * 0.7]], stone);
    canvas.polygon(&[[x + 4.6, height * 0.7], [x + 5.4, height * 0.7], [x + 5.0, height * 1.02]], stone);
    let dome = layout.width * 0.72;
    canvas.rect(Area::new(dome - 2.6, -8.0, dome + 2.6, height * 0.5), stone);
    canvas.ellipse([dome, height * 0.5], [2.6, 2.8], stone);
    canvas.rect(Area::new(dome - 0.3, height * 0.5 + 2.6, dome + 0.3, height * 0.5 + 4.0), stone);
    for spire in 0..5_u64 {
        let at = layout.width * (0.05 + 0.21 * spire as f32 + 0.06 * stable_random(spire));
        let top = height * (0.52 + 0.3 * stable_random(spire + 9));
        canvas.rect(Area::new(at - 0.7, -8.0, at + 0.7, top - 2.6), stone);
        canvas.polygon(&[[at - 0.8, top - 2.6], [at + 0.8, top - 2.6], [at, top]], stone);
    }
}

fn draw_trees(canvas: &mut Canvas, model: &StageModel, rank: usize, haze: f32) {
    let layout = &model.layout;
    let green = seasonal(tint(0x7c_7e40), model.season);
    let is_bare = model.has_snow();
    for nth in 0..70_u64 {
        let seed = nth * 13 + rank as u64 * 991;
        let x = -BEYOND * 0.7 + (layout.width + BEYOND * 1.4) * stable_random(seed);
        let y = layout.height * ([0.4, 0.27, 0.12][rank] + 0.1 * (stable_random(seed + 1) - 0.5)) + lift(layout, rank);
        let size = (0.5 + 0.9 * stable_random(seed + 2)) * [0.7, 1.0, 1.5][rank];
        let color = model.light.outdoors(green.scaled(0.74 + 0.3 * stable_random(seed + 3)), haze);
        let color = if is_bare { color.mix(model.light.outdoors(tint(0x8a_6a58), haze), 0.7) } else { color };
        if stable_random(seed + 4) < 0.35 {
            canvas.polygon(
                &[[x - size * 0.45, y - size], [x + size * 0.45, y - size], [x, y + size * 1.6]],
                color.with_opacity(1.0),
            );
        } else {
            canvas.ellipse([x, y], [size, size * 0.9], color.with_opacity(1.0));
            canvas.ellipse([x + size * 0.7, y - size * 0.25], [size * 0.7, size * 0.6], color.with_opacity(1.0));
            canvas.ellipse([x, y - size * 0.9], [size * 1.3, size * 0.6], color.with_opacity(1.0));
        }
    }
}

fn draw_hamlet(canvas: &mut Canvas, model: &StageModel, haze: f32, windows: &mut Vec<CrowdWindow>) {
    let layout = &model.layout;
    let colors = scenery_colors(model);
    for nth in 0..16_u64 {
        let number = |salt: u64| stable_random(nth * 23 + salt);
        let x = layout.width * (0.02 + 0.96 * (nth as f32 + 0.6 * number(1)) / 16.0);
        let y = layout.height * (0.17 + 0.07 * number(2)) + lift(layout, 1);
        let (width, height) = (2.0 + 1.1 * number(3), 1.1 + 0.4 * number(4));
        let wall = model.light.outdoors(colors.wall.scaled(0.92 + 0.12 * number(5)), haze);
        let roof = model.light.outdoors(if model.has_snow() { snow(&model.light) } else { colors.roof }, haze);
        canvas.rect(Area::new(x, y - 3.0, x + width, y + height), wall.with_opacity(1.0));
        canvas.polygon(
            &[[x - 0.2, y + height], [x + width + 0.2, y + height], [x + width / 2.0, y + height + 1.2]],
            roof.with_opacity(1.0),
        );
        for window in 0..2_u64 {
            let left = x + width * (0.22 + 0.4 * window as f32);
            draw_window(
                canvas,
                model,
                Area::new(left, y + 0.25, left + 0.36, y + 0.75),
                wall,
                RANKS[1],
                nth * 64 + window,
                windows,
            );
        }
        if model.light.darkness > 0.1 || model.has_snow() {
            smoke(canvas, [x + width * 0.7, y + height + 1.0], &model.light, nth);
        }
    }
}

pub(super) fn smoke(canvas: &mut Canvas, [x, y]: [f32; 2], light: &SkyLight, seed: u64) {
    let color = light.middle.mix(tint(0xff_f4e4), 0.35);
    for puff in 0..5_u64 {
        let rise = puff as f32 * 0.62;
        let drift = rise * rise * 0.1 + 0.16 * (stable_random(seed * 7 + puff) - 0.5);
        canvas.soft_ellipse(
            [x + drift, y + rise],
            [0.3 + 0.14 * puff as f32, 0.34 + 0.1 * puff as f32],
            color.with_opacity(0.4 - 0.06 * puff as f32),
        );
    }
}

/// The colour of water: the sky in it, and olive.
pub(super) fn water(light: &SkyLight) -> Tint {
    light.horizon.mix(tint(0x8a_7a50).lit_by(light.ambient), 0.42)
}

fn draw_sea(canvas: &mut Canvas, model: &StageModel, rank: usize) {
    let area = extent(&model.layout);
    let level = model.layout.height * [0.3, 0.2, 0.1][rank];
    let far = water(&model.light).mix(model.light.horizon, 0.6 - 0.25 * rank as f32);
    canvas.gradient(
        Area::new(area.left, area.bottom, area.right, level),
        water(&model.light).scaled(0.8).with_opacity(1.0),
        far.with_opacity(1.0),
    );
    glitter(canvas, model, Area::new(area.left, level * 0.3, area.right, level), 60);
}

/// Light on water.
pub(super) fn glitter(canvas: &mut Canvas, model: &StageModel, area: Area, count: u64) {
    let color = model.light.horizon.mix(tint(0xff_f0d0), 0.5);
    for nth in 0..count {
        let number = |salt: u64| stable_random(nth * 29 + salt);
        let at = [area.x_at(number(1)), area.bottom + area.height() * number(2).sqrt()];
        let length = 0.4 + 1.6 * number(3);
        canvas.line([at[0], at[1]], [at[0] + length, at[1]], 0.05, color.with_opacity(0.16 + 0.3 * number(4)));
    }
}

/// The sea at the ends that have a beach or a harbour.
fn draw_shores(canvas: &mut Canvas, model: &StageModel) {
    let layout = &model.layout;
    let area = extent(layout);
    let level = layout.height * 0.17;
    let deep = water(&model.light).scaled(0.86).with_opacity(1.0);
    let far = model.light.horizon.mix(water(&model.light), 0.5).with_opacity(1.0);
    let ends = [(layout.sea.0, area.left, 9.0), (layout.sea.1, layout.width - 9.0, area.right)];
    for (is_sea, left, right) in ends {
        if is_sea {
            canvas.gradient(Area::new(left, area.bottom, right, level), deep, far);
            glitter(canvas, model, Area::new(left.max(-30.0), 0.0, right.min(layout.width + 30.0), level), 50);
        }
    }
}
