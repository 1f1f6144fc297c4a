//! Who the agents of a chronicle are: a telephone book of those that appear in it.

use crate::ids::{AgentId, KindId};
use crate::scenario::Pronouns;
use std::collections::BTreeMap;

/// An agent as a reader knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: AgentId,
    /// The id in the scene's cast; empty for somebody of the crowd.
    pub key: String,
    /// What kind of agent.
    pub kind: KindId,
    /// Full name; empty while it has none.
    pub name: String,
    /// What people call it.
    pub called: String,
    /// How others speak of it.
    pub pronouns: Pronouns,
}

/// The agents that appear in a chronicle. Whoever never takes part in a recorded event needs no entry.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    people: BTreeMap<AgentId, Person>,
    /// Who was set, in order, so that a recorder can take what is new.
    edits: Vec<AgentId>,
}

impl Directory {
    /// Enters a person, or replaces what was said of it: an OS names itself after it was installed.
    pub fn set(&mut self, person: Person) {
        if self.people.get(&person.id) != Some(&person) {
            self.edits.push(person.id);
            self.people.insert(person.id, person);
        }
    }

    /// The person with an id.
    #[must_use]
    pub fn get(&self, id: AgentId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Everybody, ascending by id.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Whom a person means by `text`: a cast id, a full name, what somebody is called (capitals aside), or a number.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&Person> {
        let by = |same: &dyn Fn(&Person) -> bool| self.people.values().find(|person| same(person));
        by(&|person| !person.key.is_empty() && person.key == text)
            .or_else(|| by(&|person| !text.is_empty() && person.name.eq_ignore_ascii_case(text)))
            .or_else(|| by(&|person| !text.is_empty() && person.called.eq_ignore_ascii_case(text)))
            .or_else(|| text.trim_start_matches('#').parse().ok().and_then(|id| self.get(AgentId(id))))
    }

    /// What to call an agent in a line of text; a number when nothing else is known.
    #[must_use]
    pub fn called(&self, id: AgentId) -> String {
        match self.get(id) {
            _ if !id.is_some() => "nobody".into(),
            Some(Person { called, .. }) if !called.is_empty() => called.clone(),
            Some(Person { name, .. }) if !name.is_empty() => name.clone(),
            Some(Person { key, .. }) if !key.is_empty() => key.clone(),
            _ => format!("#{}", id.0),
        }
    }

    /// How many times somebody was entered or changed.
    #[must_use]
    pub fn edits(&self) -> usize {
        self.edits.len()
    }

    /// Those entered or changed since there were `edits` edits, ascending by id.
    pub(super) fn since(&self, edits: usize) -> Vec<&Person> {
        let mut new: Vec<AgentId> = self.edits.get(edits..).unwrap_or_default().to_vec();
        new.sort_unstable();
        new.dedup();
        new.into_iter().filter_map(|id| self.get(id)).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A person of the cast, named like its key with a capital.
    pub(crate) fn person(id: u32, key: &str) -> Person {
        let name = key[..1].to_uppercase() + &key[1..];
        Person { id: AgentId(id), key: key.into(), kind: KindId(0), called: name.clone(), name, pronouns: Pronouns::they }
    }

    #[test]
    fn a_recorder_sees_each_changed_person_once_and_no_repetition() {
        let mut directory = Directory::default();
        directory.set(person(0, "ann"));
        directory.set(person(1, "ben"));
        let seen = directory.edits();
        directory.set(person(1, "ben"));
        assert_eq!(directory.edits(), seen, "nothing about ben changed");
        directory.set(Person { called: "Benny".into(), ..person(1, "ben") });
        directory.set(Person { called: "B".into(), ..person(1, "ben") });
        let new = directory.since(seen);
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].called, "B");
    }

    #[test]
    fn people_are_found_by_key_name_and_number_and_named_by_number_when_unknown() {
        let mut directory = Directory::default();
        directory.set(person(4, "ann"));
        for text in ["ann", "Ann", "ANN", "4", "#4"] {
            assert_eq!(directory.find(text).map(|person| person.id), Some(AgentId(4)), "{text}");
        }
        assert!(directory.find("").is_none());
        assert!(directory.find("cleo").is_none());
        assert_eq!(directory.called(AgentId(4)), "Ann");
        assert_eq!(directory.called(AgentId(9)), "#9");
        assert_eq!(directory.called(AgentId::NONE), "nobody");
    }
}
