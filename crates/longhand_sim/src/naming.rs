//! Names and pronouns that agents take during a run.

use super::context::TickContext;
use crate::world::{AgentName, DrawKey, distinct_name, draw_site};
use longhand_expr::Pronouns;
use longhand_expr::ids::{AgentId, AttrId, Instant, NameListId};
use longhand_scene::NameList;

/// Distances closer than this count as equal.
const EQUAL_DISTANCE: f64 = 1e-6;

impl TickContext<'_, '_> {
    /// Gives an agent the name of a list that is nearest to its attributes, among the names that fit its pronouns. Of names at equal
    /// distance, one that nobody has is preferred, and a keyed draw decides.
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
            |name| self.profiles.is_free(name),
            |index| self.draws().uniform(draw_site("name"), DrawKey::new(who, at).with(index)),
        ) else {
            return;
        };
        let (name, short_name) = distinct_name(list, chosen, &self.profiles);
        self.change_name(who, |agent_name| (agent_name.name, agent_name.short_name) = (name, short_name));
    }

    /// Sets the pronouns of an agent.
    pub(super) fn set_pronouns(&mut self, who: AgentId, pronouns: Pronouns) {
        self.change_name(who, |name| name.pronouns = pronouns);
    }

    fn change_name(&mut self, who: AgentId, change: impl FnOnce(&mut AgentName)) {
        let Some(mut name) = self.profiles.name(who).cloned() else { return };
        change(&mut name);
        self.profiles.set_name(who, name);
        if self.chronicle.agents.get(who).is_some() {
            self.update_agent_name(who);
        }
    }
}

fn nearest(
    list: &NameList,
    own_pronouns: Option<Pronouns>,
    attr: impl Fn(AttrId) -> f64,
    is_free: impl Fn(&str) -> bool,
    draw: impl Fn(u32) -> f64,
) -> Option<usize> {
    let fits = |pronouns: Option<Pronouns>| {
        pronouns.is_none() || !matches!(own_pronouns, Some(Pronouns::She | Pronouns::He)) || pronouns == own_pronouns
    };
    let squared = |gap: f64| gap * gap;
    let distance_to = |i: usize| list.names[i].like.iter().map(|&(id, value)| squared(attr(id) - value)).sum::<f64>();
    let candidates = (0..list.names.len()).filter(|&i| fits(list.names[i].pronouns));
    let mut best: Option<(usize, f64, (bool, f64))> = None;
    for i in candidates {
        let (distance, tie_break) = (distance_to(i), (is_free(&list.names[i].name), draw(i as u32)));
        if best.is_none_or(|(_, best_distance, best_tie_break)| {
            distance < best_distance - EQUAL_DISTANCE
                || ((distance - best_distance).abs() <= EQUAL_DISTANCE && tie_break > best_tie_break)
        }) {
            best = Some((i, distance, tie_break));
        }
    }
    best.map(|(i, ..)| i)
}
