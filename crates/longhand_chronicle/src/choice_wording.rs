//! What a choice was made of, in words: the terms of a utility, the influences on it, and what was expected.

use super::event::ScoredOption;
use super::wording::format_number;
use longhand_expr::Expr;
use longhand_scene::{ChoiceReason, EventOrigin, ReasonSource, Scenario};

impl ScoredOption {
    /// The summands of the utility with where they come from: `0.36 (0.5 * self.loneliness)`, `-0.4 (he was ashamed)`. Without the scene, only
    /// the numbers.
    #[must_use]
    pub fn describe_sum(&self, scenario: Option<&Scenario>) -> Vec<String> {
        let action = scenario.and_then(|scenario| match scenario.events.get(self.kind.index())?.origin {
            EventOrigin::Action(action) => scenario.actions.get(action),
            _ => None,
        });
        let terms = self.terms.iter().enumerate().map(|(nth, &term)| {
            match action.and_then(|action| action.terms.get(nth)).map(Expr::text) {
                Some(text) => format!("{} ({text})", format_number(term)),
                None => format_number(term),
            }
        });
        let influences = self.influences().map(|(position, value)| {
            match scenario.and_then(|scenario| scenario.influences.get(usize::from(position))) {
                Some(influence) if influence.because.is_empty() => format!("{} ({})", format_number(value), influence.id),
                Some(influence) => format!("{} ({}: {})", format_number(value), influence.id, influence.because),
                None => format_number(value),
            }
        });
        terms.chain(influences).collect()
    }

    /// What the agent expected of the action, by goal and effect: `company +0.3 by \`self.loneliness -= 0.2\``.
    #[must_use]
    pub fn describe_gain(&self, scenario: &Scenario) -> Vec<String> {
        let of_goals = self.reasons.iter().filter(|reason| matches!(reason.source, ReasonSource::Goal { .. }));
        of_goals.map(|reason| describe_reason(scenario, *reason)).collect()
    }

    /// The influences on the utility, by position in the scene, with what each added.
    pub fn influences(&self) -> impl Iterator<Item = (u16, f64)> + '_ {
        self.reasons.iter().filter_map(|reason| match reason.source {
            ReasonSource::Influence(position) => Some((position, reason.value)),
            ReasonSource::Goal { .. } => None,
        })
    }
}

/// A part of a utility in words: `-0.4 because he was ashamed (\`ashamed\`)`, `company +0.3 by \`self.loneliness -= 0.2\``.
#[must_use]
pub fn describe_reason(scenario: &Scenario, reason: ChoiceReason) -> String {
    let value = if reason.value > 0.0 { format!("+{}", format_number(reason.value)) } else { format_number(reason.value) };
    match reason.source {
        ReasonSource::Influence(position) => match scenario.influences.get(usize::from(position)) {
            Some(influence) if influence.because.is_empty() => format!("{value} by the influence `{}`", influence.id),
            Some(influence) => format!("{value} because {} (`{}`)", influence.because, influence.id),
            None => value,
        },
        ReasonSource::Goal { goal, event, effect } => {
            let goal = scenario.goals.get(usize::from(goal)).map_or("?", |goal| &goal.id);
            let spec = scenario.event_spec(event);
            let by = match effect {
                Some(effect) => {
                    spec.and_then(|spec| spec.does.get(usize::from(effect))).map_or("?", |effect| effect.text()).to_owned()
                }
                None => format!("at {}", spec.and_then(|spec| spec.place.as_ref()).map_or("?", Expr::text)),
            };
            let outcome = scenario.events.get(event.index()).and_then(|info| info.name.split_once('/'));
            let outcome = outcome.map_or_else(String::new, |(_, outcome)| format!(" ({outcome})"));
            format!("{goal} {value} by `{by}`{outcome}")
        }
    }
}
