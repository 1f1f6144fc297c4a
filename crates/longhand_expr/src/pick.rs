//! A random member of a set.

use std::ops::ControlFlow::Continue;

use smallvec::SmallVec;

use crate::ids::{AgentId, KindId};

use super::context::EvalContext;
use super::eval::Evaluator;
use super::node::{DrawId, DrawSite, ExprNode, NodeId};
use super::scope::EvalFrame;

/// Up to this number of agents of a kind, `pick` draws a lot for each of them.
const MAX_PICK_LOTS: usize = 64;
/// The most draws of a `pick` over a larger kind. After that it picks nobody.
const MAX_PICK_TRIES: u32 = 16;
/// The most nodes in the conditions of a set that are evaluated for each member before lots are drawn.
const MAX_SHORT_CONDITIONS: usize = 12;

impl<V: EvalContext> Evaluator<'_, V> {
    /// A random member of a set. Each member gets a lot and the highest one wins, so that a member who is not picked does not change
    /// who is.
    pub(crate) fn pick(&self, draw: DrawId, slot: u8, set: NodeId, frame: &mut EvalFrame) -> AgentId {
        let site = self.code.draws[draw as usize];
        let key = self.draw_key(site, frame);
        let restricted = self.restricted_kind(set);
        if let Some((kind, conditions)) = restricted
            && self.view.members(kind).len() > MAX_PICK_LOTS
        {
            return self.pick_by_index(site, key, slot, self.view.members(kind), conditions, frame);
        }
        let drawn = self.view.draw(site.hash, key).to_bits();
        let lot = |member| (mix(drawn ^ u64::from(self.view.agent_key(member))), member);
        frame.set(usize::from(slot), AgentId::NONE);
        let ExprNode::Where(..) = self.code.node(set) else {
            if let Some((members, left_out)) = self.listed_members(set, frame) {
                let lots = members.iter().filter(|member| **member != left_out).map(|member| lot(*member));
                return lots.max().map_or(AgentId::NONE, |(_, member)| member);
            }
            let mut highest: Option<(u64, AgentId)> = None;
            let _ = self.for_each_member(set, frame, &mut |_, member| {
                highest = highest.max(Some(lot(member)));
                Continue(())
            });
            return highest.map_or(AgentId::NONE, |(_, member)| member);
        };
        if self.conditions_are_short(set) && !self.view.notes_reads() {
            let mut highest: Option<(u64, AgentId)> = None;
            let _ = self.for_each_member(self.unrestricted(set), frame, &mut |frame, member| {
                frame.set(usize::from(slot), member);
                if self.meets_conditions(set, frame) {
                    highest = highest.max(Some(lot(member)));
                }
                frame.set(usize::from(slot), AgentId::NONE);
                Continue(())
            });
            return highest.map_or(AgentId::NONE, |(_, member)| member);
        }
        // The conditions are evaluated in the order of the lots, because the first member that meets them wins.
        let mut lots = SmallVec::<[(u64, AgentId); MAX_PICK_LOTS]>::new();
        let _ = self.for_each_member(self.unrestricted(set), frame, &mut |_, member| {
            lots.push(lot(member));
            Continue(())
        });
        lots.sort_unstable();
        for (_, member) in lots.into_iter().rev() {
            frame.set(usize::from(slot), member);
            if self.meets_conditions(set, frame) {
                return member;
            }
        }
        AgentId::NONE
    }

    /// A random member that meets the conditions, at a cost that does not depend on the number of members.
    fn pick_by_index(
        &self,
        site: DrawSite,
        key: u32,
        slot: u8,
        members: &[AgentId],
        conditions: Option<NodeId>,
        frame: &mut EvalFrame,
    ) -> AgentId {
        for attempt in 0..MAX_PICK_TRIES {
            let draw = self.view.draw(site.hash, key.wrapping_add(attempt.wrapping_mul(0x85EB_CA6B)));
            let Some(member) = members.get((draw * members.len() as f64) as usize) else { return AgentId::NONE };
            frame.set(usize::from(slot), *member);
            if conditions.is_none_or(|conditions| self.meets_conditions(conditions, frame)) {
                return *member;
            }
        }
        AgentId::NONE
    }

    /// For a set that is `agents(kind)` with any number of `where`s: the kind, and the outermost `where` if there is one.
    fn restricted_kind(&self, set: NodeId) -> Option<(KindId, Option<NodeId>)> {
        match self.code.node(self.unrestricted(set)) {
            ExprNode::Members(kind) => Some((kind, matches!(self.code.node(set), ExprNode::Where(..)).then_some(set))),
            _ => None,
        }
    }

    /// The set that a chain of `where`s restricts.
    fn unrestricted(&self, mut set: NodeId) -> NodeId {
        while let ExprNode::Where(_, inner, _) = self.code.node(set) {
            set = inner;
        }
        set
    }

    /// Whether the conditions of a chain of `where`s cost less to evaluate for a member than its lot.
    fn conditions_are_short(&self, set: NodeId) -> bool {
        self.code.subtree(set).len() - self.code.subtree(self.unrestricted(set)).len() <= MAX_SHORT_CONDITIONS
    }

    /// Whether the member that is already bound satisfies every condition of a chain of `where`s.
    fn meets_conditions(&self, set: NodeId, frame: &mut EvalFrame) -> bool {
        match self.code.node(set) {
            ExprNode::Where(_, set, condition) => self.meets_conditions(set, frame) && self.truth(condition, frame),
            _ => true,
        }
    }
}

/// Mixes the bits of a number (the finaliser of SplitMix64, Steele et al. 2014).
const fn mix(bits: u64) -> u64 {
    let bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}
