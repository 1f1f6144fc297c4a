//! How much each attribute of a scene matters to its story, by what reads it.
//!
//! What agents want and what the scene measures counts most, then what moves many choices, then what moves one. An attribute that only
//! conditions read, such as a switch of the rules, counts nothing.

use longhand_expr::Expr;
use longhand_scene::Scenario;

/// What an expression of a goal adds to the weight of the attributes that it reads.
const GOAL: u32 = 8;
/// The same for a measure.
const MEASURE: u32 = 5;
/// The same for an influence.
const INFLUENCE: u32 = 3;
/// The same for the utility of an action.
const WANT: u32 = 1;

/// The weight of each attribute, by id.
pub(super) fn attribute_weights(scenario: &Scenario) -> Vec<u32> {
    let mut weights = vec![0; scenario.attributes.len()];
    let mut add = |expr: &Expr, weight: u32| {
        for attr in expr.reads().attrs {
            if let Some(sum) = weights.get_mut(attr.index()) {
                *sum += weight;
            }
        }
    };
    for goal in &scenario.goals {
        add(&goal.likelihood, GOAL);
        add(&goal.weight, GOAL);
    }
    scenario.measures.iter().for_each(|measure| add(&measure.is, MEASURE));
    scenario.influences.iter().for_each(|influence| add(&influence.adds, INFLUENCE));
    scenario.actions.iter().for_each(|action| add(&action.want, WANT));
    weights
}

#[cfg(test)]
mod tests {
    use super::super::testing::MINDS_SCENE;
    use super::*;

    #[test]
    fn what_agents_want_matters_more_than_what_nothing_reads() {
        let loaded = longhand_scene::load_text("test.ron", &[("test.ron", MINDS_SCENE)], &[]).unwrap();
        let weights = attribute_weights(&loaded.scenario);
        let weight = |id: &str| {
            let index = loaded.scenario.attributes.iter().position(|attribute| attribute.id == id).unwrap();
            weights[index]
        };
        assert_eq!((weight("loneliness"), weight("patience")), (GOAL, 0));
    }
}
