//! A scene read with its prose: what [`scenario::load`] finds, and what is wrong with its templates, each at its place in the file.

use super::problems::problems;
use crate::scenario::{self, Diagnostics, Loaded, Template};
use std::path::Path;

/// Reads a scene as [`scenario::load`] does, and its templates over as well.
///
/// # Errors
/// Every problem of the scene at once. What is wrong with a template is a warning: its event is then told plainly.
pub fn load(path: &Path, set: &[(String, String)]) -> Result<Loaded, Diagnostics> {
    Ok(with_prose(scenario::load(path, set)?))
}

/// The same with parts that the scene does not include: their names, as an include would name them, and their texts.
///
/// # Errors
/// Every problem of the scene at once.
pub fn load_with(path: &Path, parts: &[(&str, &str)], set: &[(String, String)]) -> Result<Loaded, Diagnostics> {
    Ok(with_prose(scenario::load_with(path, parts, set)?))
}

/// The same for texts in memory.
///
/// # Errors
/// Every problem of the scene at once.
pub fn load_text(name: &str, files: &[(&str, &str)], set: &[(String, String)]) -> Result<Loaded, Diagnostics> {
    Ok(with_prose(scenario::load_text(name, files, set)?))
}

fn with_prose(mut loaded: Loaded) -> Loaded {
    let found = problems(&loaded.scenario);
    // What is to be said of an entry as a whole, the scene's check has said.
    let of_templates = found.iter().filter(|problem| problem.document || problem.variant.is_some());
    let warnings: Vec<_> = of_templates
        .map(|problem| {
            let template = match problem.document {
                true => Template::Document(&problem.key, problem.variant),
                false => Template::Prose(&problem.key, problem.variant),
            };
            (template, problem.range.clone(), problem.message.clone(), problem.help.clone())
        })
        .collect();
    loaded.warn(warnings);
    loaded
}
