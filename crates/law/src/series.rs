//! Several days at once: what stays the same from one day to the next is not asked again.

use crate::assess::InForce;
use crate::book::LawBook;
use crate::case::Prepared;
use crate::outcome::Answer;
use std::ops::Range;
use timeline::{Date, order_of};

/// Days in order, each with the law that is asked.
///
/// An answer is a function of the facts, the versions in force and a few comparisons with the day. As long as none of these
/// changes, neither does the answer: the month-ends of a year mostly cost as much as a handful of days.
///
/// ```
/// use timeline::date;
/// let book = law::LawBook::shipped();
/// let year = book.series((1..=12).map(|month| date(2026, month, 1).last_of_month()));
/// let journey = timeline::sample::journey();
/// let mut open = 0;
/// year.each(&law::Prepared::new(&journey), &mut Vec::new(), |_, _, answers| {
///     open += answers.iter().filter(|a| a.outcome.verdict == law::Verdict::Open).count();
/// });
/// assert!(open > 0);
/// ```
#[derive(Clone, Debug)]
pub struct Series<'b> {
    laws: Vec<InForce<'b>>,
    days: Vec<(Date, usize)>,
}

impl LawBook {
    /// Each day with the law in force on it. Days are put in order.
    pub fn series(&self, days: impl IntoIterator<Item = Date>) -> Series<'_> {
        let mut series = Series { laws: Vec::new(), days: Vec::new() };
        for day in sorted(days) {
            let law = self.in_force(day);
            if !series.laws.last().is_some_and(|last: &InForce<'_>| last.asks_the_same_as(&law)) {
                series.laws.push(law);
            }
            series.days.push((day, series.laws.len() - 1));
        }
        series
    }
}

impl<'b> InForce<'b> {
    /// This law on each of some days, in force or not. Days are put in order.
    pub fn series(&self, days: impl IntoIterator<Item = Date>) -> Series<'b> {
        Series { laws: vec![self.clone()], days: sorted(days).into_iter().map(|day| (day, 0)).collect() }
    }
}

fn sorted(days: impl IntoIterator<Item = Date>) -> Vec<Date> {
    let mut days: Vec<Date> = days.into_iter().collect();
    days.sort_unstable();
    days
}

impl<'b> Series<'b> {
    /// The days in order.
    pub fn days(&self) -> impl ExactSizeIterator<Item = Date> + '_ {
        self.days.iter().map(|(day, _)| *day)
    }

    /// Tell what the law says on each day: its number from 0, the day, and the answers as [`InForce::answers`] gives them.
    /// `room` is where they are kept meanwhile, one for a whole population.
    pub fn each(
        &self,
        prepared: &Prepared<'_>,
        room: &mut Vec<Answer<'b>>,
        mut tell: impl FnMut(usize, Date, &[Answer<'b>]),
    ) {
        self.stretches(prepared, room, |days, answers| {
            for n in days {
                tell(n, self.days[n].0, answers);
            }
        });
    }

    /// The same for each run of days, by their numbers, that have the same answers one after the other.
    pub fn stretches(
        &self,
        prepared: &Prepared<'_>,
        room: &mut Vec<Answer<'b>>,
        mut tell: impl FnMut(Range<usize>, &[Answer<'b>]),
    ) {
        let mut first = 0;
        while let Some(&(day, law)) = self.days.get(first) {
            let changes = self.laws[law].answers_until(prepared, day, room);
            let rest = &self.days[first + 1..];
            let same = rest.iter().take_while(|(day, asked)| *asked == law && order_of(*day) < changes).count();
            tell(first..first + 1 + same, room);
            first += 1 + same;
        }
    }
}
