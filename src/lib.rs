//! Longhand: a fictional-world simulation and narrative engine.

pub mod cli;
pub mod ids;
#[cfg(feature = "inspector")]
pub mod inspector;
pub mod lab;
pub mod language;
