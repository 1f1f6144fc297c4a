//! How relevant each attribute of a scene is to its story: a weight that depends on which expressions read the attribute.
//!
//! Goals weigh most, then measures, then influences (which affect many actions), then the utility of a single action. An attribute that
//! only conditions read, such as a switch of the rules, has weight 0.

use longhand_expr::Expr;
use longhand_scene::Scenario;

/// The weight that an expression of a goal adds to each attribute that it reads.
const GOAL: u32 = 8;
/// The weight that an expression of a measure adds.
const MEASURE: u32 = 5;
/// The weight that an expression of an influence adds.
const INFLUENCE: u32 = 3;
/// The weight that the utility of an action adds.
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
