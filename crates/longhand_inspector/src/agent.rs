//! Panel of one agent at the cursor: attributes with their history, mood, emotions with their causes, bonds in both directions,
//! beliefs compared with the truth, and recent events.

use std::collections::BTreeMap;

use bevy_egui::egui::{self, Pos2, Rect, RichText, ScrollArea, Sense, Stroke, WidgetType, pos2, vec2};

use super::event::agent_link;
use super::keys::named;
use super::layout::part_ui;
use super::theme::Palette;
use super::transport::event_link;
use longhand_chronicle::number;
use longhand_expr::ids::{AgentId, Fact, Field, Instant, Known};
use longhand_session::{Breakpoint, Command, View};

/// Maximum number of recent events listed.
const MOST_EVENTS: usize = 10;
/// Maximum number of bonds listed.
const MOST_OTHERS: usize = 24;

pub(super) fn agent_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let Some(agent) = view.agent() else {
        ui.label("The scene has no cast.");
        return;
    };
    choose_ui(ui, view, agent, out);
    ScrollArea::vertical().id_salt("agent").auto_shrink(false).show(ui, |ui| {
        ui.label(RichText::new(whereabouts(view, agent)).color(Palette::of(ui).aside));
        attributes_ui(ui, view, agent, out);
        mood_ui(ui, view, agent);
        feelings_ui(ui, view, agent, out);
        bonds_ui(ui, view, agent, out);
        beliefs_ui(ui, view, agent);
        life_ui(ui, view, agent, out);
        ui.add_space(12.0);
    });
}

fn choose_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId, out: &mut Vec<Command>) {
    let record = view.record;
    ui.horizontal_wrapped(|ui| {
        let mut chosen = agent;
        let name = record.chronicle().directory.get(agent).map(|person| person.name.as_str()).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| record.called(agent), str::to_owned);
        let text = RichText::new(&name).strong();
        let combo = egui::ComboBox::from_id_salt("agent").selected_text(text).width(170.0).show_ui(ui, |ui| {
            for other in record.people().take(200) {
                ui.selectable_value(&mut chosen, other, record.called(other));
            }
        });
        combo.response.widget_info(|| named(WidgetType::ComboBox, &format!("Agent: {name}")));
        if chosen != agent {
            out.push(Command::Meet(chosen));
        }
        let pinned = view.choice.pins.contains(&agent);
        if ui.selectable_label(pinned, "Pin").on_hover_text("Show a lane of this agent in the timeline").clicked() {
            out.push(Command::Pin(agent));
        }
        let follows = view.choice.follow == Some(agent);
        if ui.selectable_label(follows, "Follow").on_hover_text("Follow this agent on the stage").clicked() {
            out.push(Command::Follow((!follows).then_some(agent)));
        }
    });
}

fn whereabouts(view: &View<'_>, agent: AgentId) -> String {
    let (record, now) = (view.record, view.time.cursor());
    let is = |field| record.field(agent, field, now);
    let kind = record.kind(agent).map_or("", |kind| record.legend().kind(kind)).to_owned();
    if is(Field::Gone).is_some_and(|gone| gone != 0.0) {
        return format!("{kind}, gone for good");
    }
    if is(Field::Present) == Some(0.0) {
        return format!("{kind}, not present");
    }
    let mut words = vec![kind];
    words.extend(record.place_name(record.place(agent, now)).map(str::to_owned));
    if let Some(owner) = record.value(Fact::Owner(agent), now).filter(|&owner| owner >= 0.0 && owner < f64::from(u32::MAX)) {
        words.push(format!("belongs to {}", record.called(AgentId(owner as u32))));
    }
    words.extend((is(Field::Online) == Some(0.0)).then(|| "offline".to_owned()));
    words.extend(is(Field::Generation).filter(|made| *made > 0.0).map(|made| format!("generation {}", number(made))));
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

fn attributes_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let record = view.record;
    let attributes: Vec<_> = record.attributes(agent, view.time.cursor()).collect();
    if attributes.is_empty() {
        return;
    }
    part_ui(ui, "Attributes");
    egui::Grid::new("attributes").num_columns(3).spacing([10.0, 3.0]).show(ui, |ui| {
        for (attr, value) in attributes {
            let Some(known) = record.legend().attributes.get(attr.index()) else { continue };
            let fact = Fact::World(Known::Attr(agent, attr));
            let about = record.scenario().attributes.get(attr.index()).map_or("", |of| of.about.as_str());
            ui.label(known.id.replace('_', " ")).on_hover_text(about);
            if known.switch {
                ui.label(if value == 0.0 { "no" } else { "yes" });
                ui.label("");
            } else {
                ui.label(RichText::new(number(value)).monospace());
                let response = curve_ui(ui, view, fact, known.range);
                let name = known.id.replace('_', " ");
                response
                    .widget_info(|| named(WidgetType::Button, &format!("Set breakpoint where {name} passes {}", number(value))));
                let said = format!(
                    "History, in the range {} to {}. Click to set a breakpoint where it passes {}.",
                    number(known.range.0),
                    number(known.range.1),
                    number(value)
                );
                if response.on_hover_text(said).clicked() {
                    out.push(Command::Break(Breakpoint::Passes(fact, value)));
                }
            }
            ui.end_row();
        }
    });
    for breakpoint in &view.choice.breakpoints {
        let Breakpoint::Passes(fact, limit) = breakpoint else { continue };
        if fact.agent() != agent {
            continue;
        }
        let said =
            format!("breakpoint: {} passes {}", record.legend().say_fact(*fact, &record.chronicle().directory), number(*limit));
        if ui.button(RichText::new(format!("✕ {said}")).small().color(colours.accent)).clicked() {
            out.push(Command::Break(*breakpoint));
        }
    }
}

/// History of a fact as a curve: up to the cursor in full colour, after it faded.
fn curve_ui(ui: &mut egui::Ui, view: &View<'_>, fact: Fact, range: (f64, f64)) -> egui::Response {
    let colours = Palette::of(ui);
    let width = ui.available_width().clamp(80.0, 220.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), Sense::click());
    ui.painter().rect_filled(rect, 2.0, colours.paper);
    let entries = view.record.history().all(fact);
    let ends = view.record.lived().seconds().max(1.0);
    let x_of = |at: Instant| rect.left() + rect.width() * (at.seconds() / ends).clamp(0.0, 1.0) as f32;
    let share = |value: f64| ((value - range.0) / (range.1 - range.0).max(1e-12)).clamp(0.0, 1.0) as f32;
    let y_of = |value: f64| rect.bottom() - 1.5 - (rect.height() - 3.0) * share(value);
    // At most one point per pixel.
    let step = (entries.len() / rect.width().max(1.0) as usize).max(1);
    let points = entries.iter().step_by(step).map(|entry| pos2(x_of(entry.at()), y_of(entry.value)));
    let now = x_of(view.time.cursor().at);
    let (mut past, mut future): (Vec<Pos2>, Vec<Pos2>) = points.partition(|point| point.x <= now);
    // A value holds until the next entry.
    if let Some(last) = past.last().copied() {
        past.push(pos2(now, last.y));
        future.insert(0, pos2(now, last.y));
    }
    if let Some(last) = entries.last() {
        future.push(pos2(rect.right(), y_of(last.value)));
    }
    ui.painter().line(future, Stroke::new(1.0, colours.line));
    ui.painter().line(past, Stroke::new(1.4, colours.accent));
    ui.painter().vline(now, rect.y_range(), Stroke::new(1.0, colours.aside));
    response
}

fn mood_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId) {
    let colours = Palette::of(ui);
    let axes = [
        ("displeased", "pleased", Field::Pleasure),
        ("calm", "aroused", Field::Arousal),
        ("submissive", "dominant", Field::Dominance),
    ];
    let mood = axes.map(|(low, high, field)| Some((low, high, view.record.field(agent, field, view.time.cursor())?)));
    if mood.iter().all(Option::is_none) {
        return;
    }
    part_ui(ui, "Mood");
    for (low, high, value) in mood.into_iter().flatten() {
        ui.horizontal(|ui| {
            ui.add_sized([78.0, 14.0], egui::Label::new(RichText::new(low).small().color(colours.aside)));
            let (rect, response) = ui.allocate_exact_size(vec2(110.0, 8.0), Sense::hover());
            ui.painter().rect_filled(rect, 2.0, colours.paper);
            let x = rect.center().x + rect.width() / 2.0 * (value as f32).clamp(-1.0, 1.0);
            let (from, to) = (x.min(rect.center().x), x.max(rect.center().x));
            ui.painter().rect_filled(Rect::from_x_y_ranges(from..=to, rect.y_range()), 2.0, colours.accent);
            ui.painter().vline(rect.center().x, rect.y_range(), Stroke::new(1.0, colours.aside));
            response.on_hover_text(number(value));
            ui.label(RichText::new(high).small().color(colours.aside));
        });
    }
}

fn feelings_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId, out: &mut Vec<Command>) {
    let mut feelings: Vec<_> = view.record.feelings(agent, view.time.cursor()).collect();
    if feelings.is_empty() {
        return;
    }
    feelings.sort_by(|a, b| b.1.total_cmp(&a.1));
    part_ui(ui, "Emotions");
    for (fact, strength, event) in feelings.into_iter().take(8) {
        let Fact::Feeling(_, emotion, toward) = fact else { continue };
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(format!("{emotion:?}").to_lowercase()).strong());
            ui.label(RichText::new(number(strength)).monospace());
            if toward.is_some() {
                ui.label("toward");
                agent_link(ui, view, toward, out);
            }
        });
        if let Some(event) = event {
            ui.indent((fact, event), |ui| event_link(ui, view, event, out));
        }
    }
}

/// Ties and bond dimensions between two agents.
#[derive(Default)]
struct Between {
    ties: Vec<String>,
    /// By dimension: value from the agent to the other, and back.
    dims: BTreeMap<u8, (Option<f64>, Option<f64>)>,
}

impl Between {
    fn weight(&self) -> f64 {
        let strength = |value: &Option<f64>| value.unwrap_or(0.0).abs();
        self.dims.values().map(|(to, from)| strength(to) + strength(from)).sum::<f64>() + 2.0 * self.ties.len() as f64
    }
}

fn bonds_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let record = view.record;
    let mut others: BTreeMap<AgentId, Between> = BTreeMap::new();
    for (known, value) in record.bonds(agent, view.time.cursor()) {
        match known {
            Known::Tie(from, to, tie) => {
                let (other, name) = (if from == agent { to } else { from }, record.legend().tie(tie).replace('_', " "));
                let ties = &mut others.entry(other).or_default().ties;
                if !ties.contains(&name) {
                    ties.push(name);
                }
            }
            Known::Dim(from, to, dim) => {
                let both = others.entry(if from == agent { to } else { from }).or_default().dims.entry(dim.0).or_default();
                *(if from == agent { &mut both.0 } else { &mut both.1 }) = Some(value);
            }
            Known::Attr(..) | Known::Place(_) => {}
        }
    }
    if others.is_empty() {
        return;
    }
    part_ui(ui, "Bonds and ties");
    let mut others: Vec<_> = others.into_iter().collect();
    // The sort is stable: equal weights stay in order of id.
    others.sort_by(|a, b| b.1.weight().total_cmp(&a.1.weight()));
    let all = others.len();
    for (other, between) in others.into_iter().take(MOST_OTHERS) {
        ui.horizontal_wrapped(|ui| {
            agent_link(ui, view, other, out);
            ui.label(RichText::new(between.ties.join(", ")).color(colours.title));
        });
        let value = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
        let dims = between.dims.iter().map(|(&dim, &(to, from))| {
            format!("{} {} ⇄ {}", record.legend().dim(longhand_expr::ids::DimId(dim)).replace('_', " "), value(to), value(from))
        });
        let dims = dims.collect::<Vec<_>>().join(",  ");
        if !dims.is_empty() {
            ui.indent(("bond", other), |ui| {
                ui.label(RichText::new(dims).small().color(colours.aside))
                    .on_hover_text("From this agent to the other ⇄ from the other to this agent");
            });
        }
    }
    if all > MOST_OTHERS {
        ui.label(RichText::new(format!("and {} others", all - MOST_OTHERS)).small().color(colours.aside));
    }
}

fn beliefs_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId) {
    let colours = Palette::of(ui);
    let (record, now) = (view.record, view.time.cursor());
    let beliefs: Vec<_> = record.beliefs(agent, now).collect();
    if beliefs.is_empty() {
        return;
    }
    part_ui(ui, "Beliefs");
    let (legend, directory) = (record.legend(), &record.chronicle().directory);
    for (known, value) in beliefs {
        let fact = Fact::World(known);
        let said = legend.say_value(fact, value, directory);
        let truth = record.value(fact, now).map(|truth| legend.say_value(fact, truth, directory)).filter(|truth| *truth != said);
        ui.horizontal_wrapped(|ui| {
            ui.label(format!("{}: {said}", legend.say_fact(fact, directory)));
            if let Some(truth) = truth {
                ui.label(RichText::new(format!("✕ actually {truth}")).color(colours.accent));
            }
        });
    }
}

fn life_ui(ui: &mut egui::Ui, view: &View<'_>, agent: AgentId, out: &mut Vec<Command>) {
    let life = view.record.life(agent);
    let past = life.partition_point(|event| view.is_past(*event));
    if past == 0 {
        return;
    }
    part_ui(ui, "Recent events");
    for &event in life[..past].iter().rev().take(MOST_EVENTS) {
        event_link(ui, view, event, out);
    }
}
