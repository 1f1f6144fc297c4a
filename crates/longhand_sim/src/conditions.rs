//! The conditions of rules that read only one agent. Each is evaluated once per agent, even if several rules share it.
//!
//! Many actions have the same condition on the agent that decides, and many triggers on the agent that changed: that it has a partner, that it
//! is at home, that it is evening. These conditions name no other variable, so those with the same text are the same ([`Expr::is_same_as`]).

use bevy_platform::collections::HashMap;
use longhand_expr::ids::AgentId;
use longhand_expr::{EvalContext, EvalFrame, Expr};

/// The most agents whose conditions are evaluated together.
pub(super) const MAX_AGENTS: usize = u64::BITS as usize;
/// Up to this many agents are evaluated one by one, which costs less than columns.
const FEW_AGENTS: u32 = 4;

/// The position of a condition in [`OwnConditions`].
type ConditionId = u32;

/// All conditions of some rules that concern one agent alone.
#[derive(Debug, Default)]
pub(super) struct OwnConditions {
    conditions: Vec<Expr>,
    /// By rule, those that are cheapest to evaluate first.
    of_rule: Vec<Vec<ConditionId>>,
}

impl OwnConditions {
    /// The conditions of rules: for each rule those of its clauses that concern one agent alone.
    pub(super) fn new<'a, C: Iterator<Item = &'a Expr>>(rules: impl Iterator<Item = C>) -> Self {
        let mut all = Self::default();
        let mut by_text: HashMap<String, Vec<ConditionId>> = HashMap::default();
        for clauses in rules {
            let mut ids: Vec<ConditionId> = Vec::new();
            for clause in clauses {
                let of_text = by_text.entry(clause.text().to_owned()).or_default();
                let known = of_text.iter().copied().find(|&id| clause.is_same_as(&all.conditions[id as usize]));
                ids.push(known.unwrap_or_else(|| {
                    let id = all.conditions.len() as ConditionId;
                    all.conditions.push(clause.clone());
                    of_text.push(id);
                    id
                }));
            }
            ids.sort_by_key(|&id| all.conditions[id as usize].node_count());
            all.of_rule.push(ids);
        }
        all
    }
}

/// Which conditions hold for up to [`MAX_AGENTS`] agents of one kind. Each is evaluated when it is first asked for.
pub(super) struct ConditionTable<'a, V> {
    view: &'a V,
    conditions: &'a OwnConditions,
    agents: &'a [AgentId],
    /// By condition: one bit for each agent for which it has been evaluated, and one for each for which it holds.
    evaluated: Vec<(u64, u64)>,
    /// The conditions of which any bit may be set.
    touched: Vec<ConditionId>,
    selected: Vec<AgentId>,
    values: Vec<f64>,
}

impl<'a, V: EvalContext> ConditionTable<'a, V> {
    pub(super) fn new(view: &'a V, conditions: &'a OwnConditions) -> Self {
        let evaluated = vec![(0, 0); conditions.conditions.len()];
        let touched = Vec::with_capacity(conditions.conditions.len());
        Self { view, conditions, agents: &[], evaluated, touched, selected: Vec::new(), values: Vec::new() }
    }

    /// Goes on to other agents, at most [`MAX_AGENTS`].
    pub(super) fn begin(&mut self, agents: &'a [AgentId]) {
        debug_assert!(agents.len() <= MAX_AGENTS, "one bit for each agent");
        self.agents = agents;
        for id in self.touched.drain(..) {
            self.evaluated[id as usize] = (0, 0);
        }
    }

    /// One bit for each agent for which all conditions of a rule hold.
    pub(super) fn holds(&mut self, rule: usize) -> u64 {
        let conditions = self.conditions;
        let mut remaining = u64::MAX >> (MAX_AGENTS - self.agents.len());
        for &id in &conditions.of_rule[rule] {
            let (known, _) = self.evaluated[id as usize];
            if remaining & !known != 0 {
                self.evaluate(id, remaining & !known);
            }
            remaining &= self.evaluated[id as usize].1;
            if remaining == 0 {
                break;
            }
        }
        remaining
    }

    /// Evaluates a condition for the agents of a mask.
    fn evaluate(&mut self, id: ConditionId, wanted: u64) {
        let condition = &self.conditions.conditions[id as usize];
        let (known, holds) = &mut self.evaluated[id as usize];
        if *known == 0 {
            self.touched.push(id);
        }
        *known |= wanted;
        if wanted.count_ones() <= FEW_AGENTS {
            for position in positions(wanted) {
                let frame = &mut EvalFrame::for_agent(self.agents[position]);
                *holds |= u64::from(condition.truth(self.view, frame)) << position;
            }
            return;
        }
        self.selected.clear();
        self.selected.extend(positions(wanted).map(|position| self.agents[position]));
        self.values.resize(self.selected.len(), 0.0);
        condition.eval_batch(self.view, &self.selected, &mut self.values);
        for (position, value) in positions(wanted).zip(&self.values) {
            *holds |= u64::from(*value != 0.0) << position;
        }
    }
}

/// The positions of the bits that are set, ascending.
pub(super) fn positions(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let position = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        (position < u64::BITS).then_some(position as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::positions;

    #[test]
    fn positions_are_those_of_the_bits_that_are_set() {
        assert_eq!(positions(0).count(), 0);
        assert_eq!(positions(1 << 63 | 0b1011).collect::<Vec<_>>(), [0, 1, 3, 63]);
        assert_eq!(positions(u64::MAX).count(), 64);
    }
}
