//! A village in a window of one's own: sprites that walk between places and react to what happens.
//!
//! ```text
//! cargo run --release --example plugin --no-default-features --features sprites
//! ```
//!
//! Space pauses, the up and down arrows change the speed, R starts another year. `--screenshot FILE` saves a picture and exits.
//!
//! Nothing here knows how the village works. People walk to where the run says that they are; an observer makes those who take
//! part in an event glow and draws a thread between them; another writes the title of a beat.

#![expect(clippy::disallowed_methods, reason = "a drawing need not be the same to the last bit on every platform")]

use bevy::asset::{AssetPlugin, RenderAssetUsages};
use bevy::image::Image;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured, save_to_disk};
use bevy::sprite::Anchor;
use bevy::text::{FontSize, FontSource, TextBounds};
use longhand::narrative::dates::DateStyle;
use longhand::prelude::*;
use std::time::Duration;

/// Positions of the village's places in the window, in logical pixels from its centre.
const MAP: [(&str, f32, f32); 17] = [
    ("fields", -490.0, 200.0),
    ("hill", -330.0, 250.0),
    ("orchards", -420.0, 40.0),
    ("church", -180.0, 205.0),
    ("rectory", -60.0, 275.0),
    ("school", -245.0, 80.0),
    ("surgery", 75.0, 205.0),
    ("street", -15.0, 85.0),
    ("bakery", 150.0, 95.0),
    ("smithy", 225.0, 235.0),
    ("green", -150.0, -55.0),
    ("market", 20.0, -65.0),
    ("eel", 185.0, -60.0),
    ("mill", 335.0, 105.0),
    ("waterside", 360.0, -75.0),
    ("ferry", 500.0, -25.0),
    ("river", 470.0, 160.0),
];

/// The colours of people: clay, ochre, moss, rose, straw, brick, sand, plum.
const COATS: [&str; 8] = ["#c96f4a", "#d9a441", "#8f9a58", "#cf8a86", "#e3c88f", "#a9503c", "#c7a27c", "#94606a"];
const CREAM: Color = Color::srgb(0.96, 0.90, 0.79);
const GOLD: Color = Color::srgb(0.98, 0.76, 0.36);
const EMBER: Color = Color::srgb(0.90, 0.36, 0.22);
/// Seconds for which the glow and the traces of an event are visible.
const GLOW_S: f32 = 3.5;

/// A person. `glow` and `named` are the numbers of seconds for which it still glows and its name is shown.
#[derive(Component)]
struct Person {
    agent: AgentId,
    coat: Color,
    size: f32,
    glow: f32,
    named: f32,
}

/// The light in the windows of a place.
#[derive(Component)]
struct Lamp;

/// A thread between two people, or a ring around one; it fades.
#[derive(Component)]
struct Trace {
    from: Entity,
    to: Option<Entity>,
    color: Color,
    left: f32,
}

#[derive(Component)]
struct Caption;

#[derive(Component)]
struct BeatTitle;

#[derive(Component)]
struct Date;

#[derive(Resource)]
struct Art {
    disc: Handle<Image>,
    glow: Handle<Image>,
    ring: Handle<Image>,
    serif: Handle<Font>,
    italic: Handle<Font>,
    scene: Handle<SceneAsset>,
}

/// The file for a picture, and the seconds until it may be taken; negative once the wait is over.
#[derive(Resource)]
struct Picture(String, f32);

fn main() -> AppExit {
    let window = Window { title: "The village".into(), resolution: (1200, 760).into(), ..default() };
    let mut app = App::new();
    app.add_plugins(
        // Assets are read from the folder of the package, which has `scenes` and `assets`.
        DefaultPlugins
            .set(WindowPlugin { primary_window: Some(window), ..default() })
            .set(AssetPlugin { file_path: ".".into(), ..default() }),
    )
    .add_plugins(LonghandPlugin::default())
    .insert_resource(SimulationClock::default().with_speed(Duration::from_hours(4)))
    .insert_resource(ClearColor(Color::srgb(0.13, 0.095, 0.075)))
    .add_systems(Startup, (set_up, start).chain())
    .add_systems(Update, (control, walk, fade, light_lamps, show_date))
    .add_observer(spawn_people)
    .add_observer(show_event)
    .add_observer(show_beat)
    .add_observer(|problem: On<SceneRejected>| error!("{}", problem.error));
    if let Some(file) = std::env::args().skip_while(|argument| argument != "--screenshot").nth(1) {
        app.insert_resource(Picture(file, 14.0)).add_systems(Update, take_picture);
    }
    app.run()
}

fn set_up(mut commands: Commands, assets: Res<AssetServer>, mut images: ResMut<Assets<Image>>) {
    let art = Art {
        disc: images.add(round_image(|distance| 1.0 - smooth(0.94, 1.0, distance))),
        glow: images.add(round_image(|distance| (1.0 - distance).max(0.0).powi(2))),
        ring: images.add(round_image(|distance| smooth(0.84, 0.9, distance) * (1.0 - smooth(0.93, 1.0, distance)))),
        serif: assets.load("assets/fonts/lora/Lora-Regular.ttf"),
        italic: assets.load("assets/fonts/lora/Lora-Italic.ttf"),
        scene: assets.load("scenes/village.ron"),
    };
    commands.spawn(Camera2d);
    draw_land(&mut commands, &art);
    for (key, x, y) in MAP {
        draw_place(&mut commands, &art, key, Vec2::new(x, y));
    }
    let text = |font: &Handle<Font>, size| TextFont {
        font: FontSource::Handle(font.clone()),
        font_size: FontSize::Px(size),
        ..default()
    };
    let bar = Color::srgba(0.09, 0.062, 0.05, 0.88);
    commands.spawn((Sprite::from_color(bar, Vec2::new(1200.0, 130.0)), Transform::from_xyz(0.0, -315.0, 40.0)));
    commands.spawn((
        Caption,
        Text2d::new(""),
        text(&art.italic, 22.0),
        TextColor(CREAM),
        TextBounds::new_horizontal(1040.0),
        TextLayout::justify(Justify::Center),
        Transform::from_xyz(0.0, -315.0, 50.0),
    ));
    commands.spawn((
        Date,
        Text2d::new(""),
        text(&art.serif, 17.0),
        TextColor(CREAM.with_alpha(0.7)),
        Anchor::TOP_LEFT,
        Transform::from_xyz(-570.0, 358.0, 50.0),
    ));
    commands.spawn((
        BeatTitle,
        Text2d::new(""),
        text(&art.serif, 25.0),
        TextColor(GOLD.with_alpha(0.0)),
        Anchor::TOP_RIGHT,
        Transform::from_xyz(570.0, 360.0, 50.0),
    ));
    commands.insert_resource(art);
}

/// Starts a run of the scene.
fn start(mut commands: Commands, art: Res<Art>) {
    commands.trigger(StartSimulation::new(art.scene.clone()).with_seed(3));
}

/// Makes a sprite for each person of a new run.
fn spawn_people(
    _: On<SimulationStarted>,
    mut commands: Commands,
    run: CurrentRun,
    art: Res<Art>,
    old: Query<Entity, With<Person>>,
) {
    old.iter().for_each(|person| commands.entity(person).despawn());
    let Some(view) = run.view() else { return };
    let Some(human) = view.scenario().kinds.iter().position(|kind| kind.id == "human") else { return };
    for (index, &agent) in view.state().members(KindId::from_index(human)).iter().enumerate() {
        let is_cast = agent.index() < view.scenario().cast.len();
        let coat = Srgba::hex(COATS[(index * 5 + index / 8) % COATS.len()]).map_or(CREAM, Color::from);
        let size = if is_cast { 17.0 } else { 12.0 };
        let position = home_of(run.place(agent)).extend(10.0 + index as f32 * 0.01);
        let sprite = Sprite { image: art.disc.clone(), color: coat, custom_size: Some(Vec2::splat(size)), ..default() };
        let name = (
            Text2d::new(run.name(agent).unwrap_or_default()),
            TextFont { font: FontSource::Handle(art.serif.clone()), font_size: FontSize::Px(14.0), ..default() },
            TextColor(CREAM.with_alpha(0.0)),
            Transform::from_xyz(0.0, -18.0, 20.0),
        );
        commands.spawn((
            Person { agent, coat, size, glow: 0.0, named: 0.0 },
            sprite,
            Transform::from_translation(position),
            children![name],
        ));
    }
}

fn home_of(place: Option<&str>) -> Vec2 {
    MAP.iter().find(|(key, ..)| Some(*key) == place).map_or(Vec2::new(0.0, 20.0), |&(_, x, y)| Vec2::new(x, y))
}

/// People walk to where the run says that they are, and stand around it.
fn walk(
    time: Res<Time>,
    run: CurrentRun,
    mut people: Query<(&mut Person, &mut Transform, &mut Sprite, &Children)>,
    mut names: Query<&mut TextColor, Without<Person>>,
) {
    let mut crowd: HashMap<String, usize> = HashMap::default();
    let step = 1.0 - (-2.2 * time.delta_secs()).exp();
    for (mut person, mut transform, mut sprite, children) in &mut people {
        let place = run.place(person.agent);
        let nth = crowd.entry(place.unwrap_or_default().to_owned()).or_default();
        let (radius, angle) = (19.0 + 12.0 * (*nth as f32).sqrt(), *nth as f32 * 2.4 + 0.6);
        *nth += 1;
        let target = home_of(place) + Vec2::new(angle.cos() * 1.25, angle.sin() * 0.75) * radius + Vec2::new(0.0, -16.0);
        let position = transform.translation.truncate();
        transform.translation = (position + (target - position) * step).extend(transform.translation.z);
        person.glow = (person.glow - time.delta_secs()).max(0.0);
        person.named = (person.named - time.delta_secs()).max(0.0);
        let glow = person.glow / GLOW_S;
        sprite.color = person.coat.mix(&CREAM, 0.55 * glow);
        sprite.custom_size = Some(Vec2::splat(person.size * (1.0 + 0.35 * glow)));
        for child in children {
            if let Ok(mut name) = names.get_mut(*child) {
                name.0.set_alpha((person.named / GLOW_S * 1.6).min(1.0));
            }
        }
    }
}

/// Makes the participants of an event glow and draws a thread between them. An important event also shows their names, and its
/// sentence as the caption.
fn show_event(
    event: On<SimulationEvent>,
    mut commands: Commands,
    run: CurrentRun,
    mut people: Query<(Entity, &mut Person)>,
    art: Res<Art>,
    mut caption: Single<&mut Text2d, With<Caption>>,
) {
    let hostile = ["cross_words", "fall_out", "spite", "nurse_it", "suspect", "lovers_quarrel", "cold_shoulder", "over", "stray"];
    let color = if hostile.iter().any(|word| event.name.ends_with(word)) { EMBER } else { GOLD };
    let is_important =
        run.scenario().is_some_and(|scene| scene.events[event.kind.index()].narration == NarrationFrequency::Always);
    let mut participants = Vec::new();
    for participant in &event.participants {
        let Some((entity, mut person)) = people.iter_mut().find(|(_, person)| person.agent == participant.agent) else {
            continue;
        };
        person.glow = GLOW_S;
        if is_important {
            person.named = GLOW_S;
        }
        participants.push(entity);
        let ring = Sprite { image: art.ring.clone(), color, custom_size: Some(Vec2::splat(20.0)), ..default() };
        commands.spawn((Trace { from: entity, to: None, color, left: GLOW_S }, ring, Transform::from_xyz(9999.0, 0.0, 9.0)));
    }
    if let [from, to, ..] = participants[..] {
        let thread = Sprite::from_color(color, Vec2::ONE);
        commands.spawn((Trace { from, to: Some(to), color, left: GLOW_S }, thread, Transform::from_xyz(9999.0, 0.0, 8.0)));
    }
    if is_important && let Some(sentence) = run.sentence(event.id) {
        caption.0 = sentence;
    }
}

/// Shows the title of a beat.
fn show_beat(beat: On<SimulationBeat>, mut title: Single<(&mut Text2d, &mut TextColor), With<BeatTitle>>) {
    title.0.0.clone_from(&beat.title);
    title.1.0 = GOLD;
}

/// Threads and rings follow their people and fade. The title of the last beat fades too.
fn fade(
    mut commands: Commands,
    time: Res<Time>,
    people: Query<&Transform, With<Person>>,
    mut traces: Query<(Entity, &mut Trace, &mut Transform, &mut Sprite), Without<Person>>,
    mut title: Single<&mut TextColor, With<BeatTitle>>,
) {
    for (entity, mut trace, mut transform, mut sprite) in &mut traces {
        trace.left -= time.delta_secs();
        let left = (trace.left / GLOW_S).max(0.0);
        let Some(from) = people.get(trace.from).ok().filter(|_| left > 0.0).map(|person| person.translation.truncate()) else {
            commands.entity(entity).despawn();
            continue;
        };
        match trace.to.and_then(|to| people.get(to).ok()) {
            Some(to) => {
                let offset = to.translation.truncate() - from;
                transform.translation = (from + offset / 2.0).extend(transform.translation.z);
                transform.rotation = Quat::from_rotation_z(offset.to_angle());
                sprite.custom_size = Some(Vec2::new(offset.length(), 2.2));
                sprite.color = trace.color.with_alpha(0.85 * left);
            }
            None => {
                transform.translation = from.extend(transform.translation.z);
                sprite.custom_size = Some(Vec2::splat(22.0 + 46.0 * (1.0 - left)));
                sprite.color = trace.color.with_alpha(0.8 * left * left);
            }
        }
    }
    let alpha = title.0.alpha();
    title.0.set_alpha((alpha - 0.12 * time.delta_secs()).max(0.0));
}

/// The windows are bright at night.
fn light_lamps(run: CurrentRun, time: Res<Time>, mut lamps: Query<&mut Sprite, With<Lamp>>) {
    let Some((scene, now)) = run.scenario().zip(run.now()) else { return };
    let hour = scene.calendar.hour(now) as f32;
    let target = 0.16 + 0.5 * ((hour - 1.0) / 24.0 * std::f32::consts::TAU).cos().max(0.0);
    for mut lamp in &mut lamps {
        let alpha = lamp.color.alpha();
        lamp.color.set_alpha(alpha + (target - alpha) * (1.5 * time.delta_secs()).min(1.0));
    }
}

fn show_date(run: CurrentRun, clock: Res<SimulationClock>, mut date: Single<&mut Text2d, With<Date>>) {
    let Some(now) = run.now() else { return };
    let paused = if clock.is_paused() { "  ·  paused" } else { "" };
    date.0 = format!("{}{paused}", run.date_text(now, DateStyle::LongTimestamp));
}

fn control(
    keys: Res<ButtonInput<KeyCode>>,
    mut clock: ResMut<SimulationClock>,
    art: Res<Art>,
    time: Res<Time>,
    mut commands: Commands,
) {
    if keys.just_pressed(KeyCode::Space) {
        if clock.is_paused() { clock.unpause() } else { clock.pause() }
    }
    let speed = clock.speed();
    if keys.just_pressed(KeyCode::ArrowUp) {
        clock.set_speed((speed * 2).min(Duration::from_hours(48)));
    }
    if keys.just_pressed(KeyCode::ArrowDown) {
        clock.set_speed((speed / 2).max(Duration::from_mins(15)));
    }
    if keys.just_pressed(KeyCode::KeyR) {
        commands.trigger(StartSimulation::new(art.scene.clone()).with_seed(time.elapsed().as_millis() as u64));
    }
}

/// Saves a picture soon after an event of two people, then exits.
fn take_picture(
    mut commands: Commands,
    mut picture: ResMut<Picture>,
    time: Res<Time>,
    traces: Query<&Trace>,
    caption: Single<&Text2d, With<Caption>>,
) {
    let wait_s = picture.1;
    picture.1 -= time.delta_secs();
    let is_lively =
        traces.iter().filter(|trace| trace.to.is_some() && trace.left > 0.5 * GLOW_S).count() >= 3 && !caption.0.is_empty();
    if wait_s > -1000.0 && (wait_s < 0.0 && is_lively || wait_s < -20.0) {
        picture.1 = -10_000.0;
        let exit_when_saved = |_: On<ScreenshotCaptured>, mut exit: MessageWriter<AppExit>| _ = exit.write(AppExit::Success);
        commands.spawn(Screenshot::primary_window()).observe(save_to_disk(picture.0.clone())).observe(exit_when_saved);
    }
}

/// Hills, the river and the roads.
fn draw_land(commands: &mut Commands, art: &Art) {
    let mut draw_spot = |image: &Handle<Image>, position: Vec2, size: Vec2, color: &str, alpha: f32, depth: f32| {
        let color = Srgba::hex(color).map_or(CREAM, Color::from).with_alpha(alpha);
        commands.spawn((
            Sprite { image: image.clone(), color, custom_size: Some(size), ..default() },
            Transform::from_translation(position.extend(depth)),
        ));
    };
    for (x, y, width, height, color) in [
        (-430.0, 150.0, 760.0, 640.0, "#3a2a1c"),
        (-120.0, 120.0, 900.0, 620.0, "#382618"),
        (180.0, 60.0, 760.0, 560.0, "#3b281b"),
        (-480.0, 220.0, 330.0, 250.0, "#47391f"),
        (-410.0, 40.0, 240.0, 190.0, "#443a20"),
        (-150.0, -60.0, 190.0, 130.0, "#49401f"),
    ] {
        draw_spot(&art.glow, Vec2::new(x, y), Vec2::new(width, height) * 1.5, color, 0.9, 0.0);
    }
    for nth in 0..160 {
        let along = nth as f32 / 159.0;
        let position = Vec2::new(430.0 + 75.0 * (along * 5.0).sin() + 40.0 * along, 400.0 - 700.0 * along);
        draw_spot(&art.glow, position, Vec2::splat(120.0), "#7d7150", 0.16, 0.5);
    }
    let roads = [
        ("fields", "hill"),
        ("hill", "church"),
        ("orchards", "school"),
        ("school", "church"),
        ("church", "rectory"),
        ("church", "street"),
        ("school", "street"),
        ("street", "surgery"),
        ("street", "bakery"),
        ("surgery", "smithy"),
        ("street", "market"),
        ("green", "market"),
        ("market", "eel"),
        ("eel", "waterside"),
        ("waterside", "ferry"),
        ("bakery", "mill"),
        ("mill", "river"),
        ("orchards", "fields"),
        ("school", "green"),
        ("bakery", "eel"),
    ];
    for (from, to) in roads {
        let (from, to) = (home_of(Some(from)), home_of(Some(to)));
        let count = (from.distance(to) / 9.0) as usize;
        for nth in 0..=count {
            let along = nth as f32 / count as f32;
            let bend = (to - from).perp() * 0.06 * (along * std::f32::consts::PI).sin();
            draw_spot(&art.disc, from.lerp(to, along) + bend - Vec2::Y * 12.0, Vec2::splat(3.2), "#a1835a", 0.42, 1.0);
        }
    }
}

/// A place: a house with a lamp, and its name.
fn draw_place(commands: &mut Commands, art: &Art, key: &str, position: Vec2) {
    let is_outdoors = ["fields", "green", "market", "river", "orchards", "street", "waterside"].contains(&key);
    let lamp =
        Sprite { image: art.glow.clone(), color: GOLD.with_alpha(0.2), custom_size: Some(Vec2::splat(150.0)), ..default() };
    commands.spawn((Lamp, lamp, Transform::from_translation(position.extend(2.0))));
    let wall = |color: Color, size: Vec2| Sprite::from_color(color, size);
    let clay = Color::srgb(0.62, 0.30, 0.20);
    let mut draw = |sprite: Sprite, offset: Vec2, angle: f32, depth: f32| {
        let transform =
            Transform::from_translation((position + offset).extend(depth)).with_rotation(Quat::from_rotation_z(angle));
        commands.spawn((sprite, transform));
    };
    if is_outdoors {
        for (x, y, size) in [(-8.0, 8.0, 18.0), (7.0, 11.0, 22.0), (0.0, 19.0, 17.0)] {
            let tree = Sprite {
                image: art.disc.clone(),
                color: Color::srgb(0.42, 0.43, 0.22),
                custom_size: Some(Vec2::splat(size)),
                ..default()
            };
            draw(tree, Vec2::new(x, y), 0.0, 3.0 - y * 0.01);
        }
        draw(wall(Color::srgb(0.35, 0.24, 0.15), Vec2::new(3.0, 10.0)), Vec2::new(0.0, 0.0), 0.0, 2.5);
    } else {
        draw(wall(clay, Vec2::splat(26.0)), Vec2::new(0.0, 18.0), std::f32::consts::FRAC_PI_4, 2.5);
        draw(wall(Color::srgb(0.80, 0.69, 0.51), Vec2::new(30.0, 21.0)), Vec2::new(0.0, 8.0), 0.0, 3.0);
        draw(wall(Color::srgb(0.99, 0.84, 0.48), Vec2::new(6.0, 7.0)), Vec2::new(-7.0, 10.0), 0.0, 3.5);
        draw(wall(Color::srgb(0.45, 0.28, 0.18), Vec2::new(7.0, 13.0)), Vec2::new(6.0, 4.0), 0.0, 3.5);
    }
    if key == "church" {
        draw(wall(Color::srgb(0.80, 0.69, 0.51), Vec2::new(12.0, 44.0)), Vec2::new(19.0, 20.0), 0.0, 3.2);
        draw(wall(clay, Vec2::splat(13.0)), Vec2::new(19.0, 44.0), std::f32::consts::FRAC_PI_4, 3.1);
    }
    let name = if key == "eel" { "the Eel" } else { key };
    let height = if key == "church" { 66.0 } else { 48.0 };
    commands.spawn((
        Text2d::new(name),
        TextFont { font: FontSource::Handle(art.serif.clone()), font_size: FontSize::Px(14.0), ..default() },
        TextColor(Color::srgb(0.80, 0.70, 0.55)),
        Transform::from_translation((position + Vec2::new(0.0, height)).extend(5.0)),
    ));
}

/// A white picture whose opacity depends on the distance from its centre (1 at its edge).
fn round_image(opacity: impl Fn(f32) -> f32) -> Image {
    const SIDE: u32 = 128;
    let pixel = |index: u32| {
        let point = Vec2::new((index % SIDE) as f32, (index / SIDE) as f32) + 0.5;
        let distance = point.distance(Vec2::splat(SIDE as f32 / 2.0)) / (SIDE as f32 / 2.0);
        [255, 255, 255, (opacity(distance).clamp(0.0, 1.0) * 255.0) as u8]
    };
    let pixels = (0..SIDE * SIDE).flat_map(pixel).collect();
    let size = Extent3d { width: SIDE, height: SIDE, depth_or_array_layers: 1 };
    Image::new(size, TextureDimension::D2, pixels, TextureFormat::Rgba8UnormSrgb, RenderAssetUsages::default())
}

fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
