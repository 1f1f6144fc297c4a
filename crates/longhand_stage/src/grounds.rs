//! Grounds in the open: streets, gardens, fields, water.

use longhand_scene::{PlaceLook, StageSetting};

use super::backdrop::{glitter, seasonal, snow, water};
use super::canvas::{Area, Canvas};
use super::furniture::PlaceBrush;
use super::light::LAMP;
use super::model::StageModel;
use super::tint::{Tint, stable_random, tint};

/// Draws a piece of ground.
pub(super) fn draw_ground(canvas: &mut Canvas, model: &StageModel, place: usize) {
    use PlaceLook as L;
    let plot = &model.layout.plots[place];
    let area = plot.area;
    let light = model.light;
    let seen = move |color: Tint| light.outdoors(color, 0.0);
    let mut brush =
        PlaceBrush { canvas, seen: &seen, lamps: light.darkness, wood: tint(0x9c_6a44), cloth: tint(0xe0_7a58), seed: plot.seed };
    match plot.look {
        L::Street => street(&mut brush, model, area),
        L::Square | L::Market => square(&mut brush, model, area, plot.look == L::Market),
        L::Beach => beach(&mut brush, model, area),
        L::Harbour | L::River => waterside(&mut brush, model, area, plot.look == L::Harbour),
        L::Garden | L::Orchard => garden(&mut brush, model, area, plot.look == L::Orchard),
        L::Field => field(&mut brush, model, area),
        L::Hill => hill(&mut brush, model, area),
        L::Camp => camp(&mut brush, area),
        L::Roof | L::Balcony => roof(&mut brush, area, plot.look == L::Balcony),
        L::Subway => platform(&mut brush, area),
        _ => woods(&mut brush, model, area),
    }
}

fn tree(brush: &mut PlaceBrush<'_>, model: &StageModel, x: f32, floor: f32, height: f32, fruit: Option<Tint>) {
    let trunk = brush.color(tint(0x8a_5c40));
    brush.shadow([x, floor + 0.02], [height * 0.4, 0.12]);
    brush.canvas.limb([x, floor], [x + 0.05, floor + height * 0.55], [height * 0.09, height * 0.05], trunk);
    for (side, top) in [(-0.22, 0.72), (0.24, 0.78), (0.02, 0.86)] {
        brush.canvas.limb(
            [x, floor + height * 0.4],
            [x + side * height, floor + height * top],
            [height * 0.045, height * 0.016],
            trunk,
        );
    }
    if model.has_snow() {
        return;
    }
    let leaf = seasonal(tint(0x86_8a48), model.season);
    // Leaves in the shade first, those in the light on top of them.
    for layer in 0..3_u64 {
        for nth in 0..13_u64 {
            let number = |salt: u64| stable_random(brush.seed * 11 + (x * 10.0) as u64 + layer * 101 + nth * 3 + salt);
            let angle = nth as f32 * 2.4 + layer as f32;
            let reach = height * (0.3 - 0.05 * layer as f32) * number(1).sqrt();
            let lift = 0.72 + 0.05 * layer as f32;
            let at = [
                x + angle.cos() * reach * 1.2 - 0.03 * height * layer as f32,
                floor + height * lift + angle.sin() * reach * 0.75,
            ];
            let color = brush.color(leaf.scaled(0.78 + 0.16 * layer as f32 + 0.08 * number(2)));
            let size = height * (0.12 - 0.022 * layer as f32);
            brush.canvas.ellipse(at, [size * 1.15, size * 0.85], color);
        }
    }
    if let Some(fruit) = fruit {
        for nth in 0..7_u64 {
            let number = |salt: u64| stable_random(brush.seed * 17 + nth * 3 + salt);
            let at = [x + height * 0.5 * (number(1) - 0.5), floor + height * (0.6 + 0.28 * number(2))];
            let color = brush.color(fruit);
            brush.canvas.disc(at, height * 0.026, color);
        }
    }
}

fn street_lamp(brush: &mut PlaceBrush<'_>, x: f32, floor: f32) {
    let iron = brush.color(tint(0x6a_443c));
    brush.canvas.line([x, floor], [x, floor + 3.3], 0.08, iron);
    brush.canvas.rect(Area::new(x - 0.16, floor, x + 0.16, floor + 0.16), iron);
    let glass = (brush.seen)(tint(0xf8_dcac)).mix(LAMP, brush.lamps).with_opacity(1.0);
    brush
        .canvas
        .polygon(&[[x - 0.13, floor + 3.3], [x + 0.13, floor + 3.3], [x + 0.2, floor + 3.72], [x - 0.2, floor + 3.72]], glass);
    brush.canvas.polygon(&[[x - 0.26, floor + 3.72], [x + 0.26, floor + 3.72], [x, floor + 3.95]], iron);
    brush.light([x, floor + 3.5], 3.4, 0.5);
    brush.canvas.soft_ellipse([x, floor + 0.05], [2.2, 0.3], LAMP.as_light(0.3 * brush.lamps));
}

fn street(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area) {
    for share in [0.1, 0.9] {
        street_lamp(brush, area.x_at(share), area.bottom);
    }
    brush.bench(area.x_at(0.43), area.bottom, 1.5);
    if model.layout.setting == StageSetting::City {
        // The walkway between the towers.
        let deck = area.bottom + 4.6;
        brush.rect(area.left - 1.4, deck, area.right + 1.4, deck + 0.28, tint(0xf0_cfa8));
        brush.rect(area.left - 1.4, deck - 0.1, area.right + 1.4, deck, tint(0xb8_8468));
        let rail = brush.color(tint(0xd8_8a6c));
        brush.canvas.line([area.left - 1.4, deck + 1.1], [area.right + 1.4, deck + 1.1], 0.05, rail);
        let mut x = area.left - 1.3;
        while x < area.right + 1.4 {
            brush.canvas.line([x, deck + 0.28], [x, deck + 1.1], 0.03, rail);
            x += 0.7;
        }
        for share in [0.25, 0.75] {
            brush.rect(area.x_at(share) - 0.14, area.bottom, area.x_at(share) + 0.14, deck - 0.1, tint(0xd0_a484));
        }
        tree(brush, model, area.x_at(0.6), area.bottom, 2.6, None);
    } else {
        tree(brush, model, area.x_at(0.7), area.bottom, 3.4, None);
        brush.barrel(area.x_at(0.22), area.bottom);
    }
}

fn square(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area, is_market: bool) {
    if !is_market {
        tree(brush, model, area.x_at(0.5), area.bottom, 4.6, None);
        brush.bench(area.x_at(0.43), area.bottom, 1.6);
        street_lamp(brush, area.x_at(0.9), area.bottom);
        return;
    }
    for (nth, share) in [0.16, 0.5, 0.84].into_iter().enumerate() {
        let (x, floor) = (area.x_at(share), area.bottom);
        brush.counter(x - 1.0, x + 1.0, floor);
        for post in [-1.05, 1.05] {
            brush.rect(x + post - 0.04, floor, x + post + 0.04, floor + 2.3, tint(0x8a_5c40));
        }
        for stripe in 0..6 {
            let colors =
                [[tint(0xd8_5a48), tint(0xff_f0d8)], [tint(0xe0_9a3c), tint(0xff_f0d8)], [tint(0x9a_8a48), tint(0xff_f0d8)]][nth];
            let left = x - 1.3 + stripe as f32 * 2.6 / 6.0;
            let color = brush.color(colors[stripe % 2]);
            brush.canvas.polygon(
                &[
                    [left, floor + 2.0],
                    [left + 2.6 / 6.0, floor + 2.0],
                    [left + 2.6 / 6.0 * 0.85 + (x - left) * 0.15, floor + 2.55],
                    [left + (x - left) * 0.15, floor + 2.55],
                ],
                color,
            );
        }
        for fruit in 0..7_u64 {
            let colors = [0xd8_5a3c, 0xe8_a83c, 0xa8_9a48, 0xe0_c068];
            let color = brush.color(tint(colors[(stable_random(brush.seed + fruit + nth as u64 * 9) * 4.0) as usize % 4]));
            brush.canvas.disc([x - 0.8 + 0.26 * fruit as f32, floor + 1.12], 0.12, color);
        }
        brush.light([x, floor + 1.9], 1.6, 0.4);
    }
}

fn beach(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area) {
    let is_left = area.center()[0] < model.layout.width / 2.0;
    let sand = brush.color(tint(0xf0_d2a0));
    let (sea, land) = if is_left { (area.left - 6.0, area.right + 0.5) } else { (area.right + 6.0, area.left - 0.5) };
    brush.canvas.polygon(
        &[[sea, -1.1], [land, -1.1], [land, area.bottom + 0.02], [area.center()[0], area.bottom + 0.02], [sea, -0.7]],
        sand,
    );
    let umbrella = area.x_at(if is_left { 0.72 } else { 0.28 });
    let pole = brush.color(tint(0xf4_e8d0));
    brush.canvas.line([umbrella, area.bottom], [umbrella + 0.2, area.bottom + 2.2], 0.05, pole);
    for slice in 0..6 {
        let color = brush.color([tint(0xe8_6a50), tint(0xff_f0d8)][slice % 2]);
        let from = umbrella + 0.2 - 1.2 + slice as f32 * 0.4;
        brush
            .canvas
            .polygon(&[[from, area.bottom + 1.8], [from + 0.4, area.bottom + 1.8], [umbrella + 0.2, area.bottom + 2.4]], color);
    }
    brush.rect(umbrella - 0.9, area.bottom, umbrella + 0.5, area.bottom + 0.04, tint(0xd8_7a54));
    let foam = brush.color(tint(0xff_f6e6));
    for wave in 0..4 {
        let x = if is_left { area.left - 1.0 - wave as f32 * 2.1 } else { area.right + 1.0 + wave as f32 * 2.1 };
        brush.canvas.curve([x - 0.9, -0.4], [x, -0.25 - 0.05 * wave as f32], [x + 0.9, -0.4], 0.06, foam, 8);
    }
    for gull in 0..3_u64 {
        let at = [area.x_at(0.2 + 0.3 * gull as f32), area.bottom + 3.6 + stable_random(brush.seed + gull)];
        let wing = (model.hour * 60.0 + gull as f32).sin() * 0.08;
        brush.canvas.curve([at[0] - 0.35, at[1]], [at[0] - 0.15, at[1] + 0.2 + wing], at, 0.045, foam, 5);
        brush.canvas.curve(at, [at[0] + 0.15, at[1] + 0.2 + wing], [at[0] + 0.35, at[1]], 0.045, foam, 5);
    }
}

fn waterside(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area, is_harbour: bool) {
    let (surface, below) = (water(&model.light), water(&model.light).scaled(0.66));
    let level = area.bottom;
    let basin = Area::new(area.x_at(0.5), level - 1.9, area.right + 0.3, level - 0.12);
    // The banks slope down.
    let (deep, clear) = (below.with_opacity(1.0), surface.with_opacity(1.0));
    brush.canvas.shaded_quad([
        ([basin.left + 1.0, basin.bottom], deep),
        ([basin.right - 1.0, basin.bottom], deep),
        ([basin.right, basin.top], clear),
        ([basin.left, basin.top], clear),
    ]);
    glitter(brush.canvas, model, Area { right: basin.right - 1.5, ..basin }, 14);
    // A jetty over the water.
    brush.rect(area.x_at(0.46), level - 0.06, area.x_at(0.96), level + 0.04, tint(0xa8_7850));
    for nth in 0..4 {
        let x = area.x_at(0.52 + 0.13 * nth as f32);
        brush.rect(x, level - 1.4, x + 0.1, level - 0.05, tint(0x7c_5438));
    }
    if is_harbour {
        let x = area.x_at(0.86);
        let hull = brush.color(tint(0xb0_5a40));
        brush
            .canvas
            .polygon(&[[x - 1.5, level - 0.1], [x + 1.1, level - 0.1], [x + 1.6, level + 0.55], [x - 1.7, level + 0.5]], hull);
        let mast = brush.color(tint(0x8a_5c40));
        brush.canvas.line([x, level + 0.4], [x, level + 3.6], 0.07, mast);
        let sail = brush.color(tint(0xf6_e6c8));
        brush.canvas.polygon(&[[x + 0.08, level + 0.9], [x + 1.3, level + 1.0], [x + 0.08, level + 3.4]], sail);
        brush.barrel(area.x_at(0.2), area.bottom);
        brush.barrel(area.x_at(0.27), area.bottom);
    } else {
        for nth in 0..16_u64 {
            let x = area.x_at(0.44) + 0.8 * stable_random(brush.seed + nth);
            let reed = brush.color(seasonal(tint(0x9a_9048), model.season));
            brush.canvas.curve(
                [x, level - 0.3],
                [x + 0.05, level + 0.5],
                [x + 0.14, level + 0.7 + 0.4 * stable_random(nth)],
                0.035,
                reed,
                4,
            );
        }
        tree(brush, model, area.x_at(0.16), area.bottom, 3.8, None);
        brush.bench(area.x_at(0.36), area.bottom, 1.3);
    }
}

fn garden(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area, is_orchard: bool) {
    let floor = area.bottom;
    let green = seasonal(tint(0x9a_9650), model.season);
    if is_orchard {
        let autumn = model.season.is_some_and(|season| (0.6..0.82).contains(&season));
        for share in [0.14, 0.4, 0.66, 0.9] {
            tree(brush, model, area.x_at(share), floor, 3.2, autumn.then_some(tint(0xd8_4a38)));
        }
        return;
    }
    // A wall with a climber, a bench, flowers.
    brush.rect(area.left, floor, area.right, floor + 1.5, tint(0xd0_a884));
    brush.rect(area.left - 0.1, floor + 1.5, area.right + 0.1, floor + 1.64, tint(0xb8_8a6a));
    for nth in 0..40_u64 {
        let number = |salt: u64| stable_random(brush.seed * 23 + nth * 5 + salt);
        let at = [area.x_at(number(1)), floor + 0.25 + 1.5 * number(2)];
        let color = brush.color(green.scaled(0.8 + 0.3 * number(3)));
        brush.canvas.ellipse(at, [0.22, 0.15], color);
        if number(4) < 0.3 && !model.has_snow() {
            let flower = brush.color([tint(0xff_f4e4), tint(0xf0_907a), tint(0xf4_c860)][(number(5) * 3.0) as usize % 3]);
            brush.canvas.disc([at[0] + 0.1, at[1] + 0.06], 0.055, flower);
        }
    }
    tree(brush, model, area.x_at(0.84), floor, 4.0, None);
    tree(brush, model, area.x_at(0.1), floor, 3.0, None);
    brush.bench(area.x_at(0.43), floor, 1.5);
    for nth in 0..18_u64 {
        let number = |salt: u64| stable_random(brush.seed * 29 + nth * 5 + salt);
        let (x, height) = (area.x_at(0.04 + 0.92 * nth as f32 / 18.0), 0.2 + 0.3 * number(1));
        let stem = brush.color(green.scaled(0.85));
        brush.canvas.line([x, floor], [x, floor + height], 0.03, stem);
        if !model.has_snow() {
            let flower =
                brush.color([tint(0xe8_6a5a), tint(0xf6_d070), tint(0xff_eede), tint(0xd8_7a90)][(number(2) * 4.0) as usize % 4]);
            brush.canvas.disc([x, floor + height], 0.08, flower);
        }
    }
    if matches!(model.layout.setting, StageSetting::OldTown | StageSetting::Interior) {
        balcony_over(brush, model, area);
    }
    let lantern = area.x_at(0.64);
    brush.rect(lantern - 0.03, floor, lantern + 0.03, floor + 1.7, tint(0x7c_5438));
    brush.flame([lantern, floor + 1.7]);
}

/// The house beside a garden has a balcony over it.
fn balcony_over(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area) {
    let is_home = |building: usize| {
        let rooms = model.layout.plots.iter().filter(|plot| plot.building == Some(building));
        rooms.into_iter().any(|plot| matches!(plot.look, PlaceLook::House | PlaceLook::Flat))
    };
    let is_beside = |left: f32| (area.right - 0.5..area.right + 2.5).contains(&left);
    let houses = model.layout.buildings.iter().enumerate();
    let mut beside =
        houses.filter(|(nth, house)| is_home(*nth) && is_beside(house.area.left) && house.area.bottom == area.bottom);
    let Some((_, house)) = beside.next().filter(|(_, house)| house.area.height() > 4.0) else { return };
    let (wall, floor) = (house.area.left, area.bottom + 3.3);
    let edge = wall - 1.9;
    brush.rect(edge - 0.1, floor - 0.2, wall, floor, tint(0xe0_bc94));
    for arm in [0.5, 1.4] {
        let stone = brush.color(tint(0xb8_8a6a));
        brush.canvas.polygon(&[[wall, floor - 0.2], [wall - arm, floor - 0.2], [wall, floor - 0.9]], stone);
    }
    let rail = brush.color(tint(0x9a_5a48));
    brush.canvas.line([edge, floor + 1.0], [wall, floor + 1.0], 0.07, rail);
    let mut x = edge;
    while x < wall {
        brush.canvas.line([x, floor], [x, floor + 1.0], 0.04, rail);
        x += 0.3;
    }
    brush.flame([edge + 0.3, floor + 1.0]);
    for nth in 0..16_u64 {
        let number = |salt: u64| stable_random(brush.seed * 41 + nth * 5 + salt);
        let at = [wall - 0.15 - 0.9 * number(1) * number(2), area.bottom + 3.4 * number(3)];
        let leaf = brush.color(seasonal(tint(0x9a_9650), model.season).scaled(0.8 + 0.3 * number(4)));
        brush.canvas.ellipse(at, [0.2, 0.14], leaf);
        if nth % 3 == 0 && !model.has_snow() {
            let flower = brush.color(tint(0xff_f4e4));
            brush.canvas.disc([at[0] + 0.08, at[1] + 0.05], 0.06, flower);
        }
    }
}

fn field(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area) {
    let season = model.season.unwrap_or(0.45);
    let is_ripe = (0.45..0.66).contains(&season);
    let (color, height) = match season {
        _ if model.has_snow() => (snow(&model.light), 0.08),
        s if s < 0.3 => (tint(0xa8_a058), 0.16),
        s if s < 0.45 => (tint(0x9c_a050), 0.5),
        _ if is_ripe => (tint(0xe0_b450), 0.95),
        s if s < 0.75 => (tint(0xc8_a058), 0.22),
        _ => (tint(0x8c_6244), 0.12),
    };
    for row in 0..5 {
        let y = area.bottom + 0.09 * row as f32;
        let rows = brush.color(color.scaled(0.82 + 0.07 * row as f32));
        brush.canvas.rect(Area::new(area.left - 0.2, area.bottom, area.right + 0.2, y + 0.1), rows);
    }
    for nth in 0..90_u64 {
        let number = |salt: u64| stable_random(brush.seed * 31 + nth * 5 + salt);
        let x = area.x_at(number(1));
        let stalk = brush.color(color.scaled(0.8 + 0.4 * number(2)));
        let top = area.bottom + 0.1 + height * (0.7 + 0.3 * number(3));
        brush.canvas.line([x, area.bottom], [x + 0.1 * (number(4) - 0.5), top], 0.035, stalk);
        if is_ripe {
            brush.canvas.ellipse([x, top], [0.04, 0.1], stalk);
        }
    }
    let post = brush.color(tint(0x8a_5c40));
    let x = area.x_at(0.9);
    brush.canvas.line([x, area.bottom], [x, area.bottom + 1.9], 0.07, post);
    brush.canvas.line([x - 0.6, area.bottom + 1.35], [x + 0.6, area.bottom + 1.35], 0.06, post);
    let coat = brush.color(tint(0xb8_5a44));
    brush.canvas.polygon(
        &[
            [x - 0.35, area.bottom + 0.7],
            [x + 0.35, area.bottom + 0.7],
            [x + 0.2, area.bottom + 1.4],
            [x - 0.2, area.bottom + 1.4],
        ],
        coat,
    );
    let head = brush.color(tint(0xe8_c890));
    brush.canvas.disc([x, area.bottom + 1.66], 0.18, head);
}

fn hill(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area) {
    let green = if model.has_snow() { snow(&model.light) } else { seasonal(tint(0x9c_9650), model.season) };
    for (nth, (share, height)) in [(0.7, 3.4), (0.25, 2.4), (0.5, 1.2)].into_iter().enumerate() {
        let color = brush.color(green.scaled(0.82 + 0.09 * nth as f32));
        brush.canvas.mound([area.x_at(share), area.bottom], [area.width() * (0.56 - 0.06 * nth as f32), height], color);
    }
    let house = area.x_at(0.72);
    brush.rect(house - 0.8, area.bottom + 2.8, house + 0.8, area.bottom + 3.9, tint(0xec_d2a8));
    let roof = brush.color(if model.has_snow() { snow(&model.light) } else { tint(0xa8_5a40) });
    brush.canvas.polygon(&[[house - 1.0, area.bottom + 3.9], [house + 1.0, area.bottom + 3.9], [house, area.bottom + 4.8]], roof);
    let pane = (brush.seen)(tint(0x9a_6a50)).mix(LAMP, brush.lamps).with_opacity(1.0);
    brush.canvas.rect(Area::new(house - 0.25, area.bottom + 3.1, house + 0.1, area.bottom + 3.5), pane);
    for sheep in 0..4_u64 {
        let x = area.x_at(0.14 + 0.12 * sheep as f32 + 0.05 * stable_random(brush.seed + sheep));
        let wool = brush.color(tint(0xfa_f0de));
        let y = area.bottom + 1.6 - 0.3 * (sheep as f32 - 1.0).abs();
        brush.canvas.ellipse([x, y], [0.3, 0.2], wool);
        let face = brush.color(tint(0x6a_4438));
        brush.canvas.disc([x + 0.3, y + 0.06], 0.09, face);
    }
}

fn camp(brush: &mut PlaceBrush<'_>, area: Area) {
    let floor = area.bottom;
    for (share, size) in [(0.12, 1.5), (0.86, 1.7), (0.68, 1.1)] {
        let x = area.x_at(share);
        let (cloth, shade, dark) = (brush.color(tint(0xf0_d8ac)), brush.color(tint(0xd0_ac80)), brush.color(tint(0x7a_4c3c)));
        brush.canvas.polygon(&[[x - size, floor], [x + size, floor], [x, floor + size * 1.5]], cloth);
        brush.canvas.polygon(&[[x, floor], [x + size, floor], [x, floor + size * 1.5]], shade);
        brush.canvas.polygon(&[[x - size * 0.24, floor], [x + size * 0.24, floor], [x, floor + size * 0.95]], dark);
        let pole = brush.color(tint(0x8a_5c40));
        brush.canvas.line([x, floor + size * 1.5], [x, floor + size * 1.5 + 0.7], 0.05, pole);
        let flag = brush.color(tint(0xc8_4a3c));
        brush.canvas.polygon(
            &[[x, floor + size * 1.5 + 0.7], [x + 0.7, floor + size * 1.5 + 0.52], [x, floor + size * 1.5 + 0.34]],
            flag,
        );
    }
    brush.fire(area.x_at(0.5), floor, 0.62);
    for nth in 0..6 {
        let x = area.x_at(0.3) + nth as f32 * 0.1;
        let steel = brush.color(tint(0xb8_9a80));
        brush.canvas.line([x, floor], [area.x_at(0.3) + 0.25 + (nth as f32 - 2.5) * 0.05, floor + 2.3], 0.035, steel);
    }
    // Earth thrown up against the enemy.
    let mound = brush.color(tint(0x8a_6044));
    brush.canvas.mound([area.right - 0.2, floor], [1.1, 1.1], mound);
}

fn roof(brush: &mut PlaceBrush<'_>, area: Area, is_balcony: bool) {
    let (floor, rail) = (area.bottom, brush.color(tint(0xd8_8a6c)));
    if is_balcony {
        brush.rect(area.left - 0.3, floor - 0.28, area.right + 0.3, floor, tint(0xe0_bc94));
        let door = Area::new(area.x_at(0.3), floor, area.x_at(0.7), floor + 2.2);
        let pane = (brush.seen)(tint(0xd8_a878)).mix(LAMP, brush.lamps * 0.9).with_opacity(1.0);
        brush.canvas.rect(door, pane);
        brush.light(door.center(), 2.0, 0.4);
    }
    brush.canvas.line([area.left, floor + 1.05], [area.right, floor + 1.05], 0.06, rail);
    let mut x = area.left;
    while x <= area.right {
        brush.canvas.line([x, floor], [x, floor + 1.05], 0.035, rail);
        x += 0.55;
    }
    if !is_balcony {
        let (x, dark) = (area.x_at(0.9), tint(0xb0_7a60));
        brush.rect(x - 0.75, floor, x + 0.55, floor + 2.3, tint(0xe0_b894));
        brush.rect(x - 0.85, floor + 2.3, x + 0.65, floor + 2.45, dark);
        brush.rect(x - 0.5, floor, x + 0.1, floor + 1.85, tint(0x9a_5a48));
        brush.light([x - 0.2, floor + 2.1], 1.8, 0.4);
        brush.plant(area.x_at(0.06), floor, 0.9);
        let cloth = brush.color(tint(0xe8_c08c));
        brush.canvas.ellipse([area.x_at(0.38), floor + 0.02], [1.4, 0.05], cloth);
    }
}

fn platform(brush: &mut PlaceBrush<'_>, area: Area) {
    let floor = area.bottom;
    let tile = tint(0xf0_d2aa);
    brush.canvas.gradient(
        Area { top: area.top - 0.1, ..area },
        tile.scaled(0.86).with_opacity(1.0),
        tile.scaled(0.74).with_opacity(1.0),
    );
    brush.canvas.rect(Area::new(area.left, floor + 1.5, area.right, floor + 1.74), tint(0xd0_5a48).with_opacity(1.0));
    for share in [0.3, 0.66] {
        brush.bench(area.x_at(share), floor, 1.2);
    }
    for nth in 0..3 {
        let x = area.x_at(0.17 + 0.33 * nth as f32);
        brush.canvas.rect(Area::new(x - 0.5, area.top - 0.34, x + 0.5, area.top - 0.26), tint(0xff_f0cc).with_opacity(1.0));
        brush.canvas.soft_ellipse([x, area.top - 0.7], [2.2, 1.8], LAMP.as_light(0.3));
    }
    brush.canvas.rect(Area::new(area.left, floor - 0.1, area.right, floor), tint(0xf6_dca8).with_opacity(1.0));
}

fn woods(brush: &mut PlaceBrush<'_>, model: &StageModel, area: Area) {
    for nth in 0..9_u64 {
        let number = |salt: u64| stable_random(brush.seed * 7 + nth * 5 + salt);
        let x = area.x_at((nth as f32 + 0.5 * number(1)) / 9.0);
        let height = 3.6 + 2.6 * number(2);
        let color = brush.color(if model.has_snow() { tint(0xc8_b498) } else { tint(0x78_7840).scaled(0.85 + 0.3 * number(3)) });
        let trunk = brush.color(tint(0x7c_5038));
        brush.canvas.rect(Area::new(x - 0.09, area.bottom, x + 0.09, area.bottom + height * 0.3), trunk);
        for layer in 0..3 {
            let base = area.bottom + height * (0.2 + 0.24 * layer as f32);
            let reach = height * (0.22 - 0.05 * layer as f32);
            brush.canvas.polygon(&[[x - reach, base], [x + reach, base], [x, base + height * 0.4]], color);
        }
    }
}
