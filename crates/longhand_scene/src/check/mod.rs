//! Checks a parsed scene: resolves all names, compiles all expressions, and reports all problems at once.
//!
//! - `scene_names` collects the ids of each section first (tables of `names`), so that sections may refer to each other in any
//!   order; `schema` gives them to expressions, and `report` collects diagnostics. `checker` is the state that all parts share.
//! - `calendar` checks a calendar of the scene's own; `time_span` reads start, end and tick; `constants` evaluates expressions that depend only on params.
//! - `declarations` checks params, kinds, attributes, bonds, ties and places; `population` checks the cast and the generated
//!   populations; `selectors` resolves the agents that a rule applies to; `lookup` contains what they share;
//!   `shared_lists` knows the lists of names that come with longhand.
//! - `defs` checks named expressions on their own.
//! - `events` lists all event kinds, with the tags of `effect_tags`; `rules`, `triggers` and `event_specs` compile the rules that produce them.
//! - `commitments` checks appointments and intentions.
//! - `norms` compiles the standards by which agents judge events.
//! - `influences` compiles what is added to the utility of actions.
//! - `absence` lets rules read what those who are gone had until then; `several` warns of triggers that take one of several, `like_things` of
//!   members of the cast that should be things.
//! - `cut_offs` warns of effects that leave a range and of weights below 0; `roads` checks the ways between places.
//! - `reachability` warns of rules and events that can never happen, `cycles` reports triggers that activate each other
//!   without end.
//! - `language` checks the language of the texts, `script` recognises their script.
//! - `design` reviews the scene as a whole: what stays open, what nothing reads, and what can come in one way only. `weights` finds steps
//!   that may end without an outcome.
//! - `patterns` compiles beats and patterns, `measures` measures; `expectations` parses expectations over many runs; `texts` checks prose.

mod absence;
mod calendar;
mod checker;
mod commitments;
mod constants;
mod cut_offs;
mod cycles;
mod declarations;
mod defs;
mod design;
mod effect_tags;
mod event_specs;
mod events;
mod expectations;
mod influences;
mod language;
mod like_things;
mod lookup;
mod measures;
mod names;
mod norms;
mod patterns;
mod population;
mod reachability;
mod report;
mod roads;
mod rules;
mod scene_names;
mod schema;
mod script;
mod selectors;
mod several;
mod shared_lists;
mod texts;
mod time_span;
mod triggers;
mod weights;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::decl::{MemberDecl, SceneFile};
use super::diagnostic::{Diagnostic, SourceText};
use super::model::{self, Scenario};
use super::routes::Routes;
use super::settings::ParamSetting;
use checker::SceneChecker;
use constants::ConstantContext;
pub(super) use design::{DesignReview, review};
use events::EventTable;
use longhand_expr::ids::{AgentId, KindId};
use longhand_expr::{EmptyView, Scope, Type};
use report::CheckReport;
use scene_names::{declare_names, tie_tags};

/// Checks a scene and adds diagnostics to `problems`. The scenario is complete only if they contain no error.
pub(super) fn check(
    name: &str,
    scene: &SceneFile,
    cast_order: &[usize],
    texts: Vec<(String, String)>,
    set: &[ParamSetting],
    sources: &[SourceText],
    problems: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let mut report = CheckReport::new(sources, problems);
    let names = declare_names(scene, &mut report);
    let params = declarations::params(scene, set, &mut report);
    let events = EventTable::declare(scene, &mut report);
    // Ids are small integers. Beyond the limits they would overflow, so the check stops. It also stops after many errors.
    if report.has_code("limit") || report.is_full() {
        report.report_if_full();
        return None;
    }
    let mut schema = schema::schema(scene, &params, &events, &mut report);
    schema.calendar = calendar::calendar_rules(scene, &mut report);
    let values: Vec<f64> = params.iter().map(|param| param.value.as_f64()).collect();
    let times = time_span::SceneTimes::read(scene, &mut schema, &values, &mut report);
    let constants = ConstantContext { params: values, view: EmptyView(times.calendar.clone()) };
    let kind_of = |member: &MemberDecl| names.kinds.get(&member.kind).map(KindId::from_index);
    let mut check = SceneChecker {
        schema,
        constants,
        attribute_kinds: selectors::attribute_kinds(scene, &names.kinds),
        os_kinds: scene.kinds.iter().map(|kind| kind.os).collect(),
        populated_kinds: reachability::populated_kinds(scene, &names.kinds),
        cast_kinds: scene.cast.iter().map(kind_of).collect(),
        attributes: Vec::new(),
        dims: Vec::new(),
        params: params.iter().map(|param| param.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY))).collect(),
        event_actors: BTreeMap::new(),
        unreachable: BTreeSet::new(),
        held_ties: BTreeSet::new(),
        unvisited: BTreeSet::new(),
        possible: None,
        used_prose_keys: BTreeSet::new(),
        tie_tags: tie_tags(scene),
        report,
        names,
        events,
    };
    let scenario = check.scenario(name, scene, texts, params, &times);
    check.report.report_if_full();
    let mut scenario = scenario?;
    let in_order = cast_order.iter().copied().map(AgentId::from_index);
    scenario.cast_order = in_order.filter(|agent| !scenario.schema.is_thing(*agent)).collect();
    Some(scenario)
}

impl SceneChecker<'_> {
    fn scenario(
        &mut self,
        name: &str,
        scene: &SceneFile,
        sources: Vec<(String, String)>,
        params: Vec<model::Param>,
        times: &time_span::SceneTimes,
    ) -> Option<Scenario> {
        self.check_defs(scene);
        let sizes = self.kind_sizes(scene);
        self.report.set_kind_sizes(sizes);
        self.attributes = self.read_attributes(scene);
        self.dims = self.read_dims(scene);
        let ties = self.ties(scene);
        let places = self.places(scene);
        let stage = self.stage(scene);
        let roads = self.roads(scene, &places);
        let kinds = self.kinds(scene);
        let cast = self.cast(scene);
        let population = self.population(scene);
        let names = self.lists(scene);
        let goals = self.goals(scene);
        let norms = self.norms(scene);
        let minds = self.minds(scene);
        let mut actions = self.actions(scene);
        let commitments = self.commitments(scene, &actions);
        for action in &mut actions {
            action.serves = commitments.served_by(action);
        }
        let influences = self.influences(scene, &mut actions);
        let mut triggers = self.triggers(scene);
        let mut processes = self.processes(scene);
        self.find_unreachable(scene, &actions, &triggers, &processes);
        self.check_trigger_cycles(scene, &triggers);
        self.warn_cut_offs(scene, &actions, &triggers, &processes);
        self.read_absences(scene, &ties, &mut actions, &mut triggers, &mut processes);
        self.warn_one_of_several(scene, &ties, &triggers);
        self.set_aside_like_things(scene, &mut actions);
        let (beats, _) = self.patterns(&scene.beats);
        let (patterns, inapplicable) = self.patterns(&scene.patterns);
        let measures = self.measures(scene, &beats, times);
        let expectations = self.expectations(scene);
        let ends_when = self.optional_expr(&scene.ends_when, Type::Switch, &Scope::default().with_salt("ends_when"));
        let also = scene.record.as_ref().and_then(|record| record.also.clone());
        let record_also = self.optional_expr(&also, Type::Switch, &Scope::new(["self"]).with_salt("record"));
        let since = scene.record.as_ref().and_then(|record| record.since.clone());
        let record_since = self.optional_expr(&since, Type::Switch, &Scope::new(["self"]).with_salt("record since"));
        let (prose, documents) = self.check_texts(scene);
        let language = self.language(scene);
        Some(Scenario {
            name: name.to_owned(),
            title: scene.title.as_ref().map_or_else(|| name.trim_end_matches(".ron").to_owned(), |title| title.value.clone()),
            about: scene.about.as_ref().map_or_else(String::new, |about| about.value.clone()),
            language,
            sources,
            calendar: times.calendar.clone(),
            ends: times.ends?,
            ends_when,
            tick_us: times.calendar.tick_us(),
            schema: std::mem::take(&mut self.schema),
            params,
            kinds,
            attributes: std::mem::take(&mut self.attributes),
            dims: std::mem::take(&mut self.dims),
            ties,
            routes: Routes::new(&places, &roads),
            places,
            stage,
            cast,
            cast_order: Vec::new(),
            population,
            goals,
            norms,
            minds,
            commitments,
            events: std::mem::take(&mut self.events.infos),
            actions,
            influences,
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
            record_since,
            expectations,
            interventions: Vec::new(),
        })
    }
}
