//! Counting from a table of periods, one a row: for those who have registers and no journeys.

use super::calendar::Calendar;
use super::grid::{Grid, NotCounted};
use super::history::{Group, History, Span, merge};
use super::tally::{Tally, grid, on_every_core};
use figures::Month;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
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
    let tallies = on_every_core(&calendar, by_unit, persons.div_ceil(together), |part, gathered: &mut Gathered, tally| {
        let from = part * together;
        let _ = gathered.put(periods, &numbers, &[], rows.of_persons(from..persons.min(from + together)));
        gathered.count(tally);
    });
    Ok(Counted { grid: grid(&calendar, &tallies, by_unit.then_some(&numbers)), units: periods.units.clone(), persons })
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

/// The same of a table that comes in parts, each of which a core gets, counts and lets go of before it gets the next. `part` gives
/// its periods, some at a time, until it is told to break off; `shared` are the persons of each part that another part may have
/// periods of, too: of any other it has all.
///
/// # Errors
/// Where the last month is before the first; where a part cannot be had, the error of the first such part.
pub fn count_parts<E: Send + From<NotCounted>>(
    shared: &[Vec<u64>],
    part: impl Fn(usize, &mut dyn FnMut(&Periods) -> Result<ControlFlow<()>, E>) -> Result<(), E> + Sync,
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
    let gather = |at: usize, gathered: &mut Gathered| -> Result<(), E> {
        let mut sorted = true;
        part(at, &mut |periods| {
            let put = gathered.put(periods, &numbers(&periods.units)?, &shared[at], 0..periods.person.len());
            sorted = put.is_continue();
            Ok(put)
        })?;
        if !sorted {
            // Rows of a person do not lie together: all are put in order.
            gathered.clear();
            let (mut whole, mut names) = (Periods::default(), Names::default());
            part(at, &mut |periods| {
                whole.append(periods.clone(), &mut names)?;
                Ok(ControlFlow::Continue(()))
            })?;
            whole.units = names.all;
            let rows = Rows::of(&whole);
            let all = rows.of_persons(0..rows.starts.len());
            let _ = gathered.put(&whole, &numbers(&whole.units)?, &shared[at], all);
        }
        Ok(())
    };
    let mut tallies = on_every_core(&calendar, by_unit, shared.len(), |at, gathered: &mut Gathered, tally| {
        let counted = match gather(at, gathered) {
            Ok(()) => Ok((gathered.count(tally), std::mem::take(&mut gathered.apart))),
            Err(fault) => {
                gathered.clear();
                Err(fault)
            }
        };
        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, counted));
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    let (mut persons, mut apart, mut names) = (0, Periods::default(), Names::default());
    for (_, counted) in done {
        let (own, more) = counted?;
        persons += own;
        apart.append(more, &mut names)?;
    }
    let rows = Rows::of(&apart);
    let (mut gathered, mut tally) = (Gathered::default(), Tally::new(&calendar, by_unit));
    let _ = gathered.put(&apart, &numbers(&names.all)?, &[], rows.of_persons(0..rows.starts.len()));
    persons += gathered.count(&mut tally);
    tallies.push(tally);
    let numbered = numbered.into_inner().unwrap_or_else(PoisonError::into_inner);
    let places = numbered.all.iter().map(|name| names.number(name)).collect::<Result<Vec<u16>, NotCounted>>()?;
    Ok(Counted { grid: grid(&calendar, &tallies, by_unit.then_some(&places)), units: names.all, persons })
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

    /// The rows of those persons, by their numbers.
    fn of_persons(&self, persons: Range<usize>) -> impl Iterator<Item = usize> {
        let start = |n: usize| self.starts.get(n).copied().unwrap_or(self.periods.person.len());
        (start(persons.start)..start(persons.end)).map(|i| self.row(i))
    }
}

/// A period.
#[derive(Clone, Copy)]
struct Row {
    span: Span,
    hours: f32,
    what: What,
    unit: u16,
}

/// Rows of persons of one unit, and where each person's end.
#[derive(Default)]
struct Together {
    rows: Vec<Row>,
    ends: Vec<usize>,
}

/// Periods gathered until they are counted, in room that is used again for each part and person.
#[derive(Default)]
struct Gathered {
    /// Persons of a unit after each other, since where they are counted lies near; first those without one.
    of_units: Vec<Together>,
    /// The person whose rows came last.
    person: Option<u64>,
    /// Where they are put; nowhere where they are put apart.
    at: Option<usize>,
    /// Those of persons that another part may have periods of, too.
    apart: Periods,
    made: Making,
    history: History,
}

impl Gathered {
    /// Put those rows, after those that were put before; `units` are the numbers that units are counted by, and those of `shared`
    /// are put apart. Breaks off where a person comes before one that came already.
    fn put(
        &mut self,
        periods: &Periods,
        units: &[u16],
        shared: &[u64],
        rows: impl Iterator<Item = usize>,
    ) -> ControlFlow<()> {
        let number = |row: usize| {
            let unit = periods.unit.get(row).and_then(|unit| units.get(usize::from(*unit)));
            unit.copied().unwrap_or(u16::MAX)
        };
        let of_units = units.iter().map(|n| usize::from(*n) + 2).max().unwrap_or(1);
        if self.of_units.len() < of_units {
            self.of_units.resize_with(of_units, Together::default);
        }
        for row in rows {
            let person = periods.person[row];
            if self.person != Some(person) {
                if self.person.is_some_and(|before| before > person) {
                    return ControlFlow::Break(());
                }
                self.end();
                self.person = Some(person);
                // That of none is the last number.
                self.at = (!shared.contains(&person)).then(|| usize::from(number(row).wrapping_add(1)));
            }
            match self.at {
                Some(at) => self.of_units[at].rows.push(Row {
                    span: Span { from: periods.from[row], until: periods.until[row] },
                    hours: periods.hours.get(row).copied().unwrap_or(0.0),
                    what: periods.what[row],
                    unit: number(row),
                }),
                None => self.apart.push(periods, row),
            }
        }
        self.apart.units.extend(periods.units.iter().skip(self.apart.units.len()).cloned());
        ControlFlow::Continue(())
    }

    /// No more rows of the person whose rows came last.
    fn end(&mut self) {
        if let Some(at) = self.at.take() {
            let together = &mut self.of_units[at];
            together.ends.push(together.rows.len());
        }
        self.person = None;
    }

    /// Count all that is gathered but what was put apart: so many persons.
    fn count(&mut self, tally: &mut Tally<'_>) -> usize {
        self.end();
        let mut persons = 0;
        for Together { rows, ends } in &mut self.of_units {
            let mut from = 0;
            persons += ends.len();
            for end in ends.drain(..) {
                make(&rows[from..end], &mut self.made, &mut self.history);
                from = end;
                tally.citizen(&self.history);
            }
            rows.clear();
        }
        persons
    }

    /// Nothing of it.
    fn clear(&mut self) {
        self.end();
        for Together { rows, ends } in &mut self.of_units {
            rows.clear();
            ends.clear();
        }
        self.apart = Periods::default();
    }
}

impl Periods {
    /// With a row of another, of a table with the same columns and units.
    fn push(&mut self, other: &Self, row: usize) {
        self.person.push(other.person[row]);
        self.what.push(other.what[row]);
        self.from.push(other.from[row]);
        self.until.push(other.until[row]);
        self.unit.extend(other.unit.get(row));
        self.hours.extend(other.hours.get(row));
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
