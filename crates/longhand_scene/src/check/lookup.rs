//! Lookups that several sections share: ids by name, optional expressions, and values in a range. Each reports what is wrong.

use super::super::decl::{StayDecl, Text};
use super::super::spanned::Spanned;
use super::super::values::Temperament;
use super::checker::SceneChecker;
use super::report::CheckReport;
use longhand_expr::ids::{AgentId, AttrId, DimId, KindId, PlaceId, TieId};
use longhand_expr::{Expr, Scope, Type};

/// Reports a number that is not finite or not in its range.
pub(super) fn check_range<T>(at: &Spanned<T>, number: f64, (low, high): (f64, f64), name: &str, report: &mut CheckReport) {
    if !number.is_finite() {
        report.error(at, "range", "this is not a finite number");
    } else if !(low..=high).contains(&number) {
        report.error(at, "range", format!("{number} is outside the range of `{name}`, {low} to {high}"));
    }
}

impl SceneChecker<'_> {
    pub(super) fn kind_id(&mut self, text: &Text) -> Option<KindId> {
        self.names.kinds.resolve(text, &mut self.report).map(KindId::from_index)
    }

    pub(super) fn agent_id(&mut self, text: &Text) -> Option<AgentId> {
        self.names.cast.resolve(text, &mut self.report).map(AgentId::from_index)
    }

    pub(super) fn tie_id(&mut self, text: &Text) -> Option<TieId> {
        self.names.ties.resolve(text, &mut self.report).map(TieId::from_index)
    }

    pub(super) fn tie_ids(&mut self, texts: &[Text]) -> Vec<TieId> {
        texts.iter().filter_map(|text| self.tie_id(text)).collect()
    }

    pub(super) fn dim_id(&mut self, text: &Text) -> Option<DimId> {
        self.names.dims.resolve(text, &mut self.report).map(DimId::from_index)
    }

    pub(super) fn place_id(&mut self, text: &Option<Text>) -> PlaceId {
        let index = text.as_ref().and_then(|text| self.names.places.resolve(text, &mut self.report));
        index.map_or(PlaceId::NOWHERE, PlaceId::from_index)
    }

    /// The attribute with this id; reports an unknown id, or a kind that does not have it.
    pub(super) fn attribute_of(&mut self, kind: Option<KindId>, text: &Text) -> Option<AttrId> {
        let attr = self.attribute_id(text)?;
        if let Some(kind) = kind
            && !self.kind_has_attribute(kind, attr)
        {
            let message = format!("agents of kind `{}` have no `{}`", self.schema.kinds[kind.index()], text.as_str());
            self.report.error_help(text, "attribute", message, "add the kind to the attribute's `of`");
        }
        Some(attr)
    }

    pub(super) fn optional_expr(&mut self, text: &Option<Text>, ty: Type, scope: &Scope) -> Option<Expr> {
        self.report.expr(text.as_ref()?, ty, scope, &self.schema)
    }

    pub(super) fn routine(&mut self, written: &[StayDecl], scope: &Scope) -> Vec<(Expr, Expr)> {
        let compile = |stay: &StayDecl| {
            let when = self.report.expr(&stay.when, Type::Switch, scope, &self.schema);
            let at = self.report.expr(&stay.at, Type::Place, scope, &self.schema);
            Some((when?, at?))
        };
        written.iter().filter_map(compile).collect()
    }

    pub(super) fn mood(&mut self, mood: &Spanned<Temperament>) -> Temperament {
        let parts = [(mood.pleasure, "pleasure"), (mood.arousal, "arousal"), (mood.dominance, "dominance")];
        for (value, name) in parts {
            check_range(mood, value, (-1.0, 1.0), name, &mut self.report);
        }
        mood.value
    }

    /// The attribute with this id; reports an unknown id.
    pub(super) fn attribute_id(&mut self, text: &Text) -> Option<AttrId> {
        self.names.attributes.resolve(text, &mut self.report).map(AttrId::from_index)
    }
}
