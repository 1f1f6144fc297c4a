//! Narrative analysis and generation: finds patterns in the events of a run, rates events, and words them as prose.
//!
//! # Model
//!
//! A *pattern* is a list of clauses: events, ties or stays that come in order, with shared variables for the agents. A *beat* is
//! a pattern that the author of the scene waits for. Matching them is called *sifting*. It is incremental, so a run can be
//! watched while it is simulated, and the result is the same as that of sifting the recorded run.
//!
//! *Salience* rates how much an event matters: how rare it is, how much it caused, whom it concerns. The *backbone* is the
//! smallest set of events whose causes connect the beginning with the ending. Prose is rendered from the templates of the scene.
//! The variant is drawn by key, so a text does not depend on what else is worded. Nothing in this crate changes a run.
//!
//! # Types
//!
//! - [`Matcher`] matches the scene's beats and patterns while events arrive; [`StoryPlugin`] runs it inside a simulation, takes
//!   the measures, and writes the documents of agents.
//! - [`RecordedRun`] evaluates expressions over a recorded run at any instant. [`sift`] finds every match in it, [`why_not`]
//!   reports what prevented an action, trigger, outcome, beat or pattern.
//! - [`EventNarrator`] words one event; [`Narrator`] decides which events are narrated and which are summarised; [`TextLayout`]
//!   formats the lines. [`RunSummary`] is the summary at the end of a run.
//! - [`compose_letter`] writes letters from what their writer remembers, [`music`] the pieces that agents make, and [`book`] a
//!   whole run as a book. [`salience`] decides what it contains.
//! - [`check_prose`] finds errors in templates, and [`load`] reports them together with the other diagnostics of the scene. For
//!   writers: `docs/prose.md`.
//!
//! # Example
//!
//! ```
//! use longhand_narrative::{NarrationLine, Narrator, StoryPlugin, load_text};
//! use longhand_scene::STARTER_SCENE;
//! use longhand_sim::{SimOptions, Simulation};
//! use std::sync::Arc;
//!
//! let scenario = Arc::new(load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).expect("the starter scene is valid").scenario);
//! let plugin = StoryPlugin { scenario: scenario.clone(), seed: 0 };
//! let mut run = Simulation::with(scenario.clone(), SimOptions::default(), |app| _ = app.add_plugins(plugin));
//! while run.step() {}
//!
//! let mut narrator = Narrator::new(&scenario, 0);
//! let agents = &run.chronicle().agents;
//! let lines: Vec<NarrationLine> =
//!     run.chronicle().iter().flat_map(|event| narrator.narrate(&scenario, event, &[], agents)).collect();
//! assert!(!lines.is_empty());
//! ```
//!
//! # Inside
//!
//! `attempt` tests one input of the matcher against one clause, `partial_match` holds the matches that have begun,
//! `pattern_match` the results, `intervals` the ties and stays as intervals of time. `why_not` and `near_miss` fill a
//! `why_not_report`. `cause_finder` finds the causes that an event does not store, with `process_looks`, what processes read and when,
//! and `influences`, what kept others from happening. `templates` compiles the prose of a scene, `template_person` is the template value of an agent,
//! `template_filters` are the filters that depend on the language. [`dates`] words dates, by the messages of
//! [`longhand_language`]; [`grammar`] is English for the interface. [`markup`] escapes and writes XML and HTML, [`palette`] holds
//! the colours, both for the whole workspace.

mod attempt;
pub mod book;
mod cause_finder;
pub mod dates;
mod event_narrator;
mod event_values_view;
mod fact_reads;
#[cfg(test)]
mod fixture;
pub mod grammar;
mod influences;
mod intervals;
mod keyed_draws;
mod letter;
mod loading;
pub mod markup;
mod matcher;
#[cfg(test)]
mod matcher_tests;
pub mod music;
mod narrator;
#[cfg(test)]
mod narrator_tests;
mod near_miss;
mod necessity;
mod order;
mod outcome_weights;
pub mod palette;
mod partial_match;
mod pattern_match;
mod process_looks;
mod prose_check;
mod recall_occasion;
mod recorded_run;
#[cfg(test)]
mod reference_matcher;
mod repetition;
mod run_summary;
pub mod salience;
mod sift;
mod speech_acts;
mod story_monitor;
mod template_filters;
mod template_past;
mod template_person;
mod templates;
mod text_layout;
mod topic_clause;
mod why_not;
mod why_not_outcome;
mod why_not_report;
mod word_times;

pub use cause_finder::{CauseFinder, Changer, QuietChange};
pub use event_narrator::{EventNarrator, EventNarratorState, EventOrdinal, RunNarrator};
pub use event_values_view::EventValuesView;
pub use influences::EventInfluence;
pub use letter::{EarlierWork, LetterMemory, LetterRequest, compose_letter};
pub use loading::{load, load_text, load_with};
pub use matcher::{Matcher, MatcherState};
pub use narrator::{NarrationLine, NarrationLineKind, Narrator, NarratorState};
pub use near_miss::explain_pattern;
pub use necessity::CauseNecessity;
pub use order::{order_score, rank_agreement};
pub use outcome_weights::OutcomeWeights;
pub use pattern_match::{FailedMatch, Match, MatchedInterval, PatternRef, PatternStatus};
pub use prose_check::{ProseProblem, check_prose, kinds_without_prose};
pub use recorded_run::{PastView, RecordedRun};
pub use run_summary::RunSummary;
pub use sift::{COMMON_THEMES, SiftReport, TROPES, sift};
pub use story_monitor::{
    BeatMatched, KeyframeMismatch, StoryMonitor, StoryMonitorState, StoryPlugin, finish_matching, keyframe, restore_keyframe,
};
pub use text_layout::{DEFAULT_WIDTH, TextLayout, wrap};
pub use why_not::{WhyNotQuery, WhyNotTarget, why_not};
pub use why_not_report::{ClosestBinding, ConditionTally, UnmetCondition, WhyNotReport, format_shortfall};
