//! The agents at a place.
//!
//! Of a large city many come and go in one tick, and afterwards many ask who is there. Comings and goings change a tree; whoever asks first
//! after them makes a list of it, which the others read.

use longhand_expr::ids::AgentId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The agents at one place.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Occupants {
    agents: BTreeSet<AgentId>,
    #[serde(skip)]
    list: OnceLock<Box<[AgentId]>>,
}

impl PartialEq for Occupants {
    /// What is computed from the tree makes no difference.
    fn eq(&self, other: &Self) -> bool {
        self.agents == other.agents
    }
}

impl Occupants {
    /// The agents, ascending.
    pub(crate) fn agents(&self) -> &[AgentId] {
        if self.list.get().is_none() {
            // Two threads that ask at the same time both make the list: it takes no longer than to wait for the other.
            _ = self.list.set(self.agents.iter().copied().collect());
        }
        self.list.get().expect("it has been set")
    }

    pub(crate) fn insert(&mut self, agent: AgentId) {
        if self.agents.insert(agent) {
            self.list.take();
        }
    }

    pub(crate) fn remove(&mut self, agent: AgentId) {
        if self.agents.remove(&agent) {
            self.list.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_follows_those_who_come_and_go() {
        let mut occupants = Occupants::default();
        for agent in [7, 3, 5] {
            occupants.insert(AgentId(agent));
            assert!(occupants.agents().contains(&AgentId(agent)));
        }
        occupants.remove(AgentId(3));
        assert_eq!(occupants.agents(), [AgentId(5), AgentId(7)]);
    }
}
