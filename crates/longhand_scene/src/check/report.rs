//! Collects diagnostics, and compiles expressions so that their errors refer to positions in the scene's text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::decl::Text;
use super::super::diagnostic::{Diagnostic, Severity, SourceText};
use super::super::spanned::{FileId, Spanned};
use super::shared_lists;
use longhand_expr::ids::KindId;
use longhand_expr::{Effect, EffectOperand, Expr, ExprError, Schema, Scope, SetExpr, Type};

/// After this many errors no more expressions are compiled: the search for similar names would take long and not help.
const MAX_ERRORS: usize = 500;

/// The diagnostics found so far, and the sources they refer to.
pub(super) struct CheckReport<'a> {
    sources: &'a [SourceText],
    problems: &'a mut Vec<Diagnostic>,
    errors: usize,
    /// Defs with errors of their own, which are reported only at the def, not at its calls.
    broken: BTreeSet<String>,
    /// By kind: the number of agents at the start.
    sizes: Vec<f64>,
}

impl<'a> CheckReport<'a> {
    pub(super) fn new(sources: &'a [SourceText], problems: &'a mut Vec<Diagnostic>) -> Self {
        Self { sources, problems, errors: 0, broken: BTreeSet::new(), sizes: Vec::new() }
    }

    /// Whether there is a diagnostic with this code.
    pub(super) fn has_code(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// How often a name occurs in all files of the scene as a word, in code, texts and comments.
    pub(super) fn count_word(&self, name: &str) -> usize {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        self.sources.iter().flat_map(|source| source.text.split(|c: char| !is_part(c))).filter(|word| *word == name).count()
    }

    /// Whether the maximum number of errors is reached.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= MAX_ERRORS
    }

    /// The current number of diagnostics, for [`Self::errors_since`] and [`Self::take_since`].
    pub(super) fn mark(&self) -> usize {
        self.problems.len()
    }

    /// The errors added since a mark.
    pub(super) fn errors_since(&self, mark: usize) -> impl Iterator<Item = &Diagnostic> {
        self.problems[mark..].iter().filter(|problem| problem.severity == Severity::Error)
    }

    /// Removes and returns the diagnostics added since a mark.
    pub(super) fn take_since(&mut self, mark: usize) -> Vec<Diagnostic> {
        self.errors -= self.errors_since(mark).count().min(self.errors);
        self.problems.split_off(mark)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        self.problems.push(diagnostic);
    }

    /// At the end of a check: reports that it is incomplete if the maximum number of errors was reached.
    pub(super) fn report_if_full(&mut self) {
        if self.is_full() {
            let message = format!("the check is incomplete because there are {MAX_ERRORS} errors or more; fix these first");
            self.problems.push(Diagnostic::error("limit", FileId(0), 0..0, message));
        }
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

    /// Reports an expression that must be known before the run starts.
    pub(super) fn not_constant(&mut self, text: &Text) {
        let help = "only numbers and params are known before the run starts";
        self.error_help(text, "constant", "this must be constant", help);
    }

    /// Reports a duration in months or years where it must have a fixed length.
    pub(super) fn no_fixed_length(&mut self, text: &Text) {
        let help = "write it in days or weeks, such as `30d` for a month and `365d` for a year";
        self.error_help(text, "calendar", "a month and a year have no fixed length here", help);
    }

    /// Reports a duration that is zero or negative.
    pub(super) fn not_positive(&mut self, text: &Text) {
        self.error(text, "range", "this duration must be greater than 0");
    }

    /// Maps a byte range of a string's value to the file.
    pub(super) fn span_inside(&self, text: &Text, bytes: Range<usize>) -> Range<usize> {
        let source = self.sources.get(usize::from(text.file.0));
        source.map_or_else(|| text.span.clone(), |source| source.span_in_literal(&text.span, bytes))
    }

    /// The name of the source that contains a text.
    pub(super) fn source_name(&self, text: &Text) -> &str {
        self.sources.get(usize::from(text.file.0)).map_or("", |source| &source.name)
    }

    /// Compiles a text and reports its errors; returns `None` if the report is full.
    fn compile<T>(&mut self, text: &Text, compile: impl FnOnce() -> Result<T, Vec<ExprError>>) -> Option<T> {
        if self.is_full() {
            return None;
        }
        compile().map_err(|problems| self.report_problems(text, problems)).ok()
    }

    /// Reports the problems of a text at their positions inside it.
    pub(super) fn report_problems(&mut self, text: &Text, problems: Vec<ExprError>) {
        for ExprError { span, message, help, def, is_unknown_name: unknown } in problems {
            if !def.is_some_and(|def| self.broken.contains(&def)) {
                let code = if unknown { "unknown-name" } else { "expression" };
                let word = text.get(span.clone()).filter(|_| unknown && message.contains("list of names"));
                let help = word.and_then(shared_lists::include_help).or(help);
                let span = self.span_inside(text, span);
                self.push(Diagnostic::error(code, text.file, span, message).help(help));
            }
        }
    }

    /// Sets the number of agents by kind, for the check of scan sizes.
    pub(super) fn set_kind_sizes(&mut self, sizes: Vec<f64>) {
        self.sizes = sizes;
    }

    /// Reports a text that visits too many agents at each evaluation.
    fn check_scan_size(&mut self, text: &Text, count: impl FnOnce(&dyn Fn(KindId) -> f64) -> f64) {
        const MOST: f64 = 1e8;
        let visited = count(&|kind| self.sizes.get(kind.index()).copied().unwrap_or(1.0));
        if visited > MOST {
            let help = "use a smaller set, such as `here` or `ties`, or store the result in an attribute that a process updates";
            self.error_help(text, "limit", format!("each evaluation of this visits {visited:e} combinations of agents"), help);
        }
    }

    /// Suppresses further problems inside this def.
    pub(super) fn mark_broken(&mut self, def: &str) {
        self.broken.insert(def.to_owned());
    }

    /// Compiles an expression of the given type; reports its errors.
    pub(super) fn expr(&mut self, text: &Text, ty: Type, scope: &Scope, schema: &Schema) -> Option<Expr> {
        let expr = self.compile(text, || longhand_expr::compile_expr(text, ty, scope, schema))?;
        self.check_scan_size(text, |size| expr.agents_visited(size));
        Some(expr)
    }

    /// Compiles an expression that may have any of the given types; reports the errors for the first type.
    pub(super) fn expr_of_any(&mut self, text: &Text, types: &[Type], scope: &Scope, schema: &Schema) -> Option<Expr> {
        let (first, others) = types.split_first()?;
        let expr = self.compile(text, || {
            let compile_as = |ty: &Type| longhand_expr::compile_expr(text, *ty, scope, schema);
            compile_as(first).or_else(|problems| others.iter().find_map(|ty| compile_as(ty).ok()).ok_or(problems))
        })?;
        self.check_scan_size(text, |size| expr.agents_visited(size));
        Some(expr)
    }

    /// Compiles the set that binds a role.
    pub(super) fn set(&mut self, text: &Text, binds: &str, scope: &Scope, schema: &Schema) -> Option<SetExpr> {
        let set = self.compile(text, || longhand_expr::compile_set(text, binds, scope, schema))?;
        self.check_scan_size(text, |size| set.agents_visited(size));
        Some(set)
    }

    /// Compiles an effect; it may bind further names in the scope.
    pub(super) fn effect(&mut self, text: &Text, scope: &mut Scope, schema: &Schema) -> Option<Effect> {
        let effect = self.compile(text, || longhand_expr::compile_effect(text, scope, schema))?;
        self.check_scan_size(text, |size| {
            let mut most = 0.0_f64;
            effect.visit_operands(&mut |part| {
                most = most.max(match part {
                    EffectOperand::Expr(expr) => expr.agents_visited(size),
                    EffectOperand::Set(set) => set.agents_visited(size),
                    EffectOperand::Fact(_) => 0.0,
                });
            });
            most
        });
        Some(effect)
    }
}
