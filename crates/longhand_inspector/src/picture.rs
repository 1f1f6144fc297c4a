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

use super::inspector::{Inspector, InspectorState};
use super::window::{InspectorDriver, StillCamera, build_app, last_state};
use longhand_chronicle::hidden_name;
use longhand_session::{Script, SimReceiver, SimulationHost};

/// Frames between the last command and the picture, so that fonts are loaded and scrolling has stopped.
const SETTLE_FRAMES: u32 = 12;

/// Why a picture could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file could not be written.
    #[error("cannot write {}: {reason}", path.display())]
    Write {
        /// Path of the file.
        path: PathBuf,
        /// Error message of the system.
        reason: String,
    },
    /// The app ended before a picture was rendered.
    #[error("no picture was rendered")]
    NotRendered,
}

/// Result of the last picture, set by the observer of the screenshot.
#[derive(Clone, Default, Resource)]
struct PictureResult(Arc<Mutex<Option<Result<(), PictureError>>>>);

/// A picture to render.
#[derive(Clone, Debug)]
pub struct PictureRequest {
    /// Commands to carry out before it is rendered.
    pub script: Script,
    /// Path of the PNG file.
    pub path: PathBuf,
}

#[derive(Resource)]
struct PendingPictures {
    /// Path of the current picture.
    path: PathBuf,
    /// Pictures still to render after it.
    next: VecDeque<PictureRequest>,
    image: Handle<Image>,
    /// Frames since the run ended and the last command was carried out.
    settled_frames: u32,
}

/// Waits until the run has ended or a person who plays somebody is to decide, then carries out the commands of each picture and renders the window at `width` x `height`
/// pixels. Returns the state shown in the last picture.
///
/// # Errors
/// If a file cannot be written or nothing was rendered.
///
/// # Panics
/// If there is no graphics device, not even a software renderer.
pub fn render_pictures(
    inspector: Inspector,
    requests: Vec<PictureRequest>,
    receiver: SimReceiver,
    host: Box<dyn SimulationHost>,
    (width, height): (u32, u32),
) -> Result<InspectorState, PictureError> {
    let mut next = VecDeque::from(requests);
    let PictureRequest { script, path } = next.pop_front().ok_or(PictureError::NotRendered)?;
    let no_window = WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() };
    let driver = InspectorDriver::new(inspector, script, receiver, host);
    let state = driver.shared_state();
    let mut app = build_app(driver, no_window, |plugins| plugins.disable::<WinitPlugin>().disable::<PipelinedRenderingPlugin>());
    let result = PictureResult::default();
    app.add_plugins(ScheduleRunnerPlugin::run_loop(Duration::from_millis(16)));
    app.insert_resource(result.clone());
    app.insert_resource(StillCamera(true));
    app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
    let image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    app.world_mut().spawn((Camera2d, RenderTarget::Image(image.clone().into()), PrimaryEguiContext));
    app.insert_resource(PendingPictures { path, next, image, settled_frames: 0 });
    app.add_systems(Update, run_script_and_capture);
    app.run();
    let result = result.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.unwrap_or(Err(PictureError::NotRendered)).map(|()| last_state(&state))
}

fn run_script_and_capture(mut commands: Commands, mut driver: ResMut<InspectorDriver>, mut pictures: ResMut<PendingPictures>) {
    let InspectorDriver { inspector, script, .. } = &mut *driver;
    // Pending queries finish before the next command and before the picture.
    let session = inspector.session();
    if !(session.run().is_over() || session.waits_for_player()) || session.queries().any_pending() {
        return;
    }
    if let Some(command) = script.next_due(inspector.session().run()) {
        return inspector.apply(command);
    }
    pictures.settled_frames += 1;
    if pictures.settled_frames == SETTLE_FRAMES {
        commands.spawn(Screenshot::image(pictures.image.clone())).observe(save_captured);
    }
}

fn save_captured(
    captured: On<ScreenshotCaptured>,
    mut pictures: ResMut<PendingPictures>,
    mut driver: ResMut<InspectorDriver>,
    result: Res<PictureResult>,
    mut exit: MessageWriter<AppExit>,
) {
    let written = write_png(&captured.image, &pictures.path);
    let next = written.is_ok().then(|| pictures.next.pop_front()).flatten();
    *result.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
    match next {
        Some(PictureRequest { script, path }) => {
            driver.script = script;
            (pictures.path, pictures.settled_frames) = (path, 0);
        }
        None => drop(exit.write(AppExit::Success)),
    }
}

fn write_png(image: &Image, path: &Path) -> Result<(), PictureError> {
    let write_error = |reason: String| PictureError::Write { path: path.to_owned(), reason };
    let image = image.clone().try_into_dynamic().map_err(|error| write_error(error.to_string()))?;
    // The picture appears under its name only when it is whole. The extension of the hidden file selects the format.
    let hidden = hidden_name(path).map_err(|error| write_error(error.to_string()))?.with_extension("png");
    let saved = image.to_rgb8().save(&hidden).map_err(|error| error.to_string());
    let renamed = saved.and_then(|()| std::fs::rename(&hidden, path).map_err(|error| error.to_string()));
    renamed.map_err(|reason| {
        _ = std::fs::remove_file(&hidden);
        write_error(reason)
    })
}
