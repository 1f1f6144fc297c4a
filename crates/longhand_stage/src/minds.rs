//! Minds without bodies: warm lights, and the threads to those with whom they talk.

use std::f32::consts::TAU;

use super::backdrop::CrowdWindow;
use super::camera::StageCamera;
use super::canvas::Canvas;
use super::light::{CORAL, SAFFRON};
use super::model::{MindLight, MindState, StageModel};
use super::tint::{stable_random, tint};

/// Levels of the brightness of a thread.
const PULSES: usize = 12;
/// Greatest number of lights that rise from windows.
const MAX_DEPARTURES: u32 = 1_200;

/// Where a window is in the metres of the places, as the camera sees it.
fn in_front(window: &CrowdWindow, model: &StageModel, camera: StageCamera) -> [f32; 2] {
    camera.unproject(camera.of_layer(&model.layout, window.parallax).project(window.at))
}

/// Draws the threads of all minds that can be reached: one for each of whom it talks with, to a window of its own.
pub(super) fn draw_threads(canvas: &mut Canvas, model: &StageModel, camera: StageCamera, windows: &[CrowdWindow], time: f32) {
    let reached: Vec<&MindLight> = model.minds.iter().filter(|mind| mind.state == MindState::Online && mind.talks > 2).collect();
    let total: u32 = reached.iter().map(|mind| mind.talks).sum();
    if total == 0 || windows.is_empty() {
        return;
    }
    let fronts: Vec<[f32; 2]> = windows.iter().map(|window| in_front(window, model, camera)).collect();
    let share = (model.crowd.threads as f32 / total as f32).min(1.0);
    let width = camera.height * 0.0011;
    // From near, the person matters more than the threads.
    let wide = StageCamera::wide(&model.layout, camera.aspect).height;
    let distance = (camera.height / wide).sqrt();
    for mind in reached {
        let count = (mind.talks as f32 * share).ceil() as u64;
        // Many threads are each fainter, so that together they are light and not a solid shape.
        let faint = (5.0 / (count as f32).sqrt()).clamp(0.045, 0.5) * (0.55 + 0.45 * model.light.darkness) * distance;
        let pieces = if count > 2_000 { 3 } else { 9 };
        // The colours along a thread, for each level of its pulse: it is faint where it begins.
        let shades = [(SAFFRON, 1.0), (CORAL, 2.6)].map(|(color, much)| {
            let along = |level: usize, end: u32| {
                let rise = 0.25 + 0.75 * (end as f32 / pieces as f32 * 2.2).min(1.0);
                color.as_light(faint * (0.5 + 0.5 * level as f32 / (PULSES - 1) as f32) * much * rise)
            };
            (0..PULSES).map(|level| (0..=pieces).map(|end| along(level, end)).collect()).collect::<Vec<Vec<[u8; 4]>>>()
        });
        let mut points = Vec::new();
        let loves = (f64::from(mind.loves) / f64::from(mind.talks.max(1)) * count as f64).round() as u64;
        for nth in 0..count {
            let seed = u64::from(mind.agent.0) << 32 | nth;
            let to = fronts[(stable_random(seed) * fronts.len() as f32) as usize % fronts.len()];
            let is_love = nth < loves;
            let color = if is_love { CORAL } else { SAFFRON };
            let pulse = 0.75 + 0.25 * (time * 0.9 + stable_random(seed + 1) * TAU).sin();
            let strength = faint * pulse * if is_love { 2.6 } else { 1.0 };
            // Each rises in an arc of its own and comes down to its window.
            let from = mind.at;
            let rise = ((from[0] - to[0]).abs() * 0.3 + camera.height * 0.05) * (0.25 + 1.15 * stable_random(seed + 2));
            let top = [from[0] + (to[0] - from[0]) * 0.5, from[1].max(to[1]) + rise];
            let at = |share: f32| {
                let rest = 1.0 - share;
                let axis = |nth: usize| rest * rest * from[nth] + 2.0 * rest * share * top[nth] + share * share * to[nth];
                [axis(0), axis(1)]
            };
            points.clear();
            points.extend((0..=pieces).map(|end| at(end as f32 / pieces as f32)));
            let level = ((pulse - 0.5) * 2.0 * (PULSES - 1) as f32) as usize;
            canvas.ribbon(&points, width, &shades[usize::from(is_love)][level.min(PULSES - 1)]);
            if is_love || nth.is_multiple_of(4) {
                canvas.glow(to, camera.height * 0.006, color, (strength * 5.0).min(0.7));
            }
        }
    }
}

/// How much larger the light of a mind is than that of a new one.
fn reach(mind: &MindLight) -> f32 {
    (0.8 + 0.2 * mind.generation.min(8) as f32) * if mind.is_bound { 1.0 } else { 1.3 }
}

/// Draws the glow of a mind in the air behind its owner, and what it does to the room.
pub(super) fn draw_mind_glow(canvas: &mut Canvas, model: &StageModel, mind: &MindLight) {
    if mind.state != MindState::Online {
        return;
    }
    let dark = model.light.darkness;
    let reach = reach(mind);
    canvas.glow(mind.at, reach * 2.0, SAFFRON.mix(tint(0xf0_a850), 1.0 - dark), 0.16 + 0.14 * dark);
    canvas.glow(mind.at, reach * 0.6, tint(0xff_cf86).mix(tint(0xf4_a63c), 1.0 - dark), 0.42);
}

/// Draws the light of a mind: a point with rings, brighter and finer with every generation.
pub(super) fn draw_mind(canvas: &mut Canvas, model: &StageModel, mind: &MindLight, camera: StageCamera, time: f32) {
    let dark = model.light.darkness;
    // On a bright day the rings are darker than the wall behind them.
    let ring_color = tint(0xff_e2a8).mix(tint(0xb8_5a24), (1.0 - dark) * 0.8);
    let breath = 0.5 + 0.5 * (time * 1.5 + mind.agent.0 as f32).sin();
    match mind.state {
        MindState::Offline => {
            // The place where it was: a thin ring, and no light.
            canvas.ring(mind.at, 0.15, 0.018, tint(0x8a_5a50).with_opacity(0.75));
        }
        MindState::Online => {
            let size = 0.034 + 0.004 * mind.generation.min(8) as f32;
            // Made anew, the rings part: they come from far and are many for a moment.
            let parting = mind.renewal.map_or(0.0, |share| (1.0 - share) * (1.0 - share));
            let rings = mind.generation.min(6) + (parting * 5.0).ceil() as u32;
            for ring in 0..rings {
                let radius = size * (2.2 + 1.5 * ring as f32) * (0.96 + 0.08 * breath) * (1.0 + 3.2 * parting);
                let opacity = 0.9 / (1.0 + ring as f32 * 0.45);
                canvas.ring(mind.at, radius, 0.012 + 0.006 * parting, ring_color.with_opacity(opacity));
                // Every generation turns a finer set of sparks around it.
                for spark in 0..(3 + ring * 2) {
                    let angle = time * (0.3 + 0.1 * ring as f32) + spark as f32 / (3 + ring * 2) as f32 * TAU;
                    let at = [mind.at[0] + radius * angle.cos(), mind.at[1] + radius * angle.sin()];
                    canvas.disc(at, 0.01, tint(0xff_f2d0).mix(ring_color, 1.0 - dark).with_opacity(0.9));
                }
            }
            if parting > 0.0 {
                canvas.glow(mind.at, 2.4 * parting.sqrt(), SAFFRON, 0.5 * parting);
            }
            canvas.glow(mind.at, size * 2.6, tint(0xff_d490), 0.8);
            canvas.disc(mind.at, size * (0.92 + 0.12 * breath), tint(0xff_f4da).with_opacity(1.0));
        }
        MindState::Leaving(share) => {
            let top = camera.area().top + 1.5;
            let rise = share * share * (3.0 - 2.0 * share);
            let at = [mind.at[0] + 0.8 * (share * 7.0).sin() * share, mind.at[1] + (top - mind.at[1]) * rise];
            let strength = 1.0 - 0.5 * share;
            canvas.tapered_line(mind.at, at, [0.015, 0.09], [SAFFRON.as_light(0.0), SAFFRON.as_light(0.4 * strength)]);
            canvas.glow(at, 1.7, SAFFRON, 0.4 * strength);
            lantern(canvas, at, 0.2, strength, dark);
        }
    }
}

/// A light that rises: a small lantern with a glow. By day it is amber, so that it is seen before the sky.
fn lantern(canvas: &mut Canvas, [x, y]: [f32; 2], size: f32, strength: f32, dark: f32) {
    let paper = tint(0xe8_8a3a).mix(tint(0xff_d894), dark);
    canvas.glow([x, y], size * (3.2 + 1.8 * dark), tint(0xf4_a04c).mix(tint(0xff_c878), dark), 0.5 * strength);
    canvas.ellipse([x, y], [size * 0.72, size], paper.with_opacity((0.9 * strength + 0.1 * (1.0 - dark)).min(1.0)));
    canvas.ellipse([x, y - size * 0.35], [size * 0.4, size * 0.5], tint(0xff_f4d8).with_opacity(strength));
}

/// Draws the minds of the crowd that leave: a lantern out of each window, on its way into the sky.
pub(super) fn draw_departures(canvas: &mut Canvas, model: &StageModel, camera: StageCamera, windows: &[CrowdWindow], time: f32) {
    let count = (model.crowd.leaving.min(MAX_DEPARTURES) as usize).min(windows.len().max(1));
    if model.crowd.leaving == 0 || windows.is_empty() {
        return;
    }
    let top = camera.area().top;
    for nth in 0..count as u64 {
        let number = |salt: u64| stable_random(nth * 41 + salt);
        let window = &windows[(number(1) * windows.len() as f32) as usize % windows.len()];
        let from = in_front(window, model, camera);
        let share = (model.hour / 24.0 + time * 0.02 + number(2)).fract();
        let drift = (share * 9.0 + number(3) * TAU).sin() * 0.7 * share + 1.4 * share * (number(4) - 0.4);
        let at = [from[0] + drift, from[1] + (top + 1.0 - from[1]) * share];
        let size = camera.height * (0.0035 + 0.0035 * number(5)) * (1.0 - 0.5 * share);
        lantern(canvas, at, size, (share * 10.0).min(1.0) * (1.0 - share * 0.6), model.light.darkness);
    }
}
