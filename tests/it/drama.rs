//! Cast and crowd as one world: networks between them, and detail that follows drama.

use crate::harness::{simulate, with_seed};
use longhand_analysis::Run;
use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, Fact};
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

fn load(text: &str) -> Arc<longhand_scene::Scenario> {
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", text)], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    Arc::new(loaded.scenario)
}

fn run_text(text: &str) -> Run {
    simulate(&load(text), with_seed(1), None)
}

fn events<'r>(run: &'r Run, kind: &str) -> Vec<&'r Event> {
    let kind = run.simulation().scenario().schema.event(kind).unwrap_or_else(|| panic!("there is no event {kind}"));
    run.simulation().chronicle().iter().filter(|event| event.kind == kind).collect()
}

/// Ann and a town of 60. Whoever is kissed is in love from then on and sighs at every decision.
fn town(kind: &str, record: &str, cast: &str) -> String {
    format!(
        r#"Scene(
        title: "Town", starts: "2025-01-06", ends: "2025-01-20",
        kinds: [Kind(id: "human", wakes: "29h", idle: "0.1", whim: 0, {kind})],
        attributes: [Attribute(id: "in_love", switch: true), Attribute(id: "sighs", range: (0, 1000))],
        bonds: [Dimension(id: "affection")],
        ties: [Tie(id: "acquainted", mutual: true), Tie(id: "neighbours", mutual: true)],
        cast: [Member(id: "ann", kind: "human"), {cast}],
        population: [Population(kind: "human", count: "60", networks: [
            Network(shape: Cast(least: 4, most: 8), ties: ["acquainted"], bond: {{"affection": Uniform(0.2, 0.6)}}),
            Network(shape: Random(degree: 4), ties: ["neighbours"]),
        ])],
        actions: [
            Action(id: "sigh", by: ["human"], when: "self.in_love", want: "1", does: ["self.sighs += 1"]),
            Action(id: "greet", by: ["human"], roles: {{"other": "pick(ties(self, neighbours))"}}, when: "not self.in_love", want: "0.5"),
        ],
        triggers: [Trigger(
            id: "kiss", by: ["ann"], when: "elapsed > 100h", once: true, about: {{"who": "best(v in ties(self, acquainted): affection(v, self))"}},
            does: ["who.in_love = true"],
        )],
        measures: [
            Measure(id: "friends", at: Start, is: "count(v in ties(ann, acquainted))"),
            Measure(id: "liked", at: Start, is: "sum(v in ties(ann, acquainted): affection(ann, v))"),
            Measure(id: "sighs", at: End, is: "sum(v in agents(human): v.sighs)"),
        ],
        {record}
    )"#
    )
}

fn measure(run: &Run, id: &str) -> f64 {
    let measures = &run.simulation().chronicle().measures;
    measures.iter().find(|taken| taken.measure == id).unwrap_or_else(|| panic!("there is no measure {id}")).value
}

#[test]
fn a_member_of_the_cast_has_ties_to_some_of_the_crowd_whoever_else_there_is() {
    let run = run_text(&town("", "", ""));
    assert!((4.0..=8.0).contains(&measure(&run, "friends")));
    let more = run_text(&town("", "", "Member(id: \"abe\", kind: \"human\"), Member(id: \"zoe\", kind: \"human\"),"));
    for id in ["friends", "liked"] {
        assert!((measure(&run, id) - measure(&more, id)).abs() < 1e-9, "{id}: another member changes nothing for Ann");
    }
}

#[test]
fn who_is_in_the_middle_of_something_decides_more_often_from_then_on() {
    let usual = measure(&run_text(&town("", "", "")), "sighs");
    assert!((5.0..14.0).contains(&usual), "{usual}");
    let involved = "involved: Involved(when: \"self.in_love\", wakes: \"45m\")";
    let often = measure(&run_text(&town(involved, "", "")), "sighs");
    assert!(often > 250.0, "{often}: ten days of a decision every 45 minutes");
    let scenario = load(&town(involved, "", ""));
    let hash = |threads| simulate(&scenario, SimOptions { seed: 2, threads }, None).simulation().chronicle().hash();
    assert_eq!(hash(1), hash(2));
    let mut begun = Simulation::new(scenario.clone(), with_seed(2));
    (0..450).for_each(|_| _ = begun.step());
    let keyframe = begun.keyframe().expect("a keyframe");
    let mut resumed = Simulation::new(scenario.clone(), with_seed(2));
    resumed.restore(&keyframe, begun.chronicle().clone()).expect("its own keyframe");
    while resumed.step() {}
    assert_eq!(resumed.chronicle().hash(), hash(1));
}

#[test]
fn who_decides_often_anyway_does_so_no_less_when_much_is_going_on() {
    // How often Abe sighs, who is in love all along.
    let sighs = |wakes: &str, involved: &str| {
        let abe = format!(r#"Member(id: "abe", kind: "human", wakes: "{wakes}", attributes: {{"in_love": true}})"#);
        let run = run_text(&town(involved, "", &abe));
        let abe = run.simulation().scenario().schema.agent("abe").expect("Abe is in the cast");
        events(&run, "sigh").iter().filter(|event| event.roles[0] == abe).count()
    };
    let involved = "involved: Involved(when: \"self.in_love\", wakes: \"12h\")";
    for (wakes, least, most) in [("3h", 90, 130), ("29h", 20, 28), ("daily at 09:00", 20, 42)] {
        let (alone, both) = (sighs(wakes, ""), sighs(wakes, involved));
        assert!((least..=most).contains(&both), "{wakes}: {both}");
        assert!(both >= alone, "{wakes}: {both} instead of {alone}");
    }
    assert_eq!(sighs("3h", ""), sighs("3h", involved));
    assert_eq!(sighs("daily at 09:00", ""), 14, "one decision a day");
}

#[test]
fn who_lives_through_something_is_recorded_whole_from_then_on() {
    let involved = "involved: Involved(when: \"self.in_love\", wakes: \"3h\")";
    let without = run_text(&town(involved, "", ""));
    assert!(events(&without, "sigh").is_empty(), "the crowd is only counted");
    let run = run_text(&town(involved, "record: Record(since: \"self.in_love\"),", ""));
    assert_eq!(measure(&run, "sighs"), measure(&without, "sighs"), "recording changes nothing");
    let sighs = events(&run, "sigh");
    let who = sighs[0].roles[0];
    assert_eq!(sighs.len() as f64, measure(&run, "sighs"));
    assert!(sighs.iter().all(|event| event.roles[0] == who) && who != AgentId(0));
    assert!(sighs[0].causes.iter().any(|cause| cause.event == events(&run, "kiss")[0].id), "and what led to it");
    let sampled = run.simulation().chronicle().samples();
    assert!(
        sampled.iter().any(|sample| matches!(sample.fact, Fact::World(fact) if fact.agents().contains(&who))),
        "its state is known"
    );
    let greeted = events(&run, "greet").iter().filter(|event| event.roles[1] == who).count();
    assert!(greeted > 0, "events with somebody who is recorded are recorded too");
}
