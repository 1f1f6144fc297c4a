//! Panel of the scene: parameters as sliders and switches, and the RON files in an editor. A change restarts the simulation.

use bevy_egui::egui::{self, CollapsingHeader, RichText, ScrollArea};

use super::keys::reserve_arrows;
use super::problems::broken_banner_ui;
use super::scene_editor::source_ui;
use super::style::Palette;
use super::widgets::{command_button, row_ui};
use longhand_scene::ParamValue;
use longhand_session::{SessionCommand, SessionView};

/// The height of the panel, in points, below which the parameters are folded at first.
const LOW: f32 = 420.0;

pub(super) fn scene_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    broken_banner_ui(ui, view, out);
    let height = ui.available_height();
    let has_params = !view.run.scenario().params.is_empty();
    if has_params {
        let title = RichText::new("Parameters").small().strong().color(Palette::current(ui).weak_text);
        CollapsingHeader::new(title).id_salt("params").default_open(height > LOW).show(ui, |ui| {
            // The text keeps most of the panel.
            let area = ScrollArea::vertical().id_salt("params").max_height(height * 0.34).auto_shrink([false, true]);
            area.show(ui, |ui| params_ui(ui, view, out));
        });
    }
    ui.horizontal_wrapped(|ui| {
        if !view.branches.current_branch().setup.param_overrides.is_empty() {
            if ui.button("Reset").on_hover_text("Reset all parameters to the values of the scene").clicked() {
                out.push(SessionCommand::ResetParams);
            }
            let save = ui.button("Save settings");
            if save.on_hover_text("Save the parameters to a file beside the scene; the scene file is not changed").clicked() {
                out.push(SessionCommand::SaveParams);
            }
        }
        command_button(ui, SessionCommand::Restart, None, out);
    });
    if let Some(error) = &view.editor.write_error {
        ui.label(RichText::new(error).color(Palette::current(ui).accent));
    }
    source_ui(ui, view, out);
}

fn params_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let params = &view.run.scenario().params;
    let palette = Palette::current(ui);
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
}
