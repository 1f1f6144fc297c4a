//! Frames: what one picture of a film shows, and drawing many of them on several threads.

use longhand_stage::{StageCamera, StageModel, StageRaster, draw_stage, rasterise, vignette};

use super::caption::CaptionPage;
use super::overlay::draw_overlay;
use super::text::FilmFonts;

/// One picture of a film.
#[derive(Clone, Debug)]
pub(crate) struct FilmFrame {
    pub model: StageModel,
    pub camera: StageCamera,
    /// Real seconds since the film began, for what breathes and flickers.
    pub time: f32,
    pub caption: Option<CaptionPage>,
    /// A title, and how strongly it is shown, 0 to 1.
    pub card: Option<(String, f32)>,
    pub date: String,
    /// How much the picture is covered, 0 to 1.
    pub veil: f32,
}

impl FilmFrame {
    /// Draws the frame.
    pub fn draw(&self, fonts: &FilmFonts, size: (u32, u32)) -> StageRaster {
        let drawing = draw_stage(&self.model, self.camera, self.time);
        let mut raster = rasterise(&drawing, &self.model.layout, self.camera, size);
        vignette(&mut raster);
        draw_overlay(&mut raster, self, fonts);
        raster
    }
}

/// Draws frames on a number of threads and passes the pictures on in order.
///
/// # Errors
/// The first error of `each`; no further frame is drawn then.
pub(crate) fn draw_frames<E>(
    mut frames: impl Iterator<Item = FilmFrame>,
    size: (u32, u32),
    threads: usize,
    mut each: impl FnMut(StageRaster) -> Result<(), E>,
) -> Result<(), E> {
    /// Frames that a thread draws before they are passed on.
    const BATCH: usize = 4;
    let (fonts, threads) = (FilmFonts::new(), threads.max(1));
    loop {
        let batch: Vec<FilmFrame> = frames.by_ref().take(threads * BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let drawn: Vec<Vec<StageRaster>> = std::thread::scope(|scope| {
            let parts = batch.chunks(batch.len().div_ceil(threads));
            let fonts = &fonts;
            let handles: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().map(|frame| frame.draw(fonts, size)).collect())).collect();
            handles.into_iter().map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        for raster in drawn.into_iter().flatten() {
            each(raster)?;
        }
    }
}
