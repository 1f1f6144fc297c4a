//! Identity by name: runs are compared by what things are called, events are told by what they are, and people are found by key.

use crate::harness::{ProgramOutput, TestFolder, repository};
use longhand_analysis::what_if::RunDiff;

const FARM: &str = include_str!("../cases/01-generations/farm.ron");

fn first_scene() -> String {
    std::fs::read_to_string(repository().join("scenes/first.ron")).expect("the scene exists")
}

/// What `diff` says of two scenes, as data.
fn diff(first: &str, second: &str) -> (Option<i32>, RunDiff, String) {
    let folder = TestFolder::empty();
    folder.write("a.ron", first);
    folder.write("b.ron", second);
    let data = folder.run(&["diff", "a.ron", "b.ron", "--seed", "3", "--json", "-"]);
    let difference = serde_json::from_str(&data.out).unwrap_or_else(|error| panic!("{error}: {}{}", data.out, data.err));
    (data.code, difference, folder.run(&["diff", "a.ron", "b.ron", "--seed", "3"]).out)
}

#[test]
fn a_declaration_that_is_not_used_makes_no_difference_but_is_listed() {
    let scene = first_scene();
    for (section, declaration, listed) in [
        ("    attributes: [\n", "Attribute(id: \"unused\", start: 0.3),\n", "attribute unused"),
        ("    ties: [\n", "Tie(id: \"unused\"),\n", "tie unused"),
        ("    bonds: [\n", "Dimension(id: \"unused\"),\n", "bond unused"),
        ("    places: [\n", "Place(id: \"unused\", name: \"nowhere\", position: (0, 0)),\n", "place unused"),
        ("    kinds: [\n", "Kind(id: \"unused\"),\n", "kind unused"),
    ] {
        let changed = scene.replacen(section, &format!("{section}{declaration}"), 1);
        assert_ne!(changed, scene, "{section}");
        for (first, second, only_in_first) in [(&scene, &changed, false), (&changed, &scene, true)] {
            let (code, difference, page) = diff(first, second);
            assert_eq!(code, Some(0), "{listed}: {page}");
            assert!(difference.is_empty() && difference.beats.iter().all(|beat| beat.first == beat.second), "{page}");
            let only = if only_in_first { &difference.only_in_first } else { &difference.only_in_second };
            let only: Vec<String> = only.iter().map(|only| format!("{} {}", only.what, only.id)).collect();
            assert_eq!(only, [listed]);
            let file = if only_in_first { "a.ron" } else { "b.ron" };
            assert!(page.contains(&format!("only in {file}: {listed}")), "{page}");
        }
    }
}

#[test]
fn facts_of_one_scene_are_named_by_its_own_table() {
    // The first attribute of one scene is another than that of the other, and candour makes them differ.
    let scene = first_scene();
    let changed = scene
        .replacen("    attributes: [\n", "    attributes: [\n        Attribute(id: \"unused\", start: 0.3),\n", 1)
        .replacen("value: Number(1)", "value: Number(0)", 1);
    let (_, moved, _) = diff(&scene, &changed);
    let (_, plain, _) = diff(&scene, &scene.replacen("value: Number(1)", "value: Number(0)", 1));
    assert_eq!(moved.final_states, plain.final_states);
    assert_eq!(moved.vanished, plain.vanished);
    assert_eq!(moved.new, plain.new);
    assert!(!moved.final_states.is_empty());
}

#[test]
fn every_birth_and_every_death_of_a_century_is_told() {
    let folder = TestFolder::empty();
    folder.write("farm.ron", FARM);
    let out = folder.run_ok(&["run", "farm.ron", "--seed", "1"]);
    let measure = |id: &str| {
        let line = out.lines().find(|line| line.trim_start().starts_with(id)).unwrap_or_else(|| panic!("{id}: {out}"));
        line.split_whitespace().last().and_then(|number| number.replace(',', "").parse::<usize>().ok())
    };
    let told = |words: &str| out.split_whitespace().collect::<Vec<_>>().join(" ").matches(words).count();
    assert_eq!(Some(told(" had a child")), measure("born"));
    assert_eq!(Some(told(" died.")), measure("died"));
    assert_eq!(told(" Again: "), 0, "two people are not one");
    // A full book tells them too.
    folder.write("decade.ron", &FARM.replacen("ends: \"2000-01-01\"", "ends: \"1920-01-01\"", 1));
    let born = folder.run_ok(&["export", "decade.ron", "--seed", "1", "--format", "jsonl"]);
    let born = born.lines().filter(|line| line.contains("\"have_child\"")).count();
    let book = folder.run_ok(&["tell", "decade.ron", "--seed", "1", "--length", "full"]);
    let book = book.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(book.matches(" had a child").count(), born);
}

#[test]
fn an_ambiguous_name_is_asked_back_and_a_key_is_not() {
    let folder = TestFolder::empty();
    let two_dews = longhand_scene::STARTER_SCENE.replacen("Ben Okoro", "Ann Okoro", 1);
    assert_ne!(two_dews, longhand_scene::STARTER_SCENE, "the starter has a Ben");
    folder.write("dew.ron", &two_dews);
    folder.run_ok(&["run", "dew.ron", "--until", "3d", "--record", "dew.story"]);
    for args in [
        &["show", "dew.story", "Ann"][..],
        &["tell", "dew.story", "--pov", "Ann"],
        &["why-not", "dew.story", "coffee", "--who", "Ann"],
    ] {
        let ProgramOutput { code, err, .. } = folder.run(args);
        assert!(code.is_some_and(|code| code > 1), "{args:?}: {err}");
        assert!(err.contains("ann (Ann Moreau)") && err.contains("ben (Ann Okoro)"), "{args:?}: {err}");
    }
    assert!(folder.run_ok(&["show", "dew.story", "ben"]).contains("Ann Okoro"));
}

#[test]
fn a_title_is_not_the_short_name() {
    let folder = TestFolder::empty();
    folder.write("tam.ron", &longhand_scene::STARTER_SCENE.replacen("Ben Okoro", "Old Tam Ferris", 1));
    let out = folder.run_ok(&["run", "tam.ron", "--until", "10d", "--all"]);
    assert!(out.contains("Old Tam") && !out.contains("Old Tam Ferris"), "{out}");
}

#[test]
fn generated_people_share_no_name() {
    let folder = TestFolder::empty();
    let names = "Name(name: \"Agnes Rae\"), Name(name: \"Bo\")";
    folder.write(
        "crowd.ron",
        &format!(
            "Scene(starts: \"2025-01-01\", ends: \"2025-01-03\", kinds: [Kind(id: \"human\", wakes: \"6h\")], \
             population: [Population(kind: \"human\", count: \"30\", names: \"few\")], \
             names: [NameList(id: \"few\", names: [{names}])], record: (also: \"true\"), \
             actions: [Action(id: \"wave\", by: [\"human\"], want: \"1\")])"
        ),
    );
    folder.run_ok(&["run", "crowd.ron", "--record", "crowd.story"]);
    let shown: Vec<String> = (0..30).map(|id| folder.run_ok(&["show", "crowd.story", &format!("#{id}")])).collect();
    let names: std::collections::BTreeSet<&str> =
        shown.iter().filter_map(|page| page.lines().nth(2)?.split("  ").next()).collect();
    assert_eq!(names.len(), 30, "{names:?}");
}

#[test]
fn those_born_in_the_story_are_asked_about_like_anybody() {
    let folder = TestFolder::empty();
    folder.write("farm.ron", &FARM.replacen("ends: \"2000-01-01\"", "ends: \"1960-01-01\"", 1));
    folder.run_ok(&["run", "farm.ron", "--seed", "1", "--record", "farm.story"]);
    // The first agent after the 22 of the start.
    let child = folder.run_ok(&["show", "farm.story", "#22"]);
    assert!(child.contains("age"), "{child}");
    let age = child.split("age ").nth(1).and_then(|rest| rest.split_whitespace().nth(1)?.parse::<f64>().ok());
    assert!(age.is_some_and(|age| age > 20.0), "the years of a child are recorded: {child}");
    assert!(folder.run_ok(&["tell", "farm.story", "--pov", "#22", "--length", "full"]).contains("knew it"));
    let why_not = folder.run(&["why-not", "farm.story", "have_child", "--who", "#22"]);
    assert!(matches!(why_not.code, Some(0 | 1)), "{}", why_not.err);
    assert!(why_not.out.contains("have_child"), "{}", why_not.out);
    for change in [
        &["--forbid", "marry(#22)"][..],
        &["--change", "#22.age = 60", "--at", "1940-01-01"],
        &["--forbid", "have_child(_, #22)"],
    ] {
        let args = [&["what-if", "farm.story"], change].concat();
        let ProgramOutput { code, out, err } = folder.run(&args);
        assert!(matches!(code, Some(0 | 1)), "{args:?}: {out}{err}");
        assert!(out.contains("Divergence") || out.contains("No difference"), "{out}");
    }
    let ProgramOutput { code, err, .. } = folder.run(&["what-if", "farm.story", "--forbid", "marry(nobody)"]);
    assert!(code.is_some_and(|code| code > 1) && err.contains("`nobody`"), "{err}");
    let graph = folder.run(&["export", "farm.story", "--format", "dot", "--around", "#22", "--depth", "1"]);
    assert_eq!(graph.code, Some(0), "{}", graph.err);
}

const MASK: &str = r#"Scene(
    starts: "2025-01-01 08:00", ends: "2025-01-07", tick: "1h",
    kinds: [Kind(id: "human", wakes: "1h")],
    cast: [
        Member(id: "mask", kind: "human", name: "The Mask", pronouns: they),
        Member(id: "ben", kind: "human", name: "Ben Ross"),
        Member(id: "cleo", kind: "human", name: "Cleo Lind"),
    ],
    actions: [
        Action(id: "greet", by: ["mask"], roles: {"other": "[ben, cleo]"}, want: "1", cooldown: "5h", telling: Always),
    ],
    triggers: [
        Trigger(id: "confide", by: ["mask"], about: {"other": "[ben]"}, when: "elapsed >= 1d", once: true,
            does: ["other is told name(self) = 'Diego Vega'"], telling: Always),
        Trigger(id: "unmask", by: ["mask"], when: "elapsed >= 3d", once: true,
            does: ["self is named 'Diego Vega'", "voice self as he"], telling: Always),
    ],
    prose: [
        Prose(id: "greet", say: ["{{ self }} greeted {{ other }} on {{ date }}, and {{ self.he }} smiled."]),
        Prose(id: "confide", say: ["{{ self }} confided in {{ other }}."]),
        Prose(id: "unmask", say: ["The mask fell: it was {{ self.name }}."]),
    ],
)"#;

#[test]
fn the_past_is_told_with_the_names_of_the_time() {
    let folder = TestFolder::empty();
    folder.write("mask.ron", MASK);
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let out = flat(folder.run_ok(&["run", "mask.ron", "--record", "mask.story"]));
    let (before, after) = out.split_once("The mask fell: it was Diego Vega.").unwrap_or_else(|| panic!("{out}"));
    assert!(before.contains("The Mask greeted") && before.contains("they smiled") && !before.contains("Diego"), "{out}");
    assert!(after.contains("Diego greeted") && after.contains("he smiled") && !after.contains("The Mask greeted"), "{out}");
    // The recorded story says the same, whoever asks and whenever.
    assert!(folder.run_ok(&["show", "mask.story", "mask", "--at", "2d"]).contains("The Mask"));
    assert!(!folder.run_ok(&["show", "mask.story", "mask", "--at", "2d"]).contains("Diego"));
    assert!(folder.run_ok(&["show", "mask.story", "the mask"]).contains("Diego Vega"), "an earlier name finds him");
    let book = |pov: &str| flat(folder.run_ok(&["tell", "mask.story", "--length", "full", "--pov", pov]));
    let first = |text: &str, words: &str| text.find(words).unwrap_or(usize::MAX);
    assert!(book("cleo").contains("The Mask") && book("ben").contains("Diego"));
    let (ben, cleo) = (book("ben"), book("cleo"));
    assert!(first(&ben, "Diego") < first(&ben, "The mask fell"), "Ben knew it before: {ben}");
    assert!(first(&cleo, "The Mask greeted") < first(&cleo, "Diego"), "{cleo}");
}

#[test]
fn a_change_of_name_is_a_fact_with_a_cause_and_resumes_with_the_run() {
    let folder = TestFolder::empty();
    folder.write("mask.ron", MASK);
    folder.run_ok(&["run", "mask.ron", "--record", "whole.story"]);
    folder.run_ok(&["run", "mask.ron", "--until", "4d", "--record", "part.story"]);
    folder.run_ok(&["run", "--resume", "part.story", "--until", "6d"]);
    let tell = |story: &str| folder.run_ok(&["tell", story, "--length", "full", "--pov", "ben"]);
    assert_eq!(tell("whole.story"), tell("part.story"));
    let lines = folder.run_ok(&["export", "whole.story", "--format", "jsonl"]);
    let unmask = lines.lines().find(|line| line.contains("\"unmask\"")).unwrap_or_else(|| panic!("{lines}"));
    assert!(unmask.contains("name(mask)"), "{unmask}");
    let told = lines.lines().find(|line| line.contains("\"confide\"")).unwrap_or_else(|| panic!("{lines}"));
    assert!(told.contains("believes(ben, name(mask))"), "{told}");
}

#[test]
fn a_wrong_change_of_name_is_explained() {
    let folder = TestFolder::empty();
    for (effect, message) in [
        ("self is named ''", "a name has 1 to"),
        ("other is told name(self) = 3", "a name is told as a text"),
        ("self is named ben", "a text in quotes"),
        ("self.mood = name(ben)", "name"),
    ] {
        folder.write("wrong.ron", &MASK.replacen("other is told name(self) = 'Diego Vega'", effect, 1));
        let ProgramOutput { code, out, err } = folder.run(&["check", "wrong.ron"]);
        assert!(code.is_some_and(|code| code > 0) && format!("{out}{err}").contains(message), "{effect}: {out}{err}");
    }
}

/// Two of the cast whose short names would be the same are told apart, unless the scene says what they are called.
#[test]
fn two_of_one_first_name_are_called_by_their_full_names() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-03", kinds: [Kind(id: "human", wakes: "6h")],
        cast: [
            Member(id: "lee", kind: "human", name: "Ann Lee"), Member(id: "poe", kind: "human", name: "Ann Poe"),
            Member(id: "rot", kind: "human", name: "Ann Rot", called: "Ann"), Member(id: "ben", kind: "human", name: "Ben Lee"),
        ],
        actions: [Action(id: "greet", by: ["lee"], about: {"who": "[poe]", "also": "[rot]", "ben": "[ben]"}, want: "1", cooldown: "9d",
            telling: Always, say: ["{{ self }} greeted {{ who }}, {{ also }} and {{ ben }}."])],
    )"#;
    let folder = TestFolder::empty();
    folder.write("anns.ron", text);
    let out = folder.run_ok(&["run", "anns.ron"]);
    assert!(out.contains("Ann Lee greeted Ann Poe, Ann and Ben."), "{out}");
}

/// A child has the surname of its parent and no number or title, a patronym follows from the given name, and the pronouns of its name make a
/// son or a daughter.
#[test]
fn surnames_are_no_numbers_and_a_newborn_has_the_pronouns_of_its_name() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-03",
        kinds: [Kind(id: "human", wakes: "6h", surname: Father), Kind(id: "norse", wakes: "6h", surname: Patronym(son: "sson", daughter: "sdottir"))],
        ties: [Tie(id: "child_of", kinship: ChildOf)],
        names: [
            NameList(id: "girls", names: [(name: "Ada", pronouns: she)]), NameList(id: "more_girls", names: [(name: "Sigrid", pronouns: she)]),
            NameList(id: "boys", names: [(name: "Olaf", pronouns: he)]),
        ],
        cast: [
            Member(id: "ann", kind: "human", name: "Ann van der Lee", pronouns: she), Member(id: "bo", kind: "human", name: "Bo 2", called: "Bo 2", pronouns: he),
            Member(id: "tam", kind: "human", name: "Old Tam Weir", pronouns: he), Member(id: "leif", kind: "norse", name: "Leif 3", called: "Leif 3", pronouns: he),
            Member(id: "mrs", kind: "human", name: "Mrs Dalloway", pronouns: she),
        ],
        triggers: [
            Trigger(id: "birth_a", by: ["ann"], when: "elapsed > 1h", does: ["create human of self, tam as one", "name one from girls"], telling: Always, say: ["{{ one.name }}: {{ one.he }}."]),
            Trigger(id: "birth_b", by: ["ann"], when: "elapsed > 7h", does: ["create human of self, bo as one", "name one from boys"], telling: Always, say: ["{{ one.name }}: {{ one.he }}."]),
            Trigger(id: "birth_c", by: ["ann"], when: "elapsed > 13h", does: ["create norse of self, leif as one", "name one from more_girls"], telling: Always, say: ["{{ one.name }}: {{ one.he }}."]),
            Trigger(id: "birth_d", by: ["ann"], when: "elapsed > 19h", does: ["create norse of self, leif as one", "name one from boys"], telling: Always, say: ["{{ one.name }}: {{ one.he }}."]),
            Trigger(id: "wed", by: ["mrs", "bo", "tam"], when: "elapsed > 25h", does: ["self takes surname of ann"], telling: Always, say: ["{{ self }} is {{ self.name }}."]),
            Trigger(id: "has_none", by: ["ann"], when: "elapsed > 31h", does: ["self takes surname of leif"], telling: Always, say: ["{{ self.name }}."]),
        ],
    )"#;
    let folder = TestFolder::empty();
    folder.write("births.ron", text);
    let out = folder.run_ok(&["run", "births.ron"]);
    for told in [
        "Ada Weir: she.",
        "Olaf: he.",
        "Sigrid Leifsdottir: she.",
        "Olaf Leifsson: he.",
        "Mrs van der Lee is Mrs van der Lee.",
        "Bo van der Lee is Bo van der Lee.",
        "Old Tam is Old Tam van der Lee.",
        "Ann van der Lee.",
    ] {
        assert!(out.contains(told), "{told}: {out}");
    }
}

const NURSERY: &str = r#"Scene(
    starts: "2030-01-01", ends: "2032-01-01", tick: "1d",
    kinds: [Kind(id: "child", wakes: "10d"), Kind(id: "adult", wakes: "10d")],
    attributes: [Attribute(id: "height", range: (0, 3))],
    ties: [Tie(id: "child_of", kinship: ChildOf)],
    cast: [Member(id: "ann", kind: "adult", name: "Ann"), Member(id: "ben", kind: "adult", name: "Ben")],
    triggers: [
        Trigger(id: "birth", by: ["ann"], about: {"other": "[ben]"}, when: "elapsed > 20d", cooldown: "200d", does: ["create child of self, other as baby"], say: ["A child."]),
        Trigger(id: "grows", by: ["child"], when: "age(self) > 1", does: ["self becomes adult"], say: ["{{ self }} was grown."]),
        Trigger(id: "walks", by: ["adult", "child"], when: "age(self) > 1.2 and chance(0.3)", cooldown: "40d", does: ["self.height += 0.1"], say: ["A walk."]),
    ],
    record: Record(also: "true"),
)"#;

/// Somebody born in the run is the same in both runs, whatever it becomes in one of them.
#[test]
fn a_birth_is_the_same_event_though_the_child_becomes_another_kind_in_one_run() {
    let folder = TestFolder::empty();
    folder.write("nursery.ron", NURSERY);
    let forbidden = folder.run_ok(&["what-if", "nursery.ron", "--forbid", "grows(#2)", "--json", "-"]);
    let difference: RunDiff = serde_json::from_str(&forbidden).unwrap_or_else(|error| panic!("{error}: {forbidden}"));
    let divergence = difference.divergence.as_ref().expect("they differ");
    let prevented = divergence.only_first.as_ref().expect("an event is missing");
    assert_eq!((prevented.kind.as_str(), divergence.common_prefix), ("grows", prevented.event as usize), "{divergence:?}");
    assert_eq!(divergence.only_second, None);
    assert_eq!(difference.vanished.iter().map(|group| group.kind.as_str()).collect::<Vec<_>>(), Vec::<&str>::new());
}

/// Two runs with the same events, which change other facts.
#[test]
fn what_the_same_events_change_otherwise_is_said() {
    let (code, difference, page) = diff(NURSERY, &NURSERY.replacen("height += 0.1", "height += 0.2", 1));
    assert_eq!(code, Some(1));
    let divergence = difference.divergence.as_ref().expect("they differ");
    let changed = divergence.changed.as_ref().expect("they change other facts");
    assert_eq!(changed.event.event as usize, divergence.common_prefix);
    assert_eq!(changed.facts[0].first.as_ref().expect("changed in both").1, "0.1");
    let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("No event is missing, new or at another time."), "{page}");
    assert!(flat.contains("height went from 0 to 0.2 instead of from 0 to 0.1."), "{page}");
}
