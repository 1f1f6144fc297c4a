//! The crowd as a skyline: one window per person, or per several people in a large crowd. The share of lit windows shows how many
//! people are interacting at this instant.

use bevy_egui::egui::epaint::Mesh;
use bevy_egui::egui::{Color32, Painter, Pos2, Rect, Rgba, Shape, pos2, vec2};

use super::paint::{add_quad, paint_glow, stable_random};
use super::sky::{LAMP, SUNLIGHT, SkyColors};
use super::snapshot::StageSnapshot;
use crate::color::{rgb, with_opacity};

/// Maximum number of inhabited windows; in a larger crowd a window stands for several people.
const MAX_WINDOWS: usize = 4_000;
/// Maximum number of departing lights.
const MAX_DEPARTURES: f64 = 160.0;
const WINDOW_SIZE: (f32, f32) = (3.0, 4.0);
const WINDOW_GAP: (f32, f32) = (3.5, 4.5);

/// Positions of the windows.
pub(super) struct CityWindows {
    pub positions: Vec<Pos2>,
    /// Lit windows, as indices into `positions`.
    pub lit: Vec<usize>,
}

/// A house of the near or the far row.
struct House {
    rect: Rect,
    is_far: bool,
}

fn houses(rect: Rect, horizon: f32) -> Vec<House> {
    let mut houses = Vec::new();
    for is_far in [true, false] {
        let mut x = rect.left() - 12.0;
        let mut seed = if is_far { 0 } else { 1000 };
        while x < rect.right() {
            let width = 26.0 + 40.0 * stable_random(seed * 2 + 1);
            let height = rect.height() * (0.09 + 0.19 * stable_random(seed * 2).powi(2)) * if is_far { 1.15 } else { 0.72 };
            let bottom = horizon + if is_far { 0.0 } else { rect.height() * 0.035 };
            houses.push(House { rect: Rect::from_min_max(pos2(x, bottom - height), pos2(x + width, bottom)), is_far });
            x += width + 2.0 + 8.0 * stable_random(seed * 2 + 77);
            seed += 1;
        }
    }
    houses
}

pub(super) fn paint_city(
    painter: &Painter,
    rect: Rect,
    horizon: f32,
    snapshot: &StageSnapshot,
    colors: &SkyColors,
    animation_time: f64,
) -> CityWindows {
    let mut positions: Vec<Pos2> = Vec::new();
    let mut mesh = Mesh::default();
    let far_color = Color32::from(Rgba::from(colors.building) * 0.55 + Rgba::from(colors.horizon) * 0.45);
    for house in houses(rect, horizon) {
        let color = if house.is_far { far_color } else { colors.building };
        add_quad(&mut mesh, house.rect, color, color);
        let inner = house.rect.shrink2(vec2(4.0, 5.0));
        let mut y = inner.top();
        while y + WINDOW_SIZE.1 <= inner.bottom() - 4.0 {
            let mut x = inner.left();
            while x + WINDOW_SIZE.0 <= inner.right() {
                positions.push(pos2(x, y));
                x += WINDOW_SIZE.0 + WINDOW_GAP.0;
            }
            y += WINDOW_SIZE.1 + WINDOW_GAP.1;
        }
    }
    // The order in which windows are inhabited is fixed.
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by(|&a, &b| stable_random(a as u64 * 7 + 3).total_cmp(&stable_random(b as u64 * 7 + 3)));
    let inhabited_count = (snapshot.crowd.max(0.0) as usize).min(MAX_WINDOWS).min(order.len());
    order.truncate(inhabited_count);
    let talking_share = if snapshot.crowd > 0.0 { (snapshot.talking / snapshot.crowd).clamp(0.0, 1.0) } else { 0.0 };
    // A window is lit if at least one of the people behind it is interacting.
    let people_per_window = (snapshot.crowd / inhabited_count.max(1) as f64).max(1.0);
    let lit_count =
        ((inhabited_count as f64 * (1.0 - (1.0 - talking_share).powf(people_per_window))).ceil() as usize).min(inhabited_count);
    // Inhabited but unlit windows have a dim lamp colour.
    let lamp = Rgba::from(rgb(0xb4_703a));
    let dim_color = Color32::from(Rgba::from(colors.building) * 0.65 + Rgba::from(colors.horizon) * 0.2 + lamp * 0.15);
    for &window in &order {
        add_quad(&mut mesh, window_rect(positions[window]), dim_color, dim_color);
    }
    // The set of lit windows changes slowly over time.
    let rotation = (animation_time * 0.05) as usize;
    let lit: Vec<usize> = (0..lit_count).map(|nth| order[(nth * 3 + rotation) % inhabited_count.max(1)]).collect();
    for &window in &lit {
        let glow = 0.75 + 0.25 * (animation_time * 1.3 + f64::from(stable_random(window as u64)) * 40.0).sin() as f32;
        let color = with_opacity(rgb(0xff_c86a), glow);
        add_quad(&mut mesh, window_rect(positions[window]).expand(0.6), color, color);
    }
    painter.add(Shape::mesh(mesh));
    let windows = CityWindows { positions, lit };
    paint_departures(painter, rect, snapshot, &windows, animation_time);
    windows
}

/// Paints departing OSes as lights rising from windows into the sky.
fn paint_departures(painter: &Painter, rect: Rect, snapshot: &StageSnapshot, windows: &CityWindows, animation_time: f64) {
    if snapshot.leaving < 1.0 || windows.positions.is_empty() {
        return;
    }
    // The number of lights grows with the square root of that of OSes, so that one is visible and ten thousand do not fill
    // the sky.
    let light_count = (snapshot.leaving.sqrt() * 3.0).min(MAX_DEPARTURES) as u64;
    for nth in 0..light_count {
        let from =
            windows.positions[(stable_random(nth * 11 + 5) * windows.positions.len() as f32) as usize % windows.positions.len()];
        let progress = (animation_time * 0.06 + f64::from(stable_random(nth * 13 + 1))).fract() as f32;
        let position = pos2(
            from.x + 14.0 * (stable_random(nth) - 0.5) * progress,
            from.y + (rect.top() - 10.0 - from.y) * progress * progress,
        );
        let opacity = (1.0 - progress) * (progress * 8.0).min(1.0);
        paint_glow(painter, position, 9.0, LAMP, 0.5 * opacity);
        painter.circle_filled(position, 1.6, with_opacity(SUNLIGHT, opacity));
    }
}

fn window_rect(top_left: Pos2) -> Rect {
    Rect::from_min_max(top_left, pos2(top_left.x + WINDOW_SIZE.0, top_left.y + WINDOW_SIZE.1))
}
