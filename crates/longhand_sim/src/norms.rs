//! Norms of ties: exclusivity.
//!
//! A tie may be exclusive for one party and not for the other. A broken norm hurts an agent when that agent comes to believe that it is
//! broken. What the agent does not know has no effect on it.

use super::context::TickContext;
use super::events::EventBuilder;
use longhand_expr::ids::{AgentId, Emotion, TieId, WorldFact};
use longhand_expr::{EvalContext, EvalFrame};

impl TickContext<'_, '_> {
    /// Adds the feelings of `who` about a tie that it has just come to believe in.
    pub(super) fn feel_about_norms(&mut self, builder: &mut EventBuilder, who: AgentId, fact: WorldFact, holds: bool) {
        let WorldFact::Tie(a, b, tie) = fact else { return };
        if !holds || a == who || b == who || !self.holds_exclusive(who, tie, builder) {
            return;
        }
        let has_tie = |other: AgentId| self.view(builder.at).tie(who, other, tie);
        let Some(partner) = [a, b].into_iter().find(|&other| has_tie(other)) else { return };
        let with = if partner == a { b } else { a };
        let hurt = self.scenario().minds.hurt;
        self.feel(builder, who, Emotion::Distress, hurt, with);
        self.feel(builder, who, Emotion::Reproach, hurt, partner);
        self.remember(builder, who, partner, hurt);
        self.changes.check_agent(who);
    }

    fn holds_exclusive(&self, who: AgentId, tie: TieId, builder: &EventBuilder) -> bool {
        let exclusive = self.rules.scenario.ties[tie.index()].exclusive.as_ref();
        exclusive.is_some_and(|exclusive| exclusive.truth(&self.view(builder.at), &mut EvalFrame::for_agent(who)))
    }
}
