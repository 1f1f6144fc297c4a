//! A story of the format before this one is read as it was recorded, and never written.

use super::tests::{AFTER_ALL_KEYFRAMES, assert_same, new_branch, simulated};
use super::*;
use crate::testing::test_symbols;
use std::path::{Path, PathBuf};

/// A story of format 5: `tests/it/rich.ron` with seed 3 for three days, and a branch without `get_os`, `dry`.
fn story_of_format_5() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/stories/format-5.story")
}

#[test]
fn a_story_of_format_5_is_read_with_its_branch_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.story");
    std::fs::copy(story_of_format_5(), &path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let (story, branch) = (Story::open(&path).unwrap(), Story::open_branch(&path, "dry").unwrap());
    for (story, events) in [(&story, 113), (&branch, 112)] {
        assert_eq!((story.chronicle.len(), story.ended.unwrap().hash), (events, story.chronicle.hash()));
        assert!(story.chronicle.samples().len() > 300 && story.chronicle.crowd.len() == 3);
    }
    let mut stream = StoryEventStream::open(&path).unwrap();
    assert_eq!(stream.next_chunk().unwrap(), story.chronicle.events());
    assert_eq!(stream.next_samples().unwrap(), story.chronicle.samples());
    let (other_run, symbols) = (simulated(3), test_symbols());
    let (at_start, keyframe) = Story::open_at(&path, AFTER_ALL_KEYFRAMES).unwrap();
    for error in [
        story.save_branch(&new_branch(&other_run, &symbols)).unwrap_err(),
        StoryWriter::resume(&at_start, keyframe.as_ref(), None).unwrap_err(),
    ] {
        assert!(matches!(error, StoryError::EarlierFormat { found: 5, .. }), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "the file is unchanged");
}

#[test]
fn a_story_of_format_5_is_the_same_in_the_present_format() {
    let folder = tempfile::tempdir().unwrap();
    let (old_path, path) = (story_of_format_5(), folder.path().join("a.story"));
    let old = Story::open(&old_path).unwrap();
    let mut writer = StoryWriter::create_with_header(&path, old.header.clone()).unwrap();
    writer.write(&old.chronicle);
    writer.finish(old.ended.unwrap().at, &old.chronicle).unwrap();
    assert_same(&Story::open(&path).unwrap().chronicle, &old.chronicle);

    // The views have the columns and rows of the old tables.
    let rows = |path: &Path, query: &str| -> Vec<Vec<rusqlite::types::Value>> {
        let connection = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut statement = connection.prepare(query).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    // The ids of facts are those of the order in which they were stored.
    let fact = |column: &str| format!("(SELECT text FROM facts WHERE facts.id = {column})");
    let (fact, all) = (fact("fact"), "*");
    for (table, columns, order) in [
        ("events", all, "id"),
        ("roles", all, "event, slot"),
        ("changes", &*format!("event, position, {fact}, before, after"), "event, position"),
        ("causes", &format!("event, position, cause, link, {fact}"), "event, position"),
        ("event_values", all, "event, position"),
        ("samples", &format!("position, after, at_us, {fact}, value"), "position"),
        ("crowd", all, "line, position"),
        ("happened", all, "id"),
    ] {
        let query = format!("SELECT {columns} FROM {table} ORDER BY {order}");
        let (expected, found) = (rows(&old_path, &query), rows(&path, &query));
        assert!(!expected.is_empty() && found.len() == expected.len(), "{table}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{table}");
        }
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        assert_eq!(rows(&path, &columns), rows(&old_path, &columns), "{table}");
    }
}
