//! Counts of units, months and groups.

use super::counts::Count;
use super::history::Group;
use figures::Month;
use rayon::prelude::*;
use std::fmt;

/// Counts by group, month, unit: those of a group and month, which are told together, lie together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first month.
    pub first: Month,
    /// Number of months.
    pub months: usize,
    /// Units, besides all (0).
    pub units: usize,
    /// So many of the months have a next one that has passed: an exit is not known before.
    pub exits_known: usize,
    cells: Vec<u64>,
}

impl Grid {
    pub(super) fn new(first: Month, months: usize, units: usize) -> Self {
        let cells = vec![0; (units + 1) * months * Group::ALL.len() * Count::HOW_MANY];
        Self { first, months, units, exits_known: 0, cells }
    }

    fn at(&self, unit: usize, month: usize, group: Group) -> usize {
        ((group as usize * self.months + month) * (self.units + 1) + unit) * Count::HOW_MANY
    }

    /// A count; unit 0 is all citizens, the last is those without a unit.
    pub fn get(&self, unit: usize, month: usize, group: Group, count: Count) -> u64 {
        self.cells[self.at(unit, month, group) + count as usize]
    }

    /// The month of that number.
    pub fn month(&self, at: usize) -> Month {
        Month::from_number(self.first.number() + at as i32)
    }

    /// Fill the counts of each group, of a month and unit those of [`Count::ALL`], on every core; with `sum`, those of all citizens
    /// from the units that they were counted in.
    pub(super) fn fill(&mut self, sum: bool, of: impl Fn(Group, &mut dyn FnMut(usize, usize, &[u64])) + Sync) {
        let of_month = (self.units + 1) * Count::HOW_MANY;
        let groups = Group::ALL.into_par_iter().zip(self.cells.par_chunks_mut(self.months * of_month));
        groups.for_each(|(group, cells)| {
            of(group, &mut |month, unit, counts| {
                cells[month * of_month + unit * Count::HOW_MANY..][..Count::HOW_MANY].copy_from_slice(counts);
            });
            if !sum {
                return;
            }
            for month in cells.chunks_mut(of_month) {
                let (all, units) = month.split_at_mut(Count::HOW_MANY);
                for unit in units.chunks(Count::HOW_MANY) {
                    all.iter_mut().zip(unit).for_each(|(a, b)| *a += b);
                    // A month has as many days for all as for each.
                    all[Count::MonthDays as usize] = unit[Count::MonthDays as usize];
                }
            }
        });
    }
}

/// Why nothing was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCounted {
    /// The last month is before the first.
    NoMonths,
    /// There are 65,535 different units or more.
    TooManyUnits,
}

impl fmt::Display for NotCounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMonths => "the last month is before the first",
            Self::TooManyUnits => "too many different units",
        })
    }
}

/// A value of an indicator in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// The value, and what it is made of.
    Value {
        /// The value.
        value: f64,
        /// Over the line.
        over: u64,
        /// Under it.
        under: u64,
    },
    /// Nobody to count.
    Nobody,
    /// The months have not passed that it is known after.
    NotYet,
    /// Held back: it would tell of fewer than the least count.
    Few,
}
