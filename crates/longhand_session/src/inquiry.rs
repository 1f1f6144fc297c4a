//! Queries that take longer than a frame. Each one is answered on a thread of its own from a copy of the data; the session
//! continues meanwhile, and a query whose answer is no longer wanted stops.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant as Clock};

use serde::{Deserialize, Serialize};

use super::branch::Branches;
use super::feed::Gone;
use super::record::Record;
use longhand_analysis::what_if::{Difference, Life};
use longhand_analysis::{Heard, Many, RunReport, SweepReport, live_many};
use longhand_chronicle::Chronicle;
use longhand_expr::ids::{AgentId, Instant};
use longhand_expr::nearest;
use longhand_narrative::book::{Book, BookOrder, write_book};
use longhand_narrative::{Question, Wanted, WhyNot, why_not};
use longhand_scene::Scenario;

/// The maximum number of runs in a sweep; `longhand sweep` stores larger ones in a file.
const MOST_LIVES: u32 = 10_000;
/// Interval between progress reports of a sweep.
const OFTEN: Duration = Duration::from_millis(250);

/// A query in the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inquiry {
    /// Why an action, trigger, beat or pattern has not happened before the cursor.
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
        lives: u32,
    },
}

/// A query, its answer so far, and whether more is expected.
#[derive(Debug)]
pub struct Slot<Q, A> {
    question: Option<Q>,
    answer: Option<A>,
    coming: Arc<Mutex<Option<A>>>,
}

/// Sends answers to a task.
struct Asker<A>(Weak<Mutex<Option<A>>>);

impl<A> Asker<A> {
    /// Replaces the answer.
    fn answer(&self, answer: A) -> Result<(), Gone> {
        let coming = self.0.upgrade().ok_or(Gone)?;
        *lock(&coming) = Some(answer);
        Ok(())
    }
}

fn lock<A>(coming: &Mutex<Option<A>>) -> MutexGuard<'_, Option<A>> {
    coming.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<Q, A> Default for Slot<Q, A> {
    fn default() -> Self {
        Self { question: None, answer: None, coming: Arc::default() }
    }
}

impl<Q, A: Send + 'static> Slot<Q, A> {
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
    pub fn is_awaited(&self) -> bool {
        Arc::weak_count(&self.coming) > 0 || lock(&self.coming).is_some()
    }

    fn ask(&mut self, question: Q, answer: impl FnOnce(&Asker<A>) -> Result<(), Gone> + Send + 'static) {
        self.forget();
        self.question = Some(question);
        let asker = Asker(Arc::downgrade(&self.coming));
        // A receiver that was dropped only means that the answer is no longer wanted.
        thread::spawn(move || _ = answer(&asker));
    }

    fn hear(&mut self) {
        if let Some(answer) = lock(&self.coming).take() {
            self.answer = Some(answer);
        }
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Progress and results of a sweep.
#[derive(Clone, Debug)]
pub struct Sweeping {
    /// Number of requested runs.
    pub lives: u32,
    /// Number of completed runs, including fractions of running ones.
    pub gone: f64,
    /// The report over the completed runs.
    pub report: SweepReport,
    /// The instants of each beat, one for each run in which it matched.
    pub came: BTreeMap<String, Vec<Instant>>,
}

/// The background queries, at most one of each kind.
#[derive(Debug, Default)]
pub struct Inquiries {
    /// Why something has not happened, with the instant of the cursor; an unknown id yields an error message.
    pub why_not: Slot<(Inquiry, Instant), Result<WhyNot, String>>,
    /// The run as a book, and whether the run was over at that time.
    pub book: Slot<(BookOrder, bool), Book>,
    /// How the current run differs from another, by the name of that run.
    pub difference: Slot<String, Difference>,
    /// A sweep, by the name of the branch.
    pub sweep: Slot<String, Sweeping>,
    /// A branch being saved, by its position and name.
    pub keeping: Slot<(usize, String), Result<(), String>>,
}

/// A copy of the data of a run, for a thread.
struct Known {
    scenario: Arc<Scenario>,
    chronicle: Chronicle,
    seed: u64,
    ended: Instant,
}

impl Known {
    fn of(record: &Record) -> Self {
        let (cover, ended) = (record.cover(), record.lived());
        Self { scenario: cover.scenario.clone(), chronicle: record.chronicle().clone(), seed: cover.seed, ended }
    }

    fn life(&self) -> Life<'_> {
        Life { scenario: &self.scenario, chronicle: &self.chronicle, seed: self.seed, ended: self.ended }
    }
}

impl Inquiries {
    /// Takes the answers that have arrived since the last call; does not block.
    pub(super) fn hear(&mut self) {
        self.why_not.hear();
        self.book.hear();
        self.difference.hear();
        self.sweep.hear();
        self.keeping.hear();
    }

    /// Whether any answer is expected.
    #[must_use]
    pub fn are_awaited(&self) -> bool {
        let Self { why_not, book, difference, sweep, keeping } = self;
        why_not.is_awaited() || book.is_awaited() || difference.is_awaited() || sweep.is_awaited() || keeping.is_awaited()
    }

    /// Discards queries about the current run, because another one becomes current.
    pub(super) fn turn(&mut self) {
        self.why_not.forget();
        self.book.forget();
        self.difference.forget();
    }

    /// Starts a query; `until` is the instant of the cursor.
    pub(super) fn ask(&mut self, inquiry: Inquiry, record: &Record, branches: &Branches, until: Instant) {
        match &inquiry {
            Inquiry::WhyNot { id, who } => {
                let found = Wanted::find(record.scenario(), id);
                let asked = Question {
                    wanted: found.unwrap_or(Wanted::Action(0)),
                    who: who.iter().copied().collect(),
                    from: Instant::START,
                    to: until.min(record.lived()),
                };
                let unknown = found.is_none().then(|| names_nothing(record.scenario(), id));
                let known = Known::of(record);
                self.why_not.ask((inquiry, until), move |asker| {
                    asker.answer(match unknown {
                        Some(why) => Err(why),
                        None => {
                            let record = longhand_narrative::Record::new(&known.scenario, &known.chronicle, known.seed);
                            Ok(why_not(&record, &asked))
                        }
                    })
                });
            }
            Inquiry::Difference => {
                let Some((name, then)) = branches.before().and_then(|then| Some((then.name.clone(), Known::of(then.record()?))))
                else {
                    return;
                };
                let now = Known::of(record);
                self.difference.ask(name, move |asker| asker.answer(Difference::of(&then.life(), &now.life())));
            }
            Inquiry::Sweep { lives } => {
                let cores = thread::available_parallelism().map_or(1, NonZero::get);
                let cover = record.cover();
                // One core is left for the front end.
                let threads = cores.saturating_sub(1).max(1);
                let many = Many { scenario: cover.scenario.clone(), until: Some(cover.ends), threads };
                let lives = (*lives).min(MOST_LIVES);
                self.sweep.ask(branches.now().name.clone(), move |asker| sweep(&many, lives, asker));
            }
        }
    }

    /// Starts writing the run as a book, unless that book exists or is being written.
    pub(super) fn tell(&mut self, order: Option<BookOrder>, record: &Record) {
        let Some(order) = order else { return };
        let question = (order, record.is_over());
        if self.book.question() == Some(&question) {
            return;
        }
        let known = Known::of(record);
        self.book.ask(question, move |asker| asker.answer(write_book(&known.scenario, &known.chronicle, known.seed, &order)));
    }

    /// Starts saving a branch in the story.
    pub(super) fn keep(&mut self, at: usize, name: String, write: impl FnOnce() -> Result<(), String> + Send + 'static) {
        self.keeping.ask((at, name), move |asker| asker.answer(write()));
    }
}

/// Error message for an unknown id, with a suggestion.
fn names_nothing(scenario: &Scenario, id: &str) -> String {
    let meant = nearest(id, askable(scenario)).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("there is no action, trigger, beat or pattern `{id}`{meant}")
}

/// The ids that a why-not query accepts.
pub fn askable(scenario: &Scenario) -> impl Iterator<Item = &str> {
    let actions = scenario.actions.iter().map(|one| one.id.as_str());
    let triggers = scenario.triggers.iter().map(|one| one.id.as_str());
    let patterns = scenario.beats.iter().chain(&scenario.patterns).map(|one| one.id.as_str());
    actions.chain(triggers).chain(patterns)
}

fn sweep(many: &Many, lives: u32, asker: &Asker<Sweeping>) -> Result<(), Gone> {
    let seeds: Vec<u64> = (0..u64::from(lives)).collect();
    let mut over: Vec<RunReport> = Vec::new();
    let mut stopped: BTreeMap<u64, String> = BTreeMap::new();
    let mut said = Clock::now();
    let tell = |over: &[RunReport], stopped: &BTreeMap<u64, String>, going: f64| {
        let mut came: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
        for beat in over.iter().flat_map(|report| &report.beats) {
            let at = beat.at.as_ref().and_then(|at| at.parse().ok()).map(|at| many.scenario.calendar.instant(at));
            came.entry(beat.id.clone()).or_default().extend(at);
        }
        let report = SweepReport::of(format!("0..{lives}"), over.to_vec(), stopped.clone());
        asker.answer(Sweeping { lives, gone: over.len() as f64 + stopped.len() as f64 + going, report, came })
    };
    let mut under_way = 0.0;
    live_many(many, &seeds, |heard| {
        match heard {
            Heard::Lived(report) => over.push(*report),
            Heard::Stopped { seed, why } => drop(stopped.insert(seed, why)),
            Heard::Going(going) => under_way = going,
        }
        if said.elapsed() < OFTEN {
            return Ok(());
        }
        said = Clock::now();
        tell(&over, &stopped, under_way)
    })?;
    tell(&over, &stopped, 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::branch::Setup;
    use super::super::testing::record;
    use super::*;
    use longhand_narrative::book::Length;

    fn branches() -> Branches {
        Branches::new("first".into(), Setup::default())
    }

    /// Waits until all answers have arrived.
    fn answered(inquiries: &mut Inquiries) {
        let began = Clock::now();
        loop {
            inquiries.hear();
            if !inquiries.are_awaited() {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "no answer");
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn a_why_not_query_is_answered_and_an_unknown_id_yields_a_suggestion() {
        let (mut inquiries, record) = (Inquiries::default(), record());
        let ask = |inquiries: &mut Inquiries, id: &str| {
            inquiries.ask(Inquiry::WhyNot { id: id.into(), who: None }, &record, &branches(), record.lived());
            answered(inquiries);
        };
        let beat = record.scenario().beats[0].id.clone();
        ask(&mut inquiries, &beat);
        assert!(matches!(inquiries.why_not.answer(), Some(Ok(found)) if found.id == beat));
        ask(&mut inquiries, &format!("{beat}x"));
        assert!(matches!(inquiries.why_not.answer(), Some(Err(why)) if why.contains("did you mean")));
    }

    #[test]
    fn a_sweep_reports_its_completed_runs() {
        let (mut inquiries, mut known) = (Inquiries::default(), record());
        known.hear(super::super::Heard::Ended("It ended.".into()));
        inquiries.ask(Inquiry::Sweep { lives: 3 }, &known, &branches(), known.lived());
        answered(&mut inquiries);
        let sweeping = inquiries.sweep.answer().unwrap();
        assert_eq!((sweeping.lives, sweeping.gone, sweeping.report.per_seed.len()), (3, 3.0, 3));
        assert_eq!(sweeping.report.per_seed[2].seed, 2);
    }

    #[test]
    fn a_book_is_written_once_for_each_order() {
        let (mut inquiries, record) = (Inquiries::default(), record());
        let order = |length| Some(BookOrder { length, pov: None });
        inquiries.tell(order(Length::Short), &record);
        answered(&mut inquiries);
        assert!(inquiries.book.answer().is_some());
        inquiries.tell(order(Length::Short), &record);
        assert!(inquiries.book.answer().is_some() && !inquiries.book.is_awaited());
        inquiries.tell(order(Length::Full), &record);
        assert!(inquiries.book.answer().is_none(), "another book is being written");
    }
}
