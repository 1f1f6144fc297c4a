//! What it means: beats and patterns found while events happen, and the events in words.
//!
//! - [`Matcher`] watches events for the scene's beats and patterns; `attempt` holds one happening against one clause, `thread` what is
//!   remembered of those half told, `found` what comes of it; [`WithValues`] lets
//!   their conditions read an event's numbers. [`order_score`] compares the order in which beats came with the one in which they stand.
//!   `intervals` holds ties and stays as stretches of time.
//! - [`Record`] is a recorded run that expressions can be asked of at any instant; [`sift`] finds every match in it, [`near`] how nearly one
//!   came about, [`why_not`] what kept an action, trigger, beat or pattern from happening.
//! - [`StoryPlugin`] watches a run with it, takes the measures, and lends the sim its words.
//! - [`Teller`] says an event as a sentence. `templates` compiles a scene's prose, `person` is what a template sees of somebody, [`dates`]
//!   and [`grammar`] are the English. [`problems`] finds what is wrong with the templates, [`load`] says so beside
//!   what is wrong with the scene. For writers: `docs/prose.md`.
//! - [`compose`] writes letters from what their writer remembers; [`music`] writes the pieces that are made in a story.
//! - [`salience`] says what matters, [`book`] tells a whole run.
//! - [`Narrator`] decides what is told and what summed up; [`Page`] lays it out; [`Closing`] is the summary at the end.

mod attempt;
pub mod book;
mod closing;
pub mod dates;
#[cfg(test)]
mod fixture;
mod found;
pub mod grammar;
mod intervals;
mod letter;
mod loading;
mod matcher;
#[cfg(test)]
mod matcher_plain;
#[cfg(test)]
mod matcher_tests;
pub mod music;
mod near;
mod order;
mod page;
mod person;
mod problems;
mod prose;
mod record;
pub mod salience;
mod sift;
mod telling;
#[cfg(test)]
mod telling_tests;
mod templates;
mod thread;
mod watch;
mod why_not;
mod with_values;

pub use closing::Closing;
pub use found::{FoundSpan, Match, Waiting, Watched};
pub use letter::{Compose, Remembered, Work, compose};
pub use loading::{load, load_text, load_with};
pub use matcher::{Matcher, MatcherState};
pub use near::near;
pub use order::{agreement, order_score};
pub(crate) use page::wrap;
pub use page::{Page, WIDTH};
pub use problems::{ProseProblem, problems, untold};
pub use prose::{Teller, TellerState};
pub use record::{Past, Record};
pub use sift::{Sifted, TROPES, Undone, sift};
pub use telling::{Line, LineKind, Narrator, NarratorState};
pub use watch::{BeatMatched, StoryMonitor, StoryMonitorState, StoryPlugin, finish_matching};
pub use why_not::{Closest, Lack, Question, Tally, Wanted, WhyNot, say_shortfall, why_not};
pub use with_values::WithValues;
