//! What an action is worth to an agent, and how willing somebody is to take part: the expressions of the action, and the influences on it.
//!
//! An influence is a small rule beside the action (the volitions of Comme il Faut, McCoy et al. 2014): it adds a number to the utility of an
//! action or of all actions with a tag, and says why. Each action has the list of its influences, so an action without any costs nothing.
//! All functions read a state through [`EvalContext`], so that a simulation and the questions about its recording get the same numbers.

use super::commitments::Served;
use super::foresight::{OwnGoals, expected_gain, gain_by_effect};
use super::model::{Action, AgentSelector, Scenario};
use super::values::DecisionKind;
use longhand_expr::ids::{AgentId, AppointmentId, EventKind, IntentionId};
use longhand_expr::{ContextWrapper, EvalContext, EvalFrame, Expr, Type};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A rule that adds to the utility of actions, or to the willingness to take part in them.
#[derive(Clone, Debug)]
pub struct Influence {
    /// Its id.
    pub id: String,
    /// Whose decisions it moves.
    pub by: Vec<AgentSelector>,
    /// The decision that it moves.
    pub at: DecisionKind,
    /// Without it, it always applies.
    pub when: Option<Expr>,
    /// Over `self`, who decides, `other`, and the roles that its actions have in common.
    pub adds: Expr,
    /// The reason in words, to follow "because"; may be empty.
    pub because: String,
}

/// An influence on one action.
#[derive(Clone, Debug)]
pub struct ActionInfluence {
    /// Its position in [`Scenario::influences`].
    pub influence: usize,
    /// For each of its variables after `self`, the slot of the action; `None` if the action has no such agent.
    pub slots: SmallVec<[Option<u8>; 4]>,
    sharing: InfluenceSharing,
}

/// For which options of an agent in one state an influence adds the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InfluenceSharing {
    /// For all.
    All,
    /// For all with the same agent in this slot.
    Toward(u8),
    /// It has to be evaluated for each.
    None,
}

impl ActionInfluence {
    /// An influence, at a position in the scene, whose variables after `self` are bound to these slots of the action.
    pub(crate) fn new(position: usize, influence: &Influence, slots: SmallVec<[Option<u8>; 4]>) -> Self {
        let expressions = || std::iter::once(&influence.adds).chain(&influence.when);
        let other = slots.first().copied().flatten();
        let sharing = match other {
            _ if expressions().any(|expr| expr.slot_mask() > 0b11 || expr.is_random()) => InfluenceSharing::None,
            Some(slot) if expressions().any(|expr| expr.slot_mask() & 0b10 != 0) => InfluenceSharing::Toward(slot),
            _ => InfluenceSharing::All,
        };
        Self { influence: position, slots, sharing }
    }
}

/// A part of a utility beside the terms of `want`, or of one of these terms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceReason {
    /// What the number comes from.
    pub source: ReasonSource,
    /// The number.
    pub value: f64,
}

/// What a [`ChoiceReason`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonSource {
    /// An influence, by its position in the scene. The number is added to the terms of `want`.
    Influence(u16),
    /// An appointment that is due and that the action keeps. The number is added to the terms of `want`.
    Appointment(AppointmentId),
    /// An intention whose present step the action is. The number is added to the terms of `want`.
    Intention(IntentionId),
    /// The change that the agent expects of one of its goals. The numbers of all these add up to `gain`.
    Goal {
        /// The goal, by its position in the scene.
        goal: u16,
        /// The event by which the goal moves.
        event: EventKind,
        /// The effect of that event, by its position; `None` for being at its place.
        effect: Option<u16>,
    },
}

/// A context in which what an agent expects of an action is known.
pub(crate) struct GainView<'a, V> {
    view: &'a V,
    gain: f64,
}

impl<'a, V> GainView<'a, V> {
    pub(crate) fn new(view: &'a V, gain: f64) -> Self {
        Self { view, gain }
    }
}

impl<V: EvalContext> ContextWrapper for GainView<'_, V> {
    type Inner = V;

    fn inner(&self) -> &V {
        self.view
    }

    fn gain(&self) -> f64 {
        self.gain
    }
}

/// What influences add, each with its position in the scene.
type AddedByPosition = SmallVec<[(usize, f64); 8]>;

/// What is the same for all options of an agent in one state. Each part is evaluated for the first option that needs it.
#[derive(Debug, Default)]
pub struct OwnValues {
    /// What the influences that read nobody else add, by position in the scene; NaN where it has not been evaluated.
    influences: Vec<f64>,
    /// What those add that read one other agent, by that agent, each with its position in the scene.
    toward: Vec<(AgentId, AddedByPosition)>,
    /// The position of the other agent that was asked about last, and is mostly asked about next.
    latest: usize,
    goals: Option<OwnGoals>,
    /// The parts of the `want` of the present action that read nobody else, by the order of their evaluation; NaN where it has not been
    /// evaluated.
    parts: SmallVec<[f64; 8]>,
}

impl OwnValues {
    /// Forgets everything, to be used for another agent or state.
    pub fn clear(&mut self) {
        self.influences.clear();
        self.toward.clear();
        self.latest = 0;
        self.goals = None;
        self.parts.clear();
    }

    /// The options that follow are those of another action.
    pub fn begin_action(&mut self) {
        self.parts.clear();
    }

    /// A part of the `want` of the present action that reads nobody else, by `evaluate` if it is not known.
    pub(crate) fn part(&mut self, position: usize, evaluate: impl FnOnce() -> f64) -> f64 {
        if self.parts.len() <= position {
            self.parts.resize(position + 1, f64::NAN);
        }
        let part = &mut self.parts[position];
        if part.is_nan() {
            *part = evaluate();
        }
        *part
    }

    /// The goals of the agent that decides.
    pub(crate) fn goals<V: EvalContext>(&mut self, scenario: &Scenario, view: &V, decides: AgentId) -> &OwnGoals {
        self.goals.get_or_insert_with(|| OwnGoals::new(scenario, view, decides))
    }

    /// What an influence adds to an option, by `evaluate` if it is not known.
    fn influence(&mut self, applied: &ActionInfluence, frame: &EvalFrame, evaluate: impl FnOnce() -> Option<f64>) -> Option<f64> {
        let influence = applied.influence;
        let added = match applied.sharing {
            InfluenceSharing::None => evaluate().unwrap_or(0.0),
            InfluenceSharing::All => {
                if self.influences.len() <= influence {
                    self.influences.resize(influence + 1, f64::NAN);
                }
                let added = &mut self.influences[influence];
                if added.is_nan() {
                    *added = evaluate().unwrap_or(0.0);
                }
                *added
            }
            InfluenceSharing::Toward(slot) => {
                let other = frame.get(usize::from(slot));
                let known = self.toward(other);
                match known.iter().find(|(of, _)| *of == influence) {
                    Some((_, added)) => *added,
                    None => {
                        let added = evaluate().unwrap_or(0.0);
                        known.push((influence, added));
                        added
                    }
                }
            }
        };
        (added != 0.0).then_some(added)
    }

    /// What the influences add that read one other agent, as far as it is known.
    fn toward(&mut self, other: AgentId) -> &mut AddedByPosition {
        if self.toward.get(self.latest).is_none_or(|(latest, _)| *latest != other) {
            self.latest = self.toward.iter().position(|(known, _)| *known == other).unwrap_or_else(|| {
                self.toward.push((other, SmallVec::new()));
                self.toward.len() - 1
            });
        }
        &mut self.toward[self.latest].1
    }
}

impl Influence {
    /// What it adds to a decision of the agent in slot 0; `None` if it does not apply.
    fn value<V: EvalContext>(&self, view: &V, frame: &mut EvalFrame) -> Option<f64> {
        let agent = frame.get(0);
        let is_meant = |who: &AgentSelector| match who {
            AgentSelector::Kind(kind) => view.kind(agent) == *kind,
            AgentSelector::Agent(named) => agent == *named,
        };
        let applies = agent.is_some() && (self.by.is_empty() || self.by.iter().any(is_meant));
        let applies = applies && self.when.as_ref().is_none_or(|when| when.truth(view, frame));
        applies.then(|| self.adds.number(view, frame)).filter(|added| *added != 0.0)
    }
}

/// The influences that apply to a decision, each by its position in the scene and with what it adds. `decides` is who decides, in the place
/// of `self`; `asked_by` is who asks, for an acceptance.
fn applied<'a, V: EvalContext>(
    scenario: &'a Scenario,
    view: &'a V,
    influences: &'a [ActionInfluence],
    frame: &'a EvalFrame,
    decides: AgentId,
    asked_by: Option<AgentId>,
    mut own: Option<&'a mut OwnValues>,
) -> impl Iterator<Item = (usize, f64)> + 'a {
    influences.iter().filter_map(move |applied| {
        let influence = &scenario.influences[applied.influence];
        let bind = || {
            let mut bound = EvalFrame::for_agent(decides);
            for (slot, source) in applied.slots.iter().enumerate() {
                bound.set(slot + 1, source.map_or(AgentId::NONE, |source| frame.get(usize::from(source))));
            }
            if let Some(asked_by) = asked_by {
                bound.set(1, asked_by);
            }
            bound
        };
        let value = match own.as_deref_mut() {
            Some(own) => {
                let value = own.influence(applied, frame, || influence.value(view, &mut bind()));
                debug_assert_eq!(value, influence.value(view, &mut bind()), "{} is the same for all options", influence.id);
                value
            }
            None => influence.value(view, &mut bind()),
        }?;
        Some((applied.influence, value))
    })
}

/// The utility of an action to the agent in slot 0 of the frame, without choice noise.
pub fn utility<V: EvalContext>(scenario: &Scenario, view: &V, action: &Action, frame: &mut EvalFrame) -> f64 {
    let want = if action.reads_gain {
        let goals = OwnGoals::new(scenario, view, frame.get(0));
        let gain = expected_gain(scenario, view, action, frame, &goals);
        action.want.number(&GainView { view, gain }, frame)
    } else {
        action.want.number(view, frame)
    };
    added_to_option(scenario, view, action, frame, &mut OwnValues::default()).map_or(want, |added| want + added)
}

/// What influences and commitments add to the `want` of an option; none if nothing can.
pub(crate) fn added_to_option<V: EvalContext>(
    scenario: &Scenario,
    view: &V,
    action: &Action,
    frame: &EvalFrame,
    own: &mut OwnValues,
) -> Option<f64> {
    if !action.reads_gain && action.choice_influences.is_empty() && action.serves.is_empty() {
        return None;
    }
    let decides = frame.get(0);
    let influences = applied(scenario, view, &action.choice_influences, frame, decides, None, Some(own)).map(|(_, value)| value);
    let commitments = scenario.commitments.pulls(view, action, frame).map(|(_, value)| value);
    Some(influences.chain(commitments).sum::<f64>())
}

/// The values of the terms of the `want` of an action.
fn term_values<V: EvalContext>(scenario: &Scenario, view: &V, action: &Action, frame: &mut EvalFrame) -> SmallVec<[f64; 4]> {
    if !action.reads_gain {
        return action.terms.iter().map(|term| term.number(view, frame)).collect();
    }
    let goals = OwnGoals::new(scenario, view, frame.get(0));
    let view = GainView { view, gain: expected_gain(scenario, view, action, frame, &goals) };
    action.terms.iter().map(|term| term.number(&view, frame)).collect()
}

/// The terms of the utility of an action, and the reasons beside them: the influences on it, the commitments that it serves, and what the
/// expected gain is made of.
pub fn choice_reasons<V: EvalContext>(
    scenario: &Scenario,
    view: &V,
    action: &Action,
    frame: &mut EvalFrame,
) -> (SmallVec<[f64; 4]>, Vec<ChoiceReason>) {
    let terms = term_values(scenario, view, action, frame);
    let decides = frame.get(0);
    let influences = applied(scenario, view, &action.choice_influences, frame, decides, None, None);
    let influences = influences.map(|(influence, value)| ChoiceReason { source: influence_source(influence), value });
    let commitments = scenario.commitments.pulls(view, action, frame).map(|(served, value)| {
        let source = match served {
            Served::Appointment(what) => ReasonSource::Appointment(what),
            Served::Step(intention, _) => ReasonSource::Intention(intention),
        };
        ChoiceReason { source, value }
    });
    let mut reasons: Vec<ChoiceReason> = influences.chain(commitments).collect();
    if action.reads_gain {
        reasons.extend(gain_by_effect(scenario, view, action, frame));
    }
    (terms, reasons)
}

fn influence_source(influence: usize) -> ReasonSource {
    ReasonSource::Influence(u16::try_from(influence).unwrap_or(u16::MAX))
}

/// The probability that an agent accepts a role of an action, which is 1 or 0 for a condition. It may be above 1 or below 0. The frame is
/// that of the proposal; `None` if nobody is asked about the role.
pub fn acceptance<V: EvalContext>(
    scenario: &Scenario,
    view: &V,
    action: &Action,
    role: usize,
    asked: AgentId,
    frame: &EvalFrame,
) -> Option<f64> {
    let accept = action.accept.get(role).and_then(Option::as_ref);
    if accept.is_none() && action.acceptance_influences.is_empty() {
        return None;
    }
    let mut bound = *frame;
    bound.set(role + 1, asked);
    let willing = accept.map_or(1.0, |accept| match accept.ty() {
        Type::Switch => f64::from(u8::from(accept.truth(view, &mut bound))),
        _ => accept.number(view, &mut bound),
    });
    Some(willing + acceptance_influences(scenario, view, action, asked, frame).map(|(_, value)| value).sum::<f64>())
}

/// The influences on the answer of an agent who is asked to take part, each by its position in the scene and with what it adds.
pub fn acceptance_influences<'a, V: EvalContext>(
    scenario: &'a Scenario,
    view: &'a V,
    action: &'a Action,
    asked: AgentId,
    frame: &'a EvalFrame,
) -> impl Iterator<Item = (usize, f64)> + 'a {
    applied(scenario, view, &action.acceptance_influences, frame, asked, Some(frame.get(0)), None)
}
