//! Tests of playing somebody, with real runs.

use super::branch::RunSetup;
use super::channel::SimReceiver;
use super::command::SessionCommand;
use super::host::SimulationHost;
use super::play::describe_option;
use super::session::Session;
use super::testing::{MINDS_SCENE, SimulatedScene, simulated_session};
use longhand_chronicle::format_hash;
use longhand_expr::ids::{AgentId, Instant};
use longhand_scene::Intervention;
use longhand_sim::{OpenDecision, PlayerChoice};

/// A session in which somebody is played, and its run.
struct Game {
    session: Session,
    receiver: SimReceiver,
}

impl Game {
    /// Takes over a member of the cast at an instant.
    fn begin(who: &str, from: Instant) -> Self {
        let mut session = simulated_session(MINDS_SCENE);
        let agent = session.run().scenario().schema.agent(who).expect("the cast has this member");
        session.apply(SessionCommand::Seek(from));
        session.apply(SessionCommand::TakeOver(agent));
        let receiver = session.handle_requests(&mut SimulatedScene(MINDS_SCENE)).expect("the run starts");
        Self { session, receiver }
    }

    /// Waits for the next decision; `None` at the end of the run.
    fn next(&mut self) -> Option<OpenDecision> {
        loop {
            self.receiver.drain().for_each(|message| self.session.receive(message));
            if self.session.run().is_over() {
                return None;
            }
            self.session.apply(SessionCommand::ToEnd);
            if let Some(decision) = self.session.view().open_decision() {
                return Some(decision.clone());
            }
            std::thread::yield_now();
        }
    }

    fn decide(&mut self, choice: PlayerChoice) {
        self.session.apply(SessionCommand::Decide(choice));
    }

    fn hash(&self) -> String {
        format_hash(self.session.run().chronicle().hash())
    }

    fn setup(&self) -> &RunSetup {
        &self.session.branches().current_branch().setup
    }
}

/// The hash of the run of a setup in which nobody is asked.
fn hash_of(setup: &RunSetup) -> String {
    let (info, receiver) = SimulatedScene(MINDS_SCENE).start_run(setup).expect("the setup is valid");
    let mut game = Game { session: Session::new(info), receiver };
    assert!(game.next().is_none());
    game.hash()
}

#[test]
fn a_played_run_is_a_branch_that_can_be_repeated() {
    let mut game = Game::begin("ann", Instant::START);
    assert_eq!(game.session.branches().current_branch().name, "as Ann, from 6 January 2025, 08:00");
    let mut count = 0;
    while let Some(decision) = game.next() {
        assert_eq!(decision.agent, AgentId(0));
        game.decide(if count % 2 == 0 { PlayerChoice::Nothing } else { PlayerChoice::Option(0) });
        count += 1;
    }
    let [Intervention::Play { who, decisions, .. }] = &game.setup().interventions[..] else { panic!("one intervention") };
    assert!(who == "ann" && !decisions.is_empty() && decisions.len() < count, "{decisions:?}");
    assert_eq!(hash_of(game.setup()), game.hash());
    assert_ne!(hash_of(&RunSetup::default()), game.hash());
    assert!(game.session.view().role.is_none(), "the run is over");
}

#[test]
fn who_lets_the_member_decide_gets_the_same_run() {
    let plain = hash_of(&RunSetup::default());
    let mut own = Game::begin("ann", Instant::from_seconds(86_400.0));
    let mut last = Instant::START;
    while let Some(decision) = own.next() {
        assert!(decision.at >= Instant::from_seconds(86_400.0) && decision.at > last);
        last = decision.at;
        own.decide(PlayerChoice::Own);
    }
    assert_eq!(own.hash(), plain);
    let mut left = Game::begin("ann", Instant::START);
    assert!(left.next().is_some());
    left.session.apply(SessionCommand::LeaveRole);
    assert!(left.next().is_none(), "nobody is asked any more");
    assert_eq!(left.hash(), plain);
}

#[test]
fn a_decision_is_made_where_it_is_due_and_among_what_is_offered() {
    let mut game = Game::begin("ann", Instant::START);
    let first = game.next().expect("she decides");
    game.decide(PlayerChoice::Option(first.weighed.options.len()));
    assert_eq!(game.next().map(|decision| decision.at), Some(first.at), "there is no such option");
    game.session.apply(SessionCommand::Seek(Instant::START));
    if first.at > Instant::START {
        game.decide(PlayerChoice::Own);
        assert!(game.session.view().open_decision().is_none(), "the cursor is elsewhere");
        assert_eq!(game.next().map(|decision| decision.at), Some(first.at));
    }
    game.session.apply(SessionCommand::DecideForDay);
    let next = game.next().expect("the run is longer than a day");
    assert!(next.at >= first.at.add_seconds(86_400.0), "{:?} {:?}", first.at, next.at);
}

#[test]
fn an_option_names_the_action_those_it_is_done_with_and_what_is_talked_about() {
    let mut game = Game::begin("ann", Instant::START);
    let mut texts = Vec::new();
    while let Some(decision) = game.next() {
        texts.extend((0..decision.weighed.options.len()).map(|nth| describe_option(game.session.run(), &decision, nth)));
        game.decide(PlayerChoice::Own);
    }
    assert!(texts.iter().any(|text| text == "invite: Ben"), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("tell: Cleo, that ")), "{texts:?}");
}

#[test]
fn nobody_outside_the_cast_is_played() {
    let mut session = simulated_session(MINDS_SCENE);
    session.apply(SessionCommand::TakeOver(AgentId(99)));
    assert!(session.handle_requests(&mut SimulatedScene(MINDS_SCENE)).is_none());
    assert_eq!(session.editor().rejection.as_deref(), Some("only members of the cast can be played"));
}
