//! Warns of effects whose result may leave the range of an attribute: what is beyond it is cut off.
//!
//! An attribute that is a `scale`, such as a mood, is meant to reach its ends, so only a value that is always outside is
//! reported for it. An amount that would take more than [`FEW_STEPS`] steps from its start to the end of its range is not
//! reported either.

use super::super::decl::{SceneFile, Text};
use super::super::model::{self, Attribute};
use super::checker::SceneChecker;
use longhand_expr::ids::{AgentField, AgentId, AttrId, DimId, EventKind, ParamId, TieId};
use longhand_expr::{AssignOp, AssignTarget, AttrGuard, CalendarRules, DeclaredRanges, Effect, Expr, ValueRange};

/// Number of steps within which the end of a range counts as near.
const FEW_STEPS: f64 = 100.0;

/// The conditions that hold when an effect is applied.
type Conditions = Vec<Expr>;

impl SceneChecker<'_> {
    pub(super) fn warn_cut_offs(
        &mut self,
        scene: &SceneFile,
        actions: &[model::Action],
        triggers: &[model::Trigger],
        processes: &[model::Process],
    ) {
        for (written, action) in scene.actions.iter().zip(actions) {
            self.check_effects(&written.does, &action.event.does, &action.when);
            if let (Some(written), Some(refused)) = (&written.refused, &action.refused) {
                self.check_effects(&written.does, &refused.does, &action.when);
            }
            self.check_steps(&written.steps, &action.steps, &action.when);
        }
        for (written, trigger) in scene.triggers.iter().zip(triggers) {
            self.check_effects(&written.does, &trigger.event.does, &trigger.when);
            self.check_steps(&written.steps, &trigger.steps, &trigger.when);
        }
        for (written, process) in scene.processes.iter().zip(processes) {
            self.check_effects(&written.does, &process.does, &process.when);
        }
    }

    fn check_steps(&mut self, written: &[super::super::decl::StepDecl], steps: &[model::Step], when: &[Expr]) {
        for (written, step) in written.iter().zip(steps) {
            for (written, (_, event)) in written.outcomes.iter().zip(&step.outcomes) {
                self.check_effects(&written.does, &event.does, when);
            }
        }
    }

    fn check_effects(&mut self, texts: &[Text], effects: &[Effect], when: &[Expr]) {
        if texts.len() != effects.len() {
            return;
        }
        let mut conditions = when.to_vec();
        for (text, effect) in texts.iter().zip(effects) {
            self.check_effect(text, effect, &mut conditions);
        }
    }

    fn check_effect(&mut self, text: &Text, effect: &Effect, conditions: &mut Conditions) {
        match effect {
            Effect::If { condition, then } => {
                let mut inner = conditions.clone();
                inner.extend(condition.clauses());
                self.check_effect(text, then, &mut inner);
            }
            Effect::For { each, .. } => self.check_effect(text, each, conditions),
            Effect::Assign { target: AssignTarget::Attr(agent, attr), op, value } => {
                self.check_assignment(text, agent, *attr, *op, value, conditions);
                // What was known of the old value is not known of the new one.
                conditions.retain(|condition| condition.attr_guard(agent, *attr).is_none());
            }
            _ => {}
        }
    }

    fn check_assignment(&mut self, text: &Text, agent: &Expr, attr: AttrId, op: AssignOp, value: &Expr, conditions: &Conditions) {
        let Some(attribute) =
            self.attributes.get(attr.index()).filter(|attribute| !attribute.switch && attribute.one_of.is_empty())
        else {
            return;
        };
        let (low, high) = attribute.range;
        let by = value.bounds(&*self);
        let guards: Vec<AttrGuard> = conditions.iter().filter_map(|condition| condition.attr_guard(agent, attr)).collect();
        let before = self.guarded_range(attribute, &guards, by);
        let mut after = match op {
            AssignOp::Set => by,
            AssignOp::Add => (before.0 + by.0, before.1 + by.1),
            AssignOp::Subtract => (before.0 - by.1, before.1 - by.0),
            AssignOp::Multiply => return,
        };
        // `self.coins >= price` and `self.coins -= price`: at least 0 is left.
        let covers = |guard: &AttrGuard| guard.low && guard.limit.text() == value.text();
        if op == AssignOp::Subtract && guards.iter().any(covers) {
            after.0 = after.0.max(0.0);
        }
        let is_step = matches!(op, AssignOp::Add | AssignOp::Subtract);
        let step = by.0.abs().max(by.1.abs());
        let is_near = |end: f64| !is_step || (end - attribute.start).abs() <= FEW_STEPS * step;
        // Rounding is no loss; what a small step loses at the end of a wide range is.
        let tolerance = 1e-6 * (high - low).min(step);
        let always_outside = after.1 < low - tolerance || after.0 > high + tolerance;
        let below = after.0.is_finite() && after.0 < low - tolerance && is_near(low);
        let above = after.1.is_finite() && after.1 > high + tolerance && is_near(high);
        if !(always_outside || !attribute.scale && (below || above)) {
            return;
        }
        let id = attribute.id.clone();
        let message = format!("`{}` may leave the range of `{id}`, {low} to {high}: what is beyond is cut off", text.as_str());
        let agent = agent.text();
        let guard = match (below, op) {
            _ if always_outside => "write a value in the range".to_owned(),
            (true, AssignOp::Subtract) => format!("require `{agent}.{id} >= {}`", in_sum(value.text(), low)),
            (false, AssignOp::Add) => format!("require `{agent}.{id} <= {high} - {}`", value.text()),
            _ => "limit the value with `clamp`".to_owned(),
        };
        let help = if is_step { format!("{guard}, widen the range, or write `move … {id} from … to …`") } else { guard };
        self.report.warn(text, "cut-off", message, &help);
    }

    /// The range of an attribute under the conditions that limit it.
    fn guarded_range(&self, attribute: &Attribute, guards: &[AttrGuard], by: ValueRange) -> ValueRange {
        let (mut low, mut high) = attribute.range;
        let is_whole = |x: f64| x.fract() == 0.0;
        // With whole steps from a whole start, "below 10" means at most 9.
        let counts_whole = is_whole(attribute.start) && is_whole(by.0) && by.0 == by.1;
        for guard in guards {
            let limit = guard.limit.bounds(self);
            let margin = |limit: f64| if guard.strict && counts_whole && is_whole(limit) { 1.0 } else { 0.0 };
            if guard.low {
                low = low.max(limit.0 + margin(limit.0));
            }
            if guard.high {
                high = high.min(limit.1 - margin(limit.1));
            }
        }
        (low, high)
    }

    /// Warns of a weight that may be below 0.
    pub(super) fn warn_if_negative_weight(&mut self, text: &Option<Text>, weight: &Option<Expr>) {
        let (Some(text), Some(weight)) = (text, weight) else { return };
        let (low, high) = weight.bounds(&*self);
        // A param without a range may be anything: what counts is what it is.
        let (is_declared, low, high) = match weight.bounds(&ParamsAsGiven(self)) {
            given if !low.is_finite() => (false, given.0, given.1),
            _ => (true, low, high),
        };
        // A weight that is never above 0 by declaration is warned of as an outcome that can never be.
        if low.is_finite() && low < -1e-6 && (high > 0.0 || !is_declared) {
            let message = match high > 0.0 {
                true => format!("this weight may be negative, down to {low}: it then counts as 0"),
                false => format!("this weight is never above {high}: it counts as 0"),
            };
            self.report.warn(text, "weight", message, "write `max(0, …)`, or change the range of what it reads");
        }
    }
}

/// The declared ranges, and of a param without one its value.
struct ParamsAsGiven<'c, 's>(&'c SceneChecker<'s>);

impl DeclaredRanges for ParamsAsGiven<'_, '_> {
    fn attr(&self, attr: AttrId) -> ValueRange {
        self.0.attr(attr)
    }
    fn dim(&self, dim: DimId) -> ValueRange {
        self.0.dim(dim)
    }
    fn param(&self, param: ParamId) -> ValueRange {
        let (low, high) = self.0.param(param);
        let value = self.0.constants.params.get(param.index()).copied();
        if low.is_finite() && high.is_finite() { (low, high) } else { value.map_or((low, high), |value| (value, value)) }
    }
    fn calendar(&self) -> &CalendarRules {
        self.0.calendar()
    }
    fn may_be_gone(&self, how: AgentField) -> bool {
        self.0.may_be_gone(how)
    }
    fn may_have_been_tied(&self, tie: TieId) -> bool {
        self.0.may_have_been_tied(tie)
    }
    fn may_have_happened(&self, event: EventKind, by: Option<AgentId>) -> bool {
        self.0.may_have_happened(event, by)
    }
}

/// `low + value`, or only the value if `low` is 0.
fn in_sum(value: &str, low: f64) -> String {
    if low == 0.0 { value.to_owned() } else { format!("{low} + {value}") }
}
