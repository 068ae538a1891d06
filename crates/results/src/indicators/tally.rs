//! What is counted of each citizen, month by month and group by group.
//!
//! What lasts over months is put down where it begins and where it ends, and summed up once everybody is counted; the work is
//! that of the spells, however long they are.

use super::calendar::{Calendar, Place};
use super::counts::Count;
use super::grid::{Grid, NotCounted};
use super::history::{Group, Histories, History, Span, merge};
use figures::Month;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use timeline::Date;

/// Counts of a month and group, with one more that none of them is.
const WIDTH: usize = Count::HOW_MANY + 1;

/// Spells or offers that touch a month, where persons are fewer.
const OFFER_RUNS: usize = Count::HOW_MANY;

/// What stands where it begins and, taken back, where it ends.
const LASTING: [usize; 11] = [
    Count::Persons as usize,
    Count::Activated as usize,
    Count::Business as usize,
    Count::Hours as usize,
    Count::Quarter as usize,
    Count::NoTalk as usize,
    Count::TalksQuarter as usize,
    Count::Year as usize,
    Count::NoOffer as usize,
    Count::FewTalks as usize,
    OFFER_RUNS,
];

/// Tables of a unit: one of each group, and one of each of those who have been in that narrow group alone, and so are counted in
/// every group that it is part of as they are in it.
const TABLES: usize = 2 * Group::ALL.len();

/// Bits of the narrow groups.
const NARROW: u32 = {
    let (mut bits, mut group) = (0, 0);
    while group < Group::ALL.len() {
        if Group::ALL[group].is_narrow() {
            bits |= Group::ALL[group].bit();
        }
        group += 1;
    }
    bits
};

fn any(spans: &[Span], day: i32) -> bool {
    spans.iter().any(|s| s.has(day))
}

fn touches(spans: &[Span], from: i32, until: i32) -> bool {
    spans.iter().any(|s| s.days_within(from, until) > 0)
}

/// Where runs of both meet, in order; each of them in order and without overlap.
fn meets(a: &[Span], b: &[Span], mut each: impl FnMut(Span)) {
    let mut b = b;
    for span in a {
        while let [first, rest @ ..] = b
            && first.until <= span.from
        {
            b = rest;
        }
        for other in b.iter().take_while(|o| o.from < span.until) {
            each(Span { from: span.from.max(other.from), until: span.until.min(other.until) });
        }
    }
}

/// What is put down for the months of a group in which one unit answers.
struct Page<'a> {
    /// Month by month, and one more for what lies outside.
    cells: &'a mut [i64],
    /// Months that the unit answers for.
    months: Range<usize>,
}

impl Page<'_> {
    #[inline]
    fn put(&mut self, month: usize, what: usize, by: i64) {
        self.cells[month * WIDTH + what] += by;
    }

    #[inline]
    fn add(&mut self, month: usize, what: Count, by: i64) {
        self.put(month, what as usize, by);
    }

    /// From a month to before another.
    #[inline]
    fn last(&mut self, months: &Range<usize>, what: usize, by: i64) {
        self.put(months.start, what, by);
        self.put(months.end, what, -by);
    }

    /// Those of the months that the unit answers for; empty ones begin where they end.
    #[inline]
    fn within(&self, from: usize, until: usize) -> Range<usize> {
        let end = until.clamp(self.months.start, self.months.end);
        from.clamp(self.months.start, end)..end
    }

    /// The months that days of a run lie in, and in `outside` their days before and after it.
    #[inline]
    fn run(&mut self, first: Place, last: Place, outside: Count) -> Range<usize> {
        let months = self.within(first.month, last.month + usize::from(last.inside));
        let before = if self.months.contains(&first.month) { first.before } else { 0 };
        let after = if self.months.contains(&last.month) { last.after } else { 0 };
        self.add(first.month, outside, before);
        self.add(last.month, outside, after);
        months
    }
}

/// The ranges from the first month on that no range before has had.
struct Once(usize);

impl Once {
    #[inline]
    fn of(&mut self, months: &Range<usize>) -> Range<usize> {
        let from = months.start.max(self.0).min(months.end);
        self.0 = self.0.max(months.end);
        from..months.end
    }
}

/// An offer that ended in one of the months, and who was without support after.
struct OfferEnd {
    last: i32,
    month: usize,
    /// Whether 26 and 52 weeks have passed, and were without public support then.
    known: [bool; 2],
    free: [bool; 2],
}

/// Room that is used again for each citizen.
#[derive(Default)]
struct Room {
    worked: Vec<Span>,
    business: Vec<Span>,
    scratch: Vec<Span>,
    /// Month ends that a talk lies at most 91 days before.
    talks: Vec<Range<usize>>,
    ended: Vec<OfferEnd>,
    units: Vec<(usize, Range<usize>)>,
}

/// Counts of the citizens given to it.
pub(super) struct Tally<'a> {
    calendar: &'a Calendar,
    by_unit: bool,
    /// Of each unit, those without one first: of each table, of each month and one more.
    cells: Vec<i64>,
    room: Room,
}

impl<'a> Tally<'a> {
    pub fn new(calendar: &'a Calendar, by_unit: bool) -> Self {
        Self { calendar, by_unit, cells: Vec::new(), room: Room::default() }
    }

    /// Cells of a table.
    const fn page(&self) -> usize {
        (self.calendar.whole + 1) * WIDTH
    }

    /// Count a citizen; units are numbered from 0.
    pub fn citizen(&mut self, h: &History) {
        let mut room = std::mem::take(&mut self.room);
        self.look_through(h, &mut room);
        // Where one narrow group is all there is, it is counted for those that it is part of.
        let narrow = h.met() & NARROW;
        let (met, table) = if narrow.is_power_of_two() { (narrow, Group::ALL.len()) } else { (h.met(), 0) };
        for (unit, months) in &room.units {
            let mut left = met;
            while left != 0 {
                let group = left.trailing_zeros() as usize;
                left &= left - 1;
                self.of_group(h, &room, Group::ALL[group], table + group, *unit, months);
            }
        }
        self.room = room;
    }

    /// What is the same for every group.
    fn look_through(&mut self, h: &History, room: &mut Room) {
        let calendar = self.calendar;
        room.worked.clear();
        room.business.clear();
        room.scratch.extend(h.hours.iter().filter(|(n, _)| *n > 0.0).map(|(_, s)| *s));
        merge(&mut room.scratch, &mut room.worked);
        room.scratch.extend(h.offers.iter().filter(|(business, _)| *business).map(|(_, s)| *s));
        merge(&mut room.scratch, &mut room.business);
        room.scratch.clear();
        room.talks.clear();
        room.talks.extend(h.talks.iter().map(|t| calendar.month(*t)..calendar.month(t.saturating_add(91))));
        room.ended.clear();
        for (_, offer) in &h.offers {
            let last = offer.until.saturating_sub(1);
            let place = calendar.place(last);
            if place.inside {
                let day = [last + 26 * 7, last + 52 * 7];
                room.ended.push(OfferEnd {
                    last,
                    month: place.month,
                    known: day.map(|d| d < calendar.known),
                    free: day.map(|d| !any(&h.supported, d)),
                });
            }
        }
        self.look_up_units(h, &mut room.units);
    }

    /// Who answers for the case on each month's last day.
    fn look_up_units(&self, h: &History, units: &mut Vec<(usize, Range<usize>)>) {
        units.clear();
        let calendar = self.calendar;
        let first = h.spells.iter().map(|s| s.from).min();
        let last = h.spells.iter().map(|s| s.until).max();
        let (Some(first), Some(last)) = (first, last) else { return };
        let months = calendar.month(first)..(calendar.month(last) + 1).min(calendar.whole);
        if months.is_empty() {
            return;
        }
        if !self.by_unit {
            units.push((0, 0..calendar.whole));
            return;
        }
        if let [(unit, span)] = h.units[..]
            && span.from <= first
            && span.until >= calendar.end(months.end - 1)
        {
            units.push((usize::from(unit) + 1, 0..calendar.whole));
            return;
        }
        for month in months {
            let day = calendar.end(month) - 1;
            let unit = h.units.iter().rev().find(|(_, s)| s.has(day)).map_or(0, |(u, _)| usize::from(*u) + 1);
            match units.last_mut() {
                Some((before, months)) if *before == unit => months.end = month + 1,
                _ => units.push((unit, month..month + 1)),
            }
        }
    }

    fn of_group(&mut self, h: &History, room: &Room, group: Group, table: usize, unit: usize, months: &Range<usize>) {
        let (calendar, size) = (self.calendar, self.page());
        let at = (unit * TABLES + table) * size;
        if self.cells.len() <= at {
            self.cells.resize((unit + 1) * TABLES * size, 0);
        }
        let mut page = Page { cells: &mut self.cells[at..at + size], months: months.clone() };
        let spells = h.of(group);
        let mut once = Once(0);
        for (at, spell) in spells.iter().enumerate() {
            let (begun, ended) = (calendar.place(spell.from), calendar.place(spell.until - 1));
            let touched = page.run(begun, ended, Count::Days);
            page.last(&touched, Count::Persons as usize, 1);
            // A second spell within a month is of no other person.
            let again = touched.len() - once.of(&touched).len();
            page.add(touched.start, Count::MonthDays, again as i64);
            if begun.inside && months.contains(&begun.month) {
                page.add(begun.month, Count::Inflow, 1);
            }
            if ended.inside && months.contains(&ended.month) {
                page.exit(calendar, h, ended.month, *spell, spells.get(at + 1));
            }
            page.month_ends(calendar, h, room, *spell);
        }
        if !(h.offered.is_empty() && room.worked.is_empty()) {
            page.offers(calendar, h, room, spells);
        }
    }
}

/// Everything counted; with `units`, the places of the units by their numbers, of each of them and of those who have none.
pub(super) fn grid(calendar: &Calendar, tallies: &[Tally<'_>], units: Option<&[u16]>) -> Grid {
    let mut grid = Grid::new(calendar.first, calendar.months, units.map_or(0, |n| n.len() + 1));
    let size = (calendar.whole + 1) * WIDTH;
    let counted = tallies.iter().map(|t| t.cells.len()).max().unwrap_or(0) / (TABLES * size);
    for unit in 0..counted {
        let place = match units {
            None => 0,
            Some(all) if unit == 0 => all.len() + 1,
            Some(all) => usize::from(all[unit - 1]) + 1,
        };
        let of_table = |table: usize, sum: &mut [i64]| {
            for cells in tallies.iter().filter_map(|t| t.cells.get((unit * TABLES + table) * size..)?.get(..size)) {
                sum.iter_mut().zip(cells).for_each(|(a, b)| *a += b);
            }
        };
        for group in Group::ALL {
            let mut table = vec![0; size];
            of_table(group as usize, &mut table);
            for other in Group::ALL.into_iter().filter(|g| g.is_narrow() && group.holds(*g)) {
                of_table(Group::ALL.len() + other as usize, &mut table);
            }
            let mut lasting = [0; WIDTH];
            for (month, row) in table.chunks_exact_mut(WIDTH).enumerate().take(calendar.whole) {
                for what in LASTING {
                    lasting[what] += row[what];
                    row[what] = lasting[what];
                }
                sum_up(row, calendar.length(month));
                let cell = grid.cell(place, month, group);
                cell.iter_mut().zip(&*row).for_each(|(cell, n)| *cell = n.cast_unsigned());
            }
        }
    }
    if units.is_some() {
        grid.sum_units();
    }
    grid.exits_known = calendar.exits_known();
    for unit in 0..=grid.units {
        for (month, group) in (0..grid.months).flat_map(|m| Group::ALL.map(|g| (m, g))) {
            grid.cell(unit, month, group)[Count::MonthDays as usize] = calendar.length(month).cast_unsigned();
        }
    }
    grid
}

/// Counts of a month from what was put down.
fn sum_up(row: &mut [i64], days: i64) {
    let of = |row: &[i64], what: Count| row[what as usize];
    let (runs, outside, again) = (of(row, Count::Persons), of(row, Count::Days), of(row, Count::MonthDays));
    row[Count::Days as usize] = runs * days - outside;
    row[Count::Persons as usize] = runs - again;
    row[Count::OfferDays as usize] = row[OFFER_RUNS] * days - of(row, Count::OfferDays);
    // Those with the hours were put down.
    row[Count::Neither100 as usize] = of(row, Count::NoOffer) - of(row, Count::Neither100);
    row[Count::Neither225 as usize] = of(row, Count::NoOffer) - of(row, Count::Neither225);
}

/// Months after the last day on which it is asked what became of somebody; the last twice, since eight are looked up as fast as
/// seven.
const AFTER: [usize; 8] = [1, 2, 3, 4, 5, 6, 12, 12];

impl Page<'_> {
    /// A spell whose last day lies in the month; `after` is the next of the group.
    fn exit(&mut self, calendar: &Calendar, h: &History, month: usize, spell: Span, after: Option<&Span>) {
        // The whole next month is without the benefit and known of.
        let next = calendar.end(month + 1);
        if next > calendar.known || after.is_some_and(|s| s.from < next) {
            return;
        }
        self.add(month, Count::Exit, 1);
        self.add(month, Count::SpellDays, i64::from(spell.until) - i64::from(spell.from));
        let last = spell.until - 1;
        let mut days = [0; AFTER.len()];
        for (day, n) in days.iter_mut().zip(AFTER) {
            *day = calendar.month_after(month, last, n);
        }
        let known = Span { from: i32::MIN, until: calendar.known };
        let known = which(&[known], days);
        let (jobs, education, supported) = (which(&h.jobs, days), which(&h.education, days), which(&h.supported, days));
        // One status each: a job before education before support.
        let mut put = |i: usize, first: Count| {
            let row = &mut self.cells[month * WIDTH + first as usize..][..4];
            let (job, no_job, other) = (known[i] & jobs[i], known[i] & !jobs[i], !education[i] & supported[i]);
            row[0] += i64::from(known[i]);
            row[1] += i64::from(job);
            row[2] += i64::from(no_job & education[i]);
            row[3] += i64::from(no_job & other);
        };
        put(0, Count::Known1);
        put(2, Count::Known3);
        put(5, Count::Known6);
        put(6, Count::Known12);
        if known[5] != 0 {
            self.add(month, Count::LastingJob, i64::from(jobs[..6].iter().fold(1, |each, j| each & j)));
            self.add(month, Count::LastingFree, i64::from(!touches(&h.supported, spell.until, days[5] + 1)));
        }
    }

    /// What is told of the month's last day, for those months whose last day the spell has.
    fn month_ends(&mut self, calendar: &Calendar, h: &History, room: &Room, spell: Span) {
        let end = calendar.month(spell.until);
        let quarter = self.within(calendar.month(spell.from.saturating_add(90)), end);
        self.last(&quarter, Count::Quarter as usize, 1);
        self.last(&quarter, Count::NoTalk as usize, 1);
        if !quarter.is_empty() {
            let mut once = Once(quarter.start);
            for talk in room.talks.iter().skip_while(|t| t.end <= quarter.start).take_while(|t| t.start < quarter.end) {
                let near = talk.start.max(quarter.start)..talk.end.min(quarter.end);
                self.last(&near, Count::TalksQuarter as usize, 1);
                self.last(&once.of(&near), Count::NoTalk as usize, -1);
            }
        }
        let year_long = |s: &&Span| s.until > spell.from && i64::from(s.until) - i64::from(s.from) >= 365;
        for support in h.supported.iter().take_while(|s| s.from < spell.until).filter(year_long) {
            let from = spell.from.max(support.from.saturating_add(364));
            let year = self.within(calendar.month(from), calendar.month(spell.until.min(support.until)));
            if !year.is_empty() {
                self.year(calendar, h, &year);
            }
        }
        if !h.answers.is_empty() {
            for month in self.within(calendar.month(spell.from), end) {
                self.answers(h, month, calendar.end(month));
            }
        }
    }

    /// Months at whose end somebody has been supported for a year.
    fn year(&mut self, calendar: &Calendar, h: &History, year: &Range<usize>) {
        let both = |from: usize, until: usize| from.max(year.start)..until.min(year.end);
        for what in [Count::Year, Count::NoOffer, Count::FewTalks] {
            self.last(year, what as usize, 1);
        }
        let mut once = Once(year.start);
        let offers =
            h.offered.iter().map(|s| both(calendar.month(s.from), calendar.month(s.until.saturating_add(364))));
        for near in offers.clone().filter(|near| !near.is_empty()) {
            self.last(&once.of(&near), Count::NoOffer as usize, -1);
        }
        let mut once = Once(year.start);
        for four in h.talks.windows(4) {
            let near = both(calendar.month(four[3]), calendar.month(four[0].saturating_add(365)));
            if !near.is_empty() {
                self.last(&once.of(&near), Count::FewTalks as usize, -1);
            }
        }
        let first = h.hours.iter().map(|(_, s)| calendar.month(s.from)).min();
        let last = h.hours.iter().map(|(_, s)| calendar.month(s.until.saturating_add(364))).max();
        if let (Some(first), Some(last)) = (first, last) {
            for month in both(first, last) {
                let (from, until) = (calendar.end(month) - 365, calendar.end(month));
                if offers.clone().any(|near| near.contains(&month)) {
                    continue;
                }
                let hours: f32 = h.hours.iter().map(|(n, s)| n * s.days_within(from, until) as f32 / 7.0).sum();
                self.add(month, Count::Neither100, i64::from(hours >= 100.0));
                self.add(month, Count::Neither225, i64::from(hours >= 225.0));
            }
        }
    }

    /// Answers given in the year before a day, at the end of a month.
    fn answers(&mut self, h: &History, month: usize, until: i32) {
        let (mut twice, mut moves) = (false, 0);
        let recent: Vec<&(u16, i32, i32)> =
            h.answers.iter().filter(|(_, day, _)| *day >= until - 365 && *day < until).collect();
        for asked in recent.chunk_by(|a, b| a.0 == b.0) {
            if let [first, .., last] = asked {
                twice = true;
                moves += (last.2 - first.2).signum();
            }
        }
        self.add(month, Count::Measured, i64::from(twice));
        self.add(month, Count::Up, i64::from(twice && moves > 0));
        self.add(month, Count::Down, i64::from(twice && moves < 0));
    }

    /// Offers and ordinary hours on days of the spells, and offers that ended on one.
    fn offers(&mut self, calendar: &Calendar, h: &History, room: &Room, spells: &[Span]) {
        let mut once = Once(0);
        meets(spells, &h.offered, |span| {
            let (first, last) = (calendar.place(span.from), calendar.place(span.until - 1));
            let touched = self.run(first, last, Count::OfferDays);
            self.last(&touched, OFFER_RUNS, 1);
            self.last(&once.of(&touched), Count::Activated as usize, 1);
        });
        for (spans, what) in [(&room.worked, Count::Hours), (&room.business, Count::Business)] {
            let mut once = Once(0);
            meets(spells, spans, |span| {
                let last = calendar.place(span.until - 1);
                let touched = self.within(calendar.month(span.from), last.month + usize::from(last.inside));
                self.last(&once.of(&touched), what as usize, 1);
            });
        }
        for end in room.ended.iter().filter(|end| any(spells, end.last)) {
            if self.months.contains(&end.month) {
                self.add(end.month, Count::OfferKnown26, i64::from(end.known[0]));
                self.add(end.month, Count::SelfSupport26, i64::from(end.known[0] & end.free[0]));
                self.add(end.month, Count::OfferKnown52, i64::from(end.known[1]));
                self.add(end.month, Count::SelfSupport52, i64::from(end.known[1] & end.free[1]));
            }
        }
    }
}

/// 1 for each of the days that lies in one of the runs: numbers, of which several are compared at once.
#[inline]
fn which(spans: &[Span], days: [i32; AFTER.len()]) -> [i32; AFTER.len()] {
    let mut found = [0; AFTER.len()];
    for span in spans {
        for (found, day) in found.iter_mut().zip(days) {
            *found |= i32::from(span.from <= day) & i32::from(day < span.until);
        }
    }
    found
}

/// Everything counted, from the first month to the last, of what is known on a day. With `by_unit` also for each unit.
///
/// # Errors
/// Where the last month is before the first.
pub fn count(histories: &Histories, first: Month, last: Month, on: Date, by_unit: bool) -> Result<Grid, NotCounted> {
    let calendar = Calendar::new(first, last, on)?;
    let parts: Vec<&[History]> = histories.all.chunks(PART).collect();
    let tallies = on_every_core(&calendar, by_unit, parts.len(), |part, (): &mut (), tally| {
        parts[part].iter().for_each(|h| tally.citizen(h));
    });
    let units: Vec<u16> = (0..histories.units.len() as u16).collect();
    Ok(grid(&calendar, &tallies, by_unit.then_some(&units)))
}

/// Citizens that a core takes at once.
const PART: usize = 1 << 12;

/// Parts of the work, each done by the core that is next to be free, in room that the core uses again.
pub(super) fn on_every_core<'a, R: Default>(
    calendar: &'a Calendar,
    by_unit: bool,
    parts: usize,
    each: impl Fn(usize, &mut R, &mut Tally<'a>) + Sync,
) -> Vec<Tally<'a>> {
    let next = AtomicUsize::new(0);
    let cores = rayon::current_num_threads().min(parts);
    (0..cores)
        .into_par_iter()
        .with_max_len(1)
        .map(|_| {
            let (mut tally, mut room) = (Tally::new(calendar, by_unit), R::default());
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                if part >= parts {
                    return tally;
                }
                each(part, &mut room, &mut tally);
            }
        })
        .collect()
}
