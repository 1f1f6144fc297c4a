//! Renders the inspector without a window: every layout, and the stage at five moments of `scenes/her.ron`. The layouts are
//! pictures in `docs/pictures`; those of the stage there are drawn on the CPU, by `docs/pictures/draw`.
//!
//! The tests need a renderer, a GPU or Mesa's lavapipe, and fail without one, so a plain `cargo test` ignores them. `.ci/run`
//! runs them. `UPDATE_PICTURES=1 cargo test --test pictures -- --ignored` writes the pictures of the docs.

#![cfg(feature = "inspector")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use longhand_analysis::{NarratedRun, Run};
use longhand_inspector::{Inspector, PictureRequest, render_pictures};
use longhand_narrative::TROPES;
use longhand_narrative::book::BookOptions;
use longhand_scene::{Diagnostics, Intervention, add_interventions};
use longhand_session::{
    LayoutPreset, PanelId, Query, RunInfo, RunSetup, Script, Session, SessionCommand, SimReceiver, SimulationHost, run_to_end,
    sim_channel,
};
use longhand_sim::SimOptions;

/// The moments of the stage, named by the beats that have just come.
const MOMENTS: [(&str, &str); 5] =
    [("install", "B04"), ("night", "B09"), ("absence", "B20"), ("goodbye", "B23"), ("roof", "B25")];
/// How large a city is drawn, and how many runs are compared.
struct PictureSize {
    people: &'static str,
    runs: u32,
}

const IN_DOCS: PictureSize = PictureSize { people: "1200", runs: 20 };
/// As good for a test, and several times as fast.
const IN_TESTS: PictureSize = PictureSize { people: "300", runs: 6 };
/// The size of a 1280x720 screen, and of a 4K screen with everything twice as large.
const SMALL: (u32, u32) = (1280, 720);
const LARGE: (u32, u32) = (3840, 2160);

fn updates_docs() -> bool {
    std::env::var_os("UPDATE_PICTURES").is_some()
}

fn picture_size() -> PictureSize {
    if updates_docs() { IN_DOCS } else { IN_TESTS }
}

/// A simulation host that restarts the scene. The scene never changes on disk.
struct RestartHost;

impl SimulationHost for RestartHost {
    fn start_run(&mut self, setup: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        start_run(setup)
    }
}

/// Simulates the scene, with the library of themes and a branch's settings, on its own thread.
fn start_run(setup: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
    let scene = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/her.ron");
    let set: Vec<_> =
        [("population".to_owned(), picture_size().people.to_owned())].into_iter().chain(setup.param_overrides.clone()).collect();
    let mut scenario = longhand_narrative::load_with(&scene, &[TROPES], &set)?.scenario;
    add_interventions(&mut scenario, &setup.interventions)?;
    let scenario = Arc::new(scenario);
    let info = RunInfo { scenario: scenario.clone(), seed: 1, latest_end: scenario.ends };
    let (sender, receiver) = sim_channel();
    let options = SimOptions { seed: 1, threads: 1 };
    std::thread::spawn(move || run_to_end(NarratedRun::selected(Run::new(scenario, options, None)), &sender));
    Ok((info, receiver))
}

/// A session with the whole run, and its receiver.
fn finished_session() -> (Session, SimReceiver) {
    let (info, mut receiver) = start_run(&RunSetup::default()).unwrap_or_else(|problems| panic!("{problems}"));
    let mut session = Session::new(info);
    while !session.run().is_over() {
        receiver.drain().for_each(|message| session.receive(message));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    (session, receiver)
}

fn go_to_beat(session: &Session, id: &str) -> SessionCommand {
    let scenario = session.run().scenario();
    let position = scenario.beats.iter().position(|beat| beat.id == id).unwrap_or_else(|| panic!("there is no beat {id}"));
    let completed = session.run().chronicle().beats.iter().find(|completed| completed.beat == position);
    SessionCommand::GoTo(completed.unwrap_or_else(|| panic!("{id} does not come")).event)
}

/// What is wrong with a picture, if anything.
fn picture_fault(path: &Path, (width, height): (u32, u32)) -> Option<String> {
    let picture = image::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).to_rgb8();
    if picture.dimensions() != (width, height) {
        return Some(format!("{:?} pixels", picture.dimensions()));
    }
    let mut colours = BTreeSet::new();
    for (x, y, pixel) in picture.enumerate_pixels() {
        if is_blue(pixel.0) {
            return Some(format!("blue at {x}, {y}: {:?}", pixel.0));
        }
        colours.insert(pixel.0);
    }
    (colours.len() < 100).then(|| format!("only {} colours", colours.len()))
}

/// A hue from 190 to 260 degrees with a saturation over 0.15 (HSV).
fn is_blue([red, green, blue]: [u8; 3]) -> bool {
    let [red, green, blue] = [red, green, blue].map(f64::from);
    let (high, low) = (red.max(green).max(blue), red.min(green).min(blue));
    if high == 0.0 || (high - low) / high <= 0.15 || blue < high {
        return false;
    }
    let hue = 240.0 + 60.0 * (red - green) / (high - low);
    (190.0..=260.0).contains(&hue)
}

#[test]
fn blue_is_distinguished_from_other_colours() {
    for blue in [[0, 0, 255], [60, 90, 200], [0, 120, 255], [100, 100, 130]] {
        assert!(is_blue(blue), "{blue:?}");
    }
    for other in [[0, 0, 0], [255, 255, 255], [200, 60, 40], [40, 120, 50], [0, 200, 160], [170, 60, 220], [100, 100, 110]] {
        assert!(!is_blue(other), "{other:?}");
    }
}

#[test]
#[ignore = "needs a renderer (GPU or lavapipe); .ci/run runs it"]
fn every_layout_and_moment_is_rendered_without_blue() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let path = |name: &str| if updates_docs() { docs.clone() } else { folder.path().to_owned() }.join(format!("{name}.png"));
    let (session, receiver) = finished_session();
    let picture =
        |name: &str, commands: Vec<SessionCommand>| PictureRequest { script: Script::from_commands(commands), path: path(name) };
    let mut pictures = vec![
        picture("watch", vec![SessionCommand::ApplyPreset(LayoutPreset::Watch), go_to_beat(&session, "B10")]),
        picture("step", vec![SessionCommand::ApplyPreset(LayoutPreset::Step), go_to_beat(&session, "B16")]),
        picture("explore", vec![SessionCommand::ApplyPreset(LayoutPreset::Explore), go_to_beat(&session, "B20")]),
    ];
    for (name, id) in MOMENTS {
        let script = Script::from_commands(vec![SessionCommand::ShowOnly(PanelId::Stage), go_to_beat(&session, id)]);
        pictures.push(PictureRequest { script, path: folder.path().join(format!("{name}.png")) });
    }
    let show_book = SessionCommand::ShowBook(Some(BookOptions::default()));
    let why_not = |id: &str| SessionCommand::Ask(Query::WhyNot { id: id.into(), who: None });
    pictures
        .push(picture("ask", vec![SessionCommand::ApplyPreset(LayoutPreset::Ask), go_to_beat(&session, "B16"), why_not("B17")]));
    pictures.push(picture("told", vec![SessionCommand::ShowOnly(PanelId::Story), show_book, go_to_beat(&session, "B10")]));
    pictures.push(picture(
        "lives",
        vec![
            SessionCommand::ShowBook(None),
            SessionCommand::Ask(Query::Sweep { runs: picture_size().runs }),
            SessionCommand::ShowOnly(PanelId::Sweep),
        ],
    ));
    // The commands from here on restart the run.
    let without_growth = SessionCommand::SetParam("oses_grow".into(), "false".into());
    pictures
        .push(picture("write", vec![without_growth, SessionCommand::ApplyPreset(LayoutPreset::Write), SessionCommand::ToEnd]));
    let fork = SessionCommand::Fork(Intervention::Forbid("B21".into()));
    pictures.push(picture(
        "branches",
        vec![SessionCommand::SwitchBranch(0), fork, SessionCommand::ApplyPreset(LayoutPreset::Ask), SessionCommand::ToEnd],
    ));
    pictures
        .push(picture("difference", vec![SessionCommand::Ask(Query::Difference), SessionCommand::ShowOnly(PanelId::Compare)]));
    let paths: Vec<PathBuf> = pictures.iter().map(|picture| picture.path.clone()).collect();
    render_pictures(Inspector::new(session), pictures, receiver, Box::new(RestartHost), SMALL).expect("a renderer is available");
    let faults: Vec<String> =
        paths.iter().filter_map(|path| Some(format!("{}: {}", path.display(), picture_fault(path, SMALL)?))).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
#[ignore = "needs a renderer (GPU or lavapipe); .ci/run runs it"]
fn a_4k_screen_is_rendered_at_twice_the_scale() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = std::env::var_os("LARGE_PICTURE").map_or_else(|| folder.path().join("large.png"), PathBuf::from);
    let (session, receiver) = finished_session();
    let commands = [SessionCommand::Zoom(2.0), SessionCommand::ApplyPreset(LayoutPreset::Step), go_to_beat(&session, "B16")];
    let pictures = vec![PictureRequest { script: Script::from_commands(commands), path: path.clone() }];
    render_pictures(Inspector::new(session), pictures, receiver, Box::new(RestartHost), LARGE).expect("a renderer is available");
    assert_eq!(picture_fault(&path, LARGE), None);
}
