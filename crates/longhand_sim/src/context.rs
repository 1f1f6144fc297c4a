//! What the phases that change the world work on.

use super::agenda::Agenda;
use super::changes::ChangeQueue;
use super::documents::DocumentBackend;
use super::limits::LimitCounters;
use super::messages::{EventHappened, trigger_observers};
use super::parallel::WorkerPool;
use super::rules::Rules;
use crate::world::{Agent, AgentProfiles, Draws, EntityIndex, Presence, WorldState, WorldView};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use longhand_chronicle::{AgentProfile, Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, Fact, Instant, WorldFact};
use longhand_scene::Scenario;

/// The draws of the run's seed.
#[derive(Resource, Clone, Copy, Debug)]
pub(super) struct RunDraws(pub(super) Draws);

/// Write access to the world, as a system parameter. The phases that change the world differ only in their other parameters.
#[derive(SystemParam)]
pub(super) struct TickContext<'w, 's> {
    pub(super) state: ResMut<'w, WorldState>,
    pub(super) profiles: ResMut<'w, AgentProfiles>,
    pub(super) agenda: ResMut<'w, Agenda>,
    pub(super) chronicle: ResMut<'w, Chronicle>,
    pub(super) changes: ResMut<'w, ChangeQueue>,
    pub(super) limits: ResMut<'w, LimitCounters>,
    pub(super) rules: Res<'w, Rules>,
    pub(super) documents: Res<'w, DocumentBackend>,
    pub(super) pool: Res<'w, WorkerPool>,
    draws: Res<'w, RunDraws>,
    messages: MessageWriter<'w, EventHappened>,
    entities: ResMut<'w, EntityIndex>,
    commands: Commands<'w, 's>,
}

impl TickContext<'_, '_> {
    /// The world as expressions see it at an instant.
    pub(super) fn view(&self, at: Instant) -> WorldView<'_> {
        WorldView::new(&self.rules.scenario, &self.state, &self.profiles, self.draws.0, at)
    }

    /// The draws of the run.
    pub(super) fn draws(&self) -> Draws {
        self.draws.0
    }

    /// Adds an event to the chronicle and announces it.
    pub(super) fn record_event(&mut self, event: Event) {
        debug_assert!(self.chronicle.events().last().is_none_or(|last| last.at < event.at), "events are recorded in order");
        self.messages.write(EventHappened::new(&event));
        self.chronicle.push(event);
    }

    /// Queues the observers of the events of this tick.
    pub(super) fn finish_tick(&mut self) {
        self.commands.queue(trigger_observers::<EventHappened>);
    }

    /// Spawns the entity of a new agent.
    pub(super) fn spawn_entity(&mut self, id: AgentId) {
        let entity = self.commands.spawn(Agent { id }).id();
        self.entities.insert_agent(id, entity);
    }

    /// Despawns the entity of an agent that has left for good.
    pub(super) fn despawn_entity(&mut self, id: AgentId) {
        if let Some(entity) = self.entities.remove_agent(id) {
            self.commands.entity(entity).try_despawn();
        }
    }

    pub(super) fn scenario(&self) -> &Scenario {
        &self.rules.scenario
    }

    /// The end of the current tick.
    pub(super) fn tick_end(&self) -> Instant {
        Instant(self.state.now.0 + self.scenario().tick_us)
    }

    pub(super) fn is_present(&self, agent: AgentId) -> bool {
        self.state.presence(agent) == Presence::Present
    }

    /// Whether events of an agent are recorded: those of the cast, and of the agents that `record` of the scene names.
    pub(super) fn is_recorded(&self, agent: AgentId) -> bool {
        if !agent.is_some() {
            return false;
        }
        agent.index() < self.scenario().cast.len()
            || self.state.followed.contains(&agent)
            || self.scenario().record_also.as_ref().is_some_and(|condition| {
                condition.truth(&self.view(self.state.now), &mut longhand_expr::EvalFrame::for_agent(agent))
            })
    }

    /// Whether the history of an agent is sampled: those of the cast, and of agents created in the run whose events are recorded.
    pub(super) fn is_followed(&self, agent: AgentId) -> bool {
        let scenario = self.scenario();
        agent.index() < scenario.cast.len()
            || self.state.followed.contains(&agent)
            || scenario.record_also.is_some() && agent.index() >= scenario.start_count() && self.is_recorded(agent)
    }

    /// Whether the history of a fact is sampled when no recorded event writes it. Attributes are sampled at the end of the tick (`record`).
    pub(super) fn is_sampled(&self, fact: Fact) -> bool {
        match fact {
            Fact::World(WorldFact::Place(subject) | WorldFact::Holder(subject) | WorldFact::Name(subject))
            | Fact::Field(subject, _)
            | Fact::Owner(subject) => self.is_followed(subject),
            Fact::World(WorldFact::Dim(from, to, _) | WorldFact::Tie(from, to, _)) | Fact::PastTie(from, to, _) => {
                self.is_followed(from) && self.is_followed(to)
            }
            Fact::Appointment(by, with, _) | Fact::MeetingPlace(by, with, _) => self.is_followed(by) || self.is_followed(with),
            Fact::Intention(agent, ..) | Fact::Topic(agent, _) => self.is_followed(agent),
            Fact::Belief(holder, _)
            | Fact::Source(holder, _)
            | Fact::Confidence(holder, _)
            | Fact::Feeling(holder, ..)
            | Fact::Memory(holder, ..) => self.is_followed(holder),
            Fact::World(WorldFact::Attr(..) | WorldFact::Happened(..)) | Fact::Happened(..) => false,
        }
    }

    /// Registers an agent with the chronicle, if it is new there.
    pub(super) fn register_agent(&mut self, agent: AgentId) {
        if !agent.is_some() || self.chronicle.agents.get(agent).is_some() {
            return;
        }
        self.update_agent_name(agent);
    }

    /// Registers the current name of an agent with the chronicle.
    pub(super) fn update_agent_name(&mut self, agent: AgentId) {
        let kind = self.state.kind(agent);
        let key = self.scenario().cast.get(agent.index()).map_or_else(String::new, |member| member.id.clone());
        let Some(name) = self.profiles.name(agent).cloned() else { return };
        self.chronicle.agents.set(AgentProfile {
            id: agent,
            key,
            kind,
            name: name.name,
            short_name: name.short_name,
            pronouns: name.pronouns,
            draw_key: self.state.key(agent).0,
            names: self.profiles.known_names(agent).to_vec(),
        });
    }

    /// The event that last wrote a fact.
    pub(super) fn writer(&self, fact: Fact) -> Option<EventId> {
        let (now, minds) = (self.state.now, &self.scenario().minds);
        match fact {
            Fact::Feeling(agent, emotion, toward) => {
                self.state.mind(agent)?.strongest_feeling(emotion, toward, now, minds)?.cause
            }
            Fact::Memory(agent, kind, with) => self.state.mind(agent)?.strongest_memory(kind, with, now, minds)?.event,
            Fact::Belief(holder, known) => self.state.writer(Fact::Belief(holder, self.scenario().canonical_fact(known))),
            Fact::Source(holder, known) => self.state.writer(Fact::Source(holder, self.scenario().canonical_fact(known))),
            Fact::Confidence(holder, known) => self.state.writer(Fact::Confidence(holder, self.scenario().canonical_fact(known))),
            _ => self.state.writer(fact),
        }
    }
}
