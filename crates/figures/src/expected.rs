//! The ministry's published benchmark: expected and actual full-time persons on support, Jobindsats table y30r21.

use crate::month::Month;
use crate::places::{Municipality, municipalities, municipality};
use crate::store::FiguresError;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use tables::Expected;

/// The groups of benefits that are benchmarked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BenefitGroup {
    /// All of them.
    All,
    /// Unemployment benefit and the like.
    ADagpenge,
    /// Sickness benefit and job clarification.
    Sygedagpenge,
    /// Cash benefit and the like.
    Kontanthjaelp,
}

impl BenefitGroup {
    /// Every group, all benefits first.
    pub const ALL: [Self; 4] = [Self::All, Self::ADagpenge, Self::Sygedagpenge, Self::Kontanthjaelp];

    /// The word in files, options and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "ialt",
            Self::ADagpenge => "adagpenge",
            Self::Sygedagpenge => "sygedagpenge",
            Self::Kontanthjaelp => "kontanthjaelp",
        }
    }

    /// The group of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.code() == code)
    }

    /// In words.
    pub const fn name(self, danish: bool) -> &'static str {
        match (self, danish) {
            (Self::All, true) => "Alle ydelser",
            (Self::All, false) => "All benefits",
            (Self::ADagpenge, true) => "A-dagpenge mv.",
            (Self::ADagpenge, false) => "Unemployment benefit etc.",
            (Self::Sygedagpenge, true) => "Sygedagpenge mv.",
            (Self::Sygedagpenge, false) => "Sickness benefit etc.",
            (Self::Kontanthjaelp, true) => "Kontanthjælp mv.",
            (Self::Kontanthjaelp, false) => "Cash benefit etc.",
        }
    }
}

/// Four quarters in a row, written `2022QMAT04`: those that end with quarter 4 of 2022.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollingYear {
    /// Year of the last quarter.
    pub year: i16,
    /// The last quarter, 1 to 4.
    pub quarter: i8,
}

impl RollingYear {
    /// The first and the last month.
    pub fn months(self) -> (Month, Month) {
        let last = Month { year: self.year, month: self.quarter * 3 };
        (Month::from_number(last.number() - 11), last)
    }

    /// In words: `2022`, or the months it runs over.
    pub fn say(self, danish: bool) -> String {
        if self.quarter == 4 {
            return self.year.to_string();
        }
        let (first, last) = self.months();
        format!("{} – {}", first.say(danish), last.say(danish))
    }
}

impl fmt::Display for RollingYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}QMAT{:02}", self.year, self.quarter)
    }
}

impl FromStr for RollingYear {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fail = || format!("\"{text}\" is not four quarters; write them as 2022QMAT04");
        let (year, quarter) = text.split_once("QMAT").ok_or_else(fail)?;
        let found = Self { year: year.parse().map_err(|_| fail())?, quarter: quarter.parse().map_err(|_| fail())? };
        if (1..=4).contains(&found.quarter) && (1990..=2100).contains(&found.year) { Ok(found) } else { Err(fail()) }
    }
}

/// One municipality, group and year as published. Shares in percent of those aged 16 to 66.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Benchmarked {
    /// Full-time persons expected, rounded to 10 by the publisher.
    pub expected_persons: f64,
    /// Full-time persons there were, rounded to 10.
    pub actual_persons: f64,
    /// Actual minus expected.
    pub difference_persons: f64,
    /// Expected share, two decimals.
    pub expected_share: f64,
    /// Actual share, two decimals.
    pub actual_share: f64,
    /// Actual minus expected, percentage points.
    pub difference_share: f64,
    /// 1 for the municipality furthest below what was expected.
    pub rank: u16,
}

impl Benchmarked {
    /// Expected minus actual, percentage points: **our** sign, positive is better.
    pub fn gap(&self) -> f64 {
        -self.difference_share
    }

    /// Expected minus actual in full-time persons: positive is better.
    pub fn gap_persons(&self) -> f64 {
        -self.difference_persons
    }
}

/// A publication of the benchmark. A later one stands beside it and never takes its place.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The day the figures were read from the publisher, ISO: the version.
    pub read: &'static str,
    /// Who published them.
    pub source: &'static str,
    rows: Vec<(RollingYear, BenefitGroup, &'static Municipality, Benchmarked)>,
}

static SHIPPED: LazyLock<Vec<Publication>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../data/rammevilkaar/y30r21-2023-08-15.csv");
    let rows = Publication::rows("y30r21-2023-08-15.csv", bytes);
    vec![Publication {
        read: "2023-08-15",
        source: "Jobindsats.dk / STAR, y30r21",
        rows: rows.expect("the file is part of the program and read by a test"),
    }]
});

impl Publication {
    /// Every publication that the program carries, oldest first.
    pub fn shipped() -> &'static [Self] {
        &SHIPPED
    }

    fn rows(
        name: &str,
        bytes: &[u8],
    ) -> Result<Vec<(RollingYear, BenefitGroup, &'static Municipality, Benchmarked)>, FiguresError> {
        let sheet = tables::read_csv(name, bytes)?;
        let mut rows = Vec::with_capacity(sheet.len());
        let wrong = |row: &tables::Row<'_>, column: &str, da: &str, en: &str| {
            FiguresError::from(row.wrong(column, Expected::Other(da.to_owned(), en.to_owned())))
        };
        for row in sheet.rows() {
            let place = municipality(row.text("kommunekode"))
                .ok_or_else(|| wrong(&row, "kommunekode", "en kommunekode på fire cifre", "a code of four digits"))?;
            let period = row
                .text("periode")
                .parse()
                .map_err(|_| wrong(&row, "periode", "fire kvartaler som 2022QMAT04", "four quarters as 2022QMAT04"))?;
            let group = BenefitGroup::from_code(row.text("gruppe"))
                .ok_or_else(|| wrong(&row, "gruppe", "ialt, adagpenge, …", "ialt, adagpenge, …"))?;
            let number = |column: &str| {
                row.number(column)?.ok_or_else(|| row.wrong(column, Expected::Number)).map_err(FiguresError::from)
            };
            let one = Benchmarked {
                expected_persons: number("forventet_antal")?,
                actual_persons: number("faktisk_antal")?,
                difference_persons: number("forskel_antal")?,
                expected_share: number("forventet_andel")?,
                actual_share: number("faktisk_andel")?,
                difference_share: number("forskel_andel")?,
                rank: number("rang")? as u16,
            };
            rows.push((period, group, place, one));
        }
        Ok(rows)
    }

    /// The years it has, oldest first.
    pub fn periods(&self) -> Vec<RollingYear> {
        let mut all: Vec<RollingYear> = self.rows.iter().map(|r| r.0).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Every municipality in a year and group, by code.
    pub fn across(&self, group: BenefitGroup, period: RollingYear) -> Vec<(&'static Municipality, Benchmarked)> {
        self.rows.iter().filter(|r| r.0 == period && r.1 == group).map(|r| (r.2, r.3)).collect()
    }

    /// One municipality.
    pub fn of(&self, group: BenefitGroup, period: RollingYear, code: &str) -> Option<Benchmarked> {
        self.rows.iter().find(|r| r.0 == period && r.1 == group && r.2.code == code).map(|r| r.3)
    }

    /// The publication worked through again from its actual and expected figures alone.
    pub fn recomputed(&self) -> Vec<Recomputed> {
        let mut out = Vec::with_capacity(self.rows.len());
        for period in self.periods() {
            for group in BenefitGroup::ALL {
                let all = self.across(group, period);
                let hundredths = |b: &Benchmarked| ((b.actual_share - b.expected_share) * 100.0).round() as i64;
                for (place, published) in &all {
                    let own = hundredths(published);
                    let below = all.iter().filter(|(_, b)| hundredths(b) < own).count();
                    let same = all.iter().filter(|(_, b)| hundredths(b) == own).count();
                    out.push(Recomputed {
                        period,
                        group,
                        place,
                        published: *published,
                        difference_persons: published.actual_persons - published.expected_persons,
                        difference_share: own as f64 / 100.0,
                        ranks: (below as u16 + 1, (below + same) as u16),
                    });
                }
            }
        }
        debug_assert_eq!(out.len(), self.rows.len(), "every row belongs to one of {} places", municipalities().len());
        out
    }
}

/// A row of a publication worked through again.
#[derive(Clone, Debug, PartialEq)]
pub struct Recomputed {
    /// Year.
    pub period: RollingYear,
    /// Group.
    pub group: BenefitGroup,
    /// Municipality.
    pub place: &'static Municipality,
    /// As published.
    pub published: Benchmarked,
    /// Actual minus expected persons.
    pub difference_persons: f64,
    /// Actual minus expected share, two decimals.
    pub difference_share: f64,
    /// The lowest and the highest rank that the share allows: equal shares are told apart by decimals that were not
    /// published.
    pub ranks: (u16, u16),
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "published figures are rounded, and compared as they stand")]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Danish alphabetical order with aa as å.
    fn danish(name: &str) -> String {
        name.to_lowercase().replace("aa", "å").replace('æ', "{").replace('ø', "|").replace('å', "}")
    }

    /// Every difference of 98 municipalities in 6 years and 4 groups is the published one, and every published rank lies
    /// among those that the share allows.
    #[test]
    fn all_2352_differences_and_ranks_come_out_as_published() {
        let publication = &Publication::shipped()[0];
        let all = publication.recomputed();
        assert_eq!(all.len(), 2352);
        for r in &all {
            let p = &r.published;
            assert_eq!(r.difference_persons, p.difference_persons, "{} {} {}", r.place.name, r.period, r.group.code());
            assert!((r.difference_share - p.difference_share).abs() < 1e-9, "{} {}", r.place.name, r.period);
            assert!((r.ranks.0..=r.ranks.1).contains(&p.rank), "{} {} {:?}", r.place.name, r.period, r.ranks);
            assert_eq!(p.expected_persons % 10.0, 0.0, "rounded to 10");
        }
        for period in publication.periods() {
            for group in BenefitGroup::ALL {
                let ranks: BTreeSet<u16> = publication.across(group, period).iter().map(|(_, b)| b.rank).collect();
                assert_eq!(ranks.len(), 98, "each rank once");
            }
        }
    }

    /// Equal shares stand in Danish alphabetical order in the publications of 2021 to mid-2022; in the others they follow
    /// decimals that were not published, so that no rule can give them back.
    #[test]
    fn equal_shares_follow_the_alphabet_in_three_years() {
        let publication = &Publication::shipped()[0];
        for (period, alphabetical) in [
            ("2020QMAT02", false),
            ("2020QMAT04", false),
            ("2021QMAT02", true),
            ("2021QMAT04", true),
            ("2022QMAT02", true),
            ("2022QMAT04", false),
        ] {
            let period: RollingYear = period.parse().unwrap();
            let follows = BenefitGroup::ALL.into_iter().all(|group| {
                let mut all = publication.across(group, period);
                all.sort_by_key(|(_, b)| b.rank);
                all.windows(2).all(|two| {
                    (two[0].1.difference_share - two[1].1.difference_share).abs() > 1e-9
                        || danish(&two[0].0.name) < danish(&two[1].0.name)
                })
            });
            assert_eq!(follows, alphabetical, "{period}");
        }
    }

    #[test]
    fn the_nation_of_2022_is_what_the_municipalities_make() {
        let all = Publication::shipped()[0].across(BenefitGroup::All, "2022QMAT04".parse().unwrap());
        let sum = |of: fn(&Benchmarked) -> f64| all.iter().map(|(_, b)| of(b)).sum::<f64>();
        assert_eq!(sum(|b| b.expected_persons), 289_610.0);
        assert_eq!(sum(|b| b.actual_persons), 289_710.0);
    }

    #[test]
    fn a_year_is_written_as_the_source_does() {
        let year: RollingYear = "2022QMAT02".parse().unwrap();
        assert_eq!(year.to_string(), "2022QMAT02");
        assert_eq!(year.say(true), "juli 2021 – juni 2022");
        assert_eq!(year.months().0.to_string(), "2021M07");
        assert!("2022QMAT05".parse::<RollingYear>().is_err());
    }
}
