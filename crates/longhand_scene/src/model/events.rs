//! Event kinds: what their roles are and where they come from.

use super::super::values::{NarrationFrequency, RecordDetail};
use longhand_expr::ids::{AgentId, EventKind, EventValueId};
use longhand_expr::{Effect, Expr};

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
    /// No rule but an intervention, by its index in [`Scenario::interventions`](super::Scenario::interventions).
    Intervention(usize),
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
