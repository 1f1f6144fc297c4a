//! What an agent expects an action to do to its own goals.
//!
//! The appraisal that judges an event after it has happened is asked before the choice (OCC, Ortony, Clore and Collins 1988; FAtiMA, Dias,
//! Mascarenhas and Paiva 2014; EMA, Marsella and Gratch 2009). The agent imagines the action in a copy of the world as it believes it to be:
//! that the others accept or refuse, what the event does, and each outcome of its steps. Each branch counts by its probability. The expected
//! gain is the sum over its goals of their weight times the change of their likelihood; a loss counts more by the `loss_aversion` of its kind
//! (Kahneman and Tversky 1979). What others will do because of it, and what time alone changes, it does not foresee.

use super::imagined_view::ImaginedView;
use super::model::{Action, EventSpec, Scenario, Step};
use super::utility::{ChoiceReason, ReasonSource};
use longhand_expr::ids::AgentId;
use longhand_expr::{EvalContext, EvalFrame, Type};
use smallvec::SmallVec;

/// Maximum number of branches that are evaluated; further ones count as if nothing followed.
const MAX_BRANCHES: u32 = 64;
/// A branch that is less likely than this is not evaluated.
const LEAST_PROBABILITY: f64 = 0.01;
/// Maximum depth: steps that are evaluated one after another.
const MAX_STEPS: u32 = 8;
/// Numbers below this are left out of the explanation.
const LEAST_SHOWN: f64 = 0.000_5;

/// The gain that the agent in slot 0 of the frame expects of an action, about -1 to 1 for each of its goals.
pub(crate) fn expected_gain<V: EvalContext>(
    scenario: &Scenario,
    view: &V,
    action: &Action,
    frame: &EvalFrame,
    goals: &OwnGoals,
) -> f64 {
    Foresight::new(scenario, view, frame.get(0), goals, false).imagine(action, frame).0
}

/// What the expected gain is made of: for each goal and effect, how much the effect moves the goal, weighed like the gain itself.
pub(crate) fn gain_by_effect<V: EvalContext>(
    scenario: &Scenario,
    view: &V,
    action: &Action,
    frame: &EvalFrame,
) -> Vec<ChoiceReason> {
    let goals = OwnGoals::new(scenario, view, frame.get(0));
    let (_, mut parts) = Foresight::new(scenario, view, frame.get(0), &goals, true).imagine(action, frame);
    parts.retain(|part| part.value.abs() >= LEAST_SHOWN);
    parts
}

/// A goal of the agent.
#[derive(Debug)]
struct OwnGoal {
    index: usize,
    weight: f64,
    /// Its likelihood now.
    now: f64,
}

/// The goals of an agent as they are now.
#[derive(Debug)]
pub(crate) struct OwnGoals {
    goals: SmallVec<[OwnGoal; 4]>,
    loss_aversion: f64,
}

impl OwnGoals {
    pub(crate) fn new<V: EvalContext>(scenario: &Scenario, view: &V, agent: AgentId) -> Self {
        let kind = view.kind(agent);
        let frame = &mut EvalFrame::for_agent(agent);
        let world = ImaginedView::new(scenario, view, agent);
        let own = scenario.goals.iter().enumerate().filter(|(_, goal)| goal.by == kind);
        let goals = own.map(|(index, goal)| OwnGoal {
            index,
            weight: goal.weight.number(&world, frame).clamp(0.0, 1.0),
            now: goal.likelihood.number(&world, frame).clamp(0.0, 1.0),
        });
        let goals = goals.collect();
        let loss_aversion = scenario.kinds[kind.index()].loss_aversion.as_ref();
        let loss_aversion = loss_aversion.map_or(1.0, |aversion| aversion.number(view, frame).max(0.0));
        Self { goals, loss_aversion }
    }

    /// The most that an action can gain and lose, if it changes no goals but these, by position in the scene.
    pub(crate) fn most_change(&self, moves: &[bool]) -> (f64, f64) {
        let moved = || self.goals.iter().filter(|goal| moves[goal.index]);
        let gained: f64 = moved().map(|goal| goal.weight * (1.0 - goal.now)).sum();
        let lost: f64 = moved().map(|goal| goal.weight * goal.now).sum();
        (gained, lost * self.loss_aversion)
    }
}

/// The weighed change of each goal so far in a branch.
type GoalChanges = SmallVec<[f64; 4]>;

struct Foresight<'a, V> {
    scenario: &'a Scenario,
    view: &'a V,
    agent: AgentId,
    own: &'a OwnGoals,
    branches: u32,
    explains: bool,
    parts: Vec<ChoiceReason>,
}

/// A branch of what may happen.
struct Branch<'a, V> {
    world: ImaginedView<'a, V>,
    frame: EvalFrame,
    probability: f64,
    changes: GoalChanges,
    steps_left: u32,
}

impl<V> Clone for Branch<'_, V> {
    fn clone(&self) -> Self {
        Self { world: self.world.clone(), changes: self.changes.clone(), ..*self }
    }
}

impl<'a, V: EvalContext> Foresight<'a, V> {
    fn new(scenario: &'a Scenario, view: &'a V, agent: AgentId, own: &'a OwnGoals, explains: bool) -> Self {
        Self { scenario, view, agent, own, branches: 0, explains, parts: Vec::new() }
    }

    /// The expected gain, and its parts.
    fn imagine(mut self, action: &Action, frame: &EvalFrame) -> (f64, Vec<ChoiceReason>) {
        if self.own.goals.is_empty() {
            return (0.0, Vec::new());
        }
        let world = ImaginedView::new(self.scenario, self.view, self.agent);
        let accepted = self.probability_of_acceptance(action, &world, frame);
        let changes = self.own.goals.iter().map(|_| 0.0).collect();
        let branch = Branch { world, frame: *frame, probability: 1.0, changes, steps_left: MAX_STEPS };
        let participants: SmallVec<[AgentId; 4]> = (0..=action.roles.len()).map(|slot| frame.get(slot)).collect();
        let mut gain = 0.0;
        if accepted >= LEAST_PROBABILITY {
            let branch = Branch { probability: accepted, ..branch.clone() };
            gain += self.imagine_event(&action.event, &action.steps, &participants, branch);
        }
        if let (Some(refused), true) = (&action.refused, 1.0 - accepted >= LEAST_PROBABILITY) {
            let branch = Branch { probability: 1.0 - accepted, ..branch };
            gain += self.imagine_event(refused, &action.steps, &participants, branch);
        }
        (gain, self.parts)
    }

    /// The probability that all who are asked accept, as the agent believes. Whether those of a role for several come, it takes for granted.
    fn probability_of_acceptance(&self, action: &Action, world: &ImaginedView<'_, V>, frame: &EvalFrame) -> f64 {
        let asked = action.roles.iter().zip(&action.accept).filter(|(role, _)| !role.several);
        let probability = asked.filter_map(|(_, accept)| accept.as_ref()).map(|accept| match accept.ty() {
            Type::Switch => f64::from(u8::from(accept.truth(world, &mut frame.clone()))),
            _ => accept.number(world, &mut frame.clone()).clamp(0.0, 1.0),
        });
        probability.product()
    }

    /// The expected gain of an event and of what follows, times the probability of the branch.
    fn imagine_event(&mut self, event: &EventSpec, steps: &[Step], participants: &[AgentId], mut branch: Branch<'a, V>) -> f64 {
        if let Some(place) = &event.place {
            let place = place.place(&branch.world, &mut branch.frame);
            let is_os = |agent: AgentId| self.scenario.kinds[self.view.kind(agent).index()].os;
            for &agent in participants.iter().filter(|agent| agent.is_some() && agent.group_index().is_none() && !is_os(**agent))
            {
                branch.world.go(agent, place);
            }
            self.explain(event, None, &mut branch);
        }
        for (effect, position) in event.does.iter().zip(0..) {
            branch.world.apply(effect, &mut branch.frame);
            self.explain(event, Some(position), &mut branch);
        }
        if let Some(gain) = event.then.and_then(|step| self.imagine_step(steps.get(step)?, steps, participants, &mut branch)) {
            return gain;
        }
        let changes = self.changes_in(&branch);
        branch.probability * changes.iter().sum::<f64>()
    }

    /// The expected gain over the outcomes of a step; `None` if none of them is imagined.
    fn imagine_step(&mut self, step: &Step, steps: &[Step], participants: &[AgentId], branch: &mut Branch<'a, V>) -> Option<f64> {
        let weight = |weight: &Option<longhand_expr::Expr>| {
            weight.as_ref().map_or(1.0, |weight| weight.number(&branch.world, &mut branch.frame.clone()).max(0.0))
        };
        let weights: SmallVec<[f64; 4]> = step.outcomes.iter().map(|(outcome, _)| weight(outcome)).collect();
        let total: f64 = weights.iter().sum();
        branch.steps_left = branch.steps_left.checked_sub(1)?;
        if total <= 0.0 || self.branches >= MAX_BRANCHES {
            return None;
        }
        let mut gain = 0.0;
        for (weight, (_, event)) in weights.into_iter().zip(&step.outcomes) {
            let probability = branch.probability * weight / total;
            if weight / total < LEAST_PROBABILITY {
                continue;
            }
            self.branches += 1;
            gain += self.imagine_event(event, steps, participants, Branch { probability, ..branch.clone() });
        }
        Some(gain)
    }

    /// The weighed change of each goal in the world of a branch. A goal that reads nothing of what changed is as it was.
    fn changes_in(&self, branch: &Branch<'_, V>) -> GoalChanges {
        let change = |own: &OwnGoal| {
            let goal = &self.scenario.goals[own.index];
            let likelihood = || goal.likelihood.number(&branch.world, &mut EvalFrame::for_agent(self.agent)).clamp(0.0, 1.0);
            if !branch.world.has_changed(&goal.reads) {
                debug_assert_eq!(likelihood(), own.now, "{} reads nothing of what changed", goal.id);
                return 0.0;
            }
            let change = likelihood() - own.now;
            own.weight * change * if change < 0.0 { self.own.loss_aversion } else { 1.0 }
        };
        self.own.goals.iter().map(change).collect()
    }

    /// Notes how an effect moved the goals.
    fn explain(&mut self, event: &EventSpec, effect: Option<u16>, branch: &mut Branch<'_, V>) {
        if !self.explains {
            return;
        }
        let changes = self.changes_in(branch);
        for ((goal, before), after) in self.own.goals.iter().zip(&branch.changes).zip(&changes) {
            let source = ReasonSource::Goal { goal: u16::try_from(goal.index).unwrap_or(u16::MAX), event: event.kind, effect };
            let value = branch.probability * (after - before);
            match self.parts.iter_mut().find(|part| part.source == source) {
                Some(part) => part.value += value,
                None if value != 0.0 => self.parts.push(ChoiceReason { source, value }),
                None => {}
            }
        }
        branch.changes = changes;
    }
}
