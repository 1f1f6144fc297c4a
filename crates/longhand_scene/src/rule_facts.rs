//! What the rules of a scene read and write, and whom they belong to.
//!
//! Actions, triggers and processes are all rules here. A rule *requires* what its conditions, the sets of its roles, its activation and
//! the weights of its outcomes read; it *uses* that and what its utility, its chances and its effects read. Both are supersets: an
//! expression may read a fact in one of its branches only.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    Activation, AgentSelector, Clause, ClauseTarget, EventOrigin, EventSpec, Pattern, RoleBinding, Scenario, Step,
};
use longhand_expr::ids::{AgentId, AttrId, DimId, EventKind, KindId, TieId};
use longhand_expr::{AssignTarget, Effect, Expr, ReadSet};

/// A rule of a scene: an action, a trigger or a process, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SceneRule {
    /// `Scenario::actions[i]`.
    Action(usize),
    /// `Scenario::triggers[i]`.
    Trigger(usize),
    /// `Scenario::processes[i]`.
    Process(usize),
}

/// All facts of one declared attribute, bond dimension or tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactClass {
    /// An attribute.
    Attr(AttrId),
    /// A dimension of bonds.
    Dim(DimId),
    /// A tie.
    Tie(TieId),
}

/// What one rule reads and writes.
#[derive(Clone, Debug, Default)]
pub struct RuleFacts {
    /// What its conditions, roles, activation and weights read.
    pub requires: ReadSet,
    /// Everything that it reads, `requires` included.
    pub uses: ReadSet,
    /// The facts that its effects write.
    pub writes: BTreeSet<FactClass>,
    /// The ties that its effects begin.
    pub begins: BTreeSet<TieId>,
    /// The ties that its effects end.
    pub ends: BTreeSet<TieId>,
    /// For a trigger that waits for events: the kinds, any of which activates it.
    pub activated_by: Vec<EventKind>,
}

/// Something that one rule alone brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlySource {
    /// The attribute, dimension, tie or event.
    pub what: String,
    /// The rule that writes the fact or produces the event.
    pub rule: SceneRule,
}

/// The facts of all rules of a scene.
#[derive(Clone, Debug)]
pub struct RuleTable {
    facts: BTreeMap<SceneRule, RuleFacts>,
    /// By rule: the agents it is bound to; empty for a rule of a whole kind, and for one of an agent that is alone of its kind.
    named: BTreeMap<SceneRule, Vec<AgentId>>,
}

impl SceneRule {
    /// The rule's id.
    #[must_use]
    pub fn id(self, scenario: &Scenario) -> &str {
        match self {
            Self::Action(index) => &scenario.actions[index].id,
            Self::Trigger(index) => &scenario.triggers[index].id,
            Self::Process(index) => &scenario.processes[index].id,
        }
    }

    /// Its condition, split at the top-level `and`s.
    #[must_use]
    pub fn conditions(self, scenario: &Scenario) -> &[Expr] {
        match self {
            Self::Action(index) => &scenario.actions[index].when,
            Self::Trigger(index) => &scenario.triggers[index].when,
            Self::Process(index) => &scenario.processes[index].when,
        }
    }

    /// Its roles and `about`, each with the slot that it is bound to.
    #[must_use]
    pub fn roles(self, scenario: &Scenario) -> Vec<(usize, &RoleBinding)> {
        match self {
            Self::Action(index) => {
                let action = &scenario.actions[index];
                (1..).zip(action.roles.iter().chain(&action.about)).collect()
            }
            Self::Trigger(index) => {
                let trigger = &scenario.triggers[index];
                (trigger.activation_slots..).zip(&trigger.about).collect()
            }
            Self::Process(index) => (1..).zip(&scenario.processes[index].about).collect(),
        }
    }

    /// The events that it may produce; none for a process.
    #[must_use]
    pub fn events(self, scenario: &Scenario) -> Vec<&EventSpec> {
        match self {
            Self::Action(index) => scenario.actions[index].event_specs().collect(),
            Self::Trigger(index) => scenario.triggers[index].event_specs().collect(),
            Self::Process(_) => Vec::new(),
        }
    }

    /// Its steps.
    #[must_use]
    pub fn steps(self, scenario: &Scenario) -> &[Step] {
        match self {
            Self::Action(index) => &scenario.actions[index].steps,
            Self::Trigger(index) => &scenario.triggers[index].steps,
            Self::Process(_) => &[],
        }
    }

    /// The members of the cast that its own `by` lists; empty if it lists a kind.
    #[must_use]
    pub fn listed_agents(self, scenario: &Scenario) -> Vec<AgentId> {
        own_names(self.by(scenario))
    }

    fn by(self, scenario: &Scenario) -> &[AgentSelector] {
        match self {
            Self::Action(index) => &scenario.actions[index].by,
            Self::Trigger(index) => &scenario.triggers[index].by,
            Self::Process(index) => &scenario.processes[index].by,
        }
    }
}

impl Scenario {
    /// All rules: actions, triggers and processes. The engine's own trigger `arrives` is not one of them.
    pub fn rules(&self) -> impl Iterator<Item = SceneRule> + use<> {
        let arrival = self.arrival();
        let triggers = (0..self.triggers.len()).filter(move |index| Some(*index) != arrival).map(SceneRule::Trigger);
        let actions = (0..self.actions.len()).map(SceneRule::Action);
        actions.chain(triggers).chain((0..self.processes.len()).map(SceneRule::Process))
    }

    /// The rule that an event kind belongs to; `None` for an intervention.
    #[must_use]
    pub fn rule_of(&self, kind: EventKind) -> Option<SceneRule> {
        match self.events.get(kind.index())?.origin {
            EventOrigin::Action(index) | EventOrigin::Refusal(index) | EventOrigin::ActionStep(index, ..) => {
                Some(SceneRule::Action(index))
            }
            EventOrigin::Trigger(index) | EventOrigin::TriggerStep(index, ..) => Some(SceneRule::Trigger(index)),
            EventOrigin::Intervention(_) => None,
        }
    }

    /// The name of a declared attribute, dimension or tie.
    #[must_use]
    pub fn fact_name(&self, fact: FactClass) -> &str {
        match fact {
            FactClass::Attr(attr) => &self.attributes[attr.index()].id,
            FactClass::Dim(dim) => &self.dims[dim.index()].id,
            FactClass::Tie(tie) => &self.ties[tie.index()].id,
        }
    }
}

impl Pattern {
    /// For each clause: the rules whose events match it.
    #[must_use]
    pub fn rules_by_clause(&self, scenario: &Scenario) -> Vec<BTreeSet<SceneRule>> {
        let rules_of = |target: &ClauseTarget| match target {
            ClauseTarget::Event(kinds) => kinds.iter().filter_map(|(kind, _)| scenario.rule_of(*kind)).collect(),
            ClauseTarget::Tie(_) | ClauseTarget::Stay(_) => Vec::new(),
        };
        let of_clause =
            |clause: &Clause| clause.alternatives.iter().flat_map(|alternative| rules_of(&alternative.target)).collect();
        self.clauses.iter().map(of_clause).collect()
    }
}

impl RuleTable {
    /// The facts of the rules of a scene.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let facts = scenario.rules().map(|rule| (rule, RuleFacts::of(scenario, rule))).collect();
        let one_of_several = agents_of_shared_kinds(scenario);
        let own = |rule: SceneRule| {
            let names = own_names(rule.by(scenario));
            if names.iter().any(|agent| one_of_several.contains(agent)) { names } else { Vec::new() }
        };
        let mut named: BTreeMap<SceneRule, Vec<AgentId>> = scenario.rules().map(|rule| (rule, own(rule))).collect();
        // A trigger of a whole kind belongs to those who do what it waits for. Triggers may wait for triggers.
        loop {
            let inherited: Vec<(SceneRule, Vec<AgentId>)> = scenario
                .rules()
                .filter(|rule| named[rule].is_empty())
                .filter_map(|rule| Some((rule, activators(scenario, rule, &named)?)))
                .collect();
            if inherited.is_empty() {
                return Self { facts, named };
            }
            named.extend(inherited);
        }
    }

    /// What a rule reads and writes.
    ///
    /// # Panics
    /// If the rule belongs to another scene.
    #[must_use]
    pub fn facts(&self, rule: SceneRule) -> &RuleFacts {
        &self.facts[&rule]
    }

    /// The members of the cast that a rule is bound to by name; empty for a rule of a whole kind, even if there is only one of the kind.
    #[must_use]
    pub fn named_agents(&self, rule: SceneRule) -> &[AgentId] {
        self.named.get(&rule).map_or(&[], Vec::as_slice)
    }

    /// The rules that write a fact.
    #[must_use]
    pub fn writers(&self, fact: FactClass) -> BTreeSet<SceneRule> {
        self.facts.iter().filter(|(_, facts)| facts.writes.contains(&fact)).map(|(rule, _)| *rule).collect()
    }

    /// The rules that read a fact.
    #[must_use]
    pub fn readers(&self, fact: FactClass) -> BTreeSet<SceneRule> {
        self.facts.iter().filter(|(_, facts)| reads_fact(&facts.uses, fact)).map(|(rule, _)| *rule).collect()
    }

    /// Every fact that some rule writes.
    #[must_use]
    pub fn written(&self) -> BTreeSet<FactClass> {
        self.facts.values().flat_map(|facts| &facts.writes).copied().collect()
    }

    /// The rules of the beats, and those without which a beat cannot come as far as the text shows: a rule that alone writes what one
    /// of these requires, or whose events alone activate one of them.
    #[must_use]
    pub fn beat_critical(&self, scenario: &Scenario) -> BTreeSet<SceneRule> {
        let of_beats = scenario.beats.iter().flat_map(|beat| beat.rules_by_clause(scenario)).flatten();
        let mut critical: BTreeSet<SceneRule> = of_beats.collect();
        self.add_only_sources(scenario, &mut critical);
        critical
    }

    /// The rules without which a beat cannot come as far as the text shows: those through which alone one of its clauses comes, and
    /// the only sources of what these require.
    #[must_use]
    pub fn needed_for(&self, scenario: &Scenario, beat: &Pattern) -> BTreeSet<SceneRule> {
        let ways = beat.rules_by_clause(scenario).into_iter().filter(|rules| rules.len() == 1);
        let mut needed: BTreeSet<SceneRule> = ways.flatten().collect();
        self.add_only_sources(scenario, &mut needed);
        needed
    }

    /// Adds the only sources of what the rules require, and those of these.
    fn add_only_sources(&self, scenario: &Scenario, rules: &mut BTreeSet<SceneRule>) {
        let mut open: Vec<SceneRule> = rules.iter().copied().collect();
        while let Some(rule) = open.pop() {
            for source in self.only_sources(scenario, rule) {
                if rules.insert(source.rule) {
                    open.push(source.rule);
                }
            }
        }
    }

    /// What a rule requires that one other rule alone brings about.
    #[must_use]
    pub fn only_sources(&self, scenario: &Scenario, rule: SceneRule) -> Vec<OnlySource> {
        let facts = self.facts(rule);
        let mut sources = Vec::new();
        let mut add_only = |what: &str, mut rules: BTreeSet<SceneRule>| {
            rules.remove(&rule);
            if rules.len() == 1 {
                sources.extend(rules.into_iter().map(|rule| OnlySource { what: what.to_owned(), rule }));
            }
        };
        let kind_name = |kind: EventKind| scenario.events[kind.index()].name.as_str();
        for fact in fact_classes(&facts.requires) {
            add_only(scenario.fact_name(fact), self.writers(fact));
        }
        let events = facts.requires.occurrences.iter().map(|(kind, _)| kind).chain(&facts.requires.memories);
        events.for_each(|kind| add_only(kind_name(*kind), scenario.rule_of(*kind).into_iter().collect()));
        if let Some(kind) = facts.activated_by.first() {
            add_only(kind_name(*kind), facts.activated_by.iter().filter_map(|kind| scenario.rule_of(*kind)).collect());
        }
        sources
    }
}

/// The attributes, dimensions and ties among what is read.
pub(crate) fn fact_classes(reads: &ReadSet) -> Vec<FactClass> {
    let attrs = reads.attrs.iter().copied().map(FactClass::Attr);
    attrs.chain(reads.dims.iter().copied().map(FactClass::Dim)).chain(reads.ties.iter().copied().map(FactClass::Tie)).collect()
}

/// Whether a read set contains facts of a class.
#[must_use]
pub fn reads_fact(reads: &ReadSet, fact: FactClass) -> bool {
    match fact {
        FactClass::Attr(attr) => reads.attrs.contains(&attr),
        FactClass::Dim(dim) => reads.dims.contains(&dim),
        FactClass::Tie(tie) => reads.ties.contains(&tie) || reads.tie_durations.contains(&tie),
    }
}

/// The members of the cast who are not alone of their kind: there are others, or others may come to be.
fn agents_of_shared_kinds(scenario: &Scenario) -> BTreeSet<AgentId> {
    fn made_kind(effect: &Effect) -> Option<KindId> {
        match effect {
            Effect::Install { kind, .. } | Effect::Create { kind, .. } | Effect::Become { kind, .. } => Some(*kind),
            Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => made_kind(inner),
            _ => None,
        }
    }
    let events = scenario.rules().flat_map(|rule| rule.events(scenario)).flat_map(|event| &event.does);
    let made = events.chain(scenario.processes.iter().flat_map(|process| &process.does)).filter_map(made_kind);
    let others: BTreeSet<KindId> = made.chain(scenario.population.iter().map(|population| population.kind)).collect();
    let is_shared =
        |kind: KindId| others.contains(&kind) || scenario.cast.iter().filter(|member| member.kind == kind).count() > 1;
    let cast = scenario.cast.iter().enumerate().filter(|(_, member)| is_shared(member.kind));
    cast.map(|(index, _)| AgentId::from_index(index)).collect()
}

/// The agents of a `by` that names nobody else.
fn own_names(by: &[AgentSelector]) -> Vec<AgentId> {
    let agent = |who: &AgentSelector| match who {
        AgentSelector::Agent(agent) => Some(*agent),
        AgentSelector::Kind(_) => None,
    };
    by.iter().map(agent).collect::<Option<Vec<AgentId>>>().unwrap_or_default()
}

/// The agents to whom alone the events happen that activate a trigger.
fn activators(scenario: &Scenario, rule: SceneRule, named: &BTreeMap<SceneRule, Vec<AgentId>>) -> Option<Vec<AgentId>> {
    let SceneRule::Trigger(index) = rule else { return None };
    let Activation::Event(events) = &scenario.triggers[index].on else { return None };
    let mut agents = BTreeSet::new();
    for (kind, slots) in events {
        // With `each`, somebody else is `self`.
        if slots.first() != Some(&0) {
            return None;
        }
        let of_rule = named.get(&scenario.rule_of(*kind)?).filter(|agents| !agents.is_empty())?;
        agents.extend(of_rule);
    }
    (!agents.is_empty()).then(|| agents.into_iter().collect())
}

impl RuleFacts {
    fn of(scenario: &Scenario, rule: SceneRule) -> Self {
        let mut facts = Self::default();
        facts.requires_all(rule.conditions(scenario));
        for (_, role) in rule.roles(scenario) {
            facts.requires.merge(&role.set.reads());
        }
        for step in rule.steps(scenario) {
            facts.requires_all(step.outcomes.iter().flat_map(|(weight, _)| weight));
            facts.uses_all(&step.after);
        }
        match rule {
            SceneRule::Action(index) => {
                let action = &scenario.actions[index];
                facts.uses_all(std::iter::once(&action.want).chain(action.accept.iter().flatten()));
                facts.uses_all(action.takes.iter().chain(&action.cooldown));
            }
            SceneRule::Trigger(index) => {
                let trigger = &scenario.triggers[index];
                facts.requires_all(&trigger.chance);
                facts.uses_all(trigger.after.iter().chain(&trigger.cooldown));
                facts.add_activation(&trigger.on);
            }
            SceneRule::Process(index) => {
                let process = &scenario.processes[index];
                facts.uses_all(process.every.interval().into_iter().chain(&process.times));
                process.does.iter().for_each(|effect| facts.add_effect(effect));
            }
        }
        for event in rule.events(scenario) {
            facts.uses_all(event.values.iter().map(|(_, value)| value).chain(&event.place));
            event.does.iter().for_each(|effect| facts.add_effect(effect));
        }
        let requires = facts.requires.clone();
        facts.uses.merge(&requires);
        facts
    }

    fn requires_all<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.requires.merge(&expr.reads()));
    }

    fn uses_all<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.uses.merge(&expr.reads()));
    }

    fn add_activation(&mut self, on: &Activation) {
        let mut reads = ReadSet::default();
        match on {
            Activation::Event(events) | Activation::Sees(events) => {
                self.activated_by.extend(events.iter().map(|(kind, _)| *kind));
            }
            Activation::Begins(tie) | Activation::Ends(tie) | Activation::LearnsTie(tie) => reads.ties.push(*tie),
            Activation::LearnsAttr(attr) | Activation::Jumps(attr, _) => reads.attrs.push(*attr),
            Activation::LearnsEvent(events) => self.activated_by.extend(events.iter().copied()),
            Activation::Becomes
            | Activation::Dies
            | Activation::Leaves
            | Activation::Returns
            | Activation::Arrives
            | Activation::Settles(..) => {}
        }
        self.requires.merge(&reads);
    }

    fn add_effect(&mut self, effect: &Effect) {
        self.uses.merge(&effect.reads());
        self.add_writes(effect);
    }

    fn add_writes(&mut self, effect: &Effect) {
        self.writes.extend(written_facts(effect));
        match effect {
            Effect::Begin { tie, .. } => _ = self.begins.insert(*tie),
            Effect::End { tie, .. } => _ = self.ends.insert(*tie),
            Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => self.add_writes(inner),
            _ => {}
        }
    }
}

/// The facts that an effect writes, perhaps under a condition.
pub(crate) fn written_facts(effect: &Effect) -> Option<FactClass> {
    match effect {
        Effect::Assign { target, .. } | Effect::Toward { target, .. } => Some(match target {
            AssignTarget::Attr(_, attr) => FactClass::Attr(*attr),
            AssignTarget::Dim(_, _, dim) => FactClass::Dim(*dim),
        }),
        Effect::Move { attr, .. } => Some(FactClass::Attr(*attr)),
        Effect::Begin { tie, .. } | Effect::End { tie, .. } => Some(FactClass::Tie(*tie)),
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => written_facts(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_text;

    const TOWN: &str = r#"Scene(
        starts: "2025-01-06", ends: "2025-02-06",
        kinds: [Kind(id: "human")],
        attributes: [Attribute(id: "joy"), Attribute(id: "lit", switch: true)],
        ties: [Tie(id: "friends", mutual: true)],
        cast: [Member(id: "ann", kind: "human"), Member(id: "ben", kind: "human")],
        actions: [
            Action(id: "light", by: ["ann"], want: "1", does: ["self.lit = true"]),
            Action(id: "walk", roles: {"other": "agents(human) where it.lit"}, want: "self.joy", does: ["begin friends(self, other)"]),
        ],
        triggers: [
            Trigger(id: "glow", on: Event("light"), does: ["self.joy += 0.1"]),
            Trigger(id: "shine", on: Event("glow"), when: "self.joy > 0.2", does: ["end friends(self, ben)"]),
        ],
        beats: [Beat(id: "out", events: [Clause(on: ["walk"])])],
    )"#;

    fn rule(scenario: &Scenario, id: &str) -> SceneRule {
        scenario.rules().find(|rule| rule.id(scenario) == id).unwrap()
    }

    #[test]
    fn a_trigger_belongs_to_those_who_activate_it() {
        let scenario = load_text("town.ron", &[("town.ron", TOWN)], &[]).unwrap().scenario;
        let table = RuleTable::new(&scenario);
        for id in ["light", "glow", "shine"] {
            assert_eq!(table.named_agents(rule(&scenario, id)), [AgentId(0)], "{id}");
        }
        assert_eq!(table.named_agents(rule(&scenario, "walk")), []);
    }

    #[test]
    fn who_is_alone_of_a_kind_is_no_name() {
        let town = TOWN.replace("Kind(id: \"human\")", "Kind(id: \"human\"), Kind(id: \"town\")");
        let town =
            town.replace("cast: [", "cast: [Member(id: \"here\", kind: \"town\"), ").replace("by: [\"ann\"]", "by: [\"here\"]");
        let scenario = load_text("town.ron", &[("town.ron", &town)], &[]).unwrap().scenario;
        let table = RuleTable::new(&scenario);
        assert!(scenario.rules().all(|rule| table.named_agents(rule).is_empty()));
    }

    #[test]
    fn a_rule_is_critical_if_it_alone_writes_what_a_beat_needs() {
        let scenario = load_text("town.ron", &[("town.ron", TOWN)], &[]).unwrap().scenario;
        let table = RuleTable::new(&scenario);
        let critical = table.beat_critical(&scenario);
        let ids: Vec<&str> = critical.iter().map(|rule| rule.id(&scenario)).collect();
        assert_eq!(ids, ["light", "walk"], "the utility of `walk` is no condition, so `glow` is not critical");
        assert_eq!(table.needed_for(&scenario, &scenario.beats[0]), critical, "the beat has one way");
        let sources = table.only_sources(&scenario, rule(&scenario, "walk"));
        assert_eq!(sources, [OnlySource { what: "lit".into(), rule: rule(&scenario, "light") }]);
        assert_eq!(table.writers(FactClass::Tie(TieId(0))).len(), 2);
        assert_eq!(table.readers(FactClass::Attr(AttrId(0))).len(), 2);
    }
}
