//! A scene as an asset: the texts of its files. They are compiled when a run starts, because the parameters are known only then.

use bevy_asset::io::Reader;
use bevy_asset::{Asset, AssetLoader, AssetPath, LoadContext};
use bevy_reflect::TypePath;
use longhand_scene::{Diagnostics, LoadedScene, MAX_FILES, included_files};

/// A scene: the text of its file and of all files that it includes.
///
/// Load it with `asset_server.load("scenes/clock.ron")`. Includes are relative to the file that contains them; those that begin
/// with `assets/` are looked up in the root of the asset source, and then in its folder `assets`. All of them are dependencies of
/// the asset, so that hot reload (Bevy's feature `file_watcher`) sees changes of each. A scene with errors loads too; they are
/// reported when it is started.
#[derive(Asset, TypePath, Clone, Debug, PartialEq, Eq)]
pub struct SceneAsset {
    name: String,
    /// The name (as written in the include) and text of each file. The first is the scene itself.
    files: Vec<(String, String)>,
}

impl SceneAsset {
    /// A scene of one text, for example from `include_str!`.
    #[must_use]
    pub fn from_text(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), files: vec![(name.to_owned(), text.to_owned())] }
    }

    /// Adds a file that the scene includes: its name, as the scene writes it, and its text.
    #[must_use]
    pub fn with_file(mut self, name: &str, text: &str) -> Self {
        self.files.push((name.to_owned(), text.to_owned()));
        self
    }

    /// The file name of the scene.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Compiles the scene with values of its parameters.
    ///
    /// # Errors
    /// All errors and warnings of the scene, if it has errors.
    pub fn compile(&self, set: &[(String, String)]) -> Result<LoadedScene, Diagnostics> {
        let files: Vec<(&str, &str)> = self.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        longhand_narrative::load_text(&self.name, &files, set)
    }
}

/// Loads a [`SceneAsset`] and its includes through the asset reader.
#[derive(TypePath, Clone, Copy, Debug, Default)]
pub struct SceneLoader;

/// Why a scene file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SceneLoadError {
    /// The file cannot be read.
    #[error("cannot read the scene: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is not text.
    #[error("the scene is not UTF-8 text; save it as UTF-8")]
    NotText,
}

impl AssetLoader for SceneLoader {
    type Asset = SceneAsset;
    type Settings = ();
    type Error = SceneLoadError;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        (): &Self::Settings,
        load_context: &mut LoadContext<'_>,
    ) -> Result<SceneAsset, SceneLoadError> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await?;
        let path = load_context.path().clone_owned();
        let name = path.path().file_name().map_or_else(|| "scene.ron".to_owned(), |name| name.to_string_lossy().into_owned());
        let mut asset = SceneAsset { name: name.clone(), files: vec![(name, decode(bytes).ok_or(SceneLoadError::NotText)?)] };
        let mut next_file = 0;
        // A file that is missing or not UTF-8 is left out; compiling the scene reports the include.
        while let Some((name, text)) = asset.files.get(next_file) {
            for include in included_files(name, text) {
                if asset.files.len() < MAX_FILES && asset.files.iter().all(|(name, _)| *name != include) {
                    asset.files.extend(read_include(load_context, &path, &include).await.map(|text| (include, text)));
                }
            }
            next_file += 1;
        }
        Ok(asset)
    }

    fn extensions(&self) -> &[&str] {
        &["ron"]
    }
}

/// Reads a file that the scene at the path `scene` includes. `None` if it is missing or not UTF-8.
async fn read_include(load_context: &mut LoadContext<'_>, scene: &AssetPath<'static>, include: &str) -> Option<String> {
    let candidates = match include.strip_prefix("assets/") {
        Some(relative) => vec![relative.into(), include.into()],
        None => vec![scene.path().parent()?.join(include)],
    };
    for candidate in candidates {
        let path = AssetPath::from_path_buf(candidate).with_source(scene.source().clone_owned());
        if let Ok(bytes) = load_context.read_asset_bytes(path).await {
            return decode(bytes);
        }
    }
    None
}

/// Decodes UTF-8 and removes a byte order mark.
fn decode(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
