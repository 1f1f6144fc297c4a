//! Who is there: kinds, the cast, populations, names.

use super::super::values::{Distribution, NetworkShape, SurnameRule, Temperament};
use super::Timing;
use longhand_expr::ids::{AgentId, AttrId, DimId, Instant, KindId, NameListId, PlaceId, TieId};
use longhand_expr::{Expr, Pronouns};

#[derive(Clone, Debug)]
pub struct Kind {
    pub id: String,
    pub os: bool,
    pub wakes: Option<Timing>,
    /// A condition, and how often an agent decides while it holds.
    pub involved: Option<(Expr, Expr)>,
    pub asleep: Option<Expr>,
    /// Kilometres per hour.
    pub speed: Option<Expr>,
    /// Whether an effect that sends an agent elsewhere makes it walk, at [`WALKING_SPEED`](super::super::WALKING_SPEED).
    pub on_foot: bool,
    pub routine: Vec<(Expr, Expr)>,
    pub idle_utility: Option<Expr>,
    pub choice_noise: f64,
    /// The weight of an expected loss, over `self`; that of an expected gain is 1.
    pub loss_aversion: Option<Expr>,
    pub temperament: Temperament,
    pub taste: Vec<AttrId>,
    pub surname: Option<SurnameRule>,
    /// Attributes of agents of this kind.
    pub attributes: Vec<AttrId>,
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub id: String,
    pub kind: KindId,
    pub name: String,
    pub short_name: String,
    pub pronouns: Pronouns,
    pub home: PlaceId,
    pub work: PlaceId,
    pub dormant: bool,
    pub born: Option<Instant>,
    pub owner: Option<AgentId>,
    /// For a thing: who holds it.
    pub holder: Option<AgentId>,
    pub attributes: Vec<(AttrId, f64)>,
    pub toward: Vec<InitialRelation>,
    pub wakes: Option<Timing>,
    pub routine: Vec<(Expr, Expr)>,
    pub temperament: Option<Temperament>,
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct InitialRelation {
    pub to: AgentId,
    pub ties: Vec<TieId>,
    pub bond: Vec<(DimId, f64)>,
    pub mutual: bool,
    /// Seconds before the start.
    pub since: f64,
}

#[derive(Clone, Debug)]
pub struct Population {
    /// Keys the draws: a stable hash of what identifies it.
    pub key: u32,
    pub kind: KindId,
    pub count: Expr,
    /// The value of `count`, which is constant: the number of agents.
    pub size: u32,
    pub attributes: Vec<(AttrId, Distribution)>,
    pub home: PlaceId,
    pub work: PlaceId,
    pub names: Option<NameListId>,
    pub surnames: Option<NameListId>,
    /// Years.
    pub age: Option<Distribution>,
    pub networks: Vec<Network>,
}

#[derive(Clone, Debug)]
pub struct Network {
    /// Keys the draws: a stable hash of what identifies it.
    pub key: u32,
    pub shape: NetworkShape,
    pub ties: Vec<TieId>,
    pub bond: Vec<(DimId, Distribution)>,
    pub with_cast: bool,
}

#[derive(Clone, Debug)]
pub struct NameList {
    pub id: String,
    pub names: Vec<ListedName>,
    /// Added to a name as soon as all names of the list are in use.
    pub surnames: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct ListedName {
    pub name: String,
    pub pronouns: Option<Pronouns>,
    pub like: Vec<(AttrId, f64)>,
}
