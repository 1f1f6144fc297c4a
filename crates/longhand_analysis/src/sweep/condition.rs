//! Conditions of an ablation. Each condition changes one thing in the scene and is run with the same seeds, so that a difference
//! in the results is an effect of that one thing.

use longhand_expr::ids::AgentId;
use longhand_expr::nearest_name;
use longhand_scene::{AgentSelector, ParamValue, Scenario};

/// One change to a scene: a parameter value or a removed rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AblationCondition {
    /// Name for the reader: `oses_talk = false`, `without confide`.
    pub id: String,
    /// The parameter to set, and its value.
    pub param_override: Option<(String, String)>,
    /// Id of the action, trigger or process to remove.
    pub removed_rule: Option<String>,
}

/// Why a list of conditions is not one of this scene.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// The condition names neither a switch nor a rule of the scene.
    #[error(
        "unknown condition `{name}`: neither a switch nor a rule of the scene{}",
        suggestion.as_ref().map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
    )]
    Unknown {
        /// The condition as given.
        name: String,
        /// The most similar name in the scene.
        suggestion: Option<String>,
    },
    /// `params` stands for the switches among the parameters, and there is none.
    #[error("`params` inverts each switch of the scene, and it has none{}", numbers_hint(numbers))]
    NoSwitch {
        /// The parameters that are numbers.
        numbers: Vec<String>,
    },
    /// `rules` stands for the actions, influences, triggers and processes, and there is none.
    #[error("`rules` removes each rule of the scene, and it has none")]
    NoRule,
}

fn numbers_hint(numbers: &[String]) -> String {
    numbers.first().map_or_else(String::new, |first| format!("; give a number its other value: `{first}=VALUE`"))
}

impl AblationCondition {
    /// Parses a list of conditions. `params` stands for all switches, each inverted; `rules` stands for all actions, influences,
    /// triggers and processes, each removed; anything else is `PARAM=VALUE`, the id of a switch, or the id of a rule. Duplicates are dropped.
    ///
    /// # Errors
    /// When an entry is none of these, or stands for nothing in this scene.
    pub fn parse_list(entries: &[String], scenario: &Scenario) -> Result<Vec<Self>, ConditionError> {
        let mut all: Vec<Self> = Vec::new();
        for entry in entries {
            let conditions: Vec<Self> = match entry.as_str() {
                "params" => switch_conditions(scenario).collect(),
                "rules" => rule_ids(scenario).map(Self::without_rule).collect(),
                name => vec![Self::parse(name, scenario)?],
            };
            if conditions.is_empty() {
                let numbers = scenario.params.iter().map(|param| param.id.clone()).collect();
                return Err(if entry == "params" { ConditionError::NoSwitch { numbers } } else { ConditionError::NoRule });
            }
            for condition in conditions {
                if !all.contains(&condition) {
                    all.push(condition);
                }
            }
        }
        Ok(all)
    }

    fn parse(entry: &str, scenario: &Scenario) -> Result<Self, ConditionError> {
        if let Some((name, value)) = entry.split_once('=') {
            let (name, value) = (name.trim(), value.trim());
            if scenario.params.iter().any(|param| param.id == name) {
                return Ok(Self::with_param(name, value));
            }
        }
        if let Some(switch) =
            switch_conditions(scenario).find(|switch| switch.param_override.as_ref().is_some_and(|(name, _)| name == entry))
        {
            return Ok(switch);
        }
        match rule_ids(scenario).find(|rule| *rule == entry) {
            Some(rule) => Ok(Self::without_rule(rule)),
            None => {
                let params = scenario.params.iter().map(|param| param.id.as_str());
                let suggestion = match params.clone().find(|param| *param == entry) {
                    Some(number) => Some(format!("{number}=VALUE")),
                    None => nearest_name(entry, rule_ids(scenario).chain(params)).map(str::to_owned),
                };
                Err(ConditionError::Unknown { name: entry.to_owned(), suggestion })
            }
        }
    }

    fn with_param(name: &str, value: &str) -> Self {
        Self { id: format!("{name} = {value}"), param_override: Some((name.to_owned(), value.to_owned())), removed_rule: None }
    }

    fn without_rule(rule: &str) -> Self {
        Self { id: format!("without {rule}"), param_override: None, removed_rule: Some(rule.to_owned()) }
    }

    /// Removes the rule from a scene. A parameter must be set when the scene is loaded.
    pub fn remove_rule(&self, scenario: &mut Scenario) {
        let Some(rule) = &self.removed_rule else { return };
        // Rules are referred to by index, so the rule stays in the list but applies to no agent.
        let nobody = || vec![AgentSelector::Agent(AgentId::NONE)];
        scenario.actions.iter_mut().filter(|action| action.id == *rule).for_each(|action| action.by = Vec::new());
        scenario.triggers.iter_mut().filter(|trigger| trigger.id == *rule).for_each(|trigger| trigger.by = nobody());
        scenario.influences.iter_mut().filter(|influence| influence.id == *rule).for_each(|influence| influence.by = nobody());
        scenario.processes.iter_mut().filter(|process| process.id == *rule).for_each(|process| process.by = Vec::new());
    }
}

fn switch_conditions(scenario: &Scenario) -> impl Iterator<Item = AblationCondition> {
    scenario.params.iter().filter_map(|param| match param.value {
        ParamValue::Switch(on) => Some(AblationCondition::with_param(&param.id, if on { "false" } else { "true" })),
        ParamValue::Number(_) => None,
    })
}

fn rule_ids(scenario: &Scenario) -> impl Iterator<Item = &str> {
    let actions = scenario.actions.iter().map(|action| action.id.as_str());
    let triggers = scenario.triggers.iter().map(|trigger| trigger.id.as_str());
    let influences = scenario.influences.iter().map(|influence| influence.id.as_str());
    actions.chain(triggers).chain(influences).chain(scenario.processes.iter().map(|process| process.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Run, RunReport};
    use longhand_expr::ids::Instant;
    use longhand_scene::load_text;
    use longhand_sim::SimOptions;
    use std::sync::Arc;

    const TOWN: &str = r#"Scene(
        title: "Town", starts: "2025-01-06", ends: "2025-02-06",
        params: [Param(id: "rain", value: Switch(true)), Param(id: "warmth", value: Number(1))],
        kinds: [Kind(id: "human", wakes: "6h")],
        attributes: [Attribute(id: "joy", start: 0.1)],
        cast: [Member(id: "ann", kind: "human")],
        actions: [
            Action(id: "walk", when: "not rain", want: "1", does: ["self.joy += 0.1"]),
            Action(id: "read", want: "0.5 * warmth", does: ["self.joy += 0.01"]),
        ],
        triggers: [
            Trigger(id: "smile", on: Event("read"), does: ["self.joy += 0.02"]),
            Trigger(id: "glow", by: ["human"], when: "self.joy > 0.2", does: ["self.joy = 0"]),
        ],
        processes: [Process(id: "age", by: ["human"], every: "1d", does: ["self.joy += 0.001"])],
        beats: [
            Beat(id: "out", must: true, events: [Clause(on: ["walk"])]),
            Beat(id: "in", must: true, events: [Clause(on: ["read"])]),
            Beat(id: "smiled", events: [Clause(on: ["smile"])]),
            Beat(id: "glowed", events: [Clause(on: ["glow"])]),
        ],
    )"#;

    fn parse_conditions(entries: &[&str]) -> Result<Vec<String>, ConditionError> {
        let scenario = load_text("town.ron", &[("town.ron", TOWN)], &[]).unwrap().scenario;
        let entries: Vec<String> = entries.iter().map(|&entry| entry.to_owned()).collect();
        Ok(AblationCondition::parse_list(&entries, &scenario)?.into_iter().map(|condition| condition.id).collect())
    }

    fn run_report(entry: &str) -> RunReport {
        let load = |set: &[(String, String)]| load_text("town.ron", &[("town.ron", TOWN)], set).unwrap().scenario;
        let condition = AblationCondition::parse_list(&[entry.to_owned()], &load(&[])).unwrap().remove(0);
        let mut scenario = load(condition.param_override.as_slice());
        condition.remove_rule(&mut scenario);
        let week = Some(Instant::from_seconds(7.0 * 86_400.0));
        let mut run = Run::new(Arc::new(scenario), SimOptions { seed: 1, threads: 1 }, week);
        while run.step() {}
        run.report()
    }

    #[test]
    fn conditions_are_parsed_and_a_typo_gets_a_suggestion() {
        assert_eq!(parse_conditions(&["params", "walk", "rain"]).unwrap(), ["rain = false", "without walk"]);
        assert_eq!(
            parse_conditions(&["rules"]).unwrap(),
            ["without read", "without walk", "without glow", "without smile", "without age"]
        );
        assert_eq!(parse_conditions(&["warmth=2"]).unwrap(), ["warmth = 2"]);
        let error = parse_conditions(&["wakl"]).unwrap_err();
        assert_eq!(error.to_string(), "unknown condition `wakl`: neither a switch nor a rule of the scene; did you mean `walk`?");
        let error = parse_conditions(&["warmth"]).expect_err("a number cannot be inverted");
        assert!(error.to_string().ends_with("did you mean `warmth=VALUE`?"), "{error}");
    }

    #[test]
    fn a_removed_rule_and_what_depends_on_it_do_not_happen() {
        let beats = |entry: &str| {
            let report = run_report(entry);
            let ids = report.beats.iter().filter(|beat| beat.at.is_some()).map(|beat| beat.id.clone());
            ids.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(beats("walk"), "in smiled glowed");
        assert!(beats("rain").starts_with("out"), "{}", beats("rain"));
        assert_eq!(beats("read"), "");
        assert_eq!(beats("smile"), "in glowed");
        assert_eq!(beats("glow"), "in smiled");
        assert_eq!(beats("age"), "in smiled glowed");
    }
}
