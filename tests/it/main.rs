//! The integration tests: the real program, and whole runs of the included scenes.
//!
//! They are one binary, so that they link once. `cargo test --test it NAME` runs those whose name contains `NAME`. Tests that need
//! a renderer are in `tests/pictures.rs`.

mod broken;
mod causes;
mod cli;
mod cyrano;
mod diagnostics;
mod english;
mod expect;
mod exports;
mod fuzz;
mod harness;
mod interventions;
mod language_reference;
mod pages;
mod resume;
mod rules;
mod runs;
mod scene_page;
mod sift;
mod sweep;
mod tables;
mod tell;
mod village;
mod what_if;
