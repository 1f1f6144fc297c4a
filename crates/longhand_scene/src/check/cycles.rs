//! Reports cycles of triggers that activate each other without condition, chance or delay: a run would never leave them.

use super::super::decl::{SceneFile, TriggerDecl};
use super::super::diagnostic::Diagnostic;
use super::super::model::{self, Activation};
use super::checker::SceneChecker;

impl SceneChecker<'_> {
    /// Reports each shortest cycle of unconditional triggers.
    pub(super) fn check_trigger_cycles(&mut self, scene: &SceneFile, triggers: &[model::Trigger]) {
        let at = |trigger: &model::Trigger| scene.triggers.iter().position(|written| written.id.as_str() == trigger.id);
        let follows: Vec<Vec<usize>> = triggers
            .iter()
            .map(|trigger| {
                let activates = |other: &model::Trigger| match &other.on {
                    Activation::Event(kinds) => kinds.iter().any(|(kind, _)| *kind == trigger.event.kind),
                    _ => false,
                };
                let others = triggers.iter().enumerate();
                others.filter(|(_, other)| activates(other)).map(|(other, _)| other).collect()
            })
            .collect();
        let always: Vec<bool> =
            triggers.iter().map(|trigger| at(trigger).is_some_and(|at| is_unconditional(&scene.triggers[at]))).collect();
        let mut reported = vec![false; triggers.len()];
        for start in 0..triggers.len() {
            if let Some(cycle) =
                shortest_cycle(start, &follows, &always).filter(|cycle| cycle.iter().all(|trigger| !reported[*trigger]))
            {
                cycle.iter().for_each(|&trigger| reported[trigger] = true);
                let Some(written) = at(&triggers[start]).map(|at| &scene.triggers[at]) else { continue };
                let chain: Vec<String> = cycle.iter().map(|&trigger| format!("`{}`", triggers[trigger].id)).collect();
                let message = match chain.as_slice() {
                    [only] => format!("{only} activates itself without end"),
                    _ => format!("{} activate each other without end", chain.join(" and ")),
                };
                let help = "add `after`, `cooldown`, `once`, or a `when` that becomes false".to_owned();
                self.report.push(Diagnostic::error("endless", written.id.file, written.id.span.clone(), message).help(help));
            }
        }
    }
}

/// Whether a trigger always happens, and immediately, after its event.
fn is_unconditional(trigger: &TriggerDecl) -> bool {
    trigger.when.is_none()
        && trigger.chance.is_none()
        && trigger.after.is_none()
        && trigger.cooldown.is_none()
        && !trigger.once
        && trigger.by.is_empty()
        && trigger.about.is_empty()
}

/// The shortest cycle of unconditional triggers through `start`.
fn shortest_cycle(start: usize, follows: &[Vec<usize>], always: &[bool]) -> Option<Vec<usize>> {
    if !always[start] {
        return None;
    }
    let mut from: Vec<Option<usize>> = vec![None; follows.len()];
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for &next in follows[at].iter().filter(|&&next| always[next]) {
            if next == start {
                let mut back = vec![at];
                while let Some(before) = back.last().filter(|&&last| last != start).and_then(|&last| from[last]) {
                    back.push(before);
                }
                back.reverse();
                return Some(back);
            }
            if from[next].is_none() {
                from[next] = Some(at);
                open.push_back(next);
            }
        }
    }
    None
}
