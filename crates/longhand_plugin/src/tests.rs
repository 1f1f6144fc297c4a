use super::*;
use crate::hosted_run::HostedRun;
use bevy_app::{TaskPoolPlugin, Update};
use bevy_asset::io::memory::{Dir, MemoryAssetReader};
use bevy_asset::io::{AssetSourceBuilder, AssetSourceId};
use bevy_asset::{AssetPlugin, AssetServer, Assets, Handle};
use bevy_ecs::system::RunSystemOnce;
use bevy_time::{TimePlugin, TimeUpdateStrategy};
use longhand_chronicle::CauseLink;
use longhand_narrative::{StoryPlugin, finish_matching};
use longhand_sim::{SimOptions, SimPlugin, SimTick, Simulation};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const SCENE: &str = include_str!("../../../scenes/first.ron");
/// The host's time in each frame. Bevy's virtual time advances by at most 250 ms a frame.
const FRAME: Duration = Duration::from_millis(250);

#[derive(Resource, Default)]
struct Observed {
    events: Vec<SimulationEvent>,
    beats: Vec<SimulationBeat>,
    started: Vec<SimulationStarted>,
    ended: Vec<SimulationEnded>,
    rejected: Vec<CommandRejected>,
    bad_scenes: Vec<SceneRejected>,
}

/// The messages that a system has read.
#[derive(Resource, Default)]
struct Read(Vec<SimulationEvent>, Vec<SimulationBeat>);

fn read_messages(mut events: MessageReader<SimulationEvent>, mut beats: MessageReader<SimulationBeat>, mut read: ResMut<Read>) {
    read.0.extend(events.read().cloned());
    read.1.extend(beats.read().cloned());
}

/// An app with the plugin and its dependencies only, whose assets are in memory.
fn app_with(plugin: LonghandPlugin) -> (App, Dir) {
    let dir = Dir::default();
    let root = dir.clone();
    let mut app = App::new();
    let source = AssetSourceBuilder::new(move || Box::new(MemoryAssetReader { root: root.clone() }));
    app.register_asset_source(AssetSourceId::Default, source);
    app.add_plugins((TaskPoolPlugin::default(), TimePlugin, AssetPlugin::default(), plugin));
    app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
    app.init_resource::<Observed>().init_resource::<Read>();
    app.add_systems(Update, read_messages.after(LonghandSystems::Advance));
    app.add_observer(|on: On<SimulationEvent>, mut observed: ResMut<Observed>| observed.events.push(on.event().clone()));
    app.add_observer(|on: On<SimulationBeat>, mut observed: ResMut<Observed>| observed.beats.push(on.event().clone()));
    app.add_observer(|on: On<SimulationStarted>, mut observed: ResMut<Observed>| observed.started.push(on.event().clone()));
    app.add_observer(|on: On<SimulationEnded>, mut observed: ResMut<Observed>| observed.ended.push(on.event().clone()));
    app.add_observer(|on: On<CommandRejected>, mut observed: ResMut<Observed>| observed.rejected.push(on.event().clone()));
    app.add_observer(|on: On<SceneRejected>, mut observed: ResMut<Observed>| observed.bad_scenes.push(on.event().clone()));
    (app, dir)
}

/// An app that runs `first.ron` with a seed, one tick (half an hour) a frame.
fn running(seed: u64) -> App {
    let (mut app, _) = app_with(LonghandPlugin::new(Update));
    app.insert_resource(SimulationClock::default().with_speed(Duration::from_hours(2)));
    let scene = app.world_mut().resource_mut::<Assets<SceneAsset>>().add(SceneAsset::from_text("first.ron", SCENE));
    app.world_mut().trigger(StartSimulation::new(scene).with_seed(seed));
    // In the first frame, the elapsed time is zero.
    app.update();
    assert_eq!(app.world().resource::<Observed>().started.len(), 1);
    app
}

fn observed(app: &App) -> &Observed {
    app.world().resource::<Observed>()
}

fn hash(app: &App) -> String {
    longhand_chronicle::format_hash(app.world().resource::<HostedRun>().chronicle().hash())
}

fn simulate_to_end(app: &mut App) {
    app.world_mut().resource_mut::<SimulationClock>().set_speed(Duration::from_hours(24));
    for _ in 0..5_000 {
        app.update();
        if !observed(app).ended.is_empty() {
            return;
        }
    }
    panic!("the run does not end");
}

#[test]
fn events_and_beats_arrive_as_messages_and_observers_fire() {
    let mut app = running(1);
    simulate_to_end(&mut app);
    app.update();
    let observed = observed(&app);
    let Read(events, beats) = app.world().resource::<Read>();
    assert_eq!((events, beats), (&observed.events, &observed.beats));
    let chronicle = app.world().resource::<HostedRun>().chronicle();
    assert_eq!(
        events.iter().map(|event| event.id).collect::<Vec<_>>(),
        chronicle.iter().map(|event| event.id).collect::<Vec<_>>()
    );
    assert_eq!(beats.len(), chronicle.beats.len());
    let broken_beat = beats.iter().find(|beat| beat.id == "broken").unwrap();
    assert_eq!(broken_beat.title, "In pieces");
    let completing_event = events.iter().find(|event| event.id == broken_beat.event).unwrap();
    assert_eq!((completing_event.name.as_str(), completing_event.at), ("borrow_the_clock/drops_it", broken_beat.at));
    assert_eq!(
        completing_event.participant("self").map(|participant| (participant.key.as_str(), participant.name.as_str())),
        Some(("pim", "Pim"))
    );
    assert!(completing_event.involves("pim") && !completing_event.involves("ines"));
}

#[test]
fn a_hosted_run_is_the_run_of_the_scene() {
    let mut app = running(5);
    simulate_to_end(&mut app);
    let scenario = Arc::new(SceneAsset::from_text("first.ron", SCENE).compile(&[]).unwrap().scenario);
    let story = StoryPlugin { scenario: scenario.clone(), seed: 5 };
    let mut standalone = Simulation::with(scenario, SimOptions { seed: 5, threads: 1 }, |app| {
        app.add_plugins(story);
    });
    while standalone.step() {}
    finish_matching(&mut standalone);
    let standalone = longhand_chronicle::format_hash(standalone.chronicle().hash());
    assert_eq!((hash(&app), &observed(&app).ended[0].hash), (standalone.clone(), &standalone));
}

#[test]
fn a_paused_run_stands_still_and_steps_on_request() {
    let mut app = running(1);
    let now = |app: &mut App| app.world_mut().run_system_once(|run: CurrentRun| run.now().unwrap().seconds()).unwrap();
    app.update();
    app.update();
    assert_eq!(now(&mut app), 3600.0);
    app.world_mut().resource_mut::<SimulationClock>().pause();
    (0..10).for_each(|_| app.update());
    assert_eq!(now(&mut app), 3600.0);
    app.world_mut().resource_mut::<SimulationClock>().request_ticks(2);
    app.update();
    assert_eq!(now(&mut app), 7200.0);
    app.world_mut().resource_mut::<SimulationClock>().unpause();
    app.update();
    assert_eq!(now(&mut app), 9000.0);
}

/// A run with the same commands at the same ticks: its hash, and the app.
fn with_commands(seed: u64) -> (String, App) {
    let mut app = running(seed);
    (0..60).for_each(|_| app.update());
    app.world_mut().trigger(SimulationCommand::set("affection(nora, pim) = 0.9"));
    app.world_mut().trigger(SimulationCommand::start("tea", ["nora", "ines"]));
    (0..30).for_each(|_| app.update());
    app.world_mut().trigger(SimulationCommand::forbid("let_it_slip"));
    simulate_to_end(&mut app);
    (hash(&app), app)
}

#[test]
fn commands_change_the_run_and_are_recorded_as_causes() {
    let (first, app) = with_commands(3);
    let (second, _) = with_commands(3);
    assert_eq!(first, second, "the same commands at the same ticks give the same run");
    let mut plain = running(3);
    simulate_to_end(&mut plain);
    assert_ne!(first, hash(&plain));
    assert!(observed(&app).rejected.is_empty(), "{:?}", observed(&app).rejected);

    let events = &observed(&app).events;
    let index = |name: &str| events.iter().position(|event| event.name == name).unwrap_or_else(|| panic!("no {name}"));
    let first_command = index("what if: change affection(nora, pim) = 0.9");
    let same_events = events[..first_command]
        .iter()
        .zip(&observed(&plain).events)
        .all(|(event, plain_event)| event.id == plain_event.id && event.name == plain_event.name);
    assert!(same_events, "nothing differs before the first command");
    let start_command = index("what if: start tea(nora, ines)");
    assert_eq!(start_command, first_command + 1, "commands of one tick keep their order");
    let tea = &events[start_command + 1];
    assert_eq!(
        (tea.name.as_str(), tea.at.0),
        ("tea", events[start_command].at.0 + 1),
        "an event follows its cause by a microsecond"
    );
    assert_eq!(tea.participants.iter().map(|participant| participant.key.as_str()).collect::<Vec<_>>(), ["nora", "ines"]);
    assert_eq!(tea.place.as_deref(), Some("shop"), "the place of the action");
    let chronicle = app.world().resource::<HostedRun>().chronicle();
    let causes = &chronicle.event(tea.id).unwrap().causes;
    assert_eq!(
        causes.iter().map(|cause| (cause.event, cause.link)).collect::<Vec<_>>(),
        [(events[start_command].id, CauseLink::Triggered)]
    );
    assert!(events.iter().all(|event| event.name != "let_it_slip"));
}

#[test]
fn invalid_commands_are_rejected_and_the_others_are_carried_out() {
    let mut app = running(1);
    app.update();
    app.world_mut().trigger(SimulationCommand::set("nobody.mood = 1"));
    app.world_mut().trigger(SimulationCommand::set("pim.guilt = 0.7"));
    app.world_mut().trigger(SimulationCommand::start("tea", ["nora"]));
    app.world_mut().trigger(SimulationCommand::start("borrow_the_clock", ["ines", "nora"]));
    app.world_mut().trigger(SimulationCommand::start("tea", ["nora", "#99"]));
    app.update();
    let messages: Vec<String> =
        observed(&app).rejected.iter().map(|rejected| rejected.diagnostics.as_ref().unwrap().to_string()).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[0].contains("nobody"), "{messages:?}");
    assert!(messages[1].contains("`tea` needs 2 agents, not 1: self, friend"), "{messages:?}");
    assert!(messages[2].contains("`borrow_the_clock` is not an action of `ines`"), "{messages:?}");
    let read = |run: CurrentRun| (run.number("pim.guilt").unwrap(), run.interventions().len());
    let (guilt, carried_out) = app.world_mut().run_system_once(read).unwrap();
    assert!((0.6..=0.7).contains(&guilt), "{guilt}");
    assert_eq!(carried_out, 2, "an agent that is not there is no error: it does nothing");
    app.world_mut().trigger(StopSimulation);
    app.world_mut().trigger(SimulationCommand::forbid("tea"));
    app.update();
    assert!(observed(&app).rejected[3].diagnostics.is_none());
}

#[test]
fn commands_that_wait_when_the_run_is_replaced_or_stopped_are_rejected() {
    let mut app = running(1);
    let rejected = |app: &App| observed(app).rejected.iter().map(|rejected| rejected.command.clone()).collect::<Vec<_>>();
    let scene = app.world().resource::<HostedRun>().request().scene.clone();
    app.world_mut().trigger(SimulationCommand::forbid("tea"));
    app.world_mut().trigger(StartSimulation::new(scene));
    app.update();
    assert_eq!(rejected(&app), [SimulationCommand::forbid("tea")]);
    app.world_mut().resource_mut::<SimulationClock>().pause();
    app.world_mut().trigger(SimulationCommand::set("pim.guilt = 0.7"));
    app.world_mut().trigger(StopSimulation);
    app.update();
    assert_eq!(rejected(&app)[1..], [SimulationCommand::set("pim.guilt = 0.7")]);
}

#[test]
fn the_host_reads_facts_agents_and_causes() {
    let mut app = running(1);
    simulate_to_end(&mut app);
    let check = |run: CurrentRun| {
        let nora = run.agent("nora").unwrap();
        assert_eq!(run.name(nora), Some("Nora"));
        assert_eq!(run.agent("nobody"), None);
        assert!(run.place(nora).is_some());
        assert!(run.holds("friends(nora, pim)").unwrap());
        assert!(run.number("nora.courage").unwrap() > 0.6);
        assert!(matches!(run.number("nora.cuorage"), Err(FactError::Invalid { .. })));
        assert!(run.is_over() && run.has_beat("broken") && !run.has_beat("no such beat"));
        let mend_kind = run.scenario().unwrap().schema.event("mend_it_together").unwrap();
        let mended = run.events().iter().find(|event| event.kind == mend_kind).unwrap().id;
        let chain = run.why(mended);
        assert!(chain.len() > 2, "{chain:?}");
        assert_eq!((chain[0].because.clone(), chain.last().unwrap().event), (None, mended));
        assert!(chain[1..].iter().all(|step| step.because.is_some()));
        assert!(!run.causes(mended).is_empty());
    };
    app.world_mut().run_system_once(check).unwrap();
}

fn wait_for(app: &mut App, condition: impl Fn(&Observed) -> bool) {
    for _ in 0..2_000 {
        app.update();
        if condition(observed(app)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("it does not happen");
}

#[test]
fn a_changed_scene_restarts_the_run_with_the_same_seed() {
    let (mut app, dir) = app_with(LonghandPlugin::new(Update));
    let included = "(title: \"The part\", places: [(id: \"attic\")])";
    let scene = SCENE.replacen("Scene(", "Scene(include: [\"parts/more.ron\", \"assets/shared.ron\"],", 1);
    dir.insert_asset_text(Path::new("scenes/first.ron"), &scene);
    dir.insert_asset_text(Path::new("scenes/parts/more.ron"), included);
    dir.insert_asset_text(Path::new("shared.ron"), "(places: [(id: \"cellar\")])");
    let handle: Handle<SceneAsset> = app.world().resource::<AssetServer>().load("scenes/first.ron");
    app.world_mut().trigger(StartSimulation::new(handle).with_seed(9));
    wait_for(&mut app, |observed| observed.started.len() == 1);
    (0..20).for_each(|_| app.update());
    let run_state = |app: &mut App| {
        let read = |run: CurrentRun| (run.scenario().unwrap().schema.places.len(), run.seed().unwrap(), run.now().unwrap().0);
        app.world_mut().run_system_once(read).unwrap()
    };
    let (place_count, seed, now_us) = run_state(&mut app);
    assert_eq!((place_count, seed), (5, 9), "the includes are loaded through the asset reader");
    assert!(now_us > 0);

    // An error: the run goes on.
    dir.insert_asset_text(Path::new("scenes/parts/more.ron"), "(places: [(id: 7)])");
    app.world().resource::<AssetServer>().reload("scenes/first.ron");
    wait_for(&mut app, |observed| !observed.bad_scenes.is_empty());
    assert!(
        observed(&app).bad_scenes[0].error.to_string().contains("parts/more.ron:1:"),
        "{}",
        observed(&app).bad_scenes[0].error
    );
    assert!(run_state(&mut app).2 > now_us);

    // Corrected, with one place more: the run restarts.
    dir.insert_asset_text(Path::new("scenes/parts/more.ron"), "(places: [(id: \"attic\"), (id: \"loft\")])");
    app.world().resource::<AssetServer>().reload("scenes/first.ron");
    wait_for(&mut app, |observed| observed.started.len() == 2);
    assert!(observed(&app).started[1].reloaded);
    let (place_count, seed, restarted_us) = run_state(&mut app);
    assert_eq!((place_count, seed), (6, 9));
    assert!(restarted_us <= now_us);
}

#[test]
fn a_scene_that_cannot_be_loaded_is_reported() {
    let (mut app, _) = app_with(LonghandPlugin::default());
    let handle: Handle<SceneAsset> = app.world().resource::<AssetServer>().load("none.ron");
    app.world_mut().trigger(StartSimulation::new(handle));
    wait_for(&mut app, |observed| !observed.bad_scenes.is_empty());
    assert!(matches!(observed(&app).bad_scenes[0].error, SceneError::NotLoaded(_)));
    assert!(!app.world_mut().run_system_once(|run: CurrentRun| run.exists()).unwrap());
}

#[test]
fn the_default_schedule_is_the_fixed_update() {
    let (mut app, _) = app_with(LonghandPlugin::default());
    let scene = app.world_mut().resource_mut::<Assets<SceneAsset>>().add(SceneAsset::from_text("first.ron", SCENE));
    app.world_mut().trigger(StartSimulation::new(scene).with_param("candour", 2));
    (0..50).for_each(|_| app.update());
    let (now, candour) =
        app.world_mut().run_system_once(|run: CurrentRun| (run.now().unwrap(), run.number("candour").unwrap())).unwrap();
    assert!(now.0 > 0 && candour == 2.0);
    assert_eq!(app.world().resource::<Read>().0, observed(&app).events, "no message is lost or read twice");
}

#[test]
fn the_plugins_do_nothing_in_an_app_without_a_run() {
    let mut app = App::new();
    app.add_plugins(SimPlugin);
    app.update();
    app.world_mut().run_schedule(SimTick);
    let (mut app, _) = app_with(LonghandPlugin::default());
    (0..3).for_each(|_| app.update());
    let has_no_run = |run: CurrentRun| !run.exists() && run.events().is_empty() && run.number("1") == Err(FactError::NoRun);
    assert!(app.world_mut().run_system_once(has_no_run).unwrap());
}
