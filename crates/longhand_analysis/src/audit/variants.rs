//! The changed scenes that an audit simulates beside the scene itself. Each function returns a scene with one thing changed and
//! everything else, draws included, as before.

use longhand_expr::ids::AgentId;
use longhand_expr::{DeclaredRanges, Effect, Expr, Scope, Type, ValueRange, compile_expr};
use longhand_scene::{EventSpec, Intervention, ParamValue, Pattern, RoleTerm, Scenario, Step, add_interventions};

/// A change of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SceneVariant {
    /// The scene itself.
    Base,
    /// Every `want` is the same number.
    FlatWants,
    /// Nobody feels anything.
    NoFeelings,
    /// Nobody exists but the cast.
    NoCrowd,
    /// The events of everybody are recorded. The run is the same.
    RecordedWhole,
    /// The beat or pattern at this index among those watched cannot be completed.
    Forbidden(usize),
    /// Two members of the cast have each other's circumstances.
    Exchanged(AgentId, AgentId),
}

impl SceneVariant {
    /// The scene with the change.
    pub(super) fn apply(self, base: &Scenario) -> Scenario {
        let mut scenario = base.clone();
        match self {
            Self::Base => {}
            Self::FlatWants => flatten_wants(&mut scenario),
            Self::NoFeelings => remove_feelings(&mut scenario),
            Self::NoCrowd => scenario.population.clear(),
            Self::RecordedWhole => scenario.record_also = constant("true", Type::Switch),
            Self::Forbidden(index) => forbid(&mut scenario, index),
            Self::Exchanged(a, b) => exchange_circumstances(&mut scenario, a, b),
        }
        scenario
    }
}

fn constant(text: &str, ty: Type) -> Option<Expr> {
    compile_expr(text, ty, &Scope::default(), &longhand_expr::Schema::default()).ok()
}

/// Ranges of a scene, for the bounds of an expression.
struct SceneRanges<'s>(&'s Scenario);

impl DeclaredRanges for SceneRanges<'_> {
    fn attr(&self, attr: longhand_expr::ids::AttrId) -> ValueRange {
        self.0.attributes[attr.index()].range
    }
    fn dim(&self, dim: longhand_expr::ids::DimId) -> ValueRange {
        self.0.dims[dim.index()].range
    }
    fn param(&self, param: longhand_expr::ids::ParamId) -> ValueRange {
        let value = self.0.params[param.index()].value.as_f64();
        (value, value)
    }
    fn calendar(&self) -> &longhand_expr::CalendarRules {
        self.0.calendar.rules()
    }
}

/// Gives every action the same utility, without influences: 1, or more if doing nothing may be worth that much. Choices are then made by the noise alone, and
/// by what the conditions permit.
fn flatten_wants(scenario: &mut Scenario) {
    let idle = scenario.kinds.iter().filter_map(|kind| Some(kind.idle_utility.as_ref()?.bounds(&SceneRanges(scenario)).1));
    let highest = idle.filter(|bound| bound.is_finite()).fold(0.0, f64::max);
    let utility = if highest < 1.0 { 1.0 } else { (highest + 1.0).ceil() };
    let Some(want) = constant(&format!("{utility}"), Type::Number) else { return };
    for action in &mut scenario.actions {
        action.want = want.clone();
        action.terms = want.terms();
        action.reads_gain = false;
        action.choice_influences.clear();
    }
}

/// Removes what makes anybody feel: the effects `feels`, the goals and norms by which events are appraised, and the hurt of a broken tie. Moods
/// stay at the temperament.
fn remove_feelings(scenario: &mut Scenario) {
    scenario.goals.clear();
    scenario.norms.clear();
    (scenario.minds.hurt, scenario.minds.mood_pull) = (0.0, 0.0);
    for action in &mut scenario.actions {
        remove_feelings_of(&mut action.event);
        action.refused.iter_mut().for_each(remove_feelings_of);
        remove_feelings_of_steps(&mut action.steps);
    }
    for trigger in &mut scenario.triggers {
        remove_feelings_of(&mut trigger.event);
        remove_feelings_of_steps(&mut trigger.steps);
    }
    for process in &mut scenario.processes {
        process.does.retain(|effect| !is_feeling(effect));
    }
}

fn remove_feelings_of_steps(steps: &mut [Step]) {
    steps.iter_mut().flat_map(|step| &mut step.outcomes).for_each(|(_, event)| remove_feelings_of(event));
}

fn remove_feelings_of(event: &mut EventSpec) {
    event.does.retain(|effect| !is_feeling(effect));
}

fn is_feeling(effect: &Effect) -> bool {
    match effect {
        Effect::Feel { .. } => true,
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => is_feeling(inner),
        _ => false,
    }
}

/// Limits the crowd to `limit` agents in total, each population in proportion. A param that gives the size of a population is set to it.
pub(super) fn limit_crowd(scenario: &mut Scenario, limit: usize) {
    let total: usize = scenario.population.iter().map(|population| population.size as usize).sum();
    if total <= limit {
        return;
    }
    for population in &mut scenario.population {
        let size = (population.size as usize * limit).div_ceil(total).max(1);
        population.size = u32::try_from(size).unwrap_or(population.size);
        if let Some(param) = scenario.params.iter_mut().find(|param| param.id == population.count.text().trim())
            && matches!(param.value, ParamValue::Number(_))
        {
            param.value = ParamValue::Number(f64::from(population.size));
        }
    }
}

/// The patterns that an audit watches: the beats, or if there is none, the scene's own patterns.
pub(super) fn watched(scenario: &Scenario) -> Vec<&Pattern> {
    match scenario.beats.is_empty() {
        false => scenario.beats.iter().collect(),
        true => scenario.patterns.iter().filter(|pattern| !pattern.shared).collect(),
    }
}

/// Prevents the completion of a watched pattern, as `what-if --forbid` does for a beat.
fn forbid(scenario: &mut Scenario, index: usize) {
    let id = watched(scenario).get(index).map(|pattern| pattern.id.clone());
    // A pattern is forbidden like a beat; only beats are looked up by name.
    let has_beats = !scenario.beats.is_empty();
    let beats = std::mem::take(&mut scenario.beats);
    scenario.beats = if has_beats { beats } else { std::mem::take(&mut scenario.patterns) };
    let done = id.map(|id| add_interventions(scenario, &[Intervention::Forbid(id)]));
    if !has_beats {
        scenario.patterns = std::mem::take(&mut scenario.beats);
    }
    // A pattern of ties and stays has no event to forbid: the run is then that of the scene.
    drop(done);
}

/// Whether forbidding a watched pattern prevents any event.
pub(super) fn can_be_forbidden(pattern: &Pattern) -> bool {
    let is_event = |clause: &longhand_scene::Clause| {
        clause.alternatives.iter().any(|alternative| matches!(alternative.target, longhand_scene::ClauseTarget::Event(_)))
    };
    pattern.clauses.last().is_some_and(is_event)
}

/// Gives two members of the cast each other's circumstances: attributes, temperament, home, work, routine, ties and bonds in both
/// directions, and what they own and hold. Ids, names and pronouns stay, and so does everything that a rule says by name. In beats and
/// patterns the two are exchanged, so that a beat asks whether the other comes to what was the one's.
fn exchange_circumstances(scenario: &mut Scenario, a: AgentId, b: AgentId) {
    let (low, high) = (a.min(b).index(), a.max(b).index());
    if low == high || high >= scenario.cast.len() {
        return;
    }
    let (left, right) = scenario.cast.split_at_mut(high);
    let (one, other) = (&mut left[low], &mut right[0]);
    std::mem::swap(one, other);
    // Who they are stays.
    std::mem::swap(&mut one.id, &mut other.id);
    std::mem::swap(&mut one.name, &mut other.name);
    std::mem::swap(&mut one.short_name, &mut other.short_name);
    std::mem::swap(&mut one.pronouns, &mut other.pronouns);
    std::mem::swap(&mut one.dormant, &mut other.dormant);
    std::mem::swap(&mut one.about, &mut other.about);
    let exchanged = |agent: AgentId| match agent {
        agent if agent == a => b,
        agent if agent == b => a,
        agent => agent,
    };
    for member in &mut scenario.cast {
        member.owner = member.owner.map(exchanged);
        member.holder = member.holder.map(exchanged);
        member.toward.iter_mut().for_each(|relation| relation.to = exchanged(relation.to));
    }
    let exchange_term = |term: &mut RoleTerm| {
        if let RoleTerm::Agent(agent) = term {
            *agent = exchanged(*agent);
        }
    };
    let exchange_condition = |when: &mut Option<Expr>| {
        if let Some(condition) = when {
            *condition = condition.with_agents_exchanged(a, b);
        }
    };
    for pattern in scenario.beats.iter_mut().chain(&mut scenario.patterns) {
        for alternative in pattern.clauses.iter_mut().flat_map(|clause| &mut clause.alternatives) {
            alternative.roles.iter_mut().for_each(exchange_term);
            exchange_condition(&mut alternative.when);
        }
        for clause in &mut pattern.negated {
            clause.roles.iter_mut().for_each(exchange_term);
            exchange_condition(&mut clause.when);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::load_text;

    const TOWN: &str = r#"Scene(
        starts: "2025-01-06", ends: "2025-02-06",
        params: [Param(id: "people", value: Number(50))],
        kinds: [Kind(id: "human", idle: "1.5")],
        attributes: [Attribute(id: "joy")], ties: [Tie(id: "friends")],
        cast: [
            Member(id: "ann", kind: "human", name: "Ann", attributes: {"joy": 0.9}, toward: [Toward(to: "ben", ties: ["friends"])]),
            Member(id: "ben", kind: "human", name: "Ben", toward: [Toward(to: "cleo", ties: ["friends"])]),
            Member(id: "cleo", kind: "human", name: "Cleo", toward: [Toward(to: "ann", ties: ["friends"])]),
        ],
        population: [Population(kind: "human", count: "people"), Population(kind: "human", count: "150")],
        actions: [
            Action(id: "walk", want: "self.joy", does: ["self feels joy 0.5", "if self.joy > 0.1: self feels hope 0.5", "self.joy += 0.1"]),
        ],
        goals: [Goal(id: "happy", by: "human", likelihood: "self.joy", weight: "1")],
        beats: [Beat(id: "out", events: [Clause(on: ["walk"], roles: {"self": "ann"}, when: "ann.joy > ben.joy")])],
    )"#;

    fn town() -> Scenario {
        load_text("town.ron", &[("town.ron", TOWN)], &[]).unwrap().scenario
    }

    #[test]
    fn flat_wants_are_above_doing_nothing() {
        let flat = SceneVariant::FlatWants.apply(&town());
        assert_eq!(flat.actions[0].want.text(), "3");
        assert_eq!(flat.actions[0].terms.len(), 1);
    }

    #[test]
    fn feelings_are_removed_and_other_effects_stay() {
        let cold = SceneVariant::NoFeelings.apply(&town());
        assert_eq!((cold.actions[0].event.does.len(), cold.goals.len()), (1, 0));
    }

    #[test]
    fn circumstances_are_exchanged_in_both_directions_and_names_stay() {
        let [ann, ben, cleo] = [0, 1, 2].map(AgentId);
        let exchanged = SceneVariant::Exchanged(ann, ben).apply(&town());
        assert_eq!((exchanged.cast[0].name.as_str(), exchanged.cast[1].name.as_str()), ("Ann", "Ben"));
        assert!(exchanged.cast[0].attributes.is_empty() && exchanged.cast[1].attributes.len() == 1);
        let toward = |agent: AgentId| exchanged.cast[agent.index()].toward.iter().map(|to| to.to).collect::<Vec<_>>();
        assert_eq!((toward(ann), toward(ben), toward(cleo)), (vec![cleo], vec![ann], vec![ben]));
        let alternative = &exchanged.beats[0].clauses[0].alternatives[0];
        assert_eq!(alternative.roles, [RoleTerm::Agent(ben)]);
        let back = SceneVariant::Exchanged(ann, ben).apply(&exchanged);
        assert_eq!(format!("{:?}", back.cast), format!("{:?}", town().cast));
    }

    #[test]
    fn a_crowd_is_limited_in_proportion_and_so_is_its_param() {
        let mut scenario = town();
        limit_crowd(&mut scenario, 20);
        let mut sizes: Vec<u32> = scenario.population.iter().map(|population| population.size).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [5, 15]);
        assert_eq!(scenario.params[0].value.as_f64(), 5.0);
        assert!(SceneVariant::NoCrowd.apply(&scenario).population.is_empty());
    }
}
