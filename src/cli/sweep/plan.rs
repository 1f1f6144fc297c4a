//! `longhand sweep --plan`: measures a few runs and says what the sweep will cost.

use std::io::Write;
use std::num::NonZero;
use std::path::Path;

use super::super::args::SweepArgs;
use super::super::exit::{CliError, Exit};
use super::super::json_output::write_json;
use super::super::palette::{FAINT, STRONG};
use super::super::terminal::{self, TerminalProgress};
use super::super::text::title_or_id;
use super::store::{SweepRuns, VariantStore, sweep_variant};
use super::{SweepScene, VariantBatch};
use longhand_analysis::stats::SumEstimate;
use longhand_analysis::{BatchMessage, CostMeter, SweepFile, SweepPlan};
use longhand_narrative::grammar::short_duration;

pub(super) fn plan(args: &SweepArgs, json: Option<&Path>, scene: &SweepScene<'_>, measured: usize) -> Result<Exit, CliError> {
    let file = args.keep.as_ref().map(|path| SweepFile::open(path)).transpose()?;
    let (runs, mut stored, mut missing) = (scene.variant_count() * args.seeds.count(), 0, Vec::new());
    for nth in 0..scene.variant_count() {
        let seeds = match &file {
            Some(file) => {
                let known = VariantStore::open(file, &scene.variant(nth)?)?.stored_runs(&args.seeds)?;
                stored += known.count();
                known.missing(&args.seeds)
            }
            None => SweepRuns::default().missing(&args.seeds),
        };
        missing.extend(seeds.into_iter().map(|seed| (nth, seed)));
    }
    if missing.is_empty() {
        terminal::print_note(&format!("all {runs} runs are already stored"));
        return Ok(Exit::Done);
    }
    let mut meter = CostMeter::new(&sweep_variant(&scene.variant(0)?))?;
    let mut progress = TerminalProgress::new();
    // Evenly distributed over all runs, so that each part of a grid counts.
    let count = measured.min(missing.len());
    for step in 0..count {
        let (nth, seed) = missing[step * missing.len() / count];
        let batch = scene.variant(nth)?;
        progress.update(step as f64 / count as f64, || format!("{step} of {count} runs measured"));
        let message = meter.measure(&batch.config, &sweep_variant(&batch), seed)?;
        store(file.as_ref(), &batch, seed, &message)?;
    }
    drop(progress);
    let plan = meter.plan(&scene.base.config.scenario.name, &args.seeds.to_string(), runs, stored);
    let plan = plan.ok_or_else(|| CliError::Internal("no run was measured".into()))?;
    if !write_json(json, &plan)? {
        let scenario = &scene.base.config.scenario;
        print_plan(&plan, title_or_id(&scenario.title, &scenario.name), threads(args), &mut terminal::stdout())?;
    }
    Ok(Exit::Done)
}

/// A measured run is one run less to simulate.
fn store(file: Option<&SweepFile>, batch: &VariantBatch, seed: u64, message: &BatchMessage) -> Result<(), CliError> {
    let Some(file) = file else { return Ok(()) };
    let store = VariantStore::open(file, batch)?;
    match message {
        BatchMessage::Finished(report) => file.insert_report(store.variant, report)?,
        BatchMessage::Stopped { reason, .. } => file.insert_stopped(store.variant, seed, reason)?,
        BatchMessage::Progress(_) => {}
    }
    Ok(())
}

fn threads(args: &SweepArgs) -> usize {
    args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get), usize::from)
}

fn print_plan(plan: &SweepPlan, title: &str, threads: usize, out: &mut impl Write) -> Result<(), CliError> {
    let SweepPlan { runs, stored, measured, core_hours, process_bytes, run_bytes, disk_bytes, .. } = plan;
    writeln!(out, "{STRONG}{title}{STRONG:#}: seeds {}, {runs} runs, {stored} of them stored", plan.seeds)?;
    let seconds = |pick: fn(f64, f64) -> f64| measured.iter().map(|run| run.cpu_s).reduce(pick).unwrap_or_default();
    writeln!(
        out,
        "{FAINT}Measured: {} runs one at a time, {} to {} of processor time each{FAINT:#}\n",
        measured.len(),
        precise_seconds(seconds(f64::min)),
        precise_seconds(seconds(f64::max))
    )?;
    writeln!(out, "{FAINT}{:30}  {:>10}  95 % prediction interval{FAINT:#}", "", "estimate")?;
    let mut row = |label: String, estimate: SumEstimate, text: fn(f64) -> String| {
        let interval = estimate
            .interval
            .map_or_else(|| "unknown: measure more runs".to_owned(), |(low, high)| format!("{} to {}", text(low), text(high)));
        writeln!(out, "{label:30}  {:>10}  {interval}", text(estimate.value))
    };
    let scaled = |estimate: SumEstimate, factor: f64, offset: f64| SumEstimate {
        value: offset + factor * estimate.value,
        interval: estimate.interval.map(|(low, high)| (offset + factor * low, offset + factor * high)),
    };
    row("core-hours".into(), *core_hours, hours)?;
    let cores = if threads == 1 { "1 core".to_owned() } else { format!("{threads} idle cores") };
    row(format!("time on {cores}"), scaled(*core_hours, 3600.0 / threads as f64, 0.0), short_duration)?;
    if let (Some(process), Some(run)) = (process_bytes, run_bytes) {
        row(format!("memory with {threads} at once"), scaled(*run, threads as f64, *process), bytes)?;
        row("memory of one run".into(), *run, bytes)?;
    }
    row("disk".into(), *disk_bytes, bytes)?;
    Ok(out.flush()?)
}

fn precise_seconds(seconds: f64) -> String {
    format!("{seconds:.2} s")
}

fn hours(hours: f64) -> String {
    if hours < 0.1 { format!("{hours:.4}") } else { format!("{hours:.2}") }
}

fn bytes(bytes: f64) -> String {
    match bytes {
        bytes if bytes < 1e6 => format!("{:.0} kB", (bytes / 1e3).max(0.0)),
        bytes if bytes < 1e9 => format!("{:.1} MB", bytes / 1e6),
        bytes => format!("{:.1} GB", bytes / 1e9),
    }
}
