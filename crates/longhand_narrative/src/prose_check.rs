//! Finds errors in the templates of a scene before anything is narrated.
//!
//! Every template is compiled, the names it uses are looked up, and it is rendered with sample values for each event kind that
//! would use it. A misspelt pronoun is therefore reported when the scene is checked.

use super::event_narrator::{EVENT_TEMPLATE_NAMES, attribute_value};
use super::letter::LETTER_TEMPLATE_NAMES;
use super::recall_occasion::RecallOccasion;
use super::speech_acts::parse_acts;
use super::template_past::TemplatePast;
use super::template_person::{GrammaticalPerson, TemplatePeople, TemplatePerson};
use super::templates::{CompiledTemplate, compile, environment, error_text, find_forbidden};
use longhand_expr::Expr;
use longhand_expr::ids::{AgentId, EventKind, EventValueId};
use longhand_language::Language;
use longhand_scene::model::{EventInfo, EventOrigin, EventSpec};
use longhand_scene::prose_keys::{
    CLOSE_BEGINNING, ComposedKey, NO_TIE, event_of_key, gist_key, habit_key, insight_key, introduction_key, memory_key, noun_key,
    summary_key, topic_of_key,
};
use longhand_scene::{Pronouns, Scenario};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};
use std::collections::BTreeSet;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

/// Functions of the language of templates that there are not here.
const TEMPLATE_FUNCTIONS: [&str; 4] = ["range", "dict", "debug", "namespace"];

/// An error in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProseProblem {
    /// The key of the prose entry, or the id of the document.
    pub key: String,
    /// Whether `key` is a document id.
    pub document: bool,
    /// The index of the variant; none if the error is about the entry as a whole (or about the title of a document).
    pub variant: Option<usize>,
    /// The range in bytes of the template that is concerned, if known.
    pub range: Option<Range<usize>>,
    /// The error.
    pub message: String,
    /// A suggestion.
    pub help: Option<String>,
    /// Whether it is a name that none of the events has.
    pub is_unknown_name: bool,
}

/// Up to this many entries of prose are checked by one thread.
const FEW_ENTRIES: usize = 64;
/// The most threads.
const MAX_THREADS: usize = 4;

/// Checks every template of a scene: prose, memories, summaries and documents.
#[must_use]
pub fn check_prose(scenario: &Scenario) -> Vec<ProseProblem> {
    check_with(scenario, check_entries)
}

/// Checks every template of a scene, but not whether anything uses its key, which the check of the scene reports.
pub(super) fn check_templates(scenario: &Scenario) -> Vec<ProseProblem> {
    check_with(scenario, check_templates_of)
}

/// A key of the prose, and its variants.
type ProseEntry = (String, Vec<String>);

/// The problems that `check` finds in parts of the prose, and those of the documents.
fn check_with(scenario: &Scenario, check: fn(&Scenario, &[ProseEntry]) -> Vec<ProseProblem>) -> Vec<ProseProblem> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let size = scenario.prose.len().div_ceil(threads).max(FEW_ENTRIES);
    let parts = scenario.prose.chunks(size).map(|entries| move || check(scenario, entries));
    let mut problems: Vec<ProseProblem> = in_parallel(parts).into_iter().flatten().collect();
    problems.extend(check_documents(scenario));
    problems
}

/// The results of some tasks, in their order: the first of the tasks is done by this thread, and each other by one of its own.
fn in_parallel<R: Send, F: FnOnce() -> R + Send>(mut tasks: impl Iterator<Item = F>) -> Vec<R> {
    let Some(first) = tasks.next() else { return Vec::new() };
    std::thread::scope(|scope| {
        let others: Vec<_> = tasks.map(|task| scope.spawn(task)).collect();
        let mut results = vec![first()];
        results.extend(others.into_iter().map(|task| task.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        results
    })
}

/// Checks some entries of the prose of a scene.
fn check_entries(scenario: &Scenario, entries: &[ProseEntry]) -> Vec<ProseProblem> {
    let mut checker = ProseChecker::new(scenario);
    for (key, variants) in entries {
        let location = TemplateLocation { key, document: false, variant: None };
        if checker.uses_of(key).is_empty() {
            let help = checker.suggest_name(key, checker.known_keys());
            checker.report(location, "no event or member uses this key".into(), None, help);
        }
        checker.check_variants(key, variants);
        if variants.is_empty() {
            checker.report(location, "this entry has no text".into(), None, None);
        }
    }
    checker.problems
}

/// Checks the templates of some entries of the prose of a scene.
fn check_templates_of(scenario: &Scenario, entries: &[ProseEntry]) -> Vec<ProseProblem> {
    let mut checker = ProseChecker::new(scenario);
    entries.iter().for_each(|(key, variants)| checker.check_variants(key, variants));
    checker.problems
}

fn check_documents(scenario: &Scenario) -> Vec<ProseProblem> {
    let mut checker = ProseChecker::new(scenario);
    for document in &scenario.documents {
        let uses = [TemplateUse::for_letter(scenario)];
        checker.check_template(TemplateLocation { key: &document.id, document: true, variant: None }, &document.title, &uses);
        for (variant, source) in document.text.iter().enumerate() {
            checker.check_template(TemplateLocation { key: &document.id, document: true, variant: Some(variant) }, source, &uses);
        }
    }
    checker.problems
}

#[derive(Clone, Copy)]
struct TemplateLocation<'a> {
    key: &'a str,
    document: bool,
    variant: Option<usize>,
}

/// A context in which a template is rendered: names with sample values.
struct TemplateUse {
    /// What renders it, for messages.
    user: String,
    /// What to write instead of `self`, if the template is not about an event.
    instead_of_self: Option<String>,
    names: Vec<(String, Value)>,
}

struct ProseChecker<'a> {
    scenario: &'a Scenario,
    env: Environment<'static>,
    problems: Vec<ProseProblem>,
}

fn sample_person(id: u32, language: &Arc<Language>) -> Value {
    Value::from_object(sample_template_person(id, language))
}

fn sample_template_person(id: u32, language: &Arc<Language>) -> TemplatePerson {
    let called = ["Ann", "Ben", "Cleo"][id as usize % 3].to_owned();
    let pronouns = [Pronouns::She, Pronouns::He, Pronouns::They][id as usize % 3];
    TemplatePerson {
        id: AgentId(id),
        name: called.clone(),
        short_name: called,
        pronouns,
        person: GrammaticalPerson::Third,
        language: language.clone(),
        attributes: Vec::new(),
    }
}

fn sample_word(name: &str) -> Value {
    match name {
        "hour" | "year" | "nth" => Value::from(7),
        "first" => Value::from(true),
        "pleasure" | "arousal" | "dominance" | "strength" => Value::from(0.25),
        _ => Value::from("spring"),
    }
}

/// A sample of what a composed sentence refers to.
fn sample_past(language: &Arc<Language>) -> Value {
    Value::from_object(TemplatePast::sample(sample_person(2, language)))
}

/// A sample of an earlier document.
fn sample_work(language: &Arc<Language>) -> Value {
    let words =
        [("title", "A letter"), ("line", "It rained."), ("when", "last spring")].map(|(name, word)| (name, Value::from(word)));
    let numbers = [("words", Value::from(70)), ("pleasure", Value::from(0.25)), ("by", sample_person(2, language))];
    Value::from_pairs(words.into_iter().chain(numbers))
}

/// The attributes that the events of a rule carry for the agent of this name in their prose, with sample values.
fn sample_attributes(scenario: &Scenario, values: &[(EventValueId, Expr)], name: &str) -> Vec<(String, Value)> {
    let shown = values.iter().filter_map(|(id, _)| {
        let full = scenario.schema.values.get(usize::from(id.0))?;
        let attribute = full.strip_prefix(name)?.strip_prefix('.')?;
        Some((attribute.to_owned(), attribute_value(scenario, attribute, 1.0)))
    });
    shown.collect()
}

/// A sample of the agent in a slot, or of the agents of a role for several.
fn sample_role(info: &EventInfo, slot: u32, language: &Arc<Language>) -> Value {
    if info.is_several(slot as usize) {
        let people = vec![sample_person(slot, language), sample_person(slot + 1, language)];
        Value::from_object(TemplatePeople { people, language: language.clone() })
    } else {
        sample_person(slot, language)
    }
}

fn sample_cast(scenario: &Scenario) -> impl Iterator<Item = (String, Value)> {
    scenario.schema.cast.iter().zip(0..).map(|(name, id)| (name.clone(), sample_person(id, &scenario.language)))
}

impl TemplateUse {
    fn for_event(scenario: &Scenario, info: &EventInfo) -> Self {
        let values = event_rule(scenario, info).map_or(&[][..], |event| &event.values);
        let with_attributes = |id: u32, name: &String| {
            let attributes = sample_attributes(scenario, values, name);
            Value::from_object(TemplatePerson { attributes, ..sample_template_person(id, &scenario.language) })
        };
        let role = |(slot, id): (&String, u32)| match info.is_several(id as usize) {
            true => (slot.clone(), sample_role(info, id, &scenario.language)),
            false if info.topic == Some(id as usize) => (slot.clone(), Value::from("that it rained")),
            false => (slot.clone(), with_attributes(id, slot)),
        };
        let mut names: Vec<(String, Value)> = info.slots.iter().zip(0..).map(role).collect();
        let value_name = |value: EventValueId| scenario.schema.values.get(usize::from(value.0));
        names.extend(values.iter().filter_map(|(value, _)| Some((value_name(*value)?.clone(), Value::from(7)))));
        names.extend(EVENT_TEMPLATE_NAMES.map(|name| (name.to_owned(), sample_word(name))));
        names.extend(scenario.schema.cast.iter().zip(0..).map(|(name, id)| (name.clone(), with_attributes(id, name))));
        Self { user: format!("`{}`", info.name), instead_of_self: None, names }
    }

    /// For what somebody tells, as a clause.
    fn for_topic(scenario: &Scenario) -> Self {
        let language = &scenario.language;
        let words = EVENT_TEMPLATE_NAMES.map(|name| (name.to_owned(), sample_word(name)));
        let people = [("a", 0), ("b", 1), ("self", 2)].map(|(name, id)| (name.to_owned(), sample_person(id, language)));
        let values = [("holds", Value::from(true)), ("value", Value::from(0.5))].map(|(name, value)| (name.to_owned(), value));
        let names = people.into_iter().chain(values).chain(words).chain(sample_cast(scenario)).collect();
        Self { user: "what somebody tells".into(), instead_of_self: None, names }
    }

    /// For an introduction: time, place and the cast.
    fn for_introduction(scenario: &Scenario, member: &str) -> Self {
        let words = EVENT_TEMPLATE_NAMES.map(|name| (name.to_owned(), sample_word(name)));
        Self {
            user: "an introduction".into(),
            instead_of_self: Some(format!(
                "an introduction is not about an event: write `{{{{ {member} }}}}`, the id of the member"
            )),
            names: words.into_iter().chain(sample_cast(scenario)).collect(),
        }
    }

    /// For an introduction of people of a kind: also who is introduced, and the names of two places.
    fn for_introduction_of_kind(scenario: &Scenario) -> Self {
        let more = [
            ("who", sample_person(0, &scenario.language)),
            ("home", Value::from("the flat")),
            ("work", Value::from("the works")),
        ];
        let usage = Self::for_introduction(scenario, "who").with_names(&more);
        Self { instead_of_self: Some("an introduction is not about an event: write `{{ who }}`".into()), ..usage }
    }

    /// For what somebody says: who speaks and who hears, with all attributes, and what they remember.
    fn for_speech(scenario: &Scenario) -> Self {
        let language = &scenario.language;
        let attributes: Vec<(String, Value)> = (scenario.attributes.iter())
            .map(|attribute| (attribute.id.clone(), attribute_value(scenario, &attribute.id, 1.0)))
            .collect();
        let person =
            |id| Value::from_object(TemplatePerson { attributes: attributes.clone(), ..sample_template_person(id, language) });
        let remembered =
            ["past", "grudge", "favour", "own", "reply", "theirs", "yours"].map(|name| (name, sample_past(language)));
        let usage = Self { user: "what somebody says".into(), ..Self::for_introduction(scenario, "speaker") };
        let usage = usage.with_names(&remembered).with_names(&[("speaker", person(0)), ("hearer", person(1))]);
        Self { instead_of_self: Some("write `{{ speaker }}` and `{{ hearer }}`".into()), ..usage }
    }

    /// For a sentence that connects an event with another one, or says how two are tied.
    fn for_composed(scenario: &Scenario, people: [&str; 2]) -> Self {
        let language = &scenario.language;
        let [one, other] = people;
        let more = [
            (one, sample_person(0, language)),
            (other, sample_person(1, language)),
            ("past", sample_past(language)),
            ("meetings", Value::from(7)),
            ("feeling", Value::from("joy")),
            ("willed", Value::from(true)),
        ];
        let usage = Self { user: "a composed sentence".into(), ..Self::for_introduction(scenario, one) }.with_names(&more);
        Self { instead_of_self: Some(format!("write `{{{{ {one} }}}}` and `{{{{ {other} }}}}`")), ..usage }
    }

    fn with_names(mut self, more: &[(&str, Value)]) -> Self {
        self.names.splice(0..0, more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self
    }

    fn for_letter(scenario: &Scenario) -> Self {
        let memory = |phrase: &str| {
            let words =
                [("phrase", phrase), ("seen", "It was good."), ("kind", "walk"), ("what", "walk"), ("when", "last spring")];
            Value::from_pairs(
                words.map(|(name, word)| (name, Value::from(word))).into_iter().chain([("strength", Value::from(0.5))]),
            )
        };
        let language = &scenario.language;
        let mut names: Vec<(String, Value)> = LETTER_TEMPLATE_NAMES.map(|name| (name.to_owned(), sample_word(name))).into();
        for (name, value) in &mut names {
            match name.as_str() {
                "writer" => *value = sample_person(0, language),
                "to" => *value = sample_person(1, language),
                "works" => *value = Value::from(vec![sample_work(language), sample_work(language)]),
                "memories" => *value = Value::from(["the walk", "the quarrel", "the rain"].map(memory).to_vec()),
                _ => {}
            }
        }
        names.extend(scenario.schema.values.iter().map(|value| (value.clone(), Value::from(7))));
        names.extend(sample_cast(scenario));
        let help = "in a document write `{{ writer }}` for the one who writes it";
        Self { user: "a document".into(), instead_of_self: Some(help.into()), names }
    }

    fn value(&self, name: &str) -> Option<Value> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

/// What happens in an event of a kind.
fn event_rule<'a>(scenario: &'a Scenario, info: &EventInfo) -> Option<&'a EventSpec> {
    match info.origin {
        EventOrigin::Action(index) => scenario.actions.get(index).map(|action| &action.event),
        EventOrigin::Refusal(index) => scenario.actions.get(index)?.refused.as_ref(),
        EventOrigin::Trigger(index) => scenario.triggers.get(index).map(|trigger| &trigger.event),
        EventOrigin::ActionStep(index, step, outcome) => {
            Some(&scenario.actions.get(index)?.steps.get(step)?.outcomes.get(outcome)?.1)
        }
        EventOrigin::TriggerStep(index, step, outcome) => {
            Some(&scenario.triggers.get(index)?.steps.get(step)?.outcomes.get(outcome)?.1)
        }
        EventOrigin::Intervention(_) => None,
    }
}

impl<'a> ProseChecker<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut env = environment(&scenario.language);
        // An error then says which value is undefined.
        env.set_debug(true);
        Self { scenario, env, problems: Vec::new() }
    }

    /// The contexts in which a prose key is rendered, one for each event kind that uses it.
    fn uses_of(&self, key: &str) -> Vec<TemplateUse> {
        let mut uses = Vec::new();
        let name = event_of_key(key);
        let is_memory = key == memory_key(name) || key == insight_key(name);
        let is_summary = key == summary_key(name) || key == habit_key(name);
        let is_gist = key == gist_key(name);
        let is_noun = key == noun_key(name);
        for info in &self.scenario.events {
            if info.prose_key.as_deref() == Some(key) || info.name == key {
                uses.push(TemplateUse::for_event(self.scenario, info));
            }
            if is_memory && info.name == name {
                let language = &self.scenario.language;
                let [when, strength] = [("when", Value::from("last spring")), ("strength", Value::from(0.5))];
                let more = [when, strength, ("writer", sample_person(0, language)), ("to", sample_person(1, language))];
                uses.push(TemplateUse::for_event(self.scenario, info).with_names(&more));
            }
            if is_summary && info.name == name {
                uses.push(
                    TemplateUse::for_event(self.scenario, info)
                        .with_names(&[("n", Value::from(7)), ("often", Value::from("again"))]),
                );
            }
            if is_gist && info.name == name {
                uses.push(TemplateUse::for_event(self.scenario, info));
            }
            if is_noun && info.name == name {
                let more = [("whose", "Ann’s"), ("with_whom", "with Ben"), ("told", "It rained.")];
                let more = more.map(|(name, word)| (name, Value::from(word)));
                uses.push(TemplateUse::for_event(self.scenario, info).with_names(&more));
            }
        }
        match ComposedKey::parse(key) {
            Some(ComposedKey::Speech(_)) => uses.push(TemplateUse::for_speech(self.scenario)),
            Some(ComposedKey::Acts(name)) => {
                let has = |info: &&EventInfo| info.name == name || info.tags.iter().any(|tag| tag == name);
                uses.extend(self.scenario.events.iter().filter(has).map(|info| TemplateUse::for_event(self.scenario, info)));
            }
            Some(ComposedKey::Close(CLOSE_BEGINNING)) => {
                uses.push(TemplateUse::for_composed(self.scenario, ["who", "other"]));
            }
            Some(ComposedKey::Recall(name)) if RecallOccasion::ALL.iter().any(|occasion| occasion.name() == name) => {
                uses.push(TemplateUse::for_composed(self.scenario, ["who", "whom"]));
            }
            Some(ComposedKey::Measure(id)) if self.scenario.measures.iter().any(|measure| measure.id == id) => {
                let more = ["value", "before"].map(|name| (name, Value::from(7)));
                let usage = TemplateUse::for_introduction(self.scenario, "value").with_names(&more);
                uses.push(TemplateUse { user: "a figure".into(), instead_of_self: Some("write `{{ value }}`".into()), ..usage });
            }
            Some(ComposedKey::Change(from, to))
                if [from, to].into_iter().all(|name| name == NO_TIE || self.scenario.schema.tie(name).is_some()) =>
            {
                let usage = TemplateUse::for_composed(self.scenario, ["who", "other"]);
                let before = sample_person(1, &self.scenario.language);
                uses.push(usage.with_names(&[("before", before), ("still", Value::from(true))]));
            }
            Some(ComposedKey::Relation(name) | ComposedKey::Close(name)) if self.scenario.schema.tie(name).is_some() => {
                uses.push(TemplateUse::for_composed(self.scenario, ["who", "other"]));
            }
            _ => {}
        }
        if topic_of_key(key).is_some() {
            uses.push(TemplateUse::for_topic(self.scenario));
        }
        if let Some(member) = self.scenario.cast.iter().find(|member| introduction_key(&member.id) == key) {
            uses.push(TemplateUse::for_introduction(self.scenario, &member.id));
        } else if self.scenario.kinds.iter().any(|kind| introduction_key(&kind.id) == key) {
            uses.push(TemplateUse::for_introduction_of_kind(self.scenario));
        }
        uses
    }

    fn known_keys(&self) -> Vec<String> {
        let keys_of = |info: &EventInfo| {
            let derived = [memory_key, insight_key, summary_key, gist_key, noun_key, habit_key].map(|key| Some(key(&info.name)));
            [info.prose_key.clone(), Some(info.name.clone())].into_iter().chain(derived)
        };
        let members = self.scenario.cast.iter().map(|member| introduction_key(&member.id));
        let kinds = self.scenario.kinds.iter().map(|kind| introduction_key(&kind.id));
        self.scenario.events.iter().flat_map(keys_of).flatten().chain(members).chain(kinds).collect()
    }

    /// Checks the variants of an entry.
    fn check_variants(&mut self, key: &str, variants: &[String]) {
        let uses = self.uses_of(key);
        for (variant, source) in variants.iter().enumerate() {
            self.check_template(TemplateLocation { key, document: false, variant: Some(variant) }, source, &uses);
        }
    }

    fn check_template(&mut self, location: TemplateLocation<'_>, source: &str, uses: &[TemplateUse]) {
        if let Some((range, reason)) = find_forbidden(source) {
            return self.report(location, reason, Some(range), None);
        }
        let template = match compile(&mut self.env, "checked".into(), source) {
            Ok(template) => template,
            Err(error) => return self.report_error(location, &error, String::new()),
        };
        if self.report_unknown_names(location, source, &template, uses) {
            return;
        }
        if let Some(ComposedKey::Acts(name)) = ComposedKey::parse(location.key).filter(|_| !location.document)
            && let Err(message) = self.check_acts(name, &template, uses)
        {
            return self.report(location, message, None, Some("write `ACT SPEAKER HEARER`, several with commas".into()));
        }
        for usage in uses {
            // Once as the first of its kind and once as a later one: templates often differ in that.
            for (first, nth) in [(true, 1), (false, 7)] {
                let names = |name: &str| match name {
                    "first" => Some(Value::from(first)),
                    "nth" => Some(Value::from(nth)),
                    _ => usage.value(name),
                };
                if let Err(error) = template.render(&self.env, names) {
                    // `self` is not found among the names of a template, so it is reported here.
                    let self_range = name_range("self", source).filter(|_| error.kind() == ErrorKind::UndefinedError);
                    if let (Some(range), Some(help)) = (self_range, &usage.instead_of_self) {
                        return self.report(location, "unknown name `self`".into(), Some(range), Some(help.clone()));
                    }
                    return self.report_error(location, &error, format!(" (rendered for {})", usage.user));
                }
            }
        }
    }

    /// Checks the acts that a template of `acts/…` names: each has an entry `speech/…`, and its speaker and hearer are roles.
    fn check_acts(&self, name: &str, template: &CompiledTemplate, uses: &[TemplateUse]) -> Result<(), String> {
        let has = |info: &&EventInfo| info.name == name || info.tags.iter().any(|tag| tag == name);
        let events: Vec<&EventInfo> = self.scenario.events.iter().filter(has).collect();
        for usage in uses {
            let Ok(text) = template.render(&self.env, |name| usage.value(name)) else { continue };
            for (act, speaker, hearer) in parse_acts(&text).map_err(|part| format!("`{part}` is not an act"))? {
                let key = ComposedKey::Speech(act).key();
                if !self.scenario.prose.iter().any(|(known, _)| *known == key) {
                    return Err(format!("there is no prose `{key}`"));
                }
                for role in [speaker, hearer] {
                    let is_one = |info: &EventInfo| {
                        info.slots.iter().position(|slot| slot == role).is_some_and(|slot| !info.is_several(slot))
                    };
                    if !events.iter().any(|info| is_one(info)) {
                        return Err(format!("no event of `{name}` has the role `{role}` of one agent"));
                    }
                }
            }
        }
        Ok(())
    }

    fn report_unknown_names(
        &mut self,
        location: TemplateLocation<'_>,
        source: &str,
        template: &CompiledTemplate,
        uses: &[TemplateUse],
    ) -> bool {
        let mut unknown = false;
        for name in template.names_used.iter().filter(|name| *name != "self") {
            let is_global = self.env.globals().any(|(global, _)| global == name);
            if uses.is_empty() || is_global || uses.iter().any(|usage| usage.value(name).is_some()) {
                continue;
            }
            unknown = true;
            let known: BTreeSet<String> =
                uses.iter().flat_map(|usage| usage.names.iter().map(|(name, _)| name.clone())).collect();
            let range = name_range(name, source);
            let is_called = !TEMPLATE_FUNCTIONS.contains(&name.as_str())
                && range.as_ref().is_some_and(|range| source[range.end..].trim_start().starts_with('('));
            let help = if is_called {
                Some(format!(
                    "functions of rules are not known here: give the rule a value, as in `values: {{\"x\": \"{name}(…)\"}}`, and write `{{{{ x }}}}`"
                ))
            } else {
                self.suggest_name(name, known.into_iter().collect())
            };
            self.report(location, format!("unknown name `{name}`"), range, help);
            self.problems.last_mut().expect("a problem was just reported").is_unknown_name = true;
        }
        unknown
    }

    fn suggest_name(&self, name: &str, known: Vec<String>) -> Option<String> {
        let similarity = |other: &String| strsim::jaro_winkler(name, other);
        let best =
            known.into_iter().filter(|other| similarity(other) > 0.75).max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
        Some(format!("did you mean `{best}`?"))
    }

    fn report_error(&mut self, location: TemplateLocation<'_>, error: &Error, context: String) {
        self.report(location, format!("{}{context}", error_text(error)), error.range(), None);
    }

    fn report(&mut self, location: TemplateLocation<'_>, message: String, range: Option<Range<usize>>, help: Option<String>) {
        let TemplateLocation { key, document, variant } = location;
        self.problems.push(ProseProblem { key: key.to_owned(), document, variant, range, message, help, is_unknown_name: false });
    }
}

/// The first place where a template uses a name by itself between braces.
fn name_range(name: &str, source: &str) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let in_braces = |at: usize| {
        let last = |braces: [&str; 2]| braces.iter().filter_map(|brace| source[..at].rfind(brace)).max();
        last(["{{", "{%"]).is_some_and(|opening| last(["}}", "%}"]).is_none_or(|closing| closing < opening))
    };
    let is_used_alone = |at: &usize| {
        let (before, after) = (&source[..*at], &source[*at + name.len()..]);
        in_braces(*at) && !before.ends_with(|c| is_word(c) || c == '.') && !after.starts_with(is_word)
    };
    source.match_indices(name).map(|(at, _)| at).find(is_used_alone).map(|at| at..at + name.len())
}

/// The event kinds for which the prose of a scene has no entry. Their events get plain sentences.
#[must_use]
pub fn kinds_without_prose(scenario: &Scenario) -> Vec<EventKind> {
    let has = |key: &str| scenario.prose.iter().any(|(id, variants)| id == key && !variants.is_empty());
    let has_prose = |info: &EventInfo| info.prose_key.as_deref().is_some_and(has) || has(&info.name);
    (0..scenario.events.len()).filter(|&at| !has_prose(&scenario.events[at])).map(EventKind::from_index).collect()
}
