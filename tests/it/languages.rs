//! Stories in other languages than English: no word of the engine is left in English, and the forms of English words.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::harness::{TestFolder, load_scene, repository, simulate, with_seed};
use longhand_analysis::{NarratedRun, Run};
use longhand_narrative::book::{BookOptions, NarrativeLength, epub, html, markdown, write_book};
use longhand_scene::Scenario;

const GERMAN: &str = "../tests/cases/languages/hafen.ron";
const ARABIC: &str = "../tests/cases/languages/bahr.ron";
/// The first scene, with texts in these languages.
const FIRST_IN_GERMAN: &str = "../tests/cases/languages/uhr.ron";
const FIRST_IN_ARABIC: &str = "../tests/cases/languages/saa.ron";

/// The lines of the run, as it is told while it is simulated.
fn told_lines(scenario: &Arc<Scenario>, seed: u64) -> Vec<String> {
    let run = || Run::new(scenario.clone(), with_seed(seed), None);
    [NarratedRun::selected(run()), NarratedRun::every_event(run())]
        .into_iter()
        .flat_map(|mut told| {
            let mut lines = Vec::new();
            while told.step(&mut lines) {}
            lines
        })
        // The number of an event, `[12]`, is not a part of the story: commands take it.
        .map(|told| match told.line.text.split_once(" [") {
            Some((time, rest)) => format!("{time}{}", rest.split_once(']').map_or(rest, |(_, rest)| rest)),
            None => told.line.text,
        })
        .collect()
}

/// The text of a page, with its labels but without its elements and style.
fn page_text(page: &str) -> String {
    let body = page.split_once("</style>").map_or(page, |(_, body)| body);
    let mut text = String::new();
    for part in body.split('<') {
        let (tag, after) = part.split_once('>').unwrap_or(("", part));
        for label in ["aria-label=\"", "title=\""] {
            text.extend(
                tag.split_once(label).and_then(|(_, value)| value.split_once('"')).map(|(value, _)| format!(" {value} ")),
            );
        }
        text.push_str(after);
        text.push(' ');
    }
    for (entity, c) in [("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        text = text.replace(entity, c);
    }
    text
}

/// Every text of a scene that reaches a reader, over several seeds: its lines, and its books in every length and format.
fn all_texts(scene: &str, pov: &str) -> Vec<String> {
    let scenario = load_scene(scene, &[]);
    let mut texts = Vec::new();
    for seed in 1..=3 {
        texts.extend(told_lines(&scenario, seed));
        let run = simulate(&scenario, with_seed(seed), None);
        let (chronicle, end) = (run.chronicle(), run.simulation().now());
        let pov = scenario.schema.agent(pov);
        for (length, pov) in [
            (NarrativeLength::Short, None),
            (NarrativeLength::Medium, None),
            (NarrativeLength::Full, None),
            (NarrativeLength::Medium, pov),
        ] {
            let book = write_book(&scenario, chronicle, seed, &BookOptions { length, pov, whose: None });
            // A short run may have nothing for a page or for one point of view.
            if book.chapters.is_empty() {
                assert!((length, pov) != (NarrativeLength::Medium, None), "{scene}: nothing is told with seed {seed}");
                continue;
            }
            texts.extend([markdown(&book, &chronicle.agents), page_text(&html(&book, &scenario, chronicle, end))]);
            let packed = epub(&book, &chronicle.agents, 7).expect("the book can be packed");
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).expect("an EPUB is a zip archive");
            let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
            for name in names.iter().filter(|name| name.ends_with(".xhtml")) {
                let page = std::io::read_to_string(archive.by_name(name).expect("it is listed")).expect("UTF-8");
                texts.push(page_text(page.split_once("<body>").expect("a page has a body").1));
            }
        }
    }
    texts
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The words in the messages of a table.
fn table_words(table: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        // Only the text: no id, no variables and selectors, no names of variants.
        let text = if line.starts_with([' ', '*']) { line } else { line.split_once('=').map_or("", |(_, text)| text) };
        let text = text.split_once(']').map_or(text, |(_, text)| text);
        let mut depth = 0;
        let outside: String = text
            .chars()
            .filter(|&c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0 && c != '}'
            })
            .collect();
        let is_attribute = line.trim_start().starts_with('.');
        let outside = if is_attribute { outside.split_once('=').map_or("", |(_, text)| text).to_owned() } else { outside };
        all.extend(words(&outside));
    }
    all
}

#[test]
fn a_german_story_has_no_english_word_of_the_engine() {
    let english = table_words(include_str!("../../crates/longhand_language/locales/en.ftl"));
    let german = table_words(include_str!("../../crates/longhand_language/locales/de.ftl"));
    assert!(english.contains("meanwhile") && english.contains("knew") && !english.contains("number"), "{english:?}");
    // Words of both languages, and letters.
    let foreign: BTreeSet<&String> = english.difference(&german).filter(|word| word.len() > 1).collect();
    assert!(foreign.len() > 150, "{}", foreign.len());
    let mut found = BTreeSet::new();
    for text in [(GERMAN, "ben"), (FIRST_IN_GERMAN, "nora")].into_iter().flat_map(|(scene, pov)| all_texts(scene, pov)) {
        for line in text.lines() {
            found.extend(words(line).filter(|word| foreign.contains(word)).map(|word| format!("{word}: {line}")));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn an_arabic_story_has_no_latin_letter() {
    // The scene of the case gives its ids in Latin letters, and does not say its language.
    for (scene, pov, ids) in [
        (ARABIC, "yusuf", &[][..]),
        (FIRST_IN_ARABIC, "nora", &[][..]),
        ("../tests/cases/08-arabic/souq.ron", "yusuf", &["walk", "tea", "affection", "friends"]),
    ] {
        for text in all_texts(scene, pov) {
            for line in text.lines() {
                let line = ids.iter().fold(line.to_owned(), |line, id| line.replace(id, ""));
                assert!(!line.contains(|c: char| c.is_ascii_alphanumeric()), "{scene}: {line}");
            }
        }
    }
}

#[test]
fn the_pages_have_the_language_and_the_direction() {
    for (scene, lang, dir) in [(GERMAN, "de", false), (ARABIC, "ar", true), ("first.ron", "en", false)] {
        let scenario = load_scene(scene, &[]);
        let run = simulate(&scenario, with_seed(1), None);
        let book = write_book(&scenario, run.chronicle(), 1, &BookOptions::default());
        let page = html(&book, &scenario, run.chronicle(), run.simulation().now());
        assert!(page.contains(&format!("lang=\"{lang}\"")), "{scene}");
        assert_eq!(page.contains("dir=\"rtl\""), dir, "{scene}");
        let packed = epub(&book, &run.chronicle().agents, 7).expect("the book can be packed");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).expect("an EPUB is a zip archive");
        let mut file = |name: &str| std::io::read_to_string(archive.by_name(name).expect("it exists")).expect("UTF-8");
        let package = file("EPUB/book.opf");
        assert!(package.contains(&format!("<dc:language>{lang}</dc:language>")), "{package}");
        assert_eq!(package.contains("page-progression-direction=\"rtl\""), dir, "{package}");
        assert_eq!(file("EPUB/c1.xhtml").contains("dir=\"rtl\""), dir);
    }
}

#[test]
fn the_included_scenes_of_other_languages_are_valid() {
    for scene in [GERMAN, ARABIC, FIRST_IN_GERMAN, FIRST_IN_ARABIC] {
        let path = repository().join("scenes").join(scene);
        let loaded = longhand_narrative::load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.is_empty(), "{scene}: {}", loaded.warnings);
    }
}

#[test]
fn english_words_have_the_right_forms() {
    let scene = repository().join("tests/cases/15-english-forms/forms.ron");
    let folder = TestFolder::empty();
    let told = folder.run_ok(&["run", scene.to_str().expect("UTF-8")]);
    for right in [
        "A useful tool / a unicorn / a university / an hour / an honest man / an heir / a one-eyed cat / a European / an uncle / an \
         umbrella / an unusual day / an uninvited guest / an FBI agent / an 8-year-old / an 11th hour / an MP / a once-lover / a ewe / \
         a ukulele / a hotel / a herb / an X-ray / a Ukrainian / a euro / a yew",
        "Wolves / elves / knives / children / men / women / sheep / oxen / mice / geese / teeth / feet / people / photos / potatoes / \
         churches / boxes / days / cities / roofs / beliefs / crises / aircraft / mothers-in-law / leaves / heroes / pianos / deer / wives",
        "Goes / does / has / is / watches / tries / plays / fixes / kisses / goes out / echoes / says / undoes / outdoes / could / must / \
         buzzes / flies away",
        "No knives / one knife / two knives / 1.5 knives / minus one child / 0.5 seconds / 0 seconds / one day / one year / one week",
        "bosses",
    ] {
        let flat: String = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(right), "{right}\n{told}");
    }
}

/// Twelve is the only number of Arabic that has a case of its own beside two.
#[test]
fn twelve_in_arabic_has_cases() {
    use longhand_language::{Language, NumberStyle};
    let language = load_scene(ARABIC, &[]).language.clone();
    let days = |case: &str| language.duration(12.0 * 86_400.0, &[("case", case)]);
    assert_eq!([days("nominative"), days("genitive")], ["اثنا عشر يومًا", "اثني عشر يومًا"]);
    let amount = |language: &Language, id: &str| language.format_amount(id, 12.0, NumberStyle::Words, &[]);
    assert_eq!(amount(&language, "ago-days"), "قبل اثني عشر يومًا");
    assert_eq!(amount(&language, "ago-years"), "قبل اثنتي عشرة سنة");
    assert_eq!(language.times(12.0), "اثنتي عشرة مرة");
    assert_eq!(language.counted(12.0, "رسالة", &[("case", "accusative")]).expect("known"), "اثنتي عشرة رسالةً");
    assert_eq!(language.counted(12.0, "قارب", &[]).expect("known"), "اثنا عشر قاربًا");
}

/// Checks a scene and returns what `longhand check` prints.
fn check(files: &[(&str, &str)]) -> String {
    match longhand_narrative::load_text(files[0].0, files, &[]) {
        Ok(loaded) => loaded.warnings.to_string(),
        Err(problems) => problems.to_string(),
    }
}

fn scene(more: &str) -> String {
    format!(
        "Scene(starts: \"2030-01-01\", ends: \"2030-02-01\", kinds: [Kind(id: \"human\", wakes: \"1d\")], \
         cast: [Member(id: \"ann\", kind: \"human\"), Member(id: \"ben\", kind: \"human\")], \
         actions: [Action(id: \"walk\", want: \"1\")], {more})"
    )
}

#[test]
fn faults_of_a_language_are_reported_at_their_places() {
    let of = |more: &str| check(&[("a.ron", &scene(more))]);
    assert_eq!(of("language: \"de\""), "");
    let arabic = "prose: [Prose(id: \"walk\", say: [\"شربت {{ self }} الشاي في السوق القديم.\"])]";
    assert_eq!(of(arabic), "", "the script says the language");
    let russian = "prose: [Prose(id: \"walk\", say: [\"{{ self }} гуляет по городу.\"])]";
    assert!(of(russian).contains("say the language of the texts: `language: \"ru\"`"), "{}", of(russian));
    let persian = "prose: [Prose(id: \"walk\", say: [\"{{ self }} در پارک گردش می‌کند.\"])]";
    assert!(of(persian).contains("`language: \"fa\"`"), "{}", of(persian));
    assert!(of("language: \"german language\"").contains("error[language]: `german language` is not the tag of a language"));
    assert!(of("direction: \"up\"").contains("write `ltr` or `rtl`"));
    assert!(of("language: \"fr\"").contains("warning[words]: there is no table of words for the language `fr`"));
    assert!(of("forms: {\"child\": {\"plurl\": \"children\"}}").contains("did you mean `plural`?"));
    assert!(of("forms: {\"Kind\": {\"gender\": \"neutr\"}}").contains("did you mean `neuter`?"));
    assert!(of("forms: {\"child\": 3}").contains("error[syntax]"));
    assert!(of("words: \"none.ftl\"").contains("there is no file `none.ftl`"));
    let with_words = |words: &str| {
        let scene = scene("language: \"de\", words: \"own.ftl\"");
        check(&[("a.ron", &scene), ("own.ftl", words)])
    };
    assert_eq!(with_words("month-1 = Jänner\n"), "");
    let unknown = with_words("\n\nmnth-1 = Jänner\n");
    assert!(unknown.contains("own.ftl:3:1: warning[words]: nothing uses a message `mnth-1`"), "{unknown}");
    assert!(with_words("ago-days = vor { $tage } Tagen\n").contains("unknown variable: $tage"));
    let unknown_form = of("language: \"de\", prose: [Prose(id: \"walk\", say: [\"{{ 3 | counted('Buch') }}\"])]");
    assert!(unknown_form.contains("the form `other` of `Buch` is not known"), "{unknown_form}");
}

#[test]
fn a_table_of_the_scene_replaces_words() {
    let text = scene(
        "language: \"de-AT\", words: \"own.ftl\", prose: [Prose(id: \"walk\", say: [\"Im {{ month }} {{ 2 | times }}.\"])]",
    );
    let files = [("a.ron", text.as_str()), ("own.ftl", "month-1 = Jänner\n")];
    let scenario = longhand_narrative::load_text("a.ron", &files, &[]).expect("it is valid").scenario;
    // A recorded story has the table among its sources.
    assert_eq!(scenario.sources.len(), 2);
    assert!(told_lines(&Arc::new(scenario), 1).contains(&"Im Jänner zweimal.".to_owned()));
}

#[test]
fn self_in_an_introduction_is_reported_with_what_to_write() {
    let of = |say: &str| check(&[("a.ron", &scene(&format!("prose: [Prose(id: \"introduce/ann\", say: [\"{say}\"])]")))]);
    let warning = of("{{ self }} had the only boat.");
    assert!(warning.contains("unknown name `self`") && warning.contains("write `{{ ann }}`, the id of the member"), "{warning}");
    assert_eq!(of("{{ ann }} had the only boat, and told {{ ben }} {{ 'self' }}."), "");
    assert!(of("{% if self %}{{ self.he }}{% endif %}").is_empty(), "it is tested first");
}

const PAGE: &str = include_str!("../../docs/languages.md");

/// The code blocks of a language in the page.
fn blocks(kind: &str) -> Vec<&'static str> {
    let opening = format!("```{kind}\n");
    PAGE.split(&opening).skip(1).map(|block| block.split_once("\n```").expect("a code block ends").0).collect()
}

#[test]
fn the_examples_of_the_page_are_valid() {
    let tables = blocks("ftl");
    assert_eq!((blocks("ron").len(), tables.len()), (3, 1));
    for block in blocks("ron") {
        let text = scene(block.trim_end_matches(','));
        let problems = check(&[("a.ron", &text), ("austrian.ftl", tables[0])]);
        assert_eq!(problems, "", "{block}");
    }
}

#[test]
fn the_templates_of_the_page_say_what_it_shows() {
    let forms = blocks("ron").into_iter().find(|block| block.starts_with("forms")).expect("an example of forms");
    let (mut lang, mut examples) = ("", 0);
    for row in PAGE.lines().filter(|row| row.starts_with("| ")) {
        // A bar inside the code of a table cell is written `\|`.
        let row = row.replace("\\|", "\u{1}");
        let cells: Vec<String> = row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect();
        match cells[1].as_str() {
            "template (de)" => lang = "de",
            "template (ar)" => lang = "ar",
            _ if cells[1].starts_with('`') => {
                let (ann, ben) = if lang == "de" { ("Anna", "Ben") } else { ("ليلى", "يوسف") };
                let template = cells[1].trim_matches('`');
                let text = format!(
                    "Scene(language: \"{lang}\", {forms} starts: \"2025-01-06 08:00\", ends: \"2025-01-07\", tick: \"1h\", \
                     kinds: [Kind(id: \"human\", wakes: \"1h\")], cast: [Member(id: \"ann\", kind: \"human\", name: \"{ann}\", pronouns: she), \
                     Member(id: \"ben\", kind: \"human\", name: \"{ben}\", pronouns: he)], \
                     actions: [Action(id: \"w\", by: [\"ann\"], roles: {{\"friend\": \"agents(human) where friend == ben\"}}, \
                     want: \"9\", cooldown: \"9d\", telling: Always)], prose: [Prose(id: \"w\", say: [r#\"{template}\"#])])",
                    forms = format_args!("{},", forms.trim_end_matches(',')),
                );
                let loaded = longhand_narrative::load_text("a.ron", &[("a.ron", &text)], &[]);
                let scenario = Arc::new(loaded.unwrap_or_else(|problems| panic!("{problems}")).scenario);
                let lines = told_lines(&scenario, 1);
                assert!(lines.contains(&cells[2]), "{template}: {lines:?}");
                examples += 1;
            }
            _ => {}
        }
    }
    assert!(examples >= 17, "{examples}");
}
