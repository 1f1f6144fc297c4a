//! Stable keys of agents: what a draw about an agent depends on, instead of its id.
//!
//! An id depends on how many agents there are before it. A key depends only on how the agent was created: its id in the cast, its
//! number within its population, or the rule that created it, the agent for whom, and how often that rule had created one before.

use longhand_expr::stable_hash;
use serde::{Deserialize, Serialize};

/// The key of an agent. The keys of one population are consecutive, so that they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgentKey(pub u32);

impl AgentKey {
    /// No agent.
    pub const NONE: Self = Self(u32::MAX);

    /// The key of a member of the cast.
    #[must_use]
    pub const fn of_member(id: &str) -> Self {
        Self(stable_hash(MEMBER, id))
    }

    /// The key of the agent at a position of a population.
    #[must_use]
    pub const fn in_population(population: u32, position: u32) -> Self {
        Self(population.wrapping_mul(0x9E37_79B1).wrapping_add(position))
    }

    /// The key of the `nth` agent with the same origin: a hash of the rule that created it and the agents of the rule.
    #[must_use]
    pub const fn created(origin: u32, nth: u32) -> Self {
        Self(combine(combine(CREATED, origin), nth))
    }
}

/// Separate the keys of the cast and of created agents from other hashes.
const MEMBER: u32 = stable_hash(0, "member");
const CREATED: u32 = stable_hash(0, "created");

/// A hash of two hashes, in order.
#[must_use]
pub const fn combine(first: u32, second: u32) -> u32 {
    let mixed = (first ^ second.rotate_left(16)).wrapping_mul(0x85EB_CA6B);
    (mixed ^ mixed >> 13 ^ second).wrapping_mul(0xC2B2_AE35).rotate_left(15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_of_different_origins_differ() {
        let members = ["ann", "ben", "cleo"].map(AgentKey::of_member);
        let crowd = (0..1000).map(|position| AgentKey::in_population(stable_hash(0, "human"), position));
        let created = (0..1000).flat_map(|origin| (0..3).map(move |nth| AgentKey::created(origin, nth)));
        let keys: BTreeSet<AgentKey> = members.into_iter().chain(crowd).chain(created).collect();
        assert_eq!(keys.len(), 4003);
        assert!(!keys.contains(&AgentKey::NONE));
    }
}
