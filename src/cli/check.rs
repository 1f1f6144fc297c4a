//! `longhand check`: every problem of scenes, with its place.

use std::io::Write;

use super::args::CheckArgs;
use super::exit::{CliError, Exit};
use super::terminal;
use longhand_scene::Scenario;

pub(crate) fn check(args: &CheckArgs) -> Result<Exit, CliError> {
    let mut out = terminal::stdout();
    let fancy = terminal::fancy_stdout();
    let mut valid = true;
    for path in &args.scenes {
        // A file that is not regular is reported as a problem of the scene; a pipe must not be opened, because that may never end.
        if let Err(error) = std::fs::metadata(path) {
            return Err(CliError::for_file("read", path, &error));
        }
        match longhand_narrative::load(path, &args.set) {
            Ok(loaded) => {
                write!(out, "{}", loaded.warnings.render(fancy))?;
                if !args.quiet {
                    let warnings = match loaded.warnings.len() {
                        0 => String::new(),
                        1 => ", with one warning".to_owned(),
                        n => format!(", with {n} warnings"),
                    };
                    writeln!(out, "{}: valid{warnings}. {}", path.display(), contents(&loaded.scenario))?;
                }
            }
            Err(problems) => {
                valid = false;
                write!(out, "{}", problems.render(fancy))?;
                let n = problems.len();
                writeln!(out, "{}: {n} {}", path.display(), if n == 1 { "problem" } else { "problems" })?;
            }
        }
    }
    Ok(Exit::from_answer(valid))
}

/// The contents of a scene in one line.
fn contents(scenario: &Scenario) -> String {
    let people = scenario.start_count() - scenario.cast.len();
    let things = scenario.schema.things - usize::from(scenario.schema.world.is_some());
    let always = [(scenario.cast_order.len(), "in the cast", "in the cast")];
    let if_any = [(people, "in populations", "in populations"), (things, "thing", "things")].into_iter().filter(|(n, ..)| *n > 0);
    let rules = [
        (scenario.actions.len(), "action", "actions"),
        (scenario.triggers.len(), "trigger", "triggers"),
        (scenario.processes.len(), "process", "processes"),
        (scenario.beats.len(), "beat", "beats"),
    ];
    let parts = always.into_iter().chain(if_any).chain(rules);
    parts.map(|(n, singular, plural)| format!("{n} {}", if n == 1 { singular } else { plural })).collect::<Vec<_>>().join(", ")
}
