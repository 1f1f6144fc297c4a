//! No scene or `.story` file, however damaged, causes a panic, a hang or a stack overflow: the result is an answer or an error.
//!
//! Every `cargo test` runs a few hundred fixed cases. For a longer run with random cases:
//!
//! ```text
//! LONGHAND_FUZZ_SECS=3600 cargo test --release --no-default-features --test it random_cases -- --ignored --nocapture
//! ```
//!
//! The current case is stored in `fuzz-last.ron` or `fuzz-last.story` in cargo's folder for test files (`target/tmp`), where it
//! survives a crash of the process.

use longhand_analysis::NarratedRun;
use longhand_chronicle::{CauseGraph, History, StateCursor, Story, StoryError, StoryWriter, state_at};
use longhand_expr::ids::{AttrId, DimId, EventId, Instant, ParamId};
use longhand_expr::{CalendarRules, DeclaredRanges, ValueRange};
use longhand_scene::{Diagnostics, LoadedScene, ParamValue, STARTER_SCENE, Scenario};
use longhand_sim::SimOptions;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant as Clock};

use crate::harness::{ProgramOutput, repository, run_program};

/// The time limit of a case. The slowest valid cases take a tenth of it in an unoptimized build.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// A scene that uses nearly every feature of the scene language.
const RICH_SCENE: &str = include_str!("rich.ron");
const FIRST_SCENE: &str = include_str!("../../scenes/first.ron");

/// The valid scenes whose texts are edited.
fn original_scenes() -> [&'static str; 3] {
    [RICH_SCENE, STARTER_SCENE, FIRST_SCENE]
}

/// An edit of a scene's text.
#[derive(Clone, Debug)]
enum TextEdit {
    FlipBit(Index, u8),
    DeleteToken(Index),
    DuplicateToken(Index),
    SwapTokens(Index, Index),
    DuplicateLine(Index),
    DeleteLine(Index),
    SwapLines(Index, Index),
    ReplaceNumber(Index, &'static str),
    ReplaceQuoted(Index, String),
    SwapQuoted(Index, Index),
    Insert(Index, &'static str),
    Truncate(Index),
}

/// Numbers at the limits of common types and ranges, and some ordinary ones.
const NUMBERS: [&str; 24] = [
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "7",
    "24",
    "25",
    "0.5",
    "1e-9",
    "1e-320",
    "99",
    "1000",
    "100000",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "9e15",
    "1e18",
    "1e308",
    "1e999",
    "NaN",
    "inf",
    "-inf",
];

/// Texts with a meaning for one of the parsers: RON, expressions or templates.
const PIECES: [&str; 32] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "r#\"",
    "\"#",
    "/*",
    "*/",
    "//",
    "\\",
    "Some(",
    "None",
    "((((((((((((((((((((((((((((((((",
    "[[[[[[[[[[[[[[[[",
    "\u{feff}",
    "\u{0}",
    "é",
    "\\u{110000}",
    "#![enable(unwrap_newtypes)]",
    "{{",
    "}}",
    "{%",
    "self",
    "true",
    "-",
    ".",
    "1e",
];

/// An expression, an effect or a template that refers to names of the rich scene, valid or not.
fn expression() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        prop::sample::select(vec![
            "self",
            "friend",
            "other",
            "whom",
            "new",
            "it",
            "none",
            "ann",
            "ben",
            "hal",
            "true",
            "false",
            "now",
            "start",
            "hour",
            "elapsed",
            "weekday",
            "flat",
            "park",
            "warmth",
            "open",
            "self.mood",
            "friend.mood",
            "self.told",
            "self.present",
            "self.pleasure",
            "affection(self, friend)",
            "friends(self, friend)",
            "0",
            "1",
            "-1",
            "0.5",
            "1e308",
            "2h",
            "0s",
            "1e300w",
            "talk",
            "talk/no",
            "first",
            "letter",
            "human",
            "os",
            "close",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(NUMBERS.to_vec()).prop_map(str::to_owned),
    ];
    atom.prop_recursive(5, 40, 4, |inner| {
        let sign = prop::sample::select(vec!["+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or", "where", "in", "=", "+="]);
        let function = prop::sample::select(vec![
            "abs", "sqrt", "exp", "ln", "floor", "min", "max", "clamp", "ramp", "toward", "sigmoid", "chance", "uniform", "normal", "pick", "seconds", "days",
            "date", "at", "place", "home", "work", "together", "owner", "os", "kind", "believes", "knows", "remembers", "feels", "happened", "since", "times",
            "first", "last", "value", "ties", "ties_to", "agents", "here", "at_place", "affection", "friends", "close", "count",
        ]);
        let aggregate = prop::sample::select(vec!["count", "sum", "mean", "min", "max", "any", "all", "best"]);
        let effect = prop::sample::select(vec![
            "{} learns {}", "{} is told {} = {}", "{} forgets {}", "{} feels joy {}", "{} feels anger {} at {}", "{} remembers {}", "{} goes to {}", "begin {}",
            "end {}", "install os for {} as new", "create human as new", "enter hal", "name {} from first", "voice {} as she", "{} is owned by {}",
            "{} is abandoned", "{} goes offline", "{} comes online", "{} is made anew", "{} leaves hardware", "{} leaves", "write letter to {}", "if {}: {}",
            "for v in {}: {}", "{} toward {} by {}", "{} -= {}", "{} *= {}", "{{ {} }}", "{{ {} | words }}", "{% if {} %}x{% endif %}",
            "{% for x in {} %}{{ x }}{% endfor %}", "{{ {} * {} }}",
        ]);
        let parts = prop::collection::vec(inner.clone(), 3);
        prop_oneof![
            4 => (inner.clone(), sign, inner.clone()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
            4 => (function, prop::collection::vec(inner.clone(), 0..4)).prop_map(|(name, args)| format!("{name}({})", args.join(", "))),
            2 => (aggregate, inner.clone(), inner.clone()).prop_map(|(name, set, each)| format!("{name}(v in {set}: {each})")),
            1 => inner.clone().prop_map(|a| format!("({a})")),
            1 => inner.clone().prop_map(|a| format!("not {a}")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(c, a, b)| format!("if {c} then {a} else {b}")),
            1 => inner.clone().prop_map(|a| format!("{a}.mood")),
            3 => (effect, parts).prop_map(|(form, parts)| parts.iter().fold(form.to_owned(), |form, part| form.replacen("{}", part, 1))),
        ]
    })
}

fn text_edit() -> impl Strategy<Value = TextEdit> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), 0u8..8).prop_map(|(at, bit)| TextEdit::FlipBit(at, bit)),
        2 => at().prop_map(TextEdit::DeleteToken),
        2 => at().prop_map(TextEdit::DuplicateToken),
        2 => (at(), at()).prop_map(|(a, b)| TextEdit::SwapTokens(a, b)),
        1 => at().prop_map(TextEdit::DuplicateLine),
        1 => at().prop_map(TextEdit::DeleteLine),
        1 => (at(), at()).prop_map(|(a, b)| TextEdit::SwapLines(a, b)),
        6 => (at(), prop::sample::select(NUMBERS.to_vec())).prop_map(|(at, number)| TextEdit::ReplaceNumber(at, number)),
        12 => (at(), expression()).prop_map(|(at, text)| TextEdit::ReplaceQuoted(at, text)),
        3 => (at(), at()).prop_map(|(a, b)| TextEdit::SwapQuoted(a, b)),
        1 => (at(), prop::sample::select(PIECES.to_vec())).prop_map(|(at, piece)| TextEdit::Insert(at, piece)),
        1 => at().prop_map(TextEdit::Truncate),
    ]
}

/// Splits a text into words, numbers, strings, blanks and single characters; concatenated they give the text.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length_while = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let len = if first == '"' {
            rest[1..].find('"').map_or(rest.len(), |end| end + 2)
        } else if first.is_whitespace() {
            length_while(char::is_whitespace)
        } else if first.is_alphanumeric() || first == '_' {
            length_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..len]);
        rest = &rest[len..];
    }
    tokens
}

fn apply_edit(text: &str, edit: &TextEdit) -> String {
    let edit_tokens = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut all: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
        if !all.is_empty() {
            edit(&mut all);
        }
        all.concat()
    };
    let edit_lines = |edit: &dyn Fn(&mut Vec<&str>)| {
        let mut all: Vec<&str> = text.lines().collect();
        if !all.is_empty() {
            edit(&mut all);
        }
        all.join("\n")
    };
    let replace_token = |is_candidate: fn(&str) -> bool, at: &Index, new: &str| {
        edit_tokens(&|all| {
            let candidates: Vec<usize> = (0..all.len()).filter(|&token| is_candidate(&all[token])).collect();
            if !candidates.is_empty() {
                all[candidates[at.index(candidates.len())]] = new.to_owned();
            }
        })
    };
    match edit {
        TextEdit::FlipBit(at, bit) => {
            let mut bytes = text.as_bytes().to_vec();
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        TextEdit::DeleteToken(at) => edit_tokens(&|all| _ = all.remove(at.index(all.len()))),
        TextEdit::DuplicateToken(at) => edit_tokens(&|all| all.insert(at.index(all.len()), all[at.index(all.len())].clone())),
        TextEdit::SwapTokens(a, b) => edit_tokens(&|all| {
            let len = all.len();
            all.swap(a.index(len), b.index(len));
        }),
        TextEdit::DuplicateLine(at) => edit_lines(&|all| all.insert(at.index(all.len()), all[at.index(all.len())])),
        TextEdit::DeleteLine(at) => edit_lines(&|all| _ = all.remove(at.index(all.len()))),
        TextEdit::SwapLines(a, b) => edit_lines(&|all| {
            let len = all.len();
            all.swap(a.index(len), b.index(len));
        }),
        TextEdit::ReplaceNumber(at, number) => replace_token(|token| token.starts_with(|c: char| c.is_ascii_digit()), at, number),
        TextEdit::ReplaceQuoted(at, new) => replace_token(|token| token.starts_with('"'), at, &format!("\"{new}\"")),
        TextEdit::SwapQuoted(a, b) => edit_tokens(&|all| {
            let quoted: Vec<usize> = (0..all.len()).filter(|&token| all[token].starts_with('"')).collect();
            if !quoted.is_empty() {
                all.swap(quoted[a.index(quoted.len())], quoted[b.index(quoted.len())]);
            }
        }),
        TextEdit::Insert(at, piece) => edit_tokens(&|all| all.insert(at.index(all.len()), (*piece).to_owned())),
        TextEdit::Truncate(at) => {
            let mut end = at.index(text.len() + 1);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text[..end].to_owned()
        }
    }
}

/// The text of an original scene after one to three edits.
fn edited_scene() -> impl Strategy<Value = String> {
    (0..original_scenes().len(), prop::collection::vec(text_edit(), 1..4)).prop_map(|(original, edits)| {
        edits.iter().fold(original_scenes()[original].to_owned(), |text, edit| apply_edit(&text, edit))
    })
}

/// Declared ranges for [`is_small`]: a param has its value, and everything else may have any value.
struct ParamRanges<'s>(&'s Scenario);

impl DeclaredRanges for ParamRanges<'_> {
    fn attr(&self, _: AttrId) -> ValueRange {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    fn dim(&self, _: DimId) -> ValueRange {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    fn param(&self, param: ParamId) -> ValueRange {
        match self.0.params[param.index()].value {
            ParamValue::Number(number) => (number, number),
            ParamValue::Switch(_) => (0.0, 1.0),
        }
    }
    fn calendar(&self) -> &CalendarRules {
        self.0.calendar.rules()
    }
}

/// Whether the world of a scene is small enough to be created hundreds of times.
fn is_small(scenario: &Scenario) -> bool {
    let people: f64 = scenario.population.iter().map(|crowd| crowd.count.bounds(&ParamRanges(scenario)).1.max(0.0)).sum();
    people <= 60.0
}

fn check_diagnostics(problems: &Diagnostics) {
    for problem in &problems.list {
        let source = problems.source(problem.file).expect("a problem belongs to a file");
        assert!(source.text.get(problem.span.clone()).is_some(), "{problem:?} is outside its text");
        assert!(!problem.message.is_empty());
        assert!(problem.line >= 1 && problem.column >= 1);
    }
    assert_eq!(problems.render(false).is_empty(), problems.is_empty());
    assert_eq!(problems.render(true).is_empty(), problems.is_empty());
}

/// Loads a scene and, if it is valid, simulates and narrates it for a while. Returns whether it was valid.
fn load_and_run(text: &str) -> bool {
    let loaded = match longhand_narrative::load_text("fuzz.ron", &[("fuzz.ron", text)], &[]) {
        Ok(loaded) => loaded,
        Err(problems) => {
            assert!(problems.has_errors());
            check_diagnostics(&problems);
            return false;
        }
    };
    let LoadedScene { scenario, warnings, .. } = loaded;
    assert!(!warnings.has_errors());
    check_diagnostics(&warnings);
    if is_small(&scenario) {
        let run = longhand_analysis::Run::new(
            Arc::new(scenario),
            SimOptions { seed: 1, threads: 1 },
            Some(Instant::from_seconds(10.0 * 86_400.0)),
        );
        let mut narrated_run = NarratedRun::selected(run);
        let mut lines = Vec::new();
        let start = Clock::now();
        // A valid scene may be slow, which is not a hang; so a run stops long before the time limit of the case.
        for _ in 0..300 {
            if !narrated_run.step(&mut lines) || start.elapsed() > TIME_LIMIT / 10 {
                break;
            }
        }
        _ = narrated_run.run().report();
    }
    true
}

/// Runs a function on a thread with the default stack size, with a time limit.
fn with_timeout<T: Send + 'static>(case: impl FnOnce() -> T + Send + 'static) -> Result<T, TestCaseError> {
    let (sender, receiver) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        let result = case();
        _ = sender.send(());
        result
    });
    match receiver.recv_timeout(TIME_LIMIT) {
        Err(mpsc::RecvTimeoutError::Timeout) => Err(TestCaseError::fail("timed out")),
        _ => worker.join().map_err(|panic| {
            let message =
                panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            TestCaseError::fail(message.unwrap_or_else(|| "panicked without a message".to_owned()))
        }),
    }
}

fn test_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Number of cases, and how many of them were valid: the scene or story could be loaded.
#[derive(Default)]
struct CaseTally {
    cases: u64,
    valid: u64,
}

/// Without `until`, runs `min_cases` cases, the same in every run of the test. With `until`, runs rounds of `min_cases` random
/// cases until that instant. The first failure is shrunk, written to a file and reported.
fn fuzz<S: Strategy>(
    min_cases: u32,
    until: Option<Clock>,
    strategy: &S,
    format_case: fn(&S::Value) -> String,
    mut check: impl FnMut(S::Value, &mut CaseTally) -> Result<(), TestCaseError>,
) -> CaseTally {
    let mut tally = CaseTally::default();
    let config = ProptestConfig {
        cases: min_cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        max_shrink_time: 600_000,
        ..ProptestConfig::default()
    };
    let runner = || match until {
        Some(_) => TestRunner::new(config.clone()),
        None => {
            let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
            TestRunner::new_with_rng(config.clone(), rng)
        }
    };
    loop {
        // `TestRunner::run` takes a closure that cannot change what it captures.
        let round_tally = std::cell::RefCell::new(std::mem::take(&mut tally));
        let check = std::cell::RefCell::new(&mut check);
        // A runner stops after its cases, so each round has a new one.
        let result = runner().run(strategy, |value| {
            round_tally.borrow_mut().cases += 1;
            (*check.borrow_mut())(value, &mut round_tally.borrow_mut())
        });
        tally = round_tally.into_inner();
        match result {
            Ok(()) => {}
            Err(TestError::Abort(reason)) => panic!("after {} cases: {reason}", tally.cases),
            Err(TestError::Fail(reason, smallest)) => {
                let path = test_file("fuzz-found.txt");
                std::fs::write(&path, format_case(&smallest)).expect("cargo's folder can be written to");
                panic!("after {} cases: {reason}; the smallest failing case is in {}", tally.cases, path.display());
            }
        }
        if until.is_none_or(|until| Clock::now() >= until) {
            return tally;
        }
    }
}

fn fuzz_scenes(min_cases: u32, until: Option<Clock>) -> CaseTally {
    fuzz(min_cases, until, &edited_scene(), String::clone, |text, tally| {
        std::fs::write(test_file("fuzz-last.ron"), &text).expect("cargo's folder can be written to");
        tally.valid += u64::from(with_timeout(move || load_and_run(&text))?);
        Ok(())
    })
}

/// A way to damage a story file.
#[derive(Clone, Debug)]
enum Damage {
    Truncate(Index),
    Flip(Vec<(Index, u8)>),
    Zero(Index, usize),
    Copy(Index, Index, usize),
    Sql(Vec<String>),
}

/// The tables of a story file, with the columns that are overwritten.
const COLUMNS: [(&str, &[&str]); 11] = [
    ("meta", &["value"]),
    ("sources", &["position", "path", "text"]),
    ("agents", &["id", "key", "kind", "name", "called", "pronouns"]),
    ("facts", &["id", "text", "code"]),
    ("packed_events", &["id", "at_us", "kind", "place", "widths", "title", "text", "choice"]),
    ("packed_events", &["roles", "changes", "causes", "numbers", "limited", "topic", "widths"]),
    ("packed_samples", &["position", "after", "at_us", "widths", "numbers"]),
    ("packed_crowd", &["line", "day", "widths", "numbers"]),
    ("counts", &["day", "kind", "part", "n"]),
    ("beats", &["position", "beat", "at_us", "event", "events"]),
    ("keyframes", &["id", "at_us", "events", "hash", "state"]),
];

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let value = prop::sample::select(vec![
        "NULL",
        "0",
        "-1",
        "1",
        "7",
        "65535",
        "65536",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "-9223372036854775808",
        "1e308",
        "-1e308",
        "'x'",
        "''",
        "x'00'",
        "x'ffffffffffffffff'",
        "randomblob(9)",
        "zeroblob(100)",
        "'[1,2,3]'",
        "'step'",
        "'she'",
    ]);
    let statement =
        (0..COLUMNS.len(), at(), value, 0u32..40, prop::bool::weighted(0.1)).prop_map(|(table, column, value, row, delete)| {
            let (table, columns) = COLUMNS[table];
            let column = columns[column.index(columns.len())];
            let rows = format!("rowid IN (SELECT rowid FROM {table} ORDER BY random() LIMIT {row})");
            if delete {
                format!("DELETE FROM {table} WHERE {rows}")
            } else {
                format!("UPDATE OR IGNORE {table} SET {column} = {value} WHERE {rows}")
            }
        });
    prop_oneof![
        2 => at().prop_map(Damage::Truncate),
        3 => prop::collection::vec((at(), 0u8..8), 1..40).prop_map(Damage::Flip),
        1 => (at(), 1usize..5000).prop_map(|(at, len)| Damage::Zero(at, len)),
        1 => (at(), at(), 1usize..5000).prop_map(|(from, to, len)| Damage::Copy(from, to, len)),
        5 => prop::collection::vec(statement, 1..6).prop_map(Damage::Sql),
    ]
}

/// The bytes of a recorded story: three weeks of the starter scene.
fn recorded_story(folder: &Path) -> Vec<u8> {
    let path = folder.join("intact.story");
    let scenario =
        longhand_scene::load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).expect("the starter scene is valid").scenario;
    let scenario = Arc::new(scenario);
    let mut run = longhand_analysis::Run::new(
        scenario.clone(),
        SimOptions { seed: 3, threads: 1 },
        Some(Instant::from_seconds(21.0 * 86_400.0)),
    );
    let mut writer = StoryWriter::create(&path, &scenario, 3, &[], None).expect("a new file");
    let mut has_keyframe = false;
    while run.step() {
        writer.write(run.chronicle());
        if !has_keyframe && run.simulation().now() > Instant::from_seconds(7.0 * 86_400.0) {
            has_keyframe = true;
            let state = run.simulation().keyframe().expect("the state can be encoded");
            writer.write_keyframe(run.simulation().now(), run.chronicle().len(), run.chronicle().hash(), state);
        }
    }
    writer.finish(run.simulation().now(), run.chronicle()).expect("the story can be written");
    std::fs::read(&path).expect("the story exists")
}

fn write_damaged(path: &Path, intact: &[u8], damage: &Damage) {
    let mut bytes = intact.to_vec();
    match damage {
        Damage::Truncate(at) => bytes.truncate(at.index(intact.len())),
        Damage::Flip(bits) => bits.iter().for_each(|(at, bit)| bytes[at.index(intact.len())] ^= 1 << bit),
        Damage::Zero(at, len) => bytes[at.index(intact.len())..].iter_mut().take(*len).for_each(|byte| *byte = 0),
        Damage::Copy(from, to, len) => {
            let from = from.index(intact.len());
            let piece = intact[from..(from + len).min(intact.len())].to_vec();
            bytes[to.index(intact.len())..].iter_mut().zip(piece).for_each(|(byte, new)| *byte = new);
        }
        Damage::Sql(_) => {}
    }
    std::fs::write(path, bytes).expect("a file can be written");
    if let Damage::Sql(statements) = damage {
        let connection = rusqlite::Connection::open(path).expect("a story is a database");
        // Statements that SQLite's constraints reject are skipped.
        statements.iter().for_each(|statement| _ = connection.execute_batch(statement));
    }
}

/// Opens a story and queries it. Returns whether it could be read.
fn query_story(path: &Path) -> bool {
    let story = match Story::open(path) {
        Ok(story) => story,
        Err(error) => {
            assert!(
                !matches!(error, StoryError::Missing { .. } | StoryError::Exists { .. } | StoryError::WriterPanicked { .. }),
                "{error}"
            );
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    _ = story.scenario().map_err(|error| error.to_string());
    let history = History::from_chronicle(&story.chronicle, &story.header.symbols);
    for at in [-1, 0, 1, 3_600_000_000, 86_400_000_000 * 5, i64::MAX, i64::MIN] {
        let state = state_at(&story.chronicle, &history, Instant(at));
        _ = state.facts.len();
    }
    let mut cursor = StateCursor::new(&story.chronicle, &history);
    let graph = CauseGraph::from_chronicle(&story.chronicle);
    for event in [0, 1, 5, 1000, u32::MAX].map(EventId) {
        cursor.seek_event(event);
        _ = graph.cause_tree(event, 5);
        _ = graph.chain_to_root(event);
    }
    true
}

/// Runs the program on a file. It must not crash: it exits with an answer or an error message.
fn query_with_program(arguments: &[&str], path: &Path) -> Result<(), TestCaseError> {
    let file = path.to_str().expect("UTF-8");
    let event: &[&str] = if arguments == ["why"] { &["3"] } else { &[] };
    let ProgramOutput { code, err, .. } = run_program(repository(), &[arguments, &[file], event].concat());
    match code {
        Some(0 | 1) => Ok(()),
        Some(3) if !err.trim().is_empty() => Ok(()),
        code => Err(TestCaseError::fail(format!("{arguments:?} ended with {code:?}: {err}"))),
    }
}

fn fuzz_stories(min_cases: u32, until: Option<Clock>) -> CaseTally {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let intact = recorded_story(folder.path());
    fuzz(
        min_cases,
        until,
        &damage(),
        |damage| format!("{damage:?}"),
        |damage, tally| {
            let path = test_file("fuzz-last.story");
            for suffix in ["-wal", "-shm", "-journal"] {
                _ = std::fs::remove_file(test_file(&format!("fuzz-last.story{suffix}")));
            }
            write_damaged(&path, &intact, &damage);
            let file = path.clone();
            let readable = with_timeout(move || query_story(&file))?;
            tally.valid += u64::from(readable);
            // Starting the program is slow, so it is started for only some of the unreadable stories.
            if readable || tally.cases.is_multiple_of(16) {
                for arguments in [&["show"][..], &["show", "--json"], &["why"], &["beats"]] {
                    query_with_program(arguments, &path)?;
                }
            }
            Ok(())
        },
    )
}

#[test]
fn the_original_scenes_are_valid() {
    for scene in original_scenes() {
        let loaded = longhand_narrative::load_text("fuzz.ron", &[("fuzz.ron", scene)], &[])
            .unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
        assert_eq!(tokens(scene).concat(), scene);
        assert!(load_and_run(scene));
    }
}

#[test]
fn no_scene_causes_a_panic_or_a_hang() {
    let tally = fuzz_scenes(200, None);
    assert!(tally.valid > 5, "of {} scenes only {} were valid", tally.cases, tally.valid);
}

#[test]
fn no_story_causes_a_panic_or_a_hang() {
    let tally = fuzz_stories(60, None);
    assert!(tally.valid > 5, "of {} stories only {} could be read", tally.cases, tally.valid);
}

#[test]
#[ignore = "runs for LONGHAND_FUZZ_SECS seconds; run it by hand after a change to the parsers or the story file"]
fn random_cases_for_a_given_time() {
    let seconds: u64 = std::env::var("LONGHAND_FUZZ_SECS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let start = Clock::now();
    let end = start + Duration::from_secs(seconds);
    let (mut scenes, mut stories) = (CaseTally::default(), CaseTally::default());
    let add = |sum: &mut CaseTally, tally: CaseTally| {
        sum.cases += tally.cases;
        sum.valid += tally.valid;
    };
    // Alternates, so that scenes and stories share the time.
    while Clock::now() < end {
        let turn_end = |seconds: u64| Some((Clock::now() + Duration::from_secs(seconds)).min(end));
        add(&mut scenes, fuzz_scenes(100, turn_end(90)));
        add(&mut stories, fuzz_stories(20, turn_end(30)));
        let minutes = start.elapsed().as_secs() / 60;
        println!(
            "{minutes} min: {} scenes, {} of them valid; {} stories, {} of them readable",
            scenes.cases, scenes.valid, stories.cases, stories.valid
        );
    }
}
