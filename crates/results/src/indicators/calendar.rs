//! The months that are counted, as numbered days.

use super::bits::{Months, between};
use super::grid::NotCounted;
use super::history::{Span, day_number};
use figures::Month;
use timeline::Date;

/// Where a day lies among the months of a sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The first month that has not ended before the day.
    pub month: usize,
    /// Whether it lies in that month: it may lie before the first or after the last.
    pub inside: bool,
    /// Days of the month before it; 0 where it lies in none.
    pub before: i32,
    /// Days of the month after it.
    pub after: i32,
}

/// The same, packed, since there is one for each day: five bits each of the days before and after, and the month.
#[derive(Clone, Copy, Debug)]
struct Day(u32);

impl Day {
    const fn new(month: usize, before: i32, after: i32) -> Self {
        Self((month as u32) << 10 | before.cast_unsigned() << 5 | after.cast_unsigned())
    }

    #[inline]
    const fn month(self) -> usize {
        (self.0 >> 10) as usize
    }
}

/// So many months after the last day it is asked what became of somebody; the last twice, since eight are looked up as fast as
/// seven.
const AFTER: [usize; 8] = [1, 2, 3, 4, 5, 6, 12, 12];

/// Days of a quarter of a year.
const QUARTER: i32 = 91;

/// The months that are counted.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub first: Month,
    /// Months asked for.
    pub months: usize,
    /// The day after the last one that is known of.
    known: i32,
    /// First days of all months and a year more.
    starts: Vec<i32>,
    /// Those of the months that have ended: of one that has not, nothing is told.
    pub sheets: Vec<Sheet>,
}

impl Calendar {
    /// The months from the first to the last, of what is known on a day.
    pub fn new(first: Month, last: Month, on: Date) -> Result<Self, NotCounted> {
        let months =
            usize::try_from(last.number() - first.number() + 1).ok().filter(|n| *n > 0).ok_or(NotCounted::NoMonths)?;
        let start = |n: usize| {
            let month = Month::from_number(first.number() + n as i32);
            Date::new(month.year, month.month, 1).map_or(i32::MAX, day_number)
        };
        let starts: Vec<i32> = (0..months + 14).map(start).collect();
        let known = day_number(on) + 1;
        let whole = starts[1..=months].partition_point(|end| *end <= known);
        let sheet = |first: usize| {
            let of_sheet = Sheet::MOST.min(whole - first);
            Sheet::new(starts[first..first + of_sheet + 14].to_vec(), of_sheet, known)
        };
        let sheets = (0..whole).step_by(Sheet::MOST).map(sheet).collect();
        Ok(Self { first, months, known, starts, sheets })
    }

    /// Days of a month.
    pub fn length(&self, month: usize) -> i64 {
        i64::from(self.starts[month + 1] - self.starts[month])
    }

    /// So many of the months have a next one that has passed.
    pub fn exits_known(&self) -> usize {
        self.starts[2..self.months + 2].iter().filter(|next| **next <= self.known).count()
    }
}

/// Months after each other that have ended, of which each has a number from 0, and is counted by itself.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub months: usize,
    /// The day after the last one that is known of.
    pub known: i32,
    /// The first day.
    from: i32,
    /// Days of the months, with one before and one after them.
    days: Vec<Day>,
    /// Of each day from more than [`QUARTER`] before the first on, the months that it is in the last such days of.
    quarters: Vec<Months>,
    /// First days of all months and a year more.
    starts: Vec<i32>,
    /// Of each month the first and the last day of each month [`AFTER`] it.
    after: Vec<([i32; 8], [i32; 8])>,
}

impl Sheet {
    /// No more months than these are looked at at once, since each is a bit of a number, and so is what lies after them.
    pub const MOST: usize = 63;

    fn new(starts: Vec<i32>, months: usize, known: i32) -> Self {
        let mut days = vec![Day::new(0, 0, 0)];
        for month in 0..months {
            let length = starts[month + 1] - starts[month];
            days.extend((0..length).map(|n| Day::new(month, n, length - 1 - n)));
        }
        days.push(Day::new(months, 0, 0));
        let after = |month: usize| {
            // Far enough from the largest number that a month's days can be added.
            let first = AFTER.map(|n| starts[month + n].min(i32::MAX - 31));
            (first, AFTER.map(|n| starts[month + n + 1] - 1))
        };
        let after = (0..months).map(after).collect();
        let mut sheet = Self { months, known, from: starts[0], days, quarters: Vec::new(), starts, after };
        let (first, last) = (sheet.from - QUARTER - 1, sheet.starts[months]);
        let quarter = |day: i32| between(sheet.month(day), sheet.month(day.saturating_add(QUARTER)));
        sheet.quarters = (first..=last).map(quarter).collect();
        sheet
    }

    #[inline]
    pub fn place(&self, day: i32) -> Place {
        let (at, Day(packed)) = self.day(day);
        let inside = at > 0 && at < self.days.len() - 1;
        let bits = |n: u32| (n & 31).cast_signed();
        Place { month: Day(packed).month(), inside, before: bits(packed >> 5), after: bits(packed) }
    }

    #[inline]
    fn day(&self, day: i32) -> (usize, Day) {
        let end = self.days.len() - 1;
        let at = (i64::from(day) - i64::from(self.from) + 1).clamp(0, end as i64) as usize;
        (at, self.days[at])
    }

    /// Whether none of the days from one to before another lies in the months.
    #[inline]
    pub fn has_none(&self, from: i32, until: i32) -> bool {
        until <= self.from || from >= self.starts[self.months]
    }

    /// The first month that has not ended before a day.
    #[inline]
    pub fn month(&self, day: i32) -> usize {
        self.day(day).1.month()
    }

    /// The months that a day is in the last [`QUARTER`] of, whose last day is counted.
    #[inline]
    pub fn quarter(&self, day: i32) -> Months {
        let at = i64::from(day) - i64::from(self.from) + i64::from(QUARTER) + 1;
        self.quarters[at.clamp(0, self.quarters.len() as i64 - 1) as usize]
    }

    /// The months that days of a run lie in.
    #[inline]
    pub fn touched(&self, run: Span) -> Months {
        let last = self.place(run.until.saturating_sub(1));
        between(self.month(run.from), last.month + usize::from(last.inside))
    }

    /// The day after a month's last.
    #[inline]
    pub fn end(&self, month: usize) -> i32 {
        self.starts[month + 1]
    }

    /// The first day from which on a whole month of those after a day lies between.
    #[inline]
    pub fn free_after(&self, day: i32) -> i32 {
        self.starts[self.month(day) + 2]
    }

    /// Days so many months after a day of one of the months as [`AFTER`] says: the same of the month, or its last.
    #[inline]
    pub fn days_after(&self, month: usize, day: i32) -> [i32; 8] {
        let (mut days, last) = self.after[month];
        for (day_after, last) in days.iter_mut().zip(last) {
            *day_after = (*day_after + (day - self.starts[month])).min(last);
        }
        days
    }
}
