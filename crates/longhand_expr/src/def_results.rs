//! What defs gave for the agents that they were called with, as long as nothing changes.
//!
//! The rules of a scene ask the same again and again: who somebody's mate is, when two last met. Each def is inlined where it is called, so
//! every rule would find the answer anew. A context that stays as it is ([`EvalContext::def_results`](super::EvalContext::def_results))
//! remembers the answers. The memory has a fixed size; an answer that is forgotten is found again.

use std::cell::{Cell, OnceCell};

use crate::ids::AgentId;

/// The most arguments of a call whose result is remembered.
pub(crate) const MAX_ARGS: usize = 3;
/// The number of results that are remembered, as a power of two.
const SIZE_BITS: u32 = 9;
/// The position of no def.
const NO_DEF: u16 = u16::MAX;

/// A call of a def with these agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DefCall {
    /// The position of the def in the schema.
    pub def: u16,
    /// The arguments; [`AgentId::NONE`] after the last one.
    pub agents: [AgentId; MAX_ARGS],
}

/// The results of calls of defs in one state of the world.
#[derive(Debug, Default)]
pub struct DefResults(OnceCell<Box<[ResultEntry]>>);

/// The last result that was stored at a position of the table, and its call.
type ResultEntry = Cell<(DefCall, f64)>;

impl DefResults {
    /// Whether a build with debug assertions evaluates the call again, to compare: one in sixteen, because tests would take twice as long.
    pub(crate) fn is_checked(call: DefCall) -> bool {
        position(call).is_multiple_of(16)
    }

    pub(crate) fn get(&self, call: DefCall) -> Option<f64> {
        let (known, result) = self.0.get()?[position(call)].get();
        (known == call).then_some(result)
    }

    pub(crate) fn insert(&self, call: DefCall, result: f64) {
        let none = DefCall { def: NO_DEF, agents: [AgentId::NONE; MAX_ARGS] };
        let entries = self.0.get_or_init(|| vec![Cell::new((none, 0.0)); 1 << SIZE_BITS].into());
        entries[position(call)].set((call, result));
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
}
