//! The pronouns of agents.

use serde::{Deserialize, Serialize};

/// The pronouns that narration uses for an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Pronouns {
    She,
    He,
    #[default]
    They,
    It,
}

impl Pronouns {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::She, Self::He, Self::They, Self::It];

    /// The word in scenes and files: `she`, `he`, `they` or `it`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::She => "she",
            Self::He => "he",
            Self::They => "they",
            Self::It => "it",
        }
    }

    /// The pronouns of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pronouns| pronouns.word() == word)
    }
}
