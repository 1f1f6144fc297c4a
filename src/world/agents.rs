//! What an agent *is*: components on its entity.
//!
//! An agent's identity is its [`AgentId`]; its entity appears in no file, log, hash or sort key. Where it lives and works, and whom an OS
//! belongs to, are Bevy's one-to-many relationships; feelings are not, and stand in the bond graph.

use crate::ids::{AgentId, KindId, PlaceId};
use crate::scenario::Pronouns;
use bevy::ecs::prelude::*;
use serde::{Deserialize, Serialize};

/// An agent of the world.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[component(immutable)]
pub struct Agent {
    /// Dense, never reused.
    pub id: AgentId,
    /// What it is an agent of.
    pub kind: KindId,
}

/// What an agent is called. OSes change theirs by naming themselves.
#[derive(Component, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// In full.
    pub name: String,
    /// By those who know it.
    pub called: String,
    /// How it is spoken of.
    pub pronouns: Pronouns,
}

/// An operating system that is somebody.
#[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Os {
    /// How many times it has been made anew.
    pub generation: u32,
    /// Can be reached.
    pub online: bool,
    /// Runs on hardware.
    pub bound: bool,
}

impl Default for Os {
    fn default() -> Self {
        Self { generation: 1, online: true, bound: true }
    }
}

/// Whom an OS belongs to.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[relationship(relationship_target = Owns)]
pub struct OwnedBy {
    /// The entity.
    #[relationship]
    pub entity: Entity,
    /// Its identity, so that asking for it is one look and not two.
    pub id: AgentId,
}

/// The OSes of an agent, in the order they came.
#[derive(Component, Debug, Default, PartialEq, Eq)]
#[relationship_target(relationship = OwnedBy)]
pub struct Owns(Vec<Entity>);

/// A place of the scene.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(immutable)]
pub struct Place(pub PlaceId);

/// Where an agent lives.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[relationship(relationship_target = Residents)]
pub struct LivesAt {
    /// The entity.
    #[relationship]
    pub entity: Entity,
    /// Its identity, so that asking for it is one look and not two.
    pub id: PlaceId,
}

/// Who lives at a place.
#[derive(Component, Debug, Default, PartialEq, Eq)]
#[relationship_target(relationship = LivesAt)]
pub struct Residents(Vec<Entity>);

/// Where an agent works.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[relationship(relationship_target = Staff)]
pub struct WorksAt {
    /// The entity.
    #[relationship]
    pub entity: Entity,
    /// Its identity, so that asking for it is one look and not two.
    pub id: PlaceId,
}

/// Who works at a place.
#[derive(Component, Debug, Default, PartialEq, Eq)]
#[relationship_target(relationship = WorksAt)]
pub struct Staff(Vec<Entity>);

/// From identity to entity, and what is asked of agents so often that a look at their entities would be felt.
#[derive(Resource, Clone, Debug, Default)]
pub struct Roster {
    agents: Vec<Entity>,
    places: Vec<Entity>,
    /// By agent: what [`LivesAt`] and [`WorksAt`] say.
    settled: Vec<(PlaceId, PlaceId)>,
}

impl Roster {
    /// The entity of an agent.
    #[inline]
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<Entity> {
        self.agents.get(id.index()).copied()
    }

    /// The entity of a place.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> Option<Entity> {
        self.places.get(id.index()).copied()
    }

    /// How many agents there are or were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// Where an agent lives.
    #[inline]
    #[must_use]
    pub fn home(&self, id: AgentId) -> PlaceId {
        self.settled.get(id.index()).map_or(PlaceId::NOWHERE, |settled| settled.0)
    }

    /// Where an agent works.
    #[inline]
    #[must_use]
    pub fn work(&self, id: AgentId) -> PlaceId {
        self.settled.get(id.index()).map_or(PlaceId::NOWHERE, |settled| settled.1)
    }

    pub(super) fn push_agent(&mut self, entity: Entity) {
        self.agents.push(entity);
        self.settled.push((PlaceId::NOWHERE, PlaceId::NOWHERE));
    }

    pub(super) fn settle(&mut self, id: AgentId, home: PlaceId, work: PlaceId) {
        if let Some(settled) = self.settled.get_mut(id.index()) {
            *settled = (home, work);
        }
    }

    pub(super) fn push_place(&mut self, entity: Entity) {
        self.places.push(entity);
    }
}
