//! Names and pronouns that agents take during a run.

use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::{AgentName, BeliefGrounds, DrawKey, distinct_name, draw_site, full_name};
use longhand_expr::ids::{AgentId, AttrId, Fact, NameListId, WorldFact};
use longhand_expr::{EvalFrame, NameChange, Pronouns, stable_hash};
use longhand_scene::{NameList, SurnameRule, short_name};
use std::ops::ControlFlow;

/// The site of the draws between names.
const NAME: u32 = draw_site("name");
/// Distances closer than this count as equal.
const EQUAL_DISTANCE: f64 = 1e-6;

impl TickContext<'_, '_> {
    /// Gives an agent the name of a list that is nearest to its attributes, among the names that fit its pronouns. Of names at equal
    /// distance, one that nobody has is preferred, and a keyed draw decides.
    pub(super) fn give_name(&mut self, builder: &mut EventBuilder, who: AgentId, list: NameListId) {
        let at = builder.at;
        let rules = self.rules.clone();
        if !who.is_some() {
            return;
        }
        let list = &rules.scenario.names[list.index()];
        let own_pronouns = self.profiles.name(who).map(|name| name.pronouns);
        let surname = self.surname_of_child(who);
        let Some(chosen) = nearest(
            list,
            own_pronouns,
            |attr| self.state.attr(who, attr),
            |name| self.profiles.is_free(&full_name(name, surname.as_deref())),
            |name| self.draws().uniform(NAME, DrawKey::new(self.state.key(who), at).with_count(stable_hash(0, name))),
        ) else {
            return;
        };
        let listed = &list.names[chosen];
        let (name, short_name) = match listed.like.is_empty() || surname.is_some() {
            true => distinct_name(list, chosen, surname.as_deref(), &self.profiles),
            // It likes this name best, whoever else has it.
            false => (listed.name.clone(), listed.name.clone()),
        };
        self.change_name(builder, who, |agent_name| (agent_name.name, agent_name.short_name) = (name, short_name));
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
    pub(super) fn set_pronouns(&mut self, builder: &mut EventBuilder, who: AgentId, pronouns: Pronouns) {
        self.change_name(builder, who, |name| name.pronouns = pronouns);
    }

    /// Changes the name of an agent by an effect.
    pub(super) fn rename(&mut self, builder: &mut EventBuilder, who: AgentId, change: &NameChange, frame: &mut EvalFrame) {
        let surname = match change {
            NameChange::SurnameOf(other) => {
                let other = other.agent(&self.view(builder.at), frame);
                self.profiles.name(other).and_then(|name| name.name.split_whitespace().last()).map(str::to_owned)
            }
            _ => None,
        };
        self.change_name(builder, who, |name| match change {
            NameChange::Full(full) => (name.name, name.short_name) = (full.clone(), short_name(full)),
            NameChange::Short(short) => name.short_name.clone_from(short),
            NameChange::SurnameOf(_) => {
                let Some(surname) = surname else { return };
                let given: Vec<&str> = name.name.split_whitespace().collect();
                let given = given[..given.len().saturating_sub(1).max(1).min(given.len())].join(" ");
                name.name = format!("{given} {surname}").trim().to_owned();
            }
        });
    }

    /// Lets an agent know another one by a name, whether or not the other has it.
    pub(super) fn tell_name(&mut self, builder: &mut EventBuilder, who: AgentId, known: WorldFact, name: &str) {
        let WorldFact::Name(of) = known else { return };
        if !who.is_some() || !of.is_some() {
            return;
        }
        let position = self.profiles.name_told(of, name);
        self.refresh_registered_name(of);
        self.learn(builder, who, known, position as f64, BeliefGrounds::SEEN);
    }

    fn change_name(&mut self, builder: &mut EventBuilder, who: AgentId, change: impl FnOnce(&mut AgentName)) {
        let Some(before) = self.profiles.name(who).cloned() else { return };
        let mut name = before.clone();
        change(&mut name);
        if name == before {
            return;
        }
        if builder.created.contains(&who) {
            // It comes into the world with this name.
            self.profiles.set_name(who, name);
        } else {
            let fact = WorldFact::Name(who);
            let position_before = self.profiles.name_position(who);
            let position = self.profiles.rename(who, name, builder.at);
            self.record_change(builder, Fact::World(fact), position_before as f64, position as f64);
            builder.names.push((fact, position as f64));
        }
        self.refresh_registered_name(who);
    }

    fn refresh_registered_name(&mut self, who: AgentId) {
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
    is_free: impl Fn(&str) -> bool,
    draw: impl Fn(&str) -> f64,
) -> Option<usize> {
    let fits = |pronouns: Option<Pronouns>| {
        pronouns.is_none() || !matches!(own_pronouns, Some(Pronouns::She | Pronouns::He)) || pronouns == own_pronouns
    };
    let squared = |gap: f64| gap * gap;
    let distance_to = |i: usize| list.names[i].like.iter().map(|&(id, value)| squared(attr(id) - value)).sum::<f64>();
    let candidates = (0..list.names.len()).filter(|&i| fits(list.names[i].pronouns));
    let mut best: Option<(usize, f64, (bool, f64))> = None;
    for i in candidates {
        let distance = distance_to(i);
        if best.is_some_and(|(_, best_distance, _)| distance > best_distance + EQUAL_DISTANCE) {
            continue;
        }
        let tie_break = (is_free(&list.names[i].name), draw(&list.names[i].name));
        if best.is_none_or(|(_, best_distance, best_tie_break)| {
            distance < best_distance - EQUAL_DISTANCE
                || ((distance - best_distance).abs() <= EQUAL_DISTANCE && tie_break > best_tie_break)
        }) {
            best = Some((i, distance, tie_break));
        }
    }
    best.map(|(i, ..)| i)
}
