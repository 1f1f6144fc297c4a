//! Compiles triggers: what activates them, and which names the activation binds.

use super::super::decl::{self, ActivationDecl, IntentionCondition, SceneFile, Text};
use super::super::model::{self, Activation, AgentSelector};
use super::checker::SceneChecker;
use super::event_specs::EventParts;
use super::names::report_unknown_in;
use super::rules::outcome_texts;
use super::several::only_unselective;
use longhand_expr::ids::{EventKind, KindId};
use longhand_expr::{Effect, Scope, Type};

/// What activates a trigger, the names it binds beside `self`, and the number of participants including `self`.
struct ActivationInfo {
    on: Option<Activation>,
    binds: Vec<String>,
    /// Those of `binds` that stand for several agents.
    several: Vec<String>,
    participant_count: usize,
}

impl SceneChecker<'_> {
    /// Compiles triggers in dependency order, so that a trigger on another trigger's event has all names of that event. In a
    /// cycle of triggers, names bound by effects are not passed on.
    pub(super) fn triggers(&mut self, scene: &SceneFile) -> Vec<model::Trigger> {
        let mut ready: Vec<bool> = self
            .events
            .infos
            .iter()
            .map(|info| {
                matches!(
                    info.origin,
                    model::EventOrigin::Action(_) | model::EventOrigin::Refusal(_) | model::EventOrigin::ActionStep(..)
                )
            })
            .collect();
        let waits = scene.triggers.iter().map(|written| match &written.on {
            ActivationDecl::Event(event) | ActivationDecl::Sees(event) => self.event_kinds(event),
            _ => Vec::new(),
        });
        let waits: Vec<Vec<EventKind>> = waits.collect();
        let mut compiled: Vec<Option<model::Trigger>> = scene.triggers.iter().map(|_| None).collect();
        let mut pending: Vec<usize> = (0..scene.triggers.len()).collect();
        while !pending.is_empty() {
            let position = pending.iter().position(|index| waits[*index].iter().all(|kind| ready[kind.index()])).unwrap_or(0);
            let index = pending.remove(position);
            compiled[index] = self.trigger(&scene.triggers[index], &waits[index]);
            for (info, ready) in self.events.infos.iter().zip(&mut ready) {
                *ready |= matches!(
                    info.origin,
                    model::EventOrigin::Trigger(trigger) | model::EventOrigin::TriggerStep(trigger, ..) if trigger == index
                );
            }
        }
        compiled.into_iter().flatten().collect()
    }

    fn trigger(&mut self, written: &decl::TriggerDecl, waits: &[EventKind]) -> Option<model::Trigger> {
        let ActivationInfo { on, binds, several, participant_count } = self.activation(written, waits);
        let activation_slots = 1 + binds.len();
        let names = std::iter::once("self".to_owned()).chain(binds);
        let mut scope = Scope::new(names).with_salt(&format!("trigger {}", written.id.as_str()));
        several
            .iter()
            .filter_map(|name| scope.slot(name))
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|slot| scope.mark_several(slot, "[]"));
        let by = self.trigger_selectors(written, on.as_ref());
        self.check_reads_of(&by, trigger_texts(written));
        let about = self.bind(&written.about, &mut scope);
        let mut when = self.condition(&written.when, &scope, &written.id);
        if let Some(IntentionCondition { also, negates }) = &written.of_intention {
            if *negates {
                let whole = self.optional_expr(&written.when, Type::Switch, &scope);
                when = whole.map(|holds| holds.negation()).into_iter().collect();
            }
            let also = self.report.expr(also, Type::Switch, &scope, &self.schema);
            when.splice(0..0, also);
        }
        let chance = self.optional_expr(&written.chance, Type::Number, &scope);
        if self.warn_if_never_positive(&written.chance, &chance, || {
            format!("`{}` can never happen: its chance is 0", written.id.as_str())
        }) {
            self.unreachable.extend(self.events.get(&written.id));
        }
        let after = self.optional_expr(&written.after, Type::Duration, &scope);
        let cooldown = self.optional_expr(&written.cooldown, Type::Duration, &scope);
        self.check_prose_key(&written.tell);
        let kind = self.events.get(&written.id).unwrap_or(EventKind(0));
        let then = (!written.steps.is_empty()).then_some(0);
        let parts = EventParts { place: &written.place, values: &written.values, does: &written.does };
        let mut event = self.event_spec(kind, &parts, then, &mut scope);
        match on {
            Some(Activation::Arrives) => event.does.push(Effect::Arrive),
            Some(Activation::Settles(what, _)) => event.does.push(Effect::Settle { what }),
            _ => {}
        }
        let (_, steps) = self.steps(&written.id, None, &written.steps, &scope);
        let outcomes = steps.iter().flat_map(|step| &step.outcomes).map(|(_, event)| event.kind);
        for kind in std::iter::once(kind).chain(outcomes) {
            if let Some(info) = self.events.infos.get_mut(kind.index()) {
                info.participant_count = participant_count;
            }
        }
        Some(model::Trigger {
            id: written.id.value.clone(),
            by,
            activation_slots,
            happens_for_each: match on {
                Some(Activation::Becomes) => None,
                _ => only_unselective(&about, &when, activation_slots),
            },
            on: on?,
            about,
            when,
            chance,
            after,
            cooldown,
            once: written.once,
            event,
            steps,
            record_detail: written.keep,
        })
    }

    fn activation(&mut self, written: &decl::TriggerDecl, waits: &[EventKind]) -> ActivationInfo {
        if let (Some(each), false) = (&written.each, matches!(written.on, ActivationDecl::Event(_))) {
            let help = "wait for an event, as in `on: Event(\"supper\")`, or remove `each`";
            self.report.error_help(each, "role", "`each` names a role of the event that a trigger waits for", help);
        }
        let info = |on: Option<Activation>, binds: &[&str], participant_count| ActivationInfo {
            on,
            binds: binds.iter().map(|&name| name.to_owned()).collect(),
            several: Vec::new(),
            participant_count,
        };
        match &written.on {
            ActivationDecl::Becomes => {
                if written.when.is_none() && written.of_intention.is_none() {
                    let help = "add `when` or `on`";
                    self.report.error_help(&written.id, "never", format!("nothing activates `{}`", written.id.as_str()), help);
                }
                if written.by.is_empty() {
                    let help = "add `by` with kinds or cast members";
                    self.report.error_help(
                        &written.id,
                        "by",
                        format!("`{}` does not say which agents it applies to", written.id.as_str()),
                        help,
                    );
                }
                info(Some(Activation::Becomes), &[], 1)
            }
            ActivationDecl::Event(_) => self.event_activation(waits, written.each.as_ref()),
            ActivationDecl::Sees(_) => self.witness_activation(waits),
            ActivationDecl::Begins(tie) => info(self.tie_id(tie).map(Activation::Begins), &["other"], 2),
            ActivationDecl::Ends(tie) => info(self.tie_id(tie).map(Activation::Ends), &["other"], 2),
            ActivationDecl::Learns(fact) => info(self.learned_fact(fact), &["other", "whom"], 1),
            ActivationDecl::Dies => info(Some(Activation::Dies), &[], 1),
            ActivationDecl::Leaves => info(Some(Activation::Leaves), &[], 1),
            ActivationDecl::Returns => info(Some(Activation::Returns), &[], 1),
            ActivationDecl::Arrives => info(Some(Activation::Arrives), &[], 1),
            ActivationDecl::Settles(what, fate) => {
                let what = self.schema.appointment(what);
                info(what.map(|what| Activation::Settles(what, *fate)), &["other"], 2)
            }
            ActivationDecl::Jumps(attribute, by) => {
                let attr = self.attribute_id(attribute);
                if !by.is_finite() || **by == 0.0 {
                    self.report.error(by, "range", "a jump must be a finite number other than 0");
                }
                info(attr.map(|attr| Activation::Jumps(attr, **by)), &[], 1)
            }
        }
    }

    fn learned_fact(&mut self, fact: &Text) -> Option<Activation> {
        if let Some(attr) = self.schema.attribute(fact) {
            return Some(Activation::LearnsAttr(attr));
        }
        if let Some(tie) = self.schema.tie(fact) {
            return Some(Activation::LearnsTie(tie));
        }
        if self.events.is_known(fact) {
            return Some(Activation::LearnsEvent(self.event_kinds(fact)));
        }
        let events = self.schema.events.iter().map(String::as_str);
        let names = self.names.ties.names().chain(self.names.attributes.names()).chain(events);
        super::names::report_unknown("tie, attribute or event", fact, names, &mut self.report);
        None
    }

    /// The activation by events: the names common to all of them, in the order of the first, and their slots in each event.
    fn event_activation(&mut self, waits: &[EventKind], each: Option<&Text>) -> ActivationInfo {
        let infos = || waits.iter().map(|kind| &self.events.infos[kind.index()]);
        let first = infos().next();
        let is_common = |name: &&String| infos().all(|info| info.slots.contains(name));
        let common: Vec<String> = first.map_or(&[][..], |info| &info.slots).iter().skip(1).filter(is_common).cloned().collect();
        // With `each`, `self` is another role of the event, and the agent of the event itself is `other`.
        let own_role = each.map(|each| each.value.clone());
        let mut binds: Vec<String> = common.iter().filter(|name| Some(*name) != own_role.as_ref()).cloned().collect();
        let others_name = (own_role.is_some() && !binds.iter().any(|name| name == "other")).then(|| "other".to_owned());
        binds.splice(0..0, others_name.clone());
        let slot = |info: &model::EventInfo, name: &String| match (&own_role, name) {
            (Some(_), name) if Some(name) == others_name.as_ref() => Some(0),
            _ => info.slots.iter().position(|slot| slot == name),
        };
        // The role may itself be called `other`.
        let own_slot = |info: &model::EventInfo| match &own_role {
            Some(role) => info.slots.iter().position(|slot| slot == role),
            None => Some(0),
        };
        let map = |info: &model::EventInfo| {
            own_slot(info).into_iter().chain(binds.iter().filter_map(|name| slot(info, name))).collect()
        };
        let events: Vec<_> = waits.iter().zip(infos()).map(|(kind, info)| (*kind, map(info))).collect();
        let takes_part = |name: &&String| infos().all(|info| slot(info, name).is_some_and(|at| at < info.participant_count));
        let participant_count = 1 + binds.iter().take_while(takes_part).count();
        let several = binds
            .iter()
            .filter(|name| infos().any(|info| slot(info, name).is_some_and(|at| info.is_several(at))))
            .cloned()
            .collect();
        if let Some(each) = each.filter(|each| !common.contains(each)) {
            let names: Vec<String> = infos().flat_map(|info| info.slots.iter().skip(1)).cloned().collect();
            report_unknown_in("role", "in the event", each, names.iter().map(String::as_str), &mut self.report);
        }
        ActivationInfo { on: (!events.is_empty()).then_some(Activation::Event(events)), binds, several, participant_count }
    }

    /// The activation by seeing events: `actor` is the `self` of the event, and the other names are those of an activation by it.
    fn witness_activation(&mut self, waits: &[EventKind]) -> ActivationInfo {
        let ActivationInfo { on, binds, several, .. } = self.event_activation(waits, None);
        let own = |name: &&String| *name != "actor";
        let kept: Vec<usize> = binds.iter().enumerate().filter(|(_, name)| own(name)).map(|(index, _)| index + 1).collect();
        let on = match on {
            Some(Activation::Event(events)) => {
                let map = |slots: Vec<usize>| [0, 0].into_iter().chain(kept.iter().map(|&index| slots[index])).collect();
                Some(Activation::Sees(events.into_iter().map(|(kind, slots)| (kind, map(slots))).collect()))
            }
            _ => None,
        };
        let binds = std::iter::once("actor".to_owned()).chain(binds.iter().filter(own).cloned()).collect();
        ActivationInfo { on, binds, several, participant_count: 1 }
    }

    /// The agents that a trigger may happen to. Without `by`: all kinds that its activation can concern.
    fn trigger_selectors(&mut self, written: &decl::TriggerDecl, on: Option<&Activation>) -> Vec<AgentSelector> {
        if !written.by.is_empty() {
            return self.selectors(&written.by, &written.id);
        }
        match on {
            Some(Activation::Jumps(attr, _)) => (0..self.schema.kinds.len())
                .map(KindId::from_index)
                .filter(|kind| self.kind_has_attribute(*kind, *attr))
                .map(AgentSelector::Kind)
                .collect(),
            Some(Activation::Becomes) | None => Vec::new(),
            Some(_) => self.default_selectors(trigger_texts(written), &written.id),
        }
    }
}

fn trigger_texts(trigger: &decl::TriggerDecl) -> impl Iterator<Item = &Text> {
    let map_texts = trigger.about.iter().chain(trigger.values.iter()).map(|(_, text)| text);
    let exprs = trigger.when.iter().chain(&trigger.chance).chain(&trigger.after).chain(&trigger.cooldown).chain(&trigger.place);
    exprs.chain(map_texts).chain(&trigger.does).chain(outcome_texts(None, &trigger.steps))
}
