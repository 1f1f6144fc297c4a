//! `longhand new`: creates a small, complete scene with comments.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::NewArgs;
use super::exit::{Exit, Failure};
use super::terminal::out;
use longhand_scene::STARTER;

pub(crate) fn new(args: &NewArgs) -> Result<Exit, Failure> {
    let path = home(Path::new("scenes"), &args.name);
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| Failure::file("write", &path, &error))?;
    file.write_all(STARTER.as_bytes()).map_err(|error| Failure::file("write", &path, &error))?;
    let path = path.display();
    writeln!(out(), "{path} is a small world of three people. Change it, then:\n  longhand check {path}\n  longhand run {path}")?;
    Ok(Exit::Done)
}

fn home(scenes: &Path, name: &str) -> PathBuf {
    let file = format!("{name}.ron");
    if scenes.is_dir() { scenes.join(file) } else { PathBuf::from(file) }
}
