//! Words that name something declared, each with its own wording when nothing of that name is.

use std::ops::Range;

use crate::ids::{AttrId, DimId, DocumentId, Emotion, EventKind, KindId, NameListId, TieId};

use super::super::ast::{Ast, AstKind, BinaryOp, Name};
use super::super::env::Env;
use super::super::problem::nearest;
use super::super::schema::{EMOTIONS, FIELDS};
use super::super::view::ValueName;
use super::call::FUNCTIONS;
use super::{Checker, Value};

const CLOCK: [&str; 10] = ["none", "now", "elapsed", "start", "hour", "weekday", "day_of_week", "month", "day", "year"];

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
        if schema.dim(name).is_some() || schema.tie(name).is_some() || FUNCTIONS.contains(&name) {
            self.problem(env, span, format!("`{name}` must be told of whom: it stands alone here")).help =
                Some(format!("write it with brackets, as in `{name}(…)`"));
        } else if schema.attribute(name).is_some() || FIELDS.iter().any(|(field, ..)| *field == name) {
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
            let candidates: Vec<&str> = env.names().into_iter().chain(strings).chain(others).chain(CLOCK).collect();
            self.unknown("variable, agent, parameter, def or place", name, span, env, candidates);
        }
        self.poison(env, span)
    }

    /// The attribute that a name means.
    pub(crate) fn attribute(&mut self, name: &Name, env: &Env<'_>) -> Option<AttrId> {
        let schema = self.schema;
        let found = schema.attribute(&name.text);
        if found.is_none() {
            let fields = FIELDS.iter().map(|(field, ..)| *field);
            self.unknown(
                "attribute",
                &name.text,
                &name.span,
                env,
                schema.attributes.iter().map(|a| a.name.as_str()).chain(fields),
            );
        }
        found
    }

    /// The tie that a name means.
    pub(crate) fn tie(&mut self, name: &Name, env: &Env<'_>) -> Option<TieId> {
        let schema = self.schema;
        let found = schema.tie(&name.text);
        if found.is_none() {
            self.unknown("tie", &name.text, &name.span, env, schema.ties.iter().map(|t| t.name.as_str()));
        }
        found
    }

    /// The dimension of bonds that a name means.
    pub(crate) fn dim(&mut self, name: &Name, env: &Env<'_>) -> Option<DimId> {
        let schema = self.schema;
        let found = schema.dim(&name.text);
        if found.is_none() {
            self.unknown("dimension of a bond", &name.text, &name.span, env, schema.dims.iter().map(String::as_str));
        }
        found
    }

    /// The kind of agents that a name means.
    pub(crate) fn kind(&mut self, name: &Name, env: &Env<'_>) -> Option<KindId> {
        let schema = self.schema;
        let found = schema.kind(&name.text);
        if found.is_none() {
            self.unknown("kind", &name.text, &name.span, env, schema.kinds.iter().map(String::as_str));
        }
        found
    }

    /// The kind of events that a name means.
    pub(crate) fn event(&mut self, name: &Name, env: &Env<'_>) -> Option<EventKind> {
        let schema = self.schema;
        let found = schema.event(&name.text);
        if found.is_none() {
            self.unknown("event", &name.text, &name.span, env, schema.events.iter().map(String::as_str));
        }
        found
    }

    /// The emotion that a name means.
    pub(crate) fn emotion(&mut self, name: &Name, env: &Env<'_>) -> Option<Emotion> {
        let found = EMOTIONS.iter().find(|(emotion, _)| *emotion == name.text).map(|(_, emotion)| *emotion);
        if found.is_none() {
            self.unknown("emotion", &name.text, &name.span, env, EMOTIONS.iter().map(|(emotion, _)| *emotion));
        }
        found
    }

    /// The number of an event that a name means.
    pub(crate) fn value_name(&mut self, name: &Name, env: &Env<'_>) -> Option<ValueName> {
        let schema = self.schema;
        let found = schema.value(&name.text);
        if found.is_none() {
            self.unknown("value of an event", &name.text, &name.span, env, schema.values.iter().map(String::as_str));
        }
        found
    }

    /// The list of names that a name means.
    pub(crate) fn list(&mut self, name: &Name, env: &Env<'_>) -> Option<NameListId> {
        let schema = self.schema;
        let found = schema.list(&name.text);
        if found.is_none() {
            self.unknown("list of names", &name.text, &name.span, env, schema.lists.iter().map(String::as_str));
        }
        found
    }

    /// The document that a name means.
    pub(crate) fn document(&mut self, name: &Name, env: &Env<'_>) -> Option<DocumentId> {
        let schema = self.schema;
        let found = schema.document(&name.text);
        if found.is_none() {
            self.unknown("document", &name.text, &name.span, env, schema.documents.iter().map(String::as_str));
        }
        found
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

/// The word that an expression spells, if it is one.
pub(super) fn spelled(ast: &Ast) -> Option<String> {
    match &ast.kind {
        AstKind::Name(name) => Some(name.clone()),
        AstKind::Binary(BinaryOp::Divide, a, b) => Some(format!("{}/{}", spelled(a)?, spelled(b)?)),
        _ => None,
    }
}
