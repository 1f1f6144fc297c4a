//! Tags that an event has by what it does: `effect:leaves`, `effect:tells`, … General themes refer to them, so that they can be found
//! in a scene that says nothing about them.

use super::super::decl::Text;
use std::collections::BTreeSet;

/// The tags of an event with these effects.
pub(super) fn effect_tags(does: &[Text]) -> BTreeSet<&'static str> {
    does.iter().flat_map(|effect| tags_of(unconditional(effect))).copied().collect()
}

/// The effect without `if …:` and `for …:` before it.
fn unconditional(effect: &str) -> &str {
    let effect = effect.trim();
    let is_nested = effect.starts_with("if ") || effect.starts_with("for ");
    match effect.split_once(':') {
        Some((_, inner)) if is_nested => unconditional(inner),
        _ => effect,
    }
}

fn tags_of(effect: &str) -> &'static [&'static str] {
    let words: Vec<&str> = effect.split_whitespace().collect();
    match words.as_slice() {
        ["begin", ..] => &["effect:begins"],
        ["end", ..] => &["effect:ends"],
        ["create", _, "of", ..] => &["effect:arrives", "effect:bears"],
        ["create" | "install" | "enter", ..] => &["effect:arrives"],
        ["self", "leaves"] | ["self", "leaves", "of" | "for" | "from" | "by", ..] => &["effect:leaves"],
        ["self", "dies", ..] => &["effect:dies"],
        ["self", "learns", ..] => &["effect:finds_out"],
        [_, "learns", ..] | [_, "is", "told", ..] => &["effect:tells"],
        // A bond is written `trust(a, b)`, an attribute `a.trust`.
        [first, ..] if first.contains('(') && words.contains(&"-=") => &["effect:worsens"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(does: &[&str]) -> Vec<&'static str> {
        let texts: Vec<Text> = does.iter().map(|effect| Text { value: (*effect).to_owned(), ..Text::default() }).collect();
        effect_tags(&texts).into_iter().collect()
    }

    #[test]
    fn an_event_has_a_tag_for_each_kind_of_effect() {
        assert_eq!(tags(&["self leaves"]), ["effect:leaves"]);
        assert_eq!(tags(&["self leaves for work"]), ["effect:leaves"]);
        assert_eq!(tags(&["self leaves hardware"]), [""; 0]);
        assert_eq!(tags(&["cleo leaves", "self goes to park", "self.leaves = 1"]), [""; 0], "not the one the event is of");
        assert_eq!(tags(&["end friends(self, friend)", "begin foes(self, friend)"]), ["effect:begins", "effect:ends"]);
        assert_eq!(tags(&["friend learns self.secret", "self learns x.secret"]), ["effect:finds_out", "effect:tells"]);
        assert_eq!(tags(&["if chance(0.5): for v in here(self): v is told friends(a, b) = true"]), ["effect:tells"]);
        assert_eq!(tags(&["trust(friend, self) -= 0.1", "self.trust -= 0.1", "trust(friend, self) += 1"]), ["effect:worsens"]);
        assert_eq!(tags(&["create human of self, other as baby"]), ["effect:arrives", "effect:bears"]);
        assert_eq!(tags(&["", "if", "for x: ", "::::"]), [""; 0]);
    }
}
