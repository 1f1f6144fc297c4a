//! The rooms that one looks into: walls, window, light, and what people do there.

use longhand_scene::{PlaceLook, StagePalette, StageSetting};

use super::canvas::{Area, Canvas};
use super::furniture::PlaceBrush;
use super::model::StageModel;
use super::tint::{Tint, stable_random, tint};

/// Colours of the inside of rooms.
struct RoomColors {
    wall: Tint,
    floor: Tint,
    wood: Tint,
    cloth: Tint,
}

fn room_colors(palette: StagePalette, look: PlaceLook, seed: u64) -> RoomColors {
    use PlaceLook as L;
    let (walls, floor, wood, cloths): ([u32; 3], u32, u32, [u32; 3]) = match palette {
        StagePalette::Coral => ([0xf6_dcc0, 0xf4_c4a4, 0xf8_e6cc], 0xc4_8a64, 0xb0_7048, [0xe0_6a54, 0xe8_a04c, 0xc8_584c]),
        StagePalette::Ochre => ([0xe4_c294, 0xd8_ae80, 0xea_d0a6], 0x9c_6c46, 0x7c_4c30, [0xa0_3c30, 0xb8_803c, 0x8a_5434]),
        StagePalette::Meadow => ([0xf2_e0bc, 0xea_d2a8, 0xf6_e8cc], 0xb2_8454, 0x94_6238, [0xb8_5c44, 0xc8_9a4c, 0x8c_8448]),
        StagePalette::Candle => ([0xcc_a078, 0xbc_8c68, 0xd8_b088], 0x7c_4e34, 0x64_3c28, [0x94_3a34, 0xae_7438, 0x7e_4a3c]),
    };
    let pick = (stable_random(seed * 3) * 3.0) as usize % 3;
    let wall = match look {
        L::Tavern | L::Smithy | L::Cabin | L::Mill | L::Farm | L::Garret => tint(walls[1]).mix(tint(wood), 0.35),
        L::Theatre => tint(0x8e_3a34),
        L::Church => tint(walls[2]).mix(tint(0xe0_d0b0), 0.4),
        L::Hall => tint(walls[1]).mix(tint(0xb0_9a78), 0.3),
        _ => tint(walls[pick]),
    };
    RoomColors {
        wall,
        floor: tint(floor),
        wood: tint(wood),
        cloth: tint(cloths[(stable_random(seed * 5 + 1) * 3.0) as usize % 3]),
    }
}

/// Draws the inside of a room.
pub(super) fn draw_room(canvas: &mut Canvas, model: &StageModel, place: usize) {
    use PlaceLook as L;
    let plot = &model.layout.plots[place];
    let room = plot.area;
    let lamp = f32::from(u8::from(model.is_lit(place)));
    let light = model.light;
    let seen = move |color: Tint| light.indoors(color, lamp);
    let colors = room_colors(model.palette, plot.look, plot.seed);
    let (low, high) = (seen(colors.wall.scaled(0.93)), seen(colors.wall));
    canvas.gradient(room, low.with_opacity(1.0), high.with_opacity(1.0));
    let mut brush =
        PlaceBrush { canvas, seen: &seen, lamps: light.darkness * lamp, wood: colors.wood, cloth: colors.cloth, seed: plot.seed };
    if matches!(plot.look, L::Cabin | L::Farm | L::Deck | L::Garret) {
        planks(&mut brush, room, colors.wall);
    } else {
        brush.rect(room.left, room.bottom, room.right, room.bottom + 0.16, colors.wall.scaled(0.86));
    }
    match plot.look {
        L::Flat => flat(&mut brush, model, room),
        L::Towers => high_flat(&mut brush, model, room),
        L::House | L::Garret | L::Cabin => house(&mut brush, model, room, plot.look),
        L::Office => office(&mut brush, model, room),
        L::School => school(&mut brush, model, room),
        L::Theatre => theatre(&mut brush, room),
        L::Church => church(&mut brush, room),
        L::Restaurant | L::Tavern | L::Hall | L::Deck => tables(&mut brush, model, room, plot.look),
        _ => workshop(&mut brush, model, room, plot.look),
    }
    // The floor, and a shade under the ceiling.
    brush.rect(room.left, room.bottom, room.right, room.bottom + 0.05, colors.floor);
    canvas.gradient(
        Area { bottom: room.top - 0.7, ..room },
        tint(0x3c_1a20).with_opacity(0.0),
        tint(0x3c_1a20).with_opacity(0.2),
    );
    canvas.side_gradient(
        Area { right: room.left + 0.5, ..room },
        tint(0x3c_1a20).with_opacity(0.16),
        tint(0x3c_1a20).with_opacity(0.0),
    );
    if light.darkness * lamp > 0.05 {
        let [x, y] = room.center();
        canvas.soft_ellipse(
            [x, y + 0.2],
            [room.width() * 0.62, room.height() * 0.75],
            tint(0xff_b868).as_light(0.2 * light.darkness),
        );
    }
}

fn planks(brush: &mut PlaceBrush<'_>, room: Area, wall: Tint) {
    let mut y = room.bottom + 0.3;
    while y < room.top {
        brush.rect(room.left, y, room.right, y + 0.03, wall.scaled(0.82));
        y += 0.34;
    }
}

/// A window to the sky; by day light falls through it, and long light far into the room.
fn window(brush: &mut PlaceBrush<'_>, model: &StageModel, pane: Area, bars: u32) {
    let light = &model.light;
    brush.rect(pane.left - 0.1, pane.bottom - 0.1, pane.right + 0.1, pane.top + 0.1, tint(0xff_f4e2).scaled(0.95));
    brush.canvas.gradient(pane, light.horizon.with_opacity(1.0), light.middle.mix(light.zenith, 0.4).with_opacity(1.0));
    // What stands outside.
    let far = light.outdoors(super::backdrop::scenery_colors(model).wall, 0.6).with_opacity(1.0);
    let is_city = model.layout.setting == StageSetting::City;
    let mut x = pane.left;
    let mut nth = 0;
    while x < pane.right - 0.02 {
        let number = |salt: u64| stable_random(brush.seed * 19 + nth * 5 + salt);
        let right = (x + 0.28 + 0.36 * number(1)).min(pane.right);
        let top = pane.bottom + pane.height() * if is_city { 0.18 + 0.5 * number(2) } else { 0.14 + 0.14 * number(2) };
        brush.canvas.rect(Area::new(x, pane.bottom, right, top), far);
        if is_city && light.darkness > 0.3 {
            for spark in 0..3_u64 {
                let at = [x + (right - x) * number(10 + spark), pane.bottom + (top - pane.bottom) * number(20 + spark)];
                brush.canvas.rect(
                    Area::new(at[0], at[1], at[0] + 0.045, at[1] + 0.06),
                    super::light::LAMP.with_opacity(0.8 * light.darkness),
                );
            }
        }
        x = right;
        nth += 1;
    }
    let frame = brush.color(tint(0xff_f4e2).scaled(0.92));
    for bar in 1..bars {
        let x = pane.x_at(bar as f32 / bars as f32);
        brush.canvas.rect(Area::new(x - 0.025, pane.bottom, x + 0.025, pane.top), frame);
    }
    let strength = (1.0 - light.darkness) * (0.1 + 0.26 * light.gold);
    if strength > 0.01 {
        let side = if light.sun.is_some_and(|sun| sun > 0.5) { -1.0 } else { 1.0 };
        let reach = 0.7 + 1.7 * light.gold;
        let (bright, gone) = (tint(0xff_d096).as_light(strength), tint(0xff_d096).as_light(0.0));
        let floor = pane.bottom - 0.85_f32.min(pane.bottom);
        brush.canvas.shaded_quad([
            ([pane.left, pane.top], bright),
            ([pane.right, pane.top], bright),
            ([pane.right + side * reach, floor], gone),
            ([pane.left + side * reach, floor], gone),
        ]);
    }
}

fn flat(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area) {
    let floor = room.bottom;
    // The window is as wide as half the wall.
    window(brush, model, Area::new(room.x_at(0.36), floor + 0.5, room.x_at(0.8), room.top - 0.34), 4);
    for side in [0.345, 0.8] {
        let x = room.x_at(side);
        brush.rect(x, floor + 0.2, x + 0.22, room.top - 0.2, brush.cloth.mix(tint(0xff_f1dc), 0.6));
    }
    brush.bed(room.x_at(0.16), floor, 2.0);
    brush.picture(room.x_at(0.16), floor + 1.5, 0.85);
    brush.sofa(room.x_at(0.54), floor, 1.9);
    brush.floor_lamp(room.x_at(0.4), floor);
    brush.desk(room.x_at(0.84) - 0.55, floor, false);
    brush.chair(room.x_at(0.84), floor, false);
    brush.shelf(room.right - 0.5, floor, 0.8, 5);
    brush.plant(room.x_at(0.31), floor, 1.0);
    if brush.seed.is_multiple_of(2) {
        // Half unpacked.
        for (nth, size) in [0.42, 0.34].into_iter().enumerate() {
            let x = room.x_at(0.7) + nth as f32 * 0.1;
            brush.rect(
                x - size / 2.0,
                floor + nth as f32 * 0.42,
                x + size / 2.0,
                floor + nth as f32 * 0.42 + size,
                tint(0xc8_9460).scaled(1.0 - 0.08 * nth as f32),
            );
        }
    }
    brush.pendant(room.x_at(0.7), room.top, 0.7);
}

/// A flat like a thousand others, high up: a kitchen, a table for two, a narrow bed.
fn high_flat(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area) {
    let floor = room.bottom;
    for (left, right) in [(0.3, 0.44), (0.62, 0.76)] {
        window(brush, model, Area::new(room.x_at(left), floor + 0.9, room.x_at(right), room.top - 0.4), 2);
    }
    brush.bed(room.x_at(0.16), floor, 1.8);
    brush.picture(room.x_at(0.16), floor + 1.6, 0.6);
    brush.chair(room.x_at(0.5), floor, true);
    brush.chair(room.x_at(0.66), floor, false);
    brush.table(room.x_at(0.58), floor, 0.7);
    // The kitchen, with cupboards above it.
    brush.counter(room.x_at(0.8), room.right - 0.1, floor);
    for nth in 0..2 {
        let x = room.x_at(0.82) + 0.6 * nth as f32;
        brush.rect(x, floor + 1.75, x + 0.54, floor + 2.5, brush.wood.mix(tint(0xff_f1dc), 0.45));
    }
    let pot = brush.color(tint(0xc8_584c));
    brush.canvas.ellipse([room.x_at(0.88), floor + 1.17], [0.16, 0.12], pot);
    brush.plant(room.x_at(0.52), floor, 0.9);
    brush.pendant(room.x_at(0.58), room.top, 1.0);
}

fn house(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area, look: PlaceLook) {
    let floor = room.bottom;
    window(brush, model, Area::new(room.x_at(0.44), floor + 1.05, room.x_at(0.66), room.top - 0.55), 2);
    brush.bed(room.x_at(0.16), floor, 1.9);
    brush.table(room.x_at(0.54), floor, 1.1);
    brush.chair(room.x_at(0.46), floor, true);
    brush.chair(room.x_at(0.62), floor, false);
    match look {
        PlaceLook::Cabin | PlaceLook::House => {
            // A hearth.
            let x = room.x_at(0.9);
            brush.rect(x - 0.55, floor, x + 0.55, floor + 1.1, tint(0xa8_6a50));
            brush.rect(x - 0.75, floor + 1.1, x + 0.75, floor + 1.24, tint(0xc8_9070));
            brush.rect(x - 0.45, floor + 1.24, x + 0.45, room.top, tint(0xa8_6a50).scaled(0.94));
            brush.rect(x - 0.36, floor, x + 0.36, floor + 0.74, tint(0x54_2a28));
            if model.light.darkness > 0.15 && brush.lamps > 0.0 || model.has_snow() {
                brush.fire(x, floor, 0.5);
            }
            brush.flame([room.x_at(0.54), floor + 0.77]);
            if look == PlaceLook::Cabin {
                // Logs for the hearth.
                for nth in 0..6 {
                    let bark = brush.color(brush.wood.scaled(0.62 + 0.06 * (nth % 3) as f32));
                    let at = [room.x_at(0.74) + 0.2 * (nth % 3) as f32, floor + 0.1 + 0.18 * (nth / 3) as f32];
                    brush.canvas.disc(at, 0.1, bark);
                    let cut = brush.color(tint(0xe0_b478));
                    brush.canvas.disc(at, 0.06, cut);
                }
            } else {
                // A dresser with plates.
                let x = room.x_at(0.345);
                brush.rect(x - 0.4, floor, x + 0.4, floor + 0.9, brush.wood.scaled(0.8));
                brush.rect(x - 0.36, floor + 0.9, x + 0.36, floor + 1.9, brush.wood.scaled(0.62));
                for nth in 0..4 {
                    let plate = brush.color([tint(0xff_f4e2), tint(0xf0_c890)][nth % 2]);
                    brush.canvas.disc([x - 0.17 + 0.34 * (nth % 2) as f32, floor + 1.16 + 0.44 * (nth / 2) as f32], 0.13, plate);
                }
            }
        }
        _ => {
            brush.desk(room.x_at(0.86) - 0.55, floor, false);
            brush.chair(room.x_at(0.84), floor, false);
            brush.shelf(room.right - 0.45, floor + 1.2, 0.7, 3);
            // The slope of the roof.
            let beam = brush.color(brush.wood.scaled(0.7));
            brush.canvas.polygon(&[[room.left, room.top], [room.left + 1.5, room.top], [room.left, room.bottom + 1.4]], beam);
        }
    }
    brush.picture(room.x_at(if look == PlaceLook::House { 0.17 } else { 0.28 }), floor + 1.6, 0.6);
}

fn office(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area) {
    let floor = room.bottom;
    window(brush, model, Area::new(room.x_at(0.03), floor + 1.45, room.x_at(0.97), room.top - 0.4), 8);
    for (nth, share) in [0.16, 0.42, 0.68].into_iter().enumerate() {
        let x = room.x_at(share);
        // A cubicle with a wall of coloured glass.
        let panes = [tint(0xe8_705a), tint(0xf2_b441), tint(0xe8_9a5c)];
        let glass = (brush.seen)(panes[nth % 3]).with_opacity(0.5);
        brush.canvas.rect(Area::new(x + 0.86, floor, x + 0.92, floor + 1.7), glass);
        brush.desk(x + 0.5, floor, true);
        brush.chair(x, floor, true);
        brush.pendant(x + 0.4, room.top, 0.5);
    }
    brush.plant(room.right - 0.4, floor, 1.1);
}

fn school(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area) {
    let floor = room.bottom;
    let board = Area::new(room.x_at(0.06), floor + 1.0, room.x_at(0.34), floor + 2.1);
    brush.rect(board.left - 0.07, board.bottom - 0.07, board.right + 0.07, board.top + 0.07, brush.wood);
    brush.rect(board.left, board.bottom, board.right, board.top, tint(0x5a_4a34));
    let chalk = brush.color(tint(0xf4_e8d4));
    for line in 0..3 {
        let y = board.top - 0.25 - 0.28 * line as f32;
        brush.canvas.line([board.left + 0.15, y], [board.right - 0.3 - 0.2 * line as f32, y], 0.025, chalk);
    }
    window(brush, model, Area::new(room.x_at(0.48), floor + 1.2, room.x_at(0.9), room.top - 0.5), 3);
    for share in [0.44, 0.6, 0.76] {
        let x = room.x_at(share);
        brush.chair(x, floor, false);
        brush.table(x - 0.5, floor, 0.7);
    }
    brush.pendant(room.x_at(0.55), room.top, 0.6);
}

fn workshop(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area, look: PlaceLook) {
    use PlaceLook as L;
    let floor = room.bottom;
    window(brush, model, Area::new(room.x_at(0.4), floor + 1.15, room.x_at(0.62), room.top - 0.5), 2);
    brush.counter(room.x_at(0.36), room.x_at(0.62), floor);
    match look {
        L::Bakery => {
            let x = room.x_at(0.84);
            let brick = brush.color(tint(0xb0_6a4c));
            brush.canvas.ellipse([x, floor + 0.7], [0.95, 1.1], brick);
            brush.rect(x - 0.95, floor, x + 0.95, floor + 0.7, tint(0xb0_6a4c));
            brush.rect(x - 0.4, floor + 0.66, x + 0.4, floor + 1.2, tint(0x50_2624));
            brush.fire(x, floor + 0.66, 0.36);
            for nth in 0..5 {
                let bread = brush.color(tint(0xd8_9a50));
                brush.canvas.ellipse([room.x_at(0.385) + 0.32 * nth as f32, floor + 1.13], [0.15, 0.09], bread);
            }
        }
        L::Smithy => {
            let x = room.x_at(0.84);
            brush.rect(x - 0.8, floor, x + 0.8, floor + 0.85, tint(0x8a_5a48));
            brush.fire(x, floor + 0.8, 0.5);
            let iron = brush.color(tint(0x5e_4440));
            brush.canvas.polygon(
                &[
                    [room.x_at(0.2), floor + 0.78],
                    [room.x_at(0.2) + 0.9, floor + 0.78],
                    [room.x_at(0.2) + 0.6, floor + 0.56],
                    [room.x_at(0.2) + 0.2, floor + 0.56],
                ],
                iron,
            );
            brush.rect(room.x_at(0.2) + 0.28, floor, room.x_at(0.2) + 0.52, floor + 0.58, tint(0x7a_5238));
        }
        L::Mill => {
            let x = room.x_at(0.8);
            let stone = brush.color(tint(0xc8_b498));
            brush.canvas.ellipse([x, floor + 0.8], [0.9, 0.22], stone);
            brush.rect(x - 0.9, floor + 0.4, x + 0.9, floor + 0.8, tint(0xb4_a084));
            brush.rect(x - 0.06, floor + 0.9, x + 0.06, room.top, brush.wood.scaled(0.7));
            for (nth, share) in [0.1, 0.2].into_iter().enumerate() {
                let sack = brush.color(tint(0xe0_c898));
                brush.canvas.ellipse([room.x_at(share), floor + 0.36], [0.3, 0.4 - 0.05 * nth as f32], sack);
            }
        }
        L::Surgery => {
            brush.bed(room.x_at(0.84), floor, 1.8);
            brush.shelf(room.x_at(0.18), floor, 1.0, 5);
        }
        L::Farm => {
            for share in [0.1, 0.88] {
                let hay = brush.color(tint(0xd8_b458));
                brush.canvas.ellipse([room.x_at(share), floor + 0.4], [0.7, 0.5], hay);
            }
            brush.barrel(room.x_at(0.74), floor);
        }
        _ => {
            brush.shelf(room.x_at(0.14), floor, 1.1, 5);
            brush.shelf(room.x_at(0.88), floor, 1.1, 5);
            brush.desk(room.x_at(0.74), floor, look == L::Studio);
        }
    }
    brush.pendant(room.x_at(0.5), room.top, 0.6);
}

fn theatre(brush: &mut PlaceBrush<'_>, room: Area) {
    let floor = room.bottom;
    // The stage at the right, with its curtain and its candles; a gallery above the pit.
    let stage = room.x_at(0.6);
    let backdrop = (brush.seen)(tint(0xf0_c488)).with_opacity(1.0);
    brush.canvas.rect(Area::new(stage, floor + 0.7, room.right, room.top - 0.2), backdrop);
    let hill = brush.color(tint(0xc8_9a58));
    brush.canvas.ellipse([stage + 2.2, floor + 0.9], [2.0, 0.9], hill);
    let tree = brush.color(tint(0x9a_8440));
    brush.canvas.disc([room.right - 1.0, floor + 2.3], 0.6, tree);
    brush.rect(room.right - 1.06, floor + 0.7, room.right - 0.94, floor + 1.9, tint(0x8a_5c3c));
    for fold in 0..4 {
        let red = tint(0xc0_3c34).scaled(1.0 - 0.12 * (fold % 2) as f32);
        let x = stage - 0.1 + fold as f32 * 0.2;
        brush.rect(x, floor + 0.7, x + 0.2, room.top - 0.2, red);
        brush.rect(room.right - 0.2 - fold as f32 * 0.2, floor + 0.7, room.right - fold as f32 * 0.2, room.top - 0.2, red);
    }
    brush.rect(stage - 0.2, room.top - 0.7, room.right, room.top - 0.1, tint(0xa8_322e));
    brush.rect(stage - 0.3, floor, room.right, floor + 0.7, brush.wood);
    brush.rect(stage - 0.3, floor + 0.64, room.right, floor + 0.7, brush.wood.scaled(1.3));
    for nth in 0..6 {
        brush.flame([stage + 0.1 + nth as f32 * (room.right - stage - 0.4) / 5.0, floor + 0.7]);
    }
    let gallery = room.bottom + room.height() * 0.55;
    brush.rect(room.left, gallery, room.x_at(0.42), gallery + 0.12, brush.wood);
    brush.rect(room.left, gallery + 0.12, room.x_at(0.42), gallery + 0.7, tint(0x9a_3430));
    for nth in 0..5 {
        let x = room.left + 0.5 + nth as f32 * 0.95;
        let gold = brush.color(tint(0xe0_b058));
        brush.canvas.disc([x, gallery + 0.42], 0.12, gold);
        // Heads in the gallery.
        let head = brush.color([tint(0x6a_4030), tint(0x8a_5a3c), tint(0x50_302a)][nth % 3]);
        brush.canvas.disc([x + 0.4, gallery + 0.95], 0.14, head);
        brush.canvas.ellipse([x + 0.4, gallery + 0.7], [0.22, 0.18], head);
    }
    for share in [0.14, 0.26, 0.38] {
        brush.bench(room.x_at(share), floor, 0.8);
    }
    for share in [0.24, 0.5] {
        let x = room.x_at(share);
        let ring = brush.color(brush.wood.scaled(0.6));
        brush.canvas.line([x, room.top], [x, room.top - 1.0], 0.03, ring);
        brush.canvas.ellipse([x, room.top - 1.05], [0.7, 0.08], ring);
        for candle in [-0.55, 0.0, 0.55] {
            brush.flame([x + candle, room.top - 1.02]);
        }
    }
}

fn church(brush: &mut PlaceBrush<'_>, room: Area) {
    let floor = room.bottom;
    for share in [0.2, 0.42, 0.64] {
        // A pointed window of coloured glass.
        let x = room.x_at(share);
        let (bottom, top) = (floor + 1.6, room.top - 1.2);
        for (nth, color) in [0xe8_a04c, 0xc8_4a3c, 0xe0_b860, 0xb8_6a48].into_iter().enumerate() {
            let step = (top - bottom) / 4.0;
            let glass = tint(color).mix(tint(0xff_e4b0), 0.3 * (1.0 - brush.lamps)).with_opacity(0.92);
            brush.canvas.rect(Area::new(x - 0.36, bottom + nth as f32 * step, x + 0.36, bottom + (nth + 1) as f32 * step), glass);
        }
        brush.canvas.polygon(&[[x - 0.36, top], [x + 0.36, top], [x, top + 0.7]], tint(0xf0_c468).with_opacity(0.92));
        brush.canvas.glow([x, (bottom + top) / 2.0], 1.8, tint(0xff_c080), 0.22);
    }
    let stone = brush.color(tint(0xc8_b498));
    for share in [0.31, 0.53, 0.75] {
        brush.canvas.rect(Area::new(room.x_at(share) - 0.14, floor, room.x_at(share) + 0.14, room.top), stone);
    }
    for share in [0.3, 0.42, 0.54] {
        brush.bench(room.x_at(share), floor, 0.8);
    }
    let altar = room.x_at(0.9);
    brush.rect(altar - 0.6, floor, altar + 0.6, floor + 1.0, tint(0xf4_e8d0));
    brush.rect(altar - 0.65, floor + 0.98, altar + 0.65, floor + 1.08, tint(0xd8_b058));
    brush.rect(altar - 0.04, floor + 1.08, altar + 0.04, floor + 2.0, tint(0xd8_a848));
    brush.rect(altar - 0.28, floor + 1.62, altar + 0.28, floor + 1.7, tint(0xd8_a848));
    for side in [-0.45, 0.45] {
        brush.flame([altar + side, floor + 1.08]);
    }
}

fn tables(brush: &mut PlaceBrush<'_>, model: &StageModel, room: Area, look: PlaceLook) {
    let floor = room.bottom;
    let is_tavern = matches!(look, PlaceLook::Tavern | PlaceLook::Hall | PlaceLook::Deck);
    let bars = if is_tavern { 2 } else { 4 };
    if look == PlaceLook::Deck {
        for share in [0.14, 0.3, 0.46, 0.62] {
            let at = [room.x_at(share), floor + 1.75];
            let (brass, pane) = (brush.color(tint(0xd8_a858)), model.light.horizon.with_opacity(1.0));
            brush.canvas.disc(at, 0.36, brass);
            brush.canvas.disc(at, 0.28, pane);
        }
    } else {
        window(brush, model, Area::new(room.x_at(0.1), floor + 1.15, room.x_at(0.62), room.top - 0.55), bars);
    }
    for (left, right) in [(0.2, 0.36), (0.54, 0.7)] {
        let middle = (room.x_at(left) + room.x_at(right)) / 2.0;
        brush.chair(room.x_at(left), floor, true);
        brush.chair(room.x_at(right), floor, false);
        brush.table(middle, floor, room.x_at(right) - room.x_at(left) - 0.35);
        if is_tavern {
            brush.flame([middle, floor + 0.77]);
        } else {
            brush.pendant(middle, room.top, 0.9);
        }
    }
    let bar = room.x_at(0.8);
    brush.shelf(room.x_at(0.9), floor + 0.9, 1.3, 4);
    brush.counter(bar, room.right - 0.15, floor);
    match look {
        PlaceLook::Tavern => {
            for nth in 0..2 {
                brush.barrel(room.x_at(0.05) + 0.3 + nth as f32 * 0.7, floor);
            }
        }
        PlaceLook::Hall => {
            for nth in 0..5 {
                let steel = brush.color(tint(0xc8_b8a0));
                let x = room.x_at(0.66) + nth as f32 * 0.22;
                brush.canvas.line([x, floor + 1.1], [x + 0.1, floor + 2.5], 0.03, steel);
            }
        }
        PlaceLook::Deck => {
            // A hammock between two posts.
            for share in [0.04, 0.2] {
                brush.rect(room.x_at(share) - 0.05, floor, room.x_at(share) + 0.05, room.top, brush.wood.scaled(0.7));
            }
            let cloth = brush.color(tint(0xe8_d0a4));
            brush.canvas.curve(
                [room.x_at(0.04), floor + 1.5],
                [room.x_at(0.12), floor + 0.7],
                [room.x_at(0.2), floor + 1.5],
                0.12,
                cloth,
                8,
            );
        }
        _ => brush.plant(room.x_at(0.07), floor, 1.0),
    }
}
