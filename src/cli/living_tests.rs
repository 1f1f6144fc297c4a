//! A scene broken and mended while it is watched: what the window says, and that life goes on.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::args::LifeArgs;
use super::life::Life;
use super::living::Alive;
use crate::inspector::{Inspector, wear};
use crate::reader::{Command, Cover, Feed, Pane, Preset, Reader};
use crate::scenario::STARTER;

/// A window without a window on a scene in a file.
struct Watched {
    inspector: Inspector,
    alive: Alive,
    feed: Feed,
    dressed: bool,
}

impl Watched {
    fn of(scene: &Path) -> Self {
        let asked = LifeArgs::default();
        let life = Life::of(scene, &asked).expect("the starter scene is sound");
        let cover = Cover { scenario: life.scenario.clone(), seed: life.seed, ends: life.ends() };
        let mut alive = Alive::new(scene, &asked, &life);
        let feed = alive.begin(&life);
        let mut inspector = Inspector::new(Reader::new(cover));
        inspector.apply(Command::Arrange(Preset::Write));
        inspector.apply(Command::PlayPause);
        Self { inspector, alive, feed, dressed: false }
    }

    /// Looks at the files and hears what was lived, at most so many ticks at once, until something is so.
    fn live_until(&mut self, ticks: usize, done: impl Fn(&Reader) -> bool) {
        let began = Instant::now();
        while !done(self.inspector.reader()) {
            assert!(began.elapsed() < Duration::from_secs(60), "it never comes");
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
            // A font is there from the frame after it was set.
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
    std::fs::write(&path, text).expect("the folder is there");
    path
}

#[test]
fn a_scene_that_breaks_says_so_and_goes_on_and_mended_is_lived_anew_beside_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let scene = written(&folder, STARTER);
    let mut harness = harness(&scene);
    harness.state_mut().live_until(1, |reader| reader.record().lived().seconds() > 86_400.0);
    let then = harness.state().inspector.reader().record().lived();

    written(&folder, &STARTER.replace("self.loneliness + 0.5 * affection", "self.lonliness + 0.5 * affection"));
    harness.state_mut().live_until(1, Reader::has_problems);
    harness.state_mut().inspector.apply(Command::Toggle(Pane::Problems));
    harness.run();
    harness.get_by_label("The scene as it is now cannot be lived; the last sound one goes on.");
    assert!(harness.query_all_by_label_contains("lonliness").count() > 0, "it says what is wrong");
    let line = STARTER.lines().position(|line| line.contains("self.loneliness + 0.5")).unwrap() + 1;
    let marks = harness.query_all_by_label_contains(&format!("✕ {line}:")).count();
    assert_eq!(marks, 2, "it says where, among the problems and beside the text");
    let lived = harness.state().inspector.reader().record().lived();
    assert!(lived >= then && !harness.state().inspector.reader().record().is_over());

    harness.state_mut().live_until(usize::MAX, |reader| reader.record().is_over());
    assert!(harness.state().inspector.reader().record().lived() > lived, "the last sound one went on to its end");
    harness.state_mut().inspector.apply(Command::ToEnd);
    let cursor = harness.state().inspector.reader().time().cursor().at;

    written(&folder, &STARTER.replacen("cooldown: \"12h\"", "cooldown: \"4d\"", 1));
    harness.state_mut().live_until(usize::MAX, |reader| !reader.has_problems() && reader.record().is_over());
    harness.run();
    harness.get_by_label("The scene is sound as it was last read.");
    let reader = harness.state().inspector.reader();
    assert_eq!(reader.time().cursor().at, cursor, "the cursor is where it was");
    let parted = reader.divergence().expect("who may not go so soon again goes later");
    harness.state_mut().inspector.apply(Command::Toggle(Pane::Compare));
    if !harness.state().inspector.shows(Pane::Compare) {
        harness.state_mut().inspector.apply(Command::Toggle(Pane::Compare));
    }
    harness.run();
    harness.get_all_by_label("Go there").next().unwrap().click();
    harness.run();
    assert_eq!(harness.state().inspector.reader().choice().event, Some(parted));
}

#[test]
fn a_param_set_otherwise_is_lived_at_once_and_kept_beside_the_scene() {
    let folder = tempfile::tempdir().unwrap();
    let scene = written(&folder, STARTER);
    let mut watched = Watched::of(&scene);
    watched.live_until(usize::MAX, |reader| reader.record().is_over());
    watched.inspector.apply(Command::Set("warmth".into(), "3".into()));
    watched.inspector.apply(Command::Keep);
    watched.live_until(usize::MAX, |reader| reader.divergence().is_some());
    assert_eq!(super::living::kept_settings(&scene), [("warmth".to_owned(), "3".to_owned())]);
    assert_eq!(std::fs::read_to_string(&scene).unwrap(), STARTER, "the author's file stays as it is");
}
