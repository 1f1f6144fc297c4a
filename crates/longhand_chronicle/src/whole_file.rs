//! Files that appear under their names only when they are whole.
//!
//! The text is written into a hidden file in the same folder, which then takes the name in one step. So whoever reads the file sees
//! the old content or the new one, and an interrupted program leaves the old one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A file being written. Nothing is under its name before [`WholeFile::finish`]; without it the file is discarded.
#[derive(Debug)]
pub struct WholeFile {
    out: BufWriter<File>,
    /// The hidden file, and the path that it takes; `None` if the path is a pipe or a device, which is written directly.
    renamed: Option<(PathBuf, PathBuf)>,
}

impl WholeFile {
    /// Begins a file. An existing file keeps its permissions, and a link stays a link to the file that is replaced.
    ///
    /// # Errors
    /// When the path is a folder, or a file cannot be created beside it.
    pub fn create(path: &Path) -> io::Result<Self> {
        let existing = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) if !found.is_file() => {
                let out = BufWriter::new(File::options().write(true).open(path)?);
                return Ok(Self { out, renamed: None });
            }
            Ok(found) => Some(found.permissions()),
            Err(_) => None,
        };
        if existing.as_ref().is_some_and(fs::Permissions::readonly) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let hidden = hidden_name(&path)?;
        let file = File::create(&hidden)?;
        let whole = Self { out: BufWriter::new(file), renamed: Some((hidden, path)) };
        if let Some(permissions) = existing {
            whole.out.get_ref().set_permissions(permissions)?;
        }
        Ok(whole)
    }

    /// Writes a whole file with this content.
    ///
    /// # Errors
    /// When it cannot be written; a file under this name is then unchanged.
    pub fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
        let mut file = Self::create(path)?;
        file.write_all(content.as_ref())?;
        file.finish()
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When the rest cannot be written, or the file cannot be renamed.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        if let Some((hidden, path)) = &self.renamed {
            fs::rename(hidden, path)?;
            self.renamed = None;
        }
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some((hidden, _)) = &self.renamed {
            // If it cannot be removed, a hidden file is left over, which does no harm.
            _ = fs::remove_file(hidden);
        }
    }
}

/// A name for the hidden file of a path: in the same folder, and used by nobody else.
///
/// # Errors
/// When the path does not end in a file name.
pub fn hidden_name(path: &Path) -> io::Result<PathBuf> {
    static USED: AtomicU32 = AtomicU32::new(0);
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let (process, n) = (std::process::id(), USED.fetch_add(1, Ordering::Relaxed));
    Ok(path.with_file_name(format!(".{name}.{process}-{n}.new")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = entries.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_old_content_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        WholeFile::write(&path, "old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap(), names_in(folder.path())), ("new".into(), vec!["a.md".into()]));
    }

    #[test]
    fn an_unfinished_file_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = WholeFile::create(&folder.path().join("a.md")).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(names_in(folder.path()).is_empty());
        assert!(WholeFile::create(folder.path()).is_err_and(|error| error.kind() == io::ErrorKind::IsADirectory));
        assert!(WholeFile::create(&folder.path().join("missing/a.md")).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link_and_a_device_is_written_directly() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.md"), folder.path().join("link.md"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        WholeFile::write(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        WholeFile::write(Path::new("/dev/null"), "nothing").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
