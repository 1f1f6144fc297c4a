//! Sifts a whole recorded run: finds every match of the scene's beats and patterns, exactly as a matcher finds them during the
//! run.

use super::found::{Match, Waiting, Watched};
use super::matcher::Matcher;
use super::record::Record;
use longhand_expr::Reads;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::model::{Pattern, Scenario};

/// The themes that can be searched for in any scene: the include name and the text of `assets/patterns/tropes.ron`.
pub const TROPES: (&str, &str) = ("assets/patterns/tropes.ron", include_str!("../../../assets/patterns/tropes.ron"));

/// The result of sifting a recorded run.
#[derive(Clone, Debug)]
pub struct Sifted {
    /// Every match, in the order in which it became known.
    pub matches: Vec<Match>,
    /// The progress of each beat and pattern at the end, beats first.
    pub waiting: Vec<Waiting>,
    /// The beats and patterns that read data which is not recorded, and what that is. They have no matches and no status in this
    /// report.
    pub unjudged: Vec<(Watched, Vec<String>)>,
    /// The matches that were complete and rejected, or not known to hold at the end of the run: the last of each beat and
    /// pattern.
    pub undone: Vec<Undone>,
    matcher: Matcher,
}

/// A match with all its parts that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The beat or pattern.
    pub of: Watched,
    /// The events of its parts.
    pub events: Vec<EventId>,
    /// The agents bound to its variables.
    pub bound: Vec<AgentId>,
}

impl Sifted {
    /// The matches of one beat or pattern.
    pub fn of(&self, wanted: Watched) -> impl Iterator<Item = &Match> {
        self.matches.iter().filter(move |found| found.of == wanted)
    }

    /// The progress of the most advanced partial match that binds all of `who`, including those that can no longer be completed.
    pub(super) fn furthest(&self, scenario: &Scenario, of: Watched, who: &[AgentId]) -> Waiting {
        self.matcher.furthest(scenario, of, who)
    }
}

/// Finds every match of the scene's beats and patterns in a recorded run, up to the instant `end`.
#[must_use]
pub fn sift(record: &Record<'_>, end: Instant) -> Sifted {
    let (scenario, chronicle) = (record.scenario, record.chronicle);
    let mut matcher = Matcher::new(scenario).keeping_undone();
    let mut matches = Vec::new();
    let asks = matcher.asks_of_spans();
    let mut samples = chronicle.samples().iter().peekable();
    let mut view = record.at_end_of_tick(Instant::START);
    let mut tick = Instant::START;
    for event in chronicle.iter().filter(|event| event.at <= end) {
        let at = record.history.moment_of(event.id).map_or(event.at, |moment| moment.at);
        let now = record.tick_of(at);
        while let Some(sample) = samples.next_if(|sample| asks && sample.after <= event.id.0) {
            let sampled = record.tick_of(sample.at);
            if sampled > tick {
                (tick, view) = (sampled, record.at_end_of_tick(sampled));
            }
            matches.extend(matcher.observe_sample(scenario, sample, &view));
        }
        if now > tick {
            (tick, view) = (now, record.at_end_of_tick(now));
        }
        matches.extend(matcher.observe(scenario, event, &view));
    }
    for sample in samples.filter(|sample| asks && sample.at <= end) {
        let view = record.at_end_of_tick(record.tick_of(sample.at));
        matches.extend(matcher.observe_sample(scenario, sample, &view));
    }
    let waiting = matcher.threads(scenario, end);
    let before = matcher.clone();
    matches.extend(matcher.finish(scenario, end));
    let undone = matcher.undone().collect();
    let all = (0..scenario.beats.len()).map(Watched::Beat).chain((0..scenario.patterns.len()).map(Watched::Pattern));
    let unjudged: Vec<_> = all
        .filter_map(|of| {
            let lacks = record.lacks(&reads(of.of(scenario)));
            (!lacks.is_empty()).then_some((of, lacks))
        })
        .collect();
    matches.retain(|found| unjudged.iter().all(|(of, _)| *of != found.of));
    Sifted { matches, waiting, unjudged, undone, matcher: before }
}

fn reads(pattern: &Pattern) -> Reads {
    let mut reads = Reads::default();
    pattern.whens().for_each(|when| reads.merge(&when.reads()));
    reads
}
