//! Longhand: a fictional-world simulation and narrative engine.

pub mod ids;
pub mod language;
