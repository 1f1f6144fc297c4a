//! Pictures of the panels, compared with those in `tests/snapshots`.
//!
//! A small renderer on the CPU draws the output of egui, so the tests need no graphics device and give the same picture on every
//! machine. The real renderer is tested in the root package (`tests/pictures.rs`). After an intended change,
//! `UPDATE_PICTURES=1 cargo test -p longhand_inspector picture` writes the pictures; look at each before you commit it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bevy_egui::egui::epaint::{ClippedPrimitive, ImageData, Primitive, Vertex};
use bevy_egui::egui::{Color32, ColorImage, Context, FullOutput, Pos2, Rect, TextureId, TexturesDelta, pos2};
use egui_kittest::{Harness, TestRenderer};
use image::{Rgb, RgbImage};

use super::inspector::Inspector;
use super::style;
use longhand_analysis::{NarratedRun, Run};
use longhand_expr::ids::{AgentId, Instant};
use longhand_scene::{STARTER_SCENE, load_text};
use longhand_session::{LayoutPreset, PanelId, Query, RunInfo, Session, SessionCommand, run_to_end, sim_channel};
use longhand_sim::SimOptions;

/// Size of the blocks in which two pictures are compared, in pixels.
const BLOCK: u32 = 8;
/// The greatest tolerated mean difference of a colour channel in a block, of 255. Another compiler may round some edges the other
/// way; a letter that moved or changed makes a difference of more than 20.
const TOLERANCE: f64 = 8.0;

/// The textures of egui: the fonts.
#[derive(Clone, Default)]
struct Textures(Arc<Mutex<BTreeMap<TextureId, ColorImage>>>);

impl TestRenderer for Textures {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.lock().unwrap();
        let changed: BTreeMap<_, _> = delta.set.drain().collect();
        for (id, deltas) in changed {
            for delta in deltas {
                let ImageData::Color(image) = delta.image;
                let Some([left, top]) = delta.pos else {
                    textures.insert(id, ColorImage::clone(&image));
                    continue;
                };
                let texture = textures.get_mut(&id).expect("a part follows the whole");
                for (y, row) in image.pixels.chunks_exact(image.size[0]).enumerate() {
                    let begin = (top + y) * texture.size[0] + left;
                    texture.pixels[begin..begin + row.len()].copy_from_slice(row);
                }
            }
        }
        delta.free.clear();
    }
}

/// Draws egui's meshes into an image.
fn draw(ctx: &Context, output: &FullOutput, textures: &Textures) -> RgbImage {
    let textures = textures.0.lock().unwrap();
    let scale = ctx.pixels_per_point();
    let size = ctx.content_rect().size() * scale;
    let mut canvas = RgbImage::new(size.x.round() as u32, size.y.round() as u32);
    for ClippedPrimitive { clip_rect, primitive } in ctx.tessellate(output.shapes.clone(), scale) {
        let Primitive::Mesh(mesh) = primitive else { panic!("a paint callback cannot be drawn") };
        let texture = &textures[&mesh.texture_id];
        for corners in mesh.indices.chunks_exact(3) {
            let corners = [corners[0], corners[1], corners[2]].map(|index| {
                let vertex = mesh.vertices[index as usize];
                Vertex { pos: vertex.pos * scale, ..vertex }
            });
            fill_triangle(&mut canvas, clip_rect * scale, corners, texture);
        }
    }
    canvas
}

/// Twice the signed area of a triangle; positive if its corners are clockwise on the screen.
fn doubled_area(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// Fills the pixels whose centres are inside. A centre on an edge belongs to the triangle if the edge is a top or a left one, so
/// that triangles with a common edge neither overlap nor leave a gap.
fn fill_triangle(canvas: &mut RgbImage, clip: Rect, corners: [Vertex; 3], texture: &ColorImage) {
    let [a, mut b, mut c] = corners;
    if doubled_area(a.pos, b.pos, c.pos) < 0.0 {
        (b, c) = (c, b);
    }
    let area = doubled_area(a.pos, b.pos, c.pos);
    let bounds = Rect::from_points(&[a.pos, b.pos, c.pos]);
    let pixels = |low: f32, high: f32, clip: (f32, f32), size: u32| {
        let begin = low.floor().max(clip.0.round()).max(0.0) as u32;
        begin..(high.ceil().min(clip.1.round()).max(0.0) as u32).min(size)
    };
    let columns = pixels(bounds.left(), bounds.right(), (clip.left(), clip.right()), canvas.width());
    let has_one_texel = a.uv == b.uv && b.uv == c.uv;
    let first_texel = sample(texture, a.uv);
    for y in pixels(bounds.top(), bounds.bottom(), (clip.top(), clip.bottom()), canvas.height()) {
        for x in columns.clone() {
            let center = pos2(x as f32 + 0.5, y as f32 + 0.5);
            let inside = |from: Pos2, to: Pos2| {
                let side = doubled_area(from, to, center);
                let is_top_or_left = to.y < from.y || to.y == from.y && to.x > from.x;
                (side > 0.0 || side == 0.0 && is_top_or_left).then_some(side / area)
            };
            let (Some(weight_a), Some(weight_b), Some(weight_c)) =
                (inside(b.pos, c.pos), inside(c.pos, a.pos), inside(a.pos, b.pos))
            else {
                continue;
            };
            let mix = |a: f32, b: f32, c: f32| a * weight_a + b * weight_b + c * weight_c;
            let texel = if has_one_texel {
                first_texel
            } else {
                sample(texture, pos2(mix(a.uv.x, b.uv.x, c.uv.x), mix(a.uv.y, b.uv.y, c.uv.y)))
            };
            let channel = |nth: usize| {
                let part = |color: Color32| f32::from(color.to_array()[nth]);
                mix(part(a.color), part(b.color), part(c.color)) / 255.0 * texel[nth]
            };
            // Colours are premultiplied, and blended in gamma space as egui expects.
            let alpha = channel(3);
            let pixel = canvas.get_pixel_mut(x, y);
            for nth in 0..3 {
                let blended = channel(nth) + f32::from(pixel.0[nth]) / 255.0 * (1.0 - alpha);
                pixel.0[nth] = (255.0 * blended.clamp(0.0, 1.0)).round() as u8;
            }
        }
    }
}

/// The colour of a texture at a position, interpolated between the four nearest texels; 0 to 1.
fn sample(texture: &ColorImage, uv: Pos2) -> [f32; 4] {
    let [width, height] = texture.size;
    let (x, y) = (uv.x * width as f32 - 0.5, uv.y * height as f32 - 0.5);
    let texel = |x: f32, y: f32| {
        let clamped = |value: f32, size: usize| (value.max(0.0) as usize).min(size - 1);
        texture.pixels[clamped(y, height) * width + clamped(x, width)].to_array().map(|channel| f32::from(channel) / 255.0)
    };
    let (left, top) = (x.floor(), y.floor());
    let corners = [texel(left, top), texel(left + 1.0, top), texel(left, top + 1.0), texel(left + 1.0, top + 1.0)];
    let (right_share, bottom_share) = (x - left, y - top);
    std::array::from_fn(|nth| {
        let row = |left: f32, right: f32| left + (right - left) * right_share;
        let (above, below) = (row(corners[0][nth], corners[1][nth]), row(corners[2][nth], corners[3][nth]));
        above + (below - above) * bottom_share
    })
}

/// The starter scene, simulated to its end.
fn starter_session() -> Session {
    let scenario = Arc::new(load_text("starter.ron", &[("starter.ron", STARTER_SCENE)], &[]).unwrap().scenario);
    let (sender, mut receiver) = sim_channel();
    let mut session = Session::new(RunInfo { scenario: scenario.clone(), seed: 1, latest_end: scenario.ends });
    let simulation = std::thread::spawn(move || {
        let run = Run::new(scenario, SimOptions { seed: 1, threads: 1 }, None);
        run_to_end(NarratedRun::selected(run), &sender)
    });
    while !session.run().is_over() {
        receiver.drain().for_each(|message| session.receive(message));
        std::thread::yield_now();
    }
    simulation.join().unwrap().unwrap();
    session
}

/// Draws the window after some commands.
fn picture_after(commands: &[SessionCommand]) -> RgbImage {
    let mut inspector = Inspector::new(starter_session());
    inspector.apply(SessionCommand::PlayPause);
    commands.iter().for_each(|command| inspector.apply(command.clone()));
    let (textures, mut is_styled) = (Textures::default(), false);
    let mut harness = Harness::builder().with_size([960.0, 600.0]).renderer(textures.clone()).build_ui_state(
        move |ui, inspector: &mut Inspector| {
            // Fonts are available from the frame after they are set.
            if !std::mem::replace(&mut is_styled, true) {
                return style::apply_style(ui.ctx());
            }
            for command in inspector.ui(ui) {
                inspector.apply(command);
            }
        },
        inspector,
    );
    harness.step();
    while harness.state().session().queries().any_pending() {
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(6);
    draw(&harness.ctx, harness.output(), &textures)
}

/// The greatest mean difference of a colour channel in a block of two pictures of the same size, and the corner of that block.
fn greatest_difference(first: &RgbImage, second: &RgbImage) -> (f64, (u32, u32)) {
    let mut greatest = (0.0, (0, 0));
    for top in (0..first.height()).step_by(BLOCK as usize) {
        for left in (0..first.width()).step_by(BLOCK as usize) {
            let (width, height) = (BLOCK.min(first.width() - left), BLOCK.min(first.height() - top));
            let pixels = (0..width * height).map(|nth| (left + nth % width, top + nth / width));
            let mut sums = [0.0; 3];
            for (x, y) in pixels {
                for (nth, sum) in sums.iter_mut().enumerate() {
                    *sum += f64::from(first.get_pixel(x, y).0[nth].abs_diff(second.get_pixel(x, y).0[nth]));
                }
            }
            let difference = sums.into_iter().fold(0.0, f64::max) / f64::from(width * height);
            if difference > greatest.0 {
                greatest = (difference, (left, top));
            }
        }
    }
    greatest
}

/// Compares the window after some commands with the stored picture, or stores it.
fn compare_picture(name: &str, commands: &[SessionCommand]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let (stored, new) = (folder.join(format!("{name}.png")), folder.join(format!("{name}.new.png")));
    let drawn = picture_after(commands);
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        drawn.save(&stored).unwrap();
        return;
    }
    let expected = image::open(&stored).unwrap_or_else(|error| panic!("{}: {error}", stored.display())).to_rgb8();
    assert_eq!(drawn.dimensions(), expected.dimensions(), "{name}");
    let (difference, (x, y)) = greatest_difference(&drawn, &expected);
    if difference > TOLERANCE {
        drawn.save(&new).unwrap();
        panic!("{name} differs by {difference:.1} of 255 at {x}, {y}; the new picture is {}", new.display());
    }
}

fn seek_to_day(days: f64) -> SessionCommand {
    SessionCommand::Seek(Instant::from_seconds(days * 86_400.0))
}

#[test]
fn the_picture_of_the_watch_preset_is_as_stored() {
    compare_picture("watch", &[SessionCommand::ApplyPreset(LayoutPreset::Watch), seek_to_day(9.5)]);
}

#[test]
fn the_picture_of_the_step_preset_is_as_stored() {
    compare_picture("step", &[SessionCommand::ApplyPreset(LayoutPreset::Step), seek_to_day(12.4)]);
}

#[test]
fn the_picture_of_the_explore_preset_with_a_path_is_as_stored() {
    let [shown, target] = [1, 2].map(AgentId);
    let commands = [
        SessionCommand::ApplyPreset(LayoutPreset::Explore),
        SessionCommand::ShowAgent(shown),
        SessionCommand::PathTo(Some(target)),
        seek_to_day(20.0),
    ];
    compare_picture("explore", &commands);
}

#[test]
fn the_picture_of_the_write_preset_is_as_stored() {
    compare_picture("write", &[SessionCommand::ApplyPreset(LayoutPreset::Write), SessionCommand::ToEnd]);
}

#[test]
fn the_picture_of_the_ask_preset_is_as_stored() {
    let why_not = SessionCommand::Ask(Query::WhyNot { id: "confess".into(), who: None });
    compare_picture("ask", &[seek_to_day(3.0), why_not, SessionCommand::ApplyPreset(LayoutPreset::Ask)]);
}

#[test]
fn the_picture_of_the_stage_by_day_and_at_night_is_as_stored() {
    compare_picture("stage_day", &[SessionCommand::ShowOnly(PanelId::Stage), seek_to_day(5.23)]);
    compare_picture("stage_night", &[SessionCommand::ShowOnly(PanelId::Stage), seek_to_day(5.58)]);
}

#[test]
fn triangles_with_a_common_edge_fill_each_pixel_once() {
    let texture = ColorImage::filled([1, 1], Color32::WHITE);
    let mut canvas = RgbImage::new(8, 8);
    let half_white = Color32::from_rgba_premultiplied(128, 128, 128, 128);
    let vertex = |x: f32, y: f32| Vertex { pos: pos2(x, y), uv: Pos2::ZERO, color: half_white };
    let corners = [vertex(1.0, 1.0), vertex(7.0, 1.0), vertex(7.0, 7.0), vertex(1.0, 7.0)];
    let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(6.0, 8.0));
    fill_triangle(&mut canvas, clip, [corners[0], corners[1], corners[2]], &texture);
    fill_triangle(&mut canvas, clip, [corners[0], corners[2], corners[3]], &texture);
    for (x, y, pixel) in canvas.enumerate_pixels() {
        let is_inside = (1..6).contains(&x) && (1..7).contains(&y);
        assert_eq!(pixel.0[0], if is_inside { 128 } else { 0 }, "{x}, {y}");
    }
}

#[test]
fn a_small_change_of_a_picture_is_a_difference_and_an_even_shade_is_tolerated() {
    let plain = RgbImage::from_pixel(20, 20, Rgb([200, 180, 160]));
    let mut shaded = plain.clone();
    shaded.pixels_mut().for_each(|pixel| pixel.0[1] += 3);
    assert_eq!(greatest_difference(&plain, &shaded).0, 3.0);
    let mut with_line = plain.clone();
    (8..16).for_each(|x| with_line.put_pixel(x, 9, Rgb([50, 40, 30])));
    let (difference, corner) = greatest_difference(&plain, &with_line);
    assert!(difference > TOLERANCE && corner == (8, 8), "{difference} at {corner:?}");
}
