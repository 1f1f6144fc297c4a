//! The contents of the terminal panels, as rows of text.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::screen::{ASIDE, BEAT, CHOSEN};
use longhand_analysis::NarratedLine;
use longhand_chronicle::{Event, number};
use longhand_expr::ids::EventId;
use longhand_narrative::{LineKind, Watched, wrap};
use longhand_session::{Breakpoint, View, because, terms, waits_for};

/// Maximum number of items in a list.
const MOST: usize = 8;

/// Wraps text to a width, with a prefix before each row.
fn rows(text: &str, before: &str, width: u16, style: Style) -> Vec<Line<'static>> {
    let room = usize::from(width).saturating_sub(before.chars().count()).max(8);
    wrap(text, room).into_iter().map(|row| Line::styled(format!("{before}{row}"), style)).collect()
}

/// The narration up to the cursor, as much as fits.
pub(super) fn story(view: &View<'_>, area: Rect) -> Vec<Line<'static>> {
    let record = view.record;
    let height = usize::from(area.height);
    let until = record.told().partition_point(|told| told.at <= view.time.cursor().at);
    let told = record.told()[..until].iter().rev().filter(|told| told.line.event.is_none_or(|event| view.is_past(event)));
    let mut pages: Vec<Vec<Line<'static>>> = Vec::new();
    let mut used = 0;
    if let (Some(Ok(outcome)), true) = (record.outcome(), view.time.cursor().at >= record.lived()) {
        pages.push([vec![Line::default()], rows(outcome, "", area.width, Style::new().bold())].concat());
        used += pages[0].len();
    }
    for told in told {
        if used >= height {
            break;
        }
        let page = told_rows(view, told, area.width);
        used += page.len();
        pages.push(page);
    }
    if pages.is_empty() {
        let about = rows(record.scenario().about.trim(), "", area.width, Style::new().italic());
        return [about, vec![Line::default(), Line::styled("Press Space to start.", ASIDE)]].concat();
    }
    let mut all: Vec<Line<'static>> = pages.into_iter().rev().flatten().collect();
    all.drain(..all.len().saturating_sub(height));
    all
}

fn told_rows(view: &View<'_>, told: &NarratedLine, width: u16) -> Vec<Line<'static>> {
    let text = &told.line.text;
    let chosen = told.line.event.is_some() && told.line.event == view.choice.event;
    match told.line.kind {
        LineKind::Heading => [vec![Line::default()], rows(text, "", width, ASIDE)].concat(),
        LineKind::Event => rows(text, "  ", width, if chosen { CHOSEN } else { Style::new() }),
        LineKind::Beat => rows(text, "◆ ", width, BEAT),
        LineKind::Sum => rows(text, "  ", width, ASIDE.italic()),
        LineKind::Document => text.lines().flat_map(|line| rows(line, "    ", width, Style::new().italic())).collect(),
    }
}

/// The events that pass the filter, centred on the selected one; future events are dimmed.
pub(super) fn events(view: &View<'_>, area: Rect) -> Vec<Line<'static>> {
    let height = usize::from(area.height);
    let now = view.found.partition_point(|event| event.0 < view.time.cursor().events);
    let looked = view.event().map(|event| event.id);
    let at = view.choice.event.and_then(|event| view.found.binary_search(&event).ok()).unwrap_or(now.saturating_sub(1));
    let first = at.saturating_sub(height / 2).min(view.found.len().saturating_sub(height));
    if view.found.is_empty() {
        return vec![Line::styled("No events match the filter.", ASIDE)];
    }
    view.found[first..]
        .iter()
        .take(height)
        .filter_map(|&id| {
            let event = view.record.chronicle().event(id)?;
            let beat = if view.record.beats_of(id).next().is_some() { "◆" } else { " " };
            let style = match () {
                () if looked == Some(id) => CHOSEN,
                () if view.is_past(id) => Style::new(),
                () => ASIDE,
            };
            let text = format!("{:>12} {beat} {}", view.date(event.at, "%-d %b %H:%M"), view.record.sentence(event));
            Some(Line::styled(text, style))
        })
        .collect()
}

/// The beats: past ones with their dates, others with the conditions they wait for; then the patterns. Scrolled to the last
/// past beat.
pub(super) fn beats(view: &View<'_>, area: Rect) -> Vec<Line<'static>> {
    let scenario = view.record.scenario();
    let came = |beat: usize| view.record.chronicle().beats.iter().find(|came| came.beat == beat && view.is_past(came.event));
    let mut all = Vec::new();
    let mut last = 0;
    for (at, beat) in scenario.beats.iter().enumerate() {
        let stops = if view.choice.breakpoints.contains(&Breakpoint::Beat(at)) { " ●" } else { "" };
        let title = format!("{} {}", beat.id, beat.title);
        match came(at) {
            Some(came) => {
                all.extend(rows(&format!("{title}{stops}"), "◆ ", area.width, BEAT));
                all.push(Line::styled(format!("  {}", view.date(came.at, "%-d %B %Y, %H:%M")), ASIDE));
                last = all.len();
            }
            None => {
                all.extend(rows(&format!("{title}{stops}"), "◇ ", area.width, Style::new()));
                all.extend(waiting(view, Watched::Beat(at), area.width));
            }
        }
    }
    let came = |at: usize| {
        view.record.matches().iter().filter(move |found| found.of == Watched::Pattern(at) && view.is_past(found.event()))
    };
    for (at, pattern) in scenario.patterns.iter().enumerate() {
        let times = came(at).count();
        if let Some(found) = came(at).next_back() {
            all.extend(rows(if pattern.title.is_empty() { &pattern.id } else { &pattern.title }, "~ ", area.width, Style::new()));
            let often = if times > 1 { format!(", {times} times so far") } else { String::new() };
            all.push(Line::styled(format!("  {}{often}", view.date(found.at, "%-d %B %Y, %H:%M")), ASIDE));
        }
    }
    let height = usize::from(area.height);
    let first = last.saturating_sub(height / 2).min(all.len().saturating_sub(height));
    all.drain(..first);
    all
}

fn waiting(view: &View<'_>, of: Watched, width: u16) -> Vec<Line<'static>> {
    let waiting = view.record.waiting(view.time.cursor().at).iter().find(|waiting| waiting.of == of);
    waiting.map_or_else(Vec::new, |waiting| rows(&waits_for(view, waiting), "  ", width, ASIDE))
}

/// One event: what happened, its causes and the choice, its changes, and its effects.
pub(super) fn event(view: &View<'_>, area: Rect) -> Vec<Line<'static>> {
    let Some(event) = view.event() else {
        return vec![Line::styled("No events yet.", ASIDE)];
    };
    let (record, width) = (view.record, area.width);
    let place = record.place_name(event.place).map_or_else(String::new, |place| format!(", {place}"));
    let mut all = rows(&format!("#{} {}{place}", event.id.0, view.date(event.at, "%a %-d %b %Y, %H:%M")), "", width, ASIDE);
    all.extend(rows(&record.sentence(event), "", width, Style::new().bold()));
    for beat in record.beats_of(event.id).filter_map(|beat| record.scenario().beats.get(beat)) {
        all.extend(rows(&format!("{} {}", beat.id, beat.title), "◆ ", width, BEAT));
    }
    part(&mut all, "Why");
    if event.causes.is_empty() {
        all.extend(rows("It has no recorded cause.", "", width, ASIDE));
    }
    for (nth, cause) in event.causes.iter().take(MOST).enumerate() {
        all.extend(named(view, cause.event, if nth == 0 { "[ " } else { "  " }, width));
        all.extend(rows(&because(record, cause), "    ", width, ASIDE));
    }
    choice(&mut all, view, event, width);
    if !event.changes.is_empty() {
        part(&mut all, "Changes");
        let (legend, directory) = (record.legend(), &record.chronicle().directory);
        for change in event.changes.iter().take(MOST) {
            let say = |value| legend.say_value(change.fact, value, directory);
            let said = format!("{}: {} → {}", legend.say_fact(change.fact, directory), say(change.before), say(change.after));
            all.extend(rows(&said, "", width, Style::new()));
        }
    }
    let effects = record.effects(event.id);
    if !effects.is_empty() {
        part(&mut all, "Effects");
        for (nth, &effect) in effects.iter().take(MOST).enumerate() {
            all.extend(named(view, effect, if nth == 0 { "] " } else { "  " }, width));
        }
    }
    all
}

fn part(all: &mut Vec<Line<'static>>, title: &'static str) {
    all.extend([Line::default(), Line::from(Span::styled(title, ASIDE.bold()))]);
}

fn named(view: &View<'_>, id: EventId, before: &str, width: u16) -> Vec<Line<'static>> {
    let Some(event) = view.record.chronicle().event(id) else { return Vec::new() };
    let style = if view.is_past(id) { Style::new() } else { ASIDE };
    rows(&format!("#{} {}", id.0, view.record.sentence(event)), before, width, style)
}

fn choice(all: &mut Vec<Line<'static>>, view: &View<'_>, event: &Event, width: u16) {
    let Some(choice) = event.choice.as_deref() else { return };
    part(all, "Choice");
    for (nth, option) in choice.options.iter().take(MOST).enumerate() {
        let name = view.record.legend().write_event(option.kind, &option.roles, &view.record.chronicle().directory);
        let style = if nth == 0 { Style::new().bold() } else { Style::new() };
        all.extend(rows(&format!("{} {name}", number(option.utility + option.whim)), "", width, style));
        if nth == 0 {
            all.extend(rows(&terms(view.record, option), "    ", width, ASIDE));
        }
    }
    all.extend(rows(&format!("{} idle threshold", number(choice.idle)), "", width, ASIDE));
}
