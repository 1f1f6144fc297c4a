//! A checked scene: all names are resolved and all expressions compiled.
//!
//! Most types here are the checked form of a `…Decl` type in `decl`, which documents the fields. Code that uses a
//! [`Scenario`] need not handle invalid scenes.

#![expect(missing_docs, reason = "the fields are documented in `decl`")]

use super::commitments::{AppointmentFate, Commitments, Served};
use super::routes::Routes;
use super::stage::{PlaceLook, StageStyle};
use super::utility::{ActionInfluence, Influence};
use super::values::{
    Distribution, Inheritance, Kinship, NarrationFrequency, NetworkShape, ParamValue, RecordDetail, SurnameRule, Temperament,
};
use longhand_expr::ids::{
    AgentId, AppointmentId, AttrId, DimId, DocumentId, EventKind, EventValueId, Instant, KindId, NameListId, PlaceId, TieId,
    WorldFact,
};
use longhand_expr::{Calendar, Criterion, Effect, EvalContext, EvalFrame, Expr, Pronouns, Recurrence, Schema, SetExpr};
use longhand_language::Language;
use std::sync::Arc;

/// A checked scene that can be simulated.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// File name of the scene, without its folder.
    pub name: String,
    pub title: String,
    pub about: String,
    pub language: Arc<Language>,
    /// Name and text of each file it was read from; the scene itself is first.
    pub sources: Vec<(String, String)>,
    pub calendar: Calendar,
    pub ends: Instant,
    pub ends_when: Option<Expr>,
    /// Length of a tick in microseconds; at least a millisecond.
    pub tick_us: i64,
    /// Declared names, for the expression compiler and for display.
    pub schema: Schema,
    pub params: Vec<Param>,
    pub kinds: Vec<Kind>,
    pub attributes: Vec<Attribute>,
    pub dims: Vec<Dimension>,
    pub ties: Vec<Tie>,
    pub places: Vec<Place>,
    /// How the scene looks on the stage.
    pub stage: StageStyle,
    pub routes: Routes,
    /// The member at index `i` is `AgentId(i)`; in the order of their ids, things last.
    pub cast: Vec<Member>,
    /// The cast without things, in the order of the scene.
    pub cast_order: Vec<AgentId>,
    pub population: Vec<Population>,
    pub goals: Vec<Goal>,
    pub norms: Vec<Norm>,
    pub minds: MindParams,
    pub commitments: Commitments,
    /// All event kinds, indexed by [`EventKind`].
    pub events: Vec<EventInfo>,
    pub actions: Vec<Action>,
    pub influences: Vec<Influence>,
    pub triggers: Vec<Trigger>,
    pub processes: Vec<Process>,
    pub beats: Vec<Pattern>,
    pub patterns: Vec<Pattern>,
    /// Patterns of `assets/patterns/` that use names this scene does not declare.
    pub inapplicable: Vec<InapplicablePattern>,
    pub measures: Vec<Measure>,
    pub names: Vec<NameList>,
    pub prose: Vec<(String, Vec<String>)>,
    pub documents: Vec<Document>,
    pub record_also: Option<Expr>,
    pub record_since: Option<Expr>,
    /// Expectations over many runs; they do not influence a run.
    pub expectations: Vec<SceneExpectation>,
    /// Interventions, added by [`super::add_interventions`]; empty for a scene as written.
    pub interventions: Vec<CompiledIntervention>,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub id: String,
    /// The effective value: the scene's, or the one that was set.
    pub value: ParamValue,
    pub range: Option<(f64, f64)>,
    pub about: String,
}

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
pub struct Goal {
    pub id: String,
    pub by: KindId,
    pub likelihood: Expr,
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

/// Description of an event kind.
#[derive(Clone, Debug)]
pub struct EventInfo {
    /// The rule's id, with the outcome's id for an outcome: `confide`, `date/hesitates`.
    pub name: String,
    /// Keys the draws: a stable hash of the name.
    pub key: u32,
    pub tags: Vec<String>,
    /// Names of the event's slots: `self`, roles, `about`, and agents created by effects.
    pub slots: Vec<String>,
    /// The number of slots, from the first, whose agents take part: `self` and the roles.
    pub participant_count: usize,
    /// The slots that hold several agents, ascending.
    pub several: Vec<usize>,
    /// The slot of what it is about: something that its `self` knows.
    pub topic: Option<usize>,
    pub prose_key: Option<String>,
    pub narration: NarrationFrequency,
    pub record_detail: RecordDetail,
    pub origin: EventOrigin,
}

impl EventInfo {
    /// Whether a slot holds several agents.
    #[must_use]
    pub fn is_several(&self, slot: usize) -> bool {
        self.several.contains(&slot)
    }

    /// The agents in a slot of a recorded event with these roles.
    pub fn agents_in<'r>(&self, slot: usize, roles: &'r [AgentId]) -> impl Iterator<Item = AgentId> + use<'r> {
        role_agents(slot, roles, self.slots.len(), &self.several)
    }

    /// The agents that take part in a recorded event with these roles.
    pub fn participants<'r>(&'r self, roles: &'r [AgentId]) -> impl Iterator<Item = AgentId> + use<'r> {
        (0..self.participant_count).flat_map(|slot| self.agents_in(slot, roles))
    }
}

/// The agents in a slot of a recorded event. A slot of `several` holds the first of its agents; the others follow after the last slot, those
/// of each such slot ended by [`AgentId::NONE`].
pub fn role_agents<'r>(
    slot: usize,
    roles: &'r [AgentId],
    slots: usize,
    several: &[usize],
) -> impl Iterator<Item = AgentId> + use<'r> {
    let first = roles.get(slot).filter(|_| slot < slots).copied();
    let position = several.iter().position(|other| *other == slot);
    let more = roles.get(slots..).unwrap_or_default();
    let others = position.and_then(|position| more.split(|agent| !agent.is_some()).nth(position)).unwrap_or_default();
    first.into_iter().chain(others.iter().copied()).filter(|agent| agent.is_some())
}

/// The rule that an event kind belongs to, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOrigin {
    Action(usize),
    /// The action's refusal.
    Refusal(usize),
    Trigger(usize),
    /// An outcome of an action's step: action, step and outcome.
    ActionStep(usize, usize, usize),
    /// An outcome of a trigger's step: trigger, step and outcome.
    TriggerStep(usize, usize, usize),
    /// No rule but an intervention, by its index in [`Scenario::interventions`].
    Intervention(usize),
}

/// An intervention and the event kind by which the chronicle records it.
#[derive(Clone, Debug)]
pub struct CompiledIntervention {
    pub event: EventKind,
    pub kind: InterventionKind,
}

/// The effect of an intervention.
#[derive(Clone, Debug)]
pub enum InterventionKind {
    /// Prevents these events; if `at` is set, only at that instant.
    Forbid { events: Vec<ForbiddenEvent>, at: Option<Instant> },
    /// Applies an effect at the first tick that begins at or after an instant. `agents` are the values of its variables, which stand
    /// for agents outside the cast; if one of them does not exist yet, nothing is changed.
    Change { at: Instant, effect: Effect, agents: Vec<AgentId> },
    /// An influence or a norm is taken out of the scene. That is done already, so nothing is left to do in the run.
    Mute,
    /// Makes every step that has this outcome and at least one other take this one.
    Choose { outcome: EventKind },
    /// Makes agents carry out an action at the first tick that begins at or after an instant. `roles` has `self` first, then
    /// the roles and the `about` of the action.
    Start { at: Instant, action: usize, roles: Vec<AgentId> },
}

/// A set of events that an intervention prevents.
#[derive(Clone, Debug)]
pub struct ForbiddenEvent {
    pub kind: EventKind,
    /// Required agents by slot; `None` and missing slots match any agent.
    pub roles: Vec<Option<AgentId>>,
    /// Preconditions: one event of each inner list must have happened, as (kind, `self`, first other agent);
    /// [`AgentId::NONE`] matches any agent.
    pub after: Vec<Vec<(EventKind, AgentId, AgentId)>>,
}

impl ForbiddenEvent {
    /// Whether an event of `kind` with the agents of `frame` is in the set. An empty slot matches, because the effects of the
    /// event may still fill it.
    #[must_use]
    pub fn matches(&self, kind: EventKind, frame: &EvalFrame) -> bool {
        let fits = |(slot, wanted): (usize, &Option<AgentId>)| {
            let agent = frame.get(slot);
            wanted.is_none_or(|wanted| !agent.is_some() || agent == wanted || agent.group_index().is_some())
        };
        self.kind == kind && self.roles.iter().enumerate().all(fits)
    }
}

/// Agents that may choose an action or that a trigger may happen to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentSelector {
    Kind(KindId),
    Agent(AgentId),
}

/// The event that a rule or outcome produces.
#[derive(Clone, Debug)]
pub struct EventSpec {
    pub kind: EventKind,
    pub place: Option<Expr>,
    pub values: Vec<(EventValueId, Expr)>,
    pub does: Vec<Effect>,
    /// Index of the next step.
    pub then: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Action {
    pub id: String,
    pub by: Vec<AgentSelector>,
    /// Role `i` is bound to slot `1 + i`.
    pub roles: Vec<RoleBinding>,
    pub about: Vec<RoleBinding>,
    /// The condition, split at top-level `and`s.
    pub when: Vec<Expr>,
    /// The utility.
    pub want: Expr,
    /// Its summands, for the choice trace.
    pub terms: Vec<Expr>,
    /// Whether the utility reads what the agent expects of the action.
    pub reads_gain: bool,
    /// What is added to the utility.
    pub choice_influences: Vec<ActionInfluence>,
    /// What is added to the probability that somebody who is asked accepts.
    pub acceptance_influences: Vec<ActionInfluence>,
    /// By role; `None` always accepts. A number is a probability.
    pub accept: Vec<Option<Expr>>,
    pub takes: Option<Expr>,
    pub cooldown: Option<Expr>,
    pub event: EventSpec,
    pub refused: Option<EventSpec>,
    pub steps: Vec<Step>,
    pub record_detail: RecordDetail,
    /// The appointments that it keeps, and the steps of intentions that it is.
    pub serves: Vec<Served>,
}

#[derive(Clone, Debug)]
pub struct RoleBinding {
    pub name: String,
    /// Whether all agents of the set take the role, and not one of them.
    pub several: bool,
    pub set: SetExpr,
    /// Members of the cast that are not asked to take the role, though the set may have them: those that never act.
    pub not_asked: Vec<AgentId>,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub id: String,
    /// Keys the draws: a stable hash of the ids of the rule and the step.
    pub key: u32,
    pub after: Option<Expr>,
    /// Weight and event of each outcome.
    pub outcomes: Vec<(Option<Expr>, EventSpec)>,
}

#[derive(Clone, Debug)]
pub struct Trigger {
    pub id: String,
    pub by: Vec<AgentSelector>,
    pub on: Activation,
    /// Number of slots bound by the activation; `about[i]` is bound to slot `activation_slots + i`.
    pub activation_slots: usize,
    pub about: Vec<RoleBinding>,
    pub when: Vec<Expr>,
    pub chance: Option<Expr>,
    pub after: Option<Expr>,
    pub cooldown: Option<Expr>,
    pub once: bool,
    pub event: EventSpec,
    pub steps: Vec<Step>,
    pub record_detail: RecordDetail,
}

#[derive(Clone, Debug)]
pub enum Activation {
    Becomes,
    /// Event kinds (a tag stands for all of its kinds). The trigger's slots are `self`, then the names common to all these
    /// kinds, then its own `about`. Entry `i` of a kind's vector is the event's slot that is copied to slot `i`. With `each`, `self` is
    /// taken from another role of the event; if that holds several agents, the trigger happens to each of them.
    Event(Vec<(EventKind, Vec<usize>)>),
    /// An event of these kinds, seen by `self`. The slots are `self`, `actor`, then as for [`Activation::Event`]; entry 0 of a
    /// kind's vector is not used.
    Sees(Vec<(EventKind, Vec<usize>)>),
    Begins(TieId),
    Ends(TieId),
    LearnsTie(TieId),
    LearnsAttr(AttrId),
    /// An agent learns of an event of one of these kinds.
    LearnsEvent(Vec<EventKind>),
    Jumps(AttrId, f64),
    Dies,
    Leaves,
    Returns,
    /// A journey ends. Only the trigger `arrives` has it.
    Arrives,
    /// An appointment of `self` and `other` is over. Only the events of appointments have it.
    Settles(AppointmentId, AppointmentFate),
}

/// When something recurs.
#[derive(Clone, Debug)]
pub enum Timing {
    /// After a duration.
    After(Expr),
    /// At exact times.
    At(Recurrence),
}

impl Timing {
    /// The duration, if it is one.
    #[must_use]
    pub const fn interval(&self) -> Option<&Expr> {
        if let Self::After(interval) = self { Some(interval) } else { None }
    }
}

#[derive(Clone, Debug)]
pub struct Process {
    pub id: String,
    pub by: Vec<AgentSelector>,
    pub every: Timing,
    pub when: Vec<Expr>,
    pub times: Option<Expr>,
    pub about: Vec<RoleBinding>,
    pub does: Vec<Effect>,
    /// The author's explanation.
    pub explain: String,
}

/// A beat or a pattern.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    pub id: String,
    pub title: String,
    pub about: String,
    /// Similar event sequences that do not match, as the author describes them.
    pub unlike: String,
    pub must: bool,
    /// Whether it comes from the folder of shared patterns. Its events are not recorded for its sake.
    pub shared: bool,
    /// Names of the variables that clauses bind when they match.
    pub variables: Vec<String>,
    pub clauses: Vec<Clause>,
    pub negated: Vec<NegatedClause>,
}

/// One clause of a pattern.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// Name by which other clauses refer to it; may be empty.
    pub id: String,
    /// Alternatives, any of which matches.
    pub alternatives: Vec<Alternative>,
    /// Maximum time since the previous clause, in seconds.
    pub within: Option<f64>,
    pub times: u32,
    pub unless: Vec<EventKind>,
    pub gaps: Vec<Gap>,
    pub relations: Vec<ClauseRelation>,
}

/// One alternative of a clause. All alternatives of a clause bind the same variables.
#[derive(Clone, Debug)]
pub struct Alternative {
    pub target: ClauseTarget,
    pub roles: Vec<RoleTerm>,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ClauseTarget {
    /// An event of one of these kinds; for each kind, the event slot of each role.
    Event(Vec<(EventKind, Vec<usize>)>),
    /// One of these ties begins; the two roles are its ends.
    Tie(Vec<TieId>),
    /// A stay at this place begins; the role is the agent who stays.
    Stay(PlaceId),
}

/// Allowed time since the last event of another clause, or since the first event of the same clause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    pub from: usize,
    /// Seconds.
    pub least: f64,
    /// Seconds.
    pub most: f64,
}

/// The allowed temporal relations of a clause to an earlier clause, as a bit set of [`AllenRelation`](crate::AllenRelation)s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClauseRelation {
    pub to: usize,
    pub allowed: u16,
}

/// Events that prevent a match when `times` or more of them happen in an interval.
#[derive(Clone, Debug)]
pub struct NegatedClause {
    pub on: Vec<(EventKind, Vec<usize>)>,
    pub roles: Vec<RoleTerm>,
    /// Condition over the pattern's variables; only those in `roles` are bound.
    pub when: Option<Expr>,
    pub times: u32,
    /// The interval begins after this clause; `None`: at the start of the run.
    pub from: Option<usize>,
    pub until: NegationEnd,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NegationEnd {
    Clause(usize),
    /// Seconds after the beginning of the interval.
    Lasting(f64),
    End,
}

/// A shared pattern that uses names this scene does not declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InapplicablePattern {
    pub id: String,
    pub title: String,
    /// Messages about the undeclared names.
    pub missing: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleTerm {
    Agent(AgentId),
    Variable(usize),
}

#[derive(Clone, Debug)]
pub struct Measure {
    pub id: String,
    pub at: MeasureTime,
    /// The agents it is taken of, each bound to slot 0; `None` for a measure of the whole world.
    pub each: Option<SetExpr>,
    pub is: Expr,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureTime {
    Start,
    End,
    Beat(usize),
    /// At the start and after each period of so many microseconds.
    Every(i64),
    /// At the start and at exact times.
    At(Recurrence),
}

impl MeasureTime {
    /// Whether it is taken over time.
    #[must_use]
    pub const fn is_regular(self) -> bool {
        matches!(self, Self::Every(_) | Self::At(_))
    }
}

/// An expectation over many runs.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneExpectation {
    /// The text in the scene.
    pub text: String,
    pub subject: ExpectationSubject,
    pub expected: Criterion,
    /// Number of seeds to run.
    pub seeds: u32,
}

/// The subject of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectationSubject {
    /// How well the beats marked `must` keep their order.
    Order,
    Beat(usize),
    Pattern(usize),
    Measure(usize),
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

#[derive(Clone, Debug)]
pub struct Document {
    pub id: String,
    pub title: String,
    pub text: Vec<String>,
}

impl Scenario {
    /// Whether an agent is a thing, which is declared and acts not.
    #[must_use]
    pub fn is_thing(&self, agent: AgentId) -> bool {
        self.schema.is_thing(agent)
    }

    /// The trigger `arrives`, if agents travel in this scene.
    #[must_use]
    pub fn arrival(&self) -> Option<usize> {
        self.triggers.iter().position(|trigger| matches!(trigger.on, Activation::Arrives))
    }

    /// The trigger by which appointments of a kind end in a way.
    #[must_use]
    pub fn settlement(&self, what: AppointmentId, fate: AppointmentFate) -> Option<usize> {
        self.triggers.iter().position(|trigger| matches!(trigger.on, Activation::Settles(of, by) if of == what && by == fate))
    }

    /// What an event of a kind does; `None` for an intervention.
    #[must_use]
    pub fn event_spec(&self, kind: EventKind) -> Option<&EventSpec> {
        match self.events.get(kind.index())?.origin {
            EventOrigin::Action(action) | EventOrigin::Refusal(action) | EventOrigin::ActionStep(action, ..) => {
                self.actions.get(action)?.event_specs().find(|spec| spec.kind == kind)
            }
            EventOrigin::Trigger(trigger) | EventOrigin::TriggerStep(trigger, ..) => {
                self.triggers.get(trigger)?.event_specs().find(|spec| spec.kind == kind)
            }
            EventOrigin::Intervention(_) => None,
        }
    }

    /// The document with this id.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> &Document {
        &self.documents[id.index()]
    }

    /// The number of agents that exist from the start: the cast and the populations.
    #[must_use]
    pub fn start_count(&self) -> usize {
        self.cast.len() + self.population.iter().map(|population| population.size as usize).sum::<usize>()
    }

    /// The population that an agent is of; `None` for the cast and for agents that are created later.
    #[must_use]
    pub fn population_of(&self, agent: AgentId) -> Option<&Population> {
        let mut offset = agent.index().checked_sub(self.cast.len())?;
        self.population.iter().find(|population| {
            let size = population.size as usize;
            let is_in = offset < size;
            offset = offset.saturating_sub(size);
            is_in
        })
    }

    /// For an agent of the populations: its kind, and its position among the agents of that kind in all populations. `None` for
    /// the cast and for agents that are created later.
    #[must_use]
    pub fn population_position(&self, agent: AgentId) -> Option<(KindId, usize)> {
        let mut offset = agent.index().checked_sub(self.cast.len())?;
        let mut before: Vec<(KindId, usize)> = Vec::new();
        for population in &self.population {
            let size = population.size as usize;
            if offset < size {
                let others = before.iter().filter(|(kind, _)| *kind == population.kind).map(|(_, size)| size);
                return Some((population.kind, others.sum::<usize>() + offset));
            }
            offset -= size;
            before.push((population.kind, size));
        }
        None
    }

    /// The agent of the populations with a kind and a position, as in [`population_position`](Self::population_position).
    #[must_use]
    pub fn population_agent(&self, kind: KindId, mut position: usize) -> Option<AgentId> {
        let mut first = self.cast.len();
        for population in &self.population {
            let size = population.size as usize;
            if population.kind == kind {
                if position < size {
                    return Some(AgentId::from_index(first + position));
                }
                position -= size;
            }
            first += size;
        }
        None
    }

    /// The fact under which agents store a belief. A mutual tie is one fact; its ends are put in ascending order.
    #[must_use]
    pub fn canonical_fact(&self, fact: WorldFact) -> WorldFact {
        match fact {
            WorldFact::Tie(a, b, tie) if b < a && self.ties.get(tie.index()).is_some_and(|tie| tie.mutual) => {
                WorldFact::Tie(b, a, tie)
            }
            _ => fact,
        }
    }
}

impl Action {
    /// The events that the action may produce: its own, its refusal, and the outcomes of its steps.
    pub fn event_specs(&self) -> impl Iterator<Item = &EventSpec> {
        std::iter::once(&self.event).chain(&self.refused).chain(outcome_specs(&self.steps))
    }
}

impl Trigger {
    /// The events that the trigger may produce: its own, and the outcomes of its steps.
    pub fn event_specs(&self) -> impl Iterator<Item = &EventSpec> {
        std::iter::once(&self.event).chain(outcome_specs(&self.steps))
    }
}

fn outcome_specs(steps: &[Step]) -> impl Iterator<Item = &EventSpec> {
    steps.iter().flat_map(|step| &step.outcomes).map(|(_, event)| event)
}

impl Pattern {
    /// "B07 The walk": the id and the title, or the id alone if there is no title.
    #[must_use]
    pub fn display_title(&self) -> String {
        if self.title.is_empty() { self.id.clone() } else { format!("{} {}", self.id, self.title) }
    }

    /// All conditions of its clauses and negated clauses.
    pub fn conditions(&self) -> impl Iterator<Item = &Expr> {
        let of_clauses = self.clauses.iter().flat_map(|clause| &clause.alternatives).flat_map(|alternative| &alternative.when);
        of_clauses.chain(self.negated.iter().flat_map(|clause| &clause.when))
    }

    /// The index of the clause with this id.
    #[must_use]
    pub fn clause_index(&self, id: &str) -> Option<usize> {
        self.clauses.iter().position(|clause| clause.id == id && !id.is_empty())
    }
}
