//! No code. The window turns on features of dependencies that the other crates use too (`bevy_ecs`, `serde`, …), and a crate with other
//! features is compiled again, with everything above it. The dev-dependencies of this crate turn the same features on in tests and lints
//! without the window, so that `cargo test` and `cargo test --no-default-features` share all but the window.
//!
//! If `.ci/features` finds a difference, add the feature that it names to `Cargo.toml`.
