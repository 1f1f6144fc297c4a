//! What agents are called: names picked from lists, and voices.

use super::moment::Moment;
use crate::ids::{AgentId, AttrId, Instant, NameListId};
use crate::language::Pronoun;
use crate::scenario::{NameList, Pronouns};
use crate::world::{DrawKey, Named, site};

/// Distance within which names are equally near.
const HAIR: f64 = 1e-6;

impl Moment<'_> {
    /// Gives an agent the name of a list that is nearest to its temperament, among those of its own pronouns; a keyed draw decides
    /// between names as near as a hair.
    pub(super) fn name(&mut self, who: AgentId, list: NameListId, at: Instant) {
        let rules = self.rules.clone();
        if !who.is_some() {
            return;
        }
        let list = &rules.scenario.names[list.index()];
        let own = self.live(at).named(who).map(|named| named.pronouns);
        let Some(chosen) = nearest(
            list,
            own,
            |attr| self.state.attr(who, attr),
            |n| self.draws.uniform(site("name"), DrawKey::of(who, at).with(n)),
        ) else {
            return;
        };
        let name = list.names[chosen].name.clone();
        self.change_named(who, |named| {
            named.called.clone_from(&name);
            named.name = name;
        });
    }

    /// Has an agent be spoken of as she, he, they or it.
    pub(super) fn voice(&mut self, who: AgentId, pronoun: Pronoun) {
        self.change_named(who, |named| named.pronouns = pronouns(pronoun));
    }

    fn change_named(&mut self, who: AgentId, change: impl FnOnce(&mut Named)) {
        let Some(entity) = self.roster.agent(who) else { return };
        if let Some(mut named) = self.world.get_mut::<Named>(entity) {
            change(&mut named);
        }
        if self.chronicle.directory.get(who).is_some() {
            self.rename(who);
        }
    }
}

fn nearest(list: &NameList, own: Option<Pronouns>, attr: impl Fn(AttrId) -> f64, draw: impl Fn(u32) -> f64) -> Option<usize> {
    let fits =
        |pronouns: Option<Pronouns>| pronouns.is_none() || !matches!(own, Some(Pronouns::she | Pronouns::he)) || pronouns == own;
    let squared = |gap: f64| gap * gap;
    let distance = |i: usize| list.names[i].like.iter().map(|&(id, value)| squared(attr(id) - value)).sum::<f64>();
    let candidates = (0..list.names.len()).filter(|&i| fits(list.names[i].pronouns));
    let mut best: Option<(usize, f64, f64)> = None;
    for i in candidates {
        let (far, whim) = (distance(i), draw(i as u32));
        if best.is_none_or(|(_, least, other)| far < least - HAIR || ((far - least).abs() <= HAIR && whim > other)) {
            best = Some((i, far, whim));
        }
    }
    best.map(|(i, ..)| i)
}

fn pronouns(pronoun: Pronoun) -> Pronouns {
    match pronoun {
        Pronoun::She => Pronouns::she,
        Pronoun::He => Pronouns::he,
        Pronoun::They => Pronouns::they,
        Pronoun::It => Pronouns::it,
    }
}
