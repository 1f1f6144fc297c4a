//! The bond graph: who feels what for whom, and which ties hold.
//!
//! A directed multigraph by construction simple: at most one bond from one agent to another, carrying every dimension and every tie of
//! that direction. Bonds stand in a slab and are changed in place; each agent keeps its neighbours sorted, outward and inward, so that a
//! pair is found by binary search in the shorter of two lists and a hub of ten thousand costs no more than anybody else. The lists know the
//! ties as well: who somebody's friends are is read in one place, not from as many bonds all over memory.
//! Fading is lazy: a bond is brought up to date from when it was last touched.

use crate::ids::{AgentId, BondId, DimId, Instant, TieId};
use crate::scenario::Dimension;
use bevy::math::ops;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Dimensions a bond may have.
pub const MAX_DIMS: usize = 6;
/// A list this short is searched without asking how long the other is: that would be one more look into far memory.
const SHORT: usize = 32;

/// One agent's bond to another. 40 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bond {
    /// Whose it is.
    pub from: AgentId,
    /// Toward whom.
    pub to: AgentId,
    dims: [f32; MAX_DIMS],
    /// Bit `i`: the tie `TieId(i)` holds in this direction.
    ties: u32,
    /// Seconds since the start, when the dimensions were last brought up to date.
    touched: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Neighbour {
    agent: AgentId,
    bond: BondId,
    /// The bond's ties once more.
    #[serde(skip)]
    ties: u32,
}

/// All bonds of the world.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct BondGraph {
    bonds: Vec<Bond>,
    outward: Vec<Vec<Neighbour>>,
    inward: Vec<Vec<Neighbour>>,
    fading: Vec<Fading>,
}

/// The graph as it is kept: what the lists know of ties is what the bonds say.
#[derive(Deserialize)]
struct Stored {
    bonds: Vec<Bond>,
    outward: Vec<Vec<Neighbour>>,
    inward: Vec<Vec<Neighbour>>,
    fading: Vec<Fading>,
}

impl From<Stored> for BondGraph {
    fn from(stored: Stored) -> Self {
        let Stored { bonds, mut outward, mut inward, fading } = stored;
        for neighbour in outward.iter_mut().chain(&mut inward).flatten() {
            neighbour.ties = bonds.get(neighbour.bond.index()).map_or(0, |bond| bond.ties);
        }
        Self { bonds, outward, inward, fading }
    }
}

/// How one dimension fades.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Fading {
    rest: f32,
    low: f32,
    high: f32,
    /// 1 / half-life in seconds; 0: it stays.
    rate: f32,
}

impl BondGraph {
    /// A graph without agents whose bonds have these dimensions.
    #[must_use]
    pub fn new(dims: &[Dimension]) -> Self {
        let fading = dims
            .iter()
            .map(|dim| Fading {
                rest: dim.rest as f32,
                low: dim.range.0 as f32,
                high: dim.range.1 as f32,
                rate: dim.half_life.map_or(0.0, |seconds| (1.0 / seconds) as f32),
            })
            .collect();
        Self { fading, ..Self::default() }
    }

    /// Makes room for one more agent.
    pub fn add_agent(&mut self) {
        self.outward.push(Vec::new());
        self.inward.push(Vec::new());
    }

    /// Makes room for bonds both ways between these pairs, and for no more: a list that grows by itself takes half as much again.
    pub fn expect(&mut self, pairs: impl Iterator<Item = (AgentId, AgentId)>) {
        let mut degrees = vec![0; self.agents()];
        for (a, b) in pairs {
            degrees[a.index()] += 1;
            degrees[b.index()] += 1;
        }
        self.bonds.reserve_exact(degrees.iter().sum());
        for (degree, lists) in degrees.into_iter().zip(self.outward.iter_mut().zip(&mut self.inward)) {
            lists.0.reserve_exact(degree);
            lists.1.reserve_exact(degree);
        }
    }

    /// How many agents there is room for.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.outward.len()
    }

    /// How many bonds there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bonds.len()
    }

    /// Whether there is no bond at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bonds.is_empty()
    }

    /// The bond from one to another.
    #[inline]
    #[must_use]
    pub fn find(&self, from: AgentId, to: AgentId) -> Option<BondId> {
        self.neighbour(from, to).map(|neighbour| neighbour.bond)
    }

    #[inline]
    fn neighbour(&self, from: AgentId, to: AgentId) -> Option<&Neighbour> {
        let out = self.outward.get(from.index())?;
        let (mut list, mut wanted) = (out, to);
        if out.len() > SHORT {
            let into = self.inward.get(to.index())?;
            if into.len() < out.len() {
                (list, wanted) = (into, from);
            }
        }
        let position = list.binary_search_by_key(&wanted, |neighbour| neighbour.agent).ok()?;
        Some(&list[position])
    }

    /// The bond itself, as it was when last touched.
    #[must_use]
    pub fn bond(&self, id: BondId) -> &Bond {
        &self.bonds[id.index()]
    }

    /// A dimension of the bond from one to another, now; its rest value when there is no bond.
    #[inline]
    #[must_use]
    pub fn dim(&self, from: AgentId, to: AgentId, dim: DimId, now: Instant) -> f64 {
        let fading = self.fading[dim.index()];
        match self.find(from, to) {
            Some(id) => {
                let bond = &self.bonds[id.index()];
                f64::from(fading.value(bond.dims[dim.index()], seconds_between(bond.touched, now)))
            }
            None => f64::from(fading.rest.clamp(fading.low, fading.high)),
        }
    }

    /// Sets a dimension, making the bond if need be; gives the value before and after (clamped).
    pub fn set_dim(&mut self, from: AgentId, to: AgentId, dim: DimId, value: f64, now: Instant) -> (f64, f64) {
        self.change_dim(from, to, dim, now, |_| value)
    }

    /// Makes of a dimension what `new` makes of its value now, making the bond if need be; gives the value before and after (clamped).
    #[inline]
    pub fn change_dim(
        &mut self,
        from: AgentId,
        to: AgentId,
        dim: DimId,
        now: Instant,
        new: impl FnOnce(f64) -> f64,
    ) -> (f64, f64) {
        let id = self.ensure(from, to, now);
        let bond = &mut self.bonds[id.index()];
        let age = seconds_between(bond.touched, now);
        if age > 0 {
            for (value, fading) in bond.dims.iter_mut().zip(&self.fading) {
                *value = fading.value(*value, age);
            }
            bond.touched = stamp(now);
        }
        let fading = self.fading[dim.index()];
        let slot = &mut bond.dims[dim.index()];
        let before = *slot;
        *slot = (new(f64::from(before)) as f32).clamp(fading.low, fading.high);
        (f64::from(before), f64::from(*slot))
    }

    /// Whether a tie holds from one to another.
    #[inline]
    #[must_use]
    pub fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.neighbour(from, to).is_some_and(|neighbour| neighbour.ties & bit(tie) != 0)
    }

    /// Begins or ends a tie in one direction; gives whether that changed anything.
    pub fn set_tie(&mut self, from: AgentId, to: AgentId, tie: TieId, holds: bool, now: Instant) -> bool {
        if !holds && self.find(from, to).is_none() {
            return false;
        }
        let id = self.ensure(from, to, now);
        let before = self.bonds[id.index()].ties;
        let ties = if holds { before | bit(tie) } else { before & !bit(tie) };
        if ties == before {
            return false;
        }
        self.bonds[id.index()].ties = ties;
        for (list, other) in [(&mut self.outward[from.index()], to), (&mut self.inward[to.index()], from)] {
            if let Some(at) = position(list, other) {
                list[at].ties = ties;
            }
        }
        true
    }

    /// Calls `visit` for each agent that `agent` has the tie to (or, inward, that has it to `agent`), ascending, until it breaks.
    #[inline]
    pub fn tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let lists = if outward { &self.outward } else { &self.inward };
        let Some(list) = lists.get(agent.index()) else { return };
        let mask = bit(tie);
        for neighbour in list {
            if neighbour.ties & mask != 0 && visit(neighbour.agent).is_break() {
                return;
            }
        }
    }

    /// The bonds of an agent toward others, ascending.
    pub fn from(&self, agent: AgentId) -> impl Iterator<Item = (AgentId, BondId)> + '_ {
        self.outward[agent.index()].iter().map(|neighbour| (neighbour.agent, neighbour.bond))
    }

    /// The bonds of others toward an agent, ascending.
    pub fn toward(&self, agent: AgentId) -> impl Iterator<Item = (AgentId, BondId)> + '_ {
        self.inward[agent.index()].iter().map(|neighbour| (neighbour.agent, neighbour.bond))
    }

    /// The ties of a bond.
    pub fn ties(&self, id: BondId) -> impl Iterator<Item = TieId> + use<> {
        let ties = self.bonds[id.index()].ties;
        (0..32u8).filter(move |i| ties & (1 << i) != 0).map(TieId)
    }

    fn ensure(&mut self, from: AgentId, to: AgentId, now: Instant) -> BondId {
        if let Some(id) = self.find(from, to) {
            return id;
        }
        let mut dims = [0.0; MAX_DIMS];
        for (value, fading) in dims.iter_mut().zip(&self.fading) {
            *value = fading.rest.clamp(fading.low, fading.high);
        }
        let bond = Bond { from, to, dims, ties: 0, touched: stamp(now) };
        let id = BondId::at(self.bonds.len());
        self.bonds.push(bond);
        put(&mut self.outward[from.index()], Neighbour { agent: to, bond: id, ties: 0 });
        put(&mut self.inward[to.index()], Neighbour { agent: from, bond: id, ties: 0 });
        id
    }
}

impl Bond {
    /// The ties of this direction, one bit each.
    #[must_use]
    pub fn tie_bits(&self) -> u32 {
        self.ties
    }
}

impl Fading {
    #[inline]
    fn value(self, value: f32, age_seconds: u32) -> f32 {
        if age_seconds == 0 || self.rate == 0.0 || value == self.rest {
            return value;
        }
        self.rest + (value - self.rest) * ops::exp2(-(age_seconds as f32) * self.rate)
    }
}

#[inline]
fn bit(tie: TieId) -> u32 {
    1 << tie.0
}

fn stamp(now: Instant) -> u32 {
    (now.0 / 1_000_000).clamp(0, i64::from(u32::MAX)) as u32
}

#[inline]
fn seconds_between(touched: u32, now: Instant) -> u32 {
    stamp(now).saturating_sub(touched)
}

fn put(list: &mut Vec<Neighbour>, new: Neighbour) {
    let position = list.partition_point(|neighbour| neighbour.agent < new.agent);
    list.insert(position, new);
}

fn position(list: &[Neighbour], agent: AgentId) -> Option<usize> {
    list.binary_search_by_key(&agent, |neighbour| neighbour.agent).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimension(half_life: Option<f64>) -> Dimension {
        Dimension { id: "affection".into(), range: (-1.0, 1.0), rest: 0.0, half_life, about: String::new() }
    }

    fn graph(agents: usize) -> BondGraph {
        let mut graph = BondGraph::new(&[dimension(Some(100.0)), dimension(None)]);
        (0..agents).for_each(|_| graph.add_agent());
        graph
    }

    #[test]
    fn a_bond_stays_within_64_bytes() {
        assert!(size_of::<Bond>() <= 64, "{}", size_of::<Bond>());
    }

    #[test]
    fn a_bond_fades_by_half_in_its_half_life_and_a_lasting_one_does_not() {
        let mut graph = graph(2);
        let (a, b) = (AgentId(0), AgentId(1));
        graph.set_dim(a, b, DimId(0), 0.8, Instant::START);
        graph.set_dim(a, b, DimId(1), 0.8, Instant::START);
        let later = Instant::from_seconds(100.0);
        assert!((graph.dim(a, b, DimId(0), later) - 0.4).abs() < 1e-6);
        assert!((graph.dim(a, b, DimId(1), later) - 0.8).abs() < 1e-6);
        assert_eq!(graph.dim(b, a, DimId(0), later), 0.0);
    }

    #[test]
    fn ties_are_found_from_both_ends() {
        let mut graph = graph(5);
        let tie = TieId(3);
        for to in [4, 1, 3] {
            assert!(graph.set_tie(AgentId(0), AgentId(to), tie, true, Instant::START));
        }
        assert!(!graph.set_tie(AgentId(0), AgentId(1), tie, true, Instant::START));
        let mut seen = Vec::new();
        graph.tied(AgentId(0), tie, true, &mut |to| {
            seen.push(to.0);
            ControlFlow::Continue(())
        });
        assert_eq!(seen, [1, 3, 4]);
        graph.tied(AgentId(3), tie, false, &mut |from| {
            seen.push(from.0);
            ControlFlow::Continue(())
        });
        assert_eq!(seen, [1, 3, 4, 0]);
        let kept = postcard::to_stdvec(&graph).expect("a graph can be kept");
        assert_eq!(postcard::from_bytes::<BondGraph>(&kept).expect("and taken up"), graph);
        assert!(graph.set_tie(AgentId(0), AgentId(3), tie, false, Instant::START));
        assert!(!graph.tie(AgentId(0), AgentId(3), tie));
        assert_eq!(graph.len(), 3, "the bond stays when its tie ends");
    }
}
