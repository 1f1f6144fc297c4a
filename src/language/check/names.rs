//! Words that name something declared, each with its own wording when nothing of that name is.

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
            self.problem(env, span, format!("`{name}` must be told of whom: it stands alone here")).help =
                Some(format!("write it with brackets, as in `{name}(…)`"));
        } else if schema.attribute(name).is_some() || is_field(name) {
            self.problem(env, span, format!("`{name}` must be told whose it is")).help =
                Some(format!("write `self.{name}`, for example"));
        } else if name == "self" && env.is_in_def() {
            self.problem(env, span, "a def does not know `self`, only what it is given").help =
                Some("add a name to its `of`, and give it `self` where it is called".to_owned());
        } else if name == "it" {
            self.problem(env, span, "`it` stands for nothing here").help =
                Some("`it` is the member of a set, inside that set's `where`".to_owned());
        } else {
            let strings = schema.cast.iter().chain(&schema.places).map(String::as_str);
            let others = schema.params.iter().map(|p| p.name.as_str()).chain(schema.defs.iter().map(|d| d.name.as_str()));
            let candidates: Vec<&str> = env.names().into_iter().chain(strings).chain(others).chain(BARE).collect();
            self.unknown("variable, agent, parameter, def or place", name, span, env, candidates);
        }
        POISON
    }

    /// What a name was found to mean; says so when it means nothing.
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

    /// The attribute that a name means.
    pub(crate) fn attribute(&mut self, name: &Name, env: &Env<'_>) -> Option<AttrId> {
        let names = self.schema.attributes.iter().map(|a| a.name.as_str()).chain(FIELDS.iter().map(|(field, ..)| *field));
        self.named("attribute", name, env, self.schema.attribute(&name.text), names)
    }

    /// The tie that a name means.
    pub(crate) fn tie(&mut self, name: &Name, env: &Env<'_>) -> Option<TieId> {
        let names = self.schema.ties.iter().map(|t| t.name.as_str());
        self.named("tie", name, env, self.schema.tie(&name.text), names)
    }

    /// The dimension of bonds that a name means.
    pub(crate) fn dim(&mut self, name: &Name, env: &Env<'_>) -> Option<DimId> {
        self.named("dimension of a bond", name, env, self.schema.dim(&name.text), strings(&self.schema.dims))
    }

    /// The kind of agents that a name means.
    pub(crate) fn kind(&mut self, name: &Name, env: &Env<'_>) -> Option<KindId> {
        self.named("kind", name, env, self.schema.kind(&name.text), strings(&self.schema.kinds))
    }

    /// The kind of events that a name means.
    pub(crate) fn event(&mut self, name: &Name, env: &Env<'_>) -> Option<EventKind> {
        self.named("event", name, env, self.schema.event(&name.text), strings(&self.schema.events))
    }

    /// The emotion that a name means.
    pub(crate) fn emotion(&mut self, name: &Name, env: &Env<'_>) -> Option<Emotion> {
        let found = EMOTIONS.iter().find(|(emotion, _)| *emotion == name.text).map(|(_, emotion)| *emotion);
        self.named("emotion", name, env, found, EMOTIONS.iter().map(|(emotion, _)| *emotion))
    }

    /// The number of an event that a name means.
    pub(crate) fn value_name(&mut self, name: &Name, env: &Env<'_>) -> Option<ValueName> {
        self.named("value of an event", name, env, self.schema.value(&name.text), strings(&self.schema.values))
    }

    /// The list of names that a name means.
    pub(crate) fn list(&mut self, name: &Name, env: &Env<'_>) -> Option<NameListId> {
        self.named("list of names", name, env, self.schema.list(&name.text), strings(&self.schema.lists))
    }

    /// The document that a name means.
    pub(crate) fn document(&mut self, name: &Name, env: &Env<'_>) -> Option<DocumentId> {
        self.named("document", name, env, self.schema.document(&name.text), strings(&self.schema.documents))
    }

    /// A bare word given as an argument. `date/hesitates` was parsed as a division; here it is one word again.
    pub(super) fn word(&mut self, ast: &Ast, env: &Env<'_>, what: &str) -> Option<Name> {
        let (ast, env) = env.resolve(ast);
        if env.is_open(ast) {
            return None;
        }
        let word = spelled(ast);
        if word.is_none() {
            self.problem(env, &ast.span, format!("the name of {what} must stand here"));
        }
        word.map(|text| Name { text, span: ast.span.clone() })
    }
}

fn strings(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// The word that an expression spells, if it is one.
pub(super) fn spelled(ast: &Ast) -> Option<String> {
    match &ast.kind {
        AstKind::Name(name) => Some(name.clone()),
        AstKind::Binary(BinaryOp::Divide, a, b) => Some(format!("{}/{}", spelled(a)?, spelled(b)?)),
        _ => None,
    }
}
