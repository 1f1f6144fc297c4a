//! A small scene and its events, for the tests of this crate.

use longhand_chronicle::{AgentProfile, AgentRegistry, Event};
use longhand_expr::ids::*;
use longhand_expr::{AttributeSchema, Calendar, Schema, Scope, Type, compile_expr};
use longhand_scene::model::{Action, Document, EventInfo, EventOrigin, EventSpec, Kind, Member, Place};
use longhand_scene::{NarrationFrequency, Pronouns, RecordDetail, Routes, Scenario, StageStyle, Temperament};

pub(super) const ANN: AgentId = AgentId(0);
pub(super) const BEN: AgentId = AgentId(1);
pub(super) const CLEO: AgentId = AgentId(2);
pub(super) const NOBODY: AgentId = AgentId::NONE;

pub(super) const WALK: EventKind = EventKind(0);
pub(super) const LETTER: EventKind = EventKind(1);
pub(super) const QUARREL: EventKind = EventKind(2);
pub(super) const RAIN: EventKind = EventKind(3);

/// Ann, Ben and Cleo; walks (self, friend, value `minutes`), letters (self, about reader), quarrels (self, friend), rain (self).
pub(super) fn scenario() -> Scenario {
    let schema = Schema {
        kinds: vec!["human".into()],
        attributes: Vec::<AttributeSchema>::new(),
        places: vec!["beach".into()],
        cast: ["ann", "ben", "cleo"].map(String::from).into(),
        events: ["long_walk", "letter", "quarrel", "rain"].map(String::from).into(),
        values: vec!["minutes".into()],
        documents: vec!["farewell".into()],
        ..Schema::default()
    };
    let number = |text: &str| {
        compile_expr(text, Type::Number, &Scope::new(["self", "friend"]), &schema).expect("the test expression is valid")
    };
    let info = |index: usize, slots: &[&str], participant_count| EventInfo {
        name: schema.events[index].clone(),
        key: longhand_expr::stable_hash(0, &schema.events[index]),
        tags: Vec::new(),
        slots: slots.iter().map(|&slot| slot.into()).collect(),
        participant_count,
        several: Vec::new(),
        topic: None,
        prose_key: None,
        narration: NarrationFrequency::Always,
        record_detail: RecordDetail::Whole,
        origin: EventOrigin::Action(index),
    };
    let action = |index: usize, values: Vec<(EventValueId, longhand_expr::Expr)>| Action {
        id: schema.events[index].clone(),
        by: Vec::new(),
        roles: Vec::new(),
        about: Vec::new(),
        when: Vec::new(),
        want: number("1"),
        terms: Vec::new(),
        reads_gain: false,
        choice_influences: Vec::new(),
        acceptance_influences: Vec::new(),
        accept: Vec::new(),
        takes: None,
        cooldown: None,
        event: EventSpec { kind: EventKind::from_index(index), place: None, values, does: Vec::new(), then: None },
        refused: None,
        steps: Vec::new(),
        record_detail: RecordDetail::Whole,
        serves: Vec::new(),
    };
    let member = |id: &str| Member {
        id: id.into(),
        kind: KindId(0),
        name: id.into(),
        short_name: id.into(),
        pronouns: Pronouns::They,
        home: PlaceId::NOWHERE,
        work: PlaceId::NOWHERE,
        dormant: false,
        born: None,
        owner: None,
        holder: None,
        attributes: Vec::new(),
        toward: Vec::new(),
        wakes: None,
        routine: Vec::new(),
        temperament: None,
        about: String::new(),
    };
    Scenario {
        name: "test.ron".into(),
        routes: Routes::default(),
        title: "Three friends".into(),
        about: String::new(),
        language: longhand_language::Language::english().clone(),
        sources: Vec::new(),
        calendar: Calendar::new("2025-01-06T00:00:00".parse().expect("the date is valid")),
        ends: Instant::from_seconds(1e9),
        ends_when: None,
        tick_us: 900_000_000,
        params: Vec::new(),
        kinds: vec![Kind {
            about: String::new(),
            id: "human".into(),
            os: false,
            wakes: None,
            asleep: None,
            speed: None,
            on_foot: false,
            routine: Vec::new(),
            idle_utility: None,
            choice_noise: 0.1,
            loss_aversion: None,
            involved: None,
            temperament: Temperament { pleasure: 0.0, arousal: 0.0, dominance: 0.0 },
            taste: Vec::new(),
            surname: None,
            attributes: Vec::new(),
        }],
        attributes: Vec::new(),
        dims: Vec::new(),
        ties: Vec::new(),
        places: vec![Place {
            id: "beach".into(),
            name: "the beach".into(),
            position: None,
            look: None,
            storey: None,
            about: String::new(),
        }],
        stage: StageStyle::default(),
        cast: ["ann", "ben", "cleo"].map(member).into(),
        cast_order: [0, 1, 2].map(AgentId).into(),
        population: Vec::new(),
        goals: Vec::new(),
        norms: Vec::new(),
        minds: longhand_scene::MindParams::default(),
        commitments: longhand_scene::Commitments::default(),
        events: vec![
            info(0, &["self", "friend"], 2),
            info(1, &["self", "reader"], 1),
            info(2, &["self", "friend"], 2),
            info(3, &["self"], 1),
        ],
        actions: vec![action(0, vec![(EventValueId(0), number("30"))]), action(1, vec![]), action(2, vec![]), action(3, vec![])],
        influences: Vec::new(),
        triggers: Vec::new(),
        processes: Vec::new(),
        beats: Vec::new(),
        patterns: Vec::new(),
        inapplicable: Vec::new(),
        measures: Vec::new(),
        names: Vec::new(),
        prose: Vec::new(),
        documents: vec![Document { id: "farewell".into(), title: "To {{ to }}".into(), text: Vec::new() }],
        record_also: None,
        record_since: None,
        expectations: Vec::new(),
        interventions: Vec::new(),
        schema,
    }
}

/// Adds `source` (variants) to the prose under a key.
pub(super) fn say(scenario: &mut Scenario, key: &str, variants: &[&str]) {
    scenario.prose.push((key.into(), variants.iter().map(|&text| text.into()).collect()));
}

pub(super) fn registry() -> AgentRegistry {
    let mut registry = AgentRegistry::default();
    let people = [("ann", "Ann Lee", Pronouns::She), ("ben", "Ben Roy", Pronouns::He), ("cleo", "Cleo", Pronouns::They)];
    for ((key, name, pronouns), id) in people.into_iter().zip(0..) {
        let called = name.split(' ').next().unwrap_or(name).to_owned();
        registry.set(AgentProfile {
            id: AgentId(id),
            key: key.into(),
            kind: KindId(0),
            name: name.into(),
            short_name: called,
            pronouns,
            draw_key: id,
            names: Vec::new(),
        });
    }
    registry
}

/// An event at a number of hours after Monday, 6 January 2025, midnight.
pub(super) fn event(id: u32, hours: f64, kind: EventKind, roles: &[AgentId]) -> Event {
    let at = Instant::from_seconds(hours * 3600.0);
    Event { id: EventId(id), ..Event::new(kind, at, roles.iter().copied().collect()) }
}
