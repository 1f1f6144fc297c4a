//! Panel of the city: what everybody, the crowd included, a kind, or those who live in a place have over time, as small plots of one size.
//!
//! A run records no single values of the crowd. They come from a survey, for which the run is simulated again in the background. Measures and
//! the number of agents are known without it.

use bevy_egui::egui::{self, ComboBox, ProgressBar, ScrollArea, vec2};

use super::city_chart::{Chart, ChartPoint, ChartRange, chart_ui};
use super::style::Palette;
use super::widgets::{heading_ui, missing_answer_ui, note_ui, row_ui};
use longhand_analysis::{Survey, SurveyGroup, SurveyValue};
use longhand_expr::ids::Instant;
use longhand_narrative::grammar::counted;
use longhand_scene::{Measure, Scenario};
use longhand_session::{CityView, Query, SessionCommand, SessionView, survey_group_name, survey_value_name};

/// Smallest width of a plot, in points; as many stand side by side as fit.
const LEAST_WIDTH: f32 = 190.0;
/// Height of a plot with its title, in points.
const HEIGHT: f32 = 96.0;
/// Distance between two plots, in points.
const GAP: f32 = 10.0;
/// A value is not plotted if its mean changes by less than this share of its range.
const LEAST_MOVEMENT: f64 = 0.01;

pub(super) fn city_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let task = &view.queries.survey;
    let survey = task.answer().and_then(|answer| answer.survey.as_ref());
    if task.question().is_none() && view.run.is_over() {
        out.push(SessionCommand::Ask(Query::Survey));
    }
    controls_ui(ui, view, survey, out);
    match (survey, task.answer()) {
        (Some(_), _) => {}
        (None, Some(answer)) => {
            note_ui(ui, "Everybody is being counted: the run is simulated again.");
            ui.add(ProgressBar::new(answer.share as f32).desired_height(8.0).fill(Palette::current(ui).accent));
        }
        (None, None) if task.is_pending() => drop(ui.spinner()),
        (None, None) if task.question().is_some() => missing_answer_ui(ui),
        (None, None) => drop(note_ui(ui, "Everybody is counted as soon as the run is over.")),
    }
    ScrollArea::vertical().id_salt("city").auto_shrink(false).show(ui, |ui| {
        let city = &view.state.city;
        match survey.and_then(|survey| Some((survey, find_value(survey, view.run.scenario(), city.value.as_deref()?)?))) {
            Some((survey, value)) => charts_ui(ui, view, &by_group(view, survey, value), out),
            None => all_values_ui(ui, view, survey, out),
        }
        ui.add_space(12.0);
    });
}

/// The choice of a value and of a group.
fn controls_ui(ui: &mut egui::Ui, view: &SessionView<'_>, survey: Option<&Survey>, out: &mut Vec<SessionCommand>) {
    let scenario = view.run.scenario();
    let city = &view.state.city;
    let mut chosen = city.clone();
    row_ui(ui, |ui| {
        let text = chosen.value.clone().unwrap_or_else(|| "Everything".to_owned());
        ComboBox::from_id_salt("city value").selected_text(text).width(180.0).height(420.0).show_ui(ui, |ui| {
            ui.selectable_value(&mut chosen.value, None, "Everything");
            for &value in survey.map_or(&[][..], |survey| &survey.values) {
                let name = survey_value_name(scenario, value);
                ui.selectable_value(&mut chosen.value, Some(name.clone()), name);
            }
        });
        if chosen.value.is_some() {
            note_ui(ui, "of every group");
            if ui.button("Everything").on_hover_text("Show everything of one group").clicked() {
                chosen.value = None;
            }
            return;
        }
        note_ui(ui, "of");
        let text = chosen.group.clone().unwrap_or_else(|| "everybody".to_owned());
        ComboBox::from_id_salt("city group").selected_text(text).width(180.0).show_ui(ui, |ui| {
            for &group in survey.map_or(&[][..], |survey| &survey.groups) {
                let name = survey_group_name(scenario, group);
                let named = (group != SurveyGroup::Everybody).then(|| name.clone());
                ui.selectable_value(&mut chosen.group, named, name);
            }
        });
    });
    note_ui(
        ui,
        "Line: mean. Shade: from the lowest to the highest tenth. Click a plot to go there, its title to compare the groups.",
    );
    if chosen != *city {
        out.push(SessionCommand::ShowCity(chosen));
    }
}

fn find_value(survey: &Survey, scenario: &Scenario, name: &str) -> Option<SurveyValue> {
    survey.values.iter().copied().find(|value| survey_value_name(scenario, *value) == name)
}

/// All plots of one group: numbers and adoption first, then measures, then what has moved most.
fn all_values_ui(ui: &mut egui::Ui, view: &SessionView<'_>, survey: Option<&Survey>, out: &mut Vec<SessionCommand>) {
    let scenario = view.run.scenario();
    let named = |group: &SurveyGroup| Some(survey_group_name(scenario, *group)) == view.state.city.group;
    let group = survey.and_then(|survey| survey.groups.iter().copied().find(named)).unwrap_or(SurveyGroup::Everybody);
    let is_everybody = group == SurveyGroup::Everybody;
    let adoption = survey.and_then(|survey| value_chart(view, survey, group, SurveyValue::OwnsOs));
    let numbers =
        if is_everybody { number_charts(view) } else { survey.map(|survey| size_chart(survey, group)).into_iter().collect() };
    let numbers: Vec<Chart> = adoption.map(|(chart, _)| chart).into_iter().chain(numbers).collect();
    section_ui(ui, view, "Numbers", &numbers, out);
    if is_everybody {
        section_ui(ui, view, "Measures", &measure_charts(view), out);
    }
    let Some(survey) = survey else { return };
    for (title, is_tie) in [("Attributes", false), ("Ties", true)] {
        let values = survey.values.iter().filter(|value| match value {
            SurveyValue::OwnsOs => false,
            SurveyValue::Attr(_) => !is_tie,
            SurveyValue::Tie(_) => is_tie,
        });
        let mut charts: Vec<(Chart, f64)> = values.filter_map(|&value| value_chart(view, survey, group, value)).collect();
        charts.sort_by(|a, b| b.1.total_cmp(&a.1));
        let moved = charts.partition_point(|(_, movement)| *movement >= LEAST_MOVEMENT);
        let still = charts.len() - moved;
        let moved: Vec<Chart> = charts.into_iter().take(moved).map(|(chart, _)| chart).collect();
        section_ui(ui, view, title, &moved, out);
        if still > 0 {
            note_ui(
                ui,
                format!("{} changed too little to plot", counted(still as f64, if is_tie { "tie" } else { "attribute" })),
            );
        }
    }
}

fn section_ui(ui: &mut egui::Ui, view: &SessionView<'_>, title: &str, charts: &[Chart], out: &mut Vec<SessionCommand>) {
    if !charts.is_empty() {
        heading_ui(ui, title);
        charts_ui(ui, view, charts, out);
    }
}

/// Plots of one size, as many side by side as fit.
fn charts_ui(ui: &mut egui::Ui, view: &SessionView<'_>, charts: &[Chart], out: &mut Vec<SessionCommand>) {
    let columns = ((ui.available_width() + GAP) / (LEAST_WIDTH + GAP)).floor().max(1.0);
    let width = ((ui.available_width() + GAP) / columns - GAP).floor().max(60.0);
    for row in charts.chunks(columns as usize) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for chart in row {
                ui.allocate_ui(vec2(width, HEIGHT), |ui| chart_ui(ui, view, chart, vec2(width, HEIGHT), out));
            }
        });
    }
}

/// A value in every group that has it.
fn by_group(view: &SessionView<'_>, survey: &Survey, value: SurveyValue) -> Vec<Chart> {
    let charts = survey.groups.iter().filter_map(|&group| {
        let (chart, _) = value_chart(view, survey, group, value)?;
        let name = survey_group_name(view.run.scenario(), group);
        let shown = CityView { value: None, group: (group != SurveyGroup::Everybody).then(|| name.clone()) };
        Some(Chart { title: name, next: Some(shown), ..chart })
    });
    let mut charts: Vec<Chart> = charts.collect();
    // One scale for all groups, so that they can be compared.
    let all = charts.iter().flat_map(|chart| &chart.points).fold(ChartRange::EMPTY, ChartRange::with);
    charts.iter_mut().for_each(|chart| chart.range = all);
    charts
}

/// The plot of a value in a group, and by which share of its range its mean moves; `None` if nobody of the group has it.
fn value_chart(view: &SessionView<'_>, survey: &Survey, group: SurveyGroup, value: SurveyValue) -> Option<(Chart, f64)> {
    let scenario = view.run.scenario();
    let spreads = survey.spreads(group, value).iter().zip(&survey.instants);
    let points: Vec<ChartPoint> = spreads
        .filter_map(|(spread, at)| {
            let spread = (*spread)?;
            let [mean, low, high] = [spread.mean, spread.low, spread.high].map(f64::from);
            // Of a switch and of adoption, the mean is a share, and deciles say nothing.
            let is_share = match value {
                SurveyValue::OwnsOs => true,
                SurveyValue::Attr(attr) => scenario.attributes[attr.index()].switch,
                SurveyValue::Tie(_) => false,
            };
            Some(ChartPoint { at: *at, mean, spread: (!is_share).then_some((low, high)) })
        })
        .collect();
    let (first, about) = (points.first()?, value_about(scenario, value));
    let means = points.iter().map(|point| point.mean);
    let (low, high) = means.fold((first.mean, first.mean), |(low, high), mean| (low.min(mean), high.max(mean)));
    let size = match value {
        SurveyValue::OwnsOs => 1.0,
        SurveyValue::Attr(attr) => {
            let (least, most) = scenario.attributes[attr.index()].range;
            // Some ranges only exclude what makes no sense, such as debts of billions.
            (most - least).min(high.abs().max(low.abs()).max(1.0))
        }
        SurveyValue::Tie(_) => high.max(1.0),
    };
    let name = survey_value_name(scenario, value);
    let range = points.iter().fold(ChartRange::EMPTY, ChartRange::with);
    let next = Some(CityView { value: Some(name.clone()), group: None });
    Some((Chart { title: name, about, points, range, next }, (high - low) / size))
}

fn value_about(scenario: &Scenario, value: SurveyValue) -> String {
    match value {
        SurveyValue::OwnsOs => "Share of those who have an OS: the adoption curve".to_owned(),
        SurveyValue::Attr(attr) => scenario.attributes[attr.index()].about.clone(),
        SurveyValue::Tie(_) => "Number of ties of each".to_owned(),
    }
}

/// The number of agents of a group.
fn size_chart(survey: &Survey, group: SurveyGroup) -> Chart {
    let sizes = survey.sizes(group).iter().zip(&survey.instants);
    number_chart("number".to_owned(), sizes.map(|(size, at)| (*at, f64::from(*size))).collect())
}

fn number_chart(title: String, values: Vec<(Instant, f64)>) -> Chart {
    let points: Vec<ChartPoint> = values.into_iter().map(|(at, mean)| ChartPoint { at, mean, spread: None }).collect();
    let range = points.iter().fold(ChartRange::EMPTY, ChartRange::with).with_zero();
    Chart { title, about: String::new(), points, range, next: None }
}

/// The number of agents of each kind, by day.
fn number_charts(view: &SessionView<'_>) -> Vec<Chart> {
    let days = &view.run.chronicle().crowd;
    let of_kind = |kind: &str| {
        let number = |numbers: &[(String, f64)]| numbers.iter().find(|(name, _)| name == kind).map(|(_, number)| *number);
        let end_of_day = |day: u32| Instant((i64::from(day) + 1) * Instant::DAY_US);
        days.iter().filter_map(|day| Some((end_of_day(day.day), number(&day.numbers)?))).collect::<Vec<_>>()
    };
    let kinds = view.run.scenario().kinds.iter().map(|kind| (kind.id.replace('_', " "), of_kind(&kind.id)));
    let has_several = |numbers: &[(Instant, f64)]| numbers.iter().any(|(_, number)| *number > 1.0);
    kinds
        .filter(|(_, numbers)| has_several(numbers))
        .map(|(name, numbers)| number_chart(format!("number: {name}"), numbers))
        .collect()
}

/// The measures that are taken over time; of a measure by agent, the mean and the deciles.
fn measure_charts(view: &SessionView<'_>) -> Vec<Chart> {
    let over_time = view.run.scenario().measures.iter().filter(|measure| measure.at.is_regular());
    let charts = over_time.map(|measure| {
        let points = measure_points(view, measure);
        let range = points.iter().fold(ChartRange::EMPTY, ChartRange::with);
        Chart { title: measure.id.replace('_', " "), about: measure.about.clone(), points, range, next: None }
    });
    charts.filter(|chart| chart.points.len() > 1).collect()
}

fn measure_points(view: &SessionView<'_>, measure: &Measure) -> Vec<ChartPoint> {
    let taken = view.run.chronicle().measures.iter().filter(|taken| taken.measure == measure.id && taken.value.is_finite());
    let mut by_instant: Vec<(Instant, Vec<f64>)> = Vec::new();
    for taken in taken {
        match by_instant.last_mut() {
            Some((at, values)) if *at == taken.at => values.push(taken.value),
            _ => by_instant.push((taken.at, vec![taken.value])),
        }
    }
    let point = |(at, mut values): (Instant, Vec<f64>)| {
        values.sort_by(f64::total_cmp);
        let decile = |tenths: usize| values[((values.len() - 1) * tenths + 5) / 10];
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        ChartPoint { at, mean, spread: (values.len() > 1).then(|| (decile(1), decile(9))) }
    };
    by_instant.into_iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use egui_kittest::kittest::Queryable;

    use super::super::inspector::Inspector;
    use super::super::panel_tests::{TestWindow, new_harness};
    use longhand_expr::ids::Instant;
    use longhand_session::testing::{MINDS_SCENE, simulated_session};
    use longhand_session::{CityView, LayoutPreset, PanelId, SessionCommand};

    #[test]
    fn a_survey_is_made_and_a_click_on_a_title_compares_the_groups() {
        let mut harness = new_harness(Inspector::new(simulated_session(MINDS_SCENE)), LayoutPreset::Watch);
        harness.state_mut().inspector.apply(SessionCommand::ShowOnly(PanelId::City));
        let begun = std::time::Instant::now();
        let is_made = |window: &mut TestWindow| {
            let view = window.inspector.session_mut().view();
            view.queries.survey.answer().is_some_and(|answer| answer.survey.is_some())
        };
        while !is_made(harness.state_mut()) {
            harness.step();
            assert!(begun.elapsed().as_secs() < 60, "no survey");
        }
        harness.run();
        harness.get_by_label("Plot of loneliness").click();
        harness.run();
        let commands = harness.state_mut().take_commands();
        assert!(matches!(commands.as_slice(), [.., SessionCommand::Seek(at)] if *at > Instant::START), "{commands:?}");
        harness.get_by_label("loneliness").click();
        harness.run();
        let commands = harness.state_mut().take_commands();
        let compared = CityView { value: Some("loneliness".into()), group: None };
        assert!(commands.contains(&SessionCommand::ShowCity(compared)), "{commands:?}");
        assert!(harness.query_by_label("Plot of everybody").is_some() && harness.query_by_label("Plot of human").is_some());
    }
}
