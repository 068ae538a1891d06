//! Counting from a table of periods, one a row: for those who have registers and no journeys.

use super::calendar::Calendar;
use super::gathered::{Chosen, Gathered, Rows, Together};
use super::grid::{Grid, NotCounted};
use super::tally::{Tally, on_every_core, together};
use figures::Month;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// An offer that ran, of another kind than the next.
    Offer,
    /// An internship or wage subsidy that ran.
    BusinessOffer,
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
        ("tilbud", Self::Offer),
        ("virksomhed", Self::BusinessOffer),
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
    let persons = rows.persons();
    let numbers: Vec<u16> = (0..periods.units.len() as u16).collect();
    let some = persons.div_ceil(4 * rayon::current_num_threads()).clamp(512, TOGETHER);
    let each = |part, gathered: &mut Gathered, tally: &mut Tally<'_>| {
        let from = part * some;
        let _ = gathered.put(&rows.of_persons(from..persons.min(from + some)), &numbers, &[]);
        gathered.count(tally);
    };
    let counted = on_every_core(&calendar, by_unit, persons.div_ceil(some), each);
    let tallies = counted.iter().map(|(tally, _)| tally);
    Ok(Counted {
        grid: together(&calendar, tallies, by_unit.then_some(&numbers)),
        units: periods.units.clone(),
        persons,
    })
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

/// The same of a table that comes in parts, each of which a core gets and lets go of before it gets the next. `part` gives its
/// periods, some at a time, with units that keep their places, until it is told to break off; `shared` are the persons of each part
/// that another part may have periods of, too: of any other it has all.
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
    let gather = |at: usize, gathered: &mut Gathered| -> Result<Periods, E> {
        let (before, mut sorted, mut of_part) = (gathered.lengths(), true, Vec::new());
        part(at, &mut |periods| {
            of_part.extend(numbers(&periods.units[of_part.len()..])?);
            let put = gathered.put(&Chosen::given(periods), &of_part, &shared[at]);
            sorted = put.is_continue();
            Ok(put)
        })?;
        if !sorted {
            // Rows of a person do not lie together: all are put in order.
            gathered.back_to(&before);
            let (mut whole, mut names) = (Periods::default(), Names::default());
            part(at, &mut |periods| {
                whole.append(periods.clone(), &mut names)?;
                Ok(ControlFlow::Continue(()))
            })?;
            whole.units = names.all;
            let rows = Rows::of(&whole);
            let _ = gathered.put(&rows.all(), &numbers(&whole.units)?, &shared[at]);
        }
        Ok(std::mem::take(&mut gathered.apart))
    };
    let persons = AtomicUsize::new(0);
    let count = |gathered: &mut Gathered, tally: &mut Tally<'_>| {
        persons.fetch_add(gathered.count(tally), Ordering::Relaxed);
    };
    let each = |at: usize, gathered: &mut Gathered, tally: &mut Tally<'_>| {
        // Not after the last part: what is left then is shared out.
        if gathered.rows() >= GATHERED {
            count(gathered, tally);
        }
        let apart = gather(at, gathered);
        gathered.end();
        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, apart));
    };
    let counted = on_every_core(&calendar, by_unit, shared.len(), each);
    let (mut tallies, mut rooms): (Vec<Tally<'_>>, Vec<Gathered>) = counted.into_iter().unzip();
    let mut done: Vec<(usize, Result<Periods, E>)> = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    let (mut apart, mut names) = (Periods::default(), Names::default());
    for (_, more) in done {
        apart.append(more?, &mut names)?;
    }
    // What is left is shared out anew, the largest unit first: one core may have gathered more than another.
    let mut left: Vec<Together> =
        rooms.iter_mut().flat_map(|gathered| std::mem::take(&mut gathered.of_units)).collect();
    left.sort_by_key(Together::len);
    let left = Mutex::new(left);
    tallies.par_iter_mut().zip(&mut rooms).with_max_len(1).for_each(|(tally, gathered)| {
        let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some(unit) = next() {
            gathered.of_units = vec![unit];
            count(gathered, tally);
        }
    });
    let rows = Rows::of(&apart);
    if tallies.is_empty() {
        tallies.push(Tally::new(&calendar, by_unit));
    }
    let mut gathered = Gathered::default();
    let _ = gathered.put(&rows.all(), &numbers(&names.all)?, &[]);
    // Beside those that one core has counted, since cells of their own would have to be made for them.
    tallies.iter_mut().take(1).for_each(|tally| count(&mut gathered, tally));
    let numbered = numbered.into_inner().unwrap_or_else(PoisonError::into_inner);
    let places = numbered.all.iter().map(|name| names.number(name)).collect::<Result<Vec<u16>, NotCounted>>()?;
    let grid = together(&calendar, tallies.iter(), by_unit.then_some(&places));
    Ok(Counted { grid, units: names.all, persons: persons.into_inner() })
}

/// The most persons that a core takes at once.
const TOGETHER: usize = 1 << 18;

/// So many rows are counted at once: a unit's cells are fetched once for all of its rows among them.
const GATHERED: usize = 1 << 22;

impl Periods {
    /// With a row of another, of a table with the same columns and units.
    pub(super) fn push(&mut self, other: &Self, row: usize) {
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
