//! The list of what can be written of the run, and how far the file that is being written has come.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{self, Align2, Grid, Key, Modifiers, ProgressBar, RichText, ScrollArea, TextEdit, vec2};

use super::style::Palette;
use super::widgets::{note_ui, text_edit_info};
use longhand_session::{OUTPUT_KINDS, OutputTask, SessionCommand, SessionView};

/// Size of the list, in points.
const SIZE: egui::Vec2 = vec2(560.0, 440.0);

/// What the list keeps from frame to frame.
#[derive(Clone, Debug, Default)]
pub(super) struct OutputState {
    path: String,
}

impl OutputState {
    /// Proposes a recording with the name of the scene and the seed.
    pub fn new(view: &SessionView<'_>) -> Self {
        let info = view.run.info();
        let stem = Path::new(&info.scenario.name).file_stem().map_or("run".into(), |stem| stem.to_string_lossy());
        Self { path: format!("{stem}-{}.{}", info.seed, OUTPUT_KINDS[0].0) }
    }

    /// Whether the path has an ending.
    fn ends_with(&self, ending: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == ending)
    }
}

/// Draws the list; returns whether it is to be closed. What is being written goes on without it.
pub(super) fn output_ui(ui: &egui::Ui, view: &SessionView<'_>, state: &mut OutputState, out: &mut Vec<SessionCommand>) -> bool {
    const HINT: &str = "The file to write";
    let task = &view.queries.output;
    let (enter, escape) = ui.input_mut(|input| {
        let mut consume = |key| input.consume_key(Modifiers::NONE, key);
        (consume(Key::Enter), consume(Key::Escape))
    });
    let mut is_open = true;
    egui::Window::new("Write to a file")
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 70.0))
        .fixed_size(SIZE)
        .show(ui.ctx(), |ui| {
            let mut write = enter;
            ui.horizontal(|ui| {
                let width = ui.available_width() - 120.0;
                let field = ui.add(TextEdit::singleline(&mut state.path).hint_text(HINT).desired_width(width));
                field.widget_info(|| text_edit_info(HINT, &state.path));
                field.request_focus();
                let can_write = !state.path.trim().is_empty() && !task.is_pending();
                write |= ui.add_enabled(can_write, egui::Button::new("Write the file")).clicked();
                write &= can_write;
            });
            if write {
                out.push(SessionCommand::WriteFile(PathBuf::from(state.path.trim())));
            }
            progress_ui(ui, task, out);
            ui.separator();
            note_ui(ui, "The ending of the name says what is written. Nothing that exists is written over.");
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                Grid::new("outputs").num_columns(2).show(ui, |ui| {
                    for (ending, about) in OUTPUT_KINDS {
                        let text = RichText::new(format!(".{ending}")).monospace();
                        if ui.selectable_label(state.ends_with(ending), text).clicked() {
                            let path = Path::new(&state.path).with_extension(ending);
                            state.path = path.to_string_lossy().into_owned();
                        }
                        ui.label(about);
                        ui.end_row();
                    }
                });
            });
        });
    !is_open || escape
}

/// How far the last file has come, or how it ended.
fn progress_ui(ui: &mut egui::Ui, task: &OutputTask, out: &mut Vec<SessionCommand>) {
    let Some(path) = task.question() else { return };
    match task.outcome() {
        Some(Ok(())) => drop(ui.label(format!("{} is written.", path.display()))),
        Some(Err(message)) => drop(ui.label(RichText::new(message).color(Palette::current(ui).accent))),
        None => {
            ui.horizontal(|ui| {
                if ui.button("Stop").on_hover_text("Stop, and leave no file").clicked() {
                    out.push(SessionCommand::StopWriting);
                }
                let share = task.answer().map_or(0.0, |progress| progress.share);
                let text = format!("{}: {:.0} %", path.display(), 100.0 * share);
                ui.add(ProgressBar::new(share as f32).text(text));
            });
        }
    }
}

/// How far the last file has come, in a few words; none if there is nothing to say.
pub(super) fn output_status(task: &OutputTask) -> Option<String> {
    let name = task.question()?.file_name()?.to_string_lossy().into_owned();
    match task.outcome() {
        Some(Ok(())) => None,
        Some(Err(_)) => Some(format!("{name} is not written")),
        None => Some(format!("writing {name}: {:.0} %", 100.0 * task.answer().map_or(0.0, |progress| progress.share))),
    }
}
