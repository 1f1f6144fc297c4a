//! Answers about a run are right, or say what they cannot know: `why`, `why-not`, beats, and what `--forbid` forbids.

use crate::harness::{ProgramRun, SCRIPTED, TestFolder, load_scene, simulate, with_seed};
use longhand_chronicle::{CauseLink, Chronicle, Event, SymbolMap};
use longhand_expr::ids::EventId;
use longhand_narrative::book::{BookOptions, NarrativeLength, write_book};
use longhand_narrative::{CauseFinder, EventInfluence, RecordedRun, RunNarrator};
use longhand_scene::prose_keys::ComposedKey;
use longhand_scene::{AgentRef, Intervention, Scenario, add_interventions, load_text};
use std::collections::BTreeSet;
use std::sync::Arc;

const LIE: &str = include_str!("../cases/27-why-not-denies/lie.ron");
const ISLAND: &str = include_str!("../cases/28-beats-and-the-crowd/island.ron");

fn scenario(text: &str, interventions: &[Intervention]) -> Arc<Scenario> {
    let loaded = load_text("scene.ron", &[("scene.ron", text)], &[]);
    let mut scenario = loaded.unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false))).scenario;
    add_interventions(&mut scenario, interventions).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    Arc::new(scenario)
}

fn run(scenario: &Arc<Scenario>, seed: u64) -> Chronicle {
    simulate(scenario, with_seed(seed), None).chronicle().clone()
}

/// The events of a kind.
fn events_of<'c>(scenario: &Scenario, chronicle: &'c Chronicle, kind: &str) -> Vec<&'c Event> {
    let kind = scenario.schema.event(kind).expect("declared");
    chronicle.iter().filter(|event| event.kind == kind).collect()
}

/// What `check` says of a scene.
fn check(text: &str) -> String {
    let folder = TestFolder::empty();
    folder.write("scene.ron", text);
    let answer = folder.run(&["check", "scene.ron"]);
    format!("{}{}", answer.out, answer.err)
}

#[test]
fn why_not_says_who_the_self_of_the_event_was() {
    let folder = TestFolder::empty();
    folder.write("lie.ron", LIE);
    let checked = folder.run(&["check", "lie.ron"]);
    assert!(format!("{}{}", checked.out, checked.err).contains("`sees` can never happen: the `self` of `land`"), "{checked:?}");
    folder.run_ok(&["run", "lie.ron", "--record", "lie.story"]);
    let answer = folder.run(&["why-not", "lie.story", "sees"]).out;
    assert!(answer.contains("`by` is ben, and `self` of the event is Ann"), "{answer}");
    assert!(answer.contains("Ann landed.") && !answer.contains("`land` did not happen"), "{answer}");
    assert!(!check(&LIE.replace("by: [\"ben\"]", "by: [\"ann\"]")).contains("can never happen"));
}

#[test]
fn why_not_counts_what_was_only_counted() {
    let folder = TestFolder::empty();
    folder.write("lie.ron", &LIE.replace("cooldown: \"5h\", telling: Always", "cooldown: \"5h\", keep: Counted"));
    folder.run(&["run", "lie.ron", "--record", "lie.story"]);
    let answer = folder.run(&["why-not", "lie.story", "land"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains("land happened seven times") && answer.out.contains("only counted"), "{answer:?}");
    let trigger = folder.run(&["why-not", "lie.story", "sees"]).out;
    assert!(trigger.contains("7 events `land` were only counted") && !trigger.contains("did not happen:"), "{trigger}");
}

#[test]
fn a_beat_sees_events_of_the_crowd() {
    let scenario = scenario(ISLAND, &[]);
    let beat = scenario.beats.iter().position(|beat| beat.id == "B4").expect("declared");
    for seed in 1..4 {
        assert!(run(&scenario, seed).beats.iter().any(|matched| matched.beat == beat), "seed {seed}");
    }
    // An action that the author declares as counted cannot be seen, and `check` says so.
    let counted = ISLAND.replace("Clause(on: [\"gossip\"], times: 5)", "Clause(on: [\"mend_nets\"], times: 5)");
    assert!(check(&counted).contains("`mend_nets` is only counted"), "{}", check(&counted));
}

#[test]
fn a_misspelt_member_in_a_role_is_no_silent_variable() {
    let with = |who: &str| check(&ISLAND.replace("roles: {\"self\": \"edith\"}", &format!("roles: {{\"self\": \"{who}\"}}")));
    assert!(with("edtih").contains("did you mean `edith`?"), "{}", with("edtih"));
    assert!(with("#12").contains("`#12` is neither a member of the cast nor a name for a variable"), "{}", with("#12"));
    for variable in ["x", "somebody"] {
        assert!(!with(variable).contains(&format!("`{variable}`")), "{}", with(variable));
    }
}

#[test]
fn a_death_by_a_health_that_a_storm_drains_is_caused_by_the_storm() {
    let text = ISLAND.replace("Process(id: \"ails\",", "Process(id: \"ails\", explain: \"a storm wears the sick down\",");
    let scenario = scenario(&text, &[]);
    let chronicle = run(&scenario, 1);
    let record = RecordedRun::new(&scenario, &chronicle, 1);
    let finder = CauseFinder::new(&record);
    let bess = scenario.schema.agent("bess").expect("declared");
    let deaths = events_of(&scenario, &chronicle, "dies");
    let death = deaths.iter().find(|event| event.roles[0] == bess).expect("Bess dies with seed 1");
    let storms: BTreeSet<EventId> = events_of(&scenario, &chronicle, "storm_comes")
        .iter()
        .filter(|storm| storm.id < death.id)
        .map(|storm| storm.id)
        .collect();
    let found = finder.further_causes(death);
    let through_process = |cause: EventId| {
        found.iter().any(|found| found.event == cause && matches!(found.link, CauseLink::Process { process: Some(0), .. }))
    };
    assert!(!storms.is_empty() && storms.iter().all(|&storm| through_process(storm)), "{found:?}");

    let folder = TestFolder::empty();
    folder.write("island.ron", &text);
    folder.run_ok(&["run", "island.ron", "--seed", "1", "--record", "island.story"]);
    let answer = folder.run_ok(&["why", "island.story", &death.id.0.to_string()]);
    for expected in ["the process `ails` read that", "a storm wears the sick down", "health went from 0.4 to"] {
        let words: Vec<&str> = answer.split_whitespace().filter(|word| *word != "│").collect();
        assert!(words.join(" ").contains(expected), "{expected}\n{answer}");
    }
    assert!(!answer.contains("no recorded cause"), "{answer}");
}

#[test]
fn forbidding_a_beat_keeps_a_rule_from_being_begun_that_could_not_end() {
    let text = r#"Scene(
        title: "Goodbye", starts: "2025-01-01", ends: "2025-02-01", tick: "1h",
        kinds: [Kind(id: "human", wakes: "1h")],
        cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human")],
        actions: [
            Action(id: "decide", by: ["ann"], when: "not happened(decide)", want: "3"),
            Action(id: "goodbye", by: ["ann"], roles: {"other": "[ben]"}, when: "happened(decide)", want: "2",
                steps: [Step(id: "end", after: "30m", outcomes: [Outcome(id: "gone", does: ["self leaves"])])]),
        ],
        beats: [Beat(id: "B", events: [
            Clause(on: ["decide"]),
            Clause(on: ["goodbye"], roles: {"self": "ann", "other": "ben"}),
            Clause(on: ["goodbye/gone"], roles: {"self": "ann"}, within: "1d"),
        ])],
    )"#;
    let count = |interventions: &[Intervention], kind: &str| {
        let scenario = scenario(text, interventions);
        events_of(&scenario, &run(&scenario, 1), kind).len()
    };
    assert_eq!((count(&[], "goodbye"), count(&[], "goodbye/gone")), (1, 1));
    let forbid = [Intervention::Forbid("B".into())];
    assert_eq!((count(&forbid, "decide"), count(&forbid, "goodbye"), count(&forbid, "goodbye/gone")), (1, 0, 0));
    assert_eq!(count(&forbid, "what if: forbid B"), 1);
}

#[test]
fn an_ablation_of_the_params_of_a_scene_without_a_switch_is_an_error() {
    let folder = TestFolder::empty();
    folder.write("lie.ron", LIE);
    let answer = folder.run(&["sweep", "lie.ron", "--seeds", "0..2", "--ablate", "params"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("`params` inverts each switch of the scene, and it has none"), "{answer:?}");
}

#[test]
fn a_belief_keeps_the_declared_range() {
    let scenario = scenario(ISLAND, &[]);
    let mut run = longhand_analysis::Run::new(scenario, with_seed(1), None);
    while run.step() {}
    let report = run.report();
    let said = report.measures["casks_said"].expect("measured at the end");
    assert!(said > 100.0 && said <= 200.0, "{said}");
}

/// Draws numbers below a bound.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn who(&mut self) -> String {
        format!("p{}", self.roll(3))
    }

    fn two(&mut self) -> (String, String) {
        let first = self.roll(3);
        (format!("p{first}"), format!("p{}", (first + 1 + self.roll(2)) % 3))
    }

    fn attr(&mut self) -> String {
        format!("{}.a{}", self.who(), self.roll(3))
    }

    /// An effect on attributes; with `ties`, also one on ties and beliefs.
    fn effect(&mut self, ties: bool) -> String {
        let (target, read) = (self.attr(), self.attr());
        match self.roll(if ties { 7 } else { 3 }) {
            0 => format!("{target} += 0.2"),
            1 => format!("{target} -= 0.3 * {read}"),
            2 => format!("if {read} > 0.5: {target} += 0.3"),
            3 => {
                let (one, other) = self.two();
                format!("begin friends({one}, {other})")
            }
            4 => {
                let (one, other) = self.two();
                format!("end friends({one}, {other})")
            }
            5 => {
                let (one, other) = self.two();
                format!("{one} learns {other}.a{}", self.roll(3))
            }
            _ => {
                let (one, other) = self.two();
                format!("{one} forgets {other}.a{}", self.roll(3))
            }
        }
    }

    fn condition(&mut self, ties: bool) -> String {
        let (one, other) = (self.attr(), self.attr());
        match self.roll(if ties { 6 } else { 3 }) {
            0 => format!("{one} > 0.4"),
            1 => format!("{one} < 0.7 and {other} > 0.2"),
            2 => format!("({one} > 0.6 or {other} < 0.5)"),
            3 => {
                let (one, other) = self.two();
                format!("friends({one}, {other})")
            }
            4 => {
                let (one, other) = self.two();
                format!("believes({one}, {other}.a{}, 0.3) > 0.4", self.roll(3))
            }
            _ => {
                let (one, other) = self.two();
                format!("not knows({one}, {other}.a{})", self.roll(3))
            }
        }
    }
}

/// A random scene of three people whose actions, triggers and processes read and write each other's attributes. With `ties`, they
/// also begin and end ties, learn and forget, and ask each other to meet, which may be refused.
pub fn random_scene(seed: u64, ties: bool) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678);
    let (mut actions, mut triggers, mut processes) = (Vec::new(), Vec::new(), Vec::new());
    for who in 0..3 {
        let (when, does) = (dice.condition(ties), dice.effect(ties));
        actions.push(format!(
            r#"Action(id: "act{who}", by: ["p{who}"], when: "{when} and chance(0.15)", want: "1", does: ["{does}"])"#
        ));
    }
    if ties {
        let (when, accept, does, refused) = (dice.condition(true), dice.roll(2), dice.effect(true), dice.effect(true));
        let accept = ["friend.a0 > 0.4", "0.2 + 0.6 * friend.a1"][accept as usize];
        actions.push(format!(
            r#"Action(id: "meet", by: ["human"], roles: {{"friend": "ties(self, friends)"}}, when: "{when} and chance(0.1)", want: "1.5",
                accept: All("{accept}"), does: ["{does}"], refused: Outcome(id: "no", does: ["{refused}"]))"#
        ));
        let (does, learns) = (dice.effect(true), dice.effect(true));
        triggers.push(format!(r#"Trigger(id: "befriended", on: Begins("friends"), chance: "0.6", does: ["{does}"])"#));
        triggers.push(format!(r#"Trigger(id: "told", on: Learns("a1"), when: "{}", does: ["{learns}"])"#, dice.condition(true)));
    }
    for nth in 0..3 {
        let (source, does) = (dice.roll(3), dice.effect(ties));
        let when = dice.condition(ties);
        let after = if dice.roll(2) == 0 { r#", after: "90m""# } else { "" };
        triggers.push(format!(
            r#"Trigger(id: "on{nth}", by: ["p{source}"], on: Event("act{source}"), when: "{when}", chance: "0.7"{after}, does: ["{does}"])"#
        ));
        let (when, does) = (dice.condition(ties), dice.effect(ties));
        triggers.push(format!(r#"Trigger(id: "becomes{nth}", by: ["p{nth}"], when: "{when}", does: ["{does}"])"#));
        let (when, does) = (dice.condition(ties), dice.effect(false));
        let does = does.replace("0.2", "0.02").replace("0.3", "0.03");
        processes.push(format!(r#"Process(id: "grows{nth}", by: ["p{nth}"], every: "6h", when: "{when}", does: ["{does}"])"#));
    }
    let friends = if ties { r#"ties: [Tie(id: "friends", mutual: true)], "# } else { "" };
    format!(
        r#"Scene(title: "Random", starts: "2025-01-01", ends: "2025-01-08", tick: "1h",
            kinds: [Kind(id: "human", wakes: "1h")], {friends}
            attributes: [Attribute(id: "a0", start: 0.5), Attribute(id: "a1", start: 0.3, rest: 0.3, half_life: "2d"), Attribute(id: "a2", start: 0.7)],
            cast: [Member(id: "p0", kind: "human"), Member(id: "p1", kind: "human"), Member(id: "p2", kind: "human")],
            actions: [{}], triggers: [{}], processes: [{}])"#,
        actions.join(","),
        triggers.join(","),
        processes.join(",")
    )
}

/// A run of a random scene without one of its events: what-if by hand.
struct WithoutEvent {
    chronicle: Chronicle,
    map: SymbolMap,
}

impl WithoutEvent {
    fn simulate(text: &str, plain: &Scenario, seed: u64, event: &Event) -> Self {
        let forbid = Intervention::ForbidEvent {
            event: event.id.0,
            kind: plain.events[event.kind.index()].name.clone(),
            roles: event.roles.iter().map(|role| AgentRef::new(plain, *role)).collect(),
            at_us: event.at.0,
        };
        let scenario = scenario(text, &[forbid]);
        Self { chronicle: run(&scenario, seed), map: SymbolMap::new(plain, &scenario) }
    }

    /// Whether an event happens here too, as a comparison of two runs judges it: with the same agents, instant, place and changes.
    fn has(&self, event: &Event) -> bool {
        self.chronicle.iter().any(|other| self.map.is_same_event(event, other))
    }
}

/// What `why` says of random scenes against what happens without an event: how often it was asked, and where the two disagree.
#[derive(Default)]
struct Agreement {
    independent: usize,
    influential: usize,
    changing: usize,
    needed: usize,
    disagreements: Vec<String>,
}

impl Agreement {
    fn check(&mut self, seed: u64, ties: bool) {
        let text = random_scene(seed, ties);
        let plain = scenario(&text, &[]);
        let chronicle = run(&plain, seed);
        let record = RecordedRun::new(&plain, &chronicle, seed);
        let finder = CauseFinder::new(&record);
        let without = |event: &Event| WithoutEvent::simulate(&text, &plain, seed, event);
        let chosen = (1..5).filter_map(|part| chronicle.event(EventId::from_index(chronicle.len() * part / 5)));
        for event in chosen {
            let causes = finder.all_causes(event.id);
            let earlier = &chronicle.events()[..event.id.index()];
            let (influential, independent): (Vec<&Event>, Vec<&Event>) = earlier.iter().partition(|e| causes.contains(&e.id));
            for other in independent.iter().rev().step_by(independent.len() / 3 + 1) {
                self.independent += 1;
                if !without(other).has(event) {
                    self.disagreements.push(format!("seed {seed}: {other:?}\nis no cause of {event:?}, which changes\n{text}"));
                }
            }
            for other in influential.iter().rev().step_by(influential.len() / 3 + 1) {
                self.influential += 1;
                let changes = !without(other).has(event);
                self.changing += usize::from(changes);
                // The question about one event follows only what came after it, and finds the same.
                let influence = finder.influence_of(other.id, event.id);
                if changes && influence != EventInfluence::Possible {
                    self.disagreements.push(format!("seed {seed}: {other:?}\nhas influence {influence:?} on {event:?}\n{text}"));
                }
            }
            let alone = |other: &&&Event| finder.influence_of(other.id, event.id) != EventInfluence::None;
            if let Some(other) = independent.iter().rev().step_by(independent.len() / 8 + 1).find(alone) {
                self.disagreements
                    .push(format!("seed {seed}: {other:?}\nis no influence on {event:?} only if all are asked\n{text}"));
            }
            let is_needed = |link: CauseLink| matches!(link, CauseLink::Triggered | CauseLink::Step);
            for cause in event.causes.iter().filter(|cause| is_needed(cause.link)) {
                self.needed += 1;
                let cause = chronicle.event(cause.event).expect("a cause is recorded");
                if without(cause).has(event) {
                    self.disagreements.push(format!("seed {seed}: {event:?}\nhappens without {cause:?}\n{text}"));
                }
            }
        }
    }
}

/// How many random scenes of each sort are asked.
const SEEDS: u64 = 60;

#[test]
fn why_agrees_with_what_if_on_random_scenes() {
    for ties in [false, true] {
        let mut agreement = Agreement::default();
        (0..SEEDS).for_each(|seed| agreement.check(seed, ties));
        let Agreement { independent, influential, changing, needed, disagreements } = agreement;
        let figures = format!(
            "{independent} without an influence, {changing} of {influential} with one change the event, {needed} are needed"
        );
        println!("{figures}");
        assert!(disagreements.is_empty(), "{} disagree; {figures}:\n{}", disagreements.len(), disagreements.join("\n"));
        assert!(independent > 40 && needed > 10 && changing > 10, "{figures}");
    }
}

#[test]
fn why_follows_all_that_processes_read_in_a_year_of_the_village() {
    let village = load_scene("village.ron", &[]);
    let chronicle = run(&village, 1);
    let record = RecordedRun::new(&village, &chronicle, 1);
    let mut through_processes = 0;
    for part in 1..=160 {
        let event = EventId::from_index(chronicle.len() * part / 160 - 1);
        // One finder for each, as one command answers one question.
        let finder = CauseFinder::new(&record);
        let graph = finder.cause_graph(event, 4);
        assert!(!finder.is_incomplete(), "event {}", event.0);
        through_processes += graph.causes(event).filter(|cause| matches!(cause.link, CauseLink::Process { .. })).count();
    }
    assert!(through_processes > 4, "{through_processes}");
}

/// How a book tells events: how many sentences tell one, and those that do it in other words than `why` and all other commands.
#[derive(Default)]
struct BookWording {
    told: usize,
    otherwise: Vec<String>,
}

impl BookWording {
    /// Compares a book of a run with the events' own texts. What its people say and what the event goes back to may follow the sentence that
    /// tells it, and how long somebody was away or something was ago may precede it; they never stand for it.
    fn compare(&mut self, scenario: &Scenario, chronicle: &Chronicle, seed: u64, length: NarrativeLength) {
        let narrator = RunNarrator::of_chronicle(scenario, seed, chronicle);
        let book = write_book(scenario, chronicle, seed, &BookOptions { length, ..BookOptions::default() });
        let mut told: BTreeSet<EventId> = BTreeSet::new();
        let mut preceded: Vec<(EventId, String)> = Vec::new();
        for sentence in book.sentences() {
            let Some((key, variant)) = sentence.shape.split_once('#') else { continue };
            let Some(event) = sentence.events.last().and_then(|id| chronicle.event(*id)) else { continue };
            if ComposedKey::parse(key).is_some() {
                // How things stand at the end, and what has changed, is about no event.
                if key.starts_with("close/") || key.starts_with("change/") {
                    continue;
                }
                let precedes = matches!(key, "recall/return" | "recall/since");
                if precedes {
                    preceded.push((event.id, sentence.text.clone()));
                }
                let follows = precedes || key.starts_with("relation/") || told.contains(&event.id);
                assert!(follows, "seed {seed}: `{}` stands for event {}", sentence.text, event.id.0);
                continue;
            }
            told.insert(event.id);
            let Some((own_key, own)) = narrator.variant(scenario, event, &chronicle.agents) else { continue };
            // A book of medium length shortens what does not fit to a clause.
            if length == NarrativeLength::Medium && key.starts_with("gist/") {
                continue;
            }
            self.told += 1;
            if (key, variant) != (own_key, &own.to_string()) {
                let own = narrator.sentence(scenario, event, &chronicle.agents);
                self.otherwise.push(format!("seed {seed}: {}\n    in the book {key}#{variant}: {}", own, sentence.text));
            }
        }
        for (event, text) in preceded {
            assert!(told.contains(&event), "seed {seed}: `{text}` stands for event {}", event.0);
        }
    }
}

#[test]
fn a_book_tells_an_event_in_the_words_of_all_other_commands() {
    let scenes = [
        (SCRIPTED, &[("population", "200")][..], 1..5),
        ("village.ron", &[], 1..3),
        ("first.ron", &[], 1..9),
        ("her.ron", &[("population", "600")], 1..3),
        ("cyrano.ron", &[], 1..2),
        ("court.ron", &[], 1..3),
        ("../assets/life/demo.ron", &[], 1..3),
    ];
    for (scene, set, seeds) in scenes {
        let scenario = load_scene(scene, set);
        let mut wording = BookWording::default();
        for seed in seeds {
            let ProgramRun { chronicle, .. } = ProgramRun::new(scene, seed, set);
            for length in [NarrativeLength::Medium, NarrativeLength::Full] {
                wording.compare(&scenario, &chronicle, seed, length);
            }
        }
        let BookWording { told, otherwise } = wording;
        assert!(told > 50, "{}: {told}", scenario.name);
        let share = format!("{}: {} of {told} sentences are worded otherwise", scenario.name, otherwise.len());
        println!("{share}");
        assert!(otherwise.len() * 50 <= told, "{share}:\n{}", otherwise.join("\n"));
    }
}

#[test]
fn what_is_always_told_is_told_each_time() {
    let text = r#"Scene(
        title: "Bells", starts: "2025-01-01", ends: "2025-01-21",
        kinds: [Kind(id: "human", wakes: "1h", whim: 0)],
        cast: [Member(id: "ann", kind: "human", name: "Ann")],
        actions: [
            Action(id: "ring", by: ["ann"], want: "1", cooldown: "2d", telling: Always),
            Action(id: "rest", by: ["ann"], want: "0.5", cooldown: "1d"),
        ],
        prose: [Prose(id: "ring", say: ["{{ self }} rang the bell.", "The bell was rung."])],
    )"#;
    let scenario = scenario(text, &[]);
    let chronicle = run(&scenario, 1);
    let rings: BTreeSet<EventId> = events_of(&scenario, &chronicle, "ring").iter().map(|event| event.id).collect();
    assert!(rings.len() > 4, "{rings:?}");
    let book = write_book(&scenario, &chronicle, 1, &BookOptions { length: NarrativeLength::Full, ..BookOptions::default() });
    let told: BTreeSet<EventId> = book
        .sentences()
        .filter(|sentence| sentence.shape.starts_with("ring#"))
        .flat_map(|sentence| sentence.events.clone())
        .collect();
    assert_eq!(told, rings);
    let sentences: Vec<_> = book.sentences().collect();
    assert!(sentences.windows(2).all(|pair| pair[0].shape != pair[1].shape), "{sentences:#?}");
}

/// A trigger on a death fires although `self` is absent after it, so absence must not be given as the reason why it did not fire.
#[test]
fn why_not_of_a_death_does_not_say_that_the_dead_are_absent() {
    let folder = TestFolder::empty();
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-02-01", kinds: [Kind(id: "human", wakes: "6h")],
        ties: [Tie(id: "friends", mutual: true)],
        cast: [Member(id: "ann", kind: "human", toward: [Toward(to: "ben", ties: ["friends"]), Toward(to: "cleo", ties: ["friends"])]),
            Member(id: "ben", kind: "human"), Member(id: "cleo", kind: "human")],
        triggers: [
            Trigger(id: "falls", by: ["ann"], when: "elapsed > 3d", once: true, does: ["self dies"]),
            Trigger(id: "mourns", on: Dies, about: {"friend": "ties(self, friends)"}),
            Trigger(id: "sings", on: Dies, about: {"friend": "ties(self, friends)"}, chance: "0.0000001"),
            Trigger(id: "prays", on: Event("falls"), about: {"friend": "ties(self, friends) where it == ann"}),
        ],
    )"#;
    folder.write("death.ron", text);
    folder.run_ok(&["run", "death.ron", "--record", "d.story"]);
    assert!(folder.run_ok(&["why-not", "d.story", "mourns"]).contains("mourns happened 2 times"));
    let sings = folder.run(&["why-not", "d.story", "sings"]).out;
    assert!(!sings.contains("is present") && sings.contains("all conditions were met 2 times, but its `chance`"), "{sings}");
    let prays = folder.run(&["why-not", "d.story", "prays"]).out;
    assert!(!prays.contains("is present") && prays.contains("an agent exists for `friend`"), "{prays}");
}

/// Whether one event of a long run had an influence on another is answered soon, also if no chain leads there.
#[test]
fn an_influence_without_a_chain_is_answered_soon() {
    let folder = TestFolder::empty();
    let scene = crate::harness::repository().join("scenes/village.ron");
    folder.run_ok(&["run", scene.to_str().expect("a path"), "--until", "200d", "--record", "v.story"]);
    let lines = folder.run_ok(&["export", "v.story", "--format", "jsonl"]);
    let last = lines.lines().filter(|line| line.contains("\"kind\"") && line.contains("\"id\"")).count() - 1;
    let started = std::time::Instant::now();
    let mut without_chain = 0;
    for (event, from) in [(last, last - 1), (last - 1, last - 40), (last - 2, last - 900), (last - 3, last - 2_000)] {
        let answer = folder.run(&["why", "v.story", &event.to_string(), "--from", &from.to_string(), "--json"]);
        let answer: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
        let influence = answer["influence"].as_str().expect("a word").to_owned();
        assert!(["cause", "possible", "undecided", "none"].contains(&influence.as_str()), "{answer}");
        without_chain += usize::from(influence != "cause");
    }
    assert!(without_chain > 0, "all are causes");
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

/// The crowd's state is not recorded, so nothing is said of it: neither that it was not there, nor what its attributes were.
#[test]
fn why_not_says_nothing_false_of_the_crowd() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-10", tick: "1h",
        kinds: [Kind(id: "human", wakes: "6h"), Kind(id: "extra", wakes: "6h")],
        attributes: [Attribute(id: "seen", range: (0, 10))], ties: [Tie(id: "pals", mutual: true)],
        cast: [Member(id: "ann", kind: "human", name: "Ann"), Member(id: "ben", kind: "extra", name: "Ben")],
        population: [Population(kind: "extra", count: "20", networks: [Network(shape: Random(degree: 4), ties: ["pals"], with_cast: true)])],
        actions: [
            Action(id: "mutter", by: ["extra"], roles: {"to": "ties(self, pals)"}, want: "1", cooldown: "1d"),
            Action(id: "hum", by: ["extra"], roles: {"to": "ties(self, pals)"}, when: "self.seen > 20", want: "1"),
        ],
        triggers: [
            Trigger(id: "hush", on: Event("mutter"), about: {"o": "ties(self, pals)"}, when: "o.seen > 5"),
            Trigger(id: "sulk", by: ["extra"], on: Event("mutter"), when: "self.seen > 5"),
        ],
        record: Record(also: "true"),
    )"#;
    let folder = TestFolder::empty();
    folder.write("crowd.ron", text);
    folder.run_ok(&["run", "crowd.ron", "--record", "crowd.story"]);
    let ask = |args: &[&str]| {
        let answer = folder.run(&[&["why-not", "crowd.story"], args].concat());
        assert_eq!(answer.code, Some(1), "{}", answer.err);
        answer.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for rule in ["hush", "sulk"] {
        let answer = ask(&[rule]);
        assert!(!answer.contains("`self` is present") && !answer.contains("nothing triggered"), "{answer}");
        assert!(
            answer.contains("agents of kind `extra` outside the cast are not checked: their state is not recorded"),
            "{answer}"
        );
    }
    assert!(ask(&["hush"]).contains("not considered for `o`"), "{}", ask(&["hush"]));
    assert!(ask(&["hum"]).contains("not considered for `to`"), "{}", ask(&["hum"]));
    let answer = ask(&["hum", "--who", "#5"]);
    assert!(!answer.contains("is present") && !answer.contains("checked 2"), "{answer}");
}

/// `check` warns of a beat over a tie that never holds, and says how a trigger happens to another one of its event.
#[test]
fn check_warns_of_a_tie_that_never_holds_and_names_the_role_to_react() {
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-01-10", kinds: [Kind(id: "human", wakes: "6h")],
        ties: [Tie(id: "pals", mutual: true), Tie(id: "feud", mutual: true, tags: ["strife"])],
        cast: [Member(id: "ann", kind: "human", toward: [Toward(to: "ben", ties: ["pals"])]), Member(id: "ben", kind: "human")],
        actions: [Action(id: "knock", by: ["ann"], roles: {"to": "ties(self, pals)"}, want: "1")],
        triggers: [Trigger(id: "opens", by: ["ben"], on: Event("knock"))],
        beats: [
            Beat(id: "row", title: "A row", events: [Clause(tie: ("strife", "x", "y")), Clause(on: ["knock"], roles: {"self": "x"})]),
            Beat(id: "visit", title: "A visit", events: [Clause(tie: ("pals", "x", "y")), Clause(on: ["knock"], roles: {"self": "x"})]),
        ],
    )"#;
    let said = check(text);
    assert!(said.contains("`row` waits for the tie `strife`, which never holds") && !said.contains("`visit` waits"), "{said}");
    assert!(said.contains("for another one write the role, `each: \"to\"`"), "{said}");
    assert!(
        !check(&text.replacen("on: Event(\"knock\")", "on: Event(\"knock\"), each: \"to\"", 1)).contains("`opens`"),
        "{said}"
    );
}

/// Somebody of the crowd acts on what it saw; that is not recorded, and `why` says so instead of calling it a beginning.
#[test]
fn why_says_that_it_does_not_know_what_the_crowd_knew() {
    let text = r#"Scene(
        starts: "2030-01-01 08:00", ends: "2030-01-20", kinds: [Kind(id: "human", wakes: "6h")], ties: [Tie(id: "kith", mutual: true)],
        places: [Place(id: "quay")],
        cast: [Member(id: "mab", kind: "human", name: "Mab", home: "quay"), Member(id: "nye", kind: "human", name: "Nye", home: "quay")],
        population: [Population(kind: "human", count: "12", home: "quay", networks: [Network(shape: SmallWorld(degree: 4, rewire: 0.1), ties: ["kith"], with_cast: true)])],
        actions: [
            Action(id: "wreck", by: ["mab"], when: "elapsed > 1d and not happened(wreck)", want: "1"),
            Action(id: "whisper", by: ["human"], about: {"to": "ties(self, kith)"}, when: "knows(self, happened(wreck)) and not happened(whisper, self)", want: "0.8"),
        ],
        triggers: [Trigger(id: "saw", on: Sees("wreck"), does: ["self learns happened(wreck, actor)"], keep: Counted)],
        record: Record(also: "true"),
    )"#;
    let folder = TestFolder::empty();
    folder.write("cove.ron", text);
    folder.run_ok(&["run", "cove.ron", "--record", "cove.story"]);
    let loaded = longhand_chronicle::Story::open(&folder.path("cove.story")).expect("a story");
    let kind = loaded.scenario().expect("a scene").schema.event("whisper").expect("declared");
    let by_crowd =
        loaded.chronicle.iter().find(|event| event.kind == kind && event.roles[0].index() >= 2).expect("somebody whispers");
    let answer = folder.run_ok(&["why", "cove.story", &by_crowd.id.0.to_string()]);
    assert!(answer.contains("is not recorded, as of all outside the cast"), "{answer}");
}

/// An outcome is asked about like a rule: what its weight was, what was drawn instead, and who would have had to refuse.
#[test]
fn why_not_tells_the_chance_of_an_outcome() {
    let folder = TestFolder::empty();
    let text = r#"Scene(
        starts: "2030-01-01", ends: "2030-02-01", kinds: [Kind(id: "human", wakes: "6h")],
        attributes: [Attribute(id: "nerve")],
        cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human", attributes: {"nerve": 0.5})],
        actions: [
            Action(id: "ask", by: ["ann"], roles: {"other": "[ben]"}, want: "1", cooldown: "40d", accept: All("1 - other.nerve / 1000000"),
                refused: Outcome(id: "no"),
                steps: [Step(id: "after", after: "1d", outcomes: [
                    Outcome(id: "dance", weight: "1"), Outcome(id: "quarrel", weight: "0.000001"), Outcome(id: "weep", weight: "other.nerve - 0.5"),
                ])]),
            Action(id: "wait", by: ["ann"], roles: {"other": "[ben]"}, want: "-1", refused: Outcome(id: "never"), accept: All("0.5")),
        ],
    )"#;
    folder.write("ask.ron", text);
    folder.run_ok(&["run", "ask.ron", "--record", "a.story"]);
    let why_not = |id: &str| folder.run(&["why-not", "a.story", id]).out;
    assert!(why_not("ask/dance").contains("ask/dance happened once"));
    let quarrel = why_not("ask/quarrel");
    assert!(quarrel.contains("did not happen") && quarrel.contains("a chance below 1 %, and `ask/dance` was drawn"), "{quarrel}");
    let weep = why_not("ask/weep");
    assert!(weep.contains("its weight: other.nerve - 0.5 was 0, needs > 0"), "{weep}");
    let refusal = why_not("ask/no");
    assert!(refusal.contains("the probability that `other` accepts was 1, needs"), "{refusal}");
    assert!(why_not("wait/never").contains("it can only come of `wait`, which did not happen"));
    assert_eq!(folder.run(&["why-not", "a.story", "ask/dancing"]).err.matches("did you mean `ask/dance`?").count(), 1);
}
