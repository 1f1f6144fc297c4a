//! Records feelings and memories as changes of facts.

use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::minds::Mind;
use longhand_expr::ids::{AgentId, Emotion, Fact};

impl TickContext<'_, '_> {
    /// Adds a feeling of an agent, directed at another agent or at [`AgentId::NONE`].
    pub(super) fn feel(&mut self, builder: &mut EventBuilder, who: AgentId, emotion: Emotion, strength: f64, toward: AgentId) {
        if !who.is_some() {
            return;
        }
        let (at, minds) = (builder.at, self.scenario().minds);
        let mind = self.state.mind_mut(who);
        let strength_of = |mind: &Mind| mind.feeling_at(emotion, toward).map_or(0.0, |feeling| feeling.strength(at, &minds));
        let before = strength_of(mind);
        let dropped = mind.feel(emotion, strength, toward, builder.event, at, &minds);
        let after = strength_of(mind);
        self.record_change(builder, Fact::Feeling(who, emotion, toward), before, after);
        if let Some(dropped) = dropped {
            self.record_change(builder, Fact::Feeling(who, dropped.emotion, dropped.toward), dropped.strength(at, &minds), 0.0);
        }
    }

    /// Adds a memory of the event to an agent, with another agent or with [`AgentId::NONE`].
    pub(super) fn remember(&mut self, builder: &mut EventBuilder, who: AgentId, with: AgentId, strength: f64) {
        let Some(kind) = builder.kind.filter(|_| who.is_some()) else { return };
        let (at, minds) = (builder.at, self.scenario().minds);
        let mind = self.state.mind_mut(who);
        let strength_of = |mind: &Mind| mind.memory_with(kind, with).map_or(0.0, |memory| memory.strength(at, &minds));
        let before = strength_of(mind);
        let dropped = mind.remember(kind, with, builder.event, strength, at, &minds);
        let after = strength_of(mind);
        self.record_change(builder, Fact::Memory(who, kind, with), before, after);
        if let Some(dropped) = dropped {
            self.record_change(builder, Fact::Memory(who, dropped.kind, dropped.with), dropped.strength(at, &minds), 0.0);
        }
    }
}
