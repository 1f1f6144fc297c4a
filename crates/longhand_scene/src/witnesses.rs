//! The agents that see an event: those at its place who take no part in it.

use longhand_expr::ids::{AgentField, AgentId, EventKind, PlaceId};
use longhand_expr::{EvalContext, EvalFrame};
use std::ops::ControlFlow;

/// The bindings of a trigger that waits for somebody to see an event: one for each witness, who is awake, at the place of the agent
/// that began the event, and no participant. Ascending by agent.
///
/// `kinds` are those of [`Activation::Sees`](super::Activation::Sees), `roles` the agents of the event. With `among`, only those of these
/// agents are considered.
#[must_use]
pub fn witness_frames<V: EvalContext>(
    kinds: &[(EventKind, Vec<usize>)],
    kind: EventKind,
    roles: impl Fn(usize) -> AgentId,
    is_participant: impl Fn(AgentId) -> bool,
    among: Option<&[AgentId]>,
    view: &V,
) -> Vec<EvalFrame> {
    let Some((_, slot_map)) = kinds.iter().find(|(wanted, _)| *wanted == kind) else { return Vec::new() };
    let place = view.place(roles(0));
    if place == PlaceId::NOWHERE {
        return Vec::new();
    }
    let mut witnesses = Vec::new();
    let mut consider = |agent| {
        let sees = [AgentField::Present, AgentField::Awake].iter().all(|&field| view.field(agent, field) != 0.0);
        if sees && !is_participant(agent) {
            witnesses.push(agent);
        }
    };
    match among {
        Some(among) => among.iter().copied().filter(|&agent| view.place(agent) == place).for_each(&mut consider),
        None => view.for_each_at_place(place, &mut |agent| {
            consider(agent);
            ControlFlow::Continue(())
        }),
    }
    witnesses.sort_unstable();
    let frame_of = |witness| {
        let mut frame = EvalFrame::for_agent(witness);
        slot_map.iter().enumerate().skip(1).for_each(|(slot, source)| frame.set(slot, roles(*source)));
        frame
    };
    witnesses.into_iter().map(frame_of).collect()
}
