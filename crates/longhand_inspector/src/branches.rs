//! Panel of branches: the runs of the scene as a tree, and interventions at the cursor that start a new run.

use bevy_egui::egui::{self, Key, RichText, ScrollArea, TextEdit, WidgetType};

use super::keys::{labeled_info, text_edit_info};
use super::layout::heading_ui;
use super::style::Palette;
use longhand_analysis::what_if::forbid_event;
use longhand_chronicle::{Event, format_number};
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
fn depth(branches: &BranchTree, at: usize) -> usize {
    let parents = std::iter::successors(branches.all()[at].parent, |&parent| branches.all()[parent].parent);
    parents.take(branches.all().len()).count()
}

/// Indices of the branches in depth-first order; siblings in order of creation.
fn tree_order(branches: &BranchTree) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (at, branch) in branches.all().iter().enumerate() {
        let below = branch.parent.and_then(|parent| order.iter().position(|&other| other == parent));
        let place = below.map_or(order.len(), |below| {
            let deep = depth(branches, order[below]);
            let under = order[below + 1..].iter().take_while(|&&other| depth(branches, other) > deep).count();
            below + 1 + under
        });
        order.insert(place, at);
    }
    order
}

fn tree_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let branches = view.branches;
    heading_ui(ui, "Runs");
    for at in tree_order(branches) {
        let branch = &branches.all()[at];
        let (is_read, can_enter) = (at == branches.current_index(), branches.can_enter(at));
        ui.horizontal(|ui| {
            ui.add_space(INDENT * depth(branches, at) as f32);
            let mark = if is_read { "●" } else { "○" };
            ui.label(RichText::new(mark).small().color(if is_read { colours.accent } else { colours.weak_text }));
            let name = RichText::new(&branch.name).color(if is_read || can_enter { colours.text } else { colours.weak_text });
            let label = ui.add_enabled(can_enter || is_read, egui::Button::selectable(is_read, name).truncate());
            let label =
                label.on_hover_text(setup_text(branches, at)).on_disabled_hover_text("Belongs to an earlier text of the scene");
            if label.clicked() && can_enter {
                out.push(SessionCommand::SwitchBranch(at));
            }
        });
        ui.horizontal(|ui| {
            ui.add_space(INDENT * (depth(branches, at) + 1) as f32);
            let came = if is_read { Some(BranchSummary::from_run(view.run)) } else { branch.summary.clone() };
            ui.label(
                RichText::new(came.map_or_else(|| "not run yet".into(), |came| progress_text(view, &came)))
                    .small()
                    .color(colours.weak_text),
            );
            if branch.run().is_some() && branches.compared_index() != Some(at) {
                let beside = ui.link(RichText::new("compare").small()).on_hover_text("Compare the current run with this one");
                beside.widget_info(|| labeled_info(WidgetType::Link, &format!("Compare with {}", branch.name)));
                if beside.clicked() {
                    out.push(SessionCommand::CompareWith(at));
                }
            }
        });
    }
    save_ui(ui, view, out);
}

/// Settings of a run, as command-line options.
fn setup_text(branches: &BranchTree, at: usize) -> String {
    let branch = &branches.all()[at];
    let mut lines: Vec<String> =
        branch.setup.param_overrides.iter().map(|(name, value)| format!("--set {name}={value}")).collect();
    lines.extend(branch.setup.interventions.iter().map(|does| format!("--{} '{}'", does.option_name(), does.text())));
    lines.extend(branch.setup.seed.map(|seed| format!("--seed {seed}")));
    if lines.is_empty() {
        lines.push("Scene without changes.".to_owned());
    }
    if let Some(kept) = &branch.saved_as {
        lines.push(format!("saved in the story as `{kept}`"));
    }
    lines.join("\n")
}

/// Progress of a run, such as "24 of 25 beats, 1204 events so far".
fn progress_text(view: &SessionView<'_>, came: &BranchSummary) -> String {
    let beats = view.run.scenario().beats.len();
    let so_far = if came.is_over { "" } else { " so far" };
    match beats {
        0 => format!("{} events{so_far}", came.events),
        _ => format!("{} of {beats} beats, {} events{so_far}", came.beats.len(), came.events),
    }
}

/// Input to save the current run as a branch in the story file. Hidden where it cannot be saved.
fn save_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    const HINT: &str = "Name of the branch in the story";
    let colours = Palette::current(ui);
    let (now, slot) = (view.branches.current_branch(), &view.queries.branch_save);
    let is_new = now.parent.is_some() && now.saved_as.is_none() && now.setup.seed.is_none() && view.run.is_over();
    if !view.branches.has_story() || !is_new {
        return;
    }
    match slot.answer() {
        Some(Err(why)) => drop(ui.label(RichText::new(format!("Could not save the branch: {why}")).color(colours.accent))),
        None if slot.is_pending() => {
            ui.spinner();
            return;
        }
        _ => {}
    }
    let id = ui.id().with("kept as");
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

/// Interventions: on the selected event, on a beat, or a change of state at the cursor.
fn what_if_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let colours = Palette::current(ui);
    let scenario = view.run.scenario();
    heading_ui(ui, "What if");
    if let Some(refused) = &view.editor.rejection {
        ui.label(RichText::new(refused).color(colours.accent));
    }
    if let Some(event) = view.shown_event() {
        ui.label(RichText::new(view.run.sentence(event)).italics().color(colours.title));
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

/// Buttons that forbid an event or, if it is one of several outcomes, force another outcome.
pub(super) fn event_what_if_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let scenario = view.run.scenario();
    ui.horizontal_wrapped(|ui| {
        if ui.button("without this event").on_hover_text("Run the scene again without this event, as a new branch").clicked() {
            out.push(SessionCommand::Fork(forbid_event(scenario, event)));
        }
        let steps = scenario.actions.iter().flat_map(|action| &action.steps);
        let mut steps = steps.chain(scenario.triggers.iter().flat_map(|trigger| &trigger.steps));
        let step =
            steps.find(|step| step.outcomes.len() > 1 && step.outcomes.iter().any(|(_, happens)| happens.kind == event.kind));
        for (_, happens) in step.iter().flat_map(|step| &step.outcomes).filter(|(_, happens)| happens.kind != event.kind) {
            let name = &scenario.events[happens.kind.index()].name;
            let text = format!("always {}", name.replace(['_', '/'], " "));
            if ui.button(text).on_hover_text("Run the scene again with this outcome whenever it is possible").clicked() {
                out.push(SessionCommand::Fork(Intervention::Choose(name.clone())));
            }
        }
    });
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
