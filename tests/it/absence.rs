//! Whoever is gone within a tick takes part in nothing after that instant: random small scenes, in which people die, leave and return
//! while many others act in the same tick.

use crate::harness::{simulate, with_seed};
use longhand_analysis::Run;
use longhand_chronicle::{CauseLink, Event};
use longhand_expr::ids::{AgentField, AgentId, EventId, Fact};
use longhand_scene::EventOrigin;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sets that a rule may take somebody from.
const SETS: [&str; 6] = [
    "pick(agents(human) where it != self)",
    "agents(human) where it != self and it.hp > 2",
    "ties(self, friends)",
    "here(self)",
    "ties_to(self, owes)",
    "[best(v in ties(self, friends): v.hp)]",
];
/// Sets of several, for roles that all of them take.
const GROUPS: [&str; 3] = ["each ties(self, friends)", "each here(self)", "each agents(human) where it != self and it.hp > 1"];
/// What happens to the agent `{}`.
const FATES: [&str; 5] = ["{} dies", "{} leaves", "{} dies of war", "{}.hp -= 2", "{} leaves for war"];
/// What becomes of ties.
const TIES: [&str; 3] = ["Ends", "Remains", "PassesTo(\"ties(self, friends)\")"];

/// A rule, from numbers that choose its parts.
#[derive(Clone, Copy, Debug)]
struct RuleChoice {
    form: usize,
    set: usize,
    fate: usize,
    later: usize,
    chance: usize,
}

fn choose<'a>(options: &[&'a str], number: usize) -> &'a str {
    options[number % options.len()]
}

/// An action of the scene, and what follows it.
fn action(index: usize, rule: RuleChoice) -> String {
    let chance = choose(&["0.2", "0.5", "0.9"], rule.chance);
    let of = |agent: &str| choose(&FATES, rule.fate).replace("{}", agent);
    let (set, group) = (choose(&SETS, rule.set), choose(&GROUPS, rule.set));
    let steps = match rule.later % 4 {
        0 => String::new(),
        1 => "steps: [Step(id: \"later\", after: \"3h\", outcomes: [Outcome(id: \"buried\", does: [\"self.hp += 1\"])])],".to_owned(),
        2 => format!("steps: [Step(id: \"later\", after: \"2d\", outcomes: [Outcome(id: \"fate\", does: [\"{}\"]), Outcome(id: \"nothing\")])],", of("self")),
        _ => "steps: [Step(id: \"later\", outcomes: [Outcome(id: \"back\", does: [\"self returns\"]), Outcome(id: \"away\", does: [\"self leaves\"])])],".to_owned(),
    };
    let parts = match rule.form % 5 {
        0 => format!("about: {{\"other\": \"{set}\"}}, does: [\"{}\"],", of("other")),
        1 => format!("roles: {{\"other\": \"{set}\"}}, accept: All(\"0.8\"), does: [\"{}\"],", of("other")),
        2 => format!(
            "roles: {{\"other\": \"{set}\"}}, takes: \"5h\", place: \"field\", does: [\"begin friends(self, other)\", \"other.hp += 1\"],"
        ),
        3 => format!(
            "roles: {{\"others\": \"{group}\"}}, does: [\"for v in others where chance(0.5): v.hp -= 1\", \"{}\"],",
            of("self")
        ),
        _ => format!(
            "roles: {{\"one\": \"{set}\"}}, about: {{\"two\": \"ties(one, friends)\"}}, does: [\"{}\", \"self goes to hill in 7h\"],",
            of("two")
        ),
    };
    format!(
        "Action(id: \"act{index}\", by: [\"human\"], when: \"chance({chance})\", want: \"0.3 + uniform(0, 1)\", {parts} {steps} telling: Never),"
    )
}

/// A trigger on the actions of the scene, or on what they change.
fn trigger(index: usize, rule: RuleChoice, actions: usize) -> String {
    let of = |agent: &str| choose(&FATES, rule.fate).replace("{}", agent);
    let event = rule.set % actions;
    let on = match rule.form % 7 {
        0 => format!("on: Event(\"act{event}\"), about: {{\"friend\": \"ties(self, friends)\"}}, does: [\"{}\"],", of("friend")),
        1 => "on: Dies, about: {\"mourners\": \"each ties(self, friends, also gone) where it.present\"}, does: [\"for v in mourners: v.hp += 1\"],".to_owned(),
        2 => format!("on: Leaves, when: \"chance(0.5)\", about: {{\"friend\": \"pick(agents(human))\"}}, does: [\"{}\"],", of("friend")),
        3 => format!("on: Ends(\"friends\"), does: [\"{}\"],", of("self")),
        4 => format!("on: Sees(\"act{event}\"), when: \"chance(0.3)\", does: [\"{}\"],", of("actor")),
        5 => format!("by: [\"human\"], when: \"self.hp < 2\", does: [\"{}\"],", of("self")),
        _ => format!("on: Jumps(\"hp\", -1), when: \"chance(0.3)\", does: [\"begin owes(self, pick(here(self)))\", \"{}\"],", of("self")),
    };
    let after = choose(&["", "after: \"1h\",", "after: \"30h\","], rule.later);
    let steps = choose(
        &["", "steps: [Step(id: \"on\", after: \"1d\", outcomes: [Outcome(id: \"fate\", does: [\"self returns\"])])],"],
        rule.chance,
    );
    format!("Trigger(id: \"react{index}\", {on} {after} {steps} telling: Never),")
}

fn scene(people: usize, tie: usize, actions: &[RuleChoice], triggers: &[RuleChoice]) -> String {
    let actions_text: String = actions.iter().enumerate().map(|(index, rule)| action(index, *rule)).collect();
    let triggers_text: String = triggers.iter().enumerate().map(|(index, rule)| trigger(index, *rule, actions.len())).collect();
    format!(
        r#"Scene(
    starts: "2030-01-01", ends: "2030-01-06", tick: "6h",
    kinds: [Kind(id: "human", wakes: "5h", idle: "0.1", whim: 0.2)],
    attributes: [Attribute(id: "hp", range: (0, 10), start: 4, scale: true)],
    ties: [Tie(id: "friends", mutual: true, at_death: {}), Tie(id: "owes")],
    places: [Place(id: "field"), Place(id: "hill")],
    population: [Population(kind: "human", count: "{people}", home: "field", attributes: {{"hp": Uniform(1, 6)}},
        networks: [Network(shape: Random(degree: 4), ties: ["friends"]), Network(shape: Random(degree: 2), ties: ["owes"])])],
    processes: [Process(id: "ache", by: ["human"], every: "12h", does: ["self.hp -= uniform(0, 0.5)"])],
    actions: [{actions_text}],
    triggers: [{triggers_text}],
    record: (also: "true"),
)"#,
        choose(&TIES, tie)
    )
}

fn run(text: &str, seed: u64) -> Run {
    let loaded = longhand_scene::load_text("random.ron", &[("random.ron", text)], &[])
        .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)));
    simulate(&Arc::new(loaded.scenario), with_seed(seed), None)
}

/// Whether an event is a step of another one or of what that triggered.
fn follows(events: &[Event], event: &Event, first: EventId) -> bool {
    event.id == first
        || event.causes.iter().any(|cause| {
            let leads = matches!(cause.link, CauseLink::Step | CauseLink::Triggered);
            leads && cause.event >= first && follows(events, &events[cause.event.index()], first)
        })
}

/// Checks each event of a run: nobody takes part who was gone before, except in what the rule of the departure itself leads to. Returns how
/// many are gone at the end.
fn check_run(run: &Run, text: &str) -> usize {
    let scenario = run.simulation().scenario();
    let events = run.chronicle().events();
    let mut gone: BTreeSet<AgentId> = BTreeSet::new();
    // Every event by which somebody went or, having left, died.
    let mut departures: BTreeMap<AgentId, Vec<EventId>> = BTreeMap::new();
    for event in events {
        let info = &scenario.events[event.kind.index()];
        for agent in info.participants(&event.roles).filter(|agent| agent.is_some()) {
            if gone.contains(&agent) {
                let is_choice = matches!(info.origin, EventOrigin::Action(_) | EventOrigin::Refusal(_));
                assert!(
                    !is_choice && departures[&agent].iter().any(|&departure| follows(events, event, departure)),
                    "{agent:?} was gone by {:?} and takes part in {} at {:?}: {event:?}\n{text}",
                    departures[&agent],
                    info.name,
                    event.at
                );
            }
        }
        for change in event.changes.iter().filter(|change| change.after != change.before) {
            let Fact::Field(agent, field @ (AgentField::Gone | AgentField::Dead)) = change.fact else { continue };
            if change.after != 0.0 {
                gone.insert(agent);
                departures.entry(agent).or_default().push(event.id);
            } else if field == AgentField::Gone {
                gone.remove(&agent);
            }
        }
    }
    gone.len()
}

fn rule_choice() -> impl Strategy<Value = RuleChoice> {
    (0..60_usize, 0..60_usize, 0..60_usize, 0..60_usize, 0..60_usize).prop_map(|(form, set, fate, later, chance)| RuleChoice {
        form,
        set,
        fate,
        later,
        chance,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_is_gone_takes_part_in_nothing(
        (people, tie, seed) in (4..16_usize, 0..3_usize, 0..1000_u64),
        actions in prop::collection::vec(rule_choice(), 1..4),
        triggers in prop::collection::vec(rule_choice(), 0..4),
    ) {
        let text = scene(people, tie, &actions, &triggers);
        check_run(&run(&text, seed), &text);
    }
}

/// The random scenes are such that the rule could be broken: people go in the middle of ticks in which others act on them.
#[test]
fn in_these_scenes_many_are_gone_within_a_tick() {
    let numbers = |form, set, fate, later| RuleChoice { form, set, fate, later, chance: 2 };
    let text = scene(14, 0, &[numbers(0, 0, 0, 1), numbers(1, 3, 1, 3), numbers(3, 1, 3, 0)], &[numbers(1, 0, 0, 0)]);
    let mut departures = 0;
    let mut shared_ticks = 0;
    for seed in 0..8 {
        let run = run(&text, seed);
        departures += check_run(&run, &text);
        let tick = |event: &Event| event.at.0 / run.simulation().scenario().tick_us;
        let goes = |event: &&Event| event.changes.iter().any(|change| matches!(change.fact, Fact::Field(_, AgentField::Gone)));
        let events = run.chronicle().events();
        shared_ticks += events
            .iter()
            .filter(goes)
            .filter(|gone| events.iter().any(|event| tick(event) == tick(gone) && event.at > gone.at))
            .count();
    }
    assert!(departures > 30, "{departures}");
    assert!(shared_ticks > 30, "{shared_ticks}");
}
