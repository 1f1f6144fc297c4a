//! Finds steps that may end without an outcome, because all their weights may be 0 at once.
//!
//! The weights are evaluated with each combination of the ends of the ranges of what they read, 0, and the values at the start. An
//! attribute that nothing changes has the values of the cast members whom the rule names. Emotions and memories count as absent. A
//! combination that the conditions, the acceptance or the utility of the rule exclude is not examined. A step is not examined if its weights
//! read anything else, or anything that the rule itself writes or selects by before the step, because then only a run can show it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::super::decl::{SceneFile, StepDecl, Text};
use super::super::diagnostic::Diagnostic;
use super::super::model::{Member, Scenario};
use super::super::rule_facts::{FactClass, RuleTable, SceneRule, fact_classes, written_facts};
use longhand_expr::ids::{AgentId, AttrId, DimId, ParamId, TieId};
use longhand_expr::{ContextWrapper, EmptyView, EvalFrame, Expr, ReadSet};

/// The most combinations of values that are tried for one step.
const MAX_COMBINATIONS: usize = 4096;
/// Number of variables of a rule that are bound.
const SLOTS: usize = 8;

/// A world in which every fact of one attribute, dimension or tie has the same value, except what never changes about the cast.
struct UniformView<'s> {
    scenario: &'s Scenario,
    changing: &'s BTreeSet<FactClass>,
    empty: EmptyView,
    values: BTreeMap<FactClass, f64>,
}

impl UniformView<'_> {
    fn value(&self, fact: FactClass) -> f64 {
        self.values.get(&fact).copied().unwrap_or(0.0)
    }
}

impl ContextWrapper for UniformView<'_> {
    type Inner = EmptyView;

    fn inner(&self) -> &EmptyView {
        &self.empty
    }
    fn param(&self, param: ParamId) -> f64 {
        self.scenario.params.get(param.index()).map_or(0.0, |param| param.value.as_f64())
    }
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        let fact = FactClass::Attr(attr);
        let member = self.scenario.cast.get(agent.index()).filter(|_| !self.changing.contains(&fact));
        let given = |member: &Member| member.attributes.iter().find(|(of, _)| *of == attr).map(|(_, value)| *value);
        member.map_or_else(|| self.value(fact), |member| given(member).unwrap_or(self.scenario.attributes[attr.index()].start))
    }
    fn dim(&self, _: AgentId, _: AgentId, dim: DimId) -> f64 {
        self.value(FactClass::Dim(dim))
    }
    fn tie(&self, _: AgentId, _: AgentId, tie: TieId) -> bool {
        self.value(FactClass::Tie(tie)) > 0.0
    }
}

/// A warning for each step of an action or a trigger that may end without an outcome.
pub(super) fn weightless_steps(scenario: &Scenario, scene: &SceneFile, table: &RuleTable) -> Vec<Diagnostic> {
    let drifts = |attr: &AttrId| scenario.attributes[attr.index()].half_life.is_some();
    let mut changing = table.written();
    changing.extend((0..scenario.attributes.len()).map(AttrId::from_index).filter(drifts).map(FactClass::Attr));
    let written = |rule: SceneRule| -> Option<(&Text, &[StepDecl])> {
        let id = rule.id(scenario);
        match rule {
            SceneRule::Action(_) => {
                scene.actions.iter().find(|action| action.id.as_str() == id).map(|action| (&action.id, action.steps.as_slice()))
            }
            SceneRule::Trigger(_) => scene
                .triggers
                .iter()
                .find(|trigger| trigger.id.as_str() == id)
                .map(|trigger| (&trigger.id, trigger.steps.as_slice())),
            SceneRule::Process(_) => None,
        }
    };
    let mut warnings = Vec::new();
    for rule in scenario.rules() {
        let Some((id, steps)) = written(rule) else { continue };
        for (index, step) in rule.steps(scenario).iter().enumerate() {
            let Some(case) = weightless_case(scenario, &changing, rule, index) else { continue };
            let Some(at) = steps.iter().find(|written| written.id.as_str() == step.id) else { continue };
            let values: Vec<String> =
                case.iter().map(|(fact, value)| format!("`{}` is {value}", scenario.fact_name(*fact))).collect();
            let message = format!(
                "the step `{}` of `{}` may have no outcome: all weights are 0 if {}",
                step.id,
                id.as_str(),
                values.join(" and ")
            );
            let help = "give one outcome a weight that is always above 0; without an outcome nothing happens";
            warnings.push(Diagnostic::warning("weights", at.id.file, at.id.span.clone(), message).help(help.to_owned()));
        }
    }
    warnings
}

/// Values with which no outcome of a step has a weight above 0.
fn weightless_case(
    scenario: &Scenario,
    changing: &BTreeSet<FactClass>,
    rule: SceneRule,
    step: usize,
) -> Option<BTreeMap<FactClass, f64>> {
    let steps = rule.steps(scenario);
    // Without a weight of its own an outcome has 1.
    let weights: Vec<&Expr> = steps[step].outcomes.iter().map(|(weight, _)| weight.as_ref()).collect::<Option<_>>()?;
    let mut reads = ReadSet::default();
    weights.iter().for_each(|weight| reads.merge(&weight.reads()));
    let facts: BTreeSet<FactClass> = fact_classes(&reads).into_iter().collect();
    if weights.is_empty() || facts.is_empty() || !reads_only(&reads, &facts) || !facts.is_disjoint(&settled(scenario, rule, step))
    {
        return None;
    }
    let candidates: Vec<(FactClass, Vec<f64>)> =
        facts.iter().map(|fact| Some((*fact, values_of(scenario, *fact)?))).collect::<Option<_>>()?;
    let count = candidates.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()))?;
    if count > MAX_COMBINATIONS {
        return None;
    }
    let mut view = UniformView { scenario, changing, empty: EmptyView(scenario.calendar.clone()), values: BTreeMap::new() };
    let frame = named_or_unknown(scenario, rule, &view);
    let needed = needed_above_zero(scenario, rule, &facts);
    for mut nth in 0..count {
        for (fact, values) in &candidates {
            view.values.insert(*fact, values[nth % values.len()]);
            nth /= values.len();
        }
        let positive = |expr: &&Expr| expr.number(&view, &mut frame.clone()) > 0.0;
        if needed.iter().all(positive) && !weights.iter().any(positive) {
            return Some(view.values);
        }
    }
    None
}

/// A frame with the members of the cast whom a rule names, and unknown agents in the other slots.
fn named_or_unknown(scenario: &Scenario, rule: SceneRule, view: &UniformView<'_>) -> EvalFrame {
    let unknown = (0..SLOTS).map(|slot| AgentId::from_index(scenario.cast.len() + slot));
    let mut frame = EvalFrame::from_agents(&unknown.collect::<Vec<_>>());
    if let [agent] = rule.listed_agents(scenario)[..] {
        frame.set(0, agent);
    }
    for (slot, role) in rule.roles(scenario) {
        let mut members = Vec::new();
        if slot < SLOTS && role.set.reads() == ReadSet::default() {
            role.set.for_each(view, &mut frame.clone(), slot, &mut |bound| {
                members.push(bound.get(slot));
                ControlFlow::Continue(())
            });
        }
        if let [member] = &members[..] {
            frame.set(slot, *member);
        }
    }
    frame
}

/// Whether nothing but these facts, params, emotions and memories is read.
fn reads_only(reads: &ReadSet, facts: &BTreeSet<FactClass>) -> bool {
    let known = ReadSet {
        attrs: reads.attrs.clone(),
        dims: reads.dims.clone(),
        ties: reads.ties.clone(),
        params: reads.params.clone(),
        emotions: reads.emotions.clone(),
        memories: reads.memories.clone(),
        // They fade with time.
        clock: reads.clock && !(reads.emotions.is_empty() && reads.memories.is_empty()),
        ..ReadSet::default()
    };
    *reads == known && fact_classes(reads).iter().all(|fact| facts.contains(fact))
}

/// The facts that the rule writes before a step, or selects its agents by.
fn settled(scenario: &Scenario, rule: SceneRule, step: usize) -> BTreeSet<FactClass> {
    let before = rule.events(scenario).into_iter().filter(|event| event.then == Some(step));
    let written = before.flat_map(|event| &event.does).filter_map(written_facts);
    let selected = rule.roles(scenario).into_iter().flat_map(|(_, role)| fact_classes(&role.set.reads()));
    written.chain(selected).collect()
}

/// The expressions about these facts alone that must be above 0 for the rule to happen.
fn needed_above_zero<'s>(scenario: &'s Scenario, rule: SceneRule, facts: &BTreeSet<FactClass>) -> Vec<&'s Expr> {
    let others: Vec<&Expr> = match rule {
        SceneRule::Action(index) => {
            let action = &scenario.actions[index];
            std::iter::once(&action.want).chain(action.accept.iter().flatten()).collect()
        }
        SceneRule::Trigger(index) => scenario.triggers[index].chance.iter().collect(),
        SceneRule::Process(_) => Vec::new(),
    };
    let all = rule.conditions(scenario).iter().chain(others);
    all.filter(|expr| reads_only(&expr.reads(), facts)).collect()
}

/// The values of a fact that are tried. `None` if its range has no ends.
fn values_of(scenario: &Scenario, fact: FactClass) -> Option<Vec<f64>> {
    let (range, start) = match fact {
        FactClass::Attr(attr) => {
            let attribute = &scenario.attributes[attr.index()];
            (attribute.range, attribute.start)
        }
        FactClass::Dim(dim) => (scenario.dims[dim.index()].range, 0.0),
        FactClass::Tie(_) => ((0.0, 1.0), 0.0),
    };
    if !(range.0.is_finite() && range.1.is_finite()) {
        return None;
    }
    let mut values = vec![start.clamp(range.0, range.1), 0.0_f64.clamp(range.0, range.1), range.0, range.1];
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.to_bits()));
    Some(values)
}
