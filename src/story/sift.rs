//! Sifting a whole recorded run: every match of the scene's beats and patterns, as a run finds them while it is lived.

use super::found::{Match, Waiting, Watched};
use super::matcher::Matcher;
use super::record::Record;
use crate::ids::{AgentId, EventId, Instant};
use crate::language::Reads;
use crate::scenario::model::{Pattern, Scenario};

/// The themes that are looked for in any scene: `assets/patterns/tropes.ron`, its name as an include and its text.
pub const TROPES: (&str, &str) = ("assets/patterns/tropes.ron", include_str!("../../assets/patterns/tropes.ron"));

/// What was found in a recorded run.
#[derive(Clone, Debug)]
pub struct Sifted {
    /// Every match, in the order in which it was known.
    pub matches: Vec<Match>,
    /// How far each beat and pattern came at the end, beats first.
    pub waiting: Vec<Waiting>,
    /// Those that ask for what a recording does not keep, and what that is. Nothing is said of them.
    pub unjudged: Vec<(Watched, Vec<String>)>,
    /// What was complete and then undone, or was not known to hold when the story ended: of each beat and pattern the last.
    pub undone: Vec<Undone>,
    matcher: Matcher,
}

/// A pattern whose parts had all come, and that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// Which.
    pub of: Watched,
    /// The events of its parts.
    pub events: Vec<EventId>,
    /// Who its variables were.
    pub bound: Vec<AgentId>,
}

impl Sifted {
    /// The matches of one beat or pattern.
    pub fn of(&self, wanted: Watched) -> impl Iterator<Item = &Match> {
        self.matches.iter().filter(move |found| found.of == wanted)
    }

    /// The thread of a beat or pattern that came furthest, in which all of `who` are, alive or not.
    pub(super) fn furthest(&self, scenario: &Scenario, of: Watched, who: &[AgentId]) -> Waiting {
        self.matcher.furthest(scenario, of, who)
    }
}

/// Everything of the scene's beats and patterns that came about in a recorded run, which was over at `end`, or is looked at until then.
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
