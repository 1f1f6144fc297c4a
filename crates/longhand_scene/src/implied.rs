//! Adds the declarations that others imply.
//!
//! A thing is a member of the cast of the kind `thing`, so that it has a name, attributes and a history like anybody; the
//! simulation keeps it from acting. A scene in which somebody travels has the event `arrives`. What moves a kind of agent becomes influences, and
//! a norm is an attribute.

use super::decl::{
    ActivationDecl, AttributeDecl, HeldBy, InfluenceDecl, KindDecl, MemberDecl, ProseDecl, SceneFile, Text, ThingDecl,
    TriggerDecl,
};
use super::diagnostic::Diagnostic;
use super::moved_by;
use super::spanned::{Spanned, SpannedMap};
use super::values::{DecisionKind, NarrationFrequency, RecordDetail};

/// The kind of all things.
pub(super) const THING_KIND: &str = "thing";
/// The event of the end of a journey.
pub(super) const ARRIVAL: &str = "arrives";
const ARRIVAL_SENTENCE: &str = "{{ self }} arrived{% if place %} at {{ place }}{% endif %}.";

/// Adds what a scene implies. What it declares under the same name is reported.
pub(super) fn add_implied(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    add_norms(scene);
    moved_by::add_influences(scene);
    add_things(scene, problems);
    add_arrival(scene, problems);
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
            start: norm.start.clone(),
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
    scene.kinds.push(KindDecl {
        id: kind.clone(),
        about: String::new(),
        os: false,
        wakes: None,
        asleep: None,
        speed: None,
        routine: Vec::new(),
        idle: None,
        whim: None,
        loss_aversion: None,
        moved_by: None,
        temperament: None,
        taste: Vec::new(),
        surname: None,
    });
    scene.cast.extend(things.into_iter().map(|thing| member_of_thing(thing, &kind)));
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
        thing: Some(HeldBy(thing.holder)),
        id: thing.id,
    }
}

fn add_arrival(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    let is_timed =
        |effect: &&Text| effect.split_once(" goes to ").is_some_and(|(_, way)| way.split_whitespace().any(|word| word == "in"));
    let speed = scene.kinds.iter().find_map(|kind| kind.speed.as_ref());
    let Some(reason) = speed.or_else(|| scene.effects().find(is_timed)).cloned() else { return };
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
    scene.triggers.push(TriggerDecl {
        id: text(ARRIVAL),
        tags: Vec::new(),
        by: scene.kinds.iter().filter(|kind| kind.id.as_str() != THING_KIND).map(|kind| kind.id.clone()).collect(),
        on: ActivationDecl::Arrives,
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
    });
}
