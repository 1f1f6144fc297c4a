//! Tests of the language with random texts: evaluation by columns gives the same as one by one, and nothing panics.

use std::ops::ControlFlow;

use proptest::prelude::*;

use crate::ids::*;

use super::tests::{TestWorld, frame, schema, scope};
use super::*;

fn number_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("self.loneliness".to_owned()),
        Just("self.warmth".to_owned()),
        Just("self.pleasure".to_owned()),
        Just("warm_up".to_owned()),
        Just("hour".to_owned()),
        Just("affection(self, ben)".to_owned()),
        Just("uniform(0, 1)".to_owned()),
        (-4_i32..5).prop_map(|n| n.to_string()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let (a, b, c) = (inner.clone(), inner.clone(), inner);
        prop_oneof![
            (a.clone(), "[-+*/%^]", b.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (a.clone(), b.clone(), c.clone()).prop_map(|(a, b, c)| format!("clamp({a}, {b}, {c})")),
            (a.clone(), b.clone(), c.clone()).prop_map(|(a, b, c)| format!("ramp({a}, {b}, {c})")),
            (a.clone(), b.clone(), c.clone()).prop_map(|(a, b, c)| format!("toward({a}, {b}, {c})")),
            (a.clone(), b.clone(), c.clone())
                .prop_map(|(a, b, c)| format!("(if {a} < {b} and not self.tired then {c} else {a})")),
            (a.clone(), b.clone(), c)
                .prop_map(|(a, b, c)| format!("(if (if {a} > 0 then friends(self, ben) else winter) then {b} else {c})")),
            (a.clone(), b).prop_map(|(a, b)| format!("max({a}, min({b}, 1))")),
            a.prop_map(|a| format!("sigmoid(-{a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn batch_and_single_evaluation_agree(text in number_text()) {
        let Ok(expr) = compile_expr(&text, Type::Number, &scope(), &schema()) else { return Ok(()) };
        let world = TestWorld::new();
        let agents: Vec<AgentId> = (0..300).map(AgentId).collect();
        let mut column = vec![0.0; agents.len()];
        expr.eval_batch(&world, &agents, &mut column);
        for (agent, value) in agents.iter().zip(column) {
            let single = expr.number(&world, &mut EvalFrame::for_agent(*agent));
            prop_assert!(single == value, "{}: {} is not {} for {:?}", text, value, single, agent);
            prop_assert!(single.is_finite());
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,80}") {
        let _ = compile_expr(&text, Type::Switch, &scope(), &schema());
        let _ = compile_set(&text, "it", &scope(), &schema());
        let _ = compile_effect(&text, &mut scope(), &schema());
    }

    #[test]
    fn no_sequence_of_words_panics(words in prop::collection::vec(prop::sample::select(vec![
        "self", "friend", "(", ")", "[", "]", ",", ":", ".", "+", "-", "*", "/", "^", "%", "if", "then", "else", "not", "and", "or",
        "where", "in", "it", "v", "1", "2h", "=", "==", "<", "friends", "ties", "count", "sum", "best", "pick", "believes", "knows",
        "close", "circle", "twice", "loop", "broken", "loneliness", "happened", "talk", "date", "since", "learns", "is", "told",
        "feels", "joy", "at", "for", "begin", "leaves", "os", "flat", "affection", "chance", "min",
    ]), 0..24)) {
        let text = words.join(" ");
        if let Ok(expr) = compile_expr(&text, Type::Switch, &scope(), &schema()) {
            let _ = expr.truth(&TestWorld::new(), &mut frame());
        }
        if let Ok(set) = compile_set(&text, "it", &scope(), &schema()) {
            set.for_each(&TestWorld::new(), &mut frame(), 1, &mut |_| ControlFlow::Continue(()));
        }
        let _ = compile_effect(&text, &mut scope(), &schema());
    }
}
