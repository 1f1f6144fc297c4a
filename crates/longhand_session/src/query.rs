//! Queries that take longer than a frame. Each one is answered on a thread of its own from a copy of the data; the session
//! continues meanwhile, and a query whose answer is no longer wanted stops.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant as Clock};

use serde::{Deserialize, Serialize};

use super::branch::BranchTree;
use super::channel::ReceiverDropped;
use super::output::{OutputJob, OutputProgress, OutputTask};
use super::run_data::RunData;
use longhand_analysis::what_if::{ComparedRun, RunDiff};
use longhand_analysis::{
    AuditConfig, AuditProgress, AuditReport, BatchConfig, BatchMessage, RunReport, Survey, SweepReport, audit, run_batch, survey,
};
use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_expr::nearest_name;
use longhand_narrative::book::{Book, BookOptions, write_book};
use longhand_narrative::{CauseNecessity, RecordedRun, WhyNotQuery, WhyNotReport, WhyNotTarget, why_not};
use longhand_scene::{Scenario, scenario_with_decisions};

/// The maximum number of runs in a sweep; `longhand sweep` stores larger ones in a file.
const MAX_SWEEP_RUNS: u32 = 10_000;
/// Interval between progress reports of a sweep.
const SWEEP_REPORT_INTERVAL: Duration = Duration::from_millis(250);

/// A query in the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Why an action, trigger, outcome, beat or pattern has not happened before the cursor.
    WhyNot {
        /// Its id.
        id: String,
        /// A required participant; `None`: anyone.
        who: Option<AgentId>,
    },
    /// How the current run differs from the compared one.
    Difference,
    /// Runs of the current scene with the seeds from 0 on; at most 10,000.
    Sweep {
        /// Number of runs.
        #[serde(rename = "lives")]
        runs: u32,
    },
    /// What everybody of the current run has over time: the run is simulated again.
    Survey,
    /// Whether the current scene is a world or a script.
    Audit {
        /// With few seeds and people.
        quick: bool,
    },
}

/// A query, its answer so far, and whether more is expected.
#[derive(Debug)]
pub struct BackgroundTask<Q, A> {
    question: Option<Q>,
    answer: Option<A>,
    pending: Arc<Mutex<Option<A>>>,
}

/// Sends answers to a task.
struct AnswerSender<A>(Weak<Mutex<Option<A>>>);

impl<A> AnswerSender<A> {
    /// Replaces the answer.
    fn send(&self, answer: A) -> Result<(), ReceiverDropped> {
        let pending = self.0.upgrade().ok_or(ReceiverDropped)?;
        *lock(&pending) = Some(answer);
        Ok(())
    }
}

fn lock<A>(pending: &Mutex<Option<A>>) -> MutexGuard<'_, Option<A>> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<Q, A> Default for BackgroundTask<Q, A> {
    fn default() -> Self {
        Self { question: None, answer: None, pending: Arc::default() }
    }
}

impl<Q, A: Send + 'static> BackgroundTask<Q, A> {
    /// The last query.
    #[must_use]
    pub fn question(&self) -> Option<&Q> {
        self.question.as_ref()
    }

    /// The answer so far.
    #[must_use]
    pub fn answer(&self) -> Option<&A> {
        self.answer.as_ref()
    }

    /// Whether an answer, or a more complete one, is expected.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        Arc::weak_count(&self.pending) > 0 || lock(&self.pending).is_some()
    }

    fn start(&mut self, question: Q, answer: impl FnOnce(&AnswerSender<A>) -> Result<(), ReceiverDropped> + Send + 'static) {
        self.clear();
        self.question = Some(question);
        let sender = AnswerSender(Arc::downgrade(&self.pending));
        // A receiver that was dropped only means that the answer is no longer wanted.
        thread::spawn(move || _ = answer(&sender));
    }

    fn poll(&mut self) {
        if let Some(answer) = lock(&self.pending).take() {
            self.answer = Some(answer);
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Progress and results of a sweep.
#[derive(Clone, Debug)]
pub struct SweepProgress {
    /// Number of requested runs.
    pub runs: u32,
    /// Number of completed runs, including fractions of running ones.
    pub completed: f64,
    /// The report over the completed runs.
    pub report: SweepReport,
    /// The instants of each beat, one for each run in which it matched.
    pub beat_times: BTreeMap<String, Vec<Instant>>,
}

/// What is known of a survey.
#[derive(Debug)]
pub struct SurveyAnswer {
    /// The share of the run that was simulated, 0 to 1.
    pub share: f64,
    /// The result, at the end.
    pub survey: Option<Survey>,
}

/// Progress and result of an audit.
#[derive(Clone, Debug)]
pub struct AuditAnswer {
    /// The progress.
    pub progress: AuditProgress,
    /// The report, at the end.
    pub report: Option<AuditReport>,
}

/// The background queries, at most one of each kind.
#[derive(Debug, Default)]
pub struct Queries {
    /// Why something has not happened, with the instant of the cursor; an unknown id yields an error message.
    pub why_not: BackgroundTask<(Query, Instant), Result<WhyNotReport, String>>,
    /// The run as a book, and whether the run was over at that time.
    pub book: BackgroundTask<(BookOptions, bool), Book>,
    /// How the current run differs from another, by the name of that run.
    pub difference: BackgroundTask<String, RunDiff>,
    /// A sweep, by the name of the branch.
    pub sweep: BackgroundTask<String, SweepProgress>,
    /// An audit, by the name of the branch.
    pub audit: BackgroundTask<String, AuditAnswer>,
    /// A survey of the current run, by the name of the branch.
    pub survey: BackgroundTask<String, SurveyAnswer>,
    /// A branch being saved, by its position and name.
    pub branch_save: BackgroundTask<(usize, String), Result<(), String>>,
    /// The last file written of a run.
    pub output: OutputTask,
    /// Whether each cause of an event was needed, in the order of its causes.
    pub necessity: BackgroundTask<EventId, Vec<CauseNecessity>>,
    /// The finished run, copied once for all questions about single events.
    finished_run: Option<Arc<RunCopy>>,
}

/// A copy of the data of a run, for a thread.
#[derive(Debug)]
struct RunCopy {
    scenario: Arc<Scenario>,
    chronicle: Chronicle,
    seed: u64,
    ended: Instant,
}

impl RunCopy {
    fn copy_of(run: &RunData) -> Self {
        let (info, ended) = (run.info(), run.simulated_until());
        Self { scenario: info.scenario.clone(), chronicle: run.chronicle().clone(), seed: info.seed, ended }
    }

    fn as_run(&self) -> ComparedRun<'_> {
        ComparedRun { scenario: &self.scenario, chronicle: &self.chronicle, seed: self.seed, ended: self.ended }
    }
}

impl Queries {
    /// Takes the answers that have arrived since the last call; does not block.
    pub(super) fn poll(&mut self) {
        self.why_not.poll();
        self.book.poll();
        self.difference.poll();
        self.sweep.poll();
        self.audit.poll();
        self.survey.poll();
        self.branch_save.poll();
        self.output.poll();
        self.necessity.poll();
    }

    /// Whether any answer is expected.
    #[must_use]
    pub fn any_pending(&self) -> bool {
        let Self { why_not, book, difference, sweep, audit, survey, branch_save, output, necessity, .. } = self;
        let about_many_runs = sweep.is_pending() || audit.is_pending() || survey.is_pending();
        about_many_runs
            || necessity.is_pending()
            || why_not.is_pending()
            || book.is_pending()
            || difference.is_pending()
            || branch_save.is_pending()
            || output.is_pending()
    }

    /// Discards queries about the current run, because another one becomes current.
    pub(super) fn clear_run_queries(&mut self) {
        self.why_not.clear();
        self.book.clear();
        self.difference.clear();
        self.survey.clear();
        self.necessity.clear();
        self.finished_run = None;
    }

    /// Starts to find which causes of an event were needed, once the run is over, unless that is known or being found.
    pub(super) fn request_necessity(&mut self, event: &Event, run: &RunData) {
        if event.causes.len() < 2 || !run.is_over() || self.necessity.question() == Some(&event.id) {
            return;
        }
        let copy = self.finished_run.get_or_insert_with(|| Arc::new(RunCopy::copy_of(run))).clone();
        let id = event.id;
        self.necessity.start(id, move |sender| {
            let recorded = RecordedRun::new(&copy.scenario, &copy.chronicle, copy.seed);
            let causes = copy.chronicle.event(id).map_or(&[][..], |event| event.causes.as_slice());
            let event = copy.chronicle.event(id);
            sender.send(causes.iter().filter_map(|cause| Some(recorded.necessity(event?, cause))).collect())
        });
    }

    /// Starts a query; `until` is the instant of the cursor.
    pub(super) fn start(&mut self, query: Query, run: &RunData, branches: &BranchTree, until: Instant) {
        match &query {
            Query::WhyNot { id, who } => {
                let target = WhyNotTarget::find(run.scenario(), id);
                let why_not_query = WhyNotQuery {
                    target: target.unwrap_or(WhyNotTarget::Action(0)),
                    who: who.iter().copied().collect(),
                    from: Instant::START,
                    to: until.min(run.simulated_until()),
                };
                let unknown = target.is_none().then(|| unknown_id_message(run.scenario(), id));
                let copy = RunCopy::copy_of(run);
                self.why_not.start((query, until), move |sender| {
                    sender.send(match unknown {
                        Some(message) => Err(message),
                        None => {
                            let recorded = RecordedRun::new(&copy.scenario, &copy.chronicle, copy.seed);
                            Ok(why_not(&recorded, &why_not_query))
                        }
                    })
                });
            }
            Query::Difference => {
                let compared = branches.compared_branch();
                let Some((name, other)) = compared.and_then(|other| Some((other.name.clone(), RunCopy::copy_of(other.run()?))))
                else {
                    return;
                };
                let current = RunCopy::copy_of(run);
                self.difference.start(name, move |sender| sender.send(RunDiff::compare(&other.as_run(), &current.as_run())));
            }
            Query::Sweep { runs } => {
                let info = run.info();
                let threads = background_threads();
                let batch = BatchConfig { scenario: info.scenario.clone(), until: Some(info.latest_end), threads };
                let runs = (*runs).min(MAX_SWEEP_RUNS);
                self.sweep.start(branches.current_branch().name.clone(), move |sender| sweep(&batch, runs, sender));
            }
            Query::Survey => {
                let branch = branches.current_branch();
                // A run that was played knows its decisions only afterwards.
                let scenario = scenario_with_decisions(&run.info().scenario, &branch.setup.interventions);
                let (seed, until) = (run.info().seed, run.simulated_until());
                self.survey.start(branch.name.clone(), move |sender| {
                    let counted =
                        survey(&scenario, seed, Some(until), |share| sender.send(SurveyAnswer { share, survey: None }))?;
                    sender.send(SurveyAnswer { share: 1.0, survey: Some(counted) })
                });
            }
            Query::Audit { quick } => {
                let info = run.info();
                let scenario = info.scenario.clone();
                let config = if *quick { AuditConfig::quick(scenario) } else { AuditConfig::new(scenario) };
                let config = AuditConfig { until: Some(info.latest_end), threads: background_threads(), ..config };
                self.audit.start(branches.current_branch().name.clone(), move |sender| {
                    let mut last = AuditProgress { finished: 0, total: 1, partial: 0.0 };
                    let report = audit(&config, |progress| {
                        last = progress;
                        sender.send(AuditAnswer { progress, report: None })
                    })?;
                    sender.send(AuditAnswer { progress: last, report: Some(report) })
                });
            }
        }
    }

    /// Starts writing the run as a book, unless that book exists or is being written.
    pub(super) fn request_book(&mut self, options: Option<BookOptions>, run: &RunData) {
        let Some(options) = options else { return };
        let question = (options, run.is_over());
        if self.book.question() == Some(&question) {
            return;
        }
        let copy = RunCopy::copy_of(run);
        self.book.start(question, move |sender| sender.send(write_book(&copy.scenario, &copy.chronicle, copy.seed, &options)));
    }

    /// Starts saving a branch in the story.
    pub(super) fn save_branch(
        &mut self,
        index: usize,
        name: String,
        write: impl FnOnce() -> Result<(), String> + Send + 'static,
    ) {
        self.branch_save.start((index, name), move |sender| sender.send(write()));
    }

    /// Starts writing a file.
    pub(super) fn write_file(&mut self, path: PathBuf, job: OutputJob) {
        self.output.start(path, move |sender| {
            let outcome = job(&mut |share| sender.send(OutputProgress { share, outcome: None }).is_ok());
            sender.send(OutputProgress { share: 1.0, outcome: Some(outcome) })
        });
    }

    /// Stops writing the file.
    pub(super) fn stop_writing(&mut self) {
        self.output.clear();
    }
}

/// The number of threads of runs in the background: one core is left for the front end.
fn background_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1)
}

/// Error message for an unknown id, with a suggestion.
fn unknown_id_message(scenario: &Scenario, id: &str) -> String {
    let suggestion =
        nearest_name(id, WhyNotTarget::ids(scenario)).map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    format!("there is no action, trigger, outcome, beat or pattern `{id}`{suggestion}")
}

/// Simulates the seeds from 0 on and sends a report at intervals, and at the end.
fn sweep(batch: &BatchConfig, runs: u32, sender: &AnswerSender<SweepProgress>) -> Result<(), ReceiverDropped> {
    let seeds: Vec<u64> = (0..u64::from(runs)).collect();
    let mut finished: Vec<RunReport> = Vec::new();
    let mut stopped: BTreeMap<u64, String> = BTreeMap::new();
    let mut last_report = Clock::now();
    let report_progress = |finished: &[RunReport], stopped: &BTreeMap<u64, String>, in_progress: f64| {
        let mut beat_times: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
        for beat in finished.iter().flat_map(|report| &report.beats) {
            let at = beat.at.as_ref().and_then(|at| batch.scenario.calendar.parse(at).ok());
            beat_times.entry(beat.id.clone()).or_default().extend(at);
        }
        let report =
            SweepReport::from_reports(format!("0..{runs}"), finished.to_vec(), stopped.clone(), &batch.scenario.calendar);
        let completed = finished.len() as f64 + stopped.len() as f64 + in_progress;
        sender.send(SweepProgress { runs, completed, report, beat_times })
    };
    let mut in_progress = 0.0;
    run_batch(batch, &seeds, |message| {
        match message {
            BatchMessage::Finished(report) => finished.push(*report),
            BatchMessage::Stopped { seed, reason } => drop(stopped.insert(seed, reason)),
            BatchMessage::Progress(share) => in_progress = share,
        }
        if last_report.elapsed() < SWEEP_REPORT_INTERVAL {
            return Ok(());
        }
        last_report = Clock::now();
        report_progress(&finished, &stopped, in_progress)
    })?;
    report_progress(&finished, &stopped, 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::branch::RunSetup;
    use super::super::testing::test_run;
    use super::*;
    use longhand_narrative::book::NarrativeLength;

    fn branches() -> BranchTree {
        BranchTree::new("first".into(), RunSetup::default())
    }

    /// Waits until all answers have arrived.
    fn wait_for_answers(queries: &mut Queries) {
        let began = Clock::now();
        loop {
            queries.poll();
            if !queries.any_pending() {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "no answer");
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn a_why_not_query_is_answered_and_an_unknown_id_yields_a_suggestion() {
        let (mut queries, run) = (Queries::default(), test_run());
        let ask = |queries: &mut Queries, id: &str| {
            queries.start(Query::WhyNot { id: id.into(), who: None }, &run, &branches(), run.simulated_until());
            wait_for_answers(queries);
        };
        let beat = run.scenario().beats[0].id.clone();
        ask(&mut queries, &beat);
        assert!(matches!(queries.why_not.answer(), Some(Ok(report)) if report.id == beat));
        ask(&mut queries, &format!("{beat}x"));
        assert!(matches!(queries.why_not.answer(), Some(Err(why)) if why.contains("did you mean")));
    }

    #[test]
    fn what_a_decision_read_is_needed_only_if_it_would_have_been_otherwise_without_it() {
        // Ann's hunger makes her eat; that it rained is read as well, and decides nothing.
        let scene = r#"Scene(
            title: "Need", starts: "2025-01-06 08:00", ends: "2025-01-07",
            kinds: [Kind(id: "human", wakes: "1h", idle: "0.5", whim: 0)],
            attributes: [Attribute(id: "hunger"), Attribute(id: "wet")],
            cast: [Member(id: "ann", name: "Ann", kind: "human", pronouns: she)],
            triggers: [
                Trigger(id: "rain", by: ["ann"], when: "elapsed > 1h", once: true, does: ["self.wet = 0.3"]),
                Trigger(id: "starve", by: ["ann"], when: "elapsed > 2h", once: true, does: ["self.hunger = 0.9"]),
            ],
            actions: [Action(id: "eat", when: "self.hunger > 0.5 and self.wet < 0.9", want: "self.hunger + 0.1 * self.wet", does: ["self.hunger = 0"])],
        )"#;
        let session = super::super::testing::simulated_session(scene);
        let run = session.run();
        let eats = |event: &&longhand_chronicle::Event| run.symbols().event_name(event.kind) == "eat";
        let eat = run.chronicle().events().iter().find(eats).expect("she eats").clone();
        let mut queries = Queries::default();
        queries.request_necessity(&eat, run);
        wait_for_answers(&mut queries);
        let found = queries.necessity.answer().expect("the run is over");
        let of = |name: &str| {
            let causes = eat.causes.iter().zip(found).filter(|(cause, _)| {
                run.chronicle().event(cause.event).is_some_and(|event| run.symbols().event_name(event.kind) == name)
            });
            causes.map(|(_, necessity)| *necessity).min()
        };
        assert_eq!(of("starve"), Some(CauseNecessity::Needed), "{:?} {found:?}", eat.causes);
        assert_eq!(of("rain"), Some(CauseNecessity::Unneeded), "{:?} {found:?}", eat.causes);
    }

    #[test]
    fn a_sweep_reports_its_completed_runs() {
        let (mut queries, mut run) = (Queries::default(), test_run());
        run.receive(super::super::SimMessage::Ended("It ended.".into()));
        queries.start(Query::Sweep { runs: 3 }, &run, &branches(), run.simulated_until());
        wait_for_answers(&mut queries);
        let progress = queries.sweep.answer().unwrap();
        assert_eq!((progress.runs, progress.completed, progress.report.per_seed.len()), (3, 3.0, 3));
        assert_eq!(progress.report.per_seed[2].seed, 2);
    }

    #[test]
    fn an_audit_ends_with_a_report() {
        let (mut queries, mut run) = (Queries::default(), test_run());
        run.receive(super::super::SimMessage::Ended("It ended.".into()));
        queries.start(Query::Audit { quick: true }, &run, &branches(), run.simulated_until());
        wait_for_answers(&mut queries);
        let answer = queries.audit.answer().unwrap();
        assert_eq!(answer.progress.finished, answer.progress.total);
        assert!(answer.report.as_ref().is_some_and(|report| !report.figures.is_empty()));
    }

    #[test]
    fn a_book_is_written_once_for_each_choice_of_options() {
        let (mut queries, run) = (Queries::default(), test_run());
        let options = |length| Some(BookOptions { length, ..BookOptions::default() });
        queries.request_book(options(NarrativeLength::Short), &run);
        wait_for_answers(&mut queries);
        assert!(queries.book.answer().is_some());
        queries.request_book(options(NarrativeLength::Short), &run);
        assert!(queries.book.answer().is_some() && !queries.book.is_pending());
        queries.request_book(options(NarrativeLength::Full), &run);
        assert!(queries.book.answer().is_none(), "another book is being written");
    }
}
