//! Compiles the templates of a scene: minijinja with filters for prose, and with limits on time and output.

use super::grammar;
use super::template_filters;
use longhand_language::Language;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The maximum number of engine steps of one rendering; a long letter takes a few thousand.
const RENDER_FUEL: u64 = 50_000;
/// The maximum size of a template.
const MAX_TEMPLATE_BYTES: usize = 16 * 1024;
/// The maximum size of the output of a template.
const MAX_OUTPUT_BYTES: usize = 64 * 1024;

/// Creates an environment for the templates of prose and documents in a language.
pub(crate) fn environment(language: &Arc<Language>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_fuel(Some(RENDER_FUEL));
    env.set_recursion_limit(32);
    let printing = language.clone();
    env.set_formatter(move |out, state, value| {
        // Prints no rounding errors such as 0.30000000000000004, and the digits of the language.
        match f64::try_from(value.clone()) {
            Ok(number) if value.kind() == ValueKind::Number && !value.is_integer() => {
                Ok(out.write_str(&printing.digits(number))?)
            }
            Ok(_) if value.kind() == ValueKind::Number => Ok(out.write_str(&printing.own_digits(value.to_string()))?),
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    // These reveal internals, or let the output grow without bound.
    for name in ["debug", "namespace", "range", "dict"] {
        env.remove_global(name);
    }
    for name in ["pprint", "format", "batch", "slice", "indent", "replace", "split", "lines", "tojson", "join"] {
        env.remove_filter(name);
    }
    env.add_filter("round", round);
    // A letter replaces this filter with a draw; without draws it takes the first item.
    env.add_filter("drawn", |items: Vec<Value>| items.into_iter().next().unwrap_or_default());
    env.add_filter("join", join);
    template_filters::add_language_filters(&mut env, language);
    env
}

/// Joins several values to one text.
fn join(items: Vec<Value>, between: Option<&str>) -> Result<String, Error> {
    let mut out = String::new();
    for (nth, item) in items.iter().enumerate() {
        out.push_str(if nth > 0 { between.unwrap_or("") } else { "" });
        out.push_str(&item.to_string());
        if out.len() > MAX_OUTPUT_BYTES {
            return Err(Error::new(ErrorKind::InvalidOperation, "the joined text is too long"));
        }
    }
    Ok(out)
}

fn round(number: f64, places: Option<u32>) -> Value {
    match places.unwrap_or(0).min(9) {
        0 => number_value(number.round()),
        places => {
            let scale = f64::from(10_u32.pow(places));
            number_value((number * scale).round() / scale)
        }
    }
}

/// A number as templates print it: integers without a decimal point.
pub(crate) fn number_value(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { Value::from(number as i64) } else { Value::from(number) }
}

/// Finds a construct that the template engine supports and prose may not use: storing values, or products of texts, with which
/// the output could double with each word. Returns its range and the reason.
pub(crate) fn find_forbidden(source: &str) -> Option<(Range<usize>, String)> {
    const BLOCKS: [&str; 12] =
        ["set", "with", "macro", "call", "filter", "include", "import", "from", "extends", "block", "autoescape", "do"];
    const MOST_PRODUCTS: usize = 4;
    let mut products = 0;
    for (tag_start, brace) in source.match_indices('{') {
        let inside = tag_start + brace.len() + 1;
        let Some(kind @ (b'%' | b'{')) = source.as_bytes().get(tag_start + 1) else { continue };
        let end =
            source[tag_start..].find(if *kind == b'%' { "%}" } else { "}}" }).map_or(source.len(), |offset| tag_start + offset);
        let Some(tag) = source.get(inside..end) else { continue };
        let word = tag.trim_start_matches(['-', '+']).trim_start();
        let start = end - word.len();
        let word = &word[..word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len())];
        if *kind == b'%' && BLOCKS.contains(&word) {
            return Some((
                start..start + word.len(),
                format!("`{word}` is not allowed in prose: a template cannot store values or use other templates"),
            ));
        }
        for (star, _) in tag.match_indices('*') {
            let (before, after) = (tag[..star].trim_end(), tag[star + 1..].trim_start());
            let is_short = |digits: &str| (1..=6).contains(&digits.len());
            let is_number = |text: &str| is_short(text) && text.bytes().all(|byte| byte.is_ascii_digit());
            let last = &before[before.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1)..];
            let next = &after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())];
            products += 1;
            if !(is_number(last) || is_number(next)) || products > MOST_PRODUCTS {
                let reason = "`*` needs a literal number of at most six digits on one side, and may be used at most four times";
                return Some((inside + star..inside + star + 1, reason.to_owned()));
            }
        }
    }
    None
}

/// A buffer for the output of a template, with a limit.
struct LimitedBuffer(Vec<u8>);

impl std::io::Write for LimitedBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT_BYTES {
            return Err(std::io::Error::other("the output is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A compiled template and the names it uses.
#[derive(Debug)]
pub(crate) struct CompiledTemplate {
    name: String,
    /// Sorted.
    pub names_used: Vec<String>,
}

/// Compiles one template under its own name.
pub(crate) fn compile(env: &mut Environment<'static>, name: String, source: &str) -> Result<CompiledTemplate, Error> {
    check_source(source)?;
    env.add_template_owned(name.clone(), source.to_owned())?;
    CompiledTemplate::of(env, name)
}

/// An error if a source is too long or has what prose may not use.
fn check_source(source: &str) -> Result<(), Error> {
    if source.len() > MAX_TEMPLATE_BYTES {
        let most = grammar::digits(MAX_TEMPLATE_BYTES as f64);
        return Err(Error::new(ErrorKind::InvalidOperation, format!("a template may have at most {most} bytes")));
    }
    find_forbidden(source).map_or(Ok(()), |(_, why)| Err(Error::new(ErrorKind::InvalidOperation, why)))
}

impl CompiledTemplate {
    /// The template of this name, which an environment has or loads.
    fn of(env: &Environment<'static>, name: String) -> Result<Self, Error> {
        let mut names_used: Vec<String> = env.get_template(&name)?.undeclared_variables(false).into_iter().collect();
        // The engine treats `self` as a reserved name; here it is a role of the event.
        names_used.push("self".to_owned());
        names_used.sort();
        Ok(Self { name, names_used })
    }

    /// Whether the template uses a name.
    pub fn uses_name(&self, name: &str) -> bool {
        self.names_used.iter().any(|used| used == name)
    }

    /// Renders with the values that `lookup` returns for the names the template uses.
    pub fn render(&self, env: &Environment<'static>, lookup: impl Fn(&str) -> Option<Value>) -> Result<String, Error> {
        let context: BTreeMap<&str, Value> =
            self.names_used.iter().filter_map(|name| Some((name.as_str(), lookup(name)?))).collect();
        let mut out = LimitedBuffer(Vec::new());
        env.get_template(&self.name)?.render_captured_to(Value::from_pairs(context), &mut out)?;
        Ok(String::from_utf8_lossy(&out.0).into_owned())
    }
}

/// The message of a template error in one line.
pub(crate) fn error_text(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()))
}

/// The variants of each key of a scene's prose. A key is compiled when it is first used, because a run uses few of them.
#[derive(Debug)]
pub(crate) struct TemplateSet {
    pub env: Environment<'static>,
    keys: BTreeMap<String, OnceLock<Vec<CompiledTemplate>>>,
    sources: Arc<Sources>,
}

/// By key: the sources of the variants.
type Sources = BTreeMap<String, Vec<String>>;

impl TemplateSet {
    /// A set of a scene's `prose`. Entries with the same key are merged.
    pub fn new(prose: &[(String, Vec<String>)], language: &Arc<Language>) -> Self {
        let mut sources = Sources::new();
        for (key, variants) in prose {
            sources.entry(key.clone()).or_default().extend(variants.iter().cloned());
        }
        let keys = sources.keys().map(|key| (key.clone(), OnceLock::new())).collect();
        let sources = Arc::new(sources);
        let mut env = environment(language);
        let known = sources.clone();
        env.set_loader(move |name| {
            let source = source_of(&known, name);
            source.map_or(Ok(()), check_source)?;
            Ok(source.map(str::to_owned))
        });
        Self { env, keys, sources }
    }

    /// Whether the prose has an entry with this key, and the entry a text.
    pub fn has(&self, key: &str) -> bool {
        self.sources.get(key).is_some_and(|variants| !variants.is_empty())
    }

    /// The variants of a key that compile; empty if there is no such key. `check_prose` reports those that do not.
    pub fn variants(&self, key: &str) -> &[CompiledTemplate] {
        let (Some(compiled), Some(sources)) = (self.keys.get(key), self.sources.get(key)) else { return &[] };
        compiled.get_or_init(|| {
            (0..sources.len()).filter_map(|nth| CompiledTemplate::of(&self.env, template_name(key, nth)).ok()).collect()
        })
    }
}

/// The name of a variant in the environment.
fn template_name(key: &str, nth: usize) -> String {
    format!("{key}#{nth}")
}

/// The source of the variant of this name.
fn source_of<'s>(sources: &'s Sources, name: &str) -> Option<&'s str> {
    let (key, nth) = name.rsplit_once('#')?;
    sources.get(key)?.get(nth.parse::<usize>().ok()?).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(source: &str, names: &[(&str, Value)]) -> Result<String, String> {
        let mut env = environment(Language::english());
        let template = compile(&mut env, "test".into(), source).map_err(|e| error_text(&e))?;
        let names: BTreeMap<&str, Value> = names.iter().cloned().collect();
        template.render(&env, |name| names.get(name).cloned()).map_err(|e| error_text(&e))
    }

    #[test]
    fn numbers_print_without_rounding_errors() {
        let n = |number| [("n", number_value(number))];
        assert_eq!(render("{{ n }} {{ n | words }} {{ n | round }}", &n(3.0)), Ok("3 three 3".into()));
        assert_eq!(render("{{ n }} {{ n | round }} {{ n | round(1) }}", &n(0.1 + 0.2)), Ok("0.3 0 0.3".into()));
        assert_eq!(render("{{ n | duration }}, {{ n | times }}", &n(720.0)), Ok("twelve minutes, 720 times".into()));
        assert_eq!(render("{{ n | counted('party') }}", &n(2.0)), Ok("two parties".into()));
        assert_eq!(render("{{ n | ordinal }} {{ 'hour' | a }}", &n(2.0)), Ok("second an hour".into()));
    }

    #[test]
    fn a_missing_name_fails_when_printed_and_not_when_tested() {
        assert!(render("{{ place }}", &[]).is_err());
        assert!(render("{{ place.name }}", &[]).is_err());
        assert_eq!(render("{% if place %}at {{ place }}{% else %}somewhere{% endif %}", &[]), Ok("somewhere".into()));
    }

    #[test]
    fn a_template_cannot_exceed_its_limits() {
        assert!(render("{% for i in range(1000000) %}x{% endfor %}", &[]).is_err());
        let nested = "{% for a in l %}".repeat(9) + "x" + &"{% endfor %}".repeat(9);
        let list = Value::from((0..100).collect::<Vec<i64>>());
        assert_eq!(render(&nested, &[("l", list)]), Err("engine ran out of fuel".into()));
        assert!(render(&"x".repeat(MAX_TEMPLATE_BYTES + 1), &[]).is_err());
        assert!(render("{% set x = 'xx' %}{{ x ~ x }}", &[]).is_err());
        assert!(render("{{ 'x' * 99999999 }}", &[]).is_err());
        assert!(render("{{ 'x' * n }}", &[("n", Value::from(9))]).is_err());
        assert!(render("{{ 'xx' * 99999 }}", &[]).is_err(), "the output is too long");
        assert_eq!(render("{{ n * 60 }}", &[("n", Value::from(9))]), Ok("540".into()));
        assert_eq!(render("{{ [n, 2] | join(' and ') }}", &[("n", Value::from(1))]), Ok("1 and 2".into()));
    }
}
