//! The rules of the scene, indexed by what activates or concerns them, such as event kind, tie or agent.

use super::agenda::RuleRef;
use super::changes::{ConditionReaders, PresenceChange};
use super::conditions::OwnConditions;
use super::moved_goals::MovedGoals;
use super::witnesses::WitnessFilter;
use crate::world::{Presence, WorldState};
use bevy_ecs::prelude::Resource;
use longhand_expr::ids::{AgentId, EventKind, KindId};
use longhand_expr::{Effect, EvalFrame, Expr, OwnTies, ReadSet};
use longhand_scene::model::{ClauseTarget, RoleTerm};
use longhand_scene::{
    Action, Activation, AgentSelector, EventOrigin, InterventionKind, RoleBinding, Scenario, Trigger, UtilityPlan,
};
use smallvec::SmallVec;
use std::sync::Arc;

/// The rules of a run, indexed. Cheap to clone.
#[derive(Resource, Clone, Debug)]
pub(super) struct Rules(Arc<RuleIndex>);

#[derive(Debug)]
pub(super) struct RuleIndex {
    pub(super) scenario: Arc<Scenario>,
    /// By action: its clauses by how many roles must be bound before they can be evaluated.
    pub(super) clauses: Vec<Vec<Vec<usize>>>,
    /// By action: the clauses that are the same for all agents, such as `hour >= 17`.
    pub(super) shared_conditions: OwnConditions,
    /// By action, by level: the clauses that are not, those that are cheapest to evaluate first.
    pub(super) own_clauses: Vec<Vec<Vec<usize>>>,
    /// By action.
    pub(super) own_conditions: OwnConditions,
    /// By action: for each of its sets that has no member unless `self` has one of some ties, these ties.
    pub(super) needed_ties: Vec<SmallVec<[OwnTies; 2]>>,
    /// By action.
    pub(super) utility_plans: Vec<UtilityPlan>,
    /// By trigger; only those that wait for a condition to become true have any.
    pub(super) becomes_conditions: OwnConditions,
    /// The triggers that wait for a condition to become true, by what the condition reads.
    pub(super) condition_readers: ConditionReaders,
    /// By trigger.
    pub(super) witness_filters: Vec<WitnessFilter>,
    actions: RulesByAgent,
    becomes: RulesByAgent,
    /// The kinds of which all agents are asleep at the same time.
    pub(super) asleep_together: Vec<KindId>,
    /// The kinds that have no interval and whose agents have conditions of triggers.
    pub(super) conditions_without_waking: Vec<KindId>,
    on_event: Vec<Vec<usize>>,
    pub(super) on_begin: Vec<Vec<usize>>,
    pub(super) on_end: Vec<Vec<usize>>,
    pub(super) on_learn_tie: Vec<Vec<usize>>,
    pub(super) on_learn_attr: Vec<Vec<usize>>,
    pub(super) on_learn_event: Vec<Vec<usize>>,
    pub(super) on_jump: Vec<Vec<usize>>,
    /// By [`PresenceChange`](super::changes::PresenceChange).
    pub(super) on_presence: [Vec<usize>; 3],
    /// Whether any expression reads ages.
    pub(super) reads_ages: bool,
    /// Whether it matters that much is going on in somebody's life.
    pub(super) notes_involvement: bool,
    /// Whether any expression reads what beliefs rest on.
    pub(super) reads_sources: bool,
    goals: Vec<Vec<usize>>,
    pub(super) moved_goals: MovedGoals,
    /// By event kind: the norms that judge it, and 1 or -1 for those that it is in accord with or against.
    pub(super) norms_on_event: Vec<Vec<(usize, f64)>>,
    /// By tie: the norms that judge it.
    pub(super) norms_on_tie: Vec<Vec<usize>>,
    watched: Vec<Vec<NamedAgents>>,
}

/// The agents that a clause of a beat names, by slot of the event.
type NamedAgents = Vec<(usize, AgentId)>;

/// Which rules apply to an agent: by kind, and individually for the cast.
#[derive(Debug)]
struct RulesByAgent {
    by_kind: Vec<Vec<usize>>,
    /// By member, and by the kind that it has; only for its own kind if no agent changes its kind.
    by_member: Vec<Vec<(KindId, Vec<usize>)>>,
}

impl RulesByAgent {
    fn new<'a>(
        scenario: &Scenario,
        new_kinds: &[KindId],
        rules: impl Iterator<Item = (usize, &'a [AgentSelector])> + Clone,
    ) -> Self {
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
                let own = AgentSelector::Agent(AgentId::from_index(index));
                let kinds = std::iter::once(member.kind).chain(new_kinds.iter().copied().filter(|kind| *kind != member.kind));
                kinds.map(|kind| (kind, rules_for(&|who| *who == AgentSelector::Kind(kind) || *who == own))).collect()
            })
            .collect();
        Self { by_kind, by_member }
    }

    /// Whether any rule applies to an agent of a kind.
    fn applies_to_any(&self, kind: KindId) -> bool {
        let of_members = self.by_member.iter().flatten().filter(|(of, _)| *of == kind);
        std::iter::once(&self.by_kind[kind.index()]).chain(of_members.map(|(_, rules)| rules)).any(|rules| !rules.is_empty())
    }

    fn get(&self, agent: AgentId, kind: KindId) -> &[usize] {
        let of_member = self.by_member.get(agent.index()).and_then(|by_kind| by_kind.iter().find(|(of, _)| *of == kind));
        of_member.map_or(&self.by_kind[kind.index()], |(_, rules)| rules)
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
        let new_kinds = kinds_to_become(&scenario);
        let actions =
            RulesByAgent::new(&scenario, &new_kinds, scenario.actions.iter().enumerate().map(|(i, action)| (i, &action.by[..])));
        let condition_triggers =
            scenario.triggers.iter().enumerate().filter(|(_, trigger)| matches!(trigger.on, Activation::Becomes));
        let becomes = RulesByAgent::new(&scenario, &new_kinds, condition_triggers.map(|(i, trigger)| (i, &trigger.by[..])));
        let conditions_without_waking = (0..scenario.kinds.len())
            .map(KindId::from_index)
            .filter(|kind| scenario.kinds[kind.index()].wakes.is_none() && becomes.applies_to_any(*kind))
            .collect();
        let mut on_event = vec![Vec::new(); scenario.events.len()];
        let mut on_learn_event = on_event.clone();
        let mut on_begin = vec![Vec::new(); scenario.ties.len()];
        let mut on_end = on_begin.clone();
        let mut on_learn_tie = on_begin.clone();
        let mut on_learn_attr = vec![Vec::new(); scenario.attributes.len()];
        let mut on_jump = on_learn_attr.clone();
        let mut on_presence: [Vec<usize>; 3] = Default::default();
        for (index, trigger) in scenario.triggers.iter().enumerate() {
            match &trigger.on {
                Activation::Becomes | Activation::Arrives | Activation::Settles(..) => {}
                Activation::Event(kinds) | Activation::Sees(kinds) => {
                    kinds.iter().for_each(|(kind, _)| on_event[kind.index()].push(index));
                }
                Activation::Begins(tie) => on_begin[tie.index()].push(index),
                Activation::Ends(tie) => on_end[tie.index()].push(index),
                Activation::LearnsTie(tie) => on_learn_tie[tie.index()].push(index),
                Activation::LearnsAttr(attr) => on_learn_attr[attr.index()].push(index),
                Activation::LearnsEvent(kinds) => kinds.iter().for_each(|kind| on_learn_event[kind.index()].push(index)),
                Activation::Jumps(attr, _) => on_jump[attr.index()].push(index),
                Activation::Dies => on_presence[PresenceChange::Died as usize].push(index),
                Activation::Leaves => on_presence[PresenceChange::Left as usize].push(index),
                Activation::Returns => on_presence[PresenceChange::Returned as usize].push(index),
            }
        }
        let clauses: Vec<_> = scenario.actions.iter().map(clauses_by_level).collect();
        let mut own_clauses = clauses.clone();
        for (levels, action) in own_clauses.iter_mut().zip(&scenario.actions) {
            for level in levels {
                level.retain(|&clause| !is_shared(&action.when[clause]));
                // All must hold, so the cheapest are asked first.
                level.sort_by_key(|&clause| action.when[clause].node_count());
            }
        }
        let own_of_actions = scenario.actions.iter().zip(&own_clauses);
        let own_of_actions = own_of_actions.map(|(action, levels)| levels[0].iter().map(|&clause| &action.when[clause]));
        let own_conditions = OwnConditions::new(own_of_actions);
        let becomes_conditions = OwnConditions::new(scenario.triggers.iter().map(own_conditions_of_trigger));
        let shared_conditions =
            OwnConditions::new(scenario.actions.iter().map(|action| action.when.iter().filter(|clause| is_shared(clause))));
        let asleep_together = (0..scenario.kinds.len())
            .map(KindId::from_index)
            .filter(|kind| scenario.kinds[kind.index()].asleep.as_ref().is_none_or(is_shared))
            .collect();
        let goals = (0..scenario.kinds.len())
            .map(|kind| (0..scenario.goals.len()).filter(|&goal| scenario.goals[goal].by == KindId::from_index(kind)).collect())
            .collect();
        let reads = scenario.reads();
        let (reads_ages, reads_sources) = (reads.ages, reads.sources);
        let mut norms_on_event = vec![Vec::new(); scenario.events.len()];
        let mut norms_on_tie = vec![Vec::new(); scenario.ties.len()];
        for (index, norm) in scenario.norms.iter().enumerate() {
            norm.events.iter().for_each(|(kind, sign)| norms_on_event[kind.index()].push((index, *sign)));
            norm.ties.iter().for_each(|tie| norms_on_tie[tie.index()].push(index));
        }
        let watched = watched_events(&scenario);
        let notes_involvement = scenario.record_since.is_some() || scenario.kinds.iter().any(|kind| kind.involved.is_some());
        Self(Arc::new(RuleIndex {
            watched,
            notes_involvement,
            clauses,
            shared_conditions,
            asleep_together,
            own_clauses,
            own_conditions,
            needed_ties: scenario.actions.iter().map(needed_ties).collect(),
            utility_plans: scenario.actions.iter().map(|action| UtilityPlan::new(&scenario, action)).collect(),
            becomes_conditions,
            condition_readers: ConditionReaders::new(&scenario, scenario.triggers.iter().map(reads_of_conditions)),
            moved_goals: MovedGoals::new(&scenario),
            witness_filters: scenario.triggers.iter().map(WitnessFilter::new).collect(),
            actions,
            conditions_without_waking,
            becomes,
            on_event,
            on_begin,
            on_end,
            on_learn_tie,
            on_learn_attr,
            on_learn_event,
            on_jump,
            on_presence,
            reads_ages,
            reads_sources,
            goals,
            norms_on_event,
            norms_on_tie,
            scenario,
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

    /// Whether a beat or a pattern of the scene may match an event, so that it is recorded whoever takes part.
    pub(super) fn is_watched(&self, kind: EventKind, frame: &EvalFrame) -> bool {
        let fits = |named: &NamedAgents| named.iter().all(|&(slot, agent)| frame.get(slot) == agent);
        self.watched[kind.index()].iter().any(fits)
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
        for &tie in &reads.past_ties {
            state.life.track(tie);
        }
        if reads.topics {
            state.topics.track();
            let agents = (0..state.agent_count()).map(AgentId::from_index);
            let present: Vec<AgentId> = agents.filter(|agent| state.presence(*agent) == Presence::Present).collect();
            state.topics.expect_new(&present);
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

/// The kinds that agents may become.
fn kinds_to_become(scenario: &Scenario) -> Vec<KindId> {
    fn add(effect: &Effect, kinds: &mut Vec<KindId>) {
        match effect {
            Effect::Become { kind, .. } if !kinds.contains(kind) => kinds.push(*kind),
            Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => add(inner, kinds),
            _ => {}
        }
    }
    let mut kinds = Vec::new();
    let of_actions = scenario.actions.iter().flat_map(Action::event_specs);
    let of_events = of_actions.chain(scenario.triggers.iter().flat_map(Trigger::event_specs)).flat_map(|event| &event.does);
    let of_interventions = scenario.interventions.iter().filter_map(|intervention| match &intervention.kind {
        InterventionKind::Change { effect, .. } => Some(effect),
        _ => None,
    });
    let of_processes = scenario.processes.iter().flat_map(|process| &process.does);
    of_events.chain(of_processes).chain(of_interventions).for_each(|effect| add(effect, &mut kinds));
    kinds
}

/// By event kind: for each clause of a beat, or of a pattern that the scene itself declares, the agents it names. Shared patterns
/// match by tags what any scene may have, and see only what is recorded anyway.
fn watched_events(scenario: &Scenario) -> Vec<Vec<NamedAgents>> {
    let mut watched = vec![Vec::new(); scenario.events.len()];
    let mut watch = |kind: EventKind, slots: &[usize], roles: &[RoleTerm]| {
        let named = slots.iter().zip(roles).filter_map(|(slot, role)| match role {
            RoleTerm::Agent(agent) => Some((*slot, *agent)),
            RoleTerm::Variable(_) => None,
        });
        watched[kind.index()].push(named.collect());
    };
    for pattern in scenario.beats.iter().chain(&scenario.patterns).filter(|pattern| !pattern.shared) {
        for alternative in pattern.clauses.iter().flat_map(|clause| &clause.alternatives) {
            let ClauseTarget::Event(kinds) = &alternative.target else { continue };
            kinds.iter().for_each(|(kind, slots)| watch(*kind, slots, &alternative.roles));
        }
        pattern.clauses.iter().flat_map(|clause| &clause.unless).for_each(|kind| watch(*kind, &[], &[]));
        for negated in &pattern.negated {
            negated.on.iter().for_each(|(kind, slots)| watch(*kind, slots, &negated.roles));
        }
    }
    watched
}

/// Whether a clause of a trigger reads no agent but the one that the trigger is about, and draws nothing.
pub(super) fn is_own_condition(clause: &Expr) -> bool {
    clause.slot_mask() <= 1 && !clause.is_random()
}

/// The own conditions of a trigger that waits for a condition to become true.
fn own_conditions_of_trigger(trigger: &Trigger) -> impl Iterator<Item = &Expr> {
    let waits = matches!(trigger.on, Activation::Becomes);
    trigger.when.iter().filter(move |clause| waits && is_own_condition(clause))
}

/// What the conditions of a trigger and the sets of its roles may read, if it waits for a condition to become true.
fn reads_of_conditions(trigger: &Trigger) -> ReadSet {
    let mut reads = ReadSet::default();
    if matches!(trigger.on, Activation::Becomes) {
        trigger.when.iter().for_each(|clause| reads.merge(&clause.reads()));
        trigger.about.iter().for_each(|role| reads.merge(&role.set.reads()));
    }
    reads
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

fn needed_ties(action: &Action) -> SmallVec<[OwnTies; 2]> {
    bound_agents(action).filter_map(|role| role.set.needed_ties()).collect()
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
