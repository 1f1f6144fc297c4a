//! What an agent holds and knows: its norms and what it believes of those of others; what it knows of the world, from whom, how surely, and
//! to whom it told it.

use bevy_egui::egui::{self, RichText};
use longhand_narrative::dates::DateStyle;

use super::degree::{certainty, conviction};
use super::style::Palette;
use super::widgets::{agent_link, heading_ui, more_ui, note_ui};
use longhand_chronicle::format_number;
use longhand_expr::ids::{AgentId, AttrId, EventId, Fact, WorldFact};
use longhand_session::{KnownTopic, SessionCommand, SessionView, TopicOrigin};

/// Maximum number of topics listed.
const MAX_TOPICS: usize = 16;
/// Maximum number of tellings listed of one topic.
const MAX_TELLINGS: usize = 4;
/// Maximum number of others whose norms are listed, of each norm.
const MAX_OTHERS: usize = 12;
/// A belief about the norms of another is wrong if it is further from the truth than this.
const NORM_ERROR: f64 = 0.2;

/// The norms that the agent holds, and what it believes of the norms of others.
pub(super) fn norms_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let (run, now) = (view.run, view.playback.cursor());
    let is_norm = |attr: AttrId| run.symbols().attributes.get(attr.index()).is_some_and(|symbol| symbol.norm);
    let held: Vec<_> = run.attributes(agent, now).filter(|(attr, _)| is_norm(*attr)).collect();
    if held.is_empty() {
        return;
    }
    heading_ui(ui, "Norms");
    for (attr, strength) in held {
        let norm = run.scenario().norms.iter().find(|norm| norm.attribute == attr);
        let name = run.symbols().attribute_name(attr).replace('_', " ");
        let says = norm.map(|norm| norm.says.trim()).filter(|says| !says.is_empty());
        let text = says
            .map_or_else(|| format!("{} `{name}`", conviction(strength)), |says| format!("{} that {says}", conviction(strength)));
        ui.horizontal_wrapped(|ui| {
            ui.label(text).on_hover_text(format!("{name}: praises above 0, blames below 0"));
            ui.label(RichText::new(format_number(strength)).small().monospace().color(palette.weak_text));
        });
        let of_others: Vec<(AgentId, f64)> = run
            .beliefs(agent, now)
            .filter_map(|(fact, believed)| match fact {
                WorldFact::Attr(other, known) if known == attr && other != agent => Some((other, believed)),
                _ => None,
            })
            .collect();
        if of_others.is_empty() {
            continue;
        }
        ui.indent(("norm", attr), |ui| {
            for &(other, believed) in of_others.iter().take(MAX_OTHERS) {
                ui.horizontal_wrapped(|ui| {
                    note_ui(ui, "believes that");
                    agent_link(ui, view, other, out);
                    note_ui(ui, format!("{} it", conviction(believed))).on_hover_text(format_number(believed));
                    let truth = run.value(Fact::World(WorldFact::Attr(other, attr)), now);
                    if let Some(truth) = truth.filter(|truth| (truth - believed).abs() > NORM_ERROR) {
                        let text = format!("✕ actually {} it", conviction(truth));
                        ui.label(RichText::new(text).small().color(palette.accent));
                    }
                });
            }
            more_ui(ui, of_others.len(), MAX_OTHERS);
        });
    }
}

/// What the agent knows, what it learned last first.
pub(super) fn topics_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let topics = view.run.known_topics(agent, view.playback.cursor());
    if topics.is_empty() {
        return;
    }
    heading_ui(ui, "Knows and believes");
    for topic in topics.iter().take(MAX_TOPICS) {
        topic_ui(ui, view, topic, out);
    }
    more_ui(ui, topics.len(), MAX_TOPICS);
}

fn topic_ui(ui: &mut egui::Ui, view: &SessionView<'_>, topic: &KnownTopic, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let (run, now) = (view.run, view.playback.cursor());
    let (symbols, agents) = (run.symbols(), &run.chronicle().agents);
    let fact = Fact::World(topic.known);
    let value_text = |value: f64| symbols.describe_value(fact, value, agents);
    let mut clause = run.topic_clause(topic.known, topic.value, now.at);
    if matches!(topic.known, WorldFact::Attr(..) | WorldFact::Dim(..)) {
        clause = format!("{clause}: {}", value_text(topic.value));
    }
    let truth = run.value(fact, now).map(value_text).filter(|truth| *truth != value_text(topic.value));
    ui.horizontal_wrapped(|ui| {
        ui.label(clause).on_hover_text(symbols.describe_fact(fact, agents));
        if let Some(truth) = truth.filter(|_| topic.origin != TopicOrigin::Own) {
            ui.label(RichText::new(format!("✕ actually {truth}")).color(palette.accent));
        }
    });
    ui.indent(("topic", topic.known), |ui| {
        ui.horizontal_wrapped(|ui| {
            match topic.origin {
                TopicOrigin::Own => drop(note_ui(ui, "of its own life")),
                TopicOrigin::Start => drop(note_ui(ui, "known from the start")),
                TopicOrigin::Noticed => drop(note_ui(ui, "noticed")),
                TopicOrigin::ToldBy(teller) => {
                    note_ui(ui, "told by");
                    agent_link(ui, view, teller, out);
                }
            }
            if let Some(event) = topic.event {
                event_date_ui(ui, view, event, out);
            }
            if let Some(confidence) = topic.confidence {
                note_ui(ui, certainty(confidence)).on_hover_text(format!("Confidence {}", format_number(confidence)));
            }
        });
        for told in topic.told.iter().rev().take(MAX_TELLINGS) {
            ui.horizontal_wrapped(|ui| {
                note_ui(ui, "told it to");
                for &hearer in &told.to {
                    agent_link(ui, view, hearer, out);
                }
                event_date_ui(ui, view, told.event, out);
                if !told.is_truthful {
                    let text = format!("untruthfully: {}", value_text(told.value));
                    ui.label(RichText::new(text).small().color(palette.accent));
                }
            });
        }
        more_ui(ui, topic.told.len(), MAX_TELLINGS);
    });
}

/// The date of an event as a link that selects it.
fn event_date_ui(ui: &mut egui::Ui, view: &SessionView<'_>, id: EventId, out: &mut Vec<SessionCommand>) {
    let Some(event) = view.run.chronicle().event(id) else { return };
    let link = ui.link(RichText::new(view.date(event.at, DateStyle::Day)).small());
    if link.on_hover_text(view.run.sentence(event)).clicked() {
        out.push(SessionCommand::SelectEvent(Some(id)));
    }
}
