//! Deaths, departures, kinship, births, stages of life, and roles that several agents take at once.

use crate::harness::{TestFolder, repository, simulate, with_seed};
use longhand_analysis::Run;
use longhand_chronicle::Event;
use longhand_expr::EvalContext;
use longhand_expr::ids::{AgentField, AgentId, Fact, WorldFact};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

/// A scene of `tests/cases`.
fn case_text(path: &str) -> String {
    fs::read_to_string(repository().join("tests/cases").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn run_text(text: &str, seed: u64) -> Run {
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", text)], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    simulate(&Arc::new(loaded.scenario), with_seed(seed), None)
}

fn measure(run: &Run, id: &str) -> f64 {
    let measures = &run.simulation().chronicle().measures;
    measures.iter().find(|taken| taken.measure == id).unwrap_or_else(|| panic!("there is no measure {id}")).value
}

fn events<'r>(run: &'r Run, kind: &str) -> Vec<&'r Event> {
    let kind = run.simulation().scenario().schema.event(kind).unwrap_or_else(|| panic!("there is no event {kind}"));
    run.simulation().chronicle().iter().filter(|event| event.kind == kind).collect()
}

fn agent(run: &Run, id: &str) -> AgentId {
    run.simulation().scenario().schema.agent(id).unwrap_or_else(|| panic!("there is no {id}"))
}

/// A scene of a family with these declarations and rules: Ada and Jon are the parents of Cleo and Dan, Eve is Cleo's child.
fn family(rules: &str) -> String {
    format!(
        r#"Scene(
        title: "Family", starts: "2030-01-01 06:00", ends: "2031-01-01", tick: "1d",
        kinds: [Kind(id: "human", wakes: "1d", idle: "0.1", whim: 0, surname: Father), Kind(id: "elder", wakes: "1d", idle: "0.1", whim: 0, surname: Father)],
        attributes: [
            Attribute(id: "height", range: (0, 3), inherits: Mean(0.01)), Attribute(id: "dark", switch: true, inherits: Either),
            Attribute(id: "wisdom", of: ["elder"], start: 0.7), Attribute(id: "seen", range: (0, 100)),
        ],
        ties: [
            Tie(id: "child_of", kinship: ChildOf), Tie(id: "married", mutual: true), Tie(id: "friends", mutual: true),
            Tie(id: "owns", at_death: PassesTo("best(v in children(self): age(v))")), Tie(id: "owes", at_death: PassesTo("children(self)")),
        ],
        places: [Place(id: "town")],
        cast: [
            Member(id: "ada", kind: "human", name: "Ada Holm", pronouns: she, born: "1970-01-01", home: "town", attributes: {{"height": 1.6}},
                toward: [Toward(to: "jon", ties: ["married"]), Toward(to: "farm", ties: ["owns"]), Toward(to: "gil", ties: ["friends"])]),
            Member(id: "jon", kind: "human", name: "Jon Berg", pronouns: he, born: "1968-06-01", home: "town", attributes: {{"height": 1.8, "dark": 1}}),
            Member(id: "cleo", kind: "human", name: "Cleo Berg", pronouns: she, born: "1995-03-01", home: "town", toward: [Toward(to: "ada", ties: ["child_of"]), Toward(to: "jon", ties: ["child_of"])]),
            Member(id: "dan", kind: "human", name: "Dan Berg", pronouns: he, born: "1992-03-01", home: "town", toward: [Toward(to: "ada", ties: ["child_of"]), Toward(to: "jon", ties: ["child_of"])]),
            Member(id: "eve", kind: "human", name: "Eve", pronouns: she, born: "2020-03-01", home: "town", toward: [Toward(to: "cleo", ties: ["child_of"])]),
            Member(id: "fay", kind: "human", name: "Fay", pronouns: she, born: "2021-03-01", home: "town", toward: [Toward(to: "dan", ties: ["child_of"])]),
            Member(id: "gil", kind: "human", name: "Gil", pronouns: he, home: "town", toward: [Toward(to: "ada", ties: ["owes"])]),
            Member(id: "farm", kind: "elder", name: "the farm", pronouns: it),
        ],
        names: [NameList(id: "first", names: [(name: "Una", pronouns: she), (name: "Max", pronouns: he)])],
        record: (also: "true"),
        {rules}
    )"#
    )
}

/// The value of a number at the end of a run of the family, with these rules besides.
fn at_end(rules: &str, number: &str) -> f64 {
    let measures = format!("{rules} measures: [Measure(id: \"asked\", at: End, is: \"{number}\")],");
    measure(&run_text(&family(&measures), 1), "asked")
}

const DEATH_OF_ADA: &str =
    r#"triggers: [Trigger(id: "die", by: ["ada"], when: "elapsed > 10d", once: true, does: ["self dies of fever"])],"#;

fn holds(condition: &str) -> String {
    format!("if {condition} then 1 else 0")
}

// --- Deaths, departures and returns

#[test]
fn a_widow_is_not_married_by_any_account_and_what_waits_for_the_end_of_the_marriage_happens() {
    let text = case_text("02-widow-not-divorced/widow.ron");
    let run = run_text(&text, 0);
    assert_eq!(measure(&run, "idas_partners"), 0.0);
    assert_eq!(measure(&run, "still_married_to_the_dead"), 0.0);
    let widow = agent(&run, "ida");
    assert!(events(&run, "alone_again").iter().any(|event| event.roles[0] == widow), "the end of the marriage is noticed");
    let folder = TestFolder::empty();
    folder.write("widow.ron", &text);
    folder.run_ok(&["run", "widow.ron", "--record", "w.story"]);
    let shown = folder.run_ok(&["show", "w.story", "ida"]);
    assert!(!shown.contains("married"), "{shown}");
    assert!(folder.run_ok(&["show", "w.story", "otto"]).contains("left permanently"));
}

#[test]
fn death_and_divorce_are_told_apart() {
    let text = case_text("02-widow-not-divorced/widow.ron").replace("self leaves", "self dies").replace(
        r#"Trigger(id: "alone_again", by: ["human"], on: Ends("married"), telling: Always),"#,
        r#"Trigger(id: "alone_again", by: ["human"], on: Ends("married"), telling: Always),
           Trigger(id: "widowed", by: ["human"], on: Ends("married"), when: "was(married, self, other, death)"),
           Trigger(id: "divorced", by: ["human"], on: Ends("married"), when: "was(married, self, other) and not was(married, self, other, death)"),"#,
    );
    // Mia decides every day, so in some run her marriage is over.
    let runs: Vec<Run> = (0..6).map(|seed| run_text(&text, seed)).collect();
    for run in &runs {
        let widowed: Vec<AgentId> = events(run, "widowed").iter().map(|event| event.roles[0]).collect();
        // In a run in which Otto does not decide on that day he lives.
        let dead = events(run, "die").len();
        assert_eq!(widowed, vec![agent(run, "ida"); dead]);
        for divorced in events(run, "divorced") {
            assert!([agent(run, "mia"), agent(run, "paul")].contains(&divorced.roles[0]));
        }
    }
    assert!(runs.iter().any(|run| events(run, "divorced").len() == 2), "both ends of a divorce are told");
}

#[test]
fn whoever_loses_husband_or_wife_is_widowed() {
    let text = case_text("01-generations/farm.ron");
    let run = run_text(&text, 1);
    assert!(measure(&run, "died") > 50.0 && measure(&run, "widowed") > 20.0);
    let died = events(&run, "die").len();
    assert!(events(&run, "widowed").len() <= died);
    let view = run.simulation().view();
    let married = run.simulation().scenario().schema.tie("married").expect("declared");
    for gone in events(&run, "die").iter().map(|event| event.roles[0]) {
        let mut partners = Vec::new();
        view.for_each_tied(gone, married, true, &mut |other| {
            partners.push(other);
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!(partners, [], "the dead are married to nobody");
    }
}

#[test]
fn nobody_who_is_gone_takes_part_in_anything() {
    for seed in 0..6 {
        let run = run_text(&case_text("19-gone-in-the-same-tick/battle.ron"), seed);
        let mut gone: BTreeSet<AgentId> = BTreeSet::new();
        let shots = events(&run, "shoot");
        assert!(shots.len() > 20);
        let bury = run.simulation().scenario().schema.event("bury").expect("declared");
        for event in run.simulation().chronicle().iter() {
            // A burial is about somebody who is gone, who takes no part in it.
            let is_burial = event.kind == bury;
            assert!(!is_burial || gone.contains(&event.roles[1]), "{event:?}");
            assert!(event.roles.iter().skip(usize::from(is_burial) * 2).all(|agent| !gone.contains(agent)), "{event:?}");
            assert!(!gone.contains(&event.roles[0]), "{event:?}");
            let leaves = |fact| matches!(fact, Fact::Field(_, AgentField::Gone));
            gone.extend(event.changes.iter().filter(|change| leaves(change.fact)).map(|change| change.fact.subject()));
        }
        assert_eq!(gone.len(), shots.len(), "each shot takes one who was there");
        assert_eq!(measure(&run, "fewest_marches"), measure(&run, "most_marches"), "nobody is skipped or doubled");
    }
}

#[test]
fn the_gone_are_buried_by_those_who_knew_them() {
    let text = case_text("19-gone-in-the-same-tick/battle.ron").replace(
        "ties(self, comrades) where it.gone",
        "ties(self, comrades, also gone) where gone(it) and not happened(bury, none, it)",
    );
    let run = run_text(&text, 1);
    let burials = events(&run, "bury");
    assert!(burials.len() > 5, "{}", burials.len());
    let buried: BTreeSet<AgentId> = burials.iter().map(|event| event.roles[1]).collect();
    assert_eq!(buried.len(), burials.len(), "nobody is buried twice");
}

#[test]
fn the_dead_are_dead_for_a_reason_and_of_an_age() {
    assert_eq!(at_end(DEATH_OF_ADA, &holds("dead(ada) and dead(ada, fever) and gone(ada) and not dead(jon)")), 1.0);
    assert_eq!(at_end(DEATH_OF_ADA, "floor(age(ada))"), 60.0, "she died in January 2030");
    assert_eq!(at_end(DEATH_OF_ADA, "floor(age(cleo))"), 35.0);
    assert_eq!(
        at_end(DEATH_OF_ADA, &holds("was(married, jon, ada, death) and was(married, jon, ada, fever) and not married(jon, ada)")),
        1.0
    );
    assert_eq!(at_end("", &holds("was(married, jon, ada) or dead(ada)")), 0.0);
}

#[test]
fn sets_leave_out_the_dead_unless_they_are_asked_for() {
    let count = |set: &str| at_end(DEATH_OF_ADA, &format!("count(v in {set})"));
    assert_eq!([count("parents(cleo)"), count("parents(cleo, also gone)")], [1.0, 2.0]);
    assert_eq!([count("ties(gil, friends)"), count("ties(gil, friends, also gone)")], [0.0, 1.0]);
    assert_eq!([count("ties(ada, friends)"), count("ties(ada, friends, also gone)")], [0.0, 1.0]);
    assert_eq!([count("agents(human)"), count("agents(human, also gone)")], [6.0, 7.0]);
}

#[test]
fn what_is_owned_and_owed_passes_to_the_heirs() {
    assert_eq!(
        at_end(DEATH_OF_ADA, &holds("owns(dan, farm) and not owns(ada, farm) and not owns(cleo, farm)")),
        1.0,
        "to the eldest"
    );
    assert_eq!(at_end(DEATH_OF_ADA, &holds("owes(gil, cleo) and not owes(gil, ada)")), 1.0, "to the first of the set");
}

#[test]
fn others_wait_for_deaths_departures_and_returns() {
    let rules = r#"
        triggers: [
            Trigger(id: "die", by: ["ada"], when: "elapsed > 10d", once: true, does: ["self dies"], steps: [Step(id: "later", after: "3d", outcomes: [Outcome(id: "buried")])]),
            Trigger(id: "sail", by: ["gil"], when: "elapsed > 20d", once: true, does: ["self leaves for work"], steps: [Step(id: "later", after: "30d", outcomes: [Outcome(id: "back", does: ["self returns from work"])])]),
            Trigger(id: "mourned", on: Dies, about: {"mourners": "each children(self)"}, does: ["for v in mourners: v.seen += 1"]),
            Trigger(id: "waved_off", on: Leaves, when: "gone(self, work) and not dead(self)"),
            Trigger(id: "welcomed", on: Returns, when: "self.present and not gone(self)"),
            Trigger(id: "heard", on: Event("die"), about: {"friend": "ties(self, friends, also gone)"}),
        ],
        actions: [Action(id: "greet", by: ["gil"], want: "1", cooldown: "5d")],
    "#;
    let run = run_text(&family(rules), 1);
    for kind in ["die/buried", "mourned", "sail/back", "waved_off", "welcomed", "heard"] {
        assert_eq!(events(&run, kind).len(), 1, "{kind}");
    }
    let mourned = events(&run, "mourned")[0];
    assert!(mourned.roles.contains(&agent(&run, "cleo")) && mourned.roles.contains(&agent(&run, "dan")));
    assert!(mourned.causes.iter().any(|cause| cause.event == events(&run, "die")[0].id));
    let away = (events(&run, "sail")[0].at, events(&run, "sail/back")[0].at);
    let greetings = events(&run, "greet");
    assert!(greetings.iter().all(|event| event.at <= away.0 || event.at >= away.1), "nobody acts while away");
    assert!(greetings.iter().any(|event| event.at > away.1), "and everybody does after the return");
}

// --- Kinship, births and stages of life

#[test]
fn kinship_is_counted_in_degrees_through_the_dead() {
    let degree = |a: &str, b: &str| at_end(DEATH_OF_ADA, &format!("kin({a}, {b})"));
    assert_eq!(
        [degree("cleo", "cleo"), degree("cleo", "ada"), degree("cleo", "dan"), degree("eve", "ada")],
        [0.0, 1.0, 2.0, 2.0]
    );
    assert_eq!([degree("eve", "dan"), degree("eve", "fay")], [3.0, 4.0], "aunts and uncles, and first cousins");
    assert!(degree("ada", "jon") > 1e6, "a husband is no kin");
    assert_eq!(at_end(DEATH_OF_ADA, "count(v in siblings(cleo)) + 10 * count(v in children(ada, also gone))"), 21.0);
    let cousins = "count(v in parents(eve, also gone) where any(w in siblings(v, also gone): any(x in children(w): x == fay)))";
    assert_eq!(at_end(DEATH_OF_ADA, cousins), 1.0, "cousins can be said in sets");
}

#[test]
fn a_child_inherits_from_both_parents_and_has_the_surname_of_its_father() {
    let rules = r#"triggers: [Trigger(id: "birth", by: ["ada"], when: "elapsed > 5d", once: true,
        does: ["create human of self, jon as baby", "voice baby as she", "name baby from first"])],
        measures: [Measure(id: "children", at: End, is: "count(v in children(jon))"), Measure(id: "ages", at: End, is: "min(v in children(ada): age(v))")],"#;
    let heights: Vec<f64> = (0..8)
        .map(|seed| {
            let run = run_text(&family(rules), seed);
            assert_eq!(measure(&run, "children"), 3.0);
            assert!((measure(&run, "ages") - 0.98).abs() < 0.02, "{}", measure(&run, "ages"));
            let baby = events(&run, "birth")[0].roles[1];
            let simulation = run.simulation();
            assert_eq!(
                simulation.view().name(baby).map(|name| (name.name.as_str(), name.short_name.as_str())),
                Some(("Una Berg", "Una"))
            );
            let height = simulation.scenario().schema.attribute("height").expect("declared");
            simulation.view().attr(baby, height)
        })
        .collect();
    let mean = heights.iter().sum::<f64>() / heights.len() as f64;
    assert!((mean - 1.7).abs() < 0.02, "{heights:?}");
    assert!(heights.windows(2).any(|pair| pair[0] != pair[1]), "with noise");
}

#[test]
fn values_with_aggregates_leave_the_agents_of_an_event_alone() {
    let rules = r#"triggers: [Trigger(id: "birth", by: ["ada"], when: "elapsed > 5d", once: true, values: {"siblings": "count(v in children(self))"},
        does: ["create human of self, jon as baby", "voice baby as she", "name baby from first"])],"#;
    let run = run_text(&family(rules), 1);
    assert!(
        events(&run, "birth")[0].roles[1].index() >= run.simulation().scenario().cast.len(),
        "the baby is no member of the cast"
    );
}

#[test]
fn rules_of_the_new_kind_apply_to_whoever_becomes_one() {
    let rules = r#"triggers: [Trigger(id: "grow_old", by: ["human"], when: "age(self) >= 60", does: ["self becomes elder"])],
        actions: [Action(id: "play", by: ["human"], want: "1", cooldown: "20d"), Action(id: "teach", by: ["elder"], when: "age(self) > 50", want: "1", cooldown: "20d")],"#;
    let run = run_text(&family(rules), 1);
    let ada = agent(&run, "ada");
    let old: BTreeSet<AgentId> = events(&run, "grow_old").iter().map(|event| event.roles[0]).collect();
    assert!(old.contains(&ada) && !old.contains(&agent(&run, "cleo")));
    let became = events(&run, "grow_old").iter().find(|event| event.roles[0] == ada).expect("she grows old").id;
    assert!(events(&run, "play").iter().all(|event| event.roles[0] != ada || event.id < became));
    assert!(events(&run, "teach").iter().any(|event| event.roles[0] == ada && event.id > became));
    assert!((at_end(rules, "ada.wisdom") - 0.7).abs() < 1e-6, "an attribute of the new kind has its start value");
}

#[test]
fn a_kit_becomes_a_warrior() {
    let text = case_text("23-two-clans/becomes.ron").replace(r#"id: "mourn", by: ["cat"]"#, r#"id: "mourn", by: ["warrior"]"#);
    let text = text.replace(r#"Tie(id: "friends", mutual: true)"#, r#"Tie(id: "friends", mutual: true, at_leaving: Remains)"#);
    let run = run_text(&text, 1);
    let grown = events(&run, "grows_up");
    assert!(grown.iter().any(|event| event.roles[0] == agent(&run, "cob")));
    assert_eq!(measure(&run, "bee_mourns"), 1.0);
    assert_eq!(measure(&run, "thunder_size"), 2.0);
    let schema = &run.simulation().scenario().schema;
    assert_eq!(Some(run.simulation().view().kind(agent(&run, "cob"))), schema.kind("warrior"));
}

// --- Roles of several

/// The house of three, with a role for all who are married to Ann.
fn house() -> String {
    case_text("07-three-partners/house.ron")
        .replace(
            r#"roles: {"one": "ties(self, married)", "two": "ties(self, married) where it != one"}"#,
            r#"roles: {"others": "each ties(self, married)"}"#,
        )
        .replace("{{ [one, two] | list }}", "{{ others }}")
        .replace("self.dead = true", "self dies")
        .replace(
            r#"about: {"widow": "ties(self, married)"}, does: ["widow.grief += 0.8", "widow learns self.dead"]"#,
            r#"about: {"widows": "each ties(self, married, also gone)"}, does: ["for v in widows: v.grief += 0.8"]"#,
        )
        .replace(
            r#"Trigger(id: "grieves", by: ["human"], on: Learns("dead")"#,
            r#"Trigger(id: "grieves", by: ["human"], on: Event("hears_of_it"), each: "widows""#,
        )
        .replace("{{ widow }} heard", "{{ widows }} heard")
}

#[test]
fn all_partners_take_part_and_all_of_them_are_named() {
    let run = run_text(&house(), 1);
    let suppers = events(&run, "supper");
    let with =
        |count: usize| suppers.iter().filter(|event| event.roles.iter().filter(|agent| agent.is_some()).count() == count).count();
    assert!(with(3) > 1 && with(4) > 1, "with two partners, and later with three");
    let folder = TestFolder::empty();
    folder.write("house.ron", &house());
    let told = folder.run_ok(&["run", "house.ron"]);
    assert!(told.contains("Ann had supper with Ben and Cleo"), "{told}");
    assert!(told.contains("Ann had supper with Ben, Cleo and Dan"), "{told}");
}

#[test]
fn each_of_those_whom_an_event_concerns_reacts() {
    let run = run_text(&house(), 1);
    let heard = events(&run, "hears_of_it");
    assert_eq!(heard.len(), 1);
    let widows: BTreeSet<AgentId> = ["ann", "cleo", "dan"].map(|id| agent(&run, id)).into();
    assert_eq!(heard[0].roles.iter().skip(1).copied().filter(|agent| agent.is_some()).collect::<BTreeSet<_>>(), widows);
    let grieving: BTreeSet<AgentId> = events(&run, "grieves").iter().map(|event| event.roles[0]).collect();
    assert_eq!(grieving, widows);
    assert_eq!(measure(&run, "widows_grieving"), 3.0);
}

#[test]
fn those_who_are_asked_and_refuse_stay_away() {
    let rules = r#"actions: [Action(id: "feast", by: ["ada"], roles: {"guests": "each agents(human) where it != self"}, when: "count(v in guests) > 2", want: "1", cooldown: "20d",
        accept: All("guests != dan"), does: ["for v in guests: v.seen += 1"])],"#;
    let run = run_text(&family(rules), 1);
    let feasts = events(&run, "feast");
    assert!(feasts.len() > 5);
    let (dan, cleo) = (agent(&run, "dan"), agent(&run, "cleo"));
    assert!(feasts.iter().all(|event| !event.roles.contains(&dan) && event.roles.contains(&cleo)));
    assert_eq!(at_end(rules, "dan.seen"), 0.0);
    assert_eq!(at_end(rules, "cleo.seen"), feasts.len() as f64);
}

#[test]
fn mistakes_with_the_dead_the_kin_and_the_several_are_explained() {
    let problems = |rules: &str| {
        let text = family(rules);
        longhand_scene::load_text("test.ron", &[("test.ron", &text)], &[]).expect_err("it is wrong").render(false)
    };
    let rule = |does: &str| format!(r#"triggers: [Trigger(id: "t", by: ["ada"], when: "elapsed > 1d", does: ["{does}"])],"#);
    assert!(problems(&rule("self becomes elders")).contains("did you mean `elder`"));
    assert!(problems(&rule("if was(married, self, jon, deth): self.seen = 1")).contains("did you mean `death`"));
    assert!(problems(&rule("if any(v in parent(self): true): self.seen = 1")).contains("did you mean `parents`"));
    let several = r#"actions: [Action(id: "feast", by: ["ada"], roles: {"guests": "each agents(human) where it != self"}, want: "guests.seen")],"#;
    assert!(problems(several).contains("`guests` stands for several agents"));
    let each = r#"triggers: [Trigger(id: "d", by: ["ada"], when: "elapsed > 1d", does: ["self dies"]), Trigger(id: "t", on: Event("d"), each: "gests")],"#;
    assert!(problems(each).contains("gests"));
}

#[test]
fn the_family_lives_through_two_centuries() {
    let scenario = crate::harness::load_scene("family.ron", &[]);
    let run = simulate(&scenario, with_seed(1), None);
    assert!(measure(&run, "generations") >= 6.0 && measure(&run, "widowed") > 30.0 && measure(&run, "inherited") > 10.0);
    assert_eq!(measure(&run, "still_married_to_the_dead"), 0.0);
    let view = run.simulation().view();
    let married = scenario.schema.tie("married").expect("declared");
    let is_married = |change: &&longhand_chronicle::FactChange| matches!(change.fact, Fact::World(WorldFact::Tie(_, _, tie)) if tie == married);
    for event in run.simulation().chronicle().iter() {
        for change in event.changes.iter().filter(is_married).filter(|change| change.after != 0.0) {
            let [a, b] = match change.fact {
                Fact::World(known) => known.agents(),
                _ => unreachable!("it is a tie"),
            };
            assert_ne!(view.age(a), 0.0);
            assert_ne!(a, b);
        }
    }
}
