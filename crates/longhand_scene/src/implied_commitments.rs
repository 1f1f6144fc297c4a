//! Adds the events of appointments and intentions, as triggers of the scene.
//!
//! An appointment `dinner` has the events `dinner/kept`, `dinner/broken` and `dinner/called_off`; an intention `befriend` has
//! `befriend/adopted`, `befriend/achieved` and, if it is for a reason that may cease, `befriend/dropped`. Like any trigger they
//! have causes, prose and tags, and others may wait for them.

use super::commitments::AppointmentFate;
use super::decl::{ActivationDecl, AppointmentDecl, IntentionCondition, IntentionDecl, ProseDecl, SceneFile, Text, TriggerDecl};
use super::diagnostic::Diagnostic;
use super::spanned::SpannedMap;
use super::values::NarrationFrequency;

/// The events of an intention.
const ADOPTED: &str = "adopted";
const ACHIEVED: &str = "achieved";
const DROPPED: &str = "dropped";

/// Until the same agent adopts an intention again, if the scene does not say. Without any such time, one whose reason remains would be
/// adopted and achieved without end.
const DEFAULT_COOLDOWN: &str = "1d";

/// The sentence for the end of an appointment, unless the scene has another one.
fn sentence(fate: AppointmentFate) -> &'static str {
    match fate {
        AppointmentFate::Kept => "{{ self }} and {{ other }} met as agreed{% if place %} at {{ place }}{% endif %}.",
        AppointmentFate::Broken => "{{ self }} did not come to meet {{ other }}{% if place %} at {{ place }}{% endif %}.",
        AppointmentFate::CalledOff => "{{ self }} and {{ other }} would not meet after all.",
    }
}

pub(super) fn add_commitments(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    let appointments = std::mem::take(&mut scene.appointments);
    for appointment in &appointments {
        add_appointment_events(scene, appointment, problems);
    }
    scene.appointments = appointments;
    let intentions = std::mem::take(&mut scene.intentions);
    for intention in &intentions {
        add_intention_events(scene, intention, problems);
    }
    scene.intentions = intentions;
}

/// Whether a trigger was added here, so that its id is that of an event of an appointment or an intention.
pub(super) fn is_of_commitment(trigger: &TriggerDecl) -> bool {
    matches!(trigger.on, ActivationDecl::Settles(..)) || trigger.of_intention.is_some()
}

fn text_at(id: &Text, value: String) -> Text {
    Text { value, ..id.clone() }
}

/// The name of an event, unless a rule has an outcome of this name. That is reported.
fn event_id(scene: &SceneFile, id: &Text, event: &str, problems: &mut Vec<Diagnostic>) -> Option<Text> {
    let of_actions = scene.actions.iter().map(|action| (&action.id, &action.refused, &action.steps));
    let of_triggers = scene.triggers.iter().map(|trigger| (&trigger.id, &None, &trigger.steps));
    let mut outcomes =
        of_actions.chain(of_triggers).filter(|(rule, ..)| rule.as_str() == id.as_str()).flat_map(|(_, refused, steps)| {
            refused.iter().chain(steps.iter().flat_map(|step| &step.outcomes)).map(|outcome| &outcome.id)
        });
    if let Some(outcome) = outcomes.find(|outcome| outcome.as_str() == event) {
        let message = format!("`{}/{event}` is an event of `{}`, which is declared elsewhere", id.as_str(), id.as_str());
        let problem = Diagnostic::error("duplicate", outcome.file, outcome.span.clone(), message);
        let problem = problem.related(id.file, id.span.clone(), "declared here");
        problems.push(problem.help("give this outcome another id".to_owned()));
        return None;
    }
    Some(text_at(id, format!("{}/{event}", id.as_str())))
}

/// Adds a trigger, and its sentence unless the scene has one.
fn add(scene: &mut SceneFile, mut trigger: TriggerDecl, event: &str, sentence: String) {
    let is_rule = |name: &str| {
        let rules = scene.actions.iter().map(|action| &action.id).chain(scene.triggers.iter().map(|trigger| &trigger.id));
        rules.into_iter().any(|rule| rule.as_str() == name)
    };
    if !is_rule(event) {
        trigger.tags.push(text_at(&trigger.id, event.to_owned()));
    }
    if !scene.prose.iter().any(|prose| prose.id.as_str() == trigger.id.as_str()) {
        let say = vec![text_at(&trigger.id, sentence)];
        scene.prose.push(ProseDecl { id: trigger.id.clone(), say });
    }
    scene.triggers.push(trigger);
}

fn add_appointment_events(scene: &mut SceneFile, appointment: &AppointmentDecl, problems: &mut Vec<Diagnostic>) {
    for fate in AppointmentFate::ALL {
        let Some(id) = event_id(scene, &appointment.id, fate.name(), problems) else { continue };
        let telling =
            if is_told_by_another(scene, appointment, fate, &id) { NarrationFrequency::Never } else { NarrationFrequency::Habit };
        let trigger = TriggerDecl { telling, ..TriggerDecl::implied(id, ActivationDecl::Settles(appointment.id.clone(), fate)) };
        add(scene, trigger, fate.name(), sentence(fate).to_owned());
    }
}

/// Whether an end of an appointment needs no sentence of its own: the scene has none for it, and it has words for what keeps the appointment,
/// for what calls it off, or for what follows when it is broken.
fn is_told_by_another(scene: &SceneFile, appointment: &AppointmentDecl, fate: AppointmentFate, end: &Text) -> bool {
    let has_words = |rule: &str, say: &[Text]| {
        let of_rule = |id: &str| id.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        !say.is_empty() || scene.prose.iter().any(|prose| of_rule(prose.id.as_str()))
    };
    let calls_off = format!("calls off {} ", appointment.id.as_str());
    let does = |effects: &[Text]| effects.iter().any(|effect| effect.contains(&calls_off));
    !has_words(end.as_str(), &[])
        && match fate {
            AppointmentFate::Kept => scene.actions.iter().any(|action| {
                let is_own = appointment.kept_by.is_empty() && action.id.as_str() == appointment.id.as_str();
                let keeps = is_own || appointment.kept_by.iter().any(|kept_by| kept_by.as_str() == action.id.as_str());
                keeps && has_words(action.id.as_str(), &action.say)
            }),
            AppointmentFate::Broken => scene.triggers.iter().any(|trigger| {
                let answers = matches!(&trigger.on, ActivationDecl::Event(event) if event.as_str() == end.as_str());
                answers && has_words(trigger.id.as_str(), &trigger.say)
            }),
            AppointmentFate::CalledOff => {
                scene.actions.iter().any(|action| does(&action.does) && has_words(action.id.as_str(), &action.say))
            }
        }
}

fn add_intention_events(scene: &mut SceneFile, intention: &IntentionDecl, problems: &mut Vec<Diagnostic>) {
    let id = &intention.id;
    let text = |value: String| text_at(id, value);
    let role = intention.about.first().map(|(name, _)| name.clone());
    let about = role.as_ref().map_or_else(String::new, |role| format!(" about {}", role.as_str()));
    let is_there = role.as_ref().map_or_else(String::new, |role| format!(" and {}.present", role.as_str()));
    // Later events are about the agent that the intention is about.
    let same = SpannedMap(role.iter().map(|role| (role.clone(), text(format!("intended(self, {})", id.as_str())))).collect());
    let words = id.replace('_', " ");
    let because = if intention.because.is_empty() { String::new() } else { format!(", because {}", intention.because) };
    let mut add_event = |event: &str, trigger: TriggerDecl, sentence: String| {
        if let Some(id) = event_id(scene, id, event, problems) {
            add(scene, TriggerDecl { id, by: intention.by.clone(), ..trigger }, event, sentence);
        }
    };
    let condition = |also: String, negates| Some(IntentionCondition { also: text(also), negates });
    let implied = || TriggerDecl::implied(id.clone(), ActivationDecl::Becomes);
    let adopted = TriggerDecl {
        about: SpannedMap(intention.about.0.iter().take(1).cloned().collect()),
        when: Some(intention.adopt.clone()),
        cooldown: Some(intention.cooldown.clone().unwrap_or_else(|| text(DEFAULT_COOLDOWN.to_owned()))),
        does: vec![text(format!("self adopts {}{about}", id.as_str()))],
        of_intention: condition(format!("not intends(self, {}){is_there}", id.as_str()), false),
        ..implied()
    };
    add_event(ADOPTED, adopted, format!("{{{{ self }}}} made up {{{{ self.his }}}} mind: {words}{because}."));
    let ends =
        || TriggerDecl { about: same.clone(), does: vec![text(format!("self drops {}{about}", id.as_str()))], ..implied() };
    let achieved_when = match &intention.done {
        Some(_) => format!("intends(self, {})", id.as_str()),
        None => format!("carried_out(self, {})", id.as_str()),
    };
    let achieved = TriggerDecl { when: intention.done.clone(), of_intention: condition(achieved_when, false), ..ends() };
    add_event(ACHIEVED, achieved, format!("{{{{ self }}}} had done what {{{{ self.he }}}} meant to do: {words}."));
    if intention.holds.is_some() {
        let dropped = TriggerDecl {
            when: intention.holds.clone(),
            of_intention: condition(format!("intends(self, {})", id.as_str()), true),
            ..ends()
        };
        add_event(DROPPED, dropped, format!("{{{{ self }}}} gave up what {{{{ self.he }}}} had meant to do: {words}."));
    }
}
