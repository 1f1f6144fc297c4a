//! What a scene is about: params, attributes, bonds, ties, places, goals, norms, documents.

use super::super::stage::PlaceLook;
use super::super::values::{Inheritance, Kinship, ParamValue};
use longhand_expr::ids::{AgentId, AttrId, EventKind, KindId, PlaceId, TieId};
use longhand_expr::{EvalContext, EvalFrame, Expr, ReadSet, SetExpr};

#[derive(Clone, Debug)]
pub struct Param {
    pub id: String,
    /// The effective value: the scene's, or the one that was set.
    pub value: ParamValue,
    pub range: Option<(f64, f64)>,
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct Attribute {
    pub id: String,
    pub switch: bool,
    pub integer: bool,
    /// Whether its values are expected to reach the ends of its range.
    pub scale: bool,
    /// Whether it is how strongly an agent holds a norm.
    pub norm: bool,
    pub range: (f64, f64),
    /// The words that are its values, as their positions; empty for a number or a switch.
    pub one_of: Vec<String>,
    pub start: f64,
    pub rest: Option<f64>,
    /// Seconds.
    pub half_life: Option<f64>,
    pub inherits: Option<Inheritance>,
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct Dimension {
    pub id: String,
    pub range: (f64, f64),
    pub rest: f64,
    /// Seconds.
    pub half_life: Option<f64>,
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct Tie {
    pub id: String,
    pub tags: Vec<String>,
    pub mutual: bool,
    /// Condition over `self`: whether the tie is exclusive for this agent.
    pub exclusive: Option<Expr>,
    pub light: bool,
    pub kinship: Option<Kinship>,
    pub at_death: TieFate,
    pub at_leaving: TieFate,
    pub about: String,
}

/// What becomes of a tie when one of its two agents is gone.
#[derive(Clone, Debug, Default)]
pub enum TieFate {
    #[default]
    Ends,
    Remains,
    /// The set of heirs, over `self` and `other`.
    PassesTo(SetExpr),
}

#[derive(Clone, Debug)]
pub struct Place {
    pub id: String,
    pub name: String,
    pub position: Option<(f64, f64)>,
    /// What it looks like on the stage.
    pub look: Option<PlaceLook>,
    /// How many storeys it is above the ground.
    pub storey: Option<i32>,
    pub about: String,
}

/// A way between two places.
#[derive(Clone, Copy, Debug)]
pub struct Road {
    pub between: [PlaceId; 2],
    pub km: f64,
    /// The seconds it takes at any speed.
    pub seconds: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Goal {
    pub id: String,
    pub by: KindId,
    pub likelihood: Expr,
    /// What `likelihood` reads.
    pub reads: ReadSet,
    pub weight: Expr,
    pub about: String,
}

/// A standard by which agents judge what somebody does.
#[derive(Clone, Debug)]
pub struct Norm {
    pub id: String,
    /// How strongly an agent holds it, -1 to 1.
    pub attribute: AttrId,
    /// The kinds of events that it judges: 1 for those that it is about, -1 for those against it.
    pub events: Vec<(EventKind, f64)>,
    pub ties: Vec<TieId>,
    /// Over `self`, who is judged, `other` and `judge`.
    pub when: Option<Expr>,
    pub shows: f64,
    pub says: String,
}

impl Norm {
    /// Whether it applies to what an agent did with another one (or [`AgentId::NONE`]), in the eyes of a judge.
    #[must_use]
    pub fn applies<V: EvalContext>(&self, view: &V, judged: AgentId, other: AgentId, judge: AgentId) -> bool {
        self.when.as_ref().is_none_or(|when| when.truth(view, &mut EvalFrame::from_agents(&[judged, other, judge])))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MindParams {
    /// Seconds.
    pub emotion_half_life: f64,
    /// Seconds.
    pub mood_half_life: f64,
    /// Seconds.
    pub memory_half_life: f64,
    pub mood_pull: f64,
    pub noticed: f64,
    pub memorable: f64,
    pub hurt: f64,
    pub judgement: f64,
}

impl Default for MindParams {
    fn default() -> Self {
        const DAY: f64 = 86_400.0;
        Self {
            emotion_half_life: 0.5 * DAY,
            mood_half_life: 3.0 * DAY,
            memory_half_life: 90.0 * DAY,
            mood_pull: 0.35,
            noticed: 0.02,
            memorable: 0.08,
            hurt: 0.6,
            judgement: 0.6,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Document {
    pub id: String,
    pub title: String,
    pub text: Vec<String>,
}
