//! One search over everything in a run, and what can be done with what it finds.
//!
//! The same actions are in the menus of people and events wherever a panel shows them.

use super::breakpoint::Breakpoint;
use super::command::{COMMANDS, SessionCommand};
use super::key::Shortcut;
use super::panel::PanelId;
use super::query::Query;
use super::view::{EventFilter, SessionView};
use longhand_analysis::what_if::forbid_event;
use longhand_expr::ids::{AgentId, AttrId, EventId, EventKind, Fact, PlaceId, WorldFact};
use longhand_narrative::dates::DateStyle;
use longhand_scene::Intervention;

/// Maximum number of told sentences that are searched, the last ones before the end of the run first.
const MAX_SENTENCES: usize = 20_000;

/// What kind of thing the search found, in the order in which equally good finds are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundKind {
    /// A member of the cast, a thing, or somebody of the crowd.
    Person,
    /// A place.
    Place,
    /// A beat.
    Beat,
    /// A command.
    Command,
    /// An attribute.
    Attribute,
    /// A kind of event.
    EventKind,
    /// A file of the scene.
    File,
    /// An event, by its sentence.
    Event,
}

impl FoundKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Place => "place",
            Self::Beat => "beat",
            Self::Command => "command",
            Self::Attribute => "attribute",
            Self::EventKind => "kind of event",
            Self::File => "file",
            Self::Event => "event",
        }
    }
}

/// Something that can be done with a thing of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemAction {
    /// What it is called, in a menu.
    pub name: &'static str,
    /// The commands that do it, in order.
    pub commands: Vec<SessionCommand>,
}

impl ItemAction {
    fn new(name: &'static str, commands: impl IntoIterator<Item = SessionCommand>) -> Self {
        Self { name, commands: commands.into_iter().collect() }
    }
}

/// Something that the search found.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    /// What it is.
    pub kind: FoundKind,
    /// Its name or sentence.
    pub title: String,
    /// More about it; may be empty.
    pub detail: String,
    /// The key of a command.
    pub key: Option<Shortcut>,
    /// What can be done with it; the first is what is meant by choosing it.
    pub actions: Vec<ItemAction>,
}

/// What can be done with an agent.
#[must_use]
pub fn agent_actions(view: &SessionView<'_>, agent: AgentId) -> Vec<ItemAction> {
    let is_followed = view.state.follow == Some(agent);
    let is_pinned = view.state.pins.contains(&agent);
    let filter = EventFilter { agent: Some(agent), ..EventFilter::default() };
    let (scenario, now) = (view.run.scenario(), view.playback.cursor().at);
    let can_be_played = agent.index() < scenario.cast.len() && now < scenario.ends;
    let play_as = can_be_played.then(|| ItemAction::new("Play as", [SessionCommand::TakeOver(agent)]));
    let actions = [
        ItemAction::new("Show", [SessionCommand::ShowAgent(agent)]),
        ItemAction::new(
            if is_followed { "Do not follow" } else { "Follow on the stage" },
            [SessionCommand::Follow((!is_followed).then_some(agent))],
        ),
        ItemAction::new(if is_pinned { "Unpin" } else { "Pin to the timeline" }, [SessionCommand::Pin(agent)]),
        ItemAction::new("List events", [SessionCommand::ShowPanel(PanelId::Events), SessionCommand::Filter(filter)]),
        ItemAction::new("Path to", [SessionCommand::ShowPanel(PanelId::Graph), SessionCommand::PathTo(Some(agent))]),
        ItemAction::new("Copy the name", [SessionCommand::CopyText(view.display_name(agent))]),
    ];
    actions.into_iter().chain(play_as).collect()
}

/// What can be done with an event.
#[must_use]
pub fn event_actions(view: &SessionView<'_>, id: EventId) -> Vec<ItemAction> {
    let Some(event) = view.run.chronicle().event(id) else { return Vec::new() };
    let stop = Breakpoint::Kind(event.kind);
    let is_set = view.state.breakpoints.contains(&stop);
    vec![
        ItemAction::new("Go there", [SessionCommand::GoTo(id)]),
        ItemAction::new("Why", [SessionCommand::ShowPanel(PanelId::Event), SessionCommand::SelectEvent(Some(id))]),
        ItemAction::new("What if not", [SessionCommand::Fork(forbid_event(view.run.scenario(), event))]),
        ItemAction::new(
            if is_set { "Do not stop at such events" } else { "Stop at such events" },
            [SessionCommand::ToggleBreakpoint(stop)],
        ),
        ItemAction::new("Copy the sentence", [SessionCommand::CopyText(view.run.sentence(event))]),
    ]
}

fn place_actions(place: PlaceId, name: &str) -> Vec<ItemAction> {
    let filter = EventFilter { place: Some(place), ..EventFilter::default() };
    vec![
        ItemAction::new("List events", [SessionCommand::ShowPanel(PanelId::Events), SessionCommand::Filter(filter)]),
        ItemAction::new("Copy the name", [SessionCommand::CopyText(name.to_owned())]),
    ]
}

fn beat_actions(view: &SessionView<'_>, beat: usize) -> Vec<ItemAction> {
    let Some(pattern) = view.run.scenario().beats.get(beat) else { return Vec::new() };
    let why_not = Query::WhyNot { id: pattern.id.clone(), who: None };
    let stop = Breakpoint::Beat(beat);
    let is_set = view.state.breakpoints.contains(&stop);
    let mut actions = match view.run.beat_match(beat) {
        Some(found) => vec![
            ItemAction::new("Go there", [SessionCommand::GoTo(found.event)]),
            ItemAction::new("Why", [SessionCommand::ShowPanel(PanelId::Event), SessionCommand::SelectEvent(Some(found.event))]),
            ItemAction::new("What if not", [SessionCommand::Fork(Intervention::Forbid(pattern.id.clone()))]),
        ],
        None => vec![ItemAction::new("Why not", [SessionCommand::Ask(why_not)])],
    };
    let name = if is_set { "Do not stop there" } else { "Stop there" };
    actions.push(ItemAction::new(name, [SessionCommand::ToggleBreakpoint(stop)]));
    actions.push(ItemAction::new("Copy the title", [SessionCommand::CopyText(view.run.beat_title(beat))]));
    actions
}

fn attribute_actions(view: &SessionView<'_>, attr: AttrId, name: &str) -> Vec<ItemAction> {
    let mut actions = vec![ItemAction::new("Show", [SessionCommand::ShowPanel(PanelId::Agent)])];
    let fact = view.shown_agent().map(|agent| Fact::World(WorldFact::Attr(agent, attr)));
    if let Some((fact, value)) = fact.and_then(|fact| Some((fact, view.run.value(fact, view.playback.cursor())?))) {
        let stop = Breakpoint::Crosses(fact, value);
        actions.push(ItemAction::new("Stop where it crosses its value", [SessionCommand::ToggleBreakpoint(stop)]));
    }
    actions.push(ItemAction::new("Copy the name", [SessionCommand::CopyText(name.to_owned())]));
    actions
}

fn kind_actions(view: &SessionView<'_>, kind: EventKind, name: &str) -> Vec<ItemAction> {
    let filter = EventFilter { text: name.to_owned(), ..EventFilter::default() };
    let stop = Breakpoint::Kind(kind);
    let is_set = view.state.breakpoints.contains(&stop);
    vec![
        ItemAction::new("List events", [SessionCommand::ShowPanel(PanelId::Events), SessionCommand::Filter(filter)]),
        ItemAction::new(if is_set { "Do not stop there" } else { "Stop there" }, [SessionCommand::ToggleBreakpoint(stop)]),
        ItemAction::new("Why not", [SessionCommand::Ask(Query::WhyNot { id: name.to_owned(), who: None })]),
        ItemAction::new("Copy the name", [SessionCommand::CopyText(name.to_owned())]),
    ]
}

/// What the search found, with how well it fits; smaller is better.
struct Ranked {
    rank: (u8, FoundKind, usize),
    hit: SearchHit,
}

/// A search for typed words in any order.
struct SearchWords {
    typed: String,
    words: Vec<String>,
}

impl SearchWords {
    fn new(typed: &str) -> Self {
        let typed = typed.trim().to_lowercase();
        Self { words: typed.split_whitespace().map(str::to_owned).collect(), typed }
    }

    /// How well a title with a detail fits: it is what was typed, begins with it, has its first word at the beginning of a word, has all
    /// words, or has them only with its detail.
    fn rank(&self, title: &str, detail: &str) -> Option<u8> {
        let lower = title.to_lowercase();
        let is_in = |text: &str| self.words.iter().all(|word| text.contains(word.as_str()));
        if !is_in(&lower) {
            return (!detail.is_empty() && is_in(&format!("{lower} {}", detail.to_lowercase()))).then_some(4);
        }
        let begins_word = |first: &String| {
            lower.split(|sign: char| !sign.is_alphanumeric()).any(|word| !word.is_empty() && word.starts_with(first.as_str()))
        };
        Some(match () {
            () if lower == self.typed => 0,
            () if lower.starts_with(&self.typed) => 1,
            () if self.words.first().is_none_or(begins_word) => 2,
            () => 3,
        })
    }
}

/// Searches for typed words: the best finds first, at most `limit`. Without words, all commands.
#[must_use]
pub fn search(view: &SessionView<'_>, typed: &str, limit: usize) -> Vec<SearchHit> {
    let words = SearchWords::new(typed);
    let mut found: Vec<Ranked> = Vec::new();
    let mut add = |kind: FoundKind, order: usize, (title, detail): (&str, &str), hit: &dyn Fn() -> SearchHit| {
        if let Some(fit) = words.rank(title, detail) {
            found.push(Ranked { rank: (fit, kind, order), hit: hit() });
        }
    };
    for (order, (command, label)) in COMMANDS.iter().enumerate() {
        add(FoundKind::Command, order, (label.text, label.tooltip), &|| SearchHit {
            kind: FoundKind::Command,
            title: label.text.to_owned(),
            detail: label.tooltip.to_owned(),
            key: label.key,
            actions: vec![ItemAction::new("Do it", [command.clone()])],
        });
    }
    if !words.words.is_empty() {
        add_things(view, &mut add);
        if typed.trim().len() >= 3 {
            add_events(view, &mut add);
        }
        if let Some(number) = typed.trim().strip_prefix('#').and_then(|number| number.parse().ok()) {
            found.extend(numbered(view, number));
        }
    }
    found.sort_by_key(|ranked| ranked.rank);
    found.into_iter().take(limit).map(|ranked| ranked.hit).collect()
}

/// Takes a find: its kind, its order among its kind, its title and detail, and how to describe it.
type AddHit<'a> = dyn FnMut(FoundKind, usize, (&str, &str), &dyn Fn() -> SearchHit) + 'a;

/// People, places, beats, attributes, kinds of events and files.
fn add_things(view: &SessionView<'_>, add: &mut AddHit<'_>) {
    let (run, scenario) = (view.run, view.run.scenario());
    let hit = |kind, title: &str, detail: &str, actions| SearchHit {
        kind,
        title: title.to_owned(),
        detail: detail.to_owned(),
        key: None,
        actions,
    };
    for profile in run.chronicle().agents.iter() {
        let name = if profile.name.is_empty() { run.display_name(profile.id) } else { profile.name.clone() };
        let kind = run.symbols().kind_name(profile.kind);
        let order = profile.id.index();
        add(FoundKind::Person, order, (&name, &profile.key), &|| {
            hit(FoundKind::Person, &name, kind, agent_actions(view, profile.id))
        });
    }
    for (order, place) in scenario.places.iter().enumerate() {
        add(FoundKind::Place, order, (&place.name, &place.id), &|| {
            hit(FoundKind::Place, &place.name, &place.about, place_actions(PlaceId::from_index(order), &place.name))
        });
    }
    for (order, beat) in scenario.beats.iter().enumerate() {
        let title = if beat.title.is_empty() { &beat.id } else { &beat.title };
        add(FoundKind::Beat, order, (title, &beat.id), &|| hit(FoundKind::Beat, title, &beat.id, beat_actions(view, order)));
    }
    for (order, attribute) in scenario.attributes.iter().enumerate() {
        let name = attribute.id.replace('_', " ");
        add(FoundKind::Attribute, order, (&name, &attribute.about), &|| {
            hit(FoundKind::Attribute, &name, &attribute.about, attribute_actions(view, AttrId::from_index(order), &attribute.id))
        });
    }
    for (order, event) in scenario.events.iter().enumerate() {
        let name = event.name.replace(['_', '/'], " ");
        add(FoundKind::EventKind, order, (&name, &event.name), &|| {
            hit(FoundKind::EventKind, &name, "", kind_actions(view, EventKind::from_index(order), &event.name))
        });
    }
    for (order, (name, _)) in scenario.sources.iter().enumerate() {
        add(FoundKind::File, order, (name, ""), &|| {
            hit(FoundKind::File, name, "", vec![ItemAction::new("Edit", [SessionCommand::Source(order)])])
        });
    }
}

/// The told events, the last ones first.
fn add_events(view: &SessionView<'_>, add: &mut AddHit<'_>) {
    for (order, narrated) in view.run.narrated().iter().rev().take(MAX_SENTENCES).enumerate() {
        let Some(event) = narrated.line.event else { continue };
        let text = &narrated.line.text;
        add(FoundKind::Event, order, (text, ""), &|| SearchHit {
            kind: FoundKind::Event,
            title: text.clone(),
            detail: view.date(narrated.at, DateStyle::Date),
            key: None,
            actions: event_actions(view, event),
        });
    }
}

/// The agent and the event with a number.
fn numbered(view: &SessionView<'_>, number: u32) -> Vec<Ranked> {
    let mut found = Vec::new();
    let agent = AgentId(number);
    if view.run.chronicle().agents.get(agent).is_some() || agent.index() < view.run.scenario().start_count() {
        let kind = FoundKind::Person;
        let (title, actions) = (view.display_name(agent), agent_actions(view, agent));
        let hit = SearchHit { kind, title, detail: format!("#{number}"), key: None, actions };
        found.push(Ranked { rank: (0, kind, 0), hit });
    }
    if let Some(event) = view.run.chronicle().event(EventId(number)) {
        let kind = FoundKind::Event;
        let (title, actions) = (view.run.sentence(event), event_actions(view, event.id));
        let hit = SearchHit { kind, title, detail: format!("#{number}"), key: None, actions };
        found.push(Ranked { rank: (0, kind, 0), hit });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MINDS_SCENE, simulated_session};
    use super::*;

    fn titles(hits: &[SearchHit]) -> Vec<(FoundKind, &str)> {
        hits.iter().map(|hit| (hit.kind, hit.title.as_str())).collect()
    }

    #[test]
    fn a_command_is_found_by_its_words_in_any_order() {
        let mut session = simulated_session(MINDS_SCENE);
        let view = session.view();
        assert_eq!(titles(&search(&view, "forward beat", 1)), [(FoundKind::Command, "Beat forward")]);
        assert_eq!(search(&view, "", usize::MAX).len(), COMMANDS.len());
        assert!(search(&view, "zeppelin", 9).is_empty());
    }

    #[test]
    fn what_is_called_as_typed_comes_first() {
        let mut session = simulated_session(MINDS_SCENE);
        let view = session.view();
        for (typed, kind, title) in [
            ("scene", FoundKind::Command, "Scene"),
            ("ben", FoundKind::Person, "Ben"),
            ("the inn", FoundKind::Place, "the inn"),
            ("loneliness", FoundKind::Attribute, "loneliness"),
            ("ring up", FoundKind::EventKind, "ring up"),
            ("test.ron", FoundKind::File, "test.ron"),
            ("are lovers", FoundKind::Event, "Cleo told Dan that Ann and Ben are lovers."),
        ] {
            assert_eq!(titles(&search(&view, typed, 1)), [(kind, title)], "{typed}");
        }
    }

    #[test]
    fn everything_that_is_found_can_be_acted_on() {
        let mut session = simulated_session(MINDS_SCENE);
        let view = session.view();
        for typed in ["a", "told", "#0", "lone", "#1"] {
            for hit in search(&view, typed, 100) {
                assert!(hit.actions.iter().all(|action| !action.commands.is_empty() && !action.name.is_empty()), "{hit:?}");
                assert!(!hit.actions.is_empty() && !hit.title.is_empty(), "{hit:?}");
            }
        }
        let ben = view.run.scenario().schema.agent("ben").unwrap();
        let hits = search(&view, "ben", 1);
        assert_eq!(hits[0].actions[0].commands, [SessionCommand::ShowAgent(ben)]);
    }
}
