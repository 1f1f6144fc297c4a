//! `longhand new`: creates a small, complete scene with comments.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::NewArgs;
use super::exit::{CliError, Exit};
use super::terminal::stdout;
use longhand_scene::STARTER_SCENE;

pub(crate) fn new(args: &NewArgs) -> Result<Exit, CliError> {
    let path = scene_path(Path::new("scenes"), &args.name);
    create_scene(&path, &args.name)?;
    let path = path.display();
    writeln!(
        stdout(),
        "{path} is a small world of three people. Change it, then:\n  longhand check {path}\n  longhand run {path}"
    )?;
    Ok(Exit::Done)
}

/// Creates the starter scene in a new file. An existing file is an error.
pub(super) fn create_scene(path: &Path, name: &str) -> Result<(), CliError> {
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| CliError::for_file("write", path, &error))?;
    file.write_all(titled_scene(name).as_bytes()).map_err(|error| CliError::for_file("write", path, &error))
}

/// The starter scene with a title from the name of the file: `old-harbour` becomes "Old harbour".
fn titled_scene(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    STARTER_SCENE.replacen("The corner café", &title, 1)
}

fn scene_path(scenes: &Path, name: &str) -> PathBuf {
    let file = format!("{name}.ron");
    if scenes.is_dir() { scenes.join(file) } else { PathBuf::from(file) }
}
