//! Writes the report of an audit as one HTML page.

use std::io::{self, Write};

use super::AuditReport;
use super::figures::{AuditFigure, AuditGroup, AuditVerdict};
use super::wants::BeatShift;
use crate::html_page::render_page;
use longhand_narrative::grammar::counted;
use longhand_narrative::markup::MarkupFragment;
use minijinja::context;
use minijinja::value::Value;

const STYLE: &str = include_str!("page.css");
const TEMPLATE: &str = include_str!("page.html");

/// Width of the drawing of a position.
const SCALE_WIDTH: f64 = 100.0;

/// Writes the report of an audit as an HTML page.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_audit_page(report: &AuditReport, out: &mut impl Write) -> io::Result<()> {
    let is_measured = |group: &AuditGroup| report.figures.iter().any(|figure| figure.group == *group);
    let groups = AuditGroup::ALL.into_iter().filter(is_measured).map(|group| {
        let figures = report.figures.iter().filter(|figure| figure.group == group).map(figure_values);
        context! { title => group.title(), figures => figures.collect::<Value>(), lists => lists(report, group) }
    });
    let title = if report.title.is_empty() { &report.scene } else { &report.title };
    let page_title = format!("{title}: audit");
    let values = context! {
        title,
        scene => &report.scene,
        verdict => report.summary(),
        runs => counted(report.runs as f64, "run"),
        seeds => counted(report.seeds.len() as f64, "seed"),
        crowd => counted(report.crowd as f64, "agent"),
        stopped => &report.stopped,
        first => report.first.iter().map(|thing| with_code(thing)).collect::<Value>(),
        groups => groups.collect::<Value>(),
    };
    out.write_all(render_page(&page_title, TEMPLATE, STYLE, values).as_bytes())
}

/// The parts of a text, in which names stand between backticks.
fn with_code(text: &str) -> Value {
    text.split('`').enumerate().map(|(nth, text)| context! { text, code => nth % 2 == 1 }).collect()
}

fn figure_values(figure: &AuditFigure) -> Value {
    let detail = figure.why_not.map_or_else(|| figure.detail.clone(), ToOwned::to_owned);
    context! {
        title => figure.title,
        value => figure.format(figure.value),
        detail,
        script => figure.format(figure.script),
        world => figure.format(figure.world),
        verdict => figure.verdict.map_or("", AuditVerdict::word),
        scale => figure.position.map(scale),
    }
}

/// A line from the script to the living world, with a mark.
fn scale(position: f64) -> Value {
    let mut drawing = MarkupFragment::new();
    let end = format!("{SCALE_WIDTH}");
    drawing
        .open("svg", &[("viewBox", "-6 -6 112 12"), ("role", "img"), ("aria-label", &format!("{:.0} of 100", position * 100.0))]);
    drawing.empty("line", &[("class", "axis"), ("x1", "0"), ("x2", &end), ("y1", "0"), ("y2", "0")]);
    drawing.empty("circle", &[("class", "mark"), ("cx", &format!("{:.1}", position * SCALE_WIDTH)), ("cy", "0"), ("r", "5")]);
    drawing.close();
    drawing.finish()
}

/// What a removal did to a beat, in words.
fn shift_line(shift: &BeatShift) -> String {
    let days = shift.shift_days.map_or_else(String::new, |days| {
        let by_chance = shift.chance_days.map_or_else(String::new, |days| format!(" (by chance at most {days:.1})"));
        format!(", {:.1} days {}{by_chance}", days.abs(), if days < 0.0 { "earlier" } else { "later" })
    });
    format!("{}: lost in {} of {}{days}", shift.beat, shift.lost, shift.came)
}

/// The names and numbers behind the figures of a group.
fn lists(report: &AuditReport, group: AuditGroup) -> Value {
    let list = |title: &str, lines: Vec<String>| {
        (!lines.is_empty()).then(|| context! { title, count => lines.len().to_string(), lines })
    };
    let lists = match group {
        AuditGroup::Rules => {
            let rules = &report.rules;
            let threads =
                rules.single_thread.iter().map(|(fact, writer, reader)| format!("{fact}: {writer} writes, {reader} reads"));
            let chained = rules.chained.iter().map(|(rule, what, source)| format!("{rule}: {what}, from {source}"));
            vec![
                list("Rules bound to a named agent", rules.named.clone()),
                list("Rules bound to a named agent that wait for one other rule", chained.collect()),
                list("Beat-critical rules", rules.critical.clone()),
                list("Facts that one rule writes and one other reads", threads.collect()),
                list("Facts that nothing reads", rules.unread.clone()),
                list("Ties that no rule ends", rules.unended_ties.clone()),
                list("Hidden conditions", rules.hidden_roles.iter().map(|(rule, role)| format!("{rule}: {role}")).collect()),
                list("Outcomes never drawn", rules.undrawn_outcomes.clone()),
                list("Steps without an outcome: all weights were 0", rules.stuck_steps.clone()),
            ]
        }
        AuditGroup::WantsMatter => report
            .removals
            .iter()
            .flat_map(|effect| {
                [
                    list(&format!("Lost: {}", effect.removed), effect.lost_beats.clone()),
                    list(&format!("Moved: {}", effect.removed), effect.moved_beats.clone()),
                    list(&format!("Each beat: {}", effect.removed), effect.beats.iter().map(shift_line).collect()),
                ]
            })
            .collect(),
        AuditGroup::Domino => {
            let line = |effect: &super::DominoEffect| {
                let new =
                    if effect.new_kinds.is_empty() { String::new() } else { format!("; new: {}", effect.new_kinds.join(", ")) };
                format!(
                    "{}: {} of {} later beats come; {:.1} days of habits{new}",
                    effect.beat, effect.alive, effect.later, effect.habits_days
                )
            };
            vec![list("Each beat forbidden", report.domino.iter().map(line).collect())]
        }
        AuditGroup::Anybody => {
            let line = |effect: &super::ExchangeEffect| {
                format!("{} and {}: {} of {} beats", effect.pair.0, effect.pair.1, effect.reached, effect.beats)
            };
            vec![list("Each pair exchanged", report.anybody.iter().map(line).collect())]
        }
        AuditGroup::Variety => {
            let step = |step: &super::StepEntropy| {
                let outcomes = step.outcomes.iter().map(|(name, drawn)| format!("{name} {drawn}")).collect::<Vec<_>>().join(", ");
                format!("{:.2}: {outcomes}", step.entropy)
            };
            let spread = |(beat, spread): &(String, Option<f64>)| Some(format!("{beat}: {:.2} days", (*spread)?));
            vec![
                list("Entropy of each step", report.variety.steps.iter().map(step).collect()),
                list("Spread of the date of each beat", report.variety.spread_days.iter().filter_map(spread).collect()),
            ]
        }
        AuditGroup::Others => {
            let line = |pattern: &super::PatternPassage| {
                let stages = pattern.passed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then ");
                format!("{}: of {} people {stages}", pattern.id, pattern.people)
            };
            vec![list("Stages of each pattern", report.others.iter().map(line).collect())]
        }
    };
    lists.into_iter().flatten().collect()
}
