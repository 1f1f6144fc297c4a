//! What is measured in a run, and what is expected of many.

use longhand_expr::{Criterion, Expr, Recurrence, SetExpr};

#[derive(Clone, Debug)]
pub struct Measure {
    pub id: String,
    pub at: MeasureTime,
    /// The agents it is taken of, each bound to slot 0; `None` for a measure of the whole world.
    pub each: Option<SetExpr>,
    pub is: Expr,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureTime {
    Start,
    End,
    Beat(usize),
    /// At the start and after each period of this many microseconds.
    Every(i64),
    /// At the start and at exact times.
    At(Recurrence),
}

impl MeasureTime {
    /// Whether it is taken over time.
    #[must_use]
    pub const fn is_regular(self) -> bool {
        matches!(self, Self::Every(_) | Self::At(_))
    }
}

/// An expectation over many runs.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneExpectation {
    /// The text in the scene.
    pub text: String,
    pub subject: ExpectationSubject,
    pub expected: Criterion,
    /// Number of seeds to run.
    pub seeds: u32,
}

/// The subject of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectationSubject {
    /// How well the beats marked `must` keep their order.
    Order,
    Beat(usize),
    Pattern(usize),
    Measure(usize),
}
