//! Reports cycles of triggers that activate each other without condition, chance or delay: a run would never leave them.
//!
//! Only triggers on events are followed. Whether a trigger on a tie, an attribute or a belief is activated again depends on what
//! the effects change, which is known only in a run; there a limit stops the cycle with an error that names the trigger.

use super::super::decl::{SceneFile, TriggerDecl};
use super::super::diagnostic::Diagnostic;
use super::super::model::{self, Activation};
use super::checker::SceneChecker;

impl SceneChecker<'_> {
    /// Reports each shortest cycle of unconditional triggers.
    pub(super) fn check_trigger_cycles(&mut self, scene: &SceneFile, triggers: &[model::Trigger]) {
        let decl_index = |trigger: &model::Trigger| scene.triggers.iter().position(|written| written.id.as_str() == trigger.id);
        let successors: Vec<Vec<usize>> = triggers
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
        let unconditional: Vec<bool> = triggers
            .iter()
            .map(|trigger| decl_index(trigger).is_some_and(|index| is_unconditional(&scene.triggers[index])))
            .collect();
        let mut reported = vec![false; triggers.len()];
        for start in 0..triggers.len() {
            if let Some(cycle) =
                shortest_cycle(start, &successors, &unconditional).filter(|cycle| cycle.iter().all(|trigger| !reported[*trigger]))
            {
                cycle.iter().for_each(|&trigger| reported[trigger] = true);
                let Some(written) = decl_index(&triggers[start]).map(|index| &scene.triggers[index]) else { continue };
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
fn shortest_cycle(start: usize, successors: &[Vec<usize>], unconditional: &[bool]) -> Option<Vec<usize>> {
    if !unconditional[start] {
        return None;
    }
    let mut predecessors: Vec<Option<usize>> = vec![None; successors.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(current) = queue.pop_front() {
        for &next in successors[current].iter().filter(|&&next| unconditional[next]) {
            if next == start {
                let mut cycle = vec![current];
                while let Some(previous) = cycle.last().filter(|&&last| last != start).and_then(|&last| predecessors[last]) {
                    cycle.push(previous);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if predecessors[next].is_none() {
                predecessors[next] = Some(current);
                queue.push_back(next);
            }
        }
    }
    None
}
