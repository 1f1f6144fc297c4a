//! Kinship, computed from the tie between parents and children. It is followed through agents who are gone.

use std::ops::ControlFlow::Continue;

use smallvec::SmallVec;

use crate::ids::{AgentId, TieId};

use super::context::EvalContext;

/// How many generations of ancestors are searched for a common one.
const MAX_GENERATIONS: u32 = 8;
/// The degree of kinship of two agents who are not related.
const UNRELATED: f64 = 1e9;

/// Agents found so far, in the order of the search.
pub(crate) type Relatives = SmallVec<[AgentId; 8]>;

/// The tie between parents and children of a scene.
#[derive(Clone, Copy)]
pub(crate) struct Family<'v, V> {
    pub view: &'v V,
    pub tie: TieId,
    /// Whether the tie leads from a child to its parent.
    pub from_child: bool,
}

impl<V: EvalContext> Family<'_, V> {
    fn relatives(&self, agent: AgentId, outward: bool) -> Relatives {
        let mut found = Relatives::new();
        if agent.is_some() {
            self.view.for_each_ever_tied(agent, self.tie, outward, &mut |other| {
                found.push(other);
                Continue(())
            });
        }
        found
    }

    fn parents(&self, agent: AgentId) -> Relatives {
        self.relatives(agent, self.from_child)
    }

    /// The other children of the parents of an agent, ascending.
    pub(crate) fn siblings(&self, agent: AgentId) -> Relatives {
        let mut siblings = Relatives::new();
        for parent in self.parents(agent) {
            siblings.extend(self.relatives(parent, !self.from_child).into_iter().filter(|child| *child != agent));
        }
        siblings.sort_unstable();
        siblings.dedup();
        siblings
    }

    /// The number of steps between parent and child from one agent to the other by way of their nearest common ancestor: 0 for the same
    /// agent, 1 for parent and child, 2 for siblings and grandparents, 4 for first cousins.
    pub(crate) fn degree(&self, a: AgentId, b: AgentId) -> f64 {
        if !a.is_some() || !b.is_some() {
            return UNRELATED;
        }
        let (ancestors_of_a, ancestors_of_b) = (self.ancestors(a), self.ancestors(b));
        let common = ancestors_of_a.iter().flat_map(|&(ancestor, up)| {
            let same = ancestors_of_b.iter().filter(move |(other, _)| *other == ancestor);
            same.map(move |(_, down)| up + down)
        });
        common.min().map_or(UNRELATED, f64::from)
    }

    /// An agent and its ancestors, each once, with the number of generations between.
    fn ancestors(&self, agent: AgentId) -> Vec<(AgentId, u32)> {
        let mut found = vec![(agent, 0)];
        let mut next = 0;
        while let Some(&(descendant, generations)) = found.get(next) {
            next += 1;
            if generations == MAX_GENERATIONS {
                break;
            }
            for parent in self.parents(descendant) {
                if !found.iter().any(|(known, _)| *known == parent) {
                    found.push((parent, generations + 1));
                }
            }
        }
        found
    }

    /// Whether two agents have a common parent.
    pub(crate) fn are_siblings(&self, a: AgentId, b: AgentId) -> bool {
        let parents_of_b = self.parents(b);
        a != b && self.parents(a).iter().any(|parent| parents_of_b.contains(parent))
    }
}
