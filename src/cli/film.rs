//! `longhand film`: writes a run as a film, or one picture of it.

use std::num::NonZeroUsize;

use super::args::FilmArgs;
use super::exit::{CliError, Exit};
use super::host::{OpenedSession, SceneHost};
use super::run_config::resolve_instant;
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
    for point in [&args.from, &args.to, &args.at].into_iter().flatten() {
        check_point(opened.session.run(), point)?;
    }
    let mut session = simulate_to_end(opened)?;
    if let Some(point) = &args.at {
        let Some(at) = instant_of(session.run(), point)? else { return Ok(Exit::No) };
        write_still(&mut session, at, args.wide, args.size, &args.out)?;
        return Ok(Exit::Done);
    }
    let run = session.run();
    let from = args.from.as_ref().map_or(Ok(Some(Instant::START)), |point| instant_of(run, point))?;
    let to = args.to.as_ref().map_or(Ok(Some(run.simulated_until())), |point| instant_of(run, point))?;
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
    let session = opened.run_to_end(|run| {
        let date = || run.scenario().calendar.datetime(run.simulated_until()).day_text();
        progress.update(run.simulated_until().seconds() / run.timeline_end().seconds().max(1.0), date);
    });
    match session.run().outcome() {
        Some(Err(why)) => Err(CliError::Input(why.to_owned())),
        _ => Ok(session),
    }
}

fn beat_of(run: &RunData, point: &str) -> Option<usize> {
    run.scenario().beats.iter().position(|beat| beat.id.eq_ignore_ascii_case(point))
}

/// An error if a point of the film is neither a beat of the scene nor a date.
fn check_point(run: &RunData, point: &str) -> Result<(), CliError> {
    if beat_of(run, point).is_some() {
        return Ok(());
    }
    let date =
        point.parse::<WhenArg>().map_err(CliError::Usage).and_then(|when| resolve_instant(&when, &run.scenario().calendar));
    date.map(|_| ()).map_err(|_| {
        let beats = run.scenario().beats.iter().map(|beat| beat.id.as_str());
        let hint = match (nearest_name(point, beats.clone()), beats.clone().next(), beats.clone().next_back()) {
            (Some(near), ..) => format!("; did you mean `{near}`?"),
            (None, Some(first), Some(last)) => format!("; the beats are {first} to {last}"),
            _ => "; the scene has no beats".into(),
        };
        CliError::Usage(format!("`{point}` is neither a beat nor a date of the scene{hint}"))
    })
}

/// The instant of a beat or a date. `None` for a beat that does not come in this run, with a note.
fn instant_of(run: &RunData, point: &str) -> Result<Option<Instant>, CliError> {
    let Some(beat) = beat_of(run, point) else {
        let when: WhenArg = point.parse().map_err(CliError::Usage)?;
        let at = resolve_instant(&when, &run.scenario().calendar)?;
        if at > run.simulated_until() {
            let end = run.scenario().calendar.datetime(run.simulated_until()).day_text();
            return Err(CliError::Usage(format!("`{point}` is after the end of the run, {end}")));
        }
        return Ok(Some(at));
    };
    let found = run.beat_match(beat).map(|beat| beat.at);
    if found.is_none() {
        terminal::print_note(&format!("{} does not come in this run: try another --seed", run.beat_title(beat)));
    }
    Ok(found)
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
