//! Resolves the names of declared things, and reports unknown names with the nearest known one.

use std::ops::Range;

use crate::ids::{
    AppointmentId, AttrId, DimId, DocumentId, Emotion, EventKind, EventValueId, IntentionId, KindId, NameListId, ReasonId, TieId,
};

use super::super::ast::{BinaryOp, ExprAst, ExprAstKind, Ident};
use super::super::env::Env;
use super::super::error::did_you_mean;
use super::super::words::{AGENT_FIELDS, BARE_NAMES, EMOTIONS, is_field, is_function};
use super::{CheckedValue, Checker, POISON};

impl Checker<'_> {
    /// Reports that there is no `what` of this name, and suggests the nearest of the candidates.
    pub(super) fn report_unknown<'n>(
        &mut self,
        what: &str,
        name: &str,
        span: &Range<usize>,
        env: &Env<'_>,
        candidates: impl IntoIterator<Item = &'n str>,
    ) {
        let help = did_you_mean(name, candidates);
        let problem = self.report(env, span, format!("there is no {what} `{name}`"));
        problem.help = help;
        problem.is_unknown_name = true;
    }

    /// Reports a bare name that is not a variable, agent, parameter, def or place, and says what it lacks if it is something else.
    pub(super) fn report_unknown_name(&mut self, name: &str, span: &Range<usize>, env: &Env<'_>) -> CheckedValue {
        let schema = self.schema;
        if schema.dim(name).is_some() || schema.tie(name).is_some() || is_function(name) {
            self.report(env, span, format!("`{name}` needs arguments")).help =
                Some(format!("write it with parentheses, as in `{name}(…)`"));
        } else if schema.attribute(name).is_some() || is_field(name) {
            self.report(env, span, format!("`{name}` needs an agent")).help = Some(format!("write `self.{name}`, for example"));
        } else if name == "self" && env.is_in_def() {
            self.report(env, span, "`self` is not available inside a def").help =
                Some("add a name to the `of` list of the def, and pass `self` where it is called".to_owned());
        } else if name == "it" {
            self.report(env, span, "`it` has no meaning here").help =
                Some("`it` is the member of a set inside its `where`".to_owned());
        } else {
            let cast_and_places = schema.cast.iter().chain(&schema.places).map(String::as_str);
            let params_and_defs =
                schema.params.iter().map(|p| p.name.as_str()).chain(schema.defs.iter().map(|d| d.name.as_str()));
            let candidates: Vec<&str> =
                env.variable_names().into_iter().chain(cast_and_places).chain(params_and_defs).chain(BARE_NAMES).collect();
            self.report_unknown("variable, agent, parameter, def or place", name, span, env, candidates);
        }
        POISON
    }

    /// Returns `resolved`, and reports the name as unknown if that is `None`.
    fn require_known<'n, T>(
        &mut self,
        what: &str,
        name: &Ident,
        env: &Env<'_>,
        resolved: Option<T>,
        candidates: impl IntoIterator<Item = &'n str>,
    ) -> Option<T> {
        if resolved.is_none() {
            self.report_unknown(what, &name.text, &name.span, env, candidates);
        }
        resolved
    }

    /// The attribute of that name.
    pub(crate) fn resolve_attribute(&mut self, name: &Ident, env: &Env<'_>) -> Option<AttrId> {
        let names = self.schema.attributes.iter().map(|a| a.name.as_str()).chain(AGENT_FIELDS.iter().map(|(field, ..)| *field));
        self.require_known("attribute", name, env, self.schema.attribute(&name.text), names)
    }

    /// The attribute that holds the strength of the norm of that name.
    pub(crate) fn resolve_norm(&mut self, name: &Ident, env: &Env<'_>) -> Option<AttrId> {
        self.require_known("norm", name, env, self.schema.norm(&name.text), as_strs(&self.schema.norms))
    }

    /// The tie of that name.
    pub(crate) fn resolve_tie(&mut self, name: &Ident, env: &Env<'_>) -> Option<TieId> {
        let names = self.schema.ties.iter().map(|t| t.name.as_str());
        self.require_known("tie", name, env, self.schema.tie(&name.text), names)
    }

    /// The bond dimension of that name.
    pub(crate) fn resolve_dim(&mut self, name: &Ident, env: &Env<'_>) -> Option<DimId> {
        self.require_known("dimension of a bond", name, env, self.schema.dim(&name.text), as_strs(&self.schema.dims))
    }

    /// The kind of agent of that name.
    pub(crate) fn resolve_kind(&mut self, name: &Ident, env: &Env<'_>) -> Option<KindId> {
        self.require_known("kind", name, env, self.schema.kind(&name.text), as_strs(&self.schema.kinds))
    }

    /// The kind of event of that name.
    pub(crate) fn resolve_event(&mut self, name: &Ident, env: &Env<'_>) -> Option<EventKind> {
        self.require_known("event", name, env, self.schema.event(&name.text), as_strs(&self.schema.events))
    }

    /// The emotion of that name.
    pub(crate) fn resolve_emotion(&mut self, name: &Ident, env: &Env<'_>) -> Option<Emotion> {
        let resolved = EMOTIONS.iter().find(|(emotion, _)| *emotion == name.text).map(|(_, emotion)| *emotion);
        self.require_known("emotion", name, env, resolved, EMOTIONS.iter().map(|(emotion, _)| *emotion))
    }

    /// The event value of that name.
    pub(crate) fn resolve_event_value(&mut self, name: &Ident, env: &Env<'_>) -> Option<EventValueId> {
        self.require_known("value of an event", name, env, self.schema.value(&name.text), as_strs(&self.schema.values))
    }

    /// The name list of that name.
    pub(crate) fn resolve_name_list(&mut self, name: &Ident, env: &Env<'_>) -> Option<NameListId> {
        self.require_known("list of names", name, env, self.schema.list(&name.text), as_strs(&self.schema.lists))
    }

    /// The reason of that name.
    pub(crate) fn resolve_reason(&mut self, name: &Ident, env: &Env<'_>) -> Option<ReasonId> {
        self.require_known("reason", name, env, self.schema.reason(&name.text), self.schema.reason_names())
    }

    /// The document of that name.
    pub(crate) fn resolve_document(&mut self, name: &Ident, env: &Env<'_>) -> Option<DocumentId> {
        self.require_known("document", name, env, self.schema.document(&name.text), as_strs(&self.schema.documents))
    }

    /// The appointment of that name.
    pub(crate) fn resolve_appointment(&mut self, name: &Ident, env: &Env<'_>) -> Option<AppointmentId> {
        let known = self.schema.appointment(&name.text);
        self.require_known("appointment", name, env, known, as_strs(&self.schema.appointments))
    }

    /// The intention of that name.
    pub(crate) fn resolve_intention(&mut self, name: &Ident, env: &Env<'_>) -> Option<IntentionId> {
        self.require_known("intention", name, env, self.schema.intention(&name.text), as_strs(&self.schema.intentions))
    }

    /// A bare name as an argument. `date/hesitates` was parsed as a division; here it becomes one name again.
    pub(super) fn check_bare_name(&mut self, ast: &ExprAst, env: &Env<'_>, what: &str) -> Option<Ident> {
        let (ast, env) = env.resolve(ast);
        if env.is_unknown_argument(ast) {
            return None;
        }
        let word = bare_name_text(ast);
        if word.is_none() {
            self.report(env, &ast.span, format!("expected the name of {what}"));
        }
        word.map(|text| Ident { text, span: ast.span.clone() })
    }
}

fn as_strs(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// The text of an expression that is a bare name or a name with `/`.
pub(super) fn bare_name_text(ast: &ExprAst) -> Option<String> {
    match &ast.kind {
        ExprAstKind::Name(name) => Some(name.clone()),
        ExprAstKind::Binary(BinaryOp::Divide, a, b) => Some(format!("{}/{}", bare_name_text(a)?, bare_name_text(b)?)),
        _ => None,
    }
}
