//! From picture to picture while time passes: the camera follows what is told, people walk, and light changes softly.
//!
//! This is presentation only. It ends at what the model says, and without time passing there is none of it.

use super::camera::StageCamera;
use super::light::SkyLight;
use super::model::StageModel;
use super::motion::StageMotion;

/// How fast the camera approaches its target: the share of the way that is left after a second is e to the minus this.
const CAMERA_RATE: f32 = 3.2;
/// How far from its target the camera may be to be at rest, relative to its height.
const CAMERA_REST: f32 = 0.002;

/// Moves the camera, people and light. It keeps where they were shown last.
#[derive(Clone, Debug, Default)]
pub struct StageDirector {
    camera: Option<StageCamera>,
    motion: StageMotion,
    light: Option<SkyLight>,
    time: f32,
}

impl StageDirector {
    /// Real seconds during which time passed on the stage; it moves what breathes, flickers or drifts.
    #[must_use]
    pub fn time(&self) -> f32 {
        self.time
    }

    /// Whether somebody is on the way.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.motion.is_moving()
    }

    /// The camera of the last picture.
    #[must_use]
    pub fn camera(&self) -> Option<StageCamera> {
        self.camera
    }

    /// Lets `seconds` of real time pass.
    pub fn pass(&mut self, seconds: f32) {
        self.time += seconds;
    }

    /// Moves people on their way and softens changes of light, for a picture `seconds` of real time after the last one.
    pub fn animate(&mut self, model: &mut StageModel, seconds: f32) {
        self.motion.advance(model, seconds);
        let share = 1.0 - (-seconds * SkyLight::SMOOTHING).exp();
        model.light = self.light.map_or(model.light, |light| light.toward(&model.light, share));
        self.light = Some(model.light);
    }

    /// Shows a model as it is: time does not pass, or has jumped.
    pub fn cut(&mut self, model: &StageModel) {
        self.motion.stop();
        self.light = Some(model.light);
    }

    /// Moves the camera toward a target for `seconds` of real time.
    pub fn follow(&mut self, target: StageCamera, seconds: f32) -> StageCamera {
        let camera = self.camera.map_or(target, |camera| {
            let next = camera.toward(target, 1.0 - (-seconds * CAMERA_RATE).exp());
            let away = (next.center[0] - target.center[0]).abs() + (next.center[1] - target.center[1]).abs();
            let is_there = away + (next.height - target.height).abs() < CAMERA_REST * target.height;
            if is_there { target } else { next }
        });
        self.camera = Some(camera);
        camera
    }

    /// Puts the camera at a target at once.
    pub fn jump(&mut self, target: StageCamera) -> StageCamera {
        self.camera = Some(target);
        target
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::arrange;
    use longhand_scene::StageSetting;

    #[test]
    fn the_camera_arrives_at_its_target_without_a_jump() {
        let wide = StageCamera::wide(&arrange(StageSetting::City, &[]), 1.6);
        let near = StageCamera { center: [3.0, 2.0], height: 6.0, ..wide };
        let mut director = StageDirector::default();
        assert_eq!(director.follow(wide, 0.1), wide, "the first picture is where it should be");
        let heights: Vec<f32> = (0..120).map(|_| director.follow(near, 1.0 / 30.0).height).collect();
        assert!(heights.is_sorted_by(|before, after| before >= after) && heights[0] > 0.7 * wide.height, "{heights:?}");
        assert_eq!(director.camera(), Some(near));
    }
}
