//! Compiles measures: numbers taken at the start, at the end, at a beat, or at regular times, of the world or of each agent of a set.

use super::super::decl::{MeasureDecl, MeasureTimeDecl, SceneFile};
use super::super::model::{self, MeasureTime, Timing};
use super::checker::SceneChecker;
use super::time_span::SceneTimes;
use longhand_expr::ids::Instant;
use longhand_expr::{Scope, Type};

/// Maximum number of times that a measure over time is taken in a run.
const MAX_TIMES: f64 = 1e6;

impl SceneChecker<'_> {
    pub(super) fn measures(&mut self, scene: &SceneFile, beats: &[model::Pattern], times: &SceneTimes) -> Vec<model::Measure> {
        scene.measures.iter().filter_map(|written| self.measure(written, beats, times)).collect()
    }

    fn measure(&mut self, written: &MeasureDecl, beats: &[model::Pattern], times: &SceneTimes) -> Option<model::Measure> {
        let at = self.measure_time(written, times)?;
        let mut variables = match at {
            MeasureTime::Beat(beat) => beats.get(beat).map_or_else(Vec::new, |beat| beat.variables.clone()),
            _ => Vec::new(),
        };
        if let Some(each) = &written.each {
            if let MeasureTime::Beat(_) = at {
                let help = "write `at: Start`, `at: End` or `every: \"7d\"`, or a number such as `mean(v in …: …)`";
                self.report.error_help(each, "measure", "`each` cannot be used at a beat", help);
                return None;
            }
            variables = vec!["self".to_owned()];
        }
        let mut scope = Scope::new(variables).with_salt(&format!("measure {}", written.id.as_str()));
        scope.at_event = matches!(at, MeasureTime::Beat(_));
        let each = match &written.each {
            Some(each) => Some(self.report.set(each, "self", &scope, &self.schema)?),
            None => None,
        };
        let is = self.report.expr_of_any(&written.is, &[Type::Number, Type::Duration], &scope, &self.schema);
        Some(model::Measure { id: written.id.value.clone(), at, each, is: is?, about: written.about.clone() })
    }

    fn measure_time(&mut self, written: &MeasureDecl, times: &SceneTimes) -> Option<MeasureTime> {
        match (&written.at, &written.every) {
            (Some(_), Some(every)) => {
                self.report.error_help(every, "measure", "a measure has `at` or `every`, not both", "remove one of the two");
                None
            }
            (None, None) => {
                let help = "add `at: Start`, `at: End`, `at: Beat(\"…\")`, or `every: \"7d\"`";
                self.report.error_help(&written.id, "missing", format!("`{}` has no time", written.id.as_str()), help);
                None
            }
            (Some(MeasureTimeDecl::Start), None) => Some(MeasureTime::Start),
            (Some(MeasureTimeDecl::End), None) => Some(MeasureTime::End),
            (Some(MeasureTimeDecl::Beat(id)), None) => self.names.beats.resolve(id, &mut self.report).map(MeasureTime::Beat),
            (None, Some(every)) => {
                let mark = self.report.mark();
                if let Some(Timing::At(recurrence)) = self.exact_timing(every, &Scope::default()) {
                    return Some(MeasureTime::At(recurrence));
                }
                // What is wrong is reported once.
                if self.report.errors_since(mark).next().is_some() {
                    return None;
                }
                let seconds = self.positive_duration(&written.every)?;
                if times.ends.is_some_and(|ends| ends.seconds() / seconds > MAX_TIMES) {
                    let message = format!("this measure would be taken more than {MAX_TIMES:e} times");
                    self.report.error_help(every, "limit", message, "use a longer duration");
                    return None;
                }
                Some(MeasureTime::Every(Instant::from_seconds(seconds).0.max(1)))
            }
        }
    }
}
