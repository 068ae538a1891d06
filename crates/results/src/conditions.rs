//! Framework conditions that our own expected values rest on: which, from when, and in what form.

use figures::{Conditions, Municipality, municipalities};
use statistics::{Failure, Matrix, RidgeBasis, said};
use std::collections::BTreeSet;

/// What conditions have in common, so that a whole side of a municipality can be left out at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// Who lives there by age.
    Age,
    /// What those who work do.
    Industry,
    /// At what level.
    Position,
    /// Education.
    Education,
    /// Origin and citizenship.
    Origin,
    /// How people live.
    Housing,
    /// Town and country, distance, growth.
    Place,
    /// Region.
    Region,
    /// Health as people tell it.
    Health,
    /// Reported crime.
    Crime,
    /// Income: partly a result, not among the default.
    Income,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 11] = [
        Self::Age,
        Self::Industry,
        Self::Position,
        Self::Education,
        Self::Origin,
        Self::Housing,
        Self::Place,
        Self::Region,
        Self::Health,
        Self::Crime,
        Self::Income,
    ];

    /// The word in options and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Age => "alder",
            Self::Industry => "branche",
            Self::Position => "stilling",
            Self::Education => "uddannelse",
            Self::Origin => "oprindelse",
            Self::Housing => "bolig",
            Self::Place => "by-og-land",
            Self::Region => "region",
            Self::Health => "helbred",
            Self::Crime => "kriminalitet",
            Self::Income => "indkomst",
        }
    }

    /// In words.
    pub const fn name(self, danish: bool) -> &'static str {
        match (self, danish) {
            (Self::Age, true) => "Alder",
            (Self::Age, false) => "Age",
            (Self::Industry, true) => "Branche",
            (Self::Industry, false) => "Industry",
            (Self::Position, true) => "Stilling",
            (Self::Position, false) => "Position",
            (Self::Education, true) => "Uddannelse",
            (Self::Education, false) => "Education",
            (Self::Origin, true) => "Oprindelse",
            (Self::Origin, false) => "Origin",
            (Self::Housing, true) => "Bolig og husstand",
            (Self::Housing, false) => "Housing and household",
            (Self::Place, true) => "By og land",
            (Self::Place, false) => "Town and country",
            (Self::Region, true) => "Region",
            (Self::Region, false) => "Region",
            (Self::Health, true) => "Helbred",
            (Self::Health, false) => "Health",
            (Self::Crime, true) => "Kriminalitet",
            (Self::Crime, false) => "Crime",
            (Self::Income, true) => "Indkomst",
            (Self::Income, false) => "Income",
        }
    }

    /// Whether it explains unless it is left out. Income is partly what support itself makes it.
    pub const fn by_default(self) -> bool {
        !matches!(self, Self::Income)
    }

    /// The theme of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.code() == code)
    }
}

/// How a figure becomes a condition.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// As it is.
    Level,
    /// Its square root: a share that a few municipalities have much more of than the rest (skewness above 1.2).
    Root,
    /// Its natural logarithm.
    Logarithm,
    /// In percent of another count of that year.
    PercentOf(&'static str),
    /// Growth since a year, in logarithmic percent.
    GrowthSince(i16),
    /// 1 where a code has that value.
    Is(f64),
    /// 1 in that region.
    Region(&'static str),
}

/// A condition of the municipality itself or of those around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// Its theme.
    pub theme: Theme,
    /// The indicator behind it, as in [`Conditions`]; `region` for the region.
    pub indicator: &'static str,
    /// Year of the figure.
    pub year: i16,
    form: Form,
    /// The mean of those around it, instead of its own.
    pub around: bool,
}

impl Condition {
    const fn of(theme: Theme, indicator: &'static str, year: i16, form: Form) -> Self {
        Self { theme, indicator, year, form, around: false }
    }

    /// In words.
    pub fn name(&self, danish: bool) -> String {
        let indicator = Conditions::shipped().indicator(self.indicator).map_or("Region", |i| i.name(danish));
        let form = match (self.form, danish) {
            (Form::Level, _) => String::new(),
            (Form::Root, true) => " (kvadratrod)".to_owned(),
            (Form::Root, false) => " (square root)".to_owned(),
            (Form::Logarithm, true) => " (logaritme)".to_owned(),
            (Form::Logarithm, false) => " (logarithm)".to_owned(),
            (Form::PercentOf(_), true) => " af de 18-64-årige".to_owned(),
            (Form::PercentOf(_), false) => " of those aged 18-64".to_owned(),
            (Form::GrowthSince(year), true) => format!(", vækst siden {year}"),
            (Form::GrowthSince(year), false) => format!(", growth since {year}"),
            (Form::Is(code), _) => format!(" {code}"),
            (Form::Region(region), _) => format!(": {}", region.trim_start_matches("Region ")),
        };
        let around = if self.around { if danish { ", naboer" } else { ", neighbours" } } else { "" };
        format!("{indicator}{form}{around}")
    }

    fn values(&self) -> Vec<f64> {
        let shipped = Conditions::shipped();
        let year = |code: &str, year: i16| -> Vec<f64> {
            let line = shipped.across(code, year).expect("a condition is a figure that is shipped");
            line.iter().map(|v| v.expect("a condition has no gap")).collect()
        };
        let over = |a: Vec<f64>, b: Vec<f64>, f: fn(f64, f64) -> f64| a.iter().zip(b).map(|(a, b)| f(*a, b)).collect();
        match self.form {
            Form::Region(region) => municipalities().iter().map(|m| f64::from(u8::from(m.region == region))).collect(),
            Form::Level => year(self.indicator, self.year),
            Form::Root => year(self.indicator, self.year).iter().map(|v| v.sqrt()).collect(),
            Form::Logarithm => year(self.indicator, self.year).iter().map(|v| v.ln()).collect(),
            Form::PercentOf(whole) => {
                over(year(self.indicator, self.year), year(whole, self.year), |a, b| 100.0 * a / b)
            }
            Form::GrowthSince(from) => {
                over(year(self.indicator, self.year), year(self.indicator, from), |a, b| 100.0 * (a / b).ln())
            }
            Form::Is(code) => {
                year(self.indicator, self.year).iter().map(|v| f64::from(u8::from((v - code).abs() < 0.5))).collect()
            }
        }
    }
}

#[rustfmt::skip]
const CONDITIONS: &[Condition] = &[
    Condition::of(Theme::Age, "andel_alder_0_14", 2020, Form::Level),
    Condition::of(Theme::Age, "andel_alder_15_17", 2020, Form::Level),
    Condition::of(Theme::Age, "andel_alder_18_24", 2020, Form::Root),
    Condition::of(Theme::Age, "andel_alder_25_34", 2020, Form::Root),
    Condition::of(Theme::Age, "andel_alder_35_44", 2020, Form::Level),
    Condition::of(Theme::Age, "andel_alder_45_54", 2020, Form::Level),
    Condition::of(Theme::Age, "andel_alder_55_64", 2020, Form::Level),
    Condition::of(Theme::Age, "andel_alder_65_69", 2020, Form::Level),
    Condition::of(Theme::Age, "andel_alder_70_plus", 2020, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_bygge_anlaeg", 2019, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_ejendom", 2019, Form::Root),
    Condition::of(Theme::Industry, "andel_beskaeftigede_erhvervsservice", 2019, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_finans", 2019, Form::Root),
    Condition::of(Theme::Industry, "andel_beskaeftigede_handel_transport", 2019, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_industri", 2019, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_information", 2019, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_kultur_fritid", 2019, Form::Root),
    Condition::of(Theme::Industry, "andel_beskaeftigede_landbrug", 2019, Form::Level),
    Condition::of(Theme::Industry, "andel_beskaeftigede_offentlig_undervisning_sundhed", 2019, Form::Level),
    Condition::of(Theme::Position, "andel_loenmodt_grundniveau", 2019, Form::Level),
    Condition::of(Theme::Position, "andel_loenmodt_hoejt_niveau", 2019, Form::Level),
    Condition::of(Theme::Position, "andel_loenmodt_mellem_niveau", 2019, Form::Level),
    Condition::of(Theme::Position, "andel_loenmodt_oevrige", 2019, Form::Level),
    Condition::of(Theme::Position, "andel_selvstaendige", 2019, Form::Root),
    Condition::of(Theme::Position, "andel_topledere", 2019, Form::Root),
    Condition::of(Theme::Education, "andel_uddannelse_erhvervsfaglig_25_64", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_grundskole_25_64", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_gymnasial_25_64", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_kort_videregaaende_25_64", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_mellemlang_videregaaende_25_64", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_lang_videregaaende_25_64", 2020, Form::Root),
    Condition::of(Theme::Education, "andel_uddannelse_uoplyst_25_64", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_videregaaende_i_alt_25_64", 2020, Form::Root),
    Condition::of(Theme::Education, "andel_uddannelse_grundskole_25_34", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_videregaaende_i_alt_25_34", 2020, Form::Level),
    Condition::of(Theme::Education, "andel_uddannelse_bachelor_15_69", 2019, Form::Root),
    Condition::of(Theme::Education, "andel_uddannelse_phd_15_69", 2019, Form::Root),
    Condition::of(Theme::Education, "personer_uddannelsessoegende", 2020, Form::PercentOf("folketal_18_64")),
    Condition::of(Theme::Origin, "andel_oprindelse_afrika", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_asien_oceanien", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_eks_jugoslavien", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_gamle_eu", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_nordamerika", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_norden", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_nye_eu", 2020, Form::Level),
    Condition::of(Theme::Origin, "andel_oprindelse_oevrige_europa", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_syd_mellemamerika", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_tyrkiet", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_oprindelse_uoplyst", 2020, Form::Level),
    Condition::of(Theme::Origin, "andel_ikkevestlig_tilnaermet", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_indvandrere_efterkommere", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_indvandrere_efterkommere_18_64", 2020, Form::Root),
    Condition::of(Theme::Origin, "andel_udenlandsk_statsborgerskab", 2020, Form::Root),
    Condition::of(Theme::Housing, "andel_boliger_almen_bolig", 2020, Form::Root),
    Condition::of(Theme::Housing, "andel_boliger_ejerbolig", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_boliger_privat_lejebolig", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_personer_almen_bolig", 2020, Form::Root),
    Condition::of(Theme::Housing, "andel_personer_andelsbolig", 2020, Form::Root),
    Condition::of(Theme::Housing, "andel_personer_ejerbolig", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_personer_oevrig", 2020, Form::Root),
    Condition::of(Theme::Housing, "andel_personer_offentligt_ejet_lejebolig", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_personer_privat_lejebolig", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_enpersonshusstande", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_parcelhuse", 2020, Form::Level),
    Condition::of(Theme::Housing, "andel_husstande_uden_bil", 2020, Form::Root),
    Condition::of(Theme::Place, "befolkningstaethed", 2020, Form::Logarithm),
    Condition::of(Theme::Place, "folketal", 2020, Form::Logarithm),
    Condition::of(Theme::Place, "pendlingsafstand_km", 2020, Form::Level),
    Condition::of(Theme::Place, "folketal", 2020, Form::GrowthSince(2015)),
    Condition::of(Theme::Place, "kommunegruppe", 2018, Form::Is(1.0)),
    Condition::of(Theme::Place, "kommunegruppe", 2018, Form::Is(2.0)),
    Condition::of(Theme::Place, "kommunegruppe", 2018, Form::Is(3.0)),
    Condition::of(Theme::Place, "kommunegruppe", 2018, Form::Is(4.0)),
    Condition::of(Theme::Region, "region", 2020, Form::Region("Region Hovedstaden")),
    Condition::of(Theme::Region, "region", 2020, Form::Region("Region Sjælland")),
    Condition::of(Theme::Region, "region", 2020, Form::Region("Region Syddanmark")),
    Condition::of(Theme::Region, "region", 2020, Form::Region("Region Midtjylland")),
    Condition::of(Theme::Income, "disponibel_indkomst_gns", 2019, Form::Logarithm),
    Condition::of(Theme::Income, "husstandsindkomst_brutto_gns", 2020, Form::Logarithm),
    Condition::of(Theme::Income, "disponibel_indkomst_gns_lang_videregaaende", 2019, Form::Logarithm),
    Condition::of(Theme::Crime, "anmeldte_tyverier_indbrud_pr_1000", 2019, Form::Root),
    Condition::of(Theme::Crime, "anmeldte_voldsforbrydelser_pr_1000", 2018, Form::Level),
    Condition::of(Theme::Health, "daarligt_mentalt_helbred", 2025, Form::Level),
    Condition::of(Theme::Health, "selvvurderet_helbred_godt", 2025, Form::Level),
    Condition::of(Theme::Health, "andel_med_laegekontakt", 2025, Form::Level),
];

/// The year that most conditions are from.
pub const MEASURED: i16 = 2020;
/// How near a neighbour is: weight `exp(−(km/30)²/2)`, by how many aged 15 to 64 live there.
const NEAR_KM: f64 = 30.0;
/// Variance that neighbours' conditions may explain, against 1 for one's own.
const AROUND: f64 = 0.3;

/// What a user lets explain: themes and single indicators left out or added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choice {
    without: BTreeSet<String>,
    with: BTreeSet<String>,
}

impl Choice {
    /// From words: a theme's or an indicator's code each.
    ///
    /// # Errors
    /// A word that is neither.
    pub fn new<'a>(
        without: impl IntoIterator<Item = &'a str>,
        with: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Failure> {
        let known = |word: &str| {
            if Theme::from_code(word).is_some() || CONDITIONS.iter().any(|c| c.indicator == word) {
                return Ok(word.to_owned());
            }
            let themes = Theme::ALL.map(Theme::code).join(", ");
            Err(Failure::Cannot(said!(
                "»{}« er hverken et tema eller et vilkår; temaerne er {}",
                "\"{}\" is neither a theme nor a condition; the themes are {}",
                word,
                themes
            )))
        };
        Ok(Self {
            without: without.into_iter().map(known).collect::<Result<_, _>>()?,
            with: with.into_iter().map(known).collect::<Result<_, _>>()?,
        })
    }

    /// Whether a condition explains.
    fn has(&self, c: &Condition) -> bool {
        // What is said of the condition itself counts before what is said of its theme.
        if self.without.contains(c.indicator) || self.with.contains(c.indicator) {
            return !self.without.contains(c.indicator);
        }
        let theme = c.theme.code();
        !self.without.contains(theme) && (c.theme.by_default() || self.with.contains(theme))
    }

    /// How many conditions of one's own a theme has.
    pub fn of_theme(theme: Theme) -> impl Iterator<Item = &'static Condition> {
        CONDITIONS.iter().filter(move |c| c.theme == theme)
    }

    /// Whether anything of a theme explains.
    pub fn has_theme(&self, theme: Theme) -> bool {
        CONDITIONS.iter().any(|c| c.theme == theme && self.has(c))
    }
}

/// Conditions of all municipalities, ready to explain.
#[derive(Clone, Debug)]
pub struct Explaining {
    /// One per column, one's own first, then the neighbours'.
    pub conditions: Vec<Condition>,
    columns: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

/// Weights of the others for one municipality, of sum 1.
fn nearness(own: &Municipality, people: &[f64]) -> Vec<f64> {
    let raw = municipalities().iter().zip(people).map(|(other, p)| {
        if other.code == own.code { 0.0 } else { (-(own.km_to(other) / NEAR_KM).powi(2) / 2.0).exp() * p }
    });
    let raw: Vec<f64> = raw.collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|w| w / sum).collect()
}

impl Explaining {
    /// What a choice leaves.
    ///
    /// # Errors
    /// Nothing left to explain with.
    pub fn new(choice: &Choice) -> Result<Self, Failure> {
        let own: Vec<Condition> = CONDITIONS.iter().filter(|c| choice.has(c)).copied().collect();
        if own.is_empty() {
            return Err(Failure::Cannot(said!(
                "alle vilkår er valgt fra, så der er intet at forvente ud fra",
                "every condition is left out, so there is nothing to expect from"
            )));
        }
        let people = crate::standing::working_age();
        let near: Vec<Vec<f64>> = municipalities().iter().map(|m| nearness(m, &people)).collect();
        let mut columns: Vec<Vec<f64>> = own.iter().map(Condition::values).collect();
        let mut conditions = own.clone();
        for (condition, values) in own.iter().zip(columns.clone()) {
            if matches!(condition.form, Form::Region(_)) {
                continue;
            }
            let mean = |w: &Vec<f64>| w.iter().zip(&values).map(|(w, v)| w * v).sum();
            columns.push(near.iter().map(mean).collect());
            conditions.push(Condition { around: true, ..*condition });
        }
        let around = conditions.len() - own.len();
        let weights = conditions
            .iter()
            .map(|c| if c.around { (AROUND / around as f64).sqrt() } else { (1.0 / own.len() as f64).sqrt() })
            .collect();
        Ok(Self { conditions, columns, weights })
    }

    /// The basis of some municipalities, by their place in the order of code.
    pub(crate) fn basis(&self, rows: &[usize]) -> RidgeBasis {
        let columns = self.columns.iter().map(|c| rows.iter().map(|r| c[*r]).collect()).collect();
        RidgeBasis::weighted(&Matrix::new(rows.len(), columns), &self.weights)
    }

    /// A municipality's own values.
    pub(crate) fn row(&self, at: usize) -> Vec<f64> {
        self.columns.iter().map(|c| c[at]).collect()
    }

    /// How many conditions of one's own.
    pub fn own(&self) -> usize {
        self.conditions.iter().filter(|c| !c.around).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::Role;

    /// No result explains, and what is partly one only when it is asked for.
    #[test]
    fn a_result_never_explains() {
        for c in CONDITIONS.iter().filter(|c| c.indicator != "region") {
            let role = Conditions::shipped().indicator(c.indicator).unwrap().role;
            match c.theme {
                Theme::Income => assert_eq!(role, Role::PartlyOutcome, "{}", c.indicator),
                _ => assert!(matches!(role, Role::Condition | Role::Count | Role::Code), "{} {role:?}", c.indicator),
            }
            assert!(c.values().iter().all(|v| v.is_finite()), "{}", c.indicator);
        }
    }

    #[test]
    fn themes_and_single_conditions_can_be_left_out_and_added() {
        let all = Explaining::new(&Choice::default()).unwrap();
        let income = Explaining::new(&Choice::new([], ["indkomst"]).unwrap()).unwrap();
        assert_eq!(income.own(), all.own() + 3);
        let without = Explaining::new(&Choice::new(["alder", "befolkningstaethed"], []).unwrap()).unwrap();
        assert_eq!(without.own(), all.own() - 10);
        assert!(Choice::new(["vejret"], []).is_err());
        assert!(Explaining::new(&Choice::new(Theme::ALL.map(Theme::code), []).unwrap()).is_err());
    }

    #[test]
    fn the_near_count_most() {
        let people = crate::standing::working_age();
        let at = |name: &str| municipalities().iter().position(|m| m.name == name).unwrap();
        let near = nearness(&municipalities()[at("Frederiksberg")], &people);
        assert!((near.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(near[at("København")] > 0.3 && near[at("Frederiksberg")] == 0.0 && near[at("Skive")] < 1e-6);
    }
}
