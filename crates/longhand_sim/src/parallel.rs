//! Work on many agents, on one thread or several. The result is the same on any number of threads.
//!
//! The thread that runs the tick works too: it takes one part of the work after another, and the threads that help it do the same until none
//! is left. So it never waits for a thread that is still waking up, and a thread with costly parts takes fewer of them. One of the threads
//! that help stays awake for a moment after its work ([`Standby`]), because a tick has several pieces of work that take less time than waking
//! a thread up.

use bevy_ecs::prelude::Resource;
use bevy_tasks::{TaskPool, TaskPoolBuilder, futures_lite::future::yield_now};
use std::cell::Cell;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the thread that runs the tick looks whether the others have finished before it goes to sleep: for some tens of microseconds,
/// which is what waking it up takes.
const LOOKS: usize = 2_000;
/// How long a thread stays awake without work.
const STANDBY: Duration = Duration::from_micros(200);
/// How often it looks for work before it lets another program have the processor.
const STANDBY_LOOKS: usize = 100;

thread_local! {
    /// Whether this is one of the threads of a pool.
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// The threads that help the thread that runs the tick.
#[derive(Resource)]
pub(super) struct WorkerPool {
    /// None: only the thread that runs the tick works.
    helpers: Option<TaskPool>,
    standby: Arc<Standby>,
}

impl WorkerPool {
    /// A pool in which `threads` threads work, the one that runs the tick included. 0: as many as the machine has.
    pub(super) fn new(threads: usize) -> Self {
        let threads = match threads {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            threads => threads,
        };
        let helpers = TaskPoolBuilder::new().num_threads(threads.saturating_sub(1)).thread_name("tick".into());
        let helpers = helpers.on_thread_spawn(|| IS_WORKER.set(true));
        Self { helpers: (threads > 1).then(|| helpers.build()), standby: Arc::default() }
    }

    /// The number of threads, the one that runs the tick included.
    pub(super) fn threads(&self) -> usize {
        1 + self.helpers.as_ref().map_or(0, TaskPool::thread_num)
    }

    /// Applies `work` to each part, and returns the results in the order of the parts. Up to `few` parts are left to the calling thread,
    /// because it costs more to wake another one.
    pub(super) fn map<T: Send, R: Send>(
        &self,
        parts: impl IntoIterator<IntoIter: ExactSizeIterator<Item = T>>,
        few: usize,
        work: impl Fn(T) -> R + Sync,
    ) -> Vec<R> {
        let parts = parts.into_iter();
        let Some(pool) = self.helpers.as_ref().filter(|_| parts.len() > few.max(1)) else { return parts.map(work).collect() };
        let slots: Vec<Slot<T, R>> = parts.map(|part| Slot(Mutex::new(Part::Open(part)))).collect();
        let (next, working) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let take_parts = || {
            working.fetch_add(1, Ordering::Relaxed);
            while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                let part = std::mem::replace(&mut *slot.lock(), Part::Taken);
                if let Part::Open(part) = part {
                    let result = work(part);
                    *slot.lock() = Part::Done(result);
                }
            }
            working.fetch_sub(1, Ordering::Release);
        };
        pool.scope(|scope| {
            let take_parts = &take_parts;
            for _ in 0..pool.thread_num().min(slots.len() - 1) {
                scope.spawn(async move { take_parts() });
            }
            self.standby.call(pool);
            take_parts();
            (0..LOOKS).take_while(|_| working.load(Ordering::Acquire) > 0).for_each(|_| spin_loop());
        });
        slots.into_iter().map(Slot::into_result).collect()
    }
}

/// A thread of a pool that looks for work for a moment before it goes to sleep.
#[derive(Default)]
struct Standby {
    is_awake: AtomicBool,
    /// How often there was work.
    calls: AtomicUsize,
}

impl Standby {
    /// Lets the thread take up what has been spawned. If it is asleep, the pool has woken it up, and it stays awake from now on.
    fn call(self: &Arc<Self>, pool: &TaskPool) {
        self.calls.fetch_add(1, Ordering::Release);
        if !self.is_awake.swap(true, Ordering::AcqRel) {
            pool.spawn(self.clone().stay_awake()).detach();
        }
    }

    /// Looks for work until there has been none for a moment. Yields when there is some, so that the thread does it and then comes back.
    async fn stay_awake(self: Arc<Self>) {
        let (mut seen, mut since, mut looks) = (self.calls.load(Ordering::Acquire), Instant::now(), 0_usize);
        // The thread that runs the tick may come here while it waits for the others; it must not stay.
        while IS_WORKER.get() {
            let calls = self.calls.load(Ordering::Acquire);
            if calls != seen {
                yield_now().await;
                (seen, since, looks) = (calls, Instant::now(), 0);
            }
            looks += 1;
            if !looks.is_multiple_of(STANDBY_LOOKS) {
                spin_loop();
            } else if since.elapsed() > STANDBY {
                break;
            } else {
                std::thread::yield_now();
            }
        }
        self.is_awake.store(false, Ordering::Release);
    }
}

/// A part of the work, in the hands of one thread at a time.
struct Slot<T, R>(Mutex<Part<T, R>>);

enum Part<T, R> {
    Open(T),
    Taken,
    Done(R),
}

impl<T, R> Slot<T, R> {
    fn lock(&self) -> MutexGuard<'_, Part<T, R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_result(self) -> R {
        match self.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Part::Done(result) => result,
            Part::Open(_) | Part::Taken => unreachable!("the scope ends when every part is done"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WorkerPool;
    use std::sync::atomic::Ordering;
    use std::time::{Duration, Instant};

    #[test]
    fn results_are_in_the_order_of_the_parts_on_any_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let pool = WorkerPool::new(threads);
            for count in [0_u64, 1, 2, 7, 500] {
                let results = pool.map((0..count).collect::<Vec<_>>(), 0, |n| n * n);
                assert_eq!(results, (0..count).map(|n| n * n).collect::<Vec<_>>(), "{count} parts, {threads} threads");
            }
        }
    }

    #[test]
    fn each_part_can_be_written_to() {
        let mut values = vec![0; 100];
        WorkerPool::new(3).map(values.chunks_mut(7).enumerate(), 2, |(nth, part)| part.fill(nth));
        assert!(values.iter().enumerate().all(|(index, value)| *value == index / 7));
    }

    #[test]
    fn a_panic_of_any_thread_reaches_the_caller() {
        let pool = WorkerPool::new(2);
        let work = || pool.map(0..50, 0, |n: i32| assert!(n != 49, "the last part fails"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
        assert_eq!(pool.map(0..3, 0, |n: i32| n + 1), [1, 2, 3], "the pool still works");
    }
    #[test]
    fn the_thread_on_standby_goes_to_sleep_without_work_and_works_again_afterwards() {
        let pool = WorkerPool::new(2);
        for _ in 0..3 {
            assert_eq!(pool.map(0..9, 0, |n: i32| n * n)[8], 64);
            let since = Instant::now();
            while pool.standby.is_awake.load(Ordering::Acquire) {
                assert!(since.elapsed() < Duration::from_secs(60), "it never sleeps");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
