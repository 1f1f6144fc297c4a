//! Counts what the world did not do as the rules asked: values that were cut off at the end of a range, effects that were refused,
//! weights below 0, and steps without an outcome.

use longhand_expr::ids::{AttrId, DimId, EventKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rule that asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LimitedRule {
    /// The event of an action, a trigger or an outcome.
    Event(EventKind),
    /// A process, by its position in the scene.
    Process(u32),
}

/// What limited it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Limit {
    /// The range of an attribute: the value was cut off or rounded.
    Attr(AttrId),
    /// The range of a dimension: the value was cut off.
    Dim(DimId),
    /// A `move` of an attribute for which there was too little or no room: nothing was moved.
    Move(AttrId),
    /// An effect on a thing that the agent did not hold, or on an agent that is not a thing: nothing was done.
    Thing,
    /// A journey to a place that cannot be reached: nobody left.
    Journey,
    /// A promise for the past, or with somebody who is not there: no appointment was made.
    Appointment,
    /// A weight below 0, which counted as 0.
    NegativeWeight,
    /// A step whose weights were all 0: nothing happened.
    NoOutcome,
}

/// How often each rule was limited by what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitedCounts(BTreeMap<(LimitedRule, Limit), u64>);

impl LimitedCounts {
    /// Counts `times` more.
    pub(crate) fn add(&mut self, rule: LimitedRule, limit: Limit, times: u64) {
        if times > 0 {
            *self.0.entry((rule, limit)).or_default() += times;
        }
    }

    /// The counts, in the order of the rules.
    pub fn iter(&self) -> impl Iterator<Item = (LimitedRule, Limit, u64)> {
        self.0.iter().map(|(&(rule, limit), &times)| (rule, limit, times))
    }
}
