//! `longhand show`: the world of a story at an instant: where agents are, their attributes, emotions, memories, relations and
//! beliefs.

use super::args::ShowArgs;
use super::ask::{self, AskError, FAINT, STRONG, Voice, WARM, WIDTH};
use super::exit::{Exit, Failure};
use super::when::Point;
use super::{life, terminal};
use longhand_chronicle::{Cursor, Directory, History, Legend, Person, StateAt, Story, emotion_name, number, state_at};
use longhand_expr::ids::{AgentId, EventId, Fact, Field, Known, PlaceId};
use longhand_narrative::wrap;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Width of the label column.
const LEFT: usize = 12;
/// Maximum number of emotions and of memories shown for an agent.
const STRONGEST: usize = 6;
/// Maximum characters of a narrated event.
const LONGEST: usize = 110;
/// Minimum strength of a shown emotion or memory.
const FAINTEST: f64 = 0.05;

pub(crate) fn show(args: &ShowArgs) -> Result<Exit, Failure> {
    answer(args, &mut terminal::out())
}

fn answer(args: &ShowArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let story = args.of.open().map_err(AskError::from)?;
    let (legend, directory) = (&story.head.legend, &story.chronicle.directory);
    let history = History::of(&story.chronicle, legend);
    let state = seek(&story, &history, args.at)?;
    let shown: Vec<&Person> = match &args.agent {
        None => directory.iter().filter(|person| !person.key.is_empty()).collect(),
        Some(asked) => vec![directory.find(asked).ok_or_else(|| ask::no_such(asked, directory))?],
    };
    let page = Page { legend, directory, state: &state };
    if args.json {
        writeln!(out, "{}", page.json(&shown))?;
        return Ok(Exit::Done);
    }
    let inner: Vec<Inner> = shown.iter().map(|who| inner(&state, &history, who.id)).collect();
    let causes = inner.iter().flat_map(|of| of.feels.iter().chain(&of.remembers)).filter_map(|&(_, _, cause)| cause).collect();
    page.write(&shown, &inner, &Voice::of(&story, &causes), out)?;
    Ok(Exit::Done)
}

/// An emotion or a memory: the fact, its current strength, and the event that caused it, if that event was recorded in full.
type Strong = (Fact, f64, Option<EventId>);

/// An agent's emotions and memories, the strongest first.
struct Inner {
    feels: Vec<Strong>,
    remembers: Vec<Strong>,
}

fn inner(state: &StateAt<'_>, history: &History, id: AgentId) -> Inner {
    let strongest = |mut all: Vec<(Fact, f64)>| {
        all.retain(|&(_, strength)| strength >= FAINTEST);
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.truncate(STRONGEST);
        all.into_iter().map(|(fact, strength)| (fact, strength, state.writer(fact, history))).collect()
    };
    Inner {
        feels: strongest(state.feelings(id).map(|(emotion, toward, now)| (Fact::Feeling(id, emotion, toward), now)).collect()),
        remembers: strongest(state.memories(id).map(|(kind, with, now)| (Fact::Memory(id, kind, with), now)).collect()),
    }
}

/// The state at an instant, right after an event, or at the end.
fn seek<'a>(story: &'a Story, history: &'a History, at: Option<Point>) -> Result<StateAt<'a>, Failure> {
    let (chronicle, calendar) = (&story.chronicle, story.head.legend.calendar());
    match at {
        None => Ok(state_at(chronicle, history, ask::end(story))),
        Some(Point::When(when)) => Ok(state_at(chronicle, history, life::instant(when, &calendar)?)),
        Some(Point::Event(event)) => {
            let Some(event) = chronicle.event(event) else {
                return Err(AskError::NoSuchEvent { asked: event.0.to_string(), events: chronicle.len() }.into());
            };
            let mut cursor = Cursor::new(chronicle, history);
            cursor.seek_event(event.id);
            Ok(cursor.state())
        }
    }
}

struct Page<'a> {
    legend: &'a Legend,
    directory: &'a Directory,
    state: &'a StateAt<'a>,
}

impl Page<'_> {
    fn write(&self, shown: &[&Person], inner: &[Inner], voice: &Voice, out: &mut dyn Write) -> io::Result<()> {
        let events = match self.state.events {
            1 => "1 event".into(),
            n => format!("{n} events"),
        };
        writeln!(out, "{STRONG}{}{STRONG:#}  {FAINT}{events} so far{FAINT:#}", ask::date(self.legend, self.state.at))?;
        for (person, inner) in shown.iter().zip(inner) {
            writeln!(out)?;
            self.write_person(person, inner, voice, out)?;
        }
        if let Some(line) = self.state.crowd {
            writeln!(out)?;
            for (kind, count) in line.numbers.iter().filter(|(name, _)| !name.contains('.')) {
                // A mean of zero says nothing about a crowd.
                let means = line.numbers.iter().filter(|(_, mean)| mean.abs() >= 0.005).filter_map(|(name, mean)| {
                    let attribute = name.strip_prefix(kind.as_str())?.strip_prefix('.')?;
                    Some(format!("{attribute} {}", number(*mean)))
                });
                let means = means.collect::<Vec<_>>().join(", ");
                let means = if means.is_empty() { means } else { format!(", on average {means}") };
                row(out, kind, &format!("{} on day {}{means}", number(*count), line.day + 1))?;
            }
        }
        Ok(())
    }

    fn write_person(&self, person: &Person, inner: &Inner, voice: &Voice, out: &mut dyn Write) -> io::Result<()> {
        let (id, state) = (person.id, self.state);
        let name = if person.name.is_empty() { self.directory.called(id) } else { person.name.clone() };
        writeln!(out, "{STRONG}{name}{STRONG:#}  {FAINT}{}{FAINT:#}  {}", self.legend.kind(person.kind), self.whereabouts(id))?;
        if state.field(id, Field::Present) == Some(0.0) {
            return Ok(());
        }
        for pair in state.attributes(id).collect::<Vec<_>>().chunks(2) {
            let cells: Vec<String> = pair.iter().map(|&(attr, value)| self.attribute(attr, value)).collect();
            writeln!(out, "  {}", cells.join("  ").trim_end())?;
        }
        self.write_mood(id, out)?;
        self.write_inner("feels", &inner.feels, voice, out)?;
        self.write_inner("remembers", &inner.remembers, voice, out)?;
        self.write_bonds(id, out)?;
        self.write_beliefs(id, out)
    }

    fn whereabouts(&self, id: AgentId) -> String {
        let is = |field| self.state.field(id, field);
        if is(Field::Gone).is_some_and(|gone| gone != 0.0) {
            return "left permanently".into();
        }
        if is(Field::Present) == Some(0.0) {
            return "absent".into();
        }
        let mut words = match self.state.place(id) {
            PlaceId::NOWHERE => vec!["nowhere".to_owned()],
            place => vec![format!("at {}", self.legend.places.get(place.index()).map_or("?", |place| &place.name))],
        };
        if let Some(owner) = self.state.get(Fact::Owner(id)).filter(|&owner| owner >= 0.0) {
            words.push(format!("belongs to {}", self.legend.say_value(Fact::Owner(id), owner, self.directory)));
        }
        words.extend((is(Field::Online) == Some(0.0)).then(|| "offline".into()));
        words.join(", ")
    }

    /// `loneliness            ████████░░ 0.82`, half a page wide.
    fn attribute(&self, attr: longhand_expr::ids::AttrId, value: f64) -> String {
        let known = self.legend.attributes.get(attr.index());
        let name = ask::cell(self.legend.attribute(attr), 24);
        let shown = match known {
            Some(known) if known.switch => ask::cell(if value == 0.0 { "no" } else { "yes" }, 20),
            Some(known) => format!("{WARM}{}{WARM:#} {}", ask::bar(value, known.range), ask::cell(&number(value), 9)),
            None => ask::cell(&number(value), 20),
        };
        format!("{name} {shown}")
    }

    fn write_mood(&self, id: AgentId, out: &mut dyn Write) -> io::Result<()> {
        let mood = [("pleasure", Field::Pleasure), ("arousal", Field::Arousal), ("dominance", Field::Dominance)];
        let said: Vec<String> =
            (mood.iter()).filter_map(|&(word, field)| Some(format!("{word} {}", number(self.state.field(id, field)?)))).collect();
        if said.is_empty() { Ok(()) } else { row(out, "mood", &said.join(", ")) }
    }

    /// `distress toward Ben 0.42, from #1 (Ann and Ben quarrel.)`
    fn write_inner(&self, mut word: &str, all: &[Strong], voice: &Voice, out: &mut dyn Write) -> io::Result<()> {
        for &(fact, strength, cause) in all {
            let other = |other: AgentId, word: &str| {
                if other.is_some() { format!(" {word} {}", self.directory.called(other)) } else { String::new() }
            };
            let what = match fact {
                Fact::Feeling(_, emotion, toward) => format!("{}{}", emotion_name(emotion), other(toward, "toward")),
                Fact::Memory(_, kind, with) => format!("`{}`{}", self.legend.event(kind), other(with, "with")),
                _ => continue,
            };
            let cause = cause.map_or_else(String::new, |cause| {
                format!(", from #{} ({})", cause.0, ask::cell(voice.sentence(cause), LONGEST).trim_end())
            });
            row(out, word, &format!("{what} {}{cause}", number(strength)))?;
            word = "";
        }
        Ok(())
    }

    /// Writes an agent's relations to others, one line for each, ties first.
    fn write_bonds(&self, id: AgentId, out: &mut dyn Write) -> io::Result<()> {
        let mut by_other: BTreeMap<AgentId, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for (known, value) in self.state.relations(id) {
            match known {
                Known::Tie(_, other, tie) => by_other.entry(other).or_default().0.push(self.legend.tie(tie).to_owned()),
                Known::Dim(_, other, dim) => {
                    by_other.entry(other).or_default().1.push(format!("{} {}", self.legend.dim(dim), number(value)));
                }
                Known::Attr(..) | Known::Place(_) => {}
            }
        }
        let mut word = "relations";
        for (other, (ties, dims)) in by_other {
            let all: Vec<String> = ties.into_iter().chain(dims).collect();
            row(out, word, &format!("{}: {}", self.directory.called(other), all.join(", ")))?;
            word = "";
        }
        Ok(())
    }

    /// Writes an agent's beliefs, with the true value where a belief is false.
    fn write_beliefs(&self, id: AgentId, out: &mut dyn Write) -> io::Result<()> {
        let mut word = "believes";
        for (known, value) in self.state.beliefs(id) {
            let fact = Fact::World(known);
            let say = |value| self.legend.say_value(fact, value, self.directory);
            let truth = self.state.get(fact).filter(|&truth| say(truth) != say(value));
            let truth = truth.map_or_else(String::new, |truth| format!(" (actual: {})", say(truth)));
            row(out, word, &format!("{}: {}{truth}", self.legend.say_fact(fact, self.directory), say(value)))?;
            word = "";
        }
        Ok(())
    }

    fn json(&self, shown: &[&Person]) -> Value {
        let state = self.state;
        let one = |person: &&Person| {
            let facts: Map<String, Value> = (state.facts.iter())
                .filter(|(fact, _)| fact.agent() == person.id)
                .map(|(&fact, &value)| (self.legend.write_fact(fact, self.directory), value.into()))
                .collect();
            json!({ "id": person.id.0, "key": person.key, "name": person.name, "facts": facts })
        };
        json!({
            "at": self.legend.civil(state.at),
            "events": state.events,
            "agents": shown.iter().map(one).collect::<Value>(),
            "crowd": state.crowd.map(|line| {
                let numbers: Map<String, Value> = line.numbers.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
                json!({ "day": line.day, "numbers": numbers })
            }),
        })
    }
}

/// Writes a label and the wrapped text beside it.
fn row(out: &mut dyn Write, word: &str, text: &str) -> io::Result<()> {
    for (nth, line) in wrap(text, WIDTH - LEFT - 2).iter().enumerate() {
        let word = if nth == 0 { word } else { "" };
        writeln!(out, "  {FAINT}{word:<LEFT$}{FAINT:#}{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::StoryArgs;
    use crate::cli::testing::{farewell, plain};

    fn ask(at: Option<&str>, agent: Option<&str>, json: bool) -> Result<Vec<u8>, String> {
        let (_folder, story) = farewell();
        let at = at.map(str::parse).transpose()?;
        let mut out = Vec::new();
        answer(&ShowArgs { of: StoryArgs { story, branch: None }, agent: agent.map(str::to_owned), at, json }, &mut out)
            .map_err(|error| error.to_string())?;
        Ok(out)
    }

    fn shown(at: Option<&str>, agent: Option<&str>) -> Result<String, String> {
        let out = ask(at, agent, false)?;
        Ok(plain(&out))
    }

    #[test]
    fn show_prints_the_cast_with_relations_and_beliefs_at_an_instant() {
        insta::assert_snapshot!(shown(Some("2025-01-09 12:00"), None).unwrap());
    }

    #[test]
    fn an_instant_may_be_a_date_a_duration_or_an_event() {
        let first = |at: Option<&str>| shown(at, Some("ann")).unwrap().lines().next().unwrap().to_owned();
        assert_eq!(first(Some("2025-01-07 07:30")), "Tue 7 Jan 2025, 07:30  1 event so far");
        assert_eq!(first(Some("2d")), "Wed 8 Jan 2025, 07:30  2 events so far");
        assert_eq!(first(Some("#1")), "Wed 8 Jan 2025, 07:30  2 events so far");
        assert_eq!(first(None), "Fri 10 Jan 2025, 07:30  4 events so far");
    }

    #[test]
    fn an_agent_is_found_by_name_and_an_error_suggests_the_nearest() {
        let page = shown(None, Some("Cleo")).unwrap();
        assert!(page.contains("Cleo") && !page.contains("Ann  human"), "{page}");
        assert_eq!(shown(None, Some("cloe")).unwrap_err(), "there is no agent `cloe`; did you mean `cleo`?");
        assert!(shown(Some("yesterday"), None).unwrap_err().starts_with("expected a date"));
        assert!(shown(Some("2024-12-31"), None).unwrap_err().starts_with("the date is before the start of the scene"));
        assert!(shown(Some("#77"), None).unwrap_err().starts_with("there is no event 77"));
    }

    #[test]
    fn an_outdated_belief_is_shown_with_the_actual_value() {
        let page = shown(None, Some("cleo")).unwrap();
        assert!(page.contains("the tie `friends` from Ann to Ben: yes (actual: no)"), "{page}");
        let page = shown(Some("#0"), Some("cleo")).unwrap();
        assert!(page.contains("the tie `friends` from Ann to Ben: yes\n"), "{page}");
    }

    #[test]
    fn an_emotion_is_shown_with_its_decayed_strength_and_its_cause_until_it_has_faded() {
        let page = shown(Some("2025-01-08 19:30"), Some("ann")).unwrap();
        assert!(page.contains("feels       distress toward Ben 0.3, from #1 (quarrel(ann, ben))"), "{page}");
        assert!(page.contains("remembers   `quarrel` with Ben 0.498, from #1 (quarrel(ann, ben))"), "{page}");
        let page = shown(None, Some("ann")).unwrap();
        assert!(!page.contains("distress") && page.contains("remembers"), "{page}");
    }

    #[test]
    fn the_json_has_the_facts_of_each_agent() {
        let out = ask(Some("#2"), Some("ann"), true).unwrap();
        let answer: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(answer["events"], 3);
        assert_eq!(answer["agents"][0]["facts"]["ann.loneliness"], 0.72);
        assert_eq!(answer["agents"][0]["facts"]["friends(ann, ben)"], 0.0);
        assert_eq!(answer["crowd"]["numbers"]["human"], 3.0);
    }
}
