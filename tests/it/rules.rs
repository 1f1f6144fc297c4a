//! The effects of a scene's rules, tested with small scenes.

use longhand_chronicle::{CauseLink, Event};
use longhand_expr::EvalContext;
use longhand_expr::ids::{AgentField, Emotion, Fact, Instant, WorldFact};
use longhand_sim::{LimitExceeded, SimOptions, Simulation};
use std::sync::Arc;

const PEOPLE: &str = r#"
    title: "Test", starts: "2025-01-06", ends: "2025-03-01",
    kinds: [Kind(id: "human", wakes: "1h", whim: 0.0)],
    attributes: [
        Attribute(id: "loneliness", start: 0.5), Attribute(id: "jealous", switch: true), Attribute(id: "told", switch: true),
        Attribute(id: "warmth", start: 0.8, rest: 0.0, half_life: "1d"), Attribute(id: "count", range: (0, 1000)),
    ],
    bonds: [Dimension(id: "affection")],
    ties: [Tie(id: "friends", mutual: true), Tie(id: "lovers", mutual: true, exclusive: "jealous")],
    places: [Place(id: "home"), Place(id: "park")],
    cast: [
        Member(id: "ann", kind: "human", home: "home", toward: [Toward(to: "ben", ties: ["friends", "lovers"], bond: {"affection": 0.9})]),
        Member(id: "ben", kind: "human", home: "home"),
        Member(id: "cleo", kind: "human", home: "home"),
        Member(id: "dan", kind: "human", home: "home", dormant: true),
    ],
"#;

/// Simulates a scene of Ann, Ben and Cleo with these rules for some days. Dan is dormant.
fn simulate(rules: &str, days: u32) -> Simulation {
    simulate_text(&format!("Scene({PEOPLE}{rules})"), days)
}

fn simulate_text(text: &str, days: u32) -> Simulation {
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", text)], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let mut run = Simulation::new(Arc::new(loaded.scenario), SimOptions { seed: 1, threads: 1 });
    for _ in 0..96 * days {
        run.step();
    }
    run
}

fn events<'a>(run: &'a Simulation, kind: &str) -> Vec<&'a Event> {
    let kind = run.scenario().schema.event(kind).expect("declared");
    run.chronicle().iter().filter(|event| event.kind == kind).collect()
}

fn attribute_value(run: &Simulation, agent: &str, name: &str) -> f64 {
    let schema = &run.scenario().schema;
    run.view().attr(schema.agent(agent).expect("cast"), schema.attribute(name).expect("declared"))
}

#[test]
fn a_broken_norm_hurts_only_agents_who_believe_it_was_broken() {
    let rules = r#"
        actions: [Action(id: "stray", by: ["ben"], when: "not lovers(self, cleo)", want: "1", does: ["begin lovers(self, cleo)"])],
        triggers: [
            Trigger(id: "blabs", by: ["cleo"], on: Event("stray"), when: "ann.told", does: ["ann learns lovers(ben, cleo)"]),
        ],
    "#;
    let reproach = |rules: &str| {
        let run = simulate(rules, 2);
        let schema = &run.scenario().schema;
        let (ann, ben) = (schema.agent("ann").expect("cast"), schema.agent("ben").expect("cast"));
        assert_eq!(events(&run, "stray").len(), 1);
        run.view().feeling(ann, Emotion::Reproach, ben)
    };
    let rules_that_tell_ann = r#"
        actions: [Action(id: "stray", by: ["ben"], when: "not lovers(self, cleo)", want: "1",
            does: ["ann.jealous = true", "begin lovers(self, cleo)"])],
        triggers: [Trigger(id: "blabs", on: Event("stray"), does: ["ann learns lovers(ben, cleo)"])],
    "#;
    assert!(reproach(rules_that_tell_ann) > 0.01, "the emotion after two days of decay");
    assert!(
        reproach(&rules_that_tell_ann.replace("ann.jealous = true", "ann.jealous = false")) == 0.0,
        "an agent who is not jealous is not hurt"
    );
    assert!(reproach(rules) == 0.0, "an agent who does not know is not hurt");
}

#[test]
fn a_refused_action_does_not_happen_but_its_refusal_does() {
    let rules = r#"
        actions: [Action(id: "ask", by: ["ann"], roles: {"friend": "ties(self, friends)"}, want: "1", accept: All("0"), cooldown: "1d",
            does: ["self.told = true"], refused: Outcome(id: "no", does: ["self.loneliness = 1"]))],
    "#;
    let run = simulate(rules, 3);
    assert_eq!(events(&run, "ask").len(), 0);
    assert!((2..=3).contains(&events(&run, "ask/no").len()), "once a day: {}", events(&run, "ask/no").len());
    assert_eq!(attribute_value(&run, "ann", "told"), 0.0);
    assert_eq!(attribute_value(&run, "ann", "loneliness"), 1.0);
}

#[test]
fn steps_follow_after_their_delay_with_the_action_as_cause() {
    let rules = r#"
        actions: [Action(id: "dinner", by: ["ann"], about: {"whom": "ben"}, when: "not self.told", want: "1", does: ["self.told = true"], steps: [
            Step(id: "later", after: "90m", outcomes: [
                Outcome(id: "well", weight: "1", then: "after"), Outcome(id: "never", weight: "0"),
            ]),
            Step(id: "after", after: "2h", outcomes: [Outcome(id: "home")]),
        ])],
    "#;
    let run = simulate(rules, 2);
    let time_of = |kind: &str| events(&run, kind)[0].at;
    assert_eq!(time_of("dinner/well").0 - time_of("dinner").0, 90 * 60_000_000);
    assert_eq!(time_of("dinner/home").0 - time_of("dinner/well").0, 2 * 3_600_000_000);
    assert!(events(&run, "dinner/never").is_empty());
    let home = events(&run, "dinner/home")[0];
    assert_eq!(home.causes[0].event, events(&run, "dinner/well")[0].id);
    assert_eq!(home.causes[0].link, CauseLink::Step);
}

#[test]
fn the_facts_read_by_a_condition_give_its_causes() {
    let rules = r#"
        actions: [
            Action(id: "first", by: ["ann"], when: "not ben.told", want: "1", does: ["ben.told = true"]),
            Action(id: "second", by: ["ben"], when: "self.told and not cleo.told", want: "1", does: ["cleo.told = true"]),
        ],
    "#;
    let run = simulate(rules, 2);
    let (first, second) = (events(&run, "first")[0], events(&run, "second")[0]);
    assert!(
        second.causes.iter().any(|cause| cause.event == first.id && matches!(cause.link, CauseLink::Condition(_))),
        "{second:?}"
    );
    assert!(second.choice.is_some());
}

#[test]
fn a_condition_fires_when_it_becomes_true_and_not_while_it_stays_true() {
    let rules = r#"
        processes: [Process(id: "grows", by: ["ann"], every: "6h", when: "self.count < 20", does: ["self.count += 1"])],
        triggers: [Trigger(id: "enough", by: ["human"], when: "self.count > 5")],
    "#;
    let run = simulate(rules, 10);
    assert_eq!(attribute_value(&run, "ann", "count"), 20.0);
    assert_eq!(events(&run, "enough").len(), 1);
}

#[test]
fn triggers_detect_ends_of_ties_new_beliefs_and_jumps() {
    let rules = r#"
        actions: [Action(id: "part", by: ["ann"], when: "friends(self, ben)", want: "1",
            does: ["end friends(self, ben)", "self.loneliness += 0.4", "cleo learns friends(ann, ben)"])],
        triggers: [
            Trigger(id: "misses", by: ["human"], on: Ends("friends"), does: ["self.count += 1"]),
            Trigger(id: "sinks", by: ["human"], on: Jumps("loneliness", 0.3)),
            Trigger(id: "hears", by: ["cleo"], on: Learns("friends"), after: "1h"),
        ],
    "#;
    let run = simulate(rules, 2);
    assert_eq!(events(&run, "misses").len(), 2, "a mutual tie ends for both");
    assert_eq!(events(&run, "sinks").len(), 1);
    let (hears, part) = (events(&run, "hears")[0], events(&run, "part")[0]);
    // An hour after the trigger was activated, which is some microseconds after its cause.
    assert!((3_600_000_000..3_600_000_010).contains(&(hears.at.0 - part.at.0)), "{} after {}", hears.at.0, part.at.0);
    assert!(hears.causes.iter().any(|cause| cause.event == part.id && cause.link == CauseLink::Triggered));
}

#[test]
fn an_attribute_decays_to_its_rest_with_its_half_life() {
    let run = simulate("", 2);
    let warmth = attribute_value(&run, "ann", "warmth");
    assert!((warmth - 0.2).abs() < 0.01, "two half-lives after 0.8: {warmth}");
}

#[test]
fn two_agents_cannot_use_the_same_partner_at_once() {
    let rules = r#"
        actions: [Action(id: "walk", by: ["ann", "ben"], roles: {"friend": "cleo"}, want: "1", takes: "3h", place: "park",
            does: ["friend.count += 1"])],
    "#;
    let run = simulate(rules, 1);
    let walks = events(&run, "walk");
    assert!(walks.len() >= 6);
    for pair in walks.windows(2) {
        assert!(pair[1].at.0 - pair[0].at.0 >= 3 * 3_600_000_000, "Cleo is with one of them at a time");
    }
    assert_eq!(attribute_value(&run, "cleo", "count"), walks.len() as f64);
}

#[test]
fn a_process_gives_the_same_result_in_batches_and_one_by_one() {
    let final_count = |extra: &str| {
        let rules = format!(
            r#"processes: [Process(id: "grows", by: ["human"], every: "6h", when: "self.count < 11", does: ["self.count += 1 + self.loneliness"{extra}])],"#
        );
        attribute_value(&simulate(&rules, 4), "ann", "count")
    };
    assert_eq!(final_count(""), final_count(r#", "end friends(self, self)""#));
}

#[test]
fn rules_can_query_past_events() {
    let rules = r#"
        actions: [
            Action(id: "sing", by: ["ann"], when: "since(sing, self) > 20h", want: "1"),
            Action(id: "clap", by: ["ben"], when: "times(sing) >= 2 and not happened(clap, self)", want: "1"),
        ],
    "#;
    let run = simulate(rules, 3);
    let (sung, clapped) = (events(&run, "sing"), events(&run, "clap"));
    assert_eq!(clapped.len(), 1);
    assert!(clapped[0].at > sung[1].at);
    assert!(sung.windows(2).all(|pair| pair[1].at.0 - pair[0].at.0 > 20 * 3_600_000_000));
    assert!(run.now() > Instant::START);
}

#[test]
fn a_tie_lasts_until_it_ends_or_an_agent_leaves() {
    let days = |rules: &str| {
        let measures = r#"measures: [Measure(id: "lasts", at: End, is: "days(lasts(lovers))")],"#;
        let run = simulate(&format!("{measures}{rules}"), 12);
        let lovers = run.scenario().schema.tie("lovers").expect("declared");
        run.view().median_tie_duration(lovers) / 86_400.0
    };
    let begins = r#"Action(id: "fall", by: ["cleo"], when: "not happened(fall)", want: "1", does: ["begin lovers(self, ben)"]),"#;
    let ends = r#"Action(id: "part", by: ["ben"], when: "since(lovers(self, cleo)) > 3d and lovers(self, cleo)", want: "1", does: ["end lovers(self, cleo)", "end lovers(self, ann)"]),"#;
    let leaves = r#"Action(id: "part", by: ["ben"], when: "since(lovers(self, cleo)) > 5d and lovers(self, cleo)", want: "1", does: ["self leaves"]),"#;
    let assert_about = |days: f64, expected: f64| assert!((days - expected).abs() < 0.3, "{days} days instead of {expected}");
    assert_about(days("actions: [],"), 0.0);
    assert_about(days(&format!("actions: [{begins}],")), 12.0);
    assert_about(days(&format!("actions: [{begins}{ends}],")), 3.0);
    assert_about(days(&format!("actions: [{begins}{leaves}],")), 5.0);
}

#[test]
fn a_delayed_trigger_respects_once_and_cooldown_when_it_is_fired_again() {
    let rules = r#"
        actions: [Action(id: "sing", by: ["ann"], want: "1")],
        triggers: [
            Trigger(id: "annoyed", by: ["ann"], on: Event("sing"), after: "5h", once: true),
            Trigger(id: "hoarse", by: ["ann"], on: Event("sing"), after: "5h", cooldown: "20h"),
        ],
    "#;
    let run = simulate(rules, 3);
    assert!(events(&run, "sing").len() > 20);
    assert_eq!(events(&run, "annoyed").len(), 1);
    assert!((2..=4).contains(&events(&run, "hoarse").len()), "{}", events(&run, "hoarse").len());
}

#[test]
fn an_endless_loop_of_conditions_stops_the_run() {
    let rules = r#"
        triggers: [
            Trigger(id: "back", by: ["ann"], when: "self.count == 2", does: ["self.count = 0"]),
            Trigger(id: "on", by: ["ann"], when: "self.count == 1", does: ["self.count = 2"]),
            Trigger(id: "up", by: ["ann"], when: "self.count == 0", does: ["self.count = 1"]),
        ],
    "#;
    let run = simulate(rules, 1);
    assert!(matches!(run.limit_exceeded(), Some(LimitExceeded::Events { .. })), "{:?}", run.limit_exceeded());
}

#[test]
fn an_endless_loop_of_triggers_through_steps_stops_the_run() {
    let rules = r#"
        actions: [Action(id: "call", tags: ["noise"], by: ["ann"], when: "not self.told", want: "1", does: ["self.told = true"])],
        triggers: [
            Trigger(id: "echo", on: Event("noise"), steps: [Step(id: "back", outcomes: [Outcome(id: "heard")])]),
            Trigger(id: "answer", tags: ["noise"], on: Event("echo/heard")),
        ],
    "#;
    let run = simulate(rules, 1);
    assert!(matches!(run.limit_exceeded(), Some(LimitExceeded::Chain { .. })), "{:?}", run.limit_exceeded());
}

#[test]
fn arrivals_and_departures_are_recorded_and_a_departure_is_permanent() {
    let rules = r#"
        actions: [
            Action(id: "fetch", by: ["ann"], want: "1", cooldown: "1d", does: ["enter dan"]),
            Action(id: "send_off", by: ["ben"], when: "dan.present", want: "1", does: ["dan leaves"]),
        ],
    "#;
    let run = simulate(rules, 4);
    let dan = run.scenario().schema.agent("dan").expect("cast");
    assert!(events(&run, "fetch").len() >= 3);
    assert_eq!(events(&run, "send_off").len(), 1);
    assert_eq!(run.view().field(dan, AgentField::Gone), 1.0);
    let changed =
        |kind: &str, fact| events(&run, kind)[0].changes.iter().find(|change| change.fact == fact).map(|c| (c.before, c.after));
    let (nowhere, home) = (f64::from(u16::MAX), 0.0);
    assert_eq!(changed("fetch", Fact::World(WorldFact::Place(dan))), Some((nowhere, home)));
    assert_eq!(changed("send_off", Fact::World(WorldFact::Place(dan))), Some((home, nowhere)));
    assert_eq!(changed("send_off", Fact::Field(dan, AgentField::Online)), Some((1.0, 0.0)));
    assert!(events(&run, "fetch")[1].changes.is_empty());
}

#[test]
fn learning_a_known_fact_again_fires_no_trigger() {
    let rules = r#"
        actions: [Action(id: "tell", by: ["ann"], want: "1", does: ["cleo is told ann.warmth = 0.3", "cleo is told ann.warmth = 0.3"])],
        triggers: [Trigger(id: "hears", by: ["cleo"], on: Learns("warmth"))],
    "#;
    let run = simulate(rules, 1);
    assert!(events(&run, "tell").len() > 5);
    assert_eq!(events(&run, "hears").len(), 1);
}

#[test]
fn a_mutual_tie_is_believed_in_both_directions_and_hurts_once() {
    let rules = r#"
        actions: [Action(id: "stray", by: ["cleo"], roles: {"with": "ben", "before": "ann"}, when: "not lovers(self, with)", want: "1",
            does: ["before.jealous = true", "begin lovers(self, with)"])],
        triggers: [
            Trigger(id: "sees", by: ["ann"], on: Learns("lovers")),
            Trigger(id: "knows", by: ["ann"], when: "believes(self, lovers(ben, cleo)) and believes(self, lovers(cleo, ben))"),
        ],
    "#;
    let run = simulate(rules, 1);
    let schema = &run.scenario().schema;
    let (ann, ben) = (schema.agent("ann").expect("cast"), schema.agent("ben").expect("cast"));
    let stray = events(&run, "stray")[0];
    let reproach = stray.changes.iter().find(|change| change.fact == Fact::Feeling(ann, Emotion::Reproach, ben));
    let strength = reproach.expect("an emotion").after;
    assert!((strength - 0.6).abs() < 1e-6, "{strength}");
    assert_eq!((events(&run, "sees").len(), events(&run, "knows").len()), (1, 1));
    let knows = events(&run, "knows")[0];
    assert!(knows.causes.iter().any(|cause| cause.event == stray.id), "{knows:?}");
}

#[test]
fn participants_learn_of_a_tie_even_if_the_event_is_only_counted() {
    let belief = |keep: &str| {
        let rules = format!(
            r#"actions: [Action(id: "part", by: ["ann"], roles: {{"friend": "ben", "before": "cleo"}}, when: "friends(self, friend)", want: "1",
                does: ["end friends(self, friend)"], keep: {keep})],"#
        );
        let run = simulate(&rules, 1);
        let schema = &run.scenario().schema;
        let [ann, ben, cleo] = ["ann", "ben", "cleo"].map(|name| schema.agent(name).expect("cast"));
        run.view().belief(cleo, WorldFact::Tie(ann, ben, schema.tie("friends").expect("declared")))
    };
    assert_eq!(belief("Whole"), Some(0.0));
    assert_eq!(belief("Counted"), Some(0.0));
}

#[test]
fn an_agent_who_has_left_learns_nothing_from_a_later_step() {
    let rules = r#"
        actions: [
            Action(id: "dinner", by: ["ann"], about: {"friend": "cleo"}, when: "not self.told", want: "1", does: ["self.told = true"],
                steps: [Step(id: "later", after: "6h", outcomes: [Outcome(id: "alone", does: ["begin lovers(ben, dan)"])])]),
            Action(id: "go", by: ["cleo"], when: "ann.told", want: "1", does: ["self leaves"]),
        ],
    "#;
    let run = simulate(rules, 1);
    assert!(events(&run, "go")[0].at < events(&run, "dinner/alone")[0].at);
    let cleo = run.scenario().schema.agent("cleo").expect("cast");
    assert!(run.state().mind(cleo).expect("she had a mind").beliefs().is_empty());
}

#[test]
fn a_process_keeps_its_period_and_applies_to_each_agent_once() {
    let rules = r#"processes: [Process(id: "grows", by: ["human", "ann", "ann"], every: "20m", does: ["self.count += 1"])],"#;
    let run = simulate(rules, 1);
    assert_eq!(attribute_value(&run, "ann", "count"), 71.0);
    assert_eq!(attribute_value(&run, "ben", "count"), 71.0);
}

#[test]
fn a_process_can_cause_emotions_without_an_event() {
    let rules = r#"processes: [Process(id: "dawns", by: ["ann"], every: "6h", does: ["self feels joy 0.2"])],"#;
    let run = simulate(rules, 1);
    let ann = run.scenario().schema.agent("ann").expect("cast");
    assert!(run.view().feeling(ann, Emotion::Joy, longhand_expr::ids::AgentId::NONE) > 0.1);
}

#[test]
fn each_option_has_its_own_choice_noise() {
    let rules =
        r#"actions: [Action(id: "lend", by: ["ann"], about: {"to": "[ben, cleo]", "through": "[ben, cleo]"}, want: "1")],"#;
    let run = simulate_text(&format!("Scene({}{rules})", PEOPLE.replace("whim: 0.0", "whim: 1.0")), 1);
    let choice = events(&run, "lend")[0].choice.as_ref().expect("the cast's choices are recorded");
    let mut noises: Vec<u64> = choice.options.iter().map(|option| option.choice_noise.to_bits()).collect();
    noises.sort_unstable();
    noises.dedup();
    assert_eq!(noises.len(), 4, "{choice:?}");
}

#[test]
fn samples_are_values_that_no_event_wrote() {
    let rules = r#"
        actions: [Action(id: "sigh", by: ["ann"], when: "self.loneliness < 0.7", want: "1", does: ["self.loneliness = 0.9"])],
        processes: [Process(id: "soothes", by: ["ann"], every: "12h", does: ["self.loneliness = 0.6"])],
    "#;
    let run = simulate(rules, 2);
    let schema = &run.scenario().schema;
    let loneliness =
        Fact::World(WorldFact::Attr(schema.agent("ann").expect("cast"), schema.attribute("loneliness").expect("declared")));
    let sampled: Vec<f64> =
        run.chronicle().samples().iter().filter(|sample| sample.fact == loneliness).map(|sample| sample.value).collect();
    assert!(sampled.len() >= 3 && sampled[0] == 0.5, "{sampled:?}");
    assert!(sampled[1..].iter().all(|value| (value - 0.6).abs() < 1e-6), "{sampled:?}");
}

#[test]
fn an_agent_with_no_delay_decides_again_in_the_next_tick() {
    let restless = PEOPLE.replace(r#"wakes: "1h""#, r#"wakes: "if self.told then 0h else 1h""#);
    let rules = r#"actions: [Action(id: "fidget", by: ["ann"], want: "1", does: ["self.told = true"])],"#;
    let fidgets = events(&simulate_text(&format!("Scene({restless}{rules})"), 1), "fidget").len();
    assert!(fidgets > 85, "{fidgets}");
}

#[test]
fn a_scene_sets_the_parameters_of_minds() {
    let rules = |minds: &str| {
        format!(
            r#"{minds}
            actions: [Action(id: "stray", by: ["ben"], when: "not lovers(self, cleo)", want: "1",
                does: ["ann.jealous = true", "begin lovers(self, cleo)", "ann learns lovers(self, cleo)"])],"#
        )
    };
    let reproach = |minds: &str| {
        let run = simulate(&rules(minds), 2);
        let schema = &run.scenario().schema;
        run.view().feeling(schema.agent("ann").expect("cast"), Emotion::Reproach, schema.agent("ben").expect("cast"))
    };
    let default_reproach = reproach("");
    assert_eq!(default_reproach, reproach(r#"minds: (hurt: 0.6, emotion_half_life: "12h"),"#));
    assert!(reproach(r#"minds: (hurt: 0.3),"#) < default_reproach);
    assert!(reproach(r#"minds: (emotion_half_life: "10d"),"#) > 4.0 * default_reproach);
    let wrong = format!("Scene({PEOPLE}{})", rules(r#"minds: (hurt: 2, mood_half_life: "0h"),"#));
    let problems = longhand_scene::load_text("test.ron", &[("test.ron", &wrong)], &[]).expect_err("out of range").to_string();
    assert!(problems.contains("`hurt`") && problems.contains("greater than 0"), "{problems}");
}

#[test]
fn the_chronicle_knows_which_event_caused_an_emotion() {
    use longhand_chronicle::{History, SymbolTable, state_at};
    let rules = r#"actions: [Action(id: "sing", by: ["ann"], when: "not self.told", want: "1",
        does: ["self.told = true", "self feels joy 0.8 at ben", "self remembers 0.5"])],"#;
    let run = simulate(rules, 2);
    let sing = events(&run, "sing")[0];
    let history = History::from_chronicle(run.chronicle(), &SymbolTable::from_scenario(run.scenario()));
    let schema = &run.scenario().schema;
    let (ann, ben) = (schema.agent("ann").expect("cast"), schema.agent("ben").expect("cast"));
    let later = sing.at.add_seconds(86_400.0);
    let state = state_at(run.chronicle(), &history, later);
    let feelings: Vec<_> = state.feelings(ann).collect();
    assert!(
        matches!(feelings[..], [(Emotion::Joy, toward, strength)] if toward == ben && (strength - 0.2).abs() < 1e-6),
        "{feelings:?}"
    );
    assert_eq!(state.last_writer(Fact::Feeling(ann, Emotion::Joy, ben), &history), Some(sing.id));
    assert_eq!(state.memories(ann).count(), 1);
    assert_eq!(state.feelings(ben).count(), 0);
}

/// A condition on an agent that never wakes becomes true by a process, by time, and by what others do.
#[test]
fn conditions_on_agents_that_never_wake_are_checked() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-11", tick: "1h",
        kinds: [Kind(id: "human", wakes: "6h"), Kind(id: "house")],
        attributes: [Attribute(id: "heat"), Attribute(id: "burnt", switch: true), Attribute(id: "old", switch: true)],
        things: [Thing(id: "ring", name: "the ring")],
        cast: [Member(id: "ann", kind: "human"), Member(id: "barn", kind: "house"), Member(id: "hut", kind: "house")],
        processes: [Process(id: "smoulders", by: ["barn"], every: "6h", does: ["self.heat += 0.1"])],
        triggers: [
            Trigger(id: "burns", by: ["house"], when: "self.heat >= 0.75", does: ["self.burnt = true"]),
            Trigger(id: "ages", by: ["house", "ring"], when: "elapsed >= 5d", once: true, does: ["self.old = true"]),
        ],
    )"#;
    let simulation = simulate_text(text, 10);
    let events = &simulation.scenario().events;
    let times = |name: &str| -> Vec<f64> {
        let of = simulation.chronicle().iter().filter(|event| events[event.kind.index()].name == name);
        of.map(|event| (event.at.seconds() / 3600.0).floor()).collect()
    };
    assert_eq!(times("burns"), [48.0], "the eighth time, in the tick in which it comes true");
    assert_eq!(times("ages"), [120.0; 3], "two houses and a thing");
}
