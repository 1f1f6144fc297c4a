//! Compiles actions, processes and goals.

use super::super::file::{self, Accept, SceneFile, Text};
use super::super::model::{self, Bound, Who};
use super::super::spanned::Ordered;
use super::Check;
use super::happens::Doing;
use super::names::{Said, check_id, once};
use super::settled::is_settled;
use longhand_expr::ids::{EventKind, KindId};
use longhand_expr::{Effect, Expr, MAX_SLOTS, Ranges as _, Scope, Type};

impl Check<'_> {
    pub(super) fn actions(&mut self, scene: &SceneFile) -> Vec<model::Action> {
        scene.actions.iter().filter_map(|written| self.action(written)).collect()
    }

    fn action(&mut self, written: &file::Action) -> Option<model::Action> {
        let mut scope = Scope::new(["self"]).salted(&format!("action {}", written.id.as_str()));
        let texts = || action_texts(written);
        let by = if written.by.is_empty() { self.everybody(texts(), &written.id) } else { self.who(&written.by, &written.id) };
        self.read_by(&by, texts());
        let roles = self.bind(&written.roles, &mut scope);
        let about = self.bind(&written.about, &mut scope);
        let when = self.condition(&written.when, &scope, &written.id);
        let want = self.report.expr(&written.want, Type::Number, &scope, &self.schema);
        let accept = self.accept(&written.accept, &written.roles, &scope);
        let takes = self.optional(&written.takes, Type::Duration, &scope);
        let cooldown = self.optional(&written.cooldown, Type::Duration, &scope);
        self.tell(&written.tell);
        let kind = self.events.get(&written.id).unwrap_or(EventKind(0));
        let then = (!written.steps.is_empty()).then_some(0);
        let doing = Doing { place: &written.place, values: &written.values, does: &written.does };
        // A refusal starts from the names bound before the effects, because the effects were not applied.
        let happens = self.happens(kind, &doing, then, &mut scope);
        let (refused, steps) = self.steps(&written.id, written.refused.as_ref(), &written.steps, &scope);
        if let (Some(refused), true) = (&written.refused, written.roles.is_empty()) {
            let help = "add a role to the action, or remove `refused`";
            self.report.warn(&refused.id, "never", "this action has no roles, so nobody can refuse", help);
        }
        let want = want?;
        Some(model::Action {
            id: written.id.value.clone(),
            by,
            roles,
            about,
            when,
            terms: want.terms(),
            want,
            accept,
            takes,
            cooldown,
            happens,
            refused,
            steps,
            keep: written.keep,
        })
    }

    /// Compiles the sets that bind roles. Each set may refer to the roles before it.
    pub(super) fn bind(&mut self, sets: &Ordered<Text>, scope: &mut Scope) -> Vec<Bound> {
        once(sets, &mut self.report);
        let mut bound = Vec::new();
        for (i, (name, set)) in sets.iter().enumerate() {
            if scope.variables.len() == MAX_SLOTS {
                self.report.error(name, "limit", format!("a rule may bind at most {MAX_SLOTS} agents"));
                break;
            }
            check_id("a role", Said::InExpressions, name, &mut self.report);
            if scope.slot(name).is_some() && !sets[..i].iter().any(|(other, _)| other.as_str() == name.as_str()) {
                self.report.error(name, "duplicate", format!("`{}` is already bound in this rule", name.as_str()));
            }
            let set = self.report.set(set, name, scope, &self.schema);
            scope.variables.push(name.value.clone());
            bound.extend(set.map(|set| Bound { name: name.value.clone(), set }));
        }
        bound
    }

    /// Compiles a condition and splits it at top-level `and`s. Warns of a part that can never be true.
    pub(super) fn condition(&mut self, text: &Option<Text>, scope: &Scope, rule: &Text) -> Vec<Expr> {
        let Some(text) = text else { return Vec::new() };
        let Some(expr) = self.report.expr(text, Type::Switch, scope, &self.schema) else { return Vec::new() };
        let clauses = expr.clauses();
        // Bounds use the ranges of params, not their values, because a setting may change the values.
        if let Some(never) = clauses.iter().find(|clause| clause.bounds(&*self).1 <= 0.0) {
            let message = format!("`{}` can never happen: `{}` is never true", rule.as_str(), never.text());
            let help = self.why_never(never).unwrap_or_else(|| "change the condition, or remove the rule".to_owned());
            let at = Text { span: self.report.inside(text, never.span()), ..text.clone() };
            self.report.warn(&at, "never", message, &help);
            if let Some(kind) = self.events.get(rule) {
                self.unreachable.insert(kind);
            }
        }
        clauses
    }

    /// Help that gives the range of the only attribute or dimension that a never true condition reads.
    fn why_never(&self, never: &Expr) -> Option<String> {
        let reads = never.reads();
        let (name, (low, high)) = match (&reads.attrs[..], &reads.dims[..]) {
            ([attr], []) => (self.schema.attributes[attr.index()].name.as_str(), self.attr(*attr)),
            ([], [dim]) => (self.schema.dims[dim.index()].as_str(), self.dim(*dim)),
            _ => return None,
        };
        Some(format!("the range of `{name}` is {low} to {high}"))
    }

    /// Warns of a chance, weight or acceptance that is never above 0. Returns whether that is so.
    pub(super) fn is_nought(&mut self, text: &Option<Text>, expr: &Option<Expr>, message: impl FnOnce() -> String) -> bool {
        let (Some(text), Some(expr)) = (text, expr) else { return false };
        let nought = expr.bounds(&*self).1 <= 0.0;
        if nought {
            self.report.warn(text, "never", message(), "make it greater than 0, or remove it");
        }
        nought
    }

    fn accept(&mut self, written: &Accept, roles: &Ordered<Text>, scope: &Scope) -> Vec<Option<Expr>> {
        let types = [Type::Number, Type::Switch];
        match written {
            Accept::Always => vec![None; roles.len()],
            Accept::All(text) => {
                if roles.is_empty() {
                    let message = "this action has no roles, so `accept` has no effect";
                    self.report.warn(text, "unused", message, "add a role to the action");
                }
                let accept = self.report.expr_of(text, &types, scope, &self.schema);
                self.is_nought(&Some(text.clone()), &accept, || "this is never accepted".to_owned());
                vec![accept; roles.len()]
            }
            Accept::By(map) => {
                once(map, &mut self.report);
                for (name, _) in map.iter() {
                    if !roles.iter().any(|(role, _)| role.as_str() == name.as_str()) {
                        super::names::unknown("role", name, roles.iter().map(|(role, _)| role.as_str()), &mut self.report);
                    }
                }
                let of_role = |(role, _): &(Text, Text)| {
                    let (_, text) = map.iter().find(|(name, _)| name.as_str() == role.as_str())?;
                    self.report.expr_of(text, &types, scope, &self.schema)
                };
                roles.iter().map(of_role).collect()
            }
        }
    }

    /// Warns of an unknown prose key.
    pub(super) fn tell(&mut self, tell: &Option<Text>) {
        let Some(tell) = tell else { return };
        self.told.insert(tell.value.clone());
        if self.names.prose.get(tell).is_none() {
            let near = longhand_expr::nearest(tell, self.names.prose.names());
            let help = near.map_or("add it to `prose`, or remove `tell`".to_owned(), |near| format!("did you mean `{near}`?"));
            self.report.warn(tell, "prose", format!("there is no prose `{}`: a default sentence is used", tell.as_str()), &help);
        }
    }

    pub(super) fn read_by<'t>(&mut self, by: &[Who], texts: impl Iterator<Item = &'t Text>) {
        let kinds = self.kinds_of(by);
        texts.for_each(|text| self.self_reads(text, &kinds));
    }

    pub(super) fn processes(&mut self, scene: &SceneFile) -> Vec<model::Process> {
        scene.processes.iter().filter_map(|written| self.process(written)).collect()
    }

    fn process(&mut self, written: &file::Process) -> Option<model::Process> {
        let mut scope = Scope::new(["self"]).salted(&format!("process {}", written.id.as_str()));
        let texts = std::iter::once(&written.every).chain(&written.when).chain(&written.times).chain(&written.does);
        let texts = texts.chain(written.about.iter().map(|(_, set)| set));
        let by =
            if written.by.is_empty() { self.everybody(texts.clone(), &written.id) } else { self.who(&written.by, &written.id) };
        self.read_by(&by, texts);
        let every = self.report.expr(&written.every, Type::Duration, &scope, &self.schema);
        if let Some(every) = &every
            && is_settled(every)
            && self.settled_value(every) <= 0.0
        {
            self.report.error(&written.every, "range", "this duration must be greater than 0");
        }
        let about = self.bind(&written.about, &mut scope);
        let when = self.condition(&written.when, &scope, &written.id);
        let times = self.optional(&written.times, Type::Number, &scope);
        if written.does.is_empty() {
            self.report.warn(&written.id, "empty", format!("`{}` does nothing", written.id.as_str()), "add effects in `does`");
        }
        let does: Vec<Effect> = written
            .does
            .iter()
            .filter_map(|text| {
                let effect = self.report.effect(text, &mut scope, &self.schema)?;
                if let Some(what) = of_events(&effect) {
                    let help = "use a trigger or an action, which are events";
                    let message = format!("a process is not an event, so nothing can be {what} in it");
                    self.report.error_help(text, "process", message, help);
                }
                Some(effect)
            })
            .collect();
        Some(model::Process {
            id: written.id.value.clone(),
            by,
            every: every?,
            when,
            times,
            about,
            does,
            explain: written.explain.clone(),
        })
    }

    pub(super) fn goals(&mut self, scene: &SceneFile) -> Vec<model::Goal> {
        let one = |written: &file::Goal| {
            let by = self.kind_id(&written.by);
            let scope = Scope::new(["self"]).salted(&format!("goal {}", written.id.as_str()));
            let likelihood = self.report.expr(&written.likelihood, Type::Number, &scope, &self.schema);
            let weight = self.report.expr(&written.weight, Type::Number, &scope, &self.schema);
            let by: KindId = by?;
            self.self_reads(&written.likelihood, &[by]);
            self.self_reads(&written.weight, &[by]);
            Some(model::Goal {
                id: written.id.value.clone(),
                by,
                likelihood: likelihood?,
                weight: weight?,
                about: written.about.clone(),
            })
        };
        scene.goals.iter().filter_map(one).collect()
    }
}

/// Names what an effect does that requires an event, such as writing a document.
fn of_events(effect: &Effect) -> Option<&'static str> {
    match effect {
        Effect::Remember { .. } => Some("remembered"),
        Effect::Write { .. } => Some("written"),
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => of_events(inner),
        _ => None,
    }
}

/// All texts of an action in which `self` is the initiator.
fn action_texts(action: &file::Action) -> impl Iterator<Item = &Text> {
    let accept: Vec<&Text> = match &action.accept {
        Accept::Always => Vec::new(),
        Accept::All(text) => vec![text],
        Accept::By(map) => map.iter().map(|(_, text)| text).collect(),
    };
    let sets = action.roles.iter().chain(action.about.iter()).chain(action.values.iter()).map(|(_, text)| text);
    let whole = action.when.iter().chain([&action.want]).chain(&action.takes).chain(&action.place).chain(&action.cooldown);
    whole.chain(accept).chain(sets).chain(&action.does).chain(outcome_texts(action.refused.as_ref(), &action.steps))
}

/// All texts of a rule's outcomes in which `self` is the agent of the rule.
pub(super) fn outcome_texts<'s>(refused: Option<&'s file::Outcome>, steps: &'s [file::Step]) -> impl Iterator<Item = &'s Text> {
    let after = steps.iter().flat_map(|step| &step.after);
    let outcomes = refused.into_iter().chain(steps.iter().flat_map(|step| &step.outcomes));
    let of = |outcome: &'s file::Outcome| {
        let values = outcome.values.iter().map(|(_, value)| value);
        outcome.weight.iter().chain(&outcome.place).chain(&outcome.does).chain(values)
    };
    after.chain(outcomes.flat_map(of))
}
