//! Panel of a sweep: the scene run with many seeds. Shows the share of runs and the times in which each beat occurs, the
//! distribution of each measure, and the runs without a required beat, each of which can be opened.

use bevy_egui::egui::{self, DragValue, ProgressBar, Rect, RichText, ScrollArea, Sense, Stroke, WidgetType, pos2, vec2};

use super::keys::labeled_info;
use super::layout::heading_ui;
use super::style::Palette;
use super::transport::paint_beat_mark;
use longhand_chronicle::format_number;
use longhand_expr::ids::Instant;
use longhand_narrative::dates::format_civil;
use longhand_narrative::grammar::counted;
use longhand_session::{Query, SessionCommand, SessionView, SweepProgress};

/// Maximum number of deviating runs listed.
const MAX_DEVIATING: usize = 12;

pub(super) fn sweep_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    controls_ui(ui, out);
    let slot = &view.queries.sweep;
    ScrollArea::vertical().id_salt("sweep").auto_shrink(false).show(ui, |ui| {
        if let (Some(name), Some(sweeping)) = (slot.question(), slot.answer()) {
            progress_ui(ui, name, sweeping, slot.is_pending());
            if !sweeping.report.per_seed.is_empty() {
                beats_ui(ui, view, sweeping);
                measures_ui(ui, view, sweeping);
                deviating_runs_ui(ui, sweeping, out);
            }
        } else if slot.is_pending() {
            ui.spinner();
        } else if slot.question().is_some() {
            ui.label(RichText::new("Internal error: no answer.").color(Palette::current(ui).accent));
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
    super::layout::row_ui(ui, |ui| {
        for lives in [20, 100, 1000] {
            let said = format!("{lives} runs");
            if ui.button(said).on_hover_text("Seeds 0, 1, 2, …, in the background").clicked() {
                out.push(SessionCommand::Ask(Query::Sweep { runs: lives }));
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

fn progress_ui(ui: &mut egui::Ui, name: &str, sweeping: &SweepProgress, goes_on: bool) {
    let colours = Palette::current(ui);
    let SweepProgress { runs: lives, completed: gone, report, .. } = sweeping;
    ui.label(RichText::new(format!("branch: {name}")).small().color(colours.weak_text));
    if goes_on {
        let share = (gone / f64::from(*lives).max(1.0)).clamp(0.0, 1.0) as f32;
        ui.add(ProgressBar::new(share).desired_height(8.0).fill(colours.accent));
    }
    let mut said = format!("{} of {lives} runs finished", report.per_seed.len());
    if let Some(tau) = report.order_tau_median {
        said.push_str(&format!("; agreement with the beat order of the scene: {} (median of Kendall's tau)", format_number(tau)));
    }
    if !report.stopped.is_empty() {
        said.push_str(&format!("; {} stopped by a limit", counted(report.stopped.len() as f64, "run")));
    }
    ui.label(said);
}

/// Each beat: the share of runs in which it occurs, and a mark for its time in each run.
fn beats_ui(ui: &mut egui::Ui, view: &SessionView<'_>, sweeping: &SweepProgress) {
    let colours = Palette::current(ui);
    let scenario = view.run.scenario();
    if scenario.beats.is_empty() {
        return;
    }
    heading_ui(ui, "Frequency and time of beats");
    let all: Vec<Instant> = sweeping.beat_times.values().flatten().copied().collect();
    let last = all.iter().max().map_or(1.0, |at| at.seconds()).max(view.run.simulated_until().seconds()).max(1.0);
    for beat in &scenario.beats {
        let Some(tally) = sweeping.report.beats.get(&beat.id) else { continue };
        let own = view.run.chronicle().beats.iter().find(|came| scenario.beats[came.beat].id == beat.id);
        ui.horizontal(|ui| {
            let few = tally.share < if beat.must { 0.95 } else { 0.6 };
            let share = RichText::new(format!("{:>4.0} %", 100.0 * tally.share)).monospace();
            let (low, high) = tally.share_interval;
            ui.label(if few { share.strong().color(colours.accent) } else { share.color(colours.text) }).on_hover_text(format!(
                "{:.0} to {:.0} % with 95 % confidence{}",
                100.0 * low,
                100.0 * high,
                if few { "; below the level expected of this beat" } else { "" }
            ));
            let width = (ui.available_width() * 0.42).max(60.0);
            let (response, painter) = ui.allocate_painter(vec2(width, 18.0), Sense::hover());
            let rect = response.rect;
            let x_of = |at: Instant| rect.left() + rect.width() * (at.seconds() / last).clamp(0.0, 1.0) as f32;
            painter.rect_filled(Rect::from_center_size(rect.center(), vec2(rect.width(), 1.0)), 0.0, colours.border);
            let came = sweeping.beat_times.get(&beat.id).map_or(&[][..], Vec::as_slice);
            let mut columns = vec![0_u32; rect.width().max(1.0) as usize + 1];
            for &at in came {
                columns[(x_of(at) - rect.left()) as usize] += 1;
            }
            // The more runs share a column, the darker its mark.
            let most = columns.iter().copied().max().unwrap_or(1).max(1) as f32;
            for (column, &lives) in columns.iter().enumerate().filter(|(_, lives)| **lives > 0) {
                let (x, ink) = (rect.left() + column as f32, colours.weak_text.gamma_multiply(0.3 + 0.7 * lives as f32 / most));
                painter.line_segment([pos2(x, rect.top() + 3.0), pos2(x, rect.bottom() - 3.0)], Stroke::new(1.5, ink));
            }
            if let Some(own) = own {
                paint_beat_mark(&painter, colours, pos2(x_of(own.at), rect.center().y), 4.5, true);
            }
            let median = tally
                .median_at
                .as_deref()
                .map_or_else(|| "did not occur".to_owned(), |at| format!("median {}", format_civil(at)));
            let between = tally.median_interval.as_ref().map_or_else(String::new, |(low, high)| {
                format!("\nbetween {} and {} with 95 % confidence", format_civil(low), format_civil(high))
            });
            response.on_hover_text(format!("{median}{between}\nThe diamond marks the current run."));
            ui.add(egui::Label::new(RichText::new(&beat.title)).truncate()).on_hover_text(&beat.id);
        });
    }
}

fn measures_ui(ui: &mut egui::Ui, view: &SessionView<'_>, sweeping: &SweepProgress) {
    if sweeping.report.measures.is_empty() {
        return;
    }
    let colours = Palette::current(ui);
    heading_ui(ui, "Measures");
    let own = &view.run.chronicle().measures;
    egui::Grid::new("spread").num_columns(5).striped(true).spacing([12.0, 3.0]).show(ui, |ui| {
        for head in ["", "5 %", "median", "95 %", "this run"] {
            ui.label(RichText::new(head).small().color(colours.weak_text));
        }
        ui.end_row();
        for (name, spread) in &sweeping.report.measures {
            ui.label(name.replace('_', " ")).on_hover_text(format!("measured in {}", counted(spread.taken as f64, "run")));
            for value in [spread.p05, spread.median, spread.p95] {
                ui.label(value.map_or_else(|| "–".to_owned(), format_number));
            }
            let own = own.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
            ui.label(RichText::new(own.map_or_else(|| "–".to_owned(), format_number)).strong());
            ui.end_row();
        }
    });
}

/// Runs in which a required beat did not occur; a click opens one.
fn deviating_runs_ui(ui: &mut egui::Ui, sweeping: &SweepProgress, out: &mut Vec<SessionCommand>) {
    let odd: Vec<(u64, String)> = sweeping
        .report
        .per_seed
        .iter()
        .filter_map(|life| {
            let missing: Vec<&str> = life.missing_beats().map(|beat| beat.id.as_str()).collect();
            (!missing.is_empty()).then(|| (life.seed, format!("seed {}: without {}", life.seed, missing.join(", "))))
        })
        .collect();
    if odd.is_empty() {
        return;
    }
    heading_ui(ui, "Runs without a required beat");
    for (seed, said) in odd.iter().take(MAX_DEVIATING) {
        if ui.link(said).on_hover_text("Run the scene with this seed, as a new branch beside the current run").clicked() {
            out.push(SessionCommand::RunSeed(*seed));
        }
    }
    if odd.len() > MAX_DEVIATING {
        ui.label(RichText::new(format!("and {} more", odd.len() - MAX_DEVIATING)).small().color(Palette::current(ui).weak_text));
    }
}
