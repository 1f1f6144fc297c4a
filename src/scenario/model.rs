//! A checked scene: every name resolved, every expression compiled. Nothing here can be wrong any more.
//!
//! A type here is the checked form of the one of the same name in `file`, which says what each field means to a writer.

#![expect(missing_docs, reason = "the types of `file` say what the fields of the same names mean")]

use super::file::{Allen, Keep, Mood, ParamValue, Pronouns, Shape, Spread, Telling};
use crate::ids::{AgentId, AttrId, DimId, DocumentId, EventKind, Instant, KindId, Known, NameListId, PlaceId, TieId};
use crate::language::{Calendar, Effect, Expected, Expr, Schema, SetExpr, ValueName};

/// A world that can be lived through.
#[derive(Debug)]
pub struct Scenario {
    /// File name of the scene, without its folder.
    pub name: String,
    pub title: String,
    pub about: String,
    /// The texts it was read from, by path as the scene names them; the scene itself first.
    pub sources: Vec<(String, String)>,
    pub calendar: Calendar,
    pub ends: Instant,
    pub ends_when: Option<Expr>,
    /// Length of a tick in microseconds; at least one second.
    pub tick_us: i64,
    /// Names, for language and display.
    pub schema: Schema,
    pub params: Vec<Param>,
    pub kinds: Vec<Kind>,
    pub attributes: Vec<Attribute>,
    pub dims: Vec<Dimension>,
    pub ties: Vec<Tie>,
    pub places: Vec<Place>,
    /// In order: the member at `i` is `AgentId(i)`.
    pub cast: Vec<Member>,
    pub population: Vec<Population>,
    pub goals: Vec<Goal>,
    pub minds: Minds,
    /// Every kind of event that can happen, by [`EventKind`].
    pub events: Vec<EventInfo>,
    pub actions: Vec<Action>,
    pub triggers: Vec<Trigger>,
    pub processes: Vec<Process>,
    pub beats: Vec<Pattern>,
    pub patterns: Vec<Pattern>,
    /// Patterns of `assets/patterns/` that cannot be looked for here.
    pub inapplicable: Vec<Inapplicable>,
    pub measures: Vec<Measure>,
    pub names: Vec<NameList>,
    pub prose: Vec<(String, Vec<String>)>,
    pub documents: Vec<Document>,
    pub record_also: Option<Expr>,
    /// What many lives are expected to have in common; a life knows nothing of it.
    pub expect: Vec<Expect>,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub id: String,
    /// The value in force: the scene's, or what was set.
    pub value: ParamValue,
    pub range: Option<(f64, f64)>,
    pub about: String,
}

#[derive(Debug)]
pub struct Kind {
    pub id: String,
    pub os: bool,
    pub wakes: Option<Expr>,
    pub asleep: Option<Expr>,
    pub routine: Vec<(Expr, Expr)>,
    pub idle: Option<Expr>,
    pub whim: f64,
    pub temperament: Mood,
    pub taste: Vec<AttrId>,
    /// Attributes agents of this kind have.
    pub attributes: Vec<AttrId>,
    pub about: String,
}

#[derive(Debug)]
pub struct Attribute {
    pub id: String,
    pub switch: bool,
    pub range: (f64, f64),
    pub start: f64,
    pub rest: Option<f64>,
    /// Seconds.
    pub half_life: Option<f64>,
    pub about: String,
}

#[derive(Debug)]
pub struct Dimension {
    pub id: String,
    pub range: (f64, f64),
    pub rest: f64,
    /// Seconds.
    pub half_life: Option<f64>,
    pub about: String,
}

#[derive(Debug)]
pub struct Tie {
    pub id: String,
    pub tags: Vec<String>,
    pub mutual: bool,
    /// Over `self`: whether it is exclusive in its eyes.
    pub exclusive: Option<Expr>,
    pub light: bool,
    pub about: String,
}

#[derive(Debug)]
pub struct Place {
    pub id: String,
    pub name: String,
    pub position: Option<(f64, f64)>,
    pub about: String,
}

#[derive(Debug)]
pub struct Member {
    pub id: String,
    pub kind: KindId,
    pub name: String,
    pub called: String,
    pub pronouns: Pronouns,
    pub home: PlaceId,
    pub work: PlaceId,
    pub dormant: bool,
    pub owner: Option<AgentId>,
    pub attributes: Vec<(AttrId, f64)>,
    pub toward: Vec<Toward>,
    pub wakes: Option<Expr>,
    pub routine: Vec<(Expr, Expr)>,
    pub temperament: Option<Mood>,
    pub about: String,
}

#[derive(Debug)]
pub struct Toward {
    pub to: AgentId,
    pub ties: Vec<TieId>,
    pub bond: Vec<(DimId, f64)>,
    pub mutual: bool,
    /// Seconds before the start.
    pub since: f64,
}

#[derive(Debug)]
pub struct Population {
    pub kind: KindId,
    pub count: Expr,
    pub attributes: Vec<(AttrId, Spread)>,
    pub home: PlaceId,
    pub work: PlaceId,
    pub names: Option<NameListId>,
    pub networks: Vec<Network>,
}

#[derive(Debug)]
pub struct Network {
    pub shape: Shape,
    pub ties: Vec<TieId>,
    pub bond: Vec<(DimId, Spread)>,
    pub with_cast: bool,
}

#[derive(Debug)]
pub struct Goal {
    pub id: String,
    pub by: KindId,
    pub likelihood: Expr,
    pub weight: Expr,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minds {
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
}

impl Default for Minds {
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
        }
    }
}

/// What an event kind is, whoever makes it happen.
#[derive(Debug)]
pub struct EventInfo {
    /// `confide`, `date/hesitates`.
    pub name: String,
    pub tags: Vec<String>,
    /// Names of the frame's slots: `self`, roles, about, `new` names; without aggregate variables.
    pub slots: Vec<String>,
    /// How many of the slots take part: `self` and the roles. The rest is only concerned.
    pub present: usize,
    pub tell: Option<String>,
    pub telling: Telling,
    pub keep: Keep,
    pub from: Source,
}

/// Where an event kind comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Action(usize),
    /// The action's refusal.
    Refusal(usize),
    Trigger(usize),
    /// An outcome of a step: of which action or trigger, which step, which outcome.
    ActionStep(usize, usize, usize),
    TriggerStep(usize, usize, usize),
}

/// Who may do an action, or to whom a trigger may happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Kind(KindId),
    Agent(AgentId),
}

/// What happens when an event happens.
#[derive(Debug)]
pub struct Happens {
    pub kind: EventKind,
    pub place: Option<Expr>,
    pub values: Vec<(ValueName, Expr)>,
    pub does: Vec<Effect>,
    /// Step that follows.
    pub then: Option<usize>,
}

#[derive(Debug)]
pub struct Action {
    pub id: String,
    pub by: Vec<Who>,
    /// Slot `1 + i` is bound by set `i`.
    pub roles: Vec<Bound>,
    pub about: Vec<Bound>,
    /// The condition split at its `and`s.
    pub when: Vec<Expr>,
    /// The utility, and its summands for the trace.
    pub want: Expr,
    pub terms: Vec<Expr>,
    /// By role; none: always agrees. A number is a probability.
    pub accept: Vec<Option<Expr>>,
    pub takes: Option<Expr>,
    pub cooldown: Option<Expr>,
    pub happens: Happens,
    pub refused: Option<Happens>,
    pub steps: Vec<Step>,
    pub keep: Keep,
}

#[derive(Debug)]
pub struct Bound {
    pub name: String,
    pub set: SetExpr,
}

#[derive(Debug)]
pub struct Step {
    pub id: String,
    pub after: Option<Expr>,
    /// Weight and what happens.
    pub outcomes: Vec<(Option<Expr>, Happens)>,
}

#[derive(Debug)]
pub struct Trigger {
    pub id: String,
    pub by: Vec<Who>,
    pub on: Woken,
    /// Slots that what wakes it binds; slot `given + i` is bound by `about` `i`.
    pub given: usize,
    pub about: Vec<Bound>,
    pub when: Vec<Expr>,
    pub chance: Option<Expr>,
    pub after: Option<Expr>,
    pub cooldown: Option<Expr>,
    pub once: bool,
    pub happens: Happens,
    pub steps: Vec<Step>,
    pub keep: Keep,
}

#[derive(Debug)]
pub enum Woken {
    Becomes,
    /// Event kinds (a tag is all of its kinds). The trigger's slots are `self`, then the names common to those
    /// events, then its own about: `map[i]` says for each kind which of its slots goes to slot `i`.
    Event(Vec<(EventKind, Vec<usize>)>),
    Begins(TieId),
    Ends(TieId),
    LearnsTie(TieId),
    LearnsAttr(AttrId),
    Jumps(AttrId, f64),
}

#[derive(Debug)]
pub struct Process {
    pub id: String,
    pub by: Vec<Who>,
    pub every: Expr,
    pub when: Vec<Expr>,
    pub times: Option<Expr>,
    pub about: Vec<Bound>,
    pub does: Vec<Effect>,
    /// What it is for, in the author's words.
    pub explain: String,
}

/// A beat or pattern.
#[derive(Debug, Default)]
pub struct Pattern {
    pub id: String,
    pub title: String,
    pub about: String,
    /// What looks like it and is not meant.
    pub unlike: String,
    pub must: bool,
    /// Variables, bound by clauses as they match.
    pub variables: Vec<String>,
    pub clauses: Vec<Clause>,
    pub without: Vec<Without>,
}

/// One part of a pattern.
#[derive(Debug, Default)]
pub struct Clause {
    /// What other parts call it; empty when none does.
    pub id: String,
    /// Any of these.
    pub ways: Vec<Way>,
    /// Seconds since the clause before.
    pub within: Option<f64>,
    pub times: u32,
    pub unless: Vec<EventKind>,
    pub gaps: Vec<Gap>,
    pub relations: Vec<Relation>,
}

/// How a clause may come about. Every way of a clause binds the same variables.
#[derive(Debug)]
pub struct Way {
    pub what: What,
    pub roles: Vec<RoleIs>,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Event kinds, and by position which of the event's slots each role is.
    Event(Vec<(EventKind, Vec<usize>)>),
    /// One of these ties begins; the roles are its two ends.
    Tie(Vec<TieId>),
    /// A stay at a place begins; the role is who stays.
    Stay(PlaceId),
}

/// A distance in time from another clause's last event, or from the clause's own first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    pub from: usize,
    /// Seconds.
    pub least: f64,
    /// Seconds.
    pub most: f64,
}

/// How a clause lies in time to one that begins before it or with it: any of these, as bits by [`Allen`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    pub to: usize,
    pub any: u16,
}

/// Events of which fewer than `times` may happen in a stretch of time.
#[derive(Debug)]
pub struct Without {
    pub on: Vec<(EventKind, Vec<usize>)>,
    pub roles: Vec<RoleIs>,
    /// Over the pattern's variables, those of its own roles bound.
    pub when: Option<Expr>,
    pub times: u32,
    /// After this clause; none: from the beginning.
    pub from: Option<usize>,
    pub until: Until,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    Clause(usize),
    /// For so many seconds.
    Lasting(f64),
    End,
}

/// A pattern of a shelf that scenes share which speaks of what this scene does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inapplicable {
    pub id: String,
    pub title: String,
    /// Why: the names that the scene lacks.
    pub lacks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleIs {
    Agent(AgentId),
    Variable(usize),
}

#[derive(Debug)]
pub struct Measure {
    pub id: String,
    pub at: At,
    pub is: Expr,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Start,
    End,
    Beat(usize),
}

/// What many lives are expected to have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// As the scene says it.
    pub text: String,
    pub of: ExpectOf,
    pub is: Expected,
    /// In how many lives.
    pub seeds: u32,
}

/// What an expectation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectOf {
    /// How far the must beats keep to their order.
    Order,
    Beat(usize),
    Pattern(usize),
    Measure(usize),
}

#[derive(Debug)]
pub struct NameList {
    pub id: String,
    pub names: Vec<Name>,
}

#[derive(Debug)]
pub struct Name {
    pub name: String,
    pub pronouns: Option<Pronouns>,
    pub like: Vec<(AttrId, f64)>,
}

#[derive(Debug)]
pub struct Document {
    pub id: String,
    pub title: String,
    pub text: Vec<String>,
}

impl Scenario {
    /// The document an id names.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> &Document {
        &self.documents[id.index()]
    }

    /// The fact under which a mind keeps what it is told: a tie that holds both ways is one fact, from whichever end it is told.
    #[must_use]
    pub fn belief(&self, told: Known) -> Known {
        match told {
            Known::Tie(a, b, tie) if b < a && self.ties.get(tie.index()).is_some_and(|tie| tie.mutual) => Known::Tie(b, a, tie),
            _ => told,
        }
    }
}

impl Pattern {
    /// Every condition of it.
    pub fn whens(&self) -> impl Iterator<Item = &Expr> {
        let of_clauses = self.clauses.iter().flat_map(|clause| &clause.ways).flat_map(|way| &way.when);
        of_clauses.chain(self.without.iter().flat_map(|without| &without.when))
    }

    /// The clause that an id names.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<usize> {
        self.clauses.iter().position(|clause| clause.id == id && !id.is_empty())
    }
}

impl Allen {
    /// Each relation once.
    pub const ALL: [Self; 13] = [
        Self::Before,
        Self::Meets,
        Self::Overlaps,
        Self::Starts,
        Self::During,
        Self::Finishes,
        Self::Equals,
        Self::After,
        Self::MetBy,
        Self::OverlappedBy,
        Self::StartedBy,
        Self::Contains,
        Self::FinishedBy,
    ];

    /// A set of relations is a sum of these.
    #[must_use]
    pub const fn bit(self) -> u16 {
        1 << self as u16
    }

    /// How the other lies to the one.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::Meets => Self::MetBy,
            Self::Overlaps => Self::OverlappedBy,
            Self::Starts => Self::StartedBy,
            Self::During => Self::Contains,
            Self::Finishes => Self::FinishedBy,
            Self::Equals => Self::Equals,
            Self::After => Self::Before,
            Self::MetBy => Self::Meets,
            Self::OverlappedBy => Self::Overlaps,
            Self::StartedBy => Self::Starts,
            Self::Contains => Self::During,
            Self::FinishedBy => Self::Finishes,
        }
    }

    /// Those in which the one begins no earlier than the other.
    #[must_use]
    pub const fn of_the_later() -> u16 {
        let at_once = Self::Starts.bit() | Self::Equals.bit() | Self::StartedBy.bit();
        at_once | Self::During.bit() | Self::Finishes.bit() | Self::After.bit() | Self::MetBy.bit() | Self::OverlappedBy.bit()
    }
}
