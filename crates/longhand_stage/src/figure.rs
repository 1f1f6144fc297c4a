//! People: a body of joints, dressed by who they are, held by what they do and how they feel.

use std::f32::consts::TAU;

use longhand_expr::Pronouns;
use longhand_scene::StageSetting;

use super::canvas::Canvas;
use super::model::PersonFigure;
use super::places::Posture;
use super::tint::{Tint, stable_random, tint};

/// Height of an adult of middle size, in metres.
const ADULT: f32 = 1.72;

/// What somebody looks like. It depends only on who it is, the age and the setting.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    /// Height in metres.
    height: f32,
    /// Width relative to that of a slim adult.
    build: f32,
    skin: Tint,
    hair: Tint,
    hair_style: HairStyle,
    coat: Tint,
    legs: Tint,
    wears_skirt: bool,
    /// How far a coat reaches below the waist, as a share of the leg.
    coat_length: f32,
    hat: Option<Tint>,
    has_glasses: bool,
    has_beard: bool,
    /// How bent the back is with age, 0 to 1.
    stoop: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HairStyle {
    Short,
    Long,
    Bun,
    Curls,
}

const SKINS: [u32; 5] = [0xf2_cfae, 0xe6_b890, 0xc9_906a, 0x9a_6444, 0x74_4a34];
const HAIRS: [u32; 6] = [0x3a_2018, 0x5c_3422, 0x8a_5428, 0xb9_7a3a, 0xd8_a860, 0x8e_3a22];
const MODERN_COATS: [u32; 8] = [0xc8_382f, 0xe8_705a, 0xd9_9a3c, 0x7a_7440, 0xb4_6a4a, 0xe9_c9a0, 0x8e_4a44, 0xf0_a878];
const OLD_COATS: [u32; 8] = [0x8c_3a2e, 0x6a_4a34, 0x9a_7436, 0x5e_5a34, 0x7c_3c3c, 0xb4_864c, 0x4e_3430, 0xa0_583c];
const TROUSERS: [u32; 5] = [0x8a_6a50, 0x6e_5444, 0xa0_8462, 0x5c_3e36, 0xb8_9a72];

impl Look {
    fn of(figure: &PersonFigure, setting: StageSetting) -> Self {
        let seed = u64::from(figure.agent.0) * 101 + 7;
        let number = |salt: u64| stable_random(seed + salt * 7919);
        let pick = |colors: &[u32], salt: u64| tint(colors[(number(salt) * colors.len() as f32) as usize % colors.len()]);
        let age = figure.age.unwrap_or(36.0);
        let is_woman = matches!(figure.pronouns, Pronouns::She) || (matches!(figure.pronouns, Pronouns::They) && number(1) < 0.5);
        let is_modern = matches!(setting, StageSetting::City);
        let growth = if age < 18.0 { 0.42 + 0.58 * (age.max(0.0) / 18.0).powf(0.8) } else { 1.0 };
        let gray = ((age - 46.0) / 26.0).clamp(0.0, 1.0);
        Self {
            height: ADULT * (if is_woman { 0.955 } else { 1.02 }) * (0.95 + 0.1 * number(2)) * growth,
            build: 0.9 + 0.32 * number(3) * number(3) + 0.06 * gray,
            skin: pick(&SKINS[..if is_modern { 5 } else { 3 }], 4),
            hair: pick(&HAIRS, 5).mix(tint(0xe4_d8c8), 0.9 * gray),
            hair_style: match (is_woman, (number(6) * 4.0) as u32) {
                (true, 0 | 1) => HairStyle::Long,
                (true, 2) => HairStyle::Bun,
                (true, _) | (false, 3) => HairStyle::Curls,
                (false, _) => HairStyle::Short,
            },
            coat: pick(if is_modern { &MODERN_COATS } else { &OLD_COATS }, 8),
            legs: pick(&TROUSERS, 9),
            wears_skirt: is_woman && (!is_modern || number(10) < 0.35),
            coat_length: if is_modern { 0.05 + 0.12 * number(11) } else { 0.3 + 0.3 * number(11) },
            hat: match setting {
                StageSetting::OldTown if !is_woman && number(12) < 0.75 => Some(pick(&OLD_COATS, 13).scaled(0.7)),
                StageSetting::Village if number(12) < 0.4 => Some(pick(&OLD_COATS, 13)),
                _ => None,
            },
            has_glasses: is_modern && number(14) < 0.3,
            has_beard: !is_woman && age > 20.0 && number(15) < 0.35,
            stoop: ((age - 62.0) / 30.0).clamp(0.0, 1.0),
        }
    }
}

/// Angles of the joints in radians. Limbs hang at 0 and swing forward; the back is upright at 0 and bends forward.
#[derive(Clone, Copy, Debug, Default)]
struct Joints {
    /// Height of the hip as a share of its height when standing.
    hip: f32,
    back: f32,
    neck: f32,
    thighs: [f32; 2],
    shins: [f32; 2],
    upper_arms: [f32; 2],
    forearms: [f32; 2],
}

/// The joints of a posture. `breath` is a slow wave from -1 to 1.
fn joints(figure: &PersonFigure, stoop: f32, breath: f32) -> Joints {
    let gloom = (-figure.pleasure).clamp(0.0, 1.0);
    let slump = 0.05 * breath.abs() * 0.2 + 0.2 * gloom + 0.42 * stoop;
    let stand = Joints {
        hip: 1.0,
        back: 0.02 + slump,
        neck: 0.1 * gloom + slump * 0.5,
        thighs: [0.06, -0.07],
        shins: [0.0, -0.09],
        upper_arms: [0.06 + 0.02 * breath, -0.12],
        forearms: [0.22, 0.06],
    };
    match figure.posture {
        Posture::Stand => stand,
        Posture::Walk(way) => {
            let (sine, cosine) = (way / 1.3 * TAU).sin_cos();
            let stride = 0.46;
            Joints {
                hip: 0.985 - 0.015 * sine.abs(),
                back: 0.08 + slump,
                thighs: [stride * sine, -stride * sine],
                shins: [
                    stride * sine - 0.55 * (0.3 - cosine).max(0.0) * 0.6,
                    -stride * sine - 0.55 * (0.3 + cosine).max(0.0) * 0.6,
                ],
                upper_arms: [-0.5 * sine, 0.5 * sine],
                forearms: [-0.5 * sine + 0.3, 0.5 * sine + 0.3],
                ..stand
            }
        }
        Posture::Sit | Posture::Doze => {
            let nod = if figure.posture == Posture::Doze { 0.6 } else { 0.0 };
            Joints {
                hip: 0.56,
                back: -0.06 + slump + nod * 0.3,
                neck: stand.neck + nod,
                thighs: [1.5, 1.42],
                shins: [0.06, -0.08],
                upper_arms: [0.4, 0.3],
                forearms: [1.0, 1.1],
            }
        }
        Posture::Write => Joints {
            hip: 0.56,
            back: 0.16 + slump,
            neck: 0.3,
            thighs: [1.5, 1.42],
            shins: [0.1, -0.05],
            upper_arms: [0.6, 0.75],
            forearms: [1.5 + 0.06 * breath, 1.6],
        },
        Posture::Work => Joints {
            back: 0.22 + slump,
            neck: 0.3,
            upper_arms: [0.7 + 0.2 * breath, 0.5],
            forearms: [1.4 + 0.25 * breath, 1.3],
            ..stand
        },
        Posture::Talk => Joints {
            back: 0.05 + slump * 0.6,
            neck: 0.02,
            upper_arms: [0.42 + 0.1 * breath, -0.06],
            forearms: [1.45 + 0.3 * breath, 0.3],
            ..stand
        },
        Posture::Embrace => Joints { back: 0.12, neck: 0.2, upper_arms: [1.05, 1.25], forearms: [1.6, 1.4], ..stand },
        Posture::TurnAway => Joints { back: 0.06 + slump, neck: 0.42, upper_arms: [0.3, 0.25], forearms: [1.85, 1.75], ..stand },
        Posture::LookUp => Joints {
            hip: 0.16,
            back: -0.2,
            neck: -0.35,
            thighs: [2.05, 1.85],
            shins: [-0.55, -0.75],
            upper_arms: [-0.5, 0.7],
            forearms: [-0.2, 1.2],
        },
        Posture::Lie => Joints {
            hip: 0.12,
            back: -1.5,
            neck: 0.12,
            thighs: [1.56, 1.5],
            shins: [1.5, 1.42],
            upper_arms: [1.2, 1.4],
            forearms: [1.7, 1.5],
        },
    }
}

/// The points of a body in metres.
struct Skeleton {
    hip: [f32; 2],
    neck: [f32; 2],
    head: [f32; 2],
    knees: [[f32; 2]; 2],
    feet: [[f32; 2]; 2],
    elbows: [[f32; 2]; 2],
    hands: [[f32; 2]; 2],
    head_radius: f32,
}

fn skeleton(figure: &PersonFigure, height: f32, stoop: f32, breath: f32) -> Skeleton {
    let joints = joints(figure, stoop, breath);
    let scale = height / ADULT;
    let side = if figure.faces_right { 1.0 } else { -1.0 };
    let along = |from: [f32; 2], angle: f32, length: f32| {
        [from[0] + side * angle.sin() * length * scale, from[1] - angle.cos() * length * scale]
    };
    let up = |from: [f32; 2], angle: f32, length: f32| {
        [from[0] + side * angle.sin() * length * scale, from[1] + angle.cos() * length * scale]
    };
    let (thigh, shin) = (0.43, 0.42);
    let hip = [figure.at[0], figure.at[1] + (0.05 + (thigh + shin) * joints.hip) * scale];
    let neck = up(hip, joints.back, 0.55);
    let head = up(neck, joints.back * 0.6 + joints.neck, 0.2);
    let shoulder = up(hip, joints.back, 0.5);
    let knees = [0, 1].map(|leg| along(hip, joints.thighs[leg], thigh));
    let elbows = [0, 1].map(|arm| along(shoulder, joints.upper_arms[arm], 0.29));
    Skeleton {
        hip,
        neck,
        head,
        knees,
        feet: [0, 1].map(|leg| along(knees[leg], joints.shins[leg], shin)),
        elbows,
        hands: [0, 1].map(|arm| along(elbows[arm], joints.forearms[arm], 0.26)),
        // A child has a large head.
        head_radius: 0.115 * scale.powf(0.55),
    }
}

/// Where the head is, in metres.
pub(super) fn head_position(figure: &PersonFigure) -> [f32; 2] {
    let look = Look::of(figure, StageSetting::City);
    skeleton(figure, look.height, look.stoop, 0.0).head
}

/// Draws a person. `seen` is what the light of the place does to a colour; `time` is in real seconds, for breath and gestures.
pub(super) fn draw_person(
    canvas: &mut Canvas,
    figure: &PersonFigure,
    setting: StageSetting,
    seen: &dyn Fn(Tint) -> Tint,
    time: f32,
) {
    let look = Look::of(figure, setting);
    let pace = 0.25 + 0.12 * figure.arousal;
    let breath = (time * pace * TAU + f32::from(figure.agent.0 as u16) * 1.3).sin();
    let body = skeleton(figure, look.height, look.stoop, breath);
    let scale = look.height / ADULT;
    let side = if figure.faces_right { 1.0 } else { -1.0 };
    let solid = |color: Tint| seen(color).with_opacity(1.0);
    let (skin, hair, coat, legs) = (solid(look.skin), solid(look.hair), solid(look.coat), solid(look.legs));
    let (far_coat, far_legs) = (solid(look.coat.scaled(0.8)), solid(look.legs.scaled(0.8)));
    let shoe = solid(look.legs.scaled(0.55));
    let width = scale * look.build;
    let lies = figure.posture == Posture::Lie;
    if !lies {
        canvas.soft_ellipse([body.hip[0], figure.at[1] + 0.015], [0.42 * width, 0.075], tint(0x3c_1a20).with_opacity(0.5));
    }
    // The far arm and leg.
    arm(canvas, &body, 1, width, far_coat, skin);
    if !look.wears_skirt {
        leg(canvas, &body, 1, width, far_legs, shoe, side);
    }
    if look.wears_skirt {
        draw_skirt(canvas, &body, width, solid(look.coat.mix(look.legs, 0.35)), shoe, side, figure.posture);
    } else {
        leg(canvas, &body, 0, width, legs, shoe, side);
    }
    // The trunk: from the waist to the shoulders, and what a coat covers below.
    let shoulder = [body.hip[0] + (body.neck[0] - body.hip[0]) * 0.86, body.hip[1] + (body.neck[1] - body.hip[1]) * 0.86];
    let is_short = !look.wears_skirt && look.coat_length < 0.2;
    let waist = [body.hip[0] + (shoulder[0] - body.hip[0]) * 0.3, body.hip[1] + (shoulder[1] - body.hip[1]) * 0.3];
    if is_short {
        // Trousers with a high waist, below a jacket.
        canvas.limb(body.hip, waist, [0.24 * width, 0.26 * width], legs);
        canvas.limb(waist, shoulder, [0.27 * width, 0.33 * width], coat);
    } else {
        canvas.limb(body.hip, shoulder, [0.25 * width, 0.33 * width], coat);
    }
    if look.coat_length > 0.2 && !look.wears_skirt {
        for knee in body.knees {
            let along = |nth: usize| body.hip[nth] + (knee[nth] - body.hip[nth]) * look.coat_length * 1.8;
            canvas.limb(body.hip, [along(0), along(1)], [0.26 * width, 0.24 * width], coat);
        }
    }
    // Light from above on the shoulder.
    canvas.limb(
        shoulder,
        [shoulder[0] - side * 0.06 * width, shoulder[1]],
        [0.12 * width, 0.1 * width],
        seen(look.coat.mix(tint(0xff_f1dc), 0.22)).with_opacity(0.7),
    );
    draw_head(canvas, &body, &look, side, [skin, hair], seen);
    arm(canvas, &body, 0, width, coat, skin);
    if lies {
        let cover = solid(tint(0xe8_cba0).mix(look.coat, 0.35));
        canvas.limb(
            [body.hip[0] - side * 0.22 * scale, body.hip[1] + 0.06],
            [body.feet[0][0] + side * 0.08, body.feet[0][1] + 0.1],
            [0.3 * width, 0.22 * width],
            cover,
        );
    }
}

fn arm(canvas: &mut Canvas, body: &Skeleton, nth: usize, width: f32, coat: [u8; 4], skin: [u8; 4]) {
    let shoulder = [body.hip[0] + (body.neck[0] - body.hip[0]) * 0.86, body.hip[1] + (body.neck[1] - body.hip[1]) * 0.86];
    canvas.limb(shoulder, body.elbows[nth], [0.115 * width, 0.095 * width], coat);
    canvas.limb(body.elbows[nth], body.hands[nth], [0.095 * width, 0.075 * width], coat);
    canvas.disc(body.hands[nth], 0.047 * width.sqrt(), skin);
}

fn leg(canvas: &mut Canvas, body: &Skeleton, nth: usize, width: f32, color: [u8; 4], shoe: [u8; 4], side: f32) {
    canvas.limb(body.hip, body.knees[nth], [0.19 * width, 0.15 * width], color);
    canvas.limb(body.knees[nth], body.feet[nth], [0.15 * width, 0.095 * width], color);
    let foot = body.feet[nth];
    let toe = if body.knees[nth][1] < foot[1] + 0.12 { [0.02, 0.1] } else { [0.13, 0.0] };
    canvas.limb([foot[0] - side * 0.02, foot[1] - 0.02], [foot[0] + side * toe[0], foot[1] + toe[1] - 0.02], [0.075, 0.06], shoe);
}

fn draw_skirt(canvas: &mut Canvas, body: &Skeleton, width: f32, color: [u8; 4], shoe: [u8; 4], side: f32, posture: Posture) {
    match posture {
        Posture::Sit | Posture::Write | Posture::Doze | Posture::Lie | Posture::LookUp => {
            for nth in [1, 0] {
                canvas.limb(body.hip, body.knees[nth], [0.26 * width, 0.24 * width], color);
                canvas.limb(body.knees[nth], body.feet[nth], [0.24 * width, 0.2 * width], color);
                canvas.limb(body.feet[nth], [body.feet[nth][0] + side * 0.1, body.feet[nth][1]], [0.06, 0.05], shoe);
            }
        }
        _ => {
            for foot in body.feet {
                canvas.limb([foot[0], foot[1] - 0.02], [foot[0] + side * 0.12, foot[1] - 0.02], [0.07, 0.055], shoe);
            }
            let ankle = (body.feet[0][1] + body.feet[1][1]) / 2.0 + 0.1;
            let reach = 0.24 * width + (body.feet[0][0] - body.feet[1][0]).abs() * 0.45;
            let middle = (body.feet[0][0] + body.feet[1][0]) / 2.0;
            let hip = body.hip;
            canvas.polygon(
                &[
                    [middle - reach, ankle],
                    [middle + reach, ankle],
                    [hip[0] + 0.14 * width, hip[1] + 0.04],
                    [hip[0] - 0.14 * width, hip[1] + 0.04],
                ],
                color,
            );
        }
    }
}

fn draw_head(
    canvas: &mut Canvas,
    body: &Skeleton,
    look: &Look,
    side: f32,
    [skin, hair]: [[u8; 4]; 2],
    seen: &dyn Fn(Tint) -> Tint,
) {
    let (head, r) = (body.head, body.head_radius);
    // The direction from the neck to the head: "up" for the face.
    let (x, y) = (head[0] - body.neck[0], head[1] - body.neck[1]);
    let length = (x * x + y * y).sqrt().max(1e-4);
    let (up, forward) = ([x / length, y / length], [y / length * side, -x / length * side]);
    let at = |along: f32, above: f32| {
        [head[0] + forward[0] * along * r + up[0] * above * r, head[1] + forward[1] * along * r + up[1] * above * r]
    };
    if look.hair_style == HairStyle::Long {
        canvas.limb(at(-0.45, 0.3), at(-0.75, -2.1), [r * 1.5, r * 1.15], hair);
    }
    canvas.limb(body.neck, at(0.0, -0.4), [r * 0.9, r * 0.85], skin);
    canvas.disc(at(-0.16, 0.2), r * 1.12, hair);
    canvas.limb(at(0.1, 0.12), at(0.16, -0.3), [r * 1.8, r * 1.45], skin);
    canvas.polygon(&[at(0.9, 0.1), at(1.2, -0.22), at(0.86, -0.34)], skin);
    let dark = seen(tint(0x3a_1a18)).with_opacity(0.9);
    canvas.disc(at(0.62, 0.06), r * 0.1, dark);
    if look.has_beard {
        canvas.limb(at(0.7, -0.5), at(0.3, -0.95), [r * 0.36, r * 0.7], hair);
    }
    if look.has_glasses {
        canvas.ring(at(0.66, 0.06), r * 0.3, r * 0.09, dark);
        canvas.line(at(0.38, 0.08), at(-0.3, 0.14), r * 0.09, dark);
    }
    // Hair over the forehead.
    canvas.limb(at(0.52, 0.74), at(-0.62, 0.52), [r * 0.5, r * 0.95], hair);
    canvas.limb(at(-0.62, 0.52), at(-0.74, -0.25), [r * 0.95, r * 0.6], hair);
    match look.hair_style {
        HairStyle::Bun => canvas.disc(at(-1.05, 0.7), r * 0.52, hair),
        HairStyle::Curls => {
            for (along, above) in [(0.4, 0.95), (-0.1, 1.1), (-0.6, 0.95), (-0.95, 0.5), (-1.0, 0.0)] {
                canvas.disc(at(along, above), r * 0.46, hair);
            }
        }
        HairStyle::Short | HairStyle::Long => {}
    }
    if let Some(hat) = look.hat {
        let hat = seen(hat).with_opacity(1.0);
        canvas.limb(at(1.5, 0.72), at(-1.5, 0.72), [r * 0.3, r * 0.3], hat);
        canvas.limb(at(0.3, 1.0), at(-0.3, 1.05), [r * 1.25, r * 1.25], hat);
        let feather = seen(tint(0xf4_e4c8)).with_opacity(1.0);
        canvas.curve(at(-0.5, 1.0), at(-1.5, 2.2), at(-2.4, 1.2), r * 0.28, feather, 6);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::AgentId;

    fn person(posture: Posture) -> PersonFigure {
        PersonFigure {
            agent: AgentId(3),
            name: "Ann".into(),
            pronouns: Pronouns::She,
            age: Some(30.0),
            place: 0,
            at: [5.0, 1.0],
            faces_right: true,
            posture,
            pleasure: 0.2,
            arousal: 0.0,
            is_told: false,
            is_followed: false,
        }
    }

    fn extent(figure: &PersonFigure) -> (f32, f32) {
        let mut canvas = Canvas::default();
        draw_person(&mut canvas, figure, StageSetting::City, &|color| color, 0.0);
        let heights = canvas.vertices.iter().map(|vertex| vertex.position[1]);
        heights.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)))
    }

    #[test]
    fn feet_stand_on_the_floor_and_nobody_sinks_into_it() {
        for posture in
            [Posture::Stand, Posture::Talk, Posture::Sit, Posture::Write, Posture::TurnAway, Posture::Embrace, Posture::LookUp]
        {
            let (low, high) = extent(&person(posture));
            assert!((0.88..1.12).contains(&low), "{posture:?} begins at {low}");
            assert!(high > 1.6, "{posture:?} ends at {high}");
        }
        for step in 0..30 {
            let (low, _) = extent(&person(Posture::Walk(step as f32 * 0.09)));
            assert!((0.85..1.15).contains(&low), "step {step} begins at {low}");
        }
    }

    #[test]
    fn a_child_is_smaller_and_an_unhappy_head_is_lower() {
        let (child, adult) = (PersonFigure { age: Some(6.0), ..person(Posture::Stand) }, person(Posture::Stand));
        assert!(extent(&child).1 < extent(&adult).1 - 0.3);
        let sad = PersonFigure { pleasure: -0.8, ..person(Posture::Stand) };
        assert!(head_position(&sad)[1] < head_position(&adult)[1] && head_position(&sad)[0] > head_position(&adult)[0]);
    }

    #[test]
    fn two_people_do_not_look_alike() {
        let other = PersonFigure { agent: AgentId(4), ..person(Posture::Stand) };
        let (a, b) = (Look::of(&person(Posture::Stand), StageSetting::City), Look::of(&other, StageSetting::City));
        assert_ne!((a.coat, a.hair, a.height), (b.coat, b.hair, b.height));
        assert_eq!(a, Look::of(&person(Posture::Sit), StageSetting::City), "the same person looks the same");
    }
}
