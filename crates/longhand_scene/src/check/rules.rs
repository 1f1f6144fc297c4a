//! Compiles actions, processes and goals.

use super::super::decl::{self, AcceptDecl, SceneFile, Text};
use super::super::model::{self, AgentSelector, RoleBinding};
use super::super::spanned::SpannedMap;
use super::checker::SceneChecker;
use super::constants::is_constant;
use super::event_specs::EventParts;
use super::events::set_of_several;
use super::names::{IdUsage, check_id, check_unique_keys};
use longhand_expr::ids::{EventKind, KindId};
use longhand_expr::{DeclaredRanges as _, Effect, Expr, MAX_SLOTS, Scope, Type, did_you_mean};

impl SceneChecker<'_> {
    pub(super) fn actions(&mut self, scene: &SceneFile) -> Vec<model::Action> {
        let is_kept_by =
            |action: &decl::ActionDecl, id: &str| action.id.as_str() == id || action.tags.iter().any(|tag| tag.as_str() == id);
        let keeps = |action: &decl::ActionDecl| {
            let kept_by = scene.appointments.iter().flat_map(|appointment| match appointment.kept_by.is_empty() {
                true => std::slice::from_ref(&appointment.id),
                false => &appointment.kept_by[..],
            });
            { kept_by }.any(|id| is_kept_by(action, id.as_str()))
        };
        scene.actions.iter().filter_map(|written| self.action(written, keeps(written))).collect()
    }

    /// `is_agreed` if it keeps an appointment: then nobody is asked again.
    fn action(&mut self, written: &decl::ActionDecl, is_agreed: bool) -> Option<model::Action> {
        let mut scope = Scope::new(["self"]).with_salt(&format!("action {}", written.id.as_str()));
        let texts = || action_texts(written);
        let by = if written.by.is_empty() {
            self.default_selectors(texts(), &written.id)
        } else {
            self.selectors(&written.by, &written.id)
        };
        self.check_reads_of(&by, texts());
        let roles = self.bind(&written.roles, &mut scope);
        for (name, _) in
            written.roles.iter().filter(|(name, _)| scope.slot(name).is_some_and(|slot| scope.topic_slots().contains(&slot)))
        {
            let message = format!("`{}` is something known and not an agent who takes part", name.as_str());
            self.report.error_help(name, "role", message, "move it to `about`");
        }
        let about = self.bind(&written.about, &mut scope);
        let mut when = self.condition_while_binding(&written.when, &mut scope, &written.id);
        let bound = scope.variables.len();
        scope.in_want = true;
        let want = self.report.expr(&written.want, Type::Number, &scope, &self.schema);
        scope.in_want = false;
        let accept = self.accept(&written.accept, &written.roles, &scope, is_agreed);
        let takes = self.optional_expr(&written.takes, Type::Duration, &scope);
        let cooldown = self.optional_expr(&written.cooldown, Type::Duration, &scope);
        self.check_prose_key(&written.tell);
        let kind = self.events.get(&written.id).unwrap_or(EventKind(0));
        let then = (!written.steps.is_empty()).then_some(0);
        let parts = EventParts { place: &written.place, values: &written.values, does: &written.does };
        // A refusal starts from the names bound before the effects, because the effects were not applied.
        let event = self.event_spec(kind, &parts, then, &mut scope);
        let (refused, steps) = self.steps(&written.id, written.refused.as_ref(), &written.steps, &scope);
        if let (Some(refused), true) = (&written.refused, written.roles.is_empty()) {
            let help = "add a role to the action, or remove `refused`";
            self.report.warn(&refused.id, "never", "this action has no roles, so nobody can refuse", help);
        }
        // What its effects need is a condition of the action, like those in `when`.
        let needs_only_bound = |expr: &&Expr| expr.slot_mask() >> bound == 0;
        when.extend(event.does.iter().filter_map(Effect::requirement).filter(needs_only_bound).cloned());
        let want = want?;
        Some(model::Action {
            id: written.id.value.clone(),
            by,
            roles,
            about,
            when,
            terms: want.terms(),
            reads_gain: want.reads().gain,
            choice_influences: Vec::new(),
            acceptance_influences: Vec::new(),
            want,
            accept,
            takes,
            cooldown,
            event,
            refused,
            steps,
            record_detail: written.keep,
            serves: Vec::new(),
        })
    }

    /// Compiles the sets that bind roles. Each set may refer to the roles before it.
    pub(super) fn bind(&mut self, sets: &SpannedMap<Text>, scope: &mut Scope) -> Vec<RoleBinding> {
        check_unique_keys(sets, &mut self.report);
        let mut bindings = Vec::new();
        for (i, (name, set)) in sets.iter().enumerate() {
            if scope.variables.len() == MAX_SLOTS {
                self.report.error(name, "limit", format!("a rule may bind at most {MAX_SLOTS} agents"));
                break;
            }
            check_id("a role", IdUsage::Name, name, &mut self.report);
            if scope.slot(name).is_some() && !sets[..i].iter().any(|(other, _)| other.as_str() == name.as_str()) {
                self.report.error(name, "duplicate", format!("`{}` is already bound in this rule", name.as_str()));
            }
            let all_of = set_of_several(set);
            let several = all_of.is_some();
            let set_text = all_of.as_ref().unwrap_or(set);
            let set = self.report.set(set_text, name, scope, &self.schema);
            scope.variables.push(name.value.clone());
            if set.as_ref().is_some_and(longhand_expr::SetExpr::has_topics) {
                scope.mark_topic(scope.variables.len() - 1);
                if several {
                    let help = "remove `each`; an action or a trigger is about one thing known at a time";
                    self.report.error_help(set_text, "role", "what is known is no agent, so not all of it takes a role", help);
                }
            }
            if several && set.is_some() {
                scope.mark_several(scope.variables.len() - 1, set_text);
            }
            bindings.extend(set.map(|set| RoleBinding { name: name.value.clone(), several, set, not_asked: Vec::new() }));
        }
        bindings
    }

    /// Like [`condition`](Self::condition), for a rule that evaluates each clause as soon as the agents it names are bound.
    fn condition_while_binding(&mut self, text: &Option<Text>, scope: &mut Scope, rule: &Text) -> Vec<Expr> {
        scope.partly_bound = true;
        let clauses = self.condition(text, scope, rule);
        scope.partly_bound = false;
        clauses
    }

    /// Compiles a condition and splits it at top-level `and`s. Warns of a part that can never be true.
    pub(super) fn condition(&mut self, text: &Option<Text>, scope: &Scope, rule: &Text) -> Vec<Expr> {
        let Some(text) = text else { return Vec::new() };
        let Some(expr) = self.report.expr(text, Type::Switch, scope, &self.schema) else { return Vec::new() };
        let clauses = expr.clauses();
        // Bounds use the ranges of params, not their values, because a setting may change the values.
        if let Some(never) = clauses.iter().find(|clause| clause.bounds(&*self).1 <= 0.0) {
            let message = format!("`{}` can never happen: `{}` is never true", rule.as_str(), never.text());
            let help = self.never_help(never).unwrap_or_else(|| "change the condition, or remove the rule".to_owned());
            let at = Text { span: self.report.span_inside(text, never.span()), ..text.clone() };
            self.report.warn(&at, "never", message, &help);
            if let Some(kind) = self.events.get(rule) {
                self.unreachable.insert(kind);
            }
        }
        clauses
    }

    /// Help that gives the range of the only attribute or dimension that a never true condition reads.
    fn never_help(&self, never: &Expr) -> Option<String> {
        let reads = never.reads();
        let (name, (low, high)) = match (&reads.attrs[..], &reads.dims[..]) {
            ([attr], []) => (self.schema.attributes[attr.index()].name.as_str(), self.attr(*attr)),
            ([], [dim]) => (self.schema.dims[dim.index()].as_str(), self.dim(*dim)),
            _ => return None,
        };
        Some(format!("the range of `{name}` is {low} to {high}"))
    }

    /// Warns of a chance, weight or acceptance that is never above 0. Returns whether that is so.
    pub(super) fn warn_if_never_positive(
        &mut self,
        text: &Option<Text>,
        expr: &Option<Expr>,
        message: impl FnOnce() -> String,
    ) -> bool {
        let (Some(text), Some(expr)) = (text, expr) else { return false };
        let is_never = expr.bounds(&*self).1 <= 0.0;
        if is_never {
            self.report.warn(text, "never", message(), "make it greater than 0, or remove it");
        }
        is_never
    }

    fn accept(&mut self, written: &AcceptDecl, roles: &SpannedMap<Text>, scope: &Scope, is_agreed: bool) -> Vec<Option<Expr>> {
        let types = [Type::Number, Type::Switch];
        // Of several agents each is asked, so here the name of the role stands for one of them.
        let scope_of = |role: usize| {
            let mut scope = scope.clone();
            scope.mark_single(1 + role);
            scope
        };
        match written {
            AcceptDecl::Always => vec![None; roles.len()],
            AcceptDecl::All(text) => {
                if roles.is_empty() {
                    let message = "this action has no roles, so `accept` has no effect";
                    self.report.warn(text, "unused", message, "add a role to the action");
                }
                let mut scope = scope.clone();
                (1..=roles.len()).for_each(|slot| scope.mark_single(slot));
                let accept = self.report.expr_of_any(text, &types, &scope, &self.schema);
                if !is_agreed {
                    self.warn_if_never_positive(&Some(text.clone()), &accept, || "this is never accepted".to_owned());
                }
                vec![accept; roles.len()]
            }
            AcceptDecl::By(map) => {
                check_unique_keys(map, &mut self.report);
                for (name, _) in map.iter() {
                    if !roles.iter().any(|(role, _)| role.as_str() == name.as_str()) {
                        super::names::report_unknown("role", name, roles.iter().map(|(role, _)| role.as_str()), &mut self.report);
                    }
                }
                let accept_of = |(index, (role, _)): (usize, &(Text, Text))| {
                    let (_, text) = map.iter().find(|(name, _)| name.as_str() == role.as_str())?;
                    self.report.expr_of_any(text, &types, &scope_of(index), &self.schema)
                };
                roles.iter().enumerate().map(accept_of).collect()
            }
        }
    }

    /// Warns of an unknown prose key.
    pub(super) fn check_prose_key(&mut self, tell: &Option<Text>) {
        let Some(tell) = tell else { return };
        self.used_prose_keys.insert(tell.value.clone());
        if self.names.prose.get(tell).is_none() {
            let help = did_you_mean(tell, self.names.prose.names());
            let help = help.unwrap_or_else(|| "add it to `prose`, or remove `tell`".to_owned());
            self.report.warn(tell, "prose", format!("there is no prose `{}`: a default sentence is used", tell.as_str()), &help);
        }
    }

    pub(super) fn check_reads_of<'t>(&mut self, by: &[AgentSelector], texts: impl Iterator<Item = &'t Text>) {
        let kinds = self.kinds_of(by);
        texts.for_each(|text| self.check_self_reads(text, &kinds));
    }

    pub(super) fn processes(&mut self, scene: &SceneFile) -> Vec<model::Process> {
        scene.processes.iter().filter_map(|written| self.process(written)).collect()
    }

    fn process(&mut self, written: &decl::ProcessDecl) -> Option<model::Process> {
        let mut scope = Scope::new(["self"]).with_salt(&format!("process {}", written.id.as_str()));
        let texts = std::iter::once(&written.every).chain(&written.when).chain(&written.times).chain(&written.does);
        let texts = texts.chain(written.about.iter().map(|(_, set)| set));
        let by = if written.by.is_empty() {
            self.default_selectors(texts.clone(), &written.id)
        } else {
            self.selectors(&written.by, &written.id)
        };
        self.check_reads_of(&by, texts);
        let every = self.exact_timing(&written.every, &scope);
        if let Some(model::Timing::After(every)) = &every
            && is_constant(every)
            && self.constant_value(every) <= 0.0
        {
            self.report.not_positive(&written.every);
        }
        let about = self.bind(&written.about, &mut scope);
        if let Some((name, _)) = written.about.iter().find(|(_, set)| set_of_several(set).is_some()) {
            let help = "write `for v in …` in `does`, or use a trigger or an action";
            self.report.error_help(
                name,
                "process",
                "a process is not an event, so no role of it stands for several agents",
                help,
            );
        }
        let when = self.condition_while_binding(&written.when, &mut scope, &written.id);
        let times = self.optional_expr(&written.times, Type::Number, &scope);
        if written.does.is_empty() {
            self.report.warn(&written.id, "empty", format!("`{}` does nothing", written.id.as_str()), "add effects in `does`");
        }
        let does: Vec<Effect> = written
            .does
            .iter()
            .filter_map(|text| {
                let effect = self.report.effect(text, &mut scope, &self.schema)?;
                if let Some(what) = event_only_effect(&effect) {
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
        let compile = |written: &decl::GoalDecl| {
            let by = self.kind_id(&written.by);
            let scope = Scope::new(["self"]).with_salt(&format!("goal {}", written.id.as_str()));
            let likelihood = self.report.expr(&written.likelihood, Type::Number, &scope, &self.schema);
            let weight = self.report.expr(&written.weight, Type::Number, &scope, &self.schema);
            let by: KindId = by?;
            self.check_self_reads(&written.likelihood, &[by]);
            self.check_self_reads(&written.weight, &[by]);
            let likelihood = likelihood?;
            Some(model::Goal {
                id: written.id.value.clone(),
                by,
                reads: likelihood.reads(),
                likelihood,
                weight: weight?,
                about: written.about.clone(),
            })
        };
        scene.goals.iter().filter_map(compile).collect()
    }
}

/// Names what an effect does that requires an event, such as writing a document.
fn event_only_effect(effect: &Effect) -> Option<&'static str> {
    match effect {
        Effect::Remember { .. } => Some("remembered"),
        Effect::Write { .. } => Some("written"),
        Effect::Promise { .. } | Effect::CallOff { .. } => Some("promised"),
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => event_only_effect(inner),
        _ => None,
    }
}

/// All texts of an action in which `self` is the initiator.
fn action_texts(action: &decl::ActionDecl) -> impl Iterator<Item = &Text> {
    let accept: Vec<&Text> = match &action.accept {
        AcceptDecl::Always => Vec::new(),
        AcceptDecl::All(text) => vec![text],
        AcceptDecl::By(map) => map.iter().map(|(_, text)| text).collect(),
    };
    let sets = action.roles.iter().chain(action.about.iter()).chain(action.values.iter()).map(|(_, text)| text);
    let exprs = action.when.iter().chain([&action.want]).chain(&action.takes).chain(&action.place).chain(&action.cooldown);
    exprs.chain(accept).chain(sets).chain(&action.does).chain(outcome_texts(action.refused.as_ref(), &action.steps))
}

/// All texts of a rule's outcomes in which `self` is the agent of the rule.
pub(super) fn outcome_texts<'s>(
    refused: Option<&'s decl::OutcomeDecl>,
    steps: &'s [decl::StepDecl],
) -> impl Iterator<Item = &'s Text> {
    let after = steps.iter().flat_map(|step| &step.after);
    let outcomes = refused.into_iter().chain(steps.iter().flat_map(|step| &step.outcomes));
    let texts_of = |outcome: &'s decl::OutcomeDecl| {
        let values = outcome.values.iter().map(|(_, value)| value);
        outcome.weight.iter().chain(&outcome.place).chain(&outcome.does).chain(values)
    };
    after.chain(outcomes.flat_map(texts_of))
}
