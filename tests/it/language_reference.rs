//! Every example of `docs/language.md` compiles.

use longhand_expr::ids::{AgentId, TieId};
use longhand_expr::{
    AttributeSchema, DefSchema, ParamSchema, Schema, Scope, TieSchema, Type, compile_effect, compile_expr, compile_set,
};

const PAGE: &str = include_str!("../../docs/language.md");

fn schema() -> Schema {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let attribute = |name: &str, switch| AttributeSchema {
        name: name.to_owned(),
        switch,
        integer: name == "coins",
        range: (0.0, 100.0),
        one_of: if name == "stage" { names(&["child", "adult", "elder"]) } else { Vec::new() },
    };
    let tie = |name: &str, symmetric| TieSchema { name: name.to_owned(), symmetric };
    let param = |name: &str, ty| ParamSchema { name: name.to_owned(), ty, value: 3.0 };
    Schema {
        kinds: names(&["human", "os", "thing", "world"]),
        attributes: vec![
            attribute("loneliness", false),
            attribute("warmth", false),
            attribute("secret", true),
            attribute("coins", false),
            attribute("stage", false),
            attribute("tide", false),
            attribute("os_love", false),
        ],
        norms: names(&["os_love"]),
        dims: names(&["affection", "trust"]),
        ties: vec![tie("friends", true), tie("uses", false), tie("child_of", false)],
        places: names(&["flat", "park"]),
        cast: names(&["ann", "ben", "cleo", "ring", "world"]),
        things: 2,
        thing_kinds: 2,
        world: Some(AgentId(4)),
        params: vec![param("eagerness", Type::Number), param("winter", Type::Switch)],
        events: names(&["talk", "date", "date/hesitates"]),
        values: names(&["readers"]),
        lists: names(&["first_names"]),
        documents: names(&["letter"]),
        reasons: names(&["fever", "divorce"]),
        appointments: names(&["dinner"]),
        intentions: names(&["befriend"]),
        kinship: Some((TieId(2), true)),
        defs: vec![DefSchema::new("close", names(&["a", "b"]), "affection(a, b) > 0.5 and trust(a, b) > 0.5")],
        ..Schema::default()
    }
}

/// The examples, each with its kind and its text.
fn examples() -> Vec<(&'static str, &'static str)> {
    let blocks = PAGE.split("```longhand ").skip(1);
    blocks
        .map(|block| {
            let (kind, rest) = block.split_once('\n').expect("a fence ends its line");
            (kind.trim(), rest.split_once("\n```").expect("a block is closed").0)
        })
        .collect()
}

#[test]
fn every_example_of_the_reference_compiles() {
    let (schema, scope) = (schema(), Scope::new(["self", "friend"]).for_event());
    let examples = examples();
    assert!(examples.len() > 60, "the page has only {} examples", examples.len());
    for (kind, text) in examples {
        let expression = |ty| compile_expr(text, ty, &scope, &schema).map(|_| ());
        let result = match kind {
            "condition" => expression(Type::Switch),
            "number" => expression(Type::Number),
            "want" => {
                let mut scope = scope.clone();
                scope.in_want = true;
                compile_expr(text, Type::Number, &scope, &schema).map(|_| ())
            }
            "agent" => expression(Type::Agent),
            "place" => expression(Type::Place),
            "set" => compile_set(text, "it", &scope, &schema).map(|_| ()),
            "effect" => compile_effect(text, &mut scope.clone(), &schema).map(|_| ()),
            other => panic!("unknown kind of example `{other}`"),
        };
        assert_eq!(result, Ok(()), "{kind}: {text}");
    }
}
