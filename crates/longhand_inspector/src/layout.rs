//! Arrangement of the panels, on egui_tiles: panels can be dragged, split, tabbed and closed. Each preset is a fixed arrangement.

use bevy_egui::egui;
use egui_tiles::{Behavior, SimplificationOptions, Tile, TileId, Tiles, Tree, UiResponse};
use serde::{Deserialize, Serialize};

use super::theme::Palette;
use super::{agent, beats, branches, compare, event, events, graph, oses, scene, stage_panel, story, sweep, themes, timeline, why_not};
use longhand_session::{Command, Pane, Preset, View};

/// The open panels and their arrangement. It is serialised as part of the inspector's state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout(Tree<Pane>);

fn pane_ui(pane: Pane, ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    match pane {
        Pane::Stage => stage_panel::stage_ui(ui, view, out),
        Pane::Story => story::story_ui(ui, view, out),
        Pane::Timeline => timeline::timeline_ui(ui, view, out),
        Pane::Events => events::events_ui(ui, view, out),
        Pane::Event => event::event_ui(ui, view, out),
        Pane::Agent => agent::agent_ui(ui, view, out),
        Pane::Oses => oses::oses_ui(ui, view, out),
        Pane::Graph => graph::graph_ui(ui, view, out),
        Pane::Beats => beats::beats_ui(ui, view, out),
        Pane::Scene => scene::scene_ui(ui, view, out),
        Pane::Problems => scene::problems_ui(ui, view, out),
        Pane::Compare => compare::compare_ui(ui, view, out),
        Pane::Themes => themes::themes_ui(ui, view, out),
        Pane::WhyNot => why_not::why_not_ui(ui, view, out),
        Pane::Branches => branches::branches_ui(ui, view, out),
        Pane::Sweep => sweep::sweep_ui(ui, view, out),
    }
}

/// Description of a layout, from which tiles are built.
enum Built {
    Pane(Pane),
    /// Side by side, each with its fraction of the width.
    Row(Vec<(f32, Built)>),
    /// One below the other, each with its fraction of the height.
    Column(Vec<(f32, Built)>),
    Tabs(Vec<Pane>),
}

fn built(preset: Preset) -> Built {
    use Built::{Column, Pane as One, Row, Tabs};
    match preset {
        Preset::Watch => Row(vec![(0.64, One(Pane::Stage)), (0.36, Tabs(vec![Pane::Story, Pane::Beats]))]),
        Preset::Step => Column(vec![
            (0.3, One(Pane::Timeline)),
            (
                0.7,
                Row(vec![
                    (0.36, Tabs(vec![Pane::Events, Pane::Story])),
                    (0.36, One(Pane::Event)),
                    (0.28, Tabs(vec![Pane::Agent, Pane::Beats])),
                ]),
            ),
        ]),
        Preset::Write => Row(vec![
            (0.56, One(Pane::Scene)),
            (0.44, Column(vec![(0.6, Tabs(vec![Pane::Compare, Pane::Beats])), (0.4, Tabs(vec![Pane::Story, Pane::Problems]))])),
        ]),
        Preset::Explore => Row(vec![
            (0.62, Column(vec![(0.66, Tabs(vec![Pane::Graph, Pane::Oses])), (0.34, One(Pane::Timeline))])),
            (0.38, Tabs(vec![Pane::Agent, Pane::Event])),
        ]),
        Preset::Ask => Row(vec![
            (0.33, Tabs(vec![Pane::Themes, Pane::Beats])),
            (0.33, Column(vec![(0.5, One(Pane::WhyNot)), (0.5, Tabs(vec![Pane::Event, Pane::Story]))])),
            (0.34, Column(vec![(0.55, One(Pane::Branches)), (0.45, Tabs(vec![Pane::Compare, Pane::Sweep]))])),
        ]),
    }
}

impl Layout {
    /// The layout of a preset.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let mut tiles = Tiles::default();
        let root = build(&mut tiles, built(preset));
        Self(Tree::new("panels", root, tiles))
    }

    /// A layout with a single panel.
    #[must_use]
    pub fn alone(pane: Pane) -> Self {
        let mut tiles = Tiles::default();
        let root = build(&mut tiles, Built::Pane(pane));
        Self(Tree::new("panels", root, tiles))
    }

    /// Whether a panel is visible: open, and the active tab.
    #[must_use]
    pub fn shows(&self, pane: Pane) -> bool {
        self.0.active_tiles().iter().any(|tile| self.0.tiles.get_pane(tile) == Some(&pane))
    }

    /// Opens a panel if it is closed, and makes it the active tab.
    pub fn show(&mut self, pane: Pane) {
        if self.0.tiles.find_pane(&pane).is_none() {
            let new = self.0.tiles.insert_pane(pane);
            match self.0.root {
                Some(root) => {
                    let root = self.0.tiles.insert_horizontal_tile(vec![root, new]);
                    self.0.root = Some(root);
                }
                None => self.0.root = Some(new),
            }
        }
        self.0.make_active(|_, tile| matches!(tile, Tile::Pane(open) if *open == pane));
    }

    /// Closes a panel if it is visible; otherwise shows it.
    pub fn toggle(&mut self, pane: Pane) {
        match self.0.tiles.find_pane(&pane) {
            Some(tile) if self.shows(pane) => {
                self.0.remove_recursively(tile);
            }
            _ => self.show(pane),
        }
    }

    pub(super) fn ui(&mut self, ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
        if self.0.is_empty() {
            ui.centered_and_justified(|ui| ui.label("All panels are closed. Press F1 to restore them."));
            return;
        }
        self.0.ui(&mut Panes { view, out }, ui);
    }
}

fn build(tiles: &mut Tiles<Pane>, built: Built) -> TileId {
    let shared = |tiles: &mut Tiles<Pane>, parts: Vec<(f32, Built)>| -> Vec<(f32, TileId)> {
        parts.into_iter().map(|(share, part)| (share, build(tiles, part))).collect()
    };
    let linear = |dir, parts: Vec<(f32, TileId)>| {
        let mut linear = egui_tiles::Linear::new(dir, parts.iter().map(|part| part.1).collect());
        for (share, part) in parts {
            linear.shares.set_share(part, share);
        }
        linear
    };
    match built {
        Built::Pane(pane) => {
            let pane = tiles.insert_pane(pane);
            tiles.insert_tab_tile(vec![pane])
        }
        Built::Tabs(panes) => {
            let panes = panes.into_iter().map(|pane| tiles.insert_pane(pane)).collect();
            tiles.insert_tab_tile(panes)
        }
        Built::Row(parts) => {
            let parts = shared(tiles, parts);
            tiles.insert_container(linear(egui_tiles::LinearDir::Horizontal, parts))
        }
        Built::Column(parts) => {
            let parts = shared(tiles, parts);
            tiles.insert_container(linear(egui_tiles::LinearDir::Vertical, parts))
        }
    }
}

struct Panes<'a, 'v> {
    view: &'a View<'v>,
    out: &'a mut Vec<Command>,
}

impl Behavior<Pane> for Panes<'_, '_> {
    fn pane_ui(&mut self, ui: &mut egui::Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(10, 8)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            pane_ui(*pane, ui, self.view, self.out);
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> egui::WidgetText {
        pane.title().into()
    }

    fn is_tab_closable(&self, _tiles: &Tiles<Pane>, _tile: TileId) -> bool {
        true
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        28.0
    }

    fn tab_bar_color(&self, visuals: &egui::Visuals) -> egui::Color32 {
        visuals.extreme_bg_color
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        2.0
    }

    fn min_size(&self) -> f32 {
        80.0
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: true, ..SimplificationOptions::default() }
    }

    fn tab_text_color(&self, visuals: &egui::Visuals, _: &Tiles<Pane>, _: TileId, state: &egui_tiles::TabState) -> egui::Color32 {
        let palette = if visuals.dark_mode { &super::theme::DARK } else { &super::theme::LIGHT };
        if state.active { palette.title } else { palette.aside }
    }
}

/// A wrapping row for widgets of different heights. The row height is fixed in advance so that all of them are centred on one
/// line.
pub(super) fn row_ui(ui: &mut egui::Ui, contents: impl FnOnce(&mut egui::Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 26.0;
        ui.horizontal_wrapped(contents);
    });
}

/// A section heading inside a panel.
pub(super) fn part_ui(ui: &mut egui::Ui, title: &str) {
    ui.add_space(6.0);
    ui.label(egui::RichText::new(title).small().strong().color(Palette::of(ui).aside));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_panel_can_be_shown_again() {
        let mut layout = Layout::of(Preset::Step);
        assert!(layout.shows(Pane::Timeline) && !layout.shows(Pane::Beats), "the beats are a tab behind the agent");
        layout.toggle(Pane::Beats);
        assert!(layout.shows(Pane::Beats));
        layout.toggle(Pane::Timeline);
        assert!(!layout.shows(Pane::Timeline));
        layout.toggle(Pane::Timeline);
        assert!(layout.shows(Pane::Timeline));
    }

    #[test]
    fn a_layout_round_trips_through_ron() {
        let layout = Layout::of(Preset::Explore);
        let text = ron::to_string(&layout).unwrap();
        assert_eq!(ron::from_str::<Layout>(&text).unwrap(), layout);
    }
}
