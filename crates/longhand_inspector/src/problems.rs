//! The problems of the scene: the panel that lists them, each as a link to its place; the banner and the badge that say everywhere that the
//! texts on disk are broken or that something is not saved.

use bevy_egui::egui::{self, CollapsingHeader, Frame, Margin, RichText, ScrollArea, Stroke, WidgetType};

use super::style::Palette;
use super::widgets::{labeled_info, note_ui};
use longhand_narrative::grammar::counted;
use longhand_scene::{Diagnostic, Severity};
use longhand_session::{PanelId, ProblemGroup, SessionCommand, SessionView, group_problems};

/// Maximum number of places listed of one problem.
const MAX_PLACES: usize = 40;

/// All problems of the scene as last loaded.
pub(super) fn problems_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let Some(diagnostics) = &view.editor.diagnostics else {
        ui.label(RichText::new("No problems.").color(palette.weak_text));
        return;
    };
    ui.label(RichText::new("The scene has errors. The run shown is of the last valid version.").color(palette.accent));
    let groups = group_problems(diagnostics);
    let (own, following): (Vec<_>, Vec<_>) = groups.iter().partition(|group| !group.may_follow);
    ScrollArea::vertical().id_salt("problems").auto_shrink(false).show(ui, |ui| {
        for group in &own {
            group_ui(ui, view, group, out);
        }
        if !following.is_empty() {
            let title = format!("{}, which may follow from it", counted(following.len() as f64, "other problem"));
            let title = RichText::new(title).small().color(palette.weak_text);
            CollapsingHeader::new(title).id_salt("following").show(ui, |ui| {
                for group in &following {
                    group_ui(ui, view, group, out);
                }
            });
        }
        if diagnostics.omitted > 0 {
            note_ui(ui, format!("and {} more", diagnostics.omitted));
        }
    });
}

/// A problem, with the other places in which it shows folded.
fn group_ui(ui: &mut egui::Ui, view: &SessionView<'_>, group: &ProblemGroup<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    diagnostic_ui(ui, view, group.first, true, out);
    if group.others.is_empty() {
        return;
    }
    let title = format!("and {}", counted(group.others.len() as f64, "other place"));
    let title = RichText::new(title).small().color(palette.weak_text);
    let id = ("places", group.first.file.0, group.first.span.start, &group.first.message);
    CollapsingHeader::new(title).id_salt(id).show(ui, |ui| {
        for diagnostic in group.others.iter().take(MAX_PLACES) {
            place_link(ui, view, diagnostic, true, out);
        }
        super::widgets::more_ui(ui, group.others.len(), MAX_PLACES);
    });
}

/// A diagnostic in one row: its place as a link, message, label and help. With `with_file`, the place has the name of the file.
pub(super) fn diagnostic_ui(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    diagnostic: &Diagnostic,
    with_file: bool,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    ui.horizontal_wrapped(|ui| {
        place_link(ui, view, diagnostic, with_file, out);
        ui.label(&diagnostic.message);
        if !diagnostic.label.is_empty() {
            ui.label(RichText::new(&diagnostic.label).color(palette.weak_text));
        }
        if let Some(help) = &diagnostic.help {
            ui.label(RichText::new(help).italics().color(palette.weak_text));
        }
    });
}

/// The place of a diagnostic as a link to it in the editor.
fn place_link(
    ui: &mut egui::Ui,
    view: &SessionView<'_>,
    diagnostic: &Diagnostic,
    with_file: bool,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let mark = if diagnostic.severity == Severity::Error { "✕" } else { "!" };
    let diagnostics = view.editor.diagnostics.as_ref();
    let file = diagnostics.and_then(|diagnostics| diagnostics.source(diagnostic.file)).map_or("", |source| source.name.as_str());
    let text = RichText::new(format!("{mark} {}:{}", diagnostic.line, diagnostic.column)).monospace().color(palette.accent);
    match view.run.scenario().sources.iter().position(|(name, _)| name == file) {
        Some(source) => {
            if ui.link(text).on_hover_text("Go to this place in the editor").clicked() {
                out.push(SessionCommand::GoToSource(source, diagnostic.span.start));
            }
        }
        None => drop(ui.label(text)),
    }
    if with_file {
        note_ui(ui, file);
    }
}

/// How many problems the scene has, as a person counts them; `None` if it was loaded.
fn problem_count(view: &SessionView<'_>) -> Option<usize> {
    let diagnostics = view.editor.diagnostics.as_ref()?;
    Some(group_problems(diagnostics).iter().filter(|group| !group.may_follow).count())
}

/// In the panel of the scene: that the texts on disk are broken, and which run is shown.
pub(super) fn broken_banner_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(count) = problem_count(view) else { return };
    let palette = Palette::current(ui);
    let frame =
        Frame::new().fill(palette.highlight).stroke(Stroke::new(1.0, palette.accent)).inner_margin(Margin::symmetric(10, 6));
    frame.show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let what = counted(count as f64, "problem");
            ui.label(RichText::new(format!("The text on disk has {what}. The run shown is of the last valid version.")).strong());
            if ui.link("Show the problems").clicked() {
                out.push(SessionCommand::ShowPanel(PanelId::Problems));
            }
        });
    });
}

/// In the title bar: a badge for broken texts, and one for texts that are not saved.
pub(super) fn badges_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    if let Some(count) = problem_count(view) {
        let name = format!("✕ {}", counted(count as f64, "problem"));
        let badge = ui.button(RichText::new(&name).strong().color(palette.accent));
        badge.widget_info(|| labeled_info(WidgetType::Button, &name));
        if badge.on_hover_text("The text on disk is broken; the run shown is of the last valid version").clicked() {
            out.push(SessionCommand::ShowPanel(PanelId::Problems));
        }
    }
    if view.editor.has_unsaved_text() {
        let badge = ui.button(RichText::new("● unsaved").color(palette.title));
        badge.widget_info(|| labeled_info(WidgetType::Button, "Unsaved changes"));
        if badge.on_hover_text("Texts of the scene were changed and not saved").clicked() {
            out.push(SessionCommand::ShowPanel(PanelId::Scene));
        }
    }
}

/// The title of the panel's tab, with what there is to see in it.
pub(super) fn tab_title(panel: PanelId, view: &SessionView<'_>) -> String {
    match (panel, problem_count(view)) {
        (PanelId::Problems, Some(count)) => format!("{} ({count})", panel.title()),
        (PanelId::Scene, Some(_)) => format!("✕ {}", panel.title()),
        (PanelId::Scene, None) if view.editor.has_unsaved_text() => format!("● {}", panel.title()),
        _ => panel.title().to_owned(),
    }
}
