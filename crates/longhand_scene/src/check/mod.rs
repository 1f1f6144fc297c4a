//! Checks a parsed scene: resolves all names, compiles all expressions, and reports all problems at once.
//!
//! - `names` collects the ids of each section first, so that sections may refer to each other in any order; `report` collects
//!   diagnostics.
//! - `time_span` reads start, end and tick; `constants` evaluates expressions that depend only on params.
//! - `declarations` checks params, kinds, attributes, bonds, ties and places; `population` checks the cast and the generated
//!   populations; `selectors` resolves the agents that a rule applies to.
//! - `defs` checks named expressions on their own.
//! - `events` lists all event kinds; `rules`, `triggers` and `event_specs` compile the rules that produce them.
//! - `reachability` warns of rules and events that can never happen, `cycles` reports triggers that activate each other
//!   without end.
//! - `patterns` compiles beats, patterns and measures; `expectations` those over many runs.

mod constants;
mod cycles;
mod declarations;
mod defs;
mod event_specs;
mod events;
mod expectations;
mod names;
mod patterns;
mod population;
mod reachability;
mod report;
mod rules;
mod selectors;
mod time_span;
mod triggers;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::decl::{MemberDecl, ParamValue, SceneFile, Text};
use super::diagnostic::{Diagnostic, SourceText};
use super::model::{self, AgentSelector, Scenario};
use super::settings::ParamSetting;
use constants::ConstantContext;
use events::EventTable;
use longhand_expr::ids::{AttrId, DimId, EventKind, KindId, ParamId, TieId};
use longhand_expr::{EmptyView, Schema, Scope, Type};
use names::{IdTable, IdUsage, check_id};
use report::CheckReport;

/// The state of a check.
struct SceneChecker<'a> {
    report: CheckReport<'a>,
    names: SceneNames,
    schema: Schema,
    constants: ConstantContext,
    events: EventTable,
    /// By attribute: the kinds that have it; `None` for all.
    attribute_kinds: Vec<Option<Vec<KindId>>>,
    /// By kind: whether its agents are OSes.
    os_kinds: Vec<bool>,
    /// By kind: whether agents of it exist at the start or may be created.
    populated_kinds: Vec<bool>,
    /// By cast member; `None` if the kind is unknown.
    cast_kinds: Vec<Option<KindId>>,
    attributes: Vec<model::Attribute>,
    dims: Vec<model::Dimension>,
    /// By param: its range.
    params: Vec<longhand_expr::ValueRange>,
    /// By event kind: the agents it may happen to; no entry for all agents.
    event_actors: BTreeMap<EventKind, Vec<AgentSelector>>,
    /// Event kinds that can never happen.
    unreachable: BTreeSet<EventKind>,
    /// Prose keys used in a `tell`.
    used_prose_keys: BTreeSet<String>,
    /// By tag: the ties that have it.
    tie_tags: BTreeMap<String, Vec<TieId>>,
}

/// The ids of the sections that others refer to.
struct SceneNames {
    kinds: IdTable,
    attributes: IdTable,
    dims: IdTable,
    ties: IdTable,
    places: IdTable,
    cast: IdTable,
    lists: IdTable,
    prose: IdTable,
    beats: IdTable,
}

/// Checks a scene and adds diagnostics to `problems`. The scenario is complete only if they contain no error.
pub(super) fn check(
    name: &str,
    scene: &SceneFile,
    texts: Vec<(String, String)>,
    set: &[ParamSetting],
    sources: &[SourceText],
    problems: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let mut report = CheckReport::new(sources, problems);
    let names = declare(scene, &mut report);
    let params = declarations::params(scene, set, &mut report);
    let events = EventTable::declare(scene, &mut report);
    // Ids are small integers. Beyond the limits they would overflow, so the check stops.
    if report.has_code("limit") {
        return None;
    }
    let frame = time_span::SceneTimes::read(scene, &mut report);
    let values = params.iter().map(|param| param.value.as_f64());
    let settled = ConstantContext { params: values.collect(), view: EmptyView(frame.calendar) };
    let of_member = |member: &MemberDecl| names.kinds.get(&member.kind).map(KindId::from_index);
    let mut check = SceneChecker {
        schema: schema(scene, &events, &mut report),
        constants: settled,
        attribute_kinds: selectors::attribute_kinds(scene, &names.kinds),
        os_kinds: scene.kinds.iter().map(|kind| kind.os).collect(),
        populated_kinds: reachability::populated_kinds(scene, &names.kinds),
        cast_kinds: scene.cast.iter().map(of_member).collect(),
        attributes: Vec::new(),
        dims: Vec::new(),
        params: params.iter().map(|param| param.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY))).collect(),
        event_actors: BTreeMap::new(),
        unreachable: BTreeSet::new(),
        used_prose_keys: BTreeSet::new(),
        tie_tags: tie_tags(scene),
        report,
        names,
        events,
    };
    check.scenario(name, scene, texts, params, &frame)
}

impl SceneChecker<'_> {
    fn scenario(
        &mut self,
        name: &str,
        scene: &SceneFile,
        sources: Vec<(String, String)>,
        params: Vec<model::Param>,
        frame: &time_span::SceneTimes,
    ) -> Option<Scenario> {
        self.check_defs(scene);
        let sizes = self.kind_sizes(scene);
        self.report.set_kind_sizes(sizes);
        self.attributes = self.read_attributes(scene);
        self.dims = self.read_dims(scene);
        let ties = self.ties(scene);
        let places = self.places(scene);
        let kinds = self.kinds(scene);
        let cast = self.cast(scene);
        let population = self.population(scene);
        let names = self.lists(scene);
        let goals = self.goals(scene);
        let minds = self.minds(scene);
        let actions = self.actions(scene);
        let triggers = self.triggers(scene);
        let processes = self.processes(scene);
        self.find_unreachable(scene, &actions, &triggers, &processes);
        self.check_trigger_cycles(scene, &triggers);
        let (beats, _) = self.patterns(&scene.beats);
        let (patterns, inapplicable) = self.patterns(&scene.patterns);
        let measures = self.measures(scene, &beats);
        let expect = self.expectations(scene);
        let tick_us = self.tick_us(scene, frame);
        let ends_when = self.optional_expr(&scene.ends_when, Type::Switch, &Scope::default());
        let also = scene.record.as_ref().and_then(|record| record.also.clone());
        let record_also = self.optional_expr(&also, Type::Switch, &Scope::new(["self"]).with_salt("record"));
        let (prose, documents) = self.check_texts(scene);
        Some(Scenario {
            name: name.to_owned(),
            title: scene.title.clone().unwrap_or_else(|| name.trim_end_matches(".ron").to_owned()),
            about: scene.about.clone().unwrap_or_default(),
            sources,
            calendar: frame.calendar,
            ends: frame.ends?,
            ends_when,
            tick_us,
            schema: std::mem::take(&mut self.schema),
            params,
            kinds,
            attributes: std::mem::take(&mut self.attributes),
            dims: std::mem::take(&mut self.dims),
            ties,
            places,
            cast,
            population,
            goals,
            minds,
            events: std::mem::take(&mut self.events.infos),
            actions,
            triggers,
            processes,
            beats,
            patterns,
            inapplicable,
            measures,
            names,
            prose,
            documents,
            record_also,
            expectations: expect,
            interventions: Vec::new(),
        })
    }

    fn check_texts(&mut self, scene: &SceneFile) -> (Vec<(String, Vec<String>)>, Vec<model::Document>) {
        for prose in &scene.prose {
            if prose.say.is_empty() {
                self.report.error(&prose.id, "empty", format!("the prose `{}` has no variants", prose.id.as_str()));
            }
            // Shared prose files contain more entries than a single scene uses.
            let shared = self.report.source_name(&prose.id).starts_with(super::source::ASSETS_FOLDER);
            // Events without `tell` use the prose of their own name. The prefixes are for memories, summaries and clauses.
            let id = prose.id.as_str();
            let derived = ["memory/", "seen/", "sum/", "gist/", "often/"].iter().find_map(|prefix| id.strip_prefix(prefix));
            let of_event = self.schema.event(derived.unwrap_or(id)).is_some()
                || id.strip_prefix("introduce/").is_some_and(|member| self.schema.agent(member).is_some());
            if !shared && !of_event && !self.used_prose_keys.contains(id) {
                let message = format!("the prose `{}` is not used", prose.id.as_str());
                self.report.warn(&prose.id, "unused", message, "use it in a `tell`, or remove it");
            }
        }
        for document in &scene.documents {
            if document.text.is_empty() {
                self.report.error(&document.id, "empty", format!("the document `{}` has no text", document.id.as_str()));
            }
        }
        let values = |texts: &[Text]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
        let prose = scene.prose.iter().map(|prose| (prose.id.value.clone(), values(&prose.say))).collect();
        let document = |written: &super::decl::DocumentDecl| model::Document {
            id: written.id.value.clone(),
            title: written.title.value.clone(),
            text: values(&written.text),
        };
        (prose, scene.documents.iter().map(document).collect())
    }
}

/// The ranges of numbers, for finding conditions that can never be true.
impl longhand_expr::DeclaredRanges for SceneChecker<'_> {
    fn attr(&self, attr: AttrId) -> longhand_expr::ValueRange {
        self.attributes.get(attr.index()).map_or(UNBOUNDED, |attribute| attribute.range)
    }
    fn dim(&self, dim: DimId) -> longhand_expr::ValueRange {
        self.dims.get(dim.index()).map_or(UNBOUNDED, |dim| dim.range)
    }
    fn param(&self, param: ParamId) -> longhand_expr::ValueRange {
        self.params.get(param.index()).copied().unwrap_or(UNBOUNDED)
    }
}

const UNBOUNDED: longhand_expr::ValueRange = (f64::NEG_INFINITY, f64::INFINITY);

/// Declares the ids of all sections; reports invalid, duplicate and too many ids.
fn declare(scene: &SceneFile, report: &mut CheckReport) -> SceneNames {
    use IdUsage::{Field, Function, Name, OutsideExpressions};
    macro_rules! table {
        ($what:literal, $said:expr, $most:expr, $section:ident) => {
            IdTable::declare($what, $said, $most, scene.$section.iter().map(|one| &one.id), report)
        };
    }
    table!("a param", Name, 1024, params);
    table!("a def", Function, 4096, defs);
    table!("a goal", OutsideExpressions, 256, goals);
    table!("a process", OutsideExpressions, 4096, processes);
    table!("a pattern", OutsideExpressions, 1024, patterns);
    table!("a measure", OutsideExpressions, 1024, measures);
    table!("a document", Name, 4096, documents);
    let rules = scene.actions.iter().map(|action| &action.id).chain(scene.triggers.iter().map(|trigger| &trigger.id));
    IdTable::declare("an action or trigger", Name, 4096, rules, report);
    for def in &scene.defs {
        for argument in &def.of {
            check_id("an argument", Name, argument, report);
        }
    }
    let dims = scene.bonds.iter().map(|dim| ("a dimension", &dim.id));
    let ties = scene.ties.iter().map(|tie| ("a tie", &tie.id));
    let defs = || scene.defs.iter().map(|def| ("a def", &def.id));
    names::check_distinct(dims.chain(ties).chain(defs()), report);
    let cast = scene.cast.iter().map(|member| ("a member of the cast", &member.id));
    let params = scene.params.iter().map(|param| ("a param", &param.id));
    let places = scene.places.iter().map(|place| ("a place", &place.id));
    names::check_distinct(cast.chain(params).chain(defs()).chain(places), report);
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
fn tie_tags(scene: &SceneFile) -> BTreeMap<String, Vec<TieId>> {
    let mut tags: BTreeMap<String, Vec<TieId>> = BTreeMap::new();
    for (at, tie) in scene.ties.iter().enumerate().take(usize::from(u8::MAX)) {
        for tag in &tie.tags {
            tags.entry(tag.value.clone()).or_default().push(TieId::from_index(at));
        }
    }
    tags
}

/// The names that expressions may refer to.
fn schema(scene: &SceneFile, events: &EventTable, report: &mut CheckReport) -> Schema {
    let id = |text: &Text| text.value.clone();
    let attribute = |a: &super::decl::AttributeDecl| longhand_expr::AttributeSchema { name: id(&a.id), switch: a.switch };
    let param = |p: &super::decl::ParamDecl| longhand_expr::ParamSchema {
        name: id(&p.id),
        ty: match *p.value {
            ParamValue::Number(_) => Type::Number,
            ParamValue::Switch(_) => Type::Switch,
        },
    };
    let def = |d: &super::decl::DefDecl| longhand_expr::DefSchema {
        name: id(&d.id),
        params: d.of.iter().map(id).collect(),
        body: d.is.value.clone(),
    };
    Schema {
        kinds: scene.kinds.iter().map(|k| id(&k.id)).collect(),
        attributes: scene.attributes.iter().map(attribute).collect(),
        dims: scene.bonds.iter().map(|d| id(&d.id)).collect(),
        ties: scene.ties.iter().map(|t| longhand_expr::TieSchema { name: id(&t.id), symmetric: t.mutual }).collect(),
        places: scene.places.iter().map(|p| id(&p.id)).collect(),
        cast: scene.cast.iter().map(|m| id(&m.id)).collect(),
        params: scene.params.iter().map(param).collect(),
        events: events.infos.iter().map(|info| info.name.clone()).collect(),
        values: values(scene, report),
        lists: scene.names.iter().map(|l| id(&l.id)).collect(),
        documents: scene.documents.iter().map(|d| id(&d.id)).collect(),
        defs: scene.defs.iter().map(def).collect(),
    }
}

/// The names of all event values.
fn values(scene: &SceneFile, report: &mut CheckReport) -> Vec<String> {
    const MOST: usize = 4096;
    let of_steps = scene.actions.iter().map(|a| &a.steps).chain(scene.triggers.iter().map(|t| &t.steps));
    let of_steps = of_steps.flatten().flat_map(|step| &step.outcomes).flat_map(|outcome| outcome.values.iter());
    let of_rules =
        scene.actions.iter().flat_map(|a| a.values.iter().chain(a.refused.iter().flat_map(|outcome| outcome.values.iter())));
    let all = of_rules.chain(scene.triggers.iter().flat_map(|t| t.values.iter())).chain(of_steps);
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
