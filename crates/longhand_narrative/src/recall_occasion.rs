//! The occasions on which a book refers to another event than the one that it narrates.

/// How a book refers to another event, with the prose `recall/…` of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecallOccasion {
    /// Before an event: how long ago something was. It begins the sentence that narrates the event.
    Lead,
    /// Before an event: when the book last told of somebody who comes back.
    Return,
    /// Before an event that cannot begin with a time: how long ago something was, as a sentence.
    Since,
    /// After an event: what it goes back to.
    Cause,
    /// After an event: what its two people went through before.
    Together,
    /// After an event: when one of its people felt the same before.
    Feeling,
    /// After an event: what came of it later.
    Outcome,
    /// After an event: what an artificial mind did elsewhere at the same time.
    Elsewhere,
}

impl RecallOccasion {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Lead, Self::Return, Self::Since, Self::Cause, Self::Together, Self::Feeling, Self::Outcome, Self::Elsewhere];

    /// The name in the key of its prose.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Return => "return",
            Self::Since => "since",
            Self::Cause => "cause",
            Self::Together => "together",
            Self::Feeling => "feeling",
            Self::Outcome => "outcome",
            Self::Elsewhere => "elsewhere",
        }
    }
}
