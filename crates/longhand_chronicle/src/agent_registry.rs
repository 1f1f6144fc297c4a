//! The agents that appear in a chronicle: name, kind, key and pronouns of each.

use longhand_expr::ids::{AgentId, KindId};
use longhand_scene::Pronouns;
use std::collections::BTreeMap;

/// What a chronicle records about an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentProfile {
    /// Its id.
    pub id: AgentId,
    /// The id in the scene's cast; empty for an agent of the population.
    pub key: String,
    /// The kind of agent.
    pub kind: KindId,
    /// Full name; empty if it has none.
    pub name: String,
    /// Short name that others use.
    pub short_name: String,
    /// The pronouns others use.
    pub pronouns: Pronouns,
}

/// The agents that appear in a chronicle. An agent that takes part in no recorded event needs no entry.
#[derive(Clone, Debug, Default)]
pub struct AgentRegistry {
    profiles: BTreeMap<AgentId, AgentProfile>,
    /// The ids set, in order, so that a consumer can take what is new.
    edits: Vec<AgentId>,
}

impl AgentRegistry {
    /// Adds or replaces a profile; an OS, for instance, takes a name after its installation.
    pub fn set(&mut self, profile: AgentProfile) {
        if self.profiles.get(&profile.id) != Some(&profile) {
            self.edits.push(profile.id);
            self.profiles.insert(profile.id, profile);
        }
    }

    /// The profile of an agent.
    #[must_use]
    pub fn get(&self, id: AgentId) -> Option<&AgentProfile> {
        self.profiles.get(&id)
    }

    /// All profiles, ascending by id.
    pub fn iter(&self) -> impl Iterator<Item = &AgentProfile> {
        self.profiles.values()
    }

    /// The agents that a text may refer to: the one with this cast id or number (`#4`, `4`), else all with this full or short name,
    /// ignoring case.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<&AgentProfile> {
        let by_key = self.profiles.values().find(|profile| !profile.key.is_empty() && profile.key == text);
        let by_number = || text.strip_prefix('#').unwrap_or(text).parse().ok().and_then(|id| self.get(AgentId(id)));
        if let Some(profile) = by_key.or_else(by_number) {
            return vec![profile];
        }
        let text = text.to_lowercase();
        let has_name =
            |profile: &&AgentProfile| [&profile.name, &profile.short_name].iter().any(|name| name.to_lowercase() == text);
        self.profiles.values().filter(|profile| !text.is_empty() && has_name(profile)).collect()
    }

    /// The name for use in a line of text: short name, full name or cast id, else the number.
    #[must_use]
    pub fn display_name(&self, id: AgentId) -> String {
        match self.get(id) {
            _ if !id.is_some() => "nobody".into(),
            Some(AgentProfile { short_name: called, .. }) if !called.is_empty() => called.clone(),
            Some(AgentProfile { name, .. }) if !name.is_empty() => name.clone(),
            Some(AgentProfile { key, .. }) if !key.is_empty() => key.clone(),
            _ => format!("#{}", id.0),
        }
    }

    /// How many times a profile was added or changed.
    pub(super) fn edit_count(&self) -> usize {
        self.edits.len()
    }

    /// The profiles added or changed since there were `edits` edits, ascending by id.
    pub(super) fn changed_since(&self, edits: usize) -> Vec<&AgentProfile> {
        let mut new: Vec<AgentId> = self.edits.get(edits..).unwrap_or_default().to_vec();
        new.sort_unstable();
        new.dedup();
        new.into_iter().filter_map(|id| self.get(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_profile;

    #[test]
    fn a_consumer_sees_each_changed_agent_once() {
        let mut agents = AgentRegistry::default();
        agents.set(test_profile(0, "ann"));
        agents.set(test_profile(1, "ben"));
        let seen = agents.edit_count();
        agents.set(test_profile(1, "ben"));
        assert_eq!(agents.edit_count(), seen, "nothing about ben changed");
        agents.set(AgentProfile { short_name: "Benny".into(), ..test_profile(1, "ben") });
        agents.set(AgentProfile { short_name: "B".into(), ..test_profile(1, "ben") });
        let new = agents.changed_since(seen);
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].short_name, "B");
    }

    #[test]
    fn a_name_finds_all_who_have_it_and_a_key_only_its_own() {
        let mut agents = AgentRegistry::default();
        agents.set(test_profile(0, "dew"));
        for id in [7, 9] {
            agents.set(AgentProfile { key: String::new(), ..test_profile(id, "dew") });
        }
        let found = |text: &str| agents.find(text).iter().map(|profile| profile.id.0).collect::<Vec<_>>();
        assert_eq!((found("dew"), found("Dew"), found("DEW"), found("#9")), (vec![0], vec![0, 7, 9], vec![0, 7, 9], vec![9]));
    }

    #[test]
    fn agents_are_found_by_key_name_and_number_and_displayed_by_number_when_unknown() {
        let mut agents = AgentRegistry::default();
        agents.set(test_profile(4, "ann"));
        for text in ["ann", "Ann", "ANN", "4", "#4"] {
            assert_eq!(agents.find(text).iter().map(|profile| profile.id).collect::<Vec<_>>(), [AgentId(4)], "{text}");
        }
        assert!(agents.find("").is_empty());
        assert!(agents.find("cleo").is_empty());
        assert_eq!(agents.display_name(AgentId(4)), "Ann");
        assert_eq!(agents.display_name(AgentId(9)), "#9");
        assert_eq!(agents.display_name(AgentId::NONE), "nobody");
    }
}
