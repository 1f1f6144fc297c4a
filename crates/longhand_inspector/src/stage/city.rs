//! The crowd as a skyline: one window per person, or per several people in a large crowd. The share of lit windows shows how many
//! people are interacting at this instant.

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::{Color32, Painter, Pos2, Rect, Rgba, Shape, pos2};

use super::sky::{SkyColors, paint_glow, with_opacity};
use super::{StageSnapshot, stable_random};

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

/// A house: its rectangle, and its row (0 is the far row).
struct House {
    rect: Rect,
    depth: f32,
}

fn houses(rect: Rect, horizon: f32) -> Vec<House> {
    let mut houses = Vec::new();
    for (row, depth) in [(0_u64, 0.0_f32), (1, 1.0)] {
        let mut x = rect.left() - 12.0;
        let mut nth = row * 1000;
        while x < rect.right() {
            let width = 26.0 + 40.0 * stable_random(nth * 2 + 1);
            let tall = rect.height() * (0.09 + 0.19 * stable_random(nth * 2).powi(2)) * if row == 0 { 1.15 } else { 0.72 };
            let foot = horizon + if row == 0 { 0.0 } else { rect.height() * 0.035 };
            houses.push(House { rect: Rect::from_min_max(pos2(x, foot - tall), pos2(x + width, foot)), depth });
            x += width + 2.0 + 8.0 * stable_random(nth * 2 + 77);
            nth += 1;
        }
    }
    houses
}

pub(super) fn paint_city(
    painter: &Painter,
    rect: Rect,
    horizon: f32,
    picture: &StageSnapshot,
    light: &SkyColors,
    pulse: f64,
) -> CityWindows {
    let mut places: Vec<Pos2> = Vec::new();
    let mut mesh = Mesh::default();
    let far = Color32::from(Rgba::from(light.building) * 0.55 + Rgba::from(light.horizon) * 0.45);
    for house in houses(rect, horizon) {
        let color = if house.depth == 0.0 { far } else { light.building };
        add_quad(&mut mesh, house.rect, color);
        let inner = house.rect.shrink2(bevy_egui::egui::vec2(4.0, 5.0));
        let mut y = inner.top();
        while y + WINDOW_SIZE.1 <= inner.bottom() - 4.0 {
            let mut x = inner.left();
            while x + WINDOW_SIZE.0 <= inner.right() {
                places.push(pos2(x, y));
                x += WINDOW_SIZE.0 + WINDOW_GAP.0;
            }
            y += WINDOW_SIZE.1 + WINDOW_GAP.1;
        }
    }
    // The order in which windows are inhabited is fixed.
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&a, &b| stable_random(a as u64 * 7 + 3).total_cmp(&stable_random(b as u64 * 7 + 3)));
    let inhabited = (picture.crowd.max(0.0) as usize).min(MAX_WINDOWS).min(order.len());
    order.truncate(inhabited);
    let share = if picture.crowd > 0.0 { (picture.talking / picture.crowd).clamp(0.0, 1.0) } else { 0.0 };
    // A window is lit if at least one of the people behind it is interacting.
    let behind = (picture.crowd / inhabited.max(1) as f64).max(1.0);
    let lit = ((inhabited as f64 * (1.0 - (1.0 - share).powf(behind))).ceil() as usize).min(inhabited);
    // Inhabited but unlit windows have a dim lamp colour.
    let lamp = Rgba::from(Color32::from_rgb(0xb4, 0x70, 0x3a));
    let dim = Color32::from(Rgba::from(light.building) * 0.65 + Rgba::from(light.horizon) * 0.2 + lamp * 0.15);
    for &window in &order {
        add_quad(&mut mesh, window_rect(places[window]), dim);
    }
    // The set of lit windows changes slowly over time.
    let turn = (pulse * 0.05) as usize;
    let lit: Vec<usize> = (0..lit).map(|nth| order[(nth * 3 + turn) % inhabited.max(1)]).collect();
    for &window in &lit {
        let glow = 0.75 + 0.25 * (pulse * 1.3 + f64::from(stable_random(window as u64)) * 40.0).sin() as f32;
        let color = with_opacity(Color32::from_rgb(0xff, 0xc8, 0x6a), glow);
        add_quad(&mut mesh, window_rect(places[window]).expand(0.6), color);
    }
    painter.add(Shape::mesh(mesh));
    let windows = CityWindows { positions: places, lit };
    paint_departures(painter, rect, picture, &windows, pulse);
    windows
}

/// Paints departing OSes as lights rising from windows into the sky.
fn paint_departures(painter: &Painter, rect: Rect, picture: &StageSnapshot, windows: &CityWindows, pulse: f64) {
    if picture.leaving < 1.0 || windows.positions.is_empty() {
        return;
    }
    // The number of lights grows with the square root, so that one is visible and ten thousand do not fill the sky.
    let lights = (picture.leaving.sqrt() * 3.0).min(MAX_DEPARTURES) as u64;
    for nth in 0..lights {
        let from =
            windows.positions[(stable_random(nth * 11 + 5) * windows.positions.len() as f32) as usize % windows.positions.len()];
        let way = (pulse * 0.06 + f64::from(stable_random(nth * 13 + 1))).fract() as f32;
        let at = pos2(from.x + 14.0 * (stable_random(nth) - 0.5) * way, from.y + (rect.top() - 10.0 - from.y) * way * way);
        let seen = (1.0 - way) * (way * 8.0).min(1.0);
        paint_glow(painter, at, 9.0, Color32::from_rgb(0xff, 0xd2, 0x8a), 0.5 * seen);
        painter.circle_filled(at, 1.6, with_opacity(Color32::from_rgb(0xff, 0xe2, 0xa8), seen));
    }
}

fn window_rect(at: Pos2) -> Rect {
    Rect::from_min_max(at, pos2(at.x + WINDOW_SIZE.0, at.y + WINDOW_SIZE.1))
}

fn add_quad(mesh: &mut Mesh, rect: Rect, color: Color32) {
    let first = mesh.vertices.len() as u32;
    for corner in [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()] {
        mesh.vertices.push(Vertex { pos: corner, uv: WHITE_UV, color });
    }
    mesh.indices.extend([first, first + 1, first + 2, first, first + 2, first + 3]);
}
