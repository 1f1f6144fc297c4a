//! Text on a picture: the book font, line breaks, and glyphs drawn over pixels.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};

use longhand_stage::StageRaster;

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/lora/Lora-Regular.ttf");
const ITALIC: &[u8] = include_bytes!("../../../assets/fonts/lora/Lora-Italic.ttf");

/// The two faces of the book font.
#[derive(Clone, Debug)]
pub(crate) struct FilmFonts {
    pub regular: FontRef<'static>,
    pub italic: FontRef<'static>,
}

impl FilmFonts {
    pub fn new() -> Self {
        let face = |bytes| FontRef::try_from_slice(bytes).expect("the included fonts are valid");
        Self { regular: face(REGULAR), italic: face(ITALIC) }
    }
}

/// A face at a size in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextStyle<'a> {
    pub face: &'a FontRef<'static>,
    pub size: f32,
}

impl TextStyle<'_> {
    /// The glyphs of a text with their x, and the width of all. A character that the font does not have is left out.
    fn glyphs(&self, text: &str) -> (Vec<(GlyphId, f32)>, f32) {
        let font = self.face.as_scaled(PxScale::from(self.size));
        let (mut glyphs, mut x) = (Vec::new(), 0.0);
        let mut last = None;
        for char in text.chars() {
            let id = font.glyph_id(char);
            if id.0 == 0 {
                continue;
            }
            x += last.map_or(0.0, |last| font.kern(last, id));
            glyphs.push((id, x));
            x += font.h_advance(id);
            last = Some(id);
        }
        (glyphs, x)
    }

    /// The width of a line of text in pixels.
    pub fn width(&self, text: &str) -> f32 {
        self.glyphs(text).1
    }

    /// The distance from one line to the next in pixels.
    pub fn line_height(&self) -> f32 {
        self.size * 1.12
    }

    /// Breaks a text into lines of a greatest width. A word that is wider than a line has a line of its own.
    pub fn wrap(&self, text: &str, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}")) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// Draws a line of text from `left`, with the top of the line at `top`, in a colour with an opacity (0 to 1).
    pub fn draw(&self, raster: &mut StageRaster, text: &str, [left, top]: [f32; 2], color: [u8; 3], opacity: f32) {
        let scale = PxScale::from(self.size);
        let baseline = top + self.face.as_scaled(scale).ascent();
        for (id, x) in self.glyphs(text).0 {
            let Some(glyph) = self.face.outline_glyph(id.with_scale_and_position(scale, point(left + x, baseline))) else {
                continue;
            };
            let bounds = glyph.px_bounds();
            glyph.draw(|x, y, coverage| {
                let at = [bounds.min.x as i64 + i64::from(x), bounds.min.y as i64 + i64::from(y)];
                blend(raster, at, color, coverage * opacity);
            });
        }
    }

    /// The same, centred on `middle`.
    pub fn draw_centered(&self, raster: &mut StageRaster, text: &str, [middle, top]: [f32; 2], color: [u8; 3], opacity: f32) {
        self.draw(raster, text, [middle - self.width(text) / 2.0, top], color, opacity);
    }
}

/// Mixes a colour into a pixel, if it is in the picture.
pub(crate) fn blend(raster: &mut StageRaster, [x, y]: [i64; 2], color: [u8; 3], opacity: f32) {
    if !(0..i64::from(raster.width)).contains(&x) || !(0..i64::from(raster.height)).contains(&y) {
        return;
    }
    let at = (y as usize * raster.width as usize + x as usize) * 3;
    for (slot, channel) in raster.rgb[at..at + 3].iter_mut().zip(color) {
        let mixed = f32::from(*slot) + (f32::from(channel) - f32::from(*slot)) * opacity.clamp(0.0, 1.0);
        *slot = mixed.round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_they_may_be_and_lose_no_word() {
        let fonts = FilmFonts::new();
        let style = TextStyle { face: &fonts.regular, size: 20.0 };
        let text = "They were on the roof before the sun was. It was cold, and they shared the one blanket.";
        let lines = style.wrap(text, 240.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| style.width(line) <= 240.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn text_changes_pixels_only_inside_the_picture() {
        let fonts = FilmFonts::new();
        let style = TextStyle { face: &fonts.italic, size: 24.0 };
        let mut raster = StageRaster { width: 40, height: 30, rgb: vec![0; 40 * 30 * 3] };
        style.draw(&mut raster, "Longhand", [-10.0, 2.0], [255, 244, 226], 1.0);
        let lit = raster.rgb.iter().filter(|channel| **channel > 128).count();
        assert!(lit > 60, "{lit}");
    }
}
