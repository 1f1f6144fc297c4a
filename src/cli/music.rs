//! `longhand export --format midi`: the music made in a story, one file per piece.

use std::io::Write;

use super::args::{ExportArgs, SimulationArgs};
use super::exit::{CliError, Exit};
use super::run_source::{LoadedRun, load_run};
use super::terminal;
use longhand_chronicle::WholeFile;
use longhand_narrative::music::{MusicComplexity, MusicPiece, compose_score, find_pieces, midi};

/// Writes each piece into the folder given with --out, and prints a line about it.
pub(super) fn export_music(args: &ExportArgs, simulation: &SimulationArgs) -> Result<Exit, CliError> {
    if args.graph.is_some() || args.at.is_some() || args.around.is_some() || args.depth.is_some() || args.cast {
        return Err(CliError::Usage("--graph, --at, --around, --depth and --cast are for graphs: graphml, gexf or dot".into()));
    }
    let Some(folder) = args.out.as_deref().filter(|path| !path.is_file() && path.as_os_str() != "-") else {
        return Err(CliError::Usage("music is one file per piece: name a folder (--out DIR)".into()));
    };
    let run = load_run(&args.file, None, simulation)?;
    let pieces = find_pieces(&run.scenario, &run.chronicle);
    if pieces.is_empty() {
        return Err(CliError::Input("the story has no music: no event has the tag `music`".into()));
    }
    std::fs::create_dir_all(folder).map_err(|error| CliError::for_file("make", folder, &error))?;
    let mut out = terminal::stdout();
    for piece in &pieces {
        let score = compose_score(piece, run.seed);
        let path = folder.join(file_name(&run, piece));
        let bytes = midi(&score).map_err(|error| CliError::Internal(format!("cannot encode the music: {error}")))?;
        WholeFile::write(&path, bytes).map_err(|error| CliError::for_file("write", &path, &error))?;
        let complexity = MusicComplexity::measure(&score);
        let MusicComplexity { density, pitch_entropy, polyphony, .. } = complexity;
        writeln!(
            out,
            "{}  generation {}, {} parts: {density:.1} notes a beat, {polyphony:.1} at once, {pitch_entropy:.1} bits of pitch, complexity {:.2}",
            path.display(),
            piece.generation,
            score.parts.len(),
            complexity.index()
        )?;
    }
    Ok(Exit::Done)
}

/// `2025-03-01-event-412.mid`: sorts by date, and is unique.
fn file_name(run: &LoadedRun, piece: &MusicPiece) -> String {
    let day = run.scenario.calendar.datetime(piece.at).day_text().replace(' ', "-");
    format!("{day}-event-{}.mid", piece.event.0)
}
