//! What hangs on what: the same seeds without one thing.

use super::super::SweepReport;
use super::super::effect::{Ablation, BeatEffect};
use super::html::{escaped, numbers, percent, signed};
use crate::scenario::Scenario;
use std::io::{self, Write};

pub(super) fn write(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    if report.ablations.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section><h2>What hangs on what</h2>\n<p>Each row is a world that lacks one thing, lived with the same seeds. A cell says by how many lives of a \
         hundred a beat came oftener (+) or seldomer (−); it is drawn strong where the interval of the change (Newcombe’s, for pairs) leaves \
         out nought.</p>\n<div class=\"wide\" tabindex=\"0\"><table class=\"heat\"><thead><tr><th scope=\"col\">world</th>"
    )?;
    for beat in &scenario.beats {
        writeln!(out, "<th scope=\"col\" title=\"{}\">{}</th>", escaped(&beat.title), escaped(&beat.id))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for ablation in &report.ablations {
        writeln!(out, "<tr><th scope=\"row\">{}</th>", escaped(&ablation.condition))?;
        for beat in &ablation.beats {
            writeln!(out, "{}", cell(beat))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")?;
    for ablation in &report.ablations {
        write_one(ablation, out)?;
    }
    writeln!(out, "</section>")
}

fn cell(beat: &BeatEffect) -> String {
    let change = (beat.change * 100.0).round();
    let class = match beat.change {
        change if change < 0.0 => "less",
        change if change > 0.0 => "more",
        _ => "same",
    };
    let clear = if beat.is_clear() { " clear" } else { "" };
    let (low, high) = beat.interval;
    format!(
        "<td class=\"{class}{clear}\" style=\"--part:{:.0}%\" title=\"{}, {} to {}\">{}</td>",
        beat.change.abs() * 55.0,
        escaped(&beat.id),
        signed((low * 100.0).round()),
        signed((high * 100.0).round()),
        if change == 0.0 { "·".to_owned() } else { signed(change) }
    )
}

/// In words what changed for certain.
fn write_one(ablation: &Ablation, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "<details><summary>{} <span class=\"aside\">{} seeds</span></summary><ul>",
        escaped(&ablation.condition),
        ablation.pairs
    )?;
    let mut nothing = true;
    for beat in ablation.beats.iter().filter(|beat| beat.is_clear()) {
        nothing = false;
        let (low, high) = beat.interval;
        writeln!(
            out,
            "<li><b>{}</b> from {} to {} of the lives <span class=\"aside\">({} to {} of a hundred)</span></li>",
            escaped(&beat.id),
            percent(beat.before),
            percent(beat.after),
            signed((low * 100.0).round()),
            signed((high * 100.0).round())
        )?;
    }
    for (id, measure) in ablation.measures.iter().filter(|(_, measure)| measure.is_clear()) {
        nothing = false;
        if let (Some(change), Some(interval)) = (measure.change, measure.interval) {
            let sure = numbers(interval);
            writeln!(out, "<li><b>{}</b> {} <span class=\"aside\">({sure})</span></li>", escaped(id), signed(change))?;
        }
    }
    if nothing {
        writeln!(out, "<li>Nothing that so few lives can tell from chance.</li>")?;
    }
    writeln!(out, "</ul></details>")
}
