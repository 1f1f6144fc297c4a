//! Furniture and small things, as shapes.

use super::canvas::{Area, Canvas};
use super::light::LAMP;
use super::tint::{Tint, stable_random, tint};

/// What draws into one place: a canvas, and what the light there does to a colour.
pub(super) struct PlaceBrush<'a> {
    pub canvas: &'a mut Canvas,
    pub seen: &'a dyn Fn(Tint) -> Tint,
    /// How much lamps show, 0 by day to 1 in the dark; 0 where they are out.
    pub lamps: f32,
    /// Wood of the palette.
    pub wood: Tint,
    /// Cloth of the palette.
    pub cloth: Tint,
    pub seed: u64,
}

impl PlaceBrush<'_> {
    pub fn color(&self, color: Tint) -> [u8; 4] {
        (self.seen)(color).with_opacity(1.0)
    }

    pub fn rect(&mut self, left: f32, bottom: f32, right: f32, top: f32, color: Tint) {
        let color = self.color(color);
        self.canvas.rect(Area::new(left, bottom, right, top), color);
    }

    pub fn shadow(&mut self, center: [f32; 2], radii: [f32; 2]) {
        self.canvas.soft_ellipse(center, radii, tint(0x3c_1a20).with_opacity(0.34));
    }

    pub fn table(&mut self, x: f32, floor: f32, width: f32) {
        let (wood, dark) = (self.wood, self.wood.scaled(0.72));
        self.shadow([x, floor + 0.02], [width * 0.62, 0.09]);
        for side in [-0.42, 0.42] {
            self.rect(x + side * width - 0.035, floor, x + side * width + 0.035, floor + 0.72, dark);
        }
        self.rect(x - width / 2.0, floor + 0.7, x + width / 2.0, floor + 0.77, wood);
        self.rect(x - width / 2.0, floor + 0.66, x + width / 2.0, floor + 0.7, dark);
    }

    pub fn chair(&mut self, x: f32, floor: f32, faces_right: bool) {
        let side = if faces_right { -1.0 } else { 1.0 };
        let (cloth, dark) = (self.cloth, self.wood.scaled(0.66));
        let ends = |from: f32, to: f32| (f32::min(x + side * from, x + side * to), f32::max(x + side * from, x + side * to));
        for leg in [-0.2, 0.2] {
            self.rect(x + leg - 0.022, floor, x + leg + 0.022, floor + 0.42, dark);
        }
        let (left, right) = ends(-0.24, 0.26);
        self.rect(left, floor + 0.4, right, floor + 0.47, cloth);
        let (left, right) = ends(0.2, 0.27);
        self.rect(left, floor + 0.42, right, floor + 0.95, cloth.scaled(0.85));
    }

    pub fn bench(&mut self, x: f32, floor: f32, width: f32) {
        let (wood, dark) = (self.wood, self.wood.scaled(0.68));
        self.shadow([x, floor + 0.02], [width * 0.6, 0.08]);
        for side in [-0.4, 0.4] {
            self.rect(x + side * width - 0.04, floor, x + side * width + 0.04, floor + 0.44, dark);
        }
        self.rect(x - width / 2.0, floor + 0.42, x + width / 2.0, floor + 0.5, wood);
    }

    pub fn bed(&mut self, x: f32, floor: f32, width: f32) {
        let (left, right) = (x - width / 2.0, x + width / 2.0);
        let (dark, linen, cover) = (self.wood.scaled(0.75), tint(0xff_f1dc), self.cloth);
        self.shadow([x, floor + 0.02], [width * 0.58, 0.1]);
        self.rect(left, floor + 0.08, right, floor + 0.3, dark);
        self.rect(left - 0.06, floor, left, floor + 0.95, dark);
        self.rect(left, floor + 0.28, right, floor + 0.5, linen);
        self.rect(left + width * 0.38, floor + 0.26, right + 0.02, floor + 0.54, cover);
        let pillow = self.color(tint(0xff_f8ee));
        self.canvas.ellipse([left + 0.3, floor + 0.55], [0.26, 0.1], pillow);
    }

    pub fn sofa(&mut self, x: f32, floor: f32, width: f32) {
        let (cloth, dark) = (self.cloth, self.cloth.scaled(0.82));
        let (left, right) = (x - width / 2.0, x + width / 2.0);
        self.shadow([x, floor + 0.02], [width * 0.6, 0.1]);
        self.rect(left, floor + 0.4, right, floor + 0.88, dark);
        self.rect(left, floor + 0.1, right, floor + 0.46, cloth);
        for end in [left, right - 0.14] {
            self.rect(end, floor + 0.1, end + 0.14, floor + 0.62, dark.scaled(0.95));
        }
    }

    pub fn shelf(&mut self, x: f32, floor: f32, width: f32, rows: u32) {
        let (left, right) = (x - width / 2.0, x + width / 2.0);
        let wood = self.wood;
        let height = rows as f32 * 0.36 + 0.08;
        self.rect(left, floor, right, floor + height, wood.scaled(0.6));
        for row in 0..rows {
            let bottom = floor + 0.06 + row as f32 * 0.36;
            let mut at = left + 0.05;
            let mut nth = 0;
            while at < right - 0.1 {
                let number = |salt: u64| stable_random(self.seed * 77 + u64::from(row) * 31 + nth * 7 + salt);
                let (width, height) = (0.05 + 0.05 * number(1), 0.16 + 0.12 * number(2));
                let colors = [0xc8_5a48, 0xd8_a048, 0x8a_7a44, 0xe8_cca0, 0x9a_5a40];
                let color = tint(colors[(number(3) * 5.0) as usize % 5]);
                if number(4) > 0.12 {
                    self.rect(at, bottom, at + width * 0.86, bottom + height, color);
                }
                at += width;
                nth += 1;
            }
            self.rect(left, bottom - 0.05, right, bottom, wood);
        }
        self.rect(left, floor + height - 0.04, right, floor + height, wood);
    }

    /// A picture on the wall.
    pub fn picture(&mut self, x: f32, y: f32, width: f32) {
        let (wood, color) =
            (self.wood.scaled(0.7), [tint(0xe8_9a70), tint(0xd8_b468), tint(0x9a_8a50)][(self.seed % 3) as usize]);
        let height = width * 0.72;
        self.rect(x - width / 2.0 - 0.04, y - 0.04, x + width / 2.0 + 0.04, y + height + 0.04, wood);
        self.rect(x - width / 2.0, y, x + width / 2.0, y + height, color);
        let hill = self.color(color.scaled(0.78));
        self.canvas.ellipse([x - width * 0.1, y + height * 0.12], [width * 0.34, height * 0.26], hill);
        self.rect(x - width / 2.0, y, x + width / 2.0, y + height * 0.14, color.scaled(0.78));
    }

    /// A plant in a pot.
    pub fn plant(&mut self, x: f32, floor: f32, height: f32) {
        let (pot, leaf) = (self.color(tint(0xc0_6a4c)), tint(0x86_8a48));
        self.canvas.polygon(&[[x - 0.13, floor], [x + 0.13, floor], [x + 0.18, floor + 0.3], [x - 0.18, floor + 0.3]], pot);
        for nth in 0..7_u64 {
            let lean = (nth as f32 - 3.0) / 3.0;
            let color = self.color(leaf.scaled(0.85 + 0.3 * stable_random(self.seed + nth)));
            let tip = [x + lean * height * 0.45, floor + 0.3 + height * (0.85 - 0.3 * lean.abs())];
            self.canvas.curve([x, floor + 0.28], [x + lean * 0.1, tip[1]], tip, 0.085, color, 5);
        }
    }

    /// A lamp that hangs from a ceiling.
    pub fn pendant(&mut self, x: f32, ceiling: f32, length: f32) {
        let cord = self.color(self.wood.scaled(0.5));
        self.canvas.line([x, ceiling], [x, ceiling - length], 0.025, cord);
        let shade = (self.seen)(tint(0xe8_a060)).mix(LAMP, self.lamps * 0.8).with_opacity(1.0);
        let y = ceiling - length;
        self.canvas.polygon(&[[x - 0.24, y - 0.2], [x + 0.24, y - 0.2], [x + 0.1, y], [x - 0.1, y]], shade);
        self.light([x, y - 0.24], 2.6, 0.5);
    }

    /// A lamp on a foot.
    pub fn floor_lamp(&mut self, x: f32, floor: f32) {
        let dark = self.color(self.wood.scaled(0.5));
        self.canvas.line([x, floor], [x, floor + 1.45], 0.035, dark);
        self.canvas.ellipse([x, floor + 0.02], [0.16, 0.03], dark);
        let shade = (self.seen)(tint(0xf0_c890)).mix(LAMP, self.lamps).with_opacity(1.0);
        self.canvas.polygon(
            &[[x - 0.22, floor + 1.4], [x + 0.22, floor + 1.4], [x + 0.13, floor + 1.72], [x - 0.13, floor + 1.72]],
            shade,
        );
        self.light([x, floor + 1.5], 2.1, 0.5);
    }

    /// A candle or lantern.
    pub fn flame(&mut self, at: [f32; 2]) {
        let wax = self.color(tint(0xf4_e4c4));
        self.canvas.rect(Area::new(at[0] - 0.03, at[1], at[0] + 0.03, at[1] + 0.16), wax);
        self.canvas.ellipse([at[0], at[1] + 0.22], [0.03, 0.07], tint(0xff_d890).with_opacity(0.3 + 0.7 * self.lamps));
        self.light([at[0], at[1] + 0.22], 1.7, 0.5);
    }

    /// A fire in a hearth or on the ground.
    pub fn fire(&mut self, x: f32, floor: f32, size: f32) {
        let log = self.color(tint(0x5c_3624));
        self.canvas.limb([x - size * 0.6, floor + 0.06], [x + size * 0.6, floor + 0.14], [0.12, 0.12], log);
        self.canvas.limb([x - size * 0.6, floor + 0.14], [x + size * 0.6, floor + 0.06], [0.12, 0.12], log);
        for (nth, color) in [0xe8_6a3c, 0xf4_a048, 0xff_dc8a].into_iter().enumerate() {
            let (width, height) = (size * (0.42 - 0.12 * nth as f32), size * (1.1 - 0.3 * nth as f32));
            let color = tint(color).with_opacity(0.95);
            self.canvas.polygon(
                &[
                    [x - width, floor + 0.1],
                    [x + width, floor + 0.1],
                    [x + width * 0.5, floor + height * 0.55],
                    [x + 0.05, floor + height],
                    [x - width * 0.6, floor + height * 0.5],
                ],
                color,
            );
        }
        self.canvas.glow([x, floor + size * 0.5], size * 4.2, tint(0xff_a860), 0.28 + 0.3 * self.lamps);
    }

    /// Light of a lamp, if it is lit.
    pub fn light(&mut self, at: [f32; 2], radius: f32, strength: f32) {
        self.canvas.glow(at, radius, LAMP, strength * 0.8 * self.lamps);
        self.canvas.glow(at, radius * 0.2, tint(0xff_e6b8), 0.6 * self.lamps);
    }

    pub fn barrel(&mut self, x: f32, floor: f32) {
        let (wood, hoop) = (self.color(self.wood), self.color(self.wood.scaled(0.55)));
        self.canvas.ellipse([x, floor + 0.42], [0.34, 0.44], wood);
        for y in [0.2, 0.64] {
            self.canvas.rect(Area::new(x - 0.33, floor + y, x + 0.33, floor + y + 0.05), hoop);
        }
    }

    pub fn counter(&mut self, left: f32, right: f32, floor: f32) {
        let wood = self.wood;
        self.shadow([(left + right) / 2.0, floor + 0.02], [(right - left) * 0.58, 0.1]);
        self.rect(left, floor, right, floor + 0.98, wood.scaled(0.82));
        self.rect(left - 0.08, floor + 0.96, right + 0.08, floor + 1.06, wood.scaled(1.08));
        let mut x = left + 0.35;
        while x < right - 0.1 {
            self.rect(x, floor + 0.1, x + 0.03, floor + 0.9, wood.scaled(0.66));
            x += 0.42;
        }
    }

    /// A desk with a lit screen or a sheet of paper on it; whoever sits at it looks to the right.
    pub fn desk(&mut self, x: f32, floor: f32, has_screen: bool) {
        self.table(x, floor, 1.15);
        if has_screen {
            let dark = self.color(self.wood.scaled(0.5));
            self.canvas.rect(Area::new(x + 0.3, floor + 0.77, x + 0.36, floor + 0.95), dark);
            self.rect(x + 0.27, floor + 0.92, x + 0.34, floor + 1.42, tint(0x8a_5a48));
            let glow = (self.seen)(tint(0xff_e0b0)).with_opacity(1.0);
            self.canvas.rect(Area::new(x + 0.25, floor + 0.95, x + 0.28, floor + 1.39), glow);
            self.canvas.glow([x + 0.2, floor + 1.15], 0.7, tint(0xff_cf96), 0.22 + 0.14 * self.lamps);
        } else {
            self.rect(x - 0.2, floor + 0.77, x + 0.16, floor + 0.79, tint(0xff_f4e0));
            self.flame([x + 0.38, floor + 0.77]);
        }
    }
}
