//! Keyed randomness: each draw is a function of what it is for, not of how many draws came before it.
//!
//! A draw is one block of Philox4x32-10 (Salmon et al. 2011): the key is the seed, the counter is (site, who, with, when). There is no
//! stream to consume, so an intervention changes only the draws that depend on it, and threads do not compete for a generator.

use super::keys::AgentKey;
use bevy_math::ops;
use longhand_expr::ids::Instant;
use longhand_expr::stable_hash;
use rand_philox::{Philox, philox4x32_10};

/// All draws of one run.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    key: [u32; 2],
}

/// What a draw is for, apart from its site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrawKey {
    /// The key of the agent whose draw it is.
    pub who: u32,
    /// The keys of the other agents it concerns, mixed with a repeat count.
    pub with: u32,
    /// Seconds since the start of the scene.
    pub when: u32,
}

impl DrawKey {
    /// The key of the draws of an agent at an instant.
    #[must_use]
    pub fn new(agent: AgentKey, at: Instant) -> Self {
        Self { who: agent.0, with: 0, when: (at.0 / 1_000_000) as u32 }
    }

    /// This key, extended by another agent.
    #[must_use]
    pub fn with(self, other: AgentKey) -> Self {
        self.with_count(other.0)
    }

    /// This key, extended by a count or a hash.
    #[must_use]
    pub fn with_count(self, count: u32) -> Self {
        Self { with: self.with.wrapping_mul(0x9E37_79B1) ^ count.wrapping_add(0x85EB_CA6B), ..self }
    }
}

impl Draws {
    /// The draws of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mixed = rand_philox::splitmix64(seed);
        Self { key: [mixed as u32, (mixed >> 32) as u32] }
    }

    /// Uniform in (0, 1).
    #[inline]
    #[must_use]
    pub fn uniform(&self, site: u32, key: DrawKey) -> f64 {
        let block = philox4x32_10([site, key.who, key.with, key.when], self.key);
        let bits = (u64::from(block[0]) << 21) ^ u64::from(block[1] >> 11);
        (bits as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A standard Gumbel variate. Choosing the maximum of utilities plus such noise is a logit choice (McFadden 1974).
    #[inline]
    #[must_use]
    pub fn gumbel(&self, site: u32, key: DrawKey) -> f64 {
        let u = self.uniform(site, key) as f32;
        f64::from(-ops::ln((-ops::ln(u.clamp(1e-7, 1.0 - 1e-7))).max(1e-7)))
    }

    /// A random integer with mean `expected`: its floor, plus one with the probability of its fraction. At most 1,000,000.
    #[inline]
    #[must_use]
    pub fn rounded(&self, expected: f64, site: u32, key: DrawKey) -> u32 {
        let clamped = expected.clamp(0.0, 1e6);
        let floor = clamped.floor();
        floor as u32 + u32::from(self.uniform(site, key) < clamped - floor)
    }

    /// An independent generator, for a task that needs many draws in sequence, such as generating a population.
    #[must_use]
    pub fn stream(&self, site: u32) -> Philox {
        Philox::from_u64_seed_stream(u64::from(self.key[0]) | u64::from(self.key[1]) << 32, u64::from(site))
    }
}

/// The site of a named draw: the same in every run and on every machine.
#[must_use]
pub const fn draw_site(name: &str) -> u32 {
    stable_hash(0, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_only_on_seed_site_and_key() {
        let draws = Draws::new(7);
        let key = DrawKey::new(AgentKey(3), Instant::from_seconds(60.0));
        let first = draws.uniform(1, key);
        let _other = draws.uniform(2, key);
        assert_eq!(first, draws.uniform(1, key));
        assert_ne!(first, draws.uniform(1, key.with_count(1)));
        assert_ne!(first, Draws::new(8).uniform(1, key));
    }

    #[test]
    fn draws_fill_the_unit_interval_evenly() {
        let draws = Draws::new(1);
        let mean = (0..10_000).map(|n| draws.uniform(9, DrawKey { who: n, ..DrawKey::default() })).sum::<f64>() / 1e4;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }
}
