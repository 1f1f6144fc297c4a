//! Warns of members of the cast that look like things: they never act, but would be asked to take part like people.

use super::super::decl::{MemberDecl, SceneFile};
use super::super::implied::ARRIVAL;
use super::super::model;
use super::checker::SceneChecker;
use longhand_expr::Pronouns;

/// A member of the cast that no rule applies to, and that is called `it`.
fn is_inert(scene: &SceneFile, member: &MemberDecl, decides: impl Fn(&str) -> bool) -> bool {
    let Some(kind) = scene.kinds.iter().find(|kind| kind.id.as_str() == member.kind.as_str()) else { return false };
    let is_still =
        kind.wakes.is_none() && !kind.os && kind.routine.is_empty() && member.wakes.is_none() && member.routine.is_empty();
    is_still
        && member.thing.is_none()
        && member.pronouns == Pronouns::It
        && !decides(member.kind.as_str())
        && !decides(member.id.as_str())
}

impl SceneChecker<'_> {
    /// Keeps actions from asking a member of the cast that looks like a thing to take part, as one of those who are there, and warns of it.
    pub(super) fn set_aside_like_things(&mut self, scene: &SceneFile, actions: &mut [model::Action]) {
        let by = || {
            // To be carried somewhere is not to act.
            let triggers = scene.triggers.iter().filter(|rule| rule.id.as_str() != ARRIVAL);
            let rules = scene.actions.iter().map(|rule| &rule.by).chain(triggers.map(|rule| &rule.by));
            rules.chain(scene.processes.iter().map(|rule| &rule.by))
        };
        // A rule without `by` may apply to any kind.
        let decides = |id: &str| by().any(|by| by.is_empty() || by.iter().any(|who| who.as_str() == id));
        for member in scene.cast.iter().filter(|member| is_inert(scene, member, decides)) {
            let Some(agent) = self.schema.agent(member.id.as_str()) else { continue };
            let mut asking: Vec<String> = Vec::new();
            for action in &mut *actions {
                let whoever = action.roles.iter_mut().filter(|role| role.set.has_whoever_is_there());
                if whoever.map(|role| role.not_asked.push(agent)).count() > 0 {
                    asking.push(format!("`{}`", action.id));
                }
            }
            if asking.is_empty() {
                continue;
            }
            asking.truncate(3);
            let id = member.id.as_str();
            let message =
                format!("`{id}` never acts, so {} cannot ask it to take part, as one of those who are there", asking.join(", "));
            let help = format!(
                "declare it as a thing, `things: [Thing(id: \"{id}\", holder: \"…\")]`, with `holds(…, {id})`, `gives` and `takes`; \
                 or write `where kind(it, …)` in these sets"
            );
            self.report.warn(&member.id, "thing", message, &help);
        }
    }
}
