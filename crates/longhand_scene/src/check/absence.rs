//! Lets rules that ask about agents who are gone read their ties and sets as they were until then, and warns where that gives nothing.
//!
//! Sets contain only agents who are present, and by default a tie ends when one of its two agents dies or leaves. A rule whose conditions
//! require that somebody is gone, or that follows a death or departure, asks for what has been (`longhand_expr::Absence`).

use super::super::decl::{SceneFile, Text};
use super::super::model::{self, Activation, TieFate};
use super::super::spanned::SpannedMap;
use super::checker::SceneChecker;
use super::events::set_of_several;
use longhand_expr::ids::{EventKind, TieId};
use longhand_expr::{Absence, AbsentRead, Effect, Expr, NamedAgent};
use std::collections::BTreeMap;

/// The variables of each event that are gone after it.
type GoneAfter = BTreeMap<EventKind, Vec<usize>>;

/// A rule, as written and compiled.
struct Rule<'r> {
    /// Those who are gone whenever the rule is evaluated.
    gone: Vec<NamedAgent>,
    when: (&'r Option<Text>, &'r mut [Expr]),
    /// Other expressions that are evaluated only if the conditions hold.
    others: Vec<&'r mut Expr>,
    sets: Vec<(&'r SpannedMap<Text>, &'r mut [model::RoleBinding])>,
    /// The slots whose agents take part, or decide that the rule applies.
    present: std::ops::Range<usize>,
    /// The slot of the first agent of `sets`.
    first_slot: usize,
}

impl SceneChecker<'_> {
    pub(super) fn read_absences(
        &mut self,
        scene: &SceneFile,
        ties: &[model::Tie],
        actions: &mut [model::Action],
        triggers: &mut [model::Trigger],
        processes: &mut [model::Process],
    ) {
        let gone_after = gone_after_events(actions, triggers);
        for action in actions {
            let Some(written) = scene.actions.iter().find(|written| written.id.as_str() == action.id) else { continue };
            let rule = Rule {
                gone: Vec::new(),
                when: (&written.when, &mut action.when),
                others: vec![&mut action.want],
                present: 0..1 + action.roles.len(),
                sets: vec![(&written.roles, &mut action.roles), (&written.about, &mut action.about)],
                first_slot: 1,
            };
            self.read_absence(ties, rule);
        }
        for trigger in triggers {
            let Some(written) = scene.triggers.iter().find(|written| written.id.as_str() == trigger.id) else { continue };
            let is_condition = matches!(trigger.on, Activation::Becomes);
            let rule = Rule {
                gone: gone_when_activated(&trigger.on, &gone_after),
                when: (&written.when, &mut trigger.when),
                others: trigger.chance.iter_mut().collect(),
                sets: vec![(&written.about, &mut trigger.about)],
                present: 0..usize::from(is_condition),
                first_slot: trigger.activation_slots,
            };
            self.read_absence(ties, rule);
        }
        for process in processes {
            let Some(written) = scene.processes.iter().find(|written| written.id.as_str() == process.id) else { continue };
            let rule = Rule {
                gone: Vec::new(),
                when: (&written.when, &mut process.when),
                others: process.times.iter_mut().collect(),
                sets: vec![(&written.about, &mut process.about)],
                present: 0..1,
                first_slot: 1,
            };
            self.read_absence(ties, rule);
        }
    }

    fn read_absence(&mut self, ties: &[model::Tie], rule: Rule<'_>) {
        let ends = |tie: TieId| {
            let remains = |fate: &TieFate| matches!(fate, TieFate::Remains);
            ties.get(tie.index()).is_some_and(|tie| !remains(&tie.at_death) && !remains(&tie.at_leaving))
        };
        let Rule { gone, when: (text, clauses), others, sets, present, first_slot } = rule;
        let required: Vec<NamedAgent> = clauses.iter().flat_map(Expr::agents_required_gone).collect();
        let gone: Vec<NamedAgent> = gone.into_iter().chain(required.iter().copied()).collect();
        let absence = Absence { gone: &gone, ends: &ends };
        for clause in clauses {
            text.iter().for_each(|text| clause.absent_reads().iter().for_each(|read| self.warn_absent_read(text, read)));
            clause.read_until_gone(absence);
        }
        others.into_iter().for_each(|expr| _ = expr.read_until_gone(absence));
        let names: Vec<String> =
            sets.iter().flat_map(|(_, bindings)| bindings.iter().map(|binding| binding.name.clone())).collect();
        let mut slot = first_slot;
        for (written, bindings) in sets {
            for binding in bindings {
                let is_gone = required.contains(&NamedAgent::Variable(slot)) && !present.contains(&slot);
                if let Some((_, text)) = written.iter().find(|(name, _)| *name.value == *binding.name) {
                    let text = &set_of_several(text).unwrap_or_else(|| text.clone());
                    binding.set.absent_reads(is_gone).iter().for_each(|read| self.warn_absent_read(text, read));
                }
                binding.set.read_until_gone(absence, is_gone);
                slot += 1;
            }
        }
        if let Some(text) = text
            && let Some(slot) = present.clone().find(|&slot| required.contains(&NamedAgent::Variable(slot)))
        {
            let name = slot.checked_sub(1).and_then(|index| names.get(index)).map_or("self", String::as_str);
            let message = format!("this is never true: `{name}` is present whenever the rule applies");
            self.report.warn(text, "never", message, "somebody who is gone can only be in `about`");
        }
    }

    fn warn_absent_read(&mut self, text: &Text, read: &AbsentRead) {
        let at = Text { span: self.report.span_inside(text, read.span.clone()), ..text.clone() };
        let message = format!("nobody who is gone is in `{}`: those who are gone are at no place", read.set);
        self.report.warn(&at, "never", message, "write a set of ties or of a kind, as in `ties(self, friends) where it.gone`");
    }
}

/// For each event kind, the variables that its effects always take out of the world.
fn gone_after_events(actions: &[model::Action], triggers: &[model::Trigger]) -> GoneAfter {
    let events = actions.iter().flat_map(model::Action::event_specs).chain(triggers.iter().flat_map(model::Trigger::event_specs));
    events
        .map(|event| {
            let leaves = |effect: &Effect| match effect {
                Effect::Die { who, .. } | Effect::Leave { who, .. } => who.named_agent(),
                _ => None,
            };
            let variable = |agent: NamedAgent| match agent {
                NamedAgent::Variable(slot) => Some(slot),
                NamedAgent::Member(_) => None,
            };
            let returns = event.does.iter().any(|effect| matches!(effect, Effect::Return { .. }));
            let gone = event.does.iter().filter_map(leaves).filter_map(variable).filter(|_| !returns);
            (event.kind, gone.collect())
        })
        .collect()
}

/// The variables of a trigger that are gone when it is activated.
fn gone_when_activated(on: &Activation, gone_after: &GoneAfter) -> Vec<NamedAgent> {
    match on {
        Activation::Dies | Activation::Leaves => vec![NamedAgent::Variable(0)],
        Activation::Event(events) => {
            let slots = events.first().map_or(0, |(_, slots)| slots.len());
            let is_gone = |slot: &usize| {
                events.iter().all(|(kind, slots)| {
                    let of_event = slots.get(*slot);
                    of_event.is_some_and(|of_event| gone_after.get(kind).is_some_and(|gone| gone.contains(of_event)))
                })
            };
            (0..slots).filter(is_gone).map(NamedAgent::Variable).collect()
        }
        _ => Vec::new(),
    }
}
