//! Interventions: changes to a run from outside its rules, for what-if runs.
//!
//! A change of a fact is made in Wake, before agents choose, in the first tick that begins at its instant or later. An action
//! is started there too: the intervention is recorded, and the event of the action with the intervention as its cause. A
//! forbidden event is stopped only when it is about to happen: its draws are made and the other parties answer, so nothing
//! differs before that instant. An agent that was prevented from an action does not choose it again; otherwise it would retry
//! forever. An intervention is recorded as an event when it makes a difference, with the causes of the prevented event. It
//! counts as the writer of the facts that the event would have written, so that *why* finds it.

use super::context::TickContext;
use super::events::{EventBuilder, EventRequest, strongest_causes};
use super::resolve::pick_weighted;
use super::rules::RuleIndex;
use crate::world::WorldView;
use longhand_chronicle::{Cause, CauseLink, Event};
use longhand_expr::ids::{AgentField, AgentId, EventId, EventKind, Fact, Instant, WorldFact};
use longhand_expr::{AssignTarget, Effect, EvalContext, EvalFrame};
use longhand_scene::{ForbiddenEvent, InterventionKind, RecordDetail, Step};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Whether the events that the prohibition waits for have happened.
fn is_active(forbidden: &ForbiddenEvent, view: &WorldView<'_>) -> bool {
    let happened = |&(kind, initiator, other): &(EventKind, AgentId, AgentId)| {
        view.state().writer(Fact::Happened(kind, initiator, other)).is_some()
    };
    forbidden.after.iter().all(|alternatives| alternatives.iter().any(happened))
}

impl RuleIndex {
    /// Whether an action is forbidden to an agent and must not be chosen again: it was prevented before, or its events are not recorded, so
    /// that nobody knows whether it was.
    pub(super) fn is_known_to_be_forbidden(&self, view: WorldView<'_>, action: usize, frame: &EvalFrame) -> bool {
        self.scenario.interventions.iter().any(|intervention| {
            let InterventionKind::Forbid { events, at: None } = &intervention.kind else { return false };
            let kind = self.scenario.actions[action].event.kind;
            let info = &self.scenario.events[kind.index()];
            let is_recorded_agent = |slot| {
                let agent = frame.get(slot);
                let also = self.scenario.record_also.as_ref();
                agent.index() < self.scenario.cast.len()
                    || view.state().followed.contains(&agent)
                    || agent.is_some() && also.is_some_and(|also| also.truth(&view, &mut EvalFrame::for_agent(agent)))
            };
            let is_recorded = info.record_detail == RecordDetail::Whole
                && ((0..info.participant_count).any(is_recorded_agent) || self.is_watched(kind, frame));
            let is_known = || view.state().writer(Fact::Happened(intervention.event, frame.get(0), AgentId::NONE)).is_some();
            events.iter().any(|event| event.matches(kind, frame) && is_active(event, &view)) && (!is_recorded || is_known())
        })
    }
}

impl TickContext<'_, '_> {
    /// The position of the intervention that forbids an event.
    pub(super) fn forbidden_by(&self, kind: EventKind, frame: &EvalFrame, at: Instant) -> Option<usize> {
        let interventions = &self.rules.scenario.interventions;
        if interventions.is_empty() {
            return None;
        }
        let view = self.view(at);
        interventions.iter().position(|intervention| match &intervention.kind {
            InterventionKind::Forbid { events, at: only_at } => {
                only_at.is_none_or(|only_at| only_at == at)
                    && events.iter().any(|event| event.matches(kind, frame) && is_active(event, &view))
            }
            InterventionKind::Change { .. }
            | InterventionKind::Choose { .. }
            | InterventionKind::Start { .. }
            | InterventionKind::Play(_)
            | InterventionKind::Mute => false,
        })
    }

    /// Prevents an event that was about to happen.
    pub(super) fn prevent_event(&mut self, intervention: usize, request: EventRequest<'_>) {
        let EventRequest { spec, frame, at, causes, choice } = request;
        let rules = self.rules.clone();
        let kind = rules.scenario.interventions[intervention].event;
        let facts = self.target_facts(&spec.does, &frame, at);
        self.record_intervention(kind, spec.kind, &frame, at, (causes, choice), &facts);
    }

    /// The outcome of a step: the drawn one, unless an intervention chooses another or forbids it.
    #[expect(clippy::too_many_arguments, reason = "all that is known of a step that is being carried out")]
    pub(super) fn settle_outcome(
        &mut self,
        step: &Step,
        mut weights: Vec<f64>,
        draw: f64,
        mut chosen: usize,
        frame: &EvalFrame,
        at: Instant,
        causes: &mut Vec<Cause>,
    ) -> Option<usize> {
        let rules = self.rules.clone();
        let position = |outcome: EventKind| step.outcomes.iter().position(|(_, spec)| spec.kind == outcome);
        let forced_outcome = rules.scenario.interventions.iter().find_map(|intervention| match intervention.kind {
            InterventionKind::Choose { outcome } => Some((intervention.event, position(outcome)?)),
            _ => None,
        });
        let mut record = |context: &mut Self, kind, affected_outcome: usize| {
            let affected = step.outcomes[affected_outcome].1.kind;
            let event = context.record_intervention(kind, affected, frame, at, (causes.clone(), None), &[]);
            causes.extend(event.map(|event| Cause { event, link: CauseLink::Triggered }));
        };
        if let Some((kind, outcome)) = forced_outcome {
            if outcome != chosen {
                record(self, kind, outcome);
            }
            return Some(outcome);
        }
        while let Some(intervention) = self.forbidden_by(step.outcomes[chosen].1.kind, frame, at) {
            record(self, rules.scenario.interventions[intervention].event, chosen);
            weights[chosen] = 0.0;
            chosen = pick_weighted(&weights, draw)?;
        }
        Some(chosen)
    }

    /// Makes the changes of facts and starts the actions that are due.
    pub(super) fn apply_interventions(&mut self) {
        let rules = self.rules.clone();
        let now = self.state.now;
        let last_tick = Instant(now.0 - rules.scenario.tick_us);
        let is_due = |at: Instant| at <= now && (at > last_tick || now == Instant::START);
        for intervention in &rules.scenario.interventions {
            match &intervention.kind {
                InterventionKind::Change { at, effect, agents }
                    if is_due(*at) && agents.iter().all(|agent| agent.index() < self.state.agent_count()) =>
                {
                    self.change_fact(intervention.event, effect, EvalFrame::from_agents(agents));
                }
                InterventionKind::Start { at, action, roles } if is_due(*at) => {
                    self.start_action(intervention.event, *action, roles);
                }
                _ => {}
            }
        }
    }

    /// Applies the effect of an intervention, and records it if it changes anything.
    fn change_fact(&mut self, kind: EventKind, effect: &Effect, mut frame: EvalFrame) {
        let now = self.agenda.next_instant(self.state.now);
        if self.already_holds(effect, frame, now) || !self.may_happen(kind, true) {
            return;
        }
        let id = EventId::from_index(self.chronicle.len());
        let rule = self.scenario().events[kind.index()].key;
        let mut builder = EventBuilder::new(rule, Some(kind), now, Some(id));
        self.apply(&mut builder, effect, &mut frame);
        builder.changes.retain(|change| change.before != change.after);
        let Some(first) = builder.changes.first() else { return };
        let roles: SmallVec<[AgentId; 4]> = [first.fact.subject()].into_iter().collect();
        roles.iter().for_each(|agent| self.register_agent(*agent));
        self.set_writers(id, kind, &builder, &roles);
        self.agenda.set_latest(now);
        self.record_event(Event { changes: builder.changes, ..Event::new(kind, now, roles) });
    }

    /// Makes agents carry out an action, if all of them are present and no other intervention forbids it.
    fn start_action(&mut self, kind: EventKind, action: usize, agents: &[AgentId]) {
        let rules = self.rules.clone();
        let (action, now) = (&rules.scenario.actions[action], self.agenda.next_instant(self.state.now));
        if !agents.iter().all(|&agent| agent.index() < self.state.agent_count() && self.is_present(agent)) {
            return;
        }
        let mut frame = EvalFrame::default();
        agents.iter().enumerate().for_each(|(slot, agent)| frame.set(slot, *agent));
        let spec = &action.event;
        if let Some(intervention) = self.forbidden_by(spec.kind, &frame, now) {
            self.prevent_event(intervention, EventRequest { spec, frame, at: now, causes: Vec::new(), choice: None });
            return;
        }
        if !self.may_happen(kind, true) {
            return;
        }
        let id = EventId::from_index(self.chronicle.len());
        for &slot in &rules.scenario.events[spec.kind.index()].several {
            let group = self.state.groups.intern(&[frame.get(slot)]);
            frame.set(slot, group);
        }
        let roles = self.recorded_roles(kind, &frame);
        roles.iter().for_each(|agent| self.register_agent(*agent));
        self.set_writers(
            id,
            kind,
            &EventBuilder::new(self.scenario().events[kind.index()].key, Some(kind), now, Some(id)),
            &roles,
        );
        self.agenda.set_latest(now);
        let place = self.state.place(frame.get(0));
        self.record_event(Event { place, ..Event::new(kind, now, roles) });
        let duration = action.takes.as_ref();
        let busy_seconds = duration.map_or(0.0, |duration| duration.number(&self.view(now), &mut frame).max(0.0));
        if busy_seconds > 0.0 {
            agents[..=action.roles.len()].iter().for_each(|&party| self.state.set_busy(party, now.add_seconds(busy_seconds)));
        }
        let causes = vec![Cause { event: id, link: CauseLink::Triggered }];
        self.make_event(EventRequest { spec, frame, at: now, causes, choice: None });
    }

    /// Records an intervention that made a difference to an event of a kind, the first time it does so for these agents.
    fn record_intervention(
        &mut self,
        kind: EventKind,
        affected: EventKind,
        frame: &EvalFrame,
        at: Instant,
        (causes, choice): (Vec<Cause>, Option<Box<longhand_chronicle::ChoiceTrace>>),
        facts: &[Fact],
    ) -> Option<EventId> {
        let roles = self.recorded_roles(affected, frame);
        let initiator = frame.get(0);
        let other = roles.iter().skip(1).copied().find(|agent| agent.is_some()).unwrap_or(AgentId::NONE);
        if let Some(earlier_event) = self.state.writer(Fact::Happened(kind, initiator, other)) {
            return Some(earlier_event);
        }
        let recorded = self.is_recorded_event(affected, frame);
        if !self.may_happen(kind, recorded) {
            return None;
        }
        if !recorded {
            self.chronicle.count(kind, at.day(), 1);
            return None;
        }
        let id = EventId::from_index(self.chronicle.len());
        let at = self.agenda.next_instant(at);
        self.agenda.set_latest(at);
        roles.iter().for_each(|agent| self.register_agent(*agent));
        self.set_writers(
            id,
            kind,
            &EventBuilder::new(self.scenario().events[kind.index()].key, Some(kind), at, Some(id)),
            &roles,
        );
        self.set_prevented_writers(id, affected, frame, facts);
        let place = self.state.place(initiator);
        let causes = strongest_causes(causes);
        self.record_event(Event { causes, choice, place, ..Event::new(kind, at, roles) });
        Some(id)
    }

    /// Makes an intervention the writer of what an event of a kind would have written, which it prevented.
    pub(super) fn set_prevented_writers(&mut self, id: EventId, prevented: EventKind, frame: &EvalFrame, facts: &[Fact]) {
        let initiator = frame.get(0);
        let roles = self.recorded_roles(prevented, frame);
        let other = roles.iter().skip(1).copied().find(|agent| agent.is_some()).unwrap_or(AgentId::NONE);
        let happened = [(AgentId::NONE, AgentId::NONE), (initiator, AgentId::NONE), (initiator, other), (AgentId::NONE, other)];
        for fact in happened.into_iter().map(|(a, b)| Fact::Happened(prevented, a, b)).chain(facts.iter().copied()) {
            // An event that did happen before keeps its own writer.
            if !matches!(fact, Fact::Happened(..)) || self.state.writer(fact).is_none() {
                self.state.set_writer(fact, id);
            }
        }
    }

    /// The facts that effects would write.
    pub(super) fn target_facts(&self, effects: &[Effect], frame: &EvalFrame, at: Instant) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut frame = *frame;
        for effect in effects {
            self.add_target_facts(effect, &mut frame, at, &mut facts);
        }
        facts.retain(|fact| fact.subject().is_some());
        facts
    }

    fn add_target_facts(&self, effect: &Effect, frame: &mut EvalFrame, at: Instant, facts: &mut Vec<Fact>) {
        let view = self.view(at);
        match effect {
            Effect::Assign { target, .. } | Effect::Toward { target, .. } => facts.push(Fact::World(match target {
                AssignTarget::Attr(subject, attr) => WorldFact::Attr(subject.agent(&view, frame), *attr),
                AssignTarget::Dim(from, to, dim) => WorldFact::Dim(from.agent(&view, frame), to.agent(&view, frame), *dim),
            })),
            Effect::Begin { tie, a, b } | Effect::End { tie, a, b, .. } => {
                let (a, b) = (a.agent(&view, frame), b.agent(&view, frame));
                facts.push(Fact::World(WorldFact::Tie(a, b, *tie)));
                if self.scenario().ties[tie.index()].mutual {
                    facts.push(Fact::World(WorldFact::Tie(b, a, *tie)));
                }
            }
            Effect::Rename { who, .. } => facts.push(Fact::World(WorldFact::Name(who.agent(&view, frame)))),
            Effect::Learn { who, fact, .. }
            | Effect::Tell { who, fact, .. }
            | Effect::TellTopic { who, fact, .. }
            | Effect::TellName { who, fact, .. }
            | Effect::Forget { who, fact } => {
                let fact = self.scenario().canonical_fact(fact.resolve(&view, frame));
                facts.push(Fact::Belief(who.agent(&view, frame), fact));
            }
            Effect::Go { who, .. } => facts.push(Fact::World(WorldFact::Place(who.agent(&view, frame)))),
            Effect::Arrive => facts.push(Fact::World(WorldFact::Place(frame.get(0)))),
            Effect::Move { attr, from, to, .. } => {
                let ends = [from, to].map(|agent| Fact::World(WorldFact::Attr(agent.agent(&view, frame), *attr)));
                facts.extend(ends);
            }
            Effect::Give { thing, .. } | Effect::Take { thing, .. } | Effect::Put { thing, .. } | Effect::Lose { thing, .. } => {
                facts.push(Fact::World(WorldFact::Holder(thing.agent(&view, frame))));
            }
            Effect::Enter { who } => facts.push(Fact::Field(*who, AgentField::Present)),
            Effect::Die { who, .. } | Effect::Leave { who, .. } | Effect::Return { who, .. } => {
                let who = who.agent(&view, frame);
                facts.extend([AgentField::Present, AgentField::Gone, AgentField::Online].map(|field| Fact::Field(who, field)));
                if matches!(effect, Effect::Die { .. }) {
                    facts.push(Fact::Field(who, AgentField::Dead));
                }
            }
            Effect::Become { who, .. } => facts.push(Fact::Field(who.agent(&view, frame), AgentField::Kind)),
            Effect::GoOffline { who } | Effect::ComeOnline { who } => {
                facts.push(Fact::Field(who.agent(&view, frame), AgentField::Online));
            }
            Effect::MakeAnew { who } => facts.push(Fact::Field(who.agent(&view, frame), AgentField::Generation)),
            Effect::LeaveHardware { who } => facts.push(Fact::Field(who.agent(&view, frame), AgentField::Bound)),
            Effect::Own { os, .. } | Effect::Abandon { os } => facts.push(Fact::Owner(os.agent(&view, frame))),
            Effect::If { condition, then } => {
                if condition.truth(&view, frame) {
                    self.add_target_facts(then, frame, at, facts);
                }
            }
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&view, frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MAX_TARGETS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    frame.set(*slot, member);
                    self.add_target_facts(each, frame, at, facts);
                }
                frame.set(*slot, AgentId::NONE);
            }
            Effect::Promise { who, with, what, .. } | Effect::CallOff { who, what, with } => {
                facts.push(Fact::Appointment(who.agent(&view, frame), with.agent(&view, frame), *what));
            }
            Effect::Settle { what } => facts.push(Fact::Appointment(frame.get(0), frame.get(1), *what)),
            Effect::Adopt { who, what, about } | Effect::Drop { who, what, about } => {
                let about = about.as_ref().map_or(AgentId::NONE, |about| about.agent(&view, frame));
                facts.push(Fact::Intention(who.agent(&view, frame), about, *what));
            }
            Effect::Feel { .. }
            | Effect::Remember { .. }
            | Effect::Install { .. }
            | Effect::Create { .. }
            | Effect::Name { .. }
            | Effect::Voice { .. }
            | Effect::Write { .. } => {}
        }
    }

    /// Whether a number already has the value that a change would give it. Writing it again would move the instant from which it decays.
    fn already_holds(&self, effect: &Effect, mut frame: EvalFrame, at: Instant) -> bool {
        let Effect::Assign { target, op, value } = effect else { return false };
        let view = self.view(at);
        let frame = &mut frame;
        let value = value.number(&view, frame);
        match target {
            AssignTarget::Attr(subject, attr) => {
                let (low, high) = self.scenario().attributes[attr.index()].range;
                let current = view.attr(subject.agent(&view, frame), *attr);
                op.apply(current, value).clamp(low, high) as f32 == current as f32
            }
            AssignTarget::Dim(from, to, dim) => {
                let (low, high) = self.scenario().dims[dim.index()].range;
                let current = view.dim(from.agent(&view, frame), to.agent(&view, frame), *dim);
                op.apply(current, value).clamp(low, high) as f32 == current as f32
            }
        }
    }
}

/// Most members of a set whose facts count as targets of a prevented effect.
const MAX_TARGETS: usize = 256;
