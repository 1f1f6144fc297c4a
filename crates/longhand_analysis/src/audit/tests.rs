//! Audits of a script and of a living world, of five rules each.

use super::*;
use longhand_scene::load_text;

/// Ann's story: each rule names her and waits for the one before.
const SCRIPT: &str = r#"Scene(
    title: "A script", starts: "2025-01-06", ends: "2025-02-06", tick: "1h",
    kinds: [Kind(id: "human", wakes: "3h")],
    attributes: [
        Attribute(id: "met", switch: true), Attribute(id: "told", switch: true), Attribute(id: "wed", switch: true),
        Attribute(id: "glad"),
    ],
    cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human"), Member(id: "cleo", kind: "human")],
    actions: [
        Action(id: "meet", by: ["ann"], when: "hour < 12 and not self.met", want: "5", does: ["self.met = true"], telling: Always),
        Action(id: "tell", by: ["ann"], when: "hour < 12 and self.met and not self.told", want: "5", does: ["self.told = true"], telling: Always),
        Action(id: "marry", by: ["ann"], when: "hour < 12 and self.told and not self.wed", want: "5", does: ["self.wed = true"], telling: Always),
        Action(id: "wash", by: ["human"], when: "hour >= 20", want: "5", cooldown: "20h"),
    ],
    triggers: [Trigger(id: "cheer", by: ["ben"], when: "ann.wed", does: ["self.glad += 0.1"])],
    beats: [
        Beat(id: "M", must: true, events: [Clause(on: ["meet"], roles: {"self": "ann"})]),
        Beat(id: "T", must: true, events: [Clause(on: ["tell"], roles: {"self": "ann"})]),
        Beat(id: "W", must: true, events: [Clause(on: ["marry"], roles: {"self": "ann"})]),
        Beat(id: "C", must: true, events: [Clause(on: ["cheer"], roles: {"self": "ben"})]),
    ],
)"#;

/// Anybody may meet, befriend, help and lose anybody; chances, likings and ties decide.
const LIVING: &str = r#"Scene(
    title: "A world", starts: "2025-01-06", ends: "2025-03-06", tick: "2h",
    kinds: [Kind(id: "human", wakes: "6h", idle: "0.4", whim: 0.2)],
    attributes: [Attribute(id: "cheer", start: 0.5, rest: 0.4, half_life: "10d")],
    bonds: [Dimension(id: "liking")], ties: [Tie(id: "friends", mutual: true)],
    cast: [
        Member(id: "ann", kind: "human", attributes: {"cheer": 0.9}), Member(id: "ben", kind: "human"),
        Member(id: "cleo", kind: "human", attributes: {"cheer": 0.1}), Member(id: "dan", kind: "human"),
    ],
    population: [Population(kind: "human", count: "8", attributes: {"cheer": Uniform(0.1, 0.9)})],
    actions: [
        Action(
            id: "talk", by: ["human"], roles: {"other": "pick(agents(human) where it != self)"},
            want: "0.3 + 0.5 * self.cheer + 0.5 * liking(self, other)", cooldown: "1d",
            does: ["liking(self, other) += 0.1 * other.cheer", "liking(other, self) += 0.1 * self.cheer"],
        ),
        Action(
            id: "befriend", by: ["human"], roles: {"other": "agents(human) where liking(self, it) > 0.15 and not friends(self, it)"},
            want: "0.4 + self.cheer + liking(self, other)", cooldown: "4d", accept: All("0.3 + other.cheer"),
            does: ["begin friends(self, other)"], telling: Always,
        ),
        Action(
            id: "help", by: ["human"], roles: {"friend": "ties(self, friends)"}, when: "friend.cheer < 0.4", want: "0.8 + liking(self, friend)", cooldown: "6d",
            does: ["friend.cheer += 0.2", "liking(friend, self) += 0.1"], telling: Always,
        ),
        Action(
            id: "fall_out", by: ["human"], roles: {"friend": "ties(self, friends)"}, when: "chance(0.1)", want: "0.9 - self.cheer", cooldown: "8d",
            does: ["end friends(self, friend)", "self.cheer -= 0.2", "liking(self, friend) = 0"], telling: Always,
        ),
    ],
    triggers: [Trigger(id: "mope", by: ["human"], when: "self.cheer < 0.15", cooldown: "9d", does: ["self.cheer += 0.05"], telling: Always)],
    beats: [
        Beat(id: "friends", events: [Clause(on: ["befriend"], roles: {"self": "x", "other": "y"})]),
        Beat(id: "parted", events: [
            Clause(on: ["befriend"], roles: {"self": "x", "other": "y"}), Clause(on: ["fall_out"], roles: {"self": "x", "friend": "y"}),
        ]),
        Beat(id: "helped", events: [Clause(on: ["help"], roles: {"self": "x", "friend": "y"})]),
        Beat(id: "low", events: [Clause(on: ["mope"], roles: {"self": "x"})]),
    ],
)"#;

fn report(text: &str, threads: usize) -> AuditReport {
    let scenario = load_text("s.ron", &[("s.ron", text)], &[]).unwrap_or_else(|problems| panic!("{problems}")).scenario;
    let config = AuditConfig { threads, seeds: (0..6).collect(), seeds_each: 2, ..AuditConfig::quick(Arc::new(scenario)) };
    let report = audit(&config, |_| Ok::<_, ()>(())).unwrap();
    assert!(report.stopped.is_empty(), "{:?}", report.stopped);
    report
}

fn value(report: &AuditReport, id: &str) -> Option<f64> {
    report.figures.iter().find(|figure| figure.id == id).unwrap_or_else(|| panic!("no figure {id}")).value
}

#[test]
fn a_script_is_told_by_its_figures() {
    let report = report(SCRIPT, 2);
    let expected = [
        ("rules_named", 0.8),
        ("critical_rules_named", 1.0),
        ("wants_flat", 0.0),
        ("feelings_removed", 0.0),
        ("later_beats_alive", 0.0),
        ("new_kinds", 0.0),
        ("exchanged", 0.0),
        ("chained_rules", 0.6),
        ("orders", 0.0),
        ("sets", 0.0),
        ("kinds_shared", 1.0),
        ("unread_facts", 0.25),
    ];
    for (id, expected) in expected {
        assert_eq!(value(&report, id), Some(expected), "{id}");
    }
    assert_eq!(value(&report, "single_thread_facts"), Some(0.75), "all but `glad`");
    assert_eq!(value(&report, "crowd_removed"), None);
    assert_eq!(value(&report, "entropy"), None);
    assert_eq!(report.verdict, Some(AuditVerdict::Script));
    assert_eq!(report.first.len(), 3);
    let first = report.first.join("\n");
    assert!(
        first.contains("`meet` (ann)") && first.contains("0 % of the later beats come; `tell` waits for its `met`"),
        "{first}"
    );
    assert!(report.domino.iter().all(|effect| effect.habits_days >= effect.base_habits_days), "{:?}", report.domino);
}

#[test]
fn a_living_world_is_told_by_its_figures() {
    let report = report(LIVING, 2);
    for (id, expected) in [("rules_named", 0.0), ("critical_rules_named", 0.0), ("unread_facts", 0.0), ("unended_ties", 0.0)] {
        assert_eq!(value(&report, id), Some(expected), "{id}");
    }
    let at_least =
        [("exchanged", 0.9), ("orders", 0.3), ("others_pass", 0.2), ("others_differ", 0.5), ("later_beats_alive", 0.3)];
    for (id, least) in at_least {
        assert!(value(&report, id).is_some_and(|value| value >= least), "{id}: {:?}", value(&report, id));
    }
    assert!(value(&report, "first_order_tau").is_some_and(|tau| tau < 0.9));
    let verdict = |id: &str| report.figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.verdict);
    assert_eq!(verdict("rules_named"), Some(AuditVerdict::World));
    let script = self::report(SCRIPT, 2);
    assert!(report.position.zip(script.position).is_some_and(|(world, script)| world > script + 0.1), "{}", report.summary());
    assert_eq!(report.crowd, 8);
}

#[test]
fn the_report_does_not_depend_on_the_number_of_threads() {
    assert_eq!(report(LIVING, 1), report(LIVING, 3));
}

#[test]
fn a_scene_without_beats_and_crowd_gets_the_figures_that_apply() {
    let start = LIVING.find("    beats: [").unwrap();
    let population = LIVING.lines().find(|line| line.contains("population:")).unwrap();
    let text = format!("{})", &LIVING[..start]).replace(population, "");
    let report = report(&text, 1);
    for figure in &report.figures {
        assert_eq!(figure.value.is_none(), figure.why_not.is_some(), "{}", figure.id);
    }
    assert_eq!(value(&report, "rules_named"), Some(0.0));
    assert!(value(&report, "first_order_tau").is_some());
    let why_not = |id: &str| report.figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.why_not);
    assert_eq!(why_not("wants_flat"), Some("the scene has no beats and no patterns"));
    assert_eq!(why_not("others_pass"), Some("the scene has no population"));
}

#[test]
fn an_error_of_the_caller_ends_the_audit() {
    let scenario = load_text("s.ron", &[("s.ron", SCRIPT)], &[]).unwrap().scenario;
    let config = AuditConfig { threads: 1, ..AuditConfig::quick(Arc::new(scenario)) };
    assert_eq!(audit(&config, |_| Err::<(), _>("enough")), Err("enough"));
}

#[test]
fn the_page_is_well_formed_and_names_every_figure() {
    let report = report(SCRIPT, 2);
    let mut page = Vec::new();
    write_audit_page(&report, &mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    for figure in &report.figures {
        assert!(page.contains(figure.title), "{}", figure.title);
    }
    assert!(page.contains("<code>meet</code> (ann)") && !page.contains("None") && !page.contains('`'));
    let body = page.split_once("<body>").unwrap().1.split_once("</body>").unwrap().0;
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = true;
    loop {
        if reader.read_event().unwrap_or_else(|error| panic!("{error} in {body}")) == quick_xml::events::Event::Eof {
            break;
        }
    }
}

#[test]
fn the_json_has_the_documented_fields() {
    let json = serde_json::to_value(report(SCRIPT, 2)).unwrap();
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let documented = [
        "anybody", "crowd", "domino", "figures", "first", "others", "position", "removals", "rules", "runs", "scene", "seeds",
        "stopped", "title", "variety", "verdict",
    ];
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, documented);
    let figure = &json["figures"][0];
    assert_eq!(
        (figure["id"].as_str(), figure["group"].as_str(), figure["unit"].as_str()),
        (Some("rules_named"), Some("rules"), Some("share"))
    );
    for key in ["value", "why_not", "script", "world", "position", "verdict", "detail", "title"] {
        assert!(figure.get(key).is_some(), "{key}");
    }
}
