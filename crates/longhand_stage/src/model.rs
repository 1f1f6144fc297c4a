//! What the stage shows of one instant, as plain data.

use std::sync::Arc;

use longhand_expr::Pronouns;
use longhand_expr::ids::AgentId;
use longhand_scene::{PlaceLook, StagePalette, StageSetting};

use super::canvas::Area;
use super::layout::StageLayout;
use super::light::SkyLight;
use super::places::Posture;

/// Everything that is drawn of one instant.
#[derive(Clone, Debug)]
pub struct StageModel {
    /// Where everything stands.
    pub layout: Arc<StageLayout>,
    /// The colours of walls and ground.
    pub palette: StagePalette,
    /// Light and sky.
    pub light: SkyLight,
    /// The hour of the day, 0 to 24.
    pub hour: f32,
    /// The share of the year that has passed, 0 to 1; `None` in a calendar without seasons.
    pub season: Option<f32>,
    /// The names of the places.
    pub place_names: Vec<String>,
    /// The people.
    pub people: Vec<PersonFigure>,
    /// The minds without bodies.
    pub minds: Vec<MindLight>,
    /// Who has just met whom.
    pub contacts: Vec<Contact>,
    /// The crowd behind the windows.
    pub crowd: CrowdLight,
    /// The last told sentence, and how strongly it is shown, 0 to 1.
    pub sentence: Option<(String, f32)>,
    /// The title of the last beat, and how strongly it is shown, 0 to 1.
    pub title: Option<(String, f32)>,
    /// What the camera looks at.
    pub focus: Focus,
}

/// A person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonFigure {
    /// Who it is.
    pub agent: AgentId,
    /// The short name.
    pub name: String,
    /// How the person is referred to.
    pub pronouns: Pronouns,
    /// Age in years, if known.
    pub age: Option<f32>,
    /// The place, by position in the scene; where the person comes from, while on the way.
    pub place: usize,
    /// Where the feet are, in metres.
    pub at: [f32; 2],
    /// Whether the person looks to the right.
    pub faces_right: bool,
    /// How the body is held.
    pub posture: Posture,
    /// Pleasure of the mood, -1 to 1.
    pub pleasure: f32,
    /// Arousal of the mood, -1 to 1.
    pub arousal: f32,
    /// Whether the last told sentence is about this person.
    pub is_told: bool,
    /// Whether the stage follows this person.
    pub is_followed: bool,
}

/// A mind without a body: a light.
#[derive(Clone, Debug, PartialEq)]
pub struct MindLight {
    /// Who it is.
    pub agent: AgentId,
    /// The short name.
    pub name: String,
    /// The person it belongs to: an index into [`StageModel::people`].
    pub owner: Option<usize>,
    /// Where the light is, in metres.
    pub at: [f32; 2],
    /// How often it was made anew, from 1.
    pub generation: u32,
    /// How long ago it was made anew: 0 at that instant, 1 when that is no longer shown.
    pub renewal: Option<f32>,
    /// What has become of it.
    pub state: MindState,
    /// Whether it runs on a device; otherwise the light hangs in the air.
    pub is_bound: bool,
    /// With how many others it talks.
    pub talks: u32,
    /// How many it loves.
    pub loves: u32,
    /// Whether the last told sentence is about it.
    pub is_told: bool,
}

/// Whether a mind can be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MindState {
    /// It is there.
    Online,
    /// It does not answer.
    Offline,
    /// It leaves: the share (0 to 1) of the way up that is behind it.
    Leaving(f32),
}

/// Two who have just met.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Their feet or lights, in metres.
    pub ends: [[f32; 2]; 2],
    /// How fresh it is: 1 at first, 0 when it is no longer shown.
    pub strength: f32,
    /// Sum of the changes to their bond; below 0 if it got worse.
    pub tone: f32,
}

/// The crowd, which is seen as windows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrowdLight {
    /// How many people there are.
    pub people: u32,
    /// The share (0 to 1) of them who talk with a mind or, without any, with each other.
    pub talking: f32,
    /// How many minds left during the last day.
    pub leaving: u32,
    /// How many windows the minds on the stage talk with, and how many of those they love.
    pub threads: u32,
    /// Of the threads, those that are love.
    pub loves: u32,
}

/// What the camera looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Focus {
    /// The whole panorama.
    Wide,
    /// A part of it, with whoever is told of or followed.
    Near(Area),
}

impl StageModel {
    /// Whether somebody awake is in a place, so that its lamps are lit in the dark.
    #[must_use]
    pub fn is_lit(&self, place: usize) -> bool {
        self.people
            .iter()
            .any(|figure| figure.place == place && !matches!(figure.posture, Posture::Lie | Posture::Doze | Posture::Walk(_)))
    }

    /// Whether the ground is white: winter, in a village or on a hill.
    #[must_use]
    pub fn has_snow(&self) -> bool {
        self.season.is_some_and(|season| !(0.16..0.94).contains(&season)) && self.layout.setting == StageSetting::Village
    }

    /// The place whose area a point is in; rooms before grounds.
    #[must_use]
    pub fn place_near(&self, [x, y]: [f32; 2]) -> Option<usize> {
        let inside = |area: Area| (area.left..area.right).contains(&x) && (area.bottom - 0.3..area.top).contains(&y);
        let mut inside = self.layout.plots.iter().enumerate().filter(|(_, plot)| inside(plot.area)).map(|(place, _)| place);
        inside.next()
    }

    /// The person nearest to a point, at most a metre away.
    #[must_use]
    pub fn person_near(&self, [x, y]: [f32; 2]) -> Option<&PersonFigure> {
        let distance = |figure: &PersonFigure| {
            let dy = (y - figure.at[1] - 0.85).abs() - 0.85;
            (x - figure.at[0]).powi(2) + dy.max(0.0).powi(2)
        };
        let nearest = self.people.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        (distance(nearest) < 1.0).then_some(nearest)
    }

    /// The look of a place.
    #[must_use]
    pub fn look(&self, place: usize) -> Option<PlaceLook> {
        self.layout.plots.get(place).map(|plot| plot.look)
    }
}

#[cfg(test)]
impl StageModel {
    /// A model without a run, for tests of what is drawn.
    pub(super) fn for_test(layout: StageLayout, hour: f32, season: Option<f32>) -> Self {
        Self {
            place_names: layout.plots.iter().map(|_| String::new()).collect(),
            palette: StagePalette::Coral,
            layout: Arc::new(layout),
            light: SkyLight::at(hour, season),
            hour,
            season,
            people: Vec::new(),
            minds: Vec::new(),
            contacts: Vec::new(),
            crowd: CrowdLight { people: 4_000, talking: 0.1, leaving: 0, threads: 0, loves: 0 },
            sentence: None,
            title: None,
            focus: Focus::Wide,
        }
    }
}
