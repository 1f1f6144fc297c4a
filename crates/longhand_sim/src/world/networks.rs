//! Generates the networks of a population at the start: who knows whom.
//!
//! Small-world networks (Watts and Strogatz 1998), scale-free ones (Barabasi and Albert 1999), random ones (Erdos and Renyi 1959). Each
//! generator returns pairs of positions, from the first to the second.

use longhand_scene::NetworkShape;
use rand::{Rng, RngExt};

/// Two positions of a network, `low` < `high`, and which of them is tied to the other by a tie that is not mutual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub low: u32,
    pub high: u32,
    /// From `low` to `high`.
    pub upward: bool,
    /// From `high` to `low`.
    pub downward: bool,
}

impl Pair {
    /// The ends of the directed ties of the pair.
    pub fn directions(self) -> impl Iterator<Item = (u32, u32)> {
        [(self.upward, (self.low, self.high)), (self.downward, (self.high, self.low))]
            .into_iter()
            .filter_map(|(tied, ends)| tied.then_some(ends))
    }
}

/// The pairs of a network over `count` positions, sorted, each once.
pub(super) fn generate_pairs(shape: &NetworkShape, count: u32, rng: &mut impl Rng) -> Vec<Pair> {
    let directed = match *shape {
        NetworkShape::SmallWorld { degree, rewire } => small_world(count, degree, rewire, rng),
        NetworkShape::ScaleFree { links } => scale_free(count, links, rng),
        NetworkShape::Random { degree } => random(count, degree, rng),
        NetworkShape::Pairs { share } => disjoint_pairs(count, share, rng),
        // Those of the cast are drawn one by one, in `build`.
        NetworkShape::Cast { .. } => Vec::new(),
        NetworkShape::Edges(ref edges) => edges.iter().copied().filter(|&(a, b)| a < count && b < count).collect(),
    };
    let ends = directed.into_iter().filter(|(a, b)| a != b);
    let mut pairs: Vec<Pair> =
        ends.map(|(a, b)| Pair { low: a.min(b), high: a.max(b), upward: a < b, downward: a > b }).collect();
    pairs.sort_unstable();
    pairs.dedup_by(|next, kept| {
        let is_same = (next.low, next.high) == (kept.low, kept.high);
        kept.upward |= is_same && next.upward;
        kept.downward |= is_same && next.downward;
        is_same
    });
    pairs
}

/// The positions of a population that a member of the cast is tied to, ascending.
pub(super) fn drawn_positions(count: u32, (least, most): (u32, u32), rng: &mut impl Rng) -> Vec<u32> {
    let wanted = rng.random_range(least..=most.max(least)).min(count) as usize;
    let mut drawn: Vec<u32> = Vec::with_capacity(wanted);
    while drawn.len() < wanted {
        let position = rng.random_range(0..count);
        if let Err(place) = drawn.binary_search(&position) {
            drawn.insert(place, position);
        }
    }
    drawn
}

fn small_world(count: u32, degree: u32, rewire: f64, rng: &mut impl Rng) -> Vec<(u32, u32)> {
    let reach = (degree / 2).min(count.saturating_sub(1) / 2);
    let mut pairs = Vec::with_capacity(count as usize * reach as usize);
    for a in 0..count {
        for step in 1..=reach {
            let b = if rng.random_bool(rewire.clamp(0.0, 1.0)) { rng.random_range(0..count) } else { (a + step) % count };
            pairs.push((a, b));
        }
    }
    pairs
}

fn scale_free(count: u32, links: u32, rng: &mut impl Rng) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(count as usize * links as usize);
    for a in 1..count {
        for _ in 0..links.min(a) {
            // A random end of a random link is an agent drawn in proportion to its degree.
            let b = match pairs.len() {
                0 => 0,
                pair_count => {
                    let (x, y) = pairs[rng.random_range(0..pair_count)];
                    if rng.random_bool(0.5) { x } else { y }
                }
            };
            pairs.push((a, if b == a { rng.random_range(0..a) } else { b }));
        }
    }
    pairs
}

fn random(count: u32, degree: f64, rng: &mut impl Rng) -> Vec<(u32, u32)> {
    if count < 2 {
        return Vec::new();
    }
    let pair_count = (f64::from(count) * degree.clamp(0.0, f64::from(count - 1)) / 2.0).round() as usize;
    (0..pair_count).map(|_| (rng.random_range(0..count), rng.random_range(0..count))).collect()
}

fn disjoint_pairs(count: u32, share: f64, rng: &mut impl Rng) -> Vec<(u32, u32)> {
    let mut order: Vec<u32> = (0..count).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, rng.random_range(0..=i));
    }
    let pair_count = (f64::from(count) * share.clamp(0.0, 1.0) / 2.0) as usize;
    order.chunks_exact(2).take(pair_count).map(|pair| (pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Draws;

    fn generate(shape: &NetworkShape, count: u32) -> Vec<(u32, u32)> {
        generate_pairs(shape, count, &mut Draws::new(1).stream(1)).into_iter().map(|pair| (pair.low, pair.high)).collect()
    }

    fn degrees(pairs: &[(u32, u32)], count: u32) -> Vec<usize> {
        let mut degrees = vec![0; count as usize];
        pairs.iter().for_each(|&(a, b)| {
            degrees[a as usize] += 1;
            degrees[b as usize] += 1;
        });
        degrees
    }

    #[test]
    fn a_small_world_has_about_its_degree_and_no_self_loops() {
        let pairs = generate(&NetworkShape::SmallWorld { degree: 6, rewire: 0.1 }, 1000);
        assert!((2900..=3000).contains(&pairs.len()), "{}", pairs.len());
        assert!(pairs.iter().all(|(a, b)| a < b));
    }

    #[test]
    fn a_scale_free_network_has_hubs() {
        let pairs = generate(&NetworkShape::ScaleFree { links: 3 }, 2000);
        let max_degree = degrees(&pairs, 2000).into_iter().max().unwrap_or_default();
        assert!(max_degree > 60, "{max_degree}");
    }

    #[test]
    fn ties_that_are_not_mutual_go_as_they_are_written_and_from_newcomers_to_earlier_ones() {
        let directions = |shape, count| {
            let pairs = generate_pairs(&shape, count, &mut Draws::new(1).stream(1));
            pairs.into_iter().flat_map(Pair::directions).collect::<Vec<_>>()
        };
        assert_eq!(
            directions(NetworkShape::Edges(vec![(2, 0), (0, 1), (2, 0), (1, 0), (1, 1)]), 3),
            [(0, 1), (1, 0), (2, 0)],
            "each once, in each direction that is written"
        );
        let followed = directions(NetworkShape::ScaleFree { links: 2 }, 100);
        assert!(followed.iter().all(|(newcomer, earlier)| newcomer > earlier));
    }

    #[test]
    fn a_member_of_the_cast_is_tied_to_the_drawn_number_of_different_agents() {
        for stream in 0..50 {
            let rng = &mut Draws::new(1).stream(stream);
            let drawn = drawn_positions(30, (4, 8), rng);
            assert!((4..=8).contains(&drawn.len()) && drawn.is_sorted() && drawn.iter().all(|position| *position < 30));
            assert_eq!(drawn_positions(3, (4, 8), rng), [0, 1, 2]);
        }
    }

    #[test]
    fn no_position_is_in_two_couples() {
        let pairs = generate(&NetworkShape::Pairs { share: 0.6 }, 100);
        assert_eq!(pairs.len(), 30);
        assert!(degrees(&pairs, 100).into_iter().all(|degree| degree <= 1));
    }

    #[test]
    fn tiny_populations_give_valid_pairs() {
        for shape in [
            NetworkShape::SmallWorld { degree: 6, rewire: 0.5 },
            NetworkShape::ScaleFree { links: 2 },
            NetworkShape::Random { degree: 4.0 },
            NetworkShape::Pairs { share: 1.0 },
        ] {
            for count in 0..4 {
                assert!(generate(&shape, count).iter().all(|&(a, b)| a < b && b < count));
            }
        }
    }
}
