//! Where problems are gathered, and where expressions are compiled so that theirs are shown inside the scene's text.

use std::ops::Range;

use super::super::diagnostic::{Diagnostic, Source};
use super::super::file::Text;
use super::super::spanned::{Spanned, in_literal};
use crate::language::{self, Effect, Expr, Problem, Schema, Scope, SetExpr, Type};

/// The problems found so far, and the texts they are found in.
pub(super) struct Report<'a> {
    sources: &'a [Source],
    problems: &'a mut Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    pub(super) fn new(sources: &'a [Source], problems: &'a mut Vec<Diagnostic>) -> Self {
        Self { sources, problems }
    }

    /// Whether a problem of a class was added since there were so many.
    pub(super) fn has_since(&self, before: usize, code: &str) -> bool {
        self.problems.iter().skip(before).any(|problem| problem.code == code)
    }

    /// Whether so much is wrong that looking for the nearest name each time would take long and help nobody.
    pub(super) fn is_full(&self) -> bool {
        const MANY: usize = 500;
        self.problems.len() > MANY
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    pub(super) fn error<T>(&mut self, at: &Spanned<T>, code: &'static str, message: impl Into<String>) {
        self.push(Diagnostic::error(code, at.file, at.span.clone(), message));
    }

    pub(super) fn error_help<T>(&mut self, at: &Spanned<T>, code: &'static str, message: impl Into<String>, help: &str) {
        self.push(Diagnostic::error(code, at.file, at.span.clone(), message).help(help.to_owned()));
    }

    pub(super) fn warn<T>(&mut self, at: &Spanned<T>, code: &'static str, message: impl Into<String>, help: &str) {
        self.push(Diagnostic::warning(code, at.file, at.span.clone(), message).help(help.to_owned()));
    }

    /// The place in the file of some bytes of a text's value.
    pub(super) fn inside(&self, text: &Text, bytes: Range<usize>) -> Range<usize> {
        let source = self.sources.get(usize::from(text.file.0));
        match source.and_then(|source| source.text.get(text.span.clone())) {
            Some(literal) => {
                let inside = in_literal(literal, bytes);
                text.span.start + inside.start..text.span.start + inside.end
            }
            None => text.span.clone(),
        }
    }

    /// The source name of a text's file.
    pub(super) fn source_name(&self, text: &Text) -> &str {
        self.sources.get(usize::from(text.file.0)).map_or("", |source| &source.name)
    }

    fn said(&mut self, text: &Text, problems: Vec<Problem>) {
        for Problem { span, message, help } in problems {
            let span = self.inside(text, span);
            self.push(Diagnostic::error("expression", text.file, span, message).help(help));
        }
    }

    /// Compiles an expression of one type; none, and its problems said, when it is not one.
    pub(super) fn expr(&mut self, text: &Text, ty: Type, scope: &Scope, schema: &Schema) -> Option<Expr> {
        language::expression(text, ty, scope, schema).map_err(|problems| self.said(text, problems)).ok()
    }

    /// Compiles an expression that may have any of some types; the problems said are those of the first.
    pub(super) fn expr_of(&mut self, text: &Text, types: &[Type], scope: &Scope, schema: &Schema) -> Option<Expr> {
        let fits = |ty: &Type| language::expression(text, *ty, scope, schema).ok();
        match types.iter().find_map(fits) {
            Some(expr) => Some(expr),
            None => self.expr(text, *types.first()?, scope, schema),
        }
    }

    /// Compiles the set that binds a role.
    pub(super) fn set(&mut self, text: &Text, binds: &str, scope: &Scope, schema: &Schema) -> Option<SetExpr> {
        language::set(text, binds, scope, schema).map_err(|problems| self.said(text, problems)).ok()
    }

    /// Compiles an effect, which may bind further names in the scope.
    pub(super) fn effect(&mut self, text: &Text, scope: &mut Scope, schema: &Schema) -> Option<Effect> {
        language::effect(text, scope, schema).map_err(|problems| self.said(text, problems)).ok()
    }
}
