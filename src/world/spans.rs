//! How long ties last, for those that the scene asks about.
//!
//! Of a tie that began during the run one knows for how long it held, or, where it still holds, that it has held for so long already. To leave
//! the latter out would make every tie look short, so the median is Kaplan and Meier's (*Nonparametric estimation from incomplete
//! observations*, 1958). Ties that held from the start are left out: nobody saw them begin, and only those that last are still there to be
//! seen.

use crate::ids::{AgentId, Instant, TieId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The lengths of ties.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spans {
    /// By tie: whether anybody asks.
    asked: Vec<bool>,
    /// Those that hold, by their two ends, and since when.
    open: BTreeMap<(TieId, AgentId, AgentId), Instant>,
    /// By tie: for how many seconds those held that are over.
    over: Vec<Vec<u32>>,
}

impl Spans {
    /// Keeps from now on how long a tie lasts.
    pub fn ask(&mut self, tie: TieId) {
        if self.asked.len() <= tie.index() {
            self.asked.resize(tie.index() + 1, false);
            self.over.resize(tie.index() + 1, Vec::new());
        }
        self.asked[tie.index()] = true;
    }

    /// The ties that are asked about.
    pub fn asked(&self) -> impl Iterator<Item = TieId> + use<> {
        let asked: Vec<TieId> = (0..self.asked.len()).filter(|&tie| self.asked[tie]).map(TieId::at).collect();
        asked.into_iter()
    }

    /// Notes that a tie began or ended. The ends of a mutual tie may be named in either order, and it may be noted once for each of them.
    pub fn note(&mut self, tie: TieId, mutual: bool, from: AgentId, to: AgentId, holds: bool, at: Instant) {
        if !self.asked.get(tie.index()).copied().unwrap_or(false) {
            return;
        }
        let key = if mutual { (tie, from.min(to), from.max(to)) } else { (tie, from, to) };
        if holds {
            self.open.entry(key).or_insert(at);
        } else if let Some(since) = self.open.remove(&key) {
            self.over[tie.index()].push(seconds(since, at));
        }
    }

    /// The median length of a tie in seconds: after so long half of those that began are over. Where more than half never are, as long as any
    /// has held, which is the least it can be; 0 where none began.
    #[must_use]
    pub fn lasts(&self, tie: TieId, now: Instant) -> f64 {
        median(self.lengths(tie, now).collect())
    }

    /// For how many seconds each of the ties held that began during the run, and whether it is over.
    pub fn lengths(&self, tie: TieId, now: Instant) -> impl Iterator<Item = (u32, bool)> {
        let over = self.over.get(tie.index()).into_iter().flatten().map(|&length| (length, true));
        let open = self.open.range((tie, AgentId(0), AgentId(0))..).take_while(move |((of, ..), _)| *of == tie);
        over.chain(open.map(move |(_, &since)| (seconds(since, now), false)))
    }
}

fn seconds(since: Instant, at: Instant) -> u32 {
    // 136 years and more are all the same here.
    (at.seconds() - since.seconds()).clamp(0.0, f64::from(u32::MAX)) as u32
}

/// Kaplan and Meier's median of lengths, each with whether it is over.
fn median(mut lengths: Vec<(u32, bool)>) -> f64 {
    lengths.sort_unstable();
    let mut survive = 1.0;
    let mut at_risk = lengths.len();
    for same in lengths.chunk_by(|a, b| a.0 == b.0) {
        let over = same.iter().filter(|(_, over)| *over).count();
        survive *= 1.0 - over as f64 / at_risk as f64;
        if survive <= 0.5 {
            return f64::from(same[0].0);
        }
        at_risk -= same.len();
    }
    lengths.last().map_or(0.0, |(longest, _)| f64::from(*longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIE: TieId = TieId(1);

    fn at(seconds: f64) -> Instant {
        Instant::from_seconds(seconds)
    }

    #[test]
    fn what_still_holds_is_counted_for_as_long_as_it_has() {
        assert_eq!(median(vec![(10, true), (20, true), (30, true)]), 20.0, "nothing is open: the plain median");
        // After Kaplan and Meier: 1 over at 5 leaves 4/5; the open one at 6 only leaves those at risk; at 10 it is 4/5 * 2/3, at 20 half of that.
        assert_eq!(median(vec![(5, true), (6, false), (10, true), (20, true), (30, false)]), 20.0);
        assert_eq!(median(vec![(5, true), (50, false), (60, false)]), 60.0, "more than half go on: at least as long as any has");
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn a_mutual_tie_is_one_however_it_is_named() {
        let mut spans = Spans::default();
        spans.ask(TIE);
        let (ann, ben) = (AgentId(0), AgentId(1));
        spans.note(TIE, true, ann, ben, true, at(100.0));
        spans.note(TIE, true, ben, ann, true, at(100.0));
        spans.note(TIE, true, ben, ann, false, at(400.0));
        spans.note(TIE, true, ann, ben, false, at(400.0));
        assert_eq!((spans.over[TIE.index()].as_slice(), spans.open.len()), (&[300][..], 0));
        spans.note(TIE, true, ann, ben, true, at(500.0));
        assert_eq!(spans.lasts(TIE, at(600.0)), 300.0);
    }

    #[test]
    fn one_way_there_and_one_way_back_are_two() {
        let mut spans = Spans::default();
        spans.ask(TIE);
        spans.note(TIE, false, AgentId(0), AgentId(1), true, at(0.0));
        spans.note(TIE, false, AgentId(1), AgentId(0), true, at(50.0));
        spans.note(TIE, false, AgentId(0), AgentId(1), false, at(90.0));
        assert_eq!(spans.over[TIE.index()], [90]);
        assert_eq!(spans.open.len(), 1);
    }

    #[test]
    fn what_nobody_asks_about_or_saw_begin_is_not_kept() {
        let mut spans = Spans::default();
        spans.note(TIE, true, AgentId(0), AgentId(1), true, at(0.0));
        assert_eq!(spans, Spans::default());
        spans.ask(TIE);
        spans.note(TIE, true, AgentId(0), AgentId(1), false, at(9.0));
        assert_eq!(spans.lasts(TIE, at(9.0)), 0.0);
        assert_eq!(spans.asked().collect::<Vec<_>>(), [TIE]);
    }
}
