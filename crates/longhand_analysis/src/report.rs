//! The result of one run as plain data. It holds no ids of the simulation, so it can be stored, merged and compared across
//! builds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The result of one run, as written by `longhand run --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// File name of the scene.
    pub scene: String,
    /// The seed.
    pub seed: u64,
    /// Hash of the chronicle, 32 hexadecimal digits. The same scene, parameters and seed give the same hash.
    pub hash: String,
    /// The parameter values; switches are 0 or 1.
    pub params: BTreeMap<String, f64>,
    /// Civil date and time of the start.
    pub started: String,
    /// Civil date and time of the end.
    pub ended: String,
    /// Wall-clock time of the simulation in seconds; for a resumed run, the time since it was resumed.
    pub wall_s: f64,
    /// Number of events recorded.
    pub events: u64,
    /// Number of agents ever created.
    pub agents: u64,
    /// Number of bonds at the end.
    pub bonds: u64,
    /// The beats of the scene, in scene order.
    pub beats: Vec<BeatReport>,
    /// Number of matches of each pattern of the scene.
    pub patterns: BTreeMap<String, u32>,
    /// Kendall's tau between the order of the beats that occurred and the scene's order, -1 to 1; `None` for fewer than two
    /// beats.
    pub order_tau: Option<f64>,
    /// The measures of the scene; `None` if the condition for measuring never occurred. Of a measure over time it is the last value,
    /// of a measure by agent the mean.
    pub measures: BTreeMap<String, Option<f64>>,
    /// The values of each measure that is taken over time or by agent, in order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub series: BTreeMap<String, Vec<SeriesPoint>>,
    /// Durations of the ties that began during the run, by tie and ascending by duration: the duration in whole days, the number of ties
    /// that ended after it, and the number that had lasted as long and still held at the end of the run (right-censored). Ties that
    /// the scene queries (`lasts`) are complete; other ties are counted only between agents whose events are recorded.
    #[serde(default)]
    pub ties: BTreeMap<String, Vec<(u32, u64, u64)>>,
    /// What the world did not do as the rules asked, by rule.
    #[serde(default)]
    pub limited: Vec<LimitedReport>,
}

/// How often a rule could not do what it asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitedReport {
    /// The rule: an event kind, or the id of a process.
    pub rule: String,
    /// What limited it.
    pub limit: LimitKind,
    /// The attribute or dimension; empty if it was none.
    pub of: String,
    /// Whether the attribute or dimension is a scale, which is expected to reach its ends.
    pub scale: bool,
    /// How often.
    pub times: u64,
}

/// What limited a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// A value was cut off at the end of its range.
    CutOff,
    /// A value that is a whole number was rounded, or cut off at the end of its range.
    Rounded,
    /// An amount was not moved, because there was too little of it or no room.
    NotMoved,
    /// A thing was not handed over, because the agent did not hold it.
    NotHeld,
    /// A journey did not begin, because no way led there.
    NoWay,
    /// An appointment was not made, because its time was past or somebody was not there.
    NotPromised,
    /// A weight was below 0 and counted as 0.
    NegativeWeight,
    /// All weights of a step were 0, so nothing happened.
    NoOutcome,
}

impl std::fmt::Display for LimitedReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, of, .. } = self;
        match self.limit {
            LimitKind::CutOff => write!(f, "{rule}: `{of}` was cut off at its range"),
            LimitKind::Rounded => write!(f, "{rule}: `{of}` was rounded or cut off at its range"),
            LimitKind::NotMoved => write!(f, "{rule}: `{of}` was not moved, too little or no room"),
            LimitKind::NotHeld => write!(f, "{rule}: a thing was not handed over, it was not held"),
            LimitKind::NoWay => write!(f, "{rule}: nobody left, no way leads there"),
            LimitKind::NotPromised => write!(f, "{rule}: no appointment was made, it was too late or somebody was gone"),
            LimitKind::NegativeWeight => write!(f, "{rule}: its weight was below 0"),
            LimitKind::NoOutcome => write!(f, "{rule}: nothing happened, all weights were 0"),
        }
    }
}

/// One value of a measure over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// Civil date and time.
    pub at: String,
    /// The agent it was taken of, by its id in the cast or its number (`#17`); `None` for a measure of the whole world.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The value; `None` if it is not a finite number.
    pub value: Option<f64>,
}

/// The outcome of one beat in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatReport {
    /// Id of the beat.
    pub id: String,
    /// Whether the scene requires the beat.
    pub must: bool,
    /// Civil date and time at which the beat was completed; `None` if it was not.
    pub at: Option<String>,
    /// Number of the event that completed the beat.
    pub event: Option<u32>,
}

impl RunReport {
    /// The report of a run without beats, patterns, measures and ties.
    #[cfg(test)]
    pub(crate) fn empty(seed: u64) -> Self {
        Self {
            scene: "town.ron".into(),
            seed,
            hash: String::new(),
            params: BTreeMap::new(),
            started: "2025-01-06T07:00:00".into(),
            ended: "2025-02-06T07:00:00".into(),
            wall_s: 0.1,
            events: 3,
            agents: 2,
            bonds: 2,
            beats: Vec::new(),
            patterns: BTreeMap::new(),
            order_tau: None,
            measures: BTreeMap::new(),
            series: BTreeMap::new(),
            ties: BTreeMap::new(),
            limited: Vec::new(),
        }
    }

    /// The required beats that did not occur.
    pub fn missing_beats(&self) -> impl Iterator<Item = &BeatReport> {
        self.beats.iter().filter(|beat| beat.must && beat.at.is_none())
    }
}
