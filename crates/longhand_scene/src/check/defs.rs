//! Checks each def on its own, so that an error in it is reported once, at the def, and not at each call.

use super::super::decl::SceneFile;
use super::checker::SceneChecker;

impl SceneChecker<'_> {
    pub(super) fn check_defs(&mut self, scene: &SceneFile) {
        let schema = std::mem::take(&mut self.schema);
        let checked: Vec<_> =
            schema.defs.iter().map(|def| longhand_expr::check_def(def, &schema).err().unwrap_or_default()).collect();
        self.schema = schema;
        for (def, problems) in scene.defs.iter().zip(&checked) {
            // An error that comes from another def is reported there.
            if problems.iter().any(|problem| problem.def.is_none()) {
                self.report.mark_broken(&def.id);
            }
        }
        for (def, problems) in scene.defs.iter().zip(checked) {
            self.report.report_problems(&def.is, problems);
        }
    }
}
