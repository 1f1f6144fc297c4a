//! `longhand film`: writes a run as a film, or one picture of it.

use std::num::NonZeroUsize;

use super::args::FilmArgs;
use super::exit::{CliError, Exit};
use super::host::{OpenedSession, SceneHost};
use super::run_config::resolve_instant;
use super::simulate::simulate_session;
use super::terminal::{self, TerminalProgress};
use super::when::WhenArg;
use longhand_expr::ids::Instant;
use longhand_expr::nearest_name;
use longhand_film::{FilmError, FilmOptions, check_film_path, write_film, write_still};
use longhand_session::{RunData, Session};

pub(crate) fn film(args: &FilmArgs) -> Result<Exit, CliError> {
    // What cannot be written is said before the run is simulated.
    match &args.at {
        None => {
            check_film_path(&args.out)?;
        }
        Some(_) if args.out.extension().is_none_or(|extension| extension != "png") => {
            return Err(CliError::Usage(format!(
                "--at draws one picture: use --out {}",
                args.out.with_extension("png").display()
            )));
        }
        Some(_) if args.out.exists() => return Err(FilmError::Exists(args.out.clone()).into()),
        Some(_) => {}
    }
    let opened = SceneHost::open(&args.file, &args.simulation, false)?;
    let point = |typed: &Option<String>| typed.as_ref().map(|typed| FilmPoint::parse(opened.session.run(), typed)).transpose();
    let (from, to, at) = (point(&args.from)?, point(&args.to)?, point(&args.at)?);
    let mut session = simulate_to_end(opened)?;
    if let Some(point) = at {
        let Some(at) = point.instant(session.run())? else { return Ok(Exit::No) };
        write_still(&mut session, at, args.wide, args.size, &args.out)?;
        return Ok(Exit::Done);
    }
    let run = session.run();
    let from = from.map_or(Ok(Some(Instant::START)), |point| point.instant(run))?;
    let to = to.map_or(Ok(Some(run.simulated_until())), |point| point.instant(run))?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Exit::No) };
    if to < from {
        return Err(CliError::Usage("the film would end before it begins: --to is earlier than --from".into()));
    }
    let options = FilmOptions { from, to, size: args.size, fps: args.fps, tempo: args.tempo };
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = args.simulation.threads.map_or(cores, usize::from);
    let mut progress = TerminalProgress::new();
    let summary = write_film(&mut session, options, &args.out, threads, |done, total| {
        progress.update(done as f64 / total.max(1) as f64, || format!("frame {done} of {total}"));
        true
    })?;
    drop(progress);
    let (width, height) = args.size;
    terminal::print_note(&format!(
        "{}: {} frames, {:.1} seconds, {width}x{height}",
        args.out.display(),
        summary.frames,
        summary.seconds
    ));
    Ok(Exit::Done)
}

/// Waits for the end of the run, with a progress bar.
fn simulate_to_end(opened: OpenedSession) -> Result<Session, CliError> {
    let mut progress = TerminalProgress::new();
    let OpenedSession { session, receiver, .. } = opened;
    let session = simulate_session(session, receiver, |run| {
        let date = || run.scenario().calendar.datetime(run.simulated_until()).day_text();
        progress.update(run.simulated_until().seconds() / run.timeline_end().seconds().max(1.0), date);
        true
    });
    match session.run().outcome() {
        Some(Err(why)) => Err(CliError::Input(why.to_owned())),
        _ => Ok(session),
    }
}

/// A point of a film, as it was typed.
enum FilmPoint {
    /// A beat of the scene, and a duration after it (before it if negative), in microseconds.
    Beat(usize, i64),
    /// A date or a duration after the start, and its text.
    When(Instant, String),
}

impl FilmPoint {
    /// Reads a beat (`B20`), a beat and a duration (`B20-2m`, `B20+3h`), or a date.
    fn parse(run: &RunData, typed: &str) -> Result<Self, CliError> {
        let beats = &run.scenario().beats;
        let beat = |id: &str| beats.iter().position(|beat| beat.id.eq_ignore_ascii_case(id.trim()));
        if let Some(beat) = beat(typed) {
            return Ok(Self::Beat(beat, 0));
        }
        let when = |typed: &str| {
            typed.parse::<WhenArg>().map_err(CliError::Usage).and_then(|when| resolve_instant(&when, &run.scenario().calendar))
        };
        if let Some(sign) = typed.rfind(['+', '-'])
            && let Some(beat) = beat(&typed[..sign])
            && let Ok(Instant(duration)) = when(&typed[sign + 1..])
        {
            return Ok(Self::Beat(beat, if typed[sign..].starts_with('-') { -duration } else { duration }));
        }
        when(typed).map(|at| Self::When(at, typed.to_owned())).map_err(|_| {
            let ids = beats.iter().map(|beat| beat.id.as_str());
            let hint = match (nearest_name(typed, ids.clone()), ids.clone().next(), ids.clone().next_back()) {
                (Some(near), ..) => format!("; did you mean `{near}`?"),
                (None, Some(first), Some(last)) => format!("; the beats are {first} to {last}"),
                _ => "; the scene has no beats".into(),
            };
            CliError::Usage(format!("`{typed}` is neither a beat nor a date of the scene{hint}"))
        })
    }

    /// The instant in a simulated run. `None` for a beat that does not come in it, with a note; an error for a date after its end.
    fn instant(self, run: &RunData) -> Result<Option<Instant>, CliError> {
        match self {
            Self::When(at, typed) if at > run.simulated_until() => {
                let end = run.scenario().calendar.datetime(run.simulated_until()).day_text();
                Err(CliError::Usage(format!("`{typed}` is after the end of the run, {end}")))
            }
            Self::When(at, _) => Ok(Some(at)),
            Self::Beat(beat, after) => {
                let found = run.beat_match(beat).map(|found| Instant(found.at.0.saturating_add(after).max(0)));
                if found.is_none() {
                    terminal::print_note(&format!("{} does not come in this run: try another --seed", run.beat_title(beat)));
                }
                Ok(found)
            }
        }
    }
}

impl From<FilmError> for CliError {
    fn from(error: FilmError) -> Self {
        match error {
            FilmError::UnknownFormat(_) => Self::Usage(error.to_string()),
            FilmError::Write { path, source } => Self::for_file("write", &path, &source),
            FilmError::Exists(_) | FilmError::NoFfmpeg => Self::Input(error.to_string()),
        }
    }
}
