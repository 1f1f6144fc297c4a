//! Changes to a run from outside.

use longhand_expr::ids::{AgentId, EventKind, Instant, KindId};
use longhand_expr::{Effect, EvalFrame};
use smallvec::SmallVec;

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
    /// A person plays an agent.
    Play(PlayedAgent),
}

/// An agent that a person plays.
#[derive(Clone, Debug)]
pub struct PlayedAgent {
    pub agent: AgentId,
    /// From when on. Before it, an earlier intervention of the same agent holds.
    pub from: Instant,
    /// What the person decided, ascending by the starts of the ticks; `None`: to do nothing. At all others the agent decides itself.
    pub decisions: Vec<(Instant, Option<OptionKey>)>,
}

/// Which option of all that an agent weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionKey {
    pub action: usize,
    /// The agents of the action's roles and `about`; [`AgentId::NONE`] for a role that several may take, and for what is talked about.
    pub agents: SmallVec<[AgentId; 4]>,
    /// Which of the options with this action and these agents, best first.
    pub nth: u16,
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
