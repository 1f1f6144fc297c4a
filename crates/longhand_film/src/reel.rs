//! The reel: what a film shows, frame by frame.
//!
//! An opening over the whole panorama, then the run at story pace, then a closing in which the clock runs on over the last picture. All of
//! it follows from the run and the options: no clock of the machine is read.

use longhand_expr::ids::Instant;
use longhand_narrative::dates::DateStyle;
use longhand_session::{Direction, RunData, Session, SessionCommand, SessionView, advance_at_story_pace, lines_being_read};
use longhand_stage::{StageBuilder, StageCamera, StageDirector};

use super::caption::page_at;
use super::frame::FilmFrame;
use super::text::FilmFonts;

/// How long the opening with the title of the scene lasts, in seconds.
const OPENING: f64 = 2.4;
/// How long the closing lasts, and how long the picture fades in it, in seconds.
const CLOSING: f64 = 4.6;
const FADING: f64 = 1.4;
/// Simulated seconds a second in the closing: a sunrise is seen in it.
const CLOSING_PACE: f64 = 1_300.0;
/// How long the title of a beat is shown, and how long it comes and goes, in seconds.
const CARD: f64 = 3.0;
const CARD_FADE: f64 = 0.45;

/// What of a run a film shows, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmOptions {
    /// The instant of the first picture.
    pub from: Instant,
    /// The last instant at which something is told.
    pub to: Instant,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Frames a second, 1 to 60.
    pub fps: u32,
    /// How fast time passes, relative to the story pace.
    pub tempo: f64,
}

/// The part of a film that is next, with the seconds of it that are over.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Opening(f64),
    Story,
    Closing(f64),
    Over,
}

/// The frames of a film, in order.
#[derive(Debug)]
pub(crate) struct FilmReel<'a> {
    session: &'a mut Session,
    fonts: FilmFonts,
    options: FilmOptions,
    builder: StageBuilder,
    director: StageDirector,
    at: Instant,
    /// How far the clock has run on in the closing, in simulated seconds.
    beyond: f64,
    part: Part,
    /// The title of the last beat, and the seconds for which it has been shown.
    card: Option<(String, f64)>,
    /// The position of the next beat among those that came.
    next_beat: usize,
}

impl<'a> FilmReel<'a> {
    pub fn new(session: &'a mut Session, options: FilmOptions) -> Self {
        let builder = StageBuilder::new(session.run());
        let next_beat = session.run().chronicle().beats.partition_point(|beat| beat.at < options.from);
        Self {
            session,
            fonts: FilmFonts::new(),
            options,
            builder,
            director: StageDirector::default(),
            at: options.from,
            beyond: 0.0,
            part: Part::Opening(0.0),
            card: None,
            next_beat,
        }
    }

    /// Moves time to the next frame.
    fn advance(&mut self, seconds: f64) {
        match self.part {
            Part::Opening(elapsed) if elapsed + seconds < OPENING => self.part = Part::Opening(elapsed + seconds),
            Part::Opening(_) => self.part = Part::Story,
            Part::Story => {
                let run = self.session.run();
                let next = advance_at_story_pace(run, self.at, seconds * self.options.tempo, Direction::Forward);
                // What is told last is read to its end.
                let is_read = |at| {
                    lines_being_read(run, at).is_none_or(|(lines, _)| lines.first().is_none_or(|line| line.at > self.options.to))
                };
                if next >= self.options.to && is_read(next) || next >= run.simulated_until() {
                    self.at = next.min(end_of_story(run, self.options.to));
                    self.part = Part::Closing(0.0);
                } else {
                    self.at = next;
                }
            }
            Part::Closing(elapsed) if elapsed + seconds < CLOSING => {
                self.beyond += seconds * CLOSING_PACE;
                self.part = Part::Closing(elapsed + seconds);
            }
            Part::Closing(_) | Part::Over => self.part = Part::Over,
        }
    }

    fn update_card(&mut self, seconds: f64) {
        self.card = self.card.take().map(|(title, shown)| (title, shown + seconds)).filter(|(_, shown)| *shown < CARD);
        if self.part != Part::Story {
            return;
        }
        let run = self.session.run();
        while let Some(beat) = run.chronicle().beats.get(self.next_beat).filter(|beat| beat.at <= self.at) {
            self.card = run.scenario().beats.get(beat.beat).map(|beat| (beat.title.clone(), 0.0));
            self.next_beat += 1;
        }
    }
}

impl Iterator for FilmReel<'_> {
    type Item = FilmFrame;

    fn next(&mut self) -> Option<FilmFrame> {
        if self.part == Part::Over {
            return None;
        }
        let seconds = 1.0 / f64::from(self.options.fps);
        self.session.apply(SessionCommand::Seek(self.at));
        let mut model = self.builder.model(&self.session.view(), false);
        let shown_at = self.at.add_seconds(self.beyond);
        if self.beyond > 0.0 {
            // People stay as they are; the sky goes on.
            let later = self.builder.sky(self.session.run(), shown_at);
            (model.light, model.hour, model.season) = (later.light, later.hour, later.season);
        }
        self.director.pass(seconds as f32);
        self.director.animate(&mut model, seconds as f32);
        let (width, height) = self.options.size;
        let aspect = width as f32 / height as f32;
        let wide = StageCamera::wide(&model.layout, aspect);
        let camera = match self.part {
            Part::Opening(_) => self.director.jump(wide),
            _ => self.director.follow(StageCamera::for_focus(&model.layout, model.focus, aspect), seconds as f32),
        };
        self.update_card(seconds);
        let run = self.session.run();
        let told = lines_being_read(run, self.at).filter(|_| self.part == Part::Story);
        let caption =
            told.and_then(|(lines, share)| page_at(lines.iter().map(|line| &line.line), share, &self.fonts, self.options.size));
        let (card, veil) = match self.part {
            Part::Opening(elapsed) => {
                let title = (run.scenario().title.clone(), ramp(elapsed / CARD_FADE) * ramp((OPENING - elapsed) / CARD_FADE));
                (Some(title), 1.0 - ramp(elapsed / FADING * 2.0))
            }
            Part::Closing(elapsed) => (None, ramp((elapsed - CLOSING + FADING) / FADING)),
            _ => (None, 0.0),
        };
        let card = card.or_else(|| {
            self.card.as_ref().map(|(title, shown)| (title.clone(), ramp(shown / CARD_FADE) * ramp((CARD - shown) / CARD_FADE)))
        });
        let date = match self.part {
            Part::Opening(_) => String::new(),
            _ => date_text(&self.session.view(), shown_at),
        };
        let frame = FilmFrame { model, camera, time: self.director.time(), caption, card, date, veil };
        self.advance(seconds);
        Some(frame)
    }
}

/// The picture at one instant, with what is told there; with `is_wide`, of the whole panorama.
pub(crate) fn still(session: &mut Session, at: Instant, is_wide: bool, size: (u32, u32)) -> FilmFrame {
    session.apply(SessionCommand::Seek(at));
    let model = StageBuilder::new(session.run()).model(&session.view(), false);
    let aspect = size.0 as f32 / size.1 as f32;
    let camera = if is_wide {
        StageCamera::wide(&model.layout, aspect)
    } else {
        StageCamera::for_focus(&model.layout, model.focus, aspect)
    };
    let told = lines_being_read(session.run(), at);
    let caption = told.and_then(|(lines, share)| page_at(lines.iter().map(|line| &line.line), share, &FilmFonts::new(), size));
    let date = date_text(&session.view(), at);
    FilmFrame { model, camera, time: 0.0, caption, card: None, date, veil: 0.0 }
}

/// Where time stops before the closing: at the end of the film, or of the reading of what is told last.
fn end_of_story(run: &RunData, to: Instant) -> Instant {
    let mut at = to;
    while let Some((lines, _)) = lines_being_read(run, at)
        && lines.first().is_some_and(|line| line.at <= to)
    {
        at = at.add_seconds(5.0);
        if at >= run.simulated_until() {
            break;
        }
    }
    at
}

/// A smooth rise from 0 to 1.
fn ramp(share: f64) -> f32 {
    let share = share.clamp(0.0, 1.0);
    (share * share * (3.0 - 2.0 * share)) as f32
}

/// The day and the time of day.
fn date_text(view: &SessionView<'_>, at: Instant) -> String {
    format!("{}  {}", view.date(at, DateStyle::Long), view.date(at, DateStyle::Time)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::testing::{DAY, test_session};

    fn options(from: f64, to: f64) -> FilmOptions {
        let at = |days: f64| Instant::from_seconds(days * DAY);
        FilmOptions { from: at(from), to: at(to), size: (160, 90), fps: 10, tempo: 1.0 }
    }

    #[test]
    fn a_film_opens_tells_each_line_and_fades() {
        let mut session = test_session();
        let frames: Vec<FilmFrame> = FilmReel::new(&mut session, options(0.5, 2.0)).collect();
        let seconds = frames.len() as f64 / 10.0;
        assert!((9.0..20.0).contains(&seconds), "{seconds} seconds");
        assert_eq!(frames[10].card.as_ref().map(|(title, _)| title.as_str()), Some(session.run().scenario().title.as_str()));
        let captions: Vec<String> = frames.iter().filter_map(|frame| Some(frame.caption.as_ref()?.lines.join(" "))).collect();
        for told in ["Ann mends a net.", "Ben waves.", "Ann waves back."] {
            assert!(captions.iter().any(|caption| caption == told), "{told}: {captions:?}");
        }
        assert!(!captions.iter().any(|caption| caption.contains("sails")), "it is after the end: {captions:?}");
        let beat = session.run().scenario().beats[0].title.clone();
        assert!(
            frames.iter().any(|frame| frame.card.as_ref().is_some_and(|(title, strength)| *title == beat && *strength == 1.0))
        );
        assert!(frames[0].veil > 0.9 && frames.last().unwrap().veil > 0.9 && frames[frames.len() / 2].veil == 0.0);
    }

    #[test]
    fn the_same_options_give_the_same_frames() {
        let mut session = test_session();
        let first = format!("{:?}", FilmReel::new(&mut session, options(1.0, 2.0)).collect::<Vec<_>>());
        let second = format!("{:?}", FilmReel::new(&mut session, options(1.0, 2.0)).collect::<Vec<_>>());
        assert!(first == second);
    }

    #[test]
    fn a_still_shows_what_is_told_at_its_instant() {
        let mut session = test_session();
        let frame = still(&mut session, Instant::from_seconds(DAY), true, (160, 90));
        assert_eq!(frame.caption.unwrap().lines, ["Ann mends a net."]);
        assert_eq!(frame.camera, StageCamera::wide(&frame.model.layout, 160.0 / 90.0));
    }

    #[test]
    fn twice_the_tempo_needs_less_time_for_the_story() {
        let mut session = test_session();
        let count = |session: &mut _, tempo| FilmReel::new(session, FilmOptions { tempo, ..options(0.5, 5.0) }).count();
        let (slow, fast) = (count(&mut session, 1.0), count(&mut session, 2.0));
        let both_ends = ((OPENING + CLOSING) * 10.0) as usize;
        assert!((fast - both_ends) * 2 <= slow - both_ends + 4, "{fast} and {slow}");
    }
}
