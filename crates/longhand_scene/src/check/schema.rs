//! The names that expressions may refer to.

use std::collections::BTreeSet;

use super::super::decl::{self, SceneFile, Text};
use super::super::model;
use super::super::values::{Kinship, ParamValue};
use super::events::EventTable;
use super::report::CheckReport;
use longhand_expr::ids::{AgentId, TieId};
use longhand_expr::{AttributeSchema, CalendarRules, DefSchema, ParamSchema, Schema, TieSchema, Type, effect_reasons};

/// The names that expressions may refer to.
pub(super) fn schema(scene: &SceneFile, params: &[model::Param], events: &EventTable, report: &mut CheckReport) -> Schema {
    let id = |text: &Text| text.value.clone();
    let attribute = |a: &decl::AttributeDecl| AttributeSchema {
        name: id(&a.id),
        switch: a.switch,
        integer: a.integer,
        range: a.range.as_ref().map_or((0.0, (a.one_of.len() as f64 - 1.0).max(1.0)), |range| **range),
        one_of: a.one_of.iter().map(id).collect(),
    };
    let param = |p: &decl::ParamDecl| ParamSchema {
        name: id(&p.id),
        ty: match *p.value {
            ParamValue::Number(_) => Type::Number,
            ParamValue::Switch(_) => Type::Switch,
        },
        value: params.iter().find(|param| param.id == p.id.value).map_or(0.0, |param| param.value.as_f64()),
    };
    let def = |d: &decl::DefDecl| DefSchema::new(id(&d.id), d.of.iter().map(id).collect(), d.is.value.as_str());
    Schema {
        kinds: scene.kinds.iter().map(|k| id(&k.id)).collect(),
        attributes: scene.attributes.iter().map(attribute).collect(),
        norms: scene.norms.iter().map(|n| id(&n.id)).collect(),
        dims: scene.bonds.iter().map(|d| id(&d.id)).collect(),
        ties: scene.ties.iter().map(|t| TieSchema { name: id(&t.id), symmetric: t.mutual }).collect(),
        places: scene.places.iter().map(|p| id(&p.id)).collect(),
        cast: scene.cast.iter().map(|m| id(&m.id)).collect(),
        things: scene.thing_count(),
        thing_kinds: scene.kinds.iter().filter(|kind| kind.of_things).count(),
        world: scene.cast.iter().position(super::super::decl::MemberDecl::is_world).map(AgentId::from_index),
        params: scene.params.iter().map(param).collect(),
        events: events.infos.iter().map(|info| info.name.clone()).collect(),
        values: value_names(scene, report),
        lists: scene.names.iter().map(|l| id(&l.id)).collect(),
        documents: scene.documents.iter().map(|d| id(&d.id)).collect(),
        reasons: reason_names(scene, report),
        kinship: kinship(scene, report),
        appointments: scene.appointments.iter().map(|a| id(&a.id)).collect(),
        intentions: scene.intentions.iter().map(|i| id(&i.id)).collect(),
        defs: scene.defs.iter().map(def).collect(),
        calendar: CalendarRules::gregorian(),
    }
}

/// The names of all reasons that effects give.
fn reason_names(scene: &SceneFile, report: &mut CheckReport) -> Vec<String> {
    const MOST: usize = 200;
    let of_rules = scene.actions.iter().map(|action| &action.does).chain(scene.triggers.iter().map(|trigger| &trigger.does));
    let of_processes = scene.processes.iter().map(|process| &process.does);
    let effects = of_rules.chain(of_processes).chain(scene.outcomes().map(|outcome| &outcome.does)).flatten();
    let mut reasons = Vec::new();
    for effect in effects {
        for reason in effect_reasons(effect) {
            if reasons.contains(&reason) {
                continue;
            }
            if reasons.len() == MOST {
                report.error(effect, "limit", format!("a scene may have at most {MOST} reasons"));
            }
            reasons.push(reason);
        }
    }
    reasons.truncate(MOST);
    reasons
}

/// The tie between parents and children, and whether it leads from child to parent.
fn kinship(scene: &SceneFile, report: &mut CheckReport) -> Option<(TieId, bool)> {
    let mut ties = scene.ties.iter().enumerate().filter_map(|(index, tie)| Some((index, tie, tie.kinship.as_ref()?)));
    let (index, first, kinship) = ties.next()?;
    for (_, _, another) in ties {
        let message = format!("`{}` is the tie between parents and children already", first.id.as_str());
        report.error_help(another, "duplicate", message, "a scene has one such tie; remove this `kinship`");
    }
    if first.mutual {
        report.error_help(kinship, "range", "a mutual tie has no children", "remove `mutual: true`");
    }
    Some((TieId::from_index(index), **kinship == Kinship::ChildOf))
}

/// The names of all event values.
fn value_names(scene: &SceneFile, report: &mut CheckReport) -> Vec<String> {
    const MOST: usize = 4096;
    let of_actions = scene.actions.iter().flat_map(|action| {
        let refusal = action.refused.iter().flat_map(|outcome| outcome.values.iter());
        action.values.iter().chain(refusal)
    });
    let of_triggers = scene.triggers.iter().flat_map(|trigger| trigger.values.iter());
    let steps = scene.actions.iter().map(|action| &action.steps).chain(scene.triggers.iter().map(|trigger| &trigger.steps));
    let of_steps = steps.flatten().flat_map(|step| &step.outcomes).flat_map(|outcome| outcome.values.iter());
    let all = of_actions.chain(of_triggers).chain(of_steps);
    let mut names = BTreeSet::new();
    for (name, _) in all {
        if names.insert(name.as_str()) && names.len() == MOST + 1 {
            report.error(name, "limit", format!("a scene may have at most {MOST} names of event values"));
        }
    }
    names.into_iter().map(str::to_owned).collect()
}
