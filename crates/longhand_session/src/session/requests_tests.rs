//! Tests of what the session asks of its host.

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::path::Path;
use std::sync::Arc;

use super::Session;
use crate::branch::{RunBranch, RunSetup};
use crate::channel::{RunInfo, SimReceiver, sim_channel};
use crate::command::SessionCommand;
use crate::host::{BranchWriteJob, SaveBranchRequest, SimulationHost};
use crate::testing::{MINDS_SCENE, test_run_info, test_session};
use longhand_expr::ids::{AgentId, TieId};
use longhand_scene::{Diagnostics, Intervention, STARTER_SCENE, load_text};

/// A host whose disk is full. It counts the runs it has started, and records the parameters of a branch that it cannot save.
#[derive(Default)]
struct FullDisk {
    started_runs: usize,
    branch_overrides: Vec<(String, String)>,
}

impl SimulationHost for FullDisk {
    fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        self.started_runs += 1;
        Ok((test_run_info(), sim_channel().1))
    }

    fn save_source(&mut self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn save_params(&mut self, _: &[(String, String)]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn branch_write_job(&mut self, request: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
        self.branch_overrides = request.param_overrides.to_vec();
        None
    }
}

#[test]
fn a_branch_with_a_reset_parameter_is_saved_with_its_value() {
    let overrides = |value: &str| [("warmth".to_owned(), value.to_owned())];
    let setup = RunSetup { param_overrides: overrides("2").into(), ..RunSetup::default() };
    let mut warm = RunBranch::new("warm".into(), Some(0), setup);
    warm.saved_as = Some("warm".into());
    let (mut session, mut host) = (test_session().with_branches(vec![warm]), FullDisk::default());
    for command in [SessionCommand::SwitchBranch(1), SessionCommand::ResetParams, SessionCommand::SaveBranch("plain".into())] {
        session.apply(command);
        session.handle_requests(&mut host);
    }
    assert_eq!(host.branch_overrides, overrides("1"));
}

/// A host with files in memory. A text that does not contain "Scene" cannot be loaded.
struct Files {
    texts: BTreeMap<String, String>,
    has_changed: bool,
    started_runs: usize,
}

impl Files {
    fn of(session: &Session) -> Self {
        let texts = session.run().scenario().sources.iter().cloned().collect();
        Self { texts, has_changed: false, started_runs: 0 }
    }

    fn change(&mut self, text: &str) {
        self.texts.insert("starter.ron".into(), text.into());
        self.has_changed = true;
    }

    fn text(&self) -> &str {
        &self.texts["starter.ron"]
    }
}

impl SimulationHost for Files {
    fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        let scenario = load_text("starter.ron", &[("starter.ron", self.text())], &[])?.scenario;
        self.started_runs += 1;
        Ok((RunInfo { scenario: Arc::new(scenario), ..test_run_info() }, sim_channel().1))
    }

    fn has_changed(&mut self) -> bool {
        mem::take(&mut self.has_changed)
    }

    fn read_source(&mut self, name: &str) -> Option<String> {
        self.texts.get(name).cloned()
    }

    fn save_source(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.texts.insert(name.into(), text.into());
        Ok(())
    }
}

/// A host that has one other scene.
struct OtherScene;

impl SimulationHost for OtherScene {
    fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        Ok((test_run_info(), sim_channel().1))
    }

    fn open_file(&mut self, path: &Path) -> Result<(Session, SimReceiver), String> {
        let text = MINDS_SCENE;
        let name = path.to_str().filter(|name| *name == "minds.ron").ok_or("there is no such file")?;
        let scenario = load_text(name, &[(name, text)], &[]).map_err(|error| error.to_string())?.scenario;
        let info = RunInfo { scenario: Arc::new(scenario), ..test_run_info() };
        Ok((Session::new(info), sim_channel().1))
    }
}

#[test]
fn another_scene_is_opened_paused_and_not_over_unsaved_changes() {
    let mut session = test_session();
    session.apply(SessionCommand::Dark(true));
    let title = session.run().scenario().title.clone();
    let open = |session: &mut Session, name: &str| {
        session.apply(SessionCommand::OpenFile(name.into()));
        session.handle_requests(&mut OtherScene).is_some()
    };
    assert!(!open(&mut session, "nothing.ron"));
    assert_eq!(session.editor().open_error.as_deref(), Some("there is no such file"));
    session.apply(SessionCommand::Edit(0, "Scene()".into()));
    assert!(!open(&mut session, "minds.ron") && session.run().scenario().title == title);
    assert!(session.editor().open_error.as_deref().is_some_and(|message| message.contains("unsaved changes")));
    session.apply(SessionCommand::DiscardDraft(0));
    assert!(open(&mut session, "minds.ron"));
    assert_eq!((session.run().scenario().title.as_str(), session.playback().direction()), ("Minds", None));
    assert!(session.state().dark && session.editor().opened_files == 1);
}

const SOUND: &str = STARTER_SCENE;

/// Saves and handles the request.
fn save(session: &mut Session, host: &mut Files) {
    session.apply(SessionCommand::Save);
    session.handle_requests(host);
}

#[test]
fn a_text_that_cannot_be_loaded_stays_in_the_editor_until_it_is_mended() {
    let mut session = test_session();
    let mut host = Files::of(&session);
    let broken = format!("{} ,,", session.view().editor_text(0));
    session.apply(SessionCommand::Edit(0, broken.clone()));
    save(&mut session, &mut host);
    assert!(session.has_diagnostics() && host.text() == broken && host.started_runs == 0);
    assert_eq!(session.view().editor_text(0), broken, "the editor shows what is in the file");
    assert!(!session.editor().has_unsaved_text());
    let further = format!("{broken} // more");
    session.apply(SessionCommand::Edit(0, further.clone()));
    save(&mut session, &mut host);
    assert_eq!((host.text(), session.view().editor_text(0)), (further.as_str(), further.as_str()), "it can be saved again");
    session.apply(SessionCommand::Edit(0, SOUND.into()));
    save(&mut session, &mut host);
    assert!(!session.has_diagnostics() && host.started_runs == 1);
    assert_eq!(session.view().editor_text(0), SOUND);
}

#[test]
fn a_file_that_another_program_changed_is_not_overwritten_before_a_person_has_chosen() {
    let mut session = test_session();
    let mut host = Files::of(&session);
    let (mine, theirs) = (format!("{SOUND}// mine"), format!("{SOUND}// theirs"));
    session.apply(SessionCommand::Edit(0, mine.clone()));
    host.change(&theirs);
    session.handle_requests(&mut host);
    assert!(session.editor().conflicts.contains("starter.ron"));
    assert_eq!((session.view().editor_text(0), host.started_runs), (mine.as_str(), 1), "the run is of their text");
    save(&mut session, &mut host);
    assert_eq!(host.text(), theirs, "it was not chosen yet");
    session.apply(SessionCommand::KeepDraft(0));
    save(&mut session, &mut host);
    assert_eq!((host.text(), session.editor().has_unsaved_text()), (mine.as_str(), false));
    session.apply(SessionCommand::Edit(0, SOUND.into()));
    host.change(&theirs);
    session.handle_requests(&mut host);
    session.apply(SessionCommand::DiscardDraft(0));
    assert!(!session.editor().has_unsaved_text());
    assert_eq!(session.view().editor_text(0), theirs);
}

#[test]
fn a_change_that_is_noticed_only_at_the_save_is_asked_about_too() {
    let mut session = test_session();
    let mut host = Files::of(&session);
    let theirs = format!("{SOUND}// theirs");
    session.apply(SessionCommand::Edit(0, format!("{SOUND}// mine")));
    host.texts.insert("starter.ron".into(), theirs.clone());
    save(&mut session, &mut host);
    assert_eq!((host.text(), session.editor().conflicts.len()), (theirs.as_str(), 1));
    assert!(session.editor().has_unsaved_text());
}

#[test]
fn a_text_that_another_program_broke_is_shown_and_can_be_mended_here() {
    let mut session = test_session();
    let mut host = Files::of(&session);
    host.change("Scene(");
    session.handle_requests(&mut host);
    assert!(session.has_diagnostics());
    assert_eq!(session.view().editor_text(0), "Scene(");
    session.apply(SessionCommand::Edit(0, SOUND.into()));
    save(&mut session, &mut host);
    assert!(!session.has_diagnostics() && host.text() == SOUND);
}

#[test]
fn a_what_if_that_was_asked_before_leads_to_the_run_that_is_there() {
    let mut session = test_session();
    let mut host = Files::of(&session);
    let forbid = SessionCommand::Fork(Intervention::Forbid("coffee".into()));
    session.apply(forbid.clone());
    session.handle_requests(&mut host);
    session.apply(SessionCommand::SwitchBranch(0));
    session.handle_requests(&mut host);
    session.apply(forbid);
    session.handle_requests(&mut host);
    assert_eq!((session.branches().branches().len(), session.branches().current_index()), (2, 1));
}

#[test]
fn a_scene_that_cannot_be_written_keeps_the_run_the_draft_and_the_error() {
    let (mut session, mut host) = (test_session(), FullDisk::default());
    session.apply(SessionCommand::Edit(0, "Scene()".into()));
    session.apply(SessionCommand::Save);
    assert!(session.handle_requests(&mut host).is_none() && host.started_runs == 0);
    let editor = session.view().editor;
    assert_eq!(editor.drafts.get("starter.ron").map(String::as_str), Some("Scene()"));
    assert!(editor.write_error.as_ref().is_some_and(|error| error.starts_with("cannot write the file")));
    session.apply(SessionCommand::Edit(0, session.run().scenario().sources[0].1.clone()));
    session.apply(SessionCommand::Save);
    assert!(session.handle_requests(&mut host).is_some() && host.started_runs == 1, "nothing is left to write");
    assert_eq!(session.view().editor.write_error, None);
}

/// A host whose scene was edited: a person and a tie were declared before the others.
struct EditedScene;

impl SimulationHost for EditedScene {
    fn start_run(&mut self, _: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        let text = STARTER_SCENE.replacen("cast: [", "cast: [Member(id: \"aaa\", kind: \"human\"),", 1).replacen(
            "ties: [",
            "ties: [Tie(id: \"unused\"),",
            1,
        );
        let scenario = load_text("starter.ron", &[("starter.ron", &text)], &[])?.scenario;
        Ok((RunInfo { scenario: Arc::new(scenario), ..test_run_info() }, sim_channel().1))
    }
}

#[test]
fn what_is_selected_stays_selected_when_the_scene_declares_something_before_it() {
    let mut session = test_session();
    let (agent, tie) = (AgentId(1), TieId(0));
    let pins = session.state().pins.clone();
    session.apply(SessionCommand::ShowAgent(agent));
    session.apply(SessionCommand::ToggleTieLayer(tie));
    session.apply(SessionCommand::Restart);
    assert!(session.handle_requests(&mut EditedScene).is_some());
    let state = session.state();
    assert_eq!(state.agent, Some(AgentId(2)));
    assert_eq!(state.hidden_ties, [TieId(1)]);
    assert_eq!(state.pins, pins.iter().map(|pin| AgentId(pin.0 + 1)).collect::<Vec<_>>());
}
