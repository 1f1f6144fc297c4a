//! What the city view shows, by names that mean the same in every run of a scene.

use serde::{Deserialize, Serialize};

use longhand_analysis::{SurveyGroup, SurveyValue};
use longhand_scene::Scenario;

/// What the city view shows: everything of one group, or one thing of every group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CityView {
    /// The name of the value that is shown of every group; `None`: all values of one group.
    pub value: Option<String>,
    /// The name of the group; `None`: everybody.
    pub group: Option<String>,
}

/// The name of a group: `everybody`, `human`, `home: the street`.
#[must_use]
pub fn survey_group_name(scenario: &Scenario, group: SurveyGroup) -> String {
    match group {
        SurveyGroup::Everybody => "everybody".to_owned(),
        SurveyGroup::Kind(kind) => scenario.kinds.get(kind.index()).map_or_else(String::new, |kind| kind.id.replace('_', " ")),
        SurveyGroup::Home(place) => {
            let name = scenario
                .places
                .get(place.index())
                .map_or("", |place| if place.name.is_empty() { &place.id } else { &place.name });
            format!("home: {name}")
        }
    }
}

/// The name of a value: `has an OS`, `loneliness`, `ties: friends`.
#[must_use]
pub fn survey_value_name(scenario: &Scenario, value: SurveyValue) -> String {
    match value {
        SurveyValue::OwnsOs => "has an OS".to_owned(),
        SurveyValue::Attr(attr) => {
            scenario.attributes.get(attr.index()).map_or_else(String::new, |attribute| attribute.id.replace('_', " "))
        }
        SurveyValue::Tie(tie) => {
            format!("ties: {}", scenario.ties.get(tie.index()).map_or("", |tie| tie.id.as_str()).replace('_', " "))
        }
    }
}
