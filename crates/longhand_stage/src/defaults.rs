//! What a scene does not say about its picture: what a place looks like, by the words of its name, and the setting, by its places and
//! the year.

use longhand_scene::{PlaceLook, Scenario, StagePalette, StageSetting};

use PlaceLook as L;

/// Words in names of places, and what a place with such a name looks like.
const WORDS: &[(&str, PlaceLook)] = &[
    ("roof", L::Roof),
    ("garret", L::Garret),
    ("attic", L::Garret),
    ("loft", L::Garret),
    ("subway", L::Subway),
    ("metro", L::Subway),
    ("station", L::Subway),
    ("beach", L::Beach),
    ("shore", L::Beach),
    ("sea", L::Beach),
    ("island", L::Beach),
    ("harbour", L::Harbour),
    ("harbor", L::Harbour),
    ("quay", L::Harbour),
    ("port", L::Harbour),
    ("ferry", L::Harbour),
    ("waterside", L::Harbour),
    ("dock", L::Harbour),
    ("river", L::River),
    ("bridge", L::River),
    ("lake", L::River),
    ("mill", L::Mill),
    ("restaurant", L::Restaurant),
    ("café", L::Restaurant),
    ("cafe", L::Restaurant),
    ("bar", L::Tavern),
    ("inn", L::Tavern),
    ("tavern", L::Tavern),
    ("pub", L::Tavern),
    ("market", L::Market),
    ("fair", L::Market),
    ("square", L::Square),
    ("green", L::Square),
    ("plaza", L::Square),
    ("streets", L::Street),
    ("street", L::Street),
    ("road", L::Street),
    ("lane", L::Street),
    ("gate", L::Street),
    ("porte", L::Street),
    ("town", L::Towers),
    ("towers", L::Towers),
    ("city", L::Towers),
    ("garden", L::Garden),
    ("park", L::Garden),
    ("orchards", L::Orchard),
    ("orchard", L::Orchard),
    ("fields", L::Field),
    ("field", L::Field),
    ("meadow", L::Field),
    ("valley", L::Field),
    ("farms", L::Farm),
    ("farm", L::Farm),
    ("hill", L::Hill),
    ("mountain", L::Hill),
    ("woods", L::Woods),
    ("forest", L::Woods),
    ("wood", L::Woods),
    ("cabin", L::Cabin),
    ("hut", L::Cabin),
    ("retreat", L::Cabin),
    ("camp", L::Camp),
    ("lines", L::Camp),
    ("siege", L::Camp),
    ("balcony", L::Balcony),
    ("terrace", L::Balcony),
    ("church", L::Church),
    ("chapel", L::Church),
    ("convent", L::Church),
    ("temple", L::Church),
    ("theatre", L::Theatre),
    ("theater", L::Theatre),
    ("stage", L::Theatre),
    ("bakery", L::Bakery),
    ("smithy", L::Smithy),
    ("forge", L::Smithy),
    ("school", L::School),
    ("surgery", L::Surgery),
    ("hospital", L::Surgery),
    ("clinic", L::Surgery),
    ("shop", L::Shop),
    ("store", L::Shop),
    ("studio", L::Studio),
    ("workshop", L::Studio),
    ("press", L::Studio),
    ("offices", L::Office),
    ("office", L::Office),
    ("company", L::Office),
    ("firm", L::Office),
    ("guardroom", L::Hall),
    ("barracks", L::Hall),
    ("hall", L::Hall),
    ("palace", L::Hall),
    ("deck", L::Deck),
    ("bridge deck", L::Deck),
    ("flat", L::Flat),
    ("apartment", L::Flat),
    ("room", L::Flat),
    ("house", L::House),
    ("home", L::House),
    ("rectory", L::House),
    ("cottage", L::House),
];

/// What a place looks like: by what the scene says, otherwise by its name, otherwise by its id, otherwise a house.
#[must_use]
pub fn place_look(declared: Option<PlaceLook>, name: &str, id: &str) -> PlaceLook {
    declared.or_else(|| look_in(name)).or_else(|| look_in(&id.replace('_', " "))).unwrap_or(PlaceLook::House)
}

/// The look that a name says: that of its last word before a preposition ("the garden restaurant on the corner" is a restaurant),
/// otherwise that of its first word after it ("another part of town").
fn look_in(text: &str) -> Option<PlaceLook> {
    const PREPOSITIONS: [&str; 12] =
        [" of ", " on ", " in ", " at ", " by ", " under ", " before ", " behind ", " with ", " near ", " over ", " above "];
    let text = text.to_lowercase();
    let head = PREPOSITIONS.iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
    let found = |text: &str| -> Vec<(usize, usize, PlaceLook)> {
        let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let position = |word: &str| {
            let mut all = text.match_indices(word).map(|(at, _)| at);
            all.find(|at| !is_letter(text[..*at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next()))
        };
        WORDS.iter().filter_map(|(word, look)| Some((position(word)?, word.len(), *look))).collect()
    };
    // A name of several words that means one thing is in the list as a whole.
    let whole = found(&text).into_iter().find(|(at, length, _)| text[*at..at + length].contains(' ')).map(|(.., look)| look);
    let before = || found(&text[..head]).into_iter().max_by_key(|(at, length, _)| at + length).map(|(.., look)| look);
    let after = || found(&text[head..]).into_iter().min_by_key(|(at, ..)| *at).map(|(.., look)| look);
    whole.or_else(before).or_else(after)
}

/// The setting: what the scene says, otherwise by its places and the year.
#[must_use]
pub fn setting(scenario: &Scenario, looks: &[PlaceLook]) -> StageSetting {
    if let Some(setting) = scenario.stage.setting {
        return setting;
    }
    let has = |wanted: &[PlaceLook]| looks.iter().filter(|look| wanted.contains(look)).count();
    let start = scenario.calendar.start();
    let is_old = !start.is_turn() && start.year < 1880;
    let (city, country) = (
        has(&[L::Subway, L::Towers, L::Office, L::Flat, L::Roof]),
        has(&[L::Field, L::Mill, L::Farm, L::Orchard, L::Smithy, L::Hill]),
    );
    let homes = has(&[L::Flat, L::House, L::Garret, L::Hall]);
    if has(&[L::Deck]) > 0 {
        StageSetting::Ship
    } else if country > city {
        StageSetting::Village
    } else if is_old {
        StageSetting::OldTown
    } else if homes == looks.len() && !looks.is_empty() {
        StageSetting::Interior
    } else if city > 0 && looks.len() > 3 {
        StageSetting::City
    } else if scenario.population.is_empty() {
        StageSetting::Village
    } else {
        StageSetting::City
    }
}

/// The palette: what the scene says, otherwise that of its setting.
#[must_use]
pub fn palette(scenario: &Scenario, setting: StageSetting) -> StagePalette {
    scenario.stage.palette.unwrap_or(match setting {
        StageSetting::City => StagePalette::Coral,
        StageSetting::OldTown => StagePalette::Ochre,
        StageSetting::Village => StagePalette::Meadow,
        StageSetting::Ship | StageSetting::Interior => StagePalette::Candle,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_place_looks_like() {
        for (name, look) in [
            ("the restaurant on the corner", L::Restaurant),
            ("the garden restaurant", L::Restaurant),
            ("the garden under her balcony", L::Garden),
            ("another part of town", L::Towers),
            ("a room under the roof", L::Flat),
            ("the camp before Arras", L::Camp),
            ("Roxane’s house", L::House),
            ("the seaman", L::House),
            ("the high street", L::Street),
        ] {
            assert_eq!(place_look(None, name, ""), look, "{name}");
        }
        assert_eq!(place_look(Some(L::Church), "the subway", ""), L::Church, "what the scene says counts");
        assert_eq!(place_look(None, "Ann's", "old_mill"), L::Mill, "the id counts if the name says nothing");
    }
}
