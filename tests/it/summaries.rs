//! What the terminal sums up of a pause is said in words, whatever the scene: never by the ids of its rules.

use crate::harness::{load_scene, repository, simulate, with_seed};
use longhand_narrative::{NarrationLineKind, Narrator};
use longhand_scene::model::EventOrigin;
use longhand_scene::prose_keys::summary_key;
use longhand_scene::{NarrationFrequency, Scenario};
use std::sync::Arc;

/// The included scenes, and the one of the library of social life.
fn scenes() -> Vec<(String, Arc<Scenario>)> {
    let files = std::fs::read_dir(repository().join("scenes")).expect("the folder exists").filter_map(Result::ok);
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned()).filter(|name| name.ends_with(".ron"));
    let mut names: Vec<String> = names.chain(["../assets/life/demo.ron".to_owned()]).collect();
    names.sort();
    let load = |name: String| {
        let few = [("population", "200")];
        let scenario = load_scene(&name, if name == "her.ron" { &few } else { &[] });
        (name, scenario)
    };
    names.into_iter().map(load).collect()
}

#[test]
fn whatever_may_be_summed_up_has_words_for_it() {
    let mut missing = Vec::new();
    for (name, scenario) in scenes() {
        let has_words = |key: String| scenario.prose.iter().any(|(known, _)| *known == key);
        let may_be_summed_up = scenario
            .events
            .iter()
            .filter(|info| info.narration != NarrationFrequency::Always && !matches!(info.origin, EventOrigin::Intervention(_)));
        let without = may_be_summed_up.filter(|info| !has_words(summary_key(&info.name)));
        missing.extend(without.map(|info| format!("{name}: {}", info.name)));
    }
    assert!(missing.is_empty(), "without `sum/…`:\n{}", missing.join("\n"));
}

#[test]
fn no_summary_shows_the_id_of_a_rule() {
    for (name, scenario) in scenes() {
        let days = if name == "family.ron" { 3_650.0 } else { 60.0 };
        let run = simulate(&scenario, with_seed(1), Some(days));
        let chronicle = run.chronicle();
        let mut narrator = Narrator::new(&scenario, 1);
        let mut lines = Vec::new();
        for event in chronicle.iter() {
            let beats: Vec<_> = chronicle.beats.iter().filter(|beat| beat.event == event.id).cloned().collect();
            lines.extend(narrator.narrate(&scenario, event, &beats, &chronicle.agents));
        }
        let last = chronicle.events().last().expect("something happens").at;
        lines.extend(narrator.finish(&scenario, last, &chronicle.agents));
        let sums: Vec<_> = lines.iter().filter(|line| line.kind == NarrationLineKind::Summary).collect();
        assert!(!sums.is_empty(), "{name}: nothing is summed up");
        for sum in sums {
            assert!(!sum.text.contains(" × "), "{name}: {}", sum.text);
            let mut ids = scenario.events.iter().map(|info| info.name.as_str()).filter(|id| id.contains(['_', '/']));
            assert!(ids.all(|id| !sum.text.contains(id)), "{name}: {}", sum.text);
        }
    }
}
