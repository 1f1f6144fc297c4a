//! The summary of a sweep as text: one combination of params in full, or a grid as a table.

use std::io::Write;

use super::super::args::SweepOutputArgs;
use super::super::exit::CliError;
use super::super::palette::{BEAT, ERROR, FAINT, STRONG};
use super::super::text::{column_width, percent, title_or_id};
use longhand_analysis::{GridReport, SweepReport};
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_narrative::grammar::digits;
use longhand_scene::{ParamValue, Scenario};

/// Default shares of runs below which a beat is marked: a `must` beat, an optional beat.
const DEFAULT_MUST_SHARE: f64 = 0.95;
const DEFAULT_MAY_SHARE: f64 = 0.60;

/// Writes the summary as tables.
pub(super) fn print_summary(
    report: &SweepReport,
    scenario: &Scenario,
    args: &SweepOutputArgs,
    out: &mut impl Write,
) -> Result<(), CliError> {
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

/// Writes the summary of a grid: a row for each combination.
pub(super) fn print_grid(grid: &GridReport, scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    let name = title_or_id(&scenario.title, &scenario.name);
    let combinations = grid.combinations.len();
    writeln!(out, "{STRONG}{name}{STRONG:#}: seeds {}, {combinations} combinations", grid.seeds)?;
    let measures = scenario.measures.iter().map(|measure| &measure.id);
    let headings = grid.varied.iter().chain(scenario.beats.iter().map(|beat| &beat.id)).chain(measures);
    let mut rows = vec![headings.cloned().collect::<Vec<_>>()];
    for sweep in &grid.combinations {
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), digits);
        let params = grid.varied.iter().map(|id| {
            let value = sweep.params().and_then(|params| params.get(id).copied());
            let is_switch = scenario.params.iter().any(|param| param.id == *id && matches!(param.value, ParamValue::Switch(_)));
            value.filter(|_| is_switch).map_or_else(|| number(value), |value| (value != 0.0).to_string())
        });
        let shares =
            scenario.beats.iter().map(|beat| sweep.beats.get(&beat.id).map_or_else(|| "-".into(), |beat| percent(beat.share)));
        let medians =
            scenario.measures.iter().map(|measure| number(sweep.measures.get(&measure.id).and_then(|spread| spread.median)));
        rows.push(params.chain(shares).chain(medians).collect());
    }
    let widths: Vec<usize> =
        (0..rows[0].len()).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    writeln!(out, "\n{FAINT}The share of runs with each beat, and the median of each measure.{FAINT:#}")?;
    for (nth, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        if nth == 0 { writeln!(out, "{FAINT}{line}{FAINT:#}")? } else { writeln!(out, "{line}")? }
    }
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

fn print_beats(report: &SweepReport, scenario: &Scenario, args: &SweepOutputArgs, out: &mut impl Write) -> Result<(), CliError> {
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
        let date = tally.median_at.as_ref().and_then(|date| scenario.calendar.parse(date).ok());
        let when = date.map_or_else(
            || "never".to_owned(),
            |date| CivilDateTime::from_instant(&scenario.calendar, date).display(DateStyle::Timestamp),
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
