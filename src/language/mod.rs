//! The typed language inside a scene's strings: conditions, wants, sets and effects.
//!
//! Text is parsed with [`chumsky`], checked against a [`Schema`] (the names a scene declares) and a [`Scope`] (the variables
//! of one rule), and compiled once into a flat form that evaluates against a [`View`] of the world with no allocation.
//! The reference for writers is `docs/language.md`.
