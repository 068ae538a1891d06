//! What is put down while citizens are counted, and the counts that come of it.

use super::calendar::Calendar;
use super::counts::Count;
use super::grid::Grid;
use super::history::Group;
use std::ops::{Index, IndexMut};

/// What is put down of a month: numbers that are changed together lie together.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Cell([i32; Cell::SLOTS]);

impl Cell {
    const SLOTS: usize = 64;
    pub const EMPTY: Self = Self([0; Self::SLOTS]);

    /// Runs of days that touch the month.
    pub const RUNS: usize = 0;
    /// Days of the month before a run begins in it and after one ends.
    pub const OUTSIDE: usize = 1;
    /// Runs of a person who has another in the month.
    pub const AGAIN: usize = 2;
    pub const INFLOW: usize = 3;
    pub const EXIT: usize = 4;
    /// In two halves, see [`Cell::add_days`].
    const SPELL_DAYS: usize = 5;
    pub const LASTING_JOB: usize = 7;
    pub const LASTING_FREE: usize = 8;
    pub const QUARTER: usize = 9;
    pub const NO_TALK: usize = 10;
    pub const TALKS: usize = 11;
    pub const ACTIVATED: usize = 12;
    pub const BUSINESS: usize = 13;
    pub const HOURS: usize = 14;
    /// As runs, of days of a benefit in an offer.
    pub const OFFER_RUNS: usize = 15;
    pub const OFFER_OUTSIDE: usize = 16;
    pub const YEAR: usize = 17;
    pub const NO_OFFER: usize = 18;
    pub const FEW_TALKS: usize = 19;
    /// Those without an offer who had the hours.
    pub const ENOUGH_100: usize = 20;
    pub const ENOUGH_225: usize = 21;
    pub const OFFER_KNOWN_26: usize = 22;
    pub const SELF_SUPPORT_26: usize = 23;
    pub const OFFER_KNOWN_52: usize = 24;
    pub const SELF_SUPPORT_52: usize = 25;
    pub const MEASURED: usize = 26;
    pub const UP: usize = 27;
    pub const DOWN: usize = 28;
    /// Eight days each: 1 to 6 months after the last day, 12, and 12 again.
    pub const STATUS: usize = 32;

    /// What stands where it begins and, taken back, where it ends.
    const LASTING: [usize; 11] = [
        Self::RUNS,
        Self::QUARTER,
        Self::NO_TALK,
        Self::TALKS,
        Self::ACTIVATED,
        Self::BUSINESS,
        Self::HOURS,
        Self::OFFER_RUNS,
        Self::YEAR,
        Self::NO_OFFER,
        Self::FEW_TALKS,
    ];

    /// With days of a spell, of which the sum of many is beyond one slot.
    #[inline]
    pub fn add_days(&mut self, days: u32) {
        let (low, carried) = self[Self::SPELL_DAYS].cast_unsigned().overflowing_add(days);
        self[Self::SPELL_DAYS] = low.cast_signed();
        self[Self::SPELL_DAYS + 1] += i32::from(carried);
    }

    /// With what became of a spell: for each of eight days whether it is known, and whether in a job, in education, supported.
    #[inline]
    pub fn add_status(&mut self, status: &[[i32; 8]; 4]) {
        for (slot, found) in self.0[Self::STATUS..].iter_mut().zip(status.as_flattened()) {
            *slot += found;
        }
    }
}

impl Index<usize> for Cell {
    type Output = i32;

    #[inline]
    fn index(&self, slot: usize) -> &i32 {
        &self.0[slot]
    }
}

impl IndexMut<usize> for Cell {
    #[inline]
    fn index_mut(&mut self, slot: usize) -> &mut i32 {
        &mut self.0[slot]
    }
}

/// The same, wide enough for any sum.
#[derive(Clone, Copy, Debug)]
struct Sum([i64; Cell::SLOTS]);

impl Sum {
    const EMPTY: Self = Self([0; Cell::SLOTS]);

    fn add(&mut self, cell: &Cell) {
        let low = cell[Cell::SPELL_DAYS].cast_unsigned();
        self.0.iter_mut().zip(&cell.0).for_each(|(sum, n)| *sum += i64::from(*n));
        // The lower half has no sign.
        self.0[Cell::SPELL_DAYS] += i64::from(low) - i64::from(low.cast_signed());
    }

    fn plus(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a += b);
    }

    /// The count of a month of so many days, once what lasts has been summed up.
    fn count(&self, what: Count, days: i64) -> i64 {
        let slot = |slot: usize| self.0[slot];
        let status = |kind: usize, day: usize| self.0[Cell::STATUS + 8 * kind + day];
        match what {
            Count::Persons => slot(Cell::RUNS) - slot(Cell::AGAIN),
            Count::Days => slot(Cell::RUNS) * days - slot(Cell::OUTSIDE),
            Count::MonthDays => days,
            Count::Inflow => slot(Cell::INFLOW),
            Count::Exit => slot(Cell::EXIT),
            Count::SpellDays => slot(Cell::SPELL_DAYS) + (slot(Cell::SPELL_DAYS + 1) << 32),
            Count::OfferDays => slot(Cell::OFFER_RUNS) * days - slot(Cell::OFFER_OUTSIDE),
            Count::Activated => slot(Cell::ACTIVATED),
            Count::Business => slot(Cell::BUSINESS),
            Count::Hours => slot(Cell::HOURS),
            Count::Known1 => status(0, 0),
            Count::Job1 => status(1, 0),
            Count::Education1 => status(2, 0),
            Count::Support1 => status(3, 0),
            Count::Known3 => status(0, 2),
            Count::Job3 => status(1, 2),
            Count::Education3 => status(2, 2),
            Count::Support3 => status(3, 2),
            Count::Known6 => status(0, 5),
            Count::Job6 => status(1, 5),
            Count::Education6 => status(2, 5),
            Count::Support6 => status(3, 5),
            Count::Known12 => status(0, 6),
            Count::Job12 => status(1, 6),
            Count::Education12 => status(2, 6),
            Count::Support12 => status(3, 6),
            Count::LastingJob => slot(Cell::LASTING_JOB),
            Count::LastingFree => slot(Cell::LASTING_FREE),
            Count::Quarter => slot(Cell::QUARTER),
            Count::NoTalk => slot(Cell::NO_TALK),
            Count::TalksQuarter => slot(Cell::TALKS),
            Count::Year => slot(Cell::YEAR),
            Count::NoOffer => slot(Cell::NO_OFFER),
            Count::Neither100 => slot(Cell::NO_OFFER) - slot(Cell::ENOUGH_100),
            Count::Neither225 => slot(Cell::NO_OFFER) - slot(Cell::ENOUGH_225),
            Count::FewTalks => slot(Cell::FEW_TALKS),
            Count::OfferKnown26 => slot(Cell::OFFER_KNOWN_26),
            Count::SelfSupport26 => slot(Cell::SELF_SUPPORT_26),
            Count::OfferKnown52 => slot(Cell::OFFER_KNOWN_52),
            Count::SelfSupport52 => slot(Cell::SELF_SUPPORT_52),
            Count::Measured => slot(Cell::MEASURED),
            Count::Up => slot(Cell::UP),
            Count::Down => slot(Cell::DOWN),
        }
    }
}

/// Which groups are counted in a table: one group alone, or all that a narrow one is part of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Table {
    /// Of the group.
    Only(Group),
    /// Of the narrow group and of each that holds it.
    Held(Group),
}

impl Table {
    const HOW_MANY: usize = 2 * Group::ALL.len();

    const fn place(self) -> usize {
        match self {
            Self::Only(group) => group as usize,
            Self::Held(group) => Group::ALL.len() + group as usize,
        }
    }

    /// Those that make up what is counted of a group.
    fn of(group: Group) -> impl Iterator<Item = Self> {
        let held = Group::ALL.into_iter().filter(move |other| other.is_narrow() && group.holds(*other));
        std::iter::once(Self::Only(group)).chain(held.map(Self::Held))
    }
}

/// Cells of every unit, table and month, with one month more than there are.
#[derive(Debug)]
pub(super) struct Cells {
    months: usize,
    now: Vec<Cell>,
    /// What was in them before they were emptied.
    sums: Vec<Sum>,
    /// The most that anything put down since then can have come to.
    room_left: i32,
}

impl Cells {
    pub const fn new(months: usize) -> Self {
        Self { months: months + 1, now: Vec::new(), sums: Vec::new(), room_left: i32::MAX }
    }

    /// Make room for a citizen of so many periods: each puts down a month's days at most.
    #[inline]
    pub fn make_room(&mut self, periods: usize) {
        let most = i32::try_from(periods).map_or(i32::MAX, |n| n.saturating_mul(31));
        match self.room_left.checked_sub(most) {
            Some(left) if left >= 0 => self.room_left = left,
            _ => {
                self.empty();
                self.room_left = i32::MAX.saturating_sub(most);
            }
        }
    }

    /// Put what is in the cells into sums.
    pub fn empty(&mut self) {
        self.sums.resize(self.now.len(), Sum::EMPTY);
        self.sums.iter_mut().zip(&mut self.now).for_each(|(sum, cell)| {
            sum.add(cell);
            *cell = Cell::EMPTY;
        });
    }

    const fn at(&self, unit: usize, table: Table) -> usize {
        (unit * Table::HOW_MANY + table.place()) * self.months
    }

    /// The months of a table of a unit.
    #[inline]
    pub fn of(&mut self, unit: usize, table: Table) -> &mut [Cell] {
        let at = self.at(unit, table);
        if self.now.len() <= at {
            self.now.resize((unit + 1) * Table::HOW_MANY * self.months, Cell::EMPTY);
        }
        &mut self.now[at..at + self.months]
    }

    fn add_to(&self, months: &mut [Sum], unit: usize, table: Table) {
        let at = self.at(unit, table);
        let cells = self.now.get(at..).unwrap_or_default();
        let sums = self.sums.get(at..).unwrap_or_default();
        months.iter_mut().zip(cells).for_each(|(sum, cell)| sum.add(cell));
        months.iter_mut().zip(sums).for_each(|(sum, other)| sum.plus(other));
    }
}

/// Everything counted, of what was put down on each core; with `units`, the places of the units by their numbers, of each of them
/// and of those who have none.
pub(super) fn grid(calendar: &Calendar, all: &[&Cells], units: Option<&[u16]>) -> Grid {
    let mut grid = Grid::new(calendar.first, calendar.months, units.map_or(0, |n| n.len() + 1));
    grid.exits_known = calendar.exits_known();
    // Those without a unit are counted first and told last.
    let mut numbers = vec![None; grid.units + 1];
    match units {
        None => numbers[0] = Some(0),
        Some(places) => {
            numbers[places.len() + 1] = Some(0);
            for (number, place) in places.iter().enumerate() {
                numbers[usize::from(*place) + 1] = Some(number + 1);
            }
        }
    }
    grid.fill(units.is_some(), |group, put| {
        let mut months = vec![Sum::EMPTY; calendar.whole];
        for (place, number) in numbers.iter().enumerate() {
            months.fill(Sum::EMPTY);
            if let Some(unit) = number {
                for (cells, table) in all.iter().flat_map(|cells| Table::of(group).map(move |table| (cells, table))) {
                    cells.add_to(&mut months, *unit, table);
                }
            }
            let mut lasting = Sum::EMPTY;
            for (month, sum) in months.iter_mut().enumerate() {
                for slot in Cell::LASTING {
                    lasting.0[slot] += sum.0[slot];
                    sum.0[slot] = lasting.0[slot];
                }
                let mut counts = [0; Count::HOW_MANY];
                for (n, what) in counts.iter_mut().zip(Count::ALL) {
                    *n = sum.count(*what, calendar.length(month)).cast_unsigned();
                }
                put(month, place, &counts);
            }
            for month in calendar.whole..calendar.months {
                let mut counts = [0; Count::HOW_MANY];
                counts[Count::MonthDays as usize] = calendar.length(month).cast_unsigned();
                put(month, place, &counts);
            }
        }
    });
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::Month;
    use timeline::date;

    #[test]
    fn what_is_beyond_a_cell_is_counted_all_the_same() {
        let month = Month { year: 2026, month: 1 };
        let calendar = Calendar::new(month, month, date(2026, 3, 31)).expect("a month");
        let (mut one, mut other) = (Cells::new(calendar.whole), Cells::new(calendar.whole));
        for _ in 0..5 {
            // More than half of what is left, so that the cells are emptied in between.
            one.make_room(40_000_000);
            for (cells, days) in [(&mut one, u32::MAX), (&mut other, 7)] {
                let cell = &mut cells.of(2, Table::Held(Group::Dagpenge))[0];
                cell[Cell::EXIT] += i32::MAX / 2;
                cell.add_days(days);
                cell.add_days(1 << 31);
            }
            other.make_room(usize::MAX);
        }
        assert!(!one.sums.is_empty() && !other.sums.is_empty());
        let grid = grid(&calendar, &[&one, &other], Some(&[1, 0]));
        let days = 5 * (u64::from(u32::MAX) + 7 + 2 * (1 << 31));
        for (unit, group) in [(0, Group::All), (1, Group::Dagpenge)] {
            assert_eq!(grid.get(unit, 0, group, Count::Exit), 10 * (i32::MAX as u64 / 2));
            assert_eq!(grid.get(unit, 0, group, Count::SpellDays), days);
            assert_eq!(grid.get(unit, 0, group, Count::MonthDays), 31);
        }
        assert_eq!(grid.get(2, 0, Group::Dagpenge, Count::Exit) + grid.get(1, 0, Group::Sho, Count::Exit), 0);
    }
}
