//! Errors in a text, with byte range, message and help, and the search for similar names.

use std::ops::Range;

/// One error in a text of the expression language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    /// The byte range in the text; empty at the end of the text if something is missing there.
    pub span: Range<usize>,
    /// The message for the scene author.
    pub message: String,
    /// A suggestion for the fix.
    pub help: Option<String>,
    /// The def whose body contains the error, if it is not in the text itself.
    pub def: Option<String>,
    /// Whether the error is an unknown name.
    pub is_unknown_name: bool,
}

impl ExprError {
    /// An error without help.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, def: None, is_unknown_name: false }
    }

    /// Sets the help text.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a "did you mean" help for the candidate that is most similar to `name`, if there is one.
    #[must_use]
    pub fn with_suggestion<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match did_you_mean(name, candidates) {
            Some(help) => self.with_help(help),
            None => self,
        }
    }
}

/// The help text that suggests the candidate most similar to `name`, if there is one.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest_name(name, candidates).map(|nearest| format!("did you mean `{nearest}`?"))
}

/// The candidate that is most similar to `name`, if it is similar enough to be a typing error.
pub fn nearest_name<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const MIN_SIMILARITY: f64 = 0.78;
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        // Jaro-Winkler is too strict with short words, so a single edit always counts as similar.
        let edit_similarity = if name.len() > 2 && strsim::osa_distance(name, candidate) == 1 { MIN_SIMILARITY } else { 0.0 };
        let similarity = strsim::jaro_winkler(name, candidate).max(edit_similarity);
        // Jaro-Winkler takes `friends` for like `intends`, which nobody writes for it.
        let is_near = name.chars().next() == candidate.chars().next() || strsim::osa_distance(name, candidate) <= 2;
        if is_near && similarity >= MIN_SIMILARITY && best.is_none_or(|(best_similarity, _)| similarity > best_similarity) {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
