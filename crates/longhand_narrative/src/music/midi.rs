//! Writes a score as a Standard MIDI File with a track for each part.

use super::score::{MusicScore, TICKS_PER_QUARTER};
use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

/// Grand piano, for every part. General MIDI programs count from 0.
const PIANO: u8 = 0;

/// The bytes of a MIDI file.
///
/// # Errors
/// If they cannot be written, that is, if memory is exhausted.
pub fn midi(score: &MusicScore) -> std::io::Result<Vec<u8>> {
    let meta = |message| TrackEvent { delta: u28::new(0), kind: TrackEventKind::Meta(message) };
    let tempo = 60_000_000 / score.tempo.clamp(20, 300);
    let mut head = vec![
        meta(MetaMessage::TrackName(score.title.as_bytes())),
        meta(MetaMessage::Tempo(u24::new(tempo))),
        meta(MetaMessage::TimeSignature(u8::try_from(score.meter).unwrap_or(4), 2, 24, 8)),
    ];
    head.push(meta(MetaMessage::EndOfTrack));
    let mut tracks = vec![head];
    for (nth, part) in score.parts.iter().enumerate() {
        // Channel 10 is reserved for drums.
        let channel = u4::new((nth % 9) as u8);
        let channel_event = |message| TrackEventKind::Midi { channel, message };
        let mut events: Vec<(u32, bool, MidiMessage)> = Vec::new();
        for note in &part.notes {
            let key = u7::new(note.pitch.min(127));
            events.push((note.at, true, MidiMessage::NoteOn { key, vel: u7::new(note.velocity.clamp(1, 127)) }));
            events.push((note.at + note.length, false, MidiMessage::NoteOff { key, vel: u7::new(0) }));
        }
        // At the same tick notes end before others begin.
        events.sort_by_key(|&(at, begins, _)| (at, begins));
        let mut track = vec![
            meta(MetaMessage::TrackName(part.name.as_bytes())),
            TrackEvent { delta: u28::new(0), kind: channel_event(MidiMessage::ProgramChange { program: u7::new(PIANO) }) },
        ];
        let mut previous_tick = 0;
        for (at, _, message) in events {
            track.push(TrackEvent { delta: u28::new(at - previous_tick), kind: channel_event(message) });
            previous_tick = at;
        }
        track.push(meta(MetaMessage::EndOfTrack));
        tracks.push(track);
    }
    let header = Header { format: Format::Parallel, timing: Timing::Metrical(u15::new(TICKS_PER_QUARTER as u16)) };
    let mut bytes = Vec::new();
    Smf { header, tracks }.write_std(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::score::{MusicPart, Note};
    use super::*;

    #[test]
    fn a_written_file_can_be_parsed_and_every_note_ends() {
        let note = |at: u32, pitch| Note { at: at * TICKS_PER_QUARTER, length: TICKS_PER_QUARTER, pitch, velocity: 80 };
        let part = |name: &str, notes: Vec<Note>| MusicPart { name: name.into(), notes };
        let parts = vec![part("melody", vec![note(0, 60), note(1, 60), note(2, 64)]), part("bass", vec![note(0, 36)])];
        let score = MusicScore { title: "A tune".into(), tempo: 90, meter: 4, parts };
        let bytes = midi(&score).unwrap();
        assert_eq!(&bytes[..4], b"MThd");
        let read = Smf::parse(&bytes).unwrap();
        assert_eq!(read.tracks.len(), 3);
        for (track, part) in read.tracks[1..].iter().zip(&score.parts) {
            let mut sounding = Vec::new();
            let (mut now, mut ended) = (0, 0);
            for event in track {
                now += event.delta.as_int();
                match event.kind {
                    TrackEventKind::Midi { message: MidiMessage::NoteOn { key, .. }, .. } => {
                        assert!(!sounding.contains(&key), "{key} is struck while it still sounds");
                        sounding.push(key);
                    }
                    TrackEventKind::Midi { message: MidiMessage::NoteOff { key, .. }, .. } => {
                        sounding.retain(|other| *other != key);
                        ended += 1;
                    }
                    _ => {}
                }
            }
            assert!(sounding.is_empty());
            assert_eq!(ended, part.notes.len());
            assert_eq!(now, part.notes.iter().map(|note| note.at + note.length).max().unwrap_or(0));
        }
    }
}
