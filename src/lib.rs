//! Longhand: a simulation and narrative engine for fictional worlds.

pub mod chronicle;
pub mod cli;
pub mod ids;
#[cfg(feature = "inspector")]
pub mod inspector;
pub mod lab;
pub mod language;
pub mod reader;
pub mod scenario;
pub mod sim;
#[cfg(feature = "inspector")]
pub mod stage;
pub mod story;
pub mod world;
