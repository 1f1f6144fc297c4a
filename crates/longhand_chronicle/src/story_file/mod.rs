//! The `.story` file: a chronicle as one SQLite database. `docs/story-format.md` describes its tables.
//!
//! - [`StoryWriter`] (`write.rs`) takes deltas from a chronicle and passes them to a thread, which stores each one in one
//!   transaction (`store.rs`) in a file that `create.rs` made. Committed data survives the end of the process at any moment.
//! - [`Story`] (`story.rs`) is a file read back, with the SQL of `read.rs`. Any content yields a chronicle or a [`StoryError`], never
//!   a panic.
//! - [`StoryEventStream`] (`stream.rs`) reads a file in chunks of events, for stories larger than memory.
//! - [`StoryBranch`] (`branches.rs`) is a run that was forked from the story and stored in the same file by `save_branch.rs`.
//! - `packed.rs` packs what happened: a row an event, a row for the samples of an instant, a row a day of the crowd. `records.rs` has
//!   the form of the lists in these rows, `views.rs` the views that show them to SQL as tables with a row an item, and `lookups.rs` the
//!   tables that these views need. `format_5.rs` reads the tables of earlier formats, which had a row an item.
//! - [`Keyframe`] (`keyframe.rs`) is a state from which an interrupted run continues; `pack.rs` compresses it.
//! - `row_counts.rs` holds the number of rows that a keyframe covers, or that a branch shares with its parent.
//! - `rows.rs` is the only place that maps facts, links and choices to columns; `connection.rs` opens files.

mod branches;
mod connection;
mod create;
mod error;
mod format_5;
#[cfg(test)]
mod format_5_tests;
mod header;
mod keyframe;
mod lookups;
mod pack;
mod packed;
mod read;
mod records;
mod row_counts;
mod rows;
mod save_branch;
mod store;
mod story;
mod stream;
#[cfg(test)]
mod tests;
mod views;
mod write;

pub use branches::StoryBranch;
pub use error::StoryError;
pub use header::{RunEnd, StoryHeader};
pub use keyframe::Keyframe;
pub use rows::{FactColumns, fact_columns};
pub use save_branch::NewBranch;
pub use story::Story;
pub use stream::StoryEventStream;
pub use write::StoryWriter;

/// Marks an SQLite file as a story: `Long`, as SQLite's `application_id`.
const APPLICATION_ID: i32 = 0x4c6f_6e67;
/// Version of the tables, as SQLite's `user_version`.
const FORMAT_VERSION: i32 = 6;
/// The oldest version that can be read.
const OLDEST_READABLE_VERSION: i32 = 4;
/// The version of longhand. Only the version that wrote a keyframe can read its state.
const LONGHAND_VERSION: &str = env!("CARGO_PKG_VERSION");
const SCHEMA: &str = include_str!("schema.sql");
const BRANCH_SCHEMA: &str = include_str!("branches.sql");
