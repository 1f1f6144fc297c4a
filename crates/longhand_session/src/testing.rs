//! Runs for tests: a small one without a simulation, with the cast of the starter scene and four events in six days; and simulated ones of
//! small scenes.

use std::sync::Arc;

use super::branch::RunSetup;
use super::channel::{RunInfo, SimMessage, SimReceiver, TickBatch, sim_channel};
use super::host::SimulationHost;
use super::run_data::RunData;
use super::session::Session;
use super::simulate::{ask_over_channel, run_to_end};
use longhand_analysis::{NarratedLine, NarratedRun, Run};
use longhand_chronicle::{AgentProfile, BeatMatch, Cause, CauseLink, Chronicle, Event, FactChange, LogCursor};
use longhand_expr::ids::{AgentId, AttrId, EventId, Fact, Instant, PlaceId, WorldFact};
use longhand_narrative::{Match, NarrationLine, NarrationLineKind, PatternRef};
use longhand_scene::{Diagnostics, Pronouns, STARTER_SCENE, add_interventions, load_text};
use longhand_sim::SimOptions;

/// Seconds of a day.
pub const DAY: f64 = 86_400.0;

/// An instant in days since the scene's start.
#[must_use]
pub fn days(at: Instant) -> f64 {
    at.seconds() / DAY
}

fn at(days: f64) -> Instant {
    Instant::from_seconds(days * DAY)
}

/// A pattern; the starter scene has none.
const PATTERN: &str = r#"patterns: [
        Beat(id: "again", title: "Coffee again", events: [Clause(on: ["coffee"], roles: {"self": "a", "friend": "b"}, times: 2)]),
    ],
    beats: ["#;

/// The starter scene with a pattern; its rules are not simulated here.
#[must_use]
pub fn test_run_info() -> RunInfo {
    let text = STARTER_SCENE.replace("beats: [", PATTERN);
    let scenario = load_text("starter.ron", &[("starter.ron", &text)], &[]).expect("the starter scene loads").scenario;
    RunInfo { scenario: Arc::new(scenario), seed: 1, latest_end: at(40.0) }
}

fn event(info: &RunInfo, days: f64, kind: usize, roles: &[u32], causes: &[u32]) -> Event {
    let slots = info.scenario.events[kind].slots.len();
    let roles = (0..slots).map(|slot| roles.get(slot).map_or(AgentId::NONE, |&role| AgentId(role))).collect();
    Event {
        causes: causes.iter().map(|&cause| Cause { event: EventId(cause), link: CauseLink::Step }).collect(),
        place: PlaceId(0),
        ..Event::new(longhand_expr::ids::EventKind::from_index(kind), at(days), roles)
    }
}

fn narrated_line(days: f64, event: u32, kind: NarrationLineKind, text: &str) -> NarratedLine {
    NarratedLine { at: at(days), line: NarrationLine { kind, text: text.into(), event: Some(EventId(event)) } }
}

/// Four events: on day 1, two on day 2 (the second completes the first beat and the pattern), and on day 5; simulated until day
/// 6.
#[must_use]
pub fn first_batch() -> SimMessage {
    let info = test_run_info();
    let mut chronicle = Chronicle::default();
    for (id, member) in (0..).zip(&info.scenario.cast) {
        chronicle.agents.set(AgentProfile {
            id: AgentId(id),
            key: member.id.clone(),
            kind: member.kind,
            name: member.name.clone(),
            short_name: member.short_name.clone(),
            pronouns: Pronouns::They,
            draw_key: id,
            names: Vec::new(),
        });
    }
    let fact = Fact::World(WorldFact::Attr(AgentId(0), AttrId(0)));
    chronicle.sample(Instant::START, fact, 0.5);
    let mut mending = event(&info, 1.0, 0, &[0, 1], &[]);
    mending.changes.push(FactChange { fact, before: 0.5, after: 0.75 });
    chronicle.push(mending);
    chronicle.push(event(&info, 2.0, 1, &[1, 0], &[]));
    chronicle.push(event(&info, 2.0, 0, &[0, 1], &[0, 1]));
    chronicle.push(event(&info, 5.0, 0, &[1, 0], &[2]));
    chronicle.beats.push(BeatMatch { beat: 0, at: at(2.0), event: EventId(2), events: vec![EventId(2)] });
    let narrated = vec![
        narrated_line(1.0, 0, NarrationLineKind::Event, "Ann mends a net."),
        narrated_line(2.0, 1, NarrationLineKind::Event, "Ben waves."),
        narrated_line(2.0, 2, NarrationLineKind::Event, "Ann waves back."),
        narrated_line(2.0, 2, NarrationLineKind::Beat, "First light"),
        narrated_line(5.0, 3, NarrationLineKind::Event, "Ben sails."),
    ];
    let again = |days, event, bound: &[u32]| Match {
        pattern: PatternRef::Pattern(0),
        at: at(days),
        events: vec![EventId(event)],
        bindings: bound.iter().map(|&agent| AgentId(agent)).collect(),
        spans: Vec::new(),
    };
    let matches = vec![again(2.0, 2, &[0, 1]), again(5.0, 3, &[1])];
    let recorded = chronicle.take_delta(&mut LogCursor::default()).to_delta();
    SimMessage::Advanced(Box::new(TickBatch { now: at(6.0), recorded, narrated, matches, pattern_statuses: None }))
}

/// The next event: on day 7 a net is mended again.
#[must_use]
pub fn second_batch() -> SimMessage {
    let mut chronicle = Chronicle::default();
    chronicle.push(event(&test_run_info(), 7.0, 0, &[0, 1], &[]));
    let recorded = chronicle.take_delta(&mut LogCursor::default()).to_delta();
    let narrated = vec![narrated_line(7.0, 4, NarrationLineKind::Event, "Ann mends another net.")];
    SimMessage::Advanced(Box::new(TickBatch { now: at(8.0), recorded, narrated, ..TickBatch::default() }))
}

/// The data of the test run after the first batch.
#[must_use]
pub fn test_run() -> RunData {
    let mut run = RunData::new(test_run_info());
    run.receive(first_batch());
    run
}

/// A session of the test run after the first batch.
#[must_use]
pub fn test_session() -> Session {
    let mut session = Session::new(test_run_info());
    session.receive(first_batch());
    session
}

/// Ann loves Ben; she tells Cleo, and Cleo tells Dan. Ann has dinner with Ben as she promised. Dan means to make a friend of Cleo, in two
/// steps. Ben learns what Ann thinks of promises.
pub const MINDS_SCENE: &str = r#"Scene(
    title: "Minds", starts: "2025-01-06 08:00", ends: "2025-01-12",
    kinds: [Kind(id: "human", wakes: "2h", idle: "0.1", whim: 0, routine: [Stay(when: "true", at: "home(self)")])],
    attributes: [
        Attribute(id: "loneliness", start: 0.4, about: "How lonely the agent feels."),
        Attribute(id: "patience", start: 0.7, about: "How long the agent waits."),
        Attribute(id: "grief", about: "How much the agent grieves."),
        Attribute(id: "engaged", switch: true, about: "Is engaged."),
    ],
    norms: [Norm(id: "promises", about: ["kept"], against: ["broken"], start: 0.5, says: "a promise is kept")],
    ties: [Tie(id: "lovers", mutual: true), Tie(id: "talks_to")],
    places: [Place(id: "flat"), Place(id: "inn", name: "the inn")],
    cast: [
        Member(
            id: "ann", name: "Ann", kind: "human", pronouns: she, home: "flat", attributes: {"promises": 0.9, "engaged": 1},
            toward: [Toward(to: "ben", ties: ["lovers"]), Toward(to: "cleo", ties: ["talks_to"])],
        ),
        Member(id: "ben", name: "Ben", kind: "human", pronouns: he, home: "flat"),
        Member(id: "cleo", name: "Cleo", kind: "human", pronouns: she, home: "flat", toward: [Toward(to: "dan", ties: ["talks_to"])]),
        Member(id: "dan", name: "Dan", kind: "human", pronouns: he, home: "flat"),
    ],
    goals: [Goal(id: "company", by: "human", likelihood: "1 - self.loneliness", weight: "1")],
    appointments: [Appointment(id: "dinner", kept_by: ["supper"])],
    intentions: [Intention(
        id: "befriend", by: ["dan"], about: {"friend": "cleo"}, adopt: "elapsed > 3h", because: "he had been alone too long",
        steps: ["ring_up", "pay_visit"], want: "2", cooldown: "30d",
    )],
    actions: [
        Action(
            id: "tell", roles: {"friend": "ties(self, talks_to)"},
            about: {"topic": "pick(known(self) where about(it, lovers) and not knows(friend, it) and not concerns(it, friend))"},
            want: "1 + 0 * confidence(self, topic)", takes: "10m", does: ["friend is told topic with confidence 0.8"],
            say: ["{{ self }} told {{ friend }} {{ topic }}."],
        ),
        Action(
            id: "invite", by: ["ann"], roles: {"friend": "ben"}, when: "not happened(invite)", want: "9",
            does: ["self promises friend dinner at today + 1d + 19h in inn"],
        ),
        Action(id: "supper", roles: {"friend": "ties(self, lovers)"}, want: "0", accept: All("0"), takes: "1h", does: ["self.loneliness -= 0.2", "friend.loneliness -= 0.2"]),
        Action(id: "ring_up", by: ["dan"], roles: {"friend": "cleo"}, want: "-1", takes: "10m"),
        Action(id: "pay_visit", by: ["dan"], roles: {"friend": "cleo"}, want: "-1", takes: "1h"),
    ],
    triggers: [Trigger(id: "hears_a_view", by: ["ben"], when: "elapsed > 1h", once: true, does: ["self learns norm(ann, promises)"])],
)"#;

/// A host that simulates a scene, and has no files.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedScene(
    /// The text of the scene.
    pub &'static str,
);

impl SimulationHost for SimulatedScene {
    fn start_run(&mut self, setup: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        let mut scenario = load_text("test.ron", &[("test.ron", self.0)], &[])?.scenario;
        add_interventions(&mut scenario, &setup.interventions)?;
        let scenario = Arc::new(scenario);
        let info = RunInfo { scenario: scenario.clone(), seed: 1, latest_end: scenario.ends };
        let (sender, receiver) = sim_channel();
        let mut run = Run::new(scenario, SimOptions { seed: 1, threads: 1 }, None);
        if setup.asks_player {
            ask_over_channel(&mut run, &sender);
        }
        std::thread::spawn(move || run_to_end(NarratedRun::selected(run), &sender));
        Ok((info, receiver))
    }
}

/// A session with the whole run of a scene, paused.
#[must_use]
pub fn simulated_session(scene: &'static str) -> Session {
    let (info, mut receiver) =
        SimulatedScene(scene).start_run(&RunSetup::default()).unwrap_or_else(|problems| panic!("{problems}"));
    let mut session = Session::new(info);
    while !session.run().is_over() {
        receiver.drain().for_each(|message| session.receive(message));
        std::thread::yield_now();
    }
    session
}
