//! Topics: ids for known facts, so that a variable of a rule can stand for a fact.
//!
//! A variable holds an agent id. Each fact that somebody may talk about therefore gets an id of its own ([`AgentId::topic`]) when it
//! becomes known, and keeps it. Nothing else depends on these ids: their order in sets follows the facts, and draws are keyed by the names
//! in the fact. Scenes that do not use `known(a)` have none.

use super::minds::Mind;
use super::state::WorldState;
use bevy_platform::collections::HashMap;
use longhand_expr::ids::{AgentId, AttrId, DimId, TieId, WorldFact};
use longhand_expr::stable_hash;
use longhand_scene::Scenario;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// The facts that have an id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Topics {
    is_used: bool,
    facts: Vec<(WorldFact, u32)>,
    #[serde(with = "super::sorted_map")]
    ids: HashMap<WorldFact, u32>,
    /// The agents who may know something about themselves that has no id yet.
    unnoted: Vec<AgentId>,
    #[serde(skip)]
    known: KnownLists,
}

/// What agents know, by agent: computed when somebody asks for it, and again after it has changed.
#[derive(Clone, Debug, Default)]
struct KnownLists(Vec<OnceLock<Box<[AgentId]>>>);

impl PartialEq for KnownLists {
    /// What is computed from a state makes no difference between two states.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Topics {
    /// Gives facts ids from now on.
    pub(crate) fn track(&mut self) {
        self.is_used = true;
    }

    /// Whether the scene talks about what agents know.
    #[inline]
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.is_used
    }

    /// Notes that an agent may know something about itself that has no id yet.
    pub(crate) fn expect_new(&mut self, agents: &[AgentId]) {
        if self.is_used {
            self.unnoted.extend(agents);
        }
    }

    /// Notes that what an agent knows has changed.
    #[inline]
    pub(crate) fn forget_known(&mut self, agent: AgentId) {
        if let Some(known) = self.known.0.get_mut(agent.index()) {
            known.take();
        }
    }

    /// The fact of an id.
    #[must_use]
    pub fn fact(&self, topic: AgentId) -> Option<WorldFact> {
        self.facts.get(topic.topic_index()?).map(|(fact, _)| *fact)
    }

    /// The key of the draws about what an id stands for.
    #[must_use]
    pub(crate) fn key(&self, topic: AgentId) -> Option<u32> {
        self.facts.get(topic.topic_index()?).map(|(_, key)| *key)
    }

    /// The id of a fact, if it has one.
    #[must_use]
    pub(crate) fn id(&self, fact: WorldFact) -> Option<AgentId> {
        self.ids.get(&fact).map(|&index| AgentId::topic(index))
    }

    fn intern(&mut self, fact: WorldFact, key: u32) {
        let next = self.facts.len() as u32;
        // More facts than ids would need more beliefs than fit in memory.
        if next < u32::MAX >> 2 {
            self.ids.insert(fact, next);
            self.facts.push((fact, key));
            fact.agents().into_iter().for_each(|agent| self.forget_known(agent));
        }
    }
}

/// The key of the draws about a fact: a hash of the names in it.
#[must_use]
pub fn topic_key(scenario: &Scenario, fact: WorldFact, key_of: impl Fn(AgentId) -> u32) -> u32 {
    let name = match fact {
        WorldFact::Attr(_, attr) => scenario.attributes[attr.index()].id.as_str(),
        WorldFact::Dim(.., dim) => scenario.dims[dim.index()].id.as_str(),
        WorldFact::Tie(.., tie) => scenario.ties[tie.index()].id.as_str(),
        WorldFact::Happened(event, ..) => scenario.events[event.index()].name.as_str(),
        WorldFact::Place(_) => "place",
        WorldFact::Holder(_) => "holder",
        WorldFact::Name(_) => "name",
    };
    let mut keys = fact.agents().map(key_of);
    // A mutual tie is one fact, whatever the ids of its two agents are.
    if let WorldFact::Tie(.., tie) = fact
        && scenario.ties[tie.index()].mutual
    {
        keys.sort_unstable();
    }
    keys.into_iter().fold(stable_hash(0, name), super::combine)
}

/// Compares facts by their agents, and those about the same agents by their names: ids of attributes, dimensions and ties follow the
/// order in which they are declared.
fn compare_by_name(scenario: &Scenario, a: WorldFact, b: WorldFact) -> Ordering {
    match (a, b) {
        (WorldFact::Attr(x, one), WorldFact::Attr(y, other)) => {
            let name = |attr: AttrId| &scenario.attributes[attr.index()].id;
            x.cmp(&y).then_with(|| name(one).cmp(name(other)))
        }
        (WorldFact::Dim(x, to, one), WorldFact::Dim(y, other_to, other)) => {
            let name = |dim: DimId| &scenario.dims[dim.index()].id;
            (x, to).cmp(&(y, other_to)).then_with(|| name(one).cmp(name(other)))
        }
        (WorldFact::Tie(x, to, one), WorldFact::Tie(y, other_to, other)) => {
            let name = |tie: TieId| &scenario.ties[tie.index()].id;
            (x, to).cmp(&(y, other_to)).then_with(|| name(one).cmp(name(other)))
        }
        _ => a.cmp(&b),
    }
}

/// Whether an agent may talk about a fact: not what somebody is called.
fn is_topic(fact: WorldFact) -> bool {
    !matches!(fact, WorldFact::Name(_))
}

impl WorldState {
    /// Gives a fact that has become known an id. Returns whether it had none.
    pub(crate) fn note_topic(&mut self, scenario: &Scenario, fact: WorldFact) -> bool {
        if !self.topics.is_used || !is_topic(fact) {
            return false;
        }
        let fact = scenario.canonical_fact(fact);
        let is_new = self.topics.id(fact).is_none();
        if is_new {
            let key = topic_key(scenario, fact, |agent| self.key(agent).0);
            self.topics.intern(fact, key);
        }
        is_new
    }

    /// Gives what agents know about themselves ids: those who are new in the world or have become another kind, and those with a switch
    /// that a process has set. Ties and other switches get theirs when an event changes them.
    pub(crate) fn note_own_topics(&mut self, scenario: &Scenario) {
        let agents = self.agent_count();
        self.topics.known.0.resize_with(agents, OnceLock::new);
        for agent in std::mem::take(&mut self.topics.unnoted) {
            let is_new = |fact: &WorldFact| self.topics.id(*fact).is_none();
            let new: Vec<WorldFact> = self.own_facts(scenario, agent).filter(is_new).collect();
            for fact in new {
                self.note_topic(scenario, fact);
            }
        }
    }

    /// What an agent knows about itself: its ties, but for kinship and those whose dates are not kept, and its switches that are on.
    fn own_facts<'a>(&'a self, scenario: &'a Scenario, agent: AgentId) -> impl Iterator<Item = WorldFact> + 'a {
        let is_told = move |tie: TieId| {
            let info = &scenario.ties[tie.index()];
            !info.light && info.kinship.is_none()
        };
        let outgoing = self.bonds.outgoing_ties(agent).map(move |(to, tie)| (agent, to, tie));
        let incoming = self.bonds.incoming_ties(agent).map(move |(from, tie)| (from, agent, tie));
        let ties =
            outgoing.chain(incoming).filter(move |(.., tie)| is_told(*tie)).map(|(from, to, tie)| WorldFact::Tie(from, to, tie));
        let attrs = &scenario.kinds[self.kind(agent).index()].attributes;
        let is_on = move |attr: &AttrId| scenario.attributes[attr.index()].switch && self.attr(agent, *attr) != 0.0;
        let switches = attrs.iter().copied().filter(is_on).map(move |attr| WorldFact::Attr(agent, attr));
        ties.chain(switches).map(|fact| scenario.canonical_fact(fact))
    }

    /// What an agent knows or believes, each as an id, in an order that follows the names in the facts.
    pub(crate) fn known_to(&self, scenario: &Scenario, agent: AgentId) -> Cow<'_, [AgentId]> {
        if !self.topics.is_used || agent.index() >= self.agent_count() {
            return Cow::Borrowed(&[]);
        }
        let compute = || {
            let believed = self.mind(agent).map_or(&[][..], Mind::beliefs).iter().map(|(fact, _)| *fact);
            let mut known: Vec<WorldFact> =
                believed.filter(|fact| is_topic(*fact)).chain(self.own_facts(scenario, agent)).collect();
            known.sort_unstable_by(|a, b| compare_by_name(scenario, *a, *b));
            known.dedup();
            known.into_iter().filter_map(|fact| self.topics.id(fact)).collect::<Box<[AgentId]>>()
        };
        match self.topics.known.0.get(agent.index()) {
            Some(known) => {
                let known = known.get_or_init(compute);
                debug_assert_eq!(*known, compute(), "what is kept is what would be computed");
                Cow::Borrowed(known)
            }
            None => Cow::Owned(compute().into_vec()),
        }
    }
}
