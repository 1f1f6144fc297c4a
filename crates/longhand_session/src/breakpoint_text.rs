//! Breakpoints as text: `loneliness > 0.7`, `ann.loneliness crosses 0.5`, `trust(ann, ben) < 0.2 either`, `lovers(ann, ben)`.
//!
//! `>` stops where the value rises to the number, `<` where it falls below it, `crosses` at both; a word after the number (`rising`,
//! `falling`, `either`) says otherwise. A tie or a switch needs no number: it stops where it begins to hold, with `not` where it ceases.

use super::breakpoint::{Breakpoint, Crossing};
use super::run_data::RunData;
use longhand_expr::ids::{AgentId, AttrId, DimId, Fact, TieId, WorldFact};
use longhand_expr::{AGENT_FIELDS, nearest_name};

/// An example, for messages and hints.
const EXAMPLE: &str = "loneliness > 0.7";

impl Breakpoint {
    /// Reads a breakpoint. An attribute without an agent is one of `agent`.
    ///
    /// # Errors
    /// What is wrong with the text, with a suggestion.
    pub fn parse(text: &str, run: &RunData, agent: Option<AgentId>) -> Result<Self, String> {
        let text = text.trim();
        let (condition, word) = split_direction(text);
        let operators = [(">=", Crossing::Rising), (">", Crossing::Rising), ("<=", Crossing::Falling), ("<", Crossing::Falling)];
        let found = operators.into_iter().chain([(" crosses ", Crossing::Either), ("=", Crossing::Either)]);
        let mut found = found.filter_map(|(operator, crossing)| Some((condition.split_once(operator)?, crossing)));
        let Some(((left, right), crossing)) = found.next() else { return parse_switch(condition, word, run, agent) };
        let (fact, _) = parse_fact(left.trim(), run, agent)?;
        let value = right.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        let value = value.ok_or_else(|| format!("`{}` is no number, as in `{EXAMPLE}`", right.trim()))?;
        Ok(with_crossing(fact, value, word.unwrap_or(crossing)))
    }
}

/// The condition, and the direction that its last word says.
fn split_direction(text: &str) -> (&str, Option<Crossing>) {
    for (word, crossing) in [("rising", Crossing::Rising), ("falling", Crossing::Falling), ("either", Crossing::Either)] {
        if let Some(condition) = text.strip_suffix(word).filter(|condition| condition.ends_with(char::is_whitespace)) {
            return (condition.trim_end(), Some(crossing));
        }
    }
    (text, None)
}

const fn with_crossing(fact: Fact, value: f64, crossing: Crossing) -> Breakpoint {
    match crossing {
        Crossing::Rising => Breakpoint::Rises(fact, value),
        Crossing::Falling => Breakpoint::Falls(fact, value),
        Crossing::Either => Breakpoint::Crosses(fact, value),
    }
}

/// A tie or a switch, without a number.
fn parse_switch(text: &str, word: Option<Crossing>, run: &RunData, agent: Option<AgentId>) -> Result<Breakpoint, String> {
    let (name, crossing) = match text.strip_prefix("not ") {
        Some(name) => (name.trim(), Crossing::Falling),
        None => (text, Crossing::Rising),
    };
    if name.is_empty() {
        return Err(format!("write a condition, as in `{EXAMPLE}`"));
    }
    let (fact, is_switch) = parse_fact(name, run, agent)?;
    if !is_switch {
        return Err(format!("`{name}` is a number: compare it, as in `{name} > 0.7`"));
    }
    Ok(with_crossing(fact, 0.5, word.unwrap_or(crossing)))
}

/// A fact, and whether it is a switch.
fn parse_fact(text: &str, run: &RunData, agent: Option<AgentId>) -> Result<(Fact, bool), String> {
    if let Some((name, arguments)) = text.split_once('(') {
        let arguments = arguments.strip_suffix(')').ok_or_else(|| format!("`{text}` lacks its `)`"))?;
        let agents: Vec<&str> = arguments.split(',').map(str::trim).collect();
        let &[from, to] = agents.as_slice() else {
            return Err(format!("`{}` is between two: write `{}(ann, ben)`", name.trim(), name.trim()));
        };
        return parse_bond(name.trim(), find_agent(from, run)?, find_agent(to, run)?, run);
    }
    match text.rsplit_once('.') {
        Some((who, name)) => parse_attribute(name.trim(), find_agent(who.trim(), run)?, run),
        None => {
            let agent = agent.ok_or_else(|| format!("say whose: `ann.{text}`"))?;
            parse_attribute(text, agent, run)
        }
    }
}

fn parse_bond(name: &str, from: AgentId, to: AgentId, run: &RunData) -> Result<(Fact, bool), String> {
    let symbols = run.symbols();
    let written = name.replace(' ', "_");
    if let Some(dim) = symbols.dims.iter().position(|dim| dim.id == written) {
        return Ok((Fact::World(WorldFact::Dim(from, to, DimId::from_index(dim))), false));
    }
    if let Some(tie) = symbols.ties.iter().position(|tie| *tie == written) {
        return Ok((Fact::World(WorldFact::Tie(from, to, TieId::from_index(tie))), true));
    }
    let names = symbols.dims.iter().map(|dim| dim.id.as_str()).chain(symbols.ties.iter().map(String::as_str));
    Err(unknown("bond or tie", name, names))
}

fn parse_attribute(name: &str, agent: AgentId, run: &RunData) -> Result<(Fact, bool), String> {
    let written = name.replace(' ', "_");
    let attributes = &run.symbols().attributes;
    if let Some(index) = attributes.iter().position(|attribute| attribute.id == written) {
        return Ok((Fact::World(WorldFact::Attr(agent, AttrId::from_index(index))), attributes[index].switch));
    }
    if let Some(&(_, field, is_switch)) = AGENT_FIELDS.iter().find(|(field, ..)| *field == written) {
        return Ok((Fact::Field(agent, field), is_switch));
    }
    let names = attributes.iter().map(|attribute| attribute.id.as_str()).chain(AGENT_FIELDS.iter().map(|(name, ..)| *name));
    Err(unknown("attribute", name, names))
}

fn find_agent(name: &str, run: &RunData) -> Result<AgentId, String> {
    match run.chronicle().agents.find(name).as_slice() {
        [profile] => Ok(profile.id),
        [] => {
            let names = run.chronicle().agents.iter().map(|profile| profile.key.as_str()).filter(|key| !key.is_empty());
            Err(unknown("person", name, names))
        }
        several => Err(format!("{} are called `{name}`: write the number of one, as in `#{}`", several.len(), several[0].id.0)),
    }
}

fn unknown<'n>(what: &str, name: &str, names: impl Iterator<Item = &'n str>) -> String {
    let suggestion = nearest_name(name, names).map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
    format!("there is no {what} `{name}`{suggestion}")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MINDS_SCENE, simulated_session};
    use super::*;

    #[test]
    fn conditions_are_read_with_their_direction() {
        let session = simulated_session(MINDS_SCENE);
        let run = session.run();
        let id = |name: &str| run.scenario().schema.agent(name).unwrap();
        let (ann, ben) = (id("ann"), id("ben"));
        let loneliness = |agent| Fact::World(WorldFact::Attr(agent, AttrId(0)));
        let lovers = Fact::World(WorldFact::Tie(ann, ben, TieId(0)));
        for (text, expected) in [
            ("loneliness > 0.7", Breakpoint::Rises(loneliness(ann), 0.7)),
            ("ben.loneliness<0.2", Breakpoint::Falls(loneliness(ben), 0.2)),
            ("Ben.loneliness crosses 0.5", Breakpoint::Crosses(loneliness(ben), 0.5)),
            ("loneliness > 0.7 either", Breakpoint::Crosses(loneliness(ann), 0.7)),
            ("loneliness >= 0.7 falling", Breakpoint::Falls(loneliness(ann), 0.7)),
            ("lovers(ann, ben)", Breakpoint::Rises(lovers, 0.5)),
            ("not lovers(ann, ben)", Breakpoint::Falls(lovers, 0.5)),
        ] {
            assert_eq!(Breakpoint::parse(text, run, Some(ann)), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_condition_that_cannot_be_read_says_why() {
        let session = simulated_session(MINDS_SCENE);
        let run = session.run();
        let ann = run.scenario().schema.agent("ann");
        for (text, part) in [
            ("lonliness > 0.7", "did you mean `loneliness`"),
            ("loneliness > much", "`much` is no number"),
            ("loneliness", "is a number: compare it"),
            ("bem.loneliness > 1", "there is no person `bem`"),
            ("lovers(ann) > 1", "is between two"),
            ("lovers(ann, ben", "lacks its `)`"),
            ("", "write a condition"),
        ] {
            let message = Breakpoint::parse(text, run, ann).expect_err(text);
            assert!(message.contains(part), "{text}: {message}");
        }
        assert!(Breakpoint::parse("loneliness > 1", run, None).is_err_and(|message| message.contains("say whose")));
    }
}
