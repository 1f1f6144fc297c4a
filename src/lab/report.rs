//! What came of one run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The outcome of one run, as `longhand run --json` writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// File name of the scene.
    pub scene: String,
    /// The seed.
    pub seed: u64,
    /// Hash of the chronicle, 32 hexadecimal digits: the same scene, parameters and seed give the same.
    pub hash: String,
    /// The parameters in force; switches are 0 or 1.
    pub params: BTreeMap<String, f64>,
    /// Civil date and time at which it began.
    pub started: String,
    /// Civil date and time at which it ended.
    pub ended: String,
    /// How long it took to live, in seconds of the clock on the wall; where it was gone on with, since then.
    pub wall_s: f64,
    /// How many events were recorded.
    pub events: u64,
    /// How many agents have ever been in the world.
    pub agents: u64,
    /// How many bonds were there at the end.
    pub bonds: u64,
    /// The beats of the scene, in its order.
    pub beats: Vec<BeatReport>,
    /// How often each of the scene's patterns came about.
    pub patterns: BTreeMap<String, u32>,
    /// How far the beats that came kept to the scene's order: Kendall's tau, -1 to 1; none for fewer than two.
    pub order_tau: Option<f64>,
    /// The scene's measures; none where the moment to measure never came.
    pub measures: BTreeMap<String, Option<f64>>,
    /// By tie, how long those lasted that began during the run: whole days, how many were over after so many, and how many still held when
    /// the run ended; ascending. Of all that the scene asks about (`lasts`), else of those between agents whose events are kept.
    #[serde(default)]
    pub ties: BTreeMap<String, Vec<(u32, u64, u64)>>,
}

/// One beat of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatReport {
    /// The beat.
    pub id: String,
    /// Whether the scene's arc needs it.
    pub must: bool,
    /// Civil date and time at which it came; none: it did not.
    pub at: Option<String>,
    /// The number of its last event.
    pub event: Option<u32>,
}

impl RunReport {
    /// The report of a run in which nothing happened.
    #[cfg(test)]
    pub(crate) fn nothing(seed: u64) -> Self {
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
            ties: BTreeMap::new(),
        }
    }

    /// The beats that had to come and did not.
    pub fn missing(&self) -> impl Iterator<Item = &BeatReport> {
        self.beats.iter().filter(|beat| beat.must && beat.at.is_none())
    }
}
