//! `longhand play --as NAME`: a member of the cast is played, in plain text. At each decision the options are printed with their reasons, and a
//! line of input decides. The lines come from the terminal, from a pipe, or from a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::time::Duration;

use crate::cli::args::PlayArgs;
use crate::cli::exit::{CliError, Exit};
use crate::cli::host::{OpenedSession, SceneHost};
use crate::cli::input::is_story;
use crate::cli::palette::{FAINT, STRONG};
use crate::cli::run_config::resolve_instant;
use crate::cli::terminal;
use crate::cli::text::PAGE_WIDTH;
use longhand_chronicle::{format_hash, format_number};
use longhand_expr::ids::{AgentId, Instant};
use longhand_expr::nearest_name;
use longhand_narrative::dates::DateStyle;
use longhand_narrative::{DEFAULT_WIDTH, RunSummary, TextLayout, wrap};
use longhand_scene::{Intervention, Scenario};
use longhand_session::{Session, SessionCommand, SessionView, SimReceiver, describe_option, describe_reasons};
use longhand_sim::{OpenDecision, PlayerChoice};

/// Interval at which a run is polled until it reaches the next decision.
const PAUSE: Duration = Duration::from_millis(1);
/// Most reasons of an option.
const MAX_REASONS: usize = 6;
/// The indentation of the reasons of an option, in columns.
const INDENT: usize = 7;

/// Plays the member of the cast that the arguments name.
pub(super) fn play_as(name: &str, args: &PlayArgs) -> Result<Exit, CliError> {
    if args.keep.is_some() && !is_story(&args.scene)? {
        return Err(CliError::Usage("only a story can have branches: record the scene first (longhand run --record)".into()));
    }
    let mut input = PlayerInput::open(args)?;
    let OpenedSession { host, session, receiver } = SceneHost::open(&args.scene, &args.simulation, true)?;
    let agent = find_member(name, session.run().scenario())?;
    let from = args.from.as_ref().map(|when| resolve_instant(when, &session.run().scenario().calendar)).transpose()?;
    let mut game = Game { host, session, receiver, agent, printed: 0, page: TextLayout::new(DEFAULT_WIDTH, true) };
    game.take_over(from.unwrap_or(Instant::START))?;
    let mut out = terminal::stdout();
    writeln!(out, "{STRONG}{}{STRONG:#}", game.session.run().scenario().title)?;
    let decided = game.play(&mut input, &mut out)?;
    game.print_end(decided, &mut out)?;
    args.keep.as_deref().map_or(Ok(()), |branch| game.keep(branch))?;
    Ok(Exit::Done)
}

/// A member of the cast, by id or name.
fn find_member(name: &str, scenario: &Scenario) -> Result<AgentId, CliError> {
    let named = |text: &str| text.eq_ignore_ascii_case(name);
    let found = scenario.cast.iter().position(|member| named(&member.id) || named(&member.name) || named(&member.short_name));
    found.map(AgentId::from_index).ok_or_else(|| {
        let near = nearest_name(name, scenario.cast.iter().map(|member| member.id.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        CliError::Usage(format!("the cast has no `{name}`{hint}"))
    })
}

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlayerLine {
    Choice(PlayerChoice),
    /// The agent decides for a day.
    Day,
    /// The agent decides from now on.
    Stop,
}

impl PlayerLine {
    /// Parses a line; `None` if it is not an answer to a decision with this number of options.
    fn parse(line: &str, options: usize) -> Option<Self> {
        match line {
            "" | "o" => Some(Self::Choice(PlayerChoice::Own)),
            "n" => Some(Self::Choice(PlayerChoice::Nothing)),
            "d" => Some(Self::Day),
            "q" => Some(Self::Stop),
            number => {
                let nth = number.parse::<usize>().ok()?.checked_sub(1).filter(|nth| *nth < options)?;
                Some(Self::Choice(PlayerChoice::Option(nth)))
            }
        }
    }
}

/// Where the decisions come from.
struct PlayerInput {
    lines: Box<dyn BufRead>,
    /// The name of the file or pipe, for messages; `None`: a person types.
    name: Option<String>,
    line_number: usize,
}

impl PlayerInput {
    fn open(args: &PlayArgs) -> Result<Self, CliError> {
        let (lines, name): (Box<dyn BufRead>, _) = match &args.choices {
            Some(path) => {
                let file = File::open(path).map_err(|error| CliError::for_file("read", path, &error))?;
                (Box::new(BufReader::new(file)), Some(path.display().to_string()))
            }
            None => (Box::new(io::stdin().lock()), (!io::stdin().is_terminal()).then(|| "standard input".to_owned())),
        };
        Ok(Self { lines, name, line_number: 0 })
    }

    /// The next line that decides; [`PlayerLine::Stop`] at the end. Lines that begin with `#` are comments.
    fn next(&mut self, options: usize, out: &mut dyn Write) -> Result<PlayerLine, CliError> {
        let range = if options == 1 { "1".to_owned() } else { format!("1 to {options}") };
        loop {
            write!(out, "{FAINT}{range}, n nothing, o own choice, d own choices for a day, q stop playing{FAINT:#} > ")?;
            out.flush()?;
            let mut line = String::new();
            loop {
                line.clear();
                self.line_number += 1;
                if self
                    .lines
                    .read_line(&mut line)
                    .map_err(|error| CliError::Input(format!("cannot read the choices: {error}")))?
                    == 0
                {
                    writeln!(out)?;
                    return Ok(PlayerLine::Stop);
                }
                if !line.trim_start().starts_with('#') {
                    break;
                }
            }
            // A line from a comment on, so that a file can say what each choice is.
            let typed = line.split('#').next().unwrap_or_default().trim();
            if self.name.is_some() {
                writeln!(out, "{typed}")?;
            }
            match (PlayerLine::parse(typed, options), &self.name) {
                (Some(decided), _) => return Ok(decided),
                (None, Some(name)) => {
                    return Err(CliError::Input(format!(
                        "{name}:{}: `{typed}` is none of {range}, n, o, d and q",
                        self.line_number
                    )));
                }
                (None, None) => {}
            }
        }
    }
}

/// A run in which somebody is played, and what is printed of it.
struct Game {
    host: SceneHost,
    session: Session,
    receiver: SimReceiver,
    agent: AgentId,
    /// Narrated lines that are printed already.
    printed: usize,
    page: TextLayout,
}

impl Game {
    /// Simulates the plain run up to an instant, and starts the played one there.
    fn take_over(&mut self, from: Instant) -> Result<(), CliError> {
        while !self.session.run().is_over() && self.session.run().simulated_until() < from {
            self.receive();
        }
        self.session.apply(SessionCommand::Seek(from));
        self.session.apply(SessionCommand::TakeOver(self.agent));
        match self.session.handle_requests(&mut self.host) {
            Some(receiver) => {
                self.receiver = receiver;
                Ok(())
            }
            None => Err(CliError::Input(self.session.editor().rejection.clone().unwrap_or_default())),
        }
    }

    fn receive(&mut self) {
        self.receiver.drain().for_each(|message| self.session.receive(message));
        std::thread::sleep(PAUSE);
    }

    /// Plays to the end of the run. Returns how many decisions the person made.
    fn play(&mut self, input: &mut PlayerInput, out: &mut dyn Write) -> Result<usize, CliError> {
        let mut decided = 0;
        loop {
            self.receive();
            self.print_lines(out)?;
            if self.session.run().is_over() {
                return Ok(decided);
            }
            self.session.apply(SessionCommand::ToEnd);
            let view = self.session.view();
            let Some(decision) = view.open_decision() else { continue };
            print_decision(&view, decision, out)?;
            let line = input.next(decision.weighed.options.len(), out)?;
            decided += usize::from(line != PlayerLine::Stop);
            self.session.apply(match line {
                PlayerLine::Choice(choice) => SessionCommand::Decide(choice),
                PlayerLine::Day => SessionCommand::DecideForDay,
                PlayerLine::Stop => SessionCommand::LeaveRole,
            });
        }
    }

    /// Prints what was told since the last call, from the instant on at which the person took over.
    fn print_lines(&mut self, mut out: &mut dyn Write) -> Result<(), CliError> {
        let setup = &self.session.branches().current_branch().setup;
        let from = setup.interventions.iter().rev().find_map(|intervention| match intervention {
            Intervention::Play { from_us, .. } => Some(Instant(*from_us)),
            _ => None,
        });
        let new = self.session.run().narrated().get(self.printed..).unwrap_or_default();
        self.printed += new.len();
        let told = new.iter().filter(|narrated| from.is_none_or(|from| narrated.at >= from));
        let lines: Vec<_> = told.map(|narrated| narrated.line.clone()).collect();
        if !lines.is_empty() {
            self.page.write(&lines, &mut out)?;
        }
        Ok(())
    }

    fn print_end(&mut self, decided: usize, out: &mut dyn Write) -> Result<(), CliError> {
        let run = self.session.run();
        if let Some(Err(reason)) = run.outcome() {
            return Err(CliError::Input(reason.to_owned()));
        }
        let (scenario, chronicle, at) = (run.scenario(), run.chronicle(), run.simulated_until());
        writeln!(out, "\n{}", RunSummary { scenario, chronicle, seed: run.info().seed, at })?;
        let otherwise = match self.session.branches().current_branch().setup.interventions.last() {
            Some(Intervention::Play { decisions, .. }) => decisions.len(),
            _ => 0,
        };
        let name = run.display_name(self.agent);
        let (plural, hash) = (if decided == 1 { "" } else { "s" }, format_hash(chronicle.hash()));
        Ok(writeln!(
            out,
            "Played as {name}: {decided} decision{plural}, {otherwise} otherwise than {name} would have. Hash {hash}"
        )?)
    }

    /// Saves the run as a branch of the story.
    fn keep(&mut self, branch: &str) -> Result<(), CliError> {
        self.session.apply(SessionCommand::SaveBranch(branch.to_owned()));
        self.session.handle_requests(&mut self.host);
        loop {
            if let Some(rejection) = &self.session.editor().rejection {
                return Err(CliError::Input(rejection.clone()));
            }
            match self.session.view().queries.branch_save.answer() {
                Some(Ok(())) => return Ok(()),
                Some(Err(message)) => return Err(CliError::Input(message.clone())),
                None => std::thread::sleep(PAUSE),
            }
        }
    }
}

/// Prints when and where somebody decides, and the options with what speaks for and against them.
fn print_decision(view: &SessionView<'_>, decision: &OpenDecision, out: &mut dyn Write) -> Result<(), CliError> {
    let run = view.run;
    let place = run.place_name(run.place_of(decision.agent, view.playback.cursor()));
    let place = place.map_or_else(String::new, |place| format!(", {place}"));
    let date = view.date(decision.at, DateStyle::LongTimestamp);
    writeln!(out, "\n{FAINT}{date}{place}{FAINT:#}\n{STRONG}What does {} do?{STRONG:#}", view.display_name(decision.agent))?;
    for (nth, option) in decision.weighed.options.iter().enumerate() {
        let own = if decision.own() == Some(nth) { "  own choice" } else { "" };
        let total = format_number(option.utility + option.choice_noise);
        writeln!(out, "{:>3}  {STRONG}{}{STRONG:#}  {total}{FAINT}{own}{FAINT:#}", nth + 1, describe_option(run, decision, nth))?;
        for reason in describe_reasons(run, option).iter().take(MAX_REASONS) {
            for line in wrap(reason, PAGE_WIDTH - INDENT) {
                writeln!(out, "{FAINT}{:INDENT$}{line}{FAINT:#}", "")?;
            }
        }
    }
    let own = if decision.own().is_none() { "  own choice" } else { "" };
    Ok(writeln!(out, "  n  nothing  {}{FAINT}{own}{FAINT:#}", format_number(decision.weighed.idle_utility))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_decides_only_for_what_is_offered() {
        let option = |nth| Some(PlayerLine::Choice(PlayerChoice::Option(nth)));
        assert_eq!((PlayerLine::parse("1", 2), PlayerLine::parse("2", 2)), (option(0), option(1)));
        for line in ["0", "3", "-1", "x", "1 2", "99999999999999999999"] {
            assert_eq!(PlayerLine::parse(line, 2), None, "{line}");
        }
        assert_eq!(PlayerLine::parse("", 2), Some(PlayerLine::Choice(PlayerChoice::Own)));
        assert_eq!(PlayerLine::parse("q", 0), Some(PlayerLine::Stop));
    }
}
