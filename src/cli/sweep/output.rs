//! The answer of a sweep, the same for one command that simulates all runs and for merged parts: page, tables, JSON, summary, exit
//! code.

use super::super::args::SweepOutputArgs;
use super::super::exit::{CliError, Exit};
use super::super::json_output::write_json;
use super::super::terminal;
use super::summary::{print_grid, print_summary};
use longhand_analysis::export::{TableFolder, TableFormat};
use longhand_analysis::{BeatSummary, GridReport, MergedReports, RunReport, SweepReport, write_html_report, write_sweep_tables};
use longhand_chronicle::{SymbolTable, WholeFile};
use longhand_scene::Scenario;

/// Writes what the arguments ask for. `seed_count` is the number of seeds of each combination of params.
pub(super) fn write_answer(
    MergedReports { grid, ablated }: &MergedReports,
    scenario: &Scenario,
    seed_count: usize,
    args: &SweepOutputArgs,
) -> Result<Exit, CliError> {
    if let Some(path) = &args.report {
        let write = || {
            let mut file = WholeFile::create(path)?;
            write_html_report(grid, scenario, &mut file)?;
            file.finish()
        };
        write().map_err(|error| CliError::for_file("write", path, &error))?;
    }
    write_tables(grid, ablated, scenario, args)?;
    if let [report] = grid.combinations.as_slice() {
        if !write_json(args.json.as_deref(), report)? {
            print_summary(report, scenario, args, &mut terminal::stdout())?;
        }
    } else if !write_json(args.json.as_deref(), grid)? {
        print_grid(grid, scenario, &mut terminal::stdout())?;
    }
    let stopped: Vec<_> = grid.combinations.iter().flat_map(|sweep| &sweep.stopped).collect();
    match stopped.first() {
        None => Ok(Exit::from_answer(grid.combinations.iter().all(|report| meets_thresholds(report, args)))),
        Some((seed, why)) => Err(CliError::Input(format!(
            "{} of {} runs were stopped and are not counted; seed {seed} was {why}",
            stopped.len(),
            seed_count * grid.combinations.len()
        ))),
    }
}

/// Writes the tables that the arguments ask for. `ablated` are the runs under each condition of an ablation.
fn write_tables(
    grid: &GridReport,
    ablated: &[(String, Vec<RunReport>)],
    scenario: &Scenario,
    args: &SweepOutputArgs,
) -> Result<(), CliError> {
    let params = SymbolTable::from_scenario(scenario).params;
    let sweeps = grid.combinations.iter().map(|sweep| ("", sweep.per_seed.as_slice()));
    let variants: Vec<_> = sweeps.chain(ablated.iter().map(|(name, reports)| (name.as_str(), reports.as_slice()))).collect();
    let outputs = [(&args.parquet, TableFormat::Parquet), (&args.csv, TableFormat::Csv), (&args.sqlite, TableFormat::Sqlite)];
    for (path, format) in outputs {
        if let Some(path) = path {
            let tables = TableFolder::create(path, format, scenario.calendar.clone())?;
            write_sweep_tables(&variants, &params, &scenario.calendar, tables)?;
        }
    }
    Ok(())
}

/// Whether the required shares of beats and the required order are reached.
fn meets_thresholds(report: &SweepReport, args: &SweepOutputArgs) -> bool {
    let reaches_share = |beat: &BeatSummary| {
        let threshold = if beat.must { args.must } else { args.may };
        threshold.is_none_or(|threshold| beat.share >= threshold)
    };
    let in_order = args.order.is_none_or(|threshold| report.order_tau_median.is_some_and(|tau| tau >= threshold));
    in_order && report.beats.values().all(reaches_share)
}
