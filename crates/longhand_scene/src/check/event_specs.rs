//! Compiles the events that rules produce: place, values, effects, and the steps that may follow.

use std::collections::VecDeque;

use super::super::decl::{OutcomeDecl, StepDecl, Text};
use super::super::diagnostic::Diagnostic;
use super::super::model::{self, EventSpec};
use super::super::spanned::SpannedMap;
use super::checker::SceneChecker;
use super::names::{IdTable, IdUsage, check_id, check_unique_keys};
use longhand_expr::ids::EventKind;
use longhand_expr::{Scope, Type, stable_hash};

/// The fields that actions, triggers and outcomes have in common.
pub(super) struct EventParts<'s> {
    pub(super) place: &'s Option<Text>,
    pub(super) values: &'s SpannedMap<Text>,
    pub(super) does: &'s [Text],
}

impl<'s> EventParts<'s> {
    fn from_outcome(outcome: &'s OutcomeDecl) -> Self {
        Self { place: &outcome.place, values: &outcome.values, does: &outcome.does }
    }
}

impl SceneChecker<'_> {
    /// Compiles the event of a rule or outcome. Effects may bind further names in the scope; these become slots of the event.
    pub(super) fn event_spec(
        &mut self,
        kind: EventKind,
        parts: &EventParts,
        then: Option<usize>,
        scope: &mut Scope,
    ) -> EventSpec {
        let place = self.optional_expr(parts.place, Type::Place, scope);
        check_unique_keys(parts.values, &mut self.report);
        let values = parts.values.iter().filter_map(|(name, value)| {
            // `ann.stage` as the value of `ann.stage`, for prose.
            let shown = name.split_once('.').filter(|_| name.value == value.value);
            let shown = shown.and_then(|(_, attribute)| self.schema.attribute(attribute));
            let types = match shown {
                Some(attr) => vec![self.schema.attribute_type(attr)],
                None => {
                    check_id("a value", IdUsage::Name, name, &mut self.report);
                    vec![Type::Number, Type::Duration, Type::Switch]
                }
            };
            let value = self.report.expr_of_any(value, &types, scope, &self.schema)?;
            Some((self.schema.value(name)?, value))
        });
        let values = values.collect();
        let does = parts.does.iter().filter_map(|effect| self.report.effect(effect, scope, &self.schema)).collect();
        if let Some(info) = self.events.infos.get_mut(kind.index()) {
            info.slots.clone_from(&scope.variables);
            info.several = scope.several_slots();
            info.topic = scope.topic_slots().first().copied();
        }
        EventSpec { kind, place, values, does, then }
    }

    /// Compiles a rule's refusal and steps. A step may use the names bound on the first path found to it.
    pub(super) fn steps(
        &mut self,
        rule: &Text,
        refused: Option<&OutcomeDecl>,
        steps: &[StepDecl],
        scope: &Scope,
    ) -> (Option<EventSpec>, Vec<model::Step>) {
        let ids = IdTable::from_ids("a step", steps.iter().map(|step| &step.id));
        let mut pending =
            PendingSteps { reached: vec![false; steps.len()], waiting: VecDeque::new(), ids, has_unknown_step: false };
        pending.enqueue(0, scope);
        let refused = refused.map(|outcome| self.outcome(rule, outcome, &mut pending, scope.clone()));
        let mut compiled: Vec<Option<model::Step>> = steps.iter().map(|_| None).collect();
        while let Some((index, scope)) = pending.waiting.pop_front() {
            compiled[index] = Some(self.step(rule, &steps[index], &mut pending, &scope));
        }
        for (index, step) in steps.iter().enumerate() {
            if compiled[index].is_none() {
                // An outcome that refers to an unknown step may have misspelled this one, so there is no warning.
                if !pending.has_unknown_step {
                    let help = "refer to it in the `then` of an outcome of an earlier step";
                    let message = format!("no outcome leads to the step `{}`", step.id.as_str());
                    self.report.warn(&step.id, "unreachable", message, help);
                    let kinds: Vec<_> = step.outcomes.iter().filter_map(|outcome| self.outcome_kind(rule, outcome)).collect();
                    self.unreachable.extend(kinds);
                }
                pending.enqueue(index, scope);
                while let Some((index, scope)) = pending.waiting.pop_front() {
                    compiled[index] = Some(self.step(rule, &steps[index], &mut pending, &scope));
                }
            }
        }
        let compiled: Vec<_> = compiled.into_iter().flatten().collect();
        self.check_step_cycles(steps, &compiled);
        (refused, compiled)
    }

    fn outcome_kind(&self, rule: &Text, outcome: &OutcomeDecl) -> Option<EventKind> {
        self.events.get(&format!("{}/{}", rule.as_str(), outcome.id.as_str()))
    }

    fn step(&mut self, rule: &Text, written: &StepDecl, pending: &mut PendingSteps, scope: &Scope) -> model::Step {
        if written.outcomes.is_empty() {
            self.report.error(&written.id, "empty", "a step needs at least one outcome");
        }
        let name = format!("{}/{}", rule.as_str(), written.id.as_str());
        // Steps and outcomes have draws of their own: those of one do not change those of another.
        let scope = &scope.clone().with_salt(&format!("step {name}"));
        let after = self.optional_expr(&written.after, Type::Duration, scope);
        let outcomes = written.outcomes.iter().map(|outcome| {
            let weight = self.optional_expr(&outcome.weight, Type::Number, scope);
            let message = || format!("`{}/{}` can never happen: its weight is 0", rule.as_str(), outcome.id.as_str());
            if self.warn_if_never_positive(&outcome.weight, &weight, message) {
                self.unreachable.extend(self.outcome_kind(rule, outcome));
            }
            self.warn_if_negative_weight(&outcome.weight, &weight);
            (weight, self.outcome(rule, outcome, pending, scope.clone()))
        });
        model::Step { id: written.id.value.clone(), key: stable_hash(0, &name), after, outcomes: outcomes.collect() }
    }

    fn outcome(&mut self, rule: &Text, written: &OutcomeDecl, pending: &mut PendingSteps, scope: Scope) -> EventSpec {
        let mut scope = scope.with_salt(&format!("outcome {}/{}", rule.as_str(), written.id.as_str()));
        let kind = self.outcome_kind(rule, written).unwrap_or(EventKind(0));
        let then = written.then.as_ref().and_then(|then| pending.ids.resolve(then, &mut self.report));
        pending.has_unknown_step |= written.then.is_some() && then.is_none();
        self.check_prose_key(&written.tell);
        let event = self.event_spec(kind, &EventParts::from_outcome(written), then, &mut scope);
        if let Some(then) = then {
            pending.enqueue(then, &scope);
        }
        event
    }

    /// Reports a cycle of steps in which no time passes: a run would never leave it.
    fn check_step_cycles(&mut self, written: &[StepDecl], steps: &[model::Step]) {
        if steps.len() != written.len() {
            return;
        }
        for (start, StepDecl { id, .. }) in written.iter().enumerate() {
            let mut seen = vec![false; steps.len()];
            let mut stack = vec![start];
            while let Some(current) = stack.pop() {
                for next in steps[current].outcomes.iter().filter_map(|(_, event)| event.then) {
                    let waits = steps[next].after.as_ref().is_some_and(|after| after.bounds(&*self).1 > 0.0);
                    if waits || seen[next] {
                        continue;
                    }
                    if next == start {
                        let message = format!("the step `{}` leads back to itself without delay", id.as_str());
                        self.report
                            .push(Diagnostic::error("endless", id.file, id.span.clone(), message).help("add `after`".to_owned()));
                        return;
                    }
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
    }
}

/// Steps that some outcome leads to and that are not compiled yet.
struct PendingSteps {
    reached: Vec<bool>,
    waiting: VecDeque<(usize, Scope)>,
    ids: IdTable,
    /// Whether an outcome refers to an unknown step.
    has_unknown_step: bool,
}

impl PendingSteps {
    fn enqueue(&mut self, step: usize, scope: &Scope) {
        if let Some(reached @ false) = self.reached.get_mut(step) {
            *reached = true;
            self.waiting.push_back((step, scope.clone()));
        }
    }
}
