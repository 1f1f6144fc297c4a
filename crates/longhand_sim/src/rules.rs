//! The rules of the scene, indexed by what makes them relevant.

use super::agenda::RuleRef;
use crate::world::WorldState;
use bevy_ecs::prelude::Resource;
use longhand_expr::Expr;
use longhand_expr::ids::{AgentId, EventKind, KindId};
use longhand_scene::{Action, Activation, AgentSelector, EventOrigin, RoleBinding, Scenario, Trigger};
use std::sync::Arc;

/// The rules of a run, indexed. Cheap to clone.
#[derive(Resource, Clone, Debug)]
pub(super) struct Rules(Arc<RuleIndex>);

#[derive(Debug)]
pub(super) struct RuleIndex {
    pub(super) scenario: Arc<Scenario>,
    /// By action: its clauses by how many roles must be bound before they can be evaluated.
    pub(super) clauses: Vec<Vec<Vec<usize>>>,
    /// By action: the clauses that are the same for all agents, such as `hour >= 17`; and by level those that are not.
    pub(super) shared: Vec<Vec<usize>>,
    pub(super) own_clauses: Vec<Vec<Vec<usize>>>,
    actions: RulesByAgent,
    becomes: RulesByAgent,
    on_event: Vec<Vec<usize>>,
    pub(super) on_begin: Vec<Vec<usize>>,
    pub(super) on_end: Vec<Vec<usize>>,
    pub(super) on_learn_tie: Vec<Vec<usize>>,
    pub(super) on_learn_attr: Vec<Vec<usize>>,
    pub(super) on_jump: Vec<Vec<usize>>,
    goals: Vec<Vec<usize>>,
}

/// Which rules apply to an agent: by kind, and individually for the cast.
#[derive(Debug)]
struct RulesByAgent {
    by_kind: Vec<Vec<usize>>,
    by_member: Vec<Vec<usize>>,
}

impl RulesByAgent {
    fn new<'a>(scenario: &Scenario, rules: impl Iterator<Item = (usize, &'a [AgentSelector])> + Clone) -> Self {
        let rules_for = |wanted: &dyn Fn(&AgentSelector) -> bool| -> Vec<usize> {
            rules.clone().filter(|(_, by)| by.iter().any(wanted)).map(|(index, _)| index).collect()
        };
        let by_kind = (0..scenario.kinds.len())
            .map(|kind| rules_for(&|who| *who == AgentSelector::Kind(KindId::from_index(kind))))
            .collect();
        let by_member = scenario
            .cast
            .iter()
            .enumerate()
            .map(|(index, member)| {
                rules_for(&|who| {
                    *who == AgentSelector::Kind(member.kind) || *who == AgentSelector::Agent(AgentId::from_index(index))
                })
            })
            .collect();
        Self { by_kind, by_member }
    }

    fn get(&self, agent: AgentId, kind: KindId) -> &[usize] {
        self.by_member.get(agent.index()).unwrap_or(&self.by_kind[kind.index()])
    }
}

impl std::ops::Deref for Rules {
    type Target = RuleIndex;

    fn deref(&self) -> &RuleIndex {
        &self.0
    }
}

impl Rules {
    /// Indexes the rules of a scene.
    #[must_use]
    pub(super) fn new(scenario: Arc<Scenario>) -> Self {
        let actions = RulesByAgent::new(&scenario, scenario.actions.iter().enumerate().map(|(i, action)| (i, &action.by[..])));
        let condition_triggers =
            scenario.triggers.iter().enumerate().filter(|(_, trigger)| matches!(trigger.on, Activation::Becomes));
        let becomes = RulesByAgent::new(&scenario, condition_triggers.map(|(i, trigger)| (i, &trigger.by[..])));
        let mut on_event = vec![Vec::new(); scenario.events.len()];
        let mut on_begin = vec![Vec::new(); scenario.ties.len()];
        let mut on_end = on_begin.clone();
        let mut on_learn_tie = on_begin.clone();
        let mut on_learn_attr = vec![Vec::new(); scenario.attributes.len()];
        let mut on_jump = on_learn_attr.clone();
        for (index, trigger) in scenario.triggers.iter().enumerate() {
            match &trigger.on {
                Activation::Becomes => {}
                Activation::Event(kinds) | Activation::Sees(kinds) => {
                    kinds.iter().for_each(|(kind, _)| on_event[kind.index()].push(index));
                }
                Activation::Begins(tie) => on_begin[tie.index()].push(index),
                Activation::Ends(tie) => on_end[tie.index()].push(index),
                Activation::LearnsTie(tie) => on_learn_tie[tie.index()].push(index),
                Activation::LearnsAttr(attr) => on_learn_attr[attr.index()].push(index),
                Activation::Jumps(attr, _) => on_jump[attr.index()].push(index),
            }
        }
        let clauses: Vec<_> = scenario.actions.iter().map(clauses_by_level).collect();
        let mut own_clauses = clauses.clone();
        for (levels, action) in own_clauses.iter_mut().zip(&scenario.actions) {
            levels.iter_mut().for_each(|level| level.retain(|&clause| !is_shared(&action.when[clause])));
        }
        let shared =
            |action: &Action| (0..action.when.len()).filter(|&clause| is_shared(&action.when[clause])).collect::<Vec<_>>();
        let shared = scenario.actions.iter().map(shared).collect();
        let goals = (0..scenario.kinds.len())
            .map(|kind| (0..scenario.goals.len()).filter(|&goal| scenario.goals[goal].by == KindId::from_index(kind)).collect())
            .collect();
        Self(Arc::new(RuleIndex {
            scenario,
            clauses,
            shared,
            own_clauses,
            actions,
            becomes,
            on_event,
            on_begin,
            on_end,
            on_learn_tie,
            on_learn_attr,
            on_jump,
            goals,
        }))
    }
}

impl RuleIndex {
    /// The actions open to an agent.
    pub(super) fn actions_of(&self, agent: AgentId, kind: KindId) -> &[usize] {
        self.actions.get(agent, kind)
    }

    /// The triggers that wait for a condition on an agent.
    pub(super) fn becomes_of(&self, agent: AgentId, kind: KindId) -> &[usize] {
        self.becomes.get(agent, kind)
    }

    /// Whether any trigger waits for a condition on an agent.
    pub(super) fn has_conditions(&self) -> bool {
        self.scenario.triggers.iter().any(|trigger| matches!(trigger.on, Activation::Becomes))
    }

    /// The triggers that wait for an event of a kind.
    pub(super) fn triggers_on_event(&self, kind: EventKind) -> &[usize] {
        &self.on_event[kind.index()]
    }

    /// The goals of a kind of agent.
    pub(super) fn goals_of(&self, kind: KindId) -> &[usize] {
        &self.goals[kind.index()]
    }

    /// Whether a trigger applies to an agent.
    pub(super) fn applies_to(&self, trigger: &Trigger, agent: AgentId, state: &WorldState) -> bool {
        trigger.by.is_empty()
            || trigger.by.iter().any(|who| match who {
                AgentSelector::Kind(kind) => state.kind(agent) == *kind,
                AgentSelector::Agent(named) => agent == *named,
            })
    }

    /// Number of roles of an event kind.
    pub(super) fn slots(&self, kind: EventKind) -> usize {
        self.scenario.events[kind.index()].slots.len()
    }

    /// Makes the state track the counts and durations that the rules query.
    pub(super) fn track_past(&self, state: &mut WorldState) {
        let reads = self.scenario.reads();
        for &(event, agents) in &reads.occurrences {
            state.event_counts.track(event, agents);
        }
        for &tie in &reads.tie_durations {
            state.tie_durations.track(tie);
        }
        for action in self.scenario.actions.iter().filter(|action| action.cooldown.is_some()) {
            state.event_counts.track(action.event.kind, 1);
            if let Some(refused) = &action.refused {
                state.event_counts.track(refused.kind, 1);
            }
        }
        for trigger in self.scenario.triggers.iter().filter(|trigger| trigger.cooldown.is_some() || trigger.once) {
            state.event_counts.track(trigger.event.kind, 1);
        }
    }
}

/// Whether a clause has the same value for every binding of the variables of its rule, and iterates over no set.
fn is_shared(clause: &Expr) -> bool {
    let reads = clause.reads();
    clause.slot_mask() == 0 && !reads.draws && reads.kinds.is_empty() && reads.ties.is_empty() && !reads.places
}

/// The clauses of an action, by how many roles must be bound (beside `self`) before they can be evaluated.
fn clauses_by_level(action: &Action) -> Vec<Vec<usize>> {
    let bound_count = action.roles.len() + action.about.len();
    let mut levels = vec![Vec::new(); bound_count + 1];
    for (index, clause) in action.when.iter().enumerate() {
        levels[level(clause, bound_count)].push(index);
    }
    levels
}

fn level(clause: &Expr, max_slot: usize) -> usize {
    let highest = (0..=max_slot).rev().find(|slot| clause.slot_mask() & (1 << slot) != 0);
    highest.unwrap_or(0)
}

/// The agents that an action binds beside `self`, roles first.
pub(super) fn bound_agents(action: &Action) -> impl Iterator<Item = &RoleBinding> {
    action.roles.iter().chain(&action.about)
}

/// The rule that an event kind belongs to, if any.
pub(super) fn rule_of(source: EventOrigin) -> Option<RuleRef> {
    match source {
        EventOrigin::Action(action) | EventOrigin::Refusal(action) | EventOrigin::ActionStep(action, ..) => {
            Some(RuleRef::Action(action))
        }
        EventOrigin::Trigger(trigger) | EventOrigin::TriggerStep(trigger, ..) => Some(RuleRef::Trigger(trigger)),
        EventOrigin::Intervention(_) => None,
    }
}
