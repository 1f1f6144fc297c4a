//! Resolves which agents a rule applies to, and checks that they have the attributes it reads.

use std::ops::Range;

use super::super::diagnostic::Diagnostic;
use super::super::file::{Attribute, SceneFile, Text};
use super::super::model::Who;
use super::Check;
use super::names::{Table, unknown};
use longhand_expr::ids::{AgentId, AttrId, KindId};
use longhand_expr::nearest;

/// By attribute: the kinds that have it; `None` for all.
pub(super) fn owners(scene: &SceneFile, kinds: &Table) -> Vec<Option<Vec<KindId>>> {
    let of = |attribute: &Attribute| {
        // With an unknown kind, all kinds are assumed to have it; the unknown name is reported elsewhere.
        let named: Option<Vec<_>> = attribute.of.iter().map(|kind| kinds.get(kind).map(KindId::at)).collect();
        named.filter(|named| !named.is_empty())
    };
    scene.attributes.iter().map(of).collect()
}

impl Check<'_> {
    /// Whether agents of a kind have an attribute.
    pub(super) fn has(&self, kind: KindId, attr: AttrId) -> bool {
        self.has[attr.index()].as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Whether agents of a kind are OSes.
    pub(super) fn is_os(&self, kind: KindId) -> bool {
        self.os.get(kind.index()).copied().unwrap_or(false)
    }

    /// The kinds and cast members in a `by`.
    pub(super) fn who(&mut self, by: &[Text], rule: &Text) -> Vec<Who> {
        let mut who = Vec::new();
        for text in by {
            if let Some(kind) = self.names.kinds.get(text) {
                self.lived(KindId::at(kind), text, rule);
                who.push(Who::Kind(KindId::at(kind)));
            } else if let Some(agent) = self.names.cast.get(text) {
                who.push(Who::Agent(AgentId::at(agent)));
            } else {
                let names = self.names.kinds.names().chain(self.names.cast.names());
                unknown("kind or member of the cast", text, names, &mut self.report);
            }
        }
        who
    }

    /// Warns of a rule for a kind that has no agents.
    fn lived(&mut self, kind: KindId, text: &Text, rule: &Text) {
        if !self.lived.get(kind.index()).copied().unwrap_or(true) {
            let message = format!("there is no agent of kind `{}`, so `{}` never applies to it", text.as_str(), rule.as_str());
            let help = "add a cast member or population of this kind, or an effect that creates an agent of it";
            self.report.warn(text, "never", message, help);
        }
    }

    /// The kinds of the selected agents.
    pub(super) fn kinds_of(&self, who: &[Who]) -> Vec<KindId> {
        let kind = |who: &Who| match who {
            Who::Kind(kind) => Some(*kind),
            Who::Agent(agent) => self.cast_kinds.get(agent.index()).copied().flatten(),
        };
        let mut kinds: Vec<_> = who.iter().filter_map(kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// For a rule without `by`: every kind that has all attributes that the rule reads of `self`.
    pub(super) fn everybody<'t>(&mut self, texts: impl Iterator<Item = &'t Text>, rule: &Text) -> Vec<Who> {
        let mut read = Vec::new();
        for text in texts {
            let attrs = attributes_of_self(text).filter_map(|(name, _)| self.names.attributes.get(name));
            read.extend(attrs.map(AttrId::at));
        }
        let kinds = (0..self.schema.kinds.len()).map(KindId::at);
        let able: Vec<_> = kinds.filter(|kind| read.iter().all(|attr| self.has(*kind, *attr))).map(Who::Kind).collect();
        if able.is_empty() && !self.schema.kinds.is_empty() {
            let message = format!("no kind has every attribute that `{}` reads of `self`", rule.as_str());
            self.report.error_help(rule, "attribute", message, "add `by` with the kinds or cast members it applies to");
        }
        able
    }

    /// Reports attributes of `self` in a text that one of these kinds does not have.
    pub(super) fn self_reads(&mut self, text: &Text, kinds: &[KindId]) {
        for (name, bytes) in attributes_of_self(text) {
            let Some(attr) = self.names.attributes.get(name).map(AttrId::at) else { continue };
            let Some(kind) = kinds.iter().find(|kind| !self.has(**kind, attr)) else { continue };
            let kind = &self.schema.kinds[kind.index()];
            let others =
                (0..self.schema.attributes.len()).map(AttrId::at).filter(|attr| kinds.iter().all(|kind| self.has(*kind, *attr)));
            let near = nearest(name, others.map(|attr| self.schema.attributes[attr.index()].name.as_str()));
            let help = near.map_or("add the kind to the attribute's `of`".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("agents of kind `{kind}` have no `{name}`");
            let span = self.report.inside(text, bytes);
            self.report.push(Diagnostic::error("attribute", text.file, span, message).help(help));
        }
    }
}

/// The names after `self.` in a text, with their byte ranges. The text is searched because a compiled expression has no
/// positions.
fn attributes_of_self(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices("self.").filter_map(move |(at, word)| {
        let start = at + word.len();
        let name = &text[start..];
        let len = name.find(|c| !is_word(c)).unwrap_or(name.len());
        (!text[..at].ends_with(is_word) && len > 0).then(|| (&name[..len], start..start + len))
    })
}

#[cfg(test)]
mod tests {
    use super::attributes_of_self;

    #[test]
    fn attributes_of_self_are_the_words_after_self() {
        let found: Vec<_> = attributes_of_self("self.joy + friend.joy*self.fear_1 - myself.x + self.").collect();
        assert_eq!(found, [("joy", 5..8), ("fear_1", 27..33)]);
    }
}
