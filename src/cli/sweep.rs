//! `longhand sweep`: simulates many seeds of a scene and reports what the runs have in common.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;

use super::args::SweepArgs;
use super::exit::{CliError, Exit};
use super::json_output::{is_stdout, write_json};
use super::palette::{BEAT, ERROR, FAINT, STRONG};
use super::run_config;
use super::terminal::{self, TerminalProgress};
use super::text::{column_width, percent, title_or_id};
use longhand_analysis::export::{TableFolder, TableFormat};
use longhand_analysis::{
    AblationCondition, AblationEffect, BatchConfig, BatchMessage, RunReport, SweepFile, SweepReport, SweepVariant,
    SweepVariantId, run_batch, write_html_report, write_sweep_tables,
};
use longhand_narrative::dates::CivilDateTime;
use longhand_narrative::grammar::digits;
use longhand_scene::Scenario;

/// Default shares of runs below which a beat is marked: a `must` beat, an optional beat.
const DEFAULT_MUST_SHARE: f64 = 0.95;
const DEFAULT_MAY_SHARE: f64 = 0.60;
/// Minimum interval between progress lines.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) fn sweep(args: &SweepArgs) -> Result<Exit, CliError> {
    let scenario = Arc::new(run_config::load_scene(&args.scene, &args.set)?);
    let until = args.until.map(|when| run_config::resolve_instant(when, &scenario.calendar)).transpose()?;
    let conditions =
        AblationCondition::parse_list(&args.ablate, &scenario).map_err(|error| CliError::Usage(error.to_string()))?;
    // An invalid condition is an error before the first simulation.
    let conditions = conditions.into_iter().map(|condition| Ok((Arc::new(scenario_under(args, &condition)?), condition)));
    let conditions = conditions.collect::<Result<Vec<_>, CliError>>()?;
    let batch = BatchConfig { scenario, until, threads: args.threads.map_or(0, usize::from) };
    let file = store_path(args)?.map(|path| SweepFile::open(&path)).transpose()?;
    let (reports, stopped) = run_variant(&batch, None, args, file.as_ref())?;
    let mut report = SweepReport::from_reports(args.seeds.to_string(), reports, stopped);
    let mut variants = vec![("".to_owned(), Vec::new())];
    for (scenario, condition) in conditions {
        let variant_batch = BatchConfig { scenario, ..batch.clone() };
        let (reports, stopped) = run_variant(&variant_batch, Some(&condition), args, file.as_ref())?;
        if !stopped.is_empty() {
            terminal::print_note(&format!("{}: {} runs were stopped and are not counted", condition.id, stopped.len()));
        }
        report.ablations.push(AblationEffect::compare(condition.id.clone(), &report.per_seed, &reports));
        variants.push((condition.id, if args.parquet.is_some() { reports } else { Vec::new() }));
    }
    if let Some(path) = &args.report {
        let file = File::create(path).map_err(|error| CliError::for_file("write", path, &error))?;
        write_html_report(&report, &batch.scenario, &mut BufWriter::new(file))
            .map_err(|error| CliError::for_file("write", path, &error))?;
    }
    if let Some(folder) = &args.parquet {
        let tables = TableFolder::create(folder, TableFormat::Parquet, batch.scenario.calendar)?;
        let variants = variants.iter().enumerate().map(|(index, (name, reports))| {
            (name.as_str(), if index == 0 { report.per_seed.as_slice() } else { reports.as_slice() })
        });
        write_sweep_tables(&variants.collect::<Vec<_>>(), &batch.scenario.calendar, &tables)?;
    }
    if !write_json(args.json.as_deref(), &report)? {
        print_summary(&report, &batch.scenario, args, &mut terminal::stdout())?;
    }
    match report.stopped.first_key_value() {
        None => Ok(Exit::from_answer(meets_thresholds(&report, args))),
        Some((seed, why)) => Err(CliError::Input(format!(
            "{} of {} runs were stopped and are not counted; seed {seed} was {why}",
            report.stopped.len(),
            args.seeds.count()
        ))),
    }
}

/// The scene under a condition.
fn scenario_under(args: &SweepArgs, condition: &AblationCondition) -> Result<Scenario, CliError> {
    let set: Vec<_> = args.set.iter().chain(&condition.param_override).cloned().collect();
    // Warnings are not printed again, and an ablation removes rules on purpose.
    let mut scenario = longhand_narrative::load(&args.scene, &set)?.scenario;
    condition.remove_rule(&mut scenario);
    Ok(scenario)
}

/// The runs of the scene under one condition, or without one: those stored before and those simulated now. Also returns why
/// runs were stopped.
fn run_variant(
    batch: &BatchConfig,
    condition: Option<&AblationCondition>,
    args: &SweepArgs,
    file: Option<&SweepFile>,
) -> Result<SweepRuns, CliError> {
    let store = file.map(|file| VariantStore::open(file, batch, condition)).transpose()?;
    let reports = store.as_ref().map(|store| store.stored_reports(args)).transpose()?.unwrap_or_default();
    simulate_seeds(batch, condition, args, store.as_ref(), reports)
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
    condition: Option<&AblationCondition>,
    args: &SweepArgs,
    store: Option<&VariantStore<'_>>,
    mut reports: Vec<RunReport>,
) -> Result<SweepRuns, CliError> {
    let label = condition.map_or_else(|| "seeds".to_owned(), |condition| format!("seeds {}", condition.id));
    let missing: Vec<u64> =
        args.seeds.range().filter(|seed| reports.binary_search_by_key(seed, |report| report.seed).is_err()).collect();
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

/// Writes the summary as tables.
fn print_summary(report: &SweepReport, scenario: &Scenario, args: &SweepArgs, out: &mut impl Write) -> Result<(), CliError> {
    let name = title_or_id(&scenario.title, &scenario.name);
    let runs = report.per_seed.len();
    writeln!(
        out,
        "{STRONG}{name}{STRONG:#}: seeds {}, {}",
        report.seeds,
        longhand_narrative::grammar::counted(runs as f64, "run")
    )?;
    print_beats(report, scenario, args, out)?;
    print_patterns(report, scenario, out)?;
    if let Some(tau) = report.order_tau_median {
        let warning = args.order.filter(|&asked| tau < asked).map_or_else(String::new, |asked| format!("  below {asked:.2}"));
        writeln!(out, "\nOrder of the must beats: {tau:.3} {FAINT}(median of Kendall's tau){FAINT:#}{ERROR}{warning}{ERROR:#}")?;
    }
    if !scenario.measures.is_empty() {
        let width = column_width("measure", scenario.measures.iter().map(|measure| measure.id.as_str()));
        writeln!(out, "\n{FAINT}{:width$}  {:>12}  {:>12}  {:>12}{FAINT:#}", "measure", "5 %", "median", "95 %")?;
        for measure in &scenario.measures {
            let Some(spread) = report.measures.get(&measure.id) else { continue };
            let [p05, median, p95] =
                [spread.p05, spread.median, spread.p95].map(|value| value.map_or_else(|| "-".to_owned(), digits));
            let sample_note = if spread.taken < runs { format!("  in {} of {runs} runs", spread.taken) } else { String::new() };
            writeln!(out, "{:width$}  {p05:>12}  {median:>12}  {p95:>12}{FAINT}{sample_note}{FAINT:#}", measure.id)?;
        }
    }
    print_ablations(report, out)?;
    Ok(out.flush()?)
}

/// Writes the significant changes under each condition.
fn print_ablations(report: &SweepReport, out: &mut impl Write) -> Result<(), CliError> {
    for ablation in &report.ablations {
        let changed = ablation.beats.iter().filter(|beat| beat.is_significant());
        let changed: Vec<String> = changed.map(|beat| format!("{} {:+.0}", beat.id, beat.change * 100.0)).collect();
        let changed =
            if changed.is_empty() { "no significant change at this sample size".to_owned() } else { changed.join(", ") };
        writeln!(out, "\n{STRONG}{}{STRONG:#} {FAINT}(beats, in percentage points){FAINT:#}\n  {changed}", ablation.condition)?;
    }
    Ok(())
}

fn print_beats(report: &SweepReport, scenario: &Scenario, args: &SweepArgs, out: &mut impl Write) -> Result<(), CliError> {
    let (must, may) = (args.must.unwrap_or(DEFAULT_MUST_SHARE), args.may.unwrap_or(DEFAULT_MAY_SHARE));
    if scenario.beats.is_empty() {
        return Ok(());
    }
    let id_width = column_width("beat", scenario.beats.iter().map(|pattern| pattern.id.as_str()));
    let when_width = "28 September 2025, 23:59".len();
    writeln!(out, "\n{FAINT}{:id_width$}  {:4}  {:>7}  {:when_width$}{FAINT:#}", "beat", "", "share", "median")?;
    for pattern in &scenario.beats {
        let Some(tally) = report.beats.get(&pattern.id) else { continue };
        let threshold = if pattern.must { must } else { may };
        let requirement = if pattern.must { "must" } else { "may" };
        let date = tally.median_at.as_ref().and_then(|date| date.parse::<DateTime>().ok());
        let when = date.map_or_else(
            || "never".to_owned(),
            |date| CivilDateTime::from_instant(&scenario.calendar, scenario.calendar.instant(date)).timestamp(),
        );
        let share = percent(tally.share);
        let warning = if tally.share < threshold {
            format!("  {ERROR}below {} %{ERROR:#}", digits(threshold * 100.0))
        } else {
            String::new()
        };
        writeln!(
            out,
            "{BEAT}{:id_width$}{BEAT:#}  {FAINT}{requirement:4}{FAINT:#}  {share:>7}  {when:when_width$}  {}{warning}",
            pattern.id, pattern.title
        )?;
    }
    Ok(())
}

fn print_patterns(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    if !scenario.patterns.is_empty() {
        writeln!(out, "\n{FAINT}Patterns{FAINT:#}")?;
    }
    for pattern in &scenario.patterns {
        if let Some(share) = report.patterns.get(&pattern.id) {
            writeln!(out, "{:>7}  {}", percent(*share), title_or_id(&pattern.title, &pattern.id))?;
        }
    }
    Ok(())
}
