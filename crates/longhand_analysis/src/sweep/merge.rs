//! Merges parts of a sweep: files that hold runs of the same variants with different seeds, made by several processes or machines.
//!
//! A part is what [`SweepFile`] stores for one process. Parts fit together if their sweeps asked for the same variants in the same
//! order, and are finished. A seed may be in several parts: its runs must be the same, since a run is deterministic, and it counts
//! once. So the result depends neither on how the seeds are distributed nor on the order of the parts, and equals a sweep of all
//! seeds in one process.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::effect::AblationEffect;
use super::file::{RequestedVariant, SweepError, SweepFile};
use super::seeds::SeedList;
use super::summary::{GridReport, SweepReport};
use super::variant::SweepVariant;
use crate::RunReport;
use longhand_chronicle::hidden_name;
use longhand_scene::{Diagnostics, Scenario};

/// Why parts cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] SweepError),
    /// No sweep has stored anything in the file.
    #[error("{} has no sweep to merge: its process ended before the first run began; run the same command again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The sweep of a part was interrupted.
    #[error(
        "{} is not finished: {missing} of {asked} runs are missing{}; run the same command again, which continues",
        path.display(),
        seeds.as_ref().map_or_else(String::new, |seeds| format!(" (seeds {seeds})"))
    )]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// The number of missing runs.
        missing: usize,
        /// The number of runs that it was asked for.
        asked: usize,
        /// The missing seeds.
        seeds: Option<SeedList>,
    },
    /// Two parts do not belong to the same sweep.
    #[error("{0}")]
    DoesNotFit(String),
    /// Two parts have the same seed with different results.
    #[error(
        "seed {seed} has different results in {} and {}{}: a run depends on its seed only, so one of the files was changed or \
         comes from a faulty machine",
        first.display(),
        second.display(),
        condition.as_ref().map_or_else(String::new, |condition| format!(" ({condition})"))
    )]
    DifferentResults {
        /// The seed.
        seed: u64,
        /// The condition of an ablation, if it is a run under one.
        condition: Option<String>,
        /// One part.
        first: PathBuf,
        /// The other part.
        second: PathBuf,
    },
    /// There is no part, or there are too many seeds in all.
    #[error("the parts cannot be merged: {0}")]
    Seeds(String),
    /// This version cannot load the scene of the parts.
    #[error("this version of longhand cannot load the scene of the parts; merge them with the version that simulated them")]
    Scene(Box<Diagnostics>),
    /// The merged file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// How a stored run ended.
#[derive(Clone, Debug)]
enum RunOutcome {
    Finished(Box<RunReport>),
    Stopped(String),
}

/// The runs of one variant.
#[derive(Debug)]
struct VariantRuns {
    variant: SweepVariant,
    /// Name of the condition of an ablation; `None` for a combination of params.
    condition: Option<String>,
    runs: BTreeMap<u64, RunOutcome>,
}

/// The runs of a part of a sweep.
#[derive(Debug)]
struct SweepPart {
    path: PathBuf,
    variants: Vec<VariantRuns>,
}

/// The runs of several parts together.
#[derive(Debug)]
pub struct MergedSweep {
    variants: Vec<VariantRuns>,
    seeds: SeedList,
}

/// The reports of a sweep in all its variants.
#[derive(Debug)]
pub struct MergedReports {
    /// The summary of each combination of params, with the effects of an ablation.
    pub grid: GridReport,
    /// The runs under each condition of an ablation, by its name.
    pub ablated: Vec<(String, Vec<RunReport>)>,
}

impl RunOutcome {
    /// Whether two runs of a seed had the same result. Their wall-clock times may differ.
    fn is_same_result(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Finished(one), Self::Finished(other)) => {
                RunReport { wall_s: 0.0, ..(**one).clone() } == RunReport { wall_s: 0.0, ..(**other).clone() }
            }
            (Self::Stopped(one), Self::Stopped(other)) => one == other,
            _ => false,
        }
    }

    /// Whether it took less time than another run of the seed. The faster one is kept, whatever the order of the parts.
    fn is_faster(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Finished(one), Self::Finished(other)) if one.wall_s < other.wall_s)
    }
}

impl SweepPart {
    fn read(path: &Path) -> Result<Self, MergeError> {
        let file = SweepFile::open_existing(path)?;
        let request = file.request()?;
        let Some(first) = request.first() else { return Err(MergeError::Empty { path: path.to_path_buf() }) };
        let asked = first.total * first.seeds.count();
        let mut variants = Vec::new();
        // A sweep asks for one variant after another, so an interrupted one may not have asked for all.
        let mut missing = first.total.saturating_sub(request.len()) * first.seeds.count();
        let mut missing_seeds = BTreeSet::new();
        for RequestedVariant { variant, condition, seeds, .. } in &request {
            let finished = file.reports_where(*variant, |_| true)?;
            let finished = finished.into_iter().map(|report| (report.seed, RunOutcome::Finished(Box::new(report))));
            let stopped = file.stopped(*variant, |_| true)?;
            let stopped = stopped.into_iter().map(|(seed, reason)| (seed, RunOutcome::Stopped(reason)));
            let runs: BTreeMap<u64, RunOutcome> = stopped.chain(finished).collect();
            let lacking: Vec<u64> = seeds.iter().filter(|seed| !runs.contains_key(seed)).collect();
            missing += lacking.len();
            missing_seeds.extend(lacking);
            variants.push(VariantRuns { variant: file.variant(*variant)?, condition: condition.clone(), runs });
        }
        if missing > 0 {
            let seeds = SeedList::from_seeds(missing_seeds).ok();
            return Err(MergeError::Unfinished { path: path.to_path_buf(), missing, asked, seeds });
        }
        // The file may have seeds of earlier sweeps: those that all variants have count too.
        let common = |seed: &u64| variants.iter().all(|variant| variant.runs.contains_key(seed));
        let kept: BTreeSet<u64> = variants[0].runs.keys().copied().filter(common).collect();
        variants.iter_mut().for_each(|variant| variant.runs.retain(|seed, _| kept.contains(seed)));
        Ok(Self { path: path.to_path_buf(), variants })
    }

    /// Checks that another part is of the same sweep.
    fn check_fits(&self, other: &Self) -> Result<(), MergeError> {
        let (this_name, other_name) = (self.path.display().to_string(), other.path.display().to_string());
        for (this, other) in self.variants.iter().zip(&other.variants) {
            if let Some(what) = this.variant.difference(&other.variant, &this_name, &other_name) {
                return Err(MergeError::DoesNotFit(what));
            }
            if this.condition != other.condition {
                let name = |condition: &Option<String>| condition.clone().unwrap_or_else(|| "no condition".into());
                return Err(MergeError::DoesNotFit(format!(
                    "{other_name} has {} where {this_name} has {}: give all parts the same --ablate",
                    name(&other.condition),
                    name(&this.condition)
                )));
            }
        }
        if self.variants.len() != other.variants.len() {
            return Err(MergeError::DoesNotFit(format!(
                "{other_name} has {} combinations of params and conditions, {this_name} {}: give all parts the same --set and --ablate",
                other.variants.len(),
                self.variants.len()
            )));
        }
        Ok(())
    }
}

impl MergedSweep {
    /// Reads the parts and merges them.
    ///
    /// # Errors
    /// When a file cannot be read or is not finished, when the files are not parts of one sweep, or when a seed has different results
    /// in two of them.
    pub fn from_files(paths: &[PathBuf]) -> Result<Self, MergeError> {
        let Some((first, others)) = paths.split_first() else { return Err(MergeError::Seeds("there is no part".into())) };
        let mut merged = SweepPart::read(first)?;
        // The part in which each seed was found first; all variants of a part have the same seeds.
        let mut found_in: BTreeMap<u64, PathBuf> = merged.variants[0].runs.keys().map(|seed| (*seed, first.clone())).collect();
        for path in others {
            let part = SweepPart::read(path)?;
            merged.check_fits(&part)?;
            for (into, from) in merged.variants.iter_mut().zip(part.variants) {
                for (seed, outcome) in from.runs {
                    match into.runs.get_mut(&seed) {
                        None => _ = into.runs.insert(seed, outcome),
                        Some(known) if !known.is_same_result(&outcome) => {
                            let first = found_in.get(&seed).unwrap_or(first).clone();
                            let condition = into.condition.clone();
                            return Err(MergeError::DifferentResults { seed, condition, first, second: path.clone() });
                        }
                        Some(known) if outcome.is_faster(known) => *known = outcome,
                        Some(_) => {}
                    }
                }
            }
            for seed in merged.variants[0].runs.keys() {
                found_in.entry(*seed).or_insert_with(|| path.clone());
            }
        }
        let seeds = SeedList::from_seeds(merged.variants[0].runs.keys().copied()).map_err(MergeError::Seeds)?;
        Ok(Self { variants: merged.variants, seeds })
    }

    /// The seeds of all parts.
    #[must_use]
    pub fn seeds(&self) -> &SeedList {
        &self.seeds
    }

    /// The scene of the parts, with the params of the first combination.
    ///
    /// # Errors
    /// When this version cannot load it.
    pub fn load_scenario(&self) -> Result<Scenario, MergeError> {
        self.variants[0].variant.load_scenario().map_err(|problems| MergeError::Scene(Box::new(problems)))
    }

    /// Writes the runs into a new file, which is a part like the others.
    ///
    /// # Errors
    /// When the file exists, or cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), MergeError> {
        let io_error = |source| MergeError::Write { path: path.to_path_buf(), source };
        if path.exists() {
            return Err(io_error(io::ErrorKind::AlreadyExists.into()));
        }
        // The file appears under its name when it is whole.
        let hidden = hidden_name(path).map_err(io_error)?;
        let written = SweepFile::open(&hidden).and_then(|file| file.write_together(|file| self.write_into(file)));
        if let Err(error) = written {
            _ = std::fs::remove_file(&hidden);
            return Err(error.into());
        }
        std::fs::rename(&hidden, path).map_err(io_error)
    }

    fn write_into(&self, file: &SweepFile) -> Result<(), SweepError> {
        for (nth, VariantRuns { variant, condition, runs }) in self.variants.iter().enumerate() {
            let id = file.find_or_insert_variant(variant)?;
            file.add_to_request(&RequestedVariant {
                nth,
                total: self.variants.len(),
                variant: id,
                condition: condition.clone(),
                seeds: self.seeds.clone(),
            })?;
            for (seed, outcome) in runs {
                match outcome {
                    RunOutcome::Finished(report) => file.insert_report(id, report)?,
                    RunOutcome::Stopped(reason) => file.insert_stopped(id, *seed, reason)?,
                }
            }
        }
        Ok(())
    }

    /// Summarises the runs as a sweep of all seeds does. `scenario` is that of [`MergedSweep::load_scenario`].
    ///
    /// # Errors
    /// When this version cannot load the scene under a condition of an ablation.
    pub fn into_reports(self, scenario: &Scenario) -> Result<MergedReports, MergeError> {
        let seeds = self.seeds.to_string();
        let (mut sweeps, mut ablated) = (Vec::new(), Vec::new());
        for VariantRuns { variant, condition, runs } in self.variants {
            let (mut reports, mut stopped) = (Vec::new(), BTreeMap::new());
            for (seed, outcome) in runs {
                match outcome {
                    RunOutcome::Finished(report) => reports.push(*report),
                    RunOutcome::Stopped(reason) => _ = stopped.insert(seed, reason),
                }
            }
            match condition {
                None => sweeps.push(SweepReport::from_reports(seeds.clone(), reports, stopped, &scenario.calendar)),
                Some(name) => ablated.push((name, variant, reports)),
            }
        }
        let mut runs_by_condition = Vec::new();
        for (name, variant, reports) in ablated {
            // The dates of a scene may depend on its params.
            let calendar = variant.load_scenario().map_err(|problems| MergeError::Scene(Box::new(problems)))?.calendar;
            if let [sweep] = sweeps.as_mut_slice() {
                let effect = AblationEffect::compare(name.clone(), &sweep.per_seed, &reports, &calendar);
                sweep.ablations.push(effect);
            }
            runs_by_condition.push((name, reports));
        }
        Ok(MergedReports { grid: GridReport::from_sweeps(sweeps), ablated: runs_by_condition })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BeatReport;
    use longhand_scene::STARTER_SCENE;
    use proptest::prelude::*;

    fn variant(set: &[(&str, &str)], program: &str) -> SweepVariant {
        let set: Vec<_> = set.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let scenario = longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &set).unwrap().scenario;
        SweepVariant::new(&scenario, &set, None, program)
    }

    /// A run whose result depends on its seed; `wall_s` does not.
    fn outcome(seed: u64, wall_s: f64) -> RunOutcome {
        if seed % 7 == 3 {
            return RunOutcome::Stopped(format!("stopped at event {seed}"));
        }
        let at = (!seed.is_multiple_of(3)).then(|| format!("2025-01-{:02}T12:00:00", 7 + seed % 20));
        let beat = BeatReport { id: "meet".into(), must: true, event: at.as_ref().map(|_| seed as u32), at };
        let measures = [("joy".to_owned(), Some(seed as f64 * 0.25))].into();
        RunOutcome::Finished(Box::new(RunReport { beats: vec![beat], measures, wall_s, ..RunReport::empty(seed) }))
    }

    /// Writes a finished part of a sweep over these variants.
    fn write_part(path: &Path, variants: &[(&SweepVariant, Option<&str>)], seeds: &[u64], wall_s: f64) {
        let seeds = SeedList::from_seeds(seeds.iter().copied()).unwrap();
        let runs: BTreeMap<u64, RunOutcome> = seeds.iter().map(|seed| (seed, outcome(seed, wall_s))).collect();
        let variants = variants.iter().map(|&(variant, condition)| VariantRuns {
            variant: variant.clone(),
            condition: condition.map(str::to_owned),
            runs: runs.clone(),
        });
        MergedSweep { variants: variants.collect(), seeds }.write(path).unwrap();
    }

    /// The summaries as JSON, with all runs, and the runs under each condition.
    fn summary(paths: &[PathBuf]) -> (String, Vec<(String, Vec<RunReport>)>) {
        let merged = MergedSweep::from_files(paths).unwrap();
        let scenario = merged.load_scenario().unwrap();
        let MergedReports { grid, ablated } = merged.into_reports(&scenario).unwrap();
        (serde_json::to_string(&grid).unwrap(), ablated)
    }

    fn error_of(paths: &[PathBuf]) -> String {
        MergedSweep::from_files(paths).expect_err("these parts do not fit").to_string()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Each seed is in one part or in several, the parts come in any order, and some are merged before the others.
        #[test]
        fn any_partition_merged_in_any_order_equals_the_whole(
            from in 0..u64::MAX - 100,
            parts_of_seeds in prop::collection::vec(prop::collection::btree_set(0..4_usize, 1..3), 1..40),
            order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
            merged_first in 0..4_usize,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name);
            let (plain, warm) = (variant(&[], "test"), variant(&[("warmth", "0")], "test"));
            let variants = [(&plain, None), (&warm, Some("warmth = 0"))];
            let seeds: Vec<u64> = (from..).take(parts_of_seeds.len()).collect();
            write_part(&path("whole"), &variants, &seeds, 1.0);
            let mut parts = Vec::new();
            for part in order {
                let of_part: Vec<u64> =
                    seeds.iter().zip(&parts_of_seeds).filter(|(_, parts)| parts.contains(&part)).map(|(seed, _)| *seed).collect();
                if !of_part.is_empty() {
                    parts.push(path(&part.to_string()));
                    // The fastest run of a seed is that of the first part by number, which takes as long as that of the whole.
                    write_part(&path(&part.to_string()), &variants, &of_part, 1.0);
                }
            }
            let whole = summary(&[path("whole")]);
            prop_assert_eq!(&summary(&parts), &whole);
            let (some, rest) = parts.split_at(merged_first.min(parts.len()));
            if !some.is_empty() {
                MergedSweep::from_files(some).unwrap().write(&path("some")).unwrap();
                prop_assert_eq!(summary(&[rest, &[path("some")]].concat()), whole);
            }
        }
    }

    #[test]
    fn the_faster_run_of_a_seed_is_kept_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let [slow, fast] = ["slow", "fast"].map(|name| folder.path().join(name));
        let plain = variant(&[], "test");
        write_part(&slow, &[(&plain, None)], &[1, 2], 9.0);
        write_part(&fast, &[(&plain, None)], &[2, 4], 1.0);
        let (one, _) = summary(&[slow.clone(), fast.clone()]);
        assert_eq!(one, summary(&[fast, slow]).0);
        assert_eq!((one.matches("\"wall_s\":9.0").count(), one.matches("\"wall_s\":1.0").count()), (1, 2));
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let plain = variant(&[], "1 aa");
        write_part(&path("a"), &[(&plain, None)], &[0, 1], 1.0);
        let renamed = SweepVariant { scene: "old.ron".into(), ..plain.clone() };
        let changed = STARTER_SCENE.replacen("title:", " title:", 1);
        let changed = longhand_scene::load_text("new.ron", &[("new.ron", &changed)], &[]).unwrap().scenario;
        let until = SweepVariant { until: Some("2025-02-01T00:00:00".into()), ..plain.clone() };
        let warm = variant(&[("warmth", "0")], "1 aa");
        let others: [(&str, &SweepVariant, &str); 6] = [
            ("scene", &renamed, "is a sweep of old.ron"),
            ("text", &SweepVariant::new(&changed, &[], None, "1 aa"), "another text of new.ron"),
            ("build", &variant(&[], "1 bb"), "another build of longhand (1 bb)"),
            ("until", &until, "end at 2025-02-01T00:00:00"),
            ("params", &warm, "warmth = 0, not 1"),
            ("rule", &plain.clone().without_rule("walk"), "without walk"),
        ];
        for (name, variant, reason) in others {
            write_part(&path(name), &[(variant, None)], &[5], 1.0);
            for parts in [[path("a"), path(name)], [path(name), path("a")]] {
                let error = error_of(&parts);
                assert!(parts.iter().all(|part| error.contains(&*part.display().to_string())), "{error}");
            }
            let error = error_of(&[path("a"), path(name)]);
            assert!(error.contains(reason), "{name}: {error}");
        }
        write_part(&path("more"), &[(&plain, None), (&warm, None)], &[5], 1.0);
        assert!(error_of(&[path("a"), path("more")]).contains("2 combinations"));
        write_part(&path("ablated"), &[(&plain, None), (&warm, Some("warmth = 0"))], &[6], 1.0);
        assert!(error_of(&[path("more"), path("ablated")]).contains("--ablate"));
        assert!(error_of(&[]).contains("no part"));
        assert!(error_of(&[path("none")]).contains("no such file"));
        assert!(MergedSweep::from_files(&[path("a")]).unwrap().write(&path("more")).is_err(), "a file is not overwritten");
    }

    #[test]
    fn a_seed_with_different_results_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let plain = variant(&[], "test");
        write_part(&path("a"), &[(&plain, None)], &[0, 1, 3], 1.0);
        write_part(&path("b"), &[(&plain, None)], &[3, 4], 1.0);
        write_part(&path("c"), &[(&plain, None)], &[4, 5], 1.0);
        let file = SweepFile::open(&path("c")).unwrap();
        let id = file.find_or_insert_variant(&plain).unwrap();
        file.insert_stopped(id, 6, "too many").unwrap();
        file.write_together(|file| {
            let mut report = file.reports_where(id, |seed| seed == 4)?.remove(0);
            report.events += 1;
            file.insert_report(id, &RunReport { seed: 7, ..report })
        })
        .unwrap();
        drop(file);
        assert_eq!(MergedSweep::from_files(&[path("a"), path("b"), path("c")]).unwrap().seeds().to_string(), "0..2,3..8");
        let connection = rusqlite::Connection::open(path("c")).unwrap();
        connection
            .execute("UPDATE runs SET report = replace(report, '\"events\":3', '\"events\":4') WHERE seed = 4", [])
            .unwrap();
        let error = error_of(&[path("a"), path("b"), path("c")]);
        assert!(
            error.starts_with("seed 4 has different results in") && error.contains(&*path("b").display().to_string()),
            "{error}"
        );
    }

    #[test]
    fn an_unfinished_part_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let plain = variant(&[], "test");
        drop(SweepFile::open(&path).unwrap());
        assert!(error_of(std::slice::from_ref(&path)).contains("no sweep to merge"));
        let file = SweepFile::open(&path).unwrap();
        let id = file.find_or_insert_variant(&plain).unwrap();
        let seeds: SeedList = "0..6".parse().unwrap();
        file.add_to_request(&RequestedVariant { nth: 0, total: 2, variant: id, condition: None, seeds }).unwrap();
        [0, 1, 4].iter().for_each(|&seed| file.insert_report(id, &RunReport::empty(seed)).unwrap());
        file.insert_stopped(id, 5, "too many").unwrap();
        let error = error_of(&[path]);
        assert!(error.contains("8 of 12 runs are missing (seeds 2..4)"), "{error}");
    }
}
