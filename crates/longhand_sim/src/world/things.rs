//! Who holds each thing.
//!
//! The things of a scene have consecutive ids, at the end of the cast, so telling a thing from a person is one comparison.

use longhand_expr::ids::AgentId;
use serde::{Deserialize, Serialize};

/// The holders of all things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Things {
    /// The id of the first thing.
    first: u32,
    holders: Vec<AgentId>,
}

impl Things {
    /// `count` things from the id `first` on, held by nobody.
    #[must_use]
    pub fn new(first: AgentId, count: usize) -> Self {
        Self { first: first.0, holders: vec![AgentId::NONE; count] }
    }

    #[inline]
    fn index(&self, agent: AgentId) -> Option<usize> {
        let index = agent.0.wrapping_sub(self.first) as usize;
        (index < self.holders.len()).then_some(index)
    }

    /// Whether an agent is a thing.
    #[inline]
    #[must_use]
    pub fn contains(&self, agent: AgentId) -> bool {
        self.index(agent).is_some()
    }

    /// Who holds a thing; [`AgentId::NONE`] for nobody, and for an agent that is not a thing.
    #[inline]
    #[must_use]
    pub fn holder(&self, thing: AgentId) -> AgentId {
        self.index(thing).map_or(AgentId::NONE, |index| self.holders[index])
    }

    /// Sets who holds a thing. Returns who held it.
    pub(crate) fn set_holder(&mut self, thing: AgentId, holder: AgentId) -> AgentId {
        self.index(thing).map_or(AgentId::NONE, |index| std::mem::replace(&mut self.holders[index], holder))
    }

    /// The things, each with its holder, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (AgentId, AgentId)> {
        (self.first..).map(AgentId).zip(self.holders.iter().copied())
    }
}
