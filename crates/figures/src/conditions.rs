//! Framework conditions of the municipalities: what they are measured by and the values, read from the shipped files.

use crate::places::{Municipality, municipalities};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What an indicator may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A condition that a municipality cannot change in the short run.
    Condition,
    /// Partly a result of what it does, such as income and poverty: explains much, and explains away.
    PartlyOutcome,
    /// A result: must not explain.
    Outcome,
    /// A number of persons or things, for shares.
    Count,
    /// A code, not a quantity.
    Code,
}

impl Role {
    fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "vilkaar" => Self::Condition,
            "delvist_udfald" => Self::PartlyOutcome,
            "udfald" => Self::Outcome,
            "antal" => Self::Count,
            "kode" => Self::Code,
            _ => return None,
        })
    }

    /// In words.
    pub const fn say(self, danish: bool) -> &'static str {
        match (self, danish) {
            (Self::Condition, true) => "vilkår",
            (Self::Condition, false) => "condition",
            (Self::PartlyOutcome, true) => "delvist et resultat",
            (Self::PartlyOutcome, false) => "partly an outcome",
            (Self::Outcome, true) => "et resultat",
            (Self::Outcome, false) => "an outcome",
            (Self::Count, true) => "et antal",
            (Self::Count, false) => "a count",
            (Self::Code, true) => "en kode",
            (Self::Code, false) => "a code",
        }
    }
}

/// An indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its code, as in the files.
    pub code: String,
    /// Danish name.
    pub da: String,
    /// English name.
    pub en: String,
    /// What it may be used for.
    pub role: Role,
    /// What a value is in.
    pub unit: String,
    /// The table it comes from.
    pub table: String,
    /// What to know about it.
    pub note: String,
}

impl Indicator {
    /// Its name.
    pub fn name(&self, danish: bool) -> &str {
        if danish { &self.da } else { &self.en }
    }
}

/// Conditions of all 98 municipalities, by year.
#[derive(Clone, Debug)]
pub struct Conditions {
    indicators: Vec<Indicator>,
    /// By indicator and year, a value per municipality in order of code.
    values: BTreeMap<(String, i16), Vec<Option<f64>>>,
}

static SHIPPED: LazyLock<Conditions> = LazyLock::new(|| {
    let list = include_bytes!("../../../data/rammevilkaar/indikatorer.csv");
    let values = include_bytes!("../../../data/rammevilkaar/vaerdier.csv");
    Conditions::read(list, values).expect("the files are part of the program and read by a test")
});

impl Conditions {
    /// The conditions that the program carries; sources in `data/rammevilkaar/README.md`.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn read(list: &[u8], values: &[u8]) -> Result<Self, crate::FiguresError> {
        let sheet = tables::read_csv("indikatorer.csv", list)?;
        let mut indicators = Vec::with_capacity(sheet.len());
        for row in sheet.rows() {
            let role = Role::from_code(row.text("rolle")).ok_or_else(|| {
                row.wrong(
                    "rolle",
                    tables::Expected::Other(
                        "vilkaar, delvist_udfald, udfald, antal eller kode".to_owned(),
                        "vilkaar, delvist_udfald, udfald, antal or kode".to_owned(),
                    ),
                )
            })?;
            indicators.push(Indicator {
                code: row.needed("indikator")?.to_owned(),
                da: row.needed("navn")?.to_owned(),
                en: row.needed("name")?.to_owned(),
                role,
                unit: row.text("enhed").to_owned(),
                table: row.text("tabel").to_owned(),
                note: row.text("bemaerkning").to_owned(),
            });
        }
        indicators.sort_by(|a, b| a.code.cmp(&b.code));
        let sheet = tables::read_csv("vaerdier.csv", values)?;
        let mut by_year = BTreeMap::new();
        for row in sheet.rows() {
            let year = row.integer("aar")?.and_then(|y| i16::try_from(y).ok()).unwrap_or_default();
            let line = municipalities().iter().map(|m| row.number(&m.code)).collect::<Result<_, _>>()?;
            by_year.insert((row.needed("indikator")?.to_owned(), year), line);
        }
        Ok(Self { indicators, values: by_year })
    }

    /// Every indicator, by code.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator of that code.
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.binary_search_by(|i| i.code.as_str().cmp(code)).ok().map(|i| &self.indicators[i])
    }

    /// Years with figures, in order.
    pub fn years(&self, code: &str) -> Vec<i16> {
        self.values.keys().filter(|(c, _)| c == code).map(|(_, year)| *year).collect()
    }

    /// A value per municipality, in the order of [`municipalities`].
    pub fn across(&self, code: &str, year: i16) -> Option<&[Option<f64>]> {
        self.values.get(&(code.to_owned(), year)).map(Vec::as_slice)
    }

    /// The newest year not after `year`, and the values.
    pub fn latest(&self, code: &str, year: i16) -> Option<(i16, &[Option<f64>])> {
        let year = self.years(code).into_iter().rfind(|y| *y <= year)?;
        Some((year, self.across(code, year)?))
    }

    /// The value of a municipality.
    pub fn value(&self, code: &str, year: i16, place: &Municipality) -> Option<f64> {
        let at = municipalities().iter().position(|m| m.code == place.code)?;
        self.across(code, year)?[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::municipality;

    #[test]
    fn the_shipped_conditions_are_read_whole() {
        let c = Conditions::shipped();
        assert_eq!(c.indicators().len(), 149);
        let randers = municipality("0730").unwrap();
        assert!(c.value("sociooekonomisk_indeks", 2024, randers).is_some());
        assert_eq!(c.across("gini", 2023), None, "no figure is not zero");
        for place in ["Læsø", "Samsø", "Ærø", "Fanø"] {
            let place = crate::find_municipality(place).unwrap();
            assert_eq!(c.value("middellevetid", 2025, place), None, "{} is not published", place.name);
        }
        assert_eq!(c.latest("andel_boliger_almen_bolig", 2026).unwrap().0, 2020);
    }

    /// Weighted with population the socio-economic index is 1 for the whole country, by its definition.
    #[test]
    fn the_index_is_one_for_the_country() {
        let c = Conditions::shipped();
        for year in 2015..=2024 {
            let (index, people) =
                (c.across("sociooekonomisk_indeks", year).unwrap(), c.across("folketal", year).unwrap());
            let both = index.iter().zip(people).map(|(i, p)| (i.unwrap(), p.unwrap()));
            let (sum, all) = both.fold((0.0, 0.0), |(s, a), (i, p)| (s + i * p, a + p));
            assert!((sum / all - 1.0).abs() < 0.0015, "{year}: {}", sum / all);
        }
    }
}
