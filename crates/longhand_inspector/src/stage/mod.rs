//! The stage: a city map at one instant of a run, painted with egui.
//!
//! A [`StageSnapshot`] is plain data; [`paint_stage`] depends only on it and on the animation time. Painting with egui makes the
//! stage a panel like any other, and identical in the window and in rendered pictures. `sky` paints sky and ground by the time of
//! day, `city` the crowd as lit windows, `figures` the named agents and their interactions, `captions` the text.

#![expect(clippy::disallowed_methods, reason = "drawing need not be bit-identical across machines")]

mod captions;
mod city;
mod figures;
mod sky;

use bevy_egui::egui::{FontFamily, Painter, Pos2, Rect, pos2};

/// What is painted of one instant of a run. Independent of the screen: positions are in map units, times in simulated seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageSnapshot {
    /// Time of day in hours, 0 to 24.
    pub hour: f64,
    /// The places; [`StageFigure::place`] is an index into them.
    pub places: Vec<StagePlace>,
    /// The named agents.
    pub figures: Vec<StageFigure>,
    /// Recent interactions between them.
    pub interactions: Vec<Interaction>,
    /// Number of people in the crowd.
    pub crowd: f64,
    /// Number of those who are interacting with a human or an OS.
    pub talking: f64,
    /// Number of OSes.
    pub oses: f64,
    /// Number of OSes that left for good during the last recorded day.
    pub leaving: f64,
    /// The last narrated sentence, and its age in seconds.
    pub caption: Option<(String, f64)>,
    /// The title of the last beat, and its age in seconds.
    pub beat: Option<(String, f64)>,
    /// The followed figure: an index into `figures`.
    pub followed: Option<usize>,
}

/// A place on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StagePlace {
    /// Its name.
    pub name: String,
    /// Position on the map: 0 to 1 from the left and from the top.
    pub position: (f32, f32),
}

/// A named agent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageFigure {
    /// Stable id; seeds the random details of the figure.
    pub id: u32,
    /// Short name.
    pub name: String,
    /// Index of its place.
    pub place: Option<usize>,
    /// Pleasure of the mood, -1 to 1.
    pub pleasure: f32,
    /// Arousal of the mood, -1 to 1.
    pub arousal: f32,
    /// Set if the agent is an OS.
    pub os: Option<OsFigure>,
    /// Whether the stage follows this figure.
    pub followed: bool,
}

/// State of an OS, which is drawn as a light beside its owner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsFigure {
    /// Its owner: an index into the figures.
    pub owner: Option<usize>,
    /// Generation, from 1.
    pub generation: u32,
    /// Whether it is online.
    pub online: bool,
    /// Whether it is bound to hardware.
    pub bound: bool,
    /// Number of its ties to others.
    pub tie_count: usize,
    /// Time since it left for good, in seconds.
    pub left_ago: Option<f64>,
}

/// A recent interaction of two figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interaction {
    /// Indices of the two figures.
    pub figures: (usize, usize),
    /// Its age, in seconds.
    pub ago: f64,
    /// Sum of the changes to bond dimensions; negative if the relation got worse.
    pub tone: f64,
}

/// Positions of the painted figures, for hit tests.
#[derive(Clone, Debug, Default)]
pub struct FigurePositions {
    /// Position of each figure; not finite if it was not painted.
    pub figures: Vec<Pos2>,
    /// Size of figures, in points.
    pub size: f32,
}

/// Fraction of the height, at the bottom, reserved for captions.
const CAPTION_FRACTION: f32 = 0.17;

/// Paints a snapshot into `rect` and returns the positions of its figures. `pulse` is the animation time in real seconds, `words`
/// the font family of captions.
#[must_use]
pub fn paint_stage(painter: &Painter, rect: Rect, picture: &StageSnapshot, pulse: f64, words: &FontFamily) -> FigurePositions {
    let painter = &painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let light = sky::SkyColors::at_hour(picture.hour);
    let horizon = rect.top() + rect.height() * 0.37;
    sky::paint_sky(painter, rect, horizon, &light, picture.hour);
    let windows = city::paint_city(painter, rect, horizon, picture, &light, pulse);
    let below = rect.bottom() - rect.height() * CAPTION_FRACTION;
    let ground = Rect::from_min_max(pos2(rect.left(), horizon), pos2(rect.right(), below));
    let painted = figures::paint_figures(painter, rect, ground, picture, &light, &windows, pulse);
    captions::paint_captions(painter, rect, Rect::from_min_max(pos2(rect.left(), below), rect.max), picture, &light, words);
    painted
}

/// A pseudo-random number in [0, 1) that depends only on `of` (SplitMix64-style hash).
fn stable_random(of: u64) -> f32 {
    let mixed = (of.wrapping_add(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed >> 40) as f32) / (1_u32 << 24) as f32
}
