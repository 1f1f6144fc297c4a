//! Compiles the events that rules produce: place, values, effects, and the steps that may follow.

use std::collections::VecDeque;

use super::super::diagnostic::Diagnostic;
use super::super::file::{Outcome, Step, Text};
use super::super::model::{self, Happens};
use super::super::spanned::Ordered;
use super::Check;
use super::names::{Said, Table, check_id, once};
use longhand_expr::ids::EventKind;
use longhand_expr::{Scope, Type};

/// The fields that actions, triggers and outcomes have in common.
pub(super) struct Doing<'s> {
    pub(super) place: &'s Option<Text>,
    pub(super) values: &'s Ordered<Text>,
    pub(super) does: &'s [Text],
}

impl<'s> Doing<'s> {
    fn of(outcome: &'s Outcome) -> Self {
        Self { place: &outcome.place, values: &outcome.values, does: &outcome.does }
    }
}

impl Check<'_> {
    /// Compiles the event of a rule or outcome. Effects may bind further names in the scope; these become slots of the event.
    pub(super) fn happens(&mut self, kind: EventKind, doing: &Doing, then: Option<usize>, scope: &mut Scope) -> Happens {
        let place = self.optional(doing.place, Type::Place, scope);
        once(doing.values, &mut self.report);
        let values = doing.values.iter().filter_map(|(name, value)| {
            check_id("a value", Said::InExpressions, name, &mut self.report);
            let types = [Type::Number, Type::Duration, Type::Switch];
            let value = self.report.expr_of(value, &types, scope, &self.schema)?;
            Some((self.schema.value(name)?, value))
        });
        let values = values.collect();
        let does = doing.does.iter().filter_map(|effect| self.report.effect(effect, scope, &self.schema)).collect();
        if let Some(info) = self.events.infos.get_mut(kind.index()) {
            info.slots.clone_from(&scope.variables);
        }
        Happens { kind, place, values, does, then }
    }

    /// Compiles a rule's refusal and steps. A step may use the names bound on the first path found to it.
    pub(super) fn steps(
        &mut self,
        rule: &Text,
        refused: Option<&Outcome>,
        steps: &[Step],
        scope: &Scope,
    ) -> (Option<Happens>, Vec<model::Step>) {
        let ids = Table::of("a step", steps.iter().map(|step| &step.id));
        let mut ways = Ways { reached: vec![false; steps.len()], waiting: VecDeque::new(), ids, lost: false };
        ways.lead(0, scope);
        let refused = refused.map(|outcome| self.outcome(rule, outcome, &mut ways, scope.clone()));
        let mut compiled: Vec<Option<model::Step>> = steps.iter().map(|_| None).collect();
        while let Some((at, scope)) = ways.waiting.pop_front() {
            compiled[at] = Some(self.step(rule, &steps[at], &mut ways, &scope));
        }
        for (at, step) in steps.iter().enumerate() {
            if compiled[at].is_none() {
                // If an outcome refers to an unknown step, that may be a misspelling of this one: no warning then.
                if !ways.lost {
                    let help = "refer to it in the `then` of an outcome of an earlier step";
                    let message = format!("no outcome leads to the step `{}`", step.id.as_str());
                    self.report.warn(&step.id, "unreachable", message, help);
                    let kinds: Vec<_> = step.outcomes.iter().filter_map(|outcome| self.outcome_kind(rule, outcome)).collect();
                    self.unreachable.extend(kinds);
                }
                ways.lead(at, scope);
                while let Some((at, scope)) = ways.waiting.pop_front() {
                    compiled[at] = Some(self.step(rule, &steps[at], &mut ways, &scope));
                }
            }
        }
        let compiled: Vec<_> = compiled.into_iter().flatten().collect();
        self.endless(steps, &compiled);
        (refused, compiled)
    }

    fn outcome_kind(&self, rule: &Text, outcome: &Outcome) -> Option<EventKind> {
        self.events.get(&format!("{}/{}", rule.as_str(), outcome.id.as_str()))
    }

    fn step(&mut self, rule: &Text, written: &Step, ways: &mut Ways, scope: &Scope) -> model::Step {
        if written.outcomes.is_empty() {
            self.report.error(&written.id, "empty", "a step needs at least one outcome");
        }
        let after = self.optional(&written.after, Type::Duration, scope);
        let outcomes = written.outcomes.iter().map(|outcome| {
            let weight = self.optional(&outcome.weight, Type::Number, scope);
            let said = || format!("`{}/{}` can never happen: its weight is 0", rule.as_str(), outcome.id.as_str());
            if self.is_nought(&outcome.weight, &weight, said) {
                self.unreachable.extend(self.outcome_kind(rule, outcome));
            }
            (weight, self.outcome(rule, outcome, ways, scope.clone()))
        });
        model::Step { id: written.id.value.clone(), after, outcomes: outcomes.collect() }
    }

    fn outcome(&mut self, rule: &Text, written: &Outcome, ways: &mut Ways, mut scope: Scope) -> Happens {
        let kind = self.outcome_kind(rule, written).unwrap_or(EventKind(0));
        let then = written.then.as_ref().and_then(|then| ways.ids.find(then, &mut self.report));
        ways.lost |= written.then.is_some() && then.is_none();
        self.tell(&written.tell);
        let happens = self.happens(kind, &Doing::of(written), then, &mut scope);
        if let Some(then) = then {
            ways.lead(then, &scope);
        }
        happens
    }

    /// Reports a cycle of steps in which no time passes: a run would never leave it.
    fn endless(&mut self, written: &[Step], steps: &[model::Step]) {
        if steps.len() != written.len() {
            return;
        }
        for (start, Step { id, .. }) in written.iter().enumerate() {
            let mut seen = vec![false; steps.len()];
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                for next in steps[at].outcomes.iter().filter_map(|(_, happens)| happens.then) {
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
                    open.push(next);
                }
            }
        }
    }
}

/// Steps that some outcome leads to and that are not compiled yet.
struct Ways {
    reached: Vec<bool>,
    waiting: VecDeque<(usize, Scope)>,
    ids: Table,
    /// Whether an outcome refers to an unknown step.
    lost: bool,
}

impl Ways {
    fn lead(&mut self, step: usize, scope: &Scope) {
        if let Some(reached @ false) = self.reached.get_mut(step) {
            *reached = true;
            self.waiting.push_back((step, scope.clone()));
        }
    }
}
