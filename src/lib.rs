//! Longhand: a fictional-world simulation and narrative engine.

pub mod chronicle;
pub mod ids;
pub mod lab;
pub mod language;
pub mod scenario;
pub mod sim;
pub mod story;
pub mod world;
