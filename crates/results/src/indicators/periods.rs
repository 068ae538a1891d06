//! Counting from a table of periods, one a row: for those who have registers and no journeys.

use super::calendar::Calendar;
use super::grid::{Grid, NotCounted};
use super::history::{Group, History, Span, merge};
use super::tally::{Tally, on_every_core};
use figures::Month;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use timeline::{Date, Ydelse};

/// What a period is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Days on a benefit.
    Benefit(Ydelse),
    /// A job.
    Job,
    /// Education.
    Education,
    /// An offer that ran; business-oriented or not.
    Offer {
        /// Internship or wage subsidy.
        business: bool,
    },
    /// A held talk, on the first day.
    Talk,
    /// Ordinary hours beside a benefit.
    Hours,
}

impl What {
    /// Words besides those of benefits.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("job", Self::Job),
        ("uddannelse", Self::Education),
        ("tilbud", Self::Offer { business: false }),
        ("virksomhed", Self::Offer { business: true }),
        ("samtale", Self::Talk),
        ("timer", Self::Hours),
    ];

    /// By its word: the code of a benefit, or one of [`What::WORDS`].
    pub fn from_code(code: &str) -> Option<Self> {
        let other = Self::WORDS.iter().find(|(word, _)| *word == code).map(|(_, what)| *what);
        other.or_else(|| Ydelse::from_code(code).map(Self::Benefit))
    }
}

/// Periods as columns of one length.
#[derive(Clone, Debug, Default)]
pub struct Periods {
    /// Whose: any number, the same for each period of a person.
    pub person: Vec<u64>,
    /// What.
    pub what: Vec<What>,
    /// First day, days since 1 January 1970.
    pub from: Vec<i32>,
    /// The day after the last one; [`i32::MAX`] while it runs.
    pub until: Vec<i32>,
    /// Who answers for the person from the first day on: a place in [`Periods::units`], or [`u16::MAX`]; empty where there are
    /// none.
    pub unit: Vec<u16>,
    /// Names of units.
    pub units: Vec<String>,
    /// Hours a week, where the period is of [`What::Hours`]; empty where there are none.
    pub hours: Vec<f32>,
}

/// What was counted of periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The counts.
    pub grid: Grid,
    /// Names of units, in the order met.
    pub units: Vec<String>,
    /// Persons with a period.
    pub persons: usize,
}

/// Everything counted from periods. No history is kept: each is made, counted and made over.
///
/// # Errors
/// Where the last month is before the first.
pub fn count_periods(
    periods: &Periods,
    first: Month,
    last: Month,
    on: Date,
    by_unit: bool,
) -> Result<Counted, NotCounted> {
    let calendar = Calendar::new(first, last, on)?;
    let rows = Rows::of(periods);
    let persons = rows.starts.len();
    let numbers: Vec<u16> = (0..periods.units.len() as u16).collect();
    let together = persons.div_ceil(4 * rayon::current_num_threads()).clamp(512, TOGETHER);
    let tally = on_every_core(&calendar, by_unit, persons.div_ceil(together), |part, room, tally| {
        let from = part * together;
        rows.count(from..persons.min(from + together), &numbers, room, tally);
    });
    let grid = tally.grid(by_unit.then_some(&numbers));
    Ok(Counted { grid, units: periods.units.clone(), persons })
}

/// Names by number, in the order met.
#[derive(Default)]
struct Names {
    all: Vec<String>,
    numbers: HashMap<String, u16>,
}

impl Names {
    fn number(&mut self, name: &str) -> Result<u16, NotCounted> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        // The last number is that of no unit.
        let number = u16::try_from(self.all.len()).ok().filter(|n| *n < u16::MAX);
        let number = number.ok_or(NotCounted::TooManyUnits)?;
        self.all.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        Ok(number)
    }
}

/// Part of a table.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its periods.
    pub periods: Periods,
    /// Persons that another part may have periods of, too; of any other it has all.
    pub shared: Vec<u64>,
}

/// The same of a table that comes in parts, each of which a core gets, counts and lets go of before it gets the next.
///
/// # Errors
/// Where the last month is before the first; where a part cannot be had, the error of the first such part.
pub fn count_parts<E: Send + From<NotCounted>>(
    parts: usize,
    part: impl Fn(usize) -> Result<Part, E> + Sync,
    (first, last): (Month, Month),
    on: Date,
    by_unit: bool,
) -> Result<Counted, E> {
    let calendar = Calendar::new(first, last, on)?;
    // Units are numbered as the cores meet them, and put in the order of the table at last.
    let (numbered, done) = (Mutex::new(Names::default()), Mutex::new(Vec::new()));
    let numbers = |names: &[String]| -> Result<Vec<u16>, NotCounted> {
        let mut numbered = numbered.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().map(|name| numbered.number(name)).collect()
    };
    let mut tally = on_every_core(&calendar, by_unit, parts, |at, room, tally| {
        let counted = part(at).and_then(|Part { periods, shared }| {
            let rows = Rows::of(&periods);
            let (apart, own): (Vec<usize>, _) =
                (0..rows.starts.len()).partition(|n| shared.contains(&periods.person[rows.row(rows.starts[*n])]));
            let persons = own.len();
            rows.count(own.into_iter(), &numbers(&periods.units)?, room, tally);
            Ok((persons, periods.take(apart.into_iter().flat_map(|n| rows.of_person(n)).map(|i| rows.row(i)))))
        });
        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, counted));
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    let (mut persons, mut shared, mut names) = (0, Periods::default(), Names::default());
    for (_, counted) in done {
        let (own, apart) = counted?;
        persons += own;
        shared.append(apart, &mut names)?;
    }
    shared.units.clone_from(&names.all);
    let rows = Rows::of(&shared);
    persons += rows.starts.len();
    rows.count(0..rows.starts.len(), &numbers(&shared.units)?, &mut Scratch::default(), &mut tally);
    let numbered = numbered.into_inner().unwrap_or_else(PoisonError::into_inner);
    let places = numbered.all.iter().map(|name| names.number(name)).collect::<Result<Vec<u16>, NotCounted>>()?;
    let grid = tally.grid(by_unit.then_some(&places));
    Ok(Counted { grid, units: shared.units, persons })
}

/// The most persons that a core takes at once.
const TOGETHER: usize = 1 << 17;

/// Periods person by person.
struct Rows<'a> {
    periods: &'a Periods,
    /// The order that puts those of a person after each other, where they are not.
    order: Option<Vec<u32>>,
    /// Where each person begins in it.
    starts: Vec<usize>,
}

/// A period.
#[derive(Clone, Copy)]
struct Row {
    span: Span,
    hours: f32,
    what: What,
    unit: u16,
}

impl<'a> Rows<'a> {
    fn of(periods: &'a Periods) -> Self {
        let person = &periods.person;
        let order: Option<Vec<u32>> = (!person.is_sorted()).then(|| {
            let mut order: Vec<u32> = (0..person.len() as u32).collect();
            order.par_sort_by_key(|row| person[*row as usize]);
            order
        });
        let mut rows = Self { periods, order, starts: Vec::new() };
        let begins = |i: &usize| *i == 0 || person[rows.row(*i)] != person[rows.row(i - 1)];
        rows.starts = (0..person.len()).filter(begins).collect();
        rows
    }

    #[inline]
    fn row(&self, i: usize) -> usize {
        self.order.as_ref().map_or(i, |order| order[i] as usize)
    }

    fn of_person(&self, n: usize) -> Range<usize> {
        self.starts[n]..self.starts.get(n + 1).copied().unwrap_or(self.periods.person.len())
    }

    /// Count those persons; `units` are the numbers that units are counted by.
    fn count(&self, persons: impl Iterator<Item = usize>, units: &[u16], room: &mut Scratch, tally: &mut Tally<'_>) {
        let p = self.periods;
        let number = |row: usize| {
            let unit = p.unit.get(row).and_then(|unit| units.get(usize::from(*unit)));
            unit.copied().unwrap_or(u16::MAX)
        };
        // Those of a unit after each other, since where they are counted lies near; those without one last.
        let last = units.iter().map(|n| usize::from(*n) + 1).max().unwrap_or(0);
        let of_units = &mut room.of_units;
        if of_units.len() <= last {
            of_units.resize_with(last + 1, Together::default);
        }
        for n in persons {
            let rows = self.of_person(n);
            let together = &mut of_units[usize::from(number(self.row(rows.start))).min(last)];
            together.rows.extend(rows.map(|i| {
                let row = self.row(i);
                Row {
                    span: Span { from: p.from[row], until: p.until[row] },
                    hours: p.hours.get(row).copied().unwrap_or(0.0),
                    what: p.what[row],
                    unit: number(row),
                }
            }));
            together.ends.push(together.rows.len());
        }
        for Together { rows, ends } in of_units {
            let mut from = 0;
            for end in ends.drain(..) {
                make(&rows[from..end], &mut room.made, &mut room.history);
                from = end;
                tally.citizen(&room.history);
            }
            rows.clear();
        }
    }
}

/// Rows of persons of one unit, and where each person's end.
#[derive(Default)]
struct Together {
    rows: Vec<Row>,
    ends: Vec<usize>,
}

impl Periods {
    /// Those rows, with every unit.
    fn take(&self, rows: impl Iterator<Item = usize> + Clone) -> Self {
        fn of<T: Copy>(all: &[T], rows: impl Iterator<Item = usize>) -> Vec<T> {
            if all.is_empty() { Vec::new() } else { rows.map(|row| all[row]).collect() }
        }
        Self {
            person: of(&self.person, rows.clone()),
            what: of(&self.what, rows.clone()),
            from: of(&self.from, rows.clone()),
            until: of(&self.until, rows.clone()),
            unit: of(&self.unit, rows.clone()),
            units: self.units.clone(),
            hours: of(&self.hours, rows),
        }
    }

    /// With the rows of another, of a table with the same columns, after; units are numbered by those names.
    fn append(&mut self, other: Self, names: &mut Names) -> Result<(), NotCounted> {
        let units = other.units.iter().map(|name| names.number(name)).collect::<Result<Vec<u16>, _>>()?;
        let number = |unit: u16| units.get(usize::from(unit)).copied().unwrap_or(u16::MAX);
        self.person.extend(other.person);
        self.what.extend(other.what);
        self.from.extend(other.from);
        self.until.extend(other.until);
        self.unit.extend(other.unit.into_iter().map(number));
        self.hours.extend(other.hours);
        Ok(())
    }
}

/// Room that is used again for each part and person.
#[derive(Default)]
struct Scratch {
    of_units: Vec<Together>,
    made: Making,
    history: History,
}

/// What a history is made in.
#[derive(Default)]
struct Making {
    /// With the bit of its group.
    benefits: Vec<(u32, Span)>,
    spans: Vec<Span>,
    units: Vec<(i32, u16)>,
}

/// Bits of the groups that each group holds.
const HELD: [u32; Group::ALL.len()] = {
    let mut held = [0; Group::ALL.len()];
    let mut group = 0;
    while group < held.len() {
        let mut at = Some(Group::ALL[group]);
        while let Some(whole) = at {
            held[whole as usize] |= Group::ALL[group].bit();
            at = whole.whole();
        }
        group += 1;
    }
    held
};

/// The history of a person from those rows, in the room of another's.
fn make(rows: &[Row], s: &mut Making, h: &mut History) {
    h.clear();
    let mut met = 0;
    for Row { span, hours, what, unit } in rows {
        match what {
            What::Benefit(benefit) => {
                if let Some(group) = Group::of(*benefit) {
                    s.benefits.push((group.bit(), *span));
                    met |= group.bit();
                }
                if benefit.is_support() {
                    s.spans.push(*span);
                }
            }
            What::Job => h.jobs.push(*span),
            What::Education => h.education.push(*span),
            What::Offer { business } => h.offers.push((*business, *span)),
            What::Talk => h.talks.push(span.from),
            What::Hours => h.hours.push((*hours, *span)),
        }
        if *unit != u16::MAX {
            s.units.push((span.from, *unit));
        }
    }
    merge(&mut s.spans, &mut h.supported);
    for group in Group::ALL {
        if HELD[group as usize] & met != 0 {
            s.spans.clear();
            let of_group = s.benefits.iter().filter(|(bit, _)| HELD[group as usize] & bit != 0);
            s.spans.extend(of_group.map(|(_, span)| *span));
            merge(&mut s.spans, &mut h.spells);
        }
        h.ends[group as usize] = h.spells.len() as u32;
    }
    s.benefits.clear();
    s.spans.clear();
    s.spans.extend(h.offers.iter().map(|o| o.1));
    merge(&mut s.spans, &mut h.offered);
    s.spans.clear();
    s.spans.append(&mut h.jobs);
    merge(&mut s.spans, &mut h.jobs);
    s.spans.clear();
    h.talks.sort_unstable();
    // Whoever was named last answers from then on.
    s.units.sort_by_key(|u| u.0);
    s.units.dedup_by_key(|u| u.1);
    for (i, (from, unit)) in s.units.iter().enumerate() {
        let until = s.units.get(i + 1).map_or(i32::MAX, |next| next.0);
        h.units.push((*unit, Span { from: *from, until }));
    }
    s.units.clear();
}
