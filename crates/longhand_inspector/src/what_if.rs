//! Menu of interventions on one event; the panels of the event and of branches show them.

use bevy_egui::egui;

use longhand_analysis::what_if::forbid_event;
use longhand_chronicle::Event;
use longhand_scene::Intervention;
use longhand_session::{SessionCommand, SessionView};

/// A menu to forbid an event or, if it is one of several outcomes, to force another outcome. It is a menu, so that no stray click runs the
/// scene again.
pub(super) fn event_what_if_ui(ui: &mut egui::Ui, view: &SessionView<'_>, event: &Event, out: &mut Vec<SessionCommand>) {
    let scenario = view.run.scenario();
    ui.menu_button("What if it had been otherwise?", |ui| {
        if ui.button("without this event").on_hover_text("Run the scene again without this event, as a new branch").clicked() {
            out.push(SessionCommand::Fork(forbid_event(scenario, event)));
            ui.close();
        }
        let steps = scenario.actions.iter().flat_map(|action| &action.steps);
        let mut steps = steps.chain(scenario.triggers.iter().flat_map(|trigger| &trigger.steps));
        let step = steps.find(|step| step.outcomes.iter().any(|(_, outcome)| outcome.kind == event.kind));
        let others = step.into_iter().flat_map(|step| &step.outcomes).filter(|(_, outcome)| outcome.kind != event.kind);
        for (_, outcome) in others {
            let name = &scenario.events[outcome.kind.index()].name;
            let text = format!("always {}", name.replace(['_', '/'], " "));
            if ui.button(text).on_hover_text("Run the scene again with this outcome whenever it is possible").clicked() {
                out.push(SessionCommand::Fork(Intervention::Choose(name.clone())));
                ui.close();
            }
        }
    });
}
