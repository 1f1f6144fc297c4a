//! Arrangement of the panels, on egui_tiles: panels can be dragged, split, tabbed and closed. Each preset is a fixed arrangement.
//! The module also maps each panel id to the function that draws the panel.

use bevy_egui::egui;
use egui_tiles::{Behavior, SimplificationOptions, Tile, TileId, Tiles, Tree, UiResponse};
use serde::{Deserialize, Serialize};

use super::style::{DARK, LIGHT};
use super::{
    agent, audit, beats, branches, city, compare, event, events, graph, oses, problems, scene, stage_panel, story, sweep, themes,
    timeline, why_not,
};
use longhand_session::{LayoutPreset, PanelId, SessionCommand, SessionView};

/// The open panels and their arrangement. It is serialised as part of the inspector's state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelLayout(Tree<PanelId>);

/// Draws a panel.
fn panel_ui(panel: PanelId, ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    match panel {
        PanelId::Stage => stage_panel::stage_ui(ui, view, out),
        PanelId::Story => story::story_ui(ui, view, out),
        PanelId::Timeline => timeline::timeline_ui(ui, view, out),
        PanelId::Events => events::events_ui(ui, view, out),
        PanelId::Event => event::event_ui(ui, view, out),
        PanelId::Agent => agent::agent_ui(ui, view, out),
        PanelId::Oses => oses::oses_ui(ui, view, out),
        PanelId::City => city::city_ui(ui, view, out),
        PanelId::Graph => graph::graph_ui(ui, view, out),
        PanelId::Beats => beats::beats_ui(ui, view, out),
        PanelId::Scene => scene::scene_ui(ui, view, out),
        PanelId::Problems => problems::problems_ui(ui, view, out),
        PanelId::Compare => compare::compare_ui(ui, view, out),
        PanelId::Themes => themes::themes_ui(ui, view, out),
        PanelId::WhyNot => why_not::why_not_ui(ui, view, out),
        PanelId::Branches => branches::branches_ui(ui, view, out),
        PanelId::Sweep => sweep::sweep_ui(ui, view, out),
        PanelId::Audit => audit::audit_ui(ui, view, out),
    }
}

/// Description of a layout, from which tiles are built.
enum LayoutSpec {
    Panel(PanelId),
    /// Side by side, each with its fraction of the width.
    Row(Vec<(f32, LayoutSpec)>),
    /// One below the other, each with its fraction of the height.
    Column(Vec<(f32, LayoutSpec)>),
    Tabs(Vec<PanelId>),
}

fn preset_spec(preset: LayoutPreset) -> LayoutSpec {
    use LayoutSpec::{Column, Panel, Row, Tabs};
    match preset {
        LayoutPreset::Watch => Row(vec![(0.64, Panel(PanelId::Stage)), (0.36, Tabs(vec![PanelId::Story, PanelId::Beats]))]),
        LayoutPreset::Step => Column(vec![
            (0.3, Panel(PanelId::Timeline)),
            (
                0.7,
                Row(vec![
                    (0.36, Tabs(vec![PanelId::Events, PanelId::Story])),
                    (0.36, Panel(PanelId::Event)),
                    (0.28, Tabs(vec![PanelId::Agent, PanelId::Beats])),
                ]),
            ),
        ]),
        LayoutPreset::Write => Row(vec![
            (0.56, Panel(PanelId::Scene)),
            (
                0.44,
                Column(vec![
                    (0.6, Tabs(vec![PanelId::Compare, PanelId::Beats])),
                    (0.4, Tabs(vec![PanelId::Story, PanelId::Problems])),
                ]),
            ),
        ]),
        LayoutPreset::Explore => Row(vec![
            (
                0.62,
                Column(vec![(0.66, Tabs(vec![PanelId::Graph, PanelId::Oses, PanelId::City])), (0.34, Panel(PanelId::Timeline))]),
            ),
            (0.38, Tabs(vec![PanelId::Agent, PanelId::Event])),
        ]),
        LayoutPreset::Ask => Row(vec![
            (0.33, Tabs(vec![PanelId::Themes, PanelId::Beats])),
            (0.33, Column(vec![(0.5, Panel(PanelId::WhyNot)), (0.5, Tabs(vec![PanelId::Event, PanelId::Story]))])),
            (
                0.34,
                Column(vec![
                    (0.55, Panel(PanelId::Branches)),
                    (0.45, Tabs(vec![PanelId::Compare, PanelId::Sweep, PanelId::Audit])),
                ]),
            ),
        ]),
    }
}

impl PanelLayout {
    /// The layout of a preset.
    #[must_use]
    pub fn for_preset(preset: LayoutPreset) -> Self {
        let mut tiles = Tiles::default();
        let root = insert_tiles(&mut tiles, preset_spec(preset));
        Self(Tree::new("panels", root, tiles))
    }

    /// A layout with a single panel.
    #[must_use]
    pub fn single(panel: PanelId) -> Self {
        let mut tiles = Tiles::default();
        let root = insert_tiles(&mut tiles, LayoutSpec::Panel(panel));
        Self(Tree::new("panels", root, tiles))
    }

    /// Whether a panel is visible: open, and the active tab.
    #[must_use]
    pub fn is_visible(&self, panel: PanelId) -> bool {
        self.0.active_tiles().iter().any(|tile| self.0.tiles.get_pane(tile) == Some(&panel))
    }

    /// Opens a panel if it is closed, and makes it the active tab.
    pub fn show(&mut self, panel: PanelId) {
        if self.0.tiles.find_pane(&panel).is_none() {
            let new_tile = self.0.tiles.insert_pane(panel);
            match self.0.root {
                Some(root) => {
                    let root = self.0.tiles.insert_horizontal_tile(vec![root, new_tile]);
                    self.0.root = Some(root);
                }
                None => self.0.root = Some(new_tile),
            }
        }
        self.0.make_active(|_, tile| matches!(tile, Tile::Pane(pane) if *pane == panel));
    }

    /// Closes a panel if it is visible; otherwise shows it.
    pub fn toggle(&mut self, panel: PanelId) {
        match self.0.tiles.find_pane(&panel) {
            Some(tile) if self.is_visible(panel) => {
                self.0.remove_recursively(tile);
            }
            _ => self.show(panel),
        }
    }

    pub(super) fn ui(&mut self, ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
        if self.0.is_empty() {
            ui.centered_and_justified(|ui| ui.label("All panels are closed. Press F1 to restore them."));
            return;
        }
        self.0.ui(&mut PanelBehavior { view, out }, ui);
    }
}

fn insert_tiles(tiles: &mut Tiles<PanelId>, spec: LayoutSpec) -> TileId {
    let insert_all = |tiles: &mut Tiles<PanelId>, parts: Vec<(f32, LayoutSpec)>| -> Vec<(f32, TileId)> {
        parts.into_iter().map(|(share, part)| (share, insert_tiles(tiles, part))).collect()
    };
    let linear = |dir, parts: Vec<(f32, TileId)>| {
        let mut linear = egui_tiles::Linear::new(dir, parts.iter().map(|part| part.1).collect());
        for (share, part) in parts {
            linear.shares.set_share(part, share);
        }
        linear
    };
    match spec {
        LayoutSpec::Panel(panel) => {
            let panel = tiles.insert_pane(panel);
            tiles.insert_tab_tile(vec![panel])
        }
        LayoutSpec::Tabs(panels) => {
            let panels = panels.into_iter().map(|panel| tiles.insert_pane(panel)).collect();
            tiles.insert_tab_tile(panels)
        }
        LayoutSpec::Row(parts) => {
            let parts = insert_all(tiles, parts);
            tiles.insert_container(linear(egui_tiles::LinearDir::Horizontal, parts))
        }
        LayoutSpec::Column(parts) => {
            let parts = insert_all(tiles, parts);
            tiles.insert_container(linear(egui_tiles::LinearDir::Vertical, parts))
        }
    }
}

struct PanelBehavior<'a, 'v> {
    view: &'a SessionView<'v>,
    out: &'a mut Vec<SessionCommand>,
}

impl Behavior<PanelId> for PanelBehavior<'_, '_> {
    fn pane_ui(&mut self, ui: &mut egui::Ui, _tile: TileId, panel: &mut PanelId) -> UiResponse {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(10, 8)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            panel_ui(*panel, ui, self.view, self.out);
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, panel: &PanelId) -> egui::WidgetText {
        problems::tab_title(*panel, self.view).into()
    }

    fn is_tab_closable(&self, _tiles: &Tiles<PanelId>, _tile: TileId) -> bool {
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

    fn tab_text_color(
        &self,
        visuals: &egui::Visuals,
        _: &Tiles<PanelId>,
        _: TileId,
        state: &egui_tiles::TabState,
    ) -> egui::Color32 {
        let palette = if visuals.dark_mode { &DARK } else { &LIGHT };
        if state.active { palette.title } else { palette.weak_text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_panel_can_be_shown_again() {
        let mut layout = PanelLayout::for_preset(LayoutPreset::Step);
        assert!(
            layout.is_visible(PanelId::Timeline) && !layout.is_visible(PanelId::Beats),
            "the beats are a tab behind the agent"
        );
        layout.toggle(PanelId::Beats);
        assert!(layout.is_visible(PanelId::Beats));
        layout.toggle(PanelId::Timeline);
        assert!(!layout.is_visible(PanelId::Timeline));
        layout.toggle(PanelId::Timeline);
        assert!(layout.is_visible(PanelId::Timeline));
    }

    #[test]
    fn a_layout_round_trips_through_ron() {
        let layout = PanelLayout::for_preset(LayoutPreset::Explore);
        let text = ron::to_string(&layout).unwrap();
        assert_eq!(ron::from_str::<PanelLayout>(&text).unwrap(), layout);
    }
}
