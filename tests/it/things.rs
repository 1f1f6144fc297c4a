//! Amounts, things, ways and dates: small scenes, run by the real program.

use super::harness::{self, TestFolder, with_seed};
use longhand_analysis::Run;
use longhand_expr::ids::{AgentId, Fact, WorldFact};
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

/// Simulates a scene to its end.
fn simulate(text: &str, seed: u64) -> Run {
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", text)], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    harness::simulate(&Arc::new(loaded.scenario), with_seed(seed), None)
}

/// The warnings of a valid scene.
fn warnings(text: &str) -> String {
    match longhand_scene::load_text("test.ron", &[("test.ron", text)], &[]) {
        Ok(loaded) => loaded.warnings.to_string(),
        Err(problems) => panic!("{problems}"),
    }
}

fn errors(text: &str) -> String {
    longhand_scene::load_text("test.ron", &[("test.ron", text)], &[]).expect_err("the scene is invalid").to_string()
}

/// The number before a text in the output of a run: `  1,172  pay: …`.
fn count_of(output: &str, text: &str) -> Option<u64> {
    let line = output.lines().find(|line| line.contains(text))?;
    line.split_whitespace().next()?.replace(',', "").parse().ok()
}

/// Ten people who pay one another.
fn market(attributes: &str, does: &str) -> String {
    let names: String = ('A'..='J').map(|name| format!("Name(name: \"{name}\", pronouns: they), ")).collect();
    format!(
        r#"Scene(
            title: "Ten purses", starts: "2030-01-01 08:00", ends: "2030-02-01", tick: "1h",
            kinds: [Kind(id: "human", wakes: "2h", idle: "0.1", whim: 0.3)],
            attributes: [{attributes}],
            places: [Place(id: "market")],
            population: [Population(kind: "human", count: "10", home: "market", names: "n")],
            names: [NameList(id: "n", names: [{names}])],
            actions: [Action(
                id: "pay", by: ["human"], roles: {{"to": "pick(agents(human) where it != self)"}}, want: "0.5", takes: "1h",
                does: [{does}], telling: Never,
            )],
            measures: [
                Measure(id: "sum", at: End, is: "sum(v in agents(human): v.coins)"),
                Measure(id: "richest", at: End, is: "max(v in agents(human): v.coins)"),
            ],
            record: (also: "true"),
        )"#
    )
}

const COINS: &str = r#"Attribute(id: "coins", start: 5, range: (0, 10))"#;

#[test]
fn what_is_cut_off_is_warned_of_counted_and_shown() {
    let text = market(COINS, r#""self.coins -= 1", "to.coins += 1""#);
    let found = warnings(&text);
    assert!(found.contains("cut-off") && found.contains("`coins`, 0 to 10"), "{found}");
    assert_eq!(found.matches("cut-off").count(), 2, "{found}");

    let folder = TestFolder::empty();
    folder.write("market.ron", &text);
    let out = folder.run_ok(&["run", "market.ron", "--record", "market.story"]);
    let counted = count_of(&out, "pay: `coins` was cut off at its range").unwrap_or_else(|| panic!("{out}"));
    let report: serde_json::Value = serde_json::from_str(&folder.run_ok(&["run", "market.ron", "--json", "-"])).unwrap();
    assert_eq!(report["limited"][0]["times"], counted);
    assert_eq!(report["limited"][0]["limit"], "cut_off");

    let run = simulate(&text, 1);
    let limited: Vec<_> = run.chronicle().iter().flat_map(|event| &event.limited).collect();
    assert_eq!(limited.len() as u64, counted);
    assert!(limited.iter().all(|limited| !(0.0..=10.0).contains(&limited.wanted) && !limited.refused));
    let event = run.chronicle().iter().find(|event| !event.limited.is_empty()).unwrap();
    let why = folder.run_ok(&["why", "market.story", &event.id.0.to_string()]);
    assert!(why.contains("coins would have been") && why.contains("held at"), "{why}");
}

#[test]
fn a_cut_off_of_a_scale_is_shown_only_if_asked_for() {
    let folder = TestFolder::empty();
    let scale = r#"Attribute(id: "coins", start: 5, range: (0, 10), scale: true)"#;
    let text = market(scale, r#""self.coins -= 1", "to.coins += 1""#);
    folder.write("market.ron", &text);
    folder.run_ok(&["run", "market.ron", "--record", "market.story"]);
    let run = simulate(&text, 1);
    let event =
        run.chronicle().iter().find(|event| !event.limited.is_empty()).expect("a purse is full or empty").id.0.to_string();
    let why = |more: &[&str]| folder.run_ok(&[&["why", "market.story", &event][..], more].concat());
    assert!(!why(&[]).contains("coins would have been"), "{}", why(&[]));
    assert!(why(&["--cut-offs"]).contains("coins would have been"), "{}", why(&["--cut-offs"]));
    let answer: serde_json::Value = serde_json::from_str(&why(&["--json"])).unwrap();
    assert_eq!(answer["tree"][0]["limited"][0]["scale"], true, "{answer}");
}

#[test]
fn a_move_conserves_the_sum() {
    let integer = r#"Attribute(id: "coins", start: 5, range: (0, 10), integer: true)"#;
    for (attribute, amount) in [(integer, "3"), (integer, "1"), (COINS, "0.1"), (COINS, "0.3 * self.coins")] {
        let text = market(attribute, &format!("\"move {amount} coins from self to to\""));
        assert!(!warnings(&text).contains("cut-off"));
        let run = simulate(&text, 3);
        let sum = run.chronicle().measures[0].value;
        let tolerance = if attribute == integer { 0.0 } else { 1e-3 };
        assert!((sum - 50.0).abs() <= tolerance, "{amount}: {sum}");
        assert!(run.chronicle().measures[1].value > 5.0, "{amount}: nothing was moved");
        assert!(run.chronicle().iter().all(|event| event.limited.is_empty()), "{amount}");
        assert!(run.chronicle().iter().all(|event| event.changes.len() == 2), "{amount}: each payment moves something");
    }
}

#[test]
fn a_move_that_is_not_possible_does_nothing_and_is_counted() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-05", tick: "1h",
        kinds: [Kind(id: "human")],
        attributes: [Attribute(id: "coins", start: 2, range: (0, 10), integer: true)],
        cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human", attributes: {"coins": 9})],
        processes: [Process(id: "tax", by: ["ann"], every: "1d", does: ["move 3 coins from ann to ben"])],
        triggers: [Trigger(id: "gift", by: ["ann"], when: "elapsed > 1d", once: true, does: ["move 2 coins from ann to ben"])],
        measures: [Measure(id: "sum", at: End, is: "ann.coins + ben.coins")],
    )"#;
    let folder = TestFolder::empty();
    folder.write("tax.ron", &text.replace("Kind(id: \"human\")", "Kind(id: \"human\", wakes: \"1h\")"));
    let out = folder.run_ok(&["run", "tax.ron", "--record", "tax.story"]);
    assert!(count_of(&out, "tax: `coins` was not moved").is_some_and(|times| times >= 2), "{out}");
    assert_eq!(count_of(&out, "gift: `coins` was not moved"), Some(1), "{out}");
    assert!(out.lines().any(|line| line.trim() == "sum  11"), "{out}");
    let why = folder.run_ok(&["why", "tax.story", "0"]);
    assert!(why.contains("not done: Ben's coins would have been 11, stays 9") || why.contains("not done: ben's"), "{why}");
}

#[test]
fn integers_are_rounded_and_checked() {
    let scene = |attribute: &str, does: &str| {
        format!(
            r#"Scene(starts: "2030-01-01", ends: "2030-01-03", tick: "1h", kinds: [Kind(id: "human")],
            attributes: [{attribute}], cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human")],
            processes: [Process(id: "grow", by: ["ann"], every: "1d", does: ["{does}"])],
            measures: [Measure(id: "n", at: End, is: "ann.n")])"#
        )
    };
    let run = simulate(&scene("Attribute(id: \"n\", range: (0, 100), integer: true)", "self.n += 2.6"), 1);
    assert_eq!(run.chronicle().measures[0].value, 3.0);
    assert_eq!(run.simulation().state().limited.iter().map(|(.., times)| times).sum::<u64>(), 1);
    for (attribute, does, expected) in [
        ("Attribute(id: \"n\", range: (0, 1.5), integer: true)", "self.n += 1", "whole numbers"),
        ("Attribute(id: \"n\", range: (0, 1e9), integer: true)", "self.n += 1", "16777216"),
        ("Attribute(id: \"n\", range: (0, 9), integer: true, half_life: \"1d\")", "self.n += 1", "does not drift"),
        ("Attribute(id: \"n\", range: (0, 9), integer: true)", "move 0.5 n from ann to ben", "whole numbers only"),
        ("Attribute(id: \"n\", range: (0, 9), integer: true)", "move 1 m from ann to ben", "there is no attribute `m`"),
        ("Attribute(id: \"n\", switch: true)", "move 1 n from ann to ben", "is a switch"),
    ] {
        let found = errors(&scene(attribute, does));
        assert!(found.contains(expected), "{does}: {found}");
    }
}

#[test]
fn a_condition_that_guards_an_effect_prevents_the_warning() {
    let scene = |when: &str, does: &str| {
        format!(
            r#"Scene(starts: "2030-01-01", ends: "2030-01-03", tick: "1h", kinds: [Kind(id: "human", wakes: "1h")],
            attributes: [Attribute(id: "n", start: 5, range: (0, 10)), Attribute(id: "price", start: 2, range: (0, 5)),
                Attribute(id: "mood", start: 0.5)],
            cast: [Member(id: "ann", kind: "human")],
            actions: [Action(id: "act", by: ["ann"], when: "{when}", want: "1", does: ["{does}"])])"#
        )
    };
    for (when, does, warned) in [
        ("true", "self.n -= 1", true),
        ("self.n >= 1", "self.n -= 1", false),
        ("1 <= self.n", "self.n -= 1", false),
        ("self.n >= 1", "self.n -= 2", true),
        ("self.n > 0", "self.n -= 1", false),
        ("self.n < 10", "self.n += 1", false),
        ("self.n >= self.price", "self.n -= self.price", false),
        ("true", "if self.n >= 1: self.n -= 1", false),
        ("true", "self.n += 0.01", false),
        ("true", "self.n = 3", false),
        ("true", "self.n = 11", true),
        ("true", "self.mood += 0.4", false),
        ("true", "self.mood = 4", true),
    ] {
        let found = warnings(&scene(when, does));
        assert_eq!(found.contains("cut-off"), warned, "{when}: {does}: {found}");
    }
}

#[test]
fn weights_below_zero_and_all_zero_are_reported() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-08", tick: "1h",
        kinds: [Kind(id: "human", wakes: "2h")],
        params: [Param(id: "p", value: Number(0.7), range: (-2, 3)), Param(id: "q", value: Number(0.7), range: (-2, 3))],
        cast: [Member(id: "portia", kind: "human")],
        actions: [Action(id: "choose", by: ["portia"], want: "1", cooldown: "1d", steps: [Step(id: "casket", outcomes: [
            Outcome(id: "gold", weight: "p"), Outcome(id: "lead", weight: "q"), Outcome(id: "silver", weight: "1 - p - q"),
        ])])],
    )"#;
    let found = warnings(text);
    assert_eq!(found.matches("this weight may be negative").count(), 3, "{found}");
    let folder = TestFolder::empty();
    folder.write("choice.ron", text);
    let out = folder.run_ok(&["run", "choice.ron"]);
    assert!(count_of(&out, "choose/silver: its weight was below 0").is_some_and(|times| times >= 5), "{out}");
    let out = folder.run_ok(&["run", "choice.ron", "--set", "p=0", "--set", "q=1"]);
    assert!(!out.contains("weight"), "{out}");
    let out = folder.run_ok(&["run", "choice.ron", "--set", "p=-1", "--set", "q=2"]);
    assert!(count_of(&out, "choose/gold: its weight was below 0").is_some(), "{out}");
    folder.write("none.ron", &text.replace("1 - p - q", "min(0, 1 - p - q)").replace("\"p\"), Outcome", "\"p - 0.7\"), Outcome"));
    let out = folder.run_ok(&["run", "none.ron", "--set", "q=0"]);
    assert!(count_of(&out, "choose: nothing happened, all weights were 0").is_some_and(|times| times >= 5), "{out}");
    // `why` evaluates the weights again.
    let why = |scene: &str, set: &str, event: &str| {
        let story = format!("{scene}-{set}.story");
        folder.run_ok(&["run", scene, "--set", set, "--record", &story]);
        folder.run_ok(&["why", &story, event]).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let page = why("choice.ron", "q=0.7", "1");
    assert!(page.contains("at the step `casket` a weight below 0 was taken for 0 (choose/silver -0.4)"), "{page}");
    let page = why("none.ron", "q=0", "0");
    let nothing = "nothing came of the step `casket`: no weight was above 0 (choose/gold 0, choose/lead 0, choose/silver 0)";
    assert!(page.contains(nothing), "{page}");
    assert!(!why("choice.ron", "q=0.1", "0").contains("weight"));
}

/// Three people and a ring that is given, stolen, put down, lost and found.
const RING: &str = r#"Scene(
    title: "The ring", starts: "2030-01-01 06:00", ends: "2030-04-01", tick: "1h",
    kinds: [Kind(id: "human", wakes: "2h", idle: "0.1", whim: 0.1,
        routine: [Stay(when: "hour > 8 and hour < 18", at: "work(self)"), Stay(when: "true", at: "home(self)")])],
    attributes: [Attribute(id: "worth", of: ["thing"], range: (0, 100))],
    bonds: [Dimension(id: "affection")],
    places: [Place(id: "house", name: "the house"), Place(id: "mill", name: "the mill"), Place(id: "inn", name: "the inn")],
    cast: [
        Member(id: "ann", kind: "human", name: "Ann", pronouns: she, home: "house", work: "mill"),
        Member(id: "ben", kind: "human", name: "Ben", pronouns: he, home: "inn", work: "mill"),
        Member(id: "cleo", kind: "human", name: "Cleo", pronouns: she, home: "inn", work: "inn"),
    ],
    things: [
        Thing(id: "ring", name: "the ring", holder: "ann", owner: "ann", attributes: {"worth": 30}),
        Thing(id: "key", name: "a rusty key", place: "mill"),
    ],
    actions: [
        Action(id: "steal", by: ["human"], roles: {"victim": "here(self)"}, about: {"what": "things(victim)"},
            when: "chance(0.05)", want: "0.7", cooldown: "5d", telling: Always, does: ["self takes what"]),
        Action(id: "give", by: ["human"], roles: {"to": "here(self)"}, about: {"what": "things(self)"},
            when: "chance(0.02)", want: "0.6", cooldown: "5d", telling: Always,
            does: ["self gives what to to", "what is owned by to"]),
        Action(id: "pick_up", by: ["human"], about: {"what": "things_at(place(self))"}, when: "true", want: "0.5", cooldown: "3d",
            telling: Always, does: ["self takes what"]),
        Action(id: "put_down", by: ["human"], about: {"what": "[key]"}, when: "chance(0.05)", want: "0.6", cooldown: "6d",
            telling: Always, does: ["self puts what at place(self)"]),
        Action(id: "greet", by: ["human"], roles: {"other": "here(self)"}, want: "0.15", cooldown: "1d", telling: Never),
    ],
    measures: [
        Measure(id: "holders", at: End, is: "count(v in agents(human) where holds(v, ring))"),
        Measure(id: "with_its_holder", at: End, is: "if together(holder(ring), ring) and place(ring) == place(holder(ring)) then 1 else 0"),
        Measure(id: "things", at: End, is: "count(v in agents(thing))"),
        Measure(id: "worth", at: End, is: "ring.worth"),
        Measure(id: "people_met", at: End, is: "times(greet, none, ring) + times(greet, ring)"),
        Measure(id: "changes_of_hand", at: End, is: "times(steal) + times(give)"),
    ],
    prose: [
        Prose(id: "steal", say: ["{{ self }} took {{ what }} from {{ victim }} and said nothing. {{ what.They }} was gone."]),
        Prose(id: "give", say: ["{{ self }} gave {{ to }} {{ what }}."]),
    ],
)"#;

#[test]
fn a_thing_has_exactly_one_holder_at_all_times_and_is_where_its_holder_is() {
    for seed in 0..8 {
        let run = simulate(RING, seed);
        let measured: Vec<(&str, f64)> =
            run.chronicle().measures.iter().map(|taken| (taken.measure.as_str(), taken.value)).collect();
        assert_eq!(
            &measured[..5],
            [("holders", 1.0), ("with_its_holder", 1.0), ("things", 2.0), ("worth", 30.0), ("people_met", 0.0)]
        );
        assert!(measured[5].1 >= 3.0, "seed {seed}: {measured:?}");
        let ring = run.simulation().scenario().schema.agent("ring").unwrap();
        let mut holder = run.simulation().scenario().schema.agent("ann").unwrap();
        for change in run.chronicle().iter().flat_map(|event| &event.changes) {
            if change.fact == Fact::World(WorldFact::Holder(ring)) {
                assert_eq!(AgentId::from_value(change.before), holder);
                holder = AgentId::from_value(change.after);
                assert!(holder.is_some(), "the ring always has a holder");
            }
        }
        assert!(run.chronicle().iter().all(|event| event.limited.is_empty()));
    }
}

#[test]
fn things_are_shown_told_and_explained() {
    let folder = TestFolder::empty();
    folder.write("ring.ron", RING);
    assert_eq!(warnings(RING), "");
    let out = folder.run_ok(&["run", "ring.ron", "--seed", "1", "--record", "ring.story"]);
    assert!(out.contains("the ring"), "{out}");
    let shown = folder.run_ok(&["show", "ring.story", "ring"]);
    assert!(shown.contains("held by"), "{shown}");
    let run = simulate(RING, 1);
    let give = run.simulation().scenario().schema.event("give").unwrap();
    let ring = run.simulation().scenario().schema.agent("ring").unwrap();
    let is_second = |event: &&longhand_chronicle::Event| event.kind == give && event.roles.contains(&ring) && event.id.0 > 0;
    if let Some(event) = run.chronicle().iter().rfind(is_second) {
        let why = folder.run_ok(&["why", "ring.story", &event.id.0.to_string()]);
        assert!(why.contains("the ring"), "{why}");
    }
    folder.run_ok(&["tell", "ring.story"]);
}

#[test]
fn mistakes_about_things_are_reported() {
    let scene = |things: &str, does: &str| {
        format!(
            r#"Scene(starts: "2030-01-01", ends: "2030-01-03", kinds: [Kind(id: "human", wakes: "1h")], places: [Place(id: "inn")],
            cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human")], things: [{things}],
            actions: [Action(id: "act", by: ["ann"], want: "1", does: ["{does}"])])"#
        )
    };
    let ring = "Thing(id: \"ring\")";
    for (things, does, expected) in [
        (ring, "self gives rnig to ben", "did you mean `ring`?"),
        (ring, "self gives ben to ann", "`ben` is not a thing"),
        (ring, "self puts ring at ben", "expected a place"),
        ("Thing(id: \"ring\", holder: \"bne\")", "self takes ring", "did you mean `ben`?"),
        ("Thing(id: \"ring\", holder: \"ben\", place: \"inn\")", "self takes ring", "cannot have a holder and lie at a place"),
        ("Thing(id: \"ring\"), Thing(id: \"box\", holder: \"ring\")", "self takes ring", "holds nothing"),
        ("Thing(id: \"ann\")", "self takes ann", "there is already a member of the cast `ann`"),
        (ring, "move 1 coins from self to ben", "there is no attribute `coins`"),
    ] {
        let found = errors(&scene(things, does));
        assert!(found.contains(expected), "{does}: {found}");
    }
    let kind = scene(ring, "self takes ring").replace("kinds: [", "kinds: [Kind(id: \"thing\"), ");
    assert!(errors(&kind).contains("is the kind of what is declared in `things`"), "{}", errors(&kind));
}

#[test]
fn what_is_not_held_cannot_be_given() {
    let text = r#"Scene(starts: "2030-01-01", ends: "2030-01-03", tick: "1h", kinds: [Kind(id: "human", wakes: "1h")],
        places: [Place(id: "inn")],
        cast: [Member(id: "ann", kind: "human", home: "inn"), Member(id: "ben", kind: "human", home: "inn")],
        things: [Thing(id: "ring", place: "inn")],
        actions: [
            Action(id: "give", by: ["ann"], want: "1", cooldown: "1h", does: ["self gives ring to ben"]),
            Action(id: "find", by: ["ann"], when: "elapsed > 1d", want: "2", cooldown: "9d", does: ["self takes ring"]),
        ],
        triggers: [Trigger(id: "wish", by: ["ben"], when: "elapsed > 6h", once: true, does: ["self gives ring to ann"])],
    )"#;
    let run = simulate(text, 1);
    let kinds: Vec<&str> =
        run.chronicle().iter().map(|e| run.simulation().scenario().events[e.kind.index()].name.as_str()).collect();
    assert_eq!(kinds, ["wish", "find", "give"], "giving is possible only after the find");
    assert!(run.chronicle().events()[0].limited[0].refused);
    let folder = TestFolder::empty();
    folder.write("give.ron", text);
    let out = folder.run_ok(&["run", "give.ron", "--record", "give.story"]);
    assert_eq!(count_of(&out, "wish: a thing was not handed over"), Some(1), "{out}");
    let why = folder.run_ok(&["why", "give.story", "2"]);
    assert!(why.contains("who holds"), "the find caused the gift: {why}");
}

/// A courier between a village and a port forty kilometres away.
fn road(kind: &str, extra: &str, does: &str) -> String {
    format!(
        r#"Scene(
            title: "The courier", starts: "2030-01-01 06:00", ends: "2030-01-08", tick: "1h",
            kinds: [Kind(id: "human", wakes: "1h", idle: "0.1", whim: 0{kind})],
            places: [Place(id: "village", name: "the village", position: (0, 0)), Place(id: "port", name: "the port", position: (40, 0)),
                Place(id: "mill", name: "the mill", position: (0, 30))],
            {extra}
            cast: [
                Member(id: "kai", kind: "human", name: "Kai", pronouns: he, home: "village"),
                Member(id: "lio", kind: "human", name: "Lio", pronouns: she, home: "port"),
                Member(id: "mo", kind: "human", name: "Mo", pronouns: she, home: "village"),
            ],
            actions: [
                Action(id: "go", by: ["kai"], when: "at(self, village) and elapsed > 3h and not happened(go)", want: "0.9",
                    does: ["{does}"], telling: Always),
                Action(id: "greet", by: ["human"], roles: {{"other": "here(self)"}}, want: "0.5", cooldown: "6h", telling: Always),
            ],
            measures: [
                Measure(id: "far", at: Start, is: "distance(village, port)"),
                Measure(id: "apart", at: End, is: "distance(kai, lio)"),
            ],
        )"#
    )
}

/// The hours between two events, by kind.
fn hours_between(run: &Run, first: &str, second: &str) -> f64 {
    let at = |name: &str| {
        let kind = run.simulation().scenario().schema.event(name).unwrap_or_else(|| panic!("no event {name}"));
        run.chronicle().iter().find(|event| event.kind == kind).unwrap_or_else(|| panic!("no {name}")).at.seconds()
    };
    (at(second) - at(first)) / 3600.0
}

#[test]
fn a_journey_takes_as_long_as_the_way_is_far() {
    for (kind, extra, does, hours) in [
        (", speed: \"5\"", "", "self goes to port", 8.0),
        (", speed: \"10\"", "", "self goes to port", 4.0),
        ("", "", "self goes to port in 9h", 9.0),
        // Without a speed, they walk.
        ("", "", "self goes to port", 10.0),
        ("", "roads: [Road(between: (\"village\", \"port\"), length: 20)],", "self goes to port", 5.0),
        (
            ", speed: \"5\"",
            "roads: [Road(between: (\"village\", \"mill\"), length: 10), Road(between: (\"mill\", \"port\"), length: 60)],",
            "self goes to port",
            14.0,
        ),
        (
            ", speed: \"5\"",
            "roads: [Road(between: (\"village\", \"mill\"), length: 10), Road(between: (\"mill\", \"port\"), takes: \"1h\")],",
            "self goes to port",
            3.0,
        ),
    ] {
        let run = simulate(&road(kind, extra, does), 1);
        assert!((hours_between(&run, "go", "arrives") - hours).abs() < 1e-3, "{does} {kind} {extra}");
        let (kai, lio) = (AgentId(0), AgentId(1));
        let arrives = run.simulation().scenario().schema.event("arrives").unwrap();
        let arrival = run.chronicle().iter().find(|event| event.kind == arrives).unwrap();
        let start = run.chronicle().event(arrival.causes[0].event).unwrap();
        assert_eq!(run.simulation().scenario().events[start.kind.index()].name, "go", "the arrival is caused by the departure");
        assert_eq!(run.simulation().scenario().places[arrival.place.index()].id, "port");
        // On the way he meets nobody; in the port he meets Lio.
        let greet = run.simulation().scenario().schema.event("greet").unwrap();
        let of_kai = |event: &&longhand_chronicle::Event| event.kind == greet && event.roles.contains(&kai);
        let (from, until) = (start.at, arrival.at);
        assert!(!run.chronicle().iter().filter(of_kai).any(|event| event.at > from && event.at < until));
        assert!(run.chronicle().iter().filter(of_kai).any(|event| event.at > until && event.roles.contains(&lio)));
        assert_eq!(run.chronicle().measures.last().unwrap().value, 0.0, "they are together at the end");
    }
}

/// A move takes no time if the effect says so, if nobody knows how far it is, or if others have a speed and the agent has none.
#[test]
fn some_moves_are_at_once() {
    let go = "self goes to port";
    let mixed = road("), Kind(id: \"bird\", speed: \"60\"", "", go);
    let unknown = road("", "", go).replace(", position: (40, 0)", "");
    for text in [road("", "", "self goes to port in 0m"), mixed, unknown] {
        let text = text.replace("\"distance(kai, lio)\"", "\"if together(kai, lio) then 0 else 1\"");
        let run = simulate(&text, 1);
        let events = &run.simulation().scenario().events;
        let count = |name: &str| run.chronicle().iter().filter(|event| events[event.kind.index()].name == name).count();
        assert_eq!((count("go"), count("arrives")), (1, 0), "{text}");
        assert_eq!(run.chronicle().measures.last().expect("a measure").value, 0.0, "he is in the port: {text}");
    }
}

/// Who is sent again to where it is going goes on, and does not begin the way anew.
#[test]
fn a_journey_goes_on_if_it_is_ordered_again() {
    let text = road("", "", "self goes to port").replace(
        "measures: [",
        "processes: [Process(id: \"calls\", by: [\"kai\"], every: \"1h\", when: \"self.travelling\", does: [\"self goes to port\"])],
         measures: [",
    );
    let run = simulate(&text, 1);
    assert!((hours_between(&run, "go", "arrives") - 10.0).abs() < 1e-3);
}

#[test]
fn travellers_on_the_same_way_meet() {
    let text = road(", speed: \"5\"", "", "self goes to port").replace(
        "measures: [",
        "triggers: [Trigger(id: \"leaves_port\", by: [\"lio\"], when: \"elapsed > 3h\", once: true, does: [\"self goes to village\"])],
         measures: [",
    );
    let run = simulate(&text, 1);
    let greet = run.simulation().scenario().schema.event("greet").unwrap();
    let met = run.chronicle().iter().find(|event| {
        event.kind == greet && (event.roles[..] == [AgentId(0), AgentId(1)] || event.roles[..] == [AgentId(1), AgentId(0)])
    });
    let met = met.expect("Kai and Lio meet on the way");
    assert!(
        met.at.seconds() < 16.0 * 3600.0
            && !run.simulation().scenario().places.iter().enumerate().any(|(i, _)| met.place.index() == i)
    );
}

#[test]
fn mistakes_about_ways_are_reported() {
    let problems = |text: &str| match longhand_scene::load_text("test.ron", &[("test.ron", text)], &[]) {
        Ok(loaded) => loaded.warnings.to_string(),
        Err(problems) => problems.to_string(),
    };
    let go = "self goes to port";
    for (text, expected) in [
        (road(", speed: \"5\"", "roads: [Road(between: (\"vilage\", \"port\"))],", go), "did you mean `village`?"),
        (road(", speed: \"5\"", "roads: [Road(between: (\"port\", \"port\"))],", go), "leads to another place"),
        (road("", "", "self goes to port in 9"), "give it a unit"),
        (road(", speed: \"5\"", "", go).replace(", position: (0, 30)", ""), "has no `position`"),
        (road("", "", go).replace("distance(kai, lio)", "distnace(kai, lio)"), "did you mean `distance`?"),
        (road("", "", go).replace("distance(kai, lio)", "distance(kai, 3)"), "expected a place or an agent"),
        (road(", speed: \"5\"", "", go).replace("id: \"greet\"", "id: \"arrives\""), "is the event of the end of a journey"),
    ] {
        assert!(problems(&text).contains(expected), "{expected}: {}", problems(&text));
    }
    // No road leads to the port: nobody leaves, and it is counted.
    let folder = TestFolder::empty();
    folder.write("road.ron", &road(", speed: \"5\"", "roads: [Road(between: (\"village\", \"mill\"))],", go));
    let out = folder.run_ok(&["run", "road.ron"]);
    assert_eq!(count_of(&out, "go: nobody left, no way leads there"), Some(1), "{out}");
}

#[test]
fn a_resumed_run_with_things_and_journeys_equals_the_unbroken_one() {
    for text in [RING.to_owned(), road(", speed: \"5\"", "", "self goes to port")] {
        let unbroken = simulate(&text, 4);
        let loaded = longhand_scene::load_text("test.ron", &[("test.ron", &text)], &[]).unwrap();
        let scenario = Arc::new(loaded.scenario);
        let mut first = Simulation::new(scenario.clone(), SimOptions { seed: 4, threads: 1 });
        (0..6).for_each(|_| _ = first.step());
        let keyframe = first.keyframe().unwrap();
        let mut second = Simulation::new(scenario, SimOptions { seed: 4, threads: 1 });
        second.restore(&keyframe, first.chronicle().clone()).unwrap();
        while second.step() {}
        assert_eq!(second.chronicle().hash(), unbroken.chronicle().hash());
        assert_eq!(second.state(), unbroken.simulation().state());
    }
}
