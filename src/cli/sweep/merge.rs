//! `longhand sweep merge`: joins the files of several processes or machines, and answers as one sweep of all seeds does.

use super::super::args::MergeArgs;
use super::super::exit::{CliError, Exit};
use super::super::terminal;
use super::output::write_answer;
use longhand_analysis::MergedSweep;

pub(super) fn merge(args: &MergeArgs) -> Result<Exit, CliError> {
    let merged = MergedSweep::from_files(&args.parts)?;
    let scenario = merged.load_scenario()?;
    if let Some(path) = &args.keep {
        merged.write(path)?;
    }
    let seeds = merged.seeds().clone();
    if !seeds.is_contiguous() {
        terminal::print_note(&format!("the parts have the seeds {seeds}: those between are in none of them"));
    }
    write_answer(&merged.into_reports(&scenario)?, &scenario, seeds.count(), &args.output)
}
