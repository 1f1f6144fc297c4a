//! Measures how far an event changed the state of the followed agents: attributes and bonds it changed, ties it began or ended,
//! agents that arrived or left for good. Chapters end at high scores.

use super::cast::FollowedAgents;
use longhand_chronicle::{Chronicle, Event, FactChange};
use longhand_expr::ids::{AgentField, EventId, Fact, WorldFact};
use longhand_scene::Scenario;

/// The weight of a tie that begins or ends; a number that changes by its full range weighs 1.
const TIE_WEIGHT: f64 = 0.8;
/// The weight of a switch that changes.
const SWITCH_WEIGHT: f64 = 0.25;
/// The weight of an agent that arrives or leaves for good.
const PRESENCE_WEIGHT: f64 = 1.0;
/// The weight of a bond that changes by its full range.
const BOND_WEIGHT: f64 = 0.5;
/// The weight of a completed beat.
const BEAT_WEIGHT: f64 = 0.6;

/// How far each event changed the story.
#[derive(Clone, Debug)]
pub struct TurnScores(Vec<f64>);

impl TurnScores {
    /// Measures every recorded event.
    #[must_use]
    pub fn compute(scenario: &Scenario, chronicle: &Chronicle, followed: &FollowedAgents) -> Self {
        let mut turns: Vec<f64> = chronicle.iter().map(|event| turn_score(scenario, followed, event)).collect();
        for beat_match in
            chronicle.beats.iter().filter(|beat_match| scenario.beats.get(beat_match.beat).is_some_and(|beat| beat.must))
        {
            if let Some(turn) = turns.get_mut(beat_match.event.index()) {
                *turn += BEAT_WEIGHT;
            }
        }
        Self(turns)
    }

    /// The score of an event: 0 for no change; 1 is a large change.
    #[must_use]
    pub fn score(&self, event: EventId) -> f64 {
        self.0.get(event.index()).copied().unwrap_or(0.0)
    }
}

impl From<Vec<f64>> for TurnScores {
    /// The score of each event, by id.
    fn from(turns: Vec<f64>) -> Self {
        Self(turns)
    }
}

/// How far an event changed the state of the followed agents.
pub(super) fn turn_score(scenario: &Scenario, followed: &FollowedAgents, event: &Event) -> f64 {
    event.changes.iter().map(|change| change_weight(scenario, followed, change)).sum()
}

fn change_weight(scenario: &Scenario, followed: &FollowedAgents, change: &FactChange) -> f64 {
    let FactChange { fact, before, after } = *change;
    if before == after {
        return 0.0;
    }
    let share = |(least, most): (f64, f64)| ((after - before).abs() / (most - least).max(f64::MIN_POSITIVE)).min(1.0);
    match fact {
        Fact::World(WorldFact::Attr(agent, attribute)) => {
            let Some(attribute) = scenario.attributes.get(attribute.index()) else { return 0.0 };
            followed.weight(agent)
                * if attribute.switch || !attribute.one_of.is_empty() { SWITCH_WEIGHT } else { share(attribute.range) }
        }
        Fact::World(WorldFact::Dim(from, to, dim)) => {
            let range = scenario.dims.get(dim.index()).map_or((0.0, 1.0), |dim| dim.range);
            followed.weight(from) * followed.weight(to) * BOND_WEIGHT * share(range)
        }
        Fact::World(WorldFact::Tie(from, to, tie)) => match scenario.ties.get(tie.index()) {
            Some(tie) if !tie.light => followed.weight(from).max(followed.weight(to)) * TIE_WEIGHT,
            _ => 0.0,
        },
        Fact::Field(agent, AgentField::Present | AgentField::Gone | AgentField::Dead) => followed.weight(agent) * PRESENCE_WEIGHT,
        _ => 0.0,
    }
}
