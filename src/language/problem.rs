//! What is wrong with a text: where, in which words, and what may help.

use std::ops::Range;

/// One thing wrong with a text of the language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// The bytes of the text it is about; empty at the end of the text when something is missing there.
    pub span: Range<usize>,
    /// What is wrong, in a writer's words.
    pub message: String,
    /// What may put it right.
    pub help: Option<String>,
    /// The def in whose body it is, when it is not in the text's own words.
    pub def: Option<String>,
    /// Whether it is that a name names nothing.
    pub unknown: bool,
}

impl Problem {
    /// A problem with no help to offer.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, def: None, unknown: false }
    }

    /// The same problem with a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem with "did you mean" for the candidate nearest to `name`, if one is near.
    #[must_use]
    pub fn nearest<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(name, candidates) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

/// The candidate most like `name`, when one is like enough to be a slip of the pen.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE: f64 = 0.78;
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        // Jaro-Winkler judges short words too harshly: one slip is always near.
        let slip = if name.len() > 2 && strsim::osa_distance(name, candidate) == 1 { LIKE } else { 0.0 };
        let likeness = strsim::jaro_winkler(name, candidate).max(slip);
        if likeness >= LIKE && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
