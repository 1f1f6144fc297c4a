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
use longhand_narrative::salience::{RankedLife, rank_lives};
use longhand_narrative::{Match, PatternRef, SiftReport, WhyNotReport, explain_pattern, sift, wrap};
use longhand_scene::{InapplicablePattern, Pattern};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

/// Maximum number of matches printed for a pattern that was not requested by id.
const MAX_MATCHES: usize = 2;
/// Maximum number of lives printed.
const MAX_LIVES: usize = 10;
/// Maximum number of events printed for a match.
const MAX_EVENTS: usize = 12;

pub(crate) fn sift_story(args: &SiftArgs) -> Result<Exit, CliError> {
    let source = SiftSource::load(&args.file, &args.simulation)?;
    if args.lives {
        return write_lives(&source, args.json.as_deref());
    }
    let record = source.recorded_run();
    let sifted = sift(&record, source.end);
    let wanted = select_patterns(&source, &args.pattern)?;
    let near_misses: BTreeMap<PatternRef, WhyNotReport> = match args.near {
        true => {
            let missing = wanted.iter().filter(|pattern| sifted.matches_of(**pattern).next().is_none());
            let whole_run = (longhand_expr::ids::Instant::START, source.end);
            missing.map(|pattern| (*pattern, explain_pattern(&record, &sifted, *pattern, &[], whole_run))).collect()
        }
        false => BTreeMap::new(),
    };
    let max_matches = if args.pattern.is_empty() { MAX_MATCHES } else { usize::MAX };
    let mut shown_events: BTreeSet<EventId> = sifted.matches.iter().flat_map(|matched| matched.events.iter().copied()).collect();
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
        max_matches,
    };
    match &args.json {
        Some(_) => _ = write_json(args.json.as_deref(), &page.to_json())?,
        None => page.write(&mut terminal::stdout())?,
    }
    let any_found = page.wanted.iter().any(|pattern| sifted.matches_of(*pattern).next().is_some());
    Ok(if any_found { Exit::Done } else { Exit::No })
}

/// Writes the lives most worth telling, each with its turning points.
fn write_lives(source: &SiftSource, json: Option<&Path>) -> Result<Exit, CliError> {
    let mut lives = rank_lives(&source.scenario, source.chronicle());
    lives.truncate(MAX_LIVES);
    let sentences = source.sentences(&lives.iter().flat_map(|life| life.turns.iter().copied()).collect());
    let agents = &source.chronicle().agents;
    if json.is_some() {
        let turn = |id: &EventId| json!({ "event": id.0, "sentence": sentences.get(id) });
        let life = |life: &RankedLife| {
            json!({
                "agent": agents.display_name(life.agent), "score": life.score, "kinds": life.kinds, "coherence": life.coherence,
                "turns": life.turns.iter().map(turn).collect::<Value>(),
            })
        };
        let lives: Value = lives.iter().map(life).collect();
        _ = write_json(json, &json!({ "scene": source.scenario.name, "seed": source.seed, "lives": lives }))?;
    } else {
        let mut out = terminal::stdout();
        for life in &lives {
            writeln!(
                out,
                "{STRONG}{}{STRONG:#}{FAINT}  {:.1}: {} kinds of events, {:.0} % of them caused by earlier ones{FAINT:#}",
                agents.display_name(life.agent),
                life.score,
                life.kinds,
                100.0 * life.coherence
            )?;
            for turn in &life.turns {
                source.write_event(*turn, &sentences, "  ", &mut out)?;
            }
            writeln!(out)?;
        }
    }
    Ok(if lives.is_empty() { Exit::No } else { Exit::Done })
}

/// The requested patterns and beats, or all patterns.
fn select_patterns(source: &SiftSource, requested_ids: &[String]) -> Result<Vec<PatternRef>, CliError> {
    let scenario = &source.scenario;
    let all = || (0..scenario.patterns.len()).map(PatternRef::Pattern);
    if requested_ids.is_empty() {
        return Ok(all().collect());
    }
    let beats = || (0..scenario.beats.len()).map(PatternRef::Beat);
    let find = |id: &String| {
        if let Some(pattern) = all().chain(beats()).find(|pattern| pattern.resolve(scenario).id == *id) {
            return Ok(pattern);
        }
        if let Some(inapplicable) = scenario.inapplicable.iter().find(|inapplicable| inapplicable.id == *id) {
            return Err(CliError::Input(format!("`{id}` is not applicable to this scene: {}", inapplicable.missing.join("; "))));
        }
        let ids = all().chain(beats()).map(|pattern| pattern.resolve(scenario).id.as_str());
        let suggestion = nearest_name(id, ids).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(CliError::Input(format!("there is no pattern or beat `{id}`{suggestion}")))
    };
    requested_ids.iter().map(find).collect()
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
    fn pattern(&self, pattern_ref: PatternRef) -> &Pattern {
        pattern_ref.resolve(&self.source.scenario)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let is_found = |pattern_ref: &&PatternRef| self.sifted.matches_of(**pattern_ref).next().is_some();
        let is_unsupported = |pattern_ref: &PatternRef| self.sifted.unsupported.iter().any(|(other, _)| other == pattern_ref);
        for pattern_ref in self.wanted.iter().filter(is_found) {
            self.write_matches(*pattern_ref, out)?;
        }
        let missing: Vec<PatternRef> =
            self.wanted.iter().filter(|pattern_ref| !is_found(pattern_ref) && !is_unsupported(pattern_ref)).copied().collect();
        if !missing.is_empty() {
            writeln!(out, "{STRONG}Not found{STRONG:#}")?;
        }
        for pattern_ref in missing {
            writeln!(out, "  {}", self.title(pattern_ref))?;
            if let Some(near) = self.near_misses.get(&pattern_ref) {
                self.source.write_near(near, &self.sentences, "    ", out)?;
            }
        }
        let inapplicable = &self.source.scenario.inapplicable;
        if self.max_matches != usize::MAX && !inapplicable.is_empty() {
            let n = inapplicable.len();
            let themes = if n == 1 { "1 more theme needs".to_owned() } else { format!("{n} more themes need") };
            let note = format!("{themes} events or tags that this scene does not have; docs/tropes.md lists them.");
            for line in wrap(&note, PAGE_WIDTH) {
                writeln!(out, "{FAINT}{line}{FAINT:#}")?;
            }
        }
        for (pattern_ref, unavailable) in
            self.sifted.unsupported.iter().filter(|(pattern_ref, _)| self.wanted.contains(pattern_ref))
        {
            writeln!(
                out,
                "\n{} cannot be evaluated: a recording does not contain {}.",
                self.title(*pattern_ref),
                unavailable.join(", ")
            )?;
        }
        Ok(())
    }

    fn title(&self, pattern_ref: PatternRef) -> &str {
        let pattern = self.pattern(pattern_ref);
        title_or_id(&pattern.title, &pattern.id)
    }

    fn write_matches(&self, pattern_ref: PatternRef, out: &mut dyn Write) -> io::Result<()> {
        let count = self.sifted.matches_of(pattern_ref).count();
        let count_note = if count == 1 { String::new() } else { format!("  {count} times") };
        writeln!(out, "{STRONG}{}{STRONG:#}{FAINT}{count_note}{FAINT:#}", self.title(pattern_ref))?;
        for line in wrap(&self.pattern(pattern_ref).about, PAGE_WIDTH - 2).iter().filter(|line| !line.is_empty()) {
            writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
        }
        for matched in self.sifted.matches_of(pattern_ref).take(self.max_matches) {
            self.write_match(matched, out)?;
        }
        if count > self.max_matches {
            writeln!(
                out,
                "  {FAINT}… and {} more: --pattern \"{}\"{FAINT:#}",
                count - self.max_matches,
                self.pattern(pattern_ref).id
            )?;
        }
        writeln!(out)
    }

    fn write_match(&self, matched: &Match, out: &mut dyn Write) -> io::Result<()> {
        let bindings = self.source.describe_bindings(&self.pattern(matched.pattern).variables, &matched.bindings);
        if !bindings.is_empty() {
            writeln!(out, "  {FAINT}{bindings}{FAINT:#}")?;
        }
        for span in &matched.spans {
            let until = match span.ended {
                Some(ended) => format!("until {}", query::format_date(&self.source.symbols, ended)),
                None => "still holds".into(),
            };
            let fact =
                self.source.symbols.describe_fact(longhand_expr::ids::Fact::World(span.fact), &self.source.chronicle().agents);
            writeln!(out, "  {FAINT}{}  {fact}, {until}{FAINT:#}", query::format_date(&self.source.symbols, span.began))?;
        }
        for event in matched.events.iter().take(MAX_EVENTS) {
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
        let match_json = |matched: &Match| {
            let variables = &self.pattern(matched.pattern).variables;
            let bound: serde_json::Map<String, Value> =
                variables.iter().cloned().zip(matched.bindings.iter().map(|agent| agents.display_name(*agent).into())).collect();
            let span = |span: &longhand_narrative::MatchedInterval| {
                let fact = symbols.fact_expression(longhand_expr::ids::Fact::World(span.fact), agents);
                let place = symbols.place_id(span.place).unwrap_or_default();
                let ended = span.ended.map(|at| symbols.civil_time(at));
                json!({ "fact": fact, "place": place, "began": symbols.civil_time(span.began), "ended": ended })
            };
            json!({
                "at": symbols.civil_time(matched.at), "bound": bound,
                "events": matched.events.iter().map(event).collect::<Value>(),
                "spans": matched.spans.iter().map(span).collect::<Value>(),
            })
        };
        let pattern_json = |pattern_ref: &PatternRef| {
            let pattern = self.pattern(*pattern_ref);
            let mut value = json!({
                "id": pattern.id, "title": pattern.title, "about": pattern.about, "unlike": pattern.unlike,
                "matches": self.sifted.matches_of(*pattern_ref).map(match_json).collect::<Value>(),
            });
            if let Some(near) = self.near_misses.get(pattern_ref) {
                value["near"] = self.source.near_to_json(near, &self.sentences);
            }
            if let Some((_, unavailable)) = self.sifted.unsupported.iter().find(|(other, _)| other == pattern_ref) {
                value["unjudged"] = json!(unavailable);
            }
            value
        };
        let inapplicable =
            |pattern: &InapplicablePattern| json!({ "id": pattern.id, "title": pattern.title, "lacks": pattern.missing });
        json!({
            "scene": self.source.scenario.name,
            "seed": self.source.seed,
            "patterns": self.wanted.iter().map(pattern_json).collect::<Value>(),
            "inapplicable": self.source.scenario.inapplicable.iter().map(inapplicable).collect::<Value>(),
        })
    }
}
