//! Whether a cause was needed: the but-for test, the simplest one of a cause (Halpern and Pearl 2005).
//!
//! The value that the cause wrote is put back to what it was before, everything else is left as it was, and what read it is evaluated
//! again. If the condition does not hold then, or another option would have been chosen, the event would not have happened as it did: the cause
//! was needed. If the same comes out, it was read and made no difference.
//!
//! The test is of the decision, not of the run: without the cause, other events might have led to the same later. `longhand what-if`
//! simulates that.

use super::fact_reads::decision_instant;
use super::recorded_run::{PastView, RecordedRun};
use longhand_chronicle::{Cause, CauseLink, Event, LogPosition, ScoredOption};
use longhand_expr::ids::{
    AgentField, AgentId, AttrId, DimId, Emotion, EventId, EventKind, Fact, Instant, PlaceId, TieId, WorldFact,
};
use longhand_expr::{ContextWrapper, EvalContext, EvalFrame, OccurrenceQuery, OccurrenceStats};
use longhand_scene::model::{Activation, RoleBinding};
use longhand_scene::{EventOrigin, utility};
use std::ops::ControlFlow;

/// How far a utility that is computed again may be from the recorded one.
const UTILITY_ERROR: f64 = 1e-3;

/// Whether a cause was needed for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseNecessity {
    /// Without it, the event would not have been decided.
    Needed,
    /// It cannot be told: what it wrote passes through a process, a consent or a draw, or is not recorded.
    Untested,
    /// Without it, the same would have been decided.
    Unneeded,
}

impl CauseNecessity {
    /// The name, as in files: `needed`, `untested`, `unneeded`.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Untested => "untested",
            Self::Unneeded => "unneeded",
        }
    }
}

impl RecordedRun<'_> {
    /// An event of the run.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.chronicle.event(id)
    }

    /// Whether a cause was needed for an event.
    #[must_use]
    pub fn necessity(&self, event: &Event, cause: &Cause) -> CauseNecessity {
        self.tested(event, cause).unwrap_or(CauseNecessity::Untested)
    }

    fn tested(&self, event: &Event, cause: &Cause) -> Option<CauseNecessity> {
        let fact = match cause.link {
            CauseLink::Step | CauseLink::Triggered => return Some(CauseNecessity::Needed),
            // It changed what the event did, or when it was decided, and not whether.
            CauseLink::Effect(_) | CauseLink::Evaluated => return Some(CauseNecessity::Unneeded),
            CauseLink::Condition(fact) | CauseLink::Utility(fact) => fact,
            CauseLink::Consent(_) | CauseLink::Process { .. } => return None,
        };
        let info = self.scenario.events.get(event.kind.index())?;
        if info.topic.is_some() {
            return None;
        }
        let before = self.value_before(fact, cause)?;
        let decided_at = decision_instant(self, event, info.origin)?;
        // Agents choose on the world at the start of the tick, and a trigger happens in the one right before it.
        let views = [
            self.view_before_tick(self.tick_start(decided_at)),
            self.view_at_position(decided_at, LogPosition { at: decided_at, events: event.id.0 }),
        ];
        let mut verdict = None;
        for view in &views {
            let without = CounterfactualView { view, fact, before };
            let holds = match cause.link {
                CauseLink::Utility(_) => self.same_choice(event, view, &without),
                _ => self
                    .conditions_hold(event, info.origin, view)
                    .filter(|holds| *holds)
                    .and_then(|_| self.conditions_hold(event, info.origin, &without)),
            };
            match holds {
                Some(false) => return Some(CauseNecessity::Needed),
                Some(true) => verdict = Some(CauseNecessity::Unneeded),
                None => {}
            }
        }
        verdict
    }

    /// The value of a fact before a cause wrote it.
    fn value_before(&self, fact: Fact, cause: &Cause) -> Option<PriorValue> {
        if let Fact::Happened(kind, a, b) = fact {
            let earlier = self.last_occurrence(kind, a, b, cause.event).and_then(|event| self.chronicle.event(event));
            return Some(PriorValue::LastOccurrence(earlier.map(|event| event.at)));
        }
        let is_tested = matches!(
            fact,
            Fact::World(
                WorldFact::Attr(..) | WorldFact::Dim(..) | WorldFact::Tie(..) | WorldFact::Place(_) | WorldFact::Holder(_)
            ) | Fact::Belief(..)
                | Fact::Field(..)
                | Fact::Owner(_)
                | Fact::Feeling(..)
                | Fact::Memory(..)
        );
        let writer = self.chronicle.event(cause.event).filter(|_| is_tested)?;
        let change = writer.changes.iter().find(|change| change.fact == self.canonical(fact))?;
        Some(PriorValue::Number(change.before))
    }

    /// Whether the conditions of the rule of an event hold for its agents.
    fn conditions_hold<V: EvalContext>(&self, event: &Event, origin: EventOrigin, view: &V) -> Option<bool> {
        let mut frame = EvalFrame::from_agents(&event.roles);
        let (when, roles, first_slot): (_, Vec<&RoleBinding>, usize) = match origin {
            EventOrigin::Action(index) | EventOrigin::Refusal(index) => {
                let action = &self.scenario.actions[index];
                (&action.when, action.roles.iter().chain(&action.about).collect(), 1)
            }
            EventOrigin::Trigger(index) => {
                let trigger = &self.scenario.triggers[index];
                if matches!(trigger.on, Activation::Settles(..) | Activation::Arrives) {
                    return None;
                }
                (&trigger.when, trigger.about.iter().collect(), trigger.activation_slots)
            }
            EventOrigin::ActionStep(..) | EventOrigin::TriggerStep(..) | EventOrigin::Intervention(_) => return None,
        };
        if !when.iter().all(|clause| clause.truth(view, &mut frame)) {
            return Some(false);
        }
        Some(roles.iter().zip(first_slot..).all(|(role, slot)| {
            let member = frame.get(slot);
            let mut is_member = !member.is_some();
            role.set.for_each(view, &mut frame.clone(), slot, &mut |bound| {
                is_member |= bound.get(slot) == member;
                if is_member { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            is_member
        }))
    }

    /// Whether the same option would have been chosen; `None` if the recorded utilities cannot be computed again.
    fn same_choice(&self, event: &Event, view: &PastView<'_>, without: &CounterfactualView<'_, '_>) -> Option<bool> {
        let choice = event.choice.as_deref()?;
        let recorded = |option: &ScoredOption| option.utility + option.choice_noise;
        let chosen = recorded(choice.options.first()?);
        if chosen <= choice.idle_utility || choice.options.iter().any(|other| recorded(other) > chosen) {
            // A person who plays the agent chose it, whatever it was worth.
            return Some(true);
        }
        let mut totals = Vec::new();
        for option in &choice.options {
            if (self.utility_of(option, view)? - option.utility).abs() > UTILITY_ERROR {
                return None;
            }
            totals.push(self.utility_of(option, without)? + option.choice_noise);
        }
        let (&chosen, others) = totals.split_first()?;
        Some(chosen > choice.idle_utility && others.iter().all(|other| chosen > *other))
    }

    fn utility_of<V: EvalContext>(&self, option: &ScoredOption, view: &V) -> Option<f64> {
        let EventOrigin::Action(index) = self.scenario.events.get(option.kind.index())?.origin else { return None };
        Some(utility(self.scenario, view, &self.scenario.actions[index], &mut EvalFrame::from_agents(&option.roles)))
    }
}

/// The value of a fact before a cause wrote it.
#[derive(Clone, Copy, Debug)]
enum PriorValue {
    Number(f64),
    /// When an event of a kind had last happened before.
    LastOccurrence(Option<Instant>),
}

/// The world as it was, but for one fact.
struct CounterfactualView<'v, 'r> {
    view: &'v PastView<'r>,
    fact: Fact,
    before: PriorValue,
}

impl CounterfactualView<'_, '_> {
    /// The value that is put back, if it is that of this fact.
    fn put_back(&self, fact: Fact) -> Option<f64> {
        match self.before {
            PriorValue::Number(value) if self.fact == fact => Some(value),
            _ => None,
        }
    }

    fn put_back_world(&self, fact: WorldFact) -> Option<f64> {
        self.put_back(Fact::World(fact))
    }
}

impl<'r> ContextWrapper for CounterfactualView<'_, 'r> {
    type Inner = PastView<'r>;

    fn inner(&self) -> &PastView<'r> {
        self.view
    }

    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        self.put_back_world(WorldFact::Attr(agent, attr)).unwrap_or_else(|| self.view.attr(agent, attr))
    }

    fn attrs(&self, agents: &[AgentId], attr: AttrId, out: &mut [f64]) {
        agents.iter().zip(out).for_each(|(agent, out)| *out = ContextWrapper::attr(self, *agent, attr));
    }

    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        self.put_back_world(WorldFact::Dim(from, to, dim)).unwrap_or_else(|| self.view.dim(from, to, dim))
    }

    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        let value = self.put_back_world(WorldFact::Tie(from, to, tie));
        value.map_or_else(|| self.view.tie(from, to, tie), |value| value != 0.0)
    }

    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        self.view.tie_since(from, to, tie).filter(|_| ContextWrapper::tie(self, from, to, tie))
    }

    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        self.put_back(Fact::Field(agent, field)).unwrap_or_else(|| self.view.field(agent, field))
    }

    fn place(&self, agent: AgentId) -> PlaceId {
        self.put_back_world(WorldFact::Place(agent)).map_or_else(|| self.view.place(agent), PlaceId::from_value)
    }

    fn holder(&self, thing: AgentId) -> AgentId {
        self.put_back_world(WorldFact::Holder(thing)).map_or_else(|| self.view.holder(thing), AgentId::from_value)
    }

    fn owner(&self, os: AgentId) -> AgentId {
        self.put_back(Fact::Owner(os)).map_or_else(|| self.view.owner(os), AgentId::from_value)
    }

    fn belief(&self, holder: AgentId, of: WorldFact) -> Option<f64> {
        match self.put_back(Fact::Belief(holder, of)) {
            // The value before a belief is -1 if there was none.
            Some(value) => Some(value).filter(|value| *value >= 0.0),
            None => self.view.belief(holder, of),
        }
    }

    fn memory(&self, agent: AgentId, event: EventKind, with: AgentId) -> f64 {
        self.put_back(Fact::Memory(agent, event, with)).unwrap_or_else(|| self.view.memory(agent, event, with))
    }

    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        self.put_back(Fact::Feeling(agent, emotion, toward)).unwrap_or_else(|| self.view.feeling(agent, emotion, toward))
    }

    fn occurrences(&self, query: OccurrenceQuery) -> OccurrenceStats {
        let stats = self.view.occurrences(query);
        match self.before {
            PriorValue::LastOccurrence(last) if self.fact == Fact::Happened(query.event, query.a, query.b) => {
                let times = stats.times.saturating_sub(1);
                if times == 0 {
                    OccurrenceStats { times, first: None, last: None }
                } else {
                    OccurrenceStats { times, last, ..stats }
                }
            }
            _ => stats,
        }
    }

    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let pair = |other: AgentId| if outward { (agent, other) } else { (other, agent) };
        // Who is tied only if the value is put back.
        let added = match self.fact {
            Fact::World(WorldFact::Tie(from, to, changed)) if changed == tie => {
                let other = if outward { (from == agent).then_some(to) } else { (to == agent).then_some(from) };
                other.filter(|other| {
                    let (from, to) = pair(*other);
                    ContextWrapper::tie(self, from, to, tie) && !self.view.tie(from, to, tie)
                })
            }
            _ => None,
        };
        let mut tied: Vec<AgentId> = added.into_iter().collect();
        self.view.for_each_tied(agent, tie, outward, &mut |other| {
            let (from, to) = pair(other);
            if ContextWrapper::tie(self, from, to, tie) {
                tied.push(other);
            }
            ControlFlow::Continue(())
        });
        tied.sort_unstable();
        let _ = tied.into_iter().try_for_each(visit);
    }
}
