//! `longhand audit`: is this a world or a script?

use std::io::Write;
use std::sync::Arc;

use super::args::AuditArgs;
use super::exit::{CliError, Exit};
use super::json_output::write_json;
use super::palette::{ERROR, FAINT, STRONG};
use super::run_config;
use super::terminal::{self, TerminalProgress};
use super::text::{PAGE_WIDTH, column_width, title_or_id};
use longhand_analysis::{AuditConfig, AuditFigure, AuditGroup, AuditReport, AuditVerdict, audit, write_audit_page};
use longhand_chronicle::WholeFile;
use longhand_narrative::grammar::counted;
use longhand_narrative::wrap;

pub(crate) fn audit_scene(args: &AuditArgs) -> Result<Exit, CliError> {
    let config = config(args)?;
    let mut progress = TerminalProgress::new();
    let report = audit(&config, |done| {
        progress.update(done.share(), || format!("{} of {} runs", done.finished, done.total));
        Ok::<_, CliError>(())
    })?;
    drop(progress);
    if let Some(path) = &args.html {
        let write = || {
            let mut file = WholeFile::create(path)?;
            write_audit_page(&report, &mut file)?;
            file.finish()
        };
        write().map_err(|error| CliError::for_file("write", path, &error))?;
    }
    if !write_json(args.json.as_deref(), &report)? {
        print_report(&report, &mut terminal::stdout())?;
    }
    match report.stopped.first() {
        None => Ok(Exit::Done),
        Some(first) => Err(CliError::Input(format!("{} of {} runs were stopped; {first}", report.stopped.len(), report.runs))),
    }
}

fn config(args: &AuditArgs) -> Result<AuditConfig, CliError> {
    let scenario = Arc::new(run_config::load_scene(&args.scene, &args.set)?);
    let until = args.until.as_ref().map(|when| run_config::resolve_instant(when, &scenario.calendar)).transpose()?;
    let defaults = if args.quick { AuditConfig::quick(scenario) } else { AuditConfig::new(scenario) };
    Ok(AuditConfig {
        until,
        threads: args.threads.map_or(0, usize::from),
        seeds: args.seeds.as_ref().map_or(defaults.seeds, |seeds| seeds.iter().collect()),
        seeds_each: args.seeds_each.unwrap_or(defaults.seeds_each),
        crowd: args.crowd.unwrap_or(defaults.crowd),
        ..defaults
    })
}

fn print_report(report: &AuditReport, out: &mut impl Write) -> Result<(), CliError> {
    let title = title_or_id(&report.title, &report.scene);
    let [runs, seeds] = [(report.runs, "run"), (report.seeds.len(), "seed")].map(|(n, noun)| counted(n as f64, noun));
    writeln!(out, "{STRONG}{title}{STRONG:#}: {runs}, {seeds}, {} outside the cast", report.crowd)?;
    let width = column_width("", report.figures.iter().map(|figure| figure.title));
    for group in AuditGroup::ALL {
        let figures: Vec<&AuditFigure> = report.figures.iter().filter(|figure| figure.group == group).collect();
        if figures.is_empty() {
            continue;
        }
        let heading = group.title();
        // Where nothing can be measured, one reason says it.
        if let Some(why_not) = figures.first().and_then(|figure| figure.why_not)
            && figures.iter().all(|figure| figure.why_not == Some(why_not))
        {
            writeln!(out, "\n{STRONG}{heading:width$}{STRONG:#}  {FAINT}{why_not}{FAINT:#}")?;
            continue;
        }
        let [here, script, world] = ["here", "script", "world"];
        writeln!(out, "\n{STRONG}{heading:width$}{STRONG:#}  {FAINT}{here:>8}  {script:>8}  {world:>8}{FAINT:#}")?;
        for figure in figures {
            print_figure(figure, width, out)?;
        }
    }
    if !report.first.is_empty() {
        writeln!(out, "\n{STRONG}To do first{STRONG:#}")?;
    }
    for (nth, thing) in (1..).zip(&report.first) {
        for (line, text) in wrap(thing, PAGE_WIDTH - 3).iter().enumerate() {
            let mark = if line == 0 { format!("{nth}.") } else { "  ".to_owned() };
            writeln!(out, "{mark} {text}")?;
        }
    }
    writeln!(out, "\n{STRONG}{}{STRONG:#}", report.summary())?;
    Ok(out.flush()?)
}

fn print_figure(figure: &AuditFigure, width: usize, out: &mut impl Write) -> Result<(), CliError> {
    let AuditFigure { title, script, world, .. } = figure;
    let [value, script, world] = [&figure.value, script, world].map(|value| figure.format(*value));
    let style = if figure.verdict == Some(AuditVerdict::Script) { ERROR } else { FAINT };
    let word = figure.verdict.map_or_else(String::new, |verdict| format!("  {}", verdict.word()));
    writeln!(out, "{title:width$}  {value:>8}  {FAINT}{script:>8}  {world:>8}{FAINT:#}{style}{word}{style:#}")?;
    for line in wrap(figure.why_not.unwrap_or(&figure.detail), PAGE_WIDTH - 2) {
        writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
    }
    Ok(())
}
