//! A variant of a scene: everything that determines a run, except the seed.

use std::sync::Arc;

use longhand_expr::ids::Instant;
use longhand_scene::{Diagnostics, Scenario};

/// Everything that determines a run, except the seed. In a `.sweep` file it is a row of `worlds`.
#[derive(Clone, Debug)]
pub struct SweepVariant {
    /// Hash of everything below except `settings`, in hexadecimal.
    pub(super) fingerprint: String,
    /// Name of the scene.
    pub(super) scene: String,
    /// The parameters in effect, as JSON.
    pub(super) params: String,
    /// The parameters that were set, as typed. Different texts may set the same values.
    pub(super) settings: Vec<(String, String)>,
    /// The end, as a date and time; `None`: the scene's end.
    pub(super) until: Option<String>,
    /// The build of longhand.
    pub(super) program: String,
    /// The rule removed by an ablation.
    pub(super) removed_rule: Option<String>,
    /// Name and text of each file of the scene; the scene itself is first.
    pub(super) sources: Arc<[(String, String)]>,
}

impl SweepVariant {
    /// The variant of a scene that runs to its end or to `until`, whichever comes first. `settings` are those with which it was
    /// loaded; `program` identifies the build of longhand.
    #[must_use]
    pub fn new(scenario: &Scenario, settings: &[(String, String)], until: Option<Instant>, program: &str) -> Self {
        let params: Vec<(&str, f64)> = scenario.params.iter().map(|param| (param.id.as_str(), param.value.as_f64())).collect();
        let until = until.filter(|&until| until < scenario.ends);
        let fingerprint = digest(&(&scenario.name, &scenario.sources, &params, until, program));
        let params: serde_json::Map<_, _> = params.into_iter().map(|(id, value)| (id.to_owned(), value.into())).collect();
        Self {
            fingerprint,
            scene: scenario.name.clone(),
            params: serde_json::Value::Object(params).to_string(),
            settings: settings.to_vec(),
            until: until.map(|until| scenario.calendar.datetime(until).to_string()),
            program: program.to_owned(),
            removed_rule: None,
            sources: scenario.sources.as_slice().into(),
        }
    }

    /// The same variant with one rule removed.
    #[must_use]
    pub fn without_rule(self, rule: &str) -> Self {
        let bytes = format!("{} without {rule}", self.fingerprint);
        let fingerprint = format!("{:032x}", twox_hash::XxHash3_128::oneshot(bytes.as_bytes()));
        Self { fingerprint, removed_rule: Some(rule.to_owned()), ..self }
    }

    /// Hash of the source texts, in hexadecimal.
    pub(super) fn sources_digest(&self) -> String {
        digest(&self.sources[..])
    }

    /// The scene, loaded from its texts with its settings. A removed rule is still in it.
    ///
    /// # Errors
    /// When this build of longhand cannot load the scene.
    pub fn load_scenario(&self) -> Result<Scenario, Diagnostics> {
        let files: Vec<(&str, &str)> = self.sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Ok(longhand_narrative::load_text(&self.scene, &files, &self.settings)?.scenario)
    }

    /// In what another variant differs, as a sentence about `other` and `this`, with what to do; `None` if it is the same.
    pub(super) fn difference(&self, other: &Self, this_name: &str, other_name: &str) -> Option<String> {
        if self.scene != other.scene {
            return Some(format!("{other_name} is a sweep of {}, {this_name} of {}", other.scene, self.scene));
        }
        if self.sources != other.sources {
            let changed = self.sources.iter().find(|source| !other.sources.contains(source));
            let changed = changed.or_else(|| other.sources.iter().find(|source| !self.sources.contains(source)));
            let file = changed.map_or(self.scene.as_str(), |(name, _)| name);
            return Some(format!(
                "{other_name} was simulated with another text of {file} than {this_name}: simulate all parts with the same files"
            ));
        }
        if self.program != other.program {
            return Some(format!(
                "{other_name} was simulated by another build of longhand ({}) than {this_name} ({}): simulate all parts with copies \
                 of one program file",
                other.program, self.program
            ));
        }
        if self.until != other.until {
            let end = |until: &Option<String>| until.clone().unwrap_or_else(|| "the scene's end".to_owned());
            return Some(format!(
                "the runs of {other_name} end at {}, those of {this_name} at {}: give all parts the same --until",
                end(&other.until),
                end(&self.until)
            ));
        }
        if self.params != other.params {
            return Some(format!(
                "{other_name} has other params than {this_name}: {}; give all parts the same --set",
                differing_params(&other.params, &self.params)
            ));
        }
        if self.removed_rule != other.removed_rule {
            let rule =
                |rule: &Option<String>| rule.as_ref().map_or("with all rules".to_owned(), |rule| format!("without {rule}"));
            return Some(format!(
                "{other_name} is a sweep {}, {this_name} {}: give all parts the same --ablate",
                rule(&other.removed_rule),
                rule(&self.removed_rule)
            ));
        }
        // Everything else being equal, only a damaged file gets here.
        (self.fingerprint != other.fingerprint).then(|| format!("{other_name} and {this_name} have different fingerprints"))
    }
}

fn digest(value: &(impl serde::Serialize + ?Sized)) -> String {
    let bytes = postcard::to_stdvec(value).expect("texts and numbers can always be encoded");
    format!("{:032x}", twox_hash::XxHash3_128::oneshot(&bytes))
}

/// The params that differ between two JSON objects: `warmth = 2, not 1`.
fn differing_params(found: &str, expected: &str) -> String {
    let parse = |text: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).unwrap_or_default();
    let (found, expected) = (parse(found), parse(expected));
    let ids: std::collections::BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let value = |params: &serde_json::Map<String, serde_json::Value>, id: &str| {
        params
            .get(id)
            .map_or_else(|| "missing".to_owned(), |value| value.as_f64().map_or_else(|| value.to_string(), |x| x.to_string()))
    };
    let differing = ids.into_iter().filter(|id| found.get(*id) != expected.get(*id));
    differing.map(|id| format!("{id} = {}, not {}", value(&found, id), value(&expected, id))).collect::<Vec<_>>().join("; ")
}
