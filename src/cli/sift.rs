//! `longhand sift`: the themes and patterns found in a story, each with its evidence, and near misses of the others.

use super::args::SiftArgs;
use super::exit::{CliError, Exit};
use super::json_output::write_json;
use super::palette::{FAINT, STRONG};
use super::query;
use super::sift_source::SiftSource;
use super::terminal;
use super::text::{PAGE_WIDTH, title_or_id};
use longhand_expr::ids::EventId;
use longhand_expr::nearest_name;
use longhand_narrative::{Match, PatternRef, SiftReport, WhyNotReport, explain_pattern, sift, wrap};
use longhand_scene::Pattern;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Maximum number of matches printed for a pattern that was not requested by id.
const MAX_MATCHES: usize = 2;
/// Maximum number of events printed for a match.
const MAX_EVENTS: usize = 12;

pub(crate) fn sift_story(args: &SiftArgs) -> Result<Exit, CliError> {
    let source = SiftSource::load(&args.file, &args.simulation)?;
    let record = source.recorded_run();
    let sifted = sift(&record, source.end);
    let wanted = select_patterns(&source, &args.pattern)?;
    let near_misses: BTreeMap<PatternRef, WhyNotReport> = match args.near {
        true => {
            let missing = wanted.iter().filter(|of| sifted.matches_of(**of).next().is_none());
            let whole = (longhand_expr::ids::Instant::START, source.end);
            missing.map(|of| (*of, explain_pattern(&record, &sifted, *of, &[], whole))).collect()
        }
        false => BTreeMap::new(),
    };
    let few = if args.pattern.is_empty() { MAX_MATCHES } else { usize::MAX };
    let mut shown_events: BTreeSet<EventId> = sifted.matches.iter().flat_map(|found| found.events.iter().copied()).collect();
    shown_events.extend(
        near_misses
            .values()
            .flat_map(|near| near.matched_events.iter().copied().chain(near.closest.iter().filter_map(|close| close.event))),
    );
    let page = SiftPage {
        source: &source,
        sifted: &sifted,
        wanted,
        near_misses,
        sentences: source.sentences(&shown_events),
        max_matches: few,
    };
    match &args.json {
        Some(_) => _ = write_json(args.json.as_deref(), &page.to_json())?,
        None => page.write(&mut terminal::stdout())?,
    }
    let found = page.wanted.iter().any(|of| sifted.matches_of(*of).next().is_some());
    Ok(if found { Exit::Done } else { Exit::No })
}

/// The requested patterns and beats, or all patterns.
fn select_patterns(source: &SiftSource, asked: &[String]) -> Result<Vec<PatternRef>, CliError> {
    let scenario = &source.scenario;
    let all = || (0..scenario.patterns.len()).map(PatternRef::Pattern);
    if asked.is_empty() {
        return Ok(all().collect());
    }
    let beats = || (0..scenario.beats.len()).map(PatternRef::Beat);
    let find = |id: &String| {
        if let Some(of) = all().chain(beats()).find(|of| of.resolve(scenario).id == *id) {
            return Ok(of);
        }
        if let Some(lacking) = scenario.inapplicable.iter().find(|one| one.id == *id) {
            return Err(CliError::Input(format!("`{id}` is not applicable to this scene: {}", lacking.missing.join("; "))));
        }
        let ids = all().chain(beats()).map(|of| of.resolve(scenario).id.as_str());
        let meant = nearest_name(id, ids).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(CliError::Input(format!("there is no pattern or beat `{id}`{meant}")))
    };
    asked.iter().map(find).collect()
}

struct SiftPage<'a> {
    source: &'a SiftSource,
    sifted: &'a SiftReport,
    wanted: Vec<PatternRef>,
    near_misses: BTreeMap<PatternRef, WhyNotReport>,
    sentences: BTreeMap<EventId, String>,
    max_matches: usize,
}

impl SiftPage<'_> {
    fn pattern(&self, of: PatternRef) -> &Pattern {
        of.resolve(&self.source.scenario)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let is_found = |of: &&PatternRef| self.sifted.matches_of(**of).next().is_some();
        let unjudged = |of: &PatternRef| self.sifted.unsupported.iter().any(|(one, _)| one == of);
        for of in self.wanted.iter().filter(is_found) {
            self.write_matches(*of, out)?;
        }
        let missing: Vec<PatternRef> = self.wanted.iter().filter(|of| !is_found(of) && !unjudged(of)).copied().collect();
        if !missing.is_empty() {
            writeln!(out, "{STRONG}Not found{STRONG:#}")?;
        }
        for of in missing {
            writeln!(out, "  {}", self.title(of))?;
            if let Some(near) = self.near_misses.get(&of) {
                self.source.write_near(near, &self.sentences, "    ", out)?;
            }
        }
        let passed_over = &self.source.scenario.inapplicable;
        if self.max_matches != usize::MAX && !passed_over.is_empty() {
            writeln!(out, "\n{STRONG}Not applicable here{STRONG:#} {FAINT}(the scene lacks what they refer to){FAINT:#}")?;
            for one in passed_over {
                for line in wrap(&format!("{}: {}", one.title, one.missing.join("; ")), PAGE_WIDTH - 2) {
                    writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
                }
            }
        }
        for (of, lacks) in self.sifted.unsupported.iter().filter(|(of, _)| self.wanted.contains(of)) {
            writeln!(out, "\n{} cannot be evaluated: a recording does not contain {}.", self.title(*of), lacks.join(", "))?;
        }
        Ok(())
    }

    fn title(&self, of: PatternRef) -> &str {
        let pattern = self.pattern(of);
        title_or_id(&pattern.title, &pattern.id)
    }

    fn write_matches(&self, of: PatternRef, out: &mut dyn Write) -> io::Result<()> {
        let times = self.sifted.matches_of(of).count();
        let often = if times == 1 { String::new() } else { format!("  {times} times") };
        writeln!(out, "{STRONG}{}{STRONG:#}{FAINT}{often}{FAINT:#}", self.title(of))?;
        for line in wrap(&self.pattern(of).about, PAGE_WIDTH - 2).iter().filter(|line| !line.is_empty()) {
            writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
        }
        for found in self.sifted.matches_of(of).take(self.max_matches) {
            self.write_match(found, out)?;
        }
        if times > self.max_matches {
            writeln!(out, "  {FAINT}… and {} more: --pattern \"{}\"{FAINT:#}", times - self.max_matches, self.pattern(of).id)?;
        }
        writeln!(out)
    }

    fn write_match(&self, found: &Match, out: &mut dyn Write) -> io::Result<()> {
        let people = self.source.describe_bindings(&self.pattern(found.pattern).variables, &found.bound);
        if !people.is_empty() {
            writeln!(out, "  {FAINT}{people}{FAINT:#}")?;
        }
        for span in &found.spans {
            let until = match span.ended {
                Some(ended) => format!("until {}", query::format_date(&self.source.symbols, ended)),
                None => "still holds".into(),
            };
            let fact =
                self.source.symbols.describe_fact(longhand_expr::ids::Fact::World(span.fact), &self.source.chronicle().agents);
            writeln!(out, "  {FAINT}{}  {fact}, {until}{FAINT:#}", query::format_date(&self.source.symbols, span.began))?;
        }
        for event in found.events.iter().take(MAX_EVENTS) {
            self.source.write_event(*event, &self.sentences, "  ", out)?;
        }
        Ok(())
    }

    fn to_json(&self) -> Value {
        let agents = &self.source.chronicle().agents;
        let symbols = &self.source.symbols;
        let event = |id: &EventId| {
            let at = self.source.chronicle().event(*id).map(|event| symbols.civil_time(event.at));
            json!({ "event": id.0, "at": at, "sentence": self.sentences.get(id) })
        };
        let found = |found: &Match| {
            let variables = &self.pattern(found.pattern).variables;
            let bound: serde_json::Map<String, Value> =
                variables.iter().cloned().zip(found.bound.iter().map(|agent| agents.display_name(*agent).into())).collect();
            let span = |span: &longhand_narrative::MatchedInterval| {
                let fact = symbols.fact_expression(longhand_expr::ids::Fact::World(span.fact), agents);
                let place = symbols.place_id(span.place).unwrap_or_default();
                json!({ "fact": fact, "place": place, "began": symbols.civil_time(span.began), "ended": span.ended.map(|at| symbols.civil_time(at)) })
            };
            json!({
                "at": symbols.civil_time(found.at), "bound": bound,
                "events": found.events.iter().map(event).collect::<Value>(),
                "spans": found.spans.iter().map(span).collect::<Value>(),
            })
        };
        let one = |of: &PatternRef| {
            let pattern = self.pattern(*of);
            let mut value = json!({
                "id": pattern.id, "title": pattern.title, "about": pattern.about, "unlike": pattern.unlike,
                "matches": self.sifted.matches_of(*of).map(found).collect::<Value>(),
            });
            if let Some(near) = self.near_misses.get(of) {
                value["near"] = self.source.near_to_json(near, &self.sentences);
            }
            if let Some((_, lacks)) = self.sifted.unsupported.iter().find(|(one, _)| one == of) {
                value["unjudged"] = json!(lacks);
            }
            value
        };
        let inapplicable =
            |one: &longhand_scene::InapplicablePattern| json!({ "id": one.id, "title": one.title, "lacks": one.missing });
        json!({
            "scene": self.source.scenario.name,
            "seed": self.source.seed,
            "patterns": self.wanted.iter().map(one).collect::<Value>(),
            "inapplicable": self.source.scenario.inapplicable.iter().map(inapplicable).collect::<Value>(),
        })
    }
}
