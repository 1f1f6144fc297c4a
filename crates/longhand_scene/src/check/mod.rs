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

mod circles;
mod defs;
mod events;
mod expects;
mod frame;
mod happens;
mod names;
mod patterns;
mod people;
mod report;
mod rules;
mod settled;
mod society;
mod survey;
mod triggers;
mod who;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, Source};
use super::file::{Member, ParamValue, SceneFile, Text};
use super::model::{self, Scenario, Who};
use super::settings::Setting;
use events::Events;
use longhand_expr::ids::{AttrId, DimId, EventKind, KindId, ParamId, TieId};
use longhand_expr::{Nothing, Schema, Scope, Type};
use names::{Said, Table, check_id};
use report::Report;
use settled::Settled;

/// The state of a check.
struct Check<'a> {
    report: Report<'a>,
    names: Names,
    schema: Schema,
    settled: Settled,
    events: Events,
    /// By attribute: the kinds that have it; `None` for all.
    has: Vec<Option<Vec<KindId>>>,
    /// By kind: whether its agents are OSes.
    os: Vec<bool>,
    /// By kind: whether agents of it exist at the start or may be created.
    lived: Vec<bool>,
    /// By cast member; `None` if the kind is unknown.
    cast_kinds: Vec<Option<KindId>>,
    attributes: Vec<model::Attribute>,
    dims: Vec<model::Dimension>,
    /// By param: its range.
    params: Vec<longhand_expr::Span>,
    /// By event kind: the agents it may happen to; no entry for all agents.
    doers: BTreeMap<EventKind, Vec<Who>>,
    /// Event kinds that can never happen.
    unreachable: BTreeSet<EventKind>,
    /// Prose keys used in a `tell`.
    told: BTreeSet<String>,
    /// By tag: the ties that have it.
    tie_tags: BTreeMap<String, Vec<TieId>>,
}

/// The ids of the sections that others refer to.
struct Names {
    kinds: Table,
    attributes: Table,
    dims: Table,
    ties: Table,
    places: Table,
    cast: Table,
    lists: Table,
    prose: Table,
    beats: Table,
}

/// Checks a scene and adds diagnostics to `problems`. The scenario is complete only if they contain no error.
pub(super) fn check(
    name: &str,
    scene: &SceneFile,
    texts: Vec<(String, String)>,
    set: &[Setting],
    sources: &[Source],
    problems: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let mut report = Report::new(sources, problems);
    let names = declare(scene, &mut report);
    let params = society::params(scene, set, &mut report);
    let events = Events::declare(scene, &mut report);
    // Ids are small integers. Beyond the limits they would overflow, so the check stops.
    if report.has("limit") {
        return None;
    }
    let frame = frame::Frame::read(scene, &mut report);
    let values = params.iter().map(|param| match param.value {
        ParamValue::Number(number) => number,
        ParamValue::Switch(switch) => f64::from(u8::from(switch)),
    });
    let settled = Settled { params: values.collect(), view: Nothing(frame.calendar) };
    let of_member = |member: &Member| names.kinds.get(&member.kind).map(KindId::at);
    let mut check = Check {
        schema: schema(scene, &events, &mut report),
        settled,
        has: who::owners(scene, &names.kinds),
        os: scene.kinds.iter().map(|kind| kind.os).collect(),
        lived: survey::lived(scene, &names.kinds),
        cast_kinds: scene.cast.iter().map(of_member).collect(),
        attributes: Vec::new(),
        dims: Vec::new(),
        params: params.iter().map(|param| param.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY))).collect(),
        doers: BTreeMap::new(),
        unreachable: BTreeSet::new(),
        told: BTreeSet::new(),
        tie_tags: tie_tags(scene),
        report,
        names,
        events,
    };
    check.scenario(name, scene, texts, params, &frame)
}

impl Check<'_> {
    fn scenario(
        &mut self,
        name: &str,
        scene: &SceneFile,
        sources: Vec<(String, String)>,
        params: Vec<model::Param>,
        frame: &frame::Frame,
    ) -> Option<Scenario> {
        self.defs(scene);
        let sizes = self.sizes(scene);
        self.report.sizes(sizes);
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
        self.survey(scene, &actions, &triggers, &processes);
        self.circles(scene, &triggers);
        let (beats, _) = self.patterns(&scene.beats);
        let (patterns, inapplicable) = self.patterns(&scene.patterns);
        let measures = self.measures(scene, &beats);
        let expect = self.expects(scene);
        let tick_us = self.tick(scene, frame);
        let ends_when = self.optional(&scene.ends_when, Type::Switch, &Scope::default());
        let also = scene.record.as_ref().and_then(|record| record.also.clone());
        let record_also = self.optional(&also, Type::Switch, &Scope::new(["self"]).salted("record"));
        let (prose, documents) = self.texts(scene);
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
            expect,
            outside: Vec::new(),
        })
    }

    fn texts(&mut self, scene: &SceneFile) -> (Vec<(String, Vec<String>)>, Vec<model::Document>) {
        for prose in &scene.prose {
            if prose.say.is_empty() {
                self.report.error(&prose.id, "empty", format!("the prose `{}` has no variants", prose.id.as_str()));
            }
            // Shared prose files contain more entries than a single scene uses.
            let shared = self.report.source_name(&prose.id).starts_with(super::files::ASSETS);
            // Events without `tell` use the prose of their own name. The prefixes are for memories, summaries and clauses.
            let id = prose.id.as_str();
            let derived = ["memory/", "seen/", "sum/", "gist/", "often/"].iter().find_map(|prefix| id.strip_prefix(prefix));
            let of_event = self.schema.event(derived.unwrap_or(id)).is_some()
                || id.strip_prefix("introduce/").is_some_and(|member| self.schema.agent(member).is_some());
            if !shared && !of_event && !self.told.contains(id) {
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
        let document = |written: &super::file::Document| model::Document {
            id: written.id.value.clone(),
            title: written.title.value.clone(),
            text: values(&written.text),
        };
        (prose, scene.documents.iter().map(document).collect())
    }
}

/// The ranges of numbers, for finding conditions that can never be true.
impl longhand_expr::Ranges for Check<'_> {
    fn attr(&self, attr: AttrId) -> longhand_expr::Span {
        self.attributes.get(attr.index()).map_or(ANYTHING, |attribute| attribute.range)
    }
    fn dim(&self, dim: DimId) -> longhand_expr::Span {
        self.dims.get(dim.index()).map_or(ANYTHING, |dim| dim.range)
    }
    fn param(&self, param: ParamId) -> longhand_expr::Span {
        self.params.get(param.index()).copied().unwrap_or(ANYTHING)
    }
}

const ANYTHING: longhand_expr::Span = (f64::NEG_INFINITY, f64::INFINITY);

/// Declares the ids of all sections; reports invalid, duplicate and too many ids.
fn declare(scene: &SceneFile, report: &mut Report) -> Names {
    use Said::{BeforeBrackets, BehindDot, Elsewhere, InExpressions};
    macro_rules! table {
        ($what:literal, $said:expr, $most:expr, $section:ident) => {
            Table::declare($what, $said, $most, scene.$section.iter().map(|one| &one.id), report)
        };
    }
    table!("a param", InExpressions, 1024, params);
    table!("a def", BeforeBrackets, 4096, defs);
    table!("a goal", Elsewhere, 256, goals);
    table!("a process", Elsewhere, 4096, processes);
    table!("a pattern", Elsewhere, 1024, patterns);
    table!("a measure", Elsewhere, 1024, measures);
    table!("a document", InExpressions, 4096, documents);
    let rules = scene.actions.iter().map(|action| &action.id).chain(scene.triggers.iter().map(|trigger| &trigger.id));
    Table::declare("an action or trigger", InExpressions, 4096, rules, report);
    for def in &scene.defs {
        for argument in &def.of {
            check_id("an argument", InExpressions, argument, report);
        }
    }
    let dims = scene.bonds.iter().map(|dim| ("a dimension", &dim.id));
    let ties = scene.ties.iter().map(|tie| ("a tie", &tie.id));
    let defs = || scene.defs.iter().map(|def| ("a def", &def.id));
    names::apart(dims.chain(ties).chain(defs()), report);
    let cast = scene.cast.iter().map(|member| ("a member of the cast", &member.id));
    let params = scene.params.iter().map(|param| ("a param", &param.id));
    let places = scene.places.iter().map(|place| ("a place", &place.id));
    names::apart(cast.chain(params).chain(defs()).chain(places), report);
    Names {
        kinds: table!("a kind", InExpressions, 256, kinds),
        attributes: table!("an attribute", BehindDot, 256, attributes),
        dims: table!("a dimension", BeforeBrackets, 6, bonds),
        ties: table!("a tie", BeforeBrackets, 32, ties),
        places: table!("a place", InExpressions, 4096, places),
        cast: table!("a member of the cast", InExpressions, 10_000, cast),
        lists: table!("a list of names", InExpressions, 255, names),
        prose: table!("a prose", Elsewhere, 16_384, prose),
        beats: table!("a beat", Elsewhere, 1024, beats),
    }
}

/// The ties of each tag.
fn tie_tags(scene: &SceneFile) -> BTreeMap<String, Vec<TieId>> {
    let mut tags: BTreeMap<String, Vec<TieId>> = BTreeMap::new();
    for (at, tie) in scene.ties.iter().enumerate().take(usize::from(u8::MAX)) {
        for tag in &tie.tags {
            tags.entry(tag.value.clone()).or_default().push(TieId::at(at));
        }
    }
    tags
}

/// The names that expressions may refer to.
fn schema(scene: &SceneFile, events: &Events, report: &mut Report) -> Schema {
    let id = |text: &Text| text.value.clone();
    let attribute = |a: &super::file::Attribute| longhand_expr::Attribute { name: id(&a.id), switch: a.switch };
    let param = |p: &super::file::Param| longhand_expr::Param {
        name: id(&p.id),
        ty: match *p.value {
            ParamValue::Number(_) => Type::Number,
            ParamValue::Switch(_) => Type::Switch,
        },
    };
    let def = |d: &super::file::Def| longhand_expr::Def {
        name: id(&d.id),
        of: d.of.iter().map(id).collect(),
        body: d.is.value.clone(),
    };
    Schema {
        kinds: scene.kinds.iter().map(|k| id(&k.id)).collect(),
        attributes: scene.attributes.iter().map(attribute).collect(),
        dims: scene.bonds.iter().map(|d| id(&d.id)).collect(),
        ties: scene.ties.iter().map(|t| longhand_expr::Tie { name: id(&t.id), symmetric: t.mutual }).collect(),
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
fn values(scene: &SceneFile, report: &mut Report) -> Vec<String> {
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
