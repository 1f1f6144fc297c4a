//! The library of social life (`assets/life/`) and its demonstration scene: rules for anybody, no dead rule, nothing left open, and twenty seeds that are
//! twenty stories.

use crate::harness::{ProgramRun, in_two_threads, load_scene, repository, run_program, simulate, with_seed};
use longhand_analysis::RunReport;
use longhand_chronicle::Chronicle;
use longhand_scene::Scenario;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The seeds of the years that are simulated for the tests.
pub const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

/// Further seeds, for what happens in few years.
const MORE_SEEDS: std::ops::RangeInclusive<u64> = 21..=40;

/// The files with rules. Those of the demonstration have none.
const RULE_FILES: [&str; 12] = [
    "feelings.ron",
    "company.ron",
    "courtship.ron",
    "love.ron",
    "talk.ron",
    "norms.ron",
    "quarrel.ron",
    "marriage.ron",
    "chance.ron",
    "work.ron",
    "minds.ron",
    "loss.ron",
];

/// The town, and what somebody would have left open at the end of the year: measures that have to be 0.
const TOWN: &str = "../tests/scenes/town.ron";
const TOWN_TEXT: &str = include_str!("../scenes/town.ron");

/// One year in the town.
pub struct TownYear {
    pub chronicle: Chronicle,
    report: RunReport,
    /// The kinds of events, in the order of their first occurrence.
    first_occurrences: Vec<String>,
}

fn demo(parts: &[(&str, &str)]) -> Arc<Scenario> {
    let path = repository().join("assets/life/demo.ron");
    let loaded =
        longhand_scene::load_with_parts(&path, parts, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    Arc::new(loaded.scenario)
}

fn simulate_year(scenario: &Scenario, seed: u64) -> TownYear {
    let ProgramRun { chronicle, report, .. } = ProgramRun::new(TOWN, seed, &[]);
    let mut seen = BTreeSet::new();
    let kinds = chronicle.iter().map(|event| event.kind).filter(|kind| seen.insert(*kind));
    let first_occurrences = kinds.map(|kind| scenario.events[kind.index()].name.clone()).collect();
    TownYear { chronicle, report, first_occurrences }
}

/// The years with the seeds of `SEEDS`, simulated once for all tests, on two threads.
pub fn years() -> &'static [TownYear] {
    static YEARS: OnceLock<Vec<TownYear>> = OnceLock::new();
    YEARS.get_or_init(|| {
        let scenario = load_scene(TOWN, &[]);
        in_two_threads(SEEDS, |seed| simulate_year(&scenario, seed))
    })
}

fn library_text(file: &str) -> String {
    let path = repository().join("assets/life").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text without comments.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("// ").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// All files below a folder of the repository, as an include names them, with their texts.
fn files_below(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(repository().join(&folder)).expect("the folder exists") {
            let path = entry.expect("it can be read").path();
            let name = format!("{folder}/{}", path.file_name().and_then(|name| name.to_str()).expect("UTF-8"));
            if path.is_dir() {
                folders.push(name);
            } else if path.extension().is_some_and(|extension| extension == "ron") {
                files.push((name, fs::read_to_string(&path).expect("it can be read")));
            }
        }
    }
    files
}

#[test]
fn the_demonstration_has_no_warnings() {
    let path = repository().join("assets/life/demo.ron");
    let loaded = longhand_narrative::load(&path, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
}

#[test]
fn twenty_seeds_are_twenty_stories() {
    let sets: BTreeSet<Vec<&str>> = years()
        .iter()
        .map(|year| year.report.patterns.iter().filter(|(_, matches)| **matches > 0).map(|(id, _)| id.as_str()).collect())
        .collect();
    assert_eq!(sets.len(), years().len(), "the sets of patterns differ");
    // The order in which the turning points of lives come for the first time.
    let turns = [
        "separate",
        "come_back",
        "sign",
        "part",
        "wedding",
        "stray",
        "confess",
        "jealousy",
        "condemn",
        "judge/takes_it",
        "become_lovers",
        "take_leave/says_goodbye",
        "make_peace",
        "declare/not_that_way",
        "fall_out/cuts_deep",
        "wear_off/ends_it",
    ];
    let order = |year: &'static TownYear| -> Vec<&'static str> {
        year.first_occurrences.iter().map(String::as_str).filter(|kind| turns.contains(kind)).collect()
    };
    let orders: BTreeSet<Vec<&str>> = years().iter().map(order).collect();
    assert_eq!(orders.len(), years().len(), "the orders differ");
}

#[test]
fn every_rule_happens_in_some_year() {
    let scenario = load_scene(TOWN, &[]);
    // The end of a journey is the engine's own event, and nobody travels here.
    let library = demo(&[]);
    let mut missing: BTreeSet<&str> =
        library.events.iter().map(|info| info.name.as_str()).filter(|name| *name != "arrives").collect();
    let happened = |years: &[TownYear]| -> BTreeSet<String> {
        years.iter().flat_map(|year| year.first_occurrences.iter().cloned()).collect()
    };
    let in_most = happened(years());
    missing.retain(|name| !in_most.contains(*name));
    if !missing.is_empty() {
        let in_few = happened(&in_two_threads(MORE_SEEDS, |seed| simulate_year(&scenario, seed)));
        missing.retain(|name| !in_few.contains(*name));
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn what_is_opened_is_closed() {
    let mut open: BTreeMap<&str, Vec<(u64, f64)>> = BTreeMap::new();
    let ids: BTreeSet<String> =
        TOWN_TEXT.split("id: \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    for year in years() {
        for (id, value) in year.report.measures.iter().filter(|(id, _)| ids.contains(id.as_str())) {
            let value = value.expect("it is taken at the end");
            if value != 0.0 {
                open.entry(id).or_default().push((year.report.seed, value));
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(ids.iter().all(|id| years()[0].report.measures.contains_key(id)), "all are measured");
}

#[test]
fn rules_are_for_kinds_and_name_nobody() {
    let scenario = demo(&[]);
    let members: Vec<&str> = scenario.cast.iter().map(|member| member.id.as_str()).collect();
    assert_eq!(members.len(), 12);
    for file in RULE_FILES {
        let text = without_comments(&library_text(file));
        for by in text.split(" by: [").skip(1).filter_map(|rest| rest.split(']').next()) {
            let kinds: Vec<&str> = by.split(',').map(|kind| kind.trim().trim_matches('"')).collect();
            assert!(kinds.iter().all(|kind| ["human", "os"].contains(kind)), "{file}: by: [{by}]");
        }
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            assert!(!members.contains(&word), "{file} names {word}");
        }
    }
    for file in ["demo.ron", "demo_people.ron", "demo_book.ron"] {
        let text = library_text(file);
        assert!(!text.contains("actions:") && !text.contains("triggers:") && !text.contains("processes:"), "{file} has rules");
    }
}

#[test]
fn each_file_says_what_it_gives_and_expects() {
    for file in RULE_FILES.into_iter().chain(["words.ron", "../patterns/life.ron", "defaults.ron"]) {
        let text = library_text(file);
        let head: Vec<&str> = text.lines().take(10).filter(|line| line.starts_with("//")).collect();
        for part in ["// Gives:", "// Expects:"] {
            assert!(head.iter().any(|line| line.starts_with(part)), "{file} has no `{part}`");
        }
    }
}

#[test]
fn the_page_of_the_library_names_every_rule_and_its_scene_runs() {
    let page = fs::read_to_string(repository().join("docs/life.md")).expect("the page exists");
    let scenario = demo(&[]);
    let rules = scenario.actions.iter().map(|action| &action.id).chain(scenario.triggers.iter().map(|trigger| &trigger.id));
    for rule in rules.filter(|id| *id != "arrives") {
        assert!(page.contains(&format!("`{rule}`")), "docs/life.md does not mention `{rule}`");
    }
    for param in &scenario.params {
        assert!(page.contains(&format!("`{}`", param.id)), "docs/life.md does not mention the param `{}`", param.id);
    }
    let scene = page.split("```ron\n").nth(1).and_then(|block| block.split("\n```").next()).expect("a scene");
    let files: Vec<(String, String)> =
        ["assets/life", "assets/names", "assets/patterns"].into_iter().flat_map(files_below).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.push(("page.ron", scene));
    let loaded = longhand_narrative::load_text("page.ron", &files, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let run = simulate(&Arc::new(loaded.scenario), with_seed(1), Some(60.0));
    assert!(run.chronicle().iter().count() > 50, "the street lives");
}

#[test]
fn rules_can_be_left_out_replaced_and_scaled() {
    let files: Vec<(String, String)> =
        ["assets/life", "assets/names", "assets/patterns"].into_iter().flat_map(files_below).collect();
    let load = |adapts: &str| {
        let scene = format!(
            r#"Scene(
                starts: "2026-03-02 07:00", ends: "2026-03-20", tick: "1h", include: ["assets/life/all.ron", "assets/life/defaults.ron"], {adapts}
                places: [Place(id: "street")], cast: [Member(id: "ann", kind: "human", home: "street", work: "street")],
                population: [Population(kind: "human", count: "5", home: "street", work: "street", age: Uniform(25, 55))],
            )"#
        );
        let mut files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        files.push(("street.ron", &scene));
        longhand_scene::load_text("street.ron", &files, &[])
            .map_or_else(|problems| panic!("{adapts}: {problems}"), |loaded| loaded.scenario)
    };
    let has = |scenario: &Scenario, rule: &str| scenario.actions.iter().any(|action| action.id == rule);
    assert!(has(&load(""), "gossip"));
    for rule in ["gossip", "propose", "chat", "stray", "make_peace", "stay_for", "good_news"] {
        assert!(!has(&load(&format!(r#"without: ["{rule}"],"#)), rule), "{rule}");
    }
    let replaced = load(
        r#"without: ["gossip"], actions: [Action(id: "gossip", by: ["human"], roles: {"listener": "ties(self, friends)"}, about: {"one": "ties(self, friends) where it != listener", "whom": "ties(one, lovers)"}, want: "0.1")], set: {"tempers": Number(0), "minds_on_sale": Switch(false)},"#,
    );
    assert!(has(&replaced, "gossip"));
    let run = simulate(&Arc::new(replaced), with_seed(1), None);
    assert!(run.simulation().limit_exceeded().is_none(), "it runs to its end");
}

#[test]
fn a_book_of_the_town_is_worth_reading_twice() {
    for seed in ["1", "2"] {
        let output = run_program(repository(), &["tell", "assets/life/demo.ron", "--seed", seed]);
        assert_eq!(output.code, Some(0), "{}", output.err);
        let words = output.out.split_whitespace().count();
        assert!((1_500..6_000).contains(&words), "seed {seed}: {words} words");
        let paragraphs: Vec<&str> =
            output.out.split("\n\n").filter(|paragraph| paragraph.split_whitespace().count() > 12).collect();
        let distinct: BTreeSet<&str> = paragraphs.iter().copied().collect();
        assert_eq!(distinct.len(), paragraphs.len(), "seed {seed}: a paragraph comes twice");
        assert!(!output.out.contains("{{") && !output.out.contains("{%"), "seed {seed}: a template is not rendered");
        let said: Vec<&str> =
            output.out.split('“').skip(1).filter_map(|rest| rest.split_once('”').map(|(said, _)| said)).collect();
        let share = said.iter().map(|said| said.split_whitespace().count()).sum::<usize>() as f64 / words as f64;
        assert!(share >= 0.09, "seed {seed}: only {share:.3} of the words are said by somebody");
        let long: Vec<&str> = said.into_iter().filter(|said| said.split_whitespace().count() > 4).collect();
        let distinct: BTreeSet<&str> = long.iter().copied().collect();
        assert_eq!(distinct.len(), long.len(), "seed {seed}: something is said twice");
    }
}

/// A noun phrase that takes up the words of an event ("the hour in the lift") names words that some variant of its prose has.
#[test]
fn what_a_memory_takes_up_is_in_the_prose_of_its_event() {
    let scenario = demo(&[]);
    let mut echoes = 0;
    for (key, nouns) in &scenario.prose {
        let Some(event) = key.strip_prefix("noun/") else { continue };
        for noun in nouns {
            let Some((before, _)) = noun.split_once("' in told") else { continue };
            let words = before.rsplit('\'').next().unwrap_or_default();
            let is_told = |(told, says): &(String, Vec<String>)| told == event && says.iter().any(|say| say.contains(words));
            assert!(scenario.prose.iter().any(is_told), "no variant of `{event}` has `{words}`");
            echoes += 1;
        }
    }
    assert!(echoes > 250, "only {echoes} nouns take up the words of their event");
}

#[test]
fn people_of_the_crowd_are_introduced_by_their_kind() {
    let check = |say: &str| {
        let scene = format!(
            r#"Scene(
                starts: "2026-03-02 07:00", ends: "2026-03-20", kinds: [Kind(id: "human")], places: [Place(id: "mill", name: "the mill")],
                population: [Population(kind: "human", count: "2", work: "mill")], prose: [Prose(id: "introduce/human", say: ["{say}"])],
            )"#
        );
        longhand_narrative::load_text("mill.ron", &[("mill.ron", &scene)], &[])
            .map_or_else(|problems| problems.to_string(), |loaded| loaded.warnings.to_string())
    };
    let fine = check("{{ who }} worked at {{ work }}{% if home %} and lived at {{ home }}{% endif %}.");
    assert!(!fine.contains("introduce"), "{fine}");
    let of_self = check("{{ self }} worked at {{ work }}.");
    assert!(of_self.contains("write `{{ who }}`"), "{of_self}");
    let unknown = check("{{ who }} worked at {{ wrok }}.");
    assert!(unknown.contains("`wrok`"), "{unknown}");

    let output = run_program(repository(), &["tell", "assets/life/demo.ron", "--seed", "2"]);
    let introductions =
        ["at the clinic", "the clinic’s", "at the school", "the boatyard", "a loft on the Quay", "the names on boats"];
    assert!(introductions.iter().any(|words| output.out.contains(words)), "{}", output.out);
    assert!(!output.out.contains("met as agreed"), "what keeps an appointment tells of it");
}

#[test]
fn nobody_acts_in_a_book_before_being_introduced() {
    let output = run_program(repository(), &["tell", "assets/life/demo.ron", "--seed", "2"]);
    assert_eq!(output.code, Some(0), "{}", output.err);
    let names = ["Ilka", "Tomas", "Jorin", "Eskil", "Leyla", "Arno", "Bela"];
    for name in names {
        let Some(first) = output.out.find(name) else { continue };
        let full = output.out[first..].split_whitespace().nth(1).unwrap_or_default();
        assert!(full.starts_with(|c: char| c.is_uppercase()), "{name} is not introduced with the full name: {full}");
    }
}

#[test]
fn members_of_the_cast_are_tied_to_the_crowd() {
    let scenario = demo(&[(
        "ties.ron",
        r#"Scene(measures: [Measure(id: "crowd of one", at: Start, each: "agents(human)", is: "count(v in ties(self, friends) where not v.followed) + count(v in ties(self, acquainted) where not v.followed)")])"#,
    )]);
    let run = simulate(&scenario, with_seed(1), Some(1.0));
    let of_cast = run
        .chronicle()
        .measures
        .iter()
        .filter(|taken| taken.measure == "crowd of one" && taken.agent.index() < scenario.cast.len());
    let cast: Vec<f64> = of_cast.map(|taken| taken.value).collect();
    assert_eq!(cast.len(), 12);
    let mean = cast.iter().sum::<f64>() / cast.len() as f64;
    assert!((4.0..=9.0).contains(&mean), "{cast:?}");
}

#[test]
fn what_people_want_decides_what_happens() {
    // With every utility the same, what is possible happens at random.
    let files: Vec<(String, String)> =
        ["assets/life", "assets/names", "assets/patterns"].into_iter().flat_map(files_below).collect();
    let flattened: Vec<(String, String)> = files
        .iter()
        .map(|(name, text)| (name.clone(), if is_rule_file(name) { flatten_wants(text) } else { text.clone() }))
        .collect();
    let patterns = |files: &[(String, String)]| -> BTreeMap<String, u32> {
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let loaded =
            longhand_scene::load_text("assets/life/demo.ron", &texts, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let run = simulate(&Arc::new(loaded.scenario), with_seed(1), Some(150.0));
        run.report().patterns
    };
    let (wanted, flat) = (patterns(&files), patterns(&flattened));
    let changed = wanted.iter().filter(|(id, count)| {
        let (count, flat) = (f64::from(**count), f64::from(flat[*id]));
        (flat - count).abs() > 0.5 * count.max(1.0)
    });
    assert!(2 * changed.count() >= wanted.len(), "{wanted:?} {flat:?}");
}

fn is_rule_file(name: &str) -> bool {
    Path::new(name).parent() == Some(Path::new("assets/life")) && RULE_FILES.iter().any(|file| name.ends_with(file))
}

/// The text with 1 for each `want`.
fn flatten_wants(text: &str) -> String {
    let mut parts = text.split("want: \"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let after = part.split_once('"').map_or("", |(_, after)| after);
        out.push_str("want: \"1\"");
        out.push_str(after);
    }
    out
}
