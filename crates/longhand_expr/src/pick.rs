//! A random member of a set.

use std::ops::ControlFlow::Continue;

use smallvec::SmallVec;

use crate::ids::{AgentId, KindId};

use super::context::EvalContext;
use super::def_results::{KnownMembers, KnownSite};
use super::eval::Evaluator;
use super::node::{DrawId, DrawSite, ExprNode, NodeId};
use super::scope::EvalFrame;

/// Up to this number of agents of a kind, `pick` draws a lot for each of them.
const MAX_PICK_LOTS: usize = 64;
/// The most draws of a `pick` over a larger kind. After that it picks nobody.
const MAX_PICK_TRIES: u32 = 16;
/// So often the highest of the lots is found without sorting them.
const MAX_UNSORTED: usize = 3;
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
        if let Some(members) = self.known_members(set, slot, frame) {
            let ExprNode::WhereKnown(filter) = self.code.evaluated(set) else { return AgentId::NONE };
            let others = self.code.chain(self.code.known_filters[usize::from(filter)].others);
            let meeting = members.into_iter().filter(|member| {
                frame.set(usize::from(slot), *member);
                others.iter().all(|condition| self.truth(*condition, frame))
            });
            let highest = meeting.map(lot).max();
            frame.set(usize::from(slot), AgentId::NONE);
            return highest.map_or(AgentId::NONE, |(_, member)| member);
        }
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
        let mut meets = |member| {
            frame.set(usize::from(slot), member);
            self.meets_conditions(set, frame)
        };
        // Mostly one of the first wins, so the others need no order.
        for _ in 0..MAX_UNSORTED {
            let Some(highest) = (0..lots.len()).max_by_key(|&position| lots[position]) else { return AgentId::NONE };
            let (_, member) = lots.swap_remove(highest);
            if meets(member) {
                return member;
            }
        }
        lots.sort_unstable();
        lots.into_iter().rev().map(|(_, member)| member).find(|member| meets(*member)).unwrap_or(AgentId::NONE)
    }

    /// The members of a set `known(a) where …` that meet the conditions that depend on nobody else, if the context remembers them.
    fn known_members(&self, set: NodeId, slot: u8, frame: &mut EvalFrame) -> Option<KnownMembers> {
        let ExprNode::WhereKnown(filter) = self.code.evaluated(set) else { return None };
        let results = self.view.def_results().filter(|_| !self.view.notes_reads())?;
        let filter = self.code.known_filters[usize::from(filter)];
        let site = KnownSite { code: std::ptr::from_ref(self.code) as usize, set, agent: frame.get(usize::from(filter.agent)) };
        if let Some(members) = results.known_members(site) {
            return Some(members);
        }
        let conditions = self.code.chain(filter.own);
        let mut members = KnownMembers::new();
        let _ = self.for_each_member(filter.known, frame, &mut |frame, member| {
            frame.set(usize::from(slot), member);
            if conditions.iter().all(|condition| self.truth(*condition, frame)) {
                members.push(member);
            }
            Continue(())
        });
        frame.set(usize::from(slot), AgentId::NONE);
        results.keep_known_members(site, members.clone());
        Some(members)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::context::ContextWrapper;
    use super::super::tests::{TestWorld, frame, schema, scope};
    use super::super::types::Type;
    use super::super::{DefResults, compile_expr};
    use super::*;
    use crate::ids::{AttrId, WorldFact};
    use std::ops::ControlFlow;

    /// A world in which Ann knows something of everybody.
    struct KnowingWorld {
        world: TestWorld,
        results: Option<DefResults>,
        reads: std::cell::Cell<usize>,
    }

    impl KnowingWorld {
        fn new(results: Option<DefResults>) -> Self {
            Self { world: TestWorld::new(), results, reads: 0.into() }
        }
    }

    impl ContextWrapper for KnowingWorld {
        type Inner = TestWorld;
        fn inner(&self) -> &TestWorld {
            &self.world
        }
        fn def_results(&self) -> Option<&DefResults> {
            self.results.as_ref()
        }
        fn for_each_known(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
            let known = if agent == AgentId(0) { 12 } else { 2 };
            let _ = (0..known).try_for_each(|index| visit(AgentId::topic(index)));
        }
        fn topic(&self, topic: AgentId) -> Option<WorldFact> {
            self.reads.set(self.reads.get() + 1);
            let index = topic.topic_index()? as u32;
            Some(WorldFact::Attr(AgentId(index % 3), AttrId((index % 2) as u16)))
        }
    }

    #[test]
    fn remembered_members_of_what_is_known_give_the_same_picks() {
        let (remembering, plain) = (KnowingWorld::new(Some(DefResults::default())), KnowingWorld::new(None));
        let mut picked = BTreeSet::new();
        for text in [
            "pick(known(self) where not concerns(it, self) and not knows(friend, it))",
            "pick(known(self) where not concerns(it, friend) and not concerns(it, self))",
            "pick(known(friend) where not concerns(it, self) and concerns(it, friend))",
            "pick(known(self) where concerns(it, self))",
            "pick(known(self) where not concerns(it, friend))",
        ] {
            let expr = compile_expr(text, Type::Topic, &scope(), &schema()).unwrap();
            for friend in [0, 1, 2, 1, 0].map(AgentId) {
                let pick = |world: &KnowingWorld| {
                    let mut frame = frame();
                    frame.set(1, friend);
                    expr.agent(world, &mut frame)
                };
                assert_eq!(pick(&remembering), pick(&plain), "`{text}` with {friend:?}");
                picked.insert(pick(&plain));
            }
        }
        assert!(picked.len() > 3, "{picked:?}");
        assert!(remembering.reads.get() < plain.reads.get() * 3 / 4, "{} {}", remembering.reads.get(), plain.reads.get());
    }
}
