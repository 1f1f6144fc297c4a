//! What exists: agents, attributes, bonds, ties, places, beliefs, and the draws they are made with.
//!
//! The simulation has a Bevy [`World`](bevy::ecs::world::World) of its own. What an agent *is* stands on its entity ([`Agent`], [`Named`],
//! [`Os`], where it lives and works); what it *has now* stands in dense columns by [`AgentId`](crate::ids::AgentId), in one resource,
//! [`State`]: attributes, minds ([`minds`]), places, the bond graph ([`bonds`], with petgraph's traits in [`graph`]) and what happened how
//! often ([`Occurrences`]) and how long it lasted ([`Spans`]). [`Live`] is the one accessor over both, and what expressions read. [`build()`] makes a world from a scene;
//! [`Snapshot`] makes one from bytes. Randomness is keyed ([`Draws`]).

mod agents;
pub mod bonds;
mod build;
mod draws;
pub mod graph;
mod live;
pub mod minds;
mod networks;
mod occurrences;
mod snapshot;
mod sorted;
mod spans;
mod spread;
mod state;

pub use agents::{Agent, LivesAt, Named, Os, OwnedBy, Owns, Place, Residents, Roster, Staff, WorksAt};
pub use build::{add_agent, begin_tie, build, enter, like_population, set_owner, settle};
pub use draws::{DrawKey, Draws, site};
pub use live::Live;
pub use occurrences::Occurrences;
pub use snapshot::Snapshot;
pub use spans::Spans;
pub use state::{Column, Presence, State};
