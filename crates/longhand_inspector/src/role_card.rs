//! The card of somebody whom the person plays: the decision that is due, with the options and what speaks for and against them.
//!
//! It lies over the panels, above the seek bar, so that stage and story stay in view.

use bevy_egui::egui::{self, Align2, RichText, ScrollArea, vec2};
use longhand_narrative::dates::DateStyle;

use super::keys::shortcut_text;
use super::style::{Palette, book_font};
use super::widgets::{bar_ui, note_ui};
use longhand_chronicle::format_number;
use longhand_expr::ids::AgentId;
use longhand_session::{PlayedRole, SessionCommand, SessionView, describe_option, describe_reasons, describe_terms};
use longhand_sim::{OpenDecision, PlayerChoice};

/// Width of the card, in points.
const WIDTH: f32 = 560.0;
/// Distance from the lower edge of the window, in points: above the seek bar and the controls.
const ABOVE_TRANSPORT: f32 = 108.0;
/// Share of the height of the window that the options take at most.
const MOST_HEIGHT: f32 = 0.42;
/// Most reasons of an option; the rest is in its tooltip.
const MAX_REASONS: usize = 3;

/// Draws the card, if the person plays somebody.
pub(super) fn role_ui(ui: &egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(role) = view.role else { return };
    let screen = ui.ctx().content_rect();
    let width = WIDTH.min(screen.width() - 40.0);
    egui::Window::new("Role")
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -ABOVE_TRANSPORT))
        .default_width(width)
        .show(ui.ctx(), |ui| {
            ui.set_width(width);
            match view.open_decision() {
                Some(decision) => decision_ui(ui, view, decision, screen.height() * MOST_HEIGHT, out),
                None => waiting_ui(ui, view, role, out),
            }
        });
}

/// One line while no decision is due.
fn waiting_ui(ui: &mut egui::Ui, view: &SessionView<'_>, role: &PlayedRole, out: &mut Vec<SessionCommand>) {
    let name = view.display_name(role.agent());
    ui.horizontal(|ui| {
        if role.open_decision().is_some() {
            ui.label(format!("{name} has to decide later than the cursor."));
            if ui.button("Go there").clicked() {
                out.push(SessionCommand::ToEnd);
            }
        } else {
            ui.label(format!("You play {name}. Time passes until the next decision."));
        }
        leave_ui(ui, out);
    });
}

fn leave_ui(ui: &mut egui::Ui, out: &mut Vec<SessionCommand>) {
    if ui.button("Stop playing").on_hover_text("Let the agent decide itself from now on").clicked() {
        out.push(SessionCommand::LeaveRole);
    }
}

fn decision_ui(ui: &mut egui::Ui, view: &SessionView<'_>, decision: &OpenDecision, height: f32, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let name = view.display_name(decision.agent);
    ui.label(RichText::new(format!("What does {name} do?")).family(book_font()).size(20.0).color(palette.title));
    note_ui(ui, when_and_where(view, decision.agent));
    ui.add_space(4.0);
    let options = &decision.weighed.options;
    let totals = options.iter().map(|option| (option.utility + option.choice_noise).abs());
    let largest = totals.fold(decision.weighed.idle_utility.abs(), f64::max).max(1e-9);
    ScrollArea::vertical().id_salt("options").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for (nth, option) in options.iter().enumerate() {
            let is_own = decision.own() == Some(nth);
            let total = option.utility + option.choice_noise;
            let choice = PlayerChoice::Option(nth);
            let row = option_row_ui(ui, &describe_option(view.run, decision, nth), choice, (total, largest), is_own, out);
            let reasons = describe_reasons(view.run, option);
            let all = std::iter::once(describe_terms(view.run, option)).chain(reasons.iter().cloned()).collect::<Vec<_>>();
            row.on_hover_text(all.join("\n"));
            ui.indent(("reasons", nth), |ui| {
                for reason in reasons.iter().take(MAX_REASONS) {
                    note_ui(ui, reason);
                }
            });
        }
        let idle = (decision.weighed.idle_utility, largest);
        option_row_ui(ui, "do nothing", PlayerChoice::Nothing, idle, decision.own().is_none(), out);
    });
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        for (command, text) in [
            (SessionCommand::Decide(PlayerChoice::Own), format!("As {name} would")),
            (SessionCommand::DecideForDay, "… for a day".to_owned()),
        ] {
            let label = command.label();
            let key =
                label.and_then(|label| label.key).map_or_else(String::new, |key| format!("  ({})", shortcut_text(ui, &key)));
            if ui.button(format!("{text}{key}")).on_hover_text(label.map_or("", |label| label.tooltip)).clicked() {
                out.push(command);
            }
        }
        leave_ui(ui, out);
    });
}

/// `Monday, 3 March 2025, 09:15, the café`
fn when_and_where(view: &SessionView<'_>, agent: AgentId) -> String {
    let now = view.playback.cursor();
    let place = view.run.place_name(view.run.place_of(agent, now)).map_or_else(String::new, |place| format!(", {place}"));
    format!("{}{place}", view.date(now.at, DateStyle::LongTimestamp))
}

/// An option with its key, a bar of its utility, and whether the agent would choose it itself.
fn option_row_ui(
    ui: &mut egui::Ui,
    text: &str,
    choice: PlayerChoice,
    (total, largest): (f64, f64),
    is_own: bool,
    out: &mut Vec<SessionCommand>,
) -> egui::Response {
    let palette = Palette::current(ui);
    let command = SessionCommand::Decide(choice);
    let key = command.label().and_then(|label| label.key).map_or_else(String::new, |key| shortcut_text(ui, &key));
    let row = ui.horizontal(|ui| {
        ui.label(RichText::new(key).monospace().color(palette.accent));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(RichText::new(format_number(total)).small().monospace().color(palette.weak_text));
            bar_ui(ui, (total / largest) as f32, if is_own { palette.accent } else { palette.border });
            if is_own {
                note_ui(ui, "own choice");
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Button::new(RichText::new(text).strong()).truncate())
            })
            .inner
        })
        .inner
    });
    if row.inner.clicked() {
        out.push(command);
    }
    row.inner
}

#[cfg(test)]
mod tests {
    use bevy_egui::egui::Key;
    use egui_kittest::kittest::Queryable;

    use super::super::inspector::Inspector;
    use super::super::panel_tests::new_harness;
    use super::*;
    use longhand_expr::ids::Instant;
    use longhand_session::testing::{MINDS_SCENE, SimulatedScene, simulated_session};
    use longhand_session::{LayoutPreset, SimReceiver};

    /// Receives until the run waits for the player.
    fn wait_for_question(inspector: &mut Inspector, receiver: &mut SimReceiver) {
        let begun = std::time::Instant::now();
        while !inspector.session().waits_for_player() {
            receiver.drain().for_each(|message| inspector.session_mut().receive(message));
            assert!(begun.elapsed().as_secs() < 60, "no question");
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_card_offers_what_is_weighed_and_a_key_decides() {
        let mut harness = new_harness(Inspector::new(simulated_session(MINDS_SCENE)), LayoutPreset::Watch);
        let inspector = &mut harness.state_mut().inspector;
        inspector.apply(SessionCommand::Seek(Instant::START));
        inspector.apply(SessionCommand::TakeOver(AgentId(0)));
        let mut receiver = inspector.session_mut().handle_requests(&mut SimulatedScene(MINDS_SCENE)).expect("the run starts");
        wait_for_question(inspector, &mut receiver);
        inspector.apply(SessionCommand::ToEnd);
        harness.step();
        harness.step();
        harness.get_by_label("What does Ann do?");
        harness.get_by_label("invite: Ben");
        let first = harness.state_mut().inspector.session_mut().view().open_decision().map(|decision| decision.at);
        harness.state_mut().take_commands();
        harness.key_press(Key::Num1);
        harness.step();
        harness.step();
        let commands = harness.state_mut().take_commands();
        assert!(commands.contains(&SessionCommand::Decide(PlayerChoice::Option(0))), "{commands:?}");
        let inspector = &mut harness.state_mut().inspector;
        wait_for_question(inspector, &mut receiver);
        inspector.apply(SessionCommand::ToEnd);
        assert!(inspector.session_mut().view().open_decision().map(|decision| decision.at) > first);
        inspector.apply(SessionCommand::Seek(Instant::START));
        harness.step();
        harness.step();
        harness.get_by_label("Ann has to decide later than the cursor.");
        harness.get_by_label("Stop playing").click();
        harness.step();
        harness.step();
        assert!(harness.query_by_label("Stop playing").is_none());
    }
}
