//! Appraisal: what an event means to those who are in it.
//!
//! An event is judged by how much it changed the likelihood of what an agent wants (after GAMYGDALA, Popescu et al. 2014): that gives joy
//! or distress, hope or fear while the goal is open, relief or disappointment when a prospect felt before is settled, and, by who began
//! it, gratitude or reproach, pride or shame (OCC). What is felt strongly is remembered.

use super::happen::Writing;
use super::moment::Moment;
use crate::ids::{AgentId, Emotion, Instant};
use crate::language::Frame;
use smallvec::SmallVec;

/// The goals of those in an event, before it.
pub(super) struct Stakes(SmallVec<[Stake; 8]>);

struct Stake {
    agent: AgentId,
    goal: usize,
    likelihood: f64,
}

impl Stakes {
    pub(super) fn before(moment: &Moment<'_>, present: &[AgentId], at: Instant) -> Self {
        let live = moment.live(at);
        let stakes = present.iter().flat_map(|&agent| {
            let goals = moment.rules.goals_of(moment.state.kind(agent)).iter();
            goals.map(move |&goal| (agent, goal))
        });
        let likelihood =
            |agent, goal: usize| moment.rules.scenario.goals[goal].likelihood.num(&live, &mut Frame::of(agent)).clamp(0.0, 1.0);
        Self(stakes.map(|(agent, goal)| Stake { agent, goal, likelihood: likelihood(agent, goal) }).collect())
    }

    /// Has everybody feel and remember what the event did to their goals.
    pub(super) fn settle(self, moment: &mut Moment<'_>, writing: &mut Writing, present: &[AgentId]) {
        let rules = moment.rules.clone();
        let minds = rules.scenario.minds;
        let began = present.first().copied().unwrap_or(AgentId::NONE);
        let mut felt: SmallVec<[(AgentId, f64); 4]> = SmallVec::new();
        for Stake { agent, goal, likelihood } in self.0 {
            let goal = &rules.scenario.goals[goal];
            let (after, weight) = {
                let live = moment.live(writing.at);
                let frame = &mut Frame::of(agent);
                (goal.likelihood.num(&live, frame).clamp(0.0, 1.0), goal.weight.num(&live, frame).clamp(0.0, 1.0))
            };
            let gain = weight * (after - likelihood);
            if gain.abs() < minds.noticed {
                continue;
            }
            let other = present.iter().copied().find(|&other| other != agent).unwrap_or(AgentId::NONE);
            for (emotion, strength, toward) in emotions(moment, agent, gain, after, began, other, writing.at) {
                moment.feel(writing, agent, emotion, strength, toward);
            }
            match felt.iter_mut().find(|(who, _)| *who == agent) {
                Some((_, total)) => *total += gain.abs(),
                None => felt.push((agent, gain.abs())),
            }
        }
        for (agent, strength) in felt.into_iter().filter(|(_, strength)| *strength >= minds.memorable) {
            let with = present.iter().copied().find(|&other| other != agent).unwrap_or(AgentId::NONE);
            moment.remember(writing, agent, with, strength);
        }
    }
}

/// What a gain or loss (weighted, -1 to 1) makes an agent feel, and at whom.
fn emotions(
    moment: &Moment<'_>,
    agent: AgentId,
    gain: f64,
    after: f64,
    began: AgentId,
    other: AgentId,
    at: Instant,
) -> SmallVec<[(Emotion, f64, AgentId); 4]> {
    let minds = &moment.scenario().minds;
    let size = gain.abs();
    let good = gain > 0.0;
    let mut felt = SmallVec::new();
    felt.push((if good { Emotion::Joy } else { Emotion::Distress }, size, other));
    let open = (0.05..0.95).contains(&after);
    let before = |emotion| {
        let mind = moment.state.mind(agent);
        let feeling = mind.and_then(|mind| mind.feeling(emotion, AgentId::NONE, at, minds));
        feeling.map_or(0.0, |feeling| feeling.strength(at, minds))
    };
    let dreaded = before(if good { Emotion::Fear } else { Emotion::Hope });
    if dreaded > minds.noticed {
        felt.push((if good { Emotion::Relief } else { Emotion::Disappointment }, size.min(dreaded), AgentId::NONE));
    }
    if open {
        felt.push((if good { Emotion::Hope } else { Emotion::Fear }, 0.5 * size, AgentId::NONE));
    }
    if began == agent {
        felt.push((if good { Emotion::Pride } else { Emotion::Shame }, 0.5 * size, AgentId::NONE));
    } else if began.is_some() {
        felt.push((if good { Emotion::Gratitude } else { Emotion::Reproach }, 0.7 * size, began));
    }
    felt
}
