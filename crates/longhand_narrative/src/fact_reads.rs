//! The facts that a past event or a process read, by evaluating its expressions again over the recorded run.

use super::cause_finder::Changer;
use super::recorded_run::{PastView, RecordedRun};
use longhand_chronicle::{Event, LogPosition};
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, WorldFact};
use longhand_expr::{
    AssignOp, AssignTarget, Effect, EffectOperand, EvalContext, EvalFrame, Expr, FactExpr, Grounds, OccurrenceQuery, TracingView,
    Type,
};
use longhand_scene::model::{Activation, RoleBinding, Step};
use longhand_scene::{EventOrigin, Scenario, acceptance_influences, utility};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// What read a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Condition,
    Utility,
    Consent,
    Effect,
}

/// A fact that an event read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ReadFact {
    pub fact: Fact,
    pub reader: Reader,
    /// When it was read.
    pub at: Instant,
    /// Whether it was read as the world stood right before the event. Otherwise only a process of the same tick may have made it
    /// readable.
    pub exact: bool,
}

/// The facts that an event read, each once, in the order of reading.
pub(super) fn event_reads(record: &RecordedRun<'_>, event: &Event) -> Vec<ReadFact> {
    let scenario = record.scenario;
    let Some(info) = scenario.events.get(event.kind.index()) else { return Vec::new() };
    let mut reads: Vec<ReadFact> = Vec::new();
    let Some(decided_at) = decision_instant(record, event, info.origin) else { return reads };
    let before = record.view_at_position(decided_at, LogPosition { at: decided_at, events: event.id.0 });
    let chosen = record.view_before_tick(record.tick_start(decided_at));
    let after = record.view_at_event(event.id);
    let mut views = vec![(&before, true), (&after, false)];
    if is_judged_before(scenario, info.origin) {
        views.insert(1, (&chosen, true));
    }
    for (view, exact) in views {
        let mut tracer = Tracer { view: TracingView::new(view), frame: EvalFrame::from_agents(&event.roles) };
        if let Some((slot, topic)) = info.topic.zip(event_topic(event)) {
            tracer.frame.set(slot, view.topic_id(topic));
            tracer.note(
                [Fact::Belief(event.roles.first().copied().unwrap_or(AgentId::NONE), topic), Fact::World(topic)].into_iter(),
            );
        }
        let mut collect = |tracer: &Tracer<'_, '_>, reader: Reader, at: Instant| {
            for (fact, _) in tracer.view.take_trace() {
                if !reads.iter().any(|read| read.fact == fact) {
                    reads.push(ReadFact { fact, reader, at, exact });
                }
            }
        };
        match info.origin {
            EventOrigin::Action(index) | EventOrigin::Refusal(index) => {
                let action = &scenario.actions[index];
                tracer.all(&action.when);
                tracer.members(action.roles.iter().chain(&action.about), 1);
                collect(&tracer, Reader::Condition, decided_at);
                let _ = utility(scenario, &tracer.view, action, &mut tracer.frame);
                collect(&tracer, Reader::Utility, decided_at);
                action.accept.iter().flatten().for_each(|accept| tracer.expr(accept));
                for &asked in event.roles.iter().take(info.participant_count).skip(1).filter(|agent| agent.is_some()) {
                    acceptance_influences(scenario, &tracer.view, action, asked, &tracer.frame).for_each(drop);
                }
                collect(&tracer, Reader::Consent, decided_at);
            }
            EventOrigin::Trigger(index) => {
                let trigger = &scenario.triggers[index];
                tracer.activation(&trigger.on);
                tracer.all(&trigger.when);
                tracer.members(trigger.about.iter(), trigger.activation_slots);
                trigger.chance.iter().chain(&trigger.after).for_each(|expr| tracer.expr(expr));
                collect(&tracer, Reader::Condition, decided_at);
            }
            EventOrigin::ActionStep(_, step, _) | EventOrigin::TriggerStep(_, step, _) => {
                if let Some(step) = steps_of(scenario, info.origin).get(step) {
                    step.outcomes.iter().filter_map(|(weight, _)| weight.as_ref()).for_each(|weight| tracer.expr(weight));
                    collect(&tracer, Reader::Condition, decided_at);
                }
            }
            EventOrigin::Intervention(_) => {}
        }
        if let Some(spec) = scenario.event_spec(event.kind) {
            spec.place.iter().for_each(|place| tracer.expr(place));
            spec.values.iter().for_each(|(_, value)| tracer.expr(value));
            spec.does.iter().for_each(|effect| tracer.effect(effect));
            collect(&tracer, Reader::Effect, event.at);
        }
        for norm in scenario.norms.iter().filter(|norm| norm.events.iter().any(|(kind, _)| *kind == event.kind)) {
            let judges = event.roles.iter().take(info.participant_count).filter(|agent| agent.is_some());
            judges.for_each(|&judge| _ = tracer.view.attr(judge, norm.attribute));
            collect(&tracer, Reader::Effect, event.at);
        }
        for &agent in event.roles.iter().take(info.participant_count).filter(|agent| agent.is_some()) {
            let _ = tracer.view.field(agent, AgentField::Present);
        }
        collect(&tracer, Reader::Condition, event.at);
    }
    for fact in event.causes.iter().filter_map(|cause| cause.link.fact()) {
        if !reads.iter().any(|read| read.fact == fact) {
            reads.push(ReadFact { fact, reader: Reader::Condition, at: decided_at, exact: false });
        }
    }
    reads
}

/// What an event is about, or what was told in it.
pub(super) fn event_topic(event: &Event) -> Option<WorldFact> {
    event.topic.as_ref().map(|topic| topic.known)
}

/// The facts that the effects of an event wrote or would have written. Whether they changed, and from what, depends on how they were
/// before.
pub(super) fn event_targets(record: &RecordedRun<'_>, event: &Event) -> Vec<Fact> {
    let spec = record.scenario.event_spec(event.kind);
    let view = record.view_at_position(event.at, LogPosition { at: event.at, events: event.id.0 });
    let mut tracer = Tracer { view: TracingView::new(&view), frame: EvalFrame::from_agents(&event.roles) };
    let mut targets: Vec<Fact> = event.changes.iter().map(|change| change.fact).collect();
    spec.into_iter().flat_map(|spec| &spec.does).for_each(|effect| tracer.add_targets(effect, &mut targets));
    targets
}

/// Whether the world at the start of the tick matters too: an agent chose on it, or a condition did not hold yet.
fn is_judged_before(scenario: &Scenario, origin: EventOrigin) -> bool {
    match origin {
        EventOrigin::Action(_) | EventOrigin::Refusal(_) => true,
        EventOrigin::Trigger(index) => matches!(scenario.triggers[index].on, Activation::Becomes),
        EventOrigin::ActionStep(..) | EventOrigin::TriggerStep(..) | EventOrigin::Intervention(_) => false,
    }
}

/// When an event was decided: a trigger with a delay reads its conditions before it.
pub(super) fn decision_instant(record: &RecordedRun<'_>, event: &Event, origin: EventOrigin) -> Option<Instant> {
    let at = record.history.position_of(event.id)?.at;
    let EventOrigin::Trigger(index) = origin else { return Some(at) };
    let Some(delay) = &record.scenario.triggers[index].after else { return Some(at) };
    let view = record.view_at_position(at, LogPosition { at, events: event.id.0 });
    let seconds = delay.number(&view, &mut EvalFrame::from_agents(&event.roles)).max(0.0);
    Some(event.at.add_seconds(-seconds).max(Instant::START))
}

fn steps_of(scenario: &Scenario, origin: EventOrigin) -> &[Step] {
    match origin {
        EventOrigin::ActionStep(action, ..) => &scenario.actions[action].steps,
        EventOrigin::TriggerStep(trigger, ..) => &scenario.triggers[trigger].steps,
        _ => &[],
    }
}

/// The facts that a process or a routine reads where it may change a fact, for one agent.
pub(super) fn process_reads(
    record: &RecordedRun<'_>,
    view: &PastView<'_>,
    changer: Changer,
    changed: Fact,
    agent: AgentId,
) -> BTreeSet<Fact> {
    let mut tracer = Tracer { view: TracingView::new(view), frame: EvalFrame::for_agent(agent) };
    match changer {
        Changer::Process(index) => {
            let process = &record.scenario.processes[index];
            tracer.bind(&process.about);
            tracer.all(&process.when);
            process.times.iter().for_each(|times| tracer.expr(times));
            process.does.iter().filter(|effect| may_write(effect, changed).is_some()).for_each(|effect| tracer.effect(effect));
        }
        Changer::Routine => {
            let kind = record.kind_of(agent).map(|kind| &record.scenario.kinds[kind.index()]);
            for (when, place) in kind.map_or(&[][..], |kind| &kind.routine) {
                if when.truth(&tracer.view, &mut tracer.frame) {
                    tracer.expr(place);
                    break;
                }
            }
        }
        Changer::Drift => {}
    }
    tracer.view.into_trace().into_iter().map(|(fact, _)| fact).collect()
}

/// Whether an effect may write a fact: `Some(true)` if only for the agent of its own rule, `Some(false)` if for any.
pub(super) fn may_write(effect: &Effect, fact: Fact) -> Option<bool> {
    let of = |subject: &Expr| subject.text() == "self";
    let may_be = |subject: &Expr, wanted: AgentId| subject.cast_agent().is_none_or(|named| named == wanted);
    match (effect, fact) {
        (Effect::Assign { target, .. } | Effect::Toward { target, .. }, Fact::World(known)) => match (target, known) {
            (AssignTarget::Attr(subject, attr), WorldFact::Attr(who, wanted)) if *attr == wanted && may_be(subject, who) => {
                Some(of(subject))
            }
            (AssignTarget::Dim(from, to, dim), WorldFact::Dim(who, whom, wanted))
                if *dim == wanted && may_be(from, who) && may_be(to, whom) =>
            {
                Some(of(from))
            }
            _ => None,
        },
        (Effect::Begin { tie, .. } | Effect::End { tie, .. }, Fact::World(WorldFact::Tie(.., wanted))) => {
            (*tie == wanted).then_some(false)
        }
        (Effect::Go { who, .. }, Fact::World(WorldFact::Place(_)))
        | (
            Effect::Learn { who, .. } | Effect::Tell { who, .. } | Effect::TellTopic { who, .. } | Effect::Forget { who, .. },
            Fact::Belief(..) | Fact::Source(..) | Fact::Confidence(..),
        ) => Some(of(who)),
        (Effect::Feel { who, emotion, .. }, Fact::Feeling(_, wanted, _)) => (*emotion == wanted).then(|| of(who)),
        (Effect::GoOffline { who } | Effect::ComeOnline { who }, Fact::Field(_, AgentField::Online)) => Some(of(who)),
        (
            Effect::Leave { who, .. } | Effect::Die { who, .. } | Effect::Return { who, .. },
            Fact::Field(_, AgentField::Present | AgentField::Gone | AgentField::Online | AgentField::Dead | AgentField::Reason),
        ) => Some(of(who)),
        (Effect::Leave { .. } | Effect::Die { .. }, Fact::World(WorldFact::Tie(..)) | Fact::PastTie(..)) => Some(false),
        (Effect::End { tie, .. }, Fact::PastTie(.., wanted)) => (*tie == wanted).then_some(false),
        (Effect::Become { who, .. }, Fact::Field(_, AgentField::Kind)) => Some(of(who)),
        (Effect::Become { .. } | Effect::Create { .. }, Fact::World(WorldFact::Attr(..))) => Some(false),
        (Effect::Move { attr, .. }, Fact::World(WorldFact::Attr(_, wanted))) => (*attr == wanted).then_some(false),
        (
            Effect::Give { .. } | Effect::Take { .. } | Effect::Put { .. } | Effect::Lose { .. },
            Fact::World(WorldFact::Holder(_) | WorldFact::Place(_)),
        ) => Some(false),
        (Effect::Rename { who, .. } | Effect::Name { who, .. }, Fact::World(WorldFact::Name(_))) => Some(of(who)),
        (Effect::TellName { who, .. }, Fact::Belief(..)) => Some(of(who)),
        (
            Effect::Promise { what, .. } | Effect::CallOff { what, .. } | Effect::Settle { what },
            Fact::Appointment(.., wanted) | Fact::MeetingPlace(.., wanted),
        ) => (*what == wanted).then_some(false),
        (Effect::Adopt { who, what, .. } | Effect::Drop { who, what, .. }, Fact::Intention(.., wanted)) => {
            (*what == wanted).then(|| of(who))
        }
        (Effect::Enter { .. }, Fact::Field(_, AgentField::Present | AgentField::Online)) => Some(false),
        (Effect::Own { .. } | Effect::Abandon { .. }, Fact::Owner(_)) => Some(false),
        (Effect::If { then: inner, .. } | Effect::For { each: inner, .. }, _) => may_write(inner, fact),
        _ => None,
    }
}

/// Evaluates expressions and effects for what they read.
pub(super) struct Tracer<'v, 'r> {
    pub view: TracingView<'v, PastView<'r>>,
    pub frame: EvalFrame,
}

impl Tracer<'_, '_> {
    pub fn expr(&mut self, expr: &Expr) {
        match expr.ty() {
            Type::Switch => drop(expr.truth(&self.view, &mut self.frame)),
            Type::Agent => drop(expr.agent(&self.view, &mut self.frame)),
            Type::Place => drop(expr.place(&self.view, &mut self.frame)),
            _ => drop(expr.number(&self.view, &mut self.frame)),
        }
    }

    /// Each clause of a condition, also after one that does not hold.
    pub fn all(&mut self, clauses: &[Expr]) {
        clauses.iter().for_each(|clause| self.expr(clause));
    }

    /// Binds the roles of a process as a run does, each to the first of its set. Returns whether all are bound; none is after an empty set.
    pub fn bind(&mut self, roles: &[RoleBinding]) -> bool {
        roles.iter().zip(1..).all(|(role, slot)| {
            let mut member = AgentId::NONE;
            role.set.for_each(&self.view, &mut self.frame, slot, &mut |frame| {
                member = frame.get(slot);
                ControlFlow::Break(())
            });
            self.frame.set(slot, member);
            member.is_some()
        })
    }

    /// The facts by which the bound agents are members of their sets.
    fn members<'r>(&mut self, roles: impl Iterator<Item = &'r RoleBinding>, first_slot: usize) {
        let mut earlier = self.view.take_trace();
        for (slot, role) in roles.enumerate().map(|(level, role)| (first_slot + level, role)) {
            let member = self.frame.get(slot);
            role.set.for_each(&self.view, &mut self.frame.clone(), slot, &mut |frame| match frame.get(slot) == member {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            });
            earlier.extend(self.view.take_trace().into_iter().filter(|(fact, _)| fact.mentions(member)));
        }
        self.note(earlier.into_iter().map(|(fact, _)| fact));
    }

    /// Reads facts, so that they are in the trace.
    fn note(&self, facts: impl Iterator<Item = Fact>) {
        for fact in facts {
            match fact {
                Fact::World(known) => self.world_fact(known),
                Fact::Belief(holder, known) => drop(self.view.belief(holder, known)),
                Fact::Topic(agent, known) => drop(self.view.belief(agent, known)),
                Fact::Source(holder, known) => drop(self.view.source(holder, known)),
                Fact::Confidence(holder, known) => drop(self.view.confidence(holder, known)),
                Fact::Field(agent, field) => drop(self.view.field(agent, field)),
                Fact::Owner(os) => drop(self.view.owner(os)),
                Fact::Happened(event, a, b) => drop(self.view.occurrences(OccurrenceQuery { event, a, b })),
                Fact::Feeling(agent, emotion, toward) => drop(self.view.feeling(agent, emotion, toward)),
                Fact::Memory(agent, kind, with) => drop(self.view.memory(agent, kind, with)),
                Fact::PastTie(from, to, tie) => drop(self.view.past_tie(from, to, tie)),
                Fact::Appointment(by, with, what) | Fact::MeetingPlace(by, with, what) => {
                    let _ = self.view.appointment(by, with, Some(what));
                }
                Fact::Intention(agent, about, what) => drop(self.view.intention(agent, what, about)),
            }
        }
    }

    fn world_fact(&self, known: WorldFact) {
        match known {
            WorldFact::Attr(agent, attr) => drop(self.view.attr(agent, attr)),
            WorldFact::Dim(from, to, dim) => drop(self.view.dim(from, to, dim)),
            WorldFact::Tie(from, to, tie) => drop(self.view.tie(from, to, tie)),
            WorldFact::Place(agent) => drop(self.view.place(agent)),
            WorldFact::Holder(thing) => drop(self.view.holder(thing)),
            WorldFact::Happened(event, a, b) => drop(self.view.occurrences(OccurrenceQuery { event, a, b })),
            WorldFact::Name(_) => {}
        }
    }

    /// The fact whose change activates a trigger.
    fn activation(&mut self, on: &Activation) {
        let agents = [0, 1, 2].map(|slot| self.frame.get(slot));
        self.note(activation_facts(on, agents).into_iter());
    }

    fn fact(&mut self, fact: &FactExpr) {
        let known = fact.resolve(&self.view, &mut self.frame);
        self.world_fact(known);
    }

    fn grounds(&mut self, grounds: &Grounds) {
        grounds.source.iter().chain(&grounds.confidence).for_each(|expr| self.expr(expr));
    }

    fn target(&mut self, target: &AssignTarget, reads_old: bool) {
        let fact = self.target_fact(target);
        if reads_old {
            self.world_fact(fact);
        }
    }

    /// The facts that an effect on attributes, bonds, ties, beliefs and places writes, also under a condition that does not hold.
    pub fn add_targets(&mut self, effect: &Effect, targets: &mut Vec<Fact>) {
        match effect {
            Effect::Assign { target, .. } | Effect::Toward { target, .. } => {
                targets.push(Fact::World(self.target_fact(target)));
            }
            Effect::Begin { tie, a, b } | Effect::End { tie, a, b, .. } => {
                let [a, b] = [a, b].map(|agent| agent.agent(&self.view, &mut self.frame));
                targets.extend([(a, b), (b, a)].map(|(from, to)| Fact::World(WorldFact::Tie(from, to, *tie))));
            }
            Effect::Learn { who, fact, .. }
            | Effect::Tell { who, fact, .. }
            | Effect::Forget { who, fact }
            | Effect::TellName { who, fact, .. } => {
                let who = who.agent(&self.view, &mut self.frame);
                targets.push(Fact::Belief(who, fact.resolve(&self.view, &mut self.frame)));
            }
            Effect::Go { who, .. } => targets.push(Fact::World(WorldFact::Place(who.agent(&self.view, &mut self.frame)))),
            Effect::If { then: inner, .. } => self.add_targets(inner, targets),
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&self.view, &mut self.frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MAX_MEMBERS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    self.frame.set(*slot, member);
                    self.add_targets(each, targets);
                }
                self.frame.set(*slot, AgentId::NONE);
            }
            _ => {}
        }
    }

    fn target_fact(&mut self, target: &AssignTarget) -> WorldFact {
        match target {
            AssignTarget::Attr(subject, attr) => WorldFact::Attr(subject.agent(&self.view, &mut self.frame), *attr),
            AssignTarget::Dim(from, to, dim) => {
                let from = from.agent(&self.view, &mut self.frame);
                WorldFact::Dim(from, to.agent(&self.view, &mut self.frame), *dim)
            }
        }
    }

    /// What an effect reads. The old value of what it adds to is one of that.
    pub fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Assign { target, op, value } => {
                self.target(target, *op != AssignOp::Set);
                self.expr(value);
            }
            Effect::Toward { target, goal, share } => {
                self.target(target, true);
                self.expr(goal);
                self.expr(share);
            }
            Effect::Begin { a, b, .. } | Effect::End { a, b, .. } => {
                self.expr(a);
                self.expr(b);
            }
            Effect::Learn { who, fact, grounds } => {
                self.expr(who);
                self.fact(fact);
                self.grounds(grounds);
            }
            Effect::Tell { who, value, grounds, .. } => {
                self.expr(who);
                self.expr(value);
                self.grounds(grounds);
            }
            Effect::Feel { who, strength, toward, .. } => {
                self.expr(who);
                self.expr(strength);
                toward.iter().for_each(|toward| self.expr(toward));
            }
            Effect::Remember { who, strength: value } | Effect::Own { os: who, owner: value } => {
                self.expr(who);
                self.expr(value);
            }
            Effect::Install { owner: who, .. }
            | Effect::Forget { who, .. }
            | Effect::Die { who, .. }
            | Effect::Leave { who, .. }
            | Effect::Return { who, .. }
            | Effect::Become { who, .. }
            | Effect::GoOffline { who }
            | Effect::ComeOnline { who }
            | Effect::MakeAnew { who }
            | Effect::LeaveHardware { who }
            | Effect::Abandon { os: who }
            | Effect::Name { who, .. }
            | Effect::Voice { who, .. } => self.expr(who),
            Effect::Write { to, .. } => to.iter().for_each(|to| self.expr(to)),
            Effect::Enter { .. } | Effect::Arrive | Effect::Settle { .. } => {}
            Effect::TellTopic { .. }
            | Effect::Promise { .. }
            | Effect::CallOff { .. }
            | Effect::Adopt { .. }
            | Effect::Drop { .. }
            | Effect::Create { .. }
            | Effect::Go { .. }
            | Effect::Move { .. }
            | Effect::Give { .. }
            | Effect::Take { .. }
            | Effect::Put { .. }
            | Effect::Lose { .. }
            | Effect::Rename { .. }
            | Effect::TellName { .. } => {
                let mut operands = Vec::new();
                effect.visit_operands(&mut |operand| operands.push(operand));
                for operand in operands {
                    match operand {
                        EffectOperand::Expr(expr) => self.expr(expr),
                        EffectOperand::Fact(fact) => self.fact(fact),
                        EffectOperand::Set(_) => {}
                    }
                }
            }
            Effect::If { condition, then } => {
                if condition.truth(&self.view, &mut self.frame) {
                    self.effect(then);
                }
            }
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&self.view, &mut self.frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MAX_MEMBERS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    self.frame.set(*slot, member);
                    self.effect(each);
                }
                self.frame.set(*slot, AgentId::NONE);
            }
        }
    }
}

/// The fact whose change activates a trigger, with its first variables; none if it is activated by an event or by its condition.
pub(super) fn activation_facts(on: &Activation, [who, other, whom]: [AgentId; 3]) -> Vec<Fact> {
    let fact = match on {
        Activation::Becomes | Activation::Event(_) | Activation::Sees(_) => return Vec::new(),
        // Either of the two may have made it.
        Activation::Settles(what, _) => return vec![Fact::Appointment(who, other, *what), Fact::Appointment(other, who, *what)],
        Activation::LearnsEvent(kinds) => {
            return kinds.iter().map(|kind| Fact::Belief(who, WorldFact::Happened(*kind, other, whom))).collect();
        }
        Activation::Dies => Fact::Field(who, AgentField::Dead),
        Activation::Leaves | Activation::Returns => Fact::Field(who, AgentField::Gone),
        Activation::Arrives => Fact::World(WorldFact::Place(who)),
        Activation::Begins(tie) | Activation::Ends(tie) => Fact::World(WorldFact::Tie(who, other, *tie)),
        Activation::LearnsTie(tie) => Fact::Belief(who, WorldFact::Tie(other, whom, *tie)),
        Activation::LearnsAttr(attr) => Fact::Belief(who, WorldFact::Attr(other, *attr)),
        Activation::Jumps(attr, _) => Fact::World(WorldFact::Attr(who, *attr)),
    };
    vec![fact]
}

/// The maximum number of members of a set whose effects are looked at.
const MAX_MEMBERS: usize = 64;
