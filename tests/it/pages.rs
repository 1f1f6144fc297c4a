//! The scenes on the pages of populations, networks, distributions and names are whole: they load without a warning and run.

use std::fs;
use std::sync::Arc;

use crate::harness::{repository, simulate, with_seed};

const PAGES: [&str; 4] = ["populations.md", "networks.md", "distributions.md", "names.md"];
const NAME_FILES: [&str; 3] = ["assets/names/crowd.ron", "assets/names/given.ron", "assets/names/village.ron"];

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_scene_on_the_pages_runs() {
    let names: Vec<(&str, String)> = NAME_FILES.iter().map(|&file| (file, read(file))).collect();
    for page in PAGES {
        let text = read(&format!("docs/{page}"));
        let scenes: Vec<&str> = text.split("```ron\n").skip(1).filter_map(|block| block.split("\n```").next()).collect();
        assert!(!scenes.is_empty(), "{page} has no scene");
        for scene in scenes {
            let mut files: Vec<(&str, &str)> = names.iter().map(|(file, text)| (*file, text.as_str())).collect();
            files.push((page, scene));
            let loaded = longhand_narrative::load_text(page, &files, &[]).unwrap_or_else(|problems| panic!("{page}: {problems}"));
            assert!(loaded.warnings.is_empty(), "{page}: {}", loaded.warnings);
            let run = simulate(&Arc::new(loaded.scenario), with_seed(1), Some(1.0));
            assert!(run.simulation().limit_exceeded().is_none(), "{page}");
        }
    }
}

#[test]
fn the_cast_is_tied_into_a_network_of_the_population() {
    let text = read("docs/networks.md");
    let scene = text.split("```ron\n").nth(1).and_then(|block| block.split("\n```").next()).expect("a scene");
    let measure = |scene: &str| {
        let loaded = longhand_narrative::load_text("a.ron", &[("a.ron", scene)], &[]).expect("a valid scene");
        simulate(&Arc::new(loaded.scenario), with_seed(1), Some(1.0)).report().measures["friends_of_ann"]
    };
    assert!(measure(scene) >= Some(1.0));
    assert_eq!(
        measure(&scene.replace(", with_cast: true", "").replace("Cast(least: 4, most: 8)", "Random(degree: 4)")),
        Some(0.0)
    );
}
