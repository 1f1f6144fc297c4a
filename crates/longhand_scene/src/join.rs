//! Joins a file of a scene with the files that it includes.
//!
//! Sections are appended. The including file decides: it leaves out what it names in `without`, gives params other values by `set`,
//! and adds variants to prose. So a library of rules can be adapted without being copied: to replace a rule, leave it out and
//! declare another one with its id.

use std::ops::Range;

use super::decl::calendar::CalendarDecl;
use super::decl::{self, SceneFile, Text};
use super::diagnostic::Diagnostic;
use super::spanned::{FileId, Spanned};
use super::stage::StageDecl;
use super::values::ParamValue;
use longhand_expr::did_you_mean;

/// What precedes the key of a prose entry in `without`.
const PROSE_PREFIX: &str = "prose/";

/// Calls a macro with all sections whose entries have an id that is unique in a scene.
macro_rules! with_id_sections {
    ($call:ident) => {
        $call!(params defs kinds attributes world bonds ties places cast things goals norms appointments intentions actions influences triggers processes beats patterns measures names documents)
    };
}

/// Joins the included files with the file that includes them.
pub(super) fn join_parts(scene: &mut SceneFile, mut parts: Vec<SceneFile>, problems: &mut Vec<Diagnostic>) {
    // Taken: further parts that are joined later, such as collections of patterns, are none of those that it names.
    for without in std::mem::take(&mut scene.without) {
        // All parts are asked: the same id may be in several sections.
        if parts.iter_mut().map(|part| leave_out(part, &without)).filter(|removed| *removed).count() == 0 {
            problems.push(nothing_to_leave_out(&without, &parts));
        }
    }
    for part in parts {
        append(scene, part, problems);
    }
    set_params(scene, problems);
}

/// Removes the declarations with an id from a part. Returns whether there were any.
fn leave_out(part: &mut SceneFile, without: &Text) -> bool {
    let count = entry_count(part);
    if let Some(key) = without.strip_prefix(PROSE_PREFIX) {
        part.prose.retain(|entry| entry.id.as_str() != key);
    } else {
        macro_rules! retain {
            ($($section:ident)*) => { $(part.$section.retain(|entry| entry.id.as_str() != without.as_str());)* };
        }
        with_id_sections!(retain);
    }
    entry_count(part) < count
}

fn entry_count(part: &SceneFile) -> usize {
    macro_rules! count {
        ($($section:ident)*) => { part.prose.len() $(+ part.$section.len())* };
    }
    with_id_sections!(count)
}

fn nothing_to_leave_out(without: &Text, parts: &[SceneFile]) -> Diagnostic {
    let mut ids = Vec::new();
    for part in parts {
        macro_rules! collect {
            ($($section:ident)*) => { $(ids.extend(part.$section.iter().map(|entry| entry.id.value.clone()));)* };
        }
        with_id_sections!(collect);
        ids.extend(part.prose.iter().map(|entry| format!("{PROSE_PREFIX}{}", entry.id.as_str())));
    }
    let message = format!("no included file declares `{}`", without.as_str());
    let help = did_you_mean(without, ids.iter().map(String::as_str))
        .unwrap_or_else(|| "`without` leaves out what the files in `include` declare".to_owned());
    Diagnostic::error("unknown-name", without.file, without.span.clone(), message).help(help)
}

/// Gives params the values in `set`.
fn set_params(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    for (id, value) in scene.set.take().map(|map| map.0).unwrap_or_default() {
        let Some(param) = scene.params.iter_mut().find(|param| param.id.as_str() == id.as_str()) else {
            let message = format!("there is no param `{}`", id.as_str());
            let help = did_you_mean(&id, scene.params.iter().map(|param| param.id.as_str()))
                .unwrap_or_else(|| "declare it in `params`".to_owned());
            problems.push(Diagnostic::error("param", id.file, id.span, message).help(help));
            continue;
        };
        let expected = match (*param.value, *value) {
            (ParamValue::Number(_), ParamValue::Switch(_)) => "a number",
            (ParamValue::Switch(_), ParamValue::Number(_)) => "a switch",
            _ => {
                param.value = value;
                continue;
            }
        };
        let message = format!("the param `{}` is {expected}", id.as_str());
        problems.push(Diagnostic::error("param", value.file, value.span, message));
    }
}

/// Appends the sections of a part. For single fields, the value of the including file has priority, and a value of the part that is
/// ignored gives a warning. Prose with the key of an entry of the including file adds its variants to that entry.
fn append(scene: &mut SceneFile, mut part: SceneFile, problems: &mut Vec<Diagnostic>) {
    let mut warn = |field: &str, ignored: Option<(FileId, Range<usize>)>| {
        let Some((file, span)) = ignored else { return };
        let message = format!("`{field}` is ignored here: the file that includes this one has its own");
        let help = format!("remove `{field}`, or move what is used elsewhere into a file of its own");
        problems.push(Diagnostic::warning("ignored", file, span, message).help(help));
    };
    macro_rules! extend {
        ($($section:ident)*) => { $(scene.$section.extend(part.$section);)* };
    }
    macro_rules! fill {
        ($($field:ident: $span:expr;)*) => { $(match (&scene.$field, part.$field) {
            (None, field) => scene.$field = field,
            (Some(_), None) => {}
            (Some(_), Some(ignored)) => warn(stringify!($field), $span(&ignored)),
        })* };
    }
    let of_text = |text: &Text| Some((text.file, text.span.clone()));
    for entry in std::mem::take(&mut part.prose) {
        match scene.prose.iter_mut().find(|own| own.id.as_str() == entry.id.as_str() && own.id.file != entry.id.file) {
            Some(own) => own.say.extend(entry.say),
            None => scene.prose.push(entry),
        }
    }
    extend!(roads population expect);
    with_id_sections!(extend);
    // A table of words belongs to the file that names it.
    if scene.words.is_none() {
        scene.words_file = part.words_file;
    }
    match (&mut scene.forms, part.forms) {
        (Some(forms), Some(more)) => forms.0.extend(more.0),
        (forms @ None, more) => *forms = more,
        (Some(_), None) => {}
    }
    fill!(language: of_text; direction: of_text; words: of_text; title: of_text; about: of_text; starts: of_text; ends: of_text; ends_when: of_text; tick: of_text;
          calendar: |calendar: &CalendarDecl| calendar.first_text().and_then(of_text);
          minds: minds_span; stage: |stage: &StageDecl| stage.setting.as_ref().or(stage.palette.as_ref()).and_then(of_text); record: |record: &decl::RecordDecl| record.also.as_ref().or(record.since.as_ref()).and_then(of_text););
}

/// The position of the first value in a `minds` section.
fn minds_span(minds: &decl::MindsDecl) -> Option<(FileId, Range<usize>)> {
    let texts = [&minds.emotion_half_life, &minds.mood_half_life, &minds.memory_half_life];
    let numbers = [&minds.mood_pull, &minds.noticed, &minds.memorable, &minds.hurt, &minds.judgement];
    let texts = texts.into_iter().flatten().map(|text| (text.file, text.span.clone()));
    let numbers = numbers.into_iter().flatten().map(|number: &Spanned<f64>| (number.file, number.span.clone()));
    texts.chain(numbers).min_by_key(|(_, span)| span.start)
}

#[cfg(test)]
mod tests {
    use crate::{Scenario, load_text};

    const LIBRARY: &str = r#"(
        params: [(id: "warmth", value: Number(0.5), range: (0.0, 1.0)), (id: "open", value: Switch(true))],
        kinds: [(id: "human")],
        actions: [(id: "greet", by: ["human"], want: "warmth"), (id: "gossip", by: ["human"], when: "open", want: "1")],
        prose: [(id: "greet", say: ["{{ self }} nodded."]), (id: "gossip", say: ["{{ self }} talked."])],
    )"#;

    fn load(scene: &str) -> Result<Scenario, String> {
        let text = format!(
            r#"(starts: "2025-01-06", ends: "2025-02-06", include: ["lib.ron"], cast: [(id: "ann", kind: "human")], {scene})"#
        );
        load_text("a.ron", &[("a.ron", &text), ("lib.ron", LIBRARY)], &[])
            .map(|loaded| loaded.scenario)
            .map_err(|problems| problems.to_string())
    }

    fn rules(scenario: &Scenario) -> Vec<&str> {
        scenario.actions.iter().map(|action| scenario.events[action.event.kind.index()].name.as_str()).collect()
    }

    #[test]
    fn a_rule_is_left_out_or_replaced() {
        assert_eq!(rules(&load("").unwrap()), ["gossip", "greet"]);
        assert_eq!(rules(&load(r#"without: ["gossip", "prose/gossip"]"#).unwrap()), ["greet"]);
        let replaced = load(r#"without: ["gossip"], actions: [(id: "gossip", by: ["human"], want: "2")]"#).unwrap();
        assert_eq!(rules(&replaced), ["gossip", "greet"]);
        assert_eq!(replaced.prose.iter().filter(|(key, _)| key.as_str() == "gossip").count(), 1);
    }

    #[test]
    fn params_of_a_library_are_set() {
        let scenario = load(r#"set: {"warmth": Number(0.9), "open": Switch(false)}"#).unwrap();
        let values: Vec<String> = scenario.params.iter().map(|param| format!("{}: {:?}", param.id, param.value)).collect();
        assert_eq!(values, ["warmth: Number(0.9)", "open: Switch(false)"]);
    }

    #[test]
    fn prose_adds_variants_and_replaces_those_that_are_left_out() {
        let variants = |scene: &str| load(scene).unwrap().prose.iter().find(|(key, _)| *key == "greet").map(|(_, say)| say.len());
        assert_eq!(variants(r#"prose: [(id: "greet", say: ["{{ self }} waved.", "{{ self }} bowed."])]"#), Some(3));
        assert_eq!(variants(r#"without: ["prose/greet"], prose: [(id: "greet", say: ["{{ self }} waved."])]"#), Some(1));
    }

    #[test]
    fn what_is_not_there_cannot_be_left_out_or_set() {
        let error = load(r#"without: ["gosip"]"#).unwrap_err();
        assert!(error.contains("no included file declares `gosip`") && error.contains("did you mean `gossip`?"), "{error}");
        let error = load(r#"set: {"warmht": Number(1.0)}"#).unwrap_err();
        assert!(error.contains("there is no param `warmht`") && error.contains("`warmth`"), "{error}");
        let error = load(r#"set: {"warmth": Switch(true)}"#).unwrap_err();
        assert!(error.contains("the param `warmth` is a number"), "{error}");
        let error = load(r#"set: {"warmth": Number(3.0)}"#).unwrap_err();
        assert!(error.contains("a.ron:1"), "{error}");
    }
}
