//! Moves amounts and things from one agent to another, and records the transfers that were not possible.

use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::{Limit, LimitedRule};
use longhand_chronicle::LimitedChange;
use longhand_expr::ids::{AgentId, AttrId, Fact, PlaceId, WorldFact};

impl TickContext<'_, '_> {
    /// Moves an amount of an attribute, all of it or nothing.
    pub(super) fn move_amount(
        &mut self,
        builder: &mut EventBuilder,
        attr: AttrId,
        amount: f64,
        (from, to): (AgentId, AgentId),
        is_possible: bool,
    ) {
        let (low, high) = self.state.attr_range(attr);
        let (had, has) = (self.state.attr(from, attr), self.state.attr(to, attr));
        if is_possible {
            // Rounding may lead out of the range by very little.
            self.set_attr(builder, from, attr, (had - amount).max(low));
            self.set_attr(builder, to, attr, (has + amount).min(high));
            return;
        }
        let is_too_little = had - amount < low;
        let (agent, wanted, actual) = if is_too_little { (from, had - amount, had) } else { (to, has + amount, has) };
        let fact = Fact::World(WorldFact::Attr(agent, attr));
        self.record_limited(builder, LimitedChange { fact, wanted, actual, refused: true }, Limit::Move(attr));
    }

    /// Gives a thing to an agent, or with [`AgentId::NONE`] leaves it at a place.
    pub(super) fn hand_over(
        &mut self,
        builder: &mut EventBuilder,
        thing: AgentId,
        to: AgentId,
        place: PlaceId,
        is_possible: bool,
    ) {
        let fact = Fact::World(WorldFact::Holder(thing));
        let value = |agent: AgentId| f64::from(agent.0);
        if !is_possible || !self.state.things.contains(thing) {
            let actual = value(self.state.things.holder(thing));
            self.record_limited(builder, LimitedChange { fact, wanted: value(to), actual, refused: true }, Limit::Thing);
            return;
        }
        let before = self.state.things.set_holder(thing, to);
        self.record_change(builder, fact, value(before), value(to));
        let lay = self.state.set_place(thing, place);
        self.record_change(builder, Fact::World(WorldFact::Place(thing)), f64::from(lay.0), f64::from(place.0));
        [thing, before, to].into_iter().for_each(|agent| self.changes.check_agent(agent));
    }

    /// Notes that a change was cut off or refused: on the event, if it is recorded, and in the counts of the run.
    #[cold]
    pub(super) fn record_limited(&mut self, builder: &mut EventBuilder, limited: LimitedChange, limit: Limit) {
        let rule = builder.kind.map_or(LimitedRule::Process(builder.process), LimitedRule::Event);
        self.state.limited.add(rule, limit, 1);
        if builder.event.is_some() && limited.fact.subject().is_some() {
            builder.limited.push(limited);
        }
    }
}
