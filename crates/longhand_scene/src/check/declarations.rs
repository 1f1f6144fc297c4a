//! Checks params, kinds, attributes, bond dimensions, ties, places and mind parameters.

use super::super::decl::{self, SceneFile, Text};
use super::super::model;
use super::super::settings::{self, ParamSetting};
use super::super::spanned::Spanned;
use super::super::stage::{PlaceLook, StagePalette, StageSetting, StageStyle};
use super::super::values::{AttributeValue, Inheritance, ParamValue, Temperament};
use super::checker::SceneChecker;
use super::lookup::check_range;
use super::names::{IdUsage, check_id};
use super::report::CheckReport;
use longhand_expr::ids::{AttrId, KindId};
use longhand_expr::{Expr, Scope, Type, did_you_mean, nearest_name};

/// The values that an attribute may have.
#[derive(Clone, Copy)]
pub(super) struct ValueSpace<'a> {
    pub(super) name: &'a str,
    pub(super) switch: bool,
    pub(super) one_of: &'a [String],
    pub(super) range: (f64, f64),
}

/// Words for a message: `child`, `adult`.
pub(super) fn listed(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Default range of attributes and dimensions.
const DEFAULT_RANGE: (f64, f64) = (0.0, 1.0);
/// Greatest whole number that is stored exactly, like all smaller ones.
const MAX_INTEGER: f64 = 16_777_216.0;
/// How many storeys above the ground a place can be.
const STOREYS: (f64, f64) = (-3.0, 60.0);
/// Default scale of the choice noise.
const DEFAULT_CHOICE_NOISE: f64 = 0.1;

/// The params with their effective values.
pub(super) fn params(scene: &SceneFile, set: &[ParamSetting], report: &mut CheckReport) -> Vec<model::Param> {
    for setting in set {
        if !scene.params.iter().any(|param| param.id.as_str() == setting.name.as_str()) {
            report.push(settings::unknown_param(setting, scene.params.iter().map(|param| param.id.as_str())));
        }
    }
    let compile = |param: &decl::ParamDecl| {
        let range = param.range.as_ref().map(|range| checked_range(range, report));
        let mut value = param.value.clone();
        // The last setting of a param has priority, as usual on a command line.
        if let Some(setting) = set.iter().rfind(|setting| setting.name.as_str() == param.id.as_str()) {
            match settings::parse_setting(setting, *param.value) {
                Ok(parsed) => value = Spanned { value: parsed, file: setting.value.file, span: setting.value.span.clone() },
                Err(problem) => report.push(*problem),
            }
        }
        match (*param.value, &param.range) {
            (ParamValue::Switch(_), Some(range)) => report.error(range, "range", "a switch has no range"),
            (ParamValue::Number(_), _) => {
                for value in [&param.value, &value] {
                    if let ParamValue::Number(number) = **value {
                        check_range(value, number, range.unwrap_or((f64::MIN, f64::MAX)), &param.id, report);
                    }
                }
            }
            _ => {}
        }
        model::Param { id: param.id.value.clone(), value: *value, range, about: param.about.clone() }
    };
    scene.params.iter().map(compile).collect()
}

/// A valid range; an invalid one is reported and replaced by the default.
fn checked_range(range: &Spanned<(f64, f64)>, report: &mut CheckReport) -> (f64, f64) {
    let (low, high) = **range;
    if !(low.is_finite() && high.is_finite()) {
        report.error(range, "range", "a range needs two finite numbers");
        return DEFAULT_RANGE;
    }
    if low >= high {
        report.error_help(range, "range", "this range is empty", "write the smaller number first");
        return DEFAULT_RANGE;
    }
    (low, high)
}

impl SceneChecker<'_> {
    pub(super) fn read_attributes(&mut self, scene: &SceneFile) -> Vec<model::Attribute> {
        scene.attributes.iter().map(|attribute| self.attribute(attribute)).collect()
    }

    fn attribute(&mut self, written: &decl::AttributeDecl) -> model::Attribute {
        for kind in &written.of {
            self.names.kinds.resolve(kind, &mut self.report);
        }
        if written.switch {
            let message = "a switch has no `range`, `rest` or `half_life`";
            if let Some(range) = &written.range {
                self.report.error(range, "range", message);
            }
            if let Some(rest) = &written.rest {
                self.report.error(rest, "range", message);
            }
            if let Some(half_life) = &written.half_life {
                self.report.error(half_life, "range", message);
            }
        }
        let one_of = self.words(written);
        let range = match &written.range {
            _ if !one_of.is_empty() => (0.0, one_of.len() as f64 - 1.0),
            Some(range) => checked_range(range, &mut self.report),
            None => DEFAULT_RANGE,
        };
        let space = ValueSpace { name: &written.id, switch: written.switch, one_of: &one_of, range };
        let start = written.start.as_ref().map(|start| self.attribute_value(start, &space));
        if let Some(rest) = &written.rest {
            check_range(rest, **rest, range, &written.id, &mut self.report);
        }
        if let (Some(rest), None) = (&written.rest, &written.half_life) {
            let help = "add `half_life`, or remove `rest`";
            let message = format!("`{}` has a `rest` but no `half_life`, so it does not drift", written.id.as_str());
            self.report.warn(rest, "never", message, help);
        }
        self.check_integer(written, range);
        let default = 0.0_f64.clamp(range.0, range.1);
        model::Attribute {
            id: written.id.value.clone(),
            switch: written.switch,
            integer: written.integer || !one_of.is_empty(),
            scale: written.scale.unwrap_or(written.half_life.is_some() || range.0 >= -1.0 && range.1 <= 1.0),
            norm: written.norm,
            range,
            start: start.unwrap_or(default),
            rest: written.rest.as_ref().map(|rest| **rest),
            half_life: self.positive_duration(&written.half_life),
            inherits: written.inherits.as_ref().map(|inherits| self.inheritance(inherits, written)),
            about: written.about.clone(),
            one_of,
        }
    }

    /// The words of an attribute with `one_of`.
    fn words(&mut self, written: &decl::AttributeDecl) -> Vec<String> {
        const MOST: usize = 256;
        let Some(first) = written.one_of.first() else { return Vec::new() };
        let message = "an attribute with `one_of` is no switch and no integer, and has no `range`, `rest` or `half_life`";
        let is_number = written.switch || written.integer || written.rest.is_some() || written.half_life.is_some();
        if is_number || written.range.is_some() {
            self.report.error(&written.id, "range", message);
        }
        if written.one_of.len() < 2 || written.one_of.len() > MOST {
            self.report.error(first, "range", format!("an attribute has 2 to {MOST} words"));
        }
        for word in &written.one_of {
            check_id("a word", IdUsage::Name, word, &mut self.report);
        }
        let mut words: Vec<String> = Vec::new();
        for word in &written.one_of {
            if words.contains(&word.value) {
                self.report.error(word, "duplicate", format!("the word `{}` is given twice", word.as_str()));
            }
            words.push(word.value.clone());
        }
        words
    }

    fn inheritance(&mut self, written: &Spanned<Inheritance>, attribute: &decl::AttributeDecl) -> Inheritance {
        if let Inheritance::Mean(noise) = **written {
            check_range(written, noise, (0.0, f64::MAX), "Mean", &mut self.report);
            if attribute.switch {
                self.report.error_help(written, "range", "a switch has no mean", "write `inherits: Either`");
            } else if !attribute.one_of.is_empty() {
                self.report.error_help(written, "range", "words have no mean", "write `inherits: Either`");
            }
        }
        **written
    }

    /// Reports an integer that could not have whole values only.
    fn check_integer(&mut self, written: &decl::AttributeDecl, range: (f64, f64)) {
        if !written.integer {
            return;
        }
        if written.switch {
            self.report.error(&written.id, "range", "a switch is no integer");
        }
        if let Some(half_life) = &written.half_life {
            self.report.error(half_life, "range", "an integer does not drift: it has no `half_life`");
        }
        if let Some(spanned) = &written.range {
            if range.0.fract() != 0.0 || range.1.fract() != 0.0 {
                self.report.error(spanned, "range", "the range of an integer needs whole numbers");
            } else if range.0 < -MAX_INTEGER || range.1 > MAX_INTEGER {
                let message = format!("the range of an integer may be -{MAX_INTEGER} to {MAX_INTEGER}");
                self.report.error(spanned, "range", message);
            }
        }
        if let Some(start) = &written.start
            && matches!(start.value, AttributeValue::Number(number) if number.fract() != 0.0)
        {
            self.report.error(start, "range", format!("`{}` is an integer: write a whole number", written.id.as_str()));
        }
    }

    /// The value of an attribute as a number. Reports one that it cannot have.
    pub(super) fn attribute_value(&mut self, value: &Spanned<AttributeValue>, space: &ValueSpace<'_>) -> f64 {
        let ValueSpace { name, switch, one_of, range } = *space;
        let report = &mut self.report;
        match (&value.value, one_of.is_empty()) {
            (AttributeValue::Word(word), false) => match one_of.iter().position(|known| known == word) {
                Some(position) => return position as f64,
                None => {
                    let help = did_you_mean(word, one_of.iter().map(String::as_str));
                    let help = help.unwrap_or_else(|| format!("its words are {}", listed(one_of)));
                    report.error_help(value, "unknown-name", format!("`{name}` has no word `{word}`"), &help);
                }
            },
            (_, false) => {
                let help = format!("its words are {}", listed(one_of));
                report.error_help(value, "range", format!("the values of `{name}` are words"), &help);
            }
            (AttributeValue::Word(_), true) => {
                let help = "write a number, or give the attribute words: `one_of: [\"one\", \"two\"]`";
                let what = if switch { "a switch" } else { "a number" };
                report.error_help(value, "range", format!("`{name}` is {what}, not a word"), help);
            }
            (AttributeValue::Switch(on), true) if switch => return f64::from(u8::from(*on)),
            (AttributeValue::Switch(_), true) => {
                report.error(value, "range", format!("`{name}` is a number, not a switch"));
            }
            (AttributeValue::Number(number), true) => {
                if switch && *number != 0.0 && *number != 1.0 {
                    report.error(value, "range", format!("`{name}` is a switch: write `true` or `false`"));
                } else {
                    check_range(value, *number, range, name, report);
                }
                return *number;
            }
        }
        range.0
    }

    pub(super) fn read_dims(&mut self, scene: &SceneFile) -> Vec<model::Dimension> {
        let compile = |written: &decl::DimensionDecl| {
            let range = written.range.as_ref().map_or(DEFAULT_RANGE, |range| checked_range(range, &mut self.report));
            if let Some(rest) = &written.rest {
                check_range(rest, **rest, range, &written.id, &mut self.report);
            }
            model::Dimension {
                id: written.id.value.clone(),
                range,
                rest: written.rest.as_ref().map_or(0.0_f64.clamp(range.0, range.1), |rest| **rest),
                half_life: self.positive_duration(&written.half_life),
                about: written.about.clone(),
            }
        };
        scene.bonds.iter().map(compile).collect()
    }

    pub(super) fn ties(&mut self, scene: &SceneFile) -> Vec<model::Tie> {
        let compile = |written: &decl::TieDecl| model::Tie {
            id: written.id.value.clone(),
            tags: written.tags.iter().map(|tag| tag.value.clone()).collect(),
            mutual: written.mutual,
            exclusive: written.exclusive.as_ref().and_then(|exclusive| self.exclusive(&written.id, exclusive)),
            light: written.light,
            kinship: written.kinship.as_ref().map(|kinship| **kinship),
            at_death: self.tie_fate(written, written.at_death.as_ref()),
            at_leaving: self.tie_fate(written, written.at_leaving.as_ref().or(written.at_death.as_ref())),
            about: written.about.clone(),
        };
        scene.ties.iter().map(compile).collect()
    }

    /// What becomes of a tie when one of its two agents is gone.
    fn tie_fate(&mut self, tie: &decl::TieDecl, written: Option<&decl::TieFateDecl>) -> model::TieFate {
        match written {
            None if tie.kinship.is_some() => model::TieFate::Remains,
            None | Some(decl::TieFateDecl::Ends) => model::TieFate::Ends,
            Some(decl::TieFateDecl::Remains) => model::TieFate::Remains,
            Some(decl::TieFateDecl::PassesTo(heirs)) => {
                let scope = Scope::new(["self", "other"]).with_salt(&format!("heirs {}", tie.id.as_str()));
                let heirs = self.report.set(heirs, "it", &scope, &self.schema);
                heirs.map_or(model::TieFate::Ends, model::TieFate::PassesTo)
            }
        }
    }

    /// A condition over `self`, or a number that counts as true above 0.5. An attribute name alone refers to `self`.
    fn exclusive(&mut self, tie: &Text, written: &Text) -> Option<Expr> {
        let scope = Scope::new(["self"]).with_salt(&format!("tie {}", tie.as_str()));
        let name = written.trim();
        let expr_text = if self.names.attributes.get(name).is_some() { format!("self.{name}") } else { written.value.clone() };
        let above_half = format!("({expr_text}) > 0.5");
        let compiled = longhand_expr::compile_expr(&above_half, Type::Switch, &scope, &self.schema);
        compiled
            .ok()
            .or_else(|| self.report.expr(&Text { value: expr_text, ..written.clone() }, Type::Switch, &scope, &self.schema))
    }

    pub(super) fn places(&mut self, scene: &SceneFile) -> Vec<model::Place> {
        let compile = |written: &decl::PlaceDecl| {
            if let Some(position) = &written.position
                && !(position.0.is_finite() && position.1.is_finite())
            {
                self.report.error(position, "range", "a position needs two finite numbers");
            }
            model::Place {
                id: written.id.value.clone(),
                name: written.name.clone().unwrap_or_else(|| written.id.value.clone()),
                position: written.position.as_ref().map(|position| **position),
                look: self.word(&written.look, "look", PlaceLook::from_name, PlaceLook::ALL.iter().map(|look| look.name())),
                storey: written.storey.as_ref().map(|storey| {
                    check_range(storey, f64::from(**storey), STOREYS, "storey", &mut self.report);
                    **storey
                }),
                about: written.about.clone(),
            }
        };
        scene.places.iter().map(compile).collect()
    }

    /// How the scene looks on the stage.
    pub(super) fn stage(&mut self, scene: &SceneFile) -> StageStyle {
        let Some(written) = &scene.stage else { return StageStyle::default() };
        let settings = StageSetting::ALL.iter().map(|setting| setting.name());
        let palettes = StagePalette::ALL.iter().map(|palette| palette.name());
        StageStyle {
            setting: self.word(&written.setting, "setting", StageSetting::from_name, settings),
            palette: self.word(&written.palette, "palette", StagePalette::from_name, palettes),
        }
    }

    /// The value of a word of a fixed vocabulary.
    fn word<T>(
        &mut self,
        written: &Option<Text>,
        what: &str,
        from_name: fn(&str) -> Option<T>,
        names: impl Iterator<Item = &'static str>,
    ) -> Option<T> {
        let text = written.as_ref()?;
        let value = from_name(text.as_str());
        if value.is_none() {
            let names: Vec<&str> = names.collect();
            let help = match nearest_name(text.as_str(), names.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("one of {}", names.join(", ")),
            };
            self.report.error_help(text, "name", format!("there is no {what} `{}`", text.as_str()), &help);
        }
        value
    }

    pub(super) fn kinds(&mut self, scene: &SceneFile) -> Vec<model::Kind> {
        scene.kinds.iter().enumerate().map(|(index, written)| self.kind(KindId::from_index(index), written)).collect()
    }

    /// When much is going on in the life of an agent, and how often it decides then.
    fn involved(&mut self, written: &decl::KindDecl) -> Option<(Expr, Expr)> {
        let involved = written.involved.as_ref()?;
        let scope = Scope::new(["self"]).with_salt(&format!("involved {}", written.id.as_str()));
        let when = self.report.expr(&involved.when, Type::Switch, &scope, &self.schema);
        let wakes = self.report.expr(&involved.wakes, Type::Duration, &scope, &self.schema);
        Some((when?, wakes?))
    }

    fn kind(&mut self, id: KindId, written: &decl::KindDecl) -> model::Kind {
        let scope = Scope::new(["self"]).with_salt(&format!("kind {}", written.id.as_str()));
        let texts = written.wakes.iter().chain(&written.asleep).chain(&written.idle).chain(&written.speed);
        let texts = texts.chain(written.involved.iter().flat_map(|involved| [&involved.when, &involved.wakes]));
        let texts = texts.chain(&written.loss_aversion);
        for text in texts.chain(written.routine.iter().flat_map(|stay| [&stay.when, &stay.at])) {
            self.check_self_reads(text, &[id]);
        }
        if let Some(moved_by) = &written.moved_by {
            self.check_moved_by(id, moved_by, &scope.clone().with_salt(&format!("moved by {}", written.id.as_str())));
        }
        let taste = written.taste.iter().filter_map(|taste| self.attribute_id(taste)).collect();
        let choice_noise = written.whim.as_ref().map_or(DEFAULT_CHOICE_NOISE, |scale| {
            check_range(scale, **scale, (0.0, 100.0), "whim", &mut self.report);
            **scale
        });
        if let (Some(involved), None) = (&written.involved, &written.wakes) {
            let message = format!("agents of kind `{}` never decide, so they do so no more often", written.id.as_str());
            self.report.warn(&involved.wakes, "never", message, "add `wakes`, for those in whose life little is going on");
        }
        model::Kind {
            id: written.id.value.clone(),
            about: written.about.clone(),
            os: written.os,
            wakes: written.wakes.as_ref().and_then(|wakes| self.timing(wakes, &scope)),
            asleep: self.optional_expr(&written.asleep, Type::Switch, &scope),
            speed: self.optional_expr(&written.speed, Type::Number, &scope),
            on_foot: written.on_foot,
            routine: self.routine(&written.routine, &scope),
            idle_utility: self.optional_expr(&written.idle, Type::Number, &scope),
            choice_noise,
            involved: self.involved(written),
            loss_aversion: self.optional_expr(&written.loss_aversion, Type::Number, &scope),
            temperament: written
                .temperament
                .as_ref()
                .map_or(Temperament { pleasure: 0.0, arousal: 0.0, dominance: 0.0 }, |mood| self.mood(mood)),
            taste,
            surname: written.surname.as_ref().map(|surname| surname.value.clone()),
            attributes: (0..self.schema.attributes.len())
                .map(AttrId::from_index)
                .filter(|attr| self.kind_has_attribute(id, *attr))
                .collect(),
        }
    }

    pub(super) fn minds(&mut self, scene: &SceneFile) -> model::MindParams {
        let defaults = model::MindParams::default();
        let Some(written) = &scene.minds else { return defaults };
        let share = |value: &Option<Spanned<f64>>, name: &str, default: f64, report: &mut CheckReport<'_>| {
            value.as_ref().map_or(default, |value| {
                check_range(value, **value, (0.0, 1.0), name, report);
                **value
            })
        };
        model::MindParams {
            mood_pull: share(&written.mood_pull, "mood_pull", defaults.mood_pull, &mut self.report),
            noticed: share(&written.noticed, "noticed", defaults.noticed, &mut self.report),
            memorable: share(&written.memorable, "memorable", defaults.memorable, &mut self.report),
            hurt: share(&written.hurt, "hurt", defaults.hurt, &mut self.report),
            judgement: share(&written.judgement, "judgement", defaults.judgement, &mut self.report),
            emotion_half_life: self.positive_duration(&written.emotion_half_life).unwrap_or(defaults.emotion_half_life),
            mood_half_life: self.positive_duration(&written.mood_half_life).unwrap_or(defaults.mood_half_life),
            memory_half_life: self.positive_duration(&written.memory_half_life).unwrap_or(defaults.memory_half_life),
        }
    }
}
