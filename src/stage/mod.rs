//! The moving picture of the world: a city at dusk, painted from a [`Picture`] and nothing else.
//!
//! A [`Picture`] is plain data about one moment; [`paint`] draws it with egui's painter, so that it stands in a panel like any other and
//! is the same in a window and in a screenshot. `sky` is the light of the hour, `city` the crowd as windows, `figures` people, OSes and
//! what passes between them, `captions` the words.

#![expect(clippy::disallowed_methods, reason = "a picture need not be the same to the last bit on every machine")]

mod captions;
mod city;
mod figures;
mod sky;

use bevy_egui::egui::{FontFamily, Painter, Pos2, Rect, pos2};

/// One moment of a world, as it is painted. Everything is in its own units; nothing knows of the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Hour of the day with its fraction, 0 to 24.
    pub hour: f64,
    /// The places, by [`Figure::place`].
    pub places: Vec<Spot>,
    /// Those who are followed.
    pub figures: Vec<Figure>,
    /// What passes between them.
    pub threads: Vec<Thread>,
    /// How many people are only counted.
    pub crowd: f64,
    /// How many of them have to do with another, human or OS, at this moment.
    pub talking: f64,
    /// How many OSes there are.
    pub oses: f64,
    /// How many OSes left for good in the last hours.
    pub leaving: f64,
    /// What was said last, and how long ago in seconds.
    pub caption: Option<(String, f64)>,
    /// The title of the last beat, and how long ago in seconds.
    pub beat: Option<(String, f64)>,
    /// Whoever the picture follows: an index of `figures`.
    pub follows: Option<usize>,
}

/// A place on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// Where: 0 to 1 from the left and from the top.
    pub at: (f32, f32),
}

/// Somebody who is followed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// A number of their own, so that who stands beside whom does not change.
    pub id: u32,
    /// What they are called.
    pub name: String,
    /// Where they are: an index of the places.
    pub place: Option<usize>,
    /// -1 to 1.
    pub pleasure: f32,
    /// -1 to 1.
    pub arousal: f32,
    /// What makes it an OS, if it is one.
    pub os: Option<Light>,
    /// Whether a person asked to see more of them.
    pub pinned: bool,
}

/// An OS: a light at somebody's shoulder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Light {
    /// Whose: an index of the figures.
    pub owner: Option<usize>,
    /// How many times it was made anew.
    pub generation: u32,
    /// Whether it can be reached.
    pub online: bool,
    /// Whether it needs hardware.
    pub bound: bool,
    /// How many it is bound to.
    pub others: usize,
    /// How long ago it left for good, in seconds.
    pub left: Option<f64>,
}

/// Something that passes between two figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thread {
    /// Indices of the figures.
    pub between: (usize, usize),
    /// How long ago, in seconds.
    pub ago: f64,
    /// How it changed what they are to each other: below 0 for the worse.
    pub tone: f64,
}

/// What the eye took in, for whoever wants to know what is under the pointer.
#[derive(Clone, Debug, Default)]
pub struct Painted {
    /// Where each figure stands.
    pub figures: Vec<Pos2>,
    /// How large figures are, in points.
    pub size: f32,
}

/// The share of the height, at the bottom, that is kept free of figures for what is said.
const CAPTIONS: f32 = 0.17;

/// Paints the picture. `pulse` is the reader's own time in seconds: what glimmers, glimmers by it. `words` is the family of captions.
#[must_use]
pub fn paint(painter: &Painter, rect: Rect, picture: &Picture, pulse: f64, words: &FontFamily) -> Painted {
    let painter = &painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let light = sky::Light::at(picture.hour);
    let horizon = rect.top() + rect.height() * 0.37;
    sky::paint(painter, rect, horizon, &light, picture.hour);
    let windows = city::paint(painter, rect, horizon, picture, &light, pulse);
    let below = rect.bottom() - rect.height() * CAPTIONS;
    let ground = Rect::from_min_max(pos2(rect.left(), horizon), pos2(rect.right(), below));
    let painted = figures::paint(painter, rect, ground, picture, &light, &windows, pulse);
    captions::paint(painter, rect, Rect::from_min_max(pos2(rect.left(), below), rect.max), picture, &light, words);
    painted
}

/// A number from 0 to 1 that is always the same for the same `of`: for what has to stay where it is.
fn steady(of: u64) -> f32 {
    let mixed = (of.wrapping_add(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed >> 40) as f32) / (1_u32 << 24) as f32
}
