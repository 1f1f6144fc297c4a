//! The attributes of an agent: what matters to the story and has changed first, then traits, and what is zero or off folded away. Each has
//! the author's description, its value in words and in figures, and its course.

use bevy_egui::egui::{self, Align, CollapsingHeader, Layout, Pos2, RichText, Sense, Stroke, WidgetType, pos2, vec2};

use super::degree::{grouped_number, height};
use super::style::Palette;
use super::widgets::{heading_ui, labeled_info, note_ui};
use longhand_chronicle::{AttributeSymbol, format_number};
use longhand_expr::ids::{AgentId, AttrId, Fact, Instant, WorldFact};
use longhand_session::{Breakpoint, SessionCommand, SessionView};

/// Number of states that are shown with their descriptions.
const EXPLAINED: usize = 6;
/// Width of the course of a value, in points.
const COURSE_WIDTH: f32 = 200.0;
/// Width of a value in words, such as "very high", and of the number after it.
const VALUE_WIDTH: f32 = 62.0;
const NUMBER_WIDTH: f32 = 44.0;
/// Above this size of its range a number is a count, which is neither high nor low.
const LARGEST_SCALE: f64 = 100.0;

/// An attribute of the agent at the cursor.
struct ShownAttribute<'v> {
    attr: AttrId,
    value: f64,
    symbol: &'v AttributeSymbol,
    about: &'v str,
    weight: u32,
}

/// The attributes by group, in the order in which they are shown.
#[derive(Default)]
struct AttributeGroups<'v> {
    /// What has changed since the start.
    states: Vec<ShownAttribute<'v>>,
    /// What has not.
    traits: Vec<ShownAttribute<'v>>,
    /// Zero, off, or without a description.
    quiet: Vec<ShownAttribute<'v>>,
}

impl<'v> AttributeGroups<'v> {
    fn of_agent(view: &'v SessionView<'_>, agent: AgentId) -> Self {
        let (run, now) = (view.run, view.playback.cursor());
        let mut groups = Self::default();
        for (attr, value) in run.attributes(agent, now) {
            let Some(symbol) = run.symbols().attributes.get(attr.index()).filter(|symbol| !symbol.norm) else { continue };
            let about = run.scenario().attributes.get(attr.index()).map_or("", |attribute| attribute.about.trim());
            let entries = run.history().entries(Fact::World(WorldFact::Attr(agent, attr)));
            let has_changed = entries.get(1).is_some_and(|entry| entry.position <= now);
            let is_zero = value == 0.0 && symbol.one_of.is_empty();
            let shown = ShownAttribute { attr, value, symbol, about, weight: run.attribute_weight(attr) };
            let group = match (is_zero || about.is_empty() && !has_changed, has_changed) {
                (true, _) => &mut groups.quiet,
                (false, true) => &mut groups.states,
                (false, false) => &mut groups.traits,
            };
            group.push(shown);
        }
        // The sort is stable: of equal weight, the scene's order.
        for group in [&mut groups.states, &mut groups.traits, &mut groups.quiet] {
            group.sort_by_key(|shown| (std::cmp::Reverse(shown.weight), shown.symbol.switch));
        }
        groups
    }
}

impl ShownAttribute<'_> {
    fn name(&self) -> String {
        self.symbol.id.replace('_', " ")
    }

    /// The value in words, or in figures where words say nothing.
    fn value_text(&self) -> String {
        if self.symbol.switch {
            return if self.value == 0.0 { "no" } else { "yes" }.to_owned();
        }
        if let Some(word) = self.symbol.one_of.get(self.value.max(0.0) as usize) {
            return word.replace('_', " ");
        }
        let (low, high) = self.symbol.range;
        if high - low > LARGEST_SCALE { grouped_number(self.value) } else { height(self.value, self.symbol.range).to_owned() }
    }
}

pub(super) fn attributes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let AttributeGroups { states, traits, quiet } = AttributeGroups::of_agent(view, agent);
    if !states.is_empty() {
        heading_ui(ui, "Now");
        for (nth, shown) in states.iter().enumerate() {
            attribute_ui(ui, view, agent, shown, nth < EXPLAINED, out);
        }
    }
    if !traits.is_empty() {
        heading_ui(ui, "Traits");
        for shown in &traits {
            attribute_ui(ui, view, agent, shown, false, out);
        }
    }
    breakpoints_ui(ui, view, agent, out);
    if !quiet.is_empty() {
        let title = RichText::new(format!("{} at zero or off", quiet.len())).small().color(Palette::current(ui).weak_text);
        CollapsingHeader::new(title).id_salt("quiet attributes").show(ui, |ui| {
            for shown in &quiet {
                attribute_ui(ui, view, agent, shown, false, out);
            }
        });
    }
}

/// Name, value and course of an attribute; a click on the course sets a breakpoint at the value.
fn attribute_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    agent: AgentId,
    shown: &ShownAttribute<'_>,
    is_explained: bool,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let name = shown.name();
    let is_number = !shown.symbol.switch && shown.symbol.one_of.is_empty();
    ui.horizontal(|ui| {
        let label = egui::Label::new(RichText::new(&name).color(palette.title)).truncate();
        // The names take a third of the panel, so that the values stand below each other.
        let width = (ui.available_width() * 0.34).clamp(60.0, 160.0);
        let label = cell_ui(ui, width, label);
        if !shown.about.is_empty() {
            label.on_hover_text(shown.about);
        }
        let value_text = egui::Label::new(shown.value_text());
        if is_number {
            cell_ui(ui, VALUE_WIDTH, value_text);
            let number = RichText::new(grouped_number(shown.value)).small().monospace().color(palette.weak_text);
            cell_ui(ui, NUMBER_WIDTH, egui::Label::new(number));
            let fact = Fact::World(WorldFact::Attr(agent, shown.attr));
            let response = course_ui(ui, view, fact, shown.symbol.range);
            let value = format_number(shown.value);
            response.widget_info(|| labeled_info(WidgetType::Button, &format!("Set breakpoint where {name} crosses {value}")));
            let (low, high) = (format_number(shown.symbol.range.0), format_number(shown.symbol.range.1));
            let tip = format!("Its course, in the range {low} to {high}. Click to set a breakpoint where it crosses {value}.");
            if response.on_hover_text(tip).clicked() {
                out.push(SessionCommand::ToggleBreakpoint(Breakpoint::Crosses(fact, shown.value)));
            }
        } else {
            ui.add(value_text);
        }
    });
    if is_explained && !shown.about.is_empty() {
        ui.indent(("about", shown.attr), |ui| note_ui(ui, shown.about));
    }
}

/// A label in a row, in a cell of at least this width, so that what follows stands below what follows in other rows.
fn cell_ui(ui: &mut egui::Ui, width: f32, label: egui::Label) -> egui::Response {
    let row = Layout::left_to_right(Align::Center);
    let cell = ui.allocate_ui_with_layout(vec2(width, 18.0), row, |ui| {
        ui.set_min_width(width);
        ui.add(label)
    });
    cell.inner
}

/// The breakpoints on facts about the agent.
fn breakpoints_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    for breakpoint in &view.state.breakpoints {
        if breakpoint.limit().is_none_or(|limit| limit.fact.subject() != agent) {
            continue;
        }
        let text = format!("✕ breakpoint: {}", breakpoint.describe(view.run));
        if ui.button(RichText::new(text).small().color(palette.accent)).clicked() {
            out.push(SessionCommand::ToggleBreakpoint(*breakpoint));
        }
    }
}

/// The course of a fact as a curve: in full colour up to the cursor, faded after it; with a line for each breakpoint on it.
fn course_ui(ui: &mut egui::Ui, view: &SessionView<'_>, fact: Fact, range: (f64, f64)) -> egui::Response {
    let palette = Palette::current(ui);
    let width = ui.available_width().clamp(24.0, COURSE_WIDTH);
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
    for limit in view.state.breakpoints.iter().filter_map(Breakpoint::limit).filter(|limit| limit.fact == fact) {
        ui.painter().hline(rect.x_range(), y_of(limit.value), Stroke::new(1.0, palette.title));
    }
    ui.painter().line(future, Stroke::new(1.0, palette.faded(palette.accent)));
    ui.painter().line(past, Stroke::new(1.4, palette.accent));
    ui.painter().vline(cursor_x, rect.y_range(), Stroke::new(1.0, palette.weak_text));
    response
}
