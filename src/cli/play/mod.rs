//! `longhand play`: a scene in the terminal, with the same time control, commands and keys as the window.
//!
//! `role` is another mode, in plain text: it lets a person play a member of the cast.
//! `keys` maps terminal keys to commands, `player` executes them, and `screen` and `panels` draw the view.

mod keys;
mod panels;
mod player;
mod role;
mod screen;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use super::args::{PlayArgs, SimulationArgs};
use super::exit::{CliError, Exit};
use super::host::{OpenedSession, SceneHost};
use super::run_config::RunConfig;
use super::simulate::check_limit;
use super::{narration, terminal};
use longhand_analysis::RunNarration;
use longhand_session::{SimReceiver, SimulationHost};
use player::TerminalPlayer;
use std::path::Path;

/// Time between two frames.
const FRAME: Duration = Duration::from_millis(50);

pub(crate) fn play(args: &PlayArgs) -> Result<Exit, CliError> {
    if let Some(name) = &args.role {
        return role::play_as(name, args);
    }
    if !is_terminal() {
        terminal::print_note("not a terminal; printing the narration instead");
    }
    play_or_narrate(&args.scene, &args.simulation)
}

/// Whether standard input and output are a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Plays a scene or a story in the terminal. Without a terminal, prints the narration on standard output.
pub(super) fn play_or_narrate(path: &Path, simulation: &SimulationArgs) -> Result<Exit, CliError> {
    if !is_terminal() {
        let config = RunConfig::from_file(path, simulation)?;
        let opening = config.scenario.about.trim();
        let mut run = config.start();
        let narration = || RunNarration::selected(&config.scenario, config.seed);
        narration::narrate_run(&mut run, &config, narration, opening, false)?;
        check_limit(&run)?;
        return Ok(Exit::Done);
    }
    let OpenedSession { mut host, session, receiver, .. } = SceneHost::open(path, simulation, true)?;
    host.list_opened_files();
    let mut player = TerminalPlayer::new(session);
    let result = ratatui::try_init().and_then(|mut screen| run_loop(&mut screen, &mut player, &mut host, receiver));
    ratatui::restore();
    result.map_err(|error| CliError::Input(format!("terminal error: {error}")))?;
    Ok(Exit::Done)
}

fn run_loop(
    screen: &mut DefaultTerminal,
    player: &mut TerminalPlayer,
    host: &mut dyn SimulationHost,
    mut receiver: SimReceiver,
) -> io::Result<()> {
    let mut last_frame = Instant::now();
    loop {
        if let Some(new_receiver) = player.session.handle_requests(host) {
            receiver = new_receiver;
        }
        for message in receiver.drain() {
            player.session.receive(message);
        }
        player.session.advance(std::mem::replace(&mut last_frame, Instant::now()).elapsed().as_secs_f64());
        screen.draw(|frame| screen::draw(frame, player))?;
        let next = last_frame + FRAME;
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
