//! Panel of a sweep: the scene run with many seeds. Shows in what share of the runs and at what times each beat
//! occurs, the distribution of each measure, and the runs without a required beat, each of which can be opened.

use bevy_egui::egui::{self, DragValue, ProgressBar, Rect, RichText, ScrollArea, Sense, Stroke, WidgetType, pos2, vec2};

use super::style::Palette;
use super::widgets::{heading_ui, labeled_info, missing_answer_ui, more_ui, note_ui, paint_beat_mark, row_ui};
use longhand_chronicle::format_number;
use longhand_expr::ids::Instant;
use longhand_narrative::dates::format_written;
use longhand_narrative::grammar::counted;
use longhand_session::{Query, SessionCommand, SessionView, SweepProgress};

/// Maximum number of deviating runs listed.
const MAX_DEVIATING: usize = 12;

pub(super) fn sweep_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    controls_ui(ui, out);
    let task = &view.queries.sweep;
    ScrollArea::vertical().id_salt("sweep").auto_shrink(false).show(ui, |ui| {
        if let (Some(name), Some(progress)) = (task.question(), task.answer()) {
            progress_ui(ui, name, progress, task.is_pending());
            if !progress.report.per_seed.is_empty() {
                beats_ui(ui, view, progress);
                measures_ui(ui, view, progress);
                deviating_runs_ui(ui, progress, out);
            }
        } else if task.is_pending() {
            ui.spinner();
        } else if task.question().is_some() {
            missing_answer_ui(ui);
        } else {
            ui.label("Run the scene with many seeds to see what happens in every run and what depends on chance.");
        }
        ui.add_space(12.0);
    });
}

/// Buttons for the number of runs, and the seed of a single run.
fn controls_ui(ui: &mut egui::Ui, out: &mut Vec<SessionCommand>) {
    let id = ui.id().with("seed");
    let mut seed: u64 = ui.data(|data| data.get_temp(id)).unwrap_or(1);
    row_ui(ui, |ui| {
        for runs in [20, 100, 1000] {
            let text = format!("{runs} runs");
            if ui.button(text).on_hover_text("Seeds 0, 1, 2, …, in the background").clicked() {
                out.push(SessionCommand::Ask(Query::Sweep { runs }));
            }
        }
        ui.add_space(12.0);
        let field = ui.add(DragValue::new(&mut seed).prefix("seed "));
        field.widget_info(|| labeled_info(WidgetType::DragValue, "Seed"));
        if ui
            .button("Run this seed")
            .on_hover_text("Run the scene with this seed, as a new branch beside the current run")
            .clicked()
        {
            out.push(SessionCommand::RunSeed(seed));
        }
    });
    ui.data_mut(|data| data.insert_temp(id, seed));
}

fn progress_ui(ui: &mut egui::Ui, name: &str, progress: &SweepProgress, is_pending: bool) {
    let palette = Palette::current(ui);
    let SweepProgress { runs, completed, report, .. } = progress;
    note_ui(ui, format!("branch: {name}"));
    if is_pending {
        let share = (completed / f64::from(*runs).max(1.0)).clamp(0.0, 1.0) as f32;
        ui.add(ProgressBar::new(share).desired_height(8.0).fill(palette.accent));
    }
    let mut text = format!("{} of {runs} runs finished", report.per_seed.len());
    if let Some(tau) = report.order_tau_median {
        text.push_str(&format!("; agreement with the beat order of the scene: {} (median of Kendall's tau)", format_number(tau)));
    }
    if !report.stopped.is_empty() {
        text.push_str(&format!("; {} stopped by a limit", counted(report.stopped.len() as f64, "run")));
    }
    ui.label(text);
}

/// Each beat: the share of runs in which it occurs, and a mark for its time in each run.
fn beats_ui(ui: &mut egui::Ui, view: &SessionView<'_>, progress: &SweepProgress) {
    let palette = Palette::current(ui);
    let scenario = view.run.scenario();
    if scenario.beats.is_empty() {
        return;
    }
    heading_ui(ui, "Frequency and time of beats");
    let all_times: Vec<Instant> = progress.beat_times.values().flatten().copied().collect();
    let end_seconds =
        all_times.iter().max().map_or(1.0, |time| time.seconds()).max(view.run.simulated_until().seconds()).max(1.0);
    for (index, beat) in scenario.beats.iter().enumerate() {
        let Some(tally) = progress.report.beats.get(&beat.id) else { continue };
        let current_match = view.run.beat_match(index);
        ui.horizontal(|ui| {
            let is_rare = tally.share < if beat.must { 0.95 } else { 0.6 };
            let share = RichText::new(format!("{:>4.0} %", 100.0 * tally.share)).monospace();
            let (low, high) = tally.share_interval;
            ui.label(if is_rare { share.strong().color(palette.accent) } else { share.color(palette.text) }).on_hover_text(
                format!(
                    "{:.0} to {:.0} % with 95 % confidence{}",
                    100.0 * low,
                    100.0 * high,
                    if is_rare { "; below the level expected of this beat" } else { "" }
                ),
            );
            let width = (ui.available_width() * 0.42).max(60.0);
            let (response, painter) = ui.allocate_painter(vec2(width, 18.0), Sense::hover());
            let rect = response.rect;
            let x_of = |time: Instant| rect.left() + rect.width() * (time.seconds() / end_seconds).clamp(0.0, 1.0) as f32;
            painter.rect_filled(Rect::from_center_size(rect.center(), vec2(rect.width(), 1.0)), 0.0, palette.border);
            let times = progress.beat_times.get(&beat.id).map_or(&[][..], Vec::as_slice);
            let mut columns = vec![0_u32; rect.width().max(1.0) as usize + 1];
            for &time in times {
                columns[(x_of(time) - rect.left()) as usize] += 1;
            }
            // The more runs share a column, the darker its mark.
            let max_count = columns.iter().copied().max().unwrap_or(1).max(1) as f32;
            for (column, &runs) in columns.iter().enumerate().filter(|(_, runs)| **runs > 0) {
                let x = rect.left() + column as f32;
                let color = palette.weak_text.gamma_multiply(0.3 + 0.7 * runs as f32 / max_count);
                painter.line_segment([pos2(x, rect.top() + 3.0), pos2(x, rect.bottom() - 3.0)], Stroke::new(1.5, color));
            }
            if let Some(current_match) = current_match {
                paint_beat_mark(&painter, palette, pos2(x_of(current_match.at), rect.center().y), 4.5, true);
            }
            let date = |written: &str| format_written(&scenario.calendar, written);
            let median =
                tally.median_at.as_deref().map_or_else(|| "did not occur".to_owned(), |time| format!("median {}", date(time)));
            let interval = tally.median_interval.as_ref().map_or_else(String::new, |(low, high)| {
                format!("\nbetween {} and {} with 95 % confidence", date(low), date(high))
            });
            response.on_hover_text(format!("{median}{interval}\nThe diamond marks the current run."));
            ui.add(egui::Label::new(RichText::new(&beat.title)).truncate()).on_hover_text(&beat.id);
        });
    }
}

fn measures_ui(ui: &mut egui::Ui, view: &SessionView<'_>, progress: &SweepProgress) {
    if progress.report.measures.is_empty() {
        return;
    }
    heading_ui(ui, "Measures");
    egui::Grid::new("spread").num_columns(5).striped(true).spacing([12.0, 3.0]).show(ui, |ui| {
        for heading in ["", "5 %", "median", "95 %", "this run"] {
            note_ui(ui, heading);
        }
        ui.end_row();
        for (name, spread) in &progress.report.measures {
            ui.label(name.replace('_', " ")).on_hover_text(format!("measured in {}", counted(spread.taken as f64, "run")));
            for value in [spread.p05, spread.median, spread.p95] {
                ui.label(value.map_or_else(|| "–".to_owned(), format_number));
            }
            let current_value = view.run.chronicle().measured(name);
            ui.label(RichText::new(current_value.map_or_else(|| "–".to_owned(), format_number)).strong());
            ui.end_row();
        }
    });
}

/// Runs in which a required beat did not occur; a click opens one.
fn deviating_runs_ui(ui: &mut egui::Ui, progress: &SweepProgress, out: &mut Vec<SessionCommand>) {
    let deviating: Vec<(u64, String)> = progress
        .report
        .per_seed
        .iter()
        .filter_map(|run| {
            let missing: Vec<&str> = run.missing_beats().map(|beat| beat.id.as_str()).collect();
            (!missing.is_empty()).then(|| (run.seed, format!("seed {}: without {}", run.seed, missing.join(", "))))
        })
        .collect();
    if deviating.is_empty() {
        return;
    }
    heading_ui(ui, "Runs without a required beat");
    for (seed, text) in deviating.iter().take(MAX_DEVIATING) {
        if ui.link(text).on_hover_text("Run the scene with this seed, as a new branch beside the current run").clicked() {
            out.push(SessionCommand::RunSeed(*seed));
        }
    }
    more_ui(ui, deviating.len(), MAX_DEVIATING);
}
