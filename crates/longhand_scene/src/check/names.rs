//! Tables of declared ids: checks that ids are valid and unique, and resolves references to them.

use std::collections::BTreeMap;

use super::super::decl::Text;
use super::super::diagnostic::Diagnostic;
use super::report::CheckReport;
use super::shared_lists;
use longhand_expr::{did_you_mean, is_field, is_function, is_reserved_name};

/// The ids of one section of a scene, each with its index in the section. A duplicate id has the index of its first declaration.
pub(super) struct IdTable {
    /// What an id stands for, with its article, for messages: "a kind".
    what: &'static str,
    indices: BTreeMap<String, usize>,
}

/// How expressions refer to an id. Unless it is [`OutsideExpressions`](Self::OutsideExpressions), an id is one word of letters, digits
/// and `_` that does not begin with a digit and is not reserved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IdUsage {
    /// As `id`.
    Name,
    /// As `id(a, b)`.
    Function,
    /// As `x.id`.
    Field,
    /// Not at all; any text that is not empty is allowed.
    OutsideExpressions,
}

impl IdTable {
    /// Declares the ids of a section in their order. Reports invalid and duplicate ids, and a section with more than `max` ids.
    pub(super) fn declare<'t>(
        what: &'static str,
        usage: IdUsage,
        max: usize,
        ids: impl Iterator<Item = &'t Text>,
        report: &mut CheckReport,
    ) -> Self {
        let mut first: BTreeMap<&str, (&Text, usize)> = BTreeMap::new();
        for (index, id) in ids.enumerate() {
            if index == max {
                report.error(id, "limit", format!("at most {max} are allowed, and this is {what} more"));
            }
            check_id(what, usage, id, report);
            if let Some((before, _)) = first.get(id.as_str()) {
                report.push(duplicate_error(before, id, format!("there is already {what} `{}`", id.as_str())));
            } else {
                first.insert(id, (id, index));
            }
        }
        Self { what, indices: first.into_iter().map(|(name, (_, index))| (name.to_owned(), index)).collect() }
    }

    /// A table of ids that have been checked elsewhere; reports nothing.
    pub(super) fn from_ids<'t>(what: &'static str, ids: impl Iterator<Item = &'t Text>) -> Self {
        let mut indices = BTreeMap::new();
        for (index, id) in ids.enumerate() {
            indices.entry(id.value.clone()).or_insert(index);
        }
        Self { what, indices }
    }

    /// The ids in alphabetical order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.indices.keys().map(String::as_str)
    }

    /// The index of an id in its section; reports nothing if it is unknown.
    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.indices.get(name).copied()
    }

    /// The index of an id in its section; reports an unknown id as [`report_unknown`] does.
    pub(super) fn resolve(&self, text: &Text, report: &mut CheckReport) -> Option<usize> {
        let index = self.get(text);
        if index.is_none() {
            report_unknown(noun(self.what), text, self.names(), report);
        }
        index
    }
}

/// Reports an unknown name. The help suggests the file to include for a list of names that comes with Longhand, otherwise the most
/// similar known name, otherwise all known names if there are at most eight.
pub(super) fn report_unknown<'t>(
    what: &str,
    text: &Text,
    names: impl Iterator<Item = &'t str> + Clone,
    report: &mut CheckReport,
) {
    report_unknown_in(what, "", text, names, report);
}

/// Like [`report_unknown`], with `place` appended to the message.
pub(super) fn report_unknown_in<'t>(
    what: &str,
    place: &str,
    text: &Text,
    names: impl Iterator<Item = &'t str> + Clone,
    report: &mut CheckReport,
) {
    const FEW: usize = 8;
    let suggestion = if report.is_full() { None } else { did_you_mean(text, names.clone()) };
    let include = || if what == "list of names" { shared_lists::include_help(text) } else { None };
    let help = suggestion.filter(|_| include().is_none()).or_else(include).or_else(|| {
        let listed: Vec<_> = names.take(FEW + 1).map(|name| format!("`{name}`")).collect();
        (1..=FEW).contains(&listed.len()).then(|| format!("known: {}", listed.join(", ")))
    });
    let message = format!("there is no {what} `{}` {place}", text.as_str());
    let message = message.trim_end();
    report.push(Diagnostic::error("unknown-name", text.file, text.span.clone(), message).help(help));
}

/// Reports an id that is empty, too long, or not allowed in the expressions that it is used in.
pub(super) fn check_id(what: &str, usage: IdUsage, id: &Text, report: &mut CheckReport) {
    const LONGEST: usize = 64;
    let is_word_char = |c: char| c.is_alphabetic() || c.is_ascii_digit() || c == '_';
    if id.trim().is_empty() {
        report.error(id, "id", format!("{what} needs an id"));
    } else if id.len() > LONGEST {
        report.error(id, "id", format!("an id may have at most {LONGEST} bytes"));
    } else if usage != IdUsage::OutsideExpressions {
        let taken = match usage {
            IdUsage::Function if is_function(id) => Some("built-in function"),
            IdUsage::Field if is_field(id) => Some("built-in field"),
            _ => is_reserved_name(id).then_some("reserved word"),
        };
        if !id.chars().all(is_word_char) || id.starts_with(|c: char| c.is_ascii_digit()) {
            let help = "use one word of letters, digits and `_` that does not begin with a digit";
            report.error_help(id, "id", format!("`{}` is not a valid name in expressions", id.as_str()), help);
        } else if let Some(taken) = taken {
            report.error(id, "id", format!("`{}` is a {taken}", id.as_str()));
        }
    }
}

/// Reports ids that are declared in two sections that share a namespace; expressions could only refer to the first.
pub(super) fn check_distinct<'t>(sections: impl IntoIterator<Item = (&'static str, &'t Text)>, report: &mut CheckReport) {
    let mut first: BTreeMap<&str, (&str, &Text)> = BTreeMap::new();
    for (what, id) in sections {
        let (first_what, first_id) = *first.entry(id.as_str()).or_insert((what, id));
        if first_what != what {
            let message = format!("there is already {first_what} `{}`, which hides this {}", id.as_str(), noun(what));
            report.push(duplicate_error(first_id, id, message));
        }
    }
}

/// Reports duplicate keys of a map that keeps its entries in the order of the text.
pub(super) fn check_unique_keys<T>(map: &[(Text, T)], report: &mut CheckReport) {
    let mut first: BTreeMap<&str, &Text> = BTreeMap::new();
    for (key, _) in map {
        if let Some(before) = first.get(key.as_str()) {
            report.push(duplicate_error(before, key, format!("the key `{}` is given twice", key.as_str())));
        } else {
            first.insert(key, key);
        }
    }
}

fn duplicate_error(first: &Text, again: &Text, message: String) -> Diagnostic {
    let error = Diagnostic::error("duplicate", again.file, again.span.clone(), message).label("defined again here");
    error.related(first.file, first.span.clone(), "first defined here")
}

/// Removes the article: `kind` from `a kind`.
fn noun(what: &'static str) -> &'static str {
    what.split_once(' ').map_or(what, |(_, noun)| noun)
}
