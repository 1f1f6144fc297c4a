//! `longhand test`: tests the expectations of a scene on many runs.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use super::args::TestArgs;
use super::exit::{CliError, Exit};
use super::json_output::write_json;
use super::palette::{ERROR, FAINT, STRONG};
use super::run_config;
use super::terminal::{self, TerminalProgress};
use super::text::{column_width, percent, title_or_id};
use longhand_analysis::{BatchConfig, BatchMessage, ExpectationTest, Verdict, run_batch};
use longhand_expr::Criterion;
use longhand_narrative::grammar::digits;
use longhand_scene::Scenario;

pub(crate) fn test(args: &TestArgs) -> Result<Exit, CliError> {
    let scenario = Arc::new(run_config::load_scene(&args.scene, &args.set)?);
    if scenario.expectations.is_empty() {
        terminal::print_note("the scene has no expectations: add `expect: [\"BEAT in 95% of 100 seeds\"]`");
        return Ok(Exit::Done);
    }
    let batch = BatchConfig { scenario, until: None, threads: args.threads.map_or(0, usize::from) };
    let (verdicts, stopped) = evaluate(&batch, args.seeds.map(|most| most as usize))?;
    let holds = verdicts.iter().all(|verdict| verdict.holds == Some(true));
    let answer = serde_json::json!({ "scene": batch.scenario.name, "holds": holds, "expect": verdicts });
    if !write_json(args.json.as_deref(), &answer)? {
        print_verdicts(&verdicts, &batch.scenario, &mut terminal::stdout())?;
    }
    match stopped.first_key_value() {
        None => Ok(Exit::from_answer(holds)),
        Some((seed, why)) => Err(CliError::Input(format!("seed {seed} was {why} and is not counted"))),
    }
}

/// Simulates seeds until each verdict is certain.
fn evaluate(batch: &BatchConfig, seed_limit: Option<usize>) -> Result<(Vec<Verdict>, BTreeMap<u64, String>), CliError> {
    /// Every verdict is certain.
    struct AllCertain;

    let mut tests: Vec<ExpectationTest> =
        batch.scenario.expectations.iter().map(|expect| ExpectationTest::new(expect, seed_limit)).collect();
    let max_seeds = tests.iter().map(ExpectationTest::seed_count).max().unwrap_or(0);
    let seeds: Vec<u64> = (0..max_seeds as u64).collect();
    let mut stopped = BTreeMap::new();
    let mut ended_runs = 0;
    let mut progress = TerminalProgress::new();
    let outcome = run_batch(batch, &seeds, |message| {
        let mut partial_run = 0.0;
        match message {
            BatchMessage::Progress(share) => partial_run = share,
            BatchMessage::Stopped { seed, reason: why } => {
                ended_runs += 1;
                stopped.insert(seed, why);
            }
            BatchMessage::Finished(report) => {
                ended_runs += 1;
                tests.iter_mut().for_each(|test| test.observe(&batch.scenario, &report));
            }
        }
        let undecided = tests.iter().filter(|test| test.verdict().holds.is_none()).count();
        progress.update((partial_run + f64::from(ended_runs)) / max_seeds.max(1) as f64, || {
            format!("{ended_runs} of at most {max_seeds} seeds, {undecided} undecided")
        });
        if undecided == 0 { Err(AllCertain) } else { Ok(()) }
    });
    // `AllCertain` ends the simulation early; it is not an error.
    let (Ok(()) | Err(AllCertain)) = outcome;
    Ok((tests.iter().map(ExpectationTest::verdict).collect(), stopped))
}

fn print_verdicts(verdicts: &[Verdict], scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    writeln!(out, "{STRONG}{}{STRONG:#}", title_or_id(&scenario.title, &scenario.name))?;
    let width = column_width("", verdicts.iter().map(|verdict| verdict.expect.as_str()));
    for (verdict, expect) in verdicts.iter().zip(&scenario.expectations) {
        let is_share = matches!(expect.expected, Criterion::Share { .. });
        let format_value = |value: f64| if is_share { percent(value) } else { format_signed(value) };
        let figure = verdict.estimate.map_or_else(|| "never measured".to_owned(), format_value);
        let interval_text = verdict
            .interval
            .map_or_else(String::new, |(low, high)| format!(" ({} to {})", format_value(low), format_value(high)));
        let early_note = if verdict.runs < verdict.planned_runs { ", decided early" } else { "" };
        let runs = longhand_narrative::grammar::counted(verdict.runs as f64, "run");
        let (word, style) = match verdict.holds {
            Some(true) => ("holds", FAINT),
            Some(false) => ("fails", ERROR),
            None => ("open ", ERROR),
        };
        writeln!(
            out,
            "{style}{word}{style:#}  {:width$}  {figure}{FAINT}{interval_text} in {runs}{early_note}{FAINT:#}",
            verdict.expect
        )?;
    }
    Ok(out.flush()?)
}

fn format_signed(value: f64) -> String {
    let minus = if value < 0.0 { "-" } else { "" };
    format!("{minus}{}", digits(value.abs()))
}
