//! WebM and MP4, by the program `ffmpeg`, which reads the frames from a pipe.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use longhand_chronicle::hidden_name;
use longhand_stage::StageRaster;

/// A video that `ffmpeg` is writing.
pub(crate) struct FfmpegPipe {
    child: Child,
    /// Reads what it says, so that it never waits for a reader.
    messages: Option<JoinHandle<Vec<u8>>>,
    /// The file that it writes, and the name that it takes at the end.
    hidden: PathBuf,
    path: PathBuf,
}

/// Arguments that depend on the format.
fn codec(extension: &str) -> &'static [&'static str] {
    match extension {
        "webm" => &["-c:v", "libvpx-vp9", "-crf", "30", "-b:v", "0"],
        _ => &["-c:v", "libx264", "-crf", "19", "-movflags", "+faststart"],
    }
}

impl FfmpegPipe {
    /// Whether `ffmpeg` is installed.
    pub fn is_installed() -> bool {
        let mut command = Command::new("ffmpeg");
        command.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok()
    }

    /// Starts `ffmpeg`.
    pub fn start(path: &Path, (width, height): (u32, u32), fps: u32) -> io::Result<Self> {
        let extension = path.extension().map_or_else(String::new, |extension| extension.to_string_lossy().to_lowercase());
        let hidden = hidden_name(path)?.with_extension(&extension);
        let mut command = Command::new("ffmpeg");
        command.args(["-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]);
        command.args(["-s", &format!("{width}x{height}"), "-r", &fps.to_string(), "-i", "-", "-an"]);
        // Video has an even number of pixels in each direction, and no date of its making.
        command.args([
            "-vf",
            "pad=ceil(iw/2)*2:ceil(ih/2)*2",
            "-pix_fmt",
            "yuv420p",
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
        ]);
        command.args(codec(&extension)).arg(&hidden);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let messages = child.stderr.take().map(|mut errors| {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                // What was read before an error is all that can be told.
                _ = errors.read_to_end(&mut said);
                said
            })
        });
        Ok(Self { child, messages, hidden, path: path.into() })
    }

    pub fn write(&mut self, raster: &StageRaster) -> io::Result<()> {
        let Some(pipe) = &mut self.child.stdin else { return Err(io::ErrorKind::BrokenPipe.into()) };
        pipe.write_all(&raster.rgb)
    }

    /// Waits for the end. The error is what `ffmpeg` said.
    pub fn finish(mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if !status.success() {
            let said = self.messages.take().and_then(|messages| messages.join().ok()).unwrap_or_default();
            // Text that is not UTF-8 must not fail the film.
            let said = String::from_utf8_lossy(&said).trim().to_owned();
            let reason = said.lines().last().map_or_else(|| status.to_string(), str::to_owned);
            return Err(io::Error::other(format!("ffmpeg failed: {reason}")));
        }
        std::fs::rename(&self.hidden, &self.path)
    }
}

impl Drop for FfmpegPipe {
    fn drop(&mut self) {
        // After a success there is neither a process nor a hidden file.
        _ = self.child.kill();
        _ = self.child.wait();
        _ = std::fs::remove_file(&self.hidden);
    }
}
