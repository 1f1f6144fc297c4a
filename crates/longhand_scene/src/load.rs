//! Reads a scene and its includes into one [`SceneFile`] and checks it.
//!
//! Limits on the number and size of files keep the cost of a hostile scene bounded.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check;
use super::decl::{self, SceneFile, Text};
use super::diagnostic::{Diagnostic, Diagnostics, SourceText, marked_text};
use super::implied;
use super::join;
use super::model::Scenario;
use super::recover::{RecoveredFile, UnreadParts, read_file};
use super::say;
use super::settings;
use super::source::{DiskFiles, FileContent, FileError, FileSource, InvalidText, MemoryFiles, resolve_include};
use super::spanned::FileId;

/// Maximum number of files of a scene.
pub const MAX_FILES: usize = 64;
/// Maximum total size of a scene's files in bytes.
const MAX_TOTAL_BYTES: usize = 16 << 20;

/// A valid scene with its warnings.
#[derive(Debug)]
pub struct LoadedScene {
    /// The checked scene.
    pub scenario: Scenario,
    /// Warnings; no errors.
    pub warnings: Diagnostics,
    /// Source positions of prose and document templates.
    templates: TemplateSpans,
}

/// Source positions of prose and documents by key: the entry, and its variants.
#[derive(Debug, Default)]
struct TemplateSpans {
    prose: BTreeMap<String, (FileSpan, Vec<FileSpan>)>,
    documents: BTreeMap<String, (FileSpan, Vec<FileSpan>)>,
}

type FileSpan = (FileId, Range<usize>);

/// Identifies a template: key of the entry and index of the variant. `None` means a document's title, or a whole prose entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateRef<'a> {
    /// An entry of `prose`.
    Prose(&'a str, Option<usize>),
    /// An entry of `documents`.
    Document(&'a str, Option<usize>),
}

impl TemplateSpans {
    fn from_scene(scene: &SceneFile) -> Self {
        let span = |text: &Text| (text.file, text.span.clone());
        let prose =
            scene.prose.iter().map(|entry| (entry.id.value.clone(), (span(&entry.id), entry.say.iter().map(span).collect())));
        let document =
            |entry: &decl::DocumentDecl| (entry.id.value.clone(), (span(&entry.title), entry.text.iter().map(span).collect()));
        Self { prose: prose.collect(), documents: scene.documents.iter().map(document).collect() }
    }

    fn find(&self, template: TemplateRef<'_>) -> Option<&FileSpan> {
        let (entries, key, variant) = match template {
            TemplateRef::Prose(key, variant) => (&self.prose, key, variant),
            TemplateRef::Document(key, variant) => (&self.documents, key, variant),
        };
        let (entry, variants) = entries.get(key)?;
        Some(variant.and_then(|variant| variants.get(variant)).unwrap_or(entry))
    }
}

impl LoadedScene {
    /// Adds warnings about templates, each with the byte range in the template if it is known. Templates are compiled by
    /// `longhand_narrative`, which calls this.
    pub fn add_template_warnings<'a>(
        &mut self,
        warnings: impl IntoIterator<Item = (TemplateRef<'a>, Option<Range<usize>>, String, Option<String>)>,
    ) {
        let mut list = std::mem::take(&mut self.warnings.list);
        for (template, bytes, message, help) in warnings {
            let Some((file, literal)) = self.templates.find(template) else { continue };
            let file_span = |bytes| Some(self.warnings.source(*file)?.span_in_literal(literal, bytes));
            let span = bytes.and_then(file_span).unwrap_or_else(|| literal.clone());
            list.push(Diagnostic::warning("template", *file, span, message).help(help));
        }
        self.warnings = Diagnostics::new(self.warnings.sources.clone(), list);
    }
}

/// Loads a scene and its includes from disk. `set` overrides the values of params, like `--set name=value`.
///
/// # Errors
/// All errors and warnings of the scene.
pub fn load(path: &Path, set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
    load_with_parts(path, &[], set)
}

/// Like [`load`], with additional parts that the scene does not include: name (as in an include) and text of each.
///
/// # Errors
/// All errors and warnings of the scene.
pub fn load_with_parts(path: &Path, parts: &[(&str, &str)], set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    load_from(&DiskFiles::for_scene(path), &name, parts, set)
}

/// Loads the scene `name` from texts in memory, such as [`Scenario::sources`] of a recorded story.
///
/// # Errors
/// All errors and warnings of the scene.
pub fn load_text(name: &str, files: &[(&str, &str)], set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
    load_text_with_parts(name, files, &[], set)
}

/// Like [`load_text`], with additional parts that the scene does not include.
///
/// # Errors
/// All errors and warnings of the scene.
pub fn load_text_with_parts(
    name: &str,
    files: &[(&str, &str)],
    parts: &[(&str, &str)],
    set: &[(String, String)],
) -> Result<LoadedScene, Diagnostics> {
    load_from(&MemoryFiles(files.iter().copied().collect::<BTreeMap<_, _>>()), name, parts, set)
}

/// The names of the files that one file of a scene includes, and of its table of words, in the form that [`load_text`] expects. Includes that cannot be
/// resolved are left out; loading the scene reports them.
#[must_use]
pub fn included_files(name: &str, text: &str) -> Vec<String> {
    let file = read_file(FileId(0), text);
    let files = file.scene.include.iter().chain(&file.scene.words);
    files.filter_map(|include| resolve_include(name, &include.value).ok()).collect()
}

/// The path of a file of the scene at path `scene`; `name` is one of [`Scenario::sources`].
#[must_use]
pub fn source_path(scene: &Path, name: &str) -> PathBuf {
    PathBuf::from(DiskFiles::for_scene(scene).path(name))
}

fn load_from(
    files: &dyn FileSource,
    name: &str,
    parts: &[(&str, &str)],
    set: &[(String, String)],
) -> Result<LoadedScene, Diagnostics> {
    let mut reader = SceneReader {
        files,
        sources: Vec::new(),
        total: 0,
        include_stack: Vec::new(),
        problems: Vec::new(),
        unread: UnreadParts::default(),
    };
    let mut scene = reader.read_scene(name);
    for (part, text) in parts {
        // Parts that the scene itself includes are already loaded.
        if reader.sources.iter().all(|source| source.name != *part) {
            let part = reader.read_file(part, FileContent { text: (*text).to_owned(), invalid: None });
            join::join_parts(&mut scene, vec![part], &mut reader.problems);
        }
    }
    say::expand(&mut scene, &mut reader.problems);
    let SceneReader { mut sources, mut problems, unread, .. } = reader;
    let texts = sources.iter().map(|source| (source.name.clone(), source.text.clone())).collect();
    let set = settings::add_settings_source(set, &mut sources);
    let sources: Arc<[SourceText]> = sources.into();
    let syntax_errors = problems.len();
    implied::add_implied(&mut scene, &mut problems);
    let cast_order = scene.sort_declarations();
    let scenario = check::check(name, &scene, &cast_order, texts, &set, &sources, &mut problems);
    if !unread.is_empty() {
        // Diagnostics that may be caused by unread parts are dropped.
        let check_problems = problems.split_off(syntax_errors);
        problems
            .extend(check_problems.into_iter().filter(|problem| !unread.may_explain(problem, marked_text(&sources, problem))));
    }
    let diagnostics = Diagnostics::new(sources, problems);
    match scenario {
        Some(scenario) if !diagnostics.has_errors() => {
            Ok(LoadedScene { scenario, warnings: diagnostics, templates: TemplateSpans::from_scene(&scene) })
        }
        _ => Err(diagnostics),
    }
}

struct SceneReader<'a> {
    files: &'a dyn FileSource,
    sources: Vec<SourceText>,
    total: usize,
    /// Names of the files being read, from the scene to the innermost include.
    include_stack: Vec<String>,
    problems: Vec<Diagnostic>,
    unread: UnreadParts,
}

impl SceneReader<'_> {
    fn read_scene(&mut self, name: &str) -> SceneFile {
        match self.read_content(name) {
            Ok(content) => self.read_file(name, content),
            Err(error) => {
                self.sources.push(SourceText { name: name.to_owned(), path: self.files.path(name), text: String::new() });
                self.problems.push(Diagnostic::error("file", FileId(0), 0..0, error.message).help(error.help));
                self.unread.mark_anything();
                SceneFile::default()
            }
        }
    }

    fn read_content(&mut self, name: &str) -> Result<FileContent, FileError> {
        let refuse = |message: String| Err(FileError { message, help: Some("include fewer or smaller files".into()) });
        if self.sources.len() == MAX_FILES {
            return refuse(format!("a scene may have at most {MAX_FILES} files"));
        }
        let content = self.files.read(name)?;
        self.total += content.text.len();
        if self.total > MAX_TOTAL_BYTES {
            return refuse(format!("the files of a scene may have at most {} MiB in total", MAX_TOTAL_BYTES >> 20));
        }
        Ok(content)
    }

    /// Reads one file and its includes.
    fn read_file(&mut self, name: &str, FileContent { text, invalid }: FileContent) -> SceneFile {
        let file = FileId(u16::try_from(self.sources.len()).expect("MAX_FILES is small"));
        let read = invalid.is_none().then(|| read_file(file, &text));
        self.sources.push(SourceText { name: name.to_owned(), path: self.files.path(name), text });
        if let Some(InvalidText { span, description, help }) = invalid {
            self.problems.push(Diagnostic::error("file", file, span, format!("`{name}` is {description}")).help(help.to_owned()));
        }
        let Some(RecoveredFile { mut scene, problems, unread }) = read else {
            self.unread.mark_anything();
            return SceneFile::default();
        };
        self.problems.extend(problems);
        self.unread.merge(unread);
        if let Some(words) = &scene.words {
            scene.words_file = self.read_words(name, words);
        }
        self.include_stack.push(name.to_owned());
        let mut parts = Vec::new();
        for include in std::mem::take(&mut scene.include) {
            match self.read_include(name, &include.value) {
                Ok(part) => parts.extend(part),
                Err(FileError { message, help }) => {
                    self.problems.push(Diagnostic::error("include", include.file, include.span, message).help(help));
                    self.unread.mark_anything();
                }
            }
        }
        self.include_stack.pop();
        join::join_parts(&mut scene, parts, &mut self.problems);
        scene
    }

    /// Reads a table of words.
    fn read_words(&mut self, includer: &str, written: &Text) -> Option<(FileId, String)> {
        let read = resolve_include(includer, written).and_then(|name| Ok((self.read_content(&name)?, name)));
        match read {
            Ok((FileContent { text, invalid }, name)) => {
                let file = FileId(u16::try_from(self.sources.len()).expect("MAX_FILES is small"));
                self.sources.push(SourceText { name: name.clone(), path: self.files.path(&name), text: text.clone() });
                if let Some(InvalidText { span, description, help }) = invalid {
                    let message = format!("`{name}` is {description}");
                    self.problems.push(Diagnostic::error("file", file, span, message).help(help.to_owned()));
                    return None;
                }
                Some((file, text))
            }
            Err(FileError { message, help }) => {
                self.problems.push(Diagnostic::error("words", written.file, written.span.clone(), message).help(help));
                None
            }
        }
    }

    /// Reads an included file; `None` if it is already included, since two parts may include the same third.
    fn read_include(&mut self, includer: &str, written: &str) -> Result<Option<SceneFile>, FileError> {
        let name = resolve_include(includer, written)?;
        if self.include_stack.contains(&name) {
            let chain = self.include_stack.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(" includes ");
            return Err(FileError {
                message: format!("`{name}` includes itself"),
                help: Some(format!("{chain} includes `{name}`")),
            });
        }
        if self.sources.iter().any(|source| source.name == name) {
            return Ok(None);
        }
        let content = self.read_content(&name)?;
        Ok(Some(self.read_file(&name, content)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &str = "starts: \"2025-01-06\", ends: \"2025-02-06\"";

    fn diagnostics_of(files: &[(&str, &str)]) -> String {
        match load_text("a.ron", files, &[]) {
            Ok(loaded) => loaded.warnings.to_string(),
            Err(problems) => problems.to_string(),
        }
    }

    #[test]
    fn an_included_file_is_appended_once() {
        let scene = format!("({FRAME}, include: [\"parts/b.ron\", \"parts/c.ron\"], places: [(id: \"one\")])");
        let b = "(include: [\"c.ron\", \"assets/d.ron\"], places: [(id: \"two\")], title: \"B\")";
        let files = [
            ("a.ron", scene.as_str()),
            ("parts/b.ron", b),
            ("parts/c.ron", "(places: [(id: \"three\")])"),
            ("assets/d.ron", "(places: [(id: \"four\")])"),
        ];
        let scenario = load_text("a.ron", &files, &[]).unwrap().scenario;
        assert_eq!(scenario.schema.places, ["one", "two", "three", "four"]);
        assert_eq!(scenario.title, "B");
        let names: Vec<_> = scenario.sources.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.ron", "parts/b.ron", "parts/c.ron", "assets/d.ron"]);
    }

    #[test]
    fn a_scene_can_be_loaded_again_from_its_sources() {
        let first = load_text("s.ron", &[("s.ron", crate::STARTER_SCENE)], &[]).unwrap().scenario;
        let texts: Vec<_> = first.sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let again = load_text(&first.name, &texts, &[]).unwrap().scenario;
        assert_eq!(again.schema.events, first.schema.events);
    }

    #[test]
    fn an_invalid_include_is_reported_at_its_position() {
        let scene = |include: &str| format!("({FRAME}, include: [\"{include}\"])");
        let missing = scene("none.ron");
        assert!(
            diagnostics_of(&[("a.ron", &missing)]).starts_with("a.ron:1:54: error[include]: there is no file `none.ron`"),
            "{}",
            diagnostics_of(&[("a.ron", &missing)])
        );
        let outside = scene("../b.ron");
        assert!(diagnostics_of(&[("a.ron", &outside)]).contains("outside the scene's folder"));
        let circular = scene("b.ron");
        let text =
            diagnostics_of(&[("a.ron", &circular), ("b.ron", "(include: [\"c.ron\"])"), ("c.ron", "(include: [\"b.ron\"])")]);
        assert!(text.starts_with("c.ron:1:12: error[include]: `b.ron` includes itself"), "{text}");
        assert!(diagnostics_of(&[]).contains("there is no file `a.ron`"));
    }

    #[test]
    fn syntax_errors_of_all_files_are_reported() {
        let scene = format!("({FRAME}, include: [\"b.ron\", \"c.ron\"])");
        let text = diagnostics_of(&[("a.ron", &scene), ("b.ron", "(plces: [])"), ("c.ron", "(cast: 3)")]);
        assert!(text.contains("b.ron:1:2: error[syntax]") && text.contains("c.ron:1:8: error[syntax]"), "{text}");
    }

    #[test]
    fn too_many_and_too_large_files_are_rejected() {
        let names: Vec<String> = (0..70).map(|i| format!("f{i}.ron")).collect();
        let include = names.iter().map(|name| format!("\"{name}\", ")).collect::<String>();
        let scene = format!("({FRAME}, include: [{include}])");
        let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "()")).collect();
        files.push(("a.ron", &scene));
        assert!(diagnostics_of(&files).contains("at most 64 files"));
        let large = format!("(title: \"{}\")", "x".repeat(5 << 20));
        assert!(diagnostics_of(&[("a.ron", &large)]).contains("larger than 4 MiB"));
    }

    #[test]
    fn a_scene_on_disk_finds_the_assets_above_it() {
        let project = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(project.path().join("scenes")).unwrap();
        std::fs::create_dir_all(project.path().join("assets")).unwrap();
        std::fs::write(project.path().join("assets/d.ron"), "(places: [(id: \"four\")])").unwrap();
        let path = project.path().join("scenes/a.ron");
        std::fs::write(&path, format!("({FRAME}, include: [\"assets/d.ron\"])")).unwrap();
        let scenario = load(&path, &[]).unwrap().scenario;
        assert_eq!((scenario.name.as_str(), scenario.schema.places.len()), ("a.ron", 1));
        let missing = load(&project.path().join("scenes/none.ron"), &[]).unwrap_err();
        assert!(missing.to_string().contains("there is no file"), "{missing}");
    }
}
