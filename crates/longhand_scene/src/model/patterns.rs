//! Beats and patterns, and their clauses.

use longhand_expr::Expr;
use longhand_expr::ids::{AgentId, EventKind, PlaceId, TieId};

/// A beat or a pattern.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    pub id: String,
    pub title: String,
    pub about: String,
    /// Similar event sequences that do not match, as the author describes them.
    pub unlike: String,
    pub must: bool,
    /// Whether it comes from the folder of shared patterns. Its events are not recorded for its sake.
    pub shared: bool,
    /// Names of the variables that clauses bind when they match.
    pub variables: Vec<String>,
    pub clauses: Vec<Clause>,
    pub negated: Vec<NegatedClause>,
}

/// One clause of a pattern.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// Name by which other clauses refer to it; may be empty.
    pub id: String,
    /// Alternatives, any of which matches.
    pub alternatives: Vec<Alternative>,
    /// Maximum time since the previous clause, in seconds.
    pub within: Option<f64>,
    pub times: u32,
    pub unless: Vec<EventKind>,
    pub gaps: Vec<Gap>,
    pub relations: Vec<ClauseRelation>,
}

/// One alternative of a clause. All alternatives of a clause bind the same variables.
#[derive(Clone, Debug)]
pub struct Alternative {
    pub target: ClauseTarget,
    pub roles: Vec<RoleTerm>,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ClauseTarget {
    /// An event of one of these kinds; for each kind, the event slot of each role.
    Event(Vec<(EventKind, Vec<usize>)>),
    /// One of these ties begins; the two roles are its ends.
    Tie(Vec<TieId>),
    /// A stay at this place begins; the role is the agent who stays.
    Stay(PlaceId),
}

/// Allowed time since the last event of another clause, or since the first event of the same clause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    pub from: usize,
    /// Seconds.
    pub least: f64,
    /// Seconds.
    pub most: f64,
}

/// The allowed temporal relations of a clause to an earlier clause, as a bit set of [`AllenRelation`](crate::AllenRelation)s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClauseRelation {
    pub to: usize,
    pub allowed: u16,
}

/// Events that prevent a match when `times` or more of them happen in an interval.
#[derive(Clone, Debug)]
pub struct NegatedClause {
    pub on: Vec<(EventKind, Vec<usize>)>,
    pub roles: Vec<RoleTerm>,
    /// Condition over the pattern's variables; only those in `roles` are bound.
    pub when: Option<Expr>,
    pub times: u32,
    /// The interval begins after this clause; `None`: at the start of the run.
    pub from: Option<usize>,
    pub until: NegationEnd,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NegationEnd {
    Clause(usize),
    /// Seconds after the beginning of the interval.
    Lasting(f64),
    End,
}

/// A shared pattern that uses names this scene does not declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InapplicablePattern {
    pub id: String,
    pub title: String,
    /// Messages about the undeclared names.
    pub missing: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleTerm {
    Agent(AgentId),
    Variable(usize),
}

impl Pattern {
    /// "B07 The walk": the id and the title, or the id alone if there is no title.
    #[must_use]
    pub fn display_title(&self) -> String {
        if self.title.is_empty() { self.id.clone() } else { format!("{} {}", self.id, self.title) }
    }

    /// All conditions of its clauses and negated clauses.
    pub fn conditions(&self) -> impl Iterator<Item = &Expr> {
        let of_clauses = self.clauses.iter().flat_map(|clause| &clause.alternatives).flat_map(|alternative| &alternative.when);
        of_clauses.chain(self.negated.iter().flat_map(|clause| &clause.when))
    }

    /// The index of the clause with this id.
    #[must_use]
    pub fn clause_index(&self, id: &str) -> Option<usize> {
        self.clauses.iter().position(|clause| clause.id == id && !id.is_empty())
    }
}
