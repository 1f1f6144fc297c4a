//! Chance and order follow names: where a declaration is written, what else is declared, and brackets round a condition never change what
//! happens.
//!
//! Every `cargo test` tries some rearrangements of each scene. For many more:
//!
//! ```text
//! LONGHAND_PERMUTATIONS=10000 cargo test --release --no-default-features --test it many_permutations -- --ignored --nocapture
//! ```

use longhand_analysis::what_if::{ComparedRun, RunDiff};
use longhand_chronicle::{Chronicle, Event, format_hash};
use longhand_expr::ids::{AgentId, Instant, PlaceId};
use longhand_scene::{Scenario, load_text};
use longhand_sim::{SimOptions, Simulation};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::harness::{in_two_threads, repository};
use crate::rearrange::{Shuffler, add_unused, permute, rename, split, wrap_conditions};

/// A scene, the parameters that keep it small, and how many days of it are simulated.
struct Sample {
    files: Vec<(String, String)>,
    name: String,
    set: Vec<(String, String)>,
    days: f64,
}

fn sample(path: &str, set: &[(&str, &str)], days: f64) -> Sample {
    let set: Vec<(String, String)> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let loaded = longhand_scene::load(&repository().join(path), &set).unwrap_or_else(|problems| panic!("{problems}"));
    let Scenario { sources, name, .. } = loaded.scenario;
    Sample { files: sources, name, set, days }
}

fn samples() -> [Sample; 6] {
    [
        sample("scenes/her.ron", &[("population", "200")], 40.0),
        sample("scenes/first.ron", &[], 130.0),
        sample("scenes/village.ron", &[], 6.0),
        sample("tests/scenes/scripted.ron", &[("population", "200")], 4.0),
        sample("tests/it/rich.ron", &[], 30.0),
        sample("tests/scenes/goings.ron", &[], 80.0),
    ]
}

/// A run, with a line for each event.
struct Outcome {
    scenario: Arc<Scenario>,
    chronicle: Chronicle,
    seed: u64,
    ended: Instant,
    events: Vec<String>,
}

impl Outcome {
    fn hash(&self) -> String {
        format_hash(self.chronicle.hash())
    }

    fn compared(&self) -> ComparedRun<'_> {
        ComparedRun { scenario: &self.scenario, chronicle: &self.chronicle, seed: self.seed, ended: self.ended }
    }
}

impl Sample {
    fn simulate(&self, files: &[(String, String)], seed: u64) -> Outcome {
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let loaded = load_text(texts[0].0, &texts, &self.set).unwrap_or_else(|problems| panic!("{problems}"));
        let scenario = Arc::new(loaded.scenario);
        let mut run = Simulation::new(scenario.clone(), SimOptions { seed, threads: 1 });
        while run.now() < Instant::from_seconds(self.days * 86_400.0) && run.step() {}
        let (chronicle, ended) = (run.chronicle().clone(), run.now());
        let events = event_lines(&scenario, &chronicle);
        Outcome { scenario, chronicle, seed, ended, events }
    }

    fn unchanged(&self, seed: u64) -> Outcome {
        self.simulate(&self.files, seed)
    }

    /// The files, each changed by `change`.
    fn changed(&self, mut change: impl FnMut(&str) -> Option<String>) -> Vec<(String, String)> {
        let changed = |(name, text): &(String, String)| (name.clone(), change(text).expect("the text is a scene"));
        self.files.iter().map(changed).collect()
    }
}

fn event_lines(scenario: &Scenario, chronicle: &Chronicle) -> Vec<String> {
    let name = |agent: AgentId| match scenario.cast.get(agent.index()) {
        Some(member) => member.id.clone(),
        None if agent.is_some() => chronicle.agents.display_name(agent),
        None => "-".to_owned(),
    };
    let line = |event: &Event| {
        let who: Vec<String> = event.roles.iter().map(|&agent| name(agent)).collect();
        let place = if event.place == PlaceId::NOWHERE { "-" } else { &scenario.places[event.place.index()].id };
        let causes: Vec<u32> = event.causes.iter().map(|cause| cause.event.0).collect();
        let kind = &scenario.events[event.kind.index()].name;
        format!("{} {kind} {} {place} {causes:?}", event.at.0, who.join(","))
    };
    chronicle.iter().map(line).collect()
}

/// The events and the hash are the same.
#[track_caller]
fn assert_same(expected: &Outcome, found: &Outcome, what: &str) {
    assert_no_difference(expected, found, what);
    assert_eq!(expected.hash(), found.hash(), "{what}: the hash");
}

/// The events are the same, and `diff` finds no difference.
#[track_caller]
fn assert_no_difference(expected: &Outcome, found: &Outcome, what: &str) {
    let differing = expected.events.iter().zip(&found.events).position(|(expected, found)| expected != found);
    if let Some(at) = differing {
        panic!("{what}: event {at} is\n  {}\ninstead of\n  {}", found.events[at], expected.events[at]);
    }
    assert_eq!(expected.events.len(), found.events.len(), "{what}: the number of events");
    let difference = RunDiff::compare(&expected.compared(), &found.compared());
    assert!(difference.is_empty(), "{what}: {difference:#?}");
}

#[test]
fn permuted_declarations_give_the_same_run() {
    for scene in samples() {
        let expected = scene.unchanged(3);
        assert!(expected.events.len() > 20, "{}: only {} events", scene.name, expected.events.len());
        for number in 0..6 {
            let mut shuffler = Shuffler::new(number);
            let files = scene.changed(|text| permute(text, &mut shuffler));
            assert_same(&expected, &scene.simulate(&files, 3), &format!("{}, permutation {number}", scene.name));
        }
    }
}

#[test]
fn a_scene_split_into_files_of_any_names_is_the_same_run() {
    for scene in samples() {
        let expected = scene.unchanged(5);
        for number in 0..3 {
            let mut files = split(&scene.name, &scene.files[0].1, &mut Shuffler::new(number)).expect("the text is a scene");
            files.extend(scene.files[1..].iter().cloned());
            assert_same(&expected, &scene.simulate(&files, 5), &format!("{}, split {number}", scene.name));
        }
    }
}

#[test]
fn names_of_files_change_nothing() {
    for scene in samples() {
        let expected = scene.unchanged(4);
        for number in 0..3 {
            let files = rename(&scene.files, &mut Shuffler::new(number));
            assert!(files.iter().zip(&scene.files).any(|(new, old)| new.0 != old.0), "{}", scene.name);
            assert_same(&expected, &scene.simulate(&files, 4), &format!("{}, file names {number}", scene.name));
        }
    }
}

#[test]
fn what_is_never_used_changes_nothing() {
    for scene in samples() {
        let expected = scene.unchanged(7);
        let mut is_main = true;
        let files = scene.changed(|text| if std::mem::take(&mut is_main) { add_unused(text) } else { Some(text.to_owned()) });
        assert_same(&expected, &scene.simulate(&files, 7), &scene.name);
    }
}

#[test]
fn brackets_round_conditions_change_nothing() {
    for scene in samples() {
        let expected = scene.unchanged(9);
        for wrapping in ["{}", "({})", "{} and true", "true and {}"] {
            let files = scene.changed(|text| Some(wrap_conditions(text, wrapping)));
            assert_same(&expected, &scene.simulate(&files, 9), &format!("{}, {wrapping}", scene.name));
        }
        // A condition that is not split at its `and`s is evaluated later, and its reads may be listed in another order.
        for wrapping in ["{} or false", "not not {}", "if true then {} else false"] {
            let files = scene.changed(|text| Some(wrap_conditions(text, wrapping)));
            assert_no_difference(&expected, &scene.simulate(&files, 9), &format!("{}, {wrapping}", scene.name));
        }
    }
}

/// Regression: with the same seed, one additional unrelated line used to change the whole run.
#[test]
fn one_more_line_makes_no_difference() {
    let scene = sample("scenes/first.ron", &[], 130.0);
    let expected = scene.unchanged(1);
    let never = "Action(id: \"never\", by: [\"nora\"], when: \"false\", want: \"1\"),";
    let edits: [(&str, &[(&str, String)]); 5] = [
        ("an action that never happens first", &[("actions: [", format!("actions: [{never}"))]),
        (
            "a cat first",
            &[
                ("kinds: [", "kinds: [Kind(id: \"cat\", wakes: \"1d\"),".into()),
                ("cast: [", "cast: [Member(id: \"tom\", kind: \"cat\", name: \"Tom\", home: \"quay\"),".into()),
            ],
        ),
        ("a trigger first", &[("triggers: [", "triggers: [Trigger(id: \"a\", by: [\"nora\"], when: \"false\"),".into())]),
        ("an attribute first", &[("attributes: [\n", "attributes: [Attribute(id: \"unused\"),\n".into())]),
        ("brackets", &[("and chance(0.05)\"", "and (chance(0.05) and true)\"".into())]),
    ];
    for (what, replacements) in edits {
        let mut text = scene.files[0].1.clone();
        for (from, to) in replacements {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        assert_same(&expected, &scene.simulate(&[(scene.name.clone(), text)], 1), what);
    }
}

/// Regression: a tie that ended with a death caused all conditions on the survivor to be checked, and each trigger with a chance to draw again.
#[test]
fn a_tie_that_no_condition_of_a_trigger_reads_makes_no_difference() {
    let scene = sample("tests/scenes/warren.ron", &[], 500.0);
    let expected = scene.unchanged(1);
    assert!(expected.events.iter().any(|line| line.contains("fox")), "somebody dies");
    let never = "Trigger(id: \"never\", by: [\"adult\"], when: \"false and count(v in ties(self, crew)) > 0\"),";
    for rule in ["", never] {
        let text = &scene.files[0].1;
        let text = text.replacen("ties: [", "ties: [Tie(id: \"crew\"),", 1);
        let text = text.replacen("networks: [", "networks: [Network(shape: Random(degree: 3), ties: [\"crew\"]),", 1);
        let text = text.replacen("triggers: [", &format!("triggers: [{rule}"), 1);
        // A death also ends the new tie, which is one more fact, so only the events are the same.
        let what = if rule.is_empty() { "a tie" } else { "a tie and a rule" };
        assert_eq!(expected.events, scene.simulate(&[(scene.name.clone(), text)], 1).events, "{what}");
    }
}

#[test]
fn broken_scenes_have_the_same_problems_in_any_order() {
    for path in broken_scenes() {
        for number in 0..3 {
            check_broken(&path, number);
        }
    }
}

fn broken_scenes() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository().join("tests/broken")).expect("the folder exists");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ron"));
    paths.sort();
    assert!(paths.len() > 40, "only {} scenes", paths.len());
    paths
}

/// Loads a permuted broken scene. If its syntax is right, its problems are those of the original.
fn check_broken(path: &Path, number: u64) {
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let Some(permuted) = permute(&text, &mut Shuffler::new(number)) else { return };
    let problems = |text: &str| {
        let list = match load_text("scene.ron", &[("scene.ron", text)], &[]) {
            Ok(loaded) => loaded.warnings.list,
            Err(problems) => problems.list.clone(),
        };
        let mut messages: Vec<String> = list.iter().map(|problem| format!("{}: {}", problem.code, problem.message)).collect();
        messages.sort();
        messages.dedup();
        messages
    };
    let (expected, found) = (problems(&text), problems(&permuted));
    if !expected.iter().any(|problem| problem.starts_with("syntax")) {
        assert_eq!(expected, found, "{}, permutation {number}:\n{permuted}", path.display());
    }
}

/// Permutes the scene, and rearranges it in one other way.
fn rearranged(scene: &Sample, number: u64) -> Vec<(String, String)> {
    let mut shuffler = Shuffler::new(1000 + number);
    let files = scene.changed(|text| permute(text, &mut shuffler));
    let with_first = |text: String| std::iter::once((files[0].0.clone(), text)).chain(files[1..].iter().cloned()).collect();
    match number % 5 {
        0 => files,
        1 => {
            let parts = split(&files[0].0, &files[0].1, &mut shuffler).expect("the text is a scene");
            parts.into_iter().chain(files[1..].iter().cloned()).collect()
        }
        2 => with_first(add_unused(&files[0].1).expect("the text is a scene")),
        3 => files.iter().map(|(name, text)| (name.clone(), wrap_conditions(text, "({} and true)"))).collect(),
        _ => rename(&files, &mut shuffler),
    }
}

/// CI runs it with 300 permutations.
#[test]
#[ignore = "long: `.ci/run` runs a part of it"]
fn many_permutations_give_the_same_run() {
    let count: u64 = std::env::var("LONGHAND_PERMUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(300);
    let scenes = [
        sample("scenes/village.ron", &[], 2.0),
        sample("tests/scenes/goings.ron", &[], 80.0),
        sample("scenes/her.ron", &[("population", "200")], 14.0),
        sample("tests/scenes/scripted.ron", &[("population", "200")], 2.0),
    ];
    let broken = broken_scenes();
    let expected = scenes.each_ref().map(|scene| scene.unchanged(1));
    for (scene, expected) in scenes.iter().zip(&expected) {
        assert!(expected.events.len() > 20, "{}: only {} events", scene.name, expected.events.len());
    }
    let start = std::time::Instant::now();
    in_two_threads(1..=count, |number| {
        for (scene, expected) in scenes.iter().zip(&expected) {
            let found = scene.simulate(&rearranged(scene, number), 1);
            assert_same(expected, &found, &format!("{}, permutation {number}", scene.name));
        }
        check_broken(&broken[number as usize % broken.len()], 1000 + number);
    });
    println!("{count} permutations of four scenes and of broken scenes in {:.0} s", start.elapsed().as_secs_f64());
}
