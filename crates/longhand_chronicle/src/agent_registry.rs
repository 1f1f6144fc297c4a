//! The agents that appear in a chronicle: name, kind, key and pronouns of each.

use crate::{Chronicle, Event};
use longhand_expr::ids::{AgentId, Fact, Instant, KindId, WorldFact};
use longhand_scene::Pronouns;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
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
    /// The stable key of its draws.
    pub draw_key: u32,
    /// All names it has had, the first one first, if it has had more than one. A belief about its name is a position in this list.
    pub names: Vec<KnownName>,
}

/// A name that an agent has or had, or by which somebody knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownName {
    /// Since when it was the agent's name; `None` if others were only told that it is.
    pub since: Option<Instant>,
    /// Full name.
    pub name: String,
    /// Short name.
    #[serde(rename = "called")]
    pub short_name: String,
    /// The pronouns used with it.
    pub pronouns: Pronouns,
}

impl KnownName {
    fn is_same_name(&self, other: &Self) -> bool {
        (&self.name, &self.short_name, self.pronouns) == (&other.name, &other.short_name, other.pronouns)
    }
}

impl AgentProfile {
    /// The position of the name that the agent had at an instant; `None` if it has had one name only.
    fn name_position(&self, at: Instant) -> Option<usize> {
        let held = self.names.iter().enumerate().filter_map(|(position, name)| Some((position, name.since?)));
        let position = held.clone().filter(|(_, since)| *since <= at).map(|(position, _)| position).next_back();
        position.or_else(|| held.map(|(position, _)| position).next())
    }

    /// The profile with the name that the agent had at an instant.
    fn as_of(&self, at: Instant) -> Self {
        self.with_name(self.name_position(at))
    }

    fn with_name(&self, position: Option<usize>) -> Self {
        match position.and_then(|position| self.names.get(position)) {
            Some(KnownName { name, short_name, pronouns, .. }) => {
                Self { name: name.clone(), short_name: short_name.clone(), pronouns: *pronouns, ..self.clone() }
            }
            None => self.clone(),
        }
    }
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
    /// ignoring case, including names that they had earlier. If nobody has it, all with this word in their names.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<&AgentProfile> {
        let by_key = self.profiles.values().find(|profile| !profile.key.is_empty() && profile.key == text);
        let by_number = || text.strip_prefix('#').unwrap_or(text).parse().ok().and_then(|id| self.get(AgentId(id)));
        if let Some(profile) = by_key.or_else(by_number) {
            return vec![profile];
        }
        let text = text.to_lowercase();
        let with = |fits: &dyn Fn(&str) -> bool| -> Vec<&AgentProfile> {
            let has_name = |profile: &&AgentProfile| {
                let earlier = profile.names.iter().flat_map(|name| [&name.name, &name.short_name]);
                [&profile.name, &profile.short_name].into_iter().chain(earlier).any(|name| fits(&name.to_lowercase()))
            };
            self.profiles.values().filter(|profile| !text.is_empty() && has_name(profile)).collect()
        };
        let exact = with(&|name: &str| name == text);
        if exact.is_empty() { with(&|name: &str| name.split_whitespace().any(|word| word == text)) } else { exact }
    }

    /// The name, short name and pronouns of an agent at an instant.
    #[must_use]
    pub fn get_at(&self, id: AgentId, at: Instant) -> Option<Cow<'_, AgentProfile>> {
        let profile = self.get(id)?;
        Some(if profile.names.is_empty() { Cow::Borrowed(profile) } else { Cow::Owned(profile.as_of(at)) })
    }

    /// The agents with the names that they had at an instant.
    #[must_use]
    pub fn as_of(&self, at: Instant) -> Cow<'_, Self> {
        let is_other = |profile: &AgentProfile| profile.names.iter().any(|name| name.since.is_some_and(|since| since > at));
        if !self.profiles.values().any(is_other) {
            return Cow::Borrowed(self);
        }
        let profiles = self.profiles.iter().map(|(id, profile)| (*id, profile.as_of(at))).collect();
        Cow::Owned(Self { profiles, edits: Vec::new() })
    }

    /// The agents with the names by which one of them knew them, at each instant.
    ///
    /// Until the two first meet, an agent knows the name that everybody uses; then the name of the last event in which both were and in
    /// which it `takes_part`, or in which it learned something of the other. If it believes something about the name, it knows the name
    /// that it learned or was told last.
    #[must_use]
    pub fn known_by(&self, knower: AgentId, chronicle: &Chronicle, takes_part: impl Fn(&Event) -> bool) -> Cow<'_, Self> {
        let renamed: Vec<AgentId> =
            self.iter().filter(|profile| profile.id != knower && !profile.names.is_empty()).map(|profile| profile.id).collect();
        if renamed.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut beliefs: BTreeMap<AgentId, Vec<(Instant, f64)>> = BTreeMap::new();
        let mut heard: BTreeMap<AgentId, Vec<Instant>> = BTreeMap::new();
        let mut add = |at: Instant, fact: Fact, value: f64| match fact {
            Fact::Belief(holder, WorldFact::Name(of)) if holder == knower => beliefs.entry(of).or_default().push((at, value)),
            Fact::Belief(holder, fact) if holder == knower => {
                fact.agents().into_iter().for_each(|agent| heard.entry(agent).or_default().push(at));
            }
            _ => {}
        };
        chronicle.samples().iter().for_each(|sample| add(sample.at, sample.fact, sample.value));
        for event in chronicle.iter() {
            event.changes.iter().for_each(|change| add(event.at, change.fact, change.after));
        }
        for event in chronicle.iter().filter(|event| event.roles.contains(&knower) && takes_part(event)) {
            event.roles.iter().for_each(|agent| heard.entry(*agent).or_default().push(event.at));
        }
        let mut known = self.clone();
        for of in renamed {
            let Some(profile) = known.profiles.get_mut(&of) else { continue };
            let (mut beliefs, mut heard) = (beliefs.remove(&of).unwrap_or_default(), heard.remove(&of).unwrap_or_default());
            beliefs.sort_by_key(|(at, _)| *at);
            heard.sort_unstable();
            let mut instants: Vec<Instant> = profile.names.iter().filter_map(|name| name.since).collect();
            instants.extend(beliefs.iter().map(|(at, _)| *at).chain(heard.iter().copied()));
            instants.sort_unstable();
            instants.dedup();
            let mut names = Vec::new();
            for at in instants {
                let believed =
                    beliefs[..beliefs.partition_point(|(since, _)| *since <= at)].last().map(|(_, position)| *position);
                let last_heard = heard[..heard.partition_point(|since| *since <= at)].last();
                let position = match believed {
                    Some(position) if position >= 0.0 => Some(position as usize),
                    _ => profile.name_position(last_heard.copied().unwrap_or(at)),
                };
                let Some(name) = position.and_then(|position| profile.names.get(position)) else { continue };
                if names.last().is_none_or(|last: &KnownName| !last.is_same_name(name)) {
                    names.push(KnownName { since: Some(at), ..name.clone() });
                }
            }
            *profile = AgentProfile { names, ..profile.clone() }.as_of(Instant(i64::MAX));
        }
        Cow::Owned(known)
    }

    /// [`display_name`](Self::display_name) at an instant.
    #[must_use]
    pub fn display_name_at(&self, id: AgentId, at: Instant) -> String {
        Self::display_name_of(id, self.get_at(id, at).as_deref())
    }

    /// The name for use in a line of text: short name, full name or cast id, else the number.
    #[must_use]
    pub fn display_name(&self, id: AgentId) -> String {
        Self::display_name_of(id, self.get(id))
    }

    fn display_name_of(id: AgentId, profile: Option<&AgentProfile>) -> String {
        match profile {
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
    fn an_agent_has_the_name_of_the_time_and_each_knows_the_name_it_learned() {
        let name = |since: Option<i64>, name: &str| KnownName {
            since: since.map(Instant),
            name: name.into(),
            short_name: name.into(),
            pronouns: Pronouns::They,
        };
        let mut chronicle = Chronicle::default();
        let names = vec![name(Some(0), "The Mask"), name(Some(50), "Diego"), name(None, "A Thief")];
        chronicle.agents.set(AgentProfile { name: "Diego".into(), short_name: "Diego".into(), names, ..test_profile(0, "x") });
        for (at, belief) in [(10, 0.0), (30, 2.0), (70, 1.0), (90, -1.0)] {
            let mut event = crate::testing::test_event(0.0, 0);
            event.at = Instant(at);
            let fact = Fact::Belief(AgentId(7), WorldFact::Name(AgentId(0)));
            event.changes.push(crate::testing::change(fact, -2.0, belief));
            chronicle.push(event);
        }
        let agents = &chronicle.agents;
        let at = |registry: &AgentRegistry, at| registry.display_name_at(AgentId(0), Instant(at));
        assert_eq!([0, 49, 50, 99].map(|instant| at(agents, instant)), ["The Mask", "The Mask", "Diego", "Diego"]);
        assert_eq!(agents.as_of(Instant(20)).display_name(AgentId(0)), "The Mask");
        let known = agents.known_by(AgentId(7), &chronicle, |_| true);
        assert_eq!(
            [5, 29, 30, 60, 70, 95].map(|instant| at(&known, instant)),
            ["The Mask", "The Mask", "A Thief", "A Thief", "Diego", "Diego"]
        );
        assert_eq!(at(&agents.known_by(AgentId(8), &chronicle, |_| true), 60), "Diego");
        assert_eq!(agents.find("the mask").len(), 1, "an earlier name finds the agent");
    }

    #[test]
    fn a_new_name_is_known_from_the_next_meeting_or_from_what_is_heard_of_its_bearer() {
        let [ben, cleo, dora] = [7, 8, 9].map(AgentId);
        let name = |since: i64, name: &str| KnownName {
            since: Some(Instant(since)),
            name: name.into(),
            short_name: name.into(),
            pronouns: Pronouns::She,
        };
        let mut chronicle = Chronicle::default();
        let names = vec![name(0, "Ann Berg"), name(50, "Ann Ross")];
        chronicle.agents.set(AgentProfile { name: "Ann Ross".into(), names, ..test_profile(0, "ann") });
        for (at, with) in [(10, ben), (20, cleo), (70, cleo), (80, dora)] {
            let mut event = crate::testing::test_event(0.0, 0);
            event.at = Instant(at);
            event.roles = [AgentId(0), with].into_iter().collect();
            if at == 80 {
                // Dora tells Ben something of Ann.
                event.roles = [with, ben].into_iter().collect();
                let heard = Fact::Belief(ben, WorldFact::Tie(AgentId(0), with, longhand_expr::ids::TieId(0)));
                event.changes.push(crate::testing::change(heard, 0.0, 1.0));
            }
            chronicle.push(event);
        }
        let name_at = |knower: AgentId, at: i64| {
            let known = chronicle.agents.known_by(knower, &chronicle, |_| true);
            known.display_name_at(AgentId(0), Instant(at))
        };
        assert_eq!([0, 10, 60, 79, 80].map(|at| name_at(ben, at)), ["Ann Berg", "Ann Berg", "Ann Berg", "Ann Berg", "Ann Ross"]);
        assert_eq!([49, 69, 70].map(|at| name_at(cleo, at)), ["Ann Berg", "Ann Berg", "Ann Ross"]);
        assert_eq!(
            [40, 60].map(|at| name_at(dora, at)),
            ["Ann Berg", "Ann Ross"],
            "whom she does not know she calls what others do"
        );
        assert_eq!(name_at(AgentId(0), 60), "Ann Ross", "everybody knows the own name");
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
