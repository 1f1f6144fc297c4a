//! The world state as serializable data: the part of a keyframe that this module owns.

use super::profiles::{AgentName, AgentProfiles, OsState};
use super::state::WorldState;
use longhand_chronicle::KnownName;
use longhand_expr::ids::{AgentId, KindId, PlaceId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Everything that the rest of a run depends on, apart from what the tick has planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldSnapshot<'a> {
    state: Cow<'a, WorldState>,
    profiles: Vec<ProfileRow<'a>>,
    known_names: Cow<'a, BTreeMap<AgentId, Vec<KnownName>>>,
}

/// The profile of one agent. Rows keep the byte format apart from the layout of the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ProfileRow<'a> {
    kind: KindId,
    name: Cow<'a, AgentName>,
    home: Option<PlaceId>,
    work: Option<PlaceId>,
    os: Option<OsState>,
    owner: Option<AgentId>,
}

impl<'a> WorldSnapshot<'a> {
    /// A snapshot that borrows the state.
    #[must_use]
    pub fn new(state: &'a WorldState, profiles: &'a AgentProfiles) -> Self {
        let place = |place: PlaceId| (place != PlaceId::NOWHERE).then_some(place);
        let row = |id: AgentId| {
            let owner = profiles.owner(id);
            Some(ProfileRow {
                kind: state.kind(id),
                name: Cow::Borrowed(profiles.name(id)?),
                home: place(profiles.home(id)),
                work: place(profiles.work(id)),
                os: profiles.os(id),
                owner: owner.is_some().then_some(owner),
            })
        };
        Self {
            state: Cow::Borrowed(state),
            profiles: (0..state.agent_count()).map(AgentId::from_index).filter_map(row).collect(),
            known_names: Cow::Borrowed(profiles.all_known_names()),
        }
    }

    /// The state that was stored.
    #[must_use]
    pub fn restore(self) -> (WorldState, AgentProfiles) {
        let mut profiles = AgentProfiles::default();
        let mut owners = Vec::new();
        for (id, row) in (0..).map(AgentId).zip(self.profiles) {
            profiles.push(row.name.into_owned(), row.os);
            profiles.settle(id, row.home.unwrap_or(PlaceId::NOWHERE), row.work.unwrap_or(PlaceId::NOWHERE));
            owners.extend(row.owner.map(|owner| (id, owner)));
        }
        profiles.restore_known_names(self.known_names.into_owned());
        owners.into_iter().for_each(|(os, owner)| profiles.set_owner(os, owner));
        (self.state.into_owned(), profiles)
    }
}
