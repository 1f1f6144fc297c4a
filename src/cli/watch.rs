//! `longhand watch`: opens a scene in the window, or in the terminal if there is no display.

use super::args::{FLAGSHIP, WatchArgs};
use super::exit::{CliError, Exit};
#[cfg(feature = "inspector")]
use super::{
    args::SimulationArgs,
    host::{OpenedSession, SceneHost},
    input::is_story,
    simulate::simulate_session,
    window_state,
};
use super::{play, terminal};

/// `longhand` without arguments.
pub(crate) fn watch_flagship() -> Result<Exit, CliError> {
    if !std::path::Path::new(FLAGSHIP).exists() {
        return Err(CliError::Input(format!(
            "{FLAGSHIP} does not exist here: start longhand in its own folder, or name a scene: longhand watch SCENE"
        )));
    }
    watch(&WatchArgs::for_scene(FLAGSHIP))
}

pub(crate) fn watch(args: &WatchArgs) -> Result<Exit, CliError> {
    if let Some(path) = &args.screenshot {
        return render_screenshot(args, path);
    }
    match no_window_reason() {
        None => open_window(args),
        Some(why) => open_in_terminal(args, why),
    }
}

fn open_in_terminal(args: &WatchArgs, why: &str) -> Result<Exit, CliError> {
    let fallback = if play::is_terminal() { "opening the terminal view" } else { "printing the narration" };
    terminal::print_note(&format!("no window: {why}; {fallback} instead"));
    play::play_or_narrate(&args.scene, &args.simulation)
}

/// Why no window can open, if so.
fn no_window_reason() -> Option<&'static str> {
    if cfg!(not(feature = "inspector")) {
        return Some("this build has none");
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_server = cfg!(all(unix, not(target_os = "macos")));
    let has_server = is_set("DISPLAY") || cfg!(feature = "wayland") && is_set("WAYLAND_DISPLAY");
    (needs_server && !has_server).then_some("there is no display")
}

#[cfg(not(feature = "inspector"))]
fn open_window(args: &WatchArgs) -> Result<Exit, CliError> {
    open_in_terminal(args, "this build has none")
}

#[cfg(not(feature = "inspector"))]
fn render_screenshot(_args: &WatchArgs, _path: &std::path::Path) -> Result<Exit, CliError> {
    Err(CliError::Usage("this build has no window".into()))
}

#[cfg(feature = "inspector")]
fn open_window(args: &WatchArgs) -> Result<Exit, CliError> {
    use longhand_inspector::{WindowExit, open_window};
    let close_after = args.close_after.map(std::time::Duration::try_from_secs_f32).transpose();
    let close_after = close_after.map_err(|error| CliError::Usage(error.to_string()))?;
    let script = read_script(args)?.unwrap_or_default();
    let OpenedSession { mut host, session, receiver } = SceneHost::open(&args.scene, &args.simulation, true)?;
    host.list_opened_files();
    let inspector = create_inspector(session, args)?;
    // The windowing libraries panic if there is no renderer or the display does not answer.
    let previous_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| {
        let why = panic.payload_as_str().and_then(|why| why.split([':', '.', '(']).next()).unwrap_or_default();
        terminal::print_note(&format!("window error: {why}"));
    }));
    let closed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        open_window(inspector, script, receiver, Box::new(host), close_after)
    }));
    std::panic::set_hook(previous_hook);
    match closed {
        Ok(WindowExit::Closed(shown)) => {
            window_state::save(&shown);
            write_end_view(args, &shown)?;
            Ok(Exit::Done)
        }
        Ok(WindowExit::Failed) => Err(CliError::Internal("the window closed in error".into())),
        Err(_) => open_in_terminal(args, "it could not be opened"),
    }
}

#[cfg(feature = "inspector")]
fn render_screenshot(args: &WatchArgs, path: &std::path::Path) -> Result<Exit, CliError> {
    use longhand_session::{Script, SessionCommand};
    let script = read_script(args)?.unwrap_or_else(|| Script::from_commands([SessionCommand::ToEnd]));
    let OpenedSession { host, session, receiver } = SceneHost::open(&args.scene, &args.simulation, false)?;
    let inspector = create_inspector(session, args)?;
    let shot = longhand_inspector::PictureRequest { script, path: path.to_owned() };
    let drawn = longhand_inspector::render_pictures(inspector, vec![shot], receiver, Box::new(host), args.size);
    write_end_view(args, &drawn.map_err(|error| CliError::Input(error.to_string()))?)?;
    Ok(Exit::Done)
}

/// The inspector of a session, with the view given by the arguments.
#[cfg(feature = "inspector")]
fn create_inspector(session: longhand_session::Session, args: &WatchArgs) -> Result<longhand_inspector::Inspector, CliError> {
    let session = match &args.beside {
        Some(path) => {
            terminal::print_note(&format!("simulating {} first, for comparison", path.display()));
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let simulation = if is_story(path)? { SimulationArgs::default() } else { args.simulation.clone() };
            let OpenedSession { session: other, receiver, .. } = SceneHost::open(path, &simulation, false)?;
            session.compared_with(name, simulate_session(other, receiver, |_| true))
        }
        None => session,
    };
    let mut inspector = longhand_inspector::Inspector::new(session);
    if let Some(view) = &args.view {
        let text = match std::path::Path::new(view) {
            path if path.is_file() => std::fs::read_to_string(path).map_err(|error| CliError::for_file("read", path, &error))?,
            _ => view.clone(),
        };
        let state = ron::from_str(&text).map_err(|error| CliError::Usage(format!("invalid view: {error}")))?;
        inspector.restore(state);
    } else if args.screenshot.is_none() {
        match window_state::load() {
            Some(state) => inspector.restore(state),
            // The first start. A window that is driven by commands, or closes by itself, has nobody to welcome.
            None if args.commands.is_none() && args.close_after.is_none() => inspector.welcome(),
            None => {}
        }
    }
    Ok(inspector)
}

/// Writes the final view, if requested.
#[cfg(feature = "inspector")]
fn write_end_view(args: &WatchArgs, state: &longhand_inspector::InspectorState) -> Result<(), CliError> {
    let Some(path) = &args.end_view else { return Ok(()) };
    let text = ron::ser::to_string_pretty(state, ron::ser::PrettyConfig::default())
        .map_err(|error| CliError::Internal(error.to_string()))?;
    longhand_chronicle::WholeFile::write(path, text + "\n").map_err(|error| CliError::for_file("write", path, &error))
}

/// The commands given with --commands.
#[cfg(feature = "inspector")]
fn read_script(args: &WatchArgs) -> Result<Option<longhand_session::Script>, CliError> {
    let read = |path: &std::path::PathBuf| longhand_session::Script::read(path);
    args.commands.as_ref().map(read).transpose().map_err(|error| CliError::Input(error.to_string()))
}
