//! Watches a run inside a Bevy app without a window: observers print each beat and why it came about.
//!
//! ```text
//! cargo run --release --example watch_beats
//! ```

use bevy::app::ScheduleRunnerPlugin;
use bevy::asset::AssetPlugin;
use bevy::prelude::*;
use longhand::narrative::dates::DateStyle;
use longhand::prelude::*;
use std::time::Duration;

fn main() -> AppExit {
    App::new()
        .add_plugins(MinimalPlugins.set(ScheduleRunnerPlugin::run_loop(Duration::from_millis(5))))
        // Assets are read from the folder of the package, which has `scenes` and `assets`.
        .add_plugins(AssetPlugin { file_path: ".".into(), ..default() })
        .add_plugins(LonghandPlugin::new(Update))
        .insert_resource(SimulationClock::default().with_speed(Duration::from_hours(24 * 30)))
        .add_systems(Startup, start)
        .add_observer(print_beat)
        .add_observer(help_once)
        .add_observer(print_problem)
        .add_observer(exit_at_the_end)
        .run()
}

fn start(mut commands: Commands, assets: Res<AssetServer>) {
    commands.trigger(StartSimulation::new(assets.load("scenes/first.ron")).with_seed(1));
}

fn print_beat(beat: On<SimulationBeat>, run: CurrentRun) {
    println!("\n{}: {}", run.date_text(beat.at, DateStyle::Date), beat.title);
    for step in run.why(beat.event) {
        println!("  {}  {}", run.date_text(step.at, DateStyle::ShortDayTime), step.sentence);
    }
}

/// The host takes part: when the clock is broken, Pim gets some courage from outside.
fn help_once(beat: On<SimulationBeat>, mut commands: Commands) {
    if beat.id == "broken" {
        commands.trigger(SimulationCommand::set("pim.courage = 0.8"));
    }
}

fn print_problem(rejected: On<SceneRejected>, mut exit: MessageWriter<AppExit>) {
    eprintln!("{}", rejected.error);
    exit.write(AppExit::error());
}

fn exit_at_the_end(ended: On<SimulationEnded>, mut exit: MessageWriter<AppExit>) {
    println!("\nThe run is over; its hash is {}.", ended.hash);
    exit.write(AppExit::Success);
}
