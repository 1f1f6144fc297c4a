//! The file of the runs of a sweep, as one command uses it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::super::args::{SweepArgs, SweepOutputArgs};
use super::super::exit::CliError;
use super::super::json_output::is_stdout;
use super::super::terminal;
use super::VariantBatch;
use longhand_analysis::{RequestedVariant, RunReport, SeedList, SweepFile, SweepVariant, SweepVariantId};

/// The file for the runs: the one given with --keep, or one beside the JSON or the report.
pub(super) fn store_path(args: &SweepArgs, output: &SweepOutputArgs) -> Result<Option<PathBuf>, CliError> {
    let json = output.json.as_deref().filter(|path| !is_stdout(Some(*path)));
    let report = output.report.as_deref();
    let keep = args.keep.clone().or_else(|| json.or(report).map(|path| path.with_extension("sweep")));
    match keep {
        Some(keep) if json == Some(keep.as_path()) => {
            Err(CliError::Usage(format!("{} cannot be both the file of runs and the JSON: rename one of them", keep.display())))
        }
        Some(keep) if report == Some(keep.as_path()) => {
            Err(CliError::Usage(format!("{} cannot be both the file of runs and the report: rename one of them", keep.display())))
        }
        keep => Ok(keep),
    }
}

/// The stored runs of one variant of the scene in the sweep's file.
pub(super) struct VariantStore<'a> {
    pub file: &'a SweepFile,
    pub variant: SweepVariantId,
    /// Whether the variant is the scene without a condition.
    is_base: bool,
}

/// What is known of the runs of a variant.
#[derive(Default)]
pub(super) struct SweepRuns {
    /// The reports of the finished runs. Ascending by seed when all are finished.
    pub reports: Vec<RunReport>,
    /// Why runs were stopped, by seed.
    pub stopped: BTreeMap<u64, String>,
}

impl SweepRuns {
    /// The seeds of a list that did not run yet. The reports must ascend by seed.
    pub fn missing(&self, seeds: &SeedList) -> Vec<u64> {
        let is_finished = |seed: u64| self.reports.binary_search_by_key(&seed, |report| report.seed).is_ok();
        seeds.iter().filter(|seed| !is_finished(*seed) && !self.stopped.contains_key(seed)).collect()
    }

    /// The number of runs.
    pub fn count(&self) -> usize {
        self.reports.len() + self.stopped.len()
    }
}

impl<'a> VariantStore<'a> {
    pub fn open(file: &'a SweepFile, batch: &VariantBatch) -> Result<Self, CliError> {
        let variant = file.find_or_insert_variant(&sweep_variant(batch))?;
        Ok(Self { file, variant, is_base: batch.condition.is_none() })
    }

    /// Records that the sweep asks for these seeds of the variant, which is the `nth` of `total`.
    pub fn request(&self, (nth, total): (usize, usize), batch: &VariantBatch, seeds: &SeedList) -> Result<(), CliError> {
        let condition = batch.condition.as_ref().map(|condition| condition.id.clone());
        Ok(self.file.add_to_request(&RequestedVariant { nth, total, variant: self.variant, condition, seeds: seeds.clone() })?)
    }

    /// The stored runs that can be reused.
    pub fn stored_runs(&self, seeds: &SeedList) -> Result<SweepRuns, CliError> {
        let reports = self.file.reports(self.variant, seeds)?;
        Ok(SweepRuns { reports, stopped: self.file.stopped(self.variant, |seed| seeds.contains(seed))? })
    }

    /// Prints how many runs can be reused, or why none can be.
    pub fn print_reuse(&self, stored: &SweepRuns, seeds: &SeedList) -> Result<(), CliError> {
        let path = self.file.path().display();
        if stored.count() > 0 {
            terminal::print_note(&format!("{} of {} seeds are already in {path}", stored.count(), seeds.count()));
        } else if self.is_base && self.file.count_other_runs(self.variant)? > 0 {
            terminal::print_note(&format!(
                "{path} contains runs of another scene, version of the scene, parameters, end or build of longhand: \
                 they stay in the file but are not counted"
            ));
        }
        Ok(())
    }
}

/// The key of the runs of a batch.
pub(super) fn sweep_variant(batch: &VariantBatch) -> SweepVariant {
    let variant = SweepVariant::new(&batch.config.scenario, &batch.settings, batch.config.until, &build_id());
    let removed_rule = batch.condition.as_ref().and_then(|condition| condition.removed_rule.as_deref());
    removed_rule.into_iter().fold(variant, SweepVariant::without_rule)
}

/// Identifies this build of longhand by its version and the hash of the executable.
fn build_id() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match std::env::current_exe().and_then(|path| hash_file(&path)) {
        Ok(hash) => format!("{version} {hash:016x}"),
        Err(_) => version.to_owned(),
    }
}

fn hash_file(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut hasher = twox_hash::XxHash3_64::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(std::hash::Hasher::finish(&hasher)),
            read => std::hash::Hasher::write(&mut hasher, &buffer[..read]),
        }
    }
}
