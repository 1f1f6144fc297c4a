//! What names mean at one place of a text: the rule's variables, the members of sets, the arguments of defs.

use std::ops::Range;

use super::ast::{Ast, AstKind};
use super::schema::Def;
use super::scope::Scope;
use crate::ids::stable_hash;

/// A chain of bindings, innermost first. A def's body sees only what the def is given.
#[derive(Clone, Copy)]
pub(crate) enum Env<'e> {
    Rule(&'e Scope),
    /// The body of a def by itself: its arguments may be anything.
    Open(&'e Def),
    /// `name`, and `it`, stand for the member in `slot`.
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
    /// Something a def is given, of which nothing is known.
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

    /// Follows a name that stands for a def's argument to the argument itself.
    pub(crate) fn resolve(&'e self, ast: &'e Ast) -> (&'e Ast, &'e Env<'e>) {
        let (mut ast, mut env) = (ast, self);
        while let AstKind::Name(name) = &ast.kind
            && let Some(Bound::Argument(argument, caller)) = env.find(name)
        {
            (ast, env) = (argument, caller);
        }
        (ast, env)
    }

    /// Whether a text is no more than the name of something a def is given.
    pub(crate) fn is_open(&'e self, ast: &Ast) -> bool {
        matches!(&ast.kind, AstKind::Name(name) if matches!(self.find(name), Some(Bound::Anything)))
    }

    /// The def whose body this is, its call, and the caller.
    fn def(&'e self) -> Option<(&'e Def, &'e Range<usize>, &'e Env<'e>)> {
        match self {
            Self::Rule(_) | Self::Open(_) => None,
            Self::Member { outer, .. } => outer.def(),
            Self::Def { def, call, caller, .. } => Some((def, call, caller)),
        }
    }

    /// The place in the rule's own text, and the innermost def on the way there.
    pub(crate) fn locate(&'e self, span: &Range<usize>) -> (Range<usize>, Option<&'e str>) {
        let Some((def, call, caller)) = self.def() else { return (span.clone(), None) };
        (caller.locate(call).0, Some(&def.name))
    }

    /// Whether this is the body of that def, or of one it called.
    pub(crate) fn is_within(&'e self, name: &str) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::Open(def) => def.name == name,
            Self::Member { outer, .. } => outer.is_within(name),
            Self::Def { def, caller, .. } => def.name == name || caller.is_within(name),
        }
    }

    /// Whether the text as a whole is that def's body.
    pub(crate) fn is_body_of(&'e self, name: &str) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::Open(def) => def.name == name,
            Self::Member { outer, .. } => outer.is_body_of(name),
            Self::Def { caller, .. } => caller.is_body_of(name),
        }
    }

    /// Whether this is the body of a def, where nothing of the rule is known.
    pub(crate) fn is_in_def(&'e self) -> bool {
        match self {
            Self::Rule(_) => false,
            Self::Open(_) | Self::Def { .. } => true,
            Self::Member { outer, .. } => outer.is_in_def(),
        }
    }

    /// The scope of the rule that this is a part of, unless it is a def by itself.
    pub(crate) fn rule(&'e self) -> Option<&'e Scope> {
        match self {
            Self::Rule(scope) => Some(scope),
            Self::Open(_) => None,
            Self::Member { outer, .. } => outer.rule(),
            Self::Def { caller, .. } => caller.rule(),
        }
    }

    /// How many defs deep this is.
    pub(crate) fn depth(&'e self) -> usize {
        self.def().map_or(0, |(_, _, caller)| 1 + caller.depth())
    }

    /// A stable number for a place in the text, that tells a def's calls apart.
    pub(crate) fn site(&'e self, seed: u32, span: &Range<usize>) -> u32 {
        let seed = match self.def() {
            None => seed,
            Some((def, call, caller)) => stable_hash(caller.site(seed, call), &def.name),
        };
        stable_hash(seed, &span.start.to_string())
    }

    /// Every variable that can be named here.
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
