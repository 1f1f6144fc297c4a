//! Narrative analysis and generation: finds patterns in the events of a run, rates events, and words them as prose.
//!
//! - [`Matcher`] matches the scene's beats and patterns while events arrive. `attempt` tests one input against one clause,
//!   `partial_match` holds the matches that have begun, `pattern_match` the results, `intervals` the ties and stays as intervals
//!   of time. [`EventValuesView`] lets conditions read the numbers of an event. [`order_score`] compares the order in which beats
//!   happened with the listed order.
//! - [`RecordedRun`] evaluates expressions over a recorded run at any instant. [`sift`] finds every match in it, [`why_not`]
//!   reports what prevented an action, trigger, beat or pattern, and [`explain_pattern`] reports how close a pattern came to a
//!   match.
//! - [`StoryPlugin`] runs the matcher inside a simulation, takes the measures, and writes the documents of agents.
//! - [`EventNarrator`] words an event as a sentence. `templates` compiles the prose of a scene, `template_person` is how a
//!   template sees an agent, [`dates`] and [`grammar`] are the English. [`check_prose`] finds errors in templates, [`load`]
//!   reports them together with the other diagnostics of the scene. For writers: `docs/prose.md`.
//! - [`compose_letter`] writes letters from what their writer remembers. [`music`] writes the pieces that agents make.
//! - [`salience`] rates how much each event matters, [`book`] writes a whole run as a book.
//! - [`Narrator`] decides which events are narrated and which are summarised. [`TextLayout`] formats the lines. [`RunSummary`] is
//!   the summary at the end of a run.

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
pub use page::wrap;
pub use page::{Page, WIDTH};
pub use problems::{ProseProblem, problems, untold};
pub use prose::{Teller, TellerState};
pub use record::{Past, Record};
pub use sift::{Sifted, TROPES, Undone, sift};
pub use telling::{Line, LineKind, Narrator, NarratorState};
pub use watch::{BeatMatched, StoryMonitor, StoryMonitorState, StoryPlugin, finish_matching};
pub use why_not::{Closest, Lack, Question, Tally, Wanted, WhyNot, say_shortfall, why_not};
pub use with_values::WithValues;
