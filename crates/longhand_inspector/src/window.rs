//! The Bevy app of the window: each frame it receives messages from the simulation, advances time, and draws the inspector with
//! egui.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bevy::a11y::ActionRequest;
use bevy::platform::cell::SyncCell;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::window::{MonitorSelection, PrimaryWindow, WindowCloseRequested, WindowMode, WindowPlugin, WindowResolution};
use bevy_egui::input::EguiInputEvent;
use bevy_egui::{EguiContexts, EguiInputSet, EguiPlugin, EguiPrimaryContextPass, EguiTextureHandle, PrimaryEguiContext, egui};

use super::inspector::{Inspector, InspectorState};
use super::keyboard::add_keyboard;
use super::pacing::{RepaintRequest, add_pacing};
use super::stage_panel::{StageRequest, StageTexture, request_id, texture_id};
use super::stage_renderer::{SHOWN, StageFrame, StageRendererPlugin};
use super::style;
use longhand_session::{Script, SimReceiver, SimulationHost};

/// How the window ended.
#[derive(Clone, Debug, PartialEq)]
pub enum WindowExit {
    /// Closed by the user or after the given time; holds the last state.
    Closed(Box<InspectorState>),
    /// Closed by an error of the app, which is logged to standard error.
    Failed,
}

/// Log filter: warnings of these crates concern the graphics driver, and users cannot act on them.
const LOG_FILTER: &str = "wgpu=error,naga=error,bevy_render=error,bevy_egui=error,winit=error,bevy_winit=error";

/// The inspector, the script of commands to run, and the link to the running simulation.
#[derive(Resource)]
pub(super) struct InspectorDriver {
    pub inspector: Inspector,
    pub script: Script,
    receiver: SyncCell<SimReceiver>,
    host: SyncCell<Box<dyn SimulationHost>>,
    state: SharedInspectorState,
}

/// The state of the last frame, readable after the app has ended.
pub(super) type SharedInspectorState = Arc<Mutex<InspectorState>>;

impl InspectorDriver {
    pub fn shared_state(&self) -> SharedInspectorState {
        self.state.clone()
    }

    /// The files of the scene.
    pub fn watched_files(&mut self) -> Vec<PathBuf> {
        self.host.get().watched_files()
    }

    pub fn new(inspector: Inspector, script: Script, receiver: SimReceiver, host: Box<dyn SimulationHost>) -> Self {
        let state = Arc::new(Mutex::new(inspector.state()));
        Self { inspector, script, receiver: SyncCell::new(receiver), host: SyncCell::new(host), state }
    }
}

/// Time after which the window closes by itself.
#[derive(Resource)]
pub(super) struct CloseAfter(pub Duration);

/// Opens the window and blocks until it is closed, or until `close_after` has passed.
///
/// # Panics
/// If there is no display or no graphics device. Callers that may run without one must catch the panic.
pub fn open_window(
    inspector: Inspector,
    script: Script,
    receiver: SimReceiver,
    host: Box<dyn SimulationHost>,
    close_after: Option<Duration>,
) -> WindowExit {
    let window = Window {
        title: window_title(&inspector),
        name: Some("longhand".into()),
        resolution: WindowResolution::new(1280, 800),
        ..default()
    };
    let driver = InspectorDriver::new(inspector, script, receiver, host);
    let state = driver.shared_state();
    // A window with unsaved changes asks before it closes.
    let plugin = WindowPlugin { primary_window: Some(window), close_when_requested: false, ..default() };
    let mut app = build_app(driver, plugin, |plugins| plugins);
    add_keyboard(&mut app);
    add_pacing(&mut app);
    app.add_systems(Update, (run_script, close_when_asked, set_window_title, update_window_mode));
    app.add_systems(PreUpdate, forward_accessibility_actions.in_set(EguiInputSet::ReadBevyMessages));
    app.add_systems(Startup, |mut commands: Commands| {
        commands.spawn(Camera2d);
    });
    if let Some(after) = close_after {
        app.insert_resource(CloseAfter(after)).add_systems(Update, close_when_due);
    }
    match app.run() {
        AppExit::Success => WindowExit::Closed(Box::new(last_state(&state))),
        AppExit::Error(_) => WindowExit::Failed,
    }
}

/// Builds the app shared by the window and the renderer of pictures.
pub(super) fn build_app(
    driver: InspectorDriver,
    window: WindowPlugin,
    configure: impl FnOnce(bevy::app::PluginGroupBuilder) -> bevy::app::PluginGroupBuilder,
) -> App {
    let mut app = App::new();
    let log = bevy::log::LogPlugin { level: bevy::log::Level::WARN, filter: LOG_FILTER.into(), ..default() };
    // Software renderers have crashed when the program ended while pipelines were being compiled.
    let render = RenderPlugin { synchronous_pipeline_compilation: true, ..default() };
    let background = style::LIGHT.background;
    app.add_plugins(configure(DefaultPlugins.set(window).set(log).set(render)))
        .add_plugins(EguiPlugin::default())
        .add_plugins(StageRendererPlugin)
        .insert_resource(ClearColor(Color::srgb_u8(background.r(), background.g(), background.b())))
        .insert_resource(driver)
        .add_systems(PreUpdate, receive_messages)
        .init_resource::<StillCamera>()
        .add_systems(EguiPrimaryContextPass, (draw, request_stage).chain());
    app
}

fn receive_messages(mut driver: ResMut<InspectorDriver>, time: Res<Time<Real>>) {
    let InspectorDriver { inspector, receiver, host, .. } = &mut *driver;
    let session = inspector.session_mut();
    if let Some(new_receiver) = session.handle_requests(host.get().as_mut()) {
        *receiver = SyncCell::new(new_receiver);
    }
    for message in receiver.get().drain() {
        session.receive(message);
    }
    session.advance(time.delta_secs_f64());
}

fn run_script(mut driver: ResMut<InspectorDriver>) {
    let InspectorDriver { inspector, script, .. } = &mut *driver;
    if let Some(command) = script.next_due(inspector.session().run()) {
        inspector.apply(command);
    }
}

/// Gives the stage the whole screen, or takes it back.
fn update_window_mode(driver: Res<InspectorDriver>, mut windows: Query<&mut Window, With<PrimaryWindow>>) {
    let mode = if driver.inspector.is_full_screen() {
        WindowMode::BorderlessFullscreen(MonitorSelection::Current)
    } else {
        WindowMode::Windowed
    };
    for mut window in windows.iter_mut().filter(|window| window.mode != mode) {
        window.mode = mode;
    }
}

/// Passes actions requested by a screen reader (AccessKit) on to egui.
fn forward_accessibility_actions(
    mut requests: MessageReader<ActionRequest>,
    contexts: Query<Entity, With<PrimaryEguiContext>>,
    mut events: MessageWriter<EguiInputEvent>,
) {
    for request in requests.read() {
        for context in &contexts {
            events.write(EguiInputEvent { context, event: egui::Event::AccessKitActionRequest(request.0.clone()) });
        }
    }
}

fn draw(
    mut contexts: EguiContexts,
    mut driver: ResMut<InspectorDriver>,
    repaint: Option<Res<RepaintRequest>>,
    mut is_styled: Local<bool>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if !std::mem::replace(&mut *is_styled, true) {
        if let Some(repaint) = repaint {
            repaint.watch(ctx);
        }
        // Fonts are available from the frame after they are set.
        style::apply_style(ctx);
        return Ok(());
    }
    let inspector = &mut driver.inspector;
    let (dark, zoom) = inspector.theme_and_zoom();
    ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
    if ctx.zoom_factor() != zoom {
        ctx.set_zoom_factor(zoom);
    }
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx.clone(), "window".into(), builder);
    for command in inspector.ui(&mut ui) {
        inspector.apply(command);
    }
    if let Some(text) = inspector.take_clipboard_text() {
        ctx.copy_text(text);
    }
    *driver.state.lock().unwrap_or_else(PoisonError::into_inner) = driver.inspector.state();
    Ok(())
}

/// Whether the camera of the stage is at its target at once, as in pictures.
#[derive(Clone, Copy, Default, Resource)]
pub(super) struct StillCamera(pub bool);

/// Passes the picture that the stage panel asks for to the renderer, and the texture that it is drawn into to the panel.
fn request_stage(
    mut contexts: EguiContexts,
    mut images: ResMut<Assets<Image>>,
    mut frame: ResMut<StageFrame>,
    still: Res<StillCamera>,
    mut size: Local<(u32, u32)>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let Some(request) = ctx.data_mut(|data| data.remove_temp::<StageRequest>(request_id())) else { return Ok(()) };
    if *size != request.size {
        *size = request.size;
        contexts.remove_image(frame.target.id());
        frame.target = images.add(Image::new_target_texture(request.size.0, request.size.1, SHOWN, None));
        let id = contexts.add_image(EguiTextureHandle::Strong(frame.target.clone()));
        let texture = StageTexture { id: Some(id), is_still: still.0 };
        let ctx = contexts.ctx_mut()?;
        ctx.data_mut(|data| data.insert_temp(texture_id(), texture));
        // The panel shows the texture in the next frame.
        ctx.request_repaint();
    }
    if frame.packed.as_ref().is_none_or(|packed| !Arc::ptr_eq(packed, &request.packed)) {
        frame.packed = Some(request.packed);
        contexts.ctx_mut()?.request_repaint();
    }
    Ok(())
}

fn window_title(inspector: &Inspector) -> String {
    format!("{} — Longhand", inspector.session().run().scenario().title)
}

/// The title follows when another scene is opened.
fn set_window_title(driver: Res<InspectorDriver>, mut windows: Query<&mut Window, With<PrimaryWindow>>) {
    let title = window_title(&driver.inspector);
    for mut window in &mut windows {
        if window.title != title {
            window.title.clone_from(&title);
        }
    }
}

/// Closes the window when it is asked to, after a question if something is not saved.
fn close_when_asked(
    mut requests: MessageReader<WindowCloseRequested>,
    mut driver: ResMut<InspectorDriver>,
    mut exit: MessageWriter<AppExit>,
) {
    let is_requested = requests.read().count() > 0;
    if driver.inspector.may_close(is_requested) {
        exit.write(AppExit::Success);
    }
}

/// The state of the last frame.
pub(super) fn last_state(state: &SharedInspectorState) -> InspectorState {
    state.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn close_when_due(
    limit: Res<CloseAfter>,
    time: Res<Time<Real>>,
    mut exit: MessageWriter<AppExit>,
    window: Query<(), With<PrimaryWindow>>,
) {
    if time.elapsed() >= limit.0 && !window.is_empty() {
        exit.write(AppExit::Success);
    }
}
