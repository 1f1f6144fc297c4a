//! A small run for the tests of this crate: Ann and Ben by the harbour, six days.

use std::sync::Arc;

use super::feed::{Cover, Heard, Stretch};
use super::reader::Reader;
use super::record::Record;
use longhand_analysis::NarratedLine;
use longhand_chronicle::{BeatMatch, Cause, Change, Chronicle, Event, Link, Mark, Person};
use longhand_expr::ids::{AgentId, AttrId, EventId, Fact, Instant, Known, PlaceId};
use longhand_narrative::{Line, LineKind, Match, Watched};
use longhand_scene::{Pronouns, STARTER, load_text};

pub const DAY: f64 = 86_400.0;

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
pub fn cover() -> Cover {
    let text = STARTER.replace("beats: [", PATTERN);
    let scenario = load_text("starter.ron", &[("starter.ron", &text)], &[]).expect("the starter scene loads").scenario;
    Cover { scenario: Arc::new(scenario), seed: 1, ends: at(40.0) }
}

fn event(cover: &Cover, days: f64, kind: usize, roles: &[u32], causes: &[u32]) -> Event {
    let slots = cover.scenario.events[kind].slots.len();
    let roles = (0..slots).map(|slot| roles.get(slot).map_or(AgentId::NONE, |&role| AgentId(role))).collect();
    Event {
        causes: causes.iter().map(|&cause| Cause { event: EventId(cause), link: Link::Step }).collect(),
        place: PlaceId(0),
        ..Event::bare(longhand_expr::ids::EventKind::at(kind), at(days), roles)
    }
}

fn told(days: f64, event: u32, kind: LineKind, text: &str) -> NarratedLine {
    NarratedLine { at: at(days), line: Line { kind, text: text.into(), event: Some(EventId(event)) } }
}

/// Four events: on day 1, two on day 2 (the second completes the first beat and the pattern), and on day 5; simulated until day
/// 6.
pub fn first_days() -> Heard {
    let cover = cover();
    let mut chronicle = Chronicle::default();
    for (id, member) in (0..).zip(&cover.scenario.cast) {
        chronicle.directory.set(Person {
            id: AgentId(id),
            key: member.id.clone(),
            kind: member.kind,
            name: member.name.clone(),
            called: member.called.clone(),
            pronouns: Pronouns::they,
        });
    }
    let fact = Fact::World(Known::Attr(AgentId(0), AttrId(0)));
    chronicle.sample(Instant::START, fact, 0.5);
    let mut mends = event(&cover, 1.0, 0, &[0, 1], &[]);
    mends.changes.push(Change { fact, before: 0.5, after: 0.75 });
    chronicle.push(mends);
    chronicle.push(event(&cover, 2.0, 1, &[1, 0], &[]));
    chronicle.push(event(&cover, 2.0, 0, &[0, 1], &[0, 1]));
    chronicle.push(event(&cover, 5.0, 0, &[1, 0], &[2]));
    chronicle.beats.push(BeatMatch { beat: 0, at: at(2.0), event: EventId(2), events: vec![EventId(2)] });
    let told = vec![
        told(1.0, 0, LineKind::Event, "Ann mends a net."),
        told(2.0, 1, LineKind::Event, "Ben waves."),
        told(2.0, 2, LineKind::Event, "Ann waves back."),
        told(2.0, 2, LineKind::Beat, "First light"),
        told(5.0, 3, LineKind::Event, "Ben sails."),
    ];
    let again = |days, event, bound: &[u32]| Match {
        of: Watched::Pattern(0),
        at: at(days),
        events: vec![EventId(event)],
        bound: bound.iter().map(|&agent| AgentId(agent)).collect(),
        spans: Vec::new(),
    };
    let matched = vec![again(2.0, 2, &[0, 1]), again(5.0, 3, &[1])];
    let recorded = chronicle.news(&mut Mark::default()).to_instalment();
    Heard::Lived(Box::new(Stretch { now: at(6.0), recorded, told, matched, waiting: None }))
}

/// The next event: on day 7 a net is mended again.
pub fn more() -> Heard {
    let mut chronicle = Chronicle::default();
    chronicle.push(event(&cover(), 7.0, 0, &[0, 1], &[]));
    let recorded = chronicle.news(&mut Mark::default()).to_instalment();
    let told = vec![told(7.0, 4, LineKind::Event, "Ann mends another net.")];
    Heard::Lived(Box::new(Stretch { now: at(8.0), recorded, told, ..Stretch::default() }))
}

pub fn record() -> Record {
    let mut record = Record::new(cover());
    record.hear(first_days());
    record
}

pub fn reader() -> Reader {
    let mut reader = Reader::new(cover());
    reader.hear(first_days());
    reader
}
