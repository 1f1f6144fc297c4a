//! Checks prose and documents. Their templates are compiled by `longhand_narrative`.

use super::super::decl::{DocumentDecl, SceneFile, Text};
use super::super::model;
use super::super::prose_keys::{ComposedKey, event_of_key, member_of_key, topic_of_key};
use super::super::source::ASSETS_FOLDER;
use super::checker::SceneChecker;

impl SceneChecker<'_> {
    /// Whether somebody may tell of what has this name: a tie, an attribute, a dimension, an event, where somebody is, who holds a thing.
    fn is_topic_name(&self, name: &str) -> bool {
        let schema = &self.schema;
        let is_declared = schema.tie(name).is_some() || schema.attribute(name).is_some() || schema.dim(name).is_some();
        is_declared || schema.event(name).is_some() || matches!(name, "place" | "holder")
    }

    pub(super) fn check_texts(&mut self, scene: &SceneFile) -> (Vec<(String, Vec<String>)>, Vec<model::Document>) {
        for prose in &scene.prose {
            if prose.say.is_empty() {
                self.report.error(&prose.id, "empty", format!("the prose `{}` has no variants", prose.id.as_str()));
            }
            // Shared prose files contain more entries than a single scene uses.
            let shared = self.report.source_name(&prose.id).starts_with(ASSETS_FOLDER);
            let id = prose.id.as_str();
            // Events without `tell` use the prose of their own name, with or without a prefix.
            let of_event = self.schema.event(event_of_key(id)).is_some()
                || member_of_key(id).is_some_and(|who| self.schema.agent(who).is_some() || self.names.kinds.get(who).is_some())
                || topic_of_key(id).is_some_and(|name| self.is_topic_name(name))
                || ComposedKey::parse(id).is_some();
            if !shared && !of_event && !self.used_prose_keys.contains(id) {
                let message = format!("the prose `{}` is not used", prose.id.as_str());
                self.report.warn(&prose.id, "unused", message, "use it in a `tell`, or remove it");
            }
        }
        for document in &scene.documents {
            if document.text.is_empty() {
                self.report.error(&document.id, "empty", format!("the document `{}` has no text", document.id.as_str()));
            }
        }
        let values = |texts: &[Text]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
        let prose = scene.prose.iter().map(|prose| (prose.id.value.clone(), values(&prose.say))).collect();
        let document = |written: &DocumentDecl| model::Document {
            id: written.id.value.clone(),
            title: written.title.value.clone(),
            text: values(&written.text),
        };
        (prose, scene.documents.iter().map(document).collect())
    }
}
