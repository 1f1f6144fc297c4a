//! Compiles influences, and gives each action those that act on it.

use super::super::decl::{InfluenceDecl, MovedByDecl, SceneFile, Text};
use super::super::model::{Action, AgentSelector, EventOrigin};
use super::super::utility::{ActionInfluence, Influence};
use super::checker::SceneChecker;
use super::reachability::has_becoming;
use longhand_expr::ids::{EventKind, KindId};
use longhand_expr::{Scope, Type};

impl SceneChecker<'_> {
    pub(super) fn influences(&mut self, scene: &SceneFile, actions: &mut [Action]) -> Vec<Influence> {
        let mut influences = Vec::new();
        for written in &scene.influences {
            let on = match written.implied {
                true => self.implied_actions(written, actions),
                false => self.influenced_actions(written, actions),
            };
            let names = names_of(&on, actions, &self.events.infos);
            let Some(influence) = self.influence(written, &names) else { continue };
            if !written.implied && influence.at.is_choice() && !influence.at.is_acceptance() {
                self.warn_if_nobody_chooses(scene, written, &influence.by, on.iter().map(|action| &actions[*action]));
            }
            for action in on {
                let info = &self.events.infos[actions[action].event.kind.index()];
                let slot_of =
                    |name: &String| info.slots.iter().position(|slot| slot == name).and_then(|slot| u8::try_from(slot).ok());
                // Without a role of that name, `other` is the first agent beside `self`.
                let other = || (info.slots.len() > 1 && !info.is_several(1)).then_some(1);
                let slots = names.iter().map(|name| slot_of(name).or_else(|| if name == OTHER { other() } else { None }));
                let applied = ActionInfluence::new(influences.len(), &influence, slots.collect());
                if influence.at.is_choice() {
                    actions[action].choice_influences.push(applied.clone());
                }
                if influence.at.is_acceptance() && !actions[action].roles.is_empty() {
                    actions[action].acceptance_influences.push(applied);
                }
            }
            influences.push(influence);
        }
        influences
    }

    /// Warns of an influence on the choices of agents who never have these actions to choose from.
    fn warn_if_nobody_chooses<'a>(
        &mut self,
        scene: &SceneFile,
        written: &InfluenceDecl,
        by: &[AgentSelector],
        mut actions: impl Iterator<Item = &'a Action> + Clone,
    ) {
        let Some(text) = written.by.first().filter(|_| !by.is_empty() && !has_becoming(scene)) else { return };
        let names: Vec<String> = actions.clone().map(|action| format!("`{}`", action.id)).collect();
        if !names.is_empty() && actions.all(|action| !action.by.is_empty() && !self.may_be_same(by, &action.by)) {
            let message = format!("`{}` never applies: nobody in its `by` chooses {}", written.id.as_str(), names.join(" or "));
            self.report.warn(text, "never", message, "see the `by` of that action");
        }
    }

    fn influence(&mut self, written: &InfluenceDecl, names: &[String]) -> Option<Influence> {
        let variables = std::iter::once("self".to_owned()).chain(names.iter().cloned());
        let scope = Scope::new(variables).with_salt(&format!("influence {}", written.id.as_str()));
        if written.implied {
            return self.implied_influence(written, &scope);
        }
        let by = self.selectors(&written.by, &written.id);
        self.check_reads_of(&by, written.when.iter().chain([&written.adds]));
        let when = self.optional_expr(&written.when, Type::Switch, &scope);
        if let (Some(text), Some(when)) = (&written.when, &when)
            && when.bounds(&*self).1 <= 0.0
        {
            let message = format!("`{}` never applies: `{}` is never true", written.id.as_str(), when.text());
            self.report.warn(text, "never", message, "change the condition, or remove the influence");
        }
        let adds = self.report.expr(&written.adds, Type::Number, &scope, &self.schema)?;
        if adds.bounds(&*self) == (0.0, 0.0) {
            self.report.warn(
                &written.adds,
                "never",
                format!("`{}` adds nothing", written.id.as_str()),
                "add a number other than 0",
            );
        }
        Some(Influence { id: written.id.value.clone(), by, at: written.at, when, adds, because: written.because.clone() })
    }

    /// An influence that another declaration implies; what is wrong with it is reported there.
    fn implied_influence(&self, written: &InfluenceDecl, scope: &Scope) -> Option<Influence> {
        let compile = |text: &Text, ty| longhand_expr::compile_expr(text, ty, scope, &self.schema).ok();
        let when = match &written.when {
            Some(when) => Some(compile(when, Type::Switch)?),
            None => None,
        };
        let kinds = written.by.iter().filter_map(|kind| self.names.kinds.get(kind)).map(KindId::from_index);
        Some(Influence {
            id: written.id.value.clone(),
            by: kinds.map(AgentSelector::Kind).collect(),
            at: written.at,
            when,
            adds: compile(&written.adds, Type::Number)?,
            because: written.because.clone(),
        })
    }

    /// The actions that an implied influence acts on, of what its declaration names.
    fn implied_actions(&self, written: &InfluenceDecl, actions: &[Action]) -> Vec<usize> {
        let is_meant = |action: &Action| {
            let info = &self.events.infos[action.event.kind.index()];
            written.on.iter().any(|text| info.name == text.value || info.tags.contains(&text.value))
        };
        actions.iter().enumerate().filter_map(|(index, action)| is_meant(action).then_some(index)).collect()
    }

    /// Reports what is wrong with what moves a kind of agent.
    pub(super) fn check_moved_by(&mut self, kind: KindId, written: &MovedByDecl, scope: &Scope) {
        if let Some(strength) = &written.strength {
            self.check_self_reads(strength, &[kind]);
            let _ = self.report.expr(strength, Type::Number, scope, &self.schema);
        }
        for text in [&written.approach, &written.risk, &written.attack, &written.amends, &written.effort].into_iter().flatten() {
            let kinds = self.event_kinds(text);
            let is_action = |kind: &EventKind| matches!(self.events.infos[kind.index()].origin, EventOrigin::Action(_));
            if !kinds.is_empty() && !kinds.iter().any(is_action) {
                self.report_unchosen(text);
            }
        }
    }

    fn report_unchosen(&mut self, text: &Text) {
        let message = format!("nobody chooses `{}`, so nothing can be added to its utility", text.as_str());
        self.report.error_help(text, "influence", message, "name an action, or a tag of actions");
    }

    /// The actions that an influence acts on, by position.
    fn influenced_actions(&mut self, written: &InfluenceDecl, actions: &[Action]) -> Vec<usize> {
        let mut on = Vec::new();
        if written.on.is_empty() {
            let message = format!("`{}` acts on nothing", written.id.as_str());
            self.report.error_help(&written.id, "empty", message, "name actions or tags in `on`");
        }
        for text in &written.on {
            let kinds: Vec<EventKind> = self.event_kinds(text);
            let chosen = |(index, action): (usize, &Action)| kinds.contains(&action.event.kind).then_some(index);
            let chosen: Vec<usize> = actions.iter().enumerate().filter_map(chosen).collect();
            if chosen.is_empty() && !kinds.is_empty() {
                self.report_unchosen(text);
            }
            let never_asked = chosen.iter().all(|action| actions[*action].roles.is_empty());
            if never_asked && !written.at.is_choice() && !chosen.is_empty() {
                let message = format!("nobody is asked to take part in `{}`", text.as_str());
                self.report.warn(text, "never", message, "add a role to the action, or remove `at: Acceptance`");
            }
            on.extend(chosen);
        }
        on.sort_unstable();
        on.dedup();
        on
    }
}

/// The other agent of an action, whatever its role is called.
const OTHER: &str = "other";

/// The variables of an influence after `self`: `other`, and the names of agents that all its actions have in common.
fn names_of(on: &[usize], actions: &[Action], infos: &[super::super::model::EventInfo]) -> Vec<String> {
    let infos: Vec<_> = on.iter().map(|action| (&infos[actions[*action].event.kind.index()], &actions[*action])).collect();
    let bound = |action: &Action| 1 + action.roles.len() + action.about.len();
    let is_common = |name: &String| {
        infos.iter().all(|(info, action)| {
            info.slots.iter().take(bound(action)).position(|slot| slot == name).is_some_and(|slot| !info.is_several(slot))
        })
    };
    let first = infos.first().map_or(&[][..], |(info, action)| &info.slots[..bound(action).min(info.slots.len())]);
    let common = first.iter().skip(1).filter(|name| *name != OTHER && is_common(name)).cloned();
    std::iter::once(OTHER.to_owned()).chain(common).collect()
}
