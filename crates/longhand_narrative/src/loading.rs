//! Loads a scene with its prose: the diagnostics of [`longhand_scene::load`] and those of its templates, each with its position
//! in the file.

use super::prose_check::check_templates;
use longhand_scene::{Diagnostics, LoadedScene, TemplateProblem, TemplateRef};
use std::path::Path;

/// Loads a scene as [`longhand_scene::load`] does, and checks its templates.
///
/// # Errors
/// All errors of the scene. An unknown name in a template is an error; a template that fails for another reason is a warning, and its events
/// get plain sentences.
pub fn load(path: &Path, set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
    with_prose(longhand_scene::load(path, set)?)
}

/// Like [`load`], with parts that the scene does not include: their names as an include would give them, and their texts.
///
/// # Errors
/// All errors of the scene.
pub fn load_with(path: &Path, parts: &[(&str, &str)], set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
    with_prose(longhand_scene::load_with_parts(path, parts, set)?)
}

/// Like [`load`], for texts in memory.
///
/// # Errors
/// All errors of the scene.
pub fn load_text(name: &str, files: &[(&str, &str)], set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
    with_prose(longhand_scene::load_text(name, files, set)?)
}

fn with_prose(loaded: LoadedScene) -> Result<LoadedScene, Diagnostics> {
    let problems = check_templates(&loaded.scenario);
    loaded.with_template_problems(problems.iter().map(|problem| TemplateProblem {
        template: match problem.document {
            true => TemplateRef::Document(&problem.key, problem.variant),
            false => TemplateRef::Prose(&problem.key, problem.variant),
        },
        bytes: problem.range.clone(),
        message: problem.message.clone(),
        help: problem.help.clone(),
        is_error: problem.is_unknown_name,
    }))
}
