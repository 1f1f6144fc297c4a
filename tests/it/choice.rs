//! What moves a choice: what is expected of an action, and the influences on it.

use crate::harness::TestFolder;
use longhand_chronicle::{CauseLink, Event, ScoredOption};
use longhand_expr::ids::{Emotion, Fact, Instant};
use longhand_narrative::{RecordedRun, WhyNotQuery, WhyNotTarget, format_shortfall, why_not};
use longhand_scene::{Intervention, ReasonSource, Scenario, add_interventions};
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

/// Ann and Ben, who are friends. Ann wants company.
const PEOPLE: &str = r#"
    title: "Test", starts: "2025-01-06", ends: "2025-03-01",
    attributes: [
        Attribute(id: "loneliness", start: 0.5), Attribute(id: "willing", switch: true), Attribute(id: "told", switch: true),
    ],
    bonds: [Dimension(id: "affection")],
    ties: [Tie(id: "friends", mutual: true)],
    places: [Place(id: "home")],
    goals: [Goal(id: "company", by: "human", likelihood: "1 - self.loneliness", weight: "0.8")],
    cast: [
        Member(id: "ann", kind: "human", home: "home", toward: [Toward(to: "ben", ties: ["friends"], bond: {"affection": 0.9})]),
        Member(id: "ben", kind: "human", home: "home", attributes: {"willing": 1}),
    ],
"#;

fn load(rules: &str) -> Arc<Scenario> {
    let kinds = if rules.contains("kinds:") { "" } else { r#"kinds: [Kind(id: "human", wakes: "1h", whim: 0.0)],"# };
    let text = format!("Scene({PEOPLE}{kinds}{rules})");
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", &text)], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    Arc::new(loaded.scenario)
}

fn simulate(rules: &str, days: u32) -> Simulation {
    let mut run = Simulation::new(load(rules), SimOptions { seed: 1, threads: 1 });
    (0..96 * days).for_each(|_| _ = run.step());
    run
}

fn events<'a>(run: &'a Simulation, kind: &str) -> Vec<&'a Event> {
    let kind = run.scenario().schema.event(kind).expect("declared");
    run.chronicle().iter().filter(|event| event.kind == kind).collect()
}

/// How the first event of a kind was chosen.
fn first_choice<'a>(run: &'a Simulation, kind: &str) -> &'a ScoredOption {
    let event = events(run, kind)[0];
    &event.choice.as_ref().expect("an action of the cast").options[0]
}

fn assert_near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-6, "{actual} instead of {expected}");
}

#[test]
fn an_agent_chooses_what_it_expects_to_serve_its_goals() {
    let run = simulate(
        r#"actions: [
            Action(id: "visit", by: ["ann"], want: "gain", does: ["self.loneliness -= 0.25"]),
            Action(id: "hide", by: ["ann"], want: "gain", does: ["self.loneliness += 0.25"]),
        ]"#,
        1,
    );
    assert_eq!(events(&run, "visit").len(), 2, "until there is nothing more to gain");
    assert!(events(&run, "hide").is_empty());
    let option = first_choice(&run, "visit");
    assert_near(option.utility, 0.8 * 0.25);
    assert_eq!(option.describe_gain(run.scenario()), ["company +0.2 by `self.loneliness -= 0.25`"]);
}

#[test]
fn the_outcomes_of_steps_are_weighed_by_how_likely_they_are() {
    let rules = |certain: &str| {
        format!(
            r#"actions: [Action(id: "call", by: ["ann"], when: "not self.told", want: "gain - 0.01", does: ["self.told = true"], steps: [
                Step(id: "how", after: "1h", outcomes: [
                    Outcome(id: "well", weight: "3", does: ["self.loneliness -= 0.4"]),
                    Outcome(id: "badly", weight: "{certain}", does: ["self.loneliness += 0.4"]),
                ]),
            ])]"#
        )
    };
    let run = simulate(&rules("1"), 1);
    let option = first_choice(&run, "call");
    assert_near(option.utility, 0.8 * 0.4 * 0.75 - 0.8 * 0.4 * 0.25 - 0.01);
    assert_eq!(
        option.describe_gain(run.scenario()),
        ["company +0.24 by `self.loneliness -= 0.4` (well)", "company -0.08 by `self.loneliness += 0.4` (badly)"]
    );
    assert!(events(&simulate(&rules("9"), 1), "call").is_empty(), "it would more likely go badly");
}

#[test]
fn a_loss_counts_more_for_those_who_are_averse_to_it() {
    let rules = |aversion: &str| {
        format!(
            r#"kinds: [Kind(id: "human", wakes: "1h", whim: 0.0, loss_aversion: "{aversion}")],
            actions: [Action(id: "call", by: ["ann"], when: "not self.told", want: "gain", does: ["self.told = true"], steps: [
                Step(id: "how", outcomes: [
                    Outcome(id: "well", weight: "3", does: ["self.loneliness -= 0.4"]), Outcome(id: "badly", does: ["self.loneliness += 0.4"]),
                ]),
            ])]"#
        )
    };
    assert_eq!(events(&simulate(&rules("2.25"), 1), "call").len(), 1);
    assert!(events(&simulate(&rules("1 + 5 * self.loneliness"), 1), "call").is_empty(), "the loss would count 3.5 times");
}

#[test]
fn what_is_expected_depends_on_what_is_believed_and_not_on_what_is_true() {
    let ask = r#"Action(id: "ask", by: ["ann"], roles: {"friend": "ties(self, friends)"}, when: "not self.told", want: "gain",
        accept: All("friend.willing"), does: ["self.told = true", "self.loneliness -= 0.2"], refused: Outcome(id: "no", does: ["self.loneliness += 0.2"]))"#;
    let run = simulate(&format!("actions: [{ask}]"), 2);
    assert!(events(&run, "ask").is_empty() && events(&run, "ask/no").is_empty(), "she believes that he would refuse");
    let tell = r#"Action(id: "tell", by: ["ben"], when: "elapsed > 1d and not knows(ann, self.willing)", want: "1", does: ["ann learns self.willing"])"#;
    let run = simulate(&format!("actions: [{ask}, {tell}]"), 2);
    assert_eq!(events(&run, "ask").len(), 1);
    let causes = &events(&run, "ask")[0].causes;
    let told = events(&run, "tell")[0].id;
    assert!(
        causes.iter().any(|cause| cause.event == told && matches!(cause.link, CauseLink::Utility(Fact::Belief(..)))),
        "{causes:?}"
    );
}

#[test]
fn only_a_want_that_reads_it_has_the_expected_gain_computed() {
    let scenario = load(r#"actions: [Action(id: "a", want: "0.2 + gain"), Action(id: "b", want: "0.2")]"#);
    assert_eq!(scenario.actions.iter().map(|action| action.reads_gain).collect::<Vec<_>>(), [true, false]);
}

const VISITS: &str = r#"
    actions: [
        Action(id: "blunder", by: ["ann"], when: "elapsed > 12h and not happened(blunder, self)", want: "2", does: ["self feels shame 0.8"]),
        Action(id: "visit", tags: ["company"], by: ["ann"], roles: {"friend": "ties(self, friends)"}, cooldown: "2h", want: "0.3",
            refused: Outcome(id: "no")),
    ],
"#;

#[test]
fn an_influence_adds_to_the_utility_of_all_actions_with_a_tag_and_says_why() {
    let influences = r#"influences: [
        Influence(id: "ashamed", on: ["company"], when: "feels(self, shame) > 0.1", adds: "-0.2 * feels(self, shame)", because: "of shame"),
        Influence(id: "bens", on: ["company"], by: ["ben"], adds: "-9"),
        Influence(id: "liking", on: ["company"], adds: "0.1 * affection(self, other) + 0.1 * affection(self, friend)"),
    ]"#;
    let run = simulate(&format!("{VISITS}{influences}"), 1);
    let first = first_choice(&run, "visit");
    assert_near(first.utility, 0.3 + 0.18);
    assert_eq!(first.describe_sum(Some(run.scenario())), ["0.3 (0.3)", "0.18 (liking)"]);
    let blunder = events(&run, "blunder")[0];
    let after = events(&run, "visit").into_iter().find(|event| event.at > blunder.at).expect("she still visits");
    let option = &after.choice.as_ref().expect("recorded").options[0];
    let sum = option.describe_sum(Some(run.scenario()));
    assert!(sum.iter().any(|part| part.starts_with("-0.1") && part.ends_with("(ashamed: of shame)")), "{sum:?}");
    assert!(option.reasons.iter().all(|reason| matches!(reason.source, ReasonSource::Influence(_))));
    let is_shame = |fact: Fact| matches!(fact, Fact::Feeling(_, Emotion::Shame, _));
    let causes = &after.causes;
    assert!(
        causes.iter().any(|cause| cause.event == blunder.id && matches!(cause.link, CauseLink::Utility(fact) if is_shame(fact))),
        "{causes:?}"
    );
}

#[test]
fn an_influence_on_acceptance_belongs_to_who_is_asked() {
    let count = |influence: &str| {
        let run = simulate(&format!("{VISITS}influences: [{influence}]"), 1);
        (events(&run, "visit").len(), events(&run, "visit/no").len())
    };
    let (visits, refused) =
        count(r#"Influence(id: "shy", on: ["visit"], by: ["ben"], at: Acceptance, when: "other == ann", adds: "-1")"#);
    assert!(visits == 0 && refused > 5, "{visits} {refused}");
    let (visits, refused) = count(r#"Influence(id: "shy", on: ["visit"], by: ["ann"], at: Acceptance, adds: "-1")"#);
    assert!(visits > 5 && refused == 0, "she is not asked: {visits} {refused}");
    let (visits, refused) = count(r#"Influence(id: "shy", on: ["visit"], at: Acceptance, adds: "-0.5")"#);
    assert!(visits > 0 && refused > 0, "half of the time: {visits} {refused}");
}

#[test]
fn why_not_names_the_influences_that_took_something_from_the_utility_and_the_consent() {
    let unmet = |influence: &str| {
        let run = simulate(&format!("{VISITS}influences: [{influence}]"), 1);
        let record = RecordedRun::new(run.scenario(), run.chronicle(), 1);
        let target = WhyNotTarget::find(run.scenario(), "visit").expect("declared");
        let report =
            why_not(&record, &WhyNotQuery { target, who: Vec::new(), from: Instant::START, to: Instant::from_seconds(86_400.0) });
        let shortfalls: Vec<String> =
            report.closest.expect("a binding").unmet.iter().flat_map(|unmet| &unmet.shortfalls).map(format_shortfall).collect();
        shortfalls.join("; ")
    };
    let text = unmet(r#"Influence(id: "afraid", on: ["company"], adds: "-0.5", because: "she was afraid")"#);
    assert!(text.contains("-0.5 because she was afraid (`afraid`)"), "{text}");
    let text = unmet(r#"Influence(id: "shy", on: ["company"], at: Acceptance, adds: "-1", because: "he was shy")"#);
    assert!(text.contains("-1 because he was shy (`shy`)"), "{text}");
}

#[test]
fn why_names_the_influence_and_the_norm_that_moved_a_choice() {
    let folder = TestFolder::empty();
    let rules = r#"kinds: [Kind(id: "human", wakes: "1h", whim: 0.0)],
        norms: [Norm(id: "visiting", about: ["visit"], start: 0.5, weighs: "0.4", says: "one visits")],
        influences: [Influence(id: "warm", on: ["visit"], adds: "0.3 * affection(self, other)", because: "of affection")],
        actions: [Action(
            id: "visit", by: ["ann"], roles: {"friend": "ties(self, friends)"}, want: "0.1", cooldown: "1d",
            say: ["{{ self }} visited {{ friend }}."],
        )],"#;
    folder.write("scene.ron", &format!("Scene({PEOPLE}{rules})"));
    folder.run_ok(&["run", "scene.ron", "--until", "2d", "--record", "visit.story"]);
    let why = folder.run_ok(&["why", "visit.story", "0"]);
    assert!(why.contains("+ 0.2 (visiting: one visits) + 0.27 (warm: of affection)"), "{why}");
}

#[test]
fn influences_do_not_depend_on_their_order_in_the_file() {
    let hash = |influences: &str| simulate(&format!("{VISITS}influences: [{influences}]"), 2).chronicle().hash();
    let one = r#"Influence(id: "a", on: ["company"], adds: "0.1 * uniform(0, 1)"), Influence(id: "b", on: ["visit"], adds: "-0.3 * uniform(0, 1)"),"#;
    let other = r#"Influence(id: "b", on: ["visit"], adds: "-0.3 * uniform(0, 1)"), Influence(id: "a", on: ["company"], adds: "0.1 * uniform(0, 1)"),"#;
    assert_eq!(hash(one), hash(other));
}

/// The influences of moods and emotions on what Ann does after she has felt something.
fn moved(moved_by: &str, tag: &str, feeling: &str) -> Vec<(String, f64)> {
    let rules = format!(
        r#"kinds: [Kind(id: "human", wakes: "1h", whim: 0.0, moved_by: MovedBy({moved_by}))],
        actions: [
            Action(id: "feel", by: ["ann"], when: "elapsed > 12h and not self.told", want: "2", does: ["self.told = true", "{feeling}"]),
            Action(id: "act", tags: ["{tag}"], by: ["ann"], roles: {{"friend": "ties(self, friends)"}}, when: "self.told", want: "5", cooldown: "9d"),
        ]"#
    );
    let run = simulate(&rules, 1);
    let influences = first_choice(&run, "act").influences();
    influences.map(|(position, value)| (run.scenario().influences[usize::from(position)].id.clone(), value)).collect()
}

#[test]
fn moods_and_emotions_move_the_choices_of_a_kind_that_says_so() {
    let names = |moved: &[(String, f64)]| {
        moved.iter().map(|(id, value)| format!("{id} {}", if *value > 0.0 { '+' } else { '-' })).collect::<Vec<_>>()
    };
    let approach = r#"approach: ["company"]"#;
    assert_eq!(names(&moved(approach, "company", "self feels joy 0.8")), ["human/good_spirits +"]);
    assert_eq!(names(&moved(approach, "company", "self feels love 0.8 at ben")), ["human/good_spirits +", "human/warmth +"]);
    assert_eq!(
        names(&moved(approach, "company", "self feels reproach 0.8 at ben")),
        ["human/low_spirits -", "human/resentment -"]
    );
    assert_eq!(names(&moved(approach, "company", "self feels shame 0.8")), ["human/low_spirits -", "human/shame -"]);
    assert_eq!(names(&moved(r#"risk: ["act"]"#, "any", "self feels fear 0.8")), ["human/fear -"]);
    assert_eq!(
        names(&moved(r#"attack: ["act"], risk: ["act"]"#, "any", "self feels anger 0.8 at ben")),
        ["human/anger +", "human/boldness +"]
    );
    assert_eq!(names(&moved(r#"amends: ["act"]"#, "any", "self feels guilt 0.8")), ["human/guilt +"]);
    assert_eq!(names(&moved(r#"effort: ["act"]"#, "any", "self feels distress 0.8")), ["human/energy -"]);
    let of_others = r#"kinds: [Kind(id: "human", moved_by: MovedBy(approach: ["company"]))], actions: [
        Action(id: "act", tags: ["chores"], want: "1"), Action(id: "visit", tags: ["company"], want: "1")]"#;
    let scenario = load(of_others);
    let influences = |id: &str| {
        let kind = scenario.schema.event(id).expect("declared");
        scenario.actions.iter().find(|action| action.event.kind == kind).expect("declared").choice_influences.len()
    };
    assert!(influences("act") == 0 && influences("visit") > 0, "only what has the tag is approached");
}

#[test]
fn the_strength_of_moods_may_differ_from_agent_to_agent() {
    let shame = |strength: &str| {
        moved(&format!(r#"approach: ["company"], strength: "{strength}""#), "company", "self feels shame 0.8")[1].1
    };
    assert_near(shame("2 * self.loneliness"), shame("1"));
    assert_near(shame("1"), shame("0.3") / 0.3);
    assert_near(moved(r#"approach: ["company"]"#, "company", "self feels shame 0.8")[1].1, shame("0.3"));
}

#[test]
fn a_kind_that_does_not_say_so_is_not_moved_by_its_moods() {
    assert!(load(r#"actions: [Action(id: "act", tags: ["company"], want: "1")]"#).influences.is_empty());
}

#[test]
fn a_what_if_takes_an_influence_or_a_norm_out_of_the_scene() {
    let rules = format!(
        r#"{VISITS}norms: [Norm(id: "tact", about: ["visit"], start: 0.8)],
        influences: [Influence(id: "eager", on: ["company"], adds: "0.2")]"#
    );
    let visit = |forbidden: &[&str]| {
        let text = format!(r#"Scene({PEOPLE}kinds: [Kind(id: "human", wakes: "1h", whim: 0.0)],{rules})"#);
        let mut scenario = longhand_scene::load_text("test.ron", &[("test.ron", &text)], &[]).expect("it is valid").scenario;
        let interventions: Vec<Intervention> = forbidden.iter().map(|&what| Intervention::Forbid(what.to_owned())).collect();
        add_interventions(&mut scenario, &interventions).unwrap_or_else(|problems| panic!("{problems}"));
        let mut run = Simulation::new(Arc::new(scenario), SimOptions { seed: 1, threads: 1 });
        (0..96).for_each(|_| _ = run.step());
        let pride = |fact: Fact| matches!(fact, Fact::Feeling(_, Emotion::Pride, _));
        let is_proud = events(&run, "visit")[0].changes.iter().any(|change| pride(change.fact));
        (first_choice(&run, "visit").utility, is_proud)
    };
    assert_eq!(visit(&[]), (0.5, true));
    assert_eq!(visit(&["eager"]), (0.3, true));
    assert_eq!(visit(&["eager", "tact"]), (0.3, false));
}
