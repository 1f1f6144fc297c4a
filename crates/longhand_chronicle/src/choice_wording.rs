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
        let summands = self.reasons.iter().filter(|reason| !matches!(reason.source, ReasonSource::Goal { .. }));
        let summands = summands.map(|reason| match scenario.and_then(|scenario| named(scenario, reason.source)) {
            Some((id, "")) => format!("{} ({id})", format_number(reason.value)),
            Some((id, because)) => format!("{} ({id}: {because})", format_number(reason.value)),
            None => format_number(reason.value),
        });
        terms.chain(summands).collect()
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
            _ => None,
        })
    }
}

/// The id of what adds to a utility, and the reason in words, which may be empty; `None` for what a goal adds to `gain`.
fn named(scenario: &Scenario, source: ReasonSource) -> Option<(&str, &str)> {
    let commitments = &scenario.commitments;
    match source {
        ReasonSource::Influence(position) => {
            scenario.influences.get(usize::from(position)).map(|influence| (influence.id.as_str(), influence.because.as_str()))
        }
        ReasonSource::Appointment(what) => commitments.appointments.get(what.index()).map(|what| (what.id.as_str(), "")),
        ReasonSource::Intention(intention) => commitments.intentions.get(intention.index()).map(|info| {
            // A template cannot be shown as plain text.
            (info.id.as_str(), if info.because.contains("{{") { "" } else { info.because.as_str() })
        }),
        ReasonSource::Goal { .. } => None,
    }
}

/// A part of a utility in words: `-0.4 because he was ashamed (\`ashamed\`)`, `company +0.3 by \`self.loneliness -= 0.2\``.
#[must_use]
pub fn describe_reason(scenario: &Scenario, reason: ChoiceReason) -> String {
    let value = if reason.value > 0.0 { format!("+{}", format_number(reason.value)) } else { format_number(reason.value) };
    match reason.source {
        ReasonSource::Influence(_) | ReasonSource::Appointment(_) | ReasonSource::Intention(_) => {
            let noun = match reason.source {
                ReasonSource::Influence(_) => "influence",
                ReasonSource::Appointment(_) => "appointment",
                _ => "intention",
            };
            match named(scenario, reason.source) {
                Some((id, "")) => format!("{value} by the {noun} `{id}`"),
                Some((id, because)) => format!("{value} because {because} (`{id}`)"),
                None => value,
            }
        }
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
