//! The `.sweep` file: stores the report of every run of a sweep as soon as it is finished.
//!
//! It is one SQLite database with one transaction per run, so a killed process loses only its unfinished runs. Each report
//! belongs to a [`SweepVariant`]: the source texts of the scene, the parameter values, the end and the program version. If any of
//! them changes, it is another variant. One file can hold several variants and never mixes their reports. In the tables a variant
//! is a row of `worlds`; the names in the file are stable.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, params};

use super::seeds::SeedList;
use crate::RunReport;
use longhand_expr::ids::Instant;
use longhand_scene::Scenario;

/// Marks an SQLite file as a sweep: `Lswp` in the `application_id` of SQLite.
const APPLICATION_ID: i32 = 0x4c73_7770;
/// Version of the tables, in the `user_version` of SQLite. Format 1 is converted when it is opened.
const FORMAT: i32 = 2;
const SCHEMA: &str = include_str!("sweep.sql");
/// Upper bound for the number of ties of one duration in a report; agent ids have 32 bits. A larger number means a damaged
/// report, and sums of such numbers could overflow.
const MAX_TIES: u64 = u32::MAX as u64;
/// How long to wait for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that determines a run, except the seed.
#[derive(Clone, Debug)]
pub struct SweepVariant {
    /// Hash of everything else, in hexadecimal.
    fingerprint: String,
    /// Name of the scene.
    scene: String,
    /// The parameters in effect, as JSON.
    params: String,
    /// The end, as a date and time; `None`: the scene's end.
    until: Option<String>,
    program: String,
    removed_rule: Option<String>,
}

/// The key of a variant in a [`SweepFile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepVariantId(i64);

/// An open `.sweep` file.
#[derive(Debug)]
pub struct SweepFile {
    path: PathBuf,
    connection: Connection,
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
    /// The file was written by another version of longhand in another format.
    #[error("{} is a sweep of format {found}; this version reads formats 1 to {FORMAT}", path.display())]
    OtherFormat {
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

impl SweepVariant {
    /// The variant of a scene that runs to its end or to `until`, whichever comes first. `program` identifies the build of
    /// longhand.
    #[must_use]
    pub fn new(scenario: &Scenario, until: Option<Instant>, program: &str) -> Self {
        let params: Vec<(&str, f64)> = scenario.params.iter().map(|param| (param.id.as_str(), param.value.as_f64())).collect();
        let until = until.filter(|&until| until < scenario.ends);
        let encoded = postcard::to_stdvec(&(&scenario.name, &scenario.sources, &params, until, program));
        let bytes = encoded.expect("texts and numbers can always be encoded");
        let params: serde_json::Map<_, _> = params.into_iter().map(|(id, value)| (id.to_owned(), value.into())).collect();
        Self {
            fingerprint: format!("{:032x}", twox_hash::XxHash3_128::oneshot(&bytes)),
            scene: scenario.name.clone(),
            params: serde_json::Value::Object(params).to_string(),
            until: until.map(|until| scenario.calendar.datetime(until).to_string()),
            program: program.to_owned(),
            removed_rule: None,
        }
    }

    /// The same variant with one rule removed.
    #[must_use]
    pub fn without_rule(self, rule: &str) -> Self {
        let bytes = format!("{} without {rule}", self.fingerprint);
        let fingerprint = format!("{:032x}", twox_hash::XxHash3_128::oneshot(bytes.as_bytes()));
        Self { fingerprint, removed_rule: Some(rule.to_owned()), ..self }
    }
}

impl SweepFile {
    /// Opens a file, or creates it if it does not exist.
    ///
    /// # Errors
    /// When the file is not a sweep, is damaged or has another format, or cannot be opened or written.
    pub fn open(path: &Path) -> Result<Self, SweepError> {
        let sqlite_error = |source| SweepError::from_sqlite(path, source);
        let connection = Connection::open(path).map_err(sqlite_error)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(sqlite_error)?;
        let pragma =
            |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0)).map_err(sqlite_error);
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(sqlite_error)?;
        match (pragma("application_id")?, pragma("user_version")?) {
            // A new or empty file.
            (0, 0) if tables == 0 => create_tables(&connection).map_err(sqlite_error)?,
            (APPLICATION_ID, FORMAT) => {}
            (APPLICATION_ID, 1) => migrate_from_format_1(&connection).map_err(sqlite_error)?,
            (APPLICATION_ID, found) => return Err(SweepError::OtherFormat { path: path.to_path_buf(), found }),
            _ => return Err(SweepError::NotASweep { path: path.to_path_buf() }),
        }
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;").map_err(sqlite_error)?;
        Ok(Self { path: path.to_path_buf(), connection })
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
        let SweepVariant { fingerprint, scene, params, until, program, removed_rule } = variant;
        let insert = "INSERT INTO worlds (fingerprint, scene, params, until, longhand, without) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                      ON CONFLICT (fingerprint) DO NOTHING";
        let find = "SELECT id FROM worlds WHERE fingerprint = ?1";
        self.connection
            .execute(insert, params![fingerprint, scene, params, until, program, removed_rule])
            .map_err(|error| self.sqlite_error(error))?;
        self.connection
            .query_row(find, [fingerprint], |row| row.get(0))
            .map(SweepVariantId)
            .map_err(|error| self.sqlite_error(error))
    }

    /// The stored reports of a variant for these seeds, ascending by seed.
    ///
    /// # Errors
    /// When the file cannot be read, or a report is damaged.
    pub fn reports(&self, variant: SweepVariantId, seeds: &SeedList) -> Result<Vec<RunReport>, SweepError> {
        let select = "SELECT seed, report FROM runs WHERE world = ?1";
        let mut select = self.connection.prepare(select).map_err(|error| self.sqlite_error(error))?;
        let rows = select.query_map([variant.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let mut reports = Vec::new();
        for row in rows.map_err(|error| self.sqlite_error(error))? {
            let (seed, text) = row.map_err(|error| self.sqlite_error(error))?;
            // SQLite has only signed integers, so a seed of 2^63 or more is stored as a negative number. Therefore the seeds
            // are not a condition of the query.
            let seed = seed.cast_unsigned();
            if !seeds.contains(seed) {
                continue;
            }
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

/// Adds the column for the removed rule; format 1 had no such variants.
fn migrate_from_format_1(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; ALTER TABLE worlds ADD COLUMN without TEXT; PRAGMA user_version = {FORMAT}; COMMIT;"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Run;
    use longhand_scene::STARTER_SCENE;
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
        let variant = SweepVariant::new(&starter_scenario(&[]), None, "test");
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
            file.find_or_insert_variant(&SweepVariant::new(scenario, until, program)).unwrap()
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
            file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), None, "one").without_rule("talk")).unwrap(),
            file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), None, "one").without_rule("walk")).unwrap(),
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
    fn a_file_of_format_1_keeps_its_reports() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.sweep");
        let variant = SweepVariant::new(&starter_scenario(&[]), None, "test");
        let file = SweepFile::open(&path).unwrap();
        file.insert_report(file.find_or_insert_variant(&variant).unwrap(), &run_report(3)).unwrap();
        file.connection.execute_batch("ALTER TABLE worlds DROP COLUMN without; PRAGMA user_version = 1").unwrap();
        drop(file);
        let file = SweepFile::open(&path).unwrap();
        assert_eq!(file.reports(file.find_or_insert_variant(&variant).unwrap(), &parse_seeds("0..9")).unwrap().len(), 1);
        assert!(
            file.reports(file.find_or_insert_variant(&variant.clone().without_rule("talk")).unwrap(), &parse_seeds("0..9"))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_damaged_report_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = SweepFile::open(&folder.path().join("a.sweep")).unwrap();
        let variant = file.find_or_insert_variant(&SweepVariant::new(&starter_scenario(&[]), None, "test")).unwrap();
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
