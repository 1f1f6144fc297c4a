//! The relation of two agents as the panels show it: ties, and bond dimensions in both directions.

use std::collections::{BTreeMap, BTreeSet};

use longhand_expr::ids::{AgentId, DimId, TieId, WorldFact};

/// Ties and bond dimensions between an agent and another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ShownBond {
    /// Ties in either direction.
    pub ties: BTreeSet<TieId>,
    /// Value from the agent to the other, and back.
    pub dims: BTreeMap<DimId, (Option<f64>, Option<f64>)>,
}

impl ShownBond {
    /// Sum of the absolute values of all dimensions in both directions, plus 1 per tie.
    pub fn strength(&self) -> f64 {
        let sum_of_both = |(to, from): &(Option<f64>, Option<f64>)| to.unwrap_or(0.0).abs() + from.unwrap_or(0.0).abs();
        self.dims.values().map(sum_of_both).sum::<f64>() + self.ties.len() as f64
    }

    /// Whether the sum of the dimensions is not negative.
    pub fn is_warm(&self) -> bool {
        self.dims.values().map(|(to, from)| to.unwrap_or(0.0) + from.unwrap_or(0.0)).sum::<f64>() >= 0.0
    }
}

/// The bonds of an agent, with the other agent as the key, from facts about both directions.
pub(super) fn bonds_by_agent(agent: AgentId, facts: impl Iterator<Item = (WorldFact, f64)>) -> BTreeMap<AgentId, ShownBond> {
    let mut bonds: BTreeMap<AgentId, ShownBond> = BTreeMap::new();
    for (fact, value) in facts {
        match fact {
            WorldFact::Tie(from, to, tie) => {
                bonds.entry(if from == agent { to } else { from }).or_default().ties.insert(tie);
            }
            WorldFact::Dim(from, to, dim) => {
                let values = bonds.entry(if from == agent { to } else { from }).or_default().dims.entry(dim).or_default();
                *(if from == agent { &mut values.0 } else { &mut values.1 }) = Some(value);
            }
            WorldFact::Attr(..) | WorldFact::Place(_) | WorldFact::Holder(_) | WorldFact::Name(_) | WorldFact::Happened(..) => {}
        }
    }
    bonds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_of_a_bond_are_one_entry() {
        let (ann, ben) = (AgentId(0), AgentId(1));
        let facts = [
            (WorldFact::Dim(ann, ben, DimId(0)), 0.5),
            (WorldFact::Dim(ben, ann, DimId(0)), -0.75),
            (WorldFact::Tie(ben, ann, TieId(2)), 1.0),
        ];
        let bonds = bonds_by_agent(ann, facts.into_iter());
        let bond = &bonds[&ben];
        assert_eq!((bonds.len(), bond.dims[&DimId(0)], bond.ties.len()), (1, (Some(0.5), Some(-0.75)), 1));
        assert_eq!((bond.strength(), bond.is_warm()), (2.25, false));
    }
}
