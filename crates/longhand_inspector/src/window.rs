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

use super::inspector::{Inspector, ViewState};
use super::theme;
use longhand_session::{Feed, Living, Script};

/// How the window ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// Closed by the user or after the given time; holds the last state.
    Quietly(Box<ViewState>),
    /// Closed by an error of the app, which is logged to standard error.
    InError,
}

/// Log filter: warnings of these crates concern the graphics driver, and users cannot act on them.
const QUIET: &str = "wgpu=error,naga=error,bevy_render=error,bevy_egui=error,winit=error,bevy_winit=error";

/// The inspector, the script of commands to run, and the link to the running simulation.
#[derive(Resource)]
pub(super) struct Playing {
    pub inspector: Inspector,
    pub script: Script,
    feed: SyncCell<Feed>,
    living: SyncCell<Box<dyn Living>>,
    shown: Shown,
}

/// The state of the last frame, readable after the app has ended.
pub(super) type Shown = Arc<Mutex<ViewState>>;

impl Playing {
    pub fn shown(&self) -> Shown {
        self.shown.clone()
    }

    pub fn new(inspector: Inspector, script: Script, feed: Feed, living: Box<dyn Living>) -> Self {
        let shown = Arc::new(Mutex::new(inspector.view_state()));
        Self { inspector, script, feed: SyncCell::new(feed), living: SyncCell::new(living), shown }
    }
}

/// Time after which the window closes by itself.
#[derive(Resource)]
struct CloseAfter(Duration);

/// Opens the window and blocks until it is closed, or until `close_after` has passed.
///
/// # Panics
/// If there is no display or no graphics device. Callers that may run without one must catch the panic.
pub fn open(inspector: Inspector, script: Script, feed: Feed, living: Box<dyn Living>, close_after: Option<Duration>) -> Closed {
    let window = Window {
        title: format!("{} — Longhand", inspector.reader().record().scenario().title),
        name: Some("longhand".into()),
        resolution: WindowResolution::new(1280, 800),
        ..default()
    };
    let playing = Playing::new(inspector, script, feed, living);
    let shown = playing.shown();
    let mut app = app(playing, WindowPlugin { primary_window: Some(window), ..default() }, |plugins| plugins);
    let frame = UpdateMode::reactive(Duration::from_millis(33));
    app.insert_resource(WinitSettings { focused_mode: frame, unfocused_mode: frame });
    app.add_systems(Update, act);
    app.add_systems(PreUpdate, ask_aloud.in_set(EguiInputSet::ReadBevyMessages));
    app.add_systems(Startup, |mut commands: Commands| {
        commands.spawn(Camera2d);
    });
    if let Some(after) = close_after {
        app.insert_resource(CloseAfter(after)).add_systems(Update, close_in_time);
    }
    match app.run() {
        AppExit::Success => Closed::Quietly(Box::new(last(&shown))),
        AppExit::Error(_) => Closed::InError,
    }
}

/// Builds the app shared by the window and the renderer of pictures.
pub(super) fn app(
    playing: Playing,
    window: WindowPlugin,
    change: impl FnOnce(bevy::app::PluginGroupBuilder) -> bevy::app::PluginGroupBuilder,
) -> App {
    let mut app = App::new();
    let log = bevy::log::LogPlugin { level: bevy::log::Level::WARN, filter: QUIET.into(), ..default() };
    // Software renderers have crashed when the program ended while pipelines were being compiled.
    let render = RenderPlugin { synchronous_pipeline_compilation: true, ..default() };
    let ground = theme::LIGHT.ground;
    app.add_plugins(change(DefaultPlugins.set(window).set(log).set(render)))
        .add_plugins(EguiPlugin::default())
        .insert_resource(ClearColor(Color::srgb_u8(ground.r(), ground.g(), ground.b())))
        .insert_resource(playing)
        .add_systems(PreUpdate, hear)
        .add_systems(EguiPrimaryContextPass, draw);
    app
}

fn hear(mut playing: ResMut<Playing>, time: Res<Time<Real>>) {
    let Playing { inspector, feed, living, .. } = &mut *playing;
    let reader = inspector.reader_mut();
    if let Some(new) = reader.grant(living.get().as_mut()) {
        *feed = SyncCell::new(new);
    }
    for heard in feed.get().news() {
        reader.hear(heard);
    }
    reader.advance(time.delta_secs_f64());
}

fn act(mut playing: ResMut<Playing>) {
    let Playing { inspector, script, .. } = &mut *playing;
    if let Some(command) = script.due(inspector.reader().record()) {
        inspector.apply(command);
    }
}

/// Passes actions requested by a screen reader (AccessKit) on to egui.
fn ask_aloud(
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

fn draw(mut contexts: EguiContexts, mut playing: ResMut<Playing>, mut dressed: Local<bool>) -> Result {
    let ctx = contexts.ctx_mut()?;
    if !std::mem::replace(&mut *dressed, true) {
        // Fonts are available from the frame after they are set.
        theme::wear(ctx);
        return Ok(());
    }
    let inspector = &mut playing.inspector;
    let (dark, zoom) = inspector.look();
    ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
    if ctx.zoom_factor() != zoom {
        ctx.set_zoom_factor(zoom);
    }
    let whole = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx.clone(), "window".into(), whole);
    for command in inspector.ui(&mut ui) {
        inspector.apply(command);
    }
    if let Some(text) = inspector.take_copied() {
        ctx.copy_text(text);
    }
    *playing.shown.lock().unwrap_or_else(PoisonError::into_inner) = playing.inspector.view_state();
    Ok(())
}

/// The state of the last frame.
pub(super) fn last(shown: &Shown) -> ViewState {
    shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn close_in_time(
    after: Res<CloseAfter>,
    time: Res<Time<Real>>,
    mut exit: MessageWriter<AppExit>,
    window: Query<(), With<PrimaryWindow>>,
) {
    if time.elapsed() >= after.0 && !window.is_empty() {
        exit.write(AppExit::Success);
    }
}
