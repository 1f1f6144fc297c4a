//! Every format of every scene is written to its end. `.ci/tell-times` checks how fast, with twenty seeds in the release build.

use crate::harness::{ProgramRun, load_scene};
use longhand_narrative::book::{BookOptions, NarrativeLength, epub, html, markdown, write_book};
use std::sync::mpsc;
use std::time::Duration;

/// Far more than a book takes, even in a build without optimisation on a busy machine.
const GUARD: Duration = Duration::from_secs(300);

fn tell_every_format(scene: &'static str, seed: u64, set: &'static [(&'static str, &'static str)]) {
    let scenario = load_scene(scene, set);
    let (sender, receiver) = mpsc::channel();
    // The thread is not joined: a book that never ends would hang the test instead of failing it.
    std::thread::spawn(move || {
        let ProgramRun { chronicle, end, .. } = ProgramRun::new(scene, seed, set);
        for length in [NarrativeLength::Short, NarrativeLength::Medium, NarrativeLength::Full] {
            let book = write_book(&scenario, &chronicle, seed, &BookOptions { length, ..BookOptions::default() });
            let bytes = [
                markdown(&book, &chronicle.agents).len(),
                epub(&book, &chronicle.agents, 1).map_or(0, |bytes| bytes.len()),
                html(&book, &scenario, &chronicle, end).len(),
            ];
            sender.send(bytes).expect("the test waits");
        }
    });
    for _ in 0..3 {
        let bytes = receiver.recv_timeout(GUARD).unwrap_or_else(|error| panic!("{scene}, seed {seed}: {error}"));
        assert!(bytes.iter().all(|&length| length > 100), "{scene}, seed {seed}: {bytes:?}");
    }
}

#[test]
fn every_format_of_every_scene_is_written_to_its_end() {
    for seed in [3, 23] {
        tell_every_format("village.ron", seed, &[]);
        tell_every_format("first.ron", seed, &[]);
        tell_every_format("cyrano.ron", seed, &[]);
        tell_every_format("her.ron", seed, &[("population", "200")]);
    }
}
