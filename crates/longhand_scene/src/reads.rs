//! The union of everything that a scene's expressions may read. The simulation records history only for what is in it.

use super::model::{EventSpec, RoleBinding, Scenario, Step};
use longhand_expr::{Expr, ReadSet};

impl Scenario {
    /// Everything that any expression of the scene may read.
    #[must_use]
    pub fn reads(&self) -> ReadSet {
        let mut all = ReadsCollector::default();
        all.add_exprs(&self.ends_when);
        all.add_exprs(&self.record_also);
        for kind in &self.kinds {
            all.add_exprs(kind.wakes.iter().chain(&kind.asleep).chain(&kind.idle));
            all.add_exprs(kind.routine.iter().flat_map(|(when, at)| [when, at]));
        }
        for member in &self.cast {
            all.add_exprs(&member.wakes);
            all.add_exprs(member.routine.iter().flat_map(|(when, at)| [when, at]));
        }
        all.add_exprs(self.ties.iter().flat_map(|tie| &tie.exclusive));
        all.add_exprs(self.population.iter().map(|population| &population.count));
        all.add_exprs(self.goals.iter().flat_map(|goal| [&goal.likelihood, &goal.weight]));
        for action in &self.actions {
            all.add_bindings(action.roles.iter().chain(&action.about));
            all.add_exprs(action.when.iter().chain([&action.want]).chain(action.accept.iter().flatten()));
            all.add_exprs(action.takes.iter().chain(&action.cooldown));
            all.add_event(&action.event);
            action.refused.iter().for_each(|refused| all.add_event(refused));
            all.add_steps(&action.steps);
        }
        for trigger in &self.triggers {
            all.add_bindings(&trigger.about);
            all.add_exprs(trigger.when.iter().chain(&trigger.chance).chain(&trigger.after).chain(&trigger.cooldown));
            all.add_event(&trigger.event);
            all.add_steps(&trigger.steps);
        }
        for process in &self.processes {
            all.add_bindings(&process.about);
            all.add_exprs(process.when.iter().chain([&process.every]).chain(&process.times));
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

    fn add_bindings<'e>(&mut self, bounds: impl IntoIterator<Item = &'e RoleBinding>) {
        bounds.into_iter().for_each(|bound| self.0.merge(&bound.set.reads()));
    }

    fn add_event(&mut self, happens: &EventSpec) {
        self.add_exprs(happens.values.iter().map(|(_, value)| value).chain(&happens.place));
        happens.does.iter().for_each(|effect| self.0.merge(&effect.reads()));
    }

    fn add_steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.add_exprs(&step.after);
            for (weight, happens) in &step.outcomes {
                self.add_exprs(weight);
                self.add_event(happens);
            }
        }
    }
}
