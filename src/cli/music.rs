//! `longhand export --format midi`: the music made in a story, one file per piece.

use std::io::Write;

use super::args::ExportArgs;
use super::exit::{Exit, Failure};
use super::export::life_of;
use super::source::{Lived, lived};
use super::terminal;
use longhand_narrative::dates::Moment;
use longhand_narrative::music::{Complexity, Piece, compose, midi, pieces};

/// Writes each piece into the folder given with --out, and prints a line about it.
pub(super) fn export(args: &ExportArgs) -> Result<Exit, Failure> {
    if args.graph.is_some() || args.at.is_some() || args.around.is_some() || args.depth.is_some() || args.cast {
        return Err(Failure::Usage("--graph, --at, --around, --depth and --cast are for graphs: graphml, gexf or dot".into()));
    }
    let Some(folder) = args.out.as_deref().filter(|path| !path.is_file() && path.as_os_str() != "-") else {
        return Err(Failure::Usage("music is one file per piece: name a folder (--out DIR)".into()));
    };
    let run = lived(&args.file, &life_of(args)?)?;
    let found = pieces(&run.scenario, &run.chronicle);
    if found.is_empty() {
        return Err(Failure::Input("the story has no music: no event has the tag `music`".into()));
    }
    std::fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))?;
    let mut out = terminal::out();
    for piece in &found {
        let score = compose(piece, run.seed);
        let path = folder.join(file_name(&run, piece));
        let bytes = midi(&score).map_err(|error| Failure::Internal(format!("cannot encode the music: {error}")))?;
        std::fs::write(&path, bytes).map_err(|error| Failure::file("write", &path, &error))?;
        let Complexity { density, pitch_entropy, polyphony, .. } = Complexity::of(&score);
        writeln!(
            out,
            "{}  generation {}, {} parts: {density:.1} notes a beat, {polyphony:.1} at once, {pitch_entropy:.1} bits of pitch, complexity {:.2}",
            path.display(),
            piece.generation,
            score.parts.len(),
            Complexity::of(&score).index()
        )?;
    }
    Ok(Exit::Done)
}

/// `2025-03-01-event-412.mid`: sorts by date, and is unique.
fn file_name(run: &Lived, piece: &Piece) -> String {
    let day = Moment::of(&run.scenario.calendar, piece.at).day();
    format!("{day}-event-{}.mid", piece.event.0)
}
