//! The section on beats: how often, when and in which order they occurred.

use super::super::{BeatSummary, SweepReport, quantile};
use super::html::{count_noun, escape, number, percent, percent_interval};
use super::plot::{band, histogram, svg, vertical_line, violin_path};
use jiff::civil::DateTime;
use longhand_scene::{Pattern, Scenario};
use std::io::{self, Write};

const BINS: usize = 160;

pub(super) fn write_section(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    if scenario.beats.is_empty() || report.per_seed.is_empty() {
        return Ok(());
    }
    let whole = scenario.calendar.start()..scenario.calendar.datetime(scenario.ends);
    let days = |at: DateTime| at.duration_since(whole.start).as_secs_f64() / 86_400.0;
    let came = |at: usize| -> Vec<f64> {
        let instants = report.per_seed.iter().filter_map(|run| run.beats.get(at)?.at.as_ref()?.parse().ok());
        instants.map(days).collect()
    };
    let came: Vec<Vec<f64>> = (0..scenario.beats.len()).map(came).collect();
    let last = came.iter().flatten().copied().fold(1.0, f64::max).min(days(whole.end).max(1.0));
    writeln!(
        out,
        "<section><h2>Beats</h2>\n<p>For each beat: the share of the runs in which it occurred, with its interval, and the \
         distribution of its dates. The line is the median, the band is the interval of the median.</p>\n\
         <div class=\"beats\" role=\"table\" aria-label=\"Beats\">"
    )?;
    for (pattern, came) in scenario.beats.iter().zip(&came) {
        if let Some(tally) = report.beats.get(&pattern.id) {
            write_beat(pattern, tally, came, last, &days, out)?;
        }
    }
    let date = |day: f64| {
        let at = whole.start.saturating_add(jiff::SignedDuration::from_secs((day * 86_400.0) as i64));
        at.strftime("%-d&nbsp;%b&nbsp;%Y").to_string()
    };
    let dates: String = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| format!("<span>{}</span>", date(share * last))).concat();
    writeln!(
        out,
        "<div class=\"beat\" aria-hidden=\"true\"><span></span><span></span><div class=\"along\">{dates}</div></div>\n</div>"
    )?;
    write_order(report, scenario, out)?;
    write_patterns(report, scenario, out)?;
    writeln!(out, "</section>")
}

fn write_beat(
    pattern: &Pattern,
    tally: &BeatSummary,
    came: &[f64],
    last: f64,
    days: &impl Fn(DateTime) -> f64,
    out: &mut impl Write,
) -> io::Result<()> {
    let median = quantile(came, 0.5);
    let mut inner = String::new();
    let mut says = format!("{} occurred in {} of the runs", escape(&pattern.id), percent(tally.share));
    if let Some(median) = median {
        if let Some((low, high)) = &tally.median_interval {
            let place = |text: &str| text.parse().map_or(0.0, |at| days(at) / last);
            inner += &band("sure", place(low), place(high));
        }
        if came.len() > 1 {
            inner += &violin_path(&histogram(came, (0.0, last), BINS));
        }
        inner += &vertical_line("median", median / last);
        says += &format!(", median on day {}", number(median.round()));
        if let (Some(low), Some(high)) = (quantile(came, 0.05), quantile(came, 0.95)) {
            says += &format!(", 5 % to 95 % quantile: day {} to day {}", number(low.round()), number(high.round()));
        }
    }
    let need = if pattern.must { "required" } else { "optional" };
    let when = tally.median_at.as_deref().map_or_else(|| "never".to_owned(), |at| at.get(..10).unwrap_or(at).to_owned());
    let sure = tally.median_interval.as_ref().map_or_else(String::new, |(low, high)| {
        format!(" <span class=\"aside\">({} to {})</span>", low.get(..10).unwrap_or(low), high.get(..10).unwrap_or(high))
    });
    let (low, high) = tally.share_interval;
    let bar = svg(
        "share",
        &(band("sure", low, high) + &vertical_line("median", tally.share)),
        &format!("{} of the runs", percent(tally.share)),
    );
    writeln!(
        out,
        "<div class=\"beat\" role=\"row\"><div role=\"rowheader\"><b>{}</b> {} <span class=\"aside\">{need}</span></div>\
         <div role=\"cell\">{} <span class=\"aside\">{}</span>{bar}</div>\
         <div role=\"cell\">{}<small>{when}{sure}</small></div></div>",
        escape(&pattern.id),
        escape(&pattern.title),
        percent(tally.share),
        percent_interval(tally.share_interval),
        svg("strip", &inner, &says)
    )
}

/// The order of the required beats: for each pair, the share of the runs with both in which the first came first.
fn write_order(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    let must: Vec<usize> = (0..scenario.beats.len()).filter(|&at| scenario.beats[at].must).collect();
    let Some(tau) = report.order_tau_median.filter(|_| must.len() > 1) else { return Ok(()) };
    let taus: Vec<f64> = report.per_seed.iter().filter_map(|run| run.order_tau).collect();
    let sure = crate::stats::median_interval(&taus)
        .map_or_else(String::new, |(low, high)| format!(" <span class=\"aside\">({low:.3} to {high:.3})</span>"));
    let kept = taus.iter().filter(|&&tau| tau >= 1.0).count();
    writeln!(
        out,
        "<h3>Order</h3>\n<p>Kendall’s tau between the order of the required beats and the scene’s order: median {tau:.3}{sure}; \
         {} kept the order throughout. Each cell is the percentage of the runs with both beats in which the row came before \
         the column; cells below the diagonal are against the scene’s order.</p>",
        count_noun(kept, "run", "runs")
    )?;
    writeln!(out, "<div class=\"wide\" tabindex=\"0\"><table class=\"heat order\"><thead><tr><td></td>")?;
    for &column in &must {
        writeln!(out, "<th scope=\"col\">{}</th>", escape(&scenario.beats[column].id))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    let at = |run: usize, beat: usize| {
        let beat = report.per_seed[run].beats.get(beat)?;
        // The event number orders beats that were completed at the same instant.
        Some((beat.at.as_ref()?.parse::<DateTime>().ok()?, beat.event))
    };
    let came: Vec<Vec<_>> = must.iter().map(|&beat| (0..report.per_seed.len()).map(|run| at(run, beat)).collect()).collect();
    for (row, &id) in must.iter().enumerate() {
        writeln!(out, "<tr><th scope=\"row\">{}</th>", escape(&scenario.beats[id].id))?;
        for column in 0..must.len() {
            if row == column {
                writeln!(out, "<td class=\"self\"></td>")?;
                continue;
            }
            let both = came[row].iter().zip(&came[column]).filter_map(|(one, other)| Some((one.as_ref()?, other.as_ref()?)));
            let (mut first, mut all) = (0, 0);
            for (one, other) in both {
                all += 1;
                first += usize::from(one < other);
            }
            if all == 0 {
                writeln!(out, "<td>–</td>")?;
                continue;
            }
            let share = first as f64 / all as f64;
            let class = if row < column { "with" } else { "against" };
            writeln!(out, "<td class=\"{class}\" style=\"--part:{:.0}%\">{:.0}</td>", share * 50.0, share * 100.0)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

fn write_patterns(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    if scenario.patterns.is_empty() {
        return Ok(());
    }
    let runs = report.per_seed.len();
    writeln!(out, "<h3>Patterns</h3>\n<ul class=\"shares\">")?;
    for pattern in &scenario.patterns {
        let Some(&share) = report.patterns.get(&pattern.id) else { continue };
        let hits = (share * runs as f64).round() as usize;
        let title = if pattern.title.is_empty() { &pattern.id } else { &pattern.title };
        let interval = percent_interval(crate::stats::wilson(hits, runs));
        writeln!(out, "<li><b>{}</b> <span class=\"aside\">{interval}</span> {}</li>", percent(share), escape(title))?;
    }
    writeln!(out, "</ul>")
}
