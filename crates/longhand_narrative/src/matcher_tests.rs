//! Tests of the matcher on simple examples; `reference_matcher` compares it with a matcher that tries every combination.

use super::fixture::{ANN, BEN, CLEO, LETTER, QUARREL, RAIN, WALK, event, scenario};
use super::{Match, Matcher, PatternRef};
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
use longhand_expr::{EmptyView, Scope, Type, compile_expr};
use longhand_scene::Scenario;
use longhand_scene::model::{Alternative, Clause, ClauseTarget, Pattern, RoleTerm};
use smallvec::smallvec;

const X: RoleTerm = RoleTerm::Variable(0);
const Y: RoleTerm = RoleTerm::Variable(1);

fn clause(kind: EventKind, roles: &[RoleTerm]) -> Clause {
    let target = ClauseTarget::Event(vec![(kind, (0..roles.len()).collect())]);
    Clause { alternatives: vec![Alternative { target, roles: roles.to_vec(), when: None }], times: 1, ..Clause::default() }
}

fn pattern(clauses: Vec<Clause>) -> Pattern {
    Pattern { id: "p".into(), must: true, variables: vec!["x".into(), "y".into()], clauses, ..Pattern::default() }
}

fn with(patterns: Vec<Pattern>) -> Scenario {
    Scenario { patterns, ..scenario() }
}

fn run(scenario: &Scenario, events: &[Event]) -> Vec<Match> {
    let mut matcher = Matcher::new(scenario);
    let view = EmptyView(scenario.calendar.clone());
    events.iter().flat_map(|event| matcher.observe(scenario, event, &view)).collect()
}

fn evidence(matches: &[Match]) -> Vec<Vec<u32>> {
    matches.iter().map(|matched| matched.events.iter().map(|id| id.0).collect()).collect()
}

#[test]
fn a_pattern_binds_its_variables_and_allows_other_events_between() {
    let scenario = with(vec![pattern(vec![clause(WALK, &[X, Y]), clause(QUARREL, &[Y, X])])]);
    let matches = run(
        &scenario,
        &[
            event(0, 1.0, WALK, &[ANN, BEN]),
            event(1, 2.0, WALK, &[ANN, CLEO]),
            event(2, 3.0, QUARREL, &[ANN, BEN]),
            event(3, 4.0, RAIN, &[ANN]),
            event(4, 5.0, QUARREL, &[BEN, ANN]),
        ],
    );
    assert_eq!(evidence(&matches), [[0, 4]]);
    assert_eq!(matches[0].bindings, [ANN, BEN]);
    assert_eq!(
        (matches[0].pattern, matches[0].completing_event(), matches[0].to_beat_match()),
        (PatternRef::Pattern(0), EventId(4), None)
    );
}

#[test]
fn a_beat_matches_once_and_a_pattern_repeatedly_with_new_events() {
    let walk_then_rain = || pattern(vec![clause(WALK, &[X]), clause(RAIN, &[X])]);
    let scenario = Scenario { beats: vec![walk_then_rain()], patterns: vec![walk_then_rain()], ..scenario() };
    let kinds = [WALK, RAIN, RAIN, WALK, RAIN];
    let events: Vec<Event> = kinds.iter().zip(0..).map(|(&kind, id)| event(id, f64::from(id), kind, &[ANN])).collect();
    let matches = run(&scenario, &events);
    let evidence_of =
        |pattern| evidence(&matches.iter().filter(|matched| matched.pattern == pattern).cloned().collect::<Vec<_>>());
    assert_eq!(evidence_of(PatternRef::Beat(0)), [[0, 1]]);
    assert_eq!(evidence_of(PatternRef::Pattern(0)), [[0, 1], [3, 4]], "the second rain has no walk before it");
    let beat = matches[0].to_beat_match().unwrap();
    assert_eq!((beat.beat, beat.event, beat.events), (0, EventId(1), vec![EventId(0), EventId(1)]));
}

#[test]
fn an_unless_event_counts_only_if_it_concerns_a_bound_agent() {
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
fn a_condition_reads_the_values_of_its_event() {
    let mut long = clause(WALK, &[X]);
    let scene = scenario();
    long.alternatives[0].when =
        Some(compile_expr("value(minutes) > 60", Type::Switch, &Scope::new(["x", "y"]).for_event(), &scene.schema).unwrap());
    let scenario = with(vec![pattern(vec![long])]);
    let walk = |id, minutes| Event { values: smallvec![(0, minutes)], ..event(id, f64::from(id), WALK, &[ANN, BEN]) };
    assert_eq!(evidence(&run(&scenario, &[walk(0, 30.0), walk(1, 90.0)])), [[1]]);
}

#[test]
fn the_status_shows_what_a_pattern_waits_for() {
    let rain = Clause { within: Some(7200.0), ..clause(RAIN, &[X]) };
    let scenario = with(vec![pattern(vec![clause(WALK, &[X]), Clause { times: 2, ..clause(LETTER, &[X, Y]) }, rain])]);
    let mut matcher = Matcher::new(&scenario);
    let view = EmptyView(scenario.calendar.clone());
    let now = |hours: f64| Instant::from_seconds(hours * 3600.0);
    let status_at = |matcher: &Matcher, hours| matcher.statuses(&scenario, now(hours)).remove(0);
    assert_eq!((status_at(&matcher, 0.0).clause, status_at(&matcher, 0.0).waits_for), (0, vec![WALK]));
    matcher.observe(&scenario, &event(0, 1.0, WALK, &[ANN]), &view);
    matcher.observe(&scenario, &event(1, 2.0, LETTER, &[ANN, BEN]), &view);
    let status = status_at(&matcher, 2.0);
    assert_eq!((status.clause, status.count, status.waits_for, status.deadline), (1, 1, vec![LETTER], None));
    assert_eq!((status.bindings, status.events), (vec![ANN, BEN], vec![EventId(0), EventId(1)]));
    matcher.observe(&scenario, &event(2, 3.0, LETTER, &[ANN, BEN]), &view);
    assert_eq!((status_at(&matcher, 4.0).clause, status_at(&matcher, 4.0).deadline), (2, Some(now(5.0))));
    assert_eq!(status_at(&matcher, 6.0).clause, 1, "too late for the rain, not for two more letters");
}

#[test]
fn the_oldest_partial_matches_are_dropped_when_there_are_too_many() {
    let scenario = with(vec![pattern(vec![clause(WALK, &[X]), clause(RAIN, &[X])])]);
    let mut matcher = Matcher::new(&scenario);
    let view = EmptyView(scenario.calendar.clone());
    let most = u32::try_from(Matcher::MAX_PARTIAL_MATCHES).unwrap();
    for id in 0..=most {
        matcher.observe(&scenario, &event(id, 0.0, WALK, &[AgentId(id)]), &view);
    }
    let partial_count = matcher.statuses(&scenario, Instant::START)[0].partial_matches;
    assert!(partial_count < Matcher::MAX_PARTIAL_MATCHES && partial_count > Matcher::MAX_PARTIAL_MATCHES / 2, "{partial_count}");
    assert!(matcher.observe(&scenario, &event(most + 1, 0.0, RAIN, &[AgentId(0)]), &view).is_empty());
    assert_eq!(matcher.observe(&scenario, &event(most + 2, 0.0, RAIN, &[AgentId(most)]), &view).len(), 1);
}

#[test]
fn the_state_of_another_scene_is_rejected() {
    let first = with(vec![pattern(vec![clause(WALK, &[X])])]);
    let second = with(vec![pattern(vec![clause(WALK, &[X]), clause(RAIN, &[X])])]);
    assert!(!Matcher::new(&first).restore(&first, Matcher::new(&second).state().clone()));
}
