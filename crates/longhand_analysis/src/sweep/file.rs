//! The `.sweep` file: stores the report of every run of a sweep as soon as it is finished.
//!
//! It is one SQLite database with one transaction per run, so a killed process loses only its unfinished runs. Each report
//! belongs to a [`SweepVariant`]: the source texts of the scene, the parameter values, the end and the program version. If any of
//! them changes, it is another variant. One file can hold several variants and never mixes their reports. In the tables a variant
//! is a row of `worlds`; the names in the file are stable.
//!
//! The file also has what the last sweep into it asked for (table `request`) and the texts of the scene, so that it can be merged
//! with others without the scene (`merge.rs`). It has a rollback journal and no write-ahead log: between two transactions it is a
//! single file, which can be copied, and which works on a network drive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, params};

use super::seeds::SeedList;
use super::variant::SweepVariant;
use crate::RunReport;

/// Marks an SQLite file as a sweep: `Lswp` in the `application_id` of SQLite.
const APPLICATION_ID: i32 = 0x4c73_7770;
/// Version of the tables, in the `user_version` of SQLite. Formats 1 and 2 are converted when a sweep opens them.
const FORMAT: i32 = 3;
const SCHEMA: &str = include_str!("sweep.sql");
/// Upper bound for the number of ties of one duration in a report; agent ids have 32 bits. A larger number means a damaged
/// report, and sums of such numbers could overflow.
const MAX_TIES: u64 = u32::MAX as u64;
/// How long to wait for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The key of a variant in a [`SweepFile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepVariantId(i64);

/// An open `.sweep` file.
#[derive(Debug)]
pub struct SweepFile {
    path: PathBuf,
    connection: Connection,
}

/// One variant that a sweep asks for.
#[derive(Clone, Debug)]
pub struct RequestedVariant {
    /// Its position among the variants of the sweep.
    pub nth: usize,
    /// The number of variants of the sweep.
    pub total: usize,
    /// The variant.
    pub variant: SweepVariantId,
    /// Name of the condition of an ablation; `None` for a combination of params.
    pub condition: Option<String>,
    /// The seeds.
    pub seeds: SeedList,
}

/// Why a `.sweep` file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The file is not a sweep; it is left unchanged.
    #[error("{} is not a sweep; the file was left unchanged", path.display())]
    NotASweep {
        /// The file.
        path: PathBuf,
    },
    /// There is no such file.
    #[error("cannot read {}: there is no such file", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by another version of longhand in another format.
    #[error("{} is a sweep of format {found}; this version reads formats 1 to {FORMAT}", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// Format of the file.
        found: i32,
    },
    /// The file was written by an earlier version, whose files do not have what a merge needs.
    #[error("{} is a sweep of format {found}, which cannot be merged: simulate it again with this version", path.display())]
    OldFormat {
        /// The file.
        path: PathBuf,
        /// Format of the file.
        found: i32,
    },
    /// The file is a damaged sweep.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is damaged.
        what: String,
    },
    /// The file cannot be opened, read or written.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
}

impl SweepFile {
    /// Opens a file, or creates it if it does not exist.
    ///
    /// # Errors
    /// When the file is not a sweep, is damaged or has another format, or cannot be opened or written.
    pub fn open(path: &Path) -> Result<Self, SweepError> {
        let connection = Connection::open(path).map_err(|source| SweepError::from_sqlite(path, source))?;
        let file = Self { path: path.to_path_buf(), connection };
        file.create_or_convert().map_err(|error| match error {
            OpenFailure::Sqlite(source) => file.sqlite_error(source),
            OpenFailure::Refused(error) => error,
        })?;
        Ok(file)
    }

    /// A store in memory, with which the size of a file is measured.
    ///
    /// # Errors
    /// When SQLite reports an error, such as lack of memory.
    pub fn in_memory() -> Result<Self, SweepError> {
        let path = PathBuf::from(":memory:");
        let connection = Connection::open_in_memory().map_err(|source| SweepError::from_sqlite(&path, source))?;
        create_tables(&connection).map_err(|source| SweepError::from_sqlite(&path, source))?;
        Ok(Self { path, connection })
    }

    /// Opens a file that exists and does not convert it.
    ///
    /// # Errors
    /// When the file is missing, is not a sweep of the current format, or cannot be opened.
    pub(super) fn open_existing(path: &Path) -> Result<Self, SweepError> {
        if !path.exists() {
            return Err(SweepError::Missing { path: path.to_path_buf() });
        }
        // Writable, because a journal that a killed process left behind is rolled back.
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .map_err(|source| SweepError::from_sqlite(path, source))?;
        let file = Self { path: path.to_path_buf(), connection };
        match file.format().map_err(|error| file.sqlite_error(error))? {
            (APPLICATION_ID, FORMAT) => Ok(file),
            (APPLICATION_ID, found) if found < FORMAT => Err(SweepError::OldFormat { path: file.path, found }),
            (APPLICATION_ID, found) => Err(SweepError::OtherFormat { path: file.path, found }),
            _ => Err(SweepError::NotASweep { path: file.path }),
        }
    }

    /// The `application_id` and `user_version`.
    fn format(&self) -> rusqlite::Result<(i32, i32)> {
        self.connection.busy_timeout(BUSY_TIMEOUT)?;
        let pragma = |name: &str| self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
        Ok((pragma("application_id")?, pragma("user_version")?))
    }

    fn create_or_convert(&self) -> Result<(), OpenFailure> {
        let connection = &self.connection;
        let format = self.format()?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
        let path = || self.path.clone();
        match format {
            // A new or empty file.
            (0, 0) if tables == 0 => create_tables(connection)?,
            (APPLICATION_ID, FORMAT) => {}
            (APPLICATION_ID, found @ (1 | 2)) => migrate(connection, found)?,
            (APPLICATION_ID, found) => return Err(OpenFailure::Refused(SweepError::OtherFormat { path: path(), found })),
            _ => return Err(OpenFailure::Refused(SweepError::NotASweep { path: path() })),
        }
        connection.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL;")?;
        Ok(())
    }

    /// Path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key of a variant, which is inserted if the file does not have it.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn find_or_insert_variant(&self, variant: &SweepVariant) -> Result<SweepVariantId, SweepError> {
        let id = self.find_variant(&variant.fingerprint).and_then(|found| match found {
            Some(id) => Ok(id),
            None => self.insert_variant(variant),
        });
        id.map(SweepVariantId).map_err(|error| self.sqlite_error(error))
    }

    fn find_variant(&self, fingerprint: &str) -> rusqlite::Result<Option<i64>> {
        // A row of an earlier format has no source texts, which are added to it.
        let find = "SELECT id FROM worlds WHERE fingerprint = ?1 AND source IS NOT NULL";
        self.connection.query_row(find, [fingerprint], |row| row.get(0)).optional()
    }

    fn insert_variant(&self, variant: &SweepVariant) -> rusqlite::Result<i64> {
        let SweepVariant { fingerprint, scene, params, settings, until, program, removed_rule, sources } = variant;
        let digest = variant.sources_digest();
        let find = "SELECT id FROM sources WHERE digest = ?1";
        if self.connection.query_row(find, [&digest], |_| Ok(())).optional()?.is_none() {
            let insert = "INSERT INTO sources (digest, files) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING";
            self.connection.execute(insert, params![digest, json_text(&sources[..])])?;
        }
        // Another process may insert the same variant meanwhile.
        let insert = "INSERT INTO worlds (fingerprint, scene, params, until, longhand, without, settings, source)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT id FROM sources WHERE digest = ?8))
                      ON CONFLICT (fingerprint) DO UPDATE SET settings = excluded.settings, source = excluded.source";
        let values = params![fingerprint, scene, params, until, program, removed_rule, json_text(&settings), digest];
        self.connection.execute(insert, values)?;
        self.connection.query_row("SELECT id FROM worlds WHERE fingerprint = ?1", [fingerprint], |row| row.get(0))
    }

    /// The variant of a key, with the texts of its scene.
    ///
    /// # Errors
    /// When the file cannot be read, or does not have it.
    pub(super) fn variant(&self, id: SweepVariantId) -> Result<SweepVariant, SweepError> {
        let select = "SELECT fingerprint, scene, params, settings, until, longhand, without, files
                      FROM worlds JOIN sources ON sources.id = worlds.source WHERE worlds.id = ?1";
        let read = |row: &Row<'_>| {
            let variant = SweepVariant {
                fingerprint: row.get(0)?,
                scene: row.get(1)?,
                params: row.get(2)?,
                settings: Vec::new(),
                until: row.get(4)?,
                program: row.get(5)?,
                removed_rule: row.get(6)?,
                sources: [].into(),
            };
            Ok((variant, row.get::<_, String>(3)?, row.get::<_, String>(7)?))
        };
        let found = self.connection.query_row(select, [id.0], read);
        let (variant, settings, files) = found.map_err(|error| self.sqlite_error(error))?;
        let damaged = |error: serde_json::Error| self.damaged_error(format!("the scene of world {}: {error}", id.0));
        Ok(SweepVariant {
            settings: serde_json::from_str(&settings).map_err(damaged)?,
            sources: serde_json::from_str::<Vec<_>>(&files).map_err(damaged)?.into(),
            ..variant
        })
    }

    /// Records what a sweep asks for, one variant after another. The first replaces the request of the sweep before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_to_request(&self, requested: &RequestedVariant) -> Result<(), SweepError> {
        let RequestedVariant { nth, total, variant, condition, seeds } = requested;
        let write = || {
            if *nth == 0 {
                self.connection.execute("DELETE FROM request", [])?;
            }
            let insert = "INSERT OR REPLACE INTO request VALUES (?1, ?2, ?3, ?4, ?5)";
            self.connection.execute(insert, params![*nth as i64, *total as i64, variant.0, condition, seeds.to_string()])
        };
        write().map(|_| ()).map_err(|error| self.sqlite_error(error))
    }

    /// What the last sweep into the file has asked for so far, in its order.
    ///
    /// # Errors
    /// When the file cannot be read, or the request is damaged.
    pub(super) fn request(&self) -> Result<Vec<RequestedVariant>, SweepError> {
        let read = || {
            let mut select = self.connection.prepare("SELECT nth, total, world, condition, seeds FROM request ORDER BY nth")?;
            let rows = select.query_map([], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get(2)?, row.get(3)?, row.get::<_, String>(4)?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let rows = read().map_err(|error| self.sqlite_error(error))?;
        let damaged = |what: String| self.damaged_error(format!("what its sweep asked for: {what}"));
        let count = |number: i64| usize::try_from(number).map_err(|error| damaged(error.to_string()));
        let parse = |(nth, total, world, condition, seeds): (i64, i64, i64, Option<String>, String)| {
            Ok(RequestedVariant {
                nth: count(nth)?,
                total: count(total)?,
                variant: SweepVariantId(world),
                condition,
                seeds: seeds.parse().map_err(damaged)?,
            })
        };
        rows.into_iter().map(parse).collect()
    }

    /// The stored reports of a variant for these seeds, ascending by seed.
    ///
    /// # Errors
    /// When the file cannot be read, or a report is damaged.
    pub fn reports(&self, variant: SweepVariantId, seeds: &SeedList) -> Result<Vec<RunReport>, SweepError> {
        self.reports_where(variant, |seed| seeds.contains(seed))
    }

    /// The stored reports of a variant for the seeds of which `wanted` is true, ascending by seed.
    ///
    /// # Errors
    /// When the file cannot be read, or a report is damaged.
    pub(super) fn reports_where(
        &self,
        variant: SweepVariantId,
        wanted: impl Fn(u64) -> bool,
    ) -> Result<Vec<RunReport>, SweepError> {
        let mut reports = Vec::new();
        for (seed, text) in self.texts_by_seed("SELECT seed, report FROM runs WHERE world = ?1", variant, wanted)? {
            match serde_json::from_str::<RunReport>(&text) {
                Ok(report) if report.ties.values().flatten().any(|&(_, ended, censored)| ended.max(censored) > MAX_TIES) => {
                    return Err(self.damaged_error(format!("the report of seed {seed} has too many ties")));
                }
                Ok(report) if report.seed == seed => reports.push(report),
                Ok(report) => return Err(self.damaged_error(format!("seed {seed} has the report of seed {}", report.seed))),
                Err(error) => return Err(self.damaged_error(format!("the report of seed {seed}: {error}"))),
            }
        }
        reports.sort_by_key(|report| report.seed);
        Ok(reports)
    }

    /// Why runs of a variant were stopped, for the seeds of which `wanted` is true.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stopped(&self, variant: SweepVariantId, wanted: impl Fn(u64) -> bool) -> Result<BTreeMap<u64, String>, SweepError> {
        let rows = self.texts_by_seed("SELECT seed, reason FROM stopped WHERE world = ?1", variant, wanted)?;
        Ok(rows.into_iter().collect())
    }

    /// The rows of a query for a seed and a text. SQLite has only signed integers, so a seed of 2^63 or more is stored as a negative
    /// number. Therefore the seeds are not a condition of the query.
    fn texts_by_seed(
        &self,
        query: &str,
        variant: SweepVariantId,
        wanted: impl Fn(u64) -> bool,
    ) -> Result<Vec<(u64, String)>, SweepError> {
        let read = || {
            let mut select = self.connection.prepare(query)?;
            let mut rows = select.query([variant.0])?;
            let mut texts = Vec::new();
            while let Some(row) = rows.next()? {
                let seed = row.get::<_, i64>(0)?.cast_unsigned();
                if wanted(seed) {
                    texts.push((seed, row.get(1)?));
                }
            }
            Ok(texts)
        };
        read().map_err(|error| self.sqlite_error(error))
    }

    /// The number of stored runs of all other variants.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn count_other_runs(&self, variant: SweepVariantId) -> Result<u64, SweepError> {
        let count = "SELECT count(*) FROM runs WHERE world <> ?1";
        let runs: i64 =
            self.connection.query_row(count, [variant.0], |row| row.get(0)).map_err(|error| self.sqlite_error(error))?;
        Ok(runs.unsigned_abs())
    }

    /// Stores the report of a run. If the seed is already stored, nothing changes: a run is deterministic.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn insert_report(&self, variant: SweepVariantId, report: &RunReport) -> Result<(), SweepError> {
        let text = serde_json::to_string(report).map_err(|error| self.damaged_error(error.to_string()))?;
        let insert = "INSERT INTO runs VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let inserted = self.connection.execute(insert, params![variant.0, report.seed.cast_signed(), text]);
        inserted.map(|_| ()).map_err(|error| self.sqlite_error(error))
    }

    /// Stores why a run was stopped before its end.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn insert_stopped(&self, variant: SweepVariantId, seed: u64, reason: &str) -> Result<(), SweepError> {
        let insert = "INSERT INTO stopped VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let inserted = self.connection.execute(insert, params![variant.0, seed.cast_signed(), reason]);
        inserted.map(|_| ()).map_err(|error| self.sqlite_error(error))
    }

    /// Does several writes in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written, or `write` fails; nothing is written then.
    pub(super) fn write_together(&self, write: impl FnOnce(&Self) -> Result<(), SweepError>) -> Result<(), SweepError> {
        let transaction = self.connection.unchecked_transaction().map_err(|error| self.sqlite_error(error))?;
        write(self)?;
        transaction.commit().map_err(|error| self.sqlite_error(error))
    }

    /// The size of the store, in bytes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn size_bytes(&self) -> Result<u64, SweepError> {
        let pragma = |name: &str| self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
        let size = pragma("page_count").and_then(|pages| Ok(pages.unsigned_abs() * pragma("page_size")?.unsigned_abs()));
        size.map_err(|error| self.sqlite_error(error))
    }

    fn sqlite_error(&self, source: rusqlite::Error) -> SweepError {
        SweepError::from_sqlite(&self.path, source)
    }

    fn damaged_error(&self, what: String) -> SweepError {
        SweepError::Damaged { path: self.path.clone(), what }
    }
}

impl SweepError {
    fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotASweep { path },
            // `Unknown` is SQLite's generic error, here a missing table or column; without a code a value has the wrong type.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::TypeMismatch | ErrorCode::Unknown) | None => {
                Self::Damaged { path, what: source.to_string() }
            }
            Some(_) => Self::File { path, source },
        }
    }
}

fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; COMMIT;"
    ))
}

/// Adds the tables and columns that a format did not have: format 1 no removed rules; format 2 no texts, requests and stopped runs.
fn migrate(connection: &Connection, from: i32) -> rusqlite::Result<()> {
    let without = if from == 1 { "ALTER TABLE worlds ADD COLUMN without TEXT;" } else { "" };
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {without} ALTER TABLE worlds ADD COLUMN settings TEXT; ALTER TABLE worlds ADD COLUMN source INTEGER;
         {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;"
    ))
}

fn json_text(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a list of texts can always be encoded")
}

/// Why a file cannot be opened.
enum OpenFailure {
    Sqlite(rusqlite::Error),
    Refused(SweepError),
}

impl From<rusqlite::Error> for OpenFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Run;
    use longhand_expr::ids::Instant;
    use longhand_scene::{STARTER_SCENE, Scenario};
    use longhand_sim::SimOptions;
    use std::sync::Arc;

    fn starter_scenario(settings: &[(&str, &str)]) -> Arc<Scenario> {
        let settings: Vec<_> = settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Arc::new(longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &settings).unwrap().scenario)
    }

    fn run_report(seed: u64) -> RunReport {
        let until = Some(Instant::from_seconds(86_400.0));
        let mut run = Run::new(starter_scenario(&[]), SimOptions { seed, threads: 1 }, until);
        while run.step() {}
        run.report()
    }

    fn parse_seeds(text: &str) -> SeedList {
        text.parse().unwrap()
    }

    #[test]
    fn stored_reports_are_found_when_the_file_is_reopened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sweep");
        let variant = SweepVariant::new(&starter_scenario(&[]), &[], None, "test");
        let reports = [run_report(3), run_report(u64::MAX - 1), run_report(2)];
        {
            let file = SweepFile::open(&path).unwrap();
            let id = file.find_or_insert_variant(&variant).unwrap();
            assert!(file.reports(id, &parse_seeds("0..9")).unwrap().is_empty());
            reports.iter().for_each(|report| file.insert_report(id, report).unwrap());
            file.insert_report(id, &reports[0]).unwrap();
        }
        let file = SweepFile::open(&path).unwrap();
        let id = file.find_or_insert_variant(&variant).unwrap();
        assert_eq!(file.reports(id, &parse_seeds("0..9")).unwrap(), [reports[2].clone(), reports[0].clone()]);
        assert_eq!(file.reports(id, &parse_seeds("18446744073709551600..18446744073709551615")).unwrap(), reports[1..2]);
        assert_eq!(file.count_other_runs(id).unwrap(), 0);
    }

    #[test]
    fn a_report_belongs_to_its_scene_parameters_end_and_program() {
        let folder = tempfile::tempdir().unwrap();
        let file = SweepFile::open(&folder.path().join("a.sweep")).unwrap();
        let (week, year) = (Instant::from_seconds(7.0 * 86_400.0), Instant::from_seconds(365.0 * 86_400.0));
        let changed = STARTER_SCENE.replacen("title:", " title:", 1);
        let changed = longhand_scene::load_text("new.ron", &[("new.ron", &changed)], &[]).unwrap().scenario;
        let id = |scenario: &Scenario, until, program| {
            file.find_or_insert_variant(&SweepVariant::new(scenario, &[], until, program)).unwrap()
        };
        let variant = id(&starter_scenario(&[]), None, "one");
        file.insert_report(variant, &run_report(1)).unwrap();
        assert_eq!(variant, id(&starter_scenario(&[("warmth", "1")]), None, "one"), "setting a default value changes nothing");
        assert_eq!(variant, id(&starter_scenario(&[]), Some(year), "one"), "an end after the scene's own changes nothing");
        let others = [
            id(&starter_scenario(&[("warmth", "2")]), None, "one"),
            id(&starter_scenario(&[]), Some(week), "one"),
            id(&starter_scenario(&[]), None, "two"),
            id(&changed, None, "one"),
            file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), &[], None, "one").without_rule("talk"))
                .unwrap(),
            file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), &[], None, "one").without_rule("walk"))
                .unwrap(),
        ];
        for (index, other) in others.iter().enumerate() {
            assert!(*other != variant && !others[..index].contains(other), "variant {index}");
            assert!(file.reports(*other, &parse_seeds("0..9")).unwrap().is_empty());
            assert_eq!(file.count_other_runs(*other).unwrap(), 1);
        }
    }

    #[test]
    fn a_file_that_is_not_a_sweep_is_left_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.sweep");
        std::fs::write(&text, "not a database at all, but quite a few words of something else").unwrap();
        assert!(matches!(SweepFile::open(&text), Err(SweepError::NotASweep { .. })));
        let other = folder.path().join("other.sweep");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
        assert!(matches!(SweepFile::open(&other), Err(SweepError::NotASweep { .. })));
        let newer = folder.path().join("newer.sweep");
        drop(SweepFile::open(&newer).unwrap());
        Connection::open(&newer).unwrap().execute_batch("PRAGMA user_version = 7").unwrap();
        assert!(matches!(SweepFile::open(&newer), Err(SweepError::OtherFormat { found: 7, .. })));
        assert!(matches!(SweepFile::open(&folder.path().join("missing-folder/a.sweep")), Err(SweepError::File { .. })));
    }

    #[test]
    fn a_file_of_an_earlier_format_keeps_its_reports_and_cannot_be_merged() {
        for format in [1, 2] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("old.sweep");
            let variant = SweepVariant::new(&starter_scenario(&[]), &[], None, "test");
            let old = Connection::open(&path).unwrap();
            let without = if format == 2 { ", without TEXT" } else { "" };
            old.execute_batch(&format!(
                "CREATE TABLE worlds (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, scene TEXT NOT NULL,
                     params TEXT NOT NULL, until TEXT, longhand TEXT NOT NULL{without});
                 CREATE TABLE runs (world INTEGER NOT NULL REFERENCES worlds(id), seed INTEGER NOT NULL, report TEXT NOT NULL,
                     PRIMARY KEY (world, seed)) WITHOUT ROWID;
                 PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {format}; PRAGMA journal_mode = WAL;"
            ))
            .unwrap();
            let insert = "INSERT INTO worlds (fingerprint, scene, params, longhand) VALUES (?1, 'new.ron', '{}', 'test')";
            old.execute(insert, [&variant.fingerprint]).unwrap();
            let report = serde_json::to_string(&run_report(3)).unwrap();
            old.execute("INSERT INTO runs VALUES (1, 3, ?1)", [report]).unwrap();
            drop(old);
            assert!(matches!(SweepFile::open_existing(&path), Err(SweepError::OldFormat { found, .. }) if found == format));
            let file = SweepFile::open(&path).unwrap();
            let reports = |variant: &SweepVariant| {
                file.reports(file.find_or_insert_variant(variant).unwrap(), &parse_seeds("0..9")).unwrap().len()
            };
            assert_eq!((reports(&variant), reports(&variant.clone().without_rule("talk"))), (1, 0));
            assert!(file.request().unwrap().is_empty());
        }
    }

    #[test]
    fn between_two_writes_a_sweep_is_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = SweepFile::open(&folder.path().join("a.sweep")).unwrap();
        let id = file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), &[], None, "test")).unwrap();
        file.insert_report(id, &RunReport::empty(1)).unwrap();
        file.insert_stopped(id, u64::MAX - 1, "too many events").unwrap();
        file.insert_stopped(id, u64::MAX - 1, "another reason").unwrap();
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.sweep"]);
        assert_eq!(file.stopped(id, |_| true).unwrap(), [(u64::MAX - 1, "too many events".to_owned())].into());
        assert_eq!(file.size_bytes().unwrap(), std::fs::metadata(file.path()).unwrap().len());
    }

    #[test]
    fn a_damaged_report_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = SweepFile::open(&folder.path().join("a.sweep")).unwrap();
        let variant = file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), &[], None, "test")).unwrap();
        file.connection.execute("INSERT INTO runs VALUES (?1, 4, '{\"seed\": 4')", [variant.0]).unwrap();
        let error = file.reports(variant, &parse_seeds("0..9")).unwrap_err();
        assert!(matches!(&error, SweepError::Damaged { what, .. } if what.contains("seed 4")), "{error}");
        let mut report = RunReport::empty(5);
        report.ties.insert("friends".into(), vec![(0, u64::MAX, 1)]);
        file.insert_report(variant, &report).unwrap();
        let error = file.reports(variant, &parse_seeds("5..6")).unwrap_err();
        assert!(matches!(&error, SweepError::Damaged { what, .. } if what.contains("too many ties")), "{error}");
    }
}
