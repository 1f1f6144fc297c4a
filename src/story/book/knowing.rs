//! What somebody knew of a story, and when.
//!
//! Who takes part in an event knows of it at once, and so does who feels or remembers something because of it. Others learn of it: by coming to
//! believe something that the event had made so, or by acting on something of their own that it had changed. What is never learned is never
//! known.

use crate::chronicle::{Change, Chronicle};
use crate::ids::{self, AgentId, EventId, Fact};
use crate::scenario::Scenario;
use crate::story::salience::present;
use std::collections::BTreeMap;

/// What a point of view knows.
#[derive(Clone, Debug)]
pub(super) enum Knowing {
    /// Whoever tells knows all.
    All,
    /// Somebody in the story: the events known, each with how.
    One(AgentId, BTreeMap<EventId, Known>),
}

/// How an event came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// By being there, or by being moved by it.
    There,
    /// By being told of it, in this event.
    Told(EventId),
    /// By finding what it had left, and acting on it in this event.
    Found(EventId),
}

impl Knowing {
    /// What an agent came to know.
    pub fn of(scenario: &Scenario, chronicle: &Chronicle, agent: AgentId) -> Self {
        let mut known = BTreeMap::new();
        // What made each fact so as it is now.
        let mut writers: BTreeMap<Fact, EventId> = BTreeMap::new();
        for event in chronicle.iter() {
            let there = present(scenario, event).any(|one| one == agent);
            if there || event.changes.iter().any(|change| is_in_mind_of(change, agent)) {
                known.entry(event.id).or_insert(Known::There);
            }
            for change in &event.changes {
                if let Fact::Belief(holder, told) = change.fact
                    && holder == agent
                    && let Some(&writer) = writers.get(&Fact::World(scenario.belief(told)))
                {
                    known.entry(writer).or_insert(Known::Told(event.id));
                }
            }
            if event.roles.first() == Some(&agent) {
                for cause in &event.causes {
                    if cause.link.fact().is_some_and(|fact| is_own(fact, agent)) {
                        known.entry(cause.event).or_insert(Known::Found(event.id));
                    }
                }
            }
            for change in &event.changes {
                let fact = match change.fact {
                    Fact::World(fact) => Fact::World(scenario.belief(fact)),
                    fact => fact,
                };
                writers.insert(fact, event.id);
            }
        }
        Self::One(agent, known)
    }

    /// How an event became known; none when it never was.
    pub fn of_event(&self, event: EventId) -> Option<Known> {
        match self {
            Self::All => Some(Known::There),
            Self::One(_, known) => known.get(&event).copied(),
        }
    }

    /// Who knows this, if it is somebody in the story.
    pub fn who(&self) -> Option<AgentId> {
        match self {
            Self::All => None,
            Self::One(agent, _) => Some(*agent),
        }
    }
}

/// Whether a change is one that whoever it happens to cannot but notice.
fn is_in_mind_of(change: &Change, agent: AgentId) -> bool {
    match change.fact {
        Fact::Feeling(who, ..) | Fact::Memory(who, ..) => who == agent,
        _ => false,
    }
}

/// Whether a fact is somebody's own: a number of theirs, and not a bond of which the other may know more.
fn is_own(fact: Fact, agent: AgentId) -> bool {
    matches!(fact, Fact::World(ids::Known::Attr(who, _)) if who == agent)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, BEN, CLEO, LETTER, QUARREL, WALK, event, scenario};
    use super::*;
    use crate::chronicle::{Cause, Link};
    use crate::ids::{AttrId, Emotion, TieId};

    const MOOD: ids::Known = ids::Known::Attr(CLEO, AttrId(0));

    fn change(fact: Fact) -> Change {
        Change { fact, before: 0.0, after: 1.0 }
    }

    #[test]
    fn what_happened_elsewhere_is_known_when_it_is_learned_and_not_before() {
        let scenario = scenario();
        let friends = ids::Known::Tie(ANN, BEN, TieId(0));
        let mut chronicle = Chronicle::default();
        let mut quarrel = event(0, 1.0, QUARREL, &[ANN, BEN]);
        quarrel.changes = vec![change(Fact::World(friends))];
        let quarrel = chronicle.push(quarrel);
        let unheard = chronicle.push(event(0, 2.0, WALK, &[ANN, BEN]));
        let mut told = event(0, 3.0, WALK, &[ANN, CLEO]);
        told.changes = vec![change(Fact::Belief(CLEO, friends))];
        let told = chronicle.push(told);
        let knowing = Knowing::of(&scenario, &chronicle, CLEO);
        assert_eq!(knowing.of_event(quarrel), Some(Known::Told(told)));
        assert_eq!(knowing.of_event(told), Some(Known::There));
        assert_eq!(knowing.of_event(unheard), None);
        assert_eq!(Knowing::of(&scenario, &chronicle, ANN).of_event(unheard), Some(Known::There));
        assert_eq!(Knowing::All.of_event(unheard), Some(Known::There));
    }

    #[test]
    fn what_changed_somebody_behind_their_back_is_known_once_they_act_on_it() {
        let scenario = scenario();
        let mut chronicle = Chronicle::default();
        // A letter of Ann's about Cleo, who is not there.
        let mut letter = event(0, 1.0, LETTER, &[ANN, CLEO]);
        letter.changes = vec![change(Fact::World(MOOD))];
        let letter = chronicle.push(letter);
        assert_eq!(Knowing::of(&scenario, &chronicle, CLEO).of_event(letter), None);
        let mut walk = event(0, 2.0, WALK, &[CLEO, BEN]);
        walk.causes = [Cause { event: letter, link: Link::Want(Fact::World(MOOD)) }].into_iter().collect();
        let walk = chronicle.push(walk);
        assert_eq!(Knowing::of(&scenario, &chronicle, CLEO).of_event(letter), Some(Known::Found(walk)));
    }

    #[test]
    fn who_is_moved_by_it_knows_of_it() {
        let scenario = scenario();
        let mut chronicle = Chronicle::default();
        let mut letter = event(0, 1.0, LETTER, &[ANN, BEN]);
        letter.changes = vec![change(Fact::Feeling(CLEO, Emotion::Fear, ANN))];
        let letter = chronicle.push(letter);
        assert_eq!(Knowing::of(&scenario, &chronicle, CLEO).of_event(letter), Some(Known::There));
        assert_eq!(Knowing::of(&scenario, &chronicle, BEN).of_event(letter), None, "it is about him, and he was not there");
    }
}
