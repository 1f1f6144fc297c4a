//! Tests of the window with a scene that changes on disk: errors are shown, and the run continues.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::args::LifeArgs;
use super::living::{Alive, Begun};
use longhand_chronicle::Story;
use longhand_inspector::{Inspector, wear};
use longhand_scene::{Intervention, STARTER};
use longhand_session::{Command, Feed, Inquiry, Pane, Preset, Reader};

/// An inspector without a window, on a scene in a file.
struct Watched {
    inspector: Inspector,
    alive: Alive,
    feed: Feed,
    dressed: bool,
}

impl Watched {
    fn of(scene: &Path) -> Self {
        let Ok(Begun { alive, reader, feed }) = Alive::open(scene, &LifeArgs::default(), false) else {
            panic!("the scene is valid")
        };
        let mut inspector = Inspector::new(reader);
        inspector.apply(Command::Arrange(Preset::Write));
        inspector.apply(Command::PlayPause);
        Self { inspector, alive, feed, dressed: false }
    }

    /// Checks the files and receives messages, at most `ticks` at once, until `done` holds.
    fn live_until(&mut self, ticks: usize, done: impl Fn(&Reader) -> bool) {
        let began = Instant::now();
        while !done(self.inspector.reader()) {
            assert!(began.elapsed() < Duration::from_secs(60), "timed out");
            if let Some(new) = self.inspector.reader_mut().grant(&mut self.alive) {
                self.feed = new;
            }
            for heard in self.feed.news().take(ticks) {
                self.inspector.reader_mut().hear(heard);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn harness(scene: &Path) -> Harness<'static, Watched> {
    Harness::builder().with_size([1280.0, 800.0]).build_ui_state(
        |ui, watched: &mut Watched| {
            // A font is available from the frame after it was set.
            if !std::mem::replace(&mut watched.dressed, true) {
                return wear(ui.ctx());
            }
            for command in watched.inspector.ui(ui) {
                watched.inspector.apply(command);
            }
        },
        Watched::of(scene),
    )
}

fn written(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("cafe.ron");
    std::fs::write(&path, text).expect("the folder exists");
    path
}

#[test]
fn a_broken_scene_shows_its_problems_while_the_run_continues_and_a_fixed_scene_restarts_it() {
    let folder = tempfile::tempdir().unwrap();
    let scene = written(&folder, STARTER);
    let mut harness = harness(&scene);
    harness.state_mut().live_until(1, |reader| reader.record().lived().seconds() > 86_400.0);
    let then = harness.state().inspector.reader().record().lived();

    written(&folder, &STARTER.replace("self.loneliness + 0.5 * affection", "self.lonliness + 0.5 * affection"));
    harness.state_mut().live_until(1, Reader::has_problems);
    harness.state_mut().inspector.apply(Command::Toggle(Pane::Problems));
    harness.run();
    harness.get_by_label("The scene has errors. The run shown is of the last valid version.");
    assert!(harness.query_all_by_label_contains("lonliness").count() > 0, "the problem is shown");
    let line = STARTER.lines().position(|line| line.contains("self.loneliness + 0.5")).unwrap() + 1;
    let marks = harness.query_all_by_label_contains(&format!("✕ {line}:")).count();
    assert_eq!(marks, 2, "the place is shown in the list of problems and beside the text");
    let lived = harness.state().inspector.reader().record().lived();
    assert!(lived >= then && !harness.state().inspector.reader().record().is_over());

    harness.state_mut().live_until(usize::MAX, |reader| reader.record().is_over());
    assert!(harness.state().inspector.reader().record().lived() > lived, "the last valid scene ran to its end");
    harness.state_mut().inspector.apply(Command::ToEnd);
    let cursor = harness.state().inspector.reader().time().cursor().at;

    written(&folder, &STARTER.replacen("cooldown: \"12h\"", "cooldown: \"4d\"", 1));
    harness.state_mut().live_until(usize::MAX, |reader| !reader.has_problems() && reader.record().is_over());
    harness.run();
    harness.get_by_label("No problems.");
    let reader = harness.state().inspector.reader();
    assert_eq!(reader.time().cursor().at, cursor, "the cursor has not moved");
    let parted = reader.divergence().expect("a longer cooldown delays the next visit");
    harness.state_mut().inspector.apply(Command::Toggle(Pane::Compare));
    if !harness.state().inspector.shows(Pane::Compare) {
        harness.state_mut().inspector.apply(Command::Toggle(Pane::Compare));
    }
    harness.run();
    harness.get_all_by_label("Go to event").next().unwrap().click();
    harness.run();
    assert_eq!(harness.state().inspector.reader().choice().event, Some(parted));
}

#[test]
fn a_changed_param_restarts_the_run_and_is_saved_beside_the_scene() {
    let folder = tempfile::tempdir().unwrap();
    let scene = written(&folder, STARTER);
    let mut watched = Watched::of(&scene);
    watched.live_until(usize::MAX, |reader| reader.record().is_over());
    watched.inspector.apply(Command::Set("warmth".into(), "3".into()));
    watched.inspector.apply(Command::Keep);
    watched.live_until(usize::MAX, |reader| reader.divergence().is_some());
    assert_eq!(super::living::kept_settings(&scene), [("warmth".to_owned(), "3".to_owned())]);
    assert_eq!(std::fs::read_to_string(&scene).unwrap(), STARTER, "the author's file is unchanged");
}

fn hash(reader: &Reader) -> u128 {
    reader.record().chronicle().hash()
}

#[test]
fn searching_for_themes_does_not_change_the_run() {
    let scene = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/first.ron");
    let mut watched = Watched::of(&scene);
    watched.live_until(usize::MAX, |reader| reader.record().is_over());
    let Ok(life) = super::life::Life::of(&scene, &LifeArgs::default()) else { panic!("the scene is valid") };
    let mut run = life.begin();
    while run.step() {}
    let reader = watched.inspector.reader();
    assert!(reader.record().scenario().patterns.len() > life.scenario.patterns.len());
    assert_eq!(hash(reader), run.chronicle().hash());
}

#[test]
fn a_run_forked_at_the_cursor_is_a_branch_beside_the_first_which_can_be_entered_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut watched = Watched::of(&written(&folder, STARTER));
    watched.live_until(usize::MAX, |reader| reader.record().is_over());
    let first = hash(watched.inspector.reader());
    let change = |effect: &str| Command::Fork(Intervention::Change { effect: effect.into(), at_us: 3_600_000_000 });
    watched.inspector.apply(change("nobody.loneliness = 1"));
    watched.live_until(usize::MAX, |reader| reader.branches().all().len() == 1 && reader.record().is_over());
    watched.inspector.apply(change("ann.loneliness = 1"));
    watched.live_until(usize::MAX, |reader| reader.branches().current() == 1 && reader.record().is_over());
    let reader = watched.inspector.reader();
    let parted = reader.divergence().expect("the runs differ");
    assert_ne!(hash(reader), first);
    assert!(reader.record().chronicle().event(parted).is_some());
    assert!(reader.branches().now().name.starts_with("ann.loneliness = 1, from "), "{}", reader.branches().now().name);
    watched.inspector.apply(Command::Ask(Inquiry::Difference));
    while watched.inspector.reader().inquiries().are_awaited() {
        std::thread::sleep(Duration::from_millis(5));
        watched.inspector.reader_mut().view();
    }
    let difference = watched.inspector.reader().inquiries().difference.answer().expect("an answer");
    assert!(difference.parting.as_ref().is_some_and(|parting| parting.outside.is_some()), "the runs diverge at the intervention");
    watched.inspector.apply(Command::Enter(0));
    watched.live_until(usize::MAX, |reader| reader.branches().current() == 0);
    assert_eq!(hash(watched.inspector.reader()), first, "the first run is unchanged");
    assert!(watched.inspector.reader().record().is_over());
}

#[test]
fn a_story_opens_with_its_branches_and_saves_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let story = folder.path().join("cafe.story");
    let path = story.to_str().unwrap();
    let scene = written(&folder, STARTER);
    let run = |args: &[&str]| super::main_with(std::iter::once("longhand").chain(args.iter().copied()).map(Into::into));
    run(&[
        "run",
        scene.to_str().unwrap(),
        "--seed",
        "5",
        "--record",
        path,
        "--json",
        folder.path().join("o.json").to_str().unwrap(),
    ]);
    run(&["what-if", path, "--forbid", "coffee", "--keep", "dry", "--json", folder.path().join("w.json").to_str().unwrap()]);
    let mut watched = Watched::of(&story);
    watched.live_until(usize::MAX, |reader| reader.record().is_over());
    let recorded = Story::open(&story).unwrap();
    assert_eq!(hash(watched.inspector.reader()), recorded.chronicle.hash());
    assert_eq!(watched.inspector.reader().branches().all()[1].kept.as_deref(), Some("dry"));
    watched.inspector.apply(Command::Enter(1));
    watched.live_until(usize::MAX, |reader| reader.branches().current() == 1 && reader.record().is_over());
    let dry = Story::open_branch(&story, "dry").unwrap();
    assert_eq!(hash(watched.inspector.reader()), dry.chronicle.hash());
    watched.inspector.apply(Command::Fork(Intervention::Change { effect: "ann.loneliness = 1".into(), at_us: 3_600_000_000 }));
    watched.live_until(usize::MAX, |reader| reader.branches().current() == 2 && reader.record().is_over());
    watched.inspector.apply(Command::KeepBranch("lonely".into()));
    let began = Instant::now();
    while watched.inspector.reader().branches().all()[2].kept.is_none() {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", watched.inspector.reader().inquiries().keeping.answer());
        watched.live_until(usize::MAX, |_| true);
        let feed = watched.inspector.reader_mut().grant(&mut watched.alive);
        assert!(feed.is_none());
        watched.inspector.reader_mut().view();
        std::thread::sleep(Duration::from_millis(5));
    }
    let kept = Story::open_branch(&story, "lonely").unwrap();
    assert_eq!(kept.chronicle.hash(), hash(watched.inspector.reader()), "the saved branch is the one in the session");
}

#[test]
fn two_stories_can_be_compared() {
    let folder = tempfile::tempdir().unwrap();
    let scene = written(&folder, STARTER);
    let other = LifeArgs { seed: 2, ..LifeArgs::default() };
    let Ok(begun) = Alive::open(&scene, &other, false) else { panic!("the scene is valid") };
    let Ok(Begun { alive, reader, feed }) = Alive::open(&scene, &LifeArgs::default(), false) else {
        panic!("the scene is valid")
    };
    let inspector = Inspector::new(reader.beside("other.story".into(), begun.read_to_its_end()));
    let mut watched = Watched { inspector, alive, feed, dressed: false };
    watched.live_until(usize::MAX, |reader| reader.record().is_over());
    let reader = watched.inspector.reader();
    assert_eq!(reader.branches().before().map(|before| before.name.as_str()), Some("other.story"));
    assert!(reader.divergence().is_some());
    watched.inspector.apply(Command::Enter(1));
    watched.live_until(usize::MAX, |reader| reader.branches().current() == 1);
    assert_eq!(watched.inspector.reader().record().cover().seed, 2);
}
