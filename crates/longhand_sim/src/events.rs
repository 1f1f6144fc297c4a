//! Makes an event happen: applies its effects, lets its participants feel and learn, records what it changed and why, and plans its steps.

use super::agenda::{AgendaItem, RuleRef, StoredFrame};
use super::appraise::GoalAppraisal;
use super::changes::{ChangeKind, ChangeSource};
use super::context::TickContext;
use super::documents::DocumentRequest;
use super::rules::rule_of;
use crate::world::{BeliefGrounds, WorldView};
use longhand_chronicle::{Cause, CauseLink, ChoiceTrace, Event, EventTopic, FactChange, LimitedChange};
use longhand_expr::ids::{AgentId, DocumentId, EventId, EventKind, EventValueId, Fact, Instant, PlaceId, WorldFact};
use longhand_expr::{Effect, EvalContext, EvalFrame, Expr, OccurrenceQuery, SetExpr, TracingView};
use longhand_scene::{EventSpec, RecordDetail};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Most causes of an event.
const MAX_CAUSES: usize = 8;

/// An event that is about to happen.
pub(super) struct EventRequest<'a> {
    pub(super) spec: &'a EventSpec,
    pub(super) frame: EvalFrame,
    pub(super) at: Instant,
    pub(super) causes: Vec<Cause>,
    pub(super) choice: Option<Box<ChoiceTrace>>,
}

/// An event that is happening, and what it has changed so far.
pub(super) struct EventBuilder {
    /// A stable hash of the name of the event kind or process.
    pub(super) rule: u32,
    /// None for a process, whose changes are not an event and are not remembered.
    pub(super) kind: Option<EventKind>,
    pub(super) at: Instant,
    /// Its id, if it is recorded.
    pub(super) event: Option<EventId>,
    pub(super) changes: Vec<FactChange>,
    /// Ties that began (1) or ended (0), for the witnesses.
    pub(super) ties: SmallVec<[(WorldFact, f64); 2]>,
    /// For a process, its position in the scene.
    pub(super) process: u32,
    /// What was cut off or refused.
    pub(super) limited: Vec<LimitedChange>,
    /// Names that changed, for the witnesses.
    pub(super) names: SmallVec<[(WorldFact, f64); 1]>,
    /// Agents that it created.
    pub(super) created: SmallVec<[AgentId; 1]>,
    /// The document it writes, and the addressee.
    pub(super) document: Option<(DocumentId, AgentId)>,
    /// What is talked about.
    pub(super) topic: Option<EventTopic>,
    /// For the end of an appointment, where it was to be.
    pub(super) meeting_place: PlaceId,
    /// Who has judged whom by which norm.
    pub(super) judged: SmallVec<[(usize, AgentId, AgentId); 2]>,
}

impl EventBuilder {
    pub(super) fn new(rule: u32, kind: Option<EventKind>, at: Instant, event: Option<EventId>) -> Self {
        let (ties, names, created) = (SmallVec::new(), SmallVec::new(), SmallVec::new());
        let (changes, limited) = (Vec::new(), Vec::new());
        let meeting_place = PlaceId::NOWHERE;
        Self {
            rule,
            kind,
            at,
            event,
            changes,
            ties,
            names,
            created,
            process: 0,
            limited,
            document: None,
            topic: None,
            meeting_place,
            judged: SmallVec::new(),
        }
    }

    /// What makes its changes.
    pub(super) fn source(&self) -> ChangeSource {
        ChangeSource { at: self.at, event: self.event, is_process: self.kind.is_none() }
    }
}

impl TickContext<'_, '_> {
    /// Whether an event of a kind with these roles is recorded; if not, it is only counted.
    pub(super) fn is_recorded_event(&self, kind: EventKind, frame: &EvalFrame) -> bool {
        let info = &self.scenario().events[kind.index()];
        info.record_detail == RecordDetail::Whole
            && (match info.several.is_empty() {
                true => (0..info.participant_count).any(|slot| self.is_recorded(frame.get(slot))),
                false => self.participants(kind, frame).into_iter().any(|agent| self.is_recorded(agent)),
            } || self.rules.is_watched(kind, frame))
    }

    /// The agents that take part in an event of a kind, with [`AgentId::NONE`] for an empty slot.
    pub(super) fn participants(&self, kind: EventKind, frame: &EvalFrame) -> SmallVec<[AgentId; 4]> {
        let info = &self.scenario().events[kind.index()];
        let slots = (0..info.participant_count).map(|slot| frame.get(slot));
        if info.several.is_empty() { slots.collect() } else { slots.flat_map(|id| self.state.groups.agents(id)).collect() }
    }

    /// The roles of an event of a kind as they are recorded: see [`role_agents`](longhand_scene::role_agents).
    pub(super) fn recorded_roles(&self, kind: EventKind, frame: &EvalFrame) -> SmallVec<[AgentId; 4]> {
        let info = &self.scenario().events[kind.index()];
        // What is known is not an agent; it is recorded as what the event is about.
        let agent = |id: AgentId| if id.topic_index().is_some() { AgentId::NONE } else { id };
        let mut roles: SmallVec<[AgentId; 4]> = (0..info.slots.len()).map(|slot| agent(frame.get(slot))).collect();
        for &slot in &info.several {
            let agents = self.state.groups.agents(frame.get(slot));
            roles[slot] = agents.first().copied().unwrap_or(AgentId::NONE);
            roles.extend(agents.into_iter().skip(1).chain([AgentId::NONE]));
        }
        roles
    }

    /// Makes an event happen, after all events that have happened before. Returns its id if it is recorded.
    pub(super) fn make_event(&mut self, mut request: EventRequest<'_>) -> Option<EventId> {
        request.at = self.agenda.next_instant(request.at);
        if let Some(intervention) = self.forbidden_by(request.spec.kind, &request.frame, request.at) {
            self.prevent_event(intervention, request);
            return None;
        }
        let EventRequest { spec, mut frame, at, causes, choice } = request;
        let rules = self.rules.clone();
        let info = &rules.scenario.events[spec.kind.index()];
        // An agent that has left for good by the time of a later step neither feels nor sees anything.
        let present: SmallVec<[AgentId; 4]> =
            self.participants(spec.kind, &frame).into_iter().filter(|&agent| self.is_present(agent)).collect();
        let recorded = self.is_recorded_event(spec.kind, &frame);
        if !self.may_happen(spec.kind, recorded) {
            return None;
        }
        self.agenda.set_latest(at);
        let event = recorded.then(|| EventId::from_index(self.chronicle.len()));
        let mut builder = EventBuilder::new(info.key, Some(spec.kind), at, event);
        let appraisal = GoalAppraisal::before(self, spec.kind, &present, at);

        let mut place = match &spec.place {
            Some(place) => {
                let place = place.place(&self.view(at), &mut frame);
                // An OS has no body to move.
                let bodies = present.iter().copied().filter(|&agent| self.view(at).os_state(agent).is_none());
                let bodies: SmallVec<[AgentId; 4]> = bodies.collect();
                bodies.into_iter().for_each(|agent| self.move_agent(&mut builder, agent, place));
                place
            }
            None => self.state.place(frame.get(0)),
        };
        for effect in &spec.does {
            self.apply(&mut builder, effect, &mut frame);
        }
        match spec.does[..] {
            [Effect::Arrive] => place = self.state.place(frame.get(0)),
            [Effect::Settle { .. }] => place = builder.meeting_place,
            _ => {}
        }
        // Values are compiled without the variables that effects bind, so their aggregates use the same slots. Only a record has them.
        let value = |(name, value): &(EventValueId, Expr)| (name.0, value.number(&self.view(at), &mut frame.clone()));
        let values: SmallVec<[(u16, f64); 2]> = spec.values.iter().filter(|_| recorded).map(value).collect();
        let roles = self.recorded_roles(spec.kind, &frame);
        self.state.event_counts.record(spec.kind, &roles, at);
        self.advance_intentions(&mut builder, spec.kind, &roles);
        appraisal.apply(self, &mut builder, &present);
        self.judge_event(&mut builder, spec.kind, &frame, &present);
        self.inform_witnesses(&mut builder, &present);

        let kept_by = if self.state.appointments.is_empty() { SmallVec::new() } else { roles.clone() };
        if let Some(id) = event {
            roles.iter().for_each(|agent| self.register_agent(*agent));
            builder.changes.retain(|change| change.before != change.after);
            self.set_writers(id, spec.kind, &builder, &roles);
            let topic = self.event_topic(&builder, spec.kind, &frame).map(Box::new);
            let document = builder.document.map(|(document, to)| {
                let writer = frame.get(0);
                let request = DocumentRequest { document, writer, to, at, mind: self.state.mind(writer), values: &values };
                self.documents.0.write(&rules.scenario, &self.chronicle, &request)
            });
            let document = document.filter(|document| self.may_write(document));
            self.record_event(Event {
                id,
                at,
                kind: spec.kind,
                roles,
                place,
                changes: builder.changes,
                causes: strongest_causes(causes),
                values,
                topic,
                document: document.map(Box::new),
                choice,
                limited: builder.limited,
            });
        } else {
            self.chronicle.count(spec.kind, at.day(), 1);
        }
        self.note_kept(spec.kind, &kept_by, at, event);
        let absent = self.absent_agents(&frame, info.slots.len());
        self.queue_change(ChangeSource { at, event, is_process: false }, ChangeKind::Event(spec.kind, frame, absent));
        present.iter().for_each(|agent| self.changes.check_agent(*agent));
        if rules.notes_involvement {
            present.iter().for_each(|&agent| self.note_involvement(agent, at));
        }
        if let (Some(step), Some(rule)) = (spec.then, rule_of(info.origin)) {
            self.plan_step(rule, step, &frame, info.slots.len(), event, at);
        }
        event
    }

    fn plan_step(&mut self, rule: RuleRef, step: usize, frame: &EvalFrame, slots: usize, from: Option<EventId>, at: Instant) {
        let rules = self.rules.clone();
        let delay = self.steps(&rules, rule)[step].after.as_ref();
        let delay = delay.map_or(0.0, |delay| delay.number(&self.view(at), &mut frame.clone()).max(0.0));
        let absent = self.absent_agents(frame, slots);
        self.plan(at.add_seconds(delay), AgendaItem::Step { rule, step, frame: StoredFrame::new(frame, slots), absent, from });
    }

    /// Moves an agent to a place.
    pub(super) fn move_agent(&mut self, builder: &mut EventBuilder, agent: AgentId, place: PlaceId) {
        if place == PlaceId::NOWHERE || !self.is_present(agent) || self.scenario().schema.world == Some(agent) {
            return;
        }
        self.end_journey(builder, agent);
        let before = self.state.set_place(agent, place);
        self.record_change(builder, Fact::World(WorldFact::Place(agent)), f64::from(before.0), f64::from(place.0));
    }

    /// Records a change that an event makes.
    pub(super) fn record_change(&mut self, builder: &mut EventBuilder, fact: Fact, before: f64, after: f64) {
        if before == after {
            return;
        }
        if builder.event.is_some() {
            match builder.changes.iter_mut().find(|change| change.fact == fact) {
                Some(change) => change.after = after,
                None => builder.changes.push(FactChange { fact, before, after }),
            }
        } else if self.is_sampled(fact) {
            // The repeats of a process have instants of their own for their draws; its changes are all made at once.
            let at = if builder.kind.is_none() { self.state.now } else { builder.at };
            self.chronicle.sample(at, fact, after);
        }
    }

    /// Lets participants of the event learn of ties of others that began or ended, and of names that they knew otherwise.
    fn inform_witnesses(&mut self, builder: &mut EventBuilder, present: &[AgentId]) {
        for (tie, holds) in std::mem::take(&mut builder.ties) {
            let WorldFact::Tie(a, b, _) = tie else { continue };
            for &agent in present.iter().filter(|&&agent| agent != a && agent != b) {
                self.learn(builder, agent, tie, holds, BeliefGrounds::SEEN);
            }
        }
        for (name, position) in std::mem::take(&mut builder.names) {
            for &agent in present.iter().filter(|&&agent| agent != name.agents()[0]) {
                if self.view(builder.at).belief(agent, name).is_some() {
                    self.learn(builder, agent, name, position, BeliefGrounds::SEEN);
                }
            }
        }
    }

    /// Records the event as the writer of the facts it changed.
    pub(super) fn set_writers(&mut self, id: EventId, kind: EventKind, builder: &EventBuilder, roles: &[AgentId]) {
        // Feelings and memories store their causes themselves.
        let has_own_cause = |fact: Fact| matches!(fact, Fact::Feeling(..) | Fact::Memory(..));
        for change in builder.changes.iter().filter(|change| !has_own_cause(change.fact)) {
            self.state.set_writer(change.fact, id);
        }
        let initiator = roles.first().copied().unwrap_or(AgentId::NONE);
        let happened = |a, b| Fact::Happened(kind, a, b);
        self.state.set_writer(happened(AgentId::NONE, AgentId::NONE), id);
        self.state.set_writer(happened(initiator, AgentId::NONE), id);
        for &other in roles.iter().skip(1).filter(|role| role.is_some()) {
            self.state.set_writer(happened(initiator, other), id);
            self.state.set_writer(happened(AgentId::NONE, other), id);
        }
    }

    /// Evaluates a number and adds the events that wrote the facts it read to the causes.
    pub(super) fn number_with_causes(
        &self,
        expr: &Expr,
        frame: &EvalFrame,
        at: Instant,
        link: fn(Fact) -> CauseLink,
        causes: &mut Vec<Cause>,
    ) -> f64 {
        let mut value = 0.0;
        self.causes_of(frame, at, link, causes, |view, frame| value = expr.number(view, frame));
        value
    }

    /// Evaluates something and adds the events that wrote the facts it read to the causes.
    pub(super) fn causes_of(
        &self,
        frame: &EvalFrame,
        at: Instant,
        link: fn(Fact) -> CauseLink,
        causes: &mut Vec<Cause>,
        evaluate: impl FnOnce(&TracingView<'_, WorldView<'_>>, &mut EvalFrame),
    ) {
        let view = self.view(at);
        let tracing = TracingView::new(&view);
        evaluate(&tracing, &mut frame.clone());
        self.add_causes(tracing, link, causes);
    }

    /// Evaluates a condition at `at`, with the draws of `draws_at`, and adds the events that wrote the facts it read to the
    /// causes.
    pub(super) fn truth_with_causes(
        &self,
        expr: &Expr,
        frame: &EvalFrame,
        (at, draws_at): (Instant, Instant),
        link: fn(Fact) -> CauseLink,
        causes: &mut Vec<Cause>,
    ) -> bool {
        let view = self.view(at).drawing_at(draws_at);
        let tracing = TracingView::new(&view);
        let holds = expr.truth(&tracing, &mut frame.clone());
        self.add_causes(tracing, link, causes);
        holds
    }

    /// Adds the events that wrote the facts by which an agent is a member of a set to the causes.
    pub(super) fn membership_causes(
        &self,
        set: &SetExpr,
        frame: &EvalFrame,
        slot: usize,
        member: AgentId,
        at: Instant,
        causes: &mut Vec<Cause>,
    ) {
        if member.topic_index().is_some() {
            self.topic_causes(member, frame, causes);
            return;
        }
        let view = self.view(at);
        let tracing = TracingView::new(&view);
        set.for_each(&tracing, &mut frame.clone(), slot, &mut |frame| match frame.get(slot) == member {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
        for (fact, _) in tracing.into_trace().into_iter().filter(|(fact, _)| fact.mentions(member)) {
            self.add_cause(fact, CauseLink::Condition, causes);
        }
    }

    pub(super) fn add_causes(
        &self,
        tracing: TracingView<'_, WorldView<'_>>,
        link: fn(Fact) -> CauseLink,
        causes: &mut Vec<Cause>,
    ) {
        for (fact, _) in tracing.into_trace() {
            self.add_cause(fact, link, causes);
        }
    }

    pub(super) fn add_cause(&self, fact: Fact, link: fn(Fact) -> CauseLink, causes: &mut Vec<Cause>) {
        if let Some(event) = self.writer(fact)
            && !causes.iter().any(|cause| cause.event == event)
        {
            causes.push(Cause { event, link: link(fact) });
        }
    }
}

/// The strongest causes, most direct first: the event it is a step of or was triggered by, then ties, beliefs and owners, then fields,
/// attributes and memories, then other facts; conditions before wants, and later events before earlier ones.
pub(super) fn strongest_causes(mut causes: Vec<Cause>) -> SmallVec<[Cause; 4]> {
    let rank = |cause: &Cause| match cause.link {
        CauseLink::Step | CauseLink::Triggered => 0,
        CauseLink::Condition(fact) | CauseLink::Consent(fact) => 1 + weight(fact),
        CauseLink::Utility(fact) | CauseLink::Effect(fact) => 2 + weight(fact),
        CauseLink::Process { read, .. } => 3 + weight(read),
        CauseLink::Evaluated => 9,
    };
    causes.sort_by_key(|cause| (rank(cause), std::cmp::Reverse(cause.event)));
    causes.truncate(MAX_CAUSES);
    causes.into()
}

fn weight(fact: Fact) -> u8 {
    match fact {
        Fact::World(WorldFact::Tie(..) | WorldFact::Holder(_))
        | Fact::PastTie(..)
        | Fact::Belief(..)
        | Fact::Owner(_)
        | Fact::Appointment(..)
        | Fact::Intention(..)
        | Fact::Topic(..) => 0,
        Fact::Source(..) | Fact::Confidence(..) => 1,
        Fact::Field(..) | Fact::World(WorldFact::Attr(..)) | Fact::Memory(..) => 2,
        Fact::Happened(..) | Fact::World(WorldFact::Dim(..) | WorldFact::Happened(..)) | Fact::Feeling(..) => 4,
        Fact::World(WorldFact::Place(_) | WorldFact::Name(_)) | Fact::MeetingPlace(..) => 6,
    }
}

impl TickContext<'_, '_> {
    /// The true value of a fact.
    pub(super) fn true_value(&self, fact: WorldFact, at: Instant) -> f64 {
        let view = self.view(at);
        match fact {
            WorldFact::Attr(subject, attr) => view.attr(subject, attr),
            WorldFact::Dim(from, to, dim) => view.dim(from, to, dim),
            WorldFact::Tie(from, to, tie) => f64::from(u8::from(view.tie(from, to, tie))),
            WorldFact::Place(subject) => f64::from(view.place(subject).0),
            WorldFact::Holder(thing) => f64::from(view.holder(thing).0),
            WorldFact::Name(subject) => self.profiles.name_position(subject) as f64,
            WorldFact::Happened(event, a, b) => f64::from(u8::from(view.occurrences(OccurrenceQuery { event, a, b }).times > 0)),
        }
    }
}
