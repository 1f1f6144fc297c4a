//! The integration tests: the real program, and whole runs of the included scenes.
//!
//! They are one binary, so that they link once. `cargo test --test it NAME` runs those whose name contains `NAME`. Tests that need
//! a renderer are in `tests/pictures.rs`.

mod absence;
mod answers;
mod audit;
mod broken;
mod calendars;
mod cases;
mod choice;
mod cli;
mod commitments;
mod cyrano;
mod declaration_order;
mod diagnostics;
mod drama;
mod english;
mod expect;
mod exports;
mod film;
mod formats;
mod fuzz;
mod harness;
mod her;
mod identity;
mod instants;
mod interventions;
mod language_reference;
mod languages;
mod life;
mod life_library;
mod norms;
mod pages;
mod play;
mod rearrange;
mod resume;
mod rules;
mod runs;
mod scene_page;
mod sift;
mod summaries;
mod sweep;
mod sweep_parts;
mod tables;
mod tell;
mod telling;
mod things;
mod topics;
mod village;
mod what_if;
mod world;
