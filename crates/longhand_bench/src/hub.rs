//! One OS with 10,000 users over two years. Every day it talks with a tenth of them and aggregates over all of them.

use super::timing::{compare_rounds, time_seconds};
use super::{BenchEffort, BenchTarget, Measurement, SplitMix, load_scene, new_simulation};

const SCENE: &str = include_str!("../../../benches/hub.ron");
const DAYS: usize = 730;

/// The same model as a bare loop.
struct BareLoop {
    loneliness: Vec<f32>,
    affection_to_os: Vec<f32>,
    affection_from_os: Vec<f32>,
    trust: Vec<f32>,
    learned: f64,
    mean_affection: f64,
}

impl BareLoop {
    fn new(users: usize) -> Self {
        let column = || vec![0.5; users];
        Self {
            loneliness: column(),
            affection_to_os: column(),
            affection_from_os: column(),
            trust: column(),
            learned: 0.0,
            mean_affection: 0.0,
        }
    }

    fn step_day(&mut self, random: &mut SplitMix) {
        let users = self.loneliness.len();
        for _ in 0..users / 10 {
            let user = random.next_below(users);
            self.loneliness[user] = (self.loneliness[user] - 0.05).max(0.0);
            self.affection_to_os[user] += 0.1 * (0.9 - self.affection_to_os[user]);
            self.affection_from_os[user] += 0.1 * (self.loneliness[user] - self.affection_from_os[user]);
            self.trust[user] = (self.trust[user] + 0.02).min(1.0);
            self.learned += 0.001;
        }
        for _hour in 0..24 {
            self.loneliness.iter_mut().for_each(|lonely| *lonely += 0.0014 * (0.6 - *lonely));
        }
        self.mean_affection = self.affection_to_os.iter().copied().map(f64::from).sum::<f64>() / users as f64;
    }
}

pub(super) fn measure(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let users = effort.pick(1_000, 10_000);
    let scenario = load_scene("hub.ron", SCENE, &[("population", users as f64)])?;
    let mut outcome = Ok(());
    let comparison = compare_rounds(
        effort.pick(1, 3),
        || {
            let mut simulation = new_simulation(&scenario);
            let seconds = time_seconds(|| while simulation.step() {});
            if simulation.state().bonds.len() < users {
                outcome = Err("some people do not use the OS".to_owned());
            }
            seconds
        },
        || {
            let (mut bare, mut random) = (BareLoop::new(users), SplitMix(1));
            time_seconds(|| {
                (0..DAYS).for_each(|_| bare.step_day(&mut random));
                std::hint::black_box(bare.learned + bare.mean_affection);
            })
        },
    );
    outcome?;
    let description = format!("one OS, {users} users, two years");
    Ok(vec![Measurement::from_comparison("hub", description, "s", comparison).with_target(BenchTarget::AtMost(1.0))])
}
