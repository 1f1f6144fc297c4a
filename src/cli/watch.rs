//! `longhand watch`: opens a scene in the window, or in the terminal if there is no display.

use super::args::WatchArgs;
use super::exit::{Exit, Failure};
#[cfg(feature = "inspector")]
use super::{
    args::LifeArgs,
    beats::is_story,
    kept,
    living::{Alive, Begun},
};
use super::{play, terminal};

/// The scene that opens by default.
pub(super) const FLAGSHIP: &str = "scenes/her.ron";

/// `longhand` without arguments.
pub(crate) fn flagship() -> Result<Exit, Failure> {
    if !std::path::Path::new(FLAGSHIP).exists() {
        return Err(Failure::Input(format!(
            "{FLAGSHIP} does not exist here: start longhand in its own folder, or name a scene: longhand watch SCENE"
        )));
    }
    watch(&WatchArgs::of(FLAGSHIP))
}

pub(crate) fn watch(args: &WatchArgs) -> Result<Exit, Failure> {
    if let Some(path) = &args.screenshot {
        return picture(args, path);
    }
    match no_window() {
        None => window(args),
        Some(why) => in_terminal(args, why),
    }
}

fn in_terminal(args: &WatchArgs, why: &str) -> Result<Exit, Failure> {
    let instead = if play::can_play() { "opening the terminal view" } else { "printing the narration" };
    terminal::say(&format!("no window: {why}; {instead} instead"));
    play::here(&args.scene, &args.life)
}

/// Why no window can open, if so.
fn no_window() -> Option<&'static str> {
    if cfg!(not(feature = "inspector")) {
        return Some("this build has none");
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_server = cfg!(all(unix, not(target_os = "macos")));
    let has_server = is_set("DISPLAY") || cfg!(feature = "wayland") && is_set("WAYLAND_DISPLAY");
    (needs_server && !has_server).then_some("there is no display")
}

#[cfg(not(feature = "inspector"))]
fn window(args: &WatchArgs) -> Result<Exit, Failure> {
    in_terminal(args, "this build has none")
}

#[cfg(not(feature = "inspector"))]
fn picture(_args: &WatchArgs, _path: &std::path::Path) -> Result<Exit, Failure> {
    Err(Failure::Usage("this build has no window".into()))
}

#[cfg(feature = "inspector")]
fn window(args: &WatchArgs) -> Result<Exit, Failure> {
    use longhand_inspector::{Closed, open};
    let close_after = args.close_after.map(std::time::Duration::try_from_secs_f32).transpose();
    let close_after = close_after.map_err(|error| Failure::Usage(error.to_string()))?;
    let script = script(args)?.unwrap_or_default();
    let Begun { alive, reader, feed } = Alive::open(&args.scene, &args.life, true)?;
    let inspector = inspector(reader, args)?;
    // The windowing libraries panic if there is no renderer or the display does not answer.
    let said = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| {
        let why = panic.payload_as_str().and_then(|why| why.split([':', '.', '(']).next()).unwrap_or_default();
        terminal::say(&format!("window error: {why}"));
    }));
    let closed =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| open(inspector, script, feed, Box::new(alive), close_after)));
    std::panic::set_hook(said);
    match closed {
        Ok(Closed::Quietly(shown)) => {
            kept::keep(&shown);
            say_view(args, &shown)?;
            Ok(Exit::Done)
        }
        Ok(Closed::InError) => Err(Failure::Internal("the window closed in error".into())),
        Err(_) => in_terminal(args, "it could not be opened"),
    }
}

#[cfg(feature = "inspector")]
fn picture(args: &WatchArgs, path: &std::path::Path) -> Result<Exit, Failure> {
    use longhand_session::{Command, Script};
    let script = script(args)?.unwrap_or_else(|| Script::of([Command::ToEnd]));
    let Begun { alive, reader, feed } = Alive::open(&args.scene, &args.life, false)?;
    let inspector = inspector(reader, args)?;
    let shot = longhand_inspector::Shot { script, path: path.to_owned() };
    let drawn = longhand_inspector::pictures(inspector, vec![shot], feed, Box::new(alive), args.size);
    say_view(args, &drawn.map_err(|error| Failure::Input(error.to_string()))?)?;
    Ok(Exit::Done)
}

/// The inspector of a session, with the view given by the arguments.
#[cfg(feature = "inspector")]
fn inspector(reader: longhand_session::Reader, args: &WatchArgs) -> Result<longhand_inspector::Inspector, Failure> {
    let reader = match &args.beside {
        Some(path) => {
            terminal::say(&format!("simulating {} first, for comparison", path.display()));
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let asked = if is_story(path)? { LifeArgs::default() } else { args.life.clone() };
            reader.beside(name, Alive::open(path, &asked, false)?.read_to_its_end())
        }
        None => reader,
    };
    let mut inspector = longhand_inspector::Inspector::new(reader);
    if let Some(view) = &args.view {
        let text = match std::path::Path::new(view) {
            path if path.is_file() => std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?,
            _ => view.clone(),
        };
        let shown = ron::from_str(&text).map_err(|error| Failure::Usage(format!("invalid view: {error}")))?;
        inspector.give(shown);
    } else if args.screenshot.is_none()
        && let Some(shown) = kept::kept()
    {
        inspector.give(shown);
    }
    Ok(inspector)
}

/// Writes the final view, if requested.
#[cfg(feature = "inspector")]
fn say_view(args: &WatchArgs, shown: &longhand_inspector::ViewState) -> Result<(), Failure> {
    let Some(path) = &args.end_view else { return Ok(()) };
    let text = ron::ser::to_string_pretty(shown, ron::ser::PrettyConfig::default())
        .map_err(|error| Failure::Internal(error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| Failure::file("write", path, &error))
}

/// The commands given with --commands.
#[cfg(feature = "inspector")]
fn script(args: &WatchArgs) -> Result<Option<longhand_session::Script>, Failure> {
    let read = |path: &std::path::PathBuf| longhand_session::Script::read(path);
    args.commands.as_ref().map(read).transpose().map_err(|error| Failure::Input(error.to_string()))
}
