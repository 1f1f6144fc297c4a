//! Panel of themes (patterns of events) at the cursor: matched ones with the events of each match, partial ones with the clause
//! that is to match next, and those without any match.

use bevy_egui::egui::{self, CollapsingHeader, RichText, ScrollArea};

use super::beats::breakpoint_toggle_ui;
use super::layout::heading_ui;
use super::style::Palette;
use super::transport::event_link;
use longhand_expr::ids::AgentId;
use longhand_narrative::{Match, PatternRef, PatternStatus};
use longhand_scene::Pattern;
use longhand_session::{Breakpoint, Query, SessionCommand, SessionView, describe_pattern_status};

/// Maximum number of events listed per match.
const MAX_EVENTS: usize = 6;
/// Maximum number of matches listed per pattern, the latest first.
const MAX_MATCHES: usize = 3;
/// Number of themes whose latest match is expanded by default.
const EXPANDED_THEMES: usize = 2;

/// A pattern with its matches and its status at the cursor.
struct ThemeRow<'a> {
    index: usize,
    pattern: &'a Pattern,
    matches: Vec<&'a Match>,
    status: Option<&'a PatternStatus>,
}

impl ThemeRow<'_> {
    fn name(&self) -> &str {
        if self.pattern.title.is_empty() { &self.pattern.id } else { &self.pattern.title }
    }

    fn has_begun(&self) -> bool {
        self.status.is_some_and(|waiting| waiting.clause > 0 || waiting.count > 0)
    }
}

pub(super) fn themes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let scenario = view.run.scenario();
    if scenario.patterns.is_empty() {
        ui.label("No themes are defined.");
        return;
    }
    let waiting = view.run.pattern_statuses(view.playback.cursor().at);
    let mut themes: Vec<ThemeRow<'_>> = scenario
        .patterns
        .iter()
        .enumerate()
        .map(|(at, pattern)| {
            let of = PatternRef::Pattern(at);
            ThemeRow { index: at, pattern, matches: Vec::new(), status: waiting.iter().find(|waiting| waiting.pattern == of) }
        })
        .collect();
    for found in view.run.matches().iter().filter(|found| view.is_past(found.completing_event())) {
        if let PatternRef::Pattern(at) = found.pattern
            && let Some(theme) = themes.get_mut(at)
        {
            theme.matches.push(found);
        }
    }
    let (mut found, rest): (Vec<_>, Vec<_>) = themes.into_iter().partition(|theme| !theme.matches.is_empty());
    let (begun, none): (Vec<_>, Vec<_>) = rest.into_iter().partition(ThemeRow::has_begun);
    // The theme matched last comes first.
    found.sort_by_key(|theme| std::cmp::Reverse(theme.matches.last().map(|found| found.completing_event())));
    ui.label(RichText::new(format!("{} of {} so far", found.len(), scenario.patterns.len())).color(colours.weak_text));
    ScrollArea::vertical().id_salt("themes").auto_shrink(false).show(ui, |ui| {
        for (place, theme) in found.iter().enumerate() {
            header_ui(ui, view, theme, true, out);
            ui.indent(("theme", theme.index), |ui| {
                for (nth, found) in theme.matches.iter().rev().take(MAX_MATCHES).enumerate() {
                    match_ui(ui, view, theme, found, place < EXPANDED_THEMES && nth == 0, out);
                }
                let more = theme.matches.len().saturating_sub(MAX_MATCHES);
                if more > 0 {
                    ui.label(RichText::new(format!("and {more} earlier matches")).small().color(colours.weak_text));
                }
            });
        }
        if !begun.is_empty() {
            heading_ui(ui, "In progress");
        }
        for theme in &begun {
            header_ui(ui, view, theme, false, out);
            ui.indent(("theme", theme.index), |ui| {
                if let Some(waiting) = theme.status {
                    ui.label(RichText::new(describe_pattern_status(view, waiting)).small().color(colours.weak_text));
                    for &event in waiting.events.iter().rev().take(MAX_EVENTS).rev() {
                        event_link(ui, view, event, out);
                    }
                }
            });
        }
        if !none.is_empty() {
            heading_ui(ui, "Not found");
        }
        for theme in &none {
            header_ui(ui, view, theme, false, out);
        }
        inapplicable_ui(ui, view);
        ui.add_space(12.0);
    });
}

/// Name with description, breakpoint toggles and, for a theme without a match, the link to ask why not.
fn header_ui(ui: &mut egui::Ui, view: &SessionView<'_>, theme: &ThemeRow<'_>, is_found: bool, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    ui.horizontal(|ui| {
        breakpoint_toggle_ui(ui, view, Breakpoint::Pattern(theme.index, None), out);
        if let Some(agent) = view.state.agent {
            breakpoint_toggle_ui(ui, view, Breakpoint::Pattern(theme.index, Some(agent)), out);
        }
        let name = RichText::new(theme.name()).color(if is_found { colours.text } else { colours.weak_text });
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
            out.push(SessionCommand::Ask(Query::WhyNot { id: theme.pattern.id.clone(), who: None }));
        }
    });
}

/// A match: its agents, the ties and stays that are part of it, and its events.
fn match_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    theme: &ThemeRow<'_>,
    found: &Match,
    is_open: bool,
    out: &mut Vec<SessionCommand>,
) {
    let colours = Palette::current(ui);
    let record = view.run;
    let people: Vec<String> =
        found.bound.iter().filter(|agent: &&AgentId| agent.is_some()).map(|&agent| record.display_name(agent)).collect();
    let head = format!("{}  {}", view.date(found.at, "%-d %B %Y"), people.join(", "));
    let head = RichText::new(head.trim()).small().color(colours.weak_text);
    CollapsingHeader::new(head).id_salt(("match", theme.index, found.completing_event())).default_open(is_open).show(ui, |ui| {
        for span in &found.spans {
            let fact = record.symbols().describe_fact(longhand_expr::ids::Fact::World(span.fact), &record.chronicle().agents);
            let place = record.place_name(span.place).map_or_else(String::new, |place| format!(", {place}"));
            let until = span.ended.map_or_else(|| "ongoing".to_owned(), |at| format!("until {}", view.date(at, "%-d %B %Y")));
            let said = format!("{fact}{place}, from {}, {until}", view.date(span.began, "%-d %B %Y"));
            ui.label(RichText::new(said).small().color(colours.weak_text));
        }
        for &event in found.events.iter().take(MAX_EVENTS) {
            event_link(ui, view, event, out);
        }
        let more = found.events.len().saturating_sub(MAX_EVENTS);
        if more > 0 {
            ui.label(RichText::new(format!("and {more} more")).small().color(colours.weak_text));
        }
    });
}

/// Themes that use something the scene does not declare.
fn inapplicable_ui(ui: &mut egui::Ui, view: &SessionView<'_>) {
    let passed_over = &view.run.scenario().inapplicable;
    if passed_over.is_empty() {
        return;
    }
    heading_ui(ui, "Not applicable to this scene");
    let colours = Palette::current(ui);
    for one in passed_over {
        ui.label(RichText::new(&one.title).color(colours.weak_text))
            .on_hover_text(format!("Missing in the scene: {}.", one.missing.join("; ")));
    }
}
