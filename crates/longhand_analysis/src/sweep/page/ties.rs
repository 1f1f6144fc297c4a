//! The section on ties: survival curves of the ties that began during a run, pooled over all runs.

use super::super::SweepReport;
use super::html::{escape, number, percent};
use super::plot::{HEIGHT, WIDTH, svg, with_axes};
use crate::stats::{DurationCounts, SurvivalStep, kaplan_meier};
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) fn write_section(report: &SweepReport, out: &mut impl Write) -> io::Result<()> {
    let mut all: BTreeMap<&str, BTreeMap<u32, (u64, u64)>> = BTreeMap::new();
    for (tie, lengths) in report.per_seed.iter().flat_map(|run| &run.ties) {
        for &(days, over, open) in lengths {
            let same = all.entry(tie).or_default().entry(days).or_default();
            *same = (same.0 + over, same.1 + open);
        }
    }
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section><h2>Duration of ties</h2>\n<p>The share of the ties that last longer than a number of days, of all ties that \
         began during a run (Kaplan–Meier: a tie that still held at the end is censored), with Greenwood’s interval.</p>\n\
         <div class=\"grid\">"
    )?;
    for (tie, lengths) in all {
        let lengths: Vec<DurationCounts> = lengths
            .into_iter()
            .map(|(days, (over, open))| DurationCounts { duration: f64::from(days), ended: over, censored: open })
            .collect();
        write_tie(tie, &lengths, out)?;
    }
    writeln!(out, "</div></section>")
}

fn write_tie(tie: &str, lengths: &[DurationCounts], out: &mut impl Write) -> io::Result<()> {
    let curve = kaplan_meier(lengths);
    let (began, over) =
        lengths.iter().fold((0, 0), |(began, over), same| (began + same.ended + same.censored, over + same.ended));
    let longest = lengths.last().map_or(1.0, |last| last.duration).max(1.0);
    let half = curve.iter().find(|step| step.share <= 0.5).map(|step| step.duration);
    let half = half.map_or_else(
        || "median duration beyond the observed time".to_owned(),
        |days| format!("median duration {} days", number(days)),
    );
    let at = |day: f64| curve.iter().rev().find(|step| step.duration <= day).map_or(1.0, |step| step.share);
    let says: Vec<String> = [0.25, 0.5, 0.75, 1.0]
        .iter()
        .map(|share| format!("{} after {} days", percent(at(share * longest)), number((share * longest).round())))
        .collect();
    let inner = format!(
        "<path class=\"sure\" d=\"{}\"/><path class=\"line\" d=\"{}\"/>",
        interval_path(&curve, longest),
        step_path(curve.iter().map(|step| (step.duration, step.share)), longest, 'M')
    );
    let days = [0.0, 0.5, 1.0].map(|share| format!("{} d", number((share * longest).round())));
    writeln!(
        out,
        "<figure><figcaption><b>{}</b> {began} began, {over} ended; {half}</figcaption>{}<p class=\"aside\">{}</p></figure>",
        escape(tie),
        with_axes(&svg("curve", &inner, &says.join(", ")), &days, ("0&nbsp;%", "100&nbsp;%")),
        says.join(", ")
    )
}

/// The path of a step function that starts at 1 and ends at the right edge.
fn step_path(points: impl Iterator<Item = (f64, f64)>, longest: f64, begin: char) -> String {
    let mut path = format!("{begin}0 0");
    let mut last = 1.0;
    for (day, share) in points {
        let x = day / longest * WIDTH;
        path += &format!("L{x:.1} {:.1}L{x:.1} {:.1}", (1.0 - last) * HEIGHT, (1.0 - share) * HEIGHT);
        last = share;
    }
    path + &format!("L{WIDTH} {:.1}", (1.0 - last) * HEIGHT)
}

/// The path around the confidence interval: along its upper bound and back along its lower bound.
fn interval_path(curve: &[SurvivalStep], longest: f64) -> String {
    let up = step_path(curve.iter().map(|step| (step.duration, step.interval.1)), longest, 'M');
    let mut down: Vec<(f64, f64)> = vec![(0.0, 0.0)];
    let mut last = 1.0;
    for step in curve {
        let x = step.duration / longest * WIDTH;
        down.extend([(x, (1.0 - last) * HEIGHT), (x, (1.0 - step.interval.0) * HEIGHT)]);
        last = step.interval.0;
    }
    down.push((WIDTH, (1.0 - last) * HEIGHT));
    let down: String = down.iter().rev().map(|(x, y)| format!("L{x:.1} {y:.1}")).collect();
    format!("{up}{down}Z")
}
