//! Measures how far an event changed the state of the followed agents: attributes and bonds it changed, ties it began or ended,
//! agents that arrived or left for good. Chapters end at high scores.

use super::cast::Followed;
use longhand_chronicle::{Change, Chronicle, Event};
use longhand_expr::ids::{EventId, Fact, Field, Known};
use longhand_scene::Scenario;

/// The weight of a tie that begins or ends; a number that changes by its full range weighs 1.
const TIE: f64 = 0.8;
/// The weight of a switch that changes.
const SWITCH: f64 = 0.25;
/// The weight of an agent that arrives or leaves for good.
const PRESENCE: f64 = 1.0;
/// The weight of a bond that changes by its full range.
const BOND: f64 = 0.5;
/// The weight of a completed beat.
const BEAT: f64 = 0.6;

/// How far each event changed the story.
#[derive(Clone, Debug)]
pub struct Turns(Vec<f64>);

impl Turns {
    /// Measures every recorded event.
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

    /// The score of an event: 0 for no change; 1 is much.
    #[must_use]
    pub fn turn(&self, event: EventId) -> f64 {
        self.0.get(event.index()).copied().unwrap_or(0.0)
    }
}

impl From<Vec<f64>> for Turns {
    /// The score of each event, by id.
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
