//! The names that expressions may refer to.

use std::collections::BTreeSet;

use super::super::decl::{self, SceneFile, Text};
use super::super::model;
use super::super::values::ParamValue;
use super::events::EventTable;
use super::report::CheckReport;
use longhand_expr::{AttributeSchema, DefSchema, ParamSchema, Schema, TieSchema, Type};

/// The names that expressions may refer to.
pub(super) fn schema(scene: &SceneFile, params: &[model::Param], events: &EventTable, report: &mut CheckReport) -> Schema {
    let id = |text: &Text| text.value.clone();
    let attribute = |a: &decl::AttributeDecl| AttributeSchema { name: id(&a.id), switch: a.switch };
    let param = |p: &decl::ParamDecl| ParamSchema {
        name: id(&p.id),
        ty: match *p.value {
            ParamValue::Number(_) => Type::Number,
            ParamValue::Switch(_) => Type::Switch,
        },
        value: params.iter().find(|param| param.id == p.id.value).map_or(0.0, |param| param.value.as_f64()),
    };
    let def = |d: &decl::DefDecl| DefSchema { name: id(&d.id), params: d.of.iter().map(id).collect(), body: d.is.value.clone() };
    Schema {
        kinds: scene.kinds.iter().map(|k| id(&k.id)).collect(),
        attributes: scene.attributes.iter().map(attribute).collect(),
        dims: scene.bonds.iter().map(|d| id(&d.id)).collect(),
        ties: scene.ties.iter().map(|t| TieSchema { name: id(&t.id), symmetric: t.mutual }).collect(),
        places: scene.places.iter().map(|p| id(&p.id)).collect(),
        cast: scene.cast.iter().map(|m| id(&m.id)).collect(),
        params: scene.params.iter().map(param).collect(),
        events: events.infos.iter().map(|info| info.name.clone()).collect(),
        values: value_names(scene, report),
        lists: scene.names.iter().map(|l| id(&l.id)).collect(),
        documents: scene.documents.iter().map(|d| id(&d.id)).collect(),
        defs: scene.defs.iter().map(def).collect(),
    }
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
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    for (name, _) in all {
        if seen.insert(name.as_str()) {
            if values.len() == MOST {
                report.error(name, "limit", format!("a scene may have at most {MOST} names of event values"));
            }
            values.push(name.value.clone());
        }
    }
    values
}
