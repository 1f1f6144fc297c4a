//! Parses expectations over many runs and resolves their names.

use super::super::file::{SceneFile, Text};
use super::super::model::{Expect, ExpectOf};
use super::Check;
use longhand_expr::{Expected, Problem, expectation};

impl Check<'_> {
    pub(super) fn expects(&mut self, scene: &SceneFile) -> Vec<Expect> {
        let mut all = Vec::new();
        for text in &scene.expect {
            match expect(scene, text) {
                Ok(expect) => all.push(expect),
                Err(problems) => self.report.said(text, problems),
            }
        }
        all
    }
}

fn expect(scene: &SceneFile, text: &Text) -> Result<Expect, Vec<Problem>> {
    let parsed = expectation(text)?;
    let of = match (&parsed.of, parsed.is) {
        (None, _) => ExpectOf::Order,
        (Some((id, at)), Expected::Share { .. }) => {
            let position = |all: &[super::super::file::Beat]| all.iter().position(|one| one.id.as_str() == id);
            match (position(&scene.beats), position(&scene.patterns)) {
                (Some(beat), _) => ExpectOf::Beat(beat),
                (None, Some(pattern)) => ExpectOf::Pattern(pattern),
                (None, None) => {
                    let known = scene.beats.iter().chain(&scene.patterns).map(|one| one.id.as_str());
                    return Err(unknown(at, format!("there is no beat or pattern `{id}`"), id, known));
                }
            }
        }
        (Some((id, at)), Expected::Median { .. }) => {
            let measures = || scene.measures.iter().map(|one| one.id.as_str());
            match measures().position(|one| one == id) {
                Some(measure) => ExpectOf::Measure(measure),
                None => return Err(unknown(at, format!("there is no measure `{id}`"), id, measures())),
            }
        }
    };
    Ok(Expect { text: text.value.clone(), of, is: parsed.is, seeds: parsed.seeds })
}

fn unknown<'a>(at: &std::ops::Range<usize>, message: String, id: &str, known: impl Iterator<Item = &'a str>) -> Vec<Problem> {
    vec![Problem { unknown: true, ..Problem::new(at.clone(), message).nearest(id, known) }]
}
