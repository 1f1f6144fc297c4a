//! The world as expressions see it: read access over the columns at an instant.

use super::draws::{DrawKey, Draws, draw_site};
use super::profiles::{AgentName, AgentProfiles, OsState};
use super::state::{Presence, WorldState};
use longhand_expr::ids::{
    AgentField, AgentId, AppointmentId, AttrId, DimId, Emotion, EventKind, EventValueId, Instant, IntentionId, KindId, ParamId,
    PlaceId, ReasonId, TieId, WorldFact,
};
use longhand_expr::{AppointmentTime, Calendar, EvalContext, EvalFrame, OccurrenceQuery, OccurrenceStats, Spot};
use longhand_scene::Scenario;
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// The site of the lots of agents.
pub const LOT: u32 = draw_site("lot");

/// A read-only view of the world at an instant. Expressions are evaluated on it.
#[derive(Clone, Copy)]
pub struct WorldView<'a> {
    scenario: &'a Scenario,
    state: &'a WorldState,
    profiles: &'a AgentProfiles,
    draws: Draws,
    now: Instant,
    /// The instant that keys draws.
    drawn: Instant,
    asleep: AsleepKinds,
}

/// For the first 64 kinds, one bit each: whether it is known if all agents of the kind are asleep, and whether they are.
#[derive(Clone, Copy, Default)]
struct AsleepKinds {
    known: u64,
    asleep: u64,
}

impl<'a> WorldView<'a> {
    /// A view at an instant.
    #[must_use]
    pub fn new(scenario: &'a Scenario, state: &'a WorldState, profiles: &'a AgentProfiles, draws: Draws, now: Instant) -> Self {
        Self { scenario, state, profiles, draws, now, drawn: now, asleep: AsleepKinds::default() }
    }

    /// The same view with the draws of another instant, to repeat an evaluation made then.
    #[must_use]
    pub fn drawing_at(self, drawn: Instant) -> Self {
        Self { drawn, ..self }
    }

    /// The same view, for many questions in one state: who is asleep is found once for these kinds, of which all agents are asleep or none.
    #[must_use]
    pub(crate) fn with_asleep_kinds(mut self, kinds: &[KindId]) -> Self {
        for kind in kinds {
            let bit = 1_u64.checked_shl(u32::from(kind.0)).unwrap_or_default();
            let asleep = self.scenario.kinds[kind.index()].asleep.as_ref();
            let is_asleep = asleep.is_some_and(|asleep| asleep.truth(&self, &mut EvalFrame::default()));
            self.asleep.known |= bit;
            self.asleep.asleep |= if is_asleep { bit } else { 0 };
        }
        self
    }

    /// What agents have now.
    #[must_use]
    pub fn state(&self) -> &'a WorldState {
        self.state
    }

    /// The scene.
    #[must_use]
    pub fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// The run's draws.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.draws
    }

    /// What an agent is called.
    #[must_use]
    pub fn name(&self, agent: AgentId) -> Option<&'a AgentName> {
        self.profiles.name(agent)
    }

    /// The state of an agent that is an OS; none for other agents.
    #[inline]
    #[must_use]
    pub fn os_state(&self, agent: AgentId) -> Option<OsState> {
        self.profiles.os(agent)
    }

    /// Whether an agent is present, awake, reachable and not busy.
    #[inline]
    #[must_use]
    pub fn is_free(&self, agent: AgentId) -> bool {
        self.state.presence(agent) == Presence::Present
            && self.state.busy_until(agent) <= self.now
            && self.is_awake(agent)
            && self.os_state(agent).is_none_or(|os| os.online)
            && !self.state.things.contains(agent)
    }

    /// Whether an agent is not asleep by its kind's condition.
    #[inline]
    #[must_use]
    pub fn is_awake(&self, agent: AgentId) -> bool {
        let kind = self.state.kind(agent);
        let evaluate = || {
            let asleep = self.scenario.kinds[kind.index()].asleep.as_ref();
            asleep.is_some_and(|asleep| asleep.truth(self, &mut EvalFrame::for_agent(agent)))
        };
        let bit = 1_u64.checked_shl(u32::from(kind.0)).unwrap_or_default();
        if self.asleep.known & bit == 0 {
            return !evaluate();
        }
        let is_asleep = self.asleep.asleep & bit != 0;
        debug_assert_eq!(is_asleep, evaluate(), "all agents of the kind are asleep or none");
        !is_asleep
    }

    /// Where its appointment or its routine puts an agent now; none when no rule of the routine applies.
    #[must_use]
    pub fn routine(&self, agent: AgentId) -> Option<PlaceId> {
        if let Some((_, appointment)) = self.state.appointments.attended(agent, self.now)
            && appointment.place != PlaceId::NOWHERE
        {
            return Some(appointment.place);
        }
        let member_routine = self.scenario.cast.get(agent.index()).map_or(&[][..], |member| &member.routine);
        let kind_routine = &self.scenario.kinds[self.state.kind(agent).index()].routine;
        let frame = &mut EvalFrame::for_agent(agent);
        let (_, place) = member_routine.iter().chain(kind_routine).find(|(when, _)| when.truth(self, frame))?;
        Some(place.place(self, frame))
    }
}

impl EvalContext for WorldView<'_> {
    fn now(&self) -> Instant {
        self.now
    }

    fn calendar(&self) -> &Calendar {
        &self.scenario.calendar
    }

    #[inline]
    fn param(&self, param: ParamId) -> f64 {
        self.state.params[param.index()]
    }

    #[inline]
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        self.state.attr(agent, attr)
    }

    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        let values = self.state.column(attr).values();
        // Agents are ascending. A crowd mostly has no gaps: then its values are one slice of the column.
        if let (Some(first), Some(last)) = (agents.first(), agents.last())
            && (last.0.wrapping_sub(first.0) as usize).wrapping_add(1) == agents.len()
            && let Some(values) = values.get(first.index()..=last.index())
            && agents.is_sorted_by(|a, b| a < b)
        {
            out.iter_mut().zip(values).for_each(|(out, value)| *out = f64::from(*value));
            return;
        }
        for (agent, out) in agents.iter().zip(out) {
            *out = values.get(agent.index()).map_or(0.0, |value| f64::from(*value));
        }
    }

    #[inline]
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        if from.is_some() && to.is_some() { self.state.bonds.dim(from, to, dim, self.now) } else { 0.0 }
    }

    #[inline]
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.state.bonds.tie(from, to, tie)
    }

    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        self.tie(from, to, tie).then(|| self.state.tie_since(from, to, tie).unwrap_or(Instant::START))
    }

    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        let switch = |on: bool| f64::from(u8::from(on));
        if !agent.is_some() {
            return 0.0;
        }
        let present = self.state.presence(agent) == Presence::Present;
        let os = || self.os_state(agent);
        let mood = |i: usize| {
            self.state.mind(agent).map_or(0.0, |mind| f64::from(mind.mood().value_at(self.now, &self.scenario.minds)[i]))
        };
        match field {
            AgentField::Present => switch(present),
            AgentField::Gone => switch(self.state.presence(agent).is_gone()),
            AgentField::Dead => switch(self.state.presence(agent) == Presence::Dead),
            AgentField::Reason => self.state.life.departure(agent).map_or(0.0, |departure| f64::from(departure.reason.0)),
            AgentField::Born => self.state.life.birth(agent).map_or(0.0, Instant::seconds),
            AgentField::Kind => f64::from(self.state.kind(agent).0),
            AgentField::Online => switch(present && os().is_none_or(|os| os.online)),
            AgentField::Bound => switch(os().is_some_and(|os| os.is_bound)),
            AgentField::Generation => os().map_or(0.0, |os| f64::from(os.generation)),
            AgentField::Busy => switch(self.state.busy_until(agent) > self.now),
            AgentField::Awake => switch(present && self.is_awake(agent)),
            AgentField::Pleasure => mood(0),
            AgentField::Arousal => mood(1),
            AgentField::Dominance => mood(2),
            AgentField::Travelling => switch(self.state.journeys.get(agent).is_some()),
        }
    }

    #[inline]
    fn place(&self, agent: AgentId) -> PlaceId {
        self.state.place(agent)
    }

    fn on_same_way(&self, a: AgentId, b: AgentId) -> bool {
        let [bearer_a, bearer_b] = [a, b].map(|agent| self.state.bearer(agent));
        let leg = |agent| Some(self.state.journeys.get(agent)?.current_leg(self.now));
        match (leg(bearer_a), leg(bearer_b)) {
            (Some(first), Some(second)) => first.is_same_way(&second),
            // A thing is together with its holder wherever that is.
            _ => bearer_a == bearer_b && a != b,
        }
    }

    fn distance(&self, a: Spot, b: Spot) -> f64 {
        let routes = &self.scenario.routes;
        // The ends of a spot: one place, or both ends of a way with the kilometres to them.
        let ends = |spot| match spot {
            Spot::Place(place) => [(place, 0.0); 2],
            Spot::Agent(agent) => {
                let agent = self.state.bearer(agent);
                match self.state.journeys.get(agent).map(|journey| journey.current_leg(self.now)) {
                    Some(leg) => [(leg.from, leg.km * leg.share), (leg.to, leg.km * (1.0 - leg.share))],
                    None => [(self.state.place(agent), 0.0); 2],
                }
            }
        };
        if let (Spot::Agent(a), Spot::Agent(b)) = (a, b) {
            let [a, b] = [a, b].map(|agent| self.state.bearer(agent));
            let leg = |agent| Some(self.state.journeys.get(agent)?.current_leg(self.now));
            if let (Some(first), Some(second)) = (leg(a), leg(b))
                && first.is_same_way(&second)
            {
                let other_share = if first.from == second.from { second.share } else { 1.0 - second.share };
                return first.km * (first.share - other_share).abs();
            }
        }
        let (from, to) = (ends(a), ends(b));
        let ways = from.iter().flat_map(|x| to.iter().map(move |y| x.1 + routes.distance(x.0, y.0) + y.1));
        ways.fold(f64::INFINITY, f64::min)
    }

    fn holder(&self, thing: AgentId) -> AgentId {
        self.state.things.holder(thing)
    }

    fn home(&self, agent: AgentId) -> PlaceId {
        self.profiles.home(agent)
    }

    fn work(&self, agent: AgentId) -> PlaceId {
        self.profiles.work(agent)
    }

    fn owner(&self, os: AgentId) -> AgentId {
        self.profiles.owner(os)
    }

    /// The oldest of its OSes that are present.
    fn os(&self, person: AgentId) -> AgentId {
        let mut owned = self.profiles.owned(person).iter().copied();
        owned.find(|&os| self.state.presence(os) == Presence::Present && !self.state.things.contains(os)).unwrap_or(AgentId::NONE)
    }

    #[inline]
    fn kind(&self, agent: AgentId) -> KindId {
        self.state.kind(agent)
    }

    fn belief(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        self.state.mind(holder)?.belief(self.scenario.canonical_fact(fact)).map(|belief| f64::from(belief.value))
    }

    fn belief_about(&self, holder: AgentId, fact: WorldFact) -> WorldFact {
        self.state.mind(holder).map_or(fact, |mind| mind.belief_about(fact))
    }

    fn source(&self, holder: AgentId, fact: WorldFact) -> AgentId {
        let belief = self.state.mind(holder).and_then(|mind| mind.belief(self.scenario.canonical_fact(fact)));
        belief.map_or(AgentId::NONE, |belief| belief.source)
    }

    fn confidence(&self, holder: AgentId, fact: WorldFact) -> f64 {
        let belief = self.state.mind(holder).and_then(|mind| mind.belief(self.scenario.canonical_fact(fact)));
        belief.map_or(0.0, |belief| f64::from(belief.confidence))
    }

    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        let minds = &self.scenario.minds;
        self.state.mind(agent).map_or(0.0, |mind| mind.memory_strength(event, with, self.now, minds))
    }

    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        let minds = &self.scenario.minds;
        self.state.mind(agent).map_or(0.0, |mind| mind.feeling_strength(emotion, toward, self.now, minds))
    }

    fn occurrences(&self, query: OccurrenceQuery) -> OccurrenceStats {
        self.state.event_counts.lookup(query)
    }

    fn median_tie_duration(&self, tie: TieId) -> f64 {
        self.state.tie_durations.median(tie, self.now)
    }

    fn value(&self, _name: EventValueId) -> f64 {
        0.0
    }

    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let state = self.state;
        state.bonds.for_each_tied(agent, tie, outward, &mut |other| {
            if state.presence(other) == Presence::Present { visit(other) } else { ControlFlow::Continue(()) }
        });
    }

    fn for_each_ever_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let mut tied: SmallVec<[AgentId; 8]> = self.state.life.tied_until_absence(agent, tie, outward).collect();
        self.state.bonds.for_each_tied(agent, tie, outward, &mut |other| {
            if self.state.presence(other) != Presence::Dormant {
                tied.push(other);
            }
            ControlFlow::Continue(())
        });
        tied.sort_unstable();
        tied.dedup();
        for other in tied {
            if visit(other).is_break() {
                return;
            }
        }
    }

    fn past_tie(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<ReasonId> {
        self.state.life.past_tie(from, to, tie)
    }

    fn age(&self, agent: AgentId) -> f64 {
        let Some(birth) = self.state.life.birth(agent) else { return 0.0 };
        let death = self.state.life.departure(agent).filter(|_| self.state.presence(agent) == Presence::Dead);
        death.map_or(self.now, |death| death.at).seconds() - birth.seconds()
    }

    fn for_each_ever_member(&self, kind: KindId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for agent in (0..self.state.agent_count()).map(AgentId::from_index) {
            let is_member = self.state.kind(agent) == kind && self.state.presence(agent) != Presence::Dormant;
            if is_member && visit(agent).is_break() {
                return;
            }
        }
    }

    fn group(&self, group: usize) -> &[AgentId] {
        self.state.groups.members(group)
    }

    fn members(&self, kind: KindId) -> &[AgentId] {
        self.state.members(kind)
    }

    fn for_each_at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let _ = self.state.occupants(place).iter().copied().try_for_each(visit);
    }

    fn occupants(&self, place: PlaceId) -> Option<&[AgentId]> {
        Some(self.state.occupants(place))
    }

    fn for_each_on_way(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let _ = self.state.journeys.companions(self.state.bearer(agent), self.now).try_for_each(visit);
    }

    fn for_each_held(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        if agent.is_some() {
            let is_held =
                |&(thing, holder): &(AgentId, AgentId)| holder == agent && self.state.presence(thing) == Presence::Present;
            let held = self.state.things.iter().filter(is_held);
            let _ = held.map(|(thing, _)| thing).try_for_each(visit);
        }
    }

    fn for_each_thing_at(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let lies_here = |&(thing, holder): &(AgentId, AgentId)| {
            !holder.is_some() && place != PlaceId::NOWHERE && self.state.lying_place(thing) == place
        };
        let _ = self.state.things.iter().filter(lies_here).map(|(thing, _)| thing).try_for_each(visit);
    }

    fn for_each_known(&self, agent: AgentId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let _ = self.state.known_to(self.scenario, agent).iter().copied().try_for_each(visit);
    }

    fn topic(&self, topic: AgentId) -> Option<WorldFact> {
        self.state.topics.fact(topic)
    }

    fn learned_at(&self, holder: AgentId, fact: WorldFact) -> Option<Instant> {
        let belief = self.state.mind(holder)?.belief(self.scenario.canonical_fact(fact))?;
        Some(belief.since)
    }

    fn appointment(&self, a: AgentId, b: AgentId, what: Option<AppointmentId>) -> Option<AppointmentTime> {
        if self.state.appointments.is_empty() || !a.is_some() {
            return None;
        }
        let times = self.state.appointments.of(a).map(|((by, with, what), open)| AppointmentTime { by, with, what, at: open.at });
        times
            .filter(|time| what.is_none_or(|what| what == time.what) && (!b.is_some() || b == time.by || b == time.with))
            .min_by_key(|time| (time.at, time.by, time.with, time.what))
    }

    fn for_each_appointed(&self, agent: AgentId, what: Option<AppointmentId>, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        if self.state.appointments.is_empty() || !agent.is_some() {
            return;
        }
        let of_agent = self.state.appointments.of(agent).filter(|((.., of), _)| what.is_none_or(|what| what == *of));
        let mut others: SmallVec<[AgentId; 4]> = of_agent.map(|((by, with, _), _)| if by == agent { with } else { by }).collect();
        others.sort_unstable();
        others.dedup();
        let _ = others.into_iter().try_for_each(visit);
    }

    fn intention(&self, agent: AgentId, intention: IntentionId, about: AgentId) -> Option<usize> {
        let intentions = &self.state.intentions;
        if intentions.is_empty() || !agent.is_some() {
            return None;
        }
        intentions.step(agent, intention, about).map(usize::from)
    }

    fn for_each_intended(&self, agent: AgentId, intention: IntentionId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let intended = self.state.intentions.of_kind(agent, intention).map(|(about, _)| about);
        let _ = intended.filter(|about| about.is_some()).try_for_each(visit);
    }

    fn intention_steps(&self, intention: IntentionId) -> usize {
        self.scenario.commitments.intentions[intention.index()].steps.len()
    }

    #[inline]
    fn agent_key(&self, agent: AgentId) -> u32 {
        self.state.key(agent).0
    }

    fn lot(&self, agent: AgentId) -> f64 {
        self.draws.uniform(LOT, DrawKey::new(self.state.key(agent), Instant::START))
    }

    #[inline]
    fn draw(&self, site: u32, key: u32) -> f64 {
        let milliseconds = self.drawn.0 / 1_000;
        self.draws.uniform(site, DrawKey { who: key, with: (milliseconds >> 32) as u32, when: milliseconds as u32 })
    }
}
