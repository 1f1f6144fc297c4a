//! `longhand test`: tests the expectations of a scene on many runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::args::TestArgs;
use super::exit::{Exit, Failure};
use super::life;
use super::terminal::{self, Progress};
use longhand_analysis::{Heard, Judge, Many, Verdict, live_many};
use longhand_expr::Expected;
use longhand_narrative::grammar::digits;
use longhand_scene::Scenario;

pub(crate) fn test(args: &TestArgs) -> Result<Exit, Failure> {
    let scenario = Arc::new(life::scene(&args.scene, &args.set)?);
    if scenario.expect.is_empty() {
        terminal::say("the scene has no expectations: add `expect: [\"BEAT in 95% of 100 seeds\"]`");
        return Ok(Exit::Done);
    }
    let many = Many { scenario, until: None, threads: args.threads.map_or(0, usize::from) };
    let (verdicts, stopped) = judge(&many, args.seeds.map(|most| most as usize))?;
    match args.json.as_deref() {
        Some(path) if path == Path::new("-") => write_json(&verdicts, &many.scenario, terminal::out())?,
        Some(path) => {
            table(&verdicts, &many.scenario, &mut terminal::out())?;
            let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            write_json(&verdicts, &many.scenario, file)
                .map_err(|_| Failure::Input(format!("cannot write {}", path.display())))?;
        }
        None => table(&verdicts, &many.scenario, &mut terminal::out())?,
    }
    match stopped.first_key_value() {
        None => Ok(Exit::answer(verdicts.iter().all(|verdict| verdict.holds == Some(true)))),
        Some((seed, why)) => Err(Failure::Input(format!("seed {seed} was {why} and is not counted"))),
    }
}

/// Simulates seeds until each verdict is certain.
fn judge(many: &Many, most: Option<usize>) -> Result<(Vec<Verdict>, BTreeMap<u64, String>), Failure> {
    /// Every verdict is certain.
    struct Enough;

    let mut judges: Vec<Judge> = many.scenario.expect.iter().map(|expect| Judge::of(expect, most)).collect();
    let last = judges.iter().map(Judge::seeds).max().unwrap_or(0);
    let seeds: Vec<u64> = (0..last as u64).collect();
    let mut stopped = BTreeMap::new();
    let mut over = 0;
    let mut progress = Progress::begin();
    let message = live_many(many, &seeds, |message| {
        let mut going = 0.0;
        match message {
            Heard::Going(share) => going = share,
            Heard::Stopped { seed, why } => {
                over += 1;
                stopped.insert(seed, why);
            }
            Heard::Lived(report) => {
                over += 1;
                judges.iter_mut().for_each(|judge| judge.see(&many.scenario, &report));
            }
        }
        let open = judges.iter().filter(|judge| judge.verdict().holds.is_none()).count();
        progress
            .at((going + f64::from(over)) / last.max(1) as f64, || format!("{over} of at most {last} seeds, {open} undecided"));
        if open == 0 { Err(Enough) } else { Ok(()) }
    });
    // `Enough` ends the simulation early; it is not an error.
    let (Ok(()) | Err(Enough)) = message;
    Ok((judges.iter().map(Judge::verdict).collect(), stopped))
}

fn table(verdicts: &[Verdict], scenario: &Scenario, out: &mut impl Write) -> Result<(), Failure> {
    let (title, aside, wrong) = (terminal::TITLE, terminal::ASIDE, terminal::WRONG);
    let name = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    writeln!(out, "{title}{name}{title:#}")?;
    let width = verdicts.iter().map(|verdict| verdict.expect.chars().count()).max().unwrap_or(0);
    for (verdict, expect) in verdicts.iter().zip(&scenario.expect) {
        let is_share = matches!(expect.is, Expected::Share { .. });
        let say = |value: f64| if is_share { format!("{:.1} %", value * 100.0) } else { signed(value) };
        let figure = verdict.figure.map_or_else(|| "never measured".to_owned(), say);
        let between = verdict.interval.map_or_else(String::new, |(low, high)| format!(" ({} to {})", say(low), say(high)));
        let enough = if verdict.lives < verdict.of { ", decided early" } else { "" };
        let runs = longhand_narrative::grammar::counted(verdict.lives as f64, "run");
        let (word, style) = match verdict.holds {
            Some(true) => ("holds", aside),
            Some(false) => ("fails", wrong),
            None => ("open ", wrong),
        };
        writeln!(out, "{style}{word}{style:#}  {:width$}  {figure}{aside}{between} in {runs}{enough}{aside:#}", verdict.expect)?;
    }
    Ok(out.flush()?)
}

fn signed(value: f64) -> String {
    let minus = if value < 0.0 { "-" } else { "" };
    format!("{minus}{}", digits(value.abs()))
}

fn write_json(verdicts: &[Verdict], scenario: &Scenario, mut out: impl Write) -> Result<(), Failure> {
    let holds = verdicts.iter().all(|verdict| verdict.holds == Some(true));
    let answer = serde_json::json!({ "scene": scenario.name, "holds": holds, "expect": verdicts });
    let text = serde_json::to_string_pretty(&answer).map_err(|error| Failure::Internal(error.to_string()))?;
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
