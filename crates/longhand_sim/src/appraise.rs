//! Appraisal: what an event makes its participants feel.
//!
//! An event is appraised by how much it changed the likelihood of each goal of an agent (after GAMYGDALA, Popescu et al. 2014). A change
//! gives joy or distress; hope or fear while the goal is open; relief or disappointment when it settles a prospect felt before; and,
//! depending on who began the event, gratitude or reproach, pride or shame (OCC). Strongly felt events are remembered.

use super::context::TickContext;
use super::events::EventBuilder;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, Emotion, EventKind, Instant};
use smallvec::SmallVec;

/// The likelihoods of the goals of the participants, before the event.
pub(super) struct GoalAppraisal(SmallVec<[GoalLikelihood; 8]>);

struct GoalLikelihood {
    agent: AgentId,
    goal: usize,
    likelihood: f64,
}

impl GoalAppraisal {
    pub(super) fn before(context: &TickContext<'_, '_>, event: EventKind, present: &[AgentId], at: Instant) -> Self {
        let view = context.view(at);
        let goals = present.iter().flat_map(|&agent| {
            let goals = context.rules.goals_of(context.state.kind(agent)).iter();
            goals.filter(|&&goal| context.rules.moved_goals.contains(event, goal)).map(move |&goal| (agent, goal))
        });
        let likelihood = |agent, goal: usize| {
            context.rules.scenario.goals[goal].likelihood.number(&view, &mut EvalFrame::for_agent(agent)).clamp(0.0, 1.0)
        };
        Self(goals.map(|(agent, goal)| GoalLikelihood { agent, goal, likelihood: likelihood(agent, goal) }).collect())
    }

    /// Adds the feelings and memories that follow from the changes since then.
    pub(super) fn apply(self, context: &mut TickContext<'_, '_>, builder: &mut EventBuilder, present: &[AgentId]) {
        let rules = context.rules.clone();
        let minds = rules.scenario.minds;
        let initiator = present.first().copied().unwrap_or(AgentId::NONE);
        let mut total_by_agent: SmallVec<[(AgentId, f64); 4]> = SmallVec::new();
        for GoalLikelihood { agent, goal, likelihood } in self.0 {
            let goal = &rules.scenario.goals[goal];
            let (view, frame) = (context.view(builder.at), &mut EvalFrame::for_agent(agent));
            let after = goal.likelihood.number(&view, frame).clamp(0.0, 1.0);
            if after == likelihood {
                continue;
            }
            let gain = goal.weight.number(&view, frame).clamp(0.0, 1.0) * (after - likelihood);
            if gain.abs() < minds.noticed {
                continue;
            }
            let other = present.iter().copied().find(|&other| other != agent).unwrap_or(AgentId::NONE);
            for (emotion, strength, toward) in emotions(context, agent, gain, after, initiator, other, builder.at) {
                context.feel(builder, agent, emotion, strength, toward);
            }
            match total_by_agent.iter_mut().find(|(who, _)| *who == agent) {
                Some((_, total)) => *total += gain.abs(),
                None => total_by_agent.push((agent, gain.abs())),
            }
        }
        for (agent, strength) in total_by_agent.into_iter().filter(|(_, strength)| *strength >= minds.memorable) {
            let with = present.iter().copied().find(|&other| other != agent).unwrap_or(AgentId::NONE);
            context.remember(builder, agent, with, strength);
        }
    }
}

/// The emotions that a gain or loss (weighted, -1 to 1) gives an agent: emotion, strength, target.
fn emotions(
    context: &TickContext<'_, '_>,
    agent: AgentId,
    gain: f64,
    after: f64,
    initiator: AgentId,
    other: AgentId,
    at: Instant,
) -> SmallVec<[(Emotion, f64, AgentId); 4]> {
    let minds = &context.scenario().minds;
    let intensity = gain.abs();
    let is_gain = gain > 0.0;
    let mut feelings = SmallVec::new();
    feelings.push((if is_gain { Emotion::Joy } else { Emotion::Distress }, intensity, other));
    let is_undecided = (0.05..0.95).contains(&after);
    let prior_strength = |emotion| {
        let mind = context.state.mind(agent);
        let feeling = mind.and_then(|mind| mind.strongest_feeling(emotion, AgentId::NONE, at, minds));
        feeling.map_or(0.0, |feeling| feeling.strength(at, minds))
    };
    let prospect = prior_strength(if is_gain { Emotion::Fear } else { Emotion::Hope });
    if prospect > minds.noticed {
        feelings.push((if is_gain { Emotion::Relief } else { Emotion::Disappointment }, intensity.min(prospect), AgentId::NONE));
    }
    if is_undecided {
        feelings.push((if is_gain { Emotion::Hope } else { Emotion::Fear }, 0.5 * intensity, AgentId::NONE));
    }
    if initiator == agent {
        feelings.push((if is_gain { Emotion::Pride } else { Emotion::Shame }, 0.5 * intensity, AgentId::NONE));
    } else if initiator.is_some() {
        feelings.push((if is_gain { Emotion::Gratitude } else { Emotion::Reproach }, 0.7 * intensity, initiator));
    }
    feelings
}
