//! Finds the protagonists of a story.
//!
//! No scene declares them. In the network of who acts with whom the protagonists have the highest weighted degree (Moretti 2011,
//! "Network Theory, Plot Analysis"). Here an event is weighted by its self-information, so that a thousand letters do not
//! outweigh one farewell.

use super::information::self_information;
use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::AgentId;
use longhand_scene::Scenario;
use std::collections::BTreeMap;

/// The maximum number of protagonists.
const MAX_FOLLOWED: usize = 4;
/// An agent with less than this share of the highest centrality is a minor character.
const MIN_CENTRALITY_SHARE: f64 = 0.25;

/// The agents that a narration follows, each with a weight; the first has 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FollowedAgents {
    /// The most central first.
    first: Vec<(AgentId, f64)>,
    /// The weight of everybody else.
    others: f64,
}

impl FollowedAgents {
    /// One agent first, and with less weight the `others`.
    #[must_use]
    pub fn with_first(agent: AgentId, others: &Self) -> Self {
        let rest = others.first.iter().filter(|(other, _)| *other != agent).map(|&(other, weight)| (other, 0.7 * weight));
        Self { first: [(agent, 1.0)].into_iter().chain(rest).collect(), others: 0.0 }
    }

    /// Everybody alike, and nobody first.
    #[must_use]
    pub const fn everybody() -> Self {
        Self { first: Vec::new(), others: 1.0 }
    }

    /// One agent first, and with it those who most often take part in what happens to it.
    #[must_use]
    pub fn with_companions(scenario: &Scenario, chronicle: &Chronicle, agent: AgentId) -> Self {
        let information = self_information(chronicle);
        let mut company: BTreeMap<AgentId, f64> = BTreeMap::new();
        for event in chronicle.iter().filter(|event| participants(scenario, event).any(|one| one == agent)) {
            for other in participants(scenario, event).filter(|other| *other != agent) {
                *company.entry(other).or_default() += information[event.id.index()];
            }
        }
        let mut ranked: Vec<(AgentId, f64)> = company.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(MAX_FOLLOWED - 1);
        let most = ranked.first().map_or(1.0, |(_, weight)| weight.max(f64::MIN_POSITIVE));
        let others = ranked.into_iter().map(|(other, weight)| (other, 0.7 * weight / most));
        Self { first: [(agent, 1.0)].into_iter().chain(others).collect(), others: 0.0 }
    }

    /// The weight of an agent; 0 if it is not followed.
    #[must_use]
    pub fn weight(&self, agent: AgentId) -> f64 {
        self.first.iter().find(|(who, _)| *who == agent).map_or(self.others, |&(_, weight)| weight)
    }

    /// The followed agents, the most central first.
    pub fn iter(&self) -> impl Iterator<Item = AgentId> {
        self.first.iter().map(|&(agent, _)| agent)
    }

    /// The most central agent.
    #[must_use]
    pub fn first(&self) -> Option<AgentId> {
        self.first.first().map(|&(agent, _)| agent)
    }
}

/// The protagonists of a chronicle, the most central first: at least one if any member of the cast acts, at most four.
#[must_use]
pub fn protagonists(scenario: &Scenario, chronicle: &Chronicle) -> FollowedAgents {
    let information = self_information(chronicle);
    let mut centrality: BTreeMap<AgentId, f64> = BTreeMap::new();
    for event in chronicle.iter() {
        for agent in participants(scenario, event).filter(|agent| agent.index() < scenario.cast.len()) {
            *centrality.entry(agent).or_default() += information[event.id.index()];
        }
    }
    // The sort is stable: among equals the order of the cast decides.
    let in_order = scenario.cast_order.iter().filter_map(|&agent| Some((agent, *centrality.get(&agent)?)));
    let mut ranked: Vec<(AgentId, f64)> = in_order.collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let max_centrality = ranked.first().map_or(0.0, |&(_, weight)| weight);
    ranked.retain(|&(_, weight)| weight > 0.0 && weight >= MIN_CENTRALITY_SHARE * max_centrality);
    ranked.truncate(MAX_FOLLOWED);
    let first = ranked.into_iter().map(|(agent, weight)| (agent, weight / max_centrality)).collect();
    FollowedAgents { first, others: 0.0 }
}

/// The agents that take part in an event.
pub(crate) fn participants<'e>(scenario: &Scenario, event: &'e Event) -> impl Iterator<Item = AgentId> + 'e {
    let info = scenario.events.get(event.kind.index());
    let single = event.roles.iter().take(info.map_or(0, |info| info.participant_count)).copied();
    let slots = info.filter(|info| !info.several.is_empty()).map_or(event.roles.len(), |info| info.slots.len());
    single.chain(event.roles.iter().skip(slots).copied()).filter(|agent| agent.is_some())
}
