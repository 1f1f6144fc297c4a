//! Resolves proposals: in the order of their instants, each is accepted, refused, or dropped because an earlier proposal
//! already engages one of its parties. Then carries them out.

use super::agenda::{AgendaItem, PlannedItem, RuleRef};
use super::choose::Proposal;
use super::context::TickContext;
use super::events::EventRequest;
use super::rules::{Rules, bound_agents};
use super::triggers::{TriggerState, check_conditions, fire_next};
use crate::world::{DrawKey, WorldView, combine, draw_site};
use bevy_platform::collections::HashSet;
use longhand_chronicle::{Cause, CauseLink};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_expr::{EvalFrame, Expr, Type};
use longhand_scene::{Action, Step};
use smallvec::SmallVec;

/// The sites of the draws of whether an agent accepts, and of the outcome of a step.
const ACCEPT: u32 = draw_site("accept");
const OUTCOME: u32 = draw_site("outcome");

/// A proposal and whether the other parties accept it.
pub(super) struct Decision {
    pub(super) proposal: Proposal,
    pub(super) accepted: bool,
}

/// Orders proposals and determines the answers of the other parties, on the frozen state. A proposal whose parties are already engaged by
/// an earlier one is dropped.
pub(super) fn resolve_proposals(view: WorldView<'_>, rules: &Rules, mut proposals: Vec<Proposal>) -> Vec<Decision> {
    proposals.sort_by_key(|proposal| (proposal.at, proposal.agent));
    let mut engaged: HashSet<AgentId> = HashSet::default();
    let mut decisions = Vec::with_capacity(proposals.len());
    for proposal in proposals {
        let action = &rules.scenario.actions[proposal.action];
        let parties = || (0..=action.roles.len()).map(|slot| proposal.frame.get(slot));
        if parties().any(|party| engaged.contains(&party)) {
            continue;
        }
        let accepted = (0..action.roles.len()).all(|role| accepts(view, action, role, &proposal));
        engaged.extend(parties());
        decisions.push(Decision { proposal, accepted });
    }
    decisions
}

fn accepts(view: WorldView<'_>, action: &Action, role: usize, proposal: &Proposal) -> bool {
    let Some(accept) = &action.accept[role] else { return true };
    let frame = &mut proposal.frame.clone();
    if accept.ty() == Type::Switch {
        return accept.truth(&view, frame);
    }
    let key_of = |agent| view.state().key(agent);
    let key = DrawKey::new(key_of(proposal.frame.get(role + 1)), proposal.at).with(key_of(proposal.agent));
    let site = combine(ACCEPT, view.scenario().events[action.event.kind.index()].key);
    view.draws().uniform(site, key) < accept.number(&view, frame)
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
        let Decision { proposal, accepted } = decision;
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
        let parties: SmallVec<[AgentId; 4]> = (0..=action.roles.len()).map(|slot| frame.get(slot)).collect();
        if !parties.iter().all(|&party| self.is_present(party) && self.state.busy_until(party) <= at) {
            return;
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
            self.number_with_causes(&action.want, &frame, at, CauseLink::Utility, &mut causes);
            for accept in action.accept.iter().flatten() {
                self.answer_causes(accept, &frame, at, &mut causes);
            }
        } else {
            let view = self.view(at).drawing_at(draws_at);
            if !clauses_as_chosen(&rules.clauses[proposal.action], &frame)
                .all(|(clause, mut frame)| action.when[clause].truth(&view, &mut frame))
            {
                return;
            }
        }
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

    fn answer_causes(&self, accept: &Expr, frame: &EvalFrame, at: Instant, causes: &mut Vec<Cause>) {
        if accept.ty() == Type::Switch {
            self.truth_with_causes(accept, frame, (at, self.state.now), CauseLink::Consent, causes);
        } else {
            self.number_with_causes(accept, frame, at, CauseLink::Consent, causes);
        }
    }

    fn binding_causes(&self, action: &Action, frame: &EvalFrame, at: Instant, causes: &mut Vec<Cause>) {
        let mut bound_so_far = EvalFrame::for_agent(frame.get(0));
        for (index, role) in bound_agents(action).enumerate() {
            let member = frame.get(index + 1);
            self.membership_causes(&role.set, &bound_so_far, index + 1, member, at, causes);
            bound_so_far.set(index + 1, member);
        }
    }

    fn carry_out_item(&mut self, trigger_state: &mut TriggerState, at: Instant, PlannedItem { item, depth }: PlannedItem) {
        let at = self.agenda.next_instant(at.max(self.state.now));
        self.changes.depth = depth;
        match item {
            AgendaItem::Check { agent, draws_at } => check_conditions(self, trigger_state, agent, (at, draws_at)),
            AgendaItem::Step { rule, step, frame, from } => self.carry_out_step(rule, step, frame.to_frame(), from, at),
            AgendaItem::Trigger { trigger, frame, causes } => {
                let rules = self.rules.clone();
                let trigger = &rules.scenario.triggers[trigger];
                let frame = frame.to_frame();
                // The same trigger may have been planned again and have fired in the meantime.
                if self.is_present(frame.get(0)) && !self.is_cooling_down(trigger, &frame, at) {
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

    fn carry_out_step(&mut self, rule: RuleRef, step: usize, frame: EvalFrame, from: Option<EventId>, at: Instant) {
        if !self.is_present(frame.get(0)) {
            return;
        }
        let rules = self.rules.clone();
        let step = &self.steps(&rules, rule)[step];
        let mut causes: Vec<Cause> = from.map(|event| Cause { event, link: CauseLink::Step }).into_iter().collect();
        let mut weights = Vec::with_capacity(step.outcomes.len());
        for (weight, spec) in &step.outcomes {
            weights.push(match weight {
                None => 1.0,
                Some(weight) if self.is_recorded_event(spec.kind, &frame) => {
                    self.number_with_causes(weight, &frame, at, CauseLink::Condition, &mut causes).max(0.0)
                }
                Some(weight) => weight.number(&self.view(at), &mut frame.clone()).max(0.0),
            });
        }
        let key = DrawKey::new(self.state.key(frame.get(0)), at).with(self.state.key(frame.get(1)));
        let draw = self.draws().uniform(combine(OUTCOME, step.key), key);
        let Some(drawn_index) = pick_weighted(&weights, draw) else { return };
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
