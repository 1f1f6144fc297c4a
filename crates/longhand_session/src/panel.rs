//! The panels that show a run, and their preset arrangements.

use serde::{Deserialize, Serialize};

/// A panel of the window; the terminal has some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelId {
    /// The animated picture of the world.
    Stage,
    /// The story so far.
    Story,
    /// A lane for each pinned agent.
    Timeline,
    /// All events.
    Events,
    /// One event with its causes and effects.
    Event,
    /// One agent at the cursor.
    Agent,
    /// The OSes.
    Oses,
    /// What everybody has over time.
    City,
    /// Relations between agents.
    Graph,
    /// The status of the scene's beats.
    Beats,
    /// The scene's parameters and source texts.
    Scene,
    /// Diagnostics of the scene.
    Problems,
    /// Comparison of two runs.
    Compare,
    /// Patterns that matched, and the status of the others.
    Themes,
    /// Why something did not happen.
    WhyNot,
    /// The runs of the session.
    Branches,
    /// Runs with many seeds.
    Sweep,
    /// Whether the scene is a world or a script.
    Audit,
}

/// An arrangement of panels for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayoutPreset {
    /// To watch the story.
    Watch,
    /// To step through events.
    Step,
    /// To explore relations.
    Explore,
    /// To edit the scene and see the effect.
    Write,
    /// To query patterns, why not, and what if.
    Ask,
}

impl LayoutPreset {
    /// All presets.
    pub const ALL: [Self; 5] = [Self::Watch, Self::Step, Self::Explore, Self::Write, Self::Ask];
}

impl PanelId {
    /// All panels.
    pub const ALL: [Self; 18] = [
        Self::Stage,
        Self::Story,
        Self::Timeline,
        Self::Events,
        Self::Event,
        Self::Agent,
        Self::Oses,
        Self::City,
        Self::Graph,
        Self::Beats,
        Self::Scene,
        Self::Problems,
        Self::Compare,
        Self::Themes,
        Self::WhyNot,
        Self::Branches,
        Self::Sweep,
        Self::Audit,
    ];

    /// The title of the panel.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Stage => "Stage",
            Self::Story => "Story",
            Self::Timeline => "Timeline",
            Self::Events => "Events",
            Self::Event => "Event",
            Self::Agent => "Agent",
            Self::Oses => "OSes",
            Self::City => "City",
            Self::Graph => "Graph",
            Self::Beats => "Beats",
            Self::Scene => "Scene",
            Self::Problems => "Problems",
            Self::Compare => "Compare",
            Self::Themes => "Themes",
            Self::WhyNot => "Why not",
            Self::Branches => "Branches",
            Self::Sweep => "Sweep",
            Self::Audit => "Audit",
        }
    }
}
