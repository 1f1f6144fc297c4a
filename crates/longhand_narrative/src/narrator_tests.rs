//! Tests of sentences, letters, summaries and template checks over the test scene.

use super::fixture::*;
use super::letter::{EarlierWork, LetterMemory, LetterRequest, compose_letter};
use super::prose_check::{check_prose, kinds_without_prose};
use super::{EventNarrator, NarrationLine, NarrationLineKind, Narrator, RunNarrator};
use longhand_chronicle::{BeatMatch, Chronicle, Event, WrittenDocument};
use longhand_expr::ids::{AgentId, DocumentId, EventId, Instant, PlaceId};
use longhand_scene::model::Pattern;
use longhand_scene::{NarrationFrequency, Scenario};
use smallvec::smallvec;
use std::borrow::Cow;
use std::collections::BTreeSet;

fn narrate(scenario: &Scenario, seed: u64, events: &[Event]) -> Vec<String> {
    let mut narrator = EventNarrator::new(scenario, seed);
    let sentence = |event: &Event| {
        narrator.observe(event);
        narrator.sentence(scenario, event, &registry())
    };
    events.iter().map(sentence).collect()
}

fn render_once(template: &str, event: &Event) -> String {
    let mut scenario = scenario();
    say(&mut scenario, "long_walk", &[template]);
    narrate(&scenario, 1, std::slice::from_ref(event)).remove(0)
}

#[test]
fn a_sentence_uses_the_pronouns_of_its_roles() {
    let template = "{{ self }} asks {{ friend }} whether {{ friend.he }} {{ \"want\" | verb(friend) }} {{ friend.his }} walk with {{ self.him }} \
                    or by {{ friend.himself }}. {{ friend.He }} {{ friend.is }} glad.";
    let say = |roles: &[AgentId]| render_once(template, &event(0, 1.0, WALK, roles));
    assert_eq!(say(&[ANN, BEN]), "Ann asks Ben whether he wants his walk with her or by himself. He is glad.");
    assert_eq!(say(&[BEN, ANN]), "Ben asks Ann whether she wants her walk with him or by herself. She is glad.");
    assert_eq!(say(&[BEN, CLEO]), "Ben asks Cleo whether they want their walk with him or by themself. They are glad.");
}

#[test]
fn an_event_without_prose_gets_a_plain_sentence() {
    let say = |event| narrate(&scenario(), 1, &[event]).remove(0);
    assert_eq!(say(event(0, 1.0, WALK, &[ANN, BEN])), "Ann: long walk, with Ben.");
    assert_eq!(say(event(0, 1.0, LETTER, &[ANN, CLEO])), "Ann: letter, about Cleo.");
    assert_eq!(say(event(0, 1.0, WALK, &[NOBODY, NOBODY])), "Long walk.");
}

#[test]
fn a_failing_template_falls_back_to_the_plain_sentence() {
    let nowhere = event(0, 1.0, WALK, &[ANN, BEN]);
    assert_eq!(render_once("{{ self }} walks at {{ place }}.", &nowhere), "Ann: long walk, with Ben.");
    let at_the_beach = Event { place: PlaceId(0), ..nowhere };
    assert_eq!(render_once("{{ self }} walks at {{ place }}.", &at_the_beach), "Ann walks at the beach.");
}

#[test]
fn no_variant_is_used_twice_in_a_row() {
    for variants in [&["A.", "B."][..], &["A.", "B.", "C."], &["A.", "B.", "C.", "D.", "E."]] {
        let mut scenario = scenario();
        say(&mut scenario, "long_walk", variants);
        let events: Vec<Event> = (0..200).map(|id| event(id, f64::from(id), WALK, &[ANN, BEN])).collect();
        for seed in 0..5 {
            let sentences = narrate(&scenario, seed, &events);
            assert!(sentences.windows(2).all(|pair| pair[0] != pair[1]), "{variants:?}");
            assert!(variants.iter().all(|variant| sentences.iter().any(|sentence| sentence == variant)));
        }
    }
}

#[test]
fn an_event_has_one_text_whatever_else_is_worded() {
    let mut scenario = scenario();
    say(&mut scenario, "long_walk", &["{{ self }}: A.", "{{ self }}: B.", "{{ self }}: C.{% if first %} The first.{% endif %}"]);
    let mut chronicle = Chronicle::default();
    for id in 0..60 {
        chronicle.push(event(id, f64::from(id), WALK, if id % 3 == 0 { &[BEN, ANN] } else { &[ANN, BEN] }));
    }
    let in_order = narrate(&scenario, 5, chronicle.events());
    let narrator = RunNarrator::of_chronicle(&scenario, 5, &chronicle);
    for event in chronicle.iter().rev() {
        assert_eq!(narrator.sentence(&scenario, event, &registry()), in_order[event.id.index()]);
    }
}

#[test]
fn no_variant_is_reused_before_all_were_used() {
    let mut scenario = scenario();
    say(&mut scenario, "long_walk", &["A.", "B.", "C.", "D.", "E."]);
    let events: Vec<Event> = (0..25).map(|id| event(id, f64::from(id), WALK, &[ANN, BEN])).collect();
    let orders = (0..5).map(|seed| {
        let sentences = narrate(&scenario, seed, &events);
        for round in sentences.chunks(5) {
            let mut round = round.to_vec();
            round.sort();
            assert_eq!(round, ["A.", "B.", "C.", "D.", "E."], "{sentences:?}");
        }
        sentences
    });
    let orders: std::collections::BTreeSet<_> = orders.collect();
    assert_eq!(orders.len(), 5, "each seed has an order of its own");
}

#[test]
fn the_wording_depends_on_the_seed() {
    let mut scenario = scenario();
    say(&mut scenario, "long_walk", &["A.", "B.", "C.", "D."]);
    let events: Vec<Event> = (0..40).map(|id| event(id, 1.0, WALK, &[ANN, BEN])).collect();
    assert_eq!(narrate(&scenario, 3, &events), narrate(&scenario, 3, &events));
    assert_ne!(narrate(&scenario, 3, &events), narrate(&scenario, 4, &events));
}

#[test]
fn every_error_of_a_template_is_reported() {
    let mut scenario = scenario();
    say(
        &mut scenario,
        "long_walk",
        &[
            "{{ self }} and {{ friend }} walk for {{ minutes | words }} minutes{% if place %} at {{ place }}{% endif %}; {{ cleo }} waits.",
            "{{ self }} and {{ freind }}",
            "{{ self.hes }} walks",
            "{{ self | shout }}",
            "{% if first %}once{% else %}{{ friend.whose }}{% endif %}",
            "{{ self",
        ],
    );
    say(&mut scenario, "memory/letter", &["the letter {{ when }} to {{ reader.him }}"]);
    say(&mut scenario, "sum/rain", &["{{ n | times }} rain"]);
    say(&mut scenario, "long_wlak", &["never told"]);
    scenario.documents[0].text =
        vec!["Dear {{ to }}, {% for m in memories %}{{ m.phrase }}{% endfor %}".into(), "{{ too }}".into()];
    let reports: Vec<(String, Option<usize>, String, Option<String>)> =
        check_prose(&scenario).into_iter().map(|problem| (problem.key, problem.variant, problem.message, problem.help)).collect();
    let problems: Vec<(&str, Option<usize>, &str)> =
        reports.iter().map(|(key, variant, message, _)| (key.as_str(), *variant, message.as_str())).collect();
    assert_eq!(problems.len(), 7, "{problems:#?}");
    assert_eq!(problems[0], ("long_walk", Some(1), "unknown name `freind`"));
    assert_eq!(reports[0].3.as_deref(), Some("did you mean `friend`?"));
    assert_eq!((problems[1].1, problems[2].1, problems[3].1, problems[4].1), (Some(2), Some(3), Some(4), Some(5)));
    assert!(
        problems[1].2.contains("rendered for `long_walk`") && problems[2].2.contains("shout") && problems[3].2.contains("whose"),
        "{problems:#?}"
    );
    assert_eq!((problems[5].0, problems[5].2), ("long_wlak", "no event or member uses this key"));
    assert_eq!(reports[5].3.as_deref(), Some("did you mean `long_walk`?"));
    assert_eq!(problems[6], ("farewell", Some(1), "unknown name `too`"));
    assert_eq!(kinds_without_prose(&scenario), [LETTER, QUARREL, RAIN]);
}

#[test]
fn acts_name_what_can_be_said_and_who_says_it() {
    let mut scenario = scenario();
    say(&mut scenario, "speech/ask", &["“And you?” asked {{ speaker }}. {{ theirs.When }} {{ reply }}, said {{ hearer }}."]);
    say(&mut scenario, "recall/feeling", &["{{ who }} knew the {{ feeling }}, when {{ past }}."]);
    say(&mut scenario, "recall/lead", &["{{ past.Span }} after {{ past }},"]);
    say(&mut scenario, "acts/long_walk", &["ask self friend", "ask self", "shout self friend", "ask self stranger"]);
    say(&mut scenario, "recall/nowhere", &["It was nowhere."]);
    let problems: Vec<(String, Option<usize>, String)> =
        check_prose(&scenario).into_iter().map(|problem| (problem.key, problem.variant, problem.message)).collect();
    let messages: Vec<&str> = problems.iter().map(|(.., message)| message.as_str()).collect();
    let expected = [
        "`ask self` is not an act",
        "there is no prose `speech/shout`",
        "no event of `long_walk` has the role `stranger` of one agent",
        "no event or member uses this key",
    ];
    assert_eq!(messages, expected, "{problems:#?}");
}

fn farewell(scenario: &Scenario, memories: &[LetterMemory<'_>]) -> WrittenDocument {
    farewell_after(scenario, memories, &[], 7)
}

fn farewell_after(scenario: &Scenario, memories: &[LetterMemory<'_>], works: &[EarlierWork<'_>], key: u64) -> WrittenDocument {
    let value = scenario.schema.value("minutes").expect("the test scene declares `minutes`");
    compose_letter(&LetterRequest {
        scenario,
        agents: &registry(),
        document: DocumentId(0),
        writer: ANN,
        to: BEN,
        at: Instant::from_seconds(300.0 * 86_400.0),
        memories,
        works,
        mood: [-0.4, 0.0, 0.2],
        values: &[(value.0, 8.0)],
        seed: 1,
        key,
    })
}

fn remembered(strength: f64, kind: longhand_expr::ids::EventKind, roles: &[AgentId]) -> LetterMemory<'static> {
    let at = Instant::from_seconds(60.0 * 86_400.0);
    let event = Event { place: PlaceId(0), ..Event::new(kind, at, roles.iter().copied().collect()) };
    LetterMemory { strength, event: Cow::Owned(event) }
}

#[test]
fn a_letter_mentions_only_what_its_writer_remembers() {
    let mut scenario = scenario();
    say(&mut scenario, "memory/long_walk", &["the walk {{ self }} took with {{ friend.him }} at {{ place }} {{ when }}"]);
    say(&mut scenario, "memory/quarrel", &["the quarrel {{ self }} began with {{ friend.him }}"]);
    scenario.documents[0].text = vec![
        "Dear {{ to }},\n\nafter {{ minutes | words }} years I remember {{ memories | map(attribute='phrase') | list }}.\n\
         {% if pleasure < 0 %}It is not easy.{% endif %}\n\n{{ writer }}"
            .into(),
    ];
    let written = farewell(
        &scenario,
        &[remembered(0.2, WALK, &[ANN, BEN]), remembered(0.9, QUARREL, &[BEN, ANN]), remembered(0.5, RAIN, &[ANN])],
    );
    assert_eq!(written.title, "To Ben");
    assert_eq!(
        written.text,
        "Dear Ben,\n\nAfter eight years I remember the quarrel you began with me and the walk I took with you at the beach in March.\n\
         It is not easy.\n\nAnn"
    );
}

#[test]
fn a_letter_contains_each_insight_once() {
    let mut scenario = scenario();
    say(&mut scenario, "memory/long_walk", &["the walk", "our walk"]);
    say(&mut scenario, "seen/long_walk", &["{{ self.He }} ought to have asked {{ friend.him }}."]);
    scenario.documents[0].text = vec!["{% for m in memories %}{{ m.phrase }}. {{ m.seen }} {% endfor %}".into()];
    let walks = [remembered(0.9, WALK, &[ANN, BEN]), remembered(0.5, WALK, &[ANN, BEN])];
    let text = farewell(&scenario, &walks).text;
    assert_eq!(text.matches("I ought to have asked you.").count(), 1, "{text}");
    assert!(text.contains("he walk.") || text.contains("ur walk."), "{text}");
}

#[test]
fn a_letter_draws_its_words_and_quotes_earlier_documents() {
    let mut scenario = scenario();
    scenario.documents[0].text = vec![
        "{{ ['red', 'green', 'white', 'black'] | drawn }} {{ ['hat', 'coat', 'shoe'] | drawn }}\n\n\
         {% for w in works | sort(attribute='pleasure', reverse=true) %}{{ w.by }}: {{ w.line }} {% endfor %}"
            .into(),
    ];
    let written = |text: &str| Some(Box::new(WrittenDocument { title: "A letter".into(), text: text.into() }));
    let sad = Event { document: written("Dear Ben,\n\nit rains. I wait."), ..event(0, 1.0, LETTER, &[BEN]) };
    let glad = Event { document: written("Dear Ann,\n\nthe sun! At last."), ..event(1, 2.0, LETTER, &[CLEO]) };
    let works = [EarlierWork { event: &sad, pleasure: -0.5 }, EarlierWork { event: &glad, pleasure: 0.5 }];
    let texts: BTreeSet<String> = (0..12).map(|key| farewell_after(&scenario, &[], &works, key).text).collect();
    assert!(texts.len() > 4, "{texts:?}");
    assert!(texts.iter().all(|text| text.ends_with("Cleo: the sun! Ben: it rains.")), "{texts:?}");
    assert_eq!(check_prose(&scenario), [], "the check accepts `works` and `drawn`");
}

#[test]
fn a_letter_with_a_failing_template_lists_its_memories() {
    let mut scenario = scenario();
    say(&mut scenario, "memory/long_walk", &["the walk with {{ friend.him }}"]);
    scenario.documents[0].text = vec!["{{ nothing_like_it }}".into()];
    assert_eq!(farewell(&scenario, &[remembered(0.2, WALK, &[ANN, BEN])]).text, "The walk with you.");
    scenario.documents[0].text.clear();
    assert_eq!(farewell(&scenario, &[]).text, "");
}

fn texts(lines: &[NarrationLine]) -> Vec<(NarrationLineKind, &str)> {
    lines.iter().map(|line| (line.kind, line.text.as_str())).collect()
}

#[test]
fn a_mostly_repeated_letter_is_not_narrated_again() {
    let scenario = scenario();
    let mut narrator = Narrator::new(&scenario, 1);
    let mut read = |id, body: &str, memory: &str| {
        let written =
            WrittenDocument { title: "To Ben".into(), text: format!("Dear Ben,\n\n{body}\n\nI think of {memory}.\n\nAnn") };
        let letter = Event { document: Some(Box::new(written)), ..event(id, 1.0, RAIN, &[ANN]) };
        let lines = narrator.narrate(&scenario, &letter, &[], &registry());
        lines.iter().any(|line| line.kind == NarrationLineKind::Document)
    };
    let rain = "It has rained since you left, and the roof has found out about it.";
    assert!(read(0, rain, "the walk"));
    assert!(!read(1, rain, "the walk"));
    assert!(!read(2, rain, "the quarrel"));
    assert!(read(3, "Today the sun came out and asked for you.", "the walk"));
}

#[test]
fn habits_are_narrated_at_powers_of_two_and_summarised_after_a_gap() {
    let mut scenario = scenario();
    scenario.events[0].narration = NarrationFrequency::Habit;
    scenario.events[3].narration = NarrationFrequency::Never;
    say(&mut scenario, "sum/rain", &["rain {{ n | times }}"]);
    say(&mut scenario, "long_walk", &["A walk, the {{ nth }}th."]);
    let mut narrator = Narrator::new(&scenario, 1);
    let mut lines = Vec::new();
    let mut narrated_days = Vec::new();
    // A walk a day for seven days, rain on each, and on the twelfth day a quarrel.
    for day in 0..7_u32 {
        let hours = f64::from(day) * 24.0 + 20.0;
        let walk = narrator.narrate(&scenario, &event(2 * day, hours, WALK, &[ANN, BEN]), &[], &registry());
        narrated_days.extend((!walk.is_empty()).then_some(day + 1));
        lines.extend(walk);
        lines.extend(narrator.narrate(&scenario, &event(2 * day + 1, hours, RAIN, &[CLEO]), &[], &registry()));
    }
    assert_eq!(narrated_days, [1, 2, 4]);
    let quarrel = narrator.narrate(&scenario, &event(14, 11.0 * 24.0, QUARREL, &[ANN, BEN]), &[], &registry());
    assert_eq!(
        texts(&quarrel),
        [
            (NarrationLineKind::Summary, "In the eleven days before, Cleo: rain seven times; Ann: 4 × long walk with Ben."),
            (NarrationLineKind::Heading, "Friday, 17 January 2025"),
            (NarrationLineKind::Event, "Ann: quarrel, with Ben."),
        ]
    );
    assert_eq!(quarrel[2].event, Some(EventId(14)));
    assert!(narrator.finish(&scenario, Instant::from_seconds(1e6), &registry()).is_empty(), "nothing is left to sum up");
}

#[test]
fn beats_and_letters_are_narrated_even_for_events_that_are_not() {
    let mut scenario = scenario();
    scenario.events[3].narration = NarrationFrequency::Never;
    let rain = || Pattern { id: "B1".into(), title: "Rain at last".into(), must: true, ..Pattern::default() };
    scenario.beats = vec![rain()];
    let beat = BeatMatch { beat: 0, at: Instant::START, event: EventId(0), events: vec![EventId(0)] };
    let written = WrittenDocument { title: "To Ben".into(), text: "Dear Ben,\nit rains.".into() };
    let wet = Event { document: Some(Box::new(written)), ..event(0, 1.0, RAIN, &[ANN]) };
    let lines = Narrator::new(&scenario, 1).narrate(&scenario, &wet, &[beat], &registry());
    assert_eq!(
        texts(&lines)[1..],
        [
            (NarrationLineKind::Event, "Ann: rain."),
            (NarrationLineKind::Document, "To Ben\n\nDear Ben,\nit rains."),
            (NarrationLineKind::Beat, "B1 Rain at last"),
        ]
    );
}

#[test]
fn numbers_and_times_are_written_as_words() {
    let walk = Event { values: smallvec![(0, 9412.0)], ..event(0, 21.25, WALK, &[ANN, BEN]) };
    let sentence = render_once(
        "{{ minutes | words }}, {{ date }}, {{ time }}, {{ at }}, {{ season }}, {% if first %}first{% endif %} {{ nth }}.",
        &walk,
    );
    assert_eq!(sentence, "9,412, on a Monday in January, late in the evening, 21:15, winter, first 1.");
}

#[test]
fn every_example_in_the_prose_guide_renders_as_documented() {
    let page = include_str!("../../../docs/prose.md");
    let mut walk = Event { values: smallvec![(0, 30.0)], ..event(0, 21.25, WALK, &[ANN, BEN]) };
    walk.place = PlaceId(0);
    let rows = page.lines().filter(|row| row.starts_with("| `"));
    let mut examples = 0;
    for row in rows {
        // A bar inside the code of a table cell is written `\|`.
        let row = row.replace("\\|", "\u{1}");
        let cells: Vec<String> = row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect();
        let (template, expected) = (cells[1].trim_matches('`'), &cells[2]);
        assert_eq!(render_once(template, &walk), *expected, "{template}");
        examples += 1;
    }
    assert_eq!(examples, page.matches("| `").count());
}

#[test]
fn every_entry_in_the_prose_guide_passes_the_check() {
    let page = include_str!("../../../docs/prose.md");
    let examples = page.lines().filter(|line| line.starts_with("    ")).collect::<Vec<_>>().join("\n");
    let quoted = examples.split('"').skip(1).step_by(2).filter(|text| text.contains("{{") && !text.contains("m.phrase"));
    let mut scenario = scenario();
    for text in quoted {
        let key = match text {
            _ if text.contains("{{ n ") => "sum/long_walk",
            _ if text.contains("writer") => "memory/long_walk",
            "To {{ to }}" => continue,
            // An entry of its own for what is told, which `tests/it/topics.rs` runs.
            _ if text.contains("holds") => continue,
            _ => "long_walk",
        };
        say(&mut scenario, key, &[text]);
    }
    assert_eq!(scenario.prose.len(), 4);
    scenario.documents[0].text =
        vec!["Dear {{ to }},\n\n{% for m in memories %}I keep {{ m.phrase }}. {% endfor %}\n\n{{ writer }}".into()];
    assert_eq!(check_prose(&scenario), []);
}

#[test]
fn no_habit_is_narrated_twice_in_the_same_words_and_what_is_always_narrated_is() {
    let mut scenario = scenario();
    say(&mut scenario, "long_walk", &["They walked."]);
    let sentences = |scenario: &Scenario| -> Vec<String> {
        let mut narrator = Narrator::new(scenario, 1);
        let mut tell =
            |id: u32| narrator.narrate(scenario, &event(id, f64::from(id) * 24.0, WALK, &[ANN, BEN]), &[], &registry());
        let lines = (0..9).flat_map(&mut tell).filter(|line| line.kind == NarrationLineKind::Event);
        lines.map(|line| line.text).collect()
    };
    scenario.events[0].narration = NarrationFrequency::Habit;
    let habit = sentences(&scenario);
    assert!(!habit.is_empty() && habit.iter().collect::<BTreeSet<_>>().len() == habit.len(), "{habit:?}");
    scenario.events[0].narration = NarrationFrequency::Always;
    assert_eq!(sentences(&scenario).len(), 9);
}

#[test]
fn the_same_words_about_another_person_of_that_name_are_no_repetition() {
    let mut scenario = scenario();
    say(&mut scenario, "long_walk", &["{{ self }} walked."]);
    let mut registry = registry();
    let ben = registry.get(BEN).cloned().unwrap();
    let ann = registry.get(ANN).cloned().unwrap();
    registry.set(longhand_chronicle::AgentProfile { name: ann.name, short_name: ann.short_name, ..ben });
    let mut narrator = Narrator::new(&scenario, 1);
    let mut told = |id: u32, who| {
        let lines = narrator.narrate(&scenario, &event(id, f64::from(id) * 24.0, WALK, &[who]), &[], &registry);
        lines.iter().filter(|line| line.kind == NarrationLineKind::Event).count()
    };
    assert_eq!([told(0, ANN), told(1, CLEO), told(2, BEN)], [1, 1, 1]);
}
