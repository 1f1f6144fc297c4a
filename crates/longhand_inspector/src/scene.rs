//! Panel of the scene: parameters as sliders and switches, and the RON files in an editor with diagnostics. A change restarts the
//! simulation. Also the panel of problems.

use std::ops::Range;

use bevy_egui::egui::{self, RichText, ScrollArea, TextEdit, TextStyle, WidgetType};

use super::keys::{named, takes_arrows, typed};
use super::layout::part_ui;
use super::ron_text;
use super::theme::Palette;
use longhand_scene::{Diagnostic, ParamValue, Severity};
use longhand_session::{Command, View};

pub(super) fn scene_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    ScrollArea::vertical().id_salt("scene").auto_shrink(false).show(ui, |ui| {
        params_ui(ui, view, out);
        part_ui(ui, "Source");
        text_ui(ui, view, out);
    });
}

fn params_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let params = &view.record.scenario().params;
    if params.is_empty() {
        return;
    }
    let colours = Palette::of(ui);
    part_ui(ui, "Parameters");
    for param in params {
        let set = view.branches.now().setup.set.get(&param.id);
        let name = RichText::new(param.id.replace('_', " "));
        let name = if set.is_some() { name.strong().color(colours.accent) } else { name };
        let draw = |ui: &mut egui::Ui| match param.value {
            ParamValue::Switch(on) => {
                let mut on = set.map_or(on, |set| set == "true");
                if ui.checkbox(&mut on, name).on_hover_text(&param.about).changed() {
                    out.push(Command::Set(param.id.clone(), on.to_string()));
                }
            }
            ParamValue::Number(number) => {
                let before = set.and_then(|set| set.parse().ok()).unwrap_or(number);
                let (low, high) = param.range.unwrap_or((before.min(0.0), before.max(1.0) * 2.0));
                // A dragged slider keeps its own value; the simulation restarts when it is released.
                let id = ui.id().with(("param", &param.id));
                let mut value = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(before);
                let slider = egui::Slider::new(&mut value, low..=high).text(name).logarithmic(low > 0.0 && high / low > 100.0);
                let is_whole = low.fract() == 0.0 && high.fract() == 0.0 && high - low > 10.0;
                let response = ui.add(if is_whole { slider.integer() } else { slider }).on_hover_text(&param.about);
                takes_arrows(ui, &response);
                if response.dragged() || response.has_focus() && value != before {
                    ui.data_mut(|data| data.insert_temp(id, value));
                } else if value != before {
                    ui.data_mut(|data| data.remove::<f64>(id));
                    out.push(Command::Set(param.id.clone(), value.to_string()));
                }
            }
        };
        if matches!(param.value, ParamValue::Number(_)) { super::layout::row_ui(ui, draw) } else { drop(ui.horizontal(draw)) }
    }
    ui.horizontal_wrapped(|ui| {
        if !view.branches.now().setup.set.is_empty() {
            if ui.button("Reset").on_hover_text("Reset all parameters to the values of the scene").clicked() {
                out.push(Command::Unset);
            }
            if ui
                .button("Save settings")
                .on_hover_text("Save the parameters to a file beside the scene; the scene file is not changed")
                .clicked()
            {
                out.push(Command::Keep);
            }
        }
        super::keys::button(ui, Command::LiveAnew, None, out);
    });
    if let Some(failed) = &view.desk.failed {
        ui.label(RichText::new(failed).color(colours.accent));
    }
}

fn text_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    let sources = &view.record.scenario().sources;
    let shown = view.choice.source.min(sources.len().saturating_sub(1));
    let Some((name, saved)) = sources.get(shown) else { return };
    ui.horizontal_wrapped(|ui| {
        let mut chosen = shown;
        let combo = egui::ComboBox::from_id_salt("source").selected_text(name).width(220.0).show_ui(ui, |ui| {
            for (at, (name, _)) in sources.iter().enumerate() {
                ui.selectable_value(&mut chosen, at, name);
            }
        });
        combo.response.widget_info(|| named(WidgetType::ComboBox, &format!("File: {name}")));
        if chosen != shown {
            out.push(Command::Source(chosen));
        }
        if !view.desk.drafts.is_empty() {
            super::keys::button(ui, Command::Save, None, out);
            ui.label(RichText::new("unsaved changes").small().italics().color(colours.aside));
        }
    });
    let marked: Vec<&Diagnostic> = view.problems().filter(|(_, file)| file == name).map(|(problem, _)| problem).collect();
    for problem in &marked {
        problem_ui(ui, colours, problem);
    }
    let draft = view.desk.drafts.get(&shown).unwrap_or(saved);
    let mut text = draft.clone();
    let spans: Vec<Range<usize>> = marked.iter().map(|problem| problem.span.clone()).collect();
    let font = TextStyle::Monospace.resolve(ui.style());
    let mut layouter = |ui: &egui::Ui, text: &dyn egui::TextBuffer, width: f32| {
        let job = ron_text::layout(text.as_str(), colours, &font, width, &spans);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let editor = TextEdit::multiline(&mut text).code_editor().desired_width(f32::INFINITY).layouter(&mut layouter);
    let edited = ui.add(editor);
    edited.widget_info(|| typed("Scene source", draft));
    if edited.changed() {
        out.push(Command::Edit(shown, text));
    }
}

/// A diagnostic in one row: line and column, message, label and help.
fn problem_ui(ui: &mut egui::Ui, colours: &Palette, problem: &Diagnostic) {
    let mark = if problem.severity == Severity::Error { "✕" } else { "!" };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("{mark} {}:{}", problem.line, problem.column)).monospace().color(colours.accent));
        ui.label(&problem.message);
        if !problem.label.is_empty() {
            ui.label(RichText::new(&problem.label).color(colours.aside));
        }
        if let Some(help) = &problem.help {
            ui.label(RichText::new(help).italics().color(colours.aside));
        }
    });
}

/// All diagnostics of the scene as last loaded, grouped by file.
pub(super) fn problems_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let colours = Palette::of(ui);
    if view.desk.problems.is_none() {
        ui.label(RichText::new("No problems.").color(colours.aside));
        return;
    }
    ui.label(RichText::new("The scene has errors. The run shown is of the last valid version.").color(colours.accent));
    ScrollArea::vertical().id_salt("problems").auto_shrink(false).show(ui, |ui| {
        let mut last = "";
        for (problem, file) in view.problems() {
            if file != last {
                let source = view.record.scenario().sources.iter().position(|(name, _)| name == file);
                if ui.link(RichText::new(file).strong()).clicked() {
                    out.extend(source.map(Command::Source));
                }
                last = file;
            }
            problem_ui(ui, colours, problem);
        }
    });
}
