//! Finds what can never happen: rules that apply to no agent, triggers that nothing activates, and events that depend on them.

use std::collections::BTreeSet;

use super::super::decl::{ActivationDecl, SceneFile, Text};
use super::super::model::{self, Activation, AgentSelector, EventOrigin};
use super::super::spanned::SpannedMap;
use super::checker::SceneChecker;
use super::commitments::promised;
use super::names::IdTable;
use longhand_expr::ids::{AgentField, AttrId, EventKind, KindId, TieId};
use longhand_expr::{AssignOp, AssignTarget, Effect, Expr, SetSource};

/// Everything that the effects of all rules may do.
#[derive(Default)]
pub(super) struct PossibleEffects {
    begun: BTreeSet<TieId>,
    /// Ties that exist at some time: begun by an effect or present at the start.
    held: BTreeSet<TieId>,
    ended: BTreeSet<TieId>,
    /// Whether an agent may die, leave or return.
    dying: bool,
    leaving: bool,
    returning: bool,
    /// Whether a child may be born.
    bearing: bool,
    /// Whether an agent may become another kind.
    pub(super) becoming: bool,
    /// Whether somebody may learn, or be told, of a tie.
    informing: bool,
    /// Whether members of the cast enter later than at the start.
    dormant: bool,
    moved: BTreeSet<AttrId>,
}

impl PossibleEffects {
    fn add_effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Begin { tie, .. } => _ = self.begun.insert(*tie),
            Effect::End { tie, .. } => _ = self.ended.insert(*tie),
            Effect::Die { .. } => self.dying = true,
            Effect::Leave { .. } => self.leaving = true,
            Effect::Return { .. } => self.returning = true,
            Effect::Become { .. } => self.becoming = true,
            // An attribute is not a tie.
            Effect::Learn { fact, .. } | Effect::Tell { fact, .. } | Effect::TellTopic { fact, .. } => {
                self.informing |= !fact.text().contains('.');
            }
            Effect::Create { parents, .. } if !parents.is_empty() => self.bearing = true,
            Effect::Assign { target: AssignTarget::Attr(_, attr), .. }
            | Effect::Toward { target: AssignTarget::Attr(_, attr), .. } => {
                self.moved.insert(*attr);
            }
            Effect::Move { attr, .. } => _ = self.moved.insert(*attr),
            Effect::If { then: inner, .. } | Effect::For { each: inner, .. } => self.add_effect(inner),
            _ => {}
        }
    }

    pub(super) fn may_be_gone(&self, how: AgentField) -> bool {
        self.dying || how != AgentField::Dead && (self.leaving || self.dormant)
    }

    /// Whether a tie may have held and ended.
    pub(super) fn may_have_ended(&self, tie: TieId) -> bool {
        self.held.contains(&tie) && (self.ended.contains(&tie) || self.dying || self.leaving)
    }
}

impl SceneChecker<'_> {
    /// Warns of rules that can never happen and collects the unreachable event kinds.
    pub(super) fn find_unreachable(
        &mut self,
        scene: &SceneFile,
        actions: &[model::Action],
        triggers: &[model::Trigger],
        processes: &[model::Process],
    ) {
        let mut possible = PossibleEffects::default();
        let action_events = actions.iter().flat_map(model::Action::event_specs);
        let trigger_events = triggers.iter().flat_map(model::Trigger::event_specs);
        let event_effects = action_events.chain(trigger_events).flat_map(|event| &event.does);
        event_effects.chain(processes.iter().flat_map(|process| &process.does)).for_each(|effect| possible.add_effect(effect));
        possible.held = possible.begun.iter().copied().chain(self.initial_ties(scene)).collect();
        if possible.bearing {
            possible.held.extend(self.schema.kinship.map(|(tie, _)| tie));
            possible.begun.extend(self.schema.kinship.map(|(tie, _)| tie));
        }
        possible.dormant = scene.cast.iter().any(|member| member.dormant);
        self.held_ties = possible.held.clone();
        self.unvisited = self.unvisited_places(scene);
        self.collect_actors(actions, triggers);
        if !scene.appointments.is_empty() {
            let of_rules = actions.iter().flat_map(model::Action::event_specs);
            let of_rules = of_rules.chain(triggers.iter().flat_map(model::Trigger::event_specs)).flat_map(|event| &event.does);
            self.warn_never_promised(scene, &promised(of_rules), triggers);
        }
        for action in actions {
            let written = scene.actions.iter().find(|written| written.id.as_str() == action.id);
            let can_bind = written.is_none_or(|written| {
                let roles = self.check_bindings(&action.roles, &written.roles, &possible, true);
                self.check_bindings(&action.about, &written.about, &possible, false) && roles
            });
            if !can_bind || self.has_no_agents(&action.by) {
                self.unreachable.insert(action.event.kind);
            }
        }
        for process in processes {
            if let Some(written) = scene.processes.iter().find(|written| written.id.as_str() == process.id) {
                self.check_bindings(&process.about, &written.about, &possible, false);
            }
        }
        for trigger in triggers {
            let Some(written) = scene.triggers.iter().find(|written| written.id.as_str() == trigger.id) else { continue };
            let can_bind = self.check_bindings(&trigger.about, &written.about, &possible, false);
            let never = self.check_activation(written, &trigger.on, &possible)
                || self.check_jump(written, &trigger.on, actions, triggers)
                || self.check_self(written, trigger);
            if !can_bind || self.has_no_agents(&trigger.by) || never {
                self.unreachable.insert(trigger.event.kind);
            }
        }
        self.propagate_unreachable(scene, actions, triggers);
        self.possible = Some(possible);
        self.warn_impossible_conditions(scene, actions, triggers, processes);
        self.propagate_unreachable(scene, actions, triggers);
    }

    /// The places that nobody can come to: the scene names them in its places and in the stays of beats, and nowhere else. Everybody lives,
    /// works and goes where a text names the place.
    fn unvisited_places(&self, scene: &SceneFile) -> BTreeSet<String> {
        let clauses = scene.beats.iter().chain(&scene.patterns).flat_map(|beat| &beat.events);
        let stays = clauses.flat_map(|clause| clause.stay.iter().chain(clause.or.iter().filter_map(|other| other.stay.as_ref())));
        let stays: Vec<&str> = stays.map(|(_, place)| place.as_str()).collect();
        let is_unvisited = |place: &&super::super::decl::PlaceDecl| {
            let id = place.id.as_str();
            let words =
                |name: &String| name.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| *word == id).count();
            let named = 1 + place.name.as_ref().map_or(0, words);
            let in_stays = stays.iter().filter(|stay| **stay == id).count();
            in_stays > 0 && self.report.count_word(id) <= named + in_stays
        };
        scene.places.iter().filter(is_unvisited).map(|place| place.id.value.clone()).collect()
    }

    /// Warns of conditions that no effect can ever make true: of a death where nobody dies, of an event that never happens.
    fn warn_impossible_conditions(
        &mut self,
        scene: &SceneFile,
        actions: &[model::Action],
        triggers: &[model::Trigger],
        processes: &[model::Process],
    ) {
        for action in actions {
            if let Some(written) = scene.actions.iter().find(|written| written.id.as_str() == action.id)
                && self.warn_impossible(&written.id, &written.when, &action.when)
            {
                self.unreachable.insert(action.event.kind);
            }
        }
        for trigger in triggers {
            if let Some(written) = scene.triggers.iter().find(|written| written.id.as_str() == trigger.id)
                && self.warn_impossible(&written.id, &written.when, &trigger.when)
            {
                self.unreachable.insert(trigger.event.kind);
            }
        }
        for process in processes {
            if let Some(written) = scene.processes.iter().find(|written| written.id.as_str() == process.id) {
                self.warn_impossible(&written.id, &written.when, &process.when);
            }
        }
    }

    /// Warns of a part of a condition that is never true, if the declared ranges did not show that already.
    fn warn_impossible(&mut self, rule: &Text, text: &Option<Text>, clauses: &[Expr]) -> bool {
        let Some(text) = text else { return false };
        let is_never = |check: &Self, clause: &&Expr| clause.bounds(check).1 <= 0.0;
        let Some(never) = clauses.iter().find(|clause| is_never(self, clause)) else { return false };
        let possible = self.possible.take();
        let is_reported = clauses.iter().any(|clause| is_never(self, &clause));
        self.possible = possible;
        if is_reported {
            return false;
        }
        let message = format!("`{}` can never happen: `{}` is never true", rule.as_str(), never.text());
        let at = Text { span: self.report.span_inside(text, never.span()), ..text.clone() };
        self.report.warn(
            &at,
            "never",
            message,
            "no effect or event of the scene makes it true; change the condition, or remove the rule",
        );
        true
    }

    /// Warns of a change of an attribute that is larger than any that an event makes. Returns whether it never happens.
    fn check_jump(
        &mut self,
        written: &super::super::decl::TriggerDecl,
        on: &Activation,
        actions: &[model::Action],
        triggers: &[model::Trigger],
    ) -> bool {
        let (ActivationDecl::Jumps(text, _), &Activation::Jumps(attr, least)) = (&written.on, on) else { return false };
        let Some(attribute) = self.attributes.get(attr.index()) else { return false };
        let width = attribute.range.1 - attribute.range.0;
        // A number is rounded after a change.
        let rounded = if attribute.integer { 1.0 } else { 0.0 };
        let events = actions.iter().flat_map(model::Action::event_specs);
        let events = events.chain(triggers.iter().flat_map(model::Trigger::event_specs));
        let most = |event: &model::EventSpec| event.does.iter().map(|effect| self.largest_change(effect, attr)).sum::<f64>();
        let most = (events.map(most).fold(0.0, f64::max) + rounded).min(width);
        // What moves nothing is warned of as such.
        if most <= 0.0 || most >= least * (1.0 - 1e-6) {
            return false;
        }
        let (id, most) = (written.id.as_str(), (most * 1e6).round() / 1e6);
        let message = format!("`{id}` can never happen: no event changes `{}` by more than {most}", text.as_str());
        self.report.warn(text, "never", message, "ask for a smaller change, or remove the trigger");
        true
    }

    /// The most by which an effect may change an attribute.
    fn largest_change(&self, effect: &Effect, attr: AttrId) -> f64 {
        match effect {
            Effect::Assign { target: AssignTarget::Attr(_, changed), op: AssignOp::Add | AssignOp::Subtract, value }
                if *changed == attr =>
            {
                let (low, high) = value.bounds(self);
                low.abs().max(high.abs())
            }
            Effect::Assign { target: AssignTarget::Attr(_, changed), .. }
            | Effect::Toward { target: AssignTarget::Attr(_, changed), .. }
            | Effect::Move { attr: changed, .. }
                if *changed == attr =>
            {
                f64::INFINITY
            }
            Effect::If { then, .. } => self.largest_change(then, attr),
            Effect::For { each, .. } if self.largest_change(each, attr) > 0.0 => f64::INFINITY,
            _ => 0.0,
        }
    }

    /// The ties that exist at the start.
    fn initial_ties(&self, scene: &SceneFile) -> Vec<TieId> {
        let of_cast = scene.cast.iter().flat_map(|member| &member.toward).flat_map(|toward| &toward.ties);
        let of_populations =
            scene.population.iter().flat_map(|population| &population.networks).flat_map(|network| &network.ties);
        of_cast.chain(of_populations).filter_map(|tie| self.names.ties.get(tie)).map(TieId::from_index).collect()
    }

    /// Collects the agents that each event kind may happen to.
    fn collect_actors(&mut self, actions: &[model::Action], triggers: &[model::Trigger]) {
        for action in actions.iter().filter(|action| !action.by.is_empty()) {
            let kinds = action.event_specs().map(|event| event.kind);
            self.event_actors.extend(kinds.map(|kind| (kind, action.by.clone())));
        }
        for trigger in triggers.iter().filter(|trigger| !trigger.by.is_empty()) {
            let kinds = trigger.event_specs().map(|event| event.kind);
            self.event_actors.extend(kinds.map(|kind| (kind, trigger.by.clone())));
        }
    }

    /// Warns of roles that no agent can ever fill. Returns whether all roles can be filled.
    fn check_bindings(
        &mut self,
        bindings: &[model::RoleBinding],
        written: &SpannedMap<Text>,
        possible: &PossibleEffects,
        takes_part: bool,
    ) -> bool {
        let mut all_bindable = true;
        for binding in bindings {
            let Some((name, text)) = written.iter().find(|(name, _)| *name.value == *binding.name) else { continue };
            let why = match binding.set.source() {
                SetSource::Tie(tie) if !possible.held.contains(&tie) => {
                    format!("no agent ever has the tie `{}`", self.schema.ties[tie.index()].name)
                }
                SetSource::Kind(kind) if !self.populated_kinds.get(kind.index()).copied().unwrap_or(true) => {
                    format!("there is never an agent of kind `{}`", self.schema.kinds[kind.index()])
                }
                SetSource::Kind(kind) if takes_part && self.schema.is_thing_kind(kind) => {
                    "a thing takes no part; it belongs into `about`".to_owned()
                }
                SetSource::SelfAgent if takes_part => "its only candidate is `self`, who already takes part".to_owned(),
                SetSource::Empty => "the set is always empty".to_owned(),
                _ => continue,
            };
            let message = format!("`{}` can never be bound: {why}", name.as_str());
            self.report.warn(text, "never", message, "while it is not bound, the rule cannot happen");
            all_bindable = false;
        }
        all_bindable
    }

    fn has_no_agents(&self, by: &[AgentSelector]) -> bool {
        let is_populated = |who: &AgentSelector| match who {
            AgentSelector::Kind(kind) => self.populated_kinds.get(kind.index()).copied().unwrap_or(true),
            AgentSelector::Agent(_) => true,
        };
        !by.is_empty() && !by.iter().any(is_populated)
    }

    /// Warns of an activation that no effect can cause. Returns whether it never happens.
    fn check_activation(
        &mut self,
        written: &super::super::decl::TriggerDecl,
        on: &Activation,
        possible: &PossibleEffects,
    ) -> bool {
        let (text, never, what) = match (&written.on, on) {
            (ActivationDecl::Begins(text), Activation::Begins(tie)) => (text, !possible.begun.contains(tie), "no effect begins"),
            (ActivationDecl::Ends(text), Activation::Ends(tie)) => {
                (text, !possible.ended.contains(tie) && !possible.leaving && !possible.dying, "no effect ends")
            }
            (ActivationDecl::Jumps(text, _), Activation::Jumps(attr, _)) => {
                (text, !possible.moved.contains(attr), "no effect moves")
            }
            (ActivationDecl::Learns(text), Activation::LearnsTie(tie)) => {
                (text, !possible.held.contains(tie) && !possible.informing, "no effect begins or tells of")
            }
            (ActivationDecl::Dies, _) if !possible.dying => return self.warn_never_activated(written, "nobody ever dies"),
            (ActivationDecl::Leaves, _) if !possible.leaving => return self.warn_never_activated(written, "nobody ever leaves"),
            (ActivationDecl::Returns, _) if !possible.returning => {
                return self.warn_never_activated(written, "nobody ever returns");
            }
            _ => return false,
        };
        if never {
            let message = format!("`{}` can never happen: {what} `{}`", written.id.as_str(), text.as_str());
            self.report.warn(text, "never", message, "add such an effect, or remove the trigger");
        }
        never
    }

    fn warn_never_activated(&mut self, written: &super::super::decl::TriggerDecl, why: &str) -> bool {
        let message = format!("`{}` can never happen: {why}", written.id.as_str());
        self.report.warn(&written.id, "never", message, "add such an effect, or remove the trigger");
        true
    }

    /// Warns of a trigger whose `by` has nobody that can be `self` of what activates it. Returns whether it never happens.
    fn check_self(&mut self, written: &super::super::decl::TriggerDecl, trigger: &model::Trigger) -> bool {
        let Some(by) = written.by.first() else { return false };
        let (never, what) = match &trigger.on {
            // With `each`, `self` is another role of the event.
            Activation::Event(_) if written.each.is_some() => return false,
            Activation::Event(events) => {
                let excludes = |kind| self.event_actors.get(kind).is_some_and(|actors| !self.may_be_same(&trigger.by, actors));
                let names: Vec<String> =
                    events.iter().map(|(kind, _)| format!("`{}`", self.events.infos[kind.index()].name)).collect();
                (!events.is_empty() && events.iter().all(|(kind, _)| excludes(kind)), names.join(" or "))
            }
            Activation::Jumps(attr, _) => {
                let has = |who: &AgentSelector| self.kind_of(who).is_none_or(|kind| self.kind_has_attribute(kind, *attr));
                (!trigger.by.iter().any(has), format!("a change of `{}`", self.schema.attributes[attr.index()].name))
            }
            _ => return false,
        };
        if never {
            let message = format!("`{}` can never happen: the `self` of {what} is never in its `by`", written.id.as_str());
            let of_event = matches!(trigger.on, Activation::Event(_)).then(|| self.role_of(written, trigger)).flatten();
            let help = match of_event {
                Some(role) => format!("`self` is the one who does it; for another one write the role, `each: \"{role}\"`"),
                None => "`self` is the one who does it; give its `by`, and bind the one who reacts with `about`".to_owned(),
            };
            self.report.warn(by, "never", message, &help);
        }
        never
    }

    /// The role of the event of a trigger that somebody of its `by` may have, if it is one event with one such role.
    fn role_of(&self, written: &super::super::decl::TriggerDecl, trigger: &model::Trigger) -> Option<String> {
        let Activation::Event(events) = &trigger.on else { return None };
        let [(kind, _)] = &events[..] else { return None };
        let info = &self.events.infos[kind.index()];
        let [_, role] = &info.slots[..] else { return None };
        (written.about.is_empty() && info.participant_count > 1).then(|| role.clone())
    }

    /// The kind of the agents that a selector names, if it is known.
    fn kind_of(&self, who: &AgentSelector) -> Option<KindId> {
        match who {
            AgentSelector::Kind(kind) => Some(*kind),
            AgentSelector::Agent(agent) => self.cast_kinds.get(agent.index()).copied().flatten(),
        }
    }

    /// Whether two lists of selectors may have an agent in common.
    pub(super) fn may_be_same(&self, by: &[AgentSelector], actors: &[AgentSelector]) -> bool {
        let same = |a: &AgentSelector, b: &AgentSelector| match (a, b) {
            (AgentSelector::Agent(a), AgentSelector::Agent(b)) => a == b,
            _ => self.kind_of(a).is_none() || self.kind_of(a) == self.kind_of(b),
        };
        by.iter().any(|a| actors.iter().any(|b| same(a, b)))
    }

    /// Adds events that depend only on unreachable events, until nothing changes.
    fn propagate_unreachable(&mut self, scene: &SceneFile, actions: &[model::Action], triggers: &[model::Trigger]) {
        loop {
            let previous_len = self.unreachable.len();
            let known = self.unreachable.clone();
            let is_unreachable = |kind: &EventKind| known.contains(kind);
            let unreachable_actions = actions.iter().filter(|action| is_unreachable(&action.event.kind));
            let unreachable_triggers = triggers.iter().filter(|trigger| is_unreachable(&trigger.event.kind));
            let kinds = unreachable_actions.flat_map(model::Action::event_specs);
            let kinds = kinds.chain(unreachable_triggers.flat_map(model::Trigger::event_specs));
            self.unreachable.extend(kinds.map(|event| event.kind));
            for trigger in triggers.iter().filter(|trigger| !is_unreachable(&trigger.event.kind)) {
                if let Activation::Event(events) | Activation::Sees(events) = &trigger.on
                    && events.iter().all(|(kind, _)| is_unreachable(kind))
                {
                    self.unreachable.insert(trigger.event.kind);
                    self.warn_unreachable_cause(scene, trigger);
                }
            }
            if self.unreachable.len() == previous_len {
                return;
            }
        }
    }

    fn warn_unreachable_cause(&mut self, scene: &SceneFile, trigger: &model::Trigger) {
        let origin = self.events.infos.get(trigger.event.kind.index()).map(|info| info.origin);
        let Some(EventOrigin::Trigger(index)) = origin else { return };
        if let Some(ActivationDecl::Event(text) | ActivationDecl::Sees(text)) =
            scene.triggers.get(index).map(|written| &written.on)
        {
            let message = format!("`{}` waits for `{}`, which can never happen", trigger.id, text.as_str());
            self.report.warn(text, "never", message, "see the warning about that rule");
        }
    }
}

/// By kind: whether the scene has an agent of it, or an effect that creates one.
pub(super) fn populated_kinds(scene: &SceneFile, kinds: &IdTable) -> Vec<bool> {
    let mut populated = vec![false; scene.kinds.len()];
    let of_rules = scene.actions.iter().map(|a| &a.does).chain(scene.triggers.iter().map(|t| &t.does));
    let effects = of_rules.chain(scene.processes.iter().map(|p| &p.does)).chain(scene.outcomes().map(|o| &o.does)).flatten();
    let named = scene.cast.iter().map(|m| m.kind.as_str()).chain(scene.population.iter().map(|p| p.kind.as_str()));
    for kind in named.chain(effects.flat_map(created_kinds)).filter_map(|name| kinds.get(name)) {
        if let Some(populated) = populated.get_mut(kind) {
            *populated = true;
        }
    }
    populated
}

/// Whether an effect makes an agent another kind, found in the text because nothing is compiled yet.
pub(super) fn has_becoming(scene: &SceneFile) -> bool {
    let of_rules = scene.actions.iter().map(|a| &a.does).chain(scene.triggers.iter().map(|t| &t.does));
    let mut effects = of_rules.chain(scene.processes.iter().map(|p| &p.does)).chain(scene.outcomes().map(|o| &o.does)).flatten();
    effects.any(|effect| effect.contains("becomes"))
}

/// The kinds after `install`, `create` or `becomes` in an effect, found in the text because nothing is compiled yet.
fn created_kinds(effect: &Text) -> impl Iterator<Item = &str> {
    let words = effect.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let after = words.clone().skip(1);
    words.zip(after).filter(|(word, _)| matches!(*word, "install" | "create" | "becomes")).map(|(_, kind)| kind)
}
