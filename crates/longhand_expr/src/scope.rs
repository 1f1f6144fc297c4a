//! The variables of one rule, and their values during an evaluation.

use std::cell::Cell;

use crate::hash::stable_hash;
use crate::ids::AgentId;

use super::node::DrawSite;

/// The most variables of a rule, including those of its aggregates.
pub const MAX_SLOTS: usize = 24;

/// The names of the variables of a rule, in the order of their slots in an [`EvalFrame`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The names. Slot 0 is `self` if the rule has one; roles follow.
    pub variables: Vec<String>,
    /// A stable hash of the name of the rule, which keys its draws.
    pub salt: u32,
    /// Whether its texts may be evaluated before all variables are bound. A draw then depends only on the variables up to the last
    /// one that its arguments name, and so not on when it is made.
    pub partly_bound: bool,
    /// Whether its texts are evaluated at an event, so that `value(name)` can read the values of that event.
    pub at_event: bool,
    /// Whether it is the scope of the `want` of an action, which can read `gain`.
    pub in_want: bool,
    /// The variables that stand for several agents: their slots, and the text of the set that they are taken from.
    several: Vec<(usize, String)>,
    /// The slots of the variables that stand for something known.
    topics: Vec<usize>,
    /// Number of draws in the texts compiled so far. A draw is keyed by the rule and its order among the draws of the rule.
    pub(crate) draw_count: Cell<u32>,
}

impl Scope {
    /// A scope with these variables.
    pub fn new<S: Into<String>>(variables: impl IntoIterator<Item = S>) -> Self {
        Self { variables: variables.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Sets the salt from the name of the rule, so that the rule has its own draws. Each rule needs a scope of its own.
    #[must_use]
    pub fn with_salt(mut self, rule: &str) -> Self {
        self.salt = stable_hash(0, rule);
        self.draw_count.set(0);
        self
    }

    /// Marks the scope as one for texts that are evaluated at an event.
    #[must_use]
    pub fn for_event(mut self) -> Self {
        self.at_event = true;
        self
    }

    /// Makes a variable stand for all agents of a set. Until the slot is bound to a group, the variable is the set itself.
    pub fn mark_several(&mut self, slot: usize, set: &str) {
        self.several.push((slot, set.to_owned()));
    }

    /// Makes a variable stand for one agent again.
    pub fn mark_single(&mut self, slot: usize) {
        self.several.retain(|(several, _)| *several != slot);
    }

    /// Makes a variable stand for something known instead of an agent.
    pub fn mark_topic(&mut self, slot: usize) {
        self.topics.push(slot);
    }

    /// Takes back what was said of a variable that no longer exists.
    pub(crate) fn forget_topic(&mut self, slot: usize) {
        self.topics.retain(|topic| *topic != slot);
    }

    /// The slots of the variables that stand for something known, ascending.
    #[must_use]
    pub fn topic_slots(&self) -> &[usize] {
        &self.topics
    }

    /// The slots of the variables that stand for several agents, ascending.
    #[must_use]
    pub fn several_slots(&self) -> Vec<usize> {
        self.several.iter().map(|(slot, _)| *slot).collect()
    }

    /// The text of the set that a variable is taken from, if it stands for several agents.
    pub(crate) fn several_set(&self, slot: usize) -> Option<&str> {
        self.several.iter().find(|(several, _)| *several == slot).map(|(_, set)| set.as_str())
    }

    /// The slot of a variable.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable == name)
    }
}

/// The agents that the variables are bound to. An unbound slot must hold [`AgentId::NONE`], because draws are keyed by the agents
/// in the slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvalFrame {
    slots: [AgentId; MAX_SLOTS],
}

impl Default for EvalFrame {
    fn default() -> Self {
        Self { slots: [AgentId::NONE; MAX_SLOTS] }
    }
}

impl EvalFrame {
    /// A frame with `agent` in slot 0.
    #[must_use]
    pub fn for_agent(agent: AgentId) -> Self {
        let mut frame = Self::default();
        frame.set(0, agent);
        frame
    }

    /// The first slots alone: the variables of a rule, without those that its expressions have used for members of sets.
    #[must_use]
    pub fn first_slots(&self, count: usize) -> Self {
        let mut first = Self::default();
        let count = count.min(MAX_SLOTS);
        first.slots[..count].copy_from_slice(&self.slots[..count]);
        first
    }

    /// A frame with the agents in the first slots. Agents beyond [`MAX_SLOTS`] are left out.
    #[must_use]
    pub fn from_agents(agents: &[AgentId]) -> Self {
        let mut frame = Self::default();
        agents.iter().enumerate().take(MAX_SLOTS).for_each(|(slot, agent)| frame.set(slot, *agent));
        frame
    }

    /// Binds a slot.
    #[inline]
    pub fn set(&mut self, slot: usize, agent: AgentId) {
        self.slots[slot] = agent;
    }

    /// The agent in a slot; [`AgentId::NONE`] for a slot out of range.
    #[inline]
    #[must_use]
    pub fn get(&self, slot: usize) -> AgentId {
        self.slots.get(slot).copied().unwrap_or(AgentId::NONE)
    }

    /// A hash of the agents that a draw depends on. With one agent it is free of collisions.
    pub(crate) fn draw_key(&self, site: DrawSite, agent_key: impl Fn(AgentId) -> u32) -> u32 {
        let of_rule = &self.slots[..usize::from(site.rule_slots)];
        let members = &self.slots[usize::from(site.member_slots.0)..usize::from(site.member_slots.1)];
        let combine = |key: u32, agent: &AgentId| (key ^ agent_key(*agent)).wrapping_mul(0x9E37_79B1).rotate_left(15);
        of_rule.iter().chain(members).fold(0, combine)
    }
}
