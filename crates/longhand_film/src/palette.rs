//! The colours of a GIF: one palette for the whole film, and pictures in its colours.
//!
//! One palette has stable colours from frame to frame. The pattern of the dither is fixed, so what does not move does not change.

use color_quant::NeuQuant;

use longhand_stage::StageRaster;

/// Number of colours; one more index means that a pixel has not changed.
const COLORS: usize = 255;
/// The index of a pixel that has not changed.
pub(crate) const UNCHANGED: u8 = COLORS as u8;
/// Strength of the dither, in steps of a channel.
const DITHER: i32 = 5;
/// A pixel whose channels differ by no more from the colour that is shown keeps it.
const TOLERANCE: u8 = 5;
/// Bits of a channel by which nearest colours are remembered.
const BITS: u32 = 6;
/// An entry that has not been looked up.
const UNKNOWN: u16 = u16::MAX;

/// Ranks of the ordered dither (Bayer).
const PATTERN: [[i32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// A palette, and the nearest colour of it to any other.
pub(crate) struct FilmPalette {
    network: NeuQuant,
    rgb: Vec<u8>,
    nearest: Vec<u16>,
}

impl FilmPalette {
    /// The palette of a film with pictures like these.
    pub fn new(samples: &[StageRaster]) -> Self {
        let pixels: Vec<u8> = samples
            .iter()
            .flat_map(|raster| raster.rgb.chunks_exact(3))
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
            .collect();
        let network = NeuQuant::new(3, COLORS, &pixels);
        let rgb = network.color_map_rgb();
        Self { network, rgb, nearest: vec![UNKNOWN; 1 << (3 * BITS)] }
    }

    /// Red, green and blue of each colour.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The indices of a picture's pixels. Where the colours that are shown (`before`) are near enough, they stay.
    pub fn indices(&mut self, raster: &StageRaster, before: Option<&[u8]>) -> Vec<u8> {
        let width = raster.width as usize;
        let pixels = raster.rgb.chunks_exact(3).enumerate();
        pixels
            .map(|(nth, pixel)| {
                let shown = before.map(|before| before[nth]);
                if let Some(shown) = shown
                    && self.rgb[usize::from(shown) * 3..][..3].iter().zip(pixel).all(|(a, b)| a.abs_diff(*b) <= TOLERANCE)
                {
                    return shown;
                }
                let rank = PATTERN[nth / width % 4][nth % width % 4];
                let by = (rank * 2 - 15) * DITHER / 15;
                let dithered = [0, 1, 2].map(|channel| (i32::from(pixel[channel]) + by).clamp(0, 255) as u8);
                self.nearest(dithered)
            })
            .collect()
    }

    fn nearest(&mut self, [r, g, b]: [u8; 3]) -> u8 {
        let shift = 8 - BITS;
        let slot = [r, g, b].into_iter().fold(0, |slot, channel| slot << BITS | usize::from(channel >> shift));
        if self.nearest[slot] == UNKNOWN {
            let middle = |channel: u8| channel >> shift << shift | 1 << (shift - 1);
            self.nearest[slot] = self.network.index_of(&[middle(r), middle(g), middle(b), 255]) as u16;
        }
        self.nearest[slot].min(COLORS as u16 - 1) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture from dark red to cream.
    fn ramp() -> StageRaster {
        let rgb = (0..64 * 64).flat_map(|nth: usize| {
            let share = (nth % 64) as f32 / 63.0;
            [(60.0 + 190.0 * share) as u8, (26.0 + 210.0 * share) as u8, (32.0 + 180.0 * share) as u8]
        });
        StageRaster { width: 64, height: 64, rgb: rgb.collect() }
    }

    #[test]
    fn a_picture_in_the_colours_of_its_palette_is_near_to_itself() {
        let raster = ramp();
        let mut palette = FilmPalette::new(std::slice::from_ref(&raster));
        let indices = palette.indices(&raster, None);
        let errors = indices.iter().zip(raster.rgb.chunks_exact(3)).map(|(index, pixel)| {
            let color = &palette.rgb()[usize::from(*index) * 3..][..3];
            color.iter().zip(pixel).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / 3.0
        });
        let mean = errors.sum::<f64>() / 4_096.0;
        assert!(mean < 6.0, "{mean}");
        assert!(!indices.contains(&UNCHANGED));
    }

    #[test]
    fn a_picture_that_hardly_changes_keeps_its_colours() {
        let raster = ramp();
        let mut palette = FilmPalette::new(std::slice::from_ref(&raster));
        let first = palette.indices(&raster, None);
        let brighter = StageRaster { rgb: raster.rgb.iter().map(|channel| channel.saturating_add(1)).collect(), ..raster };
        let second = palette.indices(&brighter, Some(&first));
        let changed = first.iter().zip(&second).filter(|(a, b)| a != b).count();
        assert!(changed < 2_000, "{changed} of 4096");
    }
}
