//! Longhand: a fictional-world simulation and narrative engine.

pub mod ids;
pub mod language;
pub mod scenario;
