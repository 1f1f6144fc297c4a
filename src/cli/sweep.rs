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
use super::run_config;
use super::terminal::{self, TerminalProgress};
use longhand_analysis::export::{TableFolder, TableFormat};
use longhand_analysis::{
    AblationCondition, AblationEffect, BatchConfig, BatchMessage, RunReport, SweepError, SweepFile, SweepReport, SweepVariant,
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
    let many = BatchConfig { scenario, until, threads: args.threads.map_or(0, usize::from) };
    let file = store_path(args)?.map(|path| SweepFile::open(&path)).transpose()?;
    let (reports, stopped) = run_world(&many, None, args, file.as_ref())?;
    let mut report = SweepReport::from_reports(args.seeds.to_string(), reports, stopped);
    let mut worlds = vec![("".to_owned(), Vec::new())];
    for condition in conditions {
        let under = BatchConfig { scenario: Arc::new(scenario_under(args, &condition)?), ..many.clone() };
        let (reports, stopped) = run_world(&under, Some(&condition), args, file.as_ref())?;
        if !stopped.is_empty() {
            terminal::print_note(&format!("{}: {} runs were stopped and are not counted", condition.id, stopped.len()));
        }
        report.ablations.push(AblationEffect::compare(condition.id.clone(), &report.per_seed, &reports));
        worlds.push((condition.id, if args.parquet.is_some() { reports } else { Vec::new() }));
    }
    if let Some(path) = &args.report {
        let file = File::create(path).map_err(|error| CliError::for_file("write", path, &error))?;
        write_html_report(&report, &many.scenario, &mut BufWriter::new(file))
            .map_err(|error| CliError::for_file("write", path, &error))?;
    }
    if let Some(folder) = &args.parquet {
        let sheets = TableFolder::create(folder, TableFormat::Parquet, many.scenario.calendar)?;
        let worlds = worlds
            .iter()
            .enumerate()
            .map(|(at, (name, reports))| (name.as_str(), if at == 0 { report.per_seed.as_slice() } else { reports.as_slice() }));
        write_sweep_tables(&worlds.collect::<Vec<_>>(), &many.scenario.calendar, &sheets)?;
    }
    match args.json.as_deref() {
        Some(path) if path == Path::new("-") => write_json(&report, terminal::stdout())?,
        Some(path) => {
            print_summary(&report, &many.scenario, args, &mut terminal::stdout())?;
            let file = File::create(path).map_err(|error| CliError::for_file("write", path, &error))?;
            write_json(&report, file).map_err(|_| CliError::Input(format!("cannot write {}", path.display())))?;
        }
        None => print_summary(&report, &many.scenario, args, &mut terminal::stdout())?,
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
    let loaded = longhand_narrative::load(&args.scene, &set)
        .map_err(|problems| CliError::Diagnostics(problems.render(terminal::fancy_stderr())))?;
    let mut scenario = loaded.scenario;
    condition.remove_rule(&mut scenario);
    Ok(scenario)
}

/// The runs of one world, stored or simulated now, and the reasons of those that were stopped.
fn run_world(
    many: &BatchConfig,
    condition: Option<&AblationCondition>,
    args: &SweepArgs,
    file: Option<&SweepFile>,
) -> Result<SweepRuns, CliError> {
    let keeper = file.map(|file| WorldStore::open(file, many, condition)).transpose()?;
    let reports = keeper.as_ref().map(|keeper| keeper.stored_reports(args)).transpose()?.unwrap_or_default();
    simulate_seeds(many, condition, args, keeper.as_ref(), reports)
}

/// The file for the runs: --keep, or beside the JSON or the report.
fn store_path(args: &SweepArgs) -> Result<Option<PathBuf>, CliError> {
    let json = args.json.as_deref().filter(|path| *path != Path::new("-"));
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

/// Whether the shares and the order asked for are reached.
fn meets_thresholds(report: &SweepReport, args: &SweepArgs) -> bool {
    let enough = |beat: &longhand_analysis::BeatSummary| {
        let asked = if beat.must { args.must } else { args.may };
        asked.is_none_or(|asked| beat.share >= asked)
    };
    let in_order = args.order.is_none_or(|asked| report.order_tau_median.is_some_and(|tau| tau >= asked));
    in_order && report.beats.values().all(enough)
}

/// The runs of one world in the sweep's file.
struct WorldStore<'a> {
    file: &'a SweepFile,
    world: SweepVariantId,
    /// Whether it is the scene without a condition.
    is_base: bool,
}

impl<'a> WorldStore<'a> {
    fn open(file: &'a SweepFile, many: &BatchConfig, condition: Option<&AblationCondition>) -> Result<Self, CliError> {
        let world = SweepVariant::new(&many.scenario, many.until, &build_id());
        let without = condition.and_then(|condition| condition.removed_rule.as_deref());
        let world = file.variant_id(&without.into_iter().fold(world, SweepVariant::without_rule))?;
        Ok(Self { file, world, is_base: condition.is_none() })
    }

    /// The stored runs that can be reused. Prints their number, or why none can be.
    fn stored_reports(&self, args: &SweepArgs) -> Result<Vec<RunReport>, CliError> {
        let reports = self.file.reports(self.world, &args.seeds)?;
        let path = self.file.path().display();
        if !reports.is_empty() {
            terminal::print_note(&format!("{} of {} seeds are already in {path}", reports.len(), args.seeds.count()));
        } else if self.is_base && self.file.count_other_runs(self.world)? > 0 {
            terminal::print_note(&format!(
                "{path} contains runs of another scene, version of the scene, parameters, end or build of longhand: \
                 they stay in the file but are not counted"
            ));
        }
        Ok(reports)
    }
}

impl From<SweepError> for CliError {
    fn from(error: SweepError) -> Self {
        Self::Input(error.to_string())
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
    many: &BatchConfig,
    condition: Option<&AblationCondition>,
    args: &SweepArgs,
    keeper: Option<&WorldStore<'_>>,
    mut reports: Vec<RunReport>,
) -> Result<SweepRuns, CliError> {
    let of = condition.map_or_else(|| "seeds".to_owned(), |condition| format!("seeds {}", condition.id));
    let left: Vec<u64> =
        args.seeds.range().filter(|seed| reports.binary_search_by_key(seed, |report| report.seed).is_err()).collect();
    let all = args.seeds.count();
    let mut stopped = BTreeMap::new();
    let mut over = 0;
    let mut progress = TerminalProgress::new();
    let mut said: Option<Instant> = None;
    run_batch(many, &left, |message| {
        let mut going = 0.0;
        let line = match message {
            BatchMessage::Progress(share) => {
                going = share;
                None
            }
            BatchMessage::Stopped { seed, reason: why } => {
                let line = format!("seed {seed}, {why}");
                stopped.insert(seed, why);
                Some(line)
            }
            BatchMessage::Finished(report) => {
                if let Some(keeper) = keeper {
                    keeper.file.insert_report(keeper.world, &report)?;
                }
                let line = format_line(&report);
                reports.push(*report);
                Some(line)
            }
        };
        if let Some(line) = line {
            over += 1;
            if !progress.is_visible() && said.is_none_or(|said| said.elapsed() >= LINE_INTERVAL) {
                said = Some(Instant::now());
                terminal::print_note(&format!("{} of {all} {of}: {line}", all - left.len() + over));
            }
        }
        // The estimated time left counts only the runs simulated now.
        let share = (going + over as f64) / left.len().max(1) as f64;
        progress.update(share, || format!("{} of {all} {of}", all - left.len() + over));
        Ok::<_, CliError>(())
    })?;
    reports.sort_by_key(|report| report.seed);
    Ok((reports, stopped))
}

fn format_line(report: &RunReport) -> String {
    let came = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let order = report.order_tau.map_or_else(String::new, |tau| format!(", order {tau:.2}"));
    format!("seed {}, {came} of {} beats{order}, {:.1} s", report.seed, report.beats.len(), report.wall_s)
}

/// Writes the summary as tables.
fn print_summary(report: &SweepReport, scenario: &Scenario, args: &SweepArgs, out: &mut impl Write) -> Result<(), CliError> {
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    let name = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    let runs = report.per_seed.len();
    writeln!(
        out,
        "{title}{name}{title:#}: seeds {}, {}",
        report.seeds,
        longhand_narrative::grammar::counted(runs as f64, "run")
    )?;
    print_beats(report, scenario, args, out)?;
    print_patterns(report, scenario, out)?;
    if let Some(tau) = report.order_tau_median {
        let low = args.order.filter(|&asked| tau < asked).map_or_else(String::new, |asked| format!("  below {asked:.2}"));
        let wrong = terminal::ERROR;
        writeln!(out, "\nOrder of the must beats: {tau:.3} {aside}(median of Kendall's tau){aside:#}{wrong}{low}{wrong:#}")?;
    }
    if !scenario.measures.is_empty() {
        let width = scenario.measures.iter().map(|measure| measure.id.chars().count()).max().unwrap_or(0).max("measure".len());
        writeln!(out, "\n{aside}{:width$}  {:>12}  {:>12}  {:>12}{aside:#}", "measure", "5 %", "median", "95 %")?;
        for measure in &scenario.measures {
            let Some(spread) = report.measures.get(&measure.id) else { continue };
            let [p05, median, p95] =
                [spread.p05, spread.median, spread.p95].map(|value| value.map_or_else(|| "-".to_owned(), digits));
            let of = if spread.taken < runs { format!("  in {} of {runs} runs", spread.taken) } else { String::new() };
            writeln!(out, "{:width$}  {p05:>12}  {median:>12}  {p95:>12}{aside}{of}{aside:#}", measure.id)?;
        }
    }
    print_ablations(report, out)?;
    Ok(out.flush()?)
}

/// Writes the significant changes under each condition.
fn print_ablations(report: &SweepReport, out: &mut impl Write) -> Result<(), CliError> {
    let (title, aside) = (terminal::TITLE, terminal::ASIDE);
    for ablation in &report.ablations {
        let changed = ablation.beats.iter().filter(|beat| beat.is_significant());
        let changed: Vec<String> = changed.map(|beat| format!("{} {:+.0}", beat.id, beat.change * 100.0)).collect();
        let changed =
            if changed.is_empty() { "no significant change at this sample size".to_owned() } else { changed.join(", ") };
        writeln!(out, "\n{title}{}{title:#} {aside}(beats, in percentage points){aside:#}\n  {changed}", ablation.condition)?;
    }
    Ok(())
}

fn print_beats(report: &SweepReport, scenario: &Scenario, args: &SweepArgs, out: &mut impl Write) -> Result<(), CliError> {
    let (beat, aside, wrong) = (terminal::BEAT, terminal::ASIDE, terminal::ERROR);
    let (must, may) = (args.must.unwrap_or(DEFAULT_MUST_SHARE), args.may.unwrap_or(DEFAULT_MAY_SHARE));
    if scenario.beats.is_empty() {
        return Ok(());
    }
    let ids = scenario.beats.iter().map(|pattern| pattern.id.chars().count()).max().unwrap_or(0).max("beat".len());
    let when_width = "28 September 2025, 23:59".len();
    writeln!(out, "\n{aside}{:ids$}  {:4}  {:>7}  {:when_width$}{aside:#}", "beat", "", "share", "median")?;
    for pattern in &scenario.beats {
        let Some(tally) = report.beats.get(&pattern.id) else { continue };
        let asked = if pattern.must { must } else { may };
        let need = if pattern.must { "must" } else { "may" };
        let at = tally.median_at.as_ref().and_then(|at| at.parse::<DateTime>().ok());
        let when = at.map_or_else(
            || "never".to_owned(),
            |at| CivilDateTime::from_instant(&scenario.calendar, scenario.calendar.instant(at)).timestamp(),
        );
        let share = format!("{:.1} %", tally.share * 100.0);
        let seldom =
            if tally.share < asked { format!("  {wrong}below {} %{wrong:#}", digits(asked * 100.0)) } else { String::new() };
        writeln!(
            out,
            "{beat}{:ids$}{beat:#}  {aside}{need:4}{aside:#}  {share:>7}  {when:when_width$}  {}{seldom}",
            pattern.id, pattern.title
        )?;
    }
    Ok(())
}

fn print_patterns(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    let aside = terminal::ASIDE;
    if !scenario.patterns.is_empty() {
        writeln!(out, "\n{aside}Patterns{aside:#}")?;
    }
    for pattern in &scenario.patterns {
        if let Some(share) = report.patterns.get(&pattern.id) {
            let share = format!("{:.1} %", share * 100.0);
            let title = if pattern.title.is_empty() { &pattern.id } else { &pattern.title };
            writeln!(out, "{share:>7}  {title}")?;
        }
    }
    Ok(())
}

fn write_json(report: &SweepReport, mut out: impl Write) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(report).map_err(|error| CliError::Internal(error.to_string()))?;
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
