//! Pictures of the window without a window: for documentation, and for machines without a screen.

use std::collections::VecDeque;
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

use super::inspector::{Inspector, ViewState};
use super::window::{Playing, app, last};
use crate::reader::{Feed, Living, Script};

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

/// A picture that is asked for.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The commands that are given before it is drawn.
    pub script: Script,
    /// Where it is stored, as a PNG.
    pub path: PathBuf,
}

#[derive(Resource)]
struct Wanted {
    /// Where the picture goes that is being made ready.
    path: PathBuf,
    /// Those after it.
    next: VecDeque<Shot>,
    image: Handle<Image>,
    /// Frames since the run was over and every command given.
    settled: u32,
}

/// Lets a run be lived to its end, then gives the commands of each picture and draws the window as it is then, in that many pixels. Gives
/// what is shown on the last one.
///
/// # Errors
/// When a file cannot be written or nothing was drawn.
///
/// # Panics
/// Where there is nothing to draw with, not even in software.
pub fn pictures(
    inspector: Inspector,
    shots: Vec<Shot>,
    feed: Feed,
    living: Box<dyn Living>,
    (width, height): (u32, u32),
) -> Result<ViewState, PictureError> {
    let mut next = VecDeque::from(shots);
    let Shot { script, path } = next.pop_front().ok_or(PictureError::Nothing)?;
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
    app.insert_resource(Wanted { path, next, image, settled: 0 });
    app.add_systems(Update, take);
    app.run();
    let told = outcome.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    told.unwrap_or(Err(PictureError::Nothing)).map(|()| last(&shown))
}

fn take(mut commands: Commands, mut playing: ResMut<Playing>, mut wanted: ResMut<Wanted>) {
    let Playing { inspector, script, .. } = &mut *playing;
    // What was asked is answered before the next command, and before the picture.
    if !inspector.reader().record().is_over() || inspector.reader().inquiries().are_awaited() {
        return;
    }
    if let Some(command) = script.due(inspector.reader().record()) {
        return inspector.apply(command);
    }
    wanted.settled += 1;
    if wanted.settled == SETTLE {
        commands.spawn(Screenshot::image(wanted.image.clone())).observe(store);
    }
}

fn store(
    captured: On<ScreenshotCaptured>,
    mut wanted: ResMut<Wanted>,
    mut playing: ResMut<Playing>,
    outcome: Res<Outcome>,
    mut exit: MessageWriter<AppExit>,
) {
    let stored = write(&captured.image, &wanted.path);
    let next = stored.is_ok().then(|| wanted.next.pop_front()).flatten();
    *outcome.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stored);
    match next {
        Some(Shot { script, path }) => {
            playing.script = script;
            (wanted.path, wanted.settled) = (path, 0);
        }
        None => drop(exit.write(AppExit::Success)),
    }
}

fn write(drawn: &Image, path: &Path) -> Result<(), PictureError> {
    let failed = |why: String| PictureError::Write { path: path.to_owned(), why };
    let drawn = drawn.clone().try_into_dynamic().map_err(|error| failed(error.to_string()))?;
    drawn.to_rgb8().save(path).map_err(|error| failed(error.to_string()))
}
