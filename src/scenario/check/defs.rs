//! Defs by themselves: a mistake in one is said where it stands, whether it is called or not, and not at each call.

use super::super::file::SceneFile;
use super::Check;
use crate::language;

impl Check<'_> {
    pub(super) fn defs(&mut self, scene: &SceneFile) {
        let schema = std::mem::take(&mut self.schema);
        let checked: Vec<_> = schema.defs.iter().map(|def| language::def(def, &schema).err().unwrap_or_default()).collect();
        self.schema = schema;
        for (def, problems) in scene.defs.iter().zip(&checked) {
            // What is wrong by way of another def is said of that one.
            if problems.iter().any(|problem| problem.def.is_none()) {
                self.report.is_broken(&def.id);
            }
        }
        for (def, problems) in scene.defs.iter().zip(checked) {
            self.report.said(&def.is, problems);
        }
    }
}
