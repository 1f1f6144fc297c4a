//! Warns of rules that ask about agents who are gone in a way that never gives anything, and says what to write.
//!
//! Sets contain only agents who are present, and by default a tie ends when one of its two agents dies or leaves. `was(…)` and `also gone`
//! ask for what has been (`longhand_expr::AbsentRead`).

use super::super::decl::{SceneFile, Text};
use super::super::model::{self, Activation, TieFate};
use super::super::spanned::SpannedMap;
use super::checker::SceneChecker;
use super::events::set_of_several;
use longhand_expr::ids::{EventKind, TieId};
use longhand_expr::{AbsentRead, AbsentReadKind, Effect, Expr, NamedAgent};
use std::collections::BTreeMap;

/// The variables of each event that are gone after it.
type GoneAfter = BTreeMap<EventKind, Vec<usize>>;

/// A rule, as written and compiled.
struct Rule<'r> {
    /// Those who are gone whenever the rule is evaluated.
    gone: Vec<NamedAgent>,
    when: (&'r Option<Text>, &'r [Expr]),
    sets: Vec<(&'r SpannedMap<Text>, &'r [model::RoleBinding])>,
    /// The slots whose agents take part, or decide that the rule applies.
    present: std::ops::Range<usize>,
    /// The slot of the first agent of `sets`.
    first_slot: usize,
}

impl SceneChecker<'_> {
    pub(super) fn warn_absence(
        &mut self,
        scene: &SceneFile,
        ties: &[model::Tie],
        actions: &[model::Action],
        triggers: &[model::Trigger],
        processes: &[model::Process],
    ) {
        let gone_after = gone_after_events(actions, triggers);
        for action in actions {
            let Some(written) = scene.actions.iter().find(|written| written.id.as_str() == action.id) else { continue };
            self.check_absence(
                ties,
                &Rule {
                    gone: Vec::new(),
                    when: (&written.when, &action.when),
                    sets: vec![(&written.roles, &action.roles), (&written.about, &action.about)],
                    present: 0..1 + action.roles.len(),
                    first_slot: 1,
                },
            );
        }
        for trigger in triggers {
            let Some(written) = scene.triggers.iter().find(|written| written.id.as_str() == trigger.id) else { continue };
            let is_condition = matches!(trigger.on, Activation::Becomes);
            self.check_absence(
                ties,
                &Rule {
                    gone: gone_when_activated(&trigger.on, &gone_after),
                    when: (&written.when, &trigger.when),
                    sets: vec![(&written.about, &trigger.about)],
                    present: 0..usize::from(is_condition),
                    first_slot: trigger.activation_slots,
                },
            );
        }
        for process in processes {
            let Some(written) = scene.processes.iter().find(|written| written.id.as_str() == process.id) else { continue };
            self.check_absence(
                ties,
                &Rule {
                    gone: Vec::new(),
                    when: (&written.when, &process.when),
                    sets: vec![(&written.about, &process.about)],
                    present: 0..1,
                    first_slot: 1,
                },
            );
        }
    }

    fn check_absence(&mut self, ties: &[model::Tie], rule: &Rule<'_>) {
        let ends = |tie: TieId| {
            let remains = |fate: &TieFate| matches!(fate, TieFate::Remains);
            ties.get(tie.index()).is_some_and(|tie| !remains(&tie.at_death) && !remains(&tie.at_leaving))
        };
        let (text, clauses) = rule.when;
        let required: Vec<NamedAgent> = clauses.iter().flat_map(Expr::agents_required_gone).collect();
        let gone: Vec<NamedAgent> = rule.gone.iter().chain(&required).copied().collect();
        for read in text.iter().flat_map(|_| clauses).flat_map(|clause| clause.absent_reads(&gone, &ends)) {
            if let Some(text) = text {
                self.warn_absent_read(text, &read);
            }
        }
        let mut slot = rule.first_slot;
        for (written, bindings) in &rule.sets {
            for binding in *bindings {
                if let Some((_, text)) = written.iter().find(|(name, _)| *name.value == *binding.name) {
                    let text = &set_of_several(text).unwrap_or_else(|| text.clone());
                    let mut reads = binding.set.absent_reads(&gone, &ends);
                    let is_required = required.contains(&NamedAgent::Variable(slot)) && !rule.present.contains(&slot);
                    reads.extend(binding.set.as_present_only().filter(|_| is_required));
                    reads.iter().for_each(|read| self.warn_absent_read(text, read));
                }
                slot += 1;
            }
        }
        if let Some(text) = text
            && let Some(slot) = rule.present.clone().find(|&slot| required.contains(&NamedAgent::Variable(slot)))
        {
            let name = self.slot_name(rule, slot);
            let message = format!("this is never true: `{name}` is present whenever the rule applies");
            let help = "somebody who is gone can only be in `about`, in a set with `also gone`";
            self.report.warn(text, "never", message, help);
        }
    }

    fn slot_name(&self, rule: &Rule<'_>, slot: usize) -> String {
        let bindings = rule.sets.iter().flat_map(|(_, bindings)| bindings.iter());
        let name = slot.checked_sub(1).and_then(|index| bindings.map(|binding| &binding.name).nth(index));
        name.cloned().unwrap_or_else(|| "self".to_owned())
    }

    fn warn_absent_read(&mut self, text: &Text, read: &AbsentRead) {
        let at = Text { span: self.report.span_inside(text, read.span.clone()), ..text.clone() };
        let tie_name = |tie: &TieId| self.schema.ties[tie.index()].name.clone();
        let (message, help) = match &read.kind {
            AbsentReadKind::Members(set, takes_gone) => {
                let message = format!("nobody who is gone is in `{set}`: sets contain only those who are present");
                let help = match set.strip_suffix(')') {
                    Some(open) if *takes_gone => format!("write `{open}, also gone)`"),
                    _ => "write a set with `also gone`, as in `ties(self, friends, also gone)`".to_owned(),
                };
                (message, help)
            }
            AbsentReadKind::Tie(tie, agent) => {
                let tie = tie_name(tie);
                let message =
                    format!("`{}` is never true here: `{agent}` is gone, and then the tie `{tie}` has ended", read.text);
                let was = read.text.strip_prefix(&format!("{tie}(")).map(|ends| format!("was({tie}, {ends}"));
                let was = was.unwrap_or_else(|| format!("was({tie}, …)"));
                (
                    message,
                    format!(
                        "let the tie hold on, with `at_death: Remains` in `{tie}`; or write `{was}`, which holds of any tie that has ended"
                    ),
                )
            }
            AbsentReadKind::TiesOf(tie, agent) => {
                let tie = tie_name(tie);
                let message = format!("`{}` is empty here: `{agent}` is gone, and then the tie `{tie}` has ended", read.text);
                let open = read.text.strip_suffix(')').unwrap_or(&read.text).to_owned();
                let help = format!("write `{open}, also gone) where it.present`: those who had the tie until then");
                (message, help)
            }
        };
        self.report.warn(&at, "never", message, &help);
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
