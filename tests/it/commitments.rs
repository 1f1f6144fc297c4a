//! Appointments and promises, and intentions of a few steps.

use crate::harness::{TestFolder, simulate, with_seed};
use longhand_analysis::Run;
use longhand_chronicle::{CauseLink, Event};
use longhand_expr::ids::{AgentId, Instant};
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

fn run_text_with(text: &str, options: SimOptions) -> Run {
    let loaded = longhand_scene::load_text("test.ron", &[("test.ron", text)], &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    simulate(&Arc::new(loaded.scenario), options, None)
}

fn run_text(text: &str) -> Run {
    run_text_with(text, with_seed(1))
}

fn events<'r>(run: &'r Run, kind: &str) -> Vec<&'r Event> {
    let kind = run.simulation().scenario().schema.event(kind).unwrap_or_else(|| panic!("there is no event {kind}"));
    run.simulation().chronicle().iter().filter(|event| event.kind == kind).collect()
}

fn agent(run: &Run, id: &str) -> AgentId {
    run.simulation().scenario().schema.agent(id).unwrap_or_else(|| panic!("there is no {id}"))
}

/// The hours since midnight of the first day.
fn hours(at: Instant) -> f64 {
    at.seconds() / 3600.0 + 8.0
}

/// Ann asks Ben to dinner at the inn, tomorrow at seven. Cleo asks Ben to a game of three hours whenever he is free.
fn dinner(appointment: &str, rules: &str) -> String {
    format!(
        r#"Scene(
        title: "Dinner", starts: "2025-01-06 08:00", ends: "2025-01-09",
        kinds: [Kind(id: "human", wakes: "5h", idle: "0.5", whim: 0, routine: [
            Stay(when: "hour >= 9 and hour < 17", at: "office"), Stay(when: "true", at: "home(self)"),
        ])],
        attributes: [Attribute(id: "hurt")],
        ties: [Tie(id: "friends", mutual: true)],
        places: [Place(id: "flat"), Place(id: "office"), Place(id: "inn", name: "the inn")],
        cast: [
            Member(id: "ann", name: "Ann", kind: "human", pronouns: she, home: "flat", toward: [Toward(to: "ben", ties: ["friends"])]),
            Member(id: "ben", name: "Ben", kind: "human", pronouns: he, home: "flat"),
            Member(id: "cleo", name: "Cleo", kind: "human", pronouns: she, home: "flat"),
        ],
        appointments: [Appointment(id: "dinner", kept_by: ["supper"], {appointment})],
        actions: [
            Action(
                id: "invite", by: ["ann"], roles: {{"friend": "ben"}}, when: "not happened(invite)", want: "9",
                does: ["self promises friend dinner at today + 1d + 19h in inn"],
            ),
            Action(id: "supper", roles: {{"friend": "ties(self, friends)"}}, want: "0", accept: All("0"), takes: "1h"),
            Action(id: "game", by: ["cleo"], roles: {{"friend": "ben"}}, want: "2", takes: "3h"),
        ],
        {rules}
    )"#
    )
}

#[test]
fn both_go_to_an_appointment_and_keep_it_by_the_action_that_was_agreed() {
    let run = run_text(&dinner("", ""));
    let (supper, kept, invite) = (events(&run, "supper"), events(&run, "dinner/kept"), events(&run, "invite"));
    assert_eq!((supper.len(), kept.len(), events(&run, "dinner/broken").len()), (1, 1, 0));
    let (supper, kept) = (supper[0], kept[0]);
    assert!((24.0 + 18.5..24.0 + 20.0).contains(&hours(supper.at)), "{}", hours(supper.at));
    assert!(kept.at > supper.at && kept.at.seconds() - supper.at.seconds() < 1e-3);
    let scenario = run.simulation().scenario();
    assert_eq!(scenario.places[supper.place.index()].id, "inn");
    assert_eq!(scenario.places[kept.place.index()].id, "inn");
    let causes: Vec<_> = kept.causes.iter().map(|cause| cause.event).collect();
    assert_eq!(causes, [supper.id, invite[0].id], "the supper kept what the invitation had promised");
    assert_eq!(kept.causes[0].link, CauseLink::Triggered);
}

#[test]
fn the_time_of_an_appointment_is_kept_free() {
    let is_in_the_way = |run: &Run| {
        let overlaps = |event: &&&Event| {
            let begins = hours(event.at) - 24.0;
            begins < 20.0 && begins + 3.0 > 18.5
        };
        events(run, "game").iter().filter(overlaps).count()
    };
    assert_eq!(is_in_the_way(&run_text(&dinner("", ""))), 0);
    let without = dinner("", "").replace(
        "self promises friend dinner at today + 1d + 19h in inn",
        "self promises friend dinner at today + 2d + 19h in inn",
    );
    assert!(is_in_the_way(&run_text(&without)) > 0, "otherwise Cleo would play with Ben in the evening");
}

#[test]
fn who_does_not_come_breaks_it_and_the_reason_is_a_cause() {
    let rules = r#"triggers: [
        Trigger(id: "strike", by: ["ben"], when: "elapsed > 20h", once: true, does: ["ben.hurt = 1"]),
        Trigger(id: "waited", on: Event("dinner/broken"), each: "other", does: ["self.hurt += 0.5"]),
        Trigger(id: "let_down", on: Event("broken"), when: "happened(dinner/broken, ben, ann)"),
    ],"#;
    let run = run_text(&dinner("late: \"2h\", keeps: \"self.hurt < 0.5\"", rules));
    assert!(events(&run, "supper").is_empty() && events(&run, "dinner/kept").is_empty());
    let broken = events(&run, "dinner/broken");
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].roles.as_slice(), [agent(&run, "ben"), agent(&run, "ann")]);
    assert!((hours(broken[0].at) - (24.0 + 21.0)).abs() < 0.01, "{}", hours(broken[0].at));
    let causes: Vec<_> = broken[0].causes.iter().map(|cause| cause.event).collect();
    assert!(causes.contains(&events(&run, "strike")[0].id) && causes.contains(&events(&run, "invite")[0].id));
    let waited = events(&run, "waited");
    assert_eq!(waited[0].roles[0], agent(&run, "ann"), "Ann waited");
    assert_eq!(events(&run, "let_down").len(), 1);
}

#[test]
fn an_appointment_is_called_off_by_a_word_a_death_or_a_departure() {
    for (effect, who) in [("ann calls off dinner with self", "ann"), ("self dies", "ben"), ("self leaves", "ben")] {
        let rules =
            format!(r#"triggers: [Trigger(id: "strike", by: ["ben"], when: "elapsed > 20h", once: true, does: ["{effect}"])],"#);
        let run = run_text(&dinner("", &rules));
        let off = events(&run, "dinner/called_off");
        assert_eq!(off.len(), 1, "{effect}");
        assert_eq!(off[0].roles[0], agent(&run, who), "{effect}");
        assert_eq!(off[0].causes[0].event, events(&run, "strike")[0].id, "{effect}");
        assert!(events(&run, "dinner/broken").is_empty() && events(&run, "supper").is_empty(), "{effect}");
        assert!(run.simulation().state().appointments.is_empty());
    }
}

#[test]
fn an_appointment_without_an_action_is_kept_by_being_together() {
    let text = dinner("", "")
        .replace("kept_by: [\"supper\"], ", "")
        .replace("Action(id: \"supper\"", "Action(id: \"meal\"")
        .replace("accept: All(\"0\")", "accept: All(\"0.1\")");
    let run = run_text(&text);
    let kept = events(&run, "dinner/kept");
    assert_eq!(kept.len(), 1);
    assert!((24.0 + 19.0..24.0 + 19.5).contains(&hours(kept[0].at)), "{}", hours(kept[0].at));
}

#[test]
fn a_new_promise_moves_an_appointment_and_one_for_the_past_is_none() {
    let rules = r#"triggers: [
        Trigger(id: "move_it", by: ["ben"], when: "elapsed > 20h", once: true, does: ["self promises ann dinner at today + 1d + 12h in inn"]),
        Trigger(id: "too_late", by: ["cleo"], when: "elapsed > 20h", once: true, does: ["self promises ann dinner at today in inn"]),
    ],"#;
    let run = run_text(&dinner("", rules));
    let supper = events(&run, "supper");
    assert_eq!(supper.len(), 1);
    assert!((48.0 + 11.5..48.0 + 13.0).contains(&hours(supper[0].at)), "{}", hours(supper[0].at));
    assert_eq!(events(&run, "dinner/kept").len(), 1);
    let limited = run.limited();
    assert!(limited.iter().any(|report| report.rule == "too_late"), "{limited:?}");
}

#[test]
fn conditions_ask_for_appointments() {
    let rules = r#"triggers: [
        Trigger(id: "glad", by: ["ben"], when: "appointment(self, ann, dinner) and until(self, ann) < 3h and any(v in appointments(self): v == ann)", once: true),
        Trigger(id: "over", by: ["ben"], when: "happened(invite) and not appointment(self, none)", once: true),
    ],"#;
    let run = run_text(&dinner("", rules));
    let (glad, over) = (events(&run, "glad"), events(&run, "over"));
    assert!((24.0 + 16.0..24.0 + 19.0).contains(&hours(glad[0].at)), "{}", hours(glad[0].at));
    assert!(over[0].at > events(&run, "dinner/kept")[0].at);
}

/// Ann, when she is lonely, means to befriend Ben: to greet him, and then to talk to him.
fn befriend(intention: &str, rules: &str) -> String {
    format!(
        r#"Scene(
        title: "Befriend", starts: "2025-01-06 08:00", ends: "2025-01-12",
        kinds: [Kind(id: "human", wakes: "1h", idle: "0.5", whim: 0)],
        attributes: [Attribute(id: "loneliness", start: 0.2)],
        cast: [Member(id: "ann", name: "Ann", kind: "human", pronouns: she), Member(id: "ben", name: "Ben", kind: "human", pronouns: he), Member(id: "cleo", name: "Cleo", kind: "human")],
        intentions: [Intention(
            id: "befriend", by: ["ann"], about: {{"friend": "ben"}}, adopt: "self.loneliness > 0.5",
            because: "{{{{ self.he }}}} was lonely", steps: ["greet", "talk"], {intention}
        )],
        actions: [
            Action(id: "greet", by: ["ann"], roles: {{"other": "agents(human) where it != self"}}, want: "0.1", cooldown: "5h"),
            Action(id: "talk", by: ["ann"], roles: {{"other": "agents(human) where it != self"}}, want: "0.2", takes: "1h", cooldown: "9h"),
        ],
        {rules}
    )"#
    )
}

const LONELY: &str = r#"Trigger(id: "lonely", by: ["ann"], when: "elapsed > 10h", once: true, does: ["self.loneliness = 0.9"]),"#;

#[test]
fn an_intention_is_adopted_for_a_reason_and_carried_out_step_by_step() {
    let run = run_text(&befriend("cooldown: \"30d\",", &format!("triggers: [{LONELY}],")));
    let ben = agent(&run, "ben");
    let one = |kind: &str| {
        let all = events(&run, kind);
        assert_eq!(all.len(), 1, "{kind}");
        all[0]
    };
    let (lonely, adopted, greet, talk, achieved) =
        (one("lonely"), one("befriend/adopted"), one("greet"), one("talk"), one("befriend/achieved"));
    assert!(lonely.at < adopted.at && adopted.at < greet.at && greet.at < talk.at && talk.at < achieved.at);
    assert_eq!((adopted.roles[1], greet.roles[1], talk.roles[1]), (ben, ben, ben), "nobody else is greeted");
    assert!(adopted.causes.iter().any(|cause| cause.event == lonely.id));
    assert!(greet.causes.iter().any(|cause| cause.event == adopted.id), "{:?}", greet.causes);
    assert!(talk.causes.iter().any(|cause| cause.event == greet.id), "{:?}", talk.causes);
    assert!(achieved.causes.iter().any(|cause| cause.event == talk.id));
    assert!(run.simulation().state().intentions.is_empty());
}

#[test]
fn an_intention_is_dropped_when_its_reason_ceases() {
    let rules = format!(
        r#"triggers: [{LONELY} Trigger(id: "consoled", by: ["ann"], when: "happened(greet)", once: true, does: ["self.loneliness = 0.1"])],"#
    );
    let run = run_text(&befriend("while: \"self.loneliness > 0.3\",", &rules));
    let dropped = events(&run, "befriend/dropped");
    assert_eq!((events(&run, "greet").len(), events(&run, "talk").len(), dropped.len()), (1, 0, 1));
    assert!(dropped[0].causes.iter().any(|cause| cause.event == events(&run, "consoled")[0].id));
    let run =
        run_text(&befriend("done: \"happened(greet, self, friend)\", cooldown: \"1d\",", &format!("triggers: [{LONELY}],")));
    assert!(events(&run, "talk").is_empty() && events(&run, "befriend/achieved").len() > 1, "it is adopted again");
}

#[test]
fn what_is_intended_ends_with_whom_it_is_about() {
    let rules = format!(
        r#"triggers: [{LONELY} Trigger(id: "gone", by: ["ben"], when: "happened(greet)", once: true, does: ["self leaves"])],"#
    );
    let run = run_text(&befriend("", &rules));
    assert!(run.simulation().state().intentions.is_empty());
    assert!(events(&run, "talk").is_empty() && events(&run, "befriend/achieved").is_empty());
}

#[test]
fn runs_with_commitments_do_not_depend_on_threads_or_on_resuming() {
    for text in [dinner("keeps: \"0.5\"", ""), befriend("", &format!("triggers: [{LONELY}],"))] {
        let hash = |threads| run_text_with(&text, SimOptions { seed: 3, threads }).simulation().chronicle().hash();
        assert_eq!(hash(1), hash(2));
        let loaded = longhand_scene::load_text("test.ron", &[("test.ron", &text)], &[]).expect("it is valid");
        let scenario = Arc::new(loaded.scenario);
        for ticks in [30, 145] {
            let mut begun = Simulation::new(scenario.clone(), with_seed(3));
            (0..ticks).for_each(|_| _ = begun.step());
            let keyframe = begun.keyframe().expect("a keyframe");
            let mut resumed = Simulation::new(scenario.clone(), with_seed(3));
            resumed.restore(&keyframe, begun.chronicle().clone()).expect("its own keyframe");
            while resumed.step() {}
            assert_eq!(resumed.chronicle().hash(), hash(1), "resumed after {ticks} ticks");
        }
    }
}

#[test]
fn commitments_are_told_shown_and_explained() {
    let folder = TestFolder::empty();
    folder.write("scene.ron", &dinner("", ""));
    let told = folder.run_ok(&["run", "scene.ron", "--seed", "1", "--record", "dinner.story"]);
    assert!(told.contains("Ben and Ann met as agreed at the inn."), "{told}");
    let shown = folder.run_ok(&["show", "dinner.story", "--at", "2025-01-07 12:00"]);
    assert!(shown.contains("expects     dinner with Ben, 2025-01-07T19:00:00, at the inn"), "{shown}");
    let kept = events(&run_text(&dinner("", "")), "dinner/kept")[0].id.0.to_string();
    let why = folder.run_ok(&["why", "dinner.story", &kept]);
    assert!(why.contains("it wrote when Ann meets Ben (`dinner`), which the condition read"), "{why}");
    let why_not = folder.run(&["why-not", "dinner.story", "game", "--from", "2025-01-07 16:00", "--to", "2025-01-07 20:00"]);
    assert!(why_not.out.contains("Ben keeps the time free for `dinner` with Ann"), "{}", why_not.out);
    folder.write("intent.ron", &befriend("", &format!("triggers: [{LONELY}],")));
    let told = folder.run_ok(&["run", "intent.ron", "--seed", "1", "--record", "intent.story"]);
    assert!(told.contains("Ann made up her mind: befriend, because she was lonely."), "{told}");
    let shown = folder.run_ok(&["show", "intent.story", "--at", "2025-01-06 18:40"]);
    assert!(shown.contains("intends     befriend Ben: step"), "{shown}");
}
