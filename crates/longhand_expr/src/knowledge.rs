//! Facts as expressions name them, and what agents know or believe of them.

use crate::ids::{AgentId, WorldFact};

use super::context::{EvalContext, OccurrenceQuery};
use super::eval::Evaluator;
use super::node::{ExprNode, NodeId, TopicKind};
use super::scope::EvalFrame;

impl<V: EvalContext> Evaluator<'_, V> {
    /// Resolves a fact node to the fact that it names for the current binding.
    pub(crate) fn resolve_fact(&self, id: NodeId, frame: &mut EvalFrame) -> WorldFact {
        match self.code.node(id) {
            ExprNode::AttrFact(attr, agent) => WorldFact::Attr(self.agent(agent, frame), attr),
            ExprNode::DimFact(dim, a, b) => WorldFact::Dim(self.agent(a, frame), self.agent(b, frame), dim),
            ExprNode::TieFact(tie, a, b) => WorldFact::Tie(self.agent(a, frame), self.agent(b, frame), tie),
            ExprNode::PlaceFact(agent) => WorldFact::Place(self.agent(agent, frame)),
            ExprNode::HolderFact(thing) => WorldFact::Holder(self.agent(thing, frame)),
            ExprNode::NameFact(agent) => WorldFact::Name(self.agent(agent, frame)),
            ExprNode::TopicFact(topic) => self.topic(topic, frame).unwrap_or(WorldFact::Place(AgentId::NONE)),
            ExprNode::HappenedFact(event, a, b) => {
                WorldFact::Happened(event, self.optional_agent(a, frame), self.optional_agent(b, frame))
            }
            _ => WorldFact::Place(AgentId::NONE),
        }
    }

    /// The fact that something known is.
    pub(crate) fn topic(&self, id: NodeId, frame: &mut EvalFrame) -> Option<WorldFact> {
        let topic = self.agent(id, frame);
        topic.topic_index().and_then(|_| self.view.topic(topic))
    }

    /// The value that `holder` believes a fact to have: the true value if it always knows it, otherwise its stored belief.
    pub(crate) fn believed_value(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        self.belief_of(holder, fact).map(|known| match known {
            Known::Truth(value) | Known::Belief(_, value) => value,
        })
    }

    pub(crate) fn belief_of(&self, holder: AgentId, fact: WorldFact) -> Option<Known> {
        if !holder.is_some() {
            None
        } else if knows_truth(self.view, holder, fact) {
            Some(Known::Truth(true_value_of(self.view, fact)))
        } else {
            let fact = match fact {
                WorldFact::Happened(..) => self.view.belief_about(holder, fact),
                fact => fact,
            };
            self.view.belief(holder, fact).map(|value| Known::Belief(fact, value))
        }
    }
}

/// Whether a fact is one of a kind.
pub(crate) fn is_of_kind(fact: WorldFact, kind: TopicKind) -> bool {
    match (fact, kind) {
        (WorldFact::Attr(_, attr), TopicKind::Attr(of)) => attr == of,
        (WorldFact::Dim(.., dim), TopicKind::Dim(of)) => dim == of,
        (WorldFact::Tie(.., tie), TopicKind::Tie(of)) => tie == of,
        (WorldFact::Happened(event, ..), TopicKind::Event(of)) => event == of,
        (WorldFact::Place(_), TopicKind::Place) | (WorldFact::Holder(_), TopicKind::Holder) => true,
        _ => false,
    }
}

/// What an agent has in mind about a fact.
pub(crate) enum Known {
    /// It knows the true value.
    Truth(f64),
    /// It believes a value; the fact is the one that the belief is stored under.
    Belief(WorldFact, f64),
}

/// Whether an agent always knows the true value of a fact. It knows its own attributes and place, its ties, and the bonds that
/// start from it, and what it holds. What other agents feel toward it is only believed.
fn knows_truth<V: EvalContext>(view: &V, holder: AgentId, fact: WorldFact) -> bool {
    match fact {
        WorldFact::Holder(thing) => view.holder(thing) == holder,
        WorldFact::Attr(agent, _) | WorldFact::Place(agent) | WorldFact::Name(agent) => agent == holder,
        WorldFact::Dim(from, ..) => from == holder,
        WorldFact::Tie(a, b, _) => a == holder || b == holder,
        WorldFact::Happened(event, a, b) => {
            let took_part = |a: AgentId, b: AgentId| view.occurrences(OccurrenceQuery { event, a, b }).times > 0;
            a == holder || b == holder || !a.is_some() && took_part(holder, b) || !b.is_some() && took_part(a, holder)
        }
    }
}

/// The current true value of a fact: a place as its id, a tie as 0 or 1.
pub(crate) fn true_value_of<V: EvalContext>(view: &V, fact: WorldFact) -> f64 {
    match fact {
        WorldFact::Attr(agent, attr) => view.attr(agent, attr),
        WorldFact::Dim(from, to, dim) => view.dim(from, to, dim),
        WorldFact::Tie(a, b, tie) => f64::from(u8::from(view.tie(a, b, tie))),
        WorldFact::Place(agent) => f64::from(view.place(agent).0),
        WorldFact::Holder(thing) => f64::from(view.holder(thing).0),
        // No expression reads a name; whether it is known does not depend on the value.
        WorldFact::Name(_) => 0.0,
        WorldFact::Happened(event, a, b) => f64::from(u8::from(view.occurrences(OccurrenceQuery { event, a, b }).times > 0)),
    }
}
