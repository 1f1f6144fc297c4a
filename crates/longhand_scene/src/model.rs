//! A checked scene: all names are resolved and all expressions compiled.
//!
//! Most types here are the checked form of a `…Decl` type in `decl`, which documents the fields. Code that uses a
//! [`Scenario`] need not handle invalid scenes.

#![expect(missing_docs, reason = "the fields are documented in `decl`")]

mod events;
mod expectations;
mod interventions;
mod patterns;
mod people;
mod rules;
mod vocabulary;

use super::commitments::{AppointmentFate, Commitments};
use super::routes::Routes;
use super::stage::StageStyle;
use super::utility::Influence;
pub use events::*;
pub use expectations::*;
pub use interventions::*;
use longhand_expr::ids::{AgentId, AppointmentId, DocumentId, EventKind, Instant, KindId, WorldFact};
use longhand_expr::{Calendar, Expr, Schema};
use longhand_language::Language;
pub use patterns::*;
pub use people::*;
pub use rules::*;
use std::sync::Arc;
pub use vocabulary::*;

/// A checked scene that can be simulated.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// File name of the scene, without its folder.
    pub name: String,
    pub title: String,
    pub about: String,
    pub language: Arc<Language>,
    /// Name and text of each file it was read from; the scene itself is first.
    pub sources: Vec<(String, String)>,
    pub calendar: Calendar,
    pub ends: Instant,
    pub ends_when: Option<Expr>,
    /// Length of a tick in microseconds; at least a millisecond.
    pub tick_us: i64,
    /// Declared names, for the expression compiler and for display.
    pub schema: Schema,
    pub params: Vec<Param>,
    pub kinds: Vec<Kind>,
    pub attributes: Vec<Attribute>,
    pub dims: Vec<Dimension>,
    pub ties: Vec<Tie>,
    pub places: Vec<Place>,
    /// How the scene looks on the stage.
    pub stage: StageStyle,
    pub routes: Routes,
    /// The member at index `i` is `AgentId(i)`; in the order of their ids, things last.
    pub cast: Vec<Member>,
    /// The cast without things, in the order of the scene.
    pub cast_order: Vec<AgentId>,
    pub population: Vec<Population>,
    pub goals: Vec<Goal>,
    pub norms: Vec<Norm>,
    pub minds: MindParams,
    pub commitments: Commitments,
    /// All event kinds, indexed by [`EventKind`].
    pub events: Vec<EventInfo>,
    pub actions: Vec<Action>,
    pub influences: Vec<Influence>,
    pub triggers: Vec<Trigger>,
    pub processes: Vec<Process>,
    pub beats: Vec<Pattern>,
    pub patterns: Vec<Pattern>,
    /// Patterns of `assets/patterns/` that use names this scene does not declare.
    pub inapplicable: Vec<InapplicablePattern>,
    pub measures: Vec<Measure>,
    pub names: Vec<NameList>,
    pub prose: Vec<(String, Vec<String>)>,
    pub documents: Vec<Document>,
    pub record_also: Option<Expr>,
    pub record_since: Option<Expr>,
    /// Expectations over many runs; they do not influence a run.
    pub expectations: Vec<SceneExpectation>,
    /// Interventions, added by [`super::add_interventions`]; empty for a scene as written.
    pub interventions: Vec<CompiledIntervention>,
}

impl Scenario {
    /// Whether an agent is a thing, which is declared and acts not.
    #[must_use]
    pub fn is_thing(&self, agent: AgentId) -> bool {
        self.schema.is_thing(agent)
    }

    /// The trigger `arrives`, if agents travel in this scene.
    #[must_use]
    pub fn arrival(&self) -> Option<usize> {
        self.triggers.iter().position(|trigger| matches!(trigger.on, Activation::Arrives))
    }

    /// The trigger by which appointments of a kind end in a way.
    #[must_use]
    pub fn settlement(&self, what: AppointmentId, fate: AppointmentFate) -> Option<usize> {
        self.triggers.iter().position(|trigger| matches!(trigger.on, Activation::Settles(of, by) if of == what && by == fate))
    }

    /// What an event of a kind does; `None` for an intervention.
    #[must_use]
    pub fn event_spec(&self, kind: EventKind) -> Option<&EventSpec> {
        match self.events.get(kind.index())?.origin {
            EventOrigin::Action(action) | EventOrigin::Refusal(action) | EventOrigin::ActionStep(action, ..) => {
                self.actions.get(action)?.event_specs().find(|spec| spec.kind == kind)
            }
            EventOrigin::Trigger(trigger) | EventOrigin::TriggerStep(trigger, ..) => {
                self.triggers.get(trigger)?.event_specs().find(|spec| spec.kind == kind)
            }
            EventOrigin::Intervention(_) => None,
        }
    }

    /// The document with this id.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> &Document {
        &self.documents[id.index()]
    }

    /// The number of agents that exist from the start: the cast and the populations.
    #[must_use]
    pub fn start_count(&self) -> usize {
        self.cast.len() + self.population.iter().map(|population| population.size as usize).sum::<usize>()
    }

    /// The population that an agent is of; `None` for the cast and for agents that are created later.
    #[must_use]
    pub fn population_of(&self, agent: AgentId) -> Option<&Population> {
        let mut offset = agent.index().checked_sub(self.cast.len())?;
        self.population.iter().find(|population| {
            let size = population.size as usize;
            let is_in = offset < size;
            offset = offset.saturating_sub(size);
            is_in
        })
    }

    /// For an agent of the populations: its kind, and its position among the agents of that kind in all populations. `None` for
    /// the cast and for agents that are created later.
    #[must_use]
    pub fn population_position(&self, agent: AgentId) -> Option<(KindId, usize)> {
        let mut offset = agent.index().checked_sub(self.cast.len())?;
        let mut before: Vec<(KindId, usize)> = Vec::new();
        for population in &self.population {
            let size = population.size as usize;
            if offset < size {
                let others = before.iter().filter(|(kind, _)| *kind == population.kind).map(|(_, size)| size);
                return Some((population.kind, others.sum::<usize>() + offset));
            }
            offset -= size;
            before.push((population.kind, size));
        }
        None
    }

    /// The agent of the populations with a kind and a position, as in [`population_position`](Self::population_position).
    #[must_use]
    pub fn population_agent(&self, kind: KindId, mut position: usize) -> Option<AgentId> {
        let mut first = self.cast.len();
        for population in &self.population {
            let size = population.size as usize;
            if population.kind == kind {
                if position < size {
                    return Some(AgentId::from_index(first + position));
                }
                position -= size;
            }
            first += size;
        }
        None
    }

    /// The fact under which agents store a belief. A mutual tie is one fact; its ends are put in ascending order.
    #[must_use]
    pub fn canonical_fact(&self, fact: WorldFact) -> WorldFact {
        match fact {
            WorldFact::Tie(a, b, tie) if b < a && self.ties.get(tie.index()).is_some_and(|tie| tie.mutual) => {
                WorldFact::Tie(b, a, tie)
            }
            _ => fact,
        }
    }
}
