//! A story file holds everything that was committed, whenever the process ends, and reading it never panics.

use super::super::{
    AgentProfile, BeatMatch, CauseLink, ChoiceTrace, Chronicle, CrowdDay, Event, LogDelta, MeasureValue, ScoredOption,
    SymbolTable, WrittenDocument,
};
use super::store::StoryStore;
use super::*;
use crate::testing::{LONELINESS, cause, change, test_event, test_profile, test_symbols};
use longhand_expr::ids::{
    AgentField, AgentId, AttrId, DimId, Emotion, EventId, EventKind, Fact, Instant, PlaceId, TieId, WorldFact,
};
use longhand_scene::{ChoiceReason, ReasonSource};
use proptest::prelude::*;
use smallvec::smallvec;
use std::path::{Path, PathBuf};

fn test_header() -> StoryHeader {
    StoryHeader {
        scene: "town.ron".into(),
        title: "A town".into(),
        sources: vec![("town.ron".into(), "(title: \"A town\")".into()), ("more.ron".into(), "()".into())],
        version: LONGHAND_VERSION.into(),
        seed: u64::MAX,
        param_overrides: vec![("warmth".into(), "0.1".into()), ("winter".into(), "true".into()), ("warmth".into(), "0.2".into())],
        interventions: Vec::new(),
        until: Some(Instant(i64::MAX)),
        tick_us: 900_000_000,
        symbols: test_symbols(),
    }
}

/// The `i`th event of a run that uses every kind of content.
fn nth_event(i: u32) -> Event {
    let (ann, ben, cleo) = (AgentId(0), AgentId(1), AgentId(2));
    let friends = WorldFact::Tie(ann, ben, TieId(0));
    let trust = Fact::World(WorldFact::Dim(ann, ben, DimId(0)));
    let share = f64::from(i) / 7.0;
    let mut event = test_event(f64::from(i) * 3600.0 + 0.000_001, (i % 3) as u16);
    event.place = if i.is_multiple_of(2) { PlaceId(1) } else { PlaceId::NOWHERE };
    event.changes = vec![
        change(LONELINESS, share, libm::sin(share)),
        change(trust, -0.0, 1e-300),
        change(Fact::World(WorldFact::Place(ann)), f64::from(u16::MAX), 1.0),
        change(Fact::Belief(cleo, friends), 0.0, 1.0),
        change(Fact::Feeling(ann, Emotion::Longing, ben), 0.0, share),
        change(Fact::Happened(EventKind(0), ann, AgentId::NONE), 0.0, f64::from(i)),
        change(Fact::Field(ann, AgentField::Pleasure), 0.0, -share),
        change(Fact::Owner(AgentId(3)), 0.0, 1.0),
        change(Fact::Memory(ben, EventKind(1), ann), 0.1, 0.2),
    ];
    if i > 0 {
        let links = [
            CauseLink::Step,
            CauseLink::Triggered,
            CauseLink::Condition(trust),
            CauseLink::Utility(LONELINESS),
            CauseLink::Consent(LONELINESS),
        ];
        event.causes = links.iter().enumerate().map(|(n, &link)| cause((i - 1).saturating_sub(n as u32), link)).collect();
    }
    event.values = smallvec![(0, 0.1 + 0.2)];
    if i % 3 == 1 {
        event.roles = smallvec![ben, AgentId::NONE, cleo];
        event.document = Some(Box::new(WrittenDocument { title: "A letter".into(), text: "Dear \"Ann\",\nit's me.".into() }));
        let terms = smallvec![share, -0.0, 1.0 / 3.0];
        let option = ScoredOption {
            kind: EventKind(1),
            roles: event.roles.clone(),
            utility: libm::exp(share),
            choice_noise: 5e-324,
            terms,
            reasons: vec![ChoiceReason { source: ReasonSource::Influence(2), value: share }],
        };
        event.choice = Some(Box::new(ChoiceTrace { options: vec![option], idle_utility: 0.05 }));
    }
    event
}

fn simulate(chronicle: &mut Chronicle, events: std::ops::Range<u32>) {
    for i in events {
        if i == 0 {
            chronicle.agents.set(test_profile(0, "ann"));
            chronicle.agents.set(test_profile(1, "ben"));
            chronicle.sample(Instant::START, LONELINESS, 0.5);
        }
        chronicle.push(nth_event(i));
        chronicle.sample(Instant::from_seconds(f64::from(i) * 3600.0), LONELINESS, f64::from(i) / 3.0);
        chronicle.count(EventKind(2), i / 4, u64::from(i) + 1);
        if i % 10 == 9 {
            chronicle.agents.set(AgentProfile {
                key: String::new(),
                short_name: String::new(),
                ..test_profile(10 + i, "someone")
            });
            let numbers = if i == 9 { vec![] } else { vec![("talking".into(), f64::from(i)), ("alone".into(), 0.1)] };
            chronicle.crowd.push(CrowdDay { day: i / 24, numbers });
            let events = vec![EventId(0), EventId(i)];
            chronicle.beats.push(BeatMatch { beat: 0, at: Instant(5), event: EventId(i), events });
            chronicle.measures.push(MeasureValue {
                measure: format!("after {i}"),
                at: Instant::from_seconds(f64::from(i) * 3600.0),
                agent: if i == 9 { AgentId::NONE } else { AgentId(i) },
                value: f64::from(i).sqrt(),
            });
        }
    }
}

pub(super) fn simulated(events: u32) -> Chronicle {
    let mut chronicle = Chronicle::new(&test_symbols());
    simulate(&mut chronicle, 0..events);
    chronicle
}

/// An instant after all keyframes.
pub(super) const AFTER_ALL_KEYFRAMES: Instant = Instant(i64::MAX);

fn last_keyframe(path: &Path) -> Option<Keyframe> {
    Story::open_at(path, AFTER_ALL_KEYFRAMES).unwrap().1
}

#[track_caller]
pub(super) fn assert_same(read: &Chronicle, written: &Chronicle) {
    assert_eq!(read.events(), written.events());
    assert_eq!(read.samples(), written.samples());
    assert!(read.counts().eq(written.counts()));
    assert!(read.agents.iter().eq(written.agents.iter()));
    assert_eq!(read.crowd, written.crowd);
    assert_eq!(read.beats, written.beats);
    assert_eq!(read.measures, written.measures);
    assert_eq!(read.hash(), written.hash());
}

/// A finished story of 30 events in its own folder.
fn finished_story() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let chronicle = simulated(30);
    let mut writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    writer.write(&chronicle);
    writer.write_keyframe(Instant(77), 30, chronicle.hash(), vec![7; 1000]);
    writer.finish(Instant(99), &chronicle).unwrap();
    (folder, path)
}

#[test]
fn content_written_in_several_batches_is_read_back_completely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    let mut chronicle = Chronicle::new(&test_symbols());
    for batch in 0..10 {
        simulate(&mut chronicle, batch * 5..batch * 5 + 5);
        writer.write(&chronicle);
        writer.write_keyframe(Instant(i64::from(batch)), chronicle.len(), chronicle.hash(), vec![batch as u8; 100]);
    }
    writer.finish(Instant(123), &chronicle).unwrap();

    let story = Story::open(&path).unwrap();
    assert_same(&story.chronicle, &chronicle);
    assert_eq!(story.ended, Some(RunEnd { at: Instant(123), hash: chronicle.hash() }));
    assert_eq!((story.header.scene.as_str(), story.header.seed, story.header.tick_us), ("town.ron", u64::MAX, 900_000_000));
    assert_eq!(story.header.sources, test_header().sources);
    assert_eq!(story.header.symbols, test_symbols());
    assert_eq!((story.header.param_overrides, story.header.until), (test_header().param_overrides, test_header().until));
    let keyframe = last_keyframe(&path).unwrap();
    assert_eq!((keyframe.at, keyframe.events, keyframe.hash), (Instant(9), 50, chronicle.hash()));
    assert_eq!(keyframe.state, [9; 100]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "one file and no others");
}

#[test]
fn after_a_kill_at_any_moment_a_file_opens_with_all_committed_batches() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut store = StoryStore::create(&path, test_header()).unwrap();
    let chronicle = simulated(40);
    for batch in chronicle.events().chunks(10) {
        store.write(&LogDelta { events: batch.to_vec(), ..LogDelta::default() }).unwrap();
        store.commit().unwrap();
    }

    // The process is still running; the files on disk are what a kill would leave.
    let killed = folder.path().join("killed.story");
    let wal_bytes = std::fs::read(folder.path().join("a.story-wal")).unwrap();
    let mut event_counts = Vec::new();
    for cut_at in (0..=20).map(|twentieth| wal_bytes.len() * twentieth / 20) {
        std::fs::copy(&path, &killed).unwrap();
        std::fs::write(folder.path().join("killed.story-wal"), &wal_bytes[..cut_at]).unwrap();
        match Story::open(&killed) {
            Ok(story) => {
                assert_eq!(story.chronicle.events(), &chronicle.events()[..story.chronicle.len()]);
                assert_eq!(story.ended, None);
                event_counts.push(story.chronicle.len());
            }
            Err(error) => assert!(matches!(error, StoryError::NotAStory { .. }) && event_counts.is_empty(), "{error}"),
        }
        let _ = std::fs::remove_file(folder.path().join("killed.story-shm"));
    }
    assert_eq!(event_counts.last(), Some(&40), "everything, when the log is complete");
    assert!(
        event_counts.is_sorted() && event_counts.iter().all(|events| events % 10 == 0),
        "whole batches only: {event_counts:?}"
    );
}

#[test]
fn a_run_resumed_from_its_last_keyframe_ends_like_an_uninterrupted_one() {
    let folder = tempfile::tempdir().unwrap();
    let (resumed_path, uninterrupted_path) = (folder.path().join("broken.story"), folder.path().join("unbroken.story"));
    let complete = simulated(60);
    StoryWriter::create_with_header(&uninterrupted_path, test_header()).unwrap().finish(Instant(1), &complete).unwrap();

    let mut writer = StoryWriter::create_with_header(&resumed_path, test_header()).unwrap();
    let mut chronicle = simulated(22);
    writer.write(&chronicle);
    writer.write_keyframe(Instant(22), 22, chronicle.hash(), b"state at 22".to_vec());
    simulate(&mut chronicle, 22..41);
    writer.write(&chronicle);
    drop(writer);
    assert_eq!(Story::open(&resumed_path).unwrap().chronicle.len(), 41);

    let (story, keyframe) = Story::open_at(&resumed_path, AFTER_ALL_KEYFRAMES).unwrap();
    let mut writer = StoryWriter::resume(&story, keyframe.as_ref(), test_header().until).unwrap();
    let keyframe = keyframe.unwrap();
    assert_eq!((keyframe.events, &keyframe.state[..]), (22, &b"state at 22"[..]));
    let mut chronicle = story.chronicle;
    assert_eq!(chronicle.hash(), keyframe.hash, "including the counts on the day of the keyframe");
    assert!(chronicle.agents.iter().eq(simulated(22).agents.iter()), "no agent appears before it was recorded");
    simulate(&mut chronicle, 22..50);
    writer.write(&chronicle);
    simulate(&mut chronicle, 50..60);
    writer.finish(Instant(1), &chronicle).unwrap();

    let (resumed, uninterrupted) = (Story::open(&resumed_path).unwrap(), Story::open(&uninterrupted_path).unwrap());
    assert_same(&resumed.chronicle, &uninterrupted.chronicle);
    assert_eq!(resumed.ended, uninterrupted.ended);
}

#[test]
fn a_run_without_a_keyframe_is_resumed_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    writer.write(&simulated(5));
    writer.pause().unwrap();
    let (story, keyframe) = Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap();
    assert!(story.chronicle.is_empty() && story.chronicle.samples().is_empty() && story.chronicle.counts().next().is_none());
    assert!(story.chronicle.agents.iter().next().is_none() && keyframe.is_none());
    let writer = StoryWriter::resume(&story, None, None).unwrap();
    writer.finish(Instant(1), &simulated(5)).unwrap();
    assert_same(&Story::open(&path).unwrap().chronicle, &simulated(5));
}

#[test]
fn the_scene_is_restored_with_its_parameters_and_a_story_with_an_invalid_scene_stays_readable() {
    let folder = tempfile::tempdir().unwrap();
    let text = "(title: \"A town\", starts: \"2025-01-06\", ends: \"2025-02-06\", params: [(id: \"warmth\", value: Number(0.5))], \
        kinds: [(id: \"human\")], cast: [(id: \"ann\", kind: \"human\")])";
    let set = [("warmth".to_owned(), "0.25".to_owned())];
    let scenario = longhand_scene::load_text("town.ron", &[("town.ron", text)], &set).unwrap().scenario;
    let path = folder.path().join("a.story");
    StoryWriter::create(&path, &scenario, 7, &set, None).unwrap().finish(Instant(1), &Chronicle::default()).unwrap();
    let reloaded = Story::open(&path).unwrap().scenario().unwrap();
    assert_eq!((reloaded.title.as_str(), reloaded.cast.len()), ("A town", 1));
    assert!(matches!(reloaded.params[0].value, longhand_scene::ParamValue::Number(0.25)));

    let (_folder, path) = finished_story();
    let story = Story::open(&path).unwrap();
    assert!(matches!(story.scenario(), Err(StoryError::Scene { .. })), "its text is not a scene");
    assert_eq!(story.chronicle.len(), 30);
}

#[test]
fn keyframes_thin_out_and_the_last_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    let hash = Chronicle::default().hash();
    for day in 0..601 {
        writer.write_keyframe(Instant(day), 0, hash, vec![day as u8; 10]);
    }
    writer.pause().unwrap();
    let keyframe_at =
        |instant| Story::open_at(&path, Instant(instant)).unwrap().1.map(|keyframe| (keyframe.at.0, keyframe.state));
    let retained: std::collections::BTreeSet<_> = (0..601).map(keyframe_at).collect();
    assert!((10..=40).contains(&retained.len()), "{retained:?}");
    assert!(
        retained.iter().flatten().all(|(day, state)| *state == vec![*day as u8; 10]),
        "each can be read without the deleted ones"
    );
    assert_eq!(keyframe_at(-1), None);
    assert_eq!((590..=600).map(|instant| keyframe_at(instant).unwrap().0).collect::<Vec<_>>(), Vec::from_iter(590..=600));
}

#[test]
fn a_story_can_be_read_as_of_any_of_its_keyframes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    let mut chronicle = Chronicle::new(&test_symbols());
    for batch in 0..12 {
        simulate(&mut chronicle, batch * 5..batch * 5 + 5);
        writer.write(&chronicle);
        writer.write_keyframe(Instant(i64::from(batch)), chronicle.len(), chronicle.hash(), vec![batch as u8; 100]);
    }
    writer.finish(Instant(123), &chronicle).unwrap();
    for batch in 0..12 {
        let (story, keyframe) = Story::open_at(&path, Instant(i64::from(batch))).unwrap();
        assert_same(&story.chronicle, &simulated(batch * 5 + 5));
        assert_eq!(keyframe.unwrap().state, [batch as u8; 100]);
    }
}

#[test]
fn a_story_that_is_being_recorded_is_locked_for_other_writers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    writer.write(&simulated(10));
    let (story, keyframe) = Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap();
    let while_recording = StoryWriter::resume(&story, keyframe.as_ref(), None);
    assert!(matches!(while_recording, Err(StoryError::InUse { .. })));
    writer.write_keyframe(Instant(10), 10, simulated(10).hash(), vec![1]);
    writer.pause().unwrap();
    let after_new_keyframe = StoryWriter::resume(&story, keyframe.as_ref(), None);
    assert!(matches!(after_new_keyframe, Err(StoryError::InUse { .. })), "it was written since it was read");
    assert_same(&Story::open(&path).unwrap().chronicle, &simulated(10));
}

#[test]
fn a_story_of_another_version_can_be_read_but_not_resumed() {
    let (_folder, path) = finished_story();
    rusqlite::Connection::open(&path).unwrap().execute_batch("UPDATE meta SET value = '0.0.1' WHERE key = 'longhand'").unwrap();
    assert_eq!(Story::open(&path).unwrap().chronicle.len(), 30);
    let error = Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap_err();
    assert!(matches!(&error, StoryError::OtherVersion { found, .. } if found == "0.0.1"), "{error}");
}

#[test]
fn a_file_is_a_valid_story_as_soon_as_it_exists() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    assert_eq!(Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap().0.header.sources, test_header().sources);
    drop(writer);
}

#[test]
fn a_file_can_be_read_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut store = StoryStore::create(&path, test_header()).unwrap();
    let chronicle = simulated(20);
    store.write(&LogDelta { events: chronicle.events()[..10].to_vec(), ..LogDelta::default() }).unwrap();
    store.commit().unwrap();
    let first_read = Story::open(&path).unwrap();
    store.write(&LogDelta { events: chronicle.events()[10..].to_vec(), ..LogDelta::default() }).unwrap();
    store.commit().unwrap();
    assert_eq!((first_read.chronicle.len(), Story::open(&path).unwrap().chronicle.len()), (10, 20));
}

#[test]
fn a_file_that_is_not_a_story_is_rejected_with_the_reason() {
    let (folder, path) = finished_story();
    let path_of = |name: &str| folder.path().join(name);
    assert!(matches!(Story::open(&path_of("none.story")), Err(StoryError::Missing { .. })));
    assert!(matches!(Story::open(folder.path()), Err(StoryError::NotAStory { .. })));
    for (name, bytes) in [("empty.story", &b""[..]), ("text.story", &[b'x'; 5000]), ("short.story", b"SQLite format 3\0")] {
        std::fs::write(path_of(name), bytes).unwrap();
        assert!(matches!(Story::open(&path_of(name)), Err(StoryError::NotAStory { .. })), "{name}");
    }
    let other_database = rusqlite::Connection::open(path_of("other.story")).unwrap();
    other_database.execute_batch("CREATE TABLE meta (key, value)").unwrap();
    assert!(matches!(Story::open(&path_of("other.story")), Err(StoryError::NotAStory { .. })));

    assert!(matches!(StoryWriter::create_with_header(&path, test_header()), Err(StoryError::Exists { .. })));
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Story::open(&path).unwrap_err();
    assert!(matches!(error, StoryError::OtherFormat { found: 99, .. }), "{error}");
    assert!(matches!(Story::open_at(&path, AFTER_ALL_KEYFRAMES), Err(StoryError::OtherFormat { .. })));
}

#[test]
fn inconsistent_rows_are_reported_as_damage() {
    for wrong in [
        "DELETE FROM packed_events WHERE id = 3",
        "UPDATE packed_events SET causes = zeroblob(length(causes)) WHERE id = 5",
        "UPDATE packed_events SET causes = x'ffffffff' || substr(causes, 5) WHERE id = 5",
        "UPDATE packed_events SET causes = CAST(substr(causes, 1, length(causes) - 1) || x'63' AS BLOB) WHERE id = 5",
        "DELETE FROM facts WHERE id = 1",
        "UPDATE facts SET code = x'ff' WHERE id = 1",
        "UPDATE packed_events SET roles = x'00' WHERE id = 4",
        "UPDATE packed_events SET roles = 7 WHERE id = 4",
        "UPDATE packed_events SET changes = zeroblob(length(changes)) WHERE id = 4",
        "UPDATE packed_events SET widths = -1 WHERE id = 4",
        "UPDATE packed_events SET widths = widths + 1 WHERE id = 4",
        "UPDATE packed_events SET widths = 'wide' WHERE id = 4",
        "UPDATE packed_events SET numbers = x'ff' || substr(numbers, 2) WHERE id = 4",
        "UPDATE packed_events SET kind = 'meet'",
        "UPDATE packed_events SET choice = '{' WHERE id = 4",
        "UPDATE beats SET event = 1000",
        "UPDATE agents SET pronouns = 'we'",
        "UPDATE counts SET n = -1",
        "UPDATE OR REPLACE counts SET day = 4294967295",
        "UPDATE packed_crowd SET day = 4294967295",
        "UPDATE packed_crowd SET numbers = x'00' WHERE line = 1",
        "DELETE FROM names WHERE of = 'crowd'",
        "UPDATE packed_events SET at_us = -9223372036854775807 - 1 WHERE id = 3",
        "UPDATE packed_samples SET at_us = 9223372036854775807",
        "UPDATE packed_samples SET numbers = zeroblob(length(numbers))",
        "UPDATE beats SET at_us = 9223372036854775807",
        "UPDATE meta SET value = 9223372036854775807 WHERE key = 'ended_us'",
        "DELETE FROM meta WHERE key = 'legend'",
        "UPDATE meta SET value = 'x' WHERE key = 'seed'",
        "DROP TABLE packed_samples",
    ] {
        let (_folder, path) = finished_story();
        rusqlite::Connection::open(&path).unwrap().execute_batch(wrong).unwrap();
        let error = Story::open(&path).expect_err(wrong);
        assert!(matches!(error, StoryError::Damaged { .. }), "{wrong}: {error}");
    }
}

#[test]
fn an_invalid_keyframe_is_reported_as_damage() {
    let bomb = zstd::encode_all(&vec![0; 200 << 20][..], 1).unwrap();
    for what in [
        "state = ?1",
        "state = x'ffffffff0000'",
        "base = id",
        "base = 99",
        "events = -1",
        "events = 5",
        "agents = '[[1]]'",
        "at_us = -9223372036854775807 - 1",
        "hash = 7",
    ] {
        let (_folder, path) = finished_story();
        let connection = rusqlite::Connection::open(&path).unwrap();
        let mut alter = connection.prepare(&format!("UPDATE keyframes SET {what}")).unwrap();
        let altered = if what.contains('?') { alter.execute([&bomb]) } else { alter.execute([]) };
        assert_eq!(altered.unwrap(), 1);
        let error = Story::open_at(&path, AFTER_ALL_KEYFRAMES).map(drop).expect_err(what);
        assert!(matches!(error, StoryError::Damaged { .. }), "{what}: {error}");
    }
}

#[test]
fn a_failed_recording_returns_its_error_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    StoryWriter::create_with_header(&path, test_header()).unwrap().pause().unwrap();
    let forbid = "CREATE TRIGGER no BEFORE INSERT ON packed_samples BEGIN SELECT raise(ABORT, 'no'); END";
    rusqlite::Connection::open(&path).unwrap().execute_batch(forbid).unwrap();
    let (empty, _) = Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap();
    let mut writer = StoryWriter::resume(&empty, None, None).unwrap();
    let chronicle = simulated(3);
    writer.write(&chronicle);
    let error = writer.finish(Instant(1), &chronicle).unwrap_err();
    assert!(matches!(error, StoryError::Damaged { .. }), "{error}");
    let nowhere = folder.path().join("no").join("folder.story");
    assert!(matches!(StoryWriter::create_with_header(&nowhere, test_header()), Err(StoryError::File { .. })));
}

#[test]
fn a_stopped_run_stores_the_reason_until_it_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let writer = StoryWriter::create_with_header(&path, test_header()).unwrap();
    writer.finish_stopped(Instant(1), &simulated(5), "stopped for a reason").unwrap();
    let story = Story::open(&path).unwrap();
    assert_eq!((story.ended.map(|ended| ended.at), story.stopped.as_deref()), (Some(Instant(1)), Some("stopped for a reason")));
    let (story, keyframe) = Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap();
    StoryWriter::resume(&story, keyframe.as_ref(), None).unwrap().finish(Instant(2), &simulated(5)).unwrap();
    assert_eq!(Story::open(&path).unwrap().stopped, None);
}

pub(super) fn new_branch<'a>(chronicle: &'a Chronicle, symbols: &'a SymbolTable) -> NewBranch<'a> {
    NewBranch {
        name: "other",
        interventions: &[],
        param_overrides: &[],
        fork: Instant(0),
        symbols,
        chronicle,
        ended: Instant(98),
    }
}

#[test]
fn a_kill_while_a_branch_is_written_leaves_the_story_unchanged() {
    let (folder, path) = finished_story();
    let (main_run, symbols) = (simulated(30), test_symbols());
    let mut other_run = simulated(20);
    (20..2020).for_each(|i| _ = other_run.push(Event { causes: smallvec![], ..super::tests::nth_event(i) }));
    let branch = new_branch(&other_run, &symbols);
    let uncommitted = Story::open(&path).unwrap().write_branch(&branch).unwrap();

    // The files on disk are what a kill would leave.
    let killed = folder.path().join("killed.story");
    std::fs::copy(&path, &killed).unwrap();
    std::fs::copy(folder.path().join("a.story-wal"), folder.path().join("killed.story-wal")).unwrap();
    drop(uncommitted);
    for path in [killed, path] {
        assert_same(&Story::open(&path).unwrap().chronicle, &main_run);
        assert!(Story::branches(&path).unwrap().is_empty());
        Story::open(&path).unwrap().save_branch(&branch).unwrap();
        assert_same(&Story::open_branch(&path, "other").unwrap().chronicle, &other_run);
        assert_same(&Story::open(&path).unwrap().chronicle, &main_run);
    }
}

#[test]
fn a_kill_while_the_main_file_is_written_is_rolled_back_on_the_next_open() {
    let (folder, path) = finished_story();
    let connection = rusqlite::Connection::open(&path).unwrap();
    // More than the page cache holds: SQLite writes to the main file before the commit.
    let write = "PRAGMA cache_size = 2; BEGIN IMMEDIATE; UPDATE packed_events SET at_us = 7; \
        CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
        SELECT i, randomblob(4000) FROM n;";
    connection.execute_batch(write).unwrap();
    let killed = folder.path().join("killed.story");
    std::fs::copy(&path, &killed).unwrap();
    std::fs::copy(folder.path().join("a.story-journal"), folder.path().join("killed.story-journal")).unwrap();
    assert!(std::fs::metadata(&killed).unwrap().len() > 1_000_000, "part of the new content is in the file");
    assert_same(&Story::open(&killed).unwrap().chronicle, &simulated(30));
    assert!(!folder.path().join("killed.story-journal").exists());
}

#[test]
fn a_branch_that_cannot_be_written_completely_is_not_stored() {
    let (_folder, path) = finished_story();
    let (other_run, symbols) = (simulated(40), test_symbols());
    let branch = new_branch(&other_run, &symbols);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(BRANCH_SCHEMA).unwrap();
    let forbid = "CREATE TRIGGER no BEFORE INSERT ON branch_measures BEGIN SELECT raise(ABORT, 'no'); END";
    connection.execute_batch(forbid).unwrap();
    drop(connection);
    assert!(matches!(Story::open(&path).unwrap().save_branch(&branch), Err(StoryError::Damaged { .. })));
    assert!(Story::branches(&path).unwrap().is_empty());
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP TRIGGER no").unwrap();
    Story::open(&path).unwrap().save_branch(&branch).unwrap();
    assert_eq!(Story::branches(&path).unwrap().len(), 1);
}

#[test]
fn a_branch_with_out_of_range_instants_is_reported_as_damage() {
    for column in ["at_us", "fork_us", "ended_us"] {
        let (_folder, path) = finished_story();
        let (other_run, symbols) = (simulated(40), test_symbols());
        Story::open(&path).unwrap().save_branch(&new_branch(&other_run, &symbols)).unwrap();
        let alter = format!("UPDATE branches SET {column} = 9223372036854775807");
        rusqlite::Connection::open(&path).unwrap().execute_batch(&alter).unwrap();
        assert!(matches!(Story::open_branch(&path, "other"), Err(StoryError::Damaged { .. })), "{column}");
    }
}

#[test]
fn a_story_is_small() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut chronicle = simulated(300);
    for i in 0..20_000 {
        let fact = Fact::World(WorldFact::Attr(AgentId(i % 50), AttrId((i % 7) as u16)));
        chronicle.sample(Instant(i64::from(i) * 1_000_000_000), fact, libm::sin(f64::from(i)));
    }
    StoryWriter::create_with_header(&path, test_header()).unwrap().finish(Instant(1), &chronicle).unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert!(bytes < 20_000 * 40 + 300 * 1000, "{bytes} bytes");
}

/// The rows of a query as text, with the bits of numbers.
fn rows_as_text(connection: &rusqlite::Connection, query: &str) -> Vec<String> {
    use rusqlite::types::Value;
    let mut statement = connection.prepare(query).unwrap();
    let columns = statement.column_count();
    let cell = |value: Value| match value {
        Value::Real(number) => format!("{:x}", number.to_bits()),
        other => format!("{other:?}"),
    };
    let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column).map(cell)).collect());
    rows.unwrap().map(|row| row.map(|cells: Vec<String>| cells.join(" ")).unwrap()).collect()
}

#[test]
fn views_show_numbers_bit_for_bit_and_dates_to_the_microsecond() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    let mut chronicle = Chronicle::new(&test_symbols());
    let numbers = [
        [0.0, 1.0],
        [f64::from(0.3_f32), -f64::from(1e-30_f32)],
        [0.1 + 0.2, f64::MAX],
        [5e-324, -1e-310],
        [0.1234, -0.02],
        [1e9, -3.0],
    ];
    for (i, [before, after]) in (0..).zip(numbers) {
        let mut event = nth_event(i);
        event.changes = vec![change(LONELINESS, before, after); 300];
        event.values = smallvec![];
        chronicle.push(event);
    }
    StoryWriter::create_with_header(&path, test_header()).unwrap().finish(Instant(1), &chronicle).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let expected: Vec<String> = (numbers.iter().enumerate())
        .flat_map(|(event, [before, after])| {
            let (before, after) = (before.to_bits(), after.to_bits());
            (0..300).map(move |position| format!("Integer({event}) Integer({position}) {before:x} {after:x}"))
        })
        .collect();
    let query = "SELECT event, position, before, after FROM changes ORDER BY event, position";
    assert_eq!(rows_as_text(&connection, query), expected);
    let expected: Vec<String> =
        chronicle.iter().map(|event| format!("Text({:?})", test_symbols().civil_time(event.at))).collect();
    assert_eq!(rows_as_text(&connection, "SELECT at FROM events ORDER BY id"), expected);
}

#[test]
fn a_branch_shares_samples_up_to_the_middle_of_an_instant() {
    let (_folder, path) = finished_story();
    let with_samples = |values: &[f64]| {
        let mut chronicle = simulated(30);
        values.iter().for_each(|&value| chronicle.sample(Instant::from_seconds(1e6), LONELINESS, value));
        chronicle
    };
    std::fs::remove_file(&path).unwrap();
    let (main_run, symbols) = (with_samples(&[0.5, 0.25, 0.125, 1.0]), test_symbols());
    StoryWriter::create_with_header(&path, test_header()).unwrap().finish(Instant(1), &main_run).unwrap();
    let first = with_samples(&[0.5, 0.25, 0.75, 1.0]);
    Story::open(&path).unwrap().save_branch(&new_branch(&first, &symbols)).unwrap();
    let second = with_samples(&[0.5, 0.75]);
    let of_first = Story::open_branch(&path, "other").unwrap();
    of_first.save_branch(&NewBranch { name: "second", ..new_branch(&second, &symbols) }).unwrap();
    assert_same(&Story::open(&path).unwrap().chronicle, &main_run);
    assert_same(&Story::open_branch(&path, "other").unwrap().chronicle, &first);
    assert_same(&Story::open_branch(&path, "second").unwrap().chronicle, &second);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let stored = rows_as_text(&connection, "SELECT branch, position - 31, value FROM branch_samples ORDER BY branch, position");
    let value = |number: f64| format!("{:x}", number.to_bits());
    let row = |branch: i64, position: i64, number: f64| format!("Integer({branch}) Integer({position}) {}", value(number));
    assert_eq!(stored, [row(1, 2, 0.75), row(1, 3, 1.0), row(2, 1, 0.75)]);
}

#[test]
fn the_own_rows_of_a_branch_can_be_asked_by_views() {
    let (_folder, path) = finished_story();
    let (other_run, symbols) = (simulated(40), test_symbols());
    Story::open(&path).unwrap().save_branch(&new_branch(&other_run, &symbols)).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let ann = "SELECT branch, event, slot, name, agent FROM branch_roles WHERE event = 31 ORDER BY slot";
    let (branch, event) = ("Integer(1)", "Integer(31)");
    let expected = [
        format!("{branch} {event} Integer(0) Text(\"self\") Integer(1)"),
        format!("{branch} {event} Integer(1) Text(\"other\") Null"),
        format!("{branch} {event} Integer(2) Text(\"?\") Integer(2)"),
    ];
    assert_eq!(rows_as_text(&connection, ann), expected);
    for (view, rows) in
        [("events", 10), ("changes", 90), ("causes", 50), ("event_values", 10), ("samples", 10), ("crowd", 2), ("topics", 0)]
    {
        assert_eq!(rows_as_text(&connection, &format!("SELECT * FROM branch_{view}")).len(), rows, "{view}");
    }
}

#[test]
fn every_query_of_the_documentation_returns_rows() {
    let (_folder, path) = finished_story();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let page = include_str!("../../../../docs/story-format.md");
    let queries: Vec<&str> = page.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(queries.len() >= 5);
    for query in queries {
        let rows = connection.prepare(query).and_then(|mut prepared| prepared.query([])?.count_rows());
        assert!(rows.as_ref().is_ok_and(|&rows| rows > 0), "{query}: {rows:?}");
    }
    let tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
    let mut tables = connection.prepare(tables).unwrap();
    for table in tables.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        let table = table.unwrap();
        assert!(page.contains(&format!("`{table}`")), "{table} is not described");
    }
}

trait CountRows {
    fn count_rows(self) -> rusqlite::Result<usize>;
}

impl CountRows for rusqlite::Rows<'_> {
    fn count_rows(mut self) -> rusqlite::Result<usize> {
        let mut rows = 0;
        while self.next()?.is_some() {
            rows += 1;
        }
        Ok(rows)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_truncated_or_altered_file_is_read_or_rejected_without_a_panic(
        cut in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
    ) {
        thread_local! { static STORY: Vec<u8> = std::fs::read(finished_story().1).unwrap(); }
        let mut bytes = STORY.with(Clone::clone);
        if flips.is_empty() {
            bytes.truncate(cut.index(bytes.len()));
        }
        for (place, byte) in &flips {
            *place.get_mut(&mut bytes) = *byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.story");
        std::fs::write(&path, &bytes).unwrap();
        match Story::open(&path) {
            Ok(_) => prop_assert!(Story::open_at(&path, AFTER_ALL_KEYFRAMES).is_ok() || !flips.is_empty()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        if let Ok((story, keyframe)) = Story::open_at(&path, AFTER_ALL_KEYFRAMES) {
            let _ = StoryWriter::resume(&story, keyframe.as_ref(), None);
        }
    }

    #[test]
    fn numbers_are_read_back_bit_for_bit(before in any::<f64>(), after in any::<f64>(), term in any::<f64>()) {
        prop_assume!(term.is_finite() && !before.is_nan() && !after.is_nan());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.story");
        let mut event = nth_event(1);
        event.causes.clear();
        event.changes = vec![change(LONELINESS, before, after)];
        if let Some(choice) = &mut event.choice {
            choice.options[0].terms = smallvec![term];
        }
        let mut chronicle = Chronicle::new(&test_symbols());
        chronicle.push(event);
        StoryWriter::create_with_header(&path, test_header()).unwrap().finish(Instant(1), &chronicle).unwrap();
        prop_assert_eq!(Story::open(&path).unwrap().chronicle.hash(), chronicle.hash());
    }
}
