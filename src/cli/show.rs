//! `longhand show`: the world of a story at an instant: where agents are, their attributes, emotions, memories, relations,
//! appointments, intentions and beliefs.

use super::args::ShowArgs;
use super::exit::{CliError, Exit};
use super::json_output::print_json;
use super::palette::{BAR, FAINT, STRONG};
use super::query::{self, EventSentences, QueryError};
use super::text::{self, PAGE_WIDTH};
use super::when::PointArg;
use super::{run_config, terminal};
use longhand_chronicle::{
    AgentProfile, AgentRegistry, Chronicle, Event, History, StateAt, StateCursor, Story, SymbolTable, describe_reason,
    format_number, state_at,
};
use longhand_expr::emotion_name;
use longhand_expr::ids::{AgentField, AgentId, EventId, Fact, Instant, PlaceId, ReasonId, WorldFact};
use longhand_narrative::wrap;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Width of the label column.
const LABEL_WIDTH: usize = 12;
/// Maximum number of emotions and of memories shown for an agent.
const MAX_ITEMS: usize = 6;
/// Maximum characters of a narrated event.
const MAX_SENTENCE: usize = 110;
/// Minimum strength of a shown emotion or memory.
const MIN_STRENGTH: f64 = 0.05;

pub(crate) fn show(args: &ShowArgs) -> Result<Exit, CliError> {
    print_state(args, &mut terminal::stdout())
}

fn print_state(args: &ShowArgs, out: &mut dyn Write) -> Result<Exit, CliError> {
    let story = args.source.open()?;
    let (symbols, agents) = (&story.header.symbols, &story.chronicle.agents);
    let history = History::from_chronicle(&story.chronicle, symbols);
    let state = state_at_point(&story, &history, args.at.as_ref())?;
    let named_then = agents.as_of(state.at);
    let shown: Vec<&AgentProfile> = match &args.agent {
        None => named_then.iter().filter(|person| !person.key.is_empty()).collect(),
        Some(name) => named_then.get(query::find_agent(name, agents)?.id).into_iter().collect(),
    };
    let agents = &*named_then;
    let page = ShowPage { symbols, agents, chronicle: &story.chronicle, state: &state };
    if args.json {
        print_json(out, &page.to_json(&shown))?;
        return Ok(Exit::Done);
    }
    let inner: Vec<InnerState> = shown.iter().map(|who| inner_state(&state, &history, who.id)).collect();
    let causes = inner
        .iter()
        .flat_map(|agent_state| agent_state.emotions.iter().chain(&agent_state.memories))
        .filter_map(|&(_, _, cause)| cause)
        .collect();
    page.write(&shown, &inner, &EventSentences::for_events(&story, &causes), out)?;
    Ok(Exit::Done)
}

/// An emotion or a memory: the fact, its current strength, and the event that caused it, if that event was recorded in full.
type StrengthOf = (Fact, f64, Option<EventId>);

/// An agent's emotions and memories, the strongest first.
struct InnerState {
    emotions: Vec<StrengthOf>,
    memories: Vec<StrengthOf>,
}

fn inner_state(state: &StateAt<'_>, history: &History, id: AgentId) -> InnerState {
    let strongest = |mut all: Vec<(Fact, f64)>| {
        all.retain(|&(_, strength)| strength >= MIN_STRENGTH);
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.truncate(MAX_ITEMS);
        all.into_iter().map(|(fact, strength)| (fact, strength, state.last_writer(fact, history))).collect()
    };
    InnerState {
        emotions: strongest(state.feelings(id).map(|(emotion, toward, now)| (Fact::Feeling(id, emotion, toward), now)).collect()),
        memories: strongest(state.memories(id).map(|(kind, with, now)| (Fact::Memory(id, kind, with), now)).collect()),
    }
}

/// The state at an instant, right after an event, or at the end.
fn state_at_point<'a>(story: &'a Story, history: &'a History, at: Option<&PointArg>) -> Result<StateAt<'a>, CliError> {
    let (chronicle, calendar) = (&story.chronicle, &story.header.symbols.calendar);
    match at {
        None => Ok(state_at(chronicle, history, query::end_of_story(story))),
        Some(PointArg::When(when)) => Ok(state_at(chronicle, history, run_config::resolve_instant(when, calendar)?)),
        Some(PointArg::Event(event)) => {
            let Some(event) = chronicle.event(*event) else {
                return Err(QueryError::NoSuchEvent { asked: event.0.to_string(), events: chronicle.len() }.into());
            };
            let mut cursor = StateCursor::new(chronicle, history);
            cursor.seek_event(event.id);
            Ok(cursor.state())
        }
    }
}

struct ShowPage<'a> {
    symbols: &'a SymbolTable,
    agents: &'a AgentRegistry,
    chronicle: &'a Chronicle,
    state: &'a StateAt<'a>,
}

impl ShowPage<'_> {
    fn write(
        &self,
        shown: &[&AgentProfile],
        inner: &[InnerState],
        sentences: &EventSentences,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let events = match self.state.events {
            1 => "1 event".into(),
            n => format!("{n} events"),
        };
        writeln!(out, "{STRONG}{}{STRONG:#}  {FAINT}{events} so far{FAINT:#}", query::format_date(self.symbols, self.state.at))?;
        for (person, inner) in shown.iter().zip(inner) {
            writeln!(out)?;
            self.write_person(person, inner, sentences, out)?;
        }
        if let Some(line) = self.state.crowd {
            writeln!(out)?;
            let world_kind =
                self.symbols.world.and_then(|world| self.agents.get(world)).map(|world| self.symbols.kind_name(world.kind));
            let is_crowd = |name: &str| !name.contains('.') && world_kind != Some(name);
            for (kind, count) in line.numbers.iter().filter(|(name, _)| is_crowd(name)) {
                let of_kind = line.numbers.iter().filter_map(|(name, number)| {
                    let attribute = name.strip_prefix(kind.as_str())?.strip_prefix('.')?;
                    // A mean of zero says nothing about a crowd.
                    (number.abs() >= 0.005).then_some((attribute, *number))
                });
                let (shares, means): (Vec<_>, Vec<_>) = of_kind.partition(|(attribute, _)| attribute.contains('.'));
                let means: Vec<String> =
                    means.into_iter().map(|(attribute, mean)| format!("{attribute} {}", format_number(mean))).collect();
                let means = if means.is_empty() { String::new() } else { format!(", on average {}", means.join(", ")) };
                let mut words: BTreeMap<&str, Vec<String>> = BTreeMap::new();
                for (attribute, word, share) in shares.iter().filter_map(|(name, share)| {
                    let (attribute, word) = name.split_once('.')?;
                    Some((attribute, word, share))
                }) {
                    words.entry(attribute).or_default().push(format!("{word} {:.0} %", 100.0 * share));
                }
                let words = words.iter().map(|(attribute, shares)| format!("; {attribute}: {}", shares.join(", ")));
                let means = words.fold(means, |means, words| means + &words);
                let counted_at = Instant((i64::from(line.day) + 1).saturating_mul(Instant::DAY_US));
                let date = query::format_date(self.symbols, counted_at);
                write_row(out, kind, &format!("{} on {date}{means}", format_number(*count)))?;
            }
        }
        Ok(())
    }

    fn write_person(
        &self,
        person: &AgentProfile,
        inner: &InnerState,
        sentences: &EventSentences,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (id, state) = (person.id, self.state);
        let name = if person.name.is_empty() { self.agents.display_name(id) } else { person.name.clone() };
        if self.symbols.world == Some(id) {
            writeln!(out, "{STRONG}{name}{STRONG:#}")?;
        } else {
            let (kind, whereabouts) = (self.symbols.kind_name(person.kind), self.whereabouts(id));
            writeln!(out, "{STRONG}{name}{STRONG:#}  {FAINT}{kind}{FAINT:#}  {whereabouts}")?;
        }
        if state.field(id, AgentField::Present) == Some(0.0) {
            return Ok(());
        }
        let is_norm =
            |attr: longhand_expr::ids::AttrId| self.symbols.attributes.get(attr.index()).is_some_and(|symbol| symbol.norm);
        let (norms, attributes): (Vec<_>, Vec<_>) = state.attributes(id).partition(|(attr, _)| is_norm(*attr));
        for pair in attributes.chunks(2) {
            let cells: Vec<String> = pair.iter().map(|&(attr, value)| self.format_attribute(attr, value)).collect();
            writeln!(out, "  {}", cells.join("  ").trim_end())?;
        }
        let held = norms.iter().filter(|(_, strength)| *strength != 0.0);
        let held: Vec<String> =
            held.map(|&(attr, strength)| format!("{} {}", self.symbols.attribute_name(attr), format_number(strength))).collect();
        if !held.is_empty() {
            write_row(out, "norms", &held.join(", "))?;
        }
        self.write_mood(id, out)?;
        self.write_inner("feels", &inner.emotions, sentences, out)?;
        self.write_inner("remembers", &inner.memories, sentences, out)?;
        self.write_last_choice(id, sentences, out)?;
        self.write_bonds(id, out)?;
        let appointments = self.state.appointments(id).into_iter();
        let appointments = appointments.map(|appointment| self.symbols.describe_appointment(appointment, self.agents));
        write_rows(out, "expects", appointments)?;
        let intentions = self.state.intentions(id).map(|intention| self.symbols.describe_intention(intention, self.agents));
        write_rows(out, "intends", intentions)?;
        self.write_beliefs(id, out)
    }

    fn whereabouts(&self, id: AgentId) -> String {
        let field_value = |field| self.state.field(id, field);
        let is_set = |field| field_value(field).is_some_and(|value| value != 0.0);
        let reason = || match field_value(AgentField::Reason) {
            Some(reason) if reason > 0.0 => format!(" ({})", self.symbols.reason_name(ReasonId(reason as u8)).replace('_', " ")),
            _ => String::new(),
        };
        if is_set(AgentField::Dead) {
            return format!("dead{}", reason());
        }
        if is_set(AgentField::Gone) {
            return format!("left permanently{}", reason());
        }
        if field_value(AgentField::Present) == Some(0.0) {
            return "absent".into();
        }
        let mut words = match self.state.place(id) {
            PlaceId::NOWHERE if field_value(AgentField::Travelling) == Some(1.0) => vec!["on the way".to_owned()],
            PlaceId::NOWHERE => vec!["nowhere".to_owned()],
            place => vec![format!("at {}", self.symbols.places.get(place.index()).map_or("?", |place| &place.name))],
        };
        if let Some(owner) = self.state.get(Fact::Owner(id)).filter(|&owner| owner >= 0.0) {
            words.push(format!("belongs to {}", self.symbols.describe_value(Fact::Owner(id), owner, self.agents)));
        }
        if self.state.holder(id).is_some() {
            words.push(format!("held by {}", self.agents.display_name(self.state.holder(id))));
        }
        words.extend(self.state.held_by(id).map(|thing| format!("holds {}", self.agents.display_name(thing))));
        words.extend((field_value(AgentField::Online) == Some(0.0)).then(|| "offline".into()));
        words.join(", ")
    }

    /// `loneliness            ████████░░ 0.82`, half a page wide.
    fn format_attribute(&self, attr: longhand_expr::ids::AttrId, value: f64) -> String {
        let attribute = self.symbols.attributes.get(attr.index());
        let name = text::fit(self.symbols.attribute_name(attr), 24);
        let shown = match attribute {
            Some(attribute) if attribute.switch => text::fit(if value == 0.0 { "no" } else { "yes" }, 20),
            Some(attribute) if !attribute.one_of.is_empty() => {
                text::fit(self.symbols.attribute_word(attr, value).unwrap_or("?"), 20)
            }
            Some(attribute) => {
                format!("{BAR}{}{BAR:#} {}", text::bar(value, attribute.range), text::fit(&format_number(value), 9))
            }
            None => text::fit(&format_number(value), 20),
        };
        format!("{name} {shown}")
    }

    fn write_mood(&self, id: AgentId, out: &mut dyn Write) -> io::Result<()> {
        let mood = [("pleasure", AgentField::Pleasure), ("arousal", AgentField::Arousal), ("dominance", AgentField::Dominance)];
        let parts: Vec<String> = (mood.iter())
            .filter_map(|&(name, field)| Some(format!("{name} {}", format_number(self.state.field(id, field)?))))
            .collect();
        if parts.is_empty() { Ok(()) } else { write_row(out, "mood", &parts.join(", ")) }
    }

    /// `distress toward Ben 0.42, from #1 (Ann and Ben quarrel.)`
    fn write_inner(
        &self,
        mut label: &str,
        all: &[StrengthOf],
        sentences: &EventSentences,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for &(fact, strength, cause) in all {
            let other = |other: AgentId, preposition: &str| {
                if other.is_some() { format!(" {preposition} {}", self.agents.display_name(other)) } else { String::new() }
            };
            let what = match fact {
                Fact::Feeling(_, emotion, toward) => format!("{}{}", emotion_name(emotion), other(toward, "toward")),
                Fact::Memory(_, kind, with) => format!("`{}`{}", self.symbols.event_name(kind), other(with, "with")),
                _ => continue,
            };
            let cause = cause.map_or_else(String::new, |cause| {
                format!(", from #{} ({})", cause.0, text::fit(sentences.sentence(cause), MAX_SENTENCE).trim_end())
            });
            write_row(out, label, &format!("{what} {}{cause}", format_number(strength)))?;
            label = "";
        }
        Ok(())
    }

    /// What moved the last choice of an agent beside the terms of its `want`: `confide(ann, ben) (#12): -0.4 because she was ashamed (`ashamed`)`.
    fn write_last_choice(&self, id: AgentId, sentences: &EventSentences, out: &mut dyn Write) -> io::Result<()> {
        let before = self.chronicle.events().get(..self.state.events).unwrap_or_default();
        let is_own = |event: &&Event| event.choice.is_some() && event.roles.first() == Some(&id);
        let Some((event, scenario)) = before.iter().rfind(is_own).zip(sentences.scenario()) else { return Ok(()) };
        let option = event.choice.as_ref().and_then(|choice| choice.options.first());
        let mut label = "chose";
        for &reason in option.map_or(&[][..], |option| &option.reasons) {
            let what = self.symbols.event_signature(event.kind, &event.roles, self.agents);
            write_row(out, label, &format!("{what} (#{}): {}", event.id.0, describe_reason(scenario, reason)))?;
            label = "";
        }
        Ok(())
    }

    /// Writes an agent's relations to others, one line for each, ties first.
    fn write_bonds(&self, id: AgentId, out: &mut dyn Write) -> io::Result<()> {
        let mut by_other: BTreeMap<AgentId, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for (relation, value) in self.state.relations(id) {
            match relation {
                WorldFact::Tie(_, other, tie) => by_other.entry(other).or_default().0.push(self.symbols.tie_name(tie).to_owned()),
                WorldFact::Dim(_, other, dim) => {
                    by_other.entry(other).or_default().1.push(format!(
                        "{} {}",
                        self.symbols.dimension_name(dim),
                        format_number(value)
                    ));
                }
                WorldFact::Attr(..)
                | WorldFact::Place(_)
                | WorldFact::Holder(_)
                | WorldFact::Name(_)
                | WorldFact::Happened(..) => {}
            }
        }
        let mut label = "relations";
        for (other, (ties, dims)) in by_other {
            let all: Vec<String> = ties.into_iter().chain(dims).collect();
            write_row(out, label, &format!("{}: {}", self.agents.display_name(other), all.join(", ")))?;
            label = "";
        }
        Ok(())
    }

    /// Writes an agent's beliefs, with the true value where a belief is false.
    fn write_beliefs(&self, id: AgentId, out: &mut dyn Write) -> io::Result<()> {
        let mut label = "believes";
        for (world_fact, value) in self.state.beliefs(id) {
            let fact = Fact::World(world_fact);
            let describe = |value| self.symbols.describe_value(fact, value, self.agents);
            let truth = self.state.get(fact).filter(|&truth| describe(truth) != describe(value));
            let truth = truth.map_or_else(String::new, |truth| format!(" (actual: {})", describe(truth)));
            let grounds = self.describe_grounds(id, world_fact);
            let fact = self.symbols.describe_fact(fact, self.agents);
            write_row(out, label, &format!("{fact}: {}{truth}{grounds}", describe(value)))?;
            label = "";
        }
        Ok(())
    }

    /// Who told an agent what it believes, and how sure it is, where that is recorded.
    fn describe_grounds(&self, holder: AgentId, fact: WorldFact) -> String {
        let source = self.state.get(Fact::Source(holder, fact)).filter(|&source| source >= 0.0);
        let source =
            source.map(|source| format!("from {}", self.symbols.describe_value(Fact::Source(holder, fact), source, self.agents)));
        let confidence = self.state.get(Fact::Confidence(holder, fact)).filter(|&confidence| confidence < 1.0);
        let confidence = confidence.map(|confidence| format!("confidence {}", format_number(confidence)));
        let parts: Vec<String> = source.into_iter().chain(confidence).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }

    fn to_json(&self, shown: &[&AgentProfile]) -> Value {
        let state = self.state;
        let agent_json = |person: &&AgentProfile| {
            let facts: Map<String, Value> = (state.facts.iter())
                .filter(|(fact, _)| fact.subject() == person.id)
                .map(|(&fact, &value)| {
                    let word = match fact {
                        Fact::World(WorldFact::Attr(_, attr)) => self.symbols.attribute_word(attr, value),
                        _ => None,
                    };
                    (self.symbols.fact_expression(fact, self.agents), word.map_or_else(|| value.into(), Value::from))
                })
                .collect();
            json!({ "id": person.id.0, "key": person.key, "name": person.name, "facts": facts })
        };
        json!({
            "at": self.symbols.civil_time(state.at),
            "events": state.events,
            "agents": shown.iter().map(agent_json).collect::<Value>(),
            "crowd": state.crowd.map(|line| {
                let numbers: Map<String, Value> = line.numbers.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
                json!({ "day": line.day, "numbers": numbers })
            }),
        })
    }
}

/// Writes several texts, with a label beside the first.
fn write_rows(out: &mut dyn Write, mut label: &str, texts: impl Iterator<Item = String>) -> io::Result<()> {
    for text in texts {
        write_row(out, label, &text)?;
        label = "";
    }
    Ok(())
}

/// Writes a label and the wrapped text beside it.
fn write_row(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    for (nth, line) in wrap(text, PAGE_WIDTH - LABEL_WIDTH - 2).iter().enumerate() {
        let label = if nth == 0 { label } else { "" };
        writeln!(out, "  {FAINT}{label:<LABEL_WIDTH$}{FAINT:#}{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::StoryArgs;
    use crate::cli::test_story::{farewell_story, without_styles};

    fn run_show(at: Option<&str>, agent: Option<&str>, json: bool) -> Result<Vec<u8>, String> {
        let (_folder, story) = farewell_story();
        let at = at.map(str::parse).transpose()?;
        let mut out = Vec::new();
        print_state(&ShowArgs { source: StoryArgs { story, branch: None }, agent: agent.map(str::to_owned), at, json }, &mut out)
            .map_err(|error| error.to_string())?;
        Ok(out)
    }

    fn show_page(at: Option<&str>, agent: Option<&str>) -> Result<String, String> {
        let out = run_show(at, agent, false)?;
        Ok(without_styles(&out))
    }

    #[test]
    fn show_prints_the_cast_with_relations_and_beliefs_at_an_instant() {
        insta::assert_snapshot!(show_page(Some("2025-01-09 12:00"), None).unwrap());
    }

    #[test]
    fn an_instant_may_be_a_date_a_duration_or_an_event() {
        let first = |at: Option<&str>| show_page(at, Some("ann")).unwrap().lines().next().unwrap().to_owned();
        assert_eq!(first(Some("2025-01-07 07:30")), "Tue 7 Jan 2025, 07:30  1 event so far");
        assert_eq!(first(Some("2d")), "Wed 8 Jan 2025, 07:30  2 events so far");
        assert_eq!(first(Some("#1")), "Wed 8 Jan 2025, 07:30  2 events so far");
        assert_eq!(first(None), "Fri 10 Jan 2025, 07:30  4 events so far");
    }

    #[test]
    fn an_agent_is_found_by_name_and_an_error_suggests_the_nearest() {
        let page = show_page(None, Some("Cleo")).unwrap();
        assert!(page.contains("Cleo") && !page.contains("Ann  human"), "{page}");
        assert_eq!(show_page(None, Some("cloe")).unwrap_err(), "there is no agent `cloe`; did you mean `cleo`?");
        assert!(show_page(Some("yesterday"), None).unwrap_err().starts_with("expected a date"));
        assert!(show_page(Some("2024-12-31"), None).unwrap_err().starts_with("the date is before the start of the scene"));
        assert!(show_page(Some("#77"), None).unwrap_err().starts_with("there is no event 77"));
    }

    #[test]
    fn an_outdated_belief_is_shown_with_the_actual_value() {
        let page = show_page(None, Some("cleo")).unwrap();
        assert!(page.contains("the tie `friends` from Ann to Ben: yes (actual: no)"), "{page}");
        let page = show_page(Some("#0"), Some("cleo")).unwrap();
        assert!(page.contains("the tie `friends` from Ann to Ben: yes\n"), "{page}");
    }

    #[test]
    fn an_emotion_is_shown_with_its_decayed_strength_and_its_cause_until_it_has_faded() {
        let page = show_page(Some("2025-01-08 19:30"), Some("ann")).unwrap();
        assert!(page.contains("feels       distress toward Ben 0.3, from #1 (quarrel(ann, ben))"), "{page}");
        assert!(page.contains("remembers   `quarrel` with Ben 0.498, from #1 (quarrel(ann, ben))"), "{page}");
        let page = show_page(None, Some("ann")).unwrap();
        assert!(!page.contains("distress") && page.contains("remembers"), "{page}");
    }

    #[test]
    fn the_json_has_the_facts_of_each_agent() {
        let out = run_show(Some("#2"), Some("ann"), true).unwrap();
        let answer: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(answer["events"], 3);
        assert_eq!(answer["agents"][0]["facts"]["ann.loneliness"], 0.72);
        assert_eq!(answer["agents"][0]["facts"]["friends(ann, ben)"], 0.0);
        assert_eq!(answer["crowd"]["numbers"]["human"], 3.0);
    }
}
