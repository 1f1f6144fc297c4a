//! The figures of the text alone: whom rules are bound to, how facts pass between them, and what stays open.

use std::collections::BTreeSet;

use super::digest::RunDigest;
use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use longhand_expr::ids::{EventKind, TieId};
use longhand_scene::{FactClass, RuleTable, Scenario, SceneRule, Step, openable_ties};
use serde::Serialize;

/// What the text of a scene shows, with the names of the rules concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleReview {
    /// Number of rules.
    pub rules: usize,
    /// The rules bound to named members of the cast.
    pub named: Vec<String>,
    /// Those of them whose own `by` names somebody; the others are triggers that wait for them.
    pub named_by: Vec<String>,
    /// What a rule bound to named members of the cast waits for, and another rule alone brings about: rule, fact or event, source.
    pub chained: Vec<(String, String, String)>,
    /// The rules of the beats and those without which a beat cannot come, as far as the text shows.
    pub critical: Vec<String>,
    /// Those of them that are bound to named members of the cast.
    pub critical_named: Vec<String>,
    /// The facts that rules write.
    pub written_facts: usize,
    /// The facts that one rule writes and one other reads: fact, writer, reader.
    pub single_thread: Vec<(String, String, String)>,
    /// Number of declared attributes, dimensions and ties.
    pub facts: usize,
    /// Those that nothing reads.
    pub unread: Vec<String>,
    /// The number of ties that rules begin and that could end.
    pub begun_ties: usize,
    /// Those of them that no rule ends.
    pub unended_ties: Vec<String>,
    /// Roles that act as hidden conditions: rule and role.
    pub hidden_roles: Vec<(String, String)>,
    /// The number of outcomes whose step happened and that are not its only one.
    pub possible_outcomes: usize,
    /// Those of them that were never drawn.
    pub undrawn_outcomes: Vec<String>,
    /// Outcomes of steps that ended without one, because all weights were 0.
    pub stuck_steps: Vec<String>,
}

/// Reviews the rules of a scene. `runs` are runs of the scene itself.
pub(super) fn review(scenario: &Scenario, table: &RuleTable, runs: &[&RunDigest]) -> RuleReview {
    let id = |rule: &SceneRule| rule.id(scenario).to_owned();
    let is_named = |rule: &SceneRule| !table.named_agents(*rule).is_empty();
    let chained = scenario.rules().filter(is_named).flat_map(|rule| {
        let sources = table.only_sources(scenario, rule).into_iter();
        sources.map(move |source| (id(&rule), source.what, id(&source.rule)))
    });
    let critical = table.beat_critical(scenario);
    let written = table.written();
    let single = |fact: &FactClass| {
        let writers = table.writers(*fact);
        let [writer] = writers.iter().collect::<Vec<_>>()[..] else { return None };
        let readers: BTreeSet<SceneRule> = table.readers(*fact).into_iter().filter(|reader| reader != writer).collect();
        let [reader] = readers.iter().collect::<Vec<_>>()[..] else { return None };
        Some((scenario.fact_name(*fact).to_owned(), id(writer), id(reader)))
    };
    let begun: BTreeSet<TieId> = scenario.rules().flat_map(|rule| &table.facts(rule).begins).copied().collect();
    let ended: BTreeSet<TieId> = scenario.rules().flat_map(|rule| &table.facts(rule).ends).copied().collect();
    let begun: Vec<TieId> = openable_ties(scenario).filter(|tie| begun.contains(tie)).collect();
    let unended = begun.iter().filter(|tie| !ended.contains(tie)).map(|tie| scenario.ties[tie.index()].id.clone());
    let (possible, undrawn) = undrawn_outcomes(scenario, runs);
    let name = |kind: EventKind| scenario.events[kind.index()].name.clone();
    let stuck: BTreeSet<EventKind> = runs.iter().flat_map(|run| run.without_outcome.iter().copied()).collect();
    RuleReview {
        rules: scenario.rules().count(),
        named: scenario.rules().filter(is_named).map(|rule| id(&rule)).collect(),
        named_by: scenario
            .rules()
            .filter(|rule| is_named(rule) && !rule.listed_agents(scenario).is_empty())
            .map(|rule| id(&rule))
            .collect(),
        chained: chained.collect(),
        critical: critical.iter().map(id).collect(),
        critical_named: critical.iter().filter(|rule| is_named(rule)).map(id).collect(),
        written_facts: written.len(),
        single_thread: written.iter().filter_map(single).collect(),
        facts: scenario.attributes.len() + scenario.dims.len() + scenario.ties.len(),
        unread: scenario.unread_facts().into_iter().map(|fact| scenario.fact_name(fact).to_owned()).collect(),
        begun_ties: begun.len(),
        unended_ties: unended.collect(),
        hidden_roles: critical.iter().flat_map(|rule| hidden_roles(scenario, *rule)).collect(),
        possible_outcomes: possible,
        undrawn_outcomes: undrawn.into_iter().map(name).collect(),
        stuck_steps: stuck.into_iter().map(name).collect(),
    }
}

/// The roles of a rule whose set may be empty and that neither its conditions nor its utility mention: the rule cannot happen without
/// somebody in the role, and nothing but the set says so.
fn hidden_roles(scenario: &Scenario, rule: SceneRule) -> Vec<(String, String)> {
    let want = match rule {
        SceneRule::Action(index) => Some(&scenario.actions[index].want),
        SceneRule::Trigger(_) | SceneRule::Process(_) => None,
    };
    let mentioned = rule.conditions(scenario).iter().chain(want).fold(0_u32, |mask, expr| mask | expr.slot_mask());
    let roles = rule.roles(scenario).into_iter();
    let hidden = roles.filter(|(slot, role)| role.set.may_be_empty() && (mentioned >> slot) & 1 == 0);
    hidden.map(|(_, role)| (rule.id(scenario).to_owned(), role.name.clone())).collect()
}

/// The steps with more than one outcome.
pub(super) fn branching_steps(scenario: &Scenario) -> impl Iterator<Item = &Step> {
    let steps = scenario.actions.iter().flat_map(|action| &action.steps);
    steps.chain(scenario.triggers.iter().flat_map(|trigger| &trigger.steps)).filter(|step| step.outcomes.len() > 1)
}

/// How many outcomes could have been drawn in steps that happened, and those of them that never were.
fn undrawn_outcomes(scenario: &Scenario, runs: &[&RunDigest]) -> (usize, Vec<EventKind>) {
    let drawn = |kind: EventKind| runs.iter().map(|run| run.counts[kind.index()]).sum::<u64>();
    let happened = branching_steps(scenario).filter(|step| step.outcomes.iter().any(|(_, event)| drawn(event.kind) > 0));
    let outcomes: Vec<EventKind> = happened.flat_map(|step| &step.outcomes).map(|(_, event)| event.kind).collect();
    (outcomes.len(), outcomes.into_iter().filter(|kind| drawn(*kind) == 0).collect())
}

/// The figures.
pub(super) fn figures(scenario: &Scenario, review: &RuleReview) -> Vec<AuditFigure> {
    let share = |part: usize, all: usize| (all > 0).then(|| part as f64 / all as f64);
    let of = |part: usize, all: usize, what: &str| format!("{part} of {all} {what}");
    let no_beats = if scenario.beats.is_empty() { "the scene has no beats" } else { "no rule is critical" };
    let rule_figure = |id, part: usize, all: usize, why_not, what: &str| {
        figure(id, AuditGroup::Rules, AuditUnit::Share, share(part, all), Some(why_not), of(part, all, what))
    };
    let critical = review.critical.len();
    let hidden: BTreeSet<&String> = review.hidden_roles.iter().map(|(rule, _)| rule).collect();
    let chained: BTreeSet<&String> = review.chained.iter().map(|(rule, ..)| rule).collect();
    let named = match review.named.len() - review.named_by.len() {
        0 => "rules".to_owned(),
        triggers => format!("rules, {triggers} of them triggers that wait for the others"),
    };
    vec![
        rule_figure("rules_named", review.named.len(), review.rules, "the scene has no rules", &named),
        rule_figure("chained_rules", chained.len(), review.rules, "the scene has no rules", "rules"),
        rule_figure("critical_rules_named", review.critical_named.len(), critical, no_beats, "rules"),
        rule_figure("single_thread_facts", review.single_thread.len(), review.written_facts, "no rule writes a fact", "facts"),
        rule_figure("unread_facts", review.unread.len(), review.facts, "the scene declares no facts", "facts"),
        rule_figure("unended_ties", review.unended_ties.len(), review.begun_ties, "no rule begins a tie", "ties"),
        rule_figure("hidden_roles", hidden.len(), critical, no_beats, "rules"),
        rule_figure(
            "undrawn_outcomes",
            review.undrawn_outcomes.len(),
            review.possible_outcomes,
            "no step with several outcomes happened",
            "outcomes",
        ),
    ]
}
