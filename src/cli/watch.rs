//! `longhand watch`: a scene in the window; without a screen it is told in the terminal.

use super::args::{LifeArgs, WatchArgs};
use super::exit::{Exit, Failure};
use super::life::Life;
use super::{run, terminal};
use crate::lab::ToldRun;
#[cfg(feature = "inspector")]
use crate::story::{dates::Moment, grammar::counted};

/// What is watched when nothing is said.
const FLAGSHIP: &str = "scenes/her.ron";

/// `longhand` alone.
pub(crate) fn flagship() -> Result<Exit, Failure> {
    if !std::path::Path::new(FLAGSHIP).exists() {
        return Err(Failure::Input(format!(
            "there is no {FLAGSHIP} here: start it in longhand's own folder, or name a scene: longhand watch SCENE"
        )));
    }
    watch(&WatchArgs { scene: FLAGSHIP.into(), life: LifeArgs::default(), screenshot: None, close_after: None })
}

pub(crate) fn watch(args: &WatchArgs) -> Result<Exit, Failure> {
    let life = Life::of(&args.scene, &args.life)?;
    if let Some(path) = &args.screenshot {
        return picture(&life, path);
    }
    match no_window() {
        None => window(&life, args),
        Some(why) => in_terminal(&life, why),
    }
}

fn in_terminal(life: &Life, why: &str) -> Result<Exit, Failure> {
    terminal::say(&format!("no window: {why}; told here instead"));
    let told = run::tell(ToldRun::news(life.begin()), life, None, life.scenario.about.trim())?;
    run::to_its_end(&told)
}

/// Why there can be no window here, if there can be none.
fn no_window() -> Option<&'static str> {
    if cfg!(not(feature = "inspector")) {
        return Some("this longhand was built without one");
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_server = cfg!(all(unix, not(target_os = "macos")));
    let has_server = is_set("DISPLAY") || cfg!(feature = "wayland") && is_set("WAYLAND_DISPLAY");
    (needs_server && !has_server).then_some("there is no display")
}

#[cfg(not(feature = "inspector"))]
fn window(life: &Life, args: &WatchArgs) -> Result<Exit, Failure> {
    _ = args.close_after;
    in_terminal(life, "this longhand was built without one")
}

#[cfg(not(feature = "inspector"))]
fn picture(_life: &Life, _path: &std::path::Path) -> Result<Exit, Failure> {
    Err(Failure::Usage("this longhand was built without a window to draw".into()))
}

#[cfg(feature = "inspector")]
fn window(life: &Life, args: &WatchArgs) -> Result<Exit, Failure> {
    use crate::inspector::{Closed, open};
    let close_after = args.close_after.map(std::time::Duration::try_from_secs_f32).transpose();
    let close_after = close_after.map_err(|error| Failure::Usage(error.to_string()))?;
    let (cover, feed) = told_aside(life);
    // Nothing to draw with, or a display that does not answer: what is under the window knows no other way to say so.
    let said = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| {
        let why = panic.payload_as_str().and_then(|why| why.split([':', '.', '(']).next()).unwrap_or_default();
        terminal::say(&format!("the window: {why}"));
    }));
    let closed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| open(cover, feed, close_after)));
    std::panic::set_hook(said);
    match closed {
        Ok(Closed::Quietly) => Ok(Exit::Done),
        Ok(Closed::InError) => Err(Failure::Internal("the window closed in error".into())),
        Err(_) => in_terminal(life, "it could not be opened"),
    }
}

#[cfg(feature = "inspector")]
fn picture(life: &Life, path: &std::path::Path) -> Result<Exit, Failure> {
    let (cover, feed) = told_aside(life);
    crate::inspector::picture(cover, feed, path).map_err(|error| Failure::Input(error.to_string()))?;
    Ok(Exit::Done)
}

/// Has the run lived and told on a thread of its own, which stops when nobody listens any more.
#[cfg(feature = "inspector")]
fn told_aside(life: &Life) -> (crate::inspector::Cover, crate::inspector::Feed) {
    use crate::inspector::{Cover, Gone, Heard, Teller, feed};

    fn live(mut told: ToldRun, teller: &Teller) -> Result<(), Gone> {
        let mut news = Vec::new();
        loop {
            let goes_on = told.step(&mut news);
            news.drain(..).try_for_each(|told| teller.tell(Heard::Told(told)))?;
            let now = told.run().simulation().now();
            if !goes_on {
                return teller.tell(Heard::Ended(now, outcome(told.run())));
            }
            teller.tell(Heard::Lived(now))?;
        }
    }

    let scenario = &life.scenario;
    let cover = Cover {
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        seed: life.seed,
        calendar: scenario.calendar,
        ends: life.ends(),
    };
    let (teller, feed) = feed();
    let life = life.clone();
    std::thread::spawn(move || {
        let lived = std::panic::catch_unwind(|| live(ToldRun::news(life.begin()), &teller));
        if lived.is_err() {
            // Who has closed the window does not want to know.
            _ = teller.tell(Heard::Failed("a fault of longhand".into()));
        }
    });
    (cover, feed)
}

/// What came of a run, in a sentence.
#[cfg(feature = "inspector")]
fn outcome(run: &crate::lab::Run) -> String {
    let simulation = run.simulation();
    if let Some(overrun) = simulation.overrun() {
        return format!("It was {overrun}");
    }
    let ended = Moment::of(&simulation.scenario().calendar, simulation.now()).day().strftime("%-d %B %Y");
    let report = run.report();
    let came = report.beats.iter().filter(|beat| beat.at.is_some()).count();
    let beats = if report.beats.is_empty() {
        String::new()
    } else {
        format!("; {came} of {}", counted(report.beats.len() as f64, "beat"))
    };
    format!("It ended on {ended}, after {}{beats}.", counted(report.events as f64, "event"))
}
