//! `longhand bench panels`: CPU time of one frame of each panel, up to tessellation, and of seeking in a long run. No graphics
//! device is needed.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use bevy_egui::egui::{self, Pos2, Rect, vec2};

use super::inspector::Inspector;
use super::stage_panel::{StageTexture, texture_id};
use super::style::apply_style;
use longhand_analysis::NarratedLine;
use longhand_bench::{BenchEffort, BenchTarget, Measurement, measure_rounds, time_seconds};
use longhand_chronicle::{AgentProfile, Cause, CauseLink, Chronicle, Event, FactChange, LogCursor};
use longhand_expr::ids::{AgentId, AttrId, DimId, EventId, EventKind, Fact, Instant, KindId, PlaceId, WorldFact};
use longhand_narrative::{NarrationLine, NarrationLineKind};
use longhand_scene::{Pronouns, Scenario, load_text};
use longhand_session::{EventFilter, LayoutPreset, PanelId, RunInfo, Session, SessionCommand, SimMessage, TickBatch};

const SCENE: &str = include_str!("../../../benches/city.ron");
/// Number of named agents.
const PEOPLE: u32 = 1000;
/// Number of agents that initiate the events with even ids.
const CAST: u32 = 5;
/// Simulated seconds between events; a million events are eight months.
const EVENT_INTERVAL: f64 = 20.0;
/// One in this many events is narrated.
const NARRATED_EVERY: u32 = 20;
/// Limits of a frame and of a seek, in milliseconds.
const FRAME_LIMIT_MS: f64 = 8.0;
const SEEK_LIMIT_MS: f64 = 50.0;

/// Measures one frame of each panel and preset, and seeking, in a synthetic run of up to a million events.
///
/// # Errors
/// A message if the scene of the benchmark cannot be loaded.
pub fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let loaded = load_text("city.ron", &[("city.ron", SCENE)], &[]).map_err(|problems| problems.to_string())?;
    let scenario = Arc::new(loaded.scenario);
    let mut measurements = Vec::new();
    for events in effort.pick(vec![10_000], vec![100_000, 1_000_000]) {
        let mut long_run = LongRun::new(&scenario, events);
        let rounds = effort.pick(20, 60);
        for panel in PanelId::ALL {
            long_run.inspector.apply(SessionCommand::ShowOnly(panel));
            let cost = measure_rounds(rounds, || 1e3 * long_run.time_frame());
            let description = format!("{}, {events} events", panel.title());
            measurements
                .push(Measurement::new("panels-frame", description, "ms", cost).with_target(BenchTarget::AtMost(FRAME_LIMIT_MS)));
        }
        for preset in LayoutPreset::ALL {
            long_run.inspector.apply(SessionCommand::ApplyPreset(preset));
            let cost = measure_rounds(rounds, || 1e3 * long_run.time_frame());
            measurements.push(Measurement::new(
                "panels-window",
                format!("whole window, preset {preset:?}, {events} events"),
                "ms",
                cost,
            ));
        }
        let cost = measure_rounds(rounds, || 1e3 * long_run.time_seek());
        measurements.push(
            Measurement::new("panels-seek", format!("random instant, {events} events"), "ms", cost)
                .with_target(BenchTarget::AtMost(SEEK_LIMIT_MS)),
        );
        let filter = EventFilter { text: "confide 42".into(), ..EventFilter::default() };
        long_run.inspector.apply(SessionCommand::Filter(filter));
        long_run.inspector.apply(SessionCommand::ShowOnly(PanelId::Events));
        let cost = measure_rounds(rounds, || 1e3 * long_run.time_frame());
        measurements.push(Measurement::new("panels-filter", format!("Events with a text filter, {events} events"), "ms", cost));
    }
    measurements.extend(measure_scene_panel(effort)?);
    Ok(measurements)
}

/// Measures the scene panel with the longest file of `scenes/her.ron`. `None` if the scene does not exist.
fn measure_scene_panel(effort: BenchEffort) -> Result<Option<Measurement>, String> {
    let path = Path::new("scenes/her.ron");
    if !path.exists() {
        return Ok(None);
    }
    let scenario = longhand_narrative::load(path, &[]).map_err(|problems| problems.to_string())?.scenario;
    let mut long_run = LongRun::new(&Arc::new(scenario), 1_000);
    let longest_source =
        long_run.inspector.session().run().scenario().sources.iter().enumerate().max_by_key(|(_, source)| source.1.len());
    let longest_source = longest_source.map_or(0, |(index, _)| index);
    long_run.inspector.apply(SessionCommand::Source(longest_source));
    long_run.inspector.apply(SessionCommand::ShowOnly(PanelId::Scene));
    let cost = measure_rounds(effort.pick(20, 60), || 1e3 * long_run.time_frame());
    Ok(Some(
        Measurement::new("panels-text", "Scene, longest file of her.ron", "ms", cost)
            .with_target(BenchTarget::AtMost(FRAME_LIMIT_MS)),
    ))
}

/// An inspector of a long synthetic run, driven without a window.
struct LongRun {
    inspector: Inspector,
    ctx: egui::Context,
    frames: u64,
}

impl LongRun {
    fn new(scenario: &Arc<Scenario>, events: u32) -> Self {
        let end = Instant::from_seconds(f64::from(events) * EVENT_INTERVAL);
        let mut session = Session::new(RunInfo { scenario: scenario.clone(), seed: 1, latest_end: end });
        for message in sim_messages(scenario, events) {
            session.receive(message);
        }
        for agent in (0..CAST).map(AgentId) {
            if !session.state().pins.contains(&agent) {
                session.apply(SessionCommand::Pin(agent));
            }
        }
        session.apply(SessionCommand::PlayPause);
        let ctx = egui::Context::default();
        let mut long_run = Self { inspector: Inspector::new(session), ctx, frames: 0 };
        apply_style(&long_run.ctx);
        // The stage is drawn by the renderer: a frame computes its triangles and does not paint them.
        let texture = StageTexture { id: Some(egui::TextureId::User(0)), is_still: true };
        long_run.ctx.data_mut(|data| data.insert_temp(texture_id(), texture));
        long_run.inspector.apply(SessionCommand::ShowAgent(AgentId(0)));
        long_run
    }

    /// The next instant of a deterministic low-discrepancy sequence over the run.
    fn next_instant(&mut self) -> Instant {
        self.frames += 1;
        let share = (self.frames as f64 * 0.618_033_988_749_895).fract();
        Instant::from_seconds(share * self.inspector.session().run().simulated_until().seconds())
    }

    /// Seconds taken by a seek to another instant.
    fn time_seek(&mut self) -> f64 {
        let instant = self.next_instant();
        time_seconds(|| {
            self.inspector.apply(SessionCommand::Seek(instant));
            black_box(self.inspector.session().playback().cursor());
        })
    }

    /// Seconds taken by a frame at another instant, including tessellation.
    fn time_frame(&mut self) -> f64 {
        let instant = self.next_instant();
        self.inspector.apply(SessionCommand::Seek(instant));
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0));
        let time = Some(self.frames as f64 / 30.0);
        let Self { inspector, ctx, .. } = self;
        time_seconds(|| {
            let input = egui::RawInput { screen_rect: Some(screen), time, ..egui::RawInput::default() };
            // The fonts are loaded in the first frame.
            let mut output = ctx.run_ui(input, |ui| drop(black_box(inspector.ui(ui))));
            // There is no renderer to apply texture changes.
            output.textures_delta.clear();
            black_box(ctx.tessellate(output.shapes, output.pixels_per_point));
        })
    }
}

/// The messages that a simulation with this many events would send.
fn sim_messages(scenario: &Scenario, events: u32) -> Vec<SimMessage> {
    const BATCH: u32 = 1_000;
    let mut chronicle = Chronicle::default();
    for id in 0..PEOPLE {
        let name = format!("Somebody {id}");
        let (key, called) = (format!("somebody_{id}"), name.clone());
        chronicle.agents.set(AgentProfile {
            id: AgentId(id),
            key,
            kind: KindId(0),
            name,
            short_name: called,
            pronouns: Pronouns::They,
            draw_key: id,
            names: Vec::new(),
        });
    }
    let mut log_cursor = LogCursor::default();
    let mut messages = Vec::new();
    for id in 0..events {
        let event = typical_event(scenario, id);
        let now = event.at;
        chronicle.push(event);
        if (id + 1).is_multiple_of(BATCH) || id + 1 == events {
            let narrated = (id / BATCH * BATCH..=id).step_by(NARRATED_EVERY as usize).map(narrated_line).collect();
            let recorded = chronicle.take_delta(&mut log_cursor).to_delta();
            messages.push(SimMessage::Advanced(Box::new(TickBatch { now, recorded, narrated, ..TickBatch::default() })));
        }
    }
    messages.push(SimMessage::Ended("It ended.".into()));
    messages
}

fn narrated_line(id: u32) -> NarratedLine {
    let text = format!("Somebody did something for the {id}th time, and somebody else, who had waited for it, was glad.");
    let line = NarrationLine { kind: NarrationLineKind::Event, text, event: Some(EventId(id)) };
    NarratedLine { at: Instant::from_seconds(f64::from(id) * EVENT_INTERVAL), line }
}

/// A typical event: two roles, two changes, one cause.
fn typical_event(scenario: &Scenario, id: u32) -> Event {
    let kind = EventKind::from_index(id as usize % scenario.events.len());
    let initiator = if id.is_multiple_of(2) { id / 2 % CAST } else { id.wrapping_mul(7919) % PEOPLE };
    let other = id.wrapping_mul(104_729) % PEOPLE;
    let slots = scenario.events[kind.index()].slots.len();
    let (initiator, other) = (AgentId(initiator), AgentId(other));
    let value = f64::from(id % 100) / 100.0;
    let change = |world_fact| FactChange { fact: Fact::World(world_fact), before: value, after: value + 0.01 };
    let cause = id.checked_sub(1 + id % 17).map(|event| Cause { event: EventId(event), link: CauseLink::Step });
    Event {
        causes: cause.into_iter().collect(),
        changes: vec![change(WorldFact::Attr(initiator, AttrId(0))), change(WorldFact::Dim(initiator, other, DimId(0)))],
        place: PlaceId(id as u16 % 2),
        ..Event::new(
            kind,
            Instant::from_seconds(f64::from(id) * EVENT_INTERVAL),
            [initiator, other].into_iter().chain([AgentId::NONE; 8]).take(slots).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_is_measured() {
        let measurements = measure(BenchEffort::Quick).unwrap();
        let count_of = |id: &str| measurements.iter().filter(|measurement| measurement.id == id).count();
        assert_eq!(
            (count_of("panels-frame"), count_of("panels-window"), count_of("panels-seek")),
            (PanelId::ALL.len(), LayoutPreset::ALL.len(), 1)
        );
        assert!(measurements.iter().all(|measurement| measurement.figure > 0.0), "{measurements:?}");
    }
}
