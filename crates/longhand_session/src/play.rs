//! A person at the keyboard plays a member of the cast: at each decision they are shown what the agent weighs, and decide.
//!
//! The run waits meanwhile. What is decided otherwise than the agent would have is noted in the setup of the run, so that it can be
//! saved, repeated, compared and asked about like any other.

use super::channel::AskedDecision;
use super::run_data::RunData;
use longhand_chronicle::LogPosition;
use longhand_expr::ids::{AgentId, Fact, Instant, WorldFact};
use longhand_scene::PlayedDecision;
use longhand_sim::{OpenDecision, PlayerChoice};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Somebody whom the person plays.
#[derive(Debug)]
pub struct PlayedRole {
    agent: AgentId,
    asked: Option<AskedDecision>,
    /// Before it, the agent decides itself.
    away_until: Instant,
}

impl PlayedRole {
    pub(super) fn new(agent: AgentId) -> Self {
        Self { agent, asked: None, away_until: Instant::START }
    }

    /// Who is played.
    #[must_use]
    pub fn agent(&self) -> AgentId {
        self.agent
    }

    /// The decision that the run waits for.
    #[must_use]
    pub fn open_decision(&self) -> Option<&OpenDecision> {
        self.asked.as_ref().map(AskedDecision::decision)
    }

    /// Keeps a question for the person, unless they are away.
    pub(super) fn ask(&mut self, asked: AskedDecision) {
        if asked.decision().at < self.away_until {
            asked.answer(PlayerChoice::Own);
        } else {
            self.asked = Some(asked);
        }
    }

    /// Lets the agent decide itself for a day from the open decision on.
    pub(super) fn leave_for_a_day(&mut self) {
        if let Some(at) = self.open_decision().map(|decision| decision.at) {
            self.away_until = at.add_seconds(DAY);
        }
    }

    /// Takes the open question, if it has this option.
    pub(super) fn take_question(&mut self, choice: PlayerChoice) -> Option<AskedDecision> {
        let has_option = |asked: &mut AskedDecision| match choice {
            PlayerChoice::Option(nth) => nth < asked.decision().weighed.options.len(),
            PlayerChoice::Own | PlayerChoice::Nothing => true,
        };
        self.asked.take_if(has_option)
    }
}

/// What is to be noted of a decision: `None` if the agent would decide the same.
pub(super) fn differing_decision(decision: &OpenDecision, choice: PlayerChoice) -> Option<PlayedDecision> {
    let decided = decision.decided(choice);
    let option = || decided.and_then(|nth| decision.names.get(nth).cloned());
    (decided != decision.own()).then(|| PlayedDecision { at_us: decision.at.0, option: option() })
}

/// An option in a few words: "write letter", "call: Amy", "tell: Ben, that Ann and Cleo are friends".
#[must_use]
pub fn describe_option(run: &RunData, decision: &OpenDecision, nth: usize) -> String {
    let Some(option) = decision.weighed.options.get(nth) else { return String::new() };
    let mut text = run.symbols().event_name(option.kind).replace(['_', '/'], " ");
    let others = option.roles.iter().skip(1).filter(|agent| agent.is_some());
    let mut with: Vec<String> =
        others.map(|&other| run.chronicle().agents.display_name_at(other, decision.at)).filter(|name| !name.is_empty()).collect();
    with.extend(decision.topics.get(nth).copied().flatten().map(|topic| describe_topic(run, decision, topic)));
    if !with.is_empty() {
        text.push_str(": ");
        text.push_str(&with.join(", "));
    }
    text
}

/// What the agent would talk about, as it knows it.
fn describe_topic(run: &RunData, decision: &OpenDecision, topic: WorldFact) -> String {
    let now = LogPosition::end_of(run.simulated_until());
    let believed = run.beliefs(decision.agent, now).find(|(known, _)| *known == topic).map(|(_, value)| value);
    let value = believed.or_else(|| run.value(Fact::World(topic), now)).unwrap_or(1.0);
    run.topic_clause(topic, value, decision.at)
}
