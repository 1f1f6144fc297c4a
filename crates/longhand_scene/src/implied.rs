//! Adds the declarations that others imply.
//!
//! A thing is a member of the cast of the kind `thing`, so that it has a name, attributes and a history like anybody; the
//! simulation keeps it from acting. The world is such a member too, so its attributes change, are recorded, explained and compared
//! like those of anybody, and it is in no list of people. A scene in which somebody travels has the event `arrives`;
//! the events of appointments and intentions are in `implied_commitments`. What moves a kind of agent becomes influences, and a norm is an
//! attribute.

use super::decl::{
    ActivationDecl, AttributeDecl, HeldBy, InfluenceDecl, KindDecl, MemberDecl, ProseDecl, SceneFile, Text, ThingDecl,
    TriggerDecl,
};
use super::diagnostic::Diagnostic;
use super::implied_commitments::add_commitments;
use super::moved_by;
use super::shown_values::add_shown_values;
use super::spanned::{Spanned, SpannedMap};
use super::values::{AttributeValue, DecisionKind, NarrationFrequency, RecordDetail};
use longhand_expr::Pronouns;

/// The kind of all things.
pub(super) const THING_KIND: &str = "thing";
/// The member of the cast, and its kind, that has the attributes of the world.
pub(super) const WORLD: &str = "world";
/// The event of the end of a journey.
pub(super) const ARRIVAL: &str = "arrives";
const ARRIVAL_SENTENCE: &str = "{{ self }} arrived{% if place %} at {{ place }}{% endif %}.";

/// Adds what a scene implies. What it declares under the same name is reported.
pub(super) fn add_implied(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    add_norms(scene);
    moved_by::add_influences(scene);
    add_things(scene, problems);
    add_world(scene, problems);
    add_walking(scene);
    add_arrival(scene, problems);
    add_commitments(scene, problems);
    add_shown_values(scene);
}

impl TriggerDecl {
    /// A trigger that a scene has without declaring it, at the place of the declaration that implies it.
    pub(super) fn implied(id: Text, on: ActivationDecl) -> Self {
        Self {
            id,
            tags: Vec::new(),
            by: Vec::new(),
            on,
            each: None,
            about: SpannedMap::default(),
            when: None,
            chance: None,
            after: None,
            cooldown: None,
            once: false,
            place: None,
            values: SpannedMap::default(),
            does: Vec::new(),
            tell: None,
            say: Vec::new(),
            steps: Vec::new(),
            keep: RecordDetail::default(),
            telling: NarrationFrequency::default(),
            of_intention: None,
        }
    }
}

/// Moves the attributes of the section `world` to those of the member `world`.
fn add_world(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    let attributes = std::mem::take(&mut scene.world);
    let Some(first) = attributes.first().map(|first| first.id.clone()) else { return };
    let taken = scene.kinds.iter().map(|kind| &kind.id).chain(scene.cast.iter().map(|member| &member.id));
    if let Some(id) = taken.into_iter().find(|id| id.as_str() == WORLD) {
        let message = format!("`{WORLD}` has the attributes that are declared in `world`");
        let problem = Diagnostic::error("duplicate", id.file, id.span.clone(), message);
        problems.push(problem.help("choose another id".to_owned()));
        return;
    }
    for kind in attributes.iter().filter_map(|attribute| attribute.of.first()) {
        let problem = Diagnostic::error("world", kind.file, kind.span.clone(), "an attribute of the world is of no kind");
        problems.push(problem.help("remove `of`, or move the attribute to `attributes`".to_owned()));
    }
    let text = |value: &str| Text { value: value.to_owned(), ..first.clone() };
    scene.kinds.push(kind_of_things(text(WORLD)));
    let thing = ThingDecl {
        id: text(WORLD),
        name: Some("the world".to_owned()),
        called: None,
        pronouns: Pronouns::It,
        holder: None,
        owner: None,
        place: None,
        dormant: false,
        attributes: SpannedMap::default(),
        about: String::new(),
    };
    scene.cast.push(MemberDecl { thing: Some(HeldBy::World), ..member_of_thing(thing, &text(WORLD)) });
    let of_world = |attribute: AttributeDecl| AttributeDecl { of: vec![text(WORLD)], ..attribute };
    scene.attributes.extend(attributes.into_iter().map(of_world));
}

/// How strongly agents hold a norm is an attribute. What it adds to the utility of actions are influences.
fn add_norms(scene: &mut SceneFile) {
    for norm in &scene.norms {
        let range = Spanned { value: (-1.0, 1.0), file: norm.id.file, span: norm.id.span.clone() };
        let kinds = || scene.kinds.iter().map(|kind| kind.id.clone()).collect();
        scene.attributes.push(AttributeDecl {
            id: norm.id.clone(),
            of: if norm.of.is_empty() { kinds() } else { norm.of.clone() },
            switch: false,
            integer: false,
            scale: Some(true),
            range: Some(norm.range.clone().unwrap_or(range)),
            start: norm.start.as_ref().map(|start| Spanned {
                value: AttributeValue::Number(start.value),
                file: start.file,
                span: start.span.clone(),
            }),
            one_of: Vec::new(),
            rest: norm.rest.clone(),
            half_life: norm.half_life.clone(),
            inherits: norm.inherits.clone(),
            about: norm.says.clone(),
            norm: true,
        });
        let Some(weighs) = &norm.weighs else { continue };
        for (on, id, sign) in
            [(&norm.about, norm.id.value.clone(), ""), (&norm.against, format!("{}/against", norm.id.value), "-")]
        {
            let text = |value: String| Text { value, ..weighs.clone() };
            scene.influences.push(InfluenceDecl {
                id: text(id),
                on: on.clone(),
                by: norm.of.clone(),
                at: DecisionKind::Choice,
                when: norm.when.clone(),
                adds: text(format!("{sign}({}) * norm(self, {})", weighs.as_str(), norm.id.as_str())),
                because: norm.says.clone(),
                implied: true,
            });
        }
    }
}

fn add_things(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    let things = std::mem::take(&mut scene.things);
    let Some(first) = things.first() else { return };
    if let Some(kind) = scene.kinds.iter().find(|kind| kind.id.as_str() == THING_KIND) {
        let message = format!("`{THING_KIND}` is the kind of what is declared in `things`");
        let problem = Diagnostic::error("duplicate", kind.id.file, kind.id.span.clone(), message);
        problems.push(problem.help("give this kind another id".to_owned()));
        return;
    }
    let kind = Text { value: THING_KIND.to_owned(), ..first.id.clone() };
    scene.kinds.push(kind_of_things(kind.clone()));
    scene.cast.extend(things.into_iter().map(|thing| member_of_thing(thing, &kind)));
}

/// A kind of what acts not.
fn kind_of_things(id: Text) -> KindDecl {
    KindDecl {
        id,
        about: String::new(),
        os: false,
        wakes: None,
        asleep: None,
        speed: None,
        involved: None,
        routine: Vec::new(),
        idle: None,
        whim: None,
        loss_aversion: None,
        moved_by: None,
        temperament: None,
        taste: Vec::new(),
        surname: None,
        of_things: true,
        on_foot: false,
    }
}

fn member_of_thing(thing: ThingDecl, kind: &Text) -> MemberDecl {
    let name = thing.name.unwrap_or_else(|| thing.id.value.clone());
    MemberDecl {
        kind: kind.clone(),
        called: Some(thing.called.unwrap_or_else(|| name.clone())),
        name: Some(name),
        pronouns: thing.pronouns,
        home: thing.place,
        work: None,
        born: None,
        dormant: thing.dormant,
        owner: thing.owner,
        attributes: thing.attributes,
        toward: Vec::new(),
        wakes: None,
        routine: Vec::new(),
        temperament: None,
        about: thing.about,
        thing: Some(thing.holder.map_or(HeldBy::Nobody, HeldBy::Member)),
        id: thing.id,
    }
}

/// Whoever an effect sends to another place walks there, if the scene says where places are, and nobody has a speed. What never decides,
/// such as a ring among the people, is moved.
fn add_walking(scene: &mut SceneFile) {
    let has_ways = !scene.roads.is_empty() || scene.places.iter().filter(|place| place.position.is_some()).count() > 1;
    let has_speeds = scene.kinds.iter().any(|kind| kind.speed.is_some());
    let sends = scene.effects().any(|effect| sends_to_place(effect) == Some(Sending::AtOwnSpeed));
    if has_ways && !has_speeds && sends {
        scene.kinds.iter_mut().for_each(|kind| kind.on_foot = kind.wakes.is_some());
    }
}

/// How an effect sends somebody to a place.
#[derive(PartialEq)]
pub(super) enum Sending {
    AtOwnSpeed,
    InTime,
}

pub(super) fn sends_to_place(effect: &str) -> Option<Sending> {
    let (_, way) = effect.split_once(" goes to ")?;
    Some(if way.split_whitespace().any(|word| word == "in") { Sending::InTime } else { Sending::AtOwnSpeed })
}

fn add_arrival(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    let walks = scene.kinds.iter().any(|kind| kind.on_foot);
    let takes_time = |effect: &&Text| match sends_to_place(effect) {
        Some(Sending::InTime) => true,
        Some(Sending::AtOwnSpeed) => walks,
        None => false,
    };
    let speed = scene.kinds.iter().find_map(|kind| kind.speed.as_ref());
    let Some(reason) = speed.or_else(|| scene.effects().find(takes_time)).cloned() else { return };
    let rules = scene.actions.iter().map(|action| &action.id).chain(scene.triggers.iter().map(|trigger| &trigger.id));
    if let Some(rule) = rules.into_iter().find(|rule| rule.as_str() == ARRIVAL) {
        let message = format!("`{ARRIVAL}` is the event of the end of a journey");
        let problem = Diagnostic::error("duplicate", rule.file, rule.span.clone(), message);
        problems.push(problem.help(format!("give this rule another id; a trigger may have `on: Event(\"{ARRIVAL}\")`")));
        return;
    }
    let text = |value: &str| Text { value: value.to_owned(), ..reason.clone() };
    if !scene.prose.iter().any(|prose| prose.id.as_str() == ARRIVAL) {
        scene.prose.push(ProseDecl { id: text(ARRIVAL), say: vec![text(ARRIVAL_SENTENCE)] });
    }
    let by = scene.kinds.iter().filter(|kind| !kind.of_things).map(|kind| kind.id.clone()).collect();
    scene.triggers.push(TriggerDecl { by, ..TriggerDecl::implied(text(ARRIVAL), ActivationDecl::Arrives) });
}
