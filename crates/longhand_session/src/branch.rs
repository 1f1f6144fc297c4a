//! The runs of a session as a tree: each run was forked from another and differs from it by its setup.
//!
//! The session holds the data of the current run. The tree holds the data of the runs that were current most recently. The data
//! of older runs is discarded to save memory; such a run is simulated again when it becomes current.

use std::collections::{BTreeMap, BTreeSet};

use super::run_data::RunData;
use longhand_chronicle::SymbolMap;
use longhand_expr::ids::EventId;
use longhand_scene::{Intervention, PlayedDecision};

/// Number of runs whose data is retained besides the current one. It is small, because the data of a long run takes a hundred
/// megabytes.
const MAX_RETAINED_RUNS: usize = 6;
/// The `last_left` of a run whose data is never discarded.
const NEVER_DISCARDED: u32 = u32::MAX;
/// The `source_revision` of a run that cannot be repeated; no revision of the source texts equals it.
const NOT_REPEATABLE: u32 = u32::MAX;

/// The setup of a run, in addition to the scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunSetup {
    /// Overridden parameters, by name, as typed.
    pub param_overrides: BTreeMap<String, String>,
    /// Interventions, in order.
    pub interventions: Vec<Intervention>,
    /// The seed; `None`: the seed of the first run.
    pub seed: Option<u64>,
    /// Whether a person is asked for the decisions of the agent that the last [`Intervention::Play`] names. Only a run that is about to
    /// start has it: what was decided is noted in that intervention.
    pub asks_player: bool,
}

/// A run of the session.
#[derive(Debug)]
pub struct RunBranch {
    /// How it differs from its parent; the scene's title for the first run.
    pub name: String,
    /// The run it was forked from; `None` for the first run and for one loaded from elsewhere.
    pub parent: Option<usize>,
    /// Its setup.
    pub setup: RunSetup,
    /// Its branch name in the open story, if it is saved there; `None` for the story's main run.
    pub saved_as: Option<String>,
    /// A summary of the run when it was last current.
    pub summary: Option<BranchSummary>,
    run: Option<RunData>,
    /// The revision of the scene's source texts with which it ran.
    source_revision: u32,
    /// The `leave_count` of the tree when this run was last left; larger is later.
    last_left: u32,
}

/// A short summary of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchSummary {
    /// The beats that matched, by position.
    pub beats: BTreeSet<usize>,
    /// The number of events.
    pub events: usize,
    /// Whether the run was over.
    pub is_over: bool,
}

impl BranchSummary {
    /// Summarises a run as far as it is simulated.
    #[must_use]
    pub fn from_run(run: &RunData) -> Self {
        let chronicle = run.chronicle();
        Self { beats: chronicle.beats.iter().map(|beat| beat.beat).collect(), events: chronicle.len(), is_over: run.is_over() }
    }
}

/// The runs of a session.
#[derive(Debug)]
pub struct BranchTree {
    all: Vec<RunBranch>,
    current: usize,
    comparison: Option<BranchComparison>,
    source_revision: u32,
    /// How often a run was left for another.
    leave_count: u32,
    has_story: bool,
}

/// The comparison of the current run with another. It continues as both runs get more events.
#[derive(Clone, Debug)]
struct BranchComparison {
    branch: usize,
    /// The ids of that run in the current one.
    to_current: Option<Box<SymbolMap>>,
    /// The number of equal events from the beginning.
    equal_events: usize,
    /// Whether the next event differs.
    diverged: bool,
}

impl BranchComparison {
    fn new(branch: usize) -> Self {
        Self { branch, to_current: None, equal_events: 0, diverged: false }
    }
}

impl RunBranch {
    /// A run without data.
    #[must_use]
    pub fn new(name: String, parent: Option<usize>, setup: RunSetup) -> Self {
        Self { name, parent, setup, saved_as: None, summary: None, run: None, source_revision: 0, last_left: 0 }
    }

    /// The data of the run, unless it is current or was discarded.
    #[must_use]
    pub fn run(&self) -> Option<&RunData> {
        self.run.as_ref()
    }
}

impl BranchTree {
    /// A tree with one run.
    #[must_use]
    pub fn new(name: String, setup: RunSetup) -> Self {
        Self {
            all: vec![RunBranch::new(name, None, setup)],
            current: 0,
            comparison: None,
            source_revision: 0,
            leave_count: 0,
            has_story: false,
        }
    }

    /// Sets that the first run was read from a story, in which other runs can be saved.
    pub(super) fn with_story(self) -> Self {
        Self { has_story: true, ..self }
    }

    /// Whether runs can be saved in the story that the first one was read from.
    #[must_use]
    pub fn has_story(&self) -> bool {
        self.has_story
    }

    /// Adds a run; its parent must have been added before.
    pub(super) fn add(&mut self, branch: RunBranch) {
        self.all.push(RunBranch { source_revision: self.source_revision, ..branch });
    }

    /// Adds a finished run from elsewhere, whose data is never discarded and which cannot be repeated; the current run is
    /// compared with it.
    pub(super) fn add_finished_run(&mut self, name: String, run: RunData) {
        let summary = Some(BranchSummary::from_run(&run));
        let branch = RunBranch::new(name, None, RunSetup::default());
        self.all.push(RunBranch {
            summary,
            run: Some(run),
            source_revision: NOT_REPEATABLE,
            last_left: NEVER_DISCARDED,
            ..branch
        });
        self.compare_with(self.all.len() - 1);
    }

    /// All runs, parents before their children.
    #[must_use]
    pub fn branches(&self) -> &[RunBranch] {
        &self.all
    }

    /// The position of the current run.
    #[must_use]
    pub fn current_index(&self) -> usize {
        self.current
    }

    /// The current run.
    #[must_use]
    pub fn current_branch(&self) -> &RunBranch {
        &self.all[self.current]
    }

    /// Notes what the person who plays in the current run decided otherwise than the agent would have.
    pub(super) fn note_decision(&mut self, decision: PlayedDecision) {
        let played = self.all[self.current].setup.interventions.iter_mut().rev().find_map(|intervention| match intervention {
            Intervention::Play { decisions, .. } => Some(decisions),
            _ => None,
        });
        played.into_iter().for_each(|decisions| decisions.push(decision.clone()));
    }

    /// Whether a run can become current: it is finished and its data is retained, or it can be repeated because the scene's
    /// source texts have not changed.
    #[must_use]
    pub fn can_switch_to(&self, index: usize) -> bool {
        self.all.get(index).is_some_and(|branch| {
            index != self.current
                && (branch.source_revision == self.source_revision || branch.run.as_ref().is_some_and(RunData::is_over))
        })
    }

    /// The position of a run with this setup and the present source texts.
    pub(super) fn position_of(&self, setup: &RunSetup) -> Option<usize> {
        self.all.iter().position(|branch| branch.setup == *setup && branch.source_revision == self.source_revision)
    }

    /// Starts a new revision of the scene's source texts.
    pub(super) fn next_source_revision(&mut self) -> u32 {
        self.source_revision += 1;
        self.source_revision
    }

    /// Takes the data of a finished run, to make it current.
    pub(super) fn take_finished_run(&mut self, index: usize) -> Option<RunData> {
        self.all.get_mut(index)?.run.take_if(|run| run.is_over())
    }

    /// Makes another run current. `left_run` is the data of the run that is left. With `restart` the other run is simulated from
    /// its start, with the current source texts.
    pub(super) fn switch_to(&mut self, index: usize, left_run: RunData, restart: bool) {
        let revision = self.source_revision;
        self.leave_count += 1;
        let left = &mut self.all[self.current];
        left.summary = Some(BranchSummary::from_run(&left_run));
        if left.last_left != NEVER_DISCARDED {
            left.last_left = self.leave_count;
        }
        left.run = Some(left_run);
        self.comparison = Some(BranchComparison::new(self.current));
        self.current = index;
        if let Some(branch) = self.all.get_mut(index).filter(|_| restart) {
            (branch.run, branch.source_revision) = (None, revision);
        }
        let mut retained: Vec<&mut RunBranch> = self.all.iter_mut().filter(|branch| branch.run.is_some()).collect();
        retained.sort_by_key(|branch| std::cmp::Reverse(branch.last_left));
        for branch in retained.into_iter().skip(MAX_RETAINED_RUNS) {
            branch.run = None;
        }
    }

    /// Records that a run is saved in the story as the branch `name`.
    pub(super) fn mark_saved(&mut self, index: usize, name: String) {
        if let Some(branch) = self.all.get_mut(index) {
            branch.saved_as = Some(name);
        }
    }

    /// Starts to compare the current run with another, if the other's data is retained.
    pub(super) fn compare_with(&mut self, branch: usize) {
        if branch != self.current && self.all.get(branch).is_some_and(|branch| branch.run.is_some()) {
            self.comparison = Some(BranchComparison::new(branch));
        }
    }

    /// The position of the run that the current one is compared with.
    #[must_use]
    pub fn compared_index(&self) -> Option<usize> {
        self.comparison.as_ref().map(|comparison| comparison.branch).filter(|&branch| self.all[branch].run.is_some())
    }

    /// The run that the current one is compared with.
    #[must_use]
    pub fn compared_branch(&self) -> Option<&RunBranch> {
        self.compared_index().map(|branch| &self.all[branch])
    }

    /// Compares the events that were added since the last call.
    pub(super) fn update_comparison(&mut self, current: &RunData) {
        let Some(comparison) = &mut self.comparison else { return };
        let Some(other) = &self.all[comparison.branch].run else { return };
        let to_current =
            comparison.to_current.get_or_insert_with(|| Box::new(SymbolMap::new(other.scenario(), current.scenario())));
        let (other, current) = (other.chronicle(), current.chronicle());
        while !comparison.diverged {
            let next = comparison.equal_events;
            let (Some(a), Some(b)) = (other.events().get(next), current.events().get(next)) else { return };
            if to_current.pair_roles((other, a), (current, b)) {
                comparison.equal_events += 1;
            } else {
                comparison.diverged = true;
            }
        }
    }

    /// The first event that differs from the run that `current` is compared with, as far as both are simulated. If both are over
    /// and one has only additional events, it is the first of them.
    #[must_use]
    pub fn divergence(&self, current: &RunData) -> Option<EventId> {
        let comparison = self.comparison.as_ref()?;
        let other = self.all[comparison.branch].run.as_ref()?;
        let both_ended = other.is_over() && current.is_over();
        let lengths_differ = other.chronicle().len() != current.chronicle().len();
        (comparison.diverged || both_ended && lengths_differ).then(|| EventId::from_index(comparison.equal_events))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{test_run, test_run_info};
    use super::*;
    use crate::SimMessage;

    fn finished_run() -> RunData {
        let mut run = test_run();
        run.receive(SimMessage::Ended("It ended.".into()));
        run
    }

    fn test_branch(name: &str, parent: usize) -> RunBranch {
        RunBranch::new(name.into(), Some(parent), RunSetup::default())
    }

    #[test]
    fn a_finished_run_is_reused_and_an_unfinished_one_is_repeated() {
        let mut branches = BranchTree::new("first".into(), RunSetup::default());
        branches.add(test_branch("second", 0));
        branches.switch_to(1, finished_run(), true);
        assert_eq!(branches.compared_branch().unwrap().name, "first");
        branches.add(test_branch("third", 1));
        branches.switch_to(2, test_run(), true);
        assert!(branches.can_switch_to(0) && branches.can_switch_to(1) && !branches.can_switch_to(2));
        assert!(branches.take_finished_run(0).is_some(), "it was finished");
        assert!(branches.take_finished_run(1).is_none(), "it was not finished");
        assert_eq!(branches.branches()[0].summary.as_ref().map(|summary| (summary.events, summary.is_over)), Some((4, true)));
    }

    #[test]
    fn only_the_last_runs_are_retained_and_runs_of_other_source_texts_cannot_be_repeated() {
        let mut branches = BranchTree::new("first".into(), RunSetup::default());
        for index in 1..=MAX_RETAINED_RUNS + 2 {
            branches.add(test_branch("more", index - 1));
            branches.switch_to(index, finished_run(), true);
        }
        let retained = branches.branches().iter().filter(|branch| branch.run().is_some()).count();
        assert_eq!(retained, MAX_RETAINED_RUNS);
        assert!(branches.branches()[0].run().is_none() && branches.can_switch_to(0));
        branches.next_source_revision();
        assert!(!branches.can_switch_to(0) && branches.can_switch_to(MAX_RETAINED_RUNS));
        let last = branches.take_finished_run(MAX_RETAINED_RUNS).expect("its data is retained");
        branches.switch_to(MAX_RETAINED_RUNS, last, false);
        branches.all[MAX_RETAINED_RUNS].run = None;
        branches.current = 0;
        assert!(
            !branches.can_switch_to(MAX_RETAINED_RUNS),
            "it ran with the previous texts; making it current again does not change that"
        );
    }

    #[test]
    fn two_runs_diverge_where_their_events_differ_or_one_of_them_ends() {
        let mut branches = BranchTree::new("first".into(), RunSetup::default());
        branches.add(test_branch("second", 0));
        branches.switch_to(1, finished_run(), true);
        let mut current = RunData::new(test_run_info());
        branches.update_comparison(&current);
        assert_eq!(branches.divergence(&current), None, "no difference so far");
        current.receive(SimMessage::Ended("It ended.".into()));
        branches.update_comparison(&current);
        assert_eq!(branches.divergence(&current), Some(EventId(0)));
    }
}
