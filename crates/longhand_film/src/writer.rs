//! Writes the film of a run into a file or folder.

use std::io;
use std::path::{Path, PathBuf};

use longhand_expr::ids::Instant;
use longhand_session::Session;
use longhand_stage::StageRaster;

use super::ffmpeg::FfmpegPipe;
use super::frame::{FilmFrame, draw_frames};
use super::gif_file::GifFile;
use super::png_folder::{PngFolder, write_png};
use super::reel::{FilmOptions, FilmReel, still};
use super::text::FilmFonts;

/// Greatest number of frames from which the colours of a GIF are chosen.
const SAMPLES: usize = 40;
/// Size of a sample: the colours matter, not the details.
const SAMPLE_SIZE: (u32, u32) = (160, 90);

/// How a film is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmFormat {
    /// A GIF that repeats.
    Gif,
    /// A folder with a PNG file for each frame.
    PngFolder,
    /// WebM or MP4, by `ffmpeg`.
    Video,
}

impl FilmFormat {
    /// The format that the name of a file or folder says: `.gif`, `.webm`, `.mp4`, or a folder without an extension.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).as_deref() {
            Some("gif") => Some(Self::Gif),
            Some("webm" | "mp4") => Some(Self::Video),
            None => Some(Self::PngFolder),
            Some(_) => None,
        }
    }
}

/// Why a film could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// The name says no format.
    #[error("{} says no format of a film: use .gif, .webm or .mp4, or a folder for PNG frames", .0.display())]
    UnknownFormat(PathBuf),
    /// A film does not replace a file.
    #[error("{} already exists: choose another name, or remove it first", .0.display())]
    Exists(PathBuf),
    /// A video needs a program that is not there.
    #[error("ffmpeg is not installed: WebM and MP4 need it; --out NAME.gif or a folder for PNG frames do not")]
    NoFfmpeg,
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system or of the encoder.
        source: io::Error,
    },
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmSummary {
    /// Number of frames.
    pub frames: usize,
    /// Length in seconds.
    pub seconds: f64,
}

/// One of the formats, being written.
enum FilmFile {
    Gif(Box<GifFile>),
    Png(PngFolder),
    Video(FfmpegPipe),
}

/// Checks that a film can be written under a name, before the run is simulated.
///
/// # Errors
/// If the name says no format, if something exists there already, or if `ffmpeg` is needed and not installed.
pub fn check_film_path(path: &Path) -> Result<FilmFormat, FilmError> {
    let format = FilmFormat::from_path(path).ok_or_else(|| FilmError::UnknownFormat(path.into()))?;
    let is_empty_folder = || format == FilmFormat::PngFolder && path.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if path.exists() && !is_empty_folder() {
        return Err(FilmError::Exists(path.into()));
    }
    if format == FilmFormat::Video && !FfmpegPipe::is_installed() {
        return Err(FilmError::NoFfmpeg);
    }
    Ok(format)
}

/// Writes the film of a finished run. Frames are drawn on `threads` threads; `progress` is called after each with how many are done, and
/// how many there are, before while they are counted, and returns whether to go on.
///
/// # Errors
/// Those of [`check_film_path`], if `ffmpeg` fails, if the file cannot be written, or if `progress` stops it.
pub fn write_film(
    session: &mut Session,
    options: FilmOptions,
    path: &Path,
    threads: usize,
    mut progress: impl FnMut(usize, usize) -> bool,
) -> Result<FilmSummary, FilmError> {
    let format = check_film_path(path)?;
    let write_error = |source| FilmError::Write { path: path.into(), source };
    let frames = sample_frames(FilmReel::new(session, options), |seen| progress(0, seen));
    let (total, samples) = frames.ok_or_else(|| write_error(io::ErrorKind::Interrupted.into()))?;
    let mut file = match format {
        FilmFormat::Gif => {
            let fonts = FilmFonts::new();
            let samples: Vec<StageRaster> = samples.iter().map(|frame| frame.draw(&fonts, SAMPLE_SIZE)).collect();
            let file = GifFile::create(path, options.size, options.fps, &samples).map_err(write_error)?;
            FilmFile::Gif(Box::new(file))
        }
        FilmFormat::PngFolder => FilmFile::Png(PngFolder::create(path).map_err(write_error)?),
        FilmFormat::Video => FilmFile::Video(FfmpegPipe::start(path, options.size, options.fps).map_err(write_error)?),
    };
    let mut done = 0;
    let drawn = draw_frames(FilmReel::new(session, options), options.size, threads, |raster| {
        done += 1;
        if !progress(done, total) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match &mut file {
            FilmFile::Gif(file) => file.write(&raster),
            FilmFile::Png(folder) => folder.write(&raster),
            FilmFile::Video(pipe) => pipe.write(&raster),
        }
    });
    let finished = match (drawn, file) {
        // What the program says explains the broken pipe.
        (Err(_), FilmFile::Video(pipe)) => pipe.finish().and(Err(io::ErrorKind::BrokenPipe.into())),
        (Err(error), _) => Err(error),
        (Ok(()), FilmFile::Gif(file)) => file.finish(),
        (Ok(()), FilmFile::Png(_)) => Ok(()),
        (Ok(()), FilmFile::Video(pipe)) => pipe.finish(),
    };
    finished.map_err(write_error)?;
    Ok(FilmSummary { frames: done, seconds: done as f64 / f64::from(options.fps) })
}

/// Writes the picture of a finished run at one instant, with what is told there, into a PNG file; with `is_wide`, of the whole panorama.
///
/// # Errors
/// If the file exists already or cannot be written.
pub fn write_still(session: &mut Session, at: Instant, is_wide: bool, size: (u32, u32), path: &Path) -> Result<(), FilmError> {
    if path.exists() {
        return Err(FilmError::Exists(path.into()));
    }
    let raster = still(session, at, is_wide, size).draw(&FilmFonts::new(), size);
    write_png(path, &raster).map_err(|source| FilmError::Write { path: path.into(), source })
}

/// The number of frames, and some of them at equal distances. `progress` is called with the number of those seen, and may stop it.
fn sample_frames(
    frames: impl Iterator<Item = FilmFrame>,
    mut progress: impl FnMut(usize) -> bool,
) -> Option<(usize, Vec<FilmFrame>)> {
    let (mut total, mut distance, mut samples) = (0, 1, Vec::new());
    for frame in frames {
        if total % distance == 0 {
            samples.push(frame);
        }
        total += 1;
        if !progress(total) {
            return None;
        }
        if samples.len() > SAMPLES {
            // Every second one is enough.
            samples = samples.into_iter().step_by(2).collect();
            distance *= 2;
        }
    }
    Some((total, samples))
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::testing::{DAY, test_session};

    fn options() -> FilmOptions {
        let at = |days: f64| Instant::from_seconds(days * DAY);
        FilmOptions { from: at(1.99), to: at(2.0), size: (96, 54), fps: 5, tempo: 2.0 }
    }

    #[test]
    fn a_film_is_the_same_on_one_thread_and_on_two_and_decodes() {
        let folder = tempfile::tempdir().unwrap();
        let film = |name: &str, threads| {
            let path = folder.path().join(name);
            let mut shown = Vec::new();
            let summary = write_film(&mut test_session(), options(), &path, threads, |done, total| {
                shown.push((done, total));
                true
            })
            .unwrap();
            assert_eq!(shown.last(), Some(&(summary.frames, summary.frames)));
            (std::fs::read(path).unwrap(), summary)
        };
        let (one, summary) = film("one.gif", 1);
        assert!(one == film("two.gif", 2).0);
        let mut decoder = gif::DecodeOptions::new().read_info(one.as_slice()).unwrap();
        assert_eq!((decoder.width(), decoder.height()), (96, 54));
        let (mut frames, mut delay) = (0, 0.0);
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            frames += 1;
            delay += f64::from(frame.delay) / 100.0;
        }
        assert_eq!(frames, summary.frames);
        assert!((delay - summary.seconds).abs() < 0.02, "{delay} and {}", summary.seconds);
    }

    #[test]
    fn a_folder_gets_a_file_for_each_frame() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frames");
        let summary = write_film(&mut test_session(), options(), &path, 2, |_, _| true).unwrap();
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), summary.frames);
        let first = std::fs::File::open(path.join("frame00001.png")).unwrap();
        let info = png::Decoder::new(io::BufReader::new(first)).read_info().unwrap().info().clone();
        assert_eq!((info.width, info.height), (96, 54));
        assert!(matches!(write_film(&mut test_session(), options(), &path, 1, |_, _| true), Err(FilmError::Exists(_))));
    }

    #[test]
    fn the_name_says_the_format() {
        for (name, format) in [
            ("her.gif", Some(FilmFormat::Gif)),
            ("her.WEBM", Some(FilmFormat::Video)),
            ("her.mp4", Some(FilmFormat::Video)),
            ("frames", Some(FilmFormat::PngFolder)),
            ("her.avi", None),
        ] {
            assert_eq!(FilmFormat::from_path(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn samples_are_spread_over_the_film() {
        let mut session = test_session();
        let frames = FilmReel::new(&mut session, FilmOptions { fps: 20, ..options() });
        let (total, samples) = sample_frames(frames, |_| true).unwrap();
        assert!(total > 100 && (SAMPLES / 2..=SAMPLES).contains(&samples.len()), "{} of {total}", samples.len());
    }

    #[test]
    fn a_film_that_is_stopped_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stopped.gif");
        for frames in [0, 2] {
            assert!(write_film(&mut test_session(), options(), &path, 1, |done, _| done < frames).is_err());
            assert!(!path.exists());
        }
    }
}
