//! Entities as handles: one for each agent and each place, carrying only its id.
//!
//! The simulation keeps all state in columns and never queries these entities. They exist for host applications and later systems, which
//! attach their own components and observers to them. An `Entity` appears in no file, log, hash or sort key.

use super::state::{Presence, WorldState};
use bevy_ecs::prelude::*;
use longhand_expr::ids::{AgentId, PlaceId};

/// The entity of an agent. The agent's state is in [`WorldState`] and [`AgentProfiles`](super::AgentProfiles), by this id.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(immutable)]
pub struct Agent {
    /// Dense, never reused.
    pub id: AgentId,
}

/// The entity of a place of the scene.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(immutable)]
pub struct PlaceEntity {
    /// Dense: the position in the scene's list of places.
    pub id: PlaceId,
}

/// Maps agents and places to their entities. For the other direction read the [`Agent`] or [`PlaceEntity`] of the entity:
///
/// ```
/// use bevy_ecs::prelude::*;
/// use longhand_sim::world::{Agent, EntityIndex};
///
/// fn print_ids(index: Res<EntityIndex>, agents: Query<(Entity, &Agent)>) {
///     for (entity, agent) in &agents {
///         assert_eq!(index.agent(agent.id), Some(entity));
///     }
/// }
/// ```
///
/// An agent has an entity from the tick in which it is created to the tick in which it leaves the world for good. Entities are spawned and
/// despawned by commands, which are applied when the tick ends; until then an entity listed here may not be spawned yet.
#[derive(Resource, Clone, Debug, Default)]
pub struct EntityIndex {
    agents: Vec<Option<Entity>>,
    places: Vec<Entity>,
}

impl EntityIndex {
    /// The entity of an agent; none for an agent that has left for good or does not exist.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<Entity> {
        self.agents.get(id.index()).copied().flatten()
    }

    /// The entity of a place.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> Option<Entity> {
        self.places.get(id.index()).copied()
    }

    /// Registers the entity of a new agent.
    pub(crate) fn insert_agent(&mut self, id: AgentId, entity: Entity) {
        if self.agents.len() <= id.index() {
            self.agents.resize(id.index() + 1, None);
        }
        self.agents[id.index()] = Some(entity);
    }

    /// Forgets the entity of an agent and returns it.
    pub(crate) fn remove_agent(&mut self, id: AgentId) -> Option<Entity> {
        self.agents.get_mut(id.index())?.take()
    }

    /// Despawns all entities, because another run replaces this one.
    pub(crate) fn despawn(self, world: &mut World) {
        for entity in self.agents.into_iter().flatten().chain(self.places) {
            _ = world.try_despawn(entity);
        }
    }

    /// Spawns and despawns entities in `world` until they match `state` and the places of the scene: at the start of a run and after going
    /// to a keyframe of it. Agents that exist before and after keep their entities, with all that others have added to them.
    pub(crate) fn synchronize(&mut self, world: &mut World, state: &WorldState, places: usize) {
        for index in self.places.len()..places {
            self.places.push(world.spawn(PlaceEntity { id: PlaceId::from_index(index) }).id());
        }
        for entity in self.agents.drain(state.agent_count().min(self.agents.len())..).flatten() {
            world.despawn(entity);
        }
        self.agents.resize(state.agent_count(), None);
        for (index, entity) in self.agents.iter_mut().enumerate() {
            let id = AgentId::from_index(index);
            match (state.presence(id), *entity) {
                (Presence::Gone, Some(spawned)) => {
                    world.despawn(spawned);
                    *entity = None;
                }
                (Presence::Dormant | Presence::Present, None) => *entity = Some(world.spawn(Agent { id }).id()),
                _ => {}
            }
        }
    }
}
