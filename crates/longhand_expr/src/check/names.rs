//! Resolves the names of declared things, and reports unknown names with the nearest known one.

use std::ops::Range;

use crate::ids::{AttrId, DimId, DocumentId, Emotion, EventKind, KindId, NameListId, TieId};

use super::super::ast::{Ast, AstKind, BinaryOp, Name};
use super::super::env::Env;
use super::super::problem::nearest;
use super::super::schema::{EMOTIONS, FIELDS};
use super::super::view::ValueName;
use super::super::words::{BARE, is_field, is_function};
use super::{Checker, POISON, Value};

impl Checker<'_> {
    pub(super) fn unknown<'n>(
        &mut self,
        what: &str,
        name: &str,
        span: &Range<usize>,
        env: &Env<'_>,
        candidates: impl IntoIterator<Item = &'n str>,
    ) {
        let near = nearest(name, candidates).map(|near| format!("did you mean `{near}`?"));
        let problem = self.problem(env, span, format!("there is no {what} `{name}`"));
        problem.help = near;
        problem.unknown = true;
    }

    pub(super) fn unknown_name(&mut self, name: &str, span: &Range<usize>, env: &Env<'_>) -> Value {
        let schema = self.schema;
        if schema.dim(name).is_some() || schema.tie(name).is_some() || is_function(name) {
            self.problem(env, span, format!("`{name}` needs arguments")).help =
                Some(format!("write it with parentheses, as in `{name}(…)`"));
        } else if schema.attribute(name).is_some() || is_field(name) {
            self.problem(env, span, format!("`{name}` needs an agent")).help = Some(format!("write `self.{name}`, for example"));
        } else if name == "self" && env.is_in_def() {
            self.problem(env, span, "`self` is not available inside a def").help =
                Some("add a name to the `of` list of the def, and pass `self` where it is called".to_owned());
        } else if name == "it" {
            self.problem(env, span, "`it` has no meaning here").help =
                Some("`it` is the member of a set inside its `where`".to_owned());
        } else {
            let strings = schema.cast.iter().chain(&schema.places).map(String::as_str);
            let others = schema.params.iter().map(|p| p.name.as_str()).chain(schema.defs.iter().map(|d| d.name.as_str()));
            let candidates: Vec<&str> = env.names().into_iter().chain(strings).chain(others).chain(BARE).collect();
            self.unknown("variable, agent, parameter, def or place", name, span, env, candidates);
        }
        POISON
    }

    /// Returns `found`, and reports the name as unknown if that is `None`.
    fn named<'n, T>(
        &mut self,
        what: &str,
        name: &Name,
        env: &Env<'_>,
        found: Option<T>,
        candidates: impl IntoIterator<Item = &'n str>,
    ) -> Option<T> {
        if found.is_none() {
            self.unknown(what, &name.text, &name.span, env, candidates);
        }
        found
    }

    /// The attribute of that name.
    pub(crate) fn attribute(&mut self, name: &Name, env: &Env<'_>) -> Option<AttrId> {
        let names = self.schema.attributes.iter().map(|a| a.name.as_str()).chain(FIELDS.iter().map(|(field, ..)| *field));
        self.named("attribute", name, env, self.schema.attribute(&name.text), names)
    }

    /// The tie of that name.
    pub(crate) fn tie(&mut self, name: &Name, env: &Env<'_>) -> Option<TieId> {
        let names = self.schema.ties.iter().map(|t| t.name.as_str());
        self.named("tie", name, env, self.schema.tie(&name.text), names)
    }

    /// The bond dimension of that name.
    pub(crate) fn dim(&mut self, name: &Name, env: &Env<'_>) -> Option<DimId> {
        self.named("dimension of a bond", name, env, self.schema.dim(&name.text), strings(&self.schema.dims))
    }

    /// The kind of agent of that name.
    pub(crate) fn kind(&mut self, name: &Name, env: &Env<'_>) -> Option<KindId> {
        self.named("kind", name, env, self.schema.kind(&name.text), strings(&self.schema.kinds))
    }

    /// The kind of event of that name.
    pub(crate) fn event(&mut self, name: &Name, env: &Env<'_>) -> Option<EventKind> {
        self.named("event", name, env, self.schema.event(&name.text), strings(&self.schema.events))
    }

    /// The emotion of that name.
    pub(crate) fn emotion(&mut self, name: &Name, env: &Env<'_>) -> Option<Emotion> {
        let found = EMOTIONS.iter().find(|(emotion, _)| *emotion == name.text).map(|(_, emotion)| *emotion);
        self.named("emotion", name, env, found, EMOTIONS.iter().map(|(emotion, _)| *emotion))
    }

    /// The event value of that name.
    pub(crate) fn value_name(&mut self, name: &Name, env: &Env<'_>) -> Option<ValueName> {
        self.named("value of an event", name, env, self.schema.value(&name.text), strings(&self.schema.values))
    }

    /// The name list of that name.
    pub(crate) fn list(&mut self, name: &Name, env: &Env<'_>) -> Option<NameListId> {
        self.named("list of names", name, env, self.schema.list(&name.text), strings(&self.schema.lists))
    }

    /// The document of that name.
    pub(crate) fn document(&mut self, name: &Name, env: &Env<'_>) -> Option<DocumentId> {
        self.named("document", name, env, self.schema.document(&name.text), strings(&self.schema.documents))
    }

    /// A bare name as an argument. `date/hesitates` was parsed as a division; here it becomes one name again.
    pub(super) fn word(&mut self, ast: &Ast, env: &Env<'_>, what: &str) -> Option<Name> {
        let (ast, env) = env.resolve(ast);
        if env.is_open(ast) {
            return None;
        }
        let word = spelled(ast);
        if word.is_none() {
            self.problem(env, &ast.span, format!("expected the name of {what}"));
        }
        word.map(|text| Name { text, span: ast.span.clone() })
    }
}

fn strings(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// The text of an expression that is a bare name or a name with `/`.
pub(super) fn spelled(ast: &Ast) -> Option<String> {
    match &ast.kind {
        AstKind::Name(name) => Some(name.clone()),
        AstKind::Binary(BinaryOp::Divide, a, b) => Some(format!("{}/{}", spelled(a)?, spelled(b)?)),
        _ => None,
    }
}
