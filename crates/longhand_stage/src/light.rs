//! Light and sky by the real height of the sun at an hour of a day of the year. No colour is blue.

use std::f32::consts::{PI, TAU};

use super::tint::{Tint, tint};

/// The latitude of every scene, in degrees.
const LATITUDE: f32 = 43.0;
/// The tilt of the Earth's axis, in degrees.
const TILT: f32 = 23.44;
/// The colour of lamps and lit windows.
pub const LAMP: Tint = tint(0xff_c46e);
/// The colour of the lights of OSes.
pub const SAFFRON: Tint = tint(0xff_d684);
/// The colour of love.
pub const CORAL: Tint = tint(0xff_7f66);

/// Light and sky at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkyLight {
    /// The height of the sun above the horizon, in degrees.
    pub elevation: f32,
    /// Where the sun stands: 0 in the east (left) to 1 in the west; `None` below the horizon.
    pub sun: Option<f32>,
    /// The sky overhead.
    pub zenith: Tint,
    /// The sky halfway down.
    pub middle: Tint,
    /// The sky at the horizon.
    pub horizon: Tint,
    /// What light does to the colours of things.
    pub ambient: Tint,
    /// 0 by day, 1 at night: how much lamps show.
    pub darkness: f32,
    /// How much the sun shines from the side, 0 to 1: long light in the morning and the evening.
    pub gold: f32,
    /// How bright the sky is over where the sun will rise or has set, 0 to 1.
    pub twilight: f32,
    /// Whether the sun rises; otherwise it sets.
    pub is_morning: bool,
}

/// The colours at one height of the sun.
struct Key {
    elevation: f32,
    zenith: u32,
    middle: u32,
    horizon: u32,
    ambient: u32,
    darkness: f32,
}

const fn key(elevation: f32, zenith: u32, middle: u32, horizon: u32, ambient: u32, darkness: f32) -> Key {
    Key { elevation, zenith, middle, horizon, ambient, darkness }
}

/// Plum at night, coral at the horizon, peach and cream by day.
const KEYS: [Key; 7] = [
    key(-18.0, 0x30_1721, 0x4c_2631, 0x70_3c3d, 0x92_6260, 1.0),
    key(-9.0, 0x45_222c, 0x6e_3a3e, 0xa8_5c4c, 0xa0_6e66, 0.95),
    key(-2.0, 0x7a_4148, 0xb8_6456, 0xf0_9c72, 0xc2_928a, 0.7),
    key(3.0, 0xb8_736a, 0xe8_9a78, 0xff_c792, 0xe8_bea4, 0.4),
    key(10.0, 0xd4_9c82, 0xee_ba92, 0xff_dca8, 0xff_e2c4, 0.12),
    key(25.0, 0xdc_b08c, 0xee_cda4, 0xff_e8c4, 0xff_f0dc, 0.0),
    key(70.0, 0xe0_ba96, 0xf2_d6b0, 0xff_edd0, 0xff_f6e8, 0.0),
];

/// How much a sundial is ahead of a clock at a time of the year, in hours (the usual approximation with two sines).
fn equation_of_time(year_share: f32) -> f32 {
    let angle = TAU * (year_share * 365.0 - 81.0) / 364.0;
    (9.87 * (2.0 * angle).sin() - 7.53 * angle.cos() - 1.5 * angle.sin()) / 60.0
}

impl SkyLight {
    /// How fast shown light approaches that of the hour: the share of the way that is left after a second is e to the minus this. Slow
    /// enough that days and nights at a fast pace do not flicker.
    pub const SMOOTHING: f32 = 2.0;

    /// The light at an hour (0 to 24) of a day of the year, which is 0 at the first of January and 1 a year later. `None` for the
    /// year is a day in spring.
    #[must_use]
    pub fn at(hour: f32, year_share: Option<f32>) -> Self {
        let year_share = year_share.unwrap_or(0.3);
        let declination = (-TILT * ((year_share + 10.0 / 365.0) * TAU).cos()).to_radians();
        let angle = (hour + equation_of_time(year_share) - 12.0) / 24.0 * TAU;
        let latitude = LATITUDE.to_radians();
        let sine = latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * angle.cos();
        let elevation = sine.clamp(-1.0, 1.0).asin().to_degrees();
        // Half the length of the day, as an angle.
        let half_day = (-latitude.tan() * declination.tan()).clamp(-1.0, 1.0).acos();
        let progress = 0.5 + angle / (2.0 * half_day.max(0.1));
        Self::by_elevation(elevation, (elevation > -3.0).then_some(progress.clamp(-0.05, 1.05)), angle < 0.0)
    }

    /// Late in the afternoon: the light that is held while time passes too fast for days and nights to be shown.
    #[must_use]
    pub fn golden() -> Self {
        Self::by_elevation(9.0, Some(0.86), false)
    }

    /// The light a share (0 to 1) of the way to another one.
    #[must_use]
    pub fn toward(&self, other: &Self, share: f32) -> Self {
        let number = |from: f32, to: f32| from + (to - from) * share.clamp(0.0, 1.0);
        Self {
            elevation: number(self.elevation, other.elevation),
            sun: other.sun,
            zenith: self.zenith.mix(other.zenith, share),
            middle: self.middle.mix(other.middle, share),
            horizon: self.horizon.mix(other.horizon, share),
            ambient: self.ambient.mix(other.ambient, share),
            darkness: number(self.darkness, other.darkness),
            gold: number(self.gold, other.gold),
            twilight: number(self.twilight, other.twilight),
            is_morning: other.is_morning,
        }
    }

    fn by_elevation(elevation: f32, sun: Option<f32>, is_morning: bool) -> Self {
        let next = KEYS.iter().position(|key| key.elevation > elevation).unwrap_or(KEYS.len() - 1).max(1);
        let (low, high) = (&KEYS[next - 1], &KEYS[next]);
        let share = ((elevation - low.elevation) / (high.elevation - low.elevation)).clamp(0.0, 1.0);
        let mix = |low: u32, high: u32| tint(low).mix(tint(high), share);
        let gold = (1.0 - (elevation - 4.0).abs() / 12.0).clamp(0.0, 1.0);
        // From the end of the astronomical night until the sun is up.
        let twilight = ((elevation + 16.0) / 11.0).clamp(0.0, 1.0) * ((9.0 - elevation) / 8.0).clamp(0.0, 1.0);
        // The morning is a little fresher: less coral and more cream.
        let fresh = if is_morning { 0.22 * gold } else { 0.0 };
        Self {
            elevation,
            sun,
            zenith: mix(low.zenith, high.zenith).mix(tint(0xe2_bfa2), fresh),
            middle: mix(low.middle, high.middle).mix(tint(0xf6_d3ae), fresh),
            horizon: mix(low.horizon, high.horizon).mix(tint(0xff_e6c0), fresh),
            ambient: mix(low.ambient, high.ambient),
            darkness: low.darkness + (high.darkness - low.darkness) * share,
            gold,
            twilight,
            is_morning,
        }
    }

    /// A colour as it is seen outdoors, `haze` (0 to 1) of the way into the distance.
    #[must_use]
    pub fn outdoors(&self, color: Tint, haze: f32) -> Tint {
        color.lit_by(self.ambient).mix(self.middle.mix(self.horizon, 0.6), haze)
    }

    /// A colour as it is seen indoors: by day almost as outdoors, at night by `lamp` (0 to 1).
    #[must_use]
    pub fn indoors(&self, color: Tint, lamp: f32) -> Tint {
        let by_day = self.ambient.scaled(0.94);
        let unlit = self.ambient.scaled(0.94 - 0.3 * self.darkness);
        let by_lamp = tint(0xff_dca8).scaled(0.98);
        color.lit_by(by_day.mix(unlit.mix(by_lamp, lamp), self.darkness))
    }

    /// The height of the sun above the horizon as a share of the visible sky, and where it stands from left to right.
    #[must_use]
    pub fn sun_position(&self) -> Option<(f32, f32)> {
        let progress = self.sun?;
        Some((progress, (self.elevation / 62.0 * PI / 2.0).sin()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_quarter() -> impl Iterator<Item = SkyLight> {
        (0..52).flat_map(|week| (0..96).map(move |quarter| SkyLight::at(quarter as f32 / 4.0, Some(week as f32 / 52.0))))
    }

    #[test]
    fn no_sky_of_the_year_is_blue() {
        for light in every_quarter().chain([SkyLight::golden()]) {
            for color in [light.zenith, light.middle, light.horizon, light.ambient, light.outdoors(light.zenith, 0.5)] {
                assert!(color.b < color.r && color.b <= color.g + 0.06, "{color:?} at an elevation of {}", light.elevation);
            }
        }
    }

    #[test]
    fn the_light_changes_without_a_jump() {
        for minute in 0..24 * 60 {
            let [now, next] = [0, 1].map(|more| SkyLight::at((minute + more) as f32 / 60.0, Some(0.45)));
            assert!((now.horizon.luminance() - next.horizon.luminance()).abs() < 0.03, "minute {minute}");
            assert!((now.darkness - next.darkness).abs() < 0.03, "minute {minute}");
        }
    }

    #[test]
    fn smoothed_light_does_not_flicker_at_a_week_a_second() {
        let mut light = SkyLight::at(12.0, None);
        let mut seen = Vec::new();
        for frame in 0..240 {
            let hour = (frame as f32 / 60.0 * 168.0) % 24.0;
            light = light.toward(&SkyLight::at(hour, None), 1.0 - (-SkyLight::SMOOTHING / 60.0).exp());
            seen.push(light.horizon.luminance());
        }
        let late = &seen[120..];
        let (low, high) = late.iter().fold((f32::INFINITY, 0.0_f32), |(low, high), &level| (low.min(level), high.max(level)));
        // A flash is a change by more than a tenth of the greatest luminance (WCAG 2.3.1).
        assert!(high - low < 0.1, "{low} to {high}");
    }

    #[test]
    fn a_sundial_is_a_quarter_of_an_hour_ahead_in_november_and_behind_in_february() {
        let minutes = |day: f32| equation_of_time(day / 365.0) * 60.0;
        assert!(
            (minutes(307.0) - 16.4).abs() < 0.6 && (minutes(42.0) + 14.2).abs() < 0.6,
            "{} {}",
            minutes(307.0),
            minutes(42.0)
        );
    }

    #[test]
    fn the_sky_opens_before_the_sun_is_up() {
        let at = |hour| SkyLight::at(hour, Some(306.0 / 365.0));
        assert!(at(2.0).twilight == 0.0 && at(12.0).twilight == 0.0);
        let (early, dawn) = (at(5.5), at(6.3));
        assert!(early.sun.is_none() && early.twilight > 0.2 && early.is_morning, "{early:?}");
        assert!(dawn.twilight > 0.8, "{dawn:?}");
        assert!(!at(18.0).is_morning);
    }

    #[test]
    fn days_are_longer_in_summer_than_in_winter() {
        let hours = |year_share| {
            (0..240).filter(|tenth| SkyLight::at(*tenth as f32 / 10.0, Some(year_share)).elevation > 0.0).count() as f32 / 10.0
        };
        let (winter, summer) = (hours(0.97), hours(0.47));
        assert!((8.5..9.5).contains(&winter) && (14.5..15.8).contains(&summer), "{winter} and {summer}");
    }

    #[test]
    fn a_lit_room_is_brighter_at_night_than_a_dark_one() {
        let night = SkyLight::at(1.0, None);
        let wall = tint(0xe8_cfa8);
        assert!(night.indoors(wall, 1.0).luminance() > 2.0 * night.indoors(wall, 0.0).luminance());
        let noon = SkyLight::at(12.0, None);
        assert!((noon.indoors(wall, 1.0).luminance() - noon.indoors(wall, 0.0).luminance()).abs() < 0.05);
    }
}
