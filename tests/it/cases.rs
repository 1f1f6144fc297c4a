//! Cases from the trackers of other tools: each is a scene as its author wrote it, run by the real program, with the value that is right.
//!
//! Scenes are in `tests/cases`. Where one used a workaround for what can be said now, `check` says what to write, and the mended scene gives
//! the right value. Cases about dates, refusals and beats are in `calendar`, `answers` and `sift`.

use crate::harness::{ProgramOutput, TestFolder, repository};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A scene, a seed, and what its measures must be.
type MeasuredCase<'a> = (&'a str, u64, &'a [(&'a str, Right)]);

/// What a measure must be.
#[derive(Clone, Copy, Debug)]
enum Right {
    Is(f64),
    Within(f64, f64),
}
use Right::{Is, Within};

fn case_path(path: &str) -> std::path::PathBuf {
    repository().join("tests/cases").join(path)
}

fn case_text(path: &str) -> String {
    fs::read_to_string(case_path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text with replacements, each of which must apply.
fn mended(text: &str, replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

fn measures(report: &Value) -> BTreeMap<String, f64> {
    let measures = report["measures"].as_object().expect("measures");
    measures.iter().filter_map(|(id, value)| Some((id.clone(), value.as_f64()?))).collect()
}

/// The measures of a run of a scene.
fn run_measures(text: &str, args: &[&str]) -> BTreeMap<String, f64> {
    let folder = TestFolder::empty();
    folder.write("scene.ron", text);
    let out = folder.run_ok(&[&["run", "scene.ron", "--json", "-"], args].concat());
    measures(&serde_json::from_str(&out).expect("a report"))
}

/// Words with single spaces, as lines of a page are broken anywhere.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What `check` says of a scene.
fn check(text: &str) -> String {
    let folder = TestFolder::empty();
    folder.write("scene.ron", text);
    let ProgramOutput { out, err, .. } = folder.run(&["check", "scene.ron"]);
    flat(&format!("{out}{err}")).replace("│ ", "")
}

/// Scenes that give the right values as they are, over several seeds.
#[test]
fn measures_of_unchanged_scenes() {
    let table: &[MeasuredCase<'_>] = &[
        (
            "01-generations/farm.ron",
            1,
            &[
                ("born", Within(500.0, 3000.0)),
                ("died", Within(80.0, 400.0)),
                ("widowed", Within(30.0, 200.0)),
                ("deepest_line", Within(3.0, 9.0)),
            ],
        ),
        (
            "02-widow-not-divorced/widow.ron",
            1,
            &[("idas_partners", Is(0.0)), ("still_married_to_the_dead", Is(0.0)), ("alone_again", Within(1.0, 3.0))],
        ),
        (
            "11-rumour/rumour.ron",
            3,
            &[("believers", Within(15.0, 22.0)), ("mara_believes_it", Is(0.0)), ("largest_debt_believed", Within(100.0, 1000.0))],
        ),
        ("20-last-loaf/loaf.ron", 4, &[("baked", Is(30.0)), ("taken", Is(30.0)), ("eaten", Is(30.0))]),
        ("20-last-loaf/loaf_role.ron", 4, &[("taken", Is(30.0)), ("eaten", Is(30.0))]),
        ("20-last-loaf/loaf_guard.ron", 4, &[("taken", Is(30.0)), ("eaten", Is(30.0))]),
        ("23-two-clans/becomes.ron", 3, &[("thunder_size", Is(2.0))]),
    ];
    for (scene, seeds, rights) in table {
        let text = case_text(scene);
        for seed in 1..=*seeds {
            let found = run_measures(&text, &["--seed", &seed.to_string()]);
            for (id, right) in *rights {
                let value = found[*id];
                let is_right = match *right {
                    Is(wanted) => value == wanted,
                    Within(low, high) => (low..=high).contains(&value),
                };
                assert!(is_right, "{scene}, seed {seed}: {id} is {value}, not {right:?}");
            }
        }
    }
}

/// 01: somebody is widowed whenever a husband or wife dies, and every birth and death is told (`identity` counts the sentences).
#[test]
fn a_widow_for_each_death_of_a_spouse() {
    let folder = TestFolder::empty();
    folder.write("farm.ron", &case_text("01-generations/farm.ron"));
    let out = flat(&folder.run_ok(&["run", "farm.ron", "--seed", "1"]));
    assert!(out.matches(" was alone now, without ").count() > 30, "{out}");
}

/// 02: death and divorce are two things, and both are told.
#[test]
fn a_widow_is_not_divorced() {
    let folder = TestFolder::empty();
    folder.write("widow.ron", &case_text("02-widow-not-divorced/widow.ron"));
    folder.run_ok(&["run", "widow.ron", "--record", "w.story"]);
    assert!(!folder.run_ok(&["show", "w.story", "ida"]).contains("Otto: married"));
    let why_not = folder.run(&["why-not", "w.story", "alone_again"]);
    assert!(flat(&why_not.out).contains("happened"), "{}", why_not.out);
}

/// 05: the wide purse conserves the sum; what the others lose is counted and said, and `move` conserves it.
#[test]
fn money_is_conserved_or_its_loss_is_said() {
    let text = case_text("05-money-is-conserved/market.ron");
    let found = check(&text);
    assert!(found.contains("may leave the range of `coins`") && found.contains("move"), "{found}");
    let folder = TestFolder::empty();
    folder.write("market.ron", &text);
    let report: Value = serde_json::from_str(&folder.run_ok(&["run", "market.ron", "--json", "-"])).expect("a report");
    let found = measures(&report);
    assert_eq!(found["silver"], 50.0);
    assert!(found["coins"] < 50.0, "{found:?}");
    let lost: f64 = report["limited"].as_array().expect("a list").iter().filter_map(|limited| limited["times"].as_f64()).sum();
    assert!(lost > 20.0, "{report}");
    assert!(folder.run_ok(&["run", "market.ron"]).contains("pay: `coins` was cut off at its range"));
    let moved = mended(
        &text,
        &[(
            r#""self.coins -= 1", "to.coins += 1", "self.silver -= 1", "to.silver += 1", "self.cents -= 0.1", "to.cents += 0.1""#,
            r#""move 1 coins from self to to", "move 1 silver from self to to", "move 0.1 cents from self to to""#,
        )],
    );
    let found = run_measures(&moved, &[]);
    assert_eq!((found["coins"], found["silver"]), (50.0, 50.0));
    assert!((found["cents"] - 3.0).abs() < 1e-3 && found["payments"] > 100.0, "{found:?}");
}

/// 07: all three widows are told, though the scene names one role; with `each`, all guests are named too.
#[test]
fn all_of_three_partners() {
    let text = case_text("07-three-partners/house.ron");
    assert!(!check(&text).contains("warning"), "{}", check(&text));
    let folder = TestFolder::empty();
    folder.write("house.ron", &text);
    let out = folder.run_ok(&["run", "house.ron"]);
    for widow in ["Ann", "Cleo", "Dan"] {
        assert!(out.contains(&format!("{widow} heard that Ben was dead.")), "{out}");
    }
    // Those who learn of it may also be said one by one, as the author found.
    for scene in ["07-three-partners/house.ron", "07-three-partners/house2.ron"] {
        let found = run_measures(&case_text(scene), &[]);
        assert_eq!((found["widows_grieving"], found["heard"], found["grieves"], found["dans_partners"]), (3.0, 3.0, 3.0, 3.0));
    }
    let each = mended(
        &text,
        &[
            (
                r#""widow": "ties(self, married)"}, does: ["widow.grief += 0.8", "widow learns self.dead"]"#,
                r#""widows": "each ties(self, married)"}, does: ["for v in widows: v.grief += 0.8", "for v in widows: v learns self.dead"]"#,
            ),
            ("{{ widow }} heard", "{{ widows }} heard"),
            (
                r#"{"one": "ties(self, married)", "two": "ties(self, married) where it != one"}"#,
                r#"{"all": "each ties(self, married)"}"#,
            ),
            ("{{ [one, two] | list }}", "{{ all }}"),
        ],
    );
    let found = run_measures(&each, &[]);
    assert_eq!(
        (found["widows_grieving"], found["grieves"], found["partners_of_ann"], found["dans_partners"]),
        (3.0, 3.0, 3.0, 3.0)
    );
    let folder = TestFolder::empty();
    folder.write("house.ron", &each);
    let out = flat(&folder.run_ok(&["run", "house.ron"]));
    assert!(out.contains("Ann, Cleo and Dan heard that Ben was dead"), "{out}");
    assert!(out.contains("Ann had supper with Ben and Cleo,") && out.contains("Ann had supper with Ben, Cleo and Dan,"), "{out}");
}

/// 08: a story whose texts are Arabic is one: its language, its direction, and every word (`languages` reads all of them).
#[test]
fn an_arabic_scene_is_told_in_arabic() {
    let folder = TestFolder::empty();
    folder.write("souq.ron", &case_text("08-arabic/souq.ron"));
    let page = folder.run_ok(&["tell", "souq.ron", "--format", "html"]);
    assert!(page.contains("lang=\"ar\"") && page.contains("dir=\"rtl\"") && !page.contains("lang=\"en\""));
    assert!(check(&case_text("08-arabic/souq.ron")).contains("write `{{ layla }}`"));
}

/// 09: byte order marks, line ends and UTF-16 change nothing; mistakes are reported where they are.
#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let plain = fs::read_to_string(repository().join("scenes/first.ron")).expect("the scene exists");
    let crlf = plain.replace('\n', "\r\n");
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let variants = [
        ("plain.ron", plain.clone().into_bytes()),
        ("crlf.ron", crlf.clone().into_bytes()),
        ("bom.ron", format!("\u{feff}{plain}").into_bytes()),
        ("both.ron", format!("\u{feff}{crlf}").into_bytes()),
        ("utf16.ron", utf16(&format!("\u{feff}{plain}"))),
    ];
    let folder = TestFolder::empty();
    let hash = |(name, bytes): &(&str, Vec<u8>)| {
        fs::write(folder.path(name), bytes).expect("it can be written");
        let ProgramOutput { code, out, err } = folder.run(&["run", name, "--until", "20d", "--json", "-"]);
        if *name == "utf16.ron" && code != Some(0) {
            assert!(format!("{out}{err}").contains("is not UTF-8"), "{out}{err}");
            return None;
        }
        assert_eq!(code, Some(0), "{name}: {err}");
        let report: Value = serde_json::from_str(&out).expect("a report");
        Some(report["hash"].as_str().expect("a hash").to_owned())
    };
    let hashes: Vec<String> = variants.iter().filter_map(hash).collect();
    folder.write("cr.ron", &plain.replace('\n', "\r"));
    let ProgramOutput { code, out, err } = folder.run(&["check", "cr.ron"]);
    assert!(code == Some(1) && flat(&format!("{out}{err}")).contains("save it with line feeds"), "{out}{err}");
    assert!(hashes.len() >= 4 && hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    for (file, expected) in [
        ("dup.ron", &["dup.ron:3:5", "`title`"][..]),
        ("e1.ron", &["e1.ron:1:", "did you mean `title`"]),
        ("tab.ron", &["tab.ron:3:"]),
        ("unclosed.ron", &["unclosed.ron:5:5", "the `[` on line 4 is not closed"]),
        ("wide.ron", &["wide.ron:1:"]),
    ] {
        let ProgramOutput { code, out, err } = crate::harness::run_program(&case_path("09-crlf-bom"), &["check", file]);
        assert_eq!(code, Some(1), "{file}: {out}{err}");
        for part in expected {
            assert!(format!("{out}{err}").contains(part), "{file}, {part}: {out}{err}");
        }
    }
}

/// 10: includes are relative to the file they stand in; circles, wrong paths and ids in two files are reported.
#[test]
fn nested_includes() {
    for (file, code, expected) in [
        ("main.ron", 0, ""),
        ("twice.ron", 0, ""),
        ("win.ron", 1, "write"),
        ("cyc.ron", 1, "cyc_b.ron"),
        ("dir.ron", 1, "parts"),
        ("up.ron", 1, "outside"),
        ("dup.ron", 1, "more.ron"),
        ("two.ron", 0, "title"),
        ("glob.ron", 1, "parts/*.ron"),
        ("mapdup.ron", 1, "`q`"),
    ] {
        let ProgramOutput { code: found, out, err } =
            crate::harness::run_program(&case_path("10-nested-includes"), &["check", file]);
        assert_eq!(found, Some(code), "{file}: {out}{err}");
        assert!(format!("{out}{err}").contains(expected), "{file}: {out}{err}");
    }
}

/// 11: the rumour grows with each hop, and `why` walks back to the lie.
#[test]
fn a_rumour_is_traced_to_the_lie() {
    let folder = TestFolder::empty();
    folder.write("rumour.ron", &case_text("11-rumour/rumour.ron"));
    let out = flat(&folder.run_ok(&["run", "rumour.ron", "--record", "r.story"]));
    assert!(out.contains("owed 65 crowns") || out.contains("“65 crowns,”"), "{out}");
    let events = folder.run_ok(&["export", "r.story", "--format", "jsonl"]);
    let mut retelling = events.lines().filter(|line| line.contains("\"retell\"")).filter_map(|line| {
        let event: Value = serde_json::from_str(line).ok()?;
        event["id"].as_u64()
    });
    let last = retelling.next_back().expect("it is retold").to_string();
    let why = folder.run_ok(&["why", "r.story", &last, "--depth", "30"]);
    assert!(why.contains("Ivo told Bo that Mara stole"), "{why}");
}

/// 12: a run whose file was edited goes on with the scene that was recorded.
#[test]
fn a_run_goes_on_after_its_file_was_edited() {
    let base = fs::read_to_string(repository().join("scenes/first.ron")).expect("the scene exists");
    let renamed = mended(&base, &[("own_up", "come_clean"), ("guilt", "remorse")]);
    let folder = TestFolder::empty();
    folder.write("s.ron", &base);
    folder.run_ok(&["run", "s.ron", "--until", "2025-10-12", "--record", "a.story"]);
    folder.write("s.ron", &renamed);
    let ProgramOutput { code, out, err } = folder.run(&["run", "--resume", "a.story", "--until", "2026-01-31"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(format!("{out}{err}").contains("later changes to its files are ignored"), "{out}{err}");
    folder.run_ok(&["beats", "a.story"]);
    let why_not = folder.run(&["why-not", "a.story", "own_up"]);
    assert!(matches!(why_not.code, Some(0 | 1)), "{}", why_not.err);
    folder.write("plain.ron", &base);
    folder.run_ok(&["run", "plain.ron", "--record", "b.story"]);
    assert_eq!(folder.run(&["diff", "a.story", "b.story"]).code, Some(0));
}

/// 13: of three who are worth the same, each is chosen in about a third of the runs; weights below zero are warned of and counted.
#[test]
fn equal_options_are_drawn_and_weights_are_checked() {
    let text = case_text("13-ties-and-weights/choice.ron");
    assert_eq!(check(&text).matches("this weight may be negative").count(), 3, "{}", check(&text));
    let folder = TestFolder::empty();
    folder.write("choice.ron", &text);
    let sweep: Value =
        serde_json::from_str(&folder.run_ok(&["sweep", "choice.ron", "--seeds", "0..200", "--json", "-"])).expect("a report");
    let runs = sweep["per_seed"].as_array().expect("runs");
    for id in ["ali", "bas", "cas"] {
        let chosen: f64 = runs.iter().filter_map(|run| run["measures"][id].as_f64()).sum();
        assert!((45.0..=90.0).contains(&chosen), "{id}: {chosen} of {}", runs.len());
    }
    assert!(runs.iter().all(|run| run["measures"]["grabs"] == 1.0), "one of two who want the same thing");
    let out = folder.run_ok(&["run", "choice.ron", "--set", "p=-1", "--set", "q=-1"]);
    assert!(out.contains("its weight was below 0"), "{out}");
}

/// 15: English forms (`languages` has all of them).
#[test]
fn english_forms() {
    let folder = TestFolder::empty();
    folder.write("forms.ron", &case_text("15-english-forms/forms.ron"));
    let out = flat(&folder.run_ok(&["run", "forms.ron"]));
    for right in [
        "a ewe / a ukulele",
        "an X-ray / a Ukrainian",
        "olves / elves / knives",
        "mothers-in-law",
        "outdoes",
        "1.5 knives / minus one child",
    ] {
        assert!(out.contains(right), "{right}: {out}");
    }
}

/// 16: the way takes as long as it is far, on foot or at a speed, and nobody meets the one who is on the road.
#[test]
fn the_way_takes_as_long_as_it_is_far() {
    let text = case_text("16-road-and-distance/road.ron");
    let met = |text: &str, until: &str| {
        let folder = TestFolder::empty();
        folder.write("road.ron", text);
        let lines = folder.run_ok(&["export", "road.ron", "--format", "jsonl", "--until", until]);
        let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
        let of = |kind: &str| events.iter().filter(|event| event["kind"] == kind).cloned().collect::<Vec<_>>();
        (of("go_to_port"), of("arrives"), of("greet"))
    };
    let at = |event: &Value| event["at_us"].as_f64().unwrap_or_else(|| panic!("{event}")) / 1e6;
    for (speed, hours) in [("", 10.0), (", speed: \"8\"", 5.0)] {
        let text = mended(&text, &[(r#"Kind(id: "human", wakes"#, &format!(r#"Kind(id: "human"{speed}, wakes"#))]);
        let (left, arrived, greetings) = met(&text, "7d");
        assert_eq!((left.len(), arrived.len()), (1, 1), "{left:?} {arrived:?}");
        assert!((at(&arrived[0]) - at(&left[0]) - hours * 3600.0).abs() < 60.0, "forty kilometres take {hours} hours");
        let of_kai = |event: &&Value| event.to_string().contains("kai");
        let on_the_way = |event: &&Value| of_kai(event) && at(event) > at(&left[0]) && at(event) < at(&arrived[0]);
        assert_eq!(greetings.iter().filter(on_the_way).count(), 0);
        assert!(greetings.iter().any(|event| of_kai(&event) && at(event) > at(&arrived[0])), "he meets Lio in the port");
    }
    let found = check(&text);
    assert!(found.contains("the longest way, from `village` to `port`, takes 10.0 hours"), "{found}");
}

/// 17: a ring that is one of the people is not asked to take part, so it always has one holder and is where its holder is. `check` says how to
/// declare it as a thing; then it can also be looked at.
#[test]
fn a_ring_is_no_guest() {
    let text = case_text("17-ring/ring.ron");
    for seed in 1..=5 {
        let found = run_measures(&text, &["--seed", &seed.to_string()]);
        assert_eq!((found["holders"], found["where_its_holder_is"]), (1.0, 1.0), "seed {seed}");
        assert!(found["changes_of_hand"] >= 1.0, "seed {seed}");
    }
    let found = check(&text);
    assert!(found.contains("`ring` never acts, so `give`, `look_at_it`, `steal` cannot ask it to take part"), "{found}");
    assert!(found.contains("things: [Thing(id: \"ring\", holder: \"…\")]"), "{found}");
    let thing = mended(
        &text,
        &[
            ("        Kind(id: \"thing\"),\n", ""),
            (r#"Tie(id: "holds", about: "has it in the pocket"), Tie(id: "owns")"#, r#"Tie(id: "owns")"#),
            (r#", toward: [Toward(to: "ring", ties: ["holds", "owns"])]"#, ""),
            (
                "        Member(id: \"ring\", kind: \"thing\", name: \"the ring\", called: \"the ring\", pronouns: it),\n    ],",
                "    ],\n    things: [Thing(id: \"ring\", name: \"the ring\", holder: \"ann\", owner: \"ann\")],",
            ),
            (r#"does: ["end holds(victim, what)", "begin holds(self, what)"]"#, r#"does: ["self takes what"]"#),
            (r#"does: ["end holds(self, what)", "begin holds(to, what)"]"#, r#"does: ["self gives what to to"]"#),
            (r#"roles: {"what": "here(self)"}, when: "holds(self, what)""#, r#"about: {"what": "things(self)"}"#),
            (
                "    processes: [\n        Process(id: \"goes along\", by: [\"human\"], every: \"1h\", when: \"holds(self, ring)\", does: [\"ring goes to place(self)\"]),\n    ],\n",
                "",
            ),
            (
                r#"if any(v in ties_to(ring, holds): together(v, ring)) then 1 else 0"#,
                r#"if together(holder(ring), ring) then 1 else 0"#,
            ),
        ],
    );
    assert!(!check(&thing).contains("warning"), "{}", check(&thing));
    for seed in 1..=5 {
        let found = run_measures(&thing, &["--seed", &seed.to_string()]);
        assert_eq!((found["holders"], found["where_its_holder_is"]), (1.0, 1.0), "seed {seed}");
        assert!(found["changes_of_hand"] >= 1.0, "seed {seed}");
    }
}

/// 18: a grid over a parameter, with a column for it in each table (`tables` opens them).
#[test]
fn a_grid_over_a_parameter() {
    let folder = TestFolder::empty();
    fs::copy(repository().join("scenes/first.ron"), folder.path("first.ron")).expect("it can be copied");
    let args =
        ["sweep", "first.ron", "--seeds", "0..4", "--until", "20d", "--set", "candour=0,1,2", "--parquet", "pq", "--csv", "csv"];
    assert!(folder.run_ok(&args).contains("3 combinations"));
    for table in ["runs", "beats", "measures"] {
        assert!(
            folder
                .read(&format!("csv/{table}.csv"))
                .lines()
                .next()
                .is_some_and(|header| header.split(',').any(|name| name == "candour")),
            "{table}"
        );
        let bytes = fs::read(folder.path("pq").join(format!("{table}.parquet"))).expect("a table");
        assert!(bytes.windows(7).any(|window| window == b"candour"), "{table}");
    }
}

/// 19: nobody who is gone is shot, and whoever is gone can be buried, with `also gone` or without.
#[test]
fn the_gone_are_not_shot_and_can_be_buried() {
    let text = case_text("19-gone-in-the-same-tick/battle.ron");
    assert!(!check(&text).contains("gone"), "{}", check(&text));
    let buried = mended(&text, &[("ties(self, comrades) where it.gone", "ties(self, comrades, also gone) where it.gone")]);
    for seed in 1..=8 {
        for text in [&text, &buried] {
            let found = run_measures(text, &["--seed", &seed.to_string()]);
            assert_eq!(found["left"] + found["shots"], 60.0, "seed {seed}: each shot takes one who was there");
            assert_eq!(found["fewest_marches"], found["most_marches"], "seed {seed}");
            assert!(found["burials"] > 3.0, "seed {seed}: {found:?}");
        }
    }
}

/// 22: one run has one hash, wherever it is printed.
#[test]
fn one_run_has_one_hash() {
    let folder = TestFolder::empty();
    fs::copy(repository().join("scenes/first.ron"), folder.path("first.ron")).expect("it can be copied");
    let json = |args: &[&str]| -> Value { serde_json::from_str(&folder.run_ok(args)).expect("a report") };
    let run = json(&["run", "first.ron", "--seed", "3", "--json", "-"]);
    let hash = run["hash"].as_str().expect("a hash");
    assert!(folder.run_ok(&["run", "first.ron", "--seed", "3", "--record", "a.story"]).contains(hash));
    assert_eq!(json(&["sweep", "first.ron", "--seeds", "3..4", "--json", "-"])["per_seed"][0]["hash"], hash);
    assert_eq!(json(&["what-if", "first.ron", "--seed", "3", "--forbid", "tea", "--json", "-"])["first"]["hash"], hash);
    let stored: String = rusqlite::Connection::open(folder.path("a.story"))
        .expect("a database")
        .query_row("SELECT value FROM meta WHERE key = 'hash'", [], |row| row.get(0))
        .expect("a hash");
    assert_eq!(stored, hash);
}

/// 23: groups are agents with members. Only the friend mourns the exile, whether the scene asks for the ties of the dead plainly, lets them hold
/// on, or asks whether they were.
#[test]
fn only_the_friend_mourns_the_exile() {
    let text = case_text("23-two-clans/clans.ron");
    let remains = [
        (r#"Tie(id: "member_of")"#, r#"Tie(id: "member_of", at_death: Remains)"#),
        (r#"Tie(id: "friends", mutual: true)"#, r#"Tie(id: "friends", mutual: true, at_death: Remains)"#),
    ];
    let was =
        [("friends(self, dead) or", "was(friends, self, dead) or"), ("member_of(dead, c)", "was(member_of, dead, c, departure)")];
    for mend in [&[][..], &remains, &was] {
        let mended = mended(&text, mend);
        assert!(!check(&mended).contains("never"), "{}", check(&mended));
        let found = run_measures(&mended, &[]);
        assert_eq!((found["mourners"], found["bee_mourns"], found["thunder_size"]), (1.0, 1.0, 2.0));
        // Who has not been cast out is mourned by the whole clan.
        let member = mended.replace("elapsed > 20d and member_of(who, self)", "elapsed > 900d and member_of(who, self)");
        assert_eq!(run_measures(&member, &[])["mourners"], 2.0);
    }
    // A kind can change; `becomes2` writes it as an attribute, which is refused with what to write.
    let refused = check(&case_text("23-two-clans/becomes.ron").replace("self becomes warrior", "self.kind = warrior"));
    assert!(refused.contains("write `a becomes kind`, as in `self becomes adult`"), "{refused}");
}

/// 24: an additional, unrelated line makes no difference; a renamed rule or person does.
#[test]
fn one_line_more() {
    let base = fs::read_to_string(repository().join("scenes/first.ron")).expect("the scene exists");
    let never = "Action(id: \"never\", by: [\"nora\"], when: \"false\", want: \"1\"),\n";
    let cat = ("    kinds: [\n", "    kinds: [\n        Kind(id: \"cat\", wakes: \"1d\"),\n");
    let tom = "        Member(id: \"tom\", kind: \"cat\", name: \"Tom\", home: \"quay\"),\n";
    let ines = "        Member(id: \"ines\", kind: \"human\", name: \"Ines Sol\", pronouns: she, home: \"bakery\", work: \"bakery\", attributes: {\"courage\": 0.5}),\n";
    let folder = TestFolder::empty();
    folder.write("base.ron", &base);
    let same: [(&str, &[(&str, String)]); 11] = [
        ("an action first", &[("    actions: [\n", format!("    actions: [\n{never}"))]),
        ("an action second", &[("        // Rule 2.", format!("{never}        // Rule 2."))]),
        ("an action last", &[("    ],\n\n    // Events that happen without", format!("{never}    ],\n\n    // Events that happen without"))]),
        ("a trigger first", &[("    triggers: [\n", "    triggers: [\nTrigger(id: \"never_t\", by: [\"nora\"], when: \"false\"),\n".to_owned())]),
        ("a process first", &[("    processes: [\n", "    processes: [\nProcess(id: \"never_p\", by: [\"pim\"], every: \"1d\", when: \"false\", does: [\"self.guilt += 0\"]),\n".to_owned())]),
        ("a kind first", &[(cat.0, cat.1.to_owned())]),
        ("a member first", &[(cat.0, cat.1.to_owned()), ("    cast: [\n", format!("    cast: [\n{tom}"))]),
        ("a member last", &[(cat.0, cat.1.to_owned()), (ines, format!("{ines}{tom}"))]),
        ("two members exchanged", &[(ines, String::new()), ("    cast: [\n", format!("    cast: [\n{ines}"))]),
        ("brackets", &[("who.broke_it and not knows(self, who.broke_it) and hour >= 8 and hour < 17 and chance(0.05)", "(who.broke_it and not knows(self, who.broke_it)) and hour >= 8 and hour < 17 and chance(0.05) and true".to_owned())]),
        ("comments", &[("Scene(\n", "// hello\n\n\nScene(\n".to_owned())]),
    ];
    for (what, edits) in same {
        let edits: Vec<(&str, &str)> = edits.iter().map(|(from, to)| (*from, to.as_str())).collect();
        folder.write("edited.ron", &mended(&base, &edits));
        let ProgramOutput { code, out, err } = folder.run(&["diff", "base.ron", "edited.ron"]);
        assert_eq!(code, Some(0), "{what}: {out}{err}");
        assert!(out.contains("No difference"), "{what}: {out}");
    }
    // What has another name has other draws.
    for edits in [
        &[("\"tea\"", "\"teatime\""), ("sum/tea", "sum/teatime"), ("memory/tea", "memory/teatime")][..],
        &[("\"pim\"", "\"pimm\""), ("[pim]", "[pimm]"), ("nora, pim", "nora, pimm")],
    ] {
        folder.write("edited.ron", &mended(&base, edits));
        let ProgramOutput { code, out, .. } = folder.run(&["diff", "base.ron", "edited.ron"]);
        assert_eq!(code, Some(1), "{out}");
    }
}

/// Every folder of cases is used by a test.
#[test]
fn every_case_has_a_test() {
    let tests = repository().join("tests/it");
    let code: String = fs::read_dir(&tests)
        .expect("the folder exists")
        .filter_map(|entry| fs::read_to_string(entry.expect("an entry").path()).ok())
        .collect();
    let cases = fs::read_dir(case_path("")).expect("the folder exists").map(|entry| entry.expect("an entry").path());
    let unused: Vec<_> =
        cases.filter(|path| !path.file_name().and_then(|name| name.to_str()).is_some_and(|name| code.contains(name))).collect();
    assert!(unused.is_empty(), "{unused:?}");
    assert!(Path::new(&tests).join("cases.rs").is_file());
}
