//! How long ties last, for the ties that the scene queries with `lasts`.
//!
//! A tie that still holds is a censored observation: its duration is at least its age. Leaving such ties out would bias the durations
//! downward, so the median is that of Kaplan and Meier (*Nonparametric estimation from incomplete observations*, 1958). Ties that held at
//! the start are left out: their beginning is unknown, and short ties that began with them have already ended.

use crate::survival::{DurationCounts, median_duration};
use longhand_expr::ids::{AgentId, Instant, TieId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Durations of the ties that began during the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TieDurations {
    /// By tie: whether it is tracked.
    tracked: Vec<bool>,
    /// Since when each tie that holds has held, by its two ends.
    open: BTreeMap<(TieId, AgentId, AgentId), Instant>,
    /// By tie: the durations in seconds of those that have ended.
    ended: Vec<Vec<u32>>,
}

impl TieDurations {
    /// Tracks a tie from now on.
    pub fn track(&mut self, tie: TieId) {
        if self.tracked.len() <= tie.index() {
            self.tracked.resize(tie.index() + 1, false);
            self.ended.resize(tie.index() + 1, Vec::new());
        }
        self.tracked[tie.index()] = true;
    }

    /// The ties that are tracked.
    pub fn tracked(&self) -> impl Iterator<Item = TieId> + use<> {
        let tracked: Vec<TieId> = (0..self.tracked.len()).filter(|&tie| self.tracked[tie]).map(TieId::from_index).collect();
        tracked.into_iter()
    }

    /// Records that a tie began or ended. The ends of a mutual tie may be given in either order, and the change may be recorded once for
    /// each direction.
    pub fn record(&mut self, tie: TieId, mutual: bool, from: AgentId, to: AgentId, holds: bool, at: Instant) {
        if !self.tracked.get(tie.index()).copied().unwrap_or(false) {
            return;
        }
        let key = if mutual { (tie, from.min(to), from.max(to)) } else { (tie, from, to) };
        if holds {
            self.open.entry(key).or_insert(at);
        } else if let Some(since) = self.open.remove(&key) {
            self.ended[tie.index()].push(seconds(since, at));
        }
    }

    /// The median duration of a tie in seconds (Kaplan and Meier). When more than half still hold, the longest age, which is a lower bound;
    /// 0 when none began.
    #[must_use]
    pub fn median(&self, tie: TieId, now: Instant) -> f64 {
        median(self.durations(tie, now).collect())
    }

    /// The duration in seconds of each tie that began during the run, and whether it has ended.
    pub fn durations(&self, tie: TieId, now: Instant) -> impl Iterator<Item = (u32, bool)> {
        let ended = self.ended.get(tie.index()).into_iter().flatten().map(|&duration| (duration, true));
        let ongoing = self.open.range((tie, AgentId(0), AgentId(0))..).take_while(move |((key_tie, ..), _)| *key_tie == tie);
        ended.chain(ongoing.map(move |(_, &since)| (seconds(since, now), false)))
    }
}

fn seconds(since: Instant, at: Instant) -> u32 {
    // Saturates at 136 years.
    (at.seconds() - since.seconds()).clamp(0.0, f64::from(u32::MAX)) as u32
}

/// Kaplan and Meier's median of durations in seconds, each with whether it has ended; the longest if more than half have not.
fn median(mut durations: Vec<(u32, bool)>) -> f64 {
    durations.sort_unstable();
    let counts = durations.chunk_by(|a, b| a.0 == b.0).map(|group| {
        let ended = group.iter().filter(|(_, ended)| *ended).count() as u64;
        DurationCounts { duration: f64::from(group[0].0), ended, censored: group.len() as u64 - ended }
    });
    let longest = durations.last().map_or(0.0, |(longest, _)| f64::from(*longest));
    median_duration(&counts.collect::<Vec<_>>()).unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIE: TieId = TieId(1);

    fn at(seconds: f64) -> Instant {
        Instant::from_seconds(seconds)
    }

    #[test]
    fn a_tie_that_still_holds_counts_as_censored() {
        assert_eq!(median(vec![(10, true), (20, true), (30, true)]), 20.0, "without censoring it is the plain median");
        // Survival: 4/5 after the end at 5; the censored one at 6 only lowers the number at risk; 4/5 * 2/3 after 10; half of that after 20.
        assert_eq!(median(vec![(5, true), (6, false), (10, true), (20, true), (30, false)]), 20.0);
        assert_eq!(median(vec![(5, true), (50, false), (60, false)]), 60.0, "more than half still hold: the longest age");
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn a_mutual_tie_counts_once_in_either_order() {
        let mut durations = TieDurations::default();
        durations.track(TIE);
        let (ann, ben) = (AgentId(0), AgentId(1));
        durations.record(TIE, true, ann, ben, true, at(100.0));
        durations.record(TIE, true, ben, ann, true, at(100.0));
        durations.record(TIE, true, ben, ann, false, at(400.0));
        durations.record(TIE, true, ann, ben, false, at(400.0));
        assert_eq!((durations.ended[TIE.index()].as_slice(), durations.open.len()), (&[300][..], 0));
        durations.record(TIE, true, ann, ben, true, at(500.0));
        assert_eq!(durations.median(TIE, at(600.0)), 300.0);
    }

    #[test]
    fn the_two_directions_of_a_one_way_tie_count_twice() {
        let mut durations = TieDurations::default();
        durations.track(TIE);
        durations.record(TIE, false, AgentId(0), AgentId(1), true, at(0.0));
        durations.record(TIE, false, AgentId(1), AgentId(0), true, at(50.0));
        durations.record(TIE, false, AgentId(0), AgentId(1), false, at(90.0));
        assert_eq!(durations.ended[TIE.index()], [90]);
        assert_eq!(durations.open.len(), 1);
    }

    #[test]
    fn untracked_ties_and_ties_with_unknown_beginning_are_ignored() {
        let mut durations = TieDurations::default();
        durations.record(TIE, true, AgentId(0), AgentId(1), true, at(0.0));
        assert_eq!(durations, TieDurations::default());
        durations.track(TIE);
        durations.record(TIE, true, AgentId(0), AgentId(1), false, at(9.0));
        assert_eq!(durations.median(TIE, at(9.0)), 0.0);
        assert_eq!(durations.tracked().collect::<Vec<_>>(), [TIE]);
    }
}
