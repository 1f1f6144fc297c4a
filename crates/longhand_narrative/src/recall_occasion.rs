//! The occasions on which a book refers to another event than the one that it narrates.

/// How a book refers to another event, with the prose `recall/…` of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecallOccasion {
    /// Before an event: how long ago something was. It begins the sentence that narrates the event.
    Lead,
    /// Before an event: when the book last told of somebody who comes back.
    Return,
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
    pub const ALL: [Self; 7] =
        [Self::Lead, Self::Return, Self::Cause, Self::Together, Self::Feeling, Self::Outcome, Self::Elsewhere];

    /// The name in the key of its prose.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Return => "return",
            Self::Cause => "cause",
            Self::Together => "together",
            Self::Feeling => "feeling",
            Self::Outcome => "outcome",
            Self::Elsewhere => "elsewhere",
        }
    }
}
