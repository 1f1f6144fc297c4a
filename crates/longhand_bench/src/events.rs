//! The cost of an event: recorded in memory by the simulation, and written to a story file by the recorder thread.
//!
//! The events are typical ones, with two roles, two changes and a cause. The bare loops push 64 bytes to a growing `Vec` and
//! write 64 bytes to a file.

use super::timing::{BenchCost, compare_rounds, measure_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, load_scene};
use longhand_chronicle::{Cause, CauseLink, Chronicle, Event, FactChange, StoryWriter};
use longhand_expr::ids::{AgentId, AttrId, DimId, EventId, EventKind, Fact, Instant, PlaceId, WorldFact};
use smallvec::smallvec;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

const SCENE: &str = include_str!("../../../benches/city.ron");
/// The number of agents in the events.
const PEOPLE: u32 = 1000;
/// The number of events that are constructed before they are recorded.
const BLOCK: u32 = 64;

fn sample_event(id: u32) -> Event {
    let (a, b) = (AgentId(id.wrapping_mul(7919) % PEOPLE), AgentId(id.wrapping_mul(104_729) % PEOPLE));
    let value = f64::from(id % 100) / 100.0;
    let change = |known| FactChange { fact: Fact::World(known), before: value, after: value + 0.01 };
    let attr = WorldFact::Attr(a, AttrId(0));
    let cause =
        id.checked_sub(1 + id % 17).map(|event| Cause { event: EventId(event), link: CauseLink::Utility(Fact::World(attr)) });
    Event {
        id: EventId(id),
        at: Instant::from_seconds(f64::from(id)),
        kind: EventKind(0),
        roles: smallvec![a, b],
        place: PlaceId(0),
        changes: vec![change(attr), change(WorldFact::Dim(a, b, DimId(0)))],
        causes: cause.into_iter().collect(),
        values: smallvec![],
        document: None,
        topic: None,
        choice: None,
        limited: Vec::new(),
    }
}

/// A temporary file that is deleted on drop.
pub(super) struct TempFile(pub PathBuf);

impl TempFile {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("longhand-{}-{name}", std::process::id()));
        let _: Result<(), _> = std::fs::remove_file(&path);
        Self(path)
    }

    fn size_bytes(&self) -> f64 {
        std::fs::metadata(&self.0).map_or(0.0, |meta| meta.len() as f64)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _: Result<(), _> = std::fs::remove_file(&self.0);
    }
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let count: u32 = effort.pick(20_000, 200_000);
    let rounds = effort.pick(3, 7);
    let scale = 1e9 / f64::from(count);
    let recorded = compare_rounds(
        rounds,
        || scale * time_recording(count),
        || {
            let mut log = Vec::new();
            let seconds = time_in_blocks(count, |id| [u64::from(id); 8], |record| log.push(record));
            std::hint::black_box(log);
            scale * seconds
        },
    );
    let scenario = load_scene("city.ron", SCENE, &[("population", f64::from(PEOPLE))])?;
    let chronicle = record_events(count);
    let mut write_error = None;
    let mut bytes = 0.0;
    let stored = compare_rounds(
        effort.pick(1, 3),
        || {
            let file = TempFile::new("bench.story");
            let seconds = time_seconds(|| {
                let story = StoryWriter::create(&file.0, &scenario, 1, &[], None);
                let written = story.and_then(|mut story| {
                    story.write(&chronicle);
                    story.finish(Instant::from_seconds(f64::from(count)), &chronicle)
                });
                write_error = written.err().map(|error| error.to_string());
            });
            bytes = file.size_bytes() / f64::from(count);
            scale * seconds
        },
        || {
            let file = TempFile::new("bench.raw");
            let write = || {
                let mut out = BufWriter::new(File::create(&file.0)?);
                (0..count).try_for_each(|id| out.write_all(&[id as u8; 64]))?;
                out.flush()
            };
            scale * time_seconds(|| _ = write())
        },
    );
    if let Some(error) = write_error {
        return Err(error);
    }
    let bytes = BenchCost { best: bytes, median: bytes };
    Ok(vec![
        Measurement::from_comparison("event-recorded", "an event recorded in memory", "ns", recorded)
            .with_target(BenchTarget::AtMost(15.0)),
        Measurement::from_comparison("event-stored", "an event written to a story by another thread", "ns", stored)
            .with_target(BenchTarget::AtMost(200.0)),
        Measurement::new("event-bytes", "the size of an event in a story", "bytes", bytes).with_target(BenchTarget::AtMost(64.0)),
    ])
}

fn record_events(count: u32) -> Chronicle {
    let mut chronicle = Chronicle::default();
    (0..count).for_each(|id| _ = chronicle.push(sample_event(id)));
    chronicle
}

/// Seconds to record `count` events.
fn time_recording(count: u32) -> f64 {
    let mut chronicle = Chronicle::default();
    time_in_blocks(count, sample_event, |event| _ = chronicle.push(event))
}

/// Seconds to consume `count` items. Items are constructed in blocks just before, as in a simulation; construction is not timed.
fn time_in_blocks<T>(count: u32, make: impl Fn(u32) -> T, mut take: impl FnMut(T)) -> f64 {
    let block = |begin: u32| (begin..count.min(begin + BLOCK)).map(&make).collect::<Vec<T>>();
    let mut seconds = 0.0;
    for begin in (0..count).step_by(BLOCK as usize) {
        let items = block(begin);
        seconds += time_seconds(|| items.into_iter().for_each(&mut take));
    }
    seconds
}

/// Nanoseconds per event when `count` events are recorded.
pub(super) fn cost_with_count(count: u32, rounds: usize) -> BenchCost {
    measure_rounds(rounds, || time_recording(count) * 1e9 / f64::from(count))
}
