//! What a trigger does with the several agents of an `about` that nothing selects from.
//!
//! A trigger that follows an event happens for each of them. One whose condition becomes true happens once, and so does one with
//! two such sets, as nothing says which agents belong together; both take the first, and are warned of.

use super::super::decl::{NetworkDecl, SceneFile};
use super::super::model::{self, RoleBinding};
use super::super::values::NetworkShape;
use super::checker::SceneChecker;
use longhand_expr::Expr;
use longhand_expr::ids::TieId;
use std::collections::BTreeMap;

impl SceneChecker<'_> {
    /// Warns of a trigger that takes the first of several agents who have a tie, though nothing selects one of them.
    pub(super) fn warn_one_of_several(&mut self, scene: &SceneFile, ties: &[model::Tie], triggers: &[model::Trigger]) {
        let several = TiesOfSeveral::at_start(scene, ties, |tie| self.names.ties.get(tie).map(TieId::from_index));
        for trigger in triggers.iter().filter(|trigger| trigger.happens_for_each.is_none()) {
            let Some(written) = scene.triggers.iter().find(|written| written.id.as_str() == trigger.id) else { continue };
            for level in unselective(&trigger.about, &trigger.when, trigger.activation_slots) {
                let binding = &trigger.about[level];
                let Some((tie, _)) = binding.set.whole_tie().filter(|&(tie, outward)| several.contains(tie, outward)) else {
                    continue;
                };
                if let Some((name, text)) = written.about.iter().find(|(name, _)| *name.value == *binding.name) {
                    let (name, set, tie) = (name.as_str(), text.trim(), &self.schema.ties[tie.index()].name);
                    let message = format!(
                        "`{name}` is only the first of `{set}`, and somebody has the tie `{tie}` with several at the start"
                    );
                    let help = format!("write `each {set}` for all of them, or `pick({set})` for one who is drawn");
                    self.report.warn(text, "several", message, &help);
                }
            }
        }
    }
}

/// The positions of the roles of a trigger that one of several related agents takes, though no condition or later set depends on
/// which.
fn unselective(about: &[RoleBinding], when: &[Expr], first_slot: usize) -> impl Iterator<Item = usize> {
    let is_unselective = move |level: usize| {
        let selects = |mask: u32| mask >> (first_slot + level) & 1 != 0;
        let binding = &about[level];
        !binding.several
            && binding.set.is_all_related()
            && !when.iter().any(|clause| selects(clause.slot_mask()))
            && !about[level + 1..].iter().any(|later| selects(later.set.slot_mask()))
    };
    (0..about.len()).filter(move |&level| is_unselective(level))
}

/// The only role of a trigger that one of several takes, though nothing selects one of them.
pub(super) fn only_unselective(about: &[RoleBinding], when: &[Expr], first_slot: usize) -> Option<usize> {
    let mut levels = unselective(about, when, first_slot);
    levels.next().filter(|_| levels.next().is_none())
}

/// The ties that some agent has with several others at the start, outward or inward.
struct TiesOfSeveral(Vec<(TieId, bool)>);

impl TiesOfSeveral {
    fn at_start(scene: &SceneFile, ties: &[model::Tie], tie_id: impl Fn(&str) -> Option<TieId>) -> Self {
        let mut others: BTreeMap<(TieId, bool, &str), Vec<&str>> = BTreeMap::new();
        for member in &scene.cast {
            for toward in &member.toward {
                for tie in toward.ties.iter().filter_map(|tie| tie_id(tie)) {
                    let (from, to) = (member.id.as_str(), toward.to.as_str());
                    let both_ways = toward.mutual || ties.get(tie.index()).is_some_and(|tie| tie.mutual);
                    for (from, to) in [(from, to), (to, from)].into_iter().take(1 + usize::from(both_ways)) {
                        others.entry((tie, true, from)).or_default().push(to);
                        others.entry((tie, false, to)).or_default().push(from);
                    }
                }
            }
        }
        let has_several = |tied: &mut Vec<&str>| {
            tied.sort_unstable();
            tied.dedup();
            tied.len() > 1
        };
        let mut several: Vec<(TieId, bool)> =
            others.iter_mut().filter_map(|((tie, outward, _), tied)| has_several(tied).then_some((*tie, *outward))).collect();
        let networks = scene.population.iter().flat_map(|population| &population.networks);
        let of_many = |network: &&NetworkDecl| !matches!(*network.shape, NetworkShape::Pairs { .. });
        for tie in networks.filter(of_many).flat_map(|network| &network.ties).filter_map(|tie| tie_id(tie)) {
            several.extend([(tie, true), (tie, false)]);
        }
        Self(several)
    }

    fn contains(&self, tie: TieId, outward: bool) -> bool {
        self.0.contains(&(tie, outward))
    }
}
