//! The runs of a session as a tree: each one was forked from another and differs from it by its setup.
//! The current run's data is in the session. Of the others the data of the last few is retained; the rest are repeated when they
//! become current.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;
use longhand_expr::ids::EventId;
use longhand_scene::Intervention;

/// Number of runs whose data is retained besides the current one: the data of a long run takes a hundred megabytes.
const KEPT: usize = 6;

/// The setup of a run, in addition to the scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// Overridden parameters, by name, as typed.
    pub set: BTreeMap<String, String>,
    /// Interventions, in order.
    pub outside: Vec<Intervention>,
    /// The seed; `None`: the seed of the first run.
    pub seed: Option<u64>,
}

/// A run of the session.
#[derive(Debug)]
pub struct Branch {
    /// How it differs from its parent; the scene's title for the first run.
    pub name: String,
    /// The run it was forked from; `None` for the first run and for one loaded from elsewhere.
    pub parent: Option<usize>,
    /// Its setup.
    pub setup: Setup,
    /// Its branch name in the open story, if it is saved there; `None` for the story's main run.
    pub kept: Option<String>,
    /// A summary of the run when it was last current.
    pub came: Option<Came>,
    record: Option<Record>,
    /// The revision of the scene's source texts with which it ran.
    edition: u32,
    /// When it was last left; larger is later.
    left: u32,
}

/// A short summary of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// The beats that matched, by position.
    pub beats: BTreeSet<usize>,
    /// The number of events.
    pub events: usize,
    /// Whether it was over.
    pub over: bool,
}

impl Came {
    /// Summarises a run as far as it is simulated.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let chronicle = record.chronicle();
        Self { beats: chronicle.beats.iter().map(|beat| beat.beat).collect(), events: chronicle.len(), over: record.is_over() }
    }
}

/// The runs of a session.
#[derive(Debug)]
pub struct Branches {
    all: Vec<Branch>,
    current: usize,
    before: Option<Before>,
    edition: u32,
    left: u32,
    of_story: bool,
}

/// The comparison of the current run with another: how many events at the beginning are equal.
#[derive(Clone, Copy, Debug)]
struct Before {
    branch: usize,
    alike: usize,
    parted: bool,
}

impl Branch {
    /// A run without data.
    #[must_use]
    pub fn new(name: String, parent: Option<usize>, setup: Setup) -> Self {
        Self { name, parent, setup, kept: None, came: None, record: None, edition: 0, left: 0 }
    }

    /// The data of the run, unless it is current or was discarded.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }
}

impl Branches {
    /// A tree with one run.
    #[must_use]
    pub fn new(name: String, setup: Setup) -> Self {
        Self { all: vec![Branch::new(name, None, setup)], current: 0, before: None, edition: 0, left: 0, of_story: false }
    }

    /// Marks the tree as that of a story, in which runs can be saved.
    pub(super) fn of_story(self) -> Self {
        Self { of_story: true, ..self }
    }

    /// Whether runs can be saved in the story that the first one was read from.
    #[must_use]
    pub fn is_of_story(&self) -> bool {
        self.of_story
    }

    /// Adds a run; its parent must have been added before.
    pub(super) fn add(&mut self, branch: Branch) {
        self.all.push(Branch { edition: self.edition, ..branch });
    }

    /// Adds a finished run from elsewhere, whose data is never discarded and which cannot be repeated; the current run is
    /// compared with it.
    pub(super) fn add_whole(&mut self, name: String, record: Record) {
        let came = Some(Came::of(&record));
        let branch = Branch::new(name, None, Setup::default());
        self.all.push(Branch { came, record: Some(record), edition: u32::MAX, left: u32::MAX, ..branch });
        self.compare_with(self.all.len() - 1);
    }

    /// All runs, parents before their children.
    #[must_use]
    pub fn all(&self) -> &[Branch] {
        &self.all
    }

    /// The position of the current run.
    #[must_use]
    pub fn current(&self) -> usize {
        self.current
    }

    /// The current run.
    #[must_use]
    pub fn now(&self) -> &Branch {
        &self.all[self.current]
    }

    /// Whether a run can become current: its data is retained, or the scene still has the texts with which it ran.
    #[must_use]
    pub fn can_enter(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|branch| {
            at != self.current && (branch.edition == self.edition || branch.record.as_ref().is_some_and(Record::is_over))
        })
    }

    /// Starts a new revision of the scene's source texts.
    pub(super) fn read_again(&mut self) -> u32 {
        self.edition += 1;
        self.edition
    }

    /// Takes the data of a finished run, to make it current.
    pub(super) fn take(&mut self, at: usize) -> Option<Record> {
        self.all.get_mut(at)?.record.take_if(|record| record.is_over())
    }

    /// Leaves the current run for another, which either has its data or starts anew.
    pub(super) fn go(&mut self, at: usize, record: Record, anew: bool) {
        let edition = self.edition;
        self.left += 1;
        let now = &mut self.all[self.current];
        now.came = Some(Came::of(&record));
        if now.left != u32::MAX {
            now.left = self.left;
        }
        now.record = Some(record);
        self.before = Some(Before { branch: self.current, alike: 0, parted: false });
        self.current = at;
        if let Some(branch) = self.all.get_mut(at).filter(|_| anew) {
            (branch.record, branch.edition) = (None, edition);
        }
        let mut kept: Vec<&mut Branch> = self.all.iter_mut().filter(|branch| branch.record.is_some()).collect();
        kept.sort_by_key(|branch| std::cmp::Reverse(branch.left));
        for branch in kept.into_iter().skip(KEPT) {
            branch.record = None;
        }
    }

    /// Records the name of a saved branch.
    pub(super) fn keep(&mut self, at: usize, name: String) {
        if let Some(branch) = self.all.get_mut(at) {
            branch.kept = Some(name);
        }
    }

    /// Compares the current run with another.
    pub(super) fn compare_with(&mut self, branch: usize) {
        if branch != self.current && self.all.get(branch).is_some_and(|branch| branch.record.is_some()) {
            self.before = Some(Before { branch, alike: 0, parted: false });
        }
    }

    /// The position of the run that the current one is compared with.
    #[must_use]
    pub fn against(&self) -> Option<usize> {
        self.before.map(|before| before.branch).filter(|&branch| self.all[branch].record.is_some())
    }

    /// The run that the current one is compared with.
    #[must_use]
    pub fn before(&self) -> Option<&Branch> {
        self.against().map(|branch| &self.all[branch])
    }

    /// Continues the comparison.
    pub(super) fn refresh(&mut self, now: &Record) {
        let Some(before) = &mut self.before else { return };
        let Some(then) = &self.all[before.branch].record else { return };
        let (then, now) = (then.chronicle().events(), now.chronicle().events());
        while !before.parted {
            let (Some(a), Some(b)) = (then.get(before.alike), now.get(before.alike)) else { return };
            if (a.kind, a.at, &a.roles) == (b.kind, b.at, &b.roles) {
                before.alike += 1;
            } else {
                before.parted = true;
            }
        }
    }

    /// The first event that differs between the two runs, as far as both are simulated.
    #[must_use]
    pub fn divergence(&self, now: &Record) -> Option<EventId> {
        let before = self.before?;
        let then = self.all[before.branch].record.as_ref()?;
        let ended = then.is_over() && now.is_over();
        let lengths = then.chronicle().len() != now.chronicle().len();
        (before.parted || ended && lengths).then(|| EventId::at(before.alike))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{cover, record};
    use super::*;
    use crate::Heard;

    fn whole() -> Record {
        let mut record = record();
        record.hear(Heard::Ended("It ended.".into()));
        record
    }

    fn with(name: &str, parent: usize) -> Branch {
        Branch::new(name.into(), Some(parent), Setup::default())
    }

    #[test]
    fn a_finished_run_is_reused_and_an_unfinished_one_is_repeated() {
        let mut branches = Branches::new("first".into(), Setup::default());
        branches.add(with("second", 0));
        branches.go(1, whole(), true);
        assert_eq!(branches.before().unwrap().name, "first");
        branches.add(with("third", 1));
        branches.go(2, record(), true);
        assert!(branches.can_enter(0) && branches.can_enter(1) && !branches.can_enter(2));
        assert!(branches.take(0).is_some(), "it was finished");
        assert!(branches.take(1).is_none(), "it was not finished");
        assert_eq!(branches.all()[0].came.as_ref().map(|came| (came.events, came.over)), Some((4, true)));
    }

    #[test]
    fn only_the_last_runs_are_retained_and_those_of_other_source_texts_cannot_be_repeated() {
        let mut branches = Branches::new("first".into(), Setup::default());
        for at in 1..=KEPT + 2 {
            branches.add(with("more", at - 1));
            branches.go(at, whole(), true);
        }
        let kept = branches.all().iter().filter(|branch| branch.record().is_some()).count();
        assert_eq!(kept, KEPT);
        assert!(branches.all()[0].record().is_none() && branches.can_enter(0));
        branches.read_again();
        assert!(!branches.can_enter(0) && branches.can_enter(KEPT));
        let last = branches.take(KEPT).expect("its data is retained");
        branches.go(KEPT, last, false);
        branches.all[KEPT].record = None;
        branches.current = 0;
        assert!(!branches.can_enter(KEPT), "it ran with the previous texts, although it was current since");
    }

    #[test]
    fn two_runs_diverge_where_their_events_differ_or_one_of_them_ends() {
        let mut branches = Branches::new("first".into(), Setup::default());
        branches.add(with("second", 0));
        branches.go(1, whole(), true);
        let mut now = Record::new(cover());
        branches.refresh(&now);
        assert_eq!(branches.divergence(&now), None, "no difference so far");
        now.hear(Heard::Ended("It ended.".into()));
        branches.refresh(&now);
        assert_eq!(branches.divergence(&now), Some(EventId(0)));
    }
}
