//! Something that happened before (or comes later), as a composed sentence speaks of it.

use super::template_person::NAME_MARKS;
use longhand_language::capitalise;
use minijinja::value::{Object, ObjectRepr, Value};
use std::fmt;
use std::sync::Arc;

/// The days after which an event is spoken of with its month.
const DATED_DAYS: i64 = 45;

/// An event that a composed sentence refers to. It prints as a clause in the past tense: "Ann left Ben".
///
/// `.noun` is a noun phrase ("the quarrel with Ben"), if the scene has one, and `.Noun` the beginning of a sentence with it;
/// `.dated` is the noun phrase, with the month if that was more than 45 days ago (in English);
/// `.since` is what fits after "since", "after" and "before": of "the day Ann left Ben" only "Ann left Ben". Without
/// a noun phrase it is the clause, if that is a single one. `.say` is the clause
/// as the beginning of a sentence. `.when` says how long ago it was as somebody says it ("three weeks ago"),
/// `.span` only how long ("three weeks"; none on the same day), `.days` the number of days, `.month` the month, `.kind` the event, `.place` where it was,
/// `.weekday` the day of the week, `.feeling` the name of what the one who remembers it came to feel most,
/// `.with` the other agent who took part. `.glad` and `.sore` say whether the one
/// who remembers it felt something pleasant or a grievance then.
#[derive(Clone, Debug)]
pub(crate) struct TemplatePast {
    pub clause: String,
    pub noun: Option<String>,
    pub glad: bool,
    pub sore: bool,
    pub feeling: Option<&'static str>,
    pub weekday: Option<String>,
    pub when: String,
    pub span: Option<String>,
    pub days: i64,
    pub month: String,
    pub kind: String,
    pub place: Option<String>,
    pub with: Option<Value>,
}

impl TemplatePast {
    /// What fits after "since": the noun phrase, or the clause if it is a single one.
    fn since(&self) -> Option<&str> {
        let is_single = !self.clause.is_empty() && !self.clause.contains(',');
        self.noun.as_deref().map(clause_of_time).or_else(|| is_single.then_some(self.clause.as_str()))
    }

    /// The noun phrase, with the month if that was long ago.
    fn dated(&self) -> Option<String> {
        let noun = self.noun.as_deref()?;
        let clause = clause_of_time(noun);
        Some(match noun.strip_suffix(clause).map(str::trim_end).filter(|time| !time.is_empty()) {
            _ if self.days <= DATED_DAYS => noun.to_owned(),
            // "The day Ann left in March" would be when she left in March.
            Some(time) => format!("{time} in {} when {clause}", self.month),
            None => format!("{noun} in {}", self.month),
        })
    }

    /// An example, for the check of templates.
    pub fn sample(with: Value) -> Self {
        Self {
            clause: "it rained".into(),
            noun: Some("the rain".into()),
            glad: true,
            sore: true,
            feeling: Some("joy"),
            weekday: Some("Tuesday".into()),
            when: "three weeks ago".into(),
            span: Some("three weeks".into()),
            days: 21,
            month: "March".into(),
            kind: "rain".into(),
            place: Some("the beach".into()),
            with: Some(with),
        }
    }
}

impl Object for TemplatePast {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(match key.as_str()? {
            "noun" => Value::from(self.noun.clone()?),
            "Noun" => Value::from(capitalise(self.noun.as_ref()?)),
            "dated" => Value::from(self.dated()?),
            "since" => Value::from(self.since()?),
            "glad" => Value::from(self.glad),
            "sore" => Value::from(self.sore),
            "feeling" => Value::from(self.feeling?),
            "weekday" => Value::from(self.weekday.clone()?),
            "say" => Value::from(capitalise(&self.clause)),
            "when" => Value::from(self.when.as_str()),
            "When" => Value::from(capitalise(&self.when)),
            "span" => Value::from(self.span.clone()?),
            "Span" => Value::from(capitalise(self.span.as_ref()?)),
            "days" => Value::from(self.days),
            "month" => Value::from(self.month.as_str()),
            "kind" => Value::from(self.kind.as_str()),
            "place" => Value::from(self.place.clone()?),
            "with" => self.with.clone()?,
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.clause)
    }
}

/// The clause in a noun phrase that is a time: "the day Ann left Ben". Any other noun phrase is returned as it is.
fn clause_of_time(noun: &str) -> &str {
    let clause = ["the day ", "the evening ", "the night "].iter().find_map(|time| noun.strip_prefix(time));
    let begins_with_person = |clause: &&str| {
        let pronouns = ["you ", "we ", "he ", "she ", "they "];
        clause.starts_with(|c: char| c == NAME_MARKS[0] || c.is_uppercase())
            || pronouns.iter().any(|word| clause.starts_with(word))
    };
    clause.filter(begins_with_person).unwrap_or(noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_by_what_happened_then() {
        assert_eq!(clause_of_time("the day Ann left Ben"), "Ann left Ben");
        assert_eq!(clause_of_time("the evening you came"), "you came");
        assert_eq!(clause_of_time("the day of the signing"), "the day of the signing");
        assert_eq!(clause_of_time("our quarrel"), "our quarrel");
    }

    #[test]
    fn what_was_long_ago_has_its_month() {
        let past = |noun: &str, days| TemplatePast { noun: Some(noun.into()), days, ..TemplatePast::sample(Value::UNDEFINED) };
        assert_eq!(past("the day you left me", 60).dated().as_deref(), Some("the day in March when you left me"));
        assert_eq!(past("our quarrel", 60).dated().as_deref(), Some("our quarrel in March"));
        assert_eq!(past("the day of the signing", 60).dated().as_deref(), Some("the day of the signing in March"));
        assert_eq!(past("the day you left me", 20).dated().as_deref(), Some("the day you left me"));
    }
}
