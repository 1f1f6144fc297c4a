//! How far an event turned the lives of those who are followed: what it moved in them, which ties it began or ended, whether somebody came
//! or went for good. Chapters end where lives turn.

use super::cast::Followed;
use crate::chronicle::{Change, Chronicle, Event};
use crate::ids::{EventId, Fact, Field, Known};
use crate::scenario::Scenario;

/// What a tie that begins or ends counts for, beside a number that goes from its least to its most.
const TIE: f64 = 0.8;
/// What a switch that is thrown counts for.
const SWITCH: f64 = 0.25;
/// What somebody counts for who comes or goes for good.
const PRESENCE: f64 = 1.0;
/// What a bond counts for that goes from its least to its most.
const BOND: f64 = 0.5;
/// What it counts for that a beat is complete.
const BEAT: f64 = 0.6;

/// How far each event turned the story.
#[derive(Clone, Debug)]
pub struct Turns(Vec<f64>);

impl Turns {
    /// Measures every kept event.
    #[must_use]
    pub fn of(scenario: &Scenario, chronicle: &Chronicle, followed: &Followed) -> Self {
        let moved = |event: &Event| event.changes.iter().map(|change| weight(scenario, followed, change)).sum();
        let mut turns: Vec<f64> = chronicle.iter().map(moved).collect();
        for found in chronicle.beats.iter().filter(|found| scenario.beats.get(found.beat).is_some_and(|beat| beat.must)) {
            if let Some(turn) = turns.get_mut(found.event.index()) {
                *turn += BEAT;
            }
        }
        Self(turns)
    }

    /// How far an event turned it: 0 for not at all; 1 is much.
    #[must_use]
    pub fn turn(&self, event: EventId) -> f64 {
        self.0.get(event.index()).copied().unwrap_or(0.0)
    }
}

impl From<Vec<f64>> for Turns {
    /// How far each event turned it, by id.
    fn from(turns: Vec<f64>) -> Self {
        Self(turns)
    }
}

fn weight(scenario: &Scenario, followed: &Followed, change: &Change) -> f64 {
    let Change { fact, before, after } = *change;
    if before == after {
        return 0.0;
    }
    let share = |(least, most): (f64, f64)| ((after - before).abs() / (most - least).max(f64::MIN_POSITIVE)).min(1.0);
    match fact {
        Fact::World(Known::Attr(agent, attribute)) => {
            let Some(attribute) = scenario.attributes.get(attribute.index()) else { return 0.0 };
            followed.weight(agent) * if attribute.switch { SWITCH } else { share(attribute.range) }
        }
        Fact::World(Known::Dim(from, to, dim)) => {
            let range = scenario.dims.get(dim.index()).map_or((0.0, 1.0), |dim| dim.range);
            followed.weight(from) * followed.weight(to) * BOND * share(range)
        }
        Fact::World(Known::Tie(from, to, tie)) => match scenario.ties.get(tie.index()) {
            Some(tie) if !tie.light => followed.weight(from).max(followed.weight(to)) * TIE,
            _ => 0.0,
        },
        Fact::Field(agent, Field::Present | Field::Gone) => followed.weight(agent) * PRESENCE,
        _ => 0.0,
    }
}
