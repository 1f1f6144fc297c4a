//! A caching view of an unchanging world, for many queries of the same state.

use super::bonds::MAX_DIMS;
use super::view::WorldView;
use longhand_expr::ids::{AgentField, AgentId, BondId, DimId, Emotion, Instant, TieId};
use longhand_expr::{ContextWrapper, DefResults, EvalContext};
use std::cell::Cell;

/// A view of a world that does not change as long as the view exists. It caches the results of defs, bonds, and moods. It
/// costs more to create than a [`WorldView`]. Each thread needs its own.
pub(crate) struct StillView<'a> {
    view: WorldView<'a>,
    results: DefResults,
    bonds: FoundBonds,
    mood: Cell<FoundMood>,
}

impl<'a> StillView<'a> {
    pub(crate) fn new(view: WorldView<'a>) -> Self {
        let mood = FoundMood { agent: AgentId::NONE, mood: [0.0; 3], felt: 0 };
        Self { view, results: DefResults::default(), bonds: FoundBonds::take(), mood: Cell::new(mood) }
    }

    /// The mood of an agent, and what it feels.
    #[inline]
    fn mood(&self, agent: AgentId) -> FoundMood {
        let known = self.mood.get();
        if known.agent == agent {
            return known;
        }
        let mind = self.view.state().mind(agent);
        let mood = mind.map_or([0.0; 3], |mind| mind.mood().value_at(EvalContext::now(&self.view), &self.view.scenario().minds));
        let felt = mind.map_or(0, |mind| mind.feelings().iter().fold(0, |felt, feeling| felt | bit(feeling.emotion)));
        let found = FoundMood { agent, mood, felt };
        self.mood.set(found);
        found
    }

    /// The bond from one agent to another.
    #[inline]
    fn bond(&self, from: AgentId, to: AgentId) -> &FoundBond {
        self.bonds.get(from, to, || self.view.state().bonds.find(from, to))
    }
}

impl<'a> ContextWrapper for StillView<'a> {
    type Inner = WorldView<'a>;

    fn inner(&self) -> &WorldView<'a> {
        &self.view
    }

    fn def_results(&self) -> Option<&DefResults> {
        Some(&self.results)
    }

    #[inline]
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        if !from.is_some() || !to.is_some() {
            return 0.0;
        }
        let found = self.bond(from, to);
        let known = f64::from(found.dims[dim.index()].get());
        if !known.is_nan() {
            return known;
        }
        let value = self.view.state().bonds.dim_of(found.bond.get(), dim, EvalContext::now(&self.view));
        // Dimensions are of single precision, so nothing is lost.
        found.dims[dim.index()].set(value as f32);
        value
    }

    #[inline]
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        let bonds = &self.view.state().bonds;
        bonds.may_be_tied(from, to, tie) && self.bond(from, to).bond.get().is_some_and(|bond| bonds.has_tie(bond, tie))
    }

    #[inline]
    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        ContextWrapper::tie(self, from, to, tie).then(|| self.view.state().tie_since(from, to, tie).unwrap_or(Instant::START))
    }

    #[inline]
    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        match field {
            AgentField::Pleasure if agent.is_some() => f64::from(self.mood(agent).mood[0]),
            AgentField::Arousal if agent.is_some() => f64::from(self.mood(agent).mood[1]),
            AgentField::Dominance if agent.is_some() => f64::from(self.mood(agent).mood[2]),
            _ => EvalContext::field(&self.view, agent, field),
        }
    }

    #[inline]
    fn feeling(&self, agent: AgentId, emotion: Emotion, toward: AgentId) -> f64 {
        // Most emotions are felt by few.
        if !agent.is_some() || self.mood(agent).felt & bit(emotion) == 0 {
            return 0.0;
        }
        EvalContext::feeling(&self.view, agent, emotion, toward)
    }
}

/// The mood of the agent that was asked for last, and its emotions. What one weighs depends on the own mood again and again.
#[derive(Clone, Copy)]
struct FoundMood {
    agent: AgentId,
    /// Pleasure, arousal and dominance.
    mood: [f32; 3],
    /// One bit for each emotion that it feels.
    felt: u32,
}

const fn bit(emotion: Emotion) -> u32 {
    1 << emotion as u32
}

/// The number of bonds that are remembered, a power of two.
const FOUND_BONDS: usize = 256;

thread_local! {
    /// Memory of an earlier view, which the next one takes.
    static SPARE: Cell<Option<BondTable>> = const { Cell::new(None) };
}

/// The bonds that were asked for last, with those of their dimensions that were read. Who weighs what to do reads the same dimensions and ties
/// of the same few agents for one action after the other.
struct FoundBonds(BondTable);

/// Bonds by the hash of their agents. Only those of the present generation count, so that a table that was used before need not be cleared.
#[derive(Default)]
struct BondTable {
    generation: u32,
    bonds: Box<[FoundBond]>,
}

#[derive(Default)]
struct FoundBond {
    generation: Cell<u32>,
    from: Cell<AgentId>,
    to: Cell<AgentId>,
    bond: Cell<Option<BondId>>,
    /// NaN: not yet read.
    dims: [Cell<f32>; MAX_DIMS],
}

impl FoundBonds {
    /// An empty table.
    fn take() -> Self {
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        let next = spare.and_then(|table| Some(BondTable { generation: table.generation.checked_add(1)?, ..table }));
        Self(next.unwrap_or_else(|| BondTable { generation: 1, bonds: (0..FOUND_BONDS).map(|_| FoundBond::default()).collect() }))
    }

    #[inline]
    fn get(&self, from: AgentId, to: AgentId, find: impl FnOnce() -> Option<BondId>) -> &FoundBond {
        const SHIFT: u32 = u32::BITS - FOUND_BONDS.ilog2();
        let hash = (from.0 ^ to.0.rotate_left(16)).wrapping_mul(0x9E37_79B1);
        let Self(BondTable { generation, bonds }) = self;
        let found = &bonds[(hash >> SHIFT) as usize];
        if (found.generation.get(), found.from.get(), found.to.get()) != (*generation, from, to) {
            found.generation.set(*generation);
            found.from.set(from);
            found.to.set(to);
            found.bond.set(find());
            found.dims.iter().for_each(|dim| dim.set(f32::NAN));
        }
        found
    }
}

impl Drop for FoundBonds {
    fn drop(&mut self) {
        let table = std::mem::take(&mut self.0);
        // Without a place for it, at the end of a thread, it is freed.
        _ = SPARE.try_with(|spare| spare.set(Some(table)));
    }
}
