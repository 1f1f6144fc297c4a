//! Checks appointments and intentions.

use super::super::commitments::{Appointment, Commitments, Intention};
use super::super::decl::{AppointmentDecl, IntentionDecl};
use super::super::decl::{SceneFile, Text};
use super::super::model::{self, Activation, EventOrigin};
use super::checker::SceneChecker;
use super::events::set_of_several;
use longhand_expr::ids::{AppointmentId, EventKind};
use longhand_expr::{Effect, Scope, Type};

/// Default of how long before and after the agreed instant an appointment is due, in seconds.
const DEFAULT_EARLY: f64 = 1800.0;
const DEFAULT_LATE: f64 = 3600.0;

impl SceneChecker<'_> {
    pub(super) fn commitments(&mut self, scene: &SceneFile, actions: &[model::Action]) -> Commitments {
        let appointments = scene.appointments.iter().map(|written| self.appointment(written, actions)).collect();
        let intentions = scene.intentions.iter().map(|written| self.intention(written)).collect();
        Commitments { appointments, intentions }
    }

    fn appointment(&mut self, written: &AppointmentDecl, actions: &[model::Action]) -> Appointment {
        let mut kept_by: Vec<EventKind> = Vec::new();
        for text in &written.kept_by {
            let kinds = self.event_kinds(text);
            self.check_keeps_with_somebody(text, &kinds, actions);
            kept_by.extend(kinds);
        }
        if written.kept_by.is_empty() {
            kept_by.extend(self.events.get(&written.id));
        }
        kept_by.sort_unstable();
        kept_by.dedup();
        let scope = Scope::new(["self", "other"]);
        let salted = |part: &str| scope.clone().with_salt(&format!("appointment {} {part}", written.id.as_str()));
        let keeps = written.keeps.as_ref();
        let keeps =
            keeps.and_then(|keeps| self.report.expr_of_any(keeps, &[Type::Switch, Type::Number], &salted("keeps"), &self.schema));
        self.warn_if_never_positive(&written.keeps, &keeps, || format!("nobody ever keeps `{}`", written.id.as_str()));
        Appointment {
            id: written.id.value.clone(),
            kept_by,
            early: self.positive_duration(&written.early).unwrap_or(DEFAULT_EARLY),
            late: self.positive_duration(&written.late).unwrap_or(DEFAULT_LATE),
            keeps,
            want: self.optional_expr(&written.want, Type::Number, &salted("want")),
            about: written.about.clone(),
        }
    }

    /// Warns of an action that takes nobody along, so that no two agents can meet by it.
    fn check_keeps_with_somebody(&mut self, text: &Text, kinds: &[EventKind], actions: &[model::Action]) {
        let is_alone = |kind: &EventKind| match self.events.infos.get(kind.index()).map(|info| info.origin) {
            Some(EventOrigin::Action(_) | EventOrigin::ActionStep(..)) => actions
                .iter()
                .find(|action| action.event_specs().any(|spec| spec.kind == *kind))
                .is_some_and(|action| action.roles.is_empty() && action.about.is_empty()),
            _ => false,
        };
        if !kinds.is_empty() && kinds.iter().all(is_alone) {
            let message = format!("`{}` has no role, so nobody can meet by it", text.as_str());
            self.report.warn(text, "never", message, "give the action a role, or name another one");
        }
    }

    fn intention(&mut self, written: &IntentionDecl) -> Intention {
        if written.steps.is_empty() && written.done.is_none() {
            let help = "add `steps` with actions, or `done` with a condition";
            let message = format!("`{}` does not say when it is achieved", written.id.as_str());
            self.report.error_help(&written.id, "empty", message, help);
        }
        if let Some((name, _)) = written.about.get(1) {
            self.report.error_help(name, "limit", "an intention is about one agent at most", "make it an intention of its own");
        }
        for (name, set) in written.about.iter() {
            if set_of_several(set).is_some() {
                let help = "remove `each`; use `best(…)` or `pick(…)` to choose one";
                self.report.error_help(name, "role", "an intention is about one agent at most", help);
            }
        }
        let other = written.about.first().map(|(name, _)| name.value.clone());
        let scope = Scope::new(std::iter::once("self".to_owned()).chain(other));
        let scope = scope.with_salt(&format!("intention {}", written.id.as_str()));
        Intention {
            id: written.id.value.clone(),
            because: written.because.clone(),
            steps: written.steps.iter().map(|step| self.event_kinds(step)).collect(),
            step_names: written.steps.iter().map(|step| step.value.clone()).collect(),
            is_about: !written.about.is_empty(),
            want: self.optional_expr(&written.want, Type::Number, &scope),
        }
    }

    /// Warns of appointments that no effect makes. Their events can never happen.
    pub(super) fn warn_never_promised(&mut self, scene: &SceneFile, promised: &[AppointmentId], triggers: &[model::Trigger]) {
        for (index, written) in scene.appointments.iter().enumerate() {
            let id = AppointmentId::from_index(index);
            if promised.contains(&id) {
                continue;
            }
            let message = format!("`{}` is never promised", written.id.as_str());
            let help = format!("add an effect such as `self promises friend {} at today + 1d + 19h`", written.id.as_str());
            self.report.warn(&written.id, "never", message, &help);
            let is_of_it = |trigger: &&model::Trigger| matches!(trigger.on, Activation::Settles(what, _) if what == id);
            self.unreachable.extend(triggers.iter().filter(is_of_it).map(|trigger| trigger.event.kind));
        }
    }
}

/// The appointments that effects make.
pub(super) fn promised<'e>(effects: impl Iterator<Item = &'e Effect>) -> Vec<AppointmentId> {
    fn collect(effect: &Effect, promised: &mut Vec<AppointmentId>) {
        match effect {
            Effect::Promise { what, .. } => promised.push(*what),
            Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => collect(inner, promised),
            _ => {}
        }
    }
    let mut all = Vec::new();
    effects.for_each(|effect| collect(effect, &mut all));
    all
}
