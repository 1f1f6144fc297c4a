//! Pairs the events of two runs by rule, roles and instant. Event numbers are useless for this, since one additional event shifts
//! them.
//!
//! Random draws are keyed by agent, rule and instant. Whatever does not depend on a difference therefore happens at the same
//! microsecond in both runs, and such events are paired first. Of the remaining events with the same rule and the same agents,
//! two are paired as the same event at another time if they lie within [`MATCH_WINDOW_S`], or in order if there are few. Members
//! of the cast are identified by their ids in the scene; other agents only by their kind, because the runs may create agents in a
//! different order.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
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

/// The kind and the roles of an event in a form that is comparable between runs.
type EventKey = (usize, SmallVec<[u32; 4]>);

/// Maps names to the numbers they have in the first run.
struct NameIndex<'a> {
    kinds: BTreeMap<&'a str, usize>,
    cast: BTreeMap<&'a str, u32>,
    agent_kinds: BTreeMap<&'a str, u32>,
}

impl<'a> NameIndex<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let number = |(index, id): (usize, &'a String)| (id.as_str(), index as u32);
        Self {
            kinds: scenario.events.iter().enumerate().map(|(index, info)| (info.name.as_str(), index)).collect(),
            cast: scenario.schema.cast.iter().enumerate().map(number).collect(),
            agent_kinds: scenario.schema.kinds.iter().enumerate().map(number).collect(),
        }
    }

    fn event_key(&self, run: &ComparedRun<'_>, event: &Event) -> EventKey {
        let unknown = || self.kinds.len() + event.kind.index();
        let kind = self.kinds.get(event_name(run, event.kind)).copied().unwrap_or_else(unknown);
        (kind, event.roles.iter().map(|&agent| self.role_key(run, agent)).collect())
    }

    fn role_key(&self, run: &ComparedRun<'_>, agent: AgentId) -> u32 {
        if !agent.is_some() {
            return agent.0;
        }
        let member = run.scenario.cast.get(agent.index()).and_then(|member| self.cast.get(member.id.as_str()));
        let kind_key = || {
            let kind = run.chronicle.agents.get(agent)?.kind;
            let kind = self.agent_kinds.get(run.scenario.schema.kinds.get(kind.index())?.as_str())?;
            Some(u32::MAX - 1 - kind)
        };
        member.copied().or_else(kind_key).unwrap_or(agent.0)
    }
}

fn event_name<'a>(run: &ComparedRun<'a>, kind: EventKind) -> &'a str {
    run.scenario.events.get(kind.index()).map_or("", |info| info.name.as_str())
}

/// Whether an event is an intervention instead of the effect of a rule.
pub(super) fn is_intervention(scenario: &Scenario, event: &Event) -> bool {
    scenario.events.get(event.kind.index()).is_some_and(|info| matches!(info.origin, EventOrigin::Intervention(_)))
}

impl Alignment {
    /// Pairs the events of two runs.
    #[must_use]
    pub fn compute(first: &ComparedRun<'_>, second: &ComparedRun<'_>) -> Self {
        let names = NameIndex::new(first.scenario);
        let mut groups: BTreeMap<EventKey, [Vec<EventId>; 2]> = BTreeMap::new();
        for (side, run) in [first, second].into_iter().enumerate() {
            for event in run.chronicle.iter() {
                groups.entry(names.event_key(run, event)).or_default()[side].push(event.id);
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
        let is_equal = |(first_event, second_event): &(&Event, &Event)| {
            names.event_key(first, first_event) == names.event_key(second, second_event)
                && (first_event.at, first_event.place, &first_event.changes, &first_event.values)
                    == (second_event.at, second_event.place, &second_event.changes, &second_event.values)
        };
        alignment.common_prefix = first.chronicle.iter().zip(second.chronicle.iter()).take_while(is_equal).count();
        alignment
    }

    fn match_group(&mut self, first: &Chronicle, second: &Chronicle, mut here: Vec<EventId>, mut there: Vec<EventId>) {
        let is_rare = here.len() <= MAX_MATCHED_BY_ORDER && there.len() <= MAX_MATCHED_BY_ORDER;
        let instant_of = |chronicle: &Chronicle, id: EventId| chronicle.events()[id.index()].at;
        here.sort_by_key(|&id| (instant_of(first, id), id));
        there.sort_by_key(|&id| (instant_of(second, id), id));
        for window in [Some(0.0), Some(MATCH_WINDOW_S), is_rare.then_some(f64::INFINITY)].into_iter().flatten() {
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
        let alignment = Alignment::compute(&run(&first), &run(&second));
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
