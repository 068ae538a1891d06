//! Counts of units, months and groups.

use super::counts::Count;
use super::history::Group;
use figures::Month;
use rayon::prelude::*;
use std::fmt;

/// Counts by unit, month, group.
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
        ((unit * self.months + month) * Group::ALL.len() + group as usize) * Count::HOW_MANY
    }

    /// A count; unit 0 is all citizens, the last is those without a unit.
    pub fn get(&self, unit: usize, month: usize, group: Group, count: Count) -> u64 {
        self.cells[self.at(unit, month, group) + count as usize]
    }

    /// The month of that number.
    pub fn month(&self, at: usize) -> Month {
        Month::from_number(self.first.number() + at as i32)
    }

    /// Fill each unit's counts, of a month and group those of [`Count::ALL`], on every core. What is given to it is the unit.
    pub(super) fn fill(&mut self, of: impl Fn(usize, &mut dyn FnMut(usize, Group, &[u64])) + Sync) {
        let size = self.months * Group::ALL.len() * Count::HOW_MANY;
        self.cells.par_chunks_mut(size.max(1)).enumerate().for_each(|(unit, cells)| {
            of(unit, &mut |month, group, counts| {
                let at = (month * Group::ALL.len() + group as usize) * Count::HOW_MANY;
                cells[at..at + Count::HOW_MANY].copy_from_slice(counts);
            });
        });
    }

    /// All citizens, from the units that they were counted in.
    pub(super) fn sum_units(&mut self) {
        let size = self.cells.len() / (self.units + 1);
        let (all, units) = self.cells.split_at_mut(size);
        for unit in units.chunks(size) {
            for (a, b) in all.chunks_mut(Count::HOW_MANY).zip(unit.chunks(Count::HOW_MANY)) {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                // A month has as many days for all as for each.
                a[Count::MonthDays as usize] = b[Count::MonthDays as usize];
            }
        }
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
