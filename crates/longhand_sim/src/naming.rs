//! Names and pronouns that agents take during a run.

use super::context::TickContext;
use crate::world::{AgentName, DrawKey, draw_site};
use longhand_expr::ids::{AgentId, AttrId, Instant, NameListId};
use longhand_expr::{Pronouns, stable_hash};
use longhand_scene::{NameList, SurnameRule};
use std::ops::ControlFlow;

/// The site of the draws between names.
const NAME: u32 = draw_site("name");
/// Distances closer than this count as equal.
const EQUAL_DISTANCE: f64 = 1e-6;

impl TickContext<'_, '_> {
    /// Gives an agent the name of a list that is nearest to its attributes, among the names that fit its pronouns. A keyed draw decides
    /// between names at equal distance.
    pub(super) fn give_name(&mut self, who: AgentId, list: NameListId, at: Instant) {
        let rules = self.rules.clone();
        if !who.is_some() {
            return;
        }
        let list = &rules.scenario.names[list.index()];
        let own_pronouns = self.profiles.name(who).map(|name| name.pronouns);
        let Some(chosen) = nearest(
            list,
            own_pronouns,
            |attr| self.state.attr(who, attr),
            |name| self.draws().uniform(NAME, DrawKey::new(self.state.key(who), at).with_count(stable_hash(0, name))),
        ) else {
            return;
        };
        let given = list.names[chosen].name.clone();
        let surname = self.surname_of_child(who);
        self.change_name(who, |agent_name| {
            agent_name.name = surname.map_or_else(|| given.clone(), |surname| format!("{given} {surname}"));
            agent_name.short_name = given;
        });
    }

    /// The surname that an agent gets from its parents by the rule of its kind.
    fn surname_of_child(&self, who: AgentId) -> Option<String> {
        let scenario = self.scenario();
        let rule = scenario.kinds[self.state.kind(who).index()].surname.as_ref()?;
        let (tie, from_child) = scenario.schema.kinship?;
        let mut parents: Vec<&AgentName> = Vec::new();
        self.state.bonds.for_each_tied(who, tie, from_child, &mut |parent| {
            parents.extend(self.profiles.name(parent));
            ControlFlow::Continue(())
        });
        let with_pronouns = |pronouns| parents.iter().find(|parent| parent.pronouns == pronouns).copied();
        let father = with_pronouns(Pronouns::He).or_else(|| parents.last().copied());
        let mother = with_pronouns(Pronouns::She).or_else(|| parents.first().copied());
        match rule {
            SurnameRule::Father => father.or(mother).and_then(surname),
            SurnameRule::Mother => mother.or(father).and_then(surname),
            SurnameRule::Both => {
                let passed_on = |parent: Option<&AgentName>| Some(surname(parent?)?.split('-').next()?.to_owned());
                match (passed_on(mother), passed_on(father)) {
                    (Some(mother), Some(father)) if mother != father => Some(format!("{mother}-{father}")),
                    (mother, father) => mother.or(father),
                }
            }
            SurnameRule::Patronym { son, daughter } => {
                let ending = if self.profiles.name(who)?.pronouns == Pronouns::She { daughter } else { son };
                Some(format!("{}{ending}", father?.short_name))
            }
        }
    }

    /// Sets the pronouns of an agent.
    pub(super) fn set_pronouns(&mut self, who: AgentId, pronouns: Pronouns) {
        self.change_name(who, |name| name.pronouns = pronouns);
    }

    fn change_name(&mut self, who: AgentId, change: impl FnOnce(&mut AgentName)) {
        let Some(name) = self.profiles.name_mut(who) else { return };
        change(name);
        if self.chronicle.agents.get(who).is_some() {
            self.update_agent_name(who);
        }
    }
}

/// The surname in a full name: everything after the first word.
fn surname(name: &AgentName) -> Option<String> {
    let (_, surname) = name.name.split_once(' ')?;
    Some(surname.trim().to_owned())
}

fn nearest(
    list: &NameList,
    own_pronouns: Option<Pronouns>,
    attr: impl Fn(AttrId) -> f64,
    draw: impl Fn(&str) -> f64,
) -> Option<usize> {
    let fits = |pronouns: Option<Pronouns>| {
        pronouns.is_none() || !matches!(own_pronouns, Some(Pronouns::She | Pronouns::He)) || pronouns == own_pronouns
    };
    let squared = |gap: f64| gap * gap;
    let distance_to = |i: usize| list.names[i].like.iter().map(|&(id, value)| squared(attr(id) - value)).sum::<f64>();
    let candidates = (0..list.names.len()).filter(|&i| fits(list.names[i].pronouns));
    let mut best: Option<(usize, f64, f64)> = None;
    for i in candidates {
        let (distance, tie_break) = (distance_to(i), draw(&list.names[i].name));
        if best.is_none_or(|(_, best_distance, best_tie_break)| {
            distance < best_distance - EQUAL_DISTANCE
                || ((distance - best_distance).abs() <= EQUAL_DISTANCE && tie_break > best_tie_break)
        }) {
            best = Some((i, distance, tie_break));
        }
    }
    best.map(|(i, ..)| i)
}
