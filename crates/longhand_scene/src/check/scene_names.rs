//! The ids that a scene declares, section by section.

use std::collections::BTreeMap;

use super::super::decl::SceneFile;
use super::super::implied_commitments::is_of_commitment;
use super::names::{IdTable, IdUsage, check_distinct, check_id};
use super::report::CheckReport;
use longhand_expr::ids::TieId;

/// The ids of the sections that others refer to.
pub(super) struct SceneNames {
    pub(super) kinds: IdTable,
    pub(super) attributes: IdTable,
    pub(super) dims: IdTable,
    pub(super) ties: IdTable,
    pub(super) places: IdTable,
    pub(super) cast: IdTable,
    pub(super) lists: IdTable,
    pub(super) prose: IdTable,
    pub(super) beats: IdTable,
}

/// Declares the ids of all sections; reports invalid, duplicate and too many ids.
pub(super) fn declare_names(scene: &SceneFile, report: &mut CheckReport) -> SceneNames {
    use IdUsage::{Field, Function, Name, OutsideExpressions};
    macro_rules! table {
        ($what:literal, $usage:expr, $most:expr, $section:ident) => {
            IdTable::declare($what, $usage, $most, scene.$section.iter().map(|entry| &entry.id), report)
        };
    }
    table!("a param", Name, 1024, params);
    table!("a def", Function, 4096, defs);
    table!("a goal", OutsideExpressions, 256, goals);
    table!("an influence", OutsideExpressions, 4096, influences);
    table!("a process", OutsideExpressions, 4096, processes);
    table!("a pattern", OutsideExpressions, 1024, patterns);
    table!("a measure", OutsideExpressions, 1024, measures);
    table!("a document", Name, 4096, documents);
    table!("an appointment", Name, 200, appointments);
    table!("an intention", Name, 200, intentions);
    let triggers = scene.triggers.iter().filter(|trigger| !is_of_commitment(trigger)).map(|trigger| &trigger.id);
    let rules = scene.actions.iter().map(|action| &action.id).chain(triggers);
    IdTable::declare("an action or trigger", Name, 4096, rules, report);
    for def in &scene.defs {
        for argument in &def.of {
            check_id("an argument", Name, argument, report);
        }
    }
    let dims = scene.bonds.iter().map(|dim| ("a dimension", &dim.id));
    let ties = scene.ties.iter().map(|tie| ("a tie", &tie.id));
    let defs = || scene.defs.iter().map(|def| ("a def", &def.id));
    check_distinct(dims.chain(ties).chain(defs()), report);
    let cast = scene.cast.iter().map(|member| ("a member of the cast", &member.id));
    let params = scene.params.iter().map(|param| ("a param", &param.id));
    let places = scene.places.iter().map(|place| ("a place", &place.id));
    check_distinct(cast.chain(params).chain(defs()).chain(places), report);
    SceneNames {
        kinds: table!("a kind", Name, 256, kinds),
        attributes: table!("an attribute", Field, 256, attributes),
        dims: table!("a dimension", Function, 6, bonds),
        ties: table!("a tie", Function, 32, ties),
        places: table!("a place", Name, 4096, places),
        cast: table!("a member of the cast", Name, 10_000, cast),
        lists: table!("a list of names", Name, 255, names),
        prose: table!("a prose", OutsideExpressions, 16_384, prose),
        beats: table!("a beat", OutsideExpressions, 1024, beats),
    }
}

/// The ties of each tag.
pub(super) fn tie_tags(scene: &SceneFile) -> BTreeMap<String, Vec<TieId>> {
    let mut tags: BTreeMap<String, Vec<TieId>> = BTreeMap::new();
    for (index, tie) in scene.ties.iter().enumerate().take(usize::from(u8::MAX)) {
        for tag in &tie.tags {
            tags.entry(tag.value.clone()).or_default().push(TieId::from_index(index));
        }
    }
    tags
}
