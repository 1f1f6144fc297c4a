//! Runs a scene to its end without an app, then asks why its last beat came about.
//!
//! ```text
//! cargo run --release --example headless                          scenes/first.ron, seed 1
//! cargo run --release --example headless scenes/village.ron 3
//! ```

use longhand::narrative::dates::{CivilDateTime, DateStyle};
use longhand::prelude::*;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path =
        arguments.next().map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/first.ron")), PathBuf::from);
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;

    // A scene with errors gives all of them at once, each with its place in the text.
    let loaded = longhand::narrative::load(&path, &[])?;
    let mut run = Run::new(Arc::new(loaded.scenario), SimOptions { seed, threads: 1 }, None);
    while run.step() {}

    let scenario = run.simulation().scenario();
    let chronicle = run.chronicle();
    println!("{}, seed {seed}: {} events, hash {}", scenario.title, chronicle.len(), run.report().hash);
    for beat in &chronicle.beats {
        println!(
            "  {}  {}",
            CivilDateTime::from_instant(&scenario.calendar, beat.at).display(DateStyle::Date),
            scenario.beats[beat.beat].title
        );
    }

    // Causes were recorded while the run was simulated: nothing is simulated again.
    let Some(last) = chronicle.beats.last() else {
        println!("No beat was matched.");
        return Ok(());
    };
    let causes = CauseGraph::from_chronicle(chronicle);
    let narrator = RunNarrator::of_chronicle(scenario, seed, chronicle);
    let symbols = SymbolTable::from_scenario(scenario);
    println!("\nWhy “{}”?", scenario.beats[last.beat].title);
    let mut because = None;
    let chain = causes.chain_to_root(last.event).unwrap_or_default();
    for (id, link) in chain.into_iter().map(|(id, link)| (id, Some(link))).chain([(last.event, None)]) {
        let Some(event) = chronicle.event(id) else { continue };
        let date = CivilDateTime::from_instant(&scenario.calendar, event.at);
        println!("  {}  {}", date.display(DateStyle::ShortDayTime), narrator.sentence(scenario, event, &chronicle.agents));
        if let Some(because) = because.take() {
            println!("                  because of the event before: {because}");
        }
        because = link.map(|link| symbols.describe_link(link, &chronicle.agents));
    }
    Ok(())
}
