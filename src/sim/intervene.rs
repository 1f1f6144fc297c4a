//! What is done to the world from outside, beside its rules.
//!
//! A change is made in `Wake`, before anybody chooses, at the first tick that begins at its instant or after it. What is forbidden goes its
//! way like anything else until the moment in which it would happen: its draws are drawn, who is asked answers, and then it does not. So
//! nothing is otherwise before that moment. Whoever was kept from an action does not think of it again, or would stand before a shut
//! door for ever. Each of these enters the chronicle when it makes a difference, with what would have led to the event as its causes; it
//! counts as having written what it kept from being written, so that *why* leads to it.

use super::happen::{Cue, Writing, most_telling};
use super::moment::Moment;
use super::resolve::drawn;
use super::rules::Index;
use crate::chronicle::{Cause, Event, Link};
use crate::ids::{AgentId, EventId, EventKind, Fact, Field, Instant, Known};
use crate::language::{Effect, Frame, Target, View};
use crate::scenario::{Forbidden, Keep, Meddling, Step};
use crate::world::Live;
use smallvec::SmallVec;
use std::ops::ControlFlow;

impl Forbidden {
    fn is(&self, kind: EventKind, frame: &Frame) -> bool {
        // A slot that the event's own effects fill is empty still.
        let fits = |(slot, wanted): (usize, &Option<AgentId>)| {
            let agent = frame.get(slot);
            wanted.is_none_or(|wanted| !agent.is_some() || agent == wanted)
        };
        self.kind == kind && self.roles.iter().enumerate().all(fits)
    }

    fn is_due(&self, live: &Live<'_>) -> bool {
        let happened =
            |&(kind, own, other): &(EventKind, AgentId, AgentId)| live.state().writer(Fact::Happened(kind, own, other)).is_some();
        self.after.iter().all(|any| any.iter().any(happened))
    }
}

impl Index {
    /// Whether an action is forbidden to whoever would begin it, and that is known by now: it was kept from it before, or nobody keeps a
    /// record of whether it was.
    pub(super) fn is_known_to_be_forbidden(&self, live: Live<'_>, action: usize, frame: &Frame) -> bool {
        self.scenario.outside.iter().any(|outside| {
            let Meddling::Forbid { what, at: None } = &outside.does else { return false };
            let kind = self.scenario.actions[action].happens.kind;
            let info = &self.scenario.events[kind.index()];
            let cast = |slot| frame.get(slot).index() < self.scenario.cast.len();
            let is_kept = info.keep == Keep::Whole && (0..info.present).any(cast);
            let is_known = || live.state().writer(Fact::Happened(outside.kind, frame.get(0), AgentId::NONE)).is_some();
            what.iter().any(|one| one.is(kind, frame) && one.is_due(&live)) && (!is_kept || is_known())
        })
    }
}

impl Moment<'_> {
    /// Which of the interventions forbids an event.
    pub(super) fn forbids(&self, kind: EventKind, frame: &Frame, at: Instant) -> Option<usize> {
        let outside = &self.rules.scenario.outside;
        if outside.is_empty() {
            return None;
        }
        let live = self.live(at);
        outside.iter().position(|outside| match &outside.does {
            Meddling::Forbid { what, at: only } => {
                only.is_none_or(|only| only == at) && what.iter().any(|one| one.is(kind, frame) && one.is_due(&live))
            }
            Meddling::Change { .. } | Meddling::Choose { .. } => false,
        })
    }

    /// Has an event that was about to happen not happen.
    pub(super) fn keep_from(&mut self, outside: usize, cue: Cue<'_>) {
        let Cue { happens, frame, at, causes, choice } = cue;
        let rules = self.rules.clone();
        let kind = rules.scenario.outside[outside].kind;
        let aims = self.aims(&happens.does, &frame, at);
        self.enter_in_chronicle(kind, happens.kind, &frame, at, (causes, choice), &aims);
    }

    /// The outcome a step takes: what was drawn, unless another was chosen for it or this one is forbidden.
    #[expect(clippy::too_many_arguments, reason = "all that is known of a step that is under way")]
    pub(super) fn settled(
        &mut self,
        step: &Step,
        mut weights: Vec<f64>,
        draw: f64,
        mut chosen: usize,
        frame: &Frame,
        at: Instant,
        causes: &mut Vec<Cause>,
    ) -> Option<usize> {
        let rules = self.rules.clone();
        let of = |outcome: EventKind| step.outcomes.iter().position(|(_, happens)| happens.kind == outcome);
        let wanted = rules.scenario.outside.iter().find_map(|outside| match outside.does {
            Meddling::Choose { outcome } => Some((outside.kind, of(outcome)?)),
            _ => None,
        });
        let mut meddled = |moment: &mut Self, kind, instead: usize| {
            let of = step.outcomes[instead].1.kind;
            let led = (causes.clone(), None);
            let event = moment.enter_in_chronicle(kind, of, frame, at, led, &[]);
            causes.extend(event.map(|event| Cause { event, link: Link::Woke }));
        };
        if let Some((kind, outcome)) = wanted {
            if outcome != chosen {
                meddled(self, kind, outcome);
            }
            return Some(outcome);
        }
        while let Some(outside) = self.forbids(step.outcomes[chosen].1.kind, frame, at) {
            meddled(self, rules.scenario.outside[outside].kind, chosen);
            weights[chosen] = 0.0;
            chosen = drawn(&weights, draw)?;
        }
        Some(chosen)
    }

    /// Makes the changes that are due.
    pub(super) fn change_from_outside(&mut self) {
        let rules = self.rules.clone();
        let now = self.state.now;
        let before = Instant(now.0 - rules.scenario.tick_us);
        for outside in &rules.scenario.outside {
            let Meddling::Change { at, effect } = &outside.does else { continue };
            if *at > now || *at <= before && now != Instant::START || self.is_so(effect, now) {
                continue;
            }
            if !self.may_happen(outside.kind, true) {
                return;
            }
            let id = EventId::at(self.chronicle.len());
            let mut writing = Writing::new(Some(outside.kind), now, Some(id));
            self.apply(&mut writing, effect, &mut Frame::default());
            writing.changes.retain(|change| change.before != change.after);
            let Some(first) = writing.changes.first() else { continue };
            let roles: SmallVec<[AgentId; 4]> = [first.fact.agent()].into_iter().collect();
            roles.iter().for_each(|agent| self.introduce(*agent));
            self.note_writers(id, outside.kind, &writing, &roles);
            self.chronicle.push(Event { changes: writing.changes, ..Event::bare(outside.kind, now, roles) });
        }
    }

    /// Enters an intervention that made a difference to an event of a kind, the first time it does so to these agents.
    fn enter_in_chronicle(
        &mut self,
        kind: EventKind,
        of: EventKind,
        frame: &Frame,
        at: Instant,
        (causes, choice): (Vec<Cause>, Option<Box<crate::chronicle::Choice>>),
        aims: &[Fact],
    ) -> Option<EventId> {
        let rules = self.rules.clone();
        let roles: SmallVec<[AgentId; 4]> = (0..rules.slots(of)).map(|slot| frame.get(slot)).collect();
        let own = frame.get(0);
        let other = roles.iter().skip(1).copied().find(|agent| agent.is_some()).unwrap_or(AgentId::NONE);
        if let Some(known) = self.state.writer(Fact::Happened(kind, own, other)) {
            return Some(known);
        }
        let whole = self.is_whole(of, frame);
        if !self.may_happen(kind, whole) {
            return None;
        }
        if !whole {
            self.chronicle.count(kind, at.day(), 1);
            return None;
        }
        let id = EventId::at(self.chronicle.len());
        roles.iter().for_each(|agent| self.introduce(*agent));
        self.note_writers(id, kind, &Writing::new(Some(kind), at, Some(id)), &roles);
        let happened = [(AgentId::NONE, AgentId::NONE), (own, AgentId::NONE), (own, other), (AgentId::NONE, other)];
        for fact in happened.into_iter().map(|(a, b)| Fact::Happened(of, a, b)).chain(aims.iter().copied()) {
            // What did happen before has its own cause.
            if !matches!(fact, Fact::Happened(..)) || self.state.writer(fact).is_none() {
                self.state.set_writer(fact, id);
            }
        }
        let place = self.state.place(own);
        let causes = most_telling(causes);
        self.chronicle.push(Event { causes, choice, place, ..Event::bare(kind, at, roles) });
        Some(id)
    }

    /// The facts that effects would write.
    fn aims(&self, effects: &[Effect], frame: &Frame, at: Instant) -> Vec<Fact> {
        let mut aims = Vec::new();
        let mut frame = *frame;
        for effect in effects {
            self.aim(effect, &mut frame, at, &mut aims);
        }
        aims.retain(|fact| fact.agent().is_some());
        aims
    }

    fn aim(&self, effect: &Effect, frame: &mut Frame, at: Instant, aims: &mut Vec<Fact>) {
        let live = self.live(at);
        match effect {
            Effect::Change { target, .. } | Effect::Toward { target, .. } => aims.push(Fact::World(match target {
                Target::Attr(of, attr) => Known::Attr(of.agent(&live, frame), *attr),
                Target::Dim(from, to, dim) => Known::Dim(from.agent(&live, frame), to.agent(&live, frame), *dim),
            })),
            Effect::Begin { tie, a, b } | Effect::End { tie, a, b } => {
                let (a, b) = (a.agent(&live, frame), b.agent(&live, frame));
                aims.push(Fact::World(Known::Tie(a, b, *tie)));
                if self.scenario().ties[tie.index()].mutual {
                    aims.push(Fact::World(Known::Tie(b, a, *tie)));
                }
            }
            Effect::Learn { who, fact } | Effect::Told { who, fact, .. } | Effect::Forget { who, fact } => {
                let fact = self.scenario().belief(fact.resolve(&live, frame));
                aims.push(Fact::Belief(who.agent(&live, frame), fact));
            }
            Effect::Go { who, .. } => aims.push(Fact::World(Known::Place(who.agent(&live, frame)))),
            Effect::Enter { who } => aims.push(Fact::Field(*who, Field::Present)),
            Effect::Leave { who } => {
                let who = who.agent(&live, frame);
                aims.extend([Field::Present, Field::Gone, Field::Online].map(|field| Fact::Field(who, field)));
            }
            Effect::GoOffline { who } | Effect::ComeOnline { who } => {
                aims.push(Fact::Field(who.agent(&live, frame), Field::Online));
            }
            Effect::MakeAnew { who } => aims.push(Fact::Field(who.agent(&live, frame), Field::Generation)),
            Effect::LeaveHardware { who } => aims.push(Fact::Field(who.agent(&live, frame), Field::Bound)),
            Effect::Own { os, .. } | Effect::Abandon { os } => aims.push(Fact::Owner(os.agent(&live, frame))),
            Effect::If { condition, then } => {
                if condition.truth(&live, frame) {
                    self.aim(then, frame, at, aims);
                }
            }
            Effect::For { set, slot, each } => {
                let mut members = Vec::new();
                set.for_each(&live, frame, *slot, &mut |frame| {
                    members.push(frame.get(*slot));
                    if members.len() < MOST_AIMS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                for member in members {
                    frame.set(*slot, member);
                    self.aim(each, frame, at, aims);
                }
                frame.set(*slot, AgentId::NONE);
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

    /// Whether a number is already what a change would make of it: to write it anew would move the instant from which it fades.
    fn is_so(&self, effect: &Effect, at: Instant) -> bool {
        let Effect::Change { target, change, value } = effect else { return false };
        let live = self.live(at);
        let frame = &mut Frame::default();
        let value = value.num(&live, frame);
        match target {
            Target::Attr(of, attr) => {
                let (low, high) = self.scenario().attributes[attr.index()].range;
                let now = live.attr(of.agent(&live, frame), *attr);
                change.apply(now, value).clamp(low, high) as f32 == now as f32
            }
            Target::Dim(from, to, dim) => {
                let (low, high) = self.scenario().dims[dim.index()].range;
                let now = live.dim(from.agent(&live, frame), to.agent(&live, frame), *dim);
                change.apply(now, value).clamp(low, high) as f32 == now as f32
            }
        }
    }
}

/// Members of a set that a forbidden effect is known to have been meant for.
const MOST_AIMS: usize = 256;
