//! Counting from a table of periods, one a row: for those who have registers and no journeys.

use super::history::{Group, History, Span, merge};
use super::tally::{Grid, NoMonths, counted};
use figures::Month;
use rayon::prelude::*;
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

/// Everything counted from periods, and how many persons they are of. No history is kept: each is made, counted and made over.
///
/// # Errors
/// Where the last month is before the first.
pub fn count_periods(
    periods: &Periods,
    first: Month,
    last: Month,
    on: Date,
    by_unit: bool,
) -> Result<(Grid, usize), NoMonths> {
    let rows = periods.person.len();
    let order: Option<Vec<u32>> = (!periods.person.is_sorted()).then(|| {
        let mut order: Vec<u32> = (0..rows as u32).collect();
        order.par_sort_by_key(|row| periods.person[*row as usize]);
        order
    });
    let row = |i: usize| order.as_ref().map_or(i, |o| o[i] as usize);
    let begins = |i: &usize| *i == 0 || periods.person[row(*i)] != periods.person[row(i - 1)];
    let starts: Vec<usize> = (0..rows).into_par_iter().filter(begins).collect();
    let units = by_unit.then_some(periods.units.len());
    let grid = counted(starts.len(), first, last, on, units, |persons, counting| {
        let (mut scratch, mut history) = (Scratch::default(), History::default());
        // Those of a unit after each other, so that where they are counted lies near; not so many that their rows do not.
        let mut together: Vec<usize> = Vec::new();
        for from in persons.clone().step_by(TOGETHER) {
            together.clear();
            together.extend(from..persons.end.min(from + TOGETHER));
            together.sort_by_key(|n| periods.unit.get(row(starts[*n])));
            for n in &together {
                let end = starts.get(n + 1).copied().unwrap_or(rows);
                periods.history(&mut scratch, (starts[*n]..end).map(row), &mut history);
                counting.citizen(&history);
            }
        }
    })?;
    Ok((grid, starts.len()))
}

/// Persons whose rows lie near at once.
const TOGETHER: usize = 1 << 15;

/// Room that is used again for each person.
#[derive(Default)]
struct Scratch {
    groups: [Vec<Span>; Group::ALL.len()],
    supported: Vec<Span>,
    spans: Vec<Span>,
    units: Vec<(i32, u16)>,
}

impl Periods {
    /// The history of a person from those rows, in the room of another's.
    fn history(&self, s: &mut Scratch, rows: impl Iterator<Item = usize>, h: &mut History) {
        h.clear();
        for row in rows {
            let span = Span { from: self.from[row], until: self.until[row] };
            match self.what[row] {
                What::Benefit(benefit) => {
                    if let Some(group) = Group::of(benefit) {
                        s.groups[group as usize].push(span);
                        s.groups[0].push(span);
                    }
                    if benefit.is_support() {
                        s.supported.push(span);
                    }
                }
                What::Job => h.jobs.push(span),
                What::Education => h.education.push(span),
                What::Offer { business } => h.offers.push((business, span)),
                What::Talk => h.talks.push(span.from),
                What::Hours => h.hours.push((self.hours.get(row).copied().unwrap_or(0.0), span)),
            }
            if let Some(unit) = self.unit.get(row).filter(|u| **u != u16::MAX) {
                s.units.push((span.from, *unit));
            }
        }
        for (group, spans) in s.groups.iter_mut().enumerate() {
            merge(spans, &mut h.spells);
            h.ends[group] = h.spells.len() as u32;
            spans.clear();
        }
        merge(&mut s.supported, &mut h.supported);
        s.supported.clear();
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
}
