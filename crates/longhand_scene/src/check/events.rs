//! Lists all event kinds by name and tag: each action, its refusal, each trigger, and each outcome of their steps.

use std::collections::BTreeMap;

use super::super::decl::{OutcomeDecl, SceneFile, StepDecl, Text};
use super::super::model::{EventInfo, EventOrigin};
use super::super::values::{NarrationFrequency, RecordDetail};
use super::checker::SceneChecker;
use super::effect_tags::effect_tags;
use super::names::{IdTable, IdUsage, report_unknown};
use super::report::CheckReport;
use longhand_expr::ids::EventKind;
use longhand_expr::stable_hash;

/// Maximum number of event kinds; it must fit into an [`EventKind`].
const MAX_EVENTS: usize = 60_000;
/// Maximum number of steps of a rule, and of outcomes of all its steps.
const MAX_STEPS: usize = 64;

/// The event kinds, with lookup by name and tag.
#[derive(Default)]
pub(super) struct EventTable {
    pub(super) infos: Vec<EventInfo>,
    by_name: BTreeMap<String, EventKind>,
    by_tag: BTreeMap<String, Vec<EventKind>>,
}

/// The fields that all event kinds of a rule have in common.
struct EventRule<'s> {
    id: &'s Text,
    tags: &'s [Text],
    keep: RecordDetail,
    does: &'s [Text],
    /// Names bound before the effects: `self`, roles, `about`.
    slots: Vec<String>,
    participant_count: usize,
    several: Vec<usize>,
}

/// The slots of the sets of a rule that all their agents take.
fn several_slots<'s>(sets: impl Iterator<Item = &'s Text>) -> Vec<usize> {
    sets.zip(1..).filter(|(set, _)| set_of_several(set).is_some()).map(|(_, slot)| slot).collect()
}

/// The set after `each `, at its place in the text: all of its agents take the role.
pub(super) fn set_of_several(text: &Text) -> Option<Text> {
    let start = text.len() - text.trim_start().len();
    let set = text[start..].strip_prefix("each").filter(|set| set.starts_with(char::is_whitespace))?;
    Some(Text { value: format!("{}{set}", " ".repeat(start + "each".len())), ..text.clone() })
}

impl EventTable {
    pub(super) fn declare(scene: &SceneFile, report: &mut CheckReport) -> Self {
        let mut events = Self::default();
        for (i, action) in scene.actions.iter().enumerate() {
            let roles = action.roles.iter().chain(action.about.iter()).map(|(name, _)| name.value.clone());
            let slots = std::iter::once("self".to_owned()).chain(roles).collect();
            let rule = EventRule {
                id: &action.id,
                tags: &action.tags,
                keep: action.keep,
                does: &action.does,
                slots,
                participant_count: 1 + action.roles.len(),
                several: several_slots(action.roles.iter().chain(action.about.iter()).map(|(_, set)| set)),
            };
            events.add_event(&rule, None, action.tell.as_ref(), action.telling, EventOrigin::Action(i));
            if let Some(refused) = &action.refused {
                events.add_event(&rule, Some(refused), refused.tell.as_ref(), refused.telling, EventOrigin::Refusal(i));
            }
            events.add_steps(
                &rule,
                action.refused.as_ref(),
                &action.steps,
                |step, outcome| EventOrigin::ActionStep(i, step, outcome),
                report,
            );
        }
        for (i, trigger) in scene.triggers.iter().enumerate() {
            let about = trigger.about.iter().map(|(name, _)| name.value.clone());
            let slots = std::iter::once("self".to_owned()).chain(about).collect();
            let rule = EventRule {
                id: &trigger.id,
                tags: &trigger.tags,
                keep: trigger.keep,
                does: &trigger.does,
                slots,
                participant_count: 1,
                several: Vec::new(),
            };
            events.add_event(&rule, None, trigger.tell.as_ref(), trigger.telling, EventOrigin::Trigger(i));
            events.add_steps(&rule, None, &trigger.steps, |step, outcome| EventOrigin::TriggerStep(i, step, outcome), report);
        }
        if events.infos.len() > MAX_EVENTS
            && let Some(last) = scene.actions.iter().map(|a| &a.id).chain(scene.triggers.iter().map(|t| &t.id)).next_back()
        {
            report.error(
                last,
                "limit",
                format!("a scene may have at most {MAX_EVENTS} kinds of events, this one has {}", events.infos.len()),
            );
        }
        events.check_tags(scene, report);
        events
    }

    /// Reports tags that are also event names; the name would hide the tag.
    fn check_tags(&self, scene: &SceneFile, report: &mut CheckReport) {
        let of_rules =
            scene.actions.iter().flat_map(|action| &action.tags).chain(scene.triggers.iter().flat_map(|trigger| &trigger.tags));
        for tag in of_rules.chain(scene.outcomes().flat_map(|outcome| &outcome.tags)) {
            if self.by_name.contains_key(tag.as_str()) {
                report.error(
                    tag,
                    "duplicate",
                    format!("`{}` is the id of an action or trigger and cannot also be a tag", tag.as_str()),
                );
            }
        }
    }

    fn add_steps(
        &mut self,
        rule: &EventRule,
        refused: Option<&OutcomeDecl>,
        steps: &[StepDecl],
        from: impl Fn(usize, usize) -> EventOrigin,
        report: &mut CheckReport,
    ) {
        IdTable::declare("a step", IdUsage::OutsideExpressions, MAX_STEPS, steps.iter().map(|step| &step.id), report);
        let outcomes = refused.into_iter().chain(steps.iter().flat_map(|step| &step.outcomes));
        IdTable::declare("an outcome", IdUsage::Name, MAX_STEPS, outcomes.map(|outcome| &outcome.id), report);
        for (s, step) in steps.iter().enumerate() {
            for (o, outcome) in step.outcomes.iter().enumerate() {
                self.add_event(rule, Some(outcome), outcome.tell.as_ref(), outcome.telling, from(s, o));
            }
        }
    }

    fn add_event(
        &mut self,
        rule: &EventRule,
        outcome: Option<&OutcomeDecl>,
        tell: Option<&Text>,
        telling: NarrationFrequency,
        from: EventOrigin,
    ) {
        if self.infos.len() > MAX_EVENTS {
            return;
        }
        let kind = EventKind::from_index(self.infos.len());
        let name = match outcome {
            Some(outcome) => format!("{}/{}", rule.id.as_str(), outcome.id.as_str()),
            None => rule.id.value.clone(),
        };
        // An outcome does not inherit the tags of its action: a pattern on `date` must not match a refused date.
        let tags = outcome.map_or(rule.tags, |outcome| &outcome.tags[..]);
        for tag in tags {
            self.by_tag.entry(tag.value.clone()).or_default().push(kind);
        }
        for tag in effect_tags(outcome.map_or(rule.does, |outcome| &outcome.does)) {
            self.by_tag.entry(tag.to_owned()).or_default().push(kind);
        }
        self.by_name.entry(name.clone()).or_insert(kind);
        self.infos.push(EventInfo {
            key: stable_hash(0, &name),
            name,
            tags: tags.iter().map(|tag| tag.value.clone()).collect(),
            slots: rule.slots.clone(),
            participant_count: rule.participant_count,
            several: rule.several.clone(),
            topic: None,
            prose_key: tell.map(|tell| tell.value.clone()),
            narration: telling,
            record_detail: rule.keep,
            origin: from,
        });
    }

    /// Whether a name is that of an event kind or a tag.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.by_name.contains_key(name) || self.by_tag.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<EventKind> {
        self.by_name.get(name).copied()
    }
}

impl SceneChecker<'_> {
    /// The event kinds with this name or tag; reports an unknown name.
    pub(super) fn event_kinds(&mut self, text: &Text) -> Vec<EventKind> {
        if let Some(kind) = self.events.get(text) {
            return vec![kind];
        }
        if let Some(kinds) = self.events.by_tag.get(text.as_str()) {
            return kinds.clone();
        }
        let tags = self.events.by_tag.keys().filter(|tag| !tag.contains(':'));
        let names = self.events.by_name.keys().chain(tags).map(String::as_str);
        report_unknown("event or tag", text, names, &mut self.report);
        Vec::new()
    }
}
