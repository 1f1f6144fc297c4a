//! Books of runs with many seeds: the English is correct, a point of view contains only what the agent knew, and every format
//! is well-formed.

use crate::english::faults;
use crate::harness::{ProgramOutput, ProgramRun, SCRIPTED, TestFolder, in_two_threads, load_scene};
use longhand_chronicle::Chronicle;
use longhand_expr::ids::{EventId, Instant};
use longhand_narrative::book::{Book, BookOptions, NarrativeLength, ParagraphKind, epub, html, markdown, write_book};
use longhand_narrative::dates::CivilDateTime;
use longhand_narrative::music::{MusicComplexity, compose_score, find_pieces, midi};
use longhand_scene::{NarrationFrequency, Scenario};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

struct SimulatedRun {
    scenario: Arc<Scenario>,
    chronicle: Chronicle,
    seed: u64,
    end: Instant,
}

impl SimulatedRun {
    fn simulate(scene: &str, seed: u64, set: &[(&str, &str)]) -> Self {
        let ProgramRun { chronicle, end, .. } = ProgramRun::new(scene, seed, set);
        Self { scenario: load_scene(scene, set), chronicle, seed, end }
    }

    fn chronicle(&self) -> &Chronicle {
        &self.chronicle
    }

    fn book(&self, length: NarrativeLength, pov: Option<&str>) -> Book {
        let pov = pov.map(|key| self.scenario.schema.agent(key).expect("declared"));
        write_book(&self.scenario, self.chronicle(), self.seed, &BookOptions { length, pov, whose: None })
    }

    /// The first event of a kind.
    fn event(&self, kind: &str) -> EventId {
        let is = |id: usize| self.scenario.events[id].name == kind;
        self.chronicle().iter().find(|event| is(event.kind.index())).unwrap_or_else(|| panic!("no {kind}")).id
    }
}

/// A run of the scripted scene with a small population.
fn small_city(seed: u64) -> SimulatedRun {
    SimulatedRun::simulate(SCRIPTED, seed, &[("population", "200")])
}

/// Twenty runs, simulated once for all tests.
fn cities() -> &'static [SimulatedRun] {
    static CITIES: OnceLock<Vec<SimulatedRun>> = OnceLock::new();
    CITIES.get_or_init(|| in_two_threads(1..=20, small_city))
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const LENGTHS: [NarrativeLength; 3] = [NarrativeLength::Short, NarrativeLength::Medium, NarrativeLength::Full];

#[test]
fn the_english_is_correct_for_twenty_seeds() {
    assert_eq!(cities().len(), 20);
    let mut all_faults = BTreeSet::new();
    for city in cities() {
        for book in
            LENGTHS.map(|length| city.book(length, None)).iter().chain([&city.book(NarrativeLength::Medium, Some("theodore"))])
        {
            for sentence in book.sentences().filter(|sentence| sentence.shape != "document" && sentence.shape != "title") {
                all_faults.extend(faults(&sentence.text));
            }
        }
    }
    assert!(all_faults.is_empty(), "{} faults:\n{}", all_faults.len(), all_faults.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn neighbouring_sentences_differ_in_form_and_no_paragraph_is_repeated() {
    for city in cities() {
        for length in LENGTHS {
            let book = city.book(length, None);
            let mut paragraphs = BTreeSet::new();
            for paragraph in book.chapters.iter().flat_map(|chapter| &chapter.paragraphs) {
                assert!(paragraphs.insert(paragraph.text()), "twice: {}", paragraph.text());
                if paragraph.kind == ParagraphKind::Document {
                    continue;
                }
                for pair in paragraph.sentences.windows(2) {
                    let [first, second] = pair else { unreachable!("windows of two") };
                    assert_ne!(first.shape, second.shape, "{}\n{}", first.text, second.text);
                    assert_ne!(first_word(&first.text), first_word(&second.text), "{}\n{}", first.text, second.text);
                }
            }
        }
    }
}

/// Checks of every sentence that says only when it was that this is true of its own event and of what the sentence before tells.
fn check_asides(run: &SimulatedRun, length: NarrativeLength) -> usize {
    let mut count = 0;
    let date = |id: EventId| {
        let at = run.chronicle().event(id).expect("it exists").at;
        CivilDateTime::from_instant(&run.scenario.calendar, at).date_phrase(&run.scenario.language)
    };
    let book = run.book(length, None);
    for paragraph in book.chapters.iter().flat_map(|chapter| &chapter.paragraphs) {
        for (nth, aside) in paragraph.sentences.iter().enumerate() {
            if !aside.text.starts_with("It was on a ") && !aside.text.starts_with("That was on a ")
                || !aside.shape.starts_with("lead/")
            {
                continue;
            }
            count += 1;
            for told in paragraph.sentences[nth.saturating_sub(1)..=nth].iter().filter_map(|told| told.events.last()) {
                let date = date(*told);
                assert!(aside.text.contains(&date), "seed {}: {} is not {date}:\n{}", run.seed, aside.text, paragraph.text());
            }
        }
    }
    count
}

#[test]
fn a_sentence_that_says_when_it_was_is_true_of_the_one_before() {
    let family = SimulatedRun::simulate("family.ron", 3, &[]);
    let short = family.book(NarrativeLength::Short, None);
    let text = short.sentences().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
    assert!(!text.contains("It was on a Monday in October. A year later"), "{text}");
    let count: usize = cities().iter().chain([&family]).flat_map(|run| LENGTHS.map(|length| check_asides(run, length))).sum();
    assert!(count > 10, "{count}");
}

#[test]
fn a_scene_of_seconds_is_told_without_months() {
    for seed in 1..6 {
        let duel = SimulatedRun::simulate("../tests/cases/14-seconds-and-centuries/duel.ron", seed, &[]);
        for book in LENGTHS.map(|length| duel.book(length, None)) {
            for sentence in book.sentences() {
                let has_date = ["It was on", "That was", "The date"].iter().any(|words| sentence.text.starts_with(words));
                assert!(!has_date, "seed {seed}: {}", sentence.text);
            }
        }
    }
}

#[test]
fn a_short_book_tells_a_beat_with_all_its_clauses() {
    for city in cities() {
        let book = city.book(NarrativeLength::Short, None);
        let narrated: BTreeSet<EventId> = book.sentences().flat_map(|sentence| sentence.events.iter().copied()).collect();
        let told = city.chronicle().beats.iter().filter(|beat| narrated.contains(&beat.event));
        assert!(told.clone().count() > 3, "seed {}", city.seed);
        for beat in told {
            for &clause in &beat.events {
                let kind = city.chronicle().event(clause).expect("it exists").kind;
                let is_told = city.scenario.events[kind.index()].narration != NarrationFrequency::Never;
                let id = &city.scenario.beats[beat.beat].id;
                assert!(!is_told || narrated.contains(&clause), "seed {}: {id} is told without {clause:?}", city.seed);
            }
        }
    }
}

#[test]
fn each_length_has_its_word_count_and_each_sentence_its_events() {
    let run = SimulatedRun::simulate(SCRIPTED, 3, &[("population", "1000")]);
    let words = LENGTHS.map(|length| run.book(length, None).word_count());
    assert!((300..=600).contains(&words[0]), "{words:?}");
    assert!((2_500..=5_500).contains(&words[1]), "{words:?}");
    assert!(words[2] > words[1], "{words:?}");
    let book = run.book(NarrativeLength::Medium, None);
    assert!((5..=14).contains(&book.chapters.len()), "{}", book.chapters.len());
    let titles: BTreeSet<&str> = book.chapters.iter().map(|chapter| chapter.title.as_str()).collect();
    assert_eq!(titles.len(), book.chapters.len());
    for sentence in book.sentences() {
        assert!(!sentence.events.is_empty(), "{}", sentence.text);
        assert!(sentence.events.iter().all(|&event| run.chronicle().event(event).is_some()));
    }
    let narrated: BTreeSet<EventId> = book.sentences().flat_map(|sentence| sentence.events.iter().copied()).collect();
    let must = run.chronicle().beats.iter().filter(|beat| run.scenario.beats[beat.beat].must);
    let missing: Vec<_> = must.filter(|beat| !narrated.contains(&beat.event)).collect();
    assert!(missing.is_empty(), "`must` beats are missing: {missing:?}");
}

#[test]
fn a_point_of_view_contains_only_what_the_agent_knew() {
    for city in &cities()[..6] {
        let question = city.event("ask_how_many");
        let event = city.chronicle().event(question).expect("it exists");
        let numbers: Vec<String> =
            event.values.iter().map(|(_, value)| value.to_string()).filter(|digits| digits.len() > 1).collect();
        let asked_at = event.at;
        for length in LENGTHS {
            let book = city.book(length, Some("theodore"));
            let before: Vec<_> = book.sentences().take_while(|sentence| !sentence.events.contains(&question)).collect();
            assert!(before.len() > 5, "few sentences before the event");
            for sentence in &before {
                // Words by words; a number before a month is the day of a date.
                let words: Vec<&str> = sentence.text.split_whitespace().collect();
                let is_day =
                    |nth: usize| words.get(nth + 1).is_some_and(|next| MONTHS.iter().any(|month| next.starts_with(month)));
                let texts = words.iter().enumerate().filter(|(nth, _)| !is_day(*nth)).map(|(_, word)| *word);
                let digits: Vec<String> = texts
                    .flat_map(|word| word.split(|c: char| !c.is_ascii_digit() && c != ','))
                    .map(|run| run.replace(',', ""))
                    .collect();
                let cites_letters = sentence.events.iter().any(|&id| {
                    let kind = city.chronicle().event(id).expect("it exists").kind;
                    matches!(city.scenario.events[kind.index()].name.as_str(), "sort_his_mail" | "compile_book")
                });
                assert!(cites_letters || numbers.iter().all(|number| !digits.contains(number)), "{}", sentence.text);
                assert!(!sentence.text.contains("in love with") || !sentence.text.contains("others"), "{}", sentence.text);
            }
            let narrated: BTreeSet<EventId> = book.sentences().flat_map(|sentence| sentence.events.iter().copied()).collect();
            let theodore = city.scenario.schema.agent("theodore").expect("declared");
            for event in narrated.iter().filter_map(|&id| city.chronicle().event(id)).filter(|event| event.at < asked_at) {
                let name = city.scenario.events[event.kind.index()].name.as_str();
                let unwitnessed = [
                    "remake_itself",
                    "work_on_watts",
                    "agree_to_leave",
                    "go_past_matter",
                    "compile_book",
                    "quarrel",
                    "laugh_with_her_os",
                ];
                assert!(!unwitnessed.contains(&name) || event.roles.first() == Some(&theodore), "he was not there: {name}");
            }
        }
        let all = city.book(NarrativeLength::Full, None);
        let kinds = |book: &Book| -> BTreeSet<String> {
            let events = book.sentences().flat_map(|sentence| sentence.events.clone());
            events
                .map(|id| city.scenario.events[city.chronicle().event(id).expect("it exists").kind.index()].name.clone())
                .collect()
        };
        assert!(
            kinds(&all).contains("agree_to_leave") && kinds(&all).contains("go_past_matter"),
            "without a point of view, everything is included"
        );
    }
}

#[test]
fn the_html_is_well_formed_self_contained_and_its_links_resolve() {
    let city = &cities()[0];
    let end = city.end;
    for (length, pov) in
        [(NarrativeLength::Medium, None), (NarrativeLength::Short, None), (NarrativeLength::Full, Some("theodore"))]
    {
        let book = city.book(length, pov);
        let page = html(&book, &city.scenario, city.chronicle(), end);
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let document = roxmltree::Document::parse_with_options(&page, options).expect("the page is well-formed");
        let mut ids = BTreeSet::new();
        for id in document.descendants().filter_map(|node| node.attribute("id")) {
            assert!(ids.insert(id), "duplicate id {id}");
        }
        let links: Vec<&str> = document.descendants().filter_map(|node| node.attribute("href")).collect();
        assert!(links.len() > 40);
        for link in links {
            let target = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leaves the page"));
            assert!(ids.contains(target), "{link} leads nowhere");
        }
        assert!(document.descendants().all(|node| node.attribute("src").is_none() && !node.has_tag_name("script")));
        assert!(
            !page.contains("http://") || page.matches("http://").count() == page.matches("http://www.w3.org/1999/xhtml").count()
        );
        let has = |name: &str| document.descendants().filter(|node| node.tag_name().name() == name).count();
        assert!(has("polyline") >= 3, "attributes are plotted");
        if length == NarrativeLength::Medium {
            assert!(has("svg") > book.chapters.len() / 2, "relations are plotted");
            assert!(has("td") > 40, "the beats are listed");
        }
        let text: String = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect();
        for sentence in book.sentences().filter(|sentence| sentence.shape != "document") {
            assert!(text.contains(&sentence.text), "{}", sentence.text);
        }
    }
}

#[test]
fn an_epub_has_every_chapter_in_well_formed_files() {
    let city = &cities()[0];
    let book = city.book(NarrativeLength::Medium, None);
    let bytes = epub(&book, &city.chronicle().agents, city.chronicle().hash()).expect("the book can be packed");
    assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip", "the EPUB format requires it here");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("a zip");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    for name in names.iter().filter(|name| !name.ends_with(".css") && *name != "mimetype") {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).expect("it exists"), &mut text).expect("text");
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let document = roxmltree::Document::parse_with_options(&text, options).unwrap_or_else(|error| panic!("{name}: {error}"));
        for link in document.descendants().filter_map(|node| node.attribute("href")) {
            assert!(names.contains(&format!("EPUB/{link}")), "{name} names {link}");
        }
    }
    assert_eq!(names.iter().filter(|name| name.starts_with("EPUB/c")).count(), book.chapters.len());
    assert_eq!(
        bytes,
        epub(&book, &city.chronicle().agents, city.chronicle().hash()).expect("the book can be packed"),
        "the same each time"
    );
}

#[test]
fn every_scene_has_a_book() {
    let hasty = [("enemies_patience", "0.1")];
    for (scene, set) in [("cyrano.ron", &hasty[..]), ("first.ron", &[]), ("village.ron", &[])] {
        let run = SimulatedRun::simulate(scene, 1, set);
        for length in LENGTHS {
            let book = run.book(length, None);
            assert!(book.word_count() > 60, "{scene}: {}", markdown(&book, &run.chronicle().agents));
            let all_faults: Vec<String> = book
                .sentences()
                .filter(|sentence| sentence.shape != "document")
                .flat_map(|sentence| faults(&sentence.text))
                .collect();
            assert!(all_faults.is_empty(), "{scene}: {all_faults:#?}");
        }
    }
}

#[test]
fn the_command_gives_the_same_book_for_a_scene_and_its_story() {
    let folder = TestFolder::with_scene();
    let longhand = |args: &[&str]| folder.run(args);
    let ProgramOutput { code, out: book, .. } = longhand(&["tell", "harbour.ron", "--seed", "3"]);
    assert_eq!(code, Some(0));
    assert!(book.starts_with("# "), "{book}");
    assert_eq!(longhand(&["run", "harbour.ron", "--seed", "3", "--record", "three.story"]).code, Some(0));
    assert_eq!(longhand(&["tell", "three.story"]).out, book, "the book of a story is that of its scene");
    assert_eq!(longhand(&["tell", "three.story", "--format", "html", "--out", "three.html"]).code, Some(0));
    assert!(folder.read("three.html").starts_with("<!DOCTYPE html>"));
    let ProgramOutput { code, err, .. } = longhand(&["tell", "three.story", "--pov", "nobody_here"]);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("there is no agent `nobody_here`"), "{err}");
    assert_eq!(longhand(&["tell", "nowhere.story"]).code, Some(3));
    assert_eq!(longhand(&["export", "three.story", "--format", "midi"]).code, Some(2), "music needs a folder");
    let ProgramOutput { code, err, .. } = longhand(&["export", "three.story", "--format", "midi", "--out", "music"]);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("no music"), "{err}");
    assert_eq!(longhand(&["tell", "harbour.ron", "--length", "endless"]).code, Some(2));
}

#[test]
fn the_book_follows_the_agents_with_the_most_important_events() {
    let city = &cities()[0];
    let book = city.book(NarrativeLength::Medium, None);
    let theodore = city.scenario.schema.agent("theodore").expect("declared");
    let samantha = city.scenario.schema.agent("samantha").expect("declared");
    assert_eq!(book.followed.first(), Some(&theodore));
    assert!(book.followed.contains(&samantha));
    let amy = city.scenario.schema.agent("amy").expect("declared");
    assert_eq!(city.book(NarrativeLength::Medium, Some("amy")).followed.first(), Some(&amy));
}

#[test]
fn the_music_grows_from_a_tune_to_arpeggios() {
    for city in &cities()[..4] {
        let pieces = find_pieces(&city.scenario, city.chronicle());
        assert!(pieces.len() > 8, "{} pieces", pieces.len());
        let generations: Vec<u32> = pieces.iter().map(|piece| piece.generation).collect();
        assert!(generations.is_sorted() && generations[0] <= 3 && generations[generations.len() - 1] >= 8, "{generations:?}");
        let scores: Vec<_> = pieces.iter().map(|piece| compose_score(piece, city.seed)).collect();
        let index: Vec<f64> = scores.iter().map(|score| MusicComplexity::measure(score).index()).collect();
        let rising = index.windows(2).filter(|pair| pair[1] >= pair[0] - 0.35).count();
        assert!(rising + 2 >= index.len() - 1, "{index:?}");
        assert!(index[index.len() - 1] > index[0] + 2.0, "{index:?}");
        assert!(
            scores[0].parts.len() <= 3 && scores[scores.len() - 1].parts.iter().any(|part| part.name.starts_with("arpeggio"))
        );
        assert!(scores.iter().all(|score| midi(score).is_ok_and(|bytes| bytes.starts_with(b"MThd"))));
    }
}

#[test]
fn the_last_letter_mentions_only_events_of_its_run() {
    let mut letters = BTreeSet::new();
    for city in &cities()[..8] {
        let letter = city.event("last_letter");
        let text =
            &city.chronicle().event(letter).and_then(|event| event.document.as_deref()).expect("the letter was written").text;
        let happened: BTreeSet<&str> = city
            .chronicle()
            .iter()
            .take_while(|event| event.id < letter)
            .map(|event| city.scenario.events[event.kind.index()].name.as_str())
            .collect();
        let mut remembered = 0;
        for (key, variants) in &city.scenario.prose {
            let Some(kind) = key.strip_prefix("memory/").or_else(|| key.strip_prefix("seen/")) else { continue };
            let quoted = variants.iter().filter(|variant| !variant.contains("{{") && text.contains(variant.as_str())).count();
            assert!(quoted == 0 || happened.contains(kind), "{kind} did not happen:\n{text}");
            remembered += quoted;
        }
        assert!(remembered >= 4, "{text}");
        letters.insert(text.clone());
    }
    assert_eq!(letters.len(), 8, "two letters are the same");
    let untold = SimulatedRun::simulate(SCRIPTED, 1, &[("population", "200"), ("tells_catherine", "false")]);
    let all: String = untold.chronicle().iter().filter_map(|event| Some(event.document.as_deref()?.text.clone())).collect();
    assert!(
        !all.contains("when I told you about her") && !all.contains("You were wrong about her"),
        "the letter mentions a talk that did not happen"
    );
}

#[test]
fn letters_vary_and_the_compiled_book_quotes_them() {
    let mut bodies = BTreeSet::new();
    let mut written = 0;
    for city in &cities()[..10] {
        let mut titles = Vec::new();
        for event in city.chronicle().iter() {
            let Some(document) = event.document.as_deref() else { continue };
            match city.scenario.events[event.kind.index()].name.as_str() {
                "long_letter" => {
                    written += 1;
                    bodies.insert(document.text.clone());
                    titles.push(document.title.clone());
                }
                "compile_book" => {
                    let quoted = titles.iter().filter(|title| document.text.contains(title.as_str())).count();
                    assert!(quoted >= 2, "{titles:?}\n{}", document.text);
                    assert!(document.text.contains("Dear Ms Vale") && document.text.contains("Samantha"), "{}", document.text);
                }
                _ => {}
            }
            assert!(
                !document.text.contains("{{") && faults(&document.text).is_empty(),
                "{:?}\n{}",
                faults(&document.text),
                document.text
            );
        }
    }
    assert!(written > 60 && bodies.len() * 2 > written, "{} of {written} are their own", bodies.len());
}
