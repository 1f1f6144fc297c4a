//! Values with their position in a source file.
//!
//! The RON deserializer does not expose its position, but a [`RawValue`] borrows from the text being read, so the address of a
//! value minus the address of the text is its offset. [`with_source`] sets the current text in a thread-local, because
//! `Deserialize::deserialize` has no parameter for it.

use std::cell::RefCell;
use std::fmt;
use std::ops::{Deref, Range};

use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::ron_tokens::{byte_offset, trimmed_range};

/// A file of a scene: its index in the list of source files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub u16);

/// A value with its file and byte range.
#[derive(Clone, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The file that contains it.
    pub file: FileId,
    /// Its byte range in the file, including quotes.
    pub span: Range<usize>,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A RON map in source order, with the span of each key. Duplicate keys are preserved; the `check` module reports them.
#[derive(Clone, Debug)]
pub struct SpannedMap<T>(pub Vec<(Spanned<String>, T)>);

impl<T> Default for SpannedMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for SpannedMap<T> {
    type Target = [(Spanned<String>, T)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The RON options for scene files: `wakes: "4h"` means `wakes: Some("4h")`.
pub(super) fn ron_options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES)
}

/// An error inside a [`Spanned`] value. It is stored separately, because the outer deserializer gives it the position after the
/// value.
pub(super) struct InnerError {
    pub(super) code: ron::Error,
    /// Byte offset in the file at which the deserializer stopped.
    pub(super) offset: usize,
}

/// The text that is being deserialized.
struct CurrentSource {
    file: FileId,
    /// Address of the first byte of the text.
    address: usize,
    len: usize,
    /// The innermost error so far.
    inner_error: Option<InnerError>,
}

thread_local! {
    static CURRENT_SOURCE: RefCell<Option<CurrentSource>> = const { RefCell::new(None) };
}

/// Runs `read`, which deserializes from `text`, so that [`Spanned`] values get their positions. Also returns the innermost error.
pub(super) fn with_source<T>(file: FileId, text: &str, read: impl FnOnce() -> T) -> (T, Option<InnerError>) {
    let source = CurrentSource { file, address: text.as_ptr() as usize, len: text.len(), inner_error: None };
    let previous = CURRENT_SOURCE.replace(Some(source));
    let result = read();
    let inner_error = CURRENT_SOURCE.replace(previous).and_then(|source| source.inner_error);
    (result, inner_error)
}

/// The file and byte offset of a slice of the current text; offset 0 for any other text.
fn locate(slice: &str) -> (FileId, usize) {
    CURRENT_SOURCE.with_borrow(|source| match source {
        Some(source) => match (slice.as_ptr() as usize).checked_sub(source.address) {
            Some(offset) if offset <= source.len => (source.file, offset),
            _ => (source.file, 0),
        },
        None => (FileId(0), 0),
    })
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get_ron();
        let (file, offset) = locate(raw);
        let trimmed = trimmed_range(raw);
        let span = offset + trimmed.start..offset + trimmed.end;
        match ron_options().from_str(raw) {
            Ok(value) => Ok(Self { value, file, span }),
            Err(error) => {
                let error_offset = offset + byte_offset(raw, error.span.end);
                let message = error.code.to_string();
                CURRENT_SOURCE.with_borrow_mut(|source| {
                    if let Some(source) = source {
                        // The innermost error is stored first and has the most exact position, so it is not replaced.
                        source.inner_error.get_or_insert(InnerError { code: error.code, offset: error_offset });
                    }
                });
                Err(D::Error::custom(message))
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for SpannedMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
            type Value = SpannedMap<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map in braces")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(SpannedMap(entries))
            }
        }

        deserializer.deserialize_map(MapVisitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        id: Spanned<String>,
        #[serde(default)]
        map: SpannedMap<Spanned<f64>>,
        #[serde(default)]
        optional: Option<Spanned<String>>,
    }

    /// The deserialized text, and a function that returns the text of a span.
    fn parse_sample(text: &str) -> (Sample, impl Fn(&Range<usize>) -> String) {
        let (sample, _) = with_source(FileId(3), text, || ron_options().from_str::<Sample>(text).unwrap());
        let text = text.to_owned();
        (sample, move |span: &Range<usize>| text[span.clone()].to_owned())
    }

    #[test]
    fn a_value_has_its_file_and_its_byte_range_without_comments() {
        let (sample, text_at) = parse_sample("( /* one */ id: // two\n  \"ann\" /* three */ , optional: r#\"x\"# )");
        assert_eq!(sample.id.value, "ann");
        assert_eq!(sample.id.file, FileId(3));
        assert_eq!(text_at(&sample.id.span), "\"ann\"");
        assert_eq!(text_at(&sample.optional.unwrap().span), "r#\"x\"#");
    }

    #[test]
    fn a_map_preserves_order_and_duplicates() {
        let (sample, text_at) = parse_sample("(id: \"a\", map: {\"z\": 1, \"b\": 0.5, \"z\": 2})");
        let entries: Vec<_> = sample.map.iter().map(|(key, value)| (key.as_str(), **value, text_at(&value.span))).collect();
        assert_eq!(entries, [("z", 1.0, "1".into()), ("b", 0.5, "0.5".into()), ("z", 2.0, "2".into())]);
    }

    #[test]
    fn an_error_inside_a_value_has_a_position_inside_the_value() {
        let text = "(id: \"a\", map: {\"z\": \"no\"})";
        let (result, inner_error) = with_source(FileId(0), text, || ron_options().from_str::<Sample>(text).map(|_| ()));
        assert!(result.is_err());
        assert!(text[inner_error.unwrap().offset..].starts_with("\"no\""));
    }
}
