//! Panel of themes (patterns of events) at the cursor: matched ones with the events of each match, partial ones with the clause
//! that has to match next, and unmatched ones.

use bevy_egui::egui::{self, CollapsingHeader, RichText, ScrollArea};
use longhand_narrative::dates::DateStyle;

use super::style::Palette;
use super::widgets::{breakpoint_toggle_ui, event_link, heading_ui, labeled_info, more_ui, note_ui};
use longhand_expr::ids::{AgentId, Fact};
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
        self.status.is_some_and(|status| status.clause > 0 || status.count > 0)
    }
}

pub(super) fn themes_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let scenario = view.run.scenario();
    if scenario.patterns.is_empty() {
        ui.label("No themes are defined.");
        return;
    }
    let statuses = view.run.pattern_statuses(view.playback.cursor().at);
    let mut themes: Vec<ThemeRow<'_>> = scenario
        .patterns
        .iter()
        .enumerate()
        .map(|(index, pattern)| {
            let status = statuses.iter().find(|status| status.pattern == PatternRef::Pattern(index));
            ThemeRow { index, pattern, matches: Vec::new(), status }
        })
        .collect();
    for pattern_match in view.run.matches().iter().filter(|candidate| view.is_past(candidate.completing_event())) {
        if let PatternRef::Pattern(index) = pattern_match.pattern
            && let Some(theme) = themes.get_mut(index)
        {
            theme.matches.push(pattern_match);
        }
    }
    let (mut matched, rest): (Vec<_>, Vec<_>) = themes.into_iter().partition(|theme| !theme.matches.is_empty());
    let (begun, unmatched): (Vec<_>, Vec<_>) = rest.into_iter().partition(ThemeRow::has_begun);
    // The theme matched last comes first.
    matched.sort_by_key(|theme| std::cmp::Reverse(theme.matches.last().map(|latest| latest.completing_event())));
    ui.label(RichText::new(format!("{} of {} so far", matched.len(), scenario.patterns.len())).color(palette.weak_text));
    ScrollArea::vertical().id_salt("themes").auto_shrink(false).show(ui, |ui| {
        for (rank, theme) in matched.iter().enumerate() {
            header_ui(ui, view, theme, true, out);
            ui.indent(("theme", theme.index), |ui| {
                for (nth, pattern_match) in theme.matches.iter().rev().take(MAX_MATCHES).enumerate() {
                    match_ui(ui, view, theme, pattern_match, rank < EXPANDED_THEMES && nth == 0, out);
                }
                more_ui(ui, theme.matches.len(), MAX_MATCHES);
            });
        }
        if !begun.is_empty() {
            heading_ui(ui, "In progress");
        }
        for theme in &begun {
            header_ui(ui, view, theme, false, out);
            ui.indent(("theme", theme.index), |ui| {
                if let Some(status) = theme.status {
                    note_ui(ui, describe_pattern_status(view, status));
                    for &event in status.events.iter().rev().take(MAX_EVENTS).rev() {
                        event_link(ui, view, event, out);
                    }
                }
            });
        }
        if !unmatched.is_empty() {
            heading_ui(ui, "Not found");
        }
        for theme in &unmatched {
            header_ui(ui, view, theme, false, out);
        }
        inapplicable_ui(ui, view);
        ui.add_space(12.0);
    });
}

/// Name with description, breakpoint toggles and, for a theme without a match, a link to the question why it did not match.
fn header_ui(ui: &mut egui::Ui, view: &SessionView<'_>, theme: &ThemeRow<'_>, is_matched: bool, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    ui.horizontal(|ui| {
        breakpoint_toggle_ui(ui, view, Breakpoint::Pattern(theme.index, None), out);
        if let Some(agent) = view.state.agent {
            breakpoint_toggle_ui(ui, view, Breakpoint::Pattern(theme.index, Some(agent)), out);
        }
        let name = RichText::new(theme.name()).color(if is_matched { palette.text } else { palette.weak_text });
        let label = ui.add(egui::Label::new(if is_matched { name.strong() } else { name }).truncate());
        let Pattern { about, unlike, .. } = theme.pattern;
        if !about.is_empty() {
            let unlike = if unlike.is_empty() { String::new() } else { format!("\n\nNot: {}", unlike.trim()) };
            label.on_hover_text(format!("{}{unlike}", about.trim()));
        }
        if is_matched {
            return;
        }
        let link =
            ui.link(RichText::new("why not?").small()).on_hover_text("Find the closest attempt and the conditions that failed");
        link.widget_info(|| labeled_info(egui::WidgetType::Link, &format!("Why not {}?", theme.name())));
        if link.clicked() {
            out.push(SessionCommand::Ask(Query::WhyNot { id: theme.pattern.id.clone(), who: None }));
        }
    });
}

/// A match: its agents, the ties and stays that are part of it, and its events.
fn match_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    theme: &ThemeRow<'_>,
    pattern_match: &Match,
    is_open: bool,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let run = view.run;
    let people: Vec<String> =
        pattern_match.bindings.iter().filter(|agent: &&AgentId| agent.is_some()).map(|&agent| run.display_name(agent)).collect();
    let heading = format!("{}  {}", view.date(pattern_match.at, DateStyle::Date), people.join(", "));
    let heading = RichText::new(heading.trim()).small().color(palette.weak_text);
    let header = CollapsingHeader::new(heading).id_salt(("match", theme.index, pattern_match.completing_event()));
    header.default_open(is_open).show(ui, |ui| {
        for span in &pattern_match.spans {
            let fact = run.symbols().describe_fact(Fact::World(span.fact), &run.chronicle().agents);
            let place = run.place_name(span.place).map_or_else(String::new, |place| format!(", {place}"));
            let until =
                span.ended.map_or_else(|| "ongoing".to_owned(), |end| format!("until {}", view.date(end, DateStyle::Date)));
            note_ui(ui, format!("{fact}{place}, from {}, {until}", view.date(span.began, DateStyle::Date)));
        }
        for &event in pattern_match.events.iter().take(MAX_EVENTS) {
            event_link(ui, view, event, out);
        }
        more_ui(ui, pattern_match.events.len(), MAX_EVENTS);
    });
}

/// Themes that use something the scene does not declare.
fn inapplicable_ui(ui: &mut egui::Ui, view: &SessionView<'_>) {
    let inapplicable = &view.run.scenario().inapplicable;
    if inapplicable.is_empty() {
        return;
    }
    heading_ui(ui, "Not applicable to this scene");
    let palette = Palette::current(ui);
    for theme in inapplicable {
        ui.label(RichText::new(&theme.title).color(palette.weak_text))
            .on_hover_text(format!("Missing in the scene: {}.", theme.missing.join("; ")));
    }
}
