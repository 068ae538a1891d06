//! A calendar month, as Jobindsats writes it: `2026M07`.

use jiff::civil::{Date, date};
use std::fmt;
use std::str::FromStr;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

/// Text that is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a month; write it as 2026M07 or 2026-07")]
pub struct MonthError(String);

const DA: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Month {
    /// The month a day lies in.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        date(self.year, self.month, 1)
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// Months since year 0, for axes and distances.
    pub fn number(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }

    /// The month with that number.
    pub fn from_number(n: i32) -> Self {
        Self { year: n.div_euclid(12) as i16, month: n.rem_euclid(12) as i8 + 1 }
    }

    /// `juli 2026` or `July 2026`.
    pub fn say(self, danish: bool) -> String {
        let names = if danish { DA } else { EN };
        format!("{} {}", names[usize::try_from(self.month - 1).unwrap_or(0)], self.year)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}M{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = MonthError;
    fn from_str(text: &str) -> Result<Self, MonthError> {
        let fail = || MonthError(text.chars().take(20).collect());
        let (year, month) = text.split_once(['M', '-']).ok_or_else(fail)?;
        let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(fail());
        }
        let (year, month) = (year.parse().map_err(|_| fail())?, month.parse().map_err(|_| fail())?);
        if (1..=12).contains(&month) { Ok(Self { year, month }) } else { Err(fail()) }
    }
}
