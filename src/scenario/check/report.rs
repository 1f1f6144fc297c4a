//! Where problems are gathered, and where expressions are compiled so that theirs are shown inside the scene's text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::diagnostic::{Diagnostic, Severity, Source};
use super::super::file::Text;
use super::super::spanned::{FileId, Spanned, in_literal};
use crate::ids::KindId;
use crate::language::{self, Effect, Expr, Part, Problem, Schema, Scope, SetExpr, Type};

/// With so many errors no more expressions are compiled: to look for what each was meant to say would take long and help nobody.
const MANY: usize = 500;

/// The problems found so far, and the texts they are found in.
pub(super) struct Report<'a> {
    sources: &'a [Source],
    problems: &'a mut Vec<Diagnostic>,
    errors: usize,
    /// Defs whose own words are wrong: said once, and not again wherever they are called.
    broken: BTreeSet<String>,
    /// By kind: how many agents there are of it at the start.
    sizes: Vec<f64>,
}

impl<'a> Report<'a> {
    pub(super) fn new(sources: &'a [Source], problems: &'a mut Vec<Diagnostic>) -> Self {
        Self { sources, problems, errors: 0, broken: BTreeSet::new(), sizes: Vec::new() }
    }

    /// Whether a problem of a class was found.
    pub(super) fn has(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// Whether so much is wrong that no more is looked for.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= MANY
    }

    /// How much was said so far.
    pub(super) fn mark(&self) -> usize {
        self.problems.len()
    }

    /// The errors said since a mark.
    pub(super) fn errors_since(&self, mark: usize) -> impl Iterator<Item = &Diagnostic> {
        self.problems[mark..].iter().filter(|said| said.severity == Severity::Error)
    }

    /// Takes back what was said since a mark.
    pub(super) fn take_since(&mut self, mark: usize) -> Vec<Diagnostic> {
        self.errors -= self.errors_since(mark).count().min(self.errors);
        self.problems.split_off(mark)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        if self.errors == MANY {
            let message = format!("with {MANY} errors no more is looked for: mend these first");
            self.problems.push(Diagnostic::error("limit", FileId(0), 0..0, message));
            self.errors += 1;
        }
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

    /// What compiling a text gave, with its problems said; nothing where no more is looked for.
    fn compiled<T>(&mut self, text: &Text, compile: impl FnOnce() -> Result<T, Vec<Problem>>) -> Option<T> {
        if self.is_full() {
            return None;
        }
        compile().map_err(|problems| self.said(text, problems)).ok()
    }

    /// Says what is wrong with a text, at its place inside it.
    pub(super) fn said(&mut self, text: &Text, problems: Vec<Problem>) {
        for Problem { span, message, help, def, unknown } in problems {
            if !def.is_some_and(|def| self.broken.contains(&def)) {
                let code = if unknown { "unknown-name" } else { "expression" };
                let span = self.inside(text, span);
                self.push(Diagnostic::error(code, text.file, span, message).help(help));
            }
        }
    }

    /// How many agents there are of each kind, for finding texts that look at too many.
    pub(super) fn sizes(&mut self, sizes: Vec<f64>) {
        self.sizes = sizes;
    }

    /// Says when a text looks at more agents, each time it is asked, than a run has time for.
    fn looks_at(&mut self, text: &Text, count: impl FnOnce(&dyn Fn(KindId) -> f64) -> f64) {
        const MOST: f64 = 1e8;
        let many = count(&|kind| self.sizes.get(kind.index()).copied().unwrap_or(1.0));
        if many > MOST {
            let help = "ask those who are near, or keep a part of the answer in an attribute that a process brings up to date";
            self.error_help(text, "limit", format!("this looks at {many:e} agents each time it is asked, one for another"), help);
        }
    }

    /// Says nothing any more of what is inside a def.
    pub(super) fn is_broken(&mut self, def: &str) {
        self.broken.insert(def.to_owned());
    }

    /// Compiles an expression of one type; none, and its problems said, when it is not one.
    pub(super) fn expr(&mut self, text: &Text, ty: Type, scope: &Scope, schema: &Schema) -> Option<Expr> {
        let expr = self.compiled(text, || language::expression(text, ty, scope, schema))?;
        self.looks_at(text, |size| expr.looks_at(size));
        Some(expr)
    }

    /// Compiles an expression that may have any of some types; the problems said are those of the first.
    pub(super) fn expr_of(&mut self, text: &Text, types: &[Type], scope: &Scope, schema: &Schema) -> Option<Expr> {
        let (first, others) = types.split_first()?;
        let expr = self.compiled(text, || {
            let of = |ty: &Type| language::expression(text, *ty, scope, schema);
            of(first).or_else(|problems| others.iter().find_map(|ty| of(ty).ok()).ok_or(problems))
        })?;
        self.looks_at(text, |size| expr.looks_at(size));
        Some(expr)
    }

    /// Compiles the set that binds a role.
    pub(super) fn set(&mut self, text: &Text, binds: &str, scope: &Scope, schema: &Schema) -> Option<SetExpr> {
        let set = self.compiled(text, || language::set(text, binds, scope, schema))?;
        self.looks_at(text, |size| set.looks_at(size));
        Some(set)
    }

    /// Compiles an effect, which may bind further names in the scope.
    pub(super) fn effect(&mut self, text: &Text, scope: &mut Scope, schema: &Schema) -> Option<Effect> {
        let effect = self.compiled(text, || language::effect(text, scope, schema))?;
        self.looks_at(text, |size| {
            let mut most = 0.0_f64;
            effect.visit(&mut |part| {
                most = most.max(match part {
                    Part::Expr(expr) => expr.looks_at(size),
                    Part::Set(set) => set.looks_at(size),
                    Part::Fact(_) => 0.0,
                });
            });
            most
        });
        Some(effect)
    }
}
