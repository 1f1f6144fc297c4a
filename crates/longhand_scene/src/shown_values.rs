//! Values that the prose of an event shows: `{{ world.tide }}` or `{{ self.stage }}`.
//!
//! A sentence is written from its event alone, long after the event. So an attribute that the prose of an event names becomes one of
//! the values that the event carries, under the name that the prose uses.

use std::collections::BTreeSet;

use super::decl::{ProseDecl, SceneFile, Text};
use super::prose_keys::gist_key;
use super::spanned::SpannedMap;

/// The fields of an agent that mean its name, pronouns or verbs in a template, even if an attribute has the same id.
const PERSON_WORDS: [&str; 14] =
    ["name", "called", "he", "him", "his", "hers", "himself", "is", "are", "was", "were", "has", "have", "does"];

/// Adds the attributes that the prose of an event shows to the values of the event.
pub(super) fn add_shown_values(scene: &mut SceneFile) {
    let attributes: BTreeSet<String> = scene.attributes.iter().map(|attribute| attribute.id.value.clone()).collect();
    let SceneFile { prose, actions, triggers, .. } = scene;
    let shown = |tell: &Option<Text>, event: &str| -> Vec<Text> {
        let told = |key: &str| prose.iter().any(|entry| entry.id.as_str() == key);
        let own = tell.as_ref().map(|tell| tell.as_str()).filter(|key| told(key)).unwrap_or(event);
        let keys = [own.to_owned(), gist_key(event)];
        let entries = prose.iter().filter(|entry| keys.contains(&entry.id.value));
        entries.flat_map(|entry| shown_by(entry, &attributes)).collect()
    };
    let add = |values: &mut SpannedMap<Text>, tell: &Option<Text>, event: &str| {
        for text in shown(tell, event) {
            if !values.iter().any(|(name, _)| name.value == text.value) {
                values.0.push((text.clone(), text));
            }
        }
    };
    for action in actions {
        add(&mut action.values, &action.tell, &action.id);
        let outcomes = action.refused.iter_mut().chain(action.steps.iter_mut().flat_map(|step| &mut step.outcomes));
        for outcome in outcomes {
            add(&mut outcome.values, &outcome.tell, &format!("{}/{}", action.id.as_str(), outcome.id.as_str()));
        }
    }
    for trigger in triggers {
        add(&mut trigger.values, &trigger.tell, &trigger.id);
        for outcome in trigger.steps.iter_mut().flat_map(|step| &mut step.outcomes) {
            add(&mut outcome.values, &outcome.tell, &format!("{}/{}", trigger.id.as_str(), outcome.id.as_str()));
        }
    }
}

/// The attributes of agents in the templates of an entry, at the place of the template.
fn shown_by(entry: &ProseDecl, attributes: &BTreeSet<String>) -> Vec<Text> {
    let of_template = |template: &Text| -> Vec<Text> {
        let members: Vec<&str> = tags(template).filter_map(loop_variable).collect();
        let fields = tags(template).flat_map(fields).filter(|(name, _)| !members.contains(name));
        let shown = fields.filter(|(_, field)| attributes.contains(*field) && !PERSON_WORDS.contains(field));
        shown.map(|(agent, field)| Text { value: format!("{agent}.{field}"), ..template.clone() }).collect()
    };
    entry.say.iter().flat_map(of_template).collect()
}

/// The insides of the tags of a template: `{{ … }}` and `{% … %}`.
fn tags(template: &str) -> impl Iterator<Item = &str> {
    template.match_indices('{').filter_map(|(at, _)| {
        let end = match template.as_bytes().get(at + 1)? {
            b'{' => "}}",
            b'%' => "%}",
            _ => return None,
        };
        let inside = template.get(at + 2..)?;
        inside.get(..inside.find(end)?)
    })
}

/// The variable of a loop: `for v in guests`.
fn loop_variable(tag: &str) -> Option<&str> {
    let mut words = tag.trim_start_matches(['-', '+']).split_whitespace();
    if words.next() == Some("for") { words.next() } else { None }
}

/// The pairs `name.field` in an expression, outside of texts in quotes.
fn fields(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let unquoted = tag.split(['"', '\'']).step_by(2);
    unquoted.flat_map(move |part| {
        part.match_indices('.').filter_map(move |(at, _)| {
            let (before, after) = (&part[..at], &part[at + 1..]);
            let name = &before
                [before.rfind(|c| !is_word(c)).map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8))..];
            let field = &after[..after.find(|c| !is_word(c)).unwrap_or(after.len())];
            let is_path = before[..before.len() - name.len()].ends_with('.') || after[field.len()..].starts_with('(');
            let is_name = |word: &str| word.starts_with(|c: char| c.is_alphabetic() || c == '_');
            (is_name(name) && is_name(field) && !is_path).then_some((name, field))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{fields, tags};

    #[test]
    fn the_fields_of_a_template_are_found_in_its_tags_and_outside_of_texts() {
        let template =
            "The tide. {{ world.tide | round(1) }} {% if self.stage == 'a.b' and 2.5 < world.wind %}x{% endif %} {{ self }}";
        let found: Vec<_> = tags(template).flat_map(fields).collect();
        assert_eq!(found, [("world", "tide"), ("self", "stage"), ("world", "wind")]);
    }
}
