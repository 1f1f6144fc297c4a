//! The matcher against plain examples, and against a matcher that tries every combination of events.

use super::fixture::{ANN, BEN, CLEO, LETTER, NOBODY, QUARREL, RAIN, WALK, event, scenario};
use super::{Match, Matcher, Watched};
use crate::chronicle::Event;
use crate::ids::{AgentId, EventId, EventKind, Instant};
use crate::language::{Nothing, Scope, Type, expression};
use crate::scenario::Scenario;
use crate::scenario::model::{Clause, Pattern, RoleIs};
use proptest::prelude::*;
use smallvec::smallvec;

const X: RoleIs = RoleIs::Variable(0);
const Y: RoleIs = RoleIs::Variable(1);

fn clause(kind: EventKind, roles: &[RoleIs]) -> Clause {
    let slots = (0..roles.len()).collect();
    Clause { on: vec![(kind, slots)], roles: roles.to_vec(), when: None, within: None, times: 1, unless: Vec::new() }
}

fn pattern(clauses: Vec<Clause>) -> Pattern {
    Pattern { id: "p".into(), title: String::new(), must: true, variables: vec!["x".into(), "y".into()], clauses }
}

fn with(patterns: Vec<Pattern>) -> Scenario {
    Scenario { patterns, ..scenario() }
}

fn run(scenario: &Scenario, events: &[Event]) -> Vec<Match> {
    let mut matcher = Matcher::new(scenario);
    let view = Nothing(scenario.calendar);
    events.iter().flat_map(|event| matcher.observe(scenario, event, &view)).collect()
}

fn evidence(found: &[Match]) -> Vec<Vec<u32>> {
    found.iter().map(|found| found.events.iter().map(|id| id.0).collect()).collect()
}

#[test]
fn a_pattern_binds_its_variables_and_lets_others_come_between() {
    let scenario = with(vec![pattern(vec![clause(WALK, &[X, Y]), clause(QUARREL, &[Y, X])])]);
    let found = run(
        &scenario,
        &[
            event(0, 1.0, WALK, &[ANN, BEN]),
            event(1, 2.0, WALK, &[ANN, CLEO]),
            event(2, 3.0, QUARREL, &[ANN, BEN]),
            event(3, 4.0, RAIN, &[ANN]),
            event(4, 5.0, QUARREL, &[BEN, ANN]),
        ],
    );
    assert_eq!(evidence(&found), [[0, 4]]);
    assert_eq!(found[0].bound, [ANN, BEN]);
    assert_eq!((found[0].of, found[0].event(), found[0].beat()), (Watched::Pattern(0), EventId(4), None));
}

#[test]
fn a_beat_happens_once_and_a_pattern_as_often_as_new_events_make_it() {
    let walk_then_rain = || pattern(vec![clause(WALK, &[X]), clause(RAIN, &[X])]);
    let scenario = Scenario { beats: vec![walk_then_rain()], patterns: vec![walk_then_rain()], ..scenario() };
    let kinds = [WALK, RAIN, RAIN, WALK, RAIN];
    let events: Vec<Event> = kinds.iter().zip(0..).map(|(&kind, id)| event(id, f64::from(id), kind, &[ANN])).collect();
    let found = run(&scenario, &events);
    let of = |of| evidence(&found.iter().filter(|found| found.of == of).cloned().collect::<Vec<_>>());
    assert_eq!(of(Watched::Beat(0)), [[0, 1]]);
    assert_eq!(of(Watched::Pattern(0)), [[0, 1], [3, 4]], "the second rain has no walk of its own");
    let beat = found[0].beat().unwrap();
    assert_eq!((beat.beat, beat.event, beat.events), (0, EventId(1), vec![EventId(0), EventId(1)]));
}

#[test]
fn an_unless_event_counts_only_when_it_concerns_somebody_of_the_thread() {
    let unless = Clause { unless: vec![QUARREL], ..clause(RAIN, &[X]) };
    let scenario = with(vec![pattern(vec![clause(WALK, &[X]), unless])]);
    let with_quarrel = |roles: &[AgentId]| {
        let events = [event(0, 1.0, WALK, &[ANN]), event(1, 2.0, QUARREL, roles), event(2, 3.0, RAIN, &[ANN])];
        run(&scenario, &events).len()
    };
    assert_eq!(with_quarrel(&[BEN, CLEO]), 1);
    assert_eq!(with_quarrel(&[BEN, ANN]), 0);
}

#[test]
fn a_condition_reads_the_numbers_of_the_event_it_is_about() {
    let mut long = clause(WALK, &[X]);
    let scene = scenario();
    long.when = Some(expression("value(minutes) > 60", Type::Switch, &Scope::new(["x", "y"]).at_event(), &scene.schema).unwrap());
    let scenario = with(vec![pattern(vec![long])]);
    let walk = |id, minutes| Event { values: smallvec![(0, minutes)], ..event(id, f64::from(id), WALK, &[ANN, BEN]) };
    assert_eq!(evidence(&run(&scenario, &[walk(0, 30.0), walk(1, 90.0)])), [[1]]);
}

#[test]
fn what_is_waited_for_is_visible() {
    let rain = Clause { within: Some(7200.0), ..clause(RAIN, &[X]) };
    let scenario = with(vec![pattern(vec![clause(WALK, &[X]), Clause { times: 2, ..clause(LETTER, &[X, Y]) }, rain])]);
    let mut matcher = Matcher::new(&scenario);
    let view = Nothing(scenario.calendar);
    let now = |hours: f64| Instant::from_seconds(hours * 3600.0);
    let at = |matcher: &Matcher, hours| matcher.threads(&scenario, now(hours)).remove(0);
    assert_eq!((at(&matcher, 0.0).clause, at(&matcher, 0.0).waits_for), (0, vec![WALK]));
    matcher.observe(&scenario, &event(0, 1.0, WALK, &[ANN]), &view);
    matcher.observe(&scenario, &event(1, 2.0, LETTER, &[ANN, BEN]), &view);
    let half = at(&matcher, 2.0);
    assert_eq!((half.clause, half.count, half.waits_for, half.until), (1, 1, vec![LETTER], None));
    assert_eq!((half.bound, half.events), (vec![ANN, BEN], vec![EventId(0), EventId(1)]));
    matcher.observe(&scenario, &event(2, 3.0, LETTER, &[ANN, BEN]), &view);
    assert_eq!((at(&matcher, 4.0).clause, at(&matcher, 4.0).until), (2, Some(now(5.0))));
    assert_eq!(at(&matcher, 6.0).clause, 1, "too late for the rain, not for two more letters");
}

#[test]
fn the_oldest_threads_go_when_there_are_too_many() {
    let scenario = with(vec![pattern(vec![clause(WALK, &[X]), clause(RAIN, &[X])])]);
    let mut matcher = Matcher::new(&scenario);
    let view = Nothing(scenario.calendar);
    let most = u32::try_from(Matcher::MOST_THREADS).unwrap();
    for id in 0..=most {
        matcher.observe(&scenario, &event(id, 0.0, WALK, &[AgentId(id)]), &view);
    }
    let open = matcher.threads(&scenario, Instant::START)[0].open;
    assert!(open < Matcher::MOST_THREADS && open > Matcher::MOST_THREADS / 2, "{open}");
    assert!(matcher.observe(&scenario, &event(most + 1, 0.0, RAIN, &[AgentId(0)]), &view).is_empty());
    assert_eq!(matcher.observe(&scenario, &event(most + 2, 0.0, RAIN, &[AgentId(most)]), &view).len(), 1);
}

#[test]
fn another_scenes_state_is_refused() {
    let one = with(vec![pattern(vec![clause(WALK, &[X])])]);
    let two = with(vec![pattern(vec![clause(WALK, &[X]), clause(RAIN, &[X])])]);
    assert!(!Matcher::new(&one).restore(&one, Matcher::new(&two).state().clone()));
}

/// The definition of a match, word for word: whether these events (positions, ascending) are one, and with which bindings.
fn is_match(pattern: &Pattern, events: &[Event], chosen: &[usize]) -> Option<Vec<AgentId>> {
    let mut bound = vec![NOBODY; pattern.variables.len()];
    let mut chosen = chosen.iter().copied();
    let mut before: Option<usize> = None;
    let mut named = Vec::new();
    for clause in &pattern.clauses {
        named.extend(clause.roles.iter().filter_map(|role| if let RoleIs::Agent(agent) = role { Some(*agent) } else { None }));
        let mut first = None;
        let mut last = 0;
        for _ in 0..clause.times {
            last = chosen.next()?;
            let event = &events[last];
            let slots = &clause.on.iter().find(|(kind, _)| *kind == event.kind)?.1;
            for (role, slot) in clause.roles.iter().zip(slots) {
                let agent = event.roles[*slot];
                let expected = match role {
                    RoleIs::Agent(named) => *named,
                    RoleIs::Variable(variable) if bound[*variable] == NOBODY => {
                        bound[*variable] = agent;
                        agent
                    }
                    RoleIs::Variable(variable) => bound[*variable],
                };
                if agent == NOBODY || agent != expected {
                    return None;
                }
            }
            if clause.when.is_some() && event.values[0].1 <= 2.0 {
                return None;
            }
            let start = *first.get_or_insert(last);
            let from = events[before.unwrap_or(start)].at;
            if clause.within.is_some_and(|within| event.at > from.plus_seconds(within)) {
                return None;
            }
            let people: Vec<AgentId> =
                bound.iter().copied().filter(|&agent| agent != NOBODY).chain(named.iter().copied()).collect();
            let between = &events[before.map_or(0, |before| before + 1)..last];
            let concerns = |event: &Event| people.is_empty() || event.roles.iter().any(|agent| people.contains(agent));
            if between.iter().any(|event| clause.unless.contains(&event.kind) && concerns(event)) {
                return None;
            }
        }
        before = Some(last);
    }
    Some(bound)
}

/// Every match, by trying every choice of events.
fn all_matches(pattern: &Pattern, events: &[Event], once: bool) -> Vec<(usize, Vec<Vec<AgentId>>)> {
    let length: usize = pattern.clauses.iter().map(|clause| clause.times as usize).sum();
    let mut last_by: Vec<(Vec<AgentId>, usize)> = Vec::new();
    let mut found = Vec::new();
    for end in 0..events.len() {
        let mut here: Vec<Vec<AgentId>> = Vec::new();
        for choice in 0_u32..1 << end {
            let mut chosen: Vec<usize> = (0..end).filter(|at| choice >> at & 1 == 1).collect();
            chosen.push(end);
            if chosen.len() != length {
                continue;
            }
            let Some(bound) = is_match(pattern, events, &chosen) else { continue };
            let used = last_by.iter().any(|(people, last)| *people == bound && chosen[0] <= *last);
            if !used && !here.contains(&bound) {
                here.push(bound);
            }
        }
        last_by.extend(here.iter().map(|bound| (bound.clone(), end)));
        here.sort();
        if !here.is_empty() {
            found.push((end, here));
            if once {
                break;
            }
        }
    }
    found
}

fn arbitrary_role() -> impl Strategy<Value = Option<RoleIs>> {
    prop_oneof![3 => Just(None), 2 => Just(Some(X)), 2 => Just(Some(Y)), 1 => (0..2_u32).prop_map(|id| Some(RoleIs::Agent(AgentId(id))))]
}

fn arbitrary_clause() -> impl Strategy<Value = Clause> {
    let on = prop::collection::btree_set(0..3_u16, 1..4);
    let roles = (arbitrary_role(), arbitrary_role(), any::<bool>());
    let unless = prop_oneof![4 => Just(Vec::new()), 1 => (0..3_u16).prop_map(|kind| vec![EventKind(kind)])];
    let within = prop_oneof![2 => Just(None), 1 => (2..16_u32).prop_map(|seconds| Some(f64::from(seconds)))];
    (on, roles, unless, within, 1..3_u32, prop::bool::weighted(0.2)).prop_map(
        |(on, (first, second, swapped), unless, within, times, when)| {
            let roles: Vec<(RoleIs, usize)> =
                first.map(|role| (role, 0)).into_iter().chain(second.map(|role| (role, 1))).collect();
            let slot = |slot: usize| if swapped { 1 - slot } else { slot };
            let slots: Vec<usize> = roles.iter().map(|(_, at)| slot(*at)).collect();
            Clause {
                on: on.into_iter().map(|kind| (EventKind(kind), slots.clone())).collect(),
                roles: roles.into_iter().map(|(role, _)| role).collect(),
                when: when.then(|| {
                    expression("value(minutes) > 2", Type::Switch, &Scope::new(["x", "y"]).at_event(), &scenario().schema)
                        .unwrap()
                }),
                within,
                times,
                unless,
            }
        },
    )
}

fn arbitrary_events() -> impl Strategy<Value = Vec<Event>> {
    let agent = || prop_oneof![8 => Just(ANN), 6 => Just(BEN), 2 => Just(CLEO), 1 => Just(NOBODY)];
    prop::collection::vec((0..3_u16, agent(), agent(), 0..7_u32, 0..5_u32), 4..12).prop_map(|drafts| {
        let mut seconds = 0;
        let mut events = Vec::new();
        for ((kind, first, second, minutes, gap), id) in drafts.into_iter().zip(0..) {
            seconds += gap;
            let values = smallvec![(0, f64::from(minutes))];
            events.push(Event { values, ..event(id, f64::from(seconds) / 3600.0, EventKind(kind), &[first, second]) });
        }
        events
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_matcher_finds_what_trying_every_combination_finds(
        clauses in prop::collection::vec(arbitrary_clause(), 1..4),
        events in arbitrary_events(),
        once in any::<bool>(),
        interrupted in 0..10_usize,
    ) {
        let watched = vec![pattern(clauses)];
        let scenario = if once { Scenario { beats: watched, ..scenario() } } else { with(watched) };
        let view = Nothing(scenario.calendar);
        let mut matcher = Matcher::new(&scenario);
        let mut found: Vec<(usize, Vec<Vec<AgentId>>)> = Vec::new();
        for (at, event) in events.iter().enumerate() {
            if at == interrupted {
                // Through a keyframe and back.
                let bytes = postcard::to_stdvec(matcher.state()).unwrap();
                matcher = Matcher::new(&scenario);
                prop_assert!(matcher.restore(&scenario, postcard::from_bytes(&bytes).unwrap()));
            }
            let mut here = Vec::new();
            for found in matcher.observe(&scenario, event, &view) {
                let chosen: Vec<usize> = found.events.iter().map(|id| id.index()).collect();
                prop_assert_eq!(is_match(found.of.of(&scenario), &events, &chosen), Some(found.bound.clone()), "evidence");
                here.push(found.bound);
            }
            here.sort();
            if !here.is_empty() {
                found.push((at, here));
            }
        }
        let pattern = if once { &scenario.beats[0] } else { &scenario.patterns[0] };
        let mut expected = all_matches(pattern, &events, once);
        if once && found.len() == 1 && expected.len() == 1 {
            // Of several ways in which one event completes a beat any will do.
            prop_assert_eq!(found[0].1.len(), 1);
            prop_assert!(expected[0].1.contains(&found[0].1[0]));
            expected[0].1.clone_from(&found[0].1);
        }
        prop_assert_eq!(found, expected);
    }
}
