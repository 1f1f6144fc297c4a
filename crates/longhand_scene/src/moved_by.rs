//! How moods and emotions move choices: each part of a kind's `moved_by` becomes influences.
//!
//! The model is one of action tendencies (Frijda 1986). Pleasure makes one seek company and displeasure avoid it (Mehrabian and Russell 1974,
//! Forgas 1995), and so do feelings toward the other. Fear holds one back from risks, anger and dominance embolden (Lerner and Keltner 2001).
//! Anger attacks. Guilt makes amends, shame hides (Tangney 1995). Arousal gives energy, and distress takes it.

use super::decl::{InfluenceDecl, MovedByDecl, SceneFile, Text};
use super::values::DecisionKind;

/// What a mood or emotion of full strength adds by default.
const DEFAULT_STRENGTH: &str = "0.3";

/// One influence of the model.
struct Tendency {
    id: &'static str,
    on: fn(&MovedByDecl) -> &Vec<Text>,
    at: DecisionKind,
    when: &'static str,
    /// What it adds at a strength of 1.
    adds: &'static str,
    because: &'static str,
}

const fn tendency(
    id: &'static str,
    on: fn(&MovedByDecl) -> &Vec<Text>,
    at: DecisionKind,
    (when, adds): (&'static str, &'static str),
    because: &'static str,
) -> Tendency {
    Tendency { id, on, at, when, adds, because }
}

const WARMTH: &str =
    "max(feels(self, love, other), feels(self, gratitude, other), feels(self, admiration, other), feels(self, longing, other))";
const RESENTMENT: &str = "-max(feels(self, anger, other), feels(self, reproach, other))";

static TENDENCIES: [Tendency; 10] = [
    tendency("good_spirits", |m| &m.approach, DecisionKind::Both, ("self.pleasure > 0", "self.pleasure"), "of good spirits"),
    tendency("low_spirits", |m| &m.approach, DecisionKind::Both, ("self.pleasure < 0", "self.pleasure"), "of low spirits"),
    tendency("warmth", |m| &m.approach, DecisionKind::Both, ("other != none", WARMTH), "of warm feelings for the other"),
    tendency("resentment", |m| &m.approach, DecisionKind::Both, ("other != none", RESENTMENT), "of resentment against the other"),
    tendency("shame", |m| &m.approach, DecisionKind::Both, ("true", "-feels(self, shame)"), "of shame"),
    tendency("fear", |m| &m.risk, DecisionKind::Both, ("true", "-feels(self, fear)"), "of fear"),
    tendency(
        "boldness",
        |m| &m.risk,
        DecisionKind::Both,
        ("true", "0.5 * (max(self.dominance, 0) + feels(self, anger))"),
        "of boldness",
    ),
    tendency(
        "anger",
        |m| &m.attack,
        DecisionKind::Choice,
        (
            "true",
            "if other == none then feels(self, anger) else max(feels(self, anger, other), 0.7 * feels(self, reproach, other))",
        ),
        "of anger",
    ),
    tendency(
        "guilt",
        |m| &m.amends,
        DecisionKind::Choice,
        ("true", "max(feels(self, guilt), 0.5 * feels(self, shame))"),
        "of guilt",
    ),
    tendency(
        "energy",
        |m| &m.effort,
        DecisionKind::Choice,
        ("true", "self.arousal - feels(self, distress)"),
        "of the energy left",
    ),
];

/// Adds the influences that the kinds of a scene imply.
pub(super) fn add_influences(scene: &mut SceneFile) {
    for kind in &scene.kinds {
        let Some(moved_by) = &kind.moved_by else { continue };
        for tendency in &TENDENCIES {
            let on = (tendency.on)(moved_by);
            let Some(first) = on.first() else { continue };
            let text = |value: String| Text { value, ..first.clone() };
            let strength = moved_by.strength.as_ref().map_or(DEFAULT_STRENGTH, |strength| strength.as_str());
            scene.influences.push(InfluenceDecl {
                id: text(format!("{}/{}", kind.id.as_str(), tendency.id)),
                on: on.clone(),
                by: vec![kind.id.clone()],
                at: tendency.at,
                when: (tendency.when != "true").then(|| text(tendency.when.to_owned())),
                adds: text(format!("({strength}) * ({})", tendency.adds)),
                because: tendency.because.to_owned(),
                implied: true,
            });
        }
    }
}
