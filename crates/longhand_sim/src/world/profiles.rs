//! What an agent is: its name, the OS it may be, its owner, its home and its workplace.
//!
//! Like everything that the tick reads at random, these are dense columns by [`AgentId`] and not components
//! (`docs/decisions/0008-agents-in-columns.md`).

use bevy_ecs::prelude::Resource;
use bevy_platform::collections::HashMap;
use longhand_chronicle::KnownName;
use longhand_expr::ids::{AgentId, Instant, PlaceId};
use longhand_scene::{Pronouns, short_name};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// What an agent is called. An OS changes its name by naming itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentName {
    /// In full.
    pub name: String,
    /// Short form, used by agents that know it.
    #[serde(rename = "called")]
    pub short_name: String,
    /// Pronouns used for it.
    pub pronouns: Pronouns,
}

/// State of an agent that is an OS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OsState {
    /// 1 at first; grows by one with each upgrade.
    pub generation: u32,
    /// Whether it can be reached.
    pub online: bool,
    /// Whether it runs on hardware.
    #[serde(rename = "bound")]
    pub is_bound: bool,
}

impl Default for OsState {
    fn default() -> Self {
        Self { generation: 1, online: true, is_bound: true }
    }
}

/// The profiles of all agents, by [`AgentId`].
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct AgentProfiles {
    names: Vec<AgentName>,
    /// By full and short name: how many agents have it.
    holders: HashMap<String, u32>,
    /// All names of the agents that have had more than one, the first one first.
    known_names: BTreeMap<AgentId, Vec<KnownName>>,
    os: Vec<Option<OsState>>,
    owner: Vec<AgentId>,
    /// The OSes each agent owns, ascending.
    owned: Vec<SmallVec<[AgentId; 2]>>,
    home: Vec<PlaceId>,
    work: Vec<PlaceId>,
}

impl AgentProfiles {
    /// Appends the profile of the next agent, without owner, home or workplace.
    pub(super) fn push(&mut self, name: AgentName, os: Option<OsState>) {
        self.count_holder(&name, true);
        self.names.push(name);
        self.os.push(os);
        self.owner.push(AgentId::NONE);
        self.owned.push(SmallVec::new());
        self.home.push(PlaceId::NOWHERE);
        self.work.push(PlaceId::NOWHERE);
    }

    /// What an agent is called.
    #[must_use]
    pub fn name(&self, agent: AgentId) -> Option<&AgentName> {
        self.names.get(agent.index())
    }

    /// All names of an agent that has had more than one, the first one first; empty for others.
    #[must_use]
    pub fn known_names(&self, agent: AgentId) -> &[KnownName] {
        self.known_names.get(&agent).map_or(&[], Vec::as_slice)
    }

    pub(super) const fn all_known_names(&self) -> &BTreeMap<AgentId, Vec<KnownName>> {
        &self.known_names
    }

    pub(super) fn restore_known_names(&mut self, names: BTreeMap<AgentId, Vec<KnownName>>) {
        self.known_names = names;
    }

    /// The position of the current name among all names of an agent.
    #[must_use]
    pub fn name_position(&self, agent: AgentId) -> usize {
        self.known_names(agent).iter().rposition(|name| name.since.is_some()).unwrap_or(0)
    }

    /// Changes what an agent is called and keeps the name that it had. Returns the position of the new name.
    pub(crate) fn rename(&mut self, agent: AgentId, name: AgentName, at: Instant) -> usize {
        self.keep_first_name(agent);
        let position = self.name_position(agent);
        let names = self.known_names.entry(agent).or_default();
        let known = known_name(&name, Some(at));
        let position = match names.get_mut(position) {
            // A second change at the same instant, such as of name and pronouns.
            Some(current) if position > 0 && current.since == Some(at) => {
                *current = known;
                position
            }
            _ => {
                names.push(known);
                names.len() - 1
            }
        };
        self.set_name(agent, name);
        position
    }

    /// The position of a name by which others know an agent, whether or not it has it.
    pub(crate) fn name_told(&mut self, agent: AgentId, name: &str) -> usize {
        self.keep_first_name(agent);
        let pronouns = self.name(agent).map_or_else(Pronouns::default, |name| name.pronouns);
        let names = self.known_names.entry(agent).or_default();
        names.iter().rposition(|known| known.name == name).unwrap_or_else(|| {
            let told = AgentName { name: name.to_owned(), short_name: short_name(name), pronouns };
            names.push(known_name(&told, None));
            names.len() - 1
        })
    }

    fn keep_first_name(&mut self, agent: AgentId) {
        if let Some(name) = self.names.get(agent.index()) {
            self.known_names.entry(agent).or_insert_with(|| vec![known_name(name, Some(Instant::START))]);
        }
    }

    /// Changes what an agent is called.
    pub(crate) fn set_name(&mut self, agent: AgentId, name: AgentName) {
        if let Some(slot) = self.names.get_mut(agent.index()) {
            let before = std::mem::replace(slot, name.clone());
            self.count_holder(&before, false);
            self.count_holder(&name, true);
        }
    }

    /// Whether no agent has this full or short name.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        !self.holders.contains_key(name)
    }

    fn count_holder(&mut self, name: &AgentName, holds: bool) {
        let other = Some(&name.short_name).filter(|short_name| **short_name != name.name);
        for text in [Some(&name.name), other].into_iter().flatten().filter(|text| !text.is_empty()) {
            match self.holders.get_mut(text) {
                Some(count) if holds => *count += 1,
                Some(count) if *count > 1 => *count -= 1,
                Some(_) => drop(self.holders.remove(text)),
                None if holds => drop(self.holders.insert(text.clone(), 1)),
                None => {}
            }
        }
    }

    /// The state of an agent that is an OS; none for other agents.
    #[inline]
    #[must_use]
    pub fn os(&self, agent: AgentId) -> Option<OsState> {
        self.os.get(agent.index()).copied().flatten()
    }

    pub(crate) fn os_mut(&mut self, agent: AgentId) -> Option<&mut OsState> {
        self.os.get_mut(agent.index())?.as_mut()
    }

    /// Makes an agent an OS, or another agent.
    pub(crate) fn set_os(&mut self, agent: AgentId, os: Option<OsState>) {
        if let Some(slot) = self.os.get_mut(agent.index()) {
            *slot = os;
        }
    }

    /// The owner of an OS; [`AgentId::NONE`] if it has none.
    #[inline]
    #[must_use]
    pub fn owner(&self, os: AgentId) -> AgentId {
        self.owner.get(os.index()).copied().unwrap_or(AgentId::NONE)
    }

    /// The OSes an agent owns, ascending.
    #[must_use]
    pub fn owned(&self, owner: AgentId) -> &[AgentId] {
        self.owned.get(owner.index()).map_or(&[], |owned| owned)
    }

    /// Gives an OS an owner; [`AgentId::NONE`] for no owner. Nobody owns itself.
    pub(crate) fn set_owner(&mut self, os: AgentId, owner: AgentId) {
        let owner = if owner == os || owner.index() >= self.owned.len() { AgentId::NONE } else { owner };
        let Some(slot) = self.owner.get_mut(os.index()) else { return };
        let before = std::mem::replace(slot, owner);
        if let Some(owned) = self.owned.get_mut(before.index()) {
            owned.retain(|owned_os| *owned_os != os);
        }
        if let Some(owned) = self.owned.get_mut(owner.index()) {
            let position = owned.partition_point(|owned_os| *owned_os < os);
            owned.insert(position, os);
        }
    }

    /// The home of an agent.
    #[inline]
    #[must_use]
    pub fn home(&self, agent: AgentId) -> PlaceId {
        self.home.get(agent.index()).copied().unwrap_or(PlaceId::NOWHERE)
    }

    /// The workplace of an agent.
    #[inline]
    #[must_use]
    pub fn work(&self, agent: AgentId) -> PlaceId {
        self.work.get(agent.index()).copied().unwrap_or(PlaceId::NOWHERE)
    }

    pub(crate) fn settle(&mut self, agent: AgentId, home: PlaceId, work: PlaceId) {
        self.home[agent.index()] = home;
        self.work[agent.index()] = work;
    }
}

fn known_name(name: &AgentName, since: Option<Instant>) -> KnownName {
    KnownName { since, name: name.name.clone(), short_name: name.short_name.clone(), pronouns: name.pronouns }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_and_owned_always_agree() {
        let mut profiles = AgentProfiles::default();
        for _ in 0..4 {
            let name = AgentName { name: String::new(), short_name: String::new(), pronouns: Pronouns::default() };
            profiles.push(name, Some(OsState::default()));
        }
        let [a, b, c, d] = [0, 1, 2, 3].map(AgentId);
        profiles.set_owner(d, a);
        profiles.set_owner(c, a);
        assert_eq!((profiles.owned(a), profiles.owner(c)), (&[c, d][..], a));
        profiles.set_owner(c, b);
        assert_eq!((profiles.owned(a), profiles.owned(b), profiles.owner(c)), (&[d][..], &[c][..], b));
        profiles.set_owner(c, AgentId::NONE);
        profiles.set_owner(b, b);
        assert_eq!((profiles.owned(b), profiles.owner(c), profiles.owner(b)), (&[][..], AgentId::NONE, AgentId::NONE));
    }
}
