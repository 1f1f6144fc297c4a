//! Edits of the scene during a session: source texts, and what waits for the host.
//!
//! Nothing that was typed is lost. A draft stays until it is in its file; the text of the file stays in the editor until it can be
//! loaded; and a file that another program changed is not overwritten before a person has chosen.

use std::collections::{BTreeMap, BTreeSet};

use super::host::{HostRequest, SimulationHost};
use super::library::LibraryEntry;
use longhand_scene::Diagnostics;

/// Unsaved edits, pending requests, and errors of earlier ones.
#[derive(Debug, Default)]
pub struct EditorState {
    /// Edited source texts that are not saved, by the name of the source.
    pub drafts: BTreeMap<String, String>,
    /// The texts of the files where they differ from those of the run: they could not be loaded.
    pub(super) file_texts: BTreeMap<String, String>,
    /// The sources with a draft whose file another program has changed. A save leaves them alone.
    pub conflicts: BTreeSet<String>,
    /// The diagnostics of the last load, if it failed.
    pub diagnostics: Option<Diagnostics>,
    /// The error of the last write, if it failed.
    pub write_error: Option<String>,
    /// Why the last intervention or save was rejected.
    pub rejection: Option<String>,
    /// Where the editor is to put its cursor.
    pub caret: Option<CaretRequest>,
    /// The scenes and stories that can be opened, once they were asked for.
    pub library: Vec<LibraryEntry>,
    /// Why the last file could not be opened.
    pub open_error: Option<String>,
    /// How many files were opened since the start.
    pub opened_files: u32,
    /// Requests for the host, executed by the next call of [`Session::handle_requests`](super::Session::handle_requests).
    pub(super) requests: Vec<HostRequest>,
}

/// A place in a source text to which the editor is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaretRequest {
    /// The number of the request; the editor goes there once for each number.
    pub number: u32,
    /// The position of the source.
    pub source: usize,
    /// Byte offset in its text.
    pub offset: usize,
}

impl EditorState {
    /// Whether something was typed that is in no file.
    #[must_use]
    pub fn has_unsaved_text(&self) -> bool {
        !self.drafts.is_empty()
    }

    /// Whether a request waits for the host.
    #[must_use]
    pub fn has_pending_request(&self) -> bool {
        !self.requests.is_empty()
    }

    /// The text of a file, if that of the run is `run_text`.
    fn file_text<'t>(&'t self, name: &str, run_text: &'t str) -> &'t str {
        self.file_texts.get(name).map_or(run_text, String::as_str)
    }

    /// The text that the editor shows: the draft, else that of the file.
    pub(super) fn shown_text<'t>(&'t self, name: &str, run_text: &'t str) -> &'t str {
        self.drafts.get(name).map_or_else(|| self.file_text(name, run_text), String::as_str)
    }

    /// Keeps what was typed.
    pub(super) fn edit(&mut self, name: &str, run_text: &str, text: String) {
        if self.file_text(name, run_text) == text {
            self.discard_draft(name);
        } else {
            self.drafts.insert(name.to_owned(), text);
        }
    }

    /// Takes the text of the file instead of the draft.
    pub(super) fn discard_draft(&mut self, name: &str) {
        self.drafts.remove(name);
        self.conflicts.remove(name);
    }

    /// Notes the text that a file has now. Where there is another draft of it, a person has to choose.
    pub(super) fn note_file_text(&mut self, name: &str, run_text: &str, text: String) {
        if self.file_text(name, run_text) == text {
            return;
        }
        match self.drafts.get(name) {
            Some(draft) if *draft == text => self.discard_draft(name),
            Some(_) => drop(self.conflicts.insert(name.to_owned())),
            None => {}
        }
        if text == run_text { drop(self.file_texts.remove(name)) } else { drop(self.file_texts.insert(name.to_owned(), text)) }
    }

    /// Writes the drafts into their files, except those in conflict. Returns whether all is well and the scene is to be loaded.
    pub(super) fn save_drafts(&mut self, sources: &[(String, String)], host: &mut dyn SimulationHost) -> bool {
        self.write_error = None;
        let run_text = |name: &str| sources.iter().find(|(other, _)| other == name).map_or("", |(_, text)| text.as_str());
        let mut has_written = false;
        for (name, draft) in self.drafts.clone() {
            if let Some(text) = host.read_source(&name) {
                self.note_file_text(&name, run_text(&name), text);
            }
            if self.conflicts.contains(&name) || !self.drafts.contains_key(&name) {
                continue;
            }
            match host.save_source(&name, &draft) {
                Ok(()) => {
                    self.drafts.remove(&name);
                    self.file_texts.insert(name, draft);
                    has_written = true;
                }
                Err(error) => self.write_error = Some(format!("cannot write the file: {error}")),
            }
        }
        self.write_error.is_none() && (has_written || self.conflicts.is_empty())
    }
}
