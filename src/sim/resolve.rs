//! Where proposals meet: in the order of their instants each is accepted, refused, or comes too late.

use super::agenda::{Plan, Planned, Rule};
use super::choose::Proposal;
use super::happen::Cue;
use super::moment::Moment;
use super::rules::{Rules, bounds};
use crate::chronicle::{Cause, Link};
use crate::ids::{AgentId, EventId, Instant};
use crate::language::{Expr, Frame, Type};
use crate::scenario::{Action, Step};
use crate::world::{DrawKey, Live, site};
use bevy::platform::collections::HashSet;
use smallvec::SmallVec;

/// A proposal and what the other parties say to it.
pub(super) struct Decision {
    pub(super) proposal: Proposal,
    pub(super) accepted: bool,
}

/// Orders proposals and has the other parties answer, still on the frozen state. Who is taken by an earlier one is not asked.
pub(super) fn resolve(live: Live<'_>, rules: &Rules, mut proposals: Vec<Proposal>) -> Vec<Decision> {
    proposals.sort_by_key(|proposal| (proposal.at, proposal.agent));
    let mut taken: HashSet<AgentId> = HashSet::default();
    let mut decisions = Vec::with_capacity(proposals.len());
    for proposal in proposals {
        let action = &rules.scenario.actions[proposal.action];
        let parties = || (0..=action.roles.len()).map(|slot| proposal.frame.get(slot));
        if parties().any(|party| taken.contains(&party)) {
            continue;
        }
        let accepted = (0..action.roles.len()).all(|role| accepts(live, action, role, &proposal));
        taken.extend(parties());
        decisions.push(Decision { proposal, accepted });
    }
    decisions
}

fn accepts(live: Live<'_>, action: &Action, role: usize, proposal: &Proposal) -> bool {
    let Some(accept) = &action.accept[role] else { return true };
    let frame = &mut proposal.frame.clone();
    if accept.ty() == Type::Switch {
        return accept.truth(&live, frame);
    }
    let key = DrawKey::of(proposal.frame.get(role + 1), proposal.at).with(proposal.agent.0);
    live.draws().uniform(site("accept") ^ u32::from(action.happens.kind.0), key) < accept.num(&live, frame)
}

/// The clauses of an action, each with the variables that were bound when it was judged: a draw's key has all that are bound.
fn as_chosen<'a>(levels: &'a [Vec<usize>], frame: &'a Frame) -> impl Iterator<Item = (usize, Frame)> + 'a {
    levels.iter().enumerate().flat_map(move |(level, clauses)| {
        let mut bound = Frame::of(frame.get(0));
        (1..=level).for_each(|slot| bound.set(slot, frame.get(slot)));
        clauses.iter().map(move |&clause| (clause, bound))
    })
}

impl Moment<'_> {
    /// Applies what was decided and what had been planned for this tick, in the order of their instants.
    pub(super) fn carry_out(&mut self, decisions: Vec<Decision>) {
        let mut decisions = decisions.into_iter().peekable();
        let end = self.tick_end();
        loop {
            let before = decisions.peek().map_or(end, |decision| decision.proposal.at.min(end));
            if let Some((at, planned)) = self.agenda.next_before(before) {
                self.carry_out_plan(at.max(self.state.now), planned);
            } else if let Some(decision) = decisions.next() {
                self.carry_out_decision(decision);
            } else {
                return;
            }
        }
    }

    /// What was planned for the rest of this tick, by what happened in it.
    pub(super) fn carry_out_planned(&mut self) {
        let end = self.tick_end();
        while let Some((at, planned)) = self.agenda.next_before(end) {
            self.carry_out_plan(at.max(self.state.now), planned);
        }
    }

    fn carry_out_decision(&mut self, decision: Decision) {
        let Decision { proposal, accepted } = decision;
        let rules = self.rules.clone();
        let action = &rules.scenario.actions[proposal.action];
        let at = proposal.at;
        let happens = match (accepted, &action.refused) {
            (true, _) => &action.happens,
            (false, Some(refused)) => refused,
            (false, None) => return,
        };
        // What happened earlier in the tick may have changed what the choice rested on; its draws stay those of the choice.
        let drawn = self.state.now;
        let mut frame = proposal.frame;
        let parties: SmallVec<[AgentId; 4]> = (0..=action.roles.len()).map(|slot| frame.get(slot)).collect();
        if !parties.iter().all(|&party| self.is_present(party) && self.state.busy_until(party) <= at) {
            return;
        }
        let mut causes = Vec::new();
        if self.is_whole(happens.kind, &frame) {
            let mut clauses = as_chosen(&rules.clauses[proposal.action], &frame);
            if !clauses.all(|(clause, frame)| {
                self.truth_with_causes(&action.when[clause], &frame, (at, drawn), Link::Condition, &mut causes)
            }) {
                return;
            }
            self.binding_causes(action, &frame, at, &mut causes);
            self.number_with_causes(&action.want, &frame, at, Link::Want, &mut causes);
            for accept in action.accept.iter().flatten() {
                self.answer_causes(accept, &frame, at, &mut causes);
            }
        } else {
            let live = self.live(at).drawing_at(drawn);
            if !as_chosen(&rules.clauses[proposal.action], &frame)
                .all(|(clause, mut frame)| action.when[clause].truth(&live, &mut frame))
            {
                return;
            }
        }
        // Who is kept from something is not busy with it either.
        if let Some(outside) = self.forbids(happens.kind, &frame, at) {
            self.keep_from(outside, Cue { happens, frame, at, causes, choice: proposal.choice });
            return;
        }
        let takes =
            action.takes.as_ref().filter(|_| accepted).map_or(0.0, |takes| takes.num(&self.live(at), &mut frame).max(0.0));
        if takes > 0.0 {
            parties.iter().for_each(|&party| self.state.set_busy(party, at.plus_seconds(takes)));
        }
        self.happen(Cue { happens, frame, at, causes, choice: proposal.choice });
    }

    fn answer_causes(&self, accept: &Expr, frame: &Frame, at: Instant, causes: &mut Vec<Cause>) {
        if accept.ty() == Type::Switch {
            self.truth_with_causes(accept, frame, (at, self.state.now), Link::Consent, causes);
        } else {
            self.number_with_causes(accept, frame, at, Link::Consent, causes);
        }
    }

    fn binding_causes(&self, action: &Action, frame: &Frame, at: Instant, causes: &mut Vec<Cause>) {
        let mut bound_so_far = Frame::of(frame.get(0));
        for (index, bound) in bounds(action).enumerate() {
            let member = frame.get(index + 1);
            self.membership_causes(&bound.set, &bound_so_far, index + 1, member, at, causes);
            bound_so_far.set(index + 1, member);
        }
    }

    fn carry_out_plan(&mut self, at: Instant, Planned { plan, depth }: Planned) {
        self.touched.depth = depth;
        match plan {
            Plan::Step { of, step, frame, from } => self.carry_out_step(of, step, frame.frame(), from, at),
            Plan::Trigger { trigger, frame, causes } => {
                let rules = self.rules.clone();
                let trigger = &rules.scenario.triggers[trigger];
                let frame = frame.frame();
                // While it waited it may have been set going once more, and have happened.
                if self.is_present(frame.get(0)) && !self.rests(trigger, &frame, at) {
                    self.happen(Cue { happens: &trigger.happens, frame, at, causes, choice: None });
                }
            }
        }
        self.touched.depth = 0;
    }

    /// Plans something that what happens now leads to.
    pub(super) fn plan(&mut self, at: Instant, plan: Plan) {
        let depth = if at < self.tick_end() { self.touched.depth } else { 0 };
        self.agenda.plan(at, Planned { plan, depth });
    }

    /// The steps of a rule.
    pub(super) fn steps<'r>(&self, rules: &'r Rules, of: Rule) -> &'r [Step] {
        match of {
            Rule::Action(action) => &rules.scenario.actions[action].steps,
            Rule::Trigger(trigger) => &rules.scenario.triggers[trigger].steps,
        }
    }

    fn carry_out_step(&mut self, of: Rule, step: usize, frame: Frame, from: Option<EventId>, at: Instant) {
        if !self.is_present(frame.get(0)) {
            return;
        }
        let rules = self.rules.clone();
        let step = &self.steps(&rules, of)[step];
        let mut causes: Vec<Cause> = from.map(|event| Cause { event, link: Link::Step }).into_iter().collect();
        let mut weights = Vec::with_capacity(step.outcomes.len());
        for (weight, happens) in &step.outcomes {
            weights.push(match weight {
                None => 1.0,
                Some(weight) if self.is_whole(happens.kind, &frame) => {
                    self.number_with_causes(weight, &frame, at, Link::Condition, &mut causes).max(0.0)
                }
                Some(weight) => weight.num(&self.live(at), &mut frame.clone()).max(0.0),
            });
        }
        let key = DrawKey::of(frame.get(0), at).with(frame.get(1).0);
        // Steps of different rules may have the same id, and no two the same outcome.
        let own = step.outcomes.first().map_or(0, |(_, happens)| u32::from(happens.kind.0));
        let draw = self.draws.uniform(site("outcome") ^ own, key);
        let Some(drawn) = drawn(&weights, draw) else { return };
        let Some(chosen) = self.settled(step, weights, draw, drawn, &frame, at, &mut causes) else { return };
        self.happen(Cue { happens: &step.outcomes[chosen].1, frame, at, causes, choice: None });
    }
}

/// Which of some weights a draw falls on; none where nothing is possible.
pub(super) fn drawn(weights: &[f64], draw: f64) -> Option<usize> {
    let mut left = draw * weights.iter().sum::<f64>();
    let chosen = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    // What rounding leaves over goes to the last that is possible.
    chosen.or_else(|| weights.iter().rposition(|weight| *weight > 0.0))
}
