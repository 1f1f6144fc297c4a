//! The report on what prevented something: each condition, how often it failed, and which binding came closest.

use longhand_chronicle::format_number;
use longhand_expr::Shortfall;
use longhand_expr::ids::{AgentId, EventId, Instant};
use std::collections::BTreeMap;

/// The report on what prevented something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhyNotReport {
    /// The id that was asked about.
    pub id: String,
    /// The number of checks: instants and bindings, or events.
    pub checked: usize,
    /// The distance between the checked instants in seconds; 0 if events were checked.
    pub step_seconds: f64,
    /// The events with which it did happen.
    pub occurrences: Vec<EventId>,
    /// How often it happened beside these and was only counted, on the days of the period.
    pub counted: u64,
    /// For a pattern: the events of the parts that were matched.
    pub matched_events: Vec<EventId>,
    /// For a pattern: the number of parts that were matched, and the number of all parts.
    pub parts: (usize, usize),
    /// Every condition that failed, the most frequent first.
    pub tallies: Vec<ConditionTally>,
    /// How often all conditions were met although it did not happen.
    pub all_met: usize,
    /// The binding with the fewest unmet conditions.
    pub closest: Option<ClosestBinding>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// A condition and how often it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionTally {
    /// The condition as written in the scene.
    pub text: String,
    /// How often it failed.
    pub failed: usize,
    /// How often it was the only one that failed.
    pub failed_alone: usize,
}

/// The binding that came closest.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosestBinding {
    /// The instant.
    pub at: Instant,
    /// The event that was checked, for a pattern or a trigger on events.
    pub event: Option<EventId>,
    /// Role names with the agents bound to them.
    pub bindings: Vec<(String, AgentId)>,
    /// The conditions that were not met.
    pub unmet: Vec<UnmetCondition>,
}

/// A condition that was not met, and what it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct UnmetCondition {
    /// The condition as written in the scene, or in words.
    pub text: String,
    /// Its parts that were not met.
    pub shortfalls: Vec<Shortfall>,
}

impl UnmetCondition {
    /// An unmet condition given as text.
    #[must_use]
    pub(super) fn from_text(text: String) -> Self {
        let shortfall = Shortfall { text, actual: None, required: String::new(), distance: 1.0 };
        Self { text: shortfall.text.clone(), shortfalls: vec![shortfall] }
    }

    /// The same condition, counted under another text.
    #[must_use]
    pub(super) fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// How far the condition is from being met; at least 0.01.
    #[must_use]
    pub fn distance(&self) -> f64 {
        self.shortfalls.iter().map(|shortfall| shortfall.distance).sum::<f64>().max(0.01)
    }
}

/// Formats a part of a condition that failed: `self.loneliness was 0.31, needs > 0.4`.
#[must_use]
pub fn format_shortfall(shortfall: &Shortfall) -> String {
    let Shortfall { text, actual, required, .. } = shortfall;
    match (actual, required.as_str()) {
        (Some(actual), required) => format!("{text} was {}, needs {required}", format_number(*actual)),
        (None, "") => text.clone(),
        (None, "true") => format!("{text} did not hold"),
        (None, "false") => format!("{text} held but must not hold"),
        (None, required) => format!("{text}, needs {required}"),
    }
}

/// Counts how often each condition failed: in all, and alone.
#[derive(Debug, Default)]
pub(super) struct ConditionTallies(BTreeMap<String, (usize, usize)>);

impl ConditionTallies {
    pub(super) fn add(&mut self, unmet: &[UnmetCondition]) {
        for condition in unmet {
            let tally = self.0.entry(condition.text.clone()).or_default();
            tally.0 += 1;
            tally.1 += usize::from(unmet.len() == 1);
        }
    }

    pub(super) fn sorted(self) -> Vec<ConditionTally> {
        let mut all: Vec<ConditionTally> =
            self.0.into_iter().map(|(text, (failed, alone))| ConditionTally { text, failed, failed_alone: alone }).collect();
        all.sort_by(|a, b| (b.failed, b.failed_alone, &a.text).cmp(&(a.failed, a.failed_alone, &b.text)));
        all
    }
}
