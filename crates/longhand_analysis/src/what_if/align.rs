//! Pairs the events of two runs by rule, roles and instant. Event numbers are useless for this, since one additional event shifts
//! them.
//!
//! Random draws are keyed by agent, rule and instant. Whatever does not depend on a difference therefore happens at the same
//! instant in both runs ([`is_same_instant`](longhand_chronicle::is_same_instant)), and such events are paired first. Of the
//! remaining events with the same rule and the same agents, two are paired as the same event at another time if they lie within
//! [`MATCH_WINDOW_S`], or in order if there are few. Kinds of events, roles and members of the cast are identified by their ids in the scene ([`SymbolMap`]); other agents only by their
//! kind, because the runs may create agents in a different order.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use longhand_chronicle::{Chronicle, Event, SAME_INSTANT_US, SymbolMap};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::{EventOrigin, Scenario};

/// One of two runs to compare.
#[derive(Clone, Copy, Debug)]
pub struct ComparedRun<'a> {
    /// The scene, including its interventions.
    pub scenario: &'a Scenario,
    /// The recorded events and results.
    pub chronicle: &'a Chronicle,
    /// The seed.
    pub seed: u64,
    /// The instant at which the run ended.
    pub ended: Instant,
}

/// Largest distance in seconds of two events that are paired as the same event at another time.
pub(super) const MATCH_WINDOW_S: f64 = 86_400.0;
/// Up to this number of events with the same rule and agents, the events are paired in order at any distance.
const MAX_MATCHED_BY_ORDER: usize = 4;

/// Which events of two runs are the same.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// By event of the first run: the same event in the second.
    pub first_to_second: Vec<Option<EventId>>,
    /// By event of the second run: the same event in the first.
    pub second_to_first: Vec<Option<EventId>>,
    /// Number of events at the beginning that are identical in both runs.
    pub common_prefix: usize,
}

/// The kind and the roles of an event, with the ids of the second run.
type EventKey = (usize, SmallVec<[u32; 4]>);

/// The key of an event of a run with the map from that run to the second one. An agent outside the cast that is in both runs counts as
/// of the kind that it has in the second, because its kind may change in one of them.
fn event_key(run: &ComparedRun<'_>, event: &Event, to_second: &SymbolMap, second: &ComparedRun<'_>) -> EventKey {
    let Some(kind) = to_second.event(event.kind) else {
        // No event of the second run has such a key.
        return (usize::MAX - event.kind.index(), event.roles.iter().map(|agent| agent.0).collect());
    };
    let role_key = |agent: AgentId| {
        let is_in_cast = agent.index() < run.scenario.cast.len();
        let counterpart = || to_second.agent(agent).and_then(|counterpart| second.chronicle.agents.get(counterpart));
        let kind = || match counterpart() {
            Some(profile) => Some(profile.kind),
            None => to_second.kind(run.chronicle.agents.get(agent)?.kind),
        };
        match agent.is_some().then(kind).flatten().filter(|_| !is_in_cast) {
            Some(kind) => u32::MAX - 1 - u32::from(kind.0),
            None => to_second.agent(agent).map_or(ONLY_FIRST | agent.0, |counterpart| counterpart.0),
        }
    };
    (kind.index(), to_second.roles_of_kind(kind, &event.roles).into_iter().map(role_key).collect())
}

/// Marks the number of a member of the cast that the second run does not have.
const ONLY_FIRST: u32 = 1 << 30;

/// Whether an event is an intervention instead of the effect of a rule.
pub(super) fn is_intervention(scenario: &Scenario, event: &Event) -> bool {
    scenario.events.get(event.kind.index()).is_some_and(|info| matches!(info.origin, EventOrigin::Intervention(_)))
}

impl Alignment {
    /// Pairs the events of two runs. `to_second` maps the ids of the first run to those of the second.
    #[must_use]
    pub fn compute(first: &ComparedRun<'_>, second: &ComparedRun<'_>, to_second: &SymbolMap) -> Self {
        let identity = SymbolMap::new(second.scenario, second.scenario);
        let mut groups: BTreeMap<EventKey, [Vec<EventId>; 2]> = BTreeMap::new();
        for (side, run, map) in [(0, first, to_second), (1, second, &identity)] {
            for event in run.chronicle.iter() {
                groups.entry(event_key(run, event, map, second)).or_default()[side].push(event.id);
            }
        }
        let mut alignment = Self {
            first_to_second: vec![None; first.chronicle.len()],
            second_to_first: vec![None; second.chronicle.len()],
            common_prefix: 0,
        };
        for [here, there] in groups.into_values() {
            alignment.match_group(first.chronicle, second.chronicle, here, there);
        }
        let is_equal = |(first_event, second_event): &(&Event, &Event)| to_second.is_same_event(first_event, second_event);
        alignment.common_prefix = first.chronicle.iter().zip(second.chronicle.iter()).take_while(is_equal).count();
        alignment
    }

    fn match_group(&mut self, first: &Chronicle, second: &Chronicle, mut here: Vec<EventId>, mut there: Vec<EventId>) {
        let is_rare = here.len() <= MAX_MATCHED_BY_ORDER && there.len() <= MAX_MATCHED_BY_ORDER;
        let instant_of = |chronicle: &Chronicle, id: EventId| chronicle.events()[id.index()].at;
        here.sort_by_key(|&id| (instant_of(first, id), id));
        there.sort_by_key(|&id| (instant_of(second, id), id));
        let same_instant = SAME_INSTANT_US as f64 / 1e6;
        for window in [Some(same_instant), Some(MATCH_WINDOW_S), is_rare.then_some(f64::INFINITY)].into_iter().flatten() {
            let (mut i, mut j) = (0, 0);
            while let (Some(&first_id), Some(&second_id)) = (here.get(i), there.get(j)) {
                let delay_s = instant_of(second, second_id).seconds() - instant_of(first, first_id).seconds();
                if delay_s.abs() <= window {
                    self.first_to_second[first_id.index()] = Some(second_id);
                    self.second_to_first[second_id.index()] = Some(first_id);
                    (i, j) = (i + 1, j + 1);
                } else if delay_s > 0.0 {
                    i += 1;
                } else {
                    j += 1;
                }
            }
            here.retain(|id| self.first_to_second[id.index()].is_none());
            there.retain(|id| self.second_to_first[id.index()].is_none());
        }
    }

    /// Whether the two runs are identical.
    #[must_use]
    pub fn is_identical(&self) -> bool {
        self.common_prefix == self.first_to_second.len() && self.common_prefix == self.second_to_first.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::EventKind;
    use longhand_scene::STARTER_SCENE;
    use smallvec::smallvec;

    fn chronicle(events: &[(u16, [u32; 2], f64)]) -> Chronicle {
        let mut chronicle = Chronicle::default();
        for &(kind, roles, days) in events {
            let roles = smallvec![AgentId(roles[0]), AgentId(roles[1])];
            chronicle.push(Event::new(EventKind(kind), Instant::from_seconds(days * 86_400.0), roles));
        }
        chronicle
    }

    fn align(first: &[(u16, [u32; 2], f64)], second: &[(u16, [u32; 2], f64)]) -> (Vec<Option<u32>>, usize) {
        let scenario = longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).unwrap().scenario;
        let (first, second) = (chronicle(first), chronicle(second));
        let run = |chronicle| ComparedRun { scenario: &scenario, chronicle, seed: 0, ended: Instant::START };
        let alignment = Alignment::compute(&run(&first), &run(&second), &SymbolMap::new(&scenario, &scenario));
        for (index, counterpart) in
            alignment.first_to_second.iter().enumerate().filter_map(|(index, counterpart)| Some((index, (*counterpart)?)))
        {
            assert_eq!(alignment.second_to_first[counterpart.index()], Some(EventId::from_index(index)), "both directions agree");
        }
        (alignment.first_to_second.iter().map(|counterpart| counterpart.map(|id| id.0)).collect(), alignment.common_prefix)
    }

    #[test]
    fn events_at_the_same_instant_are_paired_first() {
        let aligned = align(&[(0, [0, 1], 1.0), (0, [0, 1], 1.5)], &[(0, [0, 1], 1.4), (0, [0, 1], 1.5)]);
        assert_eq!(aligned, (vec![Some(0), Some(1)], 0));
    }

    #[test]
    fn other_agents_are_not_paired_and_rare_events_may_move_far() {
        let aligned = align(&[(0, [0, 1], 1.0), (1, [0, 1], 2.0)], &[(0, [0, 2], 1.0), (1, [0, 1], 40.0)]);
        assert_eq!(aligned, (vec![None, Some(1)], 0));
    }

    #[test]
    fn frequent_events_are_paired_only_within_the_window() {
        let daily = |from: u32| (from..from + 8).map(|day| (0, [0, 1], f64::from(day) * 3.0)).collect::<Vec<_>>();
        let (counterparts, _) = align(&daily(0), &daily(4));
        assert_eq!(counterparts.iter().filter(|counterpart| counterpart.is_some()).count(), 4);
    }

    #[test]
    fn runs_share_a_prefix_up_to_their_divergence() {
        let events = [(0, [0, 1], 1.0), (1, [1, 2], 2.0), (0, [0, 1], 3.0)];
        assert_eq!(align(&events, &events).1, 3);
        assert_eq!(align(&events, &[events[0], events[1], (1, [0, 1], 3.0)]).1, 2);
    }
}
