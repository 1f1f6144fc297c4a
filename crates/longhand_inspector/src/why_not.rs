//! Panel that explains why an action, trigger, outcome, beat or pattern did not happen up to the cursor: how often each condition failed,
//! the binding that came closest, and what it was missing.

use bevy_egui::egui::{self, Key, RichText, ScrollArea, TextEdit};
use longhand_narrative::dates::DateStyle;

use super::style::Palette;
use super::widgets::{event_link, heading_ui, missing_answer_ui, note_ui, text_edit_info};
use longhand_chronicle::format_number;
use longhand_expr::ids::{AgentId, Instant};
use longhand_narrative::{ClosestBinding, ConditionTally, WhyNotReport, WhyNotTarget, format_shortfall};
use longhand_scene::Scenario;
use longhand_session::{Query, SessionCommand, SessionView, contains_words};

/// Maximum number of suggestions while an id is typed.
const MAX_SUGGESTIONS: usize = 8;
/// Maximum number of conditions listed.
const MAX_CONDITIONS: usize = 14;
/// Maximum number of occurrences listed.
const MAX_OCCURRENCES: usize = 5;

pub(super) fn why_not_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    query_ui(ui, view, out);
    let task = &view.queries.why_not;
    let Some((Query::WhyNot { id, who }, until)) = task.question() else { return };
    let palette = Palette::current(ui);
    ScrollArea::vertical().id_salt("why not").auto_shrink(false).show(ui, |ui| {
        ui.add_space(4.0);
        match task.answer() {
            Some(Ok(report)) => answer_ui(ui, view, report, *who, *until, out),
            Some(Err(message)) => drop(ui.label(RichText::new(message).color(palette.accent))),
            None if task.is_pending() => {
                ui.horizontal(|ui| {
                    ui.spinner();
                    ui.label(format!("Looking for the reasons that {id} did not happen …"));
                });
            }
            None => missing_answer_ui(ui),
        }
        ui.add_space(12.0);
    });
}

/// Input of the query: an id, typed or chosen from suggestions, and whether it must involve the selected agent.
fn query_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    const HINT: &str = "An action, a trigger, a beat or a pattern";
    let palette = Palette::current(ui);
    let scenario = view.run.scenario();
    let (text_id, who_id) = (ui.id().with("asked"), ui.id().with("with whom"));
    let mut text: String = ui.data(|data| data.get_temp(text_id)).unwrap_or_default();
    let mut only_with_agent: bool = ui.data(|data| data.get_temp(who_id)).unwrap_or_default();
    let agent = view.shown_agent();
    let who = |only_with_agent: bool| agent.filter(|_| only_with_agent);
    let ask =
        |id: &str, only_with_agent: bool| SessionCommand::Ask(Query::WhyNot { id: id.to_owned(), who: who(only_with_agent) });
    let field = ui.add(TextEdit::singleline(&mut text).hint_text(HINT).desired_width(f32::INFINITY));
    field.widget_info(|| text_edit_info(HINT, &text));
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !text.trim().is_empty() {
        out.push(ask(text.trim(), only_with_agent));
        text.clear();
    }
    if let Some(agent) = agent {
        ui.checkbox(&mut only_with_agent, format!("only with {}", view.display_name(agent)))
            .on_hover_text("The agent shown in the agent panel");
    }
    if !text.trim().is_empty() {
        let suggestions =
            WhyNotTarget::ids(scenario).filter(|id| contains_words(&format!("{id} {}", title(scenario, id)), &text));
        for id in suggestions.take(MAX_SUGGESTIONS) {
            let title = title(scenario, id);
            let entry = if title.is_empty() { id.to_owned() } else { format!("{id}  {title}") };
            if ui.selectable_label(false, RichText::new(entry).color(palette.text)).clicked() {
                out.push(ask(id, only_with_agent));
                text.clear();
                break;
            }
        }
    }
    ui.data_mut(|data| {
        data.insert_temp(text_id, text);
        data.insert_temp(who_id, only_with_agent);
    });
}

/// Title of a beat or pattern; empty for other ids.
fn title<'s>(scenario: &'s Scenario, id: &str) -> &'s str {
    scenario.beats.iter().chain(&scenario.patterns).find(|pattern| pattern.id == id).map_or("", |pattern| pattern.title.as_str())
}

fn answer_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    report: &WhyNotReport,
    who: Option<AgentId>,
    until: Instant,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let with_whom = who.map_or_else(String::new, |who| format!(" with {}", view.display_name(who)));
    let until = view.date(until, DateStyle::Timestamp);
    let heading = match report.occurrences.len() {
        0 => format!("{}{with_whom} did not happen until {until}.", report.id),
        1 => format!("{}{with_whom} happened once until {until}.", report.id),
        times => format!("{}{with_whom} happened {times} times until {until}.", report.id),
    };
    ui.label(RichText::new(heading).strong());
    let name = title(view.run.scenario(), &report.id);
    if !name.is_empty() {
        ui.label(RichText::new(name).color(palette.title));
    }
    for &event in report.occurrences.iter().take(MAX_OCCURRENCES) {
        event_link(ui, view, event, out);
    }
    for note in &report.notes {
        ui.label(RichText::new(note).color(palette.weak_text));
    }
    if report.parts.1 > 0 {
        heading_ui(ui, &format!("{} of {} clauses matched", report.parts.0, report.parts.1));
        for &event in &report.matched_events {
            event_link(ui, view, event, out);
        }
    }
    if let Some(closest) = &report.closest {
        closest_ui(ui, view, closest, out);
    }
    tallies_ui(ui, report);
}

/// The binding with the smallest shortfall.
fn closest_ui(ui: &mut egui::Ui, view: &SessionView<'_>, closest: &ClosestBinding, out: &mut Vec<SessionCommand>) {
    heading_ui(ui, "Closest attempt");
    ui.horizontal_wrapped(|ui| {
        if ui.link(view.date(closest.at, DateStyle::LongTimestamp)).on_hover_text("Move the cursor there").clicked() {
            out.push(SessionCommand::Seek(closest.at));
        }
        let people: Vec<String> =
            closest.bindings.iter().map(|(name, agent)| format!("{name}: {}", view.display_name(*agent))).collect();
        ui.label(RichText::new(people.join(", ")).color(Palette::current(ui).weak_text));
    });
    if let Some(event) = closest.event {
        event_link(ui, view, event, out);
    }
    for shortfall in closest.unmet.iter().flat_map(|unmet| &unmet.shortfalls) {
        ui.horizontal_wrapped(|ui| {
            ui.label("–");
            ui.label(RichText::new(format_shortfall(shortfall)).monospace());
        });
    }
}

/// Each failed condition: how often it failed, and how often it was the only one that failed.
fn tallies_ui(ui: &mut egui::Ui, report: &WhyNotReport) {
    if report.checked < 2 || report.tallies.is_empty() {
        return;
    }
    let palette = Palette::current(ui);
    heading_ui(ui, "Failed conditions (times failed, times failed alone)");
    let checked = if report.step_seconds > 0.0 {
        format!("checked {} times, every {} minutes", report.checked, format_number(report.step_seconds / 60.0))
    } else {
        format!("checked {} events", report.checked)
    };
    note_ui(ui, checked);
    let max_failed = report.tallies.iter().map(|tally| tally.failed).max().unwrap_or(1).max(1) as f32;
    for ConditionTally { text, failed, failed_alone } in report.tallies.iter().take(MAX_CONDITIONS) {
        ui.horizontal_wrapped(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(60.0, 10.0), egui::Sense::hover());
            let share = |part: usize| {
                egui::Rect::from_min_size(rect.min, egui::vec2((rect.width() * part as f32 / max_failed).max(1.0), rect.height()))
            };
            ui.painter().rect_filled(rect, 2.0, palette.border);
            ui.painter().rect_filled(share(*failed), 2.0, palette.weak_text);
            ui.painter().rect_filled(share(*failed_alone), 2.0, palette.accent);
            ui.label(RichText::new(format!("{failed}  {failed_alone}")).small().monospace().color(palette.weak_text));
            ui.label(RichText::new(text).monospace().size(12.5));
        });
    }
}
