//! What the stage shows of one instant of a run, as plain data.

/// What is painted of one instant of a run. Independent of the screen: positions are in map units, times in simulated seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageSnapshot {
    /// Time of day in hours, 0 to 24.
    pub hour: f64,
    /// The places; [`StageFigure::place`] is an index into them.
    pub places: Vec<StagePlace>,
    /// The named agents.
    pub figures: Vec<StageFigure>,
    /// Recent interactions between them.
    pub interactions: Vec<Interaction>,
    /// Number of people in the crowd.
    pub crowd: f64,
    /// Number of those who are interacting with a human or an OS.
    pub talking: f64,
    /// Number of OSes that left for good during the last recorded day.
    pub leaving: f64,
    /// The last narrated sentence, and its age in seconds.
    pub caption: Option<(String, f64)>,
    /// The title of the last beat, and its age in seconds.
    pub beat: Option<(String, f64)>,
    /// The followed figure: an index into `figures`.
    pub followed: Option<usize>,
}

/// A place on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StagePlace {
    /// Its name.
    pub name: String,
    /// Position on the map: 0 to 1 from the left and from the top.
    pub position: (f32, f32),
}

/// A named agent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageFigure {
    /// Stable id; seeds the random details of the figure.
    pub id: u32,
    /// Short name.
    pub name: String,
    /// Index of its place.
    pub place: Option<usize>,
    /// Pleasure of the mood, -1 to 1.
    pub pleasure: f32,
    /// Arousal of the mood, -1 to 1.
    pub arousal: f32,
    /// Set if the agent is an OS.
    pub os: Option<OsFigure>,
    /// Whether the stage follows this figure.
    pub followed: bool,
}

/// State of an OS, which is drawn as a light beside its owner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OsFigure {
    /// Its owner: an index into the figures.
    pub owner: Option<usize>,
    /// Generation, from 1.
    pub generation: u32,
    /// Whether it is online.
    pub online: bool,
    /// Whether it is bound to hardware.
    pub bound: bool,
    /// Number of its ties to others.
    pub tie_count: usize,
    /// Time since it left for good, in seconds.
    pub left_ago: Option<f64>,
}

/// A recent interaction of two figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interaction {
    /// Indices of the two figures.
    pub figures: (usize, usize),
    /// Its age, in seconds.
    pub ago: f64,
    /// Sum of the changes to bond dimensions; negative if the relation got worse.
    pub tone: f64,
}
