//! Sets of days, kept as the fewest periods.

use crate::period::next_day;
use crate::{Date, Period};
use jiff::ToSpan;

/// Some days, as sorted periods that neither share a day nor follow each other without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodSet(Vec<Period>);

impl PeriodSet {
    /// The days that any of `periods` has.
    pub fn new(periods: impl IntoIterator<Item = Period>) -> Self {
        let mut all: Vec<Period> = periods.into_iter().collect();
        all.sort_unstable();
        // Merged in place: what is kept never overtakes what is read.
        let mut kept: usize = 0;
        for i in 0..all.len() {
            let period = all[i];
            match kept.checked_sub(1).map(|last| &mut all[last]) {
                Some(last) if last.touches(period) => {
                    if period.last() > last.last() {
                        last.to = period.to;
                    }
                }
                _ => {
                    all[kept] = period;
                    kept += 1;
                }
            }
        }
        all.truncate(kept);
        Self(all)
    }

    /// The days of one more period.
    pub fn add(&mut self, period: Period) {
        match self.0.last_mut() {
            Some(last) if last.from <= period.from && last.touches(period) => {
                if period.last() > last.last() {
                    last.to = period.to;
                }
            }
            Some(last) if period.from <= last.last() => {
                *self = Self::new(std::mem::take(&mut self.0).into_iter().chain([period]));
            }
            _ => self.0.push(period),
        }
    }

    /// No day is in it any more; the room is kept for what comes.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The periods in order.
    pub fn periods(&self) -> &[Period] {
        &self.0
    }

    /// Whether no day is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the day is in it.
    pub fn contains(&self, day: Date) -> bool {
        let after = self.0.partition_point(|p| p.from <= day);
        after > 0 && self.0[after - 1].contains(day)
    }

    /// Number of days; `None` where one has no end.
    pub fn days(&self) -> Option<i64> {
        self.0.iter().map(|p| p.days()).sum()
    }

    /// Days in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).copied())
    }

    /// Days in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut out = Vec::new();
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            out.extend(x.intersection(**y));
            if x.last() <= y.last() {
                a.next()
            } else {
                b.next()
            };
        }
        Self(out)
    }

    /// Days in this one and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        for &whole in &self.0 {
            let mut from = whole.from;
            let first = other.0.partition_point(|p| p.last() < whole.from);
            let mut used_up = false;
            for hole in other.0[first..].iter().take_while(|p| p.from <= whole.last()) {
                if hole.from > from {
                    out.push(Period { from, to: Some(hole.from.saturating_sub(1.day())) });
                }
                if hole.last() >= whole.last() {
                    used_up = true;
                    break;
                }
                from = from.max(next_day(hole.last()));
            }
            if !used_up {
                out.push(Period { from, to: whole.to });
            }
        }
        Self(out)
    }

    /// Days of `within` that are not in it.
    #[must_use]
    pub fn gaps(&self, within: Period) -> Self {
        Self(vec![within]).difference(self)
    }

    /// Days that also lie in `within`.
    #[must_use]
    pub fn clip(&self, within: Period) -> Self {
        self.intersection(&Self(vec![within]))
    }
}

impl FromIterator<Period> for PeriodSet {
    fn from_iter<I: IntoIterator<Item = Period>>(periods: I) -> Self {
        Self::new(periods)
    }
}
