//! Finds what can never happen: rules that apply to no agent, triggers that nothing activates, and events that depend on them.

use std::collections::BTreeSet;

use super::super::file::{On, SceneFile, Text};
use super::super::model::{self, Happens, Source, Who, Woken};
use super::super::spanned::Ordered;
use super::Check;
use super::names::Table;
use longhand_expr::ids::{AttrId, EventKind, TieId};
use longhand_expr::{Effect, SetSource, Target};

/// Everything that the effects of all rules may do.
#[derive(Default)]
struct Brought {
    begun: BTreeSet<TieId>,
    /// Ties that exist at some time: begun by an effect or present at the start.
    held: BTreeSet<TieId>,
    ended: BTreeSet<TieId>,
    /// Whether an agent may leave, which ends all its ties.
    leaving: bool,
    moved: BTreeSet<AttrId>,
}

impl Brought {
    fn note(&mut self, effect: &Effect) {
        match effect {
            Effect::Begin { tie, .. } => _ = self.begun.insert(*tie),
            Effect::End { tie, .. } => _ = self.ended.insert(*tie),
            Effect::Leave { .. } => self.leaving = true,
            Effect::Change { target: Target::Attr(_, attr), .. } | Effect::Toward { target: Target::Attr(_, attr), .. } => {
                self.moved.insert(*attr);
            }
            Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => self.note(inner),
            _ => {}
        }
    }
}

impl Check<'_> {
    /// Warns of rules that can never happen and collects the unreachable event kinds.
    pub(super) fn survey(
        &mut self,
        scene: &SceneFile,
        actions: &[model::Action],
        triggers: &[model::Trigger],
        processes: &[model::Process],
    ) {
        let mut brought = Brought::default();
        let of_actions = actions.iter().flat_map(|action| all_of(&action.happens, action.refused.as_ref(), &action.steps));
        let of_triggers = triggers.iter().flat_map(|trigger| all_of(&trigger.happens, None, &trigger.steps));
        let of_events = of_actions.chain(of_triggers).flat_map(|happens| &happens.does);
        of_events.chain(processes.iter().flat_map(|process| &process.does)).for_each(|effect| brought.note(effect));
        brought.held = brought.begun.iter().copied().chain(self.tied_at_the_start(scene)).collect();
        self.note_doers(actions, triggers);
        for action in actions {
            let written = scene.actions.iter().find(|written| written.id.as_str() == action.id);
            let bound = written.is_none_or(|written| {
                let roles = self.can_bind(&action.roles, &written.roles, &brought, true);
                self.can_bind(&action.about, &written.about, &brought, false) && roles
            });
            if !bound || self.is_for_nobody(&action.by) {
                self.unreachable.insert(action.happens.kind);
            }
        }
        for process in processes {
            if let Some(written) = scene.processes.iter().find(|written| written.id.as_str() == process.id) {
                self.can_bind(&process.about, &written.about, &brought, false);
            }
        }
        for trigger in triggers {
            let Some(written) = scene.triggers.iter().find(|written| written.id.as_str() == trigger.id) else { continue };
            let bound = self.can_bind(&trigger.about, &written.about, &brought, false);
            if !bound || self.is_for_nobody(&trigger.by) || self.never_wakes(written, &trigger.on, &brought) {
                self.unreachable.insert(trigger.happens.kind);
            }
        }
        self.follow(scene, actions, triggers);
    }

    /// The ties that exist at the start.
    fn tied_at_the_start(&self, scene: &SceneFile) -> Vec<TieId> {
        let of_cast = scene.cast.iter().flat_map(|member| &member.toward).flat_map(|toward| &toward.ties);
        let of_crowd = scene.population.iter().flat_map(|crowd| &crowd.networks).flat_map(|network| &network.ties);
        of_cast.chain(of_crowd).filter_map(|tie| self.names.ties.get(tie)).map(TieId::at).collect()
    }

    /// Collects the agents that each event kind may happen to.
    fn note_doers(&mut self, actions: &[model::Action], triggers: &[model::Trigger]) {
        for action in actions.iter().filter(|action| !action.by.is_empty()) {
            let kinds = all_of(&action.happens, action.refused.as_ref(), &action.steps).map(|happens| happens.kind);
            self.doers.extend(kinds.map(|kind| (kind, action.by.clone())));
        }
        for trigger in triggers.iter().filter(|trigger| !trigger.by.is_empty()) {
            let kinds = all_of(&trigger.happens, None, &trigger.steps).map(|happens| happens.kind);
            self.doers.extend(kinds.map(|kind| (kind, trigger.by.clone())));
        }
    }

    /// Warns of roles that no agent can ever fill. Returns whether all roles can be filled.
    fn can_bind(&mut self, sets: &[model::Bound], written: &Ordered<Text>, brought: &Brought, takes_part: bool) -> bool {
        let mut all = true;
        for bound in sets {
            let Some((name, text)) = written.iter().find(|(name, _)| *name.value == *bound.name) else { continue };
            let why = match bound.set.source() {
                SetSource::Tie(tie) if !brought.held.contains(&tie) => {
                    format!("no agent ever has the tie `{}`", self.schema.ties[tie.index()].name)
                }
                SetSource::Kind(kind) if !self.lived.get(kind.index()).copied().unwrap_or(true) => {
                    format!("there is never an agent of kind `{}`", self.schema.kinds[kind.index()])
                }
                SetSource::Own if takes_part => "its only candidate is `self`, who already takes part".to_owned(),
                SetSource::Nobody => "the set is always empty".to_owned(),
                _ => continue,
            };
            let message = format!("`{}` can never be bound: {why}", name.as_str());
            self.report.warn(text, "never", message, "while it is not bound, the rule cannot happen");
            all = false;
        }
        all
    }

    fn is_for_nobody(&self, by: &[Who]) -> bool {
        let lives = |who: &Who| match who {
            Who::Kind(kind) => self.lived.get(kind.index()).copied().unwrap_or(true),
            Who::Agent(_) => true,
        };
        !by.is_empty() && !by.iter().any(lives)
    }

    fn never_wakes(&mut self, written: &super::super::file::Trigger, on: &Woken, brought: &Brought) -> bool {
        let (text, never, what) = match (&written.on, on) {
            (On::Begins(text), Woken::Begins(tie)) => (text, !brought.begun.contains(tie), "no effect begins"),
            (On::Ends(text), Woken::Ends(tie)) => (text, !brought.ended.contains(tie) && !brought.leaving, "no effect ends"),
            (On::Jumps(text, _), Woken::Jumps(attr, _)) => (text, !brought.moved.contains(attr), "no effect moves"),
            _ => return false,
        };
        if never {
            let message = format!("`{}` can never happen: {what} `{}`", written.id.as_str(), text.as_str());
            self.report.warn(text, "never", message, "add such an effect, or remove the trigger");
        }
        never
    }

    /// Adds events that depend only on unreachable events, until nothing changes.
    fn follow(&mut self, scene: &SceneFile, actions: &[model::Action], triggers: &[model::Trigger]) {
        loop {
            let before = self.unreachable.len();
            let roots = self.unreachable.clone();
            let is_out = |kind: &EventKind| roots.contains(kind);
            let of_actions = actions.iter().filter(|action| is_out(&action.happens.kind));
            let of_triggers = triggers.iter().filter(|trigger| is_out(&trigger.happens.kind));
            let kinds = of_actions.flat_map(|action| all_of(&action.happens, action.refused.as_ref(), &action.steps));
            let kinds = kinds.chain(of_triggers.flat_map(|trigger| all_of(&trigger.happens, None, &trigger.steps)));
            self.unreachable.extend(kinds.map(|happens| happens.kind));
            for trigger in triggers.iter().filter(|trigger| !is_out(&trigger.happens.kind)) {
                if let Woken::Event(events) = &trigger.on
                    && events.iter().all(|(kind, _)| is_out(kind))
                {
                    self.unreachable.insert(trigger.happens.kind);
                    self.warn_waiting(scene, trigger);
                }
            }
            if self.unreachable.len() == before {
                return;
            }
        }
    }

    fn warn_waiting(&mut self, scene: &SceneFile, trigger: &model::Trigger) {
        let from = self.events.infos.get(trigger.happens.kind.index()).map(|info| info.from);
        let Some(Source::Trigger(at)) = from else { return };
        if let Some(On::Event(text)) = scene.triggers.get(at).map(|written| &written.on) {
            let message = format!("`{}` waits for `{}`, which can never happen", trigger.id, text.as_str());
            self.report.warn(text, "never", message, "see the warning about that rule");
        }
    }
}

fn all_of<'m>(happens: &'m Happens, refused: Option<&'m Happens>, steps: &'m [model::Step]) -> impl Iterator<Item = &'m Happens> {
    let outcomes = steps.iter().flat_map(|step| &step.outcomes).map(|(_, happens)| happens);
    std::iter::once(happens).chain(refused).chain(outcomes)
}

/// By kind: whether the scene has an agent of it, or an effect that creates one.
pub(super) fn lived(scene: &SceneFile, kinds: &Table) -> Vec<bool> {
    let mut lived = vec![false; scene.kinds.len()];
    let outcomes = scene.actions.iter().flat_map(|a| &a.refused).chain(
        scene.actions.iter().map(|a| &a.steps).chain(scene.triggers.iter().map(|t| &t.steps)).flatten().flat_map(|s| &s.outcomes),
    );
    let of_rules = scene.actions.iter().map(|a| &a.does).chain(scene.triggers.iter().map(|t| &t.does));
    let effects = of_rules.chain(scene.processes.iter().map(|p| &p.does)).chain(outcomes.map(|o| &o.does)).flatten();
    let named = scene.cast.iter().map(|m| m.kind.as_str()).chain(scene.population.iter().map(|p| p.kind.as_str()));
    for kind in named.chain(effects.flat_map(made_by)).filter_map(|name| kinds.get(name)) {
        if let Some(lived) = lived.get_mut(kind) {
            *lived = true;
        }
    }
    lived
}

/// The kinds after `install` or `create` in an effect, found in the text because nothing is compiled yet.
fn made_by(effect: &Text) -> impl Iterator<Item = &str> {
    let words = effect.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let after = words.clone().skip(1);
    words.zip(after).filter(|(word, _)| matches!(*word, "install" | "create")).map(|(_, kind)| kind)
}
