//! Norms: what agents feel about what somebody does, by the standards that they hold.
//!
//! Standards make the other half of appraisal (OCC, Ortony, Clore and Collins 1988): beside how an event changes somebody's goals, who did it is
//! praised or blamed. An event that a norm of the scene judges gives everybody who takes part in it or sees it admiration or reproach for who
//! did it, by the sign and strength of the norm that they hold. Who did it feels pride or guilt by the own norm, and shame before those who
//! are believed to condemn it. A tie that a norm judges is judged by whoever comes to know of it. What one does shows what one holds: others
//! believe it from then on.
//!
//! A tie may be exclusive for one party and not for the other. A broken norm hurts an agent when that agent comes to believe that it is
//! broken. What the agent does not know has no effect on it.

use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::BeliefGrounds;
use longhand_expr::ids::{AgentField, AgentId, Emotion, EventKind, PlaceId, TieId, WorldFact};
use longhand_expr::{EvalContext, EvalFrame};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// A smaller change of what is believed of a norm is none.
const LEAST_CHANGE: f64 = 0.001;

/// Something that a norm judges.
#[derive(Clone, Copy)]
struct Deed {
    norm: usize,
    /// 1 if it is in accord with the norm, -1 if it is against it.
    sign: f64,
    doer: AgentId,
    /// Somebody else in it, or [`AgentId::NONE`].
    other: AgentId,
}

impl TickContext<'_, '_> {
    /// Lets those who take part in an event and those who see it judge who began it.
    pub(super) fn judge_event(&mut self, builder: &mut EventBuilder, kind: EventKind, frame: &EvalFrame, present: &[AgentId]) {
        if self.rules.norms_on_event[kind.index()].is_empty() {
            return;
        }
        let rules = self.rules.clone();
        let doer = frame.get(0);
        let other = present.iter().copied().find(|&agent| agent != doer).unwrap_or(AgentId::NONE);
        let mut judges: SmallVec<[AgentId; 8]> = present.iter().copied().collect();
        judges.extend(self.witnesses(builder, doer, present));
        for &(norm, sign) in &rules.norms_on_event[kind.index()] {
            self.judge(builder, Deed { norm, sign, doer, other }, &judges);
        }
    }

    /// Lets an agent judge the two agents of a tie that it has come to know of.
    fn judge_tie(&mut self, builder: &mut EventBuilder, judge: AgentId, (a, b, tie): (AgentId, AgentId, TieId)) {
        if self.rules.norms_on_tie[tie.index()].is_empty() {
            return;
        }
        let rules = self.rules.clone();
        let mutual = rules.scenario.ties[tie.index()].mutual;
        for &norm in &rules.norms_on_tie[tie.index()] {
            for (doer, other) in [(a, b), (b, a)].into_iter().take(1 + usize::from(mutual)) {
                self.judge(builder, Deed { norm, sign: 1.0, doer, other }, &[judge]);
            }
        }
    }

    /// Lets an agent judge itself for a tie that has begun.
    pub(super) fn judge_own_tie(&mut self, builder: &mut EventBuilder, own: AgentId, other: AgentId, tie: TieId) {
        if self.rules.norms_on_tie[tie.index()].is_empty() {
            return;
        }
        for norm in self.rules.norms_on_tie[tie.index()].clone() {
            self.judge(builder, Deed { norm, sign: 1.0, doer: own, other }, &[own]);
        }
    }

    fn judge(&mut self, builder: &mut EventBuilder, deed: Deed, judges: &[AgentId]) {
        let rules = self.rules.clone();
        let norm = &rules.scenario.norms[deed.norm];
        let minds = rules.scenario.minds;
        let mut blame: f64 = 0.0;
        for &judge in judges {
            let is_known = builder.judged.contains(&(deed.norm, judge, deed.doer));
            if is_known || !norm.applies(&self.view(builder.at), deed.doer, deed.other, judge) {
                continue;
            }
            builder.judged.push((deed.norm, judge, deed.doer));
            if self.holds_norm(judge, deed.norm) {
                let praise = deed.sign * self.state.attr(judge, norm.attribute);
                let strength = praise.abs() * minds.judgement;
                if strength >= minds.noticed {
                    let (emotion, toward) = match (judge == deed.doer, praise > 0.0) {
                        (true, true) => (Emotion::Pride, AgentId::NONE),
                        (true, false) => (Emotion::Guilt, AgentId::NONE),
                        (false, true) => (Emotion::Admiration, deed.doer),
                        (false, false) => (Emotion::Reproach, deed.doer),
                    };
                    self.feel(builder, judge, emotion, strength, toward);
                    if strength >= minds.memorable {
                        let with = if judge == deed.doer { deed.other } else { deed.doer };
                        self.remember(builder, judge, with, strength);
                    }
                    self.changes.check_agent(judge);
                }
            }
            if judge != deed.doer {
                blame = blame.max(-deed.sign * self.believed_norm(builder, deed.doer, judge, deed.norm));
                self.learn_by_deed(builder, deed, judge);
            }
        }
        let shame = blame * minds.judgement;
        if shame >= minds.noticed && self.is_present(deed.doer) {
            self.feel(builder, deed.doer, Emotion::Shame, shame, AgentId::NONE);
            self.changes.check_agent(deed.doer);
        }
    }

    /// What an agent believes of the norm of another one; without a belief, its own.
    fn believed_norm(&self, builder: &EventBuilder, who: AgentId, of: AgentId, norm: usize) -> f64 {
        let attribute = self.scenario().norms[norm].attribute;
        let belief = self.view(builder.at).belief(who, WorldFact::Attr(of, attribute));
        belief.unwrap_or_else(|| if self.holds_norm(who, norm) { self.state.attr(who, attribute) } else { 0.0 })
    }

    /// Moves what somebody believes of the norm of who did something: the deed shows it.
    fn learn_by_deed(&mut self, builder: &mut EventBuilder, deed: Deed, judge: AgentId) {
        let (attribute, shows) = (self.scenario().norms[deed.norm].attribute, self.scenario().norms[deed.norm].shows);
        if !self.holds_norm(deed.doer, deed.norm) {
            return;
        }
        let before = self.believed_norm(builder, judge, deed.doer, deed.norm);
        let after = before + (deed.sign - before) * shows;
        if (after - before).abs() >= LEAST_CHANGE {
            self.learn(builder, judge, WorldFact::Attr(deed.doer, attribute), after, BeliefGrounds::SEEN);
        }
    }

    /// Whether agents of this kind have the norm.
    fn holds_norm(&self, agent: AgentId, norm: usize) -> bool {
        let attribute = self.scenario().norms[norm].attribute;
        agent.is_some() && self.scenario().kinds[self.state.kind(agent).index()].attributes.contains(&attribute)
    }

    /// Those who are awake at the place of an agent and take no part, ascending.
    fn witnesses(&self, builder: &EventBuilder, doer: AgentId, present: &[AgentId]) -> SmallVec<[AgentId; 8]> {
        let view = self.view(builder.at);
        let place = if doer.is_some() { self.state.place(doer) } else { PlaceId::NOWHERE };
        let mut witnesses: SmallVec<[AgentId; 8]> = SmallVec::new();
        if place == PlaceId::NOWHERE {
            return witnesses;
        }
        view.for_each_at_place(place, &mut |agent| {
            if agent != doer && !present.contains(&agent) && view.field(agent, AgentField::Awake) != 0.0 {
                witnesses.push(agent);
            }
            ControlFlow::Continue(())
        });
        witnesses.sort_unstable();
        witnesses
    }

    /// Adds the feelings of `who` about a tie that it has just come to believe in.
    pub(super) fn feel_about_norms(&mut self, builder: &mut EventBuilder, who: AgentId, fact: WorldFact, holds: bool) {
        let WorldFact::Tie(a, b, tie) = fact else { return };
        if !holds || a == who || b == who {
            return;
        }
        self.judge_tie(builder, who, (a, b, tie));
        if !self.holds_exclusive(who, tie, builder) {
            return;
        }
        let has_tie = |other: AgentId| self.view(builder.at).tie(who, other, tie);
        let Some(partner) = [a, b].into_iter().find(|&other| has_tie(other)) else { return };
        let with = if partner == a { b } else { a };
        let hurt = self.scenario().minds.hurt;
        self.feel(builder, who, Emotion::Distress, hurt, with);
        self.feel(builder, who, Emotion::Reproach, hurt, partner);
        self.remember(builder, who, partner, hurt);
        self.changes.check_agent(who);
    }

    fn holds_exclusive(&self, who: AgentId, tie: TieId, builder: &EventBuilder) -> bool {
        let exclusive = self.rules.scenario.ties[tie.index()].exclusive.as_ref();
        exclusive.is_some_and(|exclusive| exclusive.truth(&self.view(builder.at), &mut EvalFrame::for_agent(who)))
    }
}
