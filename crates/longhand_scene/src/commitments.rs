//! What agents promise and intend, and what that adds to the utility of their actions.
//!
//! Each action has the list of what it serves, so an action that serves nothing costs nothing. The functions read a state through
//! [`EvalContext`], so that a simulation and the questions about its recording get the same numbers.

use super::model::Action;
use longhand_expr::ids::{AgentId, AppointmentId, EventKind, Instant, IntentionId};
use longhand_expr::{EvalContext, EvalFrame, Expr};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// What the utility of an action gains while an appointment or an intention asks for it, unless the scene says otherwise.
const DEFAULT_PULL: f64 = 1.0;

/// What agents of a scene may promise and intend.
#[derive(Clone, Debug, Default)]
pub struct Commitments {
    /// By [`AppointmentId`].
    pub appointments: Vec<Appointment>,
    /// By [`IntentionId`].
    pub intentions: Vec<Intention>,
}

/// Something that two agents agree to do together.
#[derive(Clone, Debug)]
pub struct Appointment {
    /// Its id.
    pub id: String,
    /// The events that keep it; none: being together.
    pub kept_by: Vec<EventKind>,
    /// Seconds before the agreed instant from which on the two keep themselves free.
    pub early: f64,
    /// Seconds after the agreed instant for which they wait.
    pub late: f64,
    /// Whether `self` goes there, over `self` and `other`; a condition or a probability.
    pub keeps: Option<Expr>,
    /// What is added to the utility of an action that keeps it, over `self` and `other`.
    pub want: Option<Expr>,
    /// The author's description.
    pub about: String,
}

/// How an appointment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppointmentFate {
    /// Both did what they had agreed.
    Kept,
    /// Somebody did not come.
    Broken,
    /// Somebody said that it would not be, or died, or left.
    CalledOff,
}

impl AppointmentFate {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kept, Self::Broken, Self::CalledOff];

    /// The name of its event after that of the appointment: `kept`, `broken`, `called_off`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::CalledOff => "called_off",
        }
    }
}

/// A plan of a few steps.
#[derive(Clone, Debug)]
pub struct Intention {
    /// Its id.
    pub id: String,
    /// The reason in words; may be empty.
    pub because: String,
    /// The events of each step.
    pub steps: Vec<Vec<EventKind>>,
    /// The steps as the scene names them.
    pub step_names: Vec<String>,
    /// Whether it is about another agent.
    pub is_about: bool,
    /// What is added to the utility of an action that serves the present step, over `self` and the agent it is about.
    pub want: Option<Expr>,
}

/// What an action may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Served {
    /// It keeps an appointment.
    Appointment(AppointmentId),
    /// It is a step of an intention, at this position.
    Step(IntentionId, u8),
}

impl Appointment {
    /// From when on the two keep themselves free for it, and until when they wait.
    #[must_use]
    pub fn window(&self, at: Instant) -> (Instant, Instant) {
        (at.add_seconds(-self.early), at.add_seconds(self.late))
    }

    /// Whether it is time at an instant.
    #[must_use]
    pub fn is_due(&self, at: Instant, now: Instant) -> bool {
        let (from, until) = self.window(at);
        from <= now && now <= until
    }
}

impl Commitments {
    /// What an action serves: the appointments that one of its events keeps, and the steps that one of them is.
    #[must_use]
    pub fn served_by(&self, action: &Action) -> Vec<Served> {
        let is_of_action = |kinds: &[EventKind]| action.event_specs().any(|spec| kinds.contains(&spec.kind));
        let appointments = self.appointments.iter().enumerate().filter(|(_, appointment)| is_of_action(&appointment.kept_by));
        let appointments = appointments.map(|(index, _)| Served::Appointment(AppointmentId::from_index(index)));
        let steps = self.intentions.iter().enumerate().flat_map(|(index, intention)| {
            let steps = intention.steps.iter().zip(0_u8..).filter(|(kinds, _)| is_of_action(kinds));
            steps.map(move |(_, step)| Served::Step(IntentionId::from_index(index), step))
        });
        appointments.chain(steps).collect()
    }

    /// What the commitments of the agent in slot 0 add to the utility of an action.
    pub fn pulls<'a, V: EvalContext>(
        &'a self,
        view: &'a V,
        action: &'a Action,
        frame: &'a EvalFrame,
    ) -> impl Iterator<Item = (Served, f64)> + 'a {
        action.serves.iter().filter_map(move |&served| {
            let (want, other) = match served {
                Served::Appointment(what) => {
                    (&self.appointments[what.index()].want, self.appointed_party(view, what, action, frame)?)
                }
                Served::Step(intention, step) => {
                    let is_present = |about| view.intention(frame.get(0), intention, about) == Some(usize::from(step));
                    let about =
                        self.intentions[intention.index()].is_about.then(|| bound(action, frame).find(|&a| is_present(a)));
                    let about = match about {
                        // An action without others serves it whoever it is about.
                        Some(None) if bound(action, frame).next().is_some() => return None,
                        Some(Some(about)) => about,
                        _ => AgentId::NONE,
                    };
                    if !is_present(about) {
                        return None;
                    }
                    (&self.intentions[intention.index()].want, about)
                }
            };
            let mut over = EvalFrame::from_agents(&[frame.get(0), other]);
            Some((served, want.as_ref().map_or(DEFAULT_PULL, |want| want.number(view, &mut over))))
        })
    }

    /// The agent with whom an action would keep an appointment that is due.
    fn appointed_party<V: EvalContext>(
        &self,
        view: &V,
        what: AppointmentId,
        action: &Action,
        frame: &EvalFrame,
    ) -> Option<AgentId> {
        let info = &self.appointments[what.index()];
        let mut party = None;
        view.for_each_appointed(frame.get(0), Some(what), &mut |other| {
            let is_meant = || bound(action, frame).any(|agent| agent == other) || may_include(action, frame);
            let is_due = || {
                let appointment = view.appointment(frame.get(0), other, Some(what));
                appointment.is_some_and(|appointment| info.is_due(appointment.at, view.now()))
            };
            if is_due() && is_meant() {
                party = Some(other);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        party
    }
}

/// The agents that an action binds beside `self`.
fn bound<'a>(action: &Action, frame: &'a EvalFrame) -> impl Iterator<Item = AgentId> + 'a {
    let slots = 1..=action.roles.len() + action.about.len();
    slots
        .map(|slot| frame.get(slot))
        .filter(|agent| agent.is_some() && agent.group_index().is_none() && agent.topic_index().is_none())
}

/// Whether a role for several agents is not bound yet, so that anybody may be among them.
fn may_include(action: &Action, frame: &EvalFrame) -> bool {
    (1..).zip(&action.roles).any(|(slot, role)| role.several && !frame.get(slot).is_some())
}
