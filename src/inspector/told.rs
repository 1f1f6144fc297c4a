//! The run told as a book, as long as is asked for and through whose eyes. What has not happened at the cursor is faint; each sentence leads to
//! its events.

use bevy_egui::egui::{self, RichText, Sense, WidgetType};

use super::keys::named;
use super::theme::{Palette, book, book_italic};
use crate::ids::AgentId;
use crate::reader::{Command, View};
use crate::story::book::{Book, BookOrder, Length, Paragraph, ParagraphKind, Sentence};

const LENGTHS: [(Option<Length>, &str); 4] = [
    (None, "As it happened"),
    (Some(Length::Short), "Told in short"),
    (Some(Length::Medium), "Told"),
    (Some(Length::Full), "Told in full"),
];

/// How the story is told: as it happened, or as a book of some length, by nobody or by somebody in it.
pub(super) fn telling_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let telling = view.choice.telling;
    super::layout::row_ui(ui, |ui| {
        let length = telling.map(|order| order.length);
        let said = LENGTHS.iter().find(|(of, _)| *of == length).map_or("", |(_, said)| said);
        let combo = egui::ComboBox::from_id_salt("telling").selected_text(said).width(130.0).show_ui(ui, |ui| {
            for (of, said) in LENGTHS {
                if ui.selectable_label(of == length, said).clicked() {
                    out.push(Command::Tell(of.map(|length| BookOrder { length, pov: telling.and_then(|order| order.pov) })));
                }
            }
        });
        combo.response.widget_info(|| named(WidgetType::ComboBox, &format!("How the story is told: {said}")));
        let Some(order) = telling else { return };
        let cast = 0..view.record.scenario().cast.len();
        let by = |pov: Option<AgentId>| {
            pov.map_or_else(|| "by nobody in it".to_owned(), |pov| format!("as {} knew it", view.record.called(pov)))
        };
        let combo = egui::ComboBox::from_id_salt("eyes").selected_text(by(order.pov)).width(170.0).show_ui(ui, |ui| {
            for pov in std::iter::once(None).chain(cast.map(|at| Some(AgentId::at(at)))) {
                if ui.selectable_label(pov == order.pov, by(pov)).clicked() {
                    out.push(Command::Tell(Some(BookOrder { pov, ..order })));
                }
            }
        });
        combo.response.widget_info(|| named(WidgetType::ComboBox, &format!("Through whose eyes: {}", by(order.pov))));
    });
}

/// The book, as far as it is written.
pub(super) fn book_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let slot = &view.inquiries.book;
    let Some(book) = slot.answer() else {
        ui.add_space(20.0);
        if slot.is_awaited() {
            ui.spinner();
        } else {
            ui.label(RichText::new("It cannot be told, by a fault of longhand.").color(colours.accent));
        }
        return;
    };
    if book.chapters.is_empty() {
        ui.label(RichText::new("There is nothing to tell yet: nothing that matters has happened.").color(colours.aside));
    }
    chapters_ui(ui, view, book, out);
    if !view.record.is_over() {
        ui.label(
            RichText::new("As far as the world was lived when it was told; it is told again at the end.")
                .small()
                .color(colours.aside),
        );
    }
}

fn chapters_ui(ui: &mut egui::Ui, view: &View<'_>, told: &Book, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    for chapter in &told.chapters {
        ui.add_space(14.0);
        if !chapter.title.is_empty() {
            ui.label(RichText::new(&chapter.title).family(book()).size(20.0).color(colours.title));
        }
        for paragraph in &chapter.paragraphs {
            ui.add_space(8.0);
            paragraph_ui(ui, view, paragraph, out);
        }
    }
    ui.add_space(24.0);
}

/// A paragraph whose sentences can be clicked one by one.
fn paragraph_ui(ui: &mut egui::Ui, view: &View<'_>, paragraph: &Paragraph, out: &mut Vec<Command>) {
    // What was written has its title above it, and its own lines.
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
    view: &View<'_>,
    kind: ParagraphKind,
    sentence: &Sentence,
    space: &str,
    out: &mut Vec<Command>,
) {
    let colours = Palette::of(ui);
    let Some(&event) = sentence.events.last() else { return };
    let chosen = view.choice.event.is_some_and(|event| sentence.events.contains(&event));
    let ink = match kind {
        _ if chosen => colours.accent,
        ParagraphKind::Document => colours.title,
        _ => colours.ink,
    };
    let ink = if view.is_past(event) { ink } else { colours.faded(ink) };
    let family = if kind == ParagraphKind::Document { book_italic() } else { book() };
    let text = RichText::new(format!("{}{space}", sentence.text)).family(family).size(16.0).line_height(Some(24.0)).color(ink);
    let response = ui.add(egui::Label::new(text).wrap().sense(Sense::click()));
    let date = view.record.chronicle().event(event).map_or_else(String::new, |event| view.date(event.at, "%-d %B %Y, %H:%M"));
    let events: Vec<String> = sentence.events.iter().take(6).map(|event| format!("#{}", event.0)).collect();
    let response =
        response.on_hover_text(format!("{}, {date}", events.join(" "))).on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.double_clicked() {
        out.push(Command::GoTo(event));
    } else if response.clicked() {
        out.push(Command::Look(Some(event)));
    }
}
