//! Births, deaths and past ties. Only some agents have them, so they are stored in maps and not in columns.

use bevy_platform::collections::HashMap;
use longhand_expr::ids::{AgentId, Instant, ReasonId, TieId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// When agents were born and died, and which ties between them have ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LifeRecords {
    #[serde(with = "super::sorted_map")]
    births: HashMap<AgentId, Instant>,
    #[serde(with = "super::sorted_map")]
    departures: HashMap<AgentId, Departure>,
    /// One bit for each tie whose past the scene reads.
    tracked: u32,
    /// Why each tie from the first agent to the second has ended.
    past_ties: BTreeMap<(AgentId, TieId, AgentId), ReasonId>,
    /// The same ties, by their other end.
    past_ties_inward: BTreeSet<(AgentId, TieId, AgentId)>,
}

/// When and why an agent died or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Departure {
    pub(crate) at: Instant,
    pub(crate) reason: ReasonId,
}

impl LifeRecords {
    /// When an agent was born, if that is known.
    #[must_use]
    pub fn birth(&self, agent: AgentId) -> Option<Instant> {
        self.births.get(&agent).copied()
    }

    /// Records when an agent was born.
    pub(crate) fn set_birth(&mut self, agent: AgentId, at: Instant) {
        self.births.insert(agent, at);
    }

    pub(crate) fn departure(&self, agent: AgentId) -> Option<Departure> {
        self.departures.get(&agent).copied()
    }

    /// Records when and why an agent died or left; `None` when it returns.
    pub(crate) fn set_departure(&mut self, agent: AgentId, departure: Option<Departure>) {
        match departure {
            Some(departure) => _ = self.departures.insert(agent, departure),
            None => _ = self.departures.remove(&agent),
        }
    }

    /// Records the past of a tie from now on.
    pub(crate) fn track(&mut self, tie: TieId) {
        self.tracked |= 1 << tie.0;
    }

    /// Why a tie from one agent to another has ended.
    pub(crate) fn past_tie(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<ReasonId> {
        self.past_ties.get(&(from, tie, to)).copied()
    }

    /// Records that a tie began (`None`) or ended. Returns the value of [`Fact::PastTie`](longhand_expr::ids::Fact::PastTie) before and
    /// after; `None` for a tie that is not tracked.
    pub(crate) fn record_tie(&mut self, from: AgentId, to: AgentId, tie: TieId, ended: Option<ReasonId>) -> Option<(f64, f64)> {
        if self.tracked & (1 << tie.0) == 0 {
            return None;
        }
        let before = match ended {
            Some(reason) => {
                self.past_ties_inward.insert((to, tie, from));
                self.past_ties.insert((from, tie, to), reason)
            }
            None => {
                self.past_ties_inward.remove(&(to, tie, from));
                self.past_ties.remove(&(from, tie, to))
            }
        };
        let value = |reason: Option<ReasonId>| reason.map_or(0.0, |reason| f64::from(reason.0) + 1.0);
        Some((value(before), value(ended)))
    }

    /// The agents to whom an agent had a tie (inward: who had it to the agent) until one of the two died or left.
    pub(crate) fn tied_until_absence(&self, agent: AgentId, tie: TieId, outward: bool) -> impl Iterator<Item = AgentId> + '_ {
        let range = || (agent, tie, AgentId(0))..=(agent, tie, AgentId::NONE);
        let out = outward.then(|| self.past_ties.range(range()).map(|(&(_, _, to), _)| to));
        let inward = (!outward).then(|| self.past_ties_inward.range(range()).map(|&(_, _, from)| from));
        out.into_iter().flatten().chain(inward.into_iter().flatten()).filter(move |&other| {
            let (from, to) = if outward { (agent, other) } else { (other, agent) };
            self.past_tie(from, to, tie).is_some_and(ReasonId::is_absence)
        })
    }
}

/// The groups of agents that roles for several agents are bound to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Groups(Vec<Vec<AgentId>>);

impl Groups {
    /// How many of the last groups are compared with a new one.
    const COMPARED: usize = 64;

    /// The id that stands for a group of agents in a frame.
    pub(crate) fn intern(&mut self, agents: &[AgentId]) -> AgentId {
        let first = self.0.len().saturating_sub(Self::COMPARED);
        let known = self.0[first..].iter().position(|group| group == agents).map(|position| first + position);
        let index = known.unwrap_or_else(|| {
            self.0.push(agents.to_vec());
            self.0.len() - 1
        });
        // More groups than ids would need more events than a run may have.
        AgentId::group(u32::try_from(index).unwrap_or(u32::MAX >> 3).min(u32::MAX >> 3))
    }

    /// The agents of a group.
    #[must_use]
    pub fn members(&self, group: usize) -> &[AgentId] {
        self.0.get(group).map_or(&[], Vec::as_slice)
    }

    /// The agents that an id in a frame stands for: those of its group, or the agent itself.
    pub(crate) fn agents(&self, id: AgentId) -> smallvec::SmallVec<[AgentId; 4]> {
        match id.group_index() {
            Some(group) => self.members(group).iter().copied().collect(),
            None => std::iter::once(id).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIE: TieId = TieId(3);
    const ANN: AgentId = AgentId(1);
    const BEN: AgentId = AgentId(2);

    #[test]
    fn a_tie_that_begins_again_is_no_past_tie() {
        let mut records = LifeRecords::default();
        assert_eq!(records.record_tie(ANN, BEN, TIE, Some(ReasonId::DEATH)), None, "the tie is not tracked");
        records.track(TIE);
        assert_eq!(records.record_tie(ANN, BEN, TIE, Some(ReasonId::DEATH)), Some((0.0, 2.0)));
        assert_eq!(records.past_tie(ANN, BEN, TIE), Some(ReasonId::DEATH));
        assert_eq!(records.tied_until_absence(ANN, TIE, true).collect::<Vec<_>>(), [BEN]);
        assert_eq!(records.tied_until_absence(BEN, TIE, false).collect::<Vec<_>>(), [ANN]);
        assert_eq!(records.tied_until_absence(BEN, TIE, true).count(), 0);
        assert_eq!(records.record_tie(ANN, BEN, TIE, None), Some((2.0, 0.0)));
        assert_eq!(records.past_tie(ANN, BEN, TIE), None);
    }

    #[test]
    fn only_a_tie_that_ended_by_death_or_departure_is_one_with_the_gone() {
        let mut records = LifeRecords::default();
        records.track(TIE);
        records.record_tie(ANN, BEN, TIE, Some(ReasonId::NONE));
        assert_eq!(records.tied_until_absence(ANN, TIE, true).count(), 0);
    }

    #[test]
    fn equal_groups_have_one_id() {
        let mut groups = Groups::default();
        let both = groups.intern(&[ANN, BEN]);
        assert_ne!(groups.intern(&[BEN]), both);
        assert_eq!(groups.intern(&[ANN, BEN]), both);
        assert_eq!(groups.agents(both).as_slice(), [ANN, BEN]);
        assert_eq!(groups.agents(ANN).as_slice(), [ANN]);
    }
}
