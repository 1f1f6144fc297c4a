//! Ranks whole lives: whose run makes the best story.
//!
//! A life is worth telling if it turns, if much of different kinds happens in it, and if one thing leads to another. These are the tellability
//! of turning points (Ryan 1991), the unexpectedness of story sifting (Kreminski et al. 2022) and the causal connectedness by which readers
//! find a story coherent (Trabasso and Sperry 1985).

use super::cast::{FollowedAgents, participants};
use super::information::self_information;
use super::turns::turn_score;
use longhand_chronicle::Chronicle;
use longhand_expr::ids::{AgentId, EventId, EventKind};
use longhand_scene::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// The turning points that count, the highest ones of different kinds.
const MAX_TURNS: usize = 8;
/// The minimum number of events of a life.
const MIN_EVENTS: usize = 8;

/// A life and what makes it worth telling.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedLife {
    /// Whose life.
    pub agent: AgentId,
    /// How much it is worth telling, at least 0; only for comparison within a run.
    pub score: f64,
    /// Its turning points, of different kinds, ascending; at most eight.
    pub turns: Vec<EventId>,
    /// The number of different kinds of events.
    pub kinds: usize,
    /// The share of its events that an earlier event of the same life caused, 0 to 1.
    pub coherence: f64,
}

/// The lives of all agents of whom enough is recorded, the most worth telling first. Things and the world have no life.
#[must_use]
pub fn rank_lives(scenario: &Scenario, chronicle: &Chronicle) -> Vec<RankedLife> {
    let information = self_information(chronicle);
    let mut events_of: BTreeMap<AgentId, Vec<EventId>> = BTreeMap::new();
    for event in chronicle.iter() {
        for agent in participants(scenario, event).collect::<BTreeSet<_>>() {
            events_of.entry(agent).or_default().push(event.id);
        }
    }
    let has_life = |agent: AgentId| !scenario.is_thing(agent) && scenario.schema.world != Some(agent);
    let lives = events_of.into_iter().filter(|(agent, events)| events.len() >= MIN_EVENTS && has_life(*agent));
    let mut ranked: Vec<RankedLife> =
        lives.map(|(agent, events)| life(scenario, chronicle, &information, agent, &events)).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.agent.cmp(&b.agent)));
    ranked
}

/// The best life of those that are not among the followed, nor the lives of their made minds: whose story is told beside theirs.
#[must_use]
pub fn best_life_beside(scenario: &Scenario, chronicle: &Chronicle, beside: &FollowedAgents) -> Option<AgentId> {
    let is_beside = |life: &RankedLife| beside.weight(life.agent) == 0.0 && life.agent.index() >= scenario.cast.len();
    let ranked = rank_lives(scenario, chronicle);
    let other = ranked.iter().find(|life| beside.weight(life.agent) == 0.0);
    ranked.iter().find(|life| is_beside(life)).or(other).map(|life| life.agent)
}

fn life(scenario: &Scenario, chronicle: &Chronicle, information: &[f64], agent: AgentId, events: &[EventId]) -> RankedLife {
    let alone = FollowedAgents::with_first(agent, &FollowedAgents::default());
    let mut best: BTreeMap<EventKind, (f64, EventId)> = BTreeMap::new();
    let mut bits: BTreeMap<EventKind, f64> = BTreeMap::new();
    let mut connected = 0_usize;
    for event in events.iter().filter_map(|id| chronicle.event(*id)) {
        let turn = turn_score(scenario, &alone, event);
        let entry = best.entry(event.kind).or_insert((turn, event.id));
        if turn > entry.0 {
            *entry = (turn, event.id);
        }
        let rarity = bits.entry(event.kind).or_default();
        *rarity = rarity.max(information.get(event.id.index()).copied().unwrap_or(0.0));
        connected += usize::from(event.causes.iter().any(|cause| events.binary_search(&cause.event).is_ok()));
    }
    let kinds = best.len();
    let mut turns: Vec<(f64, EventId)> = best.into_values().filter(|(turn, _)| *turn > 0.0).collect();
    turns.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    turns.truncate(MAX_TURNS);
    let turned: f64 = turns.iter().map(|(turn, _)| turn.min(1.5)).sum();
    let coherence = connected as f64 / events.len().max(1) as f64;
    let variety = libm::sqrt(bits.values().sum::<f64>());
    let mut turns: Vec<EventId> = turns.into_iter().map(|(_, id)| id).collect();
    turns.sort_unstable();
    RankedLife { agent, score: turned * variety * (0.5 + coherence), turns, kinds, coherence }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, BEN, CLEO, QUARREL, WALK, event, scenario};
    use super::*;
    use longhand_chronicle::FactChange;
    use longhand_expr::ids::{AgentField, Fact};

    #[test]
    fn a_life_that_turns_ranks_above_one_that_repeats_itself() {
        let scenario = scenario();
        let mut chronicle = Chronicle::default();
        for hour in 0..9 {
            chronicle.push(event(0, f64::from(hour), WALK, &[BEN]));
        }
        for (hour, kind) in
            [(10, WALK), (11, QUARREL), (12, QUARREL), (13, WALK), (14, WALK), (15, QUARREL), (16, WALK), (17, QUARREL)]
        {
            let mut told = event(0, f64::from(hour), kind, &[ANN, CLEO]);
            let comes_or_goes = |who| {
                let fact = Fact::Field(who, AgentField::Present);
                FactChange { fact, before: f64::from(hour % 2), after: f64::from((hour + 1) % 2) }
            };
            told.changes = vec![comes_or_goes(ANN), comes_or_goes(CLEO)];
            chronicle.push(told);
        }
        let ranked = rank_lives(&scenario, &chronicle);
        assert_eq!(ranked.first().map(|life| life.agent), Some(ANN));
        let ben = ranked.iter().find(|life| life.agent == BEN).expect("he has enough events");
        assert!(ben.turns.is_empty() && ben.kinds == 1);
        assert_eq!(
            best_life_beside(&scenario, &chronicle, &FollowedAgents::with_first(ANN, &FollowedAgents::default())),
            Some(CLEO)
        );
    }
}
