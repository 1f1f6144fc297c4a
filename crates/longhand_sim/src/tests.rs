use super::*;
use crate::world::{Agent, EntityIndex, PlaceEntity, Presence};
use longhand_expr::ids::AgentId;
use std::sync::Arc;

/// Ada installs an OS, which leaves for good some days later.
const SCENE: &str = r#"Scene(
    title: "Entities", starts: "2025-01-06", ends: "2025-02-01",
    kinds: [Kind(id: "human", wakes: "1h", whim: 0.0), Kind(id: "os", os: true, wakes: "1h", whim: 0.0)],
    cast: [Member(id: "ada", kind: "human")],
    actions: [
        Action(id: "install_os", by: ["ada"], when: "not happened(install_os, self)", want: "1", does: ["install os for self as new"]),
        Action(id: "walk", by: ["ada"], want: "0.5", cooldown: "1d"),
        Action(id: "depart", by: ["os"], when: "days(elapsed) > 3", want: "1", does: ["self leaves"]),
    ],
)"#;

fn scene() -> Arc<longhand_scene::Scenario> {
    let scene = longhand_scene::load_text("scene.ron", &[("scene.ron", SCENE)], &[]);
    Arc::new(scene.unwrap_or_else(|problems| panic!("{problems}")).scenario)
}

#[test]
fn the_plugin_does_nothing_in_an_app_without_a_run() {
    let mut app = App::new();
    app.add_plugins(SimPlugin);
    app.world_mut().run_schedule(SimTick);
    app.update();
}

#[test]
fn a_run_started_in_a_foreign_app_is_the_same_run() {
    let mut alone = Simulation::new(scene(), SimOptions::default());
    let mut app = App::new();
    app.add_plugins(SimPlugin);
    start_run(app.world_mut(), &scene(), SimOptions::default());
    for _ in 0..500 {
        alone.step();
        app.world_mut().run_schedule(SimTick);
    }
    assert!(!alone.chronicle().is_empty());
    assert_eq!(app.world().resource::<longhand_chronicle::Chronicle>().hash(), alone.chronicle().hash());
}

#[test]
fn entities_follow_agents_from_creation_to_departure() {
    let mut run = Simulation::new(scene(), SimOptions::default());
    let first_keyframe = run.keyframe().expect("a keyframe");
    let (ada, os) = (AgentId(0), AgentId(1));
    let entity = |run: &Simulation, agent| run.world().resource::<EntityIndex>().agent(agent);
    let ada_entity = entity(&run, ada).expect("the cast has entities");
    assert_eq!(entity(&run, os), None);
    while run.state().agent_count() == 1 && run.step() {}
    let os_entity = entity(&run, os).expect("a new agent has an entity when its tick ends");
    assert_eq!(run.world().get::<Agent>(os_entity), Some(&Agent { id: os }));
    while run.state().presence(os) == Presence::Present && run.step() {}
    assert_eq!((entity(&run, os), run.state().presence(os)), (None, Presence::Gone));
    assert!(run.world().get_entity(os_entity).is_err());
    run.restore(&first_keyframe, longhand_chronicle::Chronicle::default()).expect("its own keyframe");
    assert_eq!((entity(&run, ada), entity(&run, os)), (Some(ada_entity), None));
}

#[test]
fn a_run_that_replaces_another_has_entities_of_its_own() {
    let text = SCENE.replacen("Scene(", "Scene(places: [Place(id: \"flat\"), Place(id: \"park\")],", 1);
    let larger = longhand_scene::load_text("scene.ron", &[("scene.ron", &text)], &[]);
    let larger = Arc::new(larger.unwrap_or_else(|problems| panic!("{problems}")).scenario);
    let mut world = World::new();
    start_run(&mut world, &larger, SimOptions::default());
    let before = world.resource::<EntityIndex>().agent(AgentId(0)).expect("the cast has entities");
    assert_eq!(world.query::<&PlaceEntity>().iter(&world).count(), 2);
    start_run(&mut world, &scene(), SimOptions::default());
    assert!(world.get_entity(before).is_err());
    assert_eq!((world.query::<&Agent>().iter(&world).count(), world.query::<&PlaceEntity>().iter(&world).count()), (1, 0));
}

#[test]
fn every_recorded_event_is_a_message_and_reaches_observers_in_order() {
    #[derive(Resource, Default)]
    struct Seen(Vec<EventHappened>, Vec<EventHappened>);
    let collect_messages =
        |mut messages: MessageReader<EventHappened>, mut seen: ResMut<Seen>| seen.0.extend(messages.read().cloned());
    let mut run = Simulation::with(scene(), SimOptions::default(), |app| {
        app.init_resource::<Seen>();
        app.add_observer(|event: On<EventHappened>, mut seen: ResMut<Seen>| seen.1.push(event.event().clone()));
        app.add_systems(SimTick, collect_messages.after(SimSystems::Record));
    });
    while run.step() {}
    let (seen, recorded) = (run.world().resource::<Seen>(), run.chronicle().iter().map(EventHappened::new));
    assert_eq!(seen.0, recorded.collect::<Vec<_>>());
    assert_eq!(seen.0, seen.1);
    assert!(!seen.0.is_empty());
}
