//! Which goals an event may affect. The appraisal of the event skips the others.

use longhand_expr::ids::EventKind;
use longhand_expr::{AssignTarget, Effect, ReadSet};
use longhand_scene::{Action, Scenario, Trigger};

/// By event kind: the goals whose likelihood an event of that kind may change.
#[derive(Debug)]
pub(super) struct MovedGoals(Vec<Vec<bool>>);

impl MovedGoals {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let of_actions = scenario.actions.iter().flat_map(Action::event_specs);
        let of_triggers = scenario.triggers.iter().flat_map(Trigger::event_specs);
        let mut by_event: Vec<Option<Vec<bool>>> = vec![None; scenario.events.len()];
        for spec in of_actions.chain(of_triggers) {
            let moved = by_event[spec.kind.index()].get_or_insert_with(|| vec![false; scenario.goals.len()]);
            moved.iter_mut().zip(&scenario.goals).for_each(|(moved, goal)| *moved |= may_change(&spec.does, &goal.reads));
        }
        // Events that no rule declares, such as arrivals, may move any goal.
        Self(by_event.into_iter().map(|moved| moved.unwrap_or_else(|| vec![true; scenario.goals.len()])).collect())
    }

    /// Whether an event of a kind may move a goal.
    pub(super) fn contains(&self, event: EventKind, goal: usize) -> bool {
        self.0[event.index()][goal]
    }
}

/// Whether effects may change the value of an expression with these reads, at the instant at which they are applied.
pub(super) fn may_change(effects: &[Effect], reads: &ReadSet) -> bool {
    let reads_state_only = reads.fields.is_empty()
        && reads.occurrences.is_empty()
        && reads.tie_durations.is_empty()
        && reads.past_ties.is_empty()
        && reads.memories.is_empty()
        && reads.emotions.is_empty()
        && !(reads.places || reads.owners || reads.beliefs || reads.sources || reads.draws || reads.topics || reads.commitments);
    !reads_state_only || effects.iter().any(|effect| writes(effect, reads))
}

/// Whether an effect may write an attribute, a dimension or a tie that is read, or anything that decides which of them are read.
fn writes(effect: &Effect, reads: &ReadSet) -> bool {
    match effect {
        Effect::Assign { target, .. } | Effect::Toward { target, .. } => match target {
            AssignTarget::Attr(_, attr) => reads.attrs.contains(attr),
            AssignTarget::Dim(.., dim) => reads.dims.contains(dim),
        },
        Effect::Move { attr, .. } => reads.attrs.contains(attr),
        Effect::Begin { tie, .. } | Effect::End { tie, .. } => reads.ties.contains(tie),
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => writes(inner, reads),
        Effect::Learn { .. }
        | Effect::Tell { .. }
        | Effect::TellTopic { .. }
        | Effect::Forget { .. }
        | Effect::Feel { .. }
        | Effect::Remember { .. }
        | Effect::Go { .. }
        | Effect::Name { .. }
        | Effect::Voice { .. }
        | Effect::Rename { .. }
        | Effect::TellName { .. }
        | Effect::Promise { .. }
        | Effect::CallOff { .. }
        | Effect::Adopt { .. }
        | Effect::Drop { .. }
        | Effect::Write { .. } => false,
        _ => true,
    }
}
