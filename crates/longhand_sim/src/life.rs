//! Deaths, departures and returns, births, and changes of kind.

use super::changes::{ChangeKind, PresenceChange};
use super::context::TickContext;
use super::effects::TieChange;
use super::events::EventBuilder;
use crate::world::{self, AgentName, DrawKey, Presence, draw_site};
use longhand_expr::ids::{AgentField, AgentId, AttrId, Fact, Instant, KindId, PlaceId, ReasonId, TieId, WorldFact};
use longhand_expr::{EvalContext, EvalFrame, normal_quantile};
use longhand_scene::{Inheritance, Pronouns, TieFate};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// A tie of an agent that is gone: from, to, and the heir that it passes to.
struct LostTie {
    tie: TieId,
    from: AgentId,
    to: AgentId,
    heir: AgentId,
}

impl TickContext<'_, '_> {
    /// Takes an agent out of the world, by death or departure. Its ties end, remain or pass to heirs, as the scene says of each.
    pub(super) fn depart(&mut self, builder: &mut EventBuilder, who: AgentId, dies: bool, reason: ReasonId) {
        let presence = if who.is_some() { self.state.presence(who) } else { Presence::Dormant };
        if presence != Presence::Present && !(dies && presence == Presence::Gone) {
            return;
        }
        let before = self.presence_facts(who, builder.at);
        let lost = self.lost_ties(who, dies, builder.at);
        self.end_journey(builder, who);
        self.drop_commitments_of(builder, who);
        self.state.set_presence(who, if dies { Presence::Dead } else { Presence::Gone });
        if dies || reason != ReasonId::NONE {
            let departure = world::Departure { at: builder.at, reason };
            self.state.life.set_departure(who, Some(departure));
        }
        self.end_tie_durations(who, builder.at);
        if presence == Presence::Present {
            self.despawn_entity(who);
        }
        self.record_presence_changes(builder, who, &before);
        let why = if dies { ReasonId::DEATH } else { ReasonId::DEPARTURE };
        for LostTie { tie, from, to, heir } in lost {
            self.set_tie(builder, tie, from, to, TieChange::Ends(why));
            if heir.is_some() {
                let (from, to) = if from == who { (heir, to) } else { (from, heir) };
                self.set_tie(builder, tie, from, to, TieChange::Begins);
            }
        }
        let change = if dies { PresenceChange::Died } else { PresenceChange::Left };
        self.queue_change(builder.source(), ChangeKind::Presence(who, change));
    }

    /// Brings an agent that has left back into the world, at its home. The dead do not return.
    pub(super) fn return_agent(&mut self, builder: &mut EventBuilder, who: AgentId, reason: ReasonId) {
        if !who.is_some() || self.state.presence(who) != Presence::Gone {
            return;
        }
        let before = self.presence_facts(who, builder.at);
        self.state.life.set_departure(who, None);
        world::enter_world(&mut self.state, &self.profiles, who);
        self.spawn_entity(who);
        self.record_presence_changes(builder, who, &before);
        if reason != ReasonId::NONE {
            self.record_change(builder, Fact::Field(who, AgentField::Reason), f64::from(reason.0), 0.0);
        }
        self.changes.check_agent(who);
        self.wake_within_interval(who, builder.at);
        self.queue_change(builder.source(), ChangeKind::Presence(who, PresenceChange::Returned));
    }

    /// The ties of an agent that do not remain when it is gone, each once, with the heirs of those that pass on; by the name of the tie.
    fn lost_ties(&self, who: AgentId, dies: bool, at: Instant) -> Vec<LostTie> {
        let rules = &self.rules;
        let mut lost = Vec::new();
        for (index, info) in rules.scenario.ties.iter().enumerate() {
            let tie = TieId::from_index(index);
            let fate = if dies { &info.at_death } else { &info.at_leaving };
            if matches!(fate, TieFate::Remains) {
                continue;
            }
            // A mutual tie is found from either end.
            for outward in [true, false].into_iter().take(if info.mutual { 1 } else { 2 }) {
                let mut others: SmallVec<[AgentId; 8]> = SmallVec::new();
                self.state.bonds.for_each_tied(who, tie, outward, &mut |other| {
                    others.push(other);
                    ControlFlow::Continue(())
                });
                for other in others {
                    let (from, to) = if outward { (who, other) } else { (other, who) };
                    let heir = if let TieFate::PassesTo(heirs) = fate { self.heir(heirs, who, other, at) } else { AgentId::NONE };
                    lost.push(LostTie { tie, from, to, heir });
                }
            }
        }
        lost.sort_by(|a: &LostTie, b| rules.scenario.ties[a.tie.index()].id.cmp(&rules.scenario.ties[b.tie.index()].id));
        lost
    }

    /// The first agent of a set of heirs besides the two ends of the tie.
    fn heir(&self, heirs: &longhand_expr::SetExpr, who: AgentId, other: AgentId, at: Instant) -> AgentId {
        const SLOT: usize = 2;
        let mut heir = AgentId::NONE;
        heirs.for_each(&self.view(at), &mut EvalFrame::from_agents(&[who, other]), SLOT, &mut |frame| {
            let candidate = frame.get(SLOT);
            if candidate == who || candidate == other {
                return ControlFlow::Continue(());
            }
            heir = candidate;
            ControlFlow::Break(())
        });
        heir
    }

    /// The facts that change when an agent enters or leaves the world, with their values.
    pub(super) fn presence_facts(&self, who: AgentId, at: Instant) -> [(Fact, f64); 6] {
        let view = self.view(at);
        let field = |field| (Fact::Field(who, field), view.field(who, field));
        let place = (Fact::World(WorldFact::Place(who)), f64::from(view.place(who).0));
        [
            field(AgentField::Present),
            field(AgentField::Gone),
            field(AgentField::Online),
            place,
            field(AgentField::Dead),
            field(AgentField::Reason),
        ]
    }

    pub(super) fn record_presence_changes(&mut self, builder: &mut EventBuilder, who: AgentId, before: &[(Fact, f64)]) {
        for ((fact, before), (_, after)) in before.iter().zip(self.presence_facts(who, builder.at)) {
            self.record_change(builder, *fact, *before, after);
        }
    }

    /// Ends the recorded durations of the ties of an agent that is gone.
    fn end_tie_durations(&mut self, who: AgentId, at: Instant) {
        for tie in self.state.tie_durations.tracked() {
            let mutual = self.rules.scenario.ties[tie.index()].mutual;
            for outward in [true, false] {
                let mut others = Vec::new();
                self.state.bonds.for_each_tied(who, tie, outward, &mut |other| {
                    others.push(other);
                    ControlFlow::Continue(())
                });
                for other in others {
                    let (from, to) = if outward { (who, other) } else { (other, who) };
                    self.state.tie_durations.record(tie, mutual, from, to, false, at);
                }
            }
        }
    }

    /// Creates an agent that is not in the world yet, born to parents if there are any. Returns [`AgentId::NONE`] if the world already has
    /// its maximum number of agents.
    pub(super) fn create(&mut self, builder: &mut EventBuilder, kind: KindId, parents: &[AgentId], frame: &EvalFrame) -> AgentId {
        if !self.may_create(builder.kind) {
            return AgentId::NONE;
        }
        let rules = self.rules.clone();
        let kind_info = &rules.scenario.kinds[kind.index()];
        let name = AgentName { name: String::new(), short_name: String::new(), pronouns: Pronouns::It };
        let temperament = kind_info.temperament;
        let key = self.next_key(builder.rule, frame);
        let new = world::add_agent(&mut self.state, &mut self.profiles, &rules.scenario, kind, key, name, temperament);
        self.spawn_entity(new);
        builder.created.push(new);
        let draws = self.draws();
        world::draw_population_attributes(&mut self.state, &rules.scenario, new, draws);
        self.wake_within_interval(new, builder.at);
        if rules.reads_ages || !parents.is_empty() {
            self.state.life.set_birth(new, builder.at);
            self.record_change(builder, Fact::Field(new, AgentField::Born), 0.0, builder.at.seconds());
        }
        if let Some(first) = parents.first() {
            let home = self.profiles.home(*first);
            self.profiles.settle(new, home, PlaceId::NOWHERE);
            self.inherit(new, parents, builder.at);
        }
        new
    }

    /// Begins the ties between a child and its parents.
    pub(super) fn begin_kinship(&mut self, builder: &mut EventBuilder, child: AgentId, parents: &[AgentId]) {
        let Some((tie, from_child)) = self.scenario().schema.kinship else { return };
        for &parent in parents {
            let (from, to) = if from_child { (child, parent) } else { (parent, child) };
            self.set_tie(builder, tie, from, to, TieChange::Begins);
        }
    }

    /// Sets the attributes that a child inherits.
    fn inherit(&mut self, child: AgentId, parents: &[AgentId], at: Instant) {
        let rules = self.rules.clone();
        for &attr in &rules.scenario.kinds[self.state.kind(child).index()].attributes {
            let info = &rules.scenario.attributes[attr.index()];
            let Some(inheritance) = info.inherits else { continue };
            let key =
                parents.iter().fold(DrawKey::new(self.state.key(child), at), |key, parent| key.with(self.state.key(*parent)));
            let draw = self.draws().uniform(draw_site(&format!("inherit {}", info.id)), key);
            let of_parent = |parent: &AgentId| self.state.attr(*parent, attr);
            let value = match inheritance {
                Inheritance::Mean(noise) => {
                    let mean = parents.iter().map(of_parent).sum::<f64>() / parents.len() as f64;
                    mean + noise * normal_quantile(draw)
                }
                Inheritance::Either => parents.get((draw * parents.len() as f64) as usize).map_or(0.0, of_parent),
            };
            self.state.set_start(child, attr, value);
        }
    }

    /// Changes the kind of an agent. Attributes that it did not have get their values as in a new agent of the kind.
    pub(super) fn become_kind(&mut self, builder: &mut EventBuilder, who: AgentId, kind: KindId) {
        if !who.is_some() || self.state.kind(who) == kind {
            return;
        }
        let rules = self.rules.clone();
        let before = self.state.kind(who);
        let (old, new) = (&rules.scenario.kinds[before.index()], &rules.scenario.kinds[kind.index()]);
        self.state.set_kind(who, kind);
        let os = new.os.then(|| self.profiles.os(who).unwrap_or_default());
        self.profiles.set_os(who, os);
        self.record_change(builder, Fact::Field(who, AgentField::Kind), f64::from(before.0), f64::from(kind.0));
        let is_new = |attr: &&AttrId| old.attributes.binary_search(attr).is_err();
        let mut added: Vec<AttrId> = new.attributes.iter().filter(is_new).copied().collect();
        added.sort_by(|a, b| rules.scenario.attributes[a.index()].id.cmp(&rules.scenario.attributes[b.index()].id));
        if !added.is_empty() {
            let earlier: Vec<f64> = added.iter().map(|&attr| self.state.attr(who, attr)).collect();
            let draws = self.draws();
            world::draw_new_attributes(&mut self.state, &rules.scenario, who, &added, draws);
            for (attr, earlier) in added.into_iter().zip(earlier) {
                let value = self.state.attr(who, attr);
                self.record_change(builder, Fact::World(WorldFact::Attr(who, attr)), earlier, value);
            }
        }
        if self.chronicle.agents.get(who).is_some() {
            self.update_agent_name(who);
        }
        self.changes.check_agent(who);
        if self.is_present(who) && old.wakes.is_none() {
            self.wake_within_interval(who, builder.at);
        }
    }
}
