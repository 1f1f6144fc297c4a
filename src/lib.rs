//! Longhand: a fictional-world simulation and narrative engine.

pub mod chronicle;
pub mod cli;
pub mod ids;
pub mod language;
pub mod scenario;
pub mod sim;
pub mod world;
