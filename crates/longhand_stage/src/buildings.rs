//! The buildings around the rooms: walls, floors that are not cut open, roofs and what is on them.

use longhand_scene::StageSetting;

use super::backdrop::{CrowdWindow, draw_window, scenery_colors, smoke, snow};
use super::canvas::{Area, Canvas};
use super::layout::{Building, Crown, SLAB, WALL};
use super::model::StageModel;
use super::tint::{Tint, stable_random, tint};

/// Draws a building without its rooms.
pub(super) fn draw_building(canvas: &mut Canvas, model: &StageModel, building: &Building, windows: &mut Vec<CrowdWindow>) {
    let wall = wall_color(model, building);
    let area = building.area;
    let (light, shade) = (wall.mix(tint(0xff_f1dc), 0.1), wall.mix(tint(0x5b_2a33), 0.16));
    // A soft shadow beside it, so that it stands in front of what is behind.
    canvas.side_gradient(
        Area::new(area.right, area.bottom, area.right + 1.4, area.bottom + area.height() * 0.96),
        tint(0x3c_1a20).with_opacity(0.26),
        tint(0x3c_1a20).with_opacity(0.0),
    );
    canvas.side_gradient(
        Area::new(area.left, area.bottom, area.right, area.top),
        light.with_opacity(1.0),
        shade.with_opacity(1.0),
    );
    for facade in &building.facades {
        draw_facade(canvas, model, building, *facade, wall, windows);
    }
    draw_crown(canvas, model, building, wall);
}

/// The colour of a building's walls as it is seen.
fn wall_color(model: &StageModel, building: &Building) -> Tint {
    let colors = scenery_colors(model);
    let number = |salt: u64| stable_random(building.seed * 3 + salt);
    let warm =
        colors.wall.mix(tint(0xe8_8a68), 0.24 * number(1)).mix(tint(0xf8_e2c0), 0.36 * number(2)).scaled(0.94 + 0.1 * number(3));
    model.light.outdoors(warm, 0.06)
}

fn draw_facade(
    canvas: &mut Canvas,
    model: &StageModel,
    building: &Building,
    facade: Area,
    wall: Tint,
    windows: &mut Vec<CrowdWindow>,
) {
    let line = wall.mix(tint(0x5b_2a33), 0.24).with_opacity(1.0);
    canvas.rect(Area::new(facade.left, facade.top - 0.12, facade.right, facade.top), line);
    let is_modern = model.layout.setting == StageSetting::City;
    let (size, step) = if is_modern { ([1.0, 1.5], 1.34) } else { ([0.72, 1.4], 1.62) };
    let columns = ((facade.width() - 0.6) / step).floor().max(1.0);
    let inset = (facade.width() - columns * step) / 2.0 + (step - size[0]) / 2.0;
    let is_ground = facade.bottom < building.area.bottom + 0.1;
    for column in 0..columns as u64 {
        let left = facade.left + inset + column as f32 * step;
        let bottom = facade.bottom + if is_ground { 0.5 } else { 0.85 };
        let pane = Area::new(left, bottom, left + size[0], bottom + size[1]);
        canvas.rect(pane.inset(-0.09, -0.09), line);
        let seed = building.seed * 4096 + (facade.bottom * 10.0) as u64 * 64 + column;
        draw_window(canvas, model, pane, wall, 1.0, seed, windows);
        // The cross bar, a curtain, somebody's plant.
        let frame = wall.mix(tint(0xff_f4e4), 0.4).with_opacity(1.0);
        canvas.rect(Area::new(pane.center()[0] - 0.025, pane.bottom, pane.center()[0] + 0.025, pane.top), frame);
        if !is_modern {
            canvas.rect(Area::new(pane.left, pane.center()[1] - 0.025, pane.right, pane.center()[1] + 0.025), frame);
            let shutter = model.light.outdoors(scenery_colors(model).roof, 0.05).with_opacity(1.0);
            canvas.rect(Area::new(pane.left - 0.3, pane.bottom, pane.left - 0.06, pane.top), shutter);
            canvas.rect(Area::new(pane.right + 0.06, pane.bottom, pane.right + 0.3, pane.top), shutter);
        } else if stable_random(seed + 5) < 0.4 {
            let curtain = wall.mix(tint(0xff_f1dc), 0.5).with_opacity(0.75);
            canvas.rect(Area::new(pane.left, pane.bottom, pane.left + size[0] * 0.3, pane.top), curtain);
        }
    }
}

fn draw_crown(canvas: &mut Canvas, model: &StageModel, building: &Building, wall: Tint) {
    let area = building.area;
    let number = |salt: u64| stable_random(building.seed * 13 + salt);
    let roof_base = if model.has_snow() { snow(&model.light) } else { scenery_colors(model).roof.scaled(0.9 + 0.2 * number(1)) };
    let roof = model.light.outdoors(roof_base, 0.05);
    let (solid, shade) = (roof.with_opacity(1.0), roof.mix(tint(0x5b_2a33), 0.2).with_opacity(1.0));
    let wall_solid = wall.with_opacity(1.0);
    let middle = area.center()[0];
    match building.crown {
        Crown::Flat => {
            canvas.rect(
                Area::new(area.left - 0.12, area.top, area.right + 0.12, area.top + 0.28),
                wall.mix(tint(0xff_f1dc), 0.16).with_opacity(1.0),
            );
            if number(2) < 0.5 {
                tank(canvas, [area.x_at(0.24 + 0.4 * number(3)), area.top + 0.28], roof);
            }
            if number(4) < 0.6 {
                canvas.line([area.x_at(0.8), area.top + 0.2], [area.x_at(0.8), area.top + 2.8], 0.07, shade);
            }
        }
        Crown::Terrace => canvas.rect(
            Area::new(area.left - 0.12, area.top, area.right + 0.12, area.top + SLAB),
            wall.mix(tint(0xff_f1dc), 0.16).with_opacity(1.0),
        ),
        Crown::Gable | Crown::Sails | Crown::Steeple => {
            let height = (area.width() * 0.36).min(2.9);
            let chimney = area.x_at(0.28);
            canvas.rect(Area::new(chimney - 0.22, area.top, chimney + 0.22, area.top + height * 0.86), shade);
            if building.crown == Crown::Gable && (model.light.darkness > 0.1 || model.has_snow()) {
                smoke(canvas, [chimney, area.top + height * 0.9], &model.light, building.seed);
            }
            canvas.polygon(
                &[[area.left - 0.45, area.top - 0.1], [area.right + 0.45, area.top - 0.1], [middle, area.top + height]],
                solid,
            );
            canvas.polygon(&[[middle, area.top - 0.1], [area.right + 0.45, area.top - 0.1], [middle, area.top + height]], shade);
            if building.crown == Crown::Steeple {
                let x = area.right - 1.1;
                canvas.rect(Area::new(x - 1.1, area.bottom, x + 1.1, area.top + 3.4), wall_solid);
                canvas.rect(
                    Area::new(x + 0.3, area.bottom, x + 1.1, area.top + 3.4),
                    wall.mix(tint(0x5b_2a33), 0.16).with_opacity(1.0),
                );
                canvas.ellipse([x, area.top + 2.3], [0.42, 0.62], model.light.outdoors(tint(0x6a_3a34), 0.0).with_opacity(1.0));
                let bell = model.light.outdoors(tint(0xd8_a048), 0.0).with_opacity(1.0);
                canvas.polygon(
                    &[
                        [x - 0.26, area.top + 2.0],
                        [x + 0.26, area.top + 2.0],
                        [x + 0.1, area.top + 2.6],
                        [x - 0.1, area.top + 2.6],
                    ],
                    bell,
                );
                canvas.polygon(&[[x - 1.35, area.top + 3.4], [x + 1.35, area.top + 3.4], [x, area.top + 7.2]], solid);
                canvas.polygon(&[[x, area.top + 3.4], [x + 1.35, area.top + 3.4], [x, area.top + 7.2]], shade);
                canvas.line([x, area.top + 7.1], [x, area.top + 8.0], 0.07, shade);
                canvas.line([x - 0.25, area.top + 7.7], [x + 0.25, area.top + 7.7], 0.07, shade);
            }
            if building.crown == Crown::Sails {
                let (hub, wood) =
                    ([middle, area.top + height * 0.62], model.light.outdoors(tint(0x8a_5c3c), 0.0).with_opacity(1.0));
                let cloth = model.light.outdoors(tint(0xf4_e2c0), 0.0).with_opacity(0.9);
                for arm in 0..4 {
                    let (sine, cosine) = (model.hour * 0.9 + arm as f32 * std::f32::consts::FRAC_PI_2 + 0.5).sin_cos();
                    let point = |along: f32, beside: f32| {
                        [hub[0] + cosine * along - sine * beside, hub[1] + sine * along + cosine * beside]
                    };
                    canvas.polygon(&[point(0.7, 0.06), point(3.1, 0.06), point(3.1, 0.72), point(0.7, 0.5)], cloth);
                    canvas.line(hub, point(3.2, 0.0), 0.1, wood);
                }
                canvas.disc(hub, 0.2, wood);
            }
        }
        Crown::Mansard => {
            let height = 2.3;
            canvas.polygon(
                &[
                    [area.left - 0.2, area.top],
                    [area.right + 0.2, area.top],
                    [area.right - 0.9, area.top + height],
                    [area.left + 0.9, area.top + height],
                ],
                solid,
            );
            canvas.polygon(
                &[
                    [area.right - 2.0, area.top],
                    [area.right + 0.2, area.top],
                    [area.right - 0.9, area.top + height],
                    [area.right - 1.6, area.top + height],
                ],
                shade,
            );
            for dormer in 0..2 {
                let x = area.x_at(0.3 + 0.4 * dormer as f32);
                canvas.rect(Area::new(x - 0.5, area.top + 0.4, x + 0.5, area.top + 1.5), wall_solid);
                canvas.polygon(&[[x - 0.65, area.top + 1.5], [x + 0.65, area.top + 1.5], [x, area.top + 2.1]], shade);
                let lit = stable_random(building.seed + dormer as u64) < model.light.darkness * 0.6;
                let pane = if lit { super::light::LAMP } else { wall.scaled(0.7) };
                canvas.rect(Area::new(x - 0.28, area.top + 0.55, x + 0.28, area.top + 1.35), pane.with_opacity(1.0));
            }
            let chimney = area.x_at(0.78);
            canvas.rect(Area::new(chimney, area.top + 1.0, chimney + 0.6, area.top + height + 0.8), shade);
            if model.light.darkness > 0.2 {
                smoke(canvas, [chimney + 0.3, area.top + height + 0.8], &model.light, building.seed);
            }
        }
        Crown::Funnel => {
            canvas.rect(Area::new(area.left, area.top, area.right, area.top + 0.3), shade);
            canvas.line([middle, area.top], [middle, area.top + 7.0], 0.16, shade);
            let sail = model.light.outdoors(tint(0xf4_e2c0), 0.0).with_opacity(1.0);
            canvas.polygon(
                &[[middle + 0.15, area.top + 1.0], [middle + 3.0, area.top + 1.2], [middle + 0.15, area.top + 6.6]],
                sail,
            );
        }
    }
}

fn tank(canvas: &mut Canvas, [x, y]: [f32; 2], color: Tint) {
    let (solid, dark) = (color.with_opacity(1.0), color.scaled(0.75).with_opacity(1.0));
    for leg in [-0.5, 0.5] {
        canvas.line([x + leg, y], [x + leg * 0.8, y + 0.9], 0.09, dark);
    }
    canvas.rect(Area::new(x - 0.62, y + 0.8, x + 0.62, y + 1.9), solid);
    canvas.rect(Area::new(x + 0.2, y + 0.8, x + 0.62, y + 1.9), dark);
    canvas.polygon(&[[x - 0.72, y + 1.9], [x + 0.72, y + 1.9], [x, y + 2.4]], dark);
}

/// The walls and the floor around a room, in front of what is inside.
pub(super) fn draw_frame(canvas: &mut Canvas, model: &StageModel, building: &Building, room: Area) {
    let wall = wall_color(model, building);
    let cut = wall.mix(tint(0xff_f1dc), 0.3);
    let (solid, below) = (cut.with_opacity(1.0), cut.mix(tint(0x5b_2a33), 0.26).with_opacity(1.0));
    let outer = Area::new(room.left - WALL, room.bottom - SLAB, room.right + WALL, room.top);
    canvas.rect(Area::new(outer.left, outer.bottom, outer.right, room.bottom - 0.1), below);
    canvas.rect(Area::new(outer.left, room.bottom - 0.1, outer.right, room.bottom), solid);
    canvas.rect(Area::new(outer.left, outer.bottom, room.left, outer.top), solid);
    canvas.rect(Area::new(room.right, outer.bottom, outer.right, outer.top), below);
}
