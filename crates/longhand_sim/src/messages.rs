//! Tells other systems what happened in a tick, as Bevy messages and for observers.
//!
//! A message is cheap to write, so each recorded event writes one. Observers are triggered at the end of the tick, by one command, and only
//! if there are any.

use super::{SimSystems, SimTick};
use bevy_app::App;
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;
use longhand_chronicle::Event as ChronicleEvent;
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
use smallvec::SmallVec;

/// An event was recorded. Written in the order of the chronicle, one message for each event.
///
/// Read it with a [`MessageReader`] in a system of [`SimTick`] after [`SimSystems::Match`] (messages are kept for two ticks), or with a
/// global observer, which runs at the end of the tick:
///
/// ```
/// use bevy_ecs::prelude::*;
/// use longhand_scene::{STARTER_SCENE, load_text};
/// use longhand_sim::{EventHappened, SimOptions, Simulation};
/// use std::sync::Arc;
///
/// #[derive(Resource, Default)]
/// struct Count(usize);
///
/// let scene = load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).expect("the starter scene is valid");
/// let mut run = Simulation::with(Arc::new(scene.scenario), SimOptions::default(), |app| {
///     app.init_resource::<Count>().add_observer(|_: On<EventHappened>, mut count: ResMut<Count>| count.0 += 1);
/// });
/// while run.step() {}
/// assert_eq!(run.world().resource::<Count>().0, run.chronicle().len());
/// ```
#[derive(Message, Event, Clone, Debug, PartialEq, Eq)]
pub struct EventHappened {
    /// The event in the chronicle.
    pub id: EventId,
    /// Its kind.
    pub kind: EventKind,
    /// When it happened.
    pub at: Instant,
    /// Its roles; the first is the agent that began it.
    pub roles: SmallVec<[AgentId; 4]>,
}

impl EventHappened {
    pub(super) fn new(event: &ChronicleEvent) -> Self {
        Self { id: event.id, kind: event.kind, at: event.at, roles: event.roles.clone() }
    }
}

/// Adds a message type that systems of [`SimTick`] write: its buffers are updated at the start of each tick, so a message is kept until the
/// end of the next tick, whatever the frame rate of the app.
pub fn add_tick_message<M: Message>(app: &mut App) {
    app.init_resource::<Messages<M>>();
    app.add_systems(SimTick, update_messages::<M>.before(SimSystems::Wake));
}

fn update_messages<M: Message>(mut messages: ResMut<Messages<M>>) {
    // Skips the buffer swap, and with it the change detection, in the many ticks without messages.
    if !messages.is_empty() {
        messages.update();
    }
}

/// Triggers the global observers of each message of this tick, in order. Queue it as a command in the last system that writes messages.
pub fn trigger_observers<M>(world: &mut World)
where
    M: Message + Clone + for<'a> Event<Trigger<'a>: Default>,
{
    let Some(key) = world.event_key::<M>() else { return };
    if world.observers().try_get_observers(key).is_none_or(|observers| observers.global_observers().is_empty()) {
        return;
    }
    let messages: Vec<M> = world.resource::<Messages<M>>().iter_current_update_messages().cloned().collect();
    for message in messages {
        world.trigger(message);
    }
}
