//! Test data: names, agents and events that the tests of this crate share.

use crate::{
    AgentProfile, AttributeSymbol, Cause, CauseLink, DimensionSymbol, Event, EventSymbol, FactChange, ParamSymbol, PlaceSymbol,
    SymbolTable,
};
use longhand_expr::Calendar;
use longhand_expr::ids::{AgentId, AttrId, EventId, EventKind, Fact, Instant, KindId, WorldFact};
use longhand_scene::Pronouns;
use smallvec::smallvec;

/// Names for tests: attributes loneliness and single (a switch); dims trust (half-life one day) and respect (does not decay);
/// half-lives of 12 hours (emotions) and 90 days (memories); tie friends; places flat and beach; events meet(self, other),
/// part(self, other) and part/cry(self).
pub(crate) fn test_symbols() -> SymbolTable {
    let event = |name: &str, slots: &[&str]| EventSymbol {
        name: name.into(),
        slots: slots.iter().map(|slot| (*slot).into()).collect(),
        several: Vec::new(),
    };
    let place = |id: &str, name: &str| PlaceSymbol { id: id.into(), name: name.into() };
    SymbolTable {
        calendar: Calendar::new("2025-01-06 07:30".parse().unwrap()),
        world: None,
        kinds: vec!["human".into()],
        attributes: vec![
            AttributeSymbol {
                id: "loneliness".into(),
                switch: false,
                scale: true,
                range: (0.0, 1.0),
                one_of: Vec::new(),
                norm: false,
            },
            AttributeSymbol {
                id: "single".into(),
                switch: true,
                scale: true,
                range: (0.0, 1.0),
                one_of: Vec::new(),
                norm: false,
            },
        ],
        dims: vec![
            DimensionSymbol { id: "trust".into(), range: (0.0, 1.0), rest: 0.25, half_life: Some(86_400.0) },
            DimensionSymbol { id: "respect".into(), range: (0.0, 1.0), rest: 0.0, half_life: None },
        ],
        ties: vec!["friends".into()],
        places: vec![place("flat", "the flat"), place("beach", "the beach")],
        events: vec![event("meet", &["self", "other"]), event("part", &["self", "other"]), event("part/cry", &["self"])],
        values: vec!["warmth".into()],
        beats: vec!["farewell".into()],
        reasons: Vec::new(),
        appointments: vec!["dinner".into()],
        intentions: vec![crate::IntentionSymbol {
            id: "befriend".into(),
            steps: vec!["meet".into()],
            because: "she was lonely".into(),
        }],
        params: vec![ParamSymbol { id: "rain".into(), switch: true, value: 1.0 }],
        emotion_half_life: 43_200.0,
        memory_half_life: 7_776_000.0,
    }
}

/// A profile of a cast member, named like its key with a capital.
pub(crate) fn test_profile(id: u32, key: &str) -> AgentProfile {
    let name = key[..1].to_uppercase() + &key[1..];
    AgentProfile {
        id: AgentId(id),
        key: key.into(),
        kind: KindId(0),
        short_name: name.clone(),
        name,
        pronouns: Pronouns::They,
        draw_key: id,
        names: Vec::new(),
    }
}

/// An event with the test symbols, `seconds` after the start, between ann (0) and ben (1).
pub(crate) fn test_event(seconds: f64, kind: u16) -> Event {
    Event::new(EventKind(kind), Instant::from_seconds(seconds), smallvec![AgentId(0), AgentId(1)])
}

pub(crate) const LONELINESS: Fact = Fact::World(WorldFact::Attr(AgentId(0), AttrId(0)));

pub(crate) fn change(fact: Fact, before: f64, after: f64) -> FactChange {
    FactChange { fact, before, after }
}

pub(crate) fn cause(event: u32, link: CauseLink) -> Cause {
    Cause { event: EventId(event), link }
}
