//! What a scene is about: params, attributes, bonds, ties, places, goals.

use super::super::spanned::Spanned;
use super::super::values::{AttributeValue, Inheritance, Kinship, ParamValue};
use super::Text;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// The forms of a noun: its plural, or forms by name.
#[derive(Debug)]
pub struct NounFormsDecl(pub Vec<(Text, String)>);

impl<'de> Deserialize<'de> for NounFormsDecl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FormsVisitor;

        impl<'de> Visitor<'de> for FormsVisitor {
            type Value = NounFormsDecl;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("the plural in quotes, or a map of forms")
            }

            fn visit_str<E>(self, plural: &str) -> Result<Self::Value, E> {
                Ok(NounFormsDecl(vec![(Text { value: "other".into(), ..Text::default() }, plural.to_owned())]))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut forms = Vec::new();
                while let Some(form) = map.next_entry()? {
                    forms.push(form);
                }
                Ok(NounFormsDecl(forms))
            }
        }

        deserializer.deserialize_any(FormsVisitor)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Param")]
pub struct ParamDecl {
    pub id: Text,
    pub value: Spanned<ParamValue>,
    /// Inclusive range; only for numbers.
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    #[serde(default)]
    pub about: String,
}

/// A named expression with parameters; a call such as `close(a, b)` expands to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Def")]
pub struct DefDecl {
    pub id: Text,
    #[serde(default)]
    pub of: Vec<Text>,
    pub is: Text,
    #[serde(default)]
    #[expect(dead_code, reason = "documents the scene file; the program does not use it")]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Attribute")]
pub struct AttributeDecl {
    pub id: Text,
    /// Kinds whose agents have it. Default: all.
    #[serde(default)]
    pub of: Vec<Text>,
    /// A switch is 0 or 1; it has no range and does not drift.
    #[serde(default)]
    pub switch: bool,
    /// Its values are whole numbers.
    #[serde(default)]
    pub integer: bool,
    /// The words that are its values.
    #[serde(default)]
    pub one_of: Vec<Text>,
    /// Its values are expected to reach the ends of the range, so that is not reported. Default: true for a range within -1 to 1
    /// and with a half-life.
    #[serde(default)]
    pub scale: Option<bool>,
    /// Inclusive range. Default: (0, 1).
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// Initial value unless an agent or population sets another. Default: 0, or the first of `one_of`.
    #[serde(default)]
    pub start: Option<Spanned<AttributeValue>>,
    /// The value it drifts to. Default: the agent's own initial value.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    /// Time in which the distance to `rest` halves. Default: no drift.
    #[serde(default)]
    pub half_life: Option<Text>,
    /// How a child gets it from its parents. Default: as any new agent of its kind.
    #[serde(default)]
    pub inherits: Option<Spanned<Inheritance>>,
    #[serde(default)]
    pub about: String,
    /// For an attribute that was declared in `norms`.
    #[serde(skip)]
    pub norm: bool,
}

/// A dimension of the directed bonds between agents. A scene has at most six.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Dimension")]
pub struct DimensionDecl {
    pub id: Text,
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// The value it drifts to. Default: 0.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    #[serde(default)]
    pub half_life: Option<Text>,
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Tie")]
pub struct TieDecl {
    pub id: Text,
    /// The tie is symmetric.
    #[serde(default)]
    pub mutual: bool,
    /// Whether the tie is exclusive for `self`: an attribute (switch, or number above 0.5), a condition, or `true`/`false`.
    #[serde(default)]
    pub exclusive: Option<Text>,
    /// Start times of this tie are not recorded; for ties that are very numerous.
    #[serde(default)]
    pub light: bool,
    /// That the tie is between parents and children.
    #[serde(default)]
    pub kinship: Option<Spanned<Kinship>>,
    /// What becomes of it when one of the two dies. Default: `Ends`; of kinship, `Remains`.
    #[serde(default)]
    pub at_death: Option<TieFateDecl>,
    /// What becomes of it when one of the two leaves. Default: as `at_death`.
    #[serde(default)]
    pub at_leaving: Option<TieFateDecl>,
    /// Tags by which patterns can refer to several ties.
    #[serde(default)]
    pub tags: Vec<Text>,
    #[serde(default)]
    pub about: String,
}

/// What becomes of a tie when one of its two agents is gone.
#[derive(Debug, Deserialize)]
pub enum TieFateDecl {
    /// It ends, with the reason.
    Ends,
    /// It still holds.
    Remains,
    /// It ends, and the first agent of this set has it in the place of `self`, who is gone; `other` is the other end.
    PassesTo(Text),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Place")]
pub struct PlaceDecl {
    pub id: Text,
    /// The name that narration uses: "the beach". Default: the id.
    #[serde(default)]
    pub name: Option<String>,
    /// Position on the map. The unit is a kilometre where distances matter.
    #[serde(default)]
    pub position: Option<Spanned<(f64, f64)>>,
    /// What it looks like: the name of a [`PlaceLook`](super::stage::PlaceLook). Default: by its name.
    #[serde(default)]
    pub look: Option<Text>,
    /// How many storeys it is above the ground, -3 to 60. Default: by its look and setting.
    #[serde(default)]
    pub storey: Option<Spanned<i32>>,
    #[serde(default)]
    pub about: String,
}

/// A way between two places, in both directions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Road")]
pub struct RoadDecl {
    pub between: (Text, Text),
    /// Kilometres. Default: the straight distance of the two positions.
    #[serde(default)]
    pub length: Option<Spanned<f64>>,
    /// The time that the way takes at any speed, such as that of a ferry (duration). Default: its length at the agent's speed.
    #[serde(default)]
    pub takes: Option<Text>,
}

/// A goal of agents. Events are appraised by how much they change its likelihood (OCC model).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Goal")]
pub struct GoalDecl {
    pub id: Text,
    pub by: Text,
    /// From 0 to 1, over `self`.
    pub likelihood: Text,
    /// Importance from 0 to 1, over `self`.
    pub weight: Text,
    #[serde(default)]
    pub about: String,
}

/// Parameters of emotion, mood and memory.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(rename = "Minds")]
pub struct MindsDecl {
    /// Half-life of an emotion. Default: 12h.
    pub emotion_half_life: Option<Text>,
    /// Half-life of the distance between mood and temperament. Default: 3d.
    pub mood_half_life: Option<Text>,
    /// Half-life of a memory that is not refreshed. Default: 90d.
    pub memory_half_life: Option<Text>,
    /// How far an emotion of full strength moves the mood. Default: 0.35.
    pub mood_pull: Option<Spanned<f64>>,
    /// Smallest change of likelihood times weight that causes an emotion. Default: 0.02.
    pub noticed: Option<Spanned<f64>>,
    /// Smallest total strength of an event's emotions that is remembered. Default: 0.08.
    pub memorable: Option<Spanned<f64>>,
    /// Strength of the emotion when an agent believes that its exclusive tie was violated. Default: 0.6.
    pub hurt: Option<Spanned<f64>>,
    /// Strength of the emotion about an event under a norm that is held with full strength. Default: 0.6.
    pub judgement: Option<Spanned<f64>>,
}
