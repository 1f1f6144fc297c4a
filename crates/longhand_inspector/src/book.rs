//! The run as a book, with a choice of length and point of view. Sentences about events after the cursor are faded; a click on a
//! sentence selects its last event.

use bevy_egui::egui::{self, RichText, Sense, WidgetType};
use longhand_narrative::dates::DateStyle;

use super::style::{Palette, book_font, book_italic_font};
use super::widgets::{handle_event_clicks, labeled_info, missing_answer_ui, note_ui, row_ui};
use longhand_expr::ids::AgentId;
use longhand_narrative::book::{Book, BookOptions, NarrativeLength, Paragraph, ParagraphKind, Sentence};
use longhand_session::{SessionCommand, SessionView};

const LENGTHS: [(Option<NarrativeLength>, &str); 4] = [
    (None, "Day by day"),
    (Some(NarrativeLength::Short), "Short book"),
    (Some(NarrativeLength::Medium), "Book"),
    (Some(NarrativeLength::Full), "Full book"),
];

/// Controls of the narration: day by day or as a book of some length, and the point of view.
pub(super) fn book_options_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let options = view.state.book_options;
    row_ui(ui, |ui| {
        let length = options.map(|options| options.length);
        let form = LENGTHS.iter().find(|(option, _)| *option == length).map_or("", |(_, name)| name);
        let combo = egui::ComboBox::from_id_salt("form").selected_text(form).width(130.0).show_ui(ui, |ui| {
            for (option, name) in LENGTHS {
                if ui.selectable_label(option == length, name).clicked() {
                    let pov = options.and_then(|options| options.pov);
                    out.push(SessionCommand::ShowBook(option.map(|length| BookOptions { length, pov, whose: None })));
                }
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Form of the story: {form}")));
        let Some(options) = options else { return };
        // The cast, and of all others those that are shown, pinned or chosen already.
        let mut povs: Vec<AgentId> = view.run.scenario().cast_order.clone();
        let others = view.state.pins.iter().copied().chain(view.state.agent).chain(options.pov);
        for agent in others {
            if !povs.contains(&agent) {
                povs.push(agent);
            }
        }
        let narrator = |pov: Option<AgentId>| pov.map_or_else(|| "all-knowing narrator".to_owned(), |pov| view.display_name(pov));
        let combo =
            egui::ComboBox::from_id_salt("point of view").selected_text(narrator(options.pov)).width(170.0).show_ui(ui, |ui| {
                for pov in std::iter::once(None).chain(povs.into_iter().map(Some)) {
                    if ui.selectable_label(pov == options.pov, narrator(pov)).clicked() {
                        out.push(SessionCommand::ShowBook(Some(BookOptions { pov, ..options })));
                    }
                }
            });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Point of view: {}", narrator(options.pov))));
    });
}

/// The book, or a spinner while it is being written.
pub(super) fn book_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let task = &view.queries.book;
    let Some(book) = task.answer() else {
        ui.add_space(20.0);
        if task.is_pending() {
            ui.spinner();
        } else {
            missing_answer_ui(ui);
        }
        return;
    };
    if book.chapters.is_empty() {
        ui.label(RichText::new("Nothing significant has happened yet.").color(palette.weak_text));
    }
    chapters_ui(ui, view, book, out);
    if !view.run.is_over() {
        note_ui(ui, "Covers the run up to the time of writing. The book is written again when the run ends.");
    }
}

fn chapters_ui(ui: &mut egui::Ui, view: &SessionView<'_>, content: &Book, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    for chapter in &content.chapters {
        ui.add_space(14.0);
        if !chapter.title.is_empty() {
            ui.label(RichText::new(&chapter.title).family(book_font()).size(20.0).color(palette.title));
        }
        for paragraph in &chapter.paragraphs {
            ui.add_space(8.0);
            paragraph_ui(ui, view, paragraph, out);
        }
    }
    ui.add_space(24.0);
}

/// A paragraph in which each sentence can be clicked.
fn paragraph_ui(ui: &mut egui::Ui, view: &SessionView<'_>, paragraph: &Paragraph, out: &mut Vec<SessionCommand>) {
    // A document has a title line and keeps its own line breaks.
    if paragraph.kind == ParagraphKind::Document {
        ui.indent("written", |ui| {
            for sentence in &paragraph.sentences {
                sentence_ui(ui, view, paragraph.kind, sentence, "", out);
            }
        });
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (nth, sentence) in paragraph.sentences.iter().enumerate() {
            let space = if nth + 1 < paragraph.sentences.len() { " " } else { "" };
            sentence_ui(ui, view, paragraph.kind, sentence, space, out);
        }
    });
}

fn sentence_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    kind: ParagraphKind,
    sentence: &Sentence,
    space: &str,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let Some(&event) = sentence.events.last() else { return };
    let is_selected = view.state.event.is_some_and(|event| sentence.events.contains(&event));
    let color = match kind {
        _ if is_selected => palette.accent,
        ParagraphKind::Document => palette.title,
        _ => palette.text,
    };
    let color = if view.is_past(event) { color } else { palette.faded(color) };
    let family = if kind == ParagraphKind::Document { book_italic_font() } else { book_font() };
    let text = RichText::new(format!("{}{space}", sentence.text)).family(family).size(16.0).line_height(Some(24.0)).color(color);
    let response = ui.add(egui::Label::new(text).wrap().sense(Sense::click()));
    let date = view.run.chronicle().event(event).map_or_else(String::new, |event| view.date(event.at, DateStyle::Timestamp));
    let events: Vec<String> = sentence.events.iter().take(6).map(|event| format!("#{}", event.0)).collect();
    let response =
        response.on_hover_text(format!("{}, {date}", events.join(" "))).on_hover_cursor(egui::CursorIcon::PointingHand);
    handle_event_clicks(&response, view, event, out);
}
