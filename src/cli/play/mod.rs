//! `longhand play`: a scene in the terminal, with the same time, the same commands and the same keys as in the window.
//!
//! `keys` turns what a terminal sends into commands of the one table, `player` does them, `screen` and `pages` draw what there is to see.

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
use super::living::{Alive, tweaked};
use super::{run, terminal};
use crate::lab::ToldRun;
use crate::reader::{Cover, Feed, Living, Reader};
use player::Player;
use std::path::Path;

/// How often the screen is drawn while nobody presses a key.
const FRAME: Duration = Duration::from_millis(50);

pub(crate) fn play(args: &PlayArgs) -> Result<Exit, Failure> {
    let life = Life::of(&args.scene, &args.life)?;
    if !can_play() {
        terminal::say("this is no terminal; told instead");
    }
    here(&life, &args.scene, &args.life)
}

/// Whether somebody sees a screen here and has keys.
pub(super) fn can_play() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Plays a life in the terminal; where there is none, tells it on standard output.
pub(super) fn here(life: &Life, scene: &Path, asked: &LifeArgs) -> Result<Exit, Failure> {
    if !can_play() {
        let told = run::tell(ToldRun::news(life.begin()), life, None, life.scenario.about.trim())?;
        return run::to_its_end(&told);
    }
    let (tweaked, set) = tweaked(scene, asked);
    let life = tweaked.as_ref().unwrap_or(life);
    let mut alive = Alive::new(scene, asked, life);
    let feed = alive.begin(life);
    let cover = Cover { scenario: life.scenario.clone(), seed: life.seed, ends: life.ends() };
    let mut player = Player::new(Reader::new(cover).with_settings(set));
    let played = ratatui::try_init().and_then(|mut screen| play_on(&mut screen, &mut player, &mut alive, feed));
    ratatui::restore();
    played.map_err(|error| Failure::Input(format!("the terminal: {error}")))?;
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
