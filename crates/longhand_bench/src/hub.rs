//! One OS with 10,000 users over two years. Every day it talks with a tenth of them and aggregates over all of them.

use super::rounds::{beside, seconds};
use super::{Effort, Finding, Numbers, Reach, scene, world};

const SCENE: &str = include_str!("../../../benches/hub.ron");
const DAYS: usize = 730;

/// The same model as a bare loop.
struct Bare {
    loneliness: Vec<f32>,
    toward_it: Vec<f32>,
    of_it: Vec<f32>,
    trust: Vec<f32>,
    learned: f64,
    loved: f64,
}

impl Bare {
    fn new(users: usize) -> Self {
        let column = || vec![0.5; users];
        Self { loneliness: column(), toward_it: column(), of_it: column(), trust: column(), learned: 0.0, loved: 0.0 }
    }

    fn day(&mut self, numbers: &mut Numbers) {
        let users = self.loneliness.len();
        for _ in 0..users / 10 {
            let who = numbers.below(users);
            self.loneliness[who] = (self.loneliness[who] - 0.05).max(0.0);
            self.toward_it[who] += 0.1 * (0.9 - self.toward_it[who]);
            self.of_it[who] += 0.1 * (self.loneliness[who] - self.of_it[who]);
            self.trust[who] = (self.trust[who] + 0.02).min(1.0);
            self.learned += 0.001;
        }
        for _hour in 0..24 {
            self.loneliness.iter_mut().for_each(|lonely| *lonely += 0.0014 * (0.6 - *lonely));
        }
        self.loved = self.toward_it.iter().copied().map(f64::from).sum::<f64>() / users as f64;
    }
}

pub(super) fn measure(effort: Effort) -> Result<Vec<Finding>, String> {
    let users = effort.pick(1_000, 10_000);
    let scenario = scene("hub.ron", SCENE, &[("population", users as f64)])?;
    let mut outcome = Ok(());
    let found = beside(
        effort.pick(1, 3),
        || {
            let mut simulation = world(&scenario);
            let took = seconds(|| while simulation.step() {});
            if simulation.state().bonds.len() < users {
                outcome = Err("some people do not use the OS".to_owned());
            }
            took
        },
        || {
            let (mut bare, mut numbers) = (Bare::new(users), Numbers(1));
            seconds(|| {
                (0..DAYS).for_each(|_| bare.day(&mut numbers));
                std::hint::black_box(bare.learned + bare.loved);
            })
        },
    );
    outcome?;
    let what = format!("one OS, {users} users, two years");
    Ok(vec![Finding::beside("hub", what, "s", found).reach(Reach::AtMost(1.0))])
}
