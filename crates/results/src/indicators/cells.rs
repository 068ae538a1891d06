//! What is put down while citizens are counted, and the counts that come of it.

use super::bits::Often;
use super::calendar::{Calendar, Sheet};
use super::counts::Count;
use super::grid::Grid;
use super::history::Group;
use std::ops::{Index, IndexMut};

/// What is put down of a month, of a day in it: numbers that are changed together lie together.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Cell([i32; Cell::SLOTS]);

impl Cell {
    const SLOTS: usize = 48;
    pub const EMPTY: Self = Self([0; Self::SLOTS]);

    /// Days of the month before a run begins in it and after one ends.
    pub const OUTSIDE: usize = 0;
    /// Runs of a person who has another in the month.
    pub const AGAIN: usize = 1;
    pub const INFLOW: usize = 2;
    pub const EXIT: usize = 3;
    /// In two halves, see [`Cell::add_days`].
    const SPELL_DAYS: usize = 4;
    pub const LASTING_JOB: usize = 6;
    pub const LASTING_FREE: usize = 7;
    /// As the first two, of days of a benefit in an offer.
    pub const OFFER_OUTSIDE: usize = 8;
    pub const OFFER_AGAIN: usize = 9;
    pub const OFFER_KNOWN_26: usize = 10;
    pub const SELF_SUPPORT_26: usize = 11;
    pub const OFFER_KNOWN_52: usize = 12;
    pub const SELF_SUPPORT_52: usize = 13;
    pub const SIXTEEN_TALKS: usize = 14;
    /// Eight days each: 1 to 6 months after the last day, 12, and 12 again.
    const STATUS: usize = 16;

    /// With days of a spell, of which the sum of many is beyond one slot.
    #[inline]
    pub fn add_days(&mut self, days: u32) {
        let (low, carried) = self[Self::SPELL_DAYS].cast_unsigned().overflowing_add(days);
        self[Self::SPELL_DAYS] = low.cast_signed();
        self[Self::SPELL_DAYS + 1] += i32::from(carried);
    }

    /// Add what is in it to sums that are wide enough for any.
    fn add_to(&self, sums: &mut [i64; Self::SLOTS]) {
        let low = self[Self::SPELL_DAYS].cast_unsigned();
        sums.iter_mut().zip(&self.0).for_each(|(sum, n)| *sum += i64::from(*n));
        // The lower half has no sign.
        sums[Self::SPELL_DAYS] += i64::from(low) - i64::from(low.cast_signed());
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

/// Something that holds of a person in a month, or at its end, put down for all months at once.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Person,
    Quarter,
    NoTalk,
    Talks1,
    Talks2,
    Talks4,
    Talks8,
    Year,
    NoOffer,
    FewTalks,
}

impl Of {
    pub const HOW_MANY: usize = Self::FewTalks as usize + 1;
}

/// The same of few.
#[derive(Clone, Copy)]
pub(super) enum OfFew {
    Activated,
    Business,
    Hours,
    /// Without an offer for a year, and had the hours.
    Enough100,
    Enough225,
    Measured,
    Up,
    Down,
}

impl OfFew {
    pub const HOW_MANY: usize = Self::Down as usize + 1;
}

/// What is put down in a table of a unit.
pub(super) struct Page<'a> {
    /// Month by month, and one more for what lies outside.
    pub cells: &'a mut [Cell],
    pub often: &'a mut Often<{ Of::HOW_MANY }>,
    pub few: &'a mut Often<{ OfFew::HOW_MANY }>,
}

/// What was put down of a month, summed up.
#[derive(Clone, Copy, Debug)]
struct Sum {
    cell: [i64; Cell::SLOTS],
    often: [i64; Of::HOW_MANY],
    few: [i64; OfFew::HOW_MANY],
}

impl Sum {
    const EMPTY: Self = Self { cell: [0; Cell::SLOTS], often: [0; Of::HOW_MANY], few: [0; OfFew::HOW_MANY] };

    /// The count of a month of so many days.
    fn count(&self, what: Count, days: i64) -> i64 {
        let slot = |slot: usize| self.cell[slot];
        let status = |kind: usize, day: usize| self.cell[Cell::STATUS + 8 * kind + day];
        let of = |what: Of| self.often[what as usize];
        let few = |what: OfFew| self.few[what as usize];
        match what {
            Count::Persons => of(Of::Person),
            Count::Days => (of(Of::Person) + slot(Cell::AGAIN)) * days - slot(Cell::OUTSIDE),
            Count::MonthDays => days,
            Count::Inflow => slot(Cell::INFLOW),
            Count::Exit => slot(Cell::EXIT),
            Count::SpellDays => slot(Cell::SPELL_DAYS) + (slot(Cell::SPELL_DAYS + 1) << 32),
            Count::OfferDays => (few(OfFew::Activated) + slot(Cell::OFFER_AGAIN)) * days - slot(Cell::OFFER_OUTSIDE),
            Count::Activated => few(OfFew::Activated),
            Count::Business => few(OfFew::Business),
            Count::Hours => few(OfFew::Hours),
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
            Count::Quarter => of(Of::Quarter),
            Count::NoTalk => of(Of::NoTalk),
            Count::TalksQuarter => {
                let talks = of(Of::Talks1) + 2 * of(Of::Talks2) + 4 * of(Of::Talks4) + 8 * of(Of::Talks8);
                talks + 16 * slot(Cell::SIXTEEN_TALKS)
            }
            Count::Year => of(Of::Year),
            Count::NoOffer => of(Of::NoOffer),
            Count::Neither100 => of(Of::NoOffer) - few(OfFew::Enough100),
            Count::Neither225 => of(Of::NoOffer) - few(OfFew::Enough225),
            Count::FewTalks => of(Of::FewTalks),
            Count::OfferKnown26 => slot(Cell::OFFER_KNOWN_26),
            Count::SelfSupport26 => slot(Cell::SELF_SUPPORT_26),
            Count::OfferKnown52 => slot(Cell::OFFER_KNOWN_52),
            Count::SelfSupport52 => slot(Cell::SELF_SUPPORT_52),
            Count::Measured => few(OfFew::Measured),
            Count::Up => few(OfFew::Up),
            Count::Down => few(OfFew::Down),
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

/// What was put down of a sheet: of every unit and table.
#[derive(Debug)]
pub(super) struct Cells {
    /// Months of the sheet, and one more.
    months: usize,
    now: Vec<Cell>,
    /// What was in them before they were emptied.
    sums: Vec<[i64; Cell::SLOTS]>,
    /// So much more may be put down before anything could be too large.
    room_left: i32,
    often: Vec<Often<{ Of::HOW_MANY }>>,
    few: Vec<Often<{ OfFew::HOW_MANY }>>,
}

impl Cells {
    pub const fn new(months: usize) -> Self {
        Self {
            months: months + 1,
            now: Vec::new(),
            sums: Vec::new(),
            room_left: i32::MAX,
            often: Vec::new(),
            few: Vec::new(),
        }
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
        self.sums.resize(self.now.len(), [0; Cell::SLOTS]);
        self.sums.iter_mut().zip(&mut self.now).for_each(|(sums, cell)| {
            cell.add_to(sums);
            *cell = Cell::EMPTY;
        });
    }

    /// A table of a unit.
    #[inline]
    pub fn page(&mut self, unit: usize, table: Table) -> Page<'_> {
        let at = unit * Table::HOW_MANY + table.place();
        if self.often.len() <= at {
            let tables = (unit + 1) * Table::HOW_MANY;
            self.now.resize(tables * self.months, Cell::EMPTY);
            self.often.resize(tables, Often::NEVER);
            self.few.resize(tables, Often::NEVER);
        }
        let cells = &mut self.now[at * self.months..][..self.months];
        Page { cells, often: &mut self.often[at], few: &mut self.few[at] }
    }

    fn add_to(&self, months: &mut [Sum], unit: usize, table: Table) {
        let at = unit * Table::HOW_MANY + table.place();
        let cells = self.now.get(at * self.months..).unwrap_or_default();
        let sums = self.sums.get(at * self.months..).unwrap_or_default();
        // What lies outside of the months is of none.
        let months = &mut months[..self.months - 1];
        months.iter_mut().zip(cells).for_each(|(sum, cell)| cell.add_to(&mut sum.cell));
        months.iter_mut().zip(sums).for_each(|(sum, more)| sum.cell.iter_mut().zip(more).for_each(|(a, b)| *a += b));
        if let (Some(often), Some(few)) = (self.often.get(at), self.few.get(at)) {
            often.tell(|what, month, more| months[month].often[what] += more);
            few.tell(|what, month, more| months[month].few[what] += more);
        }
    }
}

/// Everything counted, of what was put down on each core, sheet by sheet; with `units`, the places of the units by their numbers,
/// of each of them and of those who have none.
pub(super) fn grid(calendar: &Calendar, all: &[&[Cells]], units: Option<&[u16]>) -> Grid {
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
        let mut months = vec![Sum::EMPTY; calendar.months];
        for (place, number) in numbers.iter().enumerate() {
            months.fill(Sum::EMPTY);
            if let Some(unit) = number {
                for sheets in all {
                    for (cells, months) in sheets.iter().zip(months.chunks_mut(Sheet::MOST)) {
                        Table::of(group).for_each(|table| cells.add_to(months, *unit, table));
                    }
                }
            }
            for (month, sum) in months.iter().enumerate() {
                let mut counts = [0; Count::HOW_MANY];
                for (n, what) in counts.iter_mut().zip(Count::ALL) {
                    *n = sum.count(*what, calendar.length(month)).cast_unsigned();
                }
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
        let (mut one, mut other) = (Cells::new(1), Cells::new(1));
        for _ in 0..5 {
            // More than half of what is left, so that the cells are emptied in between.
            one.make_room(40_000_000);
            for (cells, days) in [(&mut one, u32::MAX), (&mut other, 7)] {
                let page = cells.page(2, Table::Held(Group::Dagpenge));
                page.cells[0][Cell::EXIT] += i32::MAX / 2;
                page.cells[0].add_days(days);
                page.cells[0].add_days(1 << 31);
            }
            other.make_room(usize::MAX);
        }
        assert!(!one.sums.is_empty() && !other.sums.is_empty());
        let grid = grid(&calendar, &[&[one], &[other]], Some(&[1, 0]));
        let days = 5 * (u64::from(u32::MAX) + 7 + 2 * (1 << 31));
        for (unit, group) in [(0, Group::All), (1, Group::Dagpenge)] {
            assert_eq!(grid.get(unit, 0, group, Count::Exit), 10 * (i32::MAX as u64 / 2));
            assert_eq!(grid.get(unit, 0, group, Count::SpellDays), days);
            assert_eq!(grid.get(unit, 0, group, Count::MonthDays), 31);
        }
        assert_eq!(grid.get(2, 0, Group::Dagpenge, Count::Exit) + grid.get(1, 0, Group::Sho, Count::Exit), 0);
    }
}
