//! How simulated time follows the time of the host.

use bevy_ecs::prelude::Resource;
use std::time::Duration;

/// How much simulated time passes in a second of the host's time, and whether it is paused.
///
/// The time of the host is Bevy's `Time` in the schedule of the plugin, so pausing `Time<Virtual>` pauses the run too. The run
/// advances in whole ticks (`tick` of the scene, 15 minutes by default). Time that does not fill a tick is carried over.
///
/// ```
/// use longhand_plugin::SimulationClock;
/// use std::time::Duration;
///
/// let mut clock = SimulationClock::default().with_speed(Duration::from_hours(6));
/// clock.pause();
/// assert!(clock.is_paused());
/// ```
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct SimulationClock {
    speed: Duration,
    paused: bool,
    max_ticks: u32,
    /// Simulated microseconds that have passed since the last tick.
    elapsed_us: f64,
    /// Ticks that the host has requested; they are simulated even if paused.
    requested: u32,
    /// The length of a tick in microseconds; 0 before the first call of `advance`.
    tick_us: i64,
}

impl Default for SimulationClock {
    /// One simulated hour a second, at most 64 ticks each time the plugin's schedule runs.
    fn default() -> Self {
        let speed = Duration::from_hours(1);
        Self { speed, paused: false, max_ticks: 64, elapsed_us: 0.0, requested: 0, tick_us: 0 }
    }
}

impl SimulationClock {
    /// Sets how much simulated time passes in a second.
    #[must_use]
    pub fn with_speed(mut self, simulated: Duration) -> Self {
        self.speed = simulated;
        self
    }

    /// Sets how much simulated time passes in a second.
    pub fn set_speed(&mut self, simulated: Duration) {
        self.speed = simulated;
    }

    /// How much simulated time passes in a second.
    #[must_use]
    pub fn speed(&self) -> Duration {
        self.speed
    }

    /// Sets the maximum number of ticks that are simulated each time the plugin's schedule runs. Further ticks that are due are dropped, so
    /// that a large scene slows down instead of blocking the app.
    pub fn set_max_ticks(&mut self, ticks: u32) {
        self.max_ticks = ticks;
    }

    /// Pauses simulated time. Commands wait for the next tick.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Resumes simulated time.
    pub fn unpause(&mut self) {
        self.paused = false;
    }

    /// Whether simulated time is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Requests ticks to simulate the next time the plugin's schedule runs, whether paused or not.
    pub fn request_ticks(&mut self, ticks: u32) {
        self.requested = self.requested.saturating_add(ticks);
    }

    /// The share (0 to 1) of the next tick that has passed, to draw movements between ticks.
    #[must_use]
    pub fn tick_fraction(&self) -> f32 {
        if self.tick_us <= 0 { 0.0 } else { (self.elapsed_us / self.tick_us as f64).clamp(0.0, 1.0) as f32 }
    }

    /// Advances the clock by `host` time since the last call. Returns how many ticks are due.
    pub(crate) fn advance(&mut self, host: Duration, tick_us: i64) -> u32 {
        self.tick_us = tick_us;
        let requested = std::mem::take(&mut self.requested);
        if self.paused || tick_us <= 0 {
            return requested;
        }
        self.elapsed_us += host.as_secs_f64() * self.speed.as_secs_f64() * 1e6;
        let due = (self.elapsed_us / tick_us as f64).floor();
        self.elapsed_us -= due * tick_us as f64;
        let due = due.min(f64::from(self.max_ticks)) as u32;
        requested.saturating_add(due)
    }

    /// Discards the elapsed part of a tick and the requested ticks, for a new run.
    pub(crate) fn restart(&mut self) {
        (self.elapsed_us, self.requested, self.tick_us) = (0.0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK_US: i64 = 900_000_000;

    #[test]
    fn ticks_become_due_as_time_passes() {
        let mut clock = SimulationClock::default();
        assert_eq!(clock.advance(Duration::from_millis(200), TICK_US), 0);
        assert!((clock.tick_fraction() - 0.8).abs() < 1e-6);
        assert_eq!(clock.advance(Duration::from_millis(300), TICK_US), 2);
        clock.pause();
        assert_eq!(clock.advance(Duration::from_secs(60), TICK_US), 0);
        clock.request_ticks(3);
        assert_eq!(clock.advance(Duration::ZERO, TICK_US), 3);
        assert_eq!(clock.advance(Duration::ZERO, TICK_US), 0);
    }

    #[test]
    fn a_slow_host_does_not_owe_ticks_for_ever() {
        let mut clock = SimulationClock::default().with_speed(Duration::from_hours(24 * 365));
        assert_eq!(clock.advance(Duration::from_secs(10), TICK_US), 64);
        assert!(clock.advance(Duration::ZERO, TICK_US) == 0);
    }
}
