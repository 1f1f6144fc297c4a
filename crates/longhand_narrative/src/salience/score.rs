//! Rates how much an event matters.
//!
//! The score has five parts, each 0 to 1:
//!
//! - *rarity*: the self-information of its kind (Shannon 1948), overall and for the agent that began it. That unlikely events are
//!   worth telling is the statistical heuristic of story sifting (Kreminski et al. 2022, "Select the Unexpected").
//! - *reach*: how much it caused. Readers rate an event as important by the number of its causal connections, and by whether it
//!   is on the chain to the ending (Trabasso and Sperry 1985). An effect is shared among its causes, and indirect effects are
//!   damped, as in the centrality of Katz (1953).
//! - *relation*: the weight of its participants among the followed agents.
//! - *surprise*: how unlikely the choice was, if the options are known. With Gumbel choice noise the choice is a logit (McFadden
//!   1974).
//! - *pattern*: whether it is part of a beat.

use super::cast::{FollowedAgents, participants};
use super::information::self_information;
use longhand_chronicle::{ChoiceTrace, Chronicle, Event};
use longhand_expr::ids::EventId;
use longhand_scene::Scenario;

/// The weight of an indirect effect relative to a direct one.
const DAMPING: f64 = 0.7;
/// The surprise in bits at which that part of the score is 1.
const MAX_SURPRISE_BITS: f64 = 6.0;
/// The weights of rarity, reach, relation, surprise and pattern.
const WEIGHTS: [f64; 5] = [0.25, 0.25, 0.15, 0.1, 0.25];

/// The parts of an event's salience, each 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SalienceParts {
    /// How rare such an event is.
    pub rarity: f64,
    /// How much it caused.
    pub reach: f64,
    /// How close it is to the followed agents.
    pub relation: f64,
    /// How unlikely the choice was.
    pub surprise: f64,
    /// 1 if it is part of a beat with `must`, less for another beat.
    pub pattern: f64,
}

impl SalienceParts {
    /// The weighted sum, 0 to 1.
    #[must_use]
    pub fn score(&self) -> f64 {
        let parts = [self.rarity, self.reach, self.relation, self.surprise, self.pattern];
        parts.iter().zip(WEIGHTS).map(|(part, weight)| part * weight).sum()
    }
}

/// The salience of each event of a chronicle.
#[derive(Clone, Debug)]
pub struct Salience {
    parts: Vec<SalienceParts>,
}

impl Salience {
    /// Rates every recorded event.
    #[must_use]
    pub fn compute(scenario: &Scenario, chronicle: &Chronicle, followed: &FollowedAgents) -> Self {
        let rarity = normalised(self_information(chronicle));
        let reach = normalised(causal_reach(chronicle).into_iter().map(libm::log1p).collect());
        let mut parts: Vec<SalienceParts> = (chronicle.iter().zip(rarity).zip(reach))
            .map(|((event, rarity), reach)| SalienceParts {
                rarity,
                reach,
                relation: participants(scenario, event).map(|agent| followed.weight(agent)).fold(0.0, f64::max),
                surprise: event.choice.as_deref().map_or(0.0, |choice| surprise(choice, choice_noise(scenario, event))),
                pattern: 0.0,
            })
            .collect();
        for beat_match in &chronicle.beats {
            let share = if scenario.beats.get(beat_match.beat).is_some_and(|beat| beat.must) { 1.0 } else { 0.7 };
            for event in beat_match.events.iter().chain([&beat_match.event]) {
                if let Some(parts) = parts.get_mut(event.index()) {
                    parts.pattern = parts.pattern.max(share);
                }
            }
        }
        Self { parts }
    }

    /// The parts of an event's salience.
    #[must_use]
    pub fn parts(&self, event: EventId) -> SalienceParts {
        self.parts.get(event.index()).copied().unwrap_or_default()
    }

    /// The salience of an event, 0 to 1.
    #[must_use]
    pub fn score(&self, event: EventId) -> f64 {
        self.parts(event).score()
    }
}

/// The effects of each event, direct and indirect, each shared among its causes.
fn causal_reach(chronicle: &Chronicle) -> Vec<f64> {
    let mut reach = vec![0.0; chronicle.len()];
    for event in chronicle.iter().rev() {
        let mut causes: Vec<EventId> = event.causes.iter().map(|cause| cause.event).collect();
        causes.sort_unstable();
        causes.dedup();
        let share = (1.0 + DAMPING * reach[event.id.index()]) / causes.len().max(1) as f64;
        causes.iter().for_each(|cause| reach[cause.index()] += share);
    }
    reach
}

fn normalised(mut values: Vec<f64>) -> Vec<f64> {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        values.iter_mut().for_each(|value| *value /= most);
    }
    values
}

/// The scale of the choice noise of the agent that chose.
fn choice_noise(scenario: &Scenario, event: &Event) -> f64 {
    let kind = event.roles.first().and_then(|agent| scenario.cast.get(agent.index())).map(|member| member.kind);
    kind.and_then(|kind| scenario.kinds.get(kind.index())).map_or(0.0, |kind| kind.choice_noise)
}

/// The surprise that the first option won, given the utilities; the recorded options stand for all.
fn surprise(choice: &ChoiceTrace, choice_noise: f64) -> f64 {
    let Some(chosen) = choice.options.first().filter(|_| choice_noise > 0.0) else { return 0.0 };
    let odds: f64 =
        choice.options.iter().map(|other| libm::exp(((other.utility - chosen.utility) / choice_noise).clamp(-50.0, 50.0))).sum();
    (libm::log2(odds.max(1.0)) / MAX_SURPRISE_BITS).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, BEN, CLEO, LETTER, QUARREL, RAIN, WALK, event, scenario};
    use super::super::protagonists;
    use super::*;
    use longhand_chronicle::{BeatMatch, Cause, CauseLink, ScoredOption};
    use longhand_expr::ids::Instant;
    use smallvec::{SmallVec, smallvec};

    fn because(event: &mut Event, causes: &[u32]) {
        event.causes = causes.iter().map(|&cause| Cause { event: EventId(cause), link: CauseLink::Triggered }).collect();
    }

    /// Seven walks of Ann with Ben; in the middle a quarrel that causes a letter and the last walk; rain on Cleo.
    fn chronicle() -> Chronicle {
        let mut chronicle = Chronicle::default();
        for hour in 0..5 {
            chronicle.push(event(0, f64::from(hour), WALK, &[ANN, BEN]));
        }
        chronicle.push(event(0, 6.0, QUARREL, &[ANN, BEN]));
        let mut letter = event(0, 7.0, LETTER, &[ANN, BEN]);
        because(&mut letter, &[5]);
        chronicle.push(letter);
        let mut walk = event(0, 8.0, WALK, &[ANN, BEN]);
        because(&mut walk, &[6, 5]);
        chronicle.push(walk);
        chronicle.push(event(0, 9.0, RAIN, &[CLEO]));
        chronicle
    }

    #[test]
    fn rare_events_with_effects_score_higher() {
        let (scenario, chronicle) = (scenario(), chronicle());
        let followed = protagonists(&scenario, &chronicle);
        assert_eq!(followed.first(), Some(ANN), "the agent with most participation is at the centre");
        let salience = Salience::compute(&scenario, &chronicle, &followed);
        let (walk, quarrel, rain) = (salience.parts(EventId(0)), salience.parts(EventId(5)), salience.parts(EventId(8)));
        assert!(quarrel.rarity > walk.rarity);
        assert_eq!((walk.reach, quarrel.reach), (0.0, 1.0));
        assert!(rain.relation < quarrel.relation, "nobody follows Cleo");
        assert!(salience.score(EventId(5)) > salience.score(EventId(0)));
    }

    #[test]
    fn the_events_of_a_beat_score_higher() {
        let mut scenario = scenario();
        scenario.beats = vec![longhand_scene::Pattern { id: "B".into(), must: true, ..Default::default() }];
        let mut chronicle = chronicle();
        let before = Salience::compute(&scenario, &chronicle, &FollowedAgents::default());
        chronicle.beats.push(BeatMatch { beat: 0, at: Instant::START, event: EventId(6), events: vec![EventId(0), EventId(6)] });
        let after = Salience::compute(&scenario, &chronicle, &FollowedAgents::default());
        assert!(after.score(EventId(0)) > before.score(EventId(0)));
        assert_eq!(after.score(EventId(1)), before.score(EventId(1)));
    }

    #[test]
    fn an_unlikely_choice_is_surprising_and_a_certain_one_is_not() {
        let option = |utility| ScoredOption {
            kind: WALK,
            roles: SmallVec::new(),
            utility,
            choice_noise: 0.0,
            terms: smallvec![],
            reasons: Vec::new(),
        };
        let choice = |utilities: &[f64]| ChoiceTrace {
            options: utilities.iter().map(|&utility| option(utility)).collect(),
            idle_utility: 0.0,
        };
        assert!(surprise(&choice(&[0.9, 0.1]), 0.1) < 0.01);
        assert!(surprise(&choice(&[0.3, 0.7]), 0.1) > 0.9);
        assert!(
            (surprise(&choice(&[0.5, 0.5]), 0.1) - 1.0 / MAX_SURPRISE_BITS).abs() < 1e-9,
            "one of two equal options is one bit"
        );
        assert_eq!(surprise(&choice(&[0.5, 0.5]), 0.0), 0.0, "without choice noise nothing is surprising");
    }
}
