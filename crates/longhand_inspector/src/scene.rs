//! Panel of the scene: parameters as sliders and switches, and the RON files in an editor with diagnostics. A change restarts the
//! simulation. Also the panel of problems.

use std::ops::Range;

use bevy_egui::egui::{self, RichText, ScrollArea, TextEdit, TextStyle, WidgetType};

use super::keys::reserve_arrows;
use super::ron_text;
use super::style::Palette;
use super::widgets::{command_button, heading_ui, labeled_info, row_ui, text_edit_info};
use longhand_scene::{Diagnostic, ParamValue, Severity};
use longhand_session::{SessionCommand, SessionView};

pub(super) fn scene_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    ScrollArea::vertical().id_salt("scene").auto_shrink(false).show(ui, |ui| {
        params_ui(ui, view, out);
        heading_ui(ui, "Source");
        source_ui(ui, view, out);
    });
}

fn params_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let params = &view.run.scenario().params;
    if params.is_empty() {
        return;
    }
    let palette = Palette::current(ui);
    heading_ui(ui, "Parameters");
    for param in params {
        let override_text = view.branches.current_branch().setup.param_overrides.get(&param.id);
        let name = RichText::new(param.id.replace('_', " "));
        let name = if override_text.is_some() { name.strong().color(palette.accent) } else { name };
        let draw = |ui: &mut egui::Ui| match param.value {
            ParamValue::Switch(on) => {
                let mut on = override_text.map_or(on, |text| text == "true");
                if ui.checkbox(&mut on, name).on_hover_text(&param.about).changed() {
                    out.push(SessionCommand::SetParam(param.id.clone(), on.to_string()));
                }
            }
            ParamValue::Number(number) => {
                let current = override_text.and_then(|text| text.parse().ok()).unwrap_or(number);
                let (low, high) = param.range.unwrap_or((current.min(0.0), current.max(1.0) * 2.0));
                // A dragged slider keeps its own value; the simulation restarts when it is released.
                let id = ui.id().with(("param", &param.id));
                let mut value = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(current);
                let slider = egui::Slider::new(&mut value, low..=high).text(name).logarithmic(low > 0.0 && high / low > 100.0);
                let is_whole = low.fract() == 0.0 && high.fract() == 0.0 && high - low > 10.0;
                let response = ui.add(if is_whole { slider.integer() } else { slider }).on_hover_text(&param.about);
                reserve_arrows(ui, &response);
                if response.dragged() || response.has_focus() && value != current {
                    ui.data_mut(|data| data.insert_temp(id, value));
                } else if value != current {
                    ui.data_mut(|data| data.remove::<f64>(id));
                    out.push(SessionCommand::SetParam(param.id.clone(), value.to_string()));
                }
            }
        };
        if matches!(param.value, ParamValue::Number(_)) { row_ui(ui, draw) } else { drop(ui.horizontal(draw)) }
    }
    ui.horizontal_wrapped(|ui| {
        if !view.branches.current_branch().setup.param_overrides.is_empty() {
            if ui.button("Reset").on_hover_text("Reset all parameters to the values of the scene").clicked() {
                out.push(SessionCommand::ResetParams);
            }
            if ui
                .button("Save settings")
                .on_hover_text("Save the parameters to a file beside the scene; the scene file is not changed")
                .clicked()
            {
                out.push(SessionCommand::SaveParams);
            }
        }
        command_button(ui, SessionCommand::Restart, None, out);
    });
    if let Some(error) = &view.editor.write_error {
        ui.label(RichText::new(error).color(palette.accent));
    }
}

fn source_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let sources = &view.run.scenario().sources;
    let shown = view.state.source.min(sources.len().saturating_sub(1));
    let Some((name, saved)) = sources.get(shown) else { return };
    ui.horizontal_wrapped(|ui| {
        let mut chosen = shown;
        let combo = egui::ComboBox::from_id_salt("source").selected_text(name).width(220.0).show_ui(ui, |ui| {
            for (index, (name, _)) in sources.iter().enumerate() {
                ui.selectable_value(&mut chosen, index, name);
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("File: {name}")));
        if chosen != shown {
            out.push(SessionCommand::Source(chosen));
        }
        if !view.editor.drafts.is_empty() {
            command_button(ui, SessionCommand::Save, None, out);
            ui.label(RichText::new("unsaved changes").small().italics().color(palette.weak_text));
        }
    });
    let marked: Vec<&Diagnostic> =
        view.diagnostics().filter(|(_, file)| file == name).map(|(diagnostic, _)| diagnostic).collect();
    for diagnostic in &marked {
        diagnostic_ui(ui, palette, diagnostic);
    }
    let draft = view.editor.drafts.get(&shown).unwrap_or(saved);
    let mut text = draft.clone();
    let spans: Vec<Range<usize>> = marked.iter().map(|diagnostic| diagnostic.span.clone()).collect();
    let font = TextStyle::Monospace.resolve(ui.style());
    let mut layouter = |ui: &egui::Ui, text: &dyn egui::TextBuffer, width: f32| {
        let job = ron_text::layout_job(text.as_str(), palette, &font, width, &spans);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let edit = TextEdit::multiline(&mut text).code_editor().desired_width(f32::INFINITY).layouter(&mut layouter);
    let response = ui.add(edit);
    response.widget_info(|| text_edit_info("Scene source", draft));
    if response.changed() {
        out.push(SessionCommand::Edit(shown, text));
    }
}

/// A diagnostic in one row: line and column, message, label and help.
fn diagnostic_ui(ui: &mut egui::Ui, palette: &Palette, diagnostic: &Diagnostic) {
    let mark = if diagnostic.severity == Severity::Error { "✕" } else { "!" };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("{mark} {}:{}", diagnostic.line, diagnostic.column)).monospace().color(palette.accent));
        ui.label(&diagnostic.message);
        if !diagnostic.label.is_empty() {
            ui.label(RichText::new(&diagnostic.label).color(palette.weak_text));
        }
        if let Some(help) = &diagnostic.help {
            ui.label(RichText::new(help).italics().color(palette.weak_text));
        }
    });
}

/// All diagnostics of the scene as last loaded, grouped by file.
pub(super) fn problems_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    if view.editor.diagnostics.is_none() {
        ui.label(RichText::new("No problems.").color(palette.weak_text));
        return;
    }
    ui.label(RichText::new("The scene has errors. The run shown is of the last valid version.").color(palette.accent));
    ScrollArea::vertical().id_salt("problems").auto_shrink(false).show(ui, |ui| {
        let mut previous_file = "";
        for (diagnostic, file) in view.diagnostics() {
            if file != previous_file {
                let source = view.run.scenario().sources.iter().position(|(name, _)| name == file);
                if ui.link(RichText::new(file).strong()).clicked() {
                    out.extend(source.map(SessionCommand::Source));
                }
                previous_file = file;
            }
            diagnostic_ui(ui, palette, diagnostic);
        }
    });
}
