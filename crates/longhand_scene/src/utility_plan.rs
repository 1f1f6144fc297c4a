//! How to find the utility of an option with no more work than the choice needs: most options are worth too little to be chosen, and that
//! shows before all of their utility is evaluated.
//!
//! The utility of an action is a sum. Each part has bounds that follow from the ranges of what it reads (`longhand_expr`, interval
//! arithmetic). As long as the parts that are evaluated, and the upper bounds of those that are not, reach what the option must be worth, the
//! next part is evaluated; what the agent expects of the action, which costs most, is the last. An option that is not given up has the same
//! utility to the last bit, because the parts are added in the order of the text.
//!
//! Also before a run, the effects that no goal reads are taken out of what is imagined.

use super::foresight::{OwnGoals, expected_gain};
use super::imagined_view::is_imagined;
use super::model::{Action, EventSpec, Scenario};
use super::utility::{GainView, OwnValues, added_to_option};
use longhand_expr::ids::{AttrId, DimId, ParamId};
use longhand_expr::{
    AssignTarget, CalendarRules, DeclaredRanges, Effect, EvalContext, EvalFrame, Expr, ReadSet, Summands, ValueRange,
};
use smallvec::SmallVec;

/// A part with up to this many nodes costs no more than to remember it.
const FEW_NODES: usize = 3;
/// Sums of numbers up to [`MAX_BOUND`] are rounded by less than this.
const SLACK: f64 = 1e-6;
/// A bound or value beyond this is not used to give up an option.
const MAX_BOUND: f64 = 1e6;

/// The parts of the utility of one action, and in which order they are evaluated.
#[derive(Clone, Debug)]
pub struct UtilityPlan {
    want: Summands,
    /// The positions of the parts of `want` in the order of their evaluation: those with no bounds first, those that read `gain` last.
    order: Vec<usize>,
    /// By position in `order`: whether the part is the same for all options of an agent in one state, and costs enough to be remembered.
    own: Vec<bool>,
    /// The number of parts that do not read `gain`.
    plain: usize,
    /// By position in `order`: the most that this part and those after it add up to.
    rest: Vec<f64>,
    /// The most that influences and commitments add.
    added: f64,
    /// By part that reads `gain`: the number by which it multiplies it; infinite if it does something else with it.
    gain_factors: Vec<f64>,
    /// The action with those effects only that may change a goal, if anything reads `gain`.
    imagined: Option<Box<Action>>,
    /// By goal of the scene: whether the action may change it.
    moves: Vec<bool>,
}

impl UtilityPlan {
    /// The plan for an action.
    #[must_use]
    pub fn new(scenario: &Scenario, action: &Action) -> Self {
        let ranges = RangesOfAnybody(scenario);
        let want = Summands::new(&action.want);
        let moves = moved_goals(scenario, action);
        let weights = scenario.goals.iter().zip(&moves).filter(|(_, moves)| **moves);
        let most_gained: f64 = weights.map(|(goal, _)| goal.weight.bounds(&ranges).1.clamp(0.0, 1.0)).sum();
        let range_of = |position: usize| {
            let (part, is_subtracted) = want.get(position);
            let (low, high) = match part.gain_factor() {
                Some(factor) if factor > 0.0 && !is_subtracted => (f64::NEG_INFINITY, factor * most_gained),
                _ if part.reads().gain => (f64::NEG_INFINITY, f64::INFINITY),
                _ => part.bounds(&ranges),
            };
            if is_subtracted { (-high, -low) } else { (low, high) }
        };
        let reads_gain = |position: &usize| want.get(*position).0.reads().gain;
        let mut order: Vec<usize> = (0..want.iter().len()).collect();
        // What narrows the sum most for the work comes first.
        let narrows = |position: usize| {
            let (low, high) = range_of(position);
            (high - low) / want.get(position).0.node_count() as f64
        };
        order.sort_by(|&a, &b| reads_gain(&a).cmp(&reads_gain(&b)).then(narrows(b).total_cmp(&narrows(a))));
        let own = order.iter().map(|&position| {
            let (part, _) = want.get(position);
            part.slot_mask() <= 1 && !part.is_random() && part.node_count() > FEW_NODES
        });
        let own = own.collect();
        let plain = order.iter().filter(|position| !reads_gain(position)).count();
        let mut rest: Vec<f64> = order.iter().map(|&position| usable(range_of(position).1)).collect();
        for position in (1..rest.len()).rev() {
            rest[position - 1] = usable(rest[position - 1] + rest[position]);
        }
        let influences = action.choice_influences.iter().map(|applied| &scenario.influences[applied.influence].adds);
        let influences: f64 = influences.map(|adds| usable(adds.bounds(&ranges).1.max(0.0))).sum();
        let added = if action.serves.is_empty() { usable(influences) } else { f64::INFINITY };
        let gain_factors = order[plain..].iter().map(|&position| {
            let (part, is_subtracted) = want.get(position);
            part.gain_factor().map_or(f64::INFINITY, |factor| if is_subtracted { -factor } else { factor })
        });
        let gain_factors = gain_factors.collect();
        let imagined = action.reads_gain.then(|| Box::new(with_effects_that_matter(scenario, action)));
        Self { want, order, own, plain, rest, added, gain_factors, imagined, moves }
    }

    /// The utility of an option, which is one of several options of an agent in the same state: that of [`utility`](super::utility). `None`
    /// if it is less than `least`; but a utility that is less may be returned. `own` has to be told of each action before its first option
    /// ([`OwnValues::begin_action`]).
    #[inline]
    pub fn utility<V: EvalContext>(
        &self,
        scenario: &Scenario,
        view: &V,
        action: &Action,
        frame: &mut EvalFrame,
        own: &mut OwnValues,
        least: f64,
    ) -> Option<f64> {
        let mut sum = PartialSum { evaluated: 0.0, least };
        if sum.cannot_reach(self.rest[0] + self.added) {
            return None;
        }
        let added = added_to_option(scenario, view, action, frame, own);
        sum.add(added.unwrap_or(0.0));
        let mut values: SmallVec<[f64; 16]> = SmallVec::from_elem(0.0, self.order.len());
        for (nth, &position) in self.order[..self.plain].iter().enumerate() {
            if sum.cannot_reach(self.rest[nth]) {
                return None;
            }
            let (part, is_subtracted) = self.want.get(position);
            values[position] = if self.own[nth] { own.part(nth, || part.number(view, frame)) } else { part.number(view, frame) };
            sum.add(if is_subtracted { -values[position] } else { values[position] });
        }
        if let Some(imagined) = &self.imagined {
            if self.rest.get(self.plain).is_some_and(|rest| sum.cannot_reach(*rest)) {
                return None;
            }
            let goals = own.goals(scenario, view, frame.get(0));
            if sum.cannot_reach(self.most_by_gain(goals)) {
                return None;
            }
            let gain = expected_gain(scenario, view, imagined, frame, goals);
            debug_assert_eq!(gain, expected_gain(scenario, view, action, frame, goals), "no goal reads what is left out");
            let view = &GainView::new(view, gain);
            for &position in &self.order[self.plain..] {
                values[position] = self.want.get(position).0.number(view, frame);
            }
        }
        let want = self.want.sum(&values);
        Some(added.map_or(want, |added| want + added))
    }

    /// The most that the parts that read `gain` add up to, with the goals as they are.
    fn most_by_gain(&self, goals: &OwnGoals) -> f64 {
        let (most_gained, most_lost) = goals.most_change(&self.moves);
        let most = |factor: &f64| if *factor >= 0.0 { factor * most_gained } else { -factor * most_lost };
        // An infinite factor of no gain is not a number, which reaches anything.
        usable(self.gain_factors.iter().map(most).sum())
    }
}

/// A sum of which some parts are evaluated.
struct PartialSum {
    evaluated: f64,
    least: f64,
}

impl PartialSum {
    fn add(&mut self, value: f64) {
        self.evaluated += if value.abs() <= MAX_BOUND { value } else { f64::NAN };
    }

    /// Whether the sum is less than it must be, if the parts that are not evaluated add up to `rest` at most.
    #[inline]
    fn cannot_reach(&self, rest: f64) -> bool {
        self.evaluated + rest + SLACK < self.least
    }
}

/// An upper bound, infinite if it is too large for the sums of bounds to be exact enough.
fn usable(bound: f64) -> f64 {
    if bound.abs() <= MAX_BOUND { bound } else { f64::INFINITY }
}

/// The ranges of a scene with its parameters as they are, of any agent or nobody.
struct RangesOfAnybody<'s>(&'s Scenario);

impl DeclaredRanges for RangesOfAnybody<'_> {
    fn attr(&self, attr: AttrId) -> ValueRange {
        let (low, high) = self.0.attributes[attr.index()].range;
        (low.min(0.0), high.max(0.0))
    }
    fn dim(&self, dim: DimId) -> ValueRange {
        self.0.dims[dim.index()].range
    }
    fn param(&self, param: ParamId) -> ValueRange {
        let value = self.0.params[param.index()].value.as_f64();
        (value, value)
    }
    fn calendar(&self) -> &CalendarRules {
        self.0.calendar.rules()
    }
}

/// By goal of the scene: whether an action may change it in the imagination.
fn moved_goals(scenario: &Scenario, action: &Action) -> Vec<bool> {
    let may_move = |reads: &ReadSet| {
        let goes = |spec: &EventSpec| spec.place.is_some() && reads.places;
        action.event_specs().any(|spec| goes(spec) || spec.does.iter().any(|effect| matters(effect, reads)))
    };
    scenario.goals.iter().map(|goal| may_move(&goal.reads)).collect()
}

/// An action as it is imagined, without the effects that can change neither a goal nor anything that what is imagined depends on.
fn with_effects_that_matter(scenario: &Scenario, action: &Action) -> Action {
    let mut reads = ReadSet::default();
    scenario.goals.iter().for_each(|goal| reads.merge(&goal.reads));
    let places = action.event_specs().filter_map(|spec| spec.place.as_ref());
    let weights = action.steps.iter().flat_map(|step| &step.outcomes).filter_map(|(weight, _)| weight.as_ref());
    places.chain(weights).for_each(|expr: &Expr| reads.merge(&expr.reads()));
    // Effects that matter may read what others write, which then matter too.
    let mut unread: Vec<&Effect> = action.event_specs().flat_map(|spec| &spec.does).collect();
    loop {
        let (read, others): (Vec<&Effect>, Vec<&Effect>) = unread.iter().partition(|effect| matters(effect, &reads));
        if read.is_empty() {
            break;
        }
        read.iter().for_each(|effect| reads.merge(&effect.reads()));
        unread = others;
    }
    let mut action = action.clone();
    let outcomes = action.steps.iter_mut().flat_map(|step| &mut step.outcomes).map(|(_, spec)| spec);
    for spec in std::iter::once(&mut action.event).chain(&mut action.refused).chain(outcomes) {
        spec.does.retain(|effect| matters(effect, &reads));
    }
    action
}

/// Whether an effect, as it is imagined, may change anything that an expression with these reads may read.
fn matters(effect: &Effect, reads: &ReadSet) -> bool {
    // Somebody may know or talk about anything.
    if reads.beliefs || reads.topics {
        return true;
    }
    match effect {
        Effect::Assign { target, .. } | Effect::Toward { target, .. } => match target {
            AssignTarget::Attr(_, attr) => reads.attrs.contains(attr),
            AssignTarget::Dim(.., dim) => reads.dims.contains(dim),
        },
        Effect::Begin { tie, .. } | Effect::End { tie, .. } => reads.ties.contains(tie),
        Effect::Feel { emotion, .. } => reads.emotions.contains(emotion),
        Effect::Go { .. } => reads.places,
        // What is believed is not read, as nothing reads beliefs.
        Effect::Learn { .. } | Effect::Tell { .. } | Effect::TellTopic { .. } | Effect::Forget { .. } => false,
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => matters(inner, reads),
        _ => is_imagined(effect),
    }
}
