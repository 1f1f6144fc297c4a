//! Who is gone takes part in nothing that happens later, except in what follows from an event when they were gone already: the burial of
//! somebody who has died.

use super::context::TickContext;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, EventKind};
use smallvec::SmallVec;

/// The agents of an event that were gone when what follows from it was planned, in the order of its variables.
pub(super) type AbsentAgents = SmallVec<[AgentId; 2]>;

impl TickContext<'_, '_> {
    /// The agents of the first `slots` variables who are gone now.
    pub(super) fn absent_agents(&self, frame: &EvalFrame, slots: usize) -> AbsentAgents {
        let agents = (0..slots).flat_map(|slot| self.state.groups.agents(frame.get(slot)));
        agents.filter(|&agent| self.has_gone(agent)).collect()
    }

    /// The variables of a planned event of a kind, without those of its roles for several who have gone since it was planned, when those of
    /// `absent` were gone already. None if it cannot take place any more: nobody is left of such a role, or a participant has gone since.
    pub(super) fn without_gone(&mut self, kind: EventKind, frame: EvalFrame, absent: &[AgentId]) -> Option<EvalFrame> {
        let initiator = frame.get(0);
        let can_act = self.is_present(initiator) || absent.contains(&initiator);
        if can_act { self.without_gone_participants(kind, frame, 1, absent) } else { None }
    }

    /// Like [`without_gone`](Self::without_gone), but without the check of the initiator, and only for the participants from variable `first` on.
    pub(super) fn without_gone_participants(
        &mut self,
        kind: EventKind,
        mut frame: EvalFrame,
        first: usize,
        absent: &[AgentId],
    ) -> Option<EvalFrame> {
        let rules = self.rules.clone();
        let info = &rules.scenario.events[kind.index()];
        for slot in first..info.participant_count {
            let agents = self.state.groups.agents(frame.get(slot));
            let left: SmallVec<[AgentId; 4]> =
                agents.iter().copied().filter(|&agent| !self.has_gone(agent) || absent.contains(&agent)).collect();
            if left.len() == agents.len() {
                continue;
            }
            if left.is_empty() || !info.is_several(slot) {
                return None;
            }
            frame.set(slot, self.state.groups.intern(&left));
        }
        Some(frame)
    }

    fn has_gone(&self, agent: AgentId) -> bool {
        agent.is_some() && self.state.presence(agent).is_gone()
    }
}
