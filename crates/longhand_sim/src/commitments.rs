//! Appointments and intentions: making them, keeping time free for them, and noticing how they end.
//!
//! An appointment is made by an effect. Its window opens some time before the agreed instant: then each of the two decides whether to
//! go, is moved to the place as by a routine, and does nothing else. An event that keeps it, or being together, ends it; otherwise it is
//! broken when the window closes. Each end is an event of its own (`dinner/kept`), a trigger that the scene implies.

use super::agenda::AgendaItem;
use super::context::TickContext;
use super::events::{EventBuilder, EventRequest};
use super::rules::RuleIndex;
use crate::world::{AppointmentKey, DrawKey, Limit, OpenAppointment, WorldView, combine, draw_site};
use longhand_chronicle::{Cause, CauseLink, LimitedChange};
use longhand_expr::ids::{AgentId, AppointmentId, EventId, EventKind, Fact, Instant, IntentionId, PlaceId};
use longhand_expr::{EvalFrame, Type, stable_hash};
use longhand_scene::{Action, AppointmentFate, Served};
use smallvec::SmallVec;

/// The site of the draws of whether an agent goes to an appointment.
const KEEPS: u32 = draw_site("keeps");

impl RuleIndex {
    /// Whether all who take part in an action have the time for it: none of them is to be free for an appointment, unless the
    /// action keeps it.
    pub(super) fn have_time(&self, view: &WorldView<'_>, action: &Action, frame: &EvalFrame) -> bool {
        let parties = (0..=action.roles.len()).map(|slot| frame.get(slot)).filter(|agent| agent.group_index().is_none());
        parties.into_iter().all(|agent| self.has_time(view, action, frame, agent))
    }

    /// Whether an agent that takes part in an action, or is asked to, has the time for it.
    pub(super) fn has_time(&self, view: &WorldView<'_>, action: &Action, frame: &EvalFrame, agent: AgentId) -> bool {
        let appointments = &view.state().appointments;
        if !agent.is_some() || !appointments.has_any(agent) {
            return true;
        }
        let lasts = action.takes.as_ref().map_or(0.0, |takes| takes.number(view, &mut frame.clone()).max(0.0));
        let now = longhand_expr::EvalContext::now(view);
        let until = Instant(now.add_seconds(lasts).0 + 1);
        let is_there = |other: AgentId| {
            (0..=action.roles.len() + action.about.len()).any(|slot| frame.get(slot) == other)
                || action.roles.iter().zip(1..).any(|(role, slot)| role.several && !frame.get(slot).is_some())
        };
        let serves = |(by, with, what): AppointmentKey| {
            action.serves.contains(&Served::Appointment(what))
                && [by, with].into_iter().all(|party| party == agent || is_there(party))
        };
        // Who has decided not to go does not keep it by another choice.
        let stays_away =
            appointments.of(agent).any(|(key, open)| open.goes[usize::from(key.0 != agent)] == Some(false) && serves(key));
        !stays_away && !appointments.is_taken(agent, (now, until), serves)
    }

    /// Whether an agent who is asked to take part in an action has promised that.
    pub(super) fn is_promised(&self, view: &WorldView<'_>, action: &Action, agent: AgentId, asked: AgentId) -> bool {
        let appointments = &view.state().appointments;
        let keeps = |((by, with, what), appointment): (AppointmentKey, &OpenAppointment)| {
            (by == asked && with == agent || by == agent && with == asked)
                && action.serves.contains(&Served::Appointment(what))
                && appointment.goes[usize::from(by != asked)] == Some(true)
        };
        !appointments.is_empty() && appointments.of(asked).any(keeps)
    }
}

impl TickContext<'_, '_> {
    /// Makes an appointment, in place of one of the same kind that the two have.
    pub(super) fn promise(
        &mut self,
        builder: &mut EventBuilder,
        (by, with): (AgentId, AgentId),
        what: AppointmentId,
        at: Instant,
        place: PlaceId,
    ) {
        if !by.is_some() || !with.is_some() || by == with {
            return;
        }
        let fact = Fact::Appointment(by, with, what);
        if at <= builder.at || !self.is_present(by) || !self.is_present(with) {
            let limited = LimitedChange { fact, wanted: at.seconds(), actual: 0.0, refused: true };
            self.record_limited(builder, limited, Limit::Appointment);
            return;
        }
        self.end_appointment(builder, (with, by, what));
        let window = self.scenario().commitments.appointments[what.index()].window(at);
        let key = (by, with, what);
        let made = OpenAppointment { at, window, place, goes: [None; 2], causes: Vec::new() };
        let before = self.state.appointments.make(key, made);
        let value = |before: &Option<OpenAppointment>| before.as_ref().map_or(0.0, |before| before.at.seconds());
        self.record_change(builder, fact, value(&before), at.seconds());
        let place_before = before.map_or(PlaceId::NOWHERE, |before| before.place);
        self.record_change(builder, Fact::MeetingPlace(by, with, what), f64::from(place_before.0), f64::from(place.0));
        self.plan(window.0.max(builder.at), AgendaItem::AppointmentOpens { key, at });
        self.plan(window.1, AgendaItem::AppointmentCloses { key, at });
        [by, with].into_iter().for_each(|agent| self.changes.check_agent(agent));
    }

    /// Says that there will be no appointment. The event of that follows at once.
    pub(super) fn call_off(&mut self, builder: &EventBuilder, who: AgentId, with: AgentId, what: AppointmentId) {
        for key in [(who, with, what), (with, who, what)] {
            if self.state.appointments.get(key).is_some() {
                self.plan_end(builder.at, key, AppointmentFate::CalledOff, who, builder.event, CauseLink::Triggered);
            }
        }
    }

    /// Calls off the appointments of an agent that dies or leaves, and ends what others intended about it.
    pub(super) fn drop_commitments_of(&mut self, builder: &mut EventBuilder, who: AgentId) {
        let keys: SmallVec<[AppointmentKey; 4]> = self.state.appointments.of(who).map(|(key, _)| key).collect();
        for key in keys {
            self.plan_end(builder.at, key, AppointmentFate::CalledOff, who, builder.event, CauseLink::Triggered);
        }
        if self.state.intentions.is_empty() {
            return;
        }
        let own = self.state.intentions.of(who).map(|(intention, about, _)| (who, intention, about));
        let about = self.state.intentions.about(who).map(|(agent, intention)| (agent, intention, who));
        let ended: Vec<_> = own.chain(about).collect();
        for (agent, intention, about) in ended {
            self.set_intention(builder, agent, intention, about, None);
        }
    }

    /// Removes an appointment from the world.
    fn end_appointment(&mut self, builder: &mut EventBuilder, key: AppointmentKey) -> Option<OpenAppointment> {
        let ended = self.state.appointments.remove(key)?;
        let (by, with, what) = key;
        self.record_change(builder, Fact::Appointment(by, with, what), ended.at.seconds(), 0.0);
        let (place, nowhere) = (f64::from(ended.place.0), f64::from(PlaceId::NOWHERE.0));
        self.record_change(builder, Fact::MeetingPlace(by, with, what), place, nowhere);
        [by, with].into_iter().for_each(|agent| self.changes.check_agent(agent));
        Some(ended)
    }

    /// Ends the appointment that an event is the end of. Returns its place.
    pub(super) fn settle_appointment(&mut self, builder: &mut EventBuilder, what: AppointmentId, frame: &EvalFrame) -> PlaceId {
        let (a, b) = (frame.get(0), frame.get(1));
        let ended = [(a, b, what), (b, a, what)].into_iter().find_map(|key| self.end_appointment(builder, key));
        ended.map_or(PlaceId::NOWHERE, |ended| ended.place)
    }

    fn plan_end(
        &mut self,
        at: Instant,
        key: AppointmentKey,
        fate: AppointmentFate,
        who: AgentId,
        event: Option<EventId>,
        link: CauseLink,
    ) {
        let causes = event.map(|event| Cause { event, link }).into_iter().collect();
        self.plan(at, AgendaItem::AppointmentEnds { key, fate, who, causes });
    }

    /// Makes the event of the end of an appointment happen, unless it is over already.
    pub(super) fn carry_out_end(
        &mut self,
        key: AppointmentKey,
        fate: AppointmentFate,
        who: AgentId,
        mut causes: Vec<Cause>,
        at: Instant,
    ) {
        let (by, with, what) = key;
        let rules = self.rules.clone();
        let Some(appointment) = self.state.appointments.get(key) else { return };
        let Some(trigger) = rules.scenario.settlement(what, fate) else { return };
        if fate == AppointmentFate::Broken {
            causes.extend(appointment.causes.iter().copied());
        }
        let fact = Fact::Appointment(by, with, what);
        if let Some(event) = self.writer(fact)
            && !causes.iter().any(|cause| cause.event == event)
        {
            causes.push(Cause { event, link: CauseLink::Condition(fact) });
        }
        let frame = EvalFrame::from_agents(&[who, if who == by { with } else { by }]);
        let spec = &rules.scenario.triggers[trigger].event;
        self.make_event(EventRequest { spec, frame, at, causes, choice: None });
    }

    /// It is time for an appointment: each of the two decides whether to go.
    pub(super) fn open_appointment(&mut self, key: AppointmentKey, agreed: Instant, at: Instant) {
        let (by, with, what) = key;
        let rules = self.rules.clone();
        let info = &rules.scenario.commitments.appointments[what.index()];
        if self.state.appointments.get(key).is_none_or(|appointment| appointment.at != agreed) {
            return;
        }
        let mut goes = [Some(true); 2];
        let mut causes = Vec::new();
        for (position, (agent, other)) in [(by, with), (with, by)].into_iter().enumerate() {
            if let Some(keeps) = &info.keeps {
                let frame = EvalFrame::from_agents(&[agent, other]);
                let mut read = Vec::new();
                let value = if keeps.ty() == Type::Switch {
                    f64::from(u8::from(self.truth_with_causes(keeps, &frame, (at, at), CauseLink::Condition, &mut read)))
                } else {
                    self.number_with_causes(keeps, &frame, at, CauseLink::Condition, &mut read)
                };
                let draw_key = DrawKey::new(self.state.key(agent), at).with(self.state.key(other));
                let site = combine(KEEPS, stable_hash(0, &info.id));
                if value <= 0.0 || value < 1.0 && self.draws().uniform(site, draw_key) >= value {
                    goes[position] = Some(false);
                    causes.append(&mut read);
                }
            }
        }
        if let Some(appointment) = self.state.appointments.get_mut(key) {
            appointment.goes = goes;
            appointment.causes = causes;
        }
        for agent in [by, with] {
            if self.is_present(agent) {
                self.agenda.schedule_extra_decision(agent);
            }
        }
    }

    /// The window of an appointment closes: it is broken by who is not there, or else by who promised it.
    pub(super) fn close_appointment(&mut self, key: AppointmentKey, agreed: Instant, at: Instant) {
        let Some(appointment) = self.state.appointments.get(key).filter(|appointment| appointment.at == agreed) else { return };
        let (by, with, _) = key;
        let is_there = |agent| appointment.place == PlaceId::NOWHERE || self.state.place(agent) == appointment.place;
        let by_who = match appointment.goes {
            [Some(true), Some(false)] => with,
            [Some(false), _] => by,
            _ if is_there(by) && !is_there(with) => with,
            _ => by,
        };
        self.carry_out_end(key, AppointmentFate::Broken, by_who, Vec::new(), at);
    }

    /// Notes that an event keeps the appointments that those who take part in it have.
    pub(super) fn note_kept(&mut self, kind: EventKind, roles: &[AgentId], at: Instant, event: Option<EventId>) {
        if self.state.appointments.is_empty() {
            return;
        }
        let rules = self.rules.clone();
        let mut kept: SmallVec<[AppointmentKey; 2]> = SmallVec::new();
        for &agent in roles.iter().filter(|agent| agent.is_some()) {
            let own = self.state.appointments.of(agent).filter(|((by, with, what), appointment)| {
                let info = &rules.scenario.commitments.appointments[what.index()];
                *by == agent && roles.contains(with) && info.kept_by.contains(&kind) && info.is_due(appointment.at, at)
            });
            kept.extend(own.map(|(key, _)| key));
        }
        kept.sort_unstable();
        kept.dedup();
        for key in kept {
            let who = if roles.first() == Some(&key.1) { key.1 } else { key.0 };
            self.plan_end(at, key, AppointmentFate::Kept, who, event, CauseLink::Triggered);
        }
    }

    /// Notes that two agents are together whose appointment is only that.
    pub(super) fn note_meeting(&mut self, agent: AgentId, now: Instant) {
        let Some((key, appointment)) = self.state.appointments.attended(agent, now) else { return };
        let (by, with, what) = key;
        let place = self.state.place(agent);
        let other = if by == agent { with } else { by };
        let is_meeting = self.scenario().commitments.appointments[what.index()].kept_by.is_empty() && appointment.at <= now;
        let are_there = place != PlaceId::NOWHERE
            && self.state.place(other) == place
            && (appointment.place == PlaceId::NOWHERE || appointment.place == place);
        if is_meeting && are_there && self.is_present(other) {
            self.plan(now, AgendaItem::AppointmentEnds { key, fate: AppointmentFate::Kept, who: by, causes: Vec::new() });
        }
    }

    /// Sets the present step of an intention; `None` ends it.
    pub(super) fn set_intention(
        &mut self,
        builder: &mut EventBuilder,
        agent: AgentId,
        intention: IntentionId,
        about: AgentId,
        step: Option<u8>,
    ) {
        let value = |step: Option<u8>| step.map_or(0.0, |step| f64::from(step) + 1.0);
        let before = self.state.intentions.set(agent, intention, about, step);
        self.record_change(builder, Fact::Intention(agent, about, intention), value(before), value(step));
        if before != step {
            self.changes.check_agent(agent);
        }
    }

    /// Adopts an intention, unless the agent has it already.
    pub(super) fn adopt(&mut self, builder: &mut EventBuilder, agent: AgentId, intention: IntentionId, about: AgentId) {
        if agent.is_some() && self.is_present(agent) && self.state.intentions.step(agent, intention, about).is_none() {
            self.set_intention(builder, agent, intention, about, Some(0));
        }
    }

    /// Ends an intention; with [`AgentId::NONE`], whoever it is about.
    pub(super) fn drop_intention(&mut self, builder: &mut EventBuilder, agent: AgentId, intention: IntentionId, about: AgentId) {
        let ended = self.state.intentions.of_kind(agent, intention).map(|(of, _)| of);
        let ended: SmallVec<[AgentId; 2]> = ended.filter(|of| !about.is_some() || *of == about).collect();
        ended.into_iter().for_each(|of| self.set_intention(builder, agent, intention, of, None));
    }

    /// Goes on to the next step of the intentions of an agent that an event serves.
    pub(super) fn advance_intentions(&mut self, builder: &mut EventBuilder, kind: EventKind, roles: &[AgentId]) {
        if self.state.intentions.is_empty() {
            return;
        }
        let rules = self.rules.clone();
        let Some((&agent, others)) = roles.split_first() else { return };
        let is_alone = !others.iter().any(|other| other.is_some());
        let is_step = |&(intention, about, step): &(IntentionId, AgentId, u8)| {
            let info = &rules.scenario.commitments.intentions[intention.index()];
            info.steps.get(usize::from(step)).is_some_and(|kinds| kinds.contains(&kind))
                && (!about.is_some() || is_alone || others.contains(&about))
        };
        let served: SmallVec<[_; 2]> = self.state.intentions.of(agent).filter(is_step).collect();
        for (intention, about, step) in served {
            self.set_intention(builder, agent, intention, about, Some(step + 1));
        }
    }
}
