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
pub mod dates;
mod event_narrator;
mod event_values_view;
#[cfg(test)]
mod fixture;
pub mod grammar;
mod intervals;
mod letter;
mod loading;
mod matcher;
#[cfg(test)]
mod matcher_tests;
pub mod music;
mod narrator;
#[cfg(test)]
mod narrator_tests;
mod near_miss;
mod order;
mod partial_match;
mod pattern_match;
mod prose_check;
mod recorded_run;
#[cfg(test)]
mod reference_matcher;
mod run_summary;
pub mod salience;
mod sift;
mod template_person;
mod templates;
mod text_layout;
mod watch;
mod why_not;

pub use event_narrator::{EventNarrator, EventNarratorState};
pub use event_values_view::EventValuesView;
pub use letter::{EarlierWork, LetterMemory, LetterRequest, compose_letter};
pub use loading::{load, load_text, load_with};
pub use matcher::{Matcher, MatcherState};
pub use narrator::{NarrationLine, NarrationLineKind, Narrator, NarratorState};
pub use near_miss::explain_pattern;
pub use order::{order_score, rank_agreement};
pub use pattern_match::{Match, MatchedInterval, PatternRef, PatternStatus};
pub use prose_check::{ProseProblem, check_prose, kinds_without_prose};
pub use recorded_run::{PastView, RecordedRun};
pub use run_summary::RunSummary;
pub use sift::{FailedMatch, SiftReport, TROPES, sift};
pub use text_layout::wrap;
pub use text_layout::{DEFAULT_WIDTH, TextLayout};
pub use watch::{
    BeatMatched, KeyframeMismatch, StoryMonitor, StoryMonitorState, StoryPlugin, finish_matching, keyframe, restore_keyframe,
};
pub use why_not::{
    ClosestBinding, ConditionTally, UnmetCondition, WhyNotQuery, WhyNotReport, WhyNotTarget, format_shortfall, why_not,
};
