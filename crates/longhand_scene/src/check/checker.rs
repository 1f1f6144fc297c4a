//! The state of a check, which all its parts share.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{self, AgentSelector};
use super::constants::ConstantContext;
use super::events::EventTable;
use super::reachability::PossibleEffects;
use super::report::CheckReport;
use super::scene_names::SceneNames;
use longhand_expr::ids::{AgentField, AgentId, AttrId, DimId, EventKind, KindId, ParamId, TieId};
use longhand_expr::{CalendarRules, DeclaredRanges, Schema, ValueRange};

/// The state of a check.
pub(super) struct SceneChecker<'a> {
    pub(super) report: CheckReport<'a>,
    pub(super) names: SceneNames,
    pub(super) schema: Schema,
    pub(super) constants: ConstantContext,
    pub(super) events: EventTable,
    /// By attribute: the kinds that have it; `None` for all.
    pub(super) attribute_kinds: Vec<Option<Vec<KindId>>>,
    /// By kind: whether its agents are OSes.
    pub(super) os_kinds: Vec<bool>,
    /// By kind: whether agents of it exist at the start or may be created.
    pub(super) populated_kinds: Vec<bool>,
    /// By cast member; `None` if the kind is unknown.
    pub(super) cast_kinds: Vec<Option<KindId>>,
    pub(super) attributes: Vec<model::Attribute>,
    pub(super) dims: Vec<model::Dimension>,
    /// By param: its range.
    pub(super) params: Vec<ValueRange>,
    /// By event kind: the agents it may happen to; no entry for all agents.
    pub(super) event_actors: BTreeMap<EventKind, Vec<AgentSelector>>,
    /// Event kinds that can never happen.
    pub(super) unreachable: BTreeSet<EventKind>,
    /// The ties that exist at some time.
    pub(super) held_ties: BTreeSet<TieId>,
    /// The places that nobody can come to.
    pub(super) unvisited: BTreeSet<String>,
    /// What the effects of all rules may do; none until all rules are compiled.
    pub(super) possible: Option<PossibleEffects>,
    /// Prose keys used in a `tell`.
    pub(super) used_prose_keys: BTreeSet<String>,
    /// By tag: the ties that have it.
    pub(super) tie_tags: BTreeMap<String, Vec<TieId>>,
}

/// The ranges of numbers, for finding conditions that can never be true.
impl DeclaredRanges for SceneChecker<'_> {
    fn attr(&self, attr: AttrId) -> ValueRange {
        self.attributes.get(attr.index()).map_or(UNBOUNDED, |attribute| attribute.range)
    }
    fn dim(&self, dim: DimId) -> ValueRange {
        self.dims.get(dim.index()).map_or(UNBOUNDED, |dim| dim.range)
    }
    fn param(&self, param: ParamId) -> ValueRange {
        self.params.get(param.index()).copied().unwrap_or(UNBOUNDED)
    }
    fn calendar(&self) -> &CalendarRules {
        &self.schema.calendar
    }
    fn may_be_gone(&self, how: AgentField) -> bool {
        self.possible.as_ref().is_none_or(|possible| possible.may_be_gone(how))
    }
    fn may_have_been_tied(&self, tie: TieId) -> bool {
        self.possible.as_ref().is_none_or(|possible| possible.may_have_ended(tie))
    }
    fn may_have_happened(&self, event: EventKind, by: Option<AgentId>) -> bool {
        let Some(possible) = &self.possible else { return true };
        let may_be_by = |member: AgentId| {
            let actors = self.event_actors.get(&event).filter(|_| !possible.becoming);
            actors.is_none_or(|actors| self.may_be_same(&[AgentSelector::Agent(member)], actors))
        };
        !self.unreachable.contains(&event) && by.is_none_or(may_be_by)
    }
}

const UNBOUNDED: ValueRange = (f64::NEG_INFINITY, f64::INFINITY);
