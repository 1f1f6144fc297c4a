//! Sentences that a rule carries itself: `say: ["…"]` is short for an entry of `prose`.

use super::decl::{OutcomeDecl, ProseDecl, SceneFile, Text};
use super::diagnostic::Diagnostic;

/// Turns each `say` into an entry of `prose` with the key of the event: its `tell`, or its name.
pub(super) fn expand(scene: &mut SceneFile, problems: &mut Vec<Diagnostic>) {
    let mut entries = Vec::new();
    for action in &mut scene.actions {
        move_sentences(&action.id, &mut action.tell, &mut action.say, &mut entries);
        let refused = action.refused.iter_mut();
        let outcomes = refused.chain(action.steps.iter_mut().flat_map(|step| &mut step.outcomes));
        outcomes.for_each(|outcome| move_outcome_sentences(&action.id, outcome, &mut entries));
    }
    for trigger in &mut scene.triggers {
        move_sentences(&trigger.id, &mut trigger.tell, &mut trigger.say, &mut entries);
        let outcomes = trigger.steps.iter_mut().flat_map(|step| &mut step.outcomes);
        outcomes.for_each(|outcome| move_outcome_sentences(&trigger.id, outcome, &mut entries));
    }
    for entry in entries {
        if scene.prose.iter().any(|prose| prose.id.value == entry.id.value) {
            let message = format!("there is already prose `{}`", entry.id.as_str());
            let help = "add these sentences to that prose, or remove one of the two";
            problems.push(Diagnostic::error("duplicate", entry.id.file, entry.id.span, message).help(help.to_owned()));
        } else {
            scene.prose.push(entry);
        }
    }
}

fn move_outcome_sentences(rule: &Text, outcome: &mut OutcomeDecl, entries: &mut Vec<ProseDecl>) {
    let name = Text { value: format!("{}/{}", rule.as_str(), outcome.id.as_str()), ..outcome.id.clone() };
    move_sentences(&name, &mut outcome.tell, &mut outcome.say, entries);
}

fn move_sentences(event: &Text, tell: &mut Option<Text>, say: &mut Vec<Text>, entries: &mut Vec<ProseDecl>) {
    if !say.is_empty() {
        let key = tell.get_or_insert_with(|| event.clone());
        entries.push(ProseDecl { id: key.clone(), say: std::mem::take(say) });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Scenario, load_text};

    fn load(rules: &str) -> Result<Scenario, String> {
        let text = format!(
            "(starts: \"2025-01-06\", ends: \"2025-02-06\", kinds: [(id: \"human\")], cast: [(id: \"ann\", kind: \"human\")], {rules})"
        );
        load_text("a.ron", &[("a.ron", &text)], &[]).map(|loaded| loaded.scenario).map_err(|problems| problems.to_string())
    }

    #[test]
    fn sentences_of_a_rule_are_prose_of_its_event() {
        let scenario = load(
            r#"actions: [(id: "sing", want: "1", say: ["{{ self }} sang."], steps: [(id: "end", outcomes: [
                (id: "well", say: ["It was good."]), (id: "badly", tell: "shame", say: ["It was bad."])])])],
            triggers: [(id: "wakes", by: ["ann"], when: "hour > 7", say: ["{{ self }} woke.", "{{ self }} was up."])]"#,
        );
        let scenario = scenario.unwrap();
        let prose: Vec<_> = scenario.prose.iter().map(|(key, say)| (key.as_str(), say.len())).collect();
        assert_eq!(prose, [("sing", 1), ("sing/well", 1), ("shame", 1), ("wakes", 2)]);
        let keys: Vec<_> = scenario.events.iter().map(|event| event.prose_key.as_deref()).collect();
        assert_eq!(keys, [Some("sing"), Some("sing/well"), Some("shame"), Some("wakes")]);
    }

    #[test]
    fn sentences_in_two_places_are_an_error() {
        let problems = load(r#"actions: [(id: "sing", want: "1", say: ["a"])], prose: [(id: "sing", say: ["b"])]"#).unwrap_err();
        assert!(problems.contains("there is already prose `sing`"), "{problems}");
    }
}
