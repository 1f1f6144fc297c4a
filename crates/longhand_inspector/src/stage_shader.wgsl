// The stage: triangles with soft edges into a picture of high range, then bloom, vignette and grain.

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) soft: vec2<f32>,
    @location(1) color: vec4<f32>,
};

@vertex
fn corner(@location(0) position: vec2<f32>, @location(1) soft: vec2<f32>, @location(2) color: vec4<f32>) -> Corner {
    return Corner(vec4<f32>(position, 0.0, 1.0), soft, color);
}

// The same falloff as in `longhand_stage::rasterise`.
@fragment
fn fill(in: Corner) -> @location(0) vec4<f32> {
    let left = clamp(1.0 - length(in.soft), 0.0, 1.0);
    return in.color * (left * left * (3.0 - 2.0 * left));
}

struct Screen {
    @builtin(position) position: vec4<f32>,
    @location(0) at: vec2<f32>,
};

// One triangle that covers the picture.
@vertex
fn screen(@builtin(vertex_index) index: u32) -> Screen {
    let corner = vec2<f32>(f32((index << 1u) & 2u), f32(index & 2u));
    return Screen(vec4<f32>(corner * vec2<f32>(2.0, -2.0) + vec2<f32>(-1.0, 1.0), 0.0, 1.0), corner);
}

@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var smooth_sampler: sampler;
@group(0) @binding(2) var glow: texture_2d<f32>;

// What is brighter than white: lamps and lights, and neither a lit wall nor the sky.
@fragment
fn bright(in: Screen) -> @location(0) vec4<f32> {
    let step = 1.0 / vec2<f32>(textureDimensions(picture));
    var sum = vec3<f32>(0.0);
    for (var y = -1; y <= 1; y += 2) {
        for (var x = -1; x <= 1; x += 2) {
            sum += textureSample(picture, smooth_sampler, in.at + vec2<f32>(f32(x), f32(y)) * step).rgb;
        }
    }
    let color = sum / 4.0;
    let level = max(color.r, max(color.g, color.b));
    return vec4<f32>(color * smoothstep(0.98, 1.5, level), 1.0);
}

fn blurred(at: vec2<f32>, along: vec2<f32>) -> vec4<f32> {
    let step = along / vec2<f32>(textureDimensions(picture));
    var weights = array<f32, 5>(0.227, 0.194, 0.122, 0.054, 0.016);
    var sum = textureSample(picture, smooth_sampler, at) * weights[0];
    for (var tap = 1; tap < 5; tap += 1) {
        let offset = step * f32(tap) * 1.6;
        sum += (textureSample(picture, smooth_sampler, at + offset) + textureSample(picture, smooth_sampler, at - offset)) * weights[tap];
    }
    return sum;
}

@fragment
fn blur_across(in: Screen) -> @location(0) vec4<f32> {
    return blurred(in.at, vec2<f32>(1.0, 0.0));
}

@fragment
fn blur_down(in: Screen) -> @location(0) vec4<f32> {
    return blurred(in.at, vec2<f32>(0.0, 1.0));
}

// Colours are blended as they are stored (sRGB); the target expects light.
fn to_linear(color: vec3<f32>) -> vec3<f32> {
    return select(pow((color + 0.055) / 1.055, vec3<f32>(2.4)), color / 12.92, color <= vec3<f32>(0.04045));
}

@fragment
fn finish(in: Screen) -> @location(0) vec4<f32> {
    var color = textureSample(picture, smooth_sampler, in.at).rgb + textureSample(glow, smooth_sampler, in.at).rgb * 0.45;
    // Bright light turns cream instead of being cut off.
    let over = max(max(color.r, max(color.g, color.b)) - 1.0, 0.0);
    color = min(color, vec3<f32>(1.0)) + vec3<f32>(0.0, 0.3, 0.2) * min(over, 0.6) * 0.5;
    let from_center = in.at - vec2<f32>(0.5);
    // The same vignette as in `longhand_stage::vignette`.
    color = mix(color, color * vec3<f32>(0.62, 0.46, 0.44), smoothstep(0.16, 0.62, dot(from_center, from_center)) * 0.55);
    // Grain, the same in every frame: it hides the steps between shades.
    let cell = floor(in.position.xy);
    let noise = fract(sin(dot(cell, vec2<f32>(12.9898, 78.233))) * 43758.547) - 0.5;
    color += vec3<f32>(noise * 0.014);
    return vec4<f32>(to_linear(clamp(color, vec3<f32>(0.0), vec3<f32>(1.0))), 1.0);
}
