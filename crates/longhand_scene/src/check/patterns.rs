//! Compiles beats and patterns.

use std::collections::BTreeSet;

use super::super::decl::{self, Text};
use super::super::diagnostic::{Diagnostic, Severity};
use super::super::model::{
    self, AgentSelector, ClauseRelation, ClauseTarget, InapplicablePattern, NegatedClause, NegationEnd, RoleTerm,
};
use super::super::spanned::SpannedMap;
use super::super::values::{AllenRelation, RecordDetail};
use super::checker::SceneChecker;
use super::names::{check_unique_keys, report_unknown, report_unknown_in};
use longhand_expr::ids::{AgentId, EventKind, PlaceId, TieId};
use longhand_expr::{MAX_SLOTS, Scope, Type, nearest_name};

/// The folder of shared patterns. A shared pattern that uses undeclared names is not an error of the scene.
const SHARED_PATTERNS: &str = "assets/patterns/";
/// The beginning of messages about unknown variables, both here and in `longhand_expr`.
const UNKNOWN_VARIABLE_PREFIX: &str = "there is no variable";
/// Maximum number of clauses of a pattern.
const MAX_CLAUSES: usize = 64;

/// A pattern being compiled.
struct PatternReader<'w> {
    beat: &'w decl::BeatDecl,
    variables: Vec<String>,
    /// By clause: the number of variables bound once it matches.
    bound: Vec<usize>,
    /// Whether it is a shared pattern.
    shared: bool,
}

/// The fields of one alternative: those of the clause itself, or of an entry of its `or`.
struct AlternativeFields<'w> {
    on: &'w [Text],
    tie: Option<&'w (Text, Text, Text)>,
    stay: Option<&'w (Text, Text)>,
    roles: &'w SpannedMap<Text>,
    when: &'w Option<Text>,
}

impl SceneChecker<'_> {
    pub(super) fn patterns(&mut self, written: &[decl::BeatDecl]) -> (Vec<model::Pattern>, Vec<InapplicablePattern>) {
        let (mut patterns, mut inapplicable) = (Vec::new(), Vec::new());
        for beat in written {
            if !self.report.source_name(&beat.id).starts_with(SHARED_PATTERNS) {
                patterns.push(self.pattern(beat, false));
                continue;
            }
            let mark = self.report.mark();
            let pattern = self.pattern(beat, true);
            let problems = self.report.take_since(mark);
            let (scene_problems, pattern_problems): (Vec<_>, Vec<_>) =
                problems.into_iter().filter(|problem| problem.severity == Severity::Error).partition(depends_on_scene);
            let mut missing: Vec<String> = scene_problems.into_iter().map(|problem| problem.message).collect();
            // Unknown variables are a consequence of unknown clauses, so only the latter are reported.
            if missing.iter().any(|message| !message.starts_with(UNKNOWN_VARIABLE_PREFIX)) {
                missing.retain(|message| !message.starts_with(UNKNOWN_VARIABLE_PREFIX));
            }
            let mut seen = BTreeSet::new();
            missing.retain(|message| seen.insert(message.clone()));
            pattern_problems.into_iter().for_each(|problem| self.report.push(problem));
            match missing.is_empty() {
                true => patterns.push(pattern),
                false => inapplicable.push(InapplicablePattern { id: pattern.id, title: pattern.title, missing }),
            }
        }
        (patterns, inapplicable)
    }

    fn pattern(&mut self, beat: &decl::BeatDecl, shared: bool) -> model::Pattern {
        let id = &beat.id;
        if beat.events.is_empty() {
            self.report.error(id, "empty", format!("`{}` has no events", id.as_str()));
        }
        if beat.events.len() > MAX_CLAUSES {
            self.report.error(id, "limit", format!("a pattern may have at most {MAX_CLAUSES} clauses"));
        }
        let mut reader = PatternReader { beat, variables: Vec::new(), bound: Vec::new(), shared };
        let events = beat.events.iter().take(MAX_CLAUSES).enumerate();
        let mut clauses: Vec<model::Clause> = events.map(|(nth, clause)| self.clause(&mut reader, nth, clause)).collect();
        let matches_events = |clause: &model::Clause| {
            clause.alternatives.iter().all(|alternative| matches!(alternative.target, ClauseTarget::Event(_)))
        };
        if !clauses.is_empty() && !clauses.iter().any(matches_events) {
            let help = "add a `Clause(on: […])`: a match is shown by its events";
            self.report.error_help(id, "empty", format!("no clause of `{}` is an event", id.as_str()), help);
        }
        self.add_relations(beat, &mut clauses);
        let negated = beat.unless.iter().filter_map(|unless| self.negated_clause(&reader, unless)).collect();
        let variables = reader.variables;
        if variables.len() > MAX_SLOTS {
            let message = format!("`{}` has {} variables; at most {MAX_SLOTS} are allowed", id.as_str(), variables.len());
            self.report.error(id, "limit", message);
        }
        let (title, about, unlike) = (beat.title.clone(), beat.about.clone(), beat.unlike.clone());
        model::Pattern { id: id.value.clone(), title, about, unlike, must: beat.must, shared, variables, clauses, negated }
    }

    fn clause(&mut self, reader: &mut PatternReader<'_>, nth: usize, written: &decl::ClauseDecl) -> model::Clause {
        if let Some(id) = &written.id {
            let earlier_ids = reader.beat.events[..nth].iter().filter_map(|clause| clause.id.as_ref());
            if earlier_ids.into_iter().any(|earlier_id| earlier_id.value == id.value) {
                self.report.error(id, "duplicate", format!("another clause of this pattern has the id `{}`", id.as_str()));
            }
        }
        let decl::ClauseDecl { on, tie, stay, roles, when, .. } = written;
        let first = AlternativeFields { on, tie: tie.as_ref(), stay: stay.as_ref(), roles, when };
        let others = written.or.iter().map(|alternative| {
            let decl::AlternativeDecl { on, tie, stay, roles, when } = alternative;
            AlternativeFields { on, tie: tie.as_ref(), stay: stay.as_ref(), roles, when }
        });
        let alternatives = self.alternatives(reader, nth, std::iter::once(first).chain(others));
        reader.bound.push(reader.variables.len());
        let times = written.times.as_ref().map_or(1, |times| **times);
        if let Some(written_times) = &written.times
            && times == 0
        {
            self.report.error(written_times, "range", "`times` must be at least 1");
        }
        if nth == 0 {
            let message = "this is the first event of the pattern";
            if let Some(within) = written.within.as_ref().filter(|_| times <= 1) {
                self.report.warn(within, "never", message, "`within` counts from the previous event; remove it");
            }
            if let Some(unless) = written.unless.first() {
                self.report.warn(unless, "never", message, "`unless` applies between two events; remove it");
            }
        }
        let mut unless: Vec<EventKind> = self.kinds_of_any(&written.unless, reader.shared, true);
        unless.sort_unstable();
        unless.dedup();
        check_unique_keys(&written.since, &mut self.report);
        let gaps = written.since.iter().filter_map(|(from, gap)| self.gap(reader.beat, nth, from, gap)).collect();
        let id = written.id.as_ref().map_or_else(String::new, |id| id.value.clone());
        let within = self.positive_duration(&written.within);
        model::Clause { id, alternatives, within, times, unless, gaps, relations: Vec::new() }
    }

    /// The alternatives of a clause; each must bind the same variables as the first. In a shared pattern, alternatives with
    /// undeclared names are dropped, unless that is all of them.
    fn alternatives<'w>(
        &mut self,
        reader: &mut PatternReader<'_>,
        nth: usize,
        all: impl Iterator<Item = AlternativeFields<'w>>,
    ) -> Vec<model::Alternative> {
        let known_count = reader.variables.len();
        let mut alternatives: Vec<model::Alternative> = Vec::new();
        let mut skipped = Vec::new();
        for (index, written) in all.enumerate() {
            let (mark, variable_count) = (self.report.mark(), reader.variables.len());
            let compiled = self.alternative(reader, nth, index, &written);
            if reader.shared && self.report.errors_since(mark).any(depends_on_scene) {
                skipped.extend(self.report.take_since(mark));
                reader.variables.truncate(variable_count);
                continue;
            }
            let new_variables = |alternative: &model::Alternative| -> BTreeSet<usize> {
                variables_of(&alternative.roles).filter(|variable| *variable >= known_count).collect()
            };
            if let (Some(first), Some(other)) = (alternatives.first(), &compiled)
                && new_variables(first) != new_variables(other)
            {
                let names = new_variables(first)
                    .iter()
                    .map(|variable| format!("`{}`", reader.variables[*variable]))
                    .collect::<Vec<_>>()
                    .join(", ");
                let names = if names.is_empty() { "none".to_owned() } else { names };
                let message = format!("every alternative of this clause must bind the same variables as the first: {names}");
                self.report.error(&reader.beat.id, "role", message);
                reader.variables.truncate(variable_count);
            }
            alternatives.extend(compiled);
        }
        if alternatives.is_empty() {
            skipped.into_iter().for_each(|problem| self.report.push(problem));
        }
        alternatives
    }

    fn alternative(
        &mut self,
        reader: &mut PatternReader<'_>,
        nth: usize,
        index: usize,
        written: &AlternativeFields<'_>,
    ) -> Option<model::Alternative> {
        let beat = reader.beat;
        let target_count =
            usize::from(!written.on.is_empty()) + usize::from(written.tie.is_some()) + usize::from(written.stay.is_some());
        if target_count != 1 {
            let help = "a clause has one of `on: […]`, `tie: (\"tie\", \"x\", \"y\")` and `stay: (\"x\", \"place\")`";
            let what = if target_count == 0 { "has no `on`" } else { "has more than one of `on`, `tie` and `stay`" };
            self.report.error_help(&beat.id, "empty", format!("event {} of `{}` {what}", nth + 1, beat.id.as_str()), help);
            return None;
        }
        check_unique_keys(written.roles, &mut self.report);
        let (target, role_texts): (ClauseTarget, Vec<&Text>) = match (written.tie, written.stay) {
            (Some((tie, from, to)), _) => {
                let ties = self.ties_of(tie)?;
                if !reader.shared && !ties.is_empty() && !ties.iter().any(|tie| self.held_ties.contains(tie)) {
                    let message = format!("`{}` waits for the tie `{}`, which never holds", beat.id.as_str(), tie.as_str());
                    self.report.warn(tie, "never", message, "begin it by an effect, or in `toward` of a member");
                }
                (ClauseTarget::Tie(ties), vec![from, to])
            }
            (_, Some((agent, place))) => {
                let place_index = self.names.places.resolve(place, &mut self.report)?;
                if !reader.shared && self.unvisited.contains(&place.value) {
                    let message =
                        format!("`{}` waits for a stay at `{}`, to which nobody goes", beat.id.as_str(), place.as_str());
                    self.report.warn(place, "never", message, "let somebody live, work or go there");
                }
                (ClauseTarget::Stay(PlaceId::from_index(place_index)), vec![agent])
            }
            _ => (
                ClauseTarget::Event(self.events_of(beat, written.on, written.roles, reader.shared)),
                written.roles.iter().map(|(_, agent)| agent).collect(),
            ),
        };
        if !matches!(target, ClauseTarget::Event(_))
            && let Some((role, _)) = written.roles.first()
        {
            self.report.error(role, "role", "a tie or a stay has no `roles`: its agents are in the tuple");
        }
        let roles = role_texts.into_iter().map(|text| self.role_term(text, reader)).collect();
        let salt = if index == 0 { String::new() } else { format!(" or {index}") };
        let mut scope = Scope::new(reader.variables.iter().cloned()).with_salt(&format!("beat {} {nth}{salt}", beat.id.as_str()));
        scope.at_event = matches!(target, ClauseTarget::Event(_));
        let when = self.optional_expr(written.when, Type::Switch, &scope);
        Some(model::Alternative { target, roles, when })
    }

    /// A member of the cast, or a variable. A variable is a name; one that resembles a member is probably a misspelt member.
    fn role_term(&mut self, text: &Text, reader: &mut PatternReader<'_>) -> RoleTerm {
        if let Some(agent) = self.names.cast.get(text) {
            return RoleTerm::Agent(AgentId::from_index(agent));
        }
        let starts_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !starts_name || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            let message = format!("`{}` is neither a member of the cast nor a name for a variable", text.as_str());
            let help = "give the id of a member of the cast, or a name such as `x` that stands for anybody";
            self.report.error_help(text, "role", message, help);
        } else if !reader.shared && !reader.variables.contains(&text.value) && text.len() > 2 {
            let members = self.names.cast.names().filter(|member| differs_by_one_slip(text, member));
            if let Some(member) = nearest_name(text, members) {
                let message = format!("`{}` is not in the cast, so it is a variable that anybody fills", text.as_str());
                let help = format!("did you mean `{member}`? A variable should not resemble a member of the cast");
                self.report.warn(text, "role", message, &help);
            }
        }
        RoleTerm::Variable(variable_index(text, &mut reader.variables))
    }

    /// The event kinds of `on` that have the roles, each with the slots of these roles.
    fn events_of(
        &mut self,
        beat: &decl::BeatDecl,
        on: &[Text],
        roles: &SpannedMap<Text>,
        shared: bool,
    ) -> Vec<(EventKind, Vec<usize>)> {
        let mut events = Vec::new();
        let mut skipped = Vec::new();
        for text in on {
            let mark = self.report.mark();
            let kinds = self.event_kinds(text);
            self.warn_if_unreachable(beat, text, &kinds);
            if !shared {
                self.warn_if_only_counted(text, &kinds);
            }
            self.add_events_with_roles(text, &kinds, roles, &mut events);
            if shared {
                skipped.extend(self.report.take_since(mark));
            }
        }
        if events.is_empty() {
            skipped.into_iter().for_each(|problem| self.report.push(problem));
        }
        events.sort_unstable();
        events.dedup();
        if !shared {
            self.warn_if_actor_excluded(roles, &events);
        }
        events
    }

    /// The event kinds with these names or tags. In a shared pattern unknown names are ignored. If all names are unknown, they
    /// are ignored only with `allow_all_unknown`.
    fn kinds_of_any(&mut self, texts: &[Text], shared: bool, allow_all_unknown: bool) -> Vec<EventKind> {
        let mark = self.report.mark();
        let kinds: Vec<EventKind> = texts.iter().flat_map(|text| self.event_kinds(text)).collect();
        if shared && (allow_all_unknown || !kinds.is_empty()) {
            self.report.take_since(mark);
        }
        kinds
    }

    /// The ties with this id or tag.
    fn ties_of(&mut self, text: &Text) -> Option<Vec<TieId>> {
        if let Some(tie) = self.names.ties.get(text) {
            return Some(vec![TieId::from_index(tie)]);
        }
        let tagged = self.tie_tags.get(text.as_str()).cloned();
        if tagged.is_none() {
            let names: Vec<String> =
                self.names.ties.names().chain(self.tie_tags.keys().map(String::as_str)).map(str::to_owned).collect();
            report_unknown("tie or tag", text, names.iter().map(String::as_str), &mut self.report);
        }
        tagged
    }

    /// The index of the clause with this id; reports an unknown id.
    fn clause_index(&mut self, beat: &decl::BeatDecl, id: &Text) -> Option<usize> {
        let has_id = |clause: &decl::ClauseDecl| clause.id.as_ref().is_some_and(|clause_id| clause_id.value == id.value);
        let index = beat.events.iter().position(has_id);
        if index.is_none() {
            let ids = beat.events.iter().filter_map(|clause| clause.id.as_ref()).map(|id| id.as_str());
            report_unknown_in("clause", "in this pattern", id, ids, &mut self.report);
        }
        index
    }

    fn gap(&mut self, beat: &decl::BeatDecl, nth: usize, from: &Text, written: &decl::GapDecl) -> Option<model::Gap> {
        let from_index = self.clause_index(beat, from)?;
        if from_index > nth {
            self.report.error_help(from, "order", format!("`{}` is a later clause", from.as_str()), "refer to an earlier clause");
            return None;
        }
        if from_index == nth && beat.events[nth].times.as_ref().is_none_or(|times| **times < 2) {
            self.report.error_help(
                from,
                "order",
                "this is the clause itself, which has a single event",
                "with `times` of 2 or more, this limits the time from its first event to its last",
            );
            return None;
        }
        if written.least.is_none() && written.most.is_none() {
            self.report.error(from, "empty", "a gap needs `least`, `most` or both");
            return None;
        }
        let (least, most) = (self.positive_duration(&written.least), self.positive_duration(&written.most));
        let gap = model::Gap { from: from_index, least: least.unwrap_or(0.0), most: most.unwrap_or(f64::INFINITY) };
        if let Some(text) = written.most.as_ref().filter(|_| gap.most < gap.least) {
            self.report.error(text, "range", "`most` is less than `least`");
        }
        Some(gap)
    }

    /// Stores each relation at the later of its two clauses.
    fn add_relations(&mut self, beat: &decl::BeatDecl, clauses: &mut [model::Clause]) {
        for (nth, written) in beat.events.iter().enumerate() {
            check_unique_keys(&written.relates, &mut self.report);
            for (other_id, relations) in written.relates.iter() {
                let Some(other) = self.clause_index(beat, other_id) else { continue };
                if other == nth || relations.is_empty() {
                    self.report.error(other_id, "order", "a relation needs another clause and at least one allowed relation");
                    continue;
                }
                let seen_from_later = |relation: AllenRelation| if nth > other { relation } else { relation.inverse() };
                let allowed = relations.iter().fold(0, |allowed, relation| allowed | seen_from_later(**relation).bit());
                let (later, earlier) = (nth.max(other), nth.min(other));
                if allowed & AllenRelation::later_mask() == 0 {
                    let help = "clauses are listed in the order in which they begin; put the other clause first";
                    self.report.error_help(
                        &relations[0],
                        "never",
                        "this can never be true: the clause that is listed later cannot begin earlier",
                        help,
                    );
                }
                if let Some(clause) = clauses.get_mut(later) {
                    clause.relations.push(ClauseRelation { to: earlier, allowed });
                }
            }
        }
    }

    fn negated_clause(&mut self, reader: &PatternReader<'_>, written: &decl::UnlessDecl) -> Option<NegatedClause> {
        let (beat, shared) = (reader.beat, reader.shared);
        if written.on.is_empty() {
            self.report.error(&beat.id, "empty", format!("an `Unless` of `{}` has no `on`", beat.id.as_str()));
        }
        check_unique_keys(&written.roles, &mut self.report);
        let from = match &written.from {
            Some(from) => Some(self.clause_index(beat, from)?),
            None => None,
        };
        let until = match (&written.until, &written.lasting) {
            (Some(until), Some(_)) => {
                self.report.error(until, "range", "use either `until` or `lasting`, not both");
                return None;
            }
            (Some(until), None) => NegationEnd::Clause(self.clause_index(beat, until)?),
            (None, Some(_)) => NegationEnd::Lasting(self.positive_duration(&written.lasting)?),
            (None, None) => NegationEnd::End,
        };
        if let (NegationEnd::Clause(until), Some(from), Some(text)) = (until, from, &written.until)
            && until <= from
        {
            self.report.error(text, "order", "`until` must refer to a later clause than `from`");
            return None;
        }
        if let (NegationEnd::Lasting(_), None, Some(text)) = (until, from, &written.lasting) {
            self.report.error_help(text, "order", "`lasting` needs `from`", "add `from: \"…\"` with the id of a clause");
            return None;
        }
        let bound_count = match until {
            NegationEnd::Clause(clause) => reader.bound.get(clause).copied().unwrap_or(0),
            _ => reader.variables.len(),
        };
        let bound_variables = &reader.variables[..bound_count];
        let mark = self.report.mark();
        let on = self.events_of(beat, &written.on, &written.roles, shared);
        if shared && self.report.errors_since(mark).any(depends_on_scene) {
            // An event kind that the scene does not declare cannot happen in it.
            self.report.take_since(mark);
            return None;
        }
        let mut roles = Vec::new();
        for (_, who) in written.roles.iter() {
            match (self.names.cast.get(who), bound_variables.iter().position(|name| *name == who.value)) {
                (Some(agent), _) => roles.push(RoleTerm::Agent(AgentId::from_index(agent))),
                (None, Some(variable)) => roles.push(RoleTerm::Variable(variable)),
                (None, None) => {
                    report_unknown_in(
                        "variable",
                        "bound at this point",
                        who,
                        bound_variables.iter().map(String::as_str),
                        &mut self.report,
                    );
                }
            }
        }
        let scope = Scope::new(reader.variables.iter().cloned()).with_salt(&format!("unless {}", beat.id.as_str())).for_event();
        let when = self.optional_expr(&written.when, Type::Switch, &scope);
        let role_mask = variables_of(&roles)
            .fold(0_u32, |mask, variable| mask | 1_u32.checked_shl(u32::try_from(variable).unwrap_or(u32::MAX)).unwrap_or(0));
        if let (Some(text), Some(when)) = (&written.when, &when)
            && when.slot_mask() & !role_mask != 0
        {
            self.report.error_help(
                text,
                "role",
                "this refers to a variable that is not in its own `roles`",
                "add it to `roles`, or remove it from the condition",
            );
        }
        let times = written.times.as_ref().map_or(1, |times| **times);
        if let Some(written_times) = &written.times
            && times == 0
        {
            self.report.error(written_times, "range", "`times` must be at least 1");
        }
        Some(NegatedClause { on, roles, when, times: times.max(1), from, until })
    }

    /// Adds the event kinds of `on`, each with the slots of the roles; reports unknown roles.
    fn add_events_with_roles(
        &mut self,
        text: &Text,
        kinds: &[EventKind],
        roles: &[(Text, Text)],
        on: &mut Vec<(EventKind, Vec<usize>)>,
    ) {
        let previous_len = on.len();
        let by_tag = self.events.get(text).is_none();
        for kind in kinds {
            let slots = &self.events.infos[kind.index()].slots;
            // Events with the same tag may have different names for the second agent.
            let second_agent_slot = |role: &Text| (by_tag && role.as_str() == "other" && slots.len() > 1).then_some(1);
            let slot_of = |(role, _): &(Text, Text)| {
                slots.iter().position(|slot| slot == role.as_str()).or_else(|| second_agent_slot(role))
            };
            let role_slots: Option<Vec<usize>> = roles.iter().map(slot_of).collect();
            if let Some(role_slots) = role_slots {
                on.push((*kind, role_slots));
            }
        }
        // Event kinds of a tag that lack a role are ignored, unless that is all of them.
        if on.len() > previous_len || kinds.is_empty() {
            return;
        }
        let slots: Vec<String> = kinds.iter().flat_map(|kind| self.events.infos[kind.index()].slots.clone()).collect();
        let unknown: Vec<_> = roles.iter().map(|(role, _)| role).filter(|role| !slots.contains(&role.value)).collect();
        for role in &unknown {
            let place = format!("in `{}`", text.as_str());
            report_unknown_in("role", &place, role, slots.iter().map(String::as_str), &mut self.report);
        }
        if unknown.is_empty() {
            self.report.error(text, "role", format!("no event of `{}` has all these roles at once", text.as_str()));
        }
    }

    /// Warns of a clause whose `self` can never be the agent of the event.
    fn warn_if_actor_excluded(&mut self, roles: &[(Text, Text)], on: &[(EventKind, Vec<usize>)]) {
        let Some((_, who)) = roles.iter().find(|(role, _)| role.as_str() == "self") else { return };
        let Some(agent) = self.names.cast.get(who).map(AgentId::from_index) else { return };
        let kind = self.cast_kinds.get(agent.index()).copied().flatten();
        let may_concern_agent = |event: &EventKind| {
            let actors = self.event_actors.get(event);
            actors.is_none_or(|actors| {
                actors
                    .iter()
                    .any(|actor| *actor == AgentSelector::Agent(agent) || kind.map(AgentSelector::Kind).as_ref() == Some(actor))
            })
        };
        if let Some((event, _)) = on.first()
            && !on.iter().any(|(event, _)| may_concern_agent(event))
        {
            let name = &self.events.infos[event.index()].name;
            let message = format!("`{name}` never happens to `{}`", who.as_str());
            self.report.warn(who, "never", message, "see the `by` of that rule");
        }
    }

    /// Warns of a clause whose events can never happen.
    fn warn_if_unreachable(&mut self, beat: &decl::BeatDecl, text: &Text, kinds: &[EventKind]) {
        if !kinds.is_empty() && kinds.iter().all(|kind| self.unreachable.contains(kind)) {
            let message = format!("`{}` waits for `{}`, which can never happen", beat.id.as_str(), text.as_str());
            self.report.warn(text, "never", message, "see the warning about that rule");
        }
    }

    /// Warns of a clause whose events are never recorded, so that no beat can see them.
    fn warn_if_only_counted(&mut self, text: &Text, kinds: &[EventKind]) {
        let is_counted = |kind: &EventKind| self.events.infos[kind.index()].record_detail == RecordDetail::Counted;
        if !kinds.is_empty() && kinds.iter().all(is_counted) {
            let message = format!("`{}` is only counted, so beats and patterns never see it", text.as_str());
            self.report.warn(text, "never", message, "remove `keep: Counted` from that rule");
        }
    }
}

/// Whether an error in a shared pattern may be due to the scene it is used with, and not to the pattern.
fn depends_on_scene(problem: &Diagnostic) -> bool {
    matches!(problem.code, "unknown-name" | "expression" | "role")
}

fn variables_of(roles: &[RoleTerm]) -> impl Iterator<Item = usize> + '_ {
    roles.iter().filter_map(|role| match role {
        RoleTerm::Variable(variable) => Some(*variable),
        RoleTerm::Agent(_) => None,
    })
}

/// Whether two names have the same letters but for one that is added, left out or replaced, in any order.
fn differs_by_one_slip(a: &str, b: &str) -> bool {
    let only_in = |a: &str, b: &str| {
        let mut rest: Vec<char> = b.chars().collect();
        let missing = a.chars().filter(|letter| match rest.iter().position(|other| other == letter) {
            Some(position) => {
                rest.swap_remove(position);
                false
            }
            None => true,
        });
        missing.count()
    };
    only_in(a, b) <= 1 && only_in(b, a) <= 1
}

fn variable_index(name: &str, variables: &mut Vec<String>) -> usize {
    variables.iter().position(|variable| variable == name).unwrap_or_else(|| {
        variables.push(name.to_owned());
        variables.len() - 1
    })
}
