//! What a story file says about its run: the parameters, and the end.

use super::super::SymbolTable;
use super::LONGHAND_VERSION;
use longhand_expr::ids::Instant;
use longhand_scene::{Intervention, Scenario};

/// The parameters with which a run was started.
#[derive(Clone, Debug)]
pub struct StoryHeader {
    /// The version of longhand that recorded it.
    pub version: String,
    /// File name of the scene, without its folder.
    pub scene: String,
    /// The scene's title.
    pub title: String,
    /// The source texts of the scene, by path; the scene itself first.
    pub sources: Vec<(String, String)>,
    /// The seed of all random draws.
    pub seed: u64,
    /// Parameters overridden for this run, by name and as typed, in order.
    pub param_overrides: Vec<(String, String)>,
    /// Interventions in the scene; empty for a run that is not a branch.
    pub interventions: Vec<Intervention>,
    /// The end of the run, if it differs from the scene's.
    pub until: Option<Instant>,
    /// Length of a tick in microseconds.
    pub tick_us: i64,
    /// The names behind the ids.
    pub symbols: SymbolTable,
}

impl StoryHeader {
    /// The header for a run of a scene.
    #[must_use]
    pub fn for_run(scenario: &Scenario, seed: u64, set: &[(String, String)], until: Option<Instant>) -> Self {
        Self {
            version: LONGHAND_VERSION.to_owned(),
            scene: scenario.name.clone(),
            title: scenario.title.clone(),
            sources: scenario.sources.clone(),
            seed,
            param_overrides: set.to_vec(),
            interventions: Vec::new(),
            until,
            tick_us: scenario.tick_us,
            symbols: SymbolTable::from_scenario(scenario),
        }
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// The instant.
    pub at: Instant,
    /// The chronicle's hash.
    pub hash: u128,
}
