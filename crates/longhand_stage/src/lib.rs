//! The stage: what a picture of a scene's world shows at one instant of a run, and the triangles that draw it.
//!
//! The picture is a panorama that is cut open like a doll's house. Everything follows from the scene, the run and the cursor, so
//! seeking and pictures agree, and playing backwards is the same as playing forward:
//!
//! 1. A [`StageBuilder`] belongs to a scene. It has the [`StageLayout`]: where each place stands, which depends on the scene alone.
//! 2. [`StageBuilder::model`] gives the [`StageModel`] at the cursor: light, people with their postures, minds as lights, contacts, and
//!    the crowd behind the windows.
//! 3. [`draw_stage`] turns a model and a [`StageCamera`] into layers of triangles ([`StageDrawing`]). A renderer draws them with one
//!    blend mode; `longhand_inspector` does so on the GPU. [`rasterise`] does the same on the CPU, for tests and for machines without
//!    a graphics device.
//!
//! - `defaults`: what a scene does not say about its picture; `layout`: the panorama, in `rows`; `places`: how one can be in a place
//! - `route`: the way from place to place; `model`: the state at one instant; `builder`, `told` and
//!   `mind_builder`: of a run at the cursor; `motion`: people on their way while time passes; `director`: from picture to picture, with the camera
//! - `light`, `tint`: sun, sky and colours; `canvas`: triangles; `camera`: what is seen
//! - `backdrop`: what is behind the places; `buildings`, `rooms`, `grounds`, `earth`, `furniture`: the places; `figure`: people; `minds`: minds
//!   and their threads; `labels`: names; `drawing`: everything together; `pack`: the form that renderers take; `raster`: the CPU renderer

#![expect(clippy::disallowed_methods, reason = "drawing need not be bit-identical across machines")]

#[cfg(test)]
mod agreement_tests;
mod backdrop;
mod builder;
mod buildings;
mod camera;
mod canvas;
mod defaults;
mod director;
mod drawing;
mod earth;
mod figure;
mod furniture;
mod grounds;
mod labels;
mod layout;
mod light;
mod mind_builder;
mod minds;
mod model;
mod motion;
mod pack;
mod places;
mod raster;
mod rooms;
mod route;
mod rows;
mod tint;
mod told;

pub use builder::{StageBuilder, StageSky};
pub use camera::StageCamera;
pub use canvas::{Area, Canvas, StageVertex, VERTEX_BYTES};
pub use defaults::place_look;
pub use director::StageDirector;
pub use drawing::{DrawingLayer, StageDrawing, draw_stage};
pub use labels::{LabelRect, StageLabel, place_labels, stage_labels};
pub use layout::{Building, Crown, Plot, StageLayout};
pub use light::SkyLight;
pub use model::{Contact, CrowdLight, Focus, MindLight, MindState, PersonFigure, StageModel};
pub use pack::{PackedStage, for_each_corner};
pub use places::Posture;
pub use raster::{StageRaster, rasterise, vignette};
pub use tint::{Tint, tint};
