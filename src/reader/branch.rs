//! The lives of one scene that a reader has had lived, as a tree: each was taken up from another, and is otherwise by what was done to it.
//! The one that is read now has its record with the reader; of the others the last few are kept, the rest are lived again when they are
//! entered.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;
use crate::ids::EventId;
use crate::scenario::Intervention;

/// How many lives are kept beside the one that is read: a long one takes a hundred megabytes.
const KEPT: usize = 6;

/// What a life is lived with, beside the scene as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// Params set otherwise than the scene has them, by name, as they would be typed.
    pub set: BTreeMap<String, String>,
    /// What is done to it from outside, in order.
    pub outside: Vec<Intervention>,
    /// Its seed; none: that of the life which was begun with.
    pub seed: Option<u64>,
}

/// A life among others.
#[derive(Debug)]
pub struct Branch {
    /// What is otherwise in it than in its parent; of the first life the scene's title.
    pub name: String,
    /// Which it was taken up from; none of the first, and of one from somewhere else.
    pub parent: Option<usize>,
    /// What it is lived with.
    pub setup: Setup,
    /// What it is called in the story that is read, if it is kept there; the story's own life has no name.
    pub kept: Option<String>,
    /// What it had come to when it was last left.
    pub came: Option<Came>,
    record: Option<Record>,
    /// How often the scene's texts had been read again before it.
    edition: u32,
    /// The greater, the later it was left.
    left: u32,
}

/// What a life came to, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// The beats that came, by their position.
    pub beats: BTreeSet<usize>,
    /// How many events there were.
    pub events: usize,
    /// Whether it was over.
    pub over: bool,
}

impl Came {
    /// What a life has come to so far.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let chronicle = record.chronicle();
        Self { beats: chronicle.beats.iter().map(|beat| beat.beat).collect(), events: chronicle.len(), over: record.is_over() }
    }
}

/// All of them.
#[derive(Debug)]
pub struct Branches {
    all: Vec<Branch>,
    current: usize,
    before: Option<Before>,
    edition: u32,
    left: u32,
    of_story: bool,
}

/// The life that the one read now is held against, and how far they have been compared.
#[derive(Clone, Copy, Debug)]
struct Before {
    branch: usize,
    alike: usize,
    parted: bool,
}

impl Branch {
    /// A life that nobody has lived here yet.
    #[must_use]
    pub fn new(name: String, parent: Option<usize>, setup: Setup) -> Self {
        Self { name, parent, setup, kept: None, came: None, record: None, edition: 0, left: 0 }
    }

    /// Its life, unless it is the one that is read, or was put away.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }
}

impl Branches {
    /// One life, with what it is lived with.
    #[must_use]
    pub fn new(name: String, setup: Setup) -> Self {
        Self { all: vec![Branch::new(name, None, setup)], current: 0, before: None, edition: 0, left: 0, of_story: false }
    }

    /// The same, of a story, in which lives can be kept.
    pub(super) fn of_story(self) -> Self {
        Self { of_story: true, ..self }
    }

    /// Whether lives can be kept in the story that the first of them was read from.
    #[must_use]
    pub fn is_of_story(&self) -> bool {
        self.of_story
    }

    /// Adds a life that can be entered; its parent is there already.
    pub(super) fn add(&mut self, branch: Branch) {
        self.all.push(Branch { edition: self.edition, ..branch });
    }

    /// Adds a life of somewhere else, which is kept for good and cannot be lived again; the one that is read is held against it.
    pub(super) fn add_whole(&mut self, name: String, record: Record) {
        let came = Some(Came::of(&record));
        let branch = Branch::new(name, None, Setup::default());
        self.all.push(Branch { came, record: Some(record), edition: u32::MAX, left: u32::MAX, ..branch });
        self.compare_with(self.all.len() - 1);
    }

    /// Every life, parents before what was taken up from them.
    #[must_use]
    pub fn all(&self) -> &[Branch] {
        &self.all
    }

    /// Which is read.
    #[must_use]
    pub fn current(&self) -> usize {
        self.current
    }

    /// The one that is read.
    #[must_use]
    pub fn now(&self) -> &Branch {
        &self.all[self.current]
    }

    /// Whether a life can be entered: it is kept, or the scene is still the one by which it was lived.
    #[must_use]
    pub fn can_enter(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|branch| {
            at != self.current && (branch.edition == self.edition || branch.record.as_ref().is_some_and(Record::is_over))
        })
    }

    /// The scene's texts are read again from now on.
    pub(super) fn read_again(&mut self) -> u32 {
        self.edition += 1;
        self.edition
    }

    /// Takes the whole life of a branch out, to be read.
    pub(super) fn take(&mut self, at: usize) -> Option<Record> {
        self.all.get_mut(at)?.record.take_if(|record| record.is_over())
    }

    /// Leaves the life that is read for another: one that was kept, or one that is lived anew.
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

    /// Gives a life its name in the story.
    pub(super) fn keep(&mut self, at: usize, name: String) {
        if let Some(branch) = self.all.get_mut(at) {
            branch.kept = Some(name);
        }
    }

    /// Holds the life that is read against another.
    pub(super) fn compare_with(&mut self, branch: usize) {
        if branch != self.current && self.all.get(branch).is_some_and(|branch| branch.record.is_some()) {
            self.before = Some(Before { branch, alike: 0, parted: false });
        }
    }

    /// Which life the one read now is held against.
    #[must_use]
    pub fn against(&self) -> Option<usize> {
        self.before.map(|before| before.branch).filter(|&branch| self.all[branch].record.is_some())
    }

    /// The life that the one read now is held against.
    #[must_use]
    pub fn before(&self) -> Option<&Branch> {
        self.against().map(|branch| &self.all[branch])
    }

    /// Goes on comparing.
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

    /// The first event of which the two lives are not alike, as far as both were lived.
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
    use crate::reader::Heard;

    fn whole() -> Record {
        let mut record = record();
        record.hear(Heard::Ended("It ended.".into()));
        record
    }

    fn with(name: &str, parent: usize) -> Branch {
        Branch::new(name.into(), Some(parent), Setup::default())
    }

    #[test]
    fn a_life_that_was_left_whole_is_entered_again_and_one_that_was_not_is_lived_again() {
        let mut branches = Branches::new("first".into(), Setup::default());
        branches.add(with("second", 0));
        branches.go(1, whole(), true);
        assert_eq!(branches.before().unwrap().name, "first");
        branches.add(with("third", 1));
        branches.go(2, record(), true);
        assert!(branches.can_enter(0) && branches.can_enter(1) && !branches.can_enter(2));
        assert!(branches.take(0).is_some(), "it was over");
        assert!(branches.take(1).is_none(), "it was not");
        assert_eq!(branches.all()[0].came.as_ref().map(|came| (came.events, came.over)), Some((4, true)));
    }

    #[test]
    fn only_the_lives_left_last_are_kept_and_those_of_another_text_cannot_be_lived_again() {
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
        let last = branches.take(KEPT).expect("it is kept");
        branches.go(KEPT, last, false);
        branches.all[KEPT].record = None;
        branches.current = 0;
        assert!(!branches.can_enter(KEPT), "it is of the text before, though it was read since");
    }

    #[test]
    fn two_lives_part_where_their_events_differ_or_one_of_them_ends() {
        let mut branches = Branches::new("first".into(), Setup::default());
        branches.add(with("second", 0));
        branches.go(1, whole(), true);
        let mut now = Record::new(cover());
        branches.refresh(&now);
        assert_eq!(branches.divergence(&now), None, "as far as it was lived");
        now.hear(Heard::Ended("It ended.".into()));
        branches.refresh(&now);
        assert_eq!(branches.divergence(&now), Some(EventId(0)));
    }
}
