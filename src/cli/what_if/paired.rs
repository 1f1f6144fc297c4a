//! `longhand what-if --seeds`: simulates each seed with and without the change and estimates the effects.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use super::question::{changed_scenario, interventions, print_title, reject_branch_args};
use crate::cli::args::WhatIfArgs;
use crate::cli::exit::{CliError, Exit};
use crate::cli::json_output::write_json;
use crate::cli::palette::{BEAT, FAINT};
use crate::cli::run_config::{self, resolve_instant};
use crate::cli::terminal::{self, TerminalProgress};
use crate::cli::text::{column_width, percent};
use longhand_analysis::what_if::{PairedNumberEffect, PairedReport};
use longhand_analysis::{BatchConfig, BatchMessage, RunReport, SeedList, run_batch};
use longhand_chronicle::format_number;
use longhand_scene::{Intervention, Scenario};

/// The JSON answer.
#[derive(Serialize)]
struct PairedAnswer<'a> {
    interventions: &'a [Intervention],
    set: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    report: &'a PairedReport,
}

pub(super) fn what_if_for_seeds(args: &WhatIfArgs, seeds: &SeedList) -> Result<Exit, CliError> {
    reject_branch_args(args)?;
    if args.seed.is_some() {
        return Err(CliError::Usage("give --seed or --seeds, not both".into()));
    }
    let scenario = Arc::new(run_config::load_scene(&args.file, &args.given)?);
    let until = args.until.as_ref().map(|when| resolve_instant(when, &scenario.calendar)).transpose()?;
    let changes = interventions(args, &scenario, None)?;
    let threads = args.threads.map_or(0, usize::from);
    let unchanged = BatchConfig { scenario: scenario.clone(), until, threads };
    let changed = BatchConfig { scenario: Arc::new(changed_scenario(args, &changes)?), until, threads };
    let mut stopped = BTreeMap::new();
    let seed_list: Vec<u64> = seeds.iter().collect();
    let mut progress = TerminalProgress::new();
    let first = simulate_seeds(&unchanged, &seed_list, 0, &mut stopped, &mut progress)?;
    let second = simulate_seeds(&changed, &seed_list, 1, &mut stopped, &mut progress)?;
    drop(progress);
    let report = PairedReport::from_reports(seeds.to_string(), &first, &second, stopped, &scenario.calendar);
    let set = args.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !write_json(args.json.as_deref(), &PairedAnswer { interventions: &changes, set, report: &report })? {
        let mut out = terminal::stdout();
        print_title(args, &scenario, &mut out)?;
        print_tables(&report, &scenario, &mut out)?;
    }
    match report.stopped.is_empty() {
        true => Ok(Exit::Done),
        false => Err(CliError::Input(format!("{} runs exceeded a limit", report.stopped.len()))),
    }
}

/// Simulates one half of the pairs: 0 is the unchanged scene, 1 the changed one.
fn simulate_seeds(
    batch: &BatchConfig,
    seeds: &[u64],
    half: usize,
    stopped: &mut BTreeMap<u64, String>,
    progress: &mut TerminalProgress,
) -> Result<Vec<RunReport>, CliError> {
    let mut reports = Vec::new();
    run_batch(batch, seeds, |message| {
        let mut partial_run = 0.0;
        match message {
            BatchMessage::Finished(report) => reports.push(*report),
            BatchMessage::Stopped { seed, reason: why } => _ = stopped.insert(seed, why),
            BatchMessage::Progress(share) => partial_run = share,
        }
        let finished = reports.len();
        let done = (half * seeds.len() + finished) as f64;
        progress.update((done + partial_run) / (2 * seeds.len()).max(1) as f64, || {
            let which = if half == 0 { "unchanged" } else { "changed" };
            format!("{finished} of {} runs, {which}", seeds.len())
        });
        Ok::<_, CliError>(())
    })?;
    Ok(reports)
}

/// Writes the effects as tables.
fn print_tables(report: &PairedReport, scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    writeln!(out, "seeds {}: {} pairs, {} of them identical", report.seeds, report.pairs, report.identical)?;
    for (seed, why) in &report.stopped {
        writeln!(out, "{FAINT}seed {seed} was {why}{FAINT:#}")?;
    }
    let width = column_width("beat", report.beats.iter().map(|beat| beat.id.as_str()));
    if !report.beats.is_empty() {
        writeln!(
            out,
            "\n{FAINT}{:width$}  {:>8}  {:>9}  {:>10}  {:>18}  {:>10}{FAINT:#}",
            "beat", "before", "after", "difference", "95 %", "days later"
        )?;
    }
    for effect in &report.beats {
        let (difference, low, high) = effect.difference;
        let marker = if low > 0.0 || high < 0.0 { "*" } else { " " };
        let later = effect.later_days.as_ref().map_or_else(|| "-".to_owned(), |later| format!("{:+.1}", later.difference));
        let title = scenario.beats.iter().find(|beat| beat.id == effect.id).map_or("", |beat| &beat.title);
        writeln!(
            out,
            "{BEAT}{:width$}{BEAT:#}  {:>8}  {:>9}  {:>9}{marker}  {:>18}  {later:>10}  {title}",
            effect.id,
            percent(effect.shares.0),
            percent(effect.shares.1),
            format!("{:+.1} %", 100.0 * difference),
            format!("{:+.1} to {:+.1}", 100.0 * low, 100.0 * high),
        )?;
    }
    let width = column_width("measure", report.measures.iter().map(|measure| measure.id.as_str()));
    if !report.measures.is_empty() {
        writeln!(
            out,
            "\n{FAINT}{:width$}  {:>10}  {:>10}  {:>10}  {:>22}  {:>11}{FAINT:#}",
            "measure", "before", "after", "difference", "95 %", "Cliff delta"
        )?;
    }
    for measure in &report.measures {
        let PairedNumberEffect { id, pairs, medians, difference, interval, cliff } = measure;
        let interval =
            interval.map_or_else(|| "-".to_owned(), |(low, high)| format!("{} to {}", format_number(low), format_number(high)));
        let sample_note = if *pairs < report.pairs { format!("  in {pairs} pairs") } else { String::new() };
        writeln!(
            out,
            "{id:width$}  {:>10}  {:>10}  {:>10}  {interval:>22}  {cliff:>+11.2}{FAINT}{sample_note}{FAINT:#}",
            format_number(medians.0),
            format_number(medians.1),
            format_number(*difference),
        )?;
    }
    writeln!(out, "\n{FAINT}* the interval excludes zero. Medians of pairs; docs/what-if.md describes the statistics.{FAINT:#}")?;
    Ok(out.flush()?)
}
