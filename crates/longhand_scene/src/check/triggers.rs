//! Compiles triggers: what activates them, and which names the activation binds.

use super::super::file::{self, On, SceneFile, Text};
use super::super::model::{self, Who, Woken};
use super::Check;
use super::happens::Doing;
use super::rules::outcome_texts;
use longhand_expr::ids::{EventKind, KindId};
use longhand_expr::{Scope, Type};

/// What activates a trigger, the names it binds beside `self`, and the number of participants including `self`.
struct Waking {
    on: Option<Woken>,
    binds: Vec<String>,
    present: usize,
}

impl Check<'_> {
    /// Compiles triggers in dependency order, so that a trigger on another trigger's event has all names of that event. In a
    /// cycle of triggers, names bound by effects are not passed on.
    pub(super) fn triggers(&mut self, scene: &SceneFile) -> Vec<model::Trigger> {
        let mut ready: Vec<bool> = self
            .events
            .infos
            .iter()
            .map(|info| matches!(info.from, model::Source::Action(_) | model::Source::Refusal(_) | model::Source::ActionStep(..)))
            .collect();
        let waits = scene.triggers.iter().map(|written| match &written.on {
            On::Event(event) => self.event_kinds(event),
            _ => Vec::new(),
        });
        let waits: Vec<Vec<EventKind>> = waits.collect();
        let mut compiled: Vec<Option<model::Trigger>> = scene.triggers.iter().map(|_| None).collect();
        let mut pending: Vec<usize> = (0..scene.triggers.len()).collect();
        while !pending.is_empty() {
            let next = pending.iter().position(|at| waits[*at].iter().all(|kind| ready[kind.index()])).unwrap_or(0);
            let at = pending.remove(next);
            compiled[at] = self.trigger(&scene.triggers[at], &waits[at]);
            for (info, ready) in self.events.infos.iter().zip(&mut ready) {
                *ready |= matches!(info.from, model::Source::Trigger(of) | model::Source::TriggerStep(of, ..) if of == at);
            }
        }
        compiled.into_iter().flatten().collect()
    }

    fn trigger(&mut self, written: &file::Trigger, waits: &[EventKind]) -> Option<model::Trigger> {
        let Waking { on, binds, present } = self.waking(written, waits);
        let given = 1 + binds.len();
        let names = std::iter::once("self".to_owned()).chain(binds);
        let mut scope = Scope::new(names).salted(&format!("trigger {}", written.id.as_str()));
        let by = self.happens_to(written, on.as_ref());
        self.read_by(&by, trigger_texts(written));
        let about = self.bind(&written.about, &mut scope);
        let when = self.condition(&written.when, &scope, &written.id);
        let chance = self.optional(&written.chance, Type::Number, &scope);
        if self.is_nought(&written.chance, &chance, || format!("`{}` can never happen: its chance is 0", written.id.as_str())) {
            self.unreachable.extend(self.events.get(&written.id));
        }
        let after = self.optional(&written.after, Type::Duration, &scope);
        let cooldown = self.optional(&written.cooldown, Type::Duration, &scope);
        self.tell(&written.tell);
        let kind = self.events.get(&written.id).unwrap_or(EventKind(0));
        let then = (!written.steps.is_empty()).then_some(0);
        let doing = Doing { place: &written.place, values: &written.values, does: &written.does };
        let happens = self.happens(kind, &doing, then, &mut scope);
        let (_, steps) = self.steps(&written.id, None, &written.steps, &scope);
        let outcomes = steps.iter().flat_map(|step| &step.outcomes).map(|(_, happens)| happens.kind);
        for kind in std::iter::once(kind).chain(outcomes) {
            if let Some(info) = self.events.infos.get_mut(kind.index()) {
                info.present = present;
            }
        }
        Some(model::Trigger {
            id: written.id.value.clone(),
            by,
            on: on?,
            given,
            about,
            when,
            chance,
            after,
            cooldown,
            once: written.once,
            happens,
            steps,
            keep: written.keep,
        })
    }

    fn waking(&mut self, written: &file::Trigger, waits: &[EventKind]) -> Waking {
        let named = |on: Option<Woken>, binds: &[&str], present| Waking {
            on,
            binds: binds.iter().map(|&name| name.to_owned()).collect(),
            present,
        };
        match &written.on {
            On::Becomes => {
                if written.when.is_none() {
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
                named(Some(Woken::Becomes), &[], 1)
            }
            On::Event(_) => self.after_events(waits),
            On::Begins(tie) => named(self.tie_id(tie).map(Woken::Begins), &["other"], 2),
            On::Ends(tie) => named(self.tie_id(tie).map(Woken::Ends), &["other"], 2),
            On::Learns(fact) => named(self.learned(fact), &["other", "whom"], 1),
            On::Jumps(attribute, by) => {
                let attr = self.attribute_id(attribute);
                if !by.is_finite() || **by == 0.0 {
                    self.report.error(by, "range", "a jump must be a number other than 0");
                }
                named(attr.map(|attr| Woken::Jumps(attr, **by)), &[], 1)
            }
        }
    }

    fn learned(&mut self, fact: &Text) -> Option<Woken> {
        if let Some(attr) = self.schema.attribute(fact) {
            return Some(Woken::LearnsAttr(attr));
        }
        if let Some(tie) = self.schema.tie(fact) {
            return Some(Woken::LearnsTie(tie));
        }
        let names = self.names.ties.names().chain(self.names.attributes.names());
        super::names::unknown("tie or attribute", fact, names, &mut self.report);
        None
    }

    /// The activation by events: the names common to all of them, in the order of the first, and their slots in each event.
    fn after_events(&self, waits: &[EventKind]) -> Waking {
        let infos = || waits.iter().map(|kind| &self.events.infos[kind.index()]);
        let first = infos().next();
        let is_common = |name: &&String| infos().all(|info| info.slots.contains(name));
        let binds: Vec<String> = first.map_or(&[][..], |info| &info.slots).iter().skip(1).filter(is_common).cloned().collect();
        let slot = |info: &model::EventInfo, name: &String| info.slots.iter().position(|slot| slot == name);
        let map = |info: &model::EventInfo| std::iter::once(0).chain(binds.iter().filter_map(|name| slot(info, name))).collect();
        let events: Vec<_> = waits.iter().zip(infos()).map(|(kind, info)| (*kind, map(info))).collect();
        let takes_part = |name: &&String| infos().all(|info| slot(info, name).is_some_and(|at| at < info.present));
        let present = 1 + binds.iter().take_while(takes_part).count();
        Waking { on: (!events.is_empty()).then_some(Woken::Event(events)), binds, present }
    }

    /// The agents that a trigger may happen to. Without `by`: all kinds that its activation can concern.
    fn happens_to(&mut self, written: &file::Trigger, on: Option<&Woken>) -> Vec<Who> {
        if !written.by.is_empty() {
            return self.who(&written.by, &written.id);
        }
        match on {
            Some(Woken::Jumps(attr, _)) => {
                (0..self.schema.kinds.len()).map(KindId::at).filter(|kind| self.has(*kind, *attr)).map(Who::Kind).collect()
            }
            Some(Woken::Becomes) | None => Vec::new(),
            Some(_) => self.everybody(trigger_texts(written), &written.id),
        }
    }
}

fn trigger_texts(trigger: &file::Trigger) -> impl Iterator<Item = &Text> {
    let named = trigger.about.iter().chain(trigger.values.iter()).map(|(_, text)| text);
    let whole = trigger.when.iter().chain(&trigger.chance).chain(&trigger.after).chain(&trigger.cooldown).chain(&trigger.place);
    whole.chain(named).chain(&trigger.does).chain(outcome_texts(None, &trigger.steps))
}
