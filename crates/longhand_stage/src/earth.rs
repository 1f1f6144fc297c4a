//! The earth below everything, and what lies behind the places of a row: the sea, hills, and rows of houses.

use longhand_scene::{PlaceLook, StageSetting};

use super::backdrop::{CrowdWindow, draw_window, glitter, scenery_colors, seasonal, water};
use super::canvas::{Area, Canvas};
use super::layout::TUNNEL;
use super::light::LAMP;
use super::model::StageModel;
use super::tint::{stable_random, tint};

/// How far the ground goes beyond the panorama, in metres.
const BEYOND: f32 = 60.0;

/// Draws the ground from end to end, what is below it, and the tunnel.
pub(super) fn draw_earth(canvas: &mut Canvas, model: &StageModel) {
    let layout = &model.layout;
    let colors = scenery_colors(model);
    let top = model.light.outdoors(colors.ground, 0.0);
    let deep = model.light.outdoors(tint(0x5b_2a33), 0.0).mix(tint(0x4a_222a), 0.4);
    let (left, right) = (-BEYOND, layout.width + BEYOND);
    if layout.setting == StageSetting::Ship {
        draw_hull(canvas, model, left, right);
        return;
    }
    canvas.gradient(Area::new(left, -60.0, right, -2.6), deep.scaled(0.8).with_opacity(1.0), deep.with_opacity(1.0));
    canvas.gradient(Area::new(left, -2.6, right, 0.0), deep.with_opacity(1.0), top.scaled(0.86).with_opacity(1.0));
    // Layers of earth, with stones in them.
    for nth in 0..140_u64 {
        let number = |salt: u64| stable_random(nth * 37 + salt);
        let at = [left + (right - left) * number(1), -0.7 - 5.0 * number(2)];
        let size = 0.1 + 0.3 * number(3);
        canvas.ellipse(at, [size * 1.6, size * 0.55], deep.mix(top, 0.16 + 0.22 * number(4)).with_opacity(0.8));
    }
    draw_open_sea(canvas, model);
    draw_wilds(canvas, model);
    let is_paved = matches!(layout.setting, StageSetting::City | StageSetting::OldTown);
    let edge = if is_paved { model.light.outdoors(tint(0xe4_c4a0), 0.0) } else { model.light.outdoors(colors.hill, 0.0) };
    canvas.rect(Area::new(left, -0.22, right, 0.0), edge.with_opacity(1.0));
    canvas.rect(Area::new(left, -0.3, right, -0.22), edge.scaled(0.74).with_opacity(1.0));
    if is_paved {
        let mut x = left;
        while x < right {
            canvas.rect(Area::new(x, -0.22, x + 0.03, 0.0), edge.scaled(0.84).with_opacity(1.0));
            x += 1.2;
        }
    } else {
        for nth in 0..420_u64 {
            let x = left + (right - left) * stable_random(nth * 3 + 1);
            let height = 0.1 + 0.16 * stable_random(nth * 3 + 2);
            canvas.line([x, -0.02], [x + 0.06 * (stable_random(nth) - 0.5), height], 0.03, edge.scaled(0.9).with_opacity(1.0));
        }
    }
    if layout.has_tunnel {
        draw_tunnel(canvas, model, left, right);
    }
    let ends = [(layout.sea.0, left, -0.5), (layout.sea.1, layout.width + 0.5, right)];
    for (is_sea, from, to) in ends {
        if is_sea {
            let (surface, below) = (water(&model.light), water(&model.light).scaled(0.62));
            canvas.gradient(Area::new(from, -60.0, to, -0.35), below.with_opacity(1.0), surface.with_opacity(1.0));
            glitter(canvas, model, Area::new(from.max(-24.0), -2.2, to.min(layout.width + 24.0), -0.4), 40);
        }
    }
}

/// The open sea behind a beach or a harbour at an end of the panorama: nothing of the town stands there.
fn draw_open_sea(canvas: &mut Canvas, model: &StageModel) {
    let layout = &model.layout;
    let (light, level) = (&model.light, 1.3);
    let is_shore = |look: PlaceLook| matches!(look, PlaceLook::Beach | PlaceLook::Harbour);
    let shores = layout.plots.iter().filter(|plot| is_shore(plot.look)).map(|plot| plot.area);
    let (left, right): (Vec<Area>, Vec<Area>) = shores.partition(|area| area.center()[0] < layout.width / 2.0);
    let ends = [
        (layout.sea.0, left.iter().map(|area| area.right).fold(0.0, f32::max), -1.0),
        (layout.sea.1, right.iter().map(|area| area.left).fold(layout.width, f32::min), 1.0),
    ];
    for (is_sea, shore, side) in ends {
        if !is_sea {
            continue;
        }
        // From the far end to the shore, then fading into the town; upwards fading into the sky.
        let across = [(shore + side * BEYOND * 1.5, 1.0), (shore + side * 3.0, 1.0), (shore - side * 4.0, 0.0)];
        let sea = water(light);
        let up = [
            (-0.4, sea.scaled(0.94), 1.0),
            (level, light.horizon.mix(sea, 0.45), 1.0),
            (level, light.horizon, 1.0),
            (9.0, light.horizon.mix(light.middle, 0.7), 1.0),
            (18.0, light.middle, 0.0),
        ];
        for steps in across.windows(2) {
            for bands in up.windows(2) {
                let corner = |step: usize, band: usize| {
                    let ((x, beside), (y, color, above)) = (steps[step], bands[band]);
                    ([x, y], color.with_opacity(beside * above))
                };
                canvas.shaded_quad([corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]);
            }
        }
        let (near, far) = (shore + side * 3.0, shore + side * 40.0);
        glitter(canvas, model, Area::new(near.min(far), 0.0, near.max(far), level), 60);
    }
}

/// Hills and trees around a cabin of a city: it is far from the towers.
fn draw_wilds(canvas: &mut Canvas, model: &StageModel) {
    if model.layout.setting != StageSetting::City {
        return;
    }
    let is_winter = model.season.is_some_and(|season| !(0.16..0.92).contains(&season));
    let wilds =
        model.layout.plots.iter().filter(|plot| matches!(plot.look, PlaceLook::Cabin | PlaceLook::Woods | PlaceLook::Farm));
    for plot in wilds {
        let area = plot.area;
        let slope = if is_winter { tint(0xf4_e6d2) } else { seasonal(tint(0xa0_9456), model.season) };
        let [x, _] = area.center();
        canvas.mound([x + 4.0, -0.1], [area.width() * 1.5, 9.5], model.light.outdoors(slope, 0.5).with_opacity(1.0));
        canvas.mound([x - 1.0, -0.1], [area.width() * 1.1, 6.0], model.light.outdoors(slope.scaled(0.92), 0.3).with_opacity(1.0));
        for nth in 0..16_u64 {
            let number = |salt: u64| stable_random(plot.seed * 13 + nth * 5 + salt);
            let side = if nth % 2 == 0 { -1.0 } else { 1.0 };
            let at = x + side * area.width() * (0.5 + 0.42 * number(1));
            let height = 3.2 + 3.6 * number(2);
            let pine = tint(0x6e_7040).mix(slope, if is_winter { 0.45 } else { 0.12 }).scaled(0.85 + 0.25 * number(3));
            let color = model.light.outdoors(pine, 0.1 + 0.25 * number(4)).with_opacity(1.0);
            canvas.rect(
                Area::new(at - 0.1, 0.0, at + 0.1, height * 0.3),
                model.light.outdoors(tint(0x7c_5038), 0.2).with_opacity(1.0),
            );
            for layer in 0..4 {
                let base = height * (0.16 + 0.2 * layer as f32);
                let reach = height * (0.24 - 0.045 * layer as f32);
                canvas.polygon(&[[at - reach, base], [at + reach, base], [at, base + height * 0.34]], color);
            }
        }
    }
}

/// Draws the hill on which a row behind stands; in a town it is covered with houses.
pub(super) fn draw_terrace(canvas: &mut Canvas, model: &StageModel, ground: f32, windows: &mut Vec<CrowdWindow>) {
    let colors = scenery_colors(model);
    if model.layout.setting == StageSetting::OldTown {
        draw_house_row(canvas, model, ground, windows);
        return;
    }
    let (top, low) = (model.light.outdoors(colors.hill, 0.08), model.light.outdoors(colors.hill.scaled(0.86), 0.2));
    let (left, right) = (-BEYOND, model.layout.width + BEYOND);
    canvas.gradient(Area::new(left, -4.0, right, ground), low.with_opacity(1.0), top.with_opacity(1.0));
    canvas.rect(Area::new(left, ground - 0.14, right, ground), top.mix(tint(0xff_f1dc), 0.12).with_opacity(1.0));
    // Bushes on the slope, and a path along the edge.
    for nth in 0..60_u64 {
        let number = |salt: u64| stable_random(nth * 43 + ground as u64 * 7 + salt);
        let at = [left + (right - left) * number(1), ground - 0.7 - 4.4 * number(2)];
        let size = 0.3 + 0.6 * number(3);
        let color = model.light.outdoors(seasonal(tint(0x86_8644), model.season).scaled(0.9 + 0.2 * number(4)), 0.16);
        let color = if model.has_snow() { top.mix(color, 0.25) } else { color };
        canvas.ellipse(at, [size * 1.3, size * 0.7], color.with_opacity(0.85));
    }
}

/// A row of house fronts up to a street behind.
fn draw_house_row(canvas: &mut Canvas, model: &StageModel, ground: f32, windows: &mut Vec<CrowdWindow>) {
    let colors = scenery_colors(model);
    let mut x = -BEYOND;
    let mut seed = 300 + ground as u64;
    while x < model.layout.width + BEYOND {
        let number = |salt: u64| stable_random(seed * 5 + salt);
        let width = 3.0 + 2.4 * number(1);
        let wall = model.light.outdoors(colors.wall.scaled(0.84 + 0.16 * number(2)).mix(tint(0xe8_8a68), 0.2 * number(3)), 0.16);
        canvas.gradient(Area::new(x, -4.0, x + width, ground), wall.scaled(0.9).with_opacity(1.0), wall.with_opacity(1.0));
        canvas.rect(Area::new(x + width - 0.08, -4.0, x + width, ground), wall.scaled(0.82).with_opacity(1.0));
        let columns = ((width - 0.5) / 1.05) as u64;
        let inset = (width - columns as f32 * 1.05) / 2.0 + 0.27;
        let mut y = ground - 1.0;
        let mut nth = 0;
        while y > 1.2 {
            for column in 0..columns {
                nth += 1;
                let left = x + inset + column as f32 * 1.05;
                draw_window(canvas, model, Area::new(left, y - 0.9, left + 0.5, y), wall, 0.8, seed * 512 + nth, windows);
            }
            y -= 1.9;
        }
        x += width;
        seed += 1;
    }
    let stone = model.light.outdoors(tint(0xe4_c4a0), 0.05);
    let edge = Area::new(-BEYOND, ground - 0.3, model.layout.width + BEYOND, ground);
    canvas.rect(edge, stone.with_opacity(1.0));
    canvas.rect(Area { top: ground - 0.22, ..edge }, stone.scaled(0.76).with_opacity(1.0));
}

/// A hull on the open sea, in the place of the ground.
fn draw_hull(canvas: &mut Canvas, model: &StageModel, left: f32, right: f32) {
    let sea = water(&model.light);
    canvas.gradient(Area::new(left, -60.0, right, -1.2), sea.scaled(0.62).with_opacity(1.0), sea.with_opacity(1.0));
    glitter(canvas, model, Area::new(left, -5.0, right, -1.3), 160);
    let wood = model.light.outdoors(tint(0x8a_5a3c), 0.0);
    let (bow, stern) = (model.layout.width + 5.0, -3.0);
    canvas.polygon(&[[stern + 1.6, -2.6], [bow - 4.5, -2.6], [bow, 0.5], [stern, 0.4]], wood.scaled(0.8).with_opacity(1.0));
    for plank in 0..5 {
        let y = -2.2 + 0.52 * plank as f32;
        canvas.line(
            [stern + 1.4 - 0.3 * plank as f32, y],
            [bow - 4.0 + 0.8 * plank as f32, y],
            0.05,
            wood.scaled(0.62).with_opacity(1.0),
        );
    }
    canvas.rect(Area::new(stern, -0.25, bow - 0.4, 0.0), wood.scaled(1.15).with_opacity(1.0));
    let foam = tint(0xff_f4e2).lit_by(model.light.ambient).with_opacity(0.7);
    canvas.curve([bow - 6.0, -2.5], [bow - 2.0, -1.7], [bow + 2.5, -2.2], 0.16, foam, 10);
}

fn draw_tunnel(canvas: &mut Canvas, model: &StageModel, left: f32, right: f32) {
    let wall = tint(0xd8_b08c).lit_by(tint(0xe8_c8a8));
    let band = Area::new(left, TUNNEL - 0.35, right, TUNNEL + 3.3);
    canvas.gradient(band, wall.scaled(0.62).with_opacity(1.0), wall.scaled(0.42).with_opacity(1.0));
    canvas.rect(Area::new(left, TUNNEL - 0.35, right, TUNNEL), tint(0x6a_4238).with_opacity(1.0));
    let mut x = left;
    while x < right {
        canvas.rect(Area::new(x, TUNNEL + 2.85, x + 1.5, TUNNEL + 2.93), LAMP.with_opacity(0.9));
        canvas.soft_ellipse([x + 0.75, TUNNEL + 2.5], [2.0, 1.5], LAMP.as_light(0.16));
        canvas.rect(Area::new(x + 2.6, TUNNEL - 0.1, x + 2.85, TUNNEL + 3.3), wall.scaled(0.5).with_opacity(1.0));
        x += 4.6;
    }
    for rail in [0.12, 0.26] {
        canvas.rect(Area::new(left, TUNNEL - rail, right, TUNNEL - rail + 0.035), tint(0xb8_9078).with_opacity(1.0));
    }
    // A train is on its way: where it is follows from the hour.
    let length = 13.0;
    let way = right - left + length;
    let start = left - length + (model.hour * 7.0).fract() * way;
    for car in 0..2 {
        let from = start + car as f32 * (length / 2.0);
        let body = Area::new(from, TUNNEL - 0.05, from + length / 2.0 - 0.25, TUNNEL + 2.5);
        canvas.rect(body, tint(0xc8_5a4a).scaled(0.8).with_opacity(1.0));
        canvas.rect(Area { top: body.bottom + 0.8, ..body }, tint(0xe8_c89c).scaled(0.8).with_opacity(1.0));
        for window in 0..4 {
            let x = body.left + 0.45 + window as f32 * 1.48;
            canvas.rect(Area::new(x, body.bottom + 1.1, x + 1.1, body.bottom + 2.1), tint(0xff_dca0).with_opacity(1.0));
            canvas.disc([x + 0.55, body.bottom + 1.4], 0.16, tint(0x8a_5440).with_opacity(1.0));
            canvas.ellipse([x + 0.55, body.bottom + 1.14], [0.26, 0.16], tint(0x8a_5440).with_opacity(1.0));
        }
        canvas.soft_ellipse(body.center(), [body.width() * 0.7, 2.2], LAMP.as_light(0.12));
    }
}
