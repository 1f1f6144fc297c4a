//! The figures of an audit, each with what is usual for a script and for a living world.

use serde::Serialize;

/// What a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditGroup {
    /// The text of the rules, without a run.
    Rules,
    /// What the run loses without wants, feelings or crowd.
    WantsMatter,
    /// What is left when one beat is forbidden.
    Domino,
    /// Whether somebody else in the same circumstances comes to the same.
    Anybody,
    /// How runs differ.
    Variety,
    /// What happens to those outside the cast.
    Others,
}

impl AuditGroup {
    /// All groups, in the order of a report.
    pub const ALL: [Self; 6] = [Self::Rules, Self::WantsMatter, Self::Domino, Self::Anybody, Self::Variety, Self::Others];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rules => "Rules",
            Self::WantsMatter => "Wants matter",
            Self::Domino => "Domino",
            Self::Anybody => "Anybody",
            Self::Variety => "Variety",
            Self::Others => "Others",
        }
    }
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditUnit {
    /// A share, 0 to 1.
    Share,
    /// Days.
    Days,
    /// A number without a unit.
    Number,
}

/// Which of the two a scene is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditVerdict {
    /// Like a script: what happens is fixed by the rules.
    Script,
    /// Between the two.
    Between,
    /// Like a living world: what happens follows from who is in which circumstances.
    World,
}

impl AuditVerdict {
    /// The verdict for a position from 0, a script, to 1, a living world.
    #[must_use]
    pub fn from_position(position: f64) -> Self {
        match position {
            position if position < 1.0 / 3.0 => Self::Script,
            position if position > 2.0 / 3.0 => Self::World,
            _ => Self::Between,
        }
    }

    /// The verdict as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Between => "between",
            Self::World => "world",
        }
    }
}

/// One figure of an audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditFigure {
    /// Stable name, such as `rules_named`.
    pub id: &'static str,
    /// What it is about.
    pub group: AuditGroup,
    /// What it says, in a few words.
    pub title: &'static str,
    /// Its unit.
    pub unit: AuditUnit,
    /// The value; `None` if the scene has nothing to measure.
    pub value: Option<f64>,
    /// Why there is no value.
    pub why_not: Option<&'static str>,
    /// The value of a script: `her.ron` in the version that was measured.
    pub script: f64,
    /// The value of a living world: `village.ron` in the version that was measured.
    pub world: f64,
    /// Where the value stands between the two: 0 is the script, 1 the living world. `None` without a value, or if the two do not differ.
    pub position: Option<f64>,
    /// The verdict that follows from the position.
    pub verdict: Option<AuditVerdict>,
    /// The numbers behind the value.
    pub detail: String,
}

/// Values that differ by less than this share of the larger one say nothing about a scene.
const LEAST_CONTRAST: f64 = 0.1;

/// What is known of a figure in advance.
struct Reference {
    id: &'static str,
    title: &'static str,
    script: f64,
    world: f64,
}

/// Titles and references. The values are those that this audit measured: of `her.ron`, seeds 0 to 19 with 1,000 people, and of
/// `village.ron`, seeds 0 to 19 (docs/audit.md).
const REFERENCES: [Reference; 22] = [
    reference("rules_named", "rules bound to a named agent", 0.69, 0.14),
    reference("critical_rules_named", "beat-critical rules bound to a named agent", 0.83, 0.05),
    reference("single_thread_facts", "facts that one rule writes and one other reads", 0.5, 0.2),
    reference("unread_facts", "declared facts that nothing reads", 0.05, 0.05),
    reference("unended_ties", "ties that rules begin and none ends", 0.5, 0.2),
    reference("hidden_roles", "beat-critical rules with a role that is a hidden condition", 0.2, 0.1),
    reference("undrawn_outcomes", "outcomes that are never drawn", 0.1, 0.0),
    reference("wants_flat", "beats lost or moved with all wants equal", 0.0, 0.5),
    reference("feelings_removed", "beats lost or moved without feelings", 0.0, 0.5),
    reference("crowd_removed", "beats lost or moved without the crowd", 0.0, 0.5),
    reference("later_beats_alive", "later beats alive when one is forbidden", 0.38, 0.9),
    reference("new_kinds", "kinds of event told that the base run has not", 1.0, 5.0),
    reference("habits_days", "longest stretch of habits only when a beat is forbidden", 60.0, 2.0),
    reference("exchanged", "beats that another in the same circumstances reaches", 0.04, 1.0),
    reference("orders", "different orders of beats in so many runs", 0.05, 1.0),
    reference("sets", "different sets of beats in so many runs", 0.05, 1.0),
    reference("entropy", "entropy of the outcomes of steps", 0.3, 0.7),
    reference("date_spread", "spread of the dates of beats between seeds", 2.0, 40.0),
    reference("first_order_tau", "agreement of the order of first occurrences", 0.97, 0.54),
    reference("kinds_always", "kinds of event that come in every run", 0.96, 0.65),
    reference("others_pass", "people outside the cast who pass all stages of a pattern", 0.1, 0.9),
    reference("others_sequences", "different sequences of patterns for 100 people", 1.0, 90.0),
];

const fn reference(id: &'static str, title: &'static str, script: f64, world: f64) -> Reference {
    Reference { id, title, script, world }
}

/// A figure with its reference.
///
/// # Panics
/// If `id` has no reference; a test covers all.
pub(super) fn figure(
    id: &'static str,
    group: AuditGroup,
    unit: AuditUnit,
    value: Option<f64>,
    why_not: Option<&'static str>,
    detail: String,
) -> AuditFigure {
    let known = REFERENCES.iter().find(|known| known.id == id).expect("every figure has a reference");
    let Reference { title, script, world, .. } = *known;
    let says_something = (world - script).abs() > LEAST_CONTRAST * world.abs().max(script.abs());
    let position = value.filter(|_| says_something).map(|value| ((value - script) / (world - script)).clamp(0.0, 1.0));
    let verdict = position.map(AuditVerdict::from_position);
    AuditFigure {
        id,
        group,
        title,
        unit,
        value,
        why_not: why_not.filter(|_| value.is_none()),
        script,
        world,
        position,
        verdict,
        detail,
    }
}

impl AuditFigure {
    /// A value of this figure with its unit.
    #[must_use]
    pub fn format(&self, value: f64) -> String {
        match self.unit {
            AuditUnit::Share => format!("{:.0} %", 100.0 * value),
            AuditUnit::Days => format!("{value:.1} d"),
            AuditUnit::Number if value.abs() >= 10.0 => format!("{value:.0}"),
            AuditUnit::Number => format!("{value:.2}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_follows_from_the_position_between_script_and_world() {
        let verdict = |value| figure("rules_named", AuditGroup::Rules, AuditUnit::Share, value, Some("none"), String::new());
        assert_eq!(verdict(Some(0.9)).verdict, Some(AuditVerdict::Script));
        assert_eq!(verdict(Some(0.4)).verdict, Some(AuditVerdict::Between));
        assert_eq!(verdict(Some(0.0)).verdict, Some(AuditVerdict::World));
        assert_eq!((verdict(None).verdict, verdict(None).why_not, verdict(Some(0.1)).why_not), (None, Some("none"), None));
    }
}
