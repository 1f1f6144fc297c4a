//! Panel of the network around the selected agent at the cursor, up to three steps.
//!
//! Stronger bonds are drawn wider and closer to the centre. The angle of a node depends on its id, so that nodes stay in place
//! from one instant to the next. The strongest bonds are drawn as nodes, the others are summed up in a ring with their number.
//! Nodes of further steps are placed outside, behind the node they are bound to. Members of a community have the same colour and
//! letter.

use std::collections::BTreeMap;
use std::f32::consts::TAU;

use bevy_egui::egui::{self, Align2, Pos2, RichText, Sense, Stroke, TextStyle, WidgetType, pos2, vec2};

use super::bonds::ShownBond;
use super::ego_network::{EgoNetwork, shortest_path};
use super::style::Palette;
use super::widgets::{agent_link, agent_menu_ui, labeled_info, note_ui};
use longhand_chronicle::format_number;
use longhand_expr::ids::{AgentId, TieId};
use longhand_session::{SessionCommand, SessionView};

/// Fraction of a turn between consecutive ids: the golden ratio distributes any set of ids evenly.
const GOLDEN_RATIO: f64 = 0.618_033_988_749_895;
/// Maximum number of agents in the menu of paths.
const MAX_AGENTS: usize = 100;
/// Maximum number of communities in the legend.
const MAX_COMMUNITIES: usize = 6;

/// Angles of nodes on the ring: derived from their ids, changed only as far as needed to separate neighbours.
fn node_angles(ids: &[AgentId]) -> Vec<f32> {
    separate_angles(ids.iter().map(|id| (f64::from(id.0) * GOLDEN_RATIO).fract() as f32 * TAU).collect())
}

/// Separates angles by a minimum gap, close to the preferred ones.
fn separate_angles(preferred: Vec<f32>) -> Vec<f32> {
    let min_gap = TAU / preferred.len().max(8) as f32 * 0.8;
    let mut angles = preferred.clone();
    let mut order: Vec<(f32, usize)> = preferred.into_iter().enumerate().map(|(index, angle)| (angle, index)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Neighbours push each other apart until all gaps are large enough. The last and the first are neighbours too.
    for _ in 0..400 {
        for index in 0..order.len() {
            let next = (index + 1) % order.len();
            let wrap = if next == 0 { TAU } else { 0.0 };
            let deficit = min_gap - (order[next].0 + wrap - order[index].0);
            if next != index && deficit > 0.0 {
                order[index].0 -= deficit / 2.0;
                order[next].0 += deficit / 2.0;
            }
        }
    }
    for (angle, index) in order {
        angles[index] = angle;
    }
    angles
}

pub(super) fn graph_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let Some(agent) = view.shown_agent() else {
        ui.label("The scene has no cast.");
        return;
    };
    let ego = EgoNetwork::around(view, agent);
    controls_ui(ui, view, out);
    let path = path_ui(ui, view, agent, out);
    legend_ui(ui, &ego);
    let palette = Palette::current(ui);
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::hover());
    let rect = response.rect;
    let center = rect.center();
    let strongest = ego.nodes.first().map_or(1.0, |(_, bond)| bond.strength()).max(1e-9);
    let positions = node_positions(&ego, agent, rect);
    for pair in path.windows(2) {
        if let (Some(from), Some(to)) = (positions.get(&pair[0]), positions.get(&pair[1])) {
            painter.line_segment([*from, *to], Stroke::new(9.0, palette.highlight));
        }
    }
    for (agent, from, bond) in ego.outer_steps.iter().flatten() {
        paint_edge(&painter, palette, positions[from], positions[agent], bond, strongest, true);
    }
    if ego.rest_count > 0 {
        let ring = first_ring(&ego, rect) + vec2(30.0, 18.0);
        painter.add(egui::Shape::ellipse_stroke(center, ring, Stroke::new(7.0, palette.surface)));
        let ties = ego.rest_ties.iter().map(|(tie, n)| format!("{n} {}", view.run.symbols().tie_name(*tie).replace('_', " ")));
        let ties = ties.collect::<Vec<_>>().join(", ");
        let text = format!("and {} more{}{ties}", ego.rest_count, if ties.is_empty() { "" } else { ": " });
        painter.text(pos2(center.x, rect.bottom() - 2.0), Align2::CENTER_BOTTOM, text, small_font(ui), palette.weak_text);
    }
    for (from, to, bond) in &ego.node_bonds {
        paint_edge(&painter, palette, positions[from], positions[to], bond, strongest, true);
    }
    for (id, bond) in &ego.nodes {
        paint_edge(&painter, palette, center, positions[id], bond, strongest, false);
    }
    let outer = ego.outer_steps.iter().flatten().map(|(id, _, bond)| (id, bond));
    for (id, bond) in ego.nodes.iter().map(|(id, bond)| (id, bond)).chain(outer) {
        let look = NodeLook { is_center: false, community: ego.communities.get(id).copied() };
        node_ui(ui, view, *id, positions[id], look, &bond_text(view, bond), out);
    }
    node_ui(ui, view, agent, center, NodeLook { is_center: true, community: None }, "", out);
    if ego.nodes.is_empty() {
        let below = center + vec2(0.0, 40.0);
        painter.text(below, Align2::CENTER_CENTER, "no bonds at the cursor", small_font(ui), palette.weak_text);
    }
}

/// Half axes of the ellipse on which the nodes of the first step are placed; further steps are outside it.
fn first_ring(ego: &EgoNetwork, rect: egui::Rect) -> egui::Vec2 {
    outer_ring(rect) * if ego.outer_steps.is_empty() { 1.0 } else { 0.62 }
}

/// Half axes of the ellipse on which the outermost nodes are placed.
fn outer_ring(rect: egui::Rect) -> egui::Vec2 {
    vec2((rect.width() / 2.0 - 76.0).max(40.0), (rect.height() / 2.0 - 34.0).max(40.0))
}

fn node_positions(ego: &EgoNetwork, agent: AgentId, rect: egui::Rect) -> BTreeMap<AgentId, Pos2> {
    let (center, ring) = (rect.center(), first_ring(ego, rect));
    let ids: Vec<AgentId> = ego.nodes.iter().map(|(id, _)| *id).collect();
    let mut angles: BTreeMap<AgentId, f32> = ids.iter().copied().zip(node_angles(&ids)).collect();
    let strongest = ego.nodes.first().map_or(1.0, |(_, bond)| bond.strength()).max(1e-9);
    let mut positions = BTreeMap::from([(agent, center)]);
    for (id, bond) in &ego.nodes {
        let distance = 1.0 - 0.45 * (bond.strength() / strongest) as f32;
        positions.insert(*id, center + vec2(angles[id].cos() * ring.x, angles[id].sin() * ring.y) * distance);
    }
    for (nth, step) in ego.outer_steps.iter().enumerate() {
        // Behind the node they are bound to, with a small offset from each other.
        let preferred =
            step.iter().map(|(id, from, _)| angles[from] + 0.3 * ((f64::from(id.0) * GOLDEN_RATIO).fract() as f32 - 0.5));
        let ring = outer_ring(rect) * (0.62 + 0.38 * (nth + 1) as f32 / ego.outer_steps.len() as f32);
        for ((id, ..), angle) in step.iter().zip(separate_angles(preferred.collect())) {
            positions.insert(*id, center + vec2(angle.cos() * ring.x, angle.sin() * ring.y));
            angles.insert(*id, angle);
        }
    }
    positions
}

fn small_font(ui: &egui::Ui) -> egui::FontId {
    TextStyle::Small.resolve(ui.style())
}

/// Controls: depth of the network, number of nodes, which ties are drawn, and the end of the path.
fn controls_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    ui.horizontal_wrapped(|ui| {
        let (depth, count) = (view.state.graph_depth, view.state.graph_neighbors);
        for (steps, text) in [(1, "1 step"), (2, "2 steps"), (3, "3 steps")] {
            let text = RichText::new(text).small();
            if ui.selectable_label(depth == steps, text).on_hover_text("Depth of the network").clicked() {
                out.push(SessionCommand::GraphDepth(steps));
            }
        }
        for (text, new_count) in [("fewer", count / 2), ("more", count.saturating_mul(2))] {
            let text = RichText::new(text).small();
            if ui.button(text).on_hover_text("Number of agents drawn as nodes; the others are summed up in the ring").clicked() {
                out.push(SessionCommand::GraphNeighbors(new_count));
            }
        }
        let mut path_to = view.state.path_to;
        let text = path_to.map_or_else(|| "no path".to_owned(), |to| format!("path to {}", view.display_name(to)));
        let combo = egui::ComboBox::from_id_salt("path").selected_text(RichText::new(&text).small()).show_ui(ui, |ui| {
            ui.selectable_value(&mut path_to, None, "no path");
            agent_menu_ui(ui, view, MAX_AGENTS, &mut path_to, Some);
        });
        combo.response.widget_info(|| labeled_info(WidgetType::ComboBox, &format!("Shortest path: {text}")));
        combo.response.on_hover_text("Highlight the shortest path from the shown agent to another one");
        if path_to != view.state.path_to {
            out.push(SessionCommand::PathTo(path_to));
        }
        ui.separator();
        for (index, tie) in view.run.symbols().ties.iter().enumerate() {
            let tie_id = TieId::from_index(index);
            let is_shown = !view.state.hidden_ties.contains(&tie_id);
            let text = RichText::new(tie.replace('_', " ")).small();
            if ui.selectable_label(is_shown, text).on_hover_text("Show or hide this tie").clicked() {
                out.push(SessionCommand::ToggleTieLayer(tie_id));
            }
        }
    });
}

/// Shows the shortest path as links to its agents, and returns them. Draws nothing if no path is requested.
fn path_ui(ui: &mut egui::Ui, view: &SessionView<'_>, from: AgentId, out: &mut Vec<SessionCommand>) -> Vec<AgentId> {
    let Some(to) = view.state.path_to.filter(|to| *to != from) else { return Vec::new() };
    let Some(path) = shortest_path(view, from, to) else {
        let (from, to) = (view.display_name(from), view.display_name(to));
        note_ui(ui, format!("No path from {from} to {to} over the ties and bonds shown."));
        return Vec::new();
    };
    ui.horizontal_wrapped(|ui| {
        let steps = path.len() - 1;
        note_ui(ui, format!("Shortest path, {steps} {}:", if steps == 1 { "step" } else { "steps" }));
        for (nth, &agent) in path.iter().enumerate() {
            if nth > 0 {
                note_ui(ui, "→");
            }
            agent_link(ui, view, agent, out);
        }
    });
    path
}

/// Letter, colour and size of each community.
fn legend_ui(ui: &mut egui::Ui, ego: &EgoNetwork) {
    let sizes = ego.community_sizes();
    if sizes.is_empty() {
        return;
    }
    let palette = Palette::current(ui);
    ui.horizontal_wrapped(|ui| {
        note_ui(ui, "Communities:").on_hover_text(
            "Agents with stronger bonds among themselves than to the others, by label propagation. The agent in the centre belongs \
             to none.",
        );
        for (community, size) in sizes.iter().enumerate().take(MAX_COMMUNITIES) {
            let text = RichText::new(format!("● {} {size} agents", community_letter(community))).small();
            ui.label(text.color(community_color(palette, community)));
        }
        if sizes.len() > MAX_COMMUNITIES {
            note_ui(ui, format!("and {} more", sizes.len() - MAX_COMMUNITIES));
        }
    });
}

fn community_color(palette: &Palette, community: usize) -> egui::Color32 {
    palette.series[community % palette.series.len()]
}

/// A letter for each community, so that it does not depend on colour alone.
fn community_letter(community: usize) -> char {
    ('A'..='Z').cycle().nth(community).unwrap_or('?')
}

/// Ties and dimensions, one per line. A dimension is the sum of both directions.
fn bond_text(view: &SessionView<'_>, bond: &ShownBond) -> String {
    let symbols = view.run.symbols();
    let ties = bond.ties.iter().map(|tie| symbols.tie_name(*tie).replace('_', " "));
    let dims = bond.dims.iter().map(|(dim, (to, from))| {
        let sum = to.unwrap_or(0.0) + from.unwrap_or(0.0);
        format!("{} {}", symbols.dimension_name(*dim).replace('_', " "), format_number(sum))
    });
    ties.chain(dims).collect::<Vec<_>>().join("\n")
}

/// Draws a bond. Width shows strength; a negative bond is dashed, so that it does not depend on colour alone.
fn paint_edge(
    painter: &egui::Painter,
    palette: &Palette,
    from: Pos2,
    to: Pos2,
    bond: &ShownBond,
    strongest: f64,
    is_faint: bool,
) {
    let width = 1.0 + 4.0 * (bond.strength() / strongest).min(1.0) as f32;
    let color = match (is_faint, bond.is_warm()) {
        (true, _) => palette.border,
        (false, true) => palette.accent,
        (false, false) => palette.weak_text,
    };
    let color = if bond.ties.is_empty() { palette.faded(color) } else { color };
    let stroke = Stroke::new(if is_faint { 1.0 } else { width }, color);
    if bond.is_warm() {
        painter.line_segment([from, to], stroke);
    } else {
        painter.extend(egui::Shape::dashed_line(&[from, to], stroke, 6.0, 4.0));
    }
}

/// How a node is drawn.
#[derive(Clone, Copy)]
struct NodeLook {
    is_center: bool,
    community: Option<usize>,
}

fn node_ui(
    ui: &egui::Ui,
    view: &SessionView<'_>,
    agent: AgentId,
    center: Pos2,
    look: NodeLook,
    bond: &str,
    out: &mut Vec<SessionCommand>,
) {
    let palette = Palette::current(ui);
    let radius = if look.is_center { 11.0 } else { 8.0 };
    let name = view.display_name(agent);
    let rect = egui::Rect::from_center_size(center, vec2(2.0, 2.0) * (radius + 4.0));
    let response = ui.interact(rect, ui.id().with(("node", agent)), Sense::click());
    response.widget_info(|| labeled_info(WidgetType::Button, &name));
    let fill = match look.community {
        _ if look.is_center || response.hovered() => palette.accent,
        Some(community) => community_color(palette, community),
        None => palette.title,
    };
    // An OS is a ring, any other agent a filled circle.
    let is_os = view.run.is_os(agent);
    if is_os {
        ui.painter().circle(center, radius, palette.background, Stroke::new(3.0, fill));
    } else {
        ui.painter().circle(center, radius, fill, Stroke::new(1.5, palette.background));
    }
    if let Some(community) = look.community {
        let font = egui::FontId::proportional(10.5);
        let color = if is_os { fill } else { palette.background };
        ui.painter().text(center, Align2::CENTER_CENTER, community_letter(community), font, color);
    }
    let galley = ui.painter().layout_no_wrap(name, small_font(ui), palette.text);
    let label_top = center + vec2(0.0, radius + 3.0);
    let backdrop = egui::Rect::from_center_size(label_top + vec2(0.0, galley.size().y / 2.0), galley.size() + vec2(4.0, 0.0));
    ui.painter().rect_filled(backdrop, 2.0, palette.background);
    ui.painter().galley(label_top - vec2(galley.size().x / 2.0, 0.0), galley, palette.text);
    if look.is_center {
        return;
    }
    let tip = format!("{bond}\n\nClick to show this agent, secondary-click for the shortest path to it");
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(tip.trim_start());
    if response.clicked() {
        out.push(SessionCommand::ShowAgent(agent));
    }
    if response.secondary_clicked() {
        out.push(SessionCommand::PathTo(Some(agent).filter(|_| view.state.path_to != Some(agent))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smallest_gap(angles: &[f32]) -> f32 {
        let mut sorted: Vec<f32> = angles.iter().map(|angle| angle.rem_euclid(TAU)).collect();
        sorted.sort_by(f32::total_cmp);
        let wrap_gap = sorted[0] + TAU - sorted[sorted.len() - 1];
        sorted.windows(2).map(|pair| pair[1] - pair[0]).fold(wrap_gap, f32::min)
    }

    #[test]
    fn nodes_do_not_overlap() {
        for n in [2_u32, 5, 22] {
            let ids: Vec<AgentId> = (0..n).map(|id| AgentId(id * 89)).collect();
            assert!(smallest_gap(&node_angles(&ids)) > TAU / 40.0, "{n}");
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
