//! Weeks and months, as the law and the registers count them.

use crate::{Date, Period};
use jiff::ToSpan;
use jiff::civil::ISOWeekDate;
use std::fmt;
use std::str::FromStr;

/// An ISO 8601 week: Monday to Sunday, numbered within its week-year. DREAM and Jobindsats count in these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek {
    /// The week-year, which near New Year may differ from the year of the day.
    pub year: i16,
    /// 1 to 53.
    pub week: i8,
}

impl IsoWeek {
    /// The week that `day` lies in.
    pub fn of(day: Date) -> Self {
        let week = day.iso_week_date();
        Self { year: week.year(), week: week.week() }
    }

    /// Monday.
    ///
    /// # Panics
    /// Never for a value made by [`IsoWeek::of`] or by parsing, which check the week number.
    pub fn first_day(self) -> Date {
        ISOWeekDate::new(self.year, self.week, jiff::civil::Weekday::Monday).map_or(Date::MIN, ISOWeekDate::date)
    }

    /// Monday to Sunday.
    pub fn period(self) -> Period {
        let first = self.first_day();
        Period { from: first, to: Some(first.saturating_add(6.days())) }
    }

    /// The week `n` weeks later (earlier when negative).
    #[must_use]
    pub fn plus(self, n: i64) -> Self {
        Self::of(self.first_day().saturating_add((n.clamp(-1_000_000, 1_000_000) * 7).days()))
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl FromStr for IsoWeek {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fail = || format!("\"{text}\" is not an ISO week; write it as 2026-W48");
        let (year, week) = text.split_once("-W").ok_or_else(fail)?;
        let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(week, 2) {
            return Err(fail());
        }
        let (year, week) = (year.parse().map_err(|_| fail())?, week.parse().map_err(|_| fail())?);
        ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).map_err(|_| fail())?;
        Ok(Self { year, week })
    }
}

/// `day` and `n` months on: the same day number, or the month's last day where it is shorter.
///
/// **Our reading, to be confirmed.** 31 January plus one month is 28 (29) February, and 29 February plus twelve months
/// is 28 February. See `docs/decisions/0003-months-and-leap-days.md`.
#[inline]
pub fn add_months(day: Date, n: i32) -> Date {
    let months = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 + n.clamp(-500_000, 500_000);
    let Ok(year) = i16::try_from(months.div_euclid(12)) else { return if n < 0 { Date::MIN } else { Date::MAX } };
    let month = months.rem_euclid(12) as i8 + 1;
    // Most days are in every month; the others are cut to the month's last.
    let number = if day.day() <= 28 { day.day() } else { day.day().min(month_length(year, month)) };
    Date::new(year, month, number).unwrap_or(if n < 0 { Date::MIN } else { Date::MAX })
}

/// A number for a day in the order of days, for where many are compared: year, month and day in one. It is no count of
/// days: between two months numbers are left out, and a year is [`ORDER_OF_A_YEAR`].
#[inline]
pub fn order_of(day: Date) -> u32 {
    let year = (i32::from(day.year()) + 10_000) as u32;
    year << 9 | (day.month() as u32) << 5 | day.day() as u32
}

/// From a day to the same day of the next year, in [`order_of`].
pub const ORDER_OF_A_YEAR: u32 = 1 << 9;

const fn month_length(year: i16, month: i8) -> i8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A span counted in whole calendar months and the days left over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Months {
    /// Whole months, counted from the first day.
    pub months: i32,
    /// Days after the last whole month.
    pub days: i32,
}

/// Whole months from `from` until `until` (the day after a period's last), and the days left over.
///
/// Counted from the first day, so that `add_months(from, months)` plus `days` gives `until` back.
#[inline]
pub fn months_between(from: Date, until: Date) -> Months {
    let months = whole_months_between(from, until);
    let days = days_between(add_months(from, months), until);
    Months { months, days: days as i32 }
}

/// The whole months alone.
#[inline]
pub fn whole_months_between(from: Date, until: Date) -> i32 {
    let months =
        (i32::from(until.year()) - i32::from(from.year())) * 12 + i32::from(until.month()) - i32::from(from.month());
    // Not yet full where the day number is not reached, unless the month has no such day.
    let short = from.day() > until.day() && until.day() < until.days_in_month();
    months - i32::from(short)
}

/// Days from `from` until `until`, negative when `until` is earlier.
pub(crate) fn days_between(from: Date, until: Date) -> i64 {
    i64::from(from.duration_until(until).as_hours() as i32) / 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date;

    #[test]
    fn a_week_year_differs_from_the_year_around_new_year() {
        assert_eq!(IsoWeek::of(date(2027, 1, 1)).to_string(), "2026-W53");
        assert_eq!("2026-W53".parse::<IsoWeek>().unwrap().first_day(), date(2026, 12, 28));
        assert!("2025-W53".parse::<IsoWeek>().is_err(), "2025 has 52 weeks");
        assert_eq!(IsoWeek::of(date(2026, 12, 28)).plus(1), IsoWeek { year: 2027, week: 1 });
    }

    #[test]
    fn months_end_on_the_months_last_day() {
        assert_eq!(add_months(date(2026, 1, 31), 1), date(2026, 2, 28));
        assert_eq!(add_months(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(add_months(date(2024, 2, 29), 12), date(2025, 2, 28));
        assert_eq!(add_months(date(2026, 8, 31), -6), date(2026, 2, 28));
    }

    #[test]
    fn months_beyond_the_calendar_end_at_its_ends() {
        assert_eq!(add_months(Date::MAX, 1), Date::MAX);
        assert_eq!(add_months(Date::MIN, -1), Date::MIN);
        assert_eq!(add_months(date(2026, 5, 31), i32::MAX), Date::MAX);
        for n in -2000..2000 {
            let day = date(2026, 5, 31);
            assert_eq!(add_months(day, n), day.saturating_add(n.months()), "{n}");
        }
    }

    #[test]
    fn days_are_ordered_as_their_numbers_are() {
        let days = [Date::MIN, date(-1, 12, 31), date(0, 1, 1), date(2024, 2, 29), date(2024, 3, 1), Date::MAX];
        assert!(days.windows(2).all(|pair| order_of(pair[0]) < order_of(pair[1])));
        assert_eq!(order_of(date(2025, 7, 4)) + ORDER_OF_A_YEAR, order_of(date(2026, 7, 4)));
    }

    #[test]
    fn whole_months_are_as_many_as_can_be_added() {
        for a in 0..800 {
            for b in (a..a + 500).step_by(7) {
                let (from, until) =
                    (date(2023, 1, 1).saturating_add(a.days()), date(2023, 1, 1).saturating_add(b.days()));
                let months = whole_months_between(from, until);
                assert!(add_months(from, months) <= until && add_months(from, months + 1) > until, "{from} {until}");
            }
        }
    }

    #[test]
    fn months_between_gives_the_end_back() {
        let (from, until) = (date(2024, 1, 31), date(2024, 3, 1));
        let m = months_between(from, until);
        assert_eq!(m, Months { months: 1, days: 1 });
        assert_eq!(months_between(date(2026, 5, 4), date(2026, 5, 4)), Months { months: 0, days: 0 });
    }
}
