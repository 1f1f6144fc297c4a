//! The names on a picture: whose they are, and where they fit.

use longhand_expr::ids::AgentId;

use super::model::{MindLight, MindState, StageModel};

/// A name, and the point in metres over which it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct StageLabel {
    /// The text.
    pub text: String,
    /// The point.
    pub at: [f32; 2],
}

/// A rectangle in pixels, from the upper left corner of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelRect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// The names of those who are told of, followed or pointed at.
#[must_use]
pub fn stage_labels(model: &StageModel, hovered: Option<AgentId>) -> Vec<StageLabel> {
    let people = model.people.iter().filter(|figure| figure.is_told || figure.is_followed || hovered == Some(figure.agent));
    let people = people.map(|figure| StageLabel { text: figure.name.clone(), at: [figure.at[0], figure.at[1] + 2.0] });
    let minds = model.minds.iter().filter(|mind| mind.is_told && mind.owner.is_some());
    people.chain(minds.map(|mind| StageLabel { text: mind_label(mind), at: [mind.at[0], mind.at[1] + 0.6] })).collect()
}

/// The name of a mind, with how many it talks with and loves if they are many.
fn mind_label(mind: &MindLight) -> String {
    match (mind.talks, mind.loves) {
        _ if mind.state != MindState::Online => mind.name.clone(),
        (0..=20, _) => mind.name.clone(),
        (talks, 0 | 1) => format!("{}: with {} others", mind.name, grouped(talks)),
        (talks, loves) => format!("{}: with {} others, in love with {}", mind.name, grouped(talks), grouped(loves)),
    }
}

/// A number with a comma between thousands.
fn grouped(number: u32) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1_000), number % 1_000) }
}

/// Places labels of these sizes (width and height in pixels), each over its point, inside a picture. None comes nearer than `gap` pixels to
/// another; one that does not fit is left out.
#[must_use]
pub fn place_labels(labels: &[([f32; 2], [f32; 2])], picture: LabelRect, gap: f32) -> Vec<Option<LabelRect>> {
    let mut placed: Vec<Option<LabelRect>> = Vec::with_capacity(labels.len());
    for &([x, y], [width, height]) in labels {
        placed.push(place(x, y, [width, height], picture, gap, &placed));
    }
    placed
}

fn place(
    x: f32,
    y: f32,
    [width, height]: [f32; 2],
    picture: LabelRect,
    gap: f32,
    placed: &[Option<LabelRect>],
) -> Option<LabelRect> {
    let is_near = (picture.left - width / 2.0..picture.right + width / 2.0).contains(&x)
        && (picture.top - height..picture.bottom + height).contains(&y);
    let (first, last) = (picture.left + gap, picture.right - gap - width);
    if !is_near || last < first {
        return None;
    }
    let left = (x - width / 2.0).clamp(first, last);
    let mut top = (y - height / 2.0).max(picture.top + gap).min(picture.bottom - gap - height);
    loop {
        if top < picture.top {
            return None;
        }
        let rect = LabelRect { left, top, right: left + width, bottom: top + height };
        let Some(other) = placed.iter().flatten().find(|other| rect.is_nearer(other, gap)) else { return Some(rect) };
        top = other.top - gap - height;
    }
}

impl LabelRect {
    /// Whether the distance to another one is less than `gap`.
    fn is_nearer(&self, other: &Self, gap: f32) -> bool {
        // Tolerance of a hundredth of a pixel.
        let gap = gap - 0.01;
        self.left < other.right + gap
            && other.left < self.right + gap
            && self.top < other.bottom + gap
            && other.top < self.bottom + gap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_720, 8_316_641].map(grouped), ["0", "999", "1,720", "8,316,641"]);
    }

    proptest! {
        #[test]
        fn no_label_leaves_the_picture_or_comes_near_to_another(
            labels in prop::collection::vec(((-50.0_f32..500.0, -50.0_f32..350.0), (10.0_f32..160.0, 12.0_f32..24.0)), 1..12)
        ) {
            let labels: Vec<_> = labels.into_iter().map(|((x, y), (width, height))| ([x, y], [width, height])).collect();
            let picture = LabelRect { left: 0.0, top: 0.0, right: 400.0, bottom: 300.0 };
            let placed = place_labels(&labels, picture, 5.0);
            prop_assert_eq!(placed.len(), labels.len());
            let shown: Vec<&LabelRect> = placed.iter().flatten().collect();
            for (nth, rect) in shown.iter().enumerate() {
                prop_assert!(rect.left >= 0.0 && rect.right <= 400.0 && rect.top >= 0.0 && rect.bottom <= 300.0, "{:?}", rect);
                prop_assert!(shown[..nth].iter().all(|other| !rect.is_nearer(other, 5.0)), "{:?}", rect);
            }
        }
    }
}
