//! The cost of an event in the pattern matcher while 10,000 partial matches are open.
//!
//! Each partial match is a loan between two neighbours. Each event opens a loan, completes one, or concerns agents without one. A
//! new loan replaces each completed one. The bare loop stores the loans in a hash map.

use super::timing::{compare_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, SplitMix, load_scene, new_simulation};
use bevy_platform::collections::HashMap;
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant, PlaceId};
use longhand_narrative::Matcher;
use longhand_scene::Scenario;
use longhand_sim::Simulation;
use smallvec::smallvec;

const SCENE: &str = include_str!("../../../benches/patterns.ron");

/// An event of a loan between agent `n` and agent `n + 1`.
#[derive(Clone, Copy)]
enum LoanEvent {
    Lend(u32),
    GiveBack(u32),
    Quarrel(u32),
}

/// Generates `open` loans, then a mix of `count` events that keeps that number of loans open.
fn loan_events(open: u32, people: u32, count: usize) -> (Vec<LoanEvent>, Vec<LoanEvent>) {
    let mut numbers = SplitMix(7);
    let begin = (0..open).map(LoanEvent::Lend).collect();
    let mut mixed = Vec::with_capacity(count);
    while mixed.len() < count {
        let who = numbers.next_below(open as usize) as u32;
        let stranger = open + 1 + numbers.next_below((people - open - 2) as usize) as u32;
        mixed.extend([
            LoanEvent::GiveBack(who),
            LoanEvent::Lend(who),
            LoanEvent::GiveBack(stranger),
            LoanEvent::Quarrel(stranger),
        ]);
    }
    (begin, mixed)
}

fn to_event(scenario: &Scenario, id: u32, step: LoanEvent) -> Event {
    let kind =
        |name: &str| EventKind::from_index(scenario.events.iter().position(|event| event.name == name).unwrap_or_default());
    let (kind, roles) = match step {
        LoanEvent::Lend(who) => (kind("lend"), [who, who + 1]),
        LoanEvent::GiveBack(who) => (kind("give_back"), [who + 1, who]),
        LoanEvent::Quarrel(who) => (kind("quarrel"), [who, who + 1]),
    };
    Event {
        id: EventId(id),
        at: Instant::from_seconds(f64::from(id)),
        kind,
        roles: roles.map(AgentId).into_iter().collect(),
        place: PlaceId::NOWHERE,
        changes: Vec::new(),
        causes: smallvec![],
        values: smallvec![],
        document: None,
        choice: None,
    }
}

/// Feeds events to a matcher. Returns the number of completed matches.
fn observe_all(matcher: &mut Matcher, simulation: &Simulation, events: &[Event]) -> usize {
    let view = simulation.view();
    events.iter().map(|event| matcher.observe(simulation.scenario(), event, &view).len()).sum()
}

/// The same with a hash map of open loans.
fn observe_by_hand(open: &mut HashMap<(u32, u32), u32>, steps: &[LoanEvent]) -> usize {
    let mut completed = 0;
    for (at, step) in steps.iter().enumerate() {
        match *step {
            LoanEvent::Lend(who) => _ = open.insert((who, who + 1), at as u32),
            LoanEvent::GiveBack(who) => completed += usize::from(open.remove(&(who, who + 1)).is_some()),
            LoanEvent::Quarrel(who) => _ = open.remove(&(who, who + 1)),
        }
    }
    completed
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let (open, people, count) = (10_000, 30_000, effort.pick(20_000, 100_000));
    let scenario = load_scene("patterns.ron", SCENE, &[("population", f64::from(people))])?;
    let simulation = new_simulation(&scenario);
    let (begin, mixed) = loan_events(open, people, count);
    let events: Vec<Event> = begin.iter().chain(&mixed).zip(0..).map(|(&step, id)| to_event(&scenario, id, step)).collect();
    let (setup, measured) = events.split_at(begin.len());
    let scale = 1e9 / mixed.len() as f64;
    let (mut engine, mut bare) = (0, 0);
    let found = compare_rounds(
        effort.pick(3, 7),
        || {
            let mut matcher = Matcher::new(&scenario);
            observe_all(&mut matcher, &simulation, setup);
            scale * time_seconds(|| engine = observe_all(&mut matcher, &simulation, measured))
        },
        || {
            let mut map = HashMap::default();
            observe_by_hand(&mut map, &begin);
            scale * time_seconds(|| bare = observe_by_hand(&mut map, &mixed))
        },
    );
    if engine != bare || engine == 0 {
        return Err(format!("the matcher found {engine} matches and the bare loop {bare}"));
    }
    let description = format!("an event, with {open} open partial matches");
    Ok(vec![Measurement::from_comparison("patterns", description, "ns", found).with_target(BenchTarget::AtMost(1000.0))])
}
