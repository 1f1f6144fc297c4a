//! When things happen: each event is later than its causes, and equal options are drawn.

use crate::answers::random_scene;
use longhand_chronicle::{Cause, Event};
use longhand_expr::ids::{AgentId, Instant};
use longhand_narrative::{CauseFinder, RecordedRun};
use longhand_sim::{SimOptions, Simulation};
use std::path::Path;
use std::sync::Arc;

use crate::harness::{repository, run_program};

fn simulate(path: &Path, set: &[(String, String)], seed: u64, days: f64) -> Simulation {
    let loaded = longhand_scene::load(path, set).unwrap_or_else(|problems| panic!("{problems}"));
    let mut run = Simulation::new(Arc::new(loaded.scenario), SimOptions { seed, ..SimOptions::default() });
    while run.now() < Instant::from_seconds(days * 86_400.0) && run.step() {}
    run
}

/// A whole run of a scene.
fn simulate_text(scene: &str, seed: u64) -> Simulation {
    let loaded = longhand_scene::load_text("a.ron", &[("a.ron", scene)], &[]);
    let loaded = loaded.unwrap_or_else(|problems| panic!("{}\n{scene}", problems.render(false)));
    let mut run = Simulation::new(Arc::new(loaded.scenario), SimOptions { seed, ..SimOptions::default() });
    while run.step() {}
    run
}

/// Recording order, instants and causes agree: ids are positions, instants ascend, and each cause, stored or found afterwards, is
/// recorded before its effect and earlier. Those that are not stored are found for `found_of` events, spread over the run.
#[track_caller]
fn assert_causes_come_first(run: &Simulation, seed: u64, found_of: usize, what: &str) {
    let (scenario, chronicle) = (run.scenario(), run.chronicle());
    for (position, event) in chronicle.iter().enumerate() {
        assert_eq!(event.id.index(), position, "{what}");
        assert!(Instant::START <= event.at && event.at < run.now(), "{what}: event {} is outside the run", event.id.0);
    }
    for pair in chronicle.events().windows(2) {
        assert!(pair[0].at < pair[1].at, "{what}: event {} is not later than the one before it", pair[1].id.0);
    }
    let assert_is_cause = |event: &Event, cause: &Cause| {
        let (id, link) = (event.id.0, cause.link);
        assert!(cause.event < event.id, "{what}: event {id} is recorded before its cause {} ({link:?})", cause.event.0);
        let cause = chronicle.event(cause.event).expect("a cause is recorded");
        assert!(cause.at < event.at, "{what}: event {id} is not later than its cause {} ({link:?})", cause.id.0);
    };
    let record = RecordedRun::new(scenario, chronicle, seed);
    let finder = CauseFinder::new(&record);
    let step = chronicle.len() / found_of + 1;
    for event in chronicle.iter() {
        event.causes.iter().for_each(|cause| assert_is_cause(event, cause));
        if event.id.index() % step == 0 {
            finder.further_causes(event).iter().for_each(|cause| assert_is_cause(event, cause));
        }
    }
    for matched in &chronicle.beats {
        let last = chronicle.event(matched.event).expect("a beat ends with an event");
        assert!(matched.events.iter().all(|&part| chronicle.event(part).is_some_and(|part| part.at <= last.at)), "{what}");
    }
}

#[test]
fn every_event_is_later_than_its_causes() {
    let entries = std::fs::read_dir(repository().join("scenes")).expect("the folder exists");
    let mut scenes: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    scenes.retain(|path| path.extension().is_some_and(|extension| extension == "ron"));
    scenes.extend(["assets/starter.ron", "tests/it/rich.ron"].map(|path| repository().join(path)));
    assert!(scenes.len() >= 6, "{scenes:?}");
    for path in scenes {
        let has_population = std::fs::read_to_string(&path).expect("it is text").contains("Param(id: \"population\"");
        let set: Vec<(String, String)> = has_population.then(|| ("population".into(), "200".into())).into_iter().collect();
        for seed in 1..4 {
            let days = if has_population { 20.0 } else { 40.0 };
            let run = simulate(&path, &set, seed, days);
            assert!(!run.chronicle().is_empty(), "{}", path.display());
            // A process of a scene with a crowd reads much, so few are asked.
            assert_causes_come_first(&run, seed, 2, &format!("{}, seed {seed}", path.display()));
        }
    }
}

#[test]
fn every_event_of_a_random_scene_is_later_than_its_causes() {
    for seed in 0..40 {
        for ties in [false, true] {
            let run = simulate_text(&random_scene(seed, ties), seed);
            assert_causes_come_first(&run, seed, 12, &format!("random scene {seed}"));
        }
    }
}

#[test]
fn a_trigger_and_a_step_without_delay_follow_their_cause_by_microseconds() {
    let scene = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-02", kinds: [Kind(id: "human", wakes: "1h", whim: 0)],
        attributes: [Attribute(id: "joy"), Attribute(id: "fear")],
        cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human")],
        actions: [Action(
            id: "sing", by: ["ann"], want: "1", cooldown: "5d", does: ["self.joy = 1"],
            steps: [Step(id: "end", outcomes: [Outcome(id: "bow")])],
        )],
        triggers: [
            Trigger(id: "cheer", on: Event("sing"), does: ["self.fear = 1"]),
            Trigger(id: "glow", by: ["ann"], when: "self.joy > 0.5"),
            Trigger(id: "tremble", by: ["ann"], when: "self.fear > 0.5"),
        ],
    )"#;
    let run = simulate_text(scene, 0);
    let scenario = run.scenario();
    let first = run.chronicle().events()[0].at;
    let events = run.chronicle().iter().map(|event| (scenario.events[event.kind.index()].name.as_str(), event.at.0 - first.0));
    let events: Vec<_> = events.collect();
    assert_eq!(events, [("sing", 0), ("sing/bow", 1), ("cheer", 2), ("glow", 3), ("tremble", 4)]);
    assert_causes_come_first(&run, 0, 5, "the song");
}

#[test]
fn equal_options_are_drawn_evenly() {
    let path = repository().join("tests/cases/13-ties-and-weights/choice.ron");
    let mut chosen = [0; 3];
    for seed in 0..200 {
        let run = simulate(&path, &[], seed, 1.0);
        let scenario = run.scenario();
        let choice =
            run.chronicle().iter().find(|event| scenario.events[event.kind.index()].name == "choose").expect("she chooses");
        let member = |id: AgentId| scenario.cast[id.index()].id.as_str();
        let suitor = ["ali", "bas", "cas"].iter().position(|suitor| *suitor == member(choice.roles[1])).expect("a suitor");
        chosen[suitor] += 1;
        assert_eq!(
            choice.choice.as_ref().and_then(|choice| choice.describe_draw()).as_deref(),
            Some("drawn among 3 equal options")
        );
    }
    // The standard deviation of each is 6.7.
    assert!(chosen.iter().all(|&times| (46..=87).contains(&times)), "{chosen:?}");
}

#[test]
fn why_says_that_the_choice_was_drawn_among_equals() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let scene = repository().join("tests/cases/13-ties-and-weights/choice.ron");
    let scene = scene.to_str().expect("the path is text");
    let recorded = run_program(folder.path(), &["run", scene, "--record", "choice.story"]);
    assert_eq!(recorded.code, Some(0), "{recorded:?}");
    let number = (0..4).find(|number| {
        let why = run_program(folder.path(), &["why", "choice.story", &number.to_string()]);
        why.out.contains("drawn among 3 equal options")
    });
    assert!(number.is_some());
}

/// `best` takes the same one of equals throughout a run, but not always the same one.
#[test]
fn best_draws_between_equals_once_for_a_run() {
    let scene = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-03", kinds: [Kind(id: "human", wakes: "1h", whim: 0)],
        cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human"), Member(id: "cleo", kind: "human")],
        actions: [Action(id: "lead", want: "1", when: "self == best(v in agents(human): 1)")],
    )"#;
    let mut leaders = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let run = simulate_text(scene, seed);
        let of_run: std::collections::BTreeSet<AgentId> = run.chronicle().iter().map(|event| event.roles[0]).collect();
        assert_eq!(of_run.len(), 1, "seed {seed}");
        leaders.extend(of_run);
    }
    assert_eq!(leaders.len(), 3);
}
