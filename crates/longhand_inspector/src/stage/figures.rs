//! Named agents: people as small figures with a ring for their mood, OSes as lights, recent interactions as curves.

use std::sync::Arc;

use bevy_egui::egui::epaint::CubicBezierShape;
use bevy_egui::egui::{Color32, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::city::CityWindows;
use super::sky::{SkyColors as Sky, paint_glow, with_opacity};
use super::{FigurePositions, OsFigure, StageFigure, StageSnapshot, stable_random};

/// Time for which an interaction is shown, in simulated seconds.
const INTERACTION_SECONDS: f64 = 2.0 * 3_600.0;
/// Time for which a departed OS is shown rising, in simulated seconds.
const DEPARTURE_SECONDS: f64 = 12.0 * 3_600.0;
/// Maximum number of lines from one OS to windows.
const MAX_OS_LINES: f32 = 90.0;

const LAMP_COLOR: Color32 = Color32::from_rgb(0xff, 0xd2, 0x8a);
const WARM_COLOR: Color32 = Color32::from_rgb(0xf2, 0x8b, 0x6e);

impl Sky {
    /// Colour of lamps: light at night; darker by day, for contrast.
    fn lamp_color(&self) -> Color32 {
        if self.darkness > 0.3 { LAMP_COLOR } else { Color32::from_rgb(0xb8, 0x6a, 0x12) }
    }

    /// Colour of negative moods and interactions, chosen for contrast with the ground.
    fn cold_color(&self) -> Color32 {
        if self.darkness > 0.3 { Color32::from_rgb(0xc4, 0xa8, 0x96) } else { Color32::from_rgb(0x5c, 0x44, 0x38) }
    }
}

pub(super) fn paint_figures(
    painter: &Painter,
    rect: Rect,
    ground: Rect,
    picture: &StageSnapshot,
    sky: &Sky,
    windows: &CityWindows,
    pulse: f64,
) -> FigurePositions {
    let size = (rect.height() / 60.0).clamp(7.0, 16.0);
    let camera = StageCamera::for_snapshot(ground, picture);
    let spots: Vec<Pos2> = picture.places.iter().map(|spot| camera.project(spot.position)).collect();
    let names: Vec<Arc<Galley>> = picture.figures.iter().map(|figure| layout_name(painter, &figure.name, size)).collect();
    let stands = figure_positions(picture, &spots, &names, size);
    let is_seen = |at: Pos2| ground.expand(size).contains(at);
    let inhabited = |place: usize| picture.figures.iter().any(|figure| figure.place == Some(place));
    for (nth, at) in spots.iter().enumerate().filter(|(_, at)| is_seen(**at)) {
        paint_floor(painter, sky, *at, size, inhabited(nth));
    }
    for thread in picture.interactions.iter().filter(|thread| thread.ago < INTERACTION_SECONDS) {
        let (from, to) = (stands[thread.figures.0], stands[thread.figures.1]);
        if !is_seen(from) && !is_seen(to) {
            continue;
        }
        let strength = 1.0 - (thread.ago / INTERACTION_SECONDS) as f32;
        let color = if thread.tone < 0.0 { sky.cold_color() } else { sky.lamp_color() };
        paint_interaction(painter, from, to, with_opacity(color, 0.3 + 0.6 * strength), thread.tone < 0.0, pulse);
    }
    let mut taken = Vec::new();
    for ((figure, at), name) in picture.figures.iter().zip(&stands).zip(&names) {
        match &figure.os {
            Some(light) => {
                paint_os(painter, rect, sky, figure, light, *at, size, name, windows, pulse);
                taken.push(Rect::from_center_size(*at - vec2(0.0, size), vec2(name.size().x, size * 4.0)));
            }
            None if is_seen(*at) => {
                paint_person(painter, sky, figure, *at, size);
                let top = pos2(at.x - name.size().x / 2.0, at.y + size * 0.1);
                taken.push(Rect::from_min_max(*at - vec2(size * 0.6, size * 2.2), *at + vec2(size * 0.6, 0.0)));
                taken.push(paint_label(painter, sky, top, name, sky.text));
            }
            None => {}
        }
    }
    // An inhabited place is always labelled; an empty one only if its label overlaps nothing.
    let order = (0..spots.len()).filter(|&nth| inhabited(nth)).chain((0..spots.len()).filter(|&nth| !inhabited(nth)));
    for nth in order.filter(|&nth| is_seen(spots[nth])) {
        let name = layout_name(painter, &picture.places[nth].name, size);
        let lowest = if inhabited(nth) { size * 1.45 } else { size * 0.5 };
        let top = spots[nth] + vec2(-name.size().x / 2.0, lowest);
        let covers = Rect::from_min_size(top, name.size());
        if inhabited(nth) || !taken.iter().any(|other| other.intersects(covers)) {
            let ink = sky.text.gamma_multiply(if inhabited(nth) { 0.9 } else { 0.62 });
            taken.push(paint_label(painter, sky, top, &name, ink));
        }
    }
    FigurePositions { figures: stands, size }
}

fn layout_name(painter: &Painter, name: &str, size: f32) -> Arc<Galley> {
    painter.layout_no_wrap(name.to_owned(), name_font(size), Color32::PLACEHOLDER)
}

fn name_font(size: f32) -> FontId {
    FontId::proportional((size * 0.95 + 1.5).max(11.0))
}

/// Paints text with a thin outline, so that it is legible on any background. Returns the covered rectangle.
fn paint_label(painter: &Painter, sky: &Sky, top: Pos2, words: &Arc<Galley>, ink: Color32) -> Rect {
    for edge in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
        painter.galley(top + edge, Arc::clone(words), sky.text_backdrop.gamma_multiply(0.22));
    }
    painter.galley(top, Arc::clone(words), ink);
    Rect::from_min_size(top, words.size())
}

/// Maps map units to screen points; zoomed in on the followed figure, if there is one.
struct StageCamera {
    ground: Rect,
    center: (f32, f32),
    zoom: f32,
}

impl StageCamera {
    fn for_snapshot(ground: Rect, picture: &StageSnapshot) -> Self {
        let ground = ground.shrink2(vec2(ground.width() * 0.07, ground.height() * 0.13));
        let followed =
            picture.followed.and_then(|figure| picture.figures.get(figure)?.place).map(|place| picture.places[place].position);
        match followed {
            Some(at) => Self { ground, center: at, zoom: 1.7 },
            None => Self { ground, center: (0.5, 0.5), zoom: 1.0 },
        }
    }

    fn project(&self, (x, y): (f32, f32)) -> Pos2 {
        let seen = |at: f32, middle: f32| 0.5 + (at - middle) * self.zoom;
        pos2(
            self.ground.left() + self.ground.width() * seen(x, self.center.0),
            self.ground.top() + self.ground.height() * seen(y, self.center.1),
        )
    }
}

/// Positions of the figures: side by side at their place, spaced by the width of their labels; an OS beside its owner.
fn figure_positions(picture: &StageSnapshot, spots: &[Pos2], names: &[Arc<Galley>], size: f32) -> Vec<Pos2> {
    let away = pos2(f32::NEG_INFINITY, 0.0);
    let mut stands = vec![away; picture.figures.len()];
    for (place, spot) in spots.iter().enumerate() {
        let here: Vec<usize> = (0..picture.figures.len())
            .filter(|&nth| picture.figures[nth].os.is_none() && picture.figures[nth].place == Some(place))
            .collect();
        let room = |nth: usize| (names[nth].size().x + 6.0).max(size * 3.2);
        let mut x = spot.x - here.iter().map(|&nth| room(nth)).sum::<f32>() / 2.0;
        for nth in here {
            stands[nth] = pos2(x + room(nth) / 2.0, spot.y);
            x += room(nth);
        }
    }
    for (at, figure) in picture.figures.iter().enumerate() {
        let Some(light) = &figure.os else { continue };
        let beside = light.owner.map(|owner| stands[owner]).filter(|at| at.is_finite());
        let beside = beside.or_else(|| figure.place.and_then(|place| spots.get(place).copied()));
        let rises = if light.bound { 0.0 } else { size * 2.2 };
        stands[at] = beside.map_or(away, |at| at + vec2(size * 1.5, -size * 2.6 - rises));
    }
    stands
}

fn paint_floor(painter: &Painter, sky: &Sky, at: Pos2, size: f32, inhabited: bool) {
    let wide = vec2(size * 3.6, size * 0.9);
    let at = at + vec2(0.0, size * 0.2);
    painter.add(Shape::ellipse_filled(at, wide, with_opacity(sky.text_backdrop, 0.10)));
    if inhabited {
        painter.add(Shape::ellipse_filled(at, wide, with_opacity(sky.lamp_color(), 0.05 + 0.16 * sky.darkness)));
    }
}

fn paint_person(painter: &Painter, sky: &Sky, figure: &StageFigure, at: Pos2, size: f32) {
    // Mood ring: radius shows arousal; solid for pleasure, dashed for displeasure, so that it does not depend on colour alone.
    let wide = size * (1.5 + 0.55 * figure.arousal.clamp(-1.0, 1.0));
    let middle = at - vec2(0.0, size * 0.9);
    let strength = 0.35 + 0.6 * figure.pleasure.abs().min(1.0);
    if figure.pleasure >= 0.0 {
        painter.circle(
            middle,
            wide,
            with_opacity(WARM_COLOR, 0.22 * strength),
            Stroke::new(1.6, with_opacity(WARM_COLOR, strength)),
        );
    } else {
        let ring: Vec<Pos2> = (0..=32)
            .map(|nth| {
                let angle = nth as f32 / 32.0 * std::f32::consts::TAU;
                middle + vec2(angle.cos(), angle.sin()) * wide
            })
            .collect();
        painter.extend(Shape::dashed_line(&ring, Stroke::new(1.4, with_opacity(sky.cold_color(), strength + 0.2)), 3.0, 3.5));
    }
    let body = if figure.followed { WARM_COLOR } else { sky.text };
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
}

#[expect(clippy::too_many_arguments, reason = "a paint function needs target, geometry and colours")]
fn paint_os(
    painter: &Painter,
    rect: Rect,
    sky: &Sky,
    figure: &StageFigure,
    light: &OsFigure,
    at: Pos2,
    size: f32,
    name: &Arc<Galley>,
    windows: &CityWindows,
    pulse: f64,
) {
    if !at.is_finite() {
        return;
    }
    if let Some(ago) = light.left_ago {
        let gone = (ago / DEPARTURE_SECONDS) as f32;
        if gone < 1.0 {
            let risen = pos2(at.x, at.y + (rect.top() - at.y) * gone * gone);
            // The trail of the rising light.
            let trail = with_opacity(LAMP_COLOR, 0.35 * (1.0 - gone));
            painter.line_segment([at, risen], Stroke::new(1.2, trail));
            paint_os_light(painter, sky, risen, size * (0.5 + gone), 1.0 - gone);
        }
        return;
    }
    if !light.online {
        // An offline OS: a dashed ring and a label.
        let ring: Vec<Pos2> = (0..=24)
            .map(|nth| {
                let angle = nth as f32 / 24.0 * std::f32::consts::TAU;
                at + vec2(angle.cos(), angle.sin()) * size * 0.55
            })
            .collect();
        painter.extend(Shape::dashed_line(&ring, Stroke::new(1.4, with_opacity(sky.text, 0.7)), 2.5, 3.0));
        let top = at + vec2(size, -name.size().y / 2.0);
        paint_label(
            painter,
            sky,
            top,
            &painter.layout_no_wrap("offline".to_owned(), name_font(size), Color32::PLACEHOLDER),
            sky.text,
        );
        return;
    }
    let many = ((light.tie_count as f32 + 1.0).log2() * 7.0).clamp(0.0, MAX_OS_LINES) as usize;
    if light.tie_count > 2 && !windows.positions.is_empty() {
        for nth in 0..many {
            let seed = u64::from(figure.id) << 20 | nth as u64;
            let pool = if windows.lit.is_empty() { windows.positions.len() } else { windows.lit.len() };
            let pick = (stable_random(seed) * pool as f32) as usize % pool;
            let to = windows.positions[if windows.lit.is_empty() { pick } else { windows.lit[pick] }];
            let beat = 0.10 + 0.10 * ((pulse * 0.9 + f64::from(stable_random(seed + 1)) * 20.0).sin() as f32);
            painter.line_segment([at, to], Stroke::new(0.8, with_opacity(sky.lamp_color(), beat)));
        }
    }
    let breath = 0.5 + 0.5 * (pulse * 1.6 + f64::from(figure.id)).sin() as f32;
    let wide = size * (0.34 + 0.05 * light.generation.min(8) as f32 + 0.05 * breath) * if light.bound { 1.0 } else { 1.5 };
    paint_os_light(painter, sky, at, wide, 1.0);
    for ring in 1..light.generation.min(6) {
        let wide = wide + size * 0.28 * ring as f32;
        painter.circle_stroke(at, wide, Stroke::new(0.9, with_opacity(sky.lamp_color(), 0.6 / ring as f32)));
    }
    let top = at - vec2(name.size().x / 2.0, wide + 4.0 + name.size().y);
    paint_label(painter, sky, top, name, if sky.darkness > 0.3 { LAMP_COLOR } else { sky.text });
}

fn paint_os_light(painter: &Painter, sky: &Sky, at: Pos2, size: f32, strength: f32) {
    paint_glow(painter, at, size * 4.0, LAMP_COLOR, (0.25 + 0.3 * sky.darkness) * strength);
    painter.circle(at, size, with_opacity(LAMP_COLOR, strength), Stroke::new(1.0, with_opacity(sky.lamp_color(), strength)));
}

/// Paints an interaction: a curve with a moving dot, or a dashed straight line if the relation got worse.
fn paint_interaction(painter: &Painter, from: Pos2, to: Pos2, color: Color32, worse: bool, pulse: f64) {
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
