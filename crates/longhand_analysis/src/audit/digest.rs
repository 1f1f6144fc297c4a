//! What an audit keeps of a run.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::others::Passages;
use super::variants::{SceneVariant, watched};
use crate::Run;
use crate::parallel::JobMonitor;
use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
use longhand_narrative::{PatternRef, StoryMonitor};
use longhand_scene::{EventOrigin, NarrationFrequency, Scenario};
use longhand_sim::world::{Limit, LimitedRule};

/// How often a kind of event must have happened with the same people before a further one counts as a habit.
const HABIT_AFTER: u32 = 3;

/// One run that an audit needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuditRun {
    /// The scene.
    pub(super) variant: SceneVariant,
    /// The seed.
    pub(super) seed: u64,
}

/// What an audit keeps of a run.
#[derive(Clone, Debug)]
pub(super) struct RunDigest {
    /// The seed.
    pub(super) seed: u64,
    /// Why the run was stopped before its end. Nothing else is then valid.
    pub(super) stopped: Option<String>,
    /// By watched pattern: when it was first completed, and the event that completed it.
    pub(super) completed: Vec<Option<(Instant, EventId)>>,
    /// By event kind of the scene: the number of events, recorded or counted.
    pub(super) counts: Vec<u64>,
    /// By event kind of the scene: the first recorded event.
    pub(super) first: Vec<Option<EventId>>,
    /// The instants of the events that are not habits (see `news`), ascending.
    pub(super) news: Vec<Instant>,
    /// The end of the run.
    pub(super) ended: Instant,
    /// Rules of which a step ended without an outcome, because all weights were 0.
    pub(super) without_outcome: Vec<EventKind>,
    /// How far the people outside the cast came in each watched pattern, for a run that is recorded whole.
    pub(super) passages: Option<Passages>,
}

impl AuditRun {
    /// Simulates the run.
    pub(super) fn simulate(&self, base: &Scenario, until: Option<Instant>, monitor: &JobMonitor<'_>) -> Option<RunDigest> {
        let scenario = Arc::new(self.variant.apply(base));
        let run = monitor.simulate(scenario.clone(), self.seed, until)?;
        Some(self.digest(base, &scenario, &run))
    }

    fn digest(&self, base: &Scenario, scenario: &Scenario, run: &Run) -> RunDigest {
        let chronicle = run.chronicle();
        let kinds = base.events.len();
        let mut counts = vec![0_u64; kinds];
        let mut first = vec![None; kinds];
        for event in chronicle.iter() {
            if let Some(count) = counts.get_mut(event.kind.index()) {
                *count += 1;
                first[event.kind.index()].get_or_insert(event.id);
            }
        }
        for (_, kind, n) in chronicle.counts() {
            if let Some(count) = counts.get_mut(kind.index()) {
                *count += n;
            }
        }
        let limited = run.simulation().state().limited.iter();
        let without_outcome = limited.filter_map(|(rule, limit, _)| match (rule, limit) {
            (LimitedRule::Event(kind), Limit::NoOutcome) => Some(kind),
            _ => None,
        });
        RunDigest {
            seed: self.seed,
            stopped: run.simulation().limit_exceeded().map(ToString::to_string),
            completed: completed(scenario, run),
            counts,
            first,
            news: news(scenario, chronicle),
            ended: run.simulation().now(),
            without_outcome: without_outcome.collect(),
            passages: (self.variant == SceneVariant::RecordedWhole).then(|| Passages::of(scenario, chronicle, run.simulation())),
        }
    }
}

/// By watched pattern: its first completion.
fn completed(scenario: &Scenario, run: &Run) -> Vec<Option<(Instant, EventId)>> {
    let matches = run.simulation().world().resource::<StoryMonitor>().matches();
    let mut completed = vec![None; watched(scenario).len()];
    // The positions of the scene's own patterns among the watched.
    let own: Vec<usize> = (0..scenario.patterns.len()).filter(|index| !scenario.patterns[*index].shared).collect();
    for matched in matches {
        let position = match matched.pattern {
            PatternRef::Beat(index) => Some(index).filter(|_| !scenario.beats.is_empty()),
            PatternRef::Pattern(index) if scenario.beats.is_empty() => own.iter().position(|own| *own == index),
            PatternRef::Pattern(_) => None,
        };
        if let Some(slot @ None) = position.and_then(|position| completed.get_mut(position)) {
            *slot = Some((matched.at, matched.completing_event()));
        }
    }
    completed
}

/// The instants of the events that are not habits. An event is a habit if its kind has happened with the same people three times before.
/// Events that are never told are left out too.
fn news(scenario: &Scenario, chronicle: &Chronicle) -> Vec<Instant> {
    let mut times: BTreeMap<(EventKind, SmallVec<[AgentId; 4]>), u32> = BTreeMap::new();
    let is_told = |event: &&Event| {
        let info = scenario.events.get(event.kind.index());
        info.is_some_and(|info| {
            info.narration != NarrationFrequency::Never && !matches!(info.origin, EventOrigin::Intervention(_))
        })
    };
    let mut news = Vec::new();
    for event in chronicle.iter().filter(is_told) {
        let people: SmallVec<[AgentId; 4]> = scenario.events[event.kind.index()].participants(&event.roles).collect();
        let times = times.entry((event.kind, people)).or_default();
        *times += 1;
        if *times <= HABIT_AFTER {
            news.push(event.at);
        }
    }
    news
}

impl RunDigest {
    /// The longest time from an instant to the end of the run in which there were only habits, in days.
    pub(super) fn longest_habits_days(&self, from: Instant) -> f64 {
        let later = self.news.iter().copied().filter(|at| *at >= from);
        let (longest, last) = later.fold((0_i64, from), |(longest, last), at| (longest.max(at.0 - last.0), at));
        longest.max(self.ended.0 - last.0).max(0) as f64 / Instant::DAY_US as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stretch_of_habits_ends_with_the_run() {
        let day = |day: i64| Instant(day * Instant::DAY_US);
        let run = RunDigest {
            seed: 0,
            stopped: None,
            completed: Vec::new(),
            counts: Vec::new(),
            first: Vec::new(),
            news: [1, 2, 7, 8].map(day).into(),
            ended: day(11),
            without_outcome: Vec::new(),
            passages: None,
        };
        assert_eq!(run.longest_habits_days(Instant::START), 5.0);
        assert_eq!(run.longest_habits_days(day(6)), 3.0);
        assert_eq!(run.longest_habits_days(day(20)), 0.0);
    }
}
