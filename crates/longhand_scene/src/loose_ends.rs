//! What a scene opens and never closes, and what it declares and never reads.

use std::collections::BTreeSet;

use super::model::{Activation, ClauseTarget, Scenario, TieFate};
use super::rule_facts::{FactClass, fact_classes};
use longhand_expr::Effect;
use longhand_expr::ids::{AttrId, DimId, IntentionId, TieId};

/// What something opens and something else must close: the ties that rules begin. A tie between parents and children is not meant to
/// end, nor is one that remains or is passed on at a death. One that remains when somebody leaves may still end between the two.
pub fn openable_ties(scenario: &Scenario) -> impl Iterator<Item = TieId> {
    let can_close = |tie: &TieId| {
        let tie = &scenario.ties[tie.index()];
        tie.kinship.is_none() && matches!(tie.at_death, TieFate::Ends)
    };
    (0..scenario.ties.len()).map(TieId::from_index).filter(can_close)
}

impl Scenario {
    /// The declared attributes, dimensions and ties that nothing reads: no expression, no prose, no list of names and no taste.
    /// Reading a fact to change it (`+=`) does not count.
    #[must_use]
    pub fn unread_facts(&self) -> Vec<FactClass> {
        let mut reads = self.reads();
        for set in self.measures.iter().filter_map(|measure| measure.each.as_ref()) {
            reads.merge(&set.reads());
        }
        for trigger in &self.triggers {
            match &trigger.on {
                Activation::Begins(tie) | Activation::Ends(tie) | Activation::LearnsTie(tie) => reads.ties.push(*tie),
                Activation::LearnsAttr(attr) | Activation::Jumps(attr, _) => reads.attrs.push(*attr),
                _ => {}
            }
        }
        reads.attrs.extend(self.kinds.iter().flat_map(|kind| &kind.taste));
        reads.attrs.extend(self.names.iter().flat_map(|list| &list.names).flat_map(|name| &name.like).map(|(attr, _)| attr));
        let durations = std::mem::take(&mut reads.tie_durations);
        reads.ties.extend(self.clause_ties().into_iter().chain(durations));
        let prose = self.prose.iter().flat_map(|(_, variants)| variants);
        let texts: Vec<&String> = prose.chain(self.documents.iter().flat_map(|document| &document.text)).collect();
        let is_told = |name: &str| texts.iter().any(|text| text.contains(name) && words_of(text).any(|word| word == name));
        let read: BTreeSet<FactClass> = fact_classes(&reads).into_iter().collect();
        let attrs = (0..self.attributes.len()).map(|index| FactClass::Attr(AttrId::from_index(index)));
        let dims = (0..self.dims.len()).map(|index| FactClass::Dim(DimId::from_index(index)));
        // A tie that is exclusive or has kinship matters by itself.
        let ties =
            (0..self.ties.len()).filter(|index| self.ties[*index].exclusive.is_none() && self.ties[*index].kinship.is_none());
        let ties = ties.map(|index| FactClass::Tie(TieId::from_index(index)));
        let is_unread = |fact: &FactClass| !read.contains(fact) && !is_told(self.fact_name(*fact));
        attrs.chain(dims).chain(ties).filter(is_unread).collect()
    }

    /// The ties whose beginning a clause of a pattern waits for.
    fn clause_ties(&self) -> Vec<TieId> {
        let clauses = self.beats.iter().chain(&self.patterns).flat_map(|pattern| &pattern.clauses);
        let targets = clauses.flat_map(|clause| &clause.alternatives).map(|alternative| &alternative.target);
        targets.flat_map(|target| if let ClauseTarget::Tie(ties) = target { ties.clone() } else { Vec::new() }).collect()
    }
}

/// The words of a text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

impl Scenario {
    /// The intentions that may be held for ever: nothing but their last step ends them, neither a reason that may cease nor an effect.
    #[must_use]
    pub fn endless_intentions(&self) -> Vec<IntentionId> {
        let of_achieving = |id: &str, trigger: &str| trigger.strip_prefix(id) == Some("/achieved");
        let drops = |what: IntentionId| {
            let id = self.commitments.intentions[what.index()].id.as_str();
            let events = self.rules().filter(|rule| !of_achieving(id, rule.id(self))).flat_map(|rule| rule.events(self));
            let effects = events.flat_map(|event| &event.does).chain(self.processes.iter().flat_map(|process| &process.does));
            effects.into_iter().any(|effect| drops_intention(effect, what))
        };
        let intentions = (0..self.commitments.intentions.len()).map(IntentionId::from_index);
        intentions.filter(|what| !drops(*what)).collect()
    }
}

fn drops_intention(effect: &Effect, what: IntentionId) -> bool {
    match effect {
        Effect::Drop { what: dropped, .. } => *dropped == what,
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => drops_intention(inner, what),
        _ => false,
    }
}
