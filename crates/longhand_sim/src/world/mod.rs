//! World state: agents, attributes, minds, places, the bond graph, and the keyed draws of a run.
//!
//! The state is stored in dense columns by [`AgentId`](longhand_expr::ids::AgentId), in two resources of the simulation's Bevy
//! [`World`](bevy_ecs::world::World):
//!
//! - [`WorldState`]: what agents have now. Attributes, minds ([`minds`]), places, the bond graph ([`bonds`]), how
//!   often events happened ([`EventCounts`]), how long ties last ([`TieDurations`]), births and deaths ([`LifeRecords`]), what
//!   they have promised ([`Appointments`]) and intend ([`Intentions`]).
//! - [`AgentProfiles`]: what agents are. Names, OS state, owners, homes and workplaces.
//!
//! Each agent and each place also has an entity ([`Agent`], [`PlaceEntity`]) that carries only its id. It is a handle for
//! components and observers of a host application; [`EntityIndex`] maps ids to entities. Why the state is not on the entities:
//! `docs/decisions/0008-agents-in-columns.md`.
//!
//! [`WorldView`] is the read access over both resources that expressions are evaluated on. [`build()`] makes the state of a scene's start,
//! [`WorldSnapshot`] turns state to bytes and back. Randomness is keyed ([`Draws`]).

pub mod bonds;
mod build;
mod commitments;
mod distributions;
mod draws;
mod entities;
mod event_counts;
mod journeys;
mod keys;
mod life;
mod limited;
pub mod minds;
mod names;
mod networks;
mod occupants;
mod profiles;
mod snapshot;
mod sorted_map;
mod state;
mod still_view;
mod things;
mod tie_durations;
mod topics;
mod view;

pub use build::{add_agent, begin_tie, build, draw_new_attributes, draw_population_attributes, enter_world};
pub(crate) use commitments::AppointmentKey;
pub use commitments::{Appointments, Intentions, OpenAppointment};
pub use draws::{DrawKey, Draws, draw_site};
pub use entities::{Agent, EntityIndex, PlaceEntity};
pub use event_counts::EventCounts;
pub use journeys::{Journey, Journeys};
pub use keys::{AgentKey, combine};
pub(crate) use life::Departure;
pub use life::{Groups, LifeRecords};
pub use limited::{Limit, LimitedCounts, LimitedRule};
pub use minds::BeliefGrounds;
pub(crate) use names::{distinct_name, full_name};
pub use profiles::{AgentName, AgentProfiles, OsState};
pub use snapshot::WorldSnapshot;
pub use state::{AttributeColumn, Presence, WorldState};
pub(crate) use still_view::StillView;
pub use things::Things;
pub use tie_durations::TieDurations;
pub use topics::{Topics, topic_key};
pub use view::{LOT, WorldView};
