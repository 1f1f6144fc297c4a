//! Panel of branches: the runs of the scene as a tree, and interventions at the cursor that start a new run.

use bevy_egui::egui::{self, Key, RichText, ScrollArea, TextEdit, WidgetType};

use super::style::Palette;
use super::what_if::event_what_if_ui;
use super::widgets::{heading_ui, labeled_info, note_ui, text_edit_info};
use longhand_chronicle::format_number;
use longhand_expr::ids::{Fact, WorldFact};
use longhand_scene::Intervention;
use longhand_session::{BranchSummary, BranchTree, SessionCommand, SessionView};

/// Indentation per level of the tree, in points.
const INDENT: f32 = 16.0;

pub(super) fn branches_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    ScrollArea::vertical().id_salt("branches").auto_shrink(false).show(ui, |ui| {
        tree_ui(ui, view, out);
        what_if_ui(ui, view, out);
        ui.add_space(12.0);
    });
}

/// Depth of a branch in the tree; 0 for the first run.
fn depth(branches: &BranchTree, index: usize) -> usize {
    let parents = std::iter::successors(branches.branches()[index].parent, |&parent| branches.branches()[parent].parent);
    parents.take(branches.branches().len()).count()
}

/// Indices of the branches in depth-first order; siblings in order of creation.
fn tree_order(branches: &BranchTree) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (index, branch) in branches.branches().iter().enumerate() {
        let parent = branch.parent.and_then(|parent| order.iter().position(|&other| other == parent));
        let position = parent.map_or(order.len(), |parent| {
            let level = depth(branches, order[parent]);
            let descendants = order[parent + 1..].iter().take_while(|&&other| depth(branches, other) > level).count();
            parent + 1 + descendants
        });
        order.insert(position, index);
    }
    order
}

fn tree_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let branches = view.branches;
    heading_ui(ui, "Runs");
    for index in tree_order(branches) {
        let branch = &branches.branches()[index];
        let (is_current, can_enter) = (index == branches.current_index(), branches.can_switch_to(index));
        ui.horizontal(|ui| {
            ui.add_space(INDENT * depth(branches, index) as f32);
            let mark = if is_current { "●" } else { "○" };
            ui.label(RichText::new(mark).small().color(if is_current { palette.accent } else { palette.weak_text }));
            let name = RichText::new(&branch.name).color(if is_current || can_enter { palette.text } else { palette.weak_text });
            let label = ui.add_enabled(can_enter || is_current, egui::Button::selectable(is_current, name).truncate());
            let label = label
                .on_hover_text(setup_text(branches, index))
                .on_disabled_hover_text("Belongs to an earlier text of the scene");
            if label.clicked() && can_enter {
                out.push(SessionCommand::SwitchBranch(index));
            }
        });
        ui.horizontal(|ui| {
            ui.add_space(INDENT * (depth(branches, index) + 1) as f32);
            let summary = if is_current { Some(BranchSummary::from_run(view.run)) } else { branch.summary.clone() };
            note_ui(ui, summary.map_or_else(|| "not run yet".into(), |summary| progress_text(view, &summary)));
            if branch.run().is_some() && branches.compared_index() != Some(index) {
                let link = ui.link(RichText::new("compare").small()).on_hover_text("Compare the current run with this one");
                link.widget_info(|| labeled_info(WidgetType::Link, &format!("Compare with {}", branch.name)));
                if link.clicked() {
                    out.push(SessionCommand::CompareWith(index));
                }
            }
        });
    }
    save_ui(ui, view, out);
}

/// Settings of a run, as command-line options.
fn setup_text(branches: &BranchTree, index: usize) -> String {
    let branch = &branches.branches()[index];
    let mut lines: Vec<String> =
        branch.setup.param_overrides.iter().map(|(name, value)| format!("--set {name}={value}")).collect();
    lines.extend(
        branch
            .setup
            .interventions
            .iter()
            .map(|intervention| format!("--{} '{}'", intervention.option_name(), intervention.text())),
    );
    lines.extend(branch.setup.seed.map(|seed| format!("--seed {seed}")));
    if lines.is_empty() {
        lines.push("Scene without changes.".to_owned());
    }
    if let Some(name) = &branch.saved_as {
        lines.push(format!("saved in the story as `{name}`"));
    }
    lines.join("\n")
}

/// Progress of a run, such as "24 of 25 beats, 1204 events so far".
fn progress_text(view: &SessionView<'_>, summary: &BranchSummary) -> String {
    let beats = view.run.scenario().beats.len();
    let so_far = if summary.is_over { "" } else { " so far" };
    match beats {
        0 => format!("{} events{so_far}", summary.events),
        _ => format!("{} of {beats} beats, {} events{so_far}", summary.beats.len(), summary.events),
    }
}

/// Input to save the current run as a branch in the story file. Hidden where it cannot be saved.
fn save_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    const HINT: &str = "Name of the branch in the story";
    let palette = Palette::current(ui);
    let (branch, task) = (view.branches.current_branch(), &view.queries.branch_save);
    let is_new = branch.parent.is_some() && branch.saved_as.is_none() && branch.setup.seed.is_none() && view.run.is_over();
    if !view.branches.has_story() || !is_new {
        return;
    }
    match task.answer() {
        Some(Err(error)) => drop(ui.label(RichText::new(format!("Could not save the branch: {error}")).color(palette.accent))),
        None if task.is_pending() => {
            ui.spinner();
            return;
        }
        _ => {}
    }
    let id = ui.id().with("branch name");
    let mut name: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.horizontal(|ui| {
        let field = ui.add(TextEdit::singleline(&mut name).hint_text(HINT).desired_width(200.0));
        field.widget_info(|| text_edit_info(HINT, &name));
        if ui.add_enabled(!name.trim().is_empty(), egui::Button::new("Save")).clicked() {
            out.push(SessionCommand::SaveBranch(name.trim().to_owned()));
        }
    });
    ui.data_mut(|data| data.insert_temp(id, name));
}

/// Controls of interventions: on the selected event, on a beat, or a change of state at the cursor.
fn what_if_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let scenario = view.run.scenario();
    heading_ui(ui, "What if");
    if let Some(reason) = &view.editor.rejection {
        ui.label(RichText::new(reason).color(palette.accent));
    }
    if let Some(event) = view.shown_event() {
        ui.label(RichText::new(view.run.sentence(event)).italics().color(palette.title));
        event_what_if_ui(ui, view, event, out);
    }
    if !scenario.beats.is_empty() {
        let combo = egui::ComboBox::from_id_salt("without").selected_text("without a beat").width(190.0).show_ui(ui, |ui| {
            for beat in &scenario.beats {
                if ui.selectable_label(false, format!("{} {}", beat.id, beat.title)).clicked() {
                    out.push(SessionCommand::Fork(Intervention::Forbid(beat.id.clone())));
                }
            }
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, "Beat to forbid"));
    }
    change_ui(ui, view, out);
}

/// Input of an effect, in the scene language, that is applied at the cursor.
fn change_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let hint = view.shown_agent().and_then(|agent| {
        let (attr, value) = view.run.attributes(agent, view.playback.cursor()).next()?;
        let fact = Fact::World(WorldFact::Attr(agent, attr));
        let fact = view.run.symbols().fact_expression(fact, &view.run.chronicle().agents);
        Some(format!("{fact} = {}", format_number(value)))
    });
    let hint = format!("A change at the cursor: {}", hint.unwrap_or_else(|| "begin friends(ann, ben)".to_owned()));
    let id = ui.id().with("change");
    let mut effect: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.horizontal(|ui| {
        let field = ui.add(TextEdit::singleline(&mut effect).hint_text(&hint).desired_width(260.0).code_editor());
        field.widget_info(|| text_edit_info("A change at the cursor", &effect));
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if (ui.add_enabled(!effect.trim().is_empty(), egui::Button::new("Apply")).clicked() || entered)
            && !effect.trim().is_empty()
        {
            let at_us = view.playback.cursor().at.0;
            out.push(SessionCommand::Fork(Intervention::Change { effect: effect.trim().to_owned(), at_us }));
        }
    });
    ui.data_mut(|data| data.insert_temp(id, effect));
}
