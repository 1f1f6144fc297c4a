//! Values of params set on the command line: `--set name=value`.
//!
//! The settings form one additional source text, so that a diagnostic can point at an invalid one.

use super::diagnostic::{Diagnostic, SourceText};
use super::spanned::{FileId, Spanned};
use super::values::ParamValue;
use longhand_expr::did_you_mean;

/// One setting; name and value have spans in the settings text.
pub(super) struct ParamSetting {
    pub(super) name: Spanned<String>,
    pub(super) value: Spanned<String>,
}

/// Adds the settings to the sources as one text, with one `name=value` per line.
pub(super) fn add_settings_source(overrides: &[(String, String)], sources: &mut Vec<SourceText>) -> Vec<ParamSetting> {
    let file = FileId(u16::try_from(sources.len()).unwrap_or(u16::MAX));
    let mut text = String::new();
    let mut settings = Vec::new();
    for (name, value) in overrides {
        let mut append = |part: &str, end: char| {
            let start = text.len();
            text.push_str(part);
            let span = start..text.len();
            text.push(end);
            Spanned { value: part.to_owned(), file, span }
        };
        settings.push(ParamSetting { name: append(name, '='), value: append(value, '\n') });
    }
    if !overrides.is_empty() {
        sources.push(SourceText { name: "--set".into(), path: "--set".into(), text });
    }
    settings
}

/// Parses a setting as a value of the same type as `default`. The caller checks the range.
pub(super) fn parse_setting(setting: &ParamSetting, default: ParamValue) -> Result<ParamValue, Box<Diagnostic>> {
    let Spanned { value, file, span } = &setting.value;
    let (parsed, expected) = match default {
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
    parsed.ok_or_else(|| {
        let message = format!("`{}` must be {expected}, found `{value}`", *setting.name);
        Box::new(Diagnostic::error("param", *file, span.clone(), message))
    })
}

/// The diagnostic for a setting of an unknown param.
pub(super) fn unknown_param<'a>(setting: &ParamSetting, params: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let Spanned { value, file, span } = &setting.name;
    let help = did_you_mean(value, params.clone()).unwrap_or_else(|| {
        let all = params.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if all.is_empty() { "the scene has no params".into() } else { format!("the params of this scene are {all}") }
    });
    Diagnostic::error("param", *file, span.clone(), format!("there is no param `{value}`")).help(help)
}
