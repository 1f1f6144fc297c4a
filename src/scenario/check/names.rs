//! The ids a scene declares: each once, each a word the language can say, and each found again by its name.

use std::collections::BTreeMap;

use super::super::diagnostic::Diagnostic;
use super::super::file::Text;
use super::report::Report;
use crate::language::{is_field, is_function, is_word, nearest};

/// The ids of one section, by name.
pub(super) struct Table {
    /// What one of them is called: "a kind".
    what: &'static str,
    at: BTreeMap<String, usize>,
}

/// How an id is spoken of; in expressions it is one word of letters, digits and `_` that means nothing else there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// `id` alone, in expressions.
    InExpressions,
    /// `id(a, b)`, in expressions.
    BeforeBrackets,
    /// `x.id`, in expressions.
    BehindDot,
    /// Only by other sections: any text.
    Elsewhere,
}

impl Table {
    /// Declares the ids of a section in order; says which are wrong, which stand twice, and whether they are too many.
    pub(super) fn declare<'t>(
        what: &'static str,
        said: Said,
        most: usize,
        ids: impl Iterator<Item = &'t Text>,
        report: &mut Report,
    ) -> Self {
        let mut first: BTreeMap<&str, (&Text, usize)> = BTreeMap::new();
        for (index, id) in ids.enumerate() {
            if index == most {
                report.error(id, "limit", format!("a scene has at most {most} of these, and this is {what} more"));
            }
            check_id(what, said, id, report);
            if let Some((before, _)) = first.get(id.as_str()) {
                report.push(twice(before, id, format!("there is {what} `{}` already", id.as_str())));
            } else {
                first.insert(id, (id, index));
            }
        }
        Self { what, at: first.into_iter().map(|(name, (_, index))| (name.to_owned(), index)).collect() }
    }

    /// The ids of a section that was declared before.
    pub(super) fn of<'t>(what: &'static str, ids: impl Iterator<Item = &'t Text>) -> Self {
        let mut at = BTreeMap::new();
        for (index, id) in ids.enumerate() {
            at.entry(id.value.clone()).or_insert(index);
        }
        Self { what, at }
    }

    /// The names, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.at.keys().map(String::as_str)
    }

    /// The position of an id, without a word when there is none.
    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.at.get(name).copied()
    }

    /// The position of the id a text names; says so, with the nearest, when there is none.
    pub(super) fn find(&self, text: &Text, report: &mut Report) -> Option<usize> {
        let found = self.get(text);
        if found.is_none() {
            unknown(noun(self.what), text, self.names(), report);
        }
        found
    }
}

/// Says that a text names nothing, with the nearest of the names it could have meant, or all when they are few.
pub(super) fn unknown<'t>(what: &str, text: &Text, names: impl Iterator<Item = &'t str> + Clone, report: &mut Report) {
    unknown_in(what, "", text, names, report);
}

/// The same, where it is looked for in one place only.
pub(super) fn unknown_in<'t>(
    what: &str,
    place: &str,
    text: &Text,
    names: impl Iterator<Item = &'t str> + Clone,
    report: &mut Report,
) {
    const FEW: usize = 8;
    let near = if report.is_full() { None } else { nearest(text, names.clone()) };
    let help = match near {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None => {
            let some: Vec<_> = names.take(FEW + 1).map(|name| format!("`{name}`")).collect();
            (1..=FEW).contains(&some.len()).then(|| format!("there is {}", some.join(", ")))
        }
    };
    let message = format!("there is no {what} `{}` {place}", text.as_str());
    let message = message.trim_end();
    report.push(Diagnostic::error("unknown-name", text.file, text.span.clone(), message).help(help));
}

/// Says when an id cannot be one.
pub(super) fn check_id(what: &str, said: Said, id: &Text, report: &mut Report) {
    const LONGEST: usize = 64;
    let belongs = |c: char| c.is_alphabetic() || c.is_ascii_digit() || c == '_';
    if id.trim().is_empty() {
        report.error(id, "id", format!("{what} needs an id"));
    } else if id.len() > LONGEST {
        report.error(id, "id", format!("an id has at most {LONGEST} bytes"));
    } else if said != Said::Elsewhere {
        let taken = match said {
            Said::BeforeBrackets if is_function(id) => Some("function"),
            Said::BehindDot if is_field(id) => Some("field of the engine"),
            _ => is_word(id).then_some("word of the language"),
        };
        if !id.chars().all(belongs) || id.starts_with(|c: char| c.is_ascii_digit()) {
            let help = "one word of letters, digits and `_`, not beginning with a digit";
            report.error_help(id, "id", format!("`{}` cannot be said in an expression", id.as_str()), help);
        } else if let Some(taken) = taken {
            report.error(id, "id", format!("`{}` is a {taken}", id.as_str()));
        }
    }
}

/// Says which ids of the later sections an earlier one takes: of two things with one name only the first is ever meant.
pub(super) fn apart<'t>(sections: impl IntoIterator<Item = (&'static str, &'t Text)>, report: &mut Report) {
    let mut first: BTreeMap<&str, (&str, &Text)> = BTreeMap::new();
    for (what, id) in sections {
        let (of, before) = *first.entry(id.as_str()).or_insert((what, id));
        if of != what {
            let message = format!("there is {of} `{}` already, and this {} would never be meant", id.as_str(), noun(what));
            report.push(twice(before, id, message));
        }
    }
}

/// Says which keys of a map stand twice.
pub(super) fn once<T>(map: &[(Text, T)], report: &mut Report) {
    let mut first: BTreeMap<&str, &Text> = BTreeMap::new();
    for (key, _) in map {
        if let Some(before) = first.get(key.as_str()) {
            report.push(twice(before, key, format!("`{}` stands twice in this map", key.as_str())));
        } else {
            first.insert(key, key);
        }
    }
}

fn twice(first: &Text, again: &Text, message: String) -> Diagnostic {
    let error = Diagnostic::error("duplicate", again.file, again.span.clone(), message).label("again here");
    error.related(first.file, first.span.clone(), "first here")
}

/// `a kind` without its article.
fn noun(what: &'static str) -> &'static str {
    what.split_once(' ').map_or(what, |(_, noun)| noun)
}
