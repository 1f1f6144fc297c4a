//! Rearranges the text of a scene without changing what it means: the order of its declarations, the files they are in, brackets round
//! conditions, and declarations that nothing uses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A small generator, so that a rearrangement follows from its number.
pub struct Shuffler(u64);

impl Shuffler {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ bits >> 31) % count.max(1) as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Lists inside a declaration whose order means nothing.
const UNORDERED: [&str; 10] = ["by", "tags", "of", "toward", "ties", "networks", "attributes", "bond", "like", "names"];

/// The text with its declarations, and the lists in them whose order means nothing, in another order. `None` if it is not a scene.
pub fn permute(text: &str, shuffler: &mut Shuffler) -> Option<String> {
    let mut sections = sections(text)?;
    for (_, value) in &mut sections {
        if let Some(items) = items_of(value) {
            let mut items: Vec<String> = items.iter().map(|item| permute_declaration(item, shuffler)).collect();
            shuffler.shuffle(&mut items);
            *value = format!("[{}]", items.join(", "));
        }
    }
    shuffler.shuffle(&mut sections);
    Some(join(&sections))
}

/// The main file, which keeps the name, and two files that it includes, with the declarations distributed over them.
pub fn split(name: &str, text: &str, shuffler: &mut Shuffler) -> Option<Vec<(String, String)>> {
    let parts = [format!("z{}.ron", shuffler.below(1000)), format!("a{}.ron", shuffler.below(1000))];
    let mut files = [Vec::new(), Vec::new(), Vec::new()];
    for (key, value) in sections(text)? {
        match items_of(&value) {
            Some(items) if key == "include" => {
                let items = items.into_iter().chain(parts.iter().map(|part| format!("\"{part}\"")));
                files[0].push((key, format!("[{}]", items.collect::<Vec<_>>().join(", "))));
            }
            Some(items) => {
                let mut lists = [Vec::new(), Vec::new(), Vec::new()];
                items.into_iter().for_each(|item| lists[shuffler.below(3)].push(item));
                for (file, list) in files.iter_mut().zip(lists) {
                    file.push((key.clone(), format!("[{}]", list.join(", "))));
                }
            }
            None => files[0].push((key, value)),
        }
    }
    if files[0].iter().all(|(key, _)| key != "include") {
        files[0].push(("include".into(), format!("[\"{}\", \"{}\"]", parts[0], parts[1])));
    }
    let names = [name.to_owned(), parts[0].clone(), parts[1].clone()];
    Some(names.into_iter().zip(files).map(|(name, sections)| (name, join(&sections))).collect())
}

/// The files under other names, those of `assets/` too: each keeps its folder, and each include names the same file as before.
pub fn rename(files: &[(String, String)], shuffler: &mut Shuffler) -> Vec<(String, String)> {
    let new_name = |(number, (path, _)): (usize, &(String, String))| {
        let ending = path.rsplit('.').next().unwrap_or("ron");
        let name = format!("{}{number}.{ending}", ["a", "m", "z"][shuffler.below(3)]);
        let new = path.rsplit_once('/').map_or_else(|| name.clone(), |(folder, _)| format!("{folder}/{name}"));
        (path.clone(), new)
    };
    let names: BTreeMap<String, String> = files.iter().enumerate().map(new_name).collect();
    files.iter().map(|(path, text)| (names[path].clone(), rename_includes(path, text, &names))).collect()
}

/// The text of a file with new names in its `include` and its `words`.
fn rename_includes(path: &str, text: &str, names: &BTreeMap<String, String>) -> String {
    let Some(mut sections) = sections(text).filter(|_| path.ends_with(".ron")) else { return text.to_owned() };
    let renamed = |written: &str| {
        let file = included_path(path, written.trim_matches('"'));
        let new = names.get(&file).unwrap_or_else(|| panic!("{path} includes {written}, and there is no {file}"));
        // A file keeps its folder, so that only the last part of the path is another one.
        let folder = written.trim_matches('"').rfind('/').map_or("", |end| &written.trim_matches('"')[..=end]);
        format!("\"{folder}{}\"", new.rsplit('/').next().unwrap_or(new))
    };
    for (key, value) in sections.iter_mut().filter(|(key, _)| key == "include" || key == "words") {
        *value = match items_of(value) {
            Some(items) => format!("[{}]", items.iter().map(|item| renamed(item)).collect::<Vec<_>>().join(", ")),
            None if key == "words" => renamed(value),
            None => continue,
        };
    }
    join(&sections)
}

/// The path of a file that another one includes: relative to the folder of that one, or from `assets/`.
fn included_path(includer: &str, written: &str) -> String {
    let mut parts: Vec<&str> = includer.split('/').collect();
    parts.pop();
    if written.starts_with("assets/") {
        parts.clear();
    }
    for part in written.split('/') {
        match part {
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The text with one more of everything that can be declared, first in its section. Nothing uses it, and no rule of it ever applies.
pub fn add_unused(text: &str) -> Option<String> {
    let unused = [
        ("params", "Param(id: \"aa_param\", value: Number(1))"),
        ("defs", "Def(id: \"aa_def\", is: \"1\")"),
        ("kinds", "Kind(id: \"aa_kind\", wakes: \"1d\")"),
        ("attributes", "Attribute(id: \"aa_attribute\", start: 0.5)"),
        ("ties", "Tie(id: \"aa_tie\", mutual: true)"),
        ("places", "Place(id: \"aa_place\")"),
        ("cast", "Member(id: \"aa_member\", kind: \"aa_kind\", home: \"aa_place\")"),
        ("population", "Population(kind: \"aa_kind\", count: \"3\", attributes: {\"aa_attribute\": Uniform(0, 1)})"),
        ("goals", "Goal(id: \"aa_goal\", by: \"aa_kind\", likelihood: \"self.aa_attribute\", weight: \"1\")"),
        ("actions", "Action(id: \"aa_action\", by: [\"aa_kind\"], when: \"false\", want: \"chance_of_nothing\")"),
        ("triggers", "Trigger(id: \"aa_trigger\", by: [\"aa_kind\"], when: \"self.aa_attribute > 2\")"),
        (
            "processes",
            "Process(id: \"aa_process\", by: [\"aa_kind\"], every: \"1d\", does: [\"self.aa_attribute += uniform(0, 1)\"])",
        ),
        ("names", "NameList(id: \"aa_names\", names: [Name(name: \"Aa\")])"),
        ("prose", "Prose(id: \"aa_prose\", say: [\"Nothing.\"])"),
        ("documents", "Document(id: \"aa_document\", title: \"None\", text: [\"None\"])"),
    ];
    let mut sections = sections(text)?;
    for (key, declaration) in unused {
        let declaration = declaration.replace("chance_of_nothing", "uniform(0, 1)");
        match sections.iter_mut().find(|(section, _)| section == key) {
            Some((_, value)) => *value = format!("[{declaration}, {}]", items_of(value)?.join(", ")),
            None => sections.push((key.to_owned(), format!("[{declaration}]"))),
        }
    }
    Some(join(&sections))
}

/// The text with a wrapping round every condition: `{}` stands for the condition.
pub fn wrap_conditions(text: &str, wrapping: &str) -> String {
    let text = without_comments(text);
    let mut wrapped = String::new();
    let mut rest = text.as_str();
    while let Some(found) = rest.find("when: \"") {
        let start = found + "when: \"".len();
        let end = start + rest[start..].find('"').expect("a string ends");
        let _ = write!(wrapped, "{}{}", &rest[..start], wrapping.replace("{}", &format!("({})", &rest[start..end])));
        rest = &rest[end..];
    }
    wrapped + rest
}

/// The fields of the scene, with their values.
fn sections(text: &str) -> Option<Vec<(String, String)>> {
    let text = without_comments(text);
    let inner = text.trim().split_once('(')?.1.strip_suffix(')')?;
    fields(inner)
}

fn fields(inner: &str) -> Option<Vec<(String, String)>> {
    let field = |item: &str| item.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    split_items(inner)?.iter().map(|item| field(item)).collect()
}

/// The items of a list; `None` for any other value.
fn items_of(value: &str) -> Option<Vec<String>> {
    split_items(value.strip_prefix('[')?.strip_suffix(']')?)
}

fn join(sections: &[(String, String)]) -> String {
    let fields: Vec<String> = sections.iter().map(|(key, value)| format!("    {key}: {value},\n")).collect();
    format!("Scene(\n{})\n", fields.concat())
}

/// Permutes the lists of one declaration whose order means nothing, at any depth.
fn permute_declaration(item: &str, shuffler: &mut Shuffler) -> String {
    let Some((name, inner)) = item.split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?))) else {
        return item.to_owned();
    };
    if !name.chars().all(char::is_alphanumeric) {
        return item.to_owned();
    }
    let Some(fields) = fields(inner) else { return item.to_owned() };
    let fields = fields.into_iter().map(|(key, value)| {
        let (open, close) = (&value[..1], &value[value.len() - 1..]);
        let items = match (open, close) {
            ("[", "]") | ("{", "}") => split_items(&value[1..value.len() - 1]),
            _ => None,
        };
        let Some(items) = items else { return format!("{key}: {value}") };
        let mut items: Vec<String> = items.iter().map(|item| permute_declaration(item, shuffler)).collect();
        // The arguments of a def have an order.
        if UNORDERED.contains(&key.as_str()) && name != "Def" {
            shuffler.shuffle(&mut items);
        }
        format!("{key}: {open}{}{close}", items.join(", "))
    });
    format!("{name}({})", fields.collect::<Vec<_>>().join(", "))
}

/// Splits at the commas outside of brackets and strings. `None` if the brackets do not match.
fn split_items(text: &str) -> Option<Vec<String>> {
    let (mut items, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let end = at + string_length(&text[at..]);
                while characters.as_str().len() > text.len() - end {
                    characters.next();
                }
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(text[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        items.push(last.to_owned());
    }
    (depth == 0).then_some(items)
}

/// The length of the string at the beginning of a text, with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if rest.starts_with('"') {
            let end = string_length(rest);
            plain.push_str(&rest[..end]);
            end
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            plain.push('/');
            1
        };
        rest = &rest[end..];
    }
    plain + rest
}
