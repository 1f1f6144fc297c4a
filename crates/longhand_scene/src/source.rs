//! Reads the files of a scene from disk or from memory.
//!
//! File names are relative to the scene's folder and use `/`. Paths outside that folder and `assets` are rejected, also
//! through symbolic links, so that a scene from an untrusted source cannot read other files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Maximum size of a file in bytes.
pub(super) const MAX_FILE_BYTES: u64 = 4 << 20;

/// The project folder whose files any scene may include.
pub(super) const ASSETS_FOLDER: &str = "assets";

/// Why a file cannot be read, with an optional hint.
pub(super) struct FileError {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl FileError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }
}

/// The content of a file.
pub(super) struct FileContent {
    pub(super) text: String,
    /// Set if the file is not valid text.
    pub(super) invalid: Option<InvalidText>,
}

/// Bytes that are not valid text. In `text` they are replaced by U+FFFD.
pub(super) struct InvalidText {
    pub(super) span: Range<usize>,
    pub(super) description: &'static str,
    pub(super) help: &'static str,
}

impl FileContent {
    /// Decodes UTF-8 and removes a byte order mark.
    fn decode(bytes: Vec<u8>) -> Self {
        if bytes.starts_with(b"SQLite format 3\0") {
            let help = "use `longhand show`, `longhand why` or `longhand beats` to query it";
            return Self {
                text: String::new(),
                invalid: Some(InvalidText { span: 0..0, description: "a recorded story, not a scene", help }),
            };
        }
        let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        match String::from_utf8(bytes) {
            Ok(text) => Self { text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), invalid: None },
            Err(error) => {
                let valid_len = error.utf8_error().valid_up_to();
                let help = if utf16 { "the file looks like UTF-16; save it as UTF-8" } else { "save the file as UTF-8" };
                let mark_len = char::REPLACEMENT_CHARACTER.len_utf8();
                let invalid = InvalidText { span: valid_len..valid_len + mark_len, description: "not UTF-8", help };
                Self { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), invalid: Some(invalid) }
            }
        }
    }
}

/// A source of files by name.
pub(super) trait FileSource {
    /// Reads the file with this name.
    fn read(&self, name: &str) -> Result<FileContent, FileError>;
    /// The path of the file as shown to the user.
    fn path(&self, name: &str) -> String;
}

/// Resolves an include to a file name. `written` is relative to the folder of `includer`, or begins with `assets/`.
pub(super) fn resolve_include(includer: &str, written: &str) -> Result<String, FileError> {
    let help = Some("write a path relative to this file, with `/`, or a path that begins with `assets/`".to_owned());
    if written.starts_with('/') || written.contains(['\\', '\0', ':']) {
        return Err(FileError { message: format!("`{written}` is not a relative path"), help });
    }
    let mut parts: Vec<&str> = includer.split('/').collect();
    parts.pop();
    // Includes of a file in `assets` must stay in `assets`.
    let min_depth = usize::from(parts.first() == Some(&ASSETS_FOLDER));
    if written.starts_with("assets/") {
        parts.clear();
    }
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.len() > min_depth => _ = parts.pop(),
            ".." => return Err(FileError { message: format!("`{written}` is outside the scene's folder"), help }),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { Err(FileError { message: "this is not the name of a file".into(), help }) } else { Ok(parts.join("/")) }
}

/// Files in memory: text by name.
pub(super) struct MemoryFiles<'a>(pub(super) BTreeMap<&'a str, &'a str>);

impl FileSource for MemoryFiles<'_> {
    fn read(&self, name: &str) -> Result<FileContent, FileError> {
        match self.0.get(name) {
            Some(text) if text.len() as u64 > MAX_FILE_BYTES => Err(too_large(name)),
            Some(text) => Ok(FileContent::decode(text.as_bytes().to_vec())),
            None => Err(FileError::new(format!("there is no file `{name}`"))),
        }
    }

    fn path(&self, name: &str) -> String {
        name.to_owned()
    }
}

/// Files on disk: the folder of a scene, and the `assets` folder of its project if it has one.
pub(super) struct DiskFiles {
    folder: PathBuf,
    assets: Option<PathBuf>,
}

impl DiskFiles {
    /// The folder of a scene file, and the nearest `assets` folder in it or in a parent folder.
    pub(super) fn for_scene(scene: &Path) -> Self {
        let folder = match scene.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let assets = folder
            .canonicalize()
            .ok()
            .and_then(|absolute| absolute.ancestors().map(|above| above.join(ASSETS_FOLDER)).find(|assets| assets.is_dir()));
        Self { folder, assets }
    }

    /// The folder that the file with this name must be in, and the path of the file.
    fn locate(&self, name: &str) -> Result<(PathBuf, PathBuf), FileError> {
        match (name.strip_prefix("assets/"), &self.assets) {
            (Some(rest), Some(assets)) => Ok((assets.clone(), assets.join(rest))),
            (Some(_), None) => Err(FileError::new("there is no `assets` folder in or above the scene's folder")),
            (None, _) => Ok((self.folder.clone(), self.folder.join(name))),
        }
    }
}

impl FileSource for DiskFiles {
    fn read(&self, name: &str) -> Result<FileContent, FileError> {
        let (folder, path) = self.locate(name)?;
        let to_file_error = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => FileError::new(format!("there is no file `{}`", path.display())),
            _ => FileError::new(format!("cannot read `{}`: {error}", path.display())),
        };
        // A symbolic link may point anywhere, so the canonical paths are compared.
        let canonical_path = path.canonicalize().map_err(to_file_error)?;
        let canonical_folder = folder.canonicalize().map_err(to_file_error)?;
        if !canonical_path.starts_with(&canonical_folder) {
            return Err(FileError::new(format!("`{name}` is a link to a file outside the scene's folder")));
        }
        // Pipes and devices are not opened: reading them may never end.
        if !fs::metadata(&canonical_path).map_err(to_file_error)?.is_file() {
            return Err(FileError::new(format!("`{}` is not a file", path.display())));
        }
        let mut bytes = Vec::new();
        fs::File::open(&canonical_path)
            .map_err(to_file_error)?
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(to_file_error)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(too_large(name));
        }
        Ok(FileContent::decode(bytes))
    }

    fn path(&self, name: &str) -> String {
        let path = self.locate(name).map_or_else(|_| PathBuf::from(name), |(_, path)| path);
        path.strip_prefix("./").unwrap_or(&path).display().to_string()
    }
}

fn too_large(name: &str) -> FileError {
    FileError {
        message: format!("`{name}` is larger than {} MiB", MAX_FILE_BYTES >> 20),
        help: Some("split it into several files and `include` them".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(includer: &str, written: &str) -> Result<String, String> {
        resolve_include(includer, written).map_err(|error| error.message)
    }

    #[test]
    fn includes_are_relative_to_the_file_that_writes_them() {
        assert_eq!(resolved("a.ron", "parts/b.ron"), Ok("parts/b.ron".into()));
        assert_eq!(resolved("parts/b.ron", "c.ron"), Ok("parts/c.ron".into()));
        assert_eq!(resolved("parts/b.ron", "../c.ron"), Ok("c.ron".into()));
        assert_eq!(resolved("parts/b.ron", "assets/x.ron"), Ok("assets/x.ron".into()));
        assert_eq!(resolved("assets/p/x.ron", "../y.ron"), Ok("assets/y.ron".into()));
    }

    #[test]
    fn includes_outside_the_folder_are_rejected() {
        for written in ["../b.ron", "/etc/passwd", "parts/../../b.ron", "assets/../../b.ron", "C:\\b", ".", ""] {
            assert!(resolved("a.ron", written).is_err(), "{written}");
        }
        assert!(resolved("assets/x.ron", "../b.ron").is_err());
    }

    #[test]
    fn a_symbolic_link_out_of_the_folder_is_rejected() {
        let project = tempfile::tempdir().unwrap();
        let scenes = project.path().join("scenes");
        fs::create_dir_all(&scenes).unwrap();
        fs::create_dir_all(project.path().join("assets/parts")).unwrap();
        fs::write(project.path().join("secret.ron"), "()").unwrap();
        fs::write(project.path().join("assets/parts/a.ron"), "(title: \"a\")").unwrap();
        fs::write(scenes.join("bytes.ron"), b"(\n\xff)").unwrap();
        fs::write(scenes.join("marked.ron"), b"\xef\xbb\xbf()").unwrap();
        let files = DiskFiles::for_scene(&scenes.join("a.ron"));
        let read = |name: &str| files.read(name).map(|content| content.text).map_err(|error| error.message);
        assert_eq!(read("assets/parts/a.ron"), Ok("(title: \"a\")".into()));
        assert_eq!(read("bytes.ron"), Ok("(\n\u{fffd})".into()));
        assert_eq!(files.read("bytes.ron").ok().and_then(|content| content.invalid).map(|invalid| invalid.span), Some(2..5));
        assert_eq!(read("marked.ron"), Ok("()".into()), "a byte order mark is not part of the text");
        assert!(read("none.ron").is_err_and(|message| message.contains("there is no file")));
        assert!(read("").is_err_and(|message| message.contains("is not a file")));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(project.path().join("secret.ron"), scenes.join("link.ron")).unwrap();
            assert!(read("link.ron").is_err_and(|message| message.contains("outside")));
        }
    }
}
