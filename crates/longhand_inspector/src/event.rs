//! Panel of one event: agents, place and time, causes and effects as a graph and in words, the scores of the choice, and the
//! changes.

use bevy_egui::egui::{self, RichText, ScrollArea};

use super::causes;
use super::layout::heading_ui;
use super::style::{Palette, book_font, book_italic_font};
use super::transport::{beat_title, event_link, paint_beat_mark};
use longhand_chronicle::{Event, format_number};
use longhand_expr::ids::AgentId;
use longhand_session::{Breakpoint, SessionCommand, SessionView, describe_cause, describe_terms};

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
        super::branches::event_what_if_ui(ui, view, event, out);
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
    let colours = Palette::current(ui);
    let record = view.run;
    ui.horizontal_wrapped(|ui| {
        let place = record.place_name(event.place).map_or_else(String::new, |place| format!(", {place}"));
        let when = format!("#{}  {}{place}", event.id.0, view.date(event.at, "%A, %-d %B %Y, %H:%M:%S"));
        ui.label(RichText::new(when).small().color(colours.weak_text));
        if !view.is_past(event.id) {
            ui.label(RichText::new("after the cursor").small().italics().color(colours.accent));
        }
    });
    ui.label(RichText::new(record.sentence(event)).family(book_font()).size(18.0).line_height(Some(26.0)).color(colours.text));
    for beat in record.beats_completed_by(event.id) {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 16.0), egui::Sense::hover());
            paint_beat_mark(ui.painter(), colours, rect.center(), 6.0, true);
            ui.label(RichText::new(beat_title(view, beat)).strong().color(colours.title));
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(record.symbols().event_name(event.kind)).monospace().color(colours.weak_text));
        for (slot, &agent) in event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some()) {
            ui.label(RichText::new(record.symbols().slot_name(event.kind, slot)).small().color(colours.weak_text));
            agent_link(ui, view, agent, out);
        }
    });
    ui.horizontal_wrapped(|ui| {
        if ui.button("Go to event").on_hover_text("Move the cursor to just after the event").clicked() {
            out.push(SessionCommand::GoTo(event.id));
        }
        super::keys::command_button(ui, SessionCommand::ToCause, None, out);
        super::keys::command_button(ui, SessionCommand::ToEffect, None, out);
        let stop = Breakpoint::Kind(event.kind);
        let stops = view.state.breakpoints.contains(&stop);
        let said = if stops { "Remove breakpoint" } else { "Set breakpoint" };
        if ui.button(said).on_hover_text("Stop playback at events of this kind").clicked() {
            out.push(SessionCommand::ToggleBreakpoint(stop));
        }
    });
    for &(name, value) in &event.values {
        ui.label(
            RichText::new(format!("{}: {}", record.symbols().value_name(name).replace('_', " "), format_number(value)))
                .color(colours.weak_text),
        );
    }
}

/// An agent's name as a link that selects the agent.
pub(super) fn agent_link(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    if ui.link(view.run.display_name(agent)).on_hover_text("Show this agent").clicked() {
        out.push(SessionCommand::ShowAgent(agent));
    }
}

/// The explanation of each cause.
fn explanations_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    if event.causes.is_empty() {
        ui.label(RichText::new("No recorded cause.").color(colours.weak_text));
    }
    for cause in &event.causes {
        event_link(ui, view, cause.event, out);
        let said = describe_cause(view.run, cause);
        ui.indent(("because", cause.event), |ui| ui.label(RichText::new(said).small().color(colours.weak_text)));
    }
}

/// The options that were scored, with the terms of each utility and the choice noise. The first one was chosen.
fn choice_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event) {
    let Some(choice) = event.choice.as_deref() else { return };
    let colours = Palette::current(ui);
    heading_ui(ui, "Choice");
    let best = choice
        .options
        .iter()
        .map(|option| (option.utility + option.choice_noise).abs())
        .fold(choice.idle.abs(), f64::max)
        .max(1e-9);
    for (nth, option) in choice.options.iter().enumerate() {
        let all = option.utility + option.choice_noise;
        let name = view.run.symbols().event_signature(option.kind, &option.roles, &view.run.chronicle().agents);
        ui.horizontal(|ui| {
            bar_ui(ui, (all / best) as f32, if nth == 0 { colours.accent } else { colours.border });
            ui.label(RichText::new(format_number(all)).monospace());
            let text = RichText::new(name);
            ui.label(if nth == 0 { text.strong() } else { text.color(colours.weak_text) })
                .on_hover_text(describe_terms(view.run, option));
        });
        if nth == 0 {
            ui.indent(("terms", event.id), |ui| {
                ui.label(RichText::new(describe_terms(view.run, option)).small().color(colours.weak_text))
            });
        }
    }
    ui.horizontal(|ui| {
        bar_ui(ui, (choice.idle / best) as f32, colours.border);
        ui.label(RichText::new(format_number(choice.idle)).monospace());
        ui.label(RichText::new("threshold: doing nothing").color(colours.weak_text));
    });
}

fn bar_ui(ui: &mut egui::Ui, share: f32, color: egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(64.0, 10.0), egui::Sense::hover());
    let filled = egui::Rect::from_min_size(rect.min, egui::vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    ui.painter().rect_filled(rect, 2.0, Palette::current(ui).surface);
    ui.painter().rect_filled(filled, 2.0, color);
}

/// The changed facts, before and after.
fn changes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event) {
    if event.changes.is_empty() {
        return;
    }
    let colours = Palette::current(ui);
    let (legend, directory) = (view.run.symbols(), &view.run.chronicle().agents);
    heading_ui(ui, "Changes");
    egui::Grid::new(("changes", event.id)).num_columns(2).spacing([12.0, 3.0]).show(ui, |ui| {
        for change in event.changes.iter().take(MAX_ENTRIES * 2) {
            let say = |value| legend.describe_value(change.fact, value, directory);
            ui.label(legend.describe_fact(change.fact, directory));
            ui.label(RichText::new(format!("{} → {}", say(change.before), say(change.after))).color(colours.weak_text));
            ui.end_row();
        }
    });
    more_ui(ui, event.changes.len(), MAX_ENTRIES * 2);
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

fn more_ui(ui: &mut egui::Ui, all: usize, shown: usize) {
    if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
        ui.label(RichText::new(format!("and {more} more")).small().color(Palette::current(ui).weak_text));
    }
}
