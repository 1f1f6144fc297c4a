//! How much information an event carries: rare kinds of events carry more.

use longhand_chronicle::{Chronicle, Event};
use longhand_expr::ids::{AgentId, EventKind};
use std::collections::BTreeMap;

/// The self-information of each event in bits: the mean of that of its kind among all events, and among those of the agent that
/// began it.
pub(super) fn self_information(chronicle: &Chronicle) -> Vec<f64> {
    let initiator = |event: &Event| event.roles.first().copied().unwrap_or(AgentId::NONE);
    let mut by_kind: BTreeMap<EventKind, u64> = BTreeMap::new();
    let mut by_agent: BTreeMap<AgentId, u64> = BTreeMap::new();
    let mut by_both: BTreeMap<(AgentId, EventKind), u64> = BTreeMap::new();
    for event in chronicle.iter() {
        *by_kind.entry(event.kind).or_default() += 1;
        *by_agent.entry(initiator(event)).or_default() += 1;
        *by_both.entry((initiator(event), event.kind)).or_default() += 1;
    }
    for (_, kind, times) in chronicle.counts() {
        *by_kind.entry(kind).or_default() += times;
    }
    let all: u64 = by_kind.values().sum();
    let bits = |part: u64, total: u64| libm::log2(total.max(1) as f64 / part.max(1) as f64);
    let information = |event: &Event| {
        let who = initiator(event);
        let common = bits(by_kind[&event.kind], all);
        let own = bits(by_both[&(who, event.kind)], by_agent[&who]);
        0.5 * (common + own)
    };
    chronicle.iter().map(information).collect()
}
