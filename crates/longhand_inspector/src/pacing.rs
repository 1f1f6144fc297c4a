//! How often the window is drawn: only as often as something in it changes.
//!
//! Nothing moves while playback is paused and the run is over. Then a frame is drawn only after an input, when egui requests one, and when
//! the thread that polls the files of the scene finds a change.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy::winit::{EventLoopProxyWrapper, UpdateMode, WinitSettings, WinitUserEvent};
use bevy_egui::{EguiInput, EguiPreUpdateSet, egui};

use super::window::{CloseAfter, InspectorDriver};

/// Interval between two frames while something moves.
const MOVING: Duration = Duration::from_millis(16);
/// Interval while the run is simulated or a query is answered.
const WORKING: Duration = Duration::from_millis(33);
/// Interval while egui waits for something, for example before it shows a tooltip.
const WAITING: Duration = Duration::from_millis(250);
/// Interval while nothing changes.
const IDLE: Duration = Duration::from_secs(5);
/// Interval at which the files of the scene are polled.
const FILE_CHECK: Duration = Duration::from_millis(400);
/// Frames that are drawn after the last change, so that its new glyphs and textures are uploaded.
const SETTLING_FRAMES: u8 = 3;

/// When egui wants to be drawn again, in microseconds from now; more than the limit for never.
#[derive(Clone, Resource)]
pub(super) struct RepaintRequest(Arc<AtomicU64>);

impl Default for RepaintRequest {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }
}

impl RepaintRequest {
    /// Lets egui tell when it wants to be drawn again.
    pub fn watch(&self, ctx: &egui::Context) {
        let request = self.0.clone();
        ctx.set_request_repaint_callback(move |info| {
            request.fetch_min(u64::try_from(info.delay.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        });
    }

    fn take(&self) -> Duration {
        Duration::from_micros(self.0.swap(u64::MAX, Ordering::Relaxed))
    }
}

/// What determines how soon the next frame is drawn.
#[derive(Clone, Copy, Debug)]
struct Activity {
    is_playing: bool,
    is_working: bool,
    /// When egui wants to be drawn again.
    repaint_in: Duration,
    /// Whether the window closes by itself, soon.
    is_closing: bool,
}

impl Activity {
    fn interval(self) -> Duration {
        match self {
            Self { is_playing: true, .. } => MOVING,
            Self { repaint_in, .. } if repaint_in <= MOVING => MOVING,
            Self { is_working: true, .. } => WORKING,
            Self { is_closing: true, .. } => WAITING,
            Self { repaint_in, .. } if repaint_in < IDLE => WAITING,
            _ => IDLE,
        }
    }
}

pub(super) fn add_pacing(app: &mut App) {
    app.init_resource::<RepaintRequest>();
    app.insert_resource(WinitSettings { focused_mode: update_mode(MOVING), unfocused_mode: update_mode(MOVING) });
    app.add_systems(
        PreUpdate,
        drop_unchanged_modifiers.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass),
    );
    app.add_systems(Startup, watch_files);
    app.add_systems(Last, (set_interval, list_files.run_if(resource_exists::<WatchedFiles>)));
}

/// The files at which a thread looks.
#[derive(Resource)]
struct WatchedFiles(Arc<Mutex<Vec<PathBuf>>>);

/// Starts a thread that wakes the window when a file of the scene changes. It ends with the window.
fn watch_files(mut commands: Commands, proxy: Res<EventLoopProxyWrapper>) {
    let files = Arc::<Mutex<Vec<PathBuf>>>::default();
    let (watched, proxy) = (Arc::downgrade(&files), (**proxy).clone());
    std::thread::spawn(move || {
        let mut last: Option<Vec<Option<SystemTime>>> = None;
        while let Some(files) = watched.upgrade() {
            let paths = files.lock().unwrap_or_else(PoisonError::into_inner).clone();
            drop(files);
            let modified = |path: &PathBuf| path.metadata().and_then(|metadata| metadata.modified()).ok();
            let times: Vec<_> = paths.iter().map(modified).collect();
            let has_changed = last.replace(times.clone()).is_some_and(|last| last != times);
            if has_changed && proxy.send_event(WinitUserEvent::WakeUp).is_err() {
                return;
            }
            std::thread::sleep(FILE_CHECK);
        }
    });
    commands.insert_resource(WatchedFiles(files));
}

fn list_files(mut driver: ResMut<InspectorDriver>, watched: Res<WatchedFiles>) {
    *watched.0.lock().unwrap_or_else(PoisonError::into_inner) = driver.watched_files();
}

fn update_mode(interval: Duration) -> UpdateMode {
    // The window is not redrawn when the mouse moves outside of it.
    UpdateMode::reactive_low_power(interval)
}

/// `bevy_egui` reports the modifiers in every frame. Egui would take that for an input and ask for another frame.
fn drop_unchanged_modifiers(mut inputs: Query<&mut EguiInput>, mut last: Local<Option<egui::Modifiers>>) {
    for mut input in &mut inputs {
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(modifiers) => last.replace(*modifiers) != Some(*modifiers),
            _ => true,
        });
    }
}

fn set_interval(
    driver: Res<InspectorDriver>,
    repaint: Res<RepaintRequest>,
    close_after: Option<Res<CloseAfter>>,
    time: Res<Time<Real>>,
    mut settings: ResMut<WinitSettings>,
    mut redraws: ResMut<Messages<RequestRedraw>>,
    mut settling: Local<u8>,
) {
    // `bevy_egui` asks for the next frame at once, even if egui wants it later.
    redraws.clear();
    let session = driver.inspector.session();
    let is_pending = session.queries().any_pending() || session.editor().has_pending_request();
    let activity = Activity {
        is_playing: session.playback().direction().is_some(),
        is_working: !(session.run().is_over() || session.waits_for_player()) || is_pending || !driver.script.is_done(),
        repaint_in: repaint.take(),
        is_closing: close_after.is_some_and(|limit| limit.0 <= time.elapsed() + IDLE),
    };
    let mut interval = activity.interval();
    if interval == MOVING {
        *settling = SETTLING_FRAMES;
    } else if *settling > 0 {
        *settling -= 1;
        interval = MOVING;
    }
    let mode = update_mode(interval);
    if settings.focused_mode != mode {
        *settings = WinitSettings { focused_mode: mode, unfocused_mode: mode };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_in_which_nothing_changes_is_hardly_drawn() {
        let idle = Activity { is_playing: false, is_working: false, repaint_in: Duration::MAX, is_closing: false };
        assert_eq!(idle.interval(), IDLE);
        assert_eq!(Activity { is_playing: true, ..idle }.interval(), MOVING);
        assert_eq!(Activity { is_working: true, ..idle }.interval(), WORKING);
        assert_eq!(Activity { repaint_in: Duration::ZERO, is_working: true, ..idle }.interval(), MOVING);
        assert_eq!(Activity { repaint_in: Duration::from_millis(400), ..idle }.interval(), WAITING);
        assert_eq!(Activity { is_closing: true, ..idle }.interval(), WAITING);
    }

    #[test]
    fn modifiers_that_have_not_changed_are_no_input() {
        let mut app = App::new();
        app.add_systems(Update, drop_unchanged_modifiers);
        let changed = |modifiers| egui::Event::ModifiersChanged(modifiers);
        let mut count_after = |events: Vec<egui::Event>| {
            let input = app.world_mut().spawn(EguiInput(egui::RawInput { events, ..Default::default() })).id();
            app.update();
            let count = app.world().get::<EguiInput>(input).map_or(0, |input| input.events.len());
            app.world_mut().despawn(input);
            count
        };
        assert_eq!(count_after(vec![changed(egui::Modifiers::NONE)]), 1, "they were not known");
        assert_eq!(count_after(vec![changed(egui::Modifiers::NONE)]), 0);
        assert_eq!(count_after(vec![changed(egui::Modifiers::CTRL)]), 1);
        assert_eq!(count_after(vec![egui::Event::Text("a".into()), changed(egui::Modifiers::CTRL)]), 1);
    }
}
