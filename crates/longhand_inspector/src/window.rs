//! The Bevy app of the window: each frame it receives messages from the simulation, advances time, and draws the inspector with
//! egui.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bevy::a11y::ActionRequest;
use bevy::platform::cell::SyncCell;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::window::{PrimaryWindow, WindowPlugin, WindowResolution};
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::input::EguiInputEvent;
use bevy_egui::{EguiContexts, EguiInputSet, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext, egui};

use super::inspector::{Inspector, InspectorState};
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

    pub fn new(inspector: Inspector, script: Script, feed: SimReceiver, living: Box<dyn SimulationHost>) -> Self {
        let state = Arc::new(Mutex::new(inspector.state()));
        Self { inspector, script, receiver: SyncCell::new(feed), host: SyncCell::new(living), state }
    }
}

/// Time after which the window closes by itself.
#[derive(Resource)]
struct CloseAfter(Duration);

/// Opens the window and blocks until it is closed, or until `close_after` has passed.
///
/// # Panics
/// If there is no display or no graphics device. Callers that may run without one must catch the panic.
pub fn open_window(
    inspector: Inspector,
    script: Script,
    feed: SimReceiver,
    living: Box<dyn SimulationHost>,
    close_after: Option<Duration>,
) -> WindowExit {
    let window = Window {
        title: format!("{} — Longhand", inspector.session().run().scenario().title),
        name: Some("longhand".into()),
        resolution: WindowResolution::new(1280, 800),
        ..default()
    };
    let playing = InspectorDriver::new(inspector, script, feed, living);
    let shown = playing.shared_state();
    let mut app = build_app(playing, WindowPlugin { primary_window: Some(window), ..default() }, |plugins| plugins);
    let frame = UpdateMode::reactive(Duration::from_millis(33));
    app.insert_resource(WinitSettings { focused_mode: frame, unfocused_mode: frame });
    app.add_systems(Update, run_script);
    app.add_systems(PreUpdate, forward_accessibility_actions.in_set(EguiInputSet::ReadBevyMessages));
    app.add_systems(Startup, |mut commands: Commands| {
        commands.spawn(Camera2d);
    });
    if let Some(after) = close_after {
        app.insert_resource(CloseAfter(after)).add_systems(Update, close_when_due);
    }
    match app.run() {
        AppExit::Success => WindowExit::Closed(Box::new(last_state(&shown))),
        AppExit::Error(_) => WindowExit::Failed,
    }
}

/// Builds the app shared by the window and the renderer of pictures.
pub(super) fn build_app(
    playing: InspectorDriver,
    window: WindowPlugin,
    change: impl FnOnce(bevy::app::PluginGroupBuilder) -> bevy::app::PluginGroupBuilder,
) -> App {
    let mut app = App::new();
    let log = bevy::log::LogPlugin { level: bevy::log::Level::WARN, filter: LOG_FILTER.into(), ..default() };
    // Software renderers have crashed when the program ended while pipelines were being compiled.
    let render = RenderPlugin { synchronous_pipeline_compilation: true, ..default() };
    let ground = style::LIGHT.background;
    app.add_plugins(change(DefaultPlugins.set(window).set(log).set(render)))
        .add_plugins(EguiPlugin::default())
        .insert_resource(ClearColor(Color::srgb_u8(ground.r(), ground.g(), ground.b())))
        .insert_resource(playing)
        .add_systems(PreUpdate, receive_messages)
        .add_systems(EguiPrimaryContextPass, draw);
    app
}

fn receive_messages(mut playing: ResMut<InspectorDriver>, time: Res<Time<Real>>) {
    let InspectorDriver { inspector, receiver: feed, host: living, .. } = &mut *playing;
    let reader = inspector.session_mut();
    if let Some(new) = reader.handle_requests(living.get().as_mut()) {
        *feed = SyncCell::new(new);
    }
    for heard in feed.get().drain() {
        reader.receive(heard);
    }
    reader.advance(time.delta_secs_f64());
}

fn run_script(mut playing: ResMut<InspectorDriver>) {
    let InspectorDriver { inspector, script, .. } = &mut *playing;
    if let Some(command) = script.next_due(inspector.session().run()) {
        inspector.apply(command);
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

fn draw(mut contexts: EguiContexts, mut playing: ResMut<InspectorDriver>, mut dressed: Local<bool>) -> Result {
    let ctx = contexts.ctx_mut()?;
    if !std::mem::replace(&mut *dressed, true) {
        // Fonts are available from the frame after they are set.
        style::apply_style(ctx);
        return Ok(());
    }
    let inspector = &mut playing.inspector;
    let (dark, zoom) = inspector.theme_and_zoom();
    ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
    if ctx.zoom_factor() != zoom {
        ctx.set_zoom_factor(zoom);
    }
    let whole = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx.clone(), "window".into(), whole);
    for command in inspector.ui(&mut ui) {
        inspector.apply(command);
    }
    if let Some(text) = inspector.take_clipboard_text() {
        ctx.copy_text(text);
    }
    *playing.state.lock().unwrap_or_else(PoisonError::into_inner) = playing.inspector.state();
    Ok(())
}

/// The state of the last frame.
pub(super) fn last_state(shown: &SharedInspectorState) -> InspectorState {
    shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn close_when_due(
    after: Res<CloseAfter>,
    time: Res<Time<Real>>,
    mut exit: MessageWriter<AppExit>,
    window: Query<(), With<PrimaryWindow>>,
) {
    if time.elapsed() >= after.0 && !window.is_empty() {
        exit.write(AppExit::Success);
    }
}
