//! Interventions change what depends on them, and nothing else.

use std::sync::Arc;

use longhand_chronicle::{CauseGraph, Chronicle, Event};
use longhand_expr::ids::Instant;
use longhand_scene::{AgentRef, Intervention, Scenario, add_interventions};
use longhand_sim::SimOptions;
use proptest::prelude::*;

use crate::harness::{load_scene, simulate};

fn scene(name: &str, interventions: &[Intervention]) -> Arc<Scenario> {
    let mut scenario = Arc::into_inner(load_scene(name, &[])).expect("it has one owner");
    add_interventions(&mut scenario, interventions).unwrap_or_else(|problems| panic!("{problems}"));
    Arc::new(scenario)
}

/// The hash of a run and its chronicle.
fn run_of(scenario: &Arc<Scenario>, seed: u64, threads: usize) -> (String, Chronicle) {
    let run = simulate(scenario, SimOptions { seed, threads }, None);
    (run.report().hash, run.chronicle().clone())
}

fn events_of_kind<'a>(scenario: &Scenario, chronicle: &'a Chronicle, name: &str) -> Vec<&'a Event> {
    let kind = scenario.schema.event(name).expect(name);
    chronicle.iter().filter(|event| event.kind == kind).collect()
}

fn change(effect: &str, days: f64) -> Intervention {
    Intervention::Change { effect: effect.into(), at_us: Instant::from_seconds(days * 86_400.0).0 }
}

fn forbid(what: &str) -> Intervention {
    Intervention::Forbid(what.into())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn an_intervention_without_effect_changes_nothing(seed in 0..1000_u64, day in 0..80_u32) {
        let unchanged = run_of(&scene("first.ron", &[]), seed, 1);
        // The attribute already has this value, the condition never holds, and nothing happens at the instant of the forbidden
        // event.
        let never_matches = Intervention::ForbidEvent { event: 0, kind: "tea".into(), roles: vec![Some(AgentRef::Number(0)), Some(AgentRef::Number(1))], at_us: 1 };
        let without_effect = [
            change("ines.broke_it = false", f64::from(day)),
            change("if hour > 24: pim.guilt = 1", f64::from(day)),
            never_matches,
        ];
        let changed = run_of(&scene("first.ron", &without_effect), seed, 1);
        prop_assert_eq!(unchanged.0, changed.0);
    }

    #[test]
    fn runs_with_interventions_do_not_depend_on_threads(seed in 0..1000_u64) {
        let scenario = scene("first.ron", &[forbid("borrow_the_clock/drops_it"), change("trust(nora, pim) = 0.1", 12.0)]);
        prop_assert_eq!(run_of(&scenario, seed, 1).0, run_of(&scenario, seed, 3).0);
    }
}

#[test]
fn a_run_is_unchanged_before_the_first_forbidden_event() {
    let (_, unchanged) = run_of(&scene("first.ron", &[]), 5, 1);
    let scenario = scene("first.ron", &[forbid("tea")]);
    let (_, without) = run_of(&scenario, 5, 1);
    assert!(events_of_kind(&scenario, &without, "tea").is_empty());
    let blocked = events_of_kind(&scenario, &without, "what if: forbid tea");
    let first = blocked.first().expect("tea was attempted");
    let tea = events_of_kind(&scenario, &unchanged, "tea")[0];
    assert_eq!((first.at, &first.roles, &first.causes), (tea.at, &tea.roles, &tea.causes));
    let is_same = |id: usize| unchanged.events()[id] == without.events()[id];
    assert!((0..first.id.index()).all(is_same));
    // Each attempt is blocked once per set of roles; then the agents do something else.
    for (index, attempt) in blocked.iter().enumerate() {
        assert!(blocked[..index].iter().all(|other| other.roles != attempt.roles));
    }
}

#[test]
fn forbidding_one_event_of_a_run_forbids_no_other() {
    let (_, unchanged) = run_of(&scene("first.ron", &[]), 5, 1);
    let scenario = scene("first.ron", &[]);
    let tea = events_of_kind(&scenario, &unchanged, "tea")[2];
    let roles = tea.roles.iter().map(|&agent| AgentRef::new(&scenario, agent)).collect();
    let intervention = Intervention::ForbidEvent { event: tea.id.0, kind: "tea".into(), roles, at_us: tea.at.0 };
    let scenario = scene("first.ron", &[intervention]);
    let (_, without) = run_of(&scenario, 5, 1);
    let remaining = events_of_kind(&scenario, &without, "tea");
    assert_eq!(
        remaining[..2].iter().map(|event| event.at).collect::<Vec<_>>(),
        events_of_kind(&scenario, &unchanged, "tea")[..2].iter().map(|e| e.at).collect::<Vec<_>>()
    );
    assert!(remaining.iter().all(|event| (event.at, &event.roles) != (tea.at, &tea.roles)));
    assert!(remaining.len() > 2, "tea is possible again");
}

#[test]
fn a_forbidden_outcome_never_happens_and_a_chosen_one_always_does() {
    let outcome_counts = |interventions: &[Intervention], seed| {
        let scenario = scene("first.ron", interventions);
        let (_, chronicle) = run_of(&scenario, seed, 1);
        (
            events_of_kind(&scenario, &chronicle, "borrow_the_clock/drops_it").len(),
            events_of_kind(&scenario, &chronicle, "borrow_the_clock/brings_it_back").len(),
        )
    };
    for seed in 0..4 {
        let (dropped, brought) = outcome_counts(&[forbid("borrow_the_clock/drops_it")], seed);
        assert!(dropped == 0 && brought > 0, "seed {seed}");
        let (dropped, brought) = outcome_counts(&[Intervention::Choose("borrow_the_clock/drops_it".into())], seed);
        assert!(dropped > 0 && brought == 0, "seed {seed}");
    }
}

#[test]
fn a_forbidden_beat_does_not_come_and_an_intervention_is_a_cause_of_its_effects() {
    let scenario = scene("first.ron", &[forbid("it comes out")]);
    let (_, chronicle) = run_of(&scenario, 1, 1);
    let beat = scenario.beats.iter().position(|beat| beat.id == "it comes out").unwrap();
    assert!(chronicle.beats.iter().all(|completed| completed.beat != beat));

    let scenario = scene("first.ron", &[Intervention::Choose("borrow_the_clock/drops_it".into())]);
    let seed = (0..40).find(|&seed| {
        !events_of_kind(&scenario, &run_of(&scenario, seed, 1).1, "what if: choose borrow_the_clock/drops_it").is_empty()
    });
    let (_, chronicle) = run_of(&scenario, seed.expect("the outcome changes in one of these runs"), 1);
    let intervention = events_of_kind(&scenario, &chronicle, "what if: choose borrow_the_clock/drops_it")[0].id;
    let dropped = events_of_kind(&scenario, &chronicle, "borrow_the_clock/drops_it").last().unwrap().id;
    assert!(CauseGraph::from_chronicle(&chronicle).shortest_chain(intervention, dropped).is_some());
}

#[test]
fn a_change_is_applied_once_and_is_a_cause_of_its_effects() {
    let scenario = scene("first.ron", &[change("pim.courage = 0.9", 0.3)]);
    let (_, chronicle) = run_of(&scenario, 3, 1);
    let changes = events_of_kind(&scenario, &chronicle, "what if: change pim.courage = 0.9");
    assert_eq!(changes.len(), 1);
    let (applied_at, requested_at) = (changes[0].at.0, Instant::from_seconds(0.3 * 86_400.0).0);
    assert!(applied_at >= requested_at && applied_at < requested_at + scenario.tick_us && applied_at % scenario.tick_us == 0);
    assert_eq!(changes[0].changes.iter().map(|change| change.after as f32).collect::<Vec<_>>(), [0.9]);
    assert!(!CauseGraph::from_chronicle(&chronicle).effects(changes[0].id).is_empty(), "somebody reacted to it");
}
