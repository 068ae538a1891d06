//! One value a day.

use crate::{Date, Period, PeriodSet, next_day, previous_day};

/// One value per day over some days; on every other day nothing is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline<T>(Vec<(Period, T)>); // sorted by first day; no two periods share a day

/// Two parts of a timeline claim the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{first} and {second} share a day")]
pub struct Overlap {
    /// The one that begins first.
    pub first: Period,
    /// The one that begins before the first has ended.
    pub second: Period,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Timeline<T> {
    /// From parts in any order.
    ///
    /// # Errors
    /// [`Overlap`] names the first two periods that share a day: the caller must say which wins.
    pub fn new(mut parts: Vec<(Period, T)>) -> Result<Self, Overlap> {
        parts.sort_by_key(|(p, _)| *p);
        for pair in parts.windows(2) {
            if pair[0].0.overlaps(pair[1].0) {
                return Err(Overlap { first: pair[0].0, second: pair[1].0 });
            }
        }
        Ok(Self(parts))
    }

    /// What holds on `day`, or `None` where nothing is known (which is not the same as "no").
    pub fn on(&self, day: Date) -> Option<&T> {
        let after = self.0.partition_point(|(p, _)| p.from <= day);
        self.0[..after].last().filter(|(p, _)| p.contains(day)).map(|(_, value)| value)
    }

    /// The parts in order.
    pub fn parts(&self) -> &[(Period, T)] {
        &self.0
    }

    /// Nothing is known any more; the room is kept for what comes.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The days on which something is known.
    pub fn days(&self) -> PeriodSet {
        self.0.iter().map(|(p, _)| *p).collect()
    }
}

impl<T: Clone> Timeline<T> {
    /// From parts where the later in `parts` wins over the earlier on the days they share.
    pub fn layered(parts: impl IntoIterator<Item = (Period, T)>) -> Self {
        let mut timeline = Self::default();
        for (period, value) in parts {
            timeline.layer(period, value);
        }
        timeline
    }

    /// One more part, which wins over those already there on the days they share.
    pub fn layer(&mut self, period: Period, value: T) {
        let first = self.0.iter().rposition(|(old, _)| old.last() < period.from).map_or(0, |before| before + 1);
        if first == self.0.len() {
            self.0.push((period, value));
            return;
        }
        let after = first + self.0[first..].iter().take_while(|(old, _)| old.from <= period.last()).count();
        let mut left = None;
        let mut right = None;
        if let [(begins, early), ..] = &self.0[first..after]
            && begins.from < period.from
        {
            left = Some((Period { from: begins.from, to: Some(previous_day(period.from)) }, early.clone()));
        }
        if let [.., (ends, late)] = &self.0[first..after]
            && ends.last() > period.last()
        {
            right = Some((Period { from: next_day(period.last()), to: ends.to }, late.clone()));
        }
        self.0.splice(first..after, left.into_iter().chain([(period, value)]).chain(right));
    }

    /// The same values on the days that lie in `within`.
    #[must_use]
    pub fn clip(&self, within: Period) -> Self {
        Self(self.0.iter().filter_map(|(p, v)| Some((p.intersection(within)?, v.clone()))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date;

    fn p(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn two_values_on_one_day_are_refused_by_name() {
        let parts = vec![(p("2026-03-01..2026-03-31"), 'b'), (p("2026-01-01..2026-03-01"), 'a')];
        let err = Timeline::new(parts).unwrap_err();
        assert_eq!(err.to_string(), "2026-01-01..2026-03-01 and 2026-03-01..2026-03-31 share a day");
    }

    #[test]
    fn a_later_layer_cuts_the_earlier_in_two() {
        let t = Timeline::layered([(p("2026-01-01.."), "dagpenge"), (p("2026-03-01..2026-03-31"), "sygedagpenge")]);
        assert_eq!(t.on(date(2026, 2, 28)), Some(&"dagpenge"));
        assert_eq!(t.on(date(2026, 3, 31)), Some(&"sygedagpenge"));
        assert_eq!(t.on(date(2026, 4, 1)), Some(&"dagpenge"));
        assert_eq!(t.on(date(2025, 12, 31)), None);
        assert_eq!(t.parts().len(), 3);
    }
}
