//! Panel of the ego network of the selected agent at the cursor, up to three steps.
//!
//! Stronger bonds are drawn wider and closer to the centre. The angle of a node depends on its id, so that nodes stay in place
//! from one instant to the next. The strongest bonds are drawn as nodes, the others are summed up in a ring with their number.
//! Nodes of further steps are placed outside, behind the node they are bound to.

use std::collections::{BTreeMap, BTreeSet};
use std::f32::consts::TAU;

use bevy_egui::egui::{self, Align2, Pos2, RichText, Sense, Stroke, TextStyle, pos2, vec2};

use super::style::Palette;
use longhand_expr::ids::{AgentId, DimId, TieId, WorldFact};
use longhand_session::{SessionCommand, SessionView};

/// Maximum number of nodes drawn per further step.
const MAX_PER_STEP: usize = 26;
/// Maximum number of nodes drawn behind each node of the previous step.
const MAX_PER_NODE: usize = 4;
/// Fraction of a turn between consecutive ids: the golden ratio distributes any set of ids evenly.
const GOLDEN_RATIO: f64 = 0.618_033_988_749_895;

/// Ties and bond dimensions between two agents.
#[derive(Clone, Debug, Default, PartialEq)]
struct GraphBond {
    ties: BTreeSet<TieId>,
    /// Sum of both directions, by dimension.
    dims: BTreeMap<DimId, f64>,
}

impl GraphBond {
    /// Sum of the absolute values of all dimensions, plus 0.5 per tie.
    fn strength(&self) -> f64 {
        self.dims.values().map(|value| value.abs()).sum::<f64>() + 0.5 * self.ties.len() as f64
    }

    /// Whether the sum of the dimensions is not negative.
    fn is_warm(&self) -> bool {
        self.dims.values().sum::<f64>() >= 0.0
    }
}

/// Ego network of an agent: the strongest bonds first, and the number of those not drawn, by tie.
#[derive(Debug, Default)]
struct EgoNetwork {
    nodes: Vec<(AgentId, GraphBond)>,
    /// Bonds between the agents in `nodes`.
    node_bonds: Vec<(AgentId, AgentId, GraphBond)>,
    rest_count: usize,
    rest_ties: BTreeMap<TieId, usize>,
    /// Per further step: agent, the agent of the previous step it is bound to, and their bond.
    outer_steps: Vec<Vec<(AgentId, AgentId, GraphBond)>>,
}

impl EgoNetwork {
    fn around(view: &SessionView<'_>, agent: AgentId) -> Self {
        let mut all = strongest_bonds(view, agent);
        let far = all.split_off(all.len().min(usize::from(view.state.graph_neighbors)));
        let mut ego = Self { nodes: all, rest_count: far.len(), ..Self::default() };
        for tie in far.iter().flat_map(|(_, bond)| &bond.ties) {
            *ego.rest_ties.entry(*tie).or_default() += 1;
        }
        for (at, (one, _)) in ego.nodes.iter().enumerate() {
            for (other, _) in &ego.nodes[at + 1..] {
                let bond = collect_bonds(view, *one, view.run.bonds_between(*one, *other, view.playback.cursor())).remove(other);
                if let Some(bond) = bond.filter(|bond| !bond.ties.is_empty() || bond.strength() > 0.3) {
                    ego.node_bonds.push((*one, *other, bond));
                }
            }
        }
        ego.add_outer_steps(view, agent);
        ego
    }

    /// Adds the agents bound to those already drawn, step by step.
    fn add_outer_steps(&mut self, view: &SessionView<'_>, agent: AgentId) {
        let mut drawn: BTreeSet<AgentId> = self.nodes.iter().map(|(id, _)| *id).chain([agent]).collect();
        let mut last: Vec<AgentId> = self.nodes.iter().map(|(id, _)| *id).collect();
        for _ in 1..view.state.graph_depth {
            let mut step: Vec<(AgentId, AgentId, GraphBond)> = Vec::new();
            for &from in &last {
                let new = strongest_bonds(view, from).into_iter().filter(|(id, _)| !drawn.contains(id)).take(MAX_PER_NODE);
                let new: Vec<_> = new.collect();
                drawn.extend(new.iter().map(|(id, _)| *id));
                step.extend(new.into_iter().map(|(id, bond)| (id, from, bond)));
            }
            step.sort_by(|a, b| b.2.strength().total_cmp(&a.2.strength()));
            step.truncate(MAX_PER_STEP);
            last = step.iter().map(|(id, ..)| *id).collect();
            self.outer_steps.push(step);
        }
    }
}

/// Bonds of an agent, strongest first.
fn strongest_bonds(view: &SessionView<'_>, agent: AgentId) -> Vec<(AgentId, GraphBond)> {
    let mut all = bonds(view, agent);
    all.retain(|_, bond| !bond.ties.is_empty() || bond.strength() > 0.02);
    let mut all: Vec<_> = all.into_iter().collect();
    // The sort is stable: equal strengths stay in order of id.
    all.sort_by(|a, b| b.1.strength().total_cmp(&a.1.strength()));
    all
}

/// Bonds of an agent to all others, without hidden ties and without agents bound only by hidden ties.
fn bonds(view: &SessionView<'_>, agent: AgentId) -> BTreeMap<AgentId, GraphBond> {
    collect_bonds(view, agent, view.run.bonds(agent, view.playback.cursor()))
}

/// As [`bonds`], from the given facts.
fn collect_bonds(
    view: &SessionView<'_>,
    agent: AgentId,
    facts: impl Iterator<Item = (WorldFact, f64)>,
) -> BTreeMap<AgentId, GraphBond> {
    let mut all: BTreeMap<AgentId, GraphBond> = BTreeMap::new();
    let mut hidden: BTreeSet<AgentId> = BTreeSet::new();
    for (known, value) in facts {
        match known {
            WorldFact::Tie(from, to, tie) => {
                let other = if from == agent { to } else { from };
                if view.state.hidden_ties.contains(&tie) {
                    hidden.insert(other);
                } else {
                    all.entry(other).or_default().ties.insert(tie);
                }
            }
            WorldFact::Dim(from, to, dim) => {
                *all.entry(if from == agent { to } else { from }).or_default().dims.entry(dim).or_default() += value;
            }
            WorldFact::Attr(..) | WorldFact::Place(_) => {}
        }
    }
    all.retain(|other, bond| !bond.ties.is_empty() || !hidden.contains(other));
    all
}

/// Angles of nodes on the ring: each from its id, moved only as far as neighbours need.
fn node_angles(ids: &[AgentId]) -> Vec<f32> {
    separate_angles(ids.iter().map(|id| (f64::from(id.0) * GOLDEN_RATIO).fract() as f32 * TAU).collect())
}

/// Separates angles by a minimum gap, close to the wished ones.
fn separate_angles(wished: Vec<f32>) -> Vec<f32> {
    let gap = TAU / wished.len().max(8) as f32 * 0.8;
    let mut angles = wished.clone();
    let mut order: Vec<(f32, usize)> = wished.into_iter().enumerate().map(|(at, angle)| (angle, at)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Neighbours push each other apart until all have the gap; the last and the first are neighbours across 2π.
    for _ in 0..400 {
        for at in 0..order.len() {
            let next = (at + 1) % order.len();
            let seam = if next == 0 { TAU } else { 0.0 };
            let lacks = gap - (order[next].0 + seam - order[at].0);
            if next != at && lacks > 0.0 {
                order[at].0 -= lacks / 2.0;
                order[next].0 += lacks / 2.0;
            }
        }
    }
    for (angle, at) in order {
        angles[at] = angle;
    }
    angles
}

pub(super) fn graph_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(agent) = view.shown_agent() else {
        ui.label("The scene has no cast.");
        return;
    };
    controls_ui(ui, view, out);
    let colours = Palette::current(ui);
    let ego = EgoNetwork::around(view, agent);
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::hover());
    let rect = response.rect;
    let middle = rect.center();
    let whole = vec2((rect.width() / 2.0 - 76.0).max(40.0), (rect.height() / 2.0 - 34.0).max(40.0));
    // Further steps are placed outside the first ring.
    let wide = whole * if ego.outer_steps.is_empty() { 1.0 } else { 0.62 };
    let ids: Vec<AgentId> = ego.nodes.iter().map(|(id, _)| *id).collect();
    let most = ego.nodes.first().map_or(1.0, |(_, bond)| bond.strength()).max(1e-9);
    let mut turned: BTreeMap<AgentId, f32> = ids.iter().copied().zip(node_angles(&ids)).collect();
    let mut places: BTreeMap<AgentId, Pos2> = (ego.nodes.iter())
        .map(|(id, bond)| {
            let away = 1.0 - 0.45 * (bond.strength() / most) as f32;
            (*id, middle + vec2(turned[id].cos() * wide.x, turned[id].sin() * wide.y) * away)
        })
        .collect();
    for (nth, step) in ego.outer_steps.iter().enumerate() {
        // Behind the node they are bound to, with a small offset from each other.
        let wished =
            step.iter().map(|(id, from, _)| turned[from] + 0.3 * ((f64::from(id.0) * GOLDEN_RATIO).fract() as f32 - 0.5));
        let away = whole * (0.62 + 0.38 * (nth + 1) as f32 / ego.outer_steps.len() as f32);
        for ((id, from, bond), angle) in step.iter().zip(separate_angles(wished.collect())) {
            let at = middle + vec2(angle.cos() * away.x, angle.sin() * away.y);
            paint_edge(&painter, colours, places[from], at, bond, most, true);
            turned.insert(*id, angle);
            places.insert(*id, at);
        }
    }
    if ego.rest_count > 0 {
        painter.add(egui::Shape::ellipse_stroke(middle, wide + vec2(30.0, 18.0), Stroke::new(7.0, colours.surface)));
        let ties = ego.rest_ties.iter().map(|(tie, n)| format!("{n} {}", view.run.symbols().tie_name(*tie).replace('_', " ")));
        let ties = ties.collect::<Vec<_>>().join(", ");
        let said = format!("and {} more{}{ties}", ego.rest_count, if ties.is_empty() { "" } else { ": " });
        painter.text(pos2(middle.x, rect.bottom() - 2.0), Align2::CENTER_BOTTOM, said, small_font(ui), colours.weak_text);
    }
    for (one, other, bond) in &ego.node_bonds {
        if let (Some(from), Some(to)) = (places.get(one), places.get(other)) {
            paint_edge(&painter, colours, *from, *to, bond, most, true);
        }
    }
    for (id, bond) in &ego.nodes {
        paint_edge(&painter, colours, middle, places[id], bond, most, false);
    }
    let beyond = ego.outer_steps.iter().flatten().map(|(id, _, bond)| (id, bond));
    for (id, bond) in ego.nodes.iter().map(|(id, bond)| (id, bond)).chain(beyond) {
        let ties = bond.ties.iter().map(|tie| view.run.symbols().tie_name(*tie).replace('_', " ")).collect::<Vec<_>>();
        let dims = bond.dims.iter().map(|(dim, value)| {
            format!("{} {}", view.run.symbols().dimension_name(*dim).replace('_', " "), longhand_chronicle::format_number(*value))
        });
        let said = ties.into_iter().chain(dims).collect::<Vec<_>>().join("\n");
        node_ui(ui, view, *id, places[id], false, &said, out);
    }
    node_ui(ui, view, agent, middle, true, "", out);
    if ego.nodes.is_empty() {
        painter.text(
            middle + vec2(0.0, 40.0),
            Align2::CENTER_CENTER,
            "no bonds at the cursor",
            small_font(ui),
            colours.weak_text,
        );
    }
}

fn small_font(ui: &egui::Ui) -> egui::FontId {
    TextStyle::Small.resolve(ui.style())
}

/// Controls: depth of the network, number of nodes, and which ties are drawn.
fn controls_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    ui.horizontal_wrapped(|ui| {
        let (depth, near) = (view.state.graph_depth, view.state.graph_neighbors);
        for (steps, said) in [(1, "1 step"), (2, "2 steps"), (3, "3 steps")] {
            let text = RichText::new(said).small();
            if ui.selectable_label(depth == steps, text).on_hover_text("Depth of the network").clicked() {
                out.push(SessionCommand::GraphDepth(steps));
            }
        }
        for (said, to) in [("fewer", near / 2), ("more", near.saturating_mul(2))] {
            let text = RichText::new(said).small();
            if ui.button(text).on_hover_text("Number of agents drawn as nodes; the others are summed up in the ring").clicked() {
                out.push(SessionCommand::GraphNeighbors(to));
            }
        }
        ui.separator();
        for (at, tie) in view.run.symbols().ties.iter().enumerate() {
            let tie_id = TieId::from_index(at);
            let shown = !view.state.hidden_ties.contains(&tie_id);
            let text = RichText::new(tie.replace('_', " ")).small();
            if ui.selectable_label(shown, text).on_hover_text("Show or hide this tie").clicked() {
                out.push(SessionCommand::ToggleTieLayer(tie_id));
            }
        }
    });
}

/// Draws a bond. Width shows strength; a negative bond is dashed, so that it does not depend on colour alone.
fn paint_edge(painter: &egui::Painter, colours: &Palette, from: Pos2, to: Pos2, bond: &GraphBond, most: f64, faint: bool) {
    let width = 1.0 + 4.0 * (bond.strength() / most).min(1.0) as f32;
    let color = match (faint, bond.is_warm()) {
        (true, _) => colours.border,
        (false, true) => colours.accent,
        (false, false) => colours.weak_text,
    };
    let stroke = Stroke::new(if faint { 1.0 } else { width }, if bond.ties.is_empty() { colours.faded(color) } else { color });
    if bond.is_warm() {
        painter.line_segment([from, to], stroke);
    } else {
        painter.extend(egui::Shape::dashed_line(&[from, to], stroke, 6.0, 4.0));
    }
}

fn node_ui(
    ui: &egui::Ui,
    view: &SessionView<'_>,
    agent: AgentId,
    at: Pos2,
    own: bool,
    said: &str,
    out: &mut Vec<SessionCommand>,
) {
    let colours = Palette::current(ui);
    let radius = if own { 11.0 } else { 7.0 };
    let name = view.run.display_name(agent);
    let rect = egui::Rect::from_center_size(at, vec2(2.0, 2.0) * (radius + 4.0));
    let response = ui.interact(rect, ui.id().with(("node", agent)), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &name));
    let is_os = view.run.kind_of(agent).and_then(|kind| view.run.scenario().kinds.get(kind.index())).is_some_and(|kind| kind.os);
    let fill = if own || response.hovered() { colours.accent } else { colours.title };
    // An OS is a ring, any other agent a filled circle.
    if is_os {
        ui.painter().circle(at, radius, colours.background, Stroke::new(3.0, fill));
    } else {
        ui.painter().circle(at, radius, fill, Stroke::new(1.5, colours.background));
    }
    let font = small_font(ui);
    let below = at + vec2(0.0, radius + 3.0);
    let galley = ui.painter().layout_no_wrap(name, font, colours.text);
    let behind = egui::Rect::from_center_size(below + vec2(0.0, galley.size().y / 2.0), galley.size() + vec2(4.0, 0.0));
    ui.painter().rect_filled(behind, 2.0, colours.background);
    ui.painter().galley(below - vec2(galley.size().x / 2.0, 0.0), galley, colours.text);
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    let response = if said.is_empty() { response } else { response.on_hover_text(said) };
    if response.clicked() {
        out.push(SessionCommand::ShowAgent(agent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(angles: &[f32]) -> f32 {
        let mut sorted: Vec<f32> = angles.iter().map(|angle| angle.rem_euclid(TAU)).collect();
        sorted.sort_by(f32::total_cmp);
        let seam = sorted[0] + TAU - sorted[sorted.len() - 1];
        sorted.windows(2).map(|pair| pair[1] - pair[0]).fold(seam, f32::min)
    }

    #[test]
    fn nodes_do_not_overlap() {
        for n in [2_u32, 5, 22] {
            let ids: Vec<AgentId> = (0..n).map(|id| AgentId(id * 89)).collect();
            assert!(nearest(&node_angles(&ids)) > TAU / 40.0, "{n}");
        }
    }

    #[test]
    fn adding_a_node_moves_the_others_little() {
        let ids = |n: u32| (0..n).map(AgentId).collect::<Vec<_>>();
        let (before, after) = (node_angles(&ids(9)), node_angles(&ids(10)));
        for (before, after) in before.iter().zip(&after) {
            assert!((before - after).abs() < 0.8, "{before} {after}");
        }
    }
}
