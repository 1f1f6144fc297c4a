//! The variables of one rule, and who they stand for while it is evaluated.

use crate::ids::{AgentId, stable_hash};

/// The most variables a rule may have, those of its aggregates among them.
pub const MAX_SLOTS: usize = 24;

/// The names of a rule's variables, in the order of their slots in a [`Frame`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Slot 0 is `self` where the rule has one; roles follow.
    pub variables: Vec<String>,
    /// Tells the draws of this rule from those of a rule with the same text: a stable hash of the rule's id, for example.
    pub salt: u32,
    /// Whether its texts are judged at an event, whose numbers `value(name)` may then read.
    pub at_event: bool,
}

impl Scope {
    /// A scope with these variables.
    pub fn new<S: Into<String>>(variables: impl IntoIterator<Item = S>) -> Self {
        Self { variables: variables.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The same scope for a rule of that name, so that its draws are its own.
    #[must_use]
    pub fn salted(mut self, rule: &str) -> Self {
        self.salt = stable_hash(0, rule);
        self
    }

    /// The same scope for texts that are judged at an event.
    #[must_use]
    pub fn at_event(mut self) -> Self {
        self.at_event = true;
        self
    }

    /// The slot of a variable.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable == name)
    }
}

/// Who each variable stands for. A slot whose variable is not bound yet must hold [`AgentId::NONE`]: draws are keyed by the
/// agents in the slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    slots: [AgentId; MAX_SLOTS],
}

impl Default for Frame {
    fn default() -> Self {
        Self { slots: [AgentId::NONE; MAX_SLOTS] }
    }
}

impl Frame {
    /// A frame in which slot 0 is `agent`.
    #[must_use]
    pub fn of(agent: AgentId) -> Self {
        let mut frame = Self::default();
        frame.set(0, agent);
        frame
    }

    /// Binds a slot.
    #[inline]
    pub fn set(&mut self, slot: usize, agent: AgentId) {
        self.slots[slot] = agent;
    }

    /// Who a slot stands for; nobody for a slot out of range.
    #[inline]
    #[must_use]
    pub fn get(&self, slot: usize) -> AgentId {
        self.slots.get(slot).copied().unwrap_or(AgentId::NONE)
    }

    /// A number that tells bindings of the first `slots` apart; one agent alone never collides with another.
    pub(crate) fn key(&self, slots: u8) -> u32 {
        self.slots[..usize::from(slots)].iter().fold(0, |key, agent| (key ^ agent.0).wrapping_mul(0x9E37_79B1).rotate_left(15))
    }
}
