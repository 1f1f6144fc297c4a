//! Tests of the window with a scene that changes on disk: errors are shown, and the run continues.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::args::SimulationArgs;
use super::host::{OpenedSession, SceneHost};
use super::simulate::simulate_session;
use longhand_chronicle::Story;
use longhand_expr::ids::Instant as Moment;
use longhand_inspector::{Inspector, apply_style};
use longhand_narrative::book::BookOptions;
use longhand_scene::{Intervention, STARTER_SCENE};
use longhand_session::{LayoutPreset, OutputRequest, PanelId, Query, Session, SessionCommand, SimReceiver, SimulationHost};

/// An inspector without a window, on a scene in a file.
struct TestWindow {
    inspector: Inspector,
    host: SceneHost,
    receiver: SimReceiver,
    has_fonts: bool,
}

impl TestWindow {
    fn open(scene: &Path) -> Self {
        let Ok(OpenedSession { host, session, receiver }) = SceneHost::open(scene, &SimulationArgs::default(), false) else {
            panic!("the scene is valid")
        };
        let mut inspector = Inspector::new(session);
        inspector.apply(SessionCommand::ApplyPreset(LayoutPreset::Write));
        inspector.apply(SessionCommand::PlayPause);
        Self { inspector, host, receiver, has_fonts: false }
    }

    /// Checks the files and receives messages, at most `ticks` at once, until `done` holds.
    fn run_until(&mut self, ticks: usize, done: impl Fn(&Session) -> bool) {
        let started = Instant::now();
        while !done(self.inspector.session()) {
            assert!(started.elapsed() < Duration::from_secs(60), "timed out");
            if let Some(new_receiver) = self.inspector.session_mut().handle_requests(&mut self.host) {
                self.receiver = new_receiver;
            }
            for message in self.receiver.drain().take(ticks) {
                self.inspector.session_mut().receive(message);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn harness(scene: &Path) -> Harness<'static, TestWindow> {
    Harness::builder().with_size([1280.0, 800.0]).build_ui_state(
        |ui, window: &mut TestWindow| {
            // A font is available from the frame after it was set.
            if !std::mem::replace(&mut window.has_fonts, true) {
                return apply_style(ui.ctx());
            }
            for command in window.inspector.ui(ui) {
                window.inspector.apply(command);
            }
        },
        TestWindow::open(scene),
    )
}

fn write_scene(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("cafe.ron");
    std::fs::write(&path, text).expect("the folder exists");
    path
}

#[test]
fn a_broken_scene_shows_its_problems_while_the_run_continues_and_a_fixed_scene_restarts_it() {
    let folder = tempfile::tempdir().unwrap();
    let scene = write_scene(&folder, STARTER_SCENE);
    let mut harness = harness(&scene);
    harness.state_mut().run_until(1, |session| session.run().simulated_until().seconds() > 86_400.0);
    let simulated_before = harness.state().inspector.session().run().simulated_until();

    write_scene(&folder, &STARTER_SCENE.replace("self.loneliness + 0.5 * affection", "self.lonliness + 0.5 * affection"));
    harness.state_mut().run_until(1, Session::has_diagnostics);
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Problems));
    harness.run();
    harness.get_by_label("The scene has errors. The run shown is of the last valid version.");
    assert!(harness.query_all_by_label_contains("lonliness").count() > 0, "the problem is shown");
    let line = STARTER_SCENE.lines().position(|line| line.contains("self.loneliness + 0.5")).unwrap() + 1;
    let mark_count = harness.query_all_by_label_contains(&format!("✕ {line}:")).count();
    assert_eq!(mark_count, 2, "the place is shown in the list of problems and beside the text");
    let simulated = harness.state().inspector.session().run().simulated_until();
    assert!(simulated >= simulated_before && !harness.state().inspector.session().run().is_over());

    harness.state_mut().run_until(usize::MAX, |session| session.run().is_over());
    assert!(harness.state().inspector.session().run().simulated_until() > simulated, "the last valid scene ran to its end");
    harness.state_mut().inspector.apply(SessionCommand::ToEnd);
    let cursor = harness.state().inspector.session().playback().cursor().at;

    write_scene(&folder, &STARTER_SCENE.replacen("cooldown: \"36h\"", "cooldown: \"6d\"", 1));
    harness.state_mut().run_until(usize::MAX, |session| !session.has_diagnostics() && session.run().is_over());
    harness.run();
    harness.get_by_label("No problems.");
    let session = harness.state().inspector.session();
    assert_eq!(session.playback().cursor().at, cursor, "the cursor has not moved");
    let first_difference = session.divergence().expect("a longer cooldown delays the next visit");
    harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Compare));
    if !harness.state().inspector.is_visible(PanelId::Compare) {
        harness.state_mut().inspector.apply(SessionCommand::TogglePanel(PanelId::Compare));
    }
    harness.run();
    harness.get_all_by_label("Go to event").next().unwrap().click();
    harness.run();
    assert_eq!(harness.state().inspector.session().state().event, Some(first_difference));
}

#[test]
fn the_scenes_of_a_folder_are_listed_and_one_is_opened_in_place_of_another() {
    use longhand_session::SimulationHost;
    let folder = tempfile::tempdir().unwrap();
    let scene = write_scene(&folder, STARTER_SCENE);
    let other = folder.path().join("other.ron");
    let text = STARTER_SCENE.replacen("title: \"", "title: \"Another ", 1);
    std::fs::write(&other, &text).unwrap();
    std::fs::write(folder.path().join("part.ron"), "Scene(attributes: [])").unwrap();
    let mut window = TestWindow::open(&scene);
    let listed = window.host.library();
    let of_folder: Vec<_> = listed.iter().filter(|entry| entry.path.starts_with(folder.path())).collect();
    assert_eq!(of_folder.iter().map(|entry| entry.path.as_path()).collect::<Vec<_>>(), [scene.as_path(), other.as_path()]);
    assert!(of_folder[1].title.starts_with("Another ") && !of_folder[1].is_story, "{of_folder:?}");
    window.inspector.apply(SessionCommand::OpenFile(other));
    window.run_until(usize::MAX, |session| session.run().is_over());
    let title = &window.inspector.session().run().scenario().title;
    assert!(title.starts_with("Another "), "{title}");
    window.inspector.apply(SessionCommand::OpenFile(folder.path().join("part.ron")));
    window.run_until(usize::MAX, |session| session.editor().open_error.is_some());
    assert!(window.inspector.session().run().scenario().title.starts_with("Another "), "what is open stays open");
}

#[test]
fn a_new_scene_is_created_from_the_template_and_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = TestWindow::open(&write_scene(&folder, STARTER_SCENE));
    let path = folder.path().join("old-harbour.ron");
    window.inspector.apply(SessionCommand::NewScene(path.clone()));
    window.run_until(usize::MAX, |session| session.run().scenario().title == "Old harbour" && session.run().is_over());
    std::fs::write(&path, "changed").unwrap();
    window.inspector.apply(SessionCommand::NewScene(path.clone()));
    window.run_until(usize::MAX, |session| session.editor().open_error.is_some());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "changed", "a file that exists is left alone");
}

/// Writes a file of the run, and waits until it is written.
fn write_output(window: &mut TestWindow, path: &Path) -> Result<(), String> {
    window.inspector.apply(SessionCommand::WriteFile(path.into()));
    let started = Instant::now();
    loop {
        window.inspector.session_mut().handle_requests(&mut window.host);
        let task = &window.inspector.session_mut().view().queries.output;
        if let Some(outcome) = task.outcome().filter(|_| task.question().is_some_and(|question| question == path)) {
            return outcome.clone();
        }
        assert!(started.elapsed() < Duration::from_secs(120), "timed out");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_run_is_written_into_files_by_their_endings_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = TestWindow::open(&write_scene(&folder, STARTER_SCENE));
    window.run_until(usize::MAX, |session| session.run().is_over());
    let file = |ending: &str| folder.path().join(format!("run.{ending}"));
    for ending in ["story", "md", "html", "epub", "png", "sqlite", "jsonl", "graphml", "gexf", "dot"] {
        assert_eq!(write_output(&mut window, &file(ending)), Ok(()), "{ending}");
        assert!(std::fs::metadata(file(ending)).is_ok_and(|metadata| metadata.len() > 100), "{ending}");
    }
    let story = Story::open(&file("story")).unwrap();
    assert_eq!(story.chronicle.hash(), chronicle_hash(window.inspector.session()), "it is the run that the window shows");
    assert!(write_output(&mut window, &file("md")).unwrap_err().contains("already exists"));
    assert!(write_output(&mut window, &file("doc")).unwrap_err().contains("says no format"));
}

#[test]
fn a_file_that_is_stopped_is_not_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = TestWindow::open(&write_scene(&folder, STARTER_SCENE));
    window.run_until(usize::MAX, |session| session.run().is_over());
    for ending in ["story", "md", "png", "gif", "jsonl"] {
        let path = folder.path().join(format!("run.{ending}"));
        let session = window.inspector.session();
        let request = OutputRequest {
            path: &path,
            run: session.run(),
            setup: &session.branches().current_branch().setup,
            branch: "main",
            book: BookOptions::default(),
            span: (Moment::START, session.run().simulated_until()),
            at: Moment::START,
        };
        let job = window.host.output_job(request).unwrap();
        assert_eq!(job(&mut |_| false), Ok(()), "{ending}");
        assert!(!path.exists(), "{ending}");
    }
}

#[test]
fn a_run_with_an_intervention_is_recorded_as_a_branch() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = TestWindow::open(&write_scene(&folder, STARTER_SCENE));
    window.run_until(usize::MAX, |session| session.run().is_over());
    let change = Intervention::Change { effect: "ann.loneliness = 1".into(), at_us: 3_600_000_000 };
    window.inspector.apply(SessionCommand::Fork(change));
    window.run_until(usize::MAX, |session| session.branches().current_index() == 1 && session.run().is_over());
    let path = folder.path().join("run.story");
    assert_eq!(write_output(&mut window, &path), Ok(()));
    let branches = Story::branches(&path).unwrap();
    assert_eq!(branches.len(), 1);
    let branch = Story::open_branch(&path, &branches[0].name).unwrap();
    assert_eq!(branch.chronicle.hash(), chronicle_hash(window.inspector.session()));
}

#[test]
fn a_changed_param_restarts_the_run_and_is_saved_beside_the_scene() {
    let folder = tempfile::tempdir().unwrap();
    let scene = write_scene(&folder, STARTER_SCENE);
    let mut window = TestWindow::open(&scene);
    window.run_until(usize::MAX, |session| session.run().is_over());
    window.inspector.apply(SessionCommand::SetParam("warmth".into(), "3".into()));
    window.inspector.apply(SessionCommand::SaveParams);
    window.run_until(usize::MAX, |session| session.divergence().is_some());
    assert_eq!(super::host::saved_settings(&scene), [("warmth".to_owned(), "3".to_owned())]);
    assert_eq!(std::fs::read_to_string(&scene).unwrap(), STARTER_SCENE, "the author's file is unchanged");
}

fn chronicle_hash(session: &Session) -> u128 {
    session.run().chronicle().hash()
}

#[test]
fn searching_for_themes_does_not_change_the_run() {
    let scene = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/first.ron");
    let mut window = TestWindow::open(&scene);
    window.run_until(usize::MAX, |session| session.run().is_over());
    let Ok(config) = super::run_config::RunConfig::from_scene_file(&scene, &SimulationArgs::default()) else {
        panic!("the scene is valid")
    };
    let mut run = config.start();
    while run.step() {}
    let session = window.inspector.session();
    assert!(session.run().scenario().patterns.len() > config.scenario.patterns.len());
    assert_eq!(chronicle_hash(session), run.chronicle().hash());
}

#[test]
fn a_run_forked_at_the_cursor_is_a_branch_beside_the_first_which_can_be_entered_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = TestWindow::open(&write_scene(&folder, STARTER_SCENE));
    window.run_until(usize::MAX, |session| session.run().is_over());
    let first_hash = chronicle_hash(window.inspector.session());
    let change = |effect: &str| SessionCommand::Fork(Intervention::Change { effect: effect.into(), at_us: 3_600_000_000 });
    window.inspector.apply(change("nobody.loneliness = 1"));
    window.run_until(usize::MAX, |session| session.branches().branches().len() == 1 && session.run().is_over());
    window.inspector.apply(change("ann.loneliness = 1"));
    window.run_until(usize::MAX, |session| session.branches().current_index() == 1 && session.run().is_over());
    let session = window.inspector.session();
    let first_difference = session.divergence().expect("the runs differ");
    assert_ne!(chronicle_hash(session), first_hash);
    assert!(session.run().chronicle().event(first_difference).is_some());
    assert!(
        session.branches().current_branch().name.starts_with("ann.loneliness = 1, from "),
        "{}",
        session.branches().current_branch().name
    );
    window.inspector.apply(SessionCommand::Ask(Query::Difference));
    while window.inspector.session().queries().any_pending() {
        std::thread::sleep(Duration::from_millis(5));
        window.inspector.session_mut().view();
    }
    let difference = window.inspector.session().queries().difference.answer().expect("an answer");
    assert!(
        difference.divergence.as_ref().is_some_and(|divergence| divergence.intervention.is_some()),
        "the runs diverge at the intervention"
    );
    window.inspector.apply(SessionCommand::SwitchBranch(0));
    window.run_until(usize::MAX, |session| session.branches().current_index() == 0);
    assert_eq!(chronicle_hash(window.inspector.session()), first_hash, "the first run is unchanged");
    assert!(window.inspector.session().run().is_over());
}

#[test]
fn a_story_opens_with_its_branches_and_saves_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let story = folder.path().join("cafe.story");
    let path = story.to_str().unwrap();
    let scene = write_scene(&folder, STARTER_SCENE);
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
    let mut window = TestWindow::open(&story);
    window.run_until(usize::MAX, |session| session.run().is_over());
    let recorded = Story::open(&story).unwrap();
    assert_eq!(chronicle_hash(window.inspector.session()), recorded.chronicle.hash());
    assert_eq!(window.inspector.session().branches().branches()[1].saved_as.as_deref(), Some("dry"));
    window.inspector.apply(SessionCommand::SwitchBranch(1));
    window.run_until(usize::MAX, |session| session.branches().current_index() == 1 && session.run().is_over());
    let dry = Story::open_branch(&story, "dry").unwrap();
    assert_eq!(chronicle_hash(window.inspector.session()), dry.chronicle.hash());
    window
        .inspector
        .apply(SessionCommand::Fork(Intervention::Change { effect: "ann.loneliness = 1".into(), at_us: 3_600_000_000 }));
    window.run_until(usize::MAX, |session| session.branches().current_index() == 2 && session.run().is_over());
    window.inspector.apply(SessionCommand::SaveBranch("lonely".into()));
    let started = Instant::now();
    while window.inspector.session().branches().branches()[2].saved_as.is_none() {
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", window.inspector.session().queries().branch_save.answer());
        window.run_until(usize::MAX, |_| true);
        let receiver = window.inspector.session_mut().handle_requests(&mut window.host);
        assert!(receiver.is_none());
        window.inspector.session_mut().view();
        std::thread::sleep(Duration::from_millis(5));
    }
    let saved_branch = Story::open_branch(&story, "lonely").unwrap();
    assert_eq!(
        saved_branch.chronicle.hash(),
        chronicle_hash(window.inspector.session()),
        "the saved branch is the one in the session"
    );
}

#[test]
fn two_stories_can_be_compared() {
    let folder = tempfile::tempdir().unwrap();
    let scene = write_scene(&folder, STARTER_SCENE);
    let other_seed = SimulationArgs { seed: 2, ..SimulationArgs::default() };
    let Ok(other_session) = SceneHost::open(&scene, &other_seed, false) else { panic!("the scene is valid") };
    let Ok(OpenedSession { host, session, receiver }) = SceneHost::open(&scene, &SimulationArgs::default(), false) else {
        panic!("the scene is valid")
    };
    let other = simulate_session(other_session.session, other_session.receiver, |_| true);
    let inspector = Inspector::new(session.compared_with("other.story".into(), other));
    let mut window = TestWindow { inspector, host, receiver, has_fonts: false };
    window.run_until(usize::MAX, |session| session.run().is_over());
    let session = window.inspector.session();
    assert_eq!(session.branches().compared_branch().map(|branch| branch.name.as_str()), Some("other.story"));
    assert!(session.divergence().is_some());
    window.inspector.apply(SessionCommand::SwitchBranch(1));
    window.run_until(usize::MAX, |session| session.branches().current_index() == 1);
    assert_eq!(window.inspector.session().run().info().seed, 2);
}
