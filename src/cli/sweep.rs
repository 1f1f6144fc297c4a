//! `longhand sweep`: simulates many seeds of a scene and reports what the runs have in common.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::SweepArgs;
use super::exit::{CliError, Exit};
use super::json_output::{is_stdout, write_json};
use super::run_config;
use super::sweep_summary::{print_grid, print_summary};
use super::terminal::{self, TerminalProgress};
use longhand_analysis::export::{TableFolder, TableFormat};
use longhand_analysis::{
    AblationCondition, AblationEffect, BatchConfig, BatchMessage, GridReport, RunReport, SweepFile, SweepReport, SweepVariant,
    SweepVariantId, param_combinations, run_batch, write_html_report, write_sweep_tables,
};
use longhand_chronicle::{SymbolTable, WholeFile};
use longhand_scene::Scenario;

/// Minimum interval between progress lines.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) fn sweep(args: &SweepArgs) -> Result<Exit, CliError> {
    let combinations = param_combinations(&args.set, args.sample).map_err(CliError::Usage)?;
    if combinations.len() > 1 && !args.ablate.is_empty() {
        return Err(CliError::Usage("--ablate changes one scene: give each param one value".into()));
    }
    let file = store_path(args)?.map(|path| SweepFile::open(&path)).transpose()?;
    // The warnings of the scene are printed for the first combination only.
    let scenario = Arc::new(run_config::load_scene(&args.scene, &combinations[0])?);
    let batch = batch_config(scenario, args)?;
    // A wrong condition is reported before anything is simulated.
    let ablations = ablated_batches(&batch, &combinations[0], args)?;
    let mut sweeps = Vec::new();
    for (nth, set) in combinations.iter().enumerate() {
        let combination = match nth {
            0 => batch.clone(),
            _ => batch_config(Arc::new(longhand_narrative::load(&args.scene, set)?.scenario), args)?,
        };
        let label = if combinations.len() > 1 { format!("seeds {}", settings_text(set)) } else { "seeds".to_owned() };
        let (reports, stopped) = run_variant(&combination, &label, None, args, file.as_ref())?;
        sweeps.push(SweepReport::from_reports(args.seeds.to_string(), reports, stopped, &batch.scenario.calendar));
    }
    let variants = ablate(&mut sweeps[0], ablations, args, file.as_ref())?;
    let grid = GridReport::from_sweeps(sweeps);
    if let Some(path) = &args.report {
        let write = || {
            let mut file = WholeFile::create(path)?;
            write_html_report(&grid, &batch.scenario, &mut file)?;
            file.finish()
        };
        write().map_err(|error| CliError::for_file("write", path, &error))?;
    }
    write_tables(&grid, &variants, &batch.scenario, args)?;
    if let [report] = grid.combinations.as_slice() {
        if !write_json(args.json.as_deref(), report)? {
            print_summary(report, &batch.scenario, args, &mut terminal::stdout())?;
        }
    } else if !write_json(args.json.as_deref(), &grid)? {
        print_grid(&grid, &batch.scenario, &mut terminal::stdout())?;
    }
    let stopped: Vec<_> = grid.combinations.iter().flat_map(|sweep| &sweep.stopped).collect();
    match stopped.first() {
        None => Ok(Exit::from_answer(grid.combinations.iter().all(|report| meets_thresholds(report, args)))),
        Some((seed, why)) => Err(CliError::Input(format!(
            "{} of {} runs were stopped and are not counted; seed {seed} was {why}",
            stopped.len(),
            args.seeds.count() * grid.combinations.len()
        ))),
    }
}

/// The runs of a scene as the arguments ask for them. Its dates may depend on its params.
fn batch_config(scenario: Arc<Scenario>, args: &SweepArgs) -> Result<BatchConfig, CliError> {
    let until = args.until.as_ref().map(|when| run_config::resolve_instant(when, &scenario.calendar)).transpose()?;
    Ok(BatchConfig { scenario, until, threads: args.threads.map_or(0, usize::from) })
}

/// The scene under each condition of an ablation.
fn ablated_batches(
    batch: &BatchConfig,
    set: &[(String, String)],
    args: &SweepArgs,
) -> Result<Vec<(AblationCondition, BatchConfig)>, CliError> {
    let conditions =
        AblationCondition::parse_list(&args.ablate, &batch.scenario).map_err(|error| CliError::Usage(error.to_string()))?;
    let under = |condition: AblationCondition| {
        let scenario = Arc::new(scenario_under(args, set, &condition)?);
        Ok((condition, BatchConfig { scenario, ..batch.clone() }))
    };
    conditions.into_iter().map(under).collect()
}

/// Simulates the seeds under each condition of an ablation, and adds the effects to the report. Returns the runs by condition.
fn ablate(
    report: &mut SweepReport,
    ablations: Vec<(AblationCondition, BatchConfig)>,
    args: &SweepArgs,
    file: Option<&SweepFile>,
) -> Result<Vec<(String, Vec<RunReport>)>, CliError> {
    let mut variants = Vec::new();
    for (condition, batch) in ablations {
        let label = format!("seeds {}", condition.id);
        let (reports, stopped) = run_variant(&batch, &label, Some(&condition), args, file)?;
        if !stopped.is_empty() {
            terminal::print_note(&format!("{}: {} runs were stopped and are not counted", condition.id, stopped.len()));
        }
        report.ablations.push(AblationEffect::compare(
            condition.id.clone(),
            &report.per_seed,
            &reports,
            &batch.scenario.calendar,
        ));
        variants.push((condition.id, reports));
    }
    Ok(variants)
}

/// Writes the tables that the arguments ask for. `ablated` are the runs under each condition of an ablation.
fn write_tables(
    grid: &GridReport,
    ablated: &[(String, Vec<RunReport>)],
    scenario: &Scenario,
    args: &SweepArgs,
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

/// The settings as typed: `warmth=0.5 rain=true`.
fn settings_text(set: &[(String, String)]) -> String {
    set.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

/// The scene under a condition.
fn scenario_under(args: &SweepArgs, set: &[(String, String)], condition: &AblationCondition) -> Result<Scenario, CliError> {
    let set: Vec<_> = set.iter().chain(&condition.param_override).cloned().collect();
    // Warnings are not printed again, and an ablation removes rules on purpose.
    let mut scenario = longhand_narrative::load(&args.scene, &set)?.scenario;
    condition.remove_rule(&mut scenario);
    Ok(scenario)
}

/// The runs of the scene under one condition, or without one: those stored before and those simulated now. Also returns why
/// runs were stopped.
fn run_variant(
    batch: &BatchConfig,
    label: &str,
    condition: Option<&AblationCondition>,
    args: &SweepArgs,
    file: Option<&SweepFile>,
) -> Result<SweepRuns, CliError> {
    let store = file.map(|file| VariantStore::open(file, batch, condition)).transpose()?;
    let reports = store.as_ref().map(|store| store.stored_reports(args)).transpose()?.unwrap_or_default();
    simulate_seeds(batch, label, args, store.as_ref(), reports)
}

/// The file for the runs: the one given with --keep, or one beside the JSON or the report.
fn store_path(args: &SweepArgs) -> Result<Option<PathBuf>, CliError> {
    let json = args.json.as_deref().filter(|path| !is_stdout(Some(*path)));
    let beside = json.or(args.report.as_deref());
    let keep = args.keep.clone().or_else(|| beside.map(|path| path.with_extension("sweep")));
    match keep {
        Some(keep) if json == Some(keep.as_path()) => {
            Err(CliError::Usage(format!("{} cannot be both the file of runs and the JSON: rename one of them", keep.display())))
        }
        Some(keep) if args.report.as_ref() == Some(&keep) => {
            Err(CliError::Usage(format!("{} cannot be both the file of runs and the report: rename one of them", keep.display())))
        }
        keep => Ok(keep),
    }
}

/// Whether the required shares of beats and the required order are reached.
fn meets_thresholds(report: &SweepReport, args: &SweepArgs) -> bool {
    let reaches_share = |beat: &longhand_analysis::BeatSummary| {
        let threshold = if beat.must { args.must } else { args.may };
        threshold.is_none_or(|threshold| beat.share >= threshold)
    };
    let in_order = args.order.is_none_or(|threshold| report.order_tau_median.is_some_and(|tau| tau >= threshold));
    in_order && report.beats.values().all(reaches_share)
}

/// The stored runs of one variant of the scene in the sweep's file.
struct VariantStore<'a> {
    file: &'a SweepFile,
    variant: SweepVariantId,
    /// Whether the variant is the scene without a condition.
    is_base: bool,
}

impl<'a> VariantStore<'a> {
    fn open(file: &'a SweepFile, batch: &BatchConfig, condition: Option<&AblationCondition>) -> Result<Self, CliError> {
        let variant = SweepVariant::new(&batch.scenario, batch.until, &build_id());
        let removed_rule = condition.and_then(|condition| condition.removed_rule.as_deref());
        let variant = file.find_or_insert_variant(&removed_rule.into_iter().fold(variant, SweepVariant::without_rule))?;
        Ok(Self { file, variant, is_base: condition.is_none() })
    }

    /// The stored runs that can be reused. Prints their number, or why none can be.
    fn stored_reports(&self, args: &SweepArgs) -> Result<Vec<RunReport>, CliError> {
        let reports = self.file.reports(self.variant, &args.seeds)?;
        let path = self.file.path().display();
        if !reports.is_empty() {
            terminal::print_note(&format!("{} of {} seeds are already in {path}", reports.len(), args.seeds.count()));
        } else if self.is_base && self.file.count_other_runs(self.variant)? > 0 {
            terminal::print_note(&format!(
                "{path} contains runs of another scene, version of the scene, parameters, end or build of longhand: \
                 they stay in the file but are not counted"
            ));
        }
        Ok(reports)
    }
}

/// Identifies this build of longhand by its version and the hash of the executable.
fn build_id() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match std::env::current_exe().and_then(|path| hash_file(&path)) {
        Ok(hash) => format!("{version} {hash:016x}"),
        Err(_) => version.to_owned(),
    }
}

fn hash_file(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut hasher = twox_hash::XxHash3_64::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(std::hash::Hasher::finish(&hasher)),
            read => std::hash::Hasher::write(&mut hasher, &buffer[..read]),
        }
    }
}

/// The reports ascending by seed, and the reasons of stopped runs.
type SweepRuns = (Vec<RunReport>, BTreeMap<u64, String>);

/// Simulates the seeds that are not in `reports` and returns all reports.
fn simulate_seeds(
    batch: &BatchConfig,
    label: &str,
    args: &SweepArgs,
    store: Option<&VariantStore<'_>>,
    mut reports: Vec<RunReport>,
) -> Result<SweepRuns, CliError> {
    let missing: Vec<u64> =
        args.seeds.iter().filter(|seed| reports.binary_search_by_key(seed, |report| report.seed).is_err()).collect();
    let total = args.seeds.count();
    let mut stopped = BTreeMap::new();
    let mut ended_runs = 0;
    let mut progress = TerminalProgress::new();
    let mut last_note: Option<Instant> = None;
    run_batch(batch, &missing, |message| {
        let mut partial_run = 0.0;
        let line = match message {
            BatchMessage::Progress(share) => {
                partial_run = share;
                None
            }
            BatchMessage::Stopped { seed, reason: why } => {
                let line = format!("seed {seed}, {why}");
                stopped.insert(seed, why);
                Some(line)
            }
            BatchMessage::Finished(report) => {
                if let Some(store) = store {
                    store.file.insert_report(store.variant, &report)?;
                }
                let line = format_line(&report);
                reports.push(*report);
                Some(line)
            }
        };
        if let Some(line) = line {
            ended_runs += 1;
            if !progress.is_visible() && last_note.is_none_or(|last_note| last_note.elapsed() >= LINE_INTERVAL) {
                last_note = Some(Instant::now());
                terminal::print_note(&format!("{} of {total} {label}: {line}", total - missing.len() + ended_runs));
            }
        }
        // The estimated time left counts only the runs simulated now.
        let share = (partial_run + ended_runs as f64) / missing.len().max(1) as f64;
        progress.update(share, || format!("{} of {total} {label}", total - missing.len() + ended_runs));
        Ok::<_, CliError>(())
    })?;
    reports.sort_by_key(|report| report.seed);
    Ok((reports, stopped))
}

/// The progress line about a finished run.
fn format_line(report: &RunReport) -> String {
    let completed = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let order = report.order_tau.map_or_else(String::new, |tau| format!(", order {tau:.2}"));
    format!("seed {}, {completed} of {} beats{order}, {:.1} s", report.seed, report.beats.len(), report.wall_s)
}
