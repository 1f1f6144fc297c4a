//! Renders the inspector to PNG files without a window, for the documentation and for machines without a display.

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
use longhand_session::{Feed, Living, Script};

/// Frames between the last command and the picture, so that fonts are loaded and scrolling has stopped.
const SETTLE: u32 = 12;

/// Why a picture could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file could not be written.
    #[error("cannot write {}: {why}", path.display())]
    Write {
        /// Path of the file.
        path: PathBuf,
        /// Error message of the system.
        why: String,
    },
    /// The app ended before a picture was rendered.
    #[error("no picture was rendered")]
    Nothing,
}

/// Result of the last picture, set by the observer of the screenshot.
#[derive(Clone, Default, Resource)]
struct Outcome(Arc<Mutex<Option<Result<(), PictureError>>>>);

/// A picture to render.
#[derive(Clone, Debug)]
pub struct Shot {
    /// Commands to carry out before it is rendered.
    pub script: Script,
    /// Path of the PNG file.
    pub path: PathBuf,
}

#[derive(Resource)]
struct Wanted {
    /// Path of the current picture.
    path: PathBuf,
    /// Pictures still to render after it.
    next: VecDeque<Shot>,
    image: Handle<Image>,
    /// Frames since the run ended and the last command was carried out.
    settled: u32,
}

/// Waits until the run has ended, then carries out the commands of each picture and renders the window at `width` x `height`
/// pixels. Returns the state shown in the last picture.
///
/// # Errors
/// If a file cannot be written or nothing was rendered.
///
/// # Panics
/// If there is no graphics device, not even a software renderer.
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
    let result = outcome.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.unwrap_or(Err(PictureError::Nothing)).map(|()| last(&shown))
}

fn take(mut commands: Commands, mut playing: ResMut<Playing>, mut wanted: ResMut<Wanted>) {
    let Playing { inspector, script, .. } = &mut *playing;
    // Pending queries finish before the next command and before the picture.
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
