//! PNG: a folder with a file for each frame.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use longhand_chronicle::WholeFile;
use longhand_stage::StageRaster;

/// A folder that is being filled with `frame00001.png` and so on.
pub(crate) struct PngFolder {
    folder: PathBuf,
    frames: u32,
}

impl PngFolder {
    pub fn create(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.into(), frames: 0 })
    }

    pub fn write(&mut self, raster: &StageRaster) -> io::Result<()> {
        self.frames += 1;
        write_png(&self.folder.join(format!("frame{:05}.png", self.frames)), raster)
    }
}

/// Writes one picture.
pub(crate) fn write_png(path: &Path, raster: &StageRaster) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    let mut encoder = png::Encoder::new(&mut file, raster.width, raster.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(io_error)?;
    writer.write_image_data(&raster.rgb).map_err(io_error)?;
    writer.finish().map_err(io_error)?;
    file.flush()?;
    file.finish()
}

fn io_error(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
