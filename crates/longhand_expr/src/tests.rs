//! Tests of the public API of the language, with a small world.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::ids::*;

use super::*;

const ANN: AgentId = AgentId(0);
const BEN: AgentId = AgentId(1);
const CLEO: AgentId = AgentId(2);

pub(crate) fn schema() -> Schema {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let def = |name: &str, params: &[&str], body: &str| DefSchema::new(name, names(params), body);
    let attribute = |name: &str, switch, words: &[&str]| AttributeSchema {
        name: name.to_owned(),
        switch,
        integer: !words.is_empty(),
        range: (0.0, (words.len() as f64 - 1.0).max(1.0)),
        one_of: names(words),
    };
    Schema {
        kinds: names(&["human", "os"]),
        attributes: vec![
            attribute("loneliness", false, &[]),
            attribute("warmth", false, &[]),
            attribute("tired", true, &[]),
            attribute("stage", false, &["child", "adult", "elder"]),
            attribute("mask", false, &["child", "adult", "elder"]),
            attribute("weather", false, &["fair", "foul"]),
        ],
        norms: Vec::new(),
        dims: names(&["affection", "trust"]),
        ties: vec![TieSchema { name: "friends".into(), symmetric: true }, TieSchema { name: "uses".into(), symmetric: false }],
        places: names(&["flat", "park"]),
        cast: names(&["ann", "ben", "cleo"]),
        params: vec![
            ParamSchema { name: "warm_up".into(), ty: Type::Number, value: 0.25 },
            ParamSchema { name: "winter".into(), ty: Type::Switch, value: 0.0 },
        ],
        events: names(&["talk", "date", "date/hesitates"]),
        values: names(&["readers"]),
        lists: names(&["first_names"]),
        documents: names(&["letter"]),
        reasons: Vec::new(),
        kinship: None,
        appointments: names(&["dinner"]),
        intentions: names(&["befriend"]),
        things: 0,
        thing_kinds: 0,
        world: None,
        defs: vec![
            def("close", &["a", "b"], "affection(a, b) > 0.5 and trust(a, b) > 0.5"),
            def("circle", &["a"], "ties(a, friends) where trust(a, it) > 0.2"),
            def("fond", &["a"], "count(v in ties(a, friends) where close(a, v))"),
            def("loop", &["a"], "not loop(a)"),
            def("twice", &["x"], "x + x"),
            def("broken", &[], "1 +"),
            def("for_all", &["a", "c"], "all(v in ties(a, friends): c)"),
            def("is_now", &["a", "s"], "a.stage == s"),
        ],
        calendar: crate::CalendarRules::gregorian(),
    }
}

pub(super) struct TestWorld {
    calendar: Calendar,
    attrs: BTreeMap<(AgentId, AttrId), f64>,
    dims: BTreeMap<(AgentId, AgentId, DimId), f64>,
    ties: Vec<(AgentId, AgentId, TieId)>,
    beliefs: BTreeMap<(AgentId, WorldFact), f64>,
    places: [PlaceId; 3],
    members: [Vec<AgentId>; 2],
    reads: Cell<u32>,
}

impl TestWorld {
    pub(super) fn new() -> Self {
        let affection = DimId(0);
        let trust = DimId(1);
        let friends = TieId(0);
        Self {
            calendar: Calendar::new(parse_datetime("2025-05-01 08:30").unwrap()),
            attrs: [((ANN, AttrId(0)), 0.6), ((BEN, AttrId(0)), 0.2), ((ANN, AttrId(1)), 0.9), ((BEN, AttrId(2)), 1.0)].into(),
            dims: [
                ((ANN, BEN, affection), 0.8),
                ((ANN, BEN, trust), 0.7),
                ((BEN, ANN, affection), 0.1),
                ((ANN, CLEO, affection), 0.4),
                ((ANN, CLEO, trust), 0.3),
            ]
            .into(),
            ties: vec![(ANN, BEN, friends), (ANN, CLEO, friends), (BEN, ANN, friends), (CLEO, ANN, friends)],
            beliefs: [
                ((ANN, WorldFact::Attr(BEN, AttrId(0))), 0.9),
                ((BEN, WorldFact::Tie(ANN, CLEO, friends)), 0.0),
                ((ANN, WorldFact::Place(CLEO)), 1.0),
            ]
            .into(),
            places: [PlaceId(0), PlaceId(0), PlaceId::NOWHERE],
            members: [vec![ANN, BEN], vec![CLEO]],
            reads: Cell::new(0),
        }
    }
}

impl EvalContext for TestWorld {
    fn now(&self) -> Instant {
        Instant::from_seconds(3600.0)
    }
    fn calendar(&self) -> &Calendar {
        &self.calendar
    }
    fn param(&self, param: ParamId) -> f64 {
        [0.25, 1.0][param.index()]
    }
    fn attr(&self, agent: AgentId, attr: AttrId) -> f64 {
        self.reads.set(self.reads.get() + 1);
        let default = f64::from(agent.0.min(1000) * 7 % 13) / 13.0 * f64::from(u8::from(agent.0 > 2 && agent.is_some()));
        self.attrs.get(&(agent, attr)).copied().unwrap_or(default)
    }
    fn dim(&self, from: AgentId, to: AgentId, dim: DimId) -> f64 {
        self.dims.get(&(from, to, dim)).copied().unwrap_or_default()
    }
    fn tie(&self, from: AgentId, to: AgentId, tie: TieId) -> bool {
        self.ties.contains(&(from, to, tie))
    }
    fn tie_since(&self, from: AgentId, to: AgentId, tie: TieId) -> Option<Instant> {
        self.tie(from, to, tie).then_some(Instant::from_seconds(600.0))
    }
    fn field(&self, agent: AgentId, field: AgentField) -> f64 {
        f64::from(u8::from(agent.is_some() && matches!(field, AgentField::Present | AgentField::Awake)))
    }
    fn for_each_ever_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        self.for_each_tied(agent, tie, outward, visit);
    }
    fn past_tie(&self, _: AgentId, _: AgentId, _: TieId) -> Option<ReasonId> {
        None
    }
    fn age(&self, _: AgentId) -> f64 {
        0.0
    }
    fn for_each_ever_member(&self, kind: KindId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        let _ = self.members(kind).iter().try_for_each(|member| visit(*member));
    }
    fn group(&self, _: usize) -> &[AgentId] {
        &[]
    }
    fn place(&self, agent: AgentId) -> PlaceId {
        self.places.get(agent.index()).copied().unwrap_or(PlaceId::NOWHERE)
    }
    fn home(&self, _: AgentId) -> PlaceId {
        PlaceId(0)
    }
    fn work(&self, _: AgentId) -> PlaceId {
        PlaceId(1)
    }
    fn owner(&self, os: AgentId) -> AgentId {
        if os == CLEO { ANN } else { AgentId::NONE }
    }
    fn os(&self, person: AgentId) -> AgentId {
        if person == ANN { CLEO } else { AgentId::NONE }
    }
    fn kind(&self, agent: AgentId) -> KindId {
        KindId(u16::from(agent == CLEO))
    }
    fn belief(&self, holder: AgentId, fact: WorldFact) -> Option<f64> {
        self.beliefs.get(&(holder, fact)).copied()
    }
    fn memory(&self, _: AgentId, _: EventKind, with: AgentId) -> f64 {
        if with.is_some() { 0.5 } else { 0.75 }
    }
    fn feeling(&self, _: AgentId, emotion: Emotion, _: AgentId) -> f64 {
        f64::from(u8::from(emotion == Emotion::Joy))
    }
    fn occurrences(&self, query: OccurrenceQuery) -> OccurrenceStats {
        if query.event == EventKind(2) && query.a == ANN {
            let instant = |seconds| Some(Instant::from_seconds(seconds));
            OccurrenceStats { times: 2, first: instant(60.0), last: instant(1800.0) }
        } else {
            OccurrenceStats::default()
        }
    }
    fn median_tie_duration(&self, tie: TieId) -> f64 {
        f64::from(tie.0 + 1) * 86_400.0
    }
    fn value(&self, _: EventValueId) -> f64 {
        8000.0
    }
    fn for_each_tied(&self, agent: AgentId, tie: TieId, outward: bool, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for (from, to, held_tie) in &self.ties {
            let (agent_end, other_end) = if outward { (from, to) } else { (to, from) };
            if *agent_end == agent && *held_tie == tie && visit(*other_end).is_break() {
                return;
            }
        }
    }
    fn members(&self, kind: KindId) -> &[AgentId] {
        &self.members[kind.index()]
    }
    fn for_each_at_place(&self, place: PlaceId, visit: &mut dyn FnMut(AgentId) -> ControlFlow<()>) {
        for agent in [ANN, BEN, CLEO] {
            if self.place(agent) == place && visit(agent).is_break() {
                return;
            }
        }
    }
    fn agent_key(&self, agent: AgentId) -> u32 {
        agent.0
    }
    fn lot(&self, agent: AgentId) -> f64 {
        1.0 - f64::from(agent.0) / 1e10
    }
    fn draw(&self, site: u32, key: u32) -> f64 {
        let hash =
            (u64::from(site) << 32 | u64::from(key)).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let hash = (hash ^ hash >> 31).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((hash >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }
}

pub(super) fn scope() -> Scope {
    Scope::new(["self", "friend"]).for_event()
}

pub(super) fn frame() -> EvalFrame {
    let mut frame = EvalFrame::for_agent(ANN);
    frame.set(1, BEN);
    frame
}

fn compile(text: &str, ty: Type) -> Expr {
    compile_expr(text, ty, &scope(), &schema()).unwrap_or_else(|problems| panic!("`{text}`: {problems:#?}"))
}

fn num(text: &str) -> f64 {
    compile(text, Type::Number).number(&TestWorld::new(), &mut frame())
}

fn truth(text: &str) -> bool {
    compile(text, Type::Switch).truth(&TestWorld::new(), &mut frame())
}

fn agent(text: &str) -> AgentId {
    compile(text, Type::Agent).agent(&TestWorld::new(), &mut frame())
}

fn seconds(text: &str) -> f64 {
    compile(text, Type::Duration).number(&TestWorld::new(), &mut frame())
}

fn problems(text: &str, ty: Type) -> Vec<String> {
    let problems = compile_expr(text, ty, &scope(), &schema()).map(|_| ()).unwrap_err();
    for problem in &problems {
        assert!(text.get(problem.span.clone()).is_some(), "{problem:?} is outside of `{text}`");
    }
    problems.into_iter().map(|problem| format!("{} [{}]", problem.message, problem.help.unwrap_or_default())).collect()
}

#[test]
fn operators_have_the_usual_precedence() {
    assert_eq!(num("1 + 2 * 3 ^ 2 - 4 / 2"), 17.0);
    assert_eq!(num("-2 ^ 2"), -4.0);
    assert_eq!(num("2 ^ 3 ^ 2"), 512.0);
    assert_eq!(num("10 - 4 - 3"), 3.0);
    assert_eq!(num("-7 % 3"), 2.0);
    assert_eq!(num("(1 + 2) * 3"), 9.0);
    assert!(truth("not false and true or false"));
    assert!(truth("not 1 > 2 and 1 + 1 == 2"));
    assert_eq!(num("1 + if false then 10 else 20 + 5"), 26.0);
}

#[test]
fn infinite_literals_are_rejected() {
    assert_eq!(problems("1e999 + 1e305 * 1e305w", Type::Number), ["this number is too large []"; 2]);
}

#[test]
fn non_finite_results_become_zero() {
    assert_eq!(num("1 / 0"), 0.0);
    assert_eq!(num("ln(0) + sqrt(-1) + exp(10000)"), 0.0);
}

#[test]
fn expressions_read_facts_of_the_world() {
    assert_eq!(num("self.loneliness"), 0.6);
    assert!(truth("friend.tired and not self.tired and self.present"));
    assert_eq!(num("affection(self, friend) - affection(friend, self)"), 0.8 - 0.1);
    assert!(truth("friends(self, ben) and not friends(ben, cleo)"));
    assert_eq!(seconds("since(friends(self, friend))"), 3000.0);
    assert_eq!(seconds("since(uses(self, friend))"), 1e9);
    assert!(truth("at(self, flat) and together(self, friend) and not together(self, cleo) and place(ann) == home(ben)"));
    assert!(truth(
        "os(self) == cleo and owner(cleo) == self and owner(self) == none and kind(cleo, os) and not kind(none, human)"
    ));
    assert!(truth("place(cleo) == place(none) and not at(cleo, place(none)) and not believes(self, at(none, place(none)))"));
    assert_eq!(num("warm_up + value(readers)"), 8000.25);
    assert!(truth("winter"));
    assert_eq!(
        num("remembers(self, talk) + remembers(self, talk, friend) + feels(self, joy) + feels(self, anger, friend)"),
        2.25
    );
}

#[test]
fn an_agent_knows_its_own_facts_and_believes_those_of_others() {
    assert_eq!(num("believes(self, self.loneliness, 0)"), 0.6);
    assert_eq!(num("believes(self, friend.loneliness, 0)"), 0.9);
    assert_eq!(num("believes(friend, self.loneliness, -1)"), -1.0);
    assert_eq!(num("believes(self, affection(self, friend), 0)"), 0.8);
    assert_eq!(num("believes(self, affection(friend, self), 0.5)"), 0.5);
    assert!(truth("believes(self, friends(friend, self))"));
    assert!(truth("knows(friend, friends(self, cleo)) and not believes(friend, friends(self, cleo))"));
    assert!(truth("not knows(cleo, affection(self, friend)) and knows(self, affection(self, cleo))"));
    assert!(truth("believes(self, at(cleo, park)) and believes(self, at(self, flat)) and not believes(friend, at(cleo, park))"));
    assert!(compile("believes(self, place(cleo))", Type::Place).place(&TestWorld::new(), &mut frame()) == PlaceId(1));
    assert!(truth("not knows(none, none.loneliness)"));
}

#[test]
fn beside_a_place_none_is_no_place() {
    for text in ["place(v) == none", "none == place(v)", "not (place(v) != none)"] {
        let nowhere = format!("all(v in [ann, ben, cleo]: ({text}) == (v == cleo))");
        assert!(truth(&nowhere), "{text}");
    }
    assert!(problems("self == none and place(self) > none", Type::Switch).remove(0).contains("cannot compare"));
}

#[test]
fn words_are_the_values_of_an_attribute() {
    assert!(truth("self.stage == child and adult != self.stage and self.stage == friend.stage and self.mask == self.stage"));
    assert!(truth("is_now(self, child) and not is_now(self, elder)"));
    assert!(truth("self.stage == if winter then child else elder"));
    assert!(truth("believes(self, friend.stage, elder) == elder"));
    assert!(truth("any(v in ties(self, friends): v.stage == child)"));
    let told = |text: &str, ty| problems(text, ty).remove(0);
    let message = |text: &str| told(text, Type::Switch);
    assert_eq!(message("self.stage == chlid"), "`stage` has no word `chlid` [did you mean `child`?]");
    assert_eq!(message("foggy == self.weather"), "`weather` has no word `foggy` [its words are `fair`, `foul`]");
    assert!(message("self.stage < elder").contains("words have no order"));
    assert!(message("self.stage == self.weather").contains("cannot compare"));
    assert!(message("self.stage").contains("compare it with a word"), "{}", message("self.stage"));
    assert!(message("believes(self, friend.stage) == child").contains("needs a default value"));
    assert!(told("self.stage + 1", Type::Number).contains("cannot combine"));
    assert!(told("self.stage", Type::Number).contains("if … == word"));
    let effects = |text: &str| {
        let problems = compile_effect(text, &mut scope(), &schema());
        problems.map_or_else(|problems| problems[0].message.clone(), |_| "compiles".to_owned())
    };
    assert_eq!(effects("friend.stage = if winter then adult else self.mask"), "compiles");
    assert_eq!(effects("friend is told self.stage = elder"), "compiles");
    assert_eq!(effects("self.stage = adlut"), "`stage` has no word `adlut`");
    assert_eq!(effects("self.stage += adult"), "a word can only be set with `=`");
    assert_eq!(effects("self.stage toward adult by 0.1"), "`toward` needs a number, found a word of an attribute");
    assert_eq!(effects("move 1 stage from self to friend"), "`stage` is a word of an attribute and cannot be moved");
}

#[test]
fn an_event_is_a_fact_that_others_believe() {
    // Ann began two `date/hesitates`, so she knows of them; the others know nothing.
    assert!(truth("knows(self, happened(date/hesitates)) and believes(self, happened(date/hesitates, self))"));
    assert!(truth("not knows(friend, happened(date/hesitates)) and not believes(friend, happened(talk))"));
    assert_eq!(num("confidence(self, happened(date/hesitates)) + confidence(friend, happened(date/hesitates))"), 1.0);
    assert_eq!(agent("source(self, happened(date/hesitates))"), AgentId::NONE);
    let happened = |a, b| WorldFact::Happened(EventKind(1), a, b);
    let none = AgentId::NONE;
    assert!(happened(none, none).includes(happened(ANN, BEN)) && happened(ANN, none).includes(happened(ANN, BEN)));
    assert!(!happened(BEN, none).includes(happened(ANN, BEN)) && !happened(ANN, BEN).includes(happened(ANN, none)));
    let beliefs = [(happened(ANN, BEN), 0.0), (happened(BEN, none), 1.0)];
    assert_eq!(happened(none, none).best_of(beliefs.into_iter()), happened(BEN, none), "one that it happened");
    assert_eq!(happened(ANN, none).best_of(beliefs.into_iter()), happened(ANN, BEN));
    assert_eq!(happened(CLEO, none).best_of(beliefs.into_iter()), happened(CLEO, none));
}

#[test]
fn past_events_are_queried_by_name() {
    assert!(truth("happened(date/hesitates, self) and not happened(date, self) and not happened(date/hesitates, friend)"));
    assert_eq!(seconds("since(date/hesitates, self)"), 1800.0);
    assert_eq!(seconds("since(talk)"), 1e9);
    assert_eq!(num("times(date/hesitates, self)"), 2.0);
    assert_eq!(num("minutes(last(date/hesitates, self) - first(date/hesitates, self))"), 29.0);
}

#[test]
fn the_clock_follows_the_calendar() {
    assert_eq!(num("hour"), 9.5);
    assert!(truth("weekday and day_of_week == 4 and month == 5 and day == 1 and year == 2025"));
    assert!(truth("elapsed == 1h and now - start == elapsed and now == start + 60m"));
    assert_eq!(num("hours(date(2025, 5, 2) - start)"), 15.5);
    assert_eq!(num("days(1w) + 3h / 30m + seconds(0.02s)"), 13.02);
}

#[test]
fn aggregates_and_sets_visit_the_right_members() {
    assert_eq!(num("count(v in ties(self, friends))"), 2.0);
    assert_eq!(num("count(v in ties(self, friends) where affection(self, v) > 0.5)"), 1.0);
    assert_eq!(num("sum(v in ties_to(self, friends): affection(self, v))"), 0.8 + 0.4);
    assert_eq!(num("mean(v in [] : 3) + max(v in []: 3) + min(v in none: 3)"), 0.0);
    assert_eq!(num("count(v in [self, friend, self, none])"), 2.0);
    assert_eq!(num("count(v in here(self)) + count(v in at_place(flat)) + count(v in agents(human))"), 5.0);
    assert!(truth("any(v in agents(human): v.tired) and not all(v in agents(human): v.tired) and any(v in os(self))"));
    assert_eq!(agent("best(v in ties(self, friends): affection(self, v))"), BEN);
    assert_eq!(agent("best(v in [cleo, ben]: 1)"), BEN, "equal values give the lower id");
    assert_eq!(agent("best(v in []: 1)"), AgentId::NONE);
    assert_eq!(num("count(v in ties(self, friends) where count(w in ties(v, friends) where w != v) == 1)"), 2.0);
    assert_eq!(agent("pick(ties(self, friends) where affection(self, it) > 0.5)"), BEN);
    assert_eq!(agent("pick(agents(human) where it.tired)"), BEN);
    assert_eq!(agent("pick(agents(human) where it.loneliness > 5)"), AgentId::NONE);
    assert_eq!(agent("pick([])"), AgentId::NONE);
}

#[test]
fn defs_are_inlined_with_their_arguments() {
    assert!(truth("close(self, friend) and not close(self, cleo)"));
    assert_eq!(num("fond(self)"), 1.0);
    assert_eq!(num("twice(twice(self.loneliness))"), 0.6 * 4.0);
    assert_eq!(num("count(v in circle(self))"), 2.0);
    // The variable in the argument must not use the slot of the def's variable.
    assert!(truth("for_all(self, any(w in ties(self, friends): w == friend))"));
}

#[test]
fn a_def_and_its_caller_do_not_see_each_others_names() {
    let mut schema = schema();
    let def = |name: &str, param: &str, body: &str| DefSchema::new(name, vec![param.into()], body);
    // Both use a variable `v`, as the texts below do.
    schema.defs.push(def("trusted", "v", "ties(v, friends) where trust(v, it) > 0.5"));
    schema.defs.push(def("many", "s", "count(v in s) > 0"));
    let num = |text: &str| {
        let expr = compile_expr(text, Type::Number, &scope(), &schema);
        expr.unwrap_or_else(|problems| panic!("`{text}`: {problems:#?}")).number(&TestWorld::new(), &mut frame())
    };
    assert_eq!(num("count(v in trusted(self))"), 1.0);
    assert_eq!(num("count(v in [self, friend] where many(ties(v, friends) where trust(v, it) > 0.5))"), 1.0);
    assert!(
        compile_expr("count(v in peek(self))", Type::Number, &scope(), &{
            schema.defs.push(def("peek", "a", "ties(a, friends) where trust(a, v) > 0.5"));
            schema
        })
        .is_err()
    );
}

#[test]
fn it_refers_to_the_member_of_the_innermost_where() {
    assert_eq!(num("count(v in ties(self, friends) where count(w in (ties(v, friends) where it == self)) == 1)"), 2.0);
    assert_eq!(agent("pick(ties(self, friends) where any(v in (agents(human) where it == ben): v == it))"), BEN);
}

#[test]
fn draws_in_a_set_ignore_the_previous_agent_in_its_slot() {
    let world = TestWorld::new();
    let count = compile("count(v in ties(pick([self, friend, cleo, none]), friends))", Type::Number);
    let fresh = count.number(&world, &mut frame());
    for stale in [ANN, BEN, CLEO] {
        let mut frame = frame();
        frame.set(2, stale);
        assert_eq!(count.number(&world, &mut frame), fresh);
    }
}

#[test]
fn a_draw_in_a_list_does_not_depend_on_its_other_members() {
    let world = TestWorld::new();
    let last = |first: &str, rule: &str| {
        let text = format!("[{first}, pick([ben, cleo])]");
        let scope = scope().with_salt(rule);
        let mut last = AgentId::NONE;
        let visit = &mut |frame: &mut EvalFrame| {
            last = frame.get(1);
            ControlFlow::Continue(())
        };
        compile_set(&text, "friend", &scope, &schema()).unwrap().for_each(&world, &mut EvalFrame::for_agent(ANN), 1, visit);
        last
    };
    for rule in ["greet", "call", "visit", "write", "dance", "sing", "sleep", "read"] {
        assert_eq!(last("self", rule), last("none", rule), "{rule}");
    }
}

#[test]
fn a_set_binds_its_role() {
    let set =
        compile_set("ties(self, friends) where affection(self, friend) > 0.5 and it == friend", "friend", &scope(), &schema())
            .unwrap();
    let mut members = Vec::new();
    set.for_each(&TestWorld::new(), &mut EvalFrame::for_agent(ANN), 1, &mut |frame| {
        members.push(frame.get(1));
        ControlFlow::Continue(())
    });
    assert_eq!(members, [BEN]);
    assert_eq!(set.slot_mask(), 1);
}

#[test]
fn conditions_split_into_clauses_and_wants_into_terms() {
    let condition = compile("self.loneliness > 0.4 and (friend.tired or winter) and close(self, friend)", Type::Switch);
    let texts: Vec<_> = condition.clauses().iter().map(|clause| clause.text().to_owned()).collect();
    assert_eq!(texts, ["self.loneliness > 0.4", "friend.tired or winter", "close(self, friend)"]);
    assert_eq!(condition.clauses()[0].slot_mask(), 1);
    assert_eq!(condition.slot_mask(), 3);

    let utility = compile("0.5 * self.loneliness - (friend.warmth - warm_up) + 1", Type::Number);
    let world = TestWorld::new();
    let terms = utility.terms();
    let texts: Vec<_> = terms.iter().map(|term| (term.text(), term.number(&world, &mut frame()))).collect();
    assert_eq!(texts, [("0.5 * self.loneliness", 0.3), ("friend.warmth", 0.0), ("warm_up", 0.25), ("1", 1.0)]);
    let sum: f64 = terms.iter().map(|term| term.number(&world, &mut frame())).sum();
    assert!((sum - utility.number(&world, &mut frame())).abs() < 1e-12);
}

#[test]
fn and_short_circuits() {
    let world = TestWorld::new();
    let condition = compile("winter and warm_up > 1 and self.loneliness > 0", Type::Switch);
    assert!(!condition.truth(&world, &mut frame()));
    assert_eq!(world.reads.get(), 0);
}

#[test]
fn every_fact_read_is_traced_once() {
    let world = TestWorld::new();
    let tracing = TracingView::new(&world);
    compile("self.loneliness > 0 and self.loneliness < 1 and believes(self, friend.loneliness, 0) > 0 and any(v in ties(self, friends): false)", Type::Switch)
        .truth(&tracing, &mut frame());
    let tie = |to| (Fact::World(WorldFact::Tie(ANN, to, TieId(0))), 1.0);
    assert_eq!(
        tracing.into_trace(),
        [
            (Fact::World(WorldFact::Attr(ANN, AttrId(0))), 0.6),
            (Fact::Belief(ANN, WorldFact::Attr(BEN, AttrId(0))), 0.9),
            tie(BEN),
            tie(CLEO)
        ]
    );
}

#[test]
fn the_read_set_is_known_without_evaluation() {
    let reads =
        compile("since(talk, self) > 1h and happened(date, self, friend) and self.loneliness > 0 and chance(0.5)", Type::Switch)
            .reads();
    assert_eq!(reads.occurrences, [(EventKind(0), 1), (EventKind(1), 2)]);
    assert_eq!(reads.attrs, [AttrId(0)]);
    assert!(reads.clock && reads.draws && !reads.beliefs && !reads.places);
    assert!(
        compile("1 + 2", Type::Number).reads() == ReadSet::default()
            && compile("warm_up", Type::Number).reads().params == [ParamId(0)]
    );
}

#[test]
fn draws_differ_by_site_member_and_rule_but_not_by_repetition() {
    let world = TestWorld::new();
    let draw = |text: &str| compile(text, Type::Number).number(&world, &mut frame());
    assert_eq!(draw("uniform(0, 1)"), draw("uniform(0, 1)"));
    assert_ne!(draw("uniform(0, 1) - uniform(0, 1)"), 0.0);
    assert_eq!(draw("(twice(1) * 0 + (uniform(0, 1)))"), draw("uniform(0, 1)"), "the position does not matter");
    assert_eq!(draw("uniform(0, 1) * 0 + uniform(0, 1)"), draw("0 * uniform(0, 1) + uniform(0, 1)"));
    assert_ne!(draw("uniform(0, 1) * 0 + uniform(0, 1)"), draw("uniform(0, 1)"), "but the order does");
    let spread = draw("max(v in ties(self, friends): uniform(0, 1)) - min(v in ties(self, friends): uniform(0, 1))");
    assert!(spread > 0.0);
    let salted = compile_expr("uniform(0, 1)", Type::Number, &scope().with_salt("other"), &schema()).unwrap();
    assert_ne!(salted.number(&world, &mut frame()), draw("uniform(0, 1)"));
    let mean = compile("normal(3, 2)", Type::Number);
    let total: f64 = (0..2000).map(|id| mean.number(&world, &mut EvalFrame::for_agent(AgentId(id)))).sum();
    assert!((total / 2000.0 - 3.0).abs() < 0.2, "{total}");
}

#[test]
fn errors_name_the_mistake_and_suggest_a_fix() {
    let only_problem = |text: &str, ty| {
        let messages = problems(text, ty);
        assert_eq!(messages.len(), 1, "{messages:#?}");
        messages.into_iter().next().unwrap()
    };
    assert_eq!(
        only_problem("self.lonelines > 1", Type::Switch),
        "there is no attribute `lonelines` [did you mean `loneliness`?]"
    );
    assert_eq!(only_problem("happened(tlak)", Type::Switch), "there is no event `tlak` [did you mean `talk`?]");
    assert_eq!(
        only_problem("count(v in ties(self, freinds))", Type::Number),
        "there is no tie `freinds` [did you mean `friends`?]"
    );
    assert_eq!(
        only_problem("afection(self, friend)", Type::Number),
        "there is no function, bond, tie or def `afection` [did you mean `affection`?]"
    );
    assert_eq!(
        only_problem("frend.tired", Type::Switch),
        "there is no variable, agent, parameter, def or place `frend` [did you mean `friend`?]"
    );
    assert_eq!(only_problem("feels(self, angr)", Type::Number), "there is no emotion `angr` [did you mean `anger`?]");
    assert_eq!(
        only_problem("self.loneliness", Type::Switch),
        "expected a switch (true or false), found a number [compare it with something, as in `… > 0.5`]"
    );
    assert_eq!(
        only_problem("elapsed > 3", Type::Switch),
        "`>` cannot compare a duration with a number [give the number a unit, as in `2h`]"
    );
    assert_eq!(
        only_problem("3x + 1", Type::Number),
        "`x` is not a unit of time [the units are `s`, `m` (minutes), `h`, `d`, `w`, `month` and `y`]"
    );
    assert_eq!(
        only_problem("loop(self)", Type::Switch),
        "inside `loop`: `loop` calls itself [defs are inlined where they are called, so a def cannot call itself]"
    );
    assert_eq!(only_problem("close(self)", Type::Switch), "`close` takes 2 arguments, found 1 [write it as `close(a, b)`]");
    assert_eq!(only_problem("tired(friend)", Type::Switch), "`tired` is an attribute [write `friend.tired`]");
    assert!(only_problem("broken + 1", Type::Number).starts_with("inside `broken`: "));
    assert!(only_problem("winter = true", Type::Switch).contains("write `==` to compare"));
    assert!(only_problem("elapsed > 2 days", Type::Switch).contains("a duration without a space, as in `2d`"));
    assert!(only_problem("random() < 0.4", Type::Switch).contains("write `chance(p)`"));
    for (effect, help) in [
        ("self die", "did you mean `dies`?"),
        ("self perishes", "did you mean `dies`?"),
        ("self kills friend", "write who dies"),
        ("self leave", "did you mean `leaves`?"),
        ("self marries friend", "write the tie that begins"),
    ] {
        let errors = compile_effect(effect, &mut scope(), &schema()).map(|_| ()).unwrap_err();
        assert!(errors[0].help.as_deref().is_some_and(|said| said.contains(help)), "{effect}: {errors:?}");
    }
    assert!(only_problem("1 +", Type::Number).starts_with("unexpected end of the text [expected a value"));
    assert!(only_problem("(1 + 2", Type::Number).starts_with("this bracket is never closed"));
    assert!(only_problem("", Type::Number).starts_with("this text is empty"));
    assert_eq!(only_problem("self.tired && winter", Type::Switch), "unknown symbol `&&` [write `and`]");
    let rule_scope = Scope::new(["self"]);
    let errors = compile_expr("value(readers) > 1", Type::Switch, &rule_scope, &schema()).map(|_| ()).unwrap_err();
    assert_eq!(errors[0].message, "`value` cannot be used here: there is no event");
}

#[test]
fn all_errors_of_a_text_are_reported() {
    let messages = problems("self.lonelines > 1 and frend.tired and trust(self, 3) > elapsed", Type::Switch);
    assert_eq!(messages.len(), 4, "{messages:#?}");
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    for text in [
        "(".repeat(10_000) + &")".repeat(10_000),
        "(".repeat(1500) + "1" + &")".repeat(1500),
        "not ".repeat(900) + "true",
        "-".repeat(1000) + "1",
        "2^".repeat(500) + "2",
        "if true then ".repeat(300) + "1",
        "1".to_owned() + &"+1".repeat(500),
        "[".repeat(600) + &"]".repeat(600),
        "abs(".repeat(600) + "1" + &")".repeat(600),
    ] {
        assert!(compile_expr(&text, Type::Number, &scope(), &schema()).is_err());
        assert!(compile_set(&text, "it", &scope(), &schema()).is_err());
        assert!(compile_effect(&text, &mut scope(), &schema()).is_err());
    }
    let deepest = "(".repeat(token::MAX_NESTING) + "1" + &")".repeat(token::MAX_NESTING);
    assert_eq!(num(&deepest), 1.0);
    assert_eq!(num(&("abs(".repeat(token::MAX_NESTING) + "1" + &")".repeat(token::MAX_NESTING))), 1.0);
    assert_eq!(num(&("1".to_owned() + &"+1".repeat(200))), 201.0);
    for (nested, times) in [("if true: ", 300), ("for v in none: ", 200)] {
        assert!(compile_effect(&(nested.repeat(times) + "self leaves"), &mut scope(), &schema()).is_err());
    }
    assert!(compile_effect(&("if true: ".repeat(token::MAX_NESTING / 2) + "self leaves"), &mut scope(), &schema()).is_ok());
}

#[test]
fn the_size_of_inlined_defs_is_limited() {
    let mut schema = schema();
    for level in 0..16 {
        let body = if level == 0 { "self_ + 1".to_owned() } else { format!("d{0}(self_) + d{0}(self_)", level - 1) };
        schema.defs.push(DefSchema::new(format!("d{level}"), vec!["self_".into()], body));
    }
    let problems = compile_expr("d15(1)", Type::Number, &scope(), &schema).map(|_| ()).unwrap_err();
    assert!(problems.iter().any(|problem| problem.message.contains("too large")), "{problems:#?}");
}

#[test]
fn deep_defs_do_not_overflow_the_stack() {
    let mut schema = schema();
    for (name, template) in [("a", "abs(X)"), ("w", "X where true"), ("m", "min(X, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)")] {
        for level in 0..16 {
            let inner = match (name, level) {
                ("w", 0) => "agents(human)".to_owned(),
                (_, 0) => "1".to_owned(),
                _ => format!("{name}{}()", level - 1),
            };
            let body = (0..if name == "m" { 3 } else { 45 }).fold(inner, |body, _| template.replace('X', &body));
            schema.defs.push(DefSchema::new(format!("{name}{level}"), Vec::new(), body));
        }
    }
    for text in ["a15()", "m15()", "count(v in w15())"] {
        for level in [2, 15] {
            let text = text.replace("15", &level.to_string());
            if let Ok(expr) = compile_expr(&text, Type::Number, &scope(), &schema) {
                assert!(expr.number(&TestWorld::new(), &mut frame()) >= 1.0, "{text}");
            } else {
                assert_eq!(level, 15, "{text}");
            }
        }
    }
}

#[test]
fn effects_compile_to_data_with_their_expressions() {
    let compile = |text: &str| {
        let mut scope = scope();
        let effect = compile_effect(text, &mut scope, &schema()).unwrap_or_else(|problems| panic!("`{text}`: {problems:#?}"));
        (effect, scope)
    };
    assert!(matches!(
        compile("self.loneliness -= 0.2").0,
        Effect::Assign { op: AssignOp::Subtract, target: AssignTarget::Attr(..), .. }
    ));
    assert!(matches!(compile("trust(self, friend) toward 1 by 0.1").0, Effect::Toward { target: AssignTarget::Dim(..), .. }));
    assert!(matches!(compile("begin friends(self, friend)").0, Effect::Begin { .. }));
    let (effect, scope) = compile("install os for self as helper");
    assert!(matches!(effect, Effect::Install { slot: 2, .. }));
    assert_eq!(scope.variables, ["self", "friend", "helper"]);
    let (effect, scope) = compile("for v in ties(self, friends) where v.tired: if chance(0.5): v learns friends(self, friend)");
    assert_eq!(scope.variables, ["self", "friend"]);
    assert!(effect.reads().draws);
    let Effect::For { set, slot, each } = effect else { panic!() };
    let mut members = Vec::new();
    set.for_each(&TestWorld::new(), &mut frame(), slot, &mut |frame| {
        members.push(frame.get(slot));
        ControlFlow::Continue(())
    });
    assert_eq!(members, [BEN]);
    let Effect::If { then, .. } = *each else { panic!() };
    let Effect::Learn { fact, .. } = *then else { panic!() };
    assert_eq!(fact.resolve(&TestWorld::new(), &mut frame()), WorldFact::Tie(ANN, BEN, TieId(0)));
    assert_eq!(fact.true_value(&TestWorld::new(), &mut frame()), 1.0);
    assert!(
        matches!(compile("friend is told place(self) = park").0, Effect::Tell { value, .. } if value.number(&TestWorld::new(), &mut frame()) == 1.0)
    );
}

#[test]
fn errors_in_effects_are_reported() {
    let first_error = |text: &str| {
        let errors = compile_effect(text, &mut scope(), &schema()).unwrap_err();
        format!("{} [{}]", errors[0].message, errors[0].help.clone().unwrap_or_default())
    };
    assert_eq!(
        first_error("friends(self, friend) = true"),
        "`friends` is a tie and cannot be set [write `begin friends(…)` or `end friends(…)`]"
    );
    assert!(first_error("self.awake = true").starts_with("`awake` is maintained by the engine"));
    assert!(first_error("begin frends(self, friend)").contains("did you mean `friends`?"));
    assert!(first_error("enter bne").contains("did you mean `ben`?"));
    assert!(first_error("self.tired += 1").starts_with("a switch can only be set"));
    assert!(first_error("self").starts_with("unexpected end of the text"));
    assert!(first_error("friend is told at(self, park) = true").contains("place(b)"));
    assert!(first_error("voice self as queen").contains("not a voice"));
}
