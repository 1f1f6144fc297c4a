//! The village has no plot. These tests check that a year of it is lively and plausible for several seeds.

use longhand_analysis::RunReport;
use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::{AgentId, Fact, Instant, WorldFact};
use longhand_scene::Scenario;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::harness::{load_scene, simulate, with_seed};

/// The run of a year.
struct YearRun {
    scenario: Arc<Scenario>,
    chronicle: Chronicle,
    report: RunReport,
    ended: Instant,
    /// Names of all people, including those who never arrive.
    names: Vec<String>,
}

fn simulate_year(seed: u64, set: &[(&str, &str)]) -> YearRun {
    let scenario = load_scene("village.ron", set);
    let run = simulate(&scenario, with_seed(seed), None);
    let (report, live) = (run.report(), run.simulation().view());
    let human = scenario.schema.kind("human").expect("declared");
    let people = (0..report.agents as usize).map(AgentId::from_index).filter(|&id| live.state().kind(id) == human);
    let names = people.filter_map(|id| live.name(id)).map(|name| name.short_name.clone()).collect();
    YearRun { scenario, chronicle: run.chronicle().clone(), report, ended: run.simulation().now(), names }
}

/// A few years, simulated once for all tests.
fn years() -> &'static [YearRun] {
    static YEARS: OnceLock<Vec<YearRun>> = OnceLock::new();
    YEARS.get_or_init(|| (1..=4).map(|seed| simulate_year(seed, &[])).collect())
}

impl YearRun {
    fn events(&self, kind: &str) -> Vec<&Event> {
        let kind = self.scenario.schema.event(kind).expect("declared");
        self.chronicle.iter().filter(|event| event.kind == kind).collect()
    }

    fn has_beat(&self, beat: &str) -> bool {
        self.report.beats.iter().find(|outcome| outcome.id == beat).expect("declared").at.is_some()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn fifty_people_have_different_names() {
    let mut names = years()[0].names.clone();
    assert_eq!(names.len(), 53, "fifty, and three who may arrive");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 53);
}

#[test]
fn a_year_is_lively_with_every_seed() {
    for run in years() {
        for (kind, least, most) in [
            ("become_friends", 5, 60),
            ("fall_out", 4, 60),
            ("make_up", 3, 60),
            ("walk_out", 1, 20),
            ("lend_a_hand", 4, 40),
            ("borrow", 3, 60),
            ("put_two_and_two", 2, 30),
            ("turn_of_the_month", 12, 12),
            ("hold_feast", 8, 8),
        ] {
            let times = run.events(kind).len();
            assert!((least..=most).contains(&times), "seed {}: {kind} {times} times", run.report.seed);
        }
        assert_eq!(
            run.report.missing_beats().map(|beat| beat.id.clone()).collect::<Vec<_>>(),
            Vec::<String>::new(),
            "seed {}",
            run.report.seed
        );
    }
    let sometimes = |beat: &str| years().iter().filter(|run| run.has_beat(beat)).count();
    assert!(sometimes("wedding") > 0 && sometimes("parting") > 0);
    let same = |beat: &str| matches!(sometimes(beat), 0 | 4);
    assert!(
        !["cradle", "last respects", "across the feud", "kindness", "in time", "no stranger"].into_iter().all(same),
        "the years differ"
    );
}

#[test]
fn couples_last_and_quarrels_are_mostly_made_up() {
    let mut durations = Vec::new();
    let (mut quarrels, mut reconciliations) = (0, 0);
    for run in years() {
        let tie = run.scenario.schema.tie("courting").expect("declared");
        let married: Vec<_> = run.events("wedding").iter().map(|event| (event.roles[0], event.roles[1])).collect();
        let is_married = |a, b| married.contains(&(a, b)) || married.contains(&(b, a));
        let mut begun: BTreeMap<(AgentId, AgentId), Instant> = BTreeMap::new();
        let mut ended = Vec::new();
        for event in run.chronicle.iter() {
            for change in &event.changes {
                let Fact::World(WorldFact::Tie(a, b, changed)) = change.fact else { continue };
                if changed != tie || a > b {
                    continue;
                }
                if change.after != 0.0 {
                    begun.insert((a, b), event.at);
                } else if let Some(from) = begun.get(&(a, b)).filter(|_| !is_married(a, b)) {
                    ended.push(((a, b), event.at.seconds() - from.seconds()));
                }
            }
        }
        // Couples who did not part are together until the end, married or not.
        for (pair, from) in begun {
            let parted = ended.iter().find(|(who, _)| *who == pair);
            let seconds = parted.map_or(run.ended.seconds() - from.seconds(), |(_, seconds)| *seconds);
            durations.push(seconds / 86_400.0);
        }
        quarrels += run.events("fall_out").len();
        reconciliations += run.events("make_up").len() + run.events("peacemake/reconciled").len();
    }
    assert!(durations.len() >= 6, "{durations:?}");
    assert!(median(durations.clone()) > 60.0, "{durations:?}");
    assert!(2 * reconciliations > quarrels, "{reconciliations} of {quarrels}");
    assert!(reconciliations < quarrels, "not all quarrels are made up");
}

#[test]
fn without_gossip_nobody_believes_false_rumours() {
    let run = simulate_year(1, &[("gossip", "false")]);
    for kind in ["put_two_and_two", "pass_it_on", "suspect", "it_reaches_home"] {
        assert!(run.events(kind).is_empty(), "{kind}");
    }
    assert!(!run.has_beat("false rumour") && !run.has_beat("rumour comes home") && !run.has_beat("never stolen"));
    assert!(years().iter().any(|run| run.has_beat("false rumour")), "gossip causes false rumours");
}

#[test]
fn parameters_have_an_effect() {
    let cold = simulate_year(2, &[("temper", "0"), ("hearts", "0")]);
    assert!(cold.events("fall_out").is_empty() && cold.events("walk_out").is_empty());
    assert!(!cold.events("become_friends").is_empty(), "they still make friends");
}
