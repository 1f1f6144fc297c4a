//! `longhand play`: a scene in the terminal, with the same time control, commands and keys as the window.
//!
//! `keys` maps terminal keys to commands, `player` executes them, and `screen` and `pages` draw the view.

mod keys;
mod pages;
mod player;
mod screen;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use super::args::{LifeArgs, PlayArgs};
use super::exit::{Exit, Failure};
use super::life::Life;
use super::living::{Alive, Begun};
use super::{run, terminal};
use longhand_analysis::NarratedRun;
use longhand_session::{Feed, Living};
use player::Player;
use std::path::Path;

/// Time between two frames.
const FRAME: Duration = Duration::from_millis(50);

pub(crate) fn play(args: &PlayArgs) -> Result<Exit, Failure> {
    if !can_play() {
        terminal::say("not a terminal; printing the narration instead");
    }
    here(&args.scene, &args.life)
}

/// Whether standard input and output are a terminal.
pub(super) fn can_play() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Plays a scene or a story in the terminal. Without a terminal, prints the narration on standard output.
pub(super) fn here(path: &Path, asked: &LifeArgs) -> Result<Exit, Failure> {
    if !can_play() {
        let life = Life::of_file(path, asked)?;
        let narrated = run::tell(NarratedRun::selected(life.begin()), &life, None, life.scenario.about.trim())?;
        return run::to_its_end(&narrated);
    }
    let Begun { mut alive, reader, feed, .. } = Alive::open(path, asked, true)?;
    let mut player = Player::new(reader);
    let played = ratatui::try_init().and_then(|mut screen| play_on(&mut screen, &mut player, &mut alive, feed));
    ratatui::restore();
    played.map_err(|error| Failure::Input(format!("terminal error: {error}")))?;
    Ok(Exit::Done)
}

fn play_on(screen: &mut DefaultTerminal, player: &mut Player, alive: &mut dyn Living, mut feed: Feed) -> io::Result<()> {
    let mut before = Instant::now();
    loop {
        if let Some(new) = player.reader.grant(alive) {
            feed = new;
        }
        for heard in feed.news() {
            player.reader.hear(heard);
        }
        player.reader.advance(std::mem::replace(&mut before, Instant::now()).elapsed().as_secs_f64());
        screen.draw(|frame| screen::draw(frame, player))?;
        let next = before + FRAME;
        while event::poll(next.saturating_duration_since(Instant::now()))? {
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
                && !player.press(key)
            {
                return Ok(());
            }
        }
    }
}
