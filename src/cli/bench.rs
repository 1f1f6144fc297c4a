//! `longhand bench`: speed on this machine, compared with bare loops.

use std::io::Write;

use super::args::BenchArgs;
use super::exit::{CliError, Exit};
use super::json_output::{is_stdout, write_json};
use super::palette::{ERROR, FAINT, STRONG};
use super::terminal;
use longhand_bench::{BENCHMARKS, BenchEffort, BenchTarget, Benchmark, Measurement};
use longhand_expr::nearest_name;
use serde::Serialize;

/// Widths of the label column and of each number column.
const LABEL_WIDTH: usize = 62;
const NUMBER_WIDTH: usize = 14;

/// All figures, as JSON.
#[derive(Serialize)]
struct BenchAnswer {
    version: &'static str,
    quick: bool,
    threads: usize,
    found: Vec<Measurement>,
    /// The rows that cannot be measured here, each with the reason.
    left_out: Vec<(&'static str, String)>,
}

/// The row of the window. It is defined here because it needs the inspector, which the other rows do not.
static PANELS_ROW: Benchmark =
    Benchmark { id: "panels", about: "drawing each panel of a long run, and seeking in it", measure: panels };

#[cfg(feature = "inspector")]
use longhand_inspector::bench::measure as panels;

#[cfg(not(feature = "inspector"))]
fn panels(_: BenchEffort) -> Result<Vec<Measurement>, String> {
    Err("this build has no window".into())
}

/// All rows, in the order of measurement.
fn rows() -> impl Iterator<Item = &'static Benchmark> + Clone {
    BENCHMARKS.iter().chain([&PANELS_ROW])
}

pub(crate) fn bench(args: &BenchArgs) -> Result<Exit, CliError> {
    let rows = select_rows(&args.rows)?;
    let to_stdout = is_stdout(args.json.as_deref());
    let mut out = terminal::stdout();
    if !to_stdout {
        writeln!(out, "{STRONG}{}{STRONG:#}", format_row(["", "figure", "bare loop", "ratio", "target"]))?;
    }
    let mut answer = BenchAnswer {
        version: env!("CARGO_PKG_VERSION"),
        quick: args.quick,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        found: Vec::new(),
        left_out: Vec::new(),
    };
    for row in rows {
        match row.measure(if args.quick { BenchEffort::Quick } else { BenchEffort::Full }) {
            Ok(found) => {
                for finding in found.iter().filter(|_| !to_stdout) {
                    print_finding(finding, &mut out)?;
                }
                out.flush()?;
                answer.found.extend(found);
            }
            Err(why) => {
                terminal::print_note(&format!("{} is skipped: {}", row.id, why.trim_end()));
                answer.left_out.push((row.id, why));
            }
        }
    }
    write_json(args.json.as_deref(), &answer)?;
    Ok(Exit::Done)
}

fn select_rows(names: &[String]) -> Result<Vec<&'static Benchmark>, CliError> {
    let find = |name: &String| {
        rows().find(|row| row.id == name).ok_or_else(|| {
            let all = rows().map(|row| row.id);
            let meant = nearest_name(name, all.clone()).map_or_else(String::new, |near| format!("did you mean {near}? "));
            CliError::Usage(format!("there is no row {name}; {meant}the rows are {}", all.collect::<Vec<_>>().join(", ")))
        })
    };
    if names.is_empty() { Ok(rows().collect()) } else { names.iter().map(find).collect() }
}

fn print_finding(finding: &Measurement, out: &mut dyn Write) -> Result<(), CliError> {
    let number = |value: f64| format!("{} {}", format_significant(value), finding.unit);
    let bare = finding.bare.map_or_else(String::new, number);
    let ratio = finding.ratio.map_or_else(String::new, |ratio| format!("{} x", format_significant(ratio)));
    let reach = finding.reach.map_or_else(String::new, |reach| match reach {
        BenchTarget::AtMost(most) => format!("<= {most}"),
        BenchTarget::AtLeast(least) => format!(">= {least}"),
        BenchTarget::TimesBare(most) => format!("<= {most} x"),
    });
    let cells = [finding.what.as_str(), &number(finding.figure), &bare, &ratio, &reach];
    match finding.reached {
        Some(true) => writeln!(out, "{}  reached", format_row(cells))?,
        Some(false) => writeln!(out, "{}  {ERROR}missed{ERROR:#}", format_row(cells))?,
        None => writeln!(out, "{FAINT}{}{FAINT:#}", format_row(cells))?,
    }
    Ok(())
}

fn format_row([what, numbers @ ..]: [&str; 5]) -> String {
    numbers.iter().fold(format!("{what:LABEL_WIDTH$}"), |line, number| format!("{line}{number:>NUMBER_WIDTH$}"))
}

/// Formats a number with about three significant digits.
fn format_significant(value: f64) -> String {
    let digits = match value.abs() {
        0.0..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_row_is_an_error_that_suggests_the_nearest() {
        assert_eq!(select_rows(&[]).unwrap().len(), rows().count());
        assert_eq!(select_rows(&["hub".into()]).unwrap()[0].id, "hub");
        let said = select_rows(&["colums".into()]).unwrap_err().to_string();
        assert!(said.starts_with("there is no row colums; did you mean columns?"), "{said}");
    }

    #[test]
    fn the_help_names_every_row() {
        use clap::CommandFactory;
        let mut cli = super::super::args::Cli::command();
        let help = cli.find_subcommand_mut("bench").unwrap().render_help().to_string();
        assert!(rows().all(|row| help.contains(row.id)), "{help}");
    }

    #[test]
    fn numbers_have_three_significant_digits() {
        assert_eq!([0.0, 1.234, 51.26, 20_512.4].map(format_significant), ["0.00", "1.23", "51.3", "20512"]);
    }
}
