//! Checks the functions and sets about what agents have promised and what they intend.

use super::super::ast::{ExprAst, Ident};
use super::super::env::Env;
use super::super::node::{ExprNode, NodeId};
use super::super::types::Type;
use super::super::words::COMMITMENT_FUNCTIONS;
use super::{CheckedValue, Checker, NO_NODE, POISON};
use crate::ids::AppointmentId;

impl Checker<'_> {
    /// Checks a call of a function about appointments or intentions; `None` for the name of no such function.
    pub(super) fn check_commitment_call(
        &mut self,
        name: &Ident,
        args: &[ExprAst],
        ast: &ExprAst,
        env: &Env<'_>,
    ) -> Option<CheckedValue> {
        let (function, form, arity) = COMMITMENT_FUNCTIONS.iter().find(|(function, ..)| *function == name.text)?;
        let start = self.next_node();
        if !self.check_arity(name, args, arity.clone(), form, env) {
            return Some(POISON);
        }
        let a = self.check_as(&args[0], env, Type::Agent);
        let (node, ty) = match *function {
            "appointment" | "until" => {
                let b = self.check_as(&args[1], env, Type::Agent);
                let Some(what) = self.check_optional_appointment(args.get(2), env) else { return Some(POISON) };
                match *function {
                    "until" => (ExprNode::UntilAppointment(what, a, b), Type::Duration),
                    _ => (ExprNode::HasAppointment(what, a, b), Type::Switch),
                }
            }
            _ => {
                let intention = self.check_bare_name(&args[1], env, "an intention");
                let intention = intention.and_then(|name| self.resolve_intention(&name, env));
                let about = self.check_optional_agent(args, 2, env);
                let Some(intention) = intention else { return Some(POISON) };
                let is_intended = *function == "intends";
                let node =
                    if is_intended { ExprNode::Intends(intention, a, about) } else { ExprNode::CarriedOut(intention, a, about) };
                (node, Type::Switch)
            }
        };
        let node = self.emit(start, node, &ast.span, env);
        Some(CheckedValue { node, ty: Some(ty) })
    }

    /// The kind of appointment, if one is given. `None` after an error.
    fn check_optional_appointment(&mut self, arg: Option<&ExprAst>, env: &Env<'_>) -> Option<Option<AppointmentId>> {
        let Some(arg) = arg else { return Some(None) };
        let name = self.check_bare_name(arg, env, "an appointment")?;
        self.resolve_appointment(&name, env).map(Some)
    }

    /// Checks `appointments(a)`, `appointments(a, what)` or `intended(a, intention)`.
    pub(super) fn check_commitment_set(&mut self, name: &Ident, args: &[ExprAst], ast: &ExprAst, env: &Env<'_>) -> NodeId {
        let start = self.next_node();
        let is_appointment = name.text == "appointments";
        let (arity, form) = if is_appointment { (1..=2, "appointments(a, what)") } else { (2..=2, "intended(a, intention)") };
        if !self.check_arity(name, args, arity, form, env) {
            return NO_NODE;
        }
        let agent = self.check_as(&args[0], env, Type::Agent);
        let node = if is_appointment {
            self.check_optional_appointment(args.get(1), env).map(|what| ExprNode::Appointed(what, agent))
        } else {
            let intention = self.check_bare_name(&args[1], env, "an intention");
            intention.and_then(|name| self.resolve_intention(&name, env)).map(|intention| ExprNode::Intended(intention, agent))
        };
        node.map_or(NO_NODE, |node| self.emit(start, node, &ast.span, env))
    }
}
