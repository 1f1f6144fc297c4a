//! Compiles norms: the events and ties that they judge.

use super::super::decl::{NormDecl, SceneFile, Text};
use super::super::model::Norm;
use super::checker::SceneChecker;
use super::lookup::check_range;
use super::names::report_unknown;
use longhand_expr::ids::{AttrId, EventKind, KindId, TieId};
use longhand_expr::{Scope, Type};

/// How far one deed moves what others believe of the norm of who does it.
const DEFAULT_SHOWS: f64 = 0.3;

impl SceneChecker<'_> {
    pub(super) fn norms(&mut self, scene: &SceneFile) -> Vec<Norm> {
        scene.norms.iter().filter_map(|written| self.norm(written)).collect()
    }

    fn norm(&mut self, written: &NormDecl) -> Option<Norm> {
        let attribute = self.names.attributes.get(&written.id).map(AttrId::from_index)?;
        let mut events: Vec<(EventKind, f64)> = Vec::new();
        for (texts, sign) in [(&written.about, 1.0), (&written.against, -1.0)] {
            for text in texts {
                for kind in self.event_kinds(text) {
                    match events.iter().find(|(known, _)| *known == kind) {
                        None => events.push((kind, sign)),
                        Some((_, known)) if *known == sign => {}
                        Some(_) => {
                            let message =
                                format!("`{}` is in accord with the norm and against it", self.events.infos[kind.index()].name);
                            self.report.error_help(text, "norm", message, "leave it out of `about` or of `against`");
                        }
                    }
                }
            }
        }
        let ties: Vec<TieId> = written.ties.iter().flat_map(|text| self.tagged_ties(text)).collect();
        if written.about.is_empty() && written.against.is_empty() && written.ties.is_empty() {
            let message = format!("`{}` judges nothing", written.id.as_str());
            self.report.warn(&written.id, "empty", message, "name events in `about` or `against`, or ties in `ties`");
        }
        let scope = Scope::new(["self", "other", "judge"]).with_salt(&format!("norm {}", written.id.as_str()));
        let when = self.optional_expr(&written.when, Type::Switch, &scope);
        if let Some(range) = &written.range
            && (range.0 < -1.0 || range.1 > 1.0)
        {
            self.report.error(range, "range", "the strength of a norm is -1 to 1");
        }
        if let Some(shows) = &written.shows {
            check_range(shows, **shows, (0.0, 1.0), "shows", &mut self.report);
        }
        self.check_weight(written);
        Some(Norm {
            id: written.id.value.clone(),
            attribute,
            events,
            ties,
            when,
            shows: written.shows.as_ref().map_or(DEFAULT_SHOWS, |shows| **shows),
            says: written.says.clone(),
        })
    }

    fn check_weight(&mut self, written: &NormDecl) {
        let Some(weighs) = &written.weighs else { return };
        let kinds: Vec<KindId> =
            written.of.iter().filter_map(|kind| self.names.kinds.get(kind)).map(KindId::from_index).collect();
        self.check_self_reads(weighs, &kinds);
        let scope = Scope::new(["self"]).with_salt(&format!("norm {} weighs", written.id.as_str()));
        let _ = self.report.expr(weighs, Type::Number, &scope, &self.schema);
        let chooser = Scope::new(["self", "other"]);
        if let Some(when) = &written.when
            && longhand_expr::compile_expr(when, Type::Switch, &chooser, &self.schema).is_err()
        {
            let help = "write an influence for the choice, and remove `weighs`";
            self.report.error_help(weighs, "norm", "nobody judges a choice, so `when` cannot name `judge` beside `weighs`", help);
        }
    }

    /// The ties with this id or tag; reports an unknown name.
    fn tagged_ties(&mut self, text: &Text) -> Vec<TieId> {
        if let Some(tie) = self.names.ties.get(text) {
            return vec![TieId::from_index(tie)];
        }
        if let Some(ties) = self.tie_tags.get(text.as_str()) {
            return ties.clone();
        }
        let names: Vec<String> =
            self.names.ties.names().chain(self.tie_tags.keys().map(String::as_str)).map(str::to_owned).collect();
        report_unknown("tie or tag of ties", text, names.iter().map(String::as_str), &mut self.report);
        Vec::new()
    }
}
