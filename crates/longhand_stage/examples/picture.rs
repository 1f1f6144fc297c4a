//! Draws the stage of a scene on the CPU, without a window.
//!
//! `cargo run -p longhand_stage --example picture -- SCENE FOLDER WIDTHxHEIGHT [wide] [NAME=VALUE…] MOMENT…`
//!
//! A moment is the id of a beat, or a date and time of the scene's calendar such as `2025-03-01T21:00`.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant as Clock;

use longhand_analysis::{NarratedRun, Run};
use longhand_expr::ids::Instant;
use longhand_narrative::TROPES;
use longhand_session::{RunInfo, Session, SessionCommand, run_to_end, sim_channel};
use longhand_sim::SimOptions;
use longhand_stage::{StageBuilder, StageCamera, draw_stage, rasterise};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let usage = "picture SCENE FOLDER WIDTHxHEIGHT [wide] [NAME=VALUE…] MOMENT…";
    let (scene, folder, size) = (args.next().ok_or(usage)?, args.next().ok_or(usage)?, args.next().ok_or(usage)?);
    let (width, height) = size.split_once('x').ok_or(usage)?;
    let (width, height): (u32, u32) = (width.parse()?, height.parse()?);
    let rest: Vec<String> = args.collect();
    let set: Vec<(String, String)> =
        rest.iter().filter_map(|arg| arg.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let scenario =
        longhand_narrative::load_with(Path::new(&scene), &[TROPES], &set).map_err(|problems| problems.to_string())?.scenario;
    let scenario = Arc::new(scenario);
    let (sender, mut receiver) = sim_channel();
    let mut session = Session::new(RunInfo { scenario: scenario.clone(), seed: 1, latest_end: scenario.ends });
    let running = scenario.clone();
    let simulation = std::thread::spawn(move || {
        let run = Run::new(running, SimOptions { seed: 1, threads: 1 }, None);
        run_to_end(NarratedRun::selected(run), &sender).is_ok()
    });
    while !session.run().is_over() {
        receiver.drain().for_each(|message| session.receive(message));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    simulation.join().map_err(|_| "the simulation failed")?;
    let builder = StageBuilder::new(session.run());
    std::fs::create_dir_all(&folder)?;
    for moment in rest.iter().filter(|arg| !arg.contains('=') && *arg != "wide") {
        let beat = scenario.beats.iter().position(|beat| beat.id == *moment);
        let command = match beat.and_then(|beat| session.run().beat_match(beat)) {
            Some(found) => SessionCommand::GoTo(found.event),
            None => SessionCommand::Seek(Instant::from_seconds(scenario.calendar.parse(moment)?.seconds())),
        };
        session.apply(command);
        let started = Clock::now();
        let model = builder.model(&session.view(), false);
        let built = started.elapsed();
        let aspect = width as f32 / height as f32;
        let camera = if rest.iter().any(|arg| arg == "wide") {
            StageCamera::wide(&model.layout, aspect)
        } else {
            StageCamera::for_focus(&model.layout, model.focus, aspect)
        };
        let started = Clock::now();
        let drawing = draw_stage(&model, camera, 0.0);
        let drawn = started.elapsed();
        let raster = rasterise(&drawing, &model.layout, camera, (width, height));
        let file = Path::new(&folder).join(format!("{}.png", moment.replace(':', "-")));
        image::save_buffer(&file, &raster.rgb, width, height, image::ColorType::Rgb8)?;
        println!(
            "{}: model {:.2} ms, {} triangles in {:.2} ms, {} people, {:?}, {:?}",
            file.display(),
            built.as_secs_f64() * 1e3,
            drawing.triangle_count(),
            drawn.as_secs_f64() * 1e3,
            model.people.len(),
            model.focus,
            model.sentence.as_ref().map(|(sentence, _)| sentence.chars().take(80).collect::<String>()),
        );
    }
    Ok(())
}
