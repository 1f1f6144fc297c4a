//! Name resolution at one position of a text: the variables of the rule, the members of sets, the arguments of defs.

use std::ops::Range;

use super::ast::{Ast, AstKind};
use super::schema::Def;
use super::scope::Scope;
use crate::ids::stable_hash;

/// A chain of bindings, innermost first. The body of a def sees only its parameters.
#[derive(Clone, Copy)]
pub(crate) enum Env<'e> {
    Rule(&'e Scope),
    /// The body of a def that is checked without a call: its arguments are unknown.
    Open(&'e Def),
    /// `name` and `it` are bound to the member in `slot`.
    Member {
        name: &'e str,
        slot: u8,
        outer: &'e Env<'e>,
    },
    Def {
        def: &'e Def,
        args: &'e [Ast],
        call: &'e Range<usize>,
        caller: &'e Env<'e>,
    },
}

pub(crate) enum Bound<'e> {
    Slot(u8),
    Argument(&'e Ast, &'e Env<'e>),
    /// A parameter of a def that is checked without a call.
    Anything,
}

impl<'e> Env<'e> {
    pub(crate) fn find(&'e self, name: &str) -> Option<Bound<'e>> {
        match self {
            Self::Rule(scope) => scope.slot(name).and_then(|slot| u8::try_from(slot).ok()).map(Bound::Slot),
            Self::Open(def) => def.of.iter().any(|given| given == name).then_some(Bound::Anything),
            Self::Member { name: member, slot, outer } => {
                if *member == name {
                    Some(Bound::Slot(*slot))
                } else {
                    outer.find(name).or((name == "it").then_some(Bound::Slot(*slot)))
                }
            }
            Self::Def { def, args, caller, .. } => {
                let at = def.of.iter().position(|given| given == name)?;
                args.get(at).map(|arg| Bound::Argument(arg, caller))
            }
        }
    }

    /// Replaces a name that is a parameter of a def by the argument of the call, with the argument's environment.
    pub(crate) fn resolve(&'e self, ast: &'e Ast) -> (&'e Ast, &'e Env<'e>) {
        let (mut ast, mut env) = (ast, self);
        while let AstKind::Name(name) = &ast.kind
            && let Some(Bound::Argument(argument, caller)) = env.find(name)
        {
            (ast, env) = (argument, caller);
        }
        (ast, env)
    }

    /// Whether an expression is only the name of a def parameter whose argument is unknown.
    pub(crate) fn is_open(&'e self, ast: &Ast) -> bool {
        matches!(&ast.kind, AstKind::Name(name) if matches!(self.find(name), Some(Bound::Anything)))
    }

    /// The innermost def whose body this is, with its call and its caller.
    fn def(&'e self) -> Option<(&'e Def, &'e Range<usize>, &'e Env<'e>)> {
        match self {
            Self::Rule(_) | Self::Open(_) => None,
            Self::Member { outer, .. } => outer.def(),
            Self::Def { def, call, caller, .. } => Some((def, call, caller)),
        }
    }

    /// The byte range in the text of the rule itself, and the innermost def if `span` is in the body of one.
    pub(crate) fn locate(&'e self, span: &Range<usize>) -> (Range<usize>, Option<&'e str>) {
        let Some((def, call, caller)) = self.def() else { return (span.clone(), None) };
        (caller.locate(call).0, Some(&def.name))
    }

    /// Whether this is the body of that def, or of a def that it calls.
    pub(crate) fn is_within(&'e self, name: &str) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::Open(def) => def.name == name,
            Self::Member { outer, .. } => outer.is_within(name),
            Self::Def { def, caller, .. } => def.name == name || caller.is_within(name),
        }
    }

    /// Whether the whole text is the body of that def.
    pub(crate) fn is_body_of(&'e self, name: &str) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::Open(def) => def.name == name,
            Self::Member { outer, .. } => outer.is_body_of(name),
            Self::Def { caller, .. } => caller.is_body_of(name),
        }
    }

    /// Whether this is the body of a def, which does not see the variables of the rule.
    pub(crate) fn is_in_def(&'e self) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::Open(_) | Self::Def { .. } => true,
            Self::Member { outer, .. } => outer.is_in_def(),
        }
    }

    /// The scope of the enclosing rule; `None` for a def that is checked without a call.
    pub(crate) fn rule(&'e self) -> Option<&'e Scope> {
        match self {
            Self::Rule(scope) => Some(scope),
            Self::Open(_) => None,
            Self::Member { outer, .. } => outer.rule(),
            Self::Def { caller, .. } => caller.rule(),
        }
    }

    /// The number of nested def calls around this position.
    pub(crate) fn depth(&'e self) -> usize {
        self.def().map_or(0, |(_, _, caller)| 1 + caller.depth())
    }

    /// A stable hash of a position in the text. It differs between the calls of one def.
    pub(crate) fn site(&'e self, seed: u32, span: &Range<usize>) -> u32 {
        let seed = match self.def() {
            None => seed,
            Some((def, call, caller)) => stable_hash(caller.site(seed, call), &def.name),
        };
        stable_hash(seed, &span.start.to_string())
    }

    /// All variables in scope.
    pub(crate) fn names(&'e self) -> Vec<&'e str> {
        match self {
            Self::Rule(scope) => scope.variables.iter().map(String::as_str).collect(),
            Self::Member { name, outer, .. } => {
                let mut names = outer.names();
                names.push(name);
                names
            }
            Self::Open(def) | Self::Def { def, .. } => def.of.iter().map(String::as_str).collect(),
        }
    }
}
