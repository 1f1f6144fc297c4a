//! What happens: actions, triggers and processes.

use super::super::commitments::{AppointmentFate, Served};
use super::super::utility::ActionInfluence;
use super::super::values::RecordDetail;
use super::{AgentSelector, EventSpec};
use longhand_expr::ids::{AgentId, AppointmentId, AttrId, EventKind, TieId};
use longhand_expr::{Effect, Expr, Recurrence, SetExpr};

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
    /// The position in `about` of the role for each of whose agents the trigger happens once: nothing selects one of them.
    pub happens_for_each: Option<usize>,
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
