//! Resolves which agents a rule applies to, and checks that they have the attributes it reads.

use std::ops::Range;

use super::super::decl::{AttributeDecl, SceneFile, Text};
use super::super::diagnostic::Diagnostic;
use super::super::implied::WORLD;
use super::super::model::AgentSelector;
use super::checker::SceneChecker;
use super::names::{IdTable, report_unknown};
use longhand_expr::did_you_mean;
use longhand_expr::ids::{AgentId, AttrId, KindId};

/// By attribute: the kinds that have it; `None` for all.
pub(super) fn attribute_kinds(scene: &SceneFile, kinds: &IdTable) -> Vec<Option<Vec<KindId>>> {
    let kinds_of = |attribute: &AttributeDecl| {
        // With an unknown kind, all kinds are assumed to have it; the unknown name is reported elsewhere.
        let named: Option<Vec<_>> = attribute.of.iter().map(|kind| kinds.get(kind).map(KindId::from_index)).collect();
        named.filter(|named| !named.is_empty())
    };
    scene.attributes.iter().map(kinds_of).collect()
}

impl SceneChecker<'_> {
    /// Whether agents of a kind have an attribute.
    pub(super) fn kind_has_attribute(&self, kind: KindId, attr: AttrId) -> bool {
        let is_world = || self.schema.kinds.get(kind.index()).is_some_and(|kind| kind == WORLD) && self.schema.world.is_some();
        self.attribute_kinds[attr.index()].as_ref().map_or_else(|| !is_world(), |kinds| kinds.contains(&kind))
    }

    /// Whether agents of a kind are OSes.
    pub(super) fn is_os(&self, kind: KindId) -> bool {
        self.os_kinds.get(kind.index()).copied().unwrap_or(false)
    }

    /// The kinds and cast members in a `by`.
    pub(super) fn selectors(&mut self, by: &[Text], rule: &Text) -> Vec<AgentSelector> {
        let mut selectors = Vec::new();
        for text in by {
            if let Some(kind) = self.names.kinds.get(text) {
                self.warn_if_unpopulated(KindId::from_index(kind), text, rule);
                selectors.push(AgentSelector::Kind(KindId::from_index(kind)));
            } else if let Some(agent) = self.names.cast.get(text) {
                selectors.push(AgentSelector::Agent(AgentId::from_index(agent)));
            } else {
                let names = self.names.kinds.names().chain(self.names.cast.names());
                report_unknown("kind or member of the cast", text, names, &mut self.report);
            }
        }
        selectors.sort_unstable();
        selectors
    }

    /// Warns of a rule for a kind that has no agents.
    fn warn_if_unpopulated(&mut self, kind: KindId, text: &Text, rule: &Text) {
        if !self.populated_kinds.get(kind.index()).copied().unwrap_or(true) {
            let message = format!("there is no agent of kind `{}`, so `{}` never happens to one", text.as_str(), rule.as_str());
            let help = "add a cast member or population of this kind, or an effect that creates an agent of it";
            self.report.warn(text, "never", message, help);
        }
    }

    /// The kinds of the selected agents.
    pub(super) fn kinds_of(&self, selectors: &[AgentSelector]) -> Vec<KindId> {
        let kind = |selector: &AgentSelector| match selector {
            AgentSelector::Kind(kind) => Some(*kind),
            AgentSelector::Agent(agent) => self.cast_kinds.get(agent.index()).copied().flatten(),
        };
        let mut kinds: Vec<_> = selectors.iter().filter_map(kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// For a rule without `by`: every kind that has all attributes that the rule reads of `self`.
    pub(super) fn default_selectors<'t>(&mut self, texts: impl Iterator<Item = &'t Text>, rule: &Text) -> Vec<AgentSelector> {
        let mut attrs_read = Vec::new();
        for text in texts {
            let attrs = attributes_of_self(text).filter_map(|(name, _)| self.names.attributes.get(name));
            attrs_read.extend(attrs.map(AttrId::from_index));
        }
        // Things do nothing by themselves.
        let kinds = (0..self.schema.kinds.len() - self.schema.thing_kinds).map(KindId::from_index);
        let selectors: Vec<_> = kinds
            .filter(|kind| attrs_read.iter().all(|attr| self.kind_has_attribute(*kind, *attr)))
            .map(AgentSelector::Kind)
            .collect();
        if selectors.is_empty() && !self.schema.kinds.is_empty() {
            let message = format!("no kind has every attribute that `{}` reads of `self`", rule.as_str());
            self.report.error_help(rule, "attribute", message, "add `by` with the kinds or cast members it applies to");
        }
        selectors
    }

    /// Reports attributes of `self` in a text that one of these kinds does not have.
    pub(super) fn check_self_reads(&mut self, text: &Text, kinds: &[KindId]) {
        for (name, bytes) in attributes_of_self(text) {
            let Some(attr) = self.names.attributes.get(name).map(AttrId::from_index) else { continue };
            let Some(kind) = kinds.iter().find(|kind| !self.kind_has_attribute(**kind, attr)) else { continue };
            let kind = &self.schema.kinds[kind.index()];
            let others = (0..self.schema.attributes.len())
                .map(AttrId::from_index)
                .filter(|attr| kinds.iter().all(|kind| self.kind_has_attribute(*kind, *attr)));
            let help = did_you_mean(name, others.map(|attr| self.schema.attributes[attr.index()].name.as_str()));
            let help = help.unwrap_or_else(|| "add the kind to the attribute's `of`".to_owned());
            let message = format!("agents of kind `{kind}` have no `{name}`");
            let span = self.report.span_inside(text, bytes);
            self.report.push(Diagnostic::error("attribute", text.file, span, message).help(help));
        }
    }
}

/// The names after `self.` and `norm(self, ` in a text, with their byte ranges. The text is searched because a compiled expression has no
/// positions.
fn attributes_of_self(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices("self.").chain(text.match_indices("norm(self, ")).filter_map(move |(offset, prefix)| {
        let start = offset + prefix.len();
        let name = &text[start..];
        let len = name.find(|c| !is_word(c)).unwrap_or(name.len());
        (!text[..offset].ends_with(is_word) && len > 0).then(|| (&name[..len], start..start + len))
    })
}

#[cfg(test)]
mod tests {
    use super::attributes_of_self;

    #[test]
    fn attributes_of_self_are_the_words_after_self() {
        let found: Vec<_> = attributes_of_self("self.joy + friend.joy*self.fear_1 - myself.x + self.").collect();
        assert_eq!(found, [("joy", 5..8), ("fear_1", 27..33)]);
        let found: Vec<_> = attributes_of_self("norm(self, order) + thinks_norm(self, b, order)").collect();
        assert_eq!(found, [("order", 11..16)]);
    }
}
