//! Talking about what somebody knows: what an event is about, and what is told of it.

use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::BeliefGrounds;
use longhand_chronicle::{Cause, CauseLink, FactChange};
use longhand_expr::ids::{AgentId, AttrId, EventKind, Fact, Instant, WorldFact};
use longhand_expr::{EvalContext, EvalFrame, Telling};

impl TickContext<'_, '_> {
    /// Makes topics of the facts that agents know about themselves: each gets an id, by which a role can be filled with it.
    pub(super) fn note_own_topics(&mut self) {
        if self.state.topics.is_used() {
            let rules = self.rules.clone();
            self.state.note_own_topics(&rules.scenario);
        }
    }

    /// Makes a topic of an attribute that is on or off (a switch), now that it is on.
    pub(super) fn note_switch(&mut self, agent: AgentId, attr: AttrId) {
        if self.state.topics.is_used() && self.scenario().attributes[attr.index()].switch {
            let rules = self.rules.clone();
            self.state.note_topic(&rules.scenario, WorldFact::Attr(agent, attr));
        }
    }

    /// The value that an agent knows or believes a fact to have.
    pub(super) fn known_value(&self, agent: AgentId, fact: WorldFact, at: Instant) -> Option<f64> {
        let is_own = match fact {
            WorldFact::Attr(of, _) | WorldFact::Place(of) | WorldFact::Name(of) | WorldFact::Dim(of, ..) => of == agent,
            WorldFact::Tie(a, b, _) => a == agent || b == agent,
            WorldFact::Holder(thing) => self.view(at).holder(thing) == agent,
            WorldFact::Happened(..) => false,
        };
        if is_own { Some(self.true_value(fact, at)) } else { self.view(at).belief(agent, fact) }
    }

    /// Tells an agent something that another one knows: as it is believed, or otherwise.
    pub(super) fn tell_topic(
        &mut self,
        builder: &mut EventBuilder,
        (teller, who): (AgentId, AgentId),
        fact: WorldFact,
        (telling, asked): (&Telling, Option<f64>),
        grounds: BeliefGrounds,
    ) {
        let Some(believed) = self.known_value(teller, fact, builder.at) else { return };
        let Some(told) = self.scenario().told_value(fact, believed, telling, asked) else { return };
        builder.topic = Some((teller, fact, believed, told));
        if who != teller {
            self.learn(builder, who, fact, told, grounds);
        }
    }

    /// Adds what an event is about to its changes: what was told, or else what its `self` had in mind.
    pub(super) fn record_topic(&self, builder: &mut EventBuilder, kind: EventKind, frame: &EvalFrame) {
        let Some(slot) = self.scenario().events[kind.index()].topic else { return };
        let in_mind = || {
            let (who, fact) = (frame.get(0), self.state.topics.fact(frame.get(slot))?);
            let value = self.known_value(who, fact, builder.at)?;
            Some((who, fact, value, value))
        };
        if let Some((who, fact, before, after)) = builder.topic.or_else(in_mind) {
            builder.changes.push(FactChange { fact: Fact::Topic(who, fact), before, after });
        }
    }

    /// Adds the event by which an agent came to know something to the causes.
    pub(super) fn topic_causes(&self, topic: AgentId, frame: &EvalFrame, causes: &mut Vec<Cause>) {
        let Some(fact) = self.state.topics.fact(topic) else { return };
        let facts = [Fact::Belief(frame.get(0), fact), Fact::World(fact)];
        let is_told = self.writer(facts[0]).is_some();
        self.add_cause(facts[usize::from(!is_told)], CauseLink::Condition, causes);
    }
}
