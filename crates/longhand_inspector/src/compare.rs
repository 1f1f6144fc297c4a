//! Panel that compares the current run with another one: first divergence, times of beats in both, measures, and on request the
//! explained differences.

use bevy_egui::egui::{self, RichText, ScrollArea};
use longhand_narrative::dates::DateStyle;

use super::difference;
use super::style::Palette;
use super::widgets::{heading_ui, note_ui};
use longhand_chronicle::{BeatMatch, format_number};
use longhand_expr::ids::{EventId, Instant};
use longhand_scene::{Measure, Pattern};
use longhand_session::{RunData, SessionCommand, SessionView};

pub(super) fn compare_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(branch) = view.branches.compared_branch() else {
        ui.label("There is only one run. Set a parameter, edit the scene or use What if; the two runs are then compared here.");
        return;
    };
    let Some(before) = branch.run() else { return };
    ScrollArea::vertical().id_salt("compare").auto_shrink(false).show(ui, |ui| {
        note_ui(ui, format!("before: {}", branch.name));
        note_ui(ui, format!("now: {}", view.branches.current_branch().name));
        heading_ui(ui, "First divergence");
        match view.branches.divergence(view.run) {
            None if view.run.is_over() && before.is_over() => drop(ui.label("None: both runs have the same events.")),
            None => drop(note_ui(ui, "None so far.")),
            Some(event) => divergence_ui(ui, view, before, event, out),
        }
        difference::difference_ui(ui, view, before, out);
        heading_ui(ui, "Beats");
        beats_ui(ui, view, before, out);
        heading_ui(ui, "Measures");
        let (old, new) = (before.chronicle(), view.run.chronicle());
        ui.label(format!("{} events before, {} now", old.len(), new.len()));
        egui::Grid::new("measures").num_columns(3).spacing([14.0, 3.0]).show(ui, |ui| {
            for Measure { id, .. } in &view.run.scenario().measures {
                let Some(value) = new.measured(id) else { continue };
                ui.label(id.replace('_', " "));
                ui.label(old.measured(id).map_or_else(|| "–".to_owned(), format_number));
                ui.label(RichText::new(format_number(value)).strong());
                ui.end_row();
            }
        });
    });
}

fn divergence_ui(ui: &mut egui::Ui, view: &SessionView<'_>, before: &RunData, event: EventId, out: &mut Vec<SessionCommand>) {
    for (word, run) in [("before", before), ("now", view.run)] {
        ui.horizontal_wrapped(|ui| {
            note_ui(ui, word);
            match run.chronicle().event(event) {
                Some(event) => {
                    note_ui(ui, view.date(event.at, DateStyle::Timestamp));
                    ui.label(run.sentence(event));
                }
                None => drop(ui.label("no further event")),
            }
        });
    }
    if view.run.chronicle().event(event).is_some() && ui.button("Go to event").clicked() {
        out.push(SessionCommand::GoTo(event));
    }
}

/// A beat of either run, with its first match in each.
struct ComparedBeat<'a> {
    id: &'a str,
    title: &'a str,
    before: Option<&'a BeatMatch>,
    now: Option<&'a BeatMatch>,
}

/// The beats of the current scene, then those that only the scene of the other run defines.
fn compared_beats<'a>(before: &'a RunData, now: &'a RunData) -> Vec<ComparedBeat<'a>> {
    let current = &now.scenario().beats;
    let removed = before.scenario().beats.iter().filter(|beat| current.iter().all(|other| other.id != beat.id));
    let first_match = |run: &'a RunData, id: &str| {
        let beat = run.scenario().beats.iter().position(|beat| beat.id == id)?;
        run.beat_match(beat)
    };
    let row = |beat: &'a Pattern| ComparedBeat {
        id: &beat.id,
        title: &beat.title,
        before: first_match(before, &beat.id),
        now: first_match(now, &beat.id),
    };
    current.iter().chain(removed).map(row).collect()
}

fn beats_ui(ui: &mut egui::Ui, view: &SessionView<'_>, before: &RunData, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    egui::Grid::new("beats of both").num_columns(4).striped(true).spacing([12.0, 3.0]).show(ui, |ui| {
        for heading in ["", "before", "now", ""] {
            note_ui(ui, heading);
        }
        ui.end_row();
        for beat in compared_beats(before, view.run) {
            let date = |occurrence: Option<&BeatMatch>| {
                occurrence.map_or_else(|| "–".to_owned(), |beat_match| view.date(beat_match.at, DateStyle::ShortDay))
            };
            if ui.link(beat.id).on_hover_text(beat.title).clicked() {
                out.extend(beat.now.map(|beat_match| SessionCommand::GoTo(beat_match.event)));
            }
            ui.label(date(beat.before));
            ui.label(date(beat.now));
            let difference = match (beat.before, beat.now) {
                (Some(before), Some(now)) => match days_between(before.at, now.at) {
                    0.0 => String::new(),
                    days => format!("{days:+} days"),
                },
                (Some(_), None) if view.run.is_over() => "no longer occurs".to_owned(),
                (None, Some(_)) if before.is_over() => "new".to_owned(),
                _ => String::new(),
            };
            ui.label(RichText::new(difference).color(palette.accent));
            ui.end_row();
        }
    });
}

/// Whole days from one instant to another, rounded.
fn days_between(from: Instant, to: Instant) -> f64 {
    ((to.0 - from.0) as f64 / Instant::DAY_US as f64).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::{STARTER_SCENE, load_text};
    use longhand_session::RunInfo;
    use longhand_session::testing::{test_run, test_run_info};
    use std::sync::Arc;

    #[test]
    fn a_beat_that_only_the_other_scene_defines_is_listed_last() {
        let text = STARTER_SCENE.replace("beats: [", "beats: [Beat(id: \"gone\", events: [Clause(on: [\"walk\"])]),");
        let scenario = load_text("starter.ron", &[("starter.ron", &text)], &[]).unwrap().scenario;
        let before = RunData::new(RunInfo { scenario: Arc::new(scenario), ..test_run_info() });
        let now = test_run();
        let beats = compared_beats(&before, &now);
        let last = beats.last().unwrap();
        assert_eq!((beats.len(), last.id), (now.scenario().beats.len() + 1, "gone"));
        assert!(beats[0].before.is_none() && beats[0].now.is_some_and(|beat_match| beat_match.event == EventId(2)));
    }

    #[test]
    fn days_are_rounded() {
        assert_eq!(days_between(Instant(0), Instant(-Instant::DAY_US * 3 / 4)), -1.0);
    }
}
