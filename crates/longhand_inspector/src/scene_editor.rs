//! The editor of the scene's source texts: line numbers, find, problems in place, and the choice between a draft and a file that another
//! program has changed.

use std::ops::Range;

use bevy_egui::egui::text::{CCursor, CCursorRange};
use bevy_egui::egui::text_edit::TextEditState;
use bevy_egui::egui::{
    self, Align, Align2, Frame, Key, KeyboardShortcut, Margin, Modifiers, RichText, ScrollArea, Stroke, TextEdit, TextStyle,
    WidgetType, pos2,
};

use super::keys::reserve_find;
use super::problems::diagnostic_ui;
use super::ron_text;
use super::style::Palette;
use super::widgets::{command_button, labeled_info, note_ui, text_edit_info};
use longhand_scene::Diagnostic;
use longhand_session::{SessionCommand, SessionView, group_problems, moved_span};

/// Maximum number of problems listed above the text.
const MAX_LISTED: usize = 5;

/// What the editor keeps from frame to frame: the searched text, and the last place it was asked to go to.
#[derive(Clone, Debug, Default)]
struct FindState {
    text: String,
    /// The match at which the cursor is, by byte offset.
    at: usize,
    handled_caret: u32,
    /// The field is to receive the focus.
    takes_focus: bool,
}

/// Name by which the editor is found by tests and screen readers.
const EDITOR_NAME: &str = "Scene source";

pub(super) fn source_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let sources = &view.run.scenario().sources;
    let shown = view.state.source.min(sources.len().saturating_sub(1));
    let Some((name, _)) = sources.get(shown) else { return };
    let text = view.editor_text(shown);
    let editor_id = egui::Id::new(("scene editor", name));
    let state_id = editor_id.with("find");
    let mut find: FindState = ui.data(|data| data.get_temp(state_id)).unwrap_or_default();
    let mut jump: Option<Range<usize>> = None;
    ui.horizontal_wrapped(|ui| {
        files_ui(ui, view, shown, out);
        if view.editor.has_unsaved_text() {
            command_button(ui, SessionCommand::Save, None, out);
            let unsaved =
                if view.editor.drafts.contains_key(name) { "unsaved changes" } else { "unsaved changes in another file" };
            ui.label(RichText::new(unsaved).small().italics().color(palette.weak_text));
        }
        jump = find_ui(ui, text, &mut find);
    });
    conflict_ui(ui, view, shown, name, out);
    let marked = diagnostics_of(view, name);
    for diagnostic in marked.iter().take(MAX_LISTED) {
        diagnostic_ui(ui, view, diagnostic, false, out);
    }
    if let Some(more) = marked.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
        note_ui(ui, format!("and {more} more, in the panel of problems"));
    }
    if let Some(caret) = view.editor.caret.filter(|caret| caret.source == shown && caret.number != find.handled_caret) {
        find.handled_caret = caret.number;
        jump = Some(line_at(text, caret.offset));
    }
    // Only the text scrolls, so that what finds and saves stays in sight.
    let area = ScrollArea::vertical().id_salt(editor_id).auto_shrink(false);
    if area.show(ui, |ui| text_ui(ui, view, (shown, name, text), editor_id, jump, out)).inner
        && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::F))
    {
        find.takes_focus = true;
    }
    ui.data_mut(|data| data.insert_temp(state_id, find));
}

/// The menu of files: which is shown, which has unsaved changes.
fn files_ui(ui: &mut egui::Ui, view: &SessionView<'_>, shown: usize, out: &mut Vec<SessionCommand>) {
    let sources = &view.run.scenario().sources;
    let title = |name: &str| if view.editor.drafts.contains_key(name) { format!("● {name}") } else { name.to_owned() };
    let name = &sources[shown].0;
    let mut chosen = shown;
    let combo = egui::ComboBox::from_id_salt("source").selected_text(title(name)).width(220.0).show_ui(ui, |ui| {
        for (index, (name, _)) in sources.iter().enumerate() {
            ui.selectable_value(&mut chosen, index, title(name));
        }
    });
    combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("File: {name}")));
    if chosen != shown {
        out.push(SessionCommand::Source(chosen));
    }
}

/// A field to find text: Enter goes to the next match, Shift+Enter to the previous one. Returns the match to go to.
fn find_ui(ui: &mut egui::Ui, text: &str, find: &mut FindState) -> Option<Range<usize>> {
    const HINT: &str = "Find in the text";
    let field =
        ui.add(TextEdit::singleline(&mut find.text).hint_text(HINT).desired_width(150.0).return_key(None::<KeyboardShortcut>));
    field.widget_info(|| text_edit_info(HINT, &find.text));
    if std::mem::take(&mut find.takes_focus) {
        field.request_focus();
    }
    if find.text.is_empty() {
        return None;
    }
    let matches = find_matches(text, &find.text);
    let position = matches.partition_point(|found| found.start < find.at);
    let (back, forward) = if field.has_focus() {
        ui.input_mut(|input| (input.consume_key(Modifiers::SHIFT, Key::Enter), input.consume_key(Modifiers::NONE, Key::Enter)))
    } else {
        (false, false)
    };
    let back = match_button(ui, "<", "Previous match", "Shift+Enter") || back;
    let forward = match_button(ui, ">", "Next match", "Enter") || forward;
    let count = matches.len();
    let is_at = matches.get(position).is_some_and(|found| found.start == find.at);
    note_ui(ui, if is_at { format!("{} of {count}", position + 1) } else { format!("{count} found") });
    if count == 0 {
        return None;
    }
    let target = if field.changed() {
        position % count
    } else if forward {
        (position + usize::from(is_at)) % count
    } else if back {
        (position + count - 1) % count
    } else {
        return None;
    };
    find.at = matches[target].start;
    Some(matches[target].clone())
}

fn match_button(ui: &mut egui::Ui, icon: &str, name: &str, key: &str) -> bool {
    let button = ui.small_button(icon);
    button.widget_info(|| labeled_info(WidgetType::Button, name));
    button.on_hover_text(format!("{name}  ({key})")).clicked()
}

/// The byte ranges at which a text occurs, ignoring the case of ASCII letters.
fn find_matches(text: &str, searched: &str) -> Vec<Range<usize>> {
    let (bytes, wanted) = (text.as_bytes(), searched.as_bytes());
    if wanted.is_empty() || wanted.len() > bytes.len() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at + wanted.len() <= bytes.len() {
        if bytes[at..at + wanted.len()].eq_ignore_ascii_case(wanted) {
            found.push(at..at + wanted.len());
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

/// The line that contains a byte offset.
fn line_at(text: &str, offset: usize) -> Range<usize> {
    let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    start..end
}

/// Of a draft whose file another program has changed: which of the two is to stay.
fn conflict_ui(ui: &mut egui::Ui, view: &SessionView<'_>, shown: usize, name: &str, out: &mut Vec<SessionCommand>) {
    if !view.editor.conflicts.contains(name) {
        return;
    }
    let palette = Palette::current(ui);
    let frame =
        Frame::new().fill(palette.highlight).stroke(Stroke::new(1.0, palette.accent)).inner_margin(Margin::symmetric(10, 6));
    frame.show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(format!("Another program has changed {name}, and you have unsaved changes in it.")).strong());
            if ui.button("Keep mine").on_hover_text("The next save overwrites the file with the text below").clicked() {
                out.push(SessionCommand::KeepDraft(shown));
            }
            if ui.button("Take the file").on_hover_text("Discards the text below").clicked() {
                out.push(SessionCommand::DiscardDraft(shown));
            }
        });
    });
}

/// The first diagnostic of each problem in a file, those of the syntax first.
fn diagnostics_of<'v>(view: &'v SessionView<'_>, name: &str) -> Vec<&'v Diagnostic> {
    let Some(diagnostics) = &view.editor.diagnostics else { return Vec::new() };
    let is_here = |diagnostic: &&Diagnostic| diagnostics.source(diagnostic.file).is_some_and(|source| source.name == name);
    let groups = group_problems(diagnostics).into_iter().filter(|group| !group.may_follow);
    groups.filter_map(|group| std::iter::once(group.first).chain(group.others).find(is_here)).collect()
}

/// The ranges of the shown text that are to be underlined: the diagnosed text may have been edited since.
fn marked_spans(view: &SessionView<'_>, name: &str, text: &str) -> Vec<Range<usize>> {
    let Some(diagnostics) = &view.editor.diagnostics else { return Vec::new() };
    let here = diagnostics.list.iter().filter_map(|diagnostic| {
        let source = diagnostics.source(diagnostic.file).filter(|source| source.name == name)?;
        moved_span(&diagnostic.span, &source.text, text)
    });
    here.collect()
}

/// The text itself, with line numbers on its left. With `jump`, the cursor goes there. Returns whether it has the focus.
fn text_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    (shown, name, saved): (usize, &str, &str),
    id: egui::Id,
    jump: Option<Range<usize>>,
    out: &mut Vec<SessionCommand>,
) -> bool {
    let palette = Palette::current(ui);
    let mut text = saved.to_owned();
    let spans = marked_spans(view, name, saved);
    let font = TextStyle::Monospace.resolve(ui.style());
    let mut layouter = |ui: &egui::Ui, text: &dyn egui::TextBuffer, width: f32| {
        let job = ron_text::layout_job(text.as_str(), palette, &font, width, &spans);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let digits = (saved.bytes().filter(|byte| *byte == b'\n').count() + 1).to_string().len().max(3);
    let digit_width = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    let gutter = digits as f32 * digit_width + 14.0;
    if let Some(range) = &jump {
        let chars = |offset: usize| saved[..offset].chars().count();
        let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
        let range = CCursorRange::two(CCursor::new(chars(range.start)), CCursor::new(chars(range.end)));
        state.cursor.set_char_range(Some(range));
        state.store(ui.ctx(), id);
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let margin = Margin { left: gutter.min(120.0) as i8, right: 4, top: 2, bottom: 2 };
    let edit = TextEdit::multiline(&mut text).id(id).code_editor().margin(margin).desired_width(f32::INFINITY);
    let output = edit.layouter(&mut layouter).show(ui);
    output.response.response.widget_info(|| text_edit_info(EDITOR_NAME, saved));
    if output.response.response.changed() {
        out.push(SessionCommand::Edit(shown, text));
    }
    if let Some(range) = jump {
        let cursor = CCursor::new(saved[..range.start].chars().count());
        let rect = output.galley.pos_from_cursor(cursor).translate(output.galley_pos.to_vec2());
        ui.scroll_to_rect(rect.expand2(egui::vec2(0.0, 40.0)), Some(Align::Center));
    }
    // The number of each line stands beside its first row.
    let right = output.galley_pos.x - 8.0;
    let clip = ui.clip_rect();
    let mut line = 1;
    let mut is_first_row = true;
    for row in &output.galley.rows {
        let top = output.galley_pos.y + row.rect().top();
        if is_first_row && top <= clip.bottom() && top + row.rect().height() >= clip.top() {
            ui.painter().text(pos2(right, top), Align2::RIGHT_TOP, line, font.clone(), palette.weak_text);
        }
        is_first_row = row.ends_with_newline;
        line += usize::from(row.ends_with_newline);
    }
    reserve_find(ui, &output.response.response);
    output.response.response.has_focus()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_ignore_case_and_do_not_overlap() {
        assert_eq!(find_matches("Ann and ann, bann", "ann"), [0..3, 8..11, 14..17]);
        assert_eq!(find_matches("aaaa", "aa"), [0..2, 2..4]);
        assert_eq!(find_matches("ä Ä", "ä"), std::iter::once(0..2).collect::<Vec<_>>(), "only ASCII letters");
        assert!(find_matches("ab", "abc").is_empty() && find_matches("ab", "").is_empty());
    }

    #[test]
    fn the_line_of_an_offset_is_found_in_any_text() {
        assert_eq!(line_at("one\ntwo\nthree", 5), 4..7);
        assert_eq!(line_at("one", 99), 0..3);
        assert_eq!(line_at("ä", 1), 0..2, "an offset inside a character");
        assert_eq!(line_at("", 0), 0..0);
    }
}
