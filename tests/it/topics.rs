//! Talking about what somebody knows: told truly, held back, distorted or lied about, and passed on.

use crate::harness::{TestFolder, simulate, with_seed};
use longhand_analysis::Run;
use longhand_chronicle::{Event, EventTopic};
use longhand_expr::EvalContext;
use longhand_expr::ids::{AgentId, AttrId, TieId, WorldFact};
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

fn agent(run: &Run, id: &str) -> AgentId {
    run.simulation().scenario().schema.agent(id).unwrap_or_else(|| panic!("there is no {id}"))
}

/// Ann loves Ben. She tells Cleo, her friend, and Cleo tells Dan: one action for all that anybody knows.
fn gossip(does: &str, rules: &str) -> String {
    format!(
        r#"Scene(
        title: "Gossip", starts: "2025-01-06 08:00", ends: "2025-01-12",
        kinds: [Kind(id: "human", wakes: "2h", idle: "0.1", whim: 0)],
        attributes: [Attribute(id: "debts", range: (0, 10), start: 4), Attribute(id: "married_before", switch: true)],
        ties: [Tie(id: "lovers", mutual: true), Tie(id: "talks_to")],
        cast: [
            Member(id: "ann", name: "Ann", kind: "human", pronouns: she, toward: [Toward(to: "ben", ties: ["lovers"]), Toward(to: "cleo", ties: ["talks_to"])]),
            Member(id: "ben", name: "Ben", kind: "human", pronouns: he),
            Member(id: "cleo", name: "Cleo", kind: "human", pronouns: she, toward: [Toward(to: "dan", ties: ["talks_to"])]),
            Member(id: "dan", name: "Dan", kind: "human", pronouns: he),
        ],
        actions: [Action(
            id: "tell", roles: {{"friend": "ties(self, talks_to)"}},
            about: {{"topic": "pick(known(self) where not about(it, talks_to) and not knows(friend, it) and not concerns(it, friend))"}},
            want: "1", takes: "10m", does: ["{does}"], say: ["{{{{ self }}}} told {{{{ friend }}}} {{{{ topic }}}}."],
        )],
        {rules}
    )"#
    )
}

const LOVERS: TieId = TieId(0);

#[test]
fn one_action_passes_on_whatever_somebody_knows_and_the_hearer_keeps_the_source() {
    let run = run_text(&gossip("friend is told topic with confidence 0.8", ""));
    let (ann, ben, cleo, dan) = (agent(&run, "ann"), agent(&run, "ben"), agent(&run, "cleo"), agent(&run, "dan"));
    let fact = WorldFact::Tie(ann, ben, LOVERS);
    let told = events(&run, "tell");
    assert_eq!(told.len(), 2, "each is told once");
    assert_eq!((told[0].roles[0], told[0].roles[1]), (ann, cleo));
    assert_eq!((told[1].roles[0], told[1].roles[1]), (cleo, dan));
    for event in &told {
        assert_eq!(event.roles.len(), 3);
        assert!(!event.roles[2].is_some(), "what is known is no agent");
        let topic = event.topic.as_deref().copied().expect("its topic is recorded");
        assert_eq!(topic, EventTopic { teller: event.roles[0], known: fact, believed: 1.0, told: 1.0 });
    }
    assert!(told[1].causes.iter().any(|cause| cause.event == told[0].id), "{:?}", told[1].causes);
    let view = run.simulation().view();
    assert_eq!((view.belief(dan, fact), view.source(dan, fact)), (Some(1.0), cleo));
    assert!((view.confidence(dan, fact) - 0.8).abs() < 1e-6);
    assert_eq!(view.source(cleo, fact), ann);
}

#[test]
fn what_is_told_may_be_a_lie_a_distortion_or_nothing() {
    let of_lovers = |does: &str| {
        let run = run_text(&gossip(does, ""));
        let fact = WorldFact::Tie(agent(&run, "ann"), agent(&run, "ben"), LOVERS);
        let belief = run.simulation().view().belief(agent(&run, "cleo"), fact);
        (belief, events(&run, "tell").len())
    };
    assert_eq!(of_lovers("friend is told topic falsely").0, Some(0.0));
    assert_eq!(of_lovers("friend is told topic as 0").0, Some(0.0));
    assert_eq!(of_lovers("if strength(self, topic) > 2: friend is told topic").0, None, "it is held back");
    let learns = r#"triggers: [Trigger(id: "hears", by: ["ann"], when: "elapsed > 1h", once: true, does: ["self learns ben.debts", "end lovers(self, ben)"])],"#;
    for (does, expected) in [("friend is told topic as strength(self, topic) * 2", 8.0), ("friend is told topic falsely", 6.0)] {
        let run = run_text(&gossip(does, learns));
        let fact = WorldFact::Attr(agent(&run, "ben"), AttrId(0));
        assert_eq!(run.simulation().view().belief(agent(&run, "cleo"), fact), Some(expected), "{does}");
        let told = events(&run, "tell");
        let topic = told.iter().filter_map(|event| event.topic.as_deref()).find(|topic| topic.known == fact);
        let topic = topic.expect("Ann tells of the debts");
        assert_eq!((topic.teller, topic.believed, topic.told), (agent(&run, "ann"), 4.0, expected), "the event has both");
    }
}

#[test]
fn secrets_of_ones_own_are_known_and_conditions_choose_among_them() {
    let rules = r#"triggers: [
        Trigger(id: "weds", by: ["ann"], when: "elapsed > 1h", once: true, does: ["self.married_before = true", "end lovers(self, ben)"]),
        Trigger(id: "hears", on: Event("tell"), each: "friend", about: {"news": "known(self) where about(it, married_before) and subject(it) == ann and heard(self, it) < 1h"}),
    ],"#;
    let run = run_text(&gossip("friend is told topic", rules));
    let topics: Vec<_> = events(&run, "tell")
        .iter()
        .filter_map(|event| match event.topic.as_ref()?.known {
            WorldFact::Attr(of, _) => Some(of),
            _ => None,
        })
        .collect();
    assert_eq!(topics, [agent(&run, "ann"), agent(&run, "ann")], "Ann tells it of herself, Cleo passes it on");
    assert!(!events(&run, "hears").is_empty());
}

#[test]
fn what_was_told_is_worded_as_a_clause() {
    let folder = TestFolder::empty();
    folder.write("scene.ron", &gossip("friend is told topic", ""));
    let told = folder.run_ok(&["run", "scene.ron", "--seed", "1", "--record", "gossip.story"]);
    assert!(told.contains("Ann told Cleo that she and Ben are lovers."), "{told}");
    assert!(told.contains("Cleo told Dan that Ann and Ben are lovers."), "{told}");
    let last = events(&run_text(&gossip("friend is told topic", "")), "tell")[1].id.0.to_string();
    let why = folder.run_ok(&["why", "gossip.story", &last]);
    assert!(why.contains("Ann told Cleo that she and Ben are lovers."), "the chain of tellers: {why}");
    let why_not = folder.run(&["why-not", "gossip.story", "tell", "--who", "cleo", "--who", "dan", "--from", "2025-01-10"]);
    assert!(why_not.out.contains("Cleo knew") && why_not.out.contains("0 of 3 fitted `topic`"), "{}", why_not.out);
    folder.write("lie.ron", &gossip("friend is told topic falsely", r#"prose: [(id: "topic/lovers", say: ["that there was {% if holds %}something{% else %}nothing{% endif %} between {{ a }} and {{ b }}"])],"#));
    let told = folder.run_ok(&["run", "lie.ron", "--seed", "1"]);
    assert!(told.contains("Ann told Cleo that there was nothing between Ann and Ben."), "{told}");
}

#[test]
fn runs_with_topics_do_not_depend_on_threads_on_resuming_or_on_other_people() {
    let text = gossip("friend is told topic", "").replace("want: \"1\"", "want: \"uniform(0, 1)\"");
    let scenario = load(&text);
    let hash = |threads| simulate(&scenario, SimOptions { seed: 3, threads }, None).simulation().chronicle().hash();
    assert_eq!(hash(1), hash(2));
    let mut begun = Simulation::new(scenario.clone(), with_seed(3));
    (0..60).for_each(|_| _ = begun.step());
    let keyframe = begun.keyframe().expect("a keyframe");
    let mut resumed = Simulation::new(scenario.clone(), with_seed(3));
    resumed.restore(&keyframe, begun.chronicle().clone()).expect("its own keyframe");
    while resumed.step() {}
    assert_eq!(resumed.chronicle().hash(), hash(1));
    let more = text.replace(
        "Member(id: \"ben\"",
        "Member(id: \"abe\", kind: \"human\", toward: [Toward(to: \"dan\", ties: [\"lovers\"])]), Member(id: \"ben\"",
    );
    let times = |run: &Run| events(run, "tell").iter().map(|event| event.at).collect::<Vec<_>>();
    let (few, many) = (simulate(&scenario, with_seed(3), None), simulate(&load(&more), with_seed(3), None));
    assert_eq!(times(&few), times(&many), "Abe, whom nobody talks to, changes nothing");
}
