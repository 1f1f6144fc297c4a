//! The members of a set: visited one by one, or asked of one agent.

use std::ops::ControlFlow::{self, Break, Continue};

use crate::ids::{AgentId, PlaceId, TieId};

use super::context::EvalContext;
use super::eval::Evaluator;
use super::family::Family;
use super::node::{ExprNode, MAX_LIST, NodeId};
use super::scope::EvalFrame;

pub(crate) type MemberVisitor<'v> = dyn FnMut(&mut EvalFrame, AgentId) -> ControlFlow<()> + 'v;

impl<V: EvalContext> Evaluator<'_, V> {
    /// Calls `visit` for each member of a set until it breaks.
    pub(crate) fn for_each_member(&self, id: NodeId, frame: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        match self.code.node(id) {
            ExprNode::SingleAgent(agent) => match self.agent(agent, frame) {
                AgentId::NONE => Continue(()),
                agent => visit(frame, agent),
            },
            ExprNode::List(first, len) => {
                // All are evaluated before the first visit, because the visitor binds slots that key the draws of the others.
                let mut members = [AgentId::NONE; MAX_LIST];
                let members = &mut members[..usize::from(len)];
                for (index, member) in members.iter_mut().enumerate() {
                    *member = self.agent(self.code.lists[first as usize + index], frame);
                }
                for (index, member) in members.iter().enumerate() {
                    if member.is_some() && !members[..index].contains(member) {
                        visit(frame, *member)?;
                    }
                }
                Continue(())
            }
            ExprNode::Where(slot, set, condition) => self.for_each_member(set, frame, &mut |frame, member| {
                frame.set(usize::from(slot), member);
                if self.truth(condition, frame) { visit(frame, member) } else { Continue(()) }
            }),
            ExprNode::Members(kind) => self.view.members(kind).iter().try_for_each(|member| visit(frame, *member)),
            ExprNode::Several(role, set) => match frame.get(usize::from(role)).group_index() {
                Some(group) => self.view.group(group).iter().try_for_each(|member| visit(frame, *member)),
                None => self.for_each_member(set, frame, visit),
            },
            ExprNode::EverMembers(kind) => {
                let mut flow = Continue(());
                self.view.for_each_ever_member(kind, &mut |member| {
                    flow = visit(frame, member);
                    flow
                });
                flow
            }
            ExprNode::EverTied(tie, outward, agent) => {
                self.for_each_ever_tied(self.agent(agent, frame), tie, outward, frame, visit)
            }
            ExprNode::TiedUntilGoneTo(tie, outward, agent) => {
                self.for_each_ever_tied(self.agent(agent, frame), tie, outward, frame, &mut |frame, member| {
                    if self.is_present(member) { visit(frame, member) } else { Continue(()) }
                })
            }
            ExprNode::Siblings(tie, from_child, agent, also_gone) => {
                let siblings = Family { view: self.view, tie, from_child }.siblings(self.agent(agent, frame));
                siblings
                    .into_iter()
                    .filter(|sibling| also_gone || self.is_present(*sibling))
                    .try_for_each(|sibling| visit(frame, sibling))
            }
            ExprNode::Ties(tie, agent) => self.for_each_tied(self.agent(agent, frame), tie, true, frame, visit),
            ExprNode::TiesTo(tie, agent) => self.for_each_tied(self.agent(agent, frame), tie, false, frame, visit),
            ExprNode::Here(agent) => {
                let agent = self.agent(agent, frame);
                match self.view.place(agent) {
                    PlaceId::NOWHERE => visit_each(frame, visit, |visit| self.view.for_each_on_way(agent, visit)),
                    place => self.for_each_at_place(place, frame, &mut |frame, member| {
                        if member == agent { Continue(()) } else { visit(frame, member) }
                    }),
                }
            }
            ExprNode::AtPlace(place) => self.for_each_at_place(self.place(place, frame), frame, visit),
            ExprNode::HeldBy(agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_held(agent, visit))
            }
            ExprNode::KnownTo(agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_known(agent, visit))
            }
            ExprNode::Appointed(what, agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_appointed(agent, what, visit))
            }
            ExprNode::Intended(intention, agent) => {
                let agent = self.agent(agent, frame);
                visit_each(frame, visit, |visit| self.view.for_each_intended(agent, intention, visit))
            }
            ExprNode::ThingsAt(place) => {
                let place = self.place(place, frame);
                visit_each(frame, visit, |visit| self.view.for_each_thing_at(place, visit))
            }
            _ => Continue(()),
        }
    }

    /// The members of a set that the context has a list of, and the one of them that is not a member.
    pub(crate) fn listed_members(&self, id: NodeId, frame: &mut EvalFrame) -> Option<(&[AgentId], AgentId)> {
        let (place, left_out) = match self.code.node(id) {
            ExprNode::Members(kind) => return Some((self.view.members(kind), AgentId::NONE)),
            ExprNode::Here(agent) => {
                let agent = self.agent(agent, frame);
                (self.view.place(agent), agent)
            }
            ExprNode::AtPlace(place) => (self.place(place, frame), AgentId::NONE),
            _ => return None,
        };
        if place == PlaceId::NOWHERE { None } else { self.view.occupants(place).map(|members| (members, left_out)) }
    }

    /// Whether an agent could be a member of a set: of a set that is drawn or chosen from another one, whether it is in that one.
    pub(crate) fn is_member(&self, id: NodeId, frame: &mut EvalFrame, member: AgentId) -> bool {
        let view = self.view;
        match self.code.node(id) {
            ExprNode::Where(inner_slot, set, condition) => {
                self.is_member(set, frame, member) && {
                    frame.set(usize::from(inner_slot), member);
                    self.truth(condition, frame)
                }
            }
            ExprNode::SingleAgent(agent) => match self.code.node(agent) {
                ExprNode::Pick(_, _, set) | ExprNode::Best(_, set, _) => self.is_member(set, frame, member),
                _ => self.agent(agent, frame) == member,
            },
            ExprNode::List(first, len) => {
                let members = &self.code.lists[first as usize..][..usize::from(len)];
                members.iter().any(|listed| match self.code.node(*listed) {
                    ExprNode::Pick(_, _, set) | ExprNode::Best(_, set, _) => self.is_member(set, frame, member),
                    _ => self.agent(*listed, frame) == member,
                })
            }
            ExprNode::Members(kind) => view.kind(member) == kind && self.is_present(member),
            ExprNode::Ties(tie, agent) => view.tie(self.agent(agent, frame), member, tie) && self.is_present(member),
            ExprNode::TiesTo(tie, agent) => view.tie(member, self.agent(agent, frame), tie) && self.is_present(member),
            ExprNode::Here(agent) => {
                let agent = self.agent(agent, frame);
                let place = view.place(agent);
                if place != PlaceId::NOWHERE {
                    return member != agent && view.place(member) == place;
                }
                let mut is_on_way = false;
                view.for_each_on_way(agent, &mut |other| {
                    is_on_way = other == member;
                    if is_on_way { Break(()) } else { Continue(()) }
                });
                is_on_way
            }
            ExprNode::AtPlace(place) => {
                let place = self.place(place, frame);
                place != PlaceId::NOWHERE && view.place(member) == place
            }
            ExprNode::Siblings(tie, from_child, agent, also_gone) => {
                let agent = self.agent(agent, frame);
                Family { view, tie, from_child }.are_siblings(agent, member) && (also_gone || self.is_present(member))
            }
            _ => {
                self.for_each_member(id, frame, &mut |_, other| if other == member { Break(()) } else { Continue(()) }).is_break()
            }
        }
    }

    /// Calls `visit` for each member of a set, bound to `slot`, until it breaks.
    pub(crate) fn bind_each(
        &self,
        slot: u8,
        set: NodeId,
        frame: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let slot = usize::from(slot);
        // Draws inside the set must not depend on the previous agent in the slot.
        frame.set(slot, AgentId::NONE);
        self.for_each_member(set, frame, &mut |frame, member| {
            frame.set(slot, member);
            visit(frame, member)
        })
    }

    fn for_each_ever_tied(
        &self,
        agent: AgentId,
        tie: TieId,
        outward: bool,
        frame: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let mut flow = Continue(());
        if agent.is_some() {
            self.view.for_each_ever_tied(agent, tie, outward, &mut |member| {
                flow = visit(frame, member);
                flow
            });
        }
        flow
    }

    fn for_each_tied(
        &self,
        agent: AgentId,
        tie: TieId,
        outward: bool,
        frame: &mut EvalFrame,
        visit: &mut MemberVisitor<'_>,
    ) -> ControlFlow<()> {
        let mut flow = Continue(());
        if agent.is_some() {
            self.view.for_each_tied(agent, tie, outward, &mut |member| {
                flow = visit(frame, member);
                flow
            });
        }
        flow
    }

    fn for_each_at_place(&self, place: PlaceId, frame: &mut EvalFrame, visit: &mut MemberVisitor<'_>) -> ControlFlow<()> {
        let mut flow = Continue(());
        if place != PlaceId::NOWHERE {
            self.view.for_each_at_place(place, &mut |member| {
                flow = visit(frame, member);
                flow
            });
        }
        flow
    }
}

/// Calls `visit` with each agent that `each` produces, until it breaks.
fn visit_each(
    frame: &mut EvalFrame,
    visit: &mut MemberVisitor<'_>,
    each: impl FnOnce(&mut dyn FnMut(AgentId) -> ControlFlow<()>),
) -> ControlFlow<()> {
    let mut flow = Continue(());
    each(&mut |member| {
        flow = visit(frame, member);
        flow
    });
    flow
}
