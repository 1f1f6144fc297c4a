//! The terminal screen: the story or the events, the beats or one event, and the timeline below.

use longhand_narrative::dates::DateStyle;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use super::super::palette::screen::{BEAT, FAINT, SELECTED};
use super::super::text::title_or_id;
use super::panels::{beat_rows, event_list_rows, event_rows, story_rows};
use super::player::{TerminalOverlay, TerminalPlayer};
use longhand_expr::ids::Instant;
use longhand_session::{COMMANDS, Direction, PanelId, SessionView};

const HINTS: &str = "Space play  ←→ time  PgUp PgDn beats  [ ] why  F1 story  F2 events  ^P commands  ? keys  q quit";

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, player: &mut TerminalPlayer) {
    let [head, body, line, dates, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    let [left, right] = Layout::horizontal([Constraint::Fill(3), Constraint::Fill(2)]).areas(body);
    let (shown_left, shown_right) = (player.left, player.right);
    let status = status_line(player);
    let view = player.session.view();
    frame.render_widget(title_line(&view, head.width), head);
    let inside = draw_frame(frame, left, shown_left);
    let rows = match shown_left {
        PanelId::Events => event_list_rows(&view, inside),
        _ => story_rows(&view, inside),
    };
    frame.render_widget(Paragraph::new(rows), inside);
    let inside = draw_frame(frame, right, shown_right);
    let rows = match shown_right {
        PanelId::Event => event_rows(&view, inside),
        _ => beat_rows(&view, inside),
    };
    frame.render_widget(Paragraph::new(rows), inside);
    frame.render_widget(timeline(&view, line.width), line);
    let ends = view.date(view.run.timeline_end(), DateStyle::Date);
    frame.render_widget(Line::styled(view.date(Instant::START, DateStyle::Date), FAINT), dates);
    frame.render_widget(Line::styled(ends, FAINT).right_aligned(), dates);
    frame.render_widget(status, foot);
    draw_overlay(frame, player);
}

/// Draws a frame with the panel's title and returns the area inside.
fn draw_frame(frame: &mut Frame<'_>, area: Rect, pane: PanelId) -> Rect {
    let block = Block::new().borders(Borders::TOP).title(format!(" {} ", pane.title())).border_style(FAINT);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    // Leaves a column free between the panels.
    Rect { width: inside.width.saturating_sub(1), ..inside }
}

fn title_line<'a>(view: &SessionView<'a>, width: u16) -> Line<'a> {
    let scenario = view.run.scenario();
    let title = title_or_id(&scenario.title, &scenario.name);
    let date = view.date(view.playback.cursor().at, DateStyle::LongTimestamp);
    let gap = usize::from(width).saturating_sub(title.chars().count() + date.chars().count()).max(2);
    Line::from(vec![Span::raw(title).bold(), Span::raw(" ".repeat(gap)), Span::raw(date)])
}

/// The run as a timeline: the read part, the simulated part, and a diamond for each beat.
fn timeline(view: &SessionView<'_>, width: u16) -> Line<'static> {
    let last = f64::from(width.saturating_sub(1)).max(1.0);
    let run_seconds = view.run.timeline_end().seconds().max(1.0);
    let column = |at: Instant| (at.seconds() / run_seconds * last).round().clamp(0.0, last) as usize;
    let (cursor, simulated) = (column(view.playback.cursor().at), column(view.run.simulated_until()));
    let mut signs: Vec<(char, Style)> = (0..usize::from(width))
        .map(|position| match position {
            _ if position <= cursor => ('━', BEAT),
            _ if position <= simulated => ('─', Style::new()),
            _ => ('·', FAINT),
        })
        .collect();
    for beat in &view.run.chronicle().beats {
        let past = view.is_past(beat.event);
        if let Some(sign) = signs.get_mut(column(beat.at)) {
            *sign = if past { ('◆', BEAT) } else { ('◇', Style::new()) };
        }
    }
    if let Some(sign) = signs.get_mut(cursor) {
        *sign = ('●', BEAT);
    }
    signs.into_iter().map(|(sign, style)| Span::styled(sign.to_string(), style)).collect::<Vec<_>>().into()
}

fn status_line(player: &mut TerminalPlayer) -> Line<'static> {
    if let Some(message) = player.notice {
        return Line::styled(message, BEAT);
    }
    if player.overlay == TerminalOverlay::Filter {
        let text = &player.session.state().filter.text;
        return Line::from(format!("Filter: {text}▏   (Enter to finish)"));
    }
    let view = player.session.view();
    if let Some((problem, file)) = view.diagnostics().next() {
        let message = format!("{file}:{}:{} {}; the last valid scene continues", problem.line, problem.column, problem.message);
        return Line::styled(message, BEAT);
    }
    if let Some(Err(why)) = view.run.outcome() {
        return Line::styled(format!("The run stopped: {why}"), BEAT);
    }
    let sign = match view.playback.direction() {
        Some(Direction::Forward) => "▶",
        Some(Direction::Back) => "◀",
        None => "‖",
    };
    let position = format!(
        "{sign} {}  event {} of {}  ",
        view.playback.speed_label(),
        view.playback.cursor().events,
        view.run.chronicle().len()
    );
    Line::from(vec![Span::raw(position), Span::styled(HINTS, FAINT)])
}

/// Draws the overlay.
fn draw_overlay(frame: &mut Frame<'_>, player: &TerminalPlayer) {
    let area = frame.area();
    let (title, rows) = match &player.overlay {
        TerminalOverlay::None | TerminalOverlay::Filter => return,
        TerminalOverlay::Keys => (" Keys (any key closes) ", key_rows(area.height.saturating_sub(4))),
        TerminalOverlay::Palette(typed, chosen) => {
            (" All commands ", palette_rows(player, typed, *chosen, area.height.saturating_sub(5)))
        }
    };
    let width = rows.iter().map(Line::width).max().unwrap_or(0).max(44) as u16 + 4;
    let height = rows.len() as u16 + 2;
    let overlay_area = area.centered(Constraint::Length(width.min(area.width)), Constraint::Length(height.min(area.height)));
    frame.render_widget(Clear, overlay_area);
    frame.render_widget(Paragraph::new(rows).block(Block::bordered().title(title)), overlay_area);
}

/// The keys of the table, in as many columns as the height requires.
fn key_rows(height: u16) -> Vec<Line<'static>> {
    let keyed: Vec<String> =
        COMMANDS.iter().filter_map(|(_, shown)| Some(format!("{:>12}  {:<24}", shown.key?.to_string(), shown.text))).collect();
    let rows = usize::from(height).clamp(1, keyed.len());
    let row = |row: usize| keyed.iter().skip(row).step_by(rows).map(String::as_str).collect::<String>();
    (0..rows).map(|index| Line::from(row(index))).collect()
}

fn palette_rows(player: &TerminalPlayer, typed: &str, chosen: usize, height: u16) -> Vec<Line<'static>> {
    let commands = player.find_commands(typed);
    let mut rows = vec![Line::from(format!("{typed}▏"))];
    if commands.is_empty() {
        rows.push(Line::styled("No matching command.", FAINT));
    }
    let shown = usize::from(height).max(1);
    let first = (chosen + 1).saturating_sub(shown);
    for (index, (text, command)) in commands.into_iter().enumerate().skip(first).take(shown) {
        let key = command.label().and_then(|shown| shown.key).map_or_else(String::new, |key| key.to_string());
        let style = if index == chosen { SELECTED } else { Style::new() };
        rows.push(Line::styled(format!("{text:<44} {key:>10}"), style));
    }
    rows
}
