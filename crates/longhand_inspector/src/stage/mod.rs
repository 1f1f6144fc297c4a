//! The stage: a city map at one instant of a run, painted with egui.
//!
//! A [`StageSnapshot`] is plain data; [`paint_stage`] depends only on it and on the animation time. Painting with egui makes the
//! stage a panel like any other, and identical in the window and in rendered pictures. `snapshot` defines the data, `map`
//! arranges the places; `sky` paints sky and ground by the time of day, `city` the crowd as lit windows, `figures` the named
//! agents and their interactions, `captions` the text, all with the helpers in `paint`.

mod captions;
mod city;
mod figures;
mod map;
mod paint;
mod sky;
mod snapshot;

use bevy_egui::egui::{FontFamily, Painter, Rect, pos2};

pub(super) use figures::FigurePositions;
pub(super) use map::place_positions;
pub(super) use snapshot::{Interaction, OsFigure, StageFigure, StagePlace, StageSnapshot};

/// Fraction of the height, at the bottom, reserved for captions.
const CAPTION_FRACTION: f32 = 0.17;

/// Paints a snapshot into `rect` and returns the positions of its figures. `animation_time` is in real seconds, `family` is
/// the font of captions.
#[must_use]
pub(super) fn paint_stage(
    painter: &Painter,
    rect: Rect,
    snapshot: &StageSnapshot,
    animation_time: f64,
    family: &FontFamily,
) -> FigurePositions {
    let painter = &painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let colors = sky::SkyColors::at_hour(snapshot.hour);
    let horizon = rect.top() + rect.height() * 0.37;
    sky::paint_sky(painter, rect, horizon, &colors, snapshot.hour);
    let windows = city::paint_city(painter, rect, horizon, snapshot, &colors, animation_time);
    let caption_top = rect.bottom() - rect.height() * CAPTION_FRACTION;
    let ground = Rect::from_min_max(pos2(rect.left(), horizon), pos2(rect.right(), caption_top));
    let painted = figures::paint_figures(painter, rect, ground, snapshot, &colors, &windows, animation_time);
    captions::paint_captions(
        painter,
        rect,
        Rect::from_min_max(pos2(rect.left(), caption_top), rect.max),
        snapshot,
        &colors,
        family,
    );
    painted
}
