//! Read access to a run from outside the tick.

use super::context::RunDraws;
use super::rules::Rules;
use crate::world::{AgentProfiles, WorldState, WorldView};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

/// Read access to the world of a run, as a system parameter. All reading from outside the tick goes through it.
///
/// A system with this parameter runs between systems that change the world, never during one, so what it sees is complete. In an app that
/// may have no run, guard the system with `run_if(resource_exists::<WorldState>)`.
///
/// ```
/// use bevy_ecs::prelude::*;
/// use longhand_sim::SimulationView;
///
/// fn print_time(simulation: SimulationView) {
///     println!("{}", simulation.view().state().now.seconds());
/// }
/// ```
#[derive(SystemParam)]
pub struct SimulationView<'w> {
    state: Res<'w, WorldState>,
    profiles: Res<'w, AgentProfiles>,
    rules: Res<'w, Rules>,
    draws: Res<'w, RunDraws>,
}

impl SimulationView<'_> {
    /// The world as expressions see it, now.
    #[must_use]
    pub fn view(&self) -> WorldView<'_> {
        view(&self.rules, &self.state, &self.profiles, *self.draws)
    }
}

/// The world of a run as expressions see it, now; none if the world has no run.
pub(super) fn view_of(world: &World) -> Option<WorldView<'_>> {
    let draws = *world.get_resource::<RunDraws>()?;
    Some(view(world.get_resource::<Rules>()?, world.get_resource()?, world.get_resource()?, draws))
}

fn view<'w>(rules: &'w Rules, state: &'w WorldState, profiles: &'w AgentProfiles, draws: RunDraws) -> WorldView<'w> {
    WorldView::new(&rules.scenario, state, profiles, draws.0, state.now)
}
