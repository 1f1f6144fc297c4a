//! A caching view of an unchanging world, for many queries of the same state.

use super::view::WorldView;
use longhand_expr::ids::{AgentField, AgentId, BondId, DimId, Emotion, TieId};
use longhand_expr::{ContextWrapper, DefResults, EvalContext};
use std::cell::Cell;

/// A view of a world that does not change as long as the view exists. It caches the results of defs, the positions of bonds, and moods. It
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
        Self { view, results: DefResults::default(), bonds: FoundBonds::default(), mood: Cell::new(mood) }
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
    fn bond(&self, from: AgentId, to: AgentId) -> Option<BondId> {
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
        if from.is_some() && to.is_some() {
            self.view.state().bonds.dim_of(self.bond(from, to), dim, EvalContext::now(&self.view))
        } else {
            0.0
        }
    }

    #[inline]
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        let bonds = &self.view.state().bonds;
        bonds.may_be_tied(from, to, tie) && self.bond(from, to).is_some_and(|bond| bonds.has_tie(bond, tie))
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

/// Where the bonds are that were asked for last. Who weighs what to do with somebody reads many dimensions and ties of one bond.
struct FoundBonds([Cell<(AgentId, AgentId, Option<BondId>)>; 32]);

impl Default for FoundBonds {
    fn default() -> Self {
        Self([const { Cell::new((AgentId::NONE, AgentId::NONE, None)) }; 32])
    }
}

impl FoundBonds {
    #[inline]
    fn get(&self, from: AgentId, to: AgentId, find: impl FnOnce() -> Option<BondId>) -> Option<BondId> {
        let hash = (from.0 ^ to.0.rotate_left(16)).wrapping_mul(0x9E37_79B1);
        let found = &self.0[(hash >> 27) as usize];
        let (known_from, known_to, bond) = found.get();
        if (known_from, known_to) == (from, to) {
            return bond;
        }
        let bond = find();
        found.set((from, to, bond));
        bond
    }
}
