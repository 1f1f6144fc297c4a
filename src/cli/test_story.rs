//! A small recorded story for the tests of commands that query one.

use longhand_chronicle::*;
use longhand_expr::ids::{
    AgentField, AgentId, AttrId, DimId, Emotion, EventId, EventKind, Fact, Instant, KindId, PlaceId, TieId, WorldFact,
};
use longhand_scene::Pronouns;
use smallvec::smallvec;
use std::path::PathBuf;

const ANN: AgentId = AgentId(0);
const BEN: AgentId = AgentId(1);
const LONELY: Fact = Fact::World(WorldFact::Attr(ANN, AttrId(0)));
const TRUST: WorldFact = WorldFact::Dim(ANN, BEN, DimId(0));
const FRIENDS: WorldFact = WorldFact::Tie(ANN, BEN, TieId(0));

/// Seconds in a day.
const DAY: f64 = 86_400.0;

fn farewell_symbols() -> SymbolTable {
    let kind = |name: &str, slots: &[&str]| EventSymbol {
        name: name.into(),
        slots: slots.iter().map(|&slot| slot.into()).collect(),
        several: Vec::new(),
    };
    let attribute = |id: &str, switch: bool| AttributeSymbol {
        id: id.into(),
        switch,
        scale: true,
        range: (0.0, 1.0),
        one_of: Vec::new(),
        norm: false,
    };
    SymbolTable {
        calendar: longhand_expr::Calendar::new("2025-01-06 07:30".parse().unwrap()),
        world: None,
        kinds: vec!["human".into()],
        attributes: vec![attribute("loneliness", false), attribute("single", true)],
        dims: vec![DimensionSymbol { id: "trust".into(), range: (0.0, 1.0), rest: 0.25, half_life: Some(DAY) }],
        ties: vec!["friends".into()],
        places: vec![
            PlaceSymbol { id: "flat".into(), name: "the flat".into() },
            PlaceSymbol { id: "beach".into(), name: "the beach".into() },
        ],
        events: [("meet", 2), ("quarrel", 2), ("part", 2), ("part/cry", 1)]
            .map(|(name, slots)| kind(name, &["self", "other"][..slots]))
            .to_vec(),
        values: vec![],
        beats: vec!["farewell".into(), "wedding".into()],
        params: vec![],
        appointments: Vec::new(),
        intentions: Vec::new(),
        reasons: vec![],
        emotion_half_life: 0.5 * DAY,
        memory_half_life: 90.0 * DAY,
    }
}

/// Ann and Ben meet (0) and quarrel (1); they part (2) because Ann is lonely after it; Ann cries (3), which completes
/// `farewell`. `wedding` never comes. Cleo believes that Ann and Ben are friends.
pub(super) fn farewell_story() -> (tempfile::TempDir, PathBuf) {
    let symbols = farewell_symbols();
    let mut chronicle = Chronicle::new(&symbols);
    for (id, key, pronouns) in [(0, "ann", Pronouns::She), (1, "ben", Pronouns::He), (2, "cleo", Pronouns::They)] {
        let name = key[..1].to_uppercase() + &key[1..];
        let called = name.clone();
        chronicle.agents.set(AgentProfile {
            id: AgentId(id),
            key: key.into(),
            kind: KindId(0),
            name,
            short_name: called,
            pronouns,
            draw_key: id,
            names: Vec::new(),
        });
    }
    for (fact, value) in [
        (LONELY, 0.5),
        (Fact::World(WorldFact::Attr(ANN, AttrId(1))), 1.0),
        (Fact::World(WorldFact::Place(ANN)), 0.0),
        (Fact::Field(ANN, AgentField::Present), 1.0),
        (Fact::Field(BEN, AgentField::Present), 1.0),
        (Fact::Field(ANN, AgentField::Pleasure), -0.25),
    ] {
        chronicle.sample(Instant::START, fact, value);
    }
    let day = DAY;
    let event = |days: f64, kind: u16, changes: &[(Fact, f64, f64)], causes: &[(u32, CauseLink)]| Event {
        id: EventId(0),
        at: Instant::from_seconds(days * day),
        kind: EventKind(kind),
        roles: if kind == 3 { smallvec![ANN] } else { smallvec![ANN, BEN] },
        place: PlaceId(1),
        changes: changes.iter().map(|&(fact, before, after)| FactChange { fact, before, after }).collect(),
        causes: causes.iter().map(|&(event, link)| Cause { event: EventId(event), link }).collect(),
        values: smallvec![],
        document: None,
        topic: None,
        choice: None,
        limited: Vec::new(),
    };
    let (trust, friends) = (Fact::World(TRUST), Fact::World(FRIENDS));
    let cleo_believes = Fact::Belief(AgentId(2), FRIENDS);
    chronicle.push(event(1.0, 0, &[(trust, 0.0, 0.75), (friends, 0.0, 1.0), (cleo_believes, 0.0, 1.0)], &[]));
    let distress = Fact::Feeling(ANN, Emotion::Distress, BEN);
    let memory = Fact::Memory(ANN, EventKind(1), BEN);
    let quarrel = [(LONELY, 0.5, 0.72), (distress, 0.0, 0.6), (memory, 0.0, 0.5)];
    chronicle.push(event(2.0, 1, &quarrel, &[(0, CauseLink::Condition(friends))]));
    let mut part = event(3.0, 2, &[(friends, 1.0, 0.0)], &[(1, CauseLink::Utility(LONELY)), (0, CauseLink::Condition(trust))]);
    let option = |kind: u16, utility: f64, choice_noise: f64, terms: &[f64]| ScoredOption {
        kind: EventKind(kind),
        roles: smallvec![ANN, BEN],
        utility,
        choice_noise,
        terms: terms.iter().copied().collect(),
        reasons: Vec::new(),
    };
    let options = vec![option(2, 0.82, 0.1, &[0.36, 0.46]), option(0, 0.45, -0.05, &[0.45])];
    part.choice = Some(Box::new(ChoiceTrace { options, idle_utility: 0.05 }));
    chronicle.push(part);
    chronicle.push(event(3.25, 3, &[], &[(2, CauseLink::Step), (1, CauseLink::Utility(LONELY)), (1, CauseLink::Triggered)]));
    chronicle.beats.push(BeatMatch {
        beat: 0,
        at: Instant::from_seconds(3.25 * day),
        event: EventId(3),
        events: vec![EventId(3)],
    });
    chronicle.crowd.push(CrowdDay { day: 1, numbers: vec![("human".into(), 3.0), ("human.loneliness".into(), 0.41)] });

    let head = StoryHeader {
        version: env!("CARGO_PKG_VERSION").into(),
        scene: "town.ron".into(),
        title: "A town".into(),
        sources: vec![],
        seed: 1,
        param_overrides: vec![],
        interventions: vec![],
        until: None,
        tick_us: 900_000_000,
        symbols,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    StoryWriter::create_with_header(&path, head).unwrap().finish(Instant::from_seconds(4.0 * day), &chronicle).unwrap();
    (folder, path)
}

/// Output without styles, as in a pipe.
pub(super) fn without_styles(out: &[u8]) -> String {
    anstream::adapter::strip_str(std::str::from_utf8(out).unwrap()).to_string()
}
