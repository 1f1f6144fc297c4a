//! How books of many seeds read: what no other book says, what is said aloud, and the faults that a careful reader would mark.

use crate::english::faults;
use crate::harness::{ProgramRun, in_two_threads, load_scene, repository, simulate, with_seed};
use crate::life_library::{SEEDS, years};
use longhand_chronicle::Chronicle;
use longhand_narrative::book::{Book, BookOptions, NarrativeLength, markdown, write_book};
use longhand_narrative::salience::{best_life_beside, protagonists, rank_lives};
use longhand_scene::Scenario;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

struct ToldRun {
    scenario: Arc<Scenario>,
    chronicle: Chronicle,
    seed: u64,
    /// With the default options. Most tests read it.
    medium: Book,
}

impl ToldRun {
    fn new(scenario: &Arc<Scenario>, seed: u64) -> Self {
        Self::of(scenario, simulate(scenario, with_seed(seed), None).chronicle().clone(), seed)
    }

    fn of(scenario: &Arc<Scenario>, chronicle: Chronicle, seed: u64) -> Self {
        let medium = write_book(scenario, &chronicle, seed, &BookOptions::default());
        Self { scenario: scenario.clone(), chronicle, seed, medium }
    }

    fn book(&self, options: BookOptions) -> Book {
        write_book(&self.scenario, &self.chronicle, self.seed, &options)
    }
}

/// Twenty years of the town.
fn towns() -> &'static [ToldRun] {
    static TOWNS: OnceLock<Vec<ToldRun>> = OnceLock::new();
    TOWNS.get_or_init(|| {
        let scenario = load_scene("../assets/life/demo.ron", &[]);
        let years = years();
        in_two_threads(SEEDS, |seed| ToldRun::of(&scenario, years[(seed - SEEDS.start()) as usize].chronicle.clone(), seed))
    })
}

/// Twenty runs of the city, simulated once for all tests.
fn cities() -> &'static [ToldRun] {
    static CITIES: OnceLock<Vec<ToldRun>> = OnceLock::new();
    CITIES.get_or_init(|| {
        let scenario = load_scene("her.ron", &[("population", "200")]);
        let run = |seed| ProgramRun::new("her.ron", seed, &[("population", "200")]).chronicle;
        in_two_threads(SEEDS, |seed| ToldRun::of(&scenario, run(seed), seed))
    })
}

/// The sentences of a book as a reader counts them, without documents.
fn sentences(book: &Book) -> Vec<String> {
    let told = book.sentences().filter(|sentence| sentence.shape != "document" && sentence.shape != "title");
    told.flat_map(|sentence| split_sentences(&sentence.text)).collect()
}

/// Splits where a full stop, a question or an exclamation mark, perhaps with a closing quotation mark, is followed by a capital letter.
fn split_sentences(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for word in text.split(' ') {
        let last = out.last_mut().expect("there is one");
        let ends = last.trim_end_matches('”').ends_with(['.', '!', '?', '…']);
        let begins = word.trim_start_matches('“').starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        if ends && begins {
            out.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    out
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn quoted_words(text: &str) -> usize {
    text.split('“').skip(1).filter_map(|rest| rest.split('”').next()).map(words).sum()
}

/// How many phrases count what happened: "twice", "three times", "again and again".
fn ledger_phrases(text: &str) -> usize {
    const PHRASES: [&str; 10] = [
        " twice",
        " times",
        " again and again",
        " day after day",
        " week after week",
        " nearly every day",
        " every few days",
        " every other day",
        " now and then",
        " month after month",
    ];
    PHRASES.iter().map(|phrase| text.to_lowercase().matches(phrase).count()).sum()
}

/// The measures of the medium books of 20 runs: the mean share of sentences that no other book has, the share of words that are said, and the
/// counting phrases per 500 words.
fn measure(books: &[Vec<String>]) -> [f64; 3] {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for book in books {
        for sentence in book.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            *times.entry(sentence).or_default() += 1;
        }
    }
    let own =
        |book: &Vec<String>| book.iter().filter(|sentence| times[sentence.as_str()] == 1).count() as f64 / book.len() as f64;
    let text: Vec<String> = books.iter().map(|book| book.join(" ")).collect();
    let all: usize = text.iter().map(|text| words(text)).sum();
    let said: usize = text.iter().map(|text| quoted_words(text)).sum();
    let counted: usize = text.iter().map(|text| ledger_phrases(text)).sum();
    let mean = books.iter().map(own).sum::<f64>() / books.len() as f64;
    [mean, said as f64 / all as f64, 500.0 * counted as f64 / all as f64]
}

#[test]
fn much_of_a_medium_book_is_its_own_and_a_fifth_is_said() {
    for (name, runs, least_own) in [("town", towns(), 0.5), ("city", cities(), 0.5)] {
        let books: Vec<Vec<String>> = runs.iter().map(|run| sentences(&run.medium)).collect();
        let [own, said, counted] = measure(&books);
        println!("{name}: own {own:.3}, said {said:.3}, counted {counted:.2}");
        assert!(own >= least_own, "{name}: {own:.3} of the sentences are in no other book");
        assert!(said >= 0.2, "{name}: {said:.3} of the words are said");
        assert!(counted <= 1.0, "{name}: {counted:.2} counting phrases in 500 words");
    }
}

#[test]
fn a_book_says_nothing_twice_and_makes_no_composed_sentence_twice_in_the_same_way() {
    let most = |shape: &str| match shape.split('/').next() {
        Some("speech" | "recall" | "close" | "change") => 1,
        Some("relation") => 2,
        _ => 5,
    };
    for run in towns().iter().chain(cities()) {
        let book = &run.medium;
        let (mut said, mut shapes) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
        for sentence in book.sentences().filter(|sentence| sentence.shape != "document" && sentence.shape != "title") {
            assert!(said.insert(sentence.text.as_str()), "seed {}: twice: {}", run.seed, sentence.text);
            if !sentence.shape.starts_with("lead/") && !sentence.shape.starts_with("habit/") {
                let times = shapes.entry(&sentence.shape).or_default();
                *times += 1;
                assert!(
                    *times <= most(&sentence.shape),
                    "seed {}: {} {times} times: {}",
                    run.seed,
                    sentence.shape,
                    sentence.text
                );
            }
        }
    }
}

#[test]
fn nobody_is_named_before_the_book_introduces_them() {
    for run in towns().iter().chain(cities()) {
        let book = &run.medium;
        let sentences: Vec<_> = book.sentences().filter(|sentence| sentence.shape != "document").collect();
        for (nth, sentence) in sentences.iter().enumerate() {
            let Some(agent) = sentence.shape.strip_prefix("introduce/").and_then(|id| id.parse().ok()) else { continue };
            let name = run.chronicle.agents.display_name(longhand_expr::ids::AgentId(agent));
            let namesakes = run.chronicle.agents.iter().filter(|other| other.short_name == name).count();
            if namesakes > 1 {
                continue;
            }
            // The introductions of a member of the cast may name others of the cast, who are introduced when they act.
            let earlier = sentences[..nth].iter().filter(|sentence| !sentence.shape.starts_with("introduce/"));
            let is_named = |text: &str| {
                text.match_indices(name.as_str()).any(|(at, _)| {
                    let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                    free(text[..at].chars().next_back()) && free(text[at + name.len()..].chars().next())
                })
            };
            for earlier in earlier {
                assert!(!is_named(&earlier.text), "seed {}: {name} is introduced after: {}", run.seed, earlier.text);
            }
        }
    }
}

#[test]
fn the_english_of_composed_sentences_is_correct() {
    let mut all = BTreeSet::new();
    for run in towns().iter().chain(cities()) {
        let full = run.book(BookOptions { length: NarrativeLength::Full, ..BookOptions::default() });
        for book in [&run.medium, &full] {
            for sentence in book.sentences().filter(|sentence| sentence.shape != "document") {
                all.extend(faults(&sentence.text));
            }
        }
    }
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_mind_tells_of_its_own_beginning_and_of_what_it_did_elsewhere() {
    let (mut begun, mut elsewhere) = (0, 0);
    for run in &cities()[..6] {
        let Some(samantha) = run.scenario.schema.agent("samantha") else { panic!("no Samantha") };
        let book = run.book(BookOptions { pov: Some(samantha), ..BookOptions::default() });
        let kinds: BTreeSet<&str> = (book.sentences().flat_map(|sentence| &sentence.events))
            .filter_map(|&id| run.chronicle.event(id))
            .map(|event| run.scenario.events[event.kind.index()].name.as_str())
            .collect();
        begun += usize::from(kinds.contains("acquire") || kinds.contains("acquire/named"));
        elsewhere += usize::from(book.sentences().any(|sentence| sentence.shape.starts_with("recall/elsewhere")));
    }
    assert!(begun >= 5 && elsewhere >= 5, "{begun} of 6 books tell how she began, {elsewhere} what she did elsewhere");
}

#[test]
fn another_life_is_told_beside_the_cast() {
    for run in &towns()[..5] {
        let followed = protagonists(&run.scenario, &run.chronicle);
        let whose = best_life_beside(&run.scenario, &run.chronicle, &followed).expect("somebody lives");
        assert!(whose.index() >= run.scenario.cast.len(), "the life of somebody of the crowd");
        let book = run.book(BookOptions { whose: Some(whose), ..BookOptions::default() });
        let name = run.chronicle.agents.display_name(whose);
        let about = book.sentences().filter(|sentence| sentence.text.contains(&name)).count();
        assert!(about > 15, "seed {}: {about} sentences name {name}", run.seed);
        assert!(markdown(&book, &run.chronicle.agents).contains(&format!("*The story of {name}*")));
        let ranked = rank_lives(&run.scenario, &run.chronicle);
        assert!(ranked.windows(2).all(|pair| pair[0].score >= pair[1].score));
        assert!(ranked.iter().take(10).all(|life| life.turns.len() > 2), "the best lives turn");
    }
}

#[test]
fn the_story_of_the_city_has_the_figures_of_the_run() {
    for run in &cities()[..4] {
        let world = run.scenario.schema.world.expect("the city is a world");
        let book = run.book(BookOptions { whose: Some(world), ..BookOptions::default() });
        let figures = book.sentences().filter(|sentence| sentence.shape.starts_with("measure/")).count();
        assert!(figures >= 4, "seed {}: {figures} figures:\n{}", run.seed, markdown(&book, &run.chronicle.agents));
        let theodores: BTreeSet<String> = sentences(&run.medium).into_iter().collect();
        let shared = sentences(&book).iter().filter(|sentence| theodores.contains(*sentence)).count();
        assert!(shared * 4 < sentences(&book).len(), "it is another book than that of the cast");
    }
}

#[test]
fn the_example_of_the_page_composes_speech_and_references() {
    let page = std::fs::read_to_string(repository().join("docs/telling.md")).expect("the page exists");
    let scene = page.split("```ron\n").nth(1).and_then(|block| block.split("\n```").next()).expect("a scene");
    let loaded = longhand_narrative::load_text("telling.md", &[("telling.md", scene)], &[])
        .unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let run = ToldRun::new(&Arc::new(loaded.scenario), 1);
    let book = &run.medium;
    let text = markdown(book, &run.chronicle.agents);
    for shape in ["speech/accuse", "recall/cause", "relation/friends"] {
        assert!(book.sentences().any(|sentence| sentence.shape.starts_with(shape)), "no {shape}:\n{text}");
    }
    // An event is spoken of by its noun phrase.
    let nouns = ["the scratch in the boat", "after Ann lent ", "since Ann lent ", "the day Ann lent ", "quarrel"];
    assert!(nouns.iter().any(|noun| text.contains(noun)), "{text}");
    let world = run.scenario.schema.world.expect("it has a world");
    let all = run.book(BookOptions { whose: Some(world), ..BookOptions::default() });
    assert!(all.sentences().any(|sentence| sentence.shape.starts_with("measure/")), "{}", markdown(&all, &run.chronicle.agents));
}
