//! Playing a member of the cast: own choices change nothing, another choice changes what follows from it, and what was decided can be repeated.

use std::sync::{Arc, Mutex};

use longhand_analysis::Run;
use longhand_chronicle::{CauseLink, Chronicle};
use longhand_expr::ids::EventId;
use longhand_expr::ids::Instant;
use longhand_scene::{Intervention, PlayedDecision, Scenario, add_interventions};
use longhand_sim::{OpenDecision, PlayerChoice, SimOptions};

use crate::harness::{TestFolder, load_scene, simulate, with_seed};

/// The days that the village is played.
const DAYS: f64 = 70.0;

fn village(interventions: &[Intervention]) -> Arc<Scenario> {
    let mut scenario = Arc::into_inner(load_scene("village.ron", &[])).expect("it has one owner");
    add_interventions(&mut scenario, interventions).unwrap_or_else(|problems| panic!("{problems}"));
    Arc::new(scenario)
}

fn played(who: &str, from_days: f64, decisions: Vec<PlayedDecision>) -> Intervention {
    Intervention::Play { who: who.into(), from_us: Instant::from_seconds(from_days * 86_400.0).0, decisions }
}

/// A played run: its hash, its chronicle, and what was decided otherwise than the agent would have.
struct PlayedRun {
    hash: String,
    chronicle: Chronicle,
    /// How often the player was asked.
    asked: usize,
    decisions: Vec<PlayedDecision>,
}

/// Plays one of the village with these earlier interventions.
fn play(
    before: &[Intervention],
    who: &str,
    from_days: f64,
    choose: impl Fn(usize, &OpenDecision) -> PlayerChoice + Send + Sync + 'static,
) -> PlayedRun {
    let interventions: Vec<Intervention> = before.iter().cloned().chain([played(who, from_days, Vec::new())]).collect();
    let mut run = Run::new(village(&interventions), with_seed(3), Some(Instant::from_seconds(DAYS * 86_400.0)));
    let noted = Arc::new(Mutex::new((0, Vec::new())));
    let note = noted.clone();
    run.ask_player(move |decision| {
        let mut noted = note.lock().expect("no thread panics");
        let choice = choose(noted.0, decision);
        noted.0 += 1;
        let decided = decision.decided(choice);
        if decided != decision.own() {
            noted.1.push(PlayedDecision { at_us: decision.at.0, option: decided.map(|nth| decision.names[nth].clone()) });
        }
        choice
    });
    while run.step() {}
    let (asked, decisions) = noted.lock().expect("no thread panics").clone();
    PlayedRun { hash: run.report().hash, chronicle: run.chronicle().clone(), asked, decisions }
}

/// A run without a player.
fn repeat(interventions: &[Intervention], threads: usize) -> (String, Chronicle) {
    let run = simulate(&village(interventions), SimOptions { seed: 3, threads }, Some(DAYS));
    (run.report().hash, run.chronicle().clone())
}

#[test]
fn who_always_decides_as_the_member_would_lives_the_same_life() {
    let (plain, _) = repeat(&[], 1);
    let own = play(&[], "ida", 0.0, |_, _| PlayerChoice::Own);
    assert!(own.asked > 20, "{}", own.asked);
    assert_eq!((own.hash.as_str(), own.decisions.len()), (plain.as_str(), 0));
    let explicit = |_: usize, decision: &OpenDecision| decision.own().map_or(PlayerChoice::Nothing, PlayerChoice::Option);
    let explicit = play(&[], "ida", 0.0, explicit);
    assert_eq!((explicit.hash.as_str(), explicit.decisions.len()), (plain.as_str(), 0));
}

#[test]
fn another_decision_changes_what_follows_from_it_and_nothing_before() {
    let (_, plain) = repeat(&[], 1);
    // Decisions in which she would do something and has something else to do, one after another. Whom she turns to may be engaged already,
    // and then nothing comes of it.
    let is_open = |decision: &OpenDecision| decision.own().is_some() && decision.weighed.options.len() > 1;
    let has_effect = (0..6).any(|skipped| {
        let seen = Arc::new(Mutex::new((0, None)));
        let note = seen.clone();
        let other = play(&[], "ida", 2.0, move |_, decision| {
            let mut seen = note.lock().expect("no thread panics");
            if !is_open(decision) {
                return PlayerChoice::Own;
            }
            seen.0 += 1;
            if seen.0 != skipped + 1 {
                return PlayerChoice::Own;
            }
            seen.1 = Some((decision.at, decision.weighed.options[1].kind));
            PlayerChoice::Option(1)
        });
        let (at, kind) = seen.lock().expect("no thread panics").1.expect("there was such a decision");
        assert!(at >= Instant::from_seconds(2.0 * 86_400.0), "nobody is asked before the player takes over");
        assert_eq!(other.decisions.len(), 1);
        let differs = plain.iter().zip(other.chronicle.iter()).position(|(a, b)| a != b).expect("the runs differ");
        let first = &other.chronicle.events()[differs];
        let scenario = village(&[played("ida", 2.0, Vec::new())]);
        let name = |event: EventId| scenario.events[other.chronicle.events()[event.index()].kind.index()].name.as_str();
        assert_eq!((name(first.id), first.at >= at), ("what if: play ida", true));
        // What she did instead has the decision as a cause, and its trace has what was chosen first.
        let mut effects = other.chronicle.iter().filter(|event| event.causes.iter().any(|cause| cause.event == first.id));
        let Some(did) = effects.find(|event| event.kind == kind) else { return false };
        assert!(did.causes.iter().any(|cause| (cause.event, cause.link) == (first.id, CauseLink::Triggered)));
        let choice = did.choice.as_deref().expect("she is of the cast");
        let total = |nth: usize| choice.options[nth].utility + choice.options[nth].choice_noise;
        choice.options[0].kind == kind && total(0) <= total(1)
    });
    assert!(has_effect, "one of her decisions has an effect");
}

#[test]
fn what_was_decided_can_be_repeated_on_any_number_of_threads() {
    // A player of moods: options in turn, and now and then nothing.
    let moods = |count: usize, decision: &OpenDecision| match count % 4 {
        0 => PlayerChoice::Own,
        3 => PlayerChoice::Nothing,
        nth => PlayerChoice::Option(nth % decision.weighed.options.len()),
    };
    let live = play(&[], "ida", 1.0, moods);
    assert!(live.decisions.len() > 5, "{}", live.decisions.len());
    let noted = [played("ida", 1.0, live.decisions.clone())];
    let (hash, chronicle) = repeat(&noted, 1);
    assert_eq!(hash, live.hash);
    assert_eq!(chronicle.events(), live.chronicle.events());
    assert_eq!(repeat(&noted, 3).0, live.hash);
    // In a story it is stored as JSON.
    let text = serde_json::to_string(&noted).expect("plain data");
    assert_eq!(serde_json::from_str::<Vec<Intervention>>(&text).expect("the same data"), noted);
}

#[test]
fn taking_over_again_keeps_what_was_decided_before_and_drops_what_was_decided_later() {
    let moods = |count: usize, decision: &OpenDecision| {
        if count.is_multiple_of(2) { PlayerChoice::Own } else { PlayerChoice::Option(count % decision.weighed.options.len()) }
    };
    let first = play(&[], "ida", 0.0, moods);
    let before = played("ida", 0.0, first.decisions.clone());
    let again = play(std::slice::from_ref(&before), "ida", 6.0, |_, _| PlayerChoice::Own);
    let kept: Vec<PlayedDecision> =
        first.decisions.iter().filter(|decision| decision.at_us < 6 * Instant::DAY_US).cloned().collect();
    assert!(kept.len() < first.decisions.len() && again.decisions.is_empty());
    let until_then = repeat(&[played("ida", 0.0, kept)], 1);
    assert_eq!(again.chronicle.events(), until_then.1.events());
}

#[test]
fn a_decision_that_is_not_open_is_left_to_the_member_and_an_unknown_one_is_an_error() {
    let (plain, _) = repeat(&[], 1);
    let own = play(&[], "ida", 0.0, |_, _| PlayerChoice::Own);
    let asked_at = own.asked;
    assert!(asked_at > 0);
    let scenario = village(&[]);
    let action = scenario.actions.iter().find(|action| action.roles.is_empty() && action.about.is_empty()).expect("there is one");
    let never = longhand_scene::PlayedOption { action: action.id.clone(), roles: Vec::new(), nth: 77 };
    let decision = PlayedDecision { at_us: 0, option: Some(never.clone()) };
    assert_eq!(repeat(&[played("ida", 0.0, vec![decision])], 1).0, plain);
    let problems = |intervention: Intervention| {
        let mut scenario = Arc::into_inner(load_scene("village.ron", &[])).expect("it has one owner");
        add_interventions(&mut scenario, &[intervention]).expect_err("it is wrong").to_string()
    };
    let unknown = longhand_scene::PlayedOption { action: "no_such_action".into(), ..never };
    assert!(problems(played("idda", 0.0, Vec::new())).contains("did you mean `ida`?"));
    assert!(problems(played("#41", 0.0, Vec::new())).contains("only members of the cast"));
    let decisions = |at: [i64; 2]| at.map(|at_us| PlayedDecision { at_us, option: None }).to_vec();
    assert!(problems(played("ida", 0.0, decisions([7, 7]))).contains("order"));
    assert!(problems(played("ida", 1.0, decisions([0, 7]))).contains("order"));
    let unknown = PlayedDecision { at_us: 0, option: Some(unknown) };
    assert!(problems(played("ida", 0.0, vec![unknown])).contains("no action `no_such_action`"));
}

#[test]
fn a_week_is_played_from_a_file_and_kept_as_a_branch() {
    let folder = TestFolder::with_scene();
    folder.run_ok(&["run", "harbour.ron", "--until", "1w", "--record", "h.story"]);
    folder.write("choices.txt", "# Ann would have coffee.\nn  # not today\nn\n1\nd\no\nq\n");
    let played = folder.run_ok(&["play", "h.story", "--as", "Ann", "--choices", "choices.txt", "--keep", "as ann"]);
    assert!(
        played.contains("What does Ann do?") && played.contains("  1  coffee: ") && played.contains("own choice"),
        "{played}"
    );
    let last = played.lines().last().unwrap_or_default();
    assert!(last.starts_with("Played as Ann: 5 decisions, ") && last.contains("otherwise than Ann would have. Hash "), "{last}");
    let hash = last.rsplit(' ').next().unwrap_or_default();
    let branches: serde_json::Value = serde_json::from_str(&folder.run_ok(&["branches", "h.story", "--json"])).expect("JSON");
    let branch = &branches[0];
    assert_eq!((branch["name"].as_str(), branch["hash"].as_str()), (Some("as ann"), Some(hash)));
    assert!(branch["alike"].as_u64().is_some_and(|alike| alike < 60), "{branch}");
    let intervention = &branch["interventions"][0]["play"];
    assert_eq!(intervention["who"], "ann");
    assert!(intervention["decisions"][0]["option"].is_null(), "{intervention}");
    // It can be told, compared and asked about like any other.
    assert!(folder.run_ok(&["tell", "h.story", "--branch", "as ann"]).contains("Ann"));
    assert!(folder.run_ok(&["branches", "h.story"]).contains("--play 'ann'"));
    let why = folder.run(&["why", "h.story", "0", "--branch", "as ann"]);
    assert_eq!(why.code, Some(0), "{}", why.err);
    // Nothing is decided without a choice, so the run is the plain one.
    folder.write("none.txt", "");
    let plain = folder.run_ok(&["play", "harbour.ron", "--until", "1w", "--as", "ann", "--choices", "none.txt"]);
    let report: serde_json::Value =
        serde_json::from_str(&folder.run_ok(&["run", "harbour.ron", "--until", "1w", "--json", "-"])).expect("JSON");
    assert_eq!(plain.lines().last().and_then(|line| line.rsplit(' ').next()), report["hash"].as_str());
}

#[test]
fn choices_come_from_a_pipe_and_a_wrong_one_is_named_with_its_line() {
    let folder = TestFolder::with_scene();
    let answer = folder.run(&["play", "harbour.ron", "--until", "2d", "--as", "ann"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(answer.out.contains("Played as Ann: 0 decisions, 0 otherwise"), "{}", answer.out);
    folder.write("wrong.txt", "o\n# a comment\n12\n");
    let wrong = folder.run(&["play", "harbour.ron", "--until", "1w", "--as", "ann", "--choices", "wrong.txt"]);
    assert_eq!(wrong.code, Some(3));
    assert!(wrong.err.contains("wrong.txt:3: `12` is none of 1"), "{}", wrong.err);
    let unknown = folder.run(&["play", "harbour.ron", "--as", "anne"]);
    assert_eq!((unknown.code, unknown.err.contains("did you mean `ann`?")), (Some(2), true), "{}", unknown.err);
    let keep = folder.run(&["play", "harbour.ron", "--as", "ann", "--keep", "x"]);
    assert_eq!((keep.code, keep.err.contains("only a story can have branches")), (Some(2), true), "{}", keep.err);
    let late = folder.run(&["play", "harbour.ron", "--as", "ann", "--from", "10y"]);
    assert_eq!(late.code, Some(3), "{}", late.err);
}
