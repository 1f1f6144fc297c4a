//! `longhand run`: simulates a scene and prints its narration.

use std::mem::ManuallyDrop;
use std::path::Path;

use super::args::RunArgs;
use super::exit::{CliError, Exit};
use super::json_output::is_stdout;
use super::narration::{narrate_run, narration_for, record_and_report, write_report};
use super::recorder::Recorder;
use super::resume::resume;
use super::run_config::RunConfig;
use super::simulate::{check_limit, simulate};
use longhand_analysis::NarratedRun;

pub(crate) fn run(args: &RunArgs) -> Result<Exit, CliError> {
    match (&args.resume, &args.scene) {
        (Some(story), _) => resume(story, args)?,
        (None, Some(scene)) => run_scene(scene, args)?,
        (None, None) => return Err(CliError::Usage("name a scene, or a story to resume (--resume)".into())),
    }
    Ok(Exit::Done)
}

fn run_scene(scene: &Path, args: &RunArgs) -> Result<(), CliError> {
    let config = RunConfig::from_scene_file(scene, &args.simulation)?;
    let recorder = args.record.as_deref().map(|path| Recorder::create(path, &config, &args.simulation.set)).transpose()?;
    let opening = config.scenario.about.trim();
    if let Some(recorder) = recorder {
        let narrated = NarratedRun::new(config.start(), narration_for(&config, args));
        return record_and_report(narrated, &config, recorder, opening, args);
    }
    // The program ends after it, so nothing of it has to be freed.
    let run = ManuallyDrop::new(match is_stdout(args.json.as_deref()) {
        // Nobody would read a narration.
        true => simulate(&config),
        false => {
            let mut run = config.start();
            narrate_run(&mut run, &config, || narration_for(&config, args), opening, args.json.is_some())?;
            run
        }
    });
    write_report(&run, args)?;
    check_limit(&run)
}
