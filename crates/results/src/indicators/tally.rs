//! What is counted of each citizen, month by month and group by group.

use super::grid::{Count, Grid};
use super::history::{Group, Histories, History, Span, day_number};
use figures::Month;
use rayon::prelude::*;
use std::fmt;
use std::ops::Range;
use timeline::Date;

/// A month in numbered days, with what is needed of the months after.
struct Window {
    from: i32,
    until: i32,
    /// End of the month after.
    next: i32,
}

fn first_day(month: Month) -> i32 {
    Date::new(month.year, month.month, 1).map_or(0, day_number)
}

fn any(spans: &[Span], day: i32) -> bool {
    spans.iter().any(|s| s.has(day))
}

fn touches(spans: &[Span], from: i32, until: i32) -> bool {
    spans.iter().any(|s| s.days_within(from, until) > 0)
}

pub(super) fn held_talks(h: &History, from: i32, until: i32) -> u64 {
    (h.talks.partition_point(|t| *t < until) - h.talks.partition_point(|t| *t < from)) as u64
}

fn both(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

/// What of `whole` lies outside all `parts`, of which each begins no earlier than the one before.
fn outside(whole: &Range<usize>, parts: &[Range<usize>], mut each: impl FnMut(Range<usize>)) {
    let mut free = whole.start;
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let end = part.start.min(whole.end);
        if free < end {
            each(free..end);
        }
        free = free.max(part.end);
    }
    if free < whole.end {
        each(free..whole.end);
    }
}

pub(super) struct Counting<'a> {
    grid: &'a mut Grid,
    windows: &'a [Window],
    /// The day after the last one that is known of.
    known: i32,
    by_unit: bool,
    /// The month of each day from the first window's first to the last one's last.
    months: &'a [u32],
    /// First days of those months and a year more.
    starts: &'a [i32],
    /// The unit that answers for the citizen on each month's last day, or all: with the month before which it does.
    units: Vec<(usize, usize)>,
    /// Every benefit of the citizen is of one group: what is counted of it is counted of all.
    alone: bool,
}

impl Counting<'_> {
    fn add(&mut self, month: usize, group: Group, what: Count, by: u64) {
        let unit = self.units.iter().find(|(end, _)| month < *end).map_or(0, |(_, unit)| *unit);
        self.grid.add(unit, month, group, what, by);
        if self.alone {
            self.grid.add(unit, month, Group::All, what, by);
        }
    }

    /// One in each of the months.
    fn add_range(&mut self, months: &Range<usize>, group: Group, what: Count) {
        let mut start = months.start;
        for (end, unit) in &self.units {
            let own = start..months.end.min(*end);
            if !own.is_empty() {
                self.grid.add_range(*unit, &own, group, what);
                if self.alone {
                    self.grid.add_range(*unit, &own, Group::All, what);
                }
                start = own.end;
            }
        }
    }

    fn flag(&mut self, month: usize, group: Group, what: Count, holds: bool) {
        if holds {
            self.add(month, group, what, 1);
        }
    }

    /// The same day of the month a number of months after a day of one of the months, or the last of that month.
    fn month_after(&self, month: usize, day: i32, months: usize) -> i32 {
        let (from, next) = (self.starts[month + months], self.starts[month + months + 1]);
        (from + day - self.starts[month]).min(next - 1)
    }

    /// The first month that has not ended before a day.
    fn month_from(&self, day: i32) -> usize {
        let first = self.windows[0].from;
        match usize::try_from(day.saturating_sub(first)) {
            Err(_) => 0,
            Ok(at) => self.months.get(at).map_or(self.windows.len(), |m| *m as usize),
        }
    }

    /// The month that a day lies in, where it is one of those.
    fn month_of(&self, day: i32, of: &Range<usize>) -> Option<usize> {
        let month = self.month_from(day);
        (of.contains(&month) && self.windows[month].from <= day).then_some(month)
    }

    /// The months in which a run of days has one.
    fn months_of(&self, span: Span) -> Range<usize> {
        if span.until <= self.windows[0].from {
            return 0..0;
        }
        let start = self.month_from(span.from);
        start..(self.month_from(span.until - 1) + 1).min(self.windows.len()).max(start)
    }

    /// The months whose end, the day after the last, lies from `first` on and not after `last`.
    fn ends(&self, first: i32, last: i32) -> Range<usize> {
        let start = self.month_from(first.saturating_sub(1));
        start..self.month_from(last).max(start)
    }

    /// Who answers for the case on each month's last day; units are numbered from 1, and the last is nobody.
    fn look_up_units(&mut self, h: &History, months: &Range<usize>) {
        self.units.clear();
        if !self.by_unit {
            self.units.push((usize::MAX, 0));
            return;
        }
        for month in months.clone() {
            let last = self.windows[month].until - 1;
            let unit =
                h.units.iter().rev().find(|(_, s)| s.has(last)).map_or(self.grid.units, |(u, _)| usize::from(*u) + 1);
            match self.units.last_mut() {
                Some((end, before)) if *before == unit => *end = month + 1,
                _ => self.units.push((month + 1, unit)),
            }
        }
    }

    pub(super) fn citizen(&mut self, h: &History) {
        // A month that has not ended tells nothing yet.
        let whole = 0..self.windows.partition_point(|w| w.until <= self.known);
        // From the month of the first day to that of the last.
        let of = |counting: &Self, spells: &[Span]| match spells {
            [first, .., last] | [first @ last] => {
                both(&whole, &counting.months_of(Span { from: first.from, until: last.until }))
            }
            [] => 0..0,
        };
        // Spells of a group lie within those of all.
        let months = of(self, h.of(Group::All));
        if months.is_empty() {
            return;
        }
        self.look_up_units(h, &months);
        self.alone = false;
        let mut groups = Group::ALL[1..].iter().filter(|g| !h.of(**g).is_empty());
        if let (Some(only), None) = (groups.next(), groups.next()) {
            self.alone = true;
            self.of_group(h, *only, &months);
            return;
        }
        for group in Group::ALL {
            let spells = h.of(group);
            if !spells.is_empty() {
                let months = of(self, spells);
                self.of_group(h, group, &months);
            }
        }
    }

    fn of_group(&mut self, h: &History, group: Group, counted: &Range<usize>) {
        let spells = h.of(group);
        // The first month that none of them has had a day in.
        let mut free = counted.start;
        for (at, spell) in spells.iter().enumerate() {
            let months = both(counted, &self.months_of(*spell));
            if months.is_empty() {
                continue;
            }
            self.add_range(&(months.start.max(free)..months.end), group, Count::Persons);
            free = months.end;
            self.days(group, *spell, &months);
            self.month_ends(h, group, *spell, counted);
            if let Some(month) = self.month_of(spell.from, counted) {
                self.add(month, group, Count::Inflow, 1);
            }
            if let Some(month) = self.month_of(spell.until - 1, counted) {
                self.exit(h, month, group, *spell, spells.get(at + 1));
            }
        }
        self.active_months(h, group, spells, counted);
        for (_, offer) in &h.offers {
            let last = offer.until.saturating_sub(1);
            if let Some(month) = self.month_of(last, counted) {
                self.offer_ended(h, month, group, spells, last);
            }
        }
    }

    /// Days of a spell in the months that it touches.
    fn days(&mut self, group: Group, spell: Span, months: &Range<usize>) {
        let mut whole = months.clone();
        let first = &self.windows[months.start];
        if spell.from > first.from || spell.until < first.until {
            let days = spell.days_within(first.from, first.until);
            self.add(months.start, group, Count::Days, days as u64);
            whole.start += 1;
        }
        let last = &self.windows[months.end - 1];
        if whole.start < whole.end && spell.until < last.until {
            let days = spell.days_within(last.from, last.until);
            self.add(months.end - 1, group, Count::Days, days as u64);
            whole.end -= 1;
        }
        self.add_range(&whole, group, Count::MonthDays);
    }

    /// Months with a day in an offer or with ordinary hours.
    fn active_months(&mut self, h: &History, group: Group, spells: &[Span], counted: &Range<usize>) {
        let hours = h.hours.iter().filter(|(n, _)| *n > 0.0).map(|(_, s)| s);
        let mut first = usize::MAX;
        let mut after = 0;
        for span in h.offered.iter().chain(hours) {
            let months = self.months_of(*span);
            if !months.is_empty() {
                (first, after) = (first.min(months.start), after.max(months.end));
            }
        }
        let mut next = 0;
        for month in both(counted, &(first.min(after)..after)) {
            let Window { from, until, .. } = self.windows[month];
            while spells.get(next).is_some_and(|s| s.until <= from) {
                next += 1;
            }
            let here = &spells[next..];
            let here = &here[..here.iter().take_while(|s| s.from < until).count()];
            if !here.is_empty() {
                self.in_month(h, here, month, group);
            }
        }
    }

    /// `spells` are those that touch the month.
    fn in_month(&mut self, h: &History, spells: &[Span], month: usize, group: Group) {
        let Window { from, until, .. } = self.windows[month];
        let on =
            |span: Span| -> i32 { spells.iter().map(|s| span.days_within(s.from.max(from), s.until.min(until))).sum() };
        let offered: i32 = h.offered.iter().map(|s| on(*s)).sum();
        let hours = h.hours.iter().any(|(n, s)| *n > 0.0 && on(*s) > 0);
        let business = hours || offered > 0 && h.offers.iter().any(|(b, s)| *b && on(*s) > 0);
        if offered > 0 {
            self.add(month, group, Count::OfferDays, offered as u64);
            self.add(month, group, Count::Activated, 1);
        }
        self.flag(month, group, Count::Hours, hours);
        self.flag(month, group, Count::Business, business);
    }

    /// A spell whose last day lies in the month; `after` is the next of the group.
    fn exit(&mut self, h: &History, month: usize, group: Group, spell: Span, after: Option<&Span>) {
        // The whole next month is without the benefit and known of.
        let next = self.windows[month].next;
        if next > self.known || after.is_some_and(|s| s.from < next) {
            return;
        }
        self.add(month, group, Count::Exit, 1);
        self.add(month, group, Count::SpellDays, (spell.until - spell.from) as u64);
        let last = spell.until - 1;
        let after = [
            (1, Count::Known1, Count::Job1, Count::Education1, Count::Support1),
            (3, Count::Known3, Count::Job3, Count::Education3, Count::Support3),
            (6, Count::Known6, Count::Job6, Count::Education6, Count::Support6),
            (12, Count::Known12, Count::Job12, Count::Education12, Count::Support12),
        ];
        for (months, known, job, education, support) in after {
            let day = self.month_after(month, last, months);
            if day >= self.known {
                break;
            }
            self.add(month, group, known, 1);
            // One status each: a job before education before support.
            let (in_job, in_education) = (any(&h.jobs, day), any(&h.education, day));
            self.flag(month, group, job, in_job);
            self.flag(month, group, education, !in_job && in_education);
            self.flag(month, group, support, !in_job && !in_education && any(&h.supported, day));
            if months == 6 {
                let each = (1..=6).all(|m| any(&h.jobs, self.month_after(month, last, m)));
                self.flag(month, group, Count::LastingJob, each);
                self.flag(month, group, Count::LastingFree, !touches(&h.supported, spell.until, day + 1));
            }
        }
    }

    /// What holds at the end of months whose last day a spell has. A month's end is the day after its last.
    fn month_ends(&mut self, h: &History, group: Group, spell: Span, counted: &Range<usize>) {
        let on = both(counted, &self.ends(spell.from.saturating_add(1), spell.until));
        if on.is_empty() {
            return;
        }
        // On the benefit for 91 days, and the talks of the last 91.
        let quarter = both(&on, &self.ends(spell.from.saturating_add(91), i32::MAX));
        self.add_range(&quarter, group, Count::Quarter);
        let mut with_talk = Vec::new();
        for talk in &h.talks {
            let months = both(&quarter, &self.ends(talk.saturating_add(1), talk.saturating_add(91)));
            self.add_range(&months, group, Count::TalksQuarter);
            with_talk.push(months);
        }
        outside(&quarter, &with_talk, |months| self.add_range(&months, group, Count::NoTalk));
        for supported in &h.supported {
            let year = both(&on, &self.ends(supported.from.saturating_add(365), supported.until));
            if !year.is_empty() {
                self.year(h, group, &year);
            }
        }
        if h.answers.len() > 1 {
            on.for_each(|month| self.answers(h, month, group));
        }
    }

    /// Months at the end of which somebody has been supported for a year.
    fn year(&mut self, h: &History, group: Group, months: &Range<usize>) {
        self.add_range(months, group, Count::Year);
        let four = |talks: &[i32]| self.ends(talks[3].saturating_add(1), talks[0].saturating_add(365));
        let enough: Vec<Range<usize>> = h.talks.windows(4).map(four).collect();
        outside(months, &enough, |months| self.add_range(&months, group, Count::FewTalks));
        let of = |offer: &Span| self.ends(offer.from.saturating_add(1), offer.until.saturating_add(364));
        let offered: Vec<Range<usize>> = h.offered.iter().map(of).collect();
        outside(months, &offered, |free| {
            self.add_range(&free, group, Count::NoOffer);
            if h.hours.is_empty() {
                self.add_range(&free, group, Count::Neither100);
                self.add_range(&free, group, Count::Neither225);
                return;
            }
            for month in free {
                let until = self.windows[month].until;
                let hours: f32 = h.hours.iter().map(|(n, s)| n * s.days_within(until - 365, until) as f32 / 7.0).sum();
                for (count, limit) in [(Count::Neither100, 100.0), (Count::Neither225, 225.0)] {
                    if hours < limit {
                        self.add_range(&(month..month + 1), group, count);
                    }
                }
            }
        });
    }

    /// What the last year's answers say at the end of a month.
    fn answers(&mut self, h: &History, month: usize, group: Group) {
        let until = self.windows[month].until;
        let (mut twice, mut moves) = (false, 0);
        let recent: Vec<&(u16, i32, i32)> =
            h.answers.iter().filter(|(_, day, _)| *day >= until - 365 && *day < until).collect();
        for asked in recent.chunk_by(|a, b| a.0 == b.0) {
            if let [first, .., last] = asked {
                twice = true;
                moves += (last.2 - first.2).signum();
            }
        }
        self.flag(month, group, Count::Measured, twice);
        self.flag(month, group, Count::Up, twice && moves > 0);
        self.flag(month, group, Count::Down, twice && moves < 0);
    }

    /// An offer that ended on a day of the month, of somebody who was on the benefit that day.
    fn offer_ended(&mut self, h: &History, month: usize, group: Group, spells: &[Span], last: i32) {
        if !any(spells, last) {
            return;
        }
        let after = [(26, Count::OfferKnown26, Count::SelfSupport26), (52, Count::OfferKnown52, Count::SelfSupport52)];
        for (weeks, known, free) in after {
            let day = last + weeks * 7;
            if day < self.known {
                self.add(month, group, known, 1);
                self.flag(month, group, free, !any(&h.supported, day));
            }
        }
    }
}

/// Why nothing was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMonths;

impl fmt::Display for NoMonths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the last month is before the first")
    }
}

/// Everything counted, from the first month to the last, of what is known on a day. With `by_unit` also for each unit.
///
/// # Errors
/// Where the last month is before the first.
pub fn count(histories: &Histories, first: Month, last: Month, on: Date, by_unit: bool) -> Result<Grid, NoMonths> {
    let units = by_unit.then_some(histories.units.len());
    counted(histories.all.len(), first, last, on, units, |citizens, counting| {
        histories.all[citizens].iter().for_each(|h| counting.citizen(h));
    })
}

/// The same of so many citizens, who are given to what counts them a part at a time, on every core.
pub(super) fn counted(
    citizens: usize,
    first: Month,
    last: Month,
    on: Date,
    of_units: Option<usize>,
    each: impl Fn(Range<usize>, &mut Counting<'_>) + Sync,
) -> Result<Grid, NoMonths> {
    let months = usize::try_from(last.number() - first.number() + 1).ok().filter(|n| *n > 0).ok_or(NoMonths)?;
    let by_unit = of_units.is_some();
    let units = of_units.map_or(0, |n| n + 1);
    let start = |n: usize| first_day(Month::from_number(first.number() + n as i32));
    let windows: Vec<Window> =
        (0..months).map(|n| Window { from: start(n), until: start(n + 1), next: start(n + 2) }).collect();
    let month_of_day: Vec<u32> =
        windows.iter().enumerate().flat_map(|(m, w)| (w.from..w.until).map(move |_| m as u32)).collect();
    let starts: Vec<i32> = (0..months + 14).map(start).collect();
    let known = day_number(on) + 1;
    let empty = || Grid::new(first, months, units);
    // A grid for each part: as few parts as keep every core at work.
    let part = citizens.div_ceil(4 * rayon::current_num_threads()).max(512);
    let mut grid = (0..citizens.div_ceil(part))
        .into_par_iter()
        .map(|n| {
            let mut grid = empty();
            let (windows, months, starts) = (&windows, &month_of_day, &starts);
            let units = Vec::new();
            let mut counting =
                Counting { grid: &mut grid, windows, known, by_unit, months, starts, units, alone: false };
            each(n * part..citizens.min((n + 1) * part), &mut counting);
            grid
        })
        .reduce(empty, |a, b| a.plus(&b));
    if by_unit {
        grid.sum_units();
    }
    grid.summed(|month| (windows[month].until - windows[month].from) as u64);
    grid.exits_known = windows.iter().filter(|w| w.next <= known).count();
    Ok(grid)
}
