//! A picture of the window without a window: for documentation, and for machines without a screen.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bevy::app::ScheduleRunnerPlugin;
use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::TextureFormat;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::{ExitCondition, WindowPlugin};
use bevy::winit::WinitPlugin;
use bevy_egui::{EguiGlobalSettings, PrimaryEguiContext};

use super::author::Living;
use super::feed::Feed;
use super::inspector::{Inspector, ViewState};
use super::script::Script;
use super::window::{Playing, app, last};

/// Frames between the last command and the picture, for fonts and the scroll to settle.
const SETTLE: u32 = 12;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The picture could not be stored.
    #[error("cannot write {}: {why}", path.display())]
    Write {
        /// Where it was to be.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The app ended without one.
    #[error("nothing was drawn")]
    Nothing,
}

/// What became of the picture, told by the observer that has it.
#[derive(Clone, Default, Resource)]
struct Outcome(Arc<Mutex<Option<Result<(), PictureError>>>>);

#[derive(Resource)]
struct Wanted {
    path: PathBuf,
    image: Handle<Image>,
    /// Frames since the run was over and every command given.
    settled: u32,
}

/// Lets a run be lived to its end, then gives the commands, and draws the window as it is then into a PNG of that many
/// pixels. Gives what is shown on it.
///
/// # Errors
/// When the file cannot be written or nothing was drawn.
///
/// # Panics
/// Where there is nothing to draw with, not even in software.
pub fn picture(
    inspector: Inspector,
    script: Script,
    feed: Feed,
    living: Box<dyn Living>,
    (width, height): (u32, u32),
    path: &Path,
) -> Result<ViewState, PictureError> {
    let no_window = WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() };
    let playing = Playing::new(inspector, script, feed, living);
    let shown = playing.shown();
    let mut app = app(playing, no_window, |plugins| plugins.disable::<WinitPlugin>().disable::<PipelinedRenderingPlugin>());
    let outcome = Outcome::default();
    app.add_plugins(ScheduleRunnerPlugin::run_loop(Duration::from_millis(16)));
    app.insert_resource(outcome.clone());
    app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
    let image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    app.world_mut().spawn((Camera2d, RenderTarget::Image(image.clone().into()), PrimaryEguiContext));
    app.insert_resource(Wanted { path: path.to_owned(), image, settled: 0 });
    app.add_systems(Update, take);
    app.run();
    let told = outcome.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    told.unwrap_or(Err(PictureError::Nothing)).map(|()| last(&shown))
}

fn take(mut commands: Commands, mut playing: ResMut<Playing>, mut wanted: ResMut<Wanted>) {
    let Playing { inspector, script, .. } = &mut *playing;
    if !inspector.record().is_over() {
        return;
    }
    if !script.is_done() {
        return script.play(inspector);
    }
    wanted.settled += 1;
    if wanted.settled == SETTLE {
        commands.spawn(Screenshot::image(wanted.image.clone())).observe(store);
    }
}

fn store(captured: On<ScreenshotCaptured>, wanted: Res<Wanted>, outcome: Res<Outcome>, mut exit: MessageWriter<AppExit>) {
    let path = wanted.path.clone();
    let stored = match captured.image.clone().try_into_dynamic() {
        Ok(drawn) => drawn.to_rgb8().save(&path).map_err(|error| PictureError::Write { path, why: error.to_string() }),
        Err(error) => Err(PictureError::Write { path, why: error.to_string() }),
    };
    *outcome.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stored);
    exit.write(AppExit::Success);
}
