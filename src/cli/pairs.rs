//! `longhand what-if --seeds`: simulates each seed with and without the change and estimates the effects.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use super::args::WhatIfArgs;
use super::exit::{Exit, Failure};
use super::life::{self, instant};
use super::terminal::{self, Progress};
use super::what_if::{asked, otherwise, title, write_json};
use longhand_analysis::what_if::{NumberEffect, PairedReport};
use longhand_analysis::{Heard, Many, RunReport, Seeds, live_many};
use longhand_chronicle::number;
use longhand_scene::{Intervention, Scenario};

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    interventions: &'a [Intervention],
    set: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    report: &'a PairedReport,
}

pub(super) fn pairs(args: &WhatIfArgs, seeds: &Seeds) -> Result<Exit, Failure> {
    super::what_if::no_branches(args)?;
    if args.seed.is_some() {
        return Err(Failure::Usage("give --seed or --seeds, not both".into()));
    }
    let scenario = Arc::new(life::scene(&args.file, &args.given)?);
    let until = args.until.map(|when| instant(when, &scenario.calendar)).transpose()?;
    let asked = asked(args, &scenario, None)?;
    let threads = args.threads.map_or(0, usize::from);
    let base = Many { scenario: scenario.clone(), until, threads };
    let other = Many { scenario: Arc::new(otherwise(args, &asked)?), until, threads };
    let mut stopped = BTreeMap::new();
    let seeds_all: Vec<u64> = seeds.range().collect();
    let mut progress = Progress::begin();
    let first = live(&base, &seeds_all, 0, &mut stopped, &mut progress)?;
    let second = live(&other, &seeds_all, 1, &mut stopped, &mut progress)?;
    drop(progress);
    let report = PairedReport::of(seeds.to_string(), &first, &second, stopped);
    let set = args.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !write_json(args.json.as_deref(), &Answer { interventions: &asked, set, report: &report })? {
        let mut out = terminal::out();
        title(args, &scenario, &mut out)?;
        table(&report, &scenario, &mut out)?;
    }
    match report.stopped.is_empty() {
        true => Ok(Exit::Done),
        false => Err(Failure::Input(format!("{} runs exceeded a limit", report.stopped.len()))),
    }
}

fn live(
    many: &Many,
    seeds: &[u64],
    half: usize,
    stopped: &mut BTreeMap<u64, String>,
    progress: &mut Progress,
) -> Result<Vec<RunReport>, Failure> {
    let mut reports = Vec::new();
    live_many(many, seeds, |message| {
        let mut going = 0.0;
        match message {
            Heard::Lived(report) => reports.push(*report),
            Heard::Stopped { seed, why } => _ = stopped.insert(seed, why),
            Heard::Going(share) => going = share,
        }
        let over = reports.len();
        let done = (half * seeds.len() + over) as f64;
        progress.at((done + going) / (2 * seeds.len()).max(1) as f64, || {
            let which = if half == 0 { "unchanged" } else { "changed" };
            format!("{over} of {} runs, {which}", seeds.len())
        });
        Ok::<_, Failure>(())
    })?;
    Ok(reports)
}

/// Writes the effects as tables.
fn table(report: &PairedReport, scenario: &Scenario, out: &mut impl Write) -> Result<(), Failure> {
    let (aside, beat) = (terminal::ASIDE, terminal::BEAT);
    writeln!(out, "seeds {}: {} pairs, {} of them identical", report.seeds, report.pairs, report.alike)?;
    for (seed, why) in &report.stopped {
        writeln!(out, "{aside}seed {seed} was {why}{aside:#}")?;
    }
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let width = report.beats.iter().map(|beat| beat.id.chars().count()).max().unwrap_or(0).max("beat".len());
    if !report.beats.is_empty() {
        writeln!(
            out,
            "\n{aside}{:width$}  {:>8}  {:>9}  {:>10}  {:>18}  {:>10}{aside:#}",
            "beat", "before", "after", "difference", "95 %", "days later"
        )?;
    }
    for effect in &report.beats {
        let (difference, low, high) = effect.difference;
        let clear = if low > 0.0 || high < 0.0 { "*" } else { " " };
        let later = effect.later_days.as_ref().map_or_else(|| "-".to_owned(), |later| format!("{:+.1}", later.difference));
        let title = scenario.beats.iter().find(|beat| beat.id == effect.id).map_or("", |beat| &beat.title);
        writeln!(
            out,
            "{beat}{:width$}{beat:#}  {:>8}  {:>9}  {:>9}{clear}  {:>18}  {later:>10}  {title}",
            effect.id,
            percent(effect.shares.0),
            percent(effect.shares.1),
            format!("{:+.1} %", 100.0 * difference),
            format!("{:+.1} to {:+.1}", 100.0 * low, 100.0 * high),
        )?;
    }
    let width = report.measures.iter().map(|measure| measure.id.chars().count()).max().unwrap_or(0).max("measure".len());
    if !report.measures.is_empty() {
        writeln!(
            out,
            "\n{aside}{:width$}  {:>10}  {:>10}  {:>10}  {:>22}  {:>11}{aside:#}",
            "measure", "before", "after", "difference", "95 %", "Cliff delta"
        )?;
    }
    for measure in &report.measures {
        let NumberEffect { id, pairs, medians, difference, interval, cliff } = measure;
        let interval = interval.map_or_else(|| "-".to_owned(), |(low, high)| format!("{} to {}", number(low), number(high)));
        let of = if *pairs < report.pairs { format!("  in {pairs} pairs") } else { String::new() };
        writeln!(
            out,
            "{id:width$}  {:>10}  {:>10}  {:>10}  {interval:>22}  {cliff:>+11.2}{aside}{of}{aside:#}",
            number(medians.0),
            number(medians.1),
            number(*difference),
        )?;
    }
    writeln!(out, "\n{aside}* the interval excludes zero. Medians of pairs; docs/what-if.md describes the statistics.{aside:#}")?;
    Ok(out.flush()?)
}
