//! Panel of an audit: figures that say whether the scene is a world or a script, each beside the values of both, and what to do first.

use bevy_egui::egui::{self, Label, ProgressBar, RichText, ScrollArea};

use super::style::Palette;
use super::widgets::{heading_ui, missing_answer_ui, note_ui, row_ui};
use longhand_analysis::{AuditFigure, AuditGroup, AuditReport, AuditVerdict};
use longhand_session::{Query, SessionCommand, SessionView};

/// The width of a column of numbers, and the space between two columns and rows, in points.
const NUMBER_WIDTH: f32 = 52.0;
const SPACING: [f32; 2] = [12.0, 3.0];

pub(super) fn audit_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    row_ui(ui, |ui| {
        for (text, tip, quick) in [
            ("Quick audit", "3 seeds and at most 200 people, in the background", true),
            ("Audit", "20 seeds and at most 1,000 people, in the background; this takes minutes", false),
        ] {
            if ui.button(text).on_hover_text(tip).clicked() {
                out.push(SessionCommand::Ask(Query::Audit { quick }));
            }
        }
    });
    let task = &view.queries.audit;
    ScrollArea::vertical().id_salt("audit").auto_shrink(false).show(ui, |ui| {
        if let (Some(branch), Some(answer)) = (task.question(), task.answer()) {
            note_ui(ui, format!("branch: {branch}"));
            if let Some(report) = &answer.report {
                report_ui(ui, report);
            } else {
                let bar = ProgressBar::new(answer.progress.share() as f32).desired_height(8.0);
                ui.add(bar.fill(Palette::current(ui).accent));
                ui.label(format!("{} of {} runs finished", answer.progress.finished, answer.progress.total));
            }
        } else if task.is_pending() {
            ui.spinner();
        } else if task.question().is_some() {
            missing_answer_ui(ui);
        } else {
            ui.label("Is this a world or a script? The scene is run without wants, without feelings, without its crowd, without each beat, and with each pair of the cast exchanged.");
        }
        ui.add_space(12.0);
    });
}

fn report_ui(ui: &mut egui::Ui, report: &AuditReport) {
    ui.label(RichText::new(report.summary()).strong());
    if !report.first.is_empty() {
        heading_ui(ui, "To do first");
    }
    for (nth, thing) in (1..).zip(&report.first) {
        ui.label(format!("{nth}. {thing}"));
    }
    // The groups are grids of their own, so their columns have the same widths to stand below each other.
    let title_width = (ui.available_width() - 4.0 * (NUMBER_WIDTH + SPACING[0])).clamp(120.0, 420.0);
    for group in AuditGroup::ALL {
        let figures = report.figures.iter().filter(|figure| figure.group == group);
        if figures.clone().next().is_none() {
            continue;
        }
        heading_ui(ui, group.title());
        egui::Grid::new(group.title()).num_columns(5).striped(true).min_col_width(NUMBER_WIDTH).spacing(SPACING).show(ui, |ui| {
            for heading in ["", "here", "script", "world", ""] {
                note_ui(ui, heading);
            }
            ui.end_row();
            for figure in figures {
                figure_ui(ui, figure, title_width);
            }
        });
    }
    for stopped in &report.stopped {
        note_ui(ui, format!("stopped: {stopped}"));
    }
}

fn figure_ui(ui: &mut egui::Ui, figure: &AuditFigure, title_width: f32) {
    let palette = Palette::current(ui);
    let detail = figure.why_not.unwrap_or(&figure.detail);
    ui.vertical(|ui| {
        ui.set_width(title_width);
        ui.add(Label::new(figure.title).wrap()).on_hover_text(detail);
        // A figure without a value says why; the details of the others are shown when the pointer is over them.
        if let Some(why_not) = figure.why_not {
            note_ui(ui, why_not);
        }
    });
    ui.label(RichText::new(figure.format(figure.value)).strong());
    note_ui(ui, figure.format(figure.script));
    note_ui(ui, figure.format(figure.world));
    let color = if figure.verdict == Some(AuditVerdict::Script) { palette.accent } else { palette.text };
    ui.label(RichText::new(figure.verdict.map_or("", AuditVerdict::word)).color(color));
    ui.end_row();
}
