//! The union of everything that a scene's expressions may read. The simulation records history only for what is in it.

use super::model::{Bound, Happens, Scenario, Step};
use longhand_expr::{Expr, Reads};

impl Scenario {
    /// Everything that any expression of the scene may read.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut all = Gather::default();
        all.exprs(&self.ends_when);
        all.exprs(&self.record_also);
        for kind in &self.kinds {
            all.exprs(kind.wakes.iter().chain(&kind.asleep).chain(&kind.idle));
            all.exprs(kind.routine.iter().flat_map(|(when, at)| [when, at]));
        }
        for member in &self.cast {
            all.exprs(&member.wakes);
            all.exprs(member.routine.iter().flat_map(|(when, at)| [when, at]));
        }
        all.exprs(self.ties.iter().flat_map(|tie| &tie.exclusive));
        all.exprs(self.population.iter().map(|population| &population.count));
        all.exprs(self.goals.iter().flat_map(|goal| [&goal.likelihood, &goal.weight]));
        for action in &self.actions {
            all.sets(action.roles.iter().chain(&action.about));
            all.exprs(action.when.iter().chain([&action.want]).chain(action.accept.iter().flatten()));
            all.exprs(action.takes.iter().chain(&action.cooldown));
            all.happens(&action.happens);
            action.refused.iter().for_each(|refused| all.happens(refused));
            all.steps(&action.steps);
        }
        for trigger in &self.triggers {
            all.sets(&trigger.about);
            all.exprs(trigger.when.iter().chain(&trigger.chance).chain(&trigger.after).chain(&trigger.cooldown));
            all.happens(&trigger.happens);
            all.steps(&trigger.steps);
        }
        for process in &self.processes {
            all.sets(&process.about);
            all.exprs(process.when.iter().chain([&process.every]).chain(&process.times));
            process.does.iter().for_each(|effect| all.0.merge(&effect.reads()));
        }
        for pattern in self.beats.iter().chain(&self.patterns) {
            all.exprs(pattern.whens());
        }
        all.exprs(self.measures.iter().map(|measure| &measure.is));
        all.0
    }
}

#[derive(Default)]
struct Gather(Reads);

impl Gather {
    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.0.merge(&expr.reads()));
    }

    fn sets<'e>(&mut self, bounds: impl IntoIterator<Item = &'e Bound>) {
        bounds.into_iter().for_each(|bound| self.0.merge(&bound.set.reads()));
    }

    fn happens(&mut self, happens: &Happens) {
        self.exprs(happens.values.iter().map(|(_, value)| value).chain(&happens.place));
        happens.does.iter().for_each(|effect| self.0.merge(&effect.reads()));
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.exprs(&step.after);
            for (weight, happens) in &step.outcomes {
                self.exprs(weight);
                self.happens(happens);
            }
        }
    }
}
