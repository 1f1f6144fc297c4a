//! Sifts a whole recorded run: finds every match of the scene's beats and patterns, exactly as a matcher finds them during the
//! run.

use super::matcher::Matcher;
use super::pattern_match::{FailedMatch, Match, PatternRef, PatternStatus};
use super::recorded_run::RecordedRun;
use longhand_expr::ReadSet;
use longhand_expr::ids::{AgentId, Instant};
use longhand_scene::model::{Pattern, Scenario};

/// The themes that can be searched for in any scene: the include name and the text of `assets/patterns/tropes.ron`.
pub const TROPES: (&str, &str) = ("assets/patterns/tropes.ron", include_str!("../../../assets/patterns/tropes.ron"));

/// The themes that any scene can have without tags of its own: the include name and the text of `assets/patterns/common.ron`.
pub const COMMON_THEMES: (&str, &str) = ("assets/patterns/common.ron", include_str!("../../../assets/patterns/common.ron"));

/// The result of sifting a recorded run.
#[derive(Clone, Debug)]
pub struct SiftReport {
    /// Every match, in the order in which it became known.
    pub matches: Vec<Match>,
    /// The progress of each beat and pattern at the end, beats first.
    pub statuses: Vec<PatternStatus>,
    /// The beats and patterns that read data which is not recorded, and what that is. They have no matches and no status in this
    /// report.
    pub unsupported: Vec<(PatternRef, Vec<String>)>,
    /// The matches that were complete and rejected, or not known to hold at the end of the run: the last of each beat and
    /// pattern.
    pub failed: Vec<FailedMatch>,
    matcher: Matcher,
}

impl SiftReport {
    /// The matches of one beat or pattern.
    pub fn matches_of(&self, wanted: PatternRef) -> impl Iterator<Item = &Match> {
        self.matches.iter().filter(move |matched| matched.pattern == wanted)
    }

    /// The progress of the most advanced partial match that binds all of `who`, including those that can no longer be completed.
    pub(super) fn furthest_status(&self, scenario: &Scenario, pattern_ref: PatternRef, who: &[AgentId]) -> PatternStatus {
        self.matcher.furthest_status(scenario, pattern_ref, who)
    }
}

/// Finds every match of the scene's beats and patterns in a recorded run, up to the instant `end`.
#[must_use]
pub fn sift(record: &RecordedRun<'_>, end: Instant) -> SiftReport {
    let (scenario, chronicle) = (record.scenario, record.chronicle);
    let mut matcher = Matcher::new(scenario).with_failed_matches();
    let mut matches = Vec::new();
    let reads_samples = matcher.uses_intervals();
    let mut samples = chronicle.samples().iter().peekable();
    let mut view = record.view_after_tick(Instant::START);
    let mut view_tick = Instant::START;
    for event in chronicle.iter().filter(|event| event.at <= end) {
        let at = record.history.position_of(event.id).map_or(event.at, |position| position.at);
        let event_tick = record.tick_start(at);
        while let Some(sample) = samples.next_if(|sample| reads_samples && sample.after <= event.id.0) {
            let sample_tick = record.tick_start(sample.at);
            if sample_tick > view_tick {
                (view_tick, view) = (sample_tick, record.view_after_tick(sample_tick));
            }
            matches.extend(matcher.observe_sample(scenario, sample, &view));
        }
        if event_tick > view_tick {
            (view_tick, view) = (event_tick, record.view_after_tick(event_tick));
        }
        matches.extend(matcher.observe(scenario, event, &view));
    }
    for sample in samples.filter(|sample| reads_samples && sample.at <= end) {
        let view = record.view_after_tick(record.tick_start(sample.at));
        matches.extend(matcher.observe_sample(scenario, sample, &view));
    }
    let statuses = matcher.statuses(scenario, end);
    let matcher_before_end = matcher.clone();
    matches.extend(matcher.finish(scenario, end));
    let failed = matcher.failed_matches().collect();
    let all = (0..scenario.beats.len()).map(PatternRef::Beat).chain((0..scenario.patterns.len()).map(PatternRef::Pattern));
    let unsupported: Vec<_> = all
        .filter_map(|pattern_ref| {
            let missing = record.missing_data(&pattern_reads(pattern_ref.resolve(scenario)));
            (!missing.is_empty()).then_some((pattern_ref, missing))
        })
        .collect();
    matches.retain(|matched| unsupported.iter().all(|(pattern_ref, _)| *pattern_ref != matched.pattern));
    SiftReport { matches, statuses, unsupported, failed, matcher: matcher_before_end }
}

fn pattern_reads(pattern: &Pattern) -> ReadSet {
    let mut reads = ReadSet::default();
    pattern.conditions().for_each(|when| reads.merge(&when.reads()));
    reads
}
