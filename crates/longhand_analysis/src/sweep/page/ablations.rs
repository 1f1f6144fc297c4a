//! The section on ablations: the same seeds with one change to the scene.

use super::super::SweepReport;
use super::super::effect::{AblationBeatEffect, AblationEffect};
use super::html::{escape, number_interval, percent, signed};
use longhand_scene::Scenario;
use std::io::{self, Write};

pub(super) fn write_section(report: &SweepReport, scenario: &Scenario, out: &mut impl Write) -> io::Result<()> {
    if report.ablations.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section><h2>Ablations</h2>\n<p>Each row is the scene with one change, run with the same seeds. A cell is the \
         change in the share of runs with a beat, in percentage points; it is emphasised if the interval of the change \
         (Newcombe’s, paired) excludes zero.</p>\n<div class=\"wide\" tabindex=\"0\"><table class=\"heat\"><thead><tr>\
         <th scope=\"col\">change</th>"
    )?;
    for beat in &scenario.beats {
        writeln!(out, "<th scope=\"col\" title=\"{}\">{}</th>", escape(&beat.title), escape(&beat.id))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for ablation in &report.ablations {
        writeln!(out, "<tr><th scope=\"row\">{}</th>", escape(&ablation.condition))?;
        for beat in &ablation.beats {
            writeln!(out, "{}", change_cell(beat))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")?;
    for ablation in &report.ablations {
        write_significant_changes(ablation, out)?;
    }
    writeln!(out, "</section>")
}

fn change_cell(beat: &AblationBeatEffect) -> String {
    let change = (beat.change * 100.0).round();
    let class = match beat.change {
        change if change < 0.0 => "less",
        change if change > 0.0 => "more",
        _ => "same",
    };
    let clear = if beat.is_significant() { " clear" } else { "" };
    let (low, high) = beat.interval;
    format!(
        "<td class=\"{class}{clear}\" style=\"--part:{:.0}%\" title=\"{}, {} to {}\">{}</td>",
        beat.change.abs() * 55.0,
        escape(&beat.id),
        signed((low * 100.0).round()),
        signed((high * 100.0).round()),
        if change == 0.0 { "·".to_owned() } else { signed(change) }
    )
}

/// Lists the significant changes in words.
fn write_significant_changes(ablation: &AblationEffect, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "<details><summary>{} <span class=\"aside\">{} seeds</span></summary><ul>",
        escape(&ablation.condition),
        ablation.pairs
    )?;
    let mut nothing = true;
    for beat in ablation.beats.iter().filter(|beat| beat.is_significant()) {
        nothing = false;
        let (low, high) = beat.interval;
        writeln!(
            out,
            "<li><b>{}</b> from {} to {} of the runs <span class=\"aside\">({} to {} percentage points)</span></li>",
            escape(&beat.id),
            percent(beat.before),
            percent(beat.after),
            signed((low * 100.0).round()),
            signed((high * 100.0).round())
        )?;
    }
    for (id, measure) in ablation.measures.iter().filter(|(_, measure)| measure.is_significant()) {
        nothing = false;
        if let (Some(change), Some(interval)) = (measure.change, measure.interval) {
            let sure = number_interval(interval);
            writeln!(out, "<li><b>{}</b> {} <span class=\"aside\">({sure})</span></li>", escape(id), signed(change))?;
        }
    }
    if nothing {
        writeln!(out, "<li>No significant change at this sample size.</li>")?;
    }
    writeln!(out, "</ul></details>")
}
