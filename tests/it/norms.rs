//! Norms: what is felt about what somebody does, what is believed of the norms of others, and what they add to a choice.

use longhand_chronicle::Event;
use longhand_expr::ids::{AgentId, Emotion, Fact, WorldFact};
use longhand_expr::{EvalFrame, Scope, Type, compile_expr};
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

/// Ann gossips, and blames herself for it. Ben likes gossip, Cleo condemns it, Dan, who is elsewhere, does too.
const PEOPLE: &str = r#"
    title: "Test", starts: "2025-01-06", ends: "2025-03-01",
    kinds: [Kind(id: "human", wakes: "1h", whim: 0.0), Kind(id: "os", os: true)],
    attributes: [Attribute(id: "told", switch: true)],
    ties: [Tie(id: "friends", mutual: true), Tie(id: "lovers", mutual: true, tags: ["love"])],
    places: [Place(id: "home"), Place(id: "park")],
    cast: [
        Member(id: "ann", kind: "human", home: "home", attributes: {"gossiping": -0.5}, toward: [Toward(to: "ben", ties: ["friends"])]),
        Member(id: "ben", kind: "human", home: "home", attributes: {"gossiping": 0.5}),
        Member(id: "cleo", kind: "human", home: "home", attributes: {"gossiping": -0.8}),
        Member(id: "dan", kind: "human", home: "park", attributes: {"gossiping": -1}),
        Member(id: "sam", kind: "os", owner: "ann"),
    ],
"#;
const NORM: &str = r#"norms: [Norm(id: "gossiping", about: ["talk_of_others"], of: ["human"])],"#;
const GOSSIP: &str = r#"actions: [
    Action(id: "gossip", tags: ["talk_of_others"], by: ["ann"], roles: {"friend": "ties(self, friends)"}, when: "not self.told", want: "1",
        place: "home(self)", does: ["self.told = true"]),
]"#;

fn simulate(rules: &str) -> Simulation {
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", &format!("Scene({PEOPLE}{rules})"))], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let mut run = Simulation::new(Arc::new(loaded.scenario), SimOptions { seed: 1, threads: 1 });
    (0..96).for_each(|_| _ = run.step());
    run
}

fn agent(run: &Simulation, name: &str) -> AgentId {
    run.scenario().schema.agent(name).expect("in the cast")
}

fn first<'a>(run: &'a Simulation, kind: &str) -> &'a Event {
    let kind = run.scenario().schema.event(kind).expect("declared");
    run.chronicle().iter().find(|event| event.kind == kind).expect("it happens")
}

/// How strongly somebody feels an emotion right after the first event of a kind.
fn felt(run: &Simulation, kind: &str, who: &str, emotion: Emotion, toward: Option<&str>) -> f64 {
    let fact = Fact::Feeling(agent(run, who), emotion, toward.map_or(AgentId::NONE, |toward| agent(run, toward)));
    first(run, kind).changes.iter().find(|change| change.fact == fact).map_or(0.0, |change| change.after)
}

fn number(run: &Simulation, text: &str) -> f64 {
    let expr = compile_expr(text, Type::Number, &Scope::default(), &run.scenario().schema).expect("it is valid");
    expr.number(&run.view(), &mut EvalFrame::default())
}

fn assert_near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-3, "{actual} instead of {expected}");
}

#[test]
fn who_takes_part_and_who_sees_it_judge_by_the_norm_that_they_hold() {
    let run = simulate(&format!("{NORM}{GOSSIP}"));
    assert_near(felt(&run, "gossip", "ben", Emotion::Admiration, Some("ann")), 0.3);
    assert_near(felt(&run, "gossip", "cleo", Emotion::Reproach, Some("ann")), 0.48);
    assert_near(felt(&run, "gossip", "ann", Emotion::Guilt, None), 0.3);
    assert_near(felt(&run, "gossip", "ann", Emotion::Shame, None), 0.3);
    assert_near(felt(&run, "gossip", "dan", Emotion::Reproach, Some("ann")), 0.0);
    let milder = simulate(&format!("{NORM}{GOSSIP}, minds: (judgement: 0.3)"));
    assert_near(felt(&milder, "gossip", "cleo", Emotion::Reproach, Some("ann")), 0.24);
}

#[test]
fn what_goes_against_a_norm_is_judged_the_other_way_round() {
    let run = simulate(&format!("{}{GOSSIP}", NORM.replace("about:", "against:")));
    assert_near(felt(&run, "gossip", "ben", Emotion::Reproach, Some("ann")), 0.3);
    assert_near(felt(&run, "gossip", "cleo", Emotion::Admiration, Some("ann")), 0.48);
    assert_near(felt(&run, "gossip", "ann", Emotion::Pride, None), 0.3);
}

#[test]
fn shame_is_felt_before_those_who_are_believed_to_condemn() {
    let shame = |told: &str| {
        let later = GOSSIP.replace("not self.told", "elapsed > 2h and not self.told");
        let know = match told {
            "" => String::new(),
            told => format!(r#", processes: [Process(id: "know", by: ["ann"], every: "1h", does: [{told}])]"#),
        };
        felt(&simulate(&format!("{NORM}{later}{know}")), "gossip", "ann", Emotion::Shame, None)
    };
    assert_near(shame(""), 0.3);
    assert_near(shame(r#""ann is told norm(cleo, gossiping) = -1""#), 0.6);
    let all_like_it = r#""ann is told norm(cleo, gossiping) = 1", "ann is told norm(ben, gossiping) = 0.2""#;
    assert_near(shame(all_like_it), 0.0);
}

#[test]
fn a_deed_shows_what_one_holds() {
    let run = simulate(&format!("{NORM}{GOSSIP}"));
    assert_near(number(&run, "norm(ann, gossiping)"), -0.5);
    // From what they hold themselves, a third of the way to 1.
    assert_near(number(&run, "thinks_norm(ben, ann, gossiping)"), 0.5 + 0.5 * 0.3);
    assert_near(number(&run, "thinks_norm(cleo, ann, gossiping)"), -0.8 + 1.8 * 0.3);
    assert_near(number(&run, "thinks_norm(dan, ann, gossiping)"), -1.0);
    assert_near(number(&run, "thinks_norm(dan, ann, gossiping, 0.25)"), 0.25);
    assert_near(number(&run, "thinks_norm(ann, ann, gossiping)"), -0.5);
    let hidden = simulate(&format!("{}{GOSSIP}", NORM.replace("of:", "shows: 0.0, of:")));
    assert_near(number(&hidden, "thinks_norm(ben, ann, gossiping)"), 0.5);
}

#[test]
fn a_norm_changes_drifts_and_is_learned_like_any_attribute() {
    let rules = r#"norms: [Norm(id: "gossiping", about: ["gossip"], of: ["human"], range: (-1, 0.5), rest: 0.0, half_life: "12h")],
    actions: [Action(id: "gossip", by: ["ann"], when: "not self.told", want: "1",
        does: ["self.told = true", "norm(self, gossiping) -= 0.1", "dan learns norm(self, gossiping)", "norm(ben, gossiping) += 3"])]"#;
    let run = simulate(rules);
    let change = |fact| first(&run, "gossip").changes.iter().find(|change| change.fact == fact).expect("changed").after;
    let norm = run.scenario().schema.norm("gossiping").expect("declared");
    assert_near(change(Fact::World(WorldFact::Attr(agent(&run, "ben"), norm))), 0.5);
    let (held, known) =
        (change(Fact::World(WorldFact::Attr(agent(&run, "ann"), norm))), number(&run, "thinks_norm(dan, ann, gossiping)"));
    assert_near(held, known);
    assert!((-0.6..-0.5).contains(&held), "{held}");
    assert!((-0.2..0.0).contains(&number(&run, "norm(ann, gossiping)")), "it drifts to 0");
}

const LOVE: &str = r#"norms: [Norm(id: "os_love", ties: ["love"], when: "kind(self, human) and kind(other, os)", of: ["human"])],
    actions: [
        Action(id: "fall", by: ["ann"], about: {"whom": "PARTNER"}, when: "not self.told", want: "1", does: ["self.told = true", "begin lovers(self, whom)"]),
        Action(id: "tell", by: ["ann"], about: {"friend": "dan"}, when: "happened(fall, self)", want: "1", cooldown: "30d", does: ["friend learns lovers(self, PARTNER)"]),
    ]"#;

#[test]
fn a_tie_is_judged_by_whoever_comes_to_know_of_it() {
    let love = |partner: &str| {
        let people = PEOPLE.replace("\"gossiping\": -1", "\"os_love\": -0.9").replace("\"gossiping\": -0.5", "\"os_love\": -0.2");
        let people = people.replace("\"gossiping\": 0.5", "\"os_love\": 0.5").replace("\"gossiping\": -0.8", "\"os_love\": -0.8");
        let text = format!("Scene({people}{})", LOVE.replace("PARTNER", partner));
        let loaded = longhand_scene::load_text("test.ron", &[("test.ron", &text)], &[])
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let mut run = Simulation::new(Arc::new(loaded.scenario), SimOptions { seed: 1, threads: 1 });
        (0..96).for_each(|_| _ = run.step());
        run
    };
    let run = love("sam");
    assert_near(felt(&run, "fall", "ann", Emotion::Guilt, None), 0.12);
    assert_near(felt(&run, "fall", "cleo", Emotion::Reproach, Some("ann")), 0.0);
    assert_near(felt(&run, "tell", "dan", Emotion::Reproach, Some("ann")), 0.54);
    assert_near(felt(&run, "tell", "dan", Emotion::Reproach, Some("sam")), 0.0);
    assert_near(number(&run, "thinks_norm(dan, ann, os_love)"), -0.9 + 1.9 * 0.3);
    let run = love("ben");
    assert_near(felt(&run, "fall", "ann", Emotion::Guilt, None), 0.0);
    assert_near(felt(&run, "tell", "dan", Emotion::Reproach, Some("ann")), 0.0);
}

#[test]
fn a_norm_weighs_in_the_choice_of_who_holds_it() {
    let norm = NORM.replace("of:", r#"weighs: "0.4", says: "one does not talk of others", of:"#);
    let run = simulate(&format!("{norm}{GOSSIP}"));
    let option = &first(&run, "gossip").choice.as_ref().expect("recorded").options[0];
    assert_near(option.utility, 1.0 - 0.4 * 0.5);
    assert_eq!(option.describe_sum(Some(run.scenario())), ["1 (1)", "-0.2 (gossiping: one does not talk of others)"]);
}

#[test]
fn norms_may_differ_over_a_population() {
    let rules = r#"norms: [Norm(id: "gossiping", about: ["gossip"], of: ["human"])],
        population: [Population(kind: "human", count: "50", attributes: {"gossiping": Uniform(-1, 1)})],
        actions: [Action(id: "gossip", by: ["human"], when: "norm(self, gossiping) > 0.5", want: "norm(self, gossiping)", cooldown: "9d")]"#;
    let run = simulate(rules);
    let share = number(&run, "count(v in agents(human) where norm(v, gossiping) > 0.5) / count(v in agents(human))");
    assert!((0.1..0.4).contains(&share), "{share}");
}
