//! `longhand bench stage`: the CPU time of a picture of the stage with a whole city in it, and of a frame of a film.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use longhand_bench::{BenchEffort, BenchTarget, Measurement, measure_rounds, time_seconds};
use longhand_expr::ids::{AgentId, Instant};
use longhand_session::{RunInfo, Session};
use longhand_stage::{MindLight, MindState, PackedStage, StageBuilder, StageCamera, draw_stage, rasterise};

/// Threads of a mind, and people of the crowd.
const THREADS: u32 = 8_000;
const PEOPLE: u32 = 20_000;
/// Limit of a picture for the renderer, in milliseconds.
const LIMIT_MS: f64 = 4.0;
/// Size of a frame of a film.
const FRAME_SIZE: (u32, u32) = (640, 360);

/// Measures the picture of the stage of `scenes/her.ron`, as far as the CPU makes it for the renderer, with a mind that talks with eight
/// thousand others in a city of twenty thousand people; and the same picture drawn on the CPU on one thread, as for a film.
///
/// # Errors
/// A message if the scene cannot be loaded.
pub fn measure_stage(effort: BenchEffort) -> Result<Vec<Measurement>, String> {
    let scenario = longhand_narrative::load(Path::new("scenes/her.ron"), &[]).map_err(|problems| problems.to_string())?.scenario;
    let mut session =
        Session::new(RunInfo { scenario: Arc::new(scenario), seed: 1, latest_end: Instant::from_seconds(86_400.0) });
    let builder = StageBuilder::new(session.run());
    let mut model = builder.model(&session.view(), false);
    let camera = StageCamera::wide(&model.layout, 1.6);
    model.crowd.people = PEOPLE;
    model.crowd.threads = THREADS;
    model.minds = vec![MindLight {
        agent: AgentId(0),
        name: String::new(),
        owner: None,
        at: camera.center,
        generation: 4,
        renewal: None,
        state: MindState::Online,
        is_bound: true,
        talks: THREADS,
        loves: THREADS / 13,
        is_told: true,
    }];
    let drawing = draw_stage(&model, camera, 0.0);
    let (windows, triangles) = (drawing.windows, drawing.triangle_count());
    let rounds = effort.pick(20, 100);
    let packed = measure_rounds(rounds, || {
        1e3 * time_seconds(|| {
            let drawing = draw_stage(&model, camera, 0.0);
            black_box(PackedStage::new(&drawing, &model.layout, camera));
        })
    });
    let frame = measure_rounds(rounds / 5, || {
        1e3 * time_seconds(|| drop(black_box(rasterise(&drawing, &model.layout, camera, FRAME_SIZE))))
    });
    let what = format!("a picture with {windows} windows, {THREADS} threads, {triangles} triangles");
    Ok(vec![
        Measurement::new("stage-picture", what, "ms", packed).with_target(BenchTarget::AtMost(LIMIT_MS)),
        Measurement::new("stage-frame", format!("drawing it for a film, {}x{}", FRAME_SIZE.0, FRAME_SIZE.1), "ms", frame),
    ])
}
