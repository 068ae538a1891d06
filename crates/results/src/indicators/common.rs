//! What is the same for every group that a citizen is counted in, month by month.

use super::bits::{Months, between, each};
use super::calendar::Sheet;
use super::history::{History, Span};

/// Months of a sheet at whose end something holds of a citizen; in room that is used again for each of them.
#[derive(Default)]
pub(super) struct Common {
    /// So many talks at most 91 days before, as the bits of a number.
    pub talks: [Months; 4],
    /// Sixteen talks more.
    pub sixteen_talks: Vec<Months>,
    /// Supported for a year.
    pub year: Months,
    /// An offer in the year before.
    pub offer: Months,
    /// Four talks in the year before.
    pub four_talks: Months,
    /// So many ordinary hours in the year before, where supported for it without an offer.
    pub hours_100: Months,
    pub hours_225: Months,
    /// An own answer given twice in the year before, and more of them up than down, or down than up.
    pub measured: Months,
    pub up: Months,
    pub down: Months,
    /// Those with a day in an offer or of ordinary hours.
    pub helped: Months,
    /// Units, by their numbers, and the months that they answer for.
    pub units: Vec<(usize, Months)>,
}

impl Common {
    /// Look through a citizen, whose benefits lie within those days; with `by_unit` also for who answers.
    pub fn look_through(&mut self, sheet: &Sheet, h: &History, days: Span, by_unit: bool) {
        self.look_at_talks(sheet, h);
        self.look_at_years(sheet, h);
        self.look_at_answers(sheet, h);
        self.look_at_offers(sheet, h);
        self.units.clear();
        if by_unit {
            look_up_units(sheet, h, days, &mut self.units);
        } else {
            self.units.push((0, !0));
        }
    }

    fn look_at_talks(&mut self, sheet: &Sheet, h: &History) {
        let mut talks = [0; 4];
        self.sixteen_talks.clear();
        for talk in &h.talks {
            let mut carried = sheet.quarter(*talk);
            for bits in &mut talks {
                (*bits, carried) = (*bits ^ carried, *bits & carried);
            }
            if carried != 0 {
                self.sixteen_talks.push(carried);
            }
        }
        self.talks = talks;
    }

    /// Those with a talk at most 91 days before.
    #[inline]
    pub fn talk(&self) -> Months {
        self.sixteen_talks.iter().chain(&self.talks).fold(0, |any, months| any | months)
    }

    fn look_at_years(&mut self, sheet: &Sheet, h: &History) {
        let year = |s: &Span| between(sheet.month(s.from.saturating_add(364)), sheet.month(s.until));
        self.year = h.supported.iter().fold(0, |any, s| any | year(s));
        (self.offer, self.four_talks, self.hours_100, self.hours_225) = (0, 0, 0, 0);
        if self.year == 0 {
            return;
        }
        let after = |from: i32, last: i32| between(sheet.month(from), sheet.month(last.saturating_add(365)));
        self.offer = h.offered.iter().fold(0, |any, s| any | after(s.from, s.until.saturating_sub(1)));
        self.four_talks = h.talks.windows(4).fold(0, |any, four| any | after(four[3], four[0]));
        let hours = h.hours.iter().fold(0, |any, (_, s)| any | after(s.from, s.until.saturating_sub(1)));
        each(self.year & hours & !self.offer, |month| {
            let until = sheet.end(month);
            let hours: f32 = h.hours.iter().map(|(n, s)| n * s.days_within(until - 365, until) as f32 / 7.0).sum();
            self.hours_100 |= u64::from(hours >= 100.0) << month;
            self.hours_225 |= u64::from(hours >= 225.0) << month;
        });
    }

    fn look_at_answers(&mut self, sheet: &Sheet, h: &History) {
        (self.measured, self.up, self.down) = (0, 0, 0);
        if h.answers.is_empty() {
            return;
        }
        for month in 0..sheet.months {
            let until = sheet.end(month);
            let (mut twice, mut moves) = (false, 0);
            let recent: Vec<&(u16, i32, i32)> =
                h.answers.iter().filter(|(_, day, _)| *day >= until - 365 && *day < until).collect();
            for asked in recent.chunk_by(|a, b| a.0 == b.0) {
                if let [first, .., last] = asked {
                    twice = true;
                    moves += (last.2 - first.2).signum();
                }
            }
            self.measured |= u64::from(twice) << month;
            self.up |= u64::from(twice && moves > 0) << month;
            self.down |= u64::from(twice && moves < 0) << month;
        }
    }

    fn look_at_offers(&mut self, sheet: &Sheet, h: &History) {
        let worked = h.hours.iter().filter(|(n, _)| *n > 0.0).map(|(_, s)| s);
        self.helped = h.offered.iter().chain(worked).fold(0, |any, s| any | sheet.touched(*s));
    }
}

/// Who answers for the case on each month's last day, of those that the days lie in.
fn look_up_units(sheet: &Sheet, h: &History, days: Span, units: &mut Vec<(usize, Months)>) {
    let months = sheet.month(days.from)..(sheet.month(days.until) + 1).min(sheet.months);
    if let [(unit, span)] = h.units[..]
        && span.from <= days.from
        && span.until >= sheet.end(months.end - 1)
    {
        units.push((usize::from(unit) + 1, !0));
        return;
    }
    for month in months {
        let day = sheet.end(month) - 1;
        let unit = h.units.iter().rev().find(|(_, s)| s.has(day)).map_or(0, |(u, _)| usize::from(*u) + 1);
        match units.last_mut() {
            Some((before, months)) if *before == unit => *months |= 1 << month,
            _ => units.push((unit, 1 << month)),
        }
    }
}
