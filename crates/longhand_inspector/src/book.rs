//! The run as a book, with a choice of length and point of view. Sentences about events after the cursor are faded; a click on a
//! sentence selects its last event.

use bevy_egui::egui::{self, RichText, Sense, WidgetType};

use super::keys::labeled_info;
use super::style::{Palette, book_font, book_italic_font};
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
    let telling = view.state.book_order;
    super::layout::row_ui(ui, |ui| {
        let length = telling.map(|order| order.length);
        let said = LENGTHS.iter().find(|(of, _)| *of == length).map_or("", |(_, said)| said);
        let combo = egui::ComboBox::from_id_salt("telling").selected_text(said).width(130.0).show_ui(ui, |ui| {
            for (of, said) in LENGTHS {
                if ui.selectable_label(of == length, said).clicked() {
                    out.push(SessionCommand::ShowBook(
                        of.map(|length| BookOptions { length, pov: telling.and_then(|order| order.pov) }),
                    ));
                }
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Form of the story: {said}")));
        let Some(order) = telling else { return };
        let cast = 0..view.run.scenario().cast.len();
        let by = |pov: Option<AgentId>| pov.map_or_else(|| "all-knowing narrator".to_owned(), |pov| view.run.display_name(pov));
        let combo = egui::ComboBox::from_id_salt("eyes").selected_text(by(order.pov)).width(170.0).show_ui(ui, |ui| {
            for pov in std::iter::once(None).chain(cast.map(|at| Some(AgentId::from_index(at)))) {
                if ui.selectable_label(pov == order.pov, by(pov)).clicked() {
                    out.push(SessionCommand::ShowBook(Some(BookOptions { pov, ..order })));
                }
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Point of view: {}", by(order.pov))));
    });
}

/// The book, or a spinner while it is being written.
pub(super) fn book_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let slot = &view.queries.book;
    let Some(book) = slot.answer() else {
        ui.add_space(20.0);
        if slot.is_pending() {
            ui.spinner();
        } else {
            ui.label(RichText::new("Internal error: the book could not be written.").color(colours.accent));
        }
        return;
    };
    if book.chapters.is_empty() {
        ui.label(RichText::new("Nothing significant has happened yet.").color(colours.weak_text));
    }
    chapters_ui(ui, view, book, out);
    if !view.run.is_over() {
        ui.label(
            RichText::new("Covers the run up to the time of writing. The book is written again when the run ends.")
                .small()
                .color(colours.weak_text),
        );
    }
}

fn chapters_ui(ui: &mut egui::Ui, view: &SessionView<'_>, content: &Book, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    for chapter in &content.chapters {
        ui.add_space(14.0);
        if !chapter.title.is_empty() {
            ui.label(RichText::new(&chapter.title).family(book_font()).size(20.0).color(colours.title));
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
    let colours = Palette::current(ui);
    let Some(&event) = sentence.events.last() else { return };
    let chosen = view.state.event.is_some_and(|event| sentence.events.contains(&event));
    let ink = match kind {
        _ if chosen => colours.accent,
        ParagraphKind::Document => colours.title,
        _ => colours.text,
    };
    let ink = if view.is_past(event) { ink } else { colours.faded(ink) };
    let family = if kind == ParagraphKind::Document { book_italic_font() } else { book_font() };
    let text = RichText::new(format!("{}{space}", sentence.text)).family(family).size(16.0).line_height(Some(24.0)).color(ink);
    let response = ui.add(egui::Label::new(text).wrap().sense(Sense::click()));
    let date = view.run.chronicle().event(event).map_or_else(String::new, |event| view.date(event.at, "%-d %B %Y, %H:%M"));
    let events: Vec<String> = sentence.events.iter().take(6).map(|event| format!("#{}", event.0)).collect();
    let response =
        response.on_hover_text(format!("{}, {date}", events.join(" "))).on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.double_clicked() {
        out.push(SessionCommand::GoTo(event));
    } else if response.clicked() {
        out.push(SessionCommand::SelectEvent(Some(event)));
    }
}
