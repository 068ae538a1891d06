//! A run of days with both ends included.

use crate::Date;
use crate::calendar::{IsoWeek, Months, add_months, days_between, months_between};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A run of days. Both `from` and `to` count; without `to` it has no known end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day, or `None` while no end is known.
    pub to: Option<Date>,
}

/// How a period is written in files.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    #[serde(deserialize_with = "plain_date")]
    from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "plain_date_or_none")]
    to: Option<Date>,
}

impl TryFrom<Ends> for Period {
    type Error = PeriodError;
    fn try_from(ends: Ends) -> Result<Self, PeriodError> {
        match ends.to {
            Some(to) => Self::new(ends.from, to),
            None => Ok(Self::open(ends.from)),
        }
    }
}

impl From<Period> for Ends {
    fn from(p: Period) -> Self {
        Self { from: p.from, to: p.to }
    }
}

/// A day written as `2026-11-24` and in no other way, so that what is read is what the schema says.
pub(crate) fn plain_date<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
    let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
    date.ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is not a day; write it as 2026-11-24")))
}

/// The same, where it may be missing.
pub(crate) fn plain_date_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    struct Plain(#[serde(deserialize_with = "plain_date")] Date);
    Ok(Option::<Plain>::deserialize(from)?.map(|p| p.0))
}

/// Why some text or two days make no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The last day lies before the first.
    #[error("the period ends on {to}, before it begins on {from}")]
    EndsBeforeItBegins {
        /// First day given.
        from: Date,
        /// Last day given.
        to: Date,
    },
    /// The text is not two days.
    #[error("\"{0}\" is not a period; write it as 2026-03-02..2026-05-08, or 2026-03-02.. without an end")]
    Unreadable(String),
}

impl Period {
    /// From the first day to the last, both included.
    ///
    /// # Errors
    /// [`PeriodError::EndsBeforeItBegins`].
    pub fn new(from: Date, to: Date) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::EndsBeforeItBegins { from, to });
        }
        Ok(Self { from, to: Some(to) })
    }

    /// From a day on, with no known end.
    pub const fn open(from: Date) -> Self {
        Self { from, to: None }
    }

    /// One day.
    pub const fn day(day: Date) -> Self {
        Self { from: day, to: Some(day) }
    }

    /// From `start` to the same day number `n` months on, that day included (or the month's last day).
    pub fn months_from(start: Date, n: u16) -> Self {
        Self { from: start, to: Some(add_months(start, i32::from(n))) }
    }

    /// `n` whole weeks from `start`: the last day is the day before the same weekday. Zero weeks give one day.
    pub fn weeks_from(start: Date, n: u16) -> Self {
        Self { from: start, to: Some(start.saturating_add((i64::from(n) * 7 - 1).max(0).days())) }
    }

    /// The last day, with "no known end" as the last day there is.
    #[inline]
    pub fn last(self) -> Date {
        self.to.unwrap_or(Date::MAX)
    }

    /// Whether the day lies within.
    #[inline]
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.last()
    }

    /// Whether every day of `other` lies within.
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.last() <= self.last()
    }

    /// The days both have.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        (from <= to.unwrap_or(Date::MAX)).then_some(Self { from, to })
    }

    /// Whether they share a day.
    #[inline]
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.last() && other.from <= self.last()
    }

    /// Whether they share a day or follow each other without a day between.
    pub fn touches(self, other: Self) -> bool {
        self.from <= next_day(other.last()) && other.from <= next_day(self.last())
    }

    /// Number of days, both ends counted; `None` without an end.
    pub fn days(self) -> Option<i64> {
        self.to.map(|to| days_between(self.from, to) + 1)
    }

    /// Days up to and with `day`: 0 where the period has not begun, all of them where it has ended.
    pub fn days_until(self, day: Date) -> i64 {
        (days_between(self.from, self.last().min(day)) + 1).max(0)
    }

    /// Whole weeks within, counted in sevens from the first day; `None` without an end.
    pub fn whole_weeks(self) -> Option<i64> {
        self.days().map(|d| d / 7)
    }

    /// Whole calendar months within and days left over; `None` without an end.
    pub fn months(self) -> Option<Months> {
        self.to.map(|to| months_between(self.from, next_day(to)))
    }

    /// Cut at every first day that `next_start` gives for the day a piece begins.
    fn split(self, next_start: impl Fn(Date) -> Date) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let piece = rest?;
            let cut = next_start(piece.from);
            if cut > piece.last() || cut <= piece.from {
                rest = None;
                return Some(piece);
            }
            rest = Some(Self { from: cut, to: piece.to });
            Some(Self { from: piece.from, to: Some(cut.saturating_sub(1.day())) })
        })
    }

    /// Pieces by ISO week. An open period goes on to the end of time: clip it first.
    pub fn by_week(self) -> impl Iterator<Item = Self> {
        self.split(|d| next_day(IsoWeek::of(d).period().last()))
    }

    /// Pieces by calendar month. An open period goes on to the end of time: clip it first.
    pub fn by_month(self) -> impl Iterator<Item = Self> {
        self.split(|d| next_day(d.last_of_month()))
    }

    /// Pieces by quarter. An open period goes on to the end of time: clip it first.
    pub fn by_quarter(self) -> impl Iterator<Item = Self> {
        self.split(|d| {
            let last_month = (d.month() - 1) / 3 * 3 + 3;
            next_day(jiff::civil::date(d.year(), last_month, 1).last_of_month())
        })
    }

    /// Pieces by calendar year. An open period goes on to the end of time: clip it first.
    pub fn by_year(self) -> impl Iterator<Item = Self> {
        self.split(|d| next_day(d.last_of_year()))
    }
}

/// The day before, or the first day there is.
#[inline]
pub fn previous_day(day: Date) -> Date {
    if day == Date::MIN { day } else { day.yesterday().unwrap_or(day) }
}

/// The day after; the last day there is stays itself.
#[inline]
pub fn next_day(day: Date) -> Date {
    // Asked of many open periods, and an error would cost more than the answer.
    if day == Date::MAX { day } else { day.tomorrow().unwrap_or(day) }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}..{}", self.from, to),
            None => write!(f, "{}..", self.from),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let fail = || PeriodError::Unreadable(text.to_owned());
        let (from, to) = text.split_once("..").ok_or_else(fail)?;
        let from = from.parse().map_err(|_| fail())?;
        if to.is_empty() {
            return Ok(Self::open(from));
        }
        Self::new(from, to.parse().map_err(|_| fail())?)
    }
}
