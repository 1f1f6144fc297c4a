//! Audits a scene: is this a world or a script?
//!
//! Expressive range analysis (Smith and Whitehead, *Analyzing the expressive range of a level generator*, 2010) for story worlds. The
//! audit reads the rules, simulates the scene with several seeds, and simulates it again with one thing changed each time. It reports
//! figures, each beside the values of a script and of a living world, and the three things to do first.
//!
//! - `variants` makes the changed scenes; `digest` is what is kept of each run.
//! - `rules`, `wants`, `domino`, `anybody`, `variety` and `others` compute the figures of one question each.
//! - `figures` has the references and verdicts, `advice` the things to do first; `page` writes a report as HTML.
//!
//! User documentation: `docs/audit.md`.

mod advice;
mod anybody;
mod digest;
mod domino;
mod figures;
mod others;
mod page;
mod rules;
mod variants;
mod variety;
mod wants;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::parallel::{JobMessage, JobMonitor, run_jobs};
use advice::AdviceSource;
use digest::{AuditRun, RunDigest};
use longhand_expr::ids::{AgentId, Instant};
use longhand_scene::{RuleTable, Scenario};
use serde::Serialize;
use variants::{SceneVariant, can_be_forbidden, limit_crowd, watched};

pub use anybody::ExchangeEffect;
pub use domino::DominoEffect;
pub use figures::{AuditFigure, AuditGroup, AuditUnit, AuditVerdict};
pub use others::PatternPassage;
pub use page::write_audit_page;
pub use rules::RuleReview;
pub use variety::{RunVariety, StepEntropy};
pub use wants::RemovalEffect;

/// What to audit, and how thoroughly.
#[derive(Clone, Debug)]
pub struct AuditConfig {
    /// The scene.
    pub scenario: Arc<Scenario>,
    /// Each run ends here or at the scene's end, whichever comes first.
    pub until: Option<Instant>,
    /// Number of parallel runs; 0 means one for each core. The report does not depend on it.
    pub threads: usize,
    /// The seeds of the runs of the scene, and of those without wants, feelings or crowd.
    pub seeds: Vec<u64>,
    /// With how many of these seeds each beat is forbidden and each pair of the cast exchanged; with 0 these figures are left out.
    pub seeds_each: usize,
    /// The most people outside the cast; a larger population is reduced in proportion.
    pub crowd: usize,
    /// The most pairs of the cast whose circumstances are exchanged.
    pub pairs: usize,
}

impl AuditConfig {
    /// A thorough audit: 20 seeds, 3 for each beat and pair, 1,000 people.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>) -> Self {
        Self { scenario, until: None, threads: 0, seeds: (0..20).collect(), seeds_each: 3, crowd: 1000, pairs: 60 }
    }

    /// A quick one: 3 seeds, 1 for each beat and pair, 200 people.
    #[must_use]
    pub fn quick(scenario: Arc<Scenario>) -> Self {
        Self { seeds: (0..3).collect(), seeds_each: 1, crowd: 200, pairs: 36, ..Self::new(scenario) }
    }
}

/// The progress of an audit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AuditProgress {
    /// Number of finished runs.
    pub finished: usize,
    /// Number of runs in all.
    pub total: usize,
    /// The sum of the shares done of the unfinished runs, in runs.
    pub partial: f64,
}

impl AuditProgress {
    /// The share done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        ((self.finished as f64 + self.partial) / self.total.max(1) as f64).clamp(0.0, 1.0)
    }
}

/// The result of an audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditReport {
    /// File name of the scene.
    pub scene: String,
    /// Title of the scene.
    pub title: String,
    /// The seeds of the runs of the scene.
    pub seeds: Vec<u64>,
    /// Number of people outside the cast.
    pub crowd: usize,
    /// Number of runs in all.
    pub runs: usize,
    /// Runs that exceeded a limit, each with the reason; no figure includes them.
    pub stopped: Vec<String>,
    /// The verdict: that of the mean position.
    pub verdict: Option<AuditVerdict>,
    /// The mean of the positions of the figures: 0 is the script, 1 the living world.
    pub position: Option<f64>,
    /// The three things to do first; fewer if little is like a script.
    pub first: Vec<String>,
    /// The figures.
    pub figures: Vec<AuditFigure>,
    /// The names behind the figures of the rules.
    pub rules: RuleReview,
    /// What each removal changed.
    pub removals: Vec<RemovalEffect>,
    /// What each forbidden beat left.
    pub domino: Vec<DominoEffect>,
    /// What each exchange changed.
    pub anybody: Vec<ExchangeEffect>,
    /// How the runs of the scene differ.
    pub variety: RunVariety,
    /// How far the people outside the cast came in each pattern.
    pub others: Vec<PatternPassage>,
}

impl AuditReport {
    /// The verdict as a sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        match (self.verdict, self.position) {
            (Some(verdict), Some(position)) => {
                let what = match verdict {
                    AuditVerdict::Script => "More a script than a world",
                    AuditVerdict::Between => "Between a script and a world",
                    AuditVerdict::World => "A world",
                };
                format!("{what}: {:.0} on a scale from 0, a script, to 100, a living world.", 100.0 * position)
            }
            _ => "No figure of this scene can be compared.".to_owned(),
        }
    }
}

/// Audits a scene. `on_progress` is called repeatedly on the calling thread.
///
/// # Errors
/// The first error that `on_progress` returns; the audit ends then.
///
/// # Panics
/// When a run panics; the other runs are cancelled.
pub fn audit<E>(config: &AuditConfig, on_progress: impl FnMut(AuditProgress) -> Result<(), E>) -> Result<AuditReport, E> {
    let mut scenario = Scenario::clone(&config.scenario);
    limit_crowd(&mut scenario, config.crowd);
    let audited = Auditor::run(&scenario, config, on_progress)?;
    Ok(audited.report())
}

/// An audit whose runs are done.
struct Auditor<'a> {
    scenario: &'a Scenario,
    config: &'a AuditConfig,
    digests: Vec<(AuditRun, RunDigest)>,
    /// The number of pairs of the cast that could be exchanged.
    possible_pairs: usize,
}

impl<'a> Auditor<'a> {
    fn run<E>(
        scenario: &'a Scenario,
        config: &'a AuditConfig,
        mut on_progress: impl FnMut(AuditProgress) -> Result<(), E>,
    ) -> Result<Self, E> {
        let (pairs, possible_pairs) = anybody::pairs(scenario, config.pairs);
        let with =
            |variant: SceneVariant, seeds: &[u64]| seeds.iter().map(move |&seed| AuditRun { variant, seed }).collect::<Vec<_>>();
        let few = &config.seeds[..config.seeds_each.min(config.seeds.len())];
        let mut jobs = with(SceneVariant::Base, &config.seeds);
        for (variant, ..) in wants::REMOVALS {
            let removes_nothing = variant == SceneVariant::NoCrowd && scenario.population.is_empty();
            if !removes_nothing && !watched(scenario).is_empty() {
                jobs.extend(with(variant, &config.seeds));
            }
        }
        if !scenario.population.is_empty() && !watched(scenario).is_empty() {
            jobs.extend(with(SceneVariant::RecordedWhole, &config.seeds[..config.seeds.len().min(1)]));
        }
        pairs.into_iter().for_each(|(a, b)| jobs.extend(with(SceneVariant::Exchanged(a, b), few)));
        for (index, pattern) in watched(scenario).into_iter().enumerate() {
            if can_be_forbidden(pattern) {
                jobs.extend(with(SceneVariant::Forbidden(index), few));
            }
        }
        let mut digests: Vec<Option<RunDigest>> = jobs.iter().map(|_| None).collect();
        let mut finished = 0;
        let total = jobs.len();
        let simulate = |job: &AuditRun, monitor: &JobMonitor<'_>| job.simulate(scenario, config.until, monitor);
        run_jobs(&jobs, config.threads, simulate, |message| {
            let partial = match message {
                JobMessage::Finished(index, digest) => {
                    digests[index] = Some(digest);
                    finished += 1;
                    0.0
                }
                JobMessage::Progress(partial) => partial,
            };
            on_progress(AuditProgress { finished, total, partial })
        })?;
        let digests = jobs.into_iter().zip(digests).filter_map(|(job, digest)| Some((job, digest?)));
        Ok(Self { scenario, config, digests: digests.collect(), possible_pairs })
    }

    /// The runs of a variant that were not stopped.
    fn runs(&self, variant: SceneVariant) -> Vec<&RunDigest> {
        let of_variant = self.digests.iter().filter(|(job, digest)| job.variant == variant && digest.stopped.is_none());
        of_variant.map(|(_, digest)| digest).collect()
    }

    /// The runs of a variant, each with the run of the scene with the same seed, if that satisfies a condition.
    fn pairs(&self, variant: SceneVariant, condition: impl Fn(&RunDigest) -> bool) -> Vec<(&RunDigest, &RunDigest)> {
        let base: BTreeMap<u64, &RunDigest> = self.runs(SceneVariant::Base).into_iter().map(|run| (run.seed, run)).collect();
        let pairs = self.runs(variant).into_iter().filter_map(|run| Some((*base.get(&run.seed)?, run)));
        pairs.filter(|(base, _)| condition(base)).collect()
    }

    fn report(&self) -> AuditReport {
        let scenario = self.scenario;
        let table = RuleTable::new(scenario);
        let base = self.runs(SceneVariant::Base);
        let rules = rules::review(scenario, &table, &base);
        let mut figures = rules::figures(scenario, &rules);
        let mut removals = Vec::new();
        for (variant, id, name) in wants::REMOVALS {
            let effect = wants::compare(scenario, name, &base, &self.runs(variant));
            figures.push(wants::removal_figure(scenario, id, variant, effect.as_ref().filter(|effect| effect.pairs > 0)));
            removals.extend(effect.filter(|effect| effect.pairs > 0));
        }
        let domino: Vec<DominoEffect> = (0..watched(scenario).len())
            .filter_map(|pattern| {
                let pairs = self.pairs(SceneVariant::Forbidden(pattern), |base| base.completed[pattern].is_some());
                (!pairs.is_empty()).then(|| domino::compare(scenario, pattern, &pairs))
            })
            .collect();
        let changes_each = self.config.seeds_each > 0;
        figures.extend(domino::figures(scenario, &domino).into_iter().filter(|_| changes_each));
        let pairs = if changes_each { anybody::pairs(scenario, self.config.pairs).0 } else { Vec::new() };
        let anybody: Vec<ExchangeEffect> = pairs
            .into_iter()
            .map(|(a, b)| anybody::compare(scenario, (a, b), &self.pairs(SceneVariant::Exchanged(a, b), |_| true)))
            .collect();
        figures.extend(changes_each.then(|| anybody::exchange_figure(scenario, &anybody, self.possible_pairs)));
        let variety = variety::measure(scenario, &base);
        figures.extend(variety::figures(scenario, &variety));
        let recorded = self.runs(SceneVariant::RecordedWhole);
        let passages = recorded.first().and_then(|run| run.passages.as_ref());
        figures.extend(others::figures(scenario, passages));
        let others = passages.map_or_else(Vec::new, |passages| passages.patterns.clone());
        let source = AdviceSource {
            scenario,
            table: &table,
            review: &rules,
            removals: &removals,
            domino: &domino,
            anybody: &anybody,
            passages: &others,
        };
        let first = advice::first_things(&figures, &source);
        let positions: Vec<f64> = figures.iter().filter_map(|figure| figure.position).collect();
        let position = (!positions.is_empty()).then(|| positions.iter().sum::<f64>() / positions.len() as f64);
        let stopped = self.digests.iter().filter_map(|(job, digest)| {
            Some(format!("seed {}, {}: {}", digest.seed, self.variant_name(job.variant), digest.stopped.as_ref()?))
        });
        AuditReport {
            scene: scenario.name.clone(),
            title: scenario.title.clone(),
            seeds: self.config.seeds.clone(),
            crowd: scenario.population.iter().map(|population| population.size as usize).sum(),
            runs: self.digests.len(),
            stopped: stopped.collect(),
            verdict: position.map(AuditVerdict::from_position),
            position,
            first,
            figures,
            rules,
            removals,
            domino,
            anybody,
            variety,
            others,
        }
    }

    fn variant_name(&self, variant: SceneVariant) -> String {
        let member = |agent: AgentId| self.scenario.cast[agent.index()].id.as_str();
        match variant {
            SceneVariant::Base => "the scene".to_owned(),
            SceneVariant::RecordedWhole => "recorded whole".to_owned(),
            SceneVariant::Forbidden(index) => format!("without {}", watched(self.scenario)[index].id),
            SceneVariant::Exchanged(a, b) => format!("{} and {} exchanged", member(a), member(b)),
            other => wants::REMOVALS
                .iter()
                .find(|(variant, ..)| *variant == other)
                .map_or_else(String::new, |(.., name)| (*name).to_owned()),
        }
    }
}
