//! Names and pronouns that agents take during a run.

use super::context::TickContext;
use super::events::EventBuilder;
use crate::world::{AgentName, BeliefGrounds, DrawKey, distinct_name, draw_site, full_name};
use longhand_expr::ids::{AgentId, AttrId, Fact, NameListId, WorldFact};
use longhand_expr::{EvalFrame, NameChange, Pronouns, stable_hash};
use longhand_scene::{ListedName, NameList, SurnameRule, given_name, short_name, surname, with_surname};
use std::ops::ControlFlow;

/// The site of the draws between names.
const NAME: u32 = draw_site("name");
/// Distances closer than this count as equal.
const EQUAL_DISTANCE: f64 = 1e-6;

impl TickContext<'_, '_> {
    /// Gives an agent the name of a list that is nearest to its attributes, among the names that fit its pronouns. Of names at equal
    /// distance, one that nobody has is preferred, and a keyed draw decides. Who is created by this event and has no pronouns yet gets
    /// those of the name.
    pub(super) fn give_name(&mut self, builder: &mut EventBuilder, who: AgentId, list: NameListId) {
        let at = builder.at;
        let rules = self.rules.clone();
        if !who.is_some() {
            return;
        }
        let list = &rules.scenario.names[list.index()];
        let own_pronouns = self.profiles.name(who).map(|name| name.pronouns);
        let has_none = own_pronouns == Some(Pronouns::It) && builder.created.contains(&who);
        let pronouns = |listed: &ListedName| if has_none { listed.pronouns.or(own_pronouns) } else { own_pronouns };
        let surname = |listed: &ListedName| self.surname_of_child(who, pronouns(listed));
        let Some(chosen) = nearest(
            list,
            own_pronouns,
            |attr| self.state.attr(who, attr),
            |listed| self.profiles.is_free(&full_name(&listed.name, surname(listed).as_deref())),
            |name| self.draws().uniform(NAME, DrawKey::new(self.state.key(who), at).with_count(stable_hash(0, name))),
        ) else {
            return;
        };
        let listed = &list.names[chosen];
        let (surname, pronouns) = (surname(listed), pronouns(listed));
        let (name, short_name) = match listed.like.is_empty() || surname.is_some() {
            true => distinct_name(list, chosen, surname.as_deref(), &self.profiles),
            // It likes this name best, whoever else has it.
            false => (listed.name.clone(), listed.name.clone()),
        };
        self.change_name(builder, who, |agent_name| {
            *agent_name = AgentName { name, short_name, pronouns: pronouns.unwrap_or(agent_name.pronouns) };
        });
    }

    /// The surname that an agent with these pronouns gets from its parents by the rule of its kind.
    fn surname_of_child(&self, who: AgentId, pronouns: Option<Pronouns>) -> Option<String> {
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
            SurnameRule::Father => surname(&father.or(mother)?.name),
            SurnameRule::Mother => surname(&mother.or(father)?.name),
            SurnameRule::Both => {
                let passed_on = |parent: Option<&AgentName>| Some(surname(&parent?.name)?.split('-').next()?.to_owned());
                match (passed_on(mother), passed_on(father)) {
                    (Some(mother), Some(father)) if mother != father => Some(format!("{mother}-{father}")),
                    (mother, father) => mother.or(father),
                }
            }
            SurnameRule::Patronym { son, daughter } => {
                let ending = if pronouns == Some(Pronouns::She) { daughter } else { son };
                Some(format!("{}{ending}", given_name(&father?.short_name)))
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
                self.profiles.name(other).and_then(|name| surname(&name.name))
            }
            _ => None,
        };
        self.change_name(builder, who, |name| match change {
            NameChange::Full(full) => (name.name, name.short_name) = (full.clone(), short_name(full)),
            NameChange::Short(short) => name.short_name.clone_from(short),
            NameChange::SurnameOf(_) => {
                let Some(surname) = surname else { return };
                let full = with_surname(&name.name, &surname);
                // Who is called by the surname, as Mrs Dalloway, or by the full name, is called by the new one.
                if name.short_name == short_name(&name.name) {
                    name.short_name = short_name(&full);
                } else if name.short_name == name.name {
                    name.short_name.clone_from(&full);
                }
                name.name = full;
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

fn nearest(
    list: &NameList,
    own_pronouns: Option<Pronouns>,
    attr: impl Fn(AttrId) -> f64,
    is_free: impl Fn(&ListedName) -> bool,
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
        let tie_break = (is_free(&list.names[i]), draw(&list.names[i].name));
        if best.is_none_or(|(_, best_distance, best_tie_break)| {
            distance < best_distance - EQUAL_DISTANCE
                || ((distance - best_distance).abs() <= EQUAL_DISTANCE && tie_break > best_tie_break)
        }) {
            best = Some((i, distance, tie_break));
        }
    }
    best.map(|(i, ..)| i)
}
