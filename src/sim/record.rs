//! The end of a tick: what drift did to the cast, and a line a day about everybody.

use super::moment::Moment;
use crate::chronicle::CrowdDay;
use crate::ids::{AgentId, Fact, Field, Instant, KindId, Known, PlaceId};
use crate::language::View;
use crate::world::Presence;
use crate::world::minds::Mind;
use bevy::ecs::prelude::Resource;
use serde::{Deserialize, Serialize};

/// Microseconds between two looks at moods.
const MOODS: i64 = 6 * 3_600_000_000;
const MOOD: [Field; 3] = [Field::Pleasure, Field::Arousal, Field::Dominance];

/// What the chronicle last knew of the cast, and when the day was last summed up.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// By cast member and attribute.
    known: Vec<Vec<f32>>,
    moods_due: Instant,
    day_due: Instant,
}

/// Writes down the state of the cast before anything has happened.
pub(super) fn begin(moment: &mut Moment<'_>, book: &mut Book) {
    let cast = moment.scenario().cast.len();
    for id in (0..cast).map(AgentId::at) {
        moment.introduce(id);
        let attrs = moment.scenario().kinds[moment.state.kind(id).index()].attributes.clone();
        let mut facts: Vec<Fact> = attrs.iter().map(|&attr| Fact::World(Known::Attr(id, attr))).collect();
        let fields = [Field::Present, Field::Online, Field::Bound, Field::Generation];
        facts.extend(fields.into_iter().chain(MOOD).map(|field| Fact::Field(id, field)));
        facts.push(Fact::World(Known::Place(id)));
        facts.push(Fact::Owner(id));
        let bonds: Vec<_> = moment.state.bonds.from(id).filter(|(to, _)| to.index() < cast).collect();
        for (to, bond) in bonds {
            facts
                .extend((0..moment.scenario().dims.len()).map(|dim| Fact::World(Known::Dim(id, to, crate::ids::DimId::at(dim)))));
            facts.extend(moment.state.bonds.ties(bond).map(|tie| Fact::World(Known::Tie(id, to, tie))));
        }
        for fact in facts {
            let value = value(moment, fact);
            if value != nothing(fact) || matches!(fact, Fact::World(Known::Attr(..))) {
                moment.chronicle.sample(Instant::START, fact, value);
            }
        }
        book.known.push(attrs.iter().map(|&attr| moment.state.attr(id, attr) as f32).collect());
    }
    book.moods_due = Instant(MOODS);
    book.day_due = Instant(Instant::DAY_US);
}

/// What a fact is where nothing is said.
fn nothing(fact: Fact) -> f64 {
    match fact {
        Fact::World(Known::Place(_)) => f64::from(PlaceId::NOWHERE.0),
        Fact::Owner(_) => -1.0,
        _ => 0.0,
    }
}

fn value(moment: &Moment<'_>, fact: Fact) -> f64 {
    let live = moment.live(moment.state.now);
    match fact {
        Fact::World(known) => moment.true_value(known, moment.state.now),
        Fact::Field(of, field) => live.field(of, field),
        Fact::Owner(os) => {
            let owner = live.owner(os);
            if owner.is_some() { f64::from(owner.0) } else { -1.0 }
        }
        Fact::Belief(..) | Fact::Happened(..) | Fact::Feeling(..) | Fact::Memory(..) => 0.0,
    }
}

/// Writes down what changed without an event.
pub(super) fn record(moment: &mut Moment<'_>, book: &mut Book) {
    let end = moment.tick_end();
    hear_of_events(moment, book);
    for index in 0..book.known.len() {
        let id = AgentId::at(index);
        let rules = moment.rules.clone();
        let attrs = &rules.scenario.kinds[moment.state.kind(id).index()].attributes;
        for (known, &attr) in book.known[index].iter_mut().zip(attrs) {
            let value = moment.state.attr(id, attr);
            if value as f32 != *known {
                *known = value as f32;
                moment.chronicle.sample(end, Fact::World(Known::Attr(id, attr)), value);
            }
        }
    }
    if end >= book.moods_due {
        let before = Instant(book.moods_due.0 - MOODS);
        book.moods_due = Instant(book.moods_due.0 + MOODS);
        for id in (0..book.known.len()).map(AgentId::at) {
            let is_gone = moment.state.presence(id) == Presence::Gone;
            let Some(mood) = moment.state.mind(id).filter(|_| !is_gone).map(Mind::mood) else { continue };
            let minds = moment.scenario().minds;
            let at = |at: Instant| mood.now(at, &minds).map(|value| (f64::from(value) * 1e4).round() / 1e4);
            // A mood that nothing has pulled since the last look was then what it would have been.
            let known = (mood.pulled() <= before).then(|| at(before));
            for (i, value) in at(end).into_iter().enumerate() {
                if known.is_none_or(|known| known[i] != value) {
                    moment.chronicle.sample(end, Fact::Field(id, MOOD[i]), value);
                }
            }
        }
    }
    if end >= book.day_due {
        let day = book.day_due.day().saturating_sub(1);
        book.day_due = Instant(book.day_due.0 + Instant::DAY_US);
        let numbers = crowd(moment);
        moment.chronicle.crowd.push(CrowdDay { day, numbers });
    }
}

/// What events of this tick made of attributes, the chronicle knows from them.
fn hear_of_events(moment: &Moment<'_>, book: &mut Book) {
    let events = moment.chronicle.events();
    let now = events.iter().rev().take_while(|event| event.at >= moment.state.now).count();
    for change in events[events.len() - now..].iter().flat_map(|event| &event.changes) {
        let Fact::World(Known::Attr(of, attr)) = change.fact else { continue };
        let Some(known) = book.known.get_mut(of.index()) else { continue };
        let attrs = &moment.scenario().kinds[moment.state.kind(of).index()].attributes;
        if let Some(known) = attrs.binary_search(&attr).ok().and_then(|at| known.get_mut(at)) {
            *known = change.after as f32;
        }
    }
}

/// How many of each kind there are, and what they are like on average.
fn crowd(moment: &Moment<'_>) -> Vec<(String, f64)> {
    let scenario = moment.scenario();
    let mut numbers = Vec::new();
    for (index, kind) in scenario.kinds.iter().enumerate() {
        let members = moment.state.members(KindId::at(index));
        numbers.push((kind.id.clone(), members.len() as f64));
        if members.is_empty() {
            continue;
        }
        for &attr in &kind.attributes {
            let sum: f64 = members.iter().map(|&agent| moment.state.attr(agent, attr)).sum();
            numbers.push((format!("{}.{}", kind.id, scenario.attributes[attr.index()].id), sum / members.len() as f64));
        }
    }
    numbers
}
