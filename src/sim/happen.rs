//! How an event happens: its effects are applied, who was there feels and learns, what it changed is noted, and its steps are planned.

use super::agenda::{Plan, Slots};
use super::appraise::Stakes;
use super::moment::Moment;
use super::rules::rule_of;
use super::scribe::{Draft, Scribing};
use super::touched::What;
use super::triggers::mentions;
use crate::chronicle::{Cause, Change, Choice, Event, Link};
use crate::ids::{AgentId, DocumentId, EventId, EventKind, Fact, Instant, Known, PlaceId};
use crate::language::{Expr, Frame, Noting, SetExpr, View};
use crate::scenario::{Happens, Keep};
use crate::world::Live;
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Causes an event keeps.
const MOST_CAUSES: usize = 8;

/// What leads to an event.
pub(super) struct Cue<'a> {
    pub(super) happens: &'a Happens,
    pub(super) frame: Frame,
    pub(super) at: Instant,
    pub(super) causes: Vec<Cause>,
    pub(super) choice: Option<Box<Choice>>,
}

/// What an event that is happening writes.
pub(super) struct Writing {
    /// None for a process: what it does is no event, and nobody remembers it.
    pub(super) kind: Option<EventKind>,
    pub(super) at: Instant,
    /// Its id, if it is kept whole.
    pub(super) event: Option<EventId>,
    pub(super) changes: Vec<Change>,
    /// Ties that began or ended, for whoever is there.
    pub(super) ties: SmallVec<[(Known, f64); 2]>,
    pub(super) document: Option<(DocumentId, AgentId)>,
}

impl Writing {
    pub(super) fn new(kind: Option<EventKind>, at: Instant, event: Option<EventId>) -> Self {
        Self { kind, at, event, changes: Vec::new(), ties: SmallVec::new(), document: None }
    }
}

impl Moment<'_> {
    /// Whether an event of a kind with these roles is kept whole.
    pub(super) fn is_whole(&self, kind: EventKind, frame: &Frame) -> bool {
        let info = &self.scenario().events[kind.index()];
        info.keep == Keep::Whole && (0..info.present).any(|slot| self.is_recorded(frame.get(slot)))
    }

    /// Makes an event happen.
    pub(super) fn happen(&mut self, cue: Cue<'_>) -> Option<EventId> {
        if let Some(outside) = self.forbids(cue.happens.kind, &cue.frame, cue.at) {
            self.keep_from(outside, cue);
            return None;
        }
        let Cue { happens, mut frame, at, causes, choice } = cue;
        let rules = self.rules.clone();
        let info = &rules.scenario.events[happens.kind.index()];
        // Who has left for good by the time of a later step is not there to feel or see anything.
        let present: SmallVec<[AgentId; 4]> =
            (0..info.present).map(|slot| frame.get(slot)).filter(|&agent| self.is_present(agent)).collect();
        let whole = self.is_whole(happens.kind, &frame);
        if !self.may_happen(happens.kind, whole) {
            return None;
        }
        let event = whole.then(|| EventId::at(self.chronicle.len()));
        let mut writing = Writing::new(Some(happens.kind), at, event);
        let stakes = Stakes::before(self, &present, at);

        let place = match &happens.place {
            Some(place) => {
                let place = place.place(&self.live(at), &mut frame);
                // An OS has no body to take anywhere.
                let bodies = present.iter().copied().filter(|&agent| self.live(at).os_state(agent).is_none());
                let bodies: SmallVec<[AgentId; 4]> = bodies.collect();
                bodies.into_iter().for_each(|agent| self.go(&mut writing, agent, place));
                place
            }
            None => self.state.place(frame.get(0)),
        };
        for effect in &happens.does {
            self.apply(&mut writing, effect, &mut frame);
        }
        let values: SmallVec<[(u16, f64); 2]> =
            happens.values.iter().map(|(name, value)| (name.0, value.num(&self.live(at), &mut frame))).collect();
        let roles: SmallVec<[AgentId; 4]> = (0..info.slots.len()).map(|slot| frame.get(slot)).collect();
        self.state.occurrences.note(happens.kind, &roles, at);
        stakes.settle(self, &mut writing, &present);
        self.witness(&mut writing, &present);

        if let Some(id) = event {
            roles.iter().for_each(|agent| self.introduce(*agent));
            writing.changes.retain(|change| change.before != change.after);
            self.note_writers(id, happens.kind, &writing, &roles);
            let document = writing.document.map(|(document, to)| {
                let writer = frame.get(0);
                let draft = Draft { document, writer, to, at, mind: self.state.mind(writer), values: &values };
                self.world.resource::<Scribing>().0.write(&rules.scenario, self.chronicle, &draft)
            });
            let document = document.filter(|document| self.may_write(document));
            self.chronicle.push(Event {
                id,
                at,
                kind: happens.kind,
                roles,
                place,
                changes: writing.changes,
                causes: most_telling(causes),
                values,
                document: document.map(Box::new),
                choice,
            });
        } else {
            self.chronicle.count(happens.kind, at.day(), 1);
        }
        self.touch(at, event, What::Event(happens.kind, frame));
        present.iter().for_each(|agent| self.touched.look_at(*agent));
        if let (Some(step), Some(of)) = (happens.then, rule_of(info.from)) {
            self.plan_step(of, step, &frame, info.slots.len(), event, at);
        }
        event
    }

    fn plan_step(
        &mut self,
        of: super::agenda::Rule,
        step: usize,
        frame: &Frame,
        slots: usize,
        from: Option<EventId>,
        at: Instant,
    ) {
        let rules = self.rules.clone();
        let after = self.steps(&rules, of)[step].after.as_ref();
        let after = after.map_or(0.0, |after| after.num(&self.live(at), &mut frame.clone()).max(0.0));
        self.plan(at.plus_seconds(after), Plan::Step { of, step, frame: Slots::of(frame, slots), from });
    }

    /// Takes an agent to a place.
    pub(super) fn go(&mut self, writing: &mut Writing, agent: AgentId, place: PlaceId) {
        if place == PlaceId::NOWHERE || !self.is_present(agent) {
            return;
        }
        let before = self.state.set_place(agent, place);
        self.wrote(writing, Fact::World(Known::Place(agent)), f64::from(before.0), f64::from(place.0));
    }

    /// Notes a change that an event makes.
    pub(super) fn wrote(&mut self, writing: &mut Writing, fact: Fact, before: f64, after: f64) {
        if before == after {
            return;
        }
        if writing.event.is_some() {
            match writing.changes.iter_mut().find(|change| change.fact == fact) {
                Some(change) => change.after = after,
                None => writing.changes.push(Change { fact, before, after }),
            }
        } else if self.is_followed(fact) {
            self.chronicle.sample(writing.at, fact, after);
        }
    }

    /// Who was there and takes no part in a tie that began or ended knows of it.
    fn witness(&mut self, writing: &mut Writing, present: &[AgentId]) {
        for (tie, holds) in std::mem::take(&mut writing.ties) {
            let Known::Tie(a, b, _) = tie else { continue };
            for &agent in present.iter().filter(|&&agent| agent != a && agent != b) {
                self.learn(writing, agent, tie, holds);
            }
        }
    }

    pub(super) fn note_writers(&mut self, id: EventId, kind: EventKind, writing: &Writing, roles: &[AgentId]) {
        // Feelings and memories keep what caused them themselves.
        let is_kept = |fact: Fact| matches!(fact, Fact::Feeling(..) | Fact::Memory(..));
        for change in writing.changes.iter().filter(|change| !is_kept(change.fact)) {
            self.state.set_writer(change.fact, id);
        }
        let own = roles.first().copied().unwrap_or(AgentId::NONE);
        let happened = |a, b| Fact::Happened(kind, a, b);
        self.state.set_writer(happened(AgentId::NONE, AgentId::NONE), id);
        self.state.set_writer(happened(own, AgentId::NONE), id);
        for &other in roles.iter().skip(1).filter(|role| role.is_some()) {
            self.state.set_writer(happened(own, other), id);
            self.state.set_writer(happened(AgentId::NONE, other), id);
        }
    }

    /// Reads a number and notes the events that wrote what it read.
    pub(super) fn number_with_causes(
        &self,
        expr: &Expr,
        frame: &Frame,
        at: Instant,
        link: fn(Fact) -> Link,
        causes: &mut Vec<Cause>,
    ) -> f64 {
        let live = self.live(at);
        let noting = Noting::new(&live);
        let value = expr.num(&noting, &mut frame.clone());
        self.note_causes(noting, link, causes);
        value
    }

    /// Judges a condition, with the draws of `drawn`, and notes the events that wrote what it read.
    pub(super) fn truth_with_causes(
        &self,
        expr: &Expr,
        frame: &Frame,
        (at, drawn): (Instant, Instant),
        link: fn(Fact) -> Link,
        causes: &mut Vec<Cause>,
    ) -> bool {
        let live = self.live(at).drawing_at(drawn);
        let noting = Noting::new(&live);
        let holds = expr.truth(&noting, &mut frame.clone());
        self.note_causes(noting, link, causes);
        holds
    }

    /// Notes the ties by which a set has a member.
    pub(super) fn membership_causes(
        &self,
        set: &SetExpr,
        frame: &Frame,
        slot: usize,
        member: AgentId,
        at: Instant,
        causes: &mut Vec<Cause>,
    ) {
        let live = self.live(at);
        let noting = Noting::new(&live);
        set.for_each(&noting, &mut frame.clone(), slot, &mut |frame| match frame.get(slot) == member {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
        for (fact, _) in noting.into_notes().into_iter().filter(|(fact, _)| mentions(*fact, member)) {
            self.add_cause(fact, Link::Condition, causes);
        }
    }

    fn note_causes(&self, noting: Noting<'_, Live<'_>>, link: fn(Fact) -> Link, causes: &mut Vec<Cause>) {
        for (fact, _) in noting.into_notes() {
            self.add_cause(fact, link, causes);
        }
    }

    fn add_cause(&self, fact: Fact, link: fn(Fact) -> Link, causes: &mut Vec<Cause>) {
        if let Some(event) = self.writer(fact)
            && !causes.iter().any(|cause| cause.event == event)
        {
            causes.push(Cause { event, link: link(fact) });
        }
    }
}

/// The causes worth keeping, the most direct first: what it is a step of or was woken by, then facts that either hold or do not,
/// then what happened before, then numbers; conditions before wishes, and the later event before the earlier.
pub(super) fn most_telling(mut causes: Vec<Cause>) -> SmallVec<[Cause; 4]> {
    let rank = |cause: &Cause| match cause.link {
        Link::Step | Link::Woke => 0,
        Link::Condition(fact) | Link::Consent(fact) => 1 + weight(fact),
        Link::Want(fact) => 2 + weight(fact),
    };
    causes.sort_by_key(|cause| (rank(cause), std::cmp::Reverse(cause.event)));
    causes.truncate(MOST_CAUSES);
    causes.into()
}

fn weight(fact: Fact) -> u8 {
    match fact {
        Fact::World(Known::Tie(..)) | Fact::Belief(..) | Fact::Owner(_) => 0,
        Fact::Field(..) | Fact::World(Known::Attr(..)) | Fact::Memory(..) => 2,
        Fact::Happened(..) | Fact::World(Known::Dim(..)) | Fact::Feeling(..) => 4,
        Fact::World(Known::Place(_)) => 6,
    }
}

impl Moment<'_> {
    /// The value of a fact as the world has it, for learning it.
    pub(super) fn true_value(&self, fact: Known, at: Instant) -> f64 {
        let live = self.live(at);
        match fact {
            Known::Attr(of, attr) => live.attr(of, attr),
            Known::Dim(from, to, dim) => live.dim(from, to, dim),
            Known::Tie(from, to, tie) => f64::from(u8::from(live.tie(from, to, tie))),
            Known::Place(of) => f64::from(live.place(of).0),
        }
    }
}
