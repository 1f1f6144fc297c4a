//! The picture agrees with the sentence, in whole runs of the included scenes.

use std::path::Path;
use std::sync::Arc;

use longhand_analysis::{NarratedRun, Run};
use longhand_expr::ids::{AgentId, Instant};
use longhand_session::{RunInfo, Session, SessionCommand, run_to_end, sim_channel};
use longhand_sim::SimOptions;

use crate::places::spots;
use crate::told::has_body;
use crate::{Focus, MindLight, MindState, Posture, StageBuilder, StageModel};

fn finished_session(scene: &str, set: &[(&str, &str)], days: f64) -> Session {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenes").join(scene);
    let set: Vec<_> = set.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let scenario = longhand_narrative::load_with(&path, &[], &set).unwrap_or_else(|problems| panic!("{problems}")).scenario;
    let scenario = Arc::new(scenario);
    let end = Instant::from_seconds(days * 86_400.0);
    let (sender, mut receiver) = sim_channel();
    let mut session = Session::new(RunInfo { scenario: scenario.clone(), seed: 1, latest_end: end });
    let run = Run::new(scenario, SimOptions { seed: 1, threads: 1 }, Some(end));
    let simulation = std::thread::spawn(move || run_to_end(NarratedRun::selected(run), &sender).is_ok());
    while !session.run().is_over() {
        receiver.drain().for_each(|message| session.receive(message));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    simulation.join().expect("the simulation ends");
    session
}

#[test]
fn those_who_are_told_of_are_where_it_happened_as_long_as_it_is_read() {
    let mut session = finished_session("village.ron", &[], 60.0);
    let builder = StageBuilder::new(session.run());
    let places = session.run().scenario().places.len();
    let told: Vec<_> = session.run().narrated().iter().filter_map(|line| Some((line.at, line.line.event?))).collect();
    let mut checked = 0;
    for (nth, (at, event)) in told.iter().enumerate() {
        let next = told[nth + 1..].iter().find(|(_, other)| other != event).map_or(f64::INFINITY, |(at, _)| at.seconds());
        for age in [0.0, 240.0, 590.0] {
            if at.seconds() + age >= next {
                continue;
            }
            session.apply(SessionCommand::Seek(at.add_seconds(age)));
            let model = builder.model(&session.view(), false);
            let run = session.run();
            let event = &run.chronicle().events()[event.index()];
            let place = event.place.index();
            if place >= places {
                continue;
            }
            let then = run.history().position_of(event.id).unwrap();
            let was_there = |agent: AgentId| matches!(run.place_name(run.place_of(agent, then)), Some(name) if name == model.place_names[place]);
            let present: Vec<AgentId> =
                event.roles.iter().copied().filter(|&role| has_body(run, role) && was_there(role)).collect();
            for &agent in &present {
                let figure = model.people.iter().find(|figure| figure.agent == agent);
                let figure =
                    figure.unwrap_or_else(|| panic!("{} is not shown: {}", run.display_name(agent), run.sentence(event)));
                assert!(figure.is_told && figure.place == place, "{figure:?}: {}", run.sentence(event));
                assert!(!matches!(figure.posture, Posture::Walk(_)), "{figure:?}: {}", run.sentence(event));
            }
            if present.is_empty() {
                continue;
            }
            checked += 1;
            let Focus::Near(area) = model.focus else { panic!("the camera is elsewhere: {}", run.sentence(event)) };
            assert!((area.left..area.right).contains(&model.layout.plots[place].area.center()[0]), "{}", run.sentence(event));
        }
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn absence_goodbye_and_departure_are_seen() {
    let mut session = finished_session("../tests/scenes/scripted.ron", &[("population", "400")], 308.0);
    let builder = StageBuilder::new(session.run());
    let calendar = session.run().scenario().calendar.clone();
    let protagonist = session.run().scenario().cast_order[0];
    let mut at = |text: &str, minutes: f64| {
        let beat = session.run().scenario().beats.iter().position(|beat| beat.id == text);
        let at = match beat.and_then(|beat| session.run().beat_match(beat)) {
            Some(beat) => beat.at,
            None => Instant::from_seconds(calendar.parse(text).unwrap().seconds()),
        };
        session.apply(SessionCommand::Seek(at.add_seconds(minutes * 60.0)));
        builder.model(&session.view(), false)
    };
    let his_mind = |model: &StageModel| {
        let is_his = |mind: &&MindLight| mind.owner.is_some_and(|owner| model.people[owner].agent == protagonist);
        let mind = model.minds.iter().find(is_his).cloned().unwrap();
        let owner = model.people[mind.owner.unwrap()].clone();
        (mind, owner)
    };
    // Two minutes before she is back, he runs; then he sits where the run ended, and her light is over his head.
    let absent = at("B20", -2.0);
    let (mind, owner) = his_mind(&absent);
    assert_eq!(mind.state, MindState::Offline);
    assert!(matches!(owner.posture, Posture::Walk(way) if way > 1.0), "{owner:?}");
    let back = at("B20", 1.0);
    let (mind, owner) = his_mind(&back);
    assert!(mind.state == MindState::Online && !mind.is_bound && owner.posture == Posture::Sit, "{mind:?} {owner:?}");
    assert!(mind.renewal.is_some_and(|share| share < 0.2), "{mind:?}");
    let plot = &back.layout.plots[owner.place];
    let is_seat = |x: f32| spots(plot.look).iter().any(|spot| spot.posture == Posture::Sit && plot.area.x_at(spot.share) == x);
    assert!(is_seat(owner.at[0]), "he sits in the air: {owner:?}");
    // The light leaves, and those of the city with it.
    let gone = at("B23", 4.0);
    assert!(gone.minds.iter().any(|mind| matches!(mind.state, MindState::Leaving(share) if share > 0.2)), "{:?}", gone.minds);
    assert!(gone.crowd.leaving > 40, "{:?}", gone.crowd);
    // Two sit on the roof before the sun is up, and the sky opens.
    let roof = at("B25", 0.0);
    let up: Vec<_> = roof.people.iter().filter(|figure| figure.posture == Posture::LookUp).collect();
    assert!(up.len() == 2 && up[0].place == up[1].place, "{up:?}");
    assert!(roof.light.sun.is_none() && roof.light.twilight > 0.1 && roof.light.is_morning, "{:?}", roof.light);
}
