//! Panel of one agent at the cursor: attributes with their history, norms, mood, emotions with their causes, what moved the last choice, bonds in both
//! directions, appointments, intentions, beliefs compared with the truth, and recent events.

use bevy_egui::egui::{self, Pos2, Rect, RichText, ScrollArea, Sense, Stroke, WidgetType, pos2, vec2};

use super::bonds::bonds_by_agent;
use super::style::Palette;
use super::widgets::{agent_link, agent_menu_ui, event_link, heading_ui, labeled_info, more_ui, note_ui};
use longhand_chronicle::format_number;
use longhand_expr::ids::{AgentField, AgentId, AttrId, Fact, Instant, WorldFact};
use longhand_session::{Breakpoint, SessionCommand, SessionView, describe_reasons, describe_terms};

/// Maximum number of agents in the menu.
const MAX_AGENTS: usize = 200;
/// Maximum number of emotions listed.
const MAX_EMOTIONS: usize = 8;
/// Maximum number of recent events listed.
const MAX_EVENTS: usize = 10;
/// Maximum number of past events that are searched for a choice.
const MAX_LOOKED_AT: usize = 500;
/// Maximum number of bonds listed.
const MAX_BONDS: usize = 24;

pub(super) fn agent_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(agent) = view.shown_agent() else {
        ui.label("The scene has no cast.");
        return;
    };
    selector_ui(ui, view, agent, out);
    ScrollArea::vertical().id_salt("agent").auto_shrink(false).show(ui, |ui| {
        ui.label(RichText::new(status_text(view, agent)).color(Palette::current(ui).weak_text));
        attributes_ui(ui, view, agent, out);
        norms_ui(ui, view, agent);
        mood_ui(ui, view, agent);
        emotions_ui(ui, view, agent, out);
        last_choice_ui(ui, view, agent, out);
        bonds_ui(ui, view, agent, out);
        commitments_ui(ui, view, agent, out);
        beliefs_ui(ui, view, agent);
        recent_events_ui(ui, view, agent, out);
        ui.add_space(12.0);
    });
}

fn selector_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let run = view.run;
    ui.horizontal_wrapped(|ui| {
        let mut chosen = agent;
        let profile = run.chronicle().agents.get_at(agent, view.playback.cursor().at);
        let name = profile.map(|profile| profile.name.clone()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| view.display_name(agent));
        let text = RichText::new(&name).strong();
        let combo = egui::ComboBox::from_id_salt("agent").selected_text(text).width(170.0).show_ui(ui, |ui| {
            agent_menu_ui(ui, view, MAX_AGENTS, &mut chosen, |other| other);
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Agent: {name}")));
        if chosen != agent {
            out.push(SessionCommand::ShowAgent(chosen));
        }
        let is_pinned = view.state.pins.contains(&agent);
        if ui.selectable_label(is_pinned, "Pin").on_hover_text("Show a lane of this agent in the timeline").clicked() {
            out.push(SessionCommand::Pin(agent));
        }
        let is_followed = view.state.follow == Some(agent);
        if ui.selectable_label(is_followed, "Follow").on_hover_text("Follow this agent on the stage").clicked() {
            out.push(SessionCommand::Follow((!is_followed).then_some(agent)));
        }
    });
}

fn status_text(view: &SessionView<'_>, agent: AgentId) -> String {
    let (run, now) = (view.run, view.playback.cursor());
    let field = |field| run.field(agent, field, now);
    let kind = run.kind_of(agent).map_or("", |kind| run.symbols().kind_name(kind)).to_owned();
    if field(AgentField::Dead).is_some_and(|value| value != 0.0) {
        return format!("{kind}, dead");
    }
    if field(AgentField::Gone).is_some_and(|value| value != 0.0) {
        return format!("{kind}, gone for good");
    }
    if field(AgentField::Present) == Some(0.0) {
        return format!("{kind}, not present");
    }
    let mut words = vec![kind];
    words.extend(run.place_name(run.place_of(agent, now)).map(str::to_owned));
    if let Some(owner) = run.owner_of(agent, now) {
        words.push(format!("belongs to {}", view.display_name(owner)));
    }
    words.extend((field(AgentField::Travelling) == Some(1.0)).then(|| "on the way".to_owned()));
    words.extend(run.holder_of(agent, now).map(|holder| format!("held by {}", run.display_name(holder))));
    words.extend((field(AgentField::Online) == Some(0.0)).then(|| "offline".to_owned()));
    words.extend(
        field(AgentField::Generation)
            .filter(|generation| *generation > 0.0)
            .map(|generation| format!("generation {}", format_number(generation))),
    );
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

fn attributes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let run = view.run;
    let mut attributes: Vec<_> = run.attributes(agent, view.playback.cursor()).collect();
    attributes.retain(|(attr, _)| !is_norm(view, *attr));
    if attributes.is_empty() {
        return;
    }
    heading_ui(ui, "Attributes");
    egui::Grid::new("attributes").num_columns(3).spacing([10.0, 3.0]).show(ui, |ui| {
        for (attr, value) in attributes {
            let Some(symbol) = run.symbols().attributes.get(attr.index()) else { continue };
            let fact = Fact::World(WorldFact::Attr(agent, attr));
            let about = run.scenario().attributes.get(attr.index()).map_or("", |attribute| attribute.about.as_str());
            ui.label(symbol.id.replace('_', " ")).on_hover_text(about);
            if symbol.switch {
                ui.label(if value == 0.0 { "no" } else { "yes" });
                ui.label("");
            } else if let Some(word) = run.symbols().attribute_word(attr, value) {
                ui.label(word.replace('_', " "));
                ui.label("");
            } else {
                ui.label(RichText::new(format_number(value)).monospace());
                let response = history_ui(ui, view, fact, symbol.range);
                let name = symbol.id.replace('_', " ");
                response.widget_info(|| {
                    labeled_info(WidgetType::Button, &format!("Set breakpoint where {name} crosses {}", format_number(value)))
                });
                let tip = format!(
                    "History, in the range {} to {}. Click to set a breakpoint where it crosses {}.",
                    format_number(symbol.range.0),
                    format_number(symbol.range.1),
                    format_number(value)
                );
                if response.on_hover_text(tip).clicked() {
                    out.push(SessionCommand::ToggleBreakpoint(Breakpoint::Crosses(fact, value)));
                }
            }
            ui.end_row();
        }
    });
    for breakpoint in &view.state.breakpoints {
        let Breakpoint::Crosses(fact, _) = breakpoint else { continue };
        if fact.subject() != agent {
            continue;
        }
        let text = format!("✕ breakpoint: {}", breakpoint.describe(run));
        if ui.button(RichText::new(text).small().color(palette.accent)).clicked() {
            out.push(SessionCommand::ToggleBreakpoint(*breakpoint));
        }
    }
}

/// History of a fact as a curve: in full colour up to the cursor, faded after it.
fn history_ui(ui: &mut egui::Ui, view: &SessionView<'_>, fact: Fact, range: (f64, f64)) -> egui::Response {
    let palette = Palette::current(ui);
    let width = ui.available_width().clamp(80.0, 220.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), Sense::click());
    ui.painter().rect_filled(rect, 2.0, palette.surface);
    let entries = view.run.history().entries(fact);
    let end_seconds = view.run.simulated_until().seconds().max(1.0);
    let x_of = |instant: Instant| rect.left() + rect.width() * (instant.seconds() / end_seconds).clamp(0.0, 1.0) as f32;
    let share = |value: f64| ((value - range.0) / (range.1 - range.0).max(1e-12)).clamp(0.0, 1.0) as f32;
    let y_of = |value: f64| rect.bottom() - 1.5 - (rect.height() - 3.0) * share(value);
    // At most one point per pixel.
    let step = (entries.len() / rect.width().max(1.0) as usize).max(1);
    let points = entries.iter().step_by(step).map(|entry| pos2(x_of(entry.instant()), y_of(entry.value)));
    let cursor_x = x_of(view.playback.cursor().at);
    let (mut past, mut future): (Vec<Pos2>, Vec<Pos2>) = points.partition(|point| point.x <= cursor_x);
    // A value holds until the next entry.
    if let Some(last) = past.last().copied() {
        past.push(pos2(cursor_x, last.y));
        future.insert(0, pos2(cursor_x, last.y));
    }
    if let Some(last) = entries.last() {
        future.push(pos2(rect.right(), y_of(last.value)));
    }
    ui.painter().line(future, Stroke::new(1.0, palette.border));
    ui.painter().line(past, Stroke::new(1.4, palette.accent));
    ui.painter().vline(cursor_x, rect.y_range(), Stroke::new(1.0, palette.weak_text));
    response
}

fn is_norm(view: &SessionView<'_>, attr: AttrId) -> bool {
    view.run.symbols().attributes.get(attr.index()).is_some_and(|symbol| symbol.norm)
}

/// The norms that the agent holds, and what it believes of the norms of others.
fn norms_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId) {
    let palette = Palette::current(ui);
    let (run, now) = (view.run, view.playback.cursor());
    let held: Vec<_> = run.attributes(agent, now).filter(|(attr, _)| is_norm(view, *attr)).collect();
    if held.is_empty() {
        return;
    }
    heading_ui(ui, "Norms");
    for (attr, strength) in held {
        let verdict = if strength > 0.0 { "praises" } else { "blames" };
        let verdict = if strength == 0.0 { "is indifferent" } else { verdict };
        let says = run.scenario().attributes.get(attr.index()).map_or("", |attribute| attribute.about.as_str());
        ui.horizontal_wrapped(|ui| {
            ui.label(run.symbols().attribute_name(attr).replace('_', " ")).on_hover_text(says);
            ui.label(RichText::new(format_number(strength)).monospace());
            ui.label(RichText::new(verdict).color(palette.weak_text));
        });
        let of_others = run.beliefs(agent, now).filter_map(|(fact, believed)| match fact {
            WorldFact::Attr(other, known) if known == attr => {
                Some(format!("{} {}", view.display_name(other), format_number(believed)))
            }
            _ => None,
        });
        let of_others: Vec<String> = of_others.take(MAX_BONDS).collect();
        if !of_others.is_empty() {
            ui.indent(("norm", attr), |ui| note_ui(ui, format!("believes of others: {}", of_others.join(", "))));
        }
    }
}

fn mood_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId) {
    let palette = Palette::current(ui);
    let axes = [
        ("displeased", "pleased", AgentField::Pleasure),
        ("calm", "aroused", AgentField::Arousal),
        ("submissive", "dominant", AgentField::Dominance),
    ];
    let mood = axes.map(|(low, high, field)| Some((low, high, view.run.field(agent, field, view.playback.cursor())?)));
    if mood.iter().all(Option::is_none) {
        return;
    }
    heading_ui(ui, "Mood");
    for (low, high, value) in mood.into_iter().flatten() {
        ui.horizontal(|ui| {
            ui.add_sized([78.0, 14.0], egui::Label::new(RichText::new(low).small().color(palette.weak_text)));
            let (rect, response) = ui.allocate_exact_size(vec2(110.0, 8.0), Sense::hover());
            ui.painter().rect_filled(rect, 2.0, palette.surface);
            let x = rect.center().x + rect.width() / 2.0 * (value as f32).clamp(-1.0, 1.0);
            let (from, to) = (x.min(rect.center().x), x.max(rect.center().x));
            ui.painter().rect_filled(Rect::from_x_y_ranges(from..=to, rect.y_range()), 2.0, palette.accent);
            ui.painter().vline(rect.center().x, rect.y_range(), Stroke::new(1.0, palette.weak_text));
            response.on_hover_text(format_number(value));
            ui.label(RichText::new(high).small().color(palette.weak_text));
        });
    }
}

fn emotions_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let mut feelings: Vec<_> = view.run.feelings(agent, view.playback.cursor()).collect();
    if feelings.is_empty() {
        return;
    }
    feelings.sort_by(|a, b| b.1.total_cmp(&a.1));
    heading_ui(ui, "Emotions");
    for &(fact, strength, event) in feelings.iter().take(MAX_EMOTIONS) {
        let Fact::Feeling(_, emotion, toward) = fact else { continue };
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(format!("{emotion:?}").to_lowercase()).strong());
            ui.label(RichText::new(format_number(strength)).monospace());
            if toward.is_some() {
                ui.label("toward");
                agent_link(ui, view, toward, out);
            }
        });
        if let Some(event) = event {
            ui.indent((fact, event), |ui| event_link(ui, view, event, out));
        }
    }
    more_ui(ui, feelings.len(), MAX_EMOTIONS);
}

/// What moved the last choice of the agent beside the terms of its `want`.
fn last_choice_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let run = view.run;
    let events = run.events_of(agent);
    let past = events.partition_point(|event| view.is_past(*event));
    let chosen = events[..past].iter().rev().take(MAX_LOOKED_AT).find_map(|&event| {
        let event = run.chronicle().event(event)?;
        let option = event.choice.as_ref()?.options.first()?;
        (event.roles.first() == Some(&agent)).then_some((event.id, option))
    });
    let Some((event, option)) = chosen.filter(|(_, option)| !option.reasons.is_empty()) else { return };
    heading_ui(ui, "Last choice");
    event_link(ui, view, event, out);
    ui.indent(("last choice", event), |ui| {
        note_ui(ui, describe_terms(run, option));
        for line in describe_reasons(run, option) {
            note_ui(ui, line);
        }
    });
}

fn bonds_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let run = view.run;
    let others = bonds_by_agent(agent, run.bonds(agent, view.playback.cursor()));
    if others.is_empty() {
        return;
    }
    heading_ui(ui, "Bonds and ties");
    let mut others: Vec<_> = others.into_iter().collect();
    // The sort is stable: equal strengths stay in order of id.
    others.sort_by(|a, b| b.1.strength().total_cmp(&a.1.strength()));
    let bond_count = others.len();
    for (other, bond) in others.into_iter().take(MAX_BONDS) {
        ui.horizontal_wrapped(|ui| {
            agent_link(ui, view, other, out);
            let ties = bond.ties.iter().map(|tie| run.symbols().tie_name(*tie).replace('_', " "));
            ui.label(RichText::new(ties.collect::<Vec<_>>().join(", ")).color(palette.title));
        });
        let value = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format_number);
        let dims = bond.dims.iter().map(|(&dim, &(to, from))| {
            let name = run.symbols().dimension_name(dim).replace('_', " ");
            format!("{name} {} ⇄ {}", value(to), value(from))
        });
        let dims = dims.collect::<Vec<_>>().join(",  ");
        if !dims.is_empty() {
            ui.indent(("bond", other), |ui| {
                ui.label(RichText::new(dims).small().color(palette.weak_text))
                    .on_hover_text("From this agent to the other ⇄ from the other to this agent");
            });
        }
    }
    more_ui(ui, bond_count, MAX_BONDS);
}

/// Appointments and intentions, each with the event that made it.
fn commitments_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let (run, now) = (view.run, view.playback.cursor());
    let (symbols, agents) = (run.symbols(), &run.chronicle().agents);
    let appointments = run.appointments(agent, now);
    if !appointments.is_empty() {
        heading_ui(ui, "Appointments");
    }
    for (other, what, at, place, event) in appointments {
        ui.label(symbols.describe_appointment((other, what, at, place), agents));
        if let Some(event) = event {
            ui.indent(("appointment", other, what), |ui| event_link(ui, view, event, out));
        }
    }
    let intentions: Vec<_> = run.intentions(agent, now).collect();
    if !intentions.is_empty() {
        heading_ui(ui, "Intentions");
    }
    for (intention, about, value, event) in intentions {
        ui.label(symbols.describe_intention((intention, about, value), agents));
        if let Some(event) = event {
            ui.indent(("intention", intention, about), |ui| event_link(ui, view, event, out));
        }
    }
}

fn beliefs_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId) {
    let palette = Palette::current(ui);
    let (run, now) = (view.run, view.playback.cursor());
    let beliefs: Vec<_> = run.beliefs(agent, now).collect();
    if beliefs.is_empty() {
        return;
    }
    heading_ui(ui, "Beliefs");
    let (symbols, agents) = (run.symbols(), &run.chronicle().agents);
    for (belief, value) in beliefs {
        let fact = Fact::World(belief);
        let believed = symbols.describe_value(fact, value, agents);
        let truth =
            run.value(fact, now).map(|truth| symbols.describe_value(fact, truth, agents)).filter(|truth| *truth != believed);
        ui.horizontal_wrapped(|ui| {
            ui.label(format!("{}: {believed}", symbols.describe_fact(fact, agents)));
            if let Some(truth) = truth {
                ui.label(RichText::new(format!("✕ actually {truth}")).color(palette.accent));
            }
        });
    }
}

fn recent_events_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let events = view.run.events_of(agent);
    let past = events.partition_point(|event| view.is_past(*event));
    if past == 0 {
        return;
    }
    heading_ui(ui, "Recent events");
    for &event in events[..past].iter().rev().take(MAX_EVENTS) {
        event_link(ui, view, event, out);
    }
}
