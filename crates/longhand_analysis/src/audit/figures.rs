//! The figures of an audit, each with what is usual for a script and for a living world.

use LargerIs::{Neither, Script, World};
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
    /// A number without a unit.
    Number,
}

/// Which of the two a scene is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditVerdict {
    /// Like a script: what happens is fixed by the rules.
    Script,
    /// Neither clearly like a script nor clearly like a living world.
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
    /// What it measures, in a few words, for display.
    pub title: &'static str,
    /// Its unit.
    pub unit: AuditUnit,
    /// The value; `None` if the scene has nothing to measure.
    pub value: Option<f64>,
    /// Why there is no value, for display; `None` if there is one.
    pub why_not: Option<&'static str>,
    /// The value of a script; `None` if it is not known.
    pub script: Option<f64>,
    /// The value of a living world; `None` if it is not known.
    pub world: Option<f64>,
    /// Where the value stands between the two: 0 is the script, 1 the living world. `None` if one of the three values is
    /// missing, or if script and world differ too little, or in the opposite direction of what the figure expects.
    pub position: Option<f64>,
    /// The verdict that follows from the position.
    pub verdict: Option<AuditVerdict>,
    /// The numbers behind the value.
    pub detail: String,
}

/// Values of a script and a living world that differ by less than this share of the larger one are not compared.
const LEAST_CONTRAST: f64 = 0.1;
/// Shares (0 to 1) that differ by less than this are not compared either.
const LEAST_CONTRAST_OF_SHARES: f64 = 0.05;

/// Whether a larger value is more like a living world or more like a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LargerIs {
    /// It is more like a living world.
    World,
    /// It is more like a script.
    Script,
    /// Neither: scripts and living worlds have all values. It is worth reading all the same.
    Neither,
}

/// The title of each figure.
const TITLES: [(&str, LargerIs, &str); 23] = [
    ("rules_named", Script, "rules bound to a named agent"),
    ("chained_rules", Script, "rules bound to a named agent that wait for one other rule"),
    ("critical_rules_named", Script, "beat-critical rules bound to a named agent"),
    ("single_thread_facts", Neither, "facts that one rule writes and one other reads"),
    ("unread_facts", Neither, "declared facts that nothing reads"),
    ("unended_ties", Script, "ties that rules begin and none ends"),
    ("hidden_roles", Neither, "beat-critical rules with a role that is a hidden condition"),
    ("undrawn_outcomes", Script, "outcomes that are never drawn"),
    ("wants_flat", World, "beats lost or moved with all wants equal"),
    ("feelings_removed", World, "beats lost or moved without feelings"),
    ("crowd_removed", World, "beats lost or moved without the crowd"),
    ("later_beats_alive", World, "later beats alive when one is forbidden"),
    ("new_kinds", Neither, "kinds of event told that the base run has not"),
    ("habits_share", Script, "longest stretch of habits only when a beat is forbidden"),
    ("exchanged", World, "beats that another in the same circumstances reaches"),
    ("orders", World, "pairs of runs with different orders of beats"),
    ("sets", World, "pairs of runs with different sets of beats"),
    ("entropy", World, "entropy of the outcomes of steps"),
    ("date_spread", World, "spread of the dates of beats between seeds"),
    ("first_order_tau", Script, "agreement of the order of first occurrences"),
    ("kinds_shared", Script, "kinds of event that two runs have in common"),
    ("others_pass", World, "people outside the cast who pass all stages of a pattern"),
    ("others_differ", World, "pairs of them with different sequences of patterns"),
];

/// The values of a script and of a living world, by figure. Lines that begin with `#` say how they were measured.
const REFERENCES: &str = include_str!("references.tsv");

/// The values of a figure for a script and for a living world, where they are known.
fn reference(id: &str) -> (Option<f64>, Option<f64>) {
    let row = rows().find(|row| row.first() == Some(&id));
    let value = |column: usize| row.as_ref().and_then(|row| row.get(column)?.parse().ok());
    (value(1), value(2))
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    REFERENCES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// A figure with its reference.
///
/// # Panics
/// If `id` has no title; a test covers all.
pub(super) fn figure(
    id: &'static str,
    group: AuditGroup,
    unit: AuditUnit,
    value: Option<f64>,
    why_not: Option<&'static str>,
    detail: String,
) -> AuditFigure {
    let (_, larger_is, title) = *TITLES.iter().find(|(known, ..)| *known == id).expect("every figure has a title");
    let (script, world) = reference(id);
    let position = value.zip(script.zip(world)).and_then(|(value, references)| position(value, references, larger_is, unit));
    let verdict = position.map(AuditVerdict::from_position);
    let why_not = why_not.filter(|_| value.is_none());
    AuditFigure { id, group, title, unit, value, why_not, script, world, position, verdict, detail }
}

/// Where a value stands between that of a script (0) and that of a living world (1). `None` if the two differ too little, or in the opposite
/// direction of `larger_is`.
fn position(value: f64, (script, world): (f64, f64), larger_is: LargerIs, unit: AuditUnit) -> Option<f64> {
    let contrast = match larger_is {
        World => world - script,
        Script => script - world,
        Neither => return None,
    };
    let least = if unit == AuditUnit::Share { LEAST_CONTRAST_OF_SHARES } else { f64::MIN_POSITIVE };
    let says_something = contrast >= least.max(LEAST_CONTRAST * world.abs().max(script.abs()));
    says_something.then(|| ((value - script) / (world - script)).clamp(0.0, 1.0))
}

impl AuditFigure {
    /// A value of this figure with its unit; a dash for none.
    #[must_use]
    pub fn format(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return "–".to_owned() };
        match self.unit {
            AuditUnit::Share => format!("{:.0} %", 100.0 * value),
            AuditUnit::Number if value.abs() >= 10.0 => format!("{value:.0}"),
            AuditUnit::Number => format!("{value:.2}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_references_is_a_figure_and_has_numbers() {
        for row in rows().skip(1) {
            assert!(row.len() == 4 && TITLES.iter().any(|(id, ..)| *id == row[0]), "{row:?}");
            assert!(row[1..3].iter().all(|value| value.parse::<f64>().is_ok()) && !row[3].is_empty(), "{row:?}");
        }
        assert!(TITLES.iter().all(|(id, ..)| rows().filter(|row| row[0] == *id).count() == 1));
    }

    #[test]
    fn a_verdict_follows_from_the_position_between_script_and_world() {
        let verdict = |value| figure("rules_named", AuditGroup::Rules, AuditUnit::Share, value, Some("none"), String::new());
        assert_eq!(verdict(Some(0.9)).verdict, Some(AuditVerdict::Script));
        assert_eq!(verdict(Some(0.4)).verdict, Some(AuditVerdict::Between));
        assert_eq!(verdict(Some(0.0)).verdict, Some(AuditVerdict::World));
        assert_eq!(verdict(Some(0.4)).format(Some(0.4)), "40 %");
        assert_eq!((verdict(None).verdict, verdict(None).why_not, verdict(Some(0.1)).why_not), (None, Some("none"), None));
    }

    #[test]
    fn references_that_hardly_differ_or_differ_the_other_way_give_no_position() {
        let share = |references| position(0.5, references, World, AuditUnit::Share);
        assert_eq!(share((0.4, 0.6)), Some(0.5));
        assert_eq!((share((0.01, 0.05)), share((0.85, 0.9)), share((0.6, 0.4))), (None, None, None));
        assert_eq!(position(0.5, (0.6, 0.4), Script, AuditUnit::Share), Some(0.5));
        assert_eq!(position(0.5, (0.6, 0.4), Neither, AuditUnit::Share), None);
        let halfway = position(0.03, (0.01, 0.05), World, AuditUnit::Number);
        assert!(halfway.is_some_and(|position| (position - 0.5).abs() < 1e-9), "{halfway:?}");
    }
}
