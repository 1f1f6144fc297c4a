//! A cache of the results of defs by the agents that they were called with, valid as long as nothing changes.
//!
//! The rules of a scene often call the same def with the same agents: who somebody's mate is, when two last met. Each def is inlined where it
//! is called, so every rule would compute the result again. A context whose world does not change
//! ([`EvalContext::def_results`](super::EvalContext::def_results)) caches the results. The cache has a fixed size; a result that was evicted is
//! computed again.

use std::cell::{Cell, OnceCell, RefCell};

use smallvec::SmallVec;

use crate::ids::AgentId;

use super::node::NodeId;

/// Maximum number of arguments of a call whose result is cached.
pub(crate) const MAX_ARGS: usize = 3;
/// Binary logarithm of the number of results that are cached.
const SIZE_BITS: u32 = 9;

/// A call of a def with these agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DefCall {
    /// The position of the def in the schema.
    pub def: u16,
    /// The arguments; [`AgentId::NONE`] after the last one.
    pub agents: [AgentId; MAX_ARGS],
}

/// What somebody knows that meets the conditions of a set.
pub(crate) type KnownMembers = SmallVec<[AgentId; 8]>;

/// A set of what somebody knows: where it is in the rules, and who knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownSite {
    /// The address of the compiled text.
    pub code: usize,
    /// The set in it.
    pub set: NodeId,
    pub agent: AgentId,
}

/// The results of calls of defs in one state of the world, and the last sets of what somebody knows.
#[derive(Debug, Default)]
pub struct DefResults {
    table: OnceCell<ResultTable>,
    known: RefCell<Option<(KnownSite, KnownMembers)>>,
}

/// A table of results. Only those of the present generation count, so that a table that was used before need not be cleared.
#[derive(Debug)]
struct ResultTable {
    generation: u16,
    entries: Box<[Cell<ResultEntry>]>,
}

/// A result. 24 bytes.
#[derive(Clone, Copy, Debug)]
struct ResultEntry {
    generation: u16,
    def: u16,
    agents: [AgentId; MAX_ARGS],
    result: f64,
}

impl ResultEntry {
    /// No result: no table is of generation 0.
    const NONE: Self = Self { generation: 0, def: 0, agents: [AgentId::NONE; MAX_ARGS], result: 0.0 };
}

thread_local! {
    /// A table that is not in use. A tick has some contexts for each thread, and many ticks have few questions.
    static SPARE: Cell<Option<ResultTable>> = const { Cell::new(None) };
}

impl ResultTable {
    /// An empty table.
    fn take() -> Self {
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        let mut table =
            spare.unwrap_or_else(|| Self { generation: 0, entries: vec![Cell::new(ResultEntry::NONE); 1 << SIZE_BITS].into() });
        table.generation = table.generation.wrapping_add(1);
        if table.generation == 0 {
            table.entries.fill(Cell::new(ResultEntry::NONE));
            table.generation = 1;
        }
        table
    }
}

impl DefResults {
    /// Whether a build with debug assertions evaluates the call again, to compare: one in sixteen, because tests would take twice as long.
    pub(crate) fn is_checked(call: DefCall) -> bool {
        position(call).is_multiple_of(16)
    }

    pub(crate) fn get(&self, call: DefCall) -> Option<f64> {
        let table = self.table.get()?;
        let entry = table.entries[position(call)].get();
        (entry.def == call.def && entry.agents == call.agents && entry.generation == table.generation).then_some(entry.result)
    }

    pub(crate) fn insert(&self, DefCall { def, agents }: DefCall, result: f64) {
        let table = self.table.get_or_init(ResultTable::take);
        let entry = ResultEntry { generation: table.generation, def, agents, result };
        table.entries[position(DefCall { def, agents })].set(entry);
    }
}

impl DefResults {
    /// The members of a set, if it is the last one that was kept.
    pub(crate) fn known_members(&self, site: KnownSite) -> Option<KnownMembers> {
        let kept = self.known.borrow();
        kept.as_ref().filter(|(kept_site, _)| *kept_site == site).map(|(_, members)| members.clone())
    }

    pub(crate) fn keep_known_members(&self, site: KnownSite, members: KnownMembers) {
        *self.known.borrow_mut() = Some((site, members));
    }
}

impl Drop for DefResults {
    fn drop(&mut self) {
        if let Some(table) = self.table.take() {
            // Without a place for it, at the end of a thread, it is freed.
            _ = SPARE.try_with(|spare| spare.set(Some(table)));
        }
    }
}

fn position(call: DefCall) -> usize {
    let [a, b, c] = call.agents.map(|agent| u64::from(agent.0));
    let bits = (a << 32 | b) ^ c.rotate_left(16) ^ u64::from(call.def).rotate_left(48);
    (bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SIZE_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_that_of_its_call_and_of_no_other() {
        let results = DefResults::default();
        let call = |def: u16, a: u32, b: u32| DefCall { def, agents: [AgentId(a), AgentId(b), AgentId::NONE] };
        for n in 0..5_000 {
            results.insert(call(n % 7, u32::from(n), u32::from(n / 3)), f64::from(n));
            assert_eq!(results.get(call(n % 7, u32::from(n), u32::from(n / 3))), Some(f64::from(n)));
        }
        let known = (0..5_000).filter_map(|n| Some((n, results.get(call(n % 7, u32::from(n), u32::from(n / 3)))?)));
        let known: Vec<_> = known.collect();
        assert!(!known.is_empty() && known.iter().all(|(n, result)| f64::from(*n) == *result));
        assert_eq!(results.get(call(7, 1, 0)), None);
    }

    #[test]
    fn a_table_that_is_used_again_is_empty() {
        let call = DefCall { def: 3, agents: [AgentId(1), AgentId(2), AgentId::NONE] };
        // More often than there are generations.
        for n in 0..70_000 {
            let results = DefResults::default();
            assert_eq!(results.get(call), None);
            if n % 1_000 == 0 {
                results.insert(call, f64::from(n));
                assert_eq!(results.get(call), Some(f64::from(n)));
                assert_eq!(DefResults::default().get(call), None);
            }
            results.insert(DefCall { def: 4, ..call }, 0.0);
        }
    }

    #[test]
    fn a_result_takes_24_bytes() {
        assert_eq!(size_of::<ResultEntry>(), 24);
    }
}
