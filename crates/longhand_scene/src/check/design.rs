//! Reviews the design of a valid scene: what a run would show too late.
//!
//! A *warning* is about a rule that will not do what it says: an outcome that leaves open what the other outcomes close, so that the
//! rule begins again at once, or a step that may end without an outcome (`weights`). *Notes* are about the scene as a whole: they say how much of it is fixed in advance, and each kind of
//! note is one diagnostic with a list. `longhand check` prints notes; commands that simulate the scene do not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::decl::{OutcomeDecl, SceneFile, StepDecl, Text};
use super::super::diagnostic::{Diagnostic, Severity};
use super::super::implied::{Sending, sends_to_place};
use super::super::loose_ends::openable_ties;
use super::super::model::{Action, AgentSelector, ClauseTarget, EventSpec, Scenario, Trigger};
use super::super::routes::WALKING_SPEED;
use super::super::rule_facts::{RuleTable, SceneRule};
use super::super::values::{NarrationFrequency, RecordDetail};
use super::weights::weightless_steps;
use longhand_expr::ids::{EventKind, KindId, PlaceId, TieId};
use longhand_expr::{AssignTarget, Effect, Expr, ReadSet, SetSource};

/// The most names that a note lists.
const MAX_LISTED: usize = 8;
/// The most places between which the longest way is looked for.
const MAX_PLACES: usize = 500;
/// The most ways through the steps of an action that are followed.
const MAX_PATHS: usize = 64;

/// What a review found.
pub(crate) struct DesignReview {
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) notes: Vec<Diagnostic>,
}

/// Reviews a valid scene. `scene` is what it was compiled from.
pub(crate) fn review(scenario: &Scenario, scene: &SceneFile) -> DesignReview {
    let table = RuleTable::new(scenario);
    let warnings = scenario.actions.iter().zip(0..).flat_map(|(action, index)| open_outcomes(scenario, scene, action, index));
    let warnings = warnings.chain(weightless_steps(scenario, scene, &table));
    let notes = [
        unended_ties(scenario, scene, &table),
        endless_intentions(scenario, scene),
        unread_facts(scenario, scene),
        only_ways(scenario, scene, &table),
        equal_options(scenario, scene),
        walks(scenario, scene),
        untold(scenario, scene),
        undecided(scenario, scene),
    ];
    DesignReview { warnings: warnings.collect(), notes: notes.into_iter().flatten().collect() }
}

/// That ways are walked, because nobody has a speed, and how long the longest takes.
fn walks(scenario: &Scenario, scene: &SceneFile) -> Option<Diagnostic> {
    if !scenario.kinds.iter().any(|kind| kind.on_foot) {
        return None;
    }
    let sent = scene.effects().find(|effect| sends_to_place(effect) == Some(Sending::AtOwnSpeed))?;
    let places = || (0..scenario.places.len().min(MAX_PLACES)).map(PlaceId::from_index);
    let ways = places().flat_map(|from| places().filter(move |&to| to > from).map(move |to| (from, to)));
    let lengths = ways.map(|(from, to)| (scenario.routes.distance(from, to), from, to)).filter(|(km, ..)| km.is_finite());
    let (km, from, to) = lengths.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let [from, to] = [from, to].map(|place| &scenario.places[place.index()].id);
    let message = format!(
        "nobody has a `speed`, so who goes to another place walks, at {WALKING_SPEED} km/h; the longest way, from `{from}` to `{to}`, takes {:.1} \
         hours",
        km / WALKING_SPEED
    );
    Some(note(
        sent,
        "walk",
        message,
        "give the kind a `speed` in km/h, or the effect a time, as in `self goes to … in 20m` (`in 0m` for at once)",
    ))
}

fn note(at: &Text, code: &'static str, message: String, help: &str) -> Diagnostic {
    let warning = Diagnostic::warning(code, at.file, at.span.clone(), message).help(help.to_owned());
    Diagnostic { severity: Severity::Note, ..warning }
}

/// `a`, `b` and 3 more.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(MAX_LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether the effects end a tie, perhaps under a condition.
fn ends_tie(effects: &[Effect], tie: TieId) -> bool {
    effects.iter().any(|effect| match effect {
        Effect::End { tie: ended, .. } => *ended == tie,
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => ends_tie(std::slice::from_ref(inner), tie),
        _ => false,
    })
}

/// A way through the steps of an action: the outcomes, and the effects of all events on it.
struct Path<'s> {
    last: Option<&'s EventSpec>,
    effects: Vec<&'s Effect>,
}

/// The ways through the steps of an action, each step at most once.
fn paths(action: &Action) -> Vec<Path<'_>> {
    fn follow<'s>(
        action: &'s Action,
        event: &'s EventSpec,
        last: Option<&'s EventSpec>,
        mut effects: Vec<&'s Effect>,
        seen: &mut BTreeSet<usize>,
        out: &mut Vec<Path<'s>>,
    ) {
        if out.len() == MAX_PATHS {
            return;
        }
        effects.extend(&event.does);
        match event.then.filter(|step| seen.insert(*step)) {
            Some(step) => {
                for (_, outcome) in action.steps.get(step).map_or(&[][..], |step| &step.outcomes) {
                    follow(action, outcome, Some(outcome), effects.clone(), seen, out);
                }
                seen.remove(&step);
            }
            None => out.push(Path { last, effects }),
        }
    }
    let mut out = Vec::new();
    follow(action, &action.event, None, Vec::new(), &mut BTreeSet::new(), &mut out);
    out
}

/// Outcomes after which a tie that the action needs still holds, although another outcome of the action ends it, and after which
/// nothing keeps the action from beginning again at once.
fn open_outcomes(scenario: &Scenario, scene: &SceneFile, action: &Action, index: usize) -> Vec<Diagnostic> {
    let repeats = action.cooldown.is_none() && !action.when.iter().any(Expr::is_random);
    let Some(written) = scene.actions.get(index).filter(|written| repeats && written.id.as_str() == action.id) else {
        return Vec::new();
    };
    let mut requires = ReadSet::default();
    action.when.iter().for_each(|condition| requires.merge(&condition.reads()));
    action.roles.iter().chain(&action.about).for_each(|role| requires.merge(&role.set.reads()));
    let mut found: Vec<Diagnostic> = Vec::new();
    for tie in needed_ties(scenario, action) {
        let all = paths(action);
        let ends = |path: &Path<'_>| path.effects.iter().any(|effect| ends_tie(std::slice::from_ref(*effect), tie));
        let Some(closing) = all.iter().find(|path| ends(path)).and_then(|path| path.last) else { continue };
        for path in all.iter().filter(|path| !ends(path)) {
            let Some(open) = path.last else { continue };
            // What an outcome changes of the conditions may keep the action from beginning again.
            let changes_condition = path.effects.iter().any(|effect| writes_any(effect, &requires));
            let name = &scenario.events[open.kind.index()].name;
            let Some(outcome) = outcome_decl(&written.steps, &action.id, name).filter(|_| !changes_condition) else { continue };
            let tie_name = &scenario.ties[tie.index()].id;
            let message = format!(
                "`{name}` leaves `{tie_name}` open, which `{}` ends: `{}` can begin again at once",
                scenario.events[closing.kind.index()].name,
                action.id
            );
            let help = format!("write `end {tie_name}(…)` in its `does`, or give the action a `cooldown`");
            let warning = Diagnostic::warning("open", outcome.id.file, outcome.id.span.clone(), message).help(help);
            if !found.iter().any(|other| other.span == warning.span) {
                found.push(warning);
            }
        }
    }
    found
}

/// The ties without which an action cannot begin: those that a role is taken from, and those that are a condition by themselves.
fn needed_ties(scenario: &Scenario, action: &Action) -> BTreeSet<TieId> {
    let of_roles = action.roles.iter().chain(&action.about).filter_map(|role| match role.set.source() {
        SetSource::Tie(tie) => Some(tie),
        _ => None,
    });
    let of_conditions = action.when.iter().filter_map(|condition| {
        let (name, rest) = condition.text().split_once('(')?;
        let is_alone = rest.find(')').is_some_and(|end| end + 1 == rest.len());
        scenario.schema.tie(name.trim()).filter(|_| is_alone)
    });
    of_roles.chain(of_conditions).collect()
}

/// Whether an effect writes a fact that is read.
fn writes_any(effect: &Effect, reads: &ReadSet) -> bool {
    match effect {
        Effect::Assign { target, .. } | Effect::Toward { target, .. } => match target {
            AssignTarget::Attr(_, attr) => reads.attrs.contains(attr),
            AssignTarget::Dim(_, _, dim) => reads.dims.contains(dim),
        },
        Effect::Begin { tie, .. } | Effect::End { tie, .. } => reads.ties.contains(tie),
        Effect::Move { attr, .. } => reads.attrs.contains(attr),
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => writes_any(inner, reads),
        Effect::Leave { .. } | Effect::Die { .. } | Effect::Go { .. } | Effect::Become { .. } => true,
        Effect::Learn { .. } | Effect::Tell { .. } | Effect::Forget { .. } => reads.beliefs,
        Effect::Own { .. } | Effect::Abandon { .. } | Effect::Give { .. } | Effect::Take { .. } | Effect::Lose { .. } => {
            reads.owners
        }
        _ => false,
    }
}

/// The declaration of an outcome by the name of its event: `date/hesitates`.
fn outcome_decl<'s>(steps: &'s [StepDecl], action: &str, event: &str) -> Option<&'s OutcomeDecl> {
    let id = event.strip_prefix(action)?.strip_prefix('/')?;
    steps.iter().flat_map(|step| &step.outcomes).find(|outcome| outcome.id.as_str() == id)
}

/// Ties that a rule begins and none ends.
fn unended_ties(scenario: &Scenario, scene: &SceneFile, table: &RuleTable) -> Option<Diagnostic> {
    let begun: BTreeSet<TieId> = scenario.rules().flat_map(|rule| &table.facts(rule).begins).copied().collect();
    let ended: BTreeSet<TieId> = scenario.rules().flat_map(|rule| &table.facts(rule).ends).copied().collect();
    let ties: Vec<TieId> = openable_ties(scenario).filter(|tie| begun.contains(tie) && !ended.contains(tie)).collect();
    let names: Vec<&str> = ties.iter().map(|tie| scenario.ties[tie.index()].id.as_str()).collect();
    let first = scene.ties.iter().find(|tie| names.first() == Some(&tie.id.as_str()))?;
    let message = match names.len() {
        1 => format!("rules begin the tie {}, and none ends it", listed(&names)),
        count => format!("rules begin {count} ties that none ends: {}", listed(&names)),
    };
    let help = "end what can come to an end with `end tie(a, b)`; a tie that is meant to last needs nothing";
    Some(note(&first.id, "unended", message, help))
}

/// Intentions that agents keep for ever if they cannot carry them out.
fn endless_intentions(scenario: &Scenario, scene: &SceneFile) -> Option<Diagnostic> {
    let endless = scenario.endless_intentions();
    let is_endless = |id: &str| endless.iter().any(|what| scenario.commitments.intentions[what.index()].id == id);
    let written: Vec<&Text> =
        scene.intentions.iter().filter(|written| written.done.is_none() && is_endless(&written.id)).map(|it| &it.id).collect();
    let names: Vec<&str> = written.iter().map(|id| id.as_str()).collect();
    let message = match names.len() {
        1 => format!("{} ends only when it is carried out", listed(&names)),
        count => format!("{count} intentions end only when they are carried out: {}", listed(&names)),
    };
    let help = "say with `while` how long the reason holds, or drop it where it becomes pointless, with `self drops intention`";
    Some(note(written.first()?, "unended", message, help))
}

/// Attributes, dimensions and ties that nothing reads.
fn unread_facts(scenario: &Scenario, scene: &SceneFile) -> Option<Diagnostic> {
    let unread = scenario.unread_facts();
    let names: Vec<&str> = unread.iter().map(|fact| scenario.fact_name(*fact)).collect();
    let ids = || scene.attributes.iter().map(|attribute| &attribute.id).chain(scene.bonds.iter().map(|dim| &dim.id));
    let mut ids = ids().chain(scene.ties.iter().map(|tie| &tie.id));
    let first = ids.find(|id| names.first() == Some(&id.as_str()))?;
    let message = match names.len() {
        1 => format!("nothing reads {}", listed(&names)),
        count => format!("nothing reads {count} declared facts: {}", listed(&names)),
    };
    Some(note(first, "unread", message, "use it in a condition, a utility, a measure or the prose, or remove it"))
}

/// Rules with `telling: Always` whose events are never recorded, and so never told: they happen only to agents of kinds that nobody of the
/// cast is of, and no beat is about them.
fn untold(scenario: &Scenario, scene: &SceneFile) -> Option<Diagnostic> {
    if scenario.record_also.is_some() || scenario.record_since.is_some() {
        return None;
    }
    let effects = || {
        let of_actions = scenario.actions.iter().flat_map(Action::event_specs);
        let of_events = of_actions.chain(scenario.triggers.iter().flat_map(Trigger::event_specs)).flat_map(|event| &event.does);
        of_events.chain(scenario.processes.iter().flat_map(|process| &process.does))
    };
    let may_be_of_cast =
        |kind: KindId| scenario.cast.iter().any(|member| member.kind == kind) || effects().any(|effect| makes_kind(effect, kind));
    let is_unrecorded = |by: &[AgentSelector]| {
        !by.is_empty() && by.iter().all(|who| matches!(who, AgentSelector::Kind(kind) if !may_be_of_cast(*kind)))
    };
    let is_matched = |event: EventKind| {
        let patterns = scenario.beats.iter().chain(&scenario.patterns).filter(|pattern| !pattern.shared);
        patterns.flat_map(|pattern| &pattern.clauses).flat_map(|clause| &clause.alternatives).any(|alternative| {
            matches!(&alternative.target, ClauseTarget::Event(kinds) if kinds.iter().any(|(kind, _)| *kind == event))
        })
    };
    let of_actions = scenario.actions.iter().map(|action| (&action.id, &action.by, action.event.kind));
    let of_triggers = scenario.triggers.iter().map(|trigger| (&trigger.id, &trigger.by, trigger.event.kind));
    let untold = of_actions.chain(of_triggers).filter(|(_, by, event)| {
        let info = &scenario.events[event.index()];
        let is_told = info.narration == NarrationFrequency::Always && info.record_detail == RecordDetail::Whole;
        is_told && info.participant_count == 1 && is_unrecorded(by) && !is_matched(*event)
    });
    let names: Vec<&str> = untold.map(|(id, ..)| id.as_str()).collect();
    let mut ids = scene.actions.iter().map(|action| &action.id).chain(scene.triggers.iter().map(|trigger| &trigger.id));
    let first = ids.find(|id| names.first() == Some(&id.as_str()))?;
    let message = match names.len() {
        1 => format!("{} is to be told always, but is only counted, as it never happens to anybody of the cast", listed(&names)),
        _ => {
            format!("{} are to be told always, but are only counted, as they never happen to anybody of the cast", listed(&names))
        }
    };
    let help = "record it, with `record: Record(also: \"…\")`, a condition on whose events are recorded besides the cast's (`\"true\"` for everybody's)";
    Some(note(first, "untold", message, help))
}

/// Actions that nobody chooses, because their agents never decide.
fn undecided(scenario: &Scenario, scene: &SceneFile) -> Option<Diagnostic> {
    let decides = |who: &AgentSelector| match who {
        AgentSelector::Kind(kind) => {
            let members = || scenario.cast.iter().filter(|member| member.kind == *kind);
            scenario.kinds[kind.index()].wakes.is_some() || members().any(|member| member.wakes.is_some())
        }
        AgentSelector::Agent(agent) => scenario
            .cast
            .get(agent.index())
            .is_none_or(|member| member.wakes.is_some() || scenario.kinds[member.kind.index()].wakes.is_some()),
    };
    let names: Vec<&str> = scenario
        .actions
        .iter()
        .filter(|action| !action.by.is_empty() && !action.by.iter().any(decides))
        .map(|action| action.id.as_str())
        .collect();
    let first = scene.actions.iter().find(|written| names.first() == Some(&written.id.as_str()))?;
    let message = format!("nobody chooses {}: the agents who may do so have no `wakes`, and so never decide", listed(&names));
    Some(note(
        &first.id,
        "undecided",
        message,
        "give the kind or the member `wakes`, as in `wakes: \"1h\"`, or write a trigger or a process",
    ))
}

/// Whether an effect may make an agent one of a kind.
fn makes_kind(effect: &Effect, kind: KindId) -> bool {
    match effect {
        Effect::Become { kind: new, .. } => *new == kind,
        Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => makes_kind(inner, kind),
        _ => false,
    }
}

/// Rules bound to a name that are the only way to a beat.
fn only_ways(scenario: &Scenario, scene: &SceneFile, table: &RuleTable) -> Option<Diagnostic> {
    let mut beats: BTreeMap<SceneRule, BTreeSet<&str>> = BTreeMap::new();
    for beat in &scenario.beats {
        for rules in beat.rules_by_clause(scenario) {
            if let (Some(rule), 1) = (rules.first(), rules.len())
                && !table.named_agents(*rule).is_empty()
            {
                beats.entry(*rule).or_default().insert(&beat.id);
            }
        }
    }
    // One rule says nothing about a scene; a scene in which all beats hang on one person each is a script.
    let through: BTreeSet<&str> = beats.values().flatten().copied().collect();
    if scenario.beats.is_empty() || 2 * through.len() < scenario.beats.len() || !has_several_of_a_kind(scenario) {
        return None;
    }
    let names: Vec<&str> = beats.keys().map(|rule| rule.id(scenario)).collect();
    let rules = scene.actions.iter().map(|action| &action.id).chain(scene.triggers.iter().map(|trigger| &trigger.id));
    let first = rules.into_iter().find(|id| names.first() == Some(&id.as_str()))?;
    let message = format!(
        "{} of {} beats can come in one way only, through a rule bound to a name: {}",
        through.len(),
        scenario.beats.len(),
        listed(&names)
    );
    let help =
        "bind the rule to a kind and let circumstances decide, or add another way; `longhand audit` shows what depends on it";
    Some(note(first, "only-way", message, help))
}

/// Whether two members of the cast could take each other's part.
fn has_several_of_a_kind(scenario: &Scenario) -> bool {
    let mut kinds: Vec<KindId> = scenario.cast.iter().map(|member| member.kind).collect();
    kinds.sort_unstable();
    kinds.windows(2).any(|pair| pair[0] == pair[1])
}

/// Options of the same agents with the same constant utility, where no noise decides.
fn equal_options(scenario: &Scenario, scene: &SceneFile) -> Option<Diagnostic> {
    let quiet: Vec<usize> = (0..scenario.kinds.len()).filter(|kind| scenario.kinds[*kind].choice_noise == 0.0).collect();
    let applies = |action: &Action, kind: usize| {
        let is_kind = |who: &AgentSelector| match who {
            AgentSelector::Kind(of) => of.index() == kind,
            AgentSelector::Agent(agent) => scenario.cast.get(agent.index()).is_some_and(|member| member.kind.index() == kind),
        };
        action.by.iter().any(is_kind)
    };
    let is_constant =
        |action: &&Action| action.want.reads() == ReadSet::default() && action.want.text().trim().parse::<f64>().is_ok();
    for kind in quiet {
        let mut by_want: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for action in scenario.actions.iter().filter(is_constant).filter(|action| applies(action, kind)) {
            by_want.entry(action.want.text().trim()).or_default().push(&action.id);
        }
        let Some((want, names)) = by_want.into_iter().find(|(_, names)| names.len() > 1) else { continue };
        let Some(first) = scene.actions.iter().find(|action| names.first() == Some(&action.id.as_str())) else { continue };
        let message = format!(
            "{} have the same utility, {want}, and the `whim` of `{}` is 0: where several are possible, a draw decides",
            listed(&names),
            scenario.kinds[kind].id
        );
        return Some(note(&first.want, "equal", message, "let the utilities depend on the agent, or give the kind a `whim`"));
    }
    None
}
