//! What it means: beats and patterns found while events happen, and the events in words.
//!
//! - [`Matcher`] watches events for the scene's beats and patterns; `thread` holds what it remembers of those half told, [`WithValues`] lets
//!   their conditions read an event's numbers. [`order_score`] compares the order in which beats came with the one in which they stand.
//! - [`StoryPlugin`] watches a run with it, takes the measures, and lends the sim its words.
//! - [`Teller`] says an event as a sentence. `templates` compiles a scene's prose, `person` is what a template sees of somebody, [`dates`]
//!   and [`grammar`] are the English. [`problems`] finds what is wrong with the templates, [`load`] says so beside
//!   what is wrong with the scene. For writers: `docs/prose.md`.
//! - [`compose`] writes letters from what their writer remembers.
//! - [`Narrator`] decides what is told and what summed up; [`Page`] lays it out; [`Closing`] is the summary at the end.

mod closing;
pub mod dates;
#[cfg(test)]
mod fixture;
pub mod grammar;
mod letter;
mod loading;
mod matcher;
#[cfg(test)]
mod matcher_tests;
mod order;
mod page;
mod person;
mod problems;
mod prose;
mod telling;
#[cfg(test)]
mod telling_tests;
mod templates;
mod thread;
mod watch;
mod with_values;

pub use closing::Closing;
pub use letter::{Compose, Remembered, compose};
pub use loading::{load, load_text};
pub use matcher::{Match, Matcher, MatcherState, Waiting, Watched};
pub use order::{agreement, order_score};
pub(crate) use page::wrap;
pub use page::{Page, WIDTH};
pub use problems::{ProseProblem, problems, untold};
pub use prose::{Teller, TellerState};
pub use telling::{Line, LineKind, Narrator, NarratorState};
pub use watch::{StoryPlugin, Watch, WatchState, measure_end};
pub use with_values::WithValues;
