//! The months that are counted, as numbered days.

use super::grid::NotCounted;
use super::history::day_number;
use figures::Month;
use timeline::Date;

/// Where a day lies among the months counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The first month that has not ended before the day.
    pub month: usize,
    /// Whether it lies in that month: it may lie before the first or after the last.
    pub inside: bool,
    /// Days of the month before it; 0 where it lies in none.
    pub before: i64,
    /// Days of the month after it.
    pub after: i64,
}

/// The same, packed: there is one for each day.
#[derive(Clone, Copy, Debug)]
struct Day {
    month: u32,
    before: u8,
    after: u8,
}

/// The months that are counted, of which each that has ended has a number from 0.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub first: Month,
    /// Months asked for.
    pub months: usize,
    /// Of them those that have ended: of one that has not, nothing is told.
    pub whole: usize,
    /// The day after the last one that is known of.
    pub known: i32,
    /// The first day.
    from: i32,
    /// Days of the months that have ended, with one before and one after them.
    days: Vec<Day>,
    /// First days of all months and a year more.
    starts: Vec<i32>,
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
        let mut days = vec![Day { month: 0, before: 0, after: 0 }];
        for month in 0..whole {
            let length = starts[month + 1] - starts[month];
            days.extend((0..length).map(|n| Day {
                month: month as u32,
                before: n as u8,
                after: (length - 1 - n) as u8,
            }));
        }
        days.push(Day { month: whole as u32, before: 0, after: 0 });
        Ok(Self { first, months, whole, known, from: starts[0], days, starts })
    }

    #[inline]
    pub fn place(&self, day: i32) -> Place {
        let end = self.days.len() - 1;
        let at = (i64::from(day) - i64::from(self.from) + 1).clamp(0, end as i64) as usize;
        let Day { month, before, after } = self.days[at];
        let inside = at > 0 && at < end;
        Place { month: month as usize, inside, before: i64::from(before), after: i64::from(after) }
    }

    /// The first month that has not ended before a day.
    #[inline]
    pub fn month(&self, day: i32) -> usize {
        self.place(day).month
    }

    /// The day after a month's last.
    #[inline]
    pub fn end(&self, month: usize) -> i32 {
        self.starts[month + 1]
    }

    /// Days of a month.
    pub fn length(&self, month: usize) -> i64 {
        i64::from(self.starts[month + 1] - self.starts[month])
    }

    /// The same day of the month a number of months after a day of one of the months, or the last of that month.
    #[inline]
    pub fn month_after(&self, month: usize, day: i32, months: usize) -> i32 {
        let (from, next) = (self.starts[month + months], self.starts[month + months + 1]);
        from.saturating_add(day - self.starts[month]).min(next - 1)
    }

    /// So many of the months have a next one that has passed.
    pub fn exits_known(&self) -> usize {
        self.starts[2..self.months + 2].iter().filter(|next| **next <= self.known).count()
    }
}
