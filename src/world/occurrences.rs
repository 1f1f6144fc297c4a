//! What has happened how often, for the questions that the scene's rules ask and for no others.

use crate::ids::{AgentId, EventKind, Instant};
use crate::language::{Happening, Occurrence};
use bevy::platform::collections::HashMap;
use serde::{Deserialize, Serialize};

/// Counts and times of events by kind and by who was in them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Occurrences {
    /// By event kind: the most agents any question about it names.
    asked: Vec<Option<u8>>,
    #[serde(with = "super::sorted")]
    seen: HashMap<Key, Seen>,
}

type Key = (EventKind, AgentId, AgentId);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Seen {
    times: u32,
    first: Instant,
    last: Instant,
}

impl Occurrences {
    /// Keeps what questions about an event kind need that name so many agents (0 to 2).
    pub fn ask(&mut self, event: EventKind, agents: u8) {
        if self.asked.len() <= event.index() {
            self.asked.resize(event.index() + 1, None);
        }
        let asked = &mut self.asked[event.index()];
        *asked = Some(asked.map_or(agents, |most| most.max(agents)));
    }

    /// Notes that an event happened; the first of the roles is its `self`.
    pub fn note(&mut self, event: EventKind, roles: &[AgentId], at: Instant) {
        let Some(Some(most)) = self.asked.get(event.index()).copied() else { return };
        let own = roles.first().copied().unwrap_or(AgentId::NONE);
        self.bump((event, AgentId::NONE, AgentId::NONE), at);
        if most >= 1 && own.is_some() {
            self.bump((event, own, AgentId::NONE), at);
        }
        if most >= 2 {
            for &other in roles.iter().skip(1).filter(|role| role.is_some()) {
                // Asked of anybody (`none`) and this other, and of these two.
                self.bump((event, AgentId::NONE, other), at);
                if own.is_some() {
                    self.bump((event, own, other), at);
                }
            }
        }
    }

    /// How often and when.
    #[must_use]
    pub fn happened(&self, query: Occurrence) -> Happening {
        self.seen.get(&(query.event, query.a, query.b)).map_or_else(Happening::default, |seen| Happening {
            times: seen.times,
            first: Some(seen.first),
            last: Some(seen.last),
        })
    }

    fn bump(&mut self, key: Key, at: Instant) {
        let seen = self.seen.entry(key).or_insert(Seen { times: 0, first: at, last: at });
        seen.times = seen.times.saturating_add(1);
        seen.last = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_about_is_kept() {
        let mut seen = Occurrences::default();
        let (walk, talk) = (EventKind(0), EventKind(1));
        seen.ask(walk, 1);
        let (ann, ben) = (AgentId(0), AgentId(1));
        seen.note(walk, &[ann, ben], Instant(5));
        seen.note(walk, &[ann], Instant(9));
        seen.note(talk, &[ann, ben], Instant(9));
        let of = |event, a, b| seen.happened(Occurrence { event, a, b });
        assert_eq!(of(walk, ann, AgentId::NONE), Happening { times: 2, first: Some(Instant(5)), last: Some(Instant(9)) });
        assert_eq!(of(walk, AgentId::NONE, AgentId::NONE).times, 2);
        assert_eq!(of(walk, ann, ben).times, 0);
        assert_eq!(of(talk, AgentId::NONE, AgentId::NONE).times, 0);
    }

    #[test]
    fn who_began_it_may_be_left_open() {
        let mut seen = Occurrences::default();
        let walk = EventKind(0);
        seen.ask(walk, 2);
        let (ann, ben, cleo) = (AgentId(0), AgentId(1), AgentId(2));
        seen.note(walk, &[ann, ben], Instant(5));
        seen.note(walk, &[cleo, ben], Instant(9));
        let times = |a, b| seen.happened(Occurrence { event: walk, a, b }).times;
        assert_eq!((times(AgentId::NONE, ben), times(AgentId::NONE, ann), times(ann, ben)), (2, 0, 1));
        assert_eq!(times(AgentId::NONE, AgentId::NONE), 2);
    }
}
