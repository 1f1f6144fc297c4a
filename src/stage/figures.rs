//! People as small figures with their mood around them, OSes as lights, and what passes between them as threads.

use bevy_egui::egui::epaint::CubicBezierShape;
use bevy_egui::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::city::Windows;
use super::sky::Light as Sky;
use super::{Figure, Light, Painted, Picture, steady};

/// How long a thread is seen after what it stands for, in seconds of the world.
const THREAD: f64 = 2.0 * 3_600.0;
/// How long an OS is seen rising after it left, in seconds of the world.
const LEAVING: f64 = 12.0 * 3_600.0;
/// The most threads from one OS to the windows.
const MOST: f32 = 90.0;

const LAMP: Color32 = Color32::from_rgb(0xff, 0xd2, 0x8a);
const WARM: Color32 = Color32::from_rgb(0xf2, 0x8b, 0x6e);
const COLD: Color32 = Color32::from_rgb(0x8a, 0x70, 0x60);

pub(super) fn paint(
    painter: &Painter,
    rect: Rect,
    ground: Rect,
    picture: &Picture,
    sky: &Sky,
    windows: &Windows,
    pulse: f64,
) -> Painted {
    let size = (rect.height() / 60.0).clamp(7.0, 16.0);
    let camera = Camera::of(ground, picture);
    let spots: Vec<Pos2> = picture.places.iter().map(|spot| camera.to(spot.at)).collect();
    for (spot, at) in picture.places.iter().zip(&spots) {
        let lived_in = picture.figures.iter().any(|figure| figure.place.is_some_and(|place| picture.places[place] == *spot));
        place(painter, sky, *at, size, &spot.name, lived_in);
    }
    let stands = stands(picture, &spots, size);
    for thread in picture.threads.iter().filter(|thread| thread.ago < THREAD) {
        let (from, to) = (stands[thread.between.0], stands[thread.between.1]);
        let strength = 1.0 - (thread.ago / THREAD) as f32;
        let color = if thread.tone < 0.0 { COLD } else { LAMP };
        talk(painter, from, to, color.gamma_multiply(0.35 + 0.6 * strength), thread.tone < 0.0, pulse);
    }
    for (figure, at) in picture.figures.iter().zip(&stands) {
        match &figure.os {
            None => person(painter, sky, figure, *at, size),
            Some(light) => os(painter, rect, sky, figure, light, *at, size, windows, pulse),
        }
    }
    Painted { figures: stands, size }
}

/// From the map's units to the screen; nearer when somebody is followed.
struct Camera {
    ground: Rect,
    middle: (f32, f32),
    near: f32,
}

impl Camera {
    fn of(ground: Rect, picture: &Picture) -> Self {
        let ground = ground.shrink2(vec2(ground.width() * 0.07, ground.height() * 0.13));
        let followed =
            picture.follows.and_then(|figure| picture.figures.get(figure)?.place).map(|place| picture.places[place].at);
        match followed {
            Some(at) => Self { ground, middle: at, near: 1.7 },
            None => Self { ground, middle: (0.5, 0.5), near: 1.0 },
        }
    }

    fn to(&self, (x, y): (f32, f32)) -> Pos2 {
        let seen = |at: f32, middle: f32| 0.5 + (at - middle) * self.near;
        pos2(
            self.ground.left() + self.ground.width() * seen(x, self.middle.0),
            self.ground.top() + self.ground.height() * seen(y, self.middle.1),
        )
    }
}

/// Where everybody stands: side by side at their place, OSes at the shoulder of whose they are.
fn stands(picture: &Picture, spots: &[Pos2], size: f32) -> Vec<Pos2> {
    let away = spots.iter().fold(pos2(0.0, 0.0), |_, at| *at);
    let mut at_place = vec![0_usize; spots.len()];
    let mut stands = vec![away; picture.figures.len()];
    let here = |place: usize| picture.figures.iter().filter(|figure| figure.os.is_none() && figure.place == Some(place)).count();
    for (figure, stand) in picture.figures.iter().zip(&mut stands).filter(|(figure, _)| figure.os.is_none()) {
        let Some(place) = figure.place else { continue };
        let middle = (here(place) - 1) as f32 / 2.0;
        let nth = at_place[place];
        at_place[place] += 1;
        // A step forward or back, so that a group is a group and no row.
        let depth = if here(place) > 1 { (steady(u64::from(figure.id)) - 0.5) * size } else { 0.0 };
        *stand = spots[place] + vec2((nth as f32 - middle) * size * 3.4, depth);
    }
    for (at, figure) in picture.figures.iter().enumerate() {
        let Some(light) = &figure.os else { continue };
        let beside = light.owner.map(|owner| stands[owner]).or_else(|| figure.place.map(|place| spots[place]));
        let rises = if light.bound { 0.0 } else { size * 2.2 };
        stands[at] = beside.unwrap_or(away) + vec2(size * 1.5, -size * 2.6 - rises);
    }
    stands
}

fn place(painter: &Painter, sky: &Sky, at: Pos2, size: f32, name: &str, lived_in: bool) {
    let wide = vec2(size * 3.6, size * 0.9);
    let fill = if lived_in { LAMP.gamma_multiply(0.10 + 0.14 * sky.dark) } else { sky.ink.gamma_multiply(0.05) };
    painter.add(Shape::ellipse_filled(at + vec2(0.0, size * 0.35), wide, fill));
    let ink = sky.ink.gamma_multiply(if lived_in { 0.85 } else { 0.4 });
    painter.text(at + vec2(0.0, size * 1.35), Align2::CENTER_TOP, name, FontId::proportional(size * 0.95 + 1.5), ink);
}

fn person(painter: &Painter, sky: &Sky, figure: &Figure, at: Pos2, size: f32) {
    // The halo: wider when stirred; whole when it is pleased, broken when it is not, so that colour is not all that says so.
    let wide = size * (1.5 + 0.55 * figure.arousal.clamp(-1.0, 1.0));
    let middle = at - vec2(0.0, size * 0.9);
    let strength = 0.35 + 0.6 * figure.pleasure.abs().min(1.0);
    if figure.pleasure >= 0.0 {
        painter.circle(middle, wide, WARM.gamma_multiply(0.16 * strength), Stroke::new(1.6, WARM.gamma_multiply(strength)));
    } else {
        let ring: Vec<Pos2> = (0..=32)
            .map(|nth| {
                let angle = nth as f32 / 32.0 * std::f32::consts::TAU;
                middle + vec2(angle.cos(), angle.sin()) * wide
            })
            .collect();
        painter.extend(Shape::dashed_line(&ring, Stroke::new(1.4, COLD.gamma_multiply(strength + 0.2)), 3.0, 3.5));
    }
    let body = if figure.pinned { WARM } else { sky.ink };
    let (head, hem) = (at - vec2(0.0, size * 1.75), at);
    let shoulders = at - vec2(0.0, size * 1.2);
    let outline = vec![
        shoulders + vec2(-size * 0.32, 0.0),
        shoulders + vec2(size * 0.32, 0.0),
        hem + vec2(size * 0.5, 0.0),
        hem + vec2(-size * 0.5, 0.0),
    ];
    painter.add(Shape::convex_polygon(outline, body, Stroke::NONE));
    painter.circle(head, size * 0.42, body, Stroke::NONE);
    painter.text(at + vec2(0.0, size * 0.1), Align2::CENTER_TOP, &figure.name, FontId::proportional(size * 0.9 + 1.0), sky.ink);
}

#[expect(clippy::too_many_arguments, reason = "what is painted, where, and by what light")]
fn os(
    painter: &Painter,
    rect: Rect,
    sky: &Sky,
    figure: &Figure,
    light: &Light,
    at: Pos2,
    size: f32,
    windows: &Windows,
    pulse: f64,
) {
    if let Some(ago) = light.left {
        let gone = (ago / LEAVING) as f32;
        if gone < 1.0 {
            let risen = pos2(at.x, at.y + (rect.top() - at.y) * gone * gone);
            glow(painter, risen, size * (0.5 + gone), LAMP, 1.0 - gone);
        }
        return;
    }
    if !light.online {
        // Where it should be, and is not.
        let ring: Vec<Pos2> = (0..=24)
            .map(|nth| {
                let angle = nth as f32 / 24.0 * std::f32::consts::TAU;
                at + vec2(angle.cos(), angle.sin()) * size * 0.55
            })
            .collect();
        painter.extend(Shape::dashed_line(&ring, Stroke::new(1.2, sky.ink.gamma_multiply(0.5)), 2.5, 3.0));
        return;
    }
    let many = ((light.others as f32 + 1.0).log2() * 7.0).clamp(0.0, MOST) as usize;
    if light.others > 2 && !windows.places.is_empty() {
        for nth in 0..many {
            let seed = u64::from(figure.id) << 20 | nth as u64;
            let pool = if windows.lit.is_empty() { windows.places.len() } else { windows.lit.len() };
            let pick = (steady(seed) * pool as f32) as usize % pool;
            let to = windows.places[if windows.lit.is_empty() { pick } else { windows.lit[pick] }];
            let beat = 0.10 + 0.10 * ((pulse * 0.9 + f64::from(steady(seed + 1)) * 20.0).sin() as f32);
            painter.line_segment([at, to], Stroke::new(0.7, LAMP.gamma_multiply(beat)));
        }
    }
    let breath = 0.5 + 0.5 * (pulse * 1.6 + f64::from(figure.id)).sin() as f32;
    let wide = size * (0.34 + 0.05 * light.generation.min(8) as f32 + 0.05 * breath) * if light.bound { 1.0 } else { 1.5 };
    glow(painter, at, wide, LAMP, 1.0);
    for ring in 1..light.generation.min(6) {
        let wide = wide + size * 0.28 * ring as f32;
        painter.circle_stroke(at, wide, Stroke::new(0.9, LAMP.gamma_multiply(0.55 / ring as f32)));
    }
    let ink = if sky.dark > 0.3 { LAMP } else { sky.ink };
    painter.text(at - vec2(0.0, wide + 4.0), Align2::CENTER_BOTTOM, &figure.name, FontId::proportional(size * 0.85 + 1.0), ink);
}

fn glow(painter: &Painter, at: Pos2, size: f32, color: Color32, strength: f32) {
    for ring in (1..=5).rev() {
        painter.circle_filled(at, size * (1.0 + 0.5 * ring as f32), color.gamma_multiply(0.09 * strength));
    }
    painter.circle_filled(at, size, color.gamma_multiply(strength));
}

/// A thread with a bead that goes to and fro; straight and broken where it was for the worse.
fn talk(painter: &Painter, from: Pos2, to: Pos2, color: Color32, worse: bool, pulse: f64) {
    let stroke = Stroke::new(1.8, color);
    if worse {
        painter.extend(Shape::dashed_line(&[from, to], stroke, 5.0, 5.0));
        return;
    }
    let lift = vec2(0.0, -24.0 - from.distance(to) * 0.12);
    let points = [from, from + lift, to + lift, to];
    painter.add(CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke));
    let share = (0.5 + 0.5 * (pulse * 1.4).sin()) as f32;
    let rest = 1.0 - share;
    let along = |axis: fn(Pos2) -> f32| {
        rest.powi(3) * axis(points[0])
            + 3.0 * rest.powi(2) * share * axis(points[1])
            + 3.0 * rest * share.powi(2) * axis(points[2])
            + share.powi(3) * axis(points[3])
    };
    painter.circle_filled(pos2(along(|at| at.x), along(|at| at.y)), 2.6, color);
}
