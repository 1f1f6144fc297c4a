//! `longhand bench`: the speed of the engine on this machine, compared with bare loops.
//!
//! The command line and the table call a benchmark a row, although some benchmarks print several lines.

use std::io::Write;

use super::args::BenchArgs;
use super::exit::{CliError, Exit};
use super::json_output::{is_stdout, write_json};
use super::palette::{ERROR, FAINT, STRONG};
use super::terminal;
use longhand_bench::{BENCHMARKS, BenchEffort, BenchTarget, Benchmark, Measurement};
use longhand_expr::nearest_name;
use serde::Serialize;

/// Width of the label column, in characters.
const LABEL_WIDTH: usize = 62;
/// Width of each number column, in characters.
const NUMBER_WIDTH: usize = 14;

/// The output of `--json`.
#[derive(Serialize)]
struct BenchAnswer {
    version: &'static str,
    quick: bool,
    threads: usize,
    #[serde(rename = "found")]
    measurements: Vec<Measurement>,
    /// The rows that cannot be measured here, each with the reason.
    #[serde(rename = "left_out")]
    skipped: Vec<(&'static str, String)>,
}

/// The row for the window. It is not in [`BENCHMARKS`], because it needs the inspector, which depends on `longhand_bench`.
static PANELS_ROW: Benchmark =
    Benchmark { id: "panels", about: "drawing each panel of a long run, and seeking in it", measure: measure_panels };

#[cfg(feature = "inspector")]
use longhand_inspector::bench::measure as measure_panels;

#[cfg(not(feature = "inspector"))]
fn measure_panels(_: BenchEffort) -> Result<Vec<Measurement>, String> {
    Err("this build has no window".into())
}

/// The row for the stage, for the same reason.
static STAGE_ROW: Benchmark = Benchmark {
    id: "stage",
    about: "a picture of the stage with a whole city, and a frame of a film",
    measure: longhand_film::measure_stage,
};

/// All rows, in the order of measurement.
fn rows() -> impl Iterator<Item = &'static Benchmark> + Clone {
    BENCHMARKS.iter().chain([&STAGE_ROW, &PANELS_ROW])
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
        measurements: Vec::new(),
        skipped: Vec::new(),
    };
    let effort = if args.quick { BenchEffort::Quick } else { BenchEffort::Full };
    for row in rows {
        match row.measure(effort) {
            Ok(measurements) => {
                if !to_stdout {
                    for measurement in &measurements {
                        print_measurement(measurement, &mut out)?;
                    }
                    out.flush()?;
                }
                answer.measurements.extend(measurements);
            }
            Err(reason) => {
                terminal::print_note(&format!("{} is skipped: {}", row.id, reason.trim_end()));
                answer.skipped.push((row.id, reason));
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
            let suggestion = nearest_name(name, all.clone()).map_or_else(String::new, |near| format!("did you mean {near}? "));
            CliError::Usage(format!("there is no row {name}; {suggestion}the rows are {}", all.collect::<Vec<_>>().join(", ")))
        })
    };
    if names.is_empty() { Ok(rows().collect()) } else { names.iter().map(find).collect() }
}

fn print_measurement(measurement: &Measurement, out: &mut dyn Write) -> Result<(), CliError> {
    let number = |value: f64| format!("{} {}", format_significant(value), measurement.unit);
    let bare = measurement.bare.map_or_else(String::new, number);
    let ratio = measurement.ratio.map_or_else(String::new, |ratio| format!("{} x", format_significant(ratio)));
    let target = measurement.target.map_or_else(String::new, |target| match target {
        BenchTarget::AtMost(most) => format!("<= {most}"),
        BenchTarget::AtLeast(least) => format!(">= {least}"),
        BenchTarget::TimesBare(most) => format!("<= {most} x"),
    });
    let cells = [measurement.what.as_str(), &number(measurement.figure), &bare, &ratio, &target];
    match measurement.is_target_reached {
        Some(true) => writeln!(out, "{}  reached", format_row(cells))?,
        Some(false) => writeln!(out, "{}  {ERROR}missed{ERROR:#}", format_row(cells))?,
        None => writeln!(out, "{FAINT}{}{FAINT:#}", format_row(cells))?,
    }
    Ok(())
}

fn format_row([what, numbers @ ..]: [&str; 5]) -> String {
    numbers.iter().fold(format!("{what:LABEL_WIDTH$}"), |line, number| format!("{line}{number:>NUMBER_WIDTH$}"))
}

/// Formats a number with three significant digits, but with at most two decimals and with all digits before the decimal point.
fn format_significant(value: f64) -> String {
    let decimals = match value.abs() {
        0.0..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_row_is_an_error_that_suggests_the_nearest() {
        assert_eq!(select_rows(&[]).unwrap().len(), rows().count());
        assert_eq!(select_rows(&["hub".into()]).unwrap()[0].id, "hub");
        let message = select_rows(&["colums".into()]).unwrap_err().to_string();
        assert!(message.starts_with("there is no row colums; did you mean columns?"), "{message}");
    }

    #[test]
    fn the_help_names_every_row() {
        use clap::CommandFactory;
        let mut cli = super::super::args::Cli::command();
        let help = cli.find_subcommand_mut("bench").unwrap().render_help().to_string();
        assert!(rows().all(|row| help.contains(row.id)), "{help}");
    }

    #[test]
    fn numbers_have_at_most_three_significant_digits_unless_they_are_large() {
        assert_eq!([0.0, 1.234, 51.26, 20_512.4].map(format_significant), ["0.00", "1.23", "51.3", "20512"]);
    }
}
