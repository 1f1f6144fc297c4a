//! Work on many agents, on one thread or several. The result is the same on any number of threads.

use bevy_ecs::prelude::Resource;
use bevy_tasks::TaskPool;

/// The threads that help the thread that runs the tick; none: only that one.
#[derive(Resource)]
pub(super) struct WorkerPool(pub(super) Option<TaskPool>);

impl WorkerPool {
    /// Applies `work` to each chunk of at most `size` items, and returns the results in the order of the chunks. The calling thread does all of
    /// it if there are at most `few` items, because it costs more to wake another one.
    pub(super) fn map_chunks<T: Sync, R: Send + 'static>(
        &self,
        items: &[T],
        size: usize,
        few: usize,
        work: impl Fn(&[T]) -> R + Sync,
    ) -> Vec<R> {
        match &self.0 {
            Some(pool) if items.len() > size.max(few) => pool.scope(|scope| {
                let work = &work;
                items.chunks(size).for_each(|chunk| scope.spawn(async move { work(chunk) }));
            }),
            _ => items.chunks(size).map(work).collect(),
        }
    }

    /// Applies `work` to each chunk of at most `size` items together with the same part of `out`, which is as long.
    pub(super) fn fill_chunks<T: Sync, R: Send>(
        &self,
        items: &[T],
        out: &mut [R],
        size: usize,
        work: impl Fn(&[T], &mut [R]) + Sync,
    ) {
        let chunks = items.chunks(size).zip(out.chunks_mut(size));
        match &self.0 {
            Some(pool) if items.len() > size => {
                pool.scope(|scope| {
                    let work = &work;
                    chunks.for_each(|(items, out)| scope.spawn(async move { work(items, out) }));
                });
            }
            _ => chunks.for_each(|(items, out)| work(items, out)),
        }
    }
}
