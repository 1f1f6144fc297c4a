//! The unchecked syntax of `calendar`: a calendar of the scene's own, or turns.

use super::super::spanned::Spanned;
use super::Text;
use serde::Deserialize;

/// Which dates a scene has. Without it: the Gregorian calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum CalendarDecl {
    /// Months, weeks and eras of the scene's own.
    Calendar {
        months: Vec<MonthDecl>,
        /// Which years are leap years. Default: none.
        #[serde(default)]
        leap: Option<Spanned<LeapDecl>>,
        /// The names of the days of the week. Default: no week.
        #[serde(default)]
        week: Vec<Text>,
        /// How many days of the week, from the first, are working days. Default: all but the last two.
        #[serde(default)]
        workdays: Option<Spanned<u16>>,
        /// The weekday of the first day of the year 1. Default: the first of the week.
        #[serde(default)]
        first_weekday: Option<Text>,
        /// Month and day on which the number of the year increases. Default: the first day of the first month.
        #[serde(default)]
        year_begins: Option<Spanned<(u8, u16)>>,
        #[serde(default)]
        eras: Vec<EraDecl>,
        /// The name of the years before the first era, which are counted backwards.
        #[serde(default)]
        before: Option<Text>,
    },
    /// No dates: turns that are numbered.
    Turns {
        /// What a turn is called. Default: a turn, in the language of the scene.
        #[serde(default)]
        name: Option<Text>,
        /// The length of a turn (duration). Default: a tick.
        #[serde(default)]
        lasts: Option<Text>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Month")]
pub struct MonthDecl {
    pub name: Text,
    pub days: Spanned<u16>,
    /// How many more days it has in a leap year. Default: 0.
    #[serde(default)]
    pub leap: Option<Spanned<u16>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Leap")]
pub struct LeapDecl {
    pub every: u32,
    #[serde(default)]
    pub except: Option<u32>,
    #[serde(default)]
    pub but: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Era")]
pub struct EraDecl {
    pub name: Text,
    /// Its first year, in the count of the calendar. Default: 1.
    #[serde(default)]
    pub from: Option<Spanned<i64>>,
}

impl CalendarDecl {
    /// The first text or number in it, for its position in the file.
    pub(crate) fn first_text(&self) -> Option<&Text> {
        match self {
            Self::Calendar { months, .. } => months.first().map(|month| &month.name),
            Self::Turns { name, lasts } => name.as_ref().or(lasts.as_ref()),
        }
    }
}
