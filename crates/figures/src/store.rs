//! The series of all places, read from text.

use crate::month::Month;
use crate::places::{NATION, municipality};
use crate::series::Series;
use std::collections::HashMap;
use tables::{CellError, Expected, ReadError};

/// A place in a published series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Four digits; [`NATION`] for the nation.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Who publishes them.
    pub source: String,
    /// The day they were fetched, ISO.
    pub fetched: String,
}

/// What is wrong with a file of figures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FiguresError {
    /// No table.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A cell.
    #[error(transparent)]
    Cell(#[from] CellError),
    /// The nation is missing: it is read, never summed.
    #[error("the rows of the whole country (code 000) are missing; the nation is read, never summed")]
    NoNation,
}

/// Published series for all places and months.
#[derive(Clone, Debug)]
pub struct Published {
    /// Where from.
    pub provenance: Provenance,
    months: Vec<Month>,
    places: Vec<Place>,
    /// Per series, a row of months per place.
    values: HashMap<Series, Vec<Option<f64>>>,
}

/// How a municipality stands among those with a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its own value.
    pub value: f64,
    /// 1 for the lowest; equals share the better number.
    pub rank: usize,
    /// How many have a figure.
    pub of: usize,
    /// How many others have the same figure.
    pub ties: usize,
}

impl Published {
    /// The figures the program carries: Jobindsats, fetched 22 August 2026.
    ///
    /// # Panics
    /// Never: the file is part of the program and a test reads it.
    pub fn shipped() -> Self {
        let provenance = Provenance { source: "Jobindsats.dk / STAR".to_owned(), fetched: "2026-08-22".to_owned() };
        let bytes = include_bytes!("../../../data/jobindsats/jobindsats-kommuner-maaned.csv");
        Self::read("jobindsats-kommuner-maaned.csv", bytes, provenance).expect("shipped figures are read by a test")
    }

    /// From CSV: `kommunekode`, `kommune`, `period` and a column per series. An empty cell is missing.
    ///
    /// # Errors
    /// File, row and column of the first fault.
    pub fn read(name: &str, bytes: &[u8], provenance: Provenance) -> Result<Self, FiguresError> {
        let sheet = tables::read_csv(name, bytes)?;
        sheet.require(&["kommunekode", "kommune", "period"])?;
        let present: Vec<Series> = Series::ALL.iter().copied().filter(|s| sheet.has(s.column())).collect();
        let mut rows = Vec::with_capacity(sheet.len());
        for row in sheet.rows() {
            let code = format!("{:0>4}", row.needed("kommunekode")?);
            let name = match municipality(&code) {
                Some(m) => m.name.clone(),
                None if code == NATION => "Hele landet".to_owned(),
                None => {
                    let (da, en) = ("en kommunekode, 000 for hele landet", "a municipality code, 000 for the country");
                    return Err(row.wrong("kommunekode", Expected::Other(da.to_owned(), en.to_owned())).into());
                }
            };
            let month: Month = row.needed("period")?.parse().map_err(|_| {
                row.wrong(
                    "period",
                    Expected::Other("en måned som 2026M07".to_owned(), "a month such as 2026M07".to_owned()),
                )
            })?;
            let values: Vec<Option<f64>> =
                present.iter().map(|s| row.number(s.column())).collect::<Result<_, CellError>>()?;
            rows.push((code, name, month, values));
        }
        let mut months: Vec<Month> = rows.iter().map(|r| r.2).collect();
        months.sort_unstable();
        months.dedup();
        let mut places: Vec<Place> = rows.iter().map(|r| Place { code: r.0.clone(), name: r.1.clone() }).collect();
        places.sort_by(|a, b| a.code.cmp(&b.code));
        places.dedup();
        if places.first().is_none_or(|p| p.code != NATION) {
            return Err(FiguresError::NoNation);
        }
        let mut values: HashMap<Series, Vec<Option<f64>>> =
            present.iter().map(|s| (*s, vec![None; places.len() * months.len()])).collect();
        for (code, _, month, row) in &rows {
            let (Ok(p), Ok(m)) = (places.binary_search_by(|x| x.code.cmp(code)), months.binary_search(month)) else {
                continue;
            };
            for (series, value) in present.iter().zip(row) {
                if let Some(cells) = values.get_mut(series) {
                    cells[p * months.len() + m] = *value;
                }
            }
        }
        Ok(Self { provenance, months, places, values })
    }

    /// Months with any figure, in order.
    pub fn months(&self) -> &[Month] {
        &self.months
    }

    /// The nation and the municipalities, by code.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The value, or nothing where it is missing or suppressed.
    pub fn value(&self, series: Series, code: &str, month: Month) -> Option<f64> {
        let p = self.places.binary_search_by(|x| x.code.as_str().cmp(code)).ok()?;
        let m = self.months.binary_search(&month).ok()?;
        *self.values.get(&series)?.get(p * self.months.len() + m)?
    }

    /// The whole line of a place.
    pub fn line(&self, series: Series, code: &str) -> Vec<(Month, Option<f64>)> {
        self.months.iter().map(|m| (*m, self.value(series, code, *m))).collect()
    }

    /// The newest month in which the nation has a value.
    pub fn latest(&self, series: Series) -> Option<Month> {
        self.months.iter().rev().copied().find(|m| self.value(series, NATION, *m).is_some())
    }

    /// Every municipality's value in a month, in order of code.
    pub fn across(&self, series: Series, month: Month) -> Vec<(&Place, Option<f64>)> {
        self.places.iter().filter(|p| p.code != NATION).map(|p| (p, self.value(series, &p.code, month))).collect()
    }

    /// How a municipality stands, counted from the lowest.
    pub fn standing(&self, series: Series, code: &str, month: Month) -> Option<Standing> {
        let value = self.value(series, code, month)?;
        let others: Vec<f64> = self.across(series, month).into_iter().filter_map(|(_, v)| v).collect();
        let lower = others.iter().filter(|v| **v < value).count();
        let ties = others.iter().filter(|v| (**v - value).abs() < 1e-12).count().saturating_sub(1);
        Some(Standing { value, rank: lower + 1, of: others.len(), ties })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JULY: Month = Month { year: 2026, month: 7 };

    #[test]
    fn the_shipped_figures_are_read_whole() {
        let f = Published::shipped();
        assert_eq!(f.places().len(), 99, "98 municipalities and the nation");
        assert_eq!(
            (f.months()[0].to_string(), f.months().last().unwrap().to_string()),
            ("2021M07".into(), "2026M07".into())
        );
        assert_eq!(f.value(Series::Unemployed, NATION, "2021M08".parse().unwrap()), Some(96938.0));
        assert_eq!(f.value(Series::Unemployment, NATION, "2021M07".parse().unwrap()), None, "missing is not zero");
        assert_eq!(f.latest(Series::Unemployment), Some(JULY));
    }

    #[test]
    fn a_standing_counts_from_the_lowest_and_says_how_many_share_it() {
        let f = Published::shipped();
        let s = f.standing(Series::Unemployment, "0730", JULY).unwrap();
        let lower = f.across(Series::Unemployment, JULY).iter().filter(|(_, v)| v.is_some_and(|v| v < s.value)).count();
        assert_eq!((s.rank, s.of), (lower + 1, 98));
    }

    #[test]
    fn a_file_without_the_nation_or_with_a_strange_cell_is_refused() {
        let p = || Provenance { source: String::new(), fetched: String::new() };
        let err = Published::read("a.csv", b"kommunekode,kommune,period,unemp_total\n730,Randers,2026M07,5\n", p());
        assert_eq!(err.unwrap_err(), FiguresError::NoNation);
        let err = Published::read("a.csv", b"kommunekode,kommune,period,unemp_total\n000,x,2026M07,mange\n", p());
        assert_eq!(
            err.unwrap_err().to_string(),
            "sheet a.csv, row 2, column unemp_total: it says \"mange\"; it should be a number such as 12.5"
        );
    }
}
