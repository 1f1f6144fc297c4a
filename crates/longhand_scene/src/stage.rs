//! What a scene says about its picture on the stage: the setting, the palette, and what each place looks like. All of it is optional
//! and changes nothing in a run; `longhand_stage` chooses what a scene leaves out.

use super::decl::Text;
use serde::Deserialize;

/// The section `stage`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename = "Stage")]
pub struct StageDecl {
    /// The name of a [`StageSetting`].
    pub setting: Option<Text>,
    /// The name of a [`StagePalette`].
    pub palette: Option<Text>,
}

/// Defines an enum of words that a scene may use, with their names.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in scenes.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The value with a name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

words! {
    /// What kind of world stands behind the places.
    StageSetting {
        /// Towers, walkways and a subway.
        City = "city",
        /// Gables, mansards and a bridge.
        OldTown = "old town",
        /// Gabled houses among fields and hills.
        Village = "village",
        /// A hull with its decks on the open sea.
        Ship = "ship",
        /// Rooms of one house, and nothing behind them but its garden.
        Interior = "interior",
    }
}

words! {
    /// The colours of walls and ground. None of them is blue.
    StagePalette {
        /// Coral, cream and saffron.
        Coral = "coral",
        /// Ochre, umber and tallow light.
        Ochre = "ochre",
        /// Straw, olive and brick.
        Meadow = "meadow",
        /// Dark wood and candles.
        Candle = "candle",
    }
}

words! {
    /// What a place looks like.
    #[expect(missing_docs, reason = "the names are self-explanatory")]
    PlaceLook {
        Flat = "flat",
        House = "house",
        Garret = "garret",
        Towers = "towers",
        Office = "office",
        Studio = "studio",
        Shop = "shop",
        Bakery = "bakery",
        Smithy = "smithy",
        School = "school",
        Surgery = "surgery",
        Hall = "hall",
        Theatre = "theatre",
        Church = "church",
        Restaurant = "restaurant",
        Tavern = "tavern",
        Street = "street",
        Square = "square",
        Market = "market",
        Subway = "subway",
        Beach = "beach",
        Harbour = "harbour",
        River = "river",
        Mill = "mill",
        Garden = "garden",
        Orchard = "orchard",
        Field = "field",
        Hill = "hill",
        Woods = "woods",
        Farm = "farm",
        Cabin = "cabin",
        Camp = "camp",
        Roof = "roof",
        Balcony = "balcony",
        Deck = "deck",
    }
}

/// What a checked scene says about its picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageStyle {
    /// The setting; by default the stage decides by the names of the places and the calendar.
    pub setting: Option<StageSetting>,
    /// The palette; by default that of the setting.
    pub palette: Option<StagePalette>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_text;

    fn load(sections: &str) -> Result<crate::Scenario, String> {
        let scene = format!("Scene(starts: \"2025-01-06\", ends: \"2025-02-06\", {sections})");
        load_text("page.ron", &[("page.ron", &scene)], &[]).map(|loaded| loaded.scenario).map_err(|problems| problems.to_string())
    }

    #[test]
    fn every_name_is_that_of_its_value_only() {
        for look in PlaceLook::ALL {
            assert_eq!(PlaceLook::from_name(look.name()), Some(*look));
        }
        assert_eq!(StageSetting::from_name("old town"), Some(StageSetting::OldTown));
        assert_eq!(StagePalette::from_name("blue"), None);
    }

    #[test]
    fn a_scene_says_how_it_looks() {
        let text = r#"stage: (setting: "old town", palette: "candle"), places: [Place(id: "attic", look: "garret", storey: 4)],"#;
        let scenario = load(text).unwrap();
        let expected = StageStyle { setting: Some(StageSetting::OldTown), palette: Some(StagePalette::Candle) };
        assert_eq!(scenario.stage, expected);
        assert_eq!((scenario.places[0].look, scenario.places[0].storey), (Some(PlaceLook::Garret), Some(4)));
        let silent = load(r#"places: [Place(id: "attic")],"#).unwrap();
        assert_eq!((silent.stage, silent.places[0].look, silent.places[0].storey), (StageStyle::default(), None, None));
    }

    #[test]
    fn an_unknown_word_is_an_error_with_the_nearest_one() {
        let problems =
            load(r#"stage: (setting: "old twon"), places: [Place(id: "attic", look: "tavren", storey: 500)],"#).unwrap_err();
        for part in ["`old twon`", "did you mean `old town`?", "`tavren`", "did you mean `tavern`?", "storey"] {
            assert!(problems.contains(part), "{part} is not in {problems}");
        }
    }
}
