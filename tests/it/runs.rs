//! A run is a function of scene, parameters and seed. It does not depend on threads, on recording, or on interruptions.

use longhand_scene::Scenario;
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

use crate::harness::{SCRIPTED, load_scene, simulate, with_seed};

/// A scene of one film, with a small city, which still uses all of its rules.
fn city() -> Arc<Scenario> {
    load_scene(SCRIPTED, &[("population", "300")])
}

#[test]
fn results_do_not_depend_on_threads() {
    // In the second scene more decide in one tick than one thread is given at a time.
    for (scenario, days) in [(city(), 45.0), (load_scene("her.ron", &[("population", "1500")]), 7.0)] {
        let hash = |threads| simulate(&scenario, SimOptions { seed: 3, threads }, Some(days)).report().hash;
        let single_threaded = hash(1);
        for threads in [2, 3, 8] {
            assert_eq!(hash(threads), single_threaded, "{}, {threads} threads", scenario.name);
        }
    }
}

#[test]
fn another_seed_gives_another_run() {
    let scenario = city();
    let hash = |seed| simulate(&scenario, with_seed(seed), Some(3.0)).report().hash;
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(1), hash(2));
}

#[test]
fn a_run_restored_from_a_keyframe_continues_identically() {
    let scenario = city();
    let options = with_seed(5);
    let mut uninterrupted = Simulation::new(scenario.clone(), options);
    for _ in 0..96 * 45 {
        uninterrupted.step();
    }
    let keyframe = uninterrupted.keyframe().expect("the state can be serialised");
    let chronicle = uninterrupted.chronicle().clone();
    for _ in 0..96 * 10 {
        uninterrupted.step();
    }
    let mut resumed = Simulation::new(scenario, options);
    resumed.restore(&keyframe, chronicle).expect("the state can be restored");
    for _ in 0..96 * 10 {
        resumed.step();
    }
    assert_eq!(uninterrupted.chronicle().hash(), resumed.chronicle().hash());
    assert_eq!(uninterrupted.state_hash(), resumed.state_hash());
}

#[test]
fn causes_precede_their_effects_and_changes_change_a_value() {
    let her = load_scene("her.ron", &[("population", "200")]);
    for (scenario, days) in [(city(), 60.0), (her, 120.0), (load_scene("village.ron", &[]), 90.0)] {
        let run = simulate(&scenario, with_seed(1), Some(days));
        assert!(run.chronicle().len() > 100, "{}", scenario.name);
        for event in run.chronicle().iter() {
            assert!(event.causes.iter().all(|cause| cause.event < event.id), "{}: {event:?}", scenario.name);
            assert!(event.changes.iter().all(|change| change.before != change.after), "{}: {event:?}", scenario.name);
        }
        assert!(
            scenario.events.iter().all(|info| info.topic.is_none()) || run.chronicle().iter().any(|event| event.topic.is_some())
        );
    }
}

/// The hash of a fixed run. It changes with the rules of the engine; review such a change, then accept it. It is the same in
/// every profile and on every platform; CI compares it with a release build.
#[test]
fn the_starter_scene_has_the_same_hash_everywhere() {
    let files = [("new.ron", longhand_scene::STARTER_SCENE)];
    let scenario = longhand_scene::load_text("new.ron", &files, &[]).expect("the starter scene is valid").scenario;
    let run = simulate(&Arc::new(scenario), with_seed(1), None);
    insta::assert_snapshot!(run.report().hash);
}
