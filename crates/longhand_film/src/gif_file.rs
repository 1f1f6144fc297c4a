//! GIF: frames of one palette, each with what has changed only.

use std::io;
use std::path::Path;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};
use longhand_chronicle::WholeFile;
use longhand_stage::StageRaster;

use super::palette::{FilmPalette, UNCHANGED};

/// A GIF that is being written.
pub(crate) struct GifFile {
    encoder: Encoder<WholeFile>,
    palette: FilmPalette,
    /// What is shown, as indices of the palette.
    shown: Option<Vec<u8>>,
    size: (u32, u32),
    fps: u32,
    frames: u32,
}

impl GifFile {
    pub fn create(path: &Path, size: (u32, u32), fps: u32, samples: &[StageRaster]) -> io::Result<Self> {
        let palette = FilmPalette::new(samples);
        let side = |pixels: u32| u16::try_from(pixels).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput));
        let mut encoder =
            Encoder::new(WholeFile::create(path)?, side(size.0)?, side(size.1)?, palette.rgb()).map_err(io_error)?;
        encoder.set_repeat(Repeat::Infinite).map_err(io_error)?;
        Ok(Self { encoder, palette, shown: None, size, fps, frames: 0 })
    }

    pub fn write(&mut self, raster: &StageRaster) -> io::Result<()> {
        let indices = self.palette.indices(raster, self.shown.as_deref());
        // A delay is in hundredths of a second; the remainders add up.
        let ends = |frames: u32| (f64::from(frames) * 100.0 / f64::from(self.fps)).round() as u32;
        let delay = (ends(self.frames + 1) - ends(self.frames)) as u16;
        let (area, buffer) = match &self.shown {
            None => ((0, 0, self.size.0 as usize, self.size.1 as usize), indices.clone()),
            Some(shown) => changes(shown, &indices, self.size.0 as usize),
        };
        let frame = Frame {
            delay,
            dispose: DisposalMethod::Keep,
            transparent: self.shown.as_ref().map(|_| UNCHANGED),
            left: area.0 as u16,
            top: area.1 as u16,
            width: area.2 as u16,
            height: area.3 as u16,
            buffer: buffer.into(),
            ..Frame::default()
        };
        self.encoder.write_frame(&frame).map_err(io_error)?;
        self.shown = Some(indices);
        self.frames += 1;
        Ok(())
    }

    pub fn finish(self) -> io::Result<()> {
        self.encoder.into_inner().map_err(io_error)?.finish()
    }
}

/// The smallest area (left, top, width, height) that contains what has changed, and its pixels.
fn changes(before: &[u8], after: &[u8], width: usize) -> ((usize, usize, usize, usize), Vec<u8>) {
    let changed = || before.iter().zip(after).enumerate().filter(|(_, (a, b))| a != b).map(|(nth, _)| (nth % width, nth / width));
    let left = changed().map(|(x, _)| x).min().unwrap_or(0);
    let right = changed().map(|(x, _)| x).max().unwrap_or(0);
    let top = changed().next().map_or(0, |(_, y)| y);
    let bottom = changed().next_back().map_or(0, |(_, y)| y);
    let pixel = |at: usize| if before[at] == after[at] { UNCHANGED } else { after[at] };
    let pixels = (top..=bottom).flat_map(|y| (left..=right).map(move |x| y * width + x)).map(pixel).collect();
    ((left, top, right - left + 1, bottom - top + 1), pixels)
}

fn io_error(error: EncodingError) -> io::Error {
    match error {
        EncodingError::Io(error) => error,
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_area_that_changed_is_written() {
        let before = vec![1; 20];
        let mut after = before.clone();
        (after[7], after[13]) = (4, 5);
        let (area, pixels) = changes(&before, &after, 5);
        assert_eq!(area, (2, 1, 2, 2));
        assert_eq!(pixels, [4, UNCHANGED, UNCHANGED, 5]);
        assert_eq!(changes(&before, &before, 5), ((0, 0, 1, 1), vec![UNCHANGED]), "a frame needs a pixel");
    }
}
