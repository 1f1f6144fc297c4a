//! The union of everything that a scene's expressions may read. The simulation records history only for what is in it.

use super::model::{EventSpec, RoleBinding, Scenario, Step, TieFate, Timing};
use longhand_expr::{Expr, ReadSet};

impl Scenario {
    /// Everything that any expression of the scene may read.
    #[must_use]
    pub fn reads(&self) -> ReadSet {
        let mut all = ReadsCollector::default();
        all.add_exprs(&self.ends_when);
        all.add_exprs(self.record_also.iter().chain(&self.record_since));
        for kind in &self.kinds {
            all.add_exprs(
                kind.wakes
                    .iter()
                    .filter_map(Timing::interval)
                    .chain(&kind.asleep)
                    .chain(&kind.idle_utility)
                    .chain(&kind.loss_aversion),
            );
            all.add_exprs(kind.involved.iter().flat_map(|(when, wakes)| [when, wakes]));
            all.add_exprs(kind.routine.iter().flat_map(|(when, at)| [when, at]));
        }
        for member in &self.cast {
            all.add_exprs(member.wakes.iter().filter_map(Timing::interval));
            all.add_exprs(member.routine.iter().flat_map(|(when, at)| [when, at]));
        }
        all.add_exprs(self.ties.iter().flat_map(|tie| &tie.exclusive));
        for fate in self.ties.iter().flat_map(|tie| [&tie.at_death, &tie.at_leaving]) {
            if let TieFate::PassesTo(heirs) = fate {
                all.0.merge(&heirs.reads());
            }
        }
        all.add_exprs(self.population.iter().map(|population| &population.count));
        all.add_exprs(self.goals.iter().flat_map(|goal| [&goal.likelihood, &goal.weight]));
        for appointment in &self.commitments.appointments {
            all.add_exprs(appointment.keeps.iter().chain(&appointment.want));
        }
        all.add_exprs(self.commitments.intentions.iter().flat_map(|intention| &intention.want));
        for action in &self.actions {
            all.add_bindings(action.roles.iter().chain(&action.about));
            all.add_exprs(action.when.iter().chain([&action.want]).chain(action.accept.iter().flatten()));
            all.add_exprs(action.takes.iter().chain(&action.cooldown));
            action.event_specs().for_each(|event| all.add_event(event));
            all.add_steps(&action.steps);
        }
        all.add_exprs(self.influences.iter().flat_map(|influence| influence.when.iter().chain([&influence.adds])));
        all.add_exprs(self.norms.iter().flat_map(|norm| &norm.when));
        for trigger in &self.triggers {
            all.add_bindings(&trigger.about);
            all.add_exprs(trigger.when.iter().chain(&trigger.chance).chain(&trigger.after).chain(&trigger.cooldown));
            trigger.event_specs().for_each(|event| all.add_event(event));
            all.add_steps(&trigger.steps);
        }
        for process in &self.processes {
            all.add_bindings(&process.about);
            all.add_exprs(process.when.iter().chain(process.every.interval()).chain(&process.times));
            process.does.iter().for_each(|effect| all.0.merge(&effect.reads()));
        }
        for pattern in self.beats.iter().chain(&self.patterns) {
            all.add_exprs(pattern.conditions());
        }
        all.add_exprs(self.measures.iter().map(|measure| &measure.is));
        all.0
    }
}

#[derive(Default)]
struct ReadsCollector(ReadSet);

impl ReadsCollector {
    fn add_exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.0.merge(&expr.reads()));
    }

    fn add_bindings<'e>(&mut self, bindings: impl IntoIterator<Item = &'e RoleBinding>) {
        bindings.into_iter().for_each(|binding| self.0.merge(&binding.set.reads()));
    }

    fn add_event(&mut self, event: &EventSpec) {
        self.add_exprs(event.values.iter().map(|(_, value)| value).chain(&event.place));
        event.does.iter().for_each(|effect| self.0.merge(&effect.reads()));
    }

    fn add_steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.add_exprs(&step.after);
            self.add_exprs(step.outcomes.iter().flat_map(|(weight, _)| weight));
        }
    }
}
