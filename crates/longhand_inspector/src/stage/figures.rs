//! Named agents: people as small figures with a ring for their mood, OSes as lights, recent interactions as curves.

use std::sync::Arc;

use bevy_egui::egui::epaint::CubicBezierShape;
use bevy_egui::egui::{Color32, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::city::CityWindows;
use super::paint::{paint_dashed_ring, paint_glow, stable_random};
use super::sky::{LAMP, SkyColors};
use super::snapshot::{OsFigure, StageFigure, StageSnapshot};
use crate::color::{rgb, with_opacity};

/// Time for which an interaction is shown, in simulated seconds.
const INTERACTION_SECONDS: f64 = 2.0 * 3_600.0;
/// Time for which a departed OS is shown rising, in simulated seconds.
const DEPARTURE_SECONDS: f64 = 12.0 * 3_600.0;
/// Maximum number of lines from one OS to windows.
const MAX_OS_LINES: f32 = 90.0;

/// Colour of good moods and of the followed figure.
const WARM: Color32 = rgb(0xf2_8b6e);

/// Positions of the painted figures, for hit tests.
#[derive(Clone, Debug, Default)]
pub(crate) struct FigurePositions {
    /// Position of each figure; not finite if it was not painted.
    pub figures: Vec<Pos2>,
    /// Size of figures, in points.
    pub size: f32,
}

pub(super) fn paint_figures(
    painter: &Painter,
    rect: Rect,
    ground: Rect,
    snapshot: &StageSnapshot,
    colors: &SkyColors,
    windows: &CityWindows,
    animation_time: f64,
) -> FigurePositions {
    let size = (rect.height() / 60.0).clamp(7.0, 16.0);
    let camera = StageCamera::for_snapshot(ground, snapshot);
    let place_points: Vec<Pos2> = snapshot.places.iter().map(|place| camera.project(place.position)).collect();
    let names: Vec<Arc<Galley>> = snapshot.figures.iter().map(|figure| layout_name(painter, &figure.name, size)).collect();
    let positions = figure_positions(snapshot, &place_points, &names, size);
    let is_visible = |point: Pos2| ground.expand(size).contains(point);
    let inhabited = |place: usize| snapshot.figures.iter().any(|figure| figure.place == Some(place));
    for (place, point) in place_points.iter().enumerate().filter(|(_, point)| is_visible(**point)) {
        paint_floor(painter, colors, *point, size, inhabited(place));
    }
    for interaction in snapshot.interactions.iter().filter(|interaction| interaction.ago < INTERACTION_SECONDS) {
        let (from, to) = (positions[interaction.figures.0], positions[interaction.figures.1]);
        if !is_visible(from) && !is_visible(to) {
            continue;
        }
        let strength = 1.0 - (interaction.ago / INTERACTION_SECONDS) as f32;
        let color = if interaction.tone < 0.0 { colors.cold_color() } else { colors.lamp_color() };
        paint_interaction(painter, from, to, with_opacity(color, 0.3 + 0.6 * strength), interaction.tone < 0.0, animation_time);
    }
    let mut occupied = Vec::new();
    for ((figure, position), name) in snapshot.figures.iter().zip(&positions).zip(&names) {
        match &figure.os {
            Some(os) => {
                paint_os(painter, rect, colors, figure, os, *position, size, name, windows, animation_time);
                occupied.push(Rect::from_center_size(*position - vec2(0.0, size), vec2(name.size().x, size * 4.0)));
            }
            None if is_visible(*position) => {
                paint_person(painter, colors, figure, *position, size);
                let top_left = pos2(position.x - name.size().x / 2.0, position.y + size * 0.1);
                occupied.push(Rect::from_min_max(*position - vec2(size * 0.6, size * 2.2), *position + vec2(size * 0.6, 0.0)));
                occupied.push(paint_label(painter, colors, top_left, name, colors.text));
            }
            None => {}
        }
    }
    // An inhabited place is always labelled; an empty one only if its label overlaps nothing.
    let label_order = (0..place_points.len())
        .filter(|&place| inhabited(place))
        .chain((0..place_points.len()).filter(|&place| !inhabited(place)));
    for place in label_order.filter(|&place| is_visible(place_points[place])) {
        let name = layout_name(painter, &snapshot.places[place].name, size);
        let label_offset = if inhabited(place) { size * 1.45 } else { size * 0.5 };
        let top_left = place_points[place] + vec2(-name.size().x / 2.0, label_offset);
        let label_rect = Rect::from_min_size(top_left, name.size());
        if inhabited(place) || !occupied.iter().any(|other| other.intersects(label_rect)) {
            let color = colors.text.gamma_multiply(if inhabited(place) { 0.9 } else { 0.62 });
            occupied.push(paint_label(painter, colors, top_left, &name, color));
        }
    }
    FigurePositions { figures: positions, size }
}

fn layout_name(painter: &Painter, name: &str, size: f32) -> Arc<Galley> {
    painter.layout_no_wrap(name.to_owned(), name_font(size), Color32::PLACEHOLDER)
}

fn name_font(size: f32) -> FontId {
    FontId::proportional((size * 0.95 + 1.5).max(11.0))
}

/// Paints text with a thin outline, so that it is legible on any background. Returns the covered rectangle.
fn paint_label(painter: &Painter, colors: &SkyColors, top_left: Pos2, text: &Arc<Galley>, color: Color32) -> Rect {
    for offset in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
        painter.galley(top_left + offset, Arc::clone(text), colors.text_backdrop.gamma_multiply(0.22));
    }
    painter.galley(top_left, Arc::clone(text), color);
    Rect::from_min_size(top_left, text.size())
}

/// Maps map units to screen points; zoomed in on the followed figure, if there is one.
struct StageCamera {
    ground: Rect,
    center: (f32, f32),
    zoom: f32,
}

impl StageCamera {
    fn for_snapshot(ground: Rect, snapshot: &StageSnapshot) -> Self {
        let ground = ground.shrink2(vec2(ground.width() * 0.07, ground.height() * 0.13));
        let followed =
            snapshot.followed.and_then(|figure| snapshot.figures.get(figure)?.place).map(|place| snapshot.places[place].position);
        match followed {
            Some(center) => Self { ground, center, zoom: 1.7 },
            None => Self { ground, center: (0.5, 0.5), zoom: 1.0 },
        }
    }

    fn project(&self, (x, y): (f32, f32)) -> Pos2 {
        let zoomed = |coordinate: f32, center: f32| 0.5 + (coordinate - center) * self.zoom;
        pos2(
            self.ground.left() + self.ground.width() * zoomed(x, self.center.0),
            self.ground.top() + self.ground.height() * zoomed(y, self.center.1),
        )
    }
}

/// Positions of the figures: side by side at their place, spaced by the width of their labels; an OS beside its owner, and above
/// it if it is not bound to hardware.
fn figure_positions(snapshot: &StageSnapshot, place_points: &[Pos2], names: &[Arc<Galley>], size: f32) -> Vec<Pos2> {
    let not_painted = pos2(f32::NEG_INFINITY, 0.0);
    let mut positions = vec![not_painted; snapshot.figures.len()];
    for (place, point) in place_points.iter().enumerate() {
        let occupants: Vec<usize> = (0..snapshot.figures.len())
            .filter(|&nth| snapshot.figures[nth].os.is_none() && snapshot.figures[nth].place == Some(place))
            .collect();
        let width_of = |nth: usize| (names[nth].size().x + 6.0).max(size * 3.2);
        let mut x = point.x - occupants.iter().map(|&nth| width_of(nth)).sum::<f32>() / 2.0;
        for nth in occupants {
            positions[nth] = pos2(x + width_of(nth) / 2.0, point.y);
            x += width_of(nth);
        }
    }
    for (index, figure) in snapshot.figures.iter().enumerate() {
        let Some(os) = &figure.os else { continue };
        let anchor = os.owner.map(|owner| positions[owner]).filter(|position| position.is_finite());
        let anchor = anchor.or_else(|| figure.place.and_then(|place| place_points.get(place).copied()));
        let lift = if os.bound { 0.0 } else { size * 2.2 };
        positions[index] = anchor.map_or(not_painted, |point| point + vec2(size * 1.5, -size * 2.6 - lift));
    }
    positions
}

fn paint_floor(painter: &Painter, colors: &SkyColors, position: Pos2, size: f32, inhabited: bool) {
    let radii = vec2(size * 3.6, size * 0.9);
    let center = position + vec2(0.0, size * 0.2);
    painter.add(Shape::ellipse_filled(center, radii, with_opacity(colors.text_backdrop, 0.10)));
    if inhabited {
        painter.add(Shape::ellipse_filled(center, radii, with_opacity(colors.lamp_color(), 0.05 + 0.16 * colors.darkness)));
    }
}

fn paint_person(painter: &Painter, colors: &SkyColors, figure: &StageFigure, feet: Pos2, size: f32) {
    // Mood ring: radius shows arousal; solid for pleasure, dashed for displeasure, so that it does not depend on colour alone.
    let ring_radius = size * (1.5 + 0.55 * figure.arousal.clamp(-1.0, 1.0));
    let ring_center = feet - vec2(0.0, size * 0.9);
    let strength = 0.35 + 0.6 * figure.pleasure.abs().min(1.0);
    if figure.pleasure >= 0.0 {
        painter.circle(
            ring_center,
            ring_radius,
            with_opacity(WARM, 0.22 * strength),
            Stroke::new(1.6, with_opacity(WARM, strength)),
        );
    } else {
        let stroke = Stroke::new(1.4, with_opacity(colors.cold_color(), strength + 0.2));
        paint_dashed_ring(painter, ring_center, ring_radius, stroke, 3.0, 3.5);
    }
    let body = if figure.followed { WARM } else { colors.text };
    let head = feet - vec2(0.0, size * 1.75);
    let shoulders = feet - vec2(0.0, size * 1.2);
    let outline = vec![
        shoulders + vec2(-size * 0.32, 0.0),
        shoulders + vec2(size * 0.32, 0.0),
        feet + vec2(size * 0.5, 0.0),
        feet + vec2(-size * 0.5, 0.0),
    ];
    painter.add(Shape::convex_polygon(outline, body, Stroke::NONE));
    painter.circle(head, size * 0.42, body, Stroke::NONE);
}

#[expect(clippy::too_many_arguments, reason = "a paint function needs target, geometry and colours")]
fn paint_os(
    painter: &Painter,
    rect: Rect,
    colors: &SkyColors,
    figure: &StageFigure,
    os: &OsFigure,
    center: Pos2,
    size: f32,
    name: &Arc<Galley>,
    windows: &CityWindows,
    animation_time: f64,
) {
    if !center.is_finite() {
        return;
    }
    if let Some(ago) = os.left_ago {
        let progress = (ago / DEPARTURE_SECONDS) as f32;
        if progress < 1.0 {
            let light_center = pos2(center.x, center.y + (rect.top() - center.y) * progress * progress);
            // The trail below the rising light.
            let trail = with_opacity(LAMP, 0.35 * (1.0 - progress));
            painter.line_segment([center, light_center], Stroke::new(1.2, trail));
            paint_os_light(painter, colors, light_center, size * (0.5 + progress), 1.0 - progress);
        }
        return;
    }
    if !os.online {
        // An offline OS is a dashed ring with a label.
        paint_dashed_ring(painter, center, size * 0.55, Stroke::new(1.4, with_opacity(colors.text, 0.7)), 2.5, 3.0);
        let top_left = center + vec2(size, -name.size().y / 2.0);
        paint_label(
            painter,
            colors,
            top_left,
            &painter.layout_no_wrap("offline".to_owned(), name_font(size), Color32::PLACEHOLDER),
            colors.text,
        );
        return;
    }
    let line_count = ((os.tie_count as f32 + 1.0).log2() * 7.0).clamp(0.0, MAX_OS_LINES) as usize;
    if os.tie_count > 2 && !windows.positions.is_empty() {
        for nth in 0..line_count {
            let seed = u64::from(figure.id) << 20 | nth as u64;
            let window_count = if windows.lit.is_empty() { windows.positions.len() } else { windows.lit.len() };
            let index = (stable_random(seed) * window_count as f32) as usize % window_count;
            let window = windows.positions[if windows.lit.is_empty() { index } else { windows.lit[index] }];
            let opacity = 0.10 + 0.10 * ((animation_time * 0.9 + f64::from(stable_random(seed + 1)) * 20.0).sin() as f32);
            painter.line_segment([center, window], Stroke::new(0.8, with_opacity(colors.lamp_color(), opacity)));
        }
    }
    let pulsation = 0.5 + 0.5 * (animation_time * 1.6 + f64::from(figure.id)).sin() as f32;
    let radius = size * (0.34 + 0.05 * os.generation.min(8) as f32 + 0.05 * pulsation) * if os.bound { 1.0 } else { 1.5 };
    paint_os_light(painter, colors, center, radius, 1.0);
    for ring in 1..os.generation.min(6) {
        let ring_radius = radius + size * 0.28 * ring as f32;
        painter.circle_stroke(center, ring_radius, Stroke::new(0.9, with_opacity(colors.lamp_color(), 0.6 / ring as f32)));
    }
    let top_left = center - vec2(name.size().x / 2.0, radius + 4.0 + name.size().y);
    paint_label(painter, colors, top_left, name, if colors.darkness > 0.3 { LAMP } else { colors.text });
}

fn paint_os_light(painter: &Painter, colors: &SkyColors, center: Pos2, size: f32, strength: f32) {
    paint_glow(painter, center, size * 4.0, LAMP, (0.25 + 0.3 * colors.darkness) * strength);
    painter.circle(center, size, with_opacity(LAMP, strength), Stroke::new(1.0, with_opacity(colors.lamp_color(), strength)));
}

/// Paints an interaction: a curve with a moving dot, or a dashed straight line if the relation got worse.
fn paint_interaction(painter: &Painter, from: Pos2, to: Pos2, color: Color32, is_worse: bool, animation_time: f64) {
    let stroke = Stroke::new(1.8, color);
    if is_worse {
        painter.extend(Shape::dashed_line(&[from, to], stroke, 5.0, 5.0));
        return;
    }
    let lift = vec2(0.0, -24.0 - from.distance(to) * 0.12);
    let points = [from, from + lift, to + lift, to];
    painter.add(CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke));
    let share = (0.5 + 0.5 * (animation_time * 1.4).sin()) as f32;
    let rest = 1.0 - share;
    let along = |axis: fn(Pos2) -> f32| {
        rest.powi(3) * axis(points[0])
            + 3.0 * rest.powi(2) * share * axis(points[1])
            + 3.0 * rest * share.powi(2) * axis(points[2])
            + share.powi(3) * axis(points[3])
    };
    painter.circle_filled(pos2(along(|point| point.x), along(|point| point.y)), 2.6, color);
}
