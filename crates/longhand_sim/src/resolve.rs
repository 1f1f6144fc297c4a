//! Resolves proposals: in the order of their instants, each is accepted, refused, or dropped because an earlier proposal
//! already engages one of its parties. Then carries them out.

use super::agenda::{AgendaItem, PlannedItem, RuleRef};
use super::choose::Proposal;
use super::context::TickContext;
use super::events::EventRequest;
use super::rules::{Rules, bound_agents};
use super::triggers::{TriggerState, check_conditions, fire_next};
use crate::world::{DrawKey, Limit, LimitedRule, WorldView, combine, draw_site};
use bevy_platform::collections::HashSet;
use longhand_chronicle::{Cause, CauseLink};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_expr::{EvalFrame, Expr, SetExpr, Type};
use longhand_scene::{Action, Step, acceptance, acceptance_influences, utility};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Most agents of a role for several.
const MAX_ROLE_AGENTS: usize = 1_000;

/// The sites of the draws of whether an agent accepts, and of the outcome of a step.
const ACCEPT: u32 = draw_site("accept");
const OUTCOME: u32 = draw_site("outcome");

/// A proposal and whether the other parties accept it.
pub(super) struct Decision {
    pub(super) proposal: Proposal,
    pub(super) accepted: bool,
    /// The agents that take each role for several; if none of them accepts, those that were asked.
    pub(super) groups: Vec<(usize, RoleAgents)>,
}

/// The agents of one role.
pub(super) type RoleAgents = SmallVec<[AgentId; 4]>;

/// Orders proposals and determines the answers of the other parties, on the frozen state. A proposal whose parties are already engaged by
/// an earlier one is dropped.
pub(super) fn resolve_proposals(view: WorldView<'_>, rules: &Rules, mut proposals: Vec<Proposal>) -> Vec<Decision> {
    let view = view.with_asleep_kinds(&rules.asleep_together);
    proposals.sort_by_key(|proposal| (proposal.at, proposal.agent));
    let mut engaged: HashSet<AgentId> = HashSet::default();
    let mut decisions = Vec::with_capacity(proposals.len());
    for proposal in proposals {
        let action = &rules.scenario.actions[proposal.action];
        let single = (0..action.roles.len()).filter(|&role| !action.roles[role].several);
        let parties = || std::iter::once(proposal.agent).chain(single.clone().map(|role| proposal.frame.get(role + 1)));
        if parties().any(|party| engaged.contains(&party)) {
            continue;
        }
        let mut accepted = proposal.accepted.unwrap_or_else(|| is_accepted_by_each(&view, rules, &proposal));
        let mut groups: Vec<(usize, RoleAgents)> = Vec::new();
        for (role, binding) in action.roles.iter().enumerate().filter(|(_, binding)| binding.several) {
            let mut asked = RoleAgents::new();
            let slot = role + 1;
            binding.set.for_each(&view, &mut proposal.frame.clone(), slot, &mut |frame| {
                let other = frame.get(slot);
                let is_elsewhere =
                    parties().any(|party| party == other) || groups.iter().any(|(_, agents)| agents.contains(&other));
                let has_time = || rules.has_time(&view, action, &proposal.frame, other);
                let may_be_asked = view.is_free(other) && !is_elsewhere && !binding.not_asked.contains(&other);
                if may_be_asked && !engaged.contains(&other) && !asked.contains(&other) && has_time() {
                    asked.push(other);
                }
                ControlFlow::Continue(())
            });
            let willing: RoleAgents =
                asked.iter().copied().filter(|&agent| agrees(&view, rules, &proposal, role, agent)).collect();
            accepted &= !willing.is_empty();
            groups.push((slot, if willing.is_empty() { asked } else { willing }));
        }
        if groups.iter().any(|(_, agents)| agents.is_empty()) {
            continue;
        }
        engaged.extend(parties());
        engaged.extend(groups.iter().flat_map(|(_, agents)| agents.iter().copied()));
        decisions.push(Decision { proposal, accepted, groups });
    }
    decisions
}

/// Whether everybody who is asked for a role for one agent takes it.
pub(super) fn is_accepted_by_each(view: &WorldView<'_>, rules: &Rules, proposal: &Proposal) -> bool {
    let roles = &rules.scenario.actions[proposal.action].roles;
    let mut single = (0..roles.len()).filter(|&role| !roles[role].several);
    single.all(|role| agrees(view, rules, proposal, role, proposal.frame.get(role + 1)))
}

/// Whether an agent takes a role: because it has promised to, or because it accepts.
fn agrees(view: &WorldView<'_>, rules: &Rules, proposal: &Proposal, role: usize, asked: AgentId) -> bool {
    let action = &rules.scenario.actions[proposal.action];
    rules.is_promised(view, action, proposal.agent, asked) || accepts(*view, action, role, proposal, asked)
}

/// Whether an agent accepts a role that it is asked to take.
fn accepts(view: WorldView<'_>, action: &Action, role: usize, proposal: &Proposal, asked: AgentId) -> bool {
    let Some(probability) = acceptance(view.scenario(), &view, action, role, asked, &proposal.frame) else { return true };
    if probability <= 0.0 || probability >= 1.0 {
        return probability > 0.0;
    }
    let key_of = |agent| view.state().key(agent);
    let key = DrawKey::new(key_of(asked), proposal.at).with(key_of(proposal.agent));
    let site = combine(ACCEPT, view.scenario().events[action.event.kind.index()].key);
    view.draws().uniform(site, key) < probability
}

/// The clauses of an action, each with the variables that were bound when it was evaluated in Choose. The variables are part of the keys
/// of draws.
fn clauses_as_chosen<'a>(levels: &'a [Vec<usize>], frame: &'a EvalFrame) -> impl Iterator<Item = (usize, EvalFrame)> + 'a {
    levels.iter().enumerate().flat_map(move |(level, clauses)| {
        let mut bound_frame = EvalFrame::for_agent(frame.get(0));
        (1..=level).for_each(|slot| bound_frame.set(slot, frame.get(slot)));
        clauses.iter().map(move |&clause| (clause, bound_frame))
    })
}

/// Carries out what was decided and what had been planned for this tick, in the order of their instants. What an event leads to without
/// delay comes right after it: first its steps, then the triggers.
pub(super) fn carry_out(context: &mut TickContext<'_, '_>, trigger_state: &mut TriggerState, decisions: Vec<Decision>) {
    let mut decisions = decisions.into_iter().peekable();
    let end = context.tick_end();
    loop {
        settle(context, trigger_state);
        let next_decision_at = decisions.peek().map_or(end, |decision| decision.proposal.at.min(end));
        if let Some((at, planned)) = context.agenda.take_before(next_decision_at) {
            context.carry_out_item(trigger_state, at, planned);
        } else if let Some(decision) = decisions.next() {
            context.carry_out_decision(decision);
        } else {
            return;
        }
    }
}

/// Carries out everything that follows without delay from what has happened, until nothing more does.
fn settle(context: &mut TickContext<'_, '_>, trigger_state: &mut TriggerState) {
    loop {
        if let Some((at, planned)) = context.agenda.take_immediate() {
            context.carry_out_item(trigger_state, at, planned);
        } else if !fire_next(context, trigger_state) {
            return;
        }
    }
}

impl TickContext<'_, '_> {
    fn carry_out_decision(&mut self, decision: Decision) {
        let Decision { proposal, accepted, groups } = decision;
        let rules = self.rules.clone();
        let action = &rules.scenario.actions[proposal.action];
        let at = self.agenda.next_instant(proposal.at);
        let spec = match (accepted, &action.refused) {
            (true, _) => &action.event,
            (false, Some(refused)) => refused,
            (false, None) => return,
        };
        // Earlier events of the tick may have changed the facts of the choice, so its conditions are evaluated again, with the same draws.
        let draws_at = self.state.now;
        let mut frame = proposal.frame;
        let is_single = |&slot: &usize| slot == 0 || !action.roles[slot - 1].several;
        let mut parties: RoleAgents = (0..=action.roles.len()).filter(is_single).map(|slot| frame.get(slot)).collect();
        if !parties.iter().all(|&party| self.is_present(party) && self.state.busy_until(party) <= at) {
            return;
        }
        if !self.bind_again(action, &mut frame, groups, (at, draws_at)) {
            return;
        }
        for slot in (1..=action.roles.len()).filter(|slot| !is_single(slot)) {
            parties.extend(self.state.groups.agents(frame.get(slot)));
        }
        let mut causes = Vec::new();
        if self.is_recorded_event(spec.kind, &frame) {
            let mut clauses = clauses_as_chosen(&rules.clauses[proposal.action], &frame);
            if !clauses.all(|(clause, frame)| {
                self.truth_with_causes(&action.when[clause], &frame, (at, draws_at), CauseLink::Condition, &mut causes)
            }) {
                return;
            }
            self.binding_causes(action, &frame, at, &mut causes);
            self.causes_of(&frame, at, CauseLink::Utility, &mut causes, |view, frame| {
                _ = utility(&rules.scenario, view, action, frame);
            });
            for accept in action.accept.iter().flatten() {
                self.answer_causes(accept, &frame, at, &mut causes);
            }
            self.acceptance_causes(action, &frame, at, &mut causes);
        } else {
            let view = self.view(at).drawing_at(draws_at);
            if !clauses_as_chosen(&rules.clauses[proposal.action], &frame)
                .all(|(clause, mut frame)| action.when[clause].truth(&view, &mut frame))
            {
                return;
            }
        }
        causes.extend(proposal.caused_by.map(|event| Cause { event, link: CauseLink::Triggered }));
        // An agent is not busy with an action that an intervention prevents.
        if let Some(intervention) = self.forbidden_by(spec.kind, &frame, at) {
            self.prevent_event(intervention, EventRequest { spec, frame, at, causes, choice: proposal.choice });
            return;
        }
        let duration = action.takes.as_ref().filter(|_| accepted);
        let busy_seconds = duration.map_or(0.0, |duration| duration.number(&self.view(at), &mut frame).max(0.0));
        if busy_seconds > 0.0 {
            parties.iter().for_each(|&party| self.state.set_busy(party, at.add_seconds(busy_seconds)));
        }
        self.make_event(EventRequest { spec, frame, at, causes, choice: proposal.choice });
    }

    /// Judges the sets of the roles again, because earlier events of the tick may have changed them, and binds the roles for several agents
    /// to those that are left. Returns false if a role cannot be filled any more.
    fn bind_again(
        &mut self,
        action: &Action,
        frame: &mut EvalFrame,
        groups: Vec<(usize, RoleAgents)>,
        (at, draws_at): (Instant, Instant),
    ) -> bool {
        let mut bound_so_far = EvalFrame::for_agent(frame.get(0));
        for (slot, role) in (1..).zip(bound_agents(action)) {
            let is_member = |context: &Self, agent: AgentId| {
                let view = context.view(at).drawing_at(draws_at);
                role.set.may_contain(&view, &mut bound_so_far.clone(), agent)
            };
            if !role.several {
                if !is_member(self, frame.get(slot)) {
                    return false;
                }
            } else {
                let agents: RoleAgents = match groups.iter().find(|(of, _)| *of == slot) {
                    Some((_, agents)) => {
                        let is_free = |agent: AgentId| self.is_present(agent) && self.state.busy_until(agent) <= at;
                        agents.iter().copied().filter(|&agent| is_free(agent) && is_member(self, agent)).collect()
                    }
                    None => self.all_of(&role.set, &bound_so_far, slot, (at, draws_at)),
                };
                if agents.is_empty() {
                    return false;
                }
                frame.set(slot, self.state.groups.intern(&agents));
            }
            bound_so_far.set(slot, frame.get(slot));
        }
        true
    }

    /// All agents of a set.
    pub(super) fn all_of(&self, set: &SetExpr, frame: &EvalFrame, slot: usize, (at, draws_at): (Instant, Instant)) -> RoleAgents {
        let mut agents = RoleAgents::new();
        set.for_each(&self.view(at).drawing_at(draws_at), &mut frame.clone(), slot, &mut |frame| {
            agents.push(frame.get(slot));
            if agents.len() < MAX_ROLE_AGENTS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        agents
    }

    fn answer_causes(&self, accept: &Expr, frame: &EvalFrame, at: Instant, causes: &mut Vec<Cause>) {
        if accept.ty() == Type::Switch {
            self.truth_with_causes(accept, frame, (at, self.state.now), CauseLink::Consent, causes);
        } else {
            self.number_with_causes(accept, frame, at, CauseLink::Consent, causes);
        }
    }

    /// Adds the events that wrote what the influences on the answers of those who were asked read.
    fn acceptance_causes(&self, action: &Action, frame: &EvalFrame, at: Instant, causes: &mut Vec<Cause>) {
        if action.acceptance_influences.is_empty() {
            return;
        }
        for slot in 1..=action.roles.len() {
            for asked in self.state.groups.agents(frame.get(slot)) {
                self.causes_of(frame, at, CauseLink::Consent, causes, |view, frame| {
                    acceptance_influences(&self.rules.scenario, view, action, asked, frame).for_each(drop);
                });
            }
        }
    }

    fn binding_causes(&self, action: &Action, frame: &EvalFrame, at: Instant, causes: &mut Vec<Cause>) {
        let mut bound_so_far = EvalFrame::for_agent(frame.get(0));
        for (index, role) in bound_agents(action).enumerate() {
            let bound = frame.get(index + 1);
            for member in self.state.groups.agents(bound) {
                self.membership_causes(&role.set, &bound_so_far, index + 1, member, at, causes);
            }
            bound_so_far.set(index + 1, bound);
        }
    }

    fn carry_out_item(&mut self, trigger_state: &mut TriggerState, at: Instant, PlannedItem { item, depth }: PlannedItem) {
        let at = self.agenda.next_instant(at.max(self.state.now));
        self.changes.depth = depth;
        match item {
            AgendaItem::Arrival { agent } => self.carry_out_arrival(agent, at),
            AgendaItem::AppointmentOpens { key, at: agreed } => self.open_appointment(key, agreed, at),
            AgendaItem::AppointmentCloses { key, at: agreed } => self.close_appointment(key, agreed, at),
            AgendaItem::AppointmentEnds { key, fate, who, causes } => self.carry_out_end(key, fate, who, causes, at),
            AgendaItem::Check { checked, draws_at } => check_conditions(self, trigger_state, &checked, (at, draws_at)),
            AgendaItem::Step { rule, step, frame, absent, from } => {
                self.carry_out_step(rule, step, frame.to_frame(), &absent, from, at);
            }
            AgendaItem::Trigger { trigger, frame, absent, causes } => {
                let rules = self.rules.clone();
                let trigger = &rules.scenario.triggers[trigger];
                // The same trigger may have been planned again and have fired in the meantime.
                if let Some(frame) = self.without_gone(trigger.event.kind, frame.to_frame(), &absent)
                    && !self.is_cooling_down(trigger, &frame, at)
                {
                    self.make_event(EventRequest { spec: &trigger.event, frame, at, causes, choice: None });
                }
            }
        }
        self.changes.depth = 0;
    }

    /// Plans an item that follows from what happens now.
    pub(super) fn plan(&mut self, at: Instant, item: AgendaItem) {
        let depth = if at < self.tick_end() { self.changes.depth } else { 0 };
        self.agenda.plan(at, PlannedItem { item, depth });
    }

    /// The steps of a rule.
    pub(super) fn steps<'r>(&self, rules: &'r Rules, rule: RuleRef) -> &'r [Step] {
        match rule {
            RuleRef::Action(action) => &rules.scenario.actions[action].steps,
            RuleRef::Trigger(trigger) => &rules.scenario.triggers[trigger].steps,
        }
    }

    fn carry_out_step(
        &mut self,
        rule: RuleRef,
        step: usize,
        frame: EvalFrame,
        absent: &[AgentId],
        from: Option<EventId>,
        at: Instant,
    ) {
        let rules = self.rules.clone();
        let step = &self.steps(&rules, rule)[step];
        let Some((_, first)) = step.outcomes.first() else { return };
        let Some(frame) = self.without_gone(first.kind, frame, absent) else { return };
        let mut causes: Vec<Cause> = from.map(|event| Cause { event, link: CauseLink::Step }).into_iter().collect();
        let mut weights = Vec::with_capacity(step.outcomes.len());
        for (weight, spec) in &step.outcomes {
            let weight = match weight {
                None => 1.0,
                Some(weight) if self.is_recorded_event(spec.kind, &frame) => {
                    self.number_with_causes(weight, &frame, at, CauseLink::Condition, &mut causes)
                }
                Some(weight) => weight.number(&self.view(at), &mut frame.clone()),
            };
            if weight < 0.0 {
                self.state.limited.add(LimitedRule::Event(spec.kind), Limit::NegativeWeight, 1);
            }
            weights.push(weight.max(0.0));
        }
        let key = DrawKey::new(self.state.key(frame.get(0)), at).with(self.state.key(frame.get(1)));
        let draw = self.draws().uniform(combine(OUTCOME, step.key), key);
        let Some(drawn_index) = pick_weighted(&weights, draw) else {
            if let Some((_, spec)) = step.outcomes.first() {
                self.state.limited.add(LimitedRule::Event(spec.kind), Limit::NoOutcome, 1);
            }
            return;
        };
        let Some(outcome_index) = self.settle_outcome(step, weights, draw, drawn_index, &frame, at, &mut causes) else { return };
        self.make_event(EventRequest { spec: &step.outcomes[outcome_index].1, frame, at, causes, choice: None });
    }
}

/// The position of the weight that a draw in (0, 1) falls on; none if all weights are 0.
pub(super) fn pick_weighted(weights: &[f64], draw: f64) -> Option<usize> {
    let mut remaining = draw * weights.iter().sum::<f64>();
    let chosen = weights.iter().position(|weight| {
        remaining -= weight;
        remaining < 0.0
    });
    // A remainder from rounding goes to the last positive weight.
    chosen.or_else(|| weights.iter().rposition(|weight| *weight > 0.0))
}
