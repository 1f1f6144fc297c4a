//! Commands from the host.

use crate::hosted_run::HostedRun;
use bevy_ecs::prelude::*;
use longhand_expr::ids::Instant;
use longhand_scene::{Diagnostics, Intervention};

/// A change to the run from outside its rules. Trigger it: `commands.trigger(SimulationCommand::set("ann.mood = 0.9"))`.
///
/// Commands take effect at the start of the next tick, in the order in which they were triggered. The chronicle records each
/// command that makes a difference as an event, which is among the causes of what follows from it. The same commands at the same
/// ticks give the same run. Commands are rejected if there is no run, if the run is over, or if it is stopped, replaced or restarted
/// before the next tick.
///
/// If several ticks are due at once, the systems and observers of the host run after the last of them. To react between two
/// ticks, call [`SimulationClock::set_max_ticks`](crate::SimulationClock::set_max_ticks) with 1.
///
/// The scene is recompiled in each tick with commands, which costs about as much as loading it. Commands are therefore meant for
/// decisions of a player, not for every frame. A run can have some ten thousand of them.
#[derive(Event, Clone, Debug, PartialEq, Eq)]
pub enum SimulationCommand {
    /// Sets or changes facts with an effect of the scene language: `ann.loneliness = 0.2`, `begin friends(ann, ben)`.
    SetFact(String),
    /// Makes agents carry out an action. Its conditions are not checked and the participants are not asked for consent. Nothing
    /// happens if one of the agents is not present.
    StartAction {
        /// The id of the action.
        action: String,
        /// `self`, then the action's roles, then its `about`: each the id of a member of the cast, or `#` and the number of an
        /// agent.
        roles: Vec<String>,
    },
    /// From now on prevents all events of this kind, with this tag, or that would complete this beat.
    Forbid(String),
}

impl SimulationCommand {
    /// A [`SimulationCommand::SetFact`].
    pub fn set(effect: impl Into<String>) -> Self {
        Self::SetFact(effect.into())
    }

    /// A [`SimulationCommand::StartAction`].
    pub fn start<S: Into<String>>(action: impl Into<String>, roles: impl IntoIterator<Item = S>) -> Self {
        Self::StartAction { action: action.into(), roles: roles.into_iter().map(Into::into).collect() }
    }

    /// A [`SimulationCommand::Forbid`].
    pub fn forbid(what: impl Into<String>) -> Self {
        Self::Forbid(what.into())
    }

    /// The intervention that carries the command out at an instant.
    pub(crate) fn to_intervention(&self, at: Instant) -> Intervention {
        match self.clone() {
            Self::SetFact(effect) => Intervention::Change { effect, at_us: at.0 },
            Self::StartAction { action, roles } => Intervention::Start { action, roles, at_us: at.0 },
            Self::Forbid(what) => Intervention::Forbid(what),
        }
    }
}

/// A command was not carried out. The run goes on without it.
#[derive(Message, Event, Clone, Debug)]
pub struct CommandRejected {
    /// The command.
    pub command: SimulationCommand,
    /// What is wrong with it; none if there is no run to carry it out.
    pub diagnostics: Option<Diagnostics>,
}

pub(crate) fn queue_command(command: On<SimulationCommand>, run: Option<ResMut<HostedRun>>, mut commands: Commands) {
    match run {
        Some(mut run) if !run.is_over() => run.queue(command.event().clone()),
        _ => reject_without_run([command.event().clone()], &mut commands),
    }
}

/// Rejects commands because there is no run to carry them out.
pub(crate) fn reject_without_run(rejected: impl IntoIterator<Item = SimulationCommand>, commands: &mut Commands) {
    for command in rejected {
        let rejected = CommandRejected { command, diagnostics: None };
        commands.write_message(rejected.clone());
        commands.trigger(rejected);
    }
}
