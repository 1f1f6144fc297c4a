//! The cost of an event in the pattern matcher while 10,000 partial matches are open.
//!
//! Each partial match is an open loan between agents `n` and `n + 1`. An event opens a loan, completes one, or concerns two
//! agents without a loan. Each completed loan is opened again, so the number of partial matches is constant. The bare loop stores
//! the open loans in a hash map.

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

/// An event between a lender `n` and a borrower `n + 1`.
#[derive(Clone, Copy)]
enum LoanEvent {
    Lend(u32),
    GiveBack(u32),
    Quarrel(u32),
}

/// Generates the events that open `open` loans, and at least `count` mixed events that leave that number of loans open.
fn loan_events(open: u32, population: u32, count: usize) -> (Vec<LoanEvent>, Vec<LoanEvent>) {
    let mut random = SplitMix(7);
    let opening = (0..open).map(LoanEvent::Lend).collect();
    let mut mixed = Vec::with_capacity(count);
    while mixed.len() < count {
        let lender = random.next_below(open as usize) as u32;
        let stranger = open + 1 + random.next_below((population - open - 2) as usize) as u32;
        mixed.extend([
            LoanEvent::GiveBack(lender),
            LoanEvent::Lend(lender),
            LoanEvent::GiveBack(stranger),
            LoanEvent::Quarrel(stranger),
        ]);
    }
    (opening, mixed)
}

fn to_event(scenario: &Scenario, id: u32, loan_event: LoanEvent) -> Event {
    let kind =
        |name: &str| EventKind::from_index(scenario.events.iter().position(|event| event.name == name).unwrap_or_default());
    let (kind, roles) = match loan_event {
        LoanEvent::Lend(lender) => (kind("lend"), [lender, lender + 1]),
        LoanEvent::GiveBack(lender) => (kind("give_back"), [lender + 1, lender]),
        LoanEvent::Quarrel(lender) => (kind("quarrel"), [lender, lender + 1]),
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
        topic: None,
        choice: None,
        limited: Vec::new(),
    }
}

/// Feeds events to a matcher. Returns the number of completed matches.
fn observe_all(matcher: &mut Matcher, simulation: &Simulation, events: &[Event]) -> usize {
    let view = simulation.view();
    events.iter().map(|event| matcher.observe(simulation.scenario(), event, &view).len()).sum()
}

/// The bare loop: the same with a hash map from each open loan to the index of the event that opened it.
fn observe_all_bare(open_loans: &mut HashMap<(u32, u32), u32>, loan_events: &[LoanEvent]) -> usize {
    let mut completed = 0;
    for (index, loan_event) in loan_events.iter().enumerate() {
        match *loan_event {
            LoanEvent::Lend(lender) => _ = open_loans.insert((lender, lender + 1), index as u32),
            LoanEvent::GiveBack(lender) => completed += usize::from(open_loans.remove(&(lender, lender + 1)).is_some()),
            LoanEvent::Quarrel(lender) => _ = open_loans.remove(&(lender, lender + 1)),
        }
    }
    completed
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let (open, population, count) = (10_000, 30_000, effort.pick(20_000, 100_000));
    let scenario = load_scene("patterns.ron", SCENE, &[("population", f64::from(population))])?;
    let simulation = new_simulation(&scenario);
    let (opening, mixed) = loan_events(open, population, count);
    let numbered = opening.iter().chain(&mixed).zip(0..);
    let events: Vec<Event> = numbered.map(|(&loan_event, id)| to_event(&scenario, id, loan_event)).collect();
    let (opening_events, mixed_events) = events.split_at(opening.len());
    let nanoseconds_per_event = |seconds: f64| seconds * 1e9 / mixed.len() as f64;
    let (mut engine_matches, mut bare_matches) = (0, 0);
    let comparison = compare_rounds(
        effort.pick(3, 7),
        || {
            let mut matcher = Matcher::new(&scenario);
            observe_all(&mut matcher, &simulation, opening_events);
            nanoseconds_per_event(time_seconds(|| engine_matches = observe_all(&mut matcher, &simulation, mixed_events)))
        },
        || {
            let mut open_loans = HashMap::default();
            observe_all_bare(&mut open_loans, &opening);
            nanoseconds_per_event(time_seconds(|| bare_matches = observe_all_bare(&mut open_loans, &mixed)))
        },
    );
    if engine_matches != bare_matches || engine_matches == 0 {
        return Err(format!("the matcher found {engine_matches} matches and the bare loop {bare_matches}"));
    }
    let description = format!("an event, with {open} open partial matches");
    Ok(vec![Measurement::from_comparison("patterns", description, "ns", comparison).with_target(BenchTarget::AtMost(1000.0))])
}
