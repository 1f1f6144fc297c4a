//! What is waited for: beats, patterns, and what is measured at them.

use super::super::file::{self, SceneFile, Text, When};
use super::super::model::{self, At, RoleIs, Who};
use super::Check;
use super::names::{once, unknown_in};
use crate::ids::{AgentId, EventKind};
use crate::language::{MAX_SLOTS, Scope, Type};

impl Check<'_> {
    pub(super) fn patterns(&mut self, written: &[file::Beat]) -> Vec<model::Pattern> {
        written.iter().map(|beat| self.pattern(beat)).collect()
    }

    fn pattern(&mut self, written: &file::Beat) -> model::Pattern {
        if written.events.is_empty() {
            self.report.error(&written.id, "empty", format!("`{}` waits for nothing", written.id.as_str()));
        }
        let mut variables = Vec::new();
        let clauses = written.events.iter().enumerate().map(|(i, clause)| self.clause(written, i, clause, &mut variables));
        let clauses = clauses.collect();
        if variables.len() > MAX_SLOTS {
            let message =
                format!("`{}` has {} variables, and at most {MAX_SLOTS} can be told apart", written.id.as_str(), variables.len());
            self.report.error(&written.id, "limit", message);
        }
        model::Pattern { id: written.id.value.clone(), title: written.title.clone(), must: written.must, variables, clauses }
    }

    fn clause(&mut self, beat: &file::Beat, nth: usize, written: &file::Clause, variables: &mut Vec<String>) -> model::Clause {
        if written.on.is_empty() {
            self.report.error(&beat.id, "empty", format!("event {} of `{}` has no `on`", nth + 1, beat.id.as_str()));
        }
        once(&written.roles, &mut self.report);
        let mut on = Vec::new();
        for text in &written.on {
            let kinds = self.event_kinds(text);
            self.expected(beat, text, &kinds);
            self.with_roles(text, &kinds, &written.roles, &mut on);
        }
        on.sort_unstable();
        on.dedup();
        self.may_do(&written.roles, &on);
        let roles = written.roles.iter().map(|(_, who)| match self.names.cast.get(who) {
            Some(agent) => RoleIs::Agent(AgentId::at(agent)),
            None => RoleIs::Variable(variable(who, variables)),
        });
        let roles = roles.collect();
        let scope = Scope::new(variables.iter().cloned()).salted(&format!("beat {} {nth}", beat.id.as_str())).at_event();
        let when = self.optional(&written.when, Type::Switch, &scope);
        let times = written.times.as_ref().map_or(1, |times| **times);
        if let Some(at) = &written.times
            && times == 0
        {
            self.report.error(at, "range", "an event is waited for at least once");
        }
        if nth == 0 {
            let message = "there is no event before this one";
            if let Some(within) = &written.within {
                self.report.warn(within, "never", message, "`within` counts from the event before; take it away");
            }
            if let Some(unless) = written.unless.first() {
                self.report.warn(unless, "never", message, "`unless` looks between two events; take it away");
            }
        }
        let mut unless: Vec<EventKind> = written.unless.iter().flat_map(|text| self.event_kinds(text)).collect();
        unless.sort_unstable();
        unless.dedup();
        model::Clause { on, roles, when, within: self.span(&written.within), times, unless }
    }

    /// Adds the events of `on`, each with the slots of the roles; says when an event has no such role.
    fn with_roles(&mut self, text: &Text, kinds: &[EventKind], roles: &[(Text, Text)], on: &mut Vec<(EventKind, Vec<usize>)>) {
        let before = on.len();
        for kind in kinds {
            let slots = &self.events.infos[kind.index()].slots;
            let at: Option<Vec<usize>> =
                roles.iter().map(|(role, _)| slots.iter().position(|slot| slot == role.as_str())).collect();
            if let Some(at) = at {
                on.push((*kind, at));
            }
        }
        // Of a tag's events those without the role are passed over, unless that is all of them.
        if on.len() > before || kinds.is_empty() {
            return;
        }
        let slots: Vec<String> = kinds.iter().flat_map(|kind| self.events.infos[kind.index()].slots.clone()).collect();
        let strange: Vec<_> = roles.iter().map(|(role, _)| role).filter(|role| !slots.contains(&role.value)).collect();
        for role in &strange {
            let of = format!("in `{}`", text.as_str());
            unknown_in("role", &of, role, slots.iter().map(String::as_str), &mut self.report);
        }
        if strange.is_empty() {
            self.report.error(text, "role", format!("no event of `{}` has all these roles at once", text.as_str()));
        }
    }

    /// Warns of a beat that waits for somebody to do what is not for them to do.
    fn may_do(&mut self, roles: &[(Text, Text)], on: &[(EventKind, Vec<usize>)]) {
        let Some((_, who)) = roles.iter().find(|(role, _)| role.as_str() == "self") else { return };
        let Some(agent) = self.names.cast.get(who).map(AgentId::at) else { return };
        let kind = self.cast_kinds.get(agent.index()).copied().flatten();
        let may = |event: &EventKind| {
            let doers = self.doers.get(event);
            doers.is_none_or(|doers| {
                doers.iter().any(|doer| *doer == Who::Agent(agent) || kind.map(Who::Kind).as_ref() == Some(doer))
            })
        };
        if let Some((event, _)) = on.first()
            && !on.iter().any(|(event, _)| may(event))
        {
            let name = &self.events.infos[event.index()].name;
            let message = format!("`{name}` never happens to `{}`", who.as_str());
            self.report.warn(who, "never", message, "see the `by` of that rule");
        }
    }

    /// Warns of a beat that waits for what nothing brings about.
    fn expected(&mut self, beat: &file::Beat, text: &Text, kinds: &[EventKind]) {
        if !kinds.is_empty() && kinds.iter().all(|kind| self.unreachable.contains(kind)) {
            let message = format!("`{}` waits for `{}`, which can never happen", beat.id.as_str(), text.as_str());
            self.report.warn(text, "never", message, "see the warning about that rule");
        }
    }

    pub(super) fn measures(&mut self, scene: &SceneFile, beats: &[model::Pattern]) -> Vec<model::Measure> {
        let one = |written: &file::Measure| {
            let (at, variables) = match &written.at {
                When::Start => (At::Start, &[][..]),
                When::End => (At::End, &[][..]),
                When::Beat(id) => {
                    let at = self.names.beats.find(id, &mut self.report)?;
                    (At::Beat(at), beats.get(at).map_or(&[][..], |beat| &beat.variables))
                }
            };
            let mut scope = Scope::new(variables.iter().cloned()).salted(&format!("measure {}", written.id.as_str()));
            scope.at_event = matches!(at, At::Beat(_));
            let is = self.report.expr_of(&written.is, &[Type::Number, Type::Duration], &scope, &self.schema);
            Some(model::Measure { id: written.id.value.clone(), at, is: is?, about: written.about.clone() })
        };
        scene.measures.iter().filter_map(one).collect()
    }
}

fn variable(name: &str, variables: &mut Vec<String>) -> usize {
    variables.iter().position(|variable| variable == name).unwrap_or_else(|| {
        variables.push(name.to_owned());
        variables.len() - 1
    })
}
