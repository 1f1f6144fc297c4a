//! Prefilters the witnesses of an event, so that a trigger on a seen event is not evaluated for each of them.
//!
//! At a place with hundreds of agents, almost none of them knows the participants of an event. Clauses that do not depend on the witness are
//! evaluated once for all witnesses. If the condition requires a tie to a participant, it is evaluated only for the agents with that tie.

use crate::world::WorldView;
use longhand_expr::ids::AgentId;
use longhand_expr::{EvalFrame, RequiredTie};
use longhand_scene::{Activation, Trigger};
use smallvec::SmallVec;

/// The part of the condition of a trigger on a seen event that can be evaluated before its witnesses are known. Empty for other triggers.
#[derive(Debug, Default)]
pub(super) struct WitnessFilter {
    /// The clauses that do not depend on the witness, by position.
    shared: Vec<usize>,
    /// The ties of which a witness must have one, if any clause needs a tie.
    ties: Option<SmallVec<[RequiredTie; 4]>>,
}

impl WitnessFilter {
    pub(super) fn new(trigger: &Trigger) -> Self {
        if !matches!(trigger.on, Activation::Sees(_)) {
            return Self::default();
        }
        let reads_event_only = |clause: usize| trigger.when[clause].slot_mask() >> trigger.activation_slots == 0;
        let of_event: Vec<usize> = (0..trigger.when.len()).filter(|&clause| reads_event_only(clause)).collect();
        let ties = of_event.iter().filter_map(|&clause| trigger.when[clause].required_ties(0)).min_by_key(SmallVec::len);
        let is_shared = |&clause: &usize| trigger.when[clause].slot_mask() & 1 == 0 && !trigger.when[clause].is_random();
        Self { shared: of_event.into_iter().filter(is_shared).collect(), ties }
    }

    /// Whether the conditions may hold for any witness; `event` has the variables of the event.
    pub(super) fn may_hold(&self, view: &WorldView<'_>, trigger: &Trigger, event: &mut EvalFrame) -> bool {
        self.shared.iter().all(|&clause| trigger.when[clause].truth(view, event))
    }

    /// The agents for which the conditions may hold, wherever they are; none if that may be anybody.
    pub(super) fn candidates(&self, view: &WorldView<'_>, event: &EvalFrame) -> Option<Vec<AgentId>> {
        let state = view.state();
        let mut agents = Vec::new();
        for required in self.ties.as_ref()? {
            let other = event.get(usize::from(required.other));
            if other.is_some() {
                state.bonds.for_each_tied(other, required.tie, !required.to_other, &mut |agent| {
                    agents.push(agent);
                    std::ops::ControlFlow::Continue(())
                });
            }
        }
        agents.retain(|&agent| !state.things.contains(agent));
        agents.sort_unstable();
        agents.dedup();
        Some(agents)
    }
}
