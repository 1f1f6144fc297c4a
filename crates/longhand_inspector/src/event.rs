//! Panel of one event: agents, place and time, causes and effects as a graph and in words, the scores of the choice, and the
//! changes.

use bevy_egui::egui::{self, RichText, ScrollArea};

use super::causes;
use super::layout::part_ui;
use super::theme::{Palette, book, book_italic};
use super::transport::{beat_title, diamond, event_link};
use longhand_chronicle::{Event, number};
use longhand_expr::ids::AgentId;
use longhand_session::{Breakpoint, Command, View, because, terms};

/// Maximum number of entries per list.
const MOST: usize = 12;

pub(super) fn event_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let Some(event) = view.event() else {
        ui.label("Nothing has happened yet.");
        return;
    };
    ScrollArea::vertical().id_salt("event").auto_shrink(false).show(ui, |ui| {
        head_ui(ui, view, event, out);
        part_ui(ui, "Causes and effects");
        causes::causes_ui(ui, view, event, out);
        because_ui(ui, view, event, out);
        part_ui(ui, "What if");
        super::branches::event_fork_ui(ui, view, event, out);
        choice_ui(ui, view, event);
        changes_ui(ui, view, event);
        followed_ui(ui, view, event, out);
        if let Some(document) = &event.document {
            part_ui(ui, "Document");
            ui.label(RichText::new(&document.title).strong());
            ui.label(RichText::new(&document.text).family(book_italic()).line_height(Some(22.0)));
        }
        ui.add_space(12.0);
    });
}

fn head_ui(ui: &mut egui::Ui, view: &View<'_>, event: &Event, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let record = view.record;
    ui.horizontal_wrapped(|ui| {
        let place = record.place_name(event.place).map_or_else(String::new, |place| format!(", {place}"));
        let when = format!("#{}  {}{place}", event.id.0, view.date(event.at, "%A, %-d %B %Y, %H:%M:%S"));
        ui.label(RichText::new(when).small().color(colours.aside));
        if !view.is_past(event.id) {
            ui.label(RichText::new("after the cursor").small().italics().color(colours.accent));
        }
    });
    ui.label(RichText::new(record.sentence(event)).family(book()).size(18.0).line_height(Some(26.0)).color(colours.ink));
    for beat in record.beats_of(event.id) {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 16.0), egui::Sense::hover());
            diamond(ui.painter(), colours, rect.center(), 6.0, true);
            ui.label(RichText::new(beat_title(view, beat)).strong().color(colours.title));
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(record.legend().event(event.kind)).monospace().color(colours.aside));
        for (slot, &agent) in event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some()) {
            ui.label(RichText::new(record.legend().slot(event.kind, slot)).small().color(colours.aside));
            agent_link(ui, view, agent, out);
        }
    });
    ui.horizontal_wrapped(|ui| {
        if ui.button("Go to event").on_hover_text("Move the cursor to just after the event").clicked() {
            out.push(Command::GoTo(event.id));
        }
        super::keys::button(ui, Command::ToCause, None, out);
        super::keys::button(ui, Command::ToEffect, None, out);
        let stop = Breakpoint::Kind(event.kind);
        let stops = view.choice.breakpoints.contains(&stop);
        let said = if stops { "Remove breakpoint" } else { "Set breakpoint" };
        if ui.button(said).on_hover_text("Stop playback at events of this kind").clicked() {
            out.push(Command::Break(stop));
        }
    });
    for &(name, value) in &event.values {
        ui.label(
            RichText::new(format!("{}: {}", record.legend().value(name).replace('_', " "), number(value))).color(colours.aside),
        );
    }
}

/// An agent's name as a link that selects the agent.
pub(super) fn agent_link(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId, out: &mut Vec<Command>) {
    if ui.link(view.record.called(agent)).on_hover_text("Show this agent").clicked() {
        out.push(Command::Meet(agent));
    }
}

/// The explanation of each cause.
fn because_ui(ui: &mut egui::Ui, view: &View<'_>, event: &Event, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    if event.causes.is_empty() {
        ui.label(RichText::new("No recorded cause.").color(colours.aside));
    }
    for cause in &event.causes {
        event_link(ui, view, cause.event, out);
        let said = because(view.record, cause);
        ui.indent(("because", cause.event), |ui| ui.label(RichText::new(said).small().color(colours.aside)));
    }
}

/// The options that were scored, with the terms of each utility and the choice noise. The first one was chosen.
fn choice_ui(ui: &mut egui::Ui, view: &View<'_>, event: &Event) {
    let Some(choice) = event.choice.as_deref() else { return };
    let colours = Palette::of(ui);
    part_ui(ui, "Choice");
    let best =
        choice.options.iter().map(|option| (option.utility + option.whim).abs()).fold(choice.idle.abs(), f64::max).max(1e-9);
    for (nth, option) in choice.options.iter().enumerate() {
        let all = option.utility + option.whim;
        let name = view.record.legend().write_event(option.kind, &option.roles, &view.record.chronicle().directory);
        ui.horizontal(|ui| {
            bar_ui(ui, (all / best) as f32, if nth == 0 { colours.accent } else { colours.line });
            ui.label(RichText::new(number(all)).monospace());
            let text = RichText::new(name);
            ui.label(if nth == 0 { text.strong() } else { text.color(colours.aside) }).on_hover_text(terms(view.record, option));
        });
        if nth == 0 {
            ui.indent(("terms", event.id), |ui| ui.label(RichText::new(terms(view.record, option)).small().color(colours.aside)));
        }
    }
    ui.horizontal(|ui| {
        bar_ui(ui, (choice.idle / best) as f32, colours.line);
        ui.label(RichText::new(number(choice.idle)).monospace());
        ui.label(RichText::new("threshold: doing nothing").color(colours.aside));
    });
}

fn bar_ui(ui: &mut egui::Ui, share: f32, color: egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(64.0, 10.0), egui::Sense::hover());
    let filled = egui::Rect::from_min_size(rect.min, egui::vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    ui.painter().rect_filled(rect, 2.0, Palette::of(ui).paper);
    ui.painter().rect_filled(filled, 2.0, color);
}

/// The changed facts, before and after.
fn changes_ui(ui: &mut egui::Ui, view: &View<'_>, event: &Event) {
    if event.changes.is_empty() {
        return;
    }
    let colours = Palette::of(ui);
    let (legend, directory) = (view.record.legend(), &view.record.chronicle().directory);
    part_ui(ui, "Changes");
    egui::Grid::new(("changes", event.id)).num_columns(2).spacing([12.0, 3.0]).show(ui, |ui| {
        for change in event.changes.iter().take(MOST * 2) {
            let say = |value| legend.say_value(change.fact, value, directory);
            ui.label(legend.say_fact(change.fact, directory));
            ui.label(RichText::new(format!("{} → {}", say(change.before), say(change.after))).color(colours.aside));
            ui.end_row();
        }
    });
    more_ui(ui, event.changes.len(), MOST * 2);
}

fn followed_ui(ui: &mut egui::Ui, view: &View<'_>, event: &Event, out: &mut Vec<Command>) {
    let effects = view.record.effects(event.id);
    if effects.is_empty() {
        return;
    }
    part_ui(ui, "Effects");
    for &effect in effects.iter().take(MOST) {
        event_link(ui, view, effect, out);
    }
    more_ui(ui, effects.len(), MOST);
}

fn more_ui(ui: &mut egui::Ui, all: usize, shown: usize) {
    if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
        ui.label(RichText::new(format!("and {more} more")).small().color(Palette::of(ui).aside));
    }
}
