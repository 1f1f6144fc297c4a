//! Films: a run at story pace as pictures with captions, drawn on the CPU and encoded.
//!
//! [`write_film`] goes through a finished run, draws one frame after another, and encodes them. The pictures are those of
//! [`longhand_stage::rasterise`]: they need no graphics device and no window, and the same run gives the same bytes, on any number of
//! threads. [`write_still`] draws one instant.
//!
//! - `reel`: time, camera and texts of a film; `caption`: what is told, in pages; `frame`: drawing a frame, on several threads
//! - `overlay`: what is written over a picture, with `text`
//! - `writer`: from a run to a file; `gif_file` with `palette`, `png_folder`, `ffmpeg`: the formats
//! - `bench`: the speed of the stage

mod bench;
mod caption;
mod ffmpeg;
mod frame;
mod gif_file;
mod overlay;
mod palette;
mod png_folder;
mod reel;
mod text;
mod writer;

pub use bench::measure_stage;
pub use reel::FilmOptions;
pub use writer::{FilmError, FilmFormat, FilmSummary, check_film_path, write_film, write_still};
