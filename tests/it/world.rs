//! The state of the world, attributes whose values are words, beliefs about events with their sources, and witnesses.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::harness::{ProgramOutput, TestFolder, simulate, with_seed};
use longhand_analysis::Run;
use longhand_expr::ids::{Fact, WorldFact};
use longhand_narrative::{CauseFinder, RecordedRun, RunNarrator, load_text};
use longhand_scene::Scenario;

/// A harbour with a tide, weather, ages and a theft that is seen and talked about.
const HARBOUR: &str = r#"Scene(
    title: "Harbour",
    starts: "2025-03-03 07:00", ends: "2025-03-20",
    kinds: [Kind(id: "human", wakes: "1h", asleep: "hour < 7 or hour >= 22")],
    world: [
        Attribute(id: "tide", start: 0.2),
        Attribute(id: "weather", one_of: ["fair", "foul"]),
        Attribute(id: "flooded", switch: true),
    ],
    attributes: [
        Attribute(id: "fear"),
        Attribute(id: "stage", one_of: ["child", "adult", "elder"], start: "adult"),
    ],
    ties: [Tie(id: "friends", mutual: true)],
    places: [Place(id: "quay", name: "the quay"), Place(id: "hill", name: "the hill")],
    cast: [
        Member(id: "ann", kind: "human", name: "Ann Lee", pronouns: she, home: "quay", attributes: {"stage": "elder"}),
        Member(id: "ben", kind: "human", name: "Ben", pronouns: he, home: "quay",
            toward: [Toward(to: "cleo", ties: ["friends"]), Toward(to: "ann", ties: ["friends"])]),
        Member(id: "cleo", kind: "human", name: "Cleo", pronouns: she, home: "hill", attributes: {"stage": "child"}),
        Member(id: "dan", kind: "human", name: "Dan", pronouns: he, home: "hill"),
    ],
    processes: [
        Process(id: "moon", by: ["world"], every: "6h", does: ["self.tide += 0.1"]),
    ],
    actions: [
        Action(id: "steal", by: ["ann"], about: {"victim": "[dan]"}, when: "not happened(steal, self)", want: "1", takes: "10m", place: "quay",
            say: ["{{ self }} took it from {{ victim }} ({{ self.stage }}/{{ victim.stage }}/{{ world.weather }}/{{ world.tide | round(1) }}/{% if world.flooded %}wet{% else %}dry{% endif %})."]),
        Action(id: "tell", by: ["ben"], roles: {"friend": "[cleo]"}, when: "knows(self, happened(steal, ann))", want: "0.9", takes: "10m", cooldown: "30d",
            does: ["friend learns happened(steal, ann) with confidence 0.6"], say: ["{{ self }} told {{ friend }}."]),
        Action(id: "grow", by: ["cleo"], when: "source(self, happened(steal)) == ben and confidence(self, happened(steal)) > 0.5 and self.stage == child",
            about: {"teller": "source(self, happened(steal))"}, want: "0.9", does: ["self.stage = adult"], say: ["{{ self }} had it from {{ teller }}."]),
    ],
    triggers: [
        Trigger(id: "flood", by: ["world"], when: "self.tide > 0.7 and not self.flooded", does: ["self.flooded = true", "self.weather = foul"]),
        Trigger(id: "flee", by: ["human"], when: "world.flooded and world.weather == foul", once: true, does: ["self.fear = 1"]),
        Trigger(id: "notice", by: ["ben"], on: Sees("steal"), does: ["self learns happened(steal, actor)"]),
        Trigger(id: "hears", by: ["cleo"], on: Learns("steal"), does: ["self feels anger 0.6 at other"]),
    ],
    measures: [
        Measure(id: "tide", every: "1d", is: "world.tide"),
        Measure(id: "people", at: End, is: "count(v in agents(human)) + count(v in at_place(quay)) + count(v in at_place(hill))"),
        Measure(id: "sure", at: End, is: "confidence(cleo, happened(steal, ann))"),
        Measure(id: "dan_knows", at: End, is: "if knows(dan, happened(steal)) then 1 else 0"),
        Measure(id: "ann_is_sure", at: End, is: "confidence(ann, happened(steal))"),
    ],
)"#;

fn scenario(text: &str) -> Arc<Scenario> {
    match load_text("harbour.ron", &[("harbour.ron", text)], &[]) {
        Ok(loaded) => {
            assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
            Arc::new(loaded.scenario)
        }
        Err(problems) => panic!("{}", problems.render(false)),
    }
}

fn run(text: &str) -> (Arc<Scenario>, Run) {
    let scenario = scenario(text);
    let run = simulate(&scenario, with_seed(1), None);
    (scenario, run)
}

/// The sentences of the events of a kind.
fn sentences(scenario: &Scenario, run: &Run, kind: &str) -> Vec<String> {
    let narrator = RunNarrator::of_chronicle(scenario, 1, run.chronicle());
    let kind = scenario.schema.event(kind).expect("declared");
    let events = run.chronicle().iter().filter(|event| event.kind == kind);
    events.map(|event| narrator.sentence(scenario, event, &run.chronicle().agents)).collect()
}

/// The number of the first event of a kind.
fn first_event(scenario: &Scenario, run: &Run, kind: &str) -> String {
    let kind = scenario.schema.event(kind).expect("declared");
    let event = run.chronicle().iter().find(|event| event.kind == kind).expect("it happened");
    event.id.0.to_string()
}

/// The output of `longhand check` for a scene.
fn check(text: &str) -> ProgramOutput {
    let folder = TestFolder::empty();
    folder.write("harbour.ron", text);
    folder.run(&["check", "harbour.ron"])
}

/// A folder with the scene and a recorded run of it.
fn recorded() -> TestFolder {
    let folder = TestFolder::empty();
    folder.write("harbour.ron", HARBOUR);
    folder.run_ok(&["run", "harbour.ron", "--seed", "1", "--record", "a.story"]);
    folder
}

#[test]
fn the_world_has_attributes_that_all_agents_read_and_is_not_among_the_agents() {
    let (scenario, run) = run(HARBOUR);
    let measures = run.report().measures;
    assert_eq!(measures["tide"], Some(1.0), "the process raised it to the end of its range");
    assert_eq!(measures["people"], Some(8.0), "the world is in no set of people and at no place");
    assert_eq!(sentences(&scenario, &run, "flood"), ["Flood."]);
    assert_eq!(sentences(&scenario, &run, "flee").len(), 4);
    let world = scenario.schema.world.expect("the scene has a world");
    let flood = scenario.schema.event("flood").expect("declared");
    assert!(run.chronicle().iter().filter(|event| event.roles.contains(&world)).all(|event| event.kind == flood));
}

#[test]
fn an_event_of_the_world_is_a_cause_of_what_it_triggers() {
    let (scenario, run) = run(HARBOUR);
    let record = RecordedRun::new(&scenario, run.chronicle(), 1);
    let finder = CauseFinder::new(&record);
    let kind = |name: &str| scenario.schema.event(name).expect("declared");
    let flood = run.chronicle().iter().find(|event| event.kind == kind("flood")).expect("it floods");
    for flee in run.chronicle().iter().filter(|event| event.kind == kind("flee")) {
        let stored = flee.causes.iter().map(|cause| cause.event);
        let found: BTreeSet<_> = stored.chain(finder.further_causes(flee).iter().map(|cause| cause.event)).collect();
        assert!(found.contains(&flood.id), "{flee:?}");
    }
}

#[test]
fn show_why_what_if_and_exports_handle_the_world_and_attributes_with_words() {
    let folder = recorded();
    let shown = folder.run_ok(&["show", "a.story", "world"]);
    assert!(shown.contains("tide") && shown.contains("foul") && shown.contains("yes"), "{shown}");
    assert!(!shown.contains("mood") && !shown.contains("believes"), "{shown}");
    let everybody = folder.run_ok(&["show", "a.story"]);
    assert!(everybody.contains("adult") && everybody.contains("elder"), "{everybody}");
    let (scenario, run) = run(HARBOUR);
    let why = folder.run_ok(&["why", "a.story", &first_event(&scenario, &run, "flood")]);
    assert!(why.contains("the world's tide went from 0.2 to 0.6") && why.contains("by the process `moon`"), "{why}");
    let changed = folder.run_ok(&[
        "what-if",
        "a.story",
        "--at",
        "2025-03-04",
        "--change",
        "world.weather = foul",
        "--change",
        "world.flooded = true",
    ]);
    assert!(changed.contains("weather") && changed.contains("flooded"), "{changed}");
    folder.run_ok(&["export", "a.story", "--format", "jsonl", "--out", "a.jsonl"]);
    let lines = folder.read("a.jsonl");
    assert!(lines.contains(r#""words":["fair","foul"]"#) && lines.contains(r#""world.tide""#), "{lines}");
    let graph = folder.run_ok(&["export", "a.story", "--format", "graphml"]);
    assert!(!graph.contains("the world"), "the world is no person in a graph of relations\n{graph}");
    let told = folder.run_ok(&["tell", "harbour.ron", "--seed", "1"]);
    assert!(!told.contains("the world") && !told.contains("The world"), "{told}");
}

#[test]
fn prose_shows_attributes_as_they_were() {
    let (scenario, run) = run(HARBOUR);
    assert_eq!(sentences(&scenario, &run, "steal"), ["Ann took it from Dan (elder/adult/fair/0.2/dry)."]);
    for (from, to, message) in [
        ("self.stage }}/{{ victim", "self.stge }}/{{ victim", "undefined value"),
        ("{{ world.weather }}", "{{ wrld.weather }}", "did you mean `world`?"),
    ] {
        let answer = check(&HARBOUR.replace(from, to));
        assert!(answer.out.contains(message), "{answer:?}");
    }
}

#[test]
fn a_word_that_an_attribute_does_not_have_is_an_error_with_a_suggestion() {
    for (from, to, message) in [
        ("self.stage = adult", "self.stage = adlt", "did you mean `adult`?"),
        ("self.stage == child", "self.stage == chld", "did you mean `child`?"),
        ("world.weather == foul", "world.weather == stage", "`weather` has no word `stage`"),
        ("self.stage == child", "self.stage < child", "words have no order"),
        ("self.stage = adult", "self.stage = 1", "expected a word of an attribute, found a number"),
        ("self.stage = adult", "self.stage += adult", "a word can only be set with `=`"),
        ("\"stage\": \"child\"", "\"stage\": \"chid\"", "did you mean `child`?"),
        ("\"stage\": \"child\"", "\"stage\": 0", "its words are `child`, `adult`, `elder`"),
        ("start: \"adult\"", "start: \"aduld\"", "did you mean `adult`?"),
        ("start: \"adult\"", "start: \"adult\", range: (0, 3)", "has no `range`"),
        ("[\"child\", \"adult\", \"elder\"]", "[\"child\", \"adult\", \"child\"]", "is given twice"),
        ("Attribute(id: \"tide\", start: 0.2)", "Attribute(id: \"tide\", start: \"high\")", "is a number, not a word"),
        (
            "Attribute(id: \"tide\", start: 0.2)",
            "Attribute(id: \"tide\", of: [\"human\"])",
            "an attribute of the world is of no kind",
        ),
        ("id: \"dan\", kind: \"human\"", "id: \"world\", kind: \"human\"", "choose another id"),
        ("self.fear = 1", "self takes world", "is not a thing"),
        ("on: Learns(\"steal\")", "on: Learns(\"stael\")", "did you mean `steal`?"),
    ] {
        assert!(HARBOUR.contains(from), "{from}");
        let answer = check(&HARBOUR.replace(from, to));
        assert_eq!(answer.code, Some(1), "{from}: {answer:?}");
        assert!(answer.out.contains(message), "{from} -> {to}: {}", answer.out);
    }
}

#[test]
fn a_belief_about_an_event_has_a_source_and_a_confidence() {
    let (scenario, run) = run(HARBOUR);
    assert_eq!(sentences(&scenario, &run, "grow"), ["Cleo had it from Ben."]);
    let measures = run.report().measures;
    assert!((measures["sure"].expect("measured") - 0.6).abs() < 1e-6);
    assert_eq!(measures["dan_knows"], Some(1.0), "he is the one it was about");
    assert_eq!(measures["ann_is_sure"], Some(1.0), "she did it");
    let agent = |name: &str| scenario.schema.agent(name).expect("declared");
    let steal = scenario.schema.event("steal").expect("declared");
    let known = WorldFact::Happened(steal, agent("ann"), longhand_expr::ids::AgentId::NONE);
    let change = |fact: Fact| {
        let mut changes = run.chronicle().iter().flat_map(|event| &event.changes);
        changes.find(|change| change.fact == fact).map(|change| change.after)
    };
    assert_eq!(change(Fact::Source(agent("cleo"), known)), Some(f64::from(agent("ben").0)));
    assert_eq!(change(Fact::Belief(agent("ben"), known)), Some(1.0));
    assert_eq!(change(Fact::Source(agent("ben"), known)), None, "he saw it");
    // `hears` was activated by what she learned, and says what she felt.
    assert_eq!(sentences(&scenario, &run, "hears"), ["Cleo was angry with Ann."]);

    let folder = recorded();
    let shown = folder.run_ok(&["show", "a.story", "cleo"]);
    assert!(shown.contains("`steal`") && shown.contains("from Ben") && shown.contains("confidence 0.6"), "{shown}");
    let why = folder.run_ok(&["why", "a.story", &first_event(&scenario, &run, "grow")]);
    assert!(why.contains("told"), "{why}");
    let why_not = folder.run_ok(&["why-not", "a.story", "grow", "--who", "cleo"]);
    assert!(why_not.contains("source(self, happened(steal)) == ben"), "{why_not}");
}

#[test]
fn a_scene_that_asks_for_no_sources_records_none() {
    let text = HARBOUR
        .replace("friend learns happened(steal, ann) with confidence 0.6", "friend learns happened(steal, ann)")
        .replace(
            "source(self, happened(steal)) == ben and confidence(self, happened(steal)) > 0.5",
            "knows(self, happened(steal))",
        )
        .replace("\"source(self, happened(steal))\"", "\"[ben]\"")
        .replace("confidence(cleo, happened(steal, ann))", "1")
        .replace("confidence(ann, happened(steal))", "1");
    let (_, run) = run(&text);
    let is_source = |fact: Fact| matches!(fact, Fact::Source(..) | Fact::Confidence(..));
    assert!(run.chronicle().iter().flat_map(|event| &event.changes).all(|change| !is_source(change.fact)));
}

#[test]
fn who_sees_an_event_and_takes_no_part_is_a_witness() {
    let (scenario, run) = run(HARBOUR);
    let notice = scenario.schema.event("notice").expect("declared");
    let witnesses: Vec<_> = run.chronicle().iter().filter(|event| event.kind == notice).map(|event| event.roles[0]).collect();
    assert_eq!(witnesses, [scenario.schema.agent("ben").expect("declared")]);
    let folder = TestFolder::empty();
    // Nobody but Ann is on the quay.
    folder.write(
        "harbour.ron",
        &HARBOUR.replace("name: \"Ben\", pronouns: he, home: \"quay\"", "name: \"Ben\", pronouns: he, home: \"hill\""),
    );
    let answer = folder.run(&["why-not", "harbour.ron", "notice", "--seed", "1"]);
    assert!(answer.out.contains("nobody saw `steal`"), "{answer:?}");
}

#[test]
fn words_of_two_attributes_with_the_same_list_can_be_compared() {
    let text = HARBOUR.replace(
        "Attribute(id: \"fear\"),",
        "Attribute(id: \"fear\"), Attribute(id: \"mask\", one_of: [\"child\", \"adult\", \"elder\"]),",
    );
    let text = text.replace("self.fear = 1", "self.mask = self.stage");
    let (scenario, run) = run(&text);
    let folder = TestFolder::empty();
    folder.write("harbour.ron", &text);
    folder.run_ok(&["run", "harbour.ron", "--seed", "1", "--record", "a.story"]);
    let shown = folder.run_ok(&["show", "a.story", "ann"]);
    let (of_ann, of_all) = shown.split_once("  human       4 on").unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(of_ann.matches("elder").count(), 2, "{shown}");
    assert!(of_all.contains("; stage: adult 75 %, elder 25"), "{shown}");
    assert_eq!(sentences(&scenario, &run, "flee").len(), 4);
}

#[test]
fn the_daily_statistics_have_the_share_of_agents_with_each_word_of_an_attribute() {
    let (_, run) = run(HARBOUR);
    let day = &run.chronicle().crowd[0];
    let value = |name: &str| day.numbers.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let shares = ["human.stage.child", "human.stage.adult", "human.stage.elder"].map(value);
    assert_eq!(shares, [Some(0.0), Some(0.75), Some(0.25)]);
    assert_eq!((value("human"), value("human.stage"), value("human.fear")), (Some(4.0), None, Some(0.0)));
}
