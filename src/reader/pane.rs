//! What can be shown of a run, and in which arrangements.

use serde::{Deserialize, Serialize};

/// A panel of the window; the terminal has some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pane {
    /// The moving picture of the world.
    Stage,
    /// The story so far.
    Story,
    /// A lane for each pinned agent.
    Timeline,
    /// Every event.
    Events,
    /// One event, why, and what followed.
    Event,
    /// Somebody at the cursor.
    Agent,
    /// The OSes.
    Oses,
    /// Who is bound to whom.
    Graph,
    /// What the scene waits for.
    Beats,
    /// The scene itself.
    Scene,
    /// What is wrong with it.
    Problems,
    /// Another life beside this one.
    Compare,
    /// Which themes and patterns came about, and how far the others are.
    Themes,
    /// What kept something from happening.
    WhyNot,
    /// The lives that were lived.
    Branches,
    /// Many lives of the same world.
    Sweep,
}

/// An arrangement for a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// To see the story play out.
    Watch,
    /// To go through it event by event.
    Step,
    /// To see who is what to whom.
    Explore,
    /// To change the scene and see what that changes.
    Write,
    /// To ask what kind of story it is, why not, and what if.
    Ask,
}

impl Preset {
    /// Every one of them.
    pub const ALL: [Self; 5] = [Self::Watch, Self::Step, Self::Explore, Self::Write, Self::Ask];
}

impl Pane {
    /// Every one of them.
    pub const ALL: [Self; 16] = [
        Self::Stage,
        Self::Story,
        Self::Timeline,
        Self::Events,
        Self::Event,
        Self::Agent,
        Self::Oses,
        Self::Graph,
        Self::Beats,
        Self::Scene,
        Self::Problems,
        Self::Compare,
        Self::Themes,
        Self::WhyNot,
        Self::Branches,
        Self::Sweep,
    ];

    /// What it is called.
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
            Self::Graph => "Graph",
            Self::Beats => "Beats",
            Self::Scene => "Scene",
            Self::Problems => "Problems",
            Self::Compare => "Compare",
            Self::Themes => "Themes",
            Self::WhyNot => "Why not",
            Self::Branches => "Branches",
            Self::Sweep => "Many lives",
        }
    }
}
