//! `longhand sweep`: simulates many seeds of a scene and reports what the runs have in common.
//!
//! `store` keeps the runs in a file, `output` writes the answer, and `summary` prints it. `plan` says beforehand what a sweep will
//! cost, and `merge` joins the files of several sweeps.

mod merge;
mod output;
mod plan;
mod store;
mod summary;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::{SweepArgs, SweepCommand, SweepCommandArgs, SweepOutputArgs};
use super::exit::{CliError, Exit};
use super::run_config;
use super::terminal::{self, TerminalProgress};
use longhand_analysis::{
    AblationCondition, AblationEffect, BatchConfig, BatchMessage, GridReport, MergedReports, RunReport, SweepFile, SweepReport,
    param_combinations, run_batch,
};
use longhand_scene::Scenario;
use output::write_answer;
use store::{SweepRuns, VariantStore, store_path};

/// Minimum interval between progress lines.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

/// Runs the command or its subcommand.
pub(crate) fn dispatch(args: &SweepCommandArgs) -> Result<Exit, CliError> {
    match args {
        SweepCommandArgs { command: Some(SweepCommand::Merge(args)), .. } => merge::merge(args),
        SweepCommandArgs { sweep: Some(args), output, .. } => sweep(args, output),
        SweepCommandArgs { .. } => Err(CliError::Usage("give a scene and --seeds, or `merge` and parts".into())),
    }
}

fn sweep(args: &SweepArgs, output: &SweepOutputArgs) -> Result<Exit, CliError> {
    let scene = SweepScene::load(args)?;
    if let Some(measured) = args.plan {
        return plan::plan(args, output.json.as_deref(), &scene, usize::from(measured));
    }
    let file = store_path(args, output)?.map(|path| SweepFile::open(&path)).transpose()?;
    let total = scene.variant_count();
    let calendar = &scene.base.config.scenario.calendar;
    let (mut sweeps, mut ablated) = (Vec::new(), Vec::new());
    for nth in 0..total {
        let batch = scene.variant(nth)?;
        let SweepRuns { reports, stopped } = run_variant(&batch, (nth, total), args, file.as_ref())?;
        let Some(condition) = batch.condition else {
            sweeps.push(SweepReport::from_reports(args.seeds.to_string(), reports, stopped, calendar));
            continue;
        };
        if !stopped.is_empty() {
            terminal::print_note(&format!("{}: {} runs were stopped and are not counted", condition.id, stopped.len()));
        }
        // There is one combination of params, and its runs come before those under conditions.
        if let Some(base) = sweeps.first_mut() {
            let calendar = &batch.config.scenario.calendar;
            let effect = AblationEffect::compare(condition.id.clone(), &base.per_seed, &reports, calendar);
            base.ablations.push(effect);
        }
        ablated.push((condition.id, reports));
    }
    let reports = MergedReports { grid: GridReport::from_sweeps(sweeps), ablated };
    write_answer(&reports, &scene.base.config.scenario, args.seeds.count(), output)
}

/// The scene of a sweep in all its variants: combinations of params, or one combination and the conditions of an ablation.
struct SweepScene<'a> {
    args: &'a SweepArgs,
    combinations: Vec<Vec<(String, String)>>,
    /// The first combination, without a condition.
    base: VariantBatch,
    /// The scene under each condition.
    ablations: Vec<VariantBatch>,
}

/// The runs of one variant.
#[derive(Clone)]
struct VariantBatch {
    config: BatchConfig,
    /// The params set for it.
    settings: Vec<(String, String)>,
    /// The condition of an ablation.
    condition: Option<AblationCondition>,
    /// Name of the runs in progress lines.
    label: String,
}

impl<'a> SweepScene<'a> {
    /// Loads the scene and prints its warnings. A wrong condition is reported before anything is simulated.
    fn load(args: &'a SweepArgs) -> Result<Self, CliError> {
        let combinations = param_combinations(&args.set, args.sample).map_err(CliError::Usage)?;
        if combinations.len() > 1 && !args.ablate.is_empty() {
            return Err(CliError::Usage("--ablate changes one scene: give each param one value".into()));
        }
        // The warnings of the scene are printed for the first combination only.
        let config = batch_config(run_config::load_scene(&args.scene, &combinations[0])?, args)?;
        let label = if combinations.len() > 1 { combination_label(&combinations[0]) } else { "seeds".to_owned() };
        let base = VariantBatch { config, settings: combinations[0].clone(), condition: None, label };
        let conditions = AblationCondition::parse_list(&args.ablate, &base.config.scenario)
            .map_err(|error| CliError::Usage(error.to_string()))?;
        let ablations = conditions.into_iter().map(|condition| base.under(condition, args)).collect::<Result<_, _>>()?;
        Ok(Self { args, combinations, base, ablations })
    }

    fn variant_count(&self) -> usize {
        self.combinations.len() + self.ablations.len()
    }

    /// One of the variants: first the combinations, then the conditions.
    fn variant(&self, nth: usize) -> Result<VariantBatch, CliError> {
        if nth == 0 {
            return Ok(self.base.clone());
        }
        let Some(set) = self.combinations.get(nth) else {
            return Ok(self.ablations[nth - self.combinations.len()].clone());
        };
        let scenario = longhand_narrative::load(&self.args.scene, set)?.scenario;
        let config = batch_config(scenario, self.args)?;
        Ok(VariantBatch { config, settings: set.clone(), condition: None, label: combination_label(set) })
    }
}

impl VariantBatch {
    /// The scene under a condition.
    fn under(&self, condition: AblationCondition, args: &SweepArgs) -> Result<Self, CliError> {
        let settings: Vec<_> = self.settings.iter().chain(&condition.param_override).cloned().collect();
        // Warnings are not printed again, and an ablation removes rules on purpose.
        let mut scenario = longhand_narrative::load(&args.scene, &settings)?.scenario;
        condition.remove_rule(&mut scenario);
        let config = BatchConfig { scenario: Arc::new(scenario), ..self.config.clone() };
        Ok(Self { config, settings, label: format!("seeds {}", condition.id), condition: Some(condition) })
    }
}

/// The runs of a scene as the arguments ask for them. Its dates may depend on its params.
fn batch_config(scenario: Scenario, args: &SweepArgs) -> Result<BatchConfig, CliError> {
    let until = args.until.as_ref().map(|when| run_config::resolve_instant(when, &scenario.calendar)).transpose()?;
    Ok(BatchConfig { scenario: Arc::new(scenario), until, threads: args.threads.map_or(0, usize::from) })
}

/// The settings as typed: `seeds warmth=0.5 rain=true`.
fn combination_label(set: &[(String, String)]) -> String {
    set.iter().fold("seeds".to_owned(), |label, (name, value)| format!("{label} {name}={value}"))
}

/// The runs of one variant: those stored before and those simulated now. `place` is its position among all variants, and their
/// number.
fn run_variant(
    batch: &VariantBatch,
    place: (usize, usize),
    args: &SweepArgs,
    file: Option<&SweepFile>,
) -> Result<SweepRuns, CliError> {
    let Some(file) = file else { return simulate_seeds(batch, args, None, SweepRuns::default()) };
    let store = VariantStore::open(file, batch)?;
    store.request(place, batch, &args.seeds)?;
    let stored = store.stored_runs(&args.seeds)?;
    store.print_reuse(&stored, &args.seeds)?;
    simulate_seeds(batch, args, Some(&store), stored)
}

/// Simulates the seeds that are not in `runs` and returns all runs.
fn simulate_seeds(
    batch: &VariantBatch,
    args: &SweepArgs,
    store: Option<&VariantStore<'_>>,
    mut runs: SweepRuns,
) -> Result<SweepRuns, CliError> {
    let (missing, label, total) = (runs.missing(&args.seeds), &batch.label, args.seeds.count());
    let mut ended_runs = 0;
    let mut progress = TerminalProgress::new();
    let mut last_note: Option<Instant> = None;
    run_batch(&batch.config, &missing, |message| {
        let mut partial_run = 0.0;
        let line = match message {
            BatchMessage::Progress(share) => {
                partial_run = share;
                None
            }
            BatchMessage::Stopped { seed, reason: why } => {
                if let Some(store) = store {
                    store.file.insert_stopped(store.variant, seed, &why)?;
                }
                let line = format!("seed {seed}, {why}");
                runs.stopped.insert(seed, why);
                Some(line)
            }
            BatchMessage::Finished(report) => {
                if let Some(store) = store {
                    store.file.insert_report(store.variant, &report)?;
                }
                let line = format_line(&report);
                runs.reports.push(*report);
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
    runs.reports.sort_by_key(|report| report.seed);
    Ok(runs)
}

/// The progress line about a finished run.
fn format_line(report: &RunReport) -> String {
    let completed = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let order = report.order_tau.map_or_else(String::new, |tau| format!(", order {tau:.2}"));
    format!("seed {}, {completed} of {} beats{order}, {:.1} s", report.seed, report.beats.len(), report.wall_s)
}
