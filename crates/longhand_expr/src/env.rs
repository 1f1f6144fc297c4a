//! Name resolution at one position of a text: the variables of the rule, the members of sets, the arguments of defs.

use std::ops::Range;

use super::ast::{ExprAst, ExprAstKind};
use super::schema::DefSchema;
use super::scope::Scope;
use crate::hash::stable_hash;

/// A chain of bindings, innermost first. The body of a def sees only its parameters.
#[derive(Clone, Copy)]
pub(crate) enum Env<'e> {
    Rule(&'e Scope),
    /// The body of a def that is checked without a call: its arguments are unknown.
    UncalledDef(&'e DefSchema),
    /// `name` and `it` are bound to the member in `slot`.
    Member {
        name: &'e str,
        slot: u8,
        outer: &'e Env<'e>,
    },
    Def {
        def: &'e DefSchema,
        args: &'e [ExprAst],
        call: &'e Range<usize>,
        caller: &'e Env<'e>,
    },
}

pub(crate) enum NameBinding<'e> {
    Slot(u8),
    /// A variable that stands for several agents: its slot, and the set that they are taken from.
    Several(u8, &'e str),
    Argument(&'e ExprAst, &'e Env<'e>),
    /// A parameter of a def that is checked without a call.
    Unknown,
}

impl<'e> Env<'e> {
    pub(crate) fn lookup(&'e self, name: &str) -> Option<NameBinding<'e>> {
        match self {
            Self::Rule(scope) => {
                let slot = scope.slot(name)?;
                let id = u8::try_from(slot).ok()?;
                Some(scope.several_set(slot).map_or(NameBinding::Slot(id), |set| NameBinding::Several(id, set)))
            }
            Self::UncalledDef(def) => def.params.iter().any(|param| param == name).then_some(NameBinding::Unknown),
            Self::Member { name: member, slot, outer } => {
                if *member == name {
                    Some(NameBinding::Slot(*slot))
                } else {
                    outer.lookup(name).or((name == "it").then_some(NameBinding::Slot(*slot)))
                }
            }
            Self::Def { def, args, caller, .. } => {
                let index = def.params.iter().position(|param| param == name)?;
                args.get(index).map(|arg| NameBinding::Argument(arg, caller))
            }
        }
    }

    /// Replaces a name that is a parameter of a def by the argument of the call, with the argument's environment.
    pub(crate) fn resolve(&'e self, ast: &'e ExprAst) -> (&'e ExprAst, &'e Env<'e>) {
        let (mut ast, mut env) = (ast, self);
        while let ExprAstKind::Name(name) = &ast.kind
            && let Some(NameBinding::Argument(argument, caller)) = env.lookup(name)
        {
            (ast, env) = (argument, caller);
        }
        (ast, env)
    }

    /// Whether an expression is only the name of a def parameter whose argument is unknown.
    pub(crate) fn is_unknown_argument(&'e self, ast: &ExprAst) -> bool {
        matches!(&ast.kind, ExprAstKind::Name(name) if matches!(self.lookup(name), Some(NameBinding::Unknown)))
    }

    /// The innermost def whose body this is, with its call and its caller.
    fn enclosing_def(&'e self) -> Option<(&'e DefSchema, &'e Range<usize>, &'e Env<'e>)> {
        match self {
            Self::Rule(_) | Self::UncalledDef(_) => None,
            Self::Member { outer, .. } => outer.enclosing_def(),
            Self::Def { def, call, caller, .. } => Some((def, call, caller)),
        }
    }

    /// The byte range in the text of the rule itself, and the innermost def if `span` is in the body of one.
    pub(crate) fn locate(&'e self, span: &Range<usize>) -> (Range<usize>, Option<&'e str>) {
        let Some((def, call, caller)) = self.enclosing_def() else { return (span.clone(), None) };
        (caller.locate(call).0, Some(&def.name))
    }

    /// Whether this is the body of that def, or of a def that it calls.
    pub(crate) fn is_within_def(&'e self, name: &str) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::UncalledDef(def) => def.name == name,
            Self::Member { outer, .. } => outer.is_within_def(name),
            Self::Def { def, caller, .. } => def.name == name || caller.is_within_def(name),
        }
    }

    /// Whether the whole text is the body of that def.
    pub(crate) fn is_body_of(&'e self, name: &str) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::UncalledDef(def) => def.name == name,
            Self::Member { outer, .. } => outer.is_body_of(name),
            Self::Def { caller, .. } => caller.is_body_of(name),
        }
    }

    /// Whether this is the body of a def, which does not see the variables of the rule.
    pub(crate) fn is_in_def(&'e self) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::UncalledDef(_) | Self::Def { .. } => true,
            Self::Member { outer, .. } => outer.is_in_def(),
        }
    }

    /// The scope of the enclosing rule; `None` for a def that is checked without a call.
    pub(crate) fn rule_scope(&'e self) -> Option<&'e Scope> {
        match self {
            Self::Rule(scope) => Some(scope),
            Self::UncalledDef(_) => None,
            Self::Member { outer, .. } => outer.rule_scope(),
            Self::Def { caller, .. } => caller.rule_scope(),
        }
    }

    /// The number of nested def calls around this position.
    pub(crate) fn def_depth(&'e self) -> usize {
        self.enclosing_def().map_or(0, |(_, _, caller)| 1 + caller.def_depth())
    }

    /// A hash of a position in the text. It differs between the calls of one def.
    pub(crate) fn position_hash(&'e self, span: &Range<usize>) -> u32 {
        let seed = match self.enclosing_def() {
            None => 0,
            Some((def, call, caller)) => stable_hash(caller.position_hash(call), &def.name),
        };
        stable_hash(seed, &span.start.to_string())
    }

    /// All variables in scope.
    pub(crate) fn variable_names(&'e self) -> Vec<&'e str> {
        match self {
            Self::Rule(scope) => scope.variables.iter().map(String::as_str).collect(),
            Self::Member { name, outer, .. } => {
                let mut names = outer.variable_names();
                names.push(name);
                names
            }
            Self::UncalledDef(def) | Self::Def { def, .. } => def.params.iter().map(String::as_str).collect(),
        }
    }
}
