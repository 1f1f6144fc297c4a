//! `longhand test`: tests the expectations of a scene on many runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::args::TestArgs;
use super::exit::{CliError, Exit};
use super::run_config;
use super::terminal::{self, TerminalProgress};
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
    let many = BatchConfig { scenario, until: None, threads: args.threads.map_or(0, usize::from) };
    let (verdicts, stopped) = evaluate(&many, args.seeds.map(|most| most as usize))?;
    match args.json.as_deref() {
        Some(path) if path == Path::new("-") => write_json(&verdicts, &many.scenario, terminal::stdout())?,
        Some(path) => {
            print_verdicts(&verdicts, &many.scenario, &mut terminal::stdout())?;
            let file = File::create(path).map_err(|error| CliError::for_file("write", path, &error))?;
            write_json(&verdicts, &many.scenario, file)
                .map_err(|_| CliError::Input(format!("cannot write {}", path.display())))?;
        }
        None => print_verdicts(&verdicts, &many.scenario, &mut terminal::stdout())?,
    }
    match stopped.first_key_value() {
        None => Ok(Exit::from_answer(verdicts.iter().all(|verdict| verdict.holds == Some(true)))),
        Some((seed, why)) => Err(CliError::Input(format!("seed {seed} was {why} and is not counted"))),
    }
}

/// Simulates seeds until each verdict is certain.
fn evaluate(many: &BatchConfig, most: Option<usize>) -> Result<(Vec<Verdict>, BTreeMap<u64, String>), CliError> {
    /// Every verdict is certain.
    struct AllCertain;

    let mut judges: Vec<ExpectationTest> =
        many.scenario.expectations.iter().map(|expect| ExpectationTest::new(expect, most)).collect();
    let last = judges.iter().map(ExpectationTest::seed_count).max().unwrap_or(0);
    let seeds: Vec<u64> = (0..last as u64).collect();
    let mut stopped = BTreeMap::new();
    let mut over = 0;
    let mut progress = TerminalProgress::new();
    let message = run_batch(many, &seeds, |message| {
        let mut going = 0.0;
        match message {
            BatchMessage::Progress(share) => going = share,
            BatchMessage::Stopped { seed, reason: why } => {
                over += 1;
                stopped.insert(seed, why);
            }
            BatchMessage::Finished(report) => {
                over += 1;
                judges.iter_mut().for_each(|judge| judge.observe(&many.scenario, &report));
            }
        }
        let open = judges.iter().filter(|judge| judge.verdict().holds.is_none()).count();
        progress.update((going + f64::from(over)) / last.max(1) as f64, || {
            format!("{over} of at most {last} seeds, {open} undecided")
        });
        if open == 0 { Err(AllCertain) } else { Ok(()) }
    });
    // `Enough` ends the simulation early; it is not an error.
    let (Ok(()) | Err(AllCertain)) = message;
    Ok((judges.iter().map(ExpectationTest::verdict).collect(), stopped))
}

fn print_verdicts(verdicts: &[Verdict], scenario: &Scenario, out: &mut impl Write) -> Result<(), CliError> {
    let (title, aside, wrong) = (terminal::TITLE, terminal::ASIDE, terminal::ERROR);
    let name = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    writeln!(out, "{title}{name}{title:#}")?;
    let width = verdicts.iter().map(|verdict| verdict.expect.chars().count()).max().unwrap_or(0);
    for (verdict, expect) in verdicts.iter().zip(&scenario.expectations) {
        let is_share = matches!(expect.expected, Criterion::Share { .. });
        let say = |value: f64| if is_share { format!("{:.1} %", value * 100.0) } else { format_signed(value) };
        let figure = verdict.estimate.map_or_else(|| "never measured".to_owned(), say);
        let between = verdict.interval.map_or_else(String::new, |(low, high)| format!(" ({} to {})", say(low), say(high)));
        let enough = if verdict.runs < verdict.planned_runs { ", decided early" } else { "" };
        let runs = longhand_narrative::grammar::counted(verdict.runs as f64, "run");
        let (word, style) = match verdict.holds {
            Some(true) => ("holds", aside),
            Some(false) => ("fails", wrong),
            None => ("open ", wrong),
        };
        writeln!(out, "{style}{word}{style:#}  {:width$}  {figure}{aside}{between} in {runs}{enough}{aside:#}", verdict.expect)?;
    }
    Ok(out.flush()?)
}

fn format_signed(value: f64) -> String {
    let minus = if value < 0.0 { "-" } else { "" };
    format!("{minus}{}", digits(value.abs()))
}

fn write_json(verdicts: &[Verdict], scenario: &Scenario, mut out: impl Write) -> Result<(), CliError> {
    let holds = verdicts.iter().all(|verdict| verdict.holds == Some(true));
    let answer = serde_json::json!({ "scene": scenario.name, "holds": holds, "expect": verdicts });
    let text = serde_json::to_string_pretty(&answer).map_err(|error| CliError::Internal(error.to_string()))?;
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
