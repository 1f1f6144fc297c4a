//! Panel of one agent at the cursor: what it intends and has agreed to, attributes, mood and emotions with their causes, bonds in both
//! directions, norms, what it knows, what moved the last choice, and recent events.

use bevy_egui::egui::{self, CollapsingHeader, Rect, RichText, ScrollArea, Sense, Stroke, WidgetType, vec2};
use longhand_narrative::dates::DateStyle;

use super::agent_attributes::attributes_ui;
use super::agent_mind::{norms_ui, topics_ui};
use super::agent_plans::{appointments_ui, intentions_ui};
use super::bonds::bonds_by_agent;
use super::breakpoint_field::breakpoint_field_ui;
use super::degree::{amount, intensity, mood};
use super::style::Palette;
use super::widgets::{agent_link, agent_menu_ui, event_link, heading_ui, labeled_info, more_ui, note_ui};
use longhand_chronicle::format_number;
use longhand_expr::emotion_name;
use longhand_expr::ids::{AgentField, AgentId, DimId, Fact, Instant, TieId, WorldFact};
use longhand_session::{SessionCommand, SessionView, describe_reasons, describe_terms};

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
        intentions_ui(ui, view, agent, out);
        appointments_ui(ui, view, agent, out);
        mood_ui(ui, view, agent);
        emotions_ui(ui, view, agent, out);
        attributes_ui(ui, view, agent, out);
        breakpoint_field_ui(ui, view, out);
        bonds_ui(ui, view, agent, out);
        last_choice_ui(ui, view, agent, out);
        topics_ui(ui, view, agent, out);
        norms_ui(ui, view, agent, out);
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

fn mood_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId) {
    let palette = Palette::current(ui);
    let axes = [
        ("displeased", "pleased", AgentField::Pleasure),
        ("calm", "aroused", AgentField::Arousal),
        ("submissive", "dominant", AgentField::Dominance),
    ];
    let mood_axes = axes.map(|(low, high, field)| Some((low, high, view.run.field(agent, field, view.playback.cursor())?)));
    if mood_axes.iter().all(Option::is_none) {
        return;
    }
    heading_ui(ui, "Mood");
    let [pleasure, arousal, dominance] = mood_axes.map(|axis| axis.map_or(0.0, |(.., value)| value));
    // Its three axes are folded; the words are of Mehrabian's model of temperament (1996).
    CollapsingHeader::new(mood(pleasure, arousal, dominance)).id_salt("mood").show(ui, |ui| {
        for (low, high, value) in mood_axes.into_iter().flatten() {
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
    });
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
            ui.label(format!("{} {}", intensity(strength), emotion_name(emotion)));
            ui.label(RichText::new(format_number(strength)).small().monospace().color(Palette::current(ui).weak_text));
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
            let ties: Vec<String> = bond.ties.iter().map(|&tie| tie_text(view, (agent, other), tie)).collect();
            ui.label(RichText::new(ties.join(", ")).color(palette.title));
        });
        let dims = bond.dims.iter().map(|(&dim, &(to, from))| dimension_text(view, dim, (to, from)));
        let dims = dims.collect::<Vec<_>>().join(",  ");
        if !dims.is_empty() {
            let value = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format_number);
            let figures = bond.dims.iter().map(|(&dim, &(to, from))| {
                let name = run.symbols().dimension_name(dim).replace('_', " ");
                format!("{name} {} ⇄ {}", value(to), value(from))
            });
            let figures = figures.collect::<Vec<_>>().join("\n");
            ui.indent(("bond", other), |ui| {
                note_ui(ui, dims)
                    .on_hover_text(format!("From this agent to the other ⇄ from the other to this agent\n{figures}"));
            });
        }
    }
    more_ui(ui, bond_count, MAX_BONDS);
}

/// A tie between two agents, with the day on which it began if that was after the start: "lovers since 3 March".
fn tie_text(view: &SessionView<'_>, (agent, other): (AgentId, AgentId), tie: TieId) -> String {
    let (run, now) = (view.run, view.playback.cursor());
    let name = run.symbols().tie_name(tie).replace('_', " ");
    let entry =
        |from, to| run.history().last_entry(Fact::World(WorldFact::Tie(from, to, tie)), now).filter(|entry| entry.value != 0.0);
    let began =
        [entry(agent, other), entry(other, agent)].into_iter().flatten().map(longhand_chronicle::HistoryEntry::instant).min();
    match began.filter(|began| *began > Instant::START) {
        Some(began) => format!("{name} since {}", view.date(began, DateStyle::Day)),
        None => name,
    }
}

/// A dimension of a bond in words: from the agent to the other, and back if that differs.
fn dimension_text(view: &SessionView<'_>, dim: DimId, (to, from): (Option<f64>, Option<f64>)) -> String {
    let symbols = view.run.symbols();
    let name = symbols.dimension_name(dim).replace('_', " ");
    let range = symbols.dims.get(dim.index()).map_or((-1.0, 1.0), |symbol| symbol.range);
    let word = |value: Option<f64>| value.map_or("unknown", |value| amount(value, range));
    let (to, from) = (word(to), word(from));
    if to == from { format!("{name} {to}") } else { format!("{name} {to} ⇄ {from}") }
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
