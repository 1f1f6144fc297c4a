//! The bond graph: the dimensions and ties from each agent to each other.
//!
//! A simple directed graph: at most one bond from one agent to another, which carries all dimensions and all ties of that direction. Bonds
//! are stored in one vector and changed in place. Each agent has sorted lists of its neighbours, outward and inward, so a pair is found by
//! binary search in the shorter of two lists, and a hub with ten thousand neighbours costs no more than any other agent. The lists repeat
//! the ties of each bond, so that the friends of an agent are read from one list and not from many scattered bonds. For each list there is
//! the union of its ties: most agents have most ties to nobody, and then no list is searched.
//!
//! Decay is lazy: the dimensions of a bond are brought up to date from the instant at which they were last written.

use longhand_expr::ids::{AgentId, BondId, DimId, Instant, TieId};
use longhand_expr::{OwnTies, remaining_share};
use longhand_scene::Dimension;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Most dimensions a bond may have.
pub const MAX_DIMS: usize = 6;
/// A list up to this length is searched without comparing it with the other one, which would cost another cache miss.
const SHORT_LIST: usize = 32;

/// The bond from one agent to another. 40 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bond {
    /// The agent whose bond it is.
    pub from: AgentId,
    /// The agent it is toward.
    pub to: AgentId,
    dims: [f32; MAX_DIMS],
    /// Bit `i`: whether the tie `TieId(i)` holds in this direction.
    ties: u32,
    /// When the dimensions were last brought up to date, in units of time since the start.
    updated: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Neighbour {
    agent: AgentId,
    bond: BondId,
    /// Copy of the ties of the bond.
    #[serde(skip)]
    ties: u32,
}

/// All bonds of the world.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredGraph")]
pub struct BondGraph {
    bonds: Vec<Bond>,
    outward: Vec<Vec<Neighbour>>,
    inward: Vec<Vec<Neighbour>>,
    /// By agent: the ties in its lists.
    #[serde(skip)]
    listed: Vec<OwnTies>,
    decay: Vec<DimensionDecay>,
    unit: TimeUnit,
}

/// The unit of the instants that bonds store in 32 bits: one second, or longer in a run of more than 136 years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct TimeUnit {
    seconds: u32,
}

impl Default for TimeUnit {
    fn default() -> Self {
        Self { seconds: 1 }
    }
}

impl TimeUnit {
    fn for_run(ends: Instant) -> Self {
        let seconds = ends.seconds().max(0.0) / f64::from(u32::MAX);
        Self { seconds: 1 + seconds as u32 }
    }

    #[inline]
    fn count(self, now: Instant) -> u32 {
        let seconds = now.0 / 1_000_000;
        // The unit of nearly all runs is one second, and a division costs more than the test.
        let units = if self.seconds == 1 { seconds } else { seconds / i64::from(self.seconds) };
        units.clamp(0, i64::from(u32::MAX)) as u32
    }

    #[inline]
    fn seconds_between(self, updated: u32, now: Instant) -> u32 {
        self.count(now).saturating_sub(updated).saturating_mul(self.seconds)
    }
}

/// The serialized form, in which the neighbour lists lack the copies of the ties.
#[derive(Deserialize)]
struct StoredGraph {
    bonds: Vec<Bond>,
    outward: Vec<Vec<Neighbour>>,
    inward: Vec<Vec<Neighbour>>,
    decay: Vec<DimensionDecay>,
    unit: TimeUnit,
}

impl From<StoredGraph> for BondGraph {
    fn from(stored: StoredGraph) -> Self {
        let StoredGraph { bonds, mut outward, mut inward, decay, unit } = stored;
        for neighbour in outward.iter_mut().chain(&mut inward).flatten() {
            neighbour.ties = bonds.get(neighbour.bond.index()).map_or(0, |bond| bond.ties);
        }
        let lists = outward.iter().zip(&inward);
        let listed = lists.map(|(outward, inward)| OwnTies { outward: union(outward), inward: union(inward) }).collect();
        Self { bonds, outward, inward, listed, decay, unit }
    }
}

/// How one dimension decays toward its rest value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct DimensionDecay {
    rest: f32,
    low: f32,
    high: f32,
    /// 1 / half-life in seconds; 0: no decay.
    rate: f32,
}

impl BondGraph {
    /// A graph without agents, whose bonds have these dimensions, for a run that ends at an instant.
    #[must_use]
    pub fn new(dims: &[Dimension], ends: Instant) -> Self {
        let decay = dims
            .iter()
            .map(|dim| DimensionDecay {
                rest: dim.rest as f32,
                low: dim.range.0 as f32,
                high: dim.range.1 as f32,
                rate: dim.half_life.map_or(0.0, |seconds| (1.0 / seconds) as f32),
            })
            .collect();
        Self { decay, unit: TimeUnit::for_run(ends), ..Self::default() }
    }

    /// Adds an agent without bonds.
    pub fn add_agent(&mut self) {
        self.outward.push(Vec::new());
        self.inward.push(Vec::new());
        self.listed.push(OwnTies::default());
    }

    /// Reserves memory for bonds in both directions between these pairs and no more. Without this, the growing lists use about
    /// 50 % more memory.
    pub fn reserve_pairs(&mut self, pairs: impl Iterator<Item = (AgentId, AgentId)>) {
        let mut degrees = vec![0; self.agent_count()];
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

    /// Number of agents.
    #[must_use]
    pub fn agent_count(&self) -> usize {
        self.outward.len()
    }

    /// Number of bonds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bonds.len()
    }

    /// Whether there are no bonds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bonds.is_empty()
    }

    /// The bond from one agent to another.
    #[inline]
    #[must_use]
    pub fn find(&self, from: AgentId, to: AgentId) -> Option<BondId> {
        self.neighbour(from, to).map(|neighbour| neighbour.bond)
    }

    #[inline]
    fn neighbour(&self, from: AgentId, to: AgentId) -> Option<&Neighbour> {
        let outward_list = self.outward.get(from.index())?;
        let (mut list, mut wanted) = (outward_list, to);
        if outward_list.len() > SHORT_LIST {
            let inward_list = self.inward.get(to.index())?;
            if inward_list.len() < outward_list.len() {
                (list, wanted) = (inward_list, from);
            }
        }
        let position = list.binary_search_by_key(&wanted, |neighbour| neighbour.agent).ok()?;
        Some(&list[position])
    }

    /// A bond, with its dimensions as last written.
    #[must_use]
    pub fn bond(&self, id: BondId) -> &Bond {
        &self.bonds[id.index()]
    }

    /// The value of a dimension from one agent to another, now; its rest value when there is no bond.
    #[inline]
    #[must_use]
    pub fn dim(&self, from: AgentId, to: AgentId, dim: DimId, now: Instant) -> f64 {
        self.dim_of(self.find(from, to), dim, now)
    }

    /// The value of a dimension of a bond that was found, now; its rest value when there is none.
    #[inline]
    #[must_use]
    pub fn dim_of(&self, bond: Option<BondId>, dim: DimId, now: Instant) -> f64 {
        let decay = self.decay[dim.index()];
        match bond {
            Some(id) => {
                let bond = &self.bonds[id.index()];
                f64::from(decay.apply(bond.dims[dim.index()], self.unit.seconds_between(bond.updated, now)))
            }
            None => f64::from(decay.rest.clamp(decay.low, decay.high)),
        }
    }

    /// Sets a dimension, clamped to its range; creates the bond if there is none. Returns the values before and after.
    pub fn set_dim(&mut self, from: AgentId, to: AgentId, dim: DimId, value: f64, now: Instant) -> (f64, f64) {
        self.change_dim(from, to, dim, now, |_| value)
    }

    /// Sets a dimension to `new(current value)`, clamped to its range; creates the bond if there is none. Returns the values before and
    /// after.
    #[inline]
    pub fn change_dim(
        &mut self,
        from: AgentId,
        to: AgentId,
        dim: DimId,
        now: Instant,
        new: impl FnOnce(f64) -> f64,
    ) -> (f64, f64) {
        let id = self.find_or_insert(from, to, now);
        let bond = &mut self.bonds[id.index()];
        let age = self.unit.seconds_between(bond.updated, now);
        if age > 0 {
            for (value, decay) in bond.dims.iter_mut().zip(&self.decay) {
                *value = decay.apply(*value, age);
            }
            bond.updated = self.unit.count(now);
        }
        let decay = self.decay[dim.index()];
        let slot = &mut bond.dims[dim.index()];
        let before = *slot;
        *slot = (new(f64::from(before)) as f32).clamp(decay.low, decay.high);
        (f64::from(before), f64::from(*slot))
    }

    /// Whether a tie holds from one agent to another.
    #[inline]
    #[must_use]
    pub fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.may_be_tied(from, to, tie) && self.neighbour(from, to).is_some_and(|neighbour| neighbour.ties & bit(tie) != 0)
    }

    /// Whether a bond has a tie.
    #[inline]
    #[must_use]
    pub fn has_tie(&self, bond: BondId, tie: TieId) -> bool {
        self.bonds[bond.index()].ties & bit(tie) != 0
    }

    /// The ties that an agent has to anybody, and those that anybody has to it.
    #[inline]
    #[must_use]
    pub fn own_ties(&self, agent: AgentId) -> OwnTies {
        self.listed.get(agent.index()).copied().unwrap_or_default()
    }

    /// Whether one agent has the tie to anybody, and anybody has it to the other.
    #[inline]
    #[must_use]
    pub fn may_be_tied(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.own_ties(from).outward & self.own_ties(to).inward & bit(tie) != 0
    }

    /// Begins or ends a tie in one direction. Returns whether that changed anything.
    pub fn set_tie(&mut self, from: AgentId, to: AgentId, tie: TieId, holds: bool, now: Instant) -> bool {
        if !holds && self.find(from, to).is_none() {
            return false;
        }
        let id = self.find_or_insert(from, to, now);
        let before = self.bonds[id.index()].ties;
        let ties = if holds { before | bit(tie) } else { before & !bit(tie) };
        if ties == before {
            return false;
        }
        self.bonds[id.index()].ties = ties;
        for (list, other) in [(&mut self.outward[from.index()], to), (&mut self.inward[to.index()], from)] {
            if let Some(index) = position(list, other) {
                list[index].ties = ties;
            }
        }
        let (outward, inward) = (&self.outward[from.index()], &self.inward[to.index()]);
        if holds {
            self.listed[from.index()].outward |= ties;
            self.listed[to.index()].inward |= ties;
        } else {
            self.listed[from.index()].outward = union(outward);
            self.listed[to.index()].inward = union(inward);
        }
        true
    }

    /// Calls `visit` for each agent that `agent` has the tie to (or, inward, that has it to `agent`), ascending, until it breaks.
    #[inline]
    pub fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let (own, mask) = (self.own_ties(agent), bit(tie));
        let (lists, own) = if outward { (&self.outward, own.outward) } else { (&self.inward, own.inward) };
        if own & mask == 0 {
            return;
        }
        let Some(list) = lists.get(agent.index()) else { return };
        for neighbour in list {
            if neighbour.ties & mask != 0 && visit(neighbour.agent).is_break() {
                return;
            }
        }
    }

    /// The bonds of an agent toward others, ascending by the other agent.
    pub fn outgoing(&self, agent: AgentId) -> impl Iterator<Item = (AgentId, BondId)> + '_ {
        self.outward[agent.index()].iter().map(|neighbour| (neighbour.agent, neighbour.bond))
    }

    /// The bonds of others toward an agent, ascending by the other agent.
    pub fn incoming(&self, agent: AgentId) -> impl Iterator<Item = (AgentId, BondId)> + '_ {
        self.inward[agent.index()].iter().map(|neighbour| (neighbour.agent, neighbour.bond))
    }

    /// The ties of a bond.
    pub fn ties(&self, id: BondId) -> impl Iterator<Item = TieId> + use<> {
        ties_of(self.bonds[id.index()].ties)
    }

    /// The ties of an agent to others, ascending by the other agent.
    pub fn outgoing_ties(&self, agent: AgentId) -> impl Iterator<Item = (AgentId, TieId)> + '_ {
        self.outward[agent.index()].iter().flat_map(|neighbour| ties_of(neighbour.ties).map(move |tie| (neighbour.agent, tie)))
    }

    /// The ties of others to an agent, ascending by the other agent.
    pub fn incoming_ties(&self, agent: AgentId) -> impl Iterator<Item = (AgentId, TieId)> + '_ {
        self.inward[agent.index()].iter().flat_map(|neighbour| ties_of(neighbour.ties).map(move |tie| (neighbour.agent, tie)))
    }

    fn find_or_insert(&mut self, from: AgentId, to: AgentId, now: Instant) -> BondId {
        if let Some(id) = self.find(from, to) {
            return id;
        }
        let mut dims = [0.0; MAX_DIMS];
        for (value, decay) in dims.iter_mut().zip(&self.decay) {
            *value = decay.rest.clamp(decay.low, decay.high);
        }
        let bond = Bond { from, to, dims, ties: 0, updated: self.unit.count(now) };
        let id = BondId::from_index(self.bonds.len());
        self.bonds.push(bond);
        insert_sorted(&mut self.outward[from.index()], Neighbour { agent: to, bond: id, ties: 0 });
        insert_sorted(&mut self.inward[to.index()], Neighbour { agent: from, bond: id, ties: 0 });
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

impl DimensionDecay {
    #[inline]
    fn apply(self, value: f32, age_seconds: u32) -> f32 {
        if age_seconds == 0 || self.rate == 0.0 || value == self.rest {
            return value;
        }
        self.rest + (value - self.rest) * remaining_share(age_seconds as f32 * self.rate)
    }
}

#[inline]
fn bit(tie: TieId) -> u32 {
    1 << tie.0
}

/// The ties whose bits are set, ascending.
fn ties_of(mut bits: u32) -> impl Iterator<Item = TieId> {
    std::iter::from_fn(move || {
        let tie = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (tie < u32::BITS).then_some(TieId(tie as u8))
    })
}

/// The ties in a list.
fn union(list: &[Neighbour]) -> u32 {
    list.iter().fold(0, |ties, neighbour| ties | neighbour.ties)
}

fn insert_sorted(list: &mut Vec<Neighbour>, new: Neighbour) {
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
        let mut graph = BondGraph::new(&[dimension(Some(100.0)), dimension(None)], Instant::START);
        (0..agents).for_each(|_| graph.add_agent());
        graph
    }

    #[test]
    fn a_bond_stays_within_64_bytes() {
        assert!(size_of::<Bond>() <= 64, "{}", size_of::<Bond>());
    }

    #[test]
    fn a_dimension_halves_in_its_half_life_and_stays_without_one() {
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
        graph.for_each_tied(AgentId(0), tie, true, &mut |to| {
            seen.push(to.0);
            ControlFlow::Continue(())
        });
        assert_eq!(seen, [1, 3, 4]);
        graph.for_each_tied(AgentId(3), tie, false, &mut |from| {
            seen.push(from.0);
            ControlFlow::Continue(())
        });
        assert_eq!(seen, [1, 3, 4, 0]);
        let bytes = postcard::to_stdvec(&graph).expect("a graph can be serialized");
        assert_eq!(postcard::from_bytes::<BondGraph>(&bytes).expect("and deserialized"), graph);
        assert!(graph.set_tie(AgentId(0), AgentId(3), tie, false, Instant::START));
        assert!(!graph.tie(AgentId(0), AgentId(3), tie));
        assert_eq!(graph.len(), 3, "the bond stays when its tie ends");
        assert!(graph.tie(AgentId(0), AgentId(4), tie) && !graph.tie(AgentId(0), AgentId(3), tie));
        graph.for_each_tied(AgentId(3), tie, false, &mut |from| unreachable!("nobody has the tie any more, not even {from:?}"));
    }
}
