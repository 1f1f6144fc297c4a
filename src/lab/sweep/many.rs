//! Many lives of one world at once: a thread for each core, each living one seed after the other from beginning to end.
//!
//! A life on one thread is the same as on many, and cheaper in all; so a sweep is parallel over seeds. There are never more worlds in memory
//! than threads, and of each life only its report is kept.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::ids::Instant;
use crate::lab::{Run, RunReport};
use crate::scenario::Scenario;
use crate::sim::SimOptions;

/// How often somebody who waits hears how far it is.
const HEAR_EVERY: Duration = Duration::from_millis(200);
/// A life is counted as gone so many steps on its way.
const STEPS: u32 = 10_000;

/// What is to be lived.
#[derive(Clone, Debug)]
pub struct Many {
    /// The world.
    pub scenario: Arc<Scenario>,
    /// Each life is over at the scene's end or here, whichever comes first.
    pub until: Option<Instant>,
    /// How many at once; 0: as many as the machine has cores.
    pub threads: usize,
}

/// What is heard while many lives are lived.
#[derive(Clone, Debug)]
pub enum Heard {
    /// One of them is over.
    Lived(Box<RunReport>),
    /// One of them did more of something than a life may, and was stopped before its end.
    Stopped {
        /// Its seed.
        seed: u64,
        /// Of what, and when.
        why: String,
    },
    /// They go on: how many lives' worth the unfinished ones have come to.
    Going(f64),
}

/// Lives each of `seeds` once and says what came of it, in the order in which they end.
///
/// # Errors
/// The first that `hear` answers with; no further life is begun then, and those under way are given up.
///
/// # Panics
/// When a life does; the others are given up.
pub fn live_many<E>(many: &Many, seeds: &[u64], mut hear: impl FnMut(Heard) -> Result<(), E>) -> Result<(), E> {
    let threads = match many.threads {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let gone: Vec<AtomicU32> = (0..threads.clamp(1, seeds.len().max(1))).map(|_| AtomicU32::new(0)).collect();
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for gone in &gone {
            let (tell, next, stop) = (tell.clone(), &next, &stop);
            scope.spawn(move || {
                let _on_panic = StopsTheOthers(stop);
                while let Some(&seed) = seeds.get(next.fetch_add(1, Relaxed)) {
                    let Some(heard) = live(many, seed, gone, stop) else { return };
                    // Nobody listens any more when the answer is an error already.
                    if tell.send(heard).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        let mut listen = || -> Result<(), E> {
            loop {
                match told.recv_timeout(HEAR_EVERY) {
                    Ok(heard) => hear(heard)?,
                    Err(RecvTimeoutError::Timeout) => {
                        let steps: u32 = gone.iter().map(|gone| gone.load(Relaxed)).sum();
                        hear(Heard::Going(f64::from(steps) / f64::from(STEPS)))?;
                    }
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
        };
        let _stops_in_any_case = StopsAtTheEnd(&stop);
        listen()
    })
}

/// One life; none when it was given up.
fn live(many: &Many, seed: u64, gone: &AtomicU32, stop: &AtomicBool) -> Option<Heard> {
    let ends = many.until.map_or(many.scenario.ends, |until| until.min(many.scenario.ends)).seconds().max(1.0);
    let mut run = Run::new(many.scenario.clone(), SimOptions { seed, threads: 1 }, many.until);
    while run.step() {
        if stop.load(Relaxed) {
            return None;
        }
        let share = (run.simulation().now().seconds() / ends).clamp(0.0, 1.0);
        gone.store((share * f64::from(STEPS)) as u32, Relaxed);
    }
    gone.store(0, Relaxed);
    Some(match run.simulation().limit_exceeded() {
        Some(overrun) => Heard::Stopped { seed, why: overrun.to_string() },
        None => Heard::Lived(Box::new(run.report())),
    })
}

/// A life that panics ends the sweep, which would otherwise wait for all the others first.
struct StopsTheOthers<'a>(&'a AtomicBool);

impl Drop for StopsTheOthers<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Relaxed);
        }
    }
}

/// Whoever listened has gone, with an answer or in panic.
struct StopsAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopsAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, STARTER};
    use std::collections::BTreeMap;

    fn starter(threads: usize) -> Many {
        let scenario = scenario::load_text("new.ron", &[("new.ron", STARTER)], &[]).unwrap().scenario;
        Many { scenario: Arc::new(scenario), until: Some(Instant::from_seconds(7.0 * 86_400.0)), threads }
    }

    fn hashes(threads: usize) -> BTreeMap<u64, String> {
        let mut lived = BTreeMap::new();
        let heard = live_many(&starter(threads), &[4, 5, 6, 7], |heard| {
            if let Heard::Lived(report) = heard {
                assert_eq!(lived.insert(report.seed, report.hash), None, "a seed is lived once");
            }
            Ok::<_, ()>(())
        });
        assert_eq!(heard, Ok(()));
        lived
    }

    #[test]
    fn each_seed_is_lived_once_and_alike_on_any_number_of_threads() {
        let alone = hashes(1);
        assert_eq!(alone.keys().copied().collect::<Vec<_>>(), [4, 5, 6, 7]);
        assert_eq!(alone, hashes(3));
    }

    #[test]
    fn whoever_has_heard_enough_ends_it() {
        let mut lived = 0;
        let heard = live_many(&starter(1), &[1, 2, 3, 4, 5, 6, 7, 8], |heard| match heard {
            Heard::Lived(_) => {
                lived += 1;
                Err("enough")
            }
            _ => Ok(()),
        });
        assert_eq!((heard, lived), (Err("enough"), 1));
    }

    #[test]
    fn no_seeds_are_no_lives() {
        assert_eq!(live_many(&starter(2), &[], |_| Err("nobody lives")), Ok(()));
    }
}
