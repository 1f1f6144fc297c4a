//! Draws the stage on the GPU into a texture that the panel shows.
//!
//! The panel hands over a [`StageFrame`]: all triangles of a picture. They are drawn in one call, with multisampling; then bloom,
//! vignette and grain are added (`stage_shader.wgsl`). The passes are submitted before those of egui, so the panel shows the picture
//! of the same frame. Bevy's sprites and meshes are not used: the picture is one list of triangles whose order matters, and a list in
//! one buffer needs no entity for each shape.

use std::sync::Arc;

use bevy::asset::AssetId;
use bevy::prelude::*;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    AddressMode, BindGroup, BindGroupEntry, BindGroupLayout, BindGroupLayoutEntry, BindingResource, BindingType, BlendState,
    Buffer, BufferDescriptor, BufferUsages, ColorTargetState, ColorWrites, CommandEncoder, CommandEncoderDescriptor, Extent3d,
    FilterMode, IndexFormat, LoadOp, MultisampleState, Operations, PipelineLayoutDescriptor, PrimitiveState, RawFragmentState,
    RawRenderPipelineDescriptor, RawVertexBufferLayout, RawVertexState, RenderPassColorAttachment, RenderPassDescriptor,
    RenderPipeline, Sampler, SamplerBindingType, SamplerDescriptor, ShaderModule, ShaderModuleDescriptor, ShaderSource,
    ShaderStages, StoreOp, TextureDescriptor, TextureDimension, TextureFormat, TextureSampleType, TextureUsages, TextureView,
    TextureViewDescriptor, TextureViewDimension, VertexAttribute, VertexFormat, VertexStepMode,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::render::texture::GpuImage;
use bevy::render::{Extract, ExtractSchedule, Render, RenderApp, RenderSystems};
use longhand_stage::{PackedStage, VERTEX_BYTES};

/// The format in which the picture is drawn: light may be brighter than white.
const DRAWN: TextureFormat = TextureFormat::Rgba16Float;
/// The format of the picture that the panel shows.
pub(super) const SHOWN: TextureFormat = TextureFormat::Rgba8UnormSrgb;
/// Samples for each pixel. All devices have 4.
const SAMPLES: u32 = 4;
/// Bloom is computed at this fraction of the size.
const BLOOM_SCALE: u32 = 4;

/// A picture to draw: the triangles, and the texture that it goes to. Without triangles nothing is drawn.
#[derive(Clone, Default, Resource)]
pub(super) struct StageFrame {
    pub packed: Option<Arc<PackedStage>>,
    pub target: Handle<Image>,
}

/// Draws the [`StageFrame`] of each frame.
pub(super) struct StageRendererPlugin;

impl Plugin for StageRendererPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<StageFrame>();
        let Some(render_app) = app.get_sub_app_mut(RenderApp) else { return };
        render_app.init_resource::<StageFrame>().init_resource::<StageGpu>();
        render_app.add_systems(ExtractSchedule, extract_frame);
        render_app.add_systems(Render, render_frame.in_set(RenderSystems::Queue));
    }
}

fn extract_frame(frame: Extract<Res<StageFrame>>, mut extracted: ResMut<StageFrame>) {
    if frame.is_changed() {
        *extracted = frame.clone();
    }
}

/// What the renderer keeps from frame to frame.
#[derive(Default, Resource)]
struct StageGpu {
    pipelines: Option<Pipelines>,
    textures: Option<Textures>,
    vertices: Option<Buffer>,
    indices: Option<Buffer>,
    /// What the texture shows.
    shown: Option<(Arc<PackedStage>, AssetId<Image>)>,
}

struct Pipelines {
    fill: RenderPipeline,
    bright: RenderPipeline,
    blur_across: RenderPipeline,
    blur_down: RenderPipeline,
    finish: RenderPipeline,
    layout: BindGroupLayout,
    sampler: Sampler,
}

/// The pictures on the way from the triangles to the target.
struct Textures {
    size: (u32, u32),
    sampled: TextureView,
    drawn: TextureView,
    blooms: [TextureView; 2],
}

impl Pipelines {
    fn new(device: &RenderDevice) -> Self {
        let source = ShaderSource::Wgsl(include_str!("stage_shader.wgsl").into());
        let module = device.create_and_validate_shader_module(ShaderModuleDescriptor { label: Some("stage"), source });
        let texture = |binding| BindGroupLayoutEntry {
            binding,
            visibility: ShaderStages::FRAGMENT,
            ty: BindingType::Texture {
                sample_type: TextureSampleType::Float { filterable: true },
                view_dimension: TextureViewDimension::D2,
                multisampled: false,
            },
            count: None,
        };
        let sampler_entry = BindGroupLayoutEntry {
            binding: 1,
            visibility: ShaderStages::FRAGMENT,
            ty: BindingType::Sampler(SamplerBindingType::Filtering),
            count: None,
        };
        let layout = device.create_bind_group_layout("stage", &[texture(0), sampler_entry, texture(2)]);
        let pass = |entry: &str, format| pipeline(device, &module, Some(&layout), ("screen", entry), format);
        Self {
            fill: pipeline(device, &module, None, ("corner", "fill"), DRAWN),
            bright: pass("bright", DRAWN),
            blur_across: pass("blur_across", DRAWN),
            blur_down: pass("blur_down", DRAWN),
            finish: pass("finish", SHOWN),
            sampler: device.create_sampler(&SamplerDescriptor {
                address_mode_u: AddressMode::ClampToEdge,
                address_mode_v: AddressMode::ClampToEdge,
                mag_filter: FilterMode::Linear,
                min_filter: FilterMode::Linear,
                ..default()
            }),
            layout,
        }
    }

    fn bind(&self, device: &RenderDevice, picture: &TextureView, glow: &TextureView) -> BindGroup {
        let entries = [
            BindGroupEntry { binding: 0, resource: BindingResource::TextureView(picture) },
            BindGroupEntry { binding: 1, resource: BindingResource::Sampler(&self.sampler) },
            BindGroupEntry { binding: 2, resource: BindingResource::TextureView(glow) },
        ];
        device.create_bind_group("stage", &self.layout, &entries)
    }
}

/// A pipeline that draws triangles with multisampling, or with a layout a pass over the whole picture.
fn pipeline(
    device: &RenderDevice,
    module: &ShaderModule,
    layout: Option<&BindGroupLayout>,
    (vertex, fragment): (&str, &str),
    format: TextureFormat,
) -> RenderPipeline {
    let is_fill = layout.is_none();
    let layouts: Vec<_> = layout.map(|layout| Some(&**layout)).into_iter().collect();
    let pipeline_layout = device.create_pipeline_layout(&PipelineLayoutDescriptor {
        label: Some("stage"),
        bind_group_layouts: &layouts,
        immediate_size: 0,
    });
    let attribute = |format, offset, shader_location| VertexAttribute { format, offset, shader_location };
    let attributes = [
        attribute(VertexFormat::Float32x2, 0, 0),
        attribute(VertexFormat::Float32x2, 8, 1),
        attribute(VertexFormat::Unorm8x4, 16, 2),
    ];
    let buffer =
        RawVertexBufferLayout { array_stride: VERTEX_BYTES as u64, step_mode: VertexStepMode::Vertex, attributes: &attributes };
    let buffers = if is_fill { vec![buffer] } else { Vec::new() };
    let blend = is_fill.then_some(BlendState::PREMULTIPLIED_ALPHA_BLENDING);
    device.create_render_pipeline(&RawRenderPipelineDescriptor {
        label: Some("stage"),
        layout: Some(&pipeline_layout),
        vertex: RawVertexState { module, entry_point: Some(vertex), compilation_options: default(), buffers: &buffers },
        primitive: PrimitiveState::default(),
        depth_stencil: None,
        multisample: MultisampleState { count: if is_fill { SAMPLES } else { 1 }, ..default() },
        fragment: Some(RawFragmentState {
            module,
            entry_point: Some(fragment),
            compilation_options: default(),
            targets: &[Some(ColorTargetState { format, blend, write_mask: ColorWrites::ALL })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

impl Textures {
    fn new(device: &RenderDevice, size: (u32, u32)) -> Self {
        let texture = |divisor: u32, sample_count| {
            let texture = device.create_texture(&TextureDescriptor {
                label: Some("stage"),
                size: Extent3d { width: (size.0 / divisor).max(1), height: (size.1 / divisor).max(1), depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count,
                dimension: TextureDimension::D2,
                format: DRAWN,
                usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            });
            texture.create_view(&TextureViewDescriptor::default())
        };
        let blooms = [texture(BLOOM_SCALE, 1), texture(BLOOM_SCALE, 1)];
        Self { size, sampled: texture(1, SAMPLES), drawn: texture(1, 1), blooms }
    }
}

/// Writes bytes to a buffer, which grows when it is too small.
fn upload(device: &RenderDevice, queue: &RenderQueue, slot: &mut Option<Buffer>, bytes: &[u8], usage: BufferUsages) {
    if slot.as_ref().is_none_or(|buffer| buffer.size() < bytes.len() as u64) {
        let size = (bytes.len() as u64).next_power_of_two().max(1 << 16);
        let usage = usage | BufferUsages::COPY_DST;
        *slot = Some(device.create_buffer(&BufferDescriptor { label: Some("stage"), size, usage, mapped_at_creation: false }));
    }
    if let Some(buffer) = slot {
        queue.write_buffer(buffer, 0, bytes);
    }
}

fn render_frame(
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    images: Res<RenderAssets<GpuImage>>,
    frame: Res<StageFrame>,
    mut gpu: ResMut<StageGpu>,
) {
    let (Some(packed), Some(target)) = (&frame.packed, images.get(&frame.target)) else { return };
    let is_same = |(shown, id): &(Arc<PackedStage>, AssetId<Image>)| Arc::ptr_eq(shown, packed) && *id == frame.target.id();
    if gpu.shown.as_ref().is_some_and(is_same) {
        return;
    }
    let extent = target.texture_descriptor.size;
    let size = (extent.width, extent.height);
    let StageGpu { pipelines, textures, vertices, indices, shown } = &mut *gpu;
    let pipelines = pipelines.get_or_insert_with(|| Pipelines::new(&device));
    if textures.as_ref().is_none_or(|textures| textures.size != size) {
        *textures = Some(Textures::new(&device, size));
    }
    let Some(textures) = textures else { return };
    upload(&device, &queue, vertices, &packed.vertices, BufferUsages::VERTEX);
    upload(&device, &queue, indices, &packed.indices, BufferUsages::INDEX);
    let (Some(vertices), Some(indices)) = (vertices, indices) else { return };
    let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor { label: Some("stage") });
    {
        let attachment = RenderPassColorAttachment {
            view: &textures.sampled,
            depth_slice: None,
            resolve_target: Some(&textures.drawn),
            ops: Operations { load: LoadOp::Clear(default()), store: StoreOp::Discard },
        };
        let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
            label: Some("stage"),
            color_attachments: &[Some(attachment)],
            ..default()
        });
        pass.set_pipeline(&pipelines.fill);
        pass.set_vertex_buffer(0, *vertices.slice(..));
        pass.set_index_buffer(*indices.slice(..), IndexFormat::Uint32);
        pass.draw_indexed(0..packed.index_count(), 0, 0..1);
    }
    let [first, second] = &textures.blooms;
    let mut run = |pipeline: &RenderPipeline, picture: &TextureView, glow: &TextureView, to: &TextureView| {
        let group = pipelines.bind(&device, picture, glow);
        screen_pass(&mut encoder, pipeline, &group, to);
    };
    run(&pipelines.bright, &textures.drawn, &textures.drawn, first);
    run(&pipelines.blur_across, first, first, second);
    run(&pipelines.blur_down, second, second, first);
    run(&pipelines.finish, &textures.drawn, first, &target.texture_view);
    queue.submit([encoder.finish()]);
    *shown = Some((packed.clone(), frame.target.id()));
}

fn screen_pass(encoder: &mut CommandEncoder, pipeline: &RenderPipeline, group: &BindGroup, to: &TextureView) {
    let attachment = RenderPassColorAttachment {
        view: to,
        depth_slice: None,
        resolve_target: None,
        ops: Operations { load: LoadOp::Clear(default()), store: StoreOp::Store },
    };
    let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
        label: Some("stage"),
        color_attachments: &[Some(attachment)],
        ..default()
    });
    pass.set_pipeline(pipeline);
    pass.set_bind_group(0, &**group, &[]);
    pass.draw(0..3, 0..1);
}
