//! What somebody tells, as a clause: "that Ann and Ben are friends".

use super::event_narrator::{EventTemplateContext, id_to_words, place_name};
use super::template_person::TemplatePerson;
use longhand_expr::ids::{AgentId, PlaceId, WorldFact};
use longhand_scene::prose_keys::topic_key;
use minijinja::value::Value;

impl EventTemplateContext<'_> {
    /// What the event is about as a clause: the prose `topic/NAME` of the tie, attribute, dimension or event, or plain words.
    pub(super) fn topic_clause(&self) -> Option<String> {
        let topic = self.event.topic.as_ref()?;
        self.clause_about(topic.known, topic.told)
    }

    /// Something that is known, with the value that it is believed to have, as a clause.
    pub(super) fn clause_about(&self, known: WorldFact, value: f64) -> Option<String> {
        let templates = self.templates?;
        let name = self.topic_name(known);
        let written = templates.variants(&topic_key(name)).iter().find_map(|variant| {
            variant
                .render(&templates.env, |name| self.topic_value(name, known, value))
                .ok()
                .filter(|text| !text.trim().is_empty())
        });
        Some(written.unwrap_or_else(|| self.plain_clause(known, value)))
    }

    /// The name of what a fact is about.
    fn topic_name(&self, known: WorldFact) -> &str {
        let schema = &self.scenario.schema;
        match known {
            WorldFact::Attr(_, attr) => &schema.attributes[attr.index()].name,
            WorldFact::Dim(.., dim) => &schema.dims[dim.index()],
            WorldFact::Tie(.., tie) => &schema.ties[tie.index()].name,
            WorldFact::Happened(event, ..) => &schema.events[event.index()],
            WorldFact::Place(_) => "place",
            WorldFact::Holder(_) => "holder",
            WorldFact::Name(_) => "name",
        }
    }

    /// The value of a name in a template of a clause: `a` and `b` are the agents it is about, with pronouns for those who take part.
    fn topic_value(&self, name: &str, known: WorldFact, value: f64) -> Option<Value> {
        let [a, b] = known.agents();
        match name {
            "a" => self.person_value(a),
            "b" => self.person_value(b),
            "holds" => Some(Value::from(value != 0.0)),
            "value" => Some(Value::from(value)),
            name => self.lookup(name),
        }
    }

    /// The agent as the clause calls it: the one who speaks by a pronoun.
    fn called_in_clause(&self, agent: AgentId, form: &str) -> String {
        let speaker = self.event.roles.first().copied().unwrap_or(AgentId::NONE);
        let Some(person) = self.person(agent) else { return String::new() };
        match (agent == speaker).then(|| TemplatePerson::form(&person, form)).flatten() {
            Some(pronoun) => pronoun.to_owned(),
            None => person.short_name,
        }
    }

    fn plain_clause(&self, known: WorldFact, value: f64) -> String {
        let [first, second] = known.agents();
        let (mut a, b) = (self.called_in_clause(first, ""), self.called_in_clause(second, "him"));
        // The id of a tie is a verb for one: "owes" does not go with "they".
        if let (WorldFact::Tie(.., tie), Some(person)) = (known, self.person(first))
            && !self.scenario.ties[tie.index()].mutual
            && person.pronoun() == "they"
        {
            a = person.short_name;
        }
        let what = id_to_words(self.topic_name(known));
        let holds = if value == 0.0 { "no" } else { "yes" };
        let (message, what) = match known {
            WorldFact::Tie(.., tie) if self.scenario.ties[tie.index()].mutual => ("topic-mutual-tie", what),
            WorldFact::Tie(..) => ("topic-tie", what),
            WorldFact::Dim(..) => ("topic-dimension", what),
            WorldFact::Happened(.., with) if !with.is_some() => ("topic-event-alone", what),
            WorldFact::Happened(..) => ("topic-event", what),
            WorldFact::Place(_) => {
                let place = place_name(self.scenario, PlaceId::from_value(value));
                (if place.is_some() { "topic-place" } else { "topic-nowhere" }, place.unwrap_or_default().to_owned())
            }
            WorldFact::Holder(_) => match AgentId::from_value(value) {
                AgentId::NONE => ("topic-nowhere", String::new()),
                holder => ("topic-holder", self.called_in_clause(holder, "")),
            },
            WorldFact::Attr(..) | WorldFact::Name(_) => ("topic-attribute", what),
        };
        let (own_a, own_b) = (self.person(first), self.person(second));
        let pronoun = |person: &Option<TemplatePerson>| person.as_ref().map_or("they", TemplatePerson::pronoun).to_owned();
        let values = [
            ("a", a.into()),
            ("b", b.into()),
            ("what", what.into()),
            ("holds", holds.into()),
            ("pronoun_a", pronoun(&own_a).into()),
            ("pronoun_b", pronoun(&own_b).into()),
        ];
        self.scenario.language.format(message, &values)
    }
}
