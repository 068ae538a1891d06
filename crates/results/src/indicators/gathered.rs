//! Periods gathered person by person and unit by unit, until there are enough to be counted.

use super::history::{Group, History, Span, merge};
use super::periods::{Periods, What};
use super::tally::Tally;
use rayon::prelude::*;
use std::ops::{ControlFlow, Range};

/// Periods person by person.
pub(super) struct Rows<'a> {
    periods: &'a Periods,
    /// The order that puts those of a person after each other, where they are not.
    order: Option<Vec<u32>>,
    /// Where each person begins in it.
    starts: Vec<usize>,
}

/// Some of them.
pub(super) struct Chosen<'a> {
    periods: &'a Periods,
    order: Option<&'a [u32]>,
    rows: Range<usize>,
}

impl<'a> Chosen<'a> {
    /// All periods, as they are.
    pub const fn given(periods: &'a Periods) -> Self {
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
    pub fn of(periods: &'a Periods) -> Self {
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

    /// How many persons there are.
    pub const fn persons(&self) -> usize {
        self.starts.len()
    }

    /// The rows of all of them.
    pub fn all(&self) -> Chosen<'_> {
        self.of_persons(0..self.persons())
    }

    /// The rows of those persons, by their numbers.
    pub fn of_persons(&self, persons: Range<usize>) -> Chosen<'_> {
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
pub(super) struct Together {
    rows: Vec<Row>,
    ends: Vec<usize>,
    /// Of those of the rows that are of [`What::Hours`], in their order.
    hours: Vec<f32>,
}

impl Together {
    /// Rows that wait to be counted.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

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
pub(super) struct Gathered {
    /// Persons of a unit after each other, since where they are counted lies near; first those without one.
    pub of_units: Vec<Together>,
    block: Vec<Row>,
    /// Rows of it that have hours, by their place.
    hours: Vec<(usize, f32)>,
    /// The person whose rows came last.
    person: Option<u64>,
    /// Where they are put; nowhere where they are put apart.
    at: Option<usize>,
    /// Those of persons that another part may have periods of, too.
    pub apart: Periods,
    made: Making,
    history: History,
}

impl Gathered {
    /// Put those rows, after those that were put before; `units` are the numbers that units are counted by, and those of `shared`
    /// are put apart. Breaks off where a person comes before one that came already.
    pub fn put(&mut self, rows: &Chosen<'_>, units: &[u16], shared: &[u64]) -> ControlFlow<()> {
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
    pub fn end(&mut self) {
        if let Some(at) = self.at.take() {
            self.of_units[at].end();
        }
        self.person = None;
    }

    /// Count all that is gathered but what was put apart: so many persons.
    pub fn count(&mut self, tally: &mut Tally<'_>) -> usize {
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
    pub fn rows(&self) -> usize {
        self.of_units.iter().map(Together::len).sum()
    }

    /// How many rows, persons and hours there are of each unit.
    pub fn lengths(&self) -> Vec<[usize; 3]> {
        self.of_units.iter().map(|unit| [unit.rows.len(), unit.ends.len(), unit.hours.len()]).collect()
    }

    /// No more than there were, and nothing put apart.
    pub fn back_to(&mut self, lengths: &[[usize; 3]]) {
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
