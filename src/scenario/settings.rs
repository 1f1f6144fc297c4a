//! Values given to params from outside: `--set name=value`.
//!
//! They become a text of their own among the sources, so that a wrong one is shown like any other problem.

use super::diagnostic::{Diagnostic, Source};
use super::file::ParamValue;
use super::spanned::{FileId, Spanned};
use crate::language::nearest;

/// One setting with the places of both its sides.
pub(super) struct Setting {
    pub(super) name: Spanned<String>,
    pub(super) value: Spanned<String>,
}

/// Adds the settings to the sources as one text, a line each.
pub(super) fn as_source(set: &[(String, String)], sources: &mut Vec<Source>) -> Vec<Setting> {
    let file = FileId(u16::try_from(sources.len()).unwrap_or(u16::MAX));
    let mut text = String::new();
    let mut settings = Vec::new();
    for (name, value) in set {
        let mut say = |word: &str, end: char| {
            let start = text.len();
            text.push_str(word);
            let span = start..text.len();
            text.push(end);
            Spanned { value: word.to_owned(), file, span }
        };
        settings.push(Setting { name: say(name, '='), value: say(value, '\n') });
    }
    if !set.is_empty() {
        sources.push(Source { name: "--set".into(), path: "--set".into(), text });
    }
    settings
}

/// What a setting makes of a param; the range is checked with the scene's own value.
pub(super) fn read(setting: &Setting, now: ParamValue) -> Result<ParamValue, Box<Diagnostic>> {
    let Spanned { value, file, span } = &setting.value;
    let (read, expected) = match now {
        ParamValue::Number(_) => (value.trim().parse().ok().map(ParamValue::Number), "a number"),
        ParamValue::Switch(_) => {
            let switch = match value.trim() {
                "true" | "on" | "yes" => Some(true),
                "false" | "off" | "no" => Some(false),
                _ => None,
            };
            (switch.map(ParamValue::Switch), "`true` or `false`")
        }
    };
    read.ok_or_else(|| {
        let message = format!("`{}` is {expected}, and `{value}` is not", *setting.name);
        Box::new(Diagnostic::error("param", *file, span.clone(), message))
    })
}

/// A setting that names no param.
pub(super) fn unknown<'a>(setting: &Setting, params: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let Spanned { value, file, span } = &setting.name;
    let help = match nearest(value, params.clone()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None => {
            let all = params.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Some(if all.is_empty() { "the scene has no params".into() } else { format!("the scene has {all}") })
        }
    };
    Diagnostic::error("param", *file, span.clone(), format!("there is no param `{value}`")).help(help)
}
