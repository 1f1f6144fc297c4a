//! Whose end is another: what the cast is like when two lives are over.

use serde::{Deserialize, Serialize};

use super::reasons::Lives;
use crate::chronicle::{Entry, History, Moment};
use crate::ids::{AgentId, Fact, Field, Known};

/// Somebody of the cast whose end is another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentEnd {
    /// The id in the scene's cast.
    pub agent: String,
    /// What people call them.
    pub called: String,
    /// What is otherwise, the most of it first.
    pub facts: Vec<FactEnd>,
}

/// A fact at the end of two lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactEnd {
    /// As a scene would write it: `ann.loneliness`.
    pub fact: String,
    /// In words: `Ann's loneliness`.
    pub said: String,
    /// At the end of the first life; switches are 0 or 1.
    pub first: f64,
    /// At the end of the second life.
    pub second: f64,
    /// Both in words.
    pub values: (String, String),
    /// How much of its range it is apart, 0 to 1; a switch, a tie or a place is all of it.
    pub share: f64,
}

/// A measure in two lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureEnd {
    /// The measure.
    pub id: String,
    /// In the first life; none: the moment to measure never came.
    pub first: Option<f64>,
    /// In the second life.
    pub second: Option<f64>,
}

/// Less of its range than this is no other end.
const LEAST: f64 = 0.05;

pub(super) fn ends(lives: &Lives<'_>) -> Vec<AgentEnd> {
    let [first, second] = &lives.histories;
    let cast = lives.first.scenario.cast.len();
    let mut all: Vec<Fact> = first.facts().chain(second.facts()).filter(|fact| is_an_end(*fact, cast)).collect();
    all.sort_unstable();
    all.dedup();
    let legend = &lives.legends[1];
    let directory = &lives.second.chronicle.directory;
    let value =
        |history: &History, fact, at| history.last(fact, Moment::end_of(at)).map(|entry: &Entry| history.faded(fact, entry, at));
    let mut found: Vec<(AgentId, FactEnd)> = Vec::new();
    for fact in all {
        let none = nothing(lives, fact);
        let one = value(first, fact, lives.first.ended).unwrap_or(none);
        let other = value(second, fact, lives.second.ended).unwrap_or(none);
        let share = share(lives, fact, one, other);
        if share < LEAST {
            continue;
        }
        let end = FactEnd {
            fact: legend.write_fact(fact, directory),
            said: legend.say_fact(fact, directory),
            first: one,
            second: other,
            values: (legend.say_value(fact, one, directory), legend.say_value(fact, other, directory)),
            share,
        };
        found.push((fact.agent(), end));
    }
    let mut ends: Vec<AgentEnd> = Vec::new();
    for id in (0..cast).map(AgentId::at) {
        let mut facts: Vec<FactEnd> = found.iter().filter(|(agent, _)| *agent == id).map(|(_, end)| end.clone()).collect();
        facts.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.fact.cmp(&b.fact)));
        if !facts.is_empty() {
            let member = &lives.first.scenario.cast[id.index()];
            ends.push(AgentEnd { agent: member.id.clone(), called: directory.called(id), facts });
        }
    }
    ends
}

/// What is looked at in the end: what somebody is like, whose they are, and what binds them to others of the cast.
fn is_an_end(fact: Fact, cast: usize) -> bool {
    let of_cast = |agent: AgentId| agent.index() < cast;
    match fact {
        Fact::World(Known::Attr(of, _)) => of_cast(of),
        Fact::World(Known::Dim(from, to, _) | Known::Tie(from, to, _)) => of_cast(from) && of_cast(to),
        Fact::Field(of, field) => of_cast(of) && matches!(field, Field::Present | Field::Gone | Field::Bound | Field::Generation),
        Fact::Owner(of) => of_cast(of),
        Fact::World(Known::Place(_)) | Fact::Belief(..) | Fact::Happened(..) | Fact::Feeling(..) | Fact::Memory(..) => false,
    }
}

/// What a fact is that nothing has written.
fn nothing(lives: &Lives<'_>, fact: Fact) -> f64 {
    match fact {
        Fact::World(Known::Attr(_, attr)) => lives.first.scenario.attributes.get(attr.index()).map_or(0.0, |attr| attr.start),
        Fact::World(Known::Dim(_, _, dim)) => lives.first.scenario.dims.get(dim.index()).map_or(0.0, |dim| dim.rest),
        Fact::Owner(_) => -1.0,
        _ => 0.0,
    }
}

/// How much of its range a fact is apart.
pub(super) fn share(lives: &Lives<'_>, fact: Fact, one: f64, other: f64) -> f64 {
    let range = match fact {
        Fact::World(Known::Attr(_, attr)) | Fact::Belief(_, Known::Attr(_, attr)) => {
            lives.first.scenario.attributes.get(attr.index()).map(|attr| attr.range)
        }
        Fact::World(Known::Dim(_, _, dim)) | Fact::Belief(_, Known::Dim(_, _, dim)) => {
            lives.first.scenario.dims.get(dim.index()).map(|dim| dim.range)
        }
        Fact::Feeling(..) | Fact::Memory(..) => Some((0.0, 1.0)),
        _ => return if one == other { 0.0 } else { 1.0 },
    };
    let (low, high) = range.unwrap_or((0.0, 1.0));
    // A number without bounds is measured by itself.
    let wide = if (high - low).is_finite() && high - low < 1e3 { high - low } else { one.abs().max(other.abs()) };
    if wide > 0.0 { ((one - other).abs() / wide).min(1.0) } else { 0.0 }
}

pub(super) fn measures(lives: &Lives<'_>) -> Vec<MeasureEnd> {
    let taken = |side: usize, id: &str| {
        let measures = &[lives.first, lives.second][side].chronicle.measures;
        measures.iter().rev().find(|(measure, _)| measure == id).map(|(_, value)| *value)
    };
    let all = lives.first.scenario.measures.iter();
    let both =
        all.map(|measure| MeasureEnd { id: measure.id.clone(), first: taken(0, &measure.id), second: taken(1, &measure.id) });
    both.filter(|measure| measure.first != measure.second).collect()
}
