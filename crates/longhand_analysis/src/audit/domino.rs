//! *Domino*: each beat is forbidden in turn. In a script everything after it fails and the rest of the run is empty; in a living world
//! the other beats come all the same, and something else happens.

use super::digest::RunDigest;
use super::figures::{AuditFigure, AuditGroup, AuditUnit, figure};
use super::variants::watched;
use longhand_expr::ids::Instant;
use longhand_scene::{EventOrigin, NarrationFrequency, Scenario};
use serde::Serialize;

/// What forbidding one beat left.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DominoEffect {
    /// The forbidden beat.
    pub beat: String,
    /// Number of pairs of runs.
    pub pairs: usize,
    /// The number of beats that come after it in the scene's runs, in all.
    pub later: usize,
    /// How many of them come even though this one is forbidden.
    pub alive: usize,
    /// The kinds of events that the changed run tells and the scene's run with the same seed does not.
    pub new_kinds: Vec<String>,
    /// The longest period, in days, in which all events are habits; mean over the changed runs.
    pub habits_days: f64,
    /// The same figure for the unchanged runs of the scene, from the same instant on.
    pub base_habits_days: f64,
    /// The length of the runs without the beat in days, mean.
    pub run_days: f64,
}

/// Compares runs without one beat (or pattern, at this index of those `watched`) with the runs of the scene. The pairs have the same seed.
pub(super) fn compare(scenario: &Scenario, pattern: usize, pairs: &[(&RunDigest, &RunDigest)]) -> DominoEffect {
    let watched = watched(scenario);
    let mut effect = DominoEffect { beat: watched[pattern].id.clone(), pairs: pairs.len(), ..DominoEffect::default() };
    let is_told = |kind: &usize| {
        let info = &scenario.events[*kind];
        info.narration != NarrationFrequency::Never && !matches!(info.origin, EventOrigin::Intervention(_))
    };
    for (base, changed) in pairs {
        let Some((at, completing)) = base.completed[pattern] else { continue };
        let later = (0..watched.len()).filter(|&other| base.completed[other].is_some_and(|(_, event)| event > completing));
        for other in later {
            effect.later += 1;
            effect.alive += usize::from(changed.completed[other].is_some());
        }
        for kind in (0..scenario.events.len()).filter(is_told).filter(|&kind| base.counts[kind] == 0 && changed.counts[kind] > 0)
        {
            let name = &scenario.events[kind].name;
            if !effect.new_kinds.contains(name) {
                effect.new_kinds.push(name.clone());
            }
        }
        effect.habits_days += changed.longest_habits_days(at) / pairs.len() as f64;
        effect.base_habits_days += base.longest_habits_days(at) / pairs.len() as f64;
        effect.run_days += changed.ended.0 as f64 / Instant::DAY_US as f64 / pairs.len() as f64;
    }
    effect
}

/// The figures.
pub(super) fn figures(scenario: &Scenario, effects: &[DominoEffect]) -> Vec<AuditFigure> {
    let why_not = if watched(scenario).is_empty() {
        "the scene has no beats and no patterns"
    } else {
        "no beat that can be forbidden came in a run of the scene"
    };
    let n = effects.len() as f64;
    let with_later: Vec<&DominoEffect> = effects.iter().filter(|effect| effect.later > 0).collect();
    let alive: f64 = with_later.iter().map(|effect| effect.alive as f64 / effect.later as f64).sum();
    let mean = |sum: f64| (!effects.is_empty()).then(|| sum / n);
    let ending = with_later.iter().filter(|effect| effect.alive == 0).map(|effect| effect.beat.as_str()).collect::<Vec<_>>();
    let detail = match ending.as_slice() {
        [] => "no beat ends the story when it is forbidden".to_owned(),
        beats => format!("nothing comes after {}", beats.join(", ")),
    };
    let days = |of: fn(&DominoEffect) -> f64| mean(effects.iter().map(of).sum()).unwrap_or(0.0);
    let (habits, base) = (days(|effect| effect.habits_days), days(|effect| effect.base_habits_days));
    vec![
        figure(
            "later_beats_alive",
            AuditGroup::Domino,
            AuditUnit::Share,
            (!with_later.is_empty()).then(|| alive / with_later.len() as f64),
            Some(if effects.is_empty() { why_not } else { "no beat comes after another" }),
            detail,
        ),
        figure(
            "new_kinds",
            AuditGroup::Domino,
            AuditUnit::Number,
            mean(effects.iter().map(|effect| effect.new_kinds.len() as f64).sum()),
            Some(why_not),
            format!("mean over {} forbidden beats", effects.len()),
        ),
        figure(
            "habits_share",
            AuditGroup::Domino,
            AuditUnit::Share,
            mean(effects.iter().map(|effect| effect.habits_days / effect.run_days.max(f64::MIN_POSITIVE)).sum()),
            Some(why_not),
            format!("of the run; {habits:.1} d in the mean, {base:.1} d in the runs of the scene"),
        ),
    ]
}
