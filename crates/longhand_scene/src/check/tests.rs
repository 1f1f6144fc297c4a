//! Tests of diagnostics: each test changes one part of a valid scene and checks message and position.

use super::super::model::{Activation, AgentSelector, ClauseTarget, RoleTerm, Scenario};
use super::super::{Diagnostics, ParamValue, Severity, load_text, load_text_with_parts};
use longhand_expr::ids::{AgentId, EventKind};

/// A valid scene; each test replaces a part of it by a mistake.
const SCENE: &str = r##"(
    starts: "2025-01-06 07:30", ends: "2026-01-06", tick: "15m",
    params: [
        (id: "warmth", value: Number(0.5), range: (0, 2)),
        (id: "open", value: Switch(false)),
    ],
    defs: [(id: "close", of: ["a", "b"], is: "affection(a, b) > 0.5")],
    kinds: [
        (id: "human", wakes: "1h", asleep: "hour < 6", routine: [(when: "weekday", at: "work(self)"), (when: "true", at: "home(self)")]),
        (id: "os", os: true), (id: "ghost"),
    ],
    attributes: [
        (id: "loneliness", of: ["human"], range: (0, 1), start: 0.3, rest: 0.5, half_life: "2d"),
        (id: "skill", of: ["os"]),
        (id: "jealous", switch: true),
    ],
    bonds: [(id: "affection", range: (-1, 1), half_life: "30d")],
    ties: [(id: "friends", mutual: true), (id: "lovers", mutual: true, exclusive: "jealous")],
    places: [(id: "flat"), (id: "beach", position: (1, 2))],
    cast: [
        (id: "ann", kind: "human", name: "Ann Ray", home: "flat", attributes: {"loneliness": 0.5},
            toward: [(to: "ben", ties: ["friends"], bond: {"affection": 0.2}, mutual: true, since: "400d")]),
        (id: "ben", kind: "human"),
        (id: "cleo", kind: "os", owner: "ann", dormant: true),
    ],
    population: [
        (kind: "human", count: "100 * warmth", attributes: {"loneliness": Uniform(0.1, 0.6)}, names: "first",
            networks: [(shape: SmallWorld(degree: 4, rewire: 0.1), ties: ["friends"], bond: {"affection": Normal(0.2, 0.1)})]),
    ],
    goals: [(id: "company", by: "human", likelihood: "1 - self.loneliness", weight: "0.5")],
    actions: [
        (id: "confide", tags: ["talk"], by: ["human"], roles: {"friend": "ties(self, friends)"}, about: {"third": "[ann]"},
            when: "self.loneliness > 0.4", want: "self.loneliness + 0.2", accept: All("affection(friend, self)"), takes: "40m",
            place: "flat", cooldown: "1d", values: {"depth": "self.loneliness"},
            does: ["affection(self, friend) += 0.1", "begin lovers(self, friend)"], tell: "confide",
            refused: (id: "turned_away", does: ["self feels distress 0.5 at friend"]),
            steps: [
                (id: "first", after: "1h", outcomes: [
                    (id: "stays", weight: "2", then: "second"), (id: "goes", does: ["end lovers(self, friend)"])]),
                (id: "second", outcomes: [(id: "speaks", tell: "confide")]),
            ]),
        (id: "install", by: ["human"], want: "warmth", does: ["install os for self as new", "name new from first"]),
    ],
    triggers: [
        (id: "glad", by: ["ann"], when: "self.loneliness < 0.2", does: ["self feels joy 1"]),
        (id: "echo", on: Event("talk"), about: {"fourth": "[ben]"}, does: ["self.loneliness -= 0.1"]),
        (id: "greeted", on: Event("install"), does: ["self is told place(new) = flat"]),
        (id: "hurt", on: Learns("lovers"), when: "self.jealous and whom != self", does: ["self feels anger 1 at other"]),
        (id: "lifted", on: Jumps("loneliness", -0.1), does: ["self feels relief 1"]),
        (id: "over", on: Ends("lovers")),
    ],
    processes: [(id: "ebb", by: ["human"], every: "1h", does: ["self.loneliness += 0.01"])],
    beats: [
        (id: "B1", must: true, events: [
            (on: ["confide"], roles: {"self": "ann", "friend": "x"}, when: "x.loneliness > 0.1"),
            (on: ["confide/goes", "talk"], roles: {"friend": "x"}, within: "10d", times: 2, unless: ["confide/turned_away"]),
        ]),
    ],
    measures: [
        (id: "depth", at: Beat("B1"), is: "value(depth) + x.loneliness"),
        (id: "end", at: End, is: "mean(a in agents(human): a.loneliness)"),
    ],
    names: [(id: "first", names: [(name: "Dee", like: {"skill": 0.5})])],
    prose: [(id: "confide", say: ["{{ self }} spoke."])],
    documents: [(id: "letter", title: "To you", text: ["Dear {{ to }}"])],
    record: (also: "self.loneliness > 0.9"),
)"##;

fn check_text(text: &str) -> Diagnostics {
    match load_text("a.ron", &[("a.ron", text)], &[]) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    }
}

fn scenario() -> Scenario {
    load_text("a.ron", &[("a.ron", SCENE)], &[]).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

/// Asserts that the scene with one change has a diagnostic with this severity, code, marked text and message or help.
#[track_caller]
fn assert_diagnostic(from: &str, to: &str, severity: Severity, code: &str, marked: &str, message: &str) {
    assert_eq!(SCENE.matches(from).count(), 1, "`{from}` must occur once in the scene");
    let problems = check_text(&SCENE.replace(from, to));
    let found = problems.list.iter().find(|problem| {
        (problem.severity, problem.code, problems.marked_text(problem)) == (severity, code, marked)
            && (problem.message.contains(message) || problem.help.as_deref().is_some_and(|help| help.contains(message)))
    });
    assert!(found.is_some(), "expected {code} at `{marked}` with `{message}`, got:\n{problems}");
}

#[track_caller]
fn assert_error(from: &str, to: &str, code: &str, marked: &str, message: &str) {
    assert_diagnostic(from, to, Severity::Error, code, marked, message);
}

#[track_caller]
fn assert_warning(from: &str, to: &str, code: &str, marked: &str, message: &str) {
    assert_diagnostic(from, to, Severity::Warning, code, marked, message);
}

#[test]
fn the_valid_scene_has_no_diagnostics() {
    let problems = check_text(SCENE);
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn ids_are_valid_names_and_unique() {
    assert_error("(id: \"beach\"", "(id: \"flat\"", "duplicate", "\"flat\"", "there is already a place `flat`");
    assert_error("(id: \"beach\"", "(id: \"the beach\"", "id", "\"the beach\"", "not a valid name");
    assert_error("(id: \"beach\"", "(id: \"self\"", "id", "\"self\"", "reserved word");
    assert_error("(id: \"beach\"", "(id: \"\"", "id", "\"\"", "needs an id");
    assert_error("(id: \"close\"", "(id: \"count\"", "id", "\"count\"", "`count` is a built-in function");
    assert_error("(id: \"skill\"", "(id: \"awake\"", "id", "\"awake\"", "`awake` is a built-in field");
    assert_error("(id: \"close\"", "(id: \"friends\"", "duplicate", "\"friends\"", "there is already a tie `friends`");
    assert_error("(id: \"beach\"", "(id: \"ann\"", "duplicate", "\"ann\"", "there is already a member of the cast `ann`");
    assert_error("(id: \"lifted\"", "(id: \"confide\"", "duplicate", "\"confide\"", "action or trigger");
    assert_error("(id: \"goes\"", "(id: \"stays\"", "duplicate", "\"stays\"", "an outcome");
    assert_error("(id: \"goes\"", "(id: \"turned_away\"", "duplicate", "\"turned_away\"", "an outcome");
    assert_error("(id: \"second\"", "(id: \"first\"", "duplicate", "\"first\"", "a step");
    assert_error(
        "{\"affection\": 0.2}",
        "{\"affection\": 0.2, \"affection\": 0.1}",
        "duplicate",
        "\"affection\"",
        "is given twice",
    );
    assert_error("\"third\": \"[ann]\"", "\"friend\": \"[ann]\"", "duplicate", "\"friend\"", "already bound");
    assert_error("tags: [\"talk\"]", "tags: [\"talk\", \"install\"]", "duplicate", "\"install\"", "cannot also be a tag");
}

#[test]
fn unknown_names_are_reported_with_the_nearest_name() {
    assert_error(
        "(id: \"ben\", kind: \"human\")",
        "(id: \"ben\", kind: \"humna\")",
        "unknown-name",
        "\"humna\"",
        "did you mean `human`?",
    );
    assert_error("home: \"flat\"", "home: \"flt\"", "unknown-name", "\"flt\"", "did you mean `flat`?");
    assert_error("{\"loneliness\": 0.5}", "{\"lonliness\": 0.5}", "unknown-name", "\"lonliness\"", "did you mean `loneliness`?");
    assert_error("to: \"ben\"", "to: \"bne\"", "unknown-name", "\"bne\"", "there is no member of the cast");
    assert_error("bond: {\"affection\": 0.2}", "bond: {\"afection\": 0.2}", "unknown-name", "\"afection\"", "did you mean");
    assert_error("names: \"first\"", "names: \"frist\"", "unknown-name", "\"frist\"", "did you mean `first`?");
    assert_error("then: \"second\"", "then: \"secnd\"", "unknown-name", "\"secnd\"", "did you mean `second`?");
    assert_error("by: [\"ann\"]", "by: [\"anne\"]", "unknown-name", "\"anne\"", "did you mean `ann`?");
    assert_error("Event(\"install\")", "Event(\"instal\")", "unknown-name", "\"instal\"", "did you mean `install`?");
    assert_error("Learns(\"lovers\")", "Learns(\"lover\")", "unknown-name", "\"lover\"", "did you mean `lovers`?");
    assert_error(
        "[\"confide/goes\", \"talk\"]",
        "[\"confide/go\"]",
        "unknown-name",
        "\"confide/go\"",
        "did you mean `confide/goes`?",
    );
    assert_error("{\"friend\": \"x\"}", "{\"freind\": \"x\"}", "unknown-name", "\"freind\"", "did you mean `friend`?");
    assert_error("Beat(\"B1\")", "Beat(\"B2\")", "unknown-name", "\"B2\"", "known: `B1`");
    assert_error("like: {\"skill\"", "like: {\"skil\"", "unknown-name", "\"skil\"", "did you mean `skill`?");
    assert_error(
        "All(\"affection(friend, self)\")",
        "By({\"frend\": \"1\"})",
        "unknown-name",
        "\"frend\"",
        "did you mean `friend`?",
    );
}

#[test]
fn numbers_outside_their_ranges_are_errors() {
    assert_error("range: (-1, 1)", "range: (1, -1)", "range", "(1, -1)", "range is empty");
    assert_error("range: (-1, 1)", "range: (-inf, 1)", "range", "(-inf, 1)", "two finite numbers");
    assert_error("start: 0.3", "start: 3", "range", "3", "outside the range of `loneliness`");
    assert_error("{\"loneliness\": 0.5}", "{\"loneliness\": -0.5}", "range", "-0.5", "outside");
    assert_error("{\"loneliness\": 0.5}", "{\"jealous\": 0.5}", "range", "0.5", "is a switch");
    assert_error("{\"affection\": 0.2}", "{\"affection\": 1.2}", "range", "1.2", "outside");
    assert_error("Uniform(0.1, 0.6)", "Uniform(0.6, 0.1)", "range", "Uniform(0.6, 0.1)", "smaller number first");
    assert_error("Uniform(0.1, 0.6)", "Share(0.5)", "range", "Share(0.5)", "is a number");
    assert_error("Normal(0.2, 0.1)", "Normal(0.2, 0)", "range", "Normal(0.2, 0)", "standard deviation");
    assert_error("rewire: 0.1", "rewire: 1.1", "range", "SmallWorld(degree: 4, rewire: 1.1)", "rewire");
    assert_error("SmallWorld(degree: 4, rewire: 0.1)", "Edges([(0, 70)])", "range", "Edges([(0, 70)])", "50 agents");
    assert_error("value: Number(0.5)", "value: Number(5)", "range", "Number(5)", "`warmth`");
    assert_error("times: 2", "times: 0", "range", "0", "at least 1");
    assert_error("Jumps(\"loneliness\", -0.1)", "Jumps(\"loneliness\", 0)", "range", "0", "jump");
    assert_error("tick: \"15m\"", "tick: \"0.0001s\"", "range", "\"0.0001s\"", "at least a millisecond");
    assert_error("half_life: \"2d\"", "half_life: \"0s\"", "range", "\"0s\"", "greater than 0");
    assert_error("every: \"1h\"", "every: \"0h\"", "range", "\"0h\"", "greater than 0");
}

#[test]
fn a_clause_matches_events_that_have_its_roles() {
    let clause = "(on: [\"confide/goes\", \"talk\"], roles: {\"friend\": \"x\"}";
    assert_error(clause, "(on: [\"talk\"], roles: {\"friend\": \"x\", \"new\": \"y\"}", "unknown-name", "\"new\"", "in `talk`");
    let tagged = SCENE.replace("(id: \"install\",", "(id: \"install\", tags: [\"talk\"],");
    let both = tagged.replace(clause, "(on: [\"talk\"], roles: {\"friend\": \"x\", \"new\": \"y\"}");
    assert!(check_text(&both).to_string().contains("no event of `talk` has all these roles at once"), "{}", check_text(&both));
    let many: String = (0..25).map(|i| format!("(on: [\"glad\"], roles: {{\"self\": \"v{i}\"}}), ")).collect();
    assert_error(clause, &format!("{many}{clause}"), "limit", "\"B1\"", "26 variables");
}

#[test]
fn dates_are_valid_and_in_order() {
    assert_error("ends: \"2026-01-06\"", "ends: \"2024-01-06\"", "range", "\"2024-01-06\"", "before its start");
    assert_error("ends: \"2026-01-06\"", "ends: \"some day\"", "date", "\"some day\"", "not a date");
    assert_error("ends: \"2026-01-06\", ", "", "missing", "", "no `ends`");
    assert_error("ends: \"2026-01-06\"", "ends: \"9000-01-06\"", "limit", "\"15m\"", "ticks");
    assert_error("ends: \"2026-01-06\"", "ends: \"900000-01-06\"", "limit", "\"900000-01-06\"", "146,000 years");
}

#[test]
fn expressions_must_have_the_expected_type() {
    assert_error("wakes: \"1h\"", "wakes: \"1\"", "expression", "1", "duration");
    assert_error("want: \"warmth\"", "want: \"open\"", "expression", "open", "number");
    assert_error("at: \"work(self)\"", "at: \"self\"", "expression", "self", "place");
    assert_error("when: \"weekday\"", "when: \"hour\"", "expression", "hour", "switch");
    assert_error("takes: \"40m\"", "takes: \"40\"", "expression", "40", "duration");
    assert_error("accept: All(\"affection(friend, self)\")", "accept: All(\"flat\")", "expression", "flat", "number");
    assert_error("{\"friend\": \"ties(self, friends)\"}", "{\"friend\": \"0.5\"}", "expression", "0.5", "");
    assert_error("\"self feels joy 1\"", "\"self fels joy 1\"", "expression", "fels", "");
    assert_error("count: \"100 * warmth\"", "count: \"100 * hour\"", "constant", "\"100 * hour\"", "must be constant");
    assert_error("half_life: \"2d\"", "half_life: \"now - start\"", "constant", "\"now - start\"", "must be constant");
    assert_error("when: \"x.loneliness > 0.1\"", "when: \"y.loneliness > 0.1\"", "unknown-name", "y", "");
}

#[test]
fn accept_may_be_a_number_or_a_switch() {
    for accept in ["0.5", "affection(friend, self) > 0.1", "close(friend, self)"] {
        let text = SCENE.replace("All(\"affection(friend, self)\")", &format!("All(\"{accept}\")"));
        assert!(check_text(&text).is_empty(), "{}", check_text(&text));
    }
}

#[test]
fn exclusive_may_be_an_attribute_a_number_or_a_condition() {
    for exclusive in ["jealous", "self.jealous", "loneliness", "1 - self.loneliness", "self.loneliness > 0.2", "true"] {
        let text = SCENE.replace("exclusive: \"jealous\"", &format!("exclusive: \"{exclusive}\""));
        assert!(check_text(&text).is_empty(), "{}", check_text(&text));
    }
    assert_error("exclusive: \"jealous\"", "exclusive: \"self.jealos\"", "unknown-name", "jealos", "did you mean `jealous`?");
}

#[test]
fn rules_may_only_read_attributes_of_their_kinds() {
    assert_error("self.loneliness > 0.4", "self.skill > 0.4", "attribute", "skill", "agents of kind `human` have no `skill`");
    assert_error("when: \"self.loneliness < 0.2\"", "when: \"self.skill < 0.2\"", "attribute", "skill", "kind `human`");
    assert_error("likelihood: \"1 - self.loneliness\"", "likelihood: \"self.skill\"", "attribute", "skill", "kind `human`");
    assert_error("{\"loneliness\": 0.5}", "{\"skill\": 0.5}", "attribute", "\"skill\"", "kind `human`");
    assert_error("asleep: \"hour < 6\"", "asleep: \"self.skill > 0\"", "attribute", "skill", "kind `human`");
    assert_error(
        "(id: \"install\", by: [\"human\"], want: \"warmth\"",
        "(id: \"install\", want: \"self.skill + self.loneliness\"",
        "attribute",
        "\"install\"",
        "no kind has",
    );
}

#[test]
fn a_rule_without_by_applies_to_the_kinds_that_have_the_attributes_it_reads() {
    let text = SCENE.replace("by: [\"human\"], want: \"warmth\"", "want: \"self.loneliness\"");
    let scenario = load_text("a.ron", &[("a.ron", &text)], &[]).unwrap().scenario;
    let human = scenario.schema.kind("human").unwrap();
    assert_eq!(scenario.actions[1].by, [AgentSelector::Kind(human)]);
}

#[test]
fn only_an_os_has_an_owner() {
    assert_error(
        "(id: \"ben\", kind: \"human\")",
        "(id: \"ben\", kind: \"human\", owner: \"ann\")",
        "owner",
        "\"ann\"",
        "`ben` is not an OS",
    );
    assert_error("to: \"ben\"", "to: \"ann\"", "bond", "\"ann\"", "itself");
}

#[test]
fn a_trigger_needs_an_activation() {
    assert_error("by: [\"ann\"], when: \"self.loneliness < 0.2\"", "by: [\"ann\"]", "never", "\"glad\"", "nothing activates");
    assert_error("(id: \"glad\", by: [\"ann\"], ", "(id: \"glad\", ", "by", "\"glad\"", "does not say which agents");
    assert_warning("[\"end lovers(self, friend)\"]", "[]", "never", "\"lovers\"", "no effect ends");
    assert_warning("on: Ends(\"lovers\")", "on: Begins(\"friends\")", "never", "\"friends\"", "no effect begins");
    assert_warning("Jumps(\"loneliness\", -0.1)", "Jumps(\"skill\", 0.1)", "never", "\"skill\"", "no effect moves");
}

#[test]
fn unreachable_events_and_clauses_that_wait_for_them_are_warned_of() {
    assert_warning("self.loneliness > 0.4", "1 > 2 and hour > 3", "never", "1 > 2", "`1 > 2` is never true");
    assert_warning("self.loneliness > 0.4", "1 > 2", "never", "\"confide\"", "`B1` waits for `confide`");
    assert_warning("self.loneliness > 0.4", "1 > 2", "never", "\"talk\"", "`echo` waits for `talk`");
    assert_warning("then: \"second\"", "", "unreachable", "\"second\"", "no outcome leads to");
    assert_warning(
        "(id: \"install\", by: [\"human\"]",
        "(id: \"install\", by: [\"ghost\"]",
        "never",
        "\"ghost\"",
        "no agent of kind `ghost`",
    );
}

#[test]
fn a_condition_that_a_param_makes_false_is_not_warned_of() {
    let text = SCENE.replace("when: \"self.loneliness > 0.4\"", "when: \"open\"");
    assert!(check_text(&text).is_empty(), "{}", check_text(&text));
}

#[test]
fn a_cycle_of_steps_without_delay_is_an_error() {
    assert_error(
        "(id: \"speaks\", tell: \"confide\")",
        "(id: \"speaks\", tell: \"confide\", then: \"second\")",
        "endless",
        "\"second\"",
        "leads back",
    );
    let text = SCENE.replace("(id: \"speaks\", tell: \"confide\")", "(id: \"speaks\", tell: \"confide\", then: \"second\")");
    assert!(check_text(&text.replace("(id: \"second\",", "(id: \"second\", after: \"0s\",")).has_errors());
    let waits = text.replace("(id: \"second\",", "(id: \"second\", after: \"1s\",");
    assert!(check_text(&waits).is_empty(), "{}", check_text(&waits));
}

#[test]
fn unknown_and_unused_prose_is_warned_of() {
    assert_warning(
        "does: [\"self feels joy 1\"]",
        "does: [\"self feels joy 1\"], tell: \"confied\"",
        "prose",
        "\"confied\"",
        "did you mean `confide`?",
    );
    assert!(check_text(&SCENE.replace("prose: [", "prose: [(id: \"install\", say: [\"…\"]), ")).is_empty());
    assert_warning("prose: [", "prose: [(id: \"sighs\", say: [\"…\"]), ", "unused", "\"sighs\"", "is not used");
    assert_error("say: [\"{{ self }} spoke.\"]", "say: []", "empty", "\"confide\"", "has no variants");
}

#[test]
fn exceeding_a_limit_is_an_error_that_names_the_limit() {
    let ties: String = (0..33).map(|i| format!("(id: \"t{i}\"), ")).collect();
    assert_error("ties: [(id: \"friends\"", &format!("ties: [{ties}(id: \"friends\""), "limit", "\"t32\"", "at most 32");
    let dims: String = (0..7).map(|i| format!("(id: \"d{i}\"), ")).collect();
    assert_error("bonds: [", &format!("bonds: [{dims}"), "limit", "\"d6\"", "at most 6");
    assert_error("count: \"100 * warmth\"", "count: \"5000000\"", "limit", "\"5000000\"", "2000000");
    let roles: String = (0..24).map(|i| format!("\"r{i}\": \"[ann]\", ")).collect();
    assert_error("\"third\": \"[ann]\"", &format!("\"third\": \"[ann]\", {roles}"), "limit", "\"r21\"", "24");
    let cast: String = (0..10_000).map(|i| format!("(id: \"m{i}\", kind: \"human\"), ")).collect();
    assert_error("(id: \"ben\", ", &format!("{cast}(id: \"ben\", "), "limit", "\"m9997\"", "10000");
}

#[test]
fn params_can_be_set_by_the_caller() {
    let set = |name: &str, value: &str| {
        load_text("a.ron", &[("a.ron", SCENE)], &[("warmth".to_owned(), "1".to_owned()), (name.to_owned(), value.to_owned())])
    };
    let scenario = set("open", "true").unwrap().scenario;
    assert!(matches!(scenario.params[0].value, ParamValue::Number(1.0)));
    assert!(matches!(scenario.params[1].value, ParamValue::Switch(true)));
    for (name, value, line, marked, message) in [
        ("warmht", "1", 2, "warmht", "did you mean `warmth`?"),
        ("warmth", "3", 2, "3", "outside the range"),
        ("warmth", "hot", 2, "hot", "must be a number"),
        ("open", "2", 2, "2", "`true` or `false`"),
    ] {
        let problems = set(name, value).unwrap_err();
        let problem = &problems.list[0];
        assert_eq!(
            (problems.source(problem.file).unwrap().name.as_str(), problem.line, problems.marked_text(problem)),
            ("--set", line, marked)
        );
        assert!(problems.to_string().contains(message), "{problems}");
    }
}

#[test]
fn every_event_kind_has_its_name_and_slots() {
    let scenario = scenario();
    let events: Vec<_> =
        scenario.events.iter().map(|info| (info.name.as_str(), info.slots.join(" "), info.participant_count)).collect();
    let expected = [
        ("confide", "self friend third", 2),
        ("confide/turned_away", "self friend third", 2),
        ("confide/stays", "self friend third", 2),
        ("confide/goes", "self friend third", 2),
        ("confide/speaks", "self friend third", 2),
        ("install", "self new", 1),
        ("echo", "self friend third fourth", 2),
        ("glad", "self", 1),
        ("greeted", "self new", 1),
        ("hurt", "self other whom", 1),
        ("lifted", "self", 1),
        ("over", "self other", 2),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(name, slots, participants)| (*name, (*slots).to_owned(), *participants)).collect();
    assert_eq!(events, expected);
    assert_eq!(scenario.schema.events, scenario.events.iter().map(|info| info.name.clone()).collect::<Vec<_>>());
}

#[test]
fn the_slots_of_an_event_are_mapped_to_its_trigger() {
    let scenario = scenario();
    assert!(matches!(&scenario.triggers[0].on, Activation::Event(events) if *events == [(EventKind(0), vec![0, 1, 2])]));
    assert!(matches!(&scenario.triggers[2].on, Activation::Event(events) if *events == [(EventKind(5), vec![0, 1])]));
    assert_eq!(scenario.triggers[1].by, [AgentSelector::Agent(AgentId(0))]);
}

#[test]
fn a_beat_binds_members_and_variables() {
    let scenario = scenario();
    let beat = &scenario.beats[0];
    assert_eq!(beat.variables, ["x"]);
    assert!(matches!(beat.clauses[0].alternatives[0].roles[..], [RoleTerm::Agent(AgentId(0)), RoleTerm::Variable(0)]));
    assert_eq!(
        beat.clauses[1].alternatives[0].target,
        ClauseTarget::Event(vec![(EventKind(0), vec![1]), (EventKind(3), vec![1])])
    );
    assert_eq!((beat.clauses[1].within, beat.clauses[1].times), (Some(864_000.0), 2));
    assert_eq!(beat.clauses[1].unless, [EventKind(1)]);
}

#[test]
fn steps_are_linked_by_their_outcomes() {
    let scenario = scenario();
    let action = &scenario.actions[0];
    assert_eq!(action.event.then, Some(0));
    assert_eq!(action.steps[0].outcomes[0].1.then, Some(1));
    assert_eq!(action.steps[0].outcomes[1].1.then, None);
    assert_eq!(action.terms.len(), 2);
}

#[test]
fn missing_fields_have_default_values() {
    let scenario = scenario();
    assert_eq!((scenario.cast[0].short_name.as_str(), scenario.cast[1].name.as_str()), ("Ann", "ben"));
    assert_eq!(scenario.tick_us, 900_000_000);
    let human = scenario.schema.kind("human").unwrap();
    assert_eq!(scenario.kinds[human.index()].attributes.len(), 2);
    assert_eq!((scenario.attributes[1].range, scenario.attributes[1].start), ((0.0, 1.0), 0.0));
    assert_eq!(scenario.sources.len(), 1);
}

const SHELF: &str = r#"Scene(patterns: [
    Beat(id: "confided", events: [Clause(on: ["confide", "whisper"], roles: {"self": "x"}, or: [Way(tie: ("sworn", "x", "y"))])]),
    Beat(id: "undone by nothing", events: [Clause(on: ["confide"], roles: {"self": "x", "friend": "y"})], unless: [Unless(on: ["whisper"])]),
    Beat(id: "of another world", title: "Elsewhere", events: [Clause(on: ["confide"]), Clause(on: ["whisper"])]),
])"#;

#[test]
fn a_shared_pattern_with_undeclared_names_is_inapplicable() {
    let texts = scenario().sources;
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let load_with_part = |part| load_text_with_parts(files[0].0, &files, &[part], &[]);
    let scenario = load_with_part(("assets/patterns/shelf.ron", SHELF)).unwrap().scenario;
    let pattern_count = scenario.patterns.len();
    let ids: Vec<&str> = scenario.patterns[pattern_count - 2..].iter().map(|pattern| pattern.id.as_str()).collect();
    assert_eq!(ids, ["confided", "undone by nothing"]);
    assert_eq!(scenario.patterns[pattern_count - 2].clauses[0].alternatives.len(), 1, "the scene has no tie `sworn`");
    assert!(
        scenario.patterns[pattern_count - 1].negated.is_empty(),
        "an undeclared event cannot happen, so it is not a condition"
    );
    let [inapplicable] = &scenario.inapplicable[..] else { panic!("{:?}", scenario.inapplicable) };
    assert_eq!((inapplicable.id.as_str(), inapplicable.title.as_str()), ("of another world", "Elsewhere"));
    assert_eq!(inapplicable.missing.len(), 1);
    assert!(inapplicable.missing[0].starts_with("there is no event or tag `whisper`"), "{:?}", inapplicable.missing);
    assert!(load_with_part(("parts/shelf.ron", SHELF)).is_err(), "in the scene's own files it is an error");
    let invalid_shelf = SHELF.replace("on: [\"confide\"]), Clause", "on: []), Clause");
    assert!(
        load_with_part(("assets/patterns/shelf.ron", &invalid_shelf)).is_err(),
        "an error that does not depend on the scene is reported"
    );
}

/// What no effect or event of the scene ever makes true is warned of, and nothing else.
#[test]
fn what_nothing_makes_true_is_warned_of() {
    let text = r#"Scene(
    starts: "2026-01-01", ends: "2026-01-05",
    kinds: [Kind(id: "human", wakes: "3h"), Kind(id: "dog", wakes: "3h")],
    attributes: [Attribute(id: "mood"), Attribute(id: "stride", range: (0, 9), integer: true)],
    ties: [Tie(id: "kith", mutual: true), Tie(id: "feud", mutual: true)],
    places: [Place(id: "inn"), Place(id: "moon", name: "the moon")],
    cast: [
        Member(id: "al", kind: "human", home: "inn", toward: [Toward(to: "bo", ties: ["kith"], mutual: true)]),
        Member(id: "bo", kind: "human", home: "inn"),
        Member(id: "rex", kind: "dog", home: "inn"),
    ],
    actions: [
        Action(id: "greet", by: ["human"], roles: {"to": "ties(self, kith)"}, want: "1", does: ["self.mood += 0.1", "if self.mood > 0.5: self.mood -= 0.2"]),
        Action(id: "bark", by: ["dog"], want: "1", does: ["self.stride += 0.6"]),
    ],
    influences: [
        Influence(id: "pack", on: ["bark"], by: ["human"], adds: "1"),
        Influence(id: "voice", on: ["bark", "greet"], by: ["human"], adds: "1"),
    ],
    triggers: [
        Trigger(id: "hears", on: Learns("feud")),
        Trigger(id: "leaps", on: Jumps("mood", 0.5)),
        Trigger(id: "shifts", on: Jumps("mood", 0.3)),
        Trigger(id: "strides", on: Jumps("stride", 1)),
        Trigger(id: "howls", by: ["human"], when: "happened(bark, al)"),
        Trigger(id: "echoes", by: ["human"], when: "happened(bark, rex) and not dead(bo)"),
        Trigger(id: "mourns", by: ["human"], when: "self.mood > 0.2 and dead(bo)"),
        Trigger(id: "misses", by: ["human"], when: "bo.gone or dead(al)"),
        Trigger(id: "parted", by: ["human"], when: "was(kith, self, bo)"),
        Trigger(id: "buries", on: Event("mourns")),
        Trigger(id: "wonders", by: ["human"], when: "times(mourns) > 0"),
    ],
    processes: [Process(id: "fades", by: ["human"], every: "1d", when: "was(kith, al, bo, death)", does: ["self.mood -= 0.1"])],
    beats: [Beat(id: "away", title: "Away", events: [
        Clause(id: "first", on: ["greet"], roles: {"self": "x"}),
        Clause(id: "there", stay: ("x", "moon")),
    ])],
)"#;
    let problems = check_text(text);
    let mut found: Vec<&str> =
        problems.list.iter().filter(|problem| problem.code == "never").map(|problem| problem.message.as_str()).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "`away` waits for a stay at `moon`, to which nobody goes",
            "`buries` waits for `mourns`, which can never happen",
            "`fades` can never happen: `was(kith, al, bo, death)` is never true",
            "`hears` can never happen: no effect begins or tells of `feud`",
            "`howls` can never happen: `happened(bark, al)` is never true",
            "`leaps` can never happen: no event changes `mood` by more than 0.3",
            "`misses` can never happen: `bo.gone or dead(al)` is never true",
            "`mourns` can never happen: `dead(bo)` is never true",
            "`pack` never applies: nobody in its `by` chooses `bark`",
            "`parted` can never happen: `was(kith, self, bo)` is never true",
            "`wonders` can never happen: `times(mourns) > 0` is never true",
        ]
    );
}
