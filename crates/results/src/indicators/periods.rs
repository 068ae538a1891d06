//! Counting from a table of periods, one a row: for those who have registers and no journeys.

use super::calendar::Calendar;
use super::grid::{Grid, NotCounted};
use super::history::{Group, History, Span, merge};
use super::tally::{Tally, on_every_core, together};
use figures::Month;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
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
    let persons = rows.starts.len();
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
            let all = rows.of_persons(0..rows.starts.len());
            let _ = gathered.put(&all, &numbers(&whole.units)?, &shared[at]);
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
    left.sort_by_key(|unit| unit.rows.len());
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
    let _ = gathered.put(&rows.of_persons(0..rows.starts.len()), &numbers(&names.all)?, &[]);
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

/// Periods person by person.
struct Rows<'a> {
    periods: &'a Periods,
    /// The order that puts those of a person after each other, where they are not.
    order: Option<Vec<u32>>,
    /// Where each person begins in it.
    starts: Vec<usize>,
}

/// Some of them.
struct Chosen<'a> {
    periods: &'a Periods,
    order: Option<&'a [u32]>,
    rows: Range<usize>,
}

impl<'a> Chosen<'a> {
    /// All periods, as they are.
    const fn given(periods: &'a Periods) -> Self {
        Self { periods, order: None, rows: 0..periods.person.len() }
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    #[inline]
    fn row(&self, i: usize) -> usize {
        let at = self.rows.start + i;
        self.order.map_or(at, |order| order[at] as usize)
    }
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
        let all = Chosen { rows: 0..person.len(), ..rows.of_persons(0..0) };
        let starts = (0..person.len()).filter(|i| *i == 0 || person[all.row(*i)] != person[all.row(i - 1)]).collect();
        rows.starts = starts;
        rows
    }

    /// The rows of those persons, by their numbers.
    fn of_persons(&self, persons: Range<usize>) -> Chosen<'_> {
        let start = |n: usize| self.starts.get(n).copied().unwrap_or(self.periods.person.len());
        Chosen { periods: self.periods, order: self.order.as_deref(), rows: start(persons.start)..start(persons.end) }
    }
}

/// A period, but for its hours, which few have.
#[derive(Clone, Copy)]
struct Row {
    span: Span,
    what: What,
    kind: u8,
    unit: u16,
}

/// Rows of persons of one unit, and where each person's end.
#[derive(Default)]
struct Together {
    rows: Vec<Row>,
    ends: Vec<usize>,
    /// Of those of the rows that are of [`What::Hours`], in their order.
    hours: Vec<f32>,
}

impl Together {
    /// No more rows of the person whose rows came last.
    fn end(&mut self) {
        self.ends.push(self.rows.len());
    }
}

/// So many rows of a unit have room until there are others.
const KEPT: usize = 1 << 18;

/// Rows that are put at once.
const BLOCK: usize = 1 << 12;

/// Periods gathered until they are counted, in room that is used again for each part and person.
#[derive(Default)]
struct Gathered {
    /// Persons of a unit after each other, since where they are counted lies near; first those without one.
    of_units: Vec<Together>,
    block: Vec<Row>,
    /// Rows of it that have hours, by their place.
    hours: Vec<(usize, f32)>,
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
    fn put(&mut self, rows: &Chosen<'_>, units: &[u16], shared: &[u64]) -> ControlFlow<()> {
        let periods = rows.periods;
        let number = |row: usize| {
            let unit = periods.unit.get(row).and_then(|unit| units.get(usize::from(*unit)));
            unit.copied().unwrap_or(u16::MAX)
        };
        let of_units = units.iter().map(|n| usize::from(*n) + 2).max().unwrap_or(1);
        if self.of_units.len() < of_units {
            self.of_units.resize_with(of_units, Together::default);
        }
        for from in (0..rows.len()).step_by(BLOCK) {
            let block = from..rows.len().min(from + BLOCK);
            self.block.clear();
            self.block.extend(block.clone().map(|i| rows.row(i)).map(|row| Row {
                span: Span { from: periods.from[row], until: periods.until[row] },
                what: periods.what[row],
                kind: kind(periods.what[row]),
                unit: number(row),
            }));
            self.hours.clear();
            let with_hours = self.block.iter().enumerate().filter(|(_, row)| row.what == What::Hours);
            let of_row = |i: usize| periods.hours.get(rows.row(from + i)).copied().unwrap_or(0.0);
            self.hours.extend(with_hours.map(|(i, _)| (i, of_row(i))));
            let (mut next, mut hours) = (block.start, self.hours.iter().peekable());
            while next < block.end {
                let (first, person) = (next, periods.person[rows.row(next)]);
                while next < block.end && periods.person[rows.row(next)] == person {
                    next += 1;
                }
                let of_person = &self.block[first - from..next - from];
                if self.person != Some(person) {
                    if self.person.is_some_and(|before| before > person) {
                        return ControlFlow::Break(());
                    }
                    // No more rows of the person before.
                    if let Some(at) = self.at.take() {
                        self.of_units[at].end();
                    }
                    self.person = Some(person);
                    // The number of none is the last.
                    self.at = (!shared.contains(&person)).then(|| usize::from(of_person[0].unit.wrapping_add(1)));
                }
                match self.at {
                    Some(at) => self.of_units[at].rows.extend_from_slice(of_person),
                    None => (first..next).for_each(|i| self.apart.push(periods, rows.row(i))),
                }
                while let Some((_, hours)) = hours.next_if(|(i, _)| *i < next - from) {
                    if let Some(at) = self.at {
                        self.of_units[at].hours.push(*hours);
                    }
                }
            }
        }
        self.apart.units.extend(periods.units.iter().skip(self.apart.units.len()).cloned());
        ControlFlow::Continue(())
    }

    /// No more rows of the person whose rows came last.
    fn end(&mut self) {
        if let Some(at) = self.at.take() {
            self.of_units[at].end();
        }
        self.person = None;
    }

    /// Count all that is gathered but what was put apart: so many persons.
    fn count(&mut self, tally: &mut Tally<'_>) -> usize {
        self.end();
        let mut persons = 0;
        for Together { rows, ends, hours } in &mut self.of_units {
            let (mut from, mut of_rows) = (0, hours.iter().copied());
            persons += ends.len();
            for end in ends.drain(..) {
                make(&rows[from..end], &mut of_rows, &mut self.made, &mut self.history);
                from = end;
                tally.citizen(&self.history);
            }
            rows.clear();
            hours.clear();
            // A unit that had nearly all rows once need not have so many again.
            rows.shrink_to(KEPT);
        }
        persons
    }

    /// Rows that wait to be counted.
    fn rows(&self) -> usize {
        self.of_units.iter().map(|unit| unit.rows.len()).sum()
    }

    /// How many rows, persons and hours there are of each unit.
    fn lengths(&self) -> Vec<[usize; 3]> {
        self.of_units.iter().map(|unit| [unit.rows.len(), unit.ends.len(), unit.hours.len()]).collect()
    }

    /// No more than there were, and nothing put apart.
    fn back_to(&mut self, lengths: &[[usize; 3]]) {
        self.end();
        for (at, Together { rows, ends, hours }) in self.of_units.iter_mut().enumerate() {
            let [of_rows, of_persons, of_hours] = lengths.get(at).copied().unwrap_or_default();
            rows.truncate(of_rows);
            ends.truncate(of_persons);
            hours.truncate(of_hours);
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
    /// Rows by [`kind`], of each kind as many as there are of all, so that none is asked for before it is put.
    kinds: [Vec<Row>; KINDS],
    units: Vec<(i32, u16)>,
}

const KINDS: usize = 6;

/// Rows that are kept alike.
const fn kind(what: What) -> u8 {
    match what {
        What::Benefit(_) => 0,
        What::Talk => 1,
        What::Job => 2,
        What::Offer | What::BusinessOffer => 3,
        What::Hours => 4,
        What::Education => 5,
    }
}

/// The history of a person from those rows, of which there is at least one, and the next of the hours, in the room of another's.
fn make(rows: &[Row], hours_of: &mut impl Iterator<Item = f32>, s: &mut Making, h: &mut History) {
    h.clear();
    if s.kinds[0].len() < rows.len() {
        s.kinds.iter_mut().for_each(|kind| kind.resize(rows.len(), rows[0]));
    }
    // What a row is of cannot be foretold: nothing is decided by it here.
    let (mut lengths, mut from, mut same) = ([0; KINDS], i32::MAX, true);
    for row in rows {
        let kind = usize::from(row.kind);
        s.kinds[kind][lengths[kind]] = *row;
        lengths[kind] += 1;
        from = from.min(row.span.from);
        same &= row.unit == rows[0].unit;
    }
    match (same, rows[0].unit) {
        (true, u16::MAX) => {}
        (true, unit) => h.units.push((unit, Span { from, until: i32::MAX })),
        (false, _) => units(rows, &mut s.units, h),
    }
    let [benefits, talks, jobs, offers, hours, education] = &s.kinds;
    let benefits = benefits[..lengths[0]].iter().filter_map(|row| match row.what {
        What::Benefit(benefit) => Some((row.span, benefit)),
        _ => None,
    });
    h.benefits.extend(benefits.clone().filter_map(|(span, benefit)| Some((span, Group::of(benefit)?))));
    if !h.benefits.is_sorted_by_key(|(span, _)| span.from) {
        h.benefits.sort_by_key(|(span, _)| span.from);
    }
    merge(benefits.filter(|(_, benefit)| benefit.is_support()).map(|(span, _)| span), &mut h.supported);
    merge(jobs[..lengths[2]].iter().map(|row| row.span), &mut h.jobs);
    h.talks.extend(talks[..lengths[1]].iter().map(|row| row.span.from));
    // Of most there are none of these.
    if lengths[3] > 0 {
        h.offers.extend(offers[..lengths[3]].iter().map(|row| (row.what == What::BusinessOffer, row.span)));
        merge(offers[..lengths[3]].iter().map(|row| row.span), &mut h.offered);
    }
    if lengths[4] + lengths[5] > 0 {
        h.hours.extend(hours[..lengths[4]].iter().zip(hours_of).map(|(row, hours)| (hours, row.span)));
        h.education.extend(education[..lengths[5]].iter().map(|row| row.span));
    }
    if !h.talks.is_sorted() {
        h.talks.sort_unstable();
    }
}

/// Whoever was named last answers from then on.
fn units(rows: &[Row], named: &mut Vec<(i32, u16)>, h: &mut History) {
    named.clear();
    named.extend(rows.iter().filter(|row| row.unit != u16::MAX).map(|row| (row.span.from, row.unit)));
    named.sort_by_key(|u| u.0);
    named.dedup_by_key(|u| u.1);
    for (i, (from, unit)) in named.iter().enumerate() {
        let until = named.get(i + 1).map_or(i32::MAX, |next| next.0);
        h.units.push((*unit, Span { from: *from, until }));
    }
}
