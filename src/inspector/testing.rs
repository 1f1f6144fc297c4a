//! A small run for the tests of this room: Ann and Ben by the harbour, six days of it.

use std::sync::Arc;

use super::feed::{Cover, Heard, Stretch};
use super::inspector::Inspector;
use super::record::Record;
use crate::chronicle::{BeatMatch, Cause, Change, Chronicle, Event, Link, Mark, Person};
use crate::ids::{AgentId, AttrId, EventId, Fact, Instant, Known, PlaceId};
use crate::lab::Told;
use crate::scenario::{Pronouns, STARTER, load_text};
use crate::story::{Line, LineKind};

pub(super) const DAY: f64 = 86_400.0;

pub(super) fn days(at: Instant) -> f64 {
    at.seconds() / DAY
}

fn at(days: f64) -> Instant {
    Instant::from_seconds(days * DAY)
}

/// The starter scene, whose rules nobody lives by here.
pub(super) fn cover() -> Cover {
    let scenario = load_text("starter.ron", &[("starter.ron", STARTER)], &[]).expect("the starter scene is sound").scenario;
    Cover { scenario: Arc::new(scenario), seed: 1, ends: at(40.0) }
}

fn event(cover: &Cover, days: f64, kind: usize, roles: &[u32], causes: &[u32]) -> Event {
    let slots = cover.scenario.events[kind].slots.len();
    let roles = (0..slots).map(|slot| roles.get(slot).map_or(AgentId::NONE, |&role| AgentId(role))).collect();
    Event {
        causes: causes.iter().map(|&cause| Cause { event: EventId(cause), link: Link::Step }).collect(),
        place: PlaceId(0),
        ..Event::bare(crate::ids::EventKind::at(kind), at(days), roles)
    }
}

fn told(days: f64, event: u32, kind: LineKind, text: &str) -> Told {
    Told { at: at(days), line: Line { kind, text: text.into(), event: Some(EventId(event)) } }
}

/// Four events: on day 1, two on day 2 (the second completes the first beat), and on day 5; lived until day 6.
pub(super) fn first_days() -> Heard {
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
    let recorded = chronicle.news(&mut Mark::default()).to_instalment();
    Heard::Lived(Box::new(Stretch { now: at(6.0), recorded, told, waiting: None }))
}

/// What comes after: on day 7 a net is mended again.
pub(super) fn more() -> Heard {
    let mut chronicle = Chronicle::default();
    chronicle.push(event(&cover(), 7.0, 0, &[0, 1], &[]));
    let recorded = chronicle.news(&mut Mark::default()).to_instalment();
    let told = vec![told(7.0, 4, LineKind::Event, "Ann mends another net.")];
    Heard::Lived(Box::new(Stretch { now: at(8.0), recorded, told, waiting: None }))
}

pub(super) fn record() -> Record {
    let mut record = Record::new(cover());
    record.hear(first_days());
    record
}

pub(super) fn inspector() -> Inspector {
    let mut inspector = Inspector::new(cover());
    inspector.hear(first_days());
    inspector
}
