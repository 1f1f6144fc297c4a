//! The smallest set of events whose chains of causes connect the beginning of a story with its ending.
//!
//! Readers remember a story by its causal chain, the events that lead from the opening to the outcome (Trabasso and van den Broek
//! 1985). Here the causes are known, so the chain is a Steiner tree in the causal graph: the cheapest connected set that contains
//! the ending, the beginning and the other required events. An event costs less the more salient it is. The tree is built with
//! the shortest-path heuristic of Takahashi and Matsuyama (1980): start from the ending and repeatedly add the nearest terminal
//! with its chain. The result costs at most twice as much as the best tree.

use super::Salience;
use longhand_chronicle::{CauseGraph, Chronicle};
use longhand_expr::ids::EventId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// The cost of an event with salience 0; an event with salience 1 costs 1.
const MAX_EVENT_COST: f64 = 8.0;
/// The integer scale of costs.
const COST_UNIT: f64 = 1e6;

/// The events and causal links that carry a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backbone {
    /// The events, ascending.
    pub events: BTreeSet<EventId>,
    /// Cause and effect of each link that was needed to connect them.
    pub links: BTreeSet<(EventId, EventId)>,
    /// The events that no chain of causes connects to the rest. They are in `events` as well.
    pub unconnected: Vec<EventId>,
}

impl Backbone {
    /// Connects the terminals, the last of which is the ending, by the most salient chains of causes.
    #[must_use]
    pub fn connect(chronicle: &Chronicle, salience: &Salience, terminals: &[EventId]) -> Self {
        let graph = CauseGraph::from_chronicle(chronicle);
        let mut waiting: BTreeSet<EventId> = terminals.iter().copied().filter(|id| chronicle.event(*id).is_some()).collect();
        let mut backbone = Self::default();
        let Some(ending) = waiting.pop_last() else { return backbone };
        backbone.events.insert(ending);
        while !waiting.is_empty() {
            let Some(chain) = nearest_chain(chronicle, &graph, salience, &backbone.events, &waiting) else { break };
            for pair in chain.windows(2) {
                let (a, b) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
                backbone.links.insert((a, b));
            }
            for event in chain {
                waiting.remove(&event);
                backbone.events.insert(event);
            }
        }
        backbone.unconnected = waiting.iter().copied().collect();
        backbone.events.extend(waiting);
        backbone
    }
}

/// The cheapest chain from the connected events to the nearest waiting terminal. Links are followed both ways, so that two
/// effects of one cause are connected through it.
fn nearest_chain(
    chronicle: &Chronicle,
    graph: &CauseGraph<'_>,
    salience: &Salience,
    joined: &BTreeSet<EventId>,
    waiting: &BTreeSet<EventId>,
) -> Option<Vec<EventId>> {
    let cost = |event: EventId| ((1.0 + (MAX_EVENT_COST - 1.0) * (1.0 - salience.score(event))) * COST_UNIT) as u64;
    let mut best: BTreeMap<EventId, u64> = joined.iter().map(|&event| (event, 0)).collect();
    let mut from: BTreeMap<EventId, EventId> = BTreeMap::new();
    let mut heap: BinaryHeap<_> = joined.iter().map(|&event| Reverse((0, event))).collect();
    while let Some(Reverse((so_far, event))) = heap.pop() {
        if best.get(&event).is_some_and(|&best| best < so_far) {
            continue;
        }
        if waiting.contains(&event) {
            let mut chain = vec![event];
            let mut current = event;
            while let Some(&previous) = from.get(&current) {
                chain.push(previous);
                current = previous;
            }
            return Some(chain);
        }
        let causes = chronicle.event(event).into_iter().flat_map(|event| event.causes.iter().map(|cause| cause.event));
        for next in causes.chain(graph.effects(event).iter().copied()) {
            let total = so_far + cost(next);
            if best.get(&next).is_none_or(|&best| total < best) {
                best.insert(next, total);
                from.insert(next, event);
                heap.push(Reverse((total, next)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, LETTER, QUARREL, RAIN, WALK, event, scenario};
    use super::super::FollowedAgents;
    use super::*;
    use longhand_chronicle::{Cause, CauseLink};
    use proptest::prelude::*;

    fn chronicle(causes: &[&[u32]]) -> Chronicle {
        let kinds = [WALK, LETTER, QUARREL, RAIN];
        let mut chronicle = Chronicle::default();
        for (nth, causes) in causes.iter().enumerate() {
            let mut event = event(0, nth as f64, kinds[nth % 4], &[ANN]);
            event.causes = causes.iter().map(|&cause| Cause { event: EventId(cause), link: CauseLink::Triggered }).collect();
            chronicle.push(event);
        }
        chronicle
    }

    fn joining(chronicle: &Chronicle, terminals: &[u32]) -> Backbone {
        let salience = Salience::compute(&scenario(), chronicle, &FollowedAgents::default());
        Backbone::connect(chronicle, &salience, &terminals.iter().map(|&id| EventId(id)).collect::<Vec<_>>())
    }

    fn ids(backbone: &Backbone) -> Vec<u32> {
        backbone.events.iter().map(|event| event.0).collect()
    }

    #[test]
    fn the_backbone_is_the_chain_from_the_beginning_to_the_ending() {
        // 0 leads to 1 and 1 to 4. 2 and 3 are a branch without further effects.
        let chronicle = chronicle(&[&[], &[0], &[0], &[2], &[1]]);
        let backbone = joining(&chronicle, &[0, 4]);
        assert_eq!(ids(&backbone), [0, 1, 4]);
        assert_eq!(backbone.links.len(), 2);
        assert!(backbone.unconnected.is_empty());
    }

    #[test]
    fn required_events_are_connected_through_their_common_cause() {
        let chronicle = chronicle(&[&[], &[0], &[0], &[2], &[1]]);
        assert_eq!(ids(&joining(&chronicle, &[0, 3, 4])), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn events_without_a_connecting_chain_are_unconnected() {
        let chronicle = chronicle(&[&[], &[0], &[]]);
        let backbone = joining(&chronicle, &[0, 2, 1]);
        assert_eq!(ids(&backbone), [0, 1, 2]);
        assert_eq!(backbone.unconnected.len(), 2, "event 2 is the ending, and the two others are connected only to each other");
        assert_eq!(joining(&chronicle, &[]), Backbone::default());
        assert_eq!(ids(&joining(&chronicle, &[99, 1])), [1]);
    }

    proptest! {
        #[test]
        fn connected_events_form_a_tree_whose_leaves_are_terminals(
            causes in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..3), 2..30),
            terminals in prop::collection::vec(any::<u32>(), 1..5),
        ) {
            let causes: Vec<Vec<u32>> = (causes.iter().enumerate())
                .map(|(nth, causes)| if nth == 0 { vec![] } else { causes.iter().map(|cause| cause % nth as u32).collect() })
                .collect();
            let chronicle = chronicle(&causes.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let terminals: Vec<u32> = terminals.iter().map(|id| id % causes.len() as u32).collect();
            let backbone = joining(&chronicle, &terminals);
            let joined: Vec<EventId> = backbone.events.iter().copied().filter(|event| !backbone.unconnected.contains(event)).collect();
            prop_assert_eq!(joined.len(), backbone.links.len() + 1, "a tree has one link fewer than events");
            for event in &joined {
                let degree = backbone.links.iter().filter(|(a, b)| a == event || b == event).count();
                prop_assert!(degree > 1 || terminals.contains(&event.0));
            }
            for (cause, effect) in &backbone.links {
                prop_assert!(chronicle.event(*effect).unwrap().causes.iter().any(|link| link.event == *cause));
            }
        }
    }
}
