//! Parses expectations over many runs and resolves their names.

use super::super::decl::{SceneFile, Text};
use super::super::model::{ExpectationSubject, SceneExpectation};
use super::checker::SceneChecker;
use longhand_expr::{Criterion, ExprError, parse_expectation};

impl SceneChecker<'_> {
    pub(super) fn expectations(&mut self, scene: &SceneFile) -> Vec<SceneExpectation> {
        let mut all = Vec::new();
        for text in &scene.expect {
            match expectation_of(scene, text) {
                Ok(expect) => all.push(expect),
                Err(problems) => self.report.report_problems(text, problems),
            }
        }
        all
    }
}

fn expectation_of(scene: &SceneFile, text: &Text) -> Result<SceneExpectation, Vec<ExprError>> {
    let parsed = parse_expectation(text)?;
    let subject = match (&parsed.subject, parsed.criterion) {
        (None, _) => ExpectationSubject::Order,
        (Some((id, span)), Criterion::Share { .. }) => {
            let position = |declared: &[super::super::decl::BeatDecl]| declared.iter().position(|beat| beat.id.as_str() == id);
            match (position(&scene.beats), position(&scene.patterns)) {
                (Some(beat), _) => ExpectationSubject::Beat(beat),
                (None, Some(pattern)) => ExpectationSubject::Pattern(pattern),
                (None, None) => {
                    let known = scene.beats.iter().chain(&scene.patterns).map(|beat| beat.id.as_str());
                    return Err(unknown_name(span, format!("there is no beat or pattern `{id}`"), id, known));
                }
            }
        }
        (Some((id, span)), Criterion::Median { .. }) => {
            let measures = || scene.measures.iter().map(|measure| measure.id.as_str());
            match measures().position(|name| name == id) {
                Some(measure) => ExpectationSubject::Measure(measure),
                None => return Err(unknown_name(span, format!("there is no measure `{id}`"), id, measures())),
            }
        }
    };
    Ok(SceneExpectation { text: text.value.clone(), subject, expected: parsed.criterion, seeds: parsed.seeds })
}

fn unknown_name<'a>(
    span: &std::ops::Range<usize>,
    message: String,
    id: &str,
    known: impl Iterator<Item = &'a str>,
) -> Vec<ExprError> {
    vec![ExprError { is_unknown_name: true, ..ExprError::new(span.clone(), message).with_suggestion(id, known) }]
}
