//! `longhand bench panels`: CPU time of one frame of each panel, up to tessellation, and of seeking in a long run. No graphics
//! device is needed.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use bevy_egui::egui::{self, Pos2, Rect, vec2};

use super::inspector::Inspector;
use super::theme::wear;
use longhand_analysis::NarratedLine;
use longhand_bench::{Effort, Finding, Reach, alone, seconds};
use longhand_chronicle::{Cause, Change, Chronicle, Event, Link, Mark, Person};
use longhand_expr::ids::{AgentId, AttrId, DimId, EventId, EventKind, Fact, Instant, KindId, Known, PlaceId};
use longhand_narrative::{Line, LineKind};
use longhand_scene::{Pronouns, Scenario, load_text};
use longhand_session::{Command, Cover, Filter, Heard, Pane, Preset, Reader, Stretch};

const SCENE: &str = include_str!("../../../benches/city.ron");
/// Number of named agents. Every other event is initiated by one of the first `CAST`.
const PEOPLE: u32 = 1000;
const CAST: u32 = 5;
/// Simulated seconds between events; a million events are eight months.
const APART: f64 = 20.0;
/// One of this many events is narrated.
const TOLD: u32 = 20;
/// Limits of a frame and of a seek, in milliseconds.
const FRAME: f64 = 8.0;
const SEEK: f64 = 50.0;

pub fn measure(effort: Effort) -> Result<Vec<Finding>, String> {
    let loaded = load_text("city.ron", &[("city.ron", SCENE)], &[]).map_err(|problems| problems.render(false))?;
    let scenario = Arc::new(loaded.scenario);
    let mut found = Vec::new();
    for events in effort.pick(vec![10_000], vec![100_000, 1_000_000]) {
        let mut long = Long::of(&scenario, events);
        let rounds = effort.pick(20, 60);
        for pane in Pane::ALL {
            long.inspector.apply(Command::Alone(pane));
            let cost = alone(rounds, || 1e3 * long.frame());
            let what = format!("{}, {events} events", pane.title());
            found.push(Finding::of("panels-frame", what, "ms", cost).reach(Reach::AtMost(FRAME)));
        }
        for preset in Preset::ALL {
            long.inspector.apply(Command::Arrange(preset));
            let cost = alone(rounds, || 1e3 * long.frame());
            found.push(Finding::of("panels-window", format!("whole window, preset {preset:?}, {events} events"), "ms", cost));
        }
        let cost = alone(rounds, || 1e3 * long.seek());
        found.push(Finding::of("panels-seek", format!("random instant, {events} events"), "ms", cost).reach(Reach::AtMost(SEEK)));
        let filter = Filter { text: "confide 42".into(), ..Filter::default() };
        long.inspector.apply(Command::Filter(filter));
        long.inspector.apply(Command::Alone(Pane::Events));
        let cost = alone(rounds, || 1e3 * long.frame());
        found.push(Finding::of("panels-filter", format!("Events with a text filter, {events} events"), "ms", cost));
    }
    found.extend(own_scene(effort)?);
    Ok(found)
}

/// Measures the scene panel with the longest file of `scenes/her.ron`. `None` if the scene does not exist.
fn own_scene(effort: Effort) -> Result<Option<Finding>, String> {
    let path = Path::new("scenes/her.ron");
    if !path.exists() {
        return Ok(None);
    }
    let scenario = longhand_narrative::load(path, &[]).map_err(|problems| problems.render(false))?.scenario;
    let mut long = Long::of(&Arc::new(scenario), 1_000);
    let longest = long.inspector.reader().record().scenario().sources.iter().enumerate().max_by_key(|(_, source)| source.1.len());
    let longest = longest.map_or(0, |(at, _)| at);
    long.inspector.apply(Command::Source(longest));
    long.inspector.apply(Command::Alone(Pane::Scene));
    let cost = alone(effort.pick(20, 60), || 1e3 * long.frame());
    Ok(Some(Finding::of("panels-text", "Scene, longest file of her.ron", "ms", cost).reach(Reach::AtMost(FRAME))))
}

/// An inspector of a long synthetic run, driven without a window.
struct Long {
    inspector: Inspector,
    ctx: egui::Context,
    frames: u64,
}

impl Long {
    fn of(scenario: &Arc<Scenario>, events: u32) -> Self {
        let ends = Instant::from_seconds(f64::from(events) * APART);
        let mut reader = Reader::new(Cover { scenario: scenario.clone(), seed: 1, ends });
        for heard in telling(scenario, events) {
            reader.hear(heard);
        }
        for agent in (0..CAST).map(AgentId) {
            if !reader.choice().pins.contains(&agent) {
                reader.apply(Command::Pin(agent));
            }
        }
        reader.apply(Command::PlayPause);
        let ctx = egui::Context::default();
        let mut long = Self { inspector: Inspector::new(reader), ctx, frames: 0 };
        wear(&long.ctx);
        long.inspector.apply(Command::Meet(AgentId(0)));
        long
    }

    /// The next instant of a deterministic low-discrepancy sequence over the run.
    fn anywhere(&mut self) -> Instant {
        self.frames += 1;
        let share = (self.frames as f64 * 0.618_033_988_749_895).fract();
        Instant::from_seconds(share * self.inspector.reader().record().lived().seconds())
    }

    /// Seconds taken by a seek to another instant.
    fn seek(&mut self) -> f64 {
        let at = self.anywhere();
        seconds(|| {
            self.inspector.apply(Command::Seek(at));
            black_box(self.inspector.reader().time().cursor());
        })
    }

    /// Seconds taken by a frame at another instant, including tessellation.
    fn frame(&mut self) -> f64 {
        let at = self.anywhere();
        self.inspector.apply(Command::Seek(at));
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 800.0));
        let time = Some(self.frames as f64 / 30.0);
        let Self { inspector, ctx, .. } = self;
        seconds(|| {
            let input = egui::RawInput { screen_rect: Some(screen), time, ..egui::RawInput::default() };
            // The fonts are loaded in the first frame.
            let mut drawn = ctx.run_ui(input, |ui| drop(black_box(inspector.ui(ui))));
            // There is no renderer to apply texture changes.
            drawn.textures_delta.clear();
            black_box(ctx.tessellate(drawn.shapes, drawn.pixels_per_point));
        })
    }
}

/// The messages that a simulation with this many events would send.
fn telling(scenario: &Scenario, events: u32) -> Vec<Heard> {
    const BATCH: u32 = 1_000;
    let mut chronicle = Chronicle::default();
    for id in 0..PEOPLE {
        let name = format!("Somebody {id}");
        let (key, called) = (format!("somebody_{id}"), name.clone());
        chronicle.directory.set(Person { id: AgentId(id), key, kind: KindId(0), name, called, pronouns: Pronouns::they });
    }
    let mut mark = Mark::default();
    let mut messages = Vec::new();
    for id in 0..events {
        let event = event(scenario, id);
        let at = event.at;
        chronicle.push(event);
        if (id + 1).is_multiple_of(BATCH) || id + 1 == events {
            let told = (id / BATCH * BATCH..=id).step_by(TOLD as usize).map(told).collect();
            let recorded = chronicle.news(&mut mark).to_instalment();
            messages.push(Heard::Lived(Box::new(Stretch { now: at, recorded, told, ..Stretch::default() })));
        }
    }
    messages.push(Heard::Ended("It ended.".into()));
    messages
}

fn told(id: u32) -> NarratedLine {
    let text = format!("Somebody did something for the {id}th time, and somebody else, who had waited for it, was glad.");
    let line = Line { kind: LineKind::Event, text, event: Some(EventId(id)) };
    NarratedLine { at: Instant::from_seconds(f64::from(id) * APART), line }
}

/// A typical event: two roles, two changes, one cause.
fn event(scenario: &Scenario, id: u32) -> Event {
    let kind = EventKind::at(id as usize % scenario.events.len());
    let own = if id.is_multiple_of(2) { id / 2 % CAST } else { id.wrapping_mul(7919) % PEOPLE };
    let other = id.wrapping_mul(104_729) % PEOPLE;
    let slots = scenario.events[kind.index()].slots.len();
    let (own, other) = (AgentId(own), AgentId(other));
    let value = f64::from(id % 100) / 100.0;
    let change = |known| Change { fact: Fact::World(known), before: value, after: value + 0.01 };
    let cause = id.checked_sub(1 + id % 17).map(|event| Cause { event: EventId(event), link: Link::Step });
    Event {
        causes: cause.into_iter().collect(),
        changes: vec![change(Known::Attr(own, AttrId(0))), change(Known::Dim(own, other, DimId(0)))],
        place: PlaceId(id as u16 % 2),
        ..Event::bare(
            kind,
            Instant::from_seconds(f64::from(id) * APART),
            [own, other].into_iter().chain([AgentId::NONE; 8]).take(slots).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_is_measured() {
        let found = measure(Effort::Quick).unwrap();
        let of = |id: &str| found.iter().filter(|finding| finding.id == id).count();
        assert_eq!((of("panels-frame"), of("panels-window"), of("panels-seek")), (Pane::ALL.len(), Preset::ALL.len(), 1));
        assert!(found.iter().all(|finding| finding.figure > 0.0), "{found:?}");
    }
}
