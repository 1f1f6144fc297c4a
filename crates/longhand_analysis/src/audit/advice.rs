//! The things to do first: what the figures that are like a script name, most script-like first.

use std::collections::BTreeMap;

use super::anybody::ExchangeEffect;
use super::domino::DominoEffect;
use super::figures::AuditFigure;
use super::others::PatternPassage;
use super::rules::RuleReview;
use super::wants::RemovalEffect;
use longhand_expr::ids::AgentId;
use longhand_narrative::grammar::counted;
use longhand_scene::{RuleTable, Scenario, SceneRule};

/// Number of things to do first.
const FIRST_THINGS: usize = 3;
/// The most names in one of them.
const MAX_LISTED: usize = 6;

/// What the advice is drawn from.
pub(super) struct AdviceSource<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) table: &'a RuleTable,
    pub(super) review: &'a RuleReview,
    pub(super) removals: &'a [RemovalEffect],
    pub(super) domino: &'a [DominoEffect],
    pub(super) anybody: &'a [ExchangeEffect],
    pub(super) passages: &'a [PatternPassage],
}

/// The figures of one question share one piece of advice; the one that is most like a script decides.
const QUESTIONS: [(&[&str], f64); 7] = [
    (&["later_beats_alive"], 1.0),
    (&["critical_rules_named", "rules_named", "chained_rules"], 0.95),
    (&["wants_flat"], 0.9),
    (&["feelings_removed"], 0.85),
    (&["exchanged"], 0.8),
    (&["others_pass", "others_differ", "crowd_removed"], 0.7),
    (&["undrawn_outcomes", "entropy"], 0.5),
];

/// The three things to do first.
pub(super) fn first_things(figures: &[AuditFigure], source: &AdviceSource<'_>) -> Vec<String> {
    let position = |ids: &[&str]| {
        let of = figures.iter().filter(|figure| ids.contains(&figure.id)).filter_map(|figure| figure.position);
        of.min_by(f64::total_cmp)
    };
    let mut open: Vec<(f64, usize)> = QUESTIONS
        .iter()
        .enumerate()
        .filter_map(|(nth, (ids, weight))| Some((weight * (1.0 - position(ids)?), nth)))
        // What is already like a world needs nothing.
        .filter(|(need, nth)| *need > QUESTIONS[*nth].1 / 3.0)
        .collect();
    open.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    open.into_iter().filter_map(|(_, nth)| advice(QUESTIONS[nth].0[0], source)).take(FIRST_THINGS).collect()
}

fn advice(id: &str, source: &AdviceSource<'_>) -> Option<String> {
    match id {
        "later_beats_alive" => second_way(source),
        "critical_rules_named" => unbind(source),
        "wants_flat" => let_wants_decide(source),
        "feelings_removed" => read_feelings(source),
        "exchanged" => name_nobody(source),
        "others_pass" => join_the_crowd(source),
        "undrawn_outcomes" => open_outcomes(source),
        _ => None,
    }
}

/// `a`, `b` and 3 more.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown = names.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn rule_named(source: &AdviceSource<'_>, id: &str) -> Option<SceneRule> {
    source.scenario.rules().find(|rule| rule.id(source.scenario) == id)
}

/// Who a rule is bound to, in brackets.
fn with_agents(source: &AdviceSource<'_>, rule: SceneRule) -> String {
    let id = rule.id(source.scenario);
    let agents = source.table.named_agents(rule).iter().filter_map(|agent| source.scenario.cast.get(agent.index()));
    match agents.map(|member| member.id.as_str()).collect::<Vec<_>>().join(", ") {
        agents if agents.is_empty() => format!("`{id}`"),
        agents => format!("`{id}` ({agents})"),
    }
}

/// The beats without which most is lost and that one rule alone brings about, each with what waits for it.
fn second_way(source: &AdviceSource<'_>) -> Option<String> {
    let scenario = source.scenario;
    let mut fragile: Vec<&DominoEffect> = source.domino.iter().filter(|effect| effect.later > effect.alive).collect();
    fragile.sort_by_key(|effect| std::cmp::Reverse((effect.later - effect.alive) / effect.pairs.max(1)));
    let critical: Vec<SceneRule> = source.review.critical.iter().filter_map(|id| rule_named(source, id)).collect();
    let beats = fragile.iter().filter_map(|effect| {
        let beat = super::variants::watched(scenario).into_iter().find(|pattern| pattern.id == effect.beat)?;
        let only = beat.rules_by_clause(scenario).into_iter().rev().find(|rules| rules.len() == 1)?.into_iter().next()?;
        let waiting = critical.iter().filter(|rule| **rule != only).find_map(|rule| {
            let writes = &source.table.facts(*rule).writes;
            // What a rule writes too, it often reads only so as not to happen again.
            let own = |what: &str| writes.iter().any(|fact| scenario.fact_name(*fact) == what);
            let sources = source.table.only_sources(scenario, *rule).into_iter();
            let what = sources.filter(|needed| needed.rule == only).find(|needed| !own(&needed.what))?.what;
            Some(format!("; `{}` waits for its `{what}`", rule.id(scenario)))
        });
        let hidden = source.review.hidden_roles.iter().filter(|(rule, _)| rule == only.id(scenario));
        let hidden = hidden.map(|(_, role)| format!("; it cannot happen while nobody fits its `{role}`")).collect::<String>();
        Some(format!(
            "{} comes through {} alone, and without it {:.0} % of the later beats come{hidden}{}",
            effect.beat,
            with_agents(source, only),
            100.0 * effect.alive as f64 / effect.later as f64,
            waiting.unwrap_or_default()
        ))
    });
    let beats: Vec<String> = beats.take(3).collect();
    (!beats.is_empty()).then(|| format!("Give a second way to what the story hangs on. {}.", beats.join(". ")))
}

/// The rules bound to a name that most beats need.
fn unbind(source: &AdviceSource<'_>) -> Option<String> {
    let scenario = source.scenario;
    let mut beats: BTreeMap<SceneRule, usize> = BTreeMap::new();
    for beat in &scenario.beats {
        source.table.needed_for(scenario, beat).into_iter().for_each(|rule| *beats.entry(rule).or_default() += 1);
    }
    let named = source.review.critical_named.iter().filter_map(|id| rule_named(source, id));
    let mut rules: Vec<(usize, SceneRule)> = named.map(|rule| (beats.get(&rule).copied().unwrap_or(0), rule)).collect();
    rules.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id(scenario).cmp(b.1.id(scenario))));
    let shown: Vec<String> = rules
        .iter()
        .take(MAX_LISTED)
        .map(|(beats, rule)| format!("{}, {}", with_agents(source, *rule), counted(*beats as f64, "beat")))
        .collect();
    let more = match rules.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    (!rules.is_empty()).then(|| {
        format!(
            "Bind the rules on the way to the beats to a kind, and let attributes, ties and memories decide whom they concern. \
             Those that most beats need: {}{more}.",
            shown.join("; ")
        )
    })
}

/// The critical actions with the longest conditions: what is fixed by conditions is not chosen.
fn let_wants_decide(source: &AdviceSource<'_>) -> Option<String> {
    let scenario = source.scenario;
    let mut actions: Vec<(usize, &str)> = source
        .review
        .critical
        .iter()
        .filter_map(|id| match rule_named(source, id)? {
            SceneRule::Action(index) => Some((scenario.actions[index].when.len(), scenario.actions[index].id.as_str())),
            SceneRule::Trigger(_) | SceneRule::Process(_) => None,
        })
        .collect();
    actions.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let same = source.removals.first()?;
    let actions = actions.iter().take(4).map(|(conditions, id)| format!("`{id}` ({conditions} conditions)")).collect::<Vec<_>>();
    (!actions.is_empty()).then(|| {
        format!(
            "Move what decides from `when` into `want`: with all wants equal {:.0} % of the beats still come. The longest conditions: {}.",
            100.0 * (1.0 - same.lost),
            actions.join(", ")
        )
    })
}

fn read_feelings(source: &AdviceSource<'_>) -> Option<String> {
    let scenario = source.scenario;
    let reads_feelings = |rule: &SceneRule| {
        use longhand_expr::ids::AgentField;
        let uses = &source.table.facts(*rule).uses;
        let mood = [AgentField::Pleasure, AgentField::Arousal, AgentField::Dominance];
        !uses.emotions.is_empty() || !uses.memories.is_empty() || uses.fields.iter().any(|field| mood.contains(field))
    };
    let critical: Vec<SceneRule> = source.review.critical.iter().filter_map(|id| rule_named(source, id)).collect();
    let blind: Vec<&str> = critical.iter().filter(|rule| !reads_feelings(rule)).map(|rule| rule.id(scenario)).collect();
    (!blind.is_empty()).then(|| {
        format!(
            "Let feelings decide: {} of {} beat-critical rules read no emotion, mood or memory, such as {}.",
            blind.len(),
            critical.len(),
            listed(blind.iter().copied())
        )
    })
}

fn name_nobody(source: &AdviceSource<'_>) -> Option<String> {
    let worst = source.anybody.iter().max_by_key(|effect| effect.beats - effect.reached).filter(|effect| effect.beats > 0)?;
    let (a, b) = &worst.pair;
    let mut by_agent: BTreeMap<AgentId, usize> = BTreeMap::new();
    for rule in source.scenario.rules() {
        source.table.named_agents(rule).iter().for_each(|agent| *by_agent.entry(*agent).or_default() += 1);
    }
    let count = |id: &str| {
        let agent = source.scenario.cast.iter().position(|member| member.id == id).map(AgentId::from_index);
        agent.and_then(|agent| by_agent.get(&agent)).copied().unwrap_or(0)
    };
    Some(format!(
        "Let anybody in the same circumstances come to the same: with the circumstances of `{a}` and `{b}` exchanged, {} of {} of \
         their beats come. {} rules are bound to `{a}`, {} to `{b}`.",
        worst.reached,
        worst.beats,
        count(a),
        count(b)
    ))
}

fn join_the_crowd(source: &AdviceSource<'_>) -> Option<String> {
    if source.scenario.population.is_empty() {
        return None;
    }
    let joined = source.scenario.population.iter().flat_map(|population| &population.networks).any(|network| network.with_cast);
    let nobody: Vec<&str> =
        source.passages.iter().filter(|pattern| pattern.passed.last() == Some(&0)).map(|pattern| pattern.id.as_str()).collect();
    let network = if joined { "" } else { " No network ties the cast to the population (`with_cast: true`)." };
    let patterns = match nobody.as_slice() {
        [] => String::new(),
        ids => format!(
            " Nobody outside the cast passes {}: let the rules of these beats hold for a kind.",
            listed(ids.iter().copied())
        ),
    };
    (!joined || !nobody.is_empty()).then(|| format!("Make crowd and cast one world.{network}{patterns}"))
}

fn open_outcomes(source: &AdviceSource<'_>) -> Option<String> {
    let undrawn = &source.review.undrawn_outcomes;
    (!undrawn.is_empty()).then(|| {
        format!(
            "These outcomes are never drawn; weigh them by what may come about, or remove them: {}.",
            listed(undrawn.iter().map(String::as_str))
        )
    })
}
