//! The whole world as bytes, and back: what a keyframe holds.

use super::agents::{Agent, LivesAt, Named, Os, OwnedBy, Place, Roster, WorksAt};
use super::build::{set_owner, settle};
use super::state::State;
use crate::ids::{AgentId, KindId, PlaceId};
use crate::scenario::Scenario;
use bevy::ecs::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Everything that the rest of a run depends on, apart from what the sim itself has planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot<'a> {
    state: Cow<'a, State>,
    agents: Vec<Being>,
}

/// What an agent is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Being {
    kind: KindId,
    named: Named,
    home: Option<PlaceId>,
    work: Option<PlaceId>,
    os: Option<Os>,
    owner: Option<AgentId>,
}

impl<'a> Snapshot<'a> {
    /// Notes what everybody is, beside the columns.
    #[must_use]
    pub fn take(world: &World, roster: &Roster, state: &'a State) -> Self {
        let agents = (0..roster.len())
            .filter_map(|index| {
                let entity = roster.agent(AgentId::at(index))?;
                Some(Being {
                    kind: world.get::<Agent>(entity)?.kind,
                    named: world.get::<Named>(entity)?.clone(),
                    home: world.get::<LivesAt>(entity).map(|home| home.id),
                    work: world.get::<WorksAt>(entity).map(|work| work.id),
                    os: world.get::<Os>(entity).copied(),
                    owner: world.get::<OwnedBy>(entity).map(|owned| owned.id),
                })
            })
            .collect();
        Self { state: Cow::Borrowed(state), agents }
    }

    /// Fills an empty world with what was noted and gives its columns.
    #[must_use]
    pub fn restore(self, world: &mut World, scenario: &Scenario) -> State {
        let mut roster = Roster::default();
        for index in 0..scenario.places.len() {
            roster.push_place(world.spawn(Place(PlaceId::at(index))).id());
        }
        for (index, being) in self.agents.iter().enumerate() {
            let mut entity = world.spawn((Agent { id: AgentId::at(index), kind: being.kind }, being.named.clone()));
            if let Some(os) = being.os {
                entity.insert(os);
            }
            roster.push_agent(entity.id());
        }
        for (index, being) in self.agents.iter().enumerate() {
            let id = AgentId::at(index);
            settle(world, &mut roster, id, being.home.unwrap_or(PlaceId::NOWHERE), being.work.unwrap_or(PlaceId::NOWHERE));
            if let Some(owner) = being.owner {
                set_owner(world, &roster, id, owner);
            }
        }
        world.insert_resource(roster);
        self.state.into_owned()
    }
}
