//! Who is there: kinds, the cast, things, populations, names.

use super::super::spanned::{Spanned, SpannedMap};
use super::super::values::{AttributeValue, Distribution, NetworkShape, SurnameRule, Temperament};
use super::MovedByDecl;
use super::Text;
use longhand_expr::Pronouns;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Kind")]
pub struct KindDecl {
    pub id: Text,
    #[serde(default)]
    pub about: String,
    /// Agents of this kind are OSes: they have an owner and a generation, and can be offline.
    #[serde(default)]
    pub os: bool,
    /// Time between two decisions of one agent (duration over `self`).
    #[serde(default)]
    pub wakes: Option<Text>,
    /// Agents in whose life much is going on, and how often they then decide at least. Default: as all others.
    #[serde(default)]
    pub involved: Option<InvolvedDecl>,
    /// Condition over `self`. A sleeping agent makes no decisions and takes part in no action.
    #[serde(default)]
    pub asleep: Option<Text>,
    /// Kilometres per hour (number over `self`). Then going to another place takes time. Default: on foot, if nobody has a speed.
    #[serde(default)]
    pub speed: Option<Text>,
    /// Where agents of this kind stay between actions: the first entry whose condition holds.
    #[serde(default)]
    pub routine: Vec<StayDecl>,
    /// Utility of doing nothing (number over `self`); options below it are not chosen. Default: 0.
    #[serde(default)]
    pub idle: Option<Text>,
    /// Scale of the Gumbel noise added to each option's utility. Default: 0.1.
    #[serde(default)]
    pub whim: Option<Spanned<f64>>,
    /// Weight of an expected loss beside that of an expected gain, in `gain` (number over `self`). Default: 1.
    #[serde(default)]
    pub loss_aversion: Option<Text>,
    /// How moods and emotions move their choices and answers. Default: not at all.
    #[serde(default)]
    pub moved_by: Option<MovedByDecl>,
    /// The mood that agents of this kind return to.
    #[serde(default)]
    pub temperament: Option<Spanned<Temperament>>,
    /// Attributes that an OS compares with the `like` values of a name when it chooses one; see `names`.
    #[serde(default)]
    pub taste: Vec<Text>,
    /// Where the surnames of children come from. Default: they have none.
    #[serde(default)]
    pub surname: Option<Spanned<SurnameRule>>,
    /// That it is the kind of what is declared in `things` or `world`.
    #[serde(skip)]
    pub of_things: bool,
    /// That its agents walk where an effect sends them, because the scene has ways and no speeds.
    #[serde(skip)]
    pub on_foot: bool,
}

/// How often agents decide in whose life much is going on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Involved")]
pub struct InvolvedDecl {
    /// Condition over `self`.
    pub when: Text,
    /// Time between two decisions while it holds (duration over `self`).
    pub wakes: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Stay")]
pub struct StayDecl {
    pub when: Text,
    /// Place expression over `self`.
    pub at: Text,
}

/// A thing. It acts and chooses nothing, and is where its holder is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Thing")]
pub struct ThingDecl {
    pub id: Text,
    /// As narration calls it, with an article: "the ring". Default: the id.
    #[serde(default)]
    pub name: Option<String>,
    /// Short name. Default: the name.
    #[serde(default)]
    pub called: Option<String>,
    /// Default: `it`.
    #[serde(default = "pronouns_of_things")]
    pub pronouns: Pronouns,
    /// The member of the cast who holds it at the start.
    #[serde(default)]
    pub holder: Option<Text>,
    /// The member of the cast whom it belongs to.
    #[serde(default)]
    pub owner: Option<Text>,
    /// Where it lies at the start, if nobody holds it.
    #[serde(default)]
    pub place: Option<Text>,
    /// Not in the world at the start; comes into it through the effect `enter`.
    #[serde(default)]
    pub dormant: bool,
    #[serde(default)]
    pub attributes: SpannedMap<Spanned<AttributeValue>>,
    #[serde(default)]
    pub about: String,
}

fn pronouns_of_things() -> Pronouns {
    Pronouns::It
}

/// A member of the cast: an agent the story is about. Its events are recorded in full.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Member")]
pub struct MemberDecl {
    pub id: Text,
    pub kind: Text,
    /// Full name. Default: the id. An OS that names itself replaces it.
    #[serde(default)]
    pub name: Option<String>,
    /// Short name. Default: the first word of the full name, with a title before it (`Old Tam`).
    #[serde(default)]
    pub called: Option<String>,
    #[serde(default)]
    pub pronouns: Pronouns,
    #[serde(default)]
    pub home: Option<Text>,
    #[serde(default)]
    pub work: Option<Text>,
    /// Not in the world at the start; enters through the effect `enter` or by being installed.
    #[serde(default)]
    pub dormant: bool,
    /// Date of birth, for `age`.
    #[serde(default)]
    pub born: Option<Text>,
    /// For an OS: its owner; for a dormant OS, the agent who will own it after installing it.
    #[serde(default)]
    pub owner: Option<Text>,
    #[serde(default)]
    pub attributes: SpannedMap<Spanned<AttributeValue>>,
    /// Initial bonds and ties to other agents.
    #[serde(default)]
    pub toward: Vec<TowardDecl>,
    /// Overrides `wakes` of the kind.
    #[serde(default)]
    pub wakes: Option<Text>,
    #[serde(default)]
    pub routine: Vec<StayDecl>,
    #[serde(default)]
    pub temperament: Option<Spanned<Temperament>>,
    #[serde(default)]
    pub about: String,
    /// For a member that was declared in `things`: that it is a thing, and its holder.
    #[serde(skip)]
    pub thing: Option<HeldBy>,
}

/// Who holds a thing at the start.
#[derive(Debug)]
pub enum HeldBy {
    /// A member of the cast.
    Member(Text),
    Nobody,
    /// It is the world, which cannot be held.
    World,
}

impl MemberDecl {
    /// Whether it stands for the world.
    pub fn is_world(&self) -> bool {
        matches!(self.thing, Some(HeldBy::World))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Toward")]
pub struct TowardDecl {
    pub to: Text,
    #[serde(default)]
    pub ties: Vec<Text>,
    #[serde(default)]
    pub bond: SpannedMap<Spanned<f64>>,
    /// Also sets the same bond in the other direction.
    #[serde(default)]
    pub mutual: bool,
    /// Age of the ties at the start (duration).
    #[serde(default)]
    pub since: Option<Text>,
}

/// A group of agents generated with the same settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Population")]
pub struct PopulationDecl {
    pub kind: Text,
    /// Number of agents (expression over params).
    pub count: Text,
    #[serde(default)]
    pub attributes: SpannedMap<Spanned<Distribution>>,
    #[serde(default)]
    pub home: Option<Text>,
    #[serde(default)]
    pub work: Option<Text>,
    /// Id of the list that their names come from.
    #[serde(default)]
    pub names: Option<Text>,
    /// Id of the list that their surnames come from. Default: they have none.
    #[serde(default)]
    pub surnames: Option<Text>,
    /// Their ages at the start, in years.
    #[serde(default)]
    pub age: Option<Spanned<Distribution>>,
    #[serde(default)]
    pub networks: Vec<NetworkDecl>,
}

/// A generated network of ties within a population.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Network")]
pub struct NetworkDecl {
    pub shape: Spanned<NetworkShape>,
    pub ties: Vec<Text>,
    #[serde(default)]
    pub bond: SpannedMap<Spanned<Distribution>>,
    /// Also includes cast members of the same kind.
    #[serde(default)]
    pub with_cast: bool,
}

/// A list of names that agents choose from or are given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "NameList")]
pub struct NameListDecl {
    pub id: Text,
    pub names: Vec<NameDecl>,
    /// Surnames, each combined with each name, for when all names are in use.
    #[serde(default)]
    pub surnames: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Name")]
pub struct NameDecl {
    pub name: String,
    #[serde(default)]
    pub pronouns: Option<Pronouns>,
    /// Values by attribute id; an OS compares them with the attributes in its kind's `taste`.
    #[serde(default)]
    pub like: SpannedMap<Spanned<f64>>,
}
