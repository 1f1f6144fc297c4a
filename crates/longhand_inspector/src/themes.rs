//! Panel of themes (patterns of events) at the cursor: matched ones with the events of each match, partial ones with the clause
//! that is to match next, and those without any match.

use bevy_egui::egui::{self, CollapsingHeader, RichText, ScrollArea};

use super::beats::stop_ui;
use super::layout::part_ui;
use super::theme::Palette;
use super::transport::event_link;
use longhand_expr::ids::AgentId;
use longhand_narrative::{Match, Waiting, Watched};
use longhand_scene::Pattern;
use longhand_session::{Breakpoint, Command, Inquiry, View, waits_for};

/// Maximum number of events listed per match.
const MOST_EVENTS: usize = 6;
/// Maximum number of matches listed per pattern, the latest first.
const MOST_MATCHES: usize = 3;
/// Number of themes whose latest match is expanded by default.
const OPEN: usize = 2;

/// A pattern with its matches and its status at the cursor.
struct Theme<'a> {
    at: usize,
    pattern: &'a Pattern,
    came: Vec<&'a Match>,
    waiting: Option<&'a Waiting>,
}

impl Theme<'_> {
    fn name(&self) -> &str {
        if self.pattern.title.is_empty() { &self.pattern.id } else { &self.pattern.title }
    }

    fn has_begun(&self) -> bool {
        self.waiting.is_some_and(|waiting| waiting.clause > 0 || waiting.count > 0)
    }
}

pub(super) fn themes_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let scenario = view.record.scenario();
    if scenario.patterns.is_empty() {
        ui.label("No themes are defined.");
        return;
    }
    let waiting = view.record.waiting(view.time.cursor().at);
    let mut themes: Vec<Theme<'_>> = scenario
        .patterns
        .iter()
        .enumerate()
        .map(|(at, pattern)| {
            let of = Watched::Pattern(at);
            Theme { at, pattern, came: Vec::new(), waiting: waiting.iter().find(|waiting| waiting.of == of) }
        })
        .collect();
    for found in view.record.matches().iter().filter(|found| view.is_past(found.event())) {
        if let Watched::Pattern(at) = found.of
            && let Some(theme) = themes.get_mut(at)
        {
            theme.came.push(found);
        }
    }
    let (mut found, rest): (Vec<_>, Vec<_>) = themes.into_iter().partition(|theme| !theme.came.is_empty());
    let (begun, none): (Vec<_>, Vec<_>) = rest.into_iter().partition(Theme::has_begun);
    // The theme matched last comes first.
    found.sort_by_key(|theme| std::cmp::Reverse(theme.came.last().map(|found| found.event())));
    ui.label(RichText::new(format!("{} of {} so far", found.len(), scenario.patterns.len())).color(colours.aside));
    ScrollArea::vertical().id_salt("themes").auto_shrink(false).show(ui, |ui| {
        for (place, theme) in found.iter().enumerate() {
            head_ui(ui, view, theme, true, out);
            ui.indent(("theme", theme.at), |ui| {
                for (nth, found) in theme.came.iter().rev().take(MOST_MATCHES).enumerate() {
                    match_ui(ui, view, theme, found, place < OPEN && nth == 0, out);
                }
                let more = theme.came.len().saturating_sub(MOST_MATCHES);
                if more > 0 {
                    ui.label(RichText::new(format!("and {more} earlier matches")).small().color(colours.aside));
                }
            });
        }
        if !begun.is_empty() {
            part_ui(ui, "In progress");
        }
        for theme in &begun {
            head_ui(ui, view, theme, false, out);
            ui.indent(("theme", theme.at), |ui| {
                if let Some(waiting) = theme.waiting {
                    ui.label(RichText::new(waits_for(view, waiting)).small().color(colours.aside));
                    for &event in waiting.events.iter().rev().take(MOST_EVENTS).rev() {
                        event_link(ui, view, event, out);
                    }
                }
            });
        }
        if !none.is_empty() {
            part_ui(ui, "Not found");
        }
        for theme in &none {
            head_ui(ui, view, theme, false, out);
        }
        inapplicable_ui(ui, view);
        ui.add_space(12.0);
    });
}

/// Name with description, breakpoint toggles and, for a theme without a match, the link to ask why not.
fn head_ui(ui: &mut egui::Ui, view: &View<'_>, theme: &Theme<'_>, is_found: bool, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    ui.horizontal(|ui| {
        stop_ui(ui, view, Breakpoint::Pattern(theme.at, None), out);
        if let Some(agent) = view.choice.agent {
            stop_ui(ui, view, Breakpoint::Pattern(theme.at, Some(agent)), out);
        }
        let name = RichText::new(theme.name()).color(if is_found { colours.ink } else { colours.aside });
        let label = ui.add(egui::Label::new(if is_found { name.strong() } else { name }).truncate());
        let Pattern { about, unlike, .. } = theme.pattern;
        if !about.is_empty() {
            let unlike = if unlike.is_empty() { String::new() } else { format!("\n\nNot: {}", unlike.trim()) };
            label.on_hover_text(format!("{}{unlike}", about.trim()));
        }
        if is_found {
            return;
        }
        let ask =
            ui.link(RichText::new("why not?").small()).on_hover_text("Find the closest attempt and the conditions that failed");
        ask.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Link, true, format!("Why not {}?", theme.name())));
        if ask.clicked() {
            out.push(Command::Ask(Inquiry::WhyNot { id: theme.pattern.id.clone(), who: None }));
        }
    });
}

/// A match: its agents, the ties and stays that are part of it, and its events.
fn match_ui(ui: &mut egui::Ui, view: &View<'_>, theme: &Theme<'_>, found: &Match, is_open: bool, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let record = view.record;
    let people: Vec<String> =
        found.bound.iter().filter(|agent: &&AgentId| agent.is_some()).map(|&agent| record.called(agent)).collect();
    let head = format!("{}  {}", view.date(found.at, "%-d %B %Y"), people.join(", "));
    let head = RichText::new(head.trim()).small().color(colours.aside);
    CollapsingHeader::new(head).id_salt(("match", theme.at, found.event())).default_open(is_open).show(ui, |ui| {
        for span in &found.spans {
            let fact = record.legend().say_fact(longhand_expr::ids::Fact::World(span.of), &record.chronicle().directory);
            let place = record.place_name(span.place).map_or_else(String::new, |place| format!(", {place}"));
            let until = span.ended.map_or_else(|| "ongoing".to_owned(), |at| format!("until {}", view.date(at, "%-d %B %Y")));
            let said = format!("{fact}{place}, from {}, {until}", view.date(span.began, "%-d %B %Y"));
            ui.label(RichText::new(said).small().color(colours.aside));
        }
        for &event in found.events.iter().take(MOST_EVENTS) {
            event_link(ui, view, event, out);
        }
        let more = found.events.len().saturating_sub(MOST_EVENTS);
        if more > 0 {
            ui.label(RichText::new(format!("and {more} more")).small().color(colours.aside));
        }
    });
}

/// Themes that use something the scene does not declare.
fn inapplicable_ui(ui: &mut egui::Ui, view: &View<'_>) {
    let passed_over = &view.record.scenario().inapplicable;
    if passed_over.is_empty() {
        return;
    }
    part_ui(ui, "Not applicable to this scene");
    let colours = Palette::of(ui);
    for one in passed_over {
        ui.label(RichText::new(&one.title).color(colours.aside))
            .on_hover_text(format!("Missing in the scene: {}.", one.lacks.join("; ")));
    }
}
