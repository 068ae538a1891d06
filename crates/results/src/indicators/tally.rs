//! What is counted of each citizen, month by month and group by group.
//!
//! What lasts over months is put down where it begins and where it ends, and summed up once everybody is counted; the work is
//! that of the spells, however long they are.

use super::calendar::{Calendar, Place};
use super::cells::{Cell, Cells, Table, grid};
use super::grid::{Grid, NotCounted};
use super::history::{Group, Histories, History, Span, merge};
use figures::Month;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use timeline::Date;

/// Bits of the narrow groups that each group holds.
const HOLDS: [u32; Group::ALL.len()] = {
    let mut holds = [0; Group::ALL.len()];
    let mut group = 0;
    while group < holds.len() {
        let narrow = Group::ALL[group];
        let mut at = if narrow.is_narrow() { Some(narrow) } else { None };
        while let Some(whole) = at {
            holds[whole as usize] |= narrow.bit();
            at = whole.whole();
        }
        group += 1;
    }
    holds
};

// All runs are looked at, since they are few, and where to stop cannot be foretold.

fn any(spans: &[Span], day: i32) -> bool {
    spans.iter().fold(false, |any, s| any | s.has(day))
}

fn touches(spans: &[Span], from: i32, until: i32) -> bool {
    spans.iter().fold(false, |any, s| any | (s.days_within(from, until) > 0))
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

/// What is put down for the months of a group in which one unit answers; `WHOLE` where it does in all of them.
struct Page<'a, const WHOLE: bool> {
    /// Month by month, and one more for what lies outside.
    cells: &'a mut [Cell],
    /// Months that the unit answers for.
    months: Range<usize>,
}

impl<const WHOLE: bool> Page<'_, WHOLE> {
    /// From a month to before another.
    #[inline]
    fn last(&mut self, months: &Range<usize>, what: usize, by: i32) {
        self.cells[months.start][what] += by;
        self.cells[months.end][what] -= by;
    }

    /// Those of the months that the unit answers for; empty ones begin where they end.
    #[inline]
    fn within(&self, from: usize, until: usize) -> Range<usize> {
        if WHOLE {
            return from.min(until)..until;
        }
        let end = until.clamp(self.months.start, self.months.end);
        from.clamp(self.months.start, end)..end
    }

    /// Whether the unit answers in the month that a day lies in.
    #[inline]
    fn has(&self, day: Place) -> bool {
        day.inside && (WHOLE || self.months.contains(&day.month))
    }

    /// The months that days of a run lie in, and in `outside` their days before and after it.
    #[inline]
    fn run(&mut self, first: Place, last: Place, outside: usize) -> Range<usize> {
        let months = self.within(first.month, last.month + usize::from(last.inside));
        // Of days that lie in none of the months, none are before or after them.
        let before = if WHOLE || self.has(first) { first.before } else { 0 };
        let after = if WHOLE || self.has(last) { last.after } else { 0 };
        self.cells[first.month][outside] += before;
        self.cells[last.month][outside] += after;
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
    /// Month ends that a talk lies at most 91 days before.
    talks: Vec<Range<usize>>,
    ended: Vec<OfferEnd>,
    units: Vec<(usize, Range<usize>)>,
}

/// Counts of the citizens given to it.
pub(super) struct Tally<'a> {
    calendar: &'a Calendar,
    by_unit: bool,
    cells: Cells,
    room: Room,
    spells: Vec<Span>,
}

impl<'a> Tally<'a> {
    pub fn new(calendar: &'a Calendar, by_unit: bool) -> Self {
        let cells = Cells::new(calendar.whole);
        Self { calendar, by_unit, cells, room: Room::default(), spells: Vec::new() }
    }

    /// Count a citizen; units are numbered from 0.
    pub fn citizen(&mut self, h: &History) {
        let days =
            h.benefits.iter().map(|(span, _)| *span).reduce(|a, b| Span { from: a.from, until: a.until.max(b.until) });
        let Some(days) = days.filter(|days| !self.calendar.has_none(days.from, days.until)) else { return };
        self.cells.make_room(h.len());
        self.look_through(h, days);
        let mut rest = &h.benefits[..];
        while let Some(((first, group), _)) = rest.split_first() {
            // Benefits between which no whole month is free have to be looked at together; no others are told of in one month, or
            // change what an exit is.
            let (mut until, mut met, mut chain) = (first.until, group.bit(), 1);
            while let Some((span, group)) = rest.get(chain)
                && span.from < self.calendar.free_after(until - 1)
            {
                until = until.max(span.until);
                met |= group.bit();
                chain += 1;
            }
            let (benefits, after) = rest.split_at(chain);
            rest = after;
            if self.calendar.has_none(first.from, until) {
                continue;
            }
            if met.is_power_of_two() {
                self.spells_of(benefits, met);
                self.of_group(h, Table::Held(*group));
            } else {
                for group in Group::ALL.into_iter().filter(|group| HOLDS[*group as usize] & met != 0) {
                    self.spells_of(benefits, HOLDS[group as usize]);
                    self.of_group(h, Table::Only(group));
                }
            }
        }
    }

    /// Spells of those of the benefits that are in one of the groups.
    fn spells_of(&mut self, benefits: &[(Span, Group)], groups: u32) {
        self.spells.clear();
        if let [(span, _)] = benefits {
            self.spells.push(*span);
            return;
        }
        merge(benefits.iter().filter(|(_, group)| group.bit() & groups != 0).map(|(span, _)| *span), &mut self.spells);
    }

    /// What is the same for every group.
    fn look_through(&mut self, h: &History, days: Span) {
        let (calendar, room) = (self.calendar, &mut self.room);
        room.worked.clear();
        room.business.clear();
        merge(h.hours.iter().filter(|(n, _)| *n > 0.0).map(|(_, s)| *s), &mut room.worked);
        let offers = h.offers.iter().filter(|(business, _)| *business).map(|(_, s)| *s);
        merge(room.worked.iter().copied().chain(offers), &mut room.business);
        room.talks.clear();
        room.talks.extend(h.talks.iter().map(|talk| calendar.month(*talk)..calendar.month(talk.saturating_add(91))));
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
        room.units.clear();
        if self.by_unit {
            look_up_units(calendar, h, days, &mut room.units);
        } else {
            room.units.push((0, 0..calendar.whole));
        }
    }

    /// The spells, in that table of each unit.
    fn of_group(&mut self, h: &History, table: Table) {
        let Self { calendar, cells, room, spells, .. } = self;
        for (unit, months) in &room.units {
            let (cells, months) = (cells.of(*unit, table), months.clone());
            if months.len() == calendar.whole {
                Page::<true> { cells, months }.spells(calendar, h, room, spells);
            } else {
                Page::<false> { cells, months }.spells(calendar, h, room, spells);
            }
        }
    }
}

/// Who answers for the case on each month's last day, of those that the days lie in.
fn look_up_units(calendar: &Calendar, h: &History, days: Span, units: &mut Vec<(usize, Range<usize>)>) {
    let months = calendar.month(days.from)..(calendar.month(days.until) + 1).min(calendar.whole);
    if let [(unit, span)] = h.units[..]
        && span.from <= days.from
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

impl<const WHOLE: bool> Page<'_, WHOLE> {
    /// Spells of the group, in order.
    fn spells(&mut self, calendar: &Calendar, h: &History, room: &Room, spells: &[Span]) {
        let mut once = Once(0);
        for (at, spell) in spells.iter().enumerate() {
            let (begun, ended) = (calendar.place(spell.from), calendar.place(spell.until - 1));
            let touched = self.run(begun, ended, Cell::OUTSIDE);
            self.last(&touched, Cell::RUNS, 1);
            // A second spell within a month is of no other person.
            let again = touched.len() - once.of(&touched).len();
            self.cells[touched.start][Cell::AGAIN] += again as i32;
            let inflow = i32::from(self.has(begun));
            self.cells[begun.month][Cell::INFLOW] += inflow;
            if self.has(ended) {
                self.exit(calendar, h, ended.month, *spell, spells.get(at + 1));
            }
            self.month_ends(calendar, h, room, *spell);
        }
        if !(h.offered.is_empty() && room.worked.is_empty()) {
            self.offers(calendar, h, room, spells);
        }
    }

    /// A spell whose last day lies in the month; `after` is the next of the group.
    fn exit(&mut self, calendar: &Calendar, h: &History, month: usize, spell: Span, after: Option<&Span>) {
        // The whole next month is without the benefit and known of.
        let next = calendar.end(month + 1);
        if next > calendar.known || after.is_some_and(|s| s.from < next) {
            return;
        }
        let days = calendar.days_after(month, spell.until - 1);
        let known = days.map(|day| i32::from(day < calendar.known));
        let [jobs, education, supported] = which([&h.jobs, &h.education, &h.supported], days);
        // One status each: a job before education before support.
        let mut status = [[0; 8]; 4];
        for (i, known) in known.into_iter().enumerate() {
            let (no_job, no_education) = (known & (1 - jobs[i]), 1 - education[i]);
            status[0][i] = known;
            status[1][i] = known & jobs[i];
            status[2][i] = no_job & education[i];
            status[3][i] = no_job & no_education & supported[i];
        }
        let cell = &mut self.cells[month];
        cell[Cell::EXIT] += 1;
        cell.add_days((i64::from(spell.until) - i64::from(spell.from)) as u32);
        cell.add_status(&status);
        if known[5] != 0 {
            cell[Cell::LASTING_JOB] += jobs[..6].iter().fold(1, |each, j| each & j);
            cell[Cell::LASTING_FREE] += i32::from(!touches(&h.supported, spell.until, days[5] + 1));
        }
    }

    /// What is told of the month's last day, for those months whose last day the spell has.
    fn month_ends(&mut self, calendar: &Calendar, h: &History, room: &Room, spell: Span) {
        let end = calendar.month(spell.until);
        let quarter = self.within(calendar.month(spell.from.saturating_add(90)), end);
        self.last(&quarter, Cell::QUARTER, 1);
        self.last(&quarter, Cell::NO_TALK, 1);
        if !quarter.is_empty() {
            let mut once = Once(quarter.start);
            // Of those before, which are few, nothing is left.
            for talk in room.talks.iter().take_while(|t| t.start < quarter.end) {
                let from = talk.start.max(quarter.start);
                let near = from..talk.end.min(quarter.end).max(from);
                self.last(&near, Cell::TALKS, 1);
                self.last(&once.of(&near), Cell::NO_TALK, -1);
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
        for what in [Cell::YEAR, Cell::NO_OFFER, Cell::FEW_TALKS] {
            self.last(year, what, 1);
        }
        let mut once = Once(year.start);
        let offers =
            h.offered.iter().map(|s| both(calendar.month(s.from), calendar.month(s.until.saturating_add(364))));
        for near in offers.clone().filter(|near| !near.is_empty()) {
            self.last(&once.of(&near), Cell::NO_OFFER, -1);
        }
        let mut once = Once(year.start);
        for four in h.talks.windows(4) {
            let near = both(calendar.month(four[3]), calendar.month(four[0].saturating_add(365)));
            self.last(&once.of(&(near.start..near.end.max(near.start))), Cell::FEW_TALKS, -1);
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
                self.cells[month][Cell::ENOUGH_100] += i32::from(hours >= 100.0);
                self.cells[month][Cell::ENOUGH_225] += i32::from(hours >= 225.0);
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
        self.cells[month][Cell::MEASURED] += i32::from(twice);
        self.cells[month][Cell::UP] += i32::from(twice && moves > 0);
        self.cells[month][Cell::DOWN] += i32::from(twice && moves < 0);
    }

    /// Offers and ordinary hours on days of the spells, and offers that ended on one.
    fn offers(&mut self, calendar: &Calendar, h: &History, room: &Room, spells: &[Span]) {
        let mut once = Once(0);
        meets(spells, &h.offered, |span| {
            let (first, last) = (calendar.place(span.from), calendar.place(span.until - 1));
            let touched = self.run(first, last, Cell::OFFER_OUTSIDE);
            self.last(&touched, Cell::OFFER_RUNS, 1);
            self.last(&once.of(&touched), Cell::ACTIVATED, 1);
        });
        for (spans, what) in [(&room.worked, Cell::HOURS), (&room.business, Cell::BUSINESS)] {
            let mut once = Once(0);
            meets(spells, spans, |span| {
                let last = calendar.place(span.until - 1);
                let touched = self.within(calendar.month(span.from), last.month + usize::from(last.inside));
                self.last(&once.of(&touched), what, 1);
            });
        }
        for end in room.ended.iter().filter(|end| any(spells, end.last)) {
            if self.months.contains(&end.month) {
                self.cells[end.month][Cell::OFFER_KNOWN_26] += i32::from(end.known[0]);
                self.cells[end.month][Cell::SELF_SUPPORT_26] += i32::from(end.known[0] & end.free[0]);
                self.cells[end.month][Cell::OFFER_KNOWN_52] += i32::from(end.known[1]);
                self.cells[end.month][Cell::SELF_SUPPORT_52] += i32::from(end.known[1] & end.free[1]);
            }
        }
    }
}

/// For each list of runs, 1 for each of the days that lies in one of them: numbers, of which several are compared at once.
#[inline]
fn which(lists: [&[Span]; 3], days: [i32; 8]) -> [[i32; 8]; 3] {
    let mut found = [[0; 8]; 3];
    for (list, found) in lists.into_iter().zip(&mut found) {
        // The last of two is looked at twice where there is one.
        for pair in list.chunks(2) {
            let (one, other) = (pair[0], pair[pair.len() - 1]);
            for (found, day) in found.iter_mut().zip(days) {
                *found |= i32::from(one.from <= day) & i32::from(day < one.until);
                *found |= i32::from(other.from <= day) & i32::from(day < other.until);
            }
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
    let each = |part: usize, (): &mut (), tally: &mut Tally<'_>| parts[part].iter().for_each(|h| tally.citizen(h));
    let counted = on_every_core(&calendar, by_unit, parts.len(), each);
    let units: Vec<u16> = (0..histories.units.len() as u16).collect();
    Ok(together(&calendar, counted.iter().map(|(tally, ())| tally), by_unit.then_some(&units)))
}

/// Everything counted on each core; with `units`, the places of the units by their numbers.
pub(super) fn together<'a>(
    calendar: &'a Calendar,
    tallies: impl Iterator<Item = &'a Tally<'a>>,
    units: Option<&[u16]>,
) -> Grid {
    let cells: Vec<&Cells> = tallies.map(|tally| &tally.cells).collect();
    grid(calendar, &cells, units)
}

/// Citizens that a core takes at once.
const PART: usize = 1 << 12;

/// Parts of the work, each done by the core that is next to be free, in room that the core uses again; what each core has counted,
/// and its room.
pub(super) fn on_every_core<'a, R: Default + Send>(
    calendar: &'a Calendar,
    by_unit: bool,
    parts: usize,
    each: impl Fn(usize, &mut R, &mut Tally<'a>) + Sync,
) -> Vec<(Tally<'a>, R)> {
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
                    return (tally, room);
                }
                each(part, &mut room, &mut tally);
            }
        })
        .collect()
}
