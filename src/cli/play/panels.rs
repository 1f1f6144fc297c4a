//! The contents of the terminal panels, as rows of text.

use longhand_narrative::dates::DateStyle;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::palette::screen::{BEAT, FAINT, SELECTED};
use longhand_analysis::NarratedLine;
use longhand_chronicle::{Event, format_number};
use longhand_expr::ids::EventId;
use longhand_narrative::{NarrationLineKind, PatternRef, wrap};
use longhand_session::{Breakpoint, SessionView, describe_cause, describe_pattern_status, describe_terms};

/// Maximum number of items in a list.
const MAX_ITEMS: usize = 8;

/// Wraps text to a width, with a prefix before each row.
fn wrap_rows(text: &str, before: &str, width: u16, style: Style) -> Vec<Line<'static>> {
    let room = usize::from(width).saturating_sub(before.chars().count()).max(8);
    wrap(text, room).into_iter().map(|row| Line::styled(format!("{before}{row}"), style)).collect()
}

/// The narration up to the cursor, as much as fits.
pub(super) fn story_rows(view: &SessionView<'_>, area: Rect) -> Vec<Line<'static>> {
    let record = view.run;
    let height = usize::from(area.height);
    let until = record.narrated().partition_point(|narrated| narrated.at <= view.playback.cursor().at);
    let past_lines =
        record.narrated()[..until].iter().rev().filter(|narrated| narrated.line.event.is_none_or(|event| view.is_past(event)));
    let mut pages: Vec<Vec<Line<'static>>> = Vec::new();
    let mut used = 0;
    if let (Some(Ok(outcome)), true) = (record.outcome(), view.playback.cursor().at >= record.simulated_until()) {
        pages.push([vec![Line::default()], wrap_rows(outcome, "", area.width, Style::new().bold())].concat());
        used += pages[0].len();
    }
    for narrated in past_lines {
        if used >= height {
            break;
        }
        let page = line_rows(view, narrated, area.width);
        used += page.len();
        pages.push(page);
    }
    if pages.is_empty() {
        let about = wrap_rows(record.scenario().about.trim(), "", area.width, Style::new().italic());
        return [about, vec![Line::default(), Line::styled("Press Space to start.", FAINT)]].concat();
    }
    let mut all: Vec<Line<'static>> = pages.into_iter().rev().flatten().collect();
    all.drain(..all.len().saturating_sub(height));
    all
}

fn line_rows(view: &SessionView<'_>, narrated: &NarratedLine, width: u16) -> Vec<Line<'static>> {
    let text = &narrated.line.text;
    let is_selected = narrated.line.event.is_some() && narrated.line.event == view.state.event;
    match narrated.line.kind {
        NarrationLineKind::Heading => [vec![Line::default()], wrap_rows(text, "", width, FAINT)].concat(),
        NarrationLineKind::Event => wrap_rows(text, "  ", width, if is_selected { SELECTED } else { Style::new() }),
        NarrationLineKind::Beat => wrap_rows(text, "◆ ", width, BEAT),
        NarrationLineKind::Summary => wrap_rows(text, "  ", width, FAINT.italic()),
        NarrationLineKind::Document => {
            text.lines().flat_map(|line| wrap_rows(line, "    ", width, Style::new().italic())).collect()
        }
    }
}

/// The events that pass the filter, centred on the selected one; future events are dimmed.
pub(super) fn event_list_rows(view: &SessionView<'_>, area: Rect) -> Vec<Line<'static>> {
    let height = usize::from(area.height);
    let now = view.filtered_events.partition_point(|event| event.0 < view.playback.cursor().events);
    let shown_id = view.shown_event().map(|event| event.id);
    let selected =
        view.state.event.and_then(|event| view.filtered_events.binary_search(&event).ok()).unwrap_or(now.saturating_sub(1));
    let first = selected.saturating_sub(height / 2).min(view.filtered_events.len().saturating_sub(height));
    if view.filtered_events.is_empty() {
        return vec![Line::styled("No events match the filter.", FAINT)];
    }
    view.filtered_events[first..]
        .iter()
        .take(height)
        .filter_map(|&id| {
            let event = view.run.chronicle().event(id)?;
            let beat = if view.run.beats_completed_by(id).next().is_some() { "◆" } else { " " };
            let style = match () {
                () if shown_id == Some(id) => SELECTED,
                () if view.is_past(id) => Style::new(),
                () => FAINT,
            };
            let text = format!("{:>12} {beat} {}", view.date(event.at, DateStyle::ShortDayTime), view.run.sentence(event));
            Some(Line::styled(text, style))
        })
        .collect()
}

/// The beats: past ones with their dates, others with the conditions they wait for; then the patterns. Scrolled to the last
/// past beat.
pub(super) fn beat_rows(view: &SessionView<'_>, area: Rect) -> Vec<Line<'static>> {
    let scenario = view.run.scenario();
    let find_completed =
        |beat: usize| view.run.chronicle().beats.iter().find(|completed| completed.beat == beat && view.is_past(completed.event));
    let mut all = Vec::new();
    let mut last = 0;
    for (index, beat) in scenario.beats.iter().enumerate() {
        let breakpoint = if view.state.breakpoints.contains(&Breakpoint::Beat(index)) { " ●" } else { "" };
        let title = format!("{} {}", beat.id, beat.title);
        match find_completed(index) {
            Some(completed) => {
                all.extend(wrap_rows(&format!("{title}{breakpoint}"), "◆ ", area.width, BEAT));
                all.push(Line::styled(format!("  {}", view.date(completed.at, DateStyle::Timestamp)), FAINT));
                last = all.len();
            }
            None => {
                all.extend(wrap_rows(&format!("{title}{breakpoint}"), "◇ ", area.width, Style::new()));
                all.extend(waiting_rows(view, PatternRef::Beat(index), area.width));
            }
        }
    }
    let past_matches = |index: usize| {
        view.run
            .matches()
            .iter()
            .filter(move |found| found.pattern == PatternRef::Pattern(index) && view.is_past(found.completing_event()))
    };
    for (index, pattern) in scenario.patterns.iter().enumerate() {
        let count = past_matches(index).count();
        if let Some(found) = past_matches(index).next_back() {
            all.extend(wrap_rows(
                if pattern.title.is_empty() { &pattern.id } else { &pattern.title },
                "~ ",
                area.width,
                Style::new(),
            ));
            let count_note = if count > 1 { format!(", {count} times so far") } else { String::new() };
            all.push(Line::styled(format!("  {}{count_note}", view.date(found.at, DateStyle::Timestamp)), FAINT));
        }
    }
    let height = usize::from(area.height);
    let first = last.saturating_sub(height / 2).min(all.len().saturating_sub(height));
    all.drain(..first);
    all
}

fn waiting_rows(view: &SessionView<'_>, pattern: PatternRef, width: u16) -> Vec<Line<'static>> {
    let status = view.run.pattern_statuses(view.playback.cursor().at).iter().find(|status| status.pattern == pattern);
    status.map_or_else(Vec::new, |status| wrap_rows(&describe_pattern_status(view, status), "  ", width, FAINT))
}

/// One event: what happened, its causes and the choice, its changes, and its effects.
pub(super) fn event_rows(view: &SessionView<'_>, area: Rect) -> Vec<Line<'static>> {
    let Some(event) = view.shown_event() else {
        return vec![Line::styled("No events yet.", FAINT)];
    };
    let (record, width) = (view.run, area.width);
    let place = record.place_name(event.place).map_or_else(String::new, |place| format!(", {place}"));
    let mut all =
        wrap_rows(&format!("#{} {}{place}", event.id.0, view.date(event.at, DateStyle::WeekdayTimestamp)), "", width, FAINT);
    all.extend(wrap_rows(&record.sentence(event), "", width, Style::new().bold()));
    for beat in record.beats_completed_by(event.id).filter_map(|beat| record.scenario().beats.get(beat)) {
        all.extend(wrap_rows(&format!("{} {}", beat.id, beat.title), "◆ ", width, BEAT));
    }
    push_heading(&mut all, "Why");
    if event.causes.is_empty() {
        all.extend(wrap_rows("It has no recorded cause.", "", width, FAINT));
    }
    for (nth, cause) in event.causes.iter().take(MAX_ITEMS).enumerate() {
        all.extend(event_line_rows(view, cause.event, if nth == 0 { "[ " } else { "  " }, width));
        all.extend(wrap_rows(&describe_cause(record, cause), "    ", width, FAINT));
    }
    push_choice(&mut all, view, event, width);
    let (symbols, agents) = (record.symbols(), &record.chronicle().agents);
    if let Some(topic) = &event.topic {
        push_heading(&mut all, "Topic");
        all.extend(wrap_rows(&symbols.describe_topic(topic, agents), "", width, Style::new()));
    }
    if !event.changes.is_empty() || symbols.notable_limits(event).next().is_some() {
        push_heading(&mut all, "Changes");
        for change in event.changes.iter().take(MAX_ITEMS) {
            let describe = |value| symbols.describe_value(change.fact, value, agents);
            let text = format!(
                "{}: {} → {}",
                symbols.describe_fact(change.fact, agents),
                describe(change.before),
                describe(change.after)
            );
            all.extend(wrap_rows(&text, "", width, Style::new()));
        }
        for limited in symbols.notable_limits(event).take(MAX_ITEMS) {
            all.extend(wrap_rows(&symbols.describe_limited(limited, agents), "", width, FAINT));
        }
    }
    let effects = record.effects(event.id);
    if !effects.is_empty() {
        push_heading(&mut all, "Effects");
        for (nth, &effect) in effects.iter().take(MAX_ITEMS).enumerate() {
            all.extend(event_line_rows(view, effect, if nth == 0 { "] " } else { "  " }, width));
        }
    }
    all
}

fn push_heading(all: &mut Vec<Line<'static>>, title: &'static str) {
    all.extend([Line::default(), Line::from(Span::styled(title, FAINT.bold()))]);
}

fn event_line_rows(view: &SessionView<'_>, id: EventId, before: &str, width: u16) -> Vec<Line<'static>> {
    let Some(event) = view.run.chronicle().event(id) else { return Vec::new() };
    let style = if view.is_past(id) { Style::new() } else { FAINT };
    wrap_rows(&format!("#{} {}", id.0, view.run.sentence(event)), before, width, style)
}

fn push_choice(all: &mut Vec<Line<'static>>, view: &SessionView<'_>, event: &Event, width: u16) {
    let Some(choice) = event.choice.as_deref() else { return };
    push_heading(all, "Choice");
    for (nth, option) in choice.options.iter().take(MAX_ITEMS).enumerate() {
        let name = view.run.symbols().event_signature(option.kind, &option.roles, &view.run.chronicle().agents);
        let style = if nth == 0 { Style::new().bold() } else { Style::new() };
        all.extend(wrap_rows(&format!("{} {name}", format_number(option.utility + option.choice_noise)), "", width, style));
        if nth == 0 {
            all.extend(wrap_rows(&describe_terms(view.run, option), "    ", width, FAINT));
        }
    }
    if let Some(draw) = choice.describe_draw() {
        all.extend(wrap_rows(&draw, "", width, FAINT));
    }
    all.extend(wrap_rows(&format!("{} idle threshold", format_number(choice.idle_utility)), "", width, FAINT));
}
