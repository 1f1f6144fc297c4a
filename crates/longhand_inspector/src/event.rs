//! Panel of one event: agents, place and time, causes and effects as a graph and in words, the scores of the choice, and the
//! changes.

use bevy_egui::egui::{self, CollapsingHeader, RichText, ScrollArea};
use longhand_narrative::CauseNecessity;
use longhand_narrative::dates::DateStyle;
use longhand_narrative::grammar::counted;

use super::causes;
use super::style::{Palette, book_font, book_italic_font};
use super::what_if::event_what_if_ui;
use super::widgets::{agent_link, bar_ui, command_button, event_link, heading_ui, more_ui, note_ui, paint_beat_mark};
use longhand_chronicle::{Cause, Event, format_number};
use longhand_session::{Breakpoint, SessionCommand, SessionView, describe_cause, describe_reasons, describe_terms};

/// Maximum number of entries per list.
const MAX_ENTRIES: usize = 12;

pub(super) fn event_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(event) = view.shown_event() else {
        ui.label("Nothing has happened yet.");
        return;
    };
    ScrollArea::vertical().id_salt("event").auto_shrink(false).show(ui, |ui| {
        header_ui(ui, view, event, out);
        heading_ui(ui, "Causes and effects");
        causes::causes_ui(ui, view, event, out);
        explanations_ui(ui, view, event, out);
        heading_ui(ui, "What if");
        event_what_if_ui(ui, view, event, out);
        choice_ui(ui, view, event);
        changes_ui(ui, view, event);
        effects_ui(ui, view, event, out);
        if let Some(document) = &event.document {
            heading_ui(ui, "Document");
            ui.label(RichText::new(&document.title).strong());
            ui.label(RichText::new(&document.text).family(book_italic_font()).line_height(Some(22.0)));
        }
        ui.add_space(12.0);
    });
}

fn header_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let run = view.run;
    ui.horizontal_wrapped(|ui| {
        let place = run.place_name(event.place).map_or_else(String::new, |place| format!(", {place}"));
        let when = format!("#{}  {}{place}", event.id.0, view.date(event.at, DateStyle::Exact));
        note_ui(ui, when);
        if !view.is_past(event.id) {
            ui.label(RichText::new("after the cursor").small().italics().color(palette.accent));
        }
    });
    ui.label(RichText::new(run.sentence(event)).family(book_font()).size(18.0).line_height(Some(26.0)).color(palette.text));
    for beat in run.beats_completed_by(event.id) {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 16.0), egui::Sense::hover());
            paint_beat_mark(ui.painter(), palette, rect.center(), 6.0, true);
            ui.label(RichText::new(run.beat_title(beat)).strong().color(palette.title));
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(run.symbols().event_name(event.kind)).monospace().color(palette.weak_text));
        for (slot, &agent) in event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some()) {
            note_ui(ui, run.symbols().slot_name(event.kind, slot));
            agent_link(ui, view, agent, out);
        }
    });
    ui.horizontal_wrapped(|ui| {
        if ui.button("Go to event").on_hover_text("Move the cursor to just after the event").clicked() {
            out.push(SessionCommand::GoTo(event.id));
        }
        command_button(ui, SessionCommand::ToCause, None, out);
        command_button(ui, SessionCommand::ToEffect, None, out);
        let breakpoint = Breakpoint::Kind(event.kind);
        let is_set = view.state.breakpoints.contains(&breakpoint);
        let text = if is_set { "Remove breakpoint" } else { "Set breakpoint" };
        if ui.button(text).on_hover_text("Pause playback at events of this kind").clicked() {
            out.push(SessionCommand::ToggleBreakpoint(breakpoint));
        }
    });
    if !event.values.is_empty() {
        let named = |&(name, value)| format!("{} {}", run.symbols().value_name(name).replace('_', " "), format_number(value));
        let values: Vec<String> = event.values.iter().map(named).collect();
        ui.label(RichText::new(values.join(" · ")).color(palette.weak_text));
    }
}

/// The explanation of each cause: first those without which the event would not have been decided, the rest folded.
fn explanations_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    if event.causes.is_empty() {
        ui.label(RichText::new("No recorded cause.").color(palette.weak_text));
    }
    let task = &view.queries.necessity;
    let tested = task.answer().filter(|_| task.question() == Some(&event.id)).map_or(&[][..], Vec::as_slice);
    let necessity = |nth: usize| tested.get(nth).copied().unwrap_or(CauseNecessity::Untested);
    let mut causes: Vec<_> = event.causes.iter().enumerate().map(|(nth, cause)| (necessity(nth), cause)).collect();
    // The sort is stable: causes of equal rank stay in the order of the record.
    causes.sort_by_key(|(necessity, _)| *necessity);
    let unneeded = causes.partition_point(|(necessity, _)| *necessity < CauseNecessity::Unneeded);
    for &(necessity, cause) in &causes[..unneeded] {
        cause_ui(ui, view, necessity, cause, out);
    }
    let rest = &causes[unneeded..];
    if rest.is_empty() {
        return;
    }
    let title = format!("{} that made no difference", counted(rest.len() as f64, "cause"));
    let title = RichText::new(title).small().color(palette.weak_text);
    CollapsingHeader::new(title).id_salt(("unneeded", event.id)).default_open(unneeded == 0).show(ui, |ui| {
        for &(necessity, cause) in rest {
            cause_ui(ui, view, necessity, cause, out);
        }
    });
}

fn cause_ui(ui: &mut egui::Ui, view: &SessionView<'_>, necessity: CauseNecessity, cause: &Cause, out: &mut Vec<SessionCommand>) {
    event_link(ui, view, cause.event, out);
    ui.indent(("because", cause.event), |ui| {
        ui.horizontal_wrapped(|ui| {
            if necessity == CauseNecessity::Needed {
                ui.label(RichText::new("needed").small().strong().color(Palette::current(ui).accent))
                    .on_hover_text("Without it, this would not have been decided (but-for test)");
            }
            note_ui(ui, describe_cause(view.run, cause));
        });
    });
}

/// The options that were scored, with the terms of each utility and the choice noise. The first one was chosen.
fn choice_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event) {
    let Some(choice) = event.choice.as_deref() else { return };
    let palette = Palette::current(ui);
    heading_ui(ui, "Choice");
    let max_total = choice
        .options
        .iter()
        .map(|option| (option.utility + option.choice_noise).abs())
        .fold(choice.idle_utility.abs(), f64::max)
        .max(1e-9);
    for (nth, option) in choice.options.iter().enumerate() {
        let total = option.utility + option.choice_noise;
        let name = view.run.symbols().event_signature(option.kind, &option.roles, &view.run.chronicle().agents);
        ui.horizontal(|ui| {
            bar_ui(ui, (total / max_total) as f32, if nth == 0 { palette.accent } else { palette.border });
            ui.label(RichText::new(format_number(total)).monospace());
            let text = RichText::new(name);
            ui.label(if nth == 0 { text.strong() } else { text.color(palette.weak_text) })
                .on_hover_text(describe_terms(view.run, option));
        });
        if nth == 0 {
            ui.indent(("terms", event.id), |ui| {
                note_ui(ui, describe_terms(view.run, option));
                for line in describe_reasons(view.run, option) {
                    note_ui(ui, line);
                }
            });
        }
    }
    if let Some(draw) = choice.describe_draw() {
        note_ui(ui, draw);
    }
    ui.horizontal(|ui| {
        bar_ui(ui, (choice.idle_utility / max_total) as f32, palette.border);
        ui.label(RichText::new(format_number(choice.idle_utility)).monospace());
        ui.label(RichText::new("threshold: doing nothing").color(palette.weak_text));
    });
}

/// What it is about, and the changed facts, before and after.
fn changes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event) {
    let (symbols, agents) = (view.run.symbols(), &view.run.chronicle().agents);
    if let Some(topic) = &event.topic {
        heading_ui(ui, "Topic");
        note_ui(ui, symbols.describe_topic(topic, agents));
    }
    if event.changes.is_empty() && symbols.notable_limits(event).next().is_none() {
        return;
    }
    let palette = Palette::current(ui);
    heading_ui(ui, "Changes");
    egui::Grid::new(("changes", event.id)).num_columns(2).spacing([12.0, 3.0]).show(ui, |ui| {
        for change in event.changes.iter().take(MAX_ENTRIES * 2) {
            let text = |value| symbols.describe_value(change.fact, value, agents);
            ui.label(symbols.describe_fact(change.fact, agents));
            ui.label(RichText::new(format!("{} → {}", text(change.before), text(change.after))).color(palette.weak_text));
            ui.end_row();
        }
    });
    more_ui(ui, event.changes.len(), MAX_ENTRIES * 2);
    for limited in symbols.notable_limits(event).take(MAX_ENTRIES) {
        note_ui(ui, symbols.describe_limited(limited, agents));
    }
}

fn effects_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let effects = view.run.effects(event.id);
    if effects.is_empty() {
        return;
    }
    heading_ui(ui, "Effects");
    for &effect in effects.iter().take(MAX_ENTRIES) {
        event_link(ui, view, effect, out);
    }
    more_ui(ui, effects.len(), MAX_ENTRIES);
}
