//! Weights of outcomes that were not taken as they were, found by evaluating them again over the recorded run.

use super::recorded_run::RecordedRun;
use longhand_chronicle::{CauseLink, Event, LogPosition};
use longhand_expr::EvalFrame;
use longhand_expr::ids::{EventId, EventKind, Instant};
use longhand_scene::EventOrigin;
use longhand_scene::model::Step;

/// The weights of the outcomes of a step of which one or all were below 0.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeWeights {
    /// The id of the step.
    pub step: String,
    /// The event of each outcome, and its weight.
    pub weights: Vec<(EventKind, f64)>,
    /// Whether the step had no outcome, because no weight was above 0.
    pub nothing: bool,
}

impl RecordedRun<'_> {
    /// The weights of the step that an event is the outcome of, if one was below 0, and those of the step after the event, if none was above
    /// 0 and so nothing followed. Nothing is said where the state of an agent is not recorded.
    #[must_use]
    pub fn limited_weights(&self, event: &Event) -> Vec<OutcomeWeights> {
        let origin = self.scenario.events.get(event.kind.index()).map(|info| info.origin);
        let (steps, of_step) = match origin {
            Some(EventOrigin::Action(action) | EventOrigin::Refusal(action)) => (&self.scenario.actions[action].steps, None),
            Some(EventOrigin::Trigger(trigger)) => (&self.scenario.triggers[trigger].steps, None),
            Some(EventOrigin::ActionStep(action, step, _)) => (&self.scenario.actions[action].steps, Some(step)),
            Some(EventOrigin::TriggerStep(trigger, step, _)) => (&self.scenario.triggers[trigger].steps, Some(step)),
            Some(EventOrigin::Intervention(_)) | None => return Vec::new(),
        };
        let view = self.view_at_event(event.id);
        if event.roles.iter().any(|agent| agent.is_some() && !view.is_recorded(*agent)) {
            return Vec::new();
        }
        let own = of_step.and_then(|step| steps.get(step)).map(|step| (step, self.weights(step, event, event.at, event.id)));
        let own = own.filter(|(_, weights)| weights.iter().any(|(_, weight)| *weight < 0.0));
        let own = own.map(|(step, weights)| OutcomeWeights { step: step.id.clone(), weights, nothing: false });
        own.into_iter().chain(self.step_without_outcome(event, steps)).collect()
    }

    /// The step after an event, if it came and had no outcome.
    fn step_without_outcome(&self, event: &Event, steps: &[Step]) -> Option<OutcomeWeights> {
        let step = steps.get(self.scenario.event_spec(event.kind)?.then?)?;
        let right_after = EventId(event.id.0 + 1);
        let (at, before) = self.time_of_step(step, event)?;
        let weights = self.weights(step, event, at, before);
        let follows = |later: &Event| later.causes.iter().any(|cause| cause.event == event.id && cause.link == CauseLink::Step);
        if weights.iter().any(|(_, weight)| *weight > 0.0) || self.chronicle.iter().skip(right_after.index()).any(follows) {
            return None;
        }
        Some(OutcomeWeights { step: step.id.clone(), weights, nothing: true })
    }

    /// When the step after an event came, and the first event that may be an outcome of it; `None` if the run may have ended before.
    pub(super) fn time_of_step(&self, step: &Step, event: &Event) -> Option<(Instant, EventId)> {
        let right_after = EventId(event.id.0 + 1);
        let delay = step.after.as_ref().map_or(0.0, |after| {
            let view = self.view_at_position(event.at, LogPosition { at: event.at, events: right_after.0 });
            after.number(&view, &mut EvalFrame::from_agents(&event.roles)).max(0.0)
        });
        let at = event.at.add_seconds(delay);
        // Later than the last event, the run may have ended before.
        if self.chronicle.events().last().is_none_or(|last| last.at < at) {
            return None;
        }
        Some((at, EventId::from_index(self.history.event_count_until(at)).max(right_after)))
    }

    /// The weights of the outcomes of a step for the agents of an event, at an instant and before another event.
    pub(super) fn weights(&self, step: &Step, event: &Event, at: Instant, before: EventId) -> Vec<(EventKind, f64)> {
        let view = self.view_at_position(at, LogPosition { at, events: before.0 });
        let weight = |weight: &longhand_expr::Expr| weight.number(&view, &mut EvalFrame::from_agents(&event.roles));
        step.outcomes.iter().map(|(written, spec)| (spec.kind, written.as_ref().map_or(1.0, weight))).collect()
    }
}
