//! What an agent has agreed to and intends: appointments with what became of them, and intentions with their reasons and steps.

use bevy_egui::egui::{self, CollapsingHeader, RichText};
use longhand_narrative::dates::DateStyle;
use longhand_narrative::grammar::duration;

use super::style::Palette;
use super::widgets::{agent_link, event_link, heading_ui, more_ui, note_ui};
use longhand_expr::ids::AgentId;
use longhand_scene::AppointmentFate;
use longhand_session::{AgreedMeeting, HeldIntention, IntentionState, MeetingState, SessionCommand, SessionView};

/// Maximum number of appointments or intentions listed that are over.
const MAX_OVER: usize = 8;

/// The appointments and promises of the agent: those to come, and folded those that are over.
pub(super) fn appointments_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let meetings = view.run.meetings(agent, view.playback.cursor());
    if meetings.is_empty() {
        return;
    }
    let (open, over): (Vec<_>, Vec<_>) = meetings.iter().partition(|meeting| meeting.state == MeetingState::Open);
    heading_ui(ui, "Appointments and promises");
    for meeting in &open {
        meeting_ui(ui, view, agent, meeting, out);
    }
    if over.is_empty() {
        return;
    }
    let title = RichText::new(format!("{} over", over.len())).small().color(Palette::current(ui).weak_text);
    CollapsingHeader::new(title).id_salt("appointments over").default_open(open.is_empty()).show(ui, |ui| {
        for meeting in over.iter().take(MAX_OVER) {
            meeting_ui(ui, view, agent, meeting, out);
        }
        more_ui(ui, over.len(), MAX_OVER);
    });
}

fn meeting_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, meeting: &AgreedMeeting, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let run = view.run;
    let now = view.playback.cursor().at;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(run.symbols().appointment_name(meeting.what).replace('_', " ")).strong());
        ui.label("with");
        agent_link(ui, view, meeting.with, out);
        let place = run.place_name(meeting.place).map_or_else(String::new, |place| format!(", {place}"));
        ui.label(format!("{}{place}", view.date(meeting.at, DateStyle::DayTime)));
        let about = run.scenario().commitments.appointments.get(meeting.what.index()).map_or("", |info| info.about.trim());
        let (state, color) = match meeting.state {
            MeetingState::Open if meeting.at > now => {
                (format!("in {}", duration(meeting.at.seconds() - now.seconds())), palette.title)
            }
            MeetingState::Open => ("now".to_owned(), palette.title),
            MeetingState::Replaced => ("another date was agreed".to_owned(), palette.weak_text),
            MeetingState::Ended(AppointmentFate::Kept) => ("kept".to_owned(), palette.title),
            MeetingState::Ended(AppointmentFate::Broken) => ("broken".to_owned(), palette.accent),
            MeetingState::Ended(AppointmentFate::CalledOff) => ("called off".to_owned(), palette.weak_text),
        };
        let state = ui.label(RichText::new(state).small().color(color));
        if !about.is_empty() {
            state.on_hover_text(about);
        }
        let promised_by = if meeting.is_own_promise { agent } else { meeting.with };
        note_ui(ui, format!("promised by {}", view.display_name(promised_by)));
    });
    ui.indent(("meeting", meeting.with, meeting.what, meeting.at), |ui| {
        for event in [meeting.agreed, meeting.ended].into_iter().flatten() {
            event_link(ui, view, event, out);
        }
    });
}

/// The intentions of the agent, each with its reason and its steps.
pub(super) fn intentions_ui(ui: &mut egui::Ui, view: &SessionView<'_>, agent: AgentId, out: &mut Vec<SessionCommand>) {
    let held = view.run.held_intentions(agent, view.playback.cursor());
    if held.is_empty() {
        return;
    }
    let (pursued, over): (Vec<_>, Vec<_>) = held.iter().partition(|intention| intention.state == IntentionState::Pursued);
    heading_ui(ui, "Intentions");
    for intention in &pursued {
        intention_ui(ui, view, intention, out);
    }
    if over.is_empty() {
        return;
    }
    let title = RichText::new(format!("{} achieved or given up", over.len())).small().color(Palette::current(ui).weak_text);
    CollapsingHeader::new(title).id_salt("intentions over").default_open(pursued.is_empty()).show(ui, |ui| {
        for intention in over.iter().take(MAX_OVER) {
            intention_ui(ui, view, intention, out);
        }
        more_ui(ui, over.len(), MAX_OVER);
    });
}

fn intention_ui(ui: &mut egui::Ui, view: &SessionView<'_>, held: &HeldIntention, out: &mut Vec<SessionCommand>) {
    let palette = Palette::current(ui);
    let symbols = view.run.symbols();
    let Some(symbol) = symbols.intentions.get(held.intention.index()) else { return };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(symbol.id.replace('_', " ")).strong());
        if held.about.is_some() {
            agent_link(ui, view, held.about, out);
        }
        match held.state {
            IntentionState::Pursued => {}
            IntentionState::Achieved => drop(ui.label(RichText::new("achieved").small().color(palette.title))),
            IntentionState::Dropped => drop(ui.label(RichText::new("given up").small().color(palette.accent))),
        }
        // A reason may be a template of prose; the event by which it was adopted tells it.
        if !symbol.because.is_empty() && !symbol.because.contains('{') {
            note_ui(ui, format!("because {}", symbol.because));
        }
    });
    ui.indent(("intention", held.intention, held.about, held.adopted), |ui| {
        if held.state == IntentionState::Pursued && !symbol.steps.is_empty() {
            let steps = symbol.steps.iter().enumerate().map(|(nth, step)| {
                let state = match nth.cmp(&held.step) {
                    std::cmp::Ordering::Less => " (done)",
                    std::cmp::Ordering::Equal => " (now)",
                    std::cmp::Ordering::Greater => "",
                };
                format!("{}{state}", step.replace(['_', '/'], " "))
            });
            note_ui(ui, format!("steps: {}", steps.collect::<Vec<_>>().join(" → ")));
        }
        let latest = held.latest.filter(|latest| Some(*latest) != held.adopted);
        for event in [held.adopted, latest].into_iter().flatten() {
            event_link(ui, view, event, out);
        }
    });
}
