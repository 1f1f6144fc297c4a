//! Panel of the stage: shows the picture at the cursor, moves the camera, and says who and what is under the pointer.
//!
//! What is drawn is in `longhand_stage`. The window draws it on the GPU into a texture ([`StageTexture`]) that this panel shows; where
//! there is no such texture, the panel paints the same triangles with egui. Camera moves are presentation: they are eased in the
//! window, and at their end at once in pictures and tests.

use std::sync::{Arc, Mutex, PoisonError};

use bevy_egui::egui::epaint::{Mesh, Vertex, WHITE_UV};
use bevy_egui::egui::{self, Color32, Painter, Pos2, Rect, Sense, Shape, TextureId, pos2};

use super::stage_text::paint_texts;
use super::widgets::labeled_info;
use longhand_chronicle::LogPosition;
use longhand_expr::ids::AgentId;
use longhand_session::{SessionCommand, SessionView};
use longhand_stage::{
    PackedStage, StageBuilder, StageCamera, StageDirector, StageDrawing, StageModel, draw_stage, for_each_corner,
};

/// Above this pace, in simulated seconds a second, days and nights are not shown: they would flicker.
const MAX_PACE_OF_DAYS: f64 = 21_600.0;

/// The texture that the window draws the stage into. Without it, the panel paints the triangles itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StageTexture {
    pub id: Option<TextureId>,
    /// Whether camera moves are at their end at once, as in pictures.
    pub is_still: bool,
}

/// What the panel asks the window to draw: the triangles, and the size in pixels.
#[derive(Clone, Debug, Default)]
pub(super) struct StageRequest {
    pub packed: Arc<PackedStage>,
    pub size: (u32, u32),
}

/// Where the panel leaves its request for the window.
pub(super) fn request_id() -> egui::Id {
    egui::Id::new("stage request")
}

/// Where the window leaves the texture.
pub(super) fn texture_id() -> egui::Id {
    egui::Id::new("stage texture")
}

/// What the panel keeps from frame to frame. None of it is state of the session.
#[derive(Debug, Default)]
struct StagePresentation {
    builder: Option<StageBuilder>,
    director: StageDirector,
    /// The camera that a person has chosen by dragging and scrolling.
    manual: Option<StageCamera>,
    picture: Option<Picture>,
}

/// The last picture, and what it depends on.
#[derive(Debug)]
struct Picture {
    key: PictureKey,
    model: Arc<StageModel>,
    drawing: StageDrawing,
    packed: Arc<PackedStage>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct PictureKey {
    cursor: LogPosition,
    follow: Option<AgentId>,
    is_light_held: bool,
    camera: StageCamera,
    time: f32,
}

pub(super) fn stage_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::click_and_drag());
    response.widget_info(|| labeled_info(egui::WidgetType::Other, "Stage"));
    let rect = response.rect;
    if rect.width() < 8.0 || rect.height() < 8.0 {
        return;
    }
    let presentation: Arc<Mutex<StagePresentation>> =
        ui.data_mut(|data| data.get_temp_mut_or_default::<Arc<Mutex<StagePresentation>>>(egui::Id::new("stage")).clone());
    let mut presentation = presentation.lock().unwrap_or_else(PoisonError::into_inner);
    let texture: StageTexture = ui.data(|data| data.get_temp(texture_id())).unwrap_or(StageTexture { id: None, is_still: true });
    if presentation.builder.as_ref().is_none_or(|builder| !builder.fits(view.run)) {
        *presentation = StagePresentation { builder: Some(StageBuilder::new(view.run)), ..StagePresentation::default() };
    }
    presentation.move_camera(ui, view, &response, texture.is_still);
    let Some(picture) = &presentation.picture else { return };
    let (model, camera) = (picture.model.clone(), picture.key.camera);
    match texture.id {
        Some(id) => {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(id, rect, uv, Color32::WHITE);
        }
        None => paint_triangles(&painter, rect, picture, &model),
    }
    let pixels = rect.size() * ui.ctx().pixels_per_point();
    let size = ((pixels.x.round() as u32).max(1), (pixels.y.round() as u32).max(1));
    ui.data_mut(|data| data.insert_temp(request_id(), StageRequest { packed: picture.packed.clone(), size }));
    let hovered = response.hover_pos().filter(|_| !response.dragged()).map(|pointer| at_pointer(rect, camera, pointer));
    let hovered_person = hovered.and_then(|point| model.person_near(point)).map(|figure| figure.agent);
    paint_texts(&painter, rect, &model, camera, hovered_person);
    if picture.key.is_light_held {
        paint_dial(&painter, rect, view.run.scenario().calendar.hour(view.playback.cursor().at) as f32);
    }
    let is_manual = presentation.manual.is_some();
    if is_manual {
        painter.text(
            rect.right_top() + egui::vec2(-12.0, 10.0),
            egui::Align2::RIGHT_TOP,
            "Esc: back to the story",
            egui::FontId::proportional(13.0),
            Color32::from_rgb(0xff, 0xf1, 0xdc),
        );
    }
    if let Some(agent) = hovered_person {
        let is_followed = view.state.follow == Some(agent);
        let hint = if is_followed { "Click to show the whole stage" } else { "Click to follow" };
        let name = view.display_name(agent);
        let response =
            response.on_hover_text_at_pointer(format!("{name}\n{hint}")).on_hover_cursor(egui::CursorIcon::PointingHand);
        if response.clicked() {
            drop(presentation);
            out.push(SessionCommand::Follow((!is_followed).then_some(agent)));
            out.push(SessionCommand::ShowAgent(agent));
        }
    } else if response.clicked() && view.state.follow.is_some() {
        out.push(SessionCommand::Follow(None));
    } else if let Some(place) = hovered.and_then(|point| model.place_near(point)) {
        response.on_hover_text_at_pointer(&model.place_names[place]);
    }
}

/// A small dial with the hour, while the light of the stage stands still.
fn paint_dial(painter: &Painter, rect: Rect, hour: f32) {
    let center = rect.left_top() + egui::vec2(28.0, 28.0);
    let (sine, cosine) = ((hour / 24.0 + 0.25) * std::f32::consts::TAU).sin_cos();
    painter.circle_filled(center, 16.0, Color32::from_rgba_premultiplied(0x40, 0x20, 0x24, 0x80));
    painter.circle_stroke(center, 12.0, egui::Stroke::new(1.5, Color32::from_rgb(0xff, 0xe2, 0xb4)));
    painter.circle_filled(center + egui::vec2(cosine, sine) * 12.0, 3.5, Color32::from_rgb(0xff, 0xc4, 0x6e));
}

/// The point of the stage, in metres, under a pointer.
fn at_pointer(rect: Rect, camera: StageCamera, pointer: Pos2) -> [f32; 2] {
    let share = (pointer - rect.min) / rect.size();
    camera.unproject([share.x * 2.0 - 1.0, 1.0 - share.y * 2.0])
}

impl StagePresentation {
    /// Builds the model at the cursor, moves the camera one frame, and draws the picture if anything in it has changed.
    fn move_camera(&mut self, ui: &egui::Ui, view: &SessionView<'_>, response: &egui::Response, is_still: bool) {
        let Some(builder) = &self.builder else { return };
        let is_playing = view.playback.direction().is_some();
        let is_light_held = is_playing && view.playback.pace().is_some_and(|pace| pace > MAX_PACE_OF_DAYS);
        let seconds = ui.input(|input| input.stable_dt).min(0.1);
        if is_playing && !is_still {
            self.director.pass(seconds);
        }
        let cursor = view.playback.cursor();
        let follow = view.state.follow;
        let old = self.picture.as_ref().filter(|picture| {
            let key = &picture.key;
            key.cursor == cursor && key.follow == follow && key.is_light_held == is_light_held && !self.director.is_moving()
        });
        let model = match old {
            Some(picture) => picture.model.clone(),
            None => {
                let mut model = builder.model(view, is_light_held);
                if is_playing && !is_still {
                    self.director.animate(&mut model, seconds);
                } else {
                    self.director.cut(&model);
                }
                Arc::new(model)
            }
        };
        let aspect = response.rect.width() / response.rect.height();
        let target = StageCamera::for_focus(&model.layout, model.focus, aspect);
        self.steer(ui, response, &model, target);
        let target = self.manual.map_or(target, |manual| StageCamera { aspect: target.aspect, ..manual }.within(&model.layout));
        let camera =
            if is_still || self.manual.is_some() { self.director.jump(target) } else { self.director.follow(target, seconds) };
        if camera != target {
            ui.ctx().request_repaint();
        }
        let key = PictureKey { cursor, follow, is_light_held, camera, time: self.director.time() };
        if self.picture.as_ref().is_none_or(|picture| picture.key != key) {
            let drawing = draw_stage(&model, camera, key.time);
            let packed = Arc::new(PackedStage::new(&drawing, &model.layout, camera));
            self.picture = Some(Picture { key, model, drawing, packed });
        }
    }

    /// Dragging and scrolling take over the camera; Escape gives it back.
    fn steer(&mut self, ui: &egui::Ui, response: &egui::Response, model: &StageModel, target: StageCamera) {
        let rect = response.rect;
        if self.manual.is_some() && is_escape_pressed(ui) {
            self.manual = None;
        }
        let current = self.manual.or(self.director.camera()).unwrap_or(target);
        if response.dragged() {
            let moved = response.drag_delta() / rect.size();
            let [x, y] = current.center;
            let center = [x - moved.x * current.height * current.aspect, y + moved.y * current.height];
            self.manual = Some(StageCamera { center, ..current }.within(&model.layout));
        }
        let scrolled = if response.hovered() { ui.input(|input| input.smooth_scroll_delta.y) } else { 0.0 };
        if scrolled != 0.0
            && let Some(pointer) = response.hover_pos()
        {
            let height = current.height * (-scrolled * 0.004).exp();
            let zoomed = StageCamera { height, ..current }.within(&model.layout);
            // What is under the pointer stays there.
            let (before, after) = (at_pointer(rect, current, pointer), at_pointer(rect, zoomed, pointer));
            let center = [zoomed.center[0] + before[0] - after[0], zoomed.center[1] + before[1] - after[1]];
            self.manual = Some(StageCamera { center, ..zoomed }.within(&model.layout));
        }
    }
}

/// Whether Escape was pressed, although it is the shortcut of a command too, which consumes it.
pub(super) fn is_escape_pressed(ui: &egui::Ui) -> bool {
    let is_escape = |event: &egui::Event| matches!(event, egui::Event::Key { key: egui::Key::Escape, pressed: true, .. });
    ui.input(|input| input.raw.events.iter().any(is_escape))
}

/// Paints the triangles with egui, where there is no renderer.
fn paint_triangles(painter: &Painter, rect: Rect, picture: &Picture, model: &StageModel) {
    let mut mesh = Mesh::default();
    for_each_corner(&picture.drawing, &model.layout, picture.key.camera, |[x, y], [r, g, b, a]| {
        let pos = pos2(rect.left() + (x + 1.0) / 2.0 * rect.width(), rect.top() + (1.0 - y) / 2.0 * rect.height());
        mesh.indices.push(mesh.vertices.len() as u32);
        mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color: Color32::from_rgba_premultiplied(r, g, b, a) });
    });
    painter.with_clip_rect(rect).add(Shape::mesh(mesh));
}
